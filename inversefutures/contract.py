"""What one contract is worth: value, profit and loss, average entry, fees, delta and gamma.

The inverse contract is a claim on a fixed number of dollars, settled in coin. Its linear twin (a claim on a
fixed number of coins, settled in dollars) and its quanto twin (a fixed number of coins per dollar of price
move) stand beside it for contrast.

Every function takes the notation's symbols as defaults: called bare it is the formula, called with numbers it
is a number (exact for integers and fractions), and the two mix. Arguments are keywords, in the units that
`notation` gives them; a value outside its domain raises `ValueError`.
"""

import functools
from collections.abc import Iterable
from typing import Any

import sympy as sp

from .notation import LONG, QUANTITIES, SHORT, E, K, N, Q, S, V, d, mu, n, phi
from .quantities import BTC, ONE, USD, exactly_one, formula

__all__ = [
    "LONG",
    "SHORT",
    "average_entry_price",
    "delta",
    "delta_in_dollars",
    "fee",
    "gamma",
    "gamma_in_dollars",
    "linear_profit_and_loss",
    "linear_profit_and_loss_in_coin",
    "net_profit_and_loss",
    "notional_of",
    "position_value_of",
    "price_at_value",
    "profit_and_loss",
    "profit_and_loss_in_dollars",
    "quanto_profit_and_loss",
    "quanto_profit_and_loss_in_dollars",
    "quanto_value",
    "return_in_coin",
    "value",
]


@formula(unit=USD)
def notional_of(*, contracts: Any = n, contract_size: Any = K) -> sp.Expr:
    """Return the notional in USD of a number of contracts.

    Examples
    --------
    >>> contract.notional_of()
    K*n
    >>> contract.notional_of(contracts=250, contract_size=100)
    25000
    """
    return contracts * contract_size


@formula(unit=BTC)
def value(*, notional: Any = N, price: Any = S) -> sp.Expr:
    """Return the coins that the notional is worth at a price, in BTC.

    This is the definition that everything else follows from: N dollars, paid in coin, are N/S coins.

    Notes
    -----
    Source: BitMEX, "Inverse perpetuals guide", https://www.bitmex.com/app/inversePerpetualsGuide .

    Examples
    --------
    >>> contract.value()
    N/S
    >>> contract.value(notional=10_000, price=50_000)
    1/5
    >>> contract.value(notional=10_000, price=40_000)
    1/4
    """
    return notional / price


@formula(unit=USD / BTC)
def price_at_value(*, notional: Any = N, position_value: Any = V) -> sp.Expr:
    """Return the price at which the notional is worth a number of coins: `value`, solved for the price.

    Many sources give a position's coins instead of its price.

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` for no coins at all, which is a price that is never reached.

    Examples
    --------
    >>> contract.price_at_value()
    N/V
    >>> float(contract.price_at_value(notional=10_000, position_value=0.25))
    40000.0
    """
    if position_value.is_zero:
        return sp.oo
    return _price_at_value().xreplace({N: notional, V: position_value})


@functools.cache
def _price_at_value() -> sp.Expr:
    coins = sp.Dummy("v", positive=True)
    (price,) = sp.solve(value() - coins, S)
    return price.xreplace({coins: V})


@formula(unit=BTC)
def position_value_of(*, notional: Any = N, price: Any = S, position_value: Any = None) -> sp.Expr:
    """Return the coin value that a position is given by: these coins, or its notional at a price, in BTC.

    Parameters
    ----------
    position_value : instead of notional and price

    Raises
    ------
    ValueError
        If a value is outside its domain, or both are given.

    Examples
    --------
    >>> contract.position_value_of(notional=10_000, price=40_000)
    1/4
    >>> float(contract.position_value_of(position_value=0.25))
    0.25
    """
    if position_value is None:
        return value(notional=notional, price=price)
    exactly_one(notional=notional if notional.is_number else None, position_value=position_value)
    return position_value


