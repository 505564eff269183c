"""Every formula explains itself: its arguments with unit and domain, and an example that runs."""

import doctest
import inspect
import typing

import pytest
from every_formula import MODULES

from inversefutures import docstrings
from inversefutures.notation import LONG, QUANTITIES, SHORT
from inversefutures.quantities import FORMULAS, ONE, formula


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_help_lists_every_argument_with_its_unit_and_domain(name):
    listed = docstrings.sections(inspect.getdoc(FORMULAS[name]))["Parameters"].splitlines()
    heads = [line for line in listed if not line.startswith(" ")]
    parameters = inspect.signature(FORMULAS[name]).parameters
    assert [head.partition(" : ")[0].lstrip("*") for head in heads] == list(parameters)
    for head, (argument, parameter) in zip(heads, parameters.items(), strict=True):
        if argument in QUANTITIES:
            assert QUANTITIES[argument].unit_name in head
            assert QUANTITIES[argument].domain_in_words in head
        for word in typing.get_args(parameter.annotation):
            assert f'"{word}"' in head


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_the_example_of_a_formula_calls_it_with_numbers_and_comes_out_as_it_says(name):
    module = name.partition(".")[0]
    # An example is written as a reader calls it, after `from inversefutures import margin`.
    text = docstrings.sections(inspect.getdoc(FORMULAS[name])).get("Examples", "")
    example = doctest.DocTestParser().get_doctest(
        text, {**MODULES, "LONG": LONG, "SHORT": SHORT}, name, MODULES[module].__file__, None
    )
    calls = " ".join(each.source for each in example.examples)
    # Without a number it must be one that comes to the same for all, as the dollars' gamma does.
    assert f"{name}(" in calls
    assert "=" in calls or not FORMULAS[name]().free_symbols, f"{name}: call it with numbers"
    said = []
    doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(example, out=said.append)
    assert not said, "".join(said)


def test_a_docstring_that_speaks_of_an_argument_that_is_not_there_is_refused():
    def twice(*, price):
        """Return twice the price.

        Parameters
        ----------
        prise : the price
        """
        return 2 * price

    with pytest.raises(ValueError, match="speaks of prise, which the function does not take"):
        formula(unit=ONE)(twice)
