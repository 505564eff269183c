"""Exact numbers for the venues' rules: checked input, and rounding that is said in one place.

A venue books whole satoshis and quotes prices on a tick. So every rule here takes numbers as they are written
(a float stands for its shortest decimal), keeps them as fractions while the course's formulas work on them,
and rounds only where the venue rounds.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from datetime import date
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
from ..notation import (
    ANY_REAL,
    BTC,
    LONG,
    NOT_NEGATIVE,
    ONE,
    POSITIVE,
    PROPER_FRACTION,
    QUANTITIES,
    USD,
    N,
    Quantity,
    S,
)

__all__ = [
    "SATOSHI",
    "decimal",
    "exact",
    "in_force",
    "price_at_value",
    "price_on_tick",
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
    **_own(NOT_NEGATIVE, BTC, "coin_size position_margin frozen_margin other_maintenance"),
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
    checked = (QUANTITIES.get(name) or VENUE_QUANTITIES[name]).check(value)
    if not checked.is_number:
        raise TypeError(f"{name} is {value!r}: a venue rounds, so give a number instead of a symbol")
    if isinstance(checked, sp.Rational):
        return checked
    return sp.Rational(str(value if isinstance(value, float | Decimal) else checked))


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def rule(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a function a venue's rule: every argument that is a quantity arrives checked and exact.

    `None` passes, for arguments that may be left out.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if value is not None and (name in QUANTITIES or name in VENUE_QUANTITIES):
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
    if number.q != 1:
        raise ValueError(f"{name} is {number}, but its domain is the whole numbers")
    return sp.Integer(number)


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
    return _price_at_value().xreplace({N: notional, _COINS: coins})


_COINS = sp.Symbol("coins", positive=True)


@functools.cache
def _price_at_value() -> sp.Expr:
    (price,) = sp.solve(contract.value() - _COINS, S)
    return price


def in_force(what: str, periods: Sequence[tuple[date, date, Any]], as_of: date | str) -> Any:
    """Return what held on a day, where that is known.

    Parameters
    ----------
    what : str
        What is asked for, in words, for the message.
    periods : sequence of (first day, last day, value)
        The days between which each value has been seen.
    as_of : date, or str in the form ``2018-08-27``

    Raises
    ------
    ValueError
        If the day lies in no period, or is not a date.
    """
    try:
        day = as_of if isinstance(as_of, date) else date.fromisoformat(as_of)
    except (TypeError, ValueError):
        raise ValueError(
            f"as_of is {as_of!r}, but its domain is the dates: give it in the form 2018-08-27"
        ) from None
    for first, last, value in periods:
        if first <= day <= last:
            return value
    known = " and ".join(
        f"from {first}" + ("" if last == date.max else f" to {last}") for first, last, _ in periods
    )
    raise ValueError(f"as_of is {day}, but {what} is known only {known}")
