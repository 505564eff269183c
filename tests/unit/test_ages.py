"""The dates of the venues page: each fact that holds now carries the date that its age counts from."""

import importlib
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.parsers.docutils_ import Parser

from inversefutures.venues import SPECIFICATIONS, disagreement_matrix, markdown_table, specification_table
from inversefutures.venues.ages import last_seen
from inversefutures.venues.specifications import QUESTIONS
from tools.notebooks import ROOT

HERE = SimpleNamespace(env=SimpleNamespace(docname="book/venues"))


@pytest.fixture
def ages(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("ages")


def page(*tables):
    return publish_doctree("\n\n".join(tables), parser=Parser())


def marks(doctree):
    """The dates that a page's marks carry, in their order."""
    begins = [raw.astext() for raw in doctree.findall(nodes.raw) if not raw.astext().startswith("</")]
    for begin in begins:
        date = begin.partition('data-seen="')[2].partition('"')[0]
        time = f'<time datetime="{date}" data-seen="{date}">'
        assert begin in (time, f'<span data-seen="{date}">')
        yield date


@pytest.mark.parametrize("venue", SPECIFICATIONS)
def test_every_fact_of_a_venue_that_holds_now_is_marked_and_no_earlier_one(ages, venue):
    doctree = page(markdown_table(specification_table(venue)))
    before = doctree.astext()
    ages.mark_dates(HERE, doctree)
    assert list(marks(doctree)) == [
        last_seen(fact.as_of) or "" for fact in SPECIFICATIONS[venue].facts.values() if fact.is_known
    ]
    for raw in list(doctree.findall(nodes.raw)):
        raw.parent.remove(raw)
    assert doctree.astext() == before, "the words themselves stay"


def test_every_answer_of_the_matrix_is_marked(ages):
    doctree = page(disagreement_matrix()._repr_mimebundle_()["text/markdown"])
    ages.mark_dates(HERE, doctree)
    assert list(marks(doctree)) == [
        last_seen(fact.as_of) or ""
        for name in QUESTIONS
        for fact in (entry.facts[name] for entry in SPECIFICATIONS.values())
        if fact.is_known
    ]


def test_a_date_is_one_for_machines_too(ages):
    doctree = page(markdown_table(specification_table("BitMEX")))
    ages.mark_dates(HERE, doctree)
    assert '<time datetime="2024-07-31" data-seen="2024-07-31">' in doctree.pformat()
    assert '<span data-seen="">' in doctree.pformat()


def test_a_venues_page_without_such_tables_is_refused(ages):
    with pytest.raises(ValueError, match="has no table with a column 'As of'"):
        ages.mark_dates(HERE, page("| a | b |\n| --- | --- |\n| 1 | 2 |"))


def test_other_pages_stay_as_they_are(ages):
    doctree = page(markdown_table(specification_table("BitMEX")))
    ages.mark_dates(SimpleNamespace(env=SimpleNamespace(docname="lessons/01_why_inverse")), doctree)
    assert not list(marks(doctree))
