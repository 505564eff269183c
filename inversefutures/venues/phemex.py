"""Phemex BTCUSD: fills and positions in whole satoshis.

The value of a fill is rounded down and its fee up, so that a rebate shrinks as well. The closing-fee reserve
is worked out at the bankruptcy price from all that stands behind the position, at one tick where that price
is lower, and rounded up. Checked against samples of longs; a short is the mirror image, for which no sample
was found. Amounts in satoshi are `int` and say so in their names, prices and ratios are `Decimal`.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from .arithmetic import SATOSHI, decimal, exact, price_at_value, price_on_tick, rule, satoshis, whole
from .bybit import ValueToCost, value_to_cost  # Phemex prints the same two ratios
from .fills import BookedFill, booked_fill
from .specifications import PHEMEX

__all__ = [
    "BookedFill",
    "PhemexPositionPayload",
    "ValueToCost",
    "fill",
    "order_cost",
    "position_payload",
    "value_to_cost",
]

TICK = exact("tick", PHEMEX.tick.value)
MAINTENANCE_MARGIN_RATE = exact("maintenance_margin_rate", Decimal("0.005"))
"""Of the coin value: what all samples have."""


@rule
def fill(*, notional: Any, price: Any, fee_rate: Any) -> BookedFill:
    """Return the value and the fee of a fill, in satoshi (execValueEv, execFeeEv).

    Parameters
    ----------
    notional : USD, positive
    price : USD per BTC, positive
    fee_rate : fraction, above −1 and below 1; negative for a rebate
    """
    return booked_fill(
        contract.value(notional=notional, price=price),
        fee_rate=fee_rate,
        value_rounding=ROUND_FLOOR,
        fee_rounding=ROUND_CEILING,
    )


@rule
def order_cost(*, side: Any, entry_cost_satoshi: Any, leverage: Any, taker_fee_rate: Any) -> int:
    """Return the margin and the closing fee that a position's value ties up, in satoshi (posCostEv).

    The sum of the initial margin and the fee for closing at the bankruptcy price is rounded up.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    entry_cost_satoshi : satoshi, positive
    leverage : positive
    taker_fee_rate : fraction, above −1 and below 1
    """
    # A notional of as many dollars as satoshis, at a price of one, has the value in satoshis.
    position = {
        "notional": whole("entry_cost_satoshi", entry_cost_satoshi),
        "entry_price": 1,
        "leverage": leverage,
    }
    initial = margin.initial_margin(**position)
    closing_fee = margin.closing_fee_reserve(side=side, fee_rate=taker_fee_rate, **position)
    return int(sp.ceiling(initial + closing_fee))


@dataclass(frozen=True)
class PhemexPositionPayload:
    """A cross-margined position: satoshi where the name says so, prices in USD per BTC.

    A price that is never reached is `None`.
    """

    average_entry_price: Decimal  # avgEntryPrice, not rounded
    unrealised_profit_and_loss_satoshi: int  # unRealisedPnlEv
    closing_fee_reserve_satoshi: int  # bankruptCommEv
    position_margin_satoshi: int  # positionMarginEv
    order_cost_satoshi: int  # posCostEv
    bankruptcy_price: Decimal | None  # bankruptPriceEp
    liquidation_price: Decimal | None  # liquidationPriceEp


@rule
def position_payload(
    *,
    side: Any,
    notional: Any,
    entry_cost_satoshi: Any,
    mark_price: Any,
    balance_satoshi: Any,
    leverage: Any,
    taker_fee_rate: Any,
    maintenance_margin_rate: Any = MAINTENANCE_MARGIN_RATE,
    tick: Any = TICK,
) -> PhemexPositionPayload:
    """Return the fields of a cross-margined position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_cost_satoshi : satoshi, positive; the value of the fills
    mark_price : USD per BTC, positive
    balance_satoshi : satoshi, positive; all that stands behind the position, the reserve included
    leverage : positive; the highest that the venue allows, at which `order_cost` is taken
    taker_fee_rate : fraction, above −1 and below 1
    maintenance_margin_rate : fraction of the entry cost, from 0 to below 1 (maintMarginReqEr)
    tick : USD per BTC, positive
    """
    cost = whole("entry_cost_satoshi", entry_cost_satoshi)
    balance = whole("balance_satoshi", balance_satoshi)
    entry_price = price_at_value(notional=notional, coins=cost * SATOSHI)
    position = {"side": side, "notional": notional, "entry_price": entry_price}
    mark_value = satoshis(contract.value(notional=notional, price=mark_price), rounding=ROUND_FLOOR)
    exact_reserve = margin.closing_fee_reserve(**position, margin=balance * SATOSHI, fee_rate=taker_fee_rate)
    if margin.bankruptcy_price(**position, margin=balance * SATOSHI - exact_reserve) < tick:
        exact_reserve = contract.fee(notional=notional, price=tick, fee_rate=taker_fee_rate)
    reserve = satoshis(exact_reserve, rounding=ROUND_CEILING)
    own_margin = (balance - reserve) * SATOSHI
    return PhemexPositionPayload(
        average_entry_price=decimal(entry_price),
        unrealised_profit_and_loss_satoshi=int(side * (cost - mark_value)),
        closing_fee_reserve_satoshi=reserve,
        position_margin_satoshi=int(balance - reserve),
        order_cost_satoshi=order_cost(
            side=side, entry_cost_satoshi=cost, leverage=leverage, taker_fee_rate=taker_fee_rate
        ),
        bankruptcy_price=price_on_tick(
            margin.bankruptcy_price(**position, margin=own_margin), side=side, tick=tick
        ),
        liquidation_price=price_on_tick(
            margin.liquidation_price(
                **position, margin=own_margin, maintenance_margin_rate=maintenance_margin_rate
            ),
            side=side,
            tick=tick,
        ),
    )
