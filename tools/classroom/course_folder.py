"""nbgrader's course folder: sets from the solutions, and sets with numbers of each learner's own.

A set lies in `source/`, from which nbgrader makes what learners get. What it is graded by lies in `keys/`,
beside it, which nbgrader gives to nobody.
"""

import csv
import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from inversefutures.answer_values import importable_name
from inversefutures.graded import NUMBERS, pseudonym
from inversefutures.mistakes import role_of
from inversefutures.notation import QUANTITIES
from inversefutures.sentences import in_words
from tools.classroom.tasks import (
    TITLE,
    Task,
    code,
    drawn_keys,
    prose,
    solution_of,
    tasks_of,
    title_of,
    unlinked,
)
from tools.notebooks import METADATA, NotebookError, name, write, write_text

CONFIGURATION = "nbgrader_config.py"
COURSE = re.compile(r'^(c\.CourseDirectory\.course_id = )".*"$', re.MULTILINE)
HIDDEN_TESTS = re.compile(
    r"from inversefutures\.check import is_correct\n\nassert is_correct\((.*)\)$", re.MULTILINE
)
OWN_NUMBERS = "own_numbers"


def set_up(course: Path, course_id: str | None) -> None:
    """Make a course folder, unless it is there.

    Raises
    ------
    NotebookError
        If it is not there and has no name, or is there under another one.
    """
    settings = course / CONFIGURATION
    if settings.exists():
        if course_id and f'course_id = "{course_id}"' not in settings.read_text("utf-8"):
            raise NotebookError(f"{settings} is there already, and has another course_id than {course_id!r}")
        return
    if not re.fullmatch(r"[\w-]+", course_id or ""):
        raise NotebookError(
            "a new course needs a name of letters, digits, - and _, for example --course-id futures101"
        )
    course.mkdir(parents=True, exist_ok=True)
    text = Path(__file__).with_name(CONFIGURATION).read_text("utf-8")
    settings.write_text(COURSE.sub(rf'\1"{course_id}"', text), "utf-8")


def add_set(course: Path, solution: Path, site: str = "", seed: str | None = None) -> None:
    """Add a set of exercises, and keys at points that nobody has but the teacher.

    Parameters
    ----------
    course : Path
        The course folder.
    solution : Path
        The set's notebook.
    site : str
        The address of the published course, for links to the lesson.
    seed : str
        Where the points come from; the one that the set had before, or a new one that nobody can guess.
    """
    assignment = solution.stem
    notebook = solution_of(solution)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = unlinked(TITLE.sub(r"# Exercises: \1", cell.source), site)
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = _marked(cell.source, name(solution))
    seed = seed or _seed(course, assignment)
    keys, _ = drawn_keys(solution, seed)
    _write_source(course, assignment, notebook)
    _write_json(course / "keys" / f"{assignment}.json", {"seed": seed, "tasks": keys})


def _marked(source: str, where: str) -> str:
    """Return a test's source whose hidden part ends in the points."""
    marked, count = HIDDEN_TESTS.subn(r"from inversefutures.graded import marks\n\nmarks(\1)", source)
    if count != 1:
        raise NotebookError(f"{where}: a hidden test is not in the usual form, `assert is_correct(…)`")
    return marked


