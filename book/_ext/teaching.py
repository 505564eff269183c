"""The pages for a class, made when the book is built: outcomes, mistakes, plans, an exam bank, rubrics.

What a lesson promises, bets on and calls a myth is taken from the lesson; mistakes are those of the answer
keys. What only an author can say (which task proves an outcome, what to talk about, how a project is marked)
stands in ``book/outcomes.yml`` and ``book/class_plan.yml``.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import yaml
from answers import CHECK
from course import EXERCISES, LESSONS, SOLUTIONS, TIME, Course
from docutils import nodes
from self_test import lesson_links
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from inversefutures.answer_keys import DRILL_FOLDER
from inversefutures.check import ANSWERS

ROOT = Path(__file__).parents[2]
OUTCOMES = ROOT / "book" / "outcomes.yml"
PLAN = ROOT / "book" / "class_plan.yml"
PROMISED = re.compile(r"\*\*After this lesson you can\*\*\n\n((?:- .*\n?)+)")
BET = re.compile(r"^\*\*Bet (\d+)\.\*\* (.*?)(?=^\*\*Bet|\Z)", re.MULTILINE | re.DOTALL)
SETTLED = re.compile(r"\*\*Bet (\d+) is settled: `(\w)`\.\*\*")
CHECK_YOURSELF = re.compile(r"^## Check yourself$(.*)", re.MULTILINE | re.DOTALL)
ASKED = re.compile(r"^\*\*(\d+)\. (.*?)\*\*$(.*?)(?=^\*\*\d+\. |^Now the |\Z)", re.MULTILINE | re.DOTALL)
CHOICE = re.compile(r"<summary>([A-Z]): (.*?)</summary>\s*(Right[.,:;])?")
TASK = re.compile(r"^## (\d+\.\d+) (.*)$", re.MULTILINE)
UNUSABLE = "unusable"
"""The verdict on an open answer that could not be tried: a slip of the program, and no mistake of thought."""

KINDS = {
    "Exchanged": r"exchanged|swapped|the wrong way round|turned round|the other way round",
    "The other side, or the wrong sign": (
        r"\bsigns?\b|that is (?:the|a) (?:long|short)\b|there (?:a|the) (?:long|short) has"
        r"|ignores the side|wrong side|wrong way|other direction"
        r"|the (?:long|short)'s (?:payoff|gain|loss|average|result|fee)"
    ),
    "Dollars for coins, or coins for dollars": (
        r"those are (?:\w+ ){0,2}(?:dollars|coins)|that is in (?:dollars|coins?)\b|that is coins"
        r"|dollars for a? ?(?:number of )?coins|took the (?:notional|dollars|risk) for"
        r"|for \d[\d,]* (?:coins|dollars)"
        r"|valued .* at|at the entry price|changed .* into|coins and dollars|dollars to coins|beside coins"
        r"|counted (?:in )?dollars|dollars (?:of \w+ )?don't add up"
    ),
    "The linear contract": r"linear|straight line|as if it were dollars|with dollars as collateral|quanto",
    "Upside down": (
        r"upside down|turn it over|turn it round|over old|numerator and denom|denominator"
        r"|(?:below|above) the line|you (?:divided|multiplied)"
    ),
    "Another mean, or other weights": r"\bmean\b|averaged?\b|median|weight",
    "A fraction of something else": (
        r"on the (?:mark|entry) value|entry value|mark value|value at the (?:entry|exit)|by which fraction"
        r"|of the (?:margin|wallet|wealth)\b|over the future's price|as a fraction|fraction of the"
        r"|whole position"
    ),
    "Something is missing": (
        r"missing|forgot|left .* out|leaves? .* out|leave .* in|without|not all|not enough"
    ),
    "Counted twice, or added for nothing": (
        r"twice|double|one time too|once too|you added|too many|too often|two fees"
    ),
    "Powers, roots and compounding": r"\broot\b|\bsquared?s?\b|compound|logarithm|\bpower\b|exponent",
    "Percent, years and hours": (
        r"percent|hundredths|for 0\.|basis points|per year|in (?:days|years|hours|minutes|seconds)\b"
        r"|whole year"
        r"|for \d[\d.]* ?%|by 100|times too (?:large|small)|is 0\.\d"
    ),
    "One dollar or one coin in place of all": (
        r"single dollar|one dollar|for each dollar|of one coin|for one coin|for each coin"
    ),
    "A step on the way, handed in as the answer": (
        r"^(?:that|those|these) (?:is|are)\b|alone|what (?:was|is|has)\b|how (?:many|much|far|large)\b"
        r"|where is it"
    ),
}
"""The kinds of mistakes, by words that their sentences use; the first that fits counts."""
OWN = "Of the subject itself"
"""Where no kind fits: what is wrong has to do with this task alone."""


# --- what the lessons say -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question with its options, and the letter of the right one."""

    asks: str
    options: tuple[tuple[str, str], ...]
    right: str

    def markdown(self) -> str:
        """Return the question and its options; the right one is in bold."""
        listed = "\n".join(
            f"- `{letter}` {f'**{text}**' if letter == self.right else text}" for letter, text in self.options
        )
        return f"{self.asks}\n\n{listed}"


