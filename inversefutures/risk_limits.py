"""Margin that grows with the size of what is held.

A large position moves the market when it is closed, so venues ask it for a larger part of its value. There
are several ways, and each is a schedule with the same two questions, `rate` and `margin`:

`Tiers`
    Each slice of the size has its own rate, as with an income tax. The margin is continuous. Written for the
    whole size at once it is rate · size − deduction, and continuity alone fixes the deduction.
`Steps`
    The whole size pays the rate of the step it has reached. The margin jumps at each step.
`Brackets`
    The same with steps of unequal width.
`Slope`
    The rate rises with every coin of size, so the margin is a quadratic function of the size.

No rounding is done here. With symbols the results are formulas, with numbers they are numbers.
"""

import abc
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from . import contract
from . import margin as margins
from .notation import (
    R_0,
    R_1,
    D_b,
    E,
    L,
    N,
    V,
    V_k,
    m,
    m_0,
    m_1,
    m_b,
    m_V,
)
from .quantities import BTC, ONE, USD, check_fields, checked, exactly_one, formula

__all__ = [
    "Brackets",
    "Schedule",
    "Slope",
    "Steps",
    "Tier",
    "Tiers",
    "risk_limit_jump",
    "risk_limit_steps",
    "size_dependent_rate",
    "stepped_rate",
    "tier_deduction",
    "tiered_liquidation_price",
]


@dataclass(frozen=True)
class Schedule(abc.ABC):
    """How much of its value a position of a certain size has to leave as margin: rate · size."""

    def __post_init__(self) -> None:
        check_fields(self)

    @abc.abstractmethod
    def rate(self, size: Any = V) -> sp.Expr:
        """Return the rate that a size pays, on average over all of it."""

    def margin(self, size: Any = V) -> sp.Expr:
        """Return the margin of a size, in its unit."""
        return self.rate(size) * sp.sympify(size)


# --- tiers ----------------------------------------------------------------------------------------


@formula(unit=BTC)
def tier_deduction(
    *,
    tier_floor: Any = V_k,
    maintenance_margin_rate: Any = m,
    lower_rate: Any = m_b,
    lower_deduction: Any = D_b,
) -> sp.Expr:
    """Return the deduction of a tier: what makes rate · size − deduction continuous where the tier begins.

    It is the solution of one equation: at the floor, both tiers ask for the same margin.

    Parameters
    ----------
    tier_floor : the size at which the tier begins
    maintenance_margin_rate : the rate of the tier
    lower_rate : the rate of the tier below
    lower_deduction : the deduction of the tier below

    Notes
    -----
    Sources: Binance (*maintenance amount*, *cum*) and Bybit (*maintenance margin deduction*),
    https://bybit-tr.com/en-TR/announcement-info/margin-parameters .

    Examples
    --------
    >>> risk_limits.tier_deduction()
    D_b + V_k*(m - m_b)
    >>> float(risk_limits.tier_deduction(
    ...     tier_floor=150, maintenance_margin_rate=0.01, lower_rate=0.005,
    ...     lower_deduction=0
    ... ))
    0.75
    """
    return _continuous_deduction().xreplace(
        {V_k: tier_floor, m: maintenance_margin_rate, m_b: lower_rate, D_b: lower_deduction}
    )


def _line(size: sp.Expr, rate: sp.Expr, deduction: sp.Expr) -> sp.Expr:
    return rate * size - deduction


@functools.cache
def _continuous_deduction() -> sp.Expr:
    deduction = sp.Dummy("deduction")
    (solution,) = sp.solve(_line(V_k, m, deduction) - _line(V_k, m_b, D_b), deduction)
    return sp.collect(sp.expand(solution), V_k)