def add_own_numbers(course: Path, solution: Path, learners: Sequence[str], seed: str | None = None) -> str:
    """Add a set that asks the formulas of a solution as numbers, with other numbers for each learner.

    Parameters
    ----------
    course : Path
        The course folder.
    solution : Path
        The set's notebook, of the course or of a teacher's own.
    learners : sequence of str
        The class. Who is added at the end leaves the numbers of the others as they are.
    seed : str
        As in `add_set`.

    Returns
    -------
    str
        The name of the assignment.
    """
    assignment = f"{solution.stem}_{OWN_NUMBERS}"
    notebook = solution_of(solution)
    seed = seed or _seed(course, assignment)
    keys, drills = drawn_keys(solution, seed, len(learners))
    tasks = [task for task in tasks_of(notebook) if task.name in drills]
    if not tasks:
        raise NotebookError(f"{name(solution)} asks for no formula, so there is nothing to put numbers into")
    asked = {task.name: Asked(keys[task.name], drills[task.name]) for task in tasks}
    places = {learner: place for place, learner in enumerate(learners)}
    _write_source(course, assignment, _own_numbers_notebook(title_of(notebook), tasks, asked))
    _write_json(
        course / "source" / assignment / NUMBERS,
        {
            "assignment": assignment,
            "tasks": {task: each.given for task, each in asked.items()},
            "learners": {
                pseudonym(assignment, learner): {task: each.values(place) for task, each in asked.items()}
                for learner, place in places.items()
            },
        },
    )
    folder = course / "keys"
    told = {task: each.key for task, each in asked.items()}
    _write_json(folder / f"{assignment}.json", {"seed": seed, "tasks": told, "learners": places})
    with (folder / f"{assignment}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["learner", "task", "given", "right"])
        for learner, place in places.items():
            for task, each in asked.items():
                table.writerow([learner, task, each.spoken(place), f"{each.key['correct'][place]:.6g}"])
    return assignment


class Asked:
    """A formula that is asked as a number: what is given in it, and its key."""

    def __init__(self, key: dict[str, Any], drill: dict[str, Any]) -> None:
        names = key["arguments"]
        called = key["called"] or [importable_name(QUANTITIES[each].symbol) for each in names]
        hidden = key.get("hidden", ())  # only a mistake has it
        self.columns = [place for place, each in enumerate(names) if each not in hidden]
        self.given = [[called[place], QUANTITIES[names[place]].unit_name] for place in self.columns]
        prices = [place for place, each in enumerate(names) if role_of(each) == "price"]
        self.key = {"hint": key["hint"], "prices": prices, **drill}

    def values(self, place: int) -> list[float]:
        """Return the numbers that are given at one of the points."""
        return [self.key["points"][place][column] for column in self.columns]

    def spoken(self, place: int) -> str:
        """Return what is given, in words."""
        told = zip(self.given, self.values(place), strict=True)
        return ", ".join(f"{called} = {in_words(value)} {unit}".rstrip() for (called, unit), value in told)


def _own_numbers_notebook(title: str, tasks: list[Task], asked: dict[str, Asked]) -> NotebookNode:
    cells = [
        prose(
            f"# Your own numbers: {title}\n\n"
            "Each task asks for one number, and everybody has other numbers to put in.\n\n"
            "Write your name into the next cell, as your teacher has it, and run it. Then replace each `...` "
            "with your answer, a number with at least 4 digits, and run the cell below it. It says whether "
            "your answer can be marked, and not whether it is right.",
            "title",
        ),
        code(
            "import sympy as sp\n\nfrom inversefutures.graded import handed_in, own_numbers\n\n"
            'me = ...  # for example "anna"\nnumbers = own_numbers(me)',
            "name",
        ),
    ]
    for task in tasks:
        number = task.name.replace(".", "-")
        names = ", ".join(called for called, _ in asked[task.name].given)
        given = f"{names} = " if "," in names else f"({names},) = "
        grading = {"schema_version": 3, "task": False}
        cells += [
            prose(
                f"## {task.name} {task.title}\n\n{unlinked(task.text)}\n\n"
                "**With your numbers**: which number comes out?",
                f"task-{number}",
            ),
            code(f'{given}numbers.given("{task.name}")', f"given-{number}"),
            code(
                f"{task.checked} = ...\n### BEGIN SOLUTION\n# keys/ has everybody's.\n### END SOLUTION",
                f"answer-{number}",
                nbgrader={"grade_id": f"answer-{number}", "solution": True, "grade": False, "locked": False}
                | grading,
            ),
            code(
                f'handed_in("{task.name}", {task.checked})\n### BEGIN HIDDEN TESTS\n'
                f'from inversefutures.graded import marks\n\nmarks("{task.name}", {task.checked})\n'
                "### END HIDDEN TESTS",
                f"tests-{number}",
                nbgrader={"grade_id": f"tests-{number}", "solution": False, "grade": True, "locked": True}
                | {"points": 1}
                | grading,
            ),
        ]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def names_in(path: Path) -> list[str]:
    """Return the class in a table of nbgrader's form, which has a column `id`.

    Raises
    ------
    NotebookError
        If it has none, or a name stands twice.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = [(row.get("id") or "").strip() for row in csv.DictReader(file)]
    names = [each for each in names if each]
    if not names:
        raise NotebookError(f"{path} names nobody: it needs a column with the heading id")
    if twice := {each for each in names if [other.lower() for other in names].count(each.lower()) > 1}:
        raise NotebookError(f"{path} has two of one name: {', '.join(sorted(twice))}")
    return names


def _seed(course: Path, assignment: str) -> str:
    """Return the seed that an assignment has, or a new one."""
    path = course / "keys" / f"{assignment}.json"
    return json.loads(path.read_text("utf-8"))["seed"] if path.exists() else secrets.token_hex(8)


def _write_source(course: Path, assignment: str, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    folder = course / "source" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / f"{assignment}.ipynb", notebook)


def _write_json(path: Path, what: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(what, ensure_ascii=False, allow_nan=False) + "\n")
