// Python's Decimal, as far as the rules answer with it: how it is divided, written and compared.
import { $q, exactly, Fraction, RuleError } from "./fractions.js";

const PRECISION = 28;

/** A decimal number: coefficient · 10^exponent. */
export class Decimal {
  constructor(coefficient, exponent = 0) {
    this.coefficient = coefficient;
    this.exponent = exponent;
  }

  /** As Python writes it: with an exponent where it is above 0, or the number is small. */
  toString() {
    const [minus, figures] = this.parts;
    const left = this.exponent + figures.length;
    const point = this.exponent <= 0 && left > -6 ? left : 1;
    const text =
      point <= 0
        ? `0.${"0".repeat(-point)}${figures}`
        : point >= figures.length
          ? figures + "0".repeat(point - figures.length)
          : `${figures.slice(0, point)}.${figures.slice(point)}`;
    const power = left - point;
    return minus + text + (power ? `E${power > 0 ? "+" : ""}${power}` : "");
  }

  /** Without an exponent, however long it gets. */
  get plain() {
    const [minus, figures] = this.parts;
    if (this.exponent >= 0) return minus + (figures === "0" ? figures : figures + "0".repeat(this.exponent));
    const filled = figures.padStart(1 - this.exponent, "0");
    return `${minus}${filled.slice(0, this.exponent)}.${filled.slice(this.exponent)}`;
  }

  get parts() {
    const negative = this.coefficient < 0n;
    return [negative ? "-" : "", `${negative ? -this.coefficient : this.coefficient}`];
  }

  get fraction() {
    const scale = 10n ** BigInt(Math.abs(this.exponent));
    return this.exponent < 0 ? $q(this.coefficient, scale) : new Fraction(this.coefficient * scale, 1n);
  }
}

/** Return the decimal that a text is, as Python writes it. */
export function $dec(text) {
  const found = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!found) throw new RuleError(`${text} is no decimal number`);
  const [, minus, whole, part = "", power = "0"] = found;
  return new Decimal(BigInt(minus + whole + part), Number(power) - part.length);
}

/** Return a fraction as a Decimal: exact where its decimals end, else to 28 digits, a half to the even one. */
export function $decimal(number) {
  const { p, q } = exactly(number);
  if (!p) return new Decimal(0n);
  const [minus, top] = p < 0n ? [-1n, -p] : [1n, p];
  const shift = `${q}`.length - `${top}`.length + PRECISION + 1;
  const [above, below] = shift >= 0 ? [top * 10n ** BigInt(shift), q] : [top, q * 10n ** BigInt(-shift)];
  let [coefficient, exponent] = [above / below, -shift];
  if (above % below) {
    if (coefficient % 5n === 0n) coefficient += 1n; // so that a rest beyond the digits is not lost to a half
  } else {
    for (; exponent < 0 && coefficient % 10n === 0n; exponent++) coefficient /= 10n;
  }
  const surplus = `${coefficient}`.length - PRECISION;
  if (surplus > 0) {
    const unit = 10n ** BigInt(surplus);
    const [kept, rest] = [coefficient / unit, coefficient % unit];
    const up = rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n);
    coefficient = kept + (up ? 1n : 0n);
    exponent += surplus;
    if (`${coefficient}`.length > PRECISION) {
      coefficient /= 10n;
      exponent += 1;
    }
  }
  return new Decimal(minus * coefficient, exponent);
}
