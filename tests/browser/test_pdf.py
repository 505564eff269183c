"""The course on paper: the book as a PDF, and a page that a reader prints."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.browser.conftest import put_on_paper

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
Open = Callable[..., Any]

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PARTS = {part["caption"]: [chapter["file"] for chapter in part["chapters"]] for part in CONTENTS["parts"]}
CHAPTERS = [name for names in PARTS.values() for name in names]
LESSON = "lessons/04_leverage.html"


@functools.cache
def soup(name: str) -> BeautifulSoup:
    return BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser")


def title(name: str) -> str:
    """A chapter's heading, with the number of its file."""
    heading = soup(name).select_one("article h1")
    assert heading is not None
    for link in heading.select(".headerlink"):
        link.decompose()
    number = re.match(r"\d+", name.rpartition("/")[2])
    return f"{number[0]} {heading.get_text()}" if number else heading.get_text()


def bare(text: str) -> str:
    """A text without spaces, which the PDF has where a line ends, and without ligatures and icons."""
    return re.sub(r"[\s\ue000-\uf8ff]", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def reader(built_pdf: Path) -> PdfReader:
    return PdfReader(built_pdf)


@dataclass
class Printed:
    """What a page of the PDF says, and how far down and up it says it, in points from its lower edge."""

    text: str
    lowest: float
    highest: float


@pytest.fixture(scope="module")
def pages(built_pdf: Path) -> list[Printed]:
    """Each page, read by PDFium: what tells the book's structure takes a minute and more for its text."""
    with closing(pypdfium2.PdfDocument(built_pdf)) as document:
        return [read(page.get_textpage()) for page in document]


def read(page: pypdfium2.PdfTextPage) -> Printed:
    boxes = [page.get_rect(number) for number in range(page.count_rects())]
    heights = [height for _, bottom, _, top in boxes for height in (bottom, top)]
    return Printed(page.get_text_range(), min(heights, default=0), max(heights, default=0))


@pytest.fixture(scope="module")
def texts(pages: list[Printed]) -> list[str]:
    """The text of each page, with single spaces and without the page number."""
    texts = [" ".join(page.text.split()) for page in pages]
    return [re.sub(rf"^{number} | {number}$", "", text) for number, text in enumerate(texts, start=1)]


@pytest.fixture(scope="module")
def begins(reader: PdfReader) -> dict[str, int]:
    """The page (from 1) on which each part and chapter begins, as the outline says, in its order."""
    found: dict[str, int] = {}

    def collect(entries: list[Any], depth: int) -> None:
        for entry in entries:
            if isinstance(entry, list):
                collect(entry, depth + 1)
            elif depth < 2:
                number = reader.get_destination_page_number(entry)
                assert number is not None
                found[str(entry.title)] = number + 1

    collect(reader.outline, 0)
    return found


def test_outline_has_every_part_and_chapter_in_order(begins: dict[str, int]) -> None:
    expected = ["Contents"]
    for part, names in PARTS.items():
        expected += [part, *map(title, names)]
    assert list(begins) == expected
    assert list(begins.values()) == sorted(begins.values())


def test_table_of_contents_has_the_pages_of_the_chapters(begins: dict[str, int], reader: PdfReader) -> None:
    contents = reader.pages[begins["Contents"] - 1 : begins[next(iter(PARTS))] - 1]
    printed = " ".join(" ".join(page.extract_text().split()) for page in contents)
    missing = [
        (name, page)
        for name, page in begins.items()
        if name != "Contents" and f"{name} {page}" not in printed
    ]
    assert missing == []


def test_chapters_are_there_from_the_first_to_the_last_word(begins: dict[str, int], texts: list[str]) -> None:
    starts = [begins[title(name)] for name in CHAPTERS] + [len(texts) + 1]
    lost = []
    for name, start, end in zip(CHAPTERS, starts, starts[1:], strict=False):
        # On paper a self-test has its questions alone: the key is a page of its own.
        paragraphs = soup(name).select(
            "article p:not(:has(math, .collapsed))"
            ":not(.collapsed, .expanded, .d-print-none *, .test-told *, .test-end *, .sheet-alone *)"
        )
        words = bare(" ".join(texts[start - 1 : end]))
        # A paragraph may run over the end of a page; its first and its last line don't.
        for text in (bare(paragraph.get_text()) for paragraph in (paragraphs[0], paragraphs[-1])):
            lost += [(name, end) for end in (text[:30], text[-30:]) if end not in words]
    assert lost == []


def test_answers_are_printed_after_the_last_question(begins: dict[str, int], texts: list[str]) -> None:
    name, following = CHAPTERS[CHAPTERS.index(LESSON.removesuffix(".html")) :][:2]
    printed = bare(" ".join(texts[begins[title(name)] - 1 : begins[title(following)]]))
    answers = [p.get_text() for p in soup(name).select(".question details > p:not(:has(math))")]
    assert len(answers) > 3
    assert [answer for answer in answers if bare(answer) not in printed] == []
    last_question = soup(name).select(".question > p")[-1].get_text()
    asked = printed.index(bare(last_question))
    assert [answer for answer in answers if printed.index(bare(answer)) < asked] == []


def links(reader: PdfReader) -> Iterator[DictionaryObject]:
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            yield annotation.get_object()


def test_links_lead_to_a_place_in_the_book_or_to_another_site(reader: PdfReader) -> None:
    places = set(reader.named_destinations)
    inside = [str(link["/Dest"]) for link in links(reader) if "/Dest" in link]
    outside = [str(link["/A"]["/URI"]) for link in links(reader) if "/A" in link]
    assert len(inside) > 2 * len(CHAPTERS)
    assert [place for place in inside if place not in places] == []
    assert outside
    assert [address for address in outside if re.match(r"file:|https?://(127\.|localhost)", address)] == []


def test_every_link_of_the_pages_is_a_link_on_paper(reader: PdfReader) -> None:
    wanted = {
        str(link["href"])
        for name in CHAPTERS
        for link in soup(name).select("article a.external[href]:not(.d-print-none *)")
    }
    # A browser writes addresses in their normal form.
    printed = {str(link["/A"]["/URI"]).rstrip("/") for link in links(reader) if "/A" in link}
    assert wanted
    assert {address for address in wanted if address.rstrip("/") not in printed} == set()


def figures(reader: PdfReader) -> Iterator[str | None]:
    """The alternative texts of the pictures in the PDF's structure, in reading order."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        if element.get("/S") == "/Figure":
            yield element.get("/Alt")
        children = element.get("/K", [])
        children = children.get_object() if hasattr(children, "get_object") else children
        children = children if isinstance(children, list) else [children]
        waiting += [
            child for child in (c.get_object() for c in reversed(children)) if isinstance(child, dict)
        ]


def test_every_widget_and_figure_is_a_picture_with_its_words(reader: PdfReader) -> None:
    pictures = [
        picture["aria-label"]
        for name in [CONTENTS["root"], *CHAPTERS]
        for picture in soup(name).select('article svg[role="img"]')
    ]
    widgets = [
        widget["aria-label"]
        for name in [CONTENTS["root"], *CHAPTERS]
        for widget in soup(name).select("article figure.if-explorer")
    ]
    assert len(widgets) >= 13
    assert set(widgets) <= set(pictures)
    assert list(figures(reader)) == pictures


def test_questions_and_captions_of_widgets_are_printed(texts: list[str]) -> None:
    printed = bare(" ".join(texts))
    words = [
        node.get_text()
        for name in CHAPTERS
        for node in soup(name).select("figure.if-explorer :is(.if-question, figcaption)")
    ]
    assert len(words) >= 2 * 13
    assert [text for text in words if bare(text) not in printed] == []


def test_nothing_for_the_screen_alone_is_printed(texts: list[str]) -> None:
    # The page on how to study names the fold in a sentence.
    printed = " ".join(texts).replace("folded under How it is computed", "")
    for text in ("How it is computed", "Skip to main content", "I have finished this lesson", "Click to"):
        assert text not in printed
    # An answer is typed on the screen, but for the tasks whose code the page shows.
    shown = sum(len(soup(name).select(".in-python[open]")) for name in CHAPTERS)
    assert printed.count(": not answered yet.") == shown > 0


def test_no_page_is_nearly_empty(texts: list[str]) -> None:
    line = 60  # characters; a full one has about 90
    assert [number for number, text in enumerate(texts, start=1) if len(text) < line] == []


def test_fonts_are_embedded(reader: PdfReader) -> None:
    fonts = {}
    for page in reader.pages:
        for name, font in page["/Resources"].get("/Font", {}).items():
            fonts[name] = font.get_object()
    assert fonts
    for font in fonts.values():
        whole = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        if whole["/Subtype"] != "/Type3":  # a Type 3 font is a list of drawings in the file itself
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(whole["/FontDescriptor"]), font[
                "/BaseFont"
            ]


def test_the_file_says_what_it_is_and_not_when_or_where_it_was_made(reader: PdfReader) -> None:
    settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert reader.metadata == {
        "/Title": settings["title"],
        "/Author": settings["author"],
        "/Subject": settings["copyright"],
    }
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "licence" in reader.pages[0].extract_text()


def test_text_fits_a4_and_letter(reader: PdfReader, pages: list[Printed]) -> None:
    for page, printed in list(zip(reader.pages, pages, strict=True))[1:]:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert (round(width), round(height)) == (595, 842)
        # Printed at full size on Letter, A4 loses 25 points above and below.
        assert 25 < printed.lowest < printed.highest < 842 - 25


# A page that a reader prints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_printed_page_is_light_and_whole(scheme: str, visit: Open) -> None:
    opened = visit(LESSON, color_scheme=scheme).page
    put_on_paper(opened)
    colours = (
        "[document.body, document.querySelector('article section > p')].map(n => getComputedStyle(n).color)"
    )
    assert opened.evaluate(colours) == ["rgb(27, 31, 36)"] * 2
    assert opened.locator("article h1").is_visible()
    assert opened.locator("article details:not(.hide) > p").last.is_visible()
    for screen in ("#pst-primary-sidebar", ".bd-header-article", "#jb-print-docs-body", ".prev-next-footer",
                   ".lesson-progress", "a.headerlink", "button"):  # fmt: skip
        assert (
            opened.locator(screen).evaluate_all("nodes => nodes.filter(n => n.checkVisibility()).length") == 0
        )


def test_a_live_widget_prints_its_present_state_without_controls(visit: Open) -> None:
    opened = visit(LESSON).page
    widget = opened.locator("figure.if-explorer").first
    number = widget.locator("input[type=number]").first
    number.fill("7")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.emulate_media(media="print")
    assert number.is_visible()
    assert number.input_value() == "7"
    assert not widget.locator("input[type=range], input[type=radio], button").first.is_visible()
    assert widget.locator(".if-choice label:visible").count() == widget.locator(".if-choice").count()
    assert widget.locator(".if-panel > svg").first.is_visible()
    assert widget.locator(".if-question").is_visible()


def test_the_page_is_as_before_after_printing(visit: Open) -> None:
    opened = visit(
        "lessons/10_funding_rate.html", color_scheme="dark", viewport={"width": 600, "height": 800}
    ).page
    opened.locator("article details:not(.hide, .if-live *) summary").first.click()
    # A live widget redraws itself whenever its width changes.
    page = """[document.documentElement, ...document.querySelectorAll("article :not(.if-live, .if-live *)")]
        .map(node => node.cloneNode().outerHTML).join()"""
    before, during, after = (
        opened.evaluate(f"dispatchEvent(new Event('{event}')), {page}").replace(' style=""', "")
        for event in ("nothing", "beforeprint", "afterprint")
    )
    assert during != before
    assert after == before


def test_answers_print_open_without_scripts(visit: Open) -> None:
    opened = visit(LESSON, java_script_enabled=False).page
    opened.emulate_media(media="print")
    answer = opened.locator("article details:not(.hide) > p").first
    assert answer.evaluate("node => node.getBoundingClientRect().height") > 0
