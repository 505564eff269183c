"""The tasks as a question bank in Moodle's XML format: numbers, choices, and formulas with numbers put in.

A known mistake is an answer of its own, with its sentence as feedback. A formula becomes a category of
questions that differ in their numbers, for a quiz that draws one of them at random.
The format: https://docs.moodle.org/en/Moodle_XML_format.
"""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from inversefutures.check import significant_digits
from inversefutures.graded import DIGITS, key_at
from tools.classroom.course_folder import Asked
from tools.classroom.tasks import Task, drawn_keys, solution_of, tasks_of, title_of, unlinked
from tools.notebooks import NotebookError

SHARES = [0, 5, 10, 11.11111, 12.5, 14.28571, 16.66667, 20, 25, 30, 33.33333, 40, 50, 60, 66.66667, 70, 75]
SHARES += [80, 83.33333, 90, 100]
"""The fractions of a question's mark that Moodle knows, in percent; it refuses a file with another one."""
OPTION = re.compile(r'^- `"(\w)"`: (.*)$', re.MULTILINE)
ANY_OTHER = "*"
LONGEST_NAME = 255


def bank(paths: list[Path], seed: str, count: int, share: float = 0) -> tuple[ET.Element, list[str]]:
    """Return a question bank, and the tasks that Moodle cannot ask.

    Parameters
    ----------
    paths : list of Path
        The solutions of the sets.
    seed : str
        Where the numbers of the formulas come from.
    count : int
        So many questions with different numbers for each formula.
    share : float
        Percent of a question's mark for a known mistake; one of `SHARES`.

    Raises
    ------
    NotebookError
        If Moodle does not know the share.
    """
    if share not in SHARES:
        raise NotebookError(
            f"Moodle does not know a share of {share:g} %; it knows {', '.join(map(str, SHARES))}"
        )
    quiz = ET.Element("quiz")
    left_out: list[str] = []
    for path in paths:
        solution = solution_of(path)
        title = f"{path.stem.partition('_')[0]} {title_of(solution)}"
        keys, drills = drawn_keys(path, seed, count)
        for task in tasks_of(solution):
            if task.judges_a_program or task.name not in keys:
                left_out.append(task.name)
                continue
            questions = list(_questions(task, keys[task.name], drills.get(task.name), share))
            _category(quiz, f"{title}/{task.name} {task.title}" if len(questions) > 1 else title)
            quiz.extend(questions)
    ET.indent(quiz)
    return quiz, left_out


def _questions(
    task: Task, key: Mapping[str, Any], drill: Mapping[str, Any] | None, share: float
) -> Iterator[ET.Element]:
    if key["kind"] == "choice":
        yield _choice(task, key, share)
    elif key["kind"] == "number":
        yield _number(task.name + " " + task.title, html(task.text), key, share)
    elif drill:
        asked = Asked(key, drill)
        for place in range(len(drill["points"])):
            given = f"**With** {asked.spoken(place)}: which number comes out? Give it to {DIGITS} digits."
            text = html(f"{task.text}\n\n{given}")
            yield _number(f"{task.name} {task.title} ({place + 1})", text, key_at(asked.key, place), share)


def html(text: str) -> str:
    r"""Return a task's text as HTML, with formulas between \( and \), where Moodle's MathJax finds them.

    >>> html("The loss is at most $N/E$ coins.")
    '<p>The loss is at most \\(N/E\\) coins.</p>'
    """
    reader = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=_formula)
    return reader.render(unlinked(text)).strip()


def _formula(tex: str, options: Mapping[str, Any]) -> str:
    safe = tex.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").strip()
    return rf"\[{safe}\]" if options["display_mode"] else rf"\({safe}\)"


def _category(quiz: ET.Element, title: str) -> None:
    question = ET.SubElement(quiz, "question", type="category")
    # A single slash parts categories, and a double one stands for a slash.
    _text(question, "category", f"$course$/top/Inverse Futures/{title}")


def _head(kind: str, title: str, text: str) -> ET.Element:
    question = ET.Element("question", type=kind)
    _text(question, "name", title[:LONGEST_NAME])
    _text(question, "questiontext", text, "html")
    _text(question, "generalfeedback", "", "html")
    for tag, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")):
        ET.SubElement(question, tag).text = value
    return question


def _number(title: str, text: str, key: Mapping[str, Any], share: float) -> ET.Element:
    question = _head("numerical", title, text)
    (right,) = key["correct"]
    digits = key["digits"] or max(6, significant_digits(right))
    # The first answer that fits counts, so the right one comes first.
    _answer(question, right, 100, key["praise"] or "Correct.", _half(right, digits))
    for wrong in key["wrong"]:
        (value,) = wrong["values"]
        if value != right:
            _answer(question, value, share, wrong["message"], _half(value, digits))
    _answer(question, ANY_OTHER, 0, key["hint"], 0)
    for tag, value in (
        ("unitgradingtype", "0"),
        ("unitpenalty", "0.1"),
        ("showunits", "3"),
        ("unitsleft", "0"),
    ):
        ET.SubElement(question, tag).text = value
    return question


def _half(value: float, digits: int) -> float:
    """Return how far a number may be off that is rounded to so many digits."""
    if not value:
        return 0.5 * 10.0**-digits
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1) * (1 + 1e-6)


def _choice(task: Task, key: Mapping[str, Any], share: float) -> ET.Element:
    options = dict(OPTION.findall(task.text))
    if key["correct"] not in options:
        raise NotebookError(f'task {task.name}: the choices are not a list of the form - `"a"`: text')
    question = _head("multichoice", f"{task.name} {task.title}", html(OPTION.sub("", task.text)))
    for tag, value in (("single", "true"), ("shuffleanswers", "false"), ("answernumbering", "abc")):
        ET.SubElement(question, tag).text = value
    for letter, text in options.items():
        right = letter == key["correct"]
        said = key["praise"] or "Correct." if right else key["wrong"].get(letter, key["hint"])
        _answer(question, html(text), 100 if right else share if letter in key["wrong"] else 0, said)
    return question


def _answer(
    question: ET.Element, text: float | str, fraction: float, feedback: str, tolerance: float | None = None
) -> None:
    kind = "html" if tolerance is None else "moodle_auto_format"
    answer = ET.SubElement(question, "answer", fraction=f"{fraction:.7g}", format=kind)
    ET.SubElement(answer, "text").text = text if isinstance(text, str) else f"{text:.12g}"
    _text(answer, "feedback", html(feedback), "html")
    if tolerance is not None:
        ET.SubElement(answer, "tolerance").text = f"{tolerance:.7g}"


def _text(parent: ET.Element, tag: str, text: str, kind: str = "") -> None:
    node = ET.SubElement(parent, tag, {"format": kind} if kind else {})
    ET.SubElement(node, "text").text = text
