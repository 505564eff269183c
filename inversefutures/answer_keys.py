"""The answer keys of the exercises, as an author declares them in a solution notebook.

`answer_key` draws points inside the task: within the ranges that the task's quantities have there, and where
its conditions hold. It stores what the right answer and the usual wrong ones are worth at these points, for
`check`. It refuses a key that could mislead a learner.
"""

import inspect
import json
import math
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import sympy as sp

from . import check
from .answer_values import Kind, Unusable, importable_name, values_of
from .notation import EITHER_SIDE, quantity
from .quantities import BTC, CONTRACT, HOUR, USD, YEAR, Quantity

__all__ = ["answer_key"]

DRILL_FOLDER = "drills"
WRITE_SWITCH = "INVERSEFUTURES_WRITE_ANSWERS"
"""Environment variable: when it is set, `answer_key` stores a key instead of comparing it."""
DRAW_SWITCH = "INVERSEFUTURES_DRAW"
"""Environment variable: when it is set, `answer_key` draws points of a teacher's own; see `Drawing`."""

SAMPLES: dict[Kind, int] = {"number": 1, "expression": 5, "function": 8}
"""At so many points an answer is tried, and at those that an author names; a function may have branches."""
FEWEST: dict[Kind, int] = {"number": 1, "expression": 2, "function": 5}
"""By at least so many of its points a mistake is known. A page loads the values of all mistakes."""
DIGITS = 12
"""So many digits of a formula's right values are stored."""
DIGITS_OF_A_MISTAKE = 6
"""So many are enough to know a mistake by."""
DRILLS = 40
"""At so many points a task can be practised with other numbers."""
DRILL_DIGITS = 10
TRIES = 4_000
APART = 1e-3
"""A mistake that comes closer to the right value, relative to it, cannot be told from a rounded answer."""

Range = tuple[float, float] | range | Sequence[float]


@dataclass(frozen=True)
class Drawing:
    """Which points are drawn, and where the keys go: those of the course, or a teacher's own.

    ``seed`` tells one drawing from another. ``count`` is at how many points a formula is asked as a number;
    at 0 it is not.
    """

    folder: Path
    seed: str = ""
    count: int = DRILLS

    @classmethod
    def ordered(cls) -> "Drawing":
        """Return the drawing that the environment asks for."""
        order = os.environ.get(DRAW_SWITCH)
        if not order:
            return cls(check.ANSWERS)
        wanted = json.loads(order)
        return cls(Path(wanted["folder"]), f"{wanted['seed']} ", wanted["count"])

    def environment(self) -> dict[str, str]:
        """Return the environment that asks for this drawing, and for its keys to be stored."""
        order = {"folder": str(self.folder), "seed": self.seed, "count": self.count}
        return {WRITE_SWITCH: "1", DRAW_SWITCH: json.dumps(order)}

    def source(self, name: str) -> random.Random:
        """Return where the points of a task come from."""
        return random.Random(f"{self.seed}{name}")


# What a reader could meet: used where a task does not name a range. By unit, then by name.
BY_UNIT: dict[sp.Expr, Range] = {
    USD / BTC: (8_000, 64_000),
    USD: (2_000, 250_000),
    BTC: (0.2, 9),
    CONTRACT: range(2, 400),
    USD / CONTRACT: [1, 10, 100],
    HOUR: (1, 24),
    YEAR: (0.05, 0.95),
    1 / YEAR: (0.02, 0.15),
    1 / sp.sqrt(YEAR): (0.3, 1.2),
}
BY_NAME: dict[str, Range] = {
    "leverage": (1.5, 20),
    "payments": range(2, 60),
    "opening_payment": range(1, 60),
    "rolls": range(1, 13),
    "holding_time": (0.1, 3),
    "funding_period": (0.0005, 0.005),
    "funding_intensity": (300, 1_500),
    "quanto_multiplier": (1e-6, 1e-4),
    "absolute_funding_rate": (1e-9, 1e-7),
    "correlation": (0.1, 0.9),
    "haircut": (0.03, 0.5),
    "resizing": (0.1, 0.9),
    "price_gap": (0.01, 0.4),
    "market_depth": (20e6, 300e6),
}
BOTH_SIDES: Range = [1, -1]
RATE: Range = (0.003, 0.05)
"""Any other fraction; with both signs where the domain has both."""


