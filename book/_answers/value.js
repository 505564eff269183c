// What a formula is worth at a point.

/** There is no finite real number; the reason is the name of a sentence. */
export class NoNumber extends Error {}

function quotient(a, b) {
  if (b === 0) throw new NoNumber("not_finite");
  return a / b;
}

function raised(a, b) {
  if (a < 0 && !Number.isInteger(b)) throw new NoNumber("not_real");
  return a === 0 && b < 0 ? quotient(1, 0) : a ** b;
}

function root(a) {
  if (a < 0) throw new NoNumber("not_real");
  return Math.sqrt(a);
}

function logarithm(a, base) {
  if (a < 0 || base < 0) throw new NoNumber("not_real");
  return base === undefined ? quotient(a, a) && Math.log(a) : quotient(logarithm(a), logarithm(base));
}

/** How far a value may be from a step of floor and ceiling and be on it: so much is lost by rounding. */
const dust = (a) => 1e-12 * Math.max(1, Math.abs(a));

// Without a prototype, as all tables that a typed name is looked up in.
const MEANING = Object.assign(Object.create(null), {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": quotient, "^": raised,
  "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b, "==": (a, b) => a === b,
  neg: (a) => -a, "()": (a) => a,
  sqrt: root, exp: Math.exp, log: logarithm, ln: logarithm, abs: Math.abs, sign: Math.sign, floor: (a) => Math.floor(a + dust(a)),
  ceiling: (a) => Math.ceil(a - dust(a)), max: Math.max, min: Math.min, rational: (a, b = 1) => quotient(a, b), integer: Math.trunc,
  float: (a) => a,
});

/**
 * The value of a tree where the task's quantities have the values of a point.
 * @param {Tree} tree
 * @param {number[]} point
 * @returns {number}
 * @throws {NoNumber}
 */
export function valueOf(tree, point) {
  const value = partOf(tree, point);
  if (!Number.isFinite(value)) throw new NoNumber("not_finite");
  return value;
}

// What is too large on the way may be small in the end: it is the end that counts.
function partOf(tree, point) {
  if (tree.number !== undefined) return tree.number;
  if (tree.symbol !== undefined) return point[tree.symbol];
  const { op, args } = tree;
  if (op === "if") return partOf(args[partOf(args[0], point) ? 1 : 2], point);
  if (op === "and") return partOf(args[0], point) && partOf(args[1], point);
  if (op === "or") return partOf(args[0], point) || partOf(args[1], point);
  return MEANING[op ?? tree.call](...args.map((each) => partOf(each, point)));
}
