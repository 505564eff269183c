// Answers that miss the right one by little, in the order of inversefutures/near_misses.py.
import { calledAt } from "./mistakes.js";
import { inWords, said } from "./sentences.js";

const SAME = 1.3e-9;
const ROUGH = 1.3e-4;
const SEEN = 1.3e-6;
const APART = 1.3e-3;
const SMALL = 100;
const DIGITS_SAID = 4;
const LARGER_UNITS = [10, 1000, 10000, 365, 24, 60, 12, 8, 3];

/**
 * What is near the right answer of a task that asks for a number.
 * @param {Key} key
 * @returns {Generator<[string, number]>}
 */
export function* nearNumbers(key) {
  const [right] = key.correct, given = key.given ?? [], prices = key.prices ?? [];
  for (const [text, [value]] of byValues(key.correct)) yield [text, value];
  for (const unit of LARGER_UNITS) {
    const number = inWords(unit);
    yield [said("too_large", { number }), unit * right];
    yield [said("too_small", { number }), right / unit];
  }
  for (const each of given) yield [said("given"), each];
  for (const each of given) {
    const symbol = inWords(each);
    yield [said("once_too_often", { symbol }), right * each];
    yield [said("missing", { symbol }), right / each];
    yield [said("apart", { term: symbol }), right + each];
    yield [said("apart", { term: symbol }), right - each];
  }
  for (const one of prices) {
    for (const other of prices) {
      if (one !== other) yield [said("times", { term: `${inWords(one)}/${inWords(other)}` }), (right * one) / other];
    }
  }
}

/**
 * Which two numbers of a task make a value, or make what it is off by; empty if none do.
 * @param {Key} key
 * @param {number} value
 * @param {boolean} exact Whether rounding is no excuse: a number of few digits is near too many.
 */
export function fromTwoNumbers(key, value, exact) {
  const [right] = key.correct, numbers = value ? [...(key.prices ?? []), ...(key.given ?? [])] : [];
  const isNothing = (off, least) => Math.abs(off) <= (exact ? SAME : ROUGH) * Math.abs(least);
  for (const one of numbers) {
    for (const other of numbers) {
      if (one === other) continue;
      const term = (sign) => ({ term: inWords(one) + sign + inWords(other) }), small = Math.min(one, other), product = one * other;
      for (const [sign, made, least = made] of [["+", one + other, small], ["-", one - other, small], ["*", product], ["/", one / other]]) {
        if (isNothing(value - made, least)) return said("combined", term(sign));
      }
      if (product !== right && isNothing(Math.abs(value - right) - product, product)) return said("apart", term("*"));
    }
  }
  return "";
}

/**
 * What is wrong with a formula, or a function, that is nearly right; empty if it is not so near.
 * @param {Key} key
 * @param {number[]} values What it is worth at the key's points.
 * @param {(point: number[]) => number | undefined} valueAt What it is worth at another point, if it has a value there.
 */
export function nearMiss(key, values, valueAt) {
  for (const [text, others] of byValues(key.correct)) if (same(values, others)) return text;
  if (isWhole(values, key.correct)) return said("whole");
  const isAt = (point, wanted) => {
    const value = valueAt(point);
    return value !== undefined && same([value], [wanted]);
  };
  for (const sign of [1, -1]) {
    for (const [text, points] of changedPoints(key)) {
      if (points.every((point, i) => isAt(point, sign * key.correct[i]))) return signed(sign, text);
    }
  }
  return byATerm(key, values) || without(key, (points) => points.every((point, i) => isAt(point, values[i])));
}

const same = (values, others) =>
  values.every((value, i) => Math.abs(value - others[i]) <= SAME * Math.max(Math.abs(value), Math.abs(others[i])));
const signed = (sign, mistake) => (sign > 0 ? mistake : said("and_sign", { mistake }));

/** Whether an answer is the right one, rounded or cut to whole numbers. */
const isWhole = (values, right) => new Set(values).size > 1 && Math.max(...values.map(Math.abs)) > 2
  && values.every((value, i) => Number.isInteger(value) && Math.abs(value - right[i]) < 1);

function* byValues(right) {
  yield [said("twofold"), right.map((value) => 2 * value)];
  yield [said("half"), right.map((value) => value / 2)];
  if (right.every((value) => Math.abs(value) < SMALL)) {
    yield [said("one_more"), right.map((value) => value + 1)];
    yield [said("one_less"), right.map((value) => value - 1)];
    yield [said("complement"), right.map((value) => 1 - value)];
  }
  yield [said("square"), right.map((value) => value ** 2)];
  if (Math.min(...right) >= 0) yield [said("root"), right.map(Math.sqrt)];
  else if (Math.max(...right) > 0) {
    yield [said("no_sign"), right.map(Math.abs)];
    yield [said("one_sign"), right.map((value) => Math.max(value, 0))];
  }
}

