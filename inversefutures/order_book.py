"""What an order costs: the book that it sweeps, the spread that it pays, the stops that it sets off.

A market order takes one level of the book after the other, the best price first. Sizes of an inverse contract
are dollars, and each dollar is paid in coin at its own level's price, so the average price of the order is
harmonic: dollars over coins.

A book is what somebody saw at one moment. It says nothing of prices beyond its last level, nothing of orders
that are hidden, and it may have changed when the order arrives. So no function here goes on where a book
ends: it says how many dollars are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp

from . import contract, waterfall
from .notation import (
    QUANTITIES,
    SHORT,
    V_Y,
    Z_S,
    N,
    S,
    S_b,
    S_l,
    S_last,
    S_stop,
    X,
    Y,
    Z,
    beta,
    d,
    ell,
    g,
    gamma_1,
    s,
    sigma,
)
from .quantities import BTC, ONE, USD, checked, formula

__all__ = [
    "Cascade",
    "OrderBook",
    "Sweep",
    "average_distance",
    "average_price_of_even_book",
    "cascade",
    "cascade_fall",
    "cascade_total",
    "depth_within",
    "effective_spread",
    "last_distance",
    "price_impact",
    "realised_spread",
    "roll_spread",
    "square_root_impact",
    "stop_fill_price",
    "sweep",
    "trading_cost",
]

Levels = Iterable[tuple[Any, Any]]
"""Pairs of price (USD per BTC) and size (USD), the best price first."""


# --- sweeping a book ------------------------------------------------------------------------------


def _number(name: str, value: Any) -> sp.Expr:
    """Return a number of a book, as the fraction it is written as: so all sums are exact."""
    number = QUANTITIES[name].check(value)
    if not number.is_number:
        unit = QUANTITIES[name].unit_name
        raise ValueError(f"{name} in a book is {value}, but must be a number ({unit}): books are compared")
    return sp.Rational(str(number)) if number.is_Float else number


def _shown(number: sp.Expr) -> str:
    return str(number) if number.is_Integer else repr(float(number))


def _side(levels: Levels) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    side = tuple((_number("price", price), _number("notional", size)) for price, size in levels)
    steps = [after - before for (before, _), (after, _) in pairwise(side)]
    if any(step > 0 for step in steps) and any(step < 0 for step in steps):
        raise ValueError("levels go up and down: give one side of the book, the best price first")
    return side


@dataclass(frozen=True)
class Sweep:
    """What a market order got.

    Parameters
    ----------
    fills : tuple of (notional in USD, price in USD per BTC)
        One for each level that it took from, in the order in which it did.
    """

    fills: tuple[tuple[sp.Expr, sp.Expr], ...]

    @property
    def notional(self) -> sp.Expr:
        """The dollars of all fills, USD."""
        return sp.Add(*(size for size, _ in self.fills))

    @property
    def coins(self) -> sp.Expr:
        """The coins of all fills, BTC: each dollar at the price of its own level."""
        return sp.Add(*(contract.value(notional=size, price=price) for size, price in self.fills))

    @property
    def average_price(self) -> sp.Expr:
        """Dollars over coins, USD per BTC: the harmonic average."""
        return contract.average_entry_price(self.fills)

    @property
    def last_price(self) -> sp.Expr:
        """The price of the last level that was taken from, USD per BTC."""
        return self.fills[-1][1]


def sweep(levels: Levels, *, notional: Any) -> Sweep:
    """Return the fills of a market order against one side of a book.

    Parameters
    ----------
    levels : pairs of (price in USD per BTC, size in USD), numbers, the best price first
        The asks for an order that buys, the bids for one that sells.
    notional : USD, positive, a number

    Raises
    ------
    ValueError
        If a number is outside its domain, the prices are not in order, or the book holds too little. Then
        the message says how many dollars are missing: what they would cost, the book does not know.

    Examples
    --------
    >>> taken = order_book.sweep([(50_000, 10_000), (50_010, 30_000)], notional=20_000)
    >>> taken.fills
    ((10000, 50000), (10000, 50010))
    >>> round(taken.average_price, 4)
    50004.9995
    """
    wanted = _number("notional", notional)
    side = _side(levels)
    held = sp.Add(*(size for _, size in side))
    if held < wanted:
        last = f", the last at {_shown(side[-1][0])} USD" if side else ""
        raise ValueError(
            f"levels hold {_shown(held)} USD{last}, and the notional is {_shown(wanted)} USD: "
            f"{_shown(wanted - held)} USD are missing, and the book does not say what they would cost; "
            "give more levels, or a smaller order"
        )
    return _taken(side, wanted)


def _taken(side: Iterable[tuple[sp.Expr, sp.Expr]], wanted: sp.Expr) -> Sweep:
    fills = []
    for price, size in side:
        if wanted <= 0:
            break
        fills.append((min(size, wanted), price))
        wanted -= size
    return Sweep(tuple(fills))


@dataclass(frozen=True)
class OrderBook:
    """Both sides of a book at one moment.

    Parameters
    ----------
    bids, asks : pairs of (price in USD per BTC, size in USD), numbers, the best price first
        At least one each: the resting orders to buy, and to sell.

    Raises
    ------
    ValueError
        If a size or a price is not positive, a side is empty or not in order, or the book is crossed: its
        best bid is not below its best ask.

    Examples
    --------
    >>> book = order_book.OrderBook(bids=[(49_990, 5_000)], asks=[(50_010, 8_000)])
    >>> book.mid_price, book.quoted_spread
    (50000, 20)
    >>> book.sweep(notional=6_000, side=LONG).last_price
    50010
    """

    bids: Any
    asks: Any

    def __post_init__(self) -> None:
        for name, sign in (("bids", 1), ("asks", -1)):
            side = _side(getattr(self, name))
            if not side:
                raise ValueError(
                    f"{name} of the book is empty: give at least one level, (price, size in USD)"
                )
            if any(sign * (after - before) > 0 for (before, _), (after, _) in pairwise(side)):
                best = "highest" if sign > 0 else "lowest"
                raise ValueError(
                    f"{name} of the book don't begin with the best price: the {best} comes first"
                )
            object.__setattr__(self, name, side)
        if self.best_bid >= self.best_ask:
            raise ValueError(
                f"the book is crossed: its best bid, {_shown(self.best_bid)} USD, is not below its best "
                f"ask, {_shown(self.best_ask)} USD. Orders that cross have traded: take both sides from "
                "one moment"
            )

    @property
    def best_bid(self) -> sp.Expr:
        """The highest price that a resting order would buy at, USD per BTC."""
        return self.bids[0][0]

    @property
    def best_ask(self) -> sp.Expr:
        """The lowest price that a resting order would sell at, USD per BTC."""
        return self.asks[0][0]

    @property
    def mid_price(self) -> sp.Expr:
        """The middle between best bid and best ask, USD per BTC."""
        return (self.best_bid + self.best_ask) / 2

    @property
    def quoted_spread(self) -> sp.Expr:
        """Best ask less best bid, USD per BTC."""
        return self.best_ask - self.best_bid

    def sweep(self, *, side: Any, notional: Any) -> Sweep:
        """Return the fills of a market order that buys (side +1) from the asks, or sells (−1) to the bids.

        Raises
        ------
        ValueError
            As `order_book.sweep` does.
        """
        (direction,) = checked(side=side)
        return sweep(self.bids if direction == SHORT else self.asks, notional=notional)

    def depth(self, *, side: Any, distance: Any) -> sp.Expr:
        """Return the dollars that an order of this side meets within a distance from the middle, USD.

        Parameters
        ----------
        side : +1 for an order that buys
        distance : fraction of the middle: 0.001 is 10 basis points

        Raises
        ------
        ValueError
            If the book's last level is nearer than that, so that nobody knows what stands behind it.
        """
        direction = checked(side=side)[0]
        limit = self.mid_price * (1 + direction * _number("distance", distance))
        levels = self.bids if direction == SHORT else self.asks
        if direction * (levels[-1][0] - limit) < 0:
            raise ValueError(
                f"distance is {distance}, which is at {_shown(limit)} USD, but this side of the book "
                f"ends at {_shown(levels[-1][0])} USD: give more levels, or ask for less"
            )
        return sp.Add(*(size for price, size in levels if direction * (price - limit) <= 0))


@formula(unit=USD / BTC)
def average_price_of_even_book(*, best_price: Any = S_b, last_price: Any = S_last) -> sp.Expr:
    """Return the average price of an order that sweeps a stretch with as many dollars at each price.

    Dollars over coins is the logarithmic mean of the two ends, which lies below their middle.

    Parameters
    ----------
    last_price : of the last dollar

    Examples
    --------
    >>> order_book.average_price_of_even_book(best_price=60_000, last_price=60_060).evalf(8)
    60029.995
    """
    if best_price == last_price:
        return best_price
    return (last_price - best_price) / sp.log(last_price / best_price)


# --- depth as a power law -------------------------------------------------------------------------


@formula(unit=USD)
def depth_within(*, distance: Any = ell, market_depth: Any = Z, depth_exponent: Any = beta) -> sp.Expr:
    """Return the dollars that stand within a distance from the middle, if depth is a power law.

    Parameters
    ----------
    market_depth : the dollars that would stand within a distance of 1. Nobody measures them there: fit the
        law near the middle, and use it no further than it was fitted.

    Examples
    --------
    >>> order_book.depth_within(distance=0.001, market_depth=4e9, depth_exponent=1)
    4000000.00000000
    """
    return market_depth * distance**depth_exponent


@formula(unit=ONE)
def last_distance(*, notional: Any = N, market_depth: Any = Z, depth_exponent: Any = beta) -> sp.Expr:
    """Return how far from the middle an order's last dollar is filled, as a fraction: (N/Z)^{1/β}.

    Examples
    --------
    >>> order_book.last_distance(notional=4e6, market_depth=4e9, depth_exponent=1)
    0.00100000000000000
    """
    return (notional / market_depth) ** (1 / depth_exponent)


@formula(unit=ONE)
def average_distance(*, notional: Any = N, market_depth: Any = Z, depth_exponent: Any = beta) -> sp.Expr:
    """Return how far from the middle an order is filled on average, as a fraction.

    It is β/(1+β) of the distance of the last dollar: half of it in an even book, two thirds where depth grows
    with the distance. It is the average over dollars; the one over coins differs by the square of it.

    Examples
    --------
    >>> order_book.average_distance(notional=4e6, market_depth=4e9, depth_exponent=1)
    0.000500000000000000
    """
    last = last_distance(notional=notional, market_depth=market_depth, depth_exponent=depth_exponent)
    return depth_exponent / (1 + depth_exponent) * last


@formula(unit=ONE)
def square_root_impact(
    *, notional: Any = N, volatility: Any = sigma, traded_volume: Any = V_Y, impact_factor: Any = Y
) -> sp.Expr:
    """Return by how much an order that is traded bit by bit moves the price, by the square-root law.

    An empirical law and no derivation: Y·σ·√(N/V). Volatility and volume must be of the same time; of a day
    or of a year is all the same.

    Notes
    -----
    Source: J. Donier and J. Bonart, https://arxiv.org/abs/1412.4503, who find the square root over four
    decades of size on bitcoin.

    Examples
    --------
    A million of 2.43 billion a day, at 69 % a year:

    >>> order_book.square_root_impact(
    ...     notional=1e6, volatility=0.69, traded_volume=365 * 2.43e9, impact_factor=1
    ... ).evalf(3)
    0.000733
    """
    return impact_factor * volatility * sp.sqrt(notional / traded_volume)


# --- spreads --------------------------------------------------------------------------------------


@formula(unit=ONE)
def trading_cost(*, side: Any = d, price: Any = S, fill_price: Any = X) -> sp.Expr:
    """Return what an order paid beyond the middle of the book, as a fraction of it.

    Parameters
    ----------
    side : +1 for an order that buys
    price : the middle just before the order
    fill_price : the order's average price

    Examples
    --------
    >>> order_book.trading_cost(side=SHORT, price=50_000, fill_price=49_990)
    1/5000
    """
    return side * (fill_price / price - 1)


@formula(unit=USD / BTC)
def effective_spread(*, side: Any = d, price: Any = S, fill_price: Any = X) -> sp.Expr:
    """Return twice what an order paid beyond the middle: the spread that it met, not the one on the screen.

    Parameters
    ----------
    side : +1 for an order that buys
    price : the middle just before the order
    fill_price : the order's average price

    Notes
    -----
    Source of the example: https://fincyclopedia.net/exchanges/tutorials/effective-bid-ask-spread-formula .

    Examples
    --------
    >>> order_book.effective_spread(side=LONG, price=25.475, fill_price=25.48).evalf(2)
    0.010
    """
    return 2 * side * (fill_price - price)


@formula(unit=USD / BTC)
def realised_spread(*, side: Any = d, fill_price: Any = X, later_price: Any = S_l) -> sp.Expr:
    """Return which part of an effective spread those who filled the order have kept a while later.

    Parameters
    ----------
    side : +1 for an order that buys

    Returns
    -------
    sympy expression
        Negative where the price went on against them: they have lost more than the spread.

    Examples
    --------
    >>> order_book.realised_spread(side=LONG, fill_price=102, later_price=101)
    2
    """
    return 2 * side * (fill_price - later_price)


@formula(unit=USD / BTC)
def price_impact(*, side: Any = d, price: Any = S, later_price: Any = S_l) -> sp.Expr:
    """Return the part of an effective spread that the price has moved to: effective less realised.

    Parameters
    ----------
    side : +1 for an order that buys
    price : the middle just before the order

    Examples
    --------
    >>> order_book.price_impact(side=LONG, price=100, later_price=101)
    2
    """
    return 2 * side * (later_price - price)


@formula(unit=USD / BTC)
def roll_spread(*, serial_covariance: Any = gamma_1) -> sp.Expr:
    """Return the spread that a series of trades betrays: 2·√(−γ₁), from the covariance of price changes.

    Trades that hop between bid and ask make each change undo the one before. Where orders come in streaks the
    covariance is positive, and the estimator has no answer.

    Raises
    ------
    ValueError
        If the covariance is positive.

    Notes
    -----
    Source: R. Roll (1984), https://doi.org/10.1111/j.1540-6261.1984.tb03897.x .

    Examples
    --------
    >>> order_book.roll_spread(serial_covariance=-0.06).evalf(4)
    0.4899
    """
    if serial_covariance.is_positive:
        raise ValueError(
            f"order_book.roll_spread: serial_covariance is {serial_covariance} (USD² per BTC²), and only a "
            "negative one says anything of a spread: these trades come in streaks, so measure the spread "
            "from quotes"
        )
    return 2 * sp.sqrt(-serial_covariance)


# --- stops ----------------------------------------------------------------------------------------


@formula(unit=USD / BTC)
def stop_fill_price(
    *,
    side: Any = d,
    notional: Any = N,
    stop_price: Any = S_stop,
    price_gap: Any = g,
    half_spread: Any = s,
    market_depth: Any = Z,
) -> sp.Expr:
    """Return the average price at which a stop order closes a position.

    The stop price is where the order wakes up. By then the price may have jumped past it, and the order then
    sweeps an even book, as in `waterfall.fill_price_in_book`.

    Parameters
    ----------
    side : of the position: +1 for a long, whose stop sells
    price_gap : how far beyond the stop the first price is, against the position

    Raises
    ------
    ValueError
        If a value is outside its domain, or the book has too little in it.

    Examples
    --------
    >>> round(order_book.stop_fill_price(
    ...     side=LONG, notional=1_000_000, stop_price=60_000, price_gap=0.001, half_spread=0,
    ...     market_depth=4e9
    ... ), 2)
    59932.51
    """
    return waterfall.fill_price_in_book(
        side=side,
        notional=notional,
        price=stop_price * (1 - side * price_gap),
        half_spread=half_spread,
        market_depth=market_depth,
    )


@formula(unit=USD)
def cascade_total(*, notional: Any = N, stop_density: Any = Z_S, market_depth: Any = Z) -> sp.Expr:
    """Return the dollars that are sold in the end when a sale sets off stops, in an even book.

    Each dollar that is sold moves the price by 1/Z and so sets off Z_S/Z dollars of stops. These do the same:
    a geometric series, N/(1 − Z_S/Z). It holds while the stops stand as densely all the way down, and nobody
    fills the book up again.

    Parameters
    ----------
    notional : of the first sale

    Returns
    -------
    sympy expression
        Infinity where stops stand as densely as the book or more so: there is no end.

    Examples
    --------
    >>> order_book.cascade_total(notional=1_000_000, stop_density=3e9, market_depth=4e9)
    4000000.00000000
    """
    if (stop_density - market_depth).is_nonnegative:
        return sp.oo
    return notional / (1 - stop_density / market_depth)


@formula(unit=ONE)
def cascade_fall(*, notional: Any = N, stop_density: Any = Z_S, market_depth: Any = Z) -> sp.Expr:
    """Return how far the price falls in such a cascade, as a fraction: `cascade_total` over the depth.

    Parameters
    ----------
    notional : of the first sale

    Examples
    --------
    >>> order_book.cascade_fall(notional=1_000_000, stop_density=3e9, market_depth=4e9)
    0.00100000000000000
    """
    total = cascade_total(notional=notional, stop_density=stop_density, market_depth=market_depth)
    return total / market_depth


@dataclass(frozen=True)
class Cascade:
    """A sale and all the stops that it set off.

    Parameters
    ----------
    rounds : tuple of Sweep
        The first sale, then in each round the stops that the round before had set off.
    waiting : tuple of (price in USD per BTC, size in USD)
        The stops that were not reached.
    unfilled : USD
        What the book could not take. It is 0 where the cascade ended by itself.
    """

    rounds: tuple[Sweep, ...]
    waiting: tuple[tuple[sp.Expr, sp.Expr], ...]
    unfilled: sp.Expr

    @property
    def sweep(self) -> Sweep:
        """All fills of all rounds as one."""
        return Sweep(tuple(fill for each in self.rounds for fill in each.fills))


def cascade(bids: Levels, stops: Levels, *, notional: Any) -> Cascade:
    """Sell into a book below which stop orders wait, and follow what they set off, round by round.

    A stop to sell wakes up when a trade takes place at its price or below, and is then a market order. Orders
    that wake up in one round are sold together. Nobody adds to the book meanwhile.

    Parameters
    ----------
    bids : pairs of (price in USD per BTC, size in USD), the best price first
    stops : pairs of (price that wakes it up in USD per BTC, size in USD), in any order
    notional : USD, of the first sale

    Raises
    ------
    ValueError
        If a number is outside its domain, the bids are not in order, or they hold less than the first sale.

    Examples
    --------
    >>> fall = order_book.cascade(
    ...     [(100, 50), (99, 50), (98, 50), (97, 50)], [(99, 60), (97, 10)], notional=60
    ... )
    >>> [round.notional for round in fall.rounds], fall.waiting, fall.unfilled
    ([60, 60], ((97, 10),), 0)
    """
    book = _side(bids)
    if any(after > before for (before, _), (after, _) in pairwise(book)):
        raise ValueError("bids don't begin with the best price: the highest comes first")
    waiting = [(_number("price", price), _number("notional", size)) for price, size in stops]
    rounds = [sweep(book, notional=notional)]
    unfilled = sp.Integer(0)
    while True:
        lowest = rounds[-1].last_price
        woken = sp.Add(*(size for price, size in waiting if price >= lowest))
        waiting = [stop for stop in waiting if stop[0] < lowest]
        book = _rest(book, rounds[-1].notional)
        filled = min(woken, sp.Add(*(size for _, size in book)))
        unfilled += woken - filled
        if filled == 0:
            return Cascade(tuple(rounds), tuple(waiting), unfilled)
        rounds.append(_taken(book, filled))


def _rest(side: tuple[tuple[sp.Expr, sp.Expr], ...], taken: sp.Expr) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    rest = []
    for price, size in side:
        left = size - min(size, taken)
        taken -= size - left
        if left > 0:
            rest.append((price, left))
    return tuple(rest)
