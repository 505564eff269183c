"""Judges of the tasks that ask for a rule or a schedule of the learner's own.

Such a task has many answers, so no values can be stored for it. A referee tries the answer out and returns
one word, which `check` then judges as a choice. A referee raises nothing, whatever it is given: what cannot
be tried is printed in a sentence, and the word is `UNUSABLE`. What an answer prints is not shown.
"""

import contextlib
import inspect
import io
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import datasets
from .answer_values import Unusable, as_number
from .datasets import PriceRange
from .risk_limits import Slope, Tier, Tiers

__all__ = ["UNUSABLE", "tier_schedule", "top_up_rule"]

UNUSABLE = "unusable"

MAINTENANCE = 0.005
"""BTC: half a percent of a position that was worth 1 BTC at the entry."""
MOST_IN_MARCH = 1.2
MOST_IN_OCTOBER = 0.1
"""BTC that a lean rule may add in all."""

MOST_SHOWN = 1e6
"""BTC: a rule that adds a part of the balance in every bar adds more coins than a line can show."""

LARGEST_SIZE = 300
MOST_EXCESS = 0.2
"""BTC: up to which size a schedule is compared with the slope, and how much it may ask for too much."""
ROUNDING = 1e-9


def top_up_rule(rule: Any) -> Any:
    """Return the verdict on a top-up rule in a word, after it has ridden through three crashes.

    A 3x long that is worth 1 BTC at the start rides bar by bar. First its balance at the low of the bar is
    looked at: at 0.005 BTC or less the position is gone. Then the rule is asked, at the close.

    Parameters
    ----------
    rule : function of the margin balance and the coin value of the position, both in BTC and at the close
        It returns the coins to add. Less than nothing counts as nothing.

    Returns
    -------
    str or Ellipsis
        ``"lean"``, ``"liquidated"`` (in March 2020), ``"tuned"`` (liquidated in the third crash),
        ``"anxious"`` (too much in October 2025), ``"generous"`` (too much in March 2020) or `UNUSABLE`.
        The ellipsis of an answer that is not there yet is returned as it is.
    """
    if rule is ...:
        return ...
    try:
        _refuse_what_is_no_rule(rule)
        march, survived = _ride(rule, datasets.xbtusd_five_minutes_march_2020(), 7_939)
        october, _ = _ride(rule, datasets.binance_mark_five_minutes_october_2025(), 123_278)
        third, survived_again = _ride(rule, datasets.xbtusd_five_minutes_may_2021(), 42_854.5)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    print(
        f"added {_coins(march)} BTC in March 2020, {_coins(october)} BTC in October 2025, "
        f"{_coins(third)} BTC in a third crash"
    )
    if not survived:
        return "liquidated"
    if not survived_again:
        return "tuned"
    if october > MOST_IN_OCTOBER:
        return "anxious"
    return "lean" if march < MOST_IN_MARCH - ROUNDING else "generous"


def _coins(added: float) -> str:
    return f"{added:.3f}" if added < MOST_SHOWN else f"{added:.3g}"


def _refuse_what_is_no_rule(rule: Any) -> None:
    if rule is None:
        raise Unusable("the rule is None: hand over the function itself, rule, and not what it returned.")
    if not callable(rule) or isinstance(rule, type):
        raise Unusable(
            f"the rule is of type {type(rule).__name__}: give a function of balance and value, "
            "`def rule(balance, value): …`."
        )
    try:
        signature = inspect.signature(rule)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return
    try:
        signature.bind(0.3, 1.0)
    except TypeError:
        raise Unusable(
            f"your rule takes ({', '.join(signature.parameters)}), but it is called with two arguments: the "
            "balance and the value."
        ) from None


def _ride(
    rule: Callable[[float, float], Any], bars: Iterable[PriceRange], start_price: float
) -> tuple[float, bool]:
    """Return the coins added to a 3x long worth 1 BTC, and whether it survived."""
    added = 0.0
    for bar in bars:
        bought = 1 / 3 + 1 + added
        if bought - start_price / bar.low <= MAINTENANCE:
            return added, False
        value = start_price / bar.close
        added += max(0.0, _asked(rule, bought - value, value, f"{bar.start:%d %B %Y, %H:%M}"))
    return added, True


def _asked(rule: Callable[[float, float], Any], balance: float, value: float, when: str) -> float:
    at = f"the bar of {when}, with a balance of {balance:.4f} and a value of {value:.4f} BTC"
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            coins = rule(balance, value)
    except (Exception, SystemExit) as problem:
        raise Unusable(f"your rule failed at {at}: {type(problem).__name__}: {problem}") from None
    if coins is None:
        raise Unusable(
            f"your rule returned None at {at}: is a `return` missing? Where nothing is to be added, return 0."
        )
    try:
        return as_number(coins)
    except Unusable as problem:
        raise Unusable(f"what your rule returned at {at} cannot be added: {problem}") from None


def tier_schedule(tiers: Any) -> Any:
    """Return the verdict on three tiers that are to stand in for Deribit's maintenance slope.

    Parameters
    ----------
    tiers : Tiers, or the pairs of floor (BTC) and rate (fraction) that make them

    Returns
    -------
    str or Ellipsis
        ``"fits"``, ``"not three tiers"``, ``"asks for too little"``, ``"asks for too much"`` or `UNUSABLE`.
        The ellipsis of an answer that is not there yet is returned as it is.
    """
    if tiers is ...:
        return ...
    try:
        schedule = _schedule(tiers)
        if len(schedule.tiers) != 3:
            return "not three tiers"
        excess = _excess(schedule)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if min(excess) < -ROUNDING:
        return "asks for too little"
    return "fits" if max(excess) < MOST_EXCESS + ROUNDING else "asks for too much"


def _schedule(tiers: Any) -> Tiers:
    if isinstance(tiers, Tiers):
        return tiers
    how = "give it as Tiers([(0, first_rate), (floor, rate), (floor, rate)])"
    if not isinstance(tiers, list | tuple):
        raise Unusable(f"the schedule is of type {type(tiers).__name__}: {how}.")
    try:
        return Tiers(tuple(each if isinstance(each, Tier) else Tier(*each) for each in tiers))
    except Exception as problem:
        raise Unusable(f"no tiers can be made of this list: {problem}. {how.capitalize()}.") from None


def _excess(schedule: Tiers) -> Sequence[float]:
    """Return what the tiers ask for beyond the slope, in BTC, at every whole size."""
    slope = Slope(0.01, 0.00005)
    try:
        return [as_number(schedule.margin(size) - slope.margin(size)) for size in range(LARGEST_SIZE + 1)]
    except Exception as problem:
        raise Unusable(
            f"the schedule has no margin at some size from 0 to {LARGEST_SIZE} BTC: {problem}"
        ) from None
