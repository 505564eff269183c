"""Deribit: margin rates that grow with the size of the position in coin, and two profits.

Initial and maintenance margin are a base rate and a slope times the size in coin, so the margin in coin grows
with the square of a large position. The size in coin is the value at the mark price. Live positions of
2022-05-21 (SOL-PERPETUAL, the inverse contract) and 2025-09-26 (BTC-PERPETUAL) are met to all nine decimals.

The documents know two rules. The current schedule asks for 2 % and 0.005 % a coin of bitcoin; an older page,
undated, works its example with a flat 4 %, which is no rule here.

Coins, prices and rates are `Decimal`.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sympy as sp

from .. import contract
from .arithmetic import decimal, rounded, rule
from .margin_schedules import DERIBIT

__all__ = ["DeribitMargins", "DeribitPositionPayload", "margins", "position_payload"]


@dataclass(frozen=True)
class DeribitMargins:
    """Margin rates of a position, and the margins in coin."""

    initial_margin_rate: Decimal
    maintenance_margin_rate: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal


@rule
def margins(*, coin_size: Any, coin: str = "BTC") -> DeribitMargins:
    """Return the margin rates and margins of a position of a size in coin, not rounded.

    Parameters
    ----------
    coin_size : coins, not negative; the position's value at the mark price
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
    return DeribitMargins(
        initial_margin_rate=decimal(initial.rate(coin_size)),
        maintenance_margin_rate=decimal(maintenance.rate(coin_size)),
        initial_margin=decimal(initial.margin(coin_size)),
        maintenance_margin=decimal(maintenance.margin(coin_size)),
    )


@dataclass(frozen=True)
class DeribitPositionPayload:
    """A position, in coin, to 9 decimals as in the answers."""

    size_currency: Decimal
    total_profit_loss: Decimal  # since the trades
    floating_profit_loss: Decimal | None  # since the settlement; None if no settlement price is given
    initial_margin: Decimal
    maintenance_margin: Decimal


@rule
def position_payload(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    mark_price: Any,
    settled_price: Any = None,
    coin: str = "BTC",
) -> DeribitPositionPayload:
    """Return size, profits and margins of a position; its size in coin is its value at the mark price.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive (average_price): the average price of the trades, which stays
    mark_price : USD per coin, positive
    settled_price : USD per coin, positive, optional (settlement_price); for a position that was held then
    coin : str
        A key of `risk_limits.DERIBIT`.

    Notes
    -----
    The direction of the last digit's rounding is not stated; the nearest is used.
    """
    position = {"side": side, "notional": notional, "price": mark_price}
    value = contract.value(notional=notional, price=mark_price)
    asked = margins(coin_size=value, coin=coin)
    return DeribitPositionPayload(
        size_currency=_nine_decimals(side * value),
        total_profit_loss=_nine_decimals(contract.profit_and_loss(**position, entry_price=entry_price)),
        floating_profit_loss=(
            None
            if settled_price is None
            else _nine_decimals(contract.profit_and_loss(**position, entry_price=settled_price))
        ),
        initial_margin=_nine_decimals(sp.Rational(str(asked.initial_margin))),
        maintenance_margin=_nine_decimals(sp.Rational(str(asked.maintenance_margin))),
    )


def _nine_decimals(coins: sp.Rational) -> Decimal:
    return decimal(rounded(coins, step=sp.Rational(1, 10**9), rounding=ROUND_HALF_UP))
