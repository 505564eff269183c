"""How large a position may be: the chance that it is liquidated, the size for a stop, the size that grows.

The price is a geometric Brownian motion here, with returns from a bell curve and no jumps. Real prices jump,
so far from the price these chances are too small. With 2ν = 2μ − σ² for the growth of the median, everything
follows from one fact: a price that has touched a barrier is as likely to end above it as below, once the
drift is taken out.

Each chance is the same whichever money it is told in. What is not the same is which drift is fair: μ = 0 if
the price of a coin in dollars is, μ = σ² if the price of a dollar in coins is.
"""

from typing import Any, Literal

import mpmath
import sympy as sp

from . import margin as margins
from .notation import F_Y, H_T, R_D, E, H, L, R, S, S_stop, b_w, d, g, m, mu_S, p_w, psi, sigma, t_c, t_H
from .quantities import BTC, ONE, USD, YEAR, checked, formula, number, one_of

__all__ = [
    "checked_barrier",
    "drift_after_funding",
    "drift_of_the_dollar",
    "ever_touch_probability",
    "exposure_error",
    "growth_rate",
    "kelly_bet",
    "liquidation_before_target",
    "liquidation_probability",
    "mean_gap",
    "optimal_exposure",
    "ruin_before_target",
    "size_for_coin_risk",
    "size_for_dollar_risk",
    "touch_probability",
]

Money = Literal["coin", "dollars"]

OVERSHOOT = -sp.zeta(sp.Rational(1, 2)) / sp.sqrt(2 * sp.pi)
"""0.5826: how far past a line a random walk is when it is first seen there, in deviations of a step."""


@formula(unit=1 / YEAR)
def drift_of_the_dollar(*, drift: Any = mu_S, volatility: Any = sigma) -> sp.Expr:
    """Return how fast the expected price of a dollar in coins, 1/S, grows in a year: σ² − μ.

    Both cannot be fair at once: where S has no drift, 1/S has σ². That is Jensen's inequality, as a speed.

    Examples
    --------
    >>> sizing.drift_of_the_dollar(drift=0, volatility=0.8).evalf(2)
    0.64
    """
    return volatility**2 - drift


@formula(unit=ONE)
def touch_probability(
    *,
    side: Any = d,
    price: Any = S,
    barrier_price: Any = H,
    drift: Any = mu_S,
    volatility: Any = sigma,
    holding_time: Any = t_H,
) -> sp.Expr:
    """Return the chance that the price touches a barrier within a time: that a position is liquidated.

    With x = d·ln(S/H), the way to the barrier, and v = d·(μ − σ²/2), the speed away from it:

        N((−x − vt)/(σ√t)) + (H/S)^(2μ/σ² − 1)·N((−x + vt)/(σ√t))

    The first part are the paths that end beyond the barrier, the second those that came back.

    Parameters
    ----------
    side : of the position: a long's barrier lies below the price, a short's above it
    price : now
    volatility, holding_time : positive

    Raises
    ------
    ValueError
        If a value is outside its domain, the barrier is on the winning side, or nothing moves.

    Notes
    -----
    Source: E. G. Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed. 2007, binary barrier options.

    Examples
    --------
    >>> long = dict(side=LONG, price=105, barrier_price=100, drift=0.1, volatility=0.2)
    >>> round(float(sizing.touch_probability(**long, holding_time=0.5)), 6)
    0.656018
    """
    _check_that_it_moves("touch_probability", volatility=volatility, holding_time=holding_time)
    _check_that_it_loses("touch_probability", "barrier_price", side, price, barrier_price)
    return _touched(side, sp.log(price / barrier_price), drift, volatility, holding_time)


