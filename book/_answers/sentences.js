// The sentences of the judge, which the build takes from inversefutures/sentences.py.

/** @type {Record<string, string>} The build puts them here; a test gives its own. */
export const SENTENCES = {};

/**
 * A sentence with its blanks filled: by text, by a number, or by another sentence, [its name, its blanks].
 * Of the many mistakes that are looked through most are never told, so these stay such a pair until then.
 */
export function said(sentence, blanks = {}) {
  return SENTENCES[sentence].replace(/\{(\w+)\}/g, (_, name) => told(blanks[name]));
}

const told = (part) => (part.map ? said(...part) : part.toFixed ? inWords(part) : part);

/** A number as a sentence shows it: whole, or with up to ten digits. */
export function inWords(number) {
  const [whole, behind] = Number.isInteger(number) ? [String(number)] : general(number).split(".");
  const grouped = whole.includes("e") ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return behind === undefined ? grouped : `${grouped}.${behind}`;
}

/** Ten digits, and a power of ten where it is shorter, as Python's format "g" writes it. */
function general(number) {
  const [digits, power] = number.toExponential(9).replace(/\.?0+e/, "e").split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 10) return positional(Number(`${digits}e${power}`));
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** A number in its shortest decimal, without a power of ten. */
export function positional(number) {
  const [, minus, whole, behind = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e(.+))?$/.exec(String(number));
  const digits = whole + behind;
  const point = whole.length + Number(power);
  if (point <= 0) return `${minus}0.${"0".repeat(-point)}${digits}`;
  const front = digits.slice(0, point).padEnd(point, "0");
  return minus + front + (digits.length > point ? `.${digits.slice(point)}` : "");
}
