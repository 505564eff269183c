"""The site in a second browser: it is quiet, and what moves, searches and remembers does so there too."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Firefox
from tests.browser.firefox import Tab
from tests.browser.small_book import LESSON, REVIEW

LANDING = "book/index.html"
EXPLORER = "lessons/05_liquidation_price.html"
SIMULATOR = "lessons/06_margin_calls.html"
EXERCISE = "exercises/05_liquidation_price.html"
SEARCH = "search.html?q=liquidation"
DECKS = ["slides/05_liquidation_price.html", "slides/21_power_perpetuals.html"]
KEEPS = {"firefox": True, "firefox_without_storage": False}

DARK = "document.documentElement.dataset.theme === 'dark'"
SLIDER = ".if-live input[type=range]"


@pytest.fixture(params=KEEPS)
def tab(request: pytest.FixtureRequest, site_url: str) -> Iterator[Tab]:
    """A page in Firefox, once as it comes and once where its user lets no site keep data."""
    firefox: Firefox = request.getfixturevalue(request.param)
    tab = Tab(firefox, site_url)
    yield tab
    tab.close()


@pytest.fixture
def keeps(request: pytest.FixtureRequest) -> bool:
    return KEEPS[request.node.callspec.params["tab"]]


@pytest.mark.parametrize("page", [LANDING, EXPLORER, SIMULATOR, EXERCISE, SEARCH, "genindex.html"])
def test_a_page_opens_without_a_word_on_the_console(page: str, tab: Tab) -> None:
    tab.open(page)
    # Firefox fetches ahead what a page names as the next one, once it has nothing else to do.
    tab.evaluate("new Promise(later => requestIdleCallback(later)).then(() => 0)")
    assert tab.complaints == []


@pytest.mark.parametrize("page", [LANDING, EXPLORER, SIMULATOR])
def test_a_widget_answers_the_keyboard(page: str, tab: Tab) -> None:
    tab.open(page)
    picture = "[...document.querySelectorAll('.if-panel svg')].map(chart => chart.innerHTML).join()"
    words = f"document.querySelector('{SLIDER}').getAttribute('aria-valuetext')"
    tab.press("main a", "Escape")  # a first key wakes a widget that is still far below
    before = tab.until(f"document.querySelector('{SLIDER}') && [{words}, {picture}]")
    tab.press(SLIDER, "ArrowRight")
    after = tab.evaluate(f"[{words}, {picture}]")
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert tab.complaints == []


def test_a_search_lists_pages_and_marks_its_word_on_them_but_in_no_widget(tab: Tab, keeps: bool) -> None:
    tab.open("search.html?q=liquidation+price")
    found = "#search-results a[href^='lessons/05_liquidation_price']"
    tab.until(f"document.querySelector(\"{found}\")?.parentNode.querySelector('.context') ? 1 : 0")
    assert tab.complaints == []
    tab.press(found, "Enter")  # a pointer might miss it: the list grows as the quotes arrive
    tab.until("location.pathname.endsWith('05_liquidation_price.html') && document.readyState === 'complete'")
    if keeps:
        tab.until("document.querySelectorAll('article p .highlighted').length > 10")
    assert tab.evaluate("document.querySelectorAll(':is(figure, svg, math) .highlighted').length") == 0


def test_the_colour_mode_is_switched(tab: Tab, keeps: bool) -> None:
    tab.open(EXERCISE)
    assert not tab.evaluate(DARK)
    light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        tab.click(".theme-switch-button")
        if tab.evaluate(DARK):
            break
    tab.until(f"getComputedStyle(document.body).backgroundColor !== '{light}'")
    tab.reload()
    assert tab.evaluate(DARK) == keeps
    assert tab.complaints == []


def test_progress_is_remembered_where_anything_is(tab: Tab, keeps: bool) -> None:
    tab.open(EXPLORER)
    tab.click(".lesson-progress input")
    assert tab.evaluate("document.querySelectorAll('#pst-primary-sidebar .progress-tick').length") == 1
    said = tab.evaluate("document.querySelector('.lesson-progress').textContent")
    assert ("Only this browser remembers it." in said) == keeps
    assert ("This browser keeps nothing" in said) != keeps
    tab.open(LANDING)
    assert tab.evaluate("document.querySelector('.course-progress').textContent.startsWith('1 of ')") == keeps
    assert tab.complaints == []


def test_a_bet_and_a_question_are_kept_where_anything_is(tab: Tab, keeps: bool, small_site_url: str) -> None:
    tab.site = small_site_url
    tab.open(f"{LESSON}.html")
    tab.press('.bet[data-bet="1"] input', " ")
    said = tab.until("document.querySelector('.bet-kept').textContent")
    assert ("kept in this browser" in said) == keeps
    assert ("keeps nothing" in said) != keeps
    tab.press(".question details:nth-of-type(2) summary", "Enter")
    assert "Your first answer: B." in tab.until("document.querySelector('.question-said').textContent")
    assert tab.evaluate("document.querySelector('.question details:nth-of-type(2)').open")
    tab.reload()
    assert tab.evaluate("document.querySelector('.bet input').checked") == keeps
    assert bool(tab.evaluate("document.querySelector('.question-said').textContent")) == keeps
    tab.open(f"{REVIEW}.html")
    expected = "1 more waits" if keeps else "so nothing can come back"
    assert expected in tab.evaluate("document.querySelector('.review').textContent")
    assert tab.complaints == []


@pytest.mark.parametrize("deck", DECKS)
def test_keys_turn_a_deck_and_its_sliders_keep_their_arrows(deck: str, tab: Tab) -> None:
    tab.open(deck)
    number = "+document.querySelector('.slide.current').id.slice(1)"
    shown = "[...document.querySelectorAll('.slide')].filter(each => each.getClientRects().length).length"
    count = tab.evaluate("document.querySelectorAll('.slide').length")
    assert [tab.evaluate(number), tab.evaluate(shown)] == [1, 1]
    for key, expected in [("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2)]:
        tab.press(".slide.current", key)
        assert tab.evaluate(number) == expected

    widget = tab.evaluate("+document.querySelector('.slide-widget').id.slice(1)")
    tab.evaluate(f"location.hash = '#s{widget}'")
    slider = f"#s{widget} {SLIDER}"
    words = f"document.querySelector('{slider}').getAttribute('aria-valuetext')"
    before = tab.until(f"{number} === {widget} && document.querySelector('{slider}') && {words}")
    tab.press(slider, "ArrowRight")
    assert tab.evaluate(words) != before
    assert tab.evaluate(number) == widget
    tab.press(slider, "Escape")
    tab.press(".slide.current", "ArrowRight")
    assert tab.evaluate(number) == widget + 1

    tab.press(".slide.current", "o")
    assert tab.evaluate(shown) == count
    tab.press(f"#s{count} .slide-number", "Enter")
    assert [tab.evaluate(number), tab.evaluate(shown)] == [count, 1]
    assert tab.complaints == []


def test_a_page_can_be_printed(tab: Tab) -> None:
    tab.open(SIMULATOR)
    assert tab.printed().startswith(b"%PDF-")
    assert tab.complaints == []
