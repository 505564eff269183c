"""The carry and its reverse: played through coin by coin, on any last price, against the formulas."""

import math

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import arbitrage, carry, contract, margin
from inversefutures.notation import LONG, S_0, S_F, SHORT, C, S, r, tau, u

prices = st.floats(1_000, 200_000)
rates = st.floats(-0.2, 0.4)
fees = st.floats(-0.0005, 0.01)
years = st.floats(0.01, 2)


def profit(side, notional, entry, price):
    return float(contract.profit_and_loss(side=side, notional=notional, entry_price=entry, price=price))


def carried(coins, spot, future, dollar_rate, coin_rate, time, last, spot_fee, fee, delivery_fee):
    """What a cash and carry ends with, in dollars: all cash flows in their order."""
    debt = coins * spot * (1 + spot_fee)
    growth = math.exp(coin_rate * time)
    # So many dollars that every coin there is at the end is owed: n/F = (C − φ·n/F)·growth.
    notional = coins * future * growth / (1 + fee * growth)
    pledged = (coins - fee * notional / future) * growth
    delivered = pledged + profit(SHORT, notional, future, last) - delivery_fee * notional / last
    return delivered * last * (1 - spot_fee) - debt * math.exp(dollar_rate * time)


def reversed_carry(coins, spot, future, dollar_rate, coin_rate, time, last, spot_fee, fee, delivery_fee):
    """What the reverse ends with, in coins."""
    notional = coins * future * math.exp(coin_rate * time)
    sold = coins - fee * notional / future
    dollars = sold * spot * (1 - spot_fee) * math.exp(dollar_rate * time)
    bought = dollars / (last * (1 + spot_fee))
    gained = profit(LONG, notional, future, last) - delivery_fee * notional / last
    return bought + gained - coins * math.exp(coin_rate * time)


@given(prices, rates, rates, years, prices, fees, fees, st.floats(0, 0.01))
def test_at_either_bound_the_trade_ends_at_nothing_whatever_the_last_price(
    spot, dollar_rate, coin_rate, time, last, spot_fee, fee, delivery_fee
):
    market = {"price": spot, "dollar_rate": dollar_rate, "coin_rate": coin_rate, "time_to_expiry": time}
    costs = {"spot_fee_rate": spot_fee, "fee_rate": fee, "delivery_fee_rate": delivery_fee}
    flows = (dollar_rate, coin_rate, time, last, spot_fee, fee, delivery_fee)
    upper = float(arbitrage.arbitrage_band(bound="upper", **market, **costs))
    assert carried(1, spot, upper, *flows) == pytest.approx(0, abs=1e-8 * spot)
    assert carried(1, spot, 1.001 * upper, *flows) > 0
    lower = float(arbitrage.arbitrage_band(bound="lower", **market, **costs))
    scale = 1e-8 * (1 + spot / last)
    assert reversed_carry(1, spot, lower, *flows) == pytest.approx(0, abs=scale)
    assert reversed_carry(1, spot, 0.999 * lower, *flows) > 0


def test_without_fees_the_band_is_the_forward_price():
    free = {"spot_fee_rate": 0, "fee_rate": 0, "delivery_fee_rate": 0}
    for bound in ("upper", "lower"):
        assert sp.simplify(arbitrage.arbitrage_band(bound=bound, **free) - carry.forward_price()) == 0


@given(prices, prices, prices, fees, fees, st.floats(0, 0.01))
def test_carry_return_is_what_the_cash_flows_leave(spot, future, last, spot_fee, fee, delivery_fee):
    ours = arbitrage.carry_return(
        price=spot, futures_price=future, spot_fee_rate=spot_fee, fee_rate=fee, delivery_fee_rate=delivery_fee
    )
    left = carried(1, spot, future, 0, 0, 1, last, spot_fee, fee, delivery_fee)
    assert float(ours) * spot * (1 + spot_fee) == pytest.approx(left, abs=1e-7 * (spot + future))


@given(prices, prices, prices)
def test_a_carry_is_fixed_in_dollars_and_its_coins_are_not(spot, future, last):
    notional = float(arbitrage.carry_notional(coins=2, futures_price=future))
    coins = 2 + profit(SHORT, notional, future, last)
    assert coins * last == pytest.approx(notional)
    # Sized at the spot price, what is left open moves with the price.
    notional = 2 * spot
    left_open = float(arbitrage.coins_left_open(coins=2, notional=notional, futures_price=future))
    coins = 2 + profit(SHORT, notional, future, last)
    assert coins * last == pytest.approx(notional + left_open * last)


