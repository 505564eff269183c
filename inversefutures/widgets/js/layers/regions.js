// A shaded stretch of the x axis between two places that depend on the parameters.
import { areaSwatch, entry, fillOf } from "../look.js";
import { set, svg } from "../nodes.js";
import { register } from "../registry.js";

register("region", (place, spec, kit) => {
  const [start, end] = [spec.start, spec.end].map((source) => source && kit.constant(source));
  const shade = svg(place.back, "rect", { class: "if-region", style: fillOf(spec) });
  entry(place, { ...spec, silent: true }, areaSwatch(spec, "if-region"));
  return {
    draw(view) {
      const clamp = (x) => Math.min(view.right, Math.max(view.left, x));
      const from = start ? clamp(view.px(start())) : view.left;
      const to = end ? clamp(view.px(end())) : view.right;
      const shown = to > from;
      shade.style.display = shown ? "" : "none";
      if (shown) set(shade, { x: from, y: view.top, width: to - from, height: view.bottom - view.top });
    },
  };
});
