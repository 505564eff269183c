// Axes, ticks and the positions of sliders. Pure, as the numbers are.
import { fixed, format, niceStep, tidy } from "./numbers.js";

/**
 * An axis maps values to the interval from 0 to 1, and back.
 * @param {number} low
 * @param {number} high
 * @param {"linear" | "log"} scale
 * @returns {Axis}
 */
export function makeAxis(low, high, scale) {
  const log = scale === "log";
  const base = log ? Math.log(low) : low;
  const span = (log ? Math.log(high) : high) - base;
  const to = log ? (value) => (Math.log(value) - base) / span : (value) => (value - base) / span;
  const from = log ? (part) => Math.exp(base + part * span) : (part) => base + part * span;
  return { low, high, log, to, from };
}

/**
 * The round values of an axis, with their texts. A share that is shown in percent has round percents, which differ
 * from its own round values by the factor alone.
 * @param {{low: number, high: number, log: boolean}} axis
 * @param {number} count about how many
 * @param {number} [factor]
 * @returns {Tick[]}
 */
export function ticks(axis, count, factor = 1) {
  const low = axis.low * factor;
  const high = axis.high * factor;
  /** @type {Tick[]} */
  const marks = [];
  const add = (shown, text) => marks.push({ value: factor === 1 ? shown : tidy(shown / factor), text });
  if (!axis.log) {
    const step = niceStep((high - low) / count);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      add(tidy(i * step), decimals > 8 ? format(tidy(i * step)) : fixed(i * step, decimals));
    }
    return marks;
  }
  // Within few decades 2 and 5 are marked as well; over many, not even each power of ten has room.
  const decades = Math.log10(high / low);
  const factors = decades < count * 0.36 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / count));
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of power % every ? [] : factors) {
      const value = tidy(digit * 10 ** power);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) add(value, format(value));
    }
  }
  return marks;
}

/**
 * A range that shows some values, rounded outwards to whole ticks where the axis is linear.
 * @param {number} low Infinity if there is nothing to show
 * @param {number} high
 * @param {boolean} log
 * @returns {[number, number]}
 */
export function roundRange(low, high, log) {
  if (low > high) return [1, 10];
  if (log) return low === high ? [low / 2, high * 2] : [low, high];
  if (low === high) return low ? [low - Math.abs(low) / 10, low + Math.abs(low) / 10] : [-1, 1];
  const step = niceStep((high - low) / 5);
  return [tidy(Math.floor(low / step + 1e-9) * step), tidy(Math.ceil(high / step - 1e-9) * step)];
}

/**
 * A slider has whole positions, 0 to `last`, on a linear or a logarithmic axis.
 * @param {SliderSpec} slider
 * @returns {SliderScale}
 */
export function makeScale(slider) {
  const { minimum, maximum, scale } = slider;
  const axis = makeAxis(minimum, maximum, scale);
  const step = slider.step ?? (axis.log ? null : niceStep((maximum - minimum) / 200));
  const last = axis.log ? 200 : Math.ceil((maximum - minimum) / step - 1e-9);
  const clamp = (value) => Math.min(maximum, Math.max(minimum, value));
  const value = (position) => {
    if (position <= 0) return minimum;
    if (position >= last) return maximum;
    if (!axis.log) return clamp(tidy(minimum + position * step));
    const there = axis.from(position / last);
    return clamp(step ? tidy(Math.round(there / step) * step) : Number(there.toPrecision(3)));
  };
  const position = (number) =>
    axis.log ? Math.round(axis.to(number) * last) : Math.min(last, Math.round((number - minimum) / step));
  return { axis, last, clamp, value, position };
}

/**
 * The place of the number that is nearest to `value` in a growing list.
 * @param {ArrayLike<number>} list
 * @param {number} value
 * @returns {number}
 */
export function nearest(list, value) {
  const low = heldBy(list, value);
  const high = Math.min(list.length - 1, low + 1);
  return value - list[low] <= list[high] - value ? low : high;
}

/**
 * The place of the last number of a growing list that is not above `value`; 0 if all are.
 * @param {ArrayLike<number>} list
 * @param {number} value
 * @returns {number}
 */
export function heldBy(list, value) {
  let low = 0;
  let high = list.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle] > value) high = middle;
    else low = middle;
  }
  return low;
}
