// What there is to say about an answer: the verdicts of inversefutures/check.py, from the same keys.
import { isTruth, LONGEST, parse, some, strangers, Unreadable } from "./formula.js";
import { farMistakes, sharedMistakes } from "./mistakes.js";
import { fromTwoNumbers, nearMiss, nearNumbers } from "./near.js";
import { inWords, positional, said } from "./sentences.js";
import { NoNumber, valueOf } from "./value.js";

/**
 * @typedef {{kind: "number" | "expression" | "function" | "choice", hint: string, praise: string, arguments: Argument[],
 *   points: number[][], correct: number[] | string, wrong: {message: string, values: number[]}[] | Record<string, string>,
 *   digits?: number, prices?: number[], given?: number[], face_value?: number}} Key
 * @typedef {{names: string[], role: "side" | "price" | "size" | "rate", hidden?: true}} Argument
 *   The names under which a quantity may be typed, first the one that the task has for it. One that only mistakes
 *   have is hidden: no sentence may offer it.
 * @typedef {{correct: boolean, message: string, readable: boolean}} Feedback
 * @typedef {string | [sentence: string, blanks?: Record<string, string | number | Untold>]} Untold
 */

const EXACT = 1.3e-9;
const LIKE_A_MISTAKE = 1.3e-5;
const ROUNDED = 1.3e-4;
const FEW = 4;
const FULL_PRECISION = 12;
const UNIT = "btc|xbt|coins?|sats?|satoshis?|usd|dollars?|hours?|h|days?|years?|contracts?|ada|eth|x|times";
const UNITS = new RegExp(`([\\d)\\s])\\s*(?:(?:${UNIT})(?: ?(?:/|per) ?(?:${UNIT}))?|[$₿])\\.?\\s*$`, "i");

/** The quantities that the task has. */
export const offered = (key) => key.arguments.filter(({ hidden }) => !hidden);

/** Each name that may be typed for a task's quantities, and which of them it is. */
export function placesOf(key) {
  const places = new Map();
  key.arguments.forEach(({ names }, place) => names.forEach((name) => places.has(name) || places.set(name, place)));
  for (const [name, place] of [...places]) {
    const joined = name.replaceAll("_", "");
    if (!places.has(joined) && !factors(joined, places)) places.set(joined, place); // p1 for p_1
  }
  return places;
}

/** A name as a product of the task's symbols, where it is one. */
function factors(name, places) {
  const letters = [...name];
  return letters.length > 1 && letters.every((letter) => places.has(letter)) ? letters.join("*") : "";
}

/**
 * An answer as a tree. A unit beside a number is left out: which one is asked for is not in the key.
 * @returns {{tree: Tree, unit: boolean}}
 */
export function readAnswer(key, text) {
  const bare = key.kind === "number" && text.length < 100 ? text.replace(/^\s*(?:[$₿]|(?:usd|btc)\b)/i, "").replace(UNITS, "$1") : text;
  return { tree: parse(bare, placesOf(key)), unit: bare !== text };
}

/**
 * Judge what was typed, or the letter of a choice.
 * @param {Key} key
 * @param {string} typed
 * @returns {Feedback}
 */
export function feedback(key, typed) {
  const text = typed.slice(0, LONGEST + 1); // no pattern is tried on more
  if (/^\s*(\.\.\.|…)?\s*$/.test(text)) return wrong(said("not_answered"), false);
  if (key.kind === "choice") return choiceFeedback(key, text);
  let tree, values;
  try {
    ({ tree } = readAnswer(key, text));
    refuse(key, tree);
    values = valuesAt(key, tree);
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    return wrong(problem.message, false);
  }
  if (key.kind === "number") return numberFeedback(key, values[0], digitsTyped(tree, values[0]));
  return valuesFeedback(key, values, (point) => valueOrNone(tree, point));
}

function valueOrNone(tree, point) {
  try {
    return valueOf(tree, point);
  } catch (problem) {
    if (!(problem instanceof NoNumber)) throw problem;
    return undefined;
  }
}

