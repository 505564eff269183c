// A position's message as a venue sends it: which venue's it is, what it gives, and which of its figures can be
// worked out. The names are the venues' own. Pure.
import { fromText, SATOSHIS, written } from "./exact.js";
import { $abs, $add, $div, $mul, $q, $sub } from "../_engine/fractions.js";

/** A number of a message, from a number or from a text that is one. */
function numberIn(value) {
  if (typeof value === "number" ? !Number.isFinite(value) : typeof value !== "string" || !value.trim()) return undefined;
  try {
    return fromText(String(value));
  } catch {
    return undefined;
  }
}
export const unsigned = (value) => value && $abs(value);
const signOf = (value) => (value?.p ? $q(value.p > 0n ? 1n : -1n) : undefined);
const isWhole = (value) => value && value.q === 1n;
const inSatoshi = (value) => value && $mul(value, SATOSHIS);
const bySide = (word) => (/^(buy|long)$/i.test(word) ? $q(1n) : /^(sell|short)$/i.test(word) ? $q(-1n) : undefined);
const DOLLARS = (symbol) => $q(/^(BTC|XBT)/i.test(symbol) ? 100n : 10n);

/**
 * @typedef {object} Shape
 * @property {string} venue
 * @property {(m: object) => boolean} fits
 * @property {(m: object) => {function: string, given: Record<string, any>}[]} calls what the package's functions take of it
 * @property {[string, string, string?][]} fields of the message, the field of the answer, and what the message counts in
 *   where that differs: "coins" where the answer is in satoshis, or "ten-thousandths"; a name is looked for without its sign
 */

