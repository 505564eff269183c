// Exact numbers as a reader types and reads them: a pair of whole numbers, the second one positive.

/** @typedef {{p: bigint, q: bigint}} Exact */

const LARGEST_POWER = 60;

function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** @returns {Exact} in lowest terms */
export function ratio(p, q = 1n) {
  if (q === 0n) throw new RangeError("a division by zero");
  const common = gcd(p, q) || 1n;
  return q < 0n ? { p: -p / common, q: -q / common } : { p: p / common, q: q / common };
}

/**
 * A number as it is written: 25,000 and 1.5e-3, and 1/3 as `written` writes it.
 * @param {string} text
 * @returns {Exact}
 */
export function fromText(text) {
  const [top, below] = text.split("/");
  if (below !== undefined) return over(fromText(top), fromText(below));
  const [, sign, whole, part = "", power = "0"] = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.replace(/[,_\s]/g, "")) ?? [];
  if (sign === undefined || !(whole + part) || Math.abs(Number(power)) > LARGEST_POWER) throw new RangeError("no number");
  const shift = Number(power) - part.length;
  const digits = BigInt(sign + whole + part);
  return shift < 0 ? ratio(digits, 10n ** BigInt(-shift)) : ratio(digits * 10n ** BigInt(shift));
}

export const HUNDRED = ratio(100n);

export const plus = (a, b) => ratio(a.p * b.q + b.p * a.q, a.q * b.q);
export const minus = (a, b) => ratio(a.p * b.q - b.p * a.q, a.q * b.q);
export const times = (a, b) => ratio(a.p * b.p, a.q * b.q);
export const over = (a, b) => ratio(a.p * b.q, a.q * b.p);
export const isBelow = (a, b) => a.p * b.q < b.p * a.q;
export const toFloat = (a) => {
  // Both parts may be larger than a float holds: what counts is their quotient.
  const extra = BigInt(Math.max(0, a.q.toString().length - a.p.toString().replace("-", "").length + 20));
  return Number((a.p * 10n ** extra) / a.q) / 10 ** Number(extra);
};

/** @param {number} power whole */
export function raised(a, power) {
  if (Math.abs(power) > LARGEST_POWER) throw new RangeError("a power that is too large");
  const e = BigInt(Math.abs(power));
  return power < 0 ? ratio(a.q ** e, a.p ** e) : ratio(a.p ** e, a.q ** e);
}

/** How many decimals a number has; undefined where they never end. */
function decimalsOf({ q }) {
  let twos = 0, fives = 0;
  while (q % 2n === 0n) { q /= 2n; twos += 1; }
  while (q % 5n === 0n) { q /= 5n; fives += 1; }
  return q === 1n ? Math.max(twos, fives) : undefined;
}

/** The number without anything lost, for a program: 0.05, or 1/3 where the decimals never end. */
export function written(a) {
  const places = decimalsOf(a);
  return places === undefined ? `${a.p}/${a.q}` : rounded(a, places);
}

/**
 * The number with so many decimals, a half away from zero; nothing is added for a reader.
 * @param {Exact} a
 * @param {number} places
 */
export function rounded(a, places) {
  const scaled = (a.p < 0n ? -a.p : a.p) * 10n ** BigInt(places);
  const whole = (2n * scaled + a.q) / (2n * a.q);
  const digits = whole.toString().padStart(places + 1, "0");
  const sign = a.p < 0n && whole ? "-" : "";
  return sign + digits.slice(0, digits.length - places) + (places ? `.${digits.slice(-places)}` : "");
}

/** With commas and a true minus, and without zeros at its end, unless more digits follow. */
export function grouped(text, goesOn = false) {
  const [whole, part = ""] = text.replace("-", "").split(".");
  const short = goesOn ? part : part.replace(/0+$/, "");
  return (text.startsWith("-") ? "−" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (short && `.${short}`);
}

/**
 * A number for a reader, with so many significant digits that nothing that is booked is lost; an ellipsis says that
 * there is more.
 * @param {Exact} a
 * @param {number} [digits]
 */
export function shown(a, digits = 12) {
  const size = Math.floor(Math.log10(Math.abs(toFloat(a)) || 1));
  const places = Math.min(20, Math.max(0, digits - 1 - size));
  const all = decimalsOf(a);
  return all !== undefined && all <= places ? grouped(rounded(a, all)) : `${grouped(cut(a, places), true)}…`;
}

/** Cut, because what follows an ellipsis must follow. */
function cut(a, places) {
  const whole = ((a.p < 0n ? -a.p : a.p) * 10n ** BigInt(places)) / a.q;
  return rounded(ratio(a.p < 0n ? -whole : whole, 10n ** BigInt(places)), places);
}
