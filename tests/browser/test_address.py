"""The state of a page's widgets in its address, a figure alone, and widgets that are moved and hidden."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_context, wake
from tests.browser.test_explorer import LOGARITHMIC, TWO_PANELS
from tests.browser.test_simulator import MARGIN_CALLS
from tests.browser.widgets import figure, state

WIDGETS = [TWO_PANELS, MARGIN_CALLS, LOGARITHMIC]
ENTRY = "Entry price, exact value"


def entry_price(page: Page) -> str:
    return figure(page, "Three contracts").get_by_label(ENTRY).input_value()


def hash_of(page: Page) -> str:
    return str(page.evaluate("location.hash"))


def wait_for_hash(page: Page, wanted: str) -> None:
    page.wait_for_function("wanted => location.hash === wanted", arg=wanted)


@pytest.mark.parametrize("way", ["folder", "loopback"])
def test_back_and_forward_undo_and_redo_what_was_played(way: str, open_page: Callable[..., Page]) -> None:
    page = open_page(way)
    first = state(figure(page, "Three contracts"))
    figure(page, "Three contracts").get_by_label(ENTRY).fill("12000")
    wait_for_hash(page, "#w1=entry_price:12000")
    figure(page, "Three contracts").get_by_label(ENTRY).fill("20000")
    figure(page, "Three contracts").get_by_role("radio", name="short").check()
    figure(page, "Margin calls").get_by_role("button", name="Step back").click()
    wait_for_hash(page, "#w1=entry_price:20000,side:-1&w2=row:2878")
    last = state(figure(page, "Three contracts"))
    page.go_back()
    wait_for_hash(page, "")
    assert state(figure(page, "Three contracts")) == first
    assert figure(page, "Margin calls").get_by_role("slider", name="Time").input_value() == "2879"
    page.go_forward()
    wait_for_hash(page, "#w1=entry_price:20000,side:-1&w2=row:2878")
    assert state(figure(page, "Three contracts")) == last


@pytest.mark.parametrize("sign", ["comes near", "a key"])
def test_a_widget_far_below_waits_for_the_reader(
    sign: str, browser: Browser, addresses: dict[str, str]
) -> None:
    with closing(new_context(browser, viewport={"width": 900, "height": 200})) as context:
        page = context.new_page()
        page.goto(addresses["loopback"])
        first, second = figure(page, "Three contracts"), figure(page, "Margin calls")
        expect(first.get_by_role("slider").first).to_be_visible()
        assert second.get_by_role("slider").count() == 0
        assert second.get_by_role("img").first.is_visible()
        if sign == "a key":
            page.keyboard.press("Tab")
        else:
            second.scroll_into_view_if_needed()
        expect(second.get_by_role("slider").first).to_be_visible()


@pytest.mark.parametrize("way", ["folder", "loopback"])
def test_an_address_opens_the_page_as_it_was(
    way: str, open_page: Callable[..., Page], addresses: dict[str, str]
) -> None:
    page = open_page(way)
    page.goto("about:blank")
    page.goto(f"{addresses[way]}#w1=entry_price:20000,side:-1&w2=row:150,leverage:3")
    wake(page)
    assert entry_price(page) == "20000"
    assert figure(page, "Three contracts").get_by_role("radio", name="short").is_checked()
    story = figure(page, "Margin calls")
    assert story.get_by_role("slider", name="Time").input_value() == "150"
    assert story.get_by_label("Leverage, exact value").input_value() == "3"
    page.evaluate("location.hash = '#w1=entry_price:9000'")
    wait_for_hash(page, "#w1=entry_price:9000")
    expect(figure(page, "Three contracts").get_by_label(ENTRY)).to_have_value("9000")
    expect(story.get_by_role("slider", name="Time")).to_have_value("2879")


def test_a_link_to_a_section_leaves_the_widgets_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    figure(page, "Three contracts").get_by_label(ENTRY).fill("12000")
    wait_for_hash(page, "#w1=entry_price:12000")
    page.evaluate("location.hash = '#section'")
    wait_for_hash(page, "#section")
    page.wait_for_timeout(100)
    assert entry_price(page) == "12000"


@pytest.mark.parametrize(
    "bad",
    [
        "#w1=entry_price:1",
        "#w1=entry_price:abc",
        "#w1=__proto__:1",
        "#w9=side:-1",
        "#w1",
        "#w1=%",
        "#w2=row:1e9",
    ],
)
def test_a_bad_state_changes_nothing(
    bad: str, open_page: Callable[..., Page], addresses: dict[str, str]
) -> None:
    page = open_page()
    before = [state(figure(page, widget.spec["title"])) for widget in WIDGETS]
    page.goto("about:blank")
    page.goto(f"{addresses['folder']}#{bad}")
    wake(page)
    assert [state(figure(page, widget.spec["title"])) for widget in WIDGETS] == before


def test_looking_with_the_pointer_leaves_the_address_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    figure(page, "Three contracts").locator(".if-panel > svg").first.hover(position={"x": 200, "y": 60})
    page.wait_for_timeout(500)
    assert hash_of(page) == ""


def test_the_link_is_copied(open_page: Callable[..., Page], addresses: dict[str, str]) -> None:
    page = open_page("loopback", permissions=["clipboard-read", "clipboard-write"])
    widget = figure(page, "Three contracts")
    widget.get_by_label(ENTRY).fill("12000")
    widget.get_by_role("button", name="Copy link").click()
    expect(widget.get_by_role("status")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{addresses['loopback']}#w1=entry_price:12000"


def test_where_nothing_may_be_copied_the_address_is_shown(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    widget = figure(page, "Three contracts")
    widget.get_by_label(ENTRY).fill("12000")
    widget.get_by_role("button", name="Copy link").click()
    assert widget.get_by_label("Address").input_value().endswith("#w1=entry_price:12000")


@pytest.mark.parametrize("way", ["folder", "loopback"])
def test_a_figure_stands_alone_for_a_slide(
    way: str, open_page: Callable[..., Page], addresses: dict[str, str]
) -> None:
    page = open_page(way)
    page.goto(f"{addresses[way]}?embed=2#w2=leverage:3")
    expect(page.locator(".if-live:visible")).to_have_count(1)
    assert figure(page, "Margin calls").get_by_label("Leverage, exact value").input_value() == "3"
    assert not page.get_by_role("heading", name="Widgets").is_visible()
    assert page.get_by_role("link").get_attribute("href") == addresses[way]
    for nothing in ("0", "9", "x", "-1", "1.5"):
        page.goto(f"{addresses[way]}?embed={nothing}")
        wake(page)
        expect(page.locator(".if-live:visible")).to_have_count(len(WIDGETS))


def test_a_widget_that_is_moved_hidden_and_shown_stays_whole(open_page: Callable[..., Page]) -> None:
    page = open_page()
    widget = figure(page, "Three contracts")
    before = state(widget)
    widget.evaluate("figure => { figure.style.display = 'none' }")
    page.wait_for_timeout(100)
    widget = page.locator("figure.if-explorer").first
    widget.evaluate("figure => { figure.style.display = ''; document.querySelector('main').append(figure); }")
    widget = figure(page, "Three contracts")
    page.wait_for_timeout(100)
    assert state(widget) == before
    widget.get_by_label(ENTRY).fill("20000")
    assert state(widget) != before
    widget.evaluate("figure => { figure.style.width = '340px' }")
    page.wait_for_function(
        "() => document.querySelector('figure:last-of-type svg[role=img]')?.clientWidth < 340"
    )
    assert "NaN" not in state(widget)
    controls, charts = (widget.locator(part).bounding_box() for part in (".if-side", ".if-main"))
    assert controls is not None
    assert charts is not None
    assert controls["y"] + controls["height"] <= charts["y"], "where it is narrow, controls stand above"


def test_a_widget_that_starts_hidden_is_drawn_when_it_is_shown(folder: Path, browser: Browser) -> None:
    text = (folder / "index.html").read_text("utf-8").replace("<main>", "<main hidden>")
    (folder / "hidden.html").write_text(text, "utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((folder / "hidden.html").as_uri())
    page.evaluate("document.querySelector('main').hidden = false")
    page.wait_for_function("() => document.querySelector('.if-data path')?.getAttribute('d').length > 1000")
    assert errors == []
    page.close()


def test_large_letters_leave_nothing_outside(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 1280, "height": 720})
    page.add_style_tag(content="html { font-size: 200% }")
    page.set_viewport_size({"width": 1270, "height": 720})
    page.wait_for_function(
        "() => parseFloat(getComputedStyle(document.querySelector('.if-panel > svg')).fontSize) > 20"
    )
    page.wait_for_timeout(200)
    leaving = page.locator(".if-panel > svg text").evaluate_all(
        """texts => texts.filter((text) => {
          if (!text.checkVisibility({ visibilityProperty: true })) return false;
          const [own, chart] = [text, text.ownerSVGElement].map((node) => node.getBoundingClientRect());
          return own.width > 0 && (own.left < chart.left - 1 || own.right > chart.right + 1);
        }).map((text) => text.textContent)"""
    )
    assert leaving == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_forced_colours_keep_lines_apart_from_the_system_s_background(open_page: Callable[..., Page]) -> None:
    page = open_page(forced_colors="active", color_scheme="dark")
    curve = figure(page, "Three contracts").locator(".if-curve").first
    line, background = curve.evaluate(
        "node => [getComputedStyle(node).stroke, getComputedStyle(node.closest('.if-live')).backgroundColor]"
    )
    assert line != background
    assert figure(page, "Three contracts").get_by_role("button", name="Reset").is_visible()