@formula(unit=BTC)
def profit_and_loss(*, side: Any = d, notional: Any = N, entry_price: Any = E, price: Any = S) -> sp.Expr:
    """Return the profit and loss of an inverse contract in BTC, before fees and funding.

    The long owes N dollars in coin and was credited with N dollars of coin at the entry, so a rise of the
    price shrinks the debt: the long gains. Bounded above by N/E for a long, unbounded below as S → 0.

    Notes
    -----
    Source: BitMEX, "Perpetual contracts guide: examples",
    https://www.bitmex.com/app/perpetualContractsGuideExamples .

    Examples
    --------
    >>> contract.profit_and_loss()
    d*(-N/S + N/E)
    >>> contract.profit_and_loss(
    ...     side=LONG, notional=10_000, entry_price=50_000, price=40_000
    ... )
    -1/20
    >>> contract.profit_and_loss(
    ...     side=SHORT, notional=10_000, entry_price=50_000, price=40_000
    ... )
    1/20
    """
    return side * (value(notional=notional, price=entry_price) - value(notional=notional, price=price))


@formula(unit=USD)
def profit_and_loss_in_dollars(
    *, side: Any = d, notional: Any = N, entry_price: Any = E, price: Any = S
) -> sp.Expr:
    """Return the profit and loss in USD: the coins won or lost, valued at the price they are paid at.

    Linear in the price: the curvature of the inverse contract is in the coin view alone.

    Examples
    --------
    >>> contract.profit_and_loss_in_dollars()
    -N*d + N*S*d/E
    >>> contract.profit_and_loss_in_dollars(
    ...     side=LONG, notional=10_000, entry_price=50_000, price=40_000
    ... )
    -2000
    """
    coins = profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=price)
    return sp.expand(coins * price)


@formula(unit=ONE)
def return_in_coin(*, side: Any = d, entry_price: Any = E, price: Any = S) -> sp.Expr:
    """Return the profit and loss as a fraction of the coin value at the entry.

    Examples
    --------
    >>> contract.return_in_coin()
    -E*d/S + d
    >>> contract.return_in_coin(side=LONG, entry_price=50_000, price=40_000)
    -1/4
    """
    # The notional cancels; one dollar stands for any.
    gain = profit_and_loss(side=side, notional=1, entry_price=entry_price, price=price)
    return sp.expand(gain / value(notional=1, price=entry_price))


@formula(unit=USD)
def linear_profit_and_loss(
    *, side: Any = d, coin_quantity: Any = Q, entry_price: Any = E, price: Any = S
) -> sp.Expr:
    """Return the profit and loss of a linear contract in USD.

    Examples
    --------
    >>> contract.linear_profit_and_loss()
    Q*d*(-E + S)
    >>> float(contract.linear_profit_and_loss(
    ...     side=LONG, coin_quantity=0.2, entry_price=50_000, price=40_000
    ... ))
    -2000.0
    """
    return side * coin_quantity * (price - entry_price)


@formula(unit=BTC)
def linear_profit_and_loss_in_coin(
    *, side: Any = d, coin_quantity: Any = Q, entry_price: Any = E, price: Any = S
) -> sp.Expr:
    """Return the profit and loss of a linear contract, changed into BTC at the price it is paid at.

    Examples
    --------
    >>> float(contract.linear_profit_and_loss_in_coin(
    ...     side=LONG, coin_quantity=0.2, entry_price=50_000, price=40_000
    ... ))
    -0.05
    """
    dollars = linear_profit_and_loss(
        side=side, coin_quantity=coin_quantity, entry_price=entry_price, price=price
    )
    return dollars / price


