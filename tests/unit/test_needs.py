"""What a notebook needs to run in the reader's browser, and that it runs with nothing else."""

import json
import subprocess
import sys

import nbformat
import pytest

from tools import lite, needs

WITHOUT_COMPILED = {"IPython", "anywidget", "ipywidgets", "mpmath", "sympy", "traitlets"}
"""Modules of a JupyterLite that was built without `--compiled`; a test in a browser compares them with it."""


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import sympy as sp", {"sympy"}),
        ("from matplotlib import dates\nimport numpy.linalg", {"matplotlib", "numpy"}),
        ("if True:\n    import pandas", {"pandas"}),
        ("def f():\n    from scipy.stats import norm", {"scipy"}),
        ("import json, math\nfrom collections.abc import Iterator", set()),
        ("%pip install something\nimport sympy", {"sympy"}),
        ("from inversefutures import contract", {"sympy"}),
        ("from inversefutures.widgets import Explorer", {"sympy", "anywidget", "traitlets"}),
        ("from inversefutures.figures import style", {"matplotlib", "cycler"}),
        ("from inversefutures import figures", {"matplotlib", "cycler"}),
        ("from inversefutures.downloads import bybit", {"numpy"}),
        ("from inversefutures.venues import specifications", {"sympy"}),
    ],
)
def test_what_a_cell_imports_is_needed_also_through_the_course(source, modules):
    assert needs.needed_modules(notebook("x = 1", source)) == modules


def test_what_is_imported_for_types_or_within_a_function_of_the_course_is_not():
    assert "numpy" not in needs.imported_by("inversefutures.widgets")
    assert "numpy" in (needs.PACKAGE / "widgets" / "pictures.py").read_text("utf-8")


def test_a_notebook_that_lacks_a_module_says_so(tmp_path):
    lite.copy_contents(tmp_path, WITHOUT_COMPILED)
    lacking = {}
    for path in tmp_path.rglob("*.ipynb"):
        copy = nbformat.read(path, as_version=4)
        nbformat.validate(copy)
        original = nbformat.read(lite.ROOT / path.relative_to(tmp_path), as_version=4)
        told = len(copy.cells) - len(original.cells)
        assert told == ("missing_modules" in copy.metadata)
        if told:
            lacking[path.relative_to(tmp_path).as_posix()] = copy.metadata["missing_modules"]
            assert copy.cells[1].source.startswith("**This notebook cannot run to its end here**")
    assert lacking["lessons/05_liquidation_price.ipynb"] == ["cycler", "matplotlib"]
    assert lacking["lessons/06_margin_calls.ipynb"] == ["cycler", "matplotlib", "numpy"]
    assert "lessons/04_leverage.ipynb" not in lacking
    assert {path.partition("/")[0] for path in lacking} == {"lessons"}


RUN = """
import json, os, sys
import nbformat

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for path in json.loads(sys.argv[1]):
    os.chdir(os.path.dirname(path))
    shell.reset(new_session=False)
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            done = shell.run_cell(cell.source)
            failure = done.error_before_exec or done.error_in_exec
            if failure and "raises-exception" not in cell.metadata.get("tags", []):
                print(f"{{path}}: {{failure!r}} in: {{cell.source[:80]}}", file=sys.stderr)
                break
"""


@pytest.mark.parametrize("folder", ["lessons", "exercises", "solutions", "book"])
def test_a_notebook_that_is_offered_runs_to_its_end(folder):
    absent = {"numpy", "matplotlib", "cycler", "contourpy", "kiwisolver", "PIL", "scipy", "pandas"}
    paths = sorted((lite.ROOT / folder).glob("*.ipynb"))
    offered = [
        str(path)
        for path in paths
        if needs.needed_modules(nbformat.read(path, as_version=4)) <= WITHOUT_COMPILED
    ]
    assert offered
    run = [sys.executable, "-c", RUN.format(absent=absent), json.dumps(offered)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if line.startswith("/")] == []
