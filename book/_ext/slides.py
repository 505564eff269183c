"""A deck of slides for each lesson, cut from its finished page: `slides/NN_topic.html`.

Nothing of a lesson is written a second time. A slide shows what the lesson sets apart anyway: displayed formulas
and tables with the sentence that leads to them, figures, widgets, quotations, the sentences in bold, bets and
quick questions. All its other prose becomes the presenter's notes of the slide that it belongs to. Where that
is not enough, the lesson has marks, which its own page drops:

- ``<!-- slide: words -->`` begins a slide with these words, in Markdown; ``<!-- slide -->`` begins one without.
  A number before the colon, ``<!-- slide 3: words -->``, is its share of the time, in minutes.
- ``<!-- show -->`` puts the next paragraph or list on the slide as it stands.
- ``<!-- skip -->`` leaves the next thing to the lesson, ``<!-- skip: section -->`` the rest of the section.
- A code cell's tags ``slide`` and ``skip`` do the same to its output.

A bet is voted on twice, with a talk between; where the text settles it, so does the deck, and the next quick
question is the second of its kind.
"""

import copy
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from html import escape
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from course import LESSONS, Course, folder
from markdown_it import MarkdownIt
from mathml import mathml
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FOLDER = "slides/"
MINUTES = 40
"""What a deck takes."""
SHARES = {
    "title": 1.0,
    "vote": 1.0,
    "discuss": 2.0,
    "again": 0.5,
    "settled": 1.5,
    "second": 1.5,
    "question": 1.5,
    "widget": 3.0,
    "part": 1.5,
    "summary": 1.0,
}
"""Minutes by kind of slide, before they are stretched so that a deck takes `MINUTES`."""
MARK = re.compile(r"\s*(slide|show|skip)\b(?: (\d+(?:\.5)?))?(?::\s*(.*?))?\s*", re.DOTALL)
MARKED = re.compile(r"\s*<!--\s*(?:slide|show|skip)\b.*?-->\s*", re.DOTALL)
SETTLES = re.compile(r"Bet (\d+) is settled")
CLOSING = re.compile(r"(?:Take away|What comes next)\b")
SENTENCE_END = re.compile(r"""(?:(?<=[.!?])|(?<=[.!?][)"”]))\s+""")
LEADS = re.compile(r"[:?]\s*$")
KEY_WORDS = 6
"""A bold passage of so many words is a sentence to keep, and a shorter one a term."""
LONGEST_LEAD = 150
"""Letters of a sentence before a formula or table that is shown with it though it does not end in a colon."""
OPENING_WORDS = 110
ROOM = 480
"""Pixels below the title of a slide."""
WIDTH, PICTURE = 1160, 430
"""Pixels of a slide's width that can be used, and the most that a still picture has of its height."""
LINE, LETTERS = 38, 88
"""Pixels of a line of text, and the letters on it."""
NEEDED = re.compile(r"(?:widgets|print|formulas/.*)\.js")
SKIPPED = {"check-yourself"}
SHOWN = {"blockquote", "figure", "table"}


@dataclass
class Slide:
    """What a slide shows, as HTML, and what the presenter reads."""

    kind: str
    title: str
    face: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    share: float = 0.0
    minutes: float = 0.0
    height: int = 0

    @property
    def has_words(self) -> bool:
        """Whether it says something, and shows nothing yet."""
        return bool(self.face) and all(each.startswith('<div class="slide-words"') for each in self.face)

    @property
    def room(self) -> str:
        """How much of it is free: what is short is set larger."""
        return "wide" if self.height <= ROOM * 0.42 else "some" if self.height <= ROOM * 0.68 else "little"

    def __post_init__(self) -> None:
        self.share = self.share or SHARES[self.kind]


@dataclass
class Part:
    """A piece of a section that may be shown, and its height on a slide in pixels."""

    html: str
    height: int
    kind: str = "part"
    is_formula: bool = False
    text: str = ""


