// Profit and loss from a list of fills, which `position` of the package books. Data, no page.
import { Unreadable } from "../_answers/formula.js";
import { csvNumber, pythonNumber } from "./copies.js";
import { NOTHING } from "./exact.js";
import { $add, $div, $q, $sub } from "../_engine/fractions.js";
import { readNumber } from "./fields.js";
import { bookedFill } from "./venue_calls.js";

const SIDES = Object.assign(Object.create(null), { buy: 1n, long: 1n, b: 1n, sell: -1n, short: -1n, s: -1n });
export const MOST_FILLS = 500;

/**
 * Fills as they are typed, one a line: buy 10,000 at 50,000 fee 0.05 %.
 * @param {string} text
 * @param {Exact} usual the fee rate of a line that has none
 */
export function readFills(text, usual = NOTHING) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  if (lines.length > MOST_FILLS) throw new Unreadable(`these are ${lines.length} fills: the page takes ${MOST_FILLS}.`);
  return lines.map((line, i) => {
    const words = line.replace(/\s+(?=%|bps?\b)/gi, "").split(/[\s;|]+/).filter((word) => !/^(at|@|usd|fee|btc)$/i.test(word));
    const [side, notional, price, fee, ...more] = words;
    const sign = SIDES[side?.toLowerCase()];
    try {
      if (sign === undefined) throw new Unreadable("begin with buy or sell.");
      if (!price || more.length) throw new Unreadable("type it as: buy 10,000 at 50,000 fee 0.05 %.");
      const fill = { side: $q(sign), notional: readNumber(notional, "number"), price: readNumber(price.replace(/^@/, ""), "number"), fee_rate: fee ? readNumber(fee, "rate") : usual };
      if (fill.notional.p <= 0n || fill.price.p <= 0n) throw new Unreadable("dollars and price must be above 0: the word buy or sell says the side.");
      return fill;
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      throw new Unreadable(`fill ${i + 1}: ${problem.message}`);
    }
  });
}

/**
 * @param {Desk} desk
 * @param {Record<string, any>} values
 * @param {Set<string>} off
 */
export function reckonFills(desk, values, off) {
  const usual = off.has("fee_rate") ? NOTHING : values.fee_rate ?? NOTHING;
  const fills = readFills(values.fills, usual).map((fill) => (off.has("fee_rate") ? { ...fill, fee_rate: NOTHING } : fill));
  if (!fills.length) throw new Unreadable("type at least one fill.");
  const positions = desk.positions(fills);
  const steps = fills.map((fill, i) => {
    const { held: after, trace } = positions[i];
    return { fill, fee: $sub(after.fees, i ? positions[i - 1].held.fees : NOTHING), after, trace };
  });
  const end = steps.at(-1).after;
  const price = values.price ?? fills.at(-1).price;
  const isOpen = !end.is_flat;
  const unrealised = end.unrealised_profit_and_loss(price);
  const total = end.total_profit_and_loss(price);
  const net = end.net_profit_and_loss(price);
  const linear = fills.map(({ side, notional, price: entry }) =>
    desk.formula("contract.linear_profit_and_loss", { side, coin_quantity: $div(notional, entry), entry_price: entry, price }).value,
  ).reduce($add, NOTHING);
  const breakEven = isOpen
    ? desk.formula("position.break_even_price", { side: end.side, entry_price: end.entry_price, entry_fee_rate: usual, exit_fee_rate: usual })
    : undefined;
  const roe = isOpen && values.leverage
    ? desk.formula("margin.return_on_equity", { side: end.side, entry_price: end.entry_price, price, leverage: values.leverage })
    : undefined;
  return {
    roe,
    steps, end, price, isOpen, unrealised, total, net, linear, breakEven,
    booked: fills.map((fill) => bookedFill(desk, values, fill)),
    get python() { return pythonOfFills(fills, price); },
    get csv() { return csvOfFills(steps, price, net); },
  };
}

function csvOfFills(steps, price, net) {
  return [
    ["fill", "side", "notional USD", "price", "fee coin", "realised coin", "held USD", "entry price"],
    ...steps.map(({ fill, fee, after }, i) => [
      String(i + 1), fill.side.p > 0n ? "buy" : "sell", csvNumber(fill.notional), csvNumber(fill.price), csvNumber(fee), csvNumber(after.realised),
      csvNumber(after.notional), after.entry_price ? csvNumber(after.entry_price) : "",
    ]),
    ["net of fees", "", "", csvNumber(price), "", csvNumber(net), "", ""],
  ];
}

function pythonOfFills(fills, price) {
  const lines = fills.map(({ side, notional, price: at, fee_rate: rate }) =>
    `    position.Fill(${pythonNumber(side)}, ${pythonNumber(notional)}, ${pythonNumber(at)}, ${pythonNumber(rate)}),`);
  const text = ["held = position.position_after([", ...lines, "])", `print(held.net_profit_and_loss(${pythonNumber(price)}))`].join("\n");
  const imports = [
    ...(text.includes("Decimal(") ? ["from decimal import Decimal"] : []),
    ...(text.includes("Fraction(") ? ["from fractions import Fraction"] : []),
    "from inversefutures import position",
  ];
  return `${imports.join("\n")}\n\n${text}\n`;
}
