// The engine as the pages use it: every number goes in and comes out as a pair of whole numbers.
import { fromText } from "./exact.js";

/** A number of the engine; null for a price that is never reached; what is no number, as it is. */
function taken(value) {
  if (typeof value === "bigint") return { p: value, q: 1n };
  if (value === null || typeof value !== "object") return value;
  if (value.fraction) return taken(value.fraction);
  if ("sign" in value && !("p" in value)) return null;
  return value;
}

const all = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, taken(value)]));

/** A field of an answer: a number, a text, or null for none. */
const read = ({ kind, text }) => (kind === "none" ? null : kind === "text" ? text : fromText(text));

/**
 * @param {object} engine as `book/_engine/desk.js` makes it
 * @returns {Desk}
 */
export function adapted(engine) {
  const given = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) =>
    [name, value?.p === undefined ? value : new engine.Fraction(value.p, value.q)]));
  const step = (call) => ({ ...call, arguments: all(call.arguments), result: taken(call.result), form: () => engine.form(call) });
  // A trace is read where it is shown alone: the comparison asks for nine times as many as the page shows.
  const answer = ({ value, trace }) => ({ value: taken(value), get trace() { return trace.map(step); } });
  return {
    venues: engine.venues,
    rule: engine.rule,
    ask: (question, { held, ...about }) => answer(engine.ask(question, { ...about, held: given(held) })),
    formula: (name, values) => answer(engine.formula(name, given(values))),
    call(name, values) {
      const { fields } = engine.call(name, given(values));
      return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, read(value)]));
    },
    takes: (name) => engine.rules[name]?.arguments,
    about: (name) => engine.formulas[name],
    rates: (venue, asOf, size) => all(engine.rates(venue, asOf, given({ size }).size)),
    limits: engine.riskLimits,
  };
}
