// The room between two lines: quantiles, or what arbitrage allows.
import { areaSwatch, columnsOf, entry, fillOf, stretchesOf, strokeOf, trace } from "../look.js";
import { svg } from "../nodes.js";
import { speaker } from "../numbers.js";
import { register } from "../registry.js";

register("band", (place, spec, kit) => {
  const low = kit.series(spec.low, spec.table);
  const high = kit.series(spec.high, spec.table);
  const say = speaker({ ...kit.saying, none: spec.none });
  const area = svg(place.back, "path", { class: "if-band", style: fillOf(spec) });
  const edges = [low, high].map((series) => ({
    series,
    path: svg(place.data, "path", { class: "if-edge", style: strokeOf(spec) }),
  }));
  const output = entry(place, spec, areaSwatch(spec, "if-band"));
  let columns = [];
  let stretches = null;
  let now = [NaN, NaN];
  const words = (bare) => {
    const [from, to] = now;
    return Number.isFinite(from) && Number.isFinite(to) ? `${say(from, 4, true)} to ${say(to, 4, bare)}` : say(NaN);
  };

  /** Each stretch in which both edges exist is an area of its own: along one edge, and back along the other. */
  function outline(view) {
    let path = "";
    let start = 0;
    const clamp = (y) => Math.round(Math.max(-view.height, Math.min(2 * view.height, y)) * 10) / 10;
    for (let i = 0; i <= columns.length; i++) {
      const whole = i < columns.length && Number.isFinite(low.values[i]) && Number.isFinite(high.values[i]);
      if (whole) continue;
      if (i - start > 1) {
        for (let k = start; k < i; k++) path += `${k === start ? "M" : "L"}${columns[k]}${clamp(view.py(low.values[k]))}`;
        for (let k = i - 1; k >= start; k--) path += `L${columns[k]}${clamp(view.py(high.values[k]))}`;
        path += "Z";
      }
      start = i + 1;
    }
    return path;
  }

  return {
    reach(include) {
      include(low.values);
      include(high.values);
    },
    resize(view) {
      columns = columnsOf(low.xs, view);
      stretches = stretchesOf(low.xs, view);
    },
    draw(view) {
      area.setAttribute("d", outline(view));
      for (const { series, path } of edges) path.setAttribute("d", trace(series.values, columns, stretches, view));
    },
    point(view, x) {
      now = [low.read(x), high.read(x)];
      output.textContent = words(true);
    },
    words: () => `${spec.label} ${words(false)}`,
  };
});