/** @type {Shape[]} */
export const SHAPES = [
  {
    venue: "BitMEX",
    fits: (m) => "posCost" in m && "initMarginReq" in m && "currentQty" in m && "posComm" in m && isWhole(numberIn(m.posCost)),
    calls: (m) => [{
      function: "bitmex.position_payload",
      given: {
        side: signOf(numberIn(m.currentQty)),
        contracts: unsigned(numberIn(m.currentQty)),
        entry_cost_satoshi: unsigned(numberIn(m.posCost)),
        unrealised_cost_satoshi: unsigned(numberIn(m.unrealisedCost)),
        mark_price: numberIn(m.markPrice),
        initial_margin_rate: numberIn(m.initMarginReq),
        maintenance_margin_rate: numberIn(m.maintMarginReq),
        taker_fee_rate: numberIn(m.commission),
        cross_margin_satoshi: unsigned(numberIn(m.posCross)),
        loss_satoshi: unsigned(numberIn(m.posLoss)),
        as_of: m.timestamp ?? m.currentTimestamp,
      },
      fields: [
        ["posCost", "entry_cost_satoshi"], ["avgCostPrice", "average_cost_price"], ["unrealisedCost", "unrealised_cost_satoshi"],
        ["markValue", "mark_value_satoshi"], ["unrealisedPnl", "unrealised_profit_and_loss_satoshi"], ["posInit", "initial_margin_satoshi"],
        ["posComm", "closing_fee_reserve_satoshi"], ["posMargin", "position_margin_satoshi"], ["posMaint", "maintenance_margin_satoshi"],
        ["maintMargin", "margin_balance_satoshi"], ["bankruptPrice", "bankruptcy_price"], ["liquidationPrice", "liquidation_price"],
        ["unrealisedRoePcnt", "return_on_equity"], ["unrealisedPnlPcnt", "return_on_value"],
      ],
    }],
    unsigned: new Set(["posCost", "unrealisedCost", "markValue"]),
    none: 100_000_000,
  },
  {
    venue: "KuCoin",
    fits: (m) => "posCost" in m && "posComm" in m && "currentQty" in m,
    calls: (m) => {
      const cost = unsigned(numberIn(m.posCost)), initial = unsigned(numberIn(m.posInit));
      return [{
        function: "kucoin.position_payload",
        given: {
          side: signOf(numberIn(m.currentQty)),
          contracts: unsigned(numberIn(m.currentQty)),
          entry_cost_satoshi: inSatoshi(cost),
          mark_price: numberIn(m.markPrice),
          leverage: cost && initial?.p ? $div(cost, initial) : undefined,
          maintenance_margin_rate: numberIn(m.maintMarginReq),
          closing_fee_reserve_satoshi: inSatoshi(unsigned(numberIn(m.posComm))),
          cross_margin_satoshi: inSatoshi(unsigned(numberIn(m.posCross))),
        },
        fields: [
          ["posCost", "entry_cost_satoshi", "coins"], ["markValue", "mark_value_satoshi", "coins"],
          ["unrealisedPnl", "unrealised_profit_and_loss_satoshi", "coins"], ["posInit", "initial_margin_satoshi", "coins"],
          ["posMargin", "position_margin_satoshi", "coins"], ["posMaint", "maintenance_margin_satoshi", "coins"],
          ["maintMargin", "margin_balance_satoshi", "coins"], ["bankruptPrice", "bankruptcy_price"],
          ["liquidationPrice", "liquidation_price"], ["unrealisedRoePcnt", "return_on_equity"], ["unrealisedPnlPcnt", "return_on_value"],
        ],
      }];
    },
    unsigned: new Set(["posCost", "markValue"]),
    none: 1_000_000,
  },
  {
    venue: "Deribit",
    fits: (m) => "instrument_name" in m && "size_currency" in m,
    calls: (m) => [{
      function: "deribit.position_payload",
      given: {
        side: bySide(m.direction) ?? signOf(numberIn(m.size)),
        notional: unsigned(numberIn(m.size)),
        entry_price: numberIn(m.average_price),
        mark_price: numberIn(m.mark_price),
        settled_price: numberIn(m.settlement_price),
        coin: String(m.instrument_name).split("-")[0],
      },
      fields: [
        ["size_currency", "size_currency"], ["total_profit_loss", "total_profit_loss"], ["floating_profit_loss", "floating_profit_loss"],
        ["initial_margin", "initial_margin"], ["maintenance_margin", "maintenance_margin"],
      ],
    }],
  },
  {
    venue: "Phemex",
    fits: (m) => "bankruptCommEv" in m || "positionMarginEv" in m,
    calls: (m) => {
      const margin = numberIn(m.positionMarginEv), reserve = numberIn(m.bankruptCommEv);
      const ratio = (scaled) => scaled?.p && $div(scaled, $q(10n ** 8n));
      // In cross margin the leverage is 0, and the initial margin that is asked for is that of the highest.
      const leverage = unsigned(numberIn(m.leverage))?.p ? unsigned(numberIn(m.leverage)) : ratio(unsigned(numberIn(m.leverageEr)));
      const asked = ratio(numberIn(m.initMarginReqEr));
      return [{
        function: "phemex.position_payload",
        given: {
          side: bySide(m.side),
          notional: unsigned(numberIn(m.size)),
          entry_cost_satoshi: unsigned(numberIn(m.valueEv)),
          mark_price: numberIn(m.markPrice) ?? (numberIn(m.markPriceEp) && $div(numberIn(m.markPriceEp), $q(10_000n))),
          balance_satoshi: margin && reserve && $add(margin, reserve),
          leverage: leverage || (asked ? $div($q(1n), asked) : undefined),
          taker_fee_rate: undefined,
          ...("maintMarginReqEr" in m && { maintenance_margin_rate: ratio(numberIn(m.maintMarginReqEr)) || undefined }),
        },
        fields: [
          ["avgEntryPrice", "average_entry_price"], ["avgEntryPriceEp", "average_entry_price", "ten-thousandths"], ["unRealisedPnlEv", "unrealised_profit_and_loss_satoshi"],
          ["bankruptCommEv", "closing_fee_reserve_satoshi"], ["positionMarginEv", "position_margin_satoshi"],
          ["posCostEv", "order_cost_satoshi"], ["bankruptPrice", "bankruptcy_price"], ["liquidationPrice", "liquidation_price"],
          ["bankruptPriceEp", "bankruptcy_price", "ten-thousandths"], ["liquidationPriceEp", "liquidation_price", "ten-thousandths"],
        ],
      }];
    },
  },
  {
    venue: "HTX",
    fits: (m) => "cost_hold" in m && "lever_rate" in m,
    calls: (m) => [{
      function: "htx.position_payload",
      given: {
        side: bySide(m.direction),
        notional: numberIn(m.volume) && $mul(numberIn(m.volume), DOLLARS(m.symbol ?? m.contract_code ?? "")),
        average_open_price: numberIn(m.cost_open),
        average_hold_price: numberIn(m.cost_hold),
        last_price: numberIn(m.last_price),
        leverage: numberIn(m.lever_rate),
      },
      fields: [
        ["profit_unreal", "unrealised_profit_and_loss"], ["profit", "profit_and_loss"], ["position_margin", "position_margin"],
        ["profit_rate", "profit_rate"],
      ],
    }],
  },
  {
    venue: "Binance COIN-M",
    fits: (m) => "positionAmt" in m && "entryPrice" in m,
    calls: (m) => {
      const amount = numberIn(m.positionAmt);
      const position = {
        side: signOf(amount),
        notional: amount && $mul(unsigned(amount), DOLLARS(m.symbol ?? "")),
        entry_price: numberIn(m.entryPrice),
      };
      const wallet = numberIn(m.isolatedWallet);
      const calls = [{
        function: "binance.position_payload",
        given: { ...position, mark_price: numberIn(m.markPrice), leverage: numberIn(m.leverage), maintenance_margin_rate: undefined },
        fields: [
          ["notionalValue", "notional_value"], ["unRealizedProfit", "unrealised_profit_and_loss"], ["initialMargin", "initial_margin"],
          ["maintMargin", "maintenance_margin"],
        ],
      }];
      if (wallet?.p) {
        calls.push({ function: "binance.isolated_margin", given: { ...position, mark_price: numberIn(m.markPrice), wallet_balance: wallet }, fields: [["isolatedMargin", ""]] });
        calls.push({ function: "binance.liquidation_price", given: { ...position, wallet_balance: wallet, maintenance_margin_rate: undefined }, fields: [["liquidationPrice", ""]] });
      }
      return calls;
    },
    unsigned: new Set(["notionalValue"]),
  },
  {
    venue: "OKX",
    fits: (m) => "avgPx" in m && "mgnMode" in m,
    calls: (m) => {
      const contracts = numberIn(m.pos);
      const position = {
        side: bySide(m.posSide) ?? signOf(contracts),
        notional: contracts && $mul(unsigned(contracts), DOLLARS(m.instId ?? "")),
        entry_price: numberIn(m.avgPx),
      };
      const calls = [
        { function: "okx.initial_margin", given: { notional: position.notional, entry_price: position.entry_price, mark_price: numberIn(m.markPx), leverage: numberIn(m.lever), margin_mode: m.mgnMode }, fields: [["imr", ""]] },
        { function: "okx.maintenance_margin", given: { notional: position.notional, mark_price: numberIn(m.markPx), maintenance_margin_rate: undefined }, fields: [["mmr", ""]] },
      ];
      if (position.side && numberIn(m.markPx)) {
        calls.push({ function: "contract.profit_and_loss", given: { ...position, price: numberIn(m.markPx) }, fields: [["upl", ""]] });
      }
      if (numberIn(m.margin)?.p) {
        calls.push({ function: "okx.liquidation_price", given: { ...position, margin: numberIn(m.margin), maintenance_margin_rate: undefined, taker_fee_rate: undefined }, fields: [["liqPx", ""]] });
      }
      return calls;
    },
  },
  {
    venue: "Bybit",
    fits: (m) => "position_value" in m || "positionValue" in m,
    calls: (m) => {
      const isOld = "position_value" in m;
      const value = numberIn(isOld ? m.position_value : m.positionValue);
      const position = { side: bySide(m.side), notional: unsigned(numberIn(m.size)) };
      const mark = numberIn(m.markPrice);
      const isolated = isOld ? m.is_isolated !== false : String(m.tradeMode ?? 1) === "1";
      const calls = [{
        function: "bybit.position_payload",
        given: {
          ...position,
          entry_value: value,
          ...(isolated ? { leverage: numberIn(m.leverage) } : { wallet_balance: numberIn(m.wallet_balance) }),
          maintenance_margin_rate: undefined,
          taker_fee_rate: undefined,
        },
        fields: isOld
          ? [["entry_price", "entry_price"], ["bust_price", "bankruptcy_price"], ["liq_price", "liquidation_price"],
             ["occ_closing_fee", "closing_fee_reserve"], ["position_margin", "position_margin"]]
          : [["avgPrice", "entry_price"], ["bustPrice", "bankruptcy_price"], ["liqPrice", "liquidation_price"]],
      }];
      const entry = numberIn(isOld ? m.entry_price : m.avgPrice);
      if (mark && entry) {
        calls.push({ function: "bybit.unrealised_profit_and_loss", given: { ...position, entry_price: entry, mark_price: mark }, fields: [[isOld ? "unrealised_pnl" : "unrealisedPnl", ""]] });
      }
      return calls;
    },
  },
];

