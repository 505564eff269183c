"""The mistakes that every task shares: a sign, a percentage, a reciprocal, dollars in place of coins.

They follow from the right answer alone, so no author has to write them down. An author's own sentences come
first; one of them with its sign turned, or in percent, is known from here too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .answer_values import importable_name
from .notation import BTC, EITHER_SIDE, ONE, QUANTITIES, USD

__all__ = ["shared_mistakes"]

Values = Sequence[float]

SIGN = "The size is right, and the sign is turned. Who gains, and who pays?"
HUNDRED = "That is 100 times too large. Where a fraction is asked for, 5 % is typed as 0.05."
HUNDREDTH = "That is 100 times too small. Is it a fraction where the task asks for percent?"
SATOSHI = "That is 1e8 times too large: satoshi, where the task asks for coins."
COINS_FOR_SATOSHI = "That is 1e8 times too small: coins, where the task asks for satoshi."
RECIPROCAL = (
    "That is the reciprocal, one over the right answer. Look at the units: what stands below the line?"
)
ONE_SIDE = "The side is counted once too often, or not at all: that is right for a long alone."


def dollars(price: str) -> str:
    """Return the sentence for coins that were changed into dollars at a price."""
    return f"That is the right answer times {price}: dollars in place of coins, or the price counted twice."


def coins(price: str) -> str:
    """Return the sentence for dollars that were changed into coins at a price."""
    return f"That is the right answer divided by {price}: coins in place of dollars, or one price too many."


def face_value(dollars_each: str) -> str:
    """Return the sentence for contracts that were taken for dollars, or dollars for contracts."""
    return f"You took contracts for dollars, or dollars for contracts: one contract is {dollars_each} USD."


def factor(symbol: str, times: bool) -> str:
    """Return the sentence for a quantity that is there once too often, or missing."""
    if times:
        return f"That is the right answer times {symbol}: is {symbol} there once too often?"
    return f"That is the right answer divided by {symbol}: is {symbol} missing?"


def shared_mistakes(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield each mistake that a task shares with all others, as its sentence and its values.

    Parameters
    ----------
    key : mapping
        A stored answer key: its points, right values, prices and face value.
    """
    right = key["correct"]
    yield SIGN, [-value for value in right]
    yield HUNDRED, [100 * value for value in right]
    yield HUNDREDTH, [value / 100 for value in right]
    yield SATOSHI, [1e8 * value for value in right]
    yield COINS_FOR_SATOSHI, [value / 1e8 for value in right]
    if all(right):
        yield RECIPROCAL, [1 / value for value in right]
    yield from _money(key, right)
    for wrong in key["wrong"]:
        values = wrong["values"]
        yield f"{wrong['message']} And the sign is turned.", [-value for value in values]
        yield f"{wrong['message']} And it is 100 times too large.", [100 * value for value in values]
        yield f"{wrong['message']} And it is 100 times too small.", [value / 100 for value in values]


def _money(key: Mapping[str, Any], right: Values) -> Iterator[tuple[str, list[float]]]:
    for price in key.get("prices", ()):
        text = f"{price:,} USD" if price == int(price) else f"{price:,.10g} USD"
        yield dollars(text), [value * price for value in right]
        yield coins(text), [value / price for value in right]
    if each := key.get("face_value"):
        yield face_value(f"{each:g}"), [value * each for value in right]
        yield face_value(f"{each:g}"), [value / each for value in right]
    for place, name in enumerate(key["arguments"]):
        entry = QUANTITIES[name]
        column = [point[place] for point in key["points"]]
        if entry.domain == EITHER_SIDE:
            yield ONE_SIDE, [value * side for value, side in zip(right, column, strict=True)]
            continue
        symbol = key["called"][place] if key["kind"] == "function" else importable_name(entry.symbol)
        if not all(column):
            continue
        times = [value * factor_ for value, factor_ in zip(right, column, strict=True)]
        over = [value / factor_ for value, factor_ in zip(right, column, strict=True)]
        if entry.unit == USD / BTC:
            yield dollars(symbol), times
            yield coins(symbol), over
        elif entry.unit != ONE or entry.domain.sup > 1:
            yield factor(symbol, True), times
            yield factor(symbol, False), over
