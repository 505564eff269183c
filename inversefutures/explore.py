"""The Explorer: curves that a reader moves, described in sympy and drawn by the reader's own browser.

An `Explorer` turns sympy expressions into a small JSON spec. The same ES module draws it in a notebook with
a running kernel and on a static page without one; where no script runs, a picture of the default state
stands in its place.

Neither NumPy nor matplotlib is imported before something is evaluated or drawn: where they are missing, as
they may be in a browser, the widget lives all the same, only without its picture.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import anywidget
import sympy as sp
import traitlets

from inversefutures import notation, palette
from inversefutures.printing import UnsupportedExpressionError, javascript, numpy_function, variable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MODULE = Path(__file__).with_name("explore.js")
EXPORT = "export default { render };"
SPEC = re.compile(
    r'(<figure class="if-explorer"[^>]*><script type="application/json">)(.*?)(</script>)', re.DOTALL
)
DRAWING = ("numpy", "matplotlib")
"""Without these there is no picture, and all else works."""

Scale = Literal["linear", "log"]
Number = float | int


@dataclass(frozen=True)
class Slider:
    """A parameter that the reader moves along a range; also the horizontal axis.

    Parameters
    ----------
    symbol : sympy.Symbol
        Label and unit come from the notation.
    default, minimum, maximum : number
        In the symbol's unit, within its domain; the default lies between the other two.
    step : number, optional
        Distance between two positions of the slider; chosen to suit the range if not given.
    scale : {"linear", "log"}
        A logarithmic scale needs a range above zero.
    """

    symbol: sp.Symbol
    default: Number
    minimum: Number
    maximum: Number
    step: Number | None = None
    scale: Scale = "linear"


@dataclass(frozen=True)
class Choice:
    """A parameter with a few named values, shown as radio buttons.

    Parameters
    ----------
    symbol : sympy.Symbol
        Label and domain come from the notation.
    default : number
        One of the options' values.
    options : mapping of str to number
        What the reader sees, and the value it stands for: ``{"long": 1, "short": -1}``.
    """

    symbol: sp.Symbol
    default: Number
    options: Mapping[str, Number]


@dataclass(frozen=True)
class Curve:
    """A line in a panel: an expression of the x symbol and the parameters, in the panel's unit.

    `role` is a key of `palette.ROLES`; it fixes colour and dash.
    """

    expression: sp.Expr
    label: str
    role: str


@dataclass(frozen=True)
class Mark:
    """A labelled straight line at a value of x (or of y) that depends on the parameters only."""

    expression: sp.Expr
    label: str
    role: str = "neutral"
    axis: Literal["x", "y"] = "x"


@dataclass(frozen=True)
class Region:
    """A shaded stretch of the x axis; None stands for the end of the axis."""

    start: sp.Expr | None
    end: sp.Expr | None
    label: str
    role: str = "neutral"


@dataclass(frozen=True)
class Panel:
    """A picture with its own vertical axis; all panels share the horizontal axis.

    Parameters
    ----------
    title : str
        What the vertical axis shows.
    unit : str or sympy expression
        Its unit: a product of the base units of the notation, or the unit in words.
    curves : sequence of Curve
        At least one.
    marks, regions : sequences of Mark and Region
    y_scale : {"linear", "log"}
    y_range : (low, high), optional
        Fixed limits. Without them the axis shows every value, and zero.
    """

    title: str
    unit: str | sp.Expr
    curves: Sequence[Curve]
    marks: Sequence[Mark] = ()
    regions: Sequence[Region] = ()
    y_scale: Scale = "linear"
    y_range: tuple[Number, Number] | None = None


@dataclass(frozen=True)
class Readout:
    """A number below the panels: an expression of the parameters and of x at the reader's cursor.

    `digits` counts significant digits; the whole part of a number is always shown in full.
    """

    label: str
    expression: sp.Expr
    unit: str | sp.Expr = ""
    digits: int = 4


class Widget(anywidget.AnyWidget):
    """What every widget of the course has: a spec, values that reader and Python share, and three faces.

    Attributes
    ----------
    values : dict
        The present value of every control, under its symbol's name in the notation. Follows the reader, and
        can be set; a partial dict changes what it names.
    """

    _esm = MODULE
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    _separators: tuple[str, str] | None = None

    def __init__(self, spec: Mapping[str, Any], controls: Sequence[Mapping[str, Any]]) -> None:
        for name in ("title", "question", "description"):
            if not spec[name].strip():
                raise ValueError(f"{name} is empty: a reader who can't see the picture needs it")
        self._controls = {control["name"]: control for control in controls}
        super().__init__(spec=spec, values=self.defaults, _css=stylesheet())

    @property
    def defaults(self) -> dict[str, float]:
        """The values before the reader has moved anything."""
        return {name: control["default"] for name, control in self._controls.items()}

    def set(self, **values: Number) -> None:
        """Move sliders from Python: ``explorer.set(entry_price=20_000)``.

        Raises
        ------
        ValueError
            If there is no such parameter, or the value is outside its range.
        """
        self.values = values

    @traitlets.validate("values")
    def _complete(self, proposal: Any) -> dict[str, float]:
        return {**self.defaults, **self.values, **self._checked(proposal["value"])}

    def _checked(self, values: Mapping[str, Any]) -> dict[str, float]:
        checked = {}
        for name, value in values.items():
            if name not in self._controls:
                raise ValueError(f"there is no parameter {name!r}; there are {', '.join(self._controls)}")
            control = self._controls[name]
            if not is_finite(value):
                raise ValueError(f"{name} is {value!r}: give a finite number")
            if control["kind"] == "choice":
                options = [option for _, option in control["options"]]
                if float(value) not in options:
                    raise ValueError(
                        f"{name} is {value}: choose one of {', '.join(f'{o:g}' for o in options)}"
                    )
            elif not control["minimum"] <= value <= control["maximum"]:
                limits = f"{control['minimum']:,g} to {control['maximum']:,g}"
                raise ValueError(f"{name} is {value:,g}, outside its range: choose a value from {limits}")
            checked[name] = float(value)
        return checked

    def picture(self) -> str:
        """Return the static picture of the default state: an ``<svg>`` element.

        Raises
        ------
        ModuleNotFoundError
            If NumPy or matplotlib is not installed.
        """
        raise NotImplementedError  # curves and paths are drawn in different ways: each kind has its own

    def html(self) -> str:
        """Return the widget for a page without a kernel: its spec, and its picture until a script runs."""
        return self._html(self.picture())

    def _html(self, picture: str) -> str:
        return (
            f'<figure class="if-explorer" aria-label="{html.escape(self.spec["title"])}">'
            f'<script type="application/json">{spec_text(self.spec, self._separators)}</script>'
            f'<div class="if-picture"><p class="if-question">{html.escape(self.spec["question"])}</p>'
            f"{picture}</div>"
            f"<figcaption>{html.escape(self.spec['description'])}</figcaption></figure>"
        )

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        live, metadata = super()._repr_mimebundle_() or ({}, {})
        try:
            picture = self.picture()
        except ModuleNotFoundError as missing:
            if missing.name not in DRAWING:
                raise
            return {**live, "text/plain": repr(self), "text/html": self._html("")}, metadata
        faces = {"text/plain": repr(self), "text/html": self._html(picture), "image/svg+xml": picture}
        return {**live, **faces}, metadata

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.spec['title']!r})"


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
    parameters : sequence of Slider and Choice
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
        parameters: Sequence[Slider | Choice] = (),
        readouts: Sequence[Readout] = (),
    ) -> None:
        controls = described((x, *parameters))
        if not panels:
            raise ValueError("panels is empty: give at least one Panel with a Curve")
        expressions = _Expressions([control.symbol for control in (x, *parameters)])
        spec = {
            "title": title,
            "question": question,
            "description": description,
            "x": controls[0],
            "parameters": controls[1:],
            "panels": [expressions.panel(f"panels/{i}", panel) for i, panel in enumerate(panels)],
            "readouts": [expressions.readout(f"readouts/{i}", readout) for i, readout in enumerate(readouts)],
        }
        self._arguments = [control.symbol for control in (x, *parameters)]
        self._expressions = expressions.printed
        super().__init__(spec, controls)

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
            One array for each expression, under its place in the spec: ``panels/0/curves/1``.
        """
        now = {**self.values, **self._checked(values)}
        arguments = [now[name] for name in list(self._controls)[1:]]
        return {key: function(x, *arguments) for key, function in self._functions.items()}

    @cached_property
    def _functions(self) -> dict[str, Callable[..., npt.NDArray[np.float64]]]:
        return {key: numpy_function(each, self._arguments) for key, each in self._expressions.items()}

    def picture(self) -> str:  # noqa: D102 (the base class says it)
        from inversefutures import pictures

        return pictures.of_explorer(self.spec, lambda x: self.evaluate(x, **self.defaults))


