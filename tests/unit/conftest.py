"""Settings that all unit tests share."""

import shutil

import pytest
from hypothesis import settings

from tools.notebooks import ROOT

# No deadline: sympy's caches make the first example of a test far slower than the rest.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


@pytest.fixture
def small_book(tmp_path):
    """A folder with this book's settings and site code, whose contents are one page, `index`."""
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns("*.ipynb", "*.md", "__*"))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    return tmp_path


@pytest.fixture
def waits():
    """Where a test notes how long something would have waited."""
    return []
