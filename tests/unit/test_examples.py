"""Every example in a docstring of the package comes out as it says."""

import doctest
import importlib
import pkgutil

import pytest
import sympy as sp
from every_formula import MODULES

import inversefutures
from inversefutures.notation import LONG, SHORT, p_o
from inversefutures.quantities import FORMULAS

# What an example may take for granted: a reader's imports, and the fair price of an option as a symbol.
NAMES = {**MODULES, "LONG": LONG, "SHORT": SHORT, "sp": sp, "p_o": p_o}


def examples():
    """Yield each docstring with an example; a formula's is `test_formulas`' to try."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in pkgutil.walk_packages(inversefutures.__path__, "inversefutures."):
        itself = importlib.import_module(module.name)
        # `attack.attack` is called by its own name, which is the module's as well.
        for found in finder.find(itself, globs=NAMES | vars(itself)):
            name = found.name.removeprefix("inversefutures.")
            if found.examples and name not in FORMULAS:
                yield pytest.param(found, id=name)


@pytest.mark.parametrize("example", list(examples()))
def test_an_example_comes_out_as_it_says(example):
    said = []
    doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(example, out=said.append)
    assert not said, "".join(said)