def stylesheet() -> str:
    """Return the CSS that every widget needs: the palette's variables and the Explorer's own rules."""
    return palette.css_variables() + MODULE.with_suffix(".css").read_text(encoding="utf-8")


def site_script() -> str:
    """Return a classic script that brings every widget of a page to life, also on a page from a folder."""
    module = MODULE.read_text(encoding="utf-8")
    if module.count(EXPORT) != 1:
        raise ValueError(f"{MODULE.name} must hold {EXPORT!r} exactly once")
    start = (
        'if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", host);\n'
        "else host();\n"
    )
    return f'(() => {{\n"use strict";\n{module.replace(EXPORT, start)}}})();\n'


def with_formulas_apart(page: str) -> tuple[str, str]:
    """Take the formulas out of the widgets of an HTML page, and into a script.

    A page that has its formulas as functions can forbid the browser to make code from text (the
    ``unsafe-eval`` of a Content-Security-Policy).

    Parameters
    ----------
    page : str
        HTML with widgets as `Widget.html` writes them. Their formulas are text in the spec.

    Returns
    -------
    page : str
        The same, with a number in place of each formula.
    script : str
        A classic script that holds the functions under these numbers; to be loaded before `site_script`.
        Empty if the page has no widget.
    """
    functions: dict[str, int] = {}

    def numbered(node: Any, names: str, within: str = "") -> Any:
        if isinstance(node, list):
            return [numbered(item, names, within) for item in node]
        if not isinstance(node, dict):
            return node
        formulas = {"js", "start", "end"} if within == "regions" else {"js"}
        return {
            key: functions.setdefault(f"({names}) => ({value})", len(functions))
            if key in formulas and isinstance(value, str)
            else numbered(value, names, key)
            for key, value in node.items()
        }

    def replaced(found: re.Match[str]) -> str:
        spec = json.loads(found[2])
        controls = [*([spec["x"]] if "x" in spec else []), *spec["parameters"]]
        names = ", ".join(control["name"] for control in controls)
        return found[1] + spec_text(numbered(spec, names)) + found[3]

    page = SPEC.sub(replaced, page)
    script = ",\n".join(functions)
    return page, f'"use strict";\nvar inverseFuturesFormulas = [\n{script}\n];\n' if functions else ""


