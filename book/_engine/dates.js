// Dates and moments in UTC, as Python's `date` and `datetime`. A span of time is a number of microseconds.
import { RuleError } from "./fractions.js";

const DAY = 86_400_000_000n;

/** A day, or a moment of it; `start` is in microseconds since 1970. */
export class When {
  constructor(start, isMoment) {
    this.start = start;
    this.isMoment = isMoment;
  }
  toString() {
    const text = new Date(Number(this.start / 1000n)).toISOString();
    if (!this.isMoment) return text.slice(0, 10);
    const rest = ((this.start % 1_000_000n) + 1_000_000n) % 1_000_000n;
    return `${text.slice(0, 10)} ${text.slice(11, 19)}${rest ? `.${String(rest).padStart(6, "0")}` : ""}+00:00`;
  }
  /** As a rule takes it: a day, or a moment with its time. */
  get iso() {
    return `${this}`.replace(" ", "T").replace("+00:00", "Z");
  }
  /** The moment so many microseconds later. */
  shifted(time) {
    return new When(this.start + time, true);
  }
  /** The day and the time to the minute, as the rules say a moment. */
  get minute() {
    return this.toString().slice(0, 16);
  }
}

const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Return the date or the moment that a text is. */
export function $date(text) {
  const found = typeof text === "string" ? ISO.exec(text) : null;
  if (!found) throw new RuleError(`${text} is no date`);
  const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => part && Number(part));
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  const days = BigInt(at.getTime()) * 1000n;
  const isReal = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && year > 0;
  if (!isReal || hour > 23 || minute > 59 || second > 59) throw new RuleError(`${text} is no date`);
  if (found[4] === undefined) return new When(days, false);
  let start = days + BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n;
  start += BigInt((found[7] ?? "").slice(0, 6).padEnd(6, "0"));
  const [, side, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(found[8] ?? "") ?? [];
  if (side) start -= BigInt(`${side}1`) * BigInt(Number(hours) * 60 + Number(minutes)) * 60_000_000n;
  return new When(start, true);
}

export const $forever = new When($date("9999-12-31").start + DAY - 1n, true);
export const $instant = 1n;

/** Return the moment at which a date begins, or a moment as it is. */
export const $start = (bound) => new When(bound.start, true);

/** Return the moment at which a date is over, or a moment as it is. */
export function $end(bound) {
  if (bound.isMoment) return $start(bound);
  return bound.start === $forever.start - DAY + 1n ? $forever : new When(bound.start + DAY, true);
}

export const $said = (bound) => (bound.isMoment ? `${bound.minute} UTC` : `${bound}`);
