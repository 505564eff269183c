// The mistakes that every task shares, in the order of inversefutures/mistakes.py.
import { inWords, said } from "./sentences.js";

/**
 * Each mistake as its sentence and its values.
 * @param {Key} key
 * @returns {Generator<[string, number[]]>}
 */
export function* sharedMistakes(key) {
  const right = key.correct;
  if (key.face_value) {
    const text = said("face_value", { dollars_each: inWords(key.face_value) });
    yield [text, right.map((value) => value * key.face_value)];
    yield [text, right.map((value) => value / key.face_value)];
  }
  yield [said("sign"), negated(right)];
  yield [said("hundred"), right.map((value) => 100 * value)];
  yield [said("hundredth"), right.map((value) => value / 100)];
  yield [said("satoshi"), right.map((value) => 1e8 * value)];
  yield [said("coins_for_satoshi"), right.map((value) => value / 1e8)];
  if (right.every((value) => value)) yield [said("reciprocal"), right.map((value) => 1 / value)];
  yield* money(key, right);
  for (const { message: mistake, values } of key.wrong) {
    yield [said("and_sign", { mistake }), negated(values)];
    // A fraction, typed in percent.
    if (values.every(isFraction)) yield [said("and_hundred", { mistake }), values.map((value) => 100 * value)];
  }
}

/** Mistakes on top of mistakes: a usual one off by a hundred or in the other money, and that money with the sign turned. */
export function* farMistakes(key) {
  for (const { message: mistake, values } of key.wrong) {
    if (!values.every(isFraction)) yield [said("and_hundred", { mistake }), values.map((value) => 100 * value)];
    yield [said("and_hundredth", { mistake }), values.map((value) => value / 100)];
    for (const [price, column] of prices(key)) {
      yield [said("and_dollars", { mistake, price }), timesEach(values, column)];
      yield [said("and_coins", { mistake, price }), overEach(values, column)];
    }
  }
  for (const [mistake, values] of money(key, key.correct)) yield [said("and_sign", { mistake }), negated(values)];
}

/** A quantity by the name that the task has for it. */
export const calledAt = (key, place) => key.arguments[place].names[0];

function* money(key, right) {
  for (const [price, column] of prices(key)) {
    yield [said("dollars", { price }), timesEach(right, column)];
    yield [said("coins", { price }), overEach(right, column)];
  }
  for (const [place, { names: [symbol], role }] of key.arguments.entries()) {
    const column = key.points.map((point) => point[place]);
    if (role === "side") yield [said("one_side"), timesEach(right, column)];
    else if (role === "size" && !column.includes(0)) {
      yield [said("once_too_often", { symbol }), timesEach(right, column)];
      yield [said("missing", { symbol }), overEach(right, column)];
    }
  }
}

/** The prices of a task, each as it is called and with its values at the points. */
function* prices(key) {
  for (const each of key.prices ?? []) yield [`${inWords(each)} USD`, [each]];
  for (const [place, { names: [symbol], role }] of key.arguments.entries()) {
    const column = key.points.map((point) => point[place]);
    if (role === "price" && !column.includes(0)) yield [symbol, column];
  }
}

const isFraction = (value) => Math.abs(value) < 1;
const negated = (values) => values.map((value) => -value);
const timesEach = (values, others) => values.map((value, i) => value * others[i]);
const overEach = (values, others) => values.map((value, i) => value / others[i]);
