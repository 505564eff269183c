"""All cores read and write pages: Jupyter Book has no option for it."""

import os

from sphinx.application import Sphinx


def use_all(app: Sphinx) -> None:
    """Let a process for each core work on pages, while this one brings together what they made."""
    app.parallel = (os.cpu_count() or 1) + 1
    # It numbers sections when all pages are read, and does not say so.
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app: Sphinx) -> dict[str, bool]:
    """Say so before the first page is read."""
    app.connect("builder-inited", use_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
