"""The finder of faults finds one faint text among many good ones, whatever makes it faint."""

from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import faults

GOOD = "<p>black on white</p>"
PAGE = """<!doctype html><html lang="en"><title>Page</title><style>p, div, label {{ color: black }}</style>
<main><h1>Page</h1>{}</main></html>"""


@pytest.mark.parametrize(
    "faint",
    [
        "<p style='color: #aaa'>faint</p>",
        "<div style='background: #333'><p>black on dark</p></div>",
        "<div style='opacity: 0.3'><p>half seen</p></div>",
        "<label>Price <input style='color: #aaa' value='1'></label>",
        "<p>seen <span style='color: #999; font-size: 60%'>small</span></p>",
    ],
    ids=["colour", "background", "opacity", "input", "inside"],
)
def test_a_faint_text_is_found_among_good_ones(faint: str, browser: Browser) -> None:
    with closing(browser.new_page()) as page:
        page.set_content(PAGE.format(GOOD * 9 + faint + GOOD * 9))
        for colours_alone in (True, False):
            (fault,) = faults(page, colours_alone=colours_alone)
            assert fault.startswith("color-contrast")
        page.set_content(PAGE.format(GOOD * 9))
        assert faults(page) == []


def test_all_other_rules_are_asked_too(browser: Browser) -> None:
    with closing(browser.new_page()) as page:
        page.set_content(PAGE.format("<p><img src='data:,'></p>"))
        (fault,) = faults(page)
        assert fault.startswith("image-alt")
        assert faults(page, colours_alone=True) == []