@formula(unit=ONE)
def ever_touch_probability(
    *,
    side: Any = d,
    price: Any = S,
    barrier_price: Any = H,
    drift: Any = mu_S,
    volatility: Any = sigma,
) -> sp.Expr:
    """Return the chance that the price ever touches a barrier: at most 1, and (H/S)^(2μ/σ² − 1).

    Wealth that is invested with the fraction c of the growth-optimal size is such a price, with μ = σ²/c. So
    it falls to the part x of itself at some time with the chance x^(2/c − 1): at c = 1, one half in two.

    Parameters
    ----------
    side : of the position: a long's barrier lies below the price, a short's above it
    price : now
    volatility : positive

    Raises
    ------
    ValueError
        If a value is outside its domain, the barrier is on the winning side, or nothing moves.

    Examples
    --------
    >>> half = dict(side=LONG, price=1, barrier_price=0.5)
    >>> sizing.ever_touch_probability(**half, drift=1, volatility=1).evalf(3)
    0.500
    >>> sizing.ever_touch_probability(**half, drift=0, volatility=1)
    1
    """
    _check_that_it_moves("ever_touch_probability", volatility=volatility)
    _check_that_it_loses("ever_touch_probability", "barrier_price", side, price, barrier_price)
    return sp.Min(1, (barrier_price / price) ** (2 * drift / volatility**2 - 1))


@formula(unit=ONE)
def ruin_before_target(
    *,
    side: Any = d,
    price: Any = S,
    barrier_price: Any = H,
    target_price: Any = H_T,
    drift: Any = mu_S,
    volatility: Any = sigma,
) -> sp.Expr:
    """Return the chance that the price touches a barrier before a target, with all the time in the world.

    On the scale s(S) = S^(1 − 2μ/σ²) the price has no drift, and the chance is how far the target is, over
    how far barrier and target are apart. At μ = 0 the scale is S itself, at μ = σ² it is 1/S, and at μ = σ²/2
    it is ln S.

    Parameters
    ----------
    side : of the position: a long's barrier lies below the price and its target above, a short's inversely
    price : now
    volatility : positive

    Raises
    ------
    ValueError
        If a value is outside its domain, barrier or target is on the wrong side, or nothing moves.

    Examples
    --------
    A 2x long from 3 USD, without maintenance margin, loses its margin at 2 USD and doubles it at 6 USD:

    >>> bet = dict(side=LONG, price=3, barrier_price=2, target_price=6, volatility=1)
    >>> sizing.ruin_before_target(**bet, drift=0), sizing.ruin_before_target(**bet, drift=1)
    (3/4, 1/2)
    """
    _check_that_it_moves("ruin_before_target", volatility=volatility)
    _check_that_it_loses("ruin_before_target", "barrier_price", side, price, barrier_price)
    _check_that_it_wins("ruin_before_target", side, price, target_price)
    power = 1 - 2 * drift / volatility**2
    barrier, target = barrier_price / price, target_price / price
    if power.is_zero:
        return sp.log(target) / sp.log(target / barrier)
    return (target**power - 1) / (target**power - barrier**power)


