"""The whole course as one PDF: `python -m tools.pdf` makes it of the pages that `make book` has built.

The pages are joined to one, and a browser prints that. Two ready-made ways were left aside. Sphinx's own
single page keeps the ids of its chapters as they are, so that a link to "Summary" leads to the first of
many. Jupyter Book's `pdfhtml` downloads a browser of its own, and prints without outline and tags.
"""

import argparse
import posixpath
import re
import threading
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from html import escape
from io import BytesIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject

from tools.browser import LAUNCH_ARGUMENTS, find_browser
from tools.notebooks import ROOT
from tools.serve import SITE, open_server

TARGET = ROOT / "_build" / "extra" / "inverse-futures.pdf"
STYLE = Path(__file__).with_suffix(".css")
JOINED = "whole-book.html"
"""The address of the joined page; no file of the site has this name."""

NOT_FOR_PAPER = "script, noscript, template, button, .headerlink, .d-print-none, .sheet-alone"
KEPT_COLOURS = re.compile(r"[cks]")
"""Comments, keywords and strings. Each coloured piece weighs 150 bytes as an element of the PDF's structure:
with all of them the file had 16 MB."""
TAG_NAME = re.compile(rb"node\d{8}")
HEADING = re.compile(r"h[1-6]")
NUMBER = re.compile(r"\d+")


class Chapter:
    """A page of the site on its way into the book."""

    def __init__(self, name: str) -> None:
        self.name = name
        path = SITE / f"{name}.html"
        if not path.is_file():
            raise SystemExit(f"{path} is not there: run `make book` first.")
        self.page = BeautifulSoup(path.read_text("utf-8"), "html.parser")

    @cached_property
    def article(self) -> Tag:
        """The text of the page."""
        article = self.page.select_one("article")
        if article is None or article.h1 is None:
            raise SystemExit(
                f"{self.name}.html has no <article> with a heading: tools/pdf.py looks for them."
            )
        for node in article.select(NOT_FOR_PAPER):
            node.decompose()
        for figure in article.select("figure"):
            figure.name = "div"  # the picture in it is the PDF's figure, and has the words for it
        return article

    @cached_property
    def title(self) -> str:
        """The heading, with the number that the file has: the contents number the lessons so."""
        number = NUMBER.match(PurePosixPath(self.name).name)
        heading = self.article.h1
        assert heading is not None
        return f"{number[0]} {heading.get_text()}" if number else heading.get_text()

    @property
    def anchor(self) -> str:
        """The id of the chapter in the book."""
        return self.name.replace("/", "-")

    def text(self, names: set[str]) -> str:
        """Return the chapter for the joined page: its ids made unique, its links led to their new places."""
        article, title = self.article, self.title
        assert article.h1 is not None
        article.h1.string = title
        self.put_answers_last()
        for heading in article.find_all(HEADING):
            heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"  # the first level is the parts'
        for node in article.find_all(id=True):
            if node.find_parent("svg") is None:  # the pictures' ids are hashes of what they name
                node["id"] = f"{self.anchor}--{node['id']}"
        for token in article.select("pre span"):
            if not KEPT_COLOURS.match(" ".join(token.get("class", []))):
                token.unwrap()
        article.smooth()
        for link in article.find_all("a", href=True):
            self.lead(link, names)
        return f'<section class="chapter" id="{self.anchor}">{article.decode_contents()}</section>'

    def put_answers_last(self) -> None:
        """Let the questions keep their options alone; what is said of each comes at the chapter's end.

        Paper cannot fold: below its question an answer would be read before the question is thought about.
        """
        questions = self.article.select(".question")
        if not questions:
            return
        answers = self.page.new_tag("section", id="answers")
        answers.append(self.page.new_tag("h2", string="Answers"))
        for number, question in enumerate(questions, start=1):
            assert question.p is not None
            place = f"question-{number}"
            question["id"] = place
            link = self.page.new_tag("a", href=f"#answer-{number}", string=f"Answer {number}")
            question.p.extend([" ", link])
            answer = self.page.new_tag("div", id=f"answer-{number}")
            heading = self.page.new_tag("p")
            heading.append(self.page.new_tag("a", href=f"#{place}", string=f"Question {number}"))
            answer.append(heading)
            for option in question.find_all("details"):
                assert option.summary is not None
                choice = option.summary.extract()
                choice.name, choice["class"] = "p", "option"
                option.name = "div"
                option.replace_with(choice)
                option.insert(0, copy(choice))
                answer.append(option)
            answers.append(answer)
        home = self.article.find("section") or self.article
        assert isinstance(home, Tag)
        home.append(answers)

    def lead(self, link: Tag, names: set[str]) -> None:
        """Let a link within the site lead to its place in the book; without one there, its text is left."""
        address = str(link["href"])
        if re.match(r"[a-z]+:", address):
            return
        del link["title"]
        path, fragment = urldefrag(address)
        folder = posixpath.dirname(self.name)
        page = posixpath.normpath(posixpath.join(folder, unquote(path))) if path else f"{self.name}.html"
        name = page.removesuffix(".html")
        if name not in names:
            link.unwrap()
        else:
            anchor = name.replace("/", "-")
            link["href"] = f"#{anchor}--{unquote(fragment)}" if fragment else f"#{anchor}"


@dataclass
class Part:
    """A part of the course, as the table of contents has it."""

    title: str
    chapters: list[Chapter]

    @property
    def anchor(self) -> str:
        """The id of the part in the book."""
        return "part-" + re.sub(r"\W+", "-", self.title.lower()).strip("-")


