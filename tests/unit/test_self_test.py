"""The concept test and the test of prior knowledge: matching forms, one right option, no give-away."""

import importlib
import re
from collections import Counter

import pytest
import yaml

from tools.notebooks import ROOT

LESSONS = [path.stem.partition("_")[2] for path in sorted((ROOT / "lessons").glob("*.ipynb"))]
FORMS = {"concept_test": "AB", "prior_knowledge": "A"}
EACH_FORM = [(test, form) for test, forms in FORMS.items() for form in forms]


@pytest.fixture(scope="module")
def self_test():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        yield importlib.import_module("self_test")


@pytest.fixture(scope="module")
def tests(self_test):
    return {name: self_test.read(ROOT / "book" / f"{name}.yml") for name in FORMS}


def test_the_concept_test_has_twenty_ideas_in_two_forms(tests):
    items = tests["concept_test"]
    assert len(items) == 20
    assert len({item.idea for item in items}) == 20
    assert all(list(item.forms) == ["A", "B"] for item in items)


@pytest.mark.parametrize("name", FORMS)
def test_both_forms_offer_the_same_mistakes_and_one_right_option(tests, name):
    for item in tests[name]:
        for question in item.forms.values():
            assert len(question.options) == 4
            told = [option.mistake for option in question.options]
            assert Counter(told) == Counter(["right", *item.mistakes]), question.asks
            assert len({option.text for option in question.options}) == 4, question.asks
    beliefs = [belief for item in tests[name] for belief in item.mistakes.values()]
    assert max(Counter(beliefs).values()) <= 2, "a belief that many questions share tests one thing"


def test_the_forms_are_other_situations_and_not_other_words_of_one(tests):
    for item in tests["concept_test"]:
        first, second = (set(re.findall(r"\w+", item.forms[form].asks.lower())) for form in "AB")
        assert len(first & second) < 0.7 * min(len(first), len(second)), item.idea


@pytest.mark.parametrize(("test", "form"), EACH_FORM)
def test_neither_place_nor_length_gives_the_right_option_away(tests, test, form):
    questions = [item.forms[form] for item in tests[test]]
    letters = Counter(question.right for question in questions)
    assert max(letters.values()) - min(letters.get(letter, 0) for letter in "abcd") <= 1, letters
    assert not re.search(r"(.)\1\1", "".join(question.right for question in questions))
    for extreme in (min, max):
        told = sum(
            len(next(option.text for option in question.options if option.mistake == "right"))
            == extreme(len(option.text) for option in question.options)
            for question in questions
        )
        assert told <= 0.4 * len(questions), f"{told} right options have the {extreme.__name__} length"


def test_what_is_right_stands_elsewhere_in_the_other_form(tests):
    same = [item.idea for item in tests["concept_test"] if len({q.right for q in item.forms.values()}) == 1]
    assert len(same) <= 2, same


@pytest.mark.parametrize("name", FORMS)
def test_every_lesson_that_is_named_exists(tests, name):
    for item in tests[name]:
        assert item.lessons, item.idea
        assert set(item.lessons) <= set(LESSONS), item.idea


def test_every_lesson_has_its_question_in_the_order_of_the_course(tests):
    order = LESSONS
    items = tests["concept_test"]
    assert {name for item in items for name in item.lessons} == set(order)
    first = [order.index(item.lessons[0]) for item in items]
    assert first == sorted(first)
    assert {"backtesting", "bear_market_strategies", "power_perpetuals"} <= {
        item.lessons[0] for item in items
    }


@pytest.mark.parametrize(("test", "form"), EACH_FORM)
def test_an_answer_is_kept_under_a_name_of_its_own(self_test, tests, test, form):
    records = {self_test.record(test, item.forms[form]) for item in tests[test]}
    assert len(records) == len(tests[test])
    assert all(re.fullmatch(rf"{test}\.q-[0-9a-f]{{8}}", name) for name in records)


def test_the_two_forms_share_no_record(self_test, tests):
    both = [
        self_test.record("concept_test", q) for item in tests["concept_test"] for q in item.forms.values()
    ]
    assert len(set(both)) == 40


def test_the_key_names_the_letter_of_each_mistake_in_each_form(self_test, tests):
    item = tests["concept_test"][0]
    key = self_test.key_of(1, item, FakeCourse())
    assert f"**1. {item.idea}** [01\u00a0Lesson](/lessons/01_what_is_an_inverse_contract.ipynb)." in key
    assert f"| **right** | `{item.forms['A'].right}` | `{item.forms['B'].right}` |" in key
    for mistake, belief in item.mistakes.items():
        letters = " | ".join(f"`{item.forms[form].letter_of(mistake)}`" for form in "AB")
        assert f"| {belief} | {letters} |" in key
    assert item.forms["A"].because in key
    assert item.forms["B"].because in key


def test_a_planned_lesson_is_named_and_not_linked(self_test):
    links = self_test.lesson_links(("what_is_an_inverse_contract", "no_such_lesson"), FakeCourse())
    assert (
        links == "[01\u00a0Lesson](/lessons/01_what_is_an_inverse_contract.ipynb), No such lesson (planned)"
    )


class FakeCourse:
    """A course of one lesson."""

    lessons = ("lessons/01_what_is_an_inverse_contract",)

    def numbered(self, page):
        return "01 Lesson"


GOOD = {
    "idea": "An idea",
    "lessons": ["curvature"],
    "mistakes": {"one": "A belief", "two": "Another"},
    "A": {"asks": "What?", "options": [{"one": "1"}, {"right": "2"}, {"two": "3"}], "because": "So."},
}


def form(**changed):
    return {**GOOD, "A": {**GOOD["A"], **changed}}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (form(options=[{"one": "1"}, {"two": "3"}]), "item 1, form A has 0 right options"),
        (form(options=[{"right": "1"}, {"right": "2"}, {"one": "3"}]), "has 2 right options"),
        (form(options=[{"one": "1"}, {"right": "2"}]), "one for each of one, two"),
        (form(options=[{"one": "1"}, {"right": "2"}, {"three": "3"}]), "has the options one, right, three"),
        (form(options=[{"one": "1", "right": "2"}, {"two": "3"}]), "an option is one line"),
        (form(explains="So."), "write asks, options and because"),
        ({**GOOD, "lesson": "curvature"}, "has the fields .*: write idea, lessons, mistakes and A, B"),
        ({name: value for name, value in GOOD.items() if name != "A"}, "and A, B"),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(self_test, tmp_path, told, problem):
    (tmp_path / "test.yml").write_text(yaml.safe_dump([told]), "utf-8")
    with pytest.raises(self_test.Malformed, match=problem):
        self_test.read(tmp_path / "test.yml")


def test_items_of_different_forms_are_refused(self_test, tmp_path):
    told = [GOOD, {**GOOD, "B": GOOD["A"]}]
    (tmp_path / "test.yml").write_text(yaml.safe_dump(told), "utf-8")
    with pytest.raises(self_test.Malformed, match="each item has the same forms"):
        self_test.read(tmp_path / "test.yml")
