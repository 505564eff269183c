// The Explorer: curves over an axis, computed anew for each setting of the controls.
import { compile } from "./formulas.js";
import { makeFrame } from "./frame.js";
import { makeSlider } from "./inputs.js";
import { exact, lower, speaker, tidy } from "./numbers.js";
import { heldBy, nearest, ticks } from "./scales.js";

const POINTS = 400;

/**
 * @param {Model} model
 * @param {HTMLElement} el
 * @returns {() => void} stops it
 */
export function explore(model, el) {
  const { x: xSpec } = model.get("spec");
  const frame = makeFrame(model, el, [xSpec]);
  const { spec, names, id, inputs, foot, args, change, tell } = frame;
  const slide = (value, typing) => change({ [xSpec.name]: value }, typing);
  const slider = makeSlider(foot, xSpec, `${id}-x`, `Read at ${lower(xSpec.label)}`, slide, tell);
  inputs[xSpec.name] = slider;
  frame.buttons();

  const { axis } = slider.scale;
  const { unit, factor = 1 } = xSpec;
  const say = speaker(xSpec);
  const x = { axis, label: xSpec.label, unit, saying: { unit, factor }, ticks: (count) => ticks(axis, count, factor) };
  const sample = Float64Array.from({ length: POINTS }, (_, i) => axis.from(i / (POINTS - 1)));
  sample[0] = xSpec.minimum;
  sample[POINTS - 1] = xSpec.maximum;

  /** What computes each series; the formulas see x first, then the parameters, then the series' own columns. */
  const computations = [];
  /** @type {Kit} */
  const kit = {
    x,
    constant(source) {
      const evaluate = compile(source.js, names);
      return () => evaluate(...args());
    },
    series(source, table, hold = "nearest") {
      const columns = table?.columns ?? [];
      const evaluate = compile(source.js, [...names, ...(table?.names ?? [])]);
      const xs = table ? Float64Array.from(table.at) : sample;
      const values = new Float64Array(xs.length);
      computations.push((at) => {
        const all = [...at];
        for (let i = 0; i < xs.length; i++) {
          all[0] = xs[i];
          for (let k = 0; k < columns.length; k++) all[at.length + k] = columns[k][i];
          values[i] = evaluate(...all);
        }
      });
      const find = hold === "held" ? heldBy : nearest;
      // Without a table the formula itself is asked, which knows what happens between two points of the sample.
      const read = table ? (place) => values[find(xs, place)] : (place) => evaluate(place, ...args().slice(1));
      return { xs, values, read };
    },
  };
  const panels = frame.makePanels(kit, false);
  const readings = new Map(spec.readouts.map(({ value }) => [value, compile(value.js, names)]));

  Object.assign(frame, {
    panels,
    compute() {
      const at = args();
      for (const computation of computations) computation(at);
    },
    draw() {
      for (const panel of panels) panel.draw();
    },
    point() {
      const at = args();
      for (const panel of panels) panel.point(at[0], say(at[0], 5, true));
      frame.read((value) => readings.get(value)(...at));
    },
    words() {
      const at = `at ${lower(xSpec.label)} ${exact(tidy(frame.values[xSpec.name] * factor))}${unit && ` ${unit}`}`;
      return [at, ...panels.map((panel) => panel.words()), [...new Set(panels.flatMap((panel) => panel.places()))].join(", ")];
    },
  });
  for (const { chart, toX } of panels) {
    const follow = (event) => {
      const { scale } = slider;
      const value = scale.value(scale.position(toX(event.clientX)));
      // A pointer that passes over only looks: no address follows it.
      if (value !== frame.values[xSpec.name]) change({ [xSpec.name]: value }, undefined, event.buttons === 0);
    };
    chart.addEventListener("pointermove", follow);
    chart.addEventListener("pointerdown", follow);
  }
  el.explorer = { evaluate: (at, xs) => evaluateAll(spec, names, at, xs) };
  return frame.start();
}

/**
 * Every expression of the spec on a list of x: what the tests compare with NumPy.
 * @param {ExplorerSpec} spec
 * @param {string[]} names
 * @param {Record<string, number>} at
 * @param {number[]} xs
 * @returns {Record<string, number[]>} under the expression's place in the spec
 */
function evaluateAll(spec, names, at, xs) {
  const results = {};
  const values = names.map((name) => at[name]);
  const add = (key, source, table) => {
    if (!source) return;
    const evaluate = compile(source.js, [...names, ...(table?.names ?? [])]);
    const places = table ? table.at : xs;
    // The columns of many paths are lists of lists, one for each path.
    const single = !table || !Array.isArray(table.columns[0]?.[0]);
    const members = single ? [table?.columns ?? []] : table.columns[0].map((_, k) => table.columns.map((column) => column[k]));
    results[key] = members.flatMap((columns) =>
      Array.from(places, (place, i) => evaluate(place, ...values.slice(1), ...columns.map((column) => column[i]))));
  };
  spec.panels.forEach((panel, i) => {
    for (const part of ["curves", "marks", "regions"]) {
      panel[part].forEach((item, k) => {
        const key = `panels/${i}/${part}/${k}`;
        add(key, item.value, item.table);
        for (const end of ["low", "high", "start", "end"]) add(`${key}/${end}`, item[end], item.table);
      });
    }
  });
  spec.readouts.forEach((readout, k) => add(`readouts/${k}`, readout.value));
  return results;
}
