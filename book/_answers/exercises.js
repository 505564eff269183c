// Brings a page of exercises to life: a box in each task's place, and the records below them.
import { answerBox } from "./boxes.js";
import { drillButton } from "./drills.js";
import { aboutKeeping, addPanel, make, pageData } from "./panel.js";
import { asFile, entryOf, forgetAll, isKept, keep, takeFile } from "./records.js";
import { missed } from "./schedule.js";

const NOTE = "Answer on this page: type a number, or a formula such as N*(1/S - 1/E), and press Enter. Digits are counted from the first that is not 0. ";

/** What a page says of Python: some tasks are about a table that only their notebook has. */
function aboutPython(tables) {
  if (!tables.length) return "No Python is needed.";
  const some = tables.join(", ").replace(/, ([^,]*)$/, " and $1");
  return `No Python is needed, except for the ${tables.length > 1 ? "tables" : "table"} of ${some}: run the notebook.`;
}

const UNTRIED = { answer: "", correct: false, tries: 0, help: 0 };

function start() {
  const data = pageData();
  if (!data) return;
  const { tasks, tables, records, drills, python } = data;
  const kept = make("p", { textContent: aboutKeeping() });
  const recount = addPanel(records, undefined, [kept, ...recordButtons()]);
  const places = [...document.querySelectorAll(".answer-place")];
  places[0]?.closest("section").before(make("p", { className: "answer-note", textContent: NOTE + aboutPython(tables) }));
  for (const place of places) {
    const { task } = place.dataset;
    answerBox(place, task, records.get(task), tasks[task], () => {
      recount();
      kept.textContent = aboutKeeping(); // full since
    }, python);
    if (drills && ["expression", "function"].includes(tasks[task].kind)) {
      const [topic] = records.get(task).split(".");
      const checked = (correct) => correct || keep(records.get(task), missed(entryOf(records.get(task)) ?? UNTRIED));
      place.append(drillButton({ task, topic, address: drills, solution: tasks[task].solution, checked }));
    }
  }
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
    else said.textContent = isKept() ? "That is not a file of this course's records." : aboutKeeping();
  });
  const save = button("Save to a file", () => {
    const address = URL.createObjectURL(new Blob([asFile()], { type: "application/json" }));
    make("a", { href: address, download: "inverse-futures-records.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    said.textContent = "Saved: your answers and bets, and which lessons you have finished.";
  });
  let sure = false;
  const clear = button("Clear", () => {
    if (sure) {
      forgetAll();
      location.reload();
    }
    sure = true;
    clear.textContent = "Clear all records of this course?";
    said.textContent = "Press again to forget your answers, your bets and which lessons you have finished.";
  });
  clear.addEventListener("blur", () => {
    sure = false;
    clear.textContent = "Clear";
  });
  const line = make("div", { className: "answer-line" }, save, button("Load a file", () => file.click()), clear, file);
  return [line, said];
}

start();
