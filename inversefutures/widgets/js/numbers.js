// Numbers for readers. Nothing here touches the page: `node --test` holds all of it.

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * A number with so many decimals, with commas and a true minus. Not by Intl, whose first number costs more than the
 * whole drawing of a widget. As there, a number is rounded as it is written: 1.005 to 1.01, though its last bit is below.
 * @param {number} value smaller than 1e21
 * @param {number} decimals
 * @returns {string}
 */
export function fixed(value, decimals) {
  const size = Math.abs(value);
  const shifted = Math.round(Number(`${size}e${decimals}`));
  const [whole, part] = (shifted < 1e15 ? shifted / 10 ** decimals : size).toFixed(decimals).split(".");
  const sign = value < 0 && size >= 0.5 * 10 ** -decimals ? "−" : "";
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${part ? `.${part}` : ""}`;
}

/**
 * A number for a reader: `digits` significant ones, and never fewer than the whole part has.
 * @param {number} value finite; what is not is said in words, see `speaker`
 * @param {number} [digits]
 * @returns {string}
 */
export function format(value, digits = 5) {
  if (!Number.isFinite(value)) return "none";
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size < -6 || size > 14) {
    const [mantissa, power] = value.toExponential(Math.min(digits, 4) - 1).split("e");
    return `${Number(mantissa)} × 10${[...power.replace("+", "")].map((c) => SUPERSCRIPT[c]).join("")}`.replace("-", "−");
  }
  const text = fixed(value, Math.min(12, Math.max(0, digits - 1 - size)));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * A number that the reader has set: nothing of it is rounded away.
 * @param {number} value
 * @returns {string}
 */
export const exact = (value) => format(value, 10);

/**
 * A number without the last bits that arithmetic has left: 7 and not 7.000000000000001.
 * @param {number} value
 * @returns {number}
 */
export const tidy = (value) => Number(value.toPrecision(12));

/**
 * The step of 1, 2 or 5 times a power of ten that is next above `size`.
 * @param {number} size positive
 * @returns {number}
 */
export function niceStep(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  return power * [1, 2, 5, 10].find((step) => step * power >= size * (1 - 1e-9));
}

/**
 * @param {string} text
 * @returns {string} the text, which may stand within a sentence
 */
export const lower = (text) => (/^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);

/**
 * @param {string} text
 * @returns {string} the text as a sentence of its own
 */
export const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "");

/**
 * @param {string} text
 * @param {string} unit
 * @returns {string}
 */
export const withUnit = (text, unit) => (unit ? `${text} ${unit}` : text);

/**
 * How the numbers of one thing are said. A share may be shown in percent (`factor` 100), and a number that does not
 * exist is said in the words that the author gave: a reader learns the reason, in sight and by ear.
 * @param {{unit?: string, factor?: number, none?: string}} spec
 * @returns {(value: number, digits?: number, bare?: boolean) => string} `bare` leaves the unit out
 */
export function speaker({ unit = "", factor = 1, none = "none here" }) {
  return (value, digits = 5, bare = false) => {
    if (!Number.isFinite(value)) return none;
    return withUnit(format(factor === 1 ? value : tidy(value * factor), digits), bare ? "" : unit);
  };
}
