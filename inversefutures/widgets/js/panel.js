// One chart: axes, layers and a cursor. What a layer draws is its own affair; here it is called in order.
import { makeAxes } from "./axes.js";
import { html, set, svg } from "./nodes.js";
import { withUnit } from "./numbers.js";
import { makeLayer } from "./registry.js";
import { makeAxis, roundRange, ticks } from "./scales.js";

/**
 * @param {Element} parent
 * @param {PanelSpec} spec
 * @param {Kit} frameKit
 * @param {{id: string, named: boolean, veiled: boolean}} how
 * @returns {Panel}
 */
export function makePanel(parent, spec, frameKit, { id, named, veiled }) {
  const { x } = frameKit;
  const { factor = 1 } = spec;
  const kit = { ...frameKit, saying: { unit: spec.unit, factor } };
  const section = html(parent, "div", { class: "if-panel" });
  const head = html(section, "div", { class: "if-head" });
  const heading = html(head, "p", { class: "if-title" }, spec.title);
  if (spec.unit) html(heading, "span", { class: "if-unit" }, ` ${spec.unit}`);
  const legend = html(head, "ul", { class: "if-legend" });
  const chart = svg(section, "svg", { role: "img", "aria-label": withUnit(spec.title, spec.unit && `(${spec.unit})`) });
  const clip = svg(svg(chart, "clipPath", { id }), "rect");
  const clipped = (look) => svg(chart, "g", { class: look, "clip-path": `url(#${id})` });

  // The order of these groups is the order of painting: shades, grid, lines, data, veil, cursor, labels, dots.
  const back = clipped("if-back");
  const axes = makeAxes(chart, x, named);
  /** @type {Place} */
  const place = {
    legend,
    back,
    lines: clipped("if-lines"),
    data: clipped("if-data"),
    veil: svg(chart, "g"),
    labels: svg(chart, "g", { class: "if-labels" }),
    frame: svg(chart, "g"),
    over: svg(chart, "g"),
  };
  const veil = veiled && makeLayer("veil", place, {}, kit);
  const cursor = makeLayer("cursor", place, { named }, kit);
  const data = spec.curves.map((layer) => makeLayer(layer.kind, place, layer, kit));
  const marks = makeLayer("marks", place, spec.marks, kit);
  const layers = [...spec.regions.map((region) => makeLayer("region", place, region, kit)), ...data, marks];

  /** @type {View} */
  const view = { top: 8, xLabels: [], events: [] };
  let yTicks = [];
  let marked = ""; // for which axis and height the ticks are
  let drawn = ""; // for which axis they are drawn

  return {
    chart,
    toX: (clientX) => {
      const box = chart.getBoundingClientRect(); // of a widget that a slide has scaled, too
      const at = ((clientX - box.left) * view.width) / box.width;
      const part = (at - view.left) / (view.right - view.left);
      return x.axis.from(Math.min(1, Math.max(0, part)));
    },
    /** How wide the numbers beside the y axis are, which the panels of a widget agree on. */
    margin: (letter) => Math.max(...yTicks.map((tick) => tick.text.length)) * letter + 12,
    /** Choose the y axis: the range that was given, or one that shows every value and zero. */
    scale() {
      const log = spec.scale === "log";
      const fits = log || spec.zero === false;
      let low = fits ? Infinity : 0;
      let high = fits ? -Infinity : 0;
      const include = (values) => {
        for (let i = 0; i < values.length; i++) {
          const value = values[i];
          if (!(value - value === 0) || (log && value <= 0)) continue; // not finite, or not on the axis
          if (value < low) low = value;
          if (value > high) high = value;
        }
      };
      for (const layer of layers) layer.reach?.(include);
      const [from, to] = spec.range ?? roundRange(low, high, log);
      if (view.yAxis?.low === from && view.yAxis.high === to) return;
      view.yAxis = makeAxis(from, to, spec.scale);
    },
    /** Choose the ticks, for which the height must be known. */
    mark(height, line) {
      const now = `${view.yAxis.low} ${view.yAxis.high} ${height} ${line}`;
      if (now === marked) return;
      marked = now;
      yTicks = ticks(view.yAxis, Math.max(2, Math.min(view.yAxis.log ? 8 : 5, Math.floor(height / line / 1.6))), factor);
    },
    resize(size) {
      Object.assign(view, size);
      view.height = size.plot + (named ? size.line * 2.5 : 8);
      view.right = view.width - 14;
      view.bottom = size.plot;
      view.xAxis = x.axis;
      view.px = (value) => view.left + x.axis.to(value) * (view.right - view.left);
      drawn = "";
      set(chart, { width: view.width, height: view.height, viewBox: `0 0 ${view.width} ${view.height}` });
      set(clip, { x: view.left, y: view.top - 1, width: view.right - view.left, height: view.bottom - view.top + 2 });
      axes.horizontal(view);
      for (const layer of layers) layer.resize?.(view);
    },
    draw(events = []) {
      view.events = events;
      const { yAxis, top, bottom } = view;
      view.py = (value) => bottom - yAxis.to(value) * (bottom - top);
      if (drawn !== `${yAxis.low} ${yAxis.high}`) {
        drawn = `${yAxis.low} ${yAxis.high}`;
        axes.vertical(view, yTicks);
      }
      for (const layer of layers) layer.draw(view);
    },
    /** Move the cursor to a value of x, which `words` names. */
    point(value, words) {
      cursor.point(view, value, words);
      for (const layer of data) layer.point(view, value);
    },
    /** What lies behind this value of x has not happened yet: it is drawn faint, and not named. */
    cover(value) {
      veil.cover(view, value);
      marks.cover(view, value);
    },
    words: () => `${spec.title}: ${data.map((layer) => layer.words()).join(", ")}`,
    places: () => marks.words(),
  };
}
