"""Two indexes that are printed when the book is built: of the myths, and of what public pages promise.

The myths stand in the lessons: each in a section whose heading begins with "Myth:". What is true is the
section's last bold sentence, or its last sentence where none is bold; the pages that say the myth are those
that the section cites and "the course corrects" by the bibliography, or else the first that it cites. The
promises are in ``book/promises.yml``: a subject, and the lessons that teach it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import nbformat
import yaml
from docutils import nodes
from myst_parser.mdit_to_docutils.base import default_slugify
from pybtex.database import Entry, parse_file
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "lessons"
BIBLIOGRAPHY = ROOT / "book" / "references.bib"
PROMISES = ROOT / "book" / "promises.yml"

SECTION = re.compile(r"^## (Myth: *([^\n]+))\n(.*?)(?=^#{1,2} |\Z)", re.MULTILINE | re.DOTALL)
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
CITATION = re.compile(r"\s*\{cite:[pt]\}`[^`]+`")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?]\*\*)|(?<=[.!?][)\"])) (?=[*A-Z(\"$])")
SHORTEST = 3
"""Words that make bold words a sentence, and not a word that is stressed."""
TIE = "\0"
LINKING = re.compile(r"^(?:But|So|And|What is true:) ")
"""What ties a sentence to the one before it, which the index does not show."""
CORRECTED = re.compile(r"the course (?:corrects|qualifies)")
"""What the bibliography says of a page that says a myth."""
READ = re.compile(r"\b(?:read|Read|run here|run)(?: here)? in ((?:[A-Z][a-z]+ )?20\d\d)")
LISTS = re.compile(r"^(?:[|>\-] .*|> .*|\|.*)$", re.MULTILINE)
FOLDS = re.compile(r"<details.*?</details>|<!--.*?-->", re.DOTALL)
BEGUN = "November 2026"
"""When the copies were read whose entries don't say it: in the month in which the course was begun."""


@dataclass(frozen=True)
class Myth:
    """What a lesson says of a myth.

    Parameters
    ----------
    lesson : str
        The file's name without its ending.
    heading, claim, truth : str
        The section's heading; the myth in its own words; what is true, in a sentence.
    sources : tuple of str
        The keys of the pages that say it; empty where it is a slip of no page.
    """

    lesson: str
    heading: str
    claim: str
    truth: str
    sources: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """Where a link to the section leads."""
        return default_slugify(plain(self.heading))

    @property
    def number(self) -> str:
        """The lesson's number."""
        return self.lesson.partition("_")[0]


def plain(text: str) -> str:
    """Return a heading without its stresses and code marks, as its anchor is made from it."""
    return re.sub(r"[*`]", "", text).strip()


def myths() -> Iterator[Myth]:
    """Yield the myths of all lessons, in their order."""
    for path in sorted(LESSONS.glob("*.ipynb")):
        notebook = nbformat.reads(path.read_text("utf-8"), 4)
        text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        yield from myths_in(text, path.stem)


def myths_in(text: str, lesson: str) -> Iterator[Myth]:
    """Yield the myths in a lesson's text.

    Raises
    ------
    ValueError
        If a section has no sentence that could be true.
    """
    for heading, claim, section in SECTION.findall(text + "\n"):
        truth = what_is_true(section)
        if not truth:
            raise ValueError(f"{lesson}: the section '{heading}' has no sentence; say what is true, in bold")
        yield Myth(lesson, heading.strip(), plain(claim), truth, said_by(section))


def what_is_true(section: str) -> str:
    """Return the last sentence that is bold or holds bold words enough, or else the last of all."""
    found = sentences(section)
    bold = [
        sentence
        for sentence in found
        if any(len(words.split()) >= SHORTEST for words in BOLD.findall(sentence))
    ]
    chosen = LINKING.sub("", BOLD.sub(r"\1", (bold or found or [""])[-1]))
    return chosen[:1].upper() + chosen[1:]


def sentences(section: str) -> list[str]:
    """Return the sentences of a section's paragraphs, without tables, lists, folds and citations."""
    text = CITATION.sub("", LISTS.sub("", FOLDS.sub("", section)))
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        joined = " ".join(paragraph.split())
        if joined.endswith(":"):  # it leads to a table, so its last sentence says nothing alone
            joined = joined[: max(joined.rfind(mark) for mark in ".!?") + 1]
            joined += "**" * (joined.count("**") % 2)
        # What is bold stays together, though it may be two sentences.
        whole = BOLD.sub(lambda bold: f"**{re.sub(r'(?<=[.!?]) ', TIE, bold[1])}**", joined)
        parts = [part.replace(TIE, " ") for part in SENTENCE_END.split(whole)]
        found += [part.strip() for part in parts if len(part.split()) >= SHORTEST]
    return found


