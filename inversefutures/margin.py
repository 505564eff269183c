"""What stands behind a position: leverage, margin, and the prices at which the margin is used up.

Everything follows from one equation, solved for what is asked. The margin balance is the margin plus the
unrealised profit and loss. It is zero at the bankruptcy price, and equal to the maintenance margin at the
liquidation price. Venues differ in two ways, and each is a choice that a function takes:

``base``
    what the maintenance margin is a fraction of: the coin value at the ``"entry"``, a fixed number of coins,
    or the coin value at the ``"mark"`` price, which grows as the price falls.
``fee_at``
    where the fee for closing is counted: put aside once, at its amount at the ``"bankruptcy"`` price, or
    counted at the ``"mark"`` price of the moment. It matters only where ``fee_rate`` is not zero.

The margin may be given as ``margin``, in coins, or through the ``leverage``. By leverage (isolated margin) it
is the initial margin, and a closing fee that is reserved stands beside it, as in `order_cost`. A ``margin``
in coins, for example the wallet balance of a cross-margined position, has to carry the reserve itself. Which
of the two it is, is a question of what was given and not of its value: ``margin=N / (E * L)`` is a margin in
coins, and pays for its reserve.

A price that is never reached is `sympy.oo`. The equation is linear in the coin value of the notional, N/S,
and a coin value is positive: where its solution is zero or negative, no price solves the equation. So a short
at a leverage of 1 or less has no bankruptcy price, because it holds the coins that it owes. Nor has it a
liquidation price on the mark value. On the entry value it may have a far one (E/m at a leverage of 1): its
maintenance margin stays, while the coin value of what it owes goes to zero.

No rounding is done here. Called bare, a function is its formula; with numbers it is a number.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from . import contract
from .notation import D, E, L, M, N, S, d, m, phi
from .quantities import BTC, ONE, USD, exactly_one, formula, one_of

__all__ = [
    "bankruptcy_price",
    "closing_fee_reserve",
    "distance_to_liquidation",
    "effective_leverage",
    "initial_margin",
    "largest_leverage",
    "liquidation_price",
    "maintenance_margin",
    "margin_balance",
    "order_cost",
    "required_margin",
    "return_on_equity",
    "return_on_equity_limit",
    "top_up",
]

Base = Literal["entry", "mark"]
FeeAt = Literal["bankruptcy", "mark"]


@formula(unit=BTC)
def initial_margin(
    *, notional: Any = N, entry_price: Any = E, position_value: Any = None, leverage: Any = L
) -> sp.Expr:
    """Return the coins needed to open a position: its coin value at the entry, divided by the leverage.

    A venue that asks for initial margin at the mark price wants the mark price here.

    Parameters
    ----------
    position_value : the coin value itself, instead of notional and entry price

    Notes
    -----
    Source: Bybit, "Order Cost (Perpetuals & Futures Trading)", 30 October 2024,
    https://testnet.bybit.com/en/help-center/article/Order-Cost-USDT-Contract .

    Examples
    --------
    >>> margin.initial_margin()
    N/(E*L)
    >>> margin.initial_margin(notional=10_000, entry_price=50_000, leverage=10)
    1/50
    """
    coins = contract.position_value_of(notional=notional, price=entry_price, position_value=position_value)
    return coins / leverage


@formula(unit=BTC)
def maintenance_margin(
    *,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    position_value: Any = None,
    maintenance_margin_rate: Any = m,
    base: Base = "entry",
    deduction: Any = 0,
) -> sp.Expr:
    """Return the least margin balance that keeps a position open, in BTC.

    Parameters
    ----------
    position_value : the coin value itself, instead of notional and price
    base : ``"entry"`` for the coin value at the entry price, ``"mark"`` for that at ``price``
    deduction : the constant of the position's tier (called *maintenance amount*, *cum* or *maintenance margin
        deduction* by the venues). It is right as long as the position stays in its tier.

    Examples
    --------
    >>> margin.maintenance_margin()
    N*m/E
    >>> float(margin.maintenance_margin(
    ...     notional=10_000, entry_price=50_000, maintenance_margin_rate=0.005
    ... ))
    0.001
    >>> float(margin.maintenance_margin(
    ...     notional=10_000, price=40_000, maintenance_margin_rate=0.005, base="mark"
    ... ))
    0.00125
    """
    at = price if one_of("base", base, Base) == "mark" else entry_price
    coins = contract.position_value_of(notional=notional, price=at, position_value=position_value)
    return maintenance_margin_rate * coins - deduction


@formula(unit=BTC)
def margin_balance(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    margin: Any = M,
    extra_margin: Any = 0,
) -> sp.Expr:
    """Return the equity of a position in BTC: its margin and its unrealised profit and loss.

    Examples
    --------
    >>> margin.margin_balance()
    M + d*(-N/S + N/E)
    >>> round(margin.margin_balance(
    ...     side=LONG, notional=10_000, entry_price=50_000, price=48_000, margin=0.02
    ... ), 4)
    0.0117
    """
    unrealised = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=price)
    return margin + extra_margin + unrealised


@formula(unit=ONE)
def return_on_equity(*, side: Any = d, entry_price: Any = E, price: Any = S, leverage: Any = L) -> sp.Expr:
    """Return the profit and loss as a fraction of the initial margin.

    Examples
    --------
    >>> margin.return_on_equity()
    L*d*(-E/S + 1)
    >>> margin.return_on_equity(
    ...     side=LONG, entry_price=50_000, price=48_000, leverage=10
    ... )
    -5/12
    """
    # The initial margin is the coin value at the entry divided by the leverage.
    return leverage * sp.collect(
        contract.return_in_coin(side=side, entry_price=entry_price, price=price), side
    )


@formula(unit=ONE)
def return_on_equity_limit(*, side: Any = d, leverage: Any = L) -> sp.Expr:
    """Return what the return on equity tends to as the price rises without bound: d·L.

    For a long it is a cap: no rise earns more than the leverage. For a short it is a floor: no rise costs
    more, which is why a short at a leverage of 1 or less cannot go bankrupt. The other way, S → 0, a short's
    gain and a long's loss have no bound.

    Examples
    --------
    >>> margin.return_on_equity_limit()
    L*d
    >>> margin.return_on_equity_limit(side=LONG, leverage=10)
    10
    """
    return sp.limit(return_on_equity(side=side, leverage=leverage), S, sp.oo)


@formula(unit=ONE)
def effective_leverage(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    leverage: Any = L,
    margin: Any = None,
    extra_margin: Any = 0,
) -> sp.Expr:
    """Return the coin value of the position now, divided by the margin balance now.

    It starts at the leverage that was chosen and moves with the price. It is infinite (`sympy.oo`) at and
    beyond the bankruptcy price, where nothing is left under the position.

    Parameters
    ----------
    margin : instead of the leverage

    Raises
    ------
    ValueError
        If a value is outside its domain, or both leverage and margin are given.

    Examples
    --------
    >>> margin.effective_leverage()
    E*L/(-L*d*(E - S) + S)
    >>> margin.effective_leverage(
    ...     side=LONG, notional=10_000, entry_price=50_000, price=48_000, leverage=10
    ... )
    125/7
    """
    margin = _margin(margin, notional, entry_price, leverage)
    balance = margin_balance(
        side=side,
        notional=notional,
        entry_price=entry_price,
        price=price,
        margin=margin,
        extra_margin=extra_margin,
    )
    if balance.is_nonpositive:
        return sp.oo
    return _readable(contract.value(notional=notional, price=price) / balance)


@formula(unit=BTC)
def closing_fee_reserve(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    margin: Any = None,
    extra_margin: Any = 0,
    fee_rate: Any = phi,
) -> sp.Expr:
    """Return the fee for closing at the bankruptcy price, in BTC, which some venues put aside at the opening.

    It is larger for a long than for a short, because the coin value at a lower price is larger. It is 0
    where there is no bankruptcy price.

    Parameters
    ----------
    margin : instead of the leverage, and then the reserve is a part of it

    Raises
    ------
    ValueError
        If a value is outside its domain, or both leverage and margin are given.

    Examples
    --------
    >>> margin.closing_fee_reserve()
    N*varphi*(L + d)/(E*L)
    >>> float(margin.closing_fee_reserve(
    ...     side=LONG, notional=10_000, entry_price=50_000, leverage=10, fee_rate=0.0005
    ... ))
    0.00011
    """
    margin = _margin(margin, notional, entry_price, leverage, side, fee_rate)
    coins = _coin_value_at_bankruptcy(side, notional, entry_price, margin + extra_margin, fee_rate)
    return _readable(fee_rate * coins)


@formula(unit=BTC)
def order_cost(
    *, side: Any = d, notional: Any = N, entry_price: Any = E, leverage: Any = L, fee_rate: Any = phi
) -> sp.Expr:
    """Return the coins that an order ties up: initial margin, opening fee and the reserved closing fee.

    Parameters
    ----------
    fee_rate : the taker's

    Notes
    -----
    Source: Bybit, "Order Cost (Perpetuals & Futures Trading)", 30 October 2024,
    https://testnet.bybit.com/en/help-center/article/Order-Cost-USDT-Contract .

    Examples
    --------
    >>> float(margin.order_cost(
    ...     side=LONG, notional=10_000, entry_price=50_000, leverage=10, fee_rate=0.0005
    ... ))
    0.02021
    """
    return sp.Add(
        initial_margin(notional=notional, entry_price=entry_price, leverage=leverage),
        contract.fee(notional=notional, price=entry_price, fee_rate=fee_rate),
        closing_fee_reserve(
            side=side, notional=notional, entry_price=entry_price, leverage=leverage, fee_rate=fee_rate
        ),
    )


@formula(unit=USD / BTC)
def bankruptcy_price(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    margin: Any = None,
    extra_margin: Any = 0,
    fee_rate: Any = 0,
) -> sp.Expr:
    """Return the price at which closing leaves nothing: the margin pays the loss and the closing fee.

    Parameters
    ----------
    margin : instead of the leverage, and then the closing fee is paid out of it
    fee_rate : the fee for closing

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where no price bankrupts the position.

    Raises
    ------
    ValueError
        If a value is outside its domain, or both leverage and margin are given.

    Notes
    -----
    Source: Bybit, "How to calculate Liquidation Price (Inverse Contract)", undated copy,
    https://help.bybit.com/hc/en-us/articles/360039261334 .

    Examples
    --------
    >>> margin.bankruptcy_price()
    E*L/(L + d)
    >>> margin.bankruptcy_price(side=LONG, entry_price=50_000, leverage=4)
    40000
    >>> margin.bankruptcy_price(side=SHORT, entry_price=50_000, leverage=1)
    oo
    """
    margin = _margin(margin, notional, entry_price, leverage, side, fee_rate)
    coins = _coin_value_at_bankruptcy(side, notional, entry_price, margin + extra_margin, fee_rate)
    return _price_where(coins, notional)


@formula(unit=USD / BTC)
def liquidation_price(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    leverage: Any = L,
    margin: Any = None,
    extra_margin: Any = 0,
    maintenance_margin_rate: Any = m,
    base: Base = "entry",
    deduction: Any = 0,
    fee_rate: Any = 0,
    fee_at: FeeAt = "bankruptcy",
) -> sp.Expr:
    """Return the price at which the margin balance is down to the maintenance margin.

    A long's and a short's liquidation prices, at the same entry and margin, mirror each other in 1/S: with
    the maintenance margin on the entry value 1/S_long + 1/S_short = 2/E. On the mark value each side carries
    its own weight, because the maintenance margin is a part of the coin value that moves:
    (1 + m)/S_long + (1 − m)/S_short = 2/E.

    Parameters
    ----------
    margin : instead of the leverage. The wallet balance, for cross margin.
    extra_margin : it has to carry the growth of a reserved closing fee
    base : which coin value the maintenance margin is a fraction of
    deduction : the constant of the position's tier, see `maintenance_margin`
    fee_rate : the fee for closing
    fee_at : ``"bankruptcy"`` for a fee reserved at the bankruptcy price, ``"mark"`` for a fee counted at the
        mark price

    Returns
    -------
    sympy expression
        USD per BTC; `sympy.oo` where no price liquidates the position.

    Raises
    ------
    ValueError
        If a value is outside its domain, both leverage and margin are given, or the maintenance margin at
        the entry is above the initial margin that the leverage gives.

    Notes
    -----
    Sources: BitMEX and Bybit before 2025-09-02 (entry, reserve), Binance COIN-M (mark, deduction),
    OKX (mark, fee at the mark), Bybit since 2025-09-02 (mark, reserve, deduction).

    Examples
    --------
    >>> margin.liquidation_price()
    E*L/(L + d*(-L*m + 1))
    >>> margin.liquidation_price(base="mark")
    E*L*(d*m + 1)/(L + d)
    >>> float(margin.liquidation_price(
    ...     side=LONG, notional=10_000, entry_price=52_250, leverage=20,
    ...     maintenance_margin_rate=0.005
    ... ))
    50000.0
    """
    reserves = one_of("fee_at", fee_at, FeeAt) == "bankruptcy"
    if not reserves and (1 - maintenance_margin_rate - fee_rate).is_nonpositive:
        raise ValueError(
            f"fee_rate is {fee_rate}, but its domain at maintenance_margin_rate {maintenance_margin_rate} "
            "is below 1 − m: the two together ask for more than the whole coin value"
        )
    if margin is None:
        _check_that_it_can_be_opened(notional, entry_price, leverage, maintenance_margin_rate, deduction)
    margin = _margin(margin, notional, entry_price, leverage, side, fee_rate if reserves else sp.S.Zero)
    margin += extra_margin
    if reserves:
        margin -= fee_rate * _coin_value_at_bankruptcy(side, notional, entry_price, margin, fee_rate)
    coins = _at_liquidation(one_of("base", base, Base), fee_at).coins(
        {
            d: side,
            N: notional,
            E: entry_price,
            M: margin,
            m: maintenance_margin_rate,
            D: deduction,
            phi: fee_rate,
        }
    )
    return _price_where(coins, notional)


@formula(unit=ONE)
def distance_to_liquidation(*, price: Any = None, **position: Any) -> sp.Expr:
    """Return how far the price may move against the position, as a fraction of the price.

    Parameters
    ----------
    price : where the distance is measured from, by default the entry price
    **position
        The arguments of `liquidation_price`.

    Returns
    -------
    sympy expression
        Negative once the liquidation price is passed; `sympy.oo` where there is none.

    Examples
    --------
    >>> round(margin.distance_to_liquidation(
    ...     side=LONG, notional=10_000, entry_price=52_250, leverage=20,
    ...     maintenance_margin_rate=0.005
    ... ), 4)
    0.0431
    """
    liquidation = liquidation_price(**position)
    start = sp.sympify(position.get("entry_price", E)) if price is None else price
    return _readable(sp.sympify(position.get("side", d)) * (1 - liquidation / start))


@formula(unit=BTC)
def required_margin(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    maintenance_margin_rate: Any = m,
    base: Base = "entry",
    deduction: Any = 0,
    fee_rate: Any = 0,
    fee_at: FeeAt = "bankruptcy",
) -> sp.Expr:
    """Return the margin that puts the liquidation price at a wished price, in BTC.

    It is `liquidation_price` read the other way round. It includes a closing fee that is reserved. A result
    that is zero or negative says that no margin puts it there: the price is on the winning side.

    Parameters
    ----------
    price : the liquidation price that is wished for
    base, fee_at : as in `liquidation_price`

    Examples
    --------
    >>> margin.required_margin()
    N*(S*m + d*(E - S))/(E*S)
    >>> round(margin.required_margin(
    ...     side=LONG, notional=10_000, entry_price=50_000, price=40_000,
    ...     maintenance_margin_rate=0.005
    ... ), 4)
    0.0510
    """
    reserves = one_of("fee_at", fee_at, FeeAt) == "bankruptcy"
    margin = _margin_at_liquidation(one_of("base", base, Base), fee_at).xreplace(
        {
            d: side,
            N: notional,
            E: entry_price,
            S: price,
            m: maintenance_margin_rate,
            D: deduction,
            phi: fee_rate,
        }
    )
    if not reserves:
        return _readable(margin)
    # `margin` is what has to be there beside the reserve: all of it at the bankruptcy price without fees.
    coins = _coin_value_at_bankruptcy(side, notional, entry_price, margin, sp.S.Zero)
    return _readable(margin + fee_rate * coins)


@formula(unit=BTC)
def top_up(*, margin: Any = M, **wish: Any) -> sp.Expr:
    """Return the coins to add to the margin so that the liquidation price moves to a wished price.

    Parameters
    ----------
    margin : what the position has now, a reserved closing fee included
    **wish
        The arguments of `required_margin`; its ``price`` is the liquidation price that is wished for.

    Returns
    -------
    sympy expression
        BTC; negative where so much margin may be taken away.

    Examples
    --------
    >>> round(margin.top_up(
    ...     margin=0.02, side=LONG, notional=10_000, entry_price=50_000, price=40_000,
    ...     maintenance_margin_rate=0.005
    ... ), 4)
    0.0310
    """
    return required_margin(**wish) - margin


@formula(unit=ONE)
def largest_leverage(
    *,
    side: Any = d,
    entry_price: Any = E,
    price: Any = S,
    maintenance_margin_rate: Any = m,
    base: Base = "entry",
) -> sp.Expr:
    """Return the largest leverage at which the position is not liquidated before ``price``.

    At the entry price itself it is 1/m, the most at which a position can be opened at all.

    Parameters
    ----------
    price : the worst price to survive: at or below the entry price for a long, at or above it for a short
    base : which coin value the maintenance margin is a fraction of

    Returns
    -------
    sympy expression
        `sympy.oo` at the entry price without maintenance margin, where any leverage will do.

    Raises
    ------
    ValueError
        If a value is outside its domain, or the price is on the winning side of the entry price.

    Examples
    --------
    >>> margin.largest_leverage()
    S/(S*m + d*(E - S))
    >>> round(margin.largest_leverage(
    ...     side=LONG, entry_price=50_000, price=40_000, maintenance_margin_rate=0.005
    ... ), 4)
    3.9216
    """
    if (side * (entry_price - price)).is_negative:
        where = "at or below" if side == contract.LONG else "at or above"
        raise ValueError(
            f"price is {price}, but this side is liquidated {where} its entry price {entry_price}"
        )
    rate = _initial_margin_rate_at_liquidation(one_of("base", base, Base)).xreplace(
        {d: side, E: entry_price, S: price, m: maintenance_margin_rate}
    )
    return sp.oo if rate.is_zero else _readable(1 / rate)


# --- the margin equation, solved once for each rule -----------------------------------------------


@dataclass(frozen=True)
class _CoinValue:
    """The coin value N/S that solves an equation, and what is left over at S → ∞, where it is zero.

    What is left over decides whether there is a solution: it has the sign of the coin value, and holds
    nothing else.
    """

    solution: sp.Expr
    left_over: sp.Expr

    def coins(self, values: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
        """Return the coin value for these values: 0 where the equation has no positive solution."""
        if self.left_over.xreplace(values).is_nonpositive:
            return sp.S.Zero
        return self.solution.xreplace(values)


def _solve_for_coin_value(balance: Callable[[sp.Expr], sp.Expr]) -> _CoinValue:
    coins = sp.Dummy("v", positive=True)
    # Times the side, what is left over has the coin value's sign, and the price loses its side: d·d = 1,
    # which sympy cannot know.
    equation = sp.expand(d * balance(N / coins)).subs(d**2, ONE)
    (solution,) = sp.solve(equation, coins)
    return _CoinValue(solution, equation.subs(coins, 0))


@functools.cache
def _at_bankruptcy() -> _CoinValue:
    """Return where the margin balance just pays the closing fee."""
    return _solve_for_coin_value(lambda price: margin_balance(price=price) - contract.fee(price=price))


@functools.cache
def _at_liquidation(base: Base, fee_at: FeeAt) -> _CoinValue:
    """Return where the margin balance, without the closing fee, is the maintenance margin."""
    return _solve_for_coin_value(lambda price: _margin_above_maintenance(price, base, fee_at))


@functools.cache
def _margin_at_liquidation(base: Base, fee_at: FeeAt) -> sp.Expr:
    (solution,) = sp.solve(_margin_above_maintenance(S, base, fee_at), M)
    return solution


@functools.cache
def _initial_margin_rate_at_liquidation(base: Base) -> sp.Expr:
    return sp.expand(required_margin(base=base) / contract.value(price=E))


def _margin_above_maintenance(price: sp.Expr, base: Base, fee_at: FeeAt) -> sp.Expr:
    """Return what is left at a price; M is the margin without the reserve, where the fee is reserved."""
    fee = contract.fee(price=price) if fee_at == "mark" else sp.S.Zero
    return margin_balance(price=price) - fee - maintenance_margin(price=price, base=base, deduction=D)


def _coin_value_at_bankruptcy(
    side: sp.Expr, notional: sp.Expr, entry_price: sp.Expr, margin: sp.Expr, fee_rate: sp.Expr
) -> sp.Expr:
    return _at_bankruptcy().coins({d: side, N: notional, E: entry_price, M: margin, phi: fee_rate})


def _price_where(coins: sp.Expr, notional: sp.Expr) -> sp.Expr:
    """Return the price at which the notional is worth these coins: never, where it is worth none."""
    return sp.oo if coins.is_zero else _readable(notional / coins)


# --- what the formulas share ----------------------------------------------------------------------


def _margin(
    margin: sp.Expr | None,
    notional: sp.Expr,
    entry_price: sp.Expr,
    leverage: sp.Expr,
    side: sp.Expr = d,
    reserved_fee_rate: sp.Expr = sp.S.Zero,
) -> sp.Expr:
    """Return the margin in coins; by leverage the reserved closing fee stands beside the initial margin."""
    if margin is not None:
        exactly_one(leverage=None if leverage == L else leverage, margin=margin)
        return margin
    initial = initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
    if reserved_fee_rate.is_zero:
        return initial
    # At the bankruptcy price without fees the initial margin is used up, and the reserve pays for closing.
    coins = _coin_value_at_bankruptcy(side, notional, entry_price, initial, sp.S.Zero)
    return initial + reserved_fee_rate * coins


def _check_that_it_can_be_opened(
    notional: sp.Expr, entry_price: sp.Expr, leverage: sp.Expr, rate: sp.Expr, deduction: sp.Expr
) -> None:
    initial = initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
    maintenance = maintenance_margin(
        notional=notional, entry_price=entry_price, maintenance_margin_rate=rate, deduction=deduction
    )
    if (initial - maintenance).is_negative:
        raise ValueError(
            f"maintenance_margin_rate is {rate}, but its domain at leverage {leverage} is 0 ≤ m ≤ 1/L: "
            f"the maintenance margin at the entry, {maintenance} BTC, is above the initial margin, "
            f"{initial} BTC"
        )


def _readable(expression: sp.Expr) -> sp.Expr:
    """Return a number as it is, and a formula as the shortest single fraction that sympy finds."""
    return expression if expression.is_number else _as_fraction(expression)


@functools.lru_cache(maxsize=512)
def _as_fraction(expression: sp.Expr) -> sp.Expr:
    top, bottom = sp.fraction(sp.cancel(sp.together(expression)))
    if expression.has(d):
        top, bottom = _with_unit_side(top, bottom)
        # A factor d below, or above a sum that holds d, goes when the fraction is widened by d.
        if bottom.has(d) and (bottom * top).subs(d, 0) == 0:
            top, bottom = _with_unit_side(d * top, d * bottom)
    return min((_fraction(sign * top, sign * bottom) for sign in (1, -1)), key=_minus_signs)


def _with_unit_side(top: sp.Expr, bottom: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    top, bottom = (sp.rem(sp.expand(part), d**2 - 1, d) for part in (top, bottom))
    reduced: tuple[sp.Expr, sp.Expr] = sp.fraction(sp.cancel(top / bottom))
    return reduced


def _fraction(top: sp.Expr, bottom: sp.Expr) -> sp.Expr:
    return _by_side(sp.factor(sp.expand(top))) / _by_side(sp.expand(bottom))


def _by_side(expression: sp.Expr) -> sp.Expr:
    return expression.replace(
        lambda part: part.is_Add and part.has(d), lambda part: sp.collect(part, d, func=sp.factor)
    )


def _minus_signs(fraction: sp.Expr) -> tuple[bool, int, bool]:
    text = str(fraction)
    return text.startswith("-"), text.count("-"), not sp.fraction(fraction)[1].could_extract_minus_sign()