const wrong = (message, readable = true) => ({ correct: false, message, readable });
const notYet = (reason) => wrong(said("not_yet", { reason }));
const right = (key) => ({ correct: true, message: said("correct") + (key.praise ? ` ${key.praise}` : ""), readable: true });
const spokenNames = (key) => offered(key).map(({ names }) => names[0]).join(", ");

function wantedBy(key) {
  if (key.kind === "number") return said("a_number");
  return said(key.kind === "expression" ? "an_expression" : "a_function", { names: spokenNames(key) });
}

/** Say what is in the way where a formula is none that the task asks for. */
function refuse(key, tree) {
  if (isTruth(tree)) {
    throw new Unreadable(said(tree.op === "==" ? "equation" : "comparison", { wanted: wantedBy(key) }));
  }
  if (some(tree, ({ number }) => number === Infinity)) throw new Unreadable(said("not_finite", { what: said("your_answer") }));
  const unknown = [...strangers(tree)].sort();
  if (unknown.length) throw new Unreadable(aboutStrangers(key, unknown));
  if (key.kind === "function" && !some(tree, ({ symbol }) => symbol !== undefined)) {
    throw new Unreadable(said("only_one_number", { wanted: wantedBy(key) }));
  }
}

function aboutStrangers(key, unknown) {
  const places = placesOf(key);
  for (const name of unknown) {
    const product = factors(name, places);
    if (product) return `is ${name} one name, or a product? Type ${product}.`;
    const [other] = [...places.keys()].filter((known) => known.toLowerCase() === name.toLowerCase());
    if (other) return `capitals matter: type ${other} where you mean it. ${name} is not one of the task's symbols.`;
  }
  if (key.kind === "number") return said("numbers_for_symbols");
  return said("strangers", { strangers: unknown.join(", "), names: spokenNames(key) });
}

function valuesAt(key, tree) {
  return key.points.map((point) => {
    try {
      return valueOf(tree, point);
    } catch (problem) {
      if (!(problem instanceof NoNumber)) throw problem;
      const at = key.arguments.map(({ names }, i) => `${names[0]} = ${inWords(point[i])}`).join(", ");
      const what = at ? said("your_answer_at", { point: at }) : said("your_answer");
      throw new Unreadable(said(problem.message, { what }));
    }
  });
}

