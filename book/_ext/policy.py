"""What each page may load and run: its Content-Security-Policy, written into the finished page.

A static host often lets nobody set headers, so the policy is a ``meta`` element. It allows the site's own
files and nothing else. No page may turn text into code: the widgets' formulas come as functions in a file
beside the page (`scripts.with_formulas_apart`). The theme's few inline scripts are allowed by their hashes.

Only ``style`` attributes stay open: figures carry their dashes and sizes in them, and a hash for each would
weigh more than the page. They can colour, not run.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from inversefutures.widgets import scripts

AFTER = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
OLD = re.compile(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>')
INLINE = {
    kind: re.compile(rf"<{kind}\b(?![^>]*(?:\ssrc=|application/json))[^>]*>(.*?)</{kind}>", re.DOTALL)
    for kind in ("script", "style")
}
AFTER_ALL_OTHERS = 900  # among the build's steps: a hash must be the hash of what the page holds in the end
BEFORE_THE_WIDGETS = 490  # among the page's scripts


def hashes(kind: str, page: str) -> list[str]:
    """Return the sources that allow the inline elements of one kind."""
    digests = {hashlib.sha256(text.encode()).digest() for text in INLINE[kind].findall(page)}
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def policy(page: str) -> str:
    """Return the tightest policy that a page of the site works under."""
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *hashes("script", page)],
        "style-src": ["'self'", *hashes("style", page)],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],  # Bootstrap draws its arrows as data
        "font-src": ["'self'"],
        "connect-src": ["'self'"],  # the search quotes the pages that it found
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


def take_formulas_out(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page with widgets a script of its own, with their formulas as functions."""
    if app.builder.format != "html" or "body" not in context:
        return
    context["body"], script = scripts.with_formulas_apart(context["body"])
    if script:
        name = f"formulas/{pagename}.js"
        target = Path(app.outdir, "_static", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(script, "utf-8")
        app.add_js_file(name, loading_method="defer", priority=BEFORE_THE_WIDGETS)


def write_policies(app: Sphinx, error: Exception | None) -> None:
    """Write its policy into each page."""
    if error or app.builder.format != "html":
        return
    output = Path(app.outdir)
    pages = {output / app.builder.get_target_uri(name) for name in app.env.found_docs}
    for path in sorted(pages | set(output.glob("*.html")) | set(output.glob("slides/*.html"))):
        page = OLD.sub("", path.read_text("utf-8"))
        meta = f'\n    <meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
        page, count = AFTER.subn(lambda found, meta=meta: found[0] + meta, page, count=1)
        if not count:
            raise ExtensionError(f"{path} declares no character set, after which its policy belongs")
        path.write_text(page, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("html-page-context", take_formulas_out)
    app.connect("build-finished", write_policies, priority=AFTER_ALL_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
