"""The cell that lets a notebook run on Google Colab, which opens the notebook but lacks the course's package.

Colab opens notebooks from GitHub alone, so the cell needs the repository's address: ``repository: url:`` in
_config.yml. While that is empty no notebook has the cell, and no page offers Colab.
"""

from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

CONFIGURATION = Path(__file__).resolve().parent.parent / "_config.yml"
CELL = "colab"


def repository() -> str:
    """Return the address and the branch that pip installs the course from, or nothing."""
    settings = yaml.safe_load(CONFIGURATION.read_text("utf-8"))["repository"]
    return f"git+{settings['url'].rstrip('/')}@{settings['branch']}" if settings["url"] else ""


def set_up(notebook: NotebookNode, source: str) -> None:
    """Put the cell before the notebook's first code, or take it out if there is nothing to install from."""
    notebook.cells = [cell for cell in notebook.cells if cell.id != CELL]
    if not source:
        return
    text = (
        "# On Google Colab this installs the course's package. Anywhere else it does nothing.\n"
        "import sys\n\n"
        'if "google.colab" in sys.modules:\n'
        f'    %pip install --quiet "inversefutures @ {source}"'
    )
    first = next((place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"), 0)
    # The page on the site has no use for it.
    cell = nbformat.v4.new_code_cell(text, id=CELL, metadata={"tags": ["remove-cell"]})
    notebook.cells.insert(first, cell)
