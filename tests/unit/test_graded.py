"""Marks come from a teacher's key, numbers of one's own from a file without answers."""

import json
import sys
import warnings

import pytest
import sympy as sp

from inversefutures import check, graded
from inversefutures.notation import E, N, S
from tools.classroom import course_folder

DRILL = {
    "points": [[20_000, 100, 40_000], [10_000, 100, 50_000]],
    "correct": [0.0025, 0.008],
    "wrong": [{"message": "That is the short.", "values": [-0.0025, -0.008]}],
    "hint": "Count coins.",
    "prices": [0, 2],
}


@pytest.fixture
def grading(tmp_path, monkeypatch):
    """Stand where nbgrader grades a learner's set, and take the teacher's key of it."""

    def stand(key, learner="anna", share=None):
        keys, place = tmp_path / "keys", tmp_path / "autograded" / learner / "01_own"
        keys.mkdir(exist_ok=True)
        place.mkdir(parents=True, exist_ok=True)
        if key:
            (keys / "01_own.json").write_text(json.dumps(key), "utf-8")
        monkeypatch.chdir(place)
        monkeypatch.setenv(graded.KEYS, str(keys))
        if share is not None:
            monkeypatch.setenv(graded.SHARE, share)

    return stand


def test_a_number_is_marked_by_the_learner_s_own_point(grading, capsys):
    key = {"tasks": {"01.3": DRILL}, "learners": {"anna": 0, "ben": 1}}
    grading(key, "ben")
    assert graded.marks("01.3", 0.008) is None
    assert graded.marks("01.3", 0.0025) == 0
    grading(key, "anna")
    assert graded.marks("01.3", 0.0025) is None
    assert graded.marks("01.3", 0.008) == 0
    assert "01.3, marked: correct." in capsys.readouterr().out


def test_a_formula_is_marked_at_points_that_are_not_shipped(grading):
    shipped = check.stored_key("01.3")
    names = shipped["arguments"]
    point = [{"entry_price": 7_000, "price": 9_000}.get(name, 100) for name in names]
    fresh = {**shipped, "points": [point] * 8, "correct": [7 / 9 - 1] * 8, "wrong": []}
    grading({"tasks": {"01.3": fresh}})
    assert graded.marks("01.3", E / S - 1) is None
    entry, price = names.index("entry_price"), names.index("price")
    looked_up = sp.Piecewise(
        *(
            (sp.Float(value, 17), sp.Eq(E, each[entry]) & sp.Eq(S, each[price]))
            for each, value in zip(shipped["points"], shipped["correct"], strict=True)
        ),
        (0, True),
    )
    assert check.is_correct("01.3", looked_up)  # so what is shipped is no ground for marks
    assert graded.marks("01.3", looked_up) == 0


@pytest.mark.parametrize(("share", "points"), [(None, 0), ("0", 0), ("0.5", 1), ("1", 2)])
def test_a_named_mistake_is_worth_the_share_and_another_is_not(grading, share, points):
    grading({"tasks": {"01.3": DRILL}, "learners": {"anna": 0}}, share=share)
    assert graded.marks("01.3", -0.0025, points=2) == points
    assert graded.marks("01.3", 0.0042, points=2) == 0
    assert graded.marks("01.3", ..., points=2) == 0


@pytest.mark.parametrize("share", ["half", "50", "-1"])
def test_a_share_that_is_none_is_refused(grading, share):
    grading({"tasks": {"01.3": DRILL}, "learners": {"anna": 0}}, share=share)
    with pytest.raises(ValueError, match="give the share of the points as a number from 0 to 1"):
        graded.marks("01.3", -0.0025)


