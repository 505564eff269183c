"""Funding: what ties a perpetual to its index, who pays it to whom, and what it adds up to in coin.

The chain has four links. A book gives impact prices; impact prices, mark and index give a premium; premiums
are averaged and turned into a rate; the rate times the coin value is paid by the long to the short, or by the
short to the long where the rate is negative.

Venues differ in the rate, and the differences are choices and arguments here: what is averaged and how, the
interest component and its clamp, the damper, the cap, the interval. Which venue does what, and since when, is
in ``venues.funding_rules``.

No number of a venue is written here and no rounding is done. Called bare, a function is its formula; with
numbers it is a number. A function over a path takes two sequences of equal length.
"""

import functools
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from . import contract, margin, order_book
from .notation import (
    A_F,
    LONG,
    QUANTITIES,
    T_0,
    T_Y,
    B,
    F,
    F_max,
    G,
    I,
    I_b,
    I_q,
    M,
    N,
    P,
    S,
    S_ask,
    S_bid,
    S_idx,
    S_last,
    S_mark,
    T,
    b_Y,
    c,
    d,
    eta,
    k,
    t,
)
from .quantities import BTC, HOUR, ONE, USD, formula

__all__ = [
    "absolute_rate",
    "annualised_rate",
    "basket_index",
    "break_even_time",
    "capped_rate",
    "compounded_rate",
    "damped_rate",
    "fair_basis_rate",
    "fair_price",
    "fair_price_of_future",
    "funding_paid_after",
    "impact_price",
    "interest_component",
    "liquidation_price",
    "median_price",
    "moving_average",
    "paid_over_path",
    "paid_per_starting_coin",
    "payment",
    "payment_at_absolute_rate",
    "premium_index",
    "premium_rate",
    "price_with_basis",
    "rate",
    "rate_for_interval",
    "rate_in_cases",
    "rising_average",
    "time_average",
]


# --- the premium ----------------------------------------------------------------------------------


def impact_price(levels: Iterable[tuple[Any, Any]], *, impact_notional: Any) -> sp.Expr:
    """Return the average price for trading a notional against one side of a book, in USD per BTC.

    A best price can be set with one contract; moving the impact price takes money. Sizes of inverse contracts
    are in dollars, so the average is harmonic, as for any average entry price.

    Parameters
    ----------
    levels : pairs of (price in USD per BTC, size in USD), numbers, the best price first
        The bids for an impact bid price, the asks for an impact ask price.
    impact_notional : USD, positive, a number

    Raises
    ------
    ValueError
        If a number is outside its domain, the prices are not in order, or the book holds too little.
    """
    return order_book.sweep(levels, notional=impact_notional).average_price


@formula(unit=ONE)
def premium_index(
    *,
    impact_bid_price: Any = S_bid,
    impact_ask_price: Any = S_ask,
    mark_price: Any = S_mark,
    index_price: Any = S_idx,
    fair_basis_rate: Any = 0,
) -> sp.Expr:
    """Return the premium that the book shows, as a fraction of the index.

    It is positive where even a large seller gets more than the mark price, negative where even a large buyer
    pays less, and nought (but for the fair basis) while the mark price lies between the two.

    Parameters
    ----------
    mark_price : a venue that measures the premium from the index wants the index price here
    fair_basis_rate : see `fair_basis_rate`. It is added where the mark price itself carries the fair basis,
        so that what the mark already explains is not lost.

    Notes
    -----
    Source: Bybit, "What is funding rate and predicted rate?",
    https://help.bybit.com/hc/en-us/articles/360039261114 . BitMEX words its rule alike. What it adds is open:
    a post of its staff (r/BitMEX, 2019-09-18) says that it is the running funding rate itself, not scaled by
    the time left.

    Examples
    --------
    >>> funding.premium_index(
    ...     impact_bid_price=50_110, impact_ask_price=50_120, mark_price=50_100,
    ...     index_price=50_000
    ... )
    1/5000
    """
    above = sp.Max(0, impact_bid_price - mark_price)
    below = sp.Max(0, mark_price - impact_ask_price)
    return (above - below) / index_price + fair_basis_rate


@formula(unit=ONE)
def premium_rate(*, mark_price: Any = S_mark, index_price: Any = S_idx) -> sp.Expr:
    """Return how far the mark price stands above the index, as a fraction of the index.

    Notes
    -----
    Source: Deribit, "Funding specifications", https://support.deribit.com/hc/en-us/articles/31424939178397 .

    Examples
    --------
    >>> funding.premium_rate()
    (-S_idx + S_mark)/S_idx
    >>> funding.premium_rate(mark_price=50_100, index_price=50_000)
    1/500
    """
    return (mark_price - index_price) / index_price


