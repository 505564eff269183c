"""nbgrader, really run: from the course's folder to the marks, as the teaching guide says.

Two sets, or those that `CLASSROOM_SETS` names: `01 05`, or `all`.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from school import ME, Answers, Course, fill, squeezed

from inversefutures.check import stored_key
from tools.classroom.tasks import unlinked
from tools.notebooks import ROOT

ALL = sorted(path.name[:2] for path in (ROOT / "solutions").glob("*.ipynb"))
NAMED = os.environ.get("CLASSROOM_SETS", "01 02")
LESSONS = ALL if NAMED == "all" else NAMED.split()
LOUD = """
import sys, warnings

def loud(*arguments, quiet={name}):
    warnings.warn("careful")
    print("on its way", file=sys.stderr)
    return quiet(*arguments)

{name} = loud
"""


class Class(Course):
    """A course of one set. I work through nbgrader's exchange; the others have handed in already.

    The untidy one is right, with functions that print and warn, and with copies of cells.
    """

    def __init__(self, address, lesson, folder):
        self.answers = Answers(lesson)
        self.tasks = self.answers.tasks
        super().__init__(address, folder, self.answers.assignment, "nbgrader", lesson)
        self.released = nbformat.read(self.mine, as_version=4)
        right = {task.name: self.answers.right(task) for task in self.tasks}
        half = dict(list(right.items())[: len(right) // 2])
        loud = right | {
            task.name: right[task.name] + LOUD.format(name=task.checked)
            for task in self.tasks
            if not task.judges_a_program and stored_key(task.name)["kind"] == "function"
        }
        mistaken = {task.name: self.answers.mistaken(task) for task in self.tasks}
        self.validated = {"blank": self.validate()}
        for learner, code in (("wrong", mistaken), ("half", half), ("blank", {}), ("untidy", loud)):
            fill(self.handed_in_by(learner), code)
        self.copy_cells("untidy")
        fill(self.mine, mistaken)
        self.validated["wrong"] = self.validate()
        fill(self.mine, right)
        self.validated["right"] = self.validate()
        self.learn("submit")
        self.teach("collect")
        self.graded = self.teach("autograde")
        self.marks = self.export()
        self.teach("generate_feedback")
        self.teach("release_feedback", "--student", ME)  # the others did not hand in by the exchange
        self.learn("fetch_feedback")

    def validate(self):
        return self.nbgrader(self.home, "validate", self.mine)

    def copy_cells(self, learner):
        path = self.course / "submitted" / learner / self.assignment / self.mine.name
        notebook = nbformat.read(path, as_version=4)
        graded = [cell for cell in notebook.cells if "nbgrader" in cell.metadata][:2]
        for cell in graded:
            notebook.cells.append(nbformat.from_dict({**cell, "id": f"{cell.id}-copy"}))
        nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def schools(nbgrader, tmp_path_factory):
    """All classes, two at a time."""
    with ThreadPoolExecutor(2) as teachers:
        yield {
            lesson: teachers.submit(Class, nbgrader, lesson, tmp_path_factory.mktemp("class"))
            for lesson in LESSONS
        }


@pytest.fixture(params=LESSONS)
def school(request, schools):
    return schools[request.param].result()


def test_learners_get_the_exercises_without_dead_links(school):
    title, *_ = cells = [cell.source for cell in school.released.cells]
    assert title.startswith("# Exercises: ")
    published = nbformat.read(ROOT / "exercises" / school.mine.name, as_version=4)
    assert cells == [unlinked(cell.source) for cell in published.cells]
    whole = school.mine.read_text("utf-8")
    for foreign in ("../lessons", "answer_key", "is_correct", "marks(", "Solutions:"):
        assert foreign not in whole


def test_marks(school):
    assert "exists multiple times" in school.graded
    count = len(school.tasks)
    assert school.marks == {ME: count, "wrong": 0, "blank": 0, "half": count // 2, "untidy": count}


def test_validate_says_what_check_says(school):
    failed = f"VALIDATION FAILED ON {len(school.tasks)} CELL(S)!"
    assert failed in squeezed(school.validated["blank"])
    assert "Success! Your notebook passes all the tests." in school.validated["right"]
    assert failed in squeezed(school.validated["wrong"])
    for task in school.tasks:
        assert f"{task.name}: not answered yet." in school.validated["blank"]
        if sentence := first_sentence(task):
            assert squeezed(f"{task.name}: not yet. {sentence}") in squeezed(school.validated["wrong"])


def first_sentence(task):
    if task.judges_a_program:
        return ""
    key = stored_key(task.name)
    if key["kind"] == "choice":
        return next(iter(key["wrong"].values()))
    return key["wrong"][0]["message"] if key["wrong"] else ""


def test_feedback_names_the_mistake_and_has_no_traceback(school):
    page = school.feedback("wrong")
    assert "not yet. " in page
    assert "Traceback (most recent call last)" not in page
    assert "AssertionError" not in page
    assert list(school.home.rglob("feedback/**/*.html"))


def test_a_share_for_named_mistakes_is_a_setting(school):
    settings = school.course / "nbgrader_config.py"
    before = settings.read_text("utf-8")
    settings.write_text(
        before.replace("SHARE_FOR_A_NAMED_MISTAKE = 0\n", "SHARE_FOR_A_NAMED_MISTAKE = 0.5\n"), "utf-8"
    )
    school.teach("autograde", "--force", "--student", "wrong")
    named = [task for task in school.tasks if first_sentence(task)]
    assert school.export()["wrong"] == len(named) / 2


def test_the_points_that_give_marks_are_not_shipped(school):
    keys = json.loads((school.course / "keys" / f"{school.assignment}.json").read_text("utf-8"))["tasks"]
    formulas = [name for name, key in keys.items() if key["kind"] in ("expression", "function")]
    assert formulas
    for name in formulas:
        shipped = stored_key(name)
        assert keys[name]["arguments"] == shipped["arguments"]
        assert len(keys[name]["points"]) == len(shipped["points"])
        assert keys[name]["points"][-8:] != shipped["points"][-8:]
    drawn = max((str(value) for value in keys[formulas[0]]["points"][-1]), key=len)
    for folder in ("source", "release"):
        files = [path for path in (school.course / folder).rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if drawn in path.read_text("utf-8")]
