// The answer boxes: what is typed is shown as it was read, and judged on Enter or by the button.
import { strangers, Unreadable } from "./formula.js";
import { feedback, offered, readAnswer, valuesFeedback } from "./judge.js";
import { mathml } from "./mathml.js";
import { furtherPoints } from "./near.js";
import { make } from "./panel.js";
import { entryOf, keep } from "./records.js";
import { missed } from "./schedule.js";
import { inWords } from "./sentences.js";
import { NoNumber, valueOf } from "./value.js";

const listed = (names) => names.join(", ").replace(/, ([^,]*)$/, " and $1");

/** What the task asks for, for the label of its box. */
function asked(key) {
  const { kind, digits } = key;
  if (kind === "choice") return "one letter";
  if (kind === "number") return `a number${digits ? ` to ${digits} significant digits` : ""}, or a calculation such as 3*(1/4 - 1/5)`;
  const first = listed(offered(key).map(({ names }) => names[0]));
  const other = listed(offered(key).map(({ names }) => names[1] ?? names[0]));
  return `a formula in ${first}${kind === "function" && other !== first ? `, or in ${other}` : ""}`;
}

/**
 * Put a box into its place.
 * @param {HTMLElement} place
 * @param {string} task Its name for the reader, such as 01.3.
 * @param {string | undefined} record The name under which it is remembered, if it is.
 * @param {Key & {begins?: string, solution: string}} key
 * @param {(correct: boolean) => void} changed Called when an answer was checked, which could be read.
 * @param {{panel: string, worker: string, micropython: string}} [python] Where Python is, if the site has it.
 */
export function answerBox(place, task, record, key, changed, python) {
  const id = `answer-${task.replace(/\W/g, "-")}`;
  let ofThisBox;
  const kept = () => (record ? entryOf(record) : ofThisBox);
  const remember = (entry) => (record ? keep(record, entry) : (ofThisBox = entry));
  const read = make("p", { className: "answer-read", id: `${id}-read` });
  read.setAttribute("role", "group");
  read.setAttribute("aria-label", "Your answer as it was read");
  const said = make("p", { className: "answer-said" });
  said.setAttribute("role", "status");
  const tries = make("span", { className: "answer-tries" });
  const options = key.kind === "choice" && place.parentElement.querySelector("ul.choices");
  const field = options ? choiceField(id, task, options) : textField(id, `${task}: ${asked(key)}`, read);
  const help = helpFor(key, () => kept()?.help ?? 0, (count) => remember({ ...entry(), help: count }));
  const check = make("button", { type: "submit", textContent: "Check" });
  const form = make("form", { className: "answer", noValidate: true }, field.node,
    make("div", { className: "answer-line" }, ...(field.input ? [field.input] : []), check, help.button, tries),
    read, said, help.steps);

  const entry = () => kept() ?? { answer: "", correct: false, tries: 0, help: 0 };

  function show() {
    const { correct, message, readable } = feedback(key, field.value());
    form.dataset.verdict = correct ? "correct" : readable ? "not-yet" : "asked-back";
    said.textContent = message[0].toUpperCase() + message.slice(1);
    return { correct, readable };
  }
  function count() {
    const { tries: number, correct } = entry();
    tries.textContent = number ? `${correct ? "solved, " : ""}${number} ${number === 1 ? "try" : "tries"}` : "";
  }
  form.addEventListener("input", () => {
    said.textContent = "";
    delete form.dataset.verdict;
    if (field.input) echo(read, key, field.value());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const before = entry(), answer = field.value();
    const { correct, readable } = show();
    if (readable) tried(answer, correct, answer !== before.answer);
    else count();
  });
  function tried(answer, correct, isNew) {
    const before = entry();
    const now = { ...before, answer, correct: correct || before.correct, tries: before.tries + (isNew && !before.correct ? 1 : 0) };
    remember(now.correct ? now : missed(now));
    count();
    changed(correct);
  }

  const before = entry();
  if (before.answer) {
    field.set(before.answer);
    if (field.input) echo(read, key, before.answer);
    show();
  }
  count();
  if (options) options.hidden = true;
  place.replaceChildren(form);
  if (python && key.named && location.protocol.startsWith("http")) form.append(pythonFold(key, python, tried, entry));
}

