"""The tests of a class are skipped where its environment is not there."""

import sys
from pathlib import Path

import pytest
from school import PROGRAMS


def pytest_collection_modifyitems(items):
    if sys.platform == "win32" or not (PROGRAMS / "nbgrader").exists():
        reason = "`make classroom` makes the environment with nbgrader, whose exchange is not for Windows"
        missing = pytest.mark.skip(reason=reason)
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(missing)
