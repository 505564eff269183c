import assert from "node:assert/strict";
import { test } from "node:test";
import { heldBy, makeAxis, makeScale, nearest, roundRange, ticks } from "../../inversefutures/widgets/js/scales.js";

const texts = (low, high, scale, count, factor) => ticks(makeAxis(low, high, scale), count, factor).map((tick) => tick.text);
const slider = (minimum, maximum, step = null, scale = "linear") => ({ minimum, maximum, step, scale });

test("an axis leads there and back", () => {
  for (const [low, high, scale] of [[2_000, 30_000, "linear"], [-1, 1, "linear"], [0.01, 300, "log"]]) {
    const axis = makeAxis(low, high, scale);
    assert.equal(axis.to(low), 0);
    assert.ok(Math.abs(axis.to(high) - 1) < 1e-15);
    for (const part of [0, 0.1, 0.5, 1]) assert.ok(Math.abs(axis.to(axis.from(part)) - part) < 1e-12);
  }
});

test("ticks are round and lie within the axis", () => {
  assert.deepEqual(texts(0, 100_000, "linear", 5), ["0", "20,000", "40,000", "60,000", "80,000", "100,000"]);
  assert.deepEqual(texts(-0.2, 1.2, "linear", 5), ["0.0", "0.5", "1.0"]);
  assert.deepEqual(texts(50, 10_000, "log", 8), ["50", "100", "200", "500", "1,000", "2,000", "5,000", "10,000"]);
  assert.deepEqual(texts(1e-3, 1e12, "log", 5), ["0.001", "1", "1,000", "1,000,000", "1,000,000,000", "1,000,000,000,000"]);
});

test("an axis in percent has round percents at the values of the shares", () => {
  const marks = ticks(makeAxis(-0.002, 0.002, "linear"), 4, 100);
  assert.deepEqual(marks.map((tick) => tick.text), ["−0.2", "−0.1", "0.0", "0.1", "0.2"]);
  assert.deepEqual(marks.map((tick) => tick.value), [-0.002, -0.001, 0, 0.001, 0.002]);
});

test("a range is rounded outwards, and never empty", () => {
  assert.deepEqual(roundRange(0, 93, false), [0, 100]);
  assert.deepEqual(roundRange(-7.3, 2.2, false), [-8, 4]);
  assert.deepEqual(roundRange(3, 3, false), [2.7, 3.3]);
  assert.deepEqual(roundRange(0, 0, false), [-1, 1]);
  assert.deepEqual(roundRange(Infinity, -Infinity, false), [1, 10]);
  assert.deepEqual(roundRange(5, 5, true), [2.5, 10]);
});

test("each position of a slider is a value within its range, and leads back", () => {
  for (const spec of [
    slider(2_000, 30_000, 100), slider(0.8, 5, 0.1), slider(0, 1), slider(2_000, 30_000, 70),
    slider(20_000_000, 1_000_000_000, null, "log"), slider(50, 10_000, null, "log"), slider(1, 10, 0.5, "log"),
  ]) {
    const scale = makeScale(spec);
    let before = -Infinity;
    for (let position = 0; position <= scale.last; position++) {
      const value = scale.value(position);
      assert.ok(value >= spec.minimum && value <= spec.maximum && value >= before);
      before = value;
      if (spec.scale === "linear") assert.equal(scale.position(value), position);
      else if (!spec.step) assert.ok(Math.abs(scale.position(value) - position) <= 1);
    }
    assert.equal(scale.value(0), spec.minimum);
    assert.equal(scale.value(scale.last), spec.maximum);
    assert.equal(scale.clamp(spec.maximum + 1), spec.maximum);
  }
  assert.equal(makeScale(slider(0, 1, 0.1)).value(3), 0.3);
});

test("a place in a growing list", () => {
  const list = [1, 2, 4, 8];
  assert.deepEqual([0, 1, 1.4, 1.5, 3.1, 7, 99].map((value) => nearest(list, value)), [0, 0, 0, 0, 2, 3, 3]);
  assert.deepEqual([0, 1, 1.9, 2, 7.9, 99].map((value) => heldBy(list, value)), [0, 0, 0, 1, 2, 3]);
  assert.equal(nearest([5], 7), 0);
});
