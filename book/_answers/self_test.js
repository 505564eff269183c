// A test of oneself: nothing is told before its end. Then what was missed is explained, and the lessons that mend it.
import { aboutKeeping, make } from "./panel.js";
import { betField, EMPTY } from "./questions.js";
import { entryOf, forget, isKept, keep } from "./records.js";
import { dayOf } from "./schedule.js";

const RESULT = /^\d{4}-\d\d-\d\d: \d+ of \d+$/;

function start() {
  const end = document.querySelector(".test-end");
  if (!end) return;
  const { test, form, forms } = end.dataset;
  const items = [...document.querySelectorAll(".test-item")].map(asked);
  const nameOf = (each) => `${test}.form-${each}`;
  const resultOf = (each) => {
    const said = entryOf(nameOf(each))?.answer ?? "";
    return RESULT.test(said) ? said : "";
  };
  const finish = make("button", { type: "button", textContent: "Show my result" });
  const again = make("button", { type: "button", textContent: "Begin again" });
  const status = make("p", { className: "test-status" });
  const read = make("div", { className: "test-read" });
  status.setAttribute("role", "status");
  status.tabIndex = -1;
  end.replaceChildren(status, read, make("div", { className: "answer-line" }, finish, again));
  let warned = false;

  function show() {
    const finished = Boolean(resultOf(form));
    finish.hidden = finished;
    again.hidden = !finished;
    for (const item of items) item.show(finished);
    read.replaceChildren(...(finished ? whatToRead(items) : []));
    status.replaceChildren(finished ? resultsOf(forms.split(" "), resultOf) : answeredOf(items));
  }

  finish.addEventListener("click", () => {
    const open = items.filter((item) => !item.chosen()).map((item) => item.number);
    if (open.length && !warned) {
      warned = true;
      const which = open.length === 1 ? `Question ${open[0]} is` : `Questions ${open.join(", ")} are`;
      status.textContent = `${which} open and would count as missed. To leave that so, press the button again.`;
      return;
    }
    const right = items.filter((item) => item.isRight()).length;
    const day = new Date(dayOf() * 864e5).toISOString().slice(0, 10);
    keep(nameOf(form), { ...EMPTY, tries: 1, answer: `${day}: ${right} of ${items.length}`, correct: right === items.length });
    show();
    status.focus();
    status.scrollIntoView({ block: "start" });
  });
  again.addEventListener("click", () => {
    forget([nameOf(form), ...items.map((item) => item.record)]);
    warned = false;
    show();
    items[0].radios[0].focus();
  });
  for (const item of items) item.node.addEventListener("change", () => {
    warned = false;
    status.replaceChildren(answeredOf(items));
  });
  show();
  performance.mark("test-ready");
}

/** A question as radio buttons, with what can be told about it. */
function asked(box, place) {
  const { record, right } = box.dataset;
  const told = box.querySelector(":scope > .test-told");
  const [thinks, because, idea, lessons] = told.children;
  const { node, radios } = betField(box, record);
  const said = make("p", { className: "test-said" });
  box.insertBefore(said, told);
  const chosen = () => entryOf(record)?.answer ?? "";
  const isRight = () => chosen() === right;
  node.addEventListener("change", ({ target }) => {
    keep(record, { ...EMPTY, tries: 1, answer: target.value, correct: target.value === right });
  });
  const thought = () => [...thinks.children].find((item) => item.querySelector("code")?.textContent.trim() === chosen());

  function show(finished) {
    for (const radio of radios) {
      radio.checked = radio.value === chosen();
      radio.disabled = finished;
    }
    delete box.dataset.verdict;
    said.replaceChildren();
    if (!finished) return;
    box.dataset.verdict = isRight() ? "correct" : "not-yet";
    const answer = [make("code", { textContent: right }), ". ", ...copyOf(because)];
    if (isRight()) said.append(make("strong", { textContent: "Right. " }), ...copyOf(because));
    else if (thought()) said.append(make("strong", { textContent: "Not yet. " }), "Your answer would be right if this were so: ",
      make("q", {}, ...copyOf(thought()).filter((part) => part.nodeName !== "CODE")), " It is not. The answer is ", ...answer);
    else said.append(make("strong", { textContent: "Left open. " }), "The answer is ", ...answer);
  }
  return { box, node, radios, record, number: place + 1, chosen, isRight, show, idea, lessons };
}

/** What an element says, to stand elsewhere. */
function copyOf(element) {
  const copy = (element.querySelector("p") ?? element).cloneNode(true);
  for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
  return [...copy.childNodes];
}

/** Where the answers are, once there are any. */
function answeredOf(items) {
  const count = items.filter((item) => item.chosen()).length;
  return count ? `${count} of ${items.length} answered. ${aboutKeeping()}` : "";
}

/** The results of all forms, in words. */
function resultsOf(forms, resultOf) {
  const told = forms.map((form) => [form, resultOf(form)]).filter(([, result]) => result);
  const words = told.map(([form, result]) => (forms.length > 1 ? `Form ${form.toUpperCase()}, ${result}.` : `${result}.`));
  return isKept() ? words.join(" ") : `${words.join(" ")} ${aboutKeeping()}`;
}

/** The ideas that were missed, and their lessons. */
function whatToRead(items) {
  const missed = items.filter((item) => !item.isRight());
  if (!missed.length) return [make("p", { textContent: "Nothing was missed." })];
  const list = make("ol", {}, ...missed.map((item) => make("li", { value: item.number }, ...copyOf(item.idea), " ", ...copyOf(item.lessons))));
  return [make("p", { textContent: "What was missed, and where to read about it:" }), list];
}

start();
