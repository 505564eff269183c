"""HTX coin-margined contracts: two average prices, margin at the last price, and the risk rate.

The venue answers with unrounded floating-point numbers, so nothing is rounded here: coins, prices and rates
are `Decimal`, to 28 digits. ``average_open_price`` (cost_open) keeps the price of the fills.
``average_hold_price`` (cost_hold) is set to the settlement price at every settlement.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .. import accounts, contract, margin
from .arithmetic import decimal, price_or_none, rule

__all__ = [
    "HtxAccount",
    "HtxPositionPayload",
    "account",
    "liquidation_price",
    "locked_margin",
    "position_payload",
    "risk_rate",
    "settlement_profit_and_loss",
]


@dataclass(frozen=True)
class HtxPositionPayload:
    """A position, in coin, but for the rate."""

    unrealised_profit_and_loss: Decimal  # profit_unreal, since the last settlement
    profit_and_loss: Decimal  # profit, since the fills
    position_margin: Decimal  # position_margin
    profit_rate: Decimal  # profit_rate


@rule
def position_payload(
    *,
    side: Any,
    notional: Any,
    average_open_price: Any,
    average_hold_price: Any,
    last_price: Any,
    leverage: Any,
) -> HtxPositionPayload:
    """Return the fields of a position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    average_open_price, average_hold_price : USD per coin, positive
    last_price : USD per coin, positive
    leverage : positive
    """
    position = {"side": side, "notional": notional, "price": last_price}
    profit_rate = margin.return_on_equity(
        side=side, entry_price=average_open_price, price=last_price, leverage=leverage
    )
    return HtxPositionPayload(
        unrealised_profit_and_loss=decimal(
            contract.profit_and_loss(**position, entry_price=average_hold_price)
        ),
        profit_and_loss=decimal(contract.profit_and_loss(**position, entry_price=average_open_price)),
        position_margin=decimal(
            margin.initial_margin(notional=notional, entry_price=last_price, leverage=leverage)
        ),
        profit_rate=decimal(profit_rate),
    )


@rule
def settlement_profit_and_loss(
    *, side: Any, notional: Any, average_hold_price: Any, settled_price: Any
) -> Decimal:
    """Return what a settlement pays out, in coin; the hold price is the settled price from then on.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    average_hold_price : USD per coin, positive; before the settlement
    settled_price : USD per coin, positive
    """
    return decimal(
        contract.profit_and_loss(
            side=side, notional=notional, entry_price=average_hold_price, price=settled_price
        )
    )


@rule
def risk_rate(
    *, equity: Any, position_margin: Any, frozen_margin: Any = 0, adjustment_factor: Any
) -> Decimal:
    """Return the risk rate: equity over the margins in use, less the adjustment factor. At 0 it liquidates.

    Parameters
    ----------
    equity : coin (the answers call it margin_balance)
    position_margin : coin, not negative
    frozen_margin : coin, not negative; held by open orders
    adjustment_factor : positive

    Raises
    ------
    ValueError
        If no margin is in use: then there is no rate.
    """
    if not position_margin + frozen_margin:
        raise ValueError(
            "position_margin is 0 and frozen_margin is 0: without margin in use there is no rate"
        )
    return decimal(equity / (position_margin + frozen_margin) - adjustment_factor)


@dataclass(frozen=True)
class HtxAccount:
    """An account that holds one position."""

    margin_balance: Decimal  # coin
    risk_rate: Decimal
    liquidation_price: Decimal | None  # USD per coin; None if never reached


@rule
def account(
    *,
    side: Any,
    notional: Any,
    average_hold_price: Any,
    last_price: Any,
    leverage: Any,
    static_balance: Any,
    frozen_margin: Any = 0,
    adjustment_factor: Any,
) -> HtxAccount:
    """Return the margin balance, the risk rate and the liquidation price of an account with one position.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    average_hold_price, last_price : USD per coin, positive
    leverage : positive
    static_balance : coin; the balance without unrealised profit
    frozen_margin : coin, not negative; held by open orders
    adjustment_factor : positive
    """
    gain = contract.profit_and_loss(
        side=side, notional=notional, entry_price=average_hold_price, price=last_price
    )
    position_margin = margin.initial_margin(notional=notional, entry_price=last_price, leverage=leverage)
    return HtxAccount(
        margin_balance=decimal(static_balance + gain),
        risk_rate=risk_rate(
            equity=static_balance + gain,
            position_margin=position_margin,
            frozen_margin=frozen_margin,
            adjustment_factor=adjustment_factor,
        ),
        liquidation_price=liquidation_price(
            side=side,
            notional=notional,
            average_hold_price=average_hold_price,
            leverage=leverage,
            static_balance=static_balance,
            adjustment_factor=adjustment_factor,
        ),
    )


@rule
def liquidation_price(
    *,
    side: Any,
    notional: Any,
    average_hold_price: Any,
    leverage: Any,
    static_balance: Any,
    adjustment_factor: Any,
) -> Decimal | None:
    """Return the last price at which the risk rate of the position alone, without open orders, is 0.

    The adjustment factor over the leverage is the maintenance margin rate, on the value at the last price.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    average_hold_price : USD per coin, positive
    leverage : positive
    static_balance : coin, positive
    adjustment_factor : positive, below the leverage
    """
    price = margin.liquidation_price(
        side=side,
        notional=notional,
        entry_price=average_hold_price,
        margin=static_balance,
        maintenance_margin_rate=adjustment_factor / leverage,
        base="mark",
    )
    return price_or_none(price)


@rule
def locked_margin(*, long_notional: Any, short_notional: Any, last_price: Any, leverage: Any) -> Decimal:
    """Return the margin of a long and a short in one contract: only the larger side is charged.

    Parameters
    ----------
    long_notional, short_notional : USD, not negative, not both zero
    last_price : USD per coin, positive
    leverage : positive
    """
    larger = accounts.larger_side(long_notional=long_notional, short_notional=short_notional)
    return decimal(margin.initial_margin(notional=larger, entry_price=last_price, leverage=leverage))
