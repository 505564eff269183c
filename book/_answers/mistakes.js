// The mistakes that every task shares, in the order of inversefutures/mistakes.py.
import { inWords, said } from "./sentences.js";

/**
 * Each mistake as its sentence and its values.
 * @param {Key} key
 * @returns {Generator<[string, number[]]>}
 */
export function* sharedMistakes(key) {
  const right = key.correct;
  const scaled = (factor) => right.map((value) => value * factor);
  yield [said("sign"), scaled(-1)];
  yield [said("hundred"), scaled(100)];
  yield [said("hundredth"), right.map((value) => value / 100)];
  yield [said("satoshi"), scaled(1e8)];
  yield [said("coins_for_satoshi"), right.map((value) => value / 1e8)];
  if (right.every((value) => value)) yield [said("reciprocal"), right.map((value) => 1 / value)];
  yield* money(key, right);
  for (const { message: mistake, values } of key.wrong) {
    yield [said("and_sign", { mistake }), values.map((value) => -value)];
    yield [said("and_hundred", { mistake }), values.map((value) => 100 * value)];
    yield [said("and_hundredth", { mistake }), values.map((value) => value / 100)];
  }
}

function* money(key, right) {
  const both = function* (times, over, factors) {
    yield [times, right.map((value, i) => value * factors[i])];
    yield [over, right.map((value, i) => value / factors[i])];
  };
  for (const each of key.prices ?? []) {
    const price = `${inWords(each)} USD`;
    yield* both(said("dollars", { price }), said("coins", { price }), right.map(() => each));
  }
  if (key.face_value) {
    const text = said("face_value", { dollars_each: inWords(key.face_value) });
    yield* both(text, text, right.map(() => key.face_value));
  }
  for (const [place, { names: [symbol], role }] of key.arguments.entries()) {
    const column = key.points.map((point) => point[place]);
    if (role === "side") yield [said("one_side"), right.map((value, i) => value * column[i])];
    else if (role === "rate" || column.includes(0)) continue;
    else if (role === "price") {
      yield* both(said("dollars", { price: symbol }), said("coins", { price: symbol }), column);
    } else yield* both(said("once_too_often", { symbol }), said("missing", { symbol }), column);
  }
}
