// What the translated rules use of Python and of sympy beyond arithmetic: one function for each name or operator.
// `book/_ext/exact_javascript.py` writes the calls. What has no function here is refused when the rules are printed.
import { Decimal } from "./decimals.js";
import { When } from "./dates.js";
import {
  $add,
  $div,
  compareNumbers,
  exactly,
  Fraction,
  Infinite,
  isNumber,
  parseNumber,
  RuleError,
  sign,
  Written,
} from "./fractions.js";

/** A record of the package: an object of a dataclass, its fields as they are given. */
export class $Record {
  constructor(fields) {
    Object.assign(this, fields);
  }
}

/** A symbol or an expression of sympy that was printed: a function of the values of its letters. */
export class Expression {
  constructor(text, value, letter, missing) {
    this.text = text;
    this.value = value;
    this.letter = letter;
    this.missing = missing;
  }
  toString() {
    return this.text;
  }
}

const symbols = {};

/** Enter the letters of the notation, with the name and the unit of what each stands for. */
export function $letters(names, units) {
  for (const [letters, name] of Object.entries(names))
    symbols[letters] = symbol(letters, `${name} (${units[letters]}) is not given: give it as well`);
}

const symbol = (letters, missing) => new Expression(letters, (values) => values[letters], letters, missing);

/** Return the symbol of these letters. */
export const $symbol = (letters) => (symbols[letters] ??= symbol(letters, `${letters} is not given: give it as well`));

export const $expression = (text, value) => new Expression(text, value);

/** Return an expression's value where each of its letters has one. */
export const $xreplace = (expression, values) => expression.value(values);

// --- the core language -------------------------------------------------------------------------------

export function $truth(x) {
  if (x === undefined) throw new TypeError("a rule looks at what is not there");
  if (x === null || typeof x === "boolean") return Boolean(x);
  if (typeof x === "string" || Array.isArray(x)) return x.length > 0;
  return isNumber(x) ? sign(x) !== 0 : true;
}

export const $or = (a, b) => ($truth(a) ? a : b());
export const $and = (a, b) => ($truth(a) ? b() : a);

export function $eq(a, b) {
  if (a === b) return true;
  if (a instanceof Decimal) a = a.fraction;
  if (b instanceof Decimal) b = b.fraction;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (a instanceof When && b instanceof When) return a.start === b.start && a.isMoment === b.isMoment;
  if (a instanceof Expression && b instanceof Expression) return a.text === b.text;
  return false;
}

function compared(a, b) {
  if (a instanceof When && b instanceof When) return compareNumbers(a.start, b.start);
  if (a instanceof Decimal && b instanceof Decimal) return compareNumbers(a.fraction, b.fraction);
  return compareNumbers(a, b);
}

export const $lt = (a, b) => compared(a, b) < 0;
export const $le = (a, b) => compared(a, b) <= 0;
export const $gt = (a, b) => compared(a, b) > 0;
export const $ge = (a, b) => compared(a, b) >= 0;

export function $in(x, among) {
  if (Array.isArray(among)) return among.some((each) => $eq(each, x));
  return Object.hasOwn(among, x);
}

export function $item(from, key) {
  if (Array.isArray(from)) {
    const place = Number(key);
    return present(from[place < 0 ? from.length + place : place], key);
  }
  return present(Object.hasOwn(from, key) ? from[key] : undefined, key);
}

function present(x, key) {
  if (x === undefined) throw new TypeError(`a rule looks for ${key}, which is not there`);
  return x;
}

export function $set(into, key, value) {
  if (Array.isArray(into)) into[Number(key) < 0 ? into.length + Number(key) : Number(key)] = value;
  else into[key] = value;
}

export const $slice = (from, start, stop) =>
  from.slice(start === null ? 0 : Number(start), stop === null ? undefined : Number(stop));

/** Return what a `for` runs over: a list's items, a dictionary's keys. */
export const $each = (x) => (Array.isArray(x) ? x : Object.keys(x));

/** Work out a property once and keep it. */
export function $remember(owner, name, make) {
  const value = make();
  Object.defineProperty(owner, name, { value });
  return value;
}

/** A record with some of its fields changed, which checks itself as it did when it was made. */
export const $changed = (record, fields) => new record.constructor({ ...record, ...fields });
export const $fields = (record) => Object.keys(record).map((name) => ({ name }));

export const $attribute = (owner, name) => present(owner[name], name);

export const $caught = (problem, kinds) => problem instanceof RuleError && kinds.includes(problem.kind);

// --- text --------------------------------------------------------------------------------------------

export function $str(x) {
  if (typeof x === "string") return x;
  if (x === null) return "None";
  if (typeof x === "boolean") return x ? "True" : "False";
  if (x instanceof RuleError) return x.message;
  return Array.isArray(x) ? `[${x.map($repr).join(", ")}]` : `${x}`;
}

export function $repr(x) {
  if (typeof x === "string") {
    const quote = x.includes("'") && !x.includes('"') ? '"' : "'";
    const escaped = x.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
    return quote + escaped.replaceAll(quote, `\\${quote}`) + quote;
  }
  return x instanceof Decimal ? `Decimal('${x}')` : $str(x);
}

