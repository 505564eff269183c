"""The desk as a reader meets it: typed, copied, printed, by keyboard, on a telephone, from a folder."""

import contextlib
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import ROOT, Open, settle
from tests.golden.on_the_desk import PUBLISHED, Published, is_met

PAGES = sorted(path.stem for path in (ROOT / "book" / "desk").glob("*.md"))
FIRST = "book/desk/liquidation.html"
MOST_BYTES = 200_000
"""What a page of the desk may load, compressed: its page, scripts, styles and fonts."""
MESSAGE = {
    "symbol": "XBTUSD", "currentQty": -500, "posCost": 7_435_000, "unrealisedCost": 7_435_000, "posCross": 0,
    "posLoss": 0, "initMarginReq": 0.04, "maintMarginReq": 0.005, "commission": 0.00075, "markPrice": 6726.8,
    "timestamp": "2018-08-27T12:00:00.000Z", "markValue": 7_433_000, "unrealisedPnl": -2000,
    "posInit": 297_400,
    "posComm": 5800, "posMargin": 303_200, "posMaint": 42_975, "maintMargin": 301_200,
    "bankruptPrice": 7004.5,
    "liquidationPrice": 6968.5, "unrealisedRoePcnt": -0.0067, "unrealisedPnlPcnt": -0.0003,
}  # fmt: skip
"""A message of 2018-08-27 (bitmex-rest-2018-short500 among the worked examples)."""


def field(page: Page, label: str) -> Locator:
    return page.locator(".desk-form").get_by_label(label, exact=False).first


def type_in(page: Page, **texts: str) -> None:
    """Type into the fields of a page, by the names that its address has for them."""
    for name, text in texts.items():
        place = page.locator(f'[data-field="{name}"]')
        if place.locator("select").count():
            place.locator("select").select_option(text)
        elif place.locator("input[type=radio]").count():
            place.locator(f'input[value="{text}"]').check()
        else:
            fold = page.locator(f'details.desk-more:not([open]):has([data-field="{name}"]) > summary')
            if fold.count():
                fold.click()
            place.locator("input, textarea").fill(text)


def said(page: Page) -> Locator:
    return page.locator(".desk-sentence")


def row(page: Page, head: str) -> Locator:
    return page.locator(".desk-results tbody tr").filter(has=page.locator("th", has_text=head)).first


def copied(page: Page, name: str) -> str:
    """What a button copies."""
    page.get_by_role("button", name=name).click()
    expect(page.locator(".desk-copied")).not_to_have_text("")
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.fixture
def desk(visit: Open) -> Any:
    def open_page(name: str = "liquidation", hash_: str = "", **options: Any) -> Any:
        options = {"permissions": ["clipboard-read", "clipboard-write"]} | options
        return visit(f"book/desk/{name}.html{hash_}", **options)

    return open_page


@pytest.mark.parametrize(
    "published", PUBLISHED, ids=lambda each: f"{each.example}-{next(iter(each.figures))}"
)
def test_a_published_figure_is_typed_and_comes_out(published: Published, desk: Open) -> None:
    opened = desk(published.page)
    type_in(opened.page, **published.texts)
    for place, figure, tolerance in published.wanted():
        found = row(opened.page, place.row).locator("td").nth(place.cell) if place.row else said(opened.page)
        expect(found).not_to_have_text("")
        assert is_met(found.inner_text(), place, figure, tolerance), (place, found.inner_text(), figure)
    assert opened.complaints == []


