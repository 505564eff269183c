"""The Simulator: a story along a path of prices, computed and played by the reader's own browser.

A `Simulator` is a recurrence in sympy: states that move from row to row of a path, quantities derived from
them, and events that happen when a condition holds. One description is printed for NumPy and for JavaScript,
see `printing.Recurrence`; the same ES module as the Explorer's draws it, with or without a kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.relational import Relational

from inversefutures import notation
from inversefutures.printing import (
    Recurrence,
    Rule,
    UnsupportedExpressionError,
    javascript,
    plain,
    variable,
)
from inversefutures.widgets.controls import Control, Number, described, is_finite, shown_in, symbols_of
from inversefutures.widgets.explorer import panel_frame, say_once
from inversefutures.widgets.layers import (
    Band,
    Bars,
    Curve,
    Paths,
    Points,
    Steps,
    appearance,
    key_of,
    sources,
    table_of,
)
from inversefutures.widgets.scripts import flat_controls
from inversefutures.widgets.spec import Scale
from inversefutures.widgets.widget import Readout, Widget

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


@dataclass(frozen=True)
class InputPath:
    """What the world does: one row of inputs for each moment.

    Parameters
    ----------
    columns : mapping of sympy.Symbol to numbers
        At least one, all of the same length, at least two rows, no NaN. Generate random paths with a seed.
    start : str, optional
        Time of the first row in ISO form, ``"2020-03-12T00:00"``; UTC unless it says otherwise. Without it
        the rows are counted in `unit`, from 0.
    interval : number
        From one row to the next, in `unit`.
    unit : str
        With `start`: ``"seconds"``, ``"minutes"``, ``"hours"`` or ``"days"``. Without: any word, in the
        plural.
    label : str
        What the rows count, where that is no time: ``"Distance"``.
    times : sequence of str or of numbers, optional
        Instead of `start` and `interval`, where rows are not equally far apart: ISO times, or counts of
        `unit`.
    decimals : int, optional
        Round the columns to this many decimals, to keep the page small.
    """

    columns: Mapping[sp.Symbol, npt.ArrayLike]
    start: str | None = None
    interval: Number = 1
    unit: str = "steps"
    label: str = "Time"
    times: Sequence[str | Number] | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class State:
    """A quantity that is carried from row to row.

    Parameters
    ----------
    symbol : sympy.Symbol
        Of the notation, or one of your own with a legal name.
    initial : expression of parameters and of the first row's inputs
    step : expression of states, derived quantities, inputs, `previous` inputs and parameters
        The value in a later row. States and derived quantities mean the row before, inputs this row. Give
        the symbol itself where only events change the state.
    """

    symbol: sp.Symbol
    initial: Any
    step: Any = None


@dataclass(frozen=True)
class Derived:
    """A quantity computed in every row, from states, inputs, parameters and derived quantities above it."""

    symbol: sp.Symbol
    expression: Any


@dataclass(frozen=True)
class Event:
    """Something that happens in a row when a condition holds.

    Parameters
    ----------
    condition : sympy relational, or several joined by And, Or, Not
    label : str
        In lower case, as in a sentence: ``"margin call"``.
    role : str
        A key of `palette.ROLES`.
    effect : mapping of state symbol to expression
        New values of states, all computed from the values before the effect.
    once : bool
        It happens at most once.
    entries : mapping of str to expression
        What this event writes into the ledger's columns of these labels, in place of the columns' own
        expressions.
    mark : bool
        Draw a line in the panels; False for payments that come in dozens.
    """

    condition: Any
    label: str
    role: str = "neutral"
    effect: Mapping[sp.Symbol, Any] = field(default_factory=dict)
    once: bool = False
    entries: Mapping[str, Any] = field(default_factory=dict)
    mark: bool = True


@dataclass(frozen=True)
class Line(Curve):
    """A line along the path: an expression of anything that a row has, in the panel's unit."""


@dataclass(frozen=True)
class PathPanel:
    """A picture with its own vertical axis; all panels share the time.

    Parameters
    ----------
    title : str
    unit : str or sympy expression
    lines : sequence of Line, Steps, Band, Bars or Points
        At least one; without places of their own, since each row has its value.
    y_scale : {"linear", "log"}
    y_range : (low, high), optional
        Fixed limits.
    zero : bool
        Show zero; False fits the axis to the lines.
    percent : bool
        Show shares in percent. The limits stay shares.
    """

    title: str
    unit: str | sp.Expr
    lines: Sequence[Curve | Steps | Band | Bars | Points]
    y_scale: Scale = "linear"
    y_range: tuple[Number, Number] | None = None
    zero: bool = True
    percent: bool = False