@dataclass(frozen=True)
class Tier:
    """One tier of a schedule.

    Parameters
    ----------
    floor : the size at which it begins, in the unit of its `Tiers`; not negative
    rate : fraction of each coin, or dollar, above the floor; from 0 to 1

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """

    floor: Any
    rate: Any

    def __post_init__(self) -> None:
        for name, domain in (("floor", sp.Interval(0, sp.oo)), ("rate", sp.Interval(0, 1))):
            value = sp.sympify(getattr(self, name))
            if value.is_number and domain.contains(value) != sp.true:
                raise ValueError(
                    f"{name} of a tier is {getattr(self, name)}, but its domain is {domain.start} to "
                    f"{domain.end}"
                )
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Tiers(Schedule):
    """A schedule in which each slice of the size has its own rate.

    Parameters
    ----------
    tiers : iterable of Tier, or of pairs of floor and rate
        From the lowest to the highest; the first floor is 0, and floors and rates rise.
    cap : the largest size that the schedule speaks of, or None
    unit : what the size is counted in, `BTC` or `USD`

    Raises
    ------
    ValueError
        If there is no tier, the first floor is not 0, floors or rates do not rise, or the cap is not above
        the last floor.

    Notes
    -----
    A size that is exactly a floor belongs to the tier below, as in the venues' tables ("up to 50").
    """

    tiers: tuple[Tier, ...]
    cap: Any = None
    unit: sp.Expr = BTC

    def __post_init__(self) -> None:
        tiers = tuple(each if isinstance(each, Tier) else Tier(*each) for each in self.tiers)
        object.__setattr__(self, "tiers", tiers)
        if not tiers:
            raise ValueError("tiers is empty: give at least one tier, with floor 0")
        if tiers[0].floor != 0:
            raise ValueError(f"floor of the first tier is {tiers[0].floor}, but must be 0")
        for below, above in itertools.pairwise(tiers):
            for name in ("floor", "rate"):
                low, high = getattr(below, name), getattr(above, name)
                if (high - low).is_nonpositive:
                    raise ValueError(
                        f"{name} of a tier is {high} after {low}: give the tiers so that each {name} is "
                        "above the one before"
                    )
        if self.cap is not None:
            object.__setattr__(self, "cap", sp.sympify(self.cap))
            if (self.cap - tiers[-1].floor).is_nonpositive:
                raise ValueError(f"cap is {self.cap}, but must be above the last floor {tiers[-1].floor}")

    @property
    def deductions(self) -> tuple[sp.Expr, ...]:
        """The deduction of each tier, in the unit of the size; 0 for the first."""
        deductions = [sp.S.Zero]
        for below, above in itertools.pairwise(self.tiers):
            deductions.append(
                tier_deduction(
                    tier_floor=above.floor,
                    maintenance_margin_rate=above.rate,
                    lower_rate=below.rate,
                    lower_deduction=deductions[-1],
                )
            )
        return tuple(deductions)

    def margin(self, size: Any = V) -> sp.Expr:
        """Return the margin for a size, in its unit: rate · size − deduction of the tier that it lies in.

        Parameters
        ----------
        size : coins or dollars, not negative

        Raises
        ------
        ValueError
            If the size is negative or above the cap.
        """
        size = self._checked(size)
        return self._by_tier(
            size,
            [
                _line(size, tier.rate, deduction)
                for tier, deduction in zip(self.tiers, self.deductions, strict=True)
            ],
        )

    def margin_by_slices(self, size: Any = V) -> sp.Expr:
        """Return the same margin as a sum over the slices: the rate of each, times what lies inside it.

        Parameters
        ----------
        size : coins or dollars, not negative
        """
        size = self._checked(size)
        ceilings = [tier.floor for tier in self.tiers[1:]]
        slices = [
            tier.rate * sp.Max(0, sp.Min(size, ceiling) - tier.floor)
            for tier, ceiling in zip(self.tiers, ceilings, strict=False)
        ]
        last = self.tiers[-1]
        return sp.Add(*slices, last.rate * sp.Max(0, size - last.floor))

    def marginal_rate(self, size: Any = V) -> sp.Expr:
        """Return what the next coin (or dollar) costs: the rate of the tier that the size lies in.

        Parameters
        ----------
        size : coins or dollars, not negative
        """
        size = self._checked(size)
        return self._by_tier(size, [tier.rate for tier in self.tiers])

    def deduction(self, size: Any = V) -> sp.Expr:
        """Return the deduction of the tier that the size lies in.

        Parameters
        ----------
        size : coins or dollars, not negative
        """
        return self._by_tier(self._checked(size), self.deductions)

    def rate(self, size: Any = V) -> sp.Expr:
        """Return the average rate, margin / size. It never exceeds the marginal rate.

        Parameters
        ----------
        size : coins or dollars, positive
        """
        size = self._checked(size)
        if size.is_zero:
            return self.tiers[0].rate
        return self.margin(size) / size

    def _checked(self, size: Any) -> sp.Expr:
        size = sp.sympify(size)
        if size.is_negative:
            raise ValueError(f"size is {size}, but its domain is V ≥ 0")
        if self.cap is not None and (size - self.cap).is_positive:
            raise ValueError(
                f"size is {size}, but the schedule ends at {self.cap}: no rate is known above it"
            )
        return size

    def _by_tier(self, size: sp.Expr, values: Sequence[sp.Expr]) -> sp.Expr:
        ceilings = [size <= tier.floor for tier in self.tiers[1:]]
        end = sp.true if self.cap is None else size <= self.cap
        return sp.Piecewise(*zip(values, [*ceilings, end], strict=True))


