"""Exercises answered on their page: no kernel, no server, the keyboard alone, and kept in one browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from inversefutures import check
from tests.browser.accessibility import faults

ROOT = Path(__file__).parents[2]
Open = Callable[..., Any]

PAGES = sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))
FIRST = PAGES[0]
ADDRESS = f"exercises/{FIRST}.html"
LESSON = f"lessons/{FIRST}.html"
# Their check is handed what a program made of the answer.
CODE_TASKS = {
    task
    for path in (ROOT / "exercises").glob("*.ipynb")
    for task in re.findall(r'check\(\\"(\d+\.\d+)\\", [\w.]+\(', path.read_text("utf-8"))
}
DENIED = (
    "Object.defineProperty(window, 'localStorage',"
    " { get() { throw new DOMException('denied', 'SecurityError') } })"
)
KEYS = {
    task: key
    for path in sorted(check.ANSWERS.glob("*.json"))
    for task, key in json.loads(path.read_text("utf-8")).items()
}
LESSON_KEYS = {task: key for task, key in KEYS.items() if task.startswith(FIRST[:2])}


def task_of(kind: str) -> str:
    return next(task for task, key in LESSON_KEYS.items() if key["kind"] == kind)


def form(page: Page, task: str) -> Locator:
    return page.locator(f'[data-task="{task}"] form')


def answer(page: Page, task: str, text: str) -> Locator:
    """Type an answer, press Enter, and return what is said."""
    field = form(page, task).get_by_role("textbox")
    field.fill(text)
    field.press("Enter")
    return form(page, task).locator(".answer-said")


def right_number(task: str) -> str:
    return repr(KEYS[task]["correct"][0])


@pytest.mark.parametrize("name", PAGES)
def test_every_task_has_a_box_or_says_that_it_needs_python(name: str, visit: Open) -> None:
    seen = visit(f"exercises/{name}.html")
    page = seen.page
    tasks = {task for task in KEYS if task.startswith(f"{name[:2]}.")}
    boxes = page.locator(".answer-place").evaluate_all("all => all.map(one => one.dataset.task)")
    assert set(boxes) == tasks - CODE_TASKS
    assert page.locator("form.answer").count() == len(boxes)
    assert page.locator(".answer-needs-python").count() == len(tasks & CODE_TASKS)
    for task in boxes:
        choice = KEYS[task]["kind"] == "choice"
        assert form(page, task).get_by_role("radio").count() == (len(KEYS[task]["wrong"]) + 1) * choice, task
    assert seen.complaints == []


def test_a_right_number_a_mistake_and_too_few_digits(visit: Open) -> None:
    page = visit(ADDRESS).page
    task = task_of("number")
    wrong = KEYS[task]["wrong"][0]
    expect(answer(page, task, f"{wrong['values'][0]!r}")).to_have_text(f"Not yet. {wrong['message']}")
    expect(answer(page, task, right_number(task))).to_contain_text("Correct.")
    expect(form(page, task)).to_have_attribute("data-verdict", "correct")
    expect(form(page, task).locator(".answer-tries")).to_have_text("solved, 2 tries")


def test_what_is_ambiguous_is_asked_back_and_is_no_try(visit: Open) -> None:
    page = visit(ADDRESS).page
    task = task_of("expression")
    expect(answer(page, task, "N/2E")).to_contain_text("What stands below the line?")
    expect(form(page, task)).to_have_attribute("data-verdict", "asked-back")
    expect(form(page, task).locator(".answer-tries")).to_have_text("")


def test_what_was_read_is_shown_while_typing_and_not_announced(visit: Open) -> None:
    page = visit(ADDRESS).page
    task = task_of("expression")
    field = form(page, task).get_by_role("textbox")
    field.press_sequentially("N/(2E)")
    read = form(page, task).locator(".answer-read")
    expect(read.locator("mfrac")).to_have_count(1)
    assert read.get_attribute("role") == "group"
    assert read.get_attribute("aria-live") is None
    assert field.get_attribute("aria-describedby") == read.get_attribute("id")
    said = form(page, task).locator(".answer-said")
    expect(said).to_have_attribute("role", "status")
    expect(said).to_be_empty()
    field.fill("N/(")
    expect(read).to_be_empty()  # not complained of before it is finished
    field.fill("<img src=x onerror=alert(1)>")
    expect(page.locator(".answer-read img")).to_have_count(0)


def test_the_keyboard_is_enough(visit: Open) -> None:
    page = visit(ADDRESS).page
    task = task_of("choice")
    first = form(page, task).get_by_role("radio").first
    first.focus()
    letters = form(page, task).get_by_role("radio").evaluate_all("all => all.map(one => one.value)")
    page.keyboard.press("Space")
    for _ in range(letters.index(KEYS[task]["correct"])):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(form(page, task).locator(".answer-said")).to_contain_text("Correct.")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    steps = form(page, task).locator(".answer-help")
    expect(steps.locator("p")).to_have_count(1)
    for _ in range(3):
        if page.evaluate("document.activeElement.localName") == "button":
            page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith(
        f"../solutions/{FIRST}.html#"
    )


def test_help_comes_in_steps_and_ends_at_the_solution(visit: Open) -> None:
    page = visit(ADDRESS).page
    task = task_of("expression")
    form(page, task).get_by_role("button", name="Hint").click()
    steps = form(page, task).locator(".answer-help p")
    expect(steps).to_have_text([f"Hint: {KEYS[task]['hint']}"])
    while (more := form(page, task).get_by_role("button").nth(1)).is_visible():
        more.click()
    title = page.locator("section", has=form(page, task)).last.locator("h2").inner_text()
    steps.last.get_by_role("link").click()
    page.wait_for_url(f"**/solutions/{FIRST}.html#*")
    assert page.locator(":target h2").first.inner_text() == title


def test_answers_stay_and_are_counted_on_the_lesson_too(visit: Open, site_url: str) -> None:
    page = visit(ADDRESS).page
    task = task_of("number")
    count = page.locator(".answer-records [role=status]").first
    boxes = page.locator("form.answer").count()
    expect(count).to_have_text(f"0 of {boxes} exercises solved.")
    expect(answer(page, task, right_number(task))).to_contain_text("Correct.")
    expect(count).to_have_text(f"1 of {boxes} exercises solved.")
    page.reload()
    expect(form(page, task).get_by_role("textbox")).to_have_value(right_number(task))
    expect(form(page, task)).to_have_attribute("data-verdict", "correct")
    page.goto(f"{site_url}/{LESSON}")
    link = page.locator(".answer-records a")
    expect(link).to_have_text(f"1 of {boxes} exercises solved.")
    link.click()
    page.wait_for_url(f"**/{ADDRESS}")


def test_records_go_into_a_file_and_come_back(visit: Open, tmp_path: Path) -> None:
    page = visit(ADDRESS).page
    task = task_of("number")
    answer(page, task, right_number(task))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    page.get_by_role("button", name="Clear").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Clear all records").click()
    expect(form(page, task).get_by_role("textbox")).to_have_value("")
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    page.locator('input[type="file"]').set_input_files(bad)
    expect(page.locator(".answer-records")).to_contain_text("not a file of this course's records")
    with page.expect_navigation():
        page.locator('input[type="file"]').set_input_files(saved)
    expect(form(page, task)).to_have_attribute("data-verdict", "correct")


def test_where_storage_is_denied_the_page_says_so_and_works(visit: Open, built_site: Path) -> None:
    seen = visit("book/glossary.html")
    page = seen.page
    page.add_init_script(DENIED)
    page.goto((built_site / ADDRESS).as_uri())  # from a folder, too
    task = task_of("number")
    expect(answer(page, task, right_number(task))).to_contain_text("Correct.")
    expect(page.locator(".answer-records")).to_contain_text("This browser keeps nothing")
    expect(page.locator(".answer-records [role=status]").first).to_contain_text("1 of")


def test_without_scripts_the_page_reads_as_text(visit: Open) -> None:
    page = visit(ADDRESS, java_script_enabled=False).page
    assert page.locator("form.answer, .answer-records").count() == 0
    assert page.locator(".answer-place").first.bounding_box()["height"] == 0  # type: ignore[index]
    page.locator(".in-python summary").nth(1).click()
    expect(page.locator(".in-python .cell").nth(1)).to_be_visible()


def test_on_paper_there_are_no_boxes(visit: Open) -> None:
    page = visit(ADDRESS).page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for selector in (".answer-line", ".answer-records", ".answer input"):
        assert page.locator(selector).first.is_hidden()
    assert page.locator(".answer fieldset label").first.is_visible()
    assert page.locator(".in-python").first.is_hidden()


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_within_the_page(width: int, scheme: str, visit: Open) -> None:
    seen = visit(ADDRESS, viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = seen.page
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    number, expression = task_of("number"), task_of("expression")
    answer(page, number, right_number(number))
    answer(page, expression, "-(1 + 2/3)*" * 12 + "7")
    form(page, expression).get_by_role("button", name="Hint").click()
    page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished))")
    page.wait_for_timeout(400)  # the theme makes boxes that scroll reachable after 300 ms of calm
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.complaints == []
