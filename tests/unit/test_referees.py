"""The referees of tasks with many answers: verdicts are right, and nothing that is handed in raises."""

import numpy as np
import pytest
import sympy as sp

from inversefutures.referees import UNUSABLE, tier_schedule, top_up_rule
from inversefutures.risk_limits import Brackets, Tiers

FITS = [(0, 0.015), (100, 0.025), (200, 0.035)]


def fill(below, up_to):
    return lambda balance, value: up_to * value - balance if balance < below * value else 0


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (fill(0.10, 0.15), "lean"),
        (fill(0.14, 0.14), "lean"),
        (lambda balance, value: 0, "liquidated"),
        (lambda balance, value: 0.1 if balance < 0.1 * value else 0, "liquidated"),
        (fill(0.12, 0.12), "liquidated"),
        (lambda balance, value: 0.15 if balance < 0.1 * value else 0, "tuned"),
        (lambda balance, value: 0.45 if balance < 0.05 * value else 0, "tuned"),
        (lambda balance, value: 1, "anxious"),
        (fill(0.30, 0.30), "anxious"),
        (lambda balance, value: 0.3 if balance < 0.1 * value else 0, "generous"),
        (lambda balance, value: 0.1 if balance < 0.18 * value else 0, "generous"),
        (fill(0.20, 0.20), "generous"),
    ],
)
def test_a_rule_gets_its_verdict(rule, verdict):
    assert top_up_rule(rule) == verdict


@pytest.mark.parametrize("kind", [np.float64, np.float32, sp.Float, sp.nsimplify, np.array])
def test_numbers_of_every_kind_are_coins(kind):
    usual = fill(0.10, 0.15)
    assert top_up_rule(lambda balance, value: kind(usual(balance, value))) == "lean"


def test_what_a_rule_prints_is_not_shown(capsys):
    def noisy(balance, value):
        print("asked")
        return fill(0.10, 0.15)(balance, value)

    assert top_up_rule(noisy) == "lean"
    assert "asked" not in capsys.readouterr().out


def test_coins_without_end_are_told_in_one_line(capsys):
    assert top_up_rule(lambda balance, value: balance) == "anxious"
    assert len(capsys.readouterr().out) < 120


def raising(balance, value):
    return 1 / 0


def leaving(balance, value):
    raise SystemExit


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, "hand over the function itself"),
        (0.3, "type float"),
        (np.float64(0.3), "type float64"),
        ("lean", "type str"),
        ([0.1], "type list"),
        (float, "type type"),
        (sp.Symbol("x"), "type Symbol"),
        (lambda: 0, "takes ()"),
        (lambda balance: 0, "takes (balance)"),
        (lambda balance, value, price: 0, "takes (balance, value, price)"),
        (lambda balance, value: None, "returned None at the bar of 12 March 2020, 00:00"),
        (lambda balance, value: "0.1", "this is text"),
        (lambda balance, value: (0.1,), "a comma made this a tuple"),
        (lambda balance, value: [0.1], "this is a list"),
        (lambda balance, value: np.array([0.1]), "this is an array"),
        (lambda balance, value: balance < 0.1 * value, "truth value"),
        (lambda balance, value: np.bool_(True), "truth value"),
        (lambda balance, value: float("nan"), "not finite"),
        (lambda balance, value: float("inf"), "not finite"),
        (lambda balance, value: 1j, "not a real number"),
        (lambda balance, value: sp.Symbol("A"), "symbols"),
        (lambda balance, value: (-value) ** 0.5, "not a real number"),
        (raising, "ZeroDivisionError"),
        (leaving, "SystemExit"),
    ],
)
def test_what_is_no_rule_is_told_in_a_sentence(rule, said, capsys):
    assert top_up_rule(rule) == UNUSABLE
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tiers", "verdict"),
    [
        (Tiers(FITS), "fits"),
        (FITS, "fits"),
        (tuple(FITS), "fits"),
        ([(np.int64(floor), np.float64(rate)) for floor, rate in FITS], "fits"),
        ([(0, 0.01), (300, 0.02)], "not three tiers"),
        ([(0, 0.01), (100, 0.02), (200, 0.03)], "asks for too little"),
        ([(0, 0.025), (100, 0.03), (200, 0.04)], "asks for too much"),
    ],
)
def test_a_schedule_gets_its_verdict(tiers, verdict):
    assert tier_schedule(tiers) == verdict


@pytest.mark.parametrize(
    ("tiers", "said"),
    [
        (None, "type NoneType"),
        (0.01, "type float"),
        ("fits", "type str"),
        ({0: 0.015}, "type dict"),
        (np.array(FITS), "type ndarray"),
        (Brackets(Tiers(FITS)), "type Brackets"),
        ([], "tiers is empty"),
        ([0.015, 0.025, 0.035], "no tiers can be made"),
        ([(0, 0.015), (100, 0.025), (200, 0.025)], "rate of a tier"),
        ([(0, 0.015), (200, 0.025), (100, 0.035)], "floor of a tier"),
        ([(10, 0.015), (100, 0.025), (200, 0.035)], "must be 0"),
        ([(0, 1.5), (100, 2.5), (200, 3.5)], "domain"),
        ([(0, "a"), (100, "b"), (200, "c")], "put numbers in for the symbols"),
        ([(0, float("nan")), (100, 0.025), (200, 0.035)], ""),
        ([(0, None), (100, None), (200, None)], ""),
        (Tiers(FITS, cap=250), "no margin at some size"),
        (Tiers([(0, sp.Symbol("m")), (100, 0.025), (200, 0.035)]), "no margin at some size"),
    ],
)
def test_what_is_no_schedule_is_told_in_a_sentence(tiers, said, capsys):
    assert tier_schedule(tiers) == UNUSABLE
    assert said in capsys.readouterr().out


def test_an_answer_that_is_not_there_yet_is_handed_on():
    assert top_up_rule(...) is ...
    assert tier_schedule(...) is ...
