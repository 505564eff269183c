"""A function task in Python on its page: run by MicroPython in a worker, under the site's policy."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import Visit, new_context, watch

EXERCISE = "exercises/16_position_sizing.html"
TASK = "16.6"
MICROPYTHON = "lite/static/micropython/micropython.mjs"
FUNCTION = "def notional_for(side, risk, entry_price, stop_price, gap):\n    "
RIGHT = FUNCTION + "return risk / (side * (1 / (stop_price * (1 - side * gap)) - 1 / entry_price))"
FOLD = "Write it in Python, here"


def place_of(visit: Visit) -> Locator:
    return visit.page.locator(f'.answer-place[data-task="{TASK}"]')


@pytest.fixture(scope="module")
def opened(browser: Browser, site_url: str, built_site: Path) -> Iterator[Visit]:
    """The page with the field for the function, opened once."""
    if not (built_site / MICROPYTHON).is_file():
        pytest.fail("this site has no MicroPython: run make lite first", pytrace=False)
    with closing(new_context(browser)) as context:
        visit = watch(context, site_url)
        visit.page.goto(f"{site_url}/{EXERCISE}", wait_until="load")
        place_of(visit).get_by_text(FOLD).press("Enter")
        yield visit


def run(visit: Visit, code: str) -> Locator:
    place = place_of(visit)
    field = place.get_by_label("The function notional_for, in Python")
    field.fill(code)
    button = place.get_by_role("button", name="Run and check")
    button.press("Enter")
    expect(button).to_be_enabled()
    return place.locator("details .answer-said")


def test_the_field_begins_with_the_function_s_first_line(opened: Visit) -> None:
    field = place_of(opened).locator("textarea")
    expect(field).to_have_value(FUNCTION + "return ...\n")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (RIGHT, "Correct."),
        (
            FUNCTION + "return risk / (side * (1 / stop_price - 1 / entry_price))",
            "Not yet. The gap is missing.",
        ),
        (FUNCTION + "risk", "is a return missing?"),
        (FUNCTION + "return 'text'", "is no number"),
        (FUNCTION + "return 1 / 0", "ZeroDivisionError: divide by zero (line 2)"),
        (FUNCTION + "return float('inf')", "no finite number"),
        ("def notional_for(side)\n    return 1", "SyntaxError: invalid syntax (line 1)"),
        ("def something_else():\n    return 1", "There is no function notional_for"),
        (FUNCTION + "while True: pass", "Stopped after 2 seconds"),
        ("import js\n" + FUNCTION + "return js.fetch('/')", "isn't callable"),  # it can compute, and no more
        (f"{RIGHT}\n", "Correct."),  # after all that
    ],
    ids=lambda text: text.strip().rpartition("\n")[2][:40],
)
def test_what_a_function_does_is_said_in_words(code: str, words: str, opened: Visit) -> None:
    expect(run(opened, code)).to_contain_text(words)
    assert opened.complaints == []


def test_a_right_function_counts_as_solved(opened: Visit) -> None:
    run(opened, RIGHT)
    expect(place_of(opened).locator(".answer-tries")).to_contain_text("solved")
    opened.page.reload(wait_until="load")
    expect(place_of(opened).locator(".answer-tries")).to_contain_text("solved")
    place_of(opened).get_by_text(FOLD).press("Enter")
    assert faults(opened.page) == []


def test_a_page_from_a_folder_offers_the_formula_alone(visit: Callable[..., Any], built_site: Path) -> None:
    place = place_of(visit((built_site / EXERCISE).as_uri()))
    expect(place.get_by_role("textbox")).to_be_visible()
    assert place.get_by_text(FOLD).count() == 0
