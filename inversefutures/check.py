"""Feedback on the answers to the exercises.

A task's answer key is written in the solution notebook, by `answer_key`. What is stored with the package are
numbers alone: the points at which an answer is tried, the values that the right answer has there, and the
values that well-known wrong answers have, each with a sentence that says which mistake it is. So any correct
form of an answer passes, and the package does not give the formula away.
"""

import json
import math
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any, Literal

import sympy as sp

from .notation import EITHER_SIDE, QUANTITIES, quantity

ANSWERS = Path(__file__).parent / "answers"
SAMPLES = 8
RELATIVE_TOLERANCE = 1e-9
WRITE_SWITCH = "INVERSEFUTURES_WRITE_ANSWERS"
"""Environment variable: when it is set, `answer_key` stores a key instead of comparing it."""

Kind = Literal["number", "expression", "function", "choice"]


@dataclass(frozen=True)
class Feedback:
    """What there is to say about an answer: whether it is right, and the sentence the learner reads."""

    correct: bool
    message: str


def check(task: str, answer: Any = ...) -> None:
    """Print feedback on an answer.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"01.2"``.
    answer : number, sympy expression, function or str
        Whatever the task asks for; ``...`` stands for "not answered yet".

    Raises
    ------
    ValueError
        If there is no such task.
    """
    print(f"{task}: {feedback(task, answer).message}")


def is_correct(task: str, answer: Any) -> bool:
    """Return whether the answer is right, for a grader such as nbgrader."""
    return feedback(task, answer).correct


def feedback(task: str, answer: Any) -> Feedback:
    """Judge an answer by its values at the stored points.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    key = _stored(task)
    if answer is ... or answer is None:
        return Feedback(False, "not answered yet.")
    if key["kind"] == "choice":
        return _judge_choice(key, answer)
    try:
        values = _values(answer, key["kind"], key["arguments"], key["points"])
    except _Unusable as problem:
        return Feedback(False, str(problem))
    if _close(values, key["correct"], key["tolerance"]):
        return Feedback(True, "correct." + (f" {key['praise']}" if key["praise"] else ""))
    for wrong in key["wrong"]:
        if _close(values, wrong["values"], key["tolerance"]):
            return Feedback(False, f"not yet. {wrong['message']}")
    return Feedback(False, f"not yet. {key['hint']}")


def answer_key(
    task: str,
    correct: Any,
    *,
    wrong: Mapping[str, Any] | None = None,
    hint: str = "Try a simple case by hand, and look at the units.",
    praise: str = "",
    arguments: Sequence[sp.Symbol] | None = None,
    tolerance: float = RELATIVE_TOLERANCE,
) -> None:
    """Declare a task's right answer and its usual wrong ones, in a solution notebook.

    While the exercises are generated this stores the key. At any other time it compares with the stored key,
    so a solution and its key cannot drift apart.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"01.2"``.
    correct : number, sympy expression, function or str
        The right answer. A function needs ``arguments``.
    wrong : mapping of str to the same kind as ``correct``
        From the sentence that names a mistake to the answer that this mistake leads to.
    hint : str
        Said to an answer that is wrong in some other way.
    praise : str
        Said after "correct", where there is something to add.
    arguments : sequence of symbols
        The notation symbols that a function takes, in order.
    tolerance : float
        How far a value may be off, relative to the right one (absolute where that one is zero).

    Raises
    ------
    ValueError
        If a wrong answer cannot be told from the right one, or the key is not usable.
    AssertionError
        If the stored key is another one.
    """
    key = _make_key(task, correct, wrong or {}, hint, praise, arguments, tolerance)
    lesson = task.partition(".")[0]
    path = ANSWERS / f"{lesson}.json"
    if os.environ.get(WRITE_SWITCH):
        keys = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        keys[task] = key
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(dict(sorted(keys.items())), indent=1, ensure_ascii=False, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")
        _stored_lesson.cache_clear()
        return
    stored = _stored(task)
    same = {**stored, "correct": None, "wrong": None} == {**key, "correct": None, "wrong": None}
    if same and key["kind"] == "choice":
        same = stored["correct"] == key["correct"] and stored["wrong"] == key["wrong"]
    elif same:
        # The last digit of a floating-point value may differ between machines.
        same = _close(stored["correct"], key["correct"], 1e-12)
        same = same and len(stored["wrong"]) == len(key["wrong"])
        for old, new in zip(stored["wrong"], key["wrong"], strict=False):
            same = same and old["message"] == new["message"] and _close(old["values"], new["values"], 1e-12)
    if not same:
        raise AssertionError(f"the stored answer key of task {task} is out of date: run `make exercises`")


class _Unusable(Exception):
    """An answer that cannot be judged; the text tells the learner why."""


@cache
def _stored_lesson(lesson: str) -> dict[str, Any]:
    path = ANSWERS / f"{lesson}.json"
    if not path.exists():
        return {}
    keys: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return keys


def _stored(task: str) -> dict[str, Any]:
    keys = _stored_lesson(task.partition(".")[0])
    if task not in keys:
        raise ValueError(
            f"there is no task {task!r}; the tasks of this lesson are {', '.join(keys) or 'none'}"
        )
    key: dict[str, Any] = keys[task]
    return key


def _make_key(
    task: str,
    correct: Any,
    wrong: Mapping[str, Any],
    hint: str,
    praise: str,
    arguments: Sequence[sp.Symbol] | None,
    tolerance: float,
) -> dict[str, Any]:
    kind = _kind(correct)
    common = {"kind": kind, "hint": hint, "praise": praise}
    if kind == "choice":
        return {**common, "correct": correct, "wrong": {choice: message for message, choice in wrong.items()}}
    if kind == "function" and arguments is None:
        raise ValueError(f"task {task} wants a function: name its arguments")
    if kind == "expression":
        symbols = set().union(*(sp.sympify(answer).free_symbols for answer in [correct, *wrong.values()]))
        arguments = sorted(symbols, key=str)
    names = [quantity(symbol).name for symbol in arguments or ()]
    points = _points(task, names)
    try:
        right = _values(correct, kind, names, points)
        wrongs: list[dict[str, Any]] = [
            {"message": message, "values": _values(answer, kind, names, points)}
            for message, answer in wrong.items()
        ]
    except _Unusable as problem:
        raise ValueError(f"the key of task {task} is not usable: {problem}") from None
    for entry in wrongs:
        if _close(entry["values"], right, tolerance):
            raise ValueError(f"task {task}: the wrong answer {entry['message']!r} is the right one")
    return {
        **common,
        "arguments": names,
        "points": points,
        "correct": right,
        "wrong": wrongs,
        "tolerance": tolerance,
    }


def _kind(answer: Any) -> Kind:
    if isinstance(answer, str):
        return "choice"
    if isinstance(answer, sp.Expr):
        return "expression" if answer.free_symbols else "number"
    if callable(answer):
        return "function"
    return "number"


def _points(task: str, names: Sequence[str]) -> list[list[float]]:
    """Points with short decimals, the same on every machine, inside each quantity's domain."""
    if not names:
        return [[]]
    source = random.Random(task)
    points = []
    for sample in range(SAMPLES):
        point: list[float] = []
        for name in names:
            domain = QUANTITIES[name].domain
            if domain == EITHER_SIDE:
                point.append((1, -1)[sample % 2])
            elif domain.sup <= 1:
                # Rates that may be negative are tried with both signs, and not in step with the side.
                sign = -1 if domain.inf < 0 and sample // 2 % 2 else 1
                point.append(sign * round(source.uniform(0.01, 0.45), 3))
            else:
                point.append(round(source.uniform(1.1, 4.0), 3))
        points.append(point)
    return points


