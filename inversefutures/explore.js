// The Explorer's behaviour, for a running kernel (as an anywidget module) and for a page without one (`host`).
// All formulas arrive in the spec, printed from sympy; this file knows no finance.

const POINTS = 400;
const TOP = 8;
const BOTTOM = 26;
const RIGHT = 14;
const LETTER = 6.7; // width of an average letter of 12 px: measuring text would force a layout
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** The one place where text becomes code: an expression that the course's Python has printed. */
function compile(source, names) {
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
const withUnit = (text, unit) => (unit ? `${text} ${unit}` : text);

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
function makePanel(parent, spec, index, x, isLast, names) {
  const roleColour = (role) => `var(--if-${role})`;
  const stroke = (item) => `stroke:${roleColour(item.role)};stroke-dasharray:${item.dash || "none"}`;
  const section = html(parent, "div", { class: "if-panel" });
  const heading = html(section, "p", { class: "if-title" }, spec.title);
  if (spec.unit) html(heading, "span", { class: "if-unit" }, ` ${spec.unit}`);
  const legend = html(section, "ul", { class: "if-legend" });
  const chart = svg(section, "svg", { role: "img", "aria-label": withUnit(spec.title, spec.unit && `(${spec.unit})`) });
  const clipId = `${names.id}-${index}`;
  const clip = svg(svg(chart, "clipPath", { id: clipId }), "rect");
  const plot = () => svg(chart, "g", { "clip-path": `url(#${clipId})` });
  const shades = plot();
  const grid = svg(chart, "g", { class: "if-grid" });
  const lines = plot();
  const paths = plot();
  const labels = svg(chart, "g", { class: "if-labels" });
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
      evaluate: compile(curve.js, names),
      values: new Float64Array(POINTS),
      path: svg(paths, "path", { class: "if-curve", style: stroke(curve) }),
      dot: svg(halo, "circle", { r: 4.5, class: "if-dot", style: `fill:${roleColour(curve.role)}` }),
      output: html(item, "span", { class: "if-value" }),
    };
  });
  const marks = spec.marks.map((mark) => ({
    ...mark,
    evaluate: compile(mark.js, names),
    line: svg(lines, "line", { class: "if-mark", style: stroke(mark) }),
    text: Object.assign(svg(labels, "text", { style: `fill:${roleColour(mark.role)}` }), { textContent: mark.label }),
  }));
  const regions = spec.regions.map((region) => {
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
  let xLabels = [];
  let yTicks = [];
  let drawnRange = "";

  /** The range that shows every finite value and zero, rounded outwards to whole ticks. */
  function range(levels) {
    if (spec.range) return spec.range;
    const log = spec.scale === "log";
    let low = log ? Infinity : 0;
    let high = log ? -Infinity : 0;
    const include = (value) => {
      if (!Number.isFinite(value) || (log && value <= 0)) return;
      if (value < low) low = value;
      if (value > high) high = value;
    };
    for (const curve of curves) curve.values.forEach(include);
    levels.forEach(include);
    if (low > high) return [1, 10];
    if (log) return low === high ? [low / 2, high * 2] : [low, high];
    if (low === high) return [-1, 1];
    const step = niceStep((high - low) / 5);
    return [tidy(Math.floor(low / step + 1e-9) * step), tidy(Math.ceil(high / step - 1e-9) * step)];
  }

  /** Where a curve leaves the finite numbers, or jumps across the whole picture at a pole, its path has a gap. */
  function trace(values) {
    let path = "";
    let before = NaN;
    for (let i = 0; i < POINTS; i++) {
      let y = Math.round(py(values[i]) * 10) / 10;
      if (!Number.isFinite(values[i]) || !Number.isFinite(y)) {
        before = NaN;
        continue;
      }
      y = Math.max(-height, Math.min(2 * height, y));
      const joined = before === before && !((before < TOP && y > bottom) || (before > bottom && y < TOP));
      path += (joined ? "L" : "M") + columns[i] + y;
      before = y;
    }
    return path;
  }

  function drawMarks(positions) {
    const rows = [];
    marks
      .map((mark, i) => ({ mark, value: positions[i] }))
      .sort((one, other) => one.value - other.value)
      .forEach(({ mark, value }) => {
        const along = mark.axis === "x" ? x.axis.to(value) : axis.to(value);
        const shown = along >= 0 && along <= 1;
        mark.line.style.display = mark.text.style.display = shown ? "" : "none";
        if (!shown) return;
        if (mark.axis === "y") {
          const y = py(value);
          set(mark.line, { x1: left, x2: right, y1: y, y2: y });
          set(mark.text, { x: right - 4, y: y < TOP + 16 ? y + 14 : y - 5, "text-anchor": "end" });
          return;
        }
        const at = px(value);
        const size = mark.label.length * LETTER + 8;
        const flipped = at + size > right;
        const start = flipped ? at - size : at;
        let row = rows.findIndex((end) => end <= start);
        if (row < 0) row = rows.length;
        rows[row] = Math.max(at, start + size);
        set(mark.line, { x1: at, x2: at, y1: TOP, y2: bottom });
        set(mark.text, { x: at + (flipped ? -5 : 5), y: TOP + 12 + row * 16, "text-anchor": flipped ? "end" : "start" });
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
    marks,
    regions,
    outputs: () => curves.map((curve) => `${curve.label} ${withUnit(curve.output.textContent, spec.unit)}`),
    places: () =>
      marks
        .filter((mark) => Number.isFinite(mark.value))
        .map((mark) => `${mark.label} at ${withUnit(format(mark.value), mark.axis === "x" ? x.unit : spec.unit)}`),
    get margin() {
      return Math.max(...yTicks.map((tick) => tick.text.length)) * LETTER + 12;
    },
    toX: (clientX) => x.axis.from(Math.min(1, Math.max(0, (clientX - chart.getBoundingClientRect().left - left) / (right - left)))),
    compute(sample, args) {
      for (const curve of curves) for (let i = 0; i < POINTS; i++) {
        args[0] = sample[i];
        curve.values[i] = curve.evaluate(...args);
      }
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
      drawnRange = "";
      set(chart, { width, height, viewBox: `0 0 ${width} ${height}` });
      set(clip, { x: left, y: TOP - 1, width: right - left, height: bottom - TOP + 2 });
      xLabels = [];
      xPool(ticks(x.axis, Math.max(3, Math.floor((right - left) / 60))), ([line, text], tick) => {
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
    draw(args) {
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
      drawMarks(marks.map((mark) => mark.value));
      drawRegions(
        regions.map(({ from, to }) => [from ? from(...args) : x.minimum, to ? to(...args) : x.maximum]),
      );
    },
    point(args) {
      const at = px(args[0]);
      set(cursor, { x1: at, x2: at, y1: TOP, y2: bottom + 4 });
      set(here, { x: at, y: bottom + 17 }).textContent = format(args[0]);
      // The cursor's own number takes the place of the tick labels it would cover.
      for (const { text, half, place } of xLabels) {
        text.style.visibility = Math.abs(place - at) < half + here.textContent.length * (LETTER / 2) + 6 ? "hidden" : "";
      }
      for (const curve of curves) {
        const value = curve.evaluate(...args);
        const y = py(value);
        const shown = y >= TOP - 1 && y <= bottom + 1;
        curve.dot.style.display = shown ? "" : "none";
        if (shown) set(curve.dot, { cx: at, cy: y });
        curve.output.textContent = format(value, 4);
      }
    },
  };
}

// --- the widget ------------------------------------------------------------------------------------
function render({ model, el }) {
  const spec = model.get("spec");
  const controls = [spec.x, ...spec.parameters];
  const names = controls.map((control) => control.name);
  names.id = `if${Math.random().toString(36).slice(2)}`;
  const defaults = Object.fromEntries(controls.map((control) => [control.name, control.default]));
  let values = { ...defaults, ...model.get("values") };

  const root = html(el, "div", { class: "if-live", role: "group", "aria-label": spec.title });
  html(root, "p", { class: "if-question" }, spec.question);
  if (spec.description) html(root, "p", { class: "if-hidden" }, spec.description);
  const form = html(root, "div", { class: "if-controls" });
  const stage = html(root, "div", { class: "if-stage" });
  const foot = html(root, "div", { class: "if-foot" });

  const note = document.createElement("p");
  set(note, { class: "if-note", role: "status" });
  const tell = (text) => (note.textContent = text);
  const inputs = {};
  for (const parameter of spec.parameters) {
    const changed = (value, typing) => change({ [parameter.name]: value }, typing);
    const id = `${names.id}-${parameter.name}`;
    inputs[parameter.name] =
      parameter.kind === "choice"
        ? makeChoice(form, parameter, id, changed)
        : makeSlider(form, parameter, id, parameter.label, changed, tell);
  }
  const readAt = `Read at ${lower(spec.x.label)}`;
  inputs[spec.x.name] = makeSlider(
    foot, spec.x, `${names.id}-x`, readAt, (value, typing) => change({ [spec.x.name]: value }, typing), tell,
  );
  const reset = html(foot, "button", { type: "button", class: "if-reset" }, "Reset");
  reset.addEventListener("click", () => {
    margin = 0;
    change(defaults);
  });
  root.append(note);

  const list = html(root, "div", { class: "if-readouts" });
  const readouts = spec.readouts.map((readout) => {
    const item = html(list, "div");
    html(item, "span", { class: "if-unit" }, readout.label);
    return { ...readout, evaluate: compile(readout.js, names), output: html(item, "span", { class: "if-value" }) };
  });
  const summary = html(root, "p", { class: "if-summary", "aria-live": "polite" });

  const x = { ...spec.x, axis: inputs[spec.x.name].scale.axis };
  const sample = Float64Array.from({ length: POINTS }, (_, i) => x.axis.from(i / (POINTS - 1)));
  sample[0] = x.minimum;
  sample[POINTS - 1] = x.maximum;
  const panels = spec.panels.map((panel, i) =>
    makePanel(stage, panel, i, x, i === spec.panels.length - 1, names),
  );

  const args = () => names.map((name) => values[name]);
  let width = 0;
  let margin = 0;
  let waiting = 0;

  function draw() {
    for (const panel of panels) panel.compute(sample, args());
    // Panels share one left margin, so that their x axes stay in line; it only grows, so that nothing jitters.
    const wanted = Math.max(44, ...panels.map((panel) => panel.margin));
    if (wanted > margin) {
      margin = wanted;
      layout();
    }
    for (const panel of panels) panel.draw(args());
    point();
  }

  function layout() {
    const height = Math.round(Math.max(200, Math.min(320, width * (panels.length > 1 ? 0.34 : 0.46))));
    for (const panel of panels) panel.resize(width, height, margin, sample);
  }

  function point() {
    for (const panel of panels) panel.point(args());
    for (const readout of readouts) {
      readout.output.textContent = withUnit(format(readout.evaluate(...args()), readout.digits), readout.unit);
    }
  }

  function summarise() {
    const setting = spec.parameters.map(({ name }) => inputs[name].words(values[name]));
    const at = `at ${lower(spec.x.label)} ${withUnit(exact(values[spec.x.name]), spec.x.unit)}`;
    const seen = spec.panels.map((panel, i) => `${panel.title}: ${panels[i].outputs().join(", ")}`);
    const places = [...new Set(panels.flatMap((panel) => panel.places()))];
    const results = readouts.map((readout) => `${readout.label}: ${readout.output.textContent}`);
    summary.textContent = [setting.join(", "), at, ...seen, places.join(", "), ...results]
      .map(sentence)
      .join(" ")
      .trim();
  }

  /** Take new values from the reader or from Python, and redraw at once. */
  function show(changes, typing) {
    const before = values;
    values = { ...values, ...changes };
    const moved = Object.keys(changes).filter((name) => name in inputs && values[name] !== before[name]);
    for (const name in changes) inputs[name]?.show(values[name], typing);
    if (note.textContent) tell("");
    if (moved.some((name) => name !== spec.x.name)) draw();
    else if (moved.length) point();
    clearTimeout(waiting);
    waiting = setTimeout(summarise, 400);
  }

  function change(changes, typing) {
    show(changes, typing);
    model.set("values", values);
    model.save_changes();
  }

  for (const { chart } of panels) {
    const follow = (event) => {
      const slider = inputs[spec.x.name].scale;
      const value = slider.value(slider.position(panels[0].toX(event.clientX)));
      if (value !== values[spec.x.name]) change({ [spec.x.name]: value });
    };
    chart.addEventListener("pointermove", follow);
    chart.addEventListener("pointerdown", follow);
  }
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
  el.explorer = { evaluate };

  return () => {
    observer.disconnect();
    clearTimeout(waiting);
    model.off("change:values", received);
  };
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
