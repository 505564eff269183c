"""The contract between the widgets' two languages: what Python writes into a page and JavaScript reads.

Each part of a spec is a `TypedDict`. `problems` holds a stored spec to it, and `typedefs` prints it as the
JSDoc types that the modules in ``js/`` are written against, so that neither side can move alone.

All values are in the unit of their symbol. Where a reader shall see percent, ``factor`` is 100: it is applied
to what is shown and typed, and nowhere else.
"""

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict

Scale = Literal["linear", "log"]
Dash = str


class SourceSpec(TypedDict):
    """Where numbers come from: a formula, or in a Simulator the place among its outputs.

    In a notebook ``js`` is the formula's text. On the site it is its place in the page's list of functions.
    """

    js: NotRequired[str | int]
    array: NotRequired[int]


class TableSpec(TypedDict):
    """Positions on the x axis, and named columns beside them: numbers, or for many paths lists of numbers."""

    at: list[float]
    names: list[str]
    columns: list[list[float]] | list[list[list[float]]]


class SliderSpec(TypedDict):
    """A number that the reader moves along a range."""

    kind: Literal["slider"]
    name: str
    label: str
    unit: str
    factor: int
    default: float
    minimum: float
    maximum: float
    step: float | None
    scale: Scale


class ChoiceSpec(TypedDict):
    """A number with a few named values."""

    kind: Literal["choice"]
    name: str
    label: str
    unit: str
    default: float
    options: list[tuple[str, float]]


class LegSpec(TypedDict):
    """One leg of a list: whether it is there, and its own controls."""

    present: ChoiceSpec
    controls: list[SliderSpec | ChoiceSpec]


class LegsSpec(TypedDict):
    """A list of legs that the reader adds to, takes from and edits."""

    kind: Literal["legs"]
    name: str
    label: str
    noun: str
    legs: list[LegSpec]


class LayerSpec(TypedDict):
    """Something that a panel draws and the reader's cursor reads. `kind` names its maker."""

    kind: Literal["curve", "steps", "band", "bars", "points", "paths"]
    label: str
    role: str
    dash: Dash
    none: str
    silent: NotRequired[bool]
    value: NotRequired[SourceSpec]
    low: NotRequired[SourceSpec]
    high: NotRequired[SourceSpec]
    table: NotRequired[TableSpec]
    edges: NotRequired[list[float]]


class MarkSpec(TypedDict):
    """A labelled straight line."""

    label: str
    role: str
    dash: Dash
    none: str
    axis: Literal["x", "y"]
    value: SourceSpec


class RegionSpec(TypedDict):
    """A shaded stretch of the x axis; null is the end of the axis."""

    label: str
    role: str
    dash: Dash
    start: SourceSpec | None
    end: SourceSpec | None


class PanelSpec(TypedDict):
    """A chart with its own vertical axis."""

    title: str
    unit: str
    factor: int
    scale: Scale
    range: tuple[float, float] | None
    zero: bool
    curves: list[LayerSpec]
    marks: list[MarkSpec]
    regions: list[RegionSpec]


class ReadoutSpec(TypedDict):
    """A number beside the charts."""

    label: str
    unit: str
    factor: int
    digits: int
    none: str
    value: SourceSpec


class ExplorerSpec(TypedDict):
    """Curves over an axis, computed anew for each setting."""

    title: str
    question: str
    description: str
    x: SliderSpec
    parameters: list[SliderSpec | ChoiceSpec | LegsSpec]
    panels: list[PanelSpec]
    readouts: list[ReadoutSpec]


class TimeSpec(TypedDict):
    """The times of a path: seconds since 1970 in UTC, or a count of ``unit``; evenly apart or one by one."""

    dates: bool
    start: NotRequired[float]
    interval: NotRequired[float]
    at: NotRequired[list[float]]
    unit: NotRequired[str]
    label: NotRequired[str]


class PathSpec(TypedDict):
    """The inputs of each row, and the row at which the reader's time begins."""

    columns: list[list[float]]
    time: TimeSpec
    now: int


class EventSpec(TypedDict):
    """Something that may happen in a row."""

    label: str
    role: str
    dash: Dash
    mark: bool


