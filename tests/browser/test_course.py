"""The order of the course as a reader walks it: Next, the tabs, the contents, the first page, the map."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
Open = Callable[..., Any]

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
LANDING = CONTENTS["root"]
MAP = "book/map"
PARTS = {part["caption"]: [c["file"] for c in part["chapters"]] for part in CONTENTS["parts"]}
TITLES = {c["file"]: c.get("title") for part in CONTENTS["parts"] for c in part["chapters"]}
LESSONS = [name for name in TITLES if name.startswith("lessons/")]
NAMES = [lesson.partition("/")[2] for lesson in LESSONS]
LESSON_PARTS = {caption: pages for caption, pages in PARTS.items() if pages[0].startswith("lessons/")}
TABS = {"Lesson": "lessons", "Exercises": "exercises", "Solutions": "solutions"}
TAKEN = "inverse-futures-answers"


def soup(name: str) -> BeautifulSoup:
    return BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser")


def page_of(name: str, link: Any) -> str:
    """The page that a link of a page leads to; an address in the page itself is the page."""
    return urljoin(f"{name}.html", str(link["href"])).partition("#")[0].removesuffix(".html") or name


def walk(start: str, way: str) -> Iterator[str]:
    """The pages that one gets to from a page by following one link as long as it is there."""
    name: str | None = start
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        yield name
        link = soup(name).select_one(f".prev-next-area a.{way}")
        name = link and page_of(name, link)


def test_next_leads_from_the_first_page_through_each_lesson_and_its_exercises(built_site: Path) -> None:
    walked = list(walk(LANDING, "right-next"))
    assert walked[0] == LANDING
    course = [f"{folder}/{name}" for name in NAMES for folder in ("lessons", "exercises")]
    assert [name for name in walked if name.partition("/")[0] in ("lessons", "exercises")] == course
    assert walked.index(course[-1]) - walked.index(course[0]) == len(course) - 1, "nothing is between them"
    assert set(walked) == {LANDING, *TITLES} - {name for name in TITLES if name.startswith("solutions/")}
    assert list(walk(walked[-1], "left-prev")) == walked[::-1]


def test_next_and_the_way_past_the_exercises_as_one_clicks_them(visit: Open) -> None:
    opened = visit(f"{LESSONS[0]}.html").page
    ways = opened.get_by_role("navigation", name="Previous and next page")
    ways.get_by_role("link", name="Next").click()
    opened.wait_for_url(f"**/exercises/{NAMES[0]}.html")
    ways.get_by_role("link", name="Next").click()
    opened.wait_for_url(f"**/{LESSONS[1]}.html")
    ways.get_by_role("link", name="Previous").click()
    opened.wait_for_url(f"**/exercises/{NAMES[0]}.html")
    assert opened.get_by_role("link", name="Skip to lesson").count() == 0
    ways.get_by_role("link", name="Previous").click()
    opened.wait_for_url(f"**/{LESSONS[0]}.html")
    opened.get_by_role("link", name="Skip to lesson 02").click()
    opened.wait_for_url(f"**/{LESSONS[1]}.html")


def test_the_last_lesson_has_no_lesson_to_skip_to(built_site: Path) -> None:
    for lesson, following in zip(LESSONS, [*LESSONS[1:], None], strict=True):
        link = soup(lesson).select_one(".skip-exercises a")
        assert (page_of(lesson, link) if link else None) == following


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("here", TABS)
def test_a_page_of_a_lesson_has_tabs_for_all_three(here: str, name: str, built_site: Path) -> None:
    page = f"{TABS[here]}/{name}"
    (tabs,) = soup(page).select("nav.lesson-tabs")
    links = {link.get_text(): link for link in tabs.select("a")}
    assert {text: page_of(page, link) for text, link in links.items()} == {
        text: f"{folder}/{name}" for text, folder in TABS.items()
    }
    assert [text for text, link in links.items() if link.get("aria-current") == "page"] == [here]


def test_tabs_are_on_the_pages_of_lessons_alone_and_work_without_scripts(visit: Open) -> None:
    opened = visit(f"{LESSONS[2]}.html", java_script_enabled=False).page
    tabs = opened.get_by_role("navigation", name="Lesson 03")
    tabs.get_by_role("link", name="Exercises").click()
    opened.wait_for_url(f"**/exercises/{NAMES[2]}.html")
    tabs.get_by_role("link", name="Solutions").click()
    opened.wait_for_url(f"**/solutions/{NAMES[2]}.html")
    for name in (LANDING, MAP, "book/glossary", "search"):
        assert soup(name).select(".lesson-tabs, .lesson-head") == []


def test_solutions_say_what_they_are_and_lead_back(visit: Open) -> None:
    opened = visit(f"solutions/{NAMES[0]}.html").page
    expect(opened.get_by_text("These are the solutions.")).to_be_visible()
    (link,) = opened.locator(".prev-next-area a").all()
    link.click()
    opened.wait_for_url(f"**/exercises/{NAMES[0]}.html")
    assert opened.get_by_text("These are the solutions.").count() == 0


def test_the_contents_hold_all_pages_but_exercises_and_solutions(built_site: Path) -> None:
    shown = [page_of(LANDING, link) for link in soup(LANDING).select("nav.bd-links a")]
    lessons_first = [*LESSON_PARTS.values(), *(PARTS[part] for part in PARTS if part not in LESSON_PARTS)]
    listed = [name for pages in lessons_first for name in pages]
    assert shown == [name for name in listed if name.partition("/")[0] not in ("exercises", "solutions")]


@pytest.mark.parametrize("folder", TABS.values())
def test_the_part_of_the_open_page_is_open(folder: str, visit: Open) -> None:
    opened = visit(f"{folder}/{NAMES[3]}.html", java_script_enabled=False).page
    contents = opened.get_by_role("navigation", name="Main")
    assert contents.locator("details[open] > summary").all_inner_texts() == ["Part II. Leverage and margin"]
    current = contents.locator("a[aria-current]")
    assert current.all_inner_texts() == [TITLES[LESSONS[3]]]
    assert current.get_attribute("aria-current") == ("page" if folder == "lessons" else "true")
    other = contents.get_by_role("link", name=TITLES[LESSONS[0]])
    expect(other).to_be_hidden()
    contents.get_by_text("Part I. The contract").click()
    other.click()
    opened.wait_for_url(f"**/{LESSONS[0]}.html")


def test_pages_for_teachers_are_folded_away_and_at_the_foot(visit: Open) -> None:
    opened = visit(f"{LANDING}.html").page
    expect(opened.locator("nav.bd-links").get_by_role("link", name="Teach with it")).to_be_hidden()
    for name in ("Teach with it", "Publish it", "Status"):
        expect(opened.locator(".bd-footer-content").get_by_role("link", name=name)).to_be_visible()


# --- the first page ---------------------------------------------------------------------------------
def test_the_first_page_asks_a_bet_beside_its_widget_on_one_screen(visit: Open) -> None:
    opened = visit(f"{LANDING}.html", viewport={"width": 1280, "height": 720}).page
    bet = opened.locator(".front-bet")
    widget = opened.locator("figure.if-explorer")
    for part in (opened.locator("article h1"), bet, widget.locator("input[type=range]")):
        bounds = part.bounding_box()
        assert bounds
        assert bounds["y"] >= 0
        assert bounds["y"] + bounds["height"] <= 720
    answer = opened.get_by_text("Bet 1 is settled")
    expect(answer).to_be_hidden()
    opened.get_by_text("The answer", exact=True).click()
    expect(answer).to_be_visible()


def test_the_text_column_of_the_first_page_is_centred(visit: Open) -> None:
    opened = visit(f"{LANDING}.html", viewport={"width": 1700, "height": 800}).page
    edges = opened.evaluate(
        "() => { const inner = document.querySelector('.bd-article-container').getBoundingClientRect();"
        " const outer = document.querySelector('.bd-content').getBoundingClientRect();"
        " return [inner.left - outer.left, outer.right - inner.right]; }"
    )
    assert abs(edges[0] - edges[1]) < 2
    assert edges[0] > 10


def test_three_doors_lead_to_learning_teaching_and_working(visit: Open, site_url: str) -> None:
    opened = visit(f"{LANDING}.html").page
    doors = opened.locator(".door")
    assert [text.split(".")[0] for text in doors.all_inner_texts()] == ["Learn", "Teach", "Work"]
    pages = doors.locator("p > a:only-child").evaluate_all("links => links.map(link => link.href)")
    assert pages == [f"{site_url}/{name}.html" for name in (LESSONS[0], "book/teaching", "book/desk")]


# --- the map ----------------------------------------------------------------------------------------
def cards(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".map-card").all_inner_texts()]


@pytest.mark.parametrize("name", [LANDING, MAP])
def test_the_map_has_a_card_for_each_lesson(name: str, visit: Open, site_url: str) -> None:
    opened = visit(f"{name}.html", java_script_enabled=False).page
    shown = cards(opened)
    titles = opened.locator(".map-title a")
    assert titles.all_inner_texts() == [TITLES[lesson] for lesson in LESSONS]
    assert titles.evaluate_all("links => links.map(link => link.href)") == [
        f"{site_url}/{lesson}.html" for lesson in LESSONS
    ]
    assert opened.locator(".course-map h3").all_inner_texts() == list(LESSON_PARTS)
    for text in shown:
        assert re.search(r"\? \d+ minutes(?: · needs \d\d(?:, \d\d)*)? \d+ exercises · \d+ minutes$", text), (
            text
        )
    assert "needs" not in shown[0]
    # The times that the lessons themselves say, of which some take longer than others.
    for lesson, text in zip(LESSONS, shown, strict=True):
        said = re.search(r"Time: (\d+) minutes", soup(lesson).select_one("article").get_text())  # type: ignore[union-attr]
        assert said
        assert f"? {said[1]} minutes" in text


def test_the_map_says_what_is_done(visit: Open) -> None:
    tasks = soup(MAP).select(".map-exercises")[1]["data-records"].split()  # type: ignore[union-attr]
    solved = {"answer": "1", "correct": True, "tries": 1, "help": 0}
    answers = {tasks[0]: solved, tasks[3]: solved, tasks[4]: {**solved, "correct": False}, "other.1": solved}
    key = f"lessons/{NAMES[2].partition('_')[2]}"
    before = (
        f"localStorage.setItem({json.dumps(TAKEN)}, {json.dumps(json.dumps(answers))});"
        f"localStorage.setItem('inverse-futures-finished', {json.dumps(json.dumps([key]))});"
    )
    for name in (LANDING, MAP):
        opened = visit(f"{name}.html", before=before).page
        exercises = opened.locator(".map-exercises")
        expect(exercises.nth(1)).to_have_text(f"2 of {len(tasks)} exercises solved")
        expect(exercises.nth(0)).to_have_text(re.compile(r"^\d+ exercises$"))
        ticked = opened.locator(".map-title", has=opened.get_by_role("img", name="finished"))
        assert [text.strip("✓ ") for text in ticked.all_inner_texts()] == [TITLES[LESSONS[2]]]
    opened.evaluate("localStorage.clear(), dispatchEvent(new Event('storage'))")
    expect(exercises.nth(1)).to_have_text(f"{len(tasks)} exercises")


def test_answers_given_on_the_page_of_the_exercises_are_counted(visit: Open, site_url: str) -> None:
    opened = visit(f"exercises/{NAMES[0]}.html").page
    records = soup(MAP).select_one(".map-exercises")["data-records"].split()  # type: ignore[index, union-attr]
    script = "document.querySelectorAll('.answer-place').length"
    assert opened.evaluate(script) == len(records)
    opened.evaluate(
        "records => localStorage.setItem('inverse-futures-answers', JSON.stringify(Object.fromEntries("
        "records.map(name => [name, {answer: '1', correct: true, tries: 1, help: 0}]))))",
        records,
    )
    opened.reload()
    said = f"{len(records)} of {len(records)} exercises solved"
    expect(opened.locator(".answer-records")).to_contain_text(said)
    opened.goto(f"{site_url}/{MAP}.html")
    expect(opened.locator(".map-exercises").first).to_have_text(said)


def test_the_map_is_whole_where_nothing_is_kept(visit_without_storage: Open) -> None:
    opened = visit_without_storage(f"{MAP}.html")
    assert len(cards(opened.page)) == len(LESSONS)
    for text in opened.page.locator(".map-exercises").all_inner_texts():
        assert re.fullmatch(r"\d+ exercises", text)
    assert opened.complaints == []


# --- the matrix of the venues -----------------------------------------------------------------------
def test_an_answer_of_a_venue_shows_its_date_to_the_keyboard_and_on_paper(visit: Open) -> None:
    opened = visit("book/venues.html").page
    answer = opened.locator("#where-venues-disagree td a.external", has_text="mark†").first
    shown = "node => getComputedStyle(node, '::after').content"
    assert answer.evaluate(shown) == "none"
    answer.press("Shift")  # from now on the keyboard is in use
    assert answer.evaluate(shown).startswith('"since 2025-09-02; before: entry, until 2025-09-02; ')
    opened.emulate_media(media="print")
    undated = opened.locator("#where-venues-disagree td a.external", has_text="no°").first
    assert "read 2026-11" in undated.evaluate(shown)


def test_a_formulas_name_in_a_summary_leads_to_its_place_on_the_sheet(visit: Open) -> None:
    page = visit("lessons/05_liquidation_price.html").page
    page.get_by_role("link", name="margin.liquidation_price", exact=True).first.click()
    page.wait_for_url("**/book/formula_sheet.html#margin-liquidation-price")
    expect(page.locator("#margin-liquidation-price")).to_be_in_viewport()
