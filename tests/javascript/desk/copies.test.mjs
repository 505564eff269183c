// A call in Python, and a table for a spreadsheet.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, csvNumber, pythonCalls, pythonValue } from "../../../book/_desk/copies.js";
import { fromText } from "../../../book/_desk/exact.js";

test("nothing of a number is lost in Python", () => {
  assert.equal(pythonValue(fromText("10000")), "10000");
  assert.equal(pythonValue(fromText("0.00055")), 'Decimal("0.00055")');
  assert.equal(pythonValue(fromText("1/3")), "Fraction(1, 3)");
  assert.equal(pythonValue(fromText("-1")), "-1");
  assert.equal(pythonValue("2025-09-01"), '"2025-09-01"');
  assert.equal(pythonValue(true), "True");
  assert.equal(pythonValue(null), "None");
});

test("a text cannot leave its quotation marks", () => {
  assert.equal(pythonValue('") or exit("'), '"\\") or exit(\\""');
});

test("a call imports what it uses", () => {
  const text = pythonCalls([{ call: "venues.liquidation_price", given: [["", "Bybit"], ["side", fromText("1")], ["fee_rate", fromText("0.0005")]] }]);
  assert.equal(text, 'from decimal import Decimal\nfrom inversefutures import venues\n\nprint(venues.liquidation_price(\n    "Bybit", side=1, fee_rate=Decimal("0.0005"),\n))\n');
});

test("a table has a cell for each figure, and no cell is a formula of the spreadsheet", () => {
  assert.equal(csv([["a", 'says "yes", so'], ["=1+1", "-5"], ["@x", "-x"]]), 'a,"says ""yes"", so"\r\n\'=1+1,-5\r\n\'@x,\'-x\r\n');
});

test("a number in a table ends, and has its point", () => {
  assert.equal(csvNumber(fromText("0.02")), "0.02");
  assert.equal(csvNumber(fromText("500000/11")), "45454.54545454545454545454545");
  assert.equal(csvNumber(fromText("-1/3")), "-0.333333333333333333333333333" + "3");
});
