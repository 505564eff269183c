"""The site as a reader meets it: on every page, wide and narrow, light and dark, with scripts and without."""

import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import PAPER, Visit, new_context, put_on_paper, settle, wake, watch
from tools.links import Site

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
Open = Callable[..., Any]


def table_of_contents() -> Iterator[str]:
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    yield contents["root"]
    for part in contents["parts"]:
        yield from (chapter["file"] for chapter in part["chapters"])


CHAPTERS = [f"{name}.html" for name in table_of_contents()]
PAGES = [*CHAPTERS, "search.html", "genindex.html"]
LANDING = CHAPTERS[0]
LESSONS = [page.rpartition("/")[2] for page in CHAPTERS if page.startswith("lessons/")]
# Exercises and solutions are all made alike, so two of each stand for what depends on how they are made.
OF_EACH_KIND = [
    page
    for page in PAGES
    if not page.startswith(("exercises/", "solutions/"))
    or page.rpartition("/")[2] in (LESSONS[0], LESSONS[-1])
]
EXPLORER_LESSON = "lessons/05_liquidation_price.html"
SIMULATOR_LESSON = "lessons/06_margin_calls.html"
# The theme repeats the heading for paper.
HEADING = "main h1:not(#jb-print-docs-body h1)"


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup((HTML / page).read_text("utf-8"), "html.parser")


@dataclass(frozen=True)
class Reading:
    """One page, opened once for all tests that only look at it."""

    name: str
    visit: Visit
    stored: BeautifulSoup
    live: BeautifulSoup
    """With what scripts have put there."""


@pytest.fixture(scope="module", params=PAGES)
def reading(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Reading]:
    with closing(new_context(browser)) as context:
        visit = watch(context, site_url)
        visit.page.goto(f"{site_url}/{request.param}", wait_until="load")
        wake(visit.page)
        live = BeautifulSoup(visit.page.content(), "html.parser")
        yield Reading(request.param, visit, soup(request.param), live)


def test_page_loads_only_from_its_own_origin_and_without_an_error(reading: Reading) -> None:
    assert reading.visit.complaints == []


