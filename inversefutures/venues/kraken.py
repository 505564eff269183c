"""Kraken Futures: a margin schedule in slices of dollars, margins at the mark price, equity protection.

Each slice of the notional has its own rate, as with an income tax. The answers carry floating-point numbers
or 11 decimals; nothing is rounded here.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sympy as sp

from .. import contract
from ..margin import bankruptcy_price, liquidation_price
from .arithmetic import decimal, rule

__all__ = [
    "MARGIN_SCHEDULE",
    "Account",
    "Margins",
    "ProtectionPrices",
    "Slice",
    "account",
    "margins",
    "margins_in_dollars",
    "protection_prices",
]


@dataclass(frozen=True)
class Slice:
    """A slice of the notional: up to which USD it goes, and its two rates."""

    upper_bound: sp.Expr
    initial_margin_rate: sp.Rational
    maintenance_margin_rate: sp.Rational


def _slice(millions: str, initial_percent: int) -> Slice:
    rate = sp.Rational(initial_percent, 100)
    bound = sp.oo if millions == "above" else sp.Rational(millions) * 10**6
    # In every slice the maintenance rate is half of the initial rate.
    return Slice(bound, rate, rate / 2)


MARGIN_SCHEDULE = tuple(
    _slice(*row)
    for row in (("0.5", 2), ("1", 4), ("3", 6), ("6", 10), ("12", 15), ("20", 25), ("50", 30), ("above", 40))
)
"""PI_XBTUSD, an undated copy of the venue's help pages, read 2026-11."""


@dataclass(frozen=True)
class Margins:
    """Initial and maintenance margin, in USD or in BTC."""

    initial_margin: Decimal
    maintenance_margin: Decimal


def _margins_in_dollars(notional: sp.Rational) -> tuple[sp.Rational, sp.Rational]:
    initial = maintenance = lower = sp.S.Zero
    for part in MARGIN_SCHEDULE:
        inside = sp.Max(0, sp.Min(notional, part.upper_bound) - lower)
        initial += inside * part.initial_margin_rate
        maintenance += inside * part.maintenance_margin_rate
        lower = part.upper_bound
    return initial, maintenance


@rule
def margins_in_dollars(*, notional: Any) -> Margins:
    """Return the margins of a position in USD, summed over the slices.

    Parameters
    ----------
    notional : USD, positive
    """
    return Margins(*map(decimal, _margins_in_dollars(notional)))


@rule
def margins(*, notional: Any, mark_price: Any) -> Margins:
    """Return the margins of a position in BTC: the dollars of the schedule, at the mark price.

    Parameters
    ----------
    notional : USD, positive
    mark_price : USD per BTC, positive
    """
    return Margins(
        *(decimal(contract.value(notional=usd, price=mark_price)) for usd in _margins_in_dollars(notional))
    )


@dataclass(frozen=True)
class Account:
    """An account that holds one position; BTC."""

    profit_and_loss: Decimal  # pnl
    portfolio_value: Decimal  # pv
    available_funds: Decimal  # af
    initial_margin: Decimal  # im
    maintenance_margin: Decimal  # mm


@rule
def account(*, side: Any, notional: Any, entry_price: Any, mark_price: Any, balance: Any) -> Account:
    """Return the fields of an account with one position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, mark_price : USD per BTC, positive
    balance : BTC
    """
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)
    initial, maintenance = (
        contract.value(notional=usd, price=mark_price) for usd in _margins_in_dollars(notional)
    )
    return Account(
        profit_and_loss=decimal(gain),
        portfolio_value=decimal(balance + gain),
        available_funds=decimal(balance + gain - initial),
        initial_margin=decimal(initial),
        maintenance_margin=decimal(maintenance),
    )


@dataclass(frozen=True)
class ProtectionPrices:
    """Where equity protection starts, and where it tries to close; USD per BTC, `None` if never reached."""

    liquidation_price: Decimal | None
    bankruptcy_price: Decimal | None


@rule
def protection_prices(
    *, side: Any, notional: Any, entry_price: Any, margin: Any, maintenance_margin_rate: Any
) -> ProtectionPrices:
    """Return the mark price that starts equity protection, and the limit of its closing order.

    What is left between the two stays with the trader.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per BTC, positive
    margin : BTC, positive
    maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1
    """
    position = {"side": side, "notional": notional, "entry_price": entry_price, "margin": margin}
    prices = (
        liquidation_price(**position, maintenance_margin_rate=maintenance_margin_rate, base="mark"),
        bankruptcy_price(**position),
    )
    return ProtectionPrices(*(None if price == sp.oo else decimal(price) for price in prices))