def liquidation_before_target(
    *,
    side: Any,
    price: Any,
    barrier_price: Any,
    target_price: Any,
    drift: Any,
    volatility: Any,
    holding_time: Any,
    dollar_rate: Any = 0,
) -> float:
    """Return the chance that the price touches a barrier within a time, and no target before.

    `ruin_before_target` less what is still open when the time is over, a series of sines that is summed until
    it no longer counts. With a rate, it is the price of a dollar that is paid at that moment.

    Parameters
    ----------
    side : +1 for a long, whose barrier lies below the price, −1 for a short
    price, barrier_price, target_price : USD per BTC, positive numbers
    drift : per year
    volatility : per √year, positive
    holding_time : years, positive
    dollar_rate : per year, not negative

    Raises
    ------
    ValueError
        If a value is outside its domain, barrier or target is on the wrong side, or nothing moves.

    Notes
    -----
    Source: E. G. Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed. 2007, double-barrier binary
    options, after C. H. Hui, 1996.

    Examples
    --------
    >>> long = dict(side=LONG, price=100, barrier_price=90, target_price=110)
    >>> market = dict(drift=0.03, volatility=0.2, holding_time=0.25, dollar_rate=0.05)
    >>> round(10 * sizing.liquidation_before_target(**long, **market), 4)
    2.7954
    """
    name = "liquidation_before_target"
    side, price, barrier_price, target_price, drift, volatility, holding_time, dollar_rate = checked(
        side=side,
        price=price,
        barrier_price=barrier_price,
        target_price=target_price,
        drift=drift,
        volatility=volatility,
        holding_time=holding_time,
        dollar_rate=dollar_rate,
    )
    _check_that_it_moves(name, volatility=volatility, holding_time=holding_time)
    _check_that_it_loses(name, "barrier_price", side, price, barrier_price)
    _check_that_it_wins(name, side, price, target_price)
    if dollar_rate.is_negative:
        raise ValueError(
            f"sizing.{name}: dollar_rate is {dollar_rate} per year, and then a dollar later would be worth "
            "more than one now: give 0 for the chance itself, or a positive rate"
        )
    way = mpmath.mpf(number(side * sp.log(price / barrier_price)))
    width = mpmath.mpf(number(side * sp.log(target_price / barrier_price)))
    variance, time = mpmath.mpf(number(volatility**2)), mpmath.mpf(number(holding_time))
    speed, rate = mpmath.mpf(number(side * (drift - volatility**2 / 2))), mpmath.mpf(number(dollar_rate))
    with mpmath.workdps(30):
        root = mpmath.sqrt(speed**2 + 2 * rate * variance) / variance
        at_last = mpmath.sinh(root * (width - way)) / mpmath.sinh(root * width) if root else 1 - way / width
        slowest = mpmath.pi**2 * variance / (2 * width**2)
        base = speed**2 / (2 * variance) + rate
        # Past this term the exponential is below 1e-30.
        terms = int(mpmath.sqrt(70 / (slowest * time))) + 2
        still_open = sum(
            k * mpmath.sin(k * mpmath.pi * way / width) * mpmath.exp(-decay * time) / decay
            for k in range(1, terms + 1)
            for decay in [base + k**2 * slowest]
        )
        chance = at_last - mpmath.pi * variance / width**2 * still_open
        return float(mpmath.exp(-speed * way / variance) * chance)


@formula(unit=ONE)
def liquidation_probability(
    *,
    side: Any = d,
    leverage: Any = L,
    maintenance_margin_rate: Any = m,
    base: Literal["entry", "mark"] = "entry",
    drift: Any = mu_S,
    volatility: Any = sigma,
    holding_time: Any = t_H,
) -> sp.Expr:
    """Return the chance that a position which is opened now is liquidated within a time.

    `touch_probability` at the liquidation price. The price itself does not matter, only the leverage.

    Parameters
    ----------
    base : the value that the maintenance margin is a fraction of
    volatility, holding_time : positive

    Returns
    -------
    sympy expression
        0 where no price liquidates the position.

    Raises
    ------
    ValueError
        If a value is outside its domain, the leverage leaves less than the maintenance margin, or nothing
        moves.

    Examples
    --------
    >>> market = dict(maintenance_margin_rate=0.005, drift=0, volatility=0.8, holding_time=30 / 365)
    >>> round(float(sizing.liquidation_probability(side=LONG, leverage=10, **market)), 6)
    0.723207
    >>> round(float(sizing.liquidation_probability(side=SHORT, leverage=3, **market)), 6)
    0.067456
    """
    _check_that_it_moves("liquidation_probability", volatility=volatility, holding_time=holding_time)
    barrier = margins.liquidation_price(
        side=side,
        entry_price=1,
        leverage=leverage,
        maintenance_margin_rate=maintenance_margin_rate,
        base=one_of("base", base, Literal["entry", "mark"]),
    )
    if barrier == sp.oo:
        return sp.S.Zero
    return _touched(side, -sp.log(barrier), drift, volatility, holding_time)


