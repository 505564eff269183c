// Times of a path: their ticks, and how to say them. All in UTC, and pure.
import { exact, niceStep, withUnit } from "./numbers.js";
import { makeAxis, ticks } from "./scales.js";

const MINUTE = 60;
const DAY = 86400;
const MONTHS = "January February March April May June July August September October November December".split(" ");
const TIME_STEPS = [1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 20160].map((minutes) => minutes * MINUTE);

/**
 * @param {number} number
 * @returns {string}
 */
const twoDigits = (number) => String(number).padStart(2, "0");

/**
 * @param {Date} date
 * @returns {string}
 */
const clock = (date) => `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;

/**
 * Ticks of an axis in seconds since 1970: round hours, days, months or years.
 * @param {{low: number, high: number}} axis
 * @param {number} count about how many
 * @returns {Tick[]}
 */
export function timeTicks({ low, high }, count) {
  /** @type {Tick[]} */
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

/**
 * The times of a path: an axis, and words for each row.
 * @param {TimeSpec} spec
 * @param {number} count of rows
 * @returns {Times}
 */
export function makeTimes(spec, count) {
  const at = Float64Array.from({ length: count }, (_, i) => (spec.at ? spec.at[i] : spec.start + i * spec.interval));
  const axis = makeAxis(at[0], at[count - 1], "linear");
  if (!spec.dates) {
    const words = (i) => withUnit(exact(at[i]), spec.unit);
    return { at, axis, words, said: words, short: (i) => exact(at[i]), label: spec.label ?? "Time", unit: spec.unit, ticks: (n) => ticks(axis, n) };
  }
  // A path of whole days has no hours to tell; one that crosses New Year's Eve tells the year with every day.
  const days = at.every((time) => time % DAY === 0);
  const date = (i) => new Date(at[i] * 1000);
  const day = (time, letters) => `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()].slice(0, letters)}`;
  const words = (i) => `${day(date(i))} ${date(i).getUTCFullYear()}${days ? "" : `, ${clock(date(i))} UTC`}`;
  const years = [...new Set([0, count - 1].map((i) => date(i).getUTCFullYear()))];
  const year = (i) => (years.length > 1 ? ` ${date(i).getUTCFullYear()}` : "");
  const short = (i) => day(date(i), 3) + year(i) + (days ? "" : ` ${clock(date(i))}`);
  return { at, axis, words, said: short, short, label: `Time in UTC, ${years.join("–")}`, unit: "", ticks: (n) => timeTicks(axis, n) };
}
