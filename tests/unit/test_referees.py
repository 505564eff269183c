"""The referees of tasks with many answers: verdicts are right, and nothing that is handed in raises."""

import numpy as np
import pytest
import sympy as sp

from inversefutures import backtest, datasets, options
from inversefutures.referees import (
    TRADED_FUTURE,
    TRADED_QUOTES,
    UNUSABLE,
    VIEWED_FUTURE,
    VIEWED_QUOTES,
    account_book,
    carry_plan,
    hedge_plan,
    leak_finder,
    risk_plan,
    square_short,
    stated_view,
    sure_trade,
    three_piles,
    tier_schedule,
    top_up_rule,
    two_futures,
    wall_of_bids,
)
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


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ((12_500, 30), "holds"),
        ([sp.Integer(12_500), 35], "holds"),
        (np.array([12_480, 32.0]), "holds"),
        # As many dollars as the coins cost: the floor is not reached at low prices.
        ((10_000, 30), "open"),
        ((13_000, 35), "open"),
        ((12_600, 35), "open"),
        ((0, 30), "open"),
        ((-12_500, 30), "open"),
        ((12_500, 10), "liquidated"),
        ((12_500, 29.2), "liquidated"),
        ((12_500, 29.3), "holds"),
        ((12_500, 1e-9), "liquidated"),
        ((12_500, 50), "all in one place"),
        ((12_500, 51), "no such coins"),
        ((12_500, 0), "no such coins"),
        ((12_500, -1), "no such coins"),
        ((1e300, 30), "open"),
    ],
)
def test_a_plan_for_a_carry_gets_its_verdict(plan, verdict):
    assert carry_plan(plan) == verdict


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "give a pair"),
        (12_500, "give a pair"),
        ((12_500, 30, 1), "give a pair"),
        ("ab", "cannot be tried"),
        ((12_500, sp.Symbol("M")), "cannot be tried"),
        ((12_500, float("nan")), "not finite"),
        ((12_500, None), "cannot be tried"),
        ({"notional": 1, "coins": 2}, "cannot be tried"),
    ],
)
def test_what_is_no_carry_is_told_in_a_sentence(plan, said, capsys):
    assert carry_plan(plan) == UNUSABLE
    assert said in capsys.readouterr().out


def test_an_answer_that_is_not_there_yet_is_handed_on():
    assert carry_plan(...) is ...
    assert top_up_rule(...) is ...
    assert tier_schedule(...) is ...
    assert hedge_plan(...) is ...


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ((2_000, 2.02), "holds"),
        ([np.int64(2_178), np.float64(2.2)], "holds"),
        ((sp.Integer(2_100), sp.Rational(22, 10)), "holds"),
        ((1_999, 2.2), "bill open"),
        ((2_000, 2.01), "liquidated"),
        ((2_179, 2.2), "liquidated"),
        ((2_000, 2.3), "too much posted"),
        ((6_000, 6.06), "too much posted"),
        ((6_001, 12), "too large"),
    ],
)
def test_a_plan_gets_its_verdict(plan, verdict):
    assert hedge_plan(plan) == verdict


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "two numbers"),
        (2_000, "two numbers"),
        ((2_000,), "two numbers"),
        ({"contracts": 2_000}, "two numbers"),
        (("2000", 2.1), "this is text"),
        ((2_000, None), "this is no plan"),
        ((2_000, float("nan")), "not finite"),
        ((-2_000, 2.1), "above zero"),
        ((2_000.5, 2.1), "whole"),
        ((sp.Symbol("n"), 2), "symbols"),
    ],
)
def test_what_is_no_hedge_is_told_in_a_sentence(plan, said, capsys):
    assert hedge_plan(plan) == UNUSABLE
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("futures", "verdict"),
    [
        ([(365, 84_000), (91, 65_700)], "opposite order"),
        ([(91, 65_700), (365, 84_000)], "opposite order"),
        # Two years at 30 % simple are 26.5 % compound, and a quarter at 28 % is 31.1 %.
        (((730, 96_000), (91.25, 64_200)), "opposite order"),
        ([(365, 84_000), (91, 64_000)], "same order"),
        ([(365, 61_000), (91, 60_249)], "too close"),
        ([(365, 84_000), (365, 84_000)], "too close"),
        ([(0, 84_000), (91, 65_700)], "outside"),
        ([(365, 84_000), (91, 6_570)], "outside"),
    ],
)
def test_two_futures_get_their_verdict(futures, verdict):
    assert two_futures(futures) == verdict


