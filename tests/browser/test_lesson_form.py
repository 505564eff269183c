"""The form of the lessons: a picture early, little code in sight, and tables that are tables."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import new_context, wake

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("*.ipynb"))
DESK = {"width": 1280, "height": 720}
MOST_CODE = 0.15
"""Of the height of all lessons together."""
FIRST_PICTURE = 1080
"""CSS pixels from the top of a page within which its first picture begins: a screen and a half."""

MEASURE = r"""() => {
  const article = document.querySelector("article");
  const box = (node) => node.getBoundingClientRect();
  // What a closed fold holds is not shown.
  const shown = (node) => node.checkVisibility() && box(node).height > 0 && box(node).width > 0;
  const all = (selector) => [...article.querySelectorAll(selector)].filter(shown);
  const code = all(".cell_input, div[class*='highlight-']").filter(
    (node) => !node.closest(".cell_output") && !node.parentElement.closest(".cell_input"),
  );
  const pictures = all("figure, .cell_output img, .cell_output svg[role=img]");
  const columns = (line) => / {2,}\S/.test(line.trim());
  const printed = [...article.querySelectorAll(".cell_output pre")].filter((block) => {
    const lines = block.textContent.trimEnd().split("\n");
    return lines.filter(columns).length >= 3;
  });
  return {
    height: box(article).height,
    code: code.reduce((sum, node) => sum + box(node).height, 0),
    first: Math.min(...pictures.map((node) => box(node).top + scrollY)),
    tables: printed.map((block) => block.textContent),
  };
}"""


def measure(page: Page) -> dict[str, Any]:
    """Return the height of a page and of its code, where its first picture begins, and its text tables."""
    page.wait_for_function("document.fonts.ready.then(() => true)")
    # A widget has its height once its script has drawn it.
    page.wait_for_function(
        "[...document.querySelectorAll('figure.if-explorer')].every(f => f.querySelector('.if-live'))"
    )
    return page.evaluate(MEASURE)


@pytest.fixture(scope="module")
def forms(browser: Browser, site_url: str) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Measure a lesson, once for all tests."""
    context = new_context(browser, viewport=DESK)
    page = context.new_page()
    known: dict[str, dict[str, Any]] = {}

    def form(lesson: str) -> dict[str, Any]:
        if lesson not in known:
            page.goto(f"{site_url}/lessons/{lesson}.html", wait_until="load")
            wake(page)
            known[lesson] = measure(page)
        return known[lesson]

    yield form
    context.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_shows_something_within_a_screen_and_a_half(lesson: str, forms: Callable[..., Any]) -> None:
    assert forms(lesson)["first"] <= FIRST_PICTURE


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_prints_no_table_as_text(lesson: str, forms: Callable[..., Any]) -> None:
    assert forms(lesson)["tables"] == []


def test_little_of_the_lessons_is_code(forms: Callable[..., Any]) -> None:
    measured = {lesson: forms(lesson) for lesson in LESSONS}
    shares = [f"{form['code'] / form['height']:4.0%} {lesson}" for lesson, form in measured.items()]
    share = sum(form["code"] for form in measured.values()) / sum(
        form["height"] for form in measured.values()
    )
    report = "\n".join(["code in sight, of a lesson's height:", *sorted(shares, reverse=True)])
    print(report)
    assert share <= MOST_CODE, report


NOWHERE = math.inf
CODE = '<div class="cell"><div class="cell_input" style="height: 100px">x</div></div>'
PAGE = """<!doctype html><body style="margin: 0"><article>
<p style="height: 200px; margin: 0">text</p>{}<p style="height: 700px; margin: 0">text</p></article></body>"""


@pytest.mark.parametrize(
    ("extra", "code", "first", "tables"),
    [
        (CODE, 100, NOWHERE, 0),
        (f"<details><summary>How it is computed</summary>{CODE}</details>", 0, NOWHERE, 0),
        (f"<details open><summary>How it is computed</summary>{CODE}</details>", 100, NOWHERE, 0),
        ("<figure style='margin: 0; height: 9px'><svg></svg></figure>", 0, 200, 0),
        ("<details><figure>hidden</figure></details>", 0, NOWHERE, 0),
        ("<div class='cell_output'><pre>a   b\n1   2\n3   4</pre></div>", 0, NOWHERE, 1),
        ("<div class='cell_output'><pre>price  4\nand text\nthat goes on</pre></div>", 0, NOWHERE, 0),
    ],
    ids=["code", "folded", "unfolded", "picture", "hidden", "table", "print"],
)
def test_the_measure(
    extra: str, code: int, first: float, tables: int, visit: Callable[..., Any], site_url: str
) -> None:
    page = visit("data:text/html,", viewport=DESK).page
    page.set_content(PAGE.format(extra))
    form = measure(page)
    assert form["code"] == code
    assert form["first"] == first
    assert len(form["tables"]) == tables
    assert form["height"] >= 900
