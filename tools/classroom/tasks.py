"""The tasks of a solution notebook, and keys whose points nobody has but the teacher."""

import ast
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from inversefutures.answer_keys import DRILL_FOLDER, Drawing
from tools.exercises import without_answer
from tools.notebooks import ROOT, NotebookError, execute, name, read, set_grading

HEADING = re.compile(r"^## (\d+\.\d+) (.*)\n+", re.MULTILINE)
CHECK = re.compile(r'^check\("(\d+\.\d+)", (.*)\)$', re.MULTILINE)
TITLE = re.compile(r"^# Solutions: (.*)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]*)\]\(\.\./([^)#]*)\.(?:ipynb|md)(#[^)]*)?\)")


@dataclass(frozen=True)
class Task:
    """A task of a solution notebook: its text, and the cells that ask for the answer and check it."""

    name: str
    title: str
    text: str
    answer: NotebookNode
    tests: NotebookNode

    @property
    def checked(self) -> str:
        """Return what `check` is handed: the name of the answer, or a program's verdict on it."""
        found = CHECK.search(self.tests.source)
        assert found, self.name
        return found[2]

    @property
    def judges_a_program(self) -> bool:
        """Return whether the answer is judged by what it does, and not by its value."""
        return not isinstance(ast.parse(self.checked, mode="eval").body, ast.Name)

    @property
    def start(self) -> str:
        """Return the answer's cell as a learner finds it."""
        return without_answer(self.answer.source, self.name)


def sets(named: list[str]) -> list[Path]:
    """Return the solutions that are named by the number of their lesson or by a path.

    Raises
    ------
    NotebookError
        If there is none of that name.
    """
    paths = []
    for each in named:
        found = (
            [Path(each)] if Path(each).suffix == ".ipynb" else sorted(ROOT.glob(f"solutions/{each}_*.ipynb"))
        )
        if len(found) != 1 or not found[0].is_file():
            raise NotebookError(
                f"there is no set {each!r}: name a lesson by two digits, for example 05, or a notebook"
            )
        paths += found
    return paths


def solution_of(path: Path) -> NotebookNode:
    """Return a solution with nbgrader's metadata."""
    solution = read(path)
    set_grading(solution, name(path))
    return solution


def title_of(solution: NotebookNode) -> str:
    """Return what a set is about."""
    found = next((match for cell in solution.cells if (match := TITLE.search(cell.source))), None)
    if found is None:
        raise NotebookError("a solution begins with a heading '# Solutions: …'")
    return found[1]


def tasks_of(solution: NotebookNode) -> list[Task]:
    """Return the tasks of a solution in their order."""
    tasks = []
    heading, answer, text = None, None, ""
    for cell in solution.cells:
        grading = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and (heading := HEADING.search(cell.source)):
            answer, text = None, cell.source[heading.end() :].strip()
        elif grading.get("solution"):
            answer = cell
        elif grading.get("grade") and heading and answer:
            tasks.append(Task(heading[1], heading[2].strip(), text, answer, cell))
    return tasks


def without_key(answer: str) -> str:
    """Return an answer's source without the declaration of its key."""
    lines = answer.split("\n")
    for node in ast.parse(answer).body:
        if isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("answer_key("):
            del lines[node.lineno - 1 : node.end_lineno]
            break
    return "\n".join(lines).rstrip()


def unlinked(text: str, site: str = "") -> str:
    """Return a text whose links into the course lead to its site, or are words alone where it has none."""
    if not site:
        return LINK.sub(r"\1", text)
    return LINK.sub(lambda found: f"[{found[1]}]({site.rstrip('/')}/{found[2]}.html{found[3] or ''})", text)


def drawn_keys(path: Path, seed: str, count: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a solution's keys at points of their own, and its drills at so many points.

    The answers are run, and nothing is stored in the course. The same seed gives the same points.

    Parameters
    ----------
    path : Path
        The solution.
    seed : str
        Anything; whoever knows it can draw the same points.
    count : int
        At how many points each formula is asked as a number.
    """
    solution = read(path)
    # What checks an answer asks for the stored keys, and a notebook of a teacher's own has none.
    solution.cells = [cell for cell in solution.cells if not CHECK.search(cell.source)]
    with tempfile.TemporaryDirectory() as folder:
        execute(solution, path, Drawing(Path(folder), seed, count).environment())
        return _all_of(Path(folder)), _all_of(Path(folder, DRILL_FOLDER))


def _all_of(folder: Path) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    for path in sorted(folder.glob("*.json")):
        keys |= json.loads(path.read_text("utf-8"))
    return keys


def code(source: str, identifier: str, **metadata: Any) -> NotebookNode:
    """Return a code cell."""
    return nbformat.v4.new_code_cell(source, id=identifier, metadata=metadata)


def prose(source: str, identifier: str) -> NotebookNode:
    """Return a cell of text."""
    return nbformat.v4.new_markdown_cell(source, id=identifier)
