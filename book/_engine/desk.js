// The desk's engine: what a page may ask, and in which form it is answered.
//
//   desk.venues                    [{venue, contract, contract_size, tick, rows: [row, …]}], the two numbers as text
//   desk.rule(venue, asOf)         the row that held on a day; the newest where asOf is null
//   desk.ask(question, {venue, asOf, rounded, held})   {value, text, trace}; value is a Fraction, or null
//                                  where text is "None"; question is one of desk.questions. What `held` takes
//                                  says desk.position.arguments
//   desk.call("bitmex.fill", {…})  {fields: {name: {kind, text}}, trace}; kind is "int", "decimal", "text" or
//                                  "none". A rule that answers with one value has it in the field "value"
//   desk.rules                     {"bitmex.fill": {summary, arguments: [{name, required, unit, meaning, domain,
//                                  symbol, default, choices, called}], fields: [{name, remark, called}]}};
//                                  `called` has the venue's own names, where the package knows them
//   desk.positions(fills)          [{held, trace}]: the position after each fill; `held` is the package's Position
//   desk.formula("margin.top_up", {…})   {value, text, trace}
//   desk.formulas                  {"margin.top_up": {title, anchor, lesson, unit, arguments, forms}}
//   desk.form(call)                the formula of a call of a trace as MathML in symbols, each letter marked with
//                                  its quantity's name (data-symbol); null where there is none for these arguments
//   desk.riskLimits(venue, asOf)   {contract, source, as_of, since, until, note, inferred, unit, initial,
//                                  maintenance}
//   desk.rates(venue, asOf, size)  {initial_margin_rate, maintenance_margin_rate, deduction, tier, cap, unit}
//   desk.number(text)              the number that a text is, or null; desk.text(number) as Python's Decimal
//
// A trace has the formulas that were worked out, in the order of their calls: {formula, arguments, result, depth}. An
// argument is a Fraction, the word of a choice, null, or a symbol (it has a `letter`) that the call could do without.
//
// Numbers are given as text ("25,000.5", "1e-8"), as BigInt or as Fraction; names are Python's. Whatever the
// package refuses is thrown as a RuleError with the package's words. A row has the fields of a MarginRule, its
// days as ISO text or null.
import { $decimal, Decimal } from "./decimals.js";
import { compareNumbers, exactly, Fraction, Infinite, isNumber, parseNumber, RuleError } from "./fractions.js";
import { traced } from "./formulas.js";
import { $repr } from "./python.js";
import { When } from "./dates.js";

/** Return what a page gave as a rule takes it: numbers in place of texts, and nothing for what was left empty. */
function taken(given, texts = []) {
  const entries = Object.entries(given ?? {}).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries.map(([name, value]) => [name, texts.includes(name) ? value : number(value)]));
}

function number(value) {
  if (Array.isArray(value)) return value.map(number);
  if (typeof value === "number") value = `${value}`;
  return typeof value === "string" ? (parseNumber(value) ?? value) : value;
}

/** Return an answer of a rule as kind and text. */
function shown(value) {
  if (value === null) return { kind: "none", text: "None" };
  if (typeof value === "bigint") return { kind: "int", text: `${value}` };
  if (value instanceof Decimal) return { kind: "decimal", text: `${value}` };
  if (value instanceof Fraction) return { kind: "decimal", text: `${$decimal(value)}` };
  return { kind: "text", text: `${value}` };
}

function fraction(value) {
  if (value instanceof Decimal) return value.fraction;
  return isNumber(value) && !(value instanceof Infinite) ? exactly(value) : null;
}

