import assert from "node:assert/strict";
import { test } from "node:test";
import { ageInWords, isOld } from "../../book/_answers/ages.js";

const today = new Date(2026, 10, 26);

// The same cases as those of the package's `age_in_words`, in tests/unit/test_facts.py.
test("an age counts from the day on which the fact was last seen", () => {
  const cases = {
    "2026-11-26": "less than a month ago",
    "2026-10-27": "less than a month ago",
    "2026-10-26": "1 month ago",
    "2026-05-29": "5 months ago",
    "2024-12-26": "23 months ago",
    "2024-11-26": "2 years ago",
    "2023-12-07": "2 years ago",
    "2023": "3 years ago",
    "": "age unknown",
  };
  for (const [seen, words] of Object.entries(cases)) assert.equal(ageInWords(seen, today), words, seen);
});

test("a fact is old a year after it was seen, and an undated one is neither old nor new", () => {
  assert.equal(isOld("2025-11-27", today), false);
  assert.equal(isOld("2025-11-26", today), true);
  assert.equal(isOld("2025-12", today), false);
  assert.equal(isOld("2025", today), true);
  assert.equal(isOld("", today), false);
});
