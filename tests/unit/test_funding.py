"""Funding: premium, rate, who pays whom, sums over paths, mark prices, and the venues' rules."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from inversefutures import contract, datasets, funding, margin, venues
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import F, G, I, P, T, c, k, t
from inversefutures.printing import numpy_function


def fractions(low, high):
    return st.fractions(min_value=Fraction(low), max_value=Fraction(high), max_denominator=10**5).map(
        sp.sympify
    )


premiums = fractions("-1/50", "1/50")
interests = fractions("-1/1000", "1/1000")
bands = fractions("0", "1/500")
caps = fractions("0", "1/100")
rates = fractions("-1/100", "1/100")
prices = st.fractions(min_value=100, max_value=10**6, max_denominator=20).map(sp.sympify)
notionals = st.integers(min_value=1, max_value=10**9).map(sp.sympify)
sides = st.sampled_from([LONG, SHORT])


# --- the premium ----------------------------------------------------------------------------------

BIDS = [(9990, 40_000), (9980, 60_000), (9970, 500_000)]


@st.composite
def books(draw):
    """One side of a book and a notional that it can fill."""
    levels = sorted(draw(st.lists(prices, min_size=1, max_size=6, unique=True)), reverse=draw(st.booleans()))
    book = [(price, draw(notionals)) for price in levels]
    share = draw(st.integers(min_value=1, max_value=20))
    return book, sum(size for _, size in book) * sp.Rational(share, 20)


@given(books())
def test_an_impact_price_lies_within_the_book(given_book):
    book, notional = given_book
    price = funding.impact_price(book, impact_notional=notional)
    assert min(level for level, _ in book) <= price <= max(level for level, _ in book)


@pytest.mark.parametrize("last", [90, 110])
def test_two_orders_at_one_price_are_as_good_as_one(last):
    split, joined = [(100, 40), (100, 60), (last, 500)], [(100, 100), (last, 500)]
    prices = [funding.impact_price(levels, impact_notional=300) for levels in (split, joined)]
    assert prices[0] == prices[1]


def test_an_impact_price_is_the_harmonic_average_of_what_is_taken():
    assert funding.impact_price(BIDS, impact_notional=40_000) == 9990
    half_and_half = funding.impact_price(BIDS, impact_notional=80_000)
    assert half_and_half == 2 / (sp.Rational(1, 9990) + sp.Rational(1, 9980))
    assert half_and_half < sp.Rational(9990 + 9980, 2)


@pytest.mark.parametrize(
    ("levels", "notional", "words"),
    [
        (BIDS, 700_000, "levels hold 600000 USD"),
        ([], 1, "levels hold 0 USD"),
        ([*BIDS, (9985, 10)], 1, "best price first"),
        ([(9990, 0)], 1, "notional is 0"),
        ([(-1, 10)], 1, "price is -1"),
        (BIDS, 0, "notional is 0"),
    ],
)
def test_a_bad_book_is_refused(levels, notional, words):
    with pytest.raises(ValueError, match=words):
        funding.impact_price(levels, impact_notional=notional)


def test_the_premium_index_is_zero_while_the_mark_lies_between_the_impact_prices():
    book = {"impact_bid_price": 9995, "impact_ask_price": 10_005, "index_price": 10_000}
    assert funding.premium_index(**book, mark_price=9999) == 0
    assert funding.premium_index(**book, mark_price=9985) == sp.Rational(10, 10_000)
    assert funding.premium_index(**book, mark_price=10_020) == sp.Rational(-15, 10_000)
    assert funding.premium_index(
        **book, mark_price=9999, fair_basis_rate=sp.Rational(1, 8000)
    ) == sp.Rational(1, 8000)


values = st.lists(premiums, min_size=1, max_size=30)


@given(values)
def test_averages_lie_between_their_extremes(readings):
    for average in (
        funding.time_average(readings),
        funding.rising_average(readings),
        funding.moving_average(readings, window=len(readings)),
    ):
        assert min(readings) <= average <= max(readings)


def test_rising_weights_count_the_last_minute_most():
    minutes = [0] * 479 + [1]
    assert funding.time_average(minutes) == sp.Rational(1, 480)
    assert funding.rising_average(minutes) == sp.Rational(480, 480 * 481 // 2)
    assert funding.rising_average(minutes[::-1]) == sp.Rational(1, 480 * 481 // 2)
    assert funding.moving_average([5, 1, 2], window=2) == sp.Rational(3, 2)


def test_an_average_of_nothing_is_refused():
    with pytest.raises(ValueError, match="values is empty"):
        funding.rising_average([])
    with pytest.raises(ValueError, match="window is 3"):
        funding.moving_average([1, 2], window=3)


# --- the rate -------------------------------------------------------------------------------------


@given(interests, bands, st.fractions(min_value=-1, max_value=1, max_denominator=1000).map(sp.sympify))
def test_inside_the_dead_band_the_rate_is_the_interest_component(interest, band, part):
    premium = interest + part * band
    assert funding.rate(premium=premium, interest_component=interest, clamp=band) == interest


@given(premiums, interests, bands)
def test_the_rate_is_never_further_from_the_premium_than_the_clamp(premium, interest, band):
    rate = funding.rate(premium=premium, interest_component=interest, clamp=band)
    assert abs(rate - premium) <= band
    if abs(premium - interest) > band:
        assert abs(rate - premium) == band


@given(premiums, premiums, interests, bands, caps)
def test_the_rate_never_falls_as_the_premium_rises(one, other, interest, band, cap):
    low, high = (
        funding.capped_rate(
            funding_rate=funding.rate(premium=premium, interest_component=interest, clamp=band),
            funding_cap=cap,
        )
        for premium in sorted((one, other))
    )
    assert low <= high
    assert -cap <= low
    assert high <= cap


@given(premiums, bands)
def test_without_interest_the_rate_is_odd_and_is_the_damped_rate(premium, band):
    def rate(value):
        return funding.rate(premium=value, interest_component=0, clamp=band)

    assert rate(-premium) == -rate(premium)
    assert funding.damped_rate(premium=premium, damper=band) == rate(premium)
    assert (funding.damped_rate(premium=premium, damper=band) == 0) == (abs(premium) <= band)


RATE, RATE_IN_CASES = (numpy_function(law, (P, I, c)) for law in (funding.rate(), funding.rate_in_cases()))


@given(premiums, interests, bands)
def test_the_cases_are_the_rate(premium, interest, band):
    values = tuple(map(float, (premium, interest, band)))
    assert RATE_IN_CASES(*values) == pytest.approx(RATE(*values), rel=0, abs=1e-15)


def test_an_interval_of_one_hour_pays_an_eighth_of_the_8_hour_rate():
    rate = {"funding_rate": sp.Rational(8, 10_000), "quoted_interval": 8}
    assert funding.rate_for_interval(**rate, funding_interval=8) == sp.Rational(8, 10_000)
    assert funding.rate_for_interval(**rate, funding_interval=1) == sp.Rational(1, 10_000)


# --- payments -------------------------------------------------------------------------------------


@given(notionals, prices, rates)
def test_what_the_long_pays_the_short_receives(notional, price, rate):
    trade = {"notional": notional, "price": price, "funding_rate": rate}
    long, short = (funding.payment(side=side, **trade) for side in (LONG, SHORT))
    assert long + short == 0
    assert sp.sign(long) == sp.sign(rate)


@given(sides, notionals, prices, rates)
def test_an_absolute_rate_pays_the_same_coins(side, notional, price, rate):
    absolute = funding.absolute_rate(funding_rate=rate, index_price=price)
    assert funding.payment_at_absolute_rate(
        side=side, notional=notional, absolute_funding_rate=absolute
    ) == funding.payment(side=side, notional=notional, price=price, funding_rate=rate)


paths = st.lists(st.tuples(rates, prices), min_size=1, max_size=4)


@given(sides, notionals, paths)
def test_the_recurrence_adds_up_to_the_sum_over_the_path(side, notional, path):
    paid = sp.S.Zero
    for rate, price in path:
        paid = funding.funding_paid_after(
            funding_paid=paid, side=side, notional=notional, price=price, funding_rate=rate
        )
    assert paid == funding.paid_over_path(*zip(*path, strict=True), side=side, notional=notional)


@given(st.lists(rates, min_size=1, max_size=6), prices)
def test_at_a_constant_price_the_coin_return_is_the_sum_of_the_rates(path, price):
    paid = funding.paid_per_starting_coin(path, [price] * len(path), starting_price=price)
    assert paid == sum(path)


def test_a_rising_price_shrinks_later_payments():
    rate, doubling = [sp.Rational(1, 100)] * 2, [10_000, 20_000]
    assert funding.paid_per_starting_coin(rate, doubling, starting_price=10_000) == sp.Rational(3, 200)
    assert funding.paid_per_starting_coin(rate, doubling[::-1], starting_price=20_000) == sp.Rational(3, 100)
    # Rates that add up to nothing still cost coins.
    assert funding.paid_per_starting_coin([0.01, -0.01], doubling, starting_price=10_000) == pytest.approx(
        0.005
    )


@pytest.mark.parametrize(
    ("path_rates", "path_prices", "words"),
    [
        ([0.01], [1, 2], "1 values and prices has 2"),
        ([0.01], [0], "price is 0"),
        ([1.5], [100], "funding_rate is 1.5"),
        ([float("nan")], [100], "funding_rate is nan"),
    ],
)
def test_a_bad_path_is_refused(path_rates, path_prices, words):
    with pytest.raises(ValueError, match=words):
        funding.paid_per_starting_coin(path_rates, path_prices, starting_price=100)


def test_a_years_funding():
    rate = sp.Rational(1, 10_000)
    assert funding.annualised_rate(funding_rate=rate, payments=1095) == sp.Rational(1095, 10_000)
    assert float(funding.compounded_rate(funding_rate=rate, payments=1095)) == pytest.approx(
        0.115714, abs=1e-6
    )
    # To first order in the rate they agree.
    assert sp.series(funding.compounded_rate(), F, 0, 2).removeO() == funding.annualised_rate() == F * k


@given(sides, notionals, prices, prices, rates)
def test_at_the_break_even_time_funding_has_eaten_the_basis(side, notional, mark, index, rate):
    assume(rate != 0)
    hours = funding.break_even_time(mark_price=mark, index_price=index, funding_rate=rate, funding_interval=8)
    gained = contract.profit_and_loss(side=side, notional=notional, entry_price=mark, price=index)
    paid = hours / 8 * funding.payment(side=side, notional=notional, price=index, funding_rate=rate)
    assert gained == paid
    # Above the index and paid to wait: the short has nothing to break even, nor has the long.
    assert (hours < 0) == ((mark > index and rate > 0) or (mark < index and rate < 0))


def test_without_funding_there_is_no_break_even():
    assert funding.break_even_time(mark_price=101, index_price=100, funding_rate=0) == sp.oo


POSITION = {
    "notional": 10_000,
    "entry_price": 10_000,
    "margin": sp.Rational(1, 5),
    "maintenance_margin_rate": sp.Rational(1, 200),
}


@given(sides, fractions("1/1000", "1/10"))
def test_funding_paid_brings_the_liquidation_price_nearer(side, coins):
    before, paid, received = (
        funding.liquidation_price(funding_paid=amount, side=side, **POSITION) for amount in (0, coins, -coins)
    )
    assert before == margin.liquidation_price(side=side, **POSITION)
    assert side * received < side * before < side * paid < side * POSITION["entry_price"]


def test_funding_that_uses_up_the_margin_is_refused():
    with pytest.raises(ValueError, match="funding_paid is 1/5 BTC, but the margin is only 1/5 BTC"):
        funding.liquidation_price(funding_paid=sp.Rational(1, 5), side=LONG, **POSITION)


def test_the_step_prints_to_numpy():
    step = numpy_function(funding.funding_paid_after(side=LONG, notional=10_000, price=10_000), (G, F))
    assert step([0, 1], [0.01, -0.01]) == pytest.approx([0.01, 0.99])


# --- index and mark price -------------------------------------------------------------------------


@given(st.lists(prices, min_size=1, max_size=7), fractions("0", "1/10"))
def test_an_index_lies_within_its_markets_and_near_their_median(quotes, reach):
    index = funding.basket_index(quotes, largest_deviation=reach)
    assert min(quotes) <= index <= max(quotes)
    ordered = sorted(quotes)
    middle = (ordered[len(ordered) // 2] + ordered[(len(ordered) - 1) // 2]) / 2
    assert abs(index - middle) <= reach * middle


def test_one_bad_market_moves_an_index_by_its_weight_times_the_deviation():
    quotes, weights = [10_000, 10_000, 100], [2, 1, 1]
    assert funding.basket_index(quotes, weights) == sp.Rational(30_100, 4)
    clamped = funding.basket_index(quotes, weights, largest_deviation=sp.Rational(1, 20))
    assert clamped == 10_000 * (1 - sp.Rational(1, 20) / 4)


def test_a_market_may_weigh_nothing():
    assert funding.basket_index([100, 999, 104], [1, 0, 3]) == 103


@pytest.mark.parametrize("weights", [[1], [1, -1], [0, 0]])
def test_bad_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weights is"):
        funding.basket_index([100, 101], weights)


def test_the_fair_price_is_the_index_at_the_funding():
    assert sp.limit(funding.fair_price(), t, 0) == funding.fair_price(time_left=0)
    assert funding.fair_price(index_price=10_000, time_left=0) == 10_000
    full = funding.fair_price(
        index_price=10_000, funding_rate=sp.Rational(1, 100), time_left=8, funding_interval=8
    )
    assert full == 10_100
    assert funding.fair_price_of_future(index_price=10_000, time_left=0) == 10_000
    # 5 % a year is 1 % for a fifth of it: 73 of 365 days.
    future = {"index_price": 10_000, "time_left": 73 * 24, "basis_period": 365 * 24}
    assert funding.fair_price_of_future(**future, basis_rate=sp.Rational(1, 20)) == 10_100
    assert funding.fair_price_of_future(**future, basis_rate=sp.Rational(-1, 20)) == 9_900
    with pytest.raises(ValueError, match="time_left is 9 h"):
        funding.fair_price(time_left=9, funding_interval=8)


def test_the_fair_basis_shrinks_as_time_passes():
    basis = [
        funding.fair_basis_rate(time_left=hours).subs({T: 8, F: sp.Rational(1, 100)}) for hours in range(9)
    ]
    assert all(after > before for before, after in pairwise(basis))


@given(prices, rates, fractions("0", "8"), st.integers(min_value=-50, max_value=50), prices)
def test_the_mark_is_the_middle_one_of_three(index, rate, time_left, basis, last):
    now = {"index_price": index, "funding_rate": rate, "time_left": time_left, "funding_interval": 8}
    mark = funding.median_price(**now, basis=basis, last_price=last)
    three = [funding.fair_price(**now), funding.price_with_basis(index_price=index, basis=basis), last]
    assert mark == sorted(three)[1]


# --- the venues -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", venues.FUNDING_RULES, ids=lambda rule: f"{rule.venue}, {rule.period}")
def test_a_rule_says_where_it_comes_from_and_its_rate_stays_within_its_cap(rule):
    assert rule.source.startswith("https://")
    assert rule.as_of
    if rule.law is None:
        with pytest.raises(ValueError, match="no copy"):
            rule.rate(0)
        return
    line = numpy_function(rule.rate(), (P,))
    premiums = [step / 10_000 for step in range(-1500, 1501)]
    curve = line(premiums)
    assert min(after - before for before, after in pairwise(curve)) > -1e-15
    if rule.cap is not None:
        assert max(abs(curve)) == pytest.approx(float(rule.cap))


def test_binance_halves_the_rate_of_a_4_hour_contract_since_18_september_2025():
    before, after = (
        venues.funding_rule("Binance COIN-M", day).rate(0.001, funding_interval=4)
        for day in ("2025-09-17", "2025-09-18")
    )
    assert before == sp.Rational(5, 10_000)
    assert after == before / 2
    # Eight hours: nothing changed.
    assert len({rule.rate(0.001) for rule in venues.funding_rules_of("Binance COIN-M")}) == 1


def test_okx_got_its_dead_band_in_april_2025():
    small = 0.0002
    assert venues.funding_rule("OKX", "2024-06-01").rate(small) == sp.Rational(2, 10_000)
    assert venues.funding_rule("OKX", "2025-06-01").rate(small) == sp.Rational(1, 10_000)
    with pytest.raises(ValueError, match="known only"):
        venues.funding_rule("OKX", "2025-04-15")


def test_both_dampers_of_deribit_are_kept_and_part_on_a_live_ticker():
    old, new = venues.funding_rules_of("Deribit")
    premium = float(funding.premium_rate(mark_price=87102.01, index_price=87047.2))
    assert float(old.rate(premium)) == pytest.approx(0.00012966, abs=6e-8)
    assert float(new.rate(premium)) == pytest.approx(0.00037966, abs=6e-8)
    # A continuous rate is paid for the time that was held.
    assert old.rate(premium, funding_interval=2) == old.rate(premium) / 4


def test_kraken_spreads_the_premium_over_a_day_and_caps_the_hour():
    rule = venues.funding_rule("Kraken Futures")
    assert rule.rate(0.024) == sp.Rational(1, 1000)
    assert rule.rate(0.07142) == sp.Rational(25, 10_000)


def test_venues_average_as_they_say():
    minutes = [0] * 479 + [sp.Rational(1, 100)]
    old, new = venues.funding_rules_of("Bybit")
    assert old.average(minutes) == sp.Rational(1, 48_000)
    assert new.average(minutes) == sp.Rational(2, 48_100)
    assert venues.funding_rule("Deribit").average(minutes) == sp.Rational(1, 100)
    assert venues.funding_rule("Binance COIN-M").average(minutes) == sp.Rational(2, 48_100)
    with pytest.raises(ValueError, match="no copy"):
        venues.funding_rule("HTX").average(minutes)


def test_an_unknown_venue_or_day_is_refused():
    with pytest.raises(ValueError, match="venue is 'FTX'"):
        venues.funding_rules_of("FTX")
    with pytest.raises(ValueError, match="no date"):
        venues.funding_rule("Bybit", "2024-01-01")


def test_the_table_shows_every_rule_once():
    rows = venues.funding_table()
    assert len(rows) == len(venues.FUNDING_RULES)
    assert {row["dead band ±"] for row in venues.funding_table("Deribit")} == {"0.05 %", "0.025 %"}
    assert venues.markdown_table(rows).count("\n") == len(rows) + 2


# --- real cases -----------------------------------------------------------------------------------


def in_coin(sums):
    """What a long that was worth one coin at the start paid, and the sum of the rates."""
    start = sums[0].starting_price
    paid = sum(
        funding.payment_at_absolute_rate(side=LONG, notional=start, absolute_funding_rate=one.absolute_rate)
        for one in sums
    )
    return float(paid), sum(one.rate_sum for one in sums)


def test_deribit_march_2020_paid_the_long_far_more_than_the_rates_say():
    paid, summed = in_coin(datasets.deribit_funding_march_2020())
    assert summed == pytest.approx(-0.0327, abs=5e-5)
    # The month's figure in the published monthly series.
    assert paid == pytest.approx(-0.0513777852, abs=1e-6)


def test_binance_paid_the_short_far_less_than_the_rates_say():
    months = datasets.binance_inverse_funding_by_month()
    paid, summed = in_coin(months)
    assert summed == pytest.approx(0.156, abs=5e-4)
    assert paid == pytest.approx(0.063, abs=5e-4)
    assert months[-1].starting_price > 3 * months[0].starting_price


def test_bitmex_was_at_its_cap_six_times_in_a_row():
    payments = datasets.xbtusd_funding_march_2020()
    cap = float(venues.funding_rule("BitMEX", "2020-03-13").cap)
    at_cap = [payment for payment in payments if abs(payment.funding_rate) == cap]
    first = datetime(2020, 3, 13, 4, tzinfo=UTC)
    assert [payment.time for payment in at_cap] == [first + timedelta(hours=8 * step) for step in range(6)]
    assert {payment.funding_rate for payment in at_cap} == {-cap}
    assert all(abs(payment.funding_rate) <= cap for payment in payments)
    paid = funding.paid_per_starting_coin(
        [payment.funding_rate for payment in at_cap],
        [payment.price for payment in at_cap],
        starting_price=at_cap[0].price,
    )
    # The price rose from the first payment on, so a short paid less than 6 × 0.375 %.
    assert -6 * cap < paid < -5 * cap
