"""The desk: pages that answer a question about a position, worked out in the reader's browser.

``{desk} liquidation`` puts a page of `desk_pages` in its place: its declaration as data for the script, and
for readers without scripts what to ask the package instead, with its answer.
"""

import json
from html import escape
from pathlib import Path

from desk_engine import MODULES as MODULES_OF_THE_ENGINE
from desk_engine import NUMBERS, statement
from desk_pages import PAGES, approximations, in_python, page_data
from docutils import nodes
from page_judge import MODULES as MODULES_OF_ANSWERS
from page_judge import joined_modules
from page_parts import html, script_where
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import inversefutures

SHOWN = 'class="desk"'
SCRIPT = "desk.js"
FOLDER = Path(__file__).parents[1] / "_desk"
MODULES = [
    "approximate", "exact", "engine", "fields", "state", "copies", "formulas", "warnings", "remarks",
    "venue_calls", "questions", "fills", "messages", "comparison", "view", "putting_in", "draw", "main",
    "start",
]  # fmt: skip
"""The page's modules, in the order of their imports."""
FORMULAS = "const APPROXIMATE = {};\n"
ENGINE = "const desk = {};\n"


def script() -> str:
    """Return the script of every page of the desk: the engine, and the page's modules."""
    pages = joined_modules(
        SCRIPT,
        [
            MODULES_OF_THE_ENGINE / f"{NUMBERS}.js",
            MODULES_OF_ANSWERS / "formula.js",
            *(FOLDER / f"{each}.js" for each in MODULES),
        ],
    )
    for place, printed in ((FORMULAS, approximations()), (ENGINE, statement())):
        if pages.count(place) != 1:
            raise ValueError(f"the modules of {SCRIPT} must have one place for what is printed, {place}")
        pages = pages.replace(place, printed)
    return f'(() => {{\n"use strict";\n{pages}}})();\n'


def write_script(app: Sphinx) -> None:
    """Write the script where Sphinx finds it when it stamps its checksum into the pages."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        (static / SCRIPT).write_text(script(), "utf-8")
        app.add_css_file("desk.css", priority=600)


class Desk(SphinxDirective):
    """Prints a page of the desk: ``{desk} liquidation``."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the place for the script, with what stands there without it."""
        name = self.arguments[0]
        if name not in PAGES:
            raise self.error(f"desk is {name!r}, but its domain is {', '.join(PAGES)}")
        for path in Path(inversefutures.__path__[0]).rglob("*.py"):
            self.env.note_dependency(str(path))
        page = PAGES[name]
        root = "../" * self.env.docname.count("/")
        data = page_data(page) | {"root": root}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        made: list[nodes.Node] = [html(f'<div class="desk" data-page="{escape(name)}">')]
        without = list(self.content)
        if page.questions or page.answers:
            without += ["", "```pycon", in_python(page), "```"]
        made += self.parse_text_to_nodes("\n".join(without))
        made.append(html(f'</div><script type="application/json" class="desk-page">{text}</script>'))
        return made


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and its styles."""
    app.add_directive("desk", Desk)
    app.connect("builder-inited", write_script)
    app.connect("html-page-context", script_where(SCRIPT, lambda _, body: SHOWN in body), priority=710)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
