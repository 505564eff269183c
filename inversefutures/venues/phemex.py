"""Phemex BTCUSD: fills and positions in whole satoshis.

The value of a fill is rounded down and its fee up, so that a rebate shrinks as well. The closing-fee reserve
is worked out at the bankruptcy price from all that stands behind the position, and rounded up. Checked
against samples of longs; a short is the mirror image, for which no sample was found.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from .arithmetic import SATOSHI, decimal, exact, price_at_value, price_on_tick, rule, satoshis, whole
from .bybit import ValueToCost, value_to_cost  # Phemex prints the same two ratios
from .specifications import PHEMEX

__all__ = [
    "Fill",
    "PositionPayload",
    "ValueToCost",
    "fill",
    "order_cost",
    "position_payload",
    "value_to_cost",
]

TICK = exact("tick", PHEMEX.tick.value)


@dataclass(frozen=True)
class Fill:
    """A fill, in satoshi."""

    value: int  # execValueEv
    fee: int  # execFeeEv, negative for a rebate


@rule
def fill(*, notional: Any, price: Any, fee_rate: Any) -> Fill:
    """Return the value and the fee of a fill, in satoshi.

    Parameters
    ----------
    notional : USD, positive
    price : USD per BTC, positive
    fee_rate : fraction, above −1 and below 1; negative for a rebate
    """
    value = satoshis(contract.value(notional=notional, price=price), rounding=ROUND_FLOOR)
    return Fill(value=value, fee=int(sp.ceiling(value * fee_rate)))


@rule
def order_cost(*, side: Any, entry_cost: Any, leverage: Any, taker_fee_rate: Any) -> int:
    """Return the margin and the closing fee that a position's value ties up, in satoshi (posCost).

    Initial margin and the fee for closing at the bankruptcy price are each rounded up.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    entry_cost : satoshi, positive
    leverage : positive
    taker_fee_rate : fraction, above −1 and below 1
    """
    # A notional of as many dollars as satoshis, at a price of one, has the value in satoshis.
    position = {"notional": whole("entry_cost", entry_cost), "entry_price": 1, "leverage": leverage}
    initial = margin.initial_margin(**position)
    closing_fee = margin.closing_fee_reserve(side=side, fee_rate=taker_fee_rate, **position)
    return int(sp.ceiling(initial) + sp.ceiling(closing_fee))


@dataclass(frozen=True)
class PositionPayload:
    """A cross-margined position; satoshi, but for the prices (USD per BTC).

    A price that is never reached is `None`.
    """

    average_entry_price: Decimal  # avgEntryPrice, not rounded
    unrealised_profit_and_loss: int  # unRealisedPnlEv
    closing_fee_reserve: int  # bankruptCommEv
    position_margin: int  # positionMarginEv
    order_cost: int  # posCostEv
    bankruptcy_price: Decimal | None  # bankruptPriceEp


@rule
def position_payload(
    *,
    side: Any,
    notional: Any,
    entry_cost: Any,
    mark_price: Any,
    balance: Any,
    leverage: Any,
    taker_fee_rate: Any,
    tick: Any = TICK,
) -> PositionPayload:
    """Return the fields of a cross-margined position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_cost : satoshi, positive; the value of the fills
    mark_price : USD per BTC, positive
    balance : satoshi, positive; all that stands behind the position, the reserve included
    leverage : positive; the highest that the venue allows, at which `order_cost` is taken
    taker_fee_rate : fraction, above −1 and below 1
    tick : USD per BTC, positive
    """
    entry_cost, balance = whole("entry_cost", entry_cost), whole("balance", balance)
    entry_price = price_at_value(notional=notional, coins=entry_cost * SATOSHI)
    position = {"side": side, "notional": notional, "entry_price": entry_price}
    mark_value = satoshis(contract.value(notional=notional, price=mark_price), rounding=ROUND_FLOOR)
    reserve = satoshis(
        margin.closing_fee_reserve(**position, margin=balance * SATOSHI, fee_rate=taker_fee_rate),
        rounding=ROUND_CEILING,
    )
    return PositionPayload(
        average_entry_price=decimal(entry_price),
        unrealised_profit_and_loss=int(side * (entry_cost - mark_value)),
        closing_fee_reserve=reserve,
        position_margin=int(balance - reserve),
        order_cost=order_cost(
            side=side, entry_cost=entry_cost, leverage=leverage, taker_fee_rate=taker_fee_rate
        ),
        bankruptcy_price=price_on_tick(
            margin.bankruptcy_price(**position, margin=(balance - reserve) * SATOSHI), side=side, tick=tick
        ),
    )
