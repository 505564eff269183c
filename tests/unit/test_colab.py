"""A notebook on Colab finds the course's package; anywhere else its first cell does nothing."""

import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from tools import colab
from tools.notebooks import notebook_paths

SOURCE = "git+https://example.org/owner/course@main"


@pytest.fixture
def cell() -> str:
    notebook = nbformat.read(notebook_paths()[0], as_version=4)
    colab.set_up(notebook, "")
    before = [cell.id for cell in notebook.cells]
    colab.set_up(notebook, SOURCE)
    colab.set_up(notebook, SOURCE)
    names = [cell.id for cell in notebook.cells]
    assert names.count(colab.CELL) == 1, "a second run adds no second cell"
    assert [name for name in names if name != colab.CELL] == before
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.id == colab.CELL, "nothing is imported before it is installed"
    nbformat.validate(notebook)
    return str(first.source)


def installed(cell: str) -> list[str]:
    """Run the cell with a pip that only writes down what it should do."""
    shell = InteractiveShell()
    lines: list[str] = []
    shell.register_magic_function(lines.append, magic_name="pip")
    result = shell.run_cell(cell)
    result.raise_error()
    assert result.result is None
    return lines


def test_the_cell_is_harmless_elsewhere(cell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed(cell) == []
    assert capsys.readouterr() == ("", "")


def test_the_cell_installs_the_package_on_colab(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert installed(cell) == [f'install --quiet "inversefutures @ {SOURCE}"']


def test_without_an_address_there_is_no_cell(cell: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell, id=colab.CELL)])
    colab.set_up(notebook, "")
    assert notebook.cells == []


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_notebook_has_the_cell_that_the_settings_ask_for(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    stored = [cell.source for cell in notebook.cells]
    colab.set_up(notebook, colab.repository())
    assert [cell.source for cell in notebook.cells] == stored, "the settings have changed: run make notebooks"
