"""The decks: nothing runs over an edge, keys turn slides and leave sliders alone, notes and a clock."""

import gzip
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.accessibility import faults
from tests.browser.conftest import Visit, settle

Open = Callable[..., Visit]
LESSONS = sorted(path.stem for path in (Path(__file__).parents[2] / "lessons").glob("*.ipynb"))
DECK = "slides/05_liquidation_price.html"
ROOM = {"viewport": {"width": 1280, "height": 720}}

# What sticks out of each slide, shown alone; what scrolls in its own box does not.
OVERFLOWS = """() => {
  const root = document.documentElement;
  const slides = [...document.querySelectorAll(".slide")];
  const turn = (to) => slides.forEach((slide) => slide.classList.toggle("current", slide === to));
  const own = ".if-hidden, svg *, math *, script, template, details:not([open]) > :not(summary), " +
    "details:not([open]) > :not(summary) *";
  const found = [];
  slides.forEach((slide, i) => {
    turn(slide);
    const face = slide.querySelector(".slide-face").getBoundingClientRect();
    for (const part of slide.querySelectorAll(".slide-body, .slide-body *")) {
      if (part.matches(own)) continue;
      const box = part.getBoundingClientRect();
      const holds = part.matches(".slide-body, .slide-table, .slide-formula");
      if (part.matches(".slide-body") && part.scrollHeight > part.clientHeight + 1) {
        found.push(`slide ${i + 1}: its text scrolls`);
        break;
      }
      const wide = holds && part.scrollWidth > part.clientWidth + 1;
      if (!box.width || !box.height) continue;
      if (wide || box.bottom > face.bottom + 1 || box.top < face.top - 1 || box.right > face.right + 1) {
        found.push(`slide ${i + 1}: <${part.localName} class="${part.className}">`);
        break;
      }
    }
    const title = slide.querySelector(".slide-title").getBoundingClientRect();
    const body = slide.querySelector(".slide-body").firstElementChild.getBoundingClientRect();
    const over = !slide.matches(".slide-widget") && body.top < title.bottom - 1;
    if (over) found.push(`slide ${i + 1}: over its title`);
  });
  turn(slides[0]);
  return found;
}"""


def current(page: Page) -> int:
    return int(page.locator(".slide.current").get_attribute("id").removeprefix("s"))


def to_kind(page: Page, kind: str) -> int:
    """Go to the first slide of a kind, and return its number."""
    number = page.locator(f".slide-{kind}").first.evaluate("slide => slide.id.slice(1)")
    page.evaluate(f"location.hash = '#s{number}'")
    expect(page.locator(f"#s{number}")).to_be_visible()
    return int(number)


def test_every_lesson_has_a_deck_of_forty_minutes_on_which_nothing_runs_over_an_edge(visit: Open) -> None:
    opened = visit(f"slides/{LESSONS[0]}.html", **ROOM)
    page = opened.page
    faults = {}
    for lesson in LESSONS:
        page.goto(page.url.rpartition("/")[0] + f"/{lesson}.html")
        page.evaluate("document.fonts.ready.then(() => 0)")
        page.keyboard.press("Shift")  # all widgets
        expect(page.locator("figure.if-explorer:not(:has(.if-live))")).to_have_count(0)
        # A widget is as wide as its slide once it is shown.
        for number in page.evaluate("[...document.querySelectorAll('.slide-widget')].map(each => each.id)"):
            page.evaluate(f"location.hash = '#{number}'")
            page.wait_for_function(
                f"() => document.querySelector('#{number} .if-panel > svg').clientWidth > 700"
            )
        minutes = page.evaluate(
            "[...document.querySelectorAll('.slide')].reduce((sum, each) => sum + +each.dataset.minutes, 0)"
        )
        found = page.evaluate(OVERFLOWS)
        if minutes != 40 or found:
            faults[lesson] = [minutes, *found]
    assert faults == {}
    assert opened.console_errors == []  # a request may be cut off by going on


def test_a_deck_is_lighter_than_its_lesson_and_its_script_is_small(built_site: Path) -> None:
    def weight(name: str) -> int:
        return len(gzip.compress((built_site / name).read_bytes()))

    heavy = [name for name in LESSONS if weight(f"slides/{name}.html") > weight(f"lessons/{name}.html")]
    assert heavy == []
    assert weight("_static/slides.js") < 3_500


@pytest.mark.parametrize("from_folder", [False, True], ids=["served", "folder"])
def test_keys_turn_the_slides_and_a_slider_keeps_its_arrows(
    from_folder: bool, visit: Open, built_site: Path
) -> None:
    opened = visit((built_site / DECK).as_uri() if from_folder else DECK, **ROOM)
    page = opened.page
    assert current(page) == 1
    for key, expected in [("ArrowRight", 2), ("Space", 3), ("PageDown", 4), ("ArrowLeft", 3), ("PageUp", 2)]:
        page.keyboard.press(key)
        assert current(page) == expected
    assert page.url.endswith("#s2")
    page.keyboard.press("End")
    assert current(page) == page.locator(".slide").count()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("Home")
    assert current(page) == 1

    number = to_kind(page, "widget")
    slider = page.locator(".slide.current .if-live input[type=range]").first
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != before
    assert current(page) == number
    page.keyboard.press("PageDown")  # of a presenter's remote
    assert current(page) == number + 1
    page.keyboard.press("PageUp")
    slider.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert current(page) == number + 1

    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Next").press("Enter")
    assert current(page) == number + 1
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    assert opened.complaints == []


