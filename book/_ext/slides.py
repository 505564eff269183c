"""A deck of slides for each lesson, cut from its finished page: `slides/NN_topic.html`.

Nothing of a lesson is written a second time. A slide shows what the lesson sets apart anyway: displayed
formulas and tables with the sentence that leads to them, figures, widgets, quotations, the sentences in bold,
bets and quick questions. All its other prose becomes the presenter's notes of the slide that it belongs to.
Where that is not enough, the lesson has marks, which its own page drops:

- ``<!-- slide: words -->`` begins a slide with these words, in Markdown; ``<!-- slide -->`` begins one
  without. A number before the colon, ``<!-- slide 3: words -->``, is its share of the time, in minutes.
- ``<!-- show -->`` puts the next paragraph or list on the slide as it stands.
- ``<!-- skip -->`` leaves the next thing to the lesson, ``<!-- skip: section -->`` the rest of the section.
- A code cell's tags ``slide`` and ``skip`` do the same to its output.

A bet is voted on twice, with a talk between; where the text settles it, so does the deck, and the next quick
question is the second of its kind.
"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from course import LESSONS, Course, folder
from slide_cutter import cut
from sphinx.application import Sphinx

FOLDER = "slides/"
MARKED = re.compile(r"\s*<!--\s*(?:slide|show|skip)\b.*?-->\s*", re.DOTALL)
NEEDED = re.compile(r"(?:widgets|print|formulas/.*)\.js")


def kept(app: Sphinx, lesson: str) -> Path:
    """Return where a lesson's slides wait, also for a later build that does not write the lesson anew."""
    return Path(app.doctreedir, FOLDER, f"{lesson.partition('/')[2]}.json")


def cut_lesson(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Cut a lesson when its body is finished, and take the marks out of its page."""
    if app.builder.format != "html" or doctree is None or folder(pagename) != LESSONS:
        return
    slides = cut(context["body"], pagename)
    path = kept(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps([{**asdict(slide), "room": slide.room} for slide in slides], ensure_ascii=False), "utf-8"
    )
    context["body"] = MARKED.sub("\n", context["body"])


def deck_of(app: Sphinx, lesson: str) -> str | None:
    """Return the page of a lesson's deck, or nothing if it has none."""
    return f"{FOLDER}{lesson.partition('/')[2]}" if folder(lesson) == LESSONS else None


def name_deck(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Tell a lesson's template where its deck is."""
    context["deck"] = deck_of(app, pagename)


def decks(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of the decks."""
    course = Course(app.env)
    style, script = (stamped(app, f"slides.{kind}") for kind in ("css", "js"))
    for lesson in course.lessons:
        slides = json.loads(kept(app, lesson).read_text("utf-8"))
        page = deck_of(app, lesson)
        assert page is not None
        description = escape(f"Slides of {course.name(lesson)}")
        context = {
            "title": f"Slides {course.number(lesson)}: {course.name(lesson)}",
            "metatags": f'<meta name="description" content="{description}" />\n',
            "slides": slides,
            "of_lesson": lesson,
            "lesson_name": f"Lesson {course.number(lesson)}: {course.name(lesson)}",
            "slides_style": style,
            "slides_script": script,
        }
        yield page, context, "slides.html"


def stamped(app: Sphinx, name: str) -> str:
    """Return the address of one of the decks' own files, with its checksum."""
    content = Path(app.srcdir, "book", "_static", name).read_bytes()
    return f"_static/{name}?v={zlib.crc32(content):08x}"


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Load what a deck needs, and nothing that only other pages need."""
    if templatename != "slides.html":
        return
    if any(slide["kind"] == "widget" for slide in context["slides"]):
        app.add_js_file(f"formulas/{context['of_lesson']}.js", loading_method="defer", priority=490)
        app.add_js_file("widgets.js", loading_method="defer")
    context["script_files"] = [
        script for script in context["script_files"] if NEEDED.search(str(script.filename))
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("html-page-context", name_deck, priority=400)
    app.connect("html-page-context", cut_lesson, priority=720)  # behind all that changes a body but one
    app.connect("html-page-context", add_scripts, priority=890)  # before `assets` copies the list
    app.connect("html-collect-pages", decks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
