// What was worked out, as the reader sees it.
import { HUNDRED, shown } from "./exact.js";
import { $add, $div, $mul, $q } from "../_engine/fractions.js";
import { typed } from "./fields.js";
import { inUnit } from "./formulas.js";
import { withNumbers } from "./putting_in.js";
import { inCoins, IS_PRICE, QUESTION_WORDS, sentenceOf, spread } from "./questions.js";
import { inWords } from "./remarks.js";
import { warningsFor } from "./warnings.js";
import { formulaNode, linked, node, table } from "./view.js";

const heading = (text) => node("h2", { className: "desk-heading" }, text);
const inPercent = (part) => `${Number($mul(part, HUNDRED)).toFixed(2).replace("-", "−")} %`;
const money = (value) => `${shown(value, 10)} USD`;
const day = (bound) => String(bound).slice(0, 10);

const said = (result) => (result === null || result === undefined ? "none" : result.p === undefined ? String(result) : shown(result));

/** The formula, the same with the numbers put in, what comes out, and where it is derived. */
function steps({ desk, page }, trace) {
  const seen = new Set();
  const isNew = (call) => {
    const key = call.formula + JSON.stringify(call.arguments, (name, value) => (typeof value === "bigint" ? String(value) : value));
    return !call.depth && !seen.has(key) && Boolean(seen.add(key));
  };
  return trace.filter(isNew).map(({ formula, arguments: given, result, form, sheet = desk.about(formula) }) => {
    const lesson = sheet?.lesson ? [", derived in ", node("a", { href: `${page.root}lessons/${sheet.lesson}.html` }, `lesson ${sheet.lesson.slice(0, 2)}`)] : [];
    const line = node("p", { className: "desk-line", tabIndex: 0, role: "group", aria: { label: `${formula} with its numbers` } });
    const mathml = form ? form() : sheet?.mathml;
    const plain = mathml && formulaNode(mathml);
    const numbers = plain && hasAll(plain, given) && withNumbers(plain.firstElementChild, given);
    if (numbers) line.append(plain, " = ", node("span", { className: "desk-formula" }, numbers), ` = ${said(result)}`);
    else line.append(Object.entries(given).map(([argument, value]) => `${argument} = ${value?.p === undefined ? value : shown(value, 10)}`).join(", "), `: ${said(result)}`);
    return node("li", {}, node("p", {}, inPackage(page, formula, sheet), lesson), line);
  });
}

/** Whether each number that went in has its letter in the formula: else it is the formula of another call. */
function hasAll(formula, given) {
  const letters = new Set([...formula.querySelectorAll("[data-symbol]")].map((letter) => letter.getAttribute("data-symbol")));
  return Object.entries(given).every(([name, value]) => !value?.p || letters.has(name));
}

/** A formula's name, which leads to its place on the sheet. */
function inPackage(page, formula, sheet) {
  const name = node("code", {}, formula);
  return sheet?.anchor ? node("a", { href: `${page.root}book/formula_sheet.html#${sheet.anchor}` }, name) : name;
}

/** Whether each fold is open, by its title: what a reader has opened or closed stays so when the figures change. */
const folds = new Map();

function fold(title, open, ...inside) {
  const ontoggle = (event) => folds.set(title, event.currentTarget.open);
  return node("details", { className: "desk-fold", open: folds.get(title) ?? open, ontoggle }, node("summary", {}, title), ...inside);
}

const shortened = (address) => (address.length > 60 ? `${address.slice(0, 59)}…` : address);

function ruleFacts(row) {
  const since = row.since ? `${day(row.since)} ${row.until ? `to ${day(row.until)}` : "on"}` : "not known";
  const facts = [
    ["Contract", row.contract],
    ["Held", since],
    ["Source", node("a", { href: row.source }, shortened(row.source.replace(/^https?:\/\/(?:www\.)?/, "")))],
    ["Copy of", row.as_of],
    ["Initial margin at", `the ${row.initial_margin_price} price`],
    ["Maintenance margin on", `the value at the ${row.maintenance_margin_base === "mark" ? "mark" : "entry"} price`],
    ["Closing fee", row.fee_reserve === null || row.fee_reserve === undefined ? "put aside, no copy says how much" : row.fee_reserve === "none" ? "not counted" : row.fee_reserve],
    ["Tick", row.tick === null || row.tick === undefined ? "no copy states it" : `${row.tick?.p === undefined ? row.tick : shown(row.tick)} USD`],
    ...(row.note ? [["Left out", row.note]] : []),
  ];
  return node("dl", { className: "desk-facts" }, facts.flatMap(([term, fact]) => [node("dt", {}, term), node("dd", {}, typeof fact === "string" ? linked(fact) : fact)]));
}