@formula(unit=BTC)
def quanto_value(*, contracts: Any = n, quanto_multiplier: Any = mu, price: Any = S) -> sp.Expr:
    """Return the coins that quanto contracts are worth at a price, in BTC: what margin and fees are taken on.

    The price may be another coin's. A contract on ether that pays in bitcoin is worth its multiplier times
    the dollar price of ether, in bitcoin, and no price of bitcoin enters.

    Parameters
    ----------
    quanto_multiplier : coins for each dollar that the price of the underlying moves
    price : of the underlying, in USD for one coin

    Notes
    -----
    Source: BitMEX blog, "How to trade with 25x leverage" (2014),
    https://blog.bitmex.com/how-to-trade-with-25x-leverage/ .

    Examples
    --------
    >>> contract.quanto_value()
    S*mu*n
    >>> float(contract.quanto_value(
    ...     contracts=1_000, quanto_multiplier=0.000_001, price=2_500
    ... ))
    2.5
    """
    return contracts * quanto_multiplier * price


@formula(unit=BTC)
def quanto_profit_and_loss(
    *, side: Any = d, contracts: Any = n, quanto_multiplier: Any = mu, entry_price: Any = E, price: Any = S
) -> sp.Expr:
    """Return the profit and loss of a quanto contract in BTC: linear in a dollar price, paid in coin.

    Notes
    -----
    Source: BitMEX blog, "How to trade with 25x leverage" (2014),
    https://blog.bitmex.com/how-to-trade-with-25x-leverage/ .

    Examples
    --------
    >>> contract.quanto_profit_and_loss()
    d*mu*n*(-E + S)
    >>> float(contract.quanto_profit_and_loss(
    ...     side=LONG, contracts=1_000, quanto_multiplier=0.000_001, entry_price=2_500,
    ...     price=3_000
    ... ))
    0.5
    """
    return side * contracts * quanto_multiplier * (price - entry_price)


@formula(unit=USD)
def quanto_profit_and_loss_in_dollars(
    *, side: Any = d, contracts: Any = n, quanto_multiplier: Any = mu, entry_price: Any = E, price: Any = S
) -> sp.Expr:
    """Return the profit and loss of a quanto contract in USD, valued at the price it is paid at.

    Examples
    --------
    >>> contract.quanto_profit_and_loss_in_dollars()
    S*d*mu*n*(-E + S)
    >>> float(contract.quanto_profit_and_loss_in_dollars(
    ...     side=LONG, contracts=4, quanto_multiplier=0.000_001, entry_price=50_000,
    ...     price=60_000
    ... ))
    2400.0
    """
    coins = quanto_profit_and_loss(
        side=side,
        contracts=contracts,
        quanto_multiplier=quanto_multiplier,
        entry_price=entry_price,
        price=price,
    )
    return coins * price


def average_entry_price(fills: Iterable[tuple[Any, Any]]) -> sp.Expr:
    """Return the entry price of several fills on one side, in USD per BTC: their harmonic mean.

    It is the one price at which the whole notional is worth the coins that the fills were worth, so that
    profit and loss adds up over the fills.

    Parameters
    ----------
    fills : pairs of (notional in USD, price in USD per BTC), all positive, at least one

    Raises
    ------
    ValueError
        If there is no fill, or a notional or a price outside its domain.

    Notes
    -----
    Source: Bybit, "P&L calculations (Inverse Contracts)",
    https://help.bybit.com/hc/en-us/articles/900000404726-P-L-calculations-Inverse-Contracts- .
    """
    checked = [
        (QUANTITIES["notional"].check(size), QUANTITIES["price"].check(price)) for size, price in fills
    ]
    if not checked:
        raise ValueError("fills is empty: give at least one pair of (notional, price)")
    dollars = sp.Add(*(size for size, _ in checked))
    coins = sp.Add(*(value(notional=size, price=price) for size, price in checked))
    return price_at_value(notional=dollars, position_value=coins)