def test_the_answer_stands_there_with_rule_source_date_and_formulas(desk: Open) -> None:
    page = desk().page
    expect(said(page)).to_contain_text(
        "Bybit: the liquidation price of this long is 45,681.8181818… USD, 8.64 % below"
    )
    expect(page.locator(".desk-facts")).to_contain_text("2025-09-18")
    expect(page.locator(".desk-facts a").first).to_have_attribute("href", re.compile("^https://"))
    expect(page.locator(".desk-warnings")).to_contain_text("more than 12 months ago")
    step = page.locator(".desk-steps li", has_text="margin.liquidation_price").first
    expect(step.locator("math")).to_have_count(2)
    expect(step).to_contain_text("45,681.8181818…")
    expect(step.get_by_role("link", name="margin.liquidation_price")).to_have_attribute(
        "href", re.compile(r"formula_sheet\.html#margin-liquidation-price$")
    )
    expect(step.get_by_role("link", name="lesson 05")).to_be_visible()
    expect(page.locator("table", has_text="Linear twin").locator("tbody tr")).to_have_count(3)


def test_all_venues_stand_beside_one_another(desk: Open) -> None:
    page = desk().page
    table = page.locator("table", has_text="typed above")
    names = page.locator("select option").all_text_contents()
    expect(table.locator("tbody tr")).to_have_count(len(names))
    assert table.locator("tbody th").all_text_contents() == names
    assert len(names) == 9


def test_there_is_none_is_said_in_words(desk: Open) -> None:
    page = desk().page
    type_in(page, side="-1", leverage="1", venue="BitMEX", fee_rate="0")
    expect(said(page)).to_have_text(
        re.compile("^None: no price liquidates this short at BitMEX, because its margin")
    )
    expect(row(page, "Liquidation price")).to_contain_text("none")
    assert "100,000,000" not in page.locator(".desk").inner_text()


def test_what_cannot_be_read_is_said_at_its_field_and_what_is_refused_in_the_packages_words(
    desk: Open,
) -> None:
    page = desk().page
    type_in(page, notional="ten")
    expect(page.locator('[data-field="notional"] .desk-said')).to_have_text("“ten” is no number.")
    expect(page.locator('[data-field="notional"] input')).to_have_attribute("aria-invalid", "true")
    expect(said(page)).to_contain_text("see what is said below it")
    type_in(page, notional="10,000", as_of="2017-01-01")
    expect(said(page)).to_contain_text("is known only from 2018-01-01")
    type_in(page, as_of="", fee_rate="5")
    expect(page.locator('[data-field="fee_rate"] .desk-said')).to_have_text("read as 5, which is 500 %")
    expect(page.locator(".desk-results").first).to_contain_text("its domain is")


def test_a_switch_leaves_an_amount_out(desk: Open) -> None:
    page = desk(hash_="#venue=OKX").page
    expect(said(page)).to_contain_text("45,706.8181818…")
    page.get_by_role("checkbox", name="the closing fee and its reserve").uncheck()
    expect(said(page)).to_contain_text("45,681.8181818…")


def test_the_state_is_in_the_address_and_the_copied_link_opens_it(desk: Open) -> None:
    page = desk().page
    type_in(
        page,
        venue="Phemex",
        side="-1",
        notional="25,000",
        leverage="3x",
        extra_margin="1/3",
        fee_rate="0.075 %",
    )
    page.get_by_role("checkbox", name="the next funding").uncheck()
    answer = said(page).inner_text()
    link = copied(page, "Copy link")  # at once: the address need not have settled
    expect(page).to_have_url(re.compile("#venue=Phemex&side=-1&notional=25,000&leverage=3x&fee_rate=0.075"))
    assert link == page.url
    again = desk(hash_="#" + link.split("#")[1]).page
    expect(said(again)).to_have_text(answer)
    expect(field(again, "Leverage")).to_have_value("3x")
    expect(again.locator('[data-field="extra_margin"] input')).to_be_visible()
    expect(again.get_by_role("checkbox", name="the next funding")).not_to_be_checked()
    again.evaluate("location.hash = '#venue=HTX&nonsense&notional=%E0'")
    expect(said(again)).to_contain_text("HTX: ")


def test_a_copied_call_gives_the_same_figure_in_python(desk: Open) -> None:
    page = desk(hash_="#venue=BitMEX&entry_price=47,123.5&leverage=7").page
    figure = row(page, "Liquidation price").locator("td").first.inner_text()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(copied(page, "Copy as Python"), {})
    assert f"{float(printed.getvalue().split()[0]):,}" == figure


