// What is typed into a field, read as an exact number. Nothing of it is evaluated as code.
import { parse, strangers, Unreadable } from "../_answers/formula.js";
import { fromText, grouped, HUNDRED, raised, shown, written } from "./exact.js";
import { $add, $div, $mul, $q, RuleError, $sub } from "../_engine/fractions.js";

const NO_NAMES = new Map();
const OPERATIONS = Object.assign(Object.create(null), { "+": $add, "-": $sub, "*": $mul, "/": $div });
/** Behind a rate: what it is a fraction of. */
const PARTS = [[/\s*%$/, HUNDRED], [/\s*bps?$/i, $q(10_000n)]];
const UNITS = /\s*(?:USD|BTC|coins?|dollars?)(?:\s*(?:per|\/)\s*(?:BTC|coin))?$/i;

function exactOf(tree) {
  if (tree.number !== undefined && tree.text !== "π") return fromText(tree.text);
  const { op, args } = tree;
  if (op === "()") return exactOf(args[0]);
  if (op === "neg") return $mul($q(-1n), exactOf(args[0]));
  if (op === "^") {
    const power = exactOf(args[1]);
    if (power.q === 1n) return raised(exactOf(args[0]), Number(power.p));
  }
  if (op in OPERATIONS) return OPERATIONS[op](exactOf(args[0]), exactOf(args[1]));
  throw new Unreadable("type a number, or a calculation such as 1/3.");
}

/**
 * A number as it is typed.
 * @param {string} text
 * @param {string} kind "rate" takes 5 % and 0.05, "leverage" takes 10x
 * @returns {Exact}
 * @throws {Unreadable}
 */
export function readNumber(text, kind) {
  let typed = text.trim().replace(UNITS, "");
  if (kind === "leverage") typed = typed.replace(/\s*[x×]$/i, "");
  const [, part] = PARTS.find(([pattern]) => pattern.test(typed)) ?? [];
  if (part) {
    if (kind !== "rate") throw new Unreadable("this is no rate: type a number without %.");
    for (const [pattern] of PARTS) typed = typed.replace(pattern, "");
  }
  try {
    const tree = parse(typed, NO_NAMES);
    const [name] = strangers(tree);
    if (name) throw new Unreadable(`“${name}” is no number.`);
    const value = exactOf(tree);
    return part ? $div(value, part) : value;
  } catch (problem) {
    if (problem instanceof RuleError) throw new Unreadable("that is no number that can be used here.");
    throw problem;
  }
}

/**
 * How a number was read, where that is not plain from what was typed.
 * @param {Exact} value
 * @param {string} kind
 * @param {string} text
 */
export function readAs(value, kind, text) {
  if (kind === "rate") return `${shown(value, 8)}, which is ${shown($mul(value, HUNDRED), 8)} %`;
  const plain = text.trim().replaceAll(",", "");
  return plain === written(value) && !plain.includes("/") ? "" : shown(value, 12);
}

/** A number as one would type it into a field: 5 % and 25,000. */
export function typed(value, kind) {
  if (kind === "rate") return value.p ? `${written($mul(value, HUNDRED))} %` : "0";
  const text = written(value);
  return text.includes("/") ? text : grouped(text).replace("−", "-");
}

/**
 * A day or a moment.
 * @param {string} text
 * @returns {string | null} as the rules take it; null for an empty field, which asks for the newest rule
 */
export function readDate(text) {
  const day = text.trim();
  if (!day) return null;
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(day) || Number.isNaN(Date.parse(day))) {
    throw new Unreadable("type a day as 2025-09-01, or with a time as 2025-09-01T08:15:00Z.");
  }
  return day.replace(" ", "T");
}


/**
 * All fields of a page, from the texts in them.
 * @param {Field[]} fields
 * @param {Record<string, string>} texts
 * @returns {{values: Record<string, any>, said: Record<string, string>, wrong: Record<string, string>}} What was read,
 *   undefined for what is left out; how it was read, where that is not plain; and what cannot be read.
 */
export function readFields(fields, texts) {
  const values = Object.create(null), said = Object.create(null), wrong = Object.create(null);
  for (const { name, kind } of fields) {
    const text = texts[name];
    values[name] = undefined;
    try {
      if (kind === "venue" || kind === "choice" || kind === "lines") values[name] = text;
      else if (kind === "flag") values[name] = text === "1";
      else if (kind === "date") values[name] = readDate(text);
      else if (text.trim()) {
        const as = name === "leverage" ? "leverage" : kind;
        values[name] = readNumber(text, as);
        const how = kind === "side" ? "" : readAs(values[name], as, text);
        if (how) said[name] = `read as ${how}`;
      }
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      wrong[name] = problem.message;
    }
  }
  return { values, said, wrong };
}