const plain = (value) => {
  if (value instanceof When || value instanceof Decimal || typeof value === "bigint") return `${value}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object" && !isNumber(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  return value;
};

const LAST_DAY = "9999-12-31";

function dated(record, first, last) {
  const row = plain(record);
  delete row[first];
  delete row[last];
  const [since, until] = [record[first], record[last]].map((each) => (each === null ? null : each.iso));
  return { ...row, since, until: until === LAST_DAY ? null : until, is_dated: since !== null && until !== null };
}

/** Return entries whose arguments have what is said of their quantities beside what is said of them there. */
function explained(entries, { known, registers: [notation, own] }) {
  function argument(each) {
    const quantity = notation[each.name] ?? own[each.name];
    const said = quantity && { unit: quantity.unit_name, domain: quantity.domain_in_words, ...known[each.name] };
    return { required: false, ...said, ...each };
  }
  const entry = ([name, each]) => [name, { ...each, arguments: each.arguments.map(argument) }];
  return Object.fromEntries(Object.entries(entries).map(entry));
}

const textsOf = ({ arguments: listed }) => listed.filter((each) => each.is_text).map((each) => each.name);

export function createDesk(printed) {
  const { questions, rules, formulas, marginRules, marginRule, specification } = printed;
  const { position, ...about } = explained(printed.about, printed);
  const sheet = explained(printed.sheet, printed);
  const rows = new Map();
  const rowOf = (rule) => rows.get(rule) ?? rows.set(rule, Object.freeze(dated(rule, "since", "until"))).get(rule);

  function known(table, name, what) {
    if (!Object.hasOwn(table, name)) throw new RuleError(`${what} is '${name}', which is not on the desk`);
    return table[name];
  }

  function answered(task) {
    const { value, trace } = traced(task);
    return { value: fraction(value), text: value instanceof Infinite ? "None" : shown(value).text, trace };
  }

  const venues = [...new Set(marginRules.map((each) => each.venue))].map((venue) => {
    const facts = specification(venue);
    const rows = marginRules.filter((each) => each.venue === venue).map(rowOf);
    const { contract_size: size, tick } = facts;
    return { venue, contract: facts.contract, contract_size: plain(size.value), tick: plain(tick.value), rows };
  });

  function ask(question, { venue, asOf = null, rounded = false, held = {} }) {
    const answer = known(questions, question, "question");
    return answered(() => answer(venue, { ...taken(held), as_of: asOf, rounded }));
  }

  function call(name, given) {
    const rule = known(rules, name, "rule");
    const values = taken(given, textsOf(about[name]));
    const { value, trace } = traced(() =>
      about[name].positional ? rule(...about[name].positional.map((each) => values[each] ?? null)) : rule(values),
    );
    const isRecord = value !== null && typeof value === "object" && !isNumber(value) && !(value instanceof Decimal);
    const fields = Object.entries(isRecord ? value : { value }).map(([field, each]) => [field, shown(each)]);
    return { fields: Object.fromEntries(fields), trace };
  }

  function positions(fills) {
    let held = printed.flat;
    return fills.map((fill) => {
      const { value, trace } = traced(() => held.after(new printed.Fill(taken(fill))));
      held = value;
      return { held, trace };
    });
  }

  function formula(name, given) {
    const work = known(formulas, name, "formula");
    return answered(() => work(taken(given, textsOf(sheet[name]))));
  }

  function limitsOf(venue, asOf) {
    return asOf === null || asOf === undefined ? printed.knownRiskLimits(venue).at(-1) : printed.riskLimits(venue, asOf);
  }

  function scheduleOf(schedule) {
    if (schedule === null) return null;
    const { kind } = printed.kinds.find((each) => schedule instanceof each.of);
    if (kind === "Brackets") return { ...scheduleOf(schedule.tiers), kind };
    const { unit: _, tiers, deductions, cap, ...numbers } = schedule;
    const shown = { kind, unit: unitOf(schedule), cap: cap ?? null, ...numbers };
    if (tiers)
      shown.tiers = tiers.map(({ floor, rate }, place) => ({ floor, rate, deduction: deductions[place] }));
    return shown;
  }

  const unitOf = (schedule) => `${(schedule.tiers?.unit ?? schedule.unit ?? "BTC") || "BTC"}`;

  function riskLimits(venue, asOf = null) {
    const limits = limitsOf(venue, asOf);
    const { initial, maintenance, ...about } = limits;
    const [first, second] = [scheduleOf(initial), scheduleOf(maintenance)];
    return { ...dated(about, "first", "last"), unit: (second ?? first).unit, initial: first, maintenance: second };
  }

  /** The rates of one size, in the schedule's unit; a deduction in coin goes with the rate of its tier. */
  function rates(venue, asOf, size) {
    const { initial, maintenance } = limitsOf(venue, asOf);
    const limits = riskLimits(venue, asOf);
    const given = number(size);
    if (!isNumber(given)) throw new RuleError(`size is ${$repr(given)}, but must be a number of ${limits.unit}`);
    const inCoinTiers = limits.maintenance?.kind === "Tiers" && limits.unit !== "USD";
    const tiers = (limits.maintenance ?? limits.initial).tiers ?? null;
    const above = tiers?.filter(({ floor }) => compareNumbers(given, floor) > 0).length;
    const exact = exactly(given);
    return {
      initial_margin_rate: initial?.rate(exact) ?? null,
      maintenance_margin_rate: maintenance && (inCoinTiers ? maintenance.marginal_rate(exact) : maintenance.rate(exact)),
      deduction: inCoinTiers ? maintenance.deduction(exact) : exactly(0n),
      tier: tiers && Math.max(1, above),
      cap: (limits.maintenance ?? limits.initial).cap,
      unit: limits.unit,
    };
  }

  return {
    venues,
    rule: (venue, asOf = null) => rowOf(marginRule(venue, asOf)),
    questions: Object.keys(questions),
    position,
    ask,
    call,
    positions,
    rules: about,
    formula,
    formulas: sheet,
    form: (call) => formOf(sheet, call),
    riskLimits,
    rates,
    number: (text) => parseNumber(text),
    text: (value) => shown(value instanceof Decimal ? value : exactly(value)).text,
    Fraction,
    RuleError,
  };
}

/** Return a formula as it was called, in symbols: by its choices, and by which arguments were given at all. */
function formOf(sheet, { formula, arguments: given }) {
  const entry = sheet[formula];
  if (!entry) return null;
  const key = entry.keys.map(([name, choice]) => {
    const value = given[name] ?? choice;
    if (typeof value === "string") return value;
    return value !== null && isNumber(value) && exactly(value).p !== 0n ? "1" : "0";
  });
  return entry.forms[entry.places[key.join(" ")]] ?? null;
}
