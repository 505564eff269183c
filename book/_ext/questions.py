"""The bets and quick questions of a page: found in its text, checked, and marked for the page's script.

Both are plain Markdown, so that they read as text in JupyterLab, without scripts and on paper:

- A bet is a paragraph that begins with ``**Bet 1.**``, and a list whose items begin with their letter in
  code. Further down a paragraph begins with ``**Bet 1 is settled: `a`.**``.
- A question is a paragraph that begins in bold, and two or more folds whose summaries begin with ``A: ``,
  ``B: ``. The text of exactly one of them begins with "Right".

What is malformed is a warning of the build. A bet or question is remembered by its words: one that is worded
anew is another one, and one that moves is the same.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from docutils import nodes
from page_parts import html
from sphinx.application import Sphinx
from sphinx.util import logging

BET = re.compile(r"Bet (\d+)\.")
SETTLED = re.compile(r"Bet (\d+) is settled: (\w+)\.")
LIKE_A_BET = re.compile(r"bet \d", re.IGNORECASE)
QUICK = "Quick question."
FOLD = re.compile(r"(?=<details\b)|(?<=</details>)")
OPTION = re.compile(r"\s*<details\b[^>]*>\s*<summary\b[^>]*>\s*([A-Z]): (.*?)</summary>\s*", re.DOTALL)
CLOSED = re.compile(r"\s*</details>\s*")
RIGHT = re.compile(r"Right[.,:;]")
LETTER = re.compile(r"[a-z]")
SHOWN = re.compile(r'<div class="(?:bet|question)"')

logger = logging.getLogger(__name__)


class Malformed(Exception):
    """What is wrong with a bet or question, and the node it was found at."""

    def __init__(self, node: nodes.Node, problem: str) -> None:
        super().__init__(problem)
        self.node = node


@dataclass
class Option:
    """One of the folds below a question."""

    letter: str
    opening: nodes.raw
    closing: nodes.raw | None = None
    inside: list[nodes.Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its explanation."""
        return "\n".join(node.astext() for node in self.inside).strip()


def mark(doctree: nodes.document, page: str) -> list[Malformed]:
    """Put a box around each bet, settling and question of a page, and return what is malformed.

    Parameters
    ----------
    doctree : docutils.nodes.document
        The page's text.
    page : str
        Its name, such as ``lessons/05_liquidation_price``.
    """
    topic = topic_of(page)
    return [*_mark_bets(doctree, topic), *_mark_questions(doctree, topic)]


def topic_of(page: str) -> str:
    """Return a page's name without its folder and number, so that a new lesson before it changes nothing."""
    return re.sub(r"^\d+_", "", page.rpartition("/")[2])


def _record(topic: str, kind: str, asked: nodes.Node) -> str:
    words = " ".join(asked.astext().split())
    return f"{topic}.{kind}-{zlib.crc32(words.encode()):08x}"


def _box(first: nodes.Element, last: nodes.Element, opening: str) -> None:
    parent = first.parent
    parent.insert(parent.index(last) + 1, html("</div>"))
    parent.insert(parent.index(first), html(opening))


def _begins_in_bold(node: nodes.Node | None) -> str:
    """Return the bold words at the beginning of a paragraph."""
    first = _first(node)
    return " ".join(first.astext().split()) if isinstance(first, nodes.strong) else ""


def _first(paragraph: nodes.Node | None) -> nodes.Node | None:
    """Return what a paragraph begins with; the parser may put an empty text before it."""
    inside = paragraph.children if isinstance(paragraph, nodes.paragraph) else []
    return next((child for child in inside if child.astext()), None)


def _after(node: nodes.Element) -> nodes.Node | None:
    place = node.parent.index(node) + 1
    return node.parent[place] if place < len(node.parent) else None


def _mark_bets(doctree: nodes.document, topic: str) -> Iterator[Malformed]:
    choices: dict[str, list[str]] = {}
    settlings: dict[str, nodes.Node] = {}
    bets: dict[str, nodes.Node] = {}
    for paragraph in list(doctree.findall(nodes.paragraph)):
        words = _begins_in_bold(paragraph)
        try:
            if found := BET.fullmatch(words):
                number = found[1]
                if number in bets:
                    raise Malformed(paragraph, f"there are two bets {number}")
                bets[number] = paragraph
                choices[number] = _choices(number, paragraph)
                options = _after(paragraph)
                assert isinstance(options, nodes.bullet_list)
                record = _record(topic, "bet", paragraph)
                _box(paragraph, options, f'<div class="bet" data-bet="{number}" data-record="{record}">')
            elif found := SETTLED.fullmatch(words):
                number, letter = found.groups()
                if number in settlings:
                    raise Malformed(paragraph, f"bet {number} is settled twice")
                settlings[number] = paragraph
                if number not in bets:
                    raise Malformed(paragraph, f"there is no bet {number} before the place that settles it")
                if letter not in choices.get(number, [letter]):
                    raise Malformed(paragraph, f"bet {number} is settled by {letter}, which is no option")
                if not any(code.astext() == letter for code in paragraph.findall(nodes.literal)):
                    raise Malformed(paragraph, f"bet {number}: write the letter that settles it in code")
                opening = f'<div class="bet-settled" data-bet="{number}" data-settled="{letter}">'
                _box(paragraph, paragraph, opening)
            elif LIKE_A_BET.match(words):
                wanted = "**Bet 1.** or **Bet 1 is settled: `a`.**"
                raise Malformed(paragraph, f"{words!r} looks like a bet; one begins with {wanted}")
        except Malformed as malformed:
            yield malformed
    for number, bet in bets.items():
        if number not in settlings:
            yield Malformed(bet, f"bet {number} is never settled")


