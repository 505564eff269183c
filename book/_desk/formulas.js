// The pages that are formulas of the course alone. What is worked out is data.
import { APPROXIMATE } from "./approximate.js";
import { csvNumber, pythonCalls } from "./copies.js";
import { fromText, HUNDRED } from "./exact.js";
import { $mul, $q } from "../_engine/fractions.js";

/**
 * The arguments of an answer: a name of a field or of an earlier answer, "=word" for a choice, "@fact" for a fact of
 * the venue's rule; undefined where one of them is missing.
 */
function argumentsOf(answer, scope, row) {
  const given = {};
  for (const [name, from] of Object.entries(answer.arguments)) {
    const value = from.startsWith("=") ? from.slice(1) : from.startsWith("@") ? row?.[from.slice(1)] : scope[from];
    if (value === undefined) return undefined;
    given[name] = value;
  }
  return given;
}

/** A formula that is not rational, in floating point: the build has printed one for each word of its choices. */
function nearly(page, answer, given) {
  const words = Object.values(given).filter((value) => typeof value === "string" && !Object.values(answer.arguments).includes(`=${value}`));
  const key = [answer.name, ...words].join("_");
  const numbers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.p === undefined ? value : Number(value)]));
  const float = APPROXIMATE[page.name][key](numbers);
  const value = Number.isFinite(float) ? fromText(float.toPrecision(12)) : null;
  return { value, trace: [{ formula: answer.formula, arguments: given, result: value, sheet: page.sheets[key] }] };
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
  for (const name in values) scope[name] = off.has(name) ? $q(0n) : values[name];
  if (row?.fee_reserve === "none") scope.fee_rate = $q(0n); // this venue does not count it
  const facts = row && { ...row, fee_at: row.fee_reserve === "mark price" ? "mark" : "bankruptcy" };
  const answers = page.answers.map((answer) => {
    if (off.has(answer.switch)) return { answer, off: true };
    const given = argumentsOf(answer, scope, facts);
    if (given === undefined) return { answer, missing: true };
    try {
      const found = answer.approximate ? nearly(page, answer, given) : desk.formula(answer.formula, given);
      if (found.value !== null) scope[answer.name] = found.value;
      return { answer, given, value: found.value, steps: () => found.trace };
    } catch (problem) {
      if (problem.name !== "RuleError") throw problem;
      return { answer, given, problem: problem.message };
    }
  });
  return { answers, row, get python() { return pythonCalls(callsOf(answers)); }, get csv() { return csvOfFormulas(values, answers); } };
}

const WITHOUT_VALUE = (each) => each.off || each.missing || each.problem;

/** The calls that the answers with a figure are, for `pythonCalls`. */
export function callsOf(answers) {
  return answers.filter((each) => !WITHOUT_VALUE(each)).map(({ answer, given }) => ({ call: answer.formula, given: Object.entries(given) }));
}

/** The answers as lines of a table: what, figure, unit. */
export function linesOf(answers) {
  return answers.filter((each) => !each.off && !each.missing).map(({ answer, value, problem }) => [
    answer.label, problem ?? (value === null ? "none" : csvNumber(value)), answer.unit,
  ]);
}

function csvOfFormulas(values, answers) {
  const put = Object.entries(values).filter(([, value]) => value !== undefined && value !== "" && value !== false && value !== null);
  return [
    ["what", "figure", "unit"],
    ...linesOf(answers),
    ...put.map(([name, value]) => [name, typeof value === "object" ? csvNumber(value) : String(value), "given"]),
  ];
}

/** A figure in its unit: a fraction may be shown in percent. */
export const inUnit = (value, unit) => (unit === "%" ? $mul(value, HUNDRED) : value);
