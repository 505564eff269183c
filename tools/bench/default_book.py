"""A Jupyter Book as it comes, to compare with: no setting but a title."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.book import build

PAGES = {"mathematics": "default page with mathematics", "slider": "default page with a slider"}
MATHEMATICS = """\
# Mathematics

A contract is worth $N / S$ coins, and gains

$$
N \\left( \\frac{1}{E} - \\frac{1}{S} \\right).
$$
"""


def build_default_book(folder: Path) -> Path | None:
    """Build the book in an empty folder; return where its pages are, or nothing if it cannot be built."""
    slider = new_notebook(
        cells=[
            new_markdown_cell("# Slider"),
            new_code_cell("import ipywidgets\n\nipywidgets.IntSlider(description='Price')"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(slider, folder / "slider.ipynb")
    (folder / "mathematics.md").write_text(MATHEMATICS, "utf-8")
    (folder / "_config.yml").write_text("title: A default book\n", "utf-8")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: mathematics\nchapters:\n  - file: slider\n", "utf-8"
    )
    return folder / "_build" / "html" if build(folder).returncode == 0 else None
