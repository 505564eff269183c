"""Works that read alike in a citation, told apart by a letter."""

import importlib

from pybtex.database import Entry, Person

from tools.notebooks import ROOT


def work(title, **fields):
    return Entry("misc", {"title": title, **fields}, {"author": [Person("{BitMEX}")]})


def test_works_that_read_alike_get_letters_once(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    citations = importlib.import_module("citations")
    works = [work("Risk"), work("Funding"), work("Report", year="2020"), work("Letter", year="2019")]
    works += [work("Blog", year="2020")]
    for _ in range(2):  # a second build finds the letters of the first
        citations.tell_apart(works)
        assert [each.fields["year"] for each in works] == ["n.d.-b", "n.d.-a", "2020b", "2019", "2020a"]
