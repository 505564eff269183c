"""Backtests of inverse positions: the account in coin, what a rule may know, and what a record is worth.

The account is one recurrence. Within a step the dollars held gain or lose coins, pay or receive funding, and
what was traded for them paid a fee:

    C' = C − φ·|N_h − N_e|/S_0 + N_h·(1/S_0 − 1/S) − N_h·A_F

It needs no average entry price, because every step is marked to its end. An account that is at 0 or below
stays at 0: dead is dead.

A rule is called with a `Path` that ends where its knowledge ends. So it cannot look ahead through what it is
given; `first_leak` finds a strategy that looks ahead in some other way.

Sharpe ratios are those of one period, unless a function says that it is for a year.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sympy as sp

from . import contract
from .notation import (
    A_F,
    LONG,
    S_0,
    C,
    N_e,
    N_h,
    S,
    alpha,
    n_K,
    n_T,
    n_Y,
    p_m,
    phi,
    sigma_zeta,
    w_s,
    zeta,
)
from .quantities import BTC, ONE, formula, number, one_of

__all__ = [
    "Account",
    "Moments",
    "Path",
    "annual_growth",
    "annual_sharpe_ratio",
    "coins_after",
    "decisions",
    "deflated_sharpe_ratio",
    "downside_deviation",
    "expected_best_sharpe",
    "false_discovery_rate",
    "first_leak",
    "largest_drawdown",
    "minimum_backtest_length",
    "minimum_track_record",
    "missed_skill",
    "moments",
    "overfitting_probability",
    "probabilistic_sharpe_ratio",
    "returns_of",
    "run",
    "sharpe_error",
    "sortino_ratio",
    "walk_forward",
]

Resized = Literal["every step", "at changes"]


# --- the account ----------------------------------------------------------------------------------


@formula(unit=BTC)
def coins_after(
    *,
    coins: Any = C,
    earlier_notional: Any = N_e,
    held_notional: Any = N_h,
    starting_price: Any = S_0,
    price: Any = S,
    absolute_funding_rate: Any = A_F,
    fee_rate: Any = phi,
) -> sp.Expr:
    """Return the coins of an account after one step.

    First the dollars that were held become those that are held now, at the starting price and for a fee. Then
    these go along with the price and with the funding.

    Parameters
    ----------
    coins : before the step
    earlier_notional, held_notional : negative for a short
    starting_price : at which the trade is filled, and to which the account was marked before
    price : at the end of the step
    absolute_funding_rate : the sum of all payments within the step

    Examples
    --------
    A 1x long is turned into a 1x short at 10,000 USD, and the price falls to 8,000 USD:

    >>> turned = dict(coins=1, earlier_notional=10_000, held_notional=-10_000, starting_price=10_000)
    >>> backtest.coins_after(**turned, price=8_000, absolute_funding_rate=0, fee_rate=0.00075).evalf(6)
    1.24850
    """
    gain_of_a_dollar = contract.profit_and_loss(
        side=LONG, notional=1, entry_price=starting_price, price=price
    )
    fee_of_a_dollar = contract.fee(notional=1, price=starting_price, fee_rate=fee_rate)
    traded = sp.Abs(held_notional - earlier_notional)
    return (
        coins
        - traded * fee_of_a_dollar
        + held_notional * gain_of_a_dollar
        - held_notional * absolute_funding_rate
    )


@functools.cache
def _step() -> Callable[..., float]:
    arguments = [C, N_e, N_h, S_0, S, A_F, phi]
    step: Callable[..., float] = sp.lambdify(arguments, coins_after(), modules="math")
    return step


@dataclass(frozen=True)
class Path:
    """What the market did: prices one after the other, and the funding between them.

    Parameters
    ----------
    prices : sequence of numbers above 0
        USD per BTC, at which positions are filled and marked.
    absolute_funding_rates : sequence of numbers, optional
        BTC per USD, for each price: what a long paid since the price before. Without it there is no funding.
    times : sequence, optional
        When each price was, in anything that can be ordered. Without it the prices are counted.

    Raises
    ------
    ValueError
        If a price is not above 0, a number is missing, the lengths differ, or the times are not in order.
    """

    prices: Sequence[float]
    absolute_funding_rates: Sequence[float] = ()
    times: Sequence[Any] = field(default=())

    def __post_init__(self) -> None:
        prices = _numbers("prices", self.prices, "USD per BTC")
        for index, price in enumerate(prices):
            if price <= 0:
                raise ValueError(
                    f"backtest.Path: prices[{index}] is {price:g} USD per BTC: give prices above 0, and "
                    "leave out what is missing"
                )
        given = self.absolute_funding_rates if len(self.absolute_funding_rates) else [0.0] * len(prices)
        funding = _numbers("absolute_funding_rates", given, "BTC per USD")
        times = tuple(self.times) or tuple(range(len(prices)))
        for name, column in {"absolute_funding_rates": funding, "times": times}.items():
            if len(column) != len(prices):
                raise ValueError(
                    f"backtest.Path: there are {len(prices)} prices and {len(column)} {name}: "
                    "give one for each price"
                )
        for index, (before, after) in enumerate(itertools.pairwise(times), start=1):
            if not before < after:
                raise ValueError(
                    f"backtest.Path: times[{index}] is {after}, not later than {before} before it: sort "
                    "them, and leave out what is there twice"
                )
        self._fill(prices, funding, times)

    def _fill(self, *columns: tuple[Any, ...]) -> None:
        for name, column in zip(("prices", "absolute_funding_rates", "times"), columns, strict=True):
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.prices)

    def until(self, index: int) -> Path:
        """Return a path of its own that ends with the price of this index: what is known then."""
        end = index + 1
        known = object.__new__(Path)
        known._fill(self.prices[:end], self.absolute_funding_rates[:end], self.times[:end])  # type: ignore[arg-type]
        return known


def _numbers(name: str, values: Any, unit: str = "") -> tuple[float, ...]:
    """Return the values as floats, or say which one is none."""
    column = []
    for index, value in enumerate(values):
        try:
            each = float(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"backtest: {name}[{index}] is {value!r}: give a number{unit and ', ' + unit}"
            ) from None
        if not math.isfinite(each):
            raise ValueError(f"backtest: {name}[{index}] is {each}{unit and ' ' + unit}: fill or drop it")
        column.append(each)
    return tuple(column)


Rule = Callable[[Path], Any]


def decisions(rule: Rule, path: Path, *, fill_delay: int = 0) -> tuple[float, ...]:
    """Return the exposure that a rule holds in each step, decided by what was known.

    Step k goes from price k to price k + 1. With `fill_delay` 0 the rule has seen the prices up to k and is
    filled at price k, the very close that it saw; with 1 it is filled one price later.

    Parameters
    ----------
    rule : function of a `Path` that returns an exposure
        Dollars held over the dollar value of the account; −1 for a 1x short.
    path : Path
    fill_delay : whole number, 0 or more

    Returns
    -------
    tuple
        One exposure for each step, one fewer than there are prices; 0 where the rule had not spoken yet.

    Raises
    ------
    ValueError
        If the delay is negative, which would be trading before the signal, or an answer is no number.

    Examples
    --------
    >>> def follow(past):
    ...     prices = past.prices
    ...     return 0 if len(prices) < 2 else 1 if prices[-1] > prices[-2] else -1
    >>> backtest.decisions(follow, backtest.Path([100, 110, 105, 120]))
    (0.0, 1.0, -1.0)
    """
    if fill_delay != int(fill_delay) or fill_delay < 0:
        raise ValueError(
            f"backtest.decisions: fill_delay is {fill_delay} prices, and a fill cannot come before its "
            "signal or between two prices: give 0, 1, 2, …"
        )
    delay = int(fill_delay)
    exposures = [0.0] * min(delay, len(path) - 1)
    for index in range(len(path) - 1 - delay):
        answer = rule(path.until(index))
        try:
            exposure = float(answer)
        except (TypeError, ValueError):
            exposure = math.nan
        if not math.isfinite(exposure):
            raise ValueError(
                f"backtest.decisions: the rule answered {answer!r} at {path.times[index]}: let it return an "
                "exposure, such as 1, 0 or -1"
            )
        exposures.append(exposure)
    return tuple(exposures)


@dataclass(frozen=True)
class Account:
    """What became of an account.

    Parameters
    ----------
    coins : tuple of float
        BTC at each price, from the start on; 0 once it was liquidated.
    notionals : tuple of float
        USD held in each step, a short's negative.
    prices : tuple of float
        USD per BTC.
    died_at : int or None
        Index of the price at which it was liquidated.
    """

    coins: tuple[float, ...]
    notionals: tuple[float, ...]
    prices: tuple[float, ...]
    died_at: int | None = None

    @property
    def dollars(self) -> tuple[float, ...]:
        """The account in USD at each price."""
        return tuple(coins * price for coins, price in zip(self.coins, self.prices, strict=True))

    @property
    def returns(self) -> tuple[float, ...]:
        """The return of each step in coin; 0 once there is nothing left."""
        return returns_of(self.coins)


def run(
    path: Path,
    exposures: Sequence[float],
    *,
    fee_rate: float = 0.0,
    starting_coins: float = 1.0,
    maintenance_margin_rate: float = 0.0,
    resized: Resized = "every step",
    largest_exposure: float = 100.0,
) -> Account:
    """Return what becomes of an account that holds given exposures along a path.

    Each step is `coins_after`. The dollars held are the exposure times the account's dollar value at the
    start of the step, before the fee. The account is looked at where a price is, not between two: what a
    crash within the step would have done is not seen.

    Parameters
    ----------
    path : Path
    exposures : one for each step, as `decisions` gives them
    fee_rate : fraction of the coin value traded
    starting_coins : BTC, above 0
    maintenance_margin_rate : fraction of the position's coin value
        At or below it the account is liquidated, and nothing is left.
    resized : whether the dollars are set anew in every step, or only when the exposure changes
    largest_exposure : what the venue allows, either way

    Raises
    ------
    ValueError
        If the lengths do not fit, or an exposure is beyond what the account may hold.

    Examples
    --------
    >>> path = backtest.Path([10_000, 12_500, 10_000])
    >>> backtest.run(path, [1, -1]).coins
    (1.0, 1.2, 1.5)
    """
    one_of("resized", resized, Resized)
    held = _numbers("exposures", exposures)
    steps = len(path) - 1
    if len(path) < 2 or len(held) != steps:
        raise ValueError(
            f"backtest.run: there are {len(path)} prices and {len(held)} exposures: give at least two "
            "prices, and one exposure for each step between two of them"
        )
    fee, rate, coins = (
        number(each)
        for each in (
            _checked("fee_rate", fee_rate),
            _checked("maintenance_margin_rate", maintenance_margin_rate),
            _checked("coins", starting_coins),
        )
    )
    for index, exposure in enumerate(held):
        if abs(exposure) > largest_exposure or abs(exposure) * rate >= 1:
            raise ValueError(
                f"backtest.run: exposures[{index}] is {exposure:g} at {path.times[index]}, beyond what the "
                f"account can hold: keep it within ±{_most(largest_exposure, rate):g} times its coins"
            )
    step, prices, funding = _step(), path.prices, path.absolute_funding_rates
    balances, notionals, died_at = [coins], [], None
    notional, before = 0.0, 0.0
    for index, exposure in enumerate(held):
        earlier = notional
        if resized == "every step" or exposure != before:
            notional = exposure * coins * prices[index]
        before = exposure
        coins = step(coins, earlier, notional, prices[index], prices[index + 1], funding[index + 1], fee)
        if coins <= rate * abs(notional) / prices[index + 1]:
            if died_at is None:
                died_at = index + 1
            coins, notional, before = 0.0, 0.0, 0.0
            notionals.append(0.0)
            balances.append(0.0)
            break
        notionals.append(notional)
        balances.append(coins)
    rest = steps - len(notionals)
    return Account(tuple(balances) + (0.0,) * rest, tuple(notionals) + (0.0,) * rest, tuple(prices), died_at)


def _most(largest_exposure: float, rate: float) -> float:
    return min(largest_exposure, 1 / rate) if rate else largest_exposure


def _checked(name: str, value: Any) -> Any:
    from .notation import quantity

    return quantity(name).check(value)


Strategy = Callable[[list[float]], Sequence[Any]]


def first_leak(strategy: Strategy, prices: Sequence[float]) -> int | None:
    """Return where a strategy first decides otherwise if it is not shown what comes later.

    The strategy is run on all prices, and then again on each beginning of them. What it decides at a price
    may not depend on whether later prices are there. A strategy that carries the later prices in itself is
    not found this way: try it on prices that it has never seen.

    Parameters
    ----------
    strategy : function of a list of prices that returns a decision for each of them
    prices : sequence of numbers above 0

    Returns
    -------
    int or None
        Index of the price; None if nothing leaks on these prices.

    Raises
    ------
    ValueError
        If the strategy does not return one decision for each price.

    Examples
    --------
    >>> def above_average(prices):
    ...     return [price > sum(prices) / len(prices) for price in prices]
    >>> backtest.first_leak(above_average, [100, 110, 150, 120])
    1
    """
    known = list(Path(prices).prices)

    def decided(count: int) -> Sequence[Any]:
        answer = strategy(known[:count])
        if len(answer) != count:
            raise ValueError(
                f"backtest.first_leak: the strategy was shown {count} prices and returned {len(answer)} "
                "decisions: let it return one for each price"
            )
        return answer

    with_future = decided(len(known))
    for index in range(len(known)):
        now, later = decided(index + 1)[index], with_future[index]
        undecided = now != now and later != later  # NaN, where a mean has not begun
        if now != later and not undecided:
            return index
    return None


# --- what a record says ---------------------------------------------------------------------------


def returns_of(values: Sequence[float]) -> tuple[float, ...]:
    """Return the return of each step: value over the value before, less 1; 0 once nothing is left.

    Parameters
    ----------
    values : two or more numbers, 0 or above, in coins or in dollars

    Raises
    ------
    ValueError
        If a value is negative or there is no step.

    Examples
    --------
    >>> backtest.returns_of([1, 2, 1, 0, 0])
    (1.0, -0.5, -1.0, 0.0)
    """
    series = _numbers("values", values)
    if len(series) < 2 or min(series) < 0 or series[0] == 0:
        raise ValueError(
            "backtest.returns_of: values need two or more numbers, none below 0 and the first above it"
        )
    return tuple(now / before - 1 if before else 0.0 for before, now in itertools.pairwise(series))


@dataclass(frozen=True)
class Moments:
    """Mean, deviation and shape of returns.

    Parameters
    ----------
    mean, deviation : float
        Of one period; the deviation with n − 1.
    skewness, kurtosis : float
        With n; the kurtosis of a bell curve is 3.
    observations : int
    """

    mean: float
    deviation: float
    skewness: float
    kurtosis: float
    observations: int

    @property
    def sharpe_ratio(self) -> float:
        """Mean over deviation, of one period.

        In a coin account nothing is earned by waiting, so no riskless return is taken off.
        """
        return self.mean / self.deviation


def moments(returns: Sequence[float]) -> Moments:
    """Return mean, deviation, skewness and kurtosis of returns.

    Parameters
    ----------
    returns : two or more numbers that are not all the same

    Raises
    ------
    ValueError
        If there are fewer than two, or nothing varies.

    Examples
    --------
    >>> record = backtest.moments([0.01, 0.03, -0.02, 0.02])
    >>> round(record.mean, 4), round(record.deviation, 4), round(record.sharpe_ratio, 4)
    (0.01, 0.0216, 0.4629)
    """
    series = _numbers("returns", returns)
    count = len(series)
    mean = math.fsum(series) / count if count else 0.0
    away = [each - mean for each in series]
    square = math.fsum(each**2 for each in away)
    if count < 2 or max(series) == min(series):
        raise ValueError(
            f"backtest.moments: {count} returns that do not vary have no deviation: give two or more that do"
        )
    spread = math.sqrt(square / count)
    return Moments(
        mean,
        math.sqrt(square / (count - 1)),
        math.fsum((each / spread) ** 3 for each in away) / count,
        math.fsum((each / spread) ** 4 for each in away) / count,
        count,
    )


def largest_drawdown(values: Sequence[float]) -> float:
    """Return the largest fall from a high, as a fraction of the high.

    The first value counts as a high, so a record that only loses has lost from its start.

    Parameters
    ----------
    values : of an account, from its start on, in coins or in dollars

    Raises
    ------
    ValueError
        If a value is negative, or there is nothing at the start.

    Examples
    --------
    >>> backtest.largest_drawdown([1, 1.25, 1, 2, 1.5])
    0.25
    """
    returns_of(values)  # says what is wrong with them
    highs = itertools.accumulate(values, max)
    return max(1 - value / high for value, high in zip(values, highs, strict=True))


def annual_growth(values: Sequence[float], *, periods_a_year: float = 365) -> float:
    """Return the constant yearly growth that leads from the first value to the last.

    Parameters
    ----------
    values : of an account, from its start on
    periods_a_year : above 0; a market that never closes has 365 days

    Raises
    ------
    ValueError
        If a value is negative, there is nothing at the start, or a year has no periods.

    Examples
    --------
    >>> round(backtest.annual_growth([1, 1.1, 1.21], periods_a_year=1), 6)
    0.1
    """
    periods = number(_checked("periods_a_year", periods_a_year))
    steps = len(returns_of(values))
    return float((values[-1] / values[0]) ** (periods / steps) - 1)


def downside_deviation(returns: Sequence[float], *, required: float = 0.0) -> float:
    """Return the root of the mean square of what returns fall short of a required one, for one period.

    The mean is over all returns, not only over those that fall short.

    Examples
    --------
    >>> round(backtest.downside_deviation([0.01, 0.03, -0.02, 0.02]), 4)
    0.01
    """
    short = [min(0.0, each - required) for each in _numbers("returns", returns)]
    if not short:
        raise ValueError("backtest.downside_deviation: there are no returns: give one or more")
    return math.sqrt(math.fsum(each**2 for each in short) / len(short))


def sortino_ratio(returns: Sequence[float], *, required: float = 0.0) -> float:
    """Return the mean return beyond a required one over the downside deviation, for one period.

    Raises
    ------
    ValueError
        If no return falls short: then the ratio says nothing.

    Examples
    --------
    >>> round(backtest.sortino_ratio([0.01, 0.03, -0.02, 0.02]), 4)
    1.0
    """
    series = _numbers("returns", returns)
    downside = downside_deviation(series, required=required)
    if downside == 0:
        raise ValueError(
            "backtest.sortino_ratio: no return is below the required one, and over nothing there is no "
            "ratio: give more returns"
        )
    return (math.fsum(series) / len(series) - required) / downside


@formula(unit=ONE)
def annual_sharpe_ratio(
    *, sharpe_ratio: Any = zeta, periods_a_year: Any = n_Y, autocorrelation: Any = 0
) -> sp.Expr:
    """Return the Sharpe ratio of a year from that of a period.

    √q times it if returns do not depend on each other. If each depends on the one before with ρ, the factor
    is q/√(q + 2Σ(q − k)ρᵏ), summed over k from 1 to q − 1.

    Parameters
    ----------
    periods_a_year : 365 for the days of a market that never closes, not 252
    autocorrelation : returns are taken for a first-order autoregression

    Notes
    -----
    Source: A. W. Lo, "The statistics of Sharpe ratios", Financial Analysts Journal 58 (2002) 36.

    Examples
    --------
    >>> backtest.annual_sharpe_ratio(sharpe_ratio=0.05, periods_a_year=365).evalf(4)
    0.9552
    >>> backtest.annual_sharpe_ratio(sharpe_ratio=1, periods_a_year=12, autocorrelation=0.2).evalf(4)
    2.879
    """
    rho, q = autocorrelation, periods_a_year
    rho = sp.sympify(rho)
    together = rho * (q * (1 - rho) - (1 - rho**q)) / (1 - rho) ** 2
    return sharpe_ratio * q / sp.sqrt(q + 2 * together)


@formula(unit=ONE)
def sharpe_error(
    *, sharpe_ratio: Any = zeta, skewness: Any = 0, kurtosis: Any = 3, observations: Any = n_T
) -> sp.Expr:
    """Return the standard error of a Sharpe ratio that was measured: √((1 − γ₃ζ + (γ₄ − 1)ζ²/4)/n).

    For a bell curve √((1 + ζ²/2)/n). A year's error is √365 times that of a day, if ζ is that of a day.

    Parameters
    ----------
    kurtosis : not below 1 + skewness², which no returns can have

    Raises
    ------
    ValueError
        If a value is outside its domain, or no returns have such a shape.

    Notes
    -----
    Source: D. H. Bailey and M. López de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15
    (2012) 3; for a bell curve Lo 2002.

    Examples
    --------
    >>> backtest.sharpe_error(sharpe_ratio=0.5, observations=12).evalf(4)
    0.3062
    """
    return sp.sqrt(_shape("sharpe_error", sharpe_ratio, skewness, kurtosis) / observations)


def _shape(function: str, sharpe_ratio: Any, skewness: Any, kurtosis: Any) -> sp.Expr:
    least = 1 + sp.sympify(skewness) ** 2
    if (kurtosis - least).is_negative:
        raise ValueError(
            f"backtest.{function}: kurtosis is {kurtosis} and skewness {skewness}, and no returns are like "
            f"that: the kurtosis is at least 1 + skewness², {least}; that of a bell curve is 3, not 0"
        )
    return 1 - skewness * sharpe_ratio + (kurtosis - 1) * sharpe_ratio**2 / 4


@formula(unit=ONE)
def probabilistic_sharpe_ratio(
    *,
    sharpe_ratio: Any = zeta,
    benchmark_sharpe: Any = 0,
    skewness: Any = 0,
    kurtosis: Any = 3,
    observations: Any = n_T,
) -> sp.Expr:
    """Return how sure a record makes that the true Sharpe ratio is above a benchmark.

    Φ((ζ − ζ₀)√(n − 1)/√(1 − γ₃ζ + (γ₄ − 1)ζ²/4)), with n − 1 as its authors had it. It is about one rule that
    was tried once.

    Raises
    ------
    ValueError
        If a value is outside its domain, or no returns have such a shape.

    Notes
    -----
    Source: Bailey and López de Prado 2012, see `sharpe_error`.

    Examples
    --------
    >>> record = dict(sharpe_ratio=0.458, skewness=-2.448, kurtosis=10.164, observations=24)
    >>> round(float(backtest.probabilistic_sharpe_ratio(**record)), 3)
    0.913
    """
    shape = _shape("probabilistic_sharpe_ratio", sharpe_ratio, skewness, kurtosis)
    return _normal((sharpe_ratio - benchmark_sharpe) * sp.sqrt(observations - 1) / sp.sqrt(shape))


@formula(unit=ONE)
def minimum_track_record(
    *,
    sharpe_ratio: Any = zeta,
    benchmark_sharpe: Any = 0,
    skewness: Any = 0,
    kurtosis: Any = 3,
    significance: Any = alpha,
) -> sp.Expr:
    """Return how many periods a record needs until its Sharpe ratio is significantly above a benchmark.

    1 + (1 − γ₃ζ + (γ₄ − 1)ζ²/4)·(z/(ζ − ζ₀))², where z is what a bell curve exceeds with the chance α.

    Raises
    ------
    ValueError
        If a value is outside its domain, or the ratio is not above the benchmark.

    Notes
    -----
    Source: Bailey and López de Prado 2012, see `sharpe_error`.

    Examples
    --------
    >>> years = backtest.minimum_track_record(
    ...     sharpe_ratio=0.7079, skewness=-0.225, kurtosis=2.957, significance=0.05
    ... ) / 12
    >>> round(float(years), 4)
    0.7152
    """
    if (sharpe_ratio - benchmark_sharpe).is_nonpositive:
        raise ValueError(
            f"backtest.minimum_track_record: sharpe_ratio is {sharpe_ratio} and benchmark_sharpe "
            f"{benchmark_sharpe}, and no record is long enough for what is not there: give a ratio above it"
        )
    shape = _shape("minimum_track_record", sharpe_ratio, skewness, kurtosis)
    return 1 + shape * (_quantile(1 - significance) / (sharpe_ratio - benchmark_sharpe)) ** 2


@formula(unit=ONE)
def expected_best_sharpe(*, trials: Any = n_K, trial_deviation: Any = sigma_zeta) -> sp.Expr:
    """Return the Sharpe ratio to be expected of the best of many rules, none of which has any skill.

    σ·((1 − γ)·z(1 − 1/n) + γ·z(1 − 1/(n·e))), with Euler's γ = 0.5772. For rules that do not depend on each
    other, and about 1 % too high for a hundred of them. Rules that are alike count as fewer.

    Parameters
    ----------
    trials : more than one

    Raises
    ------
    ValueError
        If a value is outside its domain, or only one rule was tried.

    Notes
    -----
    Source: D. H. Bailey and M. López de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management
    40 (2014) 94.

    Examples
    --------
    >>> round(float(backtest.expected_best_sharpe(trials=100, trial_deviation=1)), 3)
    2.531
    """
    return trial_deviation * _best_of("expected_best_sharpe", trials)


@formula(unit=ONE)
def deflated_sharpe_ratio(
    *,
    sharpe_ratio: Any = zeta,
    trials: Any = n_K,
    trial_deviation: Any = sigma_zeta,
    skewness: Any = 0,
    kurtosis: Any = 3,
    observations: Any = n_T,
) -> sp.Expr:
    """Return how sure a record makes that the best of many rules that were tried beats what luck would show.

    The `probabilistic_sharpe_ratio`, with what the best of so many would show by luck as the benchmark. It is
    a confidence, neither a ratio nor the chance that there is skill.

    Raises
    ------
    ValueError
        If a value is outside its domain, or no returns have such a shape.

    Notes
    -----
    Source: Bailey and López de Prado 2014, see `expected_best_sharpe`.

    Examples
    --------
    >>> record = dict(sharpe_ratio=2.5 / 250**0.5, skewness=-3, kurtosis=10, observations=1250)
    >>> trials = dict(trials=100, trial_deviation=0.002**0.5)
    >>> round(float(backtest.deflated_sharpe_ratio(**record, **trials)), 4)
    0.9004
    """
    return probabilistic_sharpe_ratio(
        sharpe_ratio=sharpe_ratio,
        benchmark_sharpe=expected_best_sharpe(trials=trials, trial_deviation=trial_deviation),
        skewness=skewness,
        kurtosis=kurtosis,
        observations=observations,
    )


@formula(unit=ONE)
def minimum_backtest_length(*, trials: Any = n_K, sharpe_ratio: Any = zeta) -> sp.Expr:
    """Return how many years a backtest needs so that the best of many rules without skill is not this good.

    The years after which the `expected_best_sharpe` of so many trials has fallen to a yearly Sharpe ratio.

    Parameters
    ----------
    sharpe_ratio : of a year, above 0

    Raises
    ------
    ValueError
        If a value is outside its domain, or the ratio is not above 0.

    Notes
    -----
    Source: D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, "Pseudo-mathematics and financial
    charlatanism", Notices of the AMS 61 (2014) 458.

    Examples
    --------
    >>> round(float(backtest.minimum_backtest_length(trials=45, sharpe_ratio=1)), 1)
    5.0
    """
    if sharpe_ratio.is_nonpositive:
        raise ValueError(
            f"backtest.minimum_backtest_length: sharpe_ratio is {sharpe_ratio}: give the yearly ratio that "
            "luck should not reach, above 0"
        )
    return (_best_of("minimum_backtest_length", trials) / sharpe_ratio) ** 2


@formula(unit=ONE)
def missed_skill(
    *,
    sharpe_ratio: Any = zeta,
    significance: Any = alpha,
    skewness: Any = 0,
    kurtosis: Any = 3,
    observations: Any = n_T,
) -> sp.Expr:
    """Return the chance that a rule with this true Sharpe ratio is not found significant.

    Significant is what exceeds z/√n, the line that luck without skill passes with the chance α. Around the
    true ratio the measured one has the `sharpe_error`.

    Raises
    ------
    ValueError
        If a value is outside its domain, or no returns have such a shape.

    Notes
    -----
    Source: M. López de Prado, A. Lipton and V. Zoonekynd, "How to use the Sharpe ratio", 2025.

    Examples
    --------
    >>> record = dict(skewness=-2.448, kurtosis=10.164, observations=24)
    >>> round(float(backtest.missed_skill(sharpe_ratio=0.5, significance=0.05, **record)), 3)
    0.315
    """
    line = _quantile(1 - significance) / sp.sqrt(observations)
    error = sp.sqrt(_shape("missed_skill", sharpe_ratio, skewness, kurtosis) / observations)
    return _normal((line - sharpe_ratio) / error)


@formula(unit=ONE)
def false_discovery_rate(
    *, significance: Any = alpha, missed_share: Any = p_m, skilled_share: Any = w_s
) -> sp.Expr:
    """Return the part of the rules that were found significant which has no skill.

    Examples
    --------
    One rule in twenty has skill, and 31.5 percent of those are missed:

    >>> backtest.false_discovery_rate(significance=0.05, missed_share=0.315, skilled_share=0.05).evalf(3)
    0.581
    """
    by_luck = significance * (1 - skilled_share)
    return by_luck / (by_luck + (1 - missed_share) * skilled_share)


def _normal(x: Any) -> sp.Expr:
    return sp.erfc(-x / sp.sqrt(2)) / 2


def _quantile(chance: Any) -> sp.Expr:
    return sp.sqrt(2) * sp.erfinv(2 * chance - 1)


def _best_of(function: str, trials: Any) -> sp.Expr:
    if trials == 1:
        raise ValueError(
            f"backtest.{function}: trials is 1, and of one rule there is no best: give two or more, or ask "
            "backtest.probabilistic_sharpe_ratio about the one"
        )
    euler = sp.EulerGamma
    return (1 - euler) * _quantile(1 - 1 / trials) + euler * _quantile(1 - 1 / (trials * sp.E))


# --- choosing among rules -------------------------------------------------------------------------


def _table(function: str, returns_of_rules: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    table = [_numbers("returns", returns) for returns in returns_of_rules]
    if len(table) < 2 or len({len(row) for row in table}) != 1:
        raise ValueError(
            f"backtest.{function}: there are {len(table)} rules with {sorted({len(row) for row in table})} "
            "returns: give two rules or more, and each as many returns as the others"
        )
    return table


class _Sums:
    """Sums of returns and of their squares, so that any stretch has its Sharpe ratio at once."""

    def __init__(self, returns: Sequence[float]) -> None:
        self.sums = [0.0, *itertools.accumulate(returns)]
        self.squares = [0.0, *itertools.accumulate(each * each for each in returns)]

    def ratio(self, stretches: Sequence[tuple[int, int]]) -> float:
        """Return mean over deviation of some stretches together; a rule that did nothing has none."""
        count = sum(stop - start for start, stop in stretches)
        mean = sum(self.sums[stop] - self.sums[start] for start, stop in stretches) / count
        square = sum(self.squares[stop] - self.squares[start] for start, stop in stretches) / count
        variance = square - mean**2
        return mean / math.sqrt(variance) if variance > 1e-12 * square else -math.inf


def walk_forward(
    returns_of_rules: Sequence[Sequence[float]], *, chosen_on: int, traded_for: int, start: int = 0
) -> tuple[float, ...]:
    """Return the returns of somebody who again and again chooses the best rule of the past and trades it.

    From `start` on the rule with the highest Sharpe ratio of `chosen_on` returns is traded for the next
    `traded_for`; then it is chosen anew. What a change of rule costs is not counted beyond the rules' own
    fees. Begin a few days later and the windows are others: look at many starts.

    Parameters
    ----------
    returns_of_rules : for each rule its returns, all of the same periods
    chosen_on, traded_for : whole numbers of periods
    start : the first period that may be chosen on

    Raises
    ------
    ValueError
        If there are fewer than two rules, the lengths differ, or the record is too short for one choice.

    Examples
    --------
    >>> rules = [[1, 2, 1, -1, -2, -1], [-1, -2, -1, 1, 2, 1]]
    >>> backtest.walk_forward(rules, chosen_on=2, traded_for=2)
    (1.0, -1.0, -2.0, -1.0)
    """
    table = _table("walk_forward", returns_of_rules)
    length = len(table[0])
    if chosen_on < 2 or traded_for < 1 or start < 0 or start + chosen_on >= length:
        raise ValueError(
            f"backtest.walk_forward: from period {start}, {chosen_on} are chosen on and {traded_for} traded, "
            f"of {length}: give two or more, one or more, and leave some to trade"
        )
    sums = [_Sums(row) for row in table]
    traded: list[float] = []
    for now in range(start + chosen_on, length, traded_for):
        ratios = [each.ratio([(now - chosen_on, now)]) for each in sums]
        traded += table[ratios.index(max(ratios))][now : now + traded_for]
    return tuple(traded)


def overfitting_probability(returns_of_rules: Sequence[Sequence[float]], *, blocks: int = 12) -> float:
    """Return how often the best rule of one half of the record is no better than the middle in the other.

    The record is cut into blocks, and each way to take half of them is tried: the best there is ranked among
    all rules in the rest.

    Parameters
    ----------
    returns_of_rules : for each rule its returns, all of the same periods
    blocks : even, 2 or more

    Raises
    ------
    ValueError
        If there are fewer than two rules, the lengths differ, or the blocks are odd or too many.

    Notes
    -----
    Source: D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, "The probability of backtest
    overfitting", Journal of Computational Finance 20 (2017) 39.

    Examples
    --------
    A rule that is always better is chosen rightly, whatever the blocks:

    >>> backtest.overfitting_probability([[2, 1, 2, 1], [-1, 1, -1, 1]], blocks=2)
    0.0
    """
    table = _table("overfitting_probability", returns_of_rules)
    length = len(table[0])
    if blocks < 2 or blocks % 2 or length < 2 * blocks:
        raise ValueError(
            f"backtest.overfitting_probability: {length} returns cannot be cut into {blocks} blocks: give an "
            "even number, and two returns or more for each"
        )
    edges = [round(length * each / blocks) for each in range(blocks + 1)]
    stretches = list(itertools.pairwise(edges))
    sums = [_Sums(row) for row in table]

    lucky = splits = 0
    for half in itertools.combinations(range(blocks), blocks // 2):
        taken = [stretches[block] for block in half]
        left = [stretches[block] for block in range(blocks) if block not in half]
        inside, outside = ([each.ratio(parts) for each in sums] for parts in (taken, left))
        best = inside.index(max(inside))
        rank = 1 + sum(each < outside[best] for each in outside)
        lucky += rank / (len(table) + 1) <= 0.5
        splits += 1
    return lucky / splits