def test_a_copied_table_has_a_line_for_each_figure(desk: Open) -> None:
    lines = copied(desk().page, "Copy as CSV").splitlines()
    assert lines[0] == "what,unrounded,as the venue rounds it,unit"
    assert lines[1] == "liquidation_price,45681.81818181818181818181818,not known,USD per coin"
    assert lines[-1].startswith("source,https://")


def test_a_pasted_message_agrees_field_by_field_and_what_differs_is_named(desk: Open) -> None:
    page = desk("message").page
    type_in(page, message=json.dumps(MESSAGE))
    expect(said(page)).to_have_text("BitMEX: 13 of 13 figures agree.")
    type_in(page, message=json.dumps(MESSAGE | {"posMaint": 42_975 - 5800}))
    expect(said(page)).to_have_text("BitMEX: 12 of 13 figures agree; what differs is named below.")
    expect(row(page, "posMaint")).to_contain_text("It agrees without the closing fee.")
    type_in(page, message="{")
    expect(said(page)).to_contain_text("This is no JSON")


def test_fills_backwards_and_options_answer(desk: Open) -> None:
    fills = desk("profit", "#fills=buy+5,000+at+5,000&price=20,000&leverage=5x").page
    expect(fills.locator(".desk-results").first).to_contain_text("(ROE) is 375 %")
    backwards = desk("backwards").page
    expect(said(backwards)).to_contain_text("0.0313881875 coins")
    option = desk("options").page
    expect(said(option)).to_contain_text("≈ 0.0372978025… coins")
    type_in(option, option="put")
    expect(said(option)).to_contain_text("≈ 0.120631")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_a_folder_and_answers_at_once(name: str, visit: Open, built_site: Path) -> None:
    opened = visit((built_site / "book" / "desk" / f"{name}.html").as_uri())
    expect(said(opened.page)).not_to_have_text("")
    assert opened.complaints == []


def test_a_rule_of_another_day_is_offered_and_taken(desk: Open) -> None:
    page = desk().page
    page.get_by_role("button", name="until 2025-09-01").click()
    expect(said(page)).to_contain_text("45,662.5")
    expect(field(page, "Date of the rule")).to_have_value("2025-09-01")
    page.get_by_role("button", name="of today").click()
    expect(said(page)).to_contain_text("45,681.8181818…")


def test_what_is_not_used_and_how_large_a_contract_is_stands_at_the_field(desk: Open) -> None:
    page = desk(hash_="#venue=OKX").page
    expect(page.locator('[data-field="notional"] .desk-said')).to_contain_text("is 100 USD")
    type_in(page, margin="0.5")
    expect(page.locator('[data-field="leverage"] .desk-said')).to_contain_text("not used")
    expect(row(page, "Initial margin")).to_have_count(0)


def test_a_refusal_names_the_field_and_no_argument(desk: Open) -> None:
    page = desk(hash_="#maintenance_margin_rate=20+%25").page
    refusal = row(page, "Liquidation price").locator(".desk-about")
    expect(refusal).to_contain_text("maintenance margin rate is 0.2, but its domain at an initial margin")


def test_a_figure_that_changes_leaves_the_page_as_it_stands(desk: Open) -> None:
    page = desk(viewport={"width": 390, "height": 844}).page
    table = page.locator(".desk-results .pst-scrollable-table-container").first
    table.evaluate("table => { table.scrollLeft = 40; table.dataset.first = 1; }")
    shown = row(page, "Liquidation price").inner_text()
    type_in(page, entry_price="40,000")
    expect(row(page, "Liquidation price")).not_to_have_text(shown)
    assert table.evaluate("table => table.scrollLeft") == 40


