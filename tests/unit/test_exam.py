"""An exam on paper: other numbers on each sheet, right answers, and the same exam for the same word."""

import json
import re

import pytest

from inversefutures.check import ANSWERS
from tools import exam

TASKS = ["01.3", "05.6", "04.2", "01.1"]


def test_each_sheet_asks_all_tasks_in_their_order_and_has_its_answers():
    questions, answers = exam.exam(TASKS, 3, "spring")
    assert re.findall(r"^# Sheet (\w)$", questions, re.MULTILINE) == ["A", "B", "C"]
    assert len(re.findall(r"^## \d\. ", questions, re.MULTILINE)) == 12
    assert re.findall(r"^\| \d \| ([\d.]+) \|", answers, re.MULTILINE) == TASKS * 3


def test_a_formula_comes_with_other_numbers_on_each_sheet_and_their_answer():
    sheets = [exam.asked("01.3", variant, "spring") for variant in range(4)]
    assert len({each.text for each in sheets}) == 4
    for each in sheets:
        entry, price = (
            float(value.replace(",", "")) for value in re.findall(r"= ([\d,]+) USD per BTC", each.text)
        )
        assert float(each.answer.replace("−", "-")) == pytest.approx(entry / price - 1, rel=1e-3)


def test_a_function_names_its_arguments():
    text = exam.asked("05.6", 0, "spring").text
    assert re.search(r"`side` = −?-?1, `leverage` = [\d.]+, to 4 digits", text)


def test_a_choice_and_a_number_are_asked_as_they_are():
    keys = json.loads((ANSWERS / "04.json").read_text("utf-8"))
    assert exam.asked("04.2", 5, "x").answer == keys["04.2"]["correct"]
    assert exam.asked("01.1", 0, "x").answer in ("-0.225", "−0.225")
    assert "](" not in exam.asked("04.5", 0, "x").text


def test_the_same_word_makes_the_same_exam_and_another_word_another():
    assert exam.exam(TASKS, 2, "spring") == exam.exam(TASKS, 2, "spring")
    assert exam.exam(TASKS, 2, "spring") != exam.exam(TASKS, 2, "autumn")


def test_the_sheets_hold_no_answer(tmp_path):
    paths = exam.write(["01.3"], 2, "spring", tmp_path / "exam")
    assert [path.name for path in paths] == ["questions.md", "answers.md"]
    questions = paths[0].read_text("utf-8")
    for variant in range(2):
        assert exam.asked("01.3", variant, "spring").answer not in questions


@pytest.mark.parametrize(
    ("tasks", "variants", "problem"),
    [
        ([], 1, "tasks is empty"),
        (["1.3"], 1, "there is no lesson '1': a task is named like 05.4"),
        (["01.99"], 1, "there is no task '01.99': lesson 01 has 01.1, "),
        (["01.3"], 0, "variants is 0, but its domain is 1 to 26 sheets"),
    ],
)
def test_what_cannot_be_asked_is_refused(tasks, variants, problem):
    with pytest.raises(ValueError, match=problem):
        exam.exam(tasks, variants, "spring")


def test_a_program_cannot_be_asked_on_paper():
    with pytest.raises(ValueError, match=r"task 06\.8 judges a program"):
        exam.asked("06.8", 0, "spring")
