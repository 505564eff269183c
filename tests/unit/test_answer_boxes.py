"""Where the answer boxes of a page stand, and what they know of the solution."""

import importlib

import nbformat
import pytest
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.notebooks import ROOT


@pytest.fixture
def answers(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("answers")


def test_a_task_that_judges_a_program_needs_python(answers):
    assert answers.needs_python("referee(rule)")
    assert not answers.needs_python("coin_value")


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        (
            "# All dollars over all coins.\n# Then divide.\naverage = 4",
            "All dollars over all coins. Then divide.",
        ),
        (
            'def size(notional, price):\n    """Return the coins.\n\n    More.\n    """\n    return 1',
            "Return the coins.",
        ),
        ("profit = 60_000 * 2  # half\n# later", ""),
    ],
)
def test_help_begins_as_the_solution_does(answers, tmp_path, code, begins):
    path = tmp_path / "01_topic.ipynb"
    cells = [
        new_markdown_cell("## 01.1 Task"),
        new_code_cell(f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"),
        new_code_cell('check("01.1", answer)\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS'),
        new_markdown_cell("## 01.2 Another"),
        new_code_cell('check("01.2", other)'),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    assert answers.beginnings(path) == {"01.1": begins, "01.2": ""}


def cell(code):
    block = nodes.literal_block(code, code)
    return nodes.container("", block, nb_element="cell_code")


def item(letter, text):
    return nodes.list_item(
        "", nodes.paragraph("", "", nodes.literal(letter, letter), nodes.Text(f": {text}"))
    )


class App:
    """As much of Sphinx as the step looks at."""

    class builder:
        format = "html"

    class config:
        published_extra = ("lite/files/exercises/01_topic.ipynb",)


def prepared(answers, *parts, page="exercises/01_topic"):
    section = nodes.section("", *parts)
    document = nodes.document(None, None)
    document += section
    answers.prepare(App, document, page)
    return section, [part.astext() for part in section.children if isinstance(part, nodes.raw)]


def test_cells_are_folded_and_a_place_for_the_box_stands_before_them(answers):
    _, html = prepared(
        answers, nodes.paragraph("", "Why?"), cell("answer = ..."), cell('check("01.1", answer)')
    )
    assert html[0] == '<div class="answer-place" data-task="01.1"></div>'
    assert html[1:] == ['<details class="in-python d-print-none"><summary>In Python</summary>', "</details>"]


def test_text_between_cells_stays_in_sight(answers):
    section, html = prepared(
        answers, cell("given = 1"), nodes.paragraph("", "Then"), cell('check("01.1", given)')
    )
    assert [part.__class__.__name__ for part in section.children].index("paragraph") == 3
    assert sum("<details" in each for each in html) == 2


def test_what_the_notebook_says_of_its_cells_stands_where_they_are_unfolded(answers):
    first = nodes.paragraph("", "Replace each ", nodes.literal("...", "..."))
    first += nodes.Text(" with your answer and run the cell below it.\nA year has 365 days.")
    section, _ = prepared(answers, first, cell("answer = ..."), cell('check("01.1", answer)'))
    texts = [part.astext() for part in section.children]
    told = texts.index("Replace each ... with your answer and run the cell below it.")
    assert texts[0] == "A year has 365 days."
    assert texts[told - 1].startswith("<details")
    assert texts[told + 1] == "answer = ..."


def test_a_task_on_a_table_of_the_notebook_is_known(answers, tmp_path):
    path = tmp_path / "01_topic.ipynb"
    cells = [
        new_code_cell("may = datasets.bars_of_may()"),
        new_markdown_cell("## 01.1 Fall\n\n`may` holds a day."),
        new_markdown_cell("## 01.2 Another\n\nA price in `mayor`."),
        new_markdown_cell("## 01.3 Rates\n\nTake `datasets.rates()`."),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    assert answers.tasks_with_tables(path) == ["01.1", "01.3"]


def test_a_program_is_left_open_with_a_way_to_run_it(answers):
    _, html = prepared(answers, cell('check("01.8", referee(rule))'))
    assert "A referee in Python judges this" in html[0]
    assert "../lite/notebooks/index.html?path=exercises/01_topic.ipynb" in html[0]
    assert html[1].startswith('<details class="in-python" open>')


def test_only_a_list_of_letters_is_a_list_of_choices(answers):
    choices = nodes.bullet_list("", item('"a"', "up"), item('"b"', "down"))
    other = nodes.bullet_list("", item("d", "the side"), item("N", "the size"))
    prepared(answers, choices, other, cell('check("01.4", statement)'))
    assert (choices["classes"], other["classes"]) == (["choices"], [])


def test_other_pages_are_left_alone(answers):
    section, html = prepared(answers, cell('check("01.1", answer)'), page="solutions/01_topic")
    assert html == []
    assert len(section.children) == 1
