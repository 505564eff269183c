// A formula with the numbers put in for its letters.
import { shown } from "./exact.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const element = (tag, text) => Object.assign(document.createElementNS(MATHML, tag), { textContent: text });
const isSign = (part) => part.localName === "mo" || part.localName === "mspace";
const ends = (part) => !isSign(part) || /^[)\]}]$/.test(part.textContent.trim());
const begins = (part) => !isSign(part) || /^[([{]$/.test(part.textContent.trim());

/**
 * @param {Element} math a formula whose letters are marked with the names of their quantities
 * @param {Record<string, any>} given
 * @returns {Element | undefined} a new formula; nothing where a letter has no number
 */
export function withNumbers(math, given) {
  const copy = math.cloneNode(true);
  for (const letter of [...copy.querySelectorAll("[data-symbol]")]) {
    const value = given[letter.dataset?.symbol ?? letter.getAttribute("data-symbol")];
    if (value?.p === undefined) return undefined;
    const text = shown(value, 10);
    const number = element("mn", text);
    if (value.p >= 0n) letter.replaceWith(number);
    else {
      const row = element("mrow", "");
      row.append(element("mo", "("), number, element("mo", ")"));
      letter.replaceWith(row);
    }
  }
  // Letters stand side by side for a product; numbers may not.
  for (const row of [copy, ...copy.querySelectorAll("mrow, msqrt, mstyle")]) {
    for (const part of [...row.children]) {
      const before = part.previousElementSibling;
      if (before && ends(before) && begins(part)) part.before(element("mo", "×"));
    }
  }
  return copy;
}