export function $format(x, how) {
  if (how === "f" && x instanceof Decimal) return x.plain;
  if (how === "%Y-%m-%d %H:%M" && x instanceof When) return x.minute;
  throw new TypeError(`a rule writes ${x} as ${how}`);
}

export const $join = (between, texts) => [...$each(texts)].join(between);
export const $removesuffix = (text, end) => (end && text.endsWith(end) ? text.slice(0, -end.length) : text);
export const $replace = (text, old, other) => text.replaceAll(old, other);

// --- collections -------------------------------------------------------------------------------------

export const $get = (from, key, otherwise = null) => (Object.hasOwn(from, key) ? from[key] : otherwise);
export const $items = (from) => Object.entries(from);
export const $values = (from) => Object.values(from);
export const $append = (to, x) => to.push(x);
export const $fromkeys = (keys) => Object.fromEntries([...$each(keys)].map((key) => [key, null]));
export const $map = (make, items) => [...$each(items)].map((each) => make(each));
export const $zip = (...lists) => {
  if (new Set(lists.map((each) => each.length)).size > 1) throw new TypeError("a rule pairs unequal lists");
  return lists[0].map((_, place) => lists.map((each) => each[place]));
};
export const $list = (items) => [...$each(items)];
export const $len = (items) => BigInt(items.length);
export const $sum = (items) => items.reduce((total, each) => $add(total, each), 0n);
export const $named = (names, values) => Object.fromEntries(names.map((name, place) => [name, present(values[place], name)]));

function best(wins) {
  return (...given) => {
    const items = given.length === 1 ? [...given[0]] : given;
    return items.reduce((kept, each) => (wins(compared(each, kept)) ? each : kept));
  };
}

/** Python's own, which return one of what they are given, whatever it is. */
export const $min = best((order) => order < 0);
export const $max = best((order) => order > 0);

// --- sympy -------------------------------------------------------------------------------------------

/** Return a number as sympy holds it. */
export function $sympify(x) {
  if (x instanceof Expression) return x;
  if (x instanceof Decimal) return x.fraction;
  if (isNumber(x) || typeof x === "boolean") return exactly(x);
  throw new RuleError(`${$repr(x)} is no number`, "SympifyError");
}

export function $Rational(p, q = 1n) {
  if (typeof p === "string") {
    const number = parseNumber(p);
    if (number === null) throw new RuleError(`${p} is no number`);
    return exactly(number);
  }
  return $div($sympify(p), $sympify(q));
}

export const $Max = (...given) => given.map($sympify).reduce((kept, each) => ($gt(each, kept) ? each : kept));
export const $Min = (...given) => given.map($sympify).reduce((kept, each) => ($lt(each, kept) ? each : kept));
export const $Add = (...given) => given.reduce($add, exactly(0n));
export const $same = (x) => x;
export const $log = () => {
  throw new RuleError("a logarithm is no fraction: ask Python for it");
};

/** Return the value of the first case that holds. */
export function $Piecewise(...cases) {
  for (const [value, holds] of cases) if (holds) return value;
  throw new RuleError("no case holds");
}

const asked = (holds) => (x) => (x instanceof Expression ? false : holds(sign(sympys(x))));

function sympys(x) {
  if (x instanceof Fraction || x instanceof Infinite) return x;
  throw new TypeError(`a rule asks ${x} what only sympy's numbers know`);
}

export const $is_zero = asked((s) => s === 0);
export const $is_positive = asked((s) => s > 0);
export const $is_negative = asked((s) => s < 0);
export const $is_nonpositive = asked((s) => s <= 0);
export const $is_number = (x) => !(x instanceof Expression);
export const $number_q = (x) => sympys(x).q;

const KINDS = {
  str: (x) => typeof x === "string",
  bool: (x) => typeof x === "boolean",
  int: (x) => typeof x === "bigint",
  float: (x) => x instanceof Written,
  Decimal: (x) => x instanceof Decimal,
  date: (x) => x instanceof When,
  datetime: (x) => x instanceof When && x.isMoment,
  Rational: (x) => x instanceof Fraction,
  Expr: (x) => x instanceof Fraction || x instanceof Infinite || x instanceof Expression,
};

export const $isinstance = (x, kinds) =>
  kinds.some((kind) => (typeof kind === "string" ? KINDS[kind](x) : x instanceof kind));

// --- domains -----------------------------------------------------------------------------------------

/** The real numbers between two bounds, and whether each bound is left out. */
export const $interval = (low, high, leftOpen, rightOpen) => (x) => {
  const [above, below] = [compareNumbers(x, low), compareNumbers(high, x)];
  return above > 0 - !leftOpen && below > 0 - !rightOpen && !(x instanceof Infinite);
};

export const $one_of = (...values) => (x) => values.some((each) => $eq(each, x));

export const $outside = (domain, x) => !(x instanceof Expression) && !domain(x);
