"""A class that really works with nbgrader: what it needs, and what it hands in.

nbgrader has an environment of its own, which `make classroom` makes. The tests run in that of the other tests
and start its programs from outside.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tools.classroom.tasks import sets, solution_of, tasks_of, without_key
from tools.notebooks import ROOT

ENVIRONMENT = ROOT / os.environ.get("CLASSROOM", ".venv-classroom")
PROGRAMS = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n### END SOLUTION", re.DOTALL)
FIRST_MISTAKE = """
def answer_key(task, correct, *, wrong=(), **_):
    global mistake
    mistake = next(iter(wrong.values()))
"""


def pytest_collection_modifyitems(items):
    if not (PROGRAMS / "nbgrader").exists() and not (PROGRAMS / "nbgrader.exe").exists():
        missing = pytest.mark.skip(reason="`make classroom` makes the environment with nbgrader")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(missing)


def program(name, *arguments, folder=ROOT, fails=False):
    """Run one of the environment's programs, and return what it says."""
    begun = time.time()
    path = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])
    done = subprocess.run(
        [PROGRAMS / name, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    said = done.stdout + done.stderr
    open("/tmp/cls.log", "a").write(
        f"{name} {' '.join(map(str, arguments))[:90]} {time.time() - begun:.1f}\n"
    )
    assert bool(done.returncode) == fails, said
    return said


class Answers:
    """What learners write into the cells of a set: by task, the code of an answer."""

    def __init__(self, lesson):
        (path,) = sets([lesson])
        self.assignment = path.stem
        self.tasks = tasks_of(solution_of(path))

    def right(self, task):
        return without_key(REGION.search(task.answer.source)[1])

    def mistaken(self, task):
        """Return code that makes the first of the mistakes that the author has written down."""
        return f"{FIRST_MISTAKE}\n{REGION.search(task.answer.source)[1]}\n{task.checked} = mistake"


def fill(path, code):
    """Write answers into a notebook: code by task, `01.2` for instance."""
    path.chmod(0o644)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        place = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        task = place.removeprefix("answer-").replace("-", ".")
        if place.startswith("answer-") and task in code:
            cell.source = code[task]
    nbformat.write(notebook, path)


def squeezed(text):
    return " ".join(text.split())
