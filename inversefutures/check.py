"""Feedback on the answers to the exercises.

What is stored of a task are numbers alone: the points at which an answer is tried, the values that the right
answer has there, and the values that well-known wrong answers have, each with a sentence that says which
mistake it is. So any correct form of an answer passes. Whoever wants to can find a formula that fits the
numbers: they are for practice, and marks come from points that are not shipped (`graded`).
"""

import json
import math
import os
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from numbers import Integral
from pathlib import Path
from typing import Any

import sympy as sp

from .answer_values import Unusable, evaluator, in_another_order
from .console import silence
from .mistakes import far_mistakes, shared_mistakes
from .near_misses import from_two_numbers, near_miss, near_numbers
from .sentences import said

__all__ = [
    "ANSWERS",
    "Feedback",
    "check",
    "close",
    "feedback",
    "forget_stored_keys",
    "is_correct",
    "judged",
    "printed",
    "significant_digits",
    "stored_key",
]

ANSWERS = Path(__file__).parent / "answers"

# None of these tolerances is a number that somebody types: there the last bit of a float would decide.
EXACT = 1.3e-9
"""How far the value of an expression may be off, relative to the right one."""
LIKE_A_MISTAKE = 1.3e-5
"""How far such a value may be off from that of a mistake; no mistake is so near to the right answer."""
ROUNDED = 1.3e-4
"""How far a function's or an expression's values are off, at most, where it rounds or approximates."""
FEW = 4
"""A number with fewer digits than this may meet a mistake on top of a mistake by chance."""
FULL_PRECISION = 12
"""A number with this many digits was computed, and was not typed."""
VALIDATE_WIDTH = 66
"""nbgrader's Validate cuts lines off; the first has the name of the error before it."""


@dataclass(frozen=True)
class Feedback:
    """What there is to say about an answer: whether it is right, and the sentence the learner reads.

    ``named`` tells a wrong answer that is a known mistake from one that is wrong in some other way.
    """

    correct: bool
    message: str
    named: bool = False


def check(task: str, answer: Any = ...) -> None:
    """Print feedback on an answer. It raises nothing, whatever the answer, but in nbgrader's Validate.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"01.2"``.
    answer : number, sympy expression, function or str
        Whatever the task asks for; ``...`` stands for "not answered yet".
    """
    __tracebackhide__ = True  # Validate shows a learner the sentence, and no code of ours
    try:
        name = _task_name(task)
        verdict = feedback(name, answer)
        printed(f"{name}: {verdict.message}", verdict.correct)
    except ValueError as problem:
        printed(str(problem), False)


def printed(text: str, passed: bool) -> None:
    """Print a text on any console; raise it where nbgrader validates and it is not passed.

    nbgrader's Validate knows a cell that fails by an error alone; without one a blank set would be a success.

    Raises
    ------
    AssertionError
        If it is not passed, and nbgrader validates.
    """
    __tracebackhide__ = True
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not passed:
        raise AssertionError(textwrap.fill(text, VALIDATE_WIDTH))


def is_correct(task: str, answer: Any) -> bool:
    """Return whether the answer is right, for a grader such as nbgrader.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    return feedback(task, answer).correct


def feedback(task: str, answer: Any) -> Feedback:
    """Judge an answer by its values at the stored points.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"01.2"``.
    answer : object
        Anything at all.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    return judged(stored_key(_task_name(task)), answer)


def judged(key: Mapping[str, Any], answer: Any) -> Feedback:
    """Judge an answer by a key, which may be another one than the stored.

    Parameters
    ----------
    key : mapping
        What `answer_key` has made of a task.
    answer : object
        Anything at all.
    """
    if answer is ...:
        return Feedback(False, said("not_answered"))
    if key["kind"] == "choice":
        return _judge_choice(key, answer)
    try:
        hidden = key.get("hidden", ())
        with silence():
            value_at = evaluator(answer, key["kind"], key["arguments"], key["called"], hidden)
            values = [value_at(point) for point in key["points"]]
            if key["kind"] == "number":
                return _judge_number(key, values[0], _digits_typed(answer))
            judgement = _judge_values(key, values, value_at)
            if not judgement.correct and (message := in_another_order(answer, key["called"])):
                return _not_yet(message)
            return judgement
    except Unusable as problem:
        return Feedback(False, str(problem))


def stored_key(task: str) -> dict[str, Any]:
    """Return the stored answer key of a task.

    Raises
    ------
    ValueError
        If there is none.
    """
    lesson = task.partition(".")[0]
    keys = _stored_lesson(lesson)
    if task not in keys:
        raise ValueError(
            f"there is no task {task!r}; the tasks of lesson {lesson} are {', '.join(keys)}"
            if keys
            else f"there is no task {task!r}: name lesson and task as text, for example check('01.2', answer)"
        )
    key: dict[str, Any] = keys[task]
    return key


