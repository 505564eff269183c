// What the reader's browser remembers: answers here, and whatever else of this course is kept beside them.

/**
 * @typedef {{answer: string, correct: boolean, tries: number, help: number}} Entry
 *   What was checked last, how often something new was checked, and how many steps of help were taken.
 */

const PREFIX = "inverse-futures-";
const ANSWERS = `${PREFIX}answers`;
const LARGEST_FILE = 1e6;
let ofThisVisit = "{}"; // where the browser keeps nothing

/** Whether what is written now will be there on the next page. */
export function isKept() {
  try {
    localStorage.setItem(`${PREFIX}try`, "");
    localStorage.removeItem(`${PREFIX}try`);
    return localStorage instanceof Storage; // and not a stand-in for it
  } catch {
    return false;
  }
}

function objectIn(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

function allAnswers() {
  return objectIn((isKept() && localStorage.getItem(ANSWERS)) || ofThisVisit);
}

/**
 * What is remembered of a task.
 * @param {string} task
 * @returns {Entry | undefined}
 */
export function entryOf(task) {
  const all = allAnswers();
  const kept = Object.hasOwn(all, task) ? all[task] : undefined;
  if (typeof kept?.answer !== "string") return undefined;
  const count = (value) => (Number.isSafeInteger(value) && value > 0 ? value : 0);
  return { answer: kept.answer, correct: kept.correct === true, tries: count(kept.tries), help: count(kept.help) };
}

/** Remember a task, as long as the browser lets us. */
export function keep(task, entry) {
  ofThisVisit = JSON.stringify({ ...allAnswers(), [task]: entry });
  try {
    localStorage.setItem(ANSWERS, ofThisVisit);
  } catch {
    // Denied or full: isKept says so to the reader.
  }
}

/** How many of some tasks are solved. */
export function solvedOf(tasks) {
  return tasks.filter((task) => entryOf(task)?.correct).length;
}

function names() {
  return isKept() ? Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).sort() : [];
}

/** All records of this course as the text of a file. */
export function asFile() {
  const records = Object.fromEntries(names().map((name) => [name.slice(PREFIX.length), localStorage.getItem(name)]));
  return `${JSON.stringify({ course: "inverse-futures", version: 1, records }, null, 1)}\n`;
}

/**
 * Take the records of a file; they replace those of the same name.
 * @returns {boolean} Whether the text was such a file.
 */
export function takeFile(text) {
  const { course, records } = text.length > LARGEST_FILE ? {} : objectIn(text);
  if (course !== "inverse-futures" || typeof records !== "object") return false;
  const taken = Object.entries(records ?? {}).filter(([name, kept]) => /^[a-z-]+$/.test(name) && typeof kept === "string");
  for (const [name, kept] of taken) localStorage.setItem(PREFIX + name, kept);
  return taken.length > 0;
}

/** Forget all records of this course. */
export function forgetAll() {
  ofThisVisit = "{}";
  for (const name of names()) localStorage.removeItem(name);
}
