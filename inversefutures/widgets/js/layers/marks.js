// Labelled straight lines. All marks of a panel are one layer, because their labels must make room for each other.
import { fillOf, strokeOf } from "../look.js";
import { html, makePool, set, svg } from "../nodes.js";
import { speaker } from "../numbers.js";
import { register } from "../registry.js";

register("marks", (place, specs, kit) => {
  const marks = specs.map((spec) => ({
    ...spec,
    evaluate: kit.constant(spec.value),
    say: speaker({ ...(spec.axis === "x" ? kit.x.saying : kit.saying), none: spec.none }),
    // A place that does not exist is said where the others are named: the reason must be seen, not guessed.
    missing: html(place.legend, "li", { class: "if-missing", style: `color:var(--if-${spec.role})`, hidden: "" }),
  }));
  const pool = makePool(() => [svg(place.lines, "line", { class: "if-mark" }), svg(place.labels, "text")]);
  /** @type {[any, number][]} labels, and from when on they are told */
  let told = [];

  /**
   * A label stands to the right of its line; where that is too narrow, to the left; and where both are, at the side that
   * is wider, shifted so that no end of it leaves the box. Labels that would touch go into rows.
   */
  function label(text, at, view, rows) {
    const { left, right, letter, top, line } = view;
    const size = text.length * letter + 10;
    let start = at + 5;
    const before = start + size > right && at - size >= left;
    if (before) start = at - size;
    else start = Math.max(left + 2, Math.min(start, right - size));
    let row = rows.findIndex((end) => end <= start);
    if (row < 0) row = rows.length;
    rows[row] = Math.max(at, start + size);
    return { x: before ? at - 5 : start, y: top + line * (row + 0.8), "text-anchor": before ? "end" : "start" };
  }

  return {
    reach(include) {
      for (const mark of marks) mark.at = mark.evaluate();
      include(marks.filter((mark) => mark.axis === "y").map((mark) => mark.at));
    },
    draw(view) {
      for (const mark of marks) {
        const exists = Number.isFinite(mark.at);
        mark.missing.hidden = exists || !mark.label;
        if (!exists) mark.missing.textContent = `${mark.label}: ${mark.say(NaN)}`;
      }
      const rows = [];
      const along = (mark) => (mark.axis === "x" ? view.xAxis.to(mark.at) : view.yAxis.to(mark.at));
      const shown = [...marks, ...view.events].filter((mark) => along(mark) >= 0 && along(mark) <= 1);
      shown.sort((one, other) => one.at - other.at);
      told = [];
      pool(shown, ([line, text], mark) => {
        told.push([text, mark.evaluate ? -Infinity : mark.at]);
        line.setAttribute("style", strokeOf(mark));
        set(text, { style: fillOf(mark) }).textContent = mark.label;
        if (mark.axis === "y") {
          const y = view.py(mark.at);
          set(line, { x1: view.left, x2: view.right, y1: y, y2: y });
          const below = y < view.top + view.line;
          set(text, { x: view.right - 4, y: below ? y + view.line * 0.9 : y - 5, "text-anchor": "end" });
          return;
        }
        const at = view.px(mark.at);
        set(line, { x1: at, x2: at, y1: view.top, y2: view.bottom });
        if (mark.label) set(text, label(mark.label, at, view, rows));
      });
    },
    cover(view, x) {
      for (const [text, at] of told) text.style.visibility = at > x ? "hidden" : "";
    },
    words: () => marks.filter((mark) => mark.label).map((mark) =>
      Number.isFinite(mark.at) ? `${mark.label} at ${mark.say(mark.at)}` : `${mark.label}: ${mark.say(NaN)}`),
  };
});
