"""The Explorer: curves that a reader moves, described in sympy and drawn by the reader's own browser.

An `Explorer` turns sympy expressions into a small JSON spec. The same ES module draws it in a notebook with
a running kernel and on a static page without one; where no script runs, a picture of the default state
stands in its place.

Neither NumPy nor matplotlib is imported before something is evaluated or drawn: where they are missing, as
they may be in a browser, the widget lives all the same, only without its picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from inversefutures.printing import UnsupportedExpressionError, javascript, numpy_function
from inversefutures.widgets.controls import (
    Control,
    Number,
    Slider,
    check_range,
    described,
    shown_in,
    symbols_of,
)
from inversefutures.widgets.layers import Layer, Mark, Paths, Region, appearance, key_of, sources, table_of
from inversefutures.widgets.scripts import flat_controls
from inversefutures.widgets.spec import Scale
from inversefutures.widgets.widget import Readout, Widget

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Panel:
    """A picture with its own vertical axis; all panels share the horizontal axis.

    Parameters
    ----------
    title : str
        What the vertical axis shows.
    unit : str or sympy expression
        Its unit: a product of the base units of the notation, or the unit in words.
    curves : sequence of Curve, Steps, Band, Bars, Points or Paths
        At least one.
    marks, regions : sequences of Mark and Region
    y_scale : {"linear", "log"}
    y_range : (low, high), optional
        Fixed limits. Without them the axis shows every value, and zero.
    percent : bool
        Show shares in percent. The limits stay shares.
    zero : bool
        Show zero; False fits the axis to the curves.
    """

    title: str
    unit: str | sp.Expr
    curves: Sequence[Layer]
    marks: Sequence[Mark] = ()
    regions: Sequence[Region] = ()
    y_scale: Scale = "linear"
    y_range: tuple[Number, Number] | None = None
    percent: bool = False
    zero: bool = True


def panel_frame(panel: Any) -> dict[str, Any]:
    """Return what the spec says of any panel before its layers.

    Raises
    ------
    ValueError
        If its scale or its range can't work.
    """
    what = f"panel {panel.title!r}"
    if panel.y_scale not in ("linear", "log"):
        raise ValueError(f"y_scale of {what} is {panel.y_scale!r}: use 'linear' or 'log'")
    if panel.y_range is not None:
        low, high = panel.y_range
        check_range(f"y_range of {what}", low, high, panel.y_scale)
    unit, factor = shown_in(panel.unit, panel.percent, what)
    return {
        "title": panel.title,
        "unit": unit,
        "factor": factor,
        "scale": panel.y_scale,
        "range": None if panel.y_range is None else [float(limit) for limit in panel.y_range],
        "zero": panel.zero,
    }


def say_once(spec: Mapping[str, Any]) -> None:
    """Let a number be seen once: a curve that a readout gives in full shows none beside its name."""
    told = [readout["value"] for readout in spec["readouts"]]
    for panel in spec["panels"]:
        for curve in panel["curves"]:
            if curve.get("value") in told:
                curve["silent"] = True


class Explorer(Widget):
    """A question that the reader settles by moving sliders.

    Parameters
    ----------
    title : str
        The widget's name for a screen reader, and in `repr`.
    question : str
        What to find out; shown first.
    x : Slider
        The horizontal axis; its default is where the reader's cursor starts.
    panels : sequence of Panel
        At least one.
    parameters : sequence of Slider, Choice and Legs
    readouts : sequence of Readout
    description : str
        One or two sentences on what the default state shows, for a reader who doesn't see the picture.

    Raises
    ------
    ValueError
        If anything in the description can't work; the message names it and says what to do.

    Attributes
    ----------
    values : dict
        The present value of every parameter and of x, under the symbol's name in the notation. Follows the
        reader, and can be set; a partial dict changes what it names.
    """

    def __init__(
        self,
        *,
        title: str,
        question: str,
        x: Slider,
        panels: Sequence[Panel],
        description: str,
        parameters: Sequence[Control] = (),
        readouts: Sequence[Readout] = (),
    ) -> None:
        controls = described((x, *parameters))
        if not panels:
            raise ValueError("panels is empty: give at least one Panel with a Curve")
        self._arguments = symbols_of((x, *parameters))
        expressions = _Expressions(self._arguments)
        spec = {
            "title": title,
            "question": question,
            "description": description,
            "x": controls[0],
            "parameters": controls[1:],
            "panels": [expressions.panel(f"panels/{i}", panel) for i, panel in enumerate(panels)],
            "readouts": [expressions.readout(f"readouts/{i}", readout) for i, readout in enumerate(readouts)],
        }
        say_once(spec)
        self._expressions = expressions.printed
        self._tables = expressions.tables
        self._functions: dict[str, Callable[..., npt.NDArray[np.float64]]] = {}
        super().__init__(spec, flat_controls(controls))

    def evaluate(self, x: npt.ArrayLike, **values: Number) -> dict[str, npt.NDArray[np.float64]]:
        """Evaluate every expression of the widget with NumPy.

        Parameters
        ----------
        x : array
            Values of the x symbol.
        **values : number
            Parameters; the others stay at their present values.

        Returns
        -------
        dict
            One array for each expression, under its place in the spec: ``panels/0/curves/1``. A layer with
            places of its own is evaluated there, and many paths come one after the other.
        """
        import numpy as np

        now = {**self.values, **self._checked(values)}
        arguments = [now[name] for name in list(self._controls)[1:]]
        results = {}
        for key in self._expressions:
            function = self._function(key)
            if key not in self._tables:
                results[key] = function(x, *arguments)
                continue
            table, _, many = self._tables[key]
            members = zip(*table["columns"], strict=True) if many else [table["columns"]]
            results[key] = np.concatenate([function(table["at"], *arguments, *each) for each in members])
        return results

    def _function(self, key: str) -> Callable[..., npt.NDArray[np.float64]]:
        if key not in self._functions:  # made once, because a large expression takes a second to make
            _, symbols, _ = self._tables.get(key, (None, (), None))
            self._functions[key] = numpy_function(self._expressions[key], [*self._arguments, *symbols])
        return self._functions[key]

    def picture(self) -> str:  # noqa: D102 (the base class says it)
        from inversefutures.widgets import pictures

        return pictures.of_explorer(self.spec, lambda x: self.evaluate(x, **self.defaults))


class _Expressions:
    """Prints each expression to JavaScript, keeps it for NumPy, and refuses what no control moves."""

    def __init__(self, symbols: Sequence[sp.Symbol]) -> None:
        self.x, *self.parameters = symbols
        self.printed: dict[str, sp.Expr] = {}
        self.tables: dict[str, tuple[dict[str, Any], list[sp.Symbol], bool]] = {}

    def source(
        self, key: str, expression: Any, what: str, along_x: bool = False, columns: Sequence[sp.Symbol] = ()
    ) -> dict[str, str]:
        expression = sp.sympify(expression)
        loose = expression.free_symbols - {*self.parameters, self.x, *columns}
        if loose:
            missing = ", ".join(sorted(str(symbol) for symbol in loose))
            raise ValueError(f"{what} depends on {missing}, which has no control: add a Slider or a number")
        if not along_x and self.x in expression.free_symbols:
            raise ValueError(
                f"{what} depends on {self.x}, the x symbol: its place can depend on parameters only"
            )
        try:
            source = javascript(expression)
        except UnsupportedExpressionError as error:
            raise UnsupportedExpressionError(f"{what}: {error}") from None
        self.printed[key] = expression
        return {"js": source}

    def panel(self, key: str, panel: Panel) -> dict[str, Any]:
        if not panel.curves:
            raise ValueError(f"panel {panel.title!r} has no curve: give at least one Curve")
        return {
            **panel_frame(panel),
            "curves": [self.layer(f"{key}/curves/{i}", layer) for i, layer in enumerate(panel.curves)],
            "marks": [self.mark(f"{key}/marks/{i}", mark) for i, mark in enumerate(panel.marks)],
            "regions": [self.region(f"{key}/regions/{i}", region) for i, region in enumerate(panel.regions)],
        }

    def layer(self, key: str, layer: Layer) -> dict[str, Any]:
        what = f"{layer.kind} {layer.label!r}"
        places, columns = table_of(layer)
        if layer.kind == "bars" and not places:
            raise ValueError(f"{what} has no edges: say where each bar begins and ends")
        taken = {*self.parameters, self.x} & set(columns)
        if taken:
            raise ValueError(
                f"{what} has a column {taken.pop()}, which a control moves: use a symbol of its own"
            )
        spec = {"kind": layer.kind, **appearance(layer), "none": layer.none, **places}
        for name, expression in sources(layer):
            place = key_of(key, name)
            spec[name] = self.source(place, expression, what, along_x=True, columns=columns)
            if places:
                self.tables[place] = (places["table"], columns, isinstance(layer, Paths))
        return spec

    def mark(self, key: str, mark: Mark) -> dict[str, Any]:
        if mark.axis not in ("x", "y"):
            raise ValueError(f"axis of mark {mark.label!r} is {mark.axis!r}: use 'x' or 'y'")
        value = self.source(key, mark.expression, f"mark {mark.label!r}")
        return {**appearance(mark), "none": mark.none, "axis": mark.axis, "value": value}

    def region(self, key: str, region: Region) -> dict[str, Any]:
        what = f"region {region.label!r}"
        ends = {"start": region.start, "end": region.end}
        places: dict[str, Any] = {
            end: None if place is None else self.source(f"{key}/{end}", place, what)
            for end, place in ends.items()
        }
        return {**appearance(region), **places}

    def readout(self, key: str, readout: Readout) -> dict[str, Any]:
        what = f"readout {readout.label!r}"
        return readout.spec(self.source(key, readout.expression, what, along_x=True))