@formula(unit=ONE)
def fair_basis_rate(*, funding_rate: Any = F, time_left: Any = t, funding_interval: Any = T) -> sp.Expr:
    """Return the premium that the coming payment explains: the rate, scaled by time left over the interval.

    It is the full rate just after a funding and vanishes at the next one. Turned upside down, interval over
    time left, it would blow up there.

    Parameters
    ----------
    funding_rate : the rate of the coming payment
    time_left : from 0 to the interval

    Raises
    ------
    ValueError
        If a value is outside its domain, or more time is left than the interval has.

    Examples
    --------
    >>> funding.fair_basis_rate()
    F*t/T
    >>> float(funding.fair_basis_rate(
    ...     funding_rate=0.0004, time_left=2, funding_interval=8
    ... ))
    0.0001
    """
    if (time_left - funding_interval).is_positive:
        raise ValueError(f"time_left is {time_left} h, more than the funding_interval {funding_interval} h")
    return funding_rate * time_left / funding_interval


def time_average(values: Sequence[Any]) -> sp.Expr:
    """Return the plain average of values taken at equal steps of time (TWAP).

    Raises
    ------
    ValueError
        If there is no value.
    """
    return _weighted(values, [1] * len(values))


def rising_average(values: Sequence[Any]) -> sp.Expr:
    """Return the average in which the i-th of n values has the weight i: the last counts most.

    With minutes 1 to 480 the last minute counts 480 times as much as the first. So it is dear to move a rate
    early, and the rate says more about where the contract trades at the funding.

    Raises
    ------
    ValueError
        If there is no value.

    Notes
    -----
    Source: Bybit, "What is funding rate and predicted rate?", https://www.bybit.com/en/help-center .
    """
    return _weighted(values, range(1, len(values) + 1))


def moving_average(values: Sequence[Any], *, window: int) -> sp.Expr:
    """Return the plain average of the last values.

    Parameters
    ----------
    values : sequence of numbers or sympy expressions, oldest first
    window : int
        How many of them count, from 1 to all.

    Raises
    ------
    ValueError
        If the window is not in that range.
    """
    if not 1 <= window <= len(values):
        raise ValueError(f"window is {window}, but must be from 1 to the number of values, {len(values)}")
    return time_average(values[-window:])


def _weighted(values: Sequence[Any], weights: Sequence[Any]) -> sp.Expr:
    if not len(values):
        raise ValueError("values is empty: give at least one")
    return sp.Add(*(weight * sp.sympify(value) for value, weight in zip(values, weights, strict=True))) / sum(
        weights
    )


# --- the rate -------------------------------------------------------------------------------------


@formula(unit=ONE)
def interest_component(
    *, quote_interest_rate: Any = I_q, base_interest_rate: Any = I_b, payments: Any = k
) -> sp.Expr:
    """Return the interest for one funding interval: dollars borrowed less coins lent.

    A long of the perpetual holds what a buyer of coins on borrowed dollars holds, so the long owes this.

    Parameters
    ----------
    payments : funding payments in a day

    Notes
    -----
    Source: BitMEX, "Perpetual contracts guide: examples",
    https://www.bitmex.com/app/perpetualContractsGuideExamples .

    Examples
    --------
    >>> funding.interest_component()
    (-I_b + I_q)/k
    >>> round(funding.interest_component(
    ...     quote_interest_rate=0.0006, base_interest_rate=0.0003, payments=3
    ... ), 4)
    0.0001
    """
    return (quote_interest_rate - base_interest_rate) / payments


@formula(unit=ONE)
def rate(*, premium: Any = P, interest_component: Any = I, clamp: Any = c) -> sp.Expr:
    """Return the funding rate for one interval: premium, plus interest less premium, clamped.

    The rate wants to be the interest component. It may leave the premium for that by no more than the clamp.
    So it is flat, at the interest component, while the premium is within the clamp of it: the dead band.
    Outside, it follows the premium one to one. `rate_in_cases` shows that.

    Parameters
    ----------
    premium : averaged as the venue does it

    Notes
    -----
    Source: BitMEX, "Perpetual contracts guide: examples",
    https://www.bitmex.com/app/perpetualContractsGuideExamples .

    Examples
    --------
    >>> funding.rate()
    P + Max(-c, Min(c, I - P))
    >>> round(funding.rate(premium=0.0003, interest_component=0.0001, clamp=0.0005), 4)
    0.0001
    >>> float(funding.rate(premium=0.002, interest_component=0.0001, clamp=0.0005))
    0.0015
    """
    return premium + _clamped(interest_component - premium, clamp)


