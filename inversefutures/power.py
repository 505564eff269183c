"""Perpetuals on a power of the price, the funding that their curve asks for, and the inverse as one of them.

A claim on Sᵖ gains from every move that it is hedged against, if it is convex, and so its holder pays. How
much is one number: how fast the expected worth of the claim grows, `growth`. Where and how the funding is
paid only decides at which price the claim trades, `fair_mark_ratio`.

The price is a geometric Brownian motion, without jumps and with one volatility. Power by power this assumes
more: the expectation of a high power is made by its largest moves, and these are where the bell curve errs.

``settlement``
    ``"dollars"``: Sᵖ dollars are paid. ``"coin"``: Sᵖ coins, which are Sᵖ⁺¹ dollars.
``payment``
    ``"margined"``: nothing is paid for the claim, as in a future. ``"paid_for"``: its holder has paid the
    price, and so forgoes interest on it.
``funding``
    of the difference between mark and index, in cash, all the time (``"continuous"``) or once in each
    ``funding_period`` (``"periodic"``); or ``"in_kind"``: no cash, but the claim shrinks.

Sources: D. White and others, "Power perpetuals", Paradigm 2021; J. Clark, "Squeeth insides", Opyn 2021;
G. Angeris and others, "A primer on perpetuals", https://arxiv.org/abs/2209.03307 . The derivations here are
the course's own.
"""

from typing import Any, Literal

import sympy as sp

from .notation import (
    C,
    Delta,
    F,
    K_o,
    Lambda,
    S,
    a_p,
    chi,
    d,
    kappa,
    lambda_S,
    n_f,
    n_l,
    p,
    q,
    r,
    sigma,
    t_H,
    y_2,
)
from .quantities import BTC, ONE, USD, YEAR, formula, one_of

__all__ = [
    "everlasting_price",
    "everlasting_time_value",
    "factor_after",
    "factor_decay",
    "fair_mark_ratio",
    "gamma_carry",
    "growth",
    "highest_power",
    "implied_growth",
    "implied_volatility",
    "paid_for_multiple",
    "position_return",
    "short_collateral_ratio",
    "short_liquidation_price",
]

Settlement = Literal["dollars", "coin"]
Payment = Literal["margined", "paid_for"]
Funding = Literal["continuous", "periodic", "in_kind"]
InCash = Literal["continuous", "periodic"]
Option = Literal["call", "put"]


@formula(unit=1 / YEAR)
def gamma_carry(*, settlement: Settlement = "dollars", power: Any = p, volatility: Any = sigma) -> sp.Expr:
    """Return what the curve of a claim is worth in a year, as a fraction of the claim: ½p(p − 1)σ².

    It is half of S² times the second derivative, over the claim, times the variance. In coin the power is one
    higher, since the coins move too: ½p(p + 1)σ². So a straight line in its own money, S in dollars or 1/S in
    coin, has none, and neither has what does not move. Between them it is negative, and the holder is paid.

    Examples
    --------
    >>> power.gamma_carry(power=2, volatility=0.8).evalf(2)
    0.64
    >>> power.gamma_carry(settlement="coin", power=-1, volatility=0.8)
    0
    """
    bent = power * (power + (1 if _in_coin(settlement) else -1))
    return bent * volatility**2 / 2


@formula(unit=1 / YEAR)
def growth(
    *,
    settlement: Settlement = "dollars",
    payment: Payment = "margined",
    power: Any = p,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
) -> sp.Expr:
    """Return the fair funding of a claim, a year: how fast its expected worth grows for one who hedges it.

    p(r − q) plus the `gamma_carry`, for a claim that is margined. Who has paid for it wants interest on the
    price, so r is taken off in dollars, and q in coin. A long pays it; where it is negative, a short does.

    For an inverse perpetual, 1/S in coin and margined, it is q − r: of 1/S, which the *short* holds. So the
    long of the contract quoted in dollars pays r − q, and no volatility, as in `perpetual.spot_growth`.

    Examples
    --------
    >>> power.growth(settlement="coin", power=-1)
    q - r
    >>> power.growth(power=-1)
    q - r + sigma**2
    >>> power.growth(payment="paid_for", power=2, dollar_rate=0.05, coin_rate=0.02, volatility=0.7).evalf(2)
    0.50
    """
    moved = power * (dollar_rate - coin_rate)
    moved += gamma_carry(settlement=settlement, power=power, volatility=volatility)
    if one_of("payment", payment, Payment) == "margined":
        return moved
    return moved - (coin_rate if _in_coin(settlement) else dollar_rate)


