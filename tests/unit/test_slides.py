"""How a lesson is cut into slides: what is shown, what becomes notes, and what is left to the lesson."""

import importlib
import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from tools.notebooks import ROOT

FORMULA = "<math><mi>x</mi></math>"
OUTPUT = '<div class="cell {tags} docutils container"><div class="cell_output">{}</div></div>'
LATEX = f'<div class="output text_latex math"><div>{FORMULA}</div></div>'
TABLE = "<div><table><tr><th>a</th></tr><tr><td>1</td></tr></table></div>"
SPEC = '<script type="application/json">{}</script>'
WIDGET = f'<div class="output"><figure class="if-explorer">{SPEC}</figure></div>'
BET = """<div class="bet" data-bet="1"><p><strong>Bet 1.</strong> Up or down?</p>
<ul><li><p><code>a</code> up</p></li><li><p><code>b</code> down</p></li></ul></div>"""
SETTLED = """<div class="bet-settled" data-bet="1" data-settled="b">
<p><strong>Bet 1 is settled: <code>b</code>.</strong> Down. Because it fell. And more.</p></div>"""
QUESTION = """<div class="question" data-right="A"><p><strong>Quick question.</strong> Why is that?</p>
<details><summary>A: so</summary><p>Right. It fell.</p></details></div>"""


@pytest.fixture(scope="module")
def slides():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        yield importlib.import_module("slide_cutter")


def cell(output, tags=""):
    return OUTPUT.format(output, tags=tags)


@pytest.fixture
def cut(slides):
    """Cut a lesson whose sections hold these pieces of HTML."""

    def cut(*sections, opening="<p>A scene.</p>"):
        inner = "".join(
            f'<section id="s{number}"><h2>Part {number}<a class="headerlink">#</a></h2>{each}</section>'
            for number, each in enumerate(sections, start=1)
        )
        return slides.cut(f'<section id="topic"><h1>Topic</h1>{opening}{inner}</section>', "lessons/05_topic")

    return cut


