"""Execute notebooks and write them in canonical form: `python -m tools.notebooks [notebook ...]`.

The stored outputs are the reference that the tests compare with, and the book is built from them. So what is
stored must be the same whoever runs this, and wherever: two runs differ in nothing.

How long a notebook took and what it was run with does differ, so that stands in a record of its own. Its
entry is written anew only when the notebook or a version has changed.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools import colab

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["lessons", "exercises", "solutions", "book"]
RUNS = ROOT / "book" / "runs.json"
"""The record of the stored runs, which the status page prints."""
CELL_TIMEOUT = 60
LARGEST_OUTPUT = 200_000

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # Without the version of Python, which differs between machines.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
VERSIONS = """
import importlib.metadata, json, platform
packages = ["sympy", "numpy", "matplotlib", "ipywidgets", "anywidget", "inversefutures"]
versions = {package: importlib.metadata.version(package) for package in packages}
print(json.dumps({"Python": platform.python_version()} | versions))
"""
CELL_METADATA = {"tags", "reason", "mystnb", "nbgrader"}
FOLDED = "hide-input"
"""The tag of code that the pages fold; JupyterLab folds it by a mark of its own."""
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?")
ABSOLUTE_PATH = re.compile(
    r"(?<![\w./:-])(/(home|Users|root|tmp|var|private|usr)/[\w.-]|"
    + re.escape(str(ROOT))
    + r"(?!\w))|file://|[A-Za-z]:\\{1,2}Users\\"
)
TASK = re.compile(r"\b(?:answer_key|check|is_correct)\(\s*[\"']([\w.]+)[\"']")
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(Exception):
    """A notebook that cannot be written; the text names it and the cell."""


def notebook_paths() -> list[Path]:
    """Return all notebooks of the course, in reading order; no checkpoints."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.ipynb"))]
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]


def name(path: Path) -> str:
    """Return the path as it is written from the repository's root."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def read(path: Path) -> NotebookNode:
    """Return a notebook as format 4.5, with a lasting id for each cell.

    Raises
    ------
    NotebookError
        If there is none, or it is none.
    """
    try:
        # nbformat.read would give a cell without an id a random one.
        notebook = nbformat.v4.to_notebook_json(json.loads(path.read_text(encoding="utf-8")))
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        set_ids(notebook)
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise NotebookError(f"{name(path)} is not a notebook of format 4: {problem}") from None
    return notebook


def text_of(notebook: NotebookNode) -> str:
    """Return the text of a notebook's file."""
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as problem:
        raise NotebookError(f"not a valid notebook: {problem}") from None
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook in one step, so that no half-written one is ever there; leave an equal one alone."""
    write_text(path, text_of(notebook))


def write_text(path: Path, text: str) -> None:
    """Write a file in one step; leave an equal one alone."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


def refresh(path: Path) -> None:
    """Execute a notebook and write it in canonical form.

    Raises
    ------
    NotebookError
        If a cell raises, or leaves an output that must not be stored. The file is then as it was.
    """
    notebook = read(path)
    if path.resolve().parent.name == "solutions":
        set_grading(notebook, name(path))
    colab.set_up(notebook, colab.repository())
    run = execute(notebook, path)
    store(notebook, path, run)


def store(notebook: NotebookNode, path: Path, run: dict[str, Any]) -> None:
    """Write an executed notebook in canonical form, and its run into the record.

    Raises
    ------
    NotebookError
        If a cell has an output that must not be stored. The file is then as it was.
    """
    make_canonical(notebook)
    refuse_outputs(notebook, name(path))
    write(path, notebook)
    record(notebook, path, run)


