"""The order of the course on its pages: the contents at the side, a lesson's tabs, the next page, the map.

``_toc.yml`` says what there is and in which order the book is printed. On the site a lesson's exercises come
after it and not behind all lessons, and its solutions are reached from them alone. What a card of the map
says stands in the lesson itself, but for its question, which is in ``book/questions.yml``.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import yaml
from answers import tasks_on_page
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx_external_toc.api import FileItem

LESSONS, EXERCISES, SOLUTIONS = "lessons", "exercises", "solutions"
TABS = {LESSONS: "Lesson", EXERCISES: "Exercises", SOLUTIONS: "Solutions"}
START, REFERENCE, FOR_TEACHERS = "Start", "Reference", "Teach"
"""Parts of ``_toc.yml`` by their captions. The first two are never folded; the footer repeats the last."""
QUESTIONS = "book/questions.yml"
MAP = '<div class="course-map"></div>'
"""What the map takes the place of, on the pages that have it."""
NUMBER = re.compile(r"(\d+)[_ ]")
TIME = re.compile(r"\*\*Time\*\*: (\d+) minutes(?:, and (\d+) more)?")
NEEDED = re.compile(r"^\| You need \|.*?(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
LESSON_LINK = re.compile(r"\]\((\d+_\w+)\.ipynb")


@dataclass(frozen=True)
class Part:
    """A part of the table of contents, without the pages that belong to a lesson."""

    caption: str
    pages: tuple[str, ...]

    @property
    def lessons(self) -> tuple[str, ...]:
        """The lessons in it."""
        return tuple(page for page in self.pages if folder(page) == LESSONS)

    @property
    def heading(self) -> str:
        """Its heading in the contents; the first one, which stands below the lessons there, needs none."""
        return "" if self.caption == START else self.caption

    @property
    def folds(self) -> bool:
        """Whether it is folded as long as a reader is elsewhere."""
        return self.caption not in (START, REFERENCE)


class Course:
    """The pages of the book, their names, and the order in which a reader meets them."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env
        self.site_map = env.external_site_map
        root = self.site_map.root
        self.parts = []
        for tree in root.subtrees:
            pages = tuple(str(item) for item in tree.items if isinstance(item, FileItem))
            own = tuple(page for page in pages if self.lesson_of(page) in (None, page))
            if own:
                self.parts.append(Part(tree.caption or "", own))

    def lesson_of(self, page: str) -> str | None:
        """Return the lesson that a page is, or whose exercises or solutions it has."""
        lesson = beside(page, LESSONS)
        return lesson if folder(page) in TABS and lesson in self.site_map else None

    def pages_of(self, lesson: str) -> dict[str, str]:
        """Return the pages of a lesson by their folder."""
        return {kind: page for kind in TABS if (page := beside(lesson, kind)) in self.site_map}

    def part_of(self, lesson: str) -> Part:
        """Return the part that a lesson stands in."""
        return next(part for part in self.parts if lesson in part.pages)

    @cached_property
    def lessons(self) -> list[str]:
        """All lessons in their order."""
        return [lesson for part in self.parts for lesson in part.lessons]

    @cached_property
    def flow(self) -> list[str]:
        """The pages in the order in which Next leads through them."""
        order = [self.site_map.root.docname]
        for part in self.parts:
            for page in part.pages:
                order.append(page)
                if folder(page) == LESSONS and EXERCISES in (own := self.pages_of(page)):
                    order.append(own[EXERCISES])
        return order

    def number(self, page: str) -> str:
        """Return the number of a lesson, with its zero; empty for a page that has none."""
        found = NUMBER.match(page.rpartition("/")[2])
        return found[1] if found else ""

    def name(self, page: str) -> str:
        """Return what a page is called, without a number.

        A page that asks while pages are read may come before the one that it names. If the contents give that
        one no name either, its file does.
        """
        given = self.site_map[page].title if page in self.site_map else None
        if not given and page in self.env.titles:
            given = self.env.titles[page].astext()
        if not given:
            return NUMBER.sub("", page.rpartition("/")[2], count=1).replace("_", " ").capitalize()
        return NUMBER.sub("", given, count=1)

    def numbered(self, page: str) -> str:
        """Return a page's name as the contents have it."""
        return f"{self.number(page)} {self.name(page)}".strip()

    def full_name(self, page: str) -> str:
        """Return a page's name as a link from elsewhere needs it, with its kind."""
        kind = TABS.get(folder(page)) if self.lesson_of(page) else None
        return f"{kind} {self.number(page)}: {self.name(page)}" if kind else self.name(page)

    def neighbours(self, page: str) -> dict[str, str]:
        """Return the pages that Previous and Next lead to, and the lesson that skips the exercises."""
        lesson = self.lesson_of(page)
        if folder(page) == SOLUTIONS and lesson:
            exercises = self.pages_of(lesson).get(EXERCISES, lesson)
            return {"prev": exercises}
        if page not in self.flow:
            return {}
        place = self.flow.index(page)
        found = {}
        if place:
            found["prev"] = self.flow[place - 1]
        if place + 1 < len(self.flow):
            found["next"] = self.flow[place + 1]
        if page == lesson and lesson != self.lessons[-1] and EXERCISES in self.pages_of(lesson):
            found["skip"] = self.lessons[self.lessons.index(lesson) + 1]
        return found


