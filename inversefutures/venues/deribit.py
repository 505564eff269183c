"""Deribit: margin rates that grow with the size of the position in coin.

Initial and maintenance margin are a base rate and a slope times the size in coin, so the margin in coin grows
with the square of a large position.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sympy as sp

from .. import contract
from .arithmetic import decimal, rounded, rule
from .risk_limits import DERIBIT

__all__ = ["Margins", "PositionPayload", "margins", "position_payload"]


@dataclass(frozen=True)
class Margins:
    """Margin rates of a position, and the margins in coin; `None` where the schedule is not known."""

    initial_margin_rate: Decimal
    maintenance_margin_rate: Decimal | None
    initial_margin: Decimal
    maintenance_margin: Decimal | None


@rule
def margins(*, coin_size: Any, coin: str = "BTC") -> Margins:
    """Return the margin rates and margins of a position of a size in coin.

    Parameters
    ----------
    coin_size : coins, not negative
    coin : str
        A key of `risk_limits.DERIBIT`.

    Raises
    ------
    ValueError
        If the size is outside its domain, or the schedule of the coin is not known.
    """
    if coin not in DERIBIT:
        raise ValueError(f"coin is {coin!r}, but its domain is {', '.join(DERIBIT)}")
    initial, maintenance = DERIBIT[coin].initial, DERIBIT[coin].maintenance
    return Margins(
        initial_margin_rate=decimal(initial.rate(coin_size)),
        maintenance_margin_rate=None if maintenance is None else decimal(maintenance.rate(coin_size)),
        initial_margin=decimal(initial.margin(coin_size)),
        maintenance_margin=None if maintenance is None else decimal(maintenance.margin(coin_size)),
    )


@dataclass(frozen=True)
class PositionPayload:
    """A position, BTC, to 9 decimals as in the answers."""

    size_currency: Decimal
    total_profit_loss: Decimal


@rule
def position_payload(*, side: Any, notional: Any, entry_price: Any, mark_price: Any) -> PositionPayload:
    """Return size and profit of a position; its size in coin is its value at the mark price.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, mark_price : USD per BTC, positive

    Notes
    -----
    The direction of the last digit's rounding is not stated; the nearest is used.
    """
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)
    value = contract.value(notional=notional, price=mark_price)
    return PositionPayload(
        *(
            decimal(rounded(coins, step=sp.Rational(1, 10**9), rounding=ROUND_HALF_UP))
            for coins in (side * value, gain)
        )
    )
