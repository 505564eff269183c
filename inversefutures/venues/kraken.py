"""Kraken Futures: a margin schedule in slices of dollars, margins at the mark price, equity protection.

Each slice of the notional has its own rate, as with an income tax; `risk_limits` holds them. The answers
carry floating-point numbers or 11 decimals; nothing is rounded here. Coins, dollars and prices are `Decimal`.

That margins are at the mark price is inferred: a live account and the example of the page on equity
protection are met with it, while three of the venue's pages speak of the entry price.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sympy as sp

from .. import contract
from ..margin import bankruptcy_price, liquidation_price
from .arithmetic import decimal, price_or_none, rule
from .margin_schedules import KRAKEN

__all__ = [
    "KrakenAccount",
    "KrakenMargins",
    "ProtectionPrices",
    "account",
    "margins",
    "margins_in_dollars",
    "protection_prices",
]


@dataclass(frozen=True)
class KrakenMargins:
    """Initial and maintenance margin, in USD or in coin."""

    initial_margin: Decimal
    maintenance_margin: Decimal


def _margins_in_dollars(notional: sp.Rational) -> tuple[sp.Rational, sp.Rational]:
    return KRAKEN.initial.margin(notional), KRAKEN.maintenance.margin(notional)


@rule
def margins_in_dollars(*, notional: Any) -> KrakenMargins:
    """Return the margins of a position in USD, summed over the slices.

    Parameters
    ----------
    notional : USD, positive
    """
    return KrakenMargins(*map(decimal, _margins_in_dollars(notional)))


@rule
def margins(*, notional: Any, mark_price: Any) -> KrakenMargins:
    """Return the margins of a position in coin: the dollars of the schedule, at the mark price.

    Parameters
    ----------
    notional : USD, positive
    mark_price : USD per coin, positive
    """
    return KrakenMargins(
        *(decimal(contract.value(notional=usd, price=mark_price)) for usd in _margins_in_dollars(notional))
    )


@dataclass(frozen=True)
class KrakenAccount:
    """An account that holds one position, in coin."""

    profit_and_loss: Decimal  # pnl
    portfolio_value: Decimal  # pv
    available_funds: Decimal  # af
    initial_margin: Decimal  # im
    maintenance_margin: Decimal  # mm


@rule
def account(*, side: Any, notional: Any, entry_price: Any, mark_price: Any, balance: Any) -> KrakenAccount:
    """Return the fields of an account with one position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, mark_price : USD per coin, positive
    balance : coin
    """
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)
    initial, maintenance = (
        contract.value(notional=usd, price=mark_price) for usd in _margins_in_dollars(notional)
    )
    return KrakenAccount(
        profit_and_loss=decimal(gain),
        portfolio_value=decimal(balance + gain),
        available_funds=decimal(balance + gain - initial),
        initial_margin=decimal(initial),
        maintenance_margin=decimal(maintenance),
    )


@dataclass(frozen=True)
class ProtectionPrices:
    """Where equity protection starts, and where it tries to close; USD per coin, `None` if never reached."""

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
    entry_price : USD per coin, positive
    margin : coin, positive
    maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1
    """
    position = {"side": side, "notional": notional, "entry_price": entry_price, "margin": margin}
    prices = (
        liquidation_price(**position, maintenance_margin_rate=maintenance_margin_rate, base="mark"),
        bankruptcy_price(**position),
    )
    return ProtectionPrices(*map(price_or_none, prices))
