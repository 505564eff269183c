"""Sweeping a book, depth and its cost, spreads, stops and the cascades that they make."""

import math

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import contract, order_book, waterfall
from inversefutures.notation import (
    LONG,
    SHORT,
    Z_S,
    N,
    S_b,
    S_l,
    S_last,
    Z,
    beta,
    ell,
    sigma,
)

sizes = st.integers(min_value=1, max_value=10**7)
ticks = st.integers(min_value=1, max_value=10**6)


@st.composite
def sides(draw, best_first="highest"):
    """One side of a book, in steps of a tenth of a dollar, and a notional that it can fill."""
    prices = draw(st.lists(ticks, min_size=1, max_size=8, unique=True))
    prices.sort(reverse=best_first == "highest")
    levels = [(sp.Rational(price, 10), draw(sizes)) for price in prices]
    held = sum(size for _, size in levels)
    return levels, draw(st.integers(min_value=1, max_value=held))


# --- sweeps


@given(sides())
def test_a_sweep_takes_what_was_asked_and_no_more_than_is_there(given_side):
    levels, notional = given_side
    taken = order_book.sweep(levels, notional=notional)
    assert taken.notional == notional
    assert all(0 < size <= offered for (size, _), (_, offered) in zip(taken.fills, levels, strict=False))
    # Only the last level may be left with something.
    assert all(size == offered for (size, _), (_, offered) in zip(taken.fills[:-1], levels, strict=False))


@given(sides())
def test_the_average_is_dollars_over_coins_and_lies_below_the_plain_average(given_side):
    levels, notional = given_side
    taken = order_book.sweep(levels, notional=notional)
    assert taken.average_price * taken.coins == notional
    plain = sum(size * price for size, price in taken.fills) / notional
    assert taken.average_price <= plain
    assert (taken.average_price == plain) == (len(taken.fills) == 1)


@given(sides(), st.integers(min_value=1, max_value=99))
def test_two_orders_one_after_the_other_get_what_one_gets(given_side, percent):
    levels, notional = given_side
    first = sp.Rational(percent, 100) * notional
    whole = order_book.sweep(levels, notional=notional)
    before = order_book.sweep(levels, notional=first)
    left = [(price, offered - {p: q for q, p in before.fills}.get(price, 0)) for price, offered in levels]
    after = order_book.sweep([level for level in left if level[1] > 0], notional=notional - first)
    assert before.coins + after.coins == whole.coins


@given(sides("lowest"))
def test_a_larger_order_never_gets_a_better_price(given_side):
    levels, notional = given_side
    half = order_book.sweep(levels, notional=sp.Rational(notional, 2))
    assert half.average_price <= order_book.sweep(levels, notional=notional).average_price


def test_an_even_book_gives_the_logarithmic_mean():
    levels = [(60_000 + sp.Rational(2 * i + 1, 20), 100) for i in range(600)]
    swept = float(order_book.sweep(levels, notional=60_000).average_price)
    even = order_book.average_price_of_even_book(best_price=60_000, last_price=60_060)
    assert swept == pytest.approx(float(even), abs=1e-4)
    density = sp.Symbol("density", positive=True)
    price = sp.Symbol("price", positive=True)
    dollars = density * (S_last - S_b)
    coins = sp.integrate(density / price, (price, S_b, S_last))
    assert sp.simplify(dollars / coins - order_book.average_price_of_even_book()) == 0
    assert order_book.average_price_of_even_book(best_price=5, last_price=5) == 5


def test_an_order_larger_than_the_book_is_told_what_is_missing():
    with pytest.raises(ValueError, match=r"levels hold 30 USD, the last at 101 USD.*5 USD are missing"):
        order_book.sweep([(100, 10), (101, 20)], notional=35)
    # The whole book can be had.
    assert order_book.sweep([(100, 10), (101, 20)], notional=30).last_price == 101


@pytest.mark.parametrize(
    ("levels", "notional", "words"),
    [
        ([(100, 0)], 1, "notional is 0"),
        ([(100, -5)], 1, "notional is -5"),
        ([(0, 5)], 1, "price is 0"),
        ([(100, 5)], -1, "notional is -1"),
        ([(100, 5), (101, 5), (99, 5)], 1, "best price first"),
        ([(100, float("nan"))], 1, "notional is nan"),
        ([(100, N)], 1, "must be a number"),
        ([], 1, "levels hold 0 USD"),
    ],
)
def test_a_bad_side_is_refused(levels, notional, words):
    with pytest.raises(ValueError, match=words):
        order_book.sweep(levels, notional=notional)


