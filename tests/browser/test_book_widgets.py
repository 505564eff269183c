"""Every widget of the book, on the built site: it moves, and it computes what NumPy computes."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest
import yaml
from playwright.sync_api import Locator, Page

from inversefutures.widgets import Explorer, Simulator, Widget
from tests.browser.widgets import (
    assert_javascript_equals_numpy,
    assert_simulation_equals_numpy,
    drag,
    state,
)

ROOT = Path(__file__).parents[2]


def sources(notebook: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]


def notebooks_with_widgets() -> Iterator[str]:
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    for name in [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]:
        notebook = ROOT / f"{name}.ipynb"
        if notebook.is_file() and any(
            kind in source for source in sources(notebook) for kind in ("Explorer(", "Simulator(")
        ):
            yield f"{name}.ipynb"


def widgets_of(notebook: Path) -> dict[str, Widget]:
    """Run a notebook's cells in order and return its widgets by title."""
    matplotlib.use("agg")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for source in sources(notebook):
        *statements, last = ast.parse(source).body or [ast.Pass()]
        exec(compile(ast.Module(statements, []), str(notebook), "exec"), namespace)
        if isinstance(last, ast.Expr):
            found.append(eval(compile(ast.Expression(last.value), str(notebook), "eval"), namespace))
        else:
            exec(compile(ast.Module([last], []), str(notebook), "exec"), namespace)
    found += namespace.values()
    return {widget.spec["title"]: widget for widget in found if isinstance(widget, Widget)}


def with_formulas(spec: Any, functions: list[str]) -> Any:
    """Put the text of each formula back where the site's spec has a number."""
    if isinstance(spec, list):
        return [with_formulas(item, functions) for item in spec]
    if not isinstance(spec, dict):
        return spec
    return {
        key: functions[value].split(" => ", 1)[1][1:-1] if key == "js" else with_formulas(value, functions)
        for key, value in spec.items()
    }


def assert_everything_moves(page: Page, shown: Locator, widget: Widget) -> None:
    story = isinstance(widget, Simulator)
    effects = []
    for slider in shown.get_by_role("slider").all():
        # A simulator's time stands at its end, and a rule that is never needed changes nothing.
        at_end = slider.input_value() == slider.get_attribute("max")
        words = slider.get_attribute("aria-valuetext")
        before = state(shown)
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        assert slider.get_attribute("aria-valuetext") != words, "the arrow key moves nothing"
        moved = state(shown)
        drag(page, slider)
        effects += [moved != before, state(shown) != moved]
    assert any(effects) if story else all(effects), "a slider moves, but nothing is redrawn"
    if story:
        # At the ends of the sliders everything may be over in the first row, whichever side one is on.
        shown.get_by_role("button", name="Reset").click()
    for button in shown.get_by_role("radio", checked=False).all():
        before = state(shown)
        button.check()
        assert state(shown) != before
    before = state(shown)
    shown.locator(".if-panel > svg").first.hover(position={"x": 100, "y": 60})
    assert state(shown) != before, "the pointer on the chart moves nothing"


@pytest.mark.parametrize("notebook", list(notebooks_with_widgets()))
def test_the_books_widgets_move_and_compute_what_numpy_computes(
    notebook: str, visit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir((ROOT / notebook).parent)
    widgets = widgets_of(ROOT / notebook)
    opened = visit(notebook.replace(".ipynb", ".html"))
    live = opened.page.locator("figure.if-explorer").all()
    assert len(live) == len(widgets) > 0
    functions = opened.page.evaluate("inverseFuturesFormulas.map(String)")
    for shown in live:
        straight = shown.locator("script").inner_text().replace("’", "'")  # the page curls them
        spec = with_formulas(json.loads(straight), functions)
        widget = widgets[spec["title"]]
        assert spec == widget.spec, f"{notebook} was edited after its outputs were stored: run make notebooks"
        if isinstance(widget, Simulator):
            assert_simulation_equals_numpy(shown, widget)
        else:
            assert isinstance(widget, Explorer)
            assert_javascript_equals_numpy(shown, widget)
        assert_everything_moves(opened.page, shown, widget)
    assert opened.complaints == []


@pytest.mark.parametrize(("width", "height", "tallest"), [(1280, 720, 640), (390, 844, 780)])
@pytest.mark.parametrize("notebook", list(notebooks_with_widgets()))
def test_the_books_widgets_fit_on_one_screen(
    notebook: str, width: int, height: int, tallest: int, visit: Callable[..., Any]
) -> None:
    opened = visit(notebook.replace(".ipynb", ".html"), viewport={"width": width, "height": height})
    opened.page.wait_for_function("document.fonts.ready.then(() => true)")  # another face needs more room
    for live in opened.page.locator(".if-live").all():
        title = live.get_attribute("aria-label")
        box = live.bounding_box()
        assert box is not None
        assert box["height"] <= tallest, title
        controls, charts = (live.locator(part).bounding_box() for part in (".if-side", ".if-main"))
        assert controls is not None
        assert charts is not None
        if width >= 900 and notebook.startswith("lessons/"):  # the front page has text beside its widget
            assert controls["x"] + controls["width"] <= charts["x"], "controls stand left of the charts"
            assert abs(controls["y"] - charts["y"]) < 8
        assert outside(live) == []
        lengths = live.locator("input[type=range]:visible").evaluate_all(
            "all => all.map((one) => one.clientWidth)"
        )
        assert min(lengths) >= 100, "a slider needs some length to be moved along"
        named = live.locator(".if-panel svg").evaluate_all(
            "charts => charts.map(chart => chart.querySelectorAll('.if-axis').length)"
        )
        assert sum(named) == 1, "the axis that all charts share is named once"
        assert "undefined" not in live.inner_text()


def outside(live: Locator) -> list[str]:
    """Return what the reader sees outside the widget's box, and labels that leave their chart."""
    return list(
        live.evaluate(
            """root => {
              const leaves = (node, box) => {
                const { left, right, width } = node.getBoundingClientRect();
                return width > 0 && (left < box.left - 0.5 || right > box.right + 0.5);
              };
              const seen = (node) =>
                node.checkVisibility({ visibilityProperty: true }) &&
                !node.closest(".if-hidden, [clip-path]");
              const edge = root.getBoundingClientRect();
              const nodes = [...root.querySelectorAll("*")].filter(
                (node) => seen(node) && leaves(node, edge));
              const texts = [...root.querySelectorAll(".if-panel > svg text")].filter(
                (text) => seen(text) && leaves(text, text.ownerSVGElement.getBoundingClientRect()));
              const cut = [...root.querySelectorAll("input[type=number]")].filter(
                (field) => seen(field) && field.scrollWidth > field.clientWidth + 1);
              return [...nodes, ...texts, ...cut].map((node) => node.outerHTML.slice(0, 200));
            }"""
        )
    )
