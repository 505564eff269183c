"""A position over its fills: what is realised, what stays open, and that the sum telescopes."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from inversefutures import contract
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import E, d, phi_in, phi_out
from inversefutures.position import FLAT, Fill, Position, break_even_price, position_after

prices = st.fractions(min_value=Fraction(1, 2), max_value=10**6, max_denominator=20)
rates = st.fractions(min_value=Fraction(-1, 1000), max_value=Fraction(1, 100), max_denominator=10**5)
# Few sizes, so that closing to flat exactly and flipping are common.
sizes = st.integers(min_value=1, max_value=8).map(lambda lots: 100 * lots)
sides = st.sampled_from([LONG, SHORT])
fills = st.builds(Fill, sides, sizes, prices, rates)
histories = st.lists(fills, min_size=1, max_size=8)


@given(histories, prices)
def test_realised_and_unrealised_telescope_through_every_add_reduce_and_flip(history, price):
    expected = sum(fill.side * fill.notional * (1 / fill.price - 1 / sp.sympify(price)) for fill in history)
    assert position_after(history).total_profit_and_loss(price) == expected


@given(histories)
def test_what_is_open_is_what_was_bought_less_what_was_sold(history):
    position = position_after(history)
    assert position.side * position.notional == sum(fill.side * fill.notional for fill in history)
    assert position.is_flat == (position.notional == 0) == (position.entry_price is None)


@given(st.lists(st.tuples(sizes, prices), min_size=1, max_size=6), sides)
def test_the_entry_lies_between_the_fills_and_at_or_below_their_arithmetic_mean(legs, side):
    entry = position_after([Fill(side, size, price) for size, price in legs]).entry_price
    assert min(price for _, price in legs) <= entry <= max(price for _, price in legs)
    arithmetic = sum(size * price for size, price in legs) / sum(size for size, _ in legs)
    assert entry <= arithmetic
    assert (entry == arithmetic) == (len({price for _, price in legs}) == 1)


@given(histories, fills, prices)
def test_splitting_a_fill_changes_nothing(history, fill, price):
    start = position_after(history)
    parts = [
        Fill(fill.side, fill.notional * part, fill.price, fill.fee_rate)
        for part in (sp.S(1) / 3, sp.S(2) / 3)
    ]
    assert position_after(parts, start) == start.after(fill)


@given(histories, prices)
def test_fees_are_the_sum_of_the_fees_of_the_fills(history, price):
    position = position_after(history)
    paid = sum(fill.fee_rate * fill.notional / fill.price for fill in history)
    assert position.fees == paid
    assert position.net_profit_and_loss(price) == position.total_profit_and_loss(price) - paid


@settings(max_examples=50)
@given(histories, histories, prices, prices)
def test_a_settlement_does_not_change_the_total_then_or_later(before, after, settlement_price, price):
    position = position_after(before)
    settled = position.settlement(settlement_price)
    assert settled.unrealised_profit_and_loss(settlement_price) == 0
    assert settled.total_profit_and_loss(price) == position.total_profit_and_loss(price)
    later, later_settled = (position_after(after, start) for start in (position, settled))
    assert later.total_profit_and_loss(price) == later_settled.total_profit_and_loss(price)
    assert later.side * later.notional == later_settled.side * later_settled.notional


def test_reducing_keeps_the_entry_and_realises_the_closed_part_only():
    position = position_after([Fill(LONG, 1000, 5000), Fill(LONG, 2000, 6000), Fill(SHORT, 1500, 7500)])
    assert position.entry_price == 5625  # Bybit's own example of an average entry price
    assert position.notional == 1500
    assert position.realised == sp.Rational(1500, 5625) - sp.Rational(1500, 7500)


def test_a_flip_closes_everything_at_the_fill_and_opens_the_rest_there():
    position = position_after([Fill(LONG, 1000, 500), Fill(SHORT, 3000, 1000)])
    assert position == Position(SHORT, 2000, 1000, realised=1)


def test_closing_everything_leaves_a_flat_position_that_moves_no_more():
    position = position_after([Fill(SHORT, 600, 600), Fill(LONG, 600, 500)])
    assert position.is_flat
    assert position.total_profit_and_loss(1) == position.total_profit_and_loss(10**6) == sp.Rational(1, 5)
    assert position.settlement(700) == position


def test_prices_and_fee_rates_may_be_symbols():
    p, q, S, t = sp.symbols("p q S t", positive=True)
    position = position_after([Fill(LONG, 100, p, t), Fill(LONG, 300, q, t), Fill(SHORT, 500, S, t)])
    assert sp.simplify(position.realised - (100 / p + 300 / q - 400 / S)) == 0
    assert sp.simplify(position.fees - t * (100 / p + 300 / q + 500 / S)) == 0
    assert (position.side, position.notional, position.entry_price) == (SHORT, 100, S)


def test_a_settlement_example_of_htx_gains_the_published_coins():
    position = Position(LONG, 200, sp.Rational("0.64473")).settlement(sp.Rational("0.65931"))
    assert float(position.realised) == pytest.approx(6.859934640024835, abs=1e-12)
    assert position.entry_price == sp.Rational("0.65931")


def test_the_net_of_the_bitmex_guide_is_reached_fill_by_fill():
    # Long 15,000 at 750, out at 800, and 0.05 XBT of funding paid in between: 1.25 − 0.05 = 1.2.
    position = position_after([Fill(LONG, 15000, 750), Fill(SHORT, 15000, 800)])
    assert position.realised - contract.fee(
        notional=15000, price=750, fee_rate=sp.Rational(1, 400)
    ) == sp.Rational(6, 5)


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        ((0, 100, 5000), "side", "0"),
        ((2, 100, 5000), "side", "2"),
        ((LONG, 0, 5000), "notional", "0"),
        ((LONG, -100, 5000), "notional", "-100"),
        ((LONG, 100, 0), "price", "0"),
        ((LONG, 100, -5), "price", "-5"),
        ((LONG, 100, 5000, 1), "fee_rate", "1"),
        ((LONG, sp.Symbol("x", positive=True), 5000), "notional", "x"),
        ((sp.Symbol("d", integer=True, nonzero=True), 100, 5000), "side", "d"),
    ],
)
def test_a_bad_fill_is_refused_by_name_and_value(arguments, name, value):
    with pytest.raises(ValueError, match=rf"^{name} .*is {value},.* (domain|must be)"):
        Fill(*arguments)


def test_no_fill_at_all_is_refused():
    with pytest.raises(ValueError, match="fills is empty: give at least one Fill"):
        position_after([])


@pytest.mark.parametrize("price", [0, -1, sp.oo])
def test_a_position_is_not_valued_at_a_price_outside_its_domain(price):
    position = FLAT.after(Fill(LONG, 100, 5000))
    for method in (position.unrealised_profit_and_loss, position.total_profit_and_loss, position.settlement):
        with pytest.raises(ValueError, match=r"price is .* S > 0"):
            method(price)


@pytest.mark.parametrize("arguments", [(LONG, 0, 5000), (0, 100, 5000), (LONG, 100, -1), (0, 0, 5000)])
def test_a_position_is_either_whole_or_flat(arguments):
    with pytest.raises(ValueError, match="domain"):
        Position(*arguments)


# --- breaking even --------------------------------------------------------------------------------


@given(sides, prices, rates, rates, sizes)
def test_nothing_is_left_and_nothing_is_missing_at_the_break_even_price(side, entry, first, second, size):
    price = break_even_price(side=side, entry_price=entry, entry_fee_rate=first, exit_fee_rate=second)
    closed = position_after([Fill(side, size, entry, first), Fill(-side, size, price, second)])
    assert closed.is_flat
    assert closed.net_profit_and_loss(entry) == 0


def test_the_break_even_price_with_two_fee_rates():
    assert break_even_price(side=LONG) == E * (1 + phi_out) / (1 - phi_in)
    assert break_even_price(side=SHORT) == E * (1 - phi_out) / (1 + phi_in)
    assert break_even_price().subs({phi_in: 0, phi_out: 0}) == E
    for side in (LONG, SHORT):
        fees = sp.Symbol("t")
        price = break_even_price(side=side, entry_fee_rate=phi_in * fees, exit_fee_rate=phi_out * fees)
        to_first_order = sp.diff(price, fees).subs(fees, 0)
        assert sp.simplify(to_first_order - side * E * (phi_in + phi_out)) == 0
    # What the entry costs and the exit gives back leaves the break-even where it was.
    assert sp.simplify(break_even_price(exit_fee_rate=-phi_in) - E) == 0
    assert sp.diff(break_even_price(side=LONG), phi_out).subs({E: 1, phi_in: 0}) == 1
    assert break_even_price() == E * (1 + d * phi_out) / (1 - d * phi_in)


def test_binance_s_break_even_price_is_linear_and_the_one_in_coin_is_a_little_higher():
    entry, rate = sp.Rational("2422.4"), sp.Rational("0.0004")
    in_coin = break_even_price(side=LONG, entry_price=entry, entry_fee_rate=rate, exit_fee_rate=0)
    assert in_coin == entry / (1 - rate)
    assert float(in_coin) == pytest.approx(2_423.369348, abs=1e-6)
    assert float(entry * (1 + rate)) == pytest.approx(2_423.368960034, abs=1e-7)


@pytest.mark.parametrize(("name", "value"), [("entry_fee_rate", 1), ("exit_fee_rate", -1)])
def test_a_fee_of_everything_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}.*−1 < varphi"):
        break_even_price(**{name: value})
