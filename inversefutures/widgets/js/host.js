// The widgets of a page without a kernel: brought to life, kept in the address, and shown alone for a slide.
import { parseState, writeState } from "./address.js";
import { flatControls } from "./legs.js";
import { render } from "./main.js";

const NAMED = /^#w(\d+)=/;
const SETTLED_MS = 300; // after the last change, before the address follows

/**
 * A model without a kernel behind it: a place for the values, and for what the page can do for a widget.
 * @param {any} spec
 * @param {{link: () => string, moved: (model: any) => void}} page
 * @returns {any}
 */
function makeModel(spec, page) {
  const state = { spec, values: {} };
  const listeners = [];
  return {
    controls: [...(spec.x ? [spec.x] : []), ...flatControls(spec.parameters)],
    get: (key) => state[key],
    set: (key, value) => (state[key] = value),
    on: (name, listener) => listeners.push(listener),
    off: (name, listener) => listeners.splice(listeners.indexOf(listener) >>> 0, 1),
    save_changes() {},
    /** Values from the address, as Python's come in a notebook. */
    receive(values) {
      state.values = values;
      for (const listener of listeners) listener();
    },
    link: page.link,
    moved: page.moved,
  };
}

/**
 * Bring the widgets of the page to life, each when the reader is a screen away from it, so that none waits for those far
 * below; at a first key all, since a keyboard or a screen reader looks for sliders without moving the page. A picture
 * gives way only to a widget that works.
 * @returns {void}
 */
export function host() {
  const figures = [...document.querySelectorAll("figure.if-explorer")];
  const asleep = new Map(); // what brings each figure to life
  const models = figures.map((figure) => {
    const script = figure.querySelector('script[type="application/json"]');
    try {
      const model = makeModel(JSON.parse(script.textContent), { link, moved: keepSoon });
      asleep.set(figure, () => bring(figure, script, model));
      return model;
    } catch (error) {
      console.error(error);
      return { controls: [], get: () => ({}), receive() {} };
    }
  });
  const observer = new IntersectionObserver((entries) => entries.forEach((each) => each.isIntersecting && wake(each.target)), {
    rootMargin: "100% 0px",
  });

  function bring(figure, script, model) {
    const live = document.createElement("div");
    const picture = [...figure.children];
    try {
      figure.append(live);
      render({ model, el: live });
      figure.explorer = live.explorer;
      model.moment = live.moment;
      if (model.moment) model.controls.push(model.moment.control);
      for (const node of picture) if (node !== script) node.remove();
    } catch (error) {
      live.remove();
      model.controls.length = 0;
      console.error(error);
    }
  }

  function wake(figure) {
    const start = asleep.get(figure);
    asleep.delete(figure);
    observer.unobserve(figure);
    start?.();
  }

  const wakeAll = () => figures.forEach(wake);
  figures.forEach((figure) => observer.observe(figure));
  for (const sign of ["keydown", "focusin"]) addEventListener(sign, wakeAll, { once: true, capture: true });
  const controls = models.map((model) => model.controls);
  const states = () => models.map((model) => ({ ...model.get("values"), ...(model.moment && { row: model.moment.get() }) }));
  const elsewhere = () => location.href.replace(/#.*$/, "");
  let current = ""; // the state as the address has it
  let played = false; // whether the present entry of the history is one that playing has made
  let waiting = 0;

  function link() {
    return elsewhere() + writeState(states(), controls);
  }

  function keepSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(keep, SETTLED_MS);
  }

  /**
   * Keep the state in the address. The first change after arriving makes an entry of its own in the history, later ones
   * write over it: so "back" undoes a stretch of play in one press, and a moved slider does not bury the way out. The
   * entry before it is told which state it stood for, because its address need not say so: it may name a section.
   */
  function keep() {
    const hash = writeState(states(), controls);
    if (hash === current) return;
    try {
      if (!played) history.replaceState({ ...history.state, widgets: current }, "");
      history[played ? "replaceState" : "pushState"]({ widgets: hash }, "", elsewhere() + hash);
      played = true;
      current = hash;
    } catch {
      // Browsers limit how often, and where, a page may do this. Then the address waits for the next change.
    }
  }

  /** Take a state: of the address on arrival or when a link names one, of the history on "back" and "forward". */
  function take(hash) {
    clearTimeout(waiting);
    played = false;
    if (typeof hash !== "string") return;
    wakeAll(); // only then each knows its moment
    parseState(hash, controls).forEach((state, i) => {
      const defaults = Object.fromEntries(controls[i].map((control) => [control.name, control.default]));
      const { row, ...values } = { ...defaults, ...state };
      models[i].receive(values);
      if (models[i].moment) models[i].moment.go(row);
    });
    current = writeState(states(), controls);
  }

  const named = () => (NAMED.test(location.hash) ? location.hash : undefined);
  if (named()) {
    take(named());
    figures[NAMED.exec(location.hash)[1] - 1]?.scrollIntoView();
  }
  addEventListener("popstate", (event) => take(event.state?.widgets ?? named()));
  alone(figures);
}

/**
 * `?embed=2` shows the second figure of the page, and nothing else: for a slide, or a frame in another page. Nothing is
 * taken out of the page, so that its other scripts find what they look for.
 * @param {HTMLElement[]} figures
 */
function alone(figures) {
  const figure = figures[Number(new URLSearchParams(location.search).get("embed")) - 1];
  if (!figure) return;
  for (let node = figure; node !== document.body; node = node.parentElement) {
    for (const other of node.parentElement.children) if (other !== node) other.classList.add("if-away");
    node.parentElement.classList.add("if-alone");
  }
  const source = document.createElement("a");
  source.href = location.href.replace(/[?#].*$/, "");
  source.target = "_top";
  source.textContent = document.title;
  figure.append(source);
}
