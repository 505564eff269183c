"""A hedge for who owns coins, or will: what it leaves, how large it is, and the margin that it needs to live.

A short of n dollars, opened at E, is n dollars in hand and n/E coins owed. So the coins that it covers are
dollars from then on, and nothing has to be resized when the price moves. What is left is basis risk, if the
hedge is a dated future that is closed before it expires, and the margin: the loss comes before the coins do.
"""

from typing import Any, Literal

import sympy as sp

from . import margin as margins
from .contract import profit_and_loss
from .notation import S_F, SHORT, C, E, M, N, S, lambda_S, m, rho_AB, sigma_A, sigma_B, u
from .quantities import BTC, ONE, USD, formula, one_of

__all__ = [
    "hedged_coins",
    "hedged_dollars",
    "largest_hedge",
    "minimum_variance_hedge",
    "required_margin_fraction",
    "revenue_after_cost_lock",
    "survived_multiple",
]

Base = Literal["entry", "mark"]


@formula(unit=BTC)
def hedged_coins(
    *, coins: Any = C, notional: Any = N, entry_price: Any = E, futures_price: Any = S_F
) -> sp.Expr:
    """Return the coins of an owner who is short a future, in BTC: his own, and what the short has won.

    Parameters
    ----------
    notional : of the short
    entry_price, futures_price : of the contract, when it was sold and now

    Notes
    -----
    Source of the example: Huobi, https://www.huobi.com/support/fr-fr/detail/360000143062 (2018 to 2020).

    Examples
    --------
    Ten coins at 500 USD, hedged whole, and the price falls to 400 USD:

    >>> hedging.hedged_coins(coins=10, notional=5_000, entry_price=500, futures_price=400)
    25/2
    """
    return coins + profit_and_loss(
        side=SHORT, notional=notional, entry_price=entry_price, price=futures_price
    )


@formula(unit=USD)
def hedged_dollars(
    *,
    coins: Any = C,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    futures_price: Any = S_F,
) -> sp.Expr:
    """Return what those coins are worth in USD.

    It is (C − n/E)·S + n·S/F: the coins that are not covered, and the dollars of the short times how coin and
    future stand to one another. With n = C·E only the last is left, the basis. At expiry S = F, and it is n.

    Parameters
    ----------
    notional : of the short
    entry_price, futures_price : of the contract, when it was sold and now
    price : of the coin now

    Examples
    --------
    >>> hedging.hedged_dollars(coins=10, notional=5_000, entry_price=500, price=400, futures_price=400)
    5000
    """
    owned = hedged_coins(coins=coins, notional=notional, entry_price=entry_price, futures_price=futures_price)
    return sp.expand(owned * price)


@formula(unit=USD)
def revenue_after_cost_lock(
    *, coins: Any = C, notional: Any = N, entry_price: Any = E, price: Any = S
) -> sp.Expr:
    """Return the dollars of a miner who has hedged only what must be paid, once the coins have come.

    The short is as large as the costs, in dollars. At its expiry the costs are covered whatever the price is,
    and the coins that are left over ride it: (C − n/E)·S + n.

    Parameters
    ----------
    coins : that are due when the future expires
    notional : of the short: the costs
    entry_price, price : of the future when it was sold, and of the coin at expiry

    Examples
    --------
    >>> hedging.revenue_after_cost_lock(coins=10, notional=300_000, entry_price=60_000, price=30_000)
    450000
    """
    return hedged_dollars(
        coins=coins, notional=notional, entry_price=entry_price, price=price, futures_price=price
    )


@formula(unit=BTC)
def minimum_variance_hedge(
    *,
    coins: Any = C,
    coin_deviation: Any = sigma_A,
    hedge_deviation: Any = sigma_B,
    hedge_correlation: Any = rho_AB,
) -> sp.Expr:
    """Return how many coins to hedge so that the dollars at the end vary least, in BTC.

    Each coin is either left alone, and worth A = S, or hedged with E dollars of the inverse future, and worth
    B = E·S/F. That is a choice between two assets, and its answer is theirs:

        h = C·(σ_A² − ρσ_Aσ_B)/(σ_A² + σ_B² − 2ρσ_Aσ_B)

    B hardly moves, so h is close to C. To first order it is C·(1 + ρσ_B/σ_A): what counts is whether the
    basis is wide when the coin is low.

    Parameters
    ----------
    coin_deviation, hedge_deviation : standard deviations at the end of A and of B
    hedge_correlation : between A and B

    Raises
    ------
    ValueError
        If a value is outside its domain, or A and B are the same, so that every hedge is as good.

    Examples
    --------
    >>> spread = dict(coin_deviation=8_000, hedge_deviation=200, hedge_correlation=-0.2)
    >>> hedging.minimum_variance_hedge(coins=10, **spread).evalf(4)
    9.944
    """
    covariance = hedge_correlation * coin_deviation * hedge_deviation
    spread = coin_deviation**2 + hedge_deviation**2 - 2 * covariance
    if spread.is_zero:
        raise ValueError(
            "hedging.minimum_variance_hedge: with hedge_correlation 1 and equal deviations a hedged coin is "
            "worth what a coin is, so no hedge is better than another: give what the hedge does differently"
        )
    return coins * (coin_deviation**2 - covariance) / spread