@dataclass(frozen=True)
class Column:
    """A column of the ledger, which has one row for every event that happened.

    Parameters
    ----------
    label : str
    expression : expression, optional
        What every event writes; without it only the events that name the column in their `entries` do.
    unit : str or sympy expression
    digits : int
        Significant digits.
    total : bool
        Add the column up below the table.
    after : bool
        Take the values after the event's effect; without it those before.
    """

    label: str
    expression: Any = None
    unit: str | sp.Expr = ""
    digits: int = 4
    total: bool = False
    after: bool = False


@dataclass(frozen=True)
class Happening:
    """An event that happened: in which row, when in words, what, and what it wrote into the ledger."""

    step: int
    time: str
    label: str
    entries: dict[str, float]


@dataclass(frozen=True)
class Run:
    """One run along the whole path.

    Parameters
    ----------
    arrays : dict
        One number a row for every state and derived quantity by name, and for every line and readout that is
        an expression under its place (``panels/0/lines/1``). ``run[symbol]`` looks one up.
    events : list of Happening
        In the order in which they happened.
    """

    arrays: dict[str, npt.NDArray[np.float64]]
    events: list[Happening]

    def __getitem__(self, key: str | sp.Symbol) -> npt.NDArray[np.float64]:
        return self.arrays[key if isinstance(key, str) else variable(key)]


