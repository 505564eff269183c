"""Margin that grows with the size of what is held, and margin that several positions share.

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

Cross margin, locked positions and collateral in other coins follow: they decide what stands against what.

No rounding is done here. With symbols the results are formulas, with numbers they are numbers.
"""

import functools
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from . import contract, margin
from .notation import (
    BTC,
    N_L,
    N_S,
    ONE,
    QUANTITIES,
    R_0,
    R_1,
    USD,
    D_b,
    E,
    L,
    N,
    Q_c,
    S,
    U,
    V,
    V_k,
    d,
    formula,
    h,
    m,
    m_0,
    m_1,
    m_b,
    m_V,
)

__all__ = [
    "Brackets",
    "Collateral",
    "Leg",
    "Slope",
    "Steps",
    "Tier",
    "Tiers",
    "account_balance",
    "account_maintenance",
    "collateral_in_dollars",
    "collateral_value",
    "larger_side",
    "liquidation_move",
    "liquidation_price_of",
    "liquidation_price_with_collateral",
    "risk_limit_jump",
    "risk_limit_steps",
    "size_dependent_rate",
    "stepped_rate",
    "tier_deduction",
    "tiered_liquidation_price",
]


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
    tier_floor : BTC, not negative; the size at which the tier begins
    maintenance_margin_rate : fraction, from 0 to below 1; the rate of the tier
    lower_rate : fraction, from 0 to below 1; the rate of the tier below
    lower_deduction : BTC, not negative; the deduction of the tier below

    Notes
    -----
    Sources: Binance (*maintenance amount*, *cum*) and Bybit (*maintenance margin deduction*),
    https://bybit-tr.com/en-TR/announcement-info/margin-parameters .
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
class Tiers:
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
class Brackets:
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

    def margin(self, size: Any = V) -> sp.Expr:
        """Return the margin of a size, in its unit."""
        return self.rate(size) * sp.sympify(size)


