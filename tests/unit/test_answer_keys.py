"""Answer keys stay inside their tasks, and one that could mislead a learner is refused."""

import json

import pytest
import sympy as sp

from inversefutures import answer_keys, check
from inversefutures.answer_keys import answer_key
from inversefutures.notation import QUANTITIES, E, F, L, N, S, d, k, n, phi, quantity


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A store that is written to, and a way to read it."""
    monkeypatch.setattr(check, "ANSWERS", tmp_path)
    monkeypatch.setenv(answer_keys.WRITE_SWITCH, "1")
    check.forget_stored_keys()
    yield lambda task: json.loads((tmp_path / "99.json").read_text(encoding="utf-8"))[task]
    check.forget_stored_keys()


def columns(key):
    return dict(zip(key["arguments"], zip(*key["points"], strict=True), strict=True))


def test_points_lie_in_the_ranges_and_keep_the_conditions(stored):
    answer_key(
        "99.1",
        lambda side, size, low, high, count: side * size * count * (1 / low - 1 / high),
        arguments=[d, N, E, S, k],
        ranges={E: (10_000, 20_000), k: range(2, 5), N: [100, 700]},
        where=[S > 2 * E],
    )
    key = stored("99.1")
    assert key["called"] == ["side", "size", "low", "high", "count"]
    found = columns(key)
    assert set(found["side"]) == {1, -1}
    assert set(found["notional"]) <= {100, 700}
    assert set(found["payments"]) <= {2, 3, 4}
    assert all(isinstance(count, int) for count in found["payments"])
    assert all(
        10_000 <= low <= 20_000 and high > 2 * low
        for low, high in zip(found["entry_price"], found["price"], strict=True)
    )


def test_a_condition_may_be_a_function_of_some_arguments(stored):
    answer_key("99.1", N / S - N / E, where=lambda E, price: price < E)
    found = columns(stored("99.1"))
    assert all(price < entry for price, entry in zip(found["price"], found["entry_price"], strict=True))


def test_every_usual_range_lies_in_the_domain():
    for entry in QUANTITIES.values():
        values = answer_keys.usual_range(entry)
        for value in (values[0], values[-1]):
            entry.check(sp.Rational(str(value)))


def test_sizes_are_what_a_reader_could_meet(stored):
    answer_key("99.1", N * phi / S + N * n / (E * L))
    for name, values in columns(stored("99.1")).items():
        low, high = {
            "notional": (1_000, 300_000),
            "fee_rate": (-0.06, 0.06),
            "price": (5_000, 70_000),
            "entry_price": (5_000, 70_000),
            "contracts": (1, 500),
            "leverage": (1, 25),
        }[name]
        assert all(low <= value <= high for value in values), name


def test_further_points_are_tried_and_must_be_allowed(stored):
    answer_key("99.1", N / S - N / E, also=[{N: 100, S: 20_000, E: 10_000}], where=[S > E])
    assert [10_000, 100, 20_000] in stored("99.1")["points"]
    with pytest.raises(ValueError, match=r"breaks the task's condition"):
        answer_key("99.2", N / S - N / E, also=[{N: 100, S: 5_000, E: 10_000}], where=[S > E])
    with pytest.raises(ValueError, match=r"breaks notional is -100"):
        answer_key("99.2", N / S, also=[{N: -100, S: 5_000}])
    with pytest.raises(ValueError, match="a point needs a value for each"):
        answer_key("99.2", N / S, also=[{N: 100}])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        ({"correct": N / S, "wrong": {"Upside down.": N * S / S**2}}, "is the right one"),
        ({"correct": N / S, "wrong": {"Nearly.": N * 1.0005 / S}}, r"within 0\.1 %"),
        ({"correct": 100, "wrong": {"Nearly.": 100.05}}, r"within 0\.1 %"),
        ({"correct": N / S, "wrong": {"One.": N * S, "Two.": S * N}}, "are one answer"),
        ({"correct": N / S, "wrong": {"One.": N * S, "Two.": S * N * 1.00002}}, "are one answer"),
        ({"correct": N / S, "where": [S < 0]}, "no 5 points"),
        ({"correct": N / S, "where": lambda S: S < 0}, "no 5 points"),
        ({"correct": N / S, "ranges": {E: (1, 2)}}, "no such argument"),
        ({"correct": sp.Rational(100, 7)}, "does not end within 6 digits"),
        ({"correct": sp.Rational(1, 7), "digits": 2, "wrong": {"Near.": 0.144}}, "nearly the right one"),
        ({"correct": N / S, "wrong": {"Not real.": sp.sqrt(-S)}}, "is not usable"),
        ({"correct": sp.log(-S)}, "is not usable"),
        ({"correct": lambda price: price}, "name its arguments"),
        ({"correct": "b", "wrong": {"The same.": "b"}}, "is the right one"),
    ],
)
def test_a_key_that_could_mislead_is_refused(stored, call, match):
    with pytest.raises(ValueError, match=match):
        answer_key("99.1", call.pop("correct"), **call)


def test_a_mistake_may_be_right_on_one_side(stored):
    answer_key("99.1", d * F * N / S, wrong={"The size alone.": sp.Abs(F) * N / S})


def test_a_key_that_differs_from_the_stored_one_is_noticed(stored, monkeypatch):
    answer_key("99.1", sp.Rational(5, 4), wrong={"Sign: this is the short.": -1.25})
    answer_key("99.2", N / S, wrong={"Upside down.": S / N})
    monkeypatch.delenv(answer_keys.WRITE_SWITCH)
    answer_key("99.1", sp.Rational(5, 4), wrong={"Sign: this is the short.": -1.25})
    answer_key("99.2", N / S, wrong={"Upside down.": S / N})
    for task, correct, wrong in (
        ("99.1", sp.Rational(6, 4), {"Sign: this is the short.": -1.25}),
        ("99.1", sp.Rational("1.255"), {"Sign: this is the short.": -1.25}),
        ("99.1", sp.Rational(5, 4), {"Sign.": -1.25}),
        ("99.2", N / S, {"Upside down.": 2 * S / N}),
        ("99.2", N / S, {}),
    ):
        with pytest.raises(AssertionError, match="make exercises"):
            answer_key(task, correct, wrong=wrong)


def test_a_mistake_is_stored_at_the_points_that_tell_it(stored):
    answer_key("99.1", N / S - N / E, wrong={"The long.": N / E - N / S, "One leg.": N / S})
    key = stored("99.1")
    assert len(key["points"]) == len(key["correct"]) == 5
    assert [len(each["values"]) for each in key["wrong"]] == [2, 2]
    # On one side, here the first and each other one, this mistake is right.
    answer_key("99.2", d * N / S, wrong={"The size alone.": N / S}, also=[{d: 1, N: 100, S: 10}] * 3)
    (mistake,) = stored("99.2")["wrong"]
    assert not check.close(mistake["values"], stored("99.2")["correct"][: len(mistake["values"])], 1e-3)


def test_tasks_are_stored_in_their_order(stored):
    for number in (10, 2, 1):
        answer_key(f"99.{number}", 5)
    assert list(json.loads((check.ANSWERS / "99.json").read_text(encoding="utf-8"))) == [
        "99.1",
        "99.2",
        "99.10",
    ]


def test_points_are_the_same_each_time(stored):
    answer_key("99.1", N / S)
    first = stored("99.1")
    answer_key("99.1", N / S)
    assert stored("99.1") == first
    assert quantity("price").name in first["arguments"]
