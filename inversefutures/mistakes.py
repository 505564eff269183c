"""The mistakes that every task shares: a sign, a percentage, a reciprocal, dollars in place of coins.

They follow from the right answer alone, so no author has to write them down. An author's own sentences come
first; one of them with its sign turned, or in percent, is known from here too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from .answer_values import importable_name
from .notation import BTC, EITHER_SIDE, ONE, QUANTITIES, USD
from .sentences import in_words, said

__all__ = ["role_of", "shared_mistakes"]

Values = Sequence[float]


def shared_mistakes(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield each mistake that a task shares with all others, as its sentence and its values.

    Parameters
    ----------
    key : mapping
        A stored answer key: its points, right values, prices and face value.
    """
    right = key["correct"]
    yield said("sign"), [-value for value in right]
    yield said("hundred"), [100 * value for value in right]
    yield said("hundredth"), [value / 100 for value in right]
    yield said("satoshi"), [1e8 * value for value in right]
    yield said("coins_for_satoshi"), [value / 1e8 for value in right]
    if all(right):
        yield said("reciprocal"), [1 / value for value in right]
    yield from _money(key, right)
    for wrong in key["wrong"]:
        mistake, values = wrong["message"], wrong["values"]
        yield said("and_sign", mistake=mistake), [-value for value in values]
        yield said("and_hundred", mistake=mistake), [100 * value for value in values]
        yield said("and_hundredth", mistake=mistake), [value / 100 for value in values]


def _money(key: Mapping[str, Any], right: Values) -> Iterator[tuple[str, list[float]]]:
    for price in key.get("prices", ()):
        text = f"{in_words(price)} USD"
        yield said("dollars", price=text), [value * price for value in right]
        yield said("coins", price=text), [value / price for value in right]
    if each := key.get("face_value"):
        text = said("face_value", dollars_each=in_words(each))
        yield text, [value * each for value in right]
        yield text, [value / each for value in right]
    for place, name in enumerate(key["arguments"]):
        role = role_of(name)
        column = [point[place] for point in key["points"]]
        if role == "side":
            yield said("one_side"), [value * side for value, side in zip(right, column, strict=True)]
            continue
        if role == "rate" or not all(column):
            continue
        symbol = (
            key["called"][place] if key["kind"] == "function" else importable_name(QUANTITIES[name].symbol)
        )
        times = [value * factor for value, factor in zip(right, column, strict=True)]
        over = [value / factor for value, factor in zip(right, column, strict=True)]
        if role == "price":
            yield said("dollars", price=symbol), times
            yield said("coins", price=symbol), over
        else:
            yield said("once_too_often", symbol=symbol), times
            yield said("missing", symbol=symbol), over


def role_of(name: str) -> Literal["side", "price", "size", "rate"]:
    """Return what a quantity can do wrong as a factor; a rate is too small to be known by it."""
    entry = QUANTITIES[name]
    if entry.domain == EITHER_SIDE:
        return "side"
    if entry.unit == USD / BTC:
        return "price"
    return "size" if entry.unit != ONE or entry.domain.sup > 1 else "rate"
