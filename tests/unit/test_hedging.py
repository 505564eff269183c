"""Hedges of who owns coins: what is fixed, what is left, and the margin that keeps them alive."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import contract, hedging, margin
from inversefutures.notation import S_F, SHORT, C, E, N, S, m, u

prices = st.floats(100, 1e6)


@given(prices, prices)
def test_a_whole_hedge_fixes_the_dollars_at_expiry_and_never_needs_resizing(entry, last):
    dollars = hedging.hedged_dollars(
        coins=3, notional=3 * entry, entry_price=entry, price=last, futures_price=last
    )
    assert float(dollars) == pytest.approx(3 * entry)


def test_before_expiry_only_the_basis_is_left():
    assert hedging.hedged_dollars(notional=C * E) == C * E * S / S_F
    # Its dollar delta is nought at every price, as long as coin and future move together.
    at_par = hedging.hedged_dollars(notional=C * E, futures_price=S)
    assert at_par == C * E


def test_costs_are_covered_at_any_price_and_the_rest_rides():
    revenue = hedging.revenue_after_cost_lock()
    assert sp.expand(revenue - ((C - N / E) * S + N)) == 0
    assert revenue.subs(S, 0) == N


@given(st.floats(0.05, 0.9), st.floats(0.05, 0.9), st.floats(-0.95, 0.95))
def test_no_other_hedge_has_less_variance(coin, hedge, correlation):
    best = float(
        hedging.minimum_variance_hedge(
            coins=1, coin_deviation=coin, hedge_deviation=hedge, hedge_correlation=correlation
        )
    )

    def variance(hedged):
        kept = 1 - hedged
        return (kept * coin) ** 2 + (hedged * hedge) ** 2 + 2 * kept * hedged * correlation * coin * hedge

    assert all(variance(best) <= variance(best + step) + 1e-12 for step in (-0.1, -0.001, 0.001, 0.1))


def test_minimum_variance_against_a_sample():
    random = np.random.default_rng(5)
    last = 60_000 * np.exp(0.1 * random.standard_normal(200_000))
    hedged = 60_000 * np.exp(-0.002 * (last / 60_000 - 1) * 10 + 0.004 * random.standard_normal(200_000))
    correlation = np.corrcoef(last, hedged)[0, 1]
    best = hedging.minimum_variance_hedge(
        coins=1, coin_deviation=last.std(), hedge_deviation=hedged.std(), hedge_correlation=correlation
    )
    by_regression = 1 + np.cov(last - hedged, hedged)[0, 1] / (last - hedged).var(ddof=1)
    assert float(best) == pytest.approx(by_regression, abs=1e-4)
    assert float(best) < 1


def test_an_uncorrelated_hedge_that_does_not_move_is_whole():
    limit = sp.limit(
        hedging.minimum_variance_hedge(hedge_correlation=0), sp.Symbol("sigma_B", positive=True), 0
    )
    free = hedging.minimum_variance_hedge(
        coins=2, coin_deviation=1, hedge_deviation=sp.Rational(1, 10**9), hedge_correlation=0
    )
    assert float(free) == pytest.approx(2)
    assert limit.has(C)


@pytest.mark.parametrize("base", ["entry", "mark"])
@given(st.floats(0.02, 0.99), st.floats(0, 0.02))
def test_the_margin_for_a_multiple_and_the_multiple_of_a_margin_are_one_rule(base, fraction, rate):
    multiple = hedging.survived_multiple(base=base, margin_fraction=fraction, maintenance_margin_rate=rate)
    needed = hedging.required_margin_fraction(
        base=base, price_multiple=multiple, maintenance_margin_rate=rate
    )
    assert float(needed) == pytest.approx(fraction, abs=1e-9)


@pytest.mark.parametrize("base", ["entry", "mark"])
@given(st.floats(1.05, 20), st.floats(0.1, 9))
def test_the_largest_hedge_is_liquidated_at_the_multiple_and_not_before(base, multiple, coins):
    short = hedging.largest_hedge(
        base=base, margin=coins, entry_price=50_000, price_multiple=multiple, maintenance_margin_rate=0.01
    )
    closed = margin.liquidation_price(
        side=SHORT, notional=short, entry_price=50_000, margin=coins, maintenance_margin_rate=0.01, base=base
    )
    assert float(closed) == pytest.approx(50_000 * multiple)


def test_a_hedge_that_needs_no_margin_may_be_of_any_size():
    assert hedging.largest_hedge(price_multiple=0.9, maintenance_margin_rate=0.01) == sp.oo


def test_the_margin_rules_in_their_short_form():
    k = sp.Symbol("lambda_S", real=True, positive=True)
    assert sp.simplify(hedging.required_margin_fraction(base="entry") - (1 - 1 / k + m)) == 0
    assert sp.simplify(hedging.required_margin_fraction(base="mark") - (1 - (1 - m) / k)) == 0
    assert sp.simplify(hedging.survived_multiple(base="entry") - 1 / (1 - u + m)) == 0
    assert sp.simplify(hedging.survived_multiple(base="mark") - (1 - m) / (1 - u)) == 0


def test_all_coins_as_margin_live_for_ever_on_the_mark_and_to_e_over_m_on_the_entry():
    assert hedging.survived_multiple(base="mark", margin_fraction=1, maintenance_margin_rate=0.01) == sp.oo
    entry = hedging.survived_multiple(
        base="entry", margin_fraction=1, maintenance_margin_rate=sp.Rational(1, 200)
    )
    assert entry == 200
    # Anything paid out of the margin ends that: five percent of funding, and it is 19.9 entry prices.
    paid = margin.liquidation_price(
        side=SHORT, notional=1, entry_price=1, margin=0.95, maintenance_margin_rate=0.005, base="mark"
    )
    assert float(paid) == pytest.approx(19.9)


def test_the_hedge_loses_as_many_dollars_as_a_linear_short_of_the_same_coins():
    coins = contract.profit_and_loss(side=SHORT, notional=10 * 60_000, entry_price=60_000, price=600_000)
    linear = contract.linear_profit_and_loss(side=SHORT, coin_quantity=10, entry_price=60_000, price=600_000)
    assert coins == -9
    assert coins * 600_000 == linear == -5_400_000


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="no hedge is better"):
        hedging.minimum_variance_hedge(coin_deviation=1, hedge_deviation=1, hedge_correlation=1)
    with pytest.raises(ValueError, match="margin_fraction is 0"):
        hedging.survived_multiple(margin_fraction=0)
    with pytest.raises(ValueError, match="base is 'last'"):
        hedging.survived_multiple(base="last")
    with pytest.raises(ValueError, match="coins is -1"):
        hedging.hedged_coins(coins=-1)