class Simulator(Widget):
    """A question that the reader settles by changing a position and playing what happens to it.

    The order within a row is fixed. First the row's inputs are read. Then the states take their values: in
    the first row `State.initial`, later `State.step`, all at once. Then the derived quantities are computed,
    in their order. Then each event is looked at, in its order: if its condition holds, its effect is applied
    at once and all derived quantities are computed again, so that the next event sees the new values. Last,
    lines and readouts are taken: they show a row as it is after its events. An event that is not `once` can
    happen again in every row in which its condition holds, also in the first one.

    Parameters
    ----------
    title, question, description : str
        As for the Explorer.
    path : InputPath
    parameters : sequence of Slider, Choice and Legs
        At least one.
    state : sequence of State
        At least one.
    panels : sequence of PathPanel
        At least one.
    derived : sequence of Derived
    events : sequence of Event
        In order of priority.
    ledger : sequence of Column
        Time and event are always there.
    ledger_title : str
        The table's caption.
    readouts : sequence of Readout
        Shown for the row at the reader's cursor.
    start : int or str, optional
        The row, or its time in ISO form, at which the reader begins: where the story is. Without it the whole
        story is told.

    Raises
    ------
    ValueError
        If anything in the description can't work; the message names it and says what to do.

    Attributes
    ----------
    values : dict
        The present value of every parameter. Follows the reader, and can be set. The time cursor is the
        reader's own and is not shared.
    """

    _separators = (",", ":")

    def __init__(
        self,
        *,
        title: str,
        question: str,
        description: str,
        path: InputPath,
        parameters: Sequence[Control],
        state: Sequence[State],
        panels: Sequence[PathPanel],
        derived: Sequence[Derived] = (),
        events: Sequence[Event] = (),
        ledger: Sequence[Column] = (),
        ledger_title: str = "What happened when",
        readouts: Sequence[Readout] = (),
        start: int | str | None = None,
    ) -> None:
        for name, given in {"parameters": parameters, "state": state, "panels": panels}.items():
            if not given:
                raise ValueError(f"{name} is empty: give at least one")
        controls = described(parameters)
        self._inputs, self._times, time = _read_path(path)
        story = _Story(path, parameters, state, derived, events, ledger)
        self._dates = time["dates"]
        self._whole_days = all(moment % SECONDS["days"] == 0 for moment in self._times)
        self._unit = path.unit
        described_panels = [story.panel(f"panels/{i}", panel) for i, panel in enumerate(panels)]
        described_readouts = [
            readout.spec(story.source(f"readouts/{i}", readout.expression, f"readout {readout.label!r}"))
            for i, readout in enumerate(readouts)
        ]
        self._recurrence = story.recurrence()
        self._ledger = [column.label for column in ledger]
        spec: dict[str, Any] = {
            "title": title,
            "question": question,
            "description": description,
            "parameters": controls,
            "path": {
                "columns": [_compact(column) for column in self._inputs],
                "time": time,
                "now": self._row(start),
            },
            "js": self._recurrence.javascript(),
            "outputs": list(story.keys),
            "panels": described_panels,
            "events": [{**appearance(event), "mark": event.mark} for event in events],
            "ledger": {
                "title": ledger_title,
                "columns": [
                    {
                        "label": column.label,
                        "unit": shown_in(column.unit, False, column.label)[0],
                        "digits": column.digits,
                        "total": column.total,
                    }
                    for column in ledger
                ],
            },
            "readouts": described_readouts,
        }
        say_once(spec)
        super().__init__(spec, flat_controls(controls))

    def _row(self, start: int | str | None) -> int:
        """Return the row at which the reader begins."""
        last = len(self._times) - 1
        if start is None:
            return last
        if isinstance(start, str):
            if not self._dates:
                raise ValueError(f"start is {start!r}, but the rows are counted: give the row's number")
            moment = _seconds(start)
            if not self._times[0] <= moment <= self._times[-1]:
                limits = f"{self._time_in_words(0)} to {self._time_in_words(last)}"
                raise ValueError(f"start is {start}, outside the path: choose a time from {limits}")
            return max(row for row, time in enumerate(self._times) if time <= moment)
        if not 0 <= start <= last:
            raise ValueError(f"start is row {start}, outside the path: choose a row from 0 to {last}")
        return int(start)

    @cached_property
    def _drive(self) -> Callable[[Sequence[Sequence[float]], Sequence[float]], tuple[list[Any], list[Any]]]:
        return self._recurrence.function()

    def run(self, **values: Number) -> Run:
        """Drive the recurrence along the whole path with NumPy.

        Parameters
        ----------
        **values : number
            Parameters; the others stay at their present values.
        """
        now = {**self.values, **self._checked(values)}
        outputs, log = self._drive(self._inputs, [now[name] for name in self._controls])
        labels = [event["label"] for event in self.spec["events"]]
        events = [
            Happening(
                row,
                self._time_in_words(row),
                labels[rule],
                {
                    label: float(entry)
                    for label, entry in zip(self._ledger, entries, strict=True)
                    if not math.isnan(entry)
                },
            )
            for row, rule, *entries in log
        ]
        return Run(dict(zip(self.spec["outputs"], outputs, strict=True)), events)

    def _time_in_words(self, row: int) -> str:
        time = self._times[row]
        if not self._dates:
            return f"{plain(time)} {self._unit}"
        moment = datetime.fromtimestamp(time, UTC)
        clock = "" if self._whole_days else f"{moment:, %H:%M UTC}"
        return f"{moment.day} {moment:%B %Y}{clock}"

    def picture(self) -> str:  # noqa: D102 (the base class says it)
        from inversefutures.widgets import pictures

        run = self.run(**self.defaults)
        happened = [(event.step, event.label) for event in run.events]
        return pictures.of_simulator(self.spec, self._times, list(run.arrays.values()), happened)


def previous(symbol: sp.Symbol) -> sp.Symbol:
    """Return the symbol of an input's value in the row before; in the first row it is that row's value."""
    return sp.Symbol(f"previous_{variable(symbol)}", **symbol.assumptions0)


