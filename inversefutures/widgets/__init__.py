"""The widgets: questions that a reader settles by moving sliders, described in sympy, alive without a kernel.

An `Explorer` shows expressions over an axis, a `Simulator` a story along a path. What they are made of is
here as well; `pictures` is imported when one is drawn.
"""

from inversefutures.widgets.controls import Choice, Legs, Slider
from inversefutures.widgets.explorer import Explorer, Panel
from inversefutures.widgets.layers import Band, Bars, Curve, Mark, Paths, Points, Region, Steps
from inversefutures.widgets.simulator import (
    Column,
    Derived,
    Event,
    Happening,
    InputPath,
    Line,
    PathPanel,
    Run,
    Simulator,
    State,
    previous,
)
from inversefutures.widgets.widget import Readout, Widget

__all__ = [
    "Band",
    "Bars",
    "Choice",
    "Column",
    "Curve",
    "Derived",
    "Event",
    "Explorer",
    "Happening",
    "InputPath",
    "Legs",
    "Line",
    "Mark",
    "Panel",
    "PathPanel",
    "Paths",
    "Points",
    "Readout",
    "Region",
    "Run",
    "Simulator",
    "Slider",
    "State",
    "Steps",
    "Widget",
    "previous",
]
