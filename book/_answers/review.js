// The review page: what was missed and is due comes back, as it stood or with other numbers.
import { drill } from "./drills.js";
import { aboutKeeping, make } from "./panel.js";
import { betField, optionsOf, statusLine } from "./questions.js";
import { allEntries, entryOf, isKept, keep } from "./records.js";
import { dayOf, isDue, reviewed } from "./schedule.js";

const AT_ONCE = 12;
const days = (count) => (count === 1 ? "1 day" : `${count} days`);

function start() {
  const place = document.querySelector(".review");
  const text = document.querySelector("script.review-data")?.textContent;
  if (!place || !text) return;
  const all = new Map(Object.entries(JSON.parse(text)));
  const missed = allEntries().filter(([record, { due }]) => due !== undefined && all.has(record));
  const due = missed.filter(([, entry]) => isDue(entry)).sort(([, one], [, other]) => one.due - other.due);
  const cards = due.slice(0, AT_ONCE).map(([record]) => card(record, all.get(record)));
  const count = make("p", { className: "review-count", textContent: countOf(missed.map(([, entry]) => entry), due.length) });
  place.replaceChildren(count, ...cards);
  performance.mark("review-ready");
}

/** What is due, and what waits. */
function countOf(missed, due) {
  if (!isKept()) return `${aboutKeeping().replace(/:.*/, "")}, so nothing can come back.`;
  if (!missed.length) return "Nothing waits for you: what you miss from now on comes back here.";
  const next = Math.min(...missed.filter((entry) => !isDue(entry)).map((entry) => entry.due)) - dayOf();
  const waits = missed.length - due;
  const later = waits ? ` ${waits} more ${waits === 1 ? "waits" : "wait"}, the next for ${days(next)}.` : "";
  if (!due) return `Nothing is due today.${later}`;
  const first = due > AT_ONCE ? ` Here are the first ${AT_ONCE}.` : "";
  return `${due} ${due === 1 ? "is" : "are"} due today.${first}${later}`;
}

function card(record, item) {
  const status = statusLine("review-said");
  const node = make("section", { className: "review-card" },
    make("h2", {}, make("a", { href: item.address }, item.task ? `${item.title}, task ${item.task}` : item.title)));
  let done = false;
  /** Only the first answer of this visit counts. */
  const checked = (right) => {
    if (done) return;
    done = true;
    const entry = reviewed(entryOf(record), right);
    keep(record, entry);
    const again = entry.due === undefined ? "It need not come back any more." : `It comes back in ${days(entry.due - dayOf())}.`;
    status.textContent = `${right ? "Right." : "Not this time."} ${again}`;
    leave.remove();
  };
  const leave = make("button", { type: "button", textContent: "Let it go" });
  leave.addEventListener("click", () => {
    const { due: _, ...entry } = entryOf(record);
    keep(record, entry);
    done = true;
    status.textContent = "It does not come back, unless you miss it again.";
    leave.remove();
  });
  const place = make("div");
  node.append(place, make("div", { className: "answer-line" }, leave), status);
  if (item.html) ask(place, item.html, record, checked);
  else if (item.drills) askAgain(place, record, item, checked);
  else askYourself(place, item, checked);
  return node;
}

/** A bet with its settling, or a question. */
function ask(place, html, record, checked) {
  place.innerHTML = html; // the course's own text, from this page
  const question = place.querySelector(".question"), bet = place.querySelector(".bet");
  for (const [letter, { option, summary }] of question ? optionsOf(question) : []) {
    summary.addEventListener("click", () => {
      option.dataset.verdict = letter === question.dataset.right ? "correct" : "not-yet";
      checked(letter === question.dataset.right);
    });
  }
  if (!bet) return;
  const settling = place.querySelector(".bet-settled");
  const { node, radios } = betField(bet, `${record}-again`);
  const button = make("button", { type: "button", textContent: "Check" });
  settling.hidden = true;
  button.addEventListener("click", () => {
    const chosen = radios.find((radio) => radio.checked);
    if (!chosen) return radios[0].focus();
    settling.hidden = false;
    for (const radio of radios) radio.disabled = true;
    button.remove();
    checked(chosen.value === settling.dataset.settled);
  });
  node.append(make("div", { className: "answer-line" }, button));
}

function askAgain(place, record, { task, drills, solution }, checked) {
  const [topic] = record.split(".");
  drill({ task, topic, address: drills, solution, checked })
    .then((asked) => place.replaceChildren(asked), () => place.replaceChildren("The numbers could not be loaded."));
}

/** A task that has no other numbers is solved on its page; here its reader says how it went. */
function askYourself(place, { address }, checked) {
  const button = (textContent, right) => {
    const node = make("button", { type: "button", textContent });
    node.addEventListener("click", () => checked(right));
    return node;
  };
  place.append(make("p", {}, "Solve ", make("a", { href: address }, "this task"), " once more, on paper or in its box. How did it go?"),
    make("div", { className: "answer-line" }, button("I solved it", true), button("I did not", false)));
}

start();
