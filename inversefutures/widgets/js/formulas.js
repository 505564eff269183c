// The one place where a formula of the spec becomes a function.

/**
 * In a notebook a formula is the text that the course's Python has printed, and here text becomes code. On the site it
 * is a number: the page brings the functions along, so that its policy can forbid exactly that.
 * @param {string | number} source
 * @param {string[]} names of the arguments
 * @returns {(...values: any[]) => any}
 */
export function compile(source, names) {
  if (typeof source === "number") return inverseFuturesFormulas[source];
  return new Function(...names, `"use strict"; return ${source};`);
}