def text(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def faces(deck):
    return [text(" ".join(slide.face)) for slide in deck]


def test_a_formula_is_shown_with_the_sentence_that_leads_to_it_and_prose_becomes_notes(cut):
    deck = cut(f"<p>The price falls. Then divide:</p>{cell(LATEX)}<p>It is small.</p>")
    assert faces(deck) == ["A scene.", "Then divide: x"]
    assert deck[1].title == "Part 1"
    assert [text(note) for note in deck[1].notes] == ["The price falls. Then divide:", "It is small."]


def test_a_sentence_in_bold_is_shown_and_a_term_in_bold_is_not(cut):
    (_, slide) = cut(
        "<p>A <strong>long</strong> is. <strong>A long wins coins when the price rises</strong>, always.</p>"
    )
    assert text(" ".join(slide.face)) == "A long wins coins when the price rises."


def test_a_section_with_prose_alone_hands_its_notes_to_the_next_slide(cut):
    deck = cut("<p>Only prose.</p>", cell(TABLE))
    assert [slide.title for slide in deck] == ["Topic", "Part 2"]
    assert text(deck[1].notes[0]) == "Only prose."


def test_what_does_not_fit_begins_another_slide_of_the_same_title(cut):
    deck = cut(cell(LATEX) * 9)
    assert len(deck) == 4
    assert {slide.title for slide in deck[1:]} == {"Part 1"}


def test_what_no_slide_can_hold_is_left_to_the_lesson(cut):
    long = f"<table>{'<tr><td>1</td></tr>' * 20}</table>"
    deck = cut(f"<p>Look:</p><div>{long}</div><p>Then:</p>{cell(TABLE)}")
    assert faces(deck)[1:] == ["Then: a 1"]
    assert text(deck[1].notes[0]) == "Look:"


def test_a_widget_has_a_slide_for_itself(cut, slides):
    deck = cut(f"<p>Formula:</p>{cell(LATEX)}{cell(WIDGET)}<p>See it.</p>{cell(TABLE)}")
    assert [slide.kind for slide in deck] == ["title", "part", "widget", "part"]
    assert len(deck[2].face) == 1
    assert 'type="application/json"' in deck[2].face[0]


def test_marks_begin_slides_with_words_show_and_skip(cut):
    deck = cut(
        f"<!-- slide 3: One **bold** word and $x$. --><p>Prose.</p>{cell(TABLE)}<!-- skip -->{cell(TABLE)}"
        f"<!-- show --><p>A short one.</p><!-- slide -->{cell(LATEX)}"
        f"<!-- skip: section --><p>Prose.</p>{cell(TABLE)}",
        f"<p>Go on:</p>{cell(TABLE)}",
    )
    assert faces(deck)[1:] == ["One bold word and x . a 1 A short one.", "x", "Go on: a 1"]
    assert "<strong>bold</strong>" in deck[1].face[0]
    assert "<math" in deck[1].face[0]


def test_the_words_of_a_mark_stand_in_place_of_the_sentence_before(cut):
    deck = cut(f"<!-- slide: Words. --><p>Prose. Then divide:</p>{cell(LATEX)}<p>Look:</p>{cell(TABLE)}")
    assert faces(deck)[1:] == ["Words. x Look: a 1"]
    assert [text(note) for note in deck[1].notes] == ["Prose. Then divide:", "Look:"]


def test_a_mark_with_a_time_gets_more_of_it(cut):
    short, long = (
        cut(f"<!-- slide {minutes}: Words. --><p>Prose.</p>", cell(TABLE))[1] for minutes in (1, 6)
    )
    assert long.minutes > short.minutes


def test_what_looks_like_a_mark_and_is_none_stops_the_build(cut):
    with pytest.raises(ExtensionError, match=re.escape("<!-- skip: this -->")):
        cut("<!-- skip: this --><p>Prose.</p>")


def test_tags_of_a_code_cell_begin_a_slide_and_leave_it_out(cut):
    deck = cut(cell(TABLE) + cell(LATEX, "tag_slide") + cell(LATEX, "tag_skip"))
    assert faces(deck)[1:] == ["a 1", "x"]


def test_a_bet_is_voted_on_twice_settled_and_followed_by_its_like(cut):
    deck = cut(BET, f"<p>It fell:</p>{cell(TABLE)}{SETTLED}{QUESTION}", QUESTION)
    kinds = ["title", "vote", "discuss", "again", "part", "settled", "second", "question"]
    assert [slide.kind for slide in deck] == kinds
    asked = faces(deck)[1]
    assert asked == "Up or down? a up b down"
    assert faces(deck)[1:4] == [asked] * 3
    assert faces(deck)[5] == f"{asked} Down. Because it fell."
    marked = BeautifulSoup("".join(deck[5].face), "html.parser").select("li.settled")
    assert [text(str(item)) for item in marked] == ["b down"]


def test_code_folds_and_the_questions_at_the_end_are_left_to_the_lesson(cut, slides):
    deck = cut(f"<details><summary>About</summary>{TABLE}</details><div class='cell_input'>{TABLE}</div>")
    assert [slide.kind for slide in deck] == ["title"]
    end = f'<section id="check-yourself"><h2>Check</h2>{QUESTION}</section>'
    assert len(slides.cut(f"<section><h1>Topic</h1><p>A scene.</p>{end}</section>", "lessons/05_topic")) == 1


def test_names_that_must_be_unique_stay_in_pictures_alone(cut):
    drawn = '<svg><clipPath id="c"></clipPath><g clip-path="url(#c)"></g></svg>'
    picture = f'<figure class="if-figure">{drawn}</figure>'
    deck = cut(f'<p id="p">Bet:</p><div id="d">{TABLE}{picture}</div>')
    html = "".join(each for slide in deck for each in [*slide.face, *slide.notes])
    assert re.findall(r'\bid="([^"]*)"', html) == ["c"]


@pytest.mark.parametrize(
    ("address", "from_deck"),
    [
        ("../book/glossary.html#term", "../book/glossary.html#term"),
        ("06_margin.html", "../lessons/06_margin.html"),
        ("#part", "../lessons/05_topic.html#part"),
        ("https://example.org/a", "https://example.org/a"),
    ],
)
def test_the_links_of_the_notes_lead_where_those_of_the_lesson_lead(cut, address, from_deck):
    deck = cut(f'<p>See <a href="{address}">there</a> first.</p>{cell(TABLE)}')
    assert f'href="{from_deck}"' in deck[1].notes[0]
    assert "<a" not in deck[1].face[0]


@pytest.mark.parametrize("count", [1, 7, 33, 80])
def test_the_minutes_are_halves_and_add_up(slides, count):
    shares = [1.0 + place % 3 for place in range(count)]
    minutes = slides.plan(shares)
    assert sum(minutes) == 40
    assert min(minutes) >= 0.5
    assert all(2 * each == int(2 * each) for each in minutes)


def test_more_slides_than_half_minutes_are_refused(slides):
    with pytest.raises(ExtensionError, match="81 slides are too many"):
        slides.plan([1.0] * 81)


LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_every_mark_of_a_lesson_is_one(slides, path):
    text = "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")
    for comment in re.findall(r"<!--(.*?)-->", text, re.DOTALL):
        assert "unexplained" in comment or slides.MARK.fullmatch(comment), comment
