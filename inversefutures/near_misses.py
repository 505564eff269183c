"""Answers that miss the right one by little: by a factor, a term, or in one quantity alone.

No author has to foresee them, and nothing is stored of them. They show in the answer's own values, and in
what becomes of these when a quantity is changed: whoever left out a square is right where the quantity is
squared beforehand.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .mistakes import called_at, role_of
from .sentences import in_words, said

__all__ = ["changed_points", "from_two_numbers", "near_miss", "near_numbers"]

SAME = 1.3e-9
"""How far two values may be apart, relative to the larger one, and be the same."""
ROUGH = 1.3e-4
"""How far a rounded value may be from what two numbers make, relative to that."""
SEEN = 1.3e-6
"""A term that is a smaller part of the answer than this cannot be known by its values."""
APART = 1.3e-3
"""A factor nearer to 1 than this, or a term that is a smaller part of a number, comes from rounding."""
SMALL = 100
"""An answer that is larger than this is no fraction or multiple, to or from which a 1 is added."""
DIGITS_SAID = 4
"""So many digits of a factor are said."""
UNITS = (10, 1_000, 10_000, 365, 24, 60, 12, 8, 3)
"""How many of a unit, of a span of time or of its payments, the next larger one has."""

Point = Sequence[float]


def near_numbers(key: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield what is near the right answer of a task that asks for a number, as a sentence and a value."""
    (right,) = key["correct"]
    for text, (value,) in _by_values(key):
        yield text, value
    for number in UNITS:
        shown = in_words(number)
        yield said("too_large", number=shown), number * right
        yield said("too_small", number=shown), right / number
    for each in key.get("given", ()):
        yield said("given"), each
    for each in key.get("given", ()):
        shown = in_words(each)
        yield said("once_too_often", symbol=shown), right * each
        yield said("missing", symbol=shown), right / each
        if abs(each) > APART * abs(right):
            yield said("apart", term=shown), right + each
            yield said("apart", term=shown), right - each
    prices = key.get("prices", ())
    for one in prices:
        for other in prices:
            if one != other:
                yield said("times", term=f"{in_words(one)}/{in_words(other)}"), right * one / other


def from_two_numbers(key: Mapping[str, Any], agrees: Callable[[float], bool], value: float) -> str:
    """Say which two numbers of a task make a value; empty if none do.

    Of so many some are near by chance. So each of the two has to show in what they make, and that has to
    agree with the value to its last digit.
    """
    numbers = [*key.get("prices", ()), *key.get("given", ())]
    for one in numbers:
        for other in numbers:
            if one == other:
                continue
            made = (("+", one + other), ("-", one - other), ("*", one * other), ("/", one / other))
            for sign, number in made:
                least = min(abs(one), abs(other), abs(number)) if sign in "+-" else abs(number)
                if abs(value - number) <= ROUGH * least and agrees(number):
                    return said("combined", term=f"{in_words(one)}{sign}{in_words(other)}")
    return ""


def near_miss(
    key: Mapping[str, Any], values: Sequence[float], value_at: Callable[[Point], float | None]
) -> str:
    """Return what is wrong with a formula, or a function, that is nearly right; empty if it is not so near.

    Parameters
    ----------
    key : mapping
        A stored answer key of an expression or a function.
    values : sequence of float
        What the answer is worth at the key's points.
    value_at : callable
        What it is worth at another point; None if it has no value there.
    """
    right = key["correct"]
    for text, others in _by_values(key):
        if _same(values, others):
            return text
    if _is_whole(values, right):
        return said("whole")
    for sign in (1, -1):
        for text, points in changed_points(key):
            if all(
                (value := value_at(point)) is not None and _same([value], [sign * one])
                for point, one in zip(points, right, strict=True)
            ):
                return text if sign > 0 else said("and_sign", mistake=text)
    if text := _by_a_term(key, values):
        return text
    return _without(key, values, value_at)


def _same(values: Sequence[float], others: Sequence[float]) -> bool:
    return all(
        abs(value - other) <= SAME * max(abs(value), abs(other))
        for value, other in zip(values, others, strict=True)
    )


def _is_whole(values: Sequence[float], right: Sequence[float]) -> bool:
    """Return whether an answer is the right one, rounded or cut to whole numbers."""
    return (
        len(set(values)) > 1
        and max(map(abs, values)) > 2
        and all(
            value == int(value) and abs(value - one) < 1 for value, one in zip(values, right, strict=True)
        )
    )


