// A task again, with other numbers: drawn at build time, loaded when somebody asks.
import { answerBox } from "./boxes.js";
import { make } from "./panel.js";
import { inWords } from "./sentences.js";

const DIGITS = 4;
const arrived = new Map(), waiting = new Map();

/** A file of drills calls this. It is a script, because a page that is opened from a folder may fetch nothing. */
globalThis.inverseFuturesDrills = (topic, drills) => {
  arrived.set(topic, drills);
  waiting.get(topic)?.(drills);
};

/** The drills of a lesson, by task. */
function drillsOf(topic, address) {
  if (arrived.has(topic)) return Promise.resolve(arrived.get(topic));
  return new Promise((resolve, reject) => {
    waiting.set(topic, resolve);
    document.head.append(make("script", { src: address, onerror: () => reject(new Error(`no drills at ${address}`)) }));
  });
}

/** What is asked at a point. */
export function asking({ quantities, points }, place) {
  const given = quantities.map(([name, unit, column]) => `${name} = ${inWords(points[place][column])}${unit && unit !== name ? ` ${unit}` : ""}`);
  return `The same task with ${given.join(", ").replace(/, ([^,]*=[^=]*)$/, " and $1")}: which number comes out?`;
}

/** The key of a drill at a point: a task that asks for a number. */
export function keyAt({ points, prices, correct, wrong, hint }, place) {
  return {
    kind: "number", hint, praise: "", arguments: [], points: [[]], correct: [correct[place]], digits: DIGITS,
    wrong: wrong.map(({ message, values }) => ({ message, values: [values[place]] })),
    prices: prices.map((column) => points[place][column]),
  };
}

/**
 * Ask a task with other numbers.
 * @param {{task: string, topic: string, address: string, solution: string, checked: (correct: boolean) => void}} options
 *   `checked` is called with each answer that could be read.
 * @returns {Promise<HTMLElement>}
 */
export async function drill({ task, topic, address, solution, checked }) {
  const drills = (await drillsOf(topic, address))[task];
  const place = Math.floor(Math.random() * drills.points.length);
  const box = make("div");
  answerBox(box, `${task} again`, undefined, { ...keyAt(drills, place), solution }, checked);
  return make("div", { className: "drill" }, make("p", { textContent: asking(drills, place) }), box);
}

/** A button below a task that asks it again, each time with other numbers. */
export function drillButton(options) {
  const node = make("div", { className: "drill-place" });
  const button = make("button", { type: "button", textContent: "Again, with other numbers" });
  button.addEventListener("click", async () => {
    const asked = await drill(options).catch(() => make("p", { textContent: "The numbers could not be loaded." }));
    node.querySelector(":scope > :not(button)")?.remove();
    node.append(asked);
    asked.querySelector("input")?.focus();
  });
  node.append(button);
  return node;
}