/**
 * What a pasted text is: the position in it, or why there is none.
 * @param {string} text
 * @returns {{problem: string} | {message: object, shape: Shape, more: number}}
 */
export function readMessage(text) {
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: "This is no JSON: paste the whole message, from its first { or [ to its last." };
  }
  const positions = positionsIn(parsed);
  const known = positions.map((message) => ({ message, shape: SHAPES.find((shape) => shape.fits(message)) })).filter(({ shape }) => shape);
  const open = known.find(({ message, shape }) => shape.calls(message).some(({ given }) => given.side && (given.contracts ?? given.notional)?.p));
  if (open) return { ...open, more: known.length - 1 };
  if (known.length) return { problem: `This is a message of ${known[0].shape.venue}, but of a position that is closed, or whose side it does not say.` };
  return { problem: "No position of BitMEX, Bybit, Deribit, Binance COIN-M, OKX, HTX, KuCoin or Phemex is in this message." };
}

/** Every object in a message that could be a position: they stand in envelopes of different depth. */
function positionsIn(value, depth = 0, found = []) {
  if (depth > 6 || found.length > 200 || value === null || typeof value !== "object") return found;
  if (!Array.isArray(value)) found.push(value);
  for (const each of Object.values(value)) positionsIn(each, depth + 1, found);
  return found;
}

