// The grid of a panel and the numbers along its two axes.
import { makePool, set, svg } from "./nodes.js";
import { withUnit } from "./numbers.js";

/**
 * @param {Element} chart
 * @param {XAxis} x
 * @param {boolean} named whether this panel shows the numbers of the x axis: one does, for all
 * @returns {{horizontal: (view: View) => void, vertical: (view: View, ticks: Tick[]) => void}}
 */
export function makeAxes(chart, x, named) {
  const grid = svg(chart, "g", { class: "if-grid" });
  const pool = (anchor) => makePool(() => [svg(grid, "line"), svg(grid, "text", { "text-anchor": anchor })]);
  const xPool = pool("middle");
  const yPool = pool("end");
  const name = named && svg(chart, "text", { class: "if-axis", "text-anchor": "middle" });
  return {
    horizontal(view) {
      view.xLabels = [];
      const room = view.right - view.left;
      xPool(x.ticks(Math.max(3, Math.floor(room / (view.letter * 9)))), ([line, text], tick) => {
        const at = view.px(tick.value);
        set(line, { x1: at, x2: at, y1: view.top, y2: view.bottom });
        if (!named) return;
        // The number of the last tick would stand half outside: it moves in, as far as it must.
        const half = (tick.text.length * view.letter) / 2;
        const middle = Math.max(half, Math.min(at, view.width - half));
        set(text, { x: middle, y: view.bottom + view.line * 1.1 }).textContent = tick.text;
        view.xLabels.push({ text, half, middle });
      });
      // A number that was moved in may touch its neighbour, which then gives way.
      view.xLabels.reduceRight((next, label) => {
        const free = !next || label.middle + label.half + 4 <= next.middle - next.half;
        if (!free) {
          label.text.textContent = "";
          label.half = 0;
        }
        return free ? label : next;
      }, null);
      if (named) {
        const middle = (view.left + view.right) / 2;
        set(name, { x: middle, y: view.bottom + view.line * 2.25 }).textContent = withUnit(x.label, x.unit && `(${x.unit})`);
      }
    },
    vertical(view, ticks) {
      yPool(ticks, ([line, text], tick) => {
        const at = view.py(tick.value);
        set(line, { x1: view.left, x2: view.right, y1: at, y2: at, class: tick.value === 0 ? "if-zero" : "" });
        set(text, { x: view.left - 8, y: at + view.line * 0.25 }).textContent = tick.text;
      });
    },
  };
}
