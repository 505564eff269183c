// Bars: the depth of an order book, a histogram, the volume of each row. All bars of a layer are one path.
import { areaSwatch, entry, fillOf, roleColour } from "../look.js";
import { svg } from "../nodes.js";
import { speaker } from "../numbers.js";
import { register } from "../registry.js";
import { heldBy } from "../scales.js";

register("bars", (place, spec, kit) => {
  const series = kit.series(spec.value, spec.table);
  const say = speaker({ ...kit.saying, none: spec.none });
  const path = svg(place.data, "path", { class: "if-bars", style: fillOf(spec) });
  const lit = svg(place.over, "path", { class: "if-lit", style: `fill:none;stroke:${roleColour(spec.role)}` });
  const output = entry(place, spec, areaSwatch(spec, "if-bars"));
  // A bar reaches from edge to edge; without edges, half-way to its neighbours.
  const edges = spec.edges ?? Array.from({ length: series.xs.length + 1 }, (_, i) => {
    const { xs } = series;
    if (i === 0) return xs[0] - (xs[1] - xs[0]) / 2;
    if (i === xs.length) return xs[i - 1] + (xs[i - 1] - xs[i - 2]) / 2;
    return (xs[i - 1] + xs[i]) / 2;
  });
  let sides = [];
  let now = NaN;
  const rounded = (number) => Math.round(number * 10) / 10;

  /** A logarithmic axis has no zero for a bar to stand on: there it stands on the axis's own end. */
  function bar(view, i) {
    const height = series.values[i];
    if (!Number.isFinite(height) || (height === 0 && !view.yAxis.log)) return "";
    const foot = view.yAxis.log ? view.bottom : clamped(view, view.py(0));
    const [from, to] = sides[i];
    return `M${from} ${rounded(foot)}V${rounded(clamped(view, view.py(height)))}H${to}V${rounded(foot)}Z`;
  }
  const clamped = (view, y) => Math.max(view.top - 5, Math.min(view.bottom + 5, y));

  return {
    reach(include) {
      include(series.values);
      include([0]);
    },
    resize(view) {
      // A gap between two bars where they are wide enough to spare it.
      sides = Array.from(series.xs, (_, i) => {
        const [from, to] = [view.px(edges[i]), view.px(edges[i + 1])];
        const gap = to - from > 4 ? 0.5 : 0;
        return [rounded(from + gap), rounded(to - gap)];
      });
    },
    draw(view) {
      let bars = "";
      for (let i = 0; i < sides.length; i++) bars += bar(view, i);
      path.setAttribute("d", bars);
    },
    point(view, x) {
      const outside = x < edges[0] || x > edges[edges.length - 1];
      const i = Math.min(heldBy(edges, x), series.values.length - 1);
      now = outside ? NaN : series.values[i];
      lit.setAttribute("d", outside ? "" : bar(view, i));
      output.textContent = say(now, 4, true);
    },
    words: () => `${spec.label} ${say(now, 4)}`,
  };
});
