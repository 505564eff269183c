"""Every formula scales as its unit says: in cents and satoshi it gives the same answer as in USD and BTC."""

import inspect
import itertools
import typing

import pytest
import sympy as sp
from every_formula import MODULES

from inversefutures.notation import EITHER_SIDE, LONG, QUANTITIES, SHORT, quantity
from inversefutures.quantities import BTC, CONTRACT, FORMULAS, HOUR, USD, YEAR

# The contract's factor is our own choice: a bundle of seven counted as one changes no formula either.
SCALES = {USD: 100, BTC: 10**8, CONTRACT: sp.Rational(1, 7), HOUR: 60, YEAR: 400}


def factor(unit):
    return sp.sympify(unit).subs(SCALES)


def variants(function):
    """Yield the formula in every rule it knows: bare, and with every quantity and option in play."""
    parameters = inspect.signature(function).parameters.values()
    # A choice between words is annotated as a Literal.
    rules = [
        [(each.name, word) for word in typing.get_args(each.annotation)]
        for each in parameters
        if typing.get_origin(each.annotation) is typing.Literal
    ]
    symbols = {each.name: QUANTITIES[each.name].symbol for each in parameters if each.name in QUANTITIES}
    for rule in itertools.product(*rules):
        yield function(**dict(rule))
        yield function(**symbols, **dict(rule))


def sample(symbol, index, side=SHORT):
    """Return a value for a symbol: rates are small, everything else differs from everything else."""
    domain = quantity(symbol).domain
    if domain == EITHER_SIDE:
        return side
    return sp.Rational(1, 300 + index) if domain.sup <= 1 else sp.Rational(7 + 2 * index, 3)


@pytest.mark.parametrize("side", [LONG, SHORT])
@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_a_formula_scales_with_its_unit(name, side):
    function = FORMULAS[name]
    for expression in variants(function):
        symbols = sorted(sp.sympify(expression).free_symbols, key=str)
        values = {symbol: sample(symbol, index, side) for index, symbol in enumerate(symbols)}
        rescaled = {symbol: value * factor(quantity(symbol).unit) for symbol, value in values.items()}
        result = expression.xreplace(values)
        # The inverse of the bell curve does not say of itself that it is finite.
        assert result.is_finite or sp.N(result).is_finite
        assert expression.xreplace(rescaled) == factor(function.unit) * result, expression


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_a_formula_called_with_numbers_scales_too(name):
    function = FORMULAS[name]
    parameters = inspect.signature(function).parameters.values()
    asked = [
        each.name for each in parameters if each.name in QUANTITIES and isinstance(each.default, sp.Symbol)
    ]
    values = {each: sample(QUANTITIES[each].symbol, index) for index, each in enumerate(asked)}
    if name == "margin.largest_leverage":
        values["price"] = 2 * values["entry_price"]  # a short's worst price is above its entry
    if name == "order_book.roll_spread":
        values["serial_covariance"] *= -1  # a positive one says nothing of a spread
    if name.startswith("order_book.cascade"):
        values["stop_density"] = values["market_depth"] / 2  # denser stops have no end
    if name == "sizing.ruin_before_target":
        values["target_price"] = values["price"] / 2  # a short wins below
    if name.startswith("backtest.") and "skewness" in asked:
        values["kurtosis"] = 1 + values["skewness"] ** 2  # no returns have less
    if name == "options.break_even_price":
        values["option_premium"] = sp.Rational(1, 4)  # a call never earns back more than a coin
    if name == "power.fair_mark_ratio":
        values["volatility"] = sp.Rational(1, 10)  # with more the claim outgrows the funding
    rescaled = {each: value * factor(QUANTITIES[each].unit) for each, value in values.items()}
    result = function(**values)
    # What the call leaves open (the notional of a price, say) is a symbol that has to be rescaled as well.
    left_open = {symbol: symbol * factor(quantity(symbol).unit) for symbol in result.free_symbols}
    assert sp.simplify(function(**rescaled).xreplace(left_open) - factor(function.unit) * result) == 0


def test_every_public_function_of_the_mathematics_is_a_formula():
    for module in ("contract", "margin", "funding", "perpetual"):
        functions = {
            f"{module}.{name}" for name in MODULES[module].__all__ if callable(getattr(MODULES[module], name))
        }
        # These take fills, books or paths, and their laws are tested with them; the last takes nothing.
        assert functions - set(FORMULAS) <= {
            "contract.average_entry_price",
            "funding.basket_index",
            "funding.impact_price",
            "funding.moving_average",
            "funding.paid_over_path",
            "funding.paid_per_starting_coin",
            "funding.rising_average",
            "funding.time_average",
            "funding.rate_in_cases",
        }
