// What is typed into a field of the desk, and what is read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Unreadable } from "../../../book/_answers/formula.js";
import { readAs, readDate, readNumber, typed } from "../../../book/_desk/fields.js";
import { grouped, rounded, shown, written } from "../../../book/_desk/exact.js";

const read = (text, kind = "number") => written(readNumber(text, kind));

test("a number is read as it is written, exactly", () => {
  assert.equal(read("25,000"), "25000");
  assert.equal(read("25,000.50 USD"), "25000.5");
  assert.equal(read("0.02 BTC"), "0.02");
  assert.equal(read("1e-8"), "0.00000001");
  assert.equal(read("1/3"), "1/3");
  assert.equal(read("3*(1/4 - 1/5)"), "0.15");
  assert.equal(read("−5"), "-5");
  assert.equal(read("0.1+0.2"), "0.3", "no floating point");
  assert.equal(read("12345678901234567890.000000001"), "12345678901234567890.000000001");
});

test("a rate is a fraction, or percent, or basis points", () => {
  for (const text of ["5 %", "5%", "0.05", "500 bp", "500bps", "1/20"]) assert.equal(read(text, "rate"), "0.05", text);
  assert.equal(read("-0.025 %", "rate"), "-0.00025");
  assert.equal(readAs(readNumber("5 %", "rate"), "rate", "5 %"), "0.05, which is 5 %");
  assert.equal(readAs(readNumber("5", "rate"), "rate", "5"), "5, which is 500 %", "what was meant otherwise is seen");
});

test("percent means nothing where no rate is asked for", () => {
  assert.throws(() => read("5 %"), /this is no rate/);
  assert.throws(() => read("10 %", "leverage"), /this is no rate/);
});

test("a leverage may have its x", () => {
  for (const text of ["10", "10x", "10 x", "10×"]) assert.equal(read(text, "leverage"), "10", text);
});

test("what is no number is said so, and nothing of it runs", () => {
  for (const text of ["abc", "S", "1/0", "sqrt(2)", "constructor", "__proto__", "2^999", "1e999", "5 5", "1,00", "alert(1)", "(", "1 if 2 else 3", "1<2", "9".repeat(600)]) {
    assert.throws(() => read(text), Unreadable, text);
  }
});

test("how a number was read is said where that is not plain", () => {
  const said = (text) => readAs(readNumber(text, "number"), "number", text);
  assert.equal(said("25,000"), "");
  assert.equal(said("1e3"), "1,000");
  assert.equal(said("1/3"), "0.333333333333…");
});

test("a number can be typed back into its field", () => {
  for (const [text, kind] of [["25,000", "number"], ["5 %", "rate"], ["1/3", "number"], ["0.02", "number"], ["0", "rate"]]) {
    assert.equal(typed(readNumber(text, kind), kind), text);
  }
});

test("a day, or a moment, or nothing", () => {
  assert.equal(readDate(""), null);
  assert.equal(readDate(" 2025-09-01 "), "2025-09-01");
  assert.equal(readDate("2018-08-27 08:15:00Z"), "2018-08-27T08:15:00Z");
  for (const text of ["today", "1.9.2025", "2025-13-01", "2025-9-1"]) assert.throws(() => readDate(text), Unreadable, text);
});

test("numbers are shown with all that is booked, and an ellipsis where there is more", () => {
  const at = (text) => readNumber(text, "number");
  assert.equal(shown(at("45454.6")), "45,454.6");
  assert.equal(shown(at("500000/11")), "45,454.5454545…");
  assert.equal(shown(at("-2/3"), 3), "−0.666…", "cut and not rounded, because digits follow");
  assert.equal(shown(at("0.019000000001"), 6), "0.0190000…", "zeros that other digits follow stay");
  assert.equal(shown(at("0.00000001")), "0.00000001");
  assert.equal(shown(at("0")), "0");
  assert.equal(rounded(at("2.5"), 0), "3");
  assert.equal(rounded(at("-0.4"), 0), "0", "no minus before nothing");
  assert.equal(grouped("-1234567.8900"), "−1,234,567.89");
});
