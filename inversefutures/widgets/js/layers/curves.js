// A line through a value for each x; and its sibling, which holds each value until the next.
import { columnsOf, entry, lineSwatch, makeDot, stretchesOf, strokeOf, trace } from "../look.js";
import { svg } from "../nodes.js";
import { speaker } from "../numbers.js";
import { register } from "../registry.js";

/**
 * @param {boolean} stepped
 * @returns {MakeLayer}
 */
const makeLine = (stepped) => (place, spec, kit) => {
  const series = kit.series(spec.value, spec.table, stepped ? "held" : "nearest");
  const say = speaker({ ...kit.saying, none: spec.none });
  const path = svg(place.data, "path", { class: "if-curve", style: strokeOf(spec) });
  const dot = makeDot(place, spec);
  const output = entry(place, spec, lineSwatch(spec));
  let columns = [];
  let stretches = null;
  let now = NaN;
  return {
    reach: (include) => include(series.values),
    resize(view) {
      columns = columnsOf(series.xs, view);
      stretches = stretchesOf(series.xs, view);
    },
    draw: (view) => path.setAttribute("d", trace(series.values, columns, stretches, view, stepped)),
    point(view, x) {
      now = series.read(x);
      dot(view, view.px(x), now);
      output.textContent = say(now, 4, true);
    },
    words: () => `${spec.label} ${say(now, 4)}`,
  };
};

register("curve", makeLine(false));
register("steps", makeLine(true));
