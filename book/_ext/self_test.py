"""Tests for oneself and for a class: the concept test and the test of prior knowledge, each out of one file.

``{self-test} concept_test A`` prints a form, and ``{self-test-key} concept_test`` what each of its questions
tests. Without scripts, and on paper, a form is questions with lettered options, and gives no answer away.
What the page's script tells at the end stands hidden beside each question, so that it works from a folder.

A missed question does not come back on the review page: who has practised the questions of a test can no
longer be measured with it.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import yaml
from course import Course
from docutils import nodes
from page_parts import html, script_where
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

RIGHT = "right"
FORM = re.compile(r"[A-Z]")
FIELDS = {"idea", "lessons", "mistakes"}
SHOWN = 'class="test-item"'
BOOK = Path(__file__).parents[1]
NO_BREAK = "\u00a0"


class Malformed(ValueError):
    """What is wrong with a test, and in which of its questions."""


@dataclass(frozen=True)
class Option:
    """What can be chosen, and which mistake that is; the right one is called so."""

    letter: str
    mistake: str
    text: str


@dataclass(frozen=True)
class Question:
    """An idea as one form asks for it."""

    asks: str
    options: tuple[Option, ...]
    because: str

    @property
    def right(self) -> str:
        """The letter of the right option."""
        return next(option.letter for option in self.options if option.mistake == RIGHT)

    def letter_of(self, mistake: str) -> str:
        """Return the letter of the option that a mistake leads to."""
        return next(option.letter for option in self.options if option.mistake == mistake)


@dataclass(frozen=True)
class Item:
    """An idea, the lessons that it needs or that mend it, its usual mistakes, and a question in each form."""

    idea: str
    lessons: tuple[str, ...]
    mistakes: dict[str, str]
    forms: dict[str, Question]


def read(path: Path) -> list[Item]:
    """Return the items of a test.

    Parameters
    ----------
    path : pathlib.Path
        A file such as ``book/concept_test.yml``, whose head says how it is written.

    Raises
    ------
    Malformed
        If a question has not exactly one right option, or its wrong ones are not the item's mistakes, or two
        items have different forms.
    """
    items = [_item(number, told) for number, told in enumerate(yaml.safe_load(path.read_text("utf-8")), 1)]
    forms = {tuple(item.forms) for item in items}
    if len(forms) != 1:
        raise Malformed(f"{path.name}: each item has the same forms, and these have {sorted(forms)}")
    return items


def _item(number: int, told: dict[str, Any]) -> Item:
    forms = {name: value for name, value in told.items() if FORM.fullmatch(name)}
    if set(told) != FIELDS | set(forms) or not forms:
        raise Malformed(
            f"item {number} has the fields {', '.join(told)}: write {', '.join(sorted(FIELDS))} and A, B, …"
        )
    mistakes = dict(told["mistakes"])
    return Item(
        told["idea"],
        tuple(told["lessons"]),
        mistakes,
        {name: _question(f"item {number}, form {name}", form, mistakes) for name, form in forms.items()},
    )


def _question(place: str, told: dict[str, Any], mistakes: dict[str, str]) -> Question:
    if set(told) != {"asks", "options", "because"}:
        raise Malformed(f"{place} has the fields {', '.join(told)}: write asks, options and because")
    options = []
    for letter, option in zip(ascii_lowercase, told["options"], strict=False):
        if len(option) != 1:
            raise Malformed(f"{place}: an option is one line, the name of its mistake and its text")
        ((mistake, text),) = option.items()
        options.append(Option(letter, mistake, text))
    names = [option.mistake for option in options]
    if names.count(RIGHT) != 1:
        raise Malformed(f"{place} has {names.count(RIGHT)} right options: it must be exactly one")
    if sorted(names) != sorted([RIGHT, *mistakes]):
        raise Malformed(f"{place} has the options {', '.join(names)}: one for each of {', '.join(mistakes)}")
    return Question(told["asks"], tuple(options), told["because"])


def record(test: str, question: Question) -> str:
    """Return the name under which an answer is kept: one that is worded anew is another question."""
    words = " ".join(question.asks.split())
    return f"{test}.q-{zlib.crc32(words.encode()):08x}"


def lesson_links(lessons: tuple[str, ...], course: Course) -> str:
    """Return links to lessons; one that is still planned is named only."""
    pages = {page.partition("_")[2]: page for page in course.lessons}
    return ", ".join(
        f"[{course.numbered(pages[name]).replace(' ', NO_BREAK, 1)}](/{pages[name]}.ipynb)"
        if name in pages
        else f"{name.replace('_', ' ').capitalize()} (planned)"
        for name in lessons
    )


class SelfTest(SphinxDirective):
    """Prints a form of a test, and at its end what stands there without scripts."""

    required_arguments = 2
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the questions, and the place where the script puts the result."""
        name, form = self.arguments
        items = read_noting(self.env, name)
        if form not in items[0].forms:
            raise self.error(f"{name} has the forms {', '.join(items[0].forms)}, and not {form}")
        course = Course(self.env)
        made: list[nodes.Node] = []
        for number, item in enumerate(items, 1):
            made += self.question(number, name, item, item.forms[form], course)
        others = " ".join(other.lower() for other in items[0].forms)
        made.append(html(f'<div class="test-end" data-test="{name}" data-form="{form.lower()}" '
                          f'data-forms="{others}" data-questions="{len(items)}">'))  # fmt: skip
        made += self.parse_text_to_nodes("\n".join(self.content))
        made.append(html("</div>"))
        return made

    def question(
        self, number: int, test: str, item: Item, question: Question, course: Course
    ) -> Iterator[nodes.Node]:
        """Yield a question, with what is told about it afterwards."""
        options = "\n".join(f"- `{option.letter}` {option.text}" for option in question.options)
        yield html(
            f'<div class="test-item" data-record="{record(test, question)}" data-right="{question.right}">'
        )
        yield from self.parse_text_to_nodes(f"**{number}.** {question.asks}\n\n{options}\n")
        yield html('<div class="test-told" hidden>')
        thinks = "\n".join(
            f"- `{option.letter}` {item.mistakes[option.mistake]}"
            for option in question.options
            if option.mistake != RIGHT
        )
        links = lesson_links(item.lessons, course)
        yield from self.parse_text_to_nodes(f"{thinks}\n\n{question.because}\n\n{item.idea}\n\n{links}\n")
        yield html("</div></div>")