def rate_in_cases() -> sp.Piecewise:
    """Return `rate` case by case: below the dead band, inside it, above it.

    Each case is `rate` itself, evaluated where only one of the clamp's three outcomes is possible.

    Returns
    -------
    sympy.Piecewise
        In the notation's symbols P, I and c.
    """
    clamped = _clamped(I - P, c)
    cases = ((-c, sp.Gt(P, I + c)), (c, sp.Lt(P, I - c)), (I - P, True))
    return sp.Piecewise(*((rate().subs(clamped, outcome), condition) for outcome, condition in cases))


@formula(unit=ONE)
def damped_rate(*, premium: Any = P, damper: Any = eta) -> sp.Expr:
    """Return the continuous funding rate: the part of the premium beyond a damper.

    It is `rate` without interest: the same dead band, around nought instead of around the interest component.

    Parameters
    ----------
    premium : at this moment, not averaged

    Notes
    -----
    Source: Deribit, "Funding specifications", https://support.deribit.com/hc/en-us/articles/31424939178397 .

    Examples
    --------
    >>> funding.damped_rate()
    Max(P, eta) + Min(P, -eta)
    >>> funding.damped_rate(premium=0.0003, damper=0.0005)
    0
    >>> float(funding.damped_rate(premium=0.002, damper=0.0005))
    0.0015
    """
    return sp.Max(damper, premium) + sp.Min(-damper, premium)


@formula(unit=ONE)
def capped_rate(*, funding_rate: Any = F, funding_cap: Any = F_max) -> sp.Expr:
    """Return the funding rate, held between the cap and its negative.

    Examples
    --------
    >>> funding.capped_rate()
    Max(-F_max, Min(F, F_max))
    >>> float(funding.capped_rate(funding_rate=-0.009, funding_cap=0.00375))
    -0.00375
    """
    return _clamped(funding_rate, funding_cap)


@formula(unit=ONE)
def rate_for_interval(
    *, funding_rate: Any = F, funding_interval: Any = T, quoted_interval: Any = T_0
) -> sp.Expr:
    """Return what a rate that is stated for one interval amounts to in another: F·T/T₀.

    Three rules are this one: dividing an 8-hour rate by 8/N for a contract that pays every N hours; spreading
    a premium over the 24 hours of a day and paying one of them; and a continuous rate, where the interval is
    the time that the position was held.

    Parameters
    ----------
    funding_interval : what is paid for
    quoted_interval : what the rate is stated for

    Examples
    --------
    >>> funding.rate_for_interval()
    F*T/T_0
    >>> float(funding.rate_for_interval(
    ...     funding_rate=0.0008, funding_interval=1, quoted_interval=8
    ... ))
    0.0001
    """
    return funding_rate * funding_interval / quoted_interval


@formula(unit=BTC / USD)
def absolute_rate(*, funding_rate: Any = F, index_price: Any = S_idx) -> sp.Expr:
    """Return the coins that one dollar of notional pays at one funding.

    Some venues publish this beside the relative rate. It is fixed in coin, so nothing depends on the mark
    price at the moment of payment.

    Examples
    --------
    >>> funding.absolute_rate()
    F/S_idx
    >>> float(funding.absolute_rate(funding_rate=0.0001, index_price=50_000))
    2e-09
    """
    return payment(side=LONG, notional=1, price=index_price, funding_rate=funding_rate)


def _clamped(value: sp.Expr, limit: sp.Expr) -> sp.Expr:
    return sp.Max(-limit, sp.Min(limit, value))


# --- the payment, and what payments add up to -----------------------------------------------------


@formula(unit=BTC)
def payment(*, side: Any = d, notional: Any = N, price: Any = S, funding_rate: Any = F) -> sp.Expr:
    """Return the coins that a position pays at one funding; negative for coins that it receives.

    What the long pays the short receives: the venue keeps nothing.

    Parameters
    ----------
    price : the mark price at the funding, at most venues

    Notes
    -----
    Source: BitMEX, "Perpetual contracts guide: examples",
    https://www.bitmex.com/app/perpetualContractsGuideExamples .

    Examples
    --------
    >>> funding.payment()
    F*N*d/S
    >>> float(funding.payment(
    ...     side=LONG, notional=10_000, price=50_000, funding_rate=0.0001
    ... ))
    2e-05
    """
    return side * funding_rate * contract.value(notional=notional, price=price)


