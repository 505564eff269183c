"""What several extensions put into a page: raw HTML, and a script where a page needs it."""

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

Handler = Callable[[Sphinx, str, str, dict[str, Any], nodes.document | None], None]


def html(text: str) -> nodes.raw:
    """Return HTML as a node."""
    return nodes.raw("", text, format="html")


def script_where(name: str, is_needed: Callable[[str, str], bool]) -> Handler:
    """Return a handler of ``html-page-context`` that loads a script where it is needed.

    Parameters
    ----------
    name : str
        The script's file.
    is_needed : callable
        Takes a page's name and its body.
    """

    def load(
        app: Sphinx,
        pagename: str,
        templatename: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        if app.builder.format == "html" and is_needed(pagename, context.get("body", "")):
            app.add_js_file(name, loading_method="defer", priority=800)

    return load
