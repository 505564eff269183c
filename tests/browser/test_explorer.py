"""The widget as a reader uses it: on a page without a kernel, by keyboard, by pointer, without scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sympy as sp
from playwright.sync_api import Browser, Page, expect

from inversefutures import notation
from inversefutures.widgets import (
    Choice,
    Curve,
    Explorer,
    Mark,
    Panel,
    Readout,
    Region,
    Slider,
)
from tests.browser.accessibility import faults
from tests.browser.conftest import new_context
from tests.browser.widgets import assert_javascript_equals_numpy, drag, figure, state

N, E, S, d = notation.N, notation.E, notation.S, notation.d
PAYOFF = d * N * (1 / E - 1 / S)

TWO_PANELS = Explorer(
    title="Three contracts",
    question="Which contract bends?",
    description="An inverse and a quanto contract, in coin above and in dollars below.",
    x=Slider(S, 5_000, 2_000, 30_000),
    parameters=[
        Slider(E, 10_000, 2_000, 30_000, step=100),
        Slider(N, 10_000, 1_000, 100_000, scale="log"),
        Choice(d, 1, {"long": 1, "short": -1}),
    ],
    panels=[
        Panel(
            "Profit in coin",
            notation.BTC,
            [Curve(PAYOFF, "inverse", "inverse"), Curve(d * N / E**2 * (S - E), "quanto", "quanto")],
            marks=[Mark(E, "entry", "entry"), Mark(N / E, "best case", axis="y")],
            regions=[Region(None, E / 2, "halved", "liquidation")],
        ),
        Panel("Profit in dollars", notation.USD, [Curve(PAYOFF * S, "inverse", "inverse")]),
    ],
    readouts=[Readout("Coins at entry", N / E, notation.BTC)],
)
LOGARITHMIC = Explorer(
    title="Delta",
    question="How fast does delta fall?",
    description="A straight line on two logarithmic axes.",
    x=Slider(S, 10_000, 500, 200_000, scale="log"),
    parameters=[Slider(N, 10_000, 1_000, 100_000)],
    panels=[
        Panel("Delta", "BTC² per USD", [Curve(N / S**2, "inverse", "inverse")], y_scale="log"),
        Panel("Root", "", [Curve(N ** sp.Rational(1, 3) * sp.exp(-S / N), "decay", "coin")]),
    ],
)
UNDEFINED = Explorer(
    title="Undefined </script> places",
    question="Where do the curves end?",
    description="A logarithm, a pole, and a curve in pieces.",
    x=Slider(S, 9_000, 2_000, 30_000, step=70),
    parameters=[Slider(E, 10_000, 2_000, 30_000)],
    panels=[
        Panel(
            "Pieces",
            "",
            [
                Curve(sp.log(S / E - 1), "logarithm", "long", none="none: no price is below zero"),
                Curve(E / (S - E), "pole", "short"),
                Curve(sp.sqrt((S / E - 1) ** 2 - sp.Rational(1, 4)), "hole", "quanto"),
                Curve(
                    sp.Piecewise((sp.floor(S / E * 4), S < E), (sp.sqrt(S / E), S < 2 * E)), "pieces", "coin"
                ),
            ],
            y_range=(-5, 5),
        )
    ],
)
WIDGETS = [TWO_PANELS, LOGARITHMIC, UNDEFINED]


@pytest.mark.parametrize("way", ["folder", "loopback"])
def test_every_widget_comes_to_life_and_its_picture_goes(way: str, open_page: Callable[..., Page]) -> None:
    page = open_page(way)
    assert page.locator("figure.if-explorer").count() == len(WIDGETS)
    assert page.locator(".if-live").count() == len(WIDGETS)
    assert page.locator(".if-picture, figcaption").count() == 0


def test_the_question_comes_first(open_page: Callable[..., Page]) -> None:
    assert figure(open_page(), "Three contracts").inner_text().startswith("Which contract bends?")


def test_arrow_keys_move_a_slider_by_its_step(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "Three contracts")
    before = state(widget)
    slider = widget.get_by_role("slider", name="Entry price")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert widget.get_by_label("Entry price, exact value").input_value() == "10100"
    assert slider.get_attribute("aria-valuetext") == "10,100 USD per BTC"
    assert state(widget) != before
    page.keyboard.press("End")
    assert widget.get_by_label("Entry price, exact value").input_value() == "30000"


def test_dragging_a_slider_redraws(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "Three contracts")
    before = state(widget)
    drag(page, widget.get_by_role("slider", name="Notional"))
    number = float(widget.get_by_label("Notional, exact value").input_value())
    # Four fifths of the way from 1,000 to 100,000 on a logarithmic slider.
    assert 30_000 < number < 60_000
    assert state(widget) != before


def test_the_pointer_on_either_chart_moves_the_cursor_of_both(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "Three contracts")
    for index in (0, 1):
        chart = widget.locator(".if-panel > svg").nth(index)
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + (0.4 + 0.3 * index) * box["width"], box["y"] + 50)
        lines = widget.locator(".if-cursor")
        assert lines.nth(0).get_attribute("x1") == lines.nth(1).get_attribute("x1")
        price = float(widget.get_by_label("Read at price, exact value").input_value())
        expected = TWO_PANELS.evaluate(price)["panels/1/curves/0"]
        shown = widget.locator(".if-panel").nth(1).locator(".if-value").inner_text()
        assert float(shown.replace(",", "").replace("−", "-")) == pytest.approx(float(expected), rel=1e-3)
        assert price > 5_000


def test_a_touch_moves_the_cursor(open_page: Callable[..., Page]) -> None:
    page = open_page(has_touch=True, viewport={"width": 390, "height": 900})
    widget = figure(page, "Three contracts")
    before = widget.get_by_label("Read at price, exact value").input_value()
    box = widget.locator(".if-panel > svg").first.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + 60)
    assert widget.get_by_label("Read at price, exact value").input_value() != before


def test_a_choice_turns_the_curve_over(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Three contracts")
    output = widget.locator(".if-legend .if-value").first
    assert output.inner_text() == "−1"
    widget.get_by_role("radio", name="short").check()
    assert output.inner_text() == "1"


@pytest.mark.parametrize(("typed", "kept"), [("50000", "30000"), ("-3", "2000")])
def test_a_number_outside_its_range_is_clamped_and_the_reader_is_told(
    typed: str, kept: str, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    widget = figure(page, "Three contracts")
    number = widget.get_by_label("Entry price, exact value")
    number.fill(typed)
    number.press("Enter")
    assert number.input_value() == kept
    note = widget.get_by_role("status").filter(has_text="Entry price goes from 2,000 to 30,000 USD per BTC")
    expect(note).to_be_visible()
    assert f"set to {int(kept):,}" in note.inner_text()
    number.fill("12345.5")
    assert "12,345.5" in str(widget.get_by_role("slider", name="Entry price").get_attribute("aria-valuetext"))
    assert widget.locator(".if-note").inner_text() == ""


def test_an_emptied_number_keeps_its_value(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Three contracts")
    number = widget.get_by_label("Entry price, exact value")
    number.fill("")
    number.press("Enter")
    assert number.input_value() == "10000"
    assert "not a number" in widget.locator(".if-note").inner_text()


def test_reset_restores_the_first_state(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "Three contracts")
    before = state(widget)
    widget.get_by_role("radio", name="short").check()
    widget.get_by_label("Entry price, exact value").fill("20000")
    widget.get_by_role("slider", name="Read at price").press("End")
    assert state(widget) != before
    widget.get_by_role("button", name="Reset").click()
    assert state(widget) == before


def test_the_summary_says_the_state_in_words(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Three contracts")
    summary = widget.locator("[aria-live=polite]")
    expect(summary).to_contain_text("Entry price 10,000 USD per BTC, notional 10,000 USD, long.")
    expect(summary).to_contain_text(
        "At price 5,000 USD per BTC. Profit in coin: inverse −1 BTC, quanto −0.5 BTC."
    )
    widget.get_by_role("radio", name="short").check()
    expect(summary).to_contain_text("notional 10,000 USD, short.")
    expect(summary).to_contain_text("inverse 1 BTC")


def test_an_undefined_stretch_is_a_gap(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Undefined </script> places")
    logarithm, pole, hole, pieces = (path.get_attribute("d") or "" for path in widget.locator("path").all())
    assert not any(
        "NaN" in path or "Infinity" in path or "undefined" in path for path in (logarithm, pole, hole, pieces)
    )
    # The logarithm starts where the price passes the entry: 8,000 of the 28,000 dollars that the axis shows.
    clip = widget.locator("clipPath rect")
    left, width = (float(clip.get_attribute(name) or "nan") for name in ("x", "width"))
    start = float(logarithm[1:].split()[0])
    assert start == pytest.approx(left + width * 8 / 28, abs=width / 300)
    assert logarithm.count("M") == 1
    assert pole.count("M") == hole.count("M") == 2
    # The hole reaches from half the entry price to one and a half times it.
    before, after = (stretch.split("L") for stretch in hole[1:].split("M"))
    assert float(before[-1].split()[0]) < left + width * 3 / 28 < float(before[-1].split()[0]) + width / 300
    assert float(after[0].split()[0]) - width / 300 < left + width * 13 / 28 < float(after[0].split()[0])
    assert widget.locator(".if-value").first.inner_text() == "none: no price is below zero"


def test_a_slider_at_the_pole_breaks_nothing(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Undefined </script> places")
    for number in ("2000", "30000", "2070"):
        widget.get_by_label("Entry price, exact value").fill(number)
        widget.get_by_label("Read at price, exact value").fill(number)
        assert "NaN" not in state(widget)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_picture_stands(scheme: str, open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False, color_scheme=scheme)
    for widget in WIDGETS:
        picture = page.get_by_role("img", name=widget.spec["title"], exact=True)
        expect(picture).to_be_visible()
        box = picture.bounding_box()
        assert box is not None
        assert box["height"] > 200
        assert widget.spec["description"] in figure(page, widget.spec["title"]).inner_text()


@pytest.mark.parametrize("width", [900, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, width: int, open_page: Callable[..., Page]) -> None:
    page = open_page("loopback", color_scheme=scheme, viewport={"width": width, "height": 900})
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough_for_a_finger(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 900})
    small = page.locator("input[type=range], input[type=number], button, label:has(input)").evaluate_all(
        "nodes => nodes.map(node => [node.outerHTML, node.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24)"
    )
    assert small == []


def test_a_widget_that_cannot_be_drawn_leaves_its_picture(browser: Browser, folder: Path) -> None:
    page = new_context(browser).new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    broken = (folder / "index.html").read_text("utf-8").replace("Math.pow(price, 2)", "nonsense(price)")
    (folder / "broken.html").write_text(broken, "utf-8")
    page.goto((folder / "broken.html").as_uri())
    expect(page.locator(".if-live")).to_have_count(len(WIDGETS) - 1)
    expect(page.get_by_role("img", name="Delta", exact=True)).to_be_visible()
    assert any("nonsense" in error for error in errors)
    page.context.close()


# --- JavaScript equals NumPy -----------------------------------------------------------------------
@pytest.mark.parametrize("widget", WIDGETS, ids=repr)
def test_javascript_equals_numpy(widget: Explorer, open_page: Callable[..., Page]) -> None:
    assert_javascript_equals_numpy(figure(open_page(), widget.spec["title"]), widget)
