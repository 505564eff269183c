"""What a reader moves: sliders, choices, and lists of legs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from inversefutures import notation
from inversefutures.printing import variable
from inversefutures.quantities import unit_name
from inversefutures.widgets.spec import Scale

Number = float | int


@dataclass(frozen=True)
class Slider:
    """A parameter that the reader moves along a range; also the horizontal axis of an Explorer.

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
    percent : bool
        Show and take the value in percent. The numbers here, and those of Python, stay shares of one.
    """

    symbol: sp.Symbol
    default: Number
    minimum: Number
    maximum: Number
    step: Number | None = None
    scale: Scale = "linear"
    percent: bool = False


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
class Legs:
    """A list of legs, such as the positions of a payoff, that the reader adds to, takes from and edits.

    Each leg has the same controls. A formula sees the legs through `total`, which adds an expression up over
    those that are there.

    Parameters
    ----------
    noun : str
        What one of them is, in lower case: ``"leg"``, ``"option"``.
    controls : sequence of Slider and Choice
        Of one leg; their defaults are those of a leg that the reader adds.
    default : sequence of mapping
        The legs at the start: for each the values that differ from the controls' defaults, by symbol.
    most : int
        How many legs there can be.
    label : str
        The list's name.
    """

    noun: str
    controls: Sequence[Slider | Choice]
    default: Sequence[Mapping[sp.Symbol, Number]] = ({},)
    most: int = 4
    label: str = "Legs"

    def present(self, number: int) -> sp.Symbol:
        """Return the symbol that is 1 where a leg, counted from 1, is there, and 0 where it is not."""
        return sp.Symbol(f"{self.noun}{number}", nonnegative=True)

    def of(self, symbol: sp.Symbol, number: int) -> sp.Symbol:
        """Return the symbol that stands for one leg's own value of a control's symbol."""
        return sp.Symbol(f"{self.noun}{number}_{variable(symbol)}", **symbol.assumptions0)

    def total(self, expression: Any) -> sp.Expr:
        """Return an expression of one leg's symbols, added up over all legs that are there."""
        expression = sp.sympify(expression)
        return sp.Add(
            *(
                self.present(number)
                * expression.subs(
                    {each.symbol: self.of(each.symbol, number) for each in self.controls}, simultaneous=True
                )
                for number in range(1, self.most + 1)
            )
        )


Control = Slider | Choice | Legs


def symbols_of(controls: Sequence[Control]) -> list[sp.Symbol]:
    """Return the symbols that formulas see, in the order of their arguments: a list of legs has many."""
    symbols: list[sp.Symbol] = []
    for control in controls:
        if isinstance(control, Legs):
            for number in range(1, control.most + 1):
                symbols.append(control.present(number))
                symbols += [control.of(each.symbol, number) for each in control.controls]
        else:
            symbols.append(control.symbol)
    return symbols


def described(controls: Sequence[Control]) -> list[dict[str, Any]]:
    """Return the spec of every control.

    Raises
    ------
    ValueError
        If a control can't work, or two move the same symbol.
    """
    specs = [_legs(control) if isinstance(control, Legs) else _control(control) for control in controls]
    names = [variable(symbol) for symbol in symbols_of(controls)]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} has {names.count(name)} controls: give each symbol one")
    return specs


def _legs(legs: Legs) -> dict[str, Any]:
    if not legs.controls:
        raise ValueError(f"controls of the {legs.noun}s is empty: give at least one Slider or Choice")
    if not len(legs.default) <= legs.most:
        raise ValueError(f"there are {len(legs.default)} {legs.noun}s at the start and at most {legs.most}")
    rows = []
    for number in range(1, legs.most + 1):
        there = number <= len(legs.default)
        given = legs.default[number - 1] if there else {}
        known = [each.symbol for each in legs.controls]
        for symbol in given:
            if symbol not in known:
                raise ValueError(
                    f"{legs.noun} {number} sets {symbol}, for which a {legs.noun} has no control"
                )
        fields = [
            _control(each, given.get(each.symbol), variable(legs.of(each.symbol, number)))
            for each in legs.controls
        ]
        present = {
            "kind": "choice",
            "name": variable(legs.present(number)),
            "label": f"{legs.noun} {number}",
            "unit": "",
            "default": float(there),
            "options": [["absent", 0.0], ["present", 1.0]],
        }
        rows.append({"present": present, "controls": fields})
    name = f"{legs.noun}s"
    return {"kind": "legs", "name": name, "label": legs.label, "noun": legs.noun, "legs": rows}


def _control(control: Slider | Choice, start: Number | None = None, name: str = "") -> dict[str, Any]:
    symbol = control.symbol
    default = control.default if start is None else start
    name = name or variable(symbol)
    check: Callable[[Any], Any]
    try:
        known = notation.quantity(symbol)
        title, unit, check = known.title, known.unit_name, known.check
    except KeyError:
        title, unit, check = name, "", sp.sympify
    numbers = {"default": default}
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
    if isinstance(control, Choice):
        common = {"name": name, "label": title, "unit": unit, "default": float(default)}
        options = [[label, float(value)] for label, value in control.options.items()]
        if len({value for _, value in options}) < max(2, len(options)):
            raise ValueError(
                f"options of {name} are {dict(control.options)}: give two or more different values"
            )
        if common["default"] not in [value for _, value in options]:
            raise ValueError(f"default of {name} is {default}: choose one of the options' values")
        return {"kind": "choice", **common, "options": options}
    if control.scale not in ("linear", "log"):
        raise ValueError(f"scale of {name} is {control.scale!r}: use 'linear' or 'log'")
    check_range(f"range of {name}", control.minimum, control.maximum, control.scale)
    if not control.minimum <= default <= control.maximum:
        limits = f"{control.minimum:,g} to {control.maximum:,g}"
        raise ValueError(f"default of {name} is {default:,g}, outside its range {limits}: move one of them")
    if control.step is not None and not 0 < control.step <= control.maximum - control.minimum:
        raise ValueError(
            f"step of {name} is {control.step:,g}: give a positive number that fits into the range"
        )
    unit, factor = shown_in(unit, control.percent, name)
    return {
        "kind": "slider",
        "name": name,
        "label": title,
        "unit": unit,
        "factor": factor,
        "default": float(default),
        "minimum": float(control.minimum),
        "maximum": float(control.maximum),
        "step": None if control.step is None else float(control.step),
        "scale": control.scale,
    }


def shown_in(unit: str | sp.Expr, percent: bool, what: str) -> tuple[str, int]:
    """Return the unit in words, and the factor between a value and what is shown of it.

    Raises
    ------
    ValueError
        If percent is asked for where the unit is not that of a share, or of a share in a time.
    """
    words = unit if isinstance(unit, str) else unit_name(unit)
    if not percent:
        return words, 1
    if words and not words.startswith("per "):
        raise ValueError(f"{what} is in {words}, of which there is no percent: leave percent out")
    return f"% {words}".strip(), 100


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
