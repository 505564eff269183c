// Runs a reader's function at the points of a task. It can compute, and reach nothing else.
let python;
let printed = [];

async function load(address) {
  const { loadMicroPython } = await import(address);
  const loaded = await loadMicroPython({ stdout: (line) => printed.push(line), stderr: (line) => printed.push(line), linebuffer: true });
  for (const way of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "indexedDB", "caches"]) {
    Object.defineProperty(globalThis, way, { value: undefined });
  }
  return loaded;
}

function plain(value) {
  if (value === undefined || value === null) return null;
  return typeof value === "bigint" || typeof value === "boolean" ? Number(value) : value;
}

/** A value at a point where a function may fail: what is judged is judged elsewhere. */
function valueOrNone(made, point) {
  try {
    const value = plain(made(...point));
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}

function compute({ code, name, points, further }) {
  python.runPython(`globals().pop(${JSON.stringify(name)}, None)`);
  python.runPython(code);
  const made = python.globals.get(name);
  if (typeof made !== "function") return { missing: true };
  const values = points.map((point) => plain(made(...point))).map((value) => (typeof value === "object" && value ? "?" : value));
  return { values, others: further.map((point) => valueOrNone(made, point)) };
}

addEventListener("message", async ({ data }) => {
  try {
    if (data.micropython) {
      python = await load(data.micropython);
      postMessage({ ready: true });
      return;
    }
    postMessage(compute(data));
  } catch (problem) {
    postMessage(python ? { error: String(problem.message ?? problem) } : { unloaded: true });
  }
});
