"""What an owner of coins holds together with futures and options on them, in coin and in dollars.

At expiry every leg is coins and dollars. A future that was sold owes a coin and has its dollars in hand, a
put below its strike does the same, a call above its strike holds a coin and owes dollars, and a premium is
coins. So between two strikes any strategy is a number of coins and a number of dollars, its `Stretch`: a
straight line in S when it is counted in dollars, and in 1/S when it is counted in coin. Nothing is derived
here: the legs pay what `contract` and `options` say.

The premium is paid in coin, out of the coins that are owned, and stays there when it is received.

``coins``
    what a leg is on, or what its owner has: BTC.
``strike``
    of an option; of a future the price at which it was traded, on coins·strike dollars.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import sympy as sp

from . import options
from .contract import profit_and_loss
from .notation import LONG, QUANTITIES, S_F, SHORT, C, K_o, K_s, S, d, p_o, p_so, sigma, tau
from .quantities import BTC, ONE, check_fields, checked, formula, one_of

__all__ = [
    "Extremes",
    "Leg",
    "Stretch",
    "coins_after_closing",
    "coins_at_expiry",
    "coins_before_expiry",
    "coins_per_coin",
    "dollars_at_expiry",
    "extremes",
    "flat_size",
    "leg_payoff",
    "legs_of",
    "stretches",
]

Instrument = Literal["future", "call", "put"]
Strategy = Literal["short hedge", "protective put", "put spread", "collar", "covered call"]


@formula(unit=BTC)
def leg_payoff(
    *,
    instrument: Instrument = "put",
    side: Any = d,
    coins: Any = C,
    strike: Any = K_o,
    option_premium: Any = None,
    price: Any = S,
) -> sp.Expr:
    """Return what a leg brings until its expiry, its premium included, in BTC.

    Parameters
    ----------
    side : +1 if it was bought, −1 if it was sold
    coins : that the leg is on; a future is on coins·strike dollars
    strike : of an option, or the price at which the future was traded
    option_premium : of an option; a future has none
    price : at expiry

    Raises
    ------
    ValueError
        If a value is outside its domain, or a future is given a premium.

    Examples
    --------
    >>> put = dict(instrument="put", side=LONG, coins=1, strike=60_000, option_premium=0.25)
    >>> float(strategies.leg_payoff(**put, price=30_000))
    0.75
    >>> strategies.leg_payoff(instrument="future", side=SHORT, coins=1, strike=60_000, price=30_000)
    1
    """
    one_of("instrument", instrument, Instrument)
    if instrument == "future":
        _refuse_premium("leg_payoff", option_premium)
        return profit_and_loss(side=side, notional=coins * strike, entry_price=strike, price=price)
    premium = p_o if option_premium is None else option_premium
    return side * coins * (options.payoff(option=instrument, strike=strike, price=price) - premium)


@formula(unit=ONE)
def coins_per_coin(
    *,
    strategy: Strategy = "collar",
    strike: Any = K_o,
    option_premium: Any = p_o,
    sold_strike: Any = K_s,
    sold_premium: Any = p_so,
    price: Any = S,
) -> sp.Expr:
    """Return the coins at expiry of an owner of one coin who follows a named strategy.

    Times S they are dollars. Short hedge: one coin sold forward at ``strike``. Protective put: a put bought.
    Put spread: and a lower put sold. Collar: a put bought and a higher call sold. Covered call: a call sold.

    Parameters
    ----------
    strike, option_premium : of the option that is bought; of a short hedge the price of the future
    sold_strike, sold_premium : of the option that is sold
    price : at expiry

    Raises
    ------
    ValueError
        If a value is outside its domain, or the sold strike lies on the wrong side of the bought one.

    Examples
    --------
    >>> collar = dict(strike=50_000, option_premium=0.05, sold_strike=80_000, sold_premium=0.05)
    >>> for price in (25_000, 60_000, 160_000):
    ...     coins = strategies.coins_per_coin(strategy="collar", **collar, price=price)
    ...     print(float(coins), float(coins * price))
    2.0 50000.0
    1.0 60000.0
    0.5 80000.0
    """
    legs = legs_of(
        strategy,
        strike=strike,
        option_premium=option_premium,
        sold_strike=sold_strike,
        sold_premium=sold_premium,
    )
    return coins_at_expiry(legs, coins=1, price=price)


@formula(unit=ONE)
def flat_size(*, option: options.Option = "put", option_premium: Any = p_o) -> sp.Expr:
    """Return how many options for each coin make the dollars beyond the strike flat.

    1/(1 + p) puts bought, or 1/(1 − p) calls sold. With one option for a coin the premium is still there
    beyond the strike, as coins: a put's floor lacks p coins, a covered call's cap has p of them. With this
    size no coin is left, and the dollars are `options.break_even_price`, whatever the price is.

    Parameters
    ----------
    option_premium : coins for an option on one coin; a call's below 1

    Raises
    ------
    ValueError
        If a value is outside its domain, or a call costs a coin or more.

    Examples
    --------
    >>> float(strategies.flat_size(option="put", option_premium=0.25))
    0.8
    >>> float(strategies.flat_size(option="call", option_premium=0.2))
    1.25
    """
    return options.break_even_price(option=option, option_premium=option_premium) / K_o


# --- legs -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leg:
    """A future or an option that is held to its expiry, or closed before.

    Parameters
    ----------
    instrument : ``"future"``, ``"call"`` or ``"put"``
    side : +1 if it was bought, −1 if it was sold
    strike : USD per BTC, positive; of a future the price at which it was traded
    option_premium : coins for an option on one coin, not negative; 0 for a future
    coins : BTC, positive, that it is on; a future is on coins·strike dollars

    Raises
    ------
    ValueError
        If a value is outside its domain, the instrument is unknown, or a future is given a premium.

    Examples
    --------
    >>> strategies.Leg("put", LONG, 60_000, sp.Rational(1, 4)).payoff(30_000)
    3/4
    """

    instrument: Instrument
    side: Any
    strike: Any
    option_premium: Any = field(default=sp.S.Zero)
    coins: Any = field(default=sp.S.One)

    def __post_init__(self) -> None:
        one_of("instrument", self.instrument, Instrument)
        check_fields(self)
        if self.instrument == "future":
            _refuse_premium("Leg", self.option_premium)

    def payoff(self, price: Any = S) -> sp.Expr:
        """Return what the leg brings until its expiry, its premium included, in BTC.

        Parameters
        ----------
        price : at expiry, USD per BTC, positive
        """
        return leg_payoff(
            instrument=self.instrument,
            side=self.side,
            coins=self.coins,
            strike=self.strike,
            option_premium=None if self.instrument == "future" else self.option_premium,
            price=price,
        )

    def closed(self, closing_price: Any) -> sp.Expr:
        """Return what the leg brings if it is closed before its expiry, in BTC, before fees.

        Parameters
        ----------
        closing_price : of an option its premium then, in coins for an option on one coin; of a future its
            price, USD per BTC
        """
        if self.instrument == "future":
            return self.payoff(closing_price)
        closing_price = QUANTITIES["option_premium"].check(closing_price)
        return self.side * self.coins * (closing_price - self.option_premium)


def legs_of(
    strategy: Strategy,
    *,
    strike: Any = K_o,
    option_premium: Any = p_o,
    sold_strike: Any = K_s,
    sold_premium: Any = p_so,
    coins: Any = 1,
) -> list[Leg]:
    """Return the legs of a named strategy; what it is made of, `coins_per_coin` says.

    Parameters
    ----------
    strategy : one of the names that `coins_per_coin` explains
    strike, sold_strike : USD per BTC, positive
    option_premium, sold_premium : coins for an option on one coin, not negative
    coins : BTC, positive: what each leg is on

    Raises
    ------
    ValueError
        If a value is outside its domain, or the sold strike lies on the wrong side of the bought one.

    Examples
    --------
    >>> [leg.instrument for leg in strategies.legs_of("put spread")]
    ['put', 'put']
    """
    one_of("strategy", strategy, Strategy)
    strike, sold_strike = checked(strike=strike, sold_strike=sold_strike)
    below = strategy == "put spread"
    misplaced = strike <= sold_strike if below else strike >= sold_strike
    if strategy in ("put spread", "collar") and misplaced == sp.true:  # of symbols it is neither
        raise ValueError(
            f"strategies.legs_of: sold_strike is {sold_strike} and strike {strike} (USD per BTC), but a "
            f"{strategy} sells the {'lower' if below else 'higher'} one: exchange them"
        )
    bought = Leg("put", LONG, strike, option_premium, coins)
    sold = Leg("put" if below else "call", SHORT, sold_strike, sold_premium, coins)
    return {
        "short hedge": [Leg("future", SHORT, strike, coins=coins)],
        "protective put": [bought],
        "put spread": [bought, sold],
        "collar": [bought, sold],
        "covered call": [sold],
    }[strategy]


# --- what they come to ----------------------------------------------------------------------------


def coins_at_expiry(legs: Iterable[Leg], *, coins: Any = C, price: Any = S) -> sp.Expr:
    """Return the coins of an owner when all legs expire, in BTC.

    Parameters
    ----------
    legs : Leg objects, all of one expiry
    coins : owned at the start, BTC, positive
    price : at expiry, USD per BTC, positive

    Examples
    --------
    >>> short = [strategies.Leg("future", SHORT, 60_000)]
    >>> strategies.coins_at_expiry(short, coins=1)
    60000/S
    """
    coins, price = checked(coins=coins, price=price)
    return sp.expand(coins + sp.Add(*(leg.payoff(price) for leg in legs)))


def dollars_at_expiry(legs: Iterable[Leg], *, coins: Any = C, price: Any = S) -> sp.Expr:
    """Return what those coins are worth at expiry, in USD. Parameters as for `coins_at_expiry`.

    Examples
    --------
    >>> short = [strategies.Leg("future", SHORT, 60_000)]
    >>> strategies.dollars_at_expiry(short, coins=1)
    60000
    """
    (price,) = checked(price=price)
    return sp.expand(coins_at_expiry(legs, coins=coins, price=price) * price)


def coins_before_expiry(
    legs: Iterable[Leg],
    *,
    coins: Any = C,
    futures_price: Any = S_F,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
) -> sp.Expr:
    """Return the coins of an owner before the legs expire, with options at Black's price, in BTC.

    Parameters
    ----------
    legs : Leg objects, all of one expiry
    coins : owned at the start, BTC, positive
    futures_price : of the future of that expiry, now, USD per BTC, positive
    volatility : of all options, per √year, positive: a smile has one for each strike
    time_to_expiry : years, positive

    Examples
    --------
    >>> put = [strategies.Leg("put", LONG, 85_000, 0.0155)]
    >>> market = dict(futures_price=63_761.81, volatility=0.7768, time_to_expiry=21.4377 / 365)
    >>> round(float(strategies.coins_before_expiry(put, coins=1, **market)), 3)
    1.324
    """
    (coins,) = checked(coins=coins)
    brought = (
        leg.payoff(futures_price)
        if leg.instrument == "future"
        else leg.side
        * leg.coins
        * (
            options.price(
                option=leg.instrument,
                futures_price=futures_price,
                strike=leg.strike,
                volatility=volatility,
                time_to_expiry=time_to_expiry,
            )
            - leg.option_premium
        )
        for leg in legs
    )
    return coins + sp.Add(*brought)


def coins_after_closing(legs: Sequence[Leg], closing_prices: Sequence[Any], *, coins: Any = C) -> sp.Expr:
    """Return the coins of an owner who closes all legs before they expire, in BTC, before fees.

    Parameters
    ----------
    legs : Leg objects
    closing_prices : one for each leg: as for `Leg.closed`
    coins : owned at the start, BTC, positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or there is not one closing price for each leg.

    Examples
    --------
    >>> collar = strategies.legs_of(
    ...     "collar", strike=85_000, option_premium=0.0155, sold_strike=105_000, sold_premium=0.019
    ... )
    >>> round(float(strategies.coins_after_closing(collar, [0.3335, 0.0015], coins=1)), 4)
    1.3355
    """
    (coins,) = checked(coins=coins)
    if len(legs) != len(closing_prices):
        raise ValueError(
            f"strategies.coins_after_closing: there are {len(legs)} legs and {len(closing_prices)} "
            "closing_prices: give one for each leg"
        )
    return coins + sp.Add(*(leg.closed(at) for leg, at in zip(legs, closing_prices, strict=True)))


# --- between the strikes --------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """What is held between two strikes: coins and dollars, whatever the price between them is.

    Parameters
    ----------
    low, high : USD per BTC; 0 below the first strike, `sympy.oo` above the last
    coins, dollars : BTC and USD, exact if the legs are; negative where they are owed
    """

    low: sp.Expr
    high: sp.Expr
    coins: sp.Expr
    dollars: sp.Expr


def stretches(legs: Iterable[Leg], *, coins: Any = C) -> list[Stretch]:
    """Return what is held at expiry on each stretch between two strikes, from the lowest prices up.

    Parameters
    ----------
    legs : Leg objects, all of one expiry, with numbers for strikes; the rest may be symbols
    coins : owned at the start, BTC, positive

    Raises
    ------
    ValueError
        If a strike is no number: it decides which stretch comes first.

    Examples
    --------
    Below its strike the put's owner lacks the premium, in coins, and has the strike, in dollars:

    >>> put = [strategies.Leg("put", LONG, 60_000, p_o)]
    >>> for each in strategies.stretches(put, coins=1):
    ...     print(each.low, each.high, each.coins, each.dollars)
    0 60000 -p_o 60000
    60000 oo 1 - p_o 0
    """
    legs = list(legs)
    for leg in legs:
        if not leg.strike.is_number:
            raise ValueError(
                f"strategies.stretches: strike is {leg.strike} (USD per BTC), but must be a number: it says "
                "where a stretch begins"
            )
    # Decimals are taken for what is written, so that premiums which cancel leave nothing.
    dollars = sp.nsimplify(dollars_at_expiry(legs, coins=coins), rational=True)
    strikes = {sp.nsimplify(leg.strike, rational=True) for leg in legs if leg.instrument != "future"}
    ends = [sp.S.Zero, *sorted(strikes), sp.oo]
    found = []
    for low, high in pairwise(ends):
        near, far = _two_prices(low, high)
        at_near, at_far = dollars.subs(S, near), dollars.subs(S, far)
        held = sp.expand((at_far - at_near) / (far - near))
        found.append(Stretch(low, high, held, sp.expand(at_near - held * near)))
    return found


@dataclass(frozen=True)
class Extremes:
    """The fewest and the most that is held at expiry over a range of prices, counted in either unit.

    Parameters
    ----------
    fewest_coins, most_coins : BTC
    fewest_dollars, most_dollars : USD
    """

    fewest_coins: sp.Expr
    most_coins: sp.Expr
    fewest_dollars: sp.Expr
    most_dollars: sp.Expr


def extremes(legs: Iterable[Leg], *, coins: Any = C, low: Any = 0, high: Any = sp.oo) -> Extremes:
    """Return the fewest and the most coins and dollars at expiry, over a range of prices.

    Each stretch is monotone in either unit, so only its ends are looked at. An end of the range at 0 or at
    infinity is a limit: no price reaches it, and what is held there is not reached either, only come near to.

    Parameters
    ----------
    legs : Leg objects, all of one expiry, with numbers throughout
    coins : owned at the start, BTC, positive
    low, high : of the range, USD per BTC: 0 or more, and more than that, up to `sympy.oo`

    Raises
    ------
    ValueError
        If a value is no number, or the range is empty.

    Examples
    --------
    A coin with a put: the fewest dollars are at the strike, the fewest coins above it.

    >>> put = [strategies.Leg("put", LONG, 60_000, sp.Rational(1, 20))]
    >>> found = strategies.extremes(put, coins=1)
    >>> found.fewest_dollars, found.fewest_coins, found.most_coins
    (57000, 19/20, oo)
    """
    low, high = (sp.nsimplify(sp.sympify(end), rational=True) for end in (low, high))
    if not (low.is_extended_nonnegative and (high - low).is_extended_positive):
        raise ValueError(
            f"strategies.extremes: the range is {low} to {high} (USD per BTC), but must begin at 0 or "
            "more and end above: give low < high"
        )
    in_coins: list[sp.Expr] = []
    in_dollars: list[sp.Expr] = []
    for each in stretches(legs, coins=coins):
        if not (each.coins.is_number and each.dollars.is_number):
            raise ValueError(
                f"strategies.extremes: {each.coins} coins and {each.dollars} dollars are held from "
                f"{each.low} USD per BTC, still formulas: give numbers for coins, premiums and sizes"
            )
        start, stop = sp.Max(low, each.low), sp.Min(high, each.high)
        for end in (start, stop) if start <= stop else ():
            in_dollars.append(each.dollars + (each.coins * end if each.coins else 0))
            in_coins.append(each.coins + (each.dollars * (1 / end if end else sp.oo) if each.dollars else 0))
    return Extremes(min(in_coins), max(in_coins), min(in_dollars), max(in_dollars))


def _two_prices(low: sp.Expr, high: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    if high is sp.oo:
        return low + 1, low + 2
    return low + (high - low) / 3, low + 2 * (high - low) / 3


def _refuse_premium(function: str, premium: Any) -> None:
    # A symbol may stand for nothing.
    if premium is not None and premium.is_zero is False:
        raise ValueError(
            f"strategies.{function}: option_premium is {premium} coins, but a future costs nothing when it "
            "is traded: leave it out, or take a call or a put"
        )