def test_page_has_a_policy_that_lets_no_text_become_code(reading: Reading) -> None:
    (policy,) = (
        meta["content"] for meta in reading.stored.select('meta[http-equiv="Content-Security-Policy"]')
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert all(source == "'self'" or source.startswith("'sha256-") for source in rules["script-src"].split())
    assert "http" not in policy
    assert "*" not in policy


def test_the_policy_is_obeyed(visit: Open) -> None:
    opened = visit("lessons/05_liquidation_price.html")
    # Later, because what the test itself evaluates at once is let through.
    tried = """async () => {
      await new Promise((later) => setTimeout(later));
      const script = document.createElement('script');
      script.text = 'window.injected = true';
      document.head.append(script);
      new Image().src = 'https://example.org/picture.png';
      try { return new Function('return "made code of text"')(); } catch (error) { return error.name; }
    }"""
    assert opened.page.evaluate(tried) == "EvalError"
    assert opened.page.evaluate("window.injected") is None
    assert opened.foreign_requests == [], "the policy stops a request before it is made"
    assert len([error for error in opened.console_errors if "Content Security Policy" in error]) >= 2


@pytest.mark.parametrize("page", OF_EACH_KIND)
def test_page_opens_from_a_folder_without_an_error(page: str, visit: Open, built_site: Path) -> None:
    opened = visit((built_site / page).as_uri())
    assert opened.complaints == []
    assert opened.page.locator(HEADING).is_visible()


@pytest.mark.parametrize("reading", OF_EACH_KIND, indirect=True)
def test_page_is_accessible_in_light_and_dark(reading: Reading) -> None:
    opened = reading.visit.page
    findings = []
    for scheme in ("dark", "light"):
        opened.emulate_media(color_scheme=scheme)
        expect(opened.locator("html")).to_have_attribute("data-theme", scheme)
        settle(opened)
        # Between the schemes nothing but colours changes.
        findings += [f"{scheme}: {fault}" for fault in faults(opened, colours_alone=scheme == "dark")]
    assert findings == []


def test_page_does_not_scroll_sideways_on_a_telephone(reading: Reading) -> None:
    opened = reading.visit.page
    wide = opened.viewport_size
    for width in (390, 320):
        opened.set_viewport_size({"width": width, "height": 800})
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.evaluate("scrollTo(100, 0), scrollX") == 0
    opened.set_viewport_size(wide)


def test_nothing_is_cut_off_on_paper(reading: Reading) -> None:
    opened = reading.visit.page
    wide = opened.viewport_size
    put_on_paper(opened)
    cut = opened.evaluate(
        """edge => [...document.querySelectorAll("article *")].filter(node =>
             node.getClientRects().length && !node.closest("svg, .if-hidden, .visually-hidden")
             && (node.getBoundingClientRect().right > edge + 2
                 || node.scrollWidth > node.clientWidth + 2
                    && !["visible", "clip"].includes(getComputedStyle(node).overflowX))
           ).map(node => `${node.localName}.${node.className}: ${node.textContent.slice(0, 60)}`)""",
        PAPER,
    )
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    opened.emulate_media(media="screen")
    opened.set_viewport_size(wide)
    assert cut == []


@pytest.mark.parametrize("page", [page for page in OF_EACH_KIND if page in CHAPTERS])
def test_page_can_be_read_without_scripts(page: str, visit: Open) -> None:
    opened = visit(page, java_script_enabled=False).page
    assert opened.locator(HEADING).is_visible()
    assert len(opened.locator("article").inner_text()) > 200
    invisible = opened.locator("article math:not(details:not([open]) *)").evaluate_all(
        "formulas => formulas.filter(f => { const box = f.getBoundingClientRect();"
        " return box.width < 3 || box.height < 5; }).map(f => f.outerHTML)"
    )
    assert invisible == []
    for widget in opened.locator("figure.if-explorer").all():
        assert widget.locator("svg").first.is_visible()


def test_all_links_lead_somewhere(built_site: Path) -> None:
    assert Site(built_site).broken() == []


def test_links_lead_somewhere(reading: Reading, built_site: Path) -> None:
    # With the links and anchors that scripts make, too.
    assert Site(built_site).broken_on(reading.name, str(reading.live)) == []


def test_page_says_its_language_and_what_it_is_about(reading: Reading) -> None:
    parsed = reading.stored
    assert parsed.html["lang"] == "en"
    descriptions = parsed.select('meta[name="description"]')
    assert len(descriptions) == 1
    assert len(descriptions[0]["content"]) > 20
    assert len(parsed.select(HEADING)) == 1


def test_pictures_say_in_words_what_they_show(reading: Reading) -> None:
    assert unnamed_pictures(reading.stored) == []
    assert unnamed_pictures(reading.live) == []


def unnamed_pictures(parsed: BeautifulSoup) -> list[str]:
    """Return the pictures of a page that a reader who does not see them learns nothing of.

    A picture in a button is its icon: there it is the button that has a name, which axe looks at.
    """
    unnamed = []
    for picture in parsed.select(
        "article :is(img, svg):not([aria-hidden=true], [aria-hidden=true] *, button *)"
    ):
        drawn = picture.name == "svg"
        words = str(picture.get("aria-label" if drawn else "alt") or "")
        # Without a text of its own, a figure printed by a cell gets its file's name.
        if not words.strip() or "_images/" in words or (drawn and picture.get("role") != "img"):
            unnamed.append(str(picture)[:200])
    return unnamed


def test_tables_say_what_their_columns_hold(reading: Reading) -> None:
    for table in reading.live.select("article table:not(.genindextable)"):  # that one is no table of data
        heads = table.select("thead th")
        assert heads, str(table)[:200]
        columns = max(len(row.select("td, th")) for row in table.select("tr"))
        assert len(heads) == columns, str(table)[:200]
        assert all(head.get_text(strip=True) for head in heads), str(table)[:200]


def test_no_formula_is_left_as_its_source(reading: Reading) -> None:
    opened = reading.visit.page
    text = opened.evaluate(
        "() => { const copy = document.querySelector('main').cloneNode(true);"
        " copy.querySelectorAll('pre, code, script').forEach(e => e.remove()); return copy.textContent; }"
    )
    assert "$" not in text
    assert "\\" not in text
    assert opened.evaluate("typeof MathJax") == "undefined"


def test_formulas_are_set_in_the_sites_own_font(visit: Open) -> None:
    opened = visit("book/notation.html").page
    assert opened.locator("article math").count() > 5
    assert opened.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"STIX Two Math\"'))")
    # Without the font's glyphs the browser would take another one, and the letters would be as wide as there.
    script = """() => {
      const formula = document.querySelector('article math mi');
      const own = formula.getBoundingClientRect().width;
      formula.closest('math').style.fontFamily = 'monospace';
      return own !== formula.getBoundingClientRect().width;
    }"""
    assert opened.evaluate(script)


@pytest.mark.parametrize(
    "formula", [r"\foobar{x}", r"\frac{a", r"\begin{foo}x\end{foo}", r"x_", r"\left( x", "{x", "a & b"]
)
def test_a_formula_that_cannot_be_set_is_refused(formula: str, mathml: ModuleType) -> None:
    with pytest.raises(mathml.FormulaError):
        mathml.mathml(formula, display=True)