def spec_text(spec: Mapping[str, Any], separators: tuple[str, str] | None = (",", ":")) -> str:
    """Return a spec as JSON that may stand within a script element."""
    text = json.dumps(spec, allow_nan=False, ensure_ascii=False, separators=separators)
    # "<" would let a "</script>" in a title end the element; JSON has its own escape for it.
    return text.replace("<", "\\u003c")


class _Expressions:
    """Prints each expression to JavaScript, keeps it for NumPy, and refuses what no control moves."""

    def __init__(self, symbols: Sequence[sp.Symbol]) -> None:
        self.x, *self.parameters = symbols
        self.printed: dict[str, sp.Expr] = {}

    def javascript(self, key: str, expression: Any, what: str, along_x: bool = False) -> str:
        expression = sp.sympify(expression)
        loose = expression.free_symbols - {*self.parameters, self.x}
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
        return source

    def panel(self, key: str, panel: Panel) -> dict[str, Any]:
        what = f"panel {panel.title!r}"
        if not panel.curves:
            raise ValueError(f"{what} has no curve: give at least one Curve")
        if panel.y_scale not in ("linear", "log"):
            raise ValueError(f"y_scale of {what} is {panel.y_scale!r}: use 'linear' or 'log'")
        if panel.y_range is not None:
            check_range(f"y_range of {what}", *panel.y_range, panel.y_scale)
        return {
            "title": panel.title,
            "unit": unit_text(panel.unit),
            "scale": panel.y_scale,
            "range": None if panel.y_range is None else [float(limit) for limit in panel.y_range],
            "curves": [self.curve(f"{key}/curves/{i}", curve) for i, curve in enumerate(panel.curves)],
            "marks": [self.mark(f"{key}/marks/{i}", mark) for i, mark in enumerate(panel.marks)],
            "regions": [self.region(f"{key}/regions/{i}", region) for i, region in enumerate(panel.regions)],
        }

    def curve(self, key: str, curve: Curve) -> dict[str, Any]:
        return {
            **appearance(curve),
            "js": self.javascript(key, curve.expression, f"curve {curve.label!r}", along_x=True),
        }

    def mark(self, key: str, mark: Mark) -> dict[str, Any]:
        if mark.axis not in ("x", "y"):
            raise ValueError(f"axis of mark {mark.label!r} is {mark.axis!r}: use 'x' or 'y'")
        js = self.javascript(key, mark.expression, f"mark {mark.label!r}")
        return {**appearance(mark), "axis": mark.axis, "js": js}

    def region(self, key: str, region: Region) -> dict[str, Any]:
        what = f"region {region.label!r}"
        ends = {"start": region.start, "end": region.end}
        places: dict[str, Any] = {
            end: None if place is None else self.javascript(f"{key}/{end}", place, what)
            for end, place in ends.items()
        }
        return {**appearance(region), **places}

    def readout(self, key: str, readout: Readout) -> dict[str, Any]:
        js = self.javascript(key, readout.expression, f"readout {readout.label!r}", along_x=True)
        return {"label": readout.label, "unit": unit_text(readout.unit), "digits": readout.digits, "js": js}