def test_decimals_are_taken_as_they_are_written():
    levels = [(61_620.8, 0.1), (61_620.9, 0.2)]
    assert order_book.sweep(levels, notional=0.3).notional == sp.Rational(3, 10)


# --- both sides

BOOK = order_book.OrderBook(
    bids=[(99.9, 1_000), (99.5, 3_000), (99, 6_000)], asks=[(100.1, 2_000), (100.4, 3_000), (101, 9_000)]
)


def test_a_book_knows_its_middle_and_its_spread():
    assert BOOK.mid_price == 100
    assert BOOK.quoted_spread == sp.Rational(1, 5)


def test_buyers_take_asks_and_sellers_bids():
    assert BOOK.sweep(side=LONG, notional=2_500).last_price == sp.Rational("100.4")
    assert BOOK.sweep(side=SHORT, notional=2_500).last_price == sp.Rational("99.5")
    for side in (LONG, SHORT):
        fill = BOOK.sweep(side=side, notional=2_500).average_price
        cost = order_book.trading_cost(side=side, price=BOOK.mid_price, fill_price=fill)
        assert cost > BOOK.quoted_spread / 2 / BOOK.mid_price


def test_depth_counts_what_is_near_and_does_not_guess_what_is_far():
    assert BOOK.depth(side=LONG, distance=0.004) == 5_000
    assert BOOK.depth(side=SHORT, distance=0.01) == 10_000
    with pytest.raises(ValueError, match="this side of the book ends at 101 USD"):
        BOOK.depth(side=LONG, distance=0.011)


@pytest.mark.parametrize(
    ("bids", "asks", "words"),
    [
        ([(101, 5)], [(100, 5)], "the book is crossed"),
        ([(100, 5)], [(100, 5)], "the book is crossed"),
        ([], [(100, 5)], "bids of the book is empty"),
        ([(98, 5), (99, 5)], [(100, 5)], "the highest comes first"),
        ([(99, 5)], [(101, 5), (100, 5)], "the lowest comes first"),
        ([(99, 5)], [(100, 0)], "notional is 0"),
        ([(99, -1)], [(100, 1)], "notional is -1"),
    ],
)
def test_a_bad_book_is_refused(bids, asks, words):
    with pytest.raises(ValueError, match=words):
        order_book.OrderBook(bids=bids, asks=asks)


def test_a_side_of_an_order_is_buy_or_sell():
    with pytest.raises(ValueError, match="side is 0"):
        BOOK.sweep(side=0, notional=1)


# --- depth


def test_the_average_distance_is_that_of_the_dollars_on_the_way():
    last = order_book.last_distance()
    density = sp.diff(order_book.depth_within(), ell)
    average = sp.integrate(ell * density, (ell, 0, last), conds="none") / N
    assert sp.simplify(average - order_book.average_distance()) == 0
    assert sp.simplify(order_book.depth_within(distance=last) - N) == 0
    assert sp.simplify(order_book.average_distance() / last - beta / (1 + beta)) == 0


@given(st.floats(1e3, 1e7), st.floats(0.4, 3))
def test_ten_times_the_order_costs_ten_to_the_power_of_one_over_beta(notional, exponent):
    law = {"market_depth": 1e10, "depth_exponent": exponent}
    once = float(order_book.average_distance(notional=notional, **law))
    assert float(order_book.average_distance(notional=10 * notional, **law)) == pytest.approx(
        once * 10 ** (1 / exponent)
    )


def test_an_even_book_is_that_of_a_liquidation():
    even = {"notional": 2_000_000, "market_depth": 4e9}
    average = order_book.average_distance(depth_exponent=1, **even)
    fill = waterfall.fill_price_in_book(side=LONG, price=60_000, half_spread=0, **even)
    cost = order_book.trading_cost(side=SHORT, price=60_000, fill_price=fill)
    assert float(cost) == pytest.approx(float(average), rel=1e-3)


def test_a_square_root_costs_twice_for_four_times_and_knows_no_day():
    law = order_book.square_root_impact
    assert sp.simplify(law(notional=4 * N) / law()) == 2
    a_day = float(
        law(
            notional=1e6,
            volatility=0.69 / math.sqrt(365),
            traded_volume=2.43e9,
            impact_factor=1,
        )
    )
    a_year = float(law(notional=1e6, volatility=0.69, traded_volume=365 * 2.43e9, impact_factor=1))
    assert a_day == pytest.approx(a_year) == pytest.approx(7.33e-4, abs=1e-6)
    assert law(volatility=0) == 0
    assert law().has(sigma)


# --- spreads


