"""A fill as the venues book it: its value and its fee, in whole satoshis.

A fee is a fraction of the value that was booked, not of the exact one. What differs from venue to venue is
the way each of the two is rounded, so a venue's own function says that and leaves the rest to `booked_fill`.
Amounts in satoshi are `int`.
"""

from dataclasses import dataclass

import sympy as sp

from .arithmetic import SATOSHI, satoshis

__all__ = ["BookedFill", "booked_fill"]


@dataclass(frozen=True)
class BookedFill:
    """A fill, in satoshi; the fee is negative for a rebate."""

    value_satoshi: int
    fee_satoshi: int


def booked_fill(
    value: sp.Rational, *, fee_rate: sp.Rational, value_rounding: str, fee_rounding: str
) -> BookedFill:
    """Return a fill's value and fee, each rounded to a satoshi.

    Parameters
    ----------
    value : BTC, exact
    fee_rate : fraction of the rounded value; negative for a rebate
    value_rounding, fee_rounding : str
        As for `arithmetic.rounded`: ``ROUND_CEILING`` books a fee against the trader, a rebate too.
    """
    booked = satoshis(value, rounding=value_rounding)
    return BookedFill(booked, satoshis(booked * fee_rate * SATOSHI, rounding=fee_rounding))
