"""OKX coin-margined contracts: margins at the mark price, but isolated initial margin at the entry price.

Nothing is rounded here. Coins and prices are `Decimal`.
"""

from decimal import Decimal
from typing import Any, Literal

from .. import margin as formulas
from .arithmetic import decimal, price_or_none, rule

__all__ = ["initial_margin", "liquidation_price", "maintenance_margin"]


@rule
def initial_margin(
    *,
    notional: Any,
    entry_price: Any,
    mark_price: Any,
    leverage: Any,
    margin_mode: Literal["isolated", "cross"],
) -> Decimal:
    """Return the initial margin in coin: at the entry price if isolated, at the mark price in cross mode.

    Parameters
    ----------
    notional : USD, positive; contracts times 100 for bitcoin, times 10 for other coins
    entry_price, mark_price : USD per coin, positive
    leverage : positive
    margin_mode : ``"isolated"`` or ``"cross"``

    Raises
    ------
    ValueError
        If a number is outside its domain, or the mode is neither of the two.
    """
    prices = {"isolated": entry_price, "cross": mark_price}
    if margin_mode not in prices:
        raise ValueError(f"margin_mode is {margin_mode!r}, but its domain is {', '.join(prices)}")
    return decimal(
        formulas.initial_margin(notional=notional, entry_price=prices[margin_mode], leverage=leverage)
    )


@rule
def maintenance_margin(*, notional: Any, mark_price: Any, maintenance_margin_rate: Any) -> Decimal:
    """Return the maintenance margin in coin, at the mark price.

    Parameters
    ----------
    notional : USD, positive
    mark_price : USD per coin, positive
    maintenance_margin_rate : fraction, from 0 to below 1
    """
    return decimal(
        formulas.maintenance_margin(
            notional=notional, price=mark_price, maintenance_margin_rate=maintenance_margin_rate, base="mark"
        )
    )


@rule
def liquidation_price(
    *,
    side: Any,
    notional: Any,
    entry_price: Any,
    margin: Any,
    maintenance_margin_rate: Any,
    taker_fee_rate: Any = 0,
) -> Decimal | None:
    """Return the mark price that liquidates an isolated position; `None` if it is never reached.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive
    margin : coin, positive
    maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1
    taker_fee_rate : fraction, above −1 and below 1; 0 for the rule without a fee. That the fee stands beside
        the maintenance rate is documented for a long; for a short it is the mirror image, not confirmed.
    """
    price = formulas.liquidation_price(
        side=side,
        notional=notional,
        entry_price=entry_price,
        margin=margin,
        maintenance_margin_rate=maintenance_margin_rate,
        base="mark",
        fee_rate=taker_fee_rate,
        fee_at="mark",
    )
    return price_or_none(price)
