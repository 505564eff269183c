// Many thin paths of one formula, each with draws of its own. They share one node: a hundred would cost ten times more.
import { columnsOf, entry, strokeOf, trace } from "../look.js";
import { svg } from "../nodes.js";
import { speaker } from "../numbers.js";
import { register } from "../registry.js";

register("paths", (place, spec, kit) => {
  const { at, names, columns: draws } = spec.table;
  const members = draws[0].map((_, k) => kit.series(spec.value, { at, names, columns: draws.map((draw) => draw[k]) }));
  const say = speaker({ ...kit.saying, none: spec.none });
  const path = svg(place.data, "path", { class: "if-paths", style: strokeOf({ ...spec, dash: "" }) });
  const output = entry(place, spec, (swatch) =>
    svg(swatch, "path", { d: "M0 9L8 5L16 7L24 2M0 5L8 9L16 3L24 6", class: "if-paths", style: strokeOf({ ...spec, dash: "" }) }),
  );
  let columns = [];
  let now = [];
  const words = (bare) => {
    if (!now.length) return say(NaN);
    const middle = (now[(now.length - 1) >> 1] + now[now.length >> 1]) / 2;
    return `${say(now[0], 3, true)} to ${say(now[now.length - 1], 3, bare)}, median ${say(middle, 3, bare)}`;
  };
  return {
    reach: (include) => members.forEach((member) => include(member.values)),
    resize: (view) => (columns = columnsOf(members[0].xs, view)),
    draw: (view) => path.setAttribute("d", members.map((member) => trace(member.values, columns, null, view)).join("")),
    point(view, x) {
      now = members.map((member) => member.read(x)).filter(Number.isFinite).sort((one, other) => one - other);
      output.textContent = words(true);
    },
    words: () => `${spec.label} ${words(false)}`,
  };
});
