"""Say which Python the course needs, before pip stumbles over a package that an older one does not get.

All else about the package stands in pyproject.toml.
"""

import sys

from setuptools import setup

if sys.version_info < (3, 11):  # noqa: UP036 - pip runs this with whatever Python it is
    sys.exit(
        "The course needs Python 3.11 or newer, and this is Python {}.{}: make the environment with a newer "
        "one, for example `py -3.12 -m venv .venv` on Windows or `python3.12 -m venv .venv`.".format(
            *sys.version_info[:2]
        )
    )

setup()
