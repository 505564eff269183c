// The pages that are formulas of the course alone. What is worked out is data.
import { csvNumber, pythonCalls } from "./copies.js";
import { fromText, ratio, times, toFloat } from "./exact.js";

/**
 * The arguments of an answer: a name of a field or of an earlier answer, "=word" for a choice, "@fact" for a fact of
 * the venue's rule; undefined where something is missing.
 */
function argumentsOf(answer, scope, row) {
  const given = {};
  for (const [name, from] of Object.entries(answer.arguments)) {
    if (from.startsWith("=")) given[name] = from.slice(1);
    else if (from.startsWith("@")) given[name] = row?.[from.slice(1)];
    else if (scope[from] !== undefined) given[name] = scope[from];
    else if (!from.endsWith("?")) return undefined;
    const optional = from.replace(/\?$/, "");
    if (from.endsWith("?") && scope[optional] !== undefined) given[name] = scope[optional];
  }
  return given;
}

/**
 * @param {Desk} desk
 * @param {Page} page
 * @param {Record<string, any>} values
 * @param {Set<string>} off
 * @param {Row} [row] the venue's rule
 */
export function reckonFormulas(desk, page, values, off, row) {
  const scope = Object.create(null);
  for (const name in values) scope[name] = off.has(name) ? ratio(0n) : values[name];
  const answers = page.answers.map((answer) => {
    if (off.has(answer.switch)) return { answer, off: true };
    const given = argumentsOf(answer, scope, row);
    if (given === undefined) return { answer, missing: true };
    try {
      const found = desk.formula(answer.formula, given);
      if (found.value !== null) scope[answer.name] = found.value;
      return { answer, given, ...found };
    } catch (problem) {
      if (problem.name !== "RuleError") throw problem;
      return { answer, given, problem: problem.message };
    }
  });
  return { answers, python: pythonOf(answers), csv: csvOf(values, answers) };
}

/** The same in floating point, where a formula is not rational: an expression that the build has printed. */
export function reckonApproximately(printed, page, values, off) {
  const scope = Object.create(null);
  for (const name in values) scope[name] = values[name]?.p === undefined ? values[name] : off.has(name) ? 0 : toFloat(values[name]);
  const answers = page.answers.map((answer) => {
    if (off.has(answer.switch)) return { answer, off: true };
    const given = argumentsOf(answer, { ...values }, undefined);
    if (given === undefined) return { answer, missing: true };
    const numbers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value?.p === undefined ? value : toFloat(value)]));
    const value = printed[answer.name](numbers);
    if (Number.isFinite(value)) return { answer, given, float: value, value: fromText(value.toPrecision(12)) };
    return { answer, given, value: null };
  });
  return { answers, python: pythonOf(answers), csv: csvOf(values, answers) };
}

const WITHOUT_VALUE = (each) => each.off || each.missing || each.problem;

function pythonOf(answers) {
  const called = answers.filter((each) => !WITHOUT_VALUE(each));
  const modules = new Set(called.map(({ answer }) => answer.formula.split(".")[0]));
  return pythonCalls([...modules], called.map(({ answer, given }) => ({ call: answer.formula, given: Object.entries(given) })));
}

function csvOf(values, answers) {
  const put = Object.entries(values).filter(([, value]) => value !== undefined && value !== "" && value !== false && value !== null);
  return [
    ["what", "figure", "unit"],
    ...answers.filter((each) => !each.off && !each.missing).map(({ answer, value, problem }) => [
      answer.label, problem ?? (value === null ? "none" : csvNumber(value)), answer.unit,
    ]),
    ...put.map(([name, value]) => [name, typeof value === "object" ? csvNumber(value) : String(value), "given"]),
  ];
}

/** A figure in its unit: a fraction may be shown in percent. */
export const inUnit = (value, unit) => (unit === "%" ? times(value, ratio(100n)) : value);
