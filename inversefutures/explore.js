// How the Explorer and the Simulator behave, with a running kernel (an anywidget module) and without (`host`).
// All formulas arrive in the spec, printed from sympy; this file knows no finance.

const POINTS = 400;
const TOP = 8;
const BOTTOM = 26;
const RIGHT = 14;
const LETTER = 6.7; // width of an average letter of 12 px: measuring text would force a layout
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * A formula of the spec. In a notebook it is the text that the course's Python has printed, and this is the one
 * place where text becomes code. On the site it is a number: the page brings the functions along, so that its
 * policy can forbid exactly that.
 */
function compile(source, names) {
  if (typeof source === "number") return inverseFuturesFormulas[source];
  return new Function(...names, `"use strict"; return ${source};`);
}

// --- numbers ---------------------------------------------------------------------------------------
const formats = new Map();

function fixed(value, decimals) {
  if (!formats.has(decimals)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    formats.set(decimals, new Intl.NumberFormat("en-US", digits));
  }
  return formats.get(decimals).format(Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value).replace("-", "−");
}

/** A number for a reader: `digits` significant ones, and never fewer than the whole part has. */
function format(value, digits = 5) {
  if (!Number.isFinite(value)) return "undefined";
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size < -6 || size > 14) {
    const [mantissa, power] = value.toExponential(Math.min(digits, 4) - 1).split("e");
    return `${Number(mantissa)} × 10${[...power.replace("+", "")].map((c) => SUPERSCRIPT[c]).join("")}`.replace("-", "−");
  }
  const text = fixed(value, Math.min(12, Math.max(0, digits - 1 - size)));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const lower = (text) => (/^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);
const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "");
const withUnit = (text, unit) => (unit && text !== "undefined" ? `${text} ${unit}` : text);

/** A number that the reader has set: nothing of it is rounded away. */
const exact = (value) => format(value, 10);

/** The step of 1, 2 or 5 times a power of ten that is next above `size`. */
function niceStep(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5, 10].find((step) => step * power >= size * (1 - 1e-9)));
}

const tidy = (value) => Number(value.toPrecision(12));

