"""The pieces of a lesson's page that a slide may show, and about how high each is there."""

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from bs4 import BeautifulSoup, NavigableString, Tag
from course import LESSONS
from markdown_it import MarkdownIt
from mathml import mathml
from mdit_py_plugins.dollarmath import dollarmath_plugin

ROOM = 480
"""Pixels below the title of a slide."""
WIDTH, PICTURE = 1160, 400
"""Pixels of a slide's width that can be used, and the most that a still picture has of its height."""
LINE, LETTERS = 38, 88
"""Pixels of a line of text, and the letters on it."""
KEY_WORDS = 6
"""A bold passage of so many words is a sentence to keep, and a shorter one a term."""
SENTENCE_END = re.compile(r"""(?:(?<=[.!?])|(?<=[.!?][)"”]))\s+""")
SHOWN = {"blockquote", "figure", "table"}
VIEW = re.compile(r'viewbox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', re.IGNORECASE)


@dataclass
class Part:
    """A piece of a section that may be shown, and its height on a slide in pixels."""

    html: str
    height: int
    kind: str = "part"
    is_formula: bool = False
    text: str = ""


def title_of(heading: Tag) -> str:
    """Return the HTML within a heading, without its permalink."""
    heading = copy.copy(heading)
    for link in heading.find_all("a", class_="headerlink"):
        link.decompose()
    return heading.decode_contents().strip()


def clean(element: Tag) -> str:
    """Return an element's HTML without names that must be unique and what only the lesson's scripts read."""
    element = copy.copy(element)
    for each in [element, *element.find_all(True)]:
        if each.find_parent("figure") is None and each.name != "figure":
            each.attrs.pop("id", None)
        for name in ("data-symbol", "data-record", "data-right", "data-bet"):
            each.attrs.pop(name, None)
    return str(element)


def face(element: Tag, without_start: bool = False) -> str:
    """Return an element's HTML for a slide: without links, and without the bold words before a question."""
    element = copy.copy(element)
    for link in element.find_all("a"):
        link.unwrap()
    if without_start and (start := element.find("strong")):
        start.decompose()
    return clean(element)


def sentences(paragraph: Tag) -> list[str]:
    """Return the sentences of a paragraph as HTML."""
    paragraph = BeautifulSoup(face(paragraph), "html.parser").p or paragraph
    found = [""]
    for child in paragraph.children:
        if isinstance(child, NavigableString):
            first, *others = SENTENCE_END.split(str(child))
            found[-1] += escape(first, quote=False)
            found += [escape(other, quote=False) for other in others]
        else:
            found[-1] += str(child)
            if isinstance(child, Tag) and child.name == "strong" and child.get_text().endswith("."):
                found.append("")
    return [each.strip() for each in found if each.strip()]


def keys(paragraph: Tag) -> Iterator[Part]:
    """Yield the sentences in bold of a paragraph."""
    for bold in paragraph.find_all("strong"):
        text = bold.get_text()
        if len(text.split()) >= KEY_WORDS and bold.find_parent("strong") is None:
            html = re.sub(r"[,;:]$", "", BeautifulSoup(face(bold), "html.parser").strong.decode_contents())
            html = html[:1].upper() + html[1:] + ("" if re.search(r"[.?!]$", html) else ".")
            yield Part(f'<p class="slide-key">{html}</p>', text_height(text), text=text)


def parts(element: Tag) -> Iterator[Part]:
    """Yield what an element shows: quotations, formulas, tables, pictures and widgets."""
    if element.name == "details" or "cell_input" in (element.get("class") or []):
        return
    classes = element.get("class") or []
    if element.name in SHOWN or "math" in classes:
        yield part(element)
    elif element.name == "div":
        for child in element.find_all(True, recursive=False):
            yield from parts(child)


def part(element: Tag) -> Part:
    """Return an element as a part of a slide."""
    classes = element.get("class") or []
    if "if-explorer" in classes:
        return Part(clean(element), ROOM, "widget")
    if element.name == "figure":
        return Part(face(element), picture_height(element))
    if element.name == "blockquote":
        return Part(face(element), text_height(element.get_text()) + LINE)
    if element.name == "table":
        rows = element.find_all("tr")
        longest = [max(len(cell.get_text()) for cell in column) for column in columns(rows)]
        small = len(rows) > 7 or sum(longest) > 100
        line = 36 if small else 47
        tall = sum(line + (22 if row.find("mfrac") else 0) for row in rows)
        style = "slide-table small" if small else "slide-table"
        return Part(f'<div class="{style}">{face(element)}</div>', tall + 30)
    formula = element.find("math")
    assert isinstance(formula, Tag)
    lines = max(1, len(formula.find_all("mtr")))
    return Part(f'<div class="slide-formula">{face(formula)}</div>', 40 + 75 * lines, is_formula=True)


def picture_height(figure: Tag) -> int:
    """Return the height of a still picture in pixels: as wide as the slide, unless that is too high."""
    box = VIEW.search(str(figure))
    return min(PICTURE, round(WIDTH * float(box[2]) / float(box[1]))) if box else PICTURE


def columns(rows: Iterable[Tag]) -> list[tuple[Tag, ...]]:
    """Return the columns of a table's rows."""
    return list(zip(*(row.find_all(["td", "th"]) for row in rows), strict=False))


def text_height(text: str) -> int:
    """Return the height of a paragraph in pixels, about."""
    return LINE * (1 + len(text) // LETTERS) + 16


def options_height(asked: Tag) -> int:
    """Return the height of a bet or question with its options, in pixels, as long as none is open."""
    options = [each.get_text() for each in asked.find_all(["li", "summary"])]
    question = asked.find("p")
    asks = question.get_text() if question else ""
    return text_height(asks) + sum(text_height(option) for option in options)


def markdown(words: str) -> str:
    """Return a mark's words as HTML, with formulas as MathML."""
    reader = (
        MarkdownIt(options_update={"typographer": True})
        .enable("smartquotes")
        .use(dollarmath_plugin, renderer=lambda tex, options: mathml(tex, options["display_mode"]))
    )
    return reader.render(words).strip()


def addressed(html: str, lesson: str) -> str:
    """Return HTML of a lesson with its links as the deck needs them."""

    def moved(found: re.Match[str]) -> str:
        address = found[1]
        if address.startswith("#"):
            address = f"../{lesson}.html{address}"
        elif not re.match(r"[a-z]+:|\.\./", address):
            address = f"../{LESSONS}/{address}"
        return f'href="{address}"'

    return re.sub(r'\bhref="([^"]*)"', moved, html)
