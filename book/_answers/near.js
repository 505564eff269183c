// Answers that miss the right one by little, in the order of inversefutures/near_misses.py.
import { calledAt, negated, overEach, timesEach } from "./mistakes.js";
import { inWords } from "./sentences.js";

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
 * @returns {Generator<[Untold, number]>}
 */
export function* nearNumbers(key) {
  const [right] = key.correct, given = key.given ?? [], prices = key.prices ?? [];
  for (const [text, [value]] of byValues(key.correct)) yield [text, value];
  for (const unit of LARGER_UNITS) {
    yield [["too_large", { number: unit }], unit * right];
    yield [["too_small", { number: unit }], right / unit];
  }
  for (const each of given) yield [["given"], each];
  for (const symbol of given) {
    yield [["once_too_often", { symbol }], right * symbol];
    yield [["missing", { symbol }], right / symbol];
    if (Math.abs(symbol) <= APART * Math.abs(right)) continue;
    yield [["apart", { term: symbol }], right + symbol];
    yield [["apart", { term: symbol }], right - symbol];
  }
  for (const one of prices) {
    for (const other of prices) {
      if (one !== other) yield [["times", { term: `${inWords(one)}/${inWords(other)}` }], (right * one) / other];
    }
  }
}

/**
 * Which two numbers of a task make a value; empty if none do.
 * @param {Key} key
 * @param {(made: number) => boolean} agrees Whether the value is that number, to its last digit.
 * @param {number} value
 */
export function fromTwoNumbers(key, agrees, value) {
  const numbers = [...(key.prices ?? []), ...(key.given ?? [])];
  for (const one of numbers) {
    for (const other of numbers) {
      if (one === other) continue;
      for (const [sign, made, ...terms] of [["+", one + other, one, other], ["-", one - other, one, other], ["*", one * other], ["/", one / other]]) {
        const least = Math.min(...[made, ...terms].map(Math.abs)); // each term has to show in what they make
        if (Math.abs(value - made) <= ROUGH * least && agrees(made)) return ["combined", { term: inWords(one) + sign + inWords(other) }];
      }
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
  if (isWhole(values, key.correct)) return ["whole"];
  const areAt = (points, wanted) => points.every((point, i) => {
    const value = valueAt(point);
    return value !== undefined && same([value], [wanted[i]]);
  });
  let turned;
  for (const [text, points] of changedPoints(key)) {
    if (areAt(points, key.correct)) return text;
    if (!turned && areAt(points, negated(key.correct))) turned = signed(-1, text);
  }
  return turned || byATerm(key, values) || without(key, (points) => areAt(points, values));
}

const same = (values, others) =>
  values.every((value, i) => Math.abs(value - others[i]) <= SAME * Math.max(Math.abs(value), Math.abs(others[i])));
const signed = (sign, mistake) => (sign > 0 ? mistake : ["and_sign", { mistake }]);

/** Whether an answer is the right one, rounded or cut to whole numbers. */
const isWhole = (values, right) => new Set(values).size > 1 && Math.max(...values.map(Math.abs)) > 2
  && values.every((value, i) => Number.isInteger(value) && Math.abs(value - right[i]) < 1);

function* byValues(right) {
  yield [["twofold"], right.map((value) => 2 * value)];
  yield [["half"], right.map((value) => value / 2)];
  if (right.every((value) => Math.abs(value) < SMALL)) {
    yield [["one_more"], right.map((value) => value + 1)];
    yield [["one_less"], right.map((value) => value - 1)];
    yield [["complement"], right.map((value) => 1 - value)];
  }
  yield [["square"], right.map((value) => value ** 2)];
  if (Math.min(...right) >= 0) yield [["root"], right.map(Math.sqrt)];
  else if (Math.max(...right) > 0) {
    yield [["no_sign"], right.map(Math.abs)];
    yield [["one_sign"], right.map((value) => Math.max(value, 0))];
  }
}

/** What may be wrong about one quantity, or two, and points at which the answer is right then. */
export function* changedPoints(key) {
  const quantities = key.arguments.map(({ role, hidden }, place) =>
    ({ role, hidden, place, symbol: calledAt(key, place), column: key.points.map((point) => point[place]) }));
  for (const { role, hidden, place, symbol, column } of quantities) {
    if (hidden || role === "side") continue;
    const changed = (sentence, change) => [[sentence, { symbol }], put(key, { [place]: column.map(change) })];
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
      const text = ["exchanged", { symbol: one.symbol, other: other.symbol }];
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
    const ratios = overEach(values, right);
    if (ratios[0] && Math.abs(Math.abs(ratios[0]) - 1) > APART && same(ratios, ratios.map(() => ratios[0]))) {
      return ["constant", { number: Number(ratios[0].toPrecision(DIGITS_SAID)) }];
    }
    for (const sign of [1, -1]) {
      for (const [term, column] of all) {
        if (same(ratios, column.map((each) => sign * each))) return signed(sign, ["times", { term }]);
      }
    }
  }
  const sizes = values.map((value, i) => Math.abs(value) + Math.abs(right[i]));
  for (const [term, column] of [["1", right.map(() => 1)], ...all]) {
    for (const times of [1, -1, 2, -2]) {
      const off = column.every((each, i) =>
        Math.abs(values[i] - right[i] - times * each) <= SAME * sizes[i] && Math.abs(each) >= SEEN * sizes[i]);
      if (off) return ["apart", { term: Math.abs(times) === 1 ? term : `2*${term}` }];
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
    yield [`${one}*${one}`, timesEach(first, first)];
    for (const [other, second] of columns.slice(place + 1)) {
      yield [`${one}/${other}`, overEach(first, second)];
      yield [`${other}/${one}`, overEach(second, first)];
      yield [`${one}*${other}`, timesEach(first, second)];
    }
  }
}

/** On which quantities an answer does not depend, though the right one does. */
function without(key, isStill) {
  const missing = movedPoints(key).filter(([, points]) => isStill(points)).map(([place]) => calledAt(key, place));
  return missing.length ? ["without", { symbol: missing.join(" and ") }] : "";
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
