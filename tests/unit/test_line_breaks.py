"""Where a line of a page must not be broken, and the minus sign of its tables."""

import importlib

import pytest
from docutils import nodes

from tools.notebooks import ROOT


class App:
    """As much of Sphinx as the step looks at."""

    class builder:
        format = "html"


@pytest.fixture
def held(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    line_breaks = importlib.import_module("line_breaks")

    def done(*parts):
        document = nodes.document(None, None)
        document += parts
        line_breaks.keep_together(App, document, "a/page")
        return document

    return done


def unbroken(node):
    return [part.astext() for part in node.findall(nodes.Element) if "unbroken" in part.get("classes", [])]


def cell(text):
    return nodes.entry("", nodes.paragraph("", text))


def test_a_number_keeps_its_per_cent_sign(held):
    code = nodes.paragraph("", "", nodes.literal("5 %", "5 %"))
    page = held(nodes.paragraph("", "A volatility of 100 % a year"), code)
    assert [part.astext() for part in page] == ["A volatility of 100\u00a0% a year", "5 %"]


def test_a_formula_keeps_its_brackets_and_its_comma(held):
    formula = nodes.math("x", "x")
    (line,) = held(nodes.paragraph("", "", nodes.Text("The pull ("), formula, nodes.Text("), a year")))
    assert [part.astext() for part in line] == ["The pull ", "(x),", " a year"]
    assert line[1]["classes"] == ["unbroken"]


def test_a_formula_between_words_stays_as_it_is(held):
    (line,) = held(nodes.paragraph("", "", nodes.Text("If "), nodes.math("x", "x"), nodes.Text(" falls")))
    assert [type(part) for part in line] == [nodes.Text, nodes.math, nodes.Text]


def test_a_table_has_the_minus_sign_and_the_space_of_the_text(held):
    page = held(cell("-26.5 %"), cell("12%"), cell("2020-03-12"), nodes.paragraph("", "-1, or 12%"))
    assert [part.astext() for part in page] == ["−26.5\u00a0%", "12\u00a0%", "2020-03-12", "-1, or 12%"]


def test_a_date_and_the_name_of_a_future_stay_on_one_line(held):
    (line,) = held(nodes.paragraph("", "Since 2024-07-31, for BTC-13FEB26 and no half-way house."))
    assert line.astext() == "Since 2024-07-31, for BTC-13FEB26 and no half-way house."
    assert unbroken(line) == ["2024-07-31", "BTC-13FEB26"]


def test_a_power_of_ten_is_written_as_one(held):
    (small, tiny) = held(cell("-3e-07"), nodes.paragraph("", "below 1e-10"))
    assert small.astext() == "−3\u00a0×\u00a010−7"
    assert tiny.astext() == "below 10−10"
    assert [part.astext() for part in tiny.findall(nodes.superscript)] == ["−10"]


def test_the_option_of_a_command_is_not_broken_and_a_long_word_is(held):
    codes = [nodes.literal(text, text) for text in ("--student NAME", "a-long-word" * 3, "margin")]
    assert unbroken(held(*codes)) == ["--student NAME"]


def test_a_footnotes_star_stays_with_its_word(held):
    (line,) = held(nodes.paragraph("", "", nodes.reference("", "BitMEX"), nodes.Text(" *")))
    assert line.astext() == "BitMEX\u00a0*"


def test_a_table_has_minus_signs_within_its_text_too(held):
    (text,) = held(cell("maker -0.025 %, of BTC-1"))
    assert text.astext() == "maker −0.025\u00a0%, of BTC-1"