@dataclass(frozen=True)
class Lesson:
    """A lesson as its notebook has it."""

    path: Path

    @property
    def name(self) -> str:
        """Its name without the number."""
        return self.path.stem.partition("_")[2]

    @property
    def number(self) -> str:
        """Its number, with the zero."""
        return self.path.stem.partition("_")[0]

    @cached_property
    def text(self) -> str:
        """All that is prose in it."""
        return _prose(self.path)

    @property
    def minutes(self) -> tuple[int, int]:
        """How long the lesson takes, and its exercises."""
        found = TIME.search(self.text)
        if not found:
            raise ValueError(f"{self.path.name} does not say how long it takes")
        return int(found[1]), int(found[2] or 0)

    @property
    def outcomes(self) -> list[str]:
        """What a reader can do afterwards."""
        found = PROMISED.search(self.text)
        lines = found[1].strip().splitlines() if found else []
        return [line.removeprefix("- ").rstrip(";.") for line in lines]

    @property
    def tasks(self) -> dict[str, str]:
        """The titles of its tasks, by their numbers."""
        solutions = ROOT / SOLUTIONS / self.path.name
        return dict(TASK.findall(_prose(solutions))) if solutions.is_file() else {}

    def bet(self, number: int) -> Asked:
        """Return one of its bets."""
        settled = dict(SETTLED.findall(self.text))
        for found, words in BET.findall(self.text):
            if int(found) == number:
                asks, _, options = words.partition("\n\n")
                letters = re.findall(r"^- `(\w)` (.*)$", options.partition("\n\n")[0], re.MULTILINE)
                return Asked(" ".join(asks.split()), tuple(letters), settled[found])
        raise ValueError(f"{self.path.name} has no bet {number}")

    def check(self, number: int) -> Asked:
        """Return one of the questions under "Check yourself"."""
        part = CHECK_YOURSELF.search(self.text)
        for found, asks, folds in ASKED.findall(part[1] if part else ""):
            if int(found) == number:
                choices = CHOICE.findall(folds)
                right = next(letter for letter, _, verdict in choices if verdict)
                return Asked(
                    asks, tuple((letter.lower(), text) for letter, text, _ in choices), right.lower()
                )
        raise ValueError(f"{self.path.name} has no question {number} under Check yourself")


