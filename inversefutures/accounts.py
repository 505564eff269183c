"""Margin that several positions share: what stands against what in an account.

`Leg`
    One contract of an account whose contracts share one wallet of one coin. The account is liquidated as a
    whole, when its wallet and the profits of all legs are down to the sum of their maintenance margins.
`larger_side`
    A long and a short of one contract, of which only the larger is charged.
`Collateral`
    Coins of several kinds that count as margin at their dollar value, less a haircut.

No rounding is done here. With symbols the results are formulas, with numbers they are numbers.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from . import contract, margin
from .notation import N_L, N_S, E, L, N, Q_c, S, U, d, h, m
from .quantities import BTC, USD, check_fields, checked, exactly_one, formula

__all__ = [
    "Collateral",
    "Leg",
    "account_balance",
    "account_maintenance",
    "collateral_in_dollars",
    "collateral_value",
    "larger_side",
    "liquidation_move",
    "liquidation_price_of",
    "liquidation_price_with_collateral",
]


# --- cross margin: several contracts on one wallet ------------------------------------------------


@dataclass(frozen=True)
class Leg:
    """One contract of an account whose contracts share one wallet of one coin.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, price : USD per BTC, positive; the price is that of this contract, now
    maintenance_margin_rate : fraction of the coin value, from 0 to below 1
    base : ``"entry"`` or ``"mark"``: which coin value the maintenance margin is a fraction of
    deduction : BTC, not negative; the constant of the contract's tier

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """

    side: Any
    notional: Any
    entry_price: Any
    price: Any
    maintenance_margin_rate: Any
    base: margin.Base = "mark"
    deduction: Any = 0

    def __post_init__(self) -> None:
        check_fields(self)

    def profit_and_loss(self, price: Any = None) -> sp.Expr:
        """Return the unrealised profit and loss in BTC, at the price now or at another one."""
        return contract.profit_and_loss(
            side=self.side,
            notional=self.notional,
            entry_price=self.entry_price,
            price=self.price if price is None else price,
        )

    def maintenance_margin(self, price: Any = None) -> sp.Expr:
        """Return the maintenance margin in BTC, at the price now or at another one."""
        return margin.maintenance_margin(
            notional=self.notional,
            entry_price=self.entry_price,
            price=self.price if price is None else price,
            maintenance_margin_rate=self.maintenance_margin_rate,
            base=self.base,
            deduction=self.deduction,
        )


def account_balance(*, wallet_balance: Any, legs: Iterable[Leg]) -> sp.Expr:
    """Return the margin balance of an account in BTC: its wallet and the profit of all its contracts.

    Parameters
    ----------
    wallet_balance : BTC, positive
    legs : iterable of Leg
    """
    (wallet_balance,) = checked(wallet_balance=wallet_balance)
    return sp.Add(wallet_balance, *(leg.profit_and_loss() for leg in legs))


def account_maintenance(*, legs: Iterable[Leg]) -> sp.Expr:
    """Return the maintenance margin of an account in BTC: the sum over its contracts.

    Parameters
    ----------
    legs : iterable of Leg
    """
    return sp.Add(*(leg.maintenance_margin() for leg in legs))


def liquidation_move(
    *, wallet_balance: Any, legs: Sequence[Leg], moving: Collection[int] | None = None
) -> sp.Expr:
    """Return the factor on prices at which the account's balance is down to its maintenance margin.

    Every contract that moves, moves by the same percentage; the others are held where they are. Both sides
    of the equation are linear in one over the factor, so there is one solution at most.

    Parameters
    ----------
    wallet_balance : BTC, positive
    legs : sequence of Leg
    moving : which legs move, by their index; all of them if left out

    Returns
    -------
    sympy expression
        1 is where prices are now, 0.9 a fall of 10 %; `sympy.oo` where no move liquidates the account.

    Raises
    ------
    ValueError
        If the wallet is outside its domain, or an index is not one of a leg.
    """
    (wallet_balance,) = checked(wallet_balance=wallet_balance)
    indices = range(len(legs)) if moving is None else moving
    for index in indices:
        if index not in range(len(legs)):
            raise ValueError(f"moving has {index}, but its domain is 0 to {len(legs) - 1}, the legs' indices")
    inverse = sp.Dummy("y", positive=True)  # one over the factor
    surplus = wallet_balance
    for index, leg in enumerate(legs):
        price = leg.price / inverse if index in indices else leg.price
        surplus += leg.profit_and_loss(price) - leg.maintenance_margin(price)
    surplus = sp.expand(surplus)
    solutions = sp.solve(surplus, inverse) if surplus.has(inverse) else []
    return 1 / solutions[0] if solutions else sp.oo


def liquidation_price_of(*, wallet_balance: Any, legs: Sequence[Leg], index: int) -> sp.Expr:
    """Return the price of one contract that liquidates the account, the other contracts held where they are.

    Parameters
    ----------
    wallet_balance : BTC, positive
    legs : sequence of Leg
    index : which leg moves

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where there is none.
    """
    return legs[index].price * liquidation_move(wallet_balance=wallet_balance, legs=legs, moving=[index])


@formula(unit=USD)
def larger_side(*, long_notional: Any = N_L, short_notional: Any = N_S) -> sp.Expr:
    """Return the notional that a locked position is charged for: only its larger side.

    A long and a short in the same contract cannot lose together, so charging both would ask for margin
    against a loss that cannot happen.

    Notes
    -----
    Source: HTX, help pages on locked positions, undated copy, read 2026-11.

    Examples
    --------
    >>> accounts.larger_side()
    Max(N_L, N_S)
    >>> accounts.larger_side(long_notional=10_000, short_notional=4_000)
    10000
    """
    return sp.Max(long_notional, short_notional)


# --- collateral in more than one coin -------------------------------------------------------------


@formula(unit=USD)
def collateral_value(*, collateral_coins: Any = Q_c, price: Any = S, haircut: Any = h) -> sp.Expr:
    """Return the dollars that coins count for as margin: their value, less the haircut.

    Examples
    --------
    >>> accounts.collateral_value()
    Q_c*S*(1 - h)
    >>> float(accounts.collateral_value(collateral_coins=2, price=50_000, haircut=0.05))
    95000.0
    """
    return (1 - haircut) * collateral_coins * price


@dataclass(frozen=True)
class Collateral:
    """Coins of one kind that stand behind an account.

    Parameters
    ----------
    collateral_coins : coins, not negative
    price : USD per coin, positive
    haircut : fraction that does not count, from 0 to 1
    """

    collateral_coins: Any
    price: Any
    haircut: Any = 0

    def value(self) -> sp.Expr:
        """Return what the coins count for, in USD."""
        return collateral_value(
            collateral_coins=self.collateral_coins, price=self.price, haircut=self.haircut
        )


def collateral_in_dollars(holdings: Iterable[Collateral]) -> sp.Expr:
    """Return what all coins together count for as margin, in USD.

    Parameters
    ----------
    holdings : iterable of Collateral
    """
    return sp.Add(*(holding.value() for holding in holdings))


@formula(unit=USD / BTC)
def liquidation_price_with_collateral(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    collateral_coins: Any = None,
    haircut: Any = h,
    dollar_collateral: Any = U,
    maintenance_margin_rate: Any = m,
) -> sp.Expr:
    """Return the liquidation price of a position that coins and dollars stand behind, reckoned in dollars.

    Coins as collateral are worth less just when a long loses: that is wrong-way risk. Set side by side, the
    same value in dollars is liquidated at a lower price. For a short the coins work the right way.

    Without dollars and without a haircut it is `margin.liquidation_price` on the mark value.

    Parameters
    ----------
    leverage : the coins are then the initial margin
    collateral_coins : instead of the leverage
    maintenance_margin_rate : fraction of the value at the mark price

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where no price liquidates the position.

    Raises
    ------
    ValueError
        If a value is outside its domain, or both leverage and coins are given.

    Examples
    --------
    >>> round(accounts.liquidation_price_with_collateral(
    ...     side=LONG, notional=10_000, entry_price=50_000, collateral_coins=0.02,
    ...     haircut=0.05, dollar_collateral=500, maintenance_margin_rate=0.005
    ... ), 2)
    43607.31
    """
    if collateral_coins is None:
        collateral_coins = margin.initial_margin(
            notional=notional, entry_price=entry_price, leverage=leverage
        )
    else:
        exactly_one(leverage=None if leverage == L else leverage, collateral_coins=collateral_coins)
    price = sp.Dummy("price")
    wealth = (
        dollar_collateral
        + (1 - haircut) * collateral_coins * price
        + side * notional * (price / entry_price - 1)
    )
    left = sp.expand(wealth - maintenance_margin_rate * notional)
    slope, constant = left.coeff(price, 1), left.coeff(price, 0)
    if slope.is_zero or (-constant / slope).is_nonpositive:
        return sp.oo
    return sp.cancel(-constant / slope)
