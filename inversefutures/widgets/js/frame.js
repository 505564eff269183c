// What the Explorer and the Simulator share: question, controls, room for panels, and values that reader and Python share.
import { makeChoice, makeSlider } from "./inputs.js";
import { flatControls, makeLegs } from "./legs.js";
import { html } from "./nodes.js";
import { sentence, speaker } from "./numbers.js";
import { makePanel } from "./panel.js";

const SETTLED = 400; // milliseconds after the last change, before a screen reader is told

/** The whole widget in pixels at the usual size of letters, so that it fits one screen: 1280 × 720, 390 × 844. */
const TALLEST = { wide: 634, narrow: 770 };

/**
 * The height of one chart. What else a widget holds is measured, because it depends on how names wrap; the charts share
 * what is left. Below some height a chart shows nothing any more, and above another it is only large.
 * @param {number} count of charts
 * @param {number} left pixels for all charts
 * @param {boolean} wide
 * @returns {number}
 */
export const chartHeight = (count, left, wide) => Math.round(Math.max(60, Math.min(wide ? 320 : 230, left / count)));

/**
 * @param {Model} model
 * @param {HTMLElement} el
 * @param {SliderSpec[]} first the controls before the parameters: the x axis of an Explorer
 * @returns {Frame}
 */
export function makeFrame(model, el, first = []) {
  const spec = model.get("spec");
  const controls = [...first, ...flatControls(spec.parameters)];
  const names = controls.map((control) => control.name);
  const id = `if${Math.random().toString(36).slice(2)}`;
  const defaults = Object.fromEntries(controls.map((control) => [control.name, control.default]));
  let values = { ...defaults, ...model.get("values") };
  let width = 0;
  let margin = 0;
  let waiting = 0;

  const tight = spec.panels.length > 2 ? " if-tight" : "";
  const root = html(el, "div", { class: `if-live${tight}`, role: "group", "aria-label": spec.title });
  const layout = html(root, "div", { class: "if-layout" });
  html(layout, "p", { class: "if-question" }, spec.question);
  if (spec.description) html(layout, "p", { class: "if-hidden" }, spec.description);
  const side = html(layout, "div", { class: "if-side" });
  const main = html(layout, "div", { class: "if-main" });
  const stage = html(main, "div", { class: "if-stage" });
  const foot = html(layout, "div", { class: "if-foot" });
  const below = html(layout, "div", { class: "if-below" });
  const tools = html(layout, "div", { class: "if-tools" });
  const form = html(side, "div", { class: "if-controls" });
  const more = html(side, "details", { class: "if-more" });
  const moreName = html(more, "summary");
  const rest = html(more, "div", { class: "if-controls" });
  const list = html(side, "div", { class: "if-readouts" });
  const note = html(side, "p", { class: "if-note", role: "status" });
  const summary = html(layout, "p", { class: "if-hidden if-summary", "aria-live": "polite" });
  const tell = (text) => (note.textContent = text);

  /** @type {Record<string, Input>} */
  const inputs = {};
  const tellings = []; // how each parameter is said
  const places = spec.parameters.map((parameter) => {
    const changed = (value, typing) => change({ [parameter.name]: value }, typing);
    const itsId = `${id}-${parameter.name}`;
    if (parameter.kind === "legs") {
      const legs = makeLegs(form, parameter, itsId, change);
      Object.assign(inputs, legs.inputs);
      tellings.push(() => legs.words(values));
      return form.lastElementChild;
    }
    const input =
      parameter.kind === "choice"
        ? makeChoice(form, parameter, itsId, changed)
        : makeSlider(form, parameter, itsId, parameter.label, changed, tell);
    inputs[parameter.name] = input;
    tellings.push(() => input.words(values[parameter.name]));
    return input.root;
  });

  const readouts = spec.readouts.map((readout) => {
    const item = html(list, "div");
    html(item, "span", { class: "if-unit" }, readout.label);
    return { ...readout, say: speaker(readout), output: html(item, "span", { class: "if-value" }) };
  });

  /** @type {Frame} */
  const frame = {
    spec, names, id, model, el, main, stage, foot, below, inputs, tell, change, defaults,
    panels: [],
    x: null,
    get values() {
      return values;
    },
    get width() {
      return width;
    },
    args: () => names.map((name) => values[name]),
    makePanels(kit, veiled) {
      const last = spec.panels.length - 1;
      return spec.panels.map((panel, i) => makePanel(stage, panel, kit, { id: `${id}-${i}`, named: i === last, veiled }));
    },
    button(text, pressed, look = "", parent = foot) {
      const button = html(parent, "button", { type: "button", class: `if-button ${look}` }, text);
      button.addEventListener("click", pressed);
      return button;
    },
    /** The buttons that every widget has; `also` is what else a reset does. */
    buttons(also) {
      const reset = () => {
        margin = 0;
        also?.();
        change(defaults);
      };
      frame.button("Reset", reset, "", tools);
      if (model.link) frame.button("Copy link", copyLink, "", tools);
    },
    read(valueOf) {
      for (const readout of readouts) readout.output.textContent = readout.say(valueOf(readout.value), readout.digits);
    },
    later() {
      clearTimeout(waiting);
      waiting = setTimeout(summarise, SETTLED);
    },
    moved: () => model.moved?.(),
    start,
  };

  async function copyLink() {
    const address = model.link();
    try {
      await navigator.clipboard.writeText(address);
      tell("Copied: the link opens the page with this widget as it stands now.");
    } catch {
      // Not every browser lets a page write there, and none must: then the reader copies it.
      tell("Copy this address: ");
      const field = html(note, "input", { type: "text", readonly: "", class: "if-link", "aria-label": "Address", value: address });
      field.select();
    }
  }

  function draw() {
    compute();
    redraw();
  }

  function compute() {
    frame.compute();
    for (const panel of frame.panels) panel.scale();
  }

  function redraw() {
    if (!width) return; // hidden: there is nothing to draw into yet
    layOut();
    frame.draw();
    frame.point();
  }

  let laidOut = "";
  let letters = 0; // the size of the charts' text, see the stylesheet
  let plot = 0; // the height of each chart

  /** Panels share one left margin, so that their axes stay in line; it only grows, so that nothing jitters. */
  function layOut() {
    const [letter, line] = [letters * 0.62, letters * 1.33];
    for (const panel of frame.panels) panel.mark(plot, line);
    margin = Math.max(margin, letter * 6, ...frame.panels.map((panel) => panel.margin(letter)));
    const now = [width, margin, plot, letters].join();
    if (now === laidOut) return;
    laidOut = now;
    for (const panel of frame.panels) panel.resize({ width, plot, left: margin, letter, line });
  }

  /** Measure all but the charts. It is done when the width changes and not while a slider moves, when it would cost most. */
  function measure() {
    letters = parseFloat(getComputedStyle(root).fontSize) * 0.8;
    const wide = isWide();
    for (const { chart } of frame.panels) chart.setAttribute("height", 0);
    // Not by hiding it: in Firefox the slider that a reader holds would lose the focus.
    if (wide) side.style.height = "0";
    const others = root.offsetHeight;
    side.style.height = "";
    const tallest = (TALLEST[wide ? "wide" : "narrow"] * letters) / 12;
    const axes = letters * 3.4 + 8 * (frame.panels.length - 1);
    plot = chartHeight(frame.panels.length, tallest - others - axes, wide);
    laidOut = "";
  }

  const isWide = () => getComputedStyle(layout).getPropertyValue("--if-wide").trim() === "1";

  /** On a narrow screen the last of many controls are folded, so that the charts stay in sight. */
  function fold() {
    const open = isWide() ? Infinity : Math.max(2, 5 - spec.panels.length);
    places.forEach((place, i) => {
      const home = i < open ? form : rest;
      if (place.parentElement !== home) home.append(place); // a control that moves loses the focus, and the key
    });
    const folded = rest.childElementCount;
    more.hidden = folded === 0;
    moreName.textContent = `${folded} more ${folded === 1 ? "control" : "controls"}`;
  }

  function summarise() {
    const setting = tellings.map((words) => words()).filter(Boolean).join(", ");
    const results = readouts.map((readout) => `${readout.label}: ${readout.output.textContent}`);
    summary.textContent = [setting, ...frame.words(), ...results].map(sentence).join(" ").trim();
  }

  /** Take new values from the reader, the address or Python, and redraw at once. */
  function show(changes, typing) {
    const before = values;
    values = { ...values, ...changes };
    const moved = Object.keys(changes).filter((name) => name in inputs && values[name] !== before[name]);
    for (const name in changes) inputs[name]?.show(values[name], typing);
    if (note.textContent) tell("");
    if (moved.some((name) => name !== spec.x?.name)) draw();
    else if (moved.length && width) frame.point();
    frame.later();
  }

  function change(changes, typing, looking = false) {
    show(changes, typing);
    model.set("values", values);
    model.save_changes();
    if (!looking) frame.moved();
  }

  /** Draw for the first time, and from now on whenever Python or the window asks for it. */
  function start() {
    const received = () => show(model.get("values"));
    model.on("change:values", received);
    const fit = (newWidth) => {
      if (newWidth < 1 || newWidth === width) return;
      if (!width || isWide() !== !rest.childElementCount) fold();
      width = newWidth;
      const first = !plot;
      if (first) {
        // A first drawing in any size: how tall the names and numbers are is known once they are there.
        plot = 100;
        letters = 12;
        redraw();
      }
      layOut();
      if (first) summarise(); // what is read at the cursor is known from now on
    };
    const layOut = () => {
      margin = 0;
      measure();
      redraw();
    };
    // A face that has come later has letters of other sizes.
    const newFace = () => width && layOut();
    document.fonts?.addEventListener("loadingdone", newFace);
    for (const name of names) inputs[name].show(values[name]);
    compute();
    fit(Math.floor(stage.clientWidth)); // nothing, where a host puts the widget in its page later: then the observer calls
    const observer = new ResizeObserver(([entry]) => fit(Math.floor(entry.contentRect.width)));
    observer.observe(stage);
    return () => {
      observer.disconnect();
      document.fonts?.removeEventListener("loadingdone", newFace);
      clearTimeout(waiting);
      model.off("change:values", received);
    };
  }
  return frame;
}
