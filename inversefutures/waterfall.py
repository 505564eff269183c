"""What happens when a liquidation fails: who pays, in which order, and that no coin is made or lost.

A liquidation goes in steps. The engine takes the position over at its bankruptcy price, where nothing is left
of the account. It closes the position at whatever price the market gives. A better price leaves a surplus, a
worse one a shortfall, which the insurance fund pays as far as it reaches. What it cannot pay falls on traders
who did nothing wrong: by auto-deleveraging (their winning positions are closed at the bankruptcy price) or by
socialised loss (a part of their profit is taken). A clearing house has other layers in between.

Coins are conserved. Every trade here has two sides, so notionals sum to zero over the sides, and then the
coins of all accounts with their unrealised profit, the fund and the venue's fees, less what the venue still
owes, are one number: `Exchange.total`. No step changes it, and it does not depend on the price.

Floats are taken as the decimals they are written as, so that every sum is exact. The `formula` functions
take symbols as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import sympy as sp

from . import contract
from .margin import effective_leverage, maintenance_margin, margin_balance
from .notation import QUANTITIES, E, M, N, S, X, Z, d, phi, s
from .position import FLAT, Fill, Position
from .quantities import BTC, ONE, USD, formula, one_of

__all__ = [
    "Account",
    "ClearingHouse",
    "Deleveraged",
    "Entry",
    "Exchange",
    "Layer",
    "QueuePlace",
    "absorb",
    "deleverage_queue",
    "deleveraging_queue",
    "deleveraging_rank",
    "fill_price_in_book",
    "liquidation_cost",
    "liquidation_shortfall",
    "slippage",
    "socialised_shares",
]

Leftover = Literal["insurance fund", "trader"]
Remedy = Literal["deleveraging", "socialised loss"]


def _exact(value: Any) -> sp.Expr:
    """Return a number as the fraction it is written as: with floats the sums would not be exact.

    A logarithm, as a fill price in a book has it, becomes a fraction of 30 digits, which is traded like any
    other price: sympy cannot always tell which of two sums of logarithms is the smaller.
    """
    number = sp.sympify(value)
    if number.is_Float:
        return sp.Rational(str(value))
    if number.is_number and number.is_finite and not number.is_Rational:
        return sp.Rational(str(number.evalf(30)))
    return number


def _not_negative(name: str, value: Any) -> sp.Expr:
    number = _exact(value)
    if number.is_negative:
        raise ValueError(f"{name} is {value}, but its domain is 0 and above")
    return number


# --- what a liquidation costs ---------------------------------------------------------------------


@formula(unit=USD / BTC)
def fill_price_in_book(
    *, side: Any = d, notional: Any = N, price: Any = S, half_spread: Any = s, market_depth: Any = Z
) -> sp.Expr:
    """Return the average price at which a position is closed in a book of even depth.

    Half the spread is lost at once. Then the order eats its way into the book: its last dollar moves the
    price by N/Z. Each dollar is paid in coin at its own price, so the average is harmonic, as for any entry
    price: the coins are the integral of 1/price over the dollars, a logarithm. To first order the price moves
    by half of N/Z on average, and the plain average of the prices is off by a twelfth of (N/Z)².

    Parameters
    ----------
    side : +1 for a long that is sold, −1 for a short that is bought back
    price : the middle of the book
    market_depth : 10,000,000 is 100,000 USD for 1 %

    Raises
    ------
    ValueError
        If a value is outside its domain, or the book has too little in it for a long to be sold.

    Examples
    --------
    >>> round(waterfall.fill_price_in_book(
    ...     side=LONG, notional=1_000_000, price=50_000, half_spread=0.0001,
    ...     market_depth=10_000_000
    ... ), 2)
    47451.10
    """
    first = 1 - side * half_spread
    last = first - side * notional / market_depth
    if last.is_nonpositive:
        raise ValueError(
            f"market_depth is {market_depth} (USD), but at this depth a book cannot take {notional} USD: its "
            "last dollar would be sold at no positive price"
        )
    coins = side * market_depth * sp.log(first / last) / price
    return notional / coins


@formula(unit=BTC)
def slippage(*, side: Any = d, notional: Any = N, price: Any = S, fill_price: Any = X) -> sp.Expr:
    """Return the coins lost because a position is closed at another price than the mark.

    Returns
    -------
    sympy expression
        BTC; negative where the fill is better than the mark.

    Examples
    --------
    >>> waterfall.slippage()
    -d*(-N/X + N/S)
    >>> waterfall.slippage(side=LONG, notional=10_000, price=50_000, fill_price=40_000)
    1/20
    """
    return -contract.profit_and_loss(side=side, notional=notional, entry_price=price, price=fill_price)


@formula(unit=BTC)
def liquidation_cost(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    price: Any = S,
    fill_price: Any = X,
    margin: Any = M,
    fee_rate: Any = phi,
    leftover: Leftover = "insurance fund",
) -> sp.Expr:
    """Return what a liquidation costs the trader, in BTC: the balance at the mark less what comes back.

    Where the leftover goes to the insurance fund all of the balance is forfeited, however good the fill.
    Where it goes to the trader, the cost is slippage and fee, and never more than the balance.

    Parameters
    ----------
    price : the mark that started it
    fee_rate : the fee for closing
    leftover : who keeps what is left

    Examples
    --------
    >>> round(waterfall.liquidation_cost(
    ...     side=LONG, notional=10_000, entry_price=50_000, price=46_000,
    ...     fill_price=45_500, margin=0.02, fee_rate=0.0005
    ... ), 6)
    0.002609
    """
    one_of("leftover", leftover, Leftover)
    position = {"side": side, "notional": notional, "entry_price": entry_price, "margin": margin}
    balance = margin_balance(**position, price=price)
    if leftover == "insurance fund":
        return balance
    return balance - sp.Max(0, _left_after_closing(fill_price, fee_rate, **position))


def _left_after_closing(fill_price: sp.Expr, fee_rate: sp.Expr, **position: sp.Expr) -> sp.Expr:
    fee = contract.fee(notional=position["notional"], price=fill_price, fee_rate=fee_rate)
    return margin_balance(**position, price=fill_price) - fee


@formula(unit=BTC)
def liquidation_shortfall(
    *,
    side: Any = d,
    notional: Any = N,
    entry_price: Any = E,
    fill_price: Any = X,
    margin: Any = M,
    fee_rate: Any = phi,
) -> sp.Expr:
    """Return the coins that are missing after a liquidation, which somebody else has to pay.

    Parameters
    ----------
    fee_rate : the fee for closing

    Examples
    --------
    >>> round(waterfall.liquidation_shortfall(
    ...     side=LONG, notional=10_000, entry_price=50_000, fill_price=44_000,
    ...     margin=0.02, fee_rate=0.0005
    ... ), 6)
    0.007386
    """
    position = {"side": side, "notional": notional, "entry_price": entry_price, "margin": margin}
    return sp.Max(0, -_left_after_closing(fill_price, fee_rate, **position))


# --- auto-deleveraging: who is hit ----------------------------------------------------------------


@formula(unit=ONE)
def deleveraging_rank(
    *, side: Any = d, notional: Any = N, entry_price: Any = E, price: Any = S, margin: Any = M
) -> sp.Expr:
    """Return the rank of a position in the queue for auto-deleveraging; the highest is hit first.

    Profit as a fraction of the entry value, times the effective leverage for a winner and divided by it for
    a loser: large winners at high leverage stand in front.

    Parameters
    ----------
    price : the mark

    Notes
    -----
    Source: BitMEX, "Auto-deleveraging", https://bitmex.com/app/autoDeleveraging .

    Examples
    --------
    >>> float(waterfall.deleveraging_rank(
    ...     side=SHORT, notional=10_000, entry_price=50_000, price=40_000, margin=0.05
    ... ))
    0.625
    """
    position = {"side": side, "notional": notional, "entry_price": entry_price, "price": price}
    gain = contract.return_in_coin(side=side, entry_price=entry_price, price=price)
    return _rank(gain, effective_leverage(**position, margin=margin))


def _rank(gain: sp.Expr, leverage: sp.Expr) -> sp.Expr:
    return sp.Piecewise((gain * leverage, gain > 0), (gain / leverage, True))


@dataclass(frozen=True)
class QueuePlace:
    """A place in the queue for auto-deleveraging.

    Parameters
    ----------
    name : whose position it is
    quantity : contracts, or USD
    rank : see `deleveraging_rank`
    percentile : 20, 40, 60, 80 or 100; 20 is hit first
    """

    name: Any
    quantity: Any
    rank: Any
    percentile: int

    @property
    def lights(self) -> int:
        """How many of the five lights the venue shows: five for who is hit first."""
        return 6 - self.percentile // 20


def deleveraging_queue(positions: Iterable[tuple[Any, Any, Any]]) -> list[QueuePlace]:
    """Return positions of one side in the order in which they are hit.

    Parameters
    ----------
    positions : iterable of (name, quantity, rank)
        Quantities are positive. Equal ranks keep their order.

    Raises
    ------
    ValueError
        If a quantity is not positive.

    Notes
    -----
    A position's percentile is that of its last contract, in fifths of all contracts, rounded up.
    Source: BitMEX, "Auto-deleveraging examples", https://www.bitmex.com/app/autoDeleveragingExamples .
    """
    queue = sorted(positions, key=lambda each: each[2], reverse=True)
    for name, quantity, _ in queue:
        if not quantity > 0:
            raise ValueError(f"quantity of {name} is {quantity}, but its domain is above 0")
    total = sum((sp.sympify(quantity) for _, quantity, _ in queue), sp.S.Zero)
    places, before = [], sp.S.Zero
    for name, quantity, rank in queue:
        before += sp.sympify(quantity)
        places.append(QueuePlace(name, quantity, rank, 20 * int(sp.ceiling(5 * before / total))))
    return places


@dataclass(frozen=True)
class Deleveraged:
    """What is taken from one position: its name, and the quantity that is closed."""

    name: Any
    quantity: Any


def deleverage_queue(queue: Sequence[QueuePlace], quantity: Any) -> list[Deleveraged]:
    """Return who is deleveraged, and by how much, when a quantity has to be closed.

    Parameters
    ----------
    queue : from `deleveraging_queue`
    quantity : contracts, or USD; not negative

    Raises
    ------
    ValueError
        If the queue does not hold as much.
    """
    left = sp.sympify(quantity)
    if left.is_negative:
        raise ValueError(f"quantity is {quantity}, but its domain is 0 and above")
    hit = []
    for place in queue:
        taken = min(left, sp.sympify(place.quantity))
        if taken > 0:
            hit.append(Deleveraged(place.name, taken))
        left -= taken
    if left > 0:
        raise ValueError(
            f"quantity is {quantity}, but the queue holds {left} less: nobody is left on that side"
        )
    return hit


def socialised_shares(loss: Any, profits: Mapping[Any, Any]) -> dict[Any, sp.Expr]:
    """Return what each winner pays of a loss that is shared pro rata of profits.

    Parameters
    ----------
    loss : BTC, not negative
    profits : BTC by name; losers are left out

    Returns
    -------
    dict
        BTC by name. They add up to the loss, or to all profits where these are smaller.

    Raises
    ------
    ValueError
        If the loss is negative.
    """
    loss = _not_negative("loss", loss)
    winners = {name: _exact(profit) for name, profit in profits.items() if profit > 0}
    total = sum(winners.values(), sp.S.Zero)
    if not total:
        return {}
    part = min(sp.S.One, loss / total)
    return {name: part * profit for name, profit in winners.items()}


# --- layers: a clearing house ---------------------------------------------------------------------


@dataclass(frozen=True)
class Layer:
    """One layer of a waterfall: coins of one or several payers, who pay pro rata of what they have in it.

    Parameters
    ----------
    name : what the layer is called
    coins : BTC by payer, not negative

    Raises
    ------
    ValueError
        If an amount is negative.
    """

    name: str
    coins: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "coins",
            {payer: _not_negative(f"coins of {payer}", amount) for payer, amount in self.coins.items()},
        )

    @property
    def total(self) -> sp.Expr:
        """All coins in the layer, in BTC."""
        return sum(self.coins.values(), sp.S.Zero)


@dataclass(frozen=True)
class Entry:
    """One line of a ledger.

    Parameters
    ----------
    step : what happened, or the layer that paid
    name : whose coins they are
    coins : BTC; positive for coins received, negative for coins paid
    """

    step: str
    name: Any
    coins: Any


def absorb(loss: Any, layers: Iterable[Layer]) -> tuple[list[Entry], sp.Expr]:
    """Return who pays a loss, layer by layer, and what nobody pays.

    A layer is touched only when all layers before it are used up.

    Parameters
    ----------
    loss : BTC, not negative
    layers : iterable of Layer
        The first one pays first.

    Returns
    -------
    tuple of (list of Entry, sympy expression)
        The payments (their coins are negative) and the unpaid rest in BTC.

    Raises
    ------
    ValueError
        If the loss is negative.
    """
    left = _not_negative("loss", loss)
    ledger = []
    for layer in layers:
        paid = min(left, layer.total)
        if paid > 0:
            part = paid / layer.total
            ledger += [
                Entry(layer.name, payer, -part * coins) for payer, coins in layer.coins.items() if coins > 0
            ]
        left -= paid
    return ledger, left


@dataclass(frozen=True)
class ClearingHouse:
    """What stands behind the members of a clearing house.

    Parameters
    ----------
    margins : BTC by member
    contributions : BTC by member; to the default fund
    skin_in_the_game : BTC; the clearing house's own coins, which pay before the other members
    assessment_multiple : how many times its contribution a member may be asked for again, not negative

    Raises
    ------
    ValueError
        If an amount is negative, or margins and contributions are not those of the same members.
    """

    margins: Mapping[str, Any]
    contributions: Mapping[str, Any]
    skin_in_the_game: Any
    assessment_multiple: Any = 1

    def __post_init__(self) -> None:
        if set(self.margins) != set(self.contributions):
            raise ValueError(
                f"contributions has {', '.join(sorted(self.contributions))}, but margins has "
                f"{', '.join(sorted(self.margins))}: give both for every member"
            )
        for name in ("skin_in_the_game", "assessment_multiple"):
            object.__setattr__(self, name, _not_negative(name, getattr(self, name)))

    def layers(self, defaulter: str) -> list[Layer]:
        """Return the layers that pay when a member defaults, in their order.

        The other members' margins are in none of them: they secure those members' own positions.

        Parameters
        ----------
        defaulter : a member

        Raises
        ------
        ValueError
            If it is not a member.
        """
        if defaulter not in self.margins:
            raise ValueError(f"defaulter is {defaulter!r}, but the members are {', '.join(self.margins)}")
        others = {name: coins for name, coins in self.contributions.items() if name != defaulter}
        return [
            Layer("defaulter's margin", {defaulter: self.margins[defaulter]}),
            Layer("defaulter's contribution", {defaulter: self.contributions[defaulter]}),
            Layer("skin in the game", {"clearing house": self.skin_in_the_game}),
            Layer("default fund", others),
            Layer(
                "assessment",
                {name: self.assessment_multiple * sp.sympify(coins) for name, coins in others.items()},
            ),
        ]

    def absorb(self, defaulter: str, loss: Any) -> tuple[list[Entry], sp.Expr]:
        """Return who pays when closing a defaulter's positions has lost so many coins; see `absorb`.

        Parameters
        ----------
        defaulter : a member
        loss : BTC, not negative
        """
        return absorb(loss, self.layers(defaulter))


# --- an exchange: accounts, a fund, and liquidations --------------------------------------------------


@dataclass(frozen=True)
class Account:
    """A trader: coins and one position.

    Parameters
    ----------
    name : str
    coins : BTC; margin and realised profit, without the unrealised. They may be below zero while an
        unrealised profit stands against them.
    position : Position
    """

    name: str
    coins: Any
    position: Position = FLAT

    def __post_init__(self) -> None:
        object.__setattr__(self, "coins", _exact(self.coins))
        held = self.position
        if not held.is_flat:
            numbers = {
                name: _exact(getattr(held, name)) for name in ("notional", "entry_price", "realised", "fees")
            }
            object.__setattr__(self, "position", replace(held, **numbers))

    def unrealised(self, price: Any) -> sp.Expr:
        """Return the unrealised profit and loss in BTC, 0 when flat."""
        if self.position.is_flat:
            return sp.S.Zero
        held = self.position
        return contract.profit_and_loss(
            side=held.side, notional=held.notional, entry_price=held.entry_price, price=price
        )

    def equity(self, price: Any) -> sp.Expr:
        """Return coins and unrealised profit in BTC."""
        return self.coins + self.unrealised(price)

    def bankruptcy_price(self) -> sp.Expr:
        """Return the price at which nothing is left; `sympy.oo` if the account is flat or there is none."""
        held = self.position
        if held.is_flat:
            return sp.oo
        # As `margin.bankruptcy_price`, whose margin is positive, while coins need not be.
        coins = contract.value(notional=held.notional, price=held.entry_price) + held.side * self.coins
        return held.notional / coins if coins > 0 else sp.oo

    def rank(self, price: Any) -> sp.Expr:
        """Return the rank for auto-deleveraging at a mark price, as `deleveraging_rank`.

        An account without equity has no leverage, and stands behind all others: its rank is −∞.
        """
        equity, held = self.equity(price), self.position
        if equity <= 0:
            return -sp.oo
        gain = contract.return_in_coin(side=held.side, entry_price=held.entry_price, price=price)
        return _rank(gain, contract.value(notional=held.notional, price=price) / equity)

    def trading(self, fill: Fill) -> "Account":
        """Return the account after a fill: profit that is realised, and fees, move its coins.

        Parameters
        ----------
        fill : Fill
        """
        after = self.position.after(fill)
        realised = after.realised - self.position.realised - (after.fees - self.position.fees)
        return replace(self, coins=self.coins + realised, position=after)


_ENGINE = Account("engine", 0)


@dataclass(frozen=True)
class Exchange:
    """All accounts of an exchange in one contract, and what stands behind them.

    Parameters
    ----------
    accounts : tuple of Account
        Longs and shorts have to hold the same notional: a contract has two sides.
    insurance_fund : BTC, not negative
    leftover : ``"insurance fund"`` or ``"trader"``: who keeps what a liquidation leaves
    fees : BTC received by the venue
    deficit : BTC that the venue owes and nobody has paid, not negative
    engine : the liquidation engine, which is an account like any other; flat between liquidations
    ledger : what has happened so far, line by line

    Raises
    ------
    ValueError
        If names repeat, longs and shorts do not match, an amount is negative, or the leftover is neither.
    """

    accounts: tuple[Account, ...]
    insurance_fund: Any = 0
    leftover: Leftover = "insurance fund"
    fees: Any = 0
    deficit: Any = 0
    engine: Account = _ENGINE
    ledger: tuple[Entry, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "accounts", tuple(self.accounts))
        one_of("leftover", self.leftover, Leftover)
        for name in ("insurance_fund", "deficit"):
            object.__setattr__(self, name, _not_negative(name, getattr(self, name)))
        object.__setattr__(self, "fees", _exact(self.fees))
        names = [account.name for account in (*self.accounts, self.engine)]
        if len(set(names)) < len(names):
            raise ValueError(f"accounts has a name twice: {', '.join(sorted(names))}; give each its own")
        open_interest = sum(
            (each.position.side * each.position.notional for each in (*self.accounts, self.engine)),
            sp.S.Zero,
        )
        if open_interest != 0:
            raise ValueError(
                f"accounts hold {open_interest} USD more long than short, but every long has its short: add "
                "the account that holds the other side"
            )

    def account(self, name: str) -> Account:
        """Return the account with this name.

        Raises
        ------
        ValueError
            If there is none.
        """
        for account in self.accounts:
            if account.name == name:
                return account
        raise ValueError(
            f"name is {name!r}, but the accounts are {', '.join(each.name for each in self.accounts)}"
        )

    def total(self, price: Any) -> sp.Expr:
        """Return all coins there are, in BTC: accounts at a price, engine, fund, fees, less the deficit.

        It is the same at every price and after every step.
        """
        equity = sum((account.equity(price) for account in (*self.accounts, self.engine)), sp.S.Zero)
        return equity + self.insurance_fund + self.fees - self.deficit

    def below_maintenance(self, price: Any, maintenance_margin_rate: Any) -> list[str]:
        """Return who is to be liquidated at a mark price, the deepest under water first.

        Parameters
        ----------
        price : USD per BTC, positive
        maintenance_margin_rate : fraction of the value at the mark price, from 0 to below 1
        """
        found = []
        for account in self.accounts:
            if account.position.is_flat:
                continue
            needed = maintenance_margin(
                notional=account.position.notional,
                price=price,
                maintenance_margin_rate=maintenance_margin_rate,
                base="mark",
            )
            surplus = account.equity(price) - needed
            if surplus <= 0:
                value = contract.value(notional=account.position.notional, price=price)
                found.append((surplus / value, account.name))
        return [name for _, name in sorted(found)]

    def queue(self, side: Any, price: Any) -> list[QueuePlace]:
        """Return the queue for auto-deleveraging on one side.

        Parameters
        ----------
        side : +1 for the longs, −1 for the shorts
        price : USD per BTC, positive; the mark
        """
        held = [account for account in self.accounts if account.position.side == side]
        return deleveraging_queue(
            (account.name, account.position.notional, account.rank(price)) for account in held
        )

    def liquidate(self, name: str, **how: Any) -> "Exchange":
        """Return the venue after one account is liquidated: the last of `liquidation_steps`.

        Parameters
        ----------
        name : the account
        **how
            The arguments of `liquidation_steps`.
        """
        return list(self.liquidation_steps(name, **how))[-1]

    def liquidation_steps(
        self,
        name: str,
        *,
        fill_price: Any,
        counterparty: str,
        price: Any = None,
        fee_rate: Any = 0,
        remedy: Remedy = "deleveraging",
    ) -> Iterator["Exchange"]:
        """Yield the venue after each step of a liquidation.

        1. The engine takes the position over at the bankruptcy price; the account keeps nothing.
        2. It closes in the market at the fill price, against the counterparty, as much as can be paid for:
           all of it if there is a surplus, or if the insurance fund covers the shortfall.
        3. By the remedy ``"deleveraging"`` the rest is closed at the bankruptcy price against the queue on
           the other side. By ``"socialised loss"`` all was closed in the market.
        4. A surplus goes to the fund or back to the trader. A shortfall comes out of the fund, then out of
           the winners' unrealised profit at the mark, pro rata. What is left is the venue's deficit.

        Parameters
        ----------
        name : the account
        fill_price : USD per BTC, positive; what the market gives
        counterparty : the account that takes the position in the market
        price : USD per BTC, positive; the mark, for ranks and profits; the fill price if left out
        fee_rate : fraction, above −1 and below 1; what the engine pays for closing in the market
        remedy : ``"deleveraging"`` or ``"socialised loss"``

        Raises
        ------
        ValueError
            If the account has no bankruptcy price, is its own counterparty, or a value is outside its domain.
        """
        one_of("remedy", remedy, Remedy)
        fill_price = _exact(QUANTITIES["fill_price"].check(fill_price))
        fee_rate = _exact(QUANTITIES["fee_rate"].check(fee_rate))
        mark = fill_price if price is None else _exact(QUANTITIES["price"].check(price))
        held, bankruptcy = self.account(name).position, self.account(name).bankruptcy_price()
        if self.account(counterparty).name == name:
            raise ValueError(f"counterparty is {counterparty!r}, but must be another account")
        if bankruptcy == sp.oo:
            raise ValueError(
                f"name is {name!r}, but that account has no bankruptcy price: nothing can be taken over"
            )

        venue = self._crossed("take-over", name, -held.side, held.notional, bankruptcy)
        yield venue
        in_market = self._closed_in_market(held, bankruptcy, fill_price, fee_rate, remedy)
        if in_market > 0:
            venue = venue._crossed("market", counterparty, held.side, in_market, fill_price, fee_rate)
            yield venue
        if in_market < held.notional:
            queue = venue.queue(-held.side, mark)
            for each in deleverage_queue(queue, held.notional - in_market):
                venue = venue._crossed("deleveraging", each.name, held.side, each.quantity, bankruptcy)
                yield venue
        yield venue._settled(name, mark)

    def _closed_in_market(
        self, held: Position, bankruptcy: sp.Expr, fill_price: sp.Expr, fee_rate: sp.Expr, remedy: Remedy
    ) -> sp.Expr:
        """Return how much of a position the engine can close in the market with the fund behind it."""
        if remedy == "socialised loss":
            return held.notional
        lost_per_dollar = slippage(
            side=held.side, notional=1, price=bankruptcy, fill_price=fill_price
        ) + contract.fee(notional=1, price=fill_price, fee_rate=fee_rate)
        if lost_per_dollar <= 0:
            return held.notional
        return min(held.notional, self.insurance_fund / lost_per_dollar)

    def _crossed(
        self, step: str, name: str, side: sp.Expr, notional: sp.Expr, price: sp.Expr, fee_rate: Any = 0
    ) -> "Exchange":
        """Return the venue after an account (its side is given) trades with the engine, which pays a fee."""
        before = self.account(name)
        after = before.trading(Fill(side, notional, price))
        engine = self.engine.trading(Fill(-side, notional, price, fee_rate))
        fee = engine.position.fees - self.engine.position.fees
        venue = replace(self, accounts=self._with(after), engine=engine, fees=self.fees + fee)
        return venue._noting(step, name, after.coins - before.coins)._noting("fee", "venue", fee)

    def _settled(self, name: str, mark: sp.Expr) -> "Exchange":
        """Return the venue after the engine's surplus is given away, or its shortfall is paid."""
        coins = self.engine.coins
        venue = replace(self, engine=_ENGINE)
        if coins >= 0:
            if self.leftover == "trader":
                return venue._paying("surplus", name, coins)
            venue = replace(venue, insurance_fund=self.insurance_fund + coins)
            return venue._noting("surplus", "insurance fund", coins)
        from_fund = min(-coins, self.insurance_fund)
        venue = replace(venue, insurance_fund=self.insurance_fund - from_fund)
        venue = venue._noting("shortfall", "insurance fund", -from_fund)
        missing = -coins - from_fund
        profits = {account.name: account.unrealised(mark) for account in self.accounts}
        for winner, share in socialised_shares(missing, profits).items():
            venue = venue._paying("socialised loss", winner, -share)
            missing -= share
        venue = replace(venue, deficit=venue.deficit + missing)
        return venue._noting("unpaid", "venue", -missing)

    def _with(self, changed: Account) -> tuple[Account, ...]:
        return tuple(changed if each.name == changed.name else each for each in self.accounts)

    def _paying(self, step: str, name: str, coins: sp.Expr) -> "Exchange":
        account = self.account(name)
        changed = replace(account, coins=account.coins + coins)
        return replace(self, accounts=self._with(changed))._noting(step, name, coins)

    def _noting(self, step: str, name: str, coins: sp.Expr) -> "Exchange":
        return self if not coins else replace(self, ledger=(*self.ledger, Entry(step, name, coins)))
