"""What a panel can show: lines, steps, bands, bars, points, many paths; marks and regions.

Each kind has one class here, one file in ``js/layers/`` that draws it live, and one function in `pictures`
that draws it still. All are expressions, so nothing is typed a second time.

A layer is computed at every place of the x axis, or only at those of its own table: the prices of an order
book, the classes of a histogram, the dates of a study. The columns of a table are symbols in the layer's
expression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import sympy as sp

from inversefutures import palette
from inversefutures.printing import variable
from inversefutures.widgets.controls import is_finite

if TYPE_CHECKING:
    import numpy.typing as npt

NONE = "none here"
"""What is said of a value that does not exist, where the author has given no reason."""

Columns = Mapping[sp.Symbol, "npt.ArrayLike"]


@dataclass(frozen=True)
class Curve:
    """A line in a panel: an expression of the x symbol and the parameters, in the panel's unit.

    `role` is a key of `palette.ROLES`; it fixes colour and dash. `none` is said where the curve has no value:
    ``"none: the position is closed"``.
    """

    kind: ClassVar[str] = "curve"
    expression: Any
    label: str
    role: str
    none: str = NONE


@dataclass(frozen=True)
class Steps:
    """A line that holds each value until the next: a schedule, the cumulated depth of a book.

    Parameters
    ----------
    expression : expression
        In the panel's unit.
    label, role, none : str
        As for a Curve.
    at : sequence of numbers, optional
        Growing values of x at which the line steps. Without it the expression is followed closely.
    columns : mapping of sympy.Symbol to numbers
        What the expression knows besides, one number for each of `at`.
    """

    kind: ClassVar[str] = "steps"
    expression: Any
    label: str
    role: str
    at: npt.ArrayLike | None = None
    columns: Columns | None = None
    none: str = NONE


@dataclass(frozen=True)
class Band:
    """The room between two expressions: quantiles, or what arbitrage allows. Parameters as for Steps."""

    kind: ClassVar[str] = "band"
    low: Any
    high: Any
    label: str
    role: str
    at: npt.ArrayLike | None = None
    columns: Columns | None = None
    none: str = NONE


@dataclass(frozen=True)
class Bars:
    """Bars that stand on zero: the depth of an order book, a histogram, the volume of each row.

    Parameters
    ----------
    expression : expression
        Height of a bar; x is the middle of the bar.
    label, role, none : str
        As for a Curve.
    edges : sequence of numbers
        One more than there are bars, growing. In a Simulator each row has its bar, and this is left out.
    columns : mapping of sympy.Symbol to numbers
        What the expression knows besides, one number a bar.
    """

    kind: ClassVar[str] = "bars"
    expression: Any
    label: str
    role: str
    edges: npt.ArrayLike | None = None
    columns: Columns | None = None
    none: str = NONE


@dataclass(frozen=True)
class Points:
    """Points, each with an error bar from `low` to `high` if these are given. Parameters as for Steps."""

    kind: ClassVar[str] = "points"
    expression: Any
    label: str
    role: str
    low: Any = None
    high: Any = None
    at: npt.ArrayLike | None = None
    columns: Columns | None = None
    none: str = NONE


@dataclass(frozen=True)
class Paths:
    """Many thin paths of one expression, each with draws of its own. For an Explorer.

    Parameters
    ----------
    expression : expression
        Of x, the parameters and the symbols of `draws`: so a slider bends all paths.
    label, role, none : str
        As for a Curve.
    at : sequence of numbers
        Growing values of x, the same for all paths.
    draws : mapping of sympy.Symbol to array
        Of shape (paths, values of x). Make them with a seed, and round them: they are stored in the page.
    """

    kind: ClassVar[str] = "paths"
    expression: Any
    label: str
    role: str
    at: npt.ArrayLike
    draws: Columns
    none: str = NONE


@dataclass(frozen=True)
class Mark:
    """A labelled straight line at a value of x (or of y) that depends on the parameters only.

    Where the value does not exist, `none` is said in its place: ``"none: a 1x short is never liquidated"``.
    """

    expression: Any
    label: str
    role: str = "neutral"
    axis: Literal["x", "y"] = "x"
    none: str = NONE


@dataclass(frozen=True)
class Region:
    """A shaded stretch of the x axis; None stands for the end of the axis."""

    start: Any
    end: Any
    label: str
    role: str = "neutral"


Layer = Curve | Steps | Band | Bars | Points | Paths


def sources(layer: Layer) -> Iterator[tuple[str, Any]]:
    """Yield the expressions of a layer with the names that the spec gives them."""
    if not isinstance(layer, Band):
        yield "value", layer.expression
    if isinstance(layer, Band | Points) and layer.low is not None:
        yield "low", layer.low
        yield "high", layer.high


def key_of(place: str, source: str) -> str:
    """Return the name under which an expression is evaluated: that of its layer, if it is its only value."""
    return place if source == "value" else f"{place}/{source}"


def table_of(layer: Layer) -> tuple[dict[str, Any], list[sp.Symbol]]:
    """Return what the spec says of a layer's own places, and the symbols of its columns.

    Raises
    ------
    ValueError
        If the places don't grow, or a column does not fit them.
    """
    what = f"{layer.kind} {layer.label!r}"
    if isinstance(layer, Points) and (layer.low is None) != (layer.high is None):
        raise ValueError(f"{what} has one end of its error bars: give low and high, or neither")
    if isinstance(layer, Curve):
        return {}, []
    given = layer.draws if isinstance(layer, Paths) else layer.columns
    if isinstance(layer, Bars):
        if layer.edges is None:
            at, edges = None, {}
        else:
            ends = _growing(f"edges of {what}", layer.edges)
            at, edges = [(low + high) / 2 for low, high in pairwise(ends)], {"edges": ends}
    else:
        at, edges = (None if layer.at is None else _growing(f"at of {what}", layer.at)), {}
    if at is None:
        if given:
            raise ValueError(f"{what} has columns and no places for them: give {_places(layer)}")
        return {}, []
    columns = []
    for symbol, numbers in (given or {}).items():
        column = _listed(numbers)
        rows = column if isinstance(layer, Paths) else [column]
        if not rows or any(len(row) != len(at) for row in rows):
            raise ValueError(
                f"column {symbol} of {what} does not fit its {len(at)} places: give one number for each"
            )
        if not all(is_finite(number) for row in rows for number in row):
            raise ValueError(f"column {symbol} of {what} has a number that is not finite: fill or drop it")
        columns.append(column)
    if isinstance(layer, Paths) and len({len(column) for column in columns}) != 1:
        raise ValueError(f"draws of {what} must hold the same number of paths for each symbol, at least one")
    symbols = list(given or {})
    table = {"at": at, "names": [variable(symbol) for symbol in symbols], "columns": columns}
    return {"table": table, **edges}, symbols


def _places(layer: Layer) -> str:
    return "edges" if isinstance(layer, Bars) else "at"


def _growing(what: str, numbers: Any) -> list[float]:
    places = _listed(numbers)
    if len(places) < 2 or not all(map(is_finite, places)):
        raise ValueError(f"{what} is {numbers!r}: give two or more finite numbers")
    if any(low >= high for low, high in pairwise(places)):
        raise ValueError(f"{what} does not grow: sort the numbers, and give each once")
    return places


def _listed(numbers: Any) -> list[Any]:
    # An array of NumPy, or a column of a table, gives plain numbers this way.
    values = numbers.tolist() if hasattr(numbers, "tolist") else list(numbers)
    return [
        [_compact(number) for number in value] if isinstance(value, Sequence) else _compact(value)
        for value in values
    ]


def _compact(number: float) -> float | int:
    return int(number) if float(number).is_integer() else float(number)


def appearance(item: Any) -> dict[str, str]:
    """Return label, role and dash of anything that is drawn; ValueError if the palette has no such role."""
    if item.role not in palette.ROLES:
        roles = ", ".join(palette.ROLES)
        raise ValueError(f"role of {item.label!r} is {item.role!r}: use one of {roles}")
    return {"label": item.label, "role": item.role, "dash": palette.ROLES[item.role].dash}
