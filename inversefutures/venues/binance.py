"""Binance COIN-M: everything at the mark price, and a liquidation price from the wallet of the account.

Samples show 8 decimals. The initial margin is cut to them in a sample (0.00004123 where the nearest would be
0.00004124); which way the other amounts are rounded is not stated, so they are not rounded here.
Coins and prices are `Decimal`.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from .arithmetic import SATOSHI, decimal, price_or_none, rounded, rule

__all__ = [
    "BinancePositionPayload",
    "initial_margin",
    "isolated_margin",
    "liquidation_price",
    "open_loss",
    "position_payload",
]


@rule
def initial_margin(*, notional: Any, mark_price: Any, leverage: Any) -> Decimal:
    """Return the initial margin of a position, in coin, cut off after 8 decimals.

    Parameters
    ----------
    notional : USD, positive; contracts times 100 for bitcoin, times 10 for other coins
    mark_price : USD per coin, positive
    leverage : positive
    """
    exact = margin.initial_margin(notional=notional, entry_price=mark_price, leverage=leverage)
    return decimal(rounded(exact, step=SATOSHI, rounding=ROUND_DOWN))


@rule
def isolated_margin(
    *, side: Any, notional: Any, entry_price: Any, mark_price: Any, wallet_balance: Any
) -> Decimal:
    """Return the margin of an isolated position as the answers give it (isolatedMargin), in coin.

    That is the position's own wallet (isolatedWallet) and its unrealised profit: inferred from answers that
    hold all three.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, mark_price : USD per coin, positive
    wallet_balance : coin, positive; what was put behind the position
    """
    return decimal(
        margin.margin_balance(
            side=side, notional=notional, entry_price=entry_price, price=mark_price, margin=wallet_balance
        )
    )


@dataclass(frozen=True)
class BinancePositionPayload:
    """A position, in coin."""

    notional_value: Decimal
    unrealised_profit_and_loss: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal


@rule
def position_payload(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    mark_price: Any,
    leverage: Any,
    maintenance_margin_rate: Any,
    deduction: Any = 0,
) -> BinancePositionPayload:
    """Return the fields of a position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive; contracts times 100 for bitcoin, times 10 for other coins
    entry_price, mark_price : USD per coin, positive
    leverage : positive
    maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1
    deduction : coin, not negative; the maintenance amount *cum* of the position's tier
    """
    return BinancePositionPayload(
        notional_value=decimal(contract.value(notional=notional, price=mark_price)),
        unrealised_profit_and_loss=decimal(
            contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)
        ),
        initial_margin=initial_margin(notional=notional, mark_price=mark_price, leverage=leverage),
        maintenance_margin=decimal(
            margin.maintenance_margin(
                notional=notional,
                price=mark_price,
                maintenance_margin_rate=maintenance_margin_rate,
                base="mark",
                deduction=deduction,
            )
        ),
    )


@rule
def open_loss(*, side: Any, notional: Any, entry_price: Any, mark_price: Any) -> Decimal:
    """Return what an order would lose at once if it were filled at its price, in coin; 0 if it would gain.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive; the order's
    mark_price : USD per coin, positive
    """
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)
    return decimal(-sp.Min(0, gain))


@rule
def liquidation_price(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    wallet_balance: Any,
    maintenance_margin_rate: Any,
    deduction: Any = 0,
    other_maintenance: Any = 0,
    other_unrealised: Any = 0,
) -> Decimal | None:
    """Return the mark price that liquidates a position in one-way mode.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive
    wallet_balance : coin, positive; the isolated margin of an isolated position
    maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1
    deduction : coin, not negative; the maintenance amount *cum* of the position's tier
    other_maintenance : coin, not negative; maintenance margin of the account's other positions (TMM)
    other_unrealised : coin; unrealised profit of the account's other positions (UPNL)

    Returns
    -------
    Decimal or None
        USD per coin, not rounded; `None` if it is never reached.

    Raises
    ------
    ValueError
        If a number is outside its domain, or the other positions use up the wallet.
    """
    price = margin.liquidation_price(
        side=side,
        notional=notional,
        entry_price=entry_price,
        margin=wallet_balance - other_maintenance + other_unrealised,
        maintenance_margin_rate=maintenance_margin_rate,
        base="mark",
        deduction=deduction,
    )
    return price_or_none(price)