@formula(unit=ONE)
def fair_mark_ratio(
    *,
    funding: Funding = "continuous",
    settlement: Settlement = "dollars",
    payment: Payment = "margined",
    power: Any = p,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the fair mark price as a multiple of the index, which is the power of the price.

    With the growth a: κ/(κ − a) if the funding is paid all the time, e^{a/κ} if it is paid in kind, and
    κΔ/((1 + κΔ)e^{−aΔ} − 1) just after a payment, if each pays the part κΔ of mark less index. Just before
    it, the ratio is e^{−aΔ} times that.

    Parameters
    ----------
    funding_intensity : κΔ is the part of the premium that one payment settles
    funding_period : for a periodic funding alone

    Raises
    ------
    ValueError
        If a value is outside its domain, or the claim grows as fast as the funding can pull, or faster: then
        no price is high enough. Funding in kind has no such limit.

    Notes
    -----
    Source: Paradigm 2021 for the periodic price of the whole premium, Deri Protocol 2022 for prices with
    continuous funding; derived again here.

    Examples
    --------
    >>> power.fair_mark_ratio(settlement="coin", power=-1)
    kappa/(kappa - q + r)
    >>> square = dict(power=2, dollar_rate=0, coin_rate=0, volatility=1, funding_intensity=365 / 7)
    >>> round(float(1.6e6 * power.fair_mark_ratio(**square)))
    1631285
    """
    grown = growth(
        settlement=settlement,
        payment=payment,
        power=power,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        volatility=volatility,
    )
    if one_of("funding", funding, Funding) == "in_kind":
        return sp.exp(grown / funding_intensity)
    if funding == "continuous":
        left = funding_intensity - grown
        _check_that_it_pulls(left, power)
        return funding_intensity / left
    part = funding_intensity * funding_period
    left = (1 + part) * sp.exp(-grown * funding_period) - 1
    _check_that_it_pulls(left, power)
    return part / left


@formula(unit=1 / YEAR)
def implied_growth(
    *,
    funding: Funding = "continuous",
    mark_ratio: Any = Lambda,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the growth at which a mark price is fair: `fair_mark_ratio`, turned round.

    κ(1 − 1/Λ) for continuous funding, κ·ln Λ in kind, and ln((1 + κΔ)Λ/(Λ + κΔ))/Δ for a periodic one, of a
    mark just after a payment.

    Parameters
    ----------
    funding_period : for a periodic funding alone

    Examples
    --------
    The square of 3 USD at 9.09 USD, whose whole premium is paid each day:

    >>> daily = dict(mark_ratio=1.01, funding_intensity=365, funding_period=1 / 365)
    >>> [round(float(power.implied_growth(funding=f, **daily)), 4) for f in ("continuous", "periodic")]
    [3.6139, 1.8114]
    """
    if one_of("funding", funding, Funding) == "in_kind":
        return funding_intensity * sp.log(mark_ratio)
    if funding == "continuous":
        return funding_intensity * (1 - 1 / mark_ratio)
    part = funding_intensity * funding_period
    return sp.log((1 + part) * mark_ratio / (mark_ratio + part)) / funding_period


@formula(unit=1 / sp.sqrt(YEAR))
def implied_volatility(
    *, settlement: Settlement = "dollars", power: Any = p, claim_growth: Any = a_p
) -> sp.Expr:
    """Return the volatility whose `gamma_carry` is a growth; interest has to be taken off before.

    Raises
    ------
    ValueError
        If a value is outside its domain, the claim has no curve, or the growth has the other sign than it.

    Examples
    --------
    >>> power.implied_volatility(power=2, claim_growth=0.64).evalf(2)
    0.80
    """
    curve = gamma_carry(settlement=settlement, power=power, volatility=1)
    if curve.is_zero:
        raise ValueError(
            f"power.implied_volatility: power is {power}, and settled in {settlement} that claim has no "
            "curve, so its price says nothing of the volatility: give a power that bends"
        )
    variance = claim_growth / curve
    if variance.is_negative:
        raise ValueError(
            f"power.implied_volatility: claim_growth is {claim_growth} per year and power {power}, but "
            f"settled in {settlement} the curve of that claim is worth something of the other sign: look at "
            "the sign, or take the interest off the growth first"
        )
    return sp.sqrt(variance)


@formula(unit=ONE)
def highest_power(
    *,
    funding: InCash = "continuous",
    volatility: Any = sigma,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the power from which on no price is fair, of a claim in dollars without interest.

    (1 + √(1 + 8b/σ²))/2, with the strongest pull b: κ if the funding is paid all the time, ln(1 + κΔ)/Δ if it
    is paid once in a while. The lowest power is 1 less this. Funding in kind has no limit.

    Parameters
    ----------
    volatility : positive
    funding_period : for a periodic funding alone

    Raises
    ------
    ValueError
        If a value is outside its domain, or nothing moves.

    Examples
    --------
    >>> weekly = dict(volatility=1, funding_intensity=365 / 7)
    >>> round(float(power.highest_power(**weekly)), 4)
    10.7243
    """
    _check_that_it_moves("highest_power", volatility)
    pull = funding_intensity
    if one_of("funding", funding, InCash) == "periodic":
        pull = sp.log(1 + funding_intensity * funding_period) / funding_period
    return (1 + _spread_of_powers(pull, volatility)) / 2


@formula(unit=ONE)
def factor_after(
    *,
    normalisation_factor: Any = n_f,
    mark_ratio: Any = Lambda,
    funding_intensity: Any = kappa,
    holding_time: Any = t_H,
    lowest_ratio: Any = 0,
    highest_ratio: Any = sp.oo,
) -> sp.Expr:
    """Return what funding in kind leaves of the normalisation factor after a time: n_f·Λ^(−κt).

    Nobody pays: each claim is simply on less. Above the index the factor falls, and longs have paid; below it
    the factor rises, and shorts have.

    Parameters
    ----------
    mark_ratio : the average of the time, over the index
    lowest_ratio, highest_ratio : bounds that a venue puts on the mark ratio; 0 and infinity are none

    Raises
    ------
    ValueError
        If a value is outside its domain, or the bounds are no bounds.

    Notes
    -----
    Source: opynfinance/squeeth-monorepo, Controller.sol, ``_getNewNormalizationFactor``.

    Examples
    --------
    >>> hours = dict(funding_intensity=365 / 17.5, holding_time=3 / 8760)
    >>> round(float(power.factor_after(normalisation_factor=1, mark_ratio=2, highest_ratio=1.4, **hours)), 8)
    0.99759951
    """
    low, high = sp.sympify(lowest_ratio), sp.sympify(highest_ratio)
    if low.is_negative or (high - low).is_nonpositive:
        raise ValueError(
            f"power.factor_after: lowest_ratio is {low} and highest_ratio {high}, between which no mark "
            "ratio lies: give two multiples of the index, the lower first, such as 0.8 and 1.4"
        )
    bounded = sp.Min(sp.Max(mark_ratio, low), high)
    return normalisation_factor * bounded ** (-funding_intensity * holding_time)


@formula(unit=1 / YEAR)
def factor_decay(
    *, normalisation_factor: Any = n_f, later_factor: Any = n_l, holding_time: Any = t_H
) -> sp.Expr:
    """Return what holders have paid in a year, in kind: how fast the logarithm of the factor fell.

    Raises
    ------
    ValueError
        If a value is outside its domain, or no time has passed.

    Examples
    --------
    Squeeth's first quarter, and the volatility that its holders have paid for:

    >>> quarter = dict(normalisation_factor=0.999701, later_factor=0.748017, holding_time=0.239155)
    >>> paid = power.factor_decay(**quarter)
    >>> round(float(paid), 4), round(float(power.implied_volatility(power=2, claim_growth=paid)), 4)
    (1.2127, 1.1012)
    """
    if holding_time.is_zero:
        raise ValueError(
            "power.factor_decay: holding_time is 0 years, and in no time nothing is paid: give the time "
            "between the two factors, in years"
        )
    return sp.log(normalisation_factor / later_factor) / holding_time


@formula(unit=ONE)
def paid_for_multiple(
    *,
    power: Any = p,
    price_multiple: Any = lambda_S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    holding_time: Any = t_H,
) -> sp.Expr:
    """Return what becomes of a dollar in a claim that is paid for, and fairly funded in kind.

    λᵖ·e^(−at), with the `growth` a. It is also what becomes of a dollar that is kept at the leverage p, by
    buying and selling coins all the time: so nobody can ask for more than that.

    Examples
    --------
    >>> square = dict(power=2, dollar_rate=0, coin_rate=0, volatility=0.8, holding_time=1)
    >>> power.paid_for_multiple(price_multiple=5, **square).evalf(4)
    13.18
    """
    shrunk = growth(
        payment="paid_for", power=power, dollar_rate=dollar_rate, coin_rate=coin_rate, volatility=volatility
    )
    return price_multiple**power * sp.exp(-shrunk * holding_time)


@formula(unit=ONE)
def position_return(
    *,
    side: Any = d,
    power: Any = p,
    price_multiple: Any = lambda_S,
    funding_rate: Any = F,
    collateral_ratio: Any = 0,
) -> sp.Expr:
    """Return what a claim of a power earns, as a fraction of its worth: d(λᵖ − 1 − F) + χ(λ − 1).

    The second part is what coins earn in dollars that stand behind it. A short of the square with χ = 2 has
    lost its delta: it keeps the funding and pays (λ − 1)².

    Parameters
    ----------
    funding_rate : in the same time, as a fraction of the claim
    collateral_ratio : 0 for none, or for collateral in dollars

    Notes
    -----
    Source: Opyn, "Introducing SqueethLab", 30 January 2022.

    Examples
    --------
    >>> day = dict(power=2, price_multiple=1.05, funding_rate=0.0024)
    >>> round(float(power.position_return(side=LONG, **day)), 6)
    0.1001
    >>> round(float(power.position_return(side=SHORT, collateral_ratio=2, **day)), 6)
    -0.0001
    """
    return side * (price_multiple**power - 1 - funding_rate) + collateral_ratio * (price_multiple - 1)


@formula(unit=ONE)
def short_collateral_ratio(
    *, coins: Any = C, square_size: Any = y_2, normalisation_factor: Any = n_f, price: Any = S
) -> sp.Expr:
    """Return the coins behind a short of the square, over what it owes: C/(y·n_f·S).

    The debt is y·n_f·S² dollars, which are y·n_f·S coins. So in coin it is a straight line.

    Parameters
    ----------
    coins : behind the short

    Examples
    --------
    Ten claims on S²/10,000, whose factor is 0.5, against 2 coins:

    >>> vault = dict(coins=2, square_size=10 / 10_000, normalisation_factor=0.5)
    >>> power.short_collateral_ratio(price=2_000, **vault).evalf(2)
    2.0
    """
    return coins / (square_size * normalisation_factor * price)


@formula(unit=USD / BTC)
def short_liquidation_price(
    *,
    coins: Any = C,
    square_size: Any = y_2,
    normalisation_factor: Any = n_f,
    collateral_ratio: Any = chi,
) -> sp.Expr:
    """Return the price at which the coins behind a short of the square are just χ times its debt.

    It is C/(χ·y·n_f). As funding lowers the factor, the price moves away.

    Parameters
    ----------
    coins : behind the short
    collateral_ratio : the least that is allowed, positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or no collateral is asked for.

    Examples
    --------
    >>> vault = dict(coins=2, square_size=10 / 10_000, normalisation_factor=0.5)
    >>> round(float(power.short_liquidation_price(collateral_ratio=1.5, **vault)), 2)
    2666.67
    """
    if collateral_ratio.is_zero:
        raise ValueError(
            "power.short_liquidation_price: collateral_ratio is 0, and where no collateral is asked for no "
            "price liquidates: give the least coins over the debt, such as 1.5"
        )
    return coins / (collateral_ratio * square_size * normalisation_factor)


@formula(unit=USD / BTC)
def everlasting_time_value(
    *, price: Any = S, strike: Any = K_o, volatility: Any = sigma, funding_intensity: Any = kappa
) -> sp.Expr:
    """Return what an everlasting option costs above its payoff, in dollars, without interest.

    (K/u)·(S/K)^((1 ± u)/2), with u = √(1 + 8κ/σ²): plus below the strike, minus above it. Each branch is a
    power of the price whose gamma carry is κ. A call and a put have the same.

    Parameters
    ----------
    volatility : positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or nothing moves.

    Notes
    -----
    Source: Deri Protocol, "Numerical examples of everlasting option pricing", 7 February 2022.

    Examples
    --------
    >>> weekly = dict(strike=50_000, volatility=1, funding_intensity=365 / 7)
    >>> [round(float(power.everlasting_time_value(price=S, **weekly)), 4) for S in (40_000, 50_000)]
    [223.3667, 2445.1621]
    """
    _check_that_it_moves("everlasting_time_value", volatility)
    u = _spread_of_powers(funding_intensity, volatility)
    moneyness = price / strike
    return strike / u * sp.Min(moneyness ** ((1 + u) / 2), moneyness ** ((1 - u) / 2))


@formula(unit=USD / BTC)
def everlasting_price(
    *,
    option: Option = "call",
    price: Any = S,
    strike: Any = K_o,
    volatility: Any = sigma,
    funding_intensity: Any = kappa,
) -> sp.Expr:
    """Return the fair price of an option without expiry, whose holder pays mark less payoff at the rate κ.

    It is an ordinary option that expires at a random time, on average after 1/κ years.

    Parameters
    ----------
    volatility : positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or nothing moves.

    Examples
    --------
    >>> weekly = dict(strike=50_000, volatility=1, funding_intensity=365 / 7)
    >>> round(float(power.everlasting_price(price=60_000, **weekly)), 2)
    10415.27
    """
    sign = 1 if one_of("option", option, Option) == "call" else -1
    time_value = everlasting_time_value(
        price=price, strike=strike, volatility=volatility, funding_intensity=funding_intensity
    )
    return sp.Max(0, sign * (price - strike)) + time_value


def _spread_of_powers(pull: sp.Expr, volatility: sp.Expr) -> sp.Expr:
    """Return u = √(1 + 8κ/σ²): the powers (1 ± u)/2 are those whose gamma carry is the pull κ."""
    return sp.sqrt(1 + 8 * pull / volatility**2)


def _in_coin(settlement: str) -> bool:
    return bool(one_of("settlement", settlement, Settlement) == "coin")


def _check_that_it_pulls(left: sp.Expr, power: sp.Expr) -> None:
    if left.is_nonpositive:
        raise ValueError(
            f"power.fair_mark_ratio: power is {power}, and such a claim grows as fast as the funding can "
            "pull, or faster, so no price is fair: give a power nearer to 0 and 1, a lower volatility, or a "
            "greater funding_intensity (per year)"
        )


def _check_that_it_moves(function: str, volatility: sp.Expr) -> None:
    if volatility.is_zero:
        raise ValueError(
            f"power.{function}: volatility is 0 per √year, and what does not move needs no funding for its "
            "curve: give a volatility above 0"
        )
