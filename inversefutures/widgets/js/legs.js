// A list of legs that the reader adds to, takes from and edits: the positions of a payoff.
import { html } from "./nodes.js";
import { exact, lower, withUnit } from "./numbers.js";

/**
 * The controls of one leg sit on one line. A leg that is not there keeps its values, so that taking it away and adding
 * it again loses nothing; whether it is there is a value like the others, which the formulas multiply by.
 * @param {Element} parent
 * @param {LegsSpec} spec
 * @param {string} id
 * @param {(changes: Record<string, number>, typing?: Element) => void} change
 * @returns {{inputs: Record<string, Input>, words: (values: Record<string, number>) => string}}
 */
export function makeLegs(parent, spec, id, change) {
  const root = html(parent, "fieldset", { class: "if-legs" });
  html(root, "legend", {}, spec.label);
  const list = html(root, "div");
  const add = html(root, "button", { type: "button", class: "if-button" }, `Add a ${spec.noun}`);
  /** @type {Record<string, Input>} */
  const inputs = {};
  const there = spec.legs.map(() => false);
  const rows = spec.legs.map((leg, i) => {
    const title = `${spec.noun} ${i + 1}`;
    const row = html(list, "div", { role: "group", "aria-label": title, class: "if-leg", hidden: "" });
    const fields = leg.controls.map((control) => makeField(row, control, `${id}-${control.name}`, title, change));
    leg.controls.forEach((control, k) => (inputs[control.name] = fields[k]));
    const remove = html(row, "button", { type: "button", class: "if-button", "aria-label": `Remove ${title}` }, "×");
    remove.addEventListener("click", () => {
      change({ [leg.present.name]: 0 });
      const next = rows.find((other, k) => there[k]) ?? null;
      (next ? next.remove : add).focus(); // the focus must not fall out of the widget with the button
    });
    inputs[leg.present.name] = {
      root: row,
      show(value) {
        there[i] = value === 1;
        row.hidden = !there[i];
        add.disabled = there.every(Boolean);
      },
      words: () => "",
    };
    return { row, remove, fields };
  });
  add.addEventListener("click", () => {
    const free = there.indexOf(false);
    if (free < 0) return;
    change({ [spec.legs[free].present.name]: 1 });
    rows[free].fields[0].focus();
  });
  return {
    inputs,
    words(values) {
      const said = spec.legs.filter((leg) => values[leg.present.name] === 1).map((leg) =>
        leg.controls.map((control) => inputs[control.name].words(values[control.name])).join(" "));
      return said.length ? `${lower(spec.label)}: ${said.join("; ")}` : `${lower(spec.label)}: none`;
    },
  };
}

/**
 * @param {Element} row
 * @param {ControlSpec} control
 * @param {string} id
 * @param {string} title
 * @param {(changes: Record<string, number>, typing?: Element) => void} change
 * @returns {Input & {focus: () => void}}
 */
function makeField(row, control, id, title, change) {
  const name = `${title}: ${lower(control.label)}${control.unit && `, ${control.unit}`}`;
  if (control.kind === "choice") {
    const select = html(row, "select", { id, "aria-label": name });
    for (const [text, value] of control.options) html(select, "option", { value }, text);
    select.addEventListener("change", () => change({ [control.name]: Number(select.value) }));
    return {
      root: select,
      show: (value) => (select.value = String(value)),
      words: (value) => control.options.find((option) => option[1] === value)[0],
      focus: () => select.focus(),
    };
  }
  const { minimum, maximum, step, factor = 1 } = control;
  const number = html(row, "input", {
    type: "number", id, "aria-label": name, min: minimum * factor, max: maximum * factor, step: step ? step * factor : "any",
    inputmode: "decimal", style: `--if-letters:${String(maximum * factor).length + 1}`,
  });
  let held = control.default;
  number.addEventListener("input", () => {
    const value = number.valueAsNumber / factor;
    if (value >= minimum && value <= maximum) change({ [control.name]: value }, number);
  });
  number.addEventListener("change", () => {
    const value = number.valueAsNumber / factor;
    const clamped = Number.isNaN(value) ? held : Math.min(maximum, Math.max(minimum, value));
    if (clamped !== value) {
      number.value = clamped * factor;
      change({ [control.name]: clamped });
    }
  });
  return {
    root: number,
    show(value, typing) {
      held = value;
      if (typing !== number) number.value = value * factor;
    },
    words: (value) => withUnit(exact(value * factor), control.unit),
    focus: () => number.focus(),
  };
}

/**
 * The controls of a widget, one for each value: a list of legs is many.
 * @param {ParameterSpec[]} parameters
 * @returns {ControlSpec[]}
 */
export const flatControls = (parameters) =>
  parameters.flatMap((each) => (each.kind === "legs" ? each.legs.flatMap((leg) => [leg.present, ...leg.controls]) : each));