@formula(unit=BTC)
def payment_at_absolute_rate(
    *, side: Any = d, notional: Any = N, absolute_funding_rate: Any = A_F
) -> sp.Expr:
    """Return the coins that a position pays at a rate that is fixed in coin for each dollar of notional.

    Absolute rates of several payments may be added, unlike relative ones: their sum times the notional is
    what a position of constant notional pays.

    Parameters
    ----------
    absolute_funding_rate : see `absolute_rate`

    Notes
    -----
    Source: Kraken, "Inverse crypto collateral perpetual contract specifications",
    https://support.kraken.com/hc/en-us/articles/360022835911 .

    Examples
    --------
    >>> funding.payment_at_absolute_rate()
    A_F*N*d
    >>> float(funding.payment_at_absolute_rate(
    ...     side=SHORT, notional=10_000, absolute_funding_rate=2e-9
    ... ))
    -2e-05
    """
    return side * notional * absolute_funding_rate


@formula(unit=BTC)
def funding_paid_after(
    *, funding_paid: Any = G, side: Any = d, notional: Any = N, price: Any = S, funding_rate: Any = F
) -> sp.Expr:
    """Return the coins paid in funding after one more payment: the step of the accrual recurrence.

    The state is the coins paid so far, from 0; each funding brings a rate and a price.

    Examples
    --------
    >>> funding.funding_paid_after()
    F*N*d/S + G
    >>> float(funding.funding_paid_after(
    ...     funding_paid=0.001, side=LONG, notional=10_000, price=50_000,
    ...     funding_rate=0.0001
    ... ))
    0.00102
    """
    return funding_paid + payment(side=side, notional=notional, price=price, funding_rate=funding_rate)


def paid_over_path(
    funding_rates: Sequence[Any], prices: Sequence[Any], *, side: Any = d, notional: Any = N
) -> sp.Expr:
    """Return the coins that a position of constant notional pays over a path, in BTC.

    It is not the notional's coin value times the sum of the rates, unless the price stands still: the same
    rate on the same dollars is fewer coins at a higher price.

    Parameters
    ----------
    funding_rates : sequence of fractions, above −1 and below 1
    prices : sequence of USD per BTC, positive, as many as there are rates; the price of each payment
    side : +1 for a long, −1 for a short
    notional : USD, positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or there are not as many prices as rates.
    """
    if len(funding_rates) != len(prices):
        raise ValueError(
            f"funding_rates has {len(funding_rates)} values and prices has {len(prices)}: give one each"
        )
    step = payment(side=side, notional=notional)
    return sp.Add(
        *(
            step.xreplace({F: QUANTITIES["funding_rate"].check(one), S: QUANTITIES["price"].check(price)})
            for one, price in zip(funding_rates, prices, strict=True)
        )
    )


def paid_per_starting_coin(
    funding_rates: Sequence[Any], prices: Sequence[Any], *, starting_price: Any
) -> sp.Expr:
    """Return what a long that was worth one coin at the start pays over a path, in coins: Σ F·S₀/S.

    It is the coin return of funding, as a fraction of the starting coin value: a cost of the long and the
    income of the short. Venues differ in the price that belongs to a payment: give the price at the funding,
    or, to follow Deribit's own sum, the price one step earlier, where its interval began.

    Parameters
    ----------
    funding_rates : sequence of fractions, above −1 and below 1
    prices : sequence of USD per BTC, positive, as many as there are rates
    starting_price : USD per BTC, positive

    Raises
    ------
    ValueError
        If a value is outside its domain, or there are not as many prices as rates.
    """
    # A notional of S₀ dollars is worth one coin at the price S₀.
    return paid_over_path(
        funding_rates, prices, side=LONG, notional=QUANTITIES["starting_price"].check(starting_price)
    )


