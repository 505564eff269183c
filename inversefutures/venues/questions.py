"""One question to every venue: what margin does it ask for, and at which prices does a position end there.

Each venue has a function for its messages in its own module, with its own arguments. Here one position can be
put to all nine: `initial_margin`, `maintenance_margin`, `bankruptcy_price` and `liquidation_price` read the
venue's row in `margin_rules` and call the course's formulas. `position` says what they take.

The answers are exact unless ``rounded=True`` asks for the venue's own rounding. They are `Decimal`, in coin
or in USD per coin; a price that is never reached is `None`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import sympy as sp

from .. import contract, margin
from ..notation import LONG, SHORT
from .arithmetic import SATOSHI, decimal, price_at_value, price_on_tick, rule, whole
from .arithmetic import rounded as rounded_to
from .margin_rules import MarginRule, Rounding, margin_rule
from .specifications import specification

__all__ = ["bankruptcy_price", "initial_margin", "liquidation_price", "maintenance_margin", "position"]


# --- the questions --------------------------------------------------------------------------------


def initial_margin(
    venue: str, *, as_of: date | str | None = None, rounded: bool = False, **held: Any
) -> Decimal:
    """Return the initial margin that a venue asks for, in coin; a reserved fee stands beside it.

    Parameters
    ----------
    venue, as_of : as for `margin_rule`
    rounded : whether to round as the venue does
    **held
        The arguments of `position`, with the leverage or the initial margin rate.

    Raises
    ------
    ValueError
        If `margin_rule` or `position` refuse, the margin is given in coins already, or the rounding is asked
        for and not known.
    """
    return decimal(_Reckoned(margin_rule(venue, as_of), position(**held), rounded).initial)


def maintenance_margin(
    venue: str, *, as_of: date | str | None = None, rounded: bool = False, **held: Any
) -> Decimal:
    """Return the least margin balance with which a venue keeps a position open, in coin.

    It is what the venue calls so: where its maintenance margin has the fee for closing in it, so has this.

    Parameters
    ----------
    venue, as_of, rounded, **held : as for `initial_margin`; the maintenance margin rate is needed

    Raises
    ------
    ValueError
        As for `initial_margin`.
    """
    reckoned = _Reckoned(margin_rule(venue, as_of), position(**held), rounded)
    return decimal(reckoned.maintenance + reckoned.fee_within_maintenance)


def bankruptcy_price(
    venue: str, *, as_of: date | str | None = None, rounded: bool = False, **held: Any
) -> Decimal | None:
    """Return the price at which a venue sees nothing left of a position, in USD per coin; `None` if never.

    Parameters
    ----------
    venue, as_of, rounded, **held : as for `initial_margin`; the margin may be given in coins

    Raises
    ------
    ValueError
        As for `initial_margin`, or if the venue has no price for one position.
    """
    reckoned = _Reckoned(margin_rule(venue, as_of), position(**held), rounded)
    return reckoned.shown(reckoned.bankruptcy_price)


def liquidation_price(
    venue: str, *, as_of: date | str | None = None, rounded: bool = False, **held: Any
) -> Decimal | None:
    """Return the price at which a venue liquidates a position, in USD per coin; `None` if never.

    Parameters
    ----------
    venue, as_of, rounded, **held : as for `bankruptcy_price`; the maintenance margin rate is needed

    Raises
    ------
    ValueError
        As for `bankruptcy_price`, or if the maintenance margin at the entry is above the initial margin.
    """
    reckoned = _Reckoned(margin_rule(venue, as_of), position(**held), rounded)
    return reckoned.shown(reckoned.liquidation_price)


@dataclass(frozen=True)
class _Position:
    """What `position` checked, all of it exact."""

    side: sp.Rational
    notional: sp.Rational
    entry_price: sp.Rational
    entry_value: sp.Rational | None
    mark_price: sp.Rational
    rate: sp.Rational | None
    margin: sp.Rational | None
    extra_margin: sp.Rational
    realised_loss: sp.Rational
    maintenance_margin_rate: sp.Rational | None
    deduction: sp.Rational
    fee_rate: sp.Rational
    funding_rate: sp.Rational


@rule
def position(
    *,
    side: Any,
    notional: Any,
    entry_price: Any = None,
    entry_value: Any = None,
    mark_price: Any = None,
    leverage: Any = None,
    initial_margin_rate: Any = None,
    margin: Any = None,
    extra_margin: Any = 0,
    realised_loss: Any = 0,
    maintenance_margin_rate: Any = None,
    deduction: Any = 0,
    fee_rate: Any = 0,
    funding_rate: Any = 0,
) -> Any:
    """Return a position as the four questions take it, checked; they make it of their own arguments.

    Parameters
    ----------
    side : +1 for a long, −1 for a short
    notional : USD, positive
    entry_price : USD per coin, positive
    entry_value : coin, positive; what the fills were worth together as the venue booked it, instead of the
        entry price
    mark_price : USD per coin, positive; the last price where the venue goes by that. By default the entry
        price: the position has just been opened, at its mark.
    leverage : positive; isolated margin
    initial_margin_rate : fraction of the coin value, above 0, at most 1; one over the leverage, instead of it
    margin : coin, positive; all that stands behind the position, a reserve included, instead of both
    extra_margin : coin, not negative; added after the entry
    realised_loss : coin, not negative; taken from the margin since the entry
    maintenance_margin_rate : fraction of the coin value, from 0 to below 1; needed where it matters
    deduction : coin, not negative; the constant of the position's tier
    fee_rate : fraction, above −1 and below 1; the fee for closing
    funding_rate : fraction, above −1 and below 1; the next one, for venues that count it

    Raises
    ------
    ValueError
        If a number is outside its domain, or of entry price and entry value, or of leverage, initial margin
        rate and margin, not exactly one is given.
    """
    _exactly_one(entry_price=entry_price, entry_value=entry_value)
    _exactly_one(leverage=leverage, initial_margin_rate=initial_margin_rate, margin=margin)
    if entry_price is None:
        entry_price = price_at_value(notional=notional, coins=entry_value)
    return _Position(
        side=side,
        notional=notional,
        entry_price=entry_price,
        entry_value=entry_value,
        mark_price=entry_price if mark_price is None else mark_price,
        rate=initial_margin_rate if leverage is None else 1 / leverage,
        margin=margin,
        extra_margin=extra_margin,
        realised_loss=realised_loss,
        maintenance_margin_rate=maintenance_margin_rate,
        deduction=deduction,
        fee_rate=fee_rate,
        funding_rate=funding_rate,
    )


def _exactly_one(**given: Any) -> None:
    if sum(value is not None for value in given.values()) != 1:
        said = ", ".join(f"{name} is {value}" for name, value in given.items())
        raise ValueError(f"{said}: give exactly one of them")


# --- how they are answered ------------------------------------------------------------------------


class _Reckoned:
    """A position, reckoned by a rule: each amount is worked out when it is asked for."""

    def __init__(self, rule: MarginRule, position: _Position, rounded: bool) -> None:
        self.rule = rule
        self.position = position
        self.rounded = rounded
        self.contract_size = _fraction(specification(rule.venue).contract_size.value)

    # amounts of coin

    @cached_property
    def entry_value(self) -> sp.Expr:
        """The coin value at the entry, as it is booked."""
        if self.position.entry_value is not None:
            return self.position.entry_value
        coins = contract.value(notional=self.position.notional, price=self.position.entry_price)
        return self._booked("entry_value_rounding", coins)

    @cached_property
    def initial(self) -> sp.Expr:
        """The initial margin, by the leverage, as it is booked."""
        return self._booked("initial_margin_rounding", self._exact_initial)

    @cached_property
    def _exact_initial(self) -> sp.Expr:
        if self.position.rate is None:
            raise ValueError(
                f"margin is {decimal(self.position.margin)}, in coins already: give leverage or "
                "initial_margin_rate to ask what the venue wants"
            )
        at_entry = self.rule.initial_margin_price == "entry"
        coins = self.entry_value if at_entry else self._value_at_mark
        return margin.initial_margin(position_value=coins, leverage=1 / self.position.rate)

    @cached_property
    def _value_at_mark(self) -> sp.Expr:
        return contract.value(notional=self.position.notional, price=self.position.mark_price)

    @cached_property
    def own_margin(self) -> sp.Expr:
        """What stands behind the position without the reserve, as the prices are made of it."""
        asked = self.position
        if asked.rate is None:
            return self._given_margin - (self._exact_reserve if self._prices_are_exact else self.reserve)
        initial = self._exact_initial if self._prices_are_exact else self.initial
        added = asked.extra_margin
        if self.rule.extra_margin_carries_reserve:
            added /= 1 + asked.side * asked.fee_rate
        return initial + added - asked.realised_loss

    @cached_property
    def _given_margin(self) -> sp.Expr:
        return self.position.margin + self.position.extra_margin - self.position.realised_loss

    @cached_property
    def reserve(self) -> sp.Expr:
        """What is put aside for the closing fee, as it is booked."""
        return self._booked("reserve_rounding", self._exact_reserve) if self._exact_reserve else sp.S.Zero

    @cached_property
    def _exact_reserve(self) -> sp.Expr:
        asked, how = self.position, self.rule.fee_reserve
        if self.keeps_nothing or not asked.fee_rate or how in ("none", "mark price"):
            return sp.S.Zero
        if how == "entry value and margin":
            if asked.rate is None:
                return asked.fee_rate * (self.entry_value + self._given_margin) / (1 + asked.fee_rate)
            return asked.fee_rate * (self.entry_value + self.initial + asked.extra_margin)
        if asked.rate is None:
            return margin.closing_fee_reserve(
                **self._as_entered, margin=self._given_margin, fee_rate=asked.fee_rate
            )
        price = self.bankruptcy_price
        if price == sp.oo:
            return sp.S.Zero
        if self.rounded and self.rule.reserve_at_rounded_price:
            price = _fraction(self.shown(price))
        return contract.fee(notional=asked.notional, price=price, fee_rate=asked.fee_rate)

    @cached_property
    def fee_within_maintenance(self) -> sp.Expr:
        """What the maintenance margin has of the fee for closing."""
        if not self.rule.maintenance_holds_reserve:
            return sp.S.Zero
        if self.rule.fee_reserve == "mark price":
            return self.position.fee_rate * self._value_at_mark
        return self.reserve

    @cached_property
    def maintenance(self) -> sp.Expr:
        """The maintenance margin without the fee for closing, as it is booked."""
        return self._booked("maintenance_margin_rounding", self._exact_maintenance)

    @cached_property
    def _exact_maintenance(self) -> sp.Expr:
        at_entry = self.rule.maintenance_margin_base == "entry"
        return margin.maintenance_margin(
            position_value=self.entry_value if at_entry else self._value_at_mark,
            maintenance_margin_rate=self._maintenance_rate,
            deduction=sp.S.Zero if self.keeps_nothing else self.position.deduction,
        )

    @cached_property
    def _maintenance_rate(self) -> sp.Expr:
        asked = self.position
        if asked.maintenance_margin_rate is None:
            raise ValueError("maintenance_margin_rate is None: give it, as a fraction of the coin value")
        if self.keeps_nothing:
            return sp.S.Zero
        if self.rule.maintenance_holds_funding:
            return asked.maintenance_margin_rate + sp.Max(0, asked.side * asked.funding_rate)
        return asked.maintenance_margin_rate

    @cached_property
    def keeps_nothing(self) -> bool:
        """Whether it is a short that has all it can owe, at a venue that then lets it be."""
        short_at_1x = self.position.side == SHORT and self.position.rate == 1
        return self.rule.short_at_1x_keeps_nothing and bool(short_at_1x)

    # prices

    @cached_property
    def _as_entered(self) -> dict[str, sp.Expr]:
        entry = price_at_value(notional=self.position.notional, coins=self.entry_value)
        return {"side": self.position.side, "notional": self.position.notional, "entry_price": entry}

    @cached_property
    def bankruptcy_price(self) -> sp.Expr:
        """Where the margin without the reserve is used up."""
        self._check_that_there_is_a_price()
        return margin.bankruptcy_price(**self._as_entered, margin=self.own_margin)

    @cached_property
    def liquidation_price(self) -> sp.Expr:
        """Where it is down to the maintenance margin."""
        self._check_that_there_is_a_price()
        self._check_that_it_can_be_opened()
        position = {**self._as_entered, "margin": self.own_margin}
        if self.rule.maintenance_margin_base == "entry":
            # What is kept is a number of coins; as a rate of the entry value it enters the formula exactly.
            kept = self._exact_maintenance if self._prices_are_exact else self.maintenance
            return margin.liquidation_price(**position, maintenance_margin_rate=kept / self.entry_value)
        return margin.liquidation_price(
            **position,
            maintenance_margin_rate=self._maintenance_rate,
            base="mark",
            deduction=self.position.deduction,
            fee_rate=self.position.fee_rate if self.rule.fee_reserve == "mark price" else sp.S.Zero,
            fee_at="mark",
        )

    def shown(self, price: sp.Expr) -> Decimal | None:
        """Return a price as it is asked for: exact, or as the venue shows it."""
        if price == sp.oo:
            return None
        if not self.rounded:
            return decimal(price)
        if self.rule.price_rounding is None:
            raise self._not_known("its prices")
        one = contract.value(notional=self.contract_size, price=price)
        one = self._booked("value_at_price_rounding", one, of_one=True)
        if not one:
            return None
        price = price_at_value(notional=self.contract_size, coins=one)
        if self.rule.price_rounding == "none":
            return decimal(price)
        return price_on_tick(price, side=self.position.side, tick=_fraction(self.rule.tick))

    # rounding, and what cannot be answered

    @property
    def _prices_are_exact(self) -> bool:
        return not (self.rounded and self.rule.prices_from_rounded_margins)

    def _booked(self, name: str, coins: sp.Expr, *, of_one: bool = False) -> sp.Expr:
        """Return an amount of coin as the rule rounds it, if that is asked for."""
        if not self.rounded:
            return coins
        rounding: Rounding | None = getattr(self.rule, name)
        if rounding is None:
            raise self._not_known(f"its {name.removesuffix('_rounding').replace('_', ' ')}")
        if rounding.direction == "none":
            return coins
        step = _fraction(rounding.step) * SATOSHI
        against_the_trader = ROUND_FLOOR if self.position.side == LONG else ROUND_CEILING
        direction = _DIRECTIONS.get(rounding.direction, against_the_trader)
        if not rounding.each_contract or of_one:
            return rounded_to(coins, step=step, rounding=direction)
        contracts = whole("contracts", self.position.notional / self.contract_size)
        one = rounded_to(coins / contracts, step=step, rounding=direction)
        return rounded_to(contracts * one, step=SATOSHI, rounding=ROUND_HALF_UP)

    def _not_known(self, what: str) -> ValueError:
        return ValueError(
            f"rounded is True, but no copy that was read shows how {self.rule.venue} rounds {what}: leave it "
            "out for the exact answer"
        )

    def _check_that_there_is_a_price(self) -> None:
        if not self.rule.price_for_a_position:
            raise ValueError(
                f"venue is {self.rule.venue!r}, which has no price for one position: {self.rule.note}"
            )

    def _check_that_it_can_be_opened(self) -> None:
        asked, rate = self.position, self.position.maintenance_margin_rate
        if asked.rate is None or rate is None or self.keeps_nothing:
            return
        coins = contract.value(notional=asked.notional, price=asked.entry_price)
        kept = margin.maintenance_margin(
            position_value=coins, maintenance_margin_rate=rate, deduction=asked.deduction
        )
        if kept > margin.initial_margin(position_value=coins, leverage=1 / asked.rate):
            raise ValueError(
                f"maintenance_margin_rate is {decimal(rate)}, but its domain at an initial margin rate of "
                f"{decimal(asked.rate)} is up to that: the position would be liquidated as it is opened"
            )


_DIRECTIONS = {"up": ROUND_CEILING, "down": ROUND_DOWN, "nearest": ROUND_HALF_UP}


def _fraction(number: Decimal | int | None) -> sp.Rational:
    return sp.Rational(str(number))