def _prose(path: Path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def lessons() -> list[Lesson]:
    """Return the lessons that are written, in their order."""
    return [Lesson(path) for path in sorted((ROOT / LESSONS).glob("*.ipynb"))]


def plan() -> dict[str, Any]:
    """Return what the author has said about a class."""
    told: dict[str, Any] = yaml.safe_load(PLAN.read_text("utf-8"))
    return told


# --- outcomes -----------------------------------------------------------------------------------------


def outcome_tasks() -> dict[str, list[list[int]]]:
    """Return the numbers of the tasks that prove each outcome, by the lesson's name."""
    told: dict[str, list[list[int]]] = yaml.safe_load(OUTCOMES.read_text("utf-8"))
    return told


def outcomes(course: Course) -> str:
    """Return a table for each lesson: what its readers can do, and the tasks that prove it."""
    proved = outcome_tasks()
    parts = []
    for lesson in lessons():
        tasks = lesson.tasks
        rows = ["| Afterwards one can | Proved by |", "|---|---|"]
        for outcome, numbers in zip(lesson.outcomes, proved.get(lesson.name, []), strict=False):
            named = [f"{lesson.number}.{number}" for number in numbers]
            rows.append(
                f"| {outcome} | {'<br>'.join(f'{task} {tasks[task]}' for task in named)} |".replace("\n", " ")
            )
        page = f"/{EXERCISES}/{lesson.path.name}"
        parts += [
            f"## {course.numbered(f'{LESSONS}/{lesson.path.stem}')}",
            "\n".join(rows),
            f"[Lesson](/{LESSONS}/{lesson.path.name}), [exercises]({page}): {sum(lesson.minutes)} minutes.",
        ]
    return "\n\n".join(parts)


# --- mistakes -----------------------------------------------------------------------------------------


def kind_of(sentence: str) -> str:
    """Return the kind of a mistake."""
    return next((kind for kind, words in KINDS.items() if re.search(words, sentence, re.IGNORECASE)), OWN)


def mistakes() -> Iterator[tuple[str, str]]:
    """Yield each stored mistake: its task and the sentence that a learner reads."""
    for path in sorted(ANSWERS.glob("*.json")):
        for task, key in json.loads(path.read_text("utf-8")).items():
            wrong = key["wrong"]
            told = wrong.items() if isinstance(wrong, dict) else (("", each["message"]) for each in wrong)
            yield from ((task, sentence) for letter, sentence in told if letter != UNUSABLE)


def by_kind() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the tasks of each sentence, by kind and lesson."""
    sorted_out: dict[str, dict[str, dict[str, list[str]]]] = {kind: {} for kind in (*KINDS, OWN)}
    for task, sentence in mistakes():
        lesson = sorted_out[kind_of(sentence)].setdefault(task.partition(".")[0], {})
        tasks = lesson.setdefault(sentence, [])
        if task not in tasks:
            tasks.append(task)
    return sorted_out


def mistake_counts(course: Course) -> str:
    """Return a table of the kinds: how many mistakes, and in which lessons most of them."""
    numbers = {lesson.number: lesson for lesson in lessons()}
    rows = ["| Kind | Mistakes | Most of them in |", "|---|---:|---|"]
    for kind, told in by_kind().items():
        count = {number: len(sentences) for number, sentences in told.items() if number in numbers}
        most = sorted(count, key=lambda number: (-count[number], number))[:3]
        links = lesson_links(tuple(numbers[number].name for number in sorted(most)), course)
        rows.append(f"| {kind} | {sum(count.values())} | {links} |")
    return "\n".join(rows)


def mistake_sheet(course: Course) -> str:
    """Return every stored mistake, by kind and by the lesson that mends it."""
    numbers = {lesson.number: lesson for lesson in lessons()}
    parts = []
    for kind, told in by_kind().items():
        parts.append(f"### {kind}")
        for number, sentences in told.items():
            if number not in numbers:
                continue
            lines = [f"- {_escaped(sentence)} ({', '.join(tasks)})" for sentence, tasks in sentences.items()]
            parts += [f"**{lesson_links((numbers[number].name,), course)}**", "\n".join(lines)]
    return "\n\n".join(parts)


def _escaped(sentence: str) -> str:
    """Return a sentence in which nothing is Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~^])", r"\\\1", sentence)


# --- plans --------------------------------------------------------------------------------------------


def weeks(course: Course) -> str:
    """Return the weeks of a class as a table: lessons, minutes, what is left for home."""
    told = plan()
    written = {lesson.name: lesson for lesson in lessons()}
    rows = [
        "| Week | Lessons | Question of the week | Lessons, min | Exercises, min | Left for home, min |",
        "|---:|---|---|---:|---:|---:|",
    ]
    for number, week in enumerate(told["weeks"], 1):
        ready = [written[name] for name in week["lessons"] if name in written]
        links = lesson_links(tuple(week["lessons"]), course)
        times = [""] * 3
        if len(ready) == len(week["lessons"]):
            reading, solving = (sum(times) for times in zip(*(each.minutes for each in ready), strict=True))
            times = [str(reading), str(solving), str(left_for_home(told, ready))]
        rows.append(f"| {number} | {links} | {week['question']} | {' | '.join(times)} |")
    return "\n".join(rows)


def left_for_home(told: dict[str, Any], week: list[Lesson]) -> int:
    """Return how many minutes of a week's lessons and exercises are not done in the meeting."""
    meeting = told["meetings"]["one lesson" if len(week) == 1 else "two lessons"]
    done = sum(step["minutes"] for step in meeting if step.get("lesson"))
    return max(0, sum(sum(lesson.minutes) for lesson in week) - done)