def said_by(section: str) -> tuple[str, ...]:
    """Return the keys of the pages that say the myth: those that are corrected, or else the first cited."""
    keys = [key.strip() for group in CITED.findall(section) for key in group.split(",")]
    for_it = [key for key in dict.fromkeys(keys) if CORRECTED.search(entries()[key].fields.get("note", ""))]
    return tuple(for_it or keys[:1])


@cache
def entries() -> dict[str, Entry]:
    """Return the entries of the bibliography."""
    return dict(parse_file(str(BIBLIOGRAPHY)).entries)


def read_when(key: str) -> str:
    """Return the month in which a page was read, by its entry."""
    found = READ.search(entries()[key].fields.get("note", ""))
    return found[1] if found else BEGUN


def index_of_myths() -> str:
    """Return a table of all myths, with a link to the section of each."""
    rows = [
        "| lesson | myth | what is true | a page that says it, and when it was read |",
        "|---|---|---|---|",
    ]
    for myth in myths():
        link = f"[{in_a_cell(myth.claim)}](/lessons/{myth.lesson}.ipynb#{myth.anchor})"
        pages = "; ".join(f"{{cite:t}}`{key}`, {read_when(key)}" for key in myth.sources)
        pages = pages or "a slip that is easily made; no page is named"
        rows.append(f"| {myth.number} | {link} | {in_a_cell(myth.truth)} | {pages} |")
    return "\n".join(rows)


def in_a_cell(text: str) -> str:
    """Return text as a table's cell holds it."""
    return text.replace("|", r"\|")


# --- what public pages promise ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """A subject that the public pages name, and the lessons that teach it.

    Parameters
    ----------
    subject, here : str
        As the pages name it; what is done with it here, in a few words.
    lessons : tuple of str
        Names without their number, and behind ``#`` a section, if one is meant.
    """

    subject: str
    here: str
    lessons: tuple[str, ...]


def promises() -> list[Promise]:
    """Return the subjects in their order."""
    return [
        Promise(subject, entry["here"], tuple(entry["lessons"]))
        for subject, entry in yaml.safe_load(PROMISES.read_text("utf-8")).items()
    ]


def lesson_files() -> dict[str, str]:
    """Return the lessons that there are, by their name without the number."""
    return {path.stem.partition("_")[2]: path.stem for path in sorted(LESSONS.glob("*.ipynb"))}


def index_of_promises() -> str:
    """Return a table of the subjects with links to their lessons."""
    files = lesson_files()
    rows = ["| what the pages promise | what is done with it here | lesson |", "|---|---|---|"]
    for promise in promises():
        links = []
        for name in promise.lessons:
            lesson, _, section = name.partition("#")
            if lesson in files:
                number = files[lesson].partition("_")[0]
                anchor = f"#{section}" if section else ""
                links.append(f"[{number}](/lessons/{files[lesson]}.ipynb{anchor})")
            else:
                links.append(f"*{lesson.replace('_', ' ')}*, not written yet")
        rows.append(f"| {promise.subject} | {promise.here} | {', '.join(links)} |")
    return "\n".join(rows)


# --- the directive ----------------------------------------------------------------------------------------


class Index(SphinxDirective):
    """Prints one of the tables above: ``{index-of} myths``."""

    required_arguments = 1
    tables: ClassVar[dict[str, Callable[[], str]]] = {"myths": index_of_myths, "promises": index_of_promises}

    def run(self) -> list[nodes.Node]:
        """Return the table; the page is made anew when a lesson, the bibliography or the list changes."""
        name = self.arguments[0]
        if name not in self.tables:
            raise self.error(f"index-of is {name!r}, but its domain is {', '.join(self.tables)}")
        for path in (BIBLIOGRAPHY, PROMISES, *sorted(LESSONS.glob("*.ipynb"))):
            self.env.note_dependency(str(path))
        return self.parse_text_to_nodes(self.tables[name]())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("index-of", Index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
