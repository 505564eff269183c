// The line where the reader reads, its number on the axis, and the veil over what has not happened yet.
import { set, svg } from "../nodes.js";
import { register } from "../registry.js";

register("cursor", (place, spec) => {
  const line = svg(place.veil, "line", { class: "if-cursor" });
  const here = spec.named && svg(place.frame, "text", { class: "if-here", "text-anchor": "middle" });
  return {
    draw() {},
    point(view, x, words) {
      const at = view.px(x);
      set(line, { x1: at, x2: at, y1: view.top, y2: view.bottom + (here ? 4 : 0) });
      if (!here) return;
      const half = words.length * view.letter * 0.53 + 1;
      const middle = Math.max(half, Math.min(at, view.width - half));
      set(here, { x: middle, y: view.bottom + view.line * 1.1 }).textContent = words;
      // The cursor's own number takes the place of the tick labels that it would cover.
      for (const label of view.xLabels) {
        label.text.style.visibility = Math.abs(label.middle - middle) < label.half + half + 6 ? "hidden" : "";
      }
    },
  };
});

register("veil", (place) => {
  const veil = svg(place.veil, "rect", { class: "if-veil" });
  return {
    draw() {},
    cover(view, x) {
      const at = view.px(x);
      const width = Math.max(0, view.right + 2 - at);
      set(veil, { x: at, y: view.top - 2, width, height: view.bottom - view.top + 4 });
    },
  };
});