function warningList(warnings) {
  if (!warnings.length) return [];
  const list = node("ul", {}, warnings.map((text) => node("li", {}, text)));
  return [node("div", { className: "desk-warnings", role: "note", aria: { label: "Before you rely on it" } }, node("p", {}, node("strong", {}, "Before you rely on it")), list)];
}

/** A figure as the venue rounds it, or why it does not say. */
function roundedCell({ exact, rounded }) {
  if (exact.problem) return "";
  if (rounded.problem) return node("span", { className: "desk-about" }, "no copy shows how");
  return rounded.value === null ? "none" : shown(rounded.value);
}

export function drawQuestions(latest, values, context, form) {
  const { row, answers, mark, distance, tier, warnings } = latest;
  const rows = answers.map((each) => {
    const { question, exact } = each;
    const call = node("code", {}, `venues.${question}`);
    if (exact.problem) return { cells: [QUESTION_WORDS[question], node("span", { className: "desk-about" }, row.price_for_a_position ? inWords(exact.problem) : "the account alone has one"), "", "", call] };
    const isPrice = IS_PRICE.has(question);
    const unit = isPrice ? "USD per coin" : "coins";
    const worth = exact.value === null ? "" : isPrice ? (mark ? inPercent($div($add(exact.value, $mul(mark, $q(-1n))), mark)) : "") : mark ? money($mul(exact.value, mark)) : "";
    return { cells: [`${QUESTION_WORDS[question]}, ${unit}`, roundedCell(each), exact.value === null ? "none" : shown(exact.value), worth, call] };
  });
  const { formulas } = latest;
  const nodes = formulas ? [formulaTable(context, formulas, values, "By the course's formulas, unrounded"), ...ownCostLine(context.desk, latest)] : [];
  nodes.push(table(`${row.venue}, ${row.contract}`, ["Figure", "As the venue rounds it", "Unrounded", "From the mark, or worth at it", "In the package"], rows));
  if (distance) nodes.push(node("p", {}, `From the mark of ${shown(mark)} it is ${inPercent(distance.part)}, or ${money(distance.dollars)} a coin.`));
  nodes.push(...tierLine(tier, form), ...otherRules(latest, form), ...warningList(warnings));
  return { sentence: sentenceOf(latest, values), nodes, later: () => moreOfQuestions(latest, values, context) };
}

/** What the venue's own rule ties up, which need not be what the course's formula says. */
function ownCostLine(desk, { ownCost, row }) {
  if (!ownCost) return [];
  const said = ownCost.problem ? inWords(ownCost.problem) : inCoins(ownCost.value);
  return [node("p", {}, `${row.venue}'s own rule, `, node("code", {}, `venues.${ownCost.name}`), `: ${said}. ${desk.summary(ownCost.name)}`)];
}

/** The venue's rules of other days, each with a button that asks by it. */
function otherRules({ row, others }, form) {
  if (!others.length) return [];
  const buttons = others.map((each) => {
    const until = each.until && day(each.until);
    return node("button", { type: "button", className: "desk-take", onclick: () => form.put({ as_of: until ?? "" }) }, until ? `until ${until}` : "of today");
  });
  return [node("p", { className: "desk-about" }, `${row.venue} has had other rules. Ask by the one `, buttons.flatMap((each, i) => (i ? [" ", each] : [each])))];
}