@formula(unit=BTC)
def fee(*, notional: Any = N, price: Any = S, position_value: Any = None, fee_rate: Any = phi) -> sp.Expr:
    """Return the fee for trading the notional at a price, in BTC; negative for a rebate.

    Parameters
    ----------
    position_value : the coin value that is traded, instead of notional and price

    Examples
    --------
    >>> contract.fee()
    N*varphi/S
    >>> float(contract.fee(notional=10_000, price=50_000, fee_rate=0.0005))
    0.0001
    """
    return fee_rate * position_value_of(notional=notional, price=price, position_value=position_value)


@formula(unit=BTC)
def net_profit_and_loss(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    fee_rate: Any = phi,
    entry_fee_rate: Any = None,
    exit_fee_rate: Any = None,
) -> sp.Expr:
    """Return the profit and loss in BTC after a fee at the entry and a fee at the exit.

    Parameters
    ----------
    entry_fee_rate, exit_fee_rate : for one of the two trades, a maker's and a taker's rate, say; where it is
        left out, the fee rate

    Examples
    --------
    >>> round(contract.net_profit_and_loss(
    ...     side=LONG, notional=10_000, entry_price=40_000, price=50_000, fee_rate=0.001
    ... ), 5)
    0.04955
    >>> round(contract.net_profit_and_loss(
    ...     side=LONG, notional=10_000, entry_price=40_000, price=50_000,
    ...     entry_fee_rate=0, exit_fee_rate=0.001
    ... ), 4)
    0.0498
    """
    gross = profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=price)
    fees = [
        fee(notional=notional, price=at, fee_rate=fee_rate if own is None else own)
        for at, own in ((entry_price, entry_fee_rate), (price, exit_fee_rate))
    ]
    return gross - sp.Add(*fees)


@formula(unit=BTC**2 / USD)
def delta(*, side: Any = d, notional: Any = N, price: Any = S) -> sp.Expr:
    """Return how many BTC the position gains for each USD per BTC that the price rises.

    Examples
    --------
    >>> contract.delta()
    N*d/S**2
    >>> contract.delta(side=LONG, notional=10_000, price=50_000)
    1/250000
    """
    return _derivative(profit_and_loss(), 1, {d: side, N: notional, S: price})


@formula(unit=BTC**3 / USD**2)
def gamma(*, side: Any = d, notional: Any = N, price: Any = S) -> sp.Expr:
    """Return how fast `delta` changes with the price; negative for a long, whose payoff bends down.

    Examples
    --------
    >>> contract.gamma()
    -2*N*d/S**3
    >>> contract.gamma(side=LONG, notional=10_000, price=50_000)
    -1/6250000000
    """
    return _derivative(profit_and_loss(), 2, {d: side, N: notional, S: price})


@formula(unit=BTC)
def delta_in_dollars(*, side: Any = d, notional: Any = N, entry_price: Any = E) -> sp.Expr:
    """Return how many USD the dollar profit and loss gains for each USD per BTC that the price rises.

    It is the same at every price: the coin value of the notional at the entry.

    Examples
    --------
    >>> contract.delta_in_dollars()
    N*d/E
    >>> contract.delta_in_dollars(side=LONG, notional=10_000, entry_price=50_000)
    1/5
    """
    return _derivative(profit_and_loss_in_dollars(), 1, {d: side, N: notional, E: entry_price})


@formula(unit=BTC**2 / USD)
def gamma_in_dollars(*, side: Any = d, notional: Any = N, entry_price: Any = E) -> sp.Expr:
    """Return how fast `delta_in_dollars` changes with the price: not at all.

    Examples
    --------
    >>> contract.gamma_in_dollars()
    0
    """
    return _derivative(profit_and_loss_in_dollars(), 2, {d: side, N: notional, E: entry_price})


def _derivative(payoff: sp.Expr, order: int, values: dict[sp.Symbol, Any]) -> sp.Expr:
    # The values come last: one of them may hold the price itself.
    return sp.diff(payoff, S, order).subs(values, simultaneous=True)
