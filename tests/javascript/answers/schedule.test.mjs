// When what was missed comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, isDue, missed, reviewed, STEPS } from "../../../book/_answers/schedule.js";

const ENTRY = { answer: "B", correct: false, tries: 1, help: 0 };

test("what is missed comes back after the first step, and a second miss does not move it", () => {
  const entry = missed(ENTRY, 100);
  assert.deepEqual(entry, { ...ENTRY, step: 0, due: 105 });
  assert.deepEqual(missed(entry, 103), entry);
  assert.ok(!isDue(entry, 104));
  assert.ok(isDue(entry, 105));
  assert.ok(isDue(entry, 400), "what was not asked for waits");
  assert.ok(!isDue(ENTRY, 400));
});

test("each right answer makes the step longer, after the last it stays away", () => {
  let entry = missed(ENTRY, 0);
  const days = [entry.due];
  while (entry.due !== undefined) {
    entry = reviewed(entry, true, entry.due);
    if (entry.due !== undefined) days.push(entry.due);
  }
  assert.deepEqual(days, [5, 19, 49, 119]);
  assert.equal(entry.step, STEPS.length);
  assert.deepEqual(missed(entry, 300).due, 305, "missed again, it begins anew");
});

test("a wrong answer goes back to the first step", () => {
  const entry = reviewed(reviewed(missed(ENTRY, 0), true, 5), false, 30);
  assert.deepEqual([entry.step, entry.due], [0, 35]);
});

test("a day is the reader's own", () => {
  assert.equal(dayOf(new Date(2026, 0, 2, 23, 59)) - dayOf(new Date(2026, 0, 1, 0, 1)), 1);
  assert.equal(dayOf(new Date(2026, 2, 30)) - dayOf(new Date(2026, 2, 29)), 1, "with a change of the clock between");
});
