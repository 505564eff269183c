"""The attacks on an index of seven markets, which a learner builds in the exercises of lesson 09.

Any two of the seven markets may be broken or bought, and may quote any positive price. The index is to stay
between the lowest and the highest price of the five honest ones, and to double when all prices double.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from types import EllipsisType
from typing import Any

from .console import silence

__all__ = ["attack", "attacks", "successes"]

MARKETS = 7
HONEST = (
    (30_000, 30_010, 30_030, 30_050, 30_080),
    (30_000, 30_001, 30_002, 30_100, 30_100),  # leaning: what is far from the middle may be honest
)
WRONG = (1, 20_000, 25_000, 29_900, 29_950, 30_020, 30_200, 35_000, 40_000, 45_000, 90_000, 10**9)
"""Far off, just outside, inside; and pairs that leave one kind of mean where it was and not the others."""

Index = Callable[[list[int]], Any]


def attack(index: Index | EllipsisType) -> int | EllipsisType:
    """Return how many attacks on an index succeed, and print the first of them.

    It raises nothing: where an index fails or returns no number, the attack has succeeded. What an index
    prints is not shown.

    Parameters
    ----------
    index : function of a list of seven prices, USD per BTC
        ``...``, for "not answered yet", is returned as it is.

    Examples
    --------
    >>> from statistics import median
    >>> attack(median)
    0
    """
    if isinstance(index, EllipsisType):
        return index
    problems = successes(index)
    if problems:
        print(f"The first attack that succeeds: {problems[0]}")
    return len(problems)


def successes(index: Index) -> list[str]:
    """Return what each attack that succeeds finds wrong with an index."""
    return [problem for prices, honest in attacks() if (problem := _problem(index, prices, honest))]


def attacks() -> Iterator[tuple[list[int], Sequence[int]]]:
    """Yield the seven prices of each attack, in the markets' order, with the five honest ones among them."""
    for honest in HONEST:
        for first, second in combinations(range(MARKETS), 2):
            for price in WRONG:
                for other in WRONG:
                    prices = list(honest)
                    prices.insert(first, price)
                    prices.insert(second, other)
                    yield prices, honest


def _problem(index: Index, prices: list[int], honest: Sequence[int]) -> str | None:
    """Return what is wrong with an index at these prices, if anything is."""
    low, high = min(honest), max(honest)
    what = f"at {prices} your index"
    try:
        with silence():
            level = index(list(prices))
            doubled = index([2 * price for price in prices])
    except (Exception, SystemExit) as problem:
        return f"{what} fails: {type(problem).__name__}: {problem}."
    if level is None:
        return f"{what} returns None: is a `return` missing?"
    try:
        inside = bool(low <= level <= high)
        twice = math.isclose(doubled, 2 * level)
        shown, shown_doubled = f"{float(level):,.10g}", f"{float(doubled):,.10g}"
    except Exception:
        return f"{what} returns a {type(level).__name__}, which is no price."
    if not inside:
        return f"{what} is {shown}, and the honest prices are from {low:,} to {high:,}."
    if not twice:
        return f"{what} is {shown}, and with all prices doubled it is {shown_doubled}."
    return None