class Cutter:
    """Reads a lesson's body from top to bottom and cuts it into slides."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.slides: list[Slide] = []
        self.current: Slide | None = None
        self.waiting: list[Tag] = []  # paragraphs that may lead to what is shown next
        self.title = ""
        self.next: str | None = None  # what a mark says of the next element
        self.bets: dict[str, Tag] = {}
        self.unanswered = False  # whether a bet was settled and no second question has followed

    def read(self, section: Tag) -> None:
        """Cut a section, with the sections in it."""
        heading = section.find(["h1", "h2", "h3", "h4"], recursive=False)
        identity = str(section.get("id", ""))
        if heading is None or identity in SKIPPED:
            return
        self.end_section()
        if heading.name == "h2":
            self.unanswered = False
        self.title = title_of(heading)
        if self.current is not None:  # it has notes alone, which the first slide of this section takes over
            self.current.title = self.title
        if heading.name == "h1":
            self.open("title")
            self.read_opening(section)
        summary = identity == "summary"
        if summary:
            self.open("summary")
        for child in list(section.children):
            if isinstance(child, Comment):
                if not self.mark(child):
                    self.end_section()
                    for inner in section.find_all("section", recursive=False):
                        self.read(inner)
                    return
            elif not isinstance(child, Tag) or child is heading:
                continue
            elif child.name == "section":
                self.read(child)
            elif summary:
                self.read_summary(child)
            elif heading.name != "h1":
                self.take(child)
        self.end_section()

    def mark(self, comment: Comment) -> bool:
        """Follow a mark; return whether the section goes on."""
        found = MARK.fullmatch(comment)
        if not found:
            return True
        kind, minutes, words = found.groups()
        if kind == "skip" and words == "section":
            return False
        if kind == "slide":
            self.flush()
            self.open("part", float(minutes or 0))
            if words:
                self.show(Part(f'<div class="slide-words">{markdown(words)}</div>', text_height(words)))
        elif words or minutes:
            raise ExtensionError(
                f"{self.lesson}: <!--{comment}--> is no mark: write <!-- {kind} -->, or <!-- skip: section -->"
            )
        else:
            self.next = kind
        return True

    def take(self, element: Tag) -> None:
        """Put an element on a slide, into the notes, or nowhere."""
        told, self.next = self.next, None
        classes = element.get("class") or []
        if "cell" in classes and "tag_slide" in classes:
            self.flush()
            self.open("part")
        skipped = told == "skip" or "tag_skip" in classes
        if "bet" in classes:
            self.bets[str(element["data-bet"])] = element
            if not skipped:
                self.flush()
                self.vote(element)
        elif "bet-settled" in classes:
            self.flush()
            self.settle(element)
        elif "question" in classes:
            self.flush()
            if not skipped:
                self.ask(element)
        elif told == "show":
            self.flush()
            self.show(Part(face(element), text_height(element.get_text())))
        elif element.name in ("p", "ul", "ol"):
            if skipped:
                self.flush()
                self.note(element)
            else:
                self.waiting.append(element)
        elif skipped:
            self.flush()
        else:
            for part in parts(element):
                self.show_with_lead(part)

    def show_with_lead(self, part: Part) -> None:
        """Show something, and before it the sentence that leads to it."""
        *before, last = self.waiting or [None]
        self.waiting = [each for each in before if each is not None]
        self.flush()
        led = ""
        if last is not None and part.kind == "part" and (lead := self.lead(last, part)):
            led = BeautifulSoup(lead, "html.parser").get_text()
            part.html = f'<p class="slide-lead">{lead}</p>{part.html}'
            part.height += text_height(led)
        if self.current is None or not self.fits(part):
            self.open(part.kind if part.kind == "widget" else "part")
        if last is not None:
            self.note(last)
            for key in keys(last):
                if key.text not in led:
                    self.show(key)
        self.show(part)

    def lead(self, paragraph: Tag, part: Part) -> str:
        """Return the sentence that leads to something; a formula has words in any case."""
        said = [
            (each, BeautifulSoup(each, "html.parser").get_text())
            for each in sentences(paragraph)
            if not each.startswith("(")
        ]
        if said and LEADS.search(said[-1][1]):
            return said[-1][0]
        if not part.is_formula or (self.current is not None and self.current.has_words):
            return ""
        short = [each for each in said if len(each[1]) <= LONGEST_LEAD]
        with_letters = [each for each in short if "<math" in each[0]]
        return (with_letters or short or [("", "")])[-1][0]

    def flush(self) -> None:
        """Put the paragraphs that lead to nothing into the notes, and their sentences in bold on the slide."""
        waiting, self.waiting = self.waiting, []
        for paragraph in waiting:
            for key in keys(paragraph):
                self.show(key)
            self.note(paragraph)

    def fits(self, part: Part) -> bool:
        """Return whether something has room on the slide that is open."""
        assert self.current is not None
        if "widget" in (part.kind, self.current.kind):
            return not self.current.face and self.current.kind != "widget"
        return not self.current.face or self.current.height + part.height <= ROOM

    def show(self, part: Part) -> None:
        """Put something on the open slide, or on a new one if it is full."""
        if self.current is None or self.current.kind not in ("part", "widget") or not self.fits(part):
            self.open(part.kind)
        assert self.current is not None
        if part.kind == "widget" and self.current.kind != "widget":
            self.current.kind, self.current.share = "widget", SHARES["widget"]
        self.current.face.append(part.html)
        self.current.height += part.height

    def note(self, element: Tag) -> None:
        """Put an element into the notes of the slide that is open, else of the next one."""
        if self.current is None:
            self.open("part")
        assert self.current is not None
        self.current.notes.append(clean(element))

    def open(self, kind: str, share: float = 0.0) -> Slide:
        """Begin a slide; what only has notes hands them on."""
        notes = []
        if self.slides and self.current is self.slides[-1] and not self.current.face:
            dropped = self.slides.pop()
            notes = dropped.notes
            share = share or (dropped.share if dropped.share != SHARES[dropped.kind] else 0.0)
        self.current = Slide(kind, self.title, notes=notes, share=share)
        self.slides.append(self.current)
        return self.current

    def end_section(self) -> None:
        """Finish the slide that is open: what follows has another title."""
        self.flush()
        if self.current is not None and self.current.face:
            self.current = None

    # --- kinds of slides ------------------------------------------------------------------------------
    def read_opening(self, section: Tag) -> None:
        """Show the scene that a lesson opens with, as far as it is short."""
        assert self.current is not None
        words = 0
        for child in section.find_all(["p", "blockquote"], recursive=False):
            words += len(child.get_text().split())
            if words <= OPENING_WORDS:
                self.current.face.append(face(child))
                self.current.height += text_height(child.get_text())
            else:
                self.current.notes.append(clean(child))
        self.current.face = self.current.face or ["<p></p>"]

    def read_summary(self, element: Tag) -> None:
        """Show what to take away and what comes next."""
        assert self.current is not None
        if element.name == "p" and CLOSING.match(element.get_text()):
            self.current.face.append(face(element))
            self.current.height += text_height(element.get_text())

    def vote(self, bet: Tag) -> None:
        """Show a bet, let neighbours discuss it, and show it again."""
        title = f"Bet {bet['data-bet']}"
        shown = face(bet, without_start=True)
        for kind, call, note in VOTES:
            self.title, before = f"{title}: {call}", self.title
            slide = self.open(kind)
            self.title = before
            slide.face.append(shown)
            slide.height = options_height(bet)
            slide.notes.append(f"<p>{note}</p>")
        self.current = None

    def settle(self, settling: Tag) -> None:
        """Show how a bet ended, beside its question."""
        number, letter = str(settling["data-bet"]), str(settling["data-settled"])
        before, self.title = self.title, f"Bet {number} is settled"
        slide = self.open("settled")
        self.title = before
        bet = copy.copy(self.bets[number])
        for item in bet.find_all("li"):
            if item.get_text().split()[0] == letter:
                item["class"] = ["settled"]
        slide.face.append(face(bet, without_start=True))
        paragraph = settling.find("p")
        assert isinstance(paragraph, Tag)
        said = sentences(paragraph)
        slide.face.append(f'<p class="slide-settling">{" ".join(said[1:3])}</p>')
        slide.height = options_height(self.bets[number]) + text_height(" ".join(said[1:3]))
        slide.notes.append(clean(paragraph))
        self.current = None
        self.unanswered = True

    def ask(self, question: Tag) -> None:
        """Show a quick question, whose options open."""
        kind, title = ("second", "The same kind again") if self.unanswered else ("question", "Quick question")
        self.unanswered = False
        before, self.title = self.title, title
        slide = self.open(kind)
        self.title = before
        slide.face.append(face(question, without_start=True))
        slide.height = options_height(question)
        slide.notes.append(f"<p>{ASKED[kind]}</p>")
        self.current = None


VOTES = [
    ("vote", "vote", "Count the hands, write the numbers down, and explain nothing."),
    ("discuss", "discuss with your neighbour", "Each convinces somebody who voted otherwise."),
    ("again", "vote again", "Count again. The lesson settles it later, so say nothing yet."),
]
ASKED = {
    "second": "A second question of the kind of the bet: vote on it, alone, before an option is opened. "
    "It shows whether the reason has arrived, and not only the answer.",
    "question": "Vote first. Then open the options, the wrong ones before the right one.",
}


# --- HTML ---------------------------------------------------------------------------------------------
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
    box = re.search(r'viewbox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', str(figure), re.IGNORECASE)
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
    reader = MarkdownIt().use(
        dollarmath_plugin, renderer=lambda tex, options: mathml(tex, options["display_mode"])
    )
    return reader.render(words).strip()


def cut(body: str, lesson: str) -> list[Slide]:
    """Cut a lesson's body into slides, with the minutes of each.

    Parameters
    ----------
    body : str
        The body of the finished page, as HTML.
    lesson : str
        Its name, such as ``lessons/05_liquidation_price``.
    """
    soup = BeautifulSoup(body, "html.parser")
    section = soup.find("section")
    if not isinstance(section, Tag):
        return []
    cutter = Cutter(lesson)
    cutter.read(section)
    slides = [slide for slide in cutter.slides if slide.face]
    for slide, minutes in zip(slides, plan([slide.share for slide in slides]), strict=True):
        slide.minutes = minutes
        slide.notes = [addressed(note, lesson) for note in slide.notes]
    return slides


def plan(shares: list[float]) -> list[float]:
    """Return minutes in halves, no slide without any, that add up to `MINUTES` and are about as the shares.

    Raises
    ------
    ExtensionError
        If there are more slides than half minutes.
    """
    halves = 2 * MINUTES - len(shares)
    if halves < 0:
        raise ExtensionError(f"{len(shares)} slides are too many for {MINUTES} minutes: leave some out")
    marks = [round(halves * at / sum(shares)) for at in accumulate(shares, initial=0.0)]
    return [(1 + after - before) / 2 for before, after in pairwise(marks)]


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


# --- the build ----------------------------------------------------------------------------------------
def kept(app: Sphinx, lesson: str) -> Path:
    """Return where a lesson's slides wait, also for a later build that does not write the lesson anew."""
    return Path(app.doctreedir, FOLDER, f"{lesson.partition('/')[2]}.json")