@formula(unit=ONE)
def annualised_rate(*, funding_rate: Any = F, payments: Any = k) -> sp.Expr:
    """Return the rate times the number of payments, as a year's funding is usually quoted.

    Three things are left out, so it is a way to compare rates and not a return: one rate says little about
    the next thousand; the dollars are held constant, so the coins of each payment depend on its price
    (`paid_per_starting_coin` adds those up); and nothing is reinvested.

    Parameters
    ----------
    payments : payments in a year: 1095 at 8 hours

    Examples
    --------
    >>> funding.annualised_rate()
    F*k
    >>> float(funding.annualised_rate(funding_rate=0.0001, payments=1095))
    0.1095
    """
    return funding_rate * payments


@formula(unit=ONE)
def compounded_rate(*, funding_rate: Any = F, payments: Any = k) -> sp.Expr:
    """Return what one dollar grows by if each payment enlarges the position that earns the next.

    It holds for the dollars of a short whose notional is the dollar value of all its coins (a 1x short), at
    one constant rate and any prices. A position of constant notional does not compound; neither does a long,
    whose payments come from its margin.

    Parameters
    ----------
    payments : payments in a year: 1095 at 8 hours

    Examples
    --------
    >>> funding.compounded_rate()
    (F + 1)**k - 1
    >>> round(funding.compounded_rate(funding_rate=0.0001, payments=1095), 4)
    0.1157
    """
    return (1 + funding_rate) ** payments - 1


@formula(unit=HOUR)
def break_even_time(
    *,
    mark_price: Any = S_mark,
    index_price: Any = S_idx,
    funding_rate: Any = F,
    funding_interval: Any = T,
) -> sp.Expr:
    """Return how long a position may be held until funding has eaten what the basis will give.

    A position opened at the mark price gains the basis when the contract comes back to the index. Until then
    it pays funding, taken here at one constant rate and at the index price. Side and size cancel.

    Returns
    -------
    sympy expression
        Hours. Negative where basis and funding pull the same way, as they mostly do: the side that gains the
        basis is also paid to wait, and there is nothing to break even. `sympy.oo` at a rate of nought.

    Examples
    --------
    >>> funding.break_even_time()
    T*(S_idx - S_mark)/(F*S_mark)
    >>> round(funding.break_even_time(
    ...     mark_price=49_900, index_price=50_000, funding_rate=0.0002,
    ...     funding_interval=8
    ... ), 2)
    80.16
    """
    if funding_rate.is_zero:
        return sp.oo
    return funding_interval * _payments_to_break_even().xreplace(
        {S_mark: mark_price, S_idx: index_price, F: funding_rate}
    )


@functools.cache
def _payments_to_break_even() -> sp.Expr:
    gained = contract.profit_and_loss(entry_price=S_mark, price=S_idx)
    (payments,) = sp.solve(gained - k * payment(price=S_idx), k)
    return sp.factor(payments)


@formula(unit=USD / BTC)
def liquidation_price(*, funding_paid: Any = G, margin: Any = M, **position: Any) -> sp.Expr:
    """Return the liquidation price of a position that has paid funding out of its margin.

    Funding that is paid brings the liquidation price nearer without any move of the price; funding that is
    received takes it further away.

    Parameters
    ----------
    margin : before funding
    **position
        The other arguments of `margin.liquidation_price`, but not the leverage.

    Raises
    ------
    ValueError
        If a value is outside its domain, or the funding has used up the margin.

    Examples
    --------
    >>> round(funding.liquidation_price(
    ...     funding_paid=0.002, margin=0.022, side=LONG, notional=10_000,
    ...     entry_price=50_000, maintenance_margin_rate=0.005
    ... ), 2)
    45662.10
    """
    left = margin - funding_paid
    if left.is_nonpositive:
        raise ValueError(f"funding_paid is {funding_paid} BTC, but the margin is only {margin} BTC")
    return _liquidation_price(margin=left, **position)


_liquidation_price = margin.liquidation_price


# --- index and mark price -------------------------------------------------------------------------


def basket_index(
    prices: Sequence[Any], weights: Sequence[Any] | None = None, *, largest_deviation: Any = None
) -> sp.Expr:
    """Return the weighted average of spot prices, with outliers pulled in to the median.

    A price further from the median than the largest deviation counts as if it stood there. So one broken or
    bought market moves the index by its weight times the deviation and no more.

    Parameters
    ----------
    prices : sequence of USD per BTC, positive, numbers; one for each market
    weights : sequence of numbers, not negative, not all 0; equal if left out
    largest_deviation : fraction of the median, from 0 to below 1; no outlier rule if left out

    Raises
    ------
    ValueError
        If a value is outside its domain, or there are not as many weights as prices.
    """
    quotes = [QUANTITIES["price"].check(price) for price in prices]
    shares = [sp.sympify(share) for share in ([1] * len(quotes) if weights is None else weights)]
    if len(shares) != len(quotes) or any(share < 0 for share in shares) or sum(shares) == 0:
        raise ValueError(
            f"weights is {weights}, but must hold one number for each of the {len(quotes)} prices, "
            "not negative and not all 0"
        )
    if largest_deviation is not None:
        reach = QUANTITIES["clamp"].check(largest_deviation)
        middle = statistics.median(quotes)
        quotes = [middle * (1 + _clamped(quote / middle - 1, reach)) for quote in quotes]
    return _weighted(quotes, shares)


