"""Shared margin, locked positions and collateral: laws and bad input."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from inversefutures import margin
from inversefutures.accounts import (
    Collateral,
    Leg,
    account_balance,
    account_maintenance,
    collateral_in_dollars,
    collateral_value,
    larger_side,
    liquidation_move,
    liquidation_price_of,
    liquidation_price_with_collateral,
)
from inversefutures.contract import LONG, SHORT

sides = st.sampled_from([LONG, SHORT])


# --- several contracts on one wallet --------------------------------------------------------------


@st.composite
def accounts(draw):
    rational = st.integers(min_value=1, max_value=40)
    legs = [
        Leg(
            side=draw(sides),
            notional=1000 * draw(rational),
            entry_price=1000 * draw(rational),
            price=1000 * draw(rational),
            maintenance_margin_rate=sp.Rational(draw(rational), 1000),
            base=draw(st.sampled_from(["entry", "mark"])),
        )
        for _ in range(draw(st.integers(min_value=1, max_value=3)))
    ]
    return legs, draw(st.integers(min_value=1, max_value=30))


@given(accounts(), st.data())
@settings(max_examples=25)
def test_after_the_move_the_balance_is_the_maintenance_margin(account, data):
    legs, wallet = account
    moving = data.draw(st.sampled_from([None, [0]]))
    factor = liquidation_move(wallet_balance=wallet, legs=legs, moving=moving)
    if factor == sp.oo:
        return
    moved = [
        Leg(
            leg.side,
            leg.notional,
            leg.entry_price,
            leg.price * (factor if moving is None or index in moving else 1),
            leg.maintenance_margin_rate,
            leg.base,
        )
        for index, leg in enumerate(legs)
    ]
    assert factor > 0
    assert account_balance(wallet_balance=wallet, legs=moved) == account_maintenance(legs=moved)


@given(sides, st.integers(min_value=2, max_value=30), st.sampled_from(["entry", "mark"]))
@settings(max_examples=15)
def test_one_contract_alone_has_the_liquidation_price_of_its_own(side, leverage, base):
    position = {"side": side, "notional": 100_000, "entry_price": 50_000}
    leg = Leg(**position, price=47_000, maintenance_margin_rate=0.005, base=base)
    coins = sp.Rational(2, leverage)
    price = liquidation_price_of(wallet_balance=coins, legs=[leg], index=0)
    alone = margin.liquidation_price(**position, margin=coins, maintenance_margin_rate=0.005, base=base)
    assert float(price) == pytest.approx(float(alone), rel=1e-12)


def test_a_hedge_moves_the_liquidation_away():
    long = Leg(LONG, 100_000, 50_000, 50_000, 0.01)
    short = Leg(SHORT, 60_000, 50_000, 50_000, 0.01)
    alone = liquidation_move(wallet_balance=1, legs=[long])
    hedged = liquidation_move(wallet_balance=1, legs=[long, short])
    assert hedged < alone < 1
    # Held where it is, the hedge only costs its own maintenance margin.
    assert liquidation_price_of(wallet_balance=1, legs=[long, short], index=0) > 50_000 * alone


def test_bad_accounts_are_named():
    leg = Leg(LONG, 100_000, 50_000, 50_000, 0.01)
    with pytest.raises(ValueError, match="moving has 1, but its domain is 0 to 0"):
        liquidation_move(wallet_balance=1, legs=[leg], moving=[1])
    with pytest.raises(ValueError, match="wallet_balance is -1"):
        account_balance(wallet_balance=-1, legs=[leg])
    with pytest.raises(ValueError, match="maintenance_margin_rate is 1"):
        Leg(LONG, 100_000, 50_000, 50_000, 1)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=30)
def test_the_larger_side_is_charged_and_never_more_than_both(long, short):
    charged = larger_side(long_notional=long, short_notional=short)
    assert charged == max(long, short)
    assert abs(long - short) <= charged <= long + short


# --- collateral -----------------------------------------------------------------------------------


@given(st.integers(0, 99), st.integers(1, 100), st.integers(1, 100))
@settings(max_examples=20)
def test_a_larger_haircut_counts_for_less(percent, coins, price):
    less, more = (
        collateral_value(collateral_coins=coins, price=price, haircut=sp.Rational(each, 100))
        for each in (percent + 1, percent)
    )
    assert 0 <= less < more <= coins * price


def test_collateral_adds_up():
    held = [Collateral(2, 50_000, 0.05), Collateral(10, 3000, 0.1), Collateral(1000, 1)]
    assert float(collateral_in_dollars(held)) == pytest.approx(95_000 + 27_000 + 1000)


@given(sides, st.integers(min_value=2, max_value=50))
@settings(max_examples=15)
def test_coins_without_a_haircut_are_ordinary_margin(side, leverage):
    position = {"side": side, "notional": 100_000, "entry_price": 50_000, "leverage": leverage}
    rate = {"maintenance_margin_rate": sp.Rational(1, 100)}
    price = liquidation_price_with_collateral(**position, **rate, haircut=0, dollar_collateral=0)
    assert price == margin.liquidation_price(**position, **rate, base="mark")


def test_coins_as_collateral_liquidate_a_long_sooner_and_a_short_later_than_dollars():
    shared = {"notional": 100_000, "entry_price": 50_000, "maintenance_margin_rate": sp.Rational(1, 100)}
    for side in (LONG, SHORT):
        in_coins = liquidation_price_with_collateral(
            side=side, collateral_coins=1, haircut=0, dollar_collateral=0, **shared
        )
        in_dollars = liquidation_price_with_collateral(
            side=side, collateral_coins=0, haircut=0, dollar_collateral=50_000, **shared
        )
        assert in_coins > in_dollars
        cut = liquidation_price_with_collateral(
            side=side, collateral_coins=1, haircut=sp.Rational(1, 10), dollar_collateral=0, **shared
        )
        assert side * (cut - in_coins) > 0
    covered = liquidation_price_with_collateral(
        side=SHORT, collateral_coins=2, haircut=0, dollar_collateral=0, **shared
    )
    assert covered == sp.oo
    with pytest.raises(ValueError, match="give one of the two"):
        liquidation_price_with_collateral(side=LONG, leverage=2, collateral_coins=1, **shared)
