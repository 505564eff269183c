"""Options that are paid in the coin they are written on.

The payoff is the dollars of an ordinary option, divided by the price at expiry. So a call pays less than one
coin, and a put may pay any number. The price is Black's in dollars, divided by the price now. Or, the same:
a call is K puts on the dollar, which costs 1/S coins, and Black's formula is true in coin as it stands.

Everything here is for an option on one coin, in coins. The price of the future, not of the coin, enters: the
dollar rate is in their ratio. Venues take no interest on coins, `coin_rate` 0; then the discount factor is 1.

``option``
    ``"call"`` or ``"put"``.
``coin_rate``
    what lent coins earn a year, continuously compounded; 0 unless given.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Literal

import mpmath
import sympy as sp

from .notation import S_F, K_o, S, p_o, sigma, tau
from .quantities import BTC, ONE, USD, YEAR, formula, number, one_of

__all__ = [
    "Arbitrage",
    "Quote",
    "black_delta",
    "black_gamma",
    "break_even_price",
    "calendar_arbitrages",
    "gamma_in_coin",
    "implied_volatility",
    "net_delta",
    "parity",
    "payoff",
    "price",
    "realised_volatility",
    "smile_arbitrages",
    "theta_in_coin",
    "vega_in_coin",
]

Option = Literal["call", "put"]
OPTIONS: tuple[Option, Option] = ("call", "put")


@formula(unit=ONE)
def payoff(*, option: Option = "call", strike: Any = K_o, price: Any = S) -> sp.Expr:
    """Return what an option pays at expiry, in coins.

    Parameters
    ----------
    price : the delivery price

    Notes
    -----
    Source: Deribit, "Options", https://www.deribit.com/kb/options .

    Examples
    --------
    >>> options.payoff(strike=12_000, price=15_000), options.payoff(option="put", strike=15_000, price=12_000)
    (1/5, 1/4)
    """
    return sp.Max(0, _sign(option) * (1 - strike / price))


@formula(unit=ONE)
def price(
    *,
    option: Option = "call",
    futures_price: Any = S_F,
    strike: Any = K_o,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
    coin_rate: Any = 0,
) -> sp.Expr:
    """Return the price of an option in coins.

    D·(N(d₁) − (K/F)·N(d₂)) for a call, D·((K/F)·N(−d₂) − N(−d₁)) for a put, with d₁ = ln(F/K)/(σ√τ) + σ√τ/2,
    d₂ = d₁ − σ√τ, and the discount factor D = e^{−qτ} of the coin.

    Parameters
    ----------
    futures_price, strike : of the future that expires with the option
    volatility : positive
    time_to_expiry : positive: at expiry take `payoff`

    Raises
    ------
    ValueError
        If a value is outside its domain, or no volatility or no time is left.

    Notes
    -----
    Source: F. Black, "The pricing of commodity contracts", Journal of Financial Economics 3 (1976) 167,
    divided by the price; agrees with Deribit's and OKX's marks.

    Examples
    --------
    >>> ticker = dict(futures_price=30_220.5, strike=60_000, volatility=0.677, time_to_expiry=0.3286073)
    >>> round(float(options.price(**ticker)), 5)
    0.00835
    """
    d_1, d_2 = _distances("price", futures_price, strike, volatility, time_to_expiry)
    sign = _sign(option)
    undiscounted = sign * (_normal(sign * d_1) - strike / futures_price * _normal(sign * d_2))
    return _discount(coin_rate, time_to_expiry) * undiscounted


@formula(unit=ONE)
def parity(
    *, futures_price: Any = S_F, strike: Any = K_o, time_to_expiry: Any = tau, coin_rate: Any = 0
) -> sp.Expr:
    """Return by how much a call is dearer than the put of its strike, in coins: D·(1 − K/F).

    No model is needed. Owning the call and owing the put is a long future at the strike.

    Examples
    --------
    >>> options.parity(futures_price=10_000, strike=12_000)
    -1/5
    """
    return _discount(coin_rate, time_to_expiry) * (1 - strike / futures_price)


@formula(unit=ONE)
def black_delta(
    *,
    option: Option = "call",
    futures_price: Any = S_F,
    strike: Any = K_o,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
    coin_rate: Any = 0,
) -> sp.Expr:
    """Return the coins that hedge the dollar price of an option: D·N(d₁), and −D·N(−d₁) for a put.

    It is what venues show as delta. Who counts in coins hedges with `net_delta`.

    Examples
    --------
    >>> ticker = dict(futures_price=30_220.5, strike=60_000, volatility=0.677, time_to_expiry=0.3286073)
    >>> round(float(options.black_delta(**ticker)), 5)
    0.05784
    """
    d_1, _ = _distances("black_delta", futures_price, strike, volatility, time_to_expiry)
    sign = _sign(option)
    return _discount(coin_rate, time_to_expiry) * sign * _normal(sign * d_1)


@formula(unit=ONE)
def net_delta(
    *,
    option: Option = "call",
    futures_price: Any = S_F,
    strike: Any = K_o,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
    coin_rate: Any = 0,
) -> sp.Expr:
    """Return the coins that hedge the coin price of an option: F times its derivative, D·(K/F)·N(d₂).

    It is `black_delta` less the price: the option itself is coins, and they move with the coin. Deribit calls
    it net transaction delta, OKX delta in coin, a currency desk the premium-adjusted delta. For a put it is
    −D·(K/F)·N(−d₂). A deep call's is K/F: one coin less K dollars.

    Examples
    --------
    >>> at_the_money = dict(futures_price=50_000, strike=50_000, volatility=0.6, time_to_expiry=7 / 365)
    >>> round(float(options.black_delta(**at_the_money)), 6)
    0.516569
    >>> round(float(options.net_delta(**at_the_money)), 6)
    0.483431
    """
    _, d_2 = _distances("net_delta", futures_price, strike, volatility, time_to_expiry)
    sign = _sign(option)
    return _discount(coin_rate, time_to_expiry) * sign * strike / futures_price * _normal(sign * d_2)


@formula(unit=BTC / USD)
def black_gamma(
    *,
    futures_price: Any = S_F,
    strike: Any = K_o,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
    coin_rate: Any = 0,
) -> sp.Expr:
    """Return how `black_delta` changes with the price, per USD; the same for a call and a put.

    Examples
    --------
    >>> ticker = dict(futures_price=23_227.53, strike=20_000, volatility=0.7212, time_to_expiry=0.0551909)
    >>> round(float(options.black_gamma(**ticker)), 5)
    6e-05
    """
    d_1, _ = _distances("black_gamma", futures_price, strike, volatility, time_to_expiry)
    deviation = volatility * sp.sqrt(time_to_expiry)
    return _discount(coin_rate, time_to_expiry) * _density(d_1) / (futures_price * deviation)


@formula(unit=ONE)
def gamma_in_coin(
    *,
    option: Option = "call",
    futures_price: Any = S_F,
    strike: Any = K_o,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
    coin_rate: Any = 0,
) -> sp.Expr:
    """Return F² times the second derivative of the coin price: F·Γ − 2·net delta.

    Negative for a call that is far enough in the money, whose coin price bends down towards one coin. That is
    the bare price. A call that is hedged with the inverse future gains ½F·Γ·(move)² whichever way the price
    goes, because the hedge bends too. OKX shows this number as gamma.

    Examples
    --------
    >>> deep = dict(strike=33_000, futures_price=39_016.81, volatility=1.5552, time_to_expiry=0.0025104)
    >>> round(float(options.gamma_in_coin(**deep)), 3)
    -1.195
    """
    market: dict[str, Any] = {
        "futures_price": futures_price,
        "strike": strike,
        "volatility": volatility,
        "time_to_expiry": time_to_expiry,
        "coin_rate": coin_rate,
    }
    return futures_price * black_gamma(**market) - 2 * net_delta(option=option, **market)


@formula(unit=sp.sqrt(YEAR))
def vega_in_coin(
    *,
    futures_price: Any = S_F,
    strike: Any = K_o,
    volatility: Any = sigma,
    time_to_expiry: Any = tau,
    coin_rate: Any = 0,
) -> sp.Expr:
    """Return how the coin price changes with the volatility; the same for a call and a put.

    Venues show it in dollars for one point of volatility: times the coin's price, divided by 100.

    Examples
    --------
    >>> ticker = dict(futures_price=30_220.5, strike=60_000, volatility=0.677, time_to_expiry=0.3286073)
    >>> round(float(30_220.5 * options.vega_in_coin(**ticker) / 100), 3)
    20.052
    """
    d_1, _ = _distances("vega_in_coin", futures_price, strike, volatility, time_to_expiry)
    return _discount(coin_rate, time_to_expiry) * sp.sqrt(time_to_expiry) * _density(d_1)


@formula(unit=1 / YEAR)
def theta_in_coin(
    *, futures_price: Any = S_F, strike: Any = K_o, volatility: Any = sigma, time_to_expiry: Any = tau
) -> sp.Expr:
    """Return how the coin price changes with time, without interest: −½σ²F·Γ, for a call and a put.

    The dollar gamma pays for it, not the coin gamma: F·Γ is the second derivative with respect to 1/F, in
    which the price of a dollar, and the hedge with inverse futures, are straight lines. Venues show it in
    dollars for one day: times the coin's price, divided by 365.

    Examples
    --------
    >>> ticker = dict(futures_price=30_220.5, strike=60_000, volatility=0.677, time_to_expiry=0.3286073)
    >>> round(float(30_220.5 * options.theta_in_coin(**ticker) / 365), 3)
    -5.659
    """
    gamma = black_gamma(
        futures_price=futures_price, strike=strike, volatility=volatility, time_to_expiry=time_to_expiry
    )
    return -(volatility**2) * futures_price * gamma / 2


@formula(unit=USD / BTC)
def break_even_price(*, option: Option = "call", strike: Any = K_o, option_premium: Any = p_o) -> sp.Expr:
    """Return the price at expiry from which on a bought option has won, counted in coins.

    K/(1 − premium) for a call, K/(1 + premium) for a put: the premium is coins, and they move too. Who counts
    the premium in dollars of the day of purchase has strike ± premium × price of that day.

    Parameters
    ----------
    option_premium : coins for an option on one coin, not negative; a call's below 1, the most that it pays

    Raises
    ------
    ValueError
        If a value is outside its domain, or a call costs a coin or more, which it can never earn back.

    Examples
    --------
    >>> float(options.break_even_price(option="call", strike=12_000, option_premium=0.25))
    16000.0
    >>> float(options.break_even_price(option="put", strike=12_000, option_premium=0.25))
    9600.0
    """
    left = 1 - _sign(option) * option_premium
    if left.is_nonpositive:
        raise ValueError(
            f"options.break_even_price: option_premium is {option_premium}, and a call in coin pays less "
            "than one coin, so it never earns that back: give a premium below 1"
        )
    return strike / left


def implied_volatility(
    *,
    option: Option = "call",
    option_premium: Any,
    futures_price: Any,
    strike: Any,
    time_to_expiry: Any,
    coin_rate: Any = 0,
) -> float:
    """Return the volatility at which `price` is the premium, per √year.

    Parameters
    ----------
    option : ``"call"`` or ``"put"``
    option_premium : coins for an option on one coin, a number
    futures_price, strike : USD per BTC, positive numbers
    time_to_expiry : years, a positive number
    coin_rate : per year, a real number

    Raises
    ------
    ValueError
        If there is none: the premium is at or below what the option is worth without any volatility, or at or
        above what it could be worth at most, one coin for a call and K/F coins for a put, discounted.

    Examples
    --------
    >>> trade = dict(futures_price=8994.95, strike=8750, time_to_expiry=0.00272006)
    >>> round(options.implied_volatility(option_premium=0.028, **trade), 3)
    0.385
    """
    market = {
        "option": option,
        "futures_price": futures_price,
        "strike": strike,
        "time_to_expiry": time_to_expiry,
        "coin_rate": coin_rate,
    }
    paid = number(option_premium)
    factor = number(_discount(sp.sympify(coin_rate), sp.sympify(time_to_expiry)))
    ratio = number(sp.sympify(strike) / futures_price)
    least = factor * max(0.0, number(_sign(option)) * (1 - ratio))
    most = factor * (1.0 if option == "call" else ratio)
    # A premium that is the bound itself may miss it by the last digit of a float.
    if not least * (1 + 1e-12) < paid < most * (1 - 1e-12):
        raise ValueError(
            f"options.implied_volatility: option_premium is {paid}, which no volatility gives: it must lie "
            f"between {least:.6g} coins, the worth without any, and {most:.6g} coins, the most it can be"
        )
    worth = sp.lambdify(sigma, price(**market, volatility=sigma) - paid, "mpmath")
    # The price rises with the volatility, so bisection finds the root. Far from the strike the price is the
    # small difference of two large parts, for which the digits of a float do not suffice.
    with mpmath.workdps(40):
        low, high = mpmath.mpf("1e-3"), mpmath.mpf(1)
        while worth(high) < 0:
            high *= 2
        while worth(low) > 0:
            low /= 2
        return float(
            mpmath.findroot(worth, (low, high), solver="bisect", tol=1e-12, maxsteps=200, verify=False)
        )


def realised_volatility(prices: Iterable[Any], *, periods_per_year: Any = 365) -> float:
    """Return the volatility of a series of prices, per √year: the same for S and for 1/S.

    The root of the mean square of the logarithms of successive ratios, times √periods. No mean is taken off:
    in a sample of months it is mostly noise.

    Parameters
    ----------
    prices : two or more positive numbers, one a period
    periods_per_year : positive

    Raises
    ------
    ValueError
        If there are fewer than two prices, or one is no positive number.

    Examples
    --------
    >>> prices = [60_000, 63_000, 58_000, 61_000]
    >>> round(options.realised_volatility(prices), 4)
    1.1962
    >>> round(options.realised_volatility([1 / price for price in prices]), 4)
    1.1962
    """
    series = [_positive("realised_volatility", "a price", price) for price in prices]
    periods = _positive("realised_volatility", "periods_per_year", periods_per_year)
    if len(series) < 2:
        raise ValueError(
            f"options.realised_volatility: {len(series)} price has no change in it: give two or more"
        )
    squares = [math.log(now / before) ** 2 for before, now in pairwise(series)]
    return math.sqrt(periods * math.fsum(squares) / len(squares))


# --- what quotes may not say ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Quote:
    """What an option on one coin can be sold and bought for.

    Parameters
    ----------
    option : ``"call"`` or ``"put"``
    strike : USD per BTC, positive
    bid, ask : coins, not negative, or None where nobody bids or asks

    Raises
    ------
    ValueError
        If the bid is above the ask: such quotes are old, of two moments, or exchanged; or if a value is
        outside its domain.
    """

    option: Option
    strike: float
    bid: float | None
    ask: float | None

    def __post_init__(self) -> None:
        _sign(self.option)
        _positive("Quote", "strike", self.strike)
        for name, coins in (("bid", self.bid), ("ask", self.ask)):
            if coins is not None and not 0 <= coins < math.inf:
                raise ValueError(
                    f"options.Quote: {name} is {coins}, but a price in coins is 0 or more; "
                    "None where there is none"
                )
        if self.bid is not None and self.ask is not None and self.bid > self.ask:
            raise ValueError(
                f"options.Quote: the quotes of the {self.option} of {self.strike:g} cross, "
                f"bid {self.bid} above ask {self.ask}: take both from one moment"
            )


@dataclass(frozen=True)
class Arbitrage:
    """A trade that quotes allow and that cannot lose.

    Parameters
    ----------
    kind : ``"bound"``, ``"parity"``, ``"spread"``, ``"butterfly"`` or ``"calendar"``
    option : ``"call"``, ``"put"``, or ``"both"`` for parity
    strikes : USD per BTC, growing
    gain : coins that are sure, before fees
    """

    kind: Literal["bound", "parity", "spread", "butterfly", "calendar"]
    option: Literal["call", "put", "both"]
    strikes: tuple[float, ...]
    gain: float


def smile_arbitrages(quotes: Sequence[Quote], *, futures_price: Any) -> list[Arbitrage]:
    """Return the trades within one expiry that cannot lose, in coins, the largest gain first.

    What is sold brings its bid, what is bought costs its ask, and the inverse future is traded at its price.
    Per strike, in coin, a call's price lies between max(0, 1 − K/F) and 1, falls, by at most 1/F a dollar,
    and is convex; a put's mirrors it with K/F; and their difference is `parity`.

    Parameters
    ----------
    quotes : of one expiry, each option and strike once
    futures_price : USD per BTC, of the future that expires with the options

    Raises
    ------
    ValueError
        If an option is quoted twice, or the price is not positive.

    Notes
    -----
    Coins earn no interest here, as venues reckon. Fees and the sizes behind the quotes are not counted.

    Examples
    --------
    >>> asks = {80: 0.3, 90: 0.29, 100: 0.2}
    >>> chain = [options.Quote("call", strike, ask, ask) for strike, ask in asks.items()]
    >>> (found,) = options.smile_arbitrages(chain, futures_price=100)
    >>> found.kind, found.strikes, round(found.gain, 6)
    ('butterfly', (80, 90, 100), 0.04)
    """
    future = _positive("smile_arbitrages", "futures_price", futures_price)
    found: list[Arbitrage] = []

    def note(kind: Any, option: Any, strikes: tuple[float, ...], gain: float) -> None:
        if gain > _NO_GAIN:
            found.append(Arbitrage(kind, option, strikes, gain))

    sides = {option: _by_strike(quotes, option) for option in OPTIONS}
    for option, chain in sides.items():
        sign = number(_sign(option))
        for quote in chain:
            strike = quote.strike
            if quote.ask is not None:
                note("bound", option, (strike,), max(0.0, sign * (1 - strike / future)) - quote.ask)
            if quote.bid is not None:
                note("bound", option, (strike,), quote.bid - (1.0 if option == "call" else strike / future))
        for low, high in combinations(chain, 2):
            # The dearer one of the two, and the other: a call's price falls with the strike, a put's rises.
            dear, cheap = (low, high) if option == "call" else (high, low)
            at = (low.strike, high.strike)
            if cheap.bid is not None and dear.ask is not None:
                note("spread", option, at, cheap.bid - dear.ask)
            if dear.bid is not None and cheap.ask is not None:
                note("spread", option, at, dear.bid - cheap.ask - (high.strike - low.strike) / future)
        for low, middle, high in combinations(chain, 3):
            if middle.bid is None or low.ask is None or high.ask is None:
                continue
            weight = (high.strike - middle.strike) / (high.strike - low.strike)
            wings = weight * low.ask + (1 - weight) * high.ask
            note("butterfly", option, (low.strike, middle.strike, high.strike), middle.bid - wings)
    puts = {quote.strike: quote for quote in sides["put"]}
    for call in sides["call"]:
        put = puts.get(call.strike)
        if put is None:
            continue
        worth = 1 - call.strike / future
        if call.bid is not None and put.ask is not None:
            note("parity", "both", (call.strike,), call.bid - put.ask - worth)
        if call.ask is not None and put.bid is not None:
            note("parity", "both", (call.strike,), worth - call.ask + put.bid)
    return sorted(found, key=lambda each: -each.gain)


def calendar_arbitrages(
    near: Sequence[Quote], far: Sequence[Quote], *, near_futures_price: Any, far_futures_price: Any
) -> list[Arbitrage]:
    """Return where a near option is dearer than a far one of the same K/F, the largest gain first.

    A far option whose strike is the same multiple of its future is worth at least as much, as long as the
    ratio of the two futures stays what it is. Where the far expiry has no such strike, its two neighbours are
    bought in the parts that give it: they are worth at least as much again.

    Parameters
    ----------
    near, far : quotes of two expiries
    near_futures_price, far_futures_price : USD per BTC, of their futures

    Returns
    -------
    list of Arbitrage
        The strikes are the near one and the one or two far ones.

    Raises
    ------
    ValueError
        If an option is quoted twice in one expiry, or a price is not positive.

    Examples
    --------
    >>> near, far = ([options.Quote("call", 100, price, price)] for price in (0.08, 0.06))
    >>> (found,) = options.calendar_arbitrages(near, far, near_futures_price=100, far_futures_price=100)
    >>> found.kind, round(found.gain, 6)
    ('calendar', 0.02)
    """
    ratio = _positive("calendar_arbitrages", "far_futures_price", far_futures_price) / _positive(
        "calendar_arbitrages", "near_futures_price", near_futures_price
    )
    found: list[Arbitrage] = []
    for option in OPTIONS:
        asked = [(quote.strike, quote.ask) for quote in _by_strike(far, option) if quote.ask is not None]
        for quote in _by_strike(near, option):
            if quote.bid is None:
                continue
            strike = quote.strike * ratio
            trades = [(quote.bid - ask, (at,)) for at, ask in asked if math.isclose(at, strike)] + [
                (quote.bid - (w * low_ask + (1 - w) * high_ask), (low, high))
                for (low, low_ask), (high, high_ask) in combinations(asked, 2)
                if low < strike < high
                for w in [(high - strike) / (high - low)]
            ]
            gain, strikes = max(trades, default=(0.0, ()))
            if gain > _NO_GAIN:
                found.append(Arbitrage("calendar", option, (quote.strike, *strikes), gain))
    return sorted(found, key=lambda each: -each.gain)


_NO_GAIN = 1e-12
"""Coins: what the last digit of a float may feign."""


def _by_strike(quotes: Sequence[Quote], option: Option) -> list[Quote]:
    chain = sorted((quote for quote in quotes if quote.option == option), key=lambda quote: quote.strike)
    for low, high in pairwise(chain):
        if low.strike == high.strike:
            raise ValueError(
                f"options: the {option} of {low.strike:g} is quoted twice: give each option once"
            )
    return chain


def _positive(function: str, name: str, value: Any) -> float:
    found = float(value)
    if not 0 < found < math.inf:
        raise ValueError(f"options.{function}: {name} is {value}, but must be positive and finite")
    return found


def _sign(option: Option) -> sp.Expr:
    return sp.S.One if one_of("option", option, Option) == "call" else sp.S.NegativeOne


def _discount(coin_rate: Any, time_to_expiry: Any) -> sp.Expr:
    return sp.exp(-coin_rate * time_to_expiry)


def _normal(x: sp.Expr) -> sp.Expr:
    return (1 + sp.erf(x / sp.sqrt(2))) / 2


def _density(x: sp.Expr) -> sp.Expr:
    return sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)


def _distances(
    function: str, futures_price: sp.Expr, strike: sp.Expr, volatility: sp.Expr, time_to_expiry: sp.Expr
) -> tuple[sp.Expr, sp.Expr]:
    for name, value in (("volatility", volatility), ("time_to_expiry", time_to_expiry)):
        if value.is_zero:
            raise ValueError(
                f"options.{function}: {name} is 0, and then the option is worth its payoff and nothing else: "
                "take options.payoff at the future's price"
            )
    deviation = volatility * sp.sqrt(time_to_expiry)
    d_1 = sp.log(futures_price / strike) / deviation + deviation / 2
    return d_1, d_1 - deviation
