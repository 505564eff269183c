"""Dated futures: the price that a replicating trade forces, in either money, and its limits."""

import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

from inversefutures import carry, contract
from inversefutures.notation import LONG, S_F, S_N, SHORT, N, S, q, r, rho, sigma, sigma_c, tau, w

prices = st.floats(100, 1e6)
rates = st.floats(-0.5, 0.5)
years = st.floats(0.01, 3)


def profit(side, notional, entry, price):
    return float(contract.profit_and_loss(side=side, notional=notional, entry_price=entry, price=price))


@given(prices, rates, rates, years, prices)
def test_borrowed_dollars_lent_coins_and_a_short_at_the_forward_price_end_at_nothing(
    price, dollar_rate, coin_rate, time, last
):
    forward = float(
        carry.forward_price(price=price, dollar_rate=dollar_rate, coin_rate=coin_rate, time_to_expiry=time)
    )
    coins = math.exp(coin_rate * time)  # one coin, lent
    owed = price * math.exp(dollar_rate * time)  # the dollars that bought it
    coins += profit(SHORT, coins * forward, forward, last)
    assert coins * last - owed == pytest.approx(0, abs=1e-8 * (owed + last))


def test_the_future_is_the_coin_when_no_time_is_left_or_both_rates_are_equal():
    assert carry.forward_price(time_to_expiry=0) == S
    assert carry.forward_price(coin_rate=r) == S
    assert carry.forward_price_at_simple_rates(coin_rate=r) == S


def test_linear_and_inverse_futures_of_one_date_cost_the_same_and_a_quanto_does_not():
    assert carry.forward_price(contract_type="linear") == carry.forward_price(contract_type="inverse")
    quanto = carry.forward_price(contract_type="quanto")
    assert sp.simplify(quanto / carry.forward_price()) == sp.exp(rho * sigma * sigma_c * tau)


def test_simple_rates_are_the_continuous_ones_to_first_order():
    difference = carry.forward_price() - carry.forward_price_at_simple_rates()
    assert sp.series(difference, tau, 0, 2).removeO() == 0


def test_a_published_parity_at_simple_rates():
    """BitMEX, "Types of trading": 100 USD, 10 % in dollars, 5 % in coin, one year."""
    forward = carry.forward_price_at_simple_rates(
        price=100, dollar_rate=0.1, coin_rate=0.05, time_to_expiry=1
    )
    assert float(forward) == pytest.approx(104.76, abs=0.005)


def test_the_implied_rate_is_the_one_that_the_price_was_made_with():
    assert sp.simplify(carry.implied_coin_rate(futures_price=carry.forward_price()) - q) == 0


def lognormal_average(function, drift, volatility, time):
    """The average of a function of the price, by Gauss-Hermite quadrature; the price is 100 now."""
    points, weights = hermegauss(80)
    last = 100 * np.exp((drift - volatility**2 / 2) * time + volatility * math.sqrt(time) * points)
    return (weights * function(last)).sum() / weights.sum()


def test_the_future_is_the_average_price_in_dollars_and_its_reciprocal_is_the_average_in_coin():
    """Under the coin's measure each outcome weighs as much more as a coin is worth more in it."""
    volatility, time = 0.7, 0.8
    forward = lognormal_average(lambda last: last, 0.03, volatility, time)
    assert forward == pytest.approx(100 * math.exp(0.03 * time))
    in_coin = {
        power: lognormal_average(
            lambda last, power=power: last**power * last / forward, 0.03, volatility, time
        )
        for power in (-1, 1)
    }
    assert in_coin[-1] == pytest.approx(1 / forward)
    ours = carry.expected_price_in_coin_measure(
        futures_price=forward, volatility=volatility, time_to_expiry=time
    )
    assert in_coin[1] == pytest.approx(float(ours), rel=1e-9)
    assert float(ours) > 1.4 * forward


@given(prices, st.floats(0.5, 2), st.floats(0.1, 10))
def test_a_spread_of_equal_coins_does_not_care_for_a_common_factor(near, ratio, factor):
    far = near * ratio
    far_notional = float(carry.neutral_notional(notional=1e6, near_futures_price=near, futures_price=far))
    won = profit(LONG, 1e6, near, near * factor) + profit(SHORT, far_notional, far, far * factor)
    assert won == pytest.approx(0, abs=1e-9 * 1e6 / near * max(1, 1 / factor))


