"""Bybit inverse contracts: classic account, cross margin, and the rule since 2025-09-02.

In the classic account prices go to the tick against the trader, the closing-fee reserve is rounded up to
8 decimals of the coin, and the margin that enters the bankruptcy price is not rounded. Checked against
samples of longs and one of a short (1,000 USD at 7,500, 20x: bankrupt at 7,894.5).

Coins, prices and ratios are `Decimal`; a fill's amounts in satoshi are `int` and say so in their names.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from ..quantities import exactly_one
from .arithmetic import (
    SATOSHI,
    decimal,
    exact,
    in_force,
    price_at_value,
    price_on_tick,
    price_or_none,
    rounded,
    rule,
)
from .fills import BookedFill, booked_fill
from .specifications import BYBIT

__all__ = [
    "BybitPositionPayload",
    "Prices",
    "ValueToCost",
    "bankruptcy_price",
    "cross_margin_prices",
    "fill",
    "leaves_value",
    "liquidation_price",
    "maintenance_margin_base",
    "position_payload",
    "settlement_fee",
    "unrealised_profit_and_loss",
    "value_to_cost",
]

TICK = exact("tick", BYBIT.tick.value)
SETTLEMENT_FEE_RATE = sp.Rational(5, 10**4)

MAINTENANCE_MARGIN_BASES = (
    (date(2018, 1, 1), date(2025, 9, 1), BYBIT.maintenance_margin_base.earlier[0].value),
    (date(2025, 9, 2), date.max, BYBIT.maintenance_margin_base.value),
)


def maintenance_margin_base(as_of: date | str) -> margin.Base:
    """Return what the maintenance margin was a fraction of on a day: the value at ``"entry"`` or ``"mark"``.

    Raises
    ------
    ValueError
        If that is not known for the day.
    """
    base: margin.Base = in_force("the base of the maintenance margin", MAINTENANCE_MARGIN_BASES, as_of)
    return base


@rule
def leaves_value(*, notional: Any, price: Any) -> Decimal:
    """Return the value of an order in coin, cut off after 8 decimals.

    Parameters
    ----------
    notional : USD, positive
    price : USD per coin, positive
    """
    return decimal(rounded(contract.value(notional=notional, price=price), step=SATOSHI, rounding=ROUND_DOWN))


@rule
def fill(*, notional: Any, price: Any, fee_rate: Any) -> BookedFill:
    """Return the value and the fee of a fill, in satoshi: the value cut, its fee rounded up.

    Parameters
    ----------
    notional : USD, positive
    price : USD per BTC, positive
    fee_rate : fraction, above −1 and below 1; negative for a rebate, which no sample shows
    """
    return booked_fill(
        contract.value(notional=notional, price=price),
        fee_rate=fee_rate,
        value_rounding=ROUND_DOWN,
        fee_rounding=ROUND_CEILING,
    )


@rule
def unrealised_profit_and_loss(*, side: Any, notional: Any, entry_price: Any, mark_price: Any) -> Decimal:
    """Return the unrealised profit and loss in coin, to the nearest of 8 decimals.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, mark_price : USD per coin, positive
    """
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)
    return decimal(rounded(gain, step=SATOSHI, rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class ValueToCost:
    """What an order ties up, as a fraction of its value."""

    buy: Decimal  # bv2c
    sell: Decimal  # sv2c


@rule
def value_to_cost(*, leverage: Any, taker_fee_rate: Any) -> ValueToCost:
    """Return the cost of an order for each coin of its value: initial margin and both fees.

    Parameters
    ----------
    leverage : positive
    taker_fee_rate : fraction, above −1 and below 1
    """
    # One dollar at a price of one dollar is worth one coin, so the cost is the ratio itself.
    buy, sell = (
        margin.order_cost(side=side, notional=1, entry_price=1, leverage=leverage, fee_rate=taker_fee_rate)
        for side in (contract.LONG, contract.SHORT)
    )
    return ValueToCost(buy=decimal(buy), sell=decimal(sell))


@dataclass(frozen=True)
class BybitPositionPayload:
    """A position message of the classic account; coin, but for the prices (USD per coin).

    The comments give the venue's names. A price that is never reached is `None`.
    """

    entry_price: Decimal  # entry_price, to 8 decimals
    bankruptcy_price: Decimal | None  # bust_price
    liquidation_price: Decimal | None  # liq_price
    closing_fee_reserve: Decimal  # occ_closing_fee
    position_margin: Decimal  # position_margin


@rule
def bankruptcy_price(
    *,
    side: Any,
    notional: Any,
    entry_value: Any = None,
    entry_price: Any = None,
    leverage: Any,
    tick: Any = TICK,
) -> Decimal | None:
    """Return the bankruptcy price (bust_price) of an isolated position of the classic account, on the tick.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_value : coin, positive; the position's value as the venue books it, or give the entry price
    entry_price : USD per coin, positive
    leverage : positive
    tick : USD per coin, positive

    Returns
    -------
    Decimal or None
        USD per coin; `None` if it is never reached.
    """
    entry_price = _entry_price(notional, entry_value, entry_price)
    price = margin.bankruptcy_price(side=side, notional=notional, entry_price=entry_price, leverage=leverage)
    return price_on_tick(price, side=side, tick=tick)


@rule
def position_payload(
    *,
    side: Any,
    notional: Any,
    entry_value: Any = None,
    entry_price: Any = None,
    leverage: Any = None,
    wallet_balance: Any = None,
    maintenance_margin_rate: Any,
    taker_fee_rate: Any,
    tick: Any = TICK,
) -> BybitPositionPayload:
    """Return the fields of a position message of the classic account (maintenance margin on the entry value).

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_value : coin, positive; the position's value as the venue books it, or give the entry price
    entry_price : USD per coin, positive
    leverage : positive; for isolated margin
    wallet_balance : coin, positive; for cross margin, where the reserve is taken out of it
    maintenance_margin_rate : fraction of the entry value, from 0 to below 1
    taker_fee_rate : fraction, above −1 and below 1
    tick : USD per coin, positive

    Raises
    ------
    ValueError
        If a number is outside its domain, or both or neither of two alternatives are given.
    """
    exactly_one(leverage=leverage, wallet_balance=wallet_balance)
    entry_price = _entry_price(notional, entry_value, entry_price)
    position = {"side": side, "notional": notional, "entry_price": entry_price}
    if wallet_balance is None:
        # The reserve stands beside the initial margin, so the prices do not feel it.
        behind = {"leverage": leverage}
        own_margin = _up(margin.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage))
    else:
        behind = {"margin": wallet_balance, "fee_rate": taker_fee_rate}
        own_margin = wallet_balance
    bankruptcy = price_on_tick(margin.bankruptcy_price(**position, **behind), side=side, tick=tick)
    liquidation = margin.liquidation_price(
        **position, **behind, maintenance_margin_rate=maintenance_margin_rate
    )
    reserve = (
        sp.S.Zero
        if bankruptcy is None
        else _up(contract.fee(notional=notional, price=sp.Rational(str(bankruptcy)), fee_rate=taker_fee_rate))
    )
    return BybitPositionPayload(
        entry_price=decimal(rounded(entry_price, step=SATOSHI, rounding=ROUND_HALF_UP)),
        bankruptcy_price=bankruptcy,
        liquidation_price=price_on_tick(liquidation, side=side, tick=tick),
        closing_fee_reserve=decimal(reserve),
        position_margin=decimal(own_margin + (reserve if wallet_balance is None else -reserve)),
    )


@dataclass(frozen=True)
class Prices:
    """Bankruptcy price, unrounded, and liquidation price on the tick; USD per coin, `None` if none."""

    bankruptcy_price: Decimal | None
    liquidation_price: Decimal | None


@rule
def cross_margin_prices(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    wallet_balance: Any,
    maintenance_margin_rate: Any,
    taker_fee_rate: Any,
    tick: Any = TICK,
) -> Prices:
    """Return the prices of a cross-margined position, as the help pages work them out.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive
    wallet_balance : coin, positive; what is available, the closing fee included
    maintenance_margin_rate : fraction of the entry value, from 0 to below 1
    taker_fee_rate : fraction, above −1 and below 1
    tick : USD per coin, positive
    """
    position = {
        "side": side,
        "notional": notional,
        "entry_price": entry_price,
        "margin": wallet_balance,
        "fee_rate": taker_fee_rate,
    }
    bankruptcy = margin.bankruptcy_price(**position)
    liquidation = margin.liquidation_price(**position, maintenance_margin_rate=maintenance_margin_rate)
    return Prices(
        bankruptcy_price=price_or_none(bankruptcy),
        liquidation_price=price_on_tick(liquidation, side=side, tick=tick),
    )


@rule
def liquidation_price(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    leverage: Any,
    maintenance_margin_rate: Any,
    extra_margin: Any = 0,
    taker_fee_rate: Any = 0,
    deduction: Any = 0,
    as_of: date | str,
) -> Decimal | None:
    """Return the liquidation price of an isolated position by the rule of a day, not rounded to a tick.

    Until 2025-09-01 the maintenance margin is on the entry value; since 2025-09-02 it is on the mark value,
    and extra margin also pays for its own growth of the closing fee.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive
    leverage : positive
    maintenance_margin_rate : fraction of the coin value, from 0 to below 1
    extra_margin : coin, not negative
    taker_fee_rate : fraction, above −1 and below 1; it matters only beside extra margin
    deduction : coin, not negative; the constant of the position's tier
    as_of : date, or str in the form ``2025-09-02``
    """
    price = margin.liquidation_price(
        side=side,
        notional=notional,
        entry_price=entry_price,
        leverage=leverage,
        extra_margin=extra_margin / (1 + side * taker_fee_rate),
        maintenance_margin_rate=maintenance_margin_rate,
        base=maintenance_margin_base(as_of),
        deduction=deduction,
    )
    return price_or_none(price)


@rule
def settlement_fee(
    *, notional: Any, settled_price: Any, settlement_fee_rate: Any = SETTLEMENT_FEE_RATE
) -> Decimal:
    """Return the fee for the settlement of a dated contract, in coin, not rounded.

    Parameters
    ----------
    notional : USD, positive
    settled_price : USD per coin, positive
    settlement_fee_rate : fraction, above −1 and below 1
    """
    return decimal(contract.fee(notional=notional, price=settled_price, fee_rate=settlement_fee_rate))


def _entry_price(notional: Any, entry_value: Any, entry_price: Any) -> sp.Rational:
    exactly_one(entry_value=entry_value, entry_price=entry_price)
    return price_at_value(notional=notional, coins=entry_value) if entry_price is None else entry_price


def _up(coins: sp.Rational) -> sp.Rational:
    return rounded(coins, step=SATOSHI, rounding=ROUND_CEILING)
