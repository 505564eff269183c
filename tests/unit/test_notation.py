"""The notation: labels, domains, and what it refuses."""

import pytest
import sympy as sp

from inversefutures import contract, notation, quantities
from inversefutures.notation import QUANTITIES
from inversefutures.quantities import BTC, UNIT_NAMES, USD


def test_names_and_symbols_are_unique_and_described():
    symbols = [str(entry.symbol) for entry in QUANTITIES.values()]
    assert len(set(symbols)) == len(symbols)
    for name, entry in QUANTITIES.items():
        assert entry.name == name
        assert name.isidentifier()
        assert entry.meaning
        assert entry.unit in UNIT_NAMES, f"{name}: put its unit into words"


def test_a_label_carries_the_unit():
    assert QUANTITIES["entry_price"].label == "Entry price (USD per BTC)"
    assert QUANTITIES["fee_rate"].label == "Fee rate"


def test_a_change_of_unit_is_a_substitution():
    assert QUANTITIES["price"].unit.subs({USD: 100, BTC: 10**8}) == sp.Rational(100, 10**8)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("price", "S > 0"),
        ("side", "d = 1 or −1"),
        ("fee_rate", "−1 < varphi < 1"),
    ],
)
def test_a_domain_is_said_as_a_condition(name, words):
    assert QUANTITIES[name].domain_in_words == words


def test_every_domain_accepts_a_value_of_its_own_and_refuses_infinity():
    for entry in QUANTITIES.values():
        inside = 1 if entry.domain.contains(sp.Integer(1)) == sp.true else sp.Rational(1, 2)
        assert entry.check(inside) == inside
        assert entry.check(entry.symbol) == entry.symbol
        with pytest.raises(ValueError, match=entry.name):
            entry.check(sp.oo)


def test_a_name_or_a_symbol_cannot_be_taken_twice():
    with pytest.raises(ValueError, match="already"):
        quantities.declare("price", "P_2", USD / BTC, "another price")
    with pytest.raises(ValueError, match="already"):
        quantities.declare("another_price", "S", USD / BTC, "another price")


def test_a_quantity_is_found_by_name_and_by_symbol():
    assert notation.quantity("price") is notation.quantity(notation.S)
    with pytest.raises(KeyError, match="not in the notation"):
        notation.quantity("tulips")


def test_a_formula_that_still_lacks_something_says_what():
    left_open = contract.fee(price=50_000, fee_rate=0.001)
    with pytest.raises(ValueError, match=r"still a formula: give notional \(N, USD\) as well"):
        quantities.number(left_open)
    with pytest.raises(ValueError, match=r"give leverage \(L\), x as well"):
        quantities.number(notation.L * sp.Symbol("x"))
    with pytest.raises(ValueError, match="no real number"):
        quantities.number(sp.sqrt(-1))
    assert quantities.number(contract.value(notional=100, price=400)) == 0.25
    assert quantities.number(sp.oo) == float("inf")
    assert quantities.number(3) == 3.0