@pytest.mark.parametrize(
    "odd",
    [
        *(None, 5, "ab", "abcd", [], [(1, 2)], [(1, 2, 3), (4, 5)], [1, 2], {1: 2}, two_futures),
        *([("a", "b"), (1, 2)], [(float("nan"), 61_000), (91, 65_700)], sp.Symbol("x")),
        [(sp.Symbol("x"), 61_000), (91, 65_700)],
    ],
)
def test_what_is_no_pair_of_futures_is_said_and_not_raised(odd, capsys):
    assert two_futures(odd) in (UNUSABLE, "outside")
    assert capsys.readouterr().out or two_futures(odd) == "outside"


def test_futures_that_are_not_there_yet_stay_so():
    assert two_futures(...) is ...


@pytest.mark.parametrize(
    ("bids", "verdict"),
    [
        ([(61_640, 200_000)], "holds"),
        ([(61_668.6, 100_000), (61_600, 100_000)], "holds"),
        ([], "runs through"),
        ([(61_640, 150_000)], "runs through"),
        ([(61_540, 200_000)], "runs through"),
        ([(61_640, 250_001)], "too much money"),
        ([(61_668.7, 200_000)], "crosses"),
        (..., ...),
    ],
)
def test_a_wall_holds_where_it_is_thick_and_high_enough(bids, verdict):
    assert wall_of_bids(bids) == verdict


@pytest.mark.parametrize("bids", [5, [5], [(61_640,)], [(61_640, "much")], [(61_640, -5)], [(0, 5)], None])
def test_a_wall_that_cannot_be_built_is_said_to_be_so(bids, capsys):
    assert wall_of_bids(bids) == UNUSABLE
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ((20_000, 41_300), "holds"),
        ([np.int64(21_900), sp.Integer(42_000)], "holds"),
        ((19_999, 42_000), "too small"),
        ((22_500, 42_000), "risks too much"),
        ((20_000, 41_000), "risks too much"),
        ((20_000, 43_000), "touched too often"),
        ((20_000, 50_000), "no stop"),
        ((20_000, 60_000), "no stop"),
    ],
)
def test_a_size_with_a_stop_gets_its_verdict(plan, verdict):
    assert risk_plan(plan) == verdict


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "two numbers"),
        ((20_000,), "two numbers"),
        (("20000", 42_000), "this is text"),
        ((20_000, float("nan")), "not finite"),
        ((20_000, 0), "above zero"),
        ((sp.Symbol("n"), 42_000), "symbols"),
    ],
)
def test_what_is_no_size_with_a_stop_is_told_in_a_sentence(plan, said, capsys):
    assert risk_plan(plan) == UNUSABLE
    assert said in capsys.readouterr().out
    assert risk_plan(...) is ...


@pytest.mark.parametrize(
    ("trade", "verdict"),
    [
        ((1, -2, 1, 0, 0), "sure"),  # the butterfly
        ([0, -1, 0, 1, 1], "sure"),  # parity
        ((1, -3, 1, 1, 1), "sure"),  # both
        ((0, 0, 0, 0, 0), "nothing gained"),
        ((0, 0, 0, 0, 1), "can lose"),
        ((-1, 2, -1, 0, 0), "can lose"),
        ((0, 1, 0, -1, -1), "can lose"),
        ((0, 0, 0, -1, 0), "can lose"),
        ((0, -1, 0, 1, 0.9), "can lose"),
        ((11, -22, 11, 0, 0), "too large"),
        ((1, -2, 1, 0), UNUSABLE),
        ({"call": 1}, UNUSABLE),
        ((1, "a", 1, 0, 0), UNUSABLE),
        ((1, float("nan"), 1, 0, 0), UNUSABLE),
        (None, UNUSABLE),
        (..., ...),
    ],
)
def test_a_trade_is_tried_at_every_price(trade, verdict):
    assert sure_trade(trade) == verdict


def test_two_things_are_wrong_with_the_quotes_of_the_task():
    found = options.smile_arbitrages(
        [options.Quote(*quote) for quote in TRADED_QUOTES], futures_price=TRADED_FUTURE
    )
    assert [(each.kind, each.strikes, round(each.gain, 6)) for each in found] == [
        ("butterfly", (50_000, 60_000, 70_000), 0.007),
        ("parity", (60_000,), 0.004),
    ]


def cut_everywhere(strategy, prices):
    return backtest.first_leak(strategy, prices) is not None