/** What may be wrong about one quantity, or two, and points at which the answer is right then. */
export function* changedPoints(key) {
  const quantities = key.arguments.map(({ role, hidden }, place) =>
    ({ role, hidden, place, symbol: calledAt(key, place), column: key.points.map((point) => point[place]) }));
  for (const { role, hidden, place, symbol, column } of quantities) {
    if (hidden || role === "side") continue;
    const changed = (sentence, change) => [said(sentence, { symbol }), put(key, { [place]: column.map(change) })];
    yield changed("sign_of", (value) => -value);
    yield changed("not_squared", (value) => value * value);
    yield changed("counted_twice", (value) => value / 2);
    yield changed("counted_half", (value) => 2 * value);
    if (Math.min(...column) > 0) {
      yield changed("squared", Math.sqrt);
      yield changed("upside_down", (value) => 1 / value);
    }
  }
  for (const one of quantities) {
    for (const other of quantities.slice(one.place + 1)) {
      if (one.hidden && other.hidden) continue;
      const text = said("exchanged", { symbol: one.symbol, other: other.symbol });
      yield [text, put(key, { [one.place]: other.column, [other.place]: one.column })];
    }
  }
}

/** The points of a key with other values for some of the quantities. */
const put = (key, columns) => key.points.map((point, row) => point.map((value, place) => (columns[place] ? columns[place][row] : value)));

/** By which factor, or by which term, an answer is off, where it is a simple one. */
function byATerm(key, values) {
  const right = key.correct, all = [...terms(key)];
  if (right.every((one) => one)) {
    const ratios = values.map((value, i) => value / right[i]);
    if (ratios[0] && Math.abs(Math.abs(ratios[0]) - 1) > APART && same(ratios, ratios.map(() => ratios[0]))) {
      return said("constant", { number: inWords(Number(ratios[0].toPrecision(DIGITS_SAID))) });
    }
    for (const sign of [1, -1]) {
      for (const [term, column] of all) {
        if (same(ratios, column.map((each) => sign * each))) return signed(sign, said("times", { term }));
      }
    }
  }
  const sizes = values.map((value, i) => Math.abs(value) + Math.abs(right[i]));
  for (const [term, column] of [["1", right.map(() => 1)], ...all]) {
    for (const times of [1, -1, 2, -2]) {
      const off = column.every((each, i) =>
        Math.abs(values[i] - right[i] - times * each) <= SAME * sizes[i] && Math.abs(each) >= SEEN * sizes[i]);
      if (off) return said("apart", { term: Math.abs(times) === 1 ? term : `2*${term}` });
    }
  }
  return "";
}

/** The terms of one or two of a task's quantities, as they are typed and with their values. */
function* terms(key) {
  const columns = key.arguments.map(({ role }, place) => [calledAt(key, place), key.points.map((point) => point[place]), role])
    .filter(([, column, role]) => role !== "side" && !column.includes(0));
  for (const [one, first] of columns) yield [one, first];
  for (const [place, [one, first]] of columns.entries()) {
    yield [`1/${one}`, first.map((a) => 1 / a)];
    yield [`${one}*${one}`, first.map((a) => a * a)];
    for (const [other, second] of columns.slice(place + 1)) {
      yield [`${one}/${other}`, first.map((a, i) => a / second[i])];
      yield [`${other}/${one}`, first.map((a, i) => second[i] / a)];
      yield [`${one}*${other}`, first.map((a, i) => a * second[i])];
    }
  }
}

/** On which quantities an answer does not depend, though the right one does. */
function without(key, isStill) {
  const missing = movedPoints(key).filter(([, points]) => isStill(points)).map(([place]) => calledAt(key, place));
  return missing.length ? said("without", { symbol: missing.join(" and ") }) : "";
}

/** Each quantity's place, and the points with its values moved on by one. */
function movedPoints(key) {
  return key.arguments.flatMap(({ hidden }, place) => {
    const [first, ...others] = key.points.map((point) => point[place]);
    if (hidden || others.every((value) => value === first)) return [];
    return [[place, put(key, { [place]: [...others, first] })]];
  });
}

/** All points at which `nearMiss` may ask for a value. */
export const furtherPoints = (key) => [...changedPoints(key), ...movedPoints(key)].flatMap(([, points]) => points);
