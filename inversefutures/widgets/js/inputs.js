// The reader's controls. Each shows a value, says it in words, and reports a change.
import { html } from "./nodes.js";
import { exact, lower, tidy, withUnit } from "./numbers.js";
import { makeScale } from "./scales.js";

/**
 * How wide a field must be for every number that the slider can put there.
 * @param {SliderScale} scale
 * @param {(value: number) => number} shown
 * @returns {number} letters
 */
export function longest(scale, shown) {
  let most = 0;
  const every = Math.max(1, Math.floor(scale.last / 200));
  for (let position = 0; position <= scale.last; position += every) {
    most = Math.max(most, String(shown(scale.value(position))).length);
  }
  return Math.max(most, String(shown(scale.value(scale.last))).length);
}

/**
 * A slider with a field for the exact number. Within, values are the formulas' own; a share that is shown in percent
 * differs only in what is written and what is typed.
 * @param {Element} parent
 * @param {SliderSpec} spec
 * @param {string} id
 * @param {string} label
 * @param {(value: number, typing?: Element) => void} changed
 * @param {(text: string) => void} tell
 * @returns {Input}
 */
export function makeSlider(parent, spec, id, label, changed, tell) {
  const scale = makeScale(spec);
  const { unit, factor = 1 } = spec;
  const shown = (value) => (factor === 1 ? tidy(value) : tidy(value * factor));
  const words = (value) => withUnit(exact(shown(value)), unit);
  const root = html(parent, "div", { class: "if-slider" });
  const name = html(root, "label", { for: id }, label);
  if (unit) html(name, "span", { class: "if-unit" }, ` ${unit}`);
  const range = html(root, "input", { type: "range", id, min: 0, max: scale.last, step: 1 });
  const number = html(root, "input", {
    type: "number", step: "any", min: shown(spec.minimum), max: shown(spec.maximum), inputmode: "decimal",
    "aria-label": `${label}, exact value${unit && ` in ${unit}`}`,
    style: `--if-letters:${Math.max(longest(scale, shown), String(shown(spec.default)).length)}`, // which may lie between two steps
  });
  let held = spec.default;
  const typed = () => (factor === 1 ? number.valueAsNumber : tidy(number.valueAsNumber / factor));

  range.addEventListener("input", () => changed(scale.value(range.valueAsNumber)));
  number.addEventListener("input", () => {
    const value = typed();
    if (value >= spec.minimum && value <= spec.maximum) changed(value, number);
  });
  number.addEventListener("change", () => {
    const value = typed();
    const limits = `${label} goes from ${exact(shown(spec.minimum))} to ${words(spec.maximum)}`;
    if (Number.isNaN(value)) {
      show(held);
      tell(`${limits}. What was typed is not a number, so the value stays at ${exact(shown(held))}.`);
    } else if (value !== scale.clamp(value)) {
      changed(scale.clamp(value));
      tell(`${limits}. ${exact(shown(value))} is outside, so it was set to ${exact(shown(scale.clamp(value)))}.`);
    }
  });
  function show(value, typing) {
    held = value;
    range.value = scale.position(value);
    range.setAttribute("aria-valuetext", words(value));
    if (typing !== number) number.value = shown(value);
  }
  return { root, show, words: (value) => `${lower(label)} ${words(value)}`, scale };
}

/**
 * @param {Element} parent
 * @param {ChoiceSpec} spec
 * @param {string} id
 * @param {(value: number) => void} changed
 * @returns {Input}
 */
export function makeChoice(parent, spec, id, changed) {
  const root = html(parent, "fieldset", { class: "if-choice" });
  html(root, "legend", {}, spec.label);
  const buttons = spec.options.map(([text, value], i) => {
    const label = html(root, "label", { for: `${id}-${i}` });
    const button = html(label, "input", { type: "radio", name: id, id: `${id}-${i}` });
    html(label, "span", {}, text);
    button.addEventListener("change", () => changed(value));
    return button;
  });
  return {
    root,
    show: (value) => buttons.forEach((button, i) => (button.checked = spec.options[i][1] === value)),
    words: (value) => spec.options.find((option) => option[1] === value)[0],
  };
}