def cut_once(strategy, prices):
    return strategy(prices[:-1]) != strategy(prices)[:-1]


def change_the_last(strategy, prices):
    return strategy([*prices[:-1], 2 * prices[-1]])[:-1] != strategy(prices)[:-1]


def change_all_that_comes_later(strategy, prices):
    decided = strategy(prices)
    return any(
        strategy([*prices[: k + 1], *(3 * each for each in prices[k + 1 :])])[: k + 1] != decided[: k + 1]
        for k in range(len(prices))
    )


def turn_round_what_comes_later(strategy, prices):
    decided = strategy(prices)
    return any(
        strategy(prices[: k + 1] + prices[:k:-1])[: k + 1] != decided[: k + 1] for k in range(len(prices))
    )


@pytest.mark.parametrize(
    ("finder", "verdict"),
    [
        (cut_everywhere, "finds them all"),
        (change_all_that_comes_later, "blind to a rare leak"),
        (turn_round_what_comes_later, "blind to the sample"),
        (lambda strategy, prices: np.bool_(cut_everywhere(strategy, prices)), "finds them all"),
        (lambda strategy, prices: True, "accuses everybody"),
        (lambda strategy, prices: False, "accuses nobody"),
        (lambda strategy, prices: strategy(prices[:-1]) != strategy(prices), "accuses everybody"),
        (lambda strategy, prices: strategy(prices[1:]) != strategy(prices)[1:], "accuses the innocent"),
        (cut_once, "blind to a rare leak"),
        (change_the_last, "blind to tomorrow"),
        (lambda strategy, prices: strategy(prices)[0] != strategy(prices[:1])[0], "blind to tomorrow"),
    ],
)
def test_a_finder_of_leaks_gets_its_verdict(finder, verdict):
    assert leak_finder(finder) == verdict


def booked(step=lambda n, a, b: n * (1 / a - 1 / b), size=lambda e, c, a, b: e * c * a, **rules):
    """An account as a learner may keep it, with one of its rules changed."""

    def book(prices, exposures, funding, fee_rate):
        coins, held, out = 1.0, 0.0, [1.0]
        for k, exposure in enumerate(exposures):
            a, b = prices[k], prices[k + 1]
            new = size(exposure, coins, a, b)
            fee = rules.get("fee", lambda new, held: abs(new - held))(new, held)
            coins -= fee_rate * fee / rules.get("fee_at", lambda a, b: a)(a, b)
            coins += step(new, a, b) - rules.get("funding", lambda n, f: n * f)(new, funding[k])
            held = new
            if rules.get("dies", True) and coins <= 0:
                coins = held = 0.0
            out.append(coins)
        return out

    return book


def sized_after_the_fee(prices, exposures, funding, fee_rate):
    coins, held, out = 1.0, 0.0, [1.0]
    for k, exposure in enumerate(exposures):
        coins -= fee_rate * abs(exposure * coins * prices[k] - held) / prices[k]
        held = exposure * coins * prices[k]
        coins += held * (1 / prices[k] - 1 / prices[k + 1] - funding[k])
        coins, held = (coins, held) if coins > 0 else (0.0, 0.0)
        out.append(coins)
    return out


def shown_as_dead(*market):
    """Show 0 for an account that goes on below it, and may come back."""
    return [max(0.0, coins) for coins in booked(dies=False)(*market)]


def only_the_last(prices, exposures, funding, fee_rate):
    return booked()(prices, exposures, funding, fee_rate)[-1]


@pytest.mark.parametrize(
    ("book", "verdict"),
    [
        (booked(), "stands"),
        (
            lambda prices, exposures, funding, fee_rate: (
                backtest.run(backtest.Path(prices, [0, *funding]), exposures, fee_rate=fee_rate).coins
            ),
            "stands",
        ),
        (lambda *given: np.array(booked()(*given)), "stands"),
        (booked(step=lambda n, a, b: n / a * (b - a) / a), "linear"),
        (booked(size=lambda e, c, a, b: e * c * b), "linear"),
        (booked(step=lambda n, a, b: abs(n) * (1 / a - 1 / b)), "wrong side"),
        (booked(funding=lambda n, f: -n * f), "funding"),
        (booked(funding=lambda n, f: abs(n) * f), "funding"),
        (booked(funding=lambda n, f: 0), "funding"),
        (booked(size=lambda e, c, a, b: e * 100), "not resized"),
        (booked(size=lambda e, c, a, b: e * a), "not resized"),
        (booked(fee=lambda new, held: abs(new)), "fee for holding"),
        (booked(fee=lambda new, held: abs(abs(new) - abs(held))), "half a fee"),
        (booked(fee=lambda new, held: 0), "no fee"),
        (booked(fee=lambda new, held: abs(new - held) if held else 0), "no fee"),
        (booked(fee=lambda new, held: 2 * abs(new - held)), "opening fee"),
        (sized_after_the_fee, "sized after the fee"),
        (booked(fee_at=lambda a, b: b), "fee at another price"),
        (booked(dies=False), "risen from the dead"),
        (shown_as_dead, "risen from the dead"),
        (booked(funding=lambda n, f: n * f if n < 0 else 0), "does not add up"),
        (only_the_last, UNUSABLE),
    ],
)
def test_a_book_is_attacked(book, verdict):
    assert account_book(book) == verdict


