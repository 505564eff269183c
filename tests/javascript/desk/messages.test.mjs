// Which venue a pasted message is of, what it gives, and when a figure agrees.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromText, written } from "../../../book/_desk/exact.js";
import { compareFigures, readMessage } from "../../../book/_desk/messages.js";

const MESSAGES = {
  BitMEX: { symbol: "XBTUSD", currentQty: -500, posCost: 7435000, unrealisedCost: 7435000, posInit: 297400, posComm: 5800, posCross: 0, posMargin: 303200, initMarginReq: 0.04, maintMarginReq: 0.005, commission: 0.00075, markPrice: 6726.8, timestamp: "2018-08-27T08:15:00Z" },
  Bybit: { symbol: "BTCUSD", side: "Buy", size: 400, position_value: 0.019995, leverage: 2, entry_price: 20005.00125031, is_isolated: true },
  Deribit: { instrument_name: "BTC-PERPETUAL", direction: "buy", size: 40, size_currency: 0.000366076, average_price: 112585.87, mark_price: 109266.97, settlement_price: 109351.31 },
  "Binance COIN-M": { symbol: "BTCUSD_PERP", positionAmt: "-2", entryPrice: "50000", markPrice: "50100", leverage: "10", isolatedWallet: "0" },
  OKX: { instId: "BTC-USD-SWAP", pos: "3", posSide: "net", avgPx: "50000", markPx: "50100", mgnMode: "isolated", lever: "10", margin: "0.0006" },
  HTX: { symbol: "THETA", volume: 20, cost_open: 0.6048347107438017, cost_hold: 0.65931, last_price: 0.6372, lever_rate: 20, direction: "buy" },
  KuCoin: { symbol: "XBTUSDM", currentQty: -20, posCost: -0.00266375, posInit: 0.00266375, posComm: 0.00000392, posCross: 1.2e-7, markPrice: 7933.01, maintMarginReq: 0.005 },
  Phemex: { symbol: "BTCUSD", side: "Buy", size: 13, valueEv: 149694, positionMarginEv: 99924933, bankruptCommEv: 75056, markPrice: 8673.2335 },
};

test("each venue's message is known by its fields", () => {
  for (const [venue, message] of Object.entries(MESSAGES)) {
    const found = readMessage(JSON.stringify(message));
    assert.equal(found.shape?.venue, venue, found.problem);
  }
});

test("a message may stand in its envelope, beside closed positions", () => {
  const inside = { table: "position", data: [{ ...MESSAGES.BitMEX, currentQty: 0, posCost: 0 }, MESSAGES.BitMEX] };
  const found = readMessage(JSON.stringify(inside));
  assert.equal(found.message.currentQty, -500);
  assert.equal(found.more, 1);
});

test("the arguments have their units and lose their signs", () => {
  const given = (venue) => {
    const { message, shape } = readMessage(JSON.stringify(MESSAGES[venue]));
    return shape.calls(message)[0].given;
  };
  assert.equal(written(given("BitMEX").side), "-1");
  assert.equal(written(given("BitMEX").contracts), "500");
  assert.equal(given("BitMEX").as_of, "2018-08-27T08:15:00Z");
  assert.equal(written(given("KuCoin").entry_cost_satoshi), "266375");
  assert.equal(written(given("KuCoin").cross_margin_satoshi), "12");
  assert.equal(written(given("KuCoin").leverage), "1");
  assert.equal(written(given("Binance COIN-M").notional), "200");
  assert.equal(written(given("OKX").notional), "300");
  assert.equal(written(given("HTX").notional), "200", "a contract of another coin is 10 USD");
  assert.equal(written(given("Phemex").balance_satoshi), "99999989");
  assert.equal(given("Deribit").coin, "BTC");
});

test("what is no message is said so", () => {
  for (const text of ["{", "5", '"text"', "[]", '{"a": 1}', "null"]) assert.ok(readMessage(text).problem, text);
  assert.match(readMessage(JSON.stringify({ ...MESSAGES.BitMEX, currentQty: 0 })).problem, /closed/);
  assert.ok(readMessage('{"__proto__": {"posCost": 1}}').problem);
});

test("a figure agrees to the digits that the message has", () => {
  const agrees = (ours, theirs, how) => compareFigures(fromText(ours), theirs, how).agrees;
  assert.ok(agrees("6994.04", 6994));
  assert.ok(!agrees("6994.6", 6994));
  assert.ok(agrees("0.00036607", "0.0003661"));
  assert.ok(agrees("266375", -0.00266375, { unit: "coins", withoutSign: true }));
  assert.ok(!agrees("266376", -0.00266375, { unit: "coins", withoutSign: true }));
  assert.ok(agrees("0.5", 5000, { unit: "ten-thousandths" }));
  assert.ok(!agrees("1", 5000, { unit: "ten-thousandths" }));
  assert.ok(compareFigures(fromText("101"), 100).lastDigit);
  assert.ok(!compareFigures(fromText("102"), 100).lastDigit);
  assert.equal(compareFigures(fromText("1"), "none"), undefined);
});

test("a price that is never reached is told by the number that the venue has for it", () => {
  assert.ok(compareFigures(null, 100_000_000, { none: 100_000_000 }).agrees);
  assert.ok(!compareFigures(null, 16_666_666, { none: 100_000_000 }).agrees);
});
