"""KuCoin XBTUSDM: the fields of a position message, in whole satoshis.

The value of one contract at the mark price is rounded to a satoshi and then multiplied, as at BitMEX in
2018–19. One sample shows it, and there rounding to the nearest and cutting off give the same; cutting off is
used here. How the closing-fee reserve is worked out could not be recovered from the sample, so it is given.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from .arithmetic import SATOSHI, decimal, price_at_value, rule, satoshis, whole

__all__ = ["NO_PRICE", "PositionPayload", "contract_value", "position_payload"]

NO_PRICE = Decimal(1_000_000)
"""What the venue shows for a bankruptcy or liquidation price that is never reached, in USD per BTC."""


@rule
def contract_value(*, contracts: Any, price: Any) -> int:
    """Return the value of contracts of 1 USD at a price, in satoshi.

    Parameters
    ----------
    contracts : whole number, positive
    price : USD per BTC, positive
    """
    one = satoshis(contract.value(notional=1, price=price), rounding=ROUND_FLOOR)
    return int(whole("contracts", contracts) * one)


@dataclass(frozen=True)
class PositionPayload:
    """A position message; satoshi, but for the prices (USD per BTC, on no tick: none is stated)."""

    entry_cost: int  # posCost
    mark_value: int  # markValue
    unrealised_profit_and_loss: int  # unrealisedPnl
    initial_margin: int  # posInit
    position_margin: int  # posMargin
    maintenance_margin: int  # posMaint: the closing fee is part of it
    margin_balance: int  # maintMargin
    bankruptcy_price: Decimal  # bankruptPrice
    liquidation_price: Decimal  # liquidationPrice


@rule
def position_payload(
    *,
    side: Any,
    contracts: Any,
    entry_price: Any = None,
    entry_cost: Any = None,
    mark_price: Any,
    leverage: Any,
    maintenance_margin_rate: Any,
    closing_fee_reserve: Any = 0,
    cross_margin: Any = 0,
) -> PositionPayload:
    """Return the fields of a position message.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive; of 1 USD
    entry_price : USD per BTC, positive; its cost is rounded to the satoshi, up. Or give the entry cost.
    entry_cost : satoshi, positive; what the fills cost together
    mark_price : USD per BTC, positive
    leverage : positive
    maintenance_margin_rate : fraction of the entry cost, from 0 to below 1
    closing_fee_reserve : satoshi, not negative
    cross_margin : satoshi, not negative; margin that was added (posCross)

    Raises
    ------
    ValueError
        If a number is outside its domain, or both or neither of entry price and entry cost are given.
    """
    if (entry_price is None) == (entry_cost is None):
        raise ValueError(f"entry_price is {entry_price} and entry_cost is {entry_cost}: give one of the two")
    if entry_cost is None:
        entry_cost = satoshis(contract.value(notional=contracts, price=entry_price), rounding=ROUND_CEILING)
    cost = int(whole("entry_cost", sp.Rational(entry_cost)))
    added = int(whole("cross_margin", cross_margin))
    closing_fee = int(whole("closing_fee_reserve", closing_fee_reserve))
    mark_value = contract_value(contracts=contracts, price=mark_price)
    gain = int(side * (cost - mark_value))
    initial = int(sp.ceiling(margin.initial_margin(notional=cost, entry_price=1, leverage=leverage)))
    maintenance = int(sp.ceiling(maintenance_margin_rate * cost)) + closing_fee
    position = {
        "side": side,
        "notional": contracts,
        "entry_price": price_at_value(notional=contracts, coins=cost * SATOSHI),
    }
    bankruptcy = margin.bankruptcy_price(**position, margin=(initial + added) * SATOSHI)
    liquidation = margin.liquidation_price(
        **position,
        margin=(initial + added + closing_fee) * SATOSHI,
        maintenance_margin_rate=sp.Rational(maintenance, cost),
    )
    return PositionPayload(
        entry_cost=cost,
        mark_value=mark_value,
        unrealised_profit_and_loss=gain,
        initial_margin=initial,
        position_margin=initial + added + closing_fee,
        maintenance_margin=maintenance,
        margin_balance=initial + added + closing_fee + gain,
        bankruptcy_price=_shown(bankruptcy),
        liquidation_price=_shown(liquidation),
    )


def _shown(price: sp.Expr) -> Decimal:
    return NO_PRICE if price == sp.oo else min(decimal(price), NO_PRICE)
