"""Options paid in coin: QuantLib three ways, quadrature under the coin's measure, laws and limits."""

import math

import numpy as np
import pytest
import QuantLib as ql
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

from inversefutures import options
from inversefutures.notation import S_F, K_o, S, q, sigma, tau
from inversefutures.printing import numpy_function

ARGUMENTS = [S_F, K_o, sigma, tau, q]
BOTH = [options.price, options.black_delta, options.net_delta, options.gamma_in_coin]
EITHER = [options.black_gamma, options.vega_in_coin]
FUNCTIONS = {
    (formula.__name__, option): numpy_function(formula(option=option, coin_rate=q), ARGUMENTS)
    for formula in BOTH
    for option in ("call", "put")
} | {
    (formula.__name__, option): numpy_function(formula(coin_rate=q), ARGUMENTS)
    for formula in EITHER
    for option in ("call", "put")
}
FUNCTIONS |= {
    ("theta_in_coin", option): numpy_function(options.theta_in_coin(), ARGUMENTS)
    for option in ("call", "put")
}
PLACES = [
    (60_000.0, 65_000.0, 0.7, 0.4, 0.03),
    (60_000.0, 40_000.0, 0.5, 0.05, 0.0),
    (30_000.0, 60_000.0, 1.2, 1.5, -0.02),
]

markets = st.tuples(
    st.floats(20_000, 100_000),
    st.floats(20_000, 100_000),
    st.floats(0.2, 1.5),
    st.floats(0.02, 2),
    st.floats(-0.1, 0.2),
)


def ours(name, option, place):
    return float(FUNCTIONS[name, option](*place))


