// What makes a function a rule or a formula: its arguments are bound by name and checked, and a formula that is
// worked out is written down while a trace is kept.
import { RuleError } from "./fractions.js";
import { $in, $item } from "./python.js";

/** What the printed rules enter here: the registers of quantities, the check of a venue's number, Python's words. */
export const PACKAGE = { quantities: {}, ownQuantities: {}, exact: null, missing: "", unexpected: "" };

let trace = null;

/** Do something and return what came of it, with every formula that was worked out, in the order of the calls. */
export function traced(task) {
  const before = trace;
  trace = { calls: [], depth: 0 };
  try {
    const value = task();
    return { value, trace: trace.calls };
  } finally {
    trace = before;
  }
}

/** Python's words for an argument; those that are printed speak of one named x. */
const said = (words, key) => words.replace("'x'", `'${key}'`);

function bound(name, defaults, given, takesMore) {
  const names = Object.keys(defaults), unknown = takesMore ? undefined : Object.keys(given).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new RuleError(`${name}(): ${said(PACKAGE.unexpected, unknown)}: it takes ${names.join(", ")}`);
  const merged = {};
  for (const key of names) {
    const value = Object.hasOwn(given, key) && given[key] !== undefined ? given[key] : defaults[key];
    if (value === undefined) throw new RuleError(`${name}(): ${said(PACKAGE.missing, key)}`);
    merged[key] = value;
  }
  for (const key of Object.keys(given)) if (!Object.hasOwn(defaults, key)) merged[key] = given[key];
  return merged;
}

const isQuantity = (key) => $in(key, PACKAGE.quantities) || $in(key, PACKAGE.ownQuantities);
const isLeftOut = (defaults, key, value) => value === null && defaults[key] === null;

/** Return a venue's rule: each argument that is a quantity arrives checked and exact. */
export function $rule(name, makeDefaults, function_, takesMore = false) {
  let defaults = null;
  return (given = {}) => {
    defaults ??= makeDefaults();
    const values = bound(name, defaults, given, takesMore);
    for (const key of Object.keys(defaults))
      if (isQuantity(key) && !isLeftOut(defaults, key, values[key]))
        values[key] = PACKAGE.exact(key, values[key]);
    return function_(values);
  };
}

/** Return a formula: each argument that is a quantity is checked, and the call is written down. */
export function $formula(name, makeDefaults, function_, takesMore = false) {
  let defaults = null;
  return (given = {}) => {
    defaults ??= makeDefaults();
    const values = bound(name, defaults, given, takesMore);
    for (const key of Object.keys(defaults))
      if ($in(key, PACKAGE.quantities) && !isLeftOut(defaults, key, values[key]))
        values[key] = PACKAGE.quantities[key].check(values[key]);
    if (!trace) return function_(values);
    const call = { formula: name, arguments: values, result: null, depth: trace.depth };
    const { calls } = trace;
    calls.push(call);
    trace.depth += 1;
    try {
      call.result = function_(values);
    } finally {
      trace.depth -= 1;
    }
    return call.result;
  };
}

/** Return a function of choices whose answers sympy has worked out. */
export function $solved(makeAnswers) {
  let answers = null;
  return (...chosen) => $item((answers ??= makeAnswers()), chosen.join(","));
}
