"""Feedback on answers: any right form passes, known mistakes are named, bad input is told so."""

import pytest
import sympy as sp

from inversefutures import check
from inversefutures.notation import E, N, S, d, phi


@pytest.fixture
def keys(tmp_path, monkeypatch):
    """An empty store of answer keys, and the switch that writes into it."""
    monkeypatch.setattr(check, "ANSWERS", tmp_path)
    check._stored_lesson.cache_clear()
    monkeypatch.setenv(check.WRITE_SWITCH, "1")
    check.answer_key(
        "99.1",
        d * N * (1 / E - 1 / S),
        wrong={"That is the linear formula.": d * N * (S - E) / E},
        hint="Start from the definition.",
    )
    check.answer_key("99.2", sp.Rational(5, 4), wrong={"Sign: this is the short.": -1.25}, tolerance=1e-6)
    check.answer_key("99.3", lambda notional, price: notional / price, arguments=[N, S])
    check.answer_key("99.4", "b", wrong={"That one is linear.": "a"}, praise="It is curved.")
    monkeypatch.delenv(check.WRITE_SWITCH)
    yield tmp_path
    check._stored_lesson.cache_clear()


def test_every_form_of_the_right_answer_passes(keys):
    for answer in (d * N * (S - E) / (E * S), -d * N / S + d * N / E, sp.together(d * N * (1 / E - 1 / S))):
        assert check.is_correct("99.1", answer)


def test_symbols_are_known_by_name(keys):
    side, size, entry, price = sp.symbols("d N E S")
    assert check.is_correct("99.1", side * size * (1 / entry - 1 / price))


def test_a_known_mistake_is_named_and_another_gets_the_hint(keys, capsys):
    check.check("99.1", d * N * (S / E - 1))
    check.check("99.1", d * N * (1 / S - 1 / E))
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "99.1: not yet. That is the linear formula.",
        "99.1: not yet. Start from the definition.",
    ]


def test_an_unanswered_task_says_so_and_raises_nothing(keys, capsys):
    check.check("99.1", ...)
    check.check("99.2")
    assert capsys.readouterr().out == "99.1: not answered yet.\n99.2: not answered yet.\n"


def test_numbers_functions_and_choices(keys):
    assert check.is_correct("99.2", 1.25)
    assert check.is_correct("99.2", 1.2500001)
    assert "short" in check.feedback("99.2", -1.25).message
    assert check.is_correct("99.3", lambda dollars, at: dollars / at)
    assert not check.is_correct("99.3", lambda dollars, at: dollars * at)
    assert check.feedback("99.4", " (B) ").message == "correct. It is curved."
    assert "linear" in check.feedback("99.4", "a").message
    assert "choices" in check.feedback("99.4", "q").message


@pytest.mark.parametrize(
    ("task", "answer", "told"),
    [
        ("99.1", sp.Symbol("x") * N, "contains x"),
        ("99.1", "N/S", "asks for an expression in"),
        ("99.1", d * N / sp.Integer(0), "no real value"),
        ("99.1", sp.log(-E), "no real value"),
        ("99.2", N, "put numbers in"),
        ("99.2", [1, 2], "list, which cannot be judged"),
        ("99.2", float("inf"), "not finite"),
        ("99.3", 5, "asks for a function of notional, price"),
        ("99.3", lambda notional, price: 1 / 0, "ZeroDivisionError"),
        ("99.4", 3, "one of the letters"),
    ],
)
def test_an_answer_that_cannot_be_judged_says_what_to_do(keys, task, answer, told):
    feedback = check.feedback(task, answer)
    assert not feedback.correct
    assert told in feedback.message


def test_a_rate_that_may_be_negative_is_tried_with_both_signs(keys, monkeypatch):
    monkeypatch.setenv(check.WRITE_SWITCH, "1")
    check.answer_key("99.6", N * phi / S, wrong={"A rebate is not a fee.": N * sp.Abs(phi) / S})
    monkeypatch.delenv(check.WRITE_SWITCH)
    assert check.is_correct("99.6", N * phi / S)
    assert "rebate" in check.feedback("99.6", N * sp.Abs(phi) / S).message


def test_an_unknown_task_is_refused(keys):
    with pytest.raises(ValueError, match=r"no task '99\.9'.*99\.1"):
        check.check("99.9", 1)


def test_the_key_holds_no_formula(keys):
    text = (keys / "99.json").read_text(encoding="utf-8")
    for formula in ("1/E", "1/S", "N/", "N*", "-1/"):
        assert formula not in text


def test_a_key_that_differs_from_the_stored_one_is_noticed(keys):
    with pytest.raises(AssertionError, match="make exercises"):
        check.answer_key("99.2", sp.Rational(6, 4), wrong={"Sign: this is the short.": -1.25}, tolerance=1e-6)
    check.answer_key("99.2", sp.Rational(5, 4), wrong={"Sign: this is the short.": -1.25}, tolerance=1e-6)


def test_a_wrong_answer_that_is_right_is_refused(keys, monkeypatch):
    monkeypatch.setenv(check.WRITE_SWITCH, "1")
    with pytest.raises(ValueError, match="is the right one"):
        check.answer_key("99.5", N / S, wrong={"Upside down.": N * S / S**2})
