"""All cores write pages: Jupyter Book has no option for it."""

import os

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def use_all(app: Sphinx, environment: BuildEnvironment) -> None:
    """Let one process for each core write pages, while this one resolves them.

    Only once they are read, because not all of the theme's extensions can share reading.
    """
    app.parallel = (os.cpu_count() or 1) + 1


def setup(app: Sphinx) -> dict[str, bool]:
    """Say so between reading and writing."""
    app.connect("env-updated", use_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
