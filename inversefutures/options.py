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

from typing import Any, Literal

import mpmath
import sympy as sp

from .notation import S_F, K_o, S, p_o, sigma, tau
from .quantities import BTC, ONE, USD, YEAR, formula, number, one_of

__all__ = [
    "black_delta",
    "black_gamma",
    "break_even_price",
    "gamma_in_coin",
    "implied_volatility",
    "net_delta",
    "parity",
    "payoff",
    "price",
    "theta_in_coin",
    "vega_in_coin",
]

Option = Literal["call", "put"]


@formula(unit=ONE)
def payoff(*, option: Option = "call", strike: Any = K_o, price: Any = S) -> sp.Expr:
    """Return what an option pays at expiry, in coins.

    Parameters
    ----------
    strike, price : the price is the delivery price

    Notes
    -----
    Source: Deribit, "Options", https://www.deribit.com/kb/options .

    Examples
    --------
    >>> options.payoff(strike=12_000, price=15_000)
    1/5
    >>> options.payoff(option="put", strike=15_000, price=12_000)
    1/4
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
    time_to_expiry : at expiry take `payoff`

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
    """Return the coins that hedge the DOLLAR price of an option: D·N(d₁), and −D·N(−d₁) for a put.

    It is what venues show as delta. Who counts in coins hedges with `net_delta`.

    Parameters
    ----------
    option, futures_price, strike, volatility, time_to_expiry, coin_rate : as in `price`

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
    """Return the coins that hedge the COIN price of an option: F times its derivative, D·(K/F)·N(d₂).

    It is `black_delta` less the price: the option itself is coins, and they move with the coin. Deribit calls
    it net transaction delta, OKX delta in coin, a currency desk the premium-adjusted delta. For a put it is
    −D·(K/F)·N(−d₂). A deep call's is K/F: one coin less K dollars.

    Parameters
    ----------
    option, futures_price, strike, volatility, time_to_expiry, coin_rate : as in `price`

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

    Parameters
    ----------
    futures_price, strike, volatility, time_to_expiry, coin_rate : as in `price`

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

    Parameters
    ----------
    option, futures_price, strike, volatility, time_to_expiry, coin_rate : as in `price`

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

    Parameters
    ----------
    futures_price, strike, volatility, time_to_expiry, coin_rate : as in `price`

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

    Parameters
    ----------
    futures_price, strike, volatility, time_to_expiry : as in `price`

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
    option_premium : a call's below 1, the most that it pays

    Raises
    ------
    ValueError
        If a value is outside its domain, or a call costs a coin or more, which it can never earn back.

    Examples
    --------
    >>> bought = dict(strike=12_000, option_premium=0.25)
    >>> [round(float(options.break_even_price(option=each, **bought))) for each in ("call", "put")]
    [16000, 9600]
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
    >>> round(implied_volatility(option_premium=0.028, **trade), 3)
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
