// A pasted message, worked out again by the venue's rules: field by field what agrees, and which rule explains the rest.
import { csvNumber, pythonCalls } from "./copies.js";
import { fromText } from "./exact.js";
import { $q, $sub } from "../_engine/fractions.js";
import { compareFigures, readMessage, unsigned } from "./messages.js";

/** Ticks of inverse contracts. */
const TICKS = ["0.01", "0.05", "0.1", "0.5", "1"];
/** Whether two numbers are one for a venue that answers in floating point. */
const isSame = (a, b) => Math.abs(Number($sub(a, b))) < 1e-9;
/** Maintenance rates that messages and pages of the venues show, to try where a figure does not agree. */
const SEEN_RATES = ["0.0035", "0.004", "0.005", "0.01"];

function call(desk, name, given) {
  try {
    return desk.about(name) ? { value: desk.formula(name, given).value } : desk.call(name, given);
  } catch (problem) {
    if (problem.name !== "RuleError") throw problem;
    return { problem: problem.message };
  }
}

/** The arguments that a function takes, the message's first and those of the page where it says nothing. */
function filled(desk, { function: name, given }, values) {
  const takes = desk.takes(name) ?? desk.about(name).arguments;
  const args = {}, missing = [];
  for (const { name: argument, required } of takes) {
    const value = given[argument] ?? (argument in given || required || argument === "available_margin_satoshi" || argument === "funding_rate" ? values[argument] : undefined);
    if (value !== undefined && value !== null) args[argument] = value;
    else if (required) missing.push(argument);
  }
  return { args, missing };
}

/** Other readings of a call, each with its words: the first that makes a figure agree explains it. */
function* readings(desk, venue, name, args) {
  for (const row of desk.venues.find((each) => each.venue === venue)?.rows ?? []) {
    if ("as_of" in args && row.since) {
      const until = row.until ? `to ${row.until.slice(0, 10)}` : "on";
      yield [`by the rule from ${row.since.slice(0, 10)} ${until}`, { as_of: row.since }];
    }
  }
  if (args.taker_fee_rate?.p) yield ["without the closing fee", { taker_fee_rate: $q(0n) }];
  if (args.funding_rate?.p) yield ["without the next funding", { funding_rate: $q(0n) }];
  if (args.cross_margin_satoshi?.p) yield ["without the margin that was added", { cross_margin_satoshi: $q(0n) }];
  if (args.maintenance_margin_rate) {
    for (const rate of SEEN_RATES) yield [`at a maintenance margin rate of ${Number(rate) * 100} %`, { maintenance_margin_rate: fromText(rate) }];
  }
  if (args.settled_price) yield ["since the trades, and not since the settlement", { settled_price: undefined }];
}

const fieldOf = (answer, name) => answer[name || "value"];

/**
 * @param {Desk} desk
 * @param {Record<string, any>} values of the page's fields
 */
export function reckonMessage(desk, values) {
  if (!values.message?.trim()) return { problem: "Paste a message into the field." };
  const found = readMessage(values.message);
  if (found.problem) return { problem: found.problem };
  const { message, shape, more } = found;
  const rows = [], calls = [], missing = new Set(), used = new Set(), refused = [];
  for (const each of shape.calls(message)) {
    for (const name in each.given) if (each.given[name] === undefined) used.add(name);
    const { args, missing: lacking } = filled(desk, each, values);
    for (const name of lacking) {
      used.add(name);
      missing.add(name);
    }
    if (lacking.length) continue;
    calls.push({ call: desk.about(each.function) ? each.function : `venues.${each.function}`, given: Object.entries(args) });
    const answer = call(desk, each.function, args);
    if (answer.problem) {
      refused.push(answer.problem);
      continue;
    }
    for (const [theirs, ours, unit] of each.fields) {
      if (!(theirs in message)) continue;
      const how = { unit, withoutSign: shape.unsigned?.has(theirs) ?? false, none: shape.none };
      const value = fieldOf(answer, ours);
      if (value === undefined) continue;
      const compared = compareFigures(value, message[theirs], how);
      if (!compared) continue;
      const because = compared.agrees ? "" : explanation(desk, shape, each, [theirs, ours], args, how, compared, message);
      rows.push({ field: theirs, ours: ours || each.function.split(".")[1], value, function: each.function, ...compared, because });
    }
  }
  return {
    venue: shape.venue, rows, missing: [...missing], used: [...used], refused, more,
    agreeing: rows.filter(({ agrees }) => agrees).length,
    python: pythonCalls(calls),
    csv: [
      ["field", "message", "worked out", "agrees", "because"],
      ...rows.map((row) => [row.field, row.theirs, row.value === null ? "none" : csvNumber(row.value), row.agrees ? "yes" : "no", row.because]),
    ],
  };
}

function explanation(desk, shape, { function: name }, [theirsName, field], args, how, compared, message) {
  const theirs = message[theirsName];
  for (const [words, change] of readings(desk, shape.venue, name, args)) {
    const other = { ...args, ...change };
    for (const argument in other) if (other[argument] === undefined) delete other[argument];
    const answer = call(desk, name, other);
    if (answer.problem) continue;
    const value = fieldOf(answer, field);
    if (value !== undefined && compareFigures(value, theirs, how)?.agrees) return `It agrees ${words}.`;
  }
  if (message.crossMargin === true && /price/.test(field)) {
    return "In cross margin the venue counts what the account could still add, which the message does not say: type it above as the available margin.";
  }
  const tick = compared.difference && TICKS.find((each) => isSame(unsigned(compared.difference), fromText(each)));
  if (/price|liqpx/i.test(field + theirsName) && tick) {
    return `It is off by exactly ${tick}, which is the tick of some contracts: no copy states that the venue shows its price a tick early.`;
  }
  if (compared.lastDigit) return "One in the last digit: a rounding on the way that no copy states.";
  return "No rule that is known here gives it.";
}
