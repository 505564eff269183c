"""The reader's progress: kept in one browser, shown on every page, and gone when the reader says so."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import new_context, settle

ROOT = Path(__file__).parents[2]
Open = Callable[..., Any]

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
LANDING = f"{CONTENTS['root']}.html"
TITLES = {c["file"]: c.get("title") for part in CONTENTS["parts"] for c in part["chapters"]}
LESSONS = [name for name in TITLES if name.startswith("lessons/")]
FIRST, SECOND, THIRD = LESSONS[:3]
EXERCISE = FIRST.replace("lessons/", "exercises/")
DENIED = (
    "Object.defineProperty(window, 'localStorage',"
    " { get() { throw new DOMException('denied', 'SecurityError') } })"
)
ABSENT = "Object.defineProperty(window, 'localStorage', { value: null })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }"


def open_tab(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.errors = errors  # type: ignore[attr-defined]
    page.goto(address)
    return page


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = new_context(browser)
    yield context
    errors = [error for page in context.pages for error in getattr(page, "errors", [])]
    context.close()
    assert errors == []


@pytest.fixture
def tab(context: BrowserContext, site_url: str) -> Callable[[str], Page]:
    """Open a page by its name in one more tab of the same browser."""
    return lambda name: open_tab(context, f"{site_url}/{name.removesuffix('.html')}.html")


def box(page: Page) -> Locator:
    return page.get_by_role("checkbox", name="I have")


def ticks(page: Page) -> list[str]:
    """The titles in the contents that are ticked, as a screen reader says them."""
    links = page.locator("nav.bd-links li a", has=page.get_by_role("img", name="finished"))
    return [text.replace("✓", "") for text in links.all_inner_texts()]


def test_a_finished_lesson_is_ticked_and_the_next_one_named(tab: Callable[[str], Page]) -> None:
    page = tab(FIRST)
    assert ticks(page) == []
    expect(box(page)).not_to_be_checked()
    expect(page.locator(".lesson-progress")).to_contain_text("Only this browser remembers it.")
    box(page).check()
    assert ticks(page) == [TITLES[FIRST]]
    said = page.locator(".lesson-progress").get_by_role("status")
    expect(said).to_have_text(f"1 of {len(LESSONS)} lessons finished. Next: {TITLES[SECOND]}")
    said.get_by_role("link").click()
    page.wait_for_url(f"**/{SECOND}.html")
    expect(box(page)).not_to_be_checked()
    assert ticks(page) == [TITLES[FIRST]]


def test_a_tick_is_remembered_and_can_be_taken_back(tab: Callable[[str], Page]) -> None:
    page = tab(FIRST)
    box(page).check()
    page.reload()
    expect(box(page)).to_be_checked()
    box(page).uncheck()
    assert ticks(page) == []
    page.reload()
    expect(box(page)).not_to_be_checked()
    assert page.evaluate("localStorage.getItem('inverse-futures-finished')") is None


def test_the_keyboard_is_enough(tab: Callable[[str], Page]) -> None:
    page = tab(FIRST)
    box(page).focus()
    page.keyboard.press("Space")
    assert ticks(page) == [TITLES[FIRST]]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == TITLES[SECOND]


def test_a_tick_stands_on_the_tab_too(tab: Callable[[str], Page]) -> None:
    box(tab(EXERCISE)).check()
    page = tab(FIRST)
    ticked = page.locator(".lesson-tabs a", has=page.get_by_role("img", name="finished"))
    assert [text.strip("✓ ") for text in ticked.all_inner_texts()] == ["Exercises"]
    assert ticks(page) == []
    box(page).check()
    expect(ticked).to_have_count(2)


def test_exercises_are_ticked_on_their_own(tab: Callable[[str], Page]) -> None:
    page = tab(EXERCISE)
    box(page).check()
    said = page.locator(".lesson-progress").get_by_role("status")
    expect(said).to_contain_text(
        f"0 of {len(LESSONS)} lessons and 1 of {len(LESSONS)} exercise sets finished."
    )
    expect(box(tab(FIRST))).not_to_be_checked()


def test_the_first_page_says_how_far_one_is_and_where_to_go_on(tab: Callable[[str], Page]) -> None:
    for name in (FIRST, THIRD):
        box(tab(name)).check()
    page = tab(LANDING)
    expect(page.locator(".course-progress")).to_contain_text(f"2 of {len(LESSONS)} lessons finished.")
    page.locator(".door").get_by_role("link", name=f"Continue with {TITLES[SECOND]}").click()
    page.wait_for_url(f"**/{SECOND}.html")


def test_the_first_page_still_fits_one_screen(tab: Callable[[str], Page]) -> None:
    box(tab(FIRST)).check()
    page = tab(LANDING)
    expect(page.locator(".course-progress button")).to_be_attached()
    bounds = page.locator('input[type="range"]').first.bounding_box()
    assert bounds
    assert bounds["y"] + bounds["height"] <= 800


def test_clearing_forgets_everything_in_every_tab(tab: Callable[[str], Page]) -> None:
    lesson, page = tab(FIRST), tab(LANDING)
    box(lesson).check()
    clear = page.get_by_role("button", name="Clear my progress")
    clear.click()
    expect(clear).to_be_hidden()
    expect(page.locator(".door").get_by_role("link", name="Start with lesson 01")).to_be_visible()
    expect(page.locator(".course-progress")).to_have_text("Your progress is cleared.", use_inner_text=True)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "status"
    expect(box(lesson)).not_to_be_checked()
    assert ticks(page) == ticks(lesson) == []
    assert page.evaluate("localStorage.getItem('inverse-futures-finished')") is None


def test_another_tab_follows_and_loses_nothing(tab: Callable[[str], Page]) -> None:
    one, other = tab(FIRST), tab(SECOND)
    box(one).check()
    expect(other.locator("nav.bd-links .progress-tick")).to_have_count(1)
    box(other).check()
    expect(one.locator("nav.bd-links .progress-tick")).to_have_count(2)
    assert ticks(one) == ticks(other) == [TITLES[FIRST], TITLES[SECOND]]


def test_nothing_is_said_before_anything_is_finished(tab: Callable[[str], Page]) -> None:
    page = tab(LANDING)
    assert page.locator(".course-progress").inner_text() == ""
    assert page.locator(".course-progress").bounding_box()["height"] == 0  # type: ignore[index]
    assert tab("book/glossary").locator(".lesson-progress").count() == 0


def test_all_lessons_finished(tab: Callable[[str], Page]) -> None:
    page = tab(FIRST)
    keys = [f"lessons/{name.partition('_')[2]}" for name in LESSONS]
    page.evaluate("keys => localStorage.setItem('inverse-futures-finished', JSON.stringify(keys))", keys)
    page.reload()
    said = page.locator(".lesson-progress").get_by_role("status")
    expect(said).to_have_text(f"{len(LESSONS)} of {len(LESSONS)} lessons finished.")


def test_a_lesson_is_remembered_by_its_name_and_not_by_its_number(tab: Callable[[str], Page]) -> None:
    box(tab(FIRST)).check()
    page = tab(LANDING)
    # As if a lesson had been put before it.
    page.route("**/book/index.html", lambda route: route.fulfill(
        response=(answer := route.fetch()), body=answer.text().replace("lessons/01_", "lessons/02_"))
    )  # fmt: skip
    page.reload()
    expect(page.locator(".course-progress")).to_contain_text("1 of")


@pytest.mark.parametrize("kept", ["{", "7", "null", '{"a": 1}', '["lessons/no_such_lesson"]'])
def test_what_this_script_has_not_written_does_no_harm(kept: str, tab: Callable[[str], Page]) -> None:
    page = tab(FIRST)
    page.evaluate("kept => localStorage.setItem('inverse-futures-finished', kept)", kept)
    page.reload()
    assert ticks(page) == []
    box(page).check()
    assert ticks(page) == [TITLES[FIRST]]


@pytest.mark.parametrize("fault", [DENIED, ABSENT, FULL])
def test_where_nothing_is_kept_the_box_says_so_and_works_on_its_page(
    fault: str, context: BrowserContext, tab: Callable[[str], Page]
) -> None:
    context.add_init_script(fault)
    page = tab(FIRST)
    expect(page.locator(".lesson-progress")).to_contain_text("This browser keeps nothing for this site")
    assert "remembers" not in page.locator(".lesson-progress").inner_text()
    box(page).check()
    assert ticks(page) == [TITLES[FIRST]]
    page.reload()
    expect(box(page)).not_to_be_checked()
    assert ticks(page) == []
    assert tab(LANDING).locator(".course-progress").inner_text() == ""


def test_where_nothing_more_can_be_written_the_box_says_so(tab: Callable[[str], Page]) -> None:
    page = tab(FIRST)
    expect(page.locator(".lesson-progress")).to_contain_text("Only this browser remembers it.")
    page.evaluate(f"() => {{ {FULL} }}")
    box(page).check()
    expect(page.locator(".lesson-progress")).to_contain_text("This browser keeps nothing for this site")


def test_it_works_from_a_folder(browser: Browser, built_site: Path) -> None:
    # On a busy machine Chromium loses now and then what a page from a folder keeps, whatever that page does.
    def kept() -> bool:
        context = new_context(browser)
        page = open_tab(context, (built_site / f"{FIRST}.html").as_uri())
        box(page).check()
        assert ticks(page) == [TITLES[FIRST]]
        page.goto((built_site / LANDING).as_uri())
        said = page.locator(".course-progress").inner_text()
        assert page.errors == []  # type: ignore[attr-defined]
        context.close()
        return "1 of" in said

    assert any(kept() for _ in range(6))


def test_without_scripts_nothing_of_it_is_on_the_page(visit: Open) -> None:
    for name in (f"{FIRST}.html", LANDING):
        page = visit(name, java_script_enabled=False).page
        assert page.get_by_text("finished").count() == 0
        assert page.get_by_role("checkbox", name="I have").count() == 0


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_within_the_page(width: int, scheme: str, visit: Open, site_url: str) -> None:
    page = visit(f"{FIRST}.html", viewport={"width": width, "height": 800}, color_scheme=scheme).page
    box(page).check()
    for name in (f"{FIRST}.html", LANDING):
        page.goto(f"{site_url}/{name}")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        settle(page)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
