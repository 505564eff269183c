"""Numbers of each learner's own, from the table of the class to the marks, as the teaching guide says."""

import csv
import json

import nbformat
import pytest
from school import ME, Course, squeezed

from tools.classroom.tasks import sets

LESSON = "01"


class OwnNumbers(Course):
    """A class of four: I am right, and my neighbour has copied my results."""

    def __init__(self, address, folder):
        (solution,) = sets([LESSON])
        table = folder / "class.csv"
        table.write_text("\n".join(["id,first_name", *(f"{each},X" for each in (ME, *OTHERS))]), "utf-8")
        made = ("own-numbers", LESSON, "--class", table, "--seed", "a")
        super().__init__(address, folder, f"{solution.stem}_own_numbers", *made)
        with (self.course / "keys" / f"{self.assignment}.csv").open(encoding="utf-8") as key:
            self.key = list(csv.DictReader(key))
        right = {row["task"]: row["right"] for row in self.key if row["learner"] == ME}
        self.handed_in_by("blank")
        write_in(self.handed_in_by("wrong"), "wrong", self.mistakes("wrong"))
        write_in(self.handed_in_by("neighbour"), "neighbour", right)
        write_in(self.mine, ME, right)
        self.learn("submit")
        self.teach("collect")
        self.teach("autograde")
        self.marks = self.export()
        self.teach("generate_feedback")
        self.teach("release_feedback", "--student", ME)
        self.learn("fetch_feedback")

    def mistakes(self, learner):
        """Return what a known mistake in each task leads a learner to; with their numbers it must show."""
        keys = json.loads((self.course / "keys" / f"{self.assignment}.json").read_text("utf-8"))
        place = keys["learners"][learner]
        self.sentences, made = [], {}
        for task, key in keys["tasks"].items():
            right = key["correct"][place]
            wrong = next(each for each in key["wrong"] if each["values"][place] not in (None, right))
            self.sentences.append(wrong["message"])
            made[task] = f"{wrong['values'][place]:.6g}"
        return made


OTHERS = ("wrong", "blank", "neighbour")


def write_in(path, name, answers):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("me = ...", f"me = {name!r}")
        place = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if place.startswith("answer-"):
            answer = answers[place.removeprefix("answer-").replace("-", ".")]
            cell.source = cell.source.replace("...", answer)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def school(nbgrader, tmp_path_factory):
    return OwnNumbers(nbgrader, tmp_path_factory.mktemp("class"))


def test_each_learner_is_marked_by_numbers_of_their_own(school):
    tasks = {row["task"] for row in school.key}
    assert len(tasks) > 2
    assert school.marks == {ME: len(tasks), "wrong": 0, "blank": 0, "neighbour": 0}


def test_feedback_names_the_mistake(school):
    page = squeezed(school.feedback("wrong"))
    assert page.count("not yet. ") == len(school.sentences)
    assert "Traceback (most recent call last)" not in page
    assert list(school.home.rglob("feedback/**/*.html"))


def test_what_is_handed_out_has_no_answer(school):
    files = [path for path in (school.course / "release").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".ipynb", ".json"}
    whole = "".join(path.read_text("utf-8") for path in files)
    assert "marks(" not in whole
    long = [row["right"] for row in school.key if len(row["right"]) > 5]
    assert len(long) > 4
    assert not [right for right in long if right in whole]