class SelfTestKey(SphinxDirective):
    """Prints what a test tests: ``{self-test-key} concept_test``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return for each item its idea, lessons, right letters and the mistake behind each wrong option."""
        items = read_noting(self.env, self.arguments[0])
        course = Course(self.env)
        return self.parse_text_to_nodes(
            "\n\n".join(key_of(number, item, course) for number, item in enumerate(items, 1))
        )


def key_of(number: int, item: Item, course: Course) -> str:
    """Return the key of an item as MyST Markdown."""
    forms = item.forms
    rows = [("**right**", RIGHT), *((text, mistake) for mistake, text in item.mistakes.items())]
    heads = list(forms) if len(forms) > 1 else ["Option"]
    lines = [
        f"| What is behind it | {' | '.join(heads)} |",
        "|---|" + ":-:|" * len(forms),
        *(
            f"| {text} | {' | '.join(f'`{asked.letter_of(mistake)}`' for asked in forms.values())} |"
            for text, mistake in rows
        ),
    ]
    reasons = [
        (f"Form {form}: " if len(forms) > 1 else "") + question.because for form, question in forms.items()
    ]
    table = "\n".join(lines)
    return "\n\n".join(
        [f"**{number}. {item.idea}** {lesson_links(item.lessons, course)}.", table, "\\\n".join(reasons)]
    )


def read_noting(env: BuildEnvironment, name: str) -> list[Item]:
    """Return the items of a test; the page is made anew when the test or the name of a lesson changes."""
    path = BOOK / f"{name}.yml"
    env.note_dependency(str(path))
    env.note_dependency(str(Path(env.srcdir, "_toc.yml")))
    return read(path)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("self-test", SelfTest)
    app.add_directive("self-test-key", SelfTestKey)
    # `answers` has written it
    handler = script_where("self_test.js", lambda _, body: SHOWN in body)
    app.connect("html-page-context", handler, priority=710)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
