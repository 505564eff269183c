// Exact numbers. An int of Python is a BigInt here, a rational of sympy is a Fraction, and `oo` is sympy's
// infinity. What is added, multiplied or compared by these functions comes out as it does there.

/** What a rule refuses, in the words of the package; `kind` is the error's name in Python. */
export class RuleError extends Error {
  constructor(message, kind = "ValueError") {
    super(message);
    this.kind = kind;
  }
  get name() {
    return "RuleError";
  }
}

/** A fraction in lowest terms, its denominator positive. Made by `$q`. */
export class Fraction {
  constructor(p, q) {
    this.p = p;
    this.q = q;
  }
  toString() {
    return this.q === 1n ? `${this.p}` : `${this.p}/${this.q}`;
  }
  /** The nearest floating-point number, for a picture or a size; never for a rule. */
  valueOf() {
    const near = Number(this.p) / Number(this.q);
    if (Number.isFinite(near) && (near || !this.p)) return near;
    // Both parts may be larger than a float holds: what counts is their quotient.
    const shift = BigInt(Math.max(0, digits(this.q) - digits(this.p) + 20));
    return Number((this.p * 10n ** shift) / this.q) / 10 ** Number(shift);
  }
}

/** Infinity with a sign: a price that is never reached. */
export class Infinite {
  constructor(sign) {
    this.sign = sign;
  }
  toString() {
    return this.sign > 0 ? "oo" : "-oo";
  }
}

/** A number as it was typed with a point or an exponent: what stands for a float of Python. */
export class Written {
  constructor(typed, fraction) {
    this.typed = typed;
    this.fraction = fraction;
  }
  /** As Python writes it; only the words of a refusal ask for it. */
  get text() {
    return asFloat(this.typed, this.fraction);
  }
  toString() {
    return this.text;
  }
}

export const $oo = new Infinite(1);
const NEGATIVE_OO = new Infinite(-1);

const digits = (n) => (n < 0n ? -n : n).toString().length;

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The greatest common divisor of two numbers that are not below nought; small ones are divided as floats, which is faster. */
function gcd(a, b) {
  while (b > SAFE) [a, b] = [b, a % b];
  if (!b) return a;
  let [large, small] = [Number(b), Number(a % b)];
  while (small) [large, small] = [small, large % small];
  return BigInt(large);
}

export function $q(p, q = 1n) {
  if (q === 0n) throw new RuleError("a number is divided by 0");
  if (q === 1n) return new Fraction(p, q);
  if (q < 0n) [p, q] = [-p, -q];
  const common = gcd(p < 0n ? -p : p, q);
  return common === 1n ? new Fraction(p, q) : new Fraction(p / common, q / common);
}

const NUMBER = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i;

/** Return the number that a text is: a BigInt, or a Written where it has a point or an exponent; or null. */
export function parseNumber(text) {
  const found = NUMBER.exec(text.trim().replace(/^\u2212/, "-").replace(/e\u2212/i, "e-"));
  if (!found || (found[2] === undefined && !found[3])) return null;
  const [, sign, whole = "0", part, power] = found;
  const all = BigInt(whole.replaceAll(",", "") + (part ?? "")) * (sign === "-" ? -1n : 1n);
  if (part === undefined && power === undefined) return all;
  const exponent = Number(power ?? 0) - (part ?? "").length;
  const scale = 10n ** BigInt(Math.abs(exponent));
  const fraction = exponent < 0 ? $q(all, scale) : $q(all * scale);
  return new Written(found[0], fraction);
}

/** Return a number as Python writes a float, where it is one; else as it was typed. */
function asFloat(text, fraction) {
  const number = Number(text.replaceAll(",", ""));
  if (!Number.isFinite(number)) return text;
  const [mantissa, power] = number.toExponential().split("e");
  const place = Number(power);
  const figures = mantissa.replace(/[-.]/g, "");
  const back = $q(BigInt(figures) * 10n ** 400n, 10n ** BigInt(400 + figures.length - 1 - place));
  if (back.p !== (fraction.p < 0n ? -fraction.p : fraction.p) || back.q !== fraction.q) return text;
  if (place >= -4 && place < 16) {
    const plain = number.toFixed(Math.max(1, figures.length - 1 - place));
    return plain;
  }
  return `${mantissa}e${place < 0 ? "-" : "+"}${String(Math.abs(place)).padStart(2, "0")}`;
}

/** Return a number of any kind as a Fraction, or infinity as it is. */
export function exactly(x) {
  if (x instanceof Fraction || x instanceof Infinite) return x;
  if (typeof x === "bigint") return new Fraction(x, 1n);
  if (x instanceof Written) return x.fraction;
  if (typeof x === "boolean") return new Fraction(x ? 1n : 0n, 1n);
  if (x?.letter) throw new RuleError(x.missing);
  throw new TypeError(`${x} is no number for a rule`);
}