@formula(unit=USD / BTC)
def fair_price(
    *, index_price: Any = S_idx, funding_rate: Any = F, time_left: Any = t, funding_interval: Any = T
) -> sp.Expr:
    """Return the price of a perpetual that the coming funding makes fair.

    Until the payment the perpetual is treated as a dated future that expires then: its basis is the carry of
    the time left, so a positive rate makes a higher price fair. The difference vanishes at the funding.

    Parameters
    ----------
    funding_rate : the rate of the coming payment
    time_left : from 0 to the interval

    Notes
    -----
    Source: BitMEX instrument messages, reproduced in the tests.

    Examples
    --------
    >>> funding.fair_price()
    S_idx*(F*t/T + 1)
    >>> float(funding.fair_price(
    ...     index_price=50_000, funding_rate=0.0004, time_left=2, funding_interval=8
    ... ))
    50005.0
    """
    return index_price * (
        1 + fair_basis_rate(funding_rate=funding_rate, time_left=time_left, funding_interval=funding_interval)
    )


@formula(unit=USD / BTC)
def fair_price_of_future(
    *, index_price: Any = S_idx, basis_rate: Any = b_Y, time_left: Any = t, basis_period: Any = T_Y
) -> sp.Expr:
    """Return the mark price of a dated future from its index and its basis rate.

    Parameters
    ----------
    basis_rate : for one basis period
    time_left : until expiry
    basis_period : 365 days for a rate a year

    Notes
    -----
    Source: BitMEX, "Inverse futures guide", https://bitmex.com/app/inverseFuturesGuide . A rate that is not
    scaled by time, such as Bybit's average over ten minutes of how far the middle of the impact prices stands
    above the index, is this with the time left equal to the basis period.

    Examples
    --------
    >>> funding.fair_price_of_future()
    S_idx*(1 + b_Y*t/T_Y)
    >>> float(funding.fair_price_of_future(
    ...     index_price=50_000, basis_rate=0.08, time_left=2_190, basis_period=8_760
    ... ))
    51000.0
    """
    return index_price * (1 + basis_rate * time_left / basis_period)


@formula(unit=USD / BTC)
def price_with_basis(*, index_price: Any = S_idx, basis: Any = B) -> sp.Expr:
    """Return the index plus the contract's own basis, which the venue averages over seconds or minutes.

    Parameters
    ----------
    basis : the moving average of the middle of bid and ask, less the index

    Examples
    --------
    >>> funding.price_with_basis()
    B + S_idx
    >>> funding.price_with_basis(index_price=50_000, basis=-35)
    49965
    """
    return index_price + basis


@formula(unit=USD / BTC)
def median_price(
    *,
    index_price: Any = S_idx,
    funding_rate: Any = F,
    time_left: Any = t,
    funding_interval: Any = T,
    basis: Any = B,
    last_price: Any = S_last,
) -> sp.Expr:
    """Return the mark price as the middle one of fair price, index with basis, and last price.

    One of the three may be anything: the middle one then still lies between the two others. So a single
    trade at a mad price moves no mark.

    Parameters
    ----------
    funding_rate : the rate of the coming payment
    time_left : from 0 to the interval
    basis : averaged over 5 minutes at Bybit, over 30 seconds at Binance

    Examples
    --------
    >>> funding.median_price(
    ...     index_price=50_000, funding_rate=0.0004, time_left=2, funding_interval=8,
    ...     basis=20, last_price=61_000
    ... )
    50020
    """
    fair = fair_price(
        index_price=index_price,
        funding_rate=funding_rate,
        time_left=time_left,
        funding_interval=funding_interval,
    )
    averaged = price_with_basis(index_price=index_price, basis=basis)
    return sp.Max(sp.Min(fair, averaged), sp.Min(sp.Max(fair, averaged), last_price))