@cache
def _stored_lesson(lesson: str) -> dict[str, Any]:
    path = ANSWERS / f"{lesson}.json"
    if not path.exists():
        return {}
    keys: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return keys


def forget_stored_keys() -> None:
    """Read the stored keys anew the next time."""
    _stored_lesson.cache_clear()


def _task_name(task: Any) -> str:
    """Return a task's name as it is stored: ``09.1`` for ``9.1``."""
    if not isinstance(task, str):
        raise ValueError(f"name the task as text: check('{task}', answer) instead of check({task}, answer)")
    lesson, dot, number = task.strip().partition(".")
    return f"{lesson.zfill(2)}{dot}{number}" if lesson.isdigit() else task


def _right(key: Mapping[str, Any]) -> Feedback:
    return Feedback(True, said("correct") + (f" {key['praise']}" if key["praise"] else ""))


def _not_yet(reason: str, named: bool = True) -> Feedback:
    return Feedback(False, said("not_yet", reason=reason), named)


def _judge_choice(key: Mapping[str, Any], answer: Any) -> Feedback:
    if isinstance(answer, sp.Symbol):
        answer = str(answer)
    if not isinstance(answer, str):
        return Feedback(False, "this task asks for one of the choices, as text: for example 'a'.")
    choice = answer.strip().lower().strip("().'\" ")
    if choice == key["correct"]:
        return _right(key)
    return _not_yet(key["wrong"].get(choice, said("no_such_choice")), choice in key["wrong"])


def _judge_values(
    key: Mapping[str, Any], values: Sequence[float], value_at: Callable[[Sequence[float]], float]
) -> Feedback:
    right = key["correct"]
    if close(values, right, EXACT):
        return _right(key)
    # A mistake on top of another may lead back to the right answer.
    known = [
        each for each in _known_mistakes(key) if not close(right[: len(each[1])], each[1], LIKE_A_MISTAKE)
    ]
    for message, mistake in known:
        if close(values[: len(mistake)], mistake, LIKE_A_MISTAKE):
            return _not_yet(message)

    def value_or_none(point: Sequence[float]) -> float | None:
        try:
            return value_at(point)
        except Unusable:
            return None

    if message := near_miss(key, values, value_or_none):
        return _not_yet(message)
    half = float(f"0.5e-{max(map(_decimals, values))}")
    if close(values, right, ROUNDED) or _agree_as_rounded(values, right, half):
        return Feedback(False, said("rounds_on_the_way"))
    for message, mistake in known:
        if _agree_as_rounded(values[: len(mistake)], mistake, half):
            return _not_yet(message)
    return _not_yet(key["hint"], named=False)


def _known_mistakes(key: Mapping[str, Any]) -> list[tuple[str, Sequence[float]]]:
    """Return the mistakes of the author, then those that every task shares, then those on top of others.

    Those of the author, and what stands on them, have a value for as many of the points as tell them apart.
    """
    own = [(wrong["message"], wrong["values"]) for wrong in key["wrong"]]
    return [*own, *shared_mistakes(key), *far_mistakes(key)]


def close(values: Sequence[float], others: Sequence[float], tolerance: float, rounding: float = 0.0) -> bool:
    """Return whether all values are the others', up to a tolerance relative to these and to a rounding.

    At zero `EXACT` takes the place of a relative tolerance.
    """
    return len(values) == len(others) and all(
        abs(value - other) <= (tolerance * abs(other) or EXACT) + rounding
        for value, other in zip(values, others, strict=True)
    )


def _agree_as_rounded(values: Sequence[float], exact: Sequence[float], half: float) -> bool:
    """Return whether all values are the exact ones, rounded by at most ``half`` of a last digit."""
    # With fewer digits than that, a rounded right answer and a rounded mistake may be the same.
    fine = all(not one or half <= 0.5 * _unit(one, FEW) for one in exact)
    return fine and close(values, exact, LIKE_A_MISTAKE, half)


def _decimals(number: float) -> int:
    """Return how many digits the shortest decimal of a number has behind the point."""
    return len(f"{Decimal(repr(float(number))):f}".partition(".")[2].rstrip("0"))


# --- numbers, which may be rounded ------------------------------------------------------------------


