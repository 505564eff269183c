// Exact numbers: what is parsed, added, rounded and written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { $decimal, $dec } from "../../../book/_engine/decimals.js";
import {
  $add,
  $ceiling,
  $div,
  $floor,
  $int,
  $mod,
  $mul,
  $oo,
  $pow,
  $q,
  $sub,
  compareNumbers,
  exactly,
  parseNumber,
  RuleError,
} from "../../../book/_engine/fractions.js";

const text = (x) => `${x}`;

test("a number is read as it is written, and stands for a fraction", () => {
  const read = (typed) => text(exactly(parseNumber(typed)));
  assert.equal(read("25,000.5"), "50001/2");
  assert.equal(read("1e-8"), "1/100000000");
  assert.equal(read("−0.25"), "-1/4");
  assert.equal(read(" 0.1 "), "1/10");
  assert.equal(read("1e30"), "1" + "0".repeat(30));
  assert.equal(read(".5"), "1/2");
  assert.equal(parseNumber("10,000"), 10_000n);
  for (const typed of ["", "abc", "1,00", "1.2.3", "0x10", "5 %", "1e99999", "--1", "."]) assert.equal(parseNumber(typed), null);
});

test("a number with a point is shown as Python shows a float", () => {
  const shown = (typed) => text(parseNumber(typed));
  assert.equal(shown("0.00001"), "1e-05");
  assert.equal(shown("1.50"), "1.5");
  assert.equal(shown("-2.0"), "-2.0");
  assert.equal(shown("1e16"), "1e+16");
  assert.equal(shown("123456.789"), "123456.789");
  assert.equal(shown("0.1234567890123456789"), "0.1234567890123456789", "more digits than a float has stay");
});

test("fractions are added, divided and compared without loss", () => {
  assert.equal(text($add($q(1n, 10n), $q(2n, 10n))), "3/10");
  assert.equal(text($sub($q(1n, 3n), 1n)), "-2/3");
  assert.equal(text($mul($q(2n, 3n), $q(3n, 2n))), "1");
  assert.equal(text($div(1n, $q(-3n))), "-1/3");
  assert.equal(text($pow($q(2n, 3n), -2n)), "9/4");
  assert.equal(compareNumbers($q(1n, 3n), $q(33333n, 100000n)), 1);
  assert.equal(compareNumbers($oo, 10n ** 30n), 1);
  assert.throws(() => $div($q(1n), $q(0n)), RuleError);
  assert.throws(() => $div(1n, 3n), TypeError, "Python would make a float of two ints");
});

test("rounding goes the way that Python's goes below nought", () => {
  assert.equal(text($floor($q(-7n, 2n))), "-4");
  assert.equal(text($ceiling($q(-7n, 2n))), "-3");
  assert.equal($int($q(-7n, 2n)), -3n);
  assert.equal($mod(-7n, 3n), 2n);
  assert.equal(text($mod($q(7n, 2n), 1n)), "1/2");
});

test("a decimal is exact where it ends, else has 28 digits, and is written as Python writes it", () => {
  const written = (p, q) => text($decimal($q(p, q)));
  assert.equal(written(1n, 8n), "0.125");
  assert.equal(written(100n, 1n), "100");
  assert.equal(written(2n, 3n), "0.6666666666666666666666666667");
  assert.equal(written(-1n, 10n ** 8n), "-1E-8");
  assert.equal(written(1n, 10n ** 6n), "0.000001");
  assert.equal(written(0n, 7n), "0");
  assert.equal(written(10n ** 30n, 1n), "1.000000000000000000000000000E+30");
  assert.equal(written(10n ** 28n * 2n - 1n, 2n), "1.000000000000000000000000000E+28");
  assert.equal(written(12345678901234567890123456785n, 1n), "1.234567890123456789012345678E+28", "a half to the even");
  assert.equal(written(12345678901234567890123456775n, 1n), "1.234567890123456789012345678E+28");
  assert.equal(written(99999999999999999999999999995n, 1n), "1.000000000000000000000000000E+29");
  assert.equal($dec("-1E-8").plain, "-0.00000001");
  assert.equal(text($dec("123.4500").fraction), "2469/20");
});