@formula(unit=ONE)
def mean_gap(*, volatility: Any = sigma, check_interval: Any = t_c) -> sp.Expr:
    """Return how far past a stop the price is on average, when it is first seen there: 0.5826·σ√Δ.

    As a difference of logarithms, which is nearly a fraction. It holds without jumps and without drift, for a
    stop that is more than a step away. 0.5826 is −ζ(1/2)/√(2π).

    Parameters
    ----------
    volatility : positive

    Notes
    -----
    Source: M. Broadie, P. Glasserman and S. Kou, "A continuity correction for discrete barrier options",
    Mathematical Finance 7 (1997) 325.

    Examples
    --------
    One look a minute, at 80 percent a year:

    >>> sizing.mean_gap(volatility=0.8, check_interval=1 / 525_600).evalf(3)
    0.000643
    """
    return OVERSHOOT * volatility * sp.sqrt(check_interval)


@formula(unit=USD / BTC)
def checked_barrier(
    *, side: Any = d, barrier_price: Any = H, volatility: Any = sigma, check_interval: Any = t_c
) -> sp.Expr:
    """Return the barrier that, watched at every moment, is touched as often as this one at each look.

    Whoever looks seldom misses touches, as if the barrier were farther away by the `mean_gap`.

    Examples
    --------
    >>> hourly = dict(side=LONG, barrier_price=100, volatility=0.8, check_interval=1 / 8_760)
    >>> sizing.checked_barrier(**hourly).evalf(4)
    99.50
    """
    return barrier_price * sp.exp(-side * mean_gap(volatility=volatility, check_interval=check_interval))


@formula(unit=1 / YEAR)
def drift_after_funding(
    *,
    side: Any = d,
    leverage: Any = L,
    maintenance_margin_rate: Any = m,
    drift: Any = mu_S,
    yearly_funding: Any = F_Y,
) -> sp.Expr:
    """Return the drift at which a position without funding is liquidated as often as this one with it.

    Funding eats the margin, so the liquidation price E/k, with k = 1 + d·(1/L − m), moves towards the price
    as e^{Ft/k}. To the price that is as if it drifted by F/k less. An approximation: within 1 point of the
    chance at 50 percent a year for a long, within 3 for a short.

    Parameters
    ----------
    yearly_funding : the long pays it; the maintenance margin is on the entry value

    Raises
    ------
    ValueError
        If a value is outside its domain, or no price liquidates the position.

    Examples
    --------
    >>> rates = dict(leverage=2, maintenance_margin_rate=0, drift=0, yearly_funding=0.3)
    >>> sizing.drift_after_funding(side=LONG, **rates).evalf(2)
    -0.20
    >>> sizing.drift_after_funding(side=SHORT, **rates).evalf(2)
    -0.60
    """
    divisor = 1 + side * (1 / leverage - maintenance_margin_rate)
    if divisor.is_nonpositive:
        raise ValueError(
            f"sizing.drift_after_funding: leverage is {leverage}, and no price liquidates such a short: "
            "give a leverage above 1/(1 + maintenance_margin_rate)"
        )
    return drift - yearly_funding / divisor


@formula(unit=USD)
def size_for_coin_risk(
    *,
    side: Any = d,
    risked_coins: Any = R,
    entry_price: Any = E,
    stop_price: Any = S_stop,
    price_gap: Any = g,
) -> sp.Expr:
    """Return the notional that loses a given number of coins when its stop is filled.

    The fill is at X = S_stop·(1 − d·g), and a dollar of notional loses d·(1/X − 1/E) coins until then.

    Parameters
    ----------
    stop_price : the trigger: below the entry price for a long, above it for a short
    price_gap : how far beyond the trigger the fill is, as a fraction of it

    Raises
    ------
    ValueError
        If a value is outside its domain, or the stop is on the winning side.

    Examples
    --------
    >>> stop = dict(side=LONG, risked_coins=0.1, entry_price=10_000, stop_price=9_500)
    >>> sizing.size_for_coin_risk(**stop, price_gap=0).evalf(6)
    19000.0
    >>> sizing.size_for_coin_risk(**stop, price_gap=0.05).evalf(6)
    9256.41
    """
    fill = _fill("size_for_coin_risk", side, entry_price, stop_price, price_gap)
    return risked_coins / (side * (1 / fill - 1 / entry_price))


