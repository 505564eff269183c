// What the reader's browser remembers: answers, bets and reviews here, and whatever else of this course is kept beside.

/**
 * @typedef {{answer: string, correct: boolean, tries: number, help: number, settled?: true, step?: number, due?: number}} Entry
 *   What was checked last, or answered first where only that counts; how often something new was checked; how many steps
 *   of help were taken. Then whether a bet's answer has been read, how often what was missed has come back, and the day
 *   on which it does so next.
 */

const PREFIX = "inverse-futures-";
const ANSWERS = `${PREFIX}answers`;
const LARGEST_FILE = 1e6;
let ofThisVisit = "{}"; // where the browser keeps nothing

let kept; // found out once, because trying writes

/** Whether what is written now will be there on the next page. */
export function isKept() {
  if (kept === undefined) {
    try {
      localStorage.setItem(`${PREFIX}try`, "");
      localStorage.removeItem(`${PREFIX}try`);
      kept = localStorage instanceof Storage; // and not a stand-in for it
    } catch {
      kept = false;
    }
  }
  return kept;
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
  return objectIn(isKept() ? localStorage.getItem(ANSWERS) : ofThisVisit);
}

/**
 * What is remembered of a task.
 * @param {string} task
 * @returns {Entry | undefined}
 */
export function entryOf(task, all = allAnswers()) {
  const { answer, correct, tries, help, settled, step, due } = (Object.hasOwn(all, task) && all[task]) || {};
  if (typeof answer !== "string") return undefined;
  const count = (value) => (Number.isSafeInteger(value) && value > 0 ? value : 0);
  const entry = { answer, correct: correct === true, tries: count(tries), help: count(help) };
  if (settled === true) entry.settled = true;
  if (step !== undefined) entry.step = count(step);
  if (count(due)) entry.due = due;
  return entry;
}

/** The name and the entry of all that is remembered. */
export function allEntries() {
  const all = allAnswers();
  return Object.keys(all).map((name) => [name, entryOf(name, all)]).filter(([, entry]) => entry);
}

/** Remember a task, as long as the browser lets us. */
export function keep(task, entry) {
  store({ ...allAnswers(), [task]: entry });
}

/** Forget some tasks. */
export function forget(tasks) {
  store(Object.fromEntries(Object.entries(allAnswers()).filter(([task]) => !tasks.includes(task))));
}

function store(all) {
  ofThisVisit = JSON.stringify(all);
  if (!isKept()) return;
  try {
    localStorage.setItem(ANSWERS, ofThisVisit);
  } catch {
    kept = false; // full since
  }
}

/** How many of some tasks are solved. */
export function solvedOf(tasks) {
  const all = allAnswers();
  return tasks.filter((task) => entryOf(task, all)?.correct).length;
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
export function takeFile(file) {
  const { course, records } = file.length > LARGEST_FILE ? {} : objectIn(file);
  if (course !== "inverse-futures" || typeof records !== "object") return false;
  const taken = Object.entries(records ?? {}).filter(([name, text]) => /^[a-z-]+$/.test(name) && typeof text === "string");
  try {
    for (const [name, text] of taken) localStorage.setItem(PREFIX + name, text);
  } catch {
    return false; // full
  }
  return taken.length > 0;
}

/** Forget all records of this course. */
export function forgetAll() {
  ofThisVisit = "{}";
  for (const name of names()) localStorage.removeItem(name);
}