def answer_key(
    task: str,
    correct: Any,
    *,
    wrong: Mapping[str, Any] | None = None,
    hint: str = "Try a simple case by hand, and look at the units.",
    praise: str = "",
    arguments: Sequence[sp.Symbol] | None = None,
    ranges: Mapping[sp.Symbol, Range] | None = None,
    where: Sequence[Any] | Callable[..., Any] = (),
    also: Sequence[Mapping[sp.Symbol, float]] = (),
    digits: int | None = None,
    prices: Sequence[float] = (),
    given: Sequence[float] = (),
    face_value: float | None = None,
) -> None:
    """Declare a task's right answer and its usual wrong ones, in a solution notebook.

    While the exercises are generated this stores the key. At any other time it compares with the stored key,
    so a solution and its key cannot drift apart.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"01.2"``.
    correct : number, sympy expression, function or str
        The right answer. A function needs ``arguments``; its parameters are named as the task names them.
    wrong : mapping of str to the same kind as ``correct``
        From the sentence that names a mistake to the answer that this mistake leads to. What all tasks share
        (see `mistakes`) need not be here.
    hint : str
        Said to an answer that is wrong in some other way.
    praise : str
        Said after "correct", where there is something to add.
    arguments : sequence of symbols
        The notation symbols that a function takes, in order.
    ranges : mapping of symbol to range
        ``(low, high)`` for real numbers, a `range` for whole ones, a list for just these. A quantity that is
        not named has the range of what a reader could meet.
    where : sequence of relations, or function
        The task's conditions: sympy relations in its symbols, or a function of some of them, by name, that
        says whether a point is allowed.
    also : sequence of mappings of symbol to number
        Points to be tried besides: the insolvent, the empty, the boundary case.
    digits : int
        For a number that does not end within six digits: how many the task asks for, in its text.
    prices : sequence of number
        The prices in the text of a task that asks for a number, in USD per coin: a learner may have changed
        coins into dollars there, or back.
    given : sequence of number
        The other numbers in the text of such a task, percentages as fractions: an answer may be one of them,
        or have one too often. Leave 1, 2 and the powers of ten out: what they do is known without.
    face_value : number
        Dollars of one contract, where such a task counts contracts.

    Raises
    ------
    ValueError
        If the key is not usable, for example because a wrong answer cannot be told from the right one.
    AssertionError
        If the stored key is another one.
    """
    wrong = wrong or {}
    kind = _kind(correct)
    drawing = Drawing.ordered()
    common = {"kind": kind, "hint": hint, "praise": praise}
    if kind == "choice":
        key = {**common, "correct": correct, "wrong": {choice: message for message, choice in wrong.items()}}
        if correct in key["wrong"]:
            raise ValueError(f"task {task}: the wrong answer {key['wrong'][correct]!r} is the right one")
    else:
        quantities = _quantities(task, kind, correct, wrong, arguments)
        called = list(inspect.signature(correct).parameters) if kind == "function" else []
        allowed = _Task(task, kind, quantities, called, ranges or {}, where, drawing)
        key = {**common, **allowed.sampled(correct, wrong, also)}
        if kind == "expression":
            own = {quantity(symbol).name for symbol in correct.free_symbols}
            key["hidden"] = [name for name in key["arguments"] if name not in own]
        if kind == "number":
            key |= {"digits": digits, "prices": list(prices), "given": list(given), "face_value": face_value}
            _refuse_without_digits(task, key)
        elif drawing.count:
            _store_or_compare(drawing.folder / DRILL_FOLDER, task, allowed.drills(correct, wrong))
    _store_or_compare(drawing.folder, task, key)