def folder(page: str) -> str:
    """Return the folder of a page."""
    return page.partition("/")[0]


def beside(page: str, kind: str) -> str:
    """Return the page of the same lesson in another folder."""
    return f"{kind}/{page.partition('/')[2]}"


@dataclass(frozen=True)
class Card:
    """What the map says about a lesson.

    Parameters
    ----------
    page : str
    question : str
        The question that it answers.
    minutes, exercise_minutes : int
        How long it takes, and how long its exercises take more; 0 if it names none.
    needs : tuple of str
        The lessons that it builds on.
    exercises : str or None
        The page with its exercises.
    records : tuple of str
        The names under which a reader's answers to them are kept.
    """

    page: str
    question: str
    minutes: int
    exercise_minutes: int
    needs: tuple[str, ...]
    exercises: str | None
    records: tuple[str, ...]


def read_card(app: Sphinx, course: Course, lesson: str) -> Card:
    """Read a lesson's card out of its notebook and the list of questions.

    Raises
    ------
    ExtensionError
        If the lesson has no question, or does not say how long it takes.
    """
    name = lesson.partition("_")[2]
    questions = yaml.safe_load(Path(app.srcdir, QUESTIONS).read_text("utf-8"))
    if name not in questions:
        raise ExtensionError(f"{QUESTIONS} has no question for {lesson}: add a line that begins with {name}:")
    notebook = nbformat.reads(Path(app.srcdir, f"{lesson}.ipynb").read_text("utf-8"), 4)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    time = TIME.search(text)
    if not time:
        raise ExtensionError(
            f"{lesson}.ipynb does not say how long it takes: write **Time**: 60 minutes, and 45 more for …"
        )
    needed = NEEDED.search(text)
    needs = [f"{LESSONS}/{found}" for found in LESSON_LINK.findall(needed[0])] if needed else []
    exercises = course.pages_of(lesson).get(EXERCISES)
    tasks = tasks_on_page(Path(app.srcdir, f"{exercises}.ipynb")) if exercises else []
    return Card(
        lesson,
        questions[name],
        int(time[1]),
        int(time[2] or 0),
        tuple(page for page in sorted(set(needs)) if page in course.site_map),
        exercises,
        tuple(f"{name}.{task.partition('.')[2]}" for task in tasks),
    )


def note_lessons(app: Sphinx, doctree: nodes.document) -> None:
    """Have a page with the map written anew when a lesson, its exercises or its question changes."""
    if any(MAP in node.astext() for node in doctree.findall(nodes.raw)):
        app.env.note_dependency(str(Path(app.srcdir, QUESTIONS)))
        for page in app.env.external_site_map:
            if folder(page) in (LESSONS, EXERCISES):
                app.env.note_dependency(str(Path(app.srcdir, f"{page}.ipynb")))


def add_course(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page's templates the course, and its body the map if it has a place for it."""
    course = Course(app.env)
    lesson = course.lesson_of(pagename)
    context["course"] = course
    context["lesson"] = lesson
    context["tabs"] = {TABS[kind]: page for kind, page in course.pages_of(lesson).items()} if lesson else {}
    context["for_teachers"] = [
        page for part in course.parts if part.caption == FOR_TEACHERS for page in part.pages
    ]
    neighbours = course.neighbours(pagename)
    for way in ("prev", "next", "skip"):
        page = neighbours.get(way)
        context[way] = page and {"link": context["pathto"](page), "title": course.full_name(page)}
    context["has_map"] = MAP in context.get("body", "")
    if context["has_map"]:
        cards = {name: read_card(app, course, name) for name in course.lessons}
        drawn = app.builder.templates.render("course-map.html", {**context, "cards": cards})
        context["body"] = context["body"].replace(MAP, drawn)
        app.add_js_file("map.js", loading_method="defer")


def add_styles(app: Sphinx) -> None:
    """Add the stylesheet of all this to every page."""
    app.add_css_file("course.css", priority=600)  # after the site's own


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("builder-inited", add_styles)
    app.connect("doctree-read", note_lessons)
    app.connect("html-page-context", add_course, priority=400)  # the theme tries the templates at 500
    return {"parallel_read_safe": True, "parallel_write_safe": True}
