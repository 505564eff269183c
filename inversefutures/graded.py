"""Work that is marked: numbers of a learner's own, and points that are not shipped.

What `check` judges by is in the package, for everybody to read. So it is for learning alone. For marks a
teacher draws other points, with `python -m tools.classroom`, into a folder that no learner gets. There
`marks` finds them while nbgrader grades. A learner gets `own_numbers.json`, the questions without an answer.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answer_values import Unusable, as_number
from .check import Feedback, judged, printed, stored_key
from .console import silence
from .sentences import in_words, said

__all__ = [
    "DIGITS",
    "KEYS",
    "NUMBERS",
    "SHARE",
    "OwnNumbers",
    "handed_in",
    "key_at",
    "marks",
    "own_numbers",
    "pseudonym",
]

KEYS = "INVERSEFUTURES_KEYS"
"""Environment variable: the folder of a teacher's keys, one file for each assignment."""
SHARE = "INVERSEFUTURES_SHARE_FOR_A_NAMED_MISTAKE"
"""Environment variable: the share of a task's points, from 0 to 1, for a mistake with a sentence."""
NUMBERS = "own_numbers.json"
"""The file beside a learner's notebook that holds everybody's numbers."""
DIGITS = 4
"""A number of a learner's own is asked for to so many digits."""


# --- the learner's side -----------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnNumbers:
    """The numbers of one learner, by task: names, units and values of what is given."""

    tasks: Mapping[str, list[tuple[str, str, float]]]

    def given(self, task: str) -> tuple[float, ...]:
        """Print what is given in a task, and return the numbers in that order.

        Raises
        ------
        ValueError
            If the task is not among them.
        """
        if task not in self.tasks:
            raise ValueError(f"there is no task {task!r} here; the tasks are {', '.join(self.tasks)}")
        entries = self.tasks[task]
        print(f"{task} with {', '.join(_spoken(*entry) for entry in entries)}.")
        return tuple(value for _, _, value in entries)


def _spoken(name: str, unit: str, value: float) -> str:
    return f"{name} = {in_words(value)} {unit}".rstrip()


def own_numbers(student: Any = ..., folder: str | Path = ".") -> OwnNumbers:
    """Return the numbers that a learner has been given.

    Parameters
    ----------
    student : str
        The name as the teacher's list of the class has it.
    folder : path
        Where `own_numbers.json` lies, as it came with the notebook.

    Raises
    ------
    ValueError
        If the file is not there, or the name is not in it.
    """
    if not isinstance(student, str) or not student.strip():
        raise ValueError("write your name as your teacher has it, for example own_numbers('anna')")
    path = Path(folder) / NUMBERS
    if not path.exists():
        raise ValueError(f"{NUMBERS} is not beside this notebook: copy it from where the notebook came from")
    stored = json.loads(path.read_text(encoding="utf-8"))
    values = stored["learners"].get(pseudonym(stored["assignment"], student))
    if values is None:
        raise ValueError(f"there are no numbers for {student!r}: write the name as your teacher has it")
    return OwnNumbers(
        {
            task: [(name, unit, value) for (name, unit), value in zip(given, values[task], strict=True)]
            for task, given in stored["tasks"].items()
        }
    )


def pseudonym(assignment: str, student: str) -> str:
    """Return what stands for a learner in a file that the whole class gets.

    Capitals and spaces around a name make no difference.
    """
    return hashlib.sha256(f"{assignment}: {student.strip().lower()}".encode()).hexdigest()[:16]


def handed_in(task: str, answer: Any = ...) -> None:
    """Print whether an answer can be marked. It does not say whether it is right.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"05.4"``.
    answer : number
        ``...`` stands for "not answered yet".
    """
    __tracebackhide__ = True
    text, passed = said("not_answered"), False
    if answer is not ...:
        try:
            with silence():
                text, passed = f"{as_number(answer):.10g} is handed in.", True
        except Unusable as problem:
            text = str(problem)
    printed(f"{task}: {text}", passed)


# --- the teacher's side -----------------------------------------------------------------------------


def marks(task: str, answer: Any, points: float = 1.0) -> float | None:
    """Print the verdict on an answer, and return the points where they are not all of them.

    nbgrader gives the number that a test ends in, or all points where it ends in nothing.

    Parameters
    ----------
    task : str
        Lesson and number, for example ``"05.4"``.
    answer : object
        Anything at all.
    points : float
        What the task is worth.

    Raises
    ------
    ValueError
        If there is a folder of keys without one for this assignment, task or learner, or if the share for a
        named mistake is not from 0 to 1.
    """
    verdict = _verdict(task, answer)
    print(f"{task}, marked: {verdict.message}")
    if verdict.correct:
        return None
    return points * _share() if verdict.named else 0.0


def _verdict(task: str, answer: Any) -> Feedback:
    folder = os.environ.get(KEYS)
    if not folder:  # an author runs a solution
        return judged(stored_key(task), answer)
    # nbgrader grades in autograded/<student>/<assignment>.
    assignment, student = Path.cwd().name, Path.cwd().parent.name
    path = Path(folder) / f"{assignment}.json"
    if not path.exists():
        raise ValueError(f"there is no {path.name} among the teacher's keys: make it with tools.classroom")
    stored = json.loads(path.read_text(encoding="utf-8"))
    if task not in stored["tasks"]:
        raise ValueError(f"{path.name} has no key for task {task}")
    key = stored["tasks"][task]
    if "learners" not in stored:
        return judged(key, answer)
    if student not in stored["learners"]:
        raise ValueError(f"{path.name} has no numbers for {student!r}")
    return judged(key_at(key, stored["learners"][student]), answer)


def key_at(drill: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Return the key of a formula's task at one point, where it asks for a number.

    Parameters
    ----------
    drill : mapping
        The points, the values at them, the hint, and in ``prices`` which of a point's numbers are prices.
    place : int
        Which of the points.
    """
    return {
        "kind": "number",
        "hint": drill["hint"],
        "praise": "",
        "arguments": [],
        "called": [],
        "points": [[]],
        "correct": [drill["correct"][place]],
        "wrong": [{**wrong, "values": [wrong["values"][place]]} for wrong in drill["wrong"]],
        "digits": DIGITS,
        "prices": [drill["points"][place][column] for column in drill["prices"]],
        "face_value": None,
    }


def _share() -> float:
    text = os.environ.get(SHARE) or "0"
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{SHARE} is {text!r}: give the share of the points as a number from 0 to 1")
    return share
