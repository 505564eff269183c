"""The Anki cards: what stands on them, and that a learner's schedule outlives a new build."""

import sqlite3
import zipfile

import pytest

pytest.importorskip("genanki", reason="only who makes the cards needs it")
from bs4 import BeautifulSoup

from tools import anki

GLOSSARY = """<dl class="glossary"><dt id="term-Basis">Basis<a class="headerlink" href="#x">#</a></dt>
<dd><p>What the <a href="../lessons/09.html">future</a> costs more: <math><mi>F</mi></math>.</p></dd>
<dt>Carry</dt><dd><p>What it costs to hold.</p></dd></dl>"""
LESSON = """<div class="question" data-record="basis.q-00000000" data-right="A">
<p><strong>Quick question.</strong> Which?</p>
<details><summary>A: the long</summary><p>Right. It is.</p></details>
<details><summary>B: the short</summary><p>It is not.</p></details></div>"""


def cards(glossary=GLOSSARY, lesson=LESSON):
    def page(text):
        return BeautifulSoup(text, "html.parser")

    return {"terms": list(anki.terms(page(glossary))), "questions": list(anki.questions(page(lesson)))}


def notes(package, folder):
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", folder)
    database = sqlite3.connect(folder / "collection.anki2")
    found = {guid: fields.split("\x1f") for guid, fields in database.execute("select guid, flds from notes")}
    database.close()
    return found


def test_a_term_and_a_question_become_cards(tmp_path):
    anki.write(cards(), tmp_path / "a.apkg")
    fronts = dict(notes(tmp_path / "a.apkg", tmp_path).values())
    assert fronts["<p><b>Basis</b></p>"] == "<p>What the future costs more: <math><mi>F</mi></math>.</p>"
    (question,) = (front for front in fronts if "Which?" in front)
    assert "<li>the long</li><li>the short</li>" in question
    assert "Right" not in question
    assert "<b>A: the long</b></p><p>Right. It is.</p>" in fronts[question]


def test_the_same_pages_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        anki.write(cards(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_card_stays_itself_when_its_answer_or_its_place_changes(tmp_path):
    anki.write(cards(), tmp_path / "a")
    before = notes(tmp_path / "a", tmp_path)
    anki.write(
        cards(GLOSSARY.replace("costs more", "is dearer"), LESSON.replace("It is not", "No")), tmp_path / "b"
    )
    after = notes(tmp_path / "b", tmp_path)
    assert set(before) == set(after)
    assert before != after
