// A venue's own functions, which are found by their names: a venue that the package gains is asked as the others are.

import { $div, exactly } from "../_engine/fractions.js";

const moduleOf = (venue) => venue.toLowerCase().split(" ")[0];

/**
 * What a venue's function answers, or why it does not; undefined where the venue has none of these.
 * @param {Desk} desk
 * @param {string} venue
 * @param {string[]} names of the function, without the venue's
 * @param {Record<string, () => any>} offered arguments, each made where the function takes it
 */
export function askVenue(desk, venue, names, offered) {
  const name = names.map((each) => `${moduleOf(venue)}.${each}`).find((each) => desk.takes(each));
  if (!name) return undefined;
  const given = {};
  for (const { name: argument } of desk.takes(name)) {
    const value = offered[argument]?.();
    if (value !== undefined) given[argument] = value;
  }
  try {
    return { name, given, ...desk.call(name, given) };
  } catch (problem) {
    if (problem.name !== "RuleError") throw problem;
    return { name, problem: problem.message };
  }
}

/** What a venue books for a fill, where the package knows how it rounds. */
export function bookedFill(desk, { venue, as_of: asOf }, { notional, price, fee_rate: rate }) {
  return askVenue(desk, venue, ["fill"], {
    contracts: () => notional,
    notional: () => notional,
    price: () => price,
    fee_rate: () => rate,
    as_of: () => asOf ?? today(),
  });
}

const today = () => new Date().toISOString().slice(0, 10);

/** What a venue ties up for an order, by its own rule, in satoshi. */
export function orderCost(desk, { venue, as_of: asOf }, { side, notional, entry_price: price, leverage, fee_rate: rate }) {
  if (!notional || !price || !leverage?.p || rate === undefined) return undefined;
  return askVenue(desk, venue, ["order_margin", "order_cost"], {
    side: () => side,
    contracts: () => notional,
    price: () => price,
    leverage: () => leverage,
    initial_margin_rate: () => $div(exactly(1n), leverage),
    taker_fee_rate: () => rate,
    entry_cost_satoshi: () => bookedFill(desk, { venue, as_of: asOf }, { notional, price, fee_rate: rate })?.value_satoshi,
    as_of: () => asOf ?? today(),
  });
}
