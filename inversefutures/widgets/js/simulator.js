// The Simulator: a story along a path, computed whole for each setting, and told up to the reader's moment.
import { compile } from "./formulas.js";
import { makeFrame } from "./frame.js";
import { makeLedger } from "./ledger.js";
import { html } from "./nodes.js";
import { sentence } from "./numbers.js";
import { nearest } from "./scales.js";
import { makeTimes } from "./times.js";

const PLAY_SECONDS = 12;
const SECONDS_A_ROW = 0.4; // at most, so that a path of few rows is not slow

/**
 * @param {Model} model
 * @param {HTMLElement} el
 * @returns {() => void} stops it
 */
export function simulate(model, el) {
  const frame = makeFrame(model, el);
  const { spec, names, id, foot, main, below, args } = frame;
  const { columns } = spec.path;
  const count = columns[0].length;
  const last = count - 1;
  const beginning = spec.path.now ?? last; // where the time stands before the reader moves it
  const times = makeTimes(spec.path.time, count);
  const inputs = columns.map((column) => Float64Array.from(column));
  const outputs = spec.outputs.map(() => new Float64Array(count));
  const drive = compile(spec.js, [])();
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {number[][]} row, kind, entries */
  let log = [];
  let now = beginning; // the row up to which the story is told
  let seen = now; // the row that is read: `now`, or the one under the pointer
  let playing = 0;

  const outcome = html(main, "p", { class: "if-outcome" });
  main.prepend(outcome);
  foot.classList.add("if-playing");
  const play = frame.button("", () => (playing ? pause() : begin()), "if-play");
  const step = (by, name, sign) => {
    const button = frame.button(sign, () => go(now + by));
    button.setAttribute("aria-label", name);
    button.title = name;
  };
  step(-1, "Step back", "‹");
  step(1, "Step forward", "›");
  const time = html(foot, "div", { class: "if-time" });
  html(time, "label", { for: `${id}-time`, class: "if-hidden" }, spec.path.time.label ?? "Time");
  const range = html(time, "input", { type: "range", id: `${id}-time`, min: 0, max: last, step: 1 });
  range.addEventListener("input", () => go(range.valueAsNumber));
  frame.buttons(() => go(beginning));
  const ledger = spec.events.length ? makeLedger(below, spec, times) : null;

  const series = (source) => {
    const values = outputs[source.array];
    return { xs: times.at, values, read: (place) => values[nearest(times.at, place)] };
  };
  const x = { axis: times.axis, label: times.label, unit: times.unit, saying: { unit: times.unit }, ticks: times.ticks };
  const panels = frame.makePanels({ x, series, constant: () => () => NaN }, true);

  const nameButton = () => (play.textContent = playing ? "Pause" : still.matches ? "Next event" : "Play");
  nameButton();
  still.addEventListener("change", pause);
  const paper = () => ledger?.print();
  addEventListener("beforeprint", paper);

  function pause() {
    cancelAnimationFrame(playing);
    playing = 0;
    nameButton();
  }

  function begin() {
    const from = now === last ? 0 : now;
    if (still.matches) return go(log.find(([row]) => row > from)?.[0] ?? last);
    const begun = performance.now();
    const rows = last / Math.min(PLAY_SECONDS, count * SECONDS_A_ROW) / 1000;
    const tick = (instant) => {
      const row = Math.min(last, Math.floor(from + Math.max(0, instant - begun) * rows));
      if (row === last) pause();
      else playing = requestAnimationFrame(tick);
      move(row);
    };
    playing = requestAnimationFrame(tick);
    nameButton();
  }

  /** Where the reader goes, playing stops. */
  function go(row) {
    if (playing) pause();
    move(Math.max(0, Math.min(last, row)));
    frame.moved();
  }

  function move(row) {
    now = seen = row;
    if (frame.width) frame.point(); // hidden, it is drawn at this moment when it is shown
    frame.later();
  }

  /** What has happened up to now, in words and in order; what has not comes last. */
  function story() {
    const happened = spec.events.map(({ label }, kind) => ({
      label,
      rows: log.filter(([row, which]) => which === kind && row <= now).map(([row]) => row),
    }));
    return happened
      .sort((one, other) => (one.rows[0] ?? Infinity) - (other.rows[0] ?? Infinity) || 0)
      .map(({ label, rows }) => {
        if (!rows.length) return `no ${label}${now < last ? " so far" : ""}`;
        if (rows.length === 1) return `${label} at ${times.said(rows[0])}`;
        return `${label} ${rows.length} times, from ${times.said(rows[0])} to ${times.said(rows.at(-1))}`;
      });
  }

  /** A mark for each event; where events follow each other more closely than pixels, one for several. */
  function marks(labelled) {
    const closest = (times.at[last] - times.at[0]) / frame.width;
    return spec.events.flatMap((event, kind) => {
      const places = event.mark ? log.filter((row) => row[1] === kind).map(([row]) => times.at[row]) : [];
      const label = places.length > 1 ? `${event.label} (${places.length} times)` : event.label;
      let before = -Infinity;
      return places.flatMap((at, i) => {
        if (at - before < closest) return [];
        before = at;
        return { ...event, axis: "x", at, label: labelled && i === 0 ? label : "" };
      });
    });
  }

  Object.assign(frame, {
    panels,
    compute() {
      log = [];
      drive(count, inputs, args(), outputs, (row) => log.push(row));
      ledger?.fill(log);
    },
    draw() {
      panels.forEach((panel, i) => panel.draw(marks(i === 0)));
    },
    point() {
      for (const panel of panels) {
        panel.cover(times.at[now]);
        panel.point(times.at[seen], times.short(seen));
      }
      range.value = now;
      range.setAttribute("aria-valuetext", times.words(now));
      const told = story();
      const happened = told.filter((words) => !words.startsWith("no "));
      outcome.textContent = (happened.length ? happened : told).map(sentence).join(" ");
      ledger?.reveal(now);
      frame.read((value) => outputs[value.array][seen]);
    },
    words: () => [...story(), ...(ledger?.totals() ?? []), `at ${times.words(now)}`, ...panels.map((panel) => panel.words())],
    // The moment is the reader's own: an address keeps it, Python does not see it.
    moment: {
      control: { kind: "slider", name: "row", minimum: 0, maximum: last, default: beginning },
      get: () => now,
      go: (row) => move(Math.round(row)),
    },
  });

  for (const { chart, toX } of panels) {
    const under = (event) => nearest(times.at, toX(event.clientX));
    chart.addEventListener("pointerdown", (event) => go(under(event)));
    chart.addEventListener("pointermove", (event) => {
      if (playing) return;
      if (event.buttons) return go(under(event));
      seen = under(event);
      frame.point();
    });
    chart.addEventListener("pointerleave", () => {
      if (seen === now) return;
      seen = now;
      frame.point();
    });
  }

  /** The whole run for some values of the parameters: what the tests compare with NumPy. */
  function evaluate(at) {
    const arrays = spec.outputs.map(() => new Float64Array(count));
    const events = [];
    drive(count, inputs, names.map((name) => at[name]), arrays, (row) => events.push(row));
    return { arrays: Object.fromEntries(spec.outputs.map((key, k) => [key, Array.from(arrays[k])])), events };
  }
  el.explorer = { evaluate };
  el.moment = frame.moment;
  const stop = frame.start();
  return () => {
    pause();
    still.removeEventListener("change", pause);
    removeEventListener("beforeprint", paper);
    stop();
  };
}
