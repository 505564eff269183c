// A function task in Python, on the page: a field for the function, run by MicroPython in a worker of its own.

const SECONDS = 2; // after which a function is stopped

/** Ask a fresh or a running worker; a run that does not end is stopped, and the next one gets a fresh worker. */
function makeRunner({ worker, micropython }) {
  let running;
  const start = () => {
    const process = new Worker(worker, { type: "module" });
    const answers = [];
    process.onmessage = ({ data }) => answers.shift()?.(data);
    process.onerror = () => answers.shift()?.({ unloaded: true });
    const ask = (message) => {
      process.postMessage(message);
      return new Promise((resolve) => answers.push(resolve));
    };
    return { process, ask, ready: ask({ micropython }) };
  };
  return async function run(code, name, points, further) {
    running ??= start();
    const { process, ask, ready } = running;
    if ((await ready).unloaded) {
      running = undefined;
      return { unloaded: true };
    }
    let stop;
    const late = new Promise((resolve) => (stop = setTimeout(() => resolve({ late: true }), SECONDS * 1000)));
    const answer = await Promise.race([ask({ code, name, points, further }), late]);
    clearTimeout(stop);
    if (answer.late) {
      process.terminate();
      running = undefined;
    }
    return answer;
  };
}

const inCode = (lines) => lines.filter((line) => line.trim()).pop()?.trim() ?? "";

/** What went wrong, in a sentence; nothing where there are numbers to judge. */
function complaint(answer, name, { length }) {
  if (answer.unloaded) return "Python could not be loaded. Is this page offline? The box above takes a formula.";
  if (answer.late) return `Stopped after ${SECONDS} seconds: is there a loop without an end?`;
  if (answer.missing) return `There is no function ${name}: begin with def ${name}(…).`;
  if (answer.error) {
    const line = /line (\d+)/.exec(answer.error)?.[1];
    return `Python says: ${inCode(answer.error.split("\n"))}${line ? ` (line ${line})` : ""}`;
  }
  if (answer.values.includes(null)) return "Your function returns nothing: is a return missing?";
  const numbers = answer.values.filter((value) => typeof value === "number");
  if (numbers.length < length) return "Your function returns something that is no number.";
  if (!numbers.every(Number.isFinite)) return "Your function returns no finite number at some of the task's points.";
  return "";
}

/**
 * Fill a fold with the field.
 * @param {HTMLElement} fold
 * @param {{name: string, names: string[], points: number[][], further: number[][], addresses: {worker: string, micropython: string},
 *   judge: (values: number[], others: (number | null)[]) => string}} task
 */
export function openPython(fold, { name, names, points, further, addresses, judge }) {
  const run = makeRunner(addresses);
  const id = `python-${name}`;
  const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: `The function ${name}, in Python` });
  const field = Object.assign(document.createElement("textarea"), {
    id, rows: 6, spellcheck: false, autocapitalize: "off", value: `def ${name}(${names.join(", ")}):\n    return ...\n`,
  });
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Run and check" });
  const said = Object.assign(document.createElement("p"), { className: "answer-said" });
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = "Running…";
    const answer = await run(field.value, name, points, further);
    said.textContent = complaint(answer, name, points) || judge(answer.values, answer.others);
    button.disabled = false;
  });
  const line = document.createElement("div");
  line.className = "answer-line";
  line.append(button);
  fold.append(label, field, line, said);
}
