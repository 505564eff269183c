import assert from "node:assert/strict";
import { test } from "node:test";
import { parseState, writeState } from "../../inversefutures/widgets/js/address.js";

const leverage = { kind: "slider", name: "leverage", minimum: 1, maximum: 50, default: 5 };
const side = { kind: "choice", name: "side", options: [["long", 1], ["short", -1]], default: 1 };
const row = { kind: "slider", name: "row", minimum: 0, maximum: 575, default: 128 };
const CONTROLS = [[leverage, side], [leverage, row]];
const parsed = (hash) => parseState(hash, CONTROLS).map((state) => ({ ...state }));

test("a state is written short, and read back whole", () => {
  const states = [{ leverage: 3, side: -1 }, { leverage: 5, row: 0 }];
  const hash = writeState(states, CONTROLS);
  assert.equal(hash, "#w1=leverage:3,side:-1&w2=row:0");
  assert.deepEqual(parsed(hash), [{ leverage: 3, side: -1 }, { row: 0 }]);
  assert.equal(writeState([{ leverage: 5, side: 1 }, {}], CONTROLS), "");
});

test("small and long numbers survive", () => {
  const tiny = [[{ ...leverage, minimum: 0, maximum: 1, default: 1 }]];
  for (const value of [0.1, 1e-7, 2.5e-10, 1 / 3, 0.30000000000000004]) {
    const back = parseState(writeState([{ leverage: value }], tiny), tiny)[0].leverage;
    assert.ok(back === value || Math.abs(back - value) < 1e-15, `${value} came back as ${back}`);
  }
});

test("whatever is not a state is passed over", () => {
  for (const hash of [
    "", "#", "#section", "#w1", "#w1=", "#w1=leverage", "#w1=leverage:", "#w1=leverage:x", "#w1=leverage:3:4", "#w1=leverage:99",
    "#w1=leverage:-1", "#w1=leverage:NaN", "#w1=leverage:Infinity", "#w1=leverage:0x10", "#w1=leverage:1e999", "#w1=side:0",
    "#w1=size:3", "#w0=leverage:3", "#w3=leverage:3", "#w999=leverage:3", "#w9999=leverage:3", "#w1=__proto__:1", "#w1=constructor:1",
    "#w1=toString:1", "#w-1=leverage:3", "#w1=leverage:3px", "#w1=%6Ceverage:3", `#w1=leverage:${"9".repeat(5_000)}`,
    "#w1=<script>:1", "#w1=leverage: 3",
  ]) assert.deepEqual(parsed(hash), [{}, {}], hash);
  assert.equal({}.leverage, undefined, "no name has reached a prototype");
});

test("one bad item does not spoil the others", () => {
  assert.deepEqual(parsed("#w1=leverage:99,side:-1&nonsense&w2=leverage:7,row:9999"), [{ side: -1 }, { leverage: 7 }]);
  assert.deepEqual(parsed("#w1=leverage:3&w1=side:-1"), [{ leverage: 3, side: -1 }, {}]);
});
