"""The contract's formulas: limits, laws and bad input."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import contract
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import E, N, Q, S, V, d, mu, n

prices = st.fractions(min_value=Fraction(1, 100), max_value=10**7, max_denominator=100)
notionals = st.fractions(min_value=Fraction(1, 100), max_value=10**9, max_denominator=100)
sides = st.sampled_from([LONG, SHORT])


def test_the_bare_formula_is_the_textbook_one():
    assert sp.simplify(contract.profit_and_loss() - d * N * (1 / E - 1 / S)) == 0
    assert sp.simplify(contract.profit_and_loss_in_dollars() - d * N * (S / E - 1)) == 0


def test_a_long_gains_coin_when_the_price_rises_and_a_short_when_it_falls():
    def gain(side, price):
        return contract.profit_and_loss(side=side, notional=100, entry_price=10, price=price)

    assert gain(LONG, 11) > 0 > gain(LONG, 9)
    assert gain(SHORT, 9) > 0 > gain(SHORT, 11)
    assert sp.diff(contract.profit_and_loss(side=LONG), S).is_positive


def test_limits_of_the_payoff():
    long = contract.profit_and_loss(side=LONG)
    assert sp.limit(long, S, sp.oo) == N / E
    assert sp.limit(long, S, 0, "+") == -sp.oo
    dollars = contract.profit_and_loss_in_dollars(side=LONG)
    assert sp.limit(dollars, S, 0, "+") == -N


@given(sides, notionals, prices, prices)
def test_what_one_side_gains_the_other_loses(side, notional, entry, price):
    gains = [
        contract.profit_and_loss(side=which, notional=notional, entry_price=entry, price=price)
        for which in (side, -side)
    ]
    assert sum(gains) == 0


@given(sides, notionals, prices)
def test_nothing_is_gained_at_the_entry_price(side, notional, price):
    assert contract.profit_and_loss(side=side, notional=notional, entry_price=price, price=price) == 0


@given(sides, notionals, prices, prices, prices)
def test_profit_telescopes_over_an_intermediate_price(side, notional, start, middle, end):
    legs = [(start, middle), (middle, end)]
    parts = [contract.profit_and_loss(side=side, notional=notional, entry_price=a, price=b) for a, b in legs]
    assert sum(parts) == contract.profit_and_loss(side=side, notional=notional, entry_price=start, price=end)


@given(sides, st.lists(st.tuples(notionals, prices), min_size=1, max_size=6), prices)
def test_profit_adds_up_over_fills_at_the_average_entry(side, fills, price):
    average = contract.average_entry_price(fills)
    total = sum(size for size, _ in fills)
    whole = contract.profit_and_loss(side=side, notional=total, entry_price=average, price=price)
    parts = [
        contract.profit_and_loss(side=side, notional=size, entry_price=at, price=price) for size, at in fills
    ]
    assert whole == sum(parts)
    assert min(at for _, at in fills) <= average <= max(at for _, at in fills)


@given(sides, notionals, prices, prices)
def test_twins_agree_with_the_inverse_contract_to_first_order_at_the_entry(side, notional, entry, price):
    inverse = contract.delta(side=side, notional=notional, price=entry)
    coins = contract.value(notional=notional, price=entry)
    linear = sp.diff(
        contract.linear_profit_and_loss_in_coin(side=side, coin_quantity=coins, entry_price=entry), S
    ).subs(S, entry)
    quanto = sp.diff(
        contract.quanto_profit_and_loss(
            side=side, contracts=notional, quanto_multiplier=1 / sp.Rational(entry) ** 2, entry_price=entry
        ),
        S,
    )
    assert inverse == linear == quanto


@given(sides, notionals, prices, prices)
def test_the_linear_twin_pays_the_same_dollars_at_every_price(side, notional, entry, price):
    coins = contract.value(notional=notional, price=entry)
    assert contract.linear_profit_and_loss(
        side=side, coin_quantity=coins, entry_price=entry, price=price
    ) == contract.profit_and_loss_in_dollars(side=side, notional=notional, entry_price=entry, price=price)


def test_greeks_are_the_slopes_of_the_payoff():
    point = {"side": SHORT, "notional": 5000, "price": 40}
    step = sp.Rational(1, 10**6)

    def gain(price):
        return contract.profit_and_loss(side=SHORT, notional=5000, entry_price=30, price=price)

    slope = (gain(40 + step) - gain(40 - step)) / (2 * step)
    bend = (gain(40 + step) - 2 * gain(40) + gain(40 - step)) / step**2
    assert float(contract.delta(**point)) == pytest.approx(float(slope), rel=1e-9)
    assert float(contract.gamma(**point)) == pytest.approx(float(bend), rel=1e-9)
    assert contract.gamma_in_dollars() == 0


def test_the_greeks_in_dollars_hold_at_any_entry_even_at_the_price_s_own_letter():
    assert contract.delta_in_dollars(entry_price=S) == d * N / S
    assert contract.delta_in_dollars(notional=Q * S) == d * Q * S / E
    assert contract.delta_in_dollars(notional=2 * E, entry_price=N) == 2 * d * E / N
    assert contract.delta_in_dollars(side=SHORT, notional=500, entry_price=20) == -25


@given(notionals, prices)
def test_the_price_at_a_value_is_the_value_read_backwards(notional, price):
    coins = contract.value(notional=notional, price=price)
    assert contract.price_at_value(notional=notional, position_value=coins) == price
    assert contract.price_at_value() == N / V


def test_no_coins_are_worth_a_notional_at_no_price():
    assert contract.price_at_value(notional=100, position_value=0) == sp.oo
    with pytest.raises(ValueError, match=r"position_value is -1.*V ≥ 0 \(BTC\)"):
        contract.price_at_value(notional=100, position_value=-1)


def test_a_fee_may_be_taken_on_the_coins_themselves():
    rate = sp.Rational(1, 2000)
    assert contract.fee(position_value=2, fee_rate=rate) == sp.Rational(1, 1000)
    assert contract.fee(position_value=2, fee_rate=rate) == contract.fee(notional=80, price=40, fee_rate=rate)
    with pytest.raises(ValueError, match=r"notional is 80 .*position_value is 2 .*give one of the two"):
        contract.fee(notional=80, position_value=2)


@given(sides, notionals, prices, prices)
def test_each_of_two_trades_may_have_its_own_fee(side, notional, entry, price):
    position = {"side": side, "notional": notional, "entry_price": entry, "price": price}
    maker, taker = sp.Rational(-1, 4000), sp.Rational(3, 4000)
    net = contract.net_profit_and_loss(**position, entry_fee_rate=maker, exit_fee_rate=taker)
    gross = contract.profit_and_loss(**position)
    assert net == gross - maker * notional / entry - taker * notional / price
    one_rate = contract.net_profit_and_loss(**position, fee_rate=taker)
    assert one_rate == gross - taker * notional / entry - taker * notional / price
    assert contract.net_profit_and_loss(**position, fee_rate=taker, entry_fee_rate=maker) == net


def test_a_quanto_on_another_coin_gains_what_its_value_gains():
    # 300 contracts of BitMEX's kind on ether: 100 satoshis for each dollar of ether.
    ether = {"contracts": 300, "quanto_multiplier": sp.Rational(1, 10**6)}
    assert contract.quanto_value(**ether, price=2000) == sp.Rational(6, 10)
    for side in (LONG, SHORT):
        gain = contract.quanto_profit_and_loss(side=side, **ether, entry_price=1800, price=2000)
        assert gain == side * (
            contract.quanto_value(**ether, price=2000) - contract.quanto_value(**ether, price=1800)
        )
    assert contract.quanto_value() == n * mu * S


def test_a_rebate_is_a_negative_fee():
    assert contract.fee(notional=1000, price=10, fee_rate=sp.Rational(-1, 4000)) == sp.Rational(-1, 40)


@pytest.mark.parametrize(
    ("argument", "value", "domain"),
    [
        ("price", -5, "S > 0"),
        ("price", 0, "S > 0"),
        ("entry_price", float("nan"), "E > 0"),
        ("entry_price", float("inf"), "E > 0"),
        ("notional", -1, "N > 0"),
        ("side", 2, "d = 1 or −1"),
        ("side", 0, "d = 1 or −1"),
        ("price", -E, "S > 0"),
    ],
)
def test_a_value_outside_its_domain_is_refused_by_name(argument, value, domain):
    with pytest.raises(ValueError, match=argument) as refusal:
        contract.profit_and_loss(**{argument: value})
    assert str(value) in str(refusal.value)
    assert domain in str(refusal.value)


@pytest.mark.parametrize("value", ["long", None, True, [1, 2]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="give"):
        contract.profit_and_loss(price=value)


def test_no_fills_have_no_average():
    with pytest.raises(ValueError, match="at least one"):
        contract.average_entry_price([])
    with pytest.raises(ValueError, match="notional is 0"):
        contract.average_entry_price([(0, 10)])
