// Reads {script, calls: [[kind, name, arguments], …]} and writes what the desk's engine answers to each call: its
// fields, each as kind and text, or the words of its refusal.
const { readFileSync } = require("node:fs");

const { script, calls } = JSON.parse(readFileSync(0, "utf8"));
const desk = new Function(`${script}\nreturn desk;`)();

function given(value) {
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== "object") return value;
  if ("fraction" in value) return new desk.Fraction(...value.fraction.map(BigInt));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, given(each)]));
}

const asFraction = ({ value }) => ({ value: { kind: "fraction", text: value === null ? "None" : `${value}` } });

const KINDS = {
  venues: () => desk.venues,
  rule: (name, held) => desk.call(name, held).fields,
  formula: (name, held) => asFraction(desk.formula(name, held)),
  question: (name, held) => ({ value: { kind: "decimal or none", text: desk.ask(name, held).text } }),
  trace: (name, held) =>
    desk.ask(name, held).trace.map(({ formula, arguments: values, result }) => ({
      formula,
      arguments: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, value === null || value.letter ? null : `${value}`]),
      ),
      result: `${result}`,
      form: desk.form({ formula, arguments: values }),
    })),
  rates: (name, { asOf, size }) =>
    Object.fromEntries(
      Object.entries(desk.rates(name, asOf, size)).map(([key, value]) => [key, { kind: "fraction", text: `${value}` }]),
    ),
};

function answer([kind, name, held]) {
  try {
    return KINDS[kind](name, given(held));
  } catch (problem) {
    if (!(problem instanceof desk.RuleError)) return { crash: `${problem.stack}` };
    return { refusal: problem.message };
  }
}

process.stdout.write(JSON.stringify(calls.map(answer)));
