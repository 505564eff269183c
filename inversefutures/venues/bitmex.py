"""BitMEX: every field of a position message, to the satoshi and to the tick.

The value of one contract is rounded first and then multiplied by the number of contracts. Margins and the
closing fee are rounded up. The value of a contract at the bankruptcy and at the liquidation price is rounded
against the trader, and so is the price that follows from it. Maintenance margin is on the entry value.

Checked against live messages: shorts of 2018-08-27 and 2019-07-14, longs of 2021-06-24 (test network) and
2023-12-07; `specifications` names them. Values are given without the sign that the venue's answers carry,
which is negative for a long.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from ..notation import LONG
from .arithmetic import (
    SATOSHI,
    decimal,
    exact,
    in_force,
    price_at_value,
    price_on_tick,
    rounded,
    rule,
    satoshis,
    whole,
)
from .specifications import BITMEX

__all__ = [
    "PositionPayload",
    "contract_value",
    "liquidation_price",
    "position_payload",
    "tick_size",
    "unrealised_profit_and_loss",
    "value_step",
]

# In satoshi for one contract. No payload was found for the gap, so the day of the change is not known.
VALUE_STEPS = (
    (date(2018, 1, 1), date(2019, 12, 31), sp.Integer(1)),
    (date(2021, 6, 24), date.max, sp.Rational(1, 100)),
)
TICK_SIZES = (
    (date(2018, 1, 1), date(2023, 12, 31), exact("tick", BITMEX.tick.earlier[0].value)),
    (date(2024, 11, 1), date.max, exact("tick", BITMEX.tick.value)),
)


def value_step(as_of: date | str) -> sp.Rational:
    """Return the step, in satoshi, that the value of one contract was rounded to on a day.

    Raises
    ------
    ValueError
        If that is not known for the day.
    """
    return in_force("the rounding of a contract's value", VALUE_STEPS, as_of)


def tick_size(as_of: date | str) -> sp.Rational:
    """Return the tick of XBTUSD on a day, in USD per BTC.

    Raises
    ------
    ValueError
        If that is not known for the day.
    """
    return in_force("the tick", TICK_SIZES, as_of)


@rule
def contract_value(*, contracts: Any, price: Any, as_of: date | str) -> int:
    """Return the value of contracts at a price, in satoshi.

    Parameters
    ----------
    contracts : whole number, positive
    price : USD per BTC, positive; an entry price or a mark price, on the tick or not
    as_of : date, or str in the form ``2018-08-27``

    Notes
    -----
    The value of one contract is rounded to `value_step`. Where the product has a part of a satoshi left, it
    is rounded to the nearest; no payload shows which way a half goes.
    """
    one = rounded(
        contract.value(notional=1, price=price), step=SATOSHI * value_step(as_of), rounding=ROUND_HALF_UP
    )
    return satoshis(whole("contracts", contracts) * one, rounding=ROUND_HALF_UP)


@rule
def unrealised_profit_and_loss(*, side: Any, entry_cost: Any, mark_value: Any) -> int:
    """Return the unrealised profit and loss in satoshi, from the rounded values that the venue books.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    entry_cost, mark_value : satoshi, positive
    """
    return int(side * (whole("entry_cost", entry_cost) - whole("mark_value", mark_value)))


@dataclass(frozen=True)
class PositionPayload:
    """A position message; satoshi, but for the prices (USD per BTC) and the two returns (fractions).

    The comments give the venue's names. A price that is never reached is `None`.
    """

    entry_cost: int  # posCost
    mark_value: int  # markValue
    unrealised_profit_and_loss: int  # unrealisedPnl
    initial_margin: int  # posInit
    closing_fee_reserve: int  # posComm
    position_margin: int  # posMargin
    maintenance_margin: int  # posMaint: the closing fee is part of it
    margin_balance: int  # maintMargin
    bankruptcy_price: Decimal | None  # bankruptPrice
    liquidation_price: Decimal | None  # liquidationPrice
    return_on_equity: Decimal  # unrealisedRoePcnt
    return_on_value: Decimal  # unrealisedPnlPcnt


@rule
def position_payload(
    *,
    side: Any,
    contracts: Any,
    entry_price: Any = None,
    entry_cost: Any = None,
    mark_price: Any,
    initial_margin_rate: Any,
    maintenance_margin_rate: Any,
    taker_fee_rate: Any,
    cross_margin: Any = 0,
    loss: Any = 0,
    funding_rate: Any = 0,
    tick: Any = None,
    as_of: date | str,
) -> PositionPayload:
    """Return every field of a position message.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive
    entry_price : USD per BTC, positive; or give the entry cost
    entry_cost : satoshi, positive; what several fills cost together
    mark_price : USD per BTC, positive
    initial_margin_rate : fraction of the entry cost, above 0, at most 1: one over the leverage
    maintenance_margin_rate : fraction of the entry cost, from 0 to below 1
    taker_fee_rate : fraction, above −1 and below 1
    cross_margin : satoshi, not negative; margin that was added (posCross)
    loss : satoshi, not negative; realised losses taken from the margin (posLoss)
    funding_rate : fraction, above −1 and below 1; the next one. It counts where the position would pay it.
    tick : USD per BTC, positive; by default that of the day
    as_of : date, or str in the form ``2018-08-27``

    Raises
    ------
    ValueError
        If a number is outside its domain, both or neither of entry price and entry cost are given, or the
        rounding or the tick of the day is not known.
    """
    if (entry_price is None) == (entry_cost is None):
        raise ValueError(f"entry_price is {entry_price} and entry_cost is {entry_cost}: give one of the two")
    tick = tick_size(as_of) if tick is None else tick
    cross_margin, loss = whole("cross_margin", cross_margin), whole("loss", loss)
    cost = (
        contract_value(contracts=contracts, price=entry_price, as_of=as_of)
        if entry_cost is None
        else int(whole("entry_cost", entry_cost))
    )
    mark_value = contract_value(contracts=contracts, price=mark_price, as_of=as_of)
    gain = unrealised_profit_and_loss(side=side, entry_cost=cost, mark_value=mark_value)

    initial = int(sp.ceiling(cost * initial_margin_rate))
    closing_fee = int(sp.ceiling(taker_fee_rate * (cost + initial + cross_margin)))
    own_margin = int(initial + cross_margin - loss)
    adverse_funding = sp.Max(0, side * funding_rate)
    maintenance = int(sp.ceiling((maintenance_margin_rate + adverse_funding) * cost)) + closing_fee

    position = {
        "side": side,
        "notional": contracts,
        "entry_price": price_at_value(notional=contracts, coins=cost * SATOSHI),
    }
    bankruptcy = margin.bankruptcy_price(**position, margin=own_margin * SATOSHI)
    # What is kept is a whole number of satoshis; as a rate of the cost it enters the formula exactly.
    liquidation = margin.liquidation_price(
        **position,
        margin=(own_margin + closing_fee) * SATOSHI,
        maintenance_margin_rate=sp.Rational(maintenance, cost),
    )
    return PositionPayload(
        entry_cost=cost,
        mark_value=mark_value,
        unrealised_profit_and_loss=gain,
        initial_margin=initial,
        closing_fee_reserve=closing_fee,
        position_margin=own_margin + closing_fee,
        maintenance_margin=maintenance,
        margin_balance=own_margin + closing_fee + gain,
        bankruptcy_price=_against_the_trader(bankruptcy, side, tick, as_of),
        liquidation_price=_against_the_trader(liquidation, side, tick, as_of),
        return_on_equity=_four_decimals(sp.Rational(gain, initial)),
        return_on_value=_four_decimals(sp.Rational(gain, cost)),
    )


@rule
def liquidation_price(
    *,
    side: Any,
    contracts: Any,
    bankruptcy_price: Any,
    maintenance_margin: Any,
    tick: Any = None,
    as_of: date | str,
) -> Decimal | None:
    """Return the liquidation price that a position's bankruptcy price and maintenance margin imply.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive
    bankruptcy_price : USD per BTC, positive; as it is shown, so it is known to a tick only
    maintenance_margin : satoshi, not negative; posMaint without the closing fee, if the price is without it
    tick : USD per BTC, positive; by default that of the day
    as_of : date, or str in the form ``2018-08-27``
    """
    tick = tick_size(as_of) if tick is None else tick
    if not maintenance_margin:
        return price_on_tick(bankruptcy_price, side=side, tick=tick)
    # A position entered at the bankruptcy price is out of the money by its maintenance margin: going back to
    # where that much was left is the other side's way to bankruptcy.
    price = margin.bankruptcy_price(
        side=-side, notional=contracts, entry_price=bankruptcy_price, margin=maintenance_margin * SATOSHI
    )
    return _against_the_trader(price, side, tick, as_of)


def _against_the_trader(
    price: sp.Expr, side: sp.Rational, tick: sp.Rational, as_of: date | str
) -> Decimal | None:
    if price == sp.oo:
        return None
    one = rounded(
        contract.value(notional=1, price=price),
        step=SATOSHI * value_step(as_of),
        rounding=ROUND_FLOOR if side == LONG else ROUND_CEILING,
    )
    if not one:
        return None
    return price_on_tick(price_at_value(notional=1, coins=one), side=side, tick=tick)


def _four_decimals(fraction: sp.Rational) -> Decimal:
    return decimal(rounded(fraction, step=sp.Rational(1, 10**4), rounding=ROUND_HALF_UP))