class ColumnSpec(TypedDict):
    """A column of the ledger."""

    label: str
    unit: str
    digits: int
    total: bool


class LedgerSpec(TypedDict):
    """The table of what happened."""

    title: str
    columns: list[ColumnSpec]


class SimulatorSpec(TypedDict):
    """A story along a path: ``js`` runs it whole and fills ``outputs``."""

    title: str
    question: str
    description: str
    parameters: list[SliderSpec | ChoiceSpec | LegsSpec]
    path: PathSpec
    js: str | int
    outputs: list[str]
    panels: list[PanelSpec]
    events: list[EventSpec]
    ledger: LedgerSpec
    readouts: list[ReadoutSpec]


PARTS: tuple[Any, ...] = (
    SourceSpec, TableSpec, SliderSpec, ChoiceSpec, LegSpec, LegsSpec, LayerSpec, MarkSpec, RegionSpec,
    PanelSpec, ReadoutSpec, ExplorerSpec, TimeSpec, PathSpec, EventSpec, ColumnSpec, LedgerSpec,
    SimulatorSpec,
)  # fmt: skip


def problems(spec: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a widget's spec, place by place; an empty list if it keeps the contract.

    Parameters
    ----------
    spec : mapping
        As `json.loads` returns it, or as a widget holds it.
    """
    return list(_problems(spec, SimulatorSpec if "path" in spec else ExplorerSpec, "spec"))


def _problems(value: Any, kind: Any, place: str) -> Iterator[str]:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if typing.is_typeddict(kind):
        if not isinstance(value, Mapping):
            yield f"{place} is {value!r}, not {kind.__name__}"
            return
        hints = typing.get_type_hints(kind)
        yield from (f"{place} has no {key}" for key in sorted(kind.__required_keys__ - value.keys()))
        for key, item in value.items():
            if key in hints:
                yield from _problems(item, hints[key], f"{place}/{key}")
            else:
                yield f"{place}/{key} is not in {kind.__name__}"
    elif origin in (typing.Union, types.UnionType):
        found = [list(_problems(value, part, place)) for part in parts]
        if all(found):
            # The alternative that comes closest tells most.
            yield from min(found, key=len)
    elif origin is Literal:
        if value not in parts:
            yield f"{place} is {value!r}, none of {', '.join(map(repr, parts))}"
    elif origin is list:
        if not isinstance(value, list | tuple):
            yield f"{place} is {value!r}, not a list"
            return
        for i, item in enumerate(value):
            yield from _problems(item, parts[0], f"{place}/{i}")
    elif origin is tuple:
        if not isinstance(value, list | tuple) or len(value) != len(parts):
            yield f"{place} is {value!r}, not {len(parts)} values"
            return
        for i, (item, part) in enumerate(zip(value, parts, strict=True)):
            yield from _problems(item, part, f"{place}/{i}")
    else:
        wanted: Any = (int, float) if kind is float else kind
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
            yield f"{place} is {value!r}, not {kind.__name__}"


def typedefs() -> str:
    """Return the contract as JSDoc types: what ``js/types.js`` holds."""
    lines = ["// The contract with Python, printed from spec.py; types alone, no code.", ""]
    for part in PARTS:
        hints = typing.get_type_hints(part)
        lines.append("/**")
        lines.extend(f" * {line}".rstrip() for line in _paragraph(part.__doc__))
        lines.append(f" * @typedef {{object}} {part.__name__}")
        for key, kind in hints.items():
            name = f"[{key}]" if key in part.__optional_keys__ else key
            lines.append(f" * @property {{{_javascript_type(kind)}}} {name}")
        lines += [" */", ""]
    return "\n".join(lines)


def _paragraph(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def _javascript_type(kind: Any) -> str:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if typing.is_typeddict(kind):
        return str(kind.__name__)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(map(_javascript_type, parts))
    if origin is Literal:
        return " | ".join(f'"{part}"' for part in parts)
    if origin is list:
        inner = _javascript_type(parts[0])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if origin is tuple:
        return f"[{', '.join(map(_javascript_type, parts))}]"
    return {float: "number", int: "number", str: "string", bool: "boolean", types.NoneType: "null"}[kind]
