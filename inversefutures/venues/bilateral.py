"""Contracts between two traders (10101, itchysats): each side can lose its own margin and no more.

Without a clearing house nobody makes up for a loss beyond the margin. So the winner's gain ends where the
loser's margin ends. Checked against the tests of the two engines. Amounts are in satoshi, and `int`.
"""

from decimal import ROUND_HALF_DOWN
from typing import Any

import sympy as sp

from .. import contract, margin
from ..notation import LONG
from .arithmetic import rule, satoshis

__all__ = ["initial_margin", "profit_and_loss"]


@rule
def initial_margin(*, notional: Any, entry_price: Any, leverage: Any) -> int:
    """Return a side's margin, in satoshi, to the nearest.

    Parameters
    ----------
    notional : USD, positive
    entry_price : USD per BTC, positive
    leverage : positive
    """
    return satoshis(
        margin.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage),
        rounding=ROUND_HALF_DOWN,
    )


@rule
def profit_and_loss(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    exit_price: Any,
    long_leverage: Any,
    short_leverage: Any,
) -> int:
    """Return a side's profit and loss in satoshi, to the nearest, a half toward zero.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, exit_price : USD per BTC, positive
    long_leverage, short_leverage : positive
    """
    own_leverage, other_leverage = (
        (long_leverage, short_leverage) if side == LONG else (short_leverage, long_leverage)
    )
    own, other = (
        margin.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
        for leverage in (own_leverage, other_leverage)
    )
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=exit_price)
    return satoshis(sp.Max(-own, sp.Min(other, gain)), rounding=ROUND_HALF_DOWN)