@dataclass(frozen=True)
class Brackets(Schedule):
    """A schedule in which the whole size pays the rate of its tier, without a deduction; so it jumps.

    Venues read their tables of the largest leverage in this way: the initial margin of a size is the size
    divided by the leverage that its tier allows.

    Parameters
    ----------
    tiers : Tiers
    """

    tiers: Tiers

    def rate(self, size: Any = V) -> sp.Expr:
        """Return the rate of the tier that a size lies in."""
        return self.tiers.marginal_rate(size)


def tiered_liquidation_price(
    tiers: Tiers,
    *,
    side: Any,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    margin: Any = None,
    extra_margin: Any = 0,
    base: margins.Base = "mark",
) -> sp.Expr:
    """Return the liquidation price by the tier that the position is in at that very price.

    On the mark value a fall of the price makes the position larger in coin, and may lift it into a higher
    tier before it is liquidated. Nothing has to be guessed and tried: rates rise, so the tiered margin is the
    largest of the lines rate · size − deduction, and the balance meets the largest line first. Of the prices
    that the tiers give, each for itself, a long is liquidated at the highest and a short at the lowest.

    Tiers in dollars need none of this: the dollars of an inverse contract do not change with its price.

    Parameters
    ----------
    tiers : Tiers
    side : +1 for a long, −1 for a short; a number
    notional : USD, positive
    entry_price : USD per BTC, positive
    leverage : positive; the margin is then the initial margin
    margin : BTC, positive; instead of the leverage
    extra_margin : BTC, not negative
    base : ``"mark"``, or ``"entry"`` where the tier is that of the entry value and stays

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where no price liquidates the position.

    Raises
    ------
    ValueError
        If a value is outside its domain, both leverage and margin are given, the margin at the entry is below
        the maintenance margin there, or the size at the liquidation price is above the cap.
    """
    side, notional, entry_price, extra_margin = checked(
        side=side, notional=notional, entry_price=entry_price, extra_margin=extra_margin
    )
    if not side.is_number:
        raise ValueError(f"side is {side}, but must be a number: a long and a short meet different tiers")
    if margin is None:
        margin = margins.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
    else:
        exactly_one(leverage=None if leverage == L else leverage, margin=margin)
    (margin,) = checked(margin=margin)
    at_entry = contract.value(notional=notional, price=entry_price)
    in_dollars = tiers.unit == USD
    size = notional if in_dollars else at_entry
    needed = tiers.margin(size) / (entry_price if in_dollars else 1)
    if (margin + extra_margin - needed).is_negative:
        raise ValueError(
            f"the margin is {margin + extra_margin} BTC, but the maintenance margin at the entry is "
            f"{needed} BTC: give more margin, or a smaller position"
        )
    position = {
        "side": side,
        "notional": notional,
        "entry_price": entry_price,
        "margin": margin,
        "extra_margin": extra_margin,
    }
    if in_dollars:
        return margins.liquidation_price(**position, maintenance_margin_rate=tiers.rate(size), base=base)
    if base == "entry":
        return margins.liquidation_price(
            **position,
            maintenance_margin_rate=tiers.marginal_rate(size),
            deduction=tiers.deduction(size),
            base=base,
        )
    by_tier = [
        margins.liquidation_price(
            **position, maintenance_margin_rate=tier.rate, deduction=deduction, base=base
        )
        for tier, deduction in zip(tiers.tiers, tiers.deductions, strict=True)
    ]
    price = sp.Max(*by_tier) if side == contract.LONG else sp.Min(*by_tier)
    if price.is_number and price != sp.oo:
        tiers._checked(notional / price)
    return price


# --- steps ----------------------------------------------------------------------------------------


