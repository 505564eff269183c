"""Strategies of an owner of coins: held between the strikes, at the ends, before expiry; laws and limits."""

import itertools

import numpy as np
import pytest
import QuantLib as ql
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import arbitrage, hedging, options, strategies
from inversefutures.notation import LONG, SHORT, E, K_o, K_s, N, S, p_o, p_so
from inversefutures.strategies import Leg

STRATEGIES = ("short hedge", "protective put", "put spread", "collar", "covered call")
prices = st.floats(1_000, 1e6)
legs = st.builds(
    Leg,
    st.sampled_from(["call", "put"]),
    st.sampled_from([LONG, SHORT]),
    st.integers(20, 200).map(lambda thousands: 1_000 * thousands),
    st.integers(0, 300).map(lambda part: sp.Rational(part, 1_000)),
    st.integers(1, 30).map(lambda tenths: sp.Rational(tenths, 10)),
) | st.builds(
    lambda side, strike: Leg("future", side, strike),
    st.sampled_from([LONG, SHORT]),
    st.integers(20, 200).map(lambda thousands: 1_000 * thousands),
)


# --- what the textbook says of dollars, divided by the price ---------------------------------------
def textbook(strategy, price, strike, paid, sold_strike, received):
    """The dollars of an owner who trades options in dollars, with premiums that are coins."""
    put, low, call = max(0, strike - price), max(0, sold_strike - price), max(0, price - sold_strike)
    return {
        "short hedge": strike,
        "protective put": price + put - paid * price,
        "put spread": price + put - low + (received - paid) * price,
        "collar": price + put - call + (received - paid) * price,
        "covered call": price - call + received * price,
    }[strategy]


@pytest.mark.parametrize("strategy", STRATEGIES)
@given(price=prices)
def test_a_named_strategy_is_the_textbooks_dollars_over_the_price(strategy, price):
    strike, sold_strike = (80_000, 60_000) if strategy == "put spread" else (80_000, 110_000)
    coins = strategies.coins_per_coin(
        strategy=strategy,
        strike=strike,
        option_premium=0.05,
        sold_strike=sold_strike,
        sold_premium=0.02,
        price=price,
    )
    dollars = textbook(strategy, price, strike, 0.05, sold_strike, 0.02)
    assert float(coins) * price == pytest.approx(dollars, rel=1e-9, abs=1e-6)


def test_the_named_strategies_are_the_lessons_table():
    held = {
        name: [(each.coins, each.dollars) for each in strategies.stretches(found, coins=1)]
        for name, found in {
            "put": [Leg("put", LONG, 80, p_o)],
            "spread": [Leg("put", LONG, 80, p_o), Leg("put", SHORT, 60, p_so)],
            "collar": [Leg("put", LONG, 80, p_o), Leg("call", SHORT, 110, p_so)],
            "call": [Leg("call", SHORT, 110, p_so)],
        }.items()
    }
    assert held["put"] == [(-p_o, 80), (1 - p_o, 0)]
    assert held["spread"] == [(1 - p_o + p_so, 20), (p_so - p_o, 80), (1 - p_o + p_so, 0)]
    assert held["collar"] == [(p_so - p_o, 80), (1 - p_o + p_so, 0), (p_so - p_o, 110)]
    assert held["call"] == [(1 + p_so, 0), (p_so, 110)]


# --- laws ----------------------------------------------------------------------------------------
@given(st.lists(legs, max_size=4), st.fractions(1_000, 300_000))
def test_a_stretch_says_the_coins_and_the_dollars_at_every_price_of_it(some, price):
    (there,) = (
        each
        for each in strategies.stretches(some, coins=1)
        if each.low < price <= each.high or (each.high == sp.oo and price > each.low)
    )
    exact = sp.Rational(price.numerator, price.denominator)
    coins = strategies.coins_at_expiry(some, coins=1, price=exact)
    dollars = strategies.dollars_at_expiry(some, coins=1, price=exact)
    assert coins == there.coins + there.dollars / exact
    assert dollars == coins * exact


@given(st.lists(legs, min_size=1, max_size=4))
def test_the_stretches_meet_at_the_strikes_and_their_coins_are_the_slopes(some):
    found = strategies.stretches(some, coins=1)
    assert found[0].low == 0
    assert found[-1].high == sp.oo
    for below, above in itertools.pairwise(found):
        assert below.high == above.low
        assert below.coins * below.high + below.dollars == above.coins * above.low + above.dollars


