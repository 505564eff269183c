"""Exact numbers for the venues' rules: checked input, and rounding that is said in one place.

A venue books whole satoshis and quotes prices on a tick. So every rule here takes numbers as they are written
(a float stands for its shortest decimal), keeps them as fractions while the course's formulas work on them,
and rounds only where the venue rounds.

What a rule answers has one of two types: `int` for satoshis, `Decimal` for coins, dollars, prices and rates.
Python refuses to add a `Decimal` and a `float`, since the one is exact and the other is not. Write the other
number as ``Decimal("0.1")``, or take ``float(answer)`` where its last digits do not matter. The tools of this
module itself work on sympy's fractions.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_UP,
    Decimal,
    localcontext,
)
from typing import Any, ParamSpec, TypeVar

import sympy as sp

from .. import contract
from ..notation import LONG, QUANTITIES
from ..quantities import (
    ANY_REAL,
    BTC,
    CONTRACT,
    NOT_NEGATIVE,
    ONE,
    POSITIVE,
    PROPER_FRACTION,
    USD,
    Quantity,
    bind,
    exactly_one,
    is_left_out,
)

__all__ = [
    "SATOSHI",
    "decimal",
    "entry_cost",
    "exact",
    "four_decimals",
    "in_force",
    "moment",
    "price_at_value",
    "price_on_tick",
    "price_or_none",
    "rounded",
    "rule",
    "satoshis",
    "whole",
]

SATOSHI = sp.Rational(1, 10**8)
"""One satoshi in BTC: the least coin amount that is booked."""


def _own(domain: sp.Set, unit: sp.Expr, names: str) -> dict[str, Quantity]:
    return {
        name: Quantity(name, sp.Symbol(name, real=True), sp.sympify(unit), "", domain)
        for name in names.split()
    }


# Arguments that only the venues' rules have. The notation's own names come first.
VENUE_QUANTITIES: dict[str, Quantity] = {
    **_own(POSITIVE, USD / BTC, "settled_price bankruptcy_price exit_price tick"),
    **_own(POSITIVE, USD / BTC, "average_open_price average_hold_price"),
    **_own(POSITIVE, ONE, "long_leverage short_leverage adjustment_factor step"),
    **_own(sp.Interval.Lopen(0, 1), ONE, "initial_margin_rate"),
    **_own(PROPER_FRACTION, ONE, "taker_fee_rate settlement_fee_rate"),
    **_own(POSITIVE, BTC, "entry_value coins"),
    **_own(NOT_NEGATIVE, BTC, "coin_size position_margin frozen_margin other_maintenance realised_loss"),
    **_own(ANY_REAL, BTC, "static_balance equity other_unrealised"),
    **_own(ANY_REAL, BTC, "balance"),
    # Whole satoshis, which their names say.
    **_own(POSITIVE, ONE, "entry_cost_satoshi unrealised_cost_satoshi mark_value_satoshi balance_satoshi"),
    **_own(NOT_NEGATIVE, ONE, "cross_margin_satoshi loss_satoshi available_margin_satoshi"),
    **_own(NOT_NEGATIVE, ONE, "closing_fee_reserve_satoshi maintenance_margin_satoshi"),
}


def exact(name: str, value: Any) -> sp.Rational:
    """Return a number as the fraction it is written as, after checking it against the domain of its name.

    Parameters
    ----------
    name : str
        Name of a quantity of the notation, or of a venue's own argument.
    value : int, float, Decimal, Fraction or sympy number
        A float stands for its shortest decimal: 0.1 is one tenth.

    Raises
    ------
    ValueError
        If the number lies outside the domain.
    TypeError
        If it is not a number.
    """
    quantity = QUANTITIES.get(name) or VENUE_QUANTITIES[name]
    try:
        checked = quantity.check(value)
    except ValueError as refusal:
        if name in _SIGNED_IN_MESSAGES and sp.sympify(value).is_negative:
            raise ValueError(
                f"{refusal}: drop the sign, which is how a venue's message tells the side (a minus before a "
                "short's quantity and before a long's values), and give side=1 for a long, -1 for a short"
            ) from None
        raise
    if not checked.is_number:
        raise TypeError(f"{name} is {value!r}: a venue rounds, so give a number instead of a symbol")
    if isinstance(checked, sp.Rational):
        return checked
    return sp.Rational(str(value if isinstance(value, float | Decimal) else checked))


# BitMEX writes the values of a long and the contracts of a short with a minus.
_SIGNED_IN_MESSAGES = (
    "contracts", "notional", "coins", "coin_size", "entry_value",
    "entry_cost_satoshi", "unrealised_cost_satoshi", "mark_value_satoshi",
)  # fmt: skip

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def rule(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a function a venue's rule: every argument that is a quantity arrives checked and exact.

    `None` passes for arguments that may be left out, which are those whose default it is.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        bound = bind(function, signature, args, kwargs)
        for name, value in bound.arguments.items():
            is_number = name in QUANTITIES or name in VENUE_QUANTITIES
            if is_number and not is_left_out(signature, name, value):
                bound.arguments[name] = exact(name, value)
        return function(*bound.args, **bound.kwargs)

    return checked


# Half-way cases: HALF_UP away from zero, HALF_DOWN toward zero, as the decimal module has it.
_WHOLE: dict[str, Callable[[sp.Rational], int]] = {
    ROUND_CEILING: lambda quotient: int(sp.ceiling(quotient)),
    ROUND_FLOOR: lambda quotient: int(sp.floor(quotient)),
    ROUND_DOWN: lambda quotient: int(sp.sign(quotient) * sp.floor(abs(quotient))),
    ROUND_HALF_UP: lambda quotient: int(sp.sign(quotient) * sp.floor(abs(quotient) + sp.Rational(1, 2))),
    ROUND_HALF_DOWN: lambda quotient: int(sp.sign(quotient) * sp.ceiling(abs(quotient) - sp.Rational(1, 2))),
}


def rounded(number: sp.Rational, *, step: Any, rounding: str) -> sp.Rational:
    """Return the multiple of ``step`` that a number is rounded to, exactly.

    Parameters
    ----------
    number : sympy.Rational
    step : number, positive
        A tick, a satoshi, a decimal place.
    rounding : str
        One of the decimal module's ``ROUND_CEILING``, ``ROUND_FLOOR``, ``ROUND_DOWN``, ``ROUND_HALF_UP`` and
        ``ROUND_HALF_DOWN``.

    Raises
    ------
    ValueError
        If the step is not positive or the rounding is not one of these.
    """
    if rounding not in _WHOLE:
        raise ValueError(f"rounding is {rounding!r}, but its domain is {', '.join(_WHOLE)}")
    step = exact("step", step)
    return _WHOLE[rounding](number / step) * step


def satoshis(coins: sp.Rational, *, rounding: str) -> int:
    """Return an amount of BTC as whole satoshis.

    Parameters
    ----------
    coins : sympy.Rational
        BTC.
    rounding : str
        As for `rounded`.
    """
    return int(rounded(coins, step=SATOSHI, rounding=rounding) / SATOSHI)


def decimal(number: sp.Rational) -> Decimal:
    """Return a fraction as a `Decimal`: exact where its decimals end, else to 28 digits."""
    with localcontext() as context:
        context.prec = 28
        return Decimal(int(number.p)) / Decimal(int(number.q))


def whole(name: str, number: sp.Rational) -> sp.Integer:
    """Return a number that has to be whole, such as a count of contracts or of satoshis.

    Raises
    ------
    ValueError
        If it is not whole.
    """
    if number.q == 1:
        return sp.Integer(number)
    complaint = f"{name} is {decimal(number):f}, but its domain is the whole numbers"
    if name in QUANTITIES and QUANTITIES[name].unit == CONTRACT:
        raise ValueError(f"{complaint} of contracts")
    complaint += " of satoshi"
    if (number / SATOSHI).q == 1:
        complaint += f": if it is in BTC, multiply it by 100,000,000, which makes {number / SATOSHI}"
    raise ValueError(complaint)


def entry_cost(*, entry_price: Any, entry_cost_satoshi: Any, cost_at: Callable[[sp.Rational], int]) -> int:
    """Return what a position cost at its entry, in satoshi, from its entry price or as it is given.

    Parameters
    ----------
    entry_price : USD per BTC, positive, or None
    entry_cost_satoshi : satoshi, whole and positive, or None
    cost_at : function
        What the venue books at an entry price, in satoshi.

    Raises
    ------
    ValueError
        If both or neither are given.
    """
    exactly_one(entry_price=entry_price, entry_cost_satoshi=entry_cost_satoshi)
    if entry_cost_satoshi is None:
        return cost_at(entry_price)
    return int(whole("entry_cost_satoshi", entry_cost_satoshi))


def four_decimals(fraction: sp.Rational) -> Decimal:
    """Return a number with four decimals, a half rounded away from zero."""
    return decimal(rounded(fraction, step=sp.Rational(1, 10**4), rounding=ROUND_HALF_UP))


def price_or_none(price: sp.Expr) -> Decimal | None:
    """Return a price as a `Decimal`, or `None` for `sympy.oo`: a price that is never reached.

    Parameters
    ----------
    price : sympy expression
        USD per BTC.
    """
    return None if price == sp.oo else decimal(price)


def price_on_tick(price: sp.Expr, *, side: sp.Rational, tick: sp.Rational) -> Decimal | None:
    """Return a bankruptcy or liquidation price on the tick, rounded against the trader.

    That is toward the side from which the market comes: up for a long, down for a short.

    Parameters
    ----------
    price : sympy expression
        USD per BTC; `sympy.oo` for a price that is never reached.
    side : +1 for a long, −1 for a short
    tick : USD per BTC, positive

    Returns
    -------
    Decimal or None
        `None` if there is no such price.
    """
    if price == sp.oo:
        return None
    return decimal(rounded(price, step=tick, rounding=ROUND_CEILING if side == LONG else ROUND_FLOOR))


@rule
def price_at_value(*, notional: Any, coins: Any) -> sp.Rational:
    """Return the price at which a notional is worth a number of coins.

    Parameters
    ----------
    notional : USD, positive
    coins : BTC, positive
    """
    return contract.price_at_value(notional=notional, position_value=coins)


def in_force(what: str, periods: Sequence[tuple[date, date, Any]], as_of: date | str) -> Any:
    """Return what held on a day or at a moment, where that is known.

    Parameters
    ----------
    what : str
        What is asked for, in words, for the message.
    periods : sequence of (first, last, value), the oldest first
        When each value is known to have held. A date stands for the whole of its day, first and last day
        included. A `datetime` (UTC) is the moment of a change: the new rule holds from there, the old one up
        to it.
    as_of : as for `moment`
        A day without a time asks for what held all day.

    Raises
    ------
    ValueError
        If the day lies in no period, or the rule changed in the course of it, or it is no date.
    """
    asked, end = moment(as_of)
    meeting = [each for each in periods if _start(each[0]) < end and asked < _end(each[1])]
    if end - asked > _INSTANT and len(meeting) > 1:
        change = _start(meeting[-1][0])
        raise ValueError(
            f"as_of is {as_of}, but on that day {what} changed: give the time as well, before or after "
            f"{change:%Y-%m-%d %H:%M} UTC"
        )
    if len(meeting) == 1 and _start(meeting[0][0]) <= asked and end <= _end(meeting[0][1]):
        return meeting[0][2]
    known: list[tuple[date, date]] = []
    for first, last, _ in periods:
        if known and _end(known[-1][1]) == _start(first):
            known[-1] = (known[-1][0], last)
        else:
            known.append((first, last))
    spans = ", and ".join(
        f"from {_said(first)} " + ("on" if _end(last) == _FOREVER else f"to {_said(last)}")
        for first, last in known
    )
    raise ValueError(
        f"as_of is {as_of}, but {what} is known only {spans}: no record was found for any other time, so "
        "give one of these days"
    )


_INSTANT = timedelta(microseconds=1)
_FOREVER = datetime.max.replace(tzinfo=UTC)


def moment(as_of: date | str) -> tuple[datetime, datetime]:
    """Return when something is asked for, in UTC: from a moment up to (and without) another.

    Parameters
    ----------
    as_of : date, datetime, or str such as ``2018-08-27`` or ``2018-08-27T08:15:00.123Z``
        A day is all of it, in UTC. A time without an offset is UTC.

    Raises
    ------
    ValueError
        If it is neither a date nor a time.
    """
    try:
        given = as_of if isinstance(as_of, date) else _from_text(as_of)
    except (TypeError, ValueError):
        raise ValueError(
            f"as_of is {as_of!r}, but its domain is the dates: give it in the form 2018-08-27, or with a "
            "time as 2018-08-27T08:15:00Z"
        ) from None
    if isinstance(given, datetime):
        instant = min(_start(given), _FOREVER - _INSTANT)
        return instant, instant + _INSTANT
    return _start(given), _end(given)


def _from_text(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _start(bound: date) -> datetime:
    if isinstance(bound, datetime):
        return bound.replace(tzinfo=UTC) if bound.tzinfo is None else bound.astimezone(UTC)
    return datetime.combine(bound, time(), UTC)


def _end(bound: date) -> datetime:
    if isinstance(bound, datetime) or bound == date.max:
        return _FOREVER if bound == date.max else _start(bound)
    return _start(bound) + timedelta(days=1)


def _said(bound: date) -> str:
    return f"{_start(bound):%Y-%m-%d %H:%M} UTC" if isinstance(bound, datetime) else str(bound)