const whole = (x) => (typeof x === "boolean" ? (x ? 1n : 0n) : x);
const bothWhole = (a, b) => typeof a === "bigint" && typeof b === "bigint";

function infinite(sign) {
  return sign > 0 ? $oo : NEGATIVE_OO;
}

export const sign = (x) => {
  x = exactly(x);
  if (x instanceof Infinite) return x.sign;
  return x.p > 0n ? 1 : x.p < 0n ? -1 : 0;
};

export function $add(a, b) {
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (a?.shifted) return a.shifted(b);
  [a, b] = [whole(a), whole(b)];
  if (bothWhole(a, b)) return a + b;
  [a, b] = [exactly(a), exactly(b)];
  if (a instanceof Infinite || b instanceof Infinite) {
    if (a instanceof Infinite && b instanceof Infinite && a.sign !== b.sign)
      throw new RuleError("infinity is taken from infinity");
    return a instanceof Infinite ? a : b;
  }
  return a.q === b.q ? $q(a.p + b.p, a.q) : $q(a.p * b.q + b.p * a.q, a.q * b.q);
}

export function $neg(a) {
  a = whole(a);
  if (typeof a === "bigint") return -a;
  a = exactly(a);
  return a instanceof Infinite ? infinite(-a.sign) : new Fraction(-a.p, a.q);
}

export function $sub(a, b) {
  if (a?.shifted) return b.shifted ? a.start - b.start : a.shifted(-b);
  return $add(a, $neg(b));
}

export function $mul(a, b) {
  [a, b] = [whole(a), whole(b)];
  if (bothWhole(a, b)) return a * b;
  [a, b] = [exactly(a), exactly(b)];
  if (a instanceof Infinite || b instanceof Infinite) {
    if (sign(a) * sign(b) === 0) throw new RuleError("infinity is multiplied by 0");
    return infinite(sign(a) * sign(b));
  }
  return $q(a.p * b.p, a.q * b.q);
}

export function $div(a, b) {
  // Python would make a float of it, and no rule may hold one.
  if (bothWhole(a, b)) throw new TypeError("a rule divides an int by an int");
  [a, b] = [exactly(a), exactly(b)];
  if (b instanceof Infinite) {
    if (a instanceof Infinite) throw new RuleError("infinity is divided by infinity");
    return new Fraction(0n, 1n);
  }
  if (a instanceof Infinite) return infinite(a.sign * (sign(b) || 1));
  return $q(a.p * b.q, a.q * b.p);
}

export function $mod(a, b) {
  if (bothWhole(a, b)) return a - floorDivision(a, b) * b;
  return $sub(a, $mul(b, $floor($div(exactly(a), b))));
}

const LARGEST_POWER = 20_000n;

export function $pow(a, power) {
  power = exactly(power);
  if (power.q !== 1n) throw new RuleError("a root is no fraction: ask Python for it");
  if (power.p > LARGEST_POWER || power.p < -LARGEST_POWER)
    throw new RuleError(`the power ${power} makes a number of too many digits for a page: ask Python for it`);
  if (typeof a === "bigint" && power.p >= 0n) return a ** power.p;
  a = exactly(a);
  return power.p < 0n ? $q(a.q ** -power.p, a.p ** -power.p) : $q(a.p ** power.p, a.q ** power.p);
}

function floorDivision(a, b) {
  const cut = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? cut - 1n : cut;
}

/** Return the largest whole number that is not above, as a Fraction: sympy's floor. */
export function $floor(x) {
  x = exactly(x);
  return new Fraction(floorDivision(x.p, x.q), 1n);
}

export const $ceiling = (x) => $neg($floor($neg(exactly(x))));
export const $sign = (x) => new Fraction(BigInt(sign(x)), 1n);
export const $abs = (x) => (sign(x) < 0 ? $neg(x) : x);

/** Return a whole number as an int, cut where it is not whole. */
export function $int(x) {
  x = exactly(x);
  return x.p / x.q;
}

export function compareNumbers(a, b) {
  if (bothWhole(a, b)) return a < b ? -1 : a > b ? 1 : 0;
  [a, b] = [exactly(a), exactly(b)];
  if (a instanceof Infinite || b instanceof Infinite)
    return Math.sign((a instanceof Infinite ? a.sign : 0) - (b instanceof Infinite ? b.sign : 0));
  const [left, right] = [a.p * b.q, b.p * a.q];
  return left < right ? -1 : left > right ? 1 : 0;
}

export const isNumber = (x) =>
  typeof x === "bigint" || x instanceof Fraction || x instanceof Infinite || x instanceof Written;