def test_lines_are_aligned_at_their_sign(mathml: ModuleType) -> None:
    for environment in ("aligned", "align", "align*", "split"):
        lines = rf"\begin{{{environment}}} a &= b \\ &= c \end{{{environment}}}"
        assert mathml.mathml(lines, display=True).count("<mtr>") == 2


@pytest.mark.parametrize(
    ("formula", "parted"),
    [
        (r"\kappa\ln\Lambda", [True, True]),
        (r"d\ln(S/H)", [True, False]),
        (r"-\ln S", [False, True]),
        (r"\max\left(0, x\right)", [False, False]),
        (r"x\max(0, y)", [True, False]),
    ],
)
def test_a_functions_name_is_parted_from_a_factor_alone(
    formula: str, parted: list[bool], mathml: ModuleType
) -> None:
    row = list(mathml.tree(formula, display=False))
    before = any(part.tag == "mspace" or part.get("lspace") == mathml.THIN for part in row)
    behind = any(part.get("rspace") == mathml.THIN for part in row)
    assert [before, behind] == parted


@pytest.mark.parametrize(
    ("formula", "where_it_ends"),
    [(r"\left(\frac{a}{b}\right)", False), (r"\left(\frac{1}{\frac{a}{b}}\right)", True)],
)
def test_brackets_end_where_a_fraction_in_a_fraction_ends(
    formula: str, where_it_ends: bool, mathml: ModuleType
) -> None:
    brackets = [part for part in mathml.tree(formula, display=True).iter("mo") if part.text in "()"]
    assert [part.get("symmetric") == "false" for part in brackets] == [where_it_ends] * 2