def test_a_parallel_move_asks_for_the_ratio_squared_and_grants_only_the_first_order():
    move = sp.Symbol("move", real=True)

    def spread(far_notional):
        return contract.profit_and_loss(
            side=LONG, entry_price=S_N, price=S_N + move
        ) + contract.profit_and_loss(side=SHORT, notional=far_notional, entry_price=S_F, price=S_F + move)

    won = spread(carry.neutral_notional(move="parallel"))
    assert sp.simplify(sp.diff(won, move).subs(move, 0)) == 0
    assert sp.simplify(sp.diff(won, move, 2).subs(move, 0)) != 0
    # A fall by a fifth of 60,000 USD: equal dollars, equal coins, and the ratio squared.
    at = {N: 1_000_000, S_N: 61_000, S_F: 63_000, move: -12_000}
    assert float(spread(N).subs(at)) == pytest.approx(-0.280, abs=5e-4)
    assert float(spread(carry.neutral_notional()).subs(at)) == pytest.approx(-0.157, abs=5e-4)
    assert float(won.subs(at)) == pytest.approx(-0.031, abs=5e-4)


@given(prices, prices)
def test_roll_return_is_the_profit_at_an_unchanged_price(price, future):
    coin, dollars = (
        float(carry.roll_return(money=money, price=price, futures_price=future))
        for money in ("coin", "dollars")
    )
    assert coin == pytest.approx(profit(LONG, future, future, price), abs=1e-9 * max(1, future / price))
    assert dollars == pytest.approx(coin * price / future, abs=1e-9)
    assert (coin < 0) == (dollars < 0)


def test_the_three_ways_to_annualise_agree_on_a_small_basis_and_stand_in_order():
    kinds = [
        float(carry.annualised_basis(annualisation=kind, price=100, futures_price=103, rolls=4))
        for kind in ("continuous", "simple", "compound")
    ]
    assert kinds == sorted(kinds)
    tiny = [
        float(carry.annualised_basis(annualisation=kind, price=1e6, futures_price=1e6 + 1, rolls=1))
        for kind in ("continuous", "simple", "compound")
    ]
    assert tiny == pytest.approx([1e-6] * 3, rel=1e-5)


def test_variance_of_the_average_against_a_simulation_of_its_samples():
    """A window of one, of which half is over: the exact sum over the samples that are left."""
    steps = 2_000
    for left in (1.0, 0.5, 0.1):
        remaining = np.arange(1, int(steps * left) + 1)  # each step moves this many of the samples
        exact = ((remaining / steps) ** 2).sum() / steps
        ours = carry.average_variance(volatility=1, averaging_window=1, time_to_expiry=left)
        assert float(ours) == pytest.approx(exact, rel=0.02)
        assert float(carry.exposure_left(averaging_window=1, time_to_expiry=left)) == left
    assert carry.average_variance(time_to_expiry=w).equals(sigma**2 * w / 3)
    before = carry.average_variance(volatility=1, averaging_window=1, time_to_expiry=3)
    assert before == sp.Rational(7, 3)
    assert carry.exposure_left(averaging_window=1, time_to_expiry=3) == 1


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="time_to_expiry is -1"):
        carry.forward_price(time_to_expiry=-1)
    with pytest.raises(
        ValueError, match=r"implied_coin_rate: time_to_expiry is 0.*give the years that are left"
    ):
        carry.implied_coin_rate(time_to_expiry=0)
    with pytest.raises(ValueError, match=r"1 \+ coin_rate·time_to_expiry is -1.*give a rate above"):
        carry.forward_price_at_simple_rates(dollar_rate=0, coin_rate=-4, time_to_expiry=0.5)
    with pytest.raises(ValueError, match="contract_type is 'option'"):
        carry.forward_price(contract_type="option")
    with pytest.raises(ValueError, match="move is 'sideways'"):
        carry.neutral_notional(move="sideways")
