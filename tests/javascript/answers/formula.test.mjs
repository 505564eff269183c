// What people type is read as they mean it, what is ambiguous is asked back, and nothing typed does harm.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, strangers, Unreadable } from "../../../book/_answers/formula.js";
import { mathml } from "../../../book/_answers/mathml.js";
import { NoNumber, valueOf } from "../../../book/_answers/value.js";

const NAMES = ["N", "E", "S", "phi", "kappa", "p_1", "S_idx", "entry_price"];
const POINT = [1000, 20, 25, 0.05, 7, 3, 11, 13];
const places = new Map(NAMES.map((name, place) => [name, place]));
places.set("varphi", 3).set("p1", 5);
const worth = (text) => valueOf(parse(text, places), POINT);
const complaint = (text) => {
  try {
    parse(text, places);
  } catch (problem) {
    assert.ok(problem instanceof Unreadable, `${text}: ${problem.stack}`);
    return problem.message;
  }
  return "";
};

const READ = {
  "N*(1/S-1/E)": -10, "N(1/S − 1/E)": -10, "N/S – N/E": -10, "N·(1÷S - 1÷E)": -10, "N × (1/S - 1/E)": -10,
  "E**2": 400, "E^2": 400, "E²": 400, "E⁻¹": 0.05, "E^-1": 0.05, "-E^2": -400, "2^3^2": 512, "S²E": 12500, "2^(3)N": 8000,
  "2N/E": 100, "N/E/S": 2, "N/2*E": 10_000, "2(3+4)": 14, "(N)(E)": 20_000, "N E": 20_000,
  "phi*N": 50, "varphi*N": 50, "φN": 50, "φ·N": 50, "ϕ*N": 50, "kappa": 7, "κS": 175,
  "p_1": 3, "p1": 3, "p₁": 3, "S_idx": 11, "entry_price/13": 1,
  "sp.Max(N, E)": 1000, "max(N,E)": 1000, "Min(N, E, 3)": 3, "np.sqrt(E*5)": 10, "√(100)": 10, "abs(-E)": 20, "Abs(-2)": 2,
  "exp(0)": 1, "ln(1)": 0, "log(8, 2)": 3, "sign(-3)": -1, "sp.Rational(1, 4)": 0.25, "½N": 500, "Integer(5)": 5,
  "E if S > E else N": 20, "E if S < E else N": 1000, "1 if S < E and N > 0 else 2": 2, "1 if (S < E or N > 0) else 2": 1,
  "1 if E == 20 else 2 if S == 25 else 3": 1, "max(0, 1 if S≥E else 2)": 1,
  "25,000": 25_000, "1,234,567.5": 1_234_567.5, "1_000": 1000, ".5": 0.5, "5.": 5, "1e3": 1000, "2e-3": 0.002,
  "payoff = N/S": 40, "= N/S": 40, "return N/S": 40, "N/S.": 40, "N/S # coins": 40, "  N / S  ": 40, "[N/S]": 40, "pi/pi": 1,
};
for (const [text, value] of Object.entries(READ)) {
  test(`reads ${text}`, () => assert.ok(Math.abs(worth(text) - value) < 1e-9, `${worth(text)}`));
}

const ASKED_BACK = {
  "N/2E": /below the line/, "1/2 N": /below the line/, "N/E(S)": /below the line/, "2^3N": /belongs to the power/,
  "0,5": /with a point/, "25,0000": /with a point/, "1,5": /with a point/, "max(1,000)": /one number/, "25, 000": /with a point/,
  "25 000": /between two factors/, "1.234.567": /between two factors/, "(N)2": /between two factors/, "1½": /one and a half/,
  "2E5": /power of ten/, "5 %": /0\.05.*percent/, "0.5%": /0\.005/, "N*(5)%": /fraction/, "√2": /below the root/,
  "(N": /not closed/, "N)": /too many/, "N**": /too early/, "N//S": /odd place/, "*N": /odd place/, "N if E": /comparison/,
  "N if E > S": /else/, "N if E else S": /comparison/, "(E < S)*N": /behind “if”/, "0 < S < E": /one comparison/,
  "|N|": /abs/, "\\frac{N}{S}": /LaTeX/, "Ν/S": /another alphabet/, "Е": /another alphabet/, "N;S": /can't be read/, "`N`": /can't be read/,
  "max": /needs brackets/, "sqrt(1, 2)": /takes 1/, "max(N)": /takes 2/, "sin(N)": /no function/, "lambda N: N": /returns/,
  "": /too early/, "if": /odd place/, "N 5": /between two factors/, "N or E": /between comparisons/,
};
for (const [text, message] of Object.entries(ASKED_BACK)) {
  test(`asks back at ${text}`, () => assert.match(complaint(text), message));
}