def test_with_the_keyboard_alone(desk: Open) -> None:
    page = desk().page
    field(page, "Venue").focus()
    page.keyboard.type("BitM")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="short")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("300")
    expect(said(page)).to_contain_text("BitMEX: the liquidation price of this short is")
    for _ in range(5):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    expect(page.locator('[data-field="margin"] input')).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_a_telephone_shows_it_without_scrolling_sideways(name: str, desk: Open) -> None:
    page = desk(name, viewport={"width": 390, "height": 844}).page
    expect(said(page)).not_to_have_text("")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for box in page.locator(".desk-form input, .desk-form select, .desk-form textarea").all():
        if box.is_visible():
            bounds = box.bounding_box()
            assert bounds["x"] >= 0
            assert bounds["x"] + bounds["width"] <= 390


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_what_the_script_draws_is_accessible_in_light_and_dark(name: str, width: int, desk: Open) -> None:
    state = f"#message={json.dumps(MESSAGE | {'posComm': 1})}" if name == "message" else ""
    page = desk(name, state.replace("%", "%25"), viewport={"width": width, "height": 844}).page
    page.wait_for_timeout(200)
    for fold in page.locator("details.desk-more > summary").all():
        fold.click()
    findings = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        settle(page)
        findings += [f"{scheme}: {fault}" for fault in faults(page, colours_alone=scheme == "dark")]
    assert findings == []


def test_every_input_has_a_label_and_the_answer_is_told_politely(desk: Open) -> None:
    for name in PAGES:
        page = desk(name).page
        unnamed = page.locator(".desk :is(input, select, textarea, button)").evaluate_all(
            "all => all.filter(each => !each.labels?.length && !each.textContent && !each.ariaLabel).length"
        )
        assert unnamed == 0
        expect(said(page)).to_have_attribute("aria-live", "polite")


def test_on_paper_the_answers_stand_with_formula_source_and_date(desk: Open) -> None:
    page = desk().page
    expect(page.locator(".desk-facts")).to_be_visible()
    page.emulate_media(media="print")
    for text in ("45,681.8181818…", "2025-09-18", "margin.liquidation_price", "Before you rely on it"):
        assert page.locator(".desk", has_text=text).is_visible()
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_it_says_what_it_is_and_leads_to_package_and_lesson(name: str, visit: Open) -> None:
    page = visit(f"book/desk/{name}.html", java_script_enabled=False).page
    expect(page.locator(".desk")).to_contain_text("needs scripts")
    if name not in ("message", "profit"):
        expect(page.locator(".desk pre")).to_contain_text(">>> ")
    if name != "message":
        assert page.locator('article a[href*="lessons/"]').count()


def test_a_page_is_light(built_site: Path) -> None:
    for name in PAGES:
        path = built_site / "book" / "desk" / f"{name}.html"
        text = path.read_text("utf-8")
        loaded = {
            match.partition("?")[0] for match in re.findall(r'(?:src|href)="(\.\./\.\./_static/[^"]+)"', text)
        }
        files = {(path.parent / each).resolve() for each in loaded}
        weight = sum(
            len(gzip.compress(each.read_bytes(), 9))
            for each in [path, *files]
            if each.suffix in (".html", ".js", ".css")
        )
        assert weight < MOST_BYTES, (name, weight)


def test_the_answer_is_worked_out_anew_while_one_types(desk: Open) -> None:
    page = desk().page
    first = said(page).inner_text()
    place = field(page, "Entry price")
    place.press("End")
    place.type("5")
    expect(said(page)).not_to_have_text(first)
    assert page.evaluate("document.activeElement.id") == place.get_attribute("id")


def test_the_landing_page_leads_to_answers(visit: Open) -> None:
    for place, answer in (
        ("375 %, and right", "375 %"),
        ("At the entry price", "9.8078"),
        ("Add 0.0508 BTC", "0.0507727918"),
        ("by the old rule", "45,662.5"),
    ):
        opened = visit("book/desk.html")
        opened.page.get_by_role("link", name=re.compile(place)).click()
        expect(opened.page.locator(".desk")).to_contain_text(answer)
        assert opened.complaints == []