/** What takes longer to draw, and may stand a moment later: the formulas, the rule, the twin, all venues. */
function moreOfQuestions(latest, values, context) {
  const { row, answers } = latest;
  const twin = latest.twin(), compared = latest.compared(), { formulas } = latest;
  const nodes = [
    fold("How it is reckoned: the formulas with your numbers", true, node("ol", { className: "desk-steps" }, steps(context, answers.flatMap(({ exact }) => exact.trace ?? [])))),
    fold("The rule: its source, its date, and what it leaves out", true, ruleFacts(row)),
  ];
  if (formulas) nodes.unshift(formulaSteps(context, formulas));
  if (twin) {
    nodes.push(heading("In coin, in dollars, and the linear twin"), table(
      "At the liquidation price, unrounded, before fees", ["Amount", "Inverse, coins", "Inverse, USD", "Linear twin, USD"],
      twin.map(([name, coins, dollars, linear]) => ({ cells: [name, shown(coins, 9), shown(dollars, 9), shown(linear, 9)] }))),
    node("p", { className: "desk-about" }, "The dollars of the margin are taken at the entry price, what is left at the liquidation price: the collateral is a coin and falls or rises with it. The linear twin holds the same dollars of notional and as many dollars of margin."));
  }
  const questions = answers.map(({ question }) => question);
  const chosen = questions.slice(0, 3);
  nodes.push(heading("The same position at all venues"), table(
    "Unrounded, with the rates that are typed above",
    ["Venue", ...chosen.map((question) => QUESTION_WORDS[question]), "Rule", "Copy of"],
    compared.map(({ venue, row: rule, answers: theirs, isNewest }) => ({
      mark: venue === values.venue,
      cells: [venue, ...chosen.map((question) => {
        const answer = theirs[questions.indexOf(question)];
        return answer.problem ? node("span", { className: "desk-about", title: inWords(answer.problem) }, shortly(answer.problem)) : answer.value === null ? "none" : shown(answer.value, 9);
      }), `${rule.initial_margin_price} / ${rule.maintenance_margin_base}${isNewest ? "" : ", of the day"}`, rule.as_of],
    }))),
  node("p", { className: "desk-about" }, `Rule: the price that the initial margin is taken at, and the one of the maintenance margin. ${questions[0] === "liquidation_price" ? spread(compared, 0, values.side) : ""}`));
  return nodes;
}

/** What the venue's table says of this size, with a button that takes it over. */
function tierLine(tier, form) {
  const rates = tier && [["initial_margin_rate", "initial"], ["maintenance_margin_rate", "maintenance"]].filter(([name]) => tier[name]);
  if (!rates?.length) return [];
  const said = rates.map(([name, word]) => `${word} margin ${shown($mul(tier[name], HUNDRED))} %`).join(", ");
  const deduction = tier.deduction?.p ? `, deduction ${shown(tier.deduction)} coins` : "";
  const line = node("p", { className: "desk-about" }, `The venue's table for ${tier.contract} at this size: ${said}${deduction} (`, node("a", { href: tier.source }, tier.copy), "). ");
  if (tier.maintenance_margin_rate && form.has("maintenance_margin_rate") && form.has("deduction")) {
    const take = () => form.put({ maintenance_margin_rate: typed(tier.maintenance_margin_rate, "rate"), deduction: tier.deduction?.p ? typed(tier.deduction, "number") : "" });
    line.append(node("button", { type: "button", className: "desk-take", onclick: take }, "Take these rates"));
  }
  return [line];
}

const shortly = (problem) => (/no price for one position/.test(problem) ? "the account alone has one" : /no copy says how large/.test(problem) ? "reserve unknown" : problem.length > 60 ? "not answered: see the note" : problem);

function figure({ answer, value, problem, missing, off }) {
  if (off) return "left out";
  if (missing) return "needs more of the fields";
  if (problem) return node("span", { className: "desk-about" }, inWords(problem));
  if (value === null) return answer.none;
  return `${answer.approximate ? "≈ " : ""}${shown(inUnit(value, answer.unit), answer.approximate ? 9 : 12)}${answer.unit ? ` ${answer.unit}` : ""}`;
}

/** The figures of a page's formulas; coins are turned into dollars at the page's price. */
function formulaTable(context, { answers }, values, caption) {
  const { page } = context;
  const price = values[page.price];
  const rows = answers.map((each) => {
    const worth = each.value && price && each.answer.unit === "coins" ? money($mul(each.value, price)) : "";
    return { cells: [each.answer.label, figure(each), worth, inPackage(page, each.answer.formula, each.steps?.()[0]?.sheet ?? context.desk.about(each.answer.formula))] };
  });
  return table(caption, ["Figure", "Value", "Worth", "In the package"], rows);
}

function formulaSteps(context, { answers }) {
  const traced = answers.filter(({ given, problem }) => given && !problem);
  return fold("How each figure is reckoned: the formulas with your numbers", true, node("ol", { className: "desk-steps" }, traced.flatMap((each) => steps(context, each.steps()))));
}

export function drawFormulas(latest, values, context) {
  const { answers, row } = latest;
  const { page, today } = context;
  const main = answers.find((each) => each.value) ?? answers[0];
  const near = answers.filter(({ answer }) => answer.approximate).length;
  const caption = near === answers.length ? "In floating point: these formulas are not rational" : "Unrounded";
  const nodes = [formulaTable(context, latest, values, caption)];
  if (near && near < answers.length) nodes.push(node("p", { className: "desk-about" }, "≈ stands before figures in floating point. All others are exact."));
  if (row) nodes.push(...warningList(warningsFor(row, { today, months: page.months, seen: page.seen, values })));
  const later = () => [formulaSteps(context, latest), ...(row ? [fold("The venue's rule", true, ruleFacts(row))] : [])];
  return { sentence: main.value ? `${main.answer.label}: ${figure(main)}.` : inWords(main.problem ?? main.answer.none), nodes, later };
}