class _Story:
    """Collects the recurrence, and refuses what no part of it defines."""

    def __init__(
        self,
        path: InputPath,
        parameters: Sequence[Control],
        state: Sequence[State],
        derived: Sequence[Derived],
        events: Sequence[Event],
        ledger: Sequence[Column],
    ) -> None:
        self.path, self.state, self.derived, self.events, self.ledger = path, state, derived, events, ledger
        self.parameters = symbols_of(parameters)
        self.inputs = list(path.columns)
        self.before = {symbol: previous(symbol) for symbol in self.inputs}
        self.states = [item.symbol for item in state]
        self.quantities = [item.symbol for item in derived]
        self.keys: dict[str, sp.Expr] = {}
        self._check_names()
        for symbol in (*self.states, *self.quantities):
            self.output("", symbol, str(symbol))

    def _check_names(self) -> None:
        seen: dict[str, str] = {"row": "the reader's time"} if "row" in map(variable, self.parameters) else {}
        for what, symbols in {
            "a parameter": self.parameters,
            "a column of the path": [*self.inputs, *self.before.values()],
            "a state": self.states,
            "a derived quantity": self.quantities,
        }.items():
            for symbol in symbols:
                name = variable(symbol)
                if name in seen:
                    raise ValueError(f"{name} is {seen[name]} and {what}: rename one of them")
                seen[name] = what
        for items in (self.events, self.ledger):
            labels = [item.label for item in items]
            for label in labels:
                if labels.count(label) > 1:
                    kind = "events" if items is self.events else "columns of the ledger"
                    raise ValueError(f"{label!r} is the label of two {kind}: rename one of them")

    def output(self, place: str, expression: Any, what: str) -> int:
        """Return the position of an expression among what is written down in each row."""
        expression = self.checked(expression, what)
        for position, known in enumerate(self.keys.values()):
            if known == expression:
                return position
        self.keys[variable(expression) if isinstance(expression, sp.Symbol) else place] = expression
        return len(self.keys) - 1

    def source(self, place: str, expression: Any, what: str) -> dict[str, int]:
        """Return the source of numbers that a layer or a readout names in the spec."""
        return {"array": self.output(place, expression, what)}

    def checked(self, expression: Any, what: str, allowed: Sequence[sp.Symbol] | None = None) -> sp.Basic:
        expression = sp.sympify(expression)
        everything = [*self.parameters, *self.inputs, *self.before.values(), *self.states, *self.quantities]
        loose = expression.free_symbols - set(everything)
        if loose:
            missing = ", ".join(sorted(map(str, loose)))
            raise ValueError(
                f"{what} depends on {missing}, which is no parameter, column, state or derived quantity: "
                "add it, or put a number in its place"
            )
        early = expression.free_symbols - set(everything if allowed is None else allowed)
        if early:
            missing = ", ".join(sorted(map(str, early)))
            raise ValueError(
                f"{what} depends on {missing}, which is not yet known there: reorder or rewrite it"
            )
        try:
            javascript(expression)
        except UnsupportedExpressionError as error:
            raise UnsupportedExpressionError(f"{what}: {error}") from None
        return expression

    def panel(self, key: str, panel: PathPanel) -> dict[str, Any]:
        if not panel.lines:
            raise ValueError(f"panel {panel.title!r} has no line: give at least one Line")
        lines = [self.layer(f"{key}/lines/{i}", line) for i, line in enumerate(panel.lines)]
        return {**panel_frame(panel), "curves": lines, "marks": [], "regions": []}

    def layer(self, key: str, layer: Any) -> dict[str, Any]:
        name = "line" if isinstance(layer, Curve) else layer.kind
        what = f"{name} {layer.label!r}"
        if isinstance(layer, Paths) or table_of(layer)[0]:
            raise ValueError(f"{what} has places of its own, but a Simulator has its rows: leave them out")
        spec = {"kind": layer.kind, **appearance(layer), "none": layer.none}
        return spec | {
            source: self.source(key_of(key, source), expression, what)
            for source, expression in sources(layer)
        }

    def rule(self, event: Event) -> Rule:
        what = f"event {event.label!r}"
        condition = event.condition
        if not isinstance(condition, Relational | sp.And | sp.Or | sp.Not):
            # A comparison of symbols that are known to be positive may have become plain true or false.
            raise ValueError(
                f"condition of {what} is {condition!r}: give a comparison such as sympy.Le(balance, 0) "
                "that can be true as well as false"
            )
        effect = {}
        for symbol, value in event.effect.items():
            if symbol not in self.states:
                raise ValueError(
                    f"effect of {what} changes {symbol}, which is no state; there are "
                    f"{', '.join(map(str, self.states))}"
                )
            effect[symbol] = self.checked(value, f"effect of {what} on {symbol}")
        labels = [column.label for column in self.ledger]
        for label in event.entries:
            if label not in labels:
                raise ValueError(
                    f"{what} has an entry for {label!r}, which is no column of the ledger: add a Column"
                )
        entries = []
        for column in self.ledger:
            expression = event.entries.get(column.label, column.expression)
            where = f"{column.label!r} of {what}"
            entries.append((None if expression is None else self.checked(expression, where), column.after))
        return Rule(self.checked(condition, f"condition of {what}"), effect, entries, event.once)

    def recurrence(self) -> Recurrence:
        initial, steps, derived = {}, {}, {}
        first = [*self.parameters, *self.inputs]
        for item in self.state:
            if item.step is None:
                raise ValueError(
                    f"state {item.symbol} has no step: give its value in the next row, "
                    "or the symbol itself if only events change it"
                )
            initial[item.symbol] = self.checked(item.initial, f"initial value of {item.symbol}", first)
            steps[item.symbol] = self.checked(item.step, f"step of {item.symbol}")
        known = [*first, *self.before.values(), *self.states]
        for quantity in self.derived:
            what = f"derived quantity {quantity.symbol}"
            derived[quantity.symbol] = self.checked(quantity.expression, what, known)
            known.append(quantity.symbol)
        return Recurrence(
            parameters=self.parameters,
            inputs=self.inputs,
            previous=self.before,
            initial=initial,
            steps=steps,
            derived=derived,
            rules=[self.rule(event) for event in self.events],
            outputs=list(self.keys.values()),
        )


