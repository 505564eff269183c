"""The tests of a class are skipped where its environment is not there."""

import sys
from pathlib import Path

import pytest
from school import PROGRAMS, imported_nbgrader


def pytest_collection_modifyitems(items):
    if sys.platform == "win32" or not (PROGRAMS / "nbgrader").exists():
        reason = "`make classroom` makes the environment with nbgrader, whose exchange is not for Windows"
        missing = pytest.mark.skip(reason=reason)
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def nbgrader():
    """The address at which nbgrader takes commands."""
    with imported_nbgrader() as address:
        yield address
