// What the browser remembers of the answers, and what it does where it may remember nothing.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class Storage {
  setItem(name, value) { this[name] = String(value); }
  getItem(name) { return Object.hasOwn(this, name) ? this[name] : null; }
  removeItem(name) { delete this[name]; }
}
globalThis.Storage = Storage;
const { allEntries, asFile, entryOf, forget, forgetAll, isKept, keep, solvedOf, takeFile } = await import("../../../book/_answers/records.js");
const ENTRY = { answer: "N/S", correct: true, tries: 2, help: 1 };

beforeEach(() => {
  globalThis.localStorage = new Storage();
  forgetAll();
});

test("an answer is remembered", () => {
  keep("set.1", ENTRY);
  assert.deepEqual(entryOf("set.1"), ENTRY);
  assert.equal(entryOf("set.2"), undefined);
  assert.equal(solvedOf(["set.1", "set.2"]), 1);
  assert.ok(isKept());
});

test("bets, answers and reviews are kept side by side, and only as what they are", () => {
  const bet = { answer: "b", correct: false, tries: 1, help: 0, settled: true, step: 0, due: 20_000 };
  keep("set.bet-0", bet);
  keep("set.1", ENTRY);
  assert.deepEqual(allEntries(), [["set.bet-0", bet], ["set.1", ENTRY]]);
  keep("set.2", { ...ENTRY, settled: "yes", step: -1, due: "soon" });
  assert.deepEqual(entryOf("set.2"), { ...ENTRY, step: 0 });
});

test("some can be forgotten, and the others stay", () => {
  for (const name of ["set.1", "set.2", "set.3"]) keep(name, ENTRY);
  forget(["set.1", "set.3", "set.4"]);
  assert.deepEqual(allEntries(), [["set.2", ENTRY]]);
});

test("records go through a file and come back", () => {
  keep("set.1", ENTRY);
  localStorage.setItem("inverse-futures-finished", '["lessons/a"]');
  localStorage.setItem("theme", "dark");
  const file = asFile();
  assert.doesNotMatch(file, /theme/);
  forgetAll();
  assert.equal(entryOf("set.1"), undefined);
  assert.equal(localStorage.getItem("theme"), "dark");
  assert.ok(takeFile(file));
  assert.deepEqual(entryOf("set.1"), ENTRY);
  assert.equal(localStorage.getItem("inverse-futures-finished"), '["lessons/a"]');
});

test("what is not such a file is refused", () => {
  for (const text of ["", "{", "7", "null", "[]", '{"course": "another", "records": {"answers": "{}"}}',
    '{"course": "inverse-futures"}', '{"course": "inverse-futures", "records": null}',
    '{"course": "inverse-futures", "records": {"../theme": "dark"}}',
    '{"course": "inverse-futures", "records": {"answers": 7}}', "x".repeat(2e6)]) {
    assert.equal(takeFile(text), false, text.slice(0, 60));
  }
  assert.deepEqual(Object.keys(localStorage), []);
});

test("what another script has written does no harm", () => {
  for (const kept of ["{", "7", "null", "[1]", '{"set.1": 7}', '{"set.1": {"answer": 5}}', '{"__proto__": {"answer": "x"}}']) {
    localStorage.setItem("inverse-futures-answers", kept);
    assert.equal(entryOf("set.1"), undefined, kept);
    assert.equal(entryOf("toString"), undefined, kept);
  }
  localStorage.setItem("inverse-futures-answers", '{"set.1": {"answer": "N", "correct": "yes", "tries": -3}}');
  assert.deepEqual(entryOf("set.1"), { answer: "N", correct: false, tries: 0, help: 0 });
});

for (const [way, storage] of Object.entries({
  denied: { get() { throw new Error("denied"); }, configurable: true },
  full: { value: Object.assign(new Storage(), { setItem() { throw new Error("full"); } }), configurable: true, writable: true },
  "a stand-in": { value: { setItem() {}, getItem: () => null, removeItem() {} }, configurable: true, writable: true },
})) {
  test(`where storage is ${way}, the visit alone remembers`, async () => {
    Object.defineProperty(globalThis, "localStorage", storage);
    const { entryOf, forgetAll, isKept, keep } = await import(`../../../book/_answers/records.js?${way}`);
    assert.equal(isKept(), false);
    keep("set.1", ENTRY);
    assert.deepEqual(entryOf("set.1"), ENTRY);
    forgetAll();
    assert.equal(entryOf("set.1"), undefined);
    Object.defineProperty(globalThis, "localStorage", { value: new Storage(), configurable: true, writable: true });
  });
}