test("names that are not the task's are strangers, whatever they are called", () => {
  for (const name of ["constructor", "__proto__", "hasOwnProperty", "toString", "valueOf", "n", "NE", "sp.E", "N.constructor", "foo.sqrt"]) {
    const tree = (() => { try { return parse(name, places); } catch (problem) { assert.ok(problem instanceof Unreadable); } })();
    if (tree) assert.equal([...strangers(tree)].length, 1, name);
  }
  for (const call of ["constructor(1)", "hasOwnProperty(N)", "__defineGetter__(N, E)", "math.constructor(1)", "N.constructor(1)"]) {
    assert.notEqual(complaint(call), "", call);
  }
});

test("length and depth are bounded", () => {
  for (const text of ["(".repeat(490), "-".repeat(490) + "N", "N^".repeat(240) + "N", "N+".repeat(240) + "N",
    "sqrt(".repeat(90), "1 if N>E else ".repeat(30) + "N", "(".repeat(240) + "N" + ")".repeat(240), "x".repeat(1e6), " ".repeat(1e5)]) {
    const from = performance.now();
    try {
      const tree = parse(text, places);
      mathml(tree);
      valueOf(tree, POINT);
    } catch (problem) {
      assert.ok(problem instanceof Unreadable || problem instanceof NoNumber, `${text.slice(0, 20)}: ${problem.stack}`);
    }
    assert.ok(performance.now() - from < 5000);
  }
  assert.match(complaint("N".repeat(501)), /too long/);
  assert.match(complaint("(".repeat(100) + "N" + ")".repeat(100)), /nested too deeply/);
});

test("ten thousand random texts end in a tree or in a sentence", () => {
  const pieces = [..."NESxd()[]{}<>=+-*/^%,.;:'\"\\|&!?~@$_ 0123456789²₁½√πφκΔ−×÷≤", "if", " else ", "and", "max(", "sqrt(", "1e", "e5",
    "__proto__", "constructor", ".", "**", "25,000", "p_1", "sp.", "\u0000", "\n", "é", "𝑁", "Rational("];
  let seed = 7;
  const random = (below) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor((seed / 2147483648) * below); };
  for (let i = 0; i < 10_000; i += 1) {
    const text = Array.from({ length: 1 + random(25) }, () => pieces[random(pieces.length)]).join("");
    try {
      const tree = parse(text, places);
      assert.doesNotMatch(mathml(tree).replace(/<\/?(math|m[a-z]+)>/g, ""), /[<>]/, text);
      if (!strangers(tree).size) valueOf(tree, POINT);
    } catch (problem) {
      assert.ok(problem instanceof Unreadable || problem instanceof NoNumber, `${JSON.stringify(text)}: ${problem.stack}`);
    }
  }
});

const SHOWN = {
  "N/(2*E)": "<math><mfrac><mrow><mi>N</mi></mrow><mrow><mrow><mn>2</mn><mo>\u2062</mo><mi>E</mi></mrow></mrow></mfrac></math>",
  "p_1": "<math><msub><mi>p</mi><mn>1</mn></msub></math>",
  "kappa": "<math><mi>κ</mi></math>",
  "entry_price": "<math><mtext>entry price</mtext></math>",
  "N*entry_price": "<math><mrow><mi>N</mi><mo>·</mo><mtext>entry price</mtext></mrow></math>",
  "N if S < E else 0": "<math><mrow><mi>N</mi><mtext>\u00a0if\u00a0</mtext><mrow><mi>S</mi><mo>&lt;</mo><mi>E</mi></mrow>"
    + "<mtext>, else\u00a0</mtext><mn>0</mn></mrow></math>",
  "x": "<math><mtext>x?</mtext></math>",
  "sqrt(2*3)": "<math><msqrt><mrow><mn>2</mn><mo>×</mo><mn>3</mn></mrow></msqrt></math>",
};
for (const [text, expected] of Object.entries(SHOWN)) {
  test(`shows ${text}`, () => assert.equal(mathml(parse(text, places)), expected));
}

test("what has no real value says why", () => {
  for (const [text, reason] of Object.entries({ "1/0": "not_finite", "0^-1": "not_finite", "sqrt(-1)": "not_real", "log(-1)": "not_real",
    "log(0)": "not_finite", "(-8)^(1/3)": "not_real", "10^400": "not_finite", "1/(1/0)": "not_finite" })) {
    assert.throws(() => worth(text), (problem) => problem instanceof NoNumber && problem.message === reason, text);
  }
  assert.equal(worth("1/10^400"), 0); // too large on the way alone
});
