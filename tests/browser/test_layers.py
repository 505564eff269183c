"""The kinds of layers, and a list of legs, as a reader uses them: seen, read, heard, by keyboard."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
from playwright.sync_api import Page, expect

from inversefutures.notation import E, N, S, d
from inversefutures.quantities import BTC, USD
from inversefutures.widgets import (
    Band,
    Bars,
    Choice,
    Curve,
    Explorer,
    InputPath,
    Legs,
    Mark,
    Panel,
    PathPanel,
    Paths,
    Points,
    Readout,
    Simulator,
    Slider,
    State,
    Steps,
)
from tests.browser.accessibility import faults
from tests.browser.widgets import (
    assert_javascript_equals_numpy,
    assert_simulation_equals_numpy,
    figure,
    state,
)

size, total, draw, spread = sp.symbols("size total draw spread")
random = np.random.default_rng(7)
LEVELS = np.arange(49_000, 51_001, 100)
DEPTH = random.uniform(1, 9, len(LEVELS) - 1).round(2)
TIMES = np.linspace(0, 1, 21)
DRAWS = np.cumsum(random.normal(0, 0.2, (40, len(TIMES))), axis=1).round(3)

BOOK = Explorer(
    title="An order book",
    question="How deep?",
    description="Depth at each price, and the sum.",
    x=Slider(S, 50_000, 49_000, 51_000, step=50),
    parameters=[Slider(N, 50_000, 10_000, 200_000, step=10_000)],
    panels=[
        Panel(
            "Depth", BTC, [Bars(sp.Max(0, size - N / S), "left", "long", edges=LEVELS, columns={size: DEPTH})]
        ),
        Panel(
            "All of it",
            BTC,
            [Steps(total, "cumulated", "coin", at=LEVELS[:-1], columns={total: DEPTH.cumsum().round(2)})],
        ),
    ],
    readouts=[Readout("sold", N / S, BTC)],
)
time, factor = sp.Symbol("years"), sp.Symbol("factor", positive=True)
FAN = Explorer(
    title="Where it may go",
    question="How wide is the fan?",
    description="Forty paths, their band, some points.",
    x=Slider(time, 0.5, 0, 1, step=0.05),
    parameters=[Slider(factor, 1, 0.5, 2)],
    panels=[
        Panel(
            "Growth",
            "",
            zero=False,
            curves=[
                Paths(sp.exp(factor * draw), "paths", "neutral", at=TIMES, draws={draw: DRAWS}),
                Band(sp.exp(-factor * sp.sqrt(time)), sp.exp(factor * sp.sqrt(time)), "two thirds", "long"),
                Curve(sp.Integer(1) + 0 * time, "median", "coin"),
            ],
        ),
        Panel(
            "Measured",
            "",
            percent=True,
            curves=[
                Points(
                    size * factor,
                    "volatility",
                    "short",
                    low=(size - spread) * factor,
                    high=(size + spread) * factor,
                    at=[0.1, 0.5, 0.9],
                    columns={size: [0.5, 0.7, 0.6], spread: [0.1, 0.05, 0.2]},
                ),
            ],
        ),
    ],
)
LEGS = Legs(
    "leg",
    [
        Choice(d, 1, {"buy": 1, "sell": -1}),
        Slider(E, 50_000, 10_000, 90_000, step=1_000),
        Slider(N, 1, 1, 5, step=1),
    ],
    [{}, {d: -1, E: 60_000}],
    most=3,
    label="Options",
)
PAYOFF = Explorer(
    title="A payoff from legs",
    question="What does the spread pay?",
    description="Calls, added up.",
    x=Slider(S, 55_000, 10_000, 90_000, step=1_000),
    parameters=[LEGS],
    panels=[
        Panel(
            "Payoff",
            USD,
            [Curve(LEGS.total(d * N * sp.Max(0, S - E)), "payoff", "long")],
            marks=[
                Mark(
                    sp.Piecewise((LEGS.of(E, 1), LEGS.present(1) > 0)),
                    "first strike",
                    none="none: there is no first leg",
                )
            ],
        )
    ],
)
coins = sp.Symbol("coins")
VOLUMES = Simulator(
    title="Rows as bars",
    question="How much?",
    description="Bars, a band and steps along a path.",
    path=InputPath({S: [100, 120, 90, 110]}, unit="days"),
    parameters=[Slider(sp.Symbol("width"), 0.1, 0, 0.5)],
    state=[State(coins, 1, coins + S / 100)],
    start=2,
    panels=[
        PathPanel("Volume", BTC, [Bars(S / 10, "volume", "coin")]),
        PathPanel(
            "Band",
            USD,
            [
                Band(S * (1 - sp.Symbol("width")), S * (1 + sp.Symbol("width")), "range", "long"),
                Steps(S, "price", "neutral"),
                Points(coins * 50, "coins", "short"),
            ],
        ),
    ],
)
WIDGETS = [BOOK, FAN, PAYOFF, VOLUMES]


def numbers(text: str) -> list[float]:
    """Return the numbers of a text as the reader sees them."""
    return [float(number) for number in re.findall(r"-?[\d.]+", text.replace(",", "").replace("−", "-"))]


@pytest.mark.parametrize("widget", [BOOK, FAN, PAYOFF], ids=repr)
def test_javascript_equals_numpy(widget: Explorer, open_page: Callable[..., Page]) -> None:
    assert_javascript_equals_numpy(figure(open_page(), widget.spec["title"]), widget)


def test_a_simulator_s_layers_equal_numpy(open_page: Callable[..., Page]) -> None:
    assert_simulation_equals_numpy(figure(open_page(), "Rows as bars"), VOLUMES)


def test_each_bar_stands_between_its_edges_on_zero(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "An order book")
    bars = (widget.locator(".if-data .if-bars").get_attribute("d") or "").split("M")[1:]
    assert len(bars) == len(DEPTH)
    heights = []
    for bar in bars:
        _, foot, top = (float(part.split("H")[0]) for part in bar.rstrip("Z").replace("V", " ").split()[:3])
        heights.append(foot - top)
    left = BOOK.evaluate(0)["panels/0/curves/0"]
    drawn = np.array(heights) / max(heights)
    np.testing.assert_allclose(drawn, left / left.max(), atol=0.02)


def test_the_cursor_reads_the_bar_and_the_step_that_it_stands_in(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "An order book")
    slider = widget.get_by_role("slider", name="Read at price")
    slider.focus()
    shown = widget.locator(".if-legend .if-value")
    for key, place in (("Home", 0), ("ArrowRight", 0), ("ArrowRight", 1), ("End", len(DEPTH) - 1)):
        page.keyboard.press(key)
        depth, cumulated = (numbers(text)[0] for text in shown.all_inner_texts())
        assert depth == pytest.approx(BOOK.evaluate(0)["panels/0/curves/0"][place], rel=1e-3)
        assert cumulated == pytest.approx(DEPTH[: place + 1].sum(), rel=1e-3)
        assert (widget.locator(".if-lit").get_attribute("d") or "").startswith("M")
    expect(widget.locator("[aria-live=polite]")).to_contain_text("Depth: left ")
    before = state(widget)
    widget.get_by_role("slider", name="Notional").press("End")
    assert state(widget) != before


def test_paths_bands_and_points_are_read_and_heard(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Where it may go")
    paths, band, median, points = widget.locator(".if-legend .if-value").all_inner_texts()
    ends = np.sort(np.exp(DRAWS[:, 10]))
    np.testing.assert_allclose(numbers(paths), [ends[0], ends[-1], np.median(ends)], rtol=6e-3)
    np.testing.assert_allclose(numbers(band), [np.exp(-np.sqrt(0.5)), np.exp(np.sqrt(0.5))], rtol=1e-3)
    assert median == "1"
    assert points == "70 (65 to 75)"
    summary = widget.locator("[aria-live=polite]")
    expect(summary).to_contain_text("volatility 70 % (65 to 75)")
    expect(summary).to_contain_text("two thirds 0.4931 to 2.028")
    path = widget.locator(".if-data .if-paths")
    assert (path.get_attribute("d") or "").count("M") == len(DRAWS)
    before = path.get_attribute("d")
    widget.get_by_label("factor, exact value").fill("2")
    assert path.get_attribute("d") != before
    assert len((widget.locator(".if-data .if-error").get_attribute("d") or "").split("V")) - 1 == 3


def test_a_leg_is_added_edited_and_taken_away_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "A payoff from legs")
    payoff = widget.locator(".if-legend .if-value").first
    assert payoff.inner_text() == "5,000"
    legs = widget.locator(".if-leg:visible")
    assert legs.count() == 2
    widget.get_by_role("button", name="Add a leg").press("Enter")
    assert legs.count() == 3
    assert widget.get_by_role("button", name="Add a leg").is_disabled()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "leg 3: side"
    assert payoff.inner_text() == "10,000"
    widget.get_by_label("leg 3: notional, USD").fill("3")
    assert payoff.inner_text() == "20,000"
    widget.get_by_label("leg 3: side").select_option("sell")
    assert payoff.inner_text() == "−10,000"
    expect(widget.locator("[aria-live=polite]")).to_contain_text("sell 50,000 USD per BTC 3 USD")
    for _ in range(3):
        widget.get_by_role("button", name="Remove leg").first.press("Enter")
    assert legs.count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Add a leg"
    assert payoff.inner_text() == "0"
    expect(widget.locator(".if-missing")).to_have_text("first strike: none: there is no first leg")
    expect(widget.locator("[aria-live=polite]")).to_contain_text("Options: none")
    widget.get_by_role("button", name="Reset").click()
    assert (legs.count(), payoff.inner_text()) == (2, "5,000")


def test_a_number_outside_a_leg_s_range_is_brought_back(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "A payoff from legs")
    field = widget.get_by_label("leg 1: entry price, USD per BTC")
    field.fill("95000")
    field.press("Enter")
    assert field.input_value() == "90000"


def test_the_time_starts_where_the_story_is(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Rows as bars")
    time = widget.get_by_role("slider", name="Time")
    assert time.input_value() == "2"
    time.press("End")
    widget.get_by_role("button", name="Reset").click()
    assert time.input_value() == "2"


@pytest.mark.parametrize("width", [900, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, width: int, open_page: Callable[..., Page]) -> None:
    page = open_page("loopback", color_scheme=scheme, viewport={"width": width, "height": 900})
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_each_kind_has_its_picture(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    for widget in WIDGETS:
        expect(page.get_by_role("img", name=widget.spec["title"], exact=True)).to_be_visible()


# How far what is drawn stands out from the background: WCAG's contrast of graphics.
CONTRASTS = """
(nodes) => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return nodes.map((node) => {
    const style = getComputedStyle(node);
    const ground = light(getComputedStyle(node.closest(".if-live")).backgroundColor);
    const ink = light(style.stroke === "none" || style.fill !== "none" ? style.fill : style.stroke);
    return [node.classList[0], (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)];
  });
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_every_kind_in_sight(scheme: str, open_page: Callable[..., Page]) -> None:
    page = open_page(forced_colors="active", color_scheme=scheme)
    marks = page.locator(".if-live .if-panel > svg :is(path, line, circle)[class]:visible")
    drawn = marks.evaluate_all(CONTRASTS)
    kinds = {kind for kind, _ in drawn}
    expected = {"bars", "band", "edge", "paths", "error", "points", "curve", "dot"}
    assert kinds >= {f"if-{kind}" for kind in expected}
    assert [(kind, contrast) for kind, contrast in drawn if kind != "if-band" and contrast < 3] == []