def meetings(course: Course) -> str:
    """Return the two kinds of meetings, minute by minute."""
    parts = []
    for kind, steps in plan()["meetings"].items():
        rows = ["| From | Minutes | What is done |", "|---:|---:|---|"]
        begins = 0
        for step in steps:
            rows.append(f"| {begins // 60}:{begins % 60:02} | {step['minutes']} | {step['what']} |")
            begins += step["minutes"]
        rows.append(f"| {begins // 60}:{begins % 60:02} | **{begins}** | |")
        parts += [f"### A meeting for {kind}", "\n".join(rows)]
    return "\n\n".join(parts)


def discussion(course: Course) -> str:
    """Return what to vote on, talk about and ask alone in each lesson; right options are in bold."""
    told = plan()["lessons"]
    parts = []
    for lesson in lessons():
        if lesson.name not in told:
            continue
        entry = told[lesson.name]
        parts += [
            f"### {course.numbered(f'{LESSONS}/{lesson.path.stem}')}",
            f"**Vote, talk, vote again.** {lesson.bet(entry['vote']).markdown()}",
            f"**To talk about.** {entry['talk']}",
            f"**A new question, alone.** {lesson.check(entry['again']).markdown()}",
        ]
    return "\n\n".join(parts)


# --- exams --------------------------------------------------------------------------------------------


def exam_bank(course: Course) -> str:
    """Return every task that can be asked on paper: what it asks for, and in how many variants."""
    parts = []
    for lesson in lessons():
        keys = json.loads((ANSWERS / f"{lesson.number}.json").read_text("utf-8"))
        drills_path = ANSWERS / DRILL_FOLDER / f"{lesson.number}.json"
        drills = json.loads(drills_path.read_text("utf-8")) if drills_path.is_file() else {}
        programs = _programs(lesson)
        rows = ["| Task | Asks for | Variants |", "|---|---|---:|"]
        for task, title in lesson.tasks.items():
            if task not in keys or task in programs:
                continue
            variants = str(len(drills[task]["points"])) if task in drills else "one"
            rows.append(f"| {task} {title} | {ASKS_FOR[keys[task]['kind']]} | {variants} |")
        parts += [f"## {course.numbered(f'{LESSONS}/{lesson.path.stem}')}", "\n".join(rows)]
    return "\n\n".join(parts)


ASKS_FOR = {"number": "a number", "expression": "a formula", "function": "a formula", "choice": "a choice"}


def _programs(lesson: Lesson) -> set[str]:
    """Return the tasks that judge what a program does."""
    cells = json.loads((ROOT / SOLUTIONS / lesson.path.name).read_text("utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return {task for task, checked in CHECK.findall(code) if not checked.isidentifier()}


# --- projects -----------------------------------------------------------------------------------------


def projects(course: Course) -> str:
    """Return the projects: what is asked and handed in, and how it is marked."""
    parts = []
    for project in plan()["projects"].values():
        rows = ["| Weight | Criterion | All of it | Half of it | Nothing |", "|---:|---|---|---|---|"]
        rows += [
            f"| {row['weight']} % | **{row['what']}** | {row['full']} | {row['half']} | {row['none']} |"
            for row in project["rubric"]
        ]
        parts += [
            f"## {project['name']}",
            f"*When*: {project['weeks']}.",
            project["asks"].strip(),
            f"*Handed in*: {project['hands_in'].strip()}",
            "\n".join(rows),
        ]
    return "\n\n".join(parts)


# --- the directive ------------------------------------------------------------------------------------


class Teaching(SphinxDirective):
    """Prints one of the parts above: ``{teaching} outcomes``."""

    required_arguments = 1
    parts: ClassVar[dict[str, Callable[[Course], str]]] = {
        part.__name__: part
        for part in (
            outcomes, mistake_counts, mistake_sheet, weeks, meetings, discussion, exam_bank, projects,
        )
    }  # fmt: skip

    def run(self) -> list[nodes.Node]:
        """Return the part as nodes; the page is made anew when a lesson, a key or the plan changes."""
        name = self.arguments[0]
        if name not in self.parts:
            raise self.error(f"teaching is {name!r}, but its domain is {', '.join(self.parts)}")
        folders = (ROOT / LESSONS, ROOT / SOLUTIONS)
        notebooks = [path for folder in folders for path in sorted(folder.glob("*.ipynb"))]
        for path in (OUTCOMES, PLAN, *notebooks, *sorted(ANSWERS.glob("*.json"))):
            self.env.note_dependency(str(path))
        text = self.parts[name](Course(self.env))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("teaching", Teaching)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
