"""What the tests of both widgets share: how to find and move one, and the comparison with NumPy."""

import itertools
import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
from playwright.sync_api import Locator, Page

from inversefutures.widgets import Explorer, Simulator, Widget
from inversefutures.widgets.scripts import flat_controls

Numbers = npt.NDArray[np.float64]

MOST = 500  # combinations of settings that are all compared
AT_ONCE = 20  # of which a page computes so many when it is asked


def figure(page: Page, title: str) -> Locator:
    return page.get_by_role("figure", name=title, exact=True)


def state(widget: Locator) -> str:
    """Everything that a change of a value may change in the picture and in the numbers."""
    return str(
        widget.evaluate(
            "figure => [...figure.querySelectorAll('path, line, rect, circle, .if-value')]"
            ".filter(node => node.style.display !== 'none').map(node => node.textContent"
            " + [...node.attributes].map(a => a.name === 'style' ? [] : a.value).flat()).join()"
        )
    )


def drag(page: Page, slider: Locator, start: float = 0.3, end: float = 0.8) -> None:
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=3)
    page.mouse.up()


def grid(widget: Widget) -> Iterator[dict[str, float]]:
    """Minimum, default and maximum of every slider, and every option, in all combinations.

    Of thousands every so many-th is taken, by a step that is prime.
    """
    choices = []
    for control in flat_controls(widget.spec["parameters"]):
        if control["kind"] == "choice":
            choices.append([value for _, value in control["options"]])
        else:
            choices.append(sorted({control["minimum"], control["default"], control["maximum"]}))
    names = [control["name"] for control in flat_controls(widget.spec["parameters"])]
    count = math.prod(map(len, choices))
    step = 1 if count <= MOST else sp.nextprime(count // MOST)
    for values in itertools.islice(itertools.product(*choices), 0, None, step):
        yield dict(zip(names, values, strict=True))


def answers(live: Locator, widget: Widget, *x: list[float]) -> Iterator[tuple[dict[str, float], Any]]:
    """Yield each combination of settings with what the page computes for it."""
    settings = list(grid(widget))
    for start in range(0, len(settings), AT_ONCE):
        some = settings[start : start + AT_ONCE]
        # JSON writes a number that is not finite as null.
        computed = live.evaluate(
            "(figure, [some, ...x]) =>"
            " JSON.stringify(some.map((values) => figure.explorer.evaluate(values, ...x)))",
            [some, *x],
        )
        yield from zip(some, json.loads(computed), strict=True)


def assert_javascript_equals_numpy(live: Locator, widget: Explorer) -> None:
    axis = widget.spec["x"]
    spacing = np.geomspace if axis["scale"] == "log" else np.linspace
    x = np.append(spacing(axis["minimum"], axis["maximum"], 41), axis["default"])
    checked = 0
    for values, theirs in answers(live, widget, x.tolist()):
        mine = widget.evaluate(x, **values)
        assert theirs.keys() == mine.keys()
        for key, expected in mine.items():
            # An infinite value is a gap in the picture; its sign may hang on the sign of a zero.
            got, wanted = (
                np.where(np.isfinite(values), values, np.nan)
                for values in (np.array(theirs[key], dtype=float), expected)
            )
            assert_equal_to_the_last_bits(got, wanted, widget._expressions[key], f"{key} {values}")
            checked += len(x)
    assert checked


def assert_equal_to_the_last_bits(got: Numbers, wanted: Numbers, expression: Any, what: str) -> None:
    # At a zero of a curve, and where a constant is taken off, only the last bits of the terms are left.
    constant = abs(float(sp.sympify(expression).as_coeff_Add()[0]))
    scale = np.max(np.abs(wanted), initial=constant, where=np.isfinite(wanted))
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=4e-15 * scale, err_msg=what)


def assert_simulation_equals_numpy(live: Locator, simulator: Simulator) -> None:
    labels = [event["label"] for event in simulator.spec["events"]]
    columns = [column["label"] for column in simulator.spec["ledger"]["columns"]]
    for values, theirs in answers(live, simulator):
        mine = simulator.run(**values)
        happened = [[row, labels[kind]] for row, kind, *_ in theirs["events"]]
        assert happened == [[event.step, event.label] for event in mine.events], values
        for (_, _, *entries), event in zip(theirs["events"], mine.events, strict=True):
            pairs = zip(columns, entries, strict=True)
            written = {column: entry for column, entry in pairs if entry is not None}
            expected = {column: entry for column, entry in event.entries.items() if np.isfinite(entry)}
            assert written.keys() == expected.keys()
            for column, entry in expected.items():
                np.testing.assert_allclose(written[column], entry, rtol=1e-12)
        assert theirs["arrays"].keys() == mine.arrays.keys()
        outputs = simulator._recurrence.outputs
        for (key, array), output in zip(mine.arrays.items(), outputs, strict=True):
            got = np.array(theirs["arrays"][key], dtype=float)
            wanted = np.where(np.isfinite(array), array, np.nan)
            assert_equal_to_the_last_bits(got, wanted, output, f"{key} {values}")