@formula(unit=USD)
def size_for_dollar_risk(
    *,
    side: Any = d,
    risked_dollars: Any = R_D,
    entry_price: Any = E,
    stop_price: Any = S_stop,
    price_gap: Any = g,
) -> sp.Expr:
    """Return the notional that loses a given number of dollars when its stop is filled.

    Of the position alone, its coins valued at the fill: n·d·(1 − X/E) dollars. The coins behind it have
    changed in dollars, too.

    Parameters
    ----------
    stop_price : the trigger: below the entry price for a long, above it for a short
    price_gap : how far beyond the trigger the fill is, as a fraction of it

    Raises
    ------
    ValueError
        If a value is outside its domain, or the stop is on the winning side.

    Examples
    --------
    >>> stop = dict(side=LONG, risked_dollars=1_000, entry_price=10_000, stop_price=9_500)
    >>> sizing.size_for_dollar_risk(**stop, price_gap=0)
    20000
    """
    fill = _fill("size_for_dollar_risk", side, entry_price, stop_price, price_gap)
    return risked_dollars / (side * (1 - fill / entry_price))


@formula(unit=1 / YEAR)
def growth_rate(
    *,
    money: Money = "coin",
    exposure: Any = psi,
    drift: Any = mu_S,
    yearly_funding: Any = F_Y,
    volatility: Any = sigma,
) -> sp.Expr:
    """Return how fast the median account grows that keeps its exposure, in a year.

    In coin ψ(μ − σ² − F) − ψ²σ²/2. In dollars the growth of the median price, μ − σ²/2, is added: it does not
    contain ψ, so both are greatest at the same exposure.

    Examples
    --------
    >>> market = dict(drift=1, yearly_funding=0.1, volatility=0.8)
    >>> sizing.growth_rate(exposure=0.4, **market).evalf(4)
    0.05280
    >>> sizing.growth_rate(money="dollars", exposure=0, **market).evalf(4)
    0.6800
    """
    in_coin = exposure * (drift - volatility**2 - yearly_funding) - exposure**2 * volatility**2 / 2
    if one_of("money", money, Money) == "coin":
        return in_coin
    return in_coin + drift - volatility**2 / 2


@formula(unit=ONE)
def optimal_exposure(
    *,
    money: Money = "coin",
    drift: Any = mu_S,
    yearly_funding: Any = F_Y,
    volatility: Any = sigma,
    risk_aversion: Any = 1,
) -> sp.Expr:
    """Return the exposure that is best for somebody who counts in a money.

    (μ − σ² − F)/(γσ²) in coin, (μ − F)/(γσ²) − 1 in dollars. With γ = 1, the fastest growth, both are
    (μ − F)/σ² − 1. With any other risk aversion they are 1 − 1/γ apart, whatever the market does.

    Parameters
    ----------
    volatility : positive
    risk_aversion : 2 halves the growth-optimal size, each in its own money

    Returns
    -------
    sympy expression
        Negative for a short; −1 is the short of all the coins.

    Raises
    ------
    ValueError
        If a value is outside its domain, or nothing moves.

    Notes
    -----
    Source: R. C. Merton, "Lifetime portfolio selection under uncertainty", Review of Economics and Statistics
    51 (1969) 247.

    Examples
    --------
    >>> market = dict(drift=1, yearly_funding=0.04, volatility=0.8)
    >>> sizing.optimal_exposure(money="coin", **market).evalf(2)
    0.50
    >>> sizing.optimal_exposure(money="dollars", risk_aversion=2, **market).evalf(2)
    -0.25
    """
    _check_that_it_moves("optimal_exposure", volatility=volatility)
    reward = (drift - yearly_funding) / volatility**2
    if one_of("money", money, Money) == "coin":
        return (reward - 1) / risk_aversion
    return reward / risk_aversion - 1


