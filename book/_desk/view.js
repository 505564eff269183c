// Nodes of a page of the desk: the form, tables, warnings.
import { readFields } from "./fields.js";

/** An element with its properties and its content. */
export function node(tag, properties = {}, ...inside) {
  const { role, aria = {}, data = {}, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  if (role) made.setAttribute("role", role);
  for (const name in aria) made.setAttribute(`aria-${name}`, aria[name]);
  Object.assign(made.dataset, data);
  made.append(...inside.flat(Infinity).filter((each) => each !== "" && each !== null && each !== undefined));
  return made;
}

/**
 * Make an element hold a text. Its text node stays where it has one: for a new one the browser would look through the
 * page's styles again, which takes longer than the figures do.
 */
export function write(place, text) {
  if (place.textContent === text) return;
  if (text && place.firstChild) place.firstChild.data = text;
  else place.textContent = text;
}

const parsed = new Map();

/** A formula that the build has printed; its text is escaped there. */
export function formulaNode(mathml) {
  if (!parsed.has(mathml)) parsed.set(mathml, node("span", { className: "desk-formula", innerHTML: mathml }));
  return parsed.get(mathml).cloneNode(true);
}

/** Make a place hold what was made anew. What is alike stays, with its focus and how far it is scrolled. */
export function renew(place, made) {
  const held = [...place.childNodes];
  made.forEach((fresh, i) => {
    if (i >= held.length) place.append(fresh);
    else if (!madeAlike(held[i], fresh)) held[i].replaceWith(fresh);
  });
  for (const rest of held.slice(made.length)) rest.remove();
}

function madeAlike(old, fresh) {
  if (old.nodeName !== fresh.nodeName) return false;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return true;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const heard of ["onclick", "ontoggle"]) if (old[heard] !== fresh[heard]) old[heard] = fresh[heard];
  renew(old, [...fresh.childNodes]);
  return true;
}

/** Text in which an address may stand, which becomes a link. */
export function linked(text) {
  return text.split(/(https?:\/\/[^\s;,]*[^\s;,.)])/).map((part, i) => (i % 2 ? node("a", { href: part, textContent: siteOf(part) }) : part));
}

const siteOf = (address) => address.replace(/^https?:\/\/(?:www\.)?/, "").split("/")[0];

/**
 * A table with a head; the first cell of a row is its head, too.
 * @param {string} caption
 * @param {(string | Node)[]} heads
 * @param {{cells: (string | Node | Node[])[], mark?: boolean}[]} rows
 */
export function table(caption, heads, rows) {
  const head = node("thead", {}, node("tr", {}, heads.map((text) => node("th", { scope: "col" }, text))));
  const body = node("tbody", {}, rows.map(({ cells, mark }) => node("tr", { className: mark ? "desk-here" : "" },
    cells.map((cell, i) => (i ? node("td", {}, cell) : node("th", { scope: "row" }, cell))))));
  const made = node("table", { className: "table" }, node("caption", {}, caption), head, body);
  return node("div", { className: "pst-scrollable-table-container", tabIndex: 0, role: "region", aria: { label: caption } }, made);
}

let forms = 0;

/**
 * The fields of a page.
 * @param {Field[]} fields
 * @param {{venues: string[], changed: () => void}} options
 */