def tiered_liquidation_price(
    tiers: Tiers,
    *,
    side: Any,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    margin_coins: Any = None,
    extra_margin: Any = 0,
    base: margin.Base = "mark",
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
    margin_coins : BTC, positive; instead of the leverage
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
    side, notional, entry_price, extra_margin = _checked(
        side=side, notional=notional, entry_price=entry_price, extra_margin=extra_margin
    )
    if not side.is_number:
        raise ValueError(f"side is {side}, but must be a number: a long and a short meet different tiers")
    if margin_coins is None:
        margin_coins = margin.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
    elif leverage != L:
        raise ValueError(
            f"leverage is {leverage} and margin_coins is {margin_coins} (BTC): give one of the two"
        )
    (margin_coins,) = _checked(margin=margin_coins)
    at_entry = contract.value(notional=notional, price=entry_price)
    in_dollars = tiers.unit == USD
    size = notional if in_dollars else at_entry
    needed = tiers.margin(size) / (entry_price if in_dollars else 1)
    if (margin_coins + extra_margin - needed).is_negative:
        raise ValueError(
            f"the margin is {margin_coins + extra_margin} BTC, but the maintenance margin at the entry is "
            f"{needed} BTC: give more margin, or a smaller position"
        )
    position = {
        "side": side,
        "notional": notional,
        "entry_price": entry_price,
        "margin": margin_coins,
        "extra_margin": extra_margin,
    }
    if in_dollars:
        return margin.liquidation_price(**position, maintenance_margin_rate=tiers.rate(size), base=base)
    if base == "entry":
        return margin.liquidation_price(
            **position,
            maintenance_margin_rate=tiers.marginal_rate(size),
            deduction=tiers.deduction(size),
            base=base,
        )
    by_tier = [
        margin.liquidation_price(
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

    Parameters
    ----------
    position_value : BTC, not negative
    base_risk_limit, risk_limit_step : BTC, positive

    Notes
    -----
    Source: BitMEX, "Risk limits examples", https://www.bitmex.com/app/riskLimitsExamples .
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

    Parameters
    ----------
    position_value : BTC, not negative
    base_risk_limit, risk_limit_step : BTC, positive
    base_rate, rate_step : fractions, from 0 to below 1

    Notes
    -----
    Source: BitMEX, "Risk limits examples", https://www.bitmex.com/app/riskLimitsExamples .
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
    position_value : BTC, not negative; the size at the step
    rate_step : fraction, from 0 to below 1
    """
    return position_value * rate_step


@dataclass(frozen=True)
class Steps:
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

    def __post_init__(self) -> None:
        for name in ("base_risk_limit", "risk_limit_step", "base_rate", "rate_step"):
            object.__setattr__(self, name, QUANTITIES[name].check(getattr(self, name)))

    def rate(self, position_value: Any = V) -> sp.Expr:
        """Return the rate of a size in BTC.

        Raises
        ------
        ValueError
            If the size is negative or above the cap.
        """
        size = sp.sympify(position_value)
        _check_cap(size, self.cap)
        return stepped_rate(
            position_value=size,
            base_risk_limit=self.base_risk_limit,
            risk_limit_step=self.risk_limit_step,
            base_rate=self.base_rate,
            rate_step=self.rate_step,
        )

    def margin(self, position_value: Any = V) -> sp.Expr:
        """Return the margin of a size in BTC."""
        return self.rate(position_value) * sp.sympify(position_value)


# --- slope ----------------------------------------------------------------------------------------


@formula(unit=ONE)
def size_dependent_rate(*, position_value: Any = V, base_rate: Any = m_0, rate_slope: Any = m_V) -> sp.Expr:
    """Return a margin rate that rises with every coin of size.

    Parameters
    ----------
    position_value : BTC, not negative
    base_rate : fraction, from 0 to below 1
    rate_slope : per BTC, not negative

    Notes
    -----
    Source: Deribit, https://support.deribit.com/hc/en-us/articles/25944756807069 .
    """
    return base_rate + rate_slope * position_value


@dataclass(frozen=True)
class Slope:
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

    def __post_init__(self) -> None:
        for name in ("base_rate", "rate_slope"):
            object.__setattr__(self, name, QUANTITIES[name].check(getattr(self, name)))

    def rate(self, position_value: Any = V) -> sp.Expr:
        """Return the average rate of a size in BTC."""
        return size_dependent_rate(
            position_value=position_value, base_rate=self.base_rate, rate_slope=self.rate_slope
        )

    def margin(self, position_value: Any = V) -> sp.Expr:
        """Return the margin of a size in BTC."""
        return self.rate(position_value) * sp.sympify(position_value)

    def marginal_rate(self, position_value: Any = V) -> sp.Expr:
        """Return what the next coin costs: the derivative of the margin."""
        return sp.diff(self.margin(V), V).subs(V, sp.sympify(position_value))


# --- cross margin: several contracts on one wallet ------------------------------------------------


@dataclass(frozen=True)
class Leg:
    """One contract of an account whose contracts share one wallet of one coin.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price, price : USD per BTC, positive; the price is that of this contract, now
    maintenance_margin_rate : fraction of the coin value, from 0 to below 1
    base : ``"entry"`` or ``"mark"``: which coin value the maintenance margin is a fraction of
    deduction : BTC, not negative; the constant of the contract's tier

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """

    side: Any
    notional: Any
    entry_price: Any
    price: Any
    maintenance_margin_rate: Any
    base: margin.Base = "mark"
    deduction: Any = 0

    def __post_init__(self) -> None:
        for name in ("side", "notional", "entry_price", "price", "maintenance_margin_rate", "deduction"):
            object.__setattr__(self, name, QUANTITIES[name].check(getattr(self, name)))

    def profit_and_loss(self, price: Any = None) -> sp.Expr:
        """Return the unrealised profit and loss in BTC, at the price now or at another one."""
        return contract.profit_and_loss(
            side=self.side,
            notional=self.notional,
            entry_price=self.entry_price,
            price=self.price if price is None else price,
        )

    def maintenance_margin(self, price: Any = None) -> sp.Expr:
        """Return the maintenance margin in BTC, at the price now or at another one."""
        return margin.maintenance_margin(
            notional=self.notional,
            entry_price=self.entry_price,
            price=self.price if price is None else price,
            maintenance_margin_rate=self.maintenance_margin_rate,
            base=self.base,
            deduction=self.deduction,
        )


def account_balance(*, wallet_balance: Any, legs: Iterable[Leg]) -> sp.Expr:
    """Return the margin balance of an account in BTC: its wallet and the profit of all its contracts.

    Parameters
    ----------
    wallet_balance : BTC, positive
    legs : iterable of Leg
    """
    (wallet_balance,) = _checked(wallet_balance=wallet_balance)
    return sp.Add(wallet_balance, *(leg.profit_and_loss() for leg in legs))


def account_maintenance(*, legs: Iterable[Leg]) -> sp.Expr:
    """Return the maintenance margin of an account in BTC: the sum over its contracts.

    Parameters
    ----------
    legs : iterable of Leg
    """
    return sp.Add(*(leg.maintenance_margin() for leg in legs))


def liquidation_move(
    *, wallet_balance: Any, legs: Sequence[Leg], moving: Collection[int] | None = None
) -> sp.Expr:
    """Return the factor on prices at which the account's balance is down to its maintenance margin.

    Every contract that moves, moves by the same percentage; the others are held where they are. Both sides
    of the equation are linear in one over the factor, so there is one solution at most.

    Parameters
    ----------
    wallet_balance : BTC, positive
    legs : sequence of Leg
    moving : which legs move, by their index; all of them if left out

    Returns
    -------
    sympy expression
        1 is where prices are now, 0.9 a fall of 10 %; `sympy.oo` where no move liquidates the account.

    Raises
    ------
    ValueError
        If the wallet is outside its domain, or an index is not one of a leg.
    """
    (wallet_balance,) = _checked(wallet_balance=wallet_balance)
    indices = range(len(legs)) if moving is None else moving
    for index in indices:
        if index not in range(len(legs)):
            raise ValueError(f"moving has {index}, but its domain is 0 to {len(legs) - 1}, the legs' indices")
    inverse = sp.Dummy("y", positive=True)  # one over the factor
    surplus = wallet_balance
    for index, leg in enumerate(legs):
        price = leg.price / inverse if index in indices else leg.price
        surplus += leg.profit_and_loss(price) - leg.maintenance_margin(price)
    surplus = sp.expand(surplus)
    solutions = sp.solve(surplus, inverse) if surplus.has(inverse) else []
    return 1 / solutions[0] if solutions else sp.oo


def liquidation_price_of(*, wallet_balance: Any, legs: Sequence[Leg], index: int) -> sp.Expr:
    """Return the price of one contract that liquidates the account, the other contracts held where they are.

    Parameters
    ----------
    wallet_balance : BTC, positive
    legs : sequence of Leg
    index : which leg moves

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where there is none.
    """
    return legs[index].price * liquidation_move(wallet_balance=wallet_balance, legs=legs, moving=[index])


@formula(unit=USD)
def larger_side(*, long_notional: Any = N_L, short_notional: Any = N_S) -> sp.Expr:
    """Return the notional that a locked position is charged for: only its larger side.

    A long and a short in the same contract cannot lose together, so charging both would ask for margin
    against a loss that cannot happen.

    Parameters
    ----------
    long_notional, short_notional : USD, not negative

    Notes
    -----
    Source: HTX, help pages on locked positions, undated copy, read 2026-11.
    """
    return sp.Max(long_notional, short_notional)


# --- collateral in more than one coin -------------------------------------------------------------


@formula(unit=USD)
def collateral_value(*, collateral_coins: Any = Q_c, price: Any = S, haircut: Any = h) -> sp.Expr:
    """Return the dollars that coins count for as margin: their value, less the haircut.

    Parameters
    ----------
    collateral_coins : coins, not negative
    price : USD per coin, positive
    haircut : fraction that does not count, from 0 to 1
    """
    return (1 - haircut) * collateral_coins * price


@dataclass(frozen=True)
class Collateral:
    """Coins of one kind that stand behind an account.

    Parameters
    ----------
    collateral_coins : coins, not negative
    price : USD per coin, positive
    haircut : fraction that does not count, from 0 to 1
    """

    collateral_coins: Any
    price: Any
    haircut: Any = 0

    def value(self) -> sp.Expr:
        """Return what the coins count for, in USD."""
        return collateral_value(
            collateral_coins=self.collateral_coins, price=self.price, haircut=self.haircut
        )


def collateral_in_dollars(holdings: Iterable[Collateral]) -> sp.Expr:
    """Return what all coins together count for as margin, in USD.

    Parameters
    ----------
    holdings : iterable of Collateral
    """
    return sp.Add(*(holding.value() for holding in holdings))


@formula(unit=USD / BTC)
def liquidation_price_with_collateral(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    collateral_coins: Any = None,
    haircut: Any = h,
    dollar_collateral: Any = U,
    maintenance_margin_rate: Any = m,
) -> sp.Expr:
    """Return the liquidation price of a position that coins and dollars stand behind, reckoned in dollars.

    Coins as collateral are worth less just when a long loses: that is wrong-way risk. Set side by side, the
    same value in dollars is liquidated at a lower price. For a short the coins work the right way.

    Without dollars and without a haircut it is `margin.liquidation_price` on the mark value.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per BTC, positive
    leverage : positive; the coins are then the initial margin
    collateral_coins : BTC, not negative; instead of the leverage
    haircut : fraction that does not count, from 0 to 1
    dollar_collateral : USD, not negative
    maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where no price liquidates the position.

    Raises
    ------
    ValueError
        If a value is outside its domain, or both leverage and coins are given.
    """
    if collateral_coins is None:
        collateral_coins = margin.initial_margin(
            notional=notional, entry_price=entry_price, leverage=leverage
        )
    elif leverage != L:
        raise ValueError(
            f"leverage is {leverage} and collateral_coins is {collateral_coins} (BTC): give one of the two"
        )
    price = sp.Dummy("price")
    wealth = (
        dollar_collateral
        + (1 - haircut) * collateral_coins * price
        + side * notional * (price / entry_price - 1)
    )
    left = sp.expand(wealth - maintenance_margin_rate * notional)
    slope, constant = left.coeff(price, 1), left.coeff(price, 0)
    if slope.is_zero or (-constant / slope).is_nonpositive:
        return sp.oo
    return sp.cancel(-constant / slope)


def _check_cap(size: sp.Expr, cap: Any) -> None:
    if cap is not None and (size - cap).is_positive:
        raise ValueError(f"size is {size}, but the schedule ends at {cap}: no rate is known above it")


def _checked(**values: Any) -> tuple[sp.Expr, ...]:
    return tuple(QUANTITIES[name].check(value) for name, value in values.items())