@given(st.lists(legs, max_size=3), st.integers(10_000, 60_000), st.integers(70_000, 300_000))
def test_no_price_of_the_range_is_outside_the_extremes(some, low, high):
    found = strategies.extremes(some, coins=1, low=low, high=high)
    tried = [float(low), float(high), *np.linspace(low, high, 23)]
    tried += [float(leg.strike) for leg in some if low <= leg.strike <= high]
    coins = [float(strategies.coins_at_expiry(some, coins=1, price=price)) for price in tried]
    dollars = [at * price for at, price in zip(coins, tried, strict=True)]
    assert min(coins) == pytest.approx(float(found.fewest_coins), abs=1e-9)
    assert max(coins) == pytest.approx(float(found.most_coins), abs=1e-9)
    assert min(dollars) == pytest.approx(float(found.fewest_dollars), abs=1e-4)
    assert max(dollars) == pytest.approx(float(found.most_dollars), abs=1e-4)


@given(st.integers(20_000, 200_000), prices)
def test_a_call_bought_and_a_put_sold_are_a_future(strike, price):
    pair = [Leg("call", LONG, strike, 0.03), Leg("put", SHORT, strike, 0.03)]
    future = [Leg("future", LONG, strike)]
    assert float(strategies.coins_at_expiry(pair, coins=1, price=price)) == pytest.approx(
        float(strategies.coins_at_expiry(future, coins=1, price=price)), rel=1e-9, abs=1e-9
    )


def test_what_was_bought_and_is_sold_at_once_leaves_the_coins():
    both = [Leg("put", side, 80_000, 0.05) for side in (LONG, SHORT)]
    assert strategies.coins_at_expiry(both, coins=2) == 2
    assert strategies.coins_after_closing(both[:1], [0.05], coins=2) == 2


def test_a_strategy_is_its_legs_and_grows_with_them():
    one = strategies.legs_of("collar", strike=80_000, sold_strike=110_000)
    three = strategies.legs_of("collar", strike=80_000, sold_strike=110_000, coins=3)
    for price in (50_000, 90_000, 150_000):
        single = strategies.coins_at_expiry(one, coins=1, price=price)
        assert sp.expand(strategies.coins_at_expiry(three, coins=3, price=price) - 3 * single) == 0


# --- the earlier lessons -------------------------------------------------------------------------
def test_a_future_sold_is_the_hedge_of_lesson_15_and_the_carry_of_lesson_14():
    part = [Leg("future", SHORT, E, coins=N / E)]
    ours = strategies.dollars_at_expiry(part, coins=1)
    assert sp.simplify(ours - hedging.hedged_dollars(coins=1, futures_price=S)) == 0
    assert sp.simplify(ours - arbitrage.carry_worth(coins=1, futures_price=S)) == 0
    whole = [Leg("future", SHORT, 50_000)]
    assert strategies.dollars_at_expiry(whole, coins=1) == 50_000


# --- level floors and caps -----------------------------------------------------------------------
@pytest.mark.parametrize(("option", "side"), [("put", LONG), ("call", SHORT)])
@given(premium=st.integers(1, 400).map(lambda part: sp.Rational(part, 1_000)))
def test_the_flat_size_leaves_no_coin_beyond_the_strike(option, side, premium):
    size = strategies.flat_size(option=option, option_premium=premium)
    held = strategies.stretches([Leg(option, side, 60_000, premium, size)], coins=1)
    beyond = held[0] if option == "put" else held[-1]
    assert beyond.coins == 0
    level = options.break_even_price(option=option, strike=60_000, option_premium=premium)
    assert beyond.dollars == level


def test_a_free_option_is_taken_once_for_each_coin():
    assert strategies.flat_size(option_premium=0) == 1
    assert strategies.flat_size(option="call", option_premium=0) == 1


@pytest.mark.parametrize(
    ("cost", "levels"), [(0, (0, 0)), (sp.Rational(1, 100), (-1, -1)), (sp.Rational(-1, 100), (1, 1))]
)
def test_a_collar_is_level_outside_if_its_premiums_are_equal(cost, levels):
    collar = [Leg("put", LONG, 80, sp.Rational(3, 100) + cost), Leg("call", SHORT, 110, sp.Rational(3, 100))]
    below, _, above = strategies.stretches(collar, coins=1)
    assert (sp.sign(below.coins), sp.sign(above.coins)) == levels


# --- ends ----------------------------------------------------------------------------------------
def test_the_ends_are_limits():
    hold = strategies.extremes([], coins=1)
    assert (hold.fewest_coins, hold.most_coins) == (1, 1)
    assert (hold.fewest_dollars, hold.most_dollars) == (0, sp.oo)
    short = strategies.extremes([Leg("future", SHORT, 50_000)], coins=1)
    assert (short.fewest_coins, short.most_coins) == (0, sp.oo)
    assert (short.fewest_dollars, short.most_dollars) == (50_000, 50_000)
    # A collar that has cost coins lacks them for ever above its call.
    costly = [Leg("put", LONG, 70_000, 0.04), Leg("call", SHORT, 100_000, 0.01)]
    assert strategies.extremes(costly, coins=1).fewest_dollars == -sp.oo
    assert strategies.extremes(costly, coins=1, high=200_000).fewest_dollars == 67_900


