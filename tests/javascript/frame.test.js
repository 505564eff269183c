import assert from "node:assert/strict";
import { test } from "node:test";
import { chartHeight } from "../../inversefutures/widgets/js/frame.js";
import { longest } from "../../inversefutures/widgets/js/inputs.js";
import { flatControls } from "../../inversefutures/widgets/js/legs.js";
import { stretchesOf, trace } from "../../inversefutures/widgets/js/look.js";
import { makeScale } from "../../inversefutures/widgets/js/scales.js";

test("charts share what is left of the screen", () => {
  assert.equal(chartHeight(3, 330, true), 110);
  assert.equal(chartHeight(1, 500, true), 320, "not larger than is useful");
  assert.equal(chartHeight(3, 90, false), 60, "and not so small that nothing is seen");
});

test("a field has room for the longest number of its slider", () => {
  const same = (value) => value;
  assert.equal(longest(makeScale({ minimum: 2e7, maximum: 1e9, scale: "log" }), same), 10);
  assert.equal(longest(makeScale({ minimum: 0, maximum: 1, step: 0.05, scale: "linear" }), same), 4);
  assert.equal(longest(makeScale({ minimum: -0.002, maximum: 0.002, step: 0.00005, scale: "linear" }), same), 8);
});

test("a list of legs is one control for each value", () => {
  const [present, strike, size] = ["leg1", "leg1_strike", "size"].map((name) => ({ kind: "slider", name }));
  const names = flatControls([{ kind: "legs", legs: [{ present, controls: [strike] }] }, size]).map((each) => each.name);
  assert.deepEqual(names, ["leg1", "leg1_strike", "size"]);
});

const view = { top: 0, bottom: 100, height: 100, left: 0, right: 100, px: (x) => x, py: (y) => 100 - y };

test("a path has gaps where there is no number, and at a pole", () => {
  const columns = ["0 ", "1 ", "2 ", "3 "];
  assert.equal(trace([1, NaN, 3, 4], columns, null, view), "M0 99M2 97L3 96");
  assert.equal(trace([50, 1e9, -1e9, 50], columns, null, view), "M0 50L1 -100M2 200L3 50");
  assert.equal(trace([1, 2, 2, 5], columns, null, view, true), "M0 99H1 V98H2 V98H3 V95");
  assert.equal(trace([Infinity, 1], columns, null, view), "M1 99");
});

test("a path of many rows keeps the lowest and the highest of each column", () => {
  const xs = Array.from({ length: 1_000 }, (_, i) => i / 10);
  const values = xs.map((_, i) => (i === 555 ? 90 : i % 7));
  const path = trace(values, xs.map((x) => `${Math.floor(x)} `), stretchesOf(xs, view), view);
  assert.ok(path.includes("55 10"), "the one high row is drawn");
  assert.ok(path.split("L").length <= 200);
  assert.equal(stretchesOf(xs.slice(0, 100), view), null);
});
