"""A set of exercises as a notebook for otter-grader: `otter assign` makes from it what learners get.

The format: https://otter-grader.readthedocs.io/en/latest/otter_assign/notebook_format.html.
"""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from tools.classroom.tasks import (
    TITLE,
    Task,
    code,
    drawn_keys,
    prose,
    solution_of,
    tasks_of,
    unlinked,
    without_key,
)
from tools.exercises import ONLY_IN_SOLUTION
from tools.notebooks import METADATA

REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n### END SOLUTION", re.DOTALL)


def assignment(path: Path, site: str, seed: str) -> NotebookNode:
    """Return a set in the format of `otter assign`.

    Learners see `check`. The point is given by a hidden test, at points that nobody has but the teacher.

    Parameters
    ----------
    path : Path
        The set's solution.
    site : str
        The address of the published course, for links to the lesson.
    seed : str
        Where the points come from.
    """
    solution = solution_of(path)
    keys, _ = drawn_keys(path, seed)
    by_cell = {id(task.answer): task for task in tasks_of(solution)}
    graded = {id(task.tests) for task in by_cell.values()}
    cells = [_raw(f"# ASSIGNMENT CONFIG\nname: {path.stem}\nexport_cell: false\ninit_cell: true", "config")]
    for cell in solution.cells:
        if ONLY_IN_SOLUTION in cell.metadata.get("tags", []) or id(cell) in graded:
            continue
        if cell.cell_type == "markdown":
            cells.append(prose(unlinked(TITLE.sub(r"# Exercises: \1", cell.source), site), cell.id))
        elif id(cell) in by_cell:
            cells += _question(by_cell[id(cell)], keys)
        else:
            cells.append(code(cell.source, cell.id))
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def _question(task: Task, keys: dict[str, Any]) -> list[NotebookNode]:
    number = task.name.replace(".", "-")
    shown = code(f'check("{task.name}", {task.checked})', f"shown-{number}")
    shown.outputs = [
        output for output in task.tests.outputs if output.output_type == "stream" and output.name == "stdout"
    ]
    hidden = code(
        f"# HIDDEN\nimport json\nfrom inversefutures.check import judged\n"
        f"judged(json.loads({json.dumps(keys[task.name])!r}), {task.checked}).correct",
        f"hidden-{number}",
    )
    hidden.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "True"}, execution_count=1)]
    return [
        _raw(f"# BEGIN QUESTION\nname: q{number}\npoints: [0, 1]", f"question-{number}"),
        _raw("# BEGIN SOLUTION", f"solution-{number}"),
        code(_answer(task), f"answer-{number}"),
        _raw("# END SOLUTION", f"solution-end-{number}"),
        _raw("# BEGIN TESTS", f"tests-{number}"),
        shown,
        hidden,
        _raw("# END TESTS", f"tests-end-{number}"),
        _raw("# END QUESTION", f"question-end-{number}"),
    ]


def _answer(task: Task) -> str:
    """Return the answer with otter's marks, and without its key."""
    return REGION.sub(
        lambda found: f"# BEGIN SOLUTION NO PROMPT\n{without_key(found[1])}\n# END SOLUTION",
        task.answer.source,
    )


def _raw(source: str, identifier: str) -> NotebookNode:
    return nbformat.v4.new_raw_cell(source, id=identifier)