@formula(unit=ONE)
def required_margin_fraction(
    *, base: Base = "entry", price_multiple: Any = lambda_S, maintenance_margin_rate: Any = m
) -> sp.Expr:
    """Return which part of the hedged coins must be posted for the short to survive a rise to a multiple.

    It is `margin.required_margin` for a short of E dollars a coin. Fees and funding come on top.

    Parameters
    ----------
    base : the value that the maintenance margin is a fraction of
    price_multiple : the price to survive as a multiple of the entry price

    Returns
    -------
    sympy expression
        Negative or zero: no margin is needed for a price so low. Above 1: all the coins do not suffice.

    Examples
    --------
    >>> hedging.required_margin_fraction(price_multiple=2, maintenance_margin_rate=0.01).evalf(3)
    0.510
    >>> hedging.required_margin_fraction(base="mark", price_multiple=5, maintenance_margin_rate=0.01).evalf(3)
    0.802
    """
    required = margins.required_margin(
        side=SHORT,
        notional=1,
        entry_price=1,
        price=price_multiple,
        maintenance_margin_rate=maintenance_margin_rate,
        base=one_of("base", base, Base),
    )
    return sp.expand(required)


@formula(unit=ONE)
def survived_multiple(
    *, base: Base = "entry", margin_fraction: Any = u, maintenance_margin_rate: Any = m
) -> sp.Expr:
    """Return the multiple of the entry price at which a hedge is liquidated.

    `required_margin_fraction` solved for the multiple.

    Parameters
    ----------
    base : the value that the maintenance margin is a fraction of
    margin_fraction : the part of the hedged coins that is posted

    Returns
    -------
    sympy expression
        `sympy.oo` if no price liquidates it: all coins posted, and nothing else asked for.

    Examples
    --------
    >>> hedging.survived_multiple(margin_fraction=0.2, maintenance_margin_rate=0.01).evalf(5)
    1.2346
    >>> hedging.survived_multiple(base="mark", margin_fraction=0.2, maintenance_margin_rate=0.01).evalf(5)
    1.2375
    >>> hedging.survived_multiple(base="mark", margin_fraction=1)
    oo
    """
    return margins.liquidation_price(
        side=SHORT,
        notional=1,
        entry_price=1,
        margin=margin_fraction,
        maintenance_margin_rate=maintenance_margin_rate,
        base=one_of("base", base, Base),
    )


@formula(unit=USD)
def largest_hedge(
    *,
    base: Base = "entry",
    margin: Any = M,
    entry_price: Any = E,
    price_multiple: Any = lambda_S,
    maintenance_margin_rate: Any = m,
) -> sp.Expr:
    """Return the largest short that a margin keeps open up to a multiple of the entry price.

    `required_margin_fraction` read the other way round: of size, margin and multiple two can be chosen.

    Parameters
    ----------
    base : the value that the maintenance margin is a fraction of
    margin : the coins that can be posted
    price_multiple : the price to survive as a multiple of the entry price

    Returns
    -------
    sympy expression
        `sympy.oo` if the price is so low that a short needs no margin to reach it.

    Examples
    --------
    Two coins behind a short at 60,000 USD that is to live through a doubling:

    >>> hedging.largest_hedge(
    ...     margin=2, entry_price=60_000, price_multiple=2, maintenance_margin_rate=0.01
    ... ).evalf(8)
    235294.12
    """
    fraction = required_margin_fraction(
        base=base, price_multiple=price_multiple, maintenance_margin_rate=maintenance_margin_rate
    )
    return sp.oo if fraction.is_nonpositive else margin * entry_price / fraction
