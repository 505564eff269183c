// What only the page has to say: text that is asked back, units, and the names that may be typed. The verdicts
// themselves are compared with Python's in tests/unit/test_page_judge.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { feedback, placesOf, readAnswer } from "../../../book/_answers/judge.js";
import { SENTENCES } from "../../../book/_answers/sentences.js";

Object.assign(SENTENCES, {
  not_answered: "nothing.", no_such_choice: "no such choice.", correct: "correct.", not_yet: "not yet. {reason}", a_number: "a number",
  numbers_for_symbols: "numbers, please.", strangers: "{strangers} not in {names}", sign: "sign", hundred: "", hundredth: "",
  satoshi: "", coins_for_satoshi: "", reciprocal: "", and_sign: "", and_hundred: "", and_hundredth: "", dollars: "", coins: "",
  once_too_often: "", missing: "", more_digits: "give {asked} digits.", too_few_digits: "", last_digit: "", a_function: "a function of {names}",
  only_one_number: "one number, not {wanted}", an_expression: "an expression in {names}", equation: "equation, not {wanted}",
  twofold: "", half: "", one_more: "", one_less: "", complement: "", square: "", root: "", too_large: "", too_small: "", no_sign: "",
  one_sign: "", whole: "", constant: "", times: "", apart: "", sign_of: "", not_squared: "", squared: "", counted_twice: "",
  counted_half: "", upside_down: "", exchanged: "", without: "", given: "",
});
const POINTS = [[1000, 20, 25], [3000, 50, 40]];
const COMMON = { hint: "Think.", praise: "", wrong: [], points: POINTS, correct: POINTS.map(([N, E, S]) => N / S - N / E) };
const argument = (names, role) => ({ names: names.split(" "), role });
const EXPRESSION = { ...COMMON, kind: "expression", arguments: [argument("N", "size"), argument("E", "price"), argument("S", "price")] };
const FUNCTION = { ...COMMON, kind: "function",
  arguments: [argument("notional N", "size"), argument("entry_price E", "price"), argument("price S", "price")] };
const NUMBER = { ...COMMON, kind: "number", arguments: [], points: [[]], correct: [100 / 7], digits: 4, prices: [] };

const said = (key, text) => feedback(key, text).message;

test("what only looks like the task's symbols is asked back", () => {
  assert.match(said(EXPRESSION, "n/s - n/e"), /capitals matter: type (N|S|E)/);
  assert.match(said(EXPRESSION, "NE/S"), /is NE one name.*N\*E/);
  assert.equal(said(EXPRESSION, "x*N"), "x not in N, E, S");
  assert.equal(said(EXPRESSION, "S = N/E = 3"), "equation, not an expression in N, E, S");
  for (const text of ["n/s - n/e", "NE/S", "N/2E", "x*N", "", "..."]) assert.equal(feedback(EXPRESSION, text).readable, false, text);
});

test("a function's formula may be in its arguments' names, in the symbols, or in both", () => {
  for (const text of ["notional/price - notional/entry_price", "N/S - N/E", "notional/S - N(1/entry_price)"]) {
    assert.ok(feedback(FUNCTION, text).correct, text);
  }
  assert.equal(said(FUNCTION, "5"), "one number, not a function of notional, entry_price, price");
});

test("a number may have a unit, a comma between its thousands, or be a calculation", () => {
  for (const text of ["14.29", "14.29 BTC", "14.29BTC", "₿14.29", "14.2857 coins", "100/7", "100/7 btc", "answer = 100/7", "14.29 BTC."]) {
    assert.ok(feedback(NUMBER, text).correct, text);
  }
  const key = { ...NUMBER, correct: [25_000], digits: undefined };
  for (const text of ["25,000", "25000", "25_000", "$25,000", "25,000 USD", "25,000 USD per BTC", "USD 25,000", "5,000*5"]) {
    assert.ok(feedback(key, text).correct, text);
  }
  assert.equal(said(NUMBER, "14.3"), "give 4 digits.");
  assert.match(said(NUMBER, "14,29"), /with a point/);
  assert.match(said(NUMBER, "5 %"), /0\.05 as a fraction/);
  assert.equal(said(NUMBER, "14.29 apples"), "numbers, please.");
  assert.deepEqual([readAnswer(NUMBER, "14.29 BTC").unit, readAnswer(NUMBER, "14.29").unit], [true, false]);
});

test("a subscript may be joined to its letter where that is no product", () => {
  const key = { arguments: [argument("p_1", "price"), argument("N_L", "size"), argument("N", "size"), argument("L", "size")] };
  const places = placesOf(key);
  assert.equal(places.get("p1"), 0);
  assert.equal(places.has("NL"), false);
});

test("long and odd texts get an answer at once", () => {
  for (const key of [EXPRESSION, FUNCTION, NUMBER, { kind: "choice", correct: "a", wrong: {}, praise: "", hint: "" }]) {
    for (const text of [" ".repeat(1e5) + "1", "1".repeat(1e5), "(".repeat(1e5), "1 ".repeat(1e5), "usd ".repeat(3e4), "__proto__", "\u0000"]) {
      const from = performance.now();
      assert.equal(feedback(key, text).correct, false);
      assert.ok(performance.now() - from < 3000, text.slice(0, 9));
    }
  }
});