/**
 * How far a figure of ours is from the venue's, to the digits that the venue gives.
 * @param {Exact | null} ours null for a price that is never reached
 * @param {any} theirs
 * @param {{unit?: string, withoutSign?: boolean, none?: number}} how
 * @returns {{agrees: boolean, theirs: string, difference?: Exact, lastDigit?: boolean} | undefined}
 */
export function compareFigures(ours, theirs, { unit: counted, withoutSign = false, none } = {}) {
  let given = numberIn(theirs);
  if (!given) return undefined;
  if (withoutSign) given = unsigned(given);
  if (ours === null) return { agrees: none !== undefined && given.q === 1n && given.p >= BigInt(none), theirs: String(theirs) };
  const value = counted === "coins" ? $div(ours, SATOSHIS) : counted === "ten-thousandths" ? $mul(ours, $q(10_000n)) : ours;
  const text = written(given);
  const places = Math.max(text.includes(".") ? text.split(".")[1].length : 0, String(theirs).includes(".") && !/e/i.test(String(theirs)) ? String(theirs).split(".")[1].length : 0);
  const unit = $q(1n, 10n ** BigInt(places));
  const difference = $sub(value, given);
  const apart = unsigned(difference);
  // Floating point has 15 digits or so: behind them nothing is said.
  const noise = $div(unsigned(given), $q(10n ** 14n));
  const agrees = apart.p * 2n * unit.q <= apart.q * unit.p || apart.p * noise.q <= apart.q * noise.p;
  return { agrees, theirs: String(theirs), difference, lastDigit: !agrees && apart.p * unit.q <= apart.q * unit.p };
}
