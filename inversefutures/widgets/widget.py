"""What every widget of the course has: a spec, values that reader and Python share, and three faces."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import sympy as sp
import traitlets

from inversefutures.widgets import scripts
from inversefutures.widgets.controls import Number, is_finite, shown_in
from inversefutures.widgets.layers import NONE

DRAWING = ("numpy", "matplotlib")
"""Without these there is no picture, and all else works."""


@dataclass(frozen=True)
class Readout:
    """A number beside the panels: an expression of the parameters and of what is at the reader's cursor.

    `digits` counts significant digits; the whole part of a number is always shown in full. `percent` shows a
    share in percent. `none` is said where there is no number: ``"none: the position is closed"``.
    """

    label: str
    expression: Any
    unit: str | sp.Expr = ""
    digits: int = 4
    percent: bool = False
    none: str = NONE

    def spec(self, source: Mapping[str, Any]) -> dict[str, Any]:
        """Return the readout's part of the spec, with its number from `source`."""
        unit, factor = shown_in(self.unit, self.percent, f"readout {self.label!r}")
        return {
            "label": self.label,
            "unit": unit,
            "factor": factor,
            "digits": self.digits,
            "none": self.none,
            "value": dict(source),
        }


class Widget(anywidget.AnyWidget):
    """What every widget of the course has: a spec, values that reader and Python share, and three faces.

    Attributes
    ----------
    values : dict
        The present value of every control, under its symbol's name in the notation. Follows the reader, and
        can be set; a partial dict changes what it names.
    """

    _esm = scripts.module()
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    _separators: tuple[str, str] | None = None

    def __init__(self, spec: Mapping[str, Any], controls: Sequence[Mapping[str, Any]]) -> None:
        for name in ("title", "question", "description"):
            if not spec[name].strip():
                raise ValueError(f"{name} is empty: a reader who can't see the picture needs it")
        self._controls = {control["name"]: control for control in controls}
        super().__init__(spec=spec, values=self.defaults, _css=scripts.stylesheet())

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
        spec = scripts.spec_text(self.spec, self._separators)
        return (
            f'<figure class="if-explorer" aria-label="{html.escape(self.spec["title"])}">'
            f'<script type="application/json">{spec}</script>'
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