function ticks(axis, count) {
  const { low, high, log } = axis;
  const marks = [];
  if (!log) {
    const step = niceStep((high - low) / count);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      marks.push({ value: tidy(i * step), text: decimals > 8 ? format(tidy(i * step)) : fixed(i * step, decimals) });
    }
    return marks;
  }
  const decades = Math.log10(high / low);
  const factors = decades < count * 0.36 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / count));
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const factor of power % every ? [] : factors) {
      const value = tidy(factor * 10 ** power);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) marks.push({ value, text: format(value) });
    }
  }
  return marks;
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
const MONTHS = "January February March April May June July August September October November December".split(" ");
const TIME_STEPS = [1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 20160].map((minutes) => minutes * MINUTE);
const two = (number) => String(number).padStart(2, "0");
const clock = (date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;

/** Ticks of an axis in seconds since 1970: round hours, days, months or years. */
function timeTicks({ low, high }, count) {
  const marks = [];
  const step = TIME_STEPS.find((size) => size >= (high - low) / count);
  if (step) {
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
      const date = new Date(value * 1000);
      const text = value % DAY ? clock(date) : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, 3)}`;
      marks.push({ value, text });
    }
    return marks;
  }
  const months = (high - low) / (30.44 * DAY) / count;
  const every = [1, 2, 3, 6, 12].find((size) => size >= months) ?? 12 * niceStep(months / 12);
  const first = new Date(low * 1000);
  for (let month = 12 * first.getUTCFullYear() + first.getUTCMonth(); ; month++) {
    const value = Date.UTC(Math.floor(month / 12), month % 12) / 1000;
    if (value > high) return marks;
    if (value < low || month % every) continue;
    marks.push({ value, text: month % 12 ? MONTHS[month % 12].slice(0, 3) : String(month / 12) });
  }
}

/** The times of a path, and how to say them. */
function makeTimes(spec, count) {
  const at = Float64Array.from({ length: count }, (_, i) => (spec.at ? spec.at[i] : spec.start + i * spec.interval));
  const axis = makeAxis(at[0], at[count - 1], "linear");
  if (!spec.dates) {
    const words = (i) => withUnit(exact(at[i]), spec.unit);
    return { at, axis, words, short: (i) => exact(at[i]), label: "Time", unit: spec.unit, ticks: (n) => ticks(axis, n) };
  }
  const days = at.every((time) => time % DAY === 0);
  const date = (i) => new Date(at[i] * 1000);
  const day = (time, letters) => `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()].slice(0, letters)}`;
  const words = (i) => `${day(date(i))} ${date(i).getUTCFullYear()}${days ? "" : `, ${clock(date(i))} UTC`}`;
  const years = [...new Set([0, count - 1].map((i) => date(i).getUTCFullYear()))];
  const year = (i) => (years.length > 1 ? ` ${date(i).getUTCFullYear()}` : "");
  const short = (i) => day(date(i), 3) + year(i) + (days ? "" : ` ${clock(date(i))}`);
  return { at, axis, words, short, label: `Time in UTC, ${years.join("–")}`, unit: "", ticks: (n) => timeTicks(axis, n) };
}

/** An axis maps values to the interval from 0 to 1, and back. */
function makeAxis(low, high, scale) {
  const log = scale === "log";
  const base = log ? Math.log(low) : low;
  const span = (log ? Math.log(high) : high) - base;
  const to = log ? (value) => (Math.log(value) - base) / span : (value) => (value - base) / span;
  const from = log ? (part) => Math.exp(base + part * span) : (part) => base + part * span;
  return { low, high, log, to, from };
}

/** A slider has whole positions, 0 to `last`, on a linear or a logarithmic axis. */
function makeScale(slider) {
  const { minimum, maximum, scale } = slider;
  const axis = makeAxis(minimum, maximum, scale);
  const step = slider.step ?? (axis.log ? null : niceStep((maximum - minimum) / 200));
  const last = axis.log ? 200 : Math.ceil((maximum - minimum) / step - 1e-9);
  const clamp = (value) => Math.min(maximum, Math.max(minimum, value));
  const value = (position) => {
    if (position <= 0) return minimum;
    if (position >= last) return maximum;
    if (!axis.log) return clamp(tidy(minimum + position * step));
    const exact = axis.from(position / last);
    return clamp(step ? tidy(Math.round(exact / step) * step) : Number(exact.toPrecision(3)));
  };
  const position = (number) =>
    axis.log ? Math.round(axis.to(number) * last) : Math.min(last, Math.round((number - minimum) / step));
  return { axis, last, clamp, value, position };
}

// --- nodes -----------------------------------------------------------------------------------------
function set(node, attributes) {
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
}

function html(parent, tag, attributes = {}, text = "") {
  const node = set(document.createElement(tag), attributes);
  if (text) node.textContent = text;
  // JupyterLab would take the arrow keys for its own shortcuts.
  if (tag === "input" || tag === "button") node.setAttribute("data-lm-suppress-shortcuts", "true");
  parent.append(node);
  return node;
}

function svg(parent, tag, attributes = {}) {
  const node = set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  parent.append(node);
  return node;
}

/** A list of nodes that grows when needed and hides what is left over. */
function makePool(make) {
  const nodes = [];
  return (items, update) => {
    while (nodes.length < items.length) nodes.push(make());
    nodes.forEach((node, i) => {
      const used = i < items.length;
      for (const part of node) part.style.display = used ? "" : "none";
      if (used) update(node, items[i]);
    });
  };
}

// --- inputs ----------------------------------------------------------------------------------------
function makeSlider(parent, spec, id, label, changed, tell) {
  const scale = makeScale(spec);
  const root = html(parent, "div", { class: "if-slider" });
  const name = html(root, "label", { for: id }, label);
  if (spec.unit) html(name, "span", { class: "if-unit" }, ` ${spec.unit}`);
  const range = html(root, "input", { type: "range", id, min: 0, max: scale.last, step: 1 });
  const number = html(root, "input", {
    type: "number", step: "any", min: spec.minimum, max: spec.maximum, inputmode: "decimal",
    "aria-label": `${label}, exact value${spec.unit && ` in ${spec.unit}`}`,
  });
  number.style.minWidth = `${String(spec.maximum).length + 2}ch`;

  range.addEventListener("input", () => changed(scale.value(range.valueAsNumber)));
  number.addEventListener("input", () => {
    const typed = number.valueAsNumber;
    if (typed >= spec.minimum && typed <= spec.maximum) changed(typed, number);
  });
  number.addEventListener("change", () => {
    const typed = number.valueAsNumber;
    const limits = `${label} goes from ${exact(spec.minimum)} to ${withUnit(exact(spec.maximum), spec.unit)}`;
    if (Number.isNaN(typed)) {
      root.show(root.value);
      tell(`${limits}. What was typed is not a number, so the value stays at ${exact(root.value)}.`);
    } else if (typed !== scale.clamp(typed)) {
      changed(scale.clamp(typed));
      tell(`${limits}. ${exact(typed)} is outside, so it was set to ${exact(scale.clamp(typed))}.`);
    }
  });
  root.show = (value, typing) => {
    root.value = value;
    range.value = scale.position(value);
    range.setAttribute("aria-valuetext", withUnit(exact(value), spec.unit));
    if (typing !== number) number.value = tidy(value);
  };
  root.words = (value) => `${lower(label)} ${withUnit(exact(value), spec.unit)}`;
  root.scale = scale;
  return root;
}

function makeChoice(parent, spec, id, changed) {
  const root = html(parent, "fieldset", { class: "if-choice" });
  html(root, "legend", {}, spec.label);
  const buttons = spec.options.map(([text, value], i) => {
    const label = html(root, "label", { for: `${id}-${i}` });
    const button = html(label, "input", { type: "radio", name: id, id: `${id}-${i}` });
    html(label, "span", {}, text);
    button.addEventListener("change", () => changed(value));
    return button;
  });
  root.show = (value) => buttons.forEach((button, i) => (button.checked = spec.options[i][1] === value));
  root.words = (value) => spec.options.find((option) => option[1] === value)[0];
  return root;
}

// --- one panel -------------------------------------------------------------------------------------
/** A chart of curves over x. Whoever makes it fills `curves[…].values`, one for each place of `sample`. */
function makePanel(parent, spec, index, x, isLast, { id, names }) {
  const roleColour = (role) => `var(--if-${role})`;
  const stroke = (item) => `stroke:${roleColour(item.role)};stroke-dasharray:${item.dash || "none"}`;
  const section = html(parent, "div", { class: "if-panel" });
  const heading = html(section, "p", { class: "if-title" }, spec.title);
  if (spec.unit) html(heading, "span", { class: "if-unit" }, ` ${spec.unit}`);
  const legend = html(section, "ul", { class: "if-legend" });
  const chart = svg(section, "svg", { role: "img", "aria-label": withUnit(spec.title, spec.unit && `(${spec.unit})`) });
  const clipId = `${id}-${index}`;
  const clip = svg(svg(chart, "clipPath", { id: clipId }), "rect");
  const plot = () => svg(chart, "g", { "clip-path": `url(#${clipId})` });
  const shades = plot();
  const grid = svg(chart, "g", { class: "if-grid" });
  const lines = plot();
  const paths = plot();
  const labels = svg(chart, "g", { class: "if-labels" });
  const veil = svg(chart, "rect", { class: "if-veil" });
  const cursor = svg(chart, "line", { class: "if-cursor" });
  const here = svg(chart, "text", { class: "if-here", "text-anchor": "middle" });
  const halo = svg(chart, "g");

  const curves = spec.curves.map((curve, i) => {
    const item = html(legend, "li");
    const swatch = svg(item, "svg", { width: 24, height: 8, "aria-hidden": "true" });
    svg(swatch, "line", { x1: 0, x2: 24, y1: 4, y2: 4, class: "if-curve", style: stroke(curve) });
    html(item, "span", {}, curve.label);
    return {
      ...curve,
      evaluate: curve.js === undefined ? undefined : compile(curve.js, names),
      values: [],
      path: svg(paths, "path", { class: "if-curve", style: stroke(curve) }),
      dot: svg(halo, "circle", { r: 4.5, class: "if-dot", style: `fill:${roleColour(curve.role)}` }),
      output: html(item, "span", { class: "if-value" }),
    };
  });
  const markPool = makePool(() => [svg(lines, "line", { class: "if-mark" }), svg(labels, "text")]);
  const marks = (spec.marks ?? []).map((mark) => ({ ...mark, evaluate: compile(mark.js, names) }));
  const regions = (spec.regions ?? []).map((region) => {
    const item = html(legend, "li");
    const swatch = svg(item, "svg", { width: 24, height: 12, "aria-hidden": "true" });
    const look = { class: "if-region", style: `fill:${roleColour(region.role)}` };
    svg(swatch, "rect", { width: 24, height: 12, ...look });
    html(item, "span", {}, region.label);
    return {
      from: region.start === null ? null : compile(region.start, names),
      to: region.end === null ? null : compile(region.end, names),
      shade: svg(shades, "rect", look),
    };
  });
  const tickPool = (anchor) =>
    makePool(() => [svg(grid, "line"), svg(grid, "text", { "text-anchor": anchor })]);
  const xPool = tickPool("middle");
  const yPool = tickPool("end");

  let width, height, left, right, bottom, axis, px, py;
  let columns = [];
  let stretches = null;
  let xLabels = [];
  let yTicks = [];
  let drawnRange = "";

  /** The range that shows every finite value and zero, rounded outwards to whole ticks. */
  function range(levels) {
    if (spec.range) return spec.range;
    const log = spec.scale === "log";
    const empty = log || spec.zero === false;
    let low = empty ? Infinity : 0;
    let high = empty ? -Infinity : 0;
    const include = (value) => {
      if (!Number.isFinite(value) || (log && value <= 0)) return;
      if (value < low) low = value;
      if (value > high) high = value;
    };
    for (const curve of curves) curve.values.forEach(include);
    levels.forEach(include);
    if (low > high) return [1, 10];
    if (log) return low === high ? [low / 2, high * 2] : [low, high];
    if (low === high) return low ? [low - Math.abs(low) / 10, low + Math.abs(low) / 10] : [-1, 1];
    const step = niceStep((high - low) / 5);
    return [tidy(Math.floor(low / step + 1e-9) * step), tidy(Math.ceil(high / step - 1e-9) * step)];
  }

  /** Where a curve leaves the finite numbers, or jumps across the whole picture at a pole, its path has a gap. */
  function trace(values) {
    let path = "";
    let before = NaN;
    const visit = (i) => {
      let y = Math.round(py(values[i]) * 10) / 10;
      if (!Number.isFinite(values[i]) || !Number.isFinite(y)) {
        before = NaN;
        return;
      }
      y = Math.max(-height, Math.min(2 * height, y));
      const joined = before === before && !((before < TOP && y > bottom) || (before > bottom && y < TOP));
      path += (joined ? "L" : "M") + columns[i] + y;
      before = y;
    };
    if (!stretches) {
      for (let i = 0; i < values.length; i++) visit(i);
      return path;
    }
    for (let k = 0; k < stretches.length; k++) {
      let lowest = stretches[k];
      let highest = lowest;
      const end = stretches[k + 1] ?? values.length;
      for (let i = lowest + 1; i < end; i++) {
        if (values[i] < values[lowest]) lowest = i;
        else if (values[i] > values[highest]) highest = i;
      }
      visit(Math.min(lowest, highest));
      if (lowest !== highest) visit(Math.max(lowest, highest));
    }
    return path;
  }

  /** More rows than the picture has columns of pixels: each column keeps its lowest and its highest row. */
  function stretch(sample) {
    stretches = null;
    if (sample.length < 2 * (right - left)) return;
    stretches = [];
    let column = -1;
    sample.forEach((value, i) => {
      const now = Math.floor(px(value));
      if (now !== column) stretches.push(i);
      column = now;
    });
  }

  function drawMarks(items) {
    const rows = [];
    const along = (mark) => (mark.axis === "x" ? x.axis.to(mark.value) : axis.to(mark.value));
    const shown = items.filter((mark) => along(mark) >= 0 && along(mark) <= 1).sort((one, other) => one.value - other.value);
    markPool(shown, ([line, text], mark) => {
      line.setAttribute("style", stroke(mark));
      set(text, { style: `fill:${roleColour(mark.role)}` }).textContent = mark.label;
      if (mark.axis === "y") {
        const y = py(mark.value);
        set(line, { x1: left, x2: right, y1: y, y2: y });
        set(text, { x: right - 4, y: y < TOP + 16 ? y + 14 : y - 5, "text-anchor": "end" });
        return;
      }
      const at = px(mark.value);
      set(line, { x1: at, x2: at, y1: TOP, y2: bottom });
      if (!mark.label) return;
      const size = mark.label.length * LETTER + 8;
      const flipped = at + size > right;
      const start = flipped ? at - size : at;
      let row = rows.findIndex((end) => end <= start);
      if (row < 0) row = rows.length;
      rows[row] = Math.max(at, start + size);
      set(text, { x: at + (flipped ? -5 : 5), y: TOP + 12 + row * 16, "text-anchor": flipped ? "end" : "start" });
    });
  }

  function drawRegions(spans) {
    regions.forEach((region, i) => {
      const [from, to] = spans[i].map((value) => Math.min(right, Math.max(left, px(value))));
      const shown = to > from;
      region.shade.style.display = shown ? "" : "none";
      if (shown) set(region.shade, { x: from, y: TOP, width: to - from, height: bottom - TOP });
    });
  }

  return {
    chart,
    curves,
    outputs: () => curves.map((curve) => `${curve.label} ${withUnit(curve.output.textContent, spec.unit)}`),
    places: () =>
      marks
        .filter((mark) => Number.isFinite(mark.value))
        .map((mark) => `${mark.label} at ${withUnit(format(mark.value), mark.axis === "x" ? x.unit : spec.unit)}`),
    get margin() {
      return Math.max(...yTicks.map((tick) => tick.text.length)) * LETTER + 12;
    },
    toX: (clientX) => x.axis.from(Math.min(1, Math.max(0, (clientX - chart.getBoundingClientRect().left - left) / (right - left)))),
    scale(args) {
      for (const mark of marks) mark.value = mark.evaluate(...args);
      const [low, high] = range(marks.filter((mark) => mark.axis === "y").map((mark) => mark.value));
      if (drawnRange !== `${low} ${high}`) {
        axis = makeAxis(low, high, spec.scale);
        yTicks = ticks(axis, axis.log ? 8 : 5);
      }
    },
    resize(newWidth, newHeight, newLeft, sample) {
      width = newWidth;
      height = newHeight + (isLast ? 18 : 0);
      left = newLeft;
      right = width - RIGHT;
      bottom = newHeight - BOTTOM;
      px = (value) => left + x.axis.to(value) * (right - left);
      columns = Array.from(sample, (value) => `${Math.round(px(value) * 10) / 10} `);
      stretch(sample);
      drawnRange = "";
      set(chart, { width, height, viewBox: `0 0 ${width} ${height}` });
      set(clip, { x: left, y: TOP - 1, width: right - left, height: bottom - TOP + 2 });
      xLabels = [];
      xPool(x.ticks(Math.max(3, Math.floor((right - left) / 60))), ([line, text], tick) => {
        const at = px(tick.value);
        set(line, { x1: at, x2: at, y1: TOP, y2: bottom });
        set(text, { x: at, y: bottom + 17 }).textContent = tick.text;
        xLabels.push({ text, half: tick.text.length * (LETTER / 2), place: at });
      });
      if (isLast) {
        this.name ??= svg(chart, "text", { class: "if-axis", "text-anchor": "middle" });
        set(this.name, { x: (left + right) / 2, y: bottom + 37 }).textContent = withUnit(x.label, x.unit && `(${x.unit})`);
      }
    },
    draw(args, events = []) {
      py = (value) => bottom - axis.to(value) * (bottom - TOP);
      if (drawnRange !== `${axis.low} ${axis.high}`) {
        drawnRange = `${axis.low} ${axis.high}`;
        yPool(yTicks, ([line, text], tick) => {
          const at = py(tick.value);
          set(line, { x1: left, x2: right, y1: at, y2: at, class: tick.value === 0 ? "if-zero" : "" });
          set(text, { x: left - 8, y: at + 4 }).textContent = tick.text;
        });
      }
      for (const curve of curves) curve.path.setAttribute("d", trace(curve.values));
      drawMarks([...marks, ...events]);
      drawRegions(
        regions.map(({ from, to }) => [from ? from(...args) : x.axis.low, to ? to(...args) : x.axis.high]),
      );
    },
    /** Move the cursor to a value of x, which `text` names; `valueOf` gives each curve's value there. */
    point(place, words, valueOf) {
      const at = px(place);
      set(cursor, { x1: at, x2: at, y1: TOP, y2: bottom + 4 });
      const half = words.length * (LETTER / 2);
      set(here, { x: Math.min(at, width - half), y: bottom + 17 }).textContent = words;
      // The cursor's own number takes the place of the tick labels it would cover.
      for (const label of xLabels) {
        const gap = Math.abs(label.place - Math.min(at, width - half));
        label.text.style.visibility = gap < label.half + half + 6 ? "hidden" : "";
      }
      for (const curve of curves) {
        const value = valueOf(curve);
        const y = py(value);
        const shown = y >= TOP - 1 && y <= bottom + 1;
        curve.dot.style.display = shown ? "" : "none";
        if (shown) set(curve.dot, { cx: at, cy: y });
        curve.output.textContent = format(value, 4);
      }
    },
    /** What lies behind this value of x has not happened yet, and is drawn faint. */
    cover(place) {
      const at = px(place);
      set(veil, { x: at, y: TOP - 2, width: Math.max(0, right + 2 - at), height: bottom - TOP + 4 });
    },
  };
}

