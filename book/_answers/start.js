// Brings a page to life: boxes and records below exercises, and how many of them are solved below a lesson.
import { answerBox, make } from "./boxes.js";
import { asFile, forgetAll, isKept, solvedOf, takeFile } from "./records.js";

const NOTE = "Answer on this page: type a number, or a formula such as N*(1/S - 1/E), and press Enter. No Python is needed.";
const KEPT = "Your answers stay in this browser. Nobody else sees them.";
const LOST = "This browser keeps nothing for this site: your answers are gone when you leave the page.";

function start() {
  const data = document.querySelector("script.answer-keys");
  const article = document.querySelector("article");
  if (!data || !article) return;
  const { set, tasks, exercises } = JSON.parse(data.textContent);
  const names = Array.isArray(tasks) ? tasks : Object.keys(tasks);
  const records = names.map((task) => `${set}.${task.split(".")[1]}`); // a lesson's number may change
  const count = make("p");
  count.setAttribute("role", "status");
  const kept = make("p");
  const refresh = () => {
    kept.textContent = isKept() ? KEPT : LOST;
    const said = `${solvedOf(records)} of ${names.length} exercises solved.`;
    if (count.textContent !== said) count.replaceChildren(exercises ? make("a", { href: exercises }, said) : said);
  };
  const panel = make("section", { className: "answer-records" }, count);
  panel.setAttribute("aria-label", "Your answers");
  if (!exercises) {
    const places = [...document.querySelectorAll(".answer-place")];
    places[0]?.closest("section").before(make("p", { className: "answer-note", textContent: NOTE }));
    for (const place of places) {
      const task = place.dataset.task;
      answerBox(place, task, records[names.indexOf(task)], tasks[task], refresh);
    }
    panel.append(kept, ...recordButtons());
  }
  article.insertBefore(panel, article.querySelector(":scope > .lesson-progress"));
  refresh();
  addEventListener("storage", refresh); // written in another tab
  addEventListener("pageshow", (event) => event.persisted && refresh());
  performance.mark("answers-ready");
}

function recordButtons() {
  const said = make("p");
  said.setAttribute("role", "status");
  const button = (textContent, click) => {
    const node = make("button", { type: "button", textContent });
    node.addEventListener("click", click);
    return node;
  };
  const file = make("input", { type: "file", accept: ".json", hidden: true });
  file.addEventListener("change", async () => {
    const text = await file.files[0]?.text().catch(() => "");
    file.value = "";
    if (text === undefined) return;
    if (isKept() && takeFile(text)) location.reload();
    else said.textContent = isKept() ? "That is not a file of this course's records." : LOST;
  });
  const save = button("Save to a file", () => {
    const address = URL.createObjectURL(new Blob([asFile()], { type: "application/json" }));
    make("a", { href: address, download: "inverse-futures-records.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    said.textContent = "Saved: your answers, and which lessons you have finished.";
  });
  let sure = false;
  const clear = button("Clear", () => {
    if (sure) {
      forgetAll();
      location.reload();
    }
    sure = true;
    clear.textContent = "Clear all records of this course?";
    said.textContent = "Press again to forget your answers and which lessons you have finished.";
  });
  clear.addEventListener("blur", () => { sure = false; clear.textContent = "Clear"; });
  const line = make("div", { className: "answer-line" }, save, button("Load a file", () => file.click()), clear, file);
  return [line, said];
}

start();
