"""The printers: what they refuse, and that NumPy agrees with sympy."""

import random
import warnings

import numpy as np
import pytest
import sympy as sp

from inversefutures import notation
from inversefutures.printing import UnsupportedExpressionError, javascript, numpy_function

N, E, S = notation.N, notation.E, notation.S
x, y, k = sp.symbols("x y k")


@pytest.mark.parametrize(
    ("expression", "node"),
    [
        (sp.Sum(1 / k, (k, 1, x)), "Sum"),
        (sp.Integral(sp.exp(-(y**2)), (y, 0, x)), "Integral"),
        (sp.Derivative(sp.Function("f")(x), x), "Derivative"),
        (sp.I * x, "ImaginaryUnit"),
        (sp.erf(x), "erf"),
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
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_numpy_agrees_with_sympy(expression):
    draw = random.Random(1)
    points = [[draw.uniform(0.5, 9) for _ in range(3)] for _ in range(30)]
    values = numpy_function(expression, [N, E, S])(*np.transpose(points))
    exact = [float(expression.subs(dict(zip([N, E, S], p, strict=True))).evalf(30)) for p in points]
    np.testing.assert_allclose(values, exact, rtol=1e-13, atol=1e-14)


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
