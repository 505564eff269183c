"""The build of the book: a fault in a page stops it."""

import re

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.book import build
from tools.notebooks import ROOT

BROKEN = [
    "[text](#nowhere)",
    "[](#nowhere)",
    "[text](nowhere.md)",
    "[text](nowhere.csv)",
    "[text](index.md#nowhere)",
    "<project:#nowhere>",
    "{ref}`nowhere`",
    "{ref}`text <nowhere>`",
    "{numref}`nowhere`",
    "{eq}`nowhere`",
    "{doc}`nowhere`",
    "{term}`nowhere`",
    "{download}`nowhere.zip`",
    "{cite}`Nobody2000`",
    "{cite:t}`Nobody2000`",
    "{norole}`text`",
    "![text](nowhere.png)",
]
SOUND = ["[text](#here)", "[text](index.md#here)", "{ref}`here`", "[text](index.md)", "https://example.org"]


def warned_lines(output, page):
    """Return the numbers of the lines that the build complains of."""
    return {int(number) for number in re.findall(rf"{re.escape(page)}:(\d+): (?:WARNING|ERROR)", output)}


def test_each_extension_of_the_course_is_found_and_loaded():
    # One that is only found is left out without a word.
    sphinx = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]
    modules = {path.stem for path in (ROOT / "book" / "_ext").glob("*.py")}
    loaded = set(sphinx["config"]["extensions"])
    assert set(sphinx["local_extensions"]) == loaded & modules
    with_setup = {
        name
        for name in modules
        if "\ndef setup(" in (ROOT / "book" / "_ext" / f"{name}.py").read_text("utf-8")
    }
    assert with_setup == loaded & modules


def test_a_reference_to_nothing_stops_the_build(small_book):
    lines = ["(here)=", "# Title", "", *(text for each in BROKEN + SOUND for text in (each, ""))]
    (small_book / "index.md").write_text("\n".join(lines), "utf-8")
    done = build(small_book, "-W", "--keep-going")
    missed = {lines[number - 1] for number in range(1, len(lines) + 1) if lines[number - 1] in BROKEN} - {
        lines[number - 1] for number in warned_lines(done.stderr, "index.md")
    }
    assert missed == set(), done.stderr
    assert done.returncode != 0


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("[text](#nowhere)"),
        new_code_cell("1", outputs=[new_output("display_data", {"text/markdown": "[text](#nowhere)"})]),
    ],
    ids=["text", "output"],
)
def test_a_reference_to_nothing_in_a_notebook_stops_the_build(small_book, cell):
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), cell])
    nbformat.write(notebook, small_book / "index.ipynb")
    done = build(small_book, "-W", "--keep-going")
    assert "nowhere" in done.stderr
    assert done.returncode != 0
