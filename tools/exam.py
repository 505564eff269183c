"""Sheets for an exam on paper: `python -m tools.exam 01.3 02.3 05.4 --variants 4 --word spring`.

Writes `_build/exam/questions.md`, with one sheet for each variant, and `_build/exam/answers.md`, which is for
the teacher alone. Neither is part of the site. A task that asks for a formula comes with other numbers on
each sheet, drawn from those that the course stores for practice; a task without such is asked as it is.
The same tasks and the same word make the same exam.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import nbformat
import sympy as sp

from inversefutures.answer_keys import DRILL_FOLDER
from inversefutures.check import ANSWERS, stored_key
from inversefutures.notation import QUANTITIES
from inversefutures.sentences import in_words
from tools.notebooks import ROOT

TARGET = ROOT / "_build" / "exam"
HEADING = re.compile(r"## (\d+\.\d+) (.*)\n+")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
DIGITS = 4
"""So many digits of an answer are asked for, and given."""


@dataclass(frozen=True)
class Asked:
    """A task as a sheet has it, and its answer."""

    task: str
    title: str
    text: str
    answer: str


def task_texts(number: str) -> dict[str, tuple[str, str]]:
    """Return the titles and the texts of a lesson's tasks.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    found = sorted((ROOT / "solutions").glob(f"{number}_*.ipynb"))
    if not found:
        raise ValueError(
            f"there is no lesson {number!r}: a task is named like 05.4, by the lesson's two digits"
        )
    cells = nbformat.reads(found[0].read_text("utf-8"), 4).cells
    texts = {}
    for cell in cells:
        if cell.cell_type == "markdown" and (heading := HEADING.match(cell.source)):
            texts[heading[1]] = (heading[2].strip(), LINK.sub(r"\1", cell.source[heading.end() :].strip()))
    return texts


def drills_of(task: str) -> dict[str, Any] | None:
    """Return the other numbers of a task, or None if it has none."""
    path = ANSWERS / DRILL_FOLDER / f"{task.partition('.')[0]}.json"
    stored: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return stored.get(task)


def asked(task: str, variant: int, word: str) -> Asked:
    """Return a task as a variant of the exam asks it.

    Parameters
    ----------
    task : str
        Its name, such as ``05.4``.
    variant : int
        Which sheet, counted from 0. Sheets have different numbers, as long as there are enough.
    word : str
        Picks the numbers.

    Raises
    ------
    ValueError
        If there is no such task, or it judges what a program does.
    """
    texts = task_texts(task.partition(".")[0])
    if task not in texts:
        raise ValueError(f"there is no task {task!r}: lesson {task.partition('.')[0]} has {', '.join(texts)}")
    title, text = texts[task]
    key = stored_key(task)
    if drills := drills_of(task):
        order = random.Random(f"{word} {task}").sample(range(len(drills["points"])), len(drills["points"]))
        place = order[variant % len(order)]
        given = ", ".join(_given(key, drills["points"][place]))
        text += f"\n\nThen give the number that comes out for {given}, to {DIGITS} digits."
        return Asked(task, title, text, _rounded(drills["correct"][place], DIGITS))
    if key["kind"] == "choice" and f'- `"{key["correct"]}"`' in text:
        return Asked(task, title, text, str(key["correct"]))
    if key["kind"] == "number":
        return Asked(task, title, text, _rounded(key["correct"][0], key.get("digits") or DIGITS))
    raise ValueError(f"task {task} judges a program and cannot be asked on paper: choose another")


def _given(key: dict[str, Any], point: Sequence[float]) -> Iterator[str]:
    for place, (name, value) in enumerate(zip(key["arguments"], point, strict=True)):
        if name not in key.get("hidden", ()):
            called = f"`{key['called'][place]}`" if key["called"] else f"${_symbol(name)}$"
            yield f"{called} = {in_words(value)} {QUANTITIES[name].unit_name}".rstrip()


def _rounded(value: float, digits: int) -> str:
    return in_words(float(f"{value:.{digits}g}"))


def _symbol(name: str) -> str:
    return str(sp.latex(QUANTITIES[name].symbol))


def exam(tasks: Sequence[str], variants: int, word: str) -> tuple[str, str]:
    """Return the sheets and the answers as Markdown.

    Parameters
    ----------
    tasks : sequence of str
        Their names, in the order of the exam.
    variants : int
        How many sheets, 1 to 26.
    word : str
        Picks the numbers.

    Raises
    ------
    ValueError
        If there are no tasks, or more sheets than letters.
    """
    if not tasks:
        raise ValueError("tasks is empty: name at least one, such as 05.4")
    if not 1 <= variants <= len(ascii_uppercase):
        raise ValueError(f"variants is {variants}, but its domain is 1 to {len(ascii_uppercase)} sheets")
    sheets, answers = [], ["# Answers", "For the teacher. Not to be published."]
    for variant, letter in enumerate(ascii_uppercase[:variants]):
        questions = [asked(task, variant, word) for task in tasks]
        sheets.append(f"# Sheet {letter}\n\nName:")
        sheets += [f"## {number}. {each.title}\n\n{each.text}" for number, each in enumerate(questions, 1)]
        rows = ["| Question | Task | Answer |", "|---:|---|---|"]
        rows += [f"| {number} | {each.task} | {each.answer} |" for number, each in enumerate(questions, 1)]
        answers += [f"## Sheet {letter}", "\n".join(rows)]
    return "\n\n".join(sheets) + "\n", "\n\n".join(answers) + "\n"


def write(tasks: Sequence[str], variants: int, word: str, folder: Path) -> list[Path]:
    """Write an exam into a folder, and return its files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "questions.md", folder / "answers.md"]
    for path, text in zip(paths, exam(tasks, variants, word), strict=True):
        path.write_text(text, "utf-8")
    return paths


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("tasks", nargs="+", metavar="TASK", help="such as 05.4; the list is on the exam page")
    parser.add_argument("--variants", type=int, default=2, help="how many sheets with numbers of their own")
    parser.add_argument("--word", default="exam", help="picks the numbers")
    options = parser.parse_args()
    try:
        for path in write(options.tasks, options.variants, options.word, TARGET):
            print(path.relative_to(ROOT))
    except ValueError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
