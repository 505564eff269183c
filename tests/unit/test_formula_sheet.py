"""The formula sheet: every formula is on it, under an anchor of its own, with the lesson that derives it."""

import importlib
import re

import pytest
import sympy as sp
from every_formula import MODULES

from inversefutures.notation import E, N, S
from inversefutures.quantities import FORMULAS
from tools.notebooks import ROOT


@pytest.fixture
def sheet(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("formula_sheet")


def test_every_formula_is_on_the_sheet_and_in_its_index_once(sheet):
    text, index = sheet.formulas(), sheet.index()
    for name in FORMULAS:
        anchor = re.sub("[._]", "-", name)
        assert text.count(f"({anchor})=") == 1
        assert text.count(f"\n: `{name}`\n") == 1
        assert index.count(f"(#{anchor})") == 1


def test_a_formula_stands_with_its_unit_its_arguments_its_lesson_and_a_call_with_numbers(sheet):
    entry = sheet.Sheet("margin.bankruptcy_price", FORMULAS["margin.bankruptcy_price"]).markdown()
    assert r"\frac{E L}{L + d}" in entry
    assert "Gives\n: USD per BTC" in entry
    assert (
        "Takes\n: $d$ `side`, $N$ `notional` (USD), $E$ `entry_price` (USD per BTC), $L$ `leverage`" in entry
    )
    assert "$M$ `margin` (BTC)" in entry.partition("Also")[2]
    assert "(/lessons/03_curvature.ipynb)" in entry  # whose summary names it first
    assert ">>> margin.bankruptcy_price(side=LONG" in entry
    assert ">>> margin.bankruptcy_price()" not in entry  # that is the formula above


def test_a_choice_that_makes_another_formula_is_shown_with_it(sheet):
    entry = sheet.Sheet("margin.liquidation_price", FORMULAS["margin.liquidation_price"]).markdown()
    assert 'With `base="mark"`' in entry
    assert "fee_at=" not in entry  # without a fee it makes none


def test_an_argument_that_is_passed_on_is_listed(sheet):
    entry = sheet.Sheet("margin.top_up", FORMULAS["margin.top_up"]).markdown()
    takes = re.search("Takes\n: (.*)", entry)[1]
    assert "`entry_price`" in takes
    assert "`margin`" in takes


def test_positive_terms_come_first(sheet):
    assert sheet.latex(N / E - N / S) == r"\frac{N}{E} - \frac{N}{S}"
    assert sheet.latex(sp.Symbol("x") * (S - E)) == r"x \left(S - E\right)"


def test_the_examples_can_begin_with_the_lines_above_them(sheet):
    lines = sheet.imports().strip("`").removeprefix("python")
    names = {}
    exec(lines, names)
    assert {name.partition(".")[0] for name in FORMULAS} <= names.keys() & MODULES.keys()
