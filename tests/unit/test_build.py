"""The build of the book: a fault in a page stops it, and what it makes does not depend on the machine."""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

import nbformat
import pytest
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


# Everything that may differ between two machines without being part of the book.
MACHINES = {
    "one": {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "LANG": "C"},
    "another-folder": {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
}


def test_two_builds_are_equal_byte_for_byte(tmp_path):
    with ThreadPoolExecutor() as pool:
        builds = pool.map(lambda name: build_a_copy(tmp_path / name, MACHINES[name]), MACHINES)
        first, second = (site_files(site) for site in builds)
    assert len(first) > 100
    assert sorted(first) == sorted(second)
    different = [difference(name, first[name], second[name]) for name in first if first[name] != second[name]]
    assert not different, f"{len(different)} files differ:\n" + "\n".join(different[:5])


def build_a_copy(folder, machine):
    """Build a copy of the book as a clone has it, and return the folder of the site."""
    unwanted = shutil.ignore_patterns(".*", "_build", "build", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=unwanted, copy_function=shutil.copyfile)
    # A clone's files carry the time at which it was made.
    time = 10**9 + len(folder.name) * 10**7
    for path in folder.rglob("*"):
        os.utime(path, (time, time))
    done = build(folder, "-W", "--keep-going", environment=machine)
    assert done.returncode == 0, done.stderr
    return folder / "_build" / "html"


def site_files(site):
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def difference(name, first, second):
    """Return a line that names a file and shows where its two versions part."""
    start = next(i for i, (a, b) in enumerate(zip_longest(first, second)) if a != b)
    around = slice(max(0, start - 40), start + 40)
    return f"{name}, byte {start}: {first[around]!r} and {second[around]!r}"
