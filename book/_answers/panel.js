// How many exercises of a set are solved: the panel below a lesson, and below its exercises.
import { isKept, solvedOf } from "./records.js";

const KEPT = "Your answers stay in this browser. Nobody else sees them.";
const LOST = "This browser keeps nothing for this site: your answers are gone when you leave the page.";

/** An element with its properties and its content. */
export function make(tag, properties = {}, ...inside) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...inside);
  return node;
}

/** Whether the answers will be there the next time, for the reader. */
export const aboutKeeping = () => (isKept() ? KEPT : LOST);

/** What the build has put into the page, with the name under which each task is remembered. */
export function pageData() {
  const text = document.querySelector("script.answer-keys")?.textContent;
  if (!text || !document.querySelector("article")) return undefined;
  const { set, tasks, tables, exercises, drills, python } = JSON.parse(text);
  const names = Array.isArray(tasks) ? tasks : Object.keys(tasks);
  // A lesson's number may change, so it is not in the name.
  return { tasks, tables, exercises, drills, python, records: new Map(names.map((task) => [task, `${set}.${task.split(".")[1]}`])) };
}

/**
 * Put the panel at the end of the page.
 * @param {Map<string, string>} records
 * @param {string | undefined} exercises Where they are, on a page that is not theirs.
 * @param {(string | Node)[]} inside What the panel holds besides.
 * @returns {() => void} Counts anew.
 */
export function addPanel(records, exercises, inside = []) {
  const article = document.querySelector("article");
  const count = make("p");
  count.setAttribute("role", "status");
  const refresh = () => {
    const said = `${solvedOf([...records.values()])} of ${records.size} exercises solved.`;
    if (count.textContent !== said) count.replaceChildren(exercises ? make("a", { href: exercises }, said) : said);
  };
  const panel = make("section", { className: "answer-records" }, count, ...inside);
  panel.setAttribute("aria-label", "Your answers");
  article.insertBefore(panel, article.querySelector(":scope > .lesson-progress"));
  refresh();
  addEventListener("storage", refresh); // written in another tab
  addEventListener("pageshow", (event) => event.persisted && refresh());
  return refresh;
}
