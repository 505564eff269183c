"""Schedules of margin: laws, published figures and bad input."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inversefutures import margin, venues
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import D_b, N, V, V_k, m, m_b
from inversefutures.printing import numpy_function
from inversefutures.quantities import USD
from inversefutures.risk_limits import (
    Brackets,
    Slope,
    Steps,
    Tier,
    Tiers,
    risk_limit_jump,
    tier_deduction,
    tiered_liquidation_price,
)

sides = st.sampled_from([LONG, SHORT])
BYBIT_EXAMPLE = Tiers([(0, Fraction(1, 100)), (10, Fraction(2, 100)), (20, Fraction(3, 100))])


@st.composite
def schedules(draw):
    count = draw(st.integers(min_value=1, max_value=5))
    widths = draw(st.lists(st.integers(min_value=1, max_value=40), min_size=count, max_size=count))
    rises = draw(st.lists(st.integers(min_value=1, max_value=40), min_size=count, max_size=count))
    floors = [sum(widths[:index]) for index in range(count)]
    return Tiers([(floor, sp.Rational(sum(rises[: i + 1]), 400)) for i, floor in enumerate(floors)])


sizes = st.fractions(min_value=Fraction(1, 10), max_value=250, max_denominator=10).map(sp.sympify)


# --- tiers ----------------------------------------------------------------------------------------


def test_the_deduction_is_what_continuity_asks_for():
    assert sp.expand(tier_deduction() - (V_k * (m - m_b) + D_b)) == 0
    assert BYBIT_EXAMPLE.deductions == (0, sp.Rational(1, 10), sp.Rational(3, 10))


@given(schedules())
@settings(max_examples=40)
def test_the_margin_is_continuous_where_a_tier_begins(tiers):
    for below, above, low, high in zip(
        tiers.tiers, tiers.tiers[1:], tiers.deductions, tiers.deductions[1:], strict=False
    ):
        edge = above.floor
        assert below.rate * edge - low == above.rate * edge - high == tiers.margin(edge)


@given(schedules(), sizes)
@settings(max_examples=40)
def test_a_sum_over_slices_is_rate_times_size_less_the_deduction(tiers, size):
    by_hand = sum(
        (tier.rate * max(0, min(size, ceiling) - tier.floor))
        for tier, ceiling in zip(tiers.tiers, [*(t.floor for t in tiers.tiers[1:]), 10**9], strict=True)
    )
    assert tiers.margin(size) == tiers.margin_by_slices(size) == by_hand
    assert tiers.margin(size) == tiers.marginal_rate(size) * size - tiers.deduction(size)


@given(schedules(), sizes)
@settings(max_examples=40)
def test_the_average_rate_rises_and_never_exceeds_the_marginal_rate(tiers, size):
    assert tiers.tiers[0].rate <= tiers.rate(size) <= tiers.marginal_rate(size)
    assert tiers.rate(size) <= tiers.rate(2 * size)


@given(schedules(), sizes)
@settings(max_examples=40)
def test_the_marginal_rate_is_what_a_little_more_costs(tiers, size):
    assume(all(size != tier.floor for tier in tiers.tiers))
    little = sp.Rational(1, 1000)
    assume(tiers.marginal_rate(size + little) == tiers.marginal_rate(size))
    assert (tiers.margin(size + little) - tiers.margin(size)) / little == tiers.marginal_rate(size)


def test_the_derivative_of_the_formula_is_the_marginal_rate():
    slope = sp.diff(BYBIT_EXAMPLE.margin(), V)
    for size in (3, 17, 90):
        assert slope.subs(V, size) == BYBIT_EXAMPLE.marginal_rate(size)


def test_the_formula_of_a_schedule_runs_in_numpy():
    grid = np.linspace(0.5, 60, 200)
    by_tier, by_slice = (
        numpy_function(expression, [V])(grid)
        for expression in (BYBIT_EXAMPLE.margin(), BYBIT_EXAMPLE.margin_by_slices())
    )
    assert by_tier == pytest.approx(by_slice, rel=1e-12)
    assert by_tier[-1] == pytest.approx(60 * 0.03 - 0.3)


def test_a_size_at_a_floor_belongs_to_the_tier_below():
    assert BYBIT_EXAMPLE.marginal_rate(10) == sp.Rational(1, 100)
    assert BYBIT_EXAMPLE.rate(0) == sp.Rational(1, 100)
    assert Brackets(BYBIT_EXAMPLE).margin(10) == sp.Rational(1, 10)
    # Without a deduction the whole size pays the higher rate at once.
    assert Brackets(BYBIT_EXAMPLE).margin(sp.Rational(1001, 100)) > sp.Rational(2, 10)


@pytest.mark.parametrize(
    ("tiers", "cap", "message"),
    [
        ([], None, "tiers is empty"),
        ([(1, 0.01)], None, "floor of the first tier is 1, but must be 0"),
        ([(0, 0.01), (10, 0.01)], None, "rate of a tier is 0.01.* after 0.01"),
        ([(0, 0.01), (10, 0.02), (5, 0.03)], None, "floor of a tier is 5 after 10"),
        ([(0, 1.5)], None, "rate of a tier is 1.5, but its domain is 0 to 1"),
        ([(0, 0.01), (10, 0.02)], 10, "cap is 10, but must be above the last floor 10"),
    ],
)
def test_a_schedule_that_is_none_is_refused(tiers, cap, message):
    with pytest.raises(ValueError, match=message):
        Tiers(tiers, cap)


def test_a_size_outside_the_schedule_is_refused():
    capped = Tiers([Tier(0, sp.Rational(1, 100))], cap=300)
    assert capped.margin(300) == 3
    with pytest.raises(ValueError, match="size is 301, but the schedule ends at 300"):
        capped.margin(301)
    with pytest.raises(ValueError, match="size is -1"):
        capped.rate(-1)


# --- the liquidation price in tiers ---------------------------------------------------------------


@given(
    schedules(),
    sides,
    st.integers(min_value=10_000, max_value=10**7),
    st.integers(min_value=2, max_value=40),
    st.sampled_from([20_000, 50_000, 110_000]),
)
@settings(max_examples=25)
def test_at_the_liquidation_price_the_balance_is_the_margin_of_the_tier_there(
    tiers, side, notional, leverage, entry
):
    position = {"side": side, "notional": notional, "entry_price": entry}
    coins = sp.Rational(notional, entry * leverage)
    assume(tiers.margin(sp.Rational(notional, entry)) < coins)
    price = tiered_liquidation_price(tiers, leverage=leverage, **position)
    assert side * (entry - price) > 0
    balance = margin.margin_balance(price=price, margin=coins, **position)
    assert balance == tiers.margin(notional / price)
    # The tier at the entry would be too kind.
    stays = margin.liquidation_price(
        margin=coins,
        maintenance_margin_rate=tiers.marginal_rate(sp.Rational(notional, entry)),
        deduction=tiers.deduction(sp.Rational(notional, entry)),
        base="mark",
        **position,
    )
    assert side * (price - stays) >= 0


def test_a_long_grows_into_a_higher_tier_as_the_price_falls():
    # 18 BTC at the entry, in the second tier; at the liquidation price it is above 20 BTC, in the third.
    position = {"side": LONG, "notional": 900_000, "entry_price": 50_000}
    price = tiered_liquidation_price(BYBIT_EXAMPLE, leverage=4, **position)
    assert 900_000 / price > 20
    # By hand: 18 + 4.5 = v (1 + 0.03) − 0.3.
    assert price == sp.Rational(900_000 * 103, 2280)


def test_tiers_in_dollars_do_not_move_with_the_price():
    position = {"side": LONG, "notional": 1_000_000, "entry_price": 50_000}
    price = tiered_liquidation_price(venues.kraken.KRAKEN.maintenance, leverage=5, **position)
    assert venues.kraken.KRAKEN.maintenance.unit == USD
    # 15,000 USD of 1,000,000 are 1.5 %.
    expected = margin.liquidation_price(
        leverage=5, maintenance_margin_rate=sp.Rational(15, 1000), base="mark", **position
    )
    assert price == expected


def test_on_the_entry_value_the_tier_stays():
    position = {"side": SHORT, "notional": 900_000, "entry_price": 50_000}
    price = tiered_liquidation_price(BYBIT_EXAMPLE, leverage=4, base="entry", **position)
    balance = margin.margin_balance(price=price, margin=sp.Rational(9, 2), **position)
    assert balance == BYBIT_EXAMPLE.margin(18)


def test_a_short_that_holds_its_coins_is_never_liquidated():
    price = tiered_liquidation_price(
        BYBIT_EXAMPLE, side=SHORT, notional=100_000, entry_price=50_000, margin=2
    )
    assert price == sp.oo


def test_coins_added_count_as_the_margin_does():
    position = {"side": LONG, "notional": 900_000, "entry_price": 50_000}
    added = tiered_liquidation_price(BYBIT_EXAMPLE, margin=0.1, extra_margin=4.4, **position)
    assert added == tiered_liquidation_price(BYBIT_EXAMPLE, margin=4.5, **position)


def test_the_formula_in_the_notional_has_the_higher_price_of_the_tiers():
    price = tiered_liquidation_price(BYBIT_EXAMPLE, side=LONG, entry_price=50_000, leverage=4)
    number = tiered_liquidation_price(
        BYBIT_EXAMPLE, side=LONG, notional=900_000, entry_price=50_000, leverage=4
    )
    assert price.subs(N, 900_000) == number


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"leverage": 200}, "the margin is .* BTC, but the maintenance margin at the entry is"),
        ({"margin": 0.0625, "extra_margin": 0.0156}, "the margin is 0.0781.* BTC, but"),
        ({"leverage": 2, "margin": 1}, "give one of the two"),
        ({"leverage": 2, "side": sp.Symbol("d")}, "side is d, but must be a number"),
        ({"leverage": 2, "entry_price": -1}, "entry_price is -1"),
    ],
)
def test_bad_positions_are_named(given_, message):
    position = {"side": LONG, "notional": 900_000, "entry_price": 50_000} | given_
    with pytest.raises(ValueError, match=message):
        tiered_liquidation_price(BYBIT_EXAMPLE, **position)


# --- steps and slopes -----------------------------------------------------------------------------


def test_bitmex_steps_of_its_page():
    maintenance = venues.risk_limits_of("BitMEX", "2021-09-01").maintenance
    assert [maintenance.margin(size) for size in (180, 230)] == [sp.Rational(9, 10), sp.Rational(23, 10)]
    before = venues.risk_limits_of("BitMEX", "2021-08-30").maintenance
    assert (before.rate(330), maintenance.rate(330)) == (sp.Rational(15, 1000), sp.Rational(10, 1000))


@given(st.integers(min_value=1, max_value=300), st.integers(min_value=1, max_value=200), st.integers(0, 6))
@settings(max_examples=30)
def test_a_stepped_margin_jumps_at_every_step(base, step, count):
    steps = Steps(base, step, sp.Rational(1, 200), sp.Rational(1, 200))
    edge = base + count * step
    little = sp.Rational(1, 10**6)
    jump = steps.margin(edge + little) - steps.margin(edge)
    assert jump == risk_limit_jump(position_value=edge, rate_step=sp.Rational(1, 200)) + little * steps.rate(
        edge + little
    )


def test_a_slope_charges_the_next_coin_more_than_the_average():
    slope = Slope(sp.Rational(1, 100), sp.Rational(5, 100_000))
    assert slope.rate(350) == sp.Rational(275, 10_000)
    assert slope.marginal_rate(350) == sp.Rational(1, 100) + 2 * 350 * sp.Rational(5, 100_000)
    assert sp.diff(slope.margin(), V) == slope.marginal_rate()


def test_the_venues_tables_say_what_is_unknown():
    rows = venues.risk_limit_rows(venues.kraken.KRAKEN)
    assert rows[1] == {
        "up_to": "1,000,000 USD",
        "initial": "4 %",
        "maintenance": "2 %",
        "deduction": "5,000 USD",
    }
    assert rows[-1]["up_to"] == "above"
    for limits in venues.RISK_LIMITS:
        for row in venues.risk_limit_rows(limits):
            assert (row["maintenance"] == "unknown") == (limits.maintenance is None)
            assert (row["initial"] == "unknown") == (limits.initial is None)
        assert limits.source.startswith("https://")
        assert limits.maintenance is not None or "unknown" in limits.note or "no copy" in limits.note.lower()
    with pytest.raises(ValueError, match="what BitMEX asked for is known only from 2019-03-01"):
        venues.risk_limits_of("BitMEX", "2016-01-01")
    with pytest.raises(ValueError, match=r"undated copy: take them from known_risk_limits\('Deribit'\)"):
        venues.risk_limits_of("Deribit", "2021-01-01")
    undated = venues.known_risk_limits("Deribit")
    assert undated
    assert all(limits.venue == "Deribit" and limits.first is None for limits in undated)
    assert sum(
        len(venues.known_risk_limits(name)) for name in {each.venue for each in venues.RISK_LIMITS}
    ) == (len(venues.RISK_LIMITS))
    with pytest.raises(ValueError, match=r"venue is 'Mt\. Gox'"):
        venues.risk_limits_of("Mt. Gox", "2013-01-01")