def cut_lesson(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Cut a lesson when its body is finished, and take the marks out of its page."""
    if app.builder.format != "html" or doctree is None or folder(pagename) != LESSONS:
        return
    slides = cut(context["body"], pagename)
    path = kept(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{**asdict(slide), "room": slide.room} for slide in slides], ensure_ascii=False), "utf-8")
    context["body"] = MARKED.sub("\n", context["body"])


def deck_of(app: Sphinx, lesson: str) -> str | None:
    """Return the page of a lesson's deck, or nothing if it has none."""
    return f"{FOLDER}{lesson.partition('/')[2]}" if folder(lesson) == LESSONS else None


def name_deck(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Tell a lesson's template where its deck is."""
    context["deck"] = deck_of(app, pagename)


def decks(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of the decks."""
    course = Course(app.env)
    style, script = (stamped(app, f"slides.{kind}") for kind in ("css", "js"))
    for lesson in course.lessons:
        slides = json.loads(kept(app, lesson).read_text("utf-8"))
        page = deck_of(app, lesson)
        assert page is not None
        context = {
            "title": f"Slides {course.number(lesson)}: {course.name(lesson)}",
            "metatags": f'<meta name="description" content="{escape(f"Slides of {course.name(lesson)}")}" />\n',
            "slides": slides,
            "of_lesson": lesson,
            "lesson_name": f"Lesson {course.number(lesson)}: {course.name(lesson)}",
            "slides_style": style,
            "slides_script": script,
        }
        yield page, context, "slides.html"


def stamped(app: Sphinx, name: str) -> str:
    """Return the address of one of the decks' own files, with its checksum."""
    content = Path(app.srcdir, "book", "_static", name).read_bytes()
    return f"_static/{name}?v={zlib.crc32(content):08x}"


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Load what a deck needs, and nothing that only other pages need."""
    if templatename != "slides.html":
        return
    if any(slide["kind"] == "widget" for slide in context["slides"]):
        app.add_js_file(f"formulas/{context['of_lesson']}.js", loading_method="defer", priority=490)
        app.add_js_file("widgets.js", loading_method="defer")
    context["script_files"] = [
        script for script in context["script_files"] if NEEDED.search(str(script.filename))
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("html-page-context", name_deck, priority=400)
    app.connect("html-page-context", cut_lesson, priority=720)  # behind all that changes a body but one
    app.connect("html-page-context", add_scripts, priority=890)  # before `assets` copies the list
    app.connect("html-collect-pages", decks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