// --- what both widgets share ----------------------------------------------------------------------
/** The frame of a widget: question, inputs, room for panels, and values that reader and Python share. */
function makeFrame(model, el, controls) {
  const spec = model.get("spec");
  const names = controls.map((control) => control.name);
  const id = `if${Math.random().toString(36).slice(2)}`;
  const defaults = Object.fromEntries(controls.map((control) => [control.name, control.default]));
  let values = { ...defaults, ...model.get("values") };
  let width = 0;
  let margin = 0;
  let waiting = 0;

  const root = html(el, "div", { class: "if-live", role: "group", "aria-label": spec.title });
  html(root, "p", { class: "if-question" }, spec.question);
  if (spec.description) html(root, "p", { class: "if-hidden" }, spec.description);
  const form = html(root, "div", { class: "if-controls" });
  const outcome = html(root, "p", { class: "if-outcome" });
  const stage = html(root, "div", { class: "if-stage" });
  const foot = html(root, "div", { class: "if-foot" });
  const note = html(root, "p", { class: "if-note", role: "status" });
  const list = html(root, "div", { class: "if-readouts" });
  const below = html(root, "div");
  const summary = html(root, "p", { class: "if-summary", "aria-live": "polite" });
  const tell = (text) => (note.textContent = text);

  const inputs = {};
  const frame = {
    spec, names, id, model, el, outcome, stage, foot, below, summary, inputs, tell, change,
    panels: [],
    get values() {
      return values;
    },
    get width() {
      return width;
    },
    args: () => names.map((name) => values[name]),
  };
  for (const parameter of spec.parameters) {
    const changed = (value, typing) => change({ [parameter.name]: value }, typing);
    inputs[parameter.name] =
      parameter.kind === "choice"
        ? makeChoice(form, parameter, `${id}-${parameter.name}`, changed)
        : makeSlider(form, parameter, `${id}-${parameter.name}`, parameter.label, changed, tell);
  }

  frame.button = (text, pressed, look = "") => {
    const button = html(foot, "button", { type: "button", class: `if-button ${look}` }, text);
    button.addEventListener("click", pressed);
    return button;
  };
  frame.reset = (also) =>
    frame.button("Reset", () => {
      margin = 0;
      also?.();
      change(defaults);
    });

  const readouts = spec.readouts.map((readout) => {
    const item = html(list, "div");
    html(item, "span", { class: "if-unit" }, readout.label);
    return { ...readout, output: html(item, "span", { class: "if-value" }) };
  });
  frame.read = (valueOf) => {
    for (const readout of readouts) {
      readout.output.textContent = withUnit(format(valueOf(readout), readout.digits), readout.unit);
    }
  };

  function draw() {
    frame.compute();
    for (const panel of frame.panels) panel.scale(frame.args());
    // Panels share one left margin, so that their x axes stay in line; it only grows, so that nothing jitters.
    const wanted = Math.max(44, ...frame.panels.map((panel) => panel.margin));
    if (wanted > margin) {
      margin = wanted;
      layout();
    }
    frame.draw();
    frame.point();
  }

  function layout() {
    const count = frame.panels.length;
    const many = spec.path && count > 2;
    const share = many ? 0.25 : count > 1 ? 0.34 : 0.46;
    const height = Math.round(Math.max(many ? 160 : 200, Math.min(320, width * share)));
    for (const panel of frame.panels) panel.resize(width, height, margin, frame.sample);
  }

  frame.later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(summarise, 400);
  };

  function summarise() {
    const setting = spec.parameters.map(({ name }) => inputs[name].words(values[name])).join(", ");
    const results = readouts.map((readout) => `${readout.label}: ${readout.output.textContent}`);
    summary.textContent = [setting, ...frame.words(), ...results].map(sentence).join(" ").trim();
  }

  /** Take new values from the reader or from Python, and redraw at once. */
  function show(changes, typing) {
    const before = values;
    values = { ...values, ...changes };
    const moved = Object.keys(changes).filter((name) => name in inputs && values[name] !== before[name]);
    for (const name in changes) inputs[name]?.show(values[name], typing);
    if (note.textContent) tell("");
    if (moved.some((name) => name !== spec.x?.name)) draw();
    else if (moved.length) frame.point();
    frame.later();
  }

  function change(changes, typing) {
    show(changes, typing);
    model.set("values", values);
    model.save_changes();
  }

  /** Draw for the first time, and from now on whenever Python or the window asks for it. */
  frame.start = () => {
    const received = () => show(model.get("values"));
    model.on("change:values", received);
    const fit = (newWidth) => {
      if (newWidth < 1 || newWidth === width) return;
      width = newWidth;
      margin = 0;
      draw();
    };
    for (const name of names) inputs[name].show(values[name]);
    fit(Math.floor(stage.clientWidth) || 640);
    summarise();
    const observer = new ResizeObserver(([entry]) => fit(Math.floor(entry.contentRect.width)));
    observer.observe(stage);
    return () => {
      observer.disconnect();
      clearTimeout(waiting);
      model.off("change:values", received);
    };
  };
  return frame;
}