def test_decimals_are_taken_for_what_is_written():
    collar = [Leg("put", LONG, 85_000, 0.1 + 0.2), Leg("call", SHORT, 105_000, 0.3)]
    below, _, above = strategies.stretches(collar, coins=1)
    assert (below.coins, above.coins) == (0, 0)


# --- before expiry -------------------------------------------------------------------------------
@pytest.mark.parametrize("option", ["put", "call"])
@pytest.mark.parametrize("strike", [60_000, 75_000, 90_000])
def test_before_expiry_an_option_is_quantlibs_black_over_the_future(option, strike):
    kind = ql.Option.Put if option == "put" else ql.Option.Call
    future, volatility, time = 63_761.81, 0.78, 0.0587
    dollars = ql.blackFormula(kind, strike, future, volatility * time**0.5)
    ours = strategies.coins_before_expiry(
        [Leg(option, LONG, strike, 0.02)],
        coins=1,
        futures_price=future,
        volatility=volatility,
        time_to_expiry=time,
    )
    assert float(ours) == pytest.approx(1 + dollars / future - 0.02, abs=1e-12)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("price", [30_000, 70_000, 95_000, 150_000])
def test_without_time_a_strategy_is_worth_what_it_is_at_expiry(strategy, price):
    sold = 60_000 if strategy == "put spread" else 110_000
    legs = strategies.legs_of(
        strategy, strike=80_000, option_premium=0.05, sold_strike=sold, sold_premium=0.02
    )
    soon = strategies.coins_before_expiry(
        legs, coins=1, futures_price=price, volatility=0.5, time_to_expiry=1e-8
    )
    assert float(soon) == pytest.approx(
        float(strategies.coins_at_expiry(legs, coins=1, price=price)), abs=1e-9
    )


def test_bought_at_blacks_price_it_costs_nothing_at_once():
    market = {"futures_price": 95_000, "volatility": 0.42, "time_to_expiry": 0.116}
    put = options.price(option="put", strike=85_000, **market)
    bought = [Leg("put", LONG, 85_000, put), Leg("future", SHORT, 95_000)]
    assert float(strategies.coins_before_expiry(bought, coins=1, **market)) == pytest.approx(1)


# --- bad input -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Leg("swap", LONG, 1), "instrument is 'swap'"),
        (lambda: Leg("put", 2, 1), "side is 2"),
        (lambda: Leg("put", LONG, -1), "strike is -1"),
        (lambda: Leg("put", LONG, 1, -0.1), "option_premium is -0.1"),
        (lambda: Leg("put", LONG, 1, 0.1, 0), "coins is 0"),
        (lambda: Leg("future", LONG, 1, 0.1), r"Leg: option_premium is 0\.1.*a future costs nothing"),
        (
            lambda: strategies.leg_payoff(instrument="future", option_premium=0.1),
            r"leg_payoff: option_premium is 0\.10* coins.*leave it out",
        ),
        (lambda: strategies.leg_payoff(strike=0), "strike is 0"),
        (lambda: strategies.coins_per_coin(strategy="straddle"), "strategy is 'straddle'"),
        (
            lambda: strategies.coins_per_coin(strategy="collar", strike=110, sold_strike=80),
            "sold_strike is 80.*higher one: exchange them",
        ),
        (
            lambda: strategies.legs_of("put spread", strike=80, sold_strike=80),
            "sold_strike is 80.*lower one",
        ),
        (lambda: strategies.flat_size(option="call", option_premium=1), "never earns that back"),
        (lambda: Leg("put", LONG, 1).payoff(0), "price is 0"),
        (lambda: Leg("put", LONG, 1).closed(-1), "option_premium is -1"),
        (lambda: Leg("future", LONG, 1).closed(0), "price is 0"),
        (lambda: strategies.coins_at_expiry([], coins=0), "coins is 0"),
        (lambda: strategies.coins_after_closing([Leg("put", LONG, 1)], [], coins=1), "1 legs and 0"),
        (lambda: strategies.coins_before_expiry([Leg("put", LONG, 1)], time_to_expiry=0), "is 0, and then"),
        (lambda: strategies.stretches([Leg("put", LONG, K_o)]), "strike is K_o.*must be a number"),
        (lambda: strategies.extremes([Leg("put", LONG, 60, p_o)], coins=1), "still formulas: give numbers"),
        (lambda: strategies.extremes([], coins=1, low=2, high=1), "range is 2 to 1"),
        (lambda: strategies.extremes([], coins=1, low=-1), "range is -1"),
    ],
)
def test_bad_input_is_refused_with_a_way_out(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_symbols_are_not_taken_for_strikes_in_the_wrong_order():
    assert len(strategies.legs_of("collar", strike=K_o, sold_strike=K_s)) == 2
