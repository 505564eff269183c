"""The Simulator as a reader uses it: played, stepped, scrubbed, read by keyboard and without a pointer."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
from playwright.sync_api import Locator, Page, expect

from inversefutures import margin
from inversefutures.notation import A, E, F, L, S, W, d, m
from inversefutures.quantities import BTC, USD
from inversefutures.widgets import (
    Choice,
    Column,
    Derived,
    Event,
    InputPath,
    Line,
    PathPanel,
    Readout,
    Simulator,
    Slider,
    State,
    previous,
)
from tests.browser.accessibility import faults
from tests.browser.widgets import assert_simulation_equals_numpy, drag, figure, state

STEPS = 2_880
DRAWN = ":not([style*='display: none'])"
PRICES = 8_000 * np.exp(np.cumsum(np.random.default_rng(7).normal(-0.0002, 0.0032, STEPS)))
coins, position, wallet = sp.symbols("coins position wallet")
balance, maintenance = sp.symbols("balance maintenance")

MARGIN_CALLS = Simulator(
    title="Margin calls",
    question="Do the top-ups save the long?",
    description="A 10x long over two days, with top-ups until the wallet is empty.",
    path=InputPath({S: PRICES}, start="2026-03-12T00:00", unit="minutes", decimals=1),
    parameters=[
        Slider(L, 10, 1, 50, step=0.5),
        Slider(m, 0.01, 0.005, 0.05, step=0.005),
        Slider(W, 0.3, 0.01, 2, step=0.01),
        Slider(A, 0.1, 0.02, 1, step=0.01),
        Choice(d, 1, {"long": 1, "short": -1}),
    ],
    state=[
        State(E, S, E),
        State(position, 20_000, position),
        State(coins, margin.initial_margin(notional=20_000, entry_price=S), coins),
        State(wallet, W, wallet),
    ],
    derived=[
        Derived(balance, margin.margin_balance(notional=position, margin=coins)),
        Derived(maintenance, margin.maintenance_margin(notional=position)),
    ],
    events=[
        Event(
            balance <= maintenance, "liquidation", "liquidation", once=True,
            effect={position: 0, coins: 0}, entries={"Margin": -coins},
        ),
        Event(
            sp.And(balance < 2 * maintenance, wallet > 0, position > 0), "top-up", "coin",
            effect={coins: coins + sp.Min(wallet, A), wallet: wallet - sp.Min(wallet, A)},
            entries={"Margin": sp.Min(wallet, A)},
        ),
    ],
    panels=[
        PathPanel("Price", USD / BTC, [Line(S, "price", "neutral"), Line(E, "entry", "entry")], zero=False),
        PathPanel(
            "Margin balance", BTC,
            [Line(balance, "balance", "coin"), Line(maintenance, "maintenance margin", "liquidation")],
        ),
        PathPanel("Position", USD, [Line(position, "notional", "long")]),
    ],
    ledger=[
        Column("Price", S, USD / BTC, digits=5),
        Column("Margin", unit=BTC, total=True),
        Column("Balance after", balance, BTC, after=True),
    ],
    ledger_title="What moved in and out of the margin",
    readouts=[Readout("Margin balance", balance, BTC), Readout("Left in the wallet", wallet, BTC)],
)  # fmt: skip

# Few rows at uneven times, a payment in each, a step that looks back, a number that stops being real.
PAYMENTS = Simulator(
    title="Payments </script>",
    question="What is paid?",
    description="Funding of a position in eight-hour steps, and a number that leaves the real numbers.",
    path=InputPath(
        {S: [8_000, 7_000, 6_500, 9_000, 8_000, 8_500], F: [1e-4, 0, -2e-4, 3e-3, 1e-4, 0]},
        times=["2019-12-30", "2019-12-31", "2020-01-01", "2020-01-03", "2020-01-20", "2020-02-01"],
    ),
    parameters=[Slider(L, 2, 1, 10, scale="log")],
    state=[
        State(coins, 1, coins - F * L * sp.Max(S, previous(S)) / S),
        State(position, L, sp.sqrt(S / previous(S) - sp.Rational(99, 100)) + sp.exp(-S / 8_000) * position),
    ],
    derived=[Derived(balance, sp.Piecewise((coins**2 / position**3, S < 8_200), (sp.log(S) ** 1.5, True)))],
    events=[Event(sp.Ne(F, 0), "funding", entries={"Rate": F}, mark=False)],
    panels=[
        PathPanel("Coins", BTC, [Line(coins, "coins", "coin"), Line(coins * position, "product", "long")]),
        PathPanel("Shape", "", [Line(balance, "shape", "short")], y_scale="log"),
    ],
    ledger=[Column("Rate", digits=3), Column("Coins", coins, BTC, after=True)],
)
# The stop is a number that the reader sets, so that a test can set it to the balance itself.
STOP = Simulator(
    title="Stop",
    question="When does the stop trigger?",
    description="A balance that wanders, and a stop below it.",
    path=InputPath({S: PRICES[:400]}, unit="minutes"),
    parameters=[Slider(A, 0.5, 0, 2)],
    state=[State(coins, 1, coins * S / previous(S) + (S - previous(S)) ** 3 / S**3 / 7)],
    derived=[Derived(balance, sp.sqrt(coins) / 3 + coins**2 / S * 1_000)],
    events=[Event(balance <= A, "stop", "liquidation", once=True)],
    panels=[PathPanel("Balance", BTC, [Line(balance, "balance", "coin"), Line(A, "stop", "liquidation")])],
)
WIDGETS = [MARGIN_CALLS, PAYMENTS, STOP]


def margin_calls(page: Page) -> Locator:
    return figure(page, "Margin calls")


def time_slider(widget: Locator) -> Locator:
    return widget.get_by_role("slider", name="Time")


def now(widget: Locator) -> int:
    return int(time_slider(widget).input_value())


def ledger(widget: Locator) -> list[list[str]]:
    """The rows that the reader sees, once the ledger is open."""
    log = widget.locator(".if-log")
    if log.get_attribute("open") is None:
        log.locator("summary").click()
    log.locator("tfoot td, tbody td").last.wait_for(state="attached")
    rows = widget.locator(".if-ledger tbody tr:not(.if-future)").all()
    return [row.locator("th, td").all_inner_texts() for row in rows if row.is_visible()]


@pytest.mark.parametrize("way", ["folder", "loopback"])
def test_the_default_state_shows_the_whole_story(way: str, open_page: Callable[..., Page]) -> None:
    page = open_page(way)
    assert page.locator(".if-live").count() == len(WIDGETS)
    assert page.locator(".if-picture, figcaption").count() == 0
    widget = margin_calls(page)
    assert widget.inner_text().startswith("Do the top-ups save the long?")
    assert now(widget) == STEPS - 1
    events = MARGIN_CALLS.run().events
    assert [event.label for event in events] == ["top-up"] * 3 + ["liquidation"]
    outcome = widget.locator(".if-outcome").inner_text()
    assert outcome.startswith("Top-up 3 times, from 12 Mar 01:41 to 12 Mar ")
    assert "Liquidation at 12 Mar 04:15." in outcome
    expect(widget.locator("[aria-live=polite]")).to_contain_text("Leverage 10, ")
    expect(widget.locator("[aria-live=polite]")).to_contain_text("Liquidation at 12 Mar 04:15.")


@pytest.mark.parametrize("simulator", WIDGETS, ids=repr)
def test_javascript_equals_numpy_in_every_row(simulator: Simulator, open_page: Callable[..., Page]) -> None:
    assert_simulation_equals_numpy(figure(open_page(), simulator.spec["title"]), simulator)


def test_a_threshold_that_is_met_to_the_last_bit_is_met_in_both_languages(
    open_page: Callable[..., Page],
) -> None:
    live = figure(open_page(), "Stop")
    path = STOP.run()[balance]
    new_lows = [row for row in range(1, len(path)) if path[row] < path[:row].min()]
    assert len(new_lows) > 20
    for row in new_lows:
        for stop, first in (
            (path[row], row),
            (np.nextafter(path[row], 2), row),
            (np.nextafter(path[row], 0), None),
        ):
            mine = [event.step for event in STOP.run(extra_margin=stop).events]
            theirs = live.evaluate(
                "(figure, stop) => figure.explorer.evaluate({ extra_margin: stop }).events.map((e) => e[0])",
                float(stop),
            )
            assert theirs == mine
            assert mine == [first] if first else row not in mine


def test_the_ledger_is_what_python_writes(open_page: Callable[..., Page]) -> None:
    widget = margin_calls(open_page())
    rows = ledger(widget)
    events = MARGIN_CALLS.run().events
    assert [row[1] for row in rows] == [event.label for event in events]
    for row, event in zip(rows, events, strict=True):
        # "12 March 2026, 01:41 UTC" in Python, "12 Mar 01:41" in the table, whose head says UTC and the year.
        assert row[0] == re.sub(r"(\d+ \w{3})\w* \d{4}, (\d\d:\d\d) UTC", r"\1 \2", event.time)
        numbers = [float(text.replace(",", "").replace("−", "-")) for text in row[2:]]
        np.testing.assert_allclose(numbers, list(event.entries.values()), rtol=1e-3)
    table = widget.get_by_role("table", name="What moved in and out of the margin")
    heads = table.locator("thead th")
    assert heads.all_inner_texts()[:3] == ["Time in UTC, 2026", "Event", "Price USD per BTC"]
    assert set(table.locator("thead th").evaluate_all("nodes => nodes.map(n => n.scope)")) == {"col"}
    assert set(table.locator("tbody th, tfoot th").evaluate_all("ns => ns.map(n => n.scope)")) == {"row"}
    total = sum(event.entries["Margin"] for event in events)
    shown = table.locator("tfoot td").nth(1).inner_text().replace("−", "-")
    assert float(shown) == pytest.approx(total, rel=1e-3)


def test_marks_stand_where_the_events_happened(open_page: Callable[..., Page]) -> None:
    widget = margin_calls(open_page())
    steps = [event.step for event in MARGIN_CALLS.run().events]
    for chart in widget.locator(".if-panel > svg").all():
        clip = chart.locator("clipPath rect")
        left, width = (float(clip.get_attribute(name) or "nan") for name in ("x", "width"))
        marks = [float(mark.get_attribute("x1") or "nan") for mark in chart.locator(f".if-mark{DRAWN}").all()]
        np.testing.assert_allclose(sorted(marks), [left + width * step / (STEPS - 1) for step in steps])
    labels = widget.locator(".if-labels").first.locator(f"text{DRAWN}").all_text_contents()
    assert [label for label in labels if label] == ["top-up (3 times)", "liquidation"]


def test_a_parameter_changes_the_story(open_page: Callable[..., Page]) -> None:
    widget = margin_calls(open_page())
    widget.get_by_role("radio", name="short").check()
    expect(widget.locator(".if-outcome")).to_have_text("No liquidation. No top-up.")
    assert ledger(widget) == []
    expect(widget.get_by_text("What moved in and out of the margin: nothing along this path")).to_be_visible()
    widget.get_by_label("Leverage, exact value").fill("50")
    first = MARGIN_CALLS.run(side=-1, leverage=50).events[0]
    assert ledger(widget)[0][1] == first.label
    widget.get_by_role("button", name="Reset").click()
    assert len(ledger(widget)) == 4


def test_the_keyboard_scrubs_in_words(open_page: Callable[..., Page]) -> None:
    widget = margin_calls(open_page())
    slider = time_slider(widget)
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "12 March 2026, 00:00 UTC"
    assert widget.locator(".if-outcome").inner_text() == "No liquidation so far. No top-up so far."
    assert ledger(widget) == []
    expect(widget.locator(".if-labels").first.get_by_text("liquidation")).to_be_hidden()
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "12 March 2026, 00:01 UTC"
    for _ in range(100):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "12 March 2026, 01:41 UTC"
    assert [row[1] for row in ledger(widget)] == ["top-up"]
    shown = widget.locator(".if-readouts .if-value").first.inner_text()
    assert float(shown.split()[0]) == pytest.approx(MARGIN_CALLS.run()[balance][101], rel=1e-3)


def test_the_buttons_step(open_page: Callable[..., Page]) -> None:
    widget = margin_calls(open_page())
    widget.get_by_role("button", name="Step back").click()
    assert now(widget) == STEPS - 2
    for _ in range(3):
        widget.get_by_role("button", name="Step forward").click()
    assert now(widget) == STEPS - 1


def test_play_moves_on_and_pause_holds(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = margin_calls(page)
    widget.get_by_role("button", name="Play").click()
    pause = widget.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    page.wait_for_function("row => document.querySelector('.if-time input').valueAsNumber > row", arg=50)
    assert now(widget) < STEPS - 1
    # What has not happened yet is covered.
    cover = widget.locator(".if-veil").first
    assert float(cover.get_attribute("width") or 0) > 300
    pause.click()
    held = now(widget)
    page.wait_for_timeout(150)
    assert now(widget) == held
    widget.get_by_role("button", name="Play").click()
    page.wait_for_function("row => document.querySelector('.if-time input').valueAsNumber > row", arg=held)
    time_slider(widget).press("ArrowRight")
    expect(widget.get_by_role("button", name="Play")).to_be_visible()


def test_playing_ends_at_the_end(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Payments </script>")
    widget.get_by_role("button", name="Play").click()
    expect(widget.get_by_role("button", name="Pause")).to_be_visible()
    expect(widget.get_by_role("button", name="Play")).to_be_visible()
    assert now(widget) == 5


def test_who_wants_less_motion_goes_from_event_to_event(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    widget = margin_calls(page)
    expect(widget.get_by_role("button", name="Play")).to_have_count(0)
    steps = [event.step for event in MARGIN_CALLS.run().events]
    for step in [*steps, STEPS - 1, steps[0]]:
        widget.get_by_role("button", name="Next event").click()
        assert now(widget) == step
    page.wait_for_timeout(100)
    assert now(widget) == steps[0]


def test_the_pointer_looks_and_a_click_goes_there(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = margin_calls(page)
    chart = widget.locator(".if-panel > svg").nth(1)
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 50)
    places = {line.get_attribute("x1") for line in widget.locator(".if-cursor").all()}
    assert len(places) == 1
    assert now(widget) == STEPS - 1
    assert widget.locator(".if-here").text_content() != "13 Mar 23:59"
    page.mouse.down()
    middle = now(widget)
    assert STEPS * 0.4 < middle < STEPS * 0.6
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 60, steps=3)
    page.mouse.up()
    assert now(widget) < middle
    # When the pointer leaves, the reading returns to the row that was chosen.
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 60)
    page.mouse.move(1, 1)
    said = time_slider(widget).get_attribute("aria-valuetext") or ""
    assert widget.locator(".if-here").text_content() == said.replace(" March 2026,", " Mar").removesuffix(
        " UTC"
    )


def test_a_touch_and_a_drag_move_the_time(open_page: Callable[..., Page]) -> None:
    page = open_page(has_touch=True, viewport={"width": 390, "height": 900})
    widget = margin_calls(page)
    chart = widget.locator(".if-panel > svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 0.5 * box["width"], box["y"] + 60)
    touched = now(widget)
    assert touched < STEPS - 1
    drag(page, time_slider(widget), 0.5, 0.9)
    assert now(widget) > touched


def test_reset_restores_the_first_state(open_page: Callable[..., Page]) -> None:
    widget = margin_calls(open_page())
    before = state(widget)
    widget.get_by_label("Leverage, exact value").fill("3")
    time_slider(widget).press("Home")
    assert state(widget) != before
    widget.get_by_role("button", name="Reset").click()
    assert state(widget) == before


def test_rows_that_are_unevenly_apart_are_drawn_at_their_times(open_page: Callable[..., Page]) -> None:
    widget = figure(open_page(), "Payments </script>")
    clip = widget.locator("clipPath rect").first
    left, width = (float(clip.get_attribute(name) or "nan") for name in ("x", "width"))
    path = widget.locator("path").first.get_attribute("d") or ""
    drawn = [float(point.split()[0]) for point in re.split("[ML]", path)[1:]]
    # 30 December to 1 February: 33 days.
    np.testing.assert_allclose(drawn, [left + width * day / 33 for day in (0, 1, 2, 4, 21, 33)], atol=0.06)
    assert time_slider(widget).get_attribute("aria-valuetext") == "1 February 2020"
    assert "NaN" not in state(widget)
    assert [row[0] for row in ledger(widget)] == ["30 Dec 2019", "1 Jan 2020", "3 Jan 2020", "20 Jan 2020"]
    assert widget.locator(f".if-mark{DRAWN}").count() == 0
    assert widget.locator("svg").get_by_text("Time in UTC, 2019–2020").count() == 1, "one time axis for all"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_picture_stands(scheme: str, open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False, color_scheme=scheme)
    for widget in WIDGETS:
        picture = page.get_by_role("img", name=widget.spec["title"], exact=True)
        expect(picture).to_be_visible()
        assert widget.spec["description"] in figure(page, widget.spec["title"]).inner_text()


@pytest.mark.parametrize("width", [900, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, width: int, open_page: Callable[..., Page]) -> None:
    page = open_page("loopback", color_scheme=scheme, viewport={"width": width, "height": 900})
    for row in (STEPS - 1, 150):
        time_slider(margin_calls(page)).evaluate(
            "(node, row) => { node.value = row; node.dispatchEvent(new Event('input')); }", row
        )
        assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.locator("input[type=range], input[type=number], button, label:has(input)").evaluate_all(
        "nodes => nodes.map(node => [node.outerHTML, node.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24)"
    )
    assert small == []


def test_two_widgets_share_no_id(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ids = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids))
