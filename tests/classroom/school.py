"""A class that really works with nbgrader: what it needs, and what it hands in.

nbgrader has an environment of its own, which `make classroom` makes. The tests run in that of the other tests
and start its programs from outside.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat

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


def environment():
    """Return what an activated environment is: its programs come first."""
    return {**os.environ, "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])}


def program(name, *arguments, folder=ROOT):
    """Run one of the environment's programs, and return what it says."""
    done = subprocess.run(
        [PROGRAMS / name, *map(str, arguments)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


class Nbgrader:
    """nbgrader's program, which is imported once."""

    def __init__(self):
        self.process = subprocess.Popen(
            [PROGRAMS / "python", Path(__file__).with_name("forking.py")],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, folder, *arguments):
        """Run a command in a folder, and return what it says."""
        print(json.dumps([str(folder), list(map(str, arguments))]), file=self.process.stdin, flush=True)
        code, said = json.loads(self.process.stdout.readline())
        assert code == 0, said
        return said

    def close(self):
        self.process.stdin.close()
        self.process.wait()


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
