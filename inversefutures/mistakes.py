"""The mistakes that every task shares: a sign, a percentage, a reciprocal, dollars in place of coins.

They follow from the right answer alone, so no author has to write them down. An author's own sentences come
first; one of them with its sign turned, or in percent, is known from here too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from .answer_values import importable_name
from .notation import EITHER_SIDE, QUANTITIES
from .quantities import BTC, ONE, USD
from .sentences import in_words, said

__all__ = ["called_at", "far_mistakes", "role_of", "shared_mistakes"]

Values = Sequence[float]


def shared_mistakes(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield each mistake that a task shares with all others, as its sentence and its values.

    Parameters
    ----------
    key : mapping
        A stored answer key: its points, right values, prices and face value.
    """
    right = key["correct"]
    if each := key.get("face_value"):  # before the hundred, which a face value may be
        text = said("face_value", dollars_each=in_words(each))
        yield text, [value * each for value in right]
        yield text, [value / each for value in right]
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
        turned = [-value for value in values]
        # A mistake may have turned the sign itself, and then it is right again.
        is_right = all(value * one >= 0 for value, one in zip(turned, right, strict=False))
        yield mistake if is_right else said("and_sign", mistake=mistake), turned
        if all(abs(value) < 1 for value in values):  # a fraction, typed in percent
            yield said("and_hundred", mistake=mistake), [100 * value for value in values]


def far_mistakes(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield mistakes on top of mistakes: a usual one off by a hundred or in the other money.

    The right answer in the other money and with its sign turned is one of them, too. There are so many that
    a round number may meet one by chance.
    """
    for wrong in key["wrong"]:
        mistake, values = wrong["message"], wrong["values"]
        if not all(abs(value) < 1 for value in values):
            yield said("and_hundred", mistake=mistake), [100 * value for value in values]
        yield said("and_hundredth", mistake=mistake), [value / 100 for value in values]
        for price, column in _prices(key):
            blanks = {"mistake": mistake, "price": price}
            yield said("and_dollars", **blanks), _product(values, column)
            yield said("and_coins", **blanks), _quotient(values, column)
    for text, values in _money(key, key["correct"]):
        yield said("and_sign", mistake=text), [-value for value in values]


def _money(key: Mapping[str, Any], right: Values) -> Iterator[tuple[str, list[float]]]:
    for price, column in _prices(key):
        yield said("dollars", price=price), _product(right, column)
        yield said("coins", price=price), _quotient(right, column)
    for place, name in enumerate(key["arguments"]):
        role, column = role_of(name), [point[place] for point in key["points"]]
        if role == "side":
            yield said("one_side"), _product(right, column)
        elif role == "size" and all(column):
            yield said("once_too_often", symbol=called_at(key, place)), _product(right, column)
            yield said("missing", symbol=called_at(key, place)), _quotient(right, column)


def _prices(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield the prices of a task, each as it is called and with its values at the points."""
    for price in key.get("prices", ()):
        yield f"{in_words(price)} USD", [price]
    for place, name in enumerate(key["arguments"]):
        column = [point[place] for point in key["points"]]
        if role_of(name) == "price" and all(column):
            yield called_at(key, place), column


def called_at(key: Mapping[str, Any], place: int) -> str:
    """Return a quantity of a task by the name that the task has for it."""
    if key["kind"] == "function":
        return str(key["called"][place])
    return importable_name(QUANTITIES[key["arguments"][place]].symbol)


def _product(values: Values, others: Values) -> list[float]:
    return [value * other for value, other in zip(values, others[: len(values)], strict=True)]


def _quotient(values: Values, others: Values) -> list[float]:
    return [value / other for value, other in zip(values, others[: len(values)], strict=True)]


def role_of(name: str) -> Literal["side", "price", "size", "rate"]:
    """Return what a quantity can do wrong as a factor; a rate is too small to be known by it."""
    entry = QUANTITIES[name]
    if entry.domain == EITHER_SIDE:
        return "side"
    if entry.unit == USD / BTC:
        return "price"
    return "size" if entry.unit != ONE or entry.domain.sup > 1 else "rate"
