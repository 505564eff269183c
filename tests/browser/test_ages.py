"""The venues page says how old each fact is, on the day on which it is read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

VENUES = "book/venues.html"


def on(day: str) -> str:
    """A script after which a page believes that it is noon of a day."""
    return (
        f"const noon = new Date('{day}T12:00').getTime();"
        "window.Date = class extends Date"
        " { constructor(...given) { given.length ? super(...given) : super(noon) } };"
    )


def as_of(page: Page, venue: str, fact: str) -> Locator:
    """The cell with the date of a fact; its row may be one of what held before."""
    section = page.locator("section", has=page.get_by_role("heading", name=venue)).last
    name = page.locator("td:first-child", has_text=re.compile(rf"^\s*{fact}\s*$"))
    return section.locator("tr", has=name).first.locator("td:nth-child(3)")


def test_a_date_has_its_age_beside_it(visit: Callable[..., Visit]) -> None:
    shown = visit(VENUES, before=on("2026-11-26"))
    expect(as_of(shown.page, "BitMEX", "Tick")).to_have_text("since 2024-07-31 (2 years ago)‡")
    expect(as_of(shown.page, "BitMEX", "Contract size")).to_have_text(
        "undated copy, read 2026-11 (age unknown)"
    )
    expect(as_of(shown.page, "BitMEX", "before")).to_have_text("2017-11-10 to 2024-07-31")
    expect(as_of(shown.page, "KuCoin", "Contract size")).to_have_text("copy of 2025-12-30 (10 months ago)")
    matrix = shown.page.locator("table").first
    expect(matrix.locator("tbody tr").first.locator("a").first).to_have_text("entry°‡")
    expect(matrix.locator("tbody tr").first.locator("a").first).to_have_attribute(
        "title", "inferred; 2021-06-24; 5 years ago"
    )
    assert shown.complaints == []


def test_a_fact_grows_older_and_no_page_is_built_anew(visit: Callable[..., Visit]) -> None:
    shown = visit(VENUES, before=on("2026-12-30"))
    expect(as_of(shown.page, "KuCoin", "Contract size")).to_have_text("copy of 2025-12-30 (12 months ago)‡")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_ages_break_no_layout(visit: Callable[..., Visit], width: int) -> None:
    shown = visit(VENUES, viewport={"width": width, "height": 800})
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_date_stands(visit: Callable[..., Visit]) -> None:
    shown = visit(VENUES, java_script_enabled=False)
    expect(as_of(shown.page, "BitMEX", "Tick")).to_have_text("since 2024-07-31")
    assert shown.page.locator("time[datetime='2024-07-31']").count() == 1
    assert shown.page.locator(".fact-age").count() == 0
