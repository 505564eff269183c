// The pages that put a position to the venues. What is worked out is data, so that it can be tested without a page.
import { csvNumber, pythonCalls } from "./copies.js";
import { HUNDRED, SATOSHIS, shown } from "./exact.js";
import { $add, compareNumbers, $div, $mul, $q, $sub } from "../_engine/fractions.js";
import { callsOf, linesOf, reckonFormulas } from "./formulas.js";
import { orderCost } from "./venue_calls.js";
import { warningsFor } from "./warnings.js";

export const QUESTION_WORDS = {
  liquidation_price: "Liquidation price",
  bankruptcy_price: "Bankruptcy price",
  initial_margin: "Initial margin",
  maintenance_margin: "Maintenance margin",
};
export const IS_PRICE = new Set(["liquidation_price", "bankruptcy_price"]);
const NOT_HELD = new Set(["venue", "as_of", "last_price", "others"]);

/** The arguments of a question, without what is switched off. */
export function heldOf(values, off = new Set()) {
  const held = {};
  for (const name in values) {
    if (values[name] !== undefined && !NOT_HELD.has(name) && !off.has(name)) held[name] = values[name];
  }
  if (held.margin !== undefined) delete held.leverage;
  return held;
}

/** An answer or the reason why there is none. */
function ask(desk, question, about) {
  try {
    return desk.ask(question, about);
  } catch (problem) {
    if (problem.name !== "RuleError") throw problem;
    return { problem: problem.message };
  }
}

/**
 * @param {Desk} desk
 * @param {Page} page
 * @param {Record<string, any>} values of its fields
 * @param {Set<string>} off the switches that are off
 * @param {Date} today
 */
export function reckonQuestions(desk, page, values, off, today) {
  const { venue, as_of: asOf } = values;
  const held = heldOf(values, off);
  let row;
  try {
    row = desk.rule(venue, asOf);
  } catch (problem) {
    if (problem.name !== "RuleError") throw problem;
    return { problem: problem.message };
  }
  // What is typed as the margin is the margin: the venue is not asked for it.
  const questions = page.questions.filter((question) => question !== "initial_margin" || held.margin === undefined);
  const answers = questions.map((question) => {
    const exact = ask(desk, question, { venue, asOf, rounded: false, held });
    const rounded = exact.problem ? exact : ask(desk, question, { venue, asOf, rounded: true, held });
    return { question, exact, rounded };
  });
  const of = (question) => answers.find((each) => each.question === question)?.exact;
  const tier = tierOf(desk, venue, asOf, held);
  const mark = held.mark_price ?? held.entry_price;
  const liquidation = of("liquidation_price")?.value;
  const formulas = page.answers.length ? reckonFormulas(desk, page, values, off) : undefined;
  const ownCost = page.answers.length ? orderCost(desk, values, held) : undefined;
  return {
    row,
    answers,
    tier,
    mark,
    distance: liquidation ? { part: $div($sub(liquidation, mark), mark), dollars: $sub(liquidation, mark) } : undefined,
    // What is drawn a moment later, or copied when somebody asks for it, is worked out then.
    twin: () => (liquidation ? twinOf(desk, held, of("initial_margin")?.value, liquidation) : undefined),
    formulas,
    ownCost,
    others: desk.venues.find((each) => each.venue === venue).rows.filter((each) => each.since !== row.since),
    compared: () => compare(desk, questions, values, held),
    warnings: warningsFor(row, { today, months: page.months, seen: page.seen, values, liquidation, tier }),
    get python() { return pythonOf(venue, asOf, held, answers, formulas, ownCost); },
    get csv() { return csvOf(values, row, answers, formulas, ownCost); },
  };
}

/** The end of the position in coin, in dollars, and what the linear contract of the same dollars would have left. */
function twinOf(desk, held, initial, price) {
  const margin = held.margin ?? (initial && $add(initial, held.extra_margin ?? $q(0n)));
  if (!margin) return undefined;
  const { side, notional, entry_price: entry } = held;
  const position = { side, notional, entry_price: entry, price };
  const coins = desk.formula("contract.profit_and_loss", position).value;
  const dollars = desk.formula("contract.profit_and_loss_in_dollars", position).value;
  const linear = desk.formula("contract.linear_profit_and_loss", { side, coin_quantity: $div(notional, entry), entry_price: entry, price }).value;
  return [
    ["Margin", margin, $mul(margin, entry), $mul(margin, entry)],
    ["Profit and loss there", coins, dollars, linear],
    ["Left", $add(margin, coins), $mul($add(margin, coins), price), $add($mul(margin, entry), linear)],
  ];
}

/** What every venue answers to the same position: by its rule of the day where that is known, else by its newest one. */
function compare(desk, questions, values, held) {
  return desk.venues.map(({ venue }) => {
    let asOf = venue === values.venue ? values.as_of : null;
    if (values.as_of && venue !== values.venue) {
      try {
        desk.rule(venue, values.as_of);
        asOf = values.as_of;
      } catch (problem) {
        if (problem.name !== "RuleError") throw problem;
      }
    }
    const row = desk.rule(venue, asOf);
    const answers = questions.map((question) => ask(desk, question, { venue, asOf, rounded: false, held }));
    return { venue, row, answers, isNewest: asOf === null };
  });
}