@pytest.fixture
def mathml(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("mathml")


def test_code_in_a_fold_scrolls_by_keyboard_once_it_is_open(visit: Open) -> None:
    opened = visit(EXPLORER_LESSON, viewport={"width": 320, "height": 800}).page
    fold = opened.locator("article details.hide:has(pre)").first
    assert fold.locator("pre").first.get_attribute("tabindex") == "-1"
    fold.locator("summary").first.click()
    wide = fold.locator("pre").evaluate_all("all => all.findIndex(e => e.scrollWidth > e.clientWidth)")
    assert wide >= 0
    expect(fold.locator("pre").nth(wide)).to_have_attribute("tabindex", "0")


def test_a_wide_formula_or_table_scrolls_in_its_own_box_and_by_keyboard(visit: Open) -> None:
    opened = visit("book/notation.html", viewport={"width": 320, "height": 800}).page
    box = opened.locator(".pst-scrollable-table-container:has(table)").first
    box.scroll_into_view_if_needed()
    assert box.evaluate("e => e.scrollWidth > e.clientWidth")
    expect(box).to_have_attribute("tabindex", "0")
    box.focus()
    opened.keyboard.press("ArrowRight")
    expect(box).not_to_have_js_property("scrollLeft", 0)


def test_skip_link_leads_to_the_text(visit: Open) -> None:
    opened = visit(CHAPTERS[1]).page
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert opened.locator("#pst-skip-link a").is_visible()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**#main-content")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("from_folder", [False, True])
def test_search_finds_a_term(from_folder: bool, visit: Open, built_site: Path) -> None:
    address = (built_site / "search.html").as_uri() if from_folder else "search.html"
    opened = visit(f"{address}?q=liquidation")
    result = opened.page.locator("#search-results li a", has_text="Glossary").first
    result.wait_for()
    # Over http the page then fetches what it quotes from; leaving it earlier would abort those requests.
    opened.page.wait_for_load_state("networkidle")
    result.click()
    opened.page.wait_for_url("**/book/glossary.html*")
    assert "liquidation" in opened.page.locator("article").inner_text().lower()
    assert opened.complaints == []


def switch_to_dark(page: Page) -> None:
    """Press the button for the colour mode, as often as it takes, and wait until the page is dark."""
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    page.wait_for_function("light => getComputedStyle(document.body).backgroundColor !== light", arg=light)


def test_colour_mode_can_be_switched(visit: Open) -> None:
    opened = visit(CHAPTERS[1], color_scheme="light").page
    switch_to_dark(opened)
    opened.reload()
    expect(opened.locator("html")).to_have_attribute("data-theme", "dark")


# --- coming from the search ------------------------------------------------------------------------
WIDGETS = "[...document.querySelectorAll('figure.if-explorer')]"
MARKED = "article :not(figure *).highlighted"


def words_in_widgets(page: Page) -> str:
    """Every word and number that the widgets of a page show, on their axes too, as one searches for them."""
    texts = page.evaluate(f"{WIDGETS}.flatMap(widget => widget.textContent.split(/\\s+/))")
    assert len(texts) > 50
    return " ".join(sorted({text.lower() for text in texts}))


@pytest.mark.parametrize("way", ["stored", "address"])
@pytest.mark.parametrize("page", [LANDING, EXPLORER_LESSON, SIMULATOR_LESSON])
def test_words_that_were_searched_for_are_marked_but_not_in_widgets(page: str, way: str, visit: Open) -> None:
    plain = visit(page).page
    words = f"{words_in_widgets(plain)} price e g 0"
    term = json.dumps(words)
    if way == "stored":
        # Once, for the first page, as the search page does it.
        before = (
            "if (!sessionStorage.searched) { sessionStorage.searched = 1;"
            f" localStorage.setItem('sphinx_highlight_terms', {term}); }}"
        )
        opened = visit(page, before=before)
    else:
        opened = visit(f"{page}?highlight={quote(words)}")
    expect(opened.page.locator(MARKED).first).to_be_attached()
    # A part that others point to has a random name.
    html = f"{WIDGETS}.map(widget => widget.outerHTML.replace(/\\bif[a-z0-9]{{8,}}-\\w+/g, ''))"
    assert opened.page.evaluate(html) == plain.evaluate(html)
    assert opened.page.locator(":is(svg, math, figure) .highlighted, svg.highlighted").count() == 0
    for slider in opened.page.get_by_role("slider").all():
        slider.press("ArrowLeft")
        slider.press("ArrowRight")
    assert opened.page.locator("figure .highlighted").count() == 0
    assert opened.complaints == []
    assert "highlight=" not in opened.page.url


def test_a_search_marks_its_words_and_escape_takes_the_marks_away(visit: Open) -> None:
    opened = visit("search.html?q=liquidation+price")
    opened.page.locator("#search-results li a", has_text="Liquidation price").first.click()
    opened.page.wait_for_url("**/lessons/05_liquidation_price.html*")
    marked = opened.page.locator(MARKED)
    expect(marked.first).to_be_attached()
    assert {text.lower() for text in marked.all_text_contents()} == {"liquidation", "price"}
    text = "document.querySelector('article').textContent"
    assert opened.page.evaluate(text) == visit("lessons/05_liquidation_price.html").page.evaluate(text)
    opened.page.locator("article h1").click()
    opened.page.keyboard.press("Escape")
    expect(marked).to_have_count(0)


def test_the_search_page_does_not_mark_the_words_of_the_search_before(visit: Open) -> None:
    opened = visit("search.html", before="localStorage.setItem('sphinx_highlight_terms', 'search')").page
    expect(opened.get_by_role("searchbox").first).to_be_attached()
    assert opened.locator(".highlighted").count() == 0


# --- where no site may keep anything ----------------------------------------------------------------
def test_everything_works_in_a_browser_that_keeps_nothing(visit_without_storage: Open) -> None:
    opened = visit_without_storage("search.html?q=liquidation")
    page = opened.page
    assert not page.evaluate("localStorage instanceof Storage"), "this browser keeps something"
    page.locator("#search-results li a", has_text="Glossary").first.wait_for()
    page.wait_for_load_state("networkidle")  # the page fetches what it quotes from
    switch_to_dark(page)
    page.goto(page.url.replace("search.html", EXPLORER_LESSON))
    slider = page.get_by_role("slider").first
    words = slider.get_attribute("aria-valuetext")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != words
    page.get_by_role("checkbox", name="I have").check()
    expect(page.locator("nav.bd-links .progress-tick")).to_have_count(1)
    expect(page.locator(".lesson-progress")).to_contain_text("This browser keeps nothing")
    page.evaluate("dispatchEvent(new Event('beforeprint')), dispatchEvent(new Event('afterprint'))")
    assert opened.complaints == []


@pytest.mark.parametrize(
    "page", [LANDING, SIMULATOR_LESSON, CHAPTERS[-1], "book/glossary.html", "search.html", "genindex.html"]
)
def test_page_opens_in_a_browser_that_keeps_nothing(page: str, visit_without_storage: Open) -> None:
    assert visit_without_storage(page).complaints == []


def test_the_first_script_of_a_page_stands_in_for_a_storage_that_is_denied(reading: Reading) -> None:
    assert "localStorage" in reading.stored.script.text
    assert "catch" in reading.stored.script.text


def test_page_fetches_no_other_page_ahead(reading: Reading) -> None:
    # Firefox fetches what is named as the next page, and then says that the policy has stopped it.
    ahead = ("next", "prefetch", "prerender", "preload", "dns-prefetch", "preconnect", "modulepreload")
    assert reading.stored.select(",".join(f"link[rel~={name}]" for name in ahead)) == []