export function makeForm(fields, { venues, changed }) {
  const id = `desk${(forms += 1)}`;
  const inputs = new Map(), problems = new Map();
  const place = (field) => {
    const name = `${id}-${field.name}`;
    if (field.kind === "flag") {
      const box = node("input", { type: "checkbox", id: name });
      inputs.set(field.name, { node: box, get: () => (box.checked ? "1" : ""), set: (text) => { box.checked = text === "1"; } });
      return node("p", { className: "desk-field desk-flag", data: { field: field.name } }, node("label", {}, box, ` ${field.label}`, field.meaning && ` (${field.meaning})`));
    }
    if (field.kind === "side" || field.kind === "choice") {
      const options = field.kind === "side" ? [["1", "long"], ["-1", "short"]] : field.options;
      const radios = options.map(([value]) => node("input", { type: "radio", name, value }));
      inputs.set(field.name, {
        node: radios[0],
        get: () => radios.find((radio) => radio.checked)?.value ?? field.default,
        set: (text) => { for (const radio of radios) radio.checked = radio.value === text; },
      });
      return node("fieldset", { className: "desk-field", data: { field: field.name } }, node("legend", {}, field.label),
        options.map(([, words], i) => node("label", { className: "desk-choice" }, radios[i], ` ${words}`)));
    }
    const about = node("span", { className: "desk-about", id: `${name}-about` },
      [field.unit ?? (field.kind === "rate" ? "0.05 or 5 %" : ""), field.kind === "rate" && field.unit === "" ? "a fraction, or percent: 0.05 or 5 %" : "", field.meaning].filter(Boolean).join("; "));
    const said = node("span", { className: "desk-said", id: `${name}-said` });
    const described = { describedby: `${about.id} ${said.id}` };
    let input;
    if (field.kind === "venue") {
      input = node("select", { id: name, aria: described }, venues.map((venue) => node("option", { value: venue, textContent: venue })));
    } else if (field.kind === "lines") {
      input = node("textarea", { id: name, rows: field.rows ?? 5, spellcheck: false, aria: described });
    } else {
      input = node("input", { id: name, type: "text", inputMode: field.kind === "date" ? "text" : "decimal", autocomplete: "off", spellcheck: false, aria: described });
    }
    problems.set(field.name, said);
    inputs.set(field.name, { node: input, get: () => input.value, set: (text) => { input.value = text; } });
    const letter = field.letter ? [" ", formulaNode(field.letter)] : [];
    return node("div", { className: `desk-field${field.kind === "lines" ? " desk-wide" : ""}`, data: { field: field.name } }, node("label", { htmlFor: name }, field.label, letter), input, about, said);
  };
  const first = fields.filter(({ fold }) => !fold).map(place);
  const folded = fields.filter(({ fold }) => fold).map(place);
  const more = folded.length ? node("details", { className: "desk-more" }, node("summary", {}, "More of the position"), node("div", { className: "desk-fields" }, folded)) : "";
  const form = node("form", { className: "desk-form", noValidate: true, aria: { label: "What is asked for" } }, node("div", { className: "desk-fields" }, first), more);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", changed);

  /** Say below a field how it was read, or what is wrong. */
  function say(name, text, wrong = false) {
    const input = inputs.get(name)?.node, said = problems.get(name);
    if (!said) return;
    write(said, text);
    if (said.classList.contains("desk-wrong") === wrong) return;
    said.classList.toggle("desk-wrong", wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  return {
    form,
    texts: () => Object.fromEntries(fields.map(({ name }) => [name, inputs.get(name).get()])),
    set(state) {
      for (const field of fields) inputs.get(field.name).set(state[field.name] ?? field.default);
      if (more && fields.some(({ fold, name, default: usual }) => fold && (state[name] ?? usual) !== usual)) more.open = true;
    },
    has: (name) => inputs.has(name),
    /** Put texts into some fields, as if they were typed. */
    put(state) {
      for (const name in state) inputs.get(name).set(state[name]);
      changed();
    },
    /**
     * What the fields hold, as exact numbers, and whether all could be read; below each it is said how.
     * @param {(values: Record<string, any>) => Record<string, string>} remarks on what was read
     */
    read(remarks = () => ({})) {
      const { values, said, wrong } = readFields(fields, this.texts());
      const more = remarks(values);
      for (const { name } of fields) say(name, wrong[name] ?? [said[name], more[name]].filter(Boolean).join("; "), name in wrong);
      return { values, fine: !Object.keys(wrong).length };
    },
  };
}
