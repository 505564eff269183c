// How old a fact is on the day on which its page is read. The package's `ages` says the same in Python.

const MONTHS_OF_A_YEAR = 12;

/**
 * Whole months since a day, a month or a year began: the most that the age can be.
 * @param {string} seen such as 2026-05-29, 2026-05 or 2026
 * @param {Date} today
 */
export function ageInMonths(seen, today) {
  const [year, month = 1, day = 1] = seen.split("-").map(Number);
  const months = MONTHS_OF_A_YEAR * (today.getFullYear() - year) + today.getMonth() + 1 - month;
  return months - (today.getDate() < day);
}

/**
 * @param {string} seen empty if the copy is undated
 * @param {Date} today
 */
export function ageInWords(seen, today) {
  if (!seen) return "age unknown";
  const months = ageInMonths(seen, today);
  if (months < 1) return "less than a month ago";
  const years = months >= 2 * MONTHS_OF_A_YEAR;
  const count = years ? Math.floor(months / MONTHS_OF_A_YEAR) : months;
  return `${count} ${years ? "year" : "month"}${count > 1 ? "s" : ""} ago`;
}

/**
 * @param {string} seen
 * @param {Date} today
 */
export function isOld(seen, today) {
  return Boolean(seen) && ageInMonths(seen, today) >= MONTHS_OF_A_YEAR;
}