// --- the Explorer ----------------------------------------------------------------------------------
function explore(frame) {
  const { spec, names, id, inputs, foot, stage, args, change, tell } = frame;
  const readAt = `Read at ${lower(spec.x.label)}`;
  inputs[spec.x.name] = makeSlider(
    foot, spec.x, `${id}-x`, readAt, (value, typing) => change({ [spec.x.name]: value }, typing), tell,
  );
  frame.reset();

  const axis = inputs[spec.x.name].scale.axis;
  const x = { axis, label: spec.x.label, unit: spec.x.unit, ticks: (count) => ticks(axis, count) };
  const sample = Float64Array.from({ length: POINTS }, (_, i) => axis.from(i / (POINTS - 1)));
  sample[0] = spec.x.minimum;
  sample[POINTS - 1] = spec.x.maximum;
  const panels = spec.panels.map((panel, i) => makePanel(stage, panel, i, x, i === spec.panels.length - 1, frame));
  for (const panel of panels) for (const curve of panel.curves) curve.values = new Float64Array(POINTS);
  const readings = new Map(spec.readouts.map((readout) => [readout.js, compile(readout.js, names)]));

  Object.assign(frame, {
    panels,
    sample,
    compute() {
      const at = args();
      for (const panel of panels) {
        for (const curve of panel.curves) {
          for (let i = 0; i < POINTS; i++) {
            at[0] = sample[i];
            curve.values[i] = curve.evaluate(...at);
          }
        }
      }
    },
    draw() {
      for (const panel of panels) panel.draw(args());
    },
    point() {
      const at = args();
      for (const panel of panels) panel.point(at[0], format(at[0]), (curve) => curve.evaluate(...at));
      frame.read((readout) => readings.get(readout.js)(...at));
    },
    words() {
      const at = `at ${lower(spec.x.label)} ${withUnit(exact(frame.values[spec.x.name]), spec.x.unit)}`;
      const seen = spec.panels.map((panel, i) => `${panel.title}: ${panels[i].outputs().join(", ")}`);
      return [at, ...seen, [...new Set(panels.flatMap((panel) => panel.places()))].join(", ")];
    },
  });
  for (const { chart, toX } of panels) {
    const follow = (event) => {
      const slider = inputs[spec.x.name].scale;
      const value = slider.value(slider.position(toX(event.clientX)));
      if (value !== frame.values[spec.x.name]) change({ [spec.x.name]: value });
    };
    chart.addEventListener("pointermove", follow);
    chart.addEventListener("pointerdown", follow);
  }

  /** Every expression of the spec on a list of x: what the tests compare with NumPy. */
  function evaluate(at, xs) {
    const results = {};
    const add = (key, js) => {
      if (js === null) return;
      const f = compile(js, names);
      results[key] = Array.from(xs, (value) => f(...names.map((name, i) => (i ? at[name] : value))));
    };
    spec.panels.forEach((panel, i) => {
      panel.curves.forEach((curve, k) => add(`panels/${i}/curves/${k}`, curve.js));
      panel.marks.forEach((mark, k) => add(`panels/${i}/marks/${k}`, mark.js));
      panel.regions.forEach((region, k) => {
        add(`panels/${i}/regions/${k}/start`, region.start);
        add(`panels/${i}/regions/${k}/end`, region.end);
      });
    });
    spec.readouts.forEach((readout, k) => add(`readouts/${k}`, readout.js));
    return results;
  }
  frame.el.explorer = { evaluate };
  return frame.start();
}

