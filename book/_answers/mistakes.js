// The mistakes that every task shares, in the order of inversefutures/mistakes.py.
import { inWords } from "./sentences.js";

/**
 * Each mistake as its sentence, which is not yet said, and its values.
 * @param {Key} key
 * @returns {Generator<[Untold, number[]]>}
 */
export function* sharedMistakes(key) {
  const right = key.correct;
  if (key.face_value) {
    const text = ["face_value", { dollars_each: key.face_value }];
    yield [text, right.map((value) => value * key.face_value)];
    yield [text, right.map((value) => value / key.face_value)];
  }
  yield [["sign"], negated(right)];
  yield [["hundred"], right.map((value) => 100 * value)];
  yield [["hundredth"], right.map((value) => value / 100)];
  yield [["satoshi"], right.map((value) => 1e8 * value)];
  yield [["coins_for_satoshi"], right.map((value) => value / 1e8)];
  if (right.every((value) => value)) yield [["reciprocal"], right.map((value) => 1 / value)];
  yield* money(key, right);
  for (const { message: mistake, values } of key.wrong) {
    const turned = negated(values);
    // A mistake may have turned the sign itself, and then it is right again.
    yield [turned.every((value, i) => value * right[i] >= 0) ? mistake : ["and_sign", { mistake }], turned];
    // A fraction, typed in percent.
    if (values.every(isFraction)) yield [["and_hundred", { mistake }], values.map((value) => 100 * value)];
  }
}

/** Mistakes on top of mistakes: a usual one off by a hundred or in the other money, and that money with the sign turned. */
export function* farMistakes(key) {
  for (const { message: mistake, values } of key.wrong) {
    if (!values.every(isFraction)) yield [["and_hundred", { mistake }], values.map((value) => 100 * value)];
    yield [["and_hundredth", { mistake }], values.map((value) => value / 100)];
    for (const [price, column] of prices(key)) {
      yield [["and_dollars", { mistake, price }], timesEach(values, column)];
      yield [["and_coins", { mistake, price }], overEach(values, column)];
    }
  }
  for (const [mistake, values] of money(key, key.correct)) yield [["and_sign", { mistake }], negated(values)];
}

/** A quantity by the name that the task has for it. */
export const calledAt = (key, place) => key.arguments[place].names[0];

function* money(key, right) {
  for (const [price, column] of prices(key)) {
    yield [["dollars", { price }], timesEach(right, column)];
    yield [["coins", { price }], overEach(right, column)];
  }
  for (const [place, { names: [symbol], role }] of key.arguments.entries()) {
    const column = key.points.map((point) => point[place]);
    if (role === "side") yield [["one_side"], timesEach(right, column)];
    else if (role === "size" && !column.includes(0)) {
      yield [["once_too_often", { symbol }], timesEach(right, column)];
      yield [["missing", { symbol }], overEach(right, column)];
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
export const negated = (values) => values.map((value) => -value);
export const timesEach = (values, others) => values.map((value, i) => value * others[i]);
export const overEach = (values, others) => values.map((value, i) => value / others[i]);
