"""A position as a recurrence over its fills: what is open, at which entry, what is realised, what fees cost.

One step, `Position.after`, is all there is. A fill on the position's side adds to it and moves the entry
price to the harmonic mean. A fill on the other side realises profit and loss on what it closes and leaves the
entry price alone. If it is larger than the position, it closes all of it and opens the rest at its own price.

With the harmonic mean the sum telescopes: after any sequence of fills, and at any price S, realised and
unrealised profit and loss together are the sum of side·q·(1/p − 1/S) over the fills.

Sides and notionals are numbers, because they decide which of the cases a fill is. Prices and fee rates may be
symbols. With integers, fractions and sympy's rationals every result is exact.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp

from . import contract
from .notation import QUANTITIES, E, S, d, phi_in, phi_out
from .quantities import BTC, USD, check_fields, formula

__all__ = ["FLAT", "Fill", "Position", "break_even_price", "position_after"]


@dataclass(frozen=True)
class Fill:
    """One trade.

    Parameters
    ----------
    side : +1 for a buy, −1 for a sell
    notional : USD, positive, a number
    price : USD per BTC, positive
    fee_rate : fraction of the coin value, above −1 and below 1; negative for a rebate

    Raises
    ------
    ValueError
        If a value is outside its domain, or side or notional is not a number.
    """

    side: Any
    notional: Any
    price: Any
    fee_rate: Any = 0

    def __post_init__(self) -> None:
        check_fields(self)
        for name in ("side", "notional"):
            if not getattr(self, name).is_number:
                words = QUANTITIES[name].domain_in_words
                raise ValueError(
                    f"{name} of a fill is {getattr(self, name)}, but must be a number with {words}: it "
                    "decides whether the fill adds to a position or closes it"
                )


@dataclass(frozen=True)
class Position:
    """What is held after some fills, and what they have won and cost so far.

    Without arguments it is the flat position that every account starts from.

    Parameters
    ----------
    side : +1 for a long, −1 for a short, 0 when flat
    notional : USD; 0 when flat
    entry_price : USD per BTC; None when flat
    realised : BTC, realised profit and loss before fees
    fees : BTC, fees paid; negative where rebates were larger
    """

    side: Any = field(default=sp.S.Zero)
    notional: Any = field(default=sp.S.Zero)
    entry_price: Any = None
    realised: Any = field(default=sp.S.Zero)
    fees: Any = field(default=sp.S.Zero)

    def __post_init__(self) -> None:
        for name in ("realised", "fees"):
            object.__setattr__(self, name, sp.sympify(getattr(self, name)))
        if self.side == 0 and self.notional == 0 and self.entry_price is None:
            return
        for name in ("side", "notional"):
            if not sp.sympify(getattr(self, name)).is_number:
                raise ValueError(f"{name} of a position is {getattr(self, name)}, but must be a number")
        check_fields(self)

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held."""
        return bool(self.side == 0)

    def after(self, fill: Fill) -> "Position":
        """Return the position after one more fill.

        Parameters
        ----------
        fill : Fill
        """
        fee = contract.fee(notional=fill.notional, price=fill.price, fee_rate=fill.fee_rate)
        paid = replace(self, fees=self.fees + fee)
        if self.is_flat:
            return replace(paid, side=fill.side, notional=fill.notional, entry_price=fill.price)
        if fill.side == self.side:
            held = (self.notional, self.entry_price)
            return replace(
                paid,
                notional=self.notional + fill.notional,
                entry_price=contract.average_entry_price([held, (fill.notional, fill.price)]),
            )
        if fill.notional < self.notional:
            realised = paid._realising(fill.notional, fill.price)
            return replace(realised, notional=self.notional - fill.notional)
        closed = replace(
            paid._realising(self.notional, fill.price), side=sp.S.Zero, notional=sp.S.Zero, entry_price=None
        )
        rest = fill.notional - self.notional
        if rest == 0:
            return closed
        return replace(closed, side=fill.side, notional=rest, entry_price=fill.price)

    def settlement(self, price: Any) -> "Position":
        """Return the position after a settlement that realises its profit and loss and re-marks its entry.

        Deribit's sessions, OKX's dated futures and HTX do this daily or weekly. The total stays what it was.

        Parameters
        ----------
        price : USD per BTC, positive
        """
        price = QUANTITIES["price"].check(price)
        return self if self.is_flat else replace(self._realising(self.notional, price), entry_price=price)

    def unrealised_profit_and_loss(self, price: Any) -> sp.Expr:
        """Return what closing everything at a price would realise, in BTC, before its fee.

        Parameters
        ----------
        price : USD per BTC, positive
        """
        price = QUANTITIES["price"].check(price)
        return sp.S.Zero if self.is_flat else self._profit_and_loss(self.notional, price)

    def total_profit_and_loss(self, price: Any) -> sp.Expr:
        """Return realised and unrealised profit and loss together, in BTC, before fees.

        Parameters
        ----------
        price : USD per BTC, positive
        """
        return self.realised + self.unrealised_profit_and_loss(price)

    def net_profit_and_loss(self, price: Any) -> sp.Expr:
        """Return realised and unrealised profit and loss in BTC, after the fees paid so far.

        Parameters
        ----------
        price : USD per BTC, positive
        """
        return self.total_profit_and_loss(price) - self.fees

    def _profit_and_loss(self, notional: Any, price: Any) -> sp.Expr:
        return contract.profit_and_loss(
            side=self.side, notional=notional, entry_price=self.entry_price, price=price
        )

    def _realising(self, notional: Any, price: Any) -> "Position":
        return replace(self, realised=self.realised + self._profit_and_loss(notional, price))


