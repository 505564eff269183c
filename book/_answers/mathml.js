// A formula as MathML, so that the reader sees how it was read.
import { GREEK } from "./formula.js";

const SHOWN = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text) => text.replace(/[&<>]/g, (sign) => SHOWN[sign]);
const element = (tag, ...inner) => `<${tag}>${inner.join("")}</${tag}>`;
const sign = (text) => element("mo", escaped(text));
/** A word between two parts; MathML drops plain spaces at its ends. */
const word = (text) => element("mtext", `${text.startsWith(",") ? "" : "\u00a0"}${text}\u00a0`);
const row = (...parts) => element("mrow", ...parts);
/** What a fraction, a root or a raised exponent holds together needs no brackets. */
const bare = (tree) => (tree.op === "()" ? tree.args[0] : tree);

/** A symbol with its subscript; a name that is a word, as words. */
function letters(name) {
  const [base, ...below] = name.split("_");
  if (base.length > 1 && !GREEK[base]) return element("mtext", escaped(name.replaceAll("_", " ")));
  const letter = element("mi", escaped(GREEK[base] ?? base));
  if (!below.length) return letter;
  const index = below.join(" ");
  return element("msub", letter, element(/^\d+$/.test(index) ? "mn" : "mtext", escaped(index)));
}

function content(tree) {
  if (tree.number !== undefined) return element("mn", escaped(tree.text));
  if (tree.symbol !== undefined) return letters(tree.name);
  if (tree.stranger) return element("mtext", escaped(`${tree.stranger}?`));
  const { op, call, args } = tree;
  // Each part once: what is made twice on each level is never done.
  const isBare = op === "/" || call === "sqrt" || call === "rational";
  const parts = args.map((each, place) => content(isBare || (op === "^" && place) ? bare(each) : each));
  const [a, b, c] = parts;
  if (call === "sqrt") return element("msqrt", a);
  if (op === "/" || (call === "rational" && b)) return element("mfrac", row(a), row(b));
  if (call) return row(element("mi", call), sign("("), parts.join(sign(",")), sign(")"));
  switch (op) {
    case "^": return element("msup", row(a), row(b));
    case "()": return row(sign("("), a, sign(")"));
    case "neg": return row(sign("−"), a);
    case "*": return row(a, sign(startsWithNumber(args[1]) ? "×" : args.some(isWord) ? "·" : "\u2062"), b);
    case "if": return row(b, word("if"), a, word(", else"), c);
    case "and": case "or": return row(a, word(op), b);
    default: return row(a, sign(op === "-" ? "−" : op), b);
  }
}

function isWord({ op, name = "", args }) {
  const [base] = name.split("_");
  return (base.length > 1 && !GREEK[base]) || (op === "*" && args.some(isWord));
}

function startsWithNumber(tree) {
  return tree.number !== undefined || (["^", "*"].includes(tree.op) && startsWithNumber(tree.args[0]));
}

/** A tree as the text of a math element. */
export function mathml(tree) {
  return `<math>${content(tree)}</math>`;
}
