"""Generate the exercises and the stored answer keys from the solutions: `python -m tools.exercises`.

Named solutions alone are done with `python -m tools.exercises solutions/05_liquidation_price.ipynb …`.

A solution is the only source. What stands between `### BEGIN SOLUTION` and `### END SOLUTION` is replaced by
a line that invites the learner to write. What stands between `### BEGIN HIDDEN TESTS` and
`### END HIDDEN TESTS` is left out, and so is a cell with the tag `solution-only`. These are nbgrader's marks,
with nbgrader's meaning; the tag is ours.
"""

import argparse
import copy
import json
import re
import sys
from pathlib import Path

from nbformat import NotebookNode

from inversefutures.answer_keys import DRILL_FOLDER, WRITE_SWITCH, written
from inversefutures.check import ANSWERS
from tools.notebooks import (
    ROOT,
    TASK,
    NotebookError,
    code_cells,
    execute,
    name,
    read,
    set_grading,
    store,
)

STUB = "# your code here"
"""What a learner finds in place of the answer; tools/classroom/nbgrader_config.py tells nbgrader the same."""
ONLY_IN_SOLUTION = "solution-only"
MARK = re.compile(r"^\s*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*$")


def solution_paths() -> list[Path]:
    """Return all solutions."""
    return sorted((ROOT / "solutions").glob("*.ipynb"))


def exercise_from(solution: NotebookNode, where: str) -> NotebookNode:
    """Return the exercise of a solution, not yet executed.

    Raises
    ------
    NotebookError
        If the marks in a cell are not balanced.
    """
    exercise = copy.deepcopy(solution)
    exercise.cells = [
        cell for cell in exercise.cells if ONLY_IN_SOLUTION not in cell.metadata.get("tags", [])
    ]
    numbers = {cell.id: number for number, cell in enumerate(solution.cells, start=1)}
    for cell in exercise.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"^# Solutions: ", "# Exercises: ", cell.source, flags=re.MULTILINE)
        if cell.cell_type == "code":
            cell.source = without_answer(cell.source, f"{where}, cell {numbers[cell.id]}")
            cell.outputs = []
            cell.execution_count = None
    return exercise


def without_answer(source: str, where: str) -> str:
    """Return a cell's source without its marked regions.

    Raises
    ------
    NotebookError
        If a mark opens where another is open, closes what is not open, or is never closed.
    """
    lines: list[str] = []
    opened = None
    for line in source.splitlines():
        mark = MARK.match(line)
        if mark is None:
            if opened is None:
                lines.append(line)
            continue
        edge, region = mark.groups()
        if edge == "BEGIN" and opened is None:
            opened = region
            if region == "SOLUTION":
                indent = line[: len(line) - len(line.lstrip())]
                lines.append(indent + STUB)
        elif edge == "END" and opened == region:
            opened = None
        elif edge == "BEGIN":
            raise NotebookError(f"{where}: BEGIN {region} stands inside an open {opened}")
        else:
            raise NotebookError(f"{where}: END {region} without BEGIN {region}")
    if opened is not None:
        raise NotebookError(f"{where}: BEGIN {opened} without END {opened}")
    return "\n".join(lines).rstrip()


def generate(path: Path) -> None:
    """Execute a solution, store its answer keys, and write its exercise."""
    where = name(path)
    solution = read(path)
    set_grading(solution, where)
    exercise = exercise_from(solution, where)
    store(solution, path, execute(solution, path, {WRITE_SWITCH: "1"}))
    forget_removed_tasks(solution)
    exercise_path = path.parent.parent / "exercises" / path.name
    exercise_path.parent.mkdir(exist_ok=True)
    store(exercise, exercise_path, execute(exercise, exercise_path))


def forget_removed_tasks(solution: NotebookNode) -> None:
    """Delete the stored keys of tasks that the solution no longer has."""
    tasks = set(tasks_of(solution))
    lessons = {task.partition(".")[0] for task in tasks}
    for path in [
        ANSWERS / folder / f"{lesson}.json" for lesson in sorted(lessons) for folder in (".", DRILL_FOLDER)
    ]:
        stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        kept = {task: key for task, key in stored.items() if task in tasks}
        if kept != stored:
            path.write_text(written(path.parent.name, kept), encoding="utf-8", newline="\n")


def tasks_of(notebook: NotebookNode) -> list[str]:
    """Return the tasks that a notebook names, in their order."""
    return list(dict.fromkeys(task for cell in code_cells(notebook) for task in TASK.findall(cell.source)))


def main(*named: str) -> None:
    """Generate the exercises of the named solutions, or all of them."""
    for path in [Path(each).resolve() for each in named] or solution_paths():
        print(f"{name(path)} → exercises/{path.name} …", flush=True)
        generate(path)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("solution", nargs="*", help="notebooks of solutions/; all of them if none is named")
    try:
        main(*options.parse_args().solution)
    except NotebookError as problem:
        sys.exit(str(problem))