// --- the Simulator ---------------------------------------------------------------------------------
const LEDGER_ROWS = 150;
const PLAY_SECONDS = 12;
const SECONDS_A_ROW = 0.4; // at most, so that a path of few rows is not slow

function simulate(frame) {
  const { spec, names, id, stage, foot, below, outcome, args } = frame;
  const { columns } = spec.path;
  const count = columns[0].length;
  const last = count - 1;
  const times = makeTimes(spec.path.time, count);
  const inputs = columns.map((column) => Float64Array.from(column));
  const outputs = spec.outputs.map(() => new Float64Array(count));
  const drive = compile(spec.js, [])();
  frame.summary.classList.add("if-hidden"); // the outcome and the ledger say the same to the eye
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let log = [];
  let now = last; // the row up to which the story is told
  let seen = last; // the row that is read: `now`, or the one under the pointer
  let playing = 0;

  const time = html(foot, "div", { class: "if-slider if-time" });
  html(time, "label", { for: `${id}-time` }, "Time");
  const moment = html(time, "span", { class: "if-value", "aria-hidden": "true" });
  const range = html(time, "input", { type: "range", id: `${id}-time`, min: 0, max: last, step: 1 });
  range.addEventListener("input", () => go(range.valueAsNumber));
  const play = frame.button("", () => (playing ? pause() : start()), "if-play");
  frame.button("Step back", () => go(now - 1));
  frame.button("Step forward", () => go(now + 1));
  frame.reset(() => go(last));
  const ledger = spec.events.length ? makeLedger(below, spec, times) : null;

  const panels = spec.panels.map((panel, i) => makePanel(stage, panel, i, times, i === spec.panels.length - 1, frame));
  for (const panel of panels) for (const curve of panel.curves) curve.values = outputs[curve.array];

  const nameButton = () => (play.textContent = playing ? "Pause" : still.matches ? "Next event" : "Play");
  nameButton();
  still.addEventListener("change", pause);

  function pause() {
    cancelAnimationFrame(playing);
    playing = 0;
    nameButton();
  }

  function start() {
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
  }

  function move(row) {
    now = seen = row;
    frame.point();
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
        if (rows.length === 1) return `${label} at ${times.short(rows[0])}`;
        return `${label} ${rows.length} times, first at ${times.short(rows[0])}, last at ${times.short(rows.at(-1))}`;
      });
  }

  /** A mark for each event; where events follow each other more closely than pixels, one for several. */
  function marks(labelled) {
    const closest = (times.at[last] - times.at[0]) / frame.width;
    return spec.events.flatMap((event, kind) => {
      const places = event.mark ? log.filter((entry) => entry[1] === kind).map(([row]) => times.at[row]) : [];
      const label = places.length > 1 ? `${event.label} (${places.length} times)` : event.label;
      let before = -Infinity;
      return places.flatMap((value, i) => {
        if (value - before < closest) return [];
        before = value;
        return { ...event, axis: "x", value, label: labelled && i === 0 ? label : "" };
      });
    });
  }

  Object.assign(frame, {
    panels,
    sample: times.at,
    compute() {
      log = [];
      drive(count, inputs, args(), outputs, (entry) => log.push(entry));
      ledger?.fill(log);
    },
    draw() {
      panels.forEach((panel, i) => panel.draw(args(), marks(i === 0)));
    },
    point() {
      for (const panel of panels) {
        panel.cover(times.at[now]);
        panel.point(times.at[seen], times.short(seen), (curve) => curve.values[seen]);
      }
      range.value = now;
      range.setAttribute("aria-valuetext", times.words(now));
      moment.textContent = times.words(seen);
      outcome.textContent = story().map(sentence).join(" ");
      ledger?.reveal(now);
      frame.read((readout) => outputs[readout.array][seen]);
    },
    words: () => [...story(), ...(ledger?.totals() ?? []), `at ${times.words(now)}`],
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
    drive(count, inputs, names.map((name) => at[name]), arrays, (entry) => events.push(entry));
    return { arrays: Object.fromEntries(spec.outputs.map((key, k) => [key, Array.from(arrays[k])])), events };
  }
  frame.el.explorer = { evaluate };
  const stop = frame.start();
  return () => {
    pause();
    still.removeEventListener("change", pause);
    stop();
  };
}