@pytest.mark.parametrize("referee", [leak_finder, account_book])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "hand over the function itself"),
        (7, "hand over the function itself"),
        (int, "hand over the function itself"),
        (lambda: 1, "but it is called with ("),
        (lambda *given: None, "is a `return` missing?"),
        (lambda *given: "yes", "returned 'yes'"),
        (lambda *given: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_what_is_no_finder_and_no_book_is_told_in_a_sentence(referee, answer, said, capsys):
    assert referee(answer) == UNUSABLE
    assert said in capsys.readouterr().out
    assert referee(...) is ...


def test_a_book_of_another_length_is_told_so(capsys):
    assert account_book(lambda *given: [1.0]) == UNUSABLE
    assert "1 numbers for 2 prices" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ((20, 6, 4_000), "holds"),
        ([20, 6.5, 5_000], "holds"),
        ((sp.Integer(21), np.float64(6.4), 4_400), "holds"),
        ((19.9, 6, 4_000), "too small"),
        ((20, 5.9, 3_800), "liquidated"),
        ((20, 4, 0), "liquidated"),  # twice the debt, and no delta
        ((40, 12, 8_000), "too many coins"),
        ((20, 6, 0), "tilted"),
        ((20, 6, -4_000), "tilted"),
        ((20, 6, 4_100), "tilted"),
        (..., ...),
    ],
)
def test_a_short_of_a_square_gets_its_verdict(plan, verdict):
    assert square_short(plan) == verdict


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "three numbers"),
        ((20, 6), "three numbers"),
        (("20", 6, 4_000), "this is text"),
        ((20, 6, float("nan")), "not finite"),
        ((20, 0, 4_000), "above zero"),
        ((-20, 6, 4_000), "above zero"),
        ((20, sp.Symbol("C"), 4_000), "symbols"),
    ],
)
def test_what_is_no_short_of_a_square_is_told_in_a_sentence(plan, said, capsys):
    assert square_short(plan) == UNUSABLE
    assert said in capsys.readouterr().out


SORTED = {"a": "known", "b": "likely", "c": "not known", "d": "known", "e": "not known"}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "sorted"),
        ({"b": "known"}, "too sure"),
        ({"c": "likely", "e": "known"}, "too sure"),
        ({"a": "likely"}, "too shy"),
        ({"b": "not known"}, "no assumption"),
        ({"b": "not known", "d": "likely"}, "too shy"),
        ({"a": "not known", "e": "likely"}, "both"),
    ],
)
def test_sentences_on_a_wrong_pile_claim_too_much_or_too_little(changed, verdict, capsys):
    assert three_piles(SORTED | changed) == verdict
    assert f"{5 - len(changed)} of 5 stand where they belong" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "known",
        [],
        {},
        {"a": "known"},
        SORTED | {"f": "known"},
        SORTED | {"a": "sure"},
        SORTED | {"a": ["known"]},
    ],
)
def test_what_is_no_sorting_is_said(answer, capsys):
    assert three_piles(answer) == UNUSABLE
    assert "pile" in (said := capsys.readouterr().out) or "dictionary" in said


def test_letters_and_piles_may_be_written_large():
    assert three_piles({letter.upper(): f" {pile.title()}" for letter, pile in SORTED.items()}) == "sorted"


