"""otter-grader, really run: assign a set, and grade right, half and mistaken work."""

import json

import nbformat
import pytest
from school import Answers, program

LESSON = "01"


@pytest.fixture(scope="module")
def assigned(tmp_path_factory):
    """A set that `otter assign` has taken apart: the answers and the folder."""
    folder = tmp_path_factory.mktemp("otter")
    program("python", "-m", "tools.classroom", "otter", folder, LESSON)
    answers = Answers(LESSON)
    program("otter", "assign", f"{answers.assignment}.ipynb", "out", folder=folder)
    return answers, folder / "out"


def score(assigned, learner, code):
    """Grade a learner's notebook; the points, and all that the learner reads."""
    answers, out = assigned
    notebook = nbformat.read(out / "student" / f"{answers.assignment}.ipynb", as_version=4)
    for task in answers.tasks:
        for cell in notebook.cells:
            if cell.source.startswith(f"{task.checked} = ...") and task.name in code:
                cell.source = code[task.name]
    folder = out.parent / learner
    folder.mkdir()
    nbformat.write(notebook, folder / f"{answers.assignment}.ipynb")
    (autograder,) = (out / "autograder").glob("*.zip")
    program(
        "otter", "run", "-a", autograder, folder / f"{answers.assignment}.ipynb", "-o", folder, folder=folder
    )
    results = json.loads((folder / "results.json").read_text("utf-8"))
    told = " ".join(test.get("output", "") for test in results["tests"])
    return sum(test["score"] for test in results["tests"] if "score" in test), told


def test_learners_get_questions_without_answers(assigned):
    answers, out = assigned
    text = (out / "student" / f"{answers.assignment}.ipynb").read_text("utf-8")
    assert "# Exercises: " in text
    for foreign in ("answer_key", "judged(", "BEGIN SOLUTION", "../lessons"):
        assert foreign not in text
    notebook = nbformat.reads(text, as_version=4)
    for task in answers.tasks:
        assert [cell for cell in notebook.cells if cell.source.strip() == f"{task.checked} = ..."], task.name


def test_marks(assigned):
    answers, _ = assigned
    right = {task.name: answers.right(task) for task in answers.tasks}
    assert score(assigned, "right", right)[0] == len(right)
    half = {
        task.name: answers.right(task) if place < 4 else answers.mistaken(task)
        for place, task in enumerate(answers.tasks)
    }
    points, told = score(assigned, "half", half)
    assert points == 4
    assert told.count("not yet. ") >= len(right) - 4
