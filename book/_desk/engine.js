// The engine as the pages use it: every number comes out as a fraction, and a price that is never reached as null.
import { fromText } from "./exact.js";
import { exactly, Infinite, isNumber } from "../_engine/fractions.js";

/** A number of the engine; what is no number, as it is. */
function taken(value) {
  if (value === null || value instanceof Infinite) return null;
  return isNumber(value) ? exactly(value) : value;
}

const all = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, taken(value)]));

/** A field of an answer: a number, a text, or null for none. */
const read = ({ kind, text }) => (kind === "none" ? null : kind === "text" ? text : fromText(text));

/**
 * @param {object} engine as `book/_engine/desk.js` makes it
 * @returns {Desk}
 */
export function adapted(engine) {
  const step = (call) => ({ ...call, arguments: all(call.arguments), result: taken(call.result), form: () => engine.form(call) });
  // A trace is read where it is shown alone: the comparison asks for nine times as many as the page shows.
  const answer = ({ value, trace }) => ({ value: taken(value), get trace() { return trace.map(step); } });
  return {
    venues: engine.venues,
    rule: engine.rule,
    ask: (question, about) => answer(engine.ask(question, about)),
    formula: (name, values) => answer(engine.formula(name, values)),
    call(name, values) {
      const { fields } = engine.call(name, values);
      return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, read(value)]));
    },
    positions: (fills) => engine.positions(fills).map(({ held, trace }) => ({ held, trace: () => trace.map(step) })),
    takes: (name) => engine.rules[name]?.arguments,
    summary: (name) => engine.rules[name].summary,
    about: (name) => engine.formulas[name],
    rates: (venue, asOf, size) => all(engine.rates(venue, asOf, size)),
    limits: engine.riskLimits,
  };
}
