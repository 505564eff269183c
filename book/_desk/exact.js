// Exact numbers as a reader types and reads them; they are worked with as the rules work with them.
import { $div, $pow, $q, exactly, parseNumber, RuleError } from "../_engine/fractions.js";

/** @typedef {import("../_engine/fractions.js").Fraction} Exact */

const LARGEST_TYPED_POWER = 60;

/**
 * A number as it is written: 25,000 and 1.5e-3, and 1/3 as `written` writes it.
 * @param {string} text
 * @returns {Exact}
 */
export function fromText(text) {
  const [top, below] = text.split("/");
  if (below !== undefined) return $div(fromText(top), fromText(below));
  const number = parseNumber(text);
  if (number === null || Math.abs(Number(/e(.*)$/i.exec(text)?.[1] ?? 0)) > LARGEST_TYPED_POWER) throw new RuleError(`${text} is no number`);
  return exactly(number);
}

export const HUNDRED = exactly(100n);
/** Satoshis in a coin. */
export const SATOSHIS = exactly(100_000_000n);
export const NOTHING = exactly(0n);

/** @param {number} power whole */
export function raised(a, power) {
  if (Math.abs(power) > LARGEST_TYPED_POWER) throw new RuleError("a power that is too large");
  return $pow(a, BigInt(power));
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
  const size = Math.floor(Math.log10(Math.abs(Number(a)) || 1));
  const places = Math.min(20, Math.max(0, digits - 1 - size));
  const all = decimalsOf(a);
  return all !== undefined && all <= places ? grouped(rounded(a, all)) : `${grouped(cut(a, places), true)}…`;
}

/** Cut, because what follows an ellipsis must follow. */
function cut(a, places) {
  const whole = ((a.p < 0n ? -a.p : a.p) * 10n ** BigInt(places)) / a.q;
  return rounded($q(a.p < 0n ? -whole : whole, 10n ** BigInt(places)), places);
}
