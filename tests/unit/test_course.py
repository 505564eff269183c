"""What the map of the course is drawn from: the table of contents, the lessons, and a question for each."""

import importlib
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from sphinx.errors import ExtensionError
from sphinx_external_toc.parsing import parse_toc_yaml

from tools.notebooks import ROOT

LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("*.ipynb"))


@pytest.fixture
def course(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("course")


def book(course, folder):
    """A book in a folder, as the extension sees it."""
    site_map = parse_toc_yaml(folder / "_toc.yml")
    app = SimpleNamespace(srcdir=folder, env=SimpleNamespace(external_site_map=site_map, titles={}))
    return app, course.Course(app.env)


def small_book(course, folder, lesson="", questions="first: Why?\n", chapters=("lessons/01_first",)):
    part = {"caption": "Part I. All", "chapters": [{"file": name} for name in chapters]}
    contents = {"format": "jb-book", "root": "book/index", "parts": [part]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents))
    (folder / "book").mkdir()
    (folder / "book" / "questions.yml").write_text(questions)
    (folder / "lessons").mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(lesson)])
    nbformat.write(notebook, folder / "lessons" / "01_first.ipynb")
    return book(course, folder)


def test_every_lesson_has_a_question_and_every_question_a_lesson():
    questions = yaml.safe_load((ROOT / "book" / "questions.yml").read_text("utf-8"))
    assert list(questions) == [name.partition("_")[2] for name in LESSONS]
    assert all(question.endswith("?") and len(question) < 100 for question in questions.values())
    assert len(set(questions.values())) == len(questions)


def test_every_lesson_says_its_time_and_needs_only_lessons_before_it(course):
    app, contents = book(course, ROOT)
    assert [page.partition("/")[2] for page in contents.lessons] == LESSONS
    for place, page in enumerate(contents.lessons):
        card = course.read_card(app, contents, page)
        assert 30 <= card.minutes <= 120
        assert 30 <= card.exercise_minutes <= 120
        assert set(card.needs) <= set(contents.lessons[:place])
        assert bool(card.needs) == bool(place), "a lesson that needs no other is the first"
        assert len(card.records) >= 5


def test_a_card_takes_its_facts_from_the_lesson(course, tmp_path):
    text = (
        "See [lesson 09](09_other.ipynb).\n\n<details><summary>About this lesson</summary>\n\n"
        "**Time**: 55 minutes, and 40 more for the [exercises](../exercises/01_first.ipynb).\n\n"
        "| You need | For what | If it is missing |\n|---|---|---|\n"
        "| a | b | [lesson 01](01_first.ipynb#part) |\n\nAfter [it](02_second.ipynb).\n\n</details>"
    )
    app, contents = small_book(course, tmp_path, text, chapters=("lessons/01_first", "lessons/02_second"))
    card = course.read_card(app, contents, "lessons/01_first")
    assert (card.minutes, card.exercise_minutes) == (55, 40)
    assert card.needs == ("lessons/01_first",)
    assert (card.question, card.exercises, card.records) == ("Why?", None, ())


def test_what_a_card_lacks_is_asked_for_by_name(course, tmp_path):
    app, contents = small_book(course, tmp_path, "No time.")
    with pytest.raises(ExtensionError, match=r"lessons/01_first\.ipynb does not say how long.*\*\*Time\*\*"):
        course.read_card(app, contents, "lessons/01_first")
    (tmp_path / "book" / "questions.yml").write_text("second: Why?\n")
    with pytest.raises(ExtensionError, match=r"questions\.yml has no question for lessons/01_first.*first:"):
        course.read_card(app, contents, "lessons/01_first")


def test_exercises_come_after_their_lesson_wherever_the_contents_have_them(course, tmp_path):
    chapters = ["exercises/01_first", "book/a", "lessons/01_first", "solutions/01_first", "lessons/02_second"]
    _, contents = small_book(course, tmp_path, chapters=chapters)
    first, exercises, second = "lessons/01_first", "exercises/01_first", "lessons/02_second"
    assert contents.flow == ["book/index", "book/a", first, exercises, second]
    assert contents.neighbours(first) == {"prev": "book/a", "next": exercises, "skip": second}
    assert contents.neighbours(exercises) == {"prev": first, "next": second}
    assert contents.neighbours("solutions/01_first") == {"prev": exercises}
    assert contents.neighbours(second) == {"prev": exercises}
    assert contents.neighbours("search") == {}
    assert [part.pages for part in contents.parts] == [("book/a", first, second)]