def ql_type(option):
    return ql.Option.Call if option == "call" else ql.Option.Put


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("option", ["call", "put"])
def test_the_price_is_blacks_dollars_over_the_price_and_quantlibs_puts_on_the_dollar(option, place):
    future, strike, volatility, time, coin_rate = place
    deviation, discount = volatility * math.sqrt(time), math.exp(-coin_rate * time)
    in_dollars = ql.blackFormula(ql_type(option), strike, future, deviation)
    assert ours("price", option, place) == pytest.approx(discount * in_dollars / future, rel=1e-9, abs=1e-15)
    # A call on the coin is K puts on the dollar, struck at 1/K coins, and the other way round.
    other = ql.Option.Put if option == "call" else ql.Option.Call
    on_the_dollar = strike * ql.blackFormula(other, 1 / strike, 1 / future, deviation, discount)
    assert ours("price", option, place) == pytest.approx(on_the_dollar, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("option", ["call", "put"])
def test_net_delta_is_quantlibs_premium_adjusted_delta(option, place):
    future, strike, volatility, time, coin_rate = place
    discount = math.exp(-coin_rate * time)
    # With no interest in dollars, the spot of a forward is the forward times the coin's discount.
    calculator = ql.BlackDeltaCalculator(
        ql_type(option),
        ql.DeltaVolQuote.PaSpot,
        future * discount**-1 * discount,
        1.0,
        1.0,
        volatility * math.sqrt(time),
    )
    assert ours("net_delta", option, place) == pytest.approx(
        discount * calculator.deltaFromStrike(strike), rel=1e-9, abs=1e-15
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("option", ["call", "put"])
def test_greeks_are_the_derivatives_of_the_price(option, place):
    value = options.price(option=option, coin_rate=q)
    at = dict(zip(ARGUMENTS, map(sp.Float, place, [30] * 5), strict=True))

    def number(expression):
        return float(expression.subs(at).evalf(25))

    assert ours("net_delta", option, place) == pytest.approx(number(S_F * sp.diff(value, S_F)), rel=1e-9)
    assert ours("gamma_in_coin", option, place) == pytest.approx(
        number(S_F**2 * sp.diff(value, S_F, 2)), rel=1e-8
    )
    assert ours("vega_in_coin", option, place) == pytest.approx(number(sp.diff(value, sigma)), rel=1e-9)
    dollars = S_F * value
    assert ours("black_delta", option, place) == pytest.approx(number(sp.diff(dollars, S_F)), rel=1e-9)
    assert ours("black_gamma", option, place) == pytest.approx(number(sp.diff(dollars, S_F, 2)), rel=1e-9)
    free = options.price(option=option)
    assert ours("theta_in_coin", option, place) == pytest.approx(number(-sp.diff(free, tau)), rel=1e-9)


@given(markets)
def test_parity_needs_no_model(place):
    future, strike, _, time, coin_rate = place
    parity = options.parity(futures_price=future, strike=strike, time_to_expiry=time, coin_rate=coin_rate)
    difference = ours("price", "call", place) - ours("price", "put", place)
    assert difference == pytest.approx(float(parity), abs=1e-9)


@given(markets)
def test_a_call_is_worth_less_than_a_coin_and_the_deltas_differ_by_the_price(place):
    future, strike, _, time, coin_rate = place
    discount = math.exp(-coin_rate * time)
    assert 0 <= ours("price", "call", place) <= discount
    assert 0 <= ours("price", "put", place) <= discount * strike / future
    for option in ("call", "put"):
        premium = ours("black_delta", option, place) - ours("net_delta", option, place)
        assert premium == pytest.approx(ours("price", option, place), abs=1e-9)


def test_averaging_the_coins_needs_the_coins_measure():
    """Under the dollar's measure the same average gives about half: 0.11 coins for 0.22."""
    future, strike, volatility, time, _ = place = (60_000.0, 50_000.0, 0.75, 0.9, 0.0)
    points, weights = hermegauss(200)
    weights = weights / weights.sum()

    def average(drift_of_the_logarithm):
        last = future * np.exp(drift_of_the_logarithm * time + volatility * math.sqrt(time) * points)
        return float((weights * np.maximum(0, 1 - strike / last)).sum())

    assert average(volatility**2 / 2) == pytest.approx(ours("price", "call", place), abs=2e-4)
    assert average(-(volatility**2) / 2) < 0.7 * ours("price", "call", place)


def test_limits():
    call = options.price(strike=sp.Symbol("K_o", positive=True))
    near = {sigma: 0.6, tau: sp.Float("1e-12", 30), S_F: 100}
    assert float(options.price(strike=80).subs(near).evalf(20)) == pytest.approx(0.2)
    assert float(options.price(option="put", strike=80).subs(near).evalf(20)) == pytest.approx(0)
    # A call that is sure to be exercised is a coin less K dollars, and its hedge is the dollars.
    assert ours("price", "call", (1e9, 100.0, 0.6, 1.0, 0.0)) == pytest.approx(1 - 1e-7)
    assert ours("net_delta", "call", (1e9, 100.0, 0.6, 1.0, 0.0)) == pytest.approx(1e-7)
    assert ours("price", "put", (100.0, 1e6, 0.6, 1.0, 0.0)) == pytest.approx(1e4 - 1)
    assert call.free_symbols == {S_F, K_o, sigma, tau}


def test_a_calls_coin_price_bends_down_above_the_turning_point_and_a_puts_never():
    month, half_year = 30 / 365, 0.5
    for time, turning in ((month, 1.176), (half_year, 1.058)):
        below, above = (
            ours("gamma_in_coin", "call", (ratio, 1.0, 0.6, time, 0.0))
            for ratio in (turning - 0.01, turning + 0.01)
        )
        assert below > 0 > above
    assert all(
        ours("gamma_in_coin", "put", (ratio, 1.0, 0.6, month, 0.0)) > 0 for ratio in (0.5, 1.0, 1.2, 2.0)
    )


def test_a_hedged_call_gains_whichever_way_the_price_goes_though_its_coin_gamma_is_negative():
    place = (1.4, 1.0, 0.6, 30 / 365, 0.0)
    assert ours("gamma_in_coin", "call", place) < 0
    for move in (0.99, 1.01):
        moved = (1.4 * move, *place[1:])
        gained = ours("price", "call", moved) - ours("price", "call", place)
        hedged = gained - ours("net_delta", "call", place) * (1 - 1 / move)
        assert hedged > 0


@given(markets, st.sampled_from(["call", "put"]))
def test_the_implied_volatility_is_the_one_that_the_price_was_made_with(place, option):
    future, strike, volatility, time, coin_rate = place
    premium = ours("price", option, place)
    intrinsic = math.exp(-coin_rate * time) * max(0, (1 if option == "call" else -1) * (1 - strike / future))
    if premium - intrinsic < 1e-7:  # so far from the strike that the price does not say
        return
    found = options.implied_volatility(
        option=option,
        option_premium=premium,
        futures_price=future,
        strike=strike,
        time_to_expiry=time,
        coin_rate=coin_rate,
    )
    assert found == pytest.approx(volatility, rel=1e-6)


def test_break_even_in_coin():
    for option in ("call", "put"):
        even = options.break_even_price(option=option, strike=50_000, option_premium=0.1)
        assert float(options.payoff(option=option, strike=50_000, price=even)) == pytest.approx(0.1)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"volatility is 0.*take options\.payoff"):
        options.price(volatility=0)
    with pytest.raises(ValueError, match="time_to_expiry is 0"):
        options.net_delta(time_to_expiry=0)
    with pytest.raises(ValueError, match="volatility is -1"):
        options.price(volatility=-1)
    with pytest.raises(ValueError, match="option is 'straddle'"):
        options.price(option="straddle")
    with pytest.raises(ValueError, match="never earns that back"):
        options.break_even_price(option_premium=1)
    market = {"futures_price": 100, "strike": 80, "time_to_expiry": 1}
    for premium in (0.2, 0.1, 1, 1.5):
        with pytest.raises(ValueError, match=r"no volatility gives: it must lie between 0\.2 coins"):
            options.implied_volatility(option_premium=premium, **market)
    assert options.payoff(price=S).subs({S: 100, K_o: 80}) == sp.Rational(1, 5)