def _read_path(path: InputPath) -> tuple[list[list[float]], list[float], dict[str, Any]]:
    if not path.columns:
        raise ValueError("the path has no column: give at least one symbol with its numbers")
    columns: list[list[float]] = []
    for symbol, numbers in path.columns.items():
        name = variable(symbol)
        column = _read_column(name, numbers)
        if columns and len(column) != len(columns[0]):
            raise ValueError(
                f"column {name} of the path has {len(column)} rows, the first column has {len(columns[0])}: "
                "give all columns the same length"
            )
        for row, number in enumerate(column):
            if not math.isfinite(number):
                raise ValueError(f"column {name} of the path is {number} in row {row}: fill or drop the row")
        if path.decimals is not None:
            # Rounded as NumPy does it; Python's own way with decimals tells halves apart by their last bit.
            scale = 10.0**path.decimals
            column = [round(number * scale) / scale for number in column]
        try:
            check = notation.quantity(symbol).check
        except KeyError:
            pass
        else:
            check(min(column))
            check(max(column))
        columns.append(column)
    times, spec = _read_times(path, len(columns[0]))
    return columns, times, spec


def _read_column(name: str, numbers: Any) -> list[float]:
    # An array of NumPy, or a column of a table, gives plain numbers this way.
    values = numbers.tolist() if hasattr(numbers, "tolist") else numbers
    column = []
    for value in values if isinstance(values, Sequence) else [values]:
        try:
            column.append(float(value))
        except (TypeError, ValueError):
            raise ValueError(f"column {name} of the path holds {value!r}: give plain numbers") from None
    if len(column) < 2:
        raise ValueError(f"column {name} of the path has {len(column)} rows: give two or more numbers")
    return column


def _read_times(path: InputPath, rows: int) -> tuple[list[float], dict[str, Any]]:
    if path.times is None:
        if not is_finite(path.interval) or path.interval <= 0:
            raise ValueError(f"interval of the path is {path.interval!r}: give a positive number")
        if path.start is None:
            start, interval = 0.0, float(path.interval)
        else:
            if path.unit not in SECONDS:
                raise ValueError(f"unit of the path is {path.unit!r}: use one of {', '.join(SECONDS)}")
            start, interval = _seconds(path.start), float(path.interval * SECONDS[path.unit])
        times = [start + interval * row for row in range(rows)]
        spec: dict[str, Any] = {"start": start, "interval": interval}
        dated = path.start is not None
    else:
        if path.start is not None:
            raise ValueError("the path has both start and times: give one of them")
        dated = any(isinstance(time, str) for time in path.times)
        times = [_seconds(time) if dated else float(time) for time in path.times]
        if len(times) != rows:
            raise ValueError(f"times of the path has {len(times)} rows, its columns have {rows}")
        for row, (before, after) in enumerate(pairwise(times), start=1):
            if not before < after:
                raise ValueError(
                    f"times of the path: row {row} is not later than the row before; sort the rows"
                )
        spec = {"at": _compact(times)}
    label = {} if path.label == InputPath.label else {"label": path.label}
    return times, {"dates": dated, **spec, **({} if dated else {"unit": path.unit, **label})}


def _seconds(time: str | Number) -> float:
    try:
        moment = datetime.fromisoformat(str(time))
    except ValueError:
        raise ValueError(f"{time!r} is no time in ISO form: write it like 2020-03-12T10:40") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _compact(column: Sequence[float]) -> list[Number]:
    return [int(number) if number.is_integer() else number for number in column]
