"""Deribit: margin rates that grow with the size of the position in coin, and two profits.

Initial and maintenance margin are a base rate and a slope times the size in coin, so the margin in coin grows
with the square of a large position. The size in coin is the value at the mark price. Live positions of
2022-05-21 (SOL-PERPETUAL, the inverse contract) and 2025-09-26 (BTC-PERPETUAL) are met to all nine decimals.

An option that was sold has margins of its own, in coin; an account with portfolio margin has one for all that
it holds, from a matrix of shocks. The sample of its simulation in the interface's documents (17 June 2024) is
met for a perpetual and a future.

The documents know two rules. The current schedule asks for 2 % and 0.005 % a coin of bitcoin; an older page,
undated, works its example with a flat 4 %, which is no rule here. A message of 19 November 2020 in the
documents has other rates (3.00 % and 2.20 % at 10.6 coins). No schedule of that time was found, so the
functions here take no date.

Coins, prices and rates are `Decimal`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sympy as sp

from .. import contract
from .arithmetic import decimal, rounded, rule
from .margin_schedules import DERIBIT

__all__ = [
    "DeribitMargins",
    "DeribitOptionMargins",
    "DeribitPortfolioMargin",
    "DeribitPositionPayload",
    "margins",
    "option_margins",
    "portfolio_margin",
    "position_payload",
]


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


@dataclass(frozen=True)
class DeribitOptionMargins:
    """What a sold option on one coin asks for, in coins."""

    initial_margin: Decimal
    maintenance_margin: Decimal


@rule
def option_margins(
    *, option: str, futures_price: Any, strike: Any, option_premium: Any
) -> DeribitOptionMargins:
    """Return the margins of an option on one coin that was sold.

    Initially 15 % of a coin, less by how much the option is out of the money as a fraction of the price, but
    at least 10 %; kept must be 7.5 %, or for a put 7.5 % of its price if that is more. The price of the
    option comes on top of both. A put's initial margin is not below its maintenance margin.

    Parameters
    ----------
    option : ``"call"`` or ``"put"``
    futures_price, strike : USD per BTC
    option_premium : coins, the mark price

    Raises
    ------
    ValueError
        If a value is outside its domain, or the option is neither of the two.

    Notes
    -----
    Source: undated copy of the rule in the manual of TSLab (https://doc.tslab.pro, "Deribit Margin
    Requirements Calculation"), read in November 2026. An older page of Deribit has 20 % and 10 %. The course
    knows no worked example of Deribit's.
    """
    if option not in ("call", "put"):
        raise ValueError(f"venues.deribit.option_margins: option is {option!r}: give 'call' or 'put'")
    distance = strike - futures_price if option == "call" else futures_price - strike
    out_of_the_money = sp.Max(0, distance) / futures_price
    initial = sp.Max(sp.Rational(15, 100) - out_of_the_money, sp.Rational(1, 10)) + option_premium
    kept = sp.Rational(75, 1000)
    if option == "put":
        kept *= sp.Max(1, option_premium)
    kept += option_premium
    return DeribitOptionMargins(
        initial_margin=decimal(sp.Max(initial, kept) if option == "put" else initial),
        maintenance_margin=decimal(kept),
    )


@dataclass(frozen=True)
class DeribitPortfolioMargin:
    """The margin of an account that holds a perpetual and futures, in coins."""

    worst_case: Decimal
    roll_shock: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal


@rule
def portfolio_margin(
    *,
    coin_sizes: Sequence[Any],
    price_range: Any,
    roll_rate: Any,
    maintenance_factor: Any,
    other_margin: Any = 0,
) -> DeribitPortfolioMargin:
    """Return the portfolio margin of inverse futures on one coin.

    Parameters
    ----------
    coin_sizes : coins of each contract at its mark price, negative for a short
    price_range : fraction by which the price is shocked, up and down
    roll_rate : fraction of each contract's size that is asked for however the contracts offset one another
    maintenance_factor : maintenance margin over the initial margin of the matrix
    other_margin : coins on top, initially only: for open orders and a market maker's protection

    Notes
    -----
    Source: the sample of private/pme/simulate in Deribit's documents, as of 17 June 2024. That the roll shock
    is a fraction of the sizes without their signs is inferred from its numbers.
    """
    sizes = [sp.nsimplify(size, rational=True) for size in coin_sizes]
    move, rate, factor, other = (
        sp.nsimplify(each, rational=True)
        for each in (price_range, roll_rate, maintenance_factor, other_margin)
    )
    worst = max(-sum(sizes) * (1 - 1 / (1 + shock)) for shock in (move, -move))
    roll = rate * sum(abs(size) for size in sizes)
    return DeribitPortfolioMargin(
        worst_case=decimal(worst),
        roll_shock=decimal(roll),
        initial_margin=decimal(worst + roll + other),
        maintenance_margin=decimal(factor * (worst + roll)),
    )


def _nine_decimals(coins: sp.Rational) -> Decimal:
    return decimal(rounded(coins, step=sp.Rational(1, 10**9), rounding=ROUND_HALF_UP))