def test_a_chart_on_a_scaled_slide_knows_where_it_was_touched(visit: Open) -> None:
    page = visit(DECK, viewport={"width": 1800, "height": 1013}).page
    to_kind(page, "widget")
    cursor = page.locator(".slide.current .if-panel > svg").first
    box = cursor.bounding_box()
    slider = (
        page.locator(".slide.current .if-main, .slide.current .if-foot").locator("input[type=range]").first
    )
    values = []
    for part in (0.4, 0.9):
        page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        values.append(float(slider.input_value()) / float(slider.get_attribute("max")))
    assert values[1] == pytest.approx(0.9, abs=0.06)
    assert values[1] - values[0] > 0.4


def test_the_overview_shows_all_slides_and_leads_to_each(visit: Open) -> None:
    opened = visit(DECK, **ROOM)
    page = opened.page
    page.keyboard.press("o")
    visible = page.locator(".slide:visible")
    assert visible.count() == page.locator(".slide").count()
    page.locator("#s12 .slide-number").focus()
    page.keyboard.press("Enter")
    assert current(page) == 12
    assert page.locator(".slide:visible").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".slide:visible").count() > 1
    page.keyboard.press("Escape")
    assert page.locator(".slide:visible").count() == 1
    assert opened.complaints == []


def test_each_slide_is_printed_on_a_page_of_its_own(visit: Open) -> None:
    page = visit(DECK, color_scheme="dark", **ROOM).page
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(printed.pages) == page.locator(".slide").count()
    first, last = printed.pages[0], printed.pages[-1]
    assert "Liquidation price" in first.extract_text()
    assert "Take away" in last.extract_text()
    assert float(first.mediabox.width) / float(first.mediabox.height) == pytest.approx(16 / 9, rel=0.01)


@pytest.mark.parametrize("from_folder", [False, True], ids=["served", "folder"])
def test_the_presenter_has_notes_and_a_clock_and_both_windows_turn_together(
    from_folder: bool, visit: Open, built_site: Path
) -> None:
    opened = visit((built_site / DECK).as_uri() if from_folder else DECK, **ROOM)
    page = opened.page
    page.keyboard.press("ArrowRight")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Presenter").click()
    presenter = popup.value
    presenter.wait_for_function("() => document.querySelector('.slide-clock')")
    assert current(presenter) == 2
    expect(presenter.locator("#s2 .slide-notes")).to_contain_text("Count the hands")
    expect(presenter.locator("#s3 .slide-face")).to_be_visible()  # the next one
    expect(presenter.get_by_role("timer")).to_contain_text(re.compile(r"\d\d:\d\d\s*0:\d\d of 40:00"))
    page.keyboard.press("ArrowRight")
    presenter.wait_for_function("() => document.querySelector('.slide.current')?.id === 's3'")
    presenter.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.slide.current')?.id === 's4'")
    presenter.close()

    page.keyboard.press("n")
    expect(page.locator("#s4 .slide-notes")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#s4 .slide-notes")).to_be_hidden()
    assert opened.complaints == []


def test_the_clock_says_how_late_it_is(visit: Open) -> None:
    page = visit(DECK, **ROOM).page
    page.clock.install()
    page.goto(page.url.partition("#")[0] + "?presenter")
    page.clock.run_for(15 * 60 * 1000 + 7000)
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("15:07 of 40:00")
    expect(timer).to_contain_text("min late")
    page.get_by_role("button", name="Start the clock again").click()
    expect(timer).to_contain_text("0:00 of 40:00")
    expect(timer).not_to_contain_text("late")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deck", [DECK, "slides/08_when_liquidation_fails.html"])
def test_axe_finds_nothing(deck: str, scheme: str, visit: Open) -> None:
    page = visit(deck, color_scheme=scheme, **ROOM).page
    shades = set()
    for state in ("title", "vote", "widget", "settled", "question", "overview", "notes"):
        if state == "overview":
            page.keyboard.press("o")
        elif state == "notes":
            page.keyboard.press("o")
            page.keyboard.press("n")
        else:
            to_kind(page, state)
        settle(page)
        assert faults(page) == [], state
        shades.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert shades == {"rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 24, 30)"}


def test_without_scripts_the_slides_and_their_notes_are_read_one_after_the_other(visit: Open) -> None:
    page = visit(DECK, java_script_enabled=False, viewport={"width": 1280, "height": 720}).page
    assert page.locator(".slide:visible").count() == page.locator(".slide").count()
    expect(page.locator("#s12 .slide-notes")).to_be_visible()


def test_in_a_narrow_window_too(visit: Open) -> None:
    page = visit(DECK, viewport={"width": 390, "height": 844}).page
    assert page.locator(".slide:visible").count() == page.locator(".slide").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_lesson_leads_to_its_deck_and_back(visit: Open) -> None:
    opened = visit("lessons/05_liquidation_price.html")
    page = opened.page
    assert "<!-- slide" not in page.content()
    page.get_by_role("link", name="Slides").click()
    page.wait_for_url(f"**/{DECK}")
    page.locator("#s1 .slide-foot a").first.click()
    page.wait_for_url("**/lessons/05_liquidation_price.html")
    assert opened.complaints == []


def test_a_link_to_a_state_of_a_widget_opens_its_slide(visit: Open) -> None:
    page = visit(f"{DECK}#w1=L:3", **ROOM).page
    assert "slide-widget" in page.locator(".slide.current").get_attribute("class")
