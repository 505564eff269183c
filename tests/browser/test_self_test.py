"""A test of oneself: answered by key or click, told at its end, kept in one browser, printed blank."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import DENIED, ROOT, Open, settle
from tests.browser.small_book import FORMS

ITEMS = yaml.safe_load((ROOT / "book" / "concept_test.yml").read_text("utf-8"))


def question(page: Page, number: int) -> Locator:
    return page.locator(".test-item").nth(number - 1)


def letters(form: str, mistakes: dict[int, str] | None = None) -> list[str]:
    """Return the letters of the right options, or of a question's mistake."""
    chosen = []
    for number, item in enumerate(ITEMS, 1):
        wanted = (mistakes or {}).get(number, "right")
        chosen.append("abcd"[[next(iter(option)) for option in item[form]["options"]].index(wanted)])
    return chosen


def answer(page: Page, chosen: list[str]) -> None:
    for number, letter in enumerate(chosen, 1):
        if letter:
            question(page, number).locator(f'input[value="{letter}"]').check()


def finish(page: Page) -> Locator:
    page.get_by_role("button", name="Show my result").click()
    return page.locator(".test-end").get_by_role("status")


def test_nothing_is_told_before_the_end_and_then_what_was_missed_with_its_lesson(
    open_small_page: Open,
) -> None:
    page = open_small_page(FORMS["A"])
    expect(page.get_by_role("radio")).to_have_count(80)
    mistake = next(iter(ITEMS[4]["mistakes"]))
    answer(page, letters("A", {5: mistake}))
    expect(page.locator(".test-end").get_by_role("status")).to_contain_text(
        "20 of 20 answered. Your answers stay"
    )
    assert page.locator("[data-verdict]").count() == 0
    assert page.get_by_text(ITEMS[0]["A"]["because"][:40]).is_hidden()
    said = finish(page)
    expect(said).to_have_text("Form A, 2026-03-02: 19 of 20.")
    expect(said).to_be_focused()
    missed = page.locator(".test-read li")
    expect(missed).to_have_count(1)
    expect(missed).to_contain_text(ITEMS[4]["idea"])
    expect(missed.get_by_role("link")).to_have_attribute("href", re.compile(r"lessons/05_\w+\.html"))
    expect(question(page, 5)).to_have_attribute("data-verdict", "not-yet")
    expect(question(page, 5).locator(".test-said")).to_contain_text(ITEMS[4]["mistakes"][mistake])
    expect(question(page, 5).locator(".test-said")).to_contain_text(ITEMS[4]["A"]["because"])
    expect(question(page, 6).locator(".test-said")).to_contain_text("Right.")
    expect(question(page, 1).get_by_role("radio").first).to_be_disabled()


def test_what_is_open_is_said_once_and_counts_as_missed(open_small_page: Open) -> None:
    page = open_small_page(FORMS["A"])
    chosen = letters("A")
    answer(page, ["" if number in (3, 17) else letter for number, letter in enumerate(chosen, 1)])
    expect(finish(page)).to_contain_text("Questions 3, 17 are open and would count as missed.")
    assert page.locator("[data-verdict]").count() == 0
    expect(finish(page)).to_contain_text("18 of 20.")
    expect(question(page, 3).locator(".test-said")).to_contain_text("Left open. The answer is a.")


def test_with_the_keyboard_alone(open_small_page: Open) -> None:
    page = open_small_page(FORMS["B"])
    question(page, 1).get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(question(page, 1).get_by_role("radio").nth(2)).to_be_checked()
    page.keyboard.press("Tab")
    expect(question(page, 2).get_by_role("radio").first).to_be_focused()
    page.get_by_role("button", name="Show my result").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".test-end").get_by_role("status")).to_have_text("Form B, 2026-03-02: 1 of 20.")