def _by_values(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    right = key["correct"]
    yield said("twofold"), [2 * value for value in right]
    yield said("half"), [value / 2 for value in right]
    if max(map(abs, right)) < SMALL:
        yield said("one_more"), [value + 1 for value in right]
        yield said("one_less"), [value - 1 for value in right]
        yield said("complement"), [1 - value for value in right]
    yield said("square"), [value**2 for value in right]
    if min(right) >= 0:
        yield said("root"), [math.sqrt(value) for value in right]
    elif max(right) > 0:
        yield said("no_sign"), [abs(value) for value in right]
        yield said("one_sign"), [max(value, 0) for value in right]


def changed_points(key: Mapping[str, Any]) -> Iterator[tuple[str, list[list[float]]]]:
    """Yield what may be wrong about one quantity, or two, and points at which the answer is right then."""
    places = [place for place, name in enumerate(key["arguments"]) if name not in key.get("hidden", ())]
    for place in places:
        symbol, column = called_at(key, place), [point[place] for point in key["points"]]
        if role_of(key["arguments"][place]) == "side":
            continue
        yield said("sign_of", symbol=symbol), _put(key, {place: [-value for value in column]})
        yield said("not_squared", symbol=symbol), _put(key, {place: [value * value for value in column]})
        yield said("counted_twice", symbol=symbol), _put(key, {place: [value / 2 for value in column]})
        yield said("counted_half", symbol=symbol), _put(key, {place: [2 * value for value in column]})
        if min(column) > 0:
            roots = [math.sqrt(value) for value in column]
            yield said("squared", symbol=symbol), _put(key, {place: roots})
            yield said("upside_down", symbol=symbol), _put(key, {place: [1 / value for value in column]})
    for place in range(len(key["arguments"])):
        for other in range(place + 1, len(key["arguments"])):
            if place in places or other in places:
                text = said("exchanged", symbol=called_at(key, place), other=called_at(key, other))
                one, two = ([point[each] for point in key["points"]] for each in (place, other))
                yield text, _put(key, {place: two, other: one})


def _put(key: Mapping[str, Any], columns: Mapping[int, Sequence[float]]) -> list[list[float]]:
    """Return the points of a key with other values for some of the quantities."""
    return [
        [columns[place][row] if place in columns else value for place, value in enumerate(point)]
        for row, point in enumerate(key["points"])
    ]


def _by_a_term(key: Mapping[str, Any], values: Sequence[float]) -> str:
    """Say by which factor, or by which term, an answer is off, where it is a simple one."""
    right = key["correct"]
    terms = list(_terms(key))
    if all(right):
        ratios = [value / one for value, one in zip(values, right, strict=True)]
        if ratios[0] and abs(abs(ratios[0]) - 1) > APART and _same(ratios, [ratios[0]] * len(ratios)):
            return said("constant", number=_shown(ratios[0]))
        for sign in (1, -1):
            for term, column in terms:
                if _same(ratios, [sign * each for each in column]):
                    text = said("times", term=term)
                    return text if sign > 0 else said("and_sign", mistake=text)
    apart = [value - one for value, one in zip(values, right, strict=True)]
    sizes = [abs(value) + abs(one) for value, one in zip(values, right, strict=True)]
    for term, column in [("1", [1.0] * len(right)), *terms]:
        for times in (1, -1, 2, -2):
            if all(
                abs(off - times * each) <= SAME * size and abs(each) >= SEEN * size
                for off, each, size in zip(apart, column, sizes, strict=True)
            ):
                return said("apart", term=term if abs(times) == 1 else f"2*{term}")
    return ""


def _shown(number: float) -> str:
    return in_words(float(f"{number:.{DIGITS_SAID}g}"))


def _terms(key: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield the terms of one or two of a task's quantities, as they are typed and with their values."""
    columns = []
    for place, name in enumerate(key["arguments"]):
        column = [float(point[place]) for point in key["points"]]
        if role_of(name) != "side" and all(column):
            columns.append((called_at(key, place), column))
    yield from columns
    for place, (one, first) in enumerate(columns):
        yield f"1/{one}", [1 / a for a in first]
        yield f"{one}*{one}", [a * a for a in first]
        for other, second in columns[place + 1 :]:
            yield f"{one}/{other}", [a / b for a, b in zip(first, second, strict=True)]
            yield f"{other}/{one}", [b / a for a, b in zip(first, second, strict=True)]
            yield f"{one}*{other}", [a * b for a, b in zip(first, second, strict=True)]


def _without(
    key: Mapping[str, Any], values: Sequence[float], value_at: Callable[[Point], float | None]
) -> str:
    """Say on which quantities an answer does not depend, though the right one does."""
    points, missing = key["points"], []
    for place, name in enumerate(key["arguments"]):
        column = [point[place] for point in points]
        if name in key.get("hidden", ()) or min(column) == max(column):
            continue
        moved = _put(key, {place: [*column[1:], column[0]]})
        if all(
            (other := value_at(point)) is not None and _same([other], [value])
            for point, value in zip(moved, values, strict=True)
        ):
            missing.append(called_at(key, place))
    return said("without", symbol=" and ".join(missing)) if missing else ""