def test_the_names_of_the_piles_are_quoted_so_that_a_comma_ends_one(capsys):
    three_piles(SORTED | {"b": "maybe"})
    assert "b: there is no such pile. The piles are called 'not known', 'likely', 'known'." in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("referee", "plan", "verdict"),
    [
        (hedge_plan, (2_000, 2.02), "holds"),
        (carry_plan, (12_500, 30), "holds"),
        (risk_plan, (20_000, 42_000), "holds"),
        (square_short, (20, 6, 4_000), "holds"),
        (stated_view, (-0.1, 0, 0, 0.9, 0, 0, 0.0613), "holds"),
        (sure_trade, (0, 0, 0, 0, 0), "nothing gained"),
        (wall_of_bids, [(61_645, 250_000)], wall_of_bids([(61_645, 250_000)])),
        (two_futures, [(30, 60_500), (365, 66_000)], two_futures([(30, 60_500), (365, 66_000)])),
    ],
)
def test_a_plan_may_be_an_array(referee, plan, verdict):
    assert referee(np.array(plan)) == referee(plan) == verdict
    assert referee(np.array([1.0])) == UNUSABLE


def test_sentences_that_are_not_sorted_yet_stay_so():
    assert three_piles(...) is ...


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ((-0.1, 0, 0, 0.9, 0, 0, 0.0613), "holds"),
        ([sp.Rational(-1, 5), 0, 0, np.float64(0.8), 0, 0, 0.0947], "holds"),
        # A part of the put is paid for with calls far away: 0.1 coins of them owe 0.02 coins at 150,000 USD.
        ((-0.1, 0, 0, 0.9, 0, -0.1, 0.081), "holds"),
        # No single put goes that far, not even the one that makes its floor level.
        ((0, 0, 1, 0, 0, 0, 0.0225), "falls too low"),
        ((0, 0, 0, 1 / 1.028, 0, 0, 0.0272), "falls too low"),
        ((0, 0, 0, 0, 0, 0, 0), "falls too low"),
        # A spread stops protecting, a smaller put never covers all, and too many sold calls owe without end.
        ((0, -1, 0, 1, 0, 0, 0.0237), "falls too low"),
        ((0, 0, 0.9, 0, 0, 0, 0.02), "falls too low"),
        ((0, 0, 1, 0, 0, -1.1, 0.2), "falls too low"),
        ((0, 1, 0, 0, 0, 0, 0.0046), "falls too low"),
        ((1, 0, 0, 0, 0, 0, 0), "falls too low"),
        ((-1, 0, 0, 0, 0, 0, 0.3614), "gives up too much"),
        ((-0.5, 0, 0, 0.5, 0, 0, 0.1947), "gives up too much"),
        # A collar that has cost coins lacks them above its call, and they grow dearer without end.
        ((0, 0, 1, 0, -1, 0, 0.3035), "falls too low"),
        ((-0.1, 0, 0, 0.9, 0, 0, 9_201), "cost misstated"),
        ((-0.1, 0, 0, 0.9, 0, 0, -0.0613), "cost misstated"),
        ((-0.1, 0, 0, 0.9, 0, 0, 0.9387), "cost misstated"),
        ((-0.1, 0, 0, 0.9, 0, 0, 0.062), "cost misstated"),
        ((0, 0, 11, 0, 0, 0, 0.0225), "too large"),
        (..., ...),
    ],
)
def test_a_payoff_for_a_view_gets_its_verdict(plan, verdict):
    assert stated_view(plan) == verdict


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "seven numbers"),
        ((0, 0, 1, 0, 0, 0), "seven numbers"),
        ((0, 0, "one", 0, 0, 0, 0), "this is no plan"),
        ((0, 0, float("nan"), 0, 0, 0, 0), "not finite"),
        ((0, 0, sp.Symbol("x"), 0, 0, 0, 0), "symbols"),
        ({"put": 1}, "seven numbers"),
    ],
)
def test_what_is_no_payoff_is_told_in_a_sentence(plan, said, capsys):
    assert stated_view(plan) == UNUSABLE
    assert said in capsys.readouterr().out


def test_the_quotes_of_the_view_are_those_of_the_shipped_table():
    shipped = {
        row.strike: row
        for row in datasets.deribit_option_quotes_2026()
        if (f"{row.time:%d %b}", f"{row.expiry:%d %b}") == ("16 Jan", "27 Feb")
    }
    for option, strike, bid, ask in VIEWED_QUOTES:
        row = shipped[strike]
        quoted = (row.put_bid, row.put_ask) if option == "put" else (row.call_bid, row.call_ask)
        assert (bid, ask, VIEWED_FUTURE) == (*quoted, row.futures_price)