def _kind(answer: Any) -> Kind:
    if isinstance(answer, str):
        return "choice"
    if isinstance(answer, sp.Expr):
        return "expression" if answer.free_symbols else "number"
    return "function" if callable(answer) else "number"


def _quantities(
    task: str, kind: Kind, correct: Any, wrong: Mapping[str, Any], arguments: Sequence[sp.Symbol] | None
) -> list[Quantity]:
    if kind == "function":
        if arguments is None:
            raise ValueError(f"task {task} wants a function: name its arguments")
    elif kind == "expression":
        symbols = set().union(*(sp.sympify(answer).free_symbols for answer in [correct, *wrong.values()]))
        arguments = sorted(symbols, key=str)
    return [quantity(symbol) for symbol in arguments or ()]


class _Task:
    """Where a task's answer may be tried."""

    def __init__(
        self,
        task: str,
        kind: Kind,
        quantities: Sequence[Quantity],
        called: Sequence[str],
        ranges: Mapping[sp.Symbol, Range],
        where: Sequence[Any] | Callable[..., Any],
        drawing: Drawing,
    ) -> None:
        self.task, self.kind, self.quantities, self.called, self.where = task, kind, quantities, called, where
        self.drawing = drawing
        self.symbols = [entry.symbol for entry in quantities]
        if strangers := [str(symbol) for symbol in ranges if symbol not in self.symbols]:
            raise ValueError(
                f"task {task}: there is a range for {', '.join(strangers)}, but no such argument"
            )
        self.ranges = [ranges.get(entry.symbol) or usual_range(entry) for entry in quantities]

    def drills(self, correct: Any, wrong: Mapping[str, Any]) -> dict[str, Any]:
        """Return points at which the task can be practised as a number, with the values at them.

        At each of them the right answer is not zero, and every mistake shows.
        """
        count = self.drawing.count
        source = self.drawing.source(f"{self.task} again")
        points: list[list[float]] = []
        rows: list[list[float]] = []
        is_allowed = self._test_in_floats()
        # The batches do not depend on the count: who asks for more points gets the same ones, and more.
        for _ in range(max(DRILLS, count)):
            drawn = [self._drawn(source, sample) for sample in range(2 * DRILLS)]
            drawn = [point for point in drawn if is_allowed(*point)]
            columns = [self._values(answer, drawn) for answer in [correct, *wrong.values()]]
            for point, values in zip(drawn, zip(*columns, strict=True), strict=True):
                value, *others = values
                if value and not math.isnan(value) and not any(_is_near(other, value) for other in others):
                    points.append(point)
                    rows.append([*values])
            if len(points) >= count:
                break
        else:
            raise ValueError(
                f"task {self.task}: only {len(points)} points can be practised with, and {count} are "
                "needed: at the others the answer is 0, or a mistake has no value or is within 0.1 % of it"
            )
        points = points[:count]
        right, *mistakes = [list(column) for column in zip(*rows[:count], strict=True)]
        entries = [
            {"message": message, "values": values} for message, values in zip(wrong, mistakes, strict=True)
        ]
        entries += [
            entry
            for entry in self._exchanged(correct, points, right, entries)
            if not any(map(_is_near, entry["values"], right))
        ]
        return {
            "points": points,
            "correct": _short(right, DRILL_DIGITS),
            "wrong": [{**entry, "values": _short(entry["values"], DRILL_DIGITS)} for entry in entries],
        }

    def _values(self, answer: Any, points: Sequence[Sequence[float]]) -> list[float]:
        """Return an answer's values, with NaN where it has none."""
        names = [entry.name for entry in self.quantities]
        try:
            return values_of(answer, self.kind, names, self.called, points) if points else []
        except Unusable:
            if len(points) == 1:
                return [math.nan]
            return [value for point in points for value in self._values(answer, [point])]

    def sampled(
        self, correct: Any, wrong: Mapping[str, Any], also: Sequence[Mapping[sp.Symbol, float]]
    ) -> dict[str, Any]:
        """Return the points of the key, with the values of the right answer and of the wrong ones."""
        answers = {"the right answer": correct, **wrong}
        points: list[list[float]] = []
        columns: list[list[float]] = []
        for extra in also:
            point = self._named(extra)
            if problem := self._breaks(point):
                raise ValueError(f"task {self.task}: the point {self._spoken(point)} breaks {problem}")
            points.append(point)
            columns.append(self._column(answers, point))
        problem = "is the range empty?"
        source = self.drawing.source(self.task)
        tries = 0
        while len(points) < len(also) + (SAMPLES[self.kind]):
            tries += 1
            if tries > TRIES:
                raise ValueError(f"task {self.task}: no {SAMPLES[self.kind]} points can be found: {problem}")
            point = self._drawn(source, len(points))
            if broken := self._breaks(point):
                problem = f"{self._spoken(point)} breaks {broken}"
                continue
            try:
                column = self._column(answers, point)
            except ValueError as unusable:
                problem = str(unusable)
                if not self.quantities:
                    raise
                continue
            points.append(point)
            columns.append(column)
        right, *mistakes = [list(row) for row in zip(*columns, strict=True)]
        entries = [
            {"message": message, "values": values}
            for message, values in zip(list(answers)[1:], mistakes, strict=True)
        ]
        self._refuse_alike(right, entries)
        if self.kind != "number":  # that is judged at the digits that were typed, and the last one may tell
            seen = self._points_that_tell(points, [right, *mistakes])
            right = _short(right, DIGITS)
            entries = [
                {**each, "values": _short(each["values"][:seen], DIGITS_OF_A_MISTAKE)} for each in entries
            ]
        return {
            "arguments": [entry.name for entry in self.quantities],
            "called": list(self.called),
            "points": points,
            "correct": right,
            "wrong": entries,
        }

    def _points_that_tell(self, points: Sequence[Sequence[float]], columns: Sequence[Sequence[float]]) -> int:
        """Return how many of the points tell the mistakes from each other, and from the right answer.

        Each quantity that has several values has them among these, too.
        """
        for count in range(FEWEST[self.kind], len(points)):
            varied = all(len({*each[:count]}) > 1 or len({*each}) == 1 for each in zip(*points, strict=True))
            if varied and not any(
                check.close(one[:count], other[:count], APART) for one, other in combinations(columns, 2)
            ):
                return count
        return len(points)

    def _named(self, extra: Mapping[sp.Symbol, float]) -> list[float]:
        if set(extra) != set(self.symbols):
            raise ValueError(f"task {self.task}: a point needs a value for each of {self.symbols}")
        return [_number(extra[symbol]) for symbol in self.symbols]

    def _drawn(self, source: random.Random, sample: int) -> list[float]:
        point: list[float] = []
        for entry, values in zip(self.quantities, self.ranges, strict=True):
            if values == BOTH_SIDES:
                point.append((1, -1)[sample % 2])  # in turn, so that each is tried
            elif values is RATE and entry.domain.inf < 0:
                # A rate that may be negative is tried with both signs, and not in step with the side.
                point.append((1, -1)[sample // 2 % 2] * _draw(source, values))
            else:
                point.append(_draw(source, values))
        return point

    def _breaks(self, point: Sequence[float]) -> str | None:
        """Return which condition a point breaks, if any."""
        if problem := self._outside(point):
            return problem
        if callable(self.where):
            values = self._by_name(point)
            wanted = [values[name] for name in inspect.signature(self.where).parameters]
            return None if self.where(*wanted) else "the task's condition"
        exact = {s: sp.Rational(str(value)) for s, value in zip(self.symbols, point, strict=True)}
        for relation in self.where:
            if relation.subs(exact) != sp.true:
                return f"the task's condition {relation}"
        return None

    def _outside(self, point: Sequence[float]) -> str | None:
        """Return which quantity's domain a point leaves, if any."""
        for entry, value in zip(self.quantities, point, strict=True):
            try:
                entry.check(sp.Rational(str(value)))
            except ValueError as problem:
                return str(problem)
        return None

    def _test_in_floats(self) -> Callable[..., Any]:
        """Return what says whether a point is allowed, quickly, and not to be trusted on a boundary."""
        if callable(self.where):
            return lambda *point: not self._breaks(point)
        holds = sp.lambdify(self.symbols, sp.And(*self.where), "math")
        return lambda *point: not self._outside(point) and holds(*point)

    def _by_name(self, point: Sequence[float]) -> dict[str, float]:
        values: dict[str, float] = {}
        for place, (entry, value) in enumerate(zip(self.quantities, point, strict=True)):
            names = {
                entry.name,
                str(entry.symbol),
                importable_name(entry.symbol),
                *self.called[place : place + 1],
            }
            values |= dict.fromkeys(names, value)
        return values

    def _column(self, answers: Mapping[str, Any], point: Sequence[float]) -> list[float]:
        """Return the values of all answers at a point; refuse one at which a mistake nearly passes."""
        names = [entry.name for entry in self.quantities]
        column: list[float] = []
        for message, answer in answers.items():
            try:
                (value,) = values_of(answer, self.kind, names, self.called, [point])
            except Unusable as problem:
                raise ValueError(f"task {self.task}: {message!r} is not usable: {problem}") from None
            column.append(value)
            right = column[0]
            off = abs(value - right)
            if 1e-12 * abs(right) < off < APART * abs(right):
                raise ValueError(
                    f"task {self.task}: at {self._spoken(point) or 'its numbers'} "
                    f"the wrong answer {message!r} is worth {value:.8g}, "
                    f"within 0.1 % of the right one, {right:.8g}"
                )
        return column

    def _refuse_alike(self, right: Sequence[float], entries: Sequence[Mapping[str, Any]]) -> None:
        alike = check.EXACT if self.kind == "number" else 3 * check.LIKE_A_MISTAKE
        for place, entry in enumerate(entries):
            if check.close(entry["values"], right, check.EXACT):
                raise ValueError(f"task {self.task}: the wrong answer {entry['message']!r} is the right one")
            for other in entries[:place]:
                # The judge could not tell them apart.
                if check.close(entry["values"], other["values"], alike):
                    raise ValueError(
                        f"task {self.task}: {entry['message']!r} and {other['message']!r} are one answer"
                    )

    def _exchanged(
        self,
        correct: Any,
        points: Sequence[Sequence[float]],
        right: Sequence[float],
        entries: Sequence[Mapping[str, Any]],
    ) -> Iterator[dict[str, Any]]:
        """Yield the right answer with two prices, or two sums of dollars, exchanged, where that is news."""
        names = [entry.name for entry in self.quantities]
        known = [right, [-value for value in right], *(entry["values"] for entry in entries)]
        for first, second in _pairs(self.quantities):
            one, other = self.quantities.index(first), self.quantities.index(second)
            exchanged = [list(point) for point in points]
            for point in exchanged:
                point[one], point[other] = point[other], point[one]
            try:
                values = values_of(correct, self.kind, names, self.called, exchanged)
            except Unusable:  # with the two exchanged it need not have a value
                continue
            if not any(check.close(values, others, check.ROUNDED) for others in known):
                known.append(values)
                called = self.called or [importable_name(symbol) for symbol in self.symbols]
                spoken = f"{called[one]} and {called[other]}"
                yield {"message": f"You exchanged {spoken}.", "values": values}

    def _spoken(self, point: Sequence[float]) -> str:
        return ", ".join(f"{symbol} = {value}" for symbol, value in zip(self.symbols, point, strict=True))


def _is_near(mistake: float, right: float) -> bool:
    """Return whether a mistake has no value, or one that could pass for the right one, rounded."""
    return math.isnan(mistake) or 1e-12 < abs(mistake / right - 1) < APART


def _short(values: Sequence[float], digits: int) -> list[float]:
    return [_number(float(f"{value:.{digits}g}")) for value in values]


def _pairs(quantities: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    for place, first in enumerate(quantities):
        for second in quantities[place + 1 :]:
            if first.unit == second.unit and first.unit in (USD / BTC, USD):
                yield first, second


def usual_range(entry: Quantity) -> Range:
    if entry.domain == EITHER_SIDE:
        return BOTH_SIDES
    if entry.name in BY_NAME:
        return BY_NAME[entry.name]
    if entry.unit in BY_UNIT:
        return BY_UNIT[entry.unit]
    if entry.domain.inf >= 1:
        return (2, 9)
    if entry.domain.sup > 1:
        return (0.5, 4)
    return RATE


def _draw(source: random.Random, values: Range) -> float:
    if isinstance(values, range | list):
        return _number(source.choice(values))
    low, high = values
    value = source.uniform(float(low), float(high))
    # Short decimals: the same on every machine, and no longer than what a reader would type.
    digits = 3 - math.floor(math.log10(max(abs(low), abs(high))))
    return _number(min(max(round(value, digits), low), high))


def _number(value: Any) -> float:
    """Return a value as a plain number, whole where it is whole."""
    return int(value) if value == int(value) else float(value)


def _refuse_without_digits(task: str, key: Mapping[str, Any]) -> None:
    (right,) = key["correct"]
    if key["digits"] is None and check.significant_digits(right) > 6:
        raise ValueError(
            f"task {task}: the right answer, {right}, does not end within 6 digits: "
            "give digits=…, and say in the task how many it asks for"
        )
    if key["digits"] is None:
        return
    for entry in key["wrong"]:
        if abs(entry["values"][0] - right) < 2 * 10.0 ** (
            math.floor(math.log10(abs(right))) - key["digits"] + 1
        ):
            raise ValueError(
                f"task {task}: at {key['digits']} digits the wrong answer {entry['message']!r} "
                "is nearly the right one"
            )


def _store_or_compare(folder: Path, task: str, made: dict[str, Any]) -> None:
    path = folder / f"{task.partition('.')[0]}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if os.environ.get(WRITE_SWITCH):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(folder.name, {**kept, task: made}), encoding="utf-8", newline="\n")
        check.forget_stored_keys()
    elif not _same(kept.get(task), json.loads(json.dumps(made))):
        raise AssertionError(f"the stored answer key of task {task} is out of date: run `make exercises`")


def written(folder: str, keys: Mapping[str, Any]) -> str:
    """Return the text of a file of keys, or of drills."""
    ordered = dict(sorted(keys.items(), key=lambda item: [int(part) for part in item[0].split(".")]))
    if folder == DRILL_FOLDER:  # long columns of numbers that nobody reads: a line for each task
        lines = [
            f"{json.dumps(t)}: {json.dumps(k, ensure_ascii=False, allow_nan=False)}"
            for t, k in ordered.items()
        ]
        return "{\n" + ",\n".join(lines) + "\n}\n"
    return json.dumps(ordered, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _same(stored: Any, made: Any) -> bool:
    """Return whether two keys are one; the last digit of a float may differ between machines."""
    if isinstance(stored, dict) and isinstance(made, dict):
        return stored.keys() == made.keys() and all(_same(stored[name], made[name]) for name in stored)
    if isinstance(stored, list) and isinstance(made, list):
        return len(stored) == len(made) and all(map(_same, stored, made))
    if isinstance(stored, float) and isinstance(made, float):
        return check.close([stored], [made], 1e-12)
    return bool(stored == made)