def test_answers_are_kept_and_both_results_stand_side_by_side_until_one_begins_again(
    open_small_page: Open,
) -> None:
    page = open_small_page(FORMS["A"])
    question(page, 2).get_by_role("radio").nth(1).check()
    page.reload()
    expect(question(page, 2).get_by_role("radio").nth(1)).to_be_checked()
    finish(page)
    finish(page)
    page.reload()
    expect(page.locator(".test-end").get_by_role("status")).to_have_text("Form A, 2026-03-02: 0 of 20.")
    after = open_small_page(FORMS["B"], day=90)
    answer(after, letters("B"))
    expect(finish(after)).to_have_text("Form A, 2026-03-02: 0 of 20. Form B, 2026-05-31: 20 of 20.")
    expect(after.locator(".test-read")).to_have_text("Nothing was missed.")
    after.get_by_role("button", name="Begin again").click()
    expect(question(after, 1).get_by_role("radio").first).to_be_focused()
    assert after.locator("input:checked, [data-verdict]").count() == 0
    kept = json.loads(after.evaluate("localStorage.getItem('inverse-futures-answers')"))
    assert [name for name in kept if "form-" in name] == ["concept_test.form-a"]
    assert len(kept) == 2
    expect(open_small_page("book/review", day=200).locator(".review")).to_contain_text(
        "Nothing waits for you"
    )


def test_a_record_that_is_no_result_is_not_shown(open_small_page: Open) -> None:
    page = open_small_page(FORMS["A"])
    entry = {"answer": "<b>20 of 20</b>", "correct": True, "tries": 1, "help": 0}
    kept = json.dumps({"concept_test.form-a": entry})
    page.evaluate("kept => localStorage.setItem('inverse-futures-answers', kept)", kept)
    page.reload()
    expect(page.get_by_role("button", name="Show my result")).to_be_visible()
    expect(page.locator(".test-end").get_by_role("status")).to_have_text("")


def test_where_storage_is_denied_it_works_and_says_so(open_small_page: Open) -> None:
    page = open_small_page(FORMS["A"], DENIED)
    question(page, 1).get_by_role("radio").first.check()
    status = page.locator(".test-end").get_by_role("status")
    expect(status).to_contain_text("1 of 20 answered. This browser keeps nothing for this site")
    finish(page)
    finish(page)
    expect(status).to_contain_text("0 of 20. This browser keeps nothing")
    expect(page.locator(".test-read li")).to_have_count(20)


def test_without_scripts_it_reads_as_text_and_gives_nothing_away(open_small_page: Open) -> None:
    page = open_small_page(FORMS["A"], java_script_enabled=False)
    assert page.locator("input[type=radio]").count() == 0
    expect(question(page, 1).locator(":scope > ul > li")).to_have_count(4)
    expect(question(page, 1)).to_contain_text(ITEMS[0]["A"]["asks"])
    assert page.get_by_text(ITEMS[0]["A"]["because"][:40]).is_hidden()
    expect(page.locator(".test-end")).to_contain_text("are in the key")


def test_on_paper_there_are_questions_and_letters_and_nothing_is_chosen(open_small_page: Open) -> None:
    page = open_small_page(FORMS["A"])
    answer(page, letters("A"))
    finish(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    first = question(page, 1)
    expect(first).to_contain_text(ITEMS[0]["A"]["asks"])
    assert first.locator("label code:visible").all_inner_texts() == ["a", "b", "c", "d"]
    assert (
        page.locator(
            "article :is(input, button, .test-said, .test-told, .test-read, [role=status]):visible"
        ).count()
        == 0
    )


@pytest.mark.parametrize(
    ("width", "looks"),
    [
        (1280, {"color_scheme": "light"}),
        (390, {"color_scheme": "dark"}),
        (390, {"color_scheme": "dark", "forced_colors": "active"}),
    ],
)
def test_accessible_and_within_the_page(width: int, looks: dict[str, Any], open_small_page: Open) -> None:
    page = open_small_page(FORMS["A"], viewport={"width": width, "height": 720}, **looks)
    answer(page, letters("A", {2: next(iter(ITEMS[1]["mistakes"]))}))
    finish(page)
    settle(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_form_is_light(small_site: Path) -> None:
    for page in FORMS.values():
        assert (small_site / f"{page}.html").stat().st_size < 120_000
