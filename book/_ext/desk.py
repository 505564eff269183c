"""The desk: pages that answer a question about a position, worked out in the reader's browser.

``{desk} liquidation`` puts a page of `desk_pages` in its place: its declaration as data for the script, and
for readers without scripts what to ask the package instead, with its answer.
"""

import json
from html import escape
from pathlib import Path
from typing import Any

from desk_pages import PAGES, in_python, page_data
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import inversefutures

SHOWN = 'class="desk"'


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
        made: list[nodes.Node] = [_html(f'<div class="desk" data-page="{escape(name)}">')]
        without = list(self.content)
        if page.questions or page.answers:
            without += ["", "```pycon", in_python(page), "```"]
        made += self.parse_text_to_nodes("\n".join(without))
        made.append(_html(f'</div><script type="application/json" class="desk-page">{text}</script>'))
        return made


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the scripts on a page of the desk."""
    if app.builder.format == "html" and SHOWN in context.get("body", ""):
        app.add_js_file("desk.js", loading_method="defer", priority=800)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and its styles."""
    app.add_directive("desk", Desk)
    app.connect("builder-inited", lambda app: app.add_css_file("desk.css", priority=600))
    app.connect("html-page-context", add_script, priority=710)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
