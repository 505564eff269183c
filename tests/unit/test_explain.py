"""Which letters of a formula and which words of a text are explained."""

import importlib

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from inversefutures.notation import QUANTITIES
from tools.notebooks import ROOT


@pytest.fixture
def extension(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module


def marked(extension, tex, *unexplained):
    root = extension("mathml").tree(tex, display=True)
    extension("symbols").mark(root, frozenset(unexplained))
    return [part.get("data-symbol") for part in root.iter() if part.get("data-symbol")]


@pytest.mark.parametrize(
    ("tex", "names"),
    [
        (r"d N \left(\frac{1}{E} - \frac{1}{S}\right)", ["side", "notional", "entry_price", "price"]),
        ("S^2", ["price"]),
        ("p_1 + N_{1}", ["first_fill_price", "first_fill_notional"]),
        (r"S_{mark} - S_\text{idx}", ["mark_price", "index_price"]),
        ("N_1^2", ["first_fill_notional"]),
        (r"\varphi + \mu", ["fee_rate", "quanto_multiplier"]),
        # Other letters than those of the notation.
        ("p_7 + V_{high}", []),
        (r"\ln x + e^{-y}", []),
        (r"\text{S and N}", []),
        ("E' - L'", []),
        (r"\bar{S} + \hat{N} - \overline{S}", []),
        # The d and the Δ of the calculus.
        (r"\frac{d}{d S} N", ["price", "notional"]),
        (r"\frac{d N}{d S}", ["notional", "price"]),
        (r"\frac{d^{2}}{d S^{2}} \frac{N}{S}", ["price", "notional", "price"]),
        (r"\int_0^T F \, dS", ["funding_interval", "funding_rate", "price"]),
        (r"\Delta S", ["price"]),
        (r"\frac{d N}{S}", ["side", "notional", "price"]),
    ],
)
def test_a_letter_is_explained_where_the_notation_means_it(extension, tex, names):
    assert marked(extension, tex) == names


def test_a_letter_is_not_explained_where_the_text_says_so(extension):
    assert marked(extension, "k t N", "payments", "time_left") == ["notional"]


def test_every_symbol_of_the_notation_is_known(extension):
    assert sorted(extension("symbols").known().values()) == sorted(QUANTITIES)


def test_what_is_said_of_a_symbol_is_its_name_unit_and_meaning(extension):
    said = extension("symbols").about(QUANTITIES["entry_price"])
    assert "<mi>E</mi>" in said
    for part in ("Entry price", "USD per BTC", QUANTITIES["entry_price"].meaning):
        assert part in said


# --- terms ------------------------------------------------------------------------------------------
TEXT = """
The funding rate
================

A margin call is near. **Margin call** and `margin call <https://example.org>`_ and ``margin call``.

- a margin call in a list

.. list-table::

   * - a margin call

.. raw:: html

   <details><summary>A: a margin call</summary>

A margin call in a fold.

.. raw:: html

   </details>

**Bet 1.** When does the margin call come?

- ``a`` at the margin call

**Bet 1 is settled.** The margin call came.
"""


def test_only_running_text_is_looked_through(extension):
    explain = extension("explain")
    texts = [text for text in explain.running_text(publish_doctree(TEXT)) if "argin call" in text]
    assert list(map(str, texts)) == [
        "A margin call is near. ",
        "Margin call",
        "a margin call in a list",
        " The margin call came.",
    ]
    assert [text for text in texts if explain.is_defined(text)] == ["Margin call"]


def test_a_term_is_found_in_the_plural_and_the_longest_one_first(extension):
    mention = extension("explain").mention(("Margin", "Margin call", "PnL", "Top-up"))
    text = "Margins, margin\ncalls, a top-up, cross-margin, marginal and the PnL"
    assert [found[0] for found in mention.finditer(text)] == ["Margins", "margin\ncalls", "top-up", "PnL"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One sentence.", "One sentence."),
        ("The size of $N$ coins: $N/S$. It shrinks.", None),
        ("One sentence. Another one.", "One sentence."),
        ("About 0.5 coins & more.\nAnother one.", "About 0.5 coins &amp; more."),
    ],
)
def test_the_first_sentence_of_an_entry_is_shown(extension, text, first):
    paragraph = nodes.paragraph()
    for number, piece in enumerate(text.split("$")):
        paragraph += nodes.math("", piece) if number % 2 else nodes.Text(piece)
    said = extension("explain").first_sentence(paragraph)
    if first:
        assert said == first
    else:
        assert said.startswith("The size of <math")
        assert said.endswith("</math>.")


SECTIONS = """
Title
=====

First
-----

.. raw:: html

   <!-- unexplained: payments, Roll -->

one

Second
------

two
"""


def test_an_opt_out_counts_in_its_section_and_must_name_what_is_there(extension):
    explain = extension("explain")
    doctree = publish_doctree(SECTIONS, settings_overrides={"doctitle_xform": False})
    left_out = list(explain.opt_outs(doctree, "lessons/x", {"Roll": None}))
    one, two = (next(t for t in doctree.findall(nodes.Text) if t == word) for word in ("one", "two"))
    assert explain.named_above(one, left_out) == {"payments", "Roll"}
    assert explain.named_above(two, left_out) == set()
    assert not list(doctree.findall(nodes.raw))
    doctree = publish_doctree(SECTIONS)
    with pytest.raises(Exception, match=r"lessons/x: 'unexplained' names Roll: write a quantity .* a term"):
        list(explain.opt_outs(doctree, "lessons/x", {}))


def test_what_needs_no_explanation_is_in_the_glossary(extension):
    text = (ROOT / "book" / "glossary.md").read_text("utf-8")
    for term in extension("explain").EVERYDAY:
        assert f"\n{term}\n" in text


@pytest.mark.parametrize("tex", [r"\frac12", r"\tfrac1n", r"\zeta(\dfrac12)"])
def test_a_fraction_of_single_characters_needs_no_braces(extension, tex):
    fraction = next(part for part in extension("mathml").tree(tex, display=False).iter("mfrac"))
    assert len(fraction) == 2
    assert fraction[0].text == "1"
    assert fraction[1].text in ("2", "n")
