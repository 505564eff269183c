"""KuCoin XBTUSDM: the fields of a position message, in whole satoshis, as they were up to 2025-05-22.

Since then the maintenance margin is on the value at the mark price and no fee is put aside for closing
(`margin_rules`); no message of that time was found.

The value of a position at the mark price is cut to a satoshi. The two samples that were found are of one
position: the one at 7,933.01 is met exactly (252,111), the one at 7,947.83 is 1 satoshi lower than this rule
gives (251,640), which a mark price of 7,947.8305 would explain; rounding contract by contract fits the second
and misses the first by 9 to 11 satoshis. The venue states the closing-fee reserve as the taker rate on the
entry value and the margin, but the samples' 392 satoshis fit no taker rate that was found, so it is given.
Amounts in satoshi are `int` and say so in their names, prices and fractions are `Decimal`.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Any

import sympy as sp

from .. import contract, margin
from .arithmetic import SATOSHI, decimal, entry_cost, four_decimals, price_at_value, rule, satoshis, whole

__all__ = ["NO_PRICE", "KucoinPositionPayload", "contract_value", "position_payload"]

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
    return satoshis(contract.value(notional=whole("contracts", contracts), price=price), rounding=ROUND_DOWN)


@dataclass(frozen=True)
class KucoinPositionPayload:
    """A position message: satoshi where the name says so, prices in USD per BTC (no tick is stated)."""

    entry_cost_satoshi: int  # posCost
    mark_value_satoshi: int  # markValue
    unrealised_profit_and_loss_satoshi: int  # unrealisedPnl
    initial_margin_satoshi: int  # posInit
    position_margin_satoshi: int  # posMargin
    maintenance_margin_satoshi: int  # posMaint: the closing fee is part of it
    margin_balance_satoshi: int  # maintMargin
    bankruptcy_price: Decimal  # bankruptPrice
    liquidation_price: Decimal  # liquidationPrice
    return_on_equity: Decimal  # unrealisedRoePcnt
    return_on_value: Decimal  # unrealisedPnlPcnt


@rule
def position_payload(
    *,
    side: Any,
    contracts: Any,
    entry_price: Any = None,
    entry_cost_satoshi: Any = None,
    mark_price: Any,
    leverage: Any,
    maintenance_margin_rate: Any,
    closing_fee_reserve_satoshi: Any = 0,
    cross_margin_satoshi: Any = 0,
) -> KucoinPositionPayload:
    """Return the fields of a position message.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    contracts : whole number, positive; of 1 USD
    entry_price : USD per BTC, positive; its cost is rounded to the satoshi, up. Or give the entry cost.
    entry_cost_satoshi : satoshi, positive; what the fills cost together
    mark_price : USD per BTC, positive
    leverage : positive
    maintenance_margin_rate : fraction of the entry cost, from 0 to below 1, at most one over the leverage
    closing_fee_reserve_satoshi : satoshi, not negative (posComm)
    cross_margin_satoshi : satoshi, not negative; margin that was added (posCross)

    Raises
    ------
    ValueError
        If a number is outside its domain, or both or neither of entry price and entry cost are given.
    """
    if maintenance_margin_rate * leverage > 1:
        raise ValueError(
            f"maintenance_margin_rate is {maintenance_margin_rate}, above one over the leverage of "
            f"{leverage}: such a position is liquidated as it is opened; give a lower leverage"
        )
    cost = entry_cost(
        entry_price=entry_price,
        entry_cost_satoshi=entry_cost_satoshi,
        cost_at=lambda price: satoshis(
            contract.value(notional=contracts, price=price), rounding=ROUND_CEILING
        ),
    )
    added = int(whole("cross_margin_satoshi", cross_margin_satoshi))
    closing_fee = int(whole("closing_fee_reserve_satoshi", closing_fee_reserve_satoshi))
    mark_value = contract_value(contracts=contracts, price=mark_price)
    gain = int(side * (cost - mark_value))
    exact_initial = margin.initial_margin(notional=cost, entry_price=1, leverage=leverage)
    initial = int(sp.ceiling(exact_initial))
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
    return KucoinPositionPayload(
        entry_cost_satoshi=cost,
        mark_value_satoshi=mark_value,
        unrealised_profit_and_loss_satoshi=gain,
        initial_margin_satoshi=initial,
        position_margin_satoshi=initial + added + closing_fee,
        maintenance_margin_satoshi=maintenance,
        margin_balance_satoshi=initial + added + closing_fee + gain,
        bankruptcy_price=_shown(bankruptcy),
        liquidation_price=_shown(liquidation),
        return_on_equity=four_decimals(gain / exact_initial),
        return_on_value=four_decimals(sp.Rational(gain, cost)),
    )


def _shown(price: sp.Expr) -> Decimal:
    return NO_PRICE if price == sp.oo else min(decimal(price), NO_PRICE)
