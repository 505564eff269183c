// A page of the desk: form, answers, copies. It works from a folder, asks no server and keeps nothing but its address.
import { Unreadable } from "../_answers/formula.js";
import { reckonMessage } from "./comparison.js";
import { csv } from "./copies.js";
import { drawFills, drawFormulas, drawMessage, drawQuestions } from "./draw.js";
import { adapted } from "./engine.js";
import { reckonFills } from "./fills.js";
import { reckonFormulas } from "./formulas.js";
import { reckonQuestions } from "./questions.js";
import { inWords, remarksOn } from "./remarks.js";
import { fromAddress, toAddress } from "./state.js";
import { makeForm, node, renew, write } from "./view.js";

const SETTLED = 400; // milliseconds after the last change, before the address is written
const NEXT = 40; // milliseconds after an answer, before what stands below it is drawn anew

/** What each kind of page works out of its values, and how that is drawn. */
const KINDS = {
  questions: { reckon: ({ desk, page, off, today }, values) => reckonQuestions(desk, page, values, off, today), draw: drawQuestions },
  formulas: {
    reckon: ({ desk, page, off }, values) => reckonFormulas(desk, page, values, off, rowOf(desk, values)),
    draw: drawFormulas,
  },
  fills: { reckon: ({ desk, off }, values) => ({ ...reckonFills(desk, values, off), row: rowOf(desk, values) }), draw: drawFills },
  message: { reckon: ({ desk }, values) => reckonMessage(desk, values), draw: drawMessage },
};

function rowOf(desk, { venue, as_of: asOf }) {
  return venue === undefined ? undefined : desk.rule(venue, asOf);
}

/** A button that copies a text, or shows it where a browser lets no page copy. */
function copyButton(label, text, say) {
  const button = node("button", { type: "button" }, label);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      say(`${label.replace("Copy", "Copied")}.`);
    } catch {
      const field = node("textarea", { value: text(), readOnly: true, rows: 6, className: "desk-copy", aria: { label } });
      button.after(field);
      field.select();
      say(document.execCommand?.("copy") ? `${label.replace("Copy", "Copied")}.` : "Your browser lets no page copy: the text is marked in the field.");
      if (document.activeElement !== field) field.remove();
    }
  });
  return button;
}

/**
 * @param {HTMLElement} place
 * @param {Page} page
 * @param {object} engine
 */
export function startPage(place, page, engine) {
  const desk = adapted(engine);
  const off = new Set();
  const context = { desk, page, off, today: new Date() };
  const kind = KINDS[page.kind];
  const switchFields = Object.entries(page.switches).map(([name, words]) => ({ name: `without_${name}`, kind: "flag", default: "", label: words, of: name }));
  const form = makeForm(page.fields, { venues: desk.venues.map(({ venue }) => venue), changed: () => later() });
  const boxes = new Map(switchFields.map((each) => [each, node("input", { type: "checkbox", checked: true })]));
  const switches = switchFields.length
    ? node("fieldset", { className: "desk-switches" }, node("legend", {}, "Count"), switchFields.map((each) => node("label", {}, boxes.get(each), ` ${each.label}`)))
    : "";
  if (switches) switches.addEventListener("input", () => later());
  const sentence = node("p", { className: "desk-sentence", role: "status", aria: { live: "polite" } });
  const results = node("div", { className: "desk-results" });
  const more = node("div", { className: "desk-results" });
  const said = node("span", { className: "desk-copied", role: "status" });
  let latest = {};
  const tell = (text) => write(said, text);
  const copies = node("p", { className: "desk-copies d-print-none" },
    copyButton("Copy link", () => location.href.split("#")[0] + address(), tell),
    copyButton("Copy as Python", () => latest.python ?? "", tell),
    copyButton("Copy as CSV", () => csv(latest.csv ?? []), tell), said);
  const all = [...page.fields, ...switchFields];

  function state() {
    const texts = form.texts();
    for (const each of switchFields) texts[each.name] = boxes.get(each).checked ? "" : "1";
    return texts;
  }
  const address = () => toAddress(state(), all);

  function set(given) {
    form.set(given);
    for (const each of switchFields) boxes.get(each).checked = given[each.name] !== "1";
  }

  let waiting;
  function later() {
    update();
    tell("");
    clearTimeout(waiting);
    waiting = setTimeout(() => history.replaceState(null, "", location.pathname + location.search + address()), SETTLED);
  }

  function update() {
    const { values, fine } = form.read((read) => remarksOn(read, desk.venues));
    off.clear();
    for (const each of switchFields) if (!boxes.get(each).checked) off.add(each.of);
    if (!fine) return show("One of the fields cannot be read: see what is said below it.");
    try {
      latest = kind.reckon(context, values);
    } catch (problem) {
      if (problem.name !== "RuleError" && !(problem instanceof Unreadable)) throw problem;
      latest = { problem: problem.message };
    }
    if (latest.problem) return show(inWords(latest.problem));
    const drawn = kind.draw(latest, values, context, form);
    show(drawn.sentence, drawn.nodes, drawn.later);
  }

  let idle;
  function show(text, nodes = [], later = () => []) {
    const said = text ? text[0].toUpperCase() + text.slice(1) : "";
    write(sentence, said);
    renew(results, nodes);
    copies.hidden = !nodes.length;
    clearTimeout(idle);
    idle = setTimeout(() => renew(more, later().flat()), nodes.length ? NEXT : 0);
  }

  set(fromAddress(location.hash, all));
  place.replaceChildren(form.form, switches, sentence, results, copies, more);
  update();
  addEventListener("hashchange", () => {
    if (!location.hash.includes("=") && location.hash) return; // a heading
    set(fromAddress(location.hash, all));
    update();
  });
  return { reckon: () => kind.reckon(context, form.read().values) };
}