@pytest.mark.parametrize(
    ("key", "match"),
    [
        (None, r"no 01_own\.json among the teacher's keys"),
        ({"tasks": {}}, r"no key for task 01\.3"),
        ({"tasks": {"01.3": DRILL}, "learners": {"ben": 0}}, "no numbers for 'anna'"),
    ],
)
def test_a_key_that_is_missing_is_said(grading, key, match):
    grading(key)
    with pytest.raises(ValueError, match=match):
        graded.marks("01.3", 0.0025)


def test_an_author_who_runs_a_solution_needs_no_teacher(monkeypatch):
    monkeypatch.delenv(graded.KEYS, raising=False)
    assert graded.marks("01.3", E / S - 1) is None


@pytest.fixture
def numbers(tmp_path):
    (tmp_path / graded.NUMBERS).write_text(
        json.dumps(
            {
                "assignment": "01_own",
                "tasks": {"01.3": [["E", "USD per BTC"], ["n", ""]]},
                "learners": {graded.pseudonym("01_own", "Anna"): {"01.3": [20_000, 0.5]}},
            }
        ),
        "utf-8",
    )
    return tmp_path


def test_a_learner_finds_the_own_numbers_by_name(numbers, capsys):
    assert graded.own_numbers(" anna", numbers).given("01.3") == (20_000, 0.5)
    assert capsys.readouterr().out == "01.3 with E = 20,000 USD per BTC, n = 0.5.\n"
    assert "Anna" not in (numbers / graded.NUMBERS).read_text("utf-8")


@pytest.mark.parametrize(
    ("student", "match"),
    [(..., "write your name"), ("", "write your name"), ("dora", "no numbers for 'dora'")],
)
def test_a_name_that_is_not_there_is_said(numbers, student, match):
    with pytest.raises(ValueError, match=match):
        graded.own_numbers(student, numbers)


def test_a_file_or_a_task_that_is_not_there_is_said(numbers, tmp_path):
    with pytest.raises(ValueError, match=r"own_numbers\.json is not beside this notebook"):
        graded.own_numbers("anna", tmp_path / "elsewhere")
    with pytest.raises(ValueError, match=r"no task '01\.9' here; the tasks are 01\.3"):
        graded.own_numbers("anna", numbers).given("01.9")


def test_handing_in_says_whether_it_can_be_marked_and_not_more(capsys, monkeypatch):
    graded.handed_in("01.3", sp.Rational(1, 8))
    graded.handed_in("01.3", N / S)
    graded.handed_in("01.3")
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "01.3: 0.125 is handed in."
    assert second.startswith("01.3: this task asks for a number")
    assert third == "01.3: not answered yet."
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    graded.handed_in("01.3", 0.125)
    with pytest.raises(AssertionError, match="not answered yet"):
        graded.handed_in("01.3")


def test_only_validate_makes_check_raise(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check.check("01.3", ...)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    check.check("01.3", E / S - 1)
    for answer in (..., 1 - E / S, 3):
        with pytest.raises(AssertionError, match=r"^01\.3: "):
            check.check("01.3", answer)
    with pytest.raises(AssertionError, match="no task"):
        check.check("01.99", 3)
    assert "01.3: correct." in capsys.readouterr().out


def test_an_answer_that_warns_is_judged_in_silence(capsys):
    def loud(side, notional, entry_price, price):
        print("on its way")
        print("and loud", file=sys.stderr)
        warnings.warn("careful", stacklevel=2)
        return side * notional * (price / entry_price - 1)

    check.check("01.6", loud)
    assert capsys.readouterr() == ("01.6: correct.\n", "")


def test_the_class_is_read_from_nbgrader_s_table(tmp_path):
    table = tmp_path / "class.csv"
    table.write_text("id,first_name\nanna,Anna\n\nben ,Ben\n", "utf-8")
    assert course_folder.names_in(table) == ["anna", "ben"]
    for text, match in (("name\nanna\n", "heading id"), ("id\nanna\nAnna\n", "two of one name")):
        table.write_text(text, "utf-8")
        with pytest.raises(Exception, match=match):
            course_folder.names_in(table)