/** The position of the number that is nearest to `value` in a growing list. */
function nearest(list, value) {
  let low = 0;
  let high = list.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle] > value) high = middle;
    else low = middle;
  }
  return value - list[low] <= list[high] - value ? low : high;
}

/** The table of what happened: a row for each event, of which the reader sees those up to the cursor. */
function makeLedger(parent, spec, times) {
  const { title, columns } = spec.ledger;
  const box = html(parent, "div", { class: "if-ledger", role: "group", "aria-label": title, tabindex: 0 });
  const table = html(box, "table");
  html(table, "caption", {}, title);
  const head = html(html(table, "thead"), "tr");
  for (const label of [times.label, "Event"]) html(head, "th", { scope: "col" }, label);
  for (const column of columns) {
    const cell = html(head, "th", { scope: "col", class: "if-number" }, column.label);
    if (column.unit) html(cell, "span", { class: "if-unit" }, ` ${column.unit}`);
  }
  const body = html(table, "tbody");
  const nothing = html(parent, "p", { class: "if-nothing" }, "Nothing happens along this path.");
  const pool = makePool(() => {
    const row = html(body, "tr");
    const cells = [html(row, "th", { scope: "row" }), html(row, "td")];
    return [row, ...cells, ...columns.map(() => html(row, "td", { class: "if-number" }))];
  });
  const summed = columns.some((column) => column.total);
  let sums = [];
  if (summed) {
    const row = html(html(table, "tfoot"), "tr");
    html(row, "th", { scope: "row", colspan: 2 }, "In all");
    sums = columns.map(() => html(row, "td", { class: "if-number" }));
  }
  const left = html(parent, "p", { class: "if-nothing" });
  const write = (value, { digits }) => (Number.isNaN(value) ? "" : format(value, digits));
  let log = [];
  let listed = [];
  let shown = -1;
  return {
    fill(entries) {
      log = entries;
      shown = -1;
      nothing.hidden = log.length > 0;
      const long = log.length > 2 * LEDGER_ROWS;
      left.textContent = long ? `Of ${fixed(log.length, 0)} rows, the first and the last ${LEDGER_ROWS} are shown.` : "";
      listed = long ? [...log.slice(0, LEDGER_ROWS), ...log.slice(-LEDGER_ROWS)] : log;
      pool(listed, ([, time, event, ...cells], [row, kind, ...values]) => {
        time.textContent = times.short(row);
        event.textContent = spec.events[kind].label;
        cells.forEach((cell, k) => (cell.textContent = write(values[k], columns[k])));
      });
    },
    reveal(now) {
      const count = log.filter(([row]) => row <= now).length;
      if (count === shown) return;
      shown = count;
      listed.forEach(([row], i) => body.children[i].classList.toggle("if-future", row > now));
      columns.forEach((column, k) => {
        if (column.total) sums[k].textContent = format(this.sum(k), column.digits);
      });
    },
    sum: (k) => log.slice(0, shown).reduce((sum, entry) => sum + (Number.isNaN(entry[k + 2]) ? 0 : entry[k + 2]), 0),
    totals() {
      const wanted = columns.map((column, k) => column.total && `${column.label}: ${withUnit(sums[k].textContent, column.unit)} in all`);
      return wanted.filter(Boolean);
    },
  };
}

function render({ model, el }) {
  const spec = model.get("spec");
  if (spec.path) return simulate(makeFrame(model, el, spec.parameters));
  return explore(makeFrame(model, el, [spec.x, ...spec.parameters]));
}

/** Bring every widget of a page without a kernel to life; a picture gives way only to a widget that works. */
function host() {
  for (const figure of document.querySelectorAll("figure.if-explorer")) {
    const live = document.createElement("div");
    const picture = [...figure.children];
    try {
      const spec = figure.querySelector('script[type="application/json"]');
      const state = { spec: JSON.parse(spec.textContent), values: {} };
      const model = {
        get: (key) => state[key],
        set: (key, value) => (state[key] = value),
        on() {},
        off() {},
        save_changes() {},
      };
      figure.append(live);
      render({ model, el: live });
      figure.explorer = live.explorer;
      for (const node of picture) if (node !== spec) node.remove();
    } catch (error) {
      live.remove();
      console.error(error);
    }
  }
}

export default { render };