/** What is known of the tier that the position lies in: its rates, and where it comes from. */
function tierOf(desk, venue, asOf, { notional, entry_price: entry }) {
  if (!notional || !entry) return null;
  try {
    const { source, as_of: copy, contract, unit, inferred } = desk.limits(venue, asOf);
    const size = unit === "USD" ? notional : $div(notional, entry);
    return { ...desk.rates(venue, asOf, size), size, source, copy, contract, inferred };
  } catch (problem) {
    if (problem.name !== "RuleError") throw problem;
    return null;
  }
}

function pythonOf(venue, asOf, held, answers, formulas, ownCost) {
  const given = Object.entries(held);
  return pythonCalls([
    ...answers.filter(({ exact }) => !exact.problem).map(({ question, rounded }) => ({
      call: `venues.${question}`,
      given: [["", venue], ...(asOf ? [["as_of", asOf]] : []), ...(rounded.problem ? [] : [["rounded", true]]), ...given],
    })),
    ...(formulas ? callsOf(formulas.answers) : []),
    ...(ownCost?.value ? [{ call: `venues.${ownCost.name}`, given: Object.entries(ownCost.given) }] : []),
  ]);
}

function csvOf(values, row, answers, formulas, ownCost) {
  const put = Object.entries(values).filter(([, value]) => value !== undefined && value !== "" && value !== false && value !== null);
  return [
    ["what", "unrounded", "as the venue rounds it", "unit"],
    ...answers.map(({ question, exact, rounded }) => [
      question,
      exact.problem ?? (exact.value === null ? "none" : csvNumber(exact.value)),
      exact.problem ? "" : rounded.problem ? "not known" : rounded.value === null ? "none" : csvNumber(rounded.value),
      IS_PRICE.has(question) ? "USD per coin" : "coin",
    ]),
    ...(formulas ? linesOf(formulas.answers).map(([what, figure, unit]) => [what, figure, "", unit]) : []),
    ...(ownCost?.value ? [[ownCost.name, "", csvNumber(ownCost.value), "satoshi"]] : []),
    ...put.map(([name, value]) => [name, typeof value === "object" ? csvNumber(value) : String(value), "", "given"]),
    ["source", row.source, row.as_of, "rule"],
  ];
}

const sideName = (side) => (side?.p > 0n ? "long" : "short");

/** The answer in one sentence. */
export function sentenceOf({ answers, row, distance, mark, formulas, ownCost }, values) {
  const main = answers[0];
  const name = QUESTION_WORDS[main.question].toLowerCase();
  if (!row.price_for_a_position && IS_PRICE.has(main.question)) return `${row.venue} has no price for one position: ${row.note}.`;
  if (main.exact.problem) return main.exact.problem;
  if (main.exact.value === null) return noneOf(main.question, row.venue, values);
  const best = main.rounded.problem ? main.exact.value : main.rounded.value;
  const unit = IS_PRICE.has(main.question) ? "USD" : "coins";
  let text = `${row.venue}: the ${name} of this ${sideName(values.side)} is ${shown(best)} ${unit}`;
  if (distance && main.question === "liquidation_price") {
    const away = Number($mul(distance.part, HUNDRED));
    text += `, ${Math.abs(away).toFixed(2)} % ${away < 0 ? "below" : "above"} the ${values.mark_price ? "mark" : "entry"} price of ${shown(mark)}`;
  }
  const cost = formulas?.answers.at(-1).value;
  // `order_cost` of a venue is what a position ties up, without the fee for opening.
  if (ownCost?.value && ownCost.name.endsWith(".order_margin")) text += `. By its own rule the order ties up ${inCoins(ownCost.value)}`;
  else if (cost) text += `. With both fees the order ties up ${shown(cost)}, by the course's formula`;
  return `${text}.`;
}

/** Satoshis of a venue, in words. */
export const inCoins = (satoshi) => `${shown($div(satoshi, SATOSHIS))} coins, ${shown(satoshi)} satoshi`;

/** Why there is no such price, in words and never as a sentinel. */
export function noneOf(question, venue, values) {
  const ends = question === "liquidation_price" ? "liquidates" : "bankrupts";
  const why = values.side?.p < 0n
    ? "its margin is at least all that it can owe in coin, however high the price goes"
    : "its margin covers what it can lose";
  return `None: no price ${ends} this ${sideName(values.side)} at ${venue}, because ${why}.`;
}

/** The venue with the liquidation price that comes first, for a line below the comparison. */
export function spread(compared, place, side) {
  const prices = compared.filter(({ answers }) => answers[place].value).map(({ venue, answers }) => ({ venue, price: answers[place].value }));
  if (prices.length < 2) return "";
  prices.sort((a, b) => compareNumbers(a.price, b.price));
  const [low, high] = [prices[0], prices.at(-1)];
  const apart = Number($mul($div($sub(high.price, low.price), low.price), HUNDRED));
  const [first, last] = side?.p > 0n ? [high, low] : [low, high];
  return `The price comes to ${first.venue} first and to ${last.venue} last; the two are ${apart.toFixed(2)} % apart.`;
}