def test_the_effective_spread_is_what_was_kept_and_what_the_price_moved():
    whole = order_book.effective_spread()
    assert sp.expand(order_book.realised_spread() + order_book.price_impact() - whole) == 0
    assert order_book.realised_spread().has(S_l)


@given(st.floats(100, 1e5), st.floats(0, 10), st.sampled_from([LONG, SHORT]))
def test_a_fill_at_a_quote_pays_the_quoted_spread(middle, half, side):
    fill = middle + int(side) * half
    spread = float(order_book.effective_spread(side=side, price=middle, fill_price=fill))
    assert spread == pytest.approx(2 * half, abs=1e-9)


def test_roll_needs_trades_that_hop():
    assert float(order_book.roll_spread(serial_covariance=-0.01)) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="these trades come in streaks"):
        order_book.roll_spread(serial_covariance=0.01)


# --- stops


def test_a_stop_is_filled_beyond_its_gap_and_its_own_sweep():
    empty_handed = {"half_spread": 0, "market_depth": sp.Integer(10) ** 15, "notional": 1}
    for side, price in ((LONG, 59_400), (SHORT, 60_600)):
        fill = order_book.stop_fill_price(
            side=side, stop_price=60_000, price_gap=sp.Rational(1, 100), **empty_handed
        )
        assert float(fill) == pytest.approx(price)
    thin = order_book.stop_fill_price(
        side=LONG, stop_price=60_000, price_gap=0.01, half_spread=0.001, notional=1e6, market_depth=1e8
    )
    assert float(thin) < 59_400 * 0.999


@given(st.floats(0, 0.95), st.floats(1e3, 1e7))
def test_the_sum_of_the_rounds_is_the_total(share, notional):
    total = float(order_book.cascade_total(notional=notional, stop_density=share * 4e9, market_depth=4e9))
    rounds = math.fsum(notional * share**i for i in range(2_000))
    assert total == pytest.approx(rounds)


def test_stops_as_dense_as_the_book_have_no_end():
    for density in (4e9, 5e9):
        assert (
            order_book.cascade_total(notional=1, stop_density=density, market_depth=4e9)
            == order_book.cascade_fall(notional=1, stop_density=density, market_depth=4e9)
            == sp.oo
        )
    assert order_book.cascade_total(stop_density=0) == N
    assert sp.simplify(order_book.cascade_fall() - N / (Z - Z_S)) == 0


@given(sides(), st.lists(st.tuples(ticks, sizes), max_size=6))
def test_a_cascade_conserves_dollars_and_coins(given_side, stops):
    bids, notional = given_side
    fall = order_book.cascade(bids, stops, notional=notional)
    whole = fall.sweep
    woken = sum(size for _, size in stops) - sum(size for _, size in fall.waiting)
    # What was sold is the first sale and the stops that woke up, less what nobody bought.
    assert whole.notional == notional + woken - fall.unfilled
    # The buyers' coins are those of one order of that size: who sold them makes no difference.
    assert whole.coins == order_book.sweep(bids, notional=whole.notional).coins
    assert sum(each.coins for each in fall.rounds) == whole.coins
    assert all(price < whole.last_price for price, _ in fall.waiting)
    # Something is left over only where the book is empty.
    assert fall.unfilled == 0 or whole.notional == sum(size for _, size in bids)


def test_a_cascade_in_a_fine_book_is_the_geometric_series():
    bids = [(60_000 - sp.Rational(i, 10), 1_000) for i in range(6_000)]
    depth = 1_000 * 600_000  # USD for the whole price of 60,000 in steps of 0.1
    stops = [(60_000 - sp.Rational(i, 10), 500) for i in range(1, 6_000)]
    fall = order_book.cascade(bids, stops, notional=500_000)
    even = order_book.cascade_total(notional=500_000, stop_density=depth / 2, market_depth=depth)
    assert float(fall.sweep.notional) == pytest.approx(float(even), rel=0.01)


def test_a_bad_cascade_is_refused():
    with pytest.raises(ValueError, match="5 USD are missing"):
        order_book.cascade([(100, 10)], [], notional=15)
    with pytest.raises(ValueError, match="the highest comes first"):
        order_book.cascade([(100, 10), (101, 10)], [], notional=5)
    with pytest.raises(ValueError, match="notional is 0"):
        order_book.cascade([(100, 10)], [(99, 0)], notional=5)


def test_the_coins_of_a_sweep_are_the_values_of_its_fills():
    taken = order_book.sweep([(50_000, 10_000), (40_000, 20_000)], notional=30_000)
    assert taken.coins == contract.value(notional=10_000, price=50_000) + sp.Rational(1, 2)