FLAT = Position()
"""The position before the first fill."""


def position_after(fills: Iterable[Fill], start: Position = FLAT) -> Position:
    """Return the position after a sequence of fills, in their order.

    Parameters
    ----------
    fills : Fill objects, at least one
    start : the position before them

    Raises
    ------
    ValueError
        If there is no fill.
    """
    fills = list(fills)
    if not fills:
        raise ValueError("fills is empty: give at least one Fill")
    return functools.reduce(Position.after, fills, start)


@formula(unit=USD / BTC)
def break_even_price(
    *, side: Any = d, entry_price: Any = E, entry_fee_rate: Any = phi_in, exit_fee_rate: Any = phi_out
) -> sp.Expr:
    """Return the price at which closing leaves neither profit nor loss, with the fees of both trades paid.

    Both fees are fractions of a coin value, the first at the entry price and the second at the exit price. So
    a long breaks even at E·(1 + φ_out)/(1 − φ_in), a short at E·(1 − φ_out)/(1 + φ_in), and the notional does
    not matter. To first order that is E·(1 ± (φ_in + φ_out)).

    Notes
    -----
    Binance publishes a break-even price that holds the entry's fee alone, E·(1 + φ): 2,423.368960034 for a
    long from 2,422.4 at 0.04 %. That is the rule of a linear contract. In coin it is E/(1 − φ), which is
    ``exit_fee_rate=0`` here: 2,423.369348.

    Examples
    --------
    >>> position.break_even_price()
    E*(d*varphi_out + 1)/(-d*varphi_in + 1)
    >>> round(position.break_even_price(
    ...     side=LONG, entry_price=50_000, entry_fee_rate=0.0005, exit_fee_rate=0.0005
    ... ), 2)
    50050.03
    """
    return _break_even().xreplace({d: side, E: entry_price, phi_in: entry_fee_rate, phi_out: exit_fee_rate})


@functools.cache
def _break_even() -> sp.Expr:
    net = contract.net_profit_and_loss(entry_fee_rate=phi_in, exit_fee_rate=phi_out)
    (price,) = sp.solve(net, S)
    # Widened by d, so that the side stands with the rates: d·d = 1.
    top, bottom = (sp.expand(d * part).subs(d**2, 1) for part in sp.fraction(price))
    return E * sp.cancel(top / E) / bottom
