"""Curly quotes in what reaches a page as HTML."""

import importlib

import pytest

from tools.notebooks import ROOT


@pytest.fixture
def quotes(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("quotes")


def test_text_gets_curly_quotes_and_code_keeps_its_own(quotes):
    page = "<p title=\"it's\">B: it &quot;expires&quot; &lt; a day, can&#39;t it?</p><code>x['y']</code>"
    curled = "<p title=\"it's\">B: it “expires” &lt; a day, can’t it?</p><code>x['y']</code>"
    assert quotes.curled(page) == curled


def test_the_words_of_a_widget_are_curled(quotes):
    figure = '<figure class="if-explorer" aria-label="x"><script type="application/json">{}</script>'
    spec = '{"title":"The winners\' positions","label":"a day\'s share"}'
    assert quotes.curled(figure.format(spec)) == figure.format(spec.replace("'", "’"))
