// The one entry of a notebook's module: a widget is drawn by the kind of its spec.
import { explore } from "./explorer.js";
import { simulate } from "./simulator.js";

/**
 * @param {{model: Model, el: HTMLElement}} view
 * @returns {() => void} stops the widget
 */
export function render({ model, el }) {
  return model.get("spec").path ? simulate(model, el) : explore(model, el);
}
