"""A lesson's finished body, read from top to bottom and cut into slides; `slides` says by which marks."""

import copy
import re
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from bs4 import BeautifulSoup, Comment, Tag
from slide_parts import (
    ROOM,
    Part,
    addressed,
    clean,
    face,
    keys,
    markdown,
    options_height,
    parts,
    sentences,
    text_height,
    title_of,
)
from sphinx.errors import ExtensionError

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
CODE = re.compile(r'(?<=<div class="highlight"><pre>).*?(?=</pre>)', re.DOTALL)
"""No slide shows it, and more than half of a page's elements are its colours."""
CLOSING = re.compile(r"(?:Take away|What comes next)\b")
LEADS = re.compile(r"[:?]\s*$")
LONGEST_LEAD = 150
"""Letters of a sentence that is shown with a formula though it does not end in a colon."""
OPENING_WORDS = 110
SKIPPED = {"check-yourself"}
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
                f"{self.lesson}: <!--{comment}--> is no mark: "
                f"write <!-- {kind} -->, or <!-- skip: section -->"
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
                if part.height <= ROOM:
                    self.show_with_lead(part)
                else:  # more than a slide holds
                    self.flush()

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
        """Return the sentence that leads to something; a formula has words in any case.

        Words of a mark stand for it: both would say the same.
        """
        if self.current is not None and self.current.has_words:
            return ""
        said = [
            (each, BeautifulSoup(each, "html.parser").get_text())
            for each in sentences(paragraph)
            if not each.startswith("(")
        ]
        if said and LEADS.search(said[-1][1]):
            return said[-1][0]
        if not part.is_formula:
            return ""
        short = [each for each in said if len(each[1]) <= LONGEST_LEAD]
        with_letters = [each for each in short if "<math" in each[0]]
        return (with_letters or short or [("", "")])[-1][0]

    def flush(self) -> None:
        """Put paragraphs that lead to nothing into the notes, and their sentences in bold on the slide."""
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


def cut(body: str, lesson: str) -> list[Slide]:
    """Cut a lesson's body into slides, with the minutes of each.

    Parameters
    ----------
    body : str
        The body of the finished page, as HTML.
    lesson : str
        Its name, such as ``lessons/05_liquidation_price``.
    """
    soup = BeautifulSoup(CODE.sub("", body), "html.parser")
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
