"""Run Jupyter Book on a folder, with the Python that runs this."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# The package cannot be run with -m, and its program need not be on the path.
BUILD = "from jupyter_book.cli.main import main; main()"


def build(
    folder: Path, *options: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `jupyter-book build .` in a folder; what it prints and how it ends is in the answer.

    Parameters
    ----------
    folder : where the book's `_config.yml` is
    options : further arguments
    environment : variables that differ from those of this process
    """
    return subprocess.run(
        [sys.executable, "-c", BUILD, "build", ".", *options],
        cwd=folder,
        # Sphinx prints signs that not every console has; here it prints into a pipe that is read as UTF-8.
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
