"""The notation's symbols in the formulas: which letter of a formula stands for which quantity.

A letter is marked where the notation's is meant: not as the d of a derivative or an integral, not behind
a Δ, and not with a prime, a bar or a subscript that the notation does not know.
"""

import functools
import itertools
from html import escape
from xml.etree.ElementTree import Element

from mathml import mathml, tree
from sympy import latex

from inversefutures.notation import QUANTITIES
from inversefutures.quantities import Quantity

PRIMES = set("′'″")
DIFFERENCES = set("Δδ")
DIFFERENTIALS = set("d∂")
NO_SIDE = frozenset({"side"})
"""The quantity whose letter is d."""


def letters(element: Element) -> str:
    """Return what tells a symbol from another: its letter, and after a low line its subscript."""
    if element.tag in ("msub", "msubsup"):
        return f"{''.join(element[0].itertext())}_{''.join(element[1].itertext())}"
    return "".join(element.itertext())


@functools.cache
def known() -> dict[str, str]:
    """Return the name of each quantity by its letters."""
    return {letters(tree(latex(entry.symbol), False)[0]): name for name, entry in QUANTITIES.items()}


def mark(root: Element, unexplained: frozenset[str] = frozenset()) -> None:
    """Mark the notation's symbols in a formula.

    Parameters
    ----------
    root : xml.etree.ElementTree.Element
        A formula as `mathml.tree` makes it.
    unexplained : frozenset of str
        Names of quantities whose letters mean something else here.
    """
    integrates = any(part.text == "∫" for part in root.iter())
    _mark(root, unexplained | NO_SIDE if integrates else unexplained)


def _mark(element: Element, unexplained: frozenset[str]) -> None:
    if element.tag in ("mi", "msub", "msubsup"):
        name = known().get(letters(element))
        if name and name not in unexplained:
            element.set("data-symbol", name)
        if element.tag == "msubsup":
            _mark(element[2], unexplained)
        return
    if element.tag == "mover" and element[0].tag == "mi":
        return  # an accent: an average, or another letter
    if element.tag == "mfrac" and all(_first(part).text in DIFFERENTIALS for part in element):
        unexplained |= NO_SIDE
    for child, after in itertools.zip_longest(element, list(element)[1:]):
        if after is not None:
            if after.text in PRIMES:
                continue
            if child.text in DIFFERENCES and after.tag in ("mi", "msub"):
                continue
        _mark(child, unexplained)


def _first(element: Element) -> Element:
    while len(element):
        element = element[0]
    return element


def about(entry: Quantity) -> str:
    """Return what is said of a quantity, as HTML."""
    unit = f", {escape(entry.unit_name)}" if entry.unit_name else ""
    symbol = mathml(latex(entry.symbol), display=False)
    return f"{symbol} <b>{escape(entry.title)}</b>{unit}: {escape(entry.meaning)}"
