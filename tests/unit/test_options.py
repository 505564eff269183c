"""Options paid in coin: QuantLib three ways, quadrature under the coin's measure, laws and limits."""

import itertools
import math

import numpy as np
import pytest
import QuantLib as ql
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

from inversefutures import datasets, options
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


@pytest.mark.parametrize("row", datasets.quantlib_options(), ids=lambda row: f"{row.option}-{row.strike:g}")
def test_the_shipped_prices_are_quantlibs_and_ours(row):
    deviation = row.volatility * math.sqrt(row.time_to_expiry)
    discount = math.exp(-row.coin_rate * row.time_to_expiry)
    other = "put" if row.option == "call" else "call"
    black = ql.blackFormula(ql_type(row.option), row.strike, row.futures_price, deviation, discount)
    dollars = ql.blackFormula(ql_type(other), 1 / row.strike, 1 / row.futures_price, deviation, discount)
    desk = ql.BlackDeltaCalculator(
        ql_type(row.option), ql.DeltaVolQuote.PaFwd, row.futures_price, 1.0, 1.0, deviation
    )
    assert row.price_over_the_future == pytest.approx(black / row.futures_price, rel=1e-12)
    assert row.price_as_dollars_options == pytest.approx(row.strike * dollars, rel=1e-12)
    delta = discount * desk.deltaFromStrike(row.strike)
    assert row.premium_adjusted_delta == pytest.approx(delta, rel=1e-12)
    place = (row.futures_price, row.strike, row.volatility, row.time_to_expiry, row.coin_rate)
    assert ours("price", row.option, place) == pytest.approx(row.price_over_the_future, abs=1e-14)
    assert ours("net_delta", row.option, place) == pytest.approx(row.premium_adjusted_delta, abs=1e-14)


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
    rounding = 1e-12  # the price is a difference, and may be nothing at all
    assert -rounding <= ours("price", "call", place) <= discount + rounding
    assert -rounding <= ours("price", "put", place) <= discount * strike / future + rounding
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


# --- realised volatility, and what quotes may not say ---------------------------------------------------


def test_realised_volatility_is_that_of_the_path_and_the_same_in_coin():
    steps = np.random.default_rng(3).normal(0, 0.6 / math.sqrt(365), 4_000)
    path = 50_000 * np.exp(np.cumsum(steps))
    found = options.realised_volatility(path)
    assert found == pytest.approx(0.6, rel=0.05)
    assert options.realised_volatility(1 / path) == pytest.approx(found, rel=1e-12)
    assert options.realised_volatility([100, 110, 100]) == pytest.approx(math.sqrt(365) * math.log(1.1))
    assert options.realised_volatility([100, 110], periods_per_year=1) == pytest.approx(math.log(1.1))


@pytest.mark.parametrize(
    ("prices", "periods", "words"),
    [
        ([100], 365, "1 price has no change in it"),
        ([], 365, "0 price has no change"),
        ([100, 0], 365, "a price is 0, but must be positive"),
        ([100, math.nan], 365, "a price is nan"),
        ([100, 101], 0, "periods_per_year is 0"),
    ],
)
def test_prices_without_a_volatility_are_named(prices, periods, words):
    with pytest.raises(ValueError, match=rf"options\.realised_volatility: .*{words}"):
        options.realised_volatility(prices, periods_per_year=periods)


def chain(market, strikes, spread=0.0):
    """Quote both options at Black's price, less and more half the spread."""
    future, volatility, time = market
    return [
        options.Quote(option, strike, max(0.0, worth - spread / 2), worth + spread / 2)
        for option in ("call", "put")
        for strike in strikes
        for worth in [ours("price", option, (future, strike, volatility, time, 0.0))]
    ]


STRIKES = (40_000, 50_000, 55_000, 60_000, 70_000, 100_000)
MARKET = (60_000.0, 0.6, 0.25)


def test_quotes_of_one_model_have_no_arbitrage():
    assert options.smile_arbitrages(chain(MARKET, STRIKES), futures_price=60_000) == []
    far = chain((63_000.0, 0.55, 0.5), [strike * 1.05 for strike in STRIKES])
    futures = {"near_futures_price": 60_000, "far_futures_price": 63_000}
    assert options.calendar_arbitrages(chain(MARKET, STRIKES), far, **futures) == []


@pytest.mark.parametrize(
    ("kind", "option", "strike", "shift"),
    [
        ("bound", "call", 40_000, -0.05),
        ("bound", "put", 100_000, -0.05),
        ("bound", "call", 40_000, 0.7),
        ("parity", "call", 60_000, 0.004),
        ("parity", "put", 60_000, -0.004),
        ("spread", "call", 50_000, 0.2),
        ("spread", "put", 60_000, -0.1),
        ("butterfly", "put", 55_000, 0.02),
        ("butterfly", "call", 70_000, 0.03),
    ],
)
def test_a_price_that_is_off_is_found_out(kind, option, strike, shift):
    quotes = [
        options.Quote(each.option, each.strike, each.bid + shift, each.ask + shift)
        if (each.option, each.strike) == (option, strike)
        else each
        for each in chain(MARKET, STRIKES)
    ]
    found = options.smile_arbitrages(quotes, futures_price=60_000)
    assert kind in {each.kind for each in found}
    assert all(strike in each.strikes for each in found)
    assert [each.gain for each in found] == sorted((each.gain for each in found), reverse=True)


