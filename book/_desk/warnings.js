// What a reader should know before trusting a figure. Pure.
import { shown } from "./exact.js";
import { compareNumbers } from "../_engine/fractions.js";

/**
 * How many whole months ago a day, a month or a year began.
 * @param {string | null | undefined} seen such as 2025-09-18 or 2024-11, as the build has read it out of the words about
 *   a copy; nothing for one without a date
 * @param {Date} today
 */
export function monthsSince(seen, today) {
  if (!seen) return undefined;
  const [year, month = 1, day = 1] = seen.split("-").map(Number);
  return 12 * (today.getUTCFullYear() - year) + today.getUTCMonth() + 1 - month - (today.getUTCDate() < day ? 1 : 0);
}

/** Whether a rule had ended before a day: then nobody asks whether it still holds. */
const hasEnded = (row, today) => Boolean(row.until) && new Date(row.until) < today;

/**
 * @param {Row} row the rule that answered
 * @param {{today: Date, months: number, seen: Record<string, string | null>, values: Record<string, any>, liquidation?: Exact | null, tier?: {cap?: Exact, unit?: string, size?: Exact} | null}} about
 * @returns {string[]}
 */
export function warningsFor(row, { today, months, seen, values, liquidation, tier }) {
  const found = [];
  const age = monthsSince(seen[row.as_of], today);
  if (hasEnded(row, today)) {
    found.push(`This rule held until ${row.until.slice(0, 10)}. It is not the one of today.`);
  } else if (age === undefined) {
    found.push("The copy that this rule was read in has no date. Look at the venue's page before you rely on it.");
  } else if (age > months) {
    found.push(`The copy that this rule was read in is of ${row.as_of}: more than ${months} months ago. The venue may have changed it since.`);
  }
  if (row.inferred?.length) {
    found.push(`No source states this in words, samples show it: ${row.inferred.map((name) => name.replaceAll("_", " ")).join(", ")}.`);
  }
  if (row.initial_margin_price === "last") {
    found.push(`${row.venue} goes by the last price here, not by a mark: type the last price into the field of the mark price.`);
  } else if (values.last_price && liquidation && values.side) {
    const passed = compareNumbers(liquidation, values.last_price) * Number(values.side) >= 0;
    if (passed) found.push(`The last price, ${shown(values.last_price)}, has passed the liquidation price. ${row.venue} goes by the mark price, so this alone does not liquidate.`);
  }
  if (values.others) {
    found.push("In cross margin the other positions' profits and losses move the margin of this one. No price for one position alone is right then: the figures hold as long as the others do not move.");
  }
  if (tier?.cap && tier.size && compareNumbers(tier.cap, tier.size) < 0) {
    found.push(`The position is above the venue's last known tier, ${shown(tier.cap)} ${tier.unit}: it may not be opened at this rate.`);
  }
  return found;
}
