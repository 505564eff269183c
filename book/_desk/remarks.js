// What the page says of the fields, and how it says what the package refuses. Pure.

/** Words of the package for a reader who sees no arguments: fee_rate is the field of the fee rate. */
export const inWords = (problem) => problem.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (name) => name.replaceAll("_", " "));

/**
 * What stands below a field, though it could be read.
 * @param {Record<string, any>} values
 * @param {{venue: string, contract_size: string}[]} venues
 * @returns {Record<string, string>}
 */
export function remarksOn({ venue, margin, leverage }, venues) {
  const remarks = {};
  const size = venues.find((each) => each.venue === venue)?.contract_size;
  if (size) remarks.notional = `a contract on bitcoin at ${venue} is ${size} USD`;
  if (margin !== undefined && leverage !== undefined) remarks.leverage = "not used: the margin stands in its place";
  return remarks;
}
