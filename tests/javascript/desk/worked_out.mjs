// What pages of the desk work out, for the tests in Python: tasks come as JSON, and what a reader would see goes back.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { APPROXIMATE } from "../../../book/_desk/approximate.js";
import { reckonMessage } from "../../../book/_desk/comparison.js";
import { adapted } from "../../../book/_desk/engine.js";
import { written } from "../../../book/_desk/exact.js";
import { readFields } from "../../../book/_desk/fields.js";
import { reckonFills } from "../../../book/_desk/fills.js";
import { reckonFormulas } from "../../../book/_desk/formulas.js";
import { reckonQuestions, sentenceOf } from "../../../book/_desk/questions.js";

const { desk: engine } = await import(pathToFileURL(process.argv[2]));
const { APPROXIMATE: printed } = await import(new URL("approximate.mjs", pathToFileURL(process.argv[2])));
Object.assign(APPROXIMATE, printed);
const desk = adapted(engine);
const { pages, tasks } = JSON.parse(fs.readFileSync(0, "utf-8"));
const text = (value) => (value === null ? null : value === undefined ? undefined : written(value));

function workedOut({ page: name, texts, off = [], today = "2026-11-26" }) {
  const page = pages[name];
  const defaults = Object.fromEntries(page.fields.map((field) => [field.name, field.default]));
  const { values, wrong } = readFields(page.fields, { ...defaults, ...texts });
  if (Object.keys(wrong).length) return { wrong };
  if (page.kind === "message") {
    const { problem, venue, rows, missing, refused, python } = reckonMessage(desk, values);
    return { problem, venue, missing, refused, python, rows: rows?.map(({ field, agrees, value, because }) => ({ field, agrees, value: text(value), because })) };
  }
  if (page.kind === "fills") {
    const { end, net, total, python, csv } = reckonFills(desk, values, new Set(off));
    return { side: text(end.side), notional: text(end.notional), entry_price: text(end.entry_price), realised: text(end.realised), fees: text(end.fees), net: text(net), total: text(total), python, csv };
  }
  if (page.kind === "questions") {
    const found = reckonQuestions(desk, page, values, new Set(off), new Date(today));
    if (found.problem) return { problem: found.problem };
    return {
      answers: Object.fromEntries(found.answers.map(({ question, exact, rounded }) => [question, exact.problem ? { problem: exact.problem } : { exact: text(exact.value), rounded: rounded.problem ? undefined : text(rounded.value) }])),
      compared: found.compared().map(({ venue, answers }) => [venue, answers.map((answer) => (answer.problem ? "problem" : text(answer.value)))]),
      sentence: sentenceOf(found, values), warnings: found.warnings, python: found.python, csv: found.csv,
      order_cost: text(found.ownCost?.value), formulas: found.formulas?.answers.map(({ answer, value }) => [answer.name, text(value)]),
    };
  }
  const row = values.venue === undefined ? undefined : desk.rule(values.venue, values.as_of);
  const { answers, python } = reckonFormulas(desk, page, values, new Set(off), row);
  return { answers: Object.fromEntries(answers.map(({ answer, value, problem, missing, off: left }) => [answer.name, problem ?? (missing ? "missing" : left ? "off" : text(value))])), python };
}

console.log(JSON.stringify(tasks.map((task) => {
  try {
    return workedOut(task);
  } catch (problem) {
    if (problem.name !== "RuleError" && problem.constructor.name !== "Unreadable") throw problem;
    return { problem: problem.message };
  }
})));
