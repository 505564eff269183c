// The bets and quick questions of a page: what was chosen is kept, and shown again.
import { aboutKeeping, make } from "./panel.js";
import { entryOf, isKept, keep } from "./records.js";
import { missed } from "./schedule.js";

export const EMPTY = { answer: "", correct: false, tries: 0, help: 0 };

/** Bring the bets and questions below a node to life. */
export function askQuestions(page = document) {
  for (const bet of page.querySelectorAll(".bet")) placeBet(bet, page);
  for (const question of page.querySelectorAll(".question")) askQuestion(question);
}

/** A line that is read out when it changes. */
export function statusLine(className) {
  const line = make("p", { className });
  line.setAttribute("role", "status");
  return line;
}

// --- bets ---

/**
 * The list of a bet as radio buttons, below its paragraph as their legend.
 * @returns {{node: HTMLElement, radios: HTMLInputElement[], wording: (letter: string) => Node[]}}
 */
export function betField(bet, name) {
  const paragraph = bet.querySelector(":scope > p"), list = bet.querySelector(":scope > ul");
  const radios = [], texts = new Map();
  const labels = [...list.children].map((item) => {
    const text = item.querySelector("p") ?? item;
    const letter = text.querySelector("code").textContent.trim();
    const radio = make("input", { type: "radio", name, value: letter });
    radios.push(radio);
    const words = make("span", {}, ...text.childNodes);
    texts.set(letter, words);
    return make("label", {}, radio, words);
  });
  const node = make("fieldset", {}, make("legend", {}, ...paragraph.childNodes), ...labels);
  paragraph.remove();
  list.replaceWith(node);
  bet.classList.add("asked");
  /** An option's words, without its letter. */
  const wording = (letter) => {
    const words = texts.get(letter).cloneNode(true);
    words.querySelector("code").remove();
    for (const named of words.querySelectorAll("[id]")) named.removeAttribute("id");
    return [...words.childNodes];
  };
  return { node, radios, wording };
}

function placeBet(bet, page) {
  const { bet: number, record } = bet.dataset;
  const settling = page.querySelector(`.bet-settled[data-bet="${number}"]`);
  const { node, radios, wording } = betField(bet, record);
  const status = statusLine("bet-kept");
  const again = make("p", { className: "bet-said" });
  bet.append(status);
  settling.prepend(again);

  function show() {
    const { answer, correct, settled } = entryOf(record) ?? EMPTY;
    if (!radios.some(({ value }) => value === answer)) return again.replaceChildren();
    for (const radio of radios) {
      radio.checked = radio.value === answer;
      radio.disabled = settled === true;
    }
    node.classList.toggle("settled", settled === true);
    again.replaceChildren("You bet ", make("code", { textContent: answer }), ":", ...wording(answer), ". ",
      make("strong", { textContent: correct ? "You were right." : "That was not it." }));
    again.dataset.verdict = correct ? "correct" : "not-yet";
  }
  node.addEventListener("change", ({ target }) => {
    keep(record, { ...EMPTY, answer: target.value, correct: target.value === settling.dataset.settled, tries: 1 });
    status.textContent = isKept() ? "Your bet is kept in this browser. You can change it until you have read the answer." : aboutKeeping();
    show();
  });
  show();

  // From the moment its answer is read a bet stays what it was.
  new IntersectionObserver((seen) => {
    const entry = entryOf(record);
    if (!entry?.answer || entry.settled || !seen.some(({ isIntersecting }) => isIntersecting)) return;
    keep(record, entry.correct ? { ...entry, settled: true } : missed({ ...entry, settled: true }));
    status.textContent = "";
    show();
  }, { threshold: 0.6 }).observe(settling);
}

// --- questions ---

/** The folds of a question, by their letters. */
export function optionsOf(question) {
  return new Map([...question.querySelectorAll(":scope > details")].map((option) => {
    const summary = option.querySelector("summary");
    return [summary.textContent.trim()[0], { option, summary }];
  }));
}

function askQuestion(question) {
  const { record, right } = question.dataset;
  const options = optionsOf(question);
  const status = statusLine("question-said");
  question.append(status);

  function show() {
    const chosen = entryOf(record)?.answer;
    if (!options.has(chosen)) return;
    question.classList.add("answered");
    options.get(chosen).option.dataset.verdict = chosen === right ? "correct" : "not-yet";
    status.textContent = chosen === right ? `Your first answer: ${chosen}, and it is right.`
      : `Your first answer: ${chosen}. Read why not, and then the others.`;
    if (!isKept()) status.append(` ${aboutKeeping()}`);
  }
  for (const [letter, { summary }] of options) {
    summary.addEventListener("click", () => {
      if (options.has(entryOf(record)?.answer)) return; // the first answer stays
      const entry = { ...EMPTY, answer: letter, correct: letter === right, tries: 1 };
      keep(record, entry.correct ? entry : missed(entry));
      show();
    });
  }
  show();
}
