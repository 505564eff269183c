"""Bets, questions, drills and the review: chosen with a click or a key, kept in one browser, asked again."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from inversefutures import check
from tests.browser.accessibility import faults
from tests.browser.conftest import DENIED, WAIT, Open, settle
from tests.browser.small_book import EXERCISE, LESSON, REVIEW, TASK


def bet(page: Page, number: int) -> Locator:
    return page.locator(f'.bet[data-bet="{number}"]')


def settling(page: Page, number: int) -> Locator:
    return page.locator(f'.bet-settled[data-bet="{number}"]')


def option(page: Page, letter: str) -> Locator:
    return page.locator(".question summary", has_text=f"{letter}: ")


def records(page: Page) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(
        page.evaluate("localStorage.getItem('inverse-futures-answers') ?? '{}'")
    )
    return kept


# --- bets -----------------------------------------------------------------------------------------


def test_a_bet_is_kept_can_be_changed_and_stays_once_its_answer_is_read(open_small_page: Open) -> None:
    page = open_small_page(LESSON)
    group = page.get_by_role("group", name=re.compile("At which price"))
    expect(group.get_by_role("radio")).to_have_count(2)
    expect(settling(page, 1).locator(".bet-said")).to_be_hidden()
    group.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    expect(bet(page, 1).get_by_role("status")).to_contain_text("kept in this browser")
    page.keyboard.press("ArrowDown")
    page.reload()
    chosen = bet(page, 1).get_by_role("radio", name="b at exactly 9,000 USD")
    expect(chosen).to_be_checked()
    expect(chosen).to_be_enabled()
    settling(page, 1).scroll_into_view_if_needed()
    said = settling(page, 1).locator(".bet-said")
    expect(said).to_have_text("You bet b: at exactly 9,000 USD. That was not it.")
    expect(chosen).to_be_disabled()
    page.reload()
    expect(chosen).to_be_checked()
    expect(chosen).to_be_disabled()
    # Another bet is still open, and an answer that is read without one changes nothing.
    expect(bet(page, 2).get_by_role("radio").first).to_be_enabled()
    settling(page, 2).scroll_into_view_if_needed()
    expect(settling(page, 2).locator(".bet-said")).to_be_hidden()
    bet(page, 2).get_by_role("radio", name="nowhere").check()
    expect(settling(page, 2)).to_contain_text("You bet b: nowhere. You were right.")


# --- questions ------------------------------------------------------------------------------------


def test_the_first_answer_is_kept_and_the_others_can_be_read(open_small_page: Open) -> None:
    page = open_small_page(LESSON)
    option(page, "B").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is the linear contract")).to_be_visible()
    said = page.locator(".question").get_by_role("status")
    expect(said).to_have_text("Your first answer: B. Read why not, and then the others.")
    option(page, "A").click()
    expect(page.get_by_text("It is paid in what falls")).to_be_visible()
    expect(said).to_contain_text("Your first answer: B.")
    page.reload()
    expect(said).to_contain_text("Your first answer: B.")
    expect(page.locator('.question [data-verdict="not-yet"] summary')).to_have_text("B: the short")
    expect(page.get_by_text("That is the linear contract")).to_be_hidden()


def test_a_right_answer_is_said_to_be_right(open_small_page: Open) -> None:
    page = open_small_page(LESSON)
    option(page, "A").click()
    expect(page.locator(".question").get_by_role("status")).to_have_text(
        "Your first answer: A, and it is right."
    )
    assert "due" not in next(iter(records(page).values()))


# --- without scripts, without storage, on paper ---------------------------------------------------


def test_where_storage_is_denied_it_works_and_says_that_nothing_is_kept(open_small_page: Open) -> None:
    page = open_small_page(LESSON, DENIED)
    bet(page, 1).get_by_role("radio").first.check()
    expect(bet(page, 1).get_by_role("status")).to_contain_text("This browser keeps nothing")
    expect(settling(page, 1)).to_contain_text("You bet a: above 9,000 USD. You were right.")
    option(page, "B").click()
    expect(page.locator(".question").get_by_role("status")).to_contain_text("This browser keeps nothing")
    expect(page.get_by_text("That is the linear contract")).to_be_visible()
    review = open_small_page(REVIEW)
    expect(review.locator(".review")).to_contain_text("keeps nothing for this site, so nothing can come back")


def test_without_scripts_all_of_it_reads_as_text(open_small_page: Open) -> None:
    page = open_small_page(LESSON, java_script_enabled=False)
    assert page.locator("input[type=radio], [role=status]").count() == 0
    expect(bet(page, 1).locator("li")).to_have_text(["a above 9,000 USD", "b at exactly 9,000 USD"])
    expect(page.get_by_text("That is the linear contract")).to_be_hidden()
    option(page, "B").click()
    expect(page.get_by_text("That is the linear contract")).to_be_visible()
    expect(open_small_page(REVIEW).locator(".review")).to_contain_text("It needs scripts")


def test_on_paper_there_are_the_questions_and_their_answers_and_nothing_is_chosen(
    open_small_page: Open,
) -> None:
    page = open_small_page(LESSON)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for text in (
        "At which price are its coins gone?",
        "above 9,000 USD",
        "A: the long",
        "It is paid in what falls",
    ):
        expect(page.get_by_text(text).first).to_be_visible()
    assert page.locator("article :is(input, [role=status]):visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert records(page) == {}


@pytest.mark.parametrize(
    ("width", "looks"),
    [
        (1280, {"color_scheme": "light"}),
        (390, {"color_scheme": "dark"}),
        (320, {"color_scheme": "light"}),
        (390, {"color_scheme": "dark", "forced_colors": "active"}),
    ],
)
def test_accessible_and_within_the_page(width: int, looks: dict[str, Any], open_small_page: Open) -> None:
    page = open_small_page(LESSON, viewport={"width": width, "height": 844}, **looks)
    bet(page, 1).get_by_role("radio").nth(1).check()
    settling(page, 1).scroll_into_view_if_needed()
    expect(bet(page, 1).get_by_role("radio").first).to_be_disabled()
    option(page, "B").click()
    assert len(records(page)) == 2
    review = open_small_page(REVIEW, day=5)
    expect(review.locator(".review-count")).to_have_text("2 are due today.")
    expect(review.locator(".review-card")).to_have_count(2)
    exercise = open_small_page(f"exercises/{EXERCISE}")
    exercise.locator(f'[data-task="{TASK}"]').get_by_role("button", name="Again").click()
    expect(exercise.locator(".drill form")).to_be_visible()
    for each in (page, review, exercise):
        settle(each)
        assert faults(each) == []
        assert each.evaluate("document.documentElement.scrollWidth") <= width


# --- drills and the review ------------------------------------------------------------------------


def drilled(page: Page) -> tuple[dict[str, Any], int]:
    """Return the drills of TASK, and which of their points the page asks."""
    drills = json.loads((check.ANSWERS / "drills" / "05.json").read_text("utf-8"))[TASK]
    asked = page.locator(".drill > p").inner_text()
    numbers = [float(each.replace(",", "")) for each in re.findall(r"= ([\d,.]*\d)", asked)]
    return drills, drills["points"].index(numbers)


def test_a_task_is_asked_again_with_other_numbers(open_small_page: Open) -> None:
    page = open_small_page(f"exercises/{EXERCISE}")
    assert (
        page.evaluate("[...document.scripts].filter(script => script.src.includes('/drills/')).length") == 0
    )
    task = page.locator(f'[data-task="{TASK}"]')
    task.get_by_role("button", name="Again, with other numbers").click()
    box = task.locator(".drill form")
    drills, place = drilled(page)
    field, said = box.get_by_role("textbox"), box.locator(".answer-said")
    expect(field).to_be_focused()
    field.fill(f"{drills['wrong'][0]['values'][place]}")
    field.press("Enter")
    expect(said).to_have_text(f"Not yet. {drills['wrong'][0]['message']}")
    field.fill(f"{drills['correct'][place]:.4g}")
    field.press("Enter")
    expect(said).to_contain_text("Correct.")
    assert records(page)["liquidation_price.4"]["due"]  # missed at first, so it comes back


def test_what_was_missed_comes_back_and_later_each_time_it_is_right(open_small_page: Open) -> None:
    page = open_small_page(LESSON)
    option(page, "B").click()
    expect(open_small_page(REVIEW, day=0).locator(".review")).to_contain_text(
        "Nothing is due today. 1 more waits"
    )
    expect(open_small_page(REVIEW, day=4).locator(".review")).to_contain_text("the next for 1 day.")
    review = open_small_page(REVIEW, day=5)
    expect(review.locator(".review-count")).to_have_text("1 is due today.")
    expect(review.locator(".review-card h2")).to_have_text("Topic")
    option(review, "A").click()
    expect(review.locator(".review-said")).to_have_text("Right. It comes back in 14 days.")
    for day, step in ((19, 30), (49, 70)):
        review = open_small_page(REVIEW, day=day)
        option(review, "A").click()
        expect(review.locator(".review-said")).to_have_text(f"Right. It comes back in {step} days.")
    review = open_small_page(REVIEW, day=119)
    option(review, "B").click()
    expect(review.locator(".review-said")).to_have_text("Not this time. It comes back in 5 days.")
    # The first answer of all stays what it was.
    page.reload()
    expect(page.locator(".question").get_by_role("status")).to_contain_text("Your first answer: B.")


def test_a_bet_a_task_with_numbers_and_one_without_come_back(open_small_page: Open) -> None:
    page = open_small_page(LESSON)
    bet(page, 1).get_by_role("radio").nth(1).check()
    settling(page, 1).scroll_into_view_if_needed()
    expect(bet(page, 1).get_by_role("radio").first).to_be_disabled()
    exercise = open_small_page(f"exercises/{EXERCISE}")
    for task, wrong in (("05.1", "1"), (TASK, "E")):
        field = exercise.locator(f'[data-task="{task}"]').get_by_role("textbox")
        field.fill(wrong)
        field.press("Enter")
        expect(exercise.locator(f'[data-task="{task}"] .answer-said')).to_contain_text("Not yet")
    review = open_small_page(REVIEW, day=6)
    cards = review.locator(".review-card")
    expect(cards).to_have_count(3)
    first = cards.filter(has=review.get_by_role("group", name=re.compile("At which price")))
    expect(first.locator(".bet-settled")).to_be_hidden()
    first.get_by_role("radio").first.check()
    first.get_by_role("button", name="Check").click()
    expect(first.locator(".bet-settled")).to_be_visible()
    expect(first.locator(".review-said")).to_have_text("Right. It comes back in 14 days.")
    drills, place = drilled(review)
    again = cards.filter(has=review.locator(".drill"))
    again.get_by_role("textbox").fill(f"{drills['correct'][place]:.4g}")
    again.get_by_role("textbox").press("Enter")
    expect(again.locator(".review-said")).to_have_text("Right. It comes back in 14 days.")
    other = cards.filter(has_text="task 05.1")
    other.get_by_role("button", name="I did not").click()
    expect(other.locator(".review-said")).to_have_text("Not this time. It comes back in 5 days.")


def test_what_comes_back_can_be_let_go(open_small_page: Open) -> None:
    option(open_small_page(LESSON), "B").click()
    review = open_small_page(REVIEW, day=5)
    review.get_by_role("button", name="Let it go").click()
    expect(review.locator(".review-said")).to_contain_text("does not come back")
    expect(open_small_page(REVIEW, day=90).locator(".review")).to_contain_text("Nothing waits for you")


def test_bets_and_questions_are_saved_and_cleared_with_the_answers(
    open_small_page: Open, tmp_path: Path
) -> None:
    page = open_small_page(LESSON)
    bet(page, 1).get_by_role("radio").first.check()
    option(page, "A").click()
    exercise = open_small_page(f"exercises/{EXERCISE}")
    with exercise.expect_download() as download:
        exercise.get_by_role("button", name="Save to a file").click()
    download.value.save_as(tmp_path / "saved.json")
    kept = records(page)
    assert len(kept) == 2
    exercise.get_by_role("button", name="Clear").click()
    with exercise.expect_navigation(timeout=WAIT):
        exercise.get_by_role("button", name="Clear all records").click()
    assert records(page) == {}
    with exercise.expect_navigation(timeout=WAIT):
        exercise.locator('input[type="file"]').set_input_files(tmp_path / "saved.json")
    assert records(page) == kept
    page.reload()
    expect(bet(page, 1).get_by_role("radio").first).to_be_checked()