def _values(answer: Any, kind: Kind, names: Sequence[str], points: Sequence[Sequence[float]]) -> list[float]:
    if kind == "function":
        return _values_of_function(answer, names, points)
    if isinstance(answer, str) or (callable(answer) and not isinstance(answer, sp.Basic)):
        wanted = "a number" if kind == "number" else f"an expression in {_spoken(names)}"
        raise _Unusable(f"this task asks for {wanted}; got {type(answer).__name__}.")
    try:
        expression = sp.sympify(answer)
        strangers = {str(symbol) for symbol in expression.free_symbols}
    except (sp.SympifyError, TypeError, ValueError, AttributeError):
        raise _Unusable(f"this answer is a {type(answer).__name__}, which cannot be judged.") from None
    symbols = [QUANTITIES[name].symbol for name in names]
    strangers -= {str(symbol) for symbol in symbols}
    if strangers and kind == "number":
        raise _Unusable("this task asks for a number: put numbers in for the symbols.")
    if strangers:
        raise _Unusable(
            f"your answer contains {', '.join(sorted(strangers))}; use only {_spoken(names)}, "
            "imported from `inversefutures.notation`."
        )
    # By name, so that a learner's own Symbol("E") is as good as the notation's.
    by_name = {str(symbol): position for position, symbol in enumerate(symbols)}
    return [
        _real(expression.subs({s: sp.Rational(str(point[by_name[str(s)]])) for s in expression.free_symbols}))
        for point in points
    ]


def _values_of_function(
    function: Callable[..., Any], names: Sequence[str], points: Sequence[Sequence[float]]
) -> list[float]:
    if not callable(function) or isinstance(function, sp.Basic):
        raise _Unusable(f"this task asks for a function of {', '.join(names)}, in this order.")
    values = []
    for point in points:
        try:
            values.append(_real(function(*point)))
        except _Unusable:
            raise
        except Exception as problem:
            called = ", ".join(f"{name}={number}" for name, number in zip(names, point, strict=True))
            raise _Unusable(
                f"your function failed at {called}: {type(problem).__name__}: {problem}"
            ) from None
    return values


def _real(value: Any) -> float:
    try:
        number = float(value) if isinstance(value, Real) else float(sp.N(value, 17))
    except (TypeError, ValueError):
        raise _Unusable("your answer has no real value at some sensible prices.") from None
    if not math.isfinite(number):
        raise _Unusable("your answer is not finite at some sensible prices.")
    return number


def _close(values: Sequence[float], others: Sequence[float], tolerance: float) -> bool:
    return len(values) == len(others) and all(
        abs(value - other) <= tolerance * (abs(other) or 1.0)
        for value, other in zip(values, others, strict=True)
    )


def _judge_choice(key: Mapping[str, Any], answer: Any) -> Feedback:
    if not isinstance(answer, str):
        return Feedback(False, "this task asks for one of the letters, as text: for example 'a'.")
    choice = answer.strip().lower().strip("().")
    if choice == key["correct"]:
        return Feedback(True, "correct." + (f" {key['praise']}" if key["praise"] else ""))
    message = key["wrong"].get(choice)
    return Feedback(False, f"not yet. {message or 'That is not one of the choices.'}")


def _spoken(names: Sequence[str]) -> str:
    return ", ".join(str(QUANTITIES[name].symbol) for name in names)
