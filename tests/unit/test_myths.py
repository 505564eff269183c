"""The index of myths and the list of what public pages promise: whole, and their links lead somewhere."""

import importlib
import re

import nbformat
import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from myst_parser.mdit_to_docutils.base import default_slugify

from tools.notebooks import ROOT

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
LINK = re.compile(r"\]\(/lessons/([\w.]+)\.ipynb(?:#([^)]+))?\)")
SAID = {
    "06_margin_calls": ["cryptobots_margin_call", "margintrade_stop_loss"],
    "08_when_liquidation_fails": ["ogaudit_insurance_fund"],
    "18_microstructure": ["roxom_stop_market"],
}


@pytest.fixture
def index(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("myths")


def text_of(path):
    notebook = nbformat.reads(path.read_text("utf-8"), 4)
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def anchors(path):
    """The anchors of a lesson's sections, by the parser's own plugin."""
    markdown = MarkdownIt("gfm-like", {"linkify": False}).use(
        anchors_plugin, max_level=2, slug_func=default_slugify
    )
    return {
        token.attrs["id"]
        for token in markdown.parse(text_of(path))
        if token.type == "heading_open" and "id" in token.attrs
    }


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_every_myth_of_a_lesson_is_on_the_index_with_its_truth(index, path):
    headings = re.findall(r"^## (Myth.*)$", text_of(path), re.MULTILINE)
    assert headings, "a lesson tells a myth"
    found = [myth for myth in index.myths() if myth.lesson == path.stem]
    assert [myth.heading for myth in found] == headings
    table = index.index_of_myths()
    for myth in found:
        assert f"{myth.lesson}.ipynb#{myth.anchor})" in table
        assert myth.truth.rstrip('*)"')[-1] in ".!?", myth.truth
        assert 3 <= len(myth.truth.split()) <= 60, myth.truth
        assert myth.truth.count("**") == 0
        assert myth.truth.count("$") % 2 == 0
    if path.stem in SAID:
        assert [key for myth in found for key in myth.sources] == SAID[path.stem]


def test_a_myth_names_a_page_of_the_bibliography_or_none(index):
    without = [myth.number for myth in index.myths() if not myth.sources]
    assert without == ["09", "11"]
    for myth in index.myths():
        for key in myth.sources:
            assert key in index.entries()
            assert re.fullmatch(r"([A-Z][a-z]+ )?20\d\d", index.read_when(key))


@pytest.mark.parametrize("table", ["index_of_myths", "index_of_promises"])
def test_every_link_leads_to_a_section_that_is_there(index, table):
    links = LINK.findall(getattr(index, table)())
    assert len(links) > 15
    known = {path.stem: anchors(path) for path in LESSONS}
    for lesson, section in links:
        assert lesson in known
        assert not section or section in known[lesson], f"{lesson} has no section {section}"


def test_every_promise_names_lessons_and_every_lesson_keeps_one(index):
    promises = index.promises()
    kept = {name.partition("#")[0] for promise in promises for name in promise.lessons}
    assert all(promise.lessons and promise.here for promise in promises)
    assert set(index.lesson_files()) <= kept
    still_to_come = kept - set(index.lesson_files())
    assert still_to_come <= {"backtesting", "bear_market_strategies", "power_perpetuals"}
    for name in still_to_come:
        assert f"*{name.replace('_', ' ')}*, not written yet" in index.index_of_promises()


@pytest.mark.parametrize(
    ("section", "truth"),
    [
        (
            "One says so. It is tempting. **What holds is this one thing.** More.\n",
            "What holds is this one thing.",
        ),
        (
            "It is *tempting*. But **the claim** rises with S.\n\nThe last one says it.\n",
            "The last one says it.",
        ),
        ("True {cite:p}`a`. In it **a bold half of it** holds, and so does the rest.\n", None),
        ("What is true is said here first. Look at this:\n", "What is true is said here first."),
        (
            "**First bold one is here.** Text.\n\n**The second bold one counts.**\n",
            "The second bold one counts.",
        ),
    ],
)
def test_the_truth_is_the_last_bold_sentence_or_the_last_of_all(index, section, truth):
    truth = truth or "In it a bold half of it holds, and so does the rest."
    assert index.what_is_true(section) == truth


def test_a_section_without_a_sentence_is_refused_by_name(index):
    with pytest.raises(ValueError, match="01_a: the section 'Myth: none' has no sentence"):
        list(index.myths_in("## Myth: none\n\n| a |\n", "01_a"))
