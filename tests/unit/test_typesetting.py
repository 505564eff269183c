"""Tables: aligned in both faces, and no number with digits that nobody chose."""

import pytest

from inversefutures.typesetting import table


def markdown(head, rows):
    return table(head, rows)._repr_mimebundle_()["text/markdown"].splitlines()


def test_a_column_of_numbers_stands_flush_right_and_one_of_words_left():
    lines = markdown(
        ["venue", "price, USD", "difference", "leverage"],
        [["BitMEX", "9,090.91", "-0.5 %", "10x"], ["Deribit", 12_000, None, "1.5x"]],
    )
    assert lines[0] == "| venue | price, USD | difference | leverage |"
    assert lines[1] == "| :--- | ---: | ---: | ---: |"
    assert lines[3] == "| Deribit | 12,000 | – | 1.5x |"


def test_formulas_stay_as_they_are():
    assert markdown(["side", "price"], [["long", "$N/E$"]])[2] == "| long | $N/E$ |"


def test_the_text_has_the_same_cells_in_aligned_columns():
    assert repr(table(["a", "long name"], [[1, "x"], [1000, "y"]])) == "    a  long name\n    1  x\n1,000  y"


def test_a_link_is_its_words_where_nothing_renders_it():
    shown = [["x", '[yes](https://example.org/a "2025-09")'], ["y", "no"]]
    assert markdown(["a", "b"], shown)[2] == '| x | [yes](https://example.org/a "2025-09") |'
    assert repr(table(["a", "b"], shown)) == "a  b\nx  yes\ny  no"


def test_bad_input_says_what_to_do():
    with pytest.raises(ValueError, match="row 2 of the table has 1 cells, and its head 2: give each row one"):
        table(["a", "b"], [[1, 2], [3]])
    with pytest.raises(ValueError, match="no rows"):
        table(["a"], [])
    for cell in (0.1 + 0.2, True):
        with pytest.raises(TypeError, match="write it as text with the digits it needs"):
            table(["a"], [[cell]])
