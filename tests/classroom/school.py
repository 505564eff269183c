"""A class that really works with nbgrader: what it needs, and what it hands in.

nbgrader has an environment of its own, which `make classroom` makes. The tests run in that of the other tests
and start its programs from outside.
"""

import csv
import getpass
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from multiprocessing.connection import Client
from pathlib import Path

import nbformat

from tools.classroom.tasks import sets, solution_of, tasks_of, without_key
from tools.exercises import ONLY_IN_SOLUTION
from tools.notebooks import ROOT

ENVIRONMENT = ROOT / os.environ.get("CLASSROOM", ".venv-classroom")
ME = getpass.getuser()
PROGRAMS = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n### END SOLUTION", re.DOTALL)
FIRST_MISTAKE = """
right_answers = globals().get("right_answers", {})
globals().update(right_answers)

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
    """nbgrader's program for one course; it is imported once for all."""

    def __init__(self, address):
        self.connection = Client(address, "AF_UNIX")

    def __call__(self, folder, *arguments):
        """Run a command in a folder, and return what it says."""
        self.connection.send((str(folder), [str(each) for each in arguments]))
        code, said = self.connection.recv()
        assert code == 0, said
        return said


@contextmanager
def imported_nbgrader():
    """Import nbgrader, and give the address at which it takes commands."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder, "nbgrader"))
        command = [PROGRAMS / "python", Path(__file__).with_name("forking.py"), address]
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline() == "ready\n"
            try:
                yield address
            finally:
                process.terminate()


class Course:
    """A course of one set, which nbgrader's exchange hands out to me."""

    def __init__(self, address, folder, assignment, *made_by):
        self.assignment = assignment
        self.course, self.home = folder / "course", folder / "home"
        self.home.mkdir()
        command, *arguments = made_by
        program(
            "python",
            *("-m", "tools.classroom", command),
            *(self.course, *arguments),
            *("--course-id", "futures101"),
        )
        exchange = folder / "exchange"
        exchange.mkdir()
        exchange.chmod(0o777)
        shared = f"c.Exchange.root = {str(exchange)!r}\nc.Exchange.cache = {str(folder / 'cache')!r}\n"
        with (self.course / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
            settings.write(shared)
        (self.home / "nbgrader_config.py").write_text(f"c = get_config()\n{shared}", "utf-8")

        self.nbgrader = Nbgrader(address)
        self.teach("generate_assignment")
        self.teach("release_assignment")
        self.learn("fetch_assignment")
        self.mine = self.home / assignment / f"{assignment}.ipynb"
        self.mine.chmod(0o644)

    def teach(self, command, *options):
        return self.nbgrader(self.course, command, self.assignment, *options)

    def learn(self, command):
        return self.nbgrader(self.home, command, self.assignment, "--course", "futures101")

    def handed_in_by(self, learner):
        """Return a new copy of what was handed out, where work that came by other means lies."""
        theirs = self.course / "submitted" / learner / self.assignment / self.mine.name
        theirs.parent.mkdir(parents=True)
        shutil.copy(self.mine, theirs)
        return theirs

    def export(self):
        self.nbgrader(self.course, "export")
        with (self.course / "grades.csv").open(encoding="utf-8") as table:
            return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(table)}

    def feedback(self, learner):
        path = self.course / "feedback" / learner / self.assignment / f"{self.assignment}.html"
        return path.read_text("utf-8")


class Answers:
    """What learners write into the cells of a set: by task, the code of an answer.

    Each brings along what the author's answers import; a learner writes other answers and other imports.
    """

    def __init__(self, lesson):
        (path,) = sets([lesson])
        self.assignment = path.stem
        solution = solution_of(path)
        self.tasks = tasks_of(solution)
        only = [cell for cell in solution.cells if ONLY_IN_SOLUTION in cell.metadata.get("tags", [])]
        imports = "\n".join(cell.source for cell in only if cell.cell_type == "code")
        self.imports = imports.replace("from inversefutures.answer_keys import answer_key", "")

    def right(self, task):
        answer = REGION.sub(lambda found: without_key(found[1]), task.answer.source)
        return f"{self.imports}\n{answer}"

    def mistaken(self, task):
        """Return code that makes the first of the mistakes that the author has written down.

        It builds on right answers to the tasks before, as the author's sentences do. A task that judges a
        program has none, and stays as it was.
        """
        if task.judges_a_program:
            return task.start
        answer = task.checked
        kept = f"right_answers[{answer!r}] = {answer}\n{answer} = mistake"
        return f"{self.imports}\n{FIRST_MISTAKE}\n{task.answer.source}\n{kept}"


def fill(path, code):
    """Write answers into a notebook: code by task, `01.2` for instance."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        place = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        task = place.removeprefix("answer-").replace("-", ".")
        if place.startswith("answer-") and task in code:
            cell.source = code[task]
    nbformat.write(notebook, path)


def squeezed(text):
    return " ".join(text.split())
