// What layers share: the colours of their roles, their line in the legend, and the path of a line.
import { html, svg } from "./nodes.js";

/**
 * @param {string} role
 * @returns {string}
 */
export const roleColour = (role) => `var(--if-${role})`;

/**
 * @param {{role: string, dash: string}} item
 * @returns {string} a style: colour and dash, so that no reader needs the colour
 */
export const strokeOf = (item) => `stroke:${roleColour(item.role)};stroke-dasharray:${item.dash || "none"}`;

/**
 * @param {{role: string}} item
 * @returns {string}
 */
export const fillOf = (item) => `fill:${roleColour(item.role)}`;

/**
 * An entry of the legend: a swatch, the label, and room for the number at the cursor.
 * @param {Place} place
 * @param {{label: string, silent?: boolean}} spec a silent layer has its number in a readout already
 * @param {(swatch: Element) => void} draw draws into 24 × 12 pixels
 * @returns {any} the node of the number
 */
export function entry(place, spec, draw) {
  const item = html(place.legend, "li");
  draw(svg(item, "svg", { width: 24, height: 12, "aria-hidden": "true" }));
  html(item, "span", {}, spec.label);
  return html(item, "span", spec.silent ? { class: "if-value", hidden: "" } : { class: "if-value" });
}

/**
 * @param {{role: string, dash: string}} spec
 * @returns {(swatch: Element) => void}
 */
export const lineSwatch = (spec) => (swatch) =>
  svg(swatch, "line", { x1: 0, x2: 24, y1: 6, y2: 6, class: "if-curve", style: strokeOf(spec) });

/**
 * @param {{role: string}} spec
 * @param {string} look a class
 * @returns {(swatch: Element) => void}
 */
export const areaSwatch = (spec, look) => (swatch) =>
  svg(swatch, "rect", { width: 24, height: 12, class: look, style: fillOf(spec) });

/**
 * A dot at the cursor, which hides where there is nothing to mark.
 * @param {Place} place
 * @param {{role: string}} spec
 * @returns {(view: View, at: number, value: number) => void}
 */
export function makeDot(place, spec) {
  const dot = svg(place.over, "circle", { r: 4.5, class: "if-dot", style: fillOf(spec) });
  return (view, at, value) => {
    const y = view.py(value);
    const shown = y >= view.top - 1 && y <= view.bottom + 1;
    dot.style.display = shown ? "" : "none";
    if (shown) {
      dot.setAttribute("cx", at);
      dot.setAttribute("cy", y);
    }
  };
}

/**
 * Where the columns of pixels begin in a long list of places. A path of more rows than the picture has columns keeps
 * the lowest and the highest row of each column: it looks the same and costs a fraction.
 * @param {ArrayLike<number>} xs growing
 * @param {View} view
 * @returns {number[] | null} null if every row has a column of its own
 */
export function stretchesOf(xs, view) {
  if (xs.length < 2 * (view.right - view.left)) return null;
  const starts = [];
  let column = -1;
  for (let i = 0; i < xs.length; i++) {
    const now = Math.floor(view.px(xs[i]));
    if (now !== column) starts.push(i);
    column = now;
  }
  return starts;
}

/**
 * The path of a line. It has a gap where the values leave the finite numbers, and where they jump across the whole
 * picture: that is a pole, not a steep stretch. What lies far outside is drawn a picture's height away, because
 * browsers lose their way with coordinates of millions.
 * @param {ArrayLike<number>} values
 * @param {string[]} columns the x of each value, as text
 * @param {number[] | null} stretches
 * @param {View} view
 * @param {boolean} [stepped] hold each value until the next
 * @returns {string}
 */
export function trace(values, columns, stretches, view, stepped = false) {
  const { py, top, bottom, height } = view;
  let path = "";
  let before = NaN;
  const visit = (i) => {
    let y = Math.round(py(values[i]) * 10) / 10;
    if (!(y - y === 0)) {
      before = NaN; // not finite
      return;
    }
    y = Math.max(-height, Math.min(2 * height, y));
    const joined = before === before && !((before < top && y > bottom) || (before > bottom && y < top));
    if (!joined) path += `M${columns[i]}${y}`;
    else if (stepped) path += `H${columns[i]}V${y}`;
    else path += `L${columns[i]}${y}`;
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

/**
 * The places of a list of x, as the path of a line writes them.
 * @param {ArrayLike<number>} xs
 * @param {View} view
 * @returns {string[]}
 */
export const columnsOf = (xs, view) => Array.from(xs, (value) => `${Math.round(view.px(value) * 10) / 10} `);