def execute(
    notebook: NotebookNode, path: Path, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Execute a notebook from top to bottom in one fresh kernel, in the folder of its file.

    Returns
    -------
    dict
        The ``seconds`` that it took with the start of the kernel, and the ``versions`` it was run with.
    """
    for cell in code_cells(notebook):
        cell.outputs = []
        cell.execution_count = None
    # Only the kernel knows what it runs with: another Python may have been registered under its name.
    notebook.cells.append(nbformat.v4.new_code_cell(VERSIONS))
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=40"],  # errors only: every kernel warns that its sockets are plain TCP
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    failing = -1

    def remember(cell_index: int, **_: object) -> None:
        nonlocal failing
        failing = cell_index

    client.on_cell_execute = remember
    start = time.perf_counter()
    try:
        client.execute(env={**os.environ, **(environment or {})})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
        trace = ANSI_COLOUR.sub("", str(problem))
        raise NotebookError(f"{name(path)}, cell {failing + 1}, was not executed:\n{trace}") from None
    seconds = round(time.perf_counter() - start, 1)
    return {"seconds": seconds, "versions": json.loads(notebook.cells.pop().outputs[0].text)}


def record(notebook: NotebookNode, path: Path, run: dict[str, Any]) -> None:
    """Write a run into the record, unless the record has one of the same notebook with the same versions."""
    names = {name(each) for each in notebook_paths()}
    if name(path) not in names:
        return
    runs = {key: entry for key, entry in stored_runs().items() if key in names}
    entry = {"digest": digest(notebook), **run}
    before = runs.get(name(path), {})
    if any(before.get(key) != entry[key] for key in ("digest", "versions")):
        runs[name(path)] = entry
    write_text(RUNS, text_of_record(runs))


def text_of_record(runs: dict[str, dict[str, Any]]) -> str:
    """Return the text of the record's file."""
    return json.dumps(runs, indent=1, sort_keys=True) + "\n"


def stored_runs() -> dict[str, dict[str, Any]]:
    """Return the record: for each notebook its digest, seconds and versions."""
    return json.loads(RUNS.read_text(encoding="utf-8")) if RUNS.exists() else {}


def digest(notebook: NotebookNode) -> str:
    """Return what tells a notebook, its cells and its outputs, from any other."""
    return hashlib.sha256(text_of(notebook).encode()).hexdigest()


def make_canonical(notebook: NotebookNode) -> None:
    """Bring a notebook into the one form in which it is stored; what it says stays the same."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for key in set(cell.metadata) - CELL_METADATA:
            del cell.metadata[key]
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if FOLDED in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
    for cell in code_cells(notebook):
        cell.outputs = canonical_outputs(cell.outputs)


def set_ids(notebook: NotebookNode) -> None:
    """Give each cell an id that lasts: an author's own stays, a random or a doubled one is replaced.

    A new cell gets the lowest free number, so that no other cell's id changes.
    """
    taken: set[str] = set()
    nameless = []
    for cell in notebook.cells:
        identifier = cell.get("id", "")
        if identifier and identifier not in taken and not RANDOM_ID.fullmatch(identifier):
            taken.add(identifier)
        else:
            nameless.append(cell)
    numbers = (f"cell-{number:03}" for number in range(1, len(notebook.cells) + len(taken) + 1))
    free = (identifier for identifier in numbers if identifier not in taken)
    for cell in nameless:
        cell.id = next(free)


def canonical_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs without what differs from run to run."""
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
            continue
        if output.output_type == "error":
            # The traceback names files of this machine and the version of Python.
            output.traceback = [f"{output.ename}: {output.evalue}"]
        if "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            if not output.data:
                continue
        kept.append(output)
    return kept


def refuse_outputs(notebook: NotebookNode, where: str) -> None:
    """Raise if a cell's output must not be stored."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            text = json.dumps(output, ensure_ascii=False)
            if len(text.encode()) > LARGEST_OUTPUT:
                raise NotebookError(
                    f"{where}, cell {number}: an output of {len(text.encode()):,} bytes; "
                    f"at most {LARGEST_OUTPUT:,}. Draw fewer points."
                )
            if path := ABSOLUTE_PATH.search(text):
                around = text[max(0, path.start() - 80) : path.end() + 80]
                raise NotebookError(
                    f"{where}, cell {number}: the output has a path of this machine (… {around} …); "
                    "if this is a warning, mend what it warns of."
                )


def set_grading(notebook: NotebookNode, where: str) -> None:
    """Write nbgrader's metadata of the cells of a solution, from the marks in them."""
    taken: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("nbgrader", None)
        answer, tests = "### BEGIN SOLUTION" in cell.source, "### BEGIN HIDDEN TESTS" in cell.source
        if not answer and not tests:
            continue
        if answer and tests:
            raise NotebookError(f"{where}, cell {number}: put the hidden tests in a cell of their own")
        # An answer without a task in it belongs to the next check.
        task = next((match[1] for later in notebook.cells[number - 1 :] if (match := find_task(later))), None)
        if task is None:
            raise NotebookError(f'{where}, cell {number}: no check("…") follows that names its task')
        grade_id = f"{'answer' if answer else 'tests'}-{task.replace('.', '-')}"
        if grade_id in taken:
            raise NotebookError(f"{where}, cell {number}: a second {grade_id!r}; one cell for each, please")
        taken.add(grade_id)
        cell.metadata["nbgrader"] = {
            "grade": tests,
            "grade_id": grade_id,
            "locked": tests,
            "schema_version": 3,
            "solution": answer,
            "task": False,
            **({"points": 1} if tests else {}),
        }


def find_task(cell: NotebookNode) -> re.Match[str] | None:
    """Return where a code cell names its task, if it does."""
    return TASK.search(cell.source) if cell.cell_type == "code" else None


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def main(arguments: list[str]) -> None:
    """Refresh the notebooks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", nargs="*", type=Path, help="all notebooks if none is named")
    for path in parser.parse_args(arguments).notebook or notebook_paths():
        print(f"{name(path)} …", flush=True)
        refresh(path)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NotebookError as problem:
        raise SystemExit(str(problem)) from None
