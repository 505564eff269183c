// What a reader is told before a figure is trusted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromText } from "../../../book/_desk/exact.js";
import { monthsSince, warningsFor } from "../../../book/_desk/warnings.js";

const TODAY = new Date("2026-11-26");
const ROW = { venue: "Bybit", as_of: "2026-09-18", until: null, inferred: [], initial_margin_price: "entry" };
const SEEN = { "2026-09-18": "2026-09-18", "2025-09-18": "2025-09-18", 2022: "2022", "undated copy": null };
const about = { today: TODAY, months: 12, seen: SEEN, values: {} };

test("the age of a copy is counted from the day, month or year that it was last seen", () => {
  assert.equal(monthsSince("2026-09-18", TODAY), 2);
  assert.equal(monthsSince("2026-09-27", TODAY), 1, "the month is not full yet");
  assert.equal(monthsSince("2024-11", TODAY), 24);
  assert.equal(monthsSince("2021", TODAY), 70);
  assert.equal(monthsSince(null, TODAY), undefined);
});

test("a fresh rule that is stated in words needs no warning", () => {
  assert.deepEqual(warningsFor(ROW, about), []);
});

test("an old rule, one without a date, and one that has ended are warned of, each by itself", () => {
  assert.match(warningsFor({ ...ROW, as_of: "2025-09-18" }, about)[0], /2025-09-18: more than 12 months ago/);
  assert.match(warningsFor({ ...ROW, as_of: "undated copy" }, about)[0], /has no date/);
  const ended = warningsFor({ ...ROW, as_of: "2022", until: "2025-09-01" }, about);
  assert.deepEqual(ended.length, 1);
  assert.match(ended[0], /held until 2025-09-01/);
});

test("a last price beyond the liquidation price is told from a mark", () => {
  const long = { side: fromText("1"), last_price: fromText("45000") };
  const short = { side: fromText("-1"), last_price: fromText("45000") };
  const at = (values, liquidation) => warningsFor(ROW, { ...about, values, liquidation: fromText(liquidation) }).length;
  assert.equal(at(long, "45600"), 1);
  assert.equal(at(long, "44000"), 0);
  assert.equal(at(short, "44000"), 1);
  assert.equal(at(short, "45600"), 0);
});

test("other positions, inferred fields, a venue that goes by the last price, and the cap of a tier", () => {
  assert.match(warningsFor(ROW, { ...about, values: { others: true } })[0], /cross margin/);
  assert.match(warningsFor({ ...ROW, inferred: ["fee_reserve"] }, about)[0], /samples show it: fee reserve/);
  assert.match(warningsFor({ ...ROW, initial_margin_price: "last" }, about)[0], /goes by the last price/);
  const tier = { cap: fromText("300"), unit: "BTC", size: fromText("301") };
  assert.match(warningsFor(ROW, { ...about, tier })[0], /above the venue's last known tier, 300 BTC/);
  assert.deepEqual(warningsFor(ROW, { ...about, tier: { ...tier, size: fromText("300") } }), []);
});