@formula(unit=ONE)
def risk_limit_steps(
    *, position_value: Any = V, base_risk_limit: Any = R_0, risk_limit_step: Any = R_1
) -> sp.Expr:
    """Return how many steps above the base risk limit a position is.

    Notes
    -----
    Source: BitMEX, "Risk limits examples", https://www.bitmex.com/app/riskLimitsExamples .

    Examples
    --------
    >>> risk_limits.risk_limit_steps(
    ...     position_value=450, base_risk_limit=200, risk_limit_step=100
    ... )
    3
    """
    return sp.Max(0, sp.ceiling((position_value - base_risk_limit) / risk_limit_step))


@formula(unit=ONE)
def stepped_rate(
    *,
    position_value: Any = V,
    base_risk_limit: Any = R_0,
    risk_limit_step: Any = R_1,
    base_rate: Any = m_0,
    rate_step: Any = m_1,
) -> sp.Expr:
    """Return the margin rate of the step that a position has reached; the whole position pays it.

    Notes
    -----
    Source: BitMEX, "Risk limits examples", https://www.bitmex.com/app/riskLimitsExamples .

    Examples
    --------
    >>> float(risk_limits.stepped_rate(
    ...     position_value=450, base_risk_limit=200, risk_limit_step=100,
    ...     base_rate=0.005, rate_step=0.005
    ... ))
    0.02
    """
    steps = risk_limit_steps(
        position_value=position_value, base_risk_limit=base_risk_limit, risk_limit_step=risk_limit_step
    )
    return base_rate + rate_step * steps


@formula(unit=BTC)
def risk_limit_jump(*, position_value: Any = V, rate_step: Any = m_1) -> sp.Expr:
    """Return by how much the margin jumps when a position passes a step: the whole of it pays more.

    With tiers only what lies above the floor would. The first coin beyond a step is the dearest there is.

    Parameters
    ----------
    position_value : the size at the step

    Examples
    --------
    >>> risk_limits.risk_limit_jump()
    V*m_1
    >>> float(risk_limits.risk_limit_jump(position_value=300, rate_step=0.005))
    1.5
    """
    return position_value * rate_step


@dataclass(frozen=True)
class Steps(Schedule):
    """A schedule in which the whole size pays the rate of the step that it has reached.

    Parameters
    ----------
    base_risk_limit, risk_limit_step : BTC, positive
    base_rate, rate_step : fractions, from 0 to below 1
    cap : the largest size that the schedule speaks of, or None

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """

    base_risk_limit: Any
    risk_limit_step: Any
    base_rate: Any
    rate_step: Any
    cap: Any = None

    def rate(self, size: Any = V) -> sp.Expr:
        """Return the rate of a size in BTC.

        Raises
        ------
        ValueError
            If the size is negative or above the cap.
        """
        size = sp.sympify(size)
        _check_cap(size, self.cap)
        return stepped_rate(
            position_value=size,
            base_risk_limit=self.base_risk_limit,
            risk_limit_step=self.risk_limit_step,
            base_rate=self.base_rate,
            rate_step=self.rate_step,
        )


# --- slope ----------------------------------------------------------------------------------------


@formula(unit=ONE)
def size_dependent_rate(*, position_value: Any = V, base_rate: Any = m_0, rate_slope: Any = m_V) -> sp.Expr:
    """Return a margin rate that rises with every coin of size.

    Notes
    -----
    Source: Deribit, https://support.deribit.com/hc/en-us/articles/25944756807069 .

    Examples
    --------
    >>> risk_limits.size_dependent_rate()
    V*m_V + m_0
    >>> float(risk_limits.size_dependent_rate(
    ...     position_value=100, base_rate=0.01, rate_slope=0.00005
    ... ))
    0.015
    """
    return base_rate + rate_slope * position_value


@dataclass(frozen=True)
class Slope(Schedule):
    """A schedule whose rate is a straight line in the size.

    Parameters
    ----------
    base_rate : fraction, from 0 to below 1
    rate_slope : per BTC, not negative

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """

    base_rate: Any
    rate_slope: Any

    def rate(self, size: Any = V) -> sp.Expr:
        """Return the average rate of a size in BTC."""
        return size_dependent_rate(position_value=size, base_rate=self.base_rate, rate_slope=self.rate_slope)

    def marginal_rate(self, position_value: Any = V) -> sp.Expr:
        """Return what the next coin costs: the derivative of the margin."""
        return sp.diff(self.margin(V), V).subs(V, sp.sympify(position_value))


def _check_cap(size: sp.Expr, cap: Any) -> None:
    if cap is not None and (size - cap).is_positive:
        raise ValueError(f"size is {size}, but the schedule ends at {cap}: no rate is known above it")