@given(prices, prices, prices)
def test_before_expiry_a_carry_is_worth_its_end_times_the_ratio_of_the_prices(entry, future, last):
    notional = arbitrage.carry_notional(coins=3, futures_price=entry)
    short = {"coins": 3, "notional": notional, "entry_price": entry}
    worth = float(arbitrage.carry_worth(**short, price=last, futures_price=future))
    assert worth == pytest.approx(float(notional) * last / future)
    assert float(arbitrage.carry_worth(**short, price=last, futures_price=last)) == pytest.approx(
        float(notional)
    )


def test_a_basis_that_widens_costs_dollars_although_the_end_is_certain():
    short = {"coins": 50, "notional": 12_500, "entry_price": 250, "price": 200}
    assert arbitrage.carry_worth(**short, futures_price=250) == 10_000
    assert arbitrage.carry_worth(**short, futures_price=300) < 8_334
    # The coins that a basis takes are n/F times the basis over the price: the premium identity.
    lost = contract.profit_and_loss(side=LONG, notional=12_500, entry_price=200, price=250)
    assert lost == sp.Rational(12_500, 250) * sp.Rational(50, 200)


def test_a_reverse_carry_is_fixed_in_coins():
    coins = arbitrage.reverse_carry_coins()
    lent = C * (1 - u) * S_0 * sp.exp(r * tau)
    bought = lent / S + contract.profit_and_loss(side=LONG, notional=lent, entry_price=S_F)
    assert sp.simplify(coins - (C * u + bought)) == 0
    assert sp.simplify(coins.subs(u, 1) - C) == 0
    assert arbitrage.reverse_carry_coins(margin_fraction=1) == C  # nothing is sold
    at = {"coins": 1, "margin_fraction": 0, "dollar_rate": sp.log(1.01), "time_to_expiry": 1}
    with pytest.raises(ValueError, match="margin_fraction is 0"):
        arbitrage.reverse_carry_coins(**at)
    # With one percent of interest and a future at 98: 1.0306 coins for each that is sold.
    grown = arbitrage.reverse_carry_coins(
        coins=1,
        margin_fraction=0.2,
        price=100,
        futures_price=98,
        dollar_rate=sp.log(sp.Rational(101, 100)),
        time_to_expiry=1,
    )
    assert float(grown) == pytest.approx(0.2 + 0.8 * 1.01 * 100 / 98)


def test_the_reverse_carry_can_be_liquidated_and_the_carry_cannot_by_the_price_alone():
    sold = 0.8 * 100 * 1.01
    bankrupt = margin.bankruptcy_price(side=LONG, notional=sold, entry_price=98, margin=0.2)
    assert float(bankrupt) / 98 == pytest.approx(0.805, abs=5e-4)
    assert margin.bankruptcy_price(side=SHORT, notional=98, entry_price=98, margin=1) == sp.oo


def test_two_published_sizes_of_one_trade():
    """BitMEX, 2015 and 2016: a hundred contracts leave ten coins open, and twelve thousand are right."""
    assert arbitrage.carry_notional(coins=100, futures_price=120) == 12_000
    assert arbitrage.carry_notional(coins=50, futures_price=250) == 125 * 100
    # The fee is paid in coin: of 50.5 coins half a one is gone, and 50 are there to be covered.
    assert arbitrage.carry_notional(coins=50.5, futures_price=250, fee_rate=0.01) == pytest.approx(12_500)
    assert arbitrage.coins_left_open(coins=50, notional=100 * 100, futures_price=250) == 10
    assert arbitrage.coins_left_open(notional=arbitrage.carry_notional()) == 0
    assert sp.simplify(arbitrage.carry_return() - (S_F / S_0 - 1)) == 0


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="bound is 'middle'"):
        arbitrage.arbitrage_band(bound="middle")
    with pytest.raises(ValueError, match=r"delivery_fee_rate is -0\.1"):
        arbitrage.arbitrage_band(delivery_fee_rate=-0.1)
    with pytest.raises(ValueError, match=r"margin_fraction is 1\.5"):
        arbitrage.reverse_carry_coins(margin_fraction=1.5)
