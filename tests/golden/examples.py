"""The worked examples, and what the package makes of each: for the tests, and for the book's status page.

`worked_examples.json` holds the published figures with their sources; `rules` says how each kind is worked
out. An example's ``implied`` names the inputs that its source leaves to the reader. One that cannot be
reproduced has a ``reason`` in place of a ``rule``. One whose status is ``published_error`` prints a figure
that is wrong: it has the ``correct`` figure, and the ``mistake`` that leads to the published one.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules import MISTAKES, RULES

Example = dict[str, Any]

TABLE = Path(__file__).parent / "worked_examples.json"
EXAMPLES: list[Example] = json.loads(TABLE.read_text(encoding="utf-8"))


def has_rule(example: Example) -> bool:
    """Return whether the package claims to reproduce the example."""
    return "rule" in example


def is_mistaken(example: Example) -> bool:
    """Return whether the published figure is known to be wrong."""
    return example["status"] == "published_error"


def faults(example: Example) -> list[str]:
    """Return what speaks against an example's being reproduced: nothing, if it is.

    A right figure must be met within the example's tolerance. Of a wrong one the right figure must be met, it
    must differ from the published one by more than rounding can explain, and the mistake must lead to that.
    """
    if not has_rule(example):
        return [example["reason"]]
    ours = RULES[example["rule"]](**example["inputs"])
    published = example["expected"]
    if not is_mistaken(example):
        return _misses(ours, published, example["tolerance"])
    theirs = MISTAKES[example["mistake"]](**example["inputs"])
    found = _misses(ours, example["correct"], _last_digits(example["correct"], 1e-12))
    found += [f"the mistake: {miss}" for miss in _misses(theirs, published, _last_digits(published))]
    found += [
        f"{name} is {float(ours[name])}, which the published {figure} may be, rounded"
        for name, figure in published.items()
        if abs(float(ours[name]) - figure) <= _last_digit(figure)
    ]
    return found


def _misses(figures: Mapping[str, Any], wanted: Mapping[str, Any], tolerance: Any) -> list[str]:
    found = []
    for name, figure in wanted.items():
        if isinstance(figure, list):  # a table, such as runs with their times: it is met or not
            if figures[name] != figure:
                found.append(f"{name} is {figures[name]}, not {figure}")
            continue
        allowed = tolerance[name] if isinstance(tolerance, Mapping) else tolerance
        # Written so that a figure which is no number is a miss.
        if not abs(float(figures[name]) - figure) <= allowed:
            found.append(f"{name} is {float(figures[name])}, not {figure} within {allowed}")
    return found


def _last_digits(figures: Mapping[str, float], at_least: float = 0) -> dict[str, float]:
    return {name: max(_last_digit(figure), at_least * abs(figure)) for name, figure in figures.items()}


def _last_digit(printed: float) -> float:
    """Return half a unit of the last digit of a figure as it is printed: what rounding can explain."""
    return 0.5 * 10.0 ** int(Decimal(repr(printed)).as_tuple().exponent)
