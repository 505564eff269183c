"""What the pages load beside the theme: the palette, and the widgets' script where there are widgets.

Both come out of the package, so that the site, the notebooks and matplotlib share them. Nothing is loaded
from another origin.
"""

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from inversefutures.widgets import scripts

DESCRIPTION_LENGTH = 200
COPY_BUTTON = {"_static/clipboard.min.js", "_static/copybutton.js"}


def write_assets(app: Sphinx) -> None:
    """Write the files where Sphinx finds them when it stamps their checksums into the pages."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "widgets.css").write_text(scripts.stylesheet(), "utf-8")
    (static / "widgets.js").write_text(scripts.site_script(), "utf-8")
    app.add_css_file("widgets.css")  # on every page: it carries the palette, which site.css uses
    app.add_css_file("site.css")
    app.add_css_file("boxes.css", priority=550)  # before what changes a box of one kind


def add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page with widgets their script, every page a description, and mend roles and names."""
    body = context.get("body", "")
    # Sphinx gives its lists of sources items with a role that ARIA has withdrawn.
    # MyST gives folded code a name that is not the text that is seen.
    context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"').replace(
        ' aria-label="Toggle hidden content"', ""
    )
    if "if-explorer" in body:
        app.add_js_file("widgets.js", loading_method="defer")
    if pagename == "search":
        app.add_js_file("search.js", priority=900)
    # The theme says the page's name in a script of each page, for a choice of versions that this site lacks.
    context["script_files"] = [
        script
        for script in context["script_files"]
        if script.filename and ('class="highlight' in body or script.filename not in COPY_BUTTON)
    ]
    if 'name="description"' not in context.get("metatags", ""):
        text = "" if doctree is None else first_paragraph(doctree)
        description = text or f"{app.config.html_title}: {context.get('title', pagename)}"
        context["metatags"] = (
            context.get("metatags", "") + f'<meta name="description" content="{escape(description)}" />\n'
        )


def first_paragraph(doctree: nodes.document) -> str:
    """Return the text of the first paragraph without a formula, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        if any(paragraph.findall(nodes.math)):
            continue
        text = " ".join(paragraph.astext().split())
        if len(text) <= DESCRIPTION_LENGTH:
            return text
        return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + " …"
    return ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    # Jupyter Book sets this even when sphinx-comments, whose value it is, is not loaded.
    app.add_config_value("comments_config", {}, "html")
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_to_page, priority=900)  # when the theme has added its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
