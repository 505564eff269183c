"""Feedback on answers: any right form passes, mistakes are named, and nothing typed ends in an error."""

import io
import sys
import warnings
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import answer_keys, check, datasets, notation, post_mortem
from inversefutures.notation import E, L, N, S, d, m, phi
from inversefutures.sentences import said

BARS = datasets.xbtusd_five_minutes_may_2021()
QUIET = post_mortem.silent_runs(datasets.quiet_minutes_of_13_march_2020(), less_than=300_000, at_least=5)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store of answer keys, and what writes into it."""
    monkeypatch.setattr(check, "ANSWERS", tmp_path)
    check.forget_stored_keys()

    def write(*args, **kwargs):
        with monkeypatch.context() as switched:
            switched.setenv(answer_keys.WRITE_SWITCH, "1")
            answer_keys.answer_key(*args, **kwargs)

    yield write
    check.forget_stored_keys()


@pytest.fixture
def keys(store):
    """A task of each kind."""
    store(
        "99.1",
        d * N * (1 / E - 1 / S),
        wrong={"That is the linear formula.": d * N * (S - E) / E},
        hint="Start from the definition.",
        where=[sp.Ne(E, S)],
    )
    store(
        "99.2",
        sp.Rational(100, 7),
        wrong={"That is the linear profit.": sp.Rational(50, 3)},
        digits=4,
        prices=[600, 700],
        face_value=10,
        hint="Count coins.",
    )
    store("99.3", size, arguments=[N, S], wrong={"Divide, don't multiply.": lambda N, S: N * S})
    store("99.4", "b", wrong={"That one is linear.": "a"}, praise="It is curved.")
    store("99.5", 16_000, wrong={"That is the linear one.": 15_000}, prices=[20_000])


def size(dollars, price):
    return dollars / price


def told(task, answer):
    return check.feedback(task, answer).message


# --- right answers ----------------------------------------------------------------------------------


def test_every_form_of_the_right_answer_passes(keys):
    for answer in (d * N * (S - E) / (E * S), -d * N / S + d * N / E, sp.together(d * N * (1 / E - 1 / S))):
        assert check.is_correct("99.1", answer)


def test_symbols_are_known_by_name_and_by_what_they_are_imported_as(keys, store):
    side, size_, entry, price = sp.symbols("d N E S")
    assert check.is_correct("99.1", side * size_ * (1 / entry - 1 / price))
    store("99.6", N * phi / S)
    assert check.is_correct("99.6", N * sp.Symbol("phi") / S)
    assert "only N, S, phi" in told("99.6", sp.Symbol("x"))
    for name in ["N", "S", "phi"]:
        assert isinstance(getattr(notation, name), sp.Symbol)


@pytest.mark.parametrize(
    "answer",
    [
        *(100 / 7, 14.286, 14.29, 14.28, 14.2857142, 14.287),
        *(Decimal("14.29"), Fraction(100, 7), np.float64(14.2857), np.array(14.2857), np.longdouble(14.2857)),
        *(sp.Rational(100, 7), sp.Float("14.286")),
    ],
)
def test_a_number_is_right_at_the_digits_that_the_task_asks_for(keys, answer):
    assert told("99.2", answer) == "correct."


@pytest.mark.parametrize("answer", [14.3, 14, 14.0, np.float64(14.3)])
def test_fewer_digits_are_right_as_far_as_they_go(keys, answer):
    assert check.feedback("99.2", answer) == check.Feedback(False, said("more_digits", asked=4))


def test_one_digit_is_too_few_unless_it_is_a_mistake(store):
    store("99.6", sp.Rational("0.0894"), wrong={"Only the fee.": sp.Rational("0.05")}, digits=3)
    assert told("99.6", 0.09) == "too few digits to tell from a usual mistake: give 3."
    assert told("99.6", 0.05) == "not yet. Only the fee."
    assert told("99.6", 0.08).startswith("not yet.")
    store("99.7", sp.Rational("0.3094"), wrong={"One payment.": sp.Rational("0.003")}, digits=4)
    assert told("99.7", 0.3).startswith("too few digits to tell")
    assert told("99.7", 0.003) == "not yet. One payment."


def test_a_number_that_is_near_but_not_right_is_not_called_close(keys):
    assert told("99.2", 14.4) == "not yet. Count coins."
    assert told("99.2", 14.27) == "not yet. Count coins."
    assert told("99.2", 14.295).startswith("close: the last digit")


def test_few_digits_that_fit_a_mistake_as_well_say_so(store):
    store(
        "99.6", sp.Rational(2336, 10_000), wrong={"On the mark value.": sp.Rational(2357, 10_000)}, digits=4
    )
    assert told("99.6", 0.2336) == "correct."
    assert told("99.6", 0.2357) == "not yet. On the mark value."
    store(
        "99.7", sp.Rational(2347, 10_000), wrong={"On the mark value.": sp.Rational(2354, 10_000)}, digits=4
    )
    assert told("99.7", 0.235).startswith("too few digits to tell")


def test_a_whole_number_needs_no_digits(keys):
    for answer in (16_000, 16_000.0, sp.Integer(16_000), 1.6e4, 15_999.99):
        assert check.is_correct("99.5", answer)
    for answer in (16_004, 15_990):
        assert told("99.5", answer) == "not yet. Try a simple case by hand, and look at the units."
    assert told("99.5", 15_999).startswith("close: the last digit is off")


def test_a_right_answer_may_end_in_a_nought(store):
    store("99.6", sp.Rational("24.7033"), digits=4)
    assert check.is_correct("99.6", 24.70)
    store("99.7", sp.Rational("0.128069"), digits=4)
    assert check.is_correct("99.7", 0.1280)  # cut
    assert check.is_correct("99.7", 0.1281)
    assert not check.is_correct("99.7", 0.127)
    assert not check.is_correct("99.6", 24.8)


def test_a_face_value_of_a_hundred_is_no_percentage(store):
    store("99.6", 25, face_value=100)
    for answer in (2_500, 0.25):
        assert told("99.6", answer).endswith("one contract is 100 USD.")


def test_a_mistake_may_be_worth_nothing(store):
    store("99.6", 5, wrong={"Multiply before you compare.": 0})
    assert told("99.6", 0) == "not yet. Multiply before you compare."
    assert told("99.6", 0.2).startswith("not yet. That is the reciprocal")


def test_functions_and_choices(keys):
    assert check.is_correct("99.3", size)
    assert check.is_correct("99.3", lambda a, b: np.float64(a) / b)
    assert check.is_correct("99.3", lambda price, dollars: price / dollars)  # by place, not by name
    assert check.is_correct("99.3", lambda *, dollars, price: dollars / price)
    assert check.is_correct("99.3", N / S)  # an expression is as good
    assert check.is_correct("99.3", sp.Lambda((N, S), N / S))
    for answer in ("b", " (B) ", "'b'", "b)", sp.Symbol("b")):
        assert told("99.4", answer) == "correct. It is curved."
    assert "linear" in told("99.4", "a")
    assert "choices" in told("99.4", "q")


def test_a_function_with_its_arguments_in_another_order_is_told_so(keys):
    told_so = "Your function takes (price, dollars), but the task calls it with (dollars, price)."
    assert told("99.3", lambda price, dollars: dollars / price) == f"not yet. {told_so}"
    assert told_so not in told("99.3", lambda dollars, price: price / dollars)


def test_a_function_may_print_and_warn(keys, capsys):
    def noisy(dollars, price):
        print("working")
        warnings.warn("not sure", stacklevel=1)
        return dollars / price

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check.is_correct("99.3", noisy)
    assert capsys.readouterr().out == ""


def test_a_result_that_rounds_is_told_so(keys):
    assert "unrounded" in told("99.3", lambda dollars, price: round(dollars / price, 5))
    assert "unrounded" in told("99.1", 1.00001 * d * N * (1 / E - 1 / S))


def test_a_mistake_undone_by_another_does_not_name_what_only_rounds(store):
    store("99.6", size, arguments=[N, S], wrong={"Leave the dollars.": lambda N, S: N})
    assert "unrounded" in told("99.6", lambda dollars, price: dollars / price * (1 + 1e-6))


@pytest.mark.parametrize("decimals", [4, 6])
def test_a_function_that_rounds_keeps_the_name_of_its_mistake(keys, decimals):
    def short(value):
        return round(value, decimals)

    assert "unrounded" in told("99.3", lambda dollars, price: short(dollars / price))
    assert told("99.3", lambda dollars, price: short(dollars * price)) == "not yet. Divide, don't multiply."
    assert "sign is turned" in told("99.3", lambda dollars, price: short(-dollars / price))
    assert "times price" in told("99.3", lambda dollars, price: short(dollars + 1e-9))


def test_a_function_that_rounds_too_much_is_not_guessed_at(store):
    store("99.6", size, arguments=[N, S], wrong={"A hair more.": lambda N, S: 1.002 * N / S})
    assert told("99.6", lambda dollars, price: round(1.002 * dollars / price, 5)) == "not yet. A hair more."
    assert "A hair more" not in told("99.6", lambda dollars, price: float(f"{dollars / price:.2g}"))
    assert "A hair more" not in told("99.6", lambda dollars, price: 1.0012 * dollars / price)


# --- mistakes ---------------------------------------------------------------------------------------


def test_a_known_mistake_is_named_and_another_gets_the_hint(keys, capsys):
    check.check("99.1", d * N * (S / E - 1))
    check.check("99.1", d * (N + E * S))
    assert capsys.readouterr().out.splitlines() == [
        "99.1: not yet. That is the linear formula.",
        "99.1: not yet. Start from the definition.",
    ]


@pytest.mark.parametrize("digits", [3, 4, 5, 17])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (-100 / 7, "the sign is turned"),
        (10_000 / 7, "100 times too large"),
        (1 / 7, "100 times too small"),
        (7 / 100, "reciprocal"),
        (100e8 / 7, "satoshi"),
        (100 / 7 * 700, "times 700 USD: dollars in place of coins"),
        (100 / 7 / 600, "divided by 600 USD"),
        (1000 / 7, "one contract is 10 USD"),
        (50 / 3, "linear profit"),
        (-50 / 3, "linear profit. And the sign is turned."),
    ],
)
def test_a_wrong_number_keeps_its_sentence_however_it_is_rounded(keys, wrong, sentence, digits):
    answer = float(f"{wrong:.{digits}g}")
    assert sentence in told("99.2", answer)
    assert not check.is_correct("99.2", answer)


def test_a_mistake_on_top_of_another_is_named_where_the_digits_tell_it(keys):
    in_dollars = "linear profit. And it is changed into dollars, at 700 USD."
    assert in_dollars in told("99.2", 11_667)
    assert told("99.2", 12_000) == "not yet. Count coins."  # a round number meets such a mistake by chance
    assert told("99.2", 1666.7) == "not yet. That is the linear profit. And it is 100 times too large."
    assert told("99.2", 0.16667) == "not yet. That is the linear profit. And it is 100 times too small."
    assert told("99.2", 1700) == told("99.2", 0.17) == "not yet. Count coins."
    assert "600 USD: dollars in place of coins, or the price counted twice. And the sign" in told(
        "99.2", -8571.4
    )


def test_a_fraction_in_percent_is_known_of_a_mistake_too(store):
    store("99.6", sp.Rational(3, 5), wrong={"That is the fraction lost.": sp.Rational(2, 5)})
    for answer in (40, 40.0):
        assert told("99.6", answer) == "not yet. That is the fraction lost. And it is 100 times too large."


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (N * (1 / E - 1 / S), "right for a long alone"),
        (-d * N * (1 / E - 1 / S), "the sign is turned"),
        (d * (1 / E - 1 / S), "is N missing?"),
        (d * N * (1 - S / E), "linear formula. And the sign"),
        (d * N * (S - E) / E, "linear formula."),
        (d * N * (1 - E / S), "times E: dollars in place of coins"),
        (100 * d * N * (1 / E - 1 / S), "100 times too large"),
    ],
)
def test_what_all_tasks_share_is_named_in_expressions(keys, wrong, sentence):
    assert sentence in told("99.1", wrong)


def test_a_price_exchanged_for_another_is_named(store):
    store("99.6", N / E - N / (2 * S), where=[S < E])
    assert told("99.6", N / S - N / (2 * E)) == "not yet. You exchanged E and S."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (2 * (N / E - N / S), "twice the right answer"),
        ((N / E - N / S) / 2, "half of the right answer"),
        (3 * (N / E - N / S), "3 times the right answer"),
        (N / E - N / S + 1, "the right answer plus 1"),
        (1 - N / E + N / S, "1 less the right answer"),
        ((N / E - N / S) ** 2, "the square of the right answer"),
        (sp.Abs(N / E - N / S), "the size of the right one"),
        (sp.Max(0, N / E - N / S), "right where it is positive"),
        (N / E + N / S, "but the sign of S"),
        (N / E - N / S**2, "S is not squared"),
        (N / E - N / sp.sqrt(S), "S is squared"),
        (N / E - 2 * N / S, "half of S is counted"),
        (N / E - N * S, "S stands upside down"),
        ((N / E - N / S) * S / E, "times S/E"),
        (N / E - N / S + N * S, "off by N*S"),
        (N / E - 1, "does not depend on S."),
    ],
)
def test_what_is_nearly_right_is_named(store, answer, words):
    store("99.6", N / E - N / S)
    assert words in told("99.6", answer)
    assert check.feedback("99.6", answer).named


def test_a_term_too_small_to_be_seen_is_not_named(store):
    store("99.6", N * S, ranges={N: (1e3, 2e3), S: (8_000, 64_000)})
    assert told("99.6", N * S + 1).startswith("nearly, but not exactly")
    assert "off by S" in told("99.6", N * S + S)


def test_what_a_function_does_not_depend_on_is_named(store):
    store("99.6", lambda side, price: side * price, arguments=[d, S])
    assert "does not depend on side" in told("99.6", lambda side, price: 1.7 * price)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (60_000, "That is 50,000+10,000:"),
        (40_000, "That is 50,000-10,000:"),
        (-40_000, "That is 10,000-50,000:"),
        (1_500, "That is 50,000*0.03:"),
        (1_666_667, "That is 50,000/0.03:"),
        (49_999.97, "That is 50,000-0.03:"),
    ],
)
def test_what_two_numbers_of_a_task_make_is_told(store, answer, words):
    store("99.6", 731.25, prices=[50_000, 10_000], given=[0.03])
    assert words in told("99.6", answer)


@pytest.mark.parametrize("answer", [50_003, 1_666_000, 1_700_000, 0, 40_002, 39_998.5, 40_000.4])
def test_what_two_numbers_make_by_chance_is_not(store, answer):
    store("99.6", 731.25, prices=[50_000, 10_000], given=[0.03])
    assert told("99.6", answer) == "not yet. Try a simple case by hand, and look at the units."


def test_a_difference_is_small_beside_what_it_is_of(store):
    store("99.6", 731.25, prices=[50_200, 50_000])
    assert "That is 50,200-50,000:" in told("99.6", 200)
    for answer in (203.4, 196.54, 205.3):
        assert not check.feedback("99.6", answer).named


def test_a_number_that_was_rounded_on_the_way_is_nearly_right(store):
    store("99.6", 0.045, given=[0.03], prices=[10_000, 5_000])
    for answer in (0.04499, 0.045003):
        message = told("99.6", answer)
        assert message.startswith(("close: the last digit is off", "nearly, but not exactly")), message
    store("99.7", 5_000, prices=[10_000, 5_000])
    assert told("99.7", 5_000.5).startswith("nearly, but not exactly")
    assert told("99.7", 5_010).startswith("not yet")


def test_a_small_number_is_not_the_mistake_of_saying_zero(store):
    store("99.6", 0.0005, wrong={"Nothing makes it zero.": 0}, digits=1)
    assert told("99.6", 0) == "not yet. Nothing makes it zero."
    for answer in (-0.00015, 0.00023, 0.0045):
        assert "zero" not in told("99.6", answer)


def test_of_few_digits_the_simple_mistake_is_told(store):
    store("99.6", 0.004233, wrong={"You numbered them from 0.": 0.0042}, digits=4)
    assert told("99.6", 0.42).startswith("not yet. That is 100 times too large.")
    assert told("99.6", 0.42001).startswith("not yet. You numbered them from 0.")


def test_a_mistake_whose_sign_comes_out_right_has_no_other_one(store):
    store("99.6", -0.5, wrong={"You took the whole.": 0.9})
    assert told("99.6", -0.9) == "not yet. You took the whole."
    store("99.7", 0.5, wrong={"You took the whole.": 0.9})
    assert told("99.7", -0.9) == "not yet. You took the whole. And the sign is turned."


def test_digits_that_a_float_loses_on_the_way_are_lost(store):
    store("99.1", N / S)
    assert "correct" in told("99.1", (N + 1e-3) / S - 1e-3 / S)
    assert "correct" not in told("99.1", (N + 1e12) / S - 1e12 / S)


def test_a_step_is_met_in_spite_of_rounding(store):
    store("99.1", sp.ceiling(N / 1_000), ranges={N: range(1_000, 9_000, 1_000)})
    assert told("99.1", sp.ceiling(N * 0.001)).startswith("correct")


def test_a_function_that_fails_elsewhere_gets_the_hint(store):
    def guarded(notional, price):
        if not 1_000 < notional < 1_000_000 or price < 1_000 or price > notional:
            raise ValueError("outside")
        return 0.37 * notional / price + price

    store("99.6", lambda notional, price: notional / price, arguments=[N, S], ranges={N: (1e5, 2e5)})
    assert told("99.6", guarded) == "not yet. Try a simple case by hand, and look at the units."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (14.4, "twice the right answer"),
        (8.2, "the right answer plus 1"),
        (86.4, "12 times too large"),
        (72, "10 times too large"),
        (0.037, "a number of the task itself"),
        (0.2664, "times 0.037"),
        (7.237, "off by 0.037"),
    ],
)
def test_numbers_near_the_right_one_are_named(store, answer, words):
    store("99.6", 7.2, given=[0.037])
    assert words in told("99.6", answer)


def test_a_number_with_two_digits_is_not_near_by_chance(store):
    store("99.6", 7.2, given=[0.037])
    assert told("99.6", 87) == "not yet. Try a simple case by hand, and look at the units."


def test_a_rounded_number_does_not_lack_what_rounding_took(store):
    store("99.6", 2192.982456, given=[3], digits=5)
    assert told("99.6", 2190) == "right as far as it goes: give 5 digits, not counting zeros in front."
    assert "off by 3" in told("99.6", 2189.98)


def test_a_term_that_is_next_to_nothing_is_not_missed(store):
    store("99.6", 1.744, given=[0.0015])
    assert "off by" not in told("99.6", 1.7455)


def test_no_sentence_offers_a_symbol_that_only_mistakes_have(store):
    store("99.6", E / S, wrong={"That is not divided by the notional.": N * E / S})
    assert told("99.6", N * E / S) == "not yet. That is not divided by the notional."
    assert told("99.6", sp.Symbol("x") * E).endswith("contains x; use only E, S, as the task has them.")
    assert told("99.6", sp.Eq(S, E)).endswith("this task asks for an expression in E, S.")


def test_a_round_number_is_no_mistake_just_below_it(store):
    store("99.6", 600, wrong={"You added the rates.": 1_000, "A hundred too many.": 700})
    for answer in (999.6, 994, 99_400, 996):
        assert told("99.6", answer) == "not yet. Try a simple case by hand, and look at the units."


def test_a_sentence_names_arguments_as_the_task_does(keys):
    assert "times price" in told("99.3", lambda dollars, price: dollars)
    assert "dollars=" in told("99.3", lambda dollars, price: 1 / 0)


# --- what cannot be judged --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "answer", "sentence"),
    [
        ("99.1", sp.Symbol("x") * N, "contains x; use only E, N, S, d"),
        ("99.1", "N/S", "this is text"),
        ("99.1", d * N / sp.Integer(0), "not finite"),
        ("99.1", sp.log(-E), "not a real number"),
        ("99.1", S**S**S, "a power in the exponent of a power"),
        ("99.1", N * (1 + E) ** (-S), "not"),
        ("99.1", sp.Eq(S, 2 * E), "Give its right side"),
        ("99.1", N / S > N / E, "this is a comparison"),
        ("99.1", sp.solve(S - E, S), "take its element"),
        ("99.1", sp.solve(sp.exp(S), S), "this list is empty"),
        ("99.1", lambda price: price, "Give what it returns"),
        ("99.1", sp.Lambda(S, N / S), "Give what it returns"),
        ("99.1", sp.Derivative(N / S, S), "not yet"),
        ("99.1", sp.Integral(N / S, S), "not"),
        ("99.2", N, "put numbers in"),
        ("99.2", (14, 286), "a comma made this a tuple"),
        ("99.2", (14.286,), "a comma made this a tuple"),
        ("99.2", sp.Tuple(14, 286), "a comma made this a tuple"),
        ("99.2", [14.286], "take its element"),
        ("99.2", QUIET, "this is a list of 2, each of them a Run with `.start`, `.last`, `.rows`"),
        ("99.2", QUIET[0], "Take it out: it has `.start`, `.last`, `.rows`"),
        ("99.2", post_mortem.peak_to_trough(BARS), "`.after`, `.fraction`, `.time`"),
        ("99.2", timedelta(hours=5), "Divide it by its unit, `timedelta(hours=1)`"),
        ("99.2", {S: 14.286}, "this is a dict"),
        ("99.2", {14.286}, "this is a set"),
        ("99.2", sp.FiniteSet(14), "this is a set"),
        ("99.2", True, "truth value"),
        ("99.2", np.True_, "truth value"),
        ("99.2", sp.true, "truth value"),
        ("99.2", np.array([14.286]), "this is an array"),
        ("99.2", sp.Matrix([14]), "this is an array"),
        ("99.2", "14.286", "this is text"),
        ("99.2", b"14", "this is text"),
        ("99.2", None, "not answered yet"),
        ("99.2", float("inf"), "not finite"),
        ("99.2", float("nan"), "not finite"),
        ("99.2", Decimal("NaN"), "not finite"),
        ("99.2", sp.oo, "not finite"),
        ("99.2", sp.zoo, "not"),
        ("99.2", 1j, "not a real number"),
        ("99.2", object(), "this is a object"),
        ("99.2", int, "the type int"),
        ("99.2", sp, "this is a module"),
        ("99.2", 10**400, "not"),
        ("99.3", 5, "asks for a function of dollars, price"),
        ("99.3", lambda dollars, price: 1 / 0, "ZeroDivisionError"),
        ("99.3", lambda dollars, price: sys.exit(), "SystemExit"),
        ("99.3", lambda dollars, price: None, "is a `return` missing?"),
        ("99.3", lambda dollars, price: "1", "this is text"),
        ("99.3", lambda dollars, price: [1], "take its element"),
        ("99.3", lambda dollars, price: (1, 2), "tuple"),
        ("99.3", lambda dollars, price: N / S, "contains N, S: use its arguments"),
        ("99.3", lambda dollars, price: True, "truth value"),
        ("99.3", lambda dollars: dollars, "calls it with 2 arguments"),
        ("99.3", lambda dollars, price: float("nan"), "not finite"),
        ("99.3", lambda dollars, price: (-1) ** 0.5, "not a real number"),
        ("99.3", print, "None"),
        ("99.4", 3, "one of the choices"),
        ("99.4", None, "one of the choices"),
    ],
)
def test_an_answer_that_cannot_be_judged_says_what_to_do(keys, task, answer, sentence):
    feedback = check.feedback(task, answer)
    assert not feedback.correct
    assert sentence in feedback.message


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.complex_numbers()),
        lambda inner: st.one_of(st.lists(inner), st.tuples(inner), st.dictionaries(st.text(), inner)),
    )
)
def test_no_answer_at_all_ends_in_an_error(answer):
    for task in ("01.1", "01.3", "01.4", "01.6"):
        assert isinstance(check.feedback(task, answer), check.Feedback)
        assert isinstance(check.feedback(task, lambda *args: answer), check.Feedback)


def test_an_unanswered_task_says_so_and_raises_nothing(keys, capsys):
    check.check("99.1", ...)
    check.check("99.2")
    assert capsys.readouterr().out == "99.1: not answered yet.\n99.2: not answered yet.\n"


def test_a_task_is_found_without_its_nought_and_a_missing_one_is_explained(keys, store, capsys):
    store("09.1", 5)
    check.check("9.1", 5)
    check.check("99.9", 1)
    check.check("77.1", 1)
    check.check(1.1, 2)
    assert capsys.readouterr().out.splitlines() == [
        "09.1: correct.",
        "there is no task '99.9'; the tasks of lesson 99 are 99.1, 99.2, 99.3, 99.4, 99.5",
        "there is no task '77.1': name lesson and task as text, for example check('01.2', answer)",
        "name the task as text: check('1.1', answer) instead of check(1.1, answer)",
    ]
    with pytest.raises(ValueError, match=r"no task '99\.9'.*99\.1"):
        check.is_correct("99.9", 1)


def test_a_console_without_the_letters_of_a_sentence_still_shows_it(keys, store, monkeypatch):
    store("99.6", 5, hint="κ → −1 is wrong.")
    console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", console)
    check.check("99.6", 7)
    console.flush()
    assert console.buffer.getvalue().decode("cp1252").strip() == "99.6: not yet. ? ? ?1 is wrong."


def test_hundreds_of_terms_are_judged_and_endless_ones_sent_back(keys):
    right = d * N * (1 / E - 1 / S)
    long = sp.Add(*(right / 500 + (N / (S + k) - N / (S + k + 1)) for k in range(500)))
    assert check.feedback("99.1", long).message.startswith("not yet")
    nested = S
    for _ in range(3000):
        nested = sp.Add(1, sp.Pow(nested, 2, evaluate=False), evaluate=False)
    assert "too deeply" in told("99.1", nested)


def test_the_key_holds_no_formula(keys):
    text = (check.ANSWERS / "99.json").read_text(encoding="utf-8")
    for formula in ("1/E", "1/S", "N/", "N*", "-1/"):
        assert formula not in text


def test_significant_digits():
    assert [check.significant_digits(x) for x in (0.0625, 16_000.0, 14.2857, 1e-8, 0.0)] == [3, 2, 6, 1, 1]


def test_a_rate_that_may_be_negative_is_tried_with_both_signs(store):
    store("99.6", N * phi / S, wrong={"A rebate is not a fee.": N * sp.Abs(phi) / S})
    assert check.is_correct("99.6", N * phi / S)
    assert "rebate" in told("99.6", N * sp.Abs(phi) / S)


def test_an_answer_is_tried_inside_the_task_alone(store):
    def largest_leverage(entry_price, price, rate):
        return 1 / (1 - (1 - rate) * entry_price / price)

    store(
        "99.6",
        largest_leverage,
        arguments=[E, S, m],
        ranges={E: (10_000, 30_000), S: (12_000, 90_000)},
        where=lambda E, S: S > E,
    )

    def careful(entry_price, price, rate):
        if not price > entry_price > 0 or not 0 <= rate < 1:
            raise ValueError("the task says that the worst price is above the entry")
        return largest_leverage(entry_price, price, rate)

    assert check.is_correct("99.6", careful)
    assert check.is_correct("99.6", sp.Piecewise((1 / (1 - (1 - m) * E / S), S > E), (sp.nan, True)))


def test_the_boundary_is_tried_where_the_task_names_it(store):
    wealth = sp.Max(0, 1 + L * (1 - E / S))
    store(
        "99.6", wealth, also=[{E: 20_000, S: 1_000, L: 5}], ranges={S: (20_000, 30_000), E: (20_000, 21_000)}
    )
    assert check.is_correct("99.6", wealth)
    assert not check.is_correct("99.6", 1 + L * (1 - E / S))