@dataclass
class Book:
    """The landing page, which becomes the title page, and the parts in the order of the site."""

    cover: Chapter
    parts: list[Part]
    title: str
    author: str
    licence: str

    @classmethod
    def read(cls) -> "Book":
        """Read the course's settings and its built pages."""
        settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
        contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
        parts = [
            Part(part["caption"], [Chapter(chapter["file"]) for chapter in part["chapters"]])
            for part in contents["parts"]
        ]
        return cls(
            Chapter(contents["root"]), parts, settings["title"], settings["author"], settings["copyright"]
        )

    @property
    def chapters(self) -> Iterator[Chapter]:
        """All chapters in their order."""
        for part in self.parts:
            yield from part.chapters

    def head(self) -> str:
        """Return the stylesheets of all pages, each once, and the script that makes a page fit for paper."""
        found = {}
        for chapter in [self.cover, *self.chapters]:
            for node in chapter.page.select("link[rel~=stylesheet], head > style"):
                if node.get("href"):
                    node["href"] = posixpath.normpath(
                        posixpath.join("/", posixpath.dirname(chapter.name), str(node["href"]))
                    )
                found[str(node)] = None
        script = next(chapter.page.select_one('script[src*="print.js"]') for chapter in self.chapters)
        if script is None:
            raise SystemExit("the pages don't load print.js: tools/pdf.py needs it.")
        return (
            f'<meta charset="utf-8"><title>{escape(self.title)}</title>{"".join(found)}'
            f'<style>{STYLE.read_text("utf-8")}</style><script src="/_static/print.js"></script>'
        )

    def title_page(self) -> str:
        """Return the title page: what the book is, the picture of the landing page, and the licence."""
        article = self.cover.article
        picture, introduction = article.select_one(".if-explorer"), article.p
        canonical = self.cover.page.select_one("link[rel=canonical]")
        address = (
            f'<p>With moving pictures: <a href="{canonical["href"]}">{canonical["href"]}</a></p>'
            if canonical
            else ""
        )
        return (
            f'<section class="cover"><p class="title">{escape(self.title)}</p>{introduction}{picture}'
            f"<p>© {escape(self.licence)}.</p>{address}</section>"
        )

    def contents(self, pages: list[int]) -> str:
        """Return the table of contents; ``pages`` has a number for each part and chapter, as far as known."""
        numbers = iter(pages)

        def entry(anchor: str, title: str) -> str:
            number = next(numbers, "")
            return f'<a href="#{anchor}"><span>{escape(title)}</span><span>{number}</span></a>'

        items = "".join(
            f"<li>{entry(part.anchor, part.title)}<ul>"
            + "".join(f"<li>{entry(chapter.anchor, chapter.title)}</li>" for chapter in part.chapters)
            + "</ul></li>"
            for part in self.parts
        )
        return f'<nav class="book-contents"><h1>Contents</h1><ul>{items}</ul></nav>'

    def text(self) -> str:
        """Return the parts."""
        names = {chapter.name for chapter in self.chapters}
        return "".join(
            f'<h1 class="part" id="{part.anchor}">{escape(part.title)}</h1>'
            + "".join(chapter.text(names) for chapter in part.chapters)
            for part in self.parts
        )


def joined(head: str, *body: str) -> str:
    """Return one page, within the elements that the site's stylesheets expect around its text."""
    return (
        f'<!doctype html><html lang="en" data-theme="light" data-mode="light"><head>{head}</head><body>'
        '<div class="bd-container"><div class="bd-container__inner"><main class="bd-main">'
        '<div class="bd-content"><div class="bd-article-container"><article class="bd-article">'
        f"{''.join(body)}</article></div></div></main></div></div></body></html>"
    )


def print_page(page: Page, address: str, text: str) -> bytes:
    """Print a page that is no file of the site."""
    page.route(address, lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready")
    printed = page.pdf(outline=True, tagged=True, prefer_css_page_size=True, print_background=True)
    page.unroute(address)
    return printed


def page_numbers(printed: bytes) -> list[int]:
    """Return the page of each part and chapter, as the outline has them after the contents."""
    reader = PdfReader(BytesIO(printed))
    numbers = []
    for entry in reader.outline[1:]:
        heading = (
            [item for item in entry if not isinstance(item, list)] if isinstance(entry, list) else [entry]
        )
        for item in heading:
            number = reader.get_destination_page_number(item)
            assert number is not None
            numbers.append(number + 1)
    return numbers


def finished(printed: bytes, book: Book) -> bytes:
    """Return the PDF with what the browser doesn't know, and without the time and the browser's name.

    A viewer then shows the title instead of the file's name, and two runs give the same bytes.
    """
    writer = PdfWriter(clone_from=BytesIO(printed))
    writer.metadata = {"/Title": book.title, "/Author": book.author, "/Subject": book.licence}
    preferences = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = preferences
    result = BytesIO()
    writer.write(result)
    # The browser numbers what it tags as it goes, with gaps that differ. Names of equal length keep every
    # place in the file, and their order keeps the tree in which a viewer looks them up.
    names = {name: b"node%08d" % i for i, name in enumerate(sorted(set(TAG_NAME.findall(result.getvalue()))))}
    return TAG_NAME.sub(lambda found: names[found[0]], result.getvalue())


def main() -> None:
    """Make the PDF. It is printed twice: only the first print tells on which pages the chapters begin."""
    book = Book.read()
    head, cover, text = book.head(), book.title_page(), book.text()
    with open_server(SITE) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=LAUNCH_ARGUMENTS)
        page = browser.new_page()
        address = server.address + JOINED
        numbers: list[int] = []
        for _ in range(2):
            printed = print_page(page, address, joined(head, cover, book.contents(numbers), text))
            numbers = page_numbers(printed)
        browser.close()
        server.shutdown()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(finished(printed, book))
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    main()