def _choices(number: str, bet: nodes.paragraph) -> list[str]:
    options = _after(bet)
    if not isinstance(options, nodes.bullet_list):
        raise Malformed(bet, f"bet {number} needs its list of options right behind its paragraph")
    letters = []
    for item in options:
        code = _first(item[0]) if item.children else None
        if not isinstance(code, nodes.literal) or not LETTER.fullmatch(code.astext()):
            raise Malformed(bet, f"bet {number}: each option begins with its letter in code")
        letters.append(code.astext())
    if len(letters) < 2 or letters != list(ascii_lowercase[: len(letters)]):
        raise Malformed(bet, f"bet {number} has the options {', '.join(letters)}: they are a, b and so on")
    return letters


def _mark_questions(doctree: nodes.document, topic: str) -> Iterator[Malformed]:
    for raw in list(doctree.findall(nodes.raw)):
        if "html" in raw.get("format", "") and "details" in raw.astext():
            raw.replace_self([html(piece) for piece in FOLD.split(raw.astext()) if piece.strip()])
    records: set[str] = set()
    asked: set[nodes.Node] = set()
    for parent in list(doctree.findall(nodes.Element)):
        for options in _groups(parent):
            question = _before(parent, options[0].opening)
            try:
                if not _begins_in_bold(question):
                    raise Malformed(
                        options[0].opening,
                        f"the options {options[0].letter} … need a paragraph that begins in bold before them",
                    )
                assert isinstance(question, nodes.paragraph)
                asked.add(question)
                right = _right(question, options)
                record = _record(topic, "q", question)
                if record in records:
                    raise Malformed(question, f"{_short(question)} is asked twice in the same words")
                records.add(record)
                assert options[-1].closing is not None
                opening = f'<div class="question" data-record="{record}" data-right="{right}">'
                _box(question, options[-1].closing, opening)
            except Malformed as malformed:
                yield malformed
    for paragraph in doctree.findall(nodes.paragraph):
        if _begins_in_bold(paragraph) == QUICK and paragraph not in asked:
            yield Malformed(paragraph, f"{_short(paragraph)} has no options below it")


def _short(question: nodes.Node) -> str:
    words = " ".join(question.astext().split())
    return repr(words if len(words) <= 60 else f"{words[:60]}…")


def _before(parent: nodes.Element, node: nodes.Node) -> nodes.Node | None:
    place = parent.index(node)
    return parent[place - 1] if place else None


def _groups(parent: nodes.Element) -> Iterator[list[Option]]:
    """Yield the options that follow one another, with nothing between them."""
    group: list[Option] = []
    for child in [*parent.children, None]:
        html = child.astext() if isinstance(child, nodes.raw) else ""
        if group and group[-1].closing is None:
            if CLOSED.fullmatch(html):
                assert isinstance(child, nodes.raw)
                group[-1].closing = child
            elif child is not None:
                group[-1].inside.append(child)
        elif opened := OPTION.fullmatch(html):
            assert isinstance(child, nodes.raw)
            if group and opened[1] == "A":
                yield group
                group = []
            group.append(Option(opened[1], child))
        elif group:
            yield group
            group = []


def _right(question: nodes.paragraph, options: list[Option]) -> str:
    """Return the letter of the right option; refuse options that are not as they must be."""
    letters = [option.letter for option in options]
    if len(letters) < 2 or letters != list(ascii_uppercase[: len(letters)]):
        raise Malformed(
            question, f"{_short(question)} has the options {', '.join(letters)}: they are A, B and so on"
        )
    for option in options:
        if option.closing is None or not option.text:
            raise Malformed(question, f"{_short(question)}: option {option.letter} has no explanation")
    right = [option.letter for option in options if RIGHT.match(option.text)]
    if len(right) != 1:
        raise Malformed(
            question,
            f'{_short(question)}: {len(right)} options begin with "Right.", and it must be exactly one',
        )
    return right[0]


def prepare(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Mark the bets and questions of a page, and warn of what is malformed."""
    if app.builder.format == "html":
        for malformed in mark(doctree, page):
            logger.warning("%s: %s", page, malformed, location=malformed.node, type="questions")


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the script on pages with bets or questions; `answers` has written it, and loads it on lessons."""
    loaded = any(str(script.filename).startswith("_static/answered.js") for script in context["script_files"])
    if app.builder.format == "html" and SHOWN.search(context.get("body", "")) and not loaded:
        app.add_js_file("answered.js", loading_method="defer", priority=800)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("doctree-resolved", prepare)
    app.connect("html-page-context", add_script, priority=710)  # behind `answers`
    return {"parallel_read_safe": True, "parallel_write_safe": True}
