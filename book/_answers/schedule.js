// When what was missed comes back: after the same steps for everything, which do as well as cleverer ones.

/** Days until it is asked again, longer each time it was right. */
export const STEPS = [5, 14, 30, 70];

/** A day as a number, by the reader's own clock and calendar. */
export function dayOf(date = new Date()) {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 864e5);
}

/**
 * What is remembered once something was missed. What waits already keeps its day.
 * @param {Entry} entry
 * @param {number} today
 * @returns {Entry}
 */
export function missed(entry, today = dayOf()) {
  return entry.due === undefined ? { ...entry, step: 0, due: today + STEPS[0] } : entry;
}

/**
 * What is remembered once it was asked again: one step on, or back to the first.
 * @param {Entry} entry
 * @param {boolean} right
 * @param {number} today
 * @returns {Entry} Without a day when it was right after the last step.
 */
export function reviewed(entry, right, today = dayOf()) {
  const { due: _, step = 0, ...rest } = entry;
  const next = right ? step + 1 : 0;
  return next < STEPS.length ? { ...rest, step: next, due: today + STEPS[next] } : { ...rest, step: next };
}

/** Whether something comes back on a day, or came before and still waits. */
export const isDue = ({ due }, today = dayOf()) => due !== undefined && due <= today;
