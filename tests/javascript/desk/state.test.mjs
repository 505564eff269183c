// What stands in the fields, as a part of the address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromAddress, toAddress } from "../../../book/_desk/state.js";

const FIELDS = [
  { name: "venue", default: "Bybit" }, { name: "as_of", default: "" }, { name: "notional", default: "10,000" },
  { name: "fee_rate", default: "0.055 %" }, { name: "fills", default: "" },
];
const plain = (found) => ({ ...found });

test("a state is written short, and read back whole", () => {
  const state = { venue: "Binance COIN-M", as_of: "2018-08-27T08:15:00Z", notional: "25,000", fee_rate: "5 %", fills: "buy 1 at 2\nsell 1/3 at 4 & more=1#" };
  const hash = toAddress(state, FIELDS);
  assert.ok(hash.startsWith("#venue=Binance+COIN-M&as_of=2018-08-27T08:15:00Z&notional=25,000&fee_rate=5+%25&fills="), hash);
  assert.deepEqual(plain(fromAddress(hash, FIELDS)), state);
});

test("what stands at its default is left out", () => {
  assert.equal(toAddress({ venue: "Bybit", notional: "10,000" }, FIELDS), "");
  assert.equal(toAddress({ notional: "" }, FIELDS), "#notional=", "emptied is not the default");
});

test("whatever is not a state is passed over", () => {
  for (const hash of ["", "#", "#heading", "#=5", "#size=3", "#__proto__=1", "#constructor=1", "#notional", "#notional=%E0%A4%A", `#notional=${"9".repeat(20_000)}`]) {
    assert.deepEqual(plain(fromAddress(hash, FIELDS)), {}, hash.slice(0, 40));
  }
  assert.deepEqual(plain(fromAddress("#nonsense&notional=5&notional=6", FIELDS)), { notional: "6" });
  assert.equal({}.notional, undefined, "no name has reached a prototype");
});
