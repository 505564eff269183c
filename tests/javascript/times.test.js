import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTimes, timeTicks } from "../../inversefutures/widgets/js/times.js";

const seconds = (text) => Date.parse(`${text}Z`) / 1000;
const texts = (low, high, count) => timeTicks({ low: seconds(low), high: seconds(high) }, count).map((tick) => tick.text);

test("ticks are round hours, days, months or years", () => {
  assert.deepEqual(texts("2020-03-12T00:00", "2020-03-13T00:00", 4), ["12 Mar", "06:00", "12:00", "18:00", "13 Mar"]);
  assert.deepEqual(texts("2020-03-12T10:40", "2020-03-12T11:10", 6), ["10:40", "10:45", "10:50", "10:55", "11:00", "11:05", "11:10"]);
  assert.deepEqual(texts("2023-11-15T00:00", "2024-04-10T00:00", 5), ["Dec", "2024", "Feb", "Mar", "Apr"]);
  assert.deepEqual(texts("2011-06-01T00:00", "2020-06-01T00:00", 5), ["2012", "2014", "2016", "2018", "2020"]);
});

test("a moment is said in full, within a sentence, and short", () => {
  const hours = makeTimes({ dates: true, start: seconds("2020-03-12T00:00"), interval: 300 }, 3);
  assert.equal(hours.words(1), "12 March 2020, 00:05 UTC");
  assert.equal(hours.short(1), "12 Mar 00:05");
  assert.equal(hours.label, "Time in UTC, 2020");
  const days = makeTimes({ dates: true, at: [seconds("2019-12-31T00:00"), seconds("2020-01-02T00:00")] }, 2);
  assert.equal(days.words(0), "31 December 2019");
  assert.equal(days.short(1), "2 Jan 2020");
  assert.equal(days.label, "Time in UTC, 2019–2020");
  const counted = makeTimes({ dates: false, start: 0, interval: 1, unit: "minutes" }, 180);
  assert.equal(counted.words(60), "60 minutes");
  assert.equal(counted.said(60), "60 minutes");
  assert.equal(counted.short(60), "60");
});