def _judge_number(key: Mapping[str, Any], value: float, typed: int) -> Feedback:
    """Judge a number at the digits that the task asks for, or at those that were typed if they are fewer."""
    (right,) = key["correct"]
    asked = key["digits"] or max(6, significant_digits(right))
    # 24.70 arrives as 24.7, so the right answer, rounded or cut as asked, counts however short it is.
    if close([value], [right], EXACT) or _agree(value, right, asked):
        return _right(key)
    groups = [
        (2, [(wrong["message"], wrong["values"][0]) for wrong in key["wrong"]]),
        (2, [(text, mistake) for text, (mistake,) in shared_mistakes(key)]),
    ]
    if significant_digits(value) >= FEW:
        groups.append((2, [(text, mistake) for text, (mistake,) in far_mistakes(key)]))
    kept = min(significant_digits(value), asked)
    if kept < 2 or not _agree(value, right, kept):  # 2190 for 2193 is rounded, and does not lack a 3
        groups.append((3, list(near_numbers(key))))
    wanted = key["digits"] or significant_digits(right)
    # The zeros at the end of 7170 may have been meant, or be what rounding to three digits has left.
    for digits in sorted({min(typed, asked), kept}, reverse=True):
        if 2 <= digits < asked and _agree(value, right, digits):
            doubtful = any(_agree(value, wrong["values"][0], digits) for wrong in key["wrong"])
            return Feedback(False, said("too_few_digits" if doubtful else "more_digits", asked=wanted))
        # The nearest of the author's mistakes comes first, then the nearest of those that all tasks share.
        for place, (least, group) in enumerate(groups):
            found = [(_off(value, one), text) for text, one in group if _agree(value, one, digits)]
            # Of two that are equally near, the one that is known first. At few digits the simple mistakes and
            # those on top of others are much alike: there it is the simple one.
            simple = found[:1] if place == 1 and digits < FEW else found
            off, text = min(simple, key=lambda each: round(each[0], 9), default=(math.inf, ""))
            if found and (digits >= least or off < EXACT):
                return _not_yet(text)
            if not place and digits == typed == 1 < asked and _agree(value, right, 1):
                return Feedback(False, said("too_few_digits", asked=wanted))
    if typed >= FEW and abs(value - right) <= _unit(right, min(typed, asked)):
        return Feedback(False, said("last_digit"))
    if typed >= FEW and close([value], [right], ROUNDED):
        return Feedback(False, said("rounds_on_the_way"))
    digits = significant_digits(value)
    digits = FULL_PRECISION if digits < FEW else min(digits, FULL_PRECISION)  # few digits are near too much
    if text := from_two_numbers(key, lambda made: _agree(value, made, digits), value):
        return _not_yet(text)
    return _not_yet(key["hint"], named=False)


def _off(value: float, exact: float) -> float:
    return abs(value - exact) / (abs(exact) or 1.0)


def _agree(value: float, exact: float, digits: int) -> bool:
    """Return whether a value is a number, rounded or cut to so many digits."""
    off = abs(value - exact)
    if not exact:
        return off <= EXACT  # no digits of zero are left to be rounded
    unit = _unit(min(abs(value), abs(exact)) or exact, digits)  # 99.6 is not 100 to three digits
    # A hair wider and narrower than half and whole, so that the last digit of a stored value decides nothing.
    if off <= 0.5 * unit * (1 + 1e-6):
        return True
    # Cut rather than rounded: seen where it was typed with so few digits, and by chance with still fewer.
    return (
        digits >= 3
        and off < unit * (1 - 1e-6)
        and abs(value) < abs(exact)
        and significant_digits(value) <= digits
    )


def _unit(number: float, digits: int) -> float:
    """Return what one is worth in the last of so many significant digits of a number."""
    if not number:
        return float(10.0**-digits)
    return float(10.0 ** (math.floor(math.log10(abs(number))) - digits + 1))


def significant_digits(number: float) -> int:
    """Return how many significant digits the shortest decimal of a number has; zeros at its end are none.

    >>> significant_digits(0.0625), significant_digits(16000.0), significant_digits(100 / 7) > 12
    (3, 2, True)
    """
    digits = "".join(map(str, Decimal(repr(float(number))).as_tuple().digits)).strip("0")
    return max(1, len(digits))


def _digits_typed(answer: Any) -> int:
    """Return to how many digits an answer was given; a fraction or a computed number counts as exact."""
    if isinstance(answer, Integral | sp.Integer):
        return max(1, len(str(abs(int(answer)))))
    if isinstance(answer, sp.Basic) and not isinstance(answer, sp.Float):
        return FULL_PRECISION
    try:
        written = Decimal(str(answer))
    except ArithmeticError:
        return FULL_PRECISION
    # 7168.0 is what Python shows for 7168 dollars, so a zero behind the point says nothing.
    whole, _, behind = f"{abs(written):f}".partition(".")
    digits = len((whole + behind.rstrip("0")).lstrip("0"))
    return max(1, min(digits, FULL_PRECISION))