/** A fold for the function itself; what runs it is loaded when the fold is opened. A page from a folder may not do that. */
function pythonFold(key, python, tried, entry) {
  const fold = make("details", {}, make("summary", { textContent: "Write it in Python, here" }));
  fold.addEventListener("toggle", async () => {
    const { openPython } = await import(new URL(python.panel, document.baseURI));
    const further = furtherPoints(key);
    openPython(fold, {
      name: key.named,
      names: key.arguments.map(({ names }) => names[0]),
      points: key.points,
      further,
      addresses: { worker: python.worker, micropython: new URL(python.micropython, document.baseURI).href },
      judge(values, others) {
        const known = new Map(further.map((point, i) => [String(point), others[i] ?? undefined]));
        const { correct, message } = valuesFeedback(key, values, (point) => known.get(String(point)));
        tried(entry().answer, correct, true);
        return message[0].toUpperCase() + message.slice(1);
      },
    });
  }, { once: true });
  return fold;
}

function textField(id, label, read) {
  const input = make("input", { id, type: "text", autocomplete: "off", spellcheck: false, enterKeyHint: "go" });
  input.setAttribute("autocapitalize", "off"); // a capital is another symbol
  input.setAttribute("aria-describedby", read.id);
  return {
    input,
    node: make("label", { htmlFor: id, textContent: label }),
    value: () => input.value,
    set: (answer) => { input.value = answer; },
  };
}

/** The task's own list of choices, with a radio button before each. */
function choiceField(id, task, options) {
  const radios = [];
  const labels = [...options.children].map((item) => {
    const text = (item.querySelector("p") ?? item).cloneNode(true);
    const letter = text.querySelector("code");
    const radio = make("input", { type: "radio", name: id, value: letter.textContent.replace(/\W/g, "") });
    letter.remove();
    if (text.firstChild) text.firstChild.textContent = text.firstChild.textContent.replace(/^\s*:\s*/, "");
    radios.push(radio);
    return make("label", {}, radio, make("span", {}, `${radio.value}: `, ...text.childNodes));
  });
  return {
    node: make("fieldset", {}, make("legend", { textContent: `${task}: your choice` }), ...labels),
    value: () => radios.find((radio) => radio.checked)?.value ?? "",
    set: (answer) => { for (const radio of radios) radio.checked = radio.value === answer; },
  };
}

/** Show how an answer is read. What can't be read yet is not complained of while it is being typed. */
function echo(place, key, text) {
  place.textContent = "";
  place.removeAttribute("tabindex");
  if (!text.trim()) return;
  try {
    const { tree, unit } = readAnswer(key, text);
    place.innerHTML = `read as ${mathml(tree)}`; // its texts are escaped
    if (key.kind === "number" && tree.number === undefined && !strangers(tree).size) {
      place.append(` = ${inWords(valueOf(tree, []))}`);
    }
    if (unit) place.append(", without the unit");
    if (place.scrollWidth > place.clientWidth) place.tabIndex = 0; // so that the arrow keys can scroll it
  } catch (problem) {
    if (!(problem instanceof Unreadable || problem instanceof NoNumber)) throw problem;
  }
}

/** Help in steps: a hint, how the solution begins, the solution. */
function helpFor(key, taken, keepTaken) {
  const link = make("a", { href: key.solution, textContent: "The solution of this task" });
  const all = [
    key.hint && ["Hint", `Hint: ${key.hint}`],
    key.begins && ["How it begins", `The solution begins: ${key.begins}`],
    ["Solution", link],
  ].filter(Boolean);
  const steps = make("div", { className: "answer-help" });
  steps.setAttribute("role", "status");
  const button = make("button", { type: "button" });
  let shown = 0;
  const next = () => {
    steps.append(make("p", {}, all[shown][1]));
    shown += 1;
    button.hidden = shown === all.length;
    if (!button.hidden) button.textContent = all[shown][0];
  };
  button.textContent = all[0][0];
  button.addEventListener("click", () => {
    next();
    keepTaken(shown);
    if (button.hidden) link.focus(); // the button that had it is gone
  });
  while (shown < Math.min(taken(), all.length)) next();
  return { button, steps };
}