export function drawFills(latest, values, context) {
  const { steps: each, end, price, isOpen, unrealised, total, net, linear, breakEven, roe, booked, row } = latest;
  const coins = (value) => shown(value, 10);
  const list = table("Fill by fill, unrounded", ["Fill", "Fee, coins", "Realised, coins", "Held, USD", "Entry price", "Booked, satoshi"], each.map(({ fill, fee, after }, i) => ({
    cells: [
      `${i + 1}: ${fill.side.p > 0n ? "buy" : "sell"} ${shown(fill.notional)} at ${shown(fill.price)}`, coins(fee), coins(after.realised),
      after.side.p ? `${after.side.p > 0n ? "long" : "short"} ${shown(after.notional)}` : "flat", after.entry_price ? shown(after.entry_price, 10) : "",
      bookedWords(booked[i]),
    ],
  })));
  const dollars = (value) => money($mul(value, price));
  const sums = table(`At ${shown(price)} USD`, ["Amount", "Coins", "In USD at that price"], [
    ["Realised", end.realised], ["Unrealised", unrealised], ["Together", total], ["Fees paid", end.fees], ["Net of fees", net],
  ].map(([name, value]) => ({ cells: [name, coins(value), dollars(value)] })));
  const twin = `A linear contract on the same coins would have won as many dollars, ${money(linear)} before fees. It pays in dollars; here the coins that were won go on moving with the price.`;
  const nodes = [sums, list, node("p", {}, twin)];
  if (breakEven?.value) nodes.push(node("p", {}, `What is open breaks even at ${shown(breakEven.value, 10)} USD, with both fees at the rate of the field.`));
  if (roe) nodes.push(node("p", {}, `The return on the initial margin of what is open (ROE) is ${shown($mul(roe.value, HUNDRED), 8)} %. In coin a long's is never above its leverage.`));
  const later = () => [
    fold("How it is reckoned", true, node("ol", { className: "desk-steps" }, steps(context, latest.steps.flatMap(({ trace }) => trace()).concat(breakEven?.trace ?? [], roe?.trace ?? [])))),
    ...(row ? [fold("The venue's rule", true, ruleFacts(row))] : []),
  ];
  const held = isOpen ? `a ${end.side.p > 0n ? "long" : "short"} of ${shown(end.notional)} USD at ${shown(end.entry_price, 10)}` : "nothing";
  return { sentence: `You hold ${held}, and at ${shown(price)} you have ${net.p < 0n ? "lost" : "won"} ${coins(net).replace("−", "")} coins net of fees.`, nodes, later };
}

function bookedWords(answer) {
  if (!answer) return "no copy shows how";
  if (answer.problem) return node("span", { className: "desk-about", title: inWords(answer.problem) }, "not by this rule");
  return `${shown(answer.value_satoshi)}, fee ${shown(answer.fee_satoshi)}`;
}

export function drawMessage(latest) {
  const { venue, rows, missing, refused, more, agreeing } = latest;
  const lines = rows.map((row) => ({
    mark: !row.agrees,
    cells: [node("code", {}, row.field), row.theirs, row.value === null ? "none" : shown(row.value), row.agrees ? "✓ agrees" : "✗ differs", row.because],
  }));
  const nodes = rows.length ? [table(`A position of ${venue}, field by field`, ["Field", "In the message", "Worked out", "Verdict", "What explains it"], lines)] : [];
  if (missing.length) nodes.unshift(node("p", {}, `The message does not say ${missing.map((name) => name.replaceAll("_", " ")).join(", ")}: type it above.`));
  for (const text of refused) nodes.push(node("p", { className: "desk-wrong" }, inWords(text)));
  if (more) nodes.push(node("p", { className: "desk-about" }, `${more} more of its positions are not looked at: paste one at a time.`));
  if (!nodes.length) nodes.push(node("p", {}, "None of its figures can be worked out here."));
  const sentence = rows.length
    ? `${venue}: ${agreeing} of ${rows.length} figures agree${agreeing === rows.length ? "" : "; what differs is named below"}.`
    : `This is a position of ${venue}.`;
  return { sentence, nodes };
}
