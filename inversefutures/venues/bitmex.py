"""BitMEX: the value and the fee of a fill, an order's margin, and every field of a position message.

The value of one contract is rounded first and then multiplied by the number of contracts. Margins and the
closing fee are rounded up, fees of fills are cut. The value of a contract at the bankruptcy and at the
liquidation price is rounded against the trader, and so is the price that follows from it. Maintenance margin
is on the entry value.

Checked against live messages from November 2017 to December 2023, on the main and on the test network; the
worked examples name them. Values are given without the sign that the venue's answers carry, which is negative
for a long. Amounts in satoshi are `int` and say so in their names, prices and fractions are `Decimal`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from ..notation import LONG, SHORT
from .arithmetic import (
    SATOSHI,
    decimal,
    entry_cost,
    exact,
    four_decimals,
    in_force,
    price_at_value,
    price_on_tick,
    rounded,
    rule,
    satoshis,
    whole,
)
from .fills import BookedFill, booked_fill
from .specifications import BITMEX

__all__ = [
    "NO_PRICE",
    "BitmexPositionPayload",
    "average_cost_price",
    "contract_value",
    "fill",
    "liquidation_price",
    "lot_size",
    "order_cost_estimate",
    "order_margin",
    "position_payload",
    "tick_size",
    "unrealised_profit_and_loss",
    "value_step",
]

NO_PRICE = Decimal(100_000_000)
"""What the venue shows, in USD per BTC, for a price that is never reached; here such a price is `None`."""

# Times of change, UTC. The lot and the rounding changed together; on the test network on 2021-05-31.
FIRST_LOTS = datetime(2021, 6, 8, 4, 30)
FIRST_COARSE_TICK = datetime(2017, 3, 31, 12)
LAST_TICK = datetime(2024, 7, 31, 4)

# In satoshi for one contract. The earliest values that were read are of November 2017.
VALUE_STEPS = (
    (date(2017, 11, 10), FIRST_LOTS, sp.Integer(1)),
    (FIRST_LOTS, date.max, sp.Rational(1, 100)),
)
# From the listing; that the lot was one contract and the tick 0.01 from then on is inferred.
LISTING = date(2016, 5, 4)
LOT_SIZES = ((LISTING, FIRST_LOTS, 1), (FIRST_LOTS, date.max, 100))
# Between 0.1 and 0.5 the day of the change is not known.
TICK_SIZES = (
    (LISTING, FIRST_COARSE_TICK, exact("tick", BITMEX.tick.earlier[0].value)),
    (FIRST_COARSE_TICK, date(2017, 3, 31), exact("tick", BITMEX.tick.earlier[1].value)),
    (date(2017, 11, 10), LAST_TICK, exact("tick", BITMEX.tick.earlier[2].value)),
    (LAST_TICK, date.max, exact("tick", BITMEX.tick.value)),
)


def value_step(as_of: date | str) -> Decimal:
    """Return the step, in satoshi, that the value of one contract was rounded to on a day.

    Raises
    ------
    ValueError
        If that is not known for the day.
    """
    return decimal(_value_step(as_of))


def tick_size(as_of: date | str) -> Decimal:
    """Return the tick of XBTUSD on a day, in USD per BTC.

    Raises
    ------
    ValueError
        If that is not known for the day.
    """
    return decimal(_tick_size(as_of))


def lot_size(as_of: date | str) -> int:
    """Return how many contracts of XBTUSD the smallest order had on a day.

    Raises
    ------
    ValueError
        If that is not known for the day.
    """
    lot: int = in_force("the lot", LOT_SIZES, as_of)
    return lot


@rule
def contract_value(*, contracts: Any, price: Any, as_of: date | str) -> int:
    """Return the value of contracts at a price, in satoshi.

    Parameters
    ----------
    contracts : whole number, positive; a multiple of the day's lot
    price : USD per BTC, positive; an entry price or a mark price, on the tick or not
    as_of : date, or str in the form ``2018-08-27``

    Raises
    ------
    ValueError
        If a number is outside its domain, the contracts are no multiple of the lot, or the rounding of the
        day is not known.

    Notes
    -----
    The value of one contract is rounded to `value_step`. Where the product has a part of a satoshi left, it
    is rounded to the nearest; no payload shows which way a half goes.
    """
    return satoshis(_value(contracts, price, as_of), rounding=ROUND_HALF_UP)


@rule
def fill(*, contracts: Any, price: Any, fee_rate: Any, as_of: date | str) -> BookedFill:
    """Return the value and the fee of a fill, in satoshi.

    Both the fee and a rebate are cut to whole satoshis: of a fee of 11.13 the trader pays 11, of a rebate of
    3.99 the trader gets 3 (live messages of 2020-04-04 and 2019-05-10).

    Parameters
    ----------
    contracts : whole number, positive; a multiple of the day's lot
    price : USD per BTC, positive
    fee_rate : fraction, above −1 and below 1; negative for a rebate
    as_of : date, or str in the form ``2018-08-27``
    """
    return booked_fill(
        _value(contracts, price, as_of),
        fee_rate=fee_rate,
        value_rounding=ROUND_HALF_UP,
        fee_rounding=ROUND_DOWN,
    )


@rule
def order_cost_estimate(
    *, contracts: Any, price: Any, initial_margin_rate: Any, taker_fee_rate: Any, as_of: date | str
) -> Decimal:
    """Return what an order costs as the venue's staff work it out, in BTC: initial margin and two fees.

    Both fees are taken on the order's value. The fee for the way out is due on the value at the bankruptcy
    price instead, so `order_margin` is nearer to what is booked; the venue's page says the same of the two.

    Parameters
    ----------
    contracts : whole number, positive; a multiple of the day's lot
    price : USD per BTC, positive
    initial_margin_rate : fraction, above 0, at most 1: one over the leverage
    taker_fee_rate : fraction, above −1 and below 1
    as_of : date, or str in the form ``2018-08-27``
    """
    value = _value(contracts, price, as_of)
    return decimal(
        value * initial_margin_rate + 2 * contract.fee(notional=value, price=1, fee_rate=taker_fee_rate)
    )


@rule
def order_margin(
    *, contracts: Any, price: Any, initial_margin_rate: Any, taker_fee_rate: Any, as_of: date | str
) -> int:
    """Return what an open order ties up, in satoshi (initMargin): initial margin and both fees, rounded up.

    The second fee is on the order's value and its initial margin together, for a sale as for a purchase: a
    sale of 2018-07-20 at 1x shows that. Six live messages of 2018 to 2022 are met to the satoshi.

    Parameters
    ----------
    contracts : whole number, positive; a multiple of the day's lot
    price : USD per BTC, positive
    initial_margin_rate : fraction, above 0, at most 1: one over the leverage
    taker_fee_rate : fraction, above −1 and below 1
    as_of : date, or str in the form ``2018-08-27``
    """
    value = contract_value(contracts=contracts, price=price, as_of=as_of)
    margin_of_order = value * initial_margin_rate
    return int(sp.ceiling(margin_of_order + taker_fee_rate * (2 * value + margin_of_order)))


@rule
def unrealised_profit_and_loss(*, side: Any, entry_cost_satoshi: Any, mark_value_satoshi: Any) -> int:
    """Return the unrealised profit and loss in satoshi, from the rounded values that the venue books.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    entry_cost_satoshi : satoshi, positive; where profit has been realised, the unrealised cost
    mark_value_satoshi : satoshi, positive
    """
    cost, value = (
        whole("entry_cost_satoshi", entry_cost_satoshi),
        whole("mark_value_satoshi", mark_value_satoshi),
    )
    return int(side * (cost - value))


@rule
def average_cost_price(*, side: Any, contracts: Any, entry_cost_satoshi: Any, as_of: date | str) -> Decimal:
    """Return the entry price that is shown for a position of several fills (avgCostPrice), in USD per BTC.

    The cost of one contract is rounded to `value_step` against the trader, down for a long and up for a
    short, and the price that follows to four decimals. (A position whose fills had all one price shows that.)

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive; a multiple of the day's lot
    entry_cost_satoshi : satoshi, positive (posCost)
    as_of : date, or str in the form ``2018-08-27``
    """
    contracts = _in_lots(contracts, as_of)
    one = rounded(
        whole("entry_cost_satoshi", entry_cost_satoshi) * SATOSHI / contracts,
        step=SATOSHI * _value_step(as_of),
        rounding=ROUND_FLOOR if side == LONG else ROUND_CEILING,
    )
    return four_decimals(price_at_value(notional=1, coins=one))


@dataclass(frozen=True)
class BitmexPositionPayload:
    """A position message: satoshi where the name says so, prices in USD per BTC, two returns as fractions.

    The comments give the venue's names. A price that is never reached is `None`; the venue shows `NO_PRICE`.
    """

    entry_cost_satoshi: int  # posCost
    average_cost_price: Decimal  # avgCostPrice
    unrealised_cost_satoshi: int  # unrealisedCost
    mark_value_satoshi: int  # markValue
    unrealised_profit_and_loss_satoshi: int  # unrealisedPnl
    initial_margin_satoshi: int  # posInit
    closing_fee_reserve_satoshi: int  # posComm
    position_margin_satoshi: int  # posMargin
    maintenance_margin_satoshi: int  # posMaint: the closing fee is part of it
    margin_balance_satoshi: int  # maintMargin
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
    entry_cost_satoshi: Any = None,
    unrealised_cost_satoshi: Any = None,
    mark_price: Any,
    initial_margin_rate: Any,
    maintenance_margin_rate: Any,
    taker_fee_rate: Any,
    cross_margin_satoshi: Any = 0,
    loss_satoshi: Any = 0,
    available_margin_satoshi: Any = 0,
    funding_rate: Any = 0,
    tick: Any = None,
    as_of: date | str,
) -> BitmexPositionPayload:
    """Return every field of a position message.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive; a multiple of the day's lot
    entry_price : USD per BTC, positive; or give the entry cost
    entry_cost_satoshi : satoshi, positive; what several fills cost together (posCost). Margins are on it.
    unrealised_cost_satoshi : satoshi, positive; the cost that profit counts from (unrealisedCost). It differs
        from the entry cost once profit has been realised at a mark price; by default it is the entry cost.
    mark_price : USD per BTC, positive
    initial_margin_rate : fraction of the entry cost, above 0, at most 1: one over the leverage
    maintenance_margin_rate : fraction of the entry cost, from 0 to below 1, at most the initial margin rate
    taker_fee_rate : fraction, above −1 and below 1
    cross_margin_satoshi : satoshi, not negative; margin that was added (posCross). In cross margin the venue
        adds what has been lost: the realised loss below and the unrealised loss.
    loss_satoshi : satoshi, not negative; realised losses taken from the margin (posLoss)
    available_margin_satoshi : satoshi, not negative; for cross margin, what the account could still add. Only
        the bankruptcy and the liquidation price know of it.
    funding_rate : fraction, above −1 and below 1; the next one. It counts where the position would pay it.
    tick : USD per BTC, positive; by default that of the day
    as_of : date, or str in the form ``2018-08-27``

    Raises
    ------
    ValueError
        If a number is outside its domain, both or neither of entry price and entry cost are given, the
        contracts are no multiple of the lot, or the rounding or the tick of the day is not known.

    Notes
    -----
    A short at 1x isolated margin keeps no closing fee and no maintenance margin, and is liquidated where it
    is bankrupt: its margin is its whole cost, so without a realised loss no price can use it up. Messages of
    July 2018 and January 2019 show it. It goes by the leverage alone: a cross-margined short of 2019-03-25
    that no price could bankrupt kept both. No message shows such a short with added margin, or at a later
    time.

    Where margin was added in several steps, the venue's closing fee can be a few satoshis higher: three of
    the messages have one satoshi more.
    """
    if maintenance_margin_rate > initial_margin_rate:
        raise ValueError(
            f"maintenance_margin_rate is {maintenance_margin_rate}, above the initial_margin_rate of "
            f"{initial_margin_rate}: such a position is liquidated as it is opened; give the two rates of "
            f"the position's message, as fractions"
        )
    tick = _tick_size(as_of) if tick is None else tick
    cross_margin, loss, available = (
        whole(name, amount)
        for name, amount in (
            ("cross_margin_satoshi", cross_margin_satoshi),
            ("loss_satoshi", loss_satoshi),
            ("available_margin_satoshi", available_margin_satoshi),
        )
    )
    cost = entry_cost(
        entry_price=entry_price,
        entry_cost_satoshi=entry_cost_satoshi,
        cost_at=lambda price: contract_value(contracts=contracts, price=price, as_of=as_of),
    )
    unrealised_cost = (
        cost
        if unrealised_cost_satoshi is None
        else int(whole("unrealised_cost_satoshi", unrealised_cost_satoshi))
    )
    mark_value = contract_value(contracts=contracts, price=mark_price, as_of=as_of)
    gain = int(side * (unrealised_cost - mark_value))

    initial = int(sp.ceiling(cost * initial_margin_rate))
    own_margin = int(initial + cross_margin - loss)
    if side == SHORT and initial_margin_rate == 1:
        closing_fee = maintenance = 0
    else:
        closing_fee = int(sp.ceiling(taker_fee_rate * (cost + initial + cross_margin)))
        adverse_funding = sp.Max(0, side * funding_rate)
        maintenance = int(sp.ceiling((maintenance_margin_rate + adverse_funding) * cost)) + closing_fee

    position = {
        "side": side,
        "notional": contracts,
        "entry_price": price_at_value(notional=contracts, coins=cost * SATOSHI),
    }
    bankruptcy = margin.bankruptcy_price(**position, margin=(own_margin + available) * SATOSHI)
    # What is kept is a whole number of satoshis; as a rate of the cost it enters the formula exactly.
    liquidation = margin.liquidation_price(
        **position,
        margin=(own_margin + available + closing_fee) * SATOSHI,
        maintenance_margin_rate=sp.Rational(maintenance, cost),
    )
    return BitmexPositionPayload(
        entry_cost_satoshi=cost,
        average_cost_price=(
            average_cost_price(side=side, contracts=contracts, entry_cost_satoshi=cost, as_of=as_of)
            if entry_price is None
            else four_decimals(entry_price)
        ),
        unrealised_cost_satoshi=unrealised_cost,
        mark_value_satoshi=mark_value,
        unrealised_profit_and_loss_satoshi=gain,
        initial_margin_satoshi=initial,
        closing_fee_reserve_satoshi=closing_fee,
        position_margin_satoshi=own_margin + closing_fee,
        maintenance_margin_satoshi=maintenance,
        margin_balance_satoshi=own_margin + closing_fee + gain,
        bankruptcy_price=_against_the_trader(bankruptcy, side, tick, as_of),
        liquidation_price=_against_the_trader(liquidation, side, tick, as_of),
        # On the exact initial margin, not on the one that was rounded up.
        return_on_equity=four_decimals(gain / (unrealised_cost * initial_margin_rate)),
        return_on_value=four_decimals(sp.Rational(gain, unrealised_cost)),
    )


@rule
def liquidation_price(
    *,
    side: Any,
    contracts: Any,
    bankruptcy_price: Any,
    maintenance_margin_satoshi: Any,
    tick: Any = None,
    as_of: date | str,
) -> Decimal | None:
    """Return the liquidation price that a position's bankruptcy price and maintenance margin imply.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive; a multiple of the day's lot
    bankruptcy_price : USD per BTC, positive; as it is shown, so it is known to a tick only
    maintenance_margin_satoshi : satoshi, not negative; posMaint without the closing fee, if the price is
        without it
    tick : USD per BTC, positive; by default that of the day
    as_of : date, or str in the form ``2018-08-27``

    Returns
    -------
    Decimal or None
        USD per BTC; `None` if the bankruptcy price is `NO_PRICE`.
    """
    if decimal(bankruptcy_price) == NO_PRICE:
        return None
    contracts = _in_lots(contracts, as_of)
    tick = _tick_size(as_of) if tick is None else tick
    if not maintenance_margin_satoshi:
        return price_on_tick(bankruptcy_price, side=side, tick=tick)
    # A position entered at the bankruptcy price is out of the money by its maintenance margin: going back to
    # where that much was left is the other side's way to bankruptcy.
    price = margin.bankruptcy_price(
        side=-side,
        notional=contracts,
        entry_price=bankruptcy_price,
        margin=maintenance_margin_satoshi * SATOSHI,
    )
    return _against_the_trader(price, side, tick, as_of)


def _value_step(as_of: date | str) -> sp.Rational:
    return in_force("the rounding of a contract's value", VALUE_STEPS, as_of)


def _tick_size(as_of: date | str) -> sp.Rational:
    return in_force("the tick", TICK_SIZES, as_of)


def _in_lots(contracts: sp.Rational, as_of: date | str) -> sp.Integer:
    contracts, lot = whole("contracts", contracts), lot_size(as_of)
    if contracts % lot:
        raise ValueError(
            f"contracts is {contracts}, but its domain on {as_of} is the multiples of the lot of {lot}: "
            f"since 2021-06-08 04:30 UTC no smaller part could be held"
        )
    return contracts


def _value(contracts: sp.Rational, price: sp.Rational, as_of: date | str) -> sp.Rational:
    """Return a value in BTC, rounded for one contract but not yet for all of them."""
    one = rounded(
        contract.value(notional=1, price=price), step=SATOSHI * _value_step(as_of), rounding=ROUND_HALF_UP
    )
    return _in_lots(contracts, as_of) * one


def _against_the_trader(
    price: sp.Expr, side: sp.Rational, tick: sp.Rational, as_of: date | str
) -> Decimal | None:
    if price == sp.oo:
        return None
    one = rounded(
        contract.value(notional=1, price=price),
        step=SATOSHI * _value_step(as_of),
        rounding=ROUND_FLOOR if side == LONG else ROUND_CEILING,
    )
    if not one:
        return None
    return price_on_tick(price_at_value(notional=1, coins=one), side=side, tick=tick)