def test_every_arbitrage_pays_what_it_says_wherever_the_price_ends():
    """Each trade is built from its quotes, and its coins at expiry are counted at many prices."""
    quotes = [
        options.Quote(each.option, each.strike, each.bid + shift, each.ask + shift)
        for each, shift in zip(
            chain(MARKET, STRIKES), np.random.default_rng(5).uniform(0, 0.05, 12), strict=True
        )
    ]
    bids = {(each.option, each.strike): each.bid for each in quotes}
    asks = {(each.option, each.strike): each.ask for each in quotes}
    ends = np.geomspace(1_000, 1e7, 400)

    def paid(option, strike):
        return np.maximum(0, (1 if option == "call" else -1) * (1 - strike / ends))

    found = options.smile_arbitrages(quotes, futures_price=60_000)
    assert {each.kind for each in found} >= {"butterfly", "parity"}
    for each in found:
        if each.kind == "butterfly":
            low, middle, high = each.strikes
            weight = (high - middle) / (high - low)
            legs = [(low, -weight), (middle, 1), (high, weight - 1)]
        elif each.kind == "spread":
            low, high = each.strikes
            legs = [(high, 1), (low, -1)] if each.option == "call" else [(low, 1), (high, -1)]
            if bids[each.option, legs[0][0]] - asks[each.option, legs[1][0]] < each.gain - 1e-12:
                continue  # the other way round, with a future: the test of the slope has it
        else:
            continue
        taken = sum(sold * (bids if sold > 0 else asks)[each.option, strike] for strike, sold in legs)
        owed = sum(sold * paid(each.option, strike) for strike, sold in legs)
        assert taken == pytest.approx(each.gain, abs=1e-12)
        assert owed.max() < 1e-12


def test_a_spread_that_costs_more_than_it_can_ever_pay():
    quotes = [options.Quote("call", 50_000, 0.30, 0.31), options.Quote("call", 60_000, 0.10, 0.11)]
    (found,) = options.smile_arbitrages(quotes, futures_price=60_000)
    assert (found.kind, found.strikes) == ("spread", (50_000, 60_000))
    # Sold and bought for 0.19, it pays 10,000 USD at most, which cost a sixth of a coin.
    assert found.gain == pytest.approx(0.19 - 1 / 6)


def test_a_near_option_that_is_dearer_than_the_far_one():
    near, far = chain((60_000.0, 0.9, 0.25), [60_000]), chain((63_000.0, 0.5, 0.5), [60_000, 66_000])
    futures = {"near_futures_price": 60_000, "far_futures_price": 63_000}
    found = options.calendar_arbitrages(near, far, **futures)
    assert [(each.option, each.strikes) for each in found] == [
        (option, (60_000, 60_000, 66_000)) for option in ("put", "call")
    ] or [each.option for each in found] == ["call", "put"]
    assert all(each.gain > 0.02 for each in found)


def test_the_quotes_of_three_days_have_no_arbitrage():
    count = 0
    for _, of_a_day in itertools.groupby(datasets.deribit_option_quotes_2026(), key=lambda row: row.time):
        chains = []
        for _, group in itertools.groupby(of_a_day, key=lambda row: row.expiry):
            rows = list(group)
            quotes = [options.Quote("call", row.strike, row.call_bid, row.call_ask) for row in rows]
            quotes += [options.Quote("put", row.strike, row.put_bid, row.put_ask) for row in rows]
            assert options.smile_arbitrages(quotes, futures_price=rows[0].futures_price) == []
            chains.append((rows[0].futures_price, quotes))
            count += 1
        for (near_price, near), (far_price, far) in itertools.pairwise(chains):
            futures = {"near_futures_price": near_price, "far_futures_price": far_price}
            assert options.calendar_arbitrages(near, far, **futures) == []
    assert count == 15


def test_quotes_that_are_none_are_refused_and_none_is_changed():
    with pytest.raises(ValueError, match=r"quotes of the put of 50000 cross, bid 0\.2 above ask 0\.1"):
        options.Quote("put", 50_000, 0.2, 0.1)
    with pytest.raises(ValueError, match=r"Quote: bid is -0\.1"):
        options.Quote("call", 50_000, -0.1, 0.1)
    with pytest.raises(ValueError, match="Quote: ask is nan"):
        options.Quote("call", 50_000, None, math.nan)
    with pytest.raises(ValueError, match="strike is 0"):
        options.Quote("call", 0, None, None)
    with pytest.raises(ValueError, match="option is 'box'"):
        options.Quote("box", 1, None, None)
    twice = [options.Quote("call", 50_000, 0.1, 0.2)] * 2
    with pytest.raises(ValueError, match="the call of 50000 is quoted twice"):
        options.smile_arbitrages(twice, futures_price=60_000)
    with pytest.raises(ValueError, match="smile_arbitrages: futures_price is 0"):
        options.smile_arbitrages([], futures_price=0)
    with pytest.raises(ValueError, match="calendar_arbitrages: far_futures_price is -1"):
        options.calendar_arbitrages([], [], near_futures_price=1, far_futures_price=-1)
    for market in ({"volatility": -0.1}, {"time_to_expiry": -1}, {"strike": 0}, {"futures_price": -1}):
        with pytest.raises(ValueError, match=next(iter(market))):
            options.price(**market)
    # Nobody bids: there is nothing to sell, and that is no arbitrage.
    assert options.smile_arbitrages([options.Quote("call", 50_000, None, 0.3)], futures_price=60_000) == []