@formula(unit=ONE)
def exposure_error(*, volatility: Any = sigma, holding_time: Any = t_H) -> sp.Expr:
    """Return the standard error of a growth-optimal exposure that was estimated from prices: 1/(σ√t).

    The drift is known to σ/√t only, however often one looks; the volatility is known well.

    Parameters
    ----------
    volatility : positive
    holding_time : the length of the sample, positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or there is no sample.

    Examples
    --------
    >>> sizing.exposure_error(volatility=0.83, holding_time=5.36).evalf(2)
    0.52
    """
    _check_that_it_moves("exposure_error", volatility=volatility, holding_time=holding_time)
    return 1 / (volatility * sp.sqrt(holding_time))


@formula(unit=ONE)
def kelly_bet(*, win_probability: Any = p_w, odds: Any = b_w) -> sp.Expr:
    """Return the part of the wealth to stake on a bet, for the fastest growth: p − (1 − p)/b.

    For a bet that pays b or loses the whole stake. A leveraged position is none: what is lost at a stop is
    not known before, and the coins behind it are a position of their own.

    Returns
    -------
    sympy expression
        Negative where the bet is not worth taking.

    Notes
    -----
    Source: J. L. Kelly, "A new interpretation of information rate", Bell System Technical Journal 35 (1956)
    917.

    Examples
    --------
    >>> sizing.kelly_bet(win_probability=0.7, odds=1).evalf(2)
    0.40
    """
    return win_probability - (1 - win_probability) / odds


def _touched(
    side: sp.Expr, log_distance: sp.Expr, drift: sp.Expr, volatility: sp.Expr, time: sp.Expr
) -> sp.Expr:
    deviation = volatility * sp.sqrt(time)
    away = (drift - volatility**2 / 2) * time
    back = sp.exp(log_distance * (1 - 2 * drift / volatility**2))
    return _normal(-side * (log_distance + away) / deviation) + back * _normal(
        -side * (log_distance - away) / deviation
    )


def _normal(x: sp.Expr) -> sp.Expr:
    # The complement keeps its digits far out, where the factor before it is large.
    return sp.erfc(-x / sp.sqrt(2)) / 2


def _fill(
    function: str, side: sp.Expr, entry_price: sp.Expr, stop_price: sp.Expr, price_gap: sp.Expr
) -> sp.Expr:
    if stop_price.is_zero:
        raise ValueError(
            f"sizing.{function}: stop_price is 0 USD per BTC, which stands for no order, and without a stop "
            "no size has a stated risk: give the trigger's price"
        )
    if (side * (entry_price - stop_price)).is_nonpositive:
        raise ValueError(
            f"sizing.{function}: stop_price is {stop_price} and entry_price {entry_price} USD per BTC, so "
            f"the stop loses nothing: give a stop {_losing(side)} the entry price"
        )
    return stop_price * (1 - side * price_gap)


def _losing(side: sp.Expr) -> str:
    return "below" if side == 1 else "above"


def _winning(side: sp.Expr) -> str:
    return "above" if side == 1 else "below"


def _check_that_it_moves(function: str, **values: sp.Expr) -> None:
    for name, value in values.items():
        if value.is_zero:
            unit = "per √year" if name == "volatility" else "years"
            raise ValueError(
                f"sizing.{function}: {name} is 0 {unit}, and then nothing happens by chance: "
                f"give a {name} above 0"
            )


def _check_that_it_loses(function: str, name: str, side: sp.Expr, price: sp.Expr, barrier: sp.Expr) -> None:
    if (side * (price - barrier)).is_negative:
        raise ValueError(
            f"sizing.{function}: {name} is {barrier} and price {price} USD per BTC, which is past it: "
            f"with side {side} give a barrier {_losing(side)} the price"
        )


def _check_that_it_wins(function: str, side: sp.Expr, price: sp.Expr, target: sp.Expr) -> None:
    if (side * (target - price)).is_nonpositive:
        raise ValueError(
            f"sizing.{function}: target_price is {target} and price {price} USD per BTC, so nothing is won "
            f"there: with side {side} give a target {_winning(side)} the price"
        )
