"""Curly quotes and apostrophes in what Sphinx does not set as text.

Sphinx curls those of the text. The options of questions, the map, figures and widgets are HTML when it sees
them, and come from files and code, where a straight one is the one on the keyboard.
"""

import re
from html import escape, unescape
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import educateQuotes
from sphinx.application import Sphinx

from inversefutures.widgets.scripts import SPEC

VERBATIM_OR_TEXT = re.compile(r"<(script|style|pre|code|math|textarea)\b.*?</\1>|>([^<]+)", re.DOTALL)
STRAIGHT = re.compile(r"['\"]|&(?:#39|#x27|quot);")
APOSTROPHE = re.compile(r"(?<=[a-z])'")


def curled(page: str) -> str:
    """Return HTML with curly quotes in its text, outside of code and formulas, and in its widgets' words."""

    def set_text(found: re.Match[str]) -> str:
        text = found[2]
        if not text or not STRAIGHT.search(text):
            return found[0]
        return ">" + escape(educateQuotes(unescape(text), "en"), quote=False)

    page = VERBATIM_OR_TEXT.sub(set_text, page)
    return SPEC.sub(lambda spec: spec[1] + APOSTROPHE.sub("’", spec[2]) + spec[3], page)


def curl(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Set the quotes of a page's body."""
    if app.builder.format == "html" and "body" in context:
        context["body"] = curled(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the step, behind those that change the body, and before the slides are cut."""
    app.connect("html-page-context", curl, priority=715)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