function choiceFeedback(key, text) {
  const choice = text.trim().toLowerCase().replace(/^[().'" ]+|[().'" ]+$/g, "");
  if (choice === key.correct) return right(key);
  return notYet(Object.hasOwn(key.wrong, choice) ? key.wrong[choice] : said("no_such_choice"));
}

/** Judge what a formula, or a function, is worth at the points of a key, and at others where `valueAt` tells it. */
export function valuesFeedback(key, values, valueAt) {
  if (near(values, key.correct, EXACT)) return right(key);
  // A mistake on top of another may lead back to the right answer.
  const known = knownMistakes(key).filter(([, mistake]) => !near(key.correct, mistake, LIKE_A_MISTAKE));
  for (const [message, mistake] of known) if (near(values, mistake, LIKE_A_MISTAKE)) return notYet(message);
  const reason = nearMiss(key, values, valueAt);
  if (reason) return notYet(reason);
  const half = Number(`0.5e-${Math.max(...values.map((value) => (positional(value).split(".")[1] ?? "").length))}`);
  /** Whether the values are exact ones, rounded to as many decimals. */
  const isRounded = ([, exact]) =>
    near(values, exact, LIKE_A_MISTAKE, half) && exact.every((one) => !one || half <= 0.5 * unitOf(one, FEW));
  if (near(values, key.correct, ROUNDED) || isRounded([, key.correct])) return wrong(said("rounds_on_the_way"));
  return notYet(known.find(isRounded)?.[0] ?? key.hint);
}

/** The mistakes of the author, then those that every task shares, then those on top of others. */
const knownMistakes = (key) => [...ownMistakes(key), ...sharedMistakes(key), ...farMistakes(key)];
const ownMistakes = (key) => key.wrong.map(({ message, values }) => [message, values]);

/** Whether the values are the others', of which there may be fewer, up to a tolerance relative to these; at zero, EXACT. */
function near(values, others, tolerance, rounding = 0) {
  return others.every((other, i) => Math.abs(values[i] - other) <= (tolerance * Math.abs(other) || EXACT) + rounding);
}

// --- numbers, which may be rounded ---

function numberFeedback(key, value, typed) {
  const [exact] = key.correct;
  const asked = key.digits ?? Math.max(6, significantDigits(exact));
  // 24.70 arrives as 24.7, so the right answer, rounded or cut as asked, counts however short it is.
  if (near([value], [exact], EXACT) || agree(value, exact, asked)) return right(key);
  const wanted = key.digits ?? significantDigits(exact), kept = significantDigits(value);
  const rounded = kept > 1 && agree(value, exact, Math.min(kept, asked)); // 2190 for 2193 does not lack a 3
  const numbers = (found) => [...found].map(([text, [mistake]]) => [text, mistake]);
  const own = numbers(ownMistakes(key));
  const groups = [[2, own], [2, numbers(sharedMistakes(key))], [2, kept < FEW ? [] : numbers(farMistakes(key))], [3, rounded ? [] : [...nearNumbers(key)]]];
  const tried = [typed, kept].map((each) => Math.min(each, asked)).sort((a, b) => b - a);
  for (const digits of new Set(tried)) {
    if (digits >= 2 && digits < asked && agree(value, exact, digits)) {
      const doubtful = own.some(([, mistake]) => agree(value, mistake, digits));
      return wrong(said(doubtful ? "too_few_digits" : "more_digits", { asked: wanted }));
    }
    for (const [place, [least, group]] of groups.entries()) {
      // Of two that are equally near, the one that is known first; of few digits a simple one, not one on top of another.
      const found = group.filter(([, mistake]) => agree(value, mistake, digits)).slice(0, place === 1 && digits < FEW ? 1 : undefined)
        .map(([text, mistake]) => [Math.abs(value - mistake) / (Math.abs(mistake) || 1), text])
        .sort(([a], [b]) => Math.round(a * 1e9) - Math.round(b * 1e9));
      if (found.length && (digits >= least || found[0][0] < EXACT)) return notYet(found[0][1]);
      if (place === 0 && digits === 1 && typed === 1 && asked > 1 && agree(value, exact, 1)) return wrong(said("too_few_digits", { asked: wanted }));
    }
  }
  if (typed >= FEW && Math.abs(value - exact) <= unitOf(exact, Math.min(typed, asked))) return wrong(said("last_digit"));
  if (typed >= FEW && near([value], [exact], ROUNDED)) return wrong(said("rounds_on_the_way"));
  const digits = kept < FEW ? FULL_PRECISION : Math.min(kept, FULL_PRECISION); // few digits are near too much
  return notYet(fromTwoNumbers(key, (made) => agree(value, made, digits), value) || key.hint);
}

/** Whether a value is a number, rounded or cut to so many digits. */
function agree(value, exact, digits) {
  if (!exact) return Math.abs(value) <= EXACT; // no digits of zero are left to be rounded
  const off = Math.abs(value - exact), least = Math.min(Math.abs(value), Math.abs(exact)) || exact;
  const unit = unitOf(least, digits); // 99.6 is not 100 to three digits
  if (off <= 0.5 * unit * (1 + 1e-6)) return true;
  return digits >= 3 && off < unit * (1 - 1e-6) && Math.abs(value) < Math.abs(exact) && significantDigits(value) <= digits;
}

/** What one is worth in the last of so many significant digits of a number. */
function unitOf(number, digits) {
  const power = number ? Math.floor(Math.log10(Math.abs(number))) + 1 : 0;
  return Number(`1e${power - digits}`);
}

/** How many significant digits the shortest decimal of a number has; zeros at its end are none. */
function significantDigits(number) {
  return Math.max(1, positional(number).replace(/\D/g, "").replace(/^0+|0+$/g, "").length);
}

/** To how many digits an answer was given; an exact fraction counts as computed. */
function digitsTyped(tree, value) {
  if (!Number.isInteger(value) && some(tree, ({ call }) => call === "rational")) return FULL_PRECISION;
  const [whole, behind = ""] = positional(Math.abs(value)).split(".");
  return Math.max(1, (whole + behind.replace(/0+$/, "")).replace(/^0+/, "").length);
}
