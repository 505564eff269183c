import assert from "node:assert/strict";
import { test } from "node:test";
import { exact, fixed, format, lower, niceStep, sentence, speaker, tidy } from "../../inversefutures/widgets/js/numbers.js";

test("a number keeps its significant digits and its whole part", () => {
  const cases = [
    [0, 5, "0"], [1234.5678, 4, "1,235"], [1234567.8, 4, "1,234,568"], [0.000123456, 4, "0.0001235"], [-0.5, 4, "−0.5"],
    [0.1 + 0.2, 5, "0.3"], [10, 4, "10"], [100.04, 4, "100"], [1e-7, 4, "1 × 10⁻⁷"], [-2.5e15, 4, "−2.5 × 10¹⁵"],
    [999.96, 4, "1,000"],
  ];
  for (const [value, digits, text] of cases) assert.equal(format(value, digits), text);
});

test("what the reader set is not rounded, and arithmetic leaves no dust", () => {
  assert.equal(exact(12345.5), "12,345.5");
  assert.equal(tidy(0.07 * 100), 7);
  assert.equal(fixed(-0.0001, 2), "0.00");
});

test("a number is written and rounded as Intl does it", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  assert.equal(fixed(1.005, 2), "1.01");
  for (let i = 0; i < 20000; i++) {
    const decimals = i % 7;
    const written = Math.round(random() * 10 ** (1 + (i % 9))) / 10 ** (i % 5); // ties among them
    const value = (i % 2 ? 1 : -1) * (i % 3 ? written : random() * 1e6);
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    const text = new Intl.NumberFormat("en-US", { ...digits, signDisplay: "negative" }).format(value);
    assert.equal(fixed(value, decimals), text.replace("-", "−"), `${value}, ${decimals} decimals`);
  }
});

test("a step is 1, 2 or 5 times a power of ten, and not below what is asked", () => {
  for (const size of [0.0003, 0.02, 0.9, 1, 3, 7, 49, 50, 51, 12345]) {
    const step = niceStep(size);
    assert.ok(step >= size * (1 - 1e-9) && step < size * 2.6, `${size}: ${step}`);
    assert.match(step.toExponential(), /^[125]e/);
  }
});

test("a share is said in percent, and a missing number in the author's words", () => {
  const say = speaker({ unit: "%", factor: 100, none: "none: never liquidated" });
  assert.equal(say(0.07), "7 %");
  assert.equal(say(0.07, 5, true), "7");
  for (const nothing of [NaN, Infinity, -Infinity]) assert.equal(say(nothing), "none: never liquidated");
  assert.equal(speaker({ unit: "USD" })(NaN), "none here");
  assert.equal(speaker({})(3), "3");
});

test("no number is ever said as undefined", () => {
  for (const value of [NaN, Infinity, -Infinity]) assert.equal(format(value), "none");
});

test("labels become parts of sentences", () => {
  assert.equal(lower("Entry price"), "entry price");
  assert.equal(lower("BTC balance"), "BTC balance");
  assert.equal(sentence("no liquidation"), "No liquidation.");
  assert.equal(sentence(""), "");
});