def described(controls: Sequence[Slider | Choice]) -> list[dict[str, Any]]:
    """Return the spec of every control.

    Raises
    ------
    ValueError
        If a control can't work, or two move the same symbol.
    """
    specs = [_control(control) for control in controls]
    names = [spec["name"] for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} has {names.count(name)} controls: give each symbol one")
    return specs


def _control(control: Slider | Choice) -> dict[str, Any]:
    symbol = control.symbol
    name = variable(symbol)
    try:
        known = notation.quantity(symbol)
        title, unit, check = known.title, known.unit_name, known.check
    except KeyError:
        title, unit, check = name, "", sp.sympify
    numbers = {"default": control.default}
    if isinstance(control, Slider):
        numbers |= {"minimum": control.minimum, "maximum": control.maximum}
        if control.step is not None:
            numbers["step"] = control.step
    else:
        numbers |= control.options
    for what, value in numbers.items():
        if not is_finite(value):
            raise ValueError(f"{what} of {name} is {value!r}: give a finite number")
        if what != "step":
            check(value)
    common = {"name": name, "label": title, "unit": unit, "default": float(control.default)}
    if isinstance(control, Choice):
        options = [[label, float(value)] for label, value in control.options.items()]
        if len({value for _, value in options}) < max(2, len(options)):
            raise ValueError(
                f"options of {name} are {dict(control.options)}: give two or more different values"
            )
        if common["default"] not in [value for _, value in options]:
            raise ValueError(f"default of {name} is {control.default}: choose one of the options' values")
        return {"kind": "choice", **common, "options": options}
    if control.scale not in ("linear", "log"):
        raise ValueError(f"scale of {name} is {control.scale!r}: use 'linear' or 'log'")
    check_range(f"range of {name}", control.minimum, control.maximum, control.scale)
    if not control.minimum <= control.default <= control.maximum:
        limits = f"{control.minimum:,g} to {control.maximum:,g}"
        raise ValueError(
            f"default of {name} is {control.default:,g}, outside its range {limits}: move one of them"
        )
    if control.step is not None and not 0 < control.step <= control.maximum - control.minimum:
        raise ValueError(
            f"step of {name} is {control.step:,g}: give a positive number that fits into the range"
        )
    return {
        "kind": "slider",
        **common,
        "minimum": float(control.minimum),
        "maximum": float(control.maximum),
        "step": None if control.step is None else float(control.step),
        "scale": control.scale,
    }


def check_range(what: str, low: Any, high: Any, scale: str) -> None:
    """Raise ValueError unless the range is finite, not empty, and fit for its scale."""
    if not (is_finite(low) and is_finite(high)):
        raise ValueError(f"{what} is {low!r} to {high!r}: give finite numbers")
    if not low < high:
        raise ValueError(f"{what} is {low:,g} to {high:,g}, which is empty: the first must be the smaller")
    if scale == "log" and low <= 0:
        raise ValueError(f"{what} is {low:,g} to {high:,g}: a log scale needs a range above zero")


def is_finite(value: Any) -> bool:
    """Return whether a value is a number, and neither infinite nor NaN."""
    try:
        return not isinstance(value, str | bool) and math.isfinite(value)
    except TypeError:
        return False


def appearance(item: Any) -> dict[str, str]:
    """Return label, role and dash of anything that is drawn; ValueError if the palette has no such role."""
    if item.role not in palette.ROLES:
        roles = ", ".join(palette.ROLES)
        raise ValueError(f"role of {item.label!r} is {item.role!r}: use one of {roles}")
    return {"label": item.label, "role": item.role, "dash": palette.ROLES[item.role].dash}


def unit_text(unit: str | sp.Expr) -> str:
    """Return a unit in words, whether given as text or as an expression."""
    return unit if isinstance(unit, str) else notation.unit_name(unit)
