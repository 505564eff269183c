// Points, each with the bar of its error where it has one.
import { entry, fillOf, roleColour } from "../look.js";
import { svg } from "../nodes.js";
import { speaker } from "../numbers.js";
import { register } from "../registry.js";
import { nearest } from "../scales.js";

const CAP = 3; // half the width of a bar's ends, in pixels

register("points", (place, spec, kit) => {
  const series = kit.series(spec.value, spec.table);
  const low = spec.low && kit.series(spec.low, spec.table);
  const high = spec.high && kit.series(spec.high, spec.table);
  const say = speaker({ ...kit.saying, none: spec.none });
  const look = `stroke:${roleColour(spec.role)}`;
  const bars = svg(place.data, "path", { class: "if-error", style: look });
  const dots = svg(place.data, "path", { class: "if-points", style: look });
  const ring = svg(place.over, "circle", { r: 6, class: "if-ring", style: look });
  const output = entry(place, spec, (swatch) => {
    if (low) svg(swatch, "path", { d: "M12 0V12M9 0H15M9 12H15", class: "if-error", style: look });
    svg(swatch, "circle", { cx: 12, cy: 6, r: 3.5, style: fillOf(spec) });
  });
  let columns = [];
  let now = 0;
  const words = (bare) => {
    const value = series.values[now];
    const text = say(value, 4, bare);
    if (!low || !Number.isFinite(value)) return text;
    return `${text} (${say(low.values[now], 4, true)} to ${say(high.values[now], 4, true)})`;
  };
  return {
    reach(include) {
      for (const each of [series, low, high]) if (each) include(each.values);
    },
    resize: (view) => (columns = Array.from(series.xs, (x) => Math.round(view.px(x) * 10) / 10)),
    draw(view) {
      const place = (value) => Math.round(Math.max(-view.height, Math.min(2 * view.height, view.py(value))) * 10) / 10;
      let points = "";
      let errors = "";
      columns.forEach((x, i) => {
        if (!Number.isFinite(series.values[i])) return;
        points += `M${x} ${place(series.values[i])}h0`; // a stroke without length and with round ends is a dot
        if (!low || !Number.isFinite(low.values[i] + high.values[i])) return;
        const [from, to] = [place(low.values[i]), place(high.values[i])];
        errors += `M${x - CAP} ${from}h${2 * CAP}M${x} ${from}V${to}M${x - CAP} ${to}h${2 * CAP}`;
      });
      dots.setAttribute("d", points);
      bars.setAttribute("d", errors);
    },
    point(view, x) {
      now = nearest(series.xs, x);
      const y = view.py(series.values[now]);
      const shown = y >= view.top && y <= view.bottom;
      ring.style.display = shown ? "" : "none";
      if (shown) {
        ring.setAttribute("cx", columns[now]);
        ring.setAttribute("cy", y);
      }
      output.textContent = words(true);
    },
    words: () => `${spec.label} ${words(false)}`,
  };
});
