"""Make Anki cards of the terms and the quick questions: `python -m tools.anki`, after the book is built.

The text comes from the finished pages, whose formulas are MathML, which Anki shows. A card keeps its
identity, and with it the learner's schedule, as long as its term, or its question's words, stay the same.
The same pages give the same bytes. The result lies in `_build/extra`, from where the next build of the book
publishes it.
"""

import argparse
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import genanki
from bs4 import BeautifulSoup, Tag

from tools.notebooks import ROOT

PAGES = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "extra" / "inverse-futures.apkg"
GLOSSARY = "book/glossary.html"
# Anki tells decks and kinds of notes apart by these numbers, which were drawn once and must never change.
MODEL = 1_714_302_685
DECKS = {"terms": 1_925_160_417, "questions": 1_388_974_026}
TIME = 1_600_000_000.0  # a card's time of making, the same in each build
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can hold
STYLE = ".card { font: 18px/1.5 sans-serif; max-width: 40em; margin: auto; } ol { list-style: upper-alpha; }"

Card = tuple[str, str, str]
"""By what it is known, its front and its back, both HTML."""


def inside(node: Tag) -> str:
    """Return the HTML within a node, without the links, which lead nowhere from a card, and without names."""
    copy = BeautifulSoup(str(node), "html.parser")
    for link in copy.select("a.headerlink"):
        link.decompose()
    for link in copy.select("a"):
        link.unwrap()
    for named in copy.select("[id]"):
        del named["id"]
    root = copy.find()
    assert isinstance(root, Tag)
    return root.decode_contents().strip()


def terms(page: BeautifulSoup) -> Iterator[Card]:
    """Yield a card for each term of the glossary."""
    for term in page.select("dl.glossary > dt"):
        meaning = term.find_next_sibling("dd")
        assert isinstance(meaning, Tag)
        name = inside(term)
        yield f"term {re.sub('<[^>]+>', '', name)}", f"<p><b>{name}</b></p>", inside(meaning)


def questions(page: BeautifulSoup) -> Iterator[Card]:
    """Yield a card for each quick question of a lesson: its options in front, their explanations behind."""
    for question in page.select("div.question"):
        asked = question.find("p")
        assert isinstance(asked, Tag)
        options = question.find_all("details", recursive=False)
        letter = re.compile(r"^\s*[A-Z]: ")
        shown = "".join(
            f"<li>{letter.sub('', inside(option.summary))}</li>" for option in options if option.summary
        )
        explained = ""
        for option in options:
            summary = option.summary
            assert isinstance(summary, Tag)
            head = inside(summary)
            summary.extract()
            explained += f"<p><b>{head}</b></p>{inside(option)}"
        yield str(question["data-record"]), f"<p>{inside(asked)}</p><ol>{shown}</ol>", explained


def write(cards: dict[str, list[Card]], target: Path) -> None:
    """Write decks of cards as one Anki package.

    Parameters
    ----------
    cards : dict
        The cards of each of DECKS.
    target : pathlib.Path
        Its file.
    """
    model = genanki.Model(
        MODEL,
        "Inverse Futures",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
        css=STYLE,
    )
    decks = []
    for name, number in DECKS.items():
        deck = genanki.Deck(number, f"Inverse Futures::{name.capitalize()}")
        for known, front, back in cards[name]:
            note = genanki.Note(model, [front, back], guid=genanki.guid_for("inverse-futures", known))
            deck.add_note(note)
        decks.append(deck)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        genanki.Package(decks).write_to_file(raw, timestamp=TIME)
        with zipfile.ZipFile(raw) as written, zipfile.ZipFile(target, "w") as package:
            for name in written.namelist():
                entry = zipfile.ZipInfo(name, EARLIEST)
                package.writestr(entry, written.read(name), zipfile.ZIP_DEFLATED, 9)


def main(arguments: list[str]) -> None:
    """Make the cards of the built book."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args(arguments)
    if not (PAGES / GLOSSARY).is_file():
        sys.exit("there is no built book: run make book first")

    def read(path: Path) -> BeautifulSoup:
        return BeautifulSoup(path.read_text("utf-8"), "html.parser")

    lessons = sorted((PAGES / "lessons").glob("*.html"))
    cards = {
        "terms": list(terms(read(PAGES / GLOSSARY))),
        "questions": [card for lesson in lessons for card in questions(read(lesson))],
    }
    write(cards, TARGET)
    counts = " and ".join(f"{len(all_of_them)} {name}" for name, all_of_them in cards.items())
    print(f"Cards for {counts}: {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
