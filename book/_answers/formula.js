// A formula as a reader types it: text → tree. Nothing here is evaluated as code. What could be meant in two ways is
// asked back and never guessed.

/**
 * @typedef {{number: number, text: string} | {symbol: number, name: string} | {stranger: string}
 *   | {op: string, args: Tree[]} | {call: string, args: Tree[]}} Tree
 *   A number; one of the task's quantities, by its place; a name that the task does not have; an operation; a function.
 */

/** What is typed can't be read; the message tells the reader what to do. */
export class Unreadable extends Error {}

export const LONGEST = 500;
const DEEPEST = 60;

// Both tables have no prototype: a name such as "constructor" must be a stranger like any other.
export const GREEK = Object.assign(Object.create(null), {
  alpha: "α", beta: "β", gamma: "γ", Delta: "Δ", delta: "δ", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ",
  Lambda: "Λ", lambda: "λ", mu: "μ", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ", chi: "χ",
  psi: "ψ", omega: "ω",
});
/** The fewest and the most arguments of each function, under its name in small letters. */
export const FUNCTIONS = Object.assign(Object.create(null), {
  sqrt: [1, 1], exp: [1, 1], log: [1, 2], ln: [1, 1], abs: [1, 1], sign: [1, 1], floor: [1, 1], ceiling: [1, 1],
  max: [2, 9], min: [2, 9], rational: [1, 2], integer: [1, 1], float: [1, 1],
});
const LETTERS = new Map(Object.entries(GREEK).map(([name, letter]) => [letter, name]));
LETTERS.set("ϕ", "phi").set("µ", "mu").set("φ", "phi");
const WORDS = new Set(["if", "else", "and", "or", "not"]);
const COMPARISONS = new Set(["<", ">", "<=", ">=", "=="]);
const SIGNS = new Map([
  ...["−–—‐‑", "×·⋅∙∗✕", "÷∕⁄", "⟮[{", "⟯]}"].flatMap((all, i) => [...all].map((one) => [one, "-*/()"[i]])),
  ["≤", "<="], ["≥", ">="], ["½", "(1/2)"], ["¼", "(1/4)"], ["¾", "(3/4)"], ["√", "sqrt"],
]);
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const COMMA = "a comma can't stand here. Type 0.5 with a point; 25,000 needs three digits behind the comma, or no comma.";
const TOKEN = new RegExp(
  [
    /\s+/,
    /([1-9]\d{0,2}(?:,\d{3})+(?!,?\d)(?:\.\d+)?)/, // 25,000
    /((?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/,
    /((?:[A-Za-z]+\.(?=[A-Za-z]))?(?:[A-Za-z][A-Za-z0-9]*|[α-ωϕµΔ])(?:_[A-Za-z0-9]+)*)/,
    /(\*\*|<=|>=|==|[-+*/^(),<>%=])/,
  ].map(({ source }) => source).join("|"),
  "y",
);

/** The text with one way to write each sign, and without what only frames the formula. */
function plain(text) {
  const among = (row, name) => [...row].map((sign) => name.indexOf(sign));
  return text
    .replace(/#.*$/s, "")
    .replace(/^\s*return\b/, "")
    .replace(/^\s*(?:[A-Za-z]\w*\s*)?=(?!=)/, "")
    .replace(/\d\s*[½¼¾]/, () => { throw new Unreadable("type 1 + 1/2 for one and a half."); })
    .replace(/√\s*(?!\s*[([{])/g, () => { throw new Unreadable("what stands below the root? Type √(…) or sqrt(…)."); })
    .replace(new RegExp(`[${LOWERED}]+`, "g"), (row) => `_${among(row, LOWERED).join("")}`)
    .replace(new RegExp(`[${RAISED}]+`, "g"), (row) =>
      `^(${among(row, RAISED).map((digit) => "0123456789+-"[digit]).join("")})`)
    .replace(/./gsu, (sign) => SIGNS.get(sign) ?? sign)
    .replace(/[.;]?\s*$/, "");
}

function tokens(text, places) {
  if (text.length > LONGEST) throw new Unreadable("that is too long for one formula: simplify it first.");
  if (/^\s*(lambda|def)\b/.test(text)) throw new Unreadable("type only what the function returns.");
  const written = plain(text);
  const found = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < written.length; ) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(written);
    if (!match) throw new Unreadable(oddSign(String.fromCodePoint(written.codePointAt(at))));
    const [, grouped, number, name, sign] = match;
    if (grouped) found.push({ number: Number(grouped.replaceAll(",", "")), text: grouped, grouped: true });
    else if (number) {
      if (number.includes("E") && places.has("E")) {
        throw new Unreadable(`is the E in ${number} the symbol, or a power of ten? Type 2*E, or 2e5 with a small e.`);
      }
      found.push({ number: Number(number.replaceAll("_", "")), text: number.replaceAll("_", "") });
    } else if (name) found.push({ name: name.replace(/[α-ωϕµΔ]/u, (letter) => LETTERS.get(letter) ?? letter) });
    else if (sign) found.push({ sign: sign === "**" ? "^" : sign });
  }
  return found;
}

function oddSign(sign) {
  if (sign === "|") return "type abs(…) for the size of a number.";
  if (sign === "\\") return "type the formula without LaTeX, for example N/S.";
  if (/[\p{L}]/u.test(sign)) return `the letter “${sign}” is not one of the task's. Is it from another alphabet?`;
  return `“${sign}” can't be read in a formula.`;
}

/**
 * Read a formula.
 * @param {string} text
 * @param {Map<string, number>} places Each name that the task has, and which of its quantities that is.
 * @returns {Tree}
 */
export function parse(text, places) {
  const list = tokens(text, places);
  let at = 0, depth = 0, inCall = 0, openPower = false;
  const sign = () => list[at]?.sign;
  const word = (name) => list[at]?.name === name && ++at > 0;
  const take = (wanted) => sign() === wanted && ++at > 0;
  const close = () => { if (!take(")")) throw new Unreadable(sign() === "," ? COMMA : "a bracket is not closed."); };

  function choice() {
    if (++depth > DEEPEST) throw new Unreadable("that is nested too deeply: simplify it first.");
    let tree = chain("or", () => chain("and", comparison));
    if (word("if")) {
      const condition = chain("or", () => chain("and", comparison));
      if (!isTruth(condition)) throw new Unreadable("a comparison such as S < E is missing behind “if”.");
      if (!word("else")) throw new Unreadable("an “if” needs an “else”: a if S < E else b.");
      tree = { op: "if", args: [condition, number(tree), number(choice())] };
    }
    depth -= 1;
    return tree;
  }
  function chain(op, next) {
    let left = next();
    while (word(op)) {
      const right = next();
      if (!isTruth(left) || !isTruth(right)) throw new Unreadable(`“${op}” stands between comparisons: S < E ${op} S > 0.`);
      left = { op, args: [left, right] };
    }
    return left;
  }
  function comparison() {
    const left = sum();
    if (!COMPARISONS.has(sign())) return left;
    const op = list[at++].sign;
    const tree = { op, args: [number(left), number(sum())] };
    if (COMPARISONS.has(sign())) throw new Unreadable("type one comparison at a time, with “and” between two.");
    return tree;
  }
  function sum() {
    let left = product();
    while (sign() === "+" || sign() === "-") left = { op: list[at++].sign, args: [number(left), number(product())] };
    return left;
  }
  function product() {
    let left = unary(), divided = false;
    for (;;) {
      const next = list[at];
      if (sign() === "*" || sign() === "/") {
        divided = sign() === "/";
        at += 1;
        left = { op: divided ? "/" : "*", args: [number(left), number(unary())] };
      } else if (next && (next.number !== undefined || next.sign === "(" || (next.name && !WORDS.has(next.name)))) {
        if (divided) throw new Unreadable("what stands below the line? Type N/(2*E), or N/2*E.");
        if (openPower) throw new Unreadable("what belongs to the power? Type 2^(3*N), or 2^3*N.");
        if (next.number !== undefined) throw new Unreadable(`what stands before ${next.text}? Type * between two factors.`);
        left = { op: "*", args: [number(left), number(power())] };
      } else return left;
    }
  }
  function unary() {
    if (sign() !== "-" && sign() !== "+") return power();
    if (++depth > DEEPEST) throw new Unreadable("that is nested too deeply: simplify it first.");
    const minus = list[at++].sign === "-";
    const inner = unary();
    depth -= 1;
    return minus ? { op: "neg", args: [number(inner)] } : inner;
  }
  function power() {
    const base = primary();
    openPower = false;
    if (!take("^")) return base;
    const bracketed = sign() === "(";
    const exponent = unary();
    openPower = !bracketed;
    return { op: "^", args: [number(base), number(exponent)] };
  }
  function primary() {
    const token = list[at++];
    if (!token) throw new Unreadable("the formula stops too early.");
    if (token.number !== undefined) {
      if (token.grouped && inCall) {
        throw new Unreadable(`is ${token.text} one number? Type ${token.number}, or a space behind the comma.`);
      }
      if (sign() === "%") throw new Unreadable(percent(token.number));
      return token;
    }
    if (token.name) return named(token.name);
    if (token.sign === "(") {
      const outside = inCall;
      inCall = 0;
      const inner = choice();
      close();
      inCall = outside;
      return { op: "()", args: [inner] };
    }
    if (token.sign === "%") throw new Unreadable("type a percentage as a fraction: 0.05 for 5 %.");
    throw new Unreadable(`“${token.sign}” stands in an odd place.`);
  }
  function named(written) {
    const [, home, name] = /^(?:(sp|sympy|np|numpy|math|mpmath)\.)?(.*)$/.exec(written);
    const called = name === "Abs" ? "abs" : name.toLowerCase() === "ceil" ? "ceiling" : name.toLowerCase();
    if (!home && places.has(name)) return { symbol: places.get(name), name };
    if (WORDS.has(name)) throw new Unreadable(`“${name}” stands in an odd place.`);
    if (name === "pi") return { number: Math.PI, text: "π" };
    const arity = FUNCTIONS[called];
    if (!arity) {
      if (sign() === "(" && name.length > 1) throw new Unreadable(`there is no function ${name} here.`);
      return { stranger: written };
    }
    if (!take("(")) throw new Unreadable(`${name} needs brackets: ${name}(…).`);
    inCall += 1;
    const args = [number(choice())];
    while (take(",")) args.push(number(choice()));
    close();
    inCall -= 1;
    if (args.length < arity[0] || args.length > arity[1]) {
      throw new Unreadable(`${name} takes ${arity[0] === arity[1] ? arity[0] : `${arity[0]} to ${arity[1]}`} values.`);
    }
    return { call: called, args };
  }

  const tree = choice();
  if (at === list.length) return tree;
  if (sign() === ")") throw new Unreadable("there is a closing bracket too many.");
  if (sign() === ",") throw new Unreadable(COMMA);
  if (sign() === "=") return { op: "==", args: [tree, tree] };
  if (sign() === "%") throw new Unreadable("type a percentage as a fraction: 0.05 for 5 %.");
  const last = list[at - 1];
  throw new Unreadable(`what follows “${last.sign ?? last.name ?? last.text}” can't be read.`);
}

// Whether a task asks for a fraction or for percent is in its text alone, so either reading would be a guess.
function percent(number) {
  const fraction = Number((number / 100).toPrecision(15));
  return `${number} % is ${fraction} as a fraction. Type ${fraction}, or ${number} where the task asks for percent.`;
}

/** Whether a tree is true or false rather than a number. */
export function isTruth(tree) {
  return tree.op === "()" ? isTruth(tree.args[0]) : COMPARISONS.has(tree.op) || tree.op === "and" || tree.op === "or";
}

function number(tree) {
  if (isTruth(tree)) throw new Unreadable("a comparison belongs behind “if”: a if S < E else b.");
  return tree;
}

/** All names of a tree that the task does not have. */
export function strangers(tree, found = new Set()) {
  if (tree.stranger) found.add(tree.stranger);
  for (const each of tree.args ?? []) strangers(each, found);
  return found;
}

/** Whether something holds for a tree or for a part of it. */
export function some(tree, holds) {
  return holds(tree) || (tree.args ?? []).some((each) => some(each, holds));
}
