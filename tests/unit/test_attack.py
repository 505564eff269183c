"""The attacks on a learner's index: they find what is weak, wherever it stands, and never fail themselves."""

import math
from fractions import Fraction
from statistics import fmean, geometric_mean, harmonic_mean, median

import pytest
import sympy as sp

from inversefutures.attack import attack, attacks, successes


def middle_three(prices):
    return sum(sorted(prices)[2:-2]) / 3


def winsorised(prices):
    low, high = sorted(prices)[2], sorted(prices)[4]
    return sum(min(max(price, low), high) for price in prices) / 7


def farthest_two_out(prices):
    middle = median(prices)
    return sum(sorted(prices, key=lambda price: abs(price - middle))[:-2]) / 5


def sorts_in_place(prices):
    prices.sort()
    return prices[3]


def test_each_pair_of_markets_is_tried_with_every_pair_of_prices():
    tried = [tuple(prices) for prices, _ in attacks()]
    assert len(tried) == 2 * 21 * 12 * 12
    for place in range(7):
        assert {1, 25_000, 10**9} <= {prices[place] for prices in tried}
    for prices, honest in attacks():
        left = list(prices)
        for price in honest:
            left.remove(price)
        assert len(left) == 2


@pytest.mark.parametrize(
    "index",
    [
        median,
        middle_three,
        winsorised,
        sorts_in_place,
        lambda prices: sorted(prices)[2],
        lambda prices: sorted(prices)[4],
        lambda prices: Fraction(sum(sorted(prices)[2:5]), 3),
        lambda prices: sp.Rational(sum(sorted(prices)[2:5]), 3),
        lambda prices: geometric_mean(sorted(prices)[2:5]),
        lambda prices: sum(sorted(prices)[k] for k in (2, 4)) / 2,
    ],
)
def test_what_lies_between_the_third_and_the_fifth_price_survives(index, capsys):
    assert attack(index) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "index",
    [
        *(lambda prices, place=place: prices[place] for place in range(7)),
        min,
        max,
        lambda prices: sum(prices) / 7,
        harmonic_mean,
        geometric_mean,
        lambda prices: sum(sorted(prices)[1:-1]) / 5,
        lambda prices: sorted(prices)[1],
        lambda prices: (min(prices) + max(prices)) / 2,
        farthest_two_out,
        lambda prices: 30_020,
        lambda prices: round(median(prices), -2),
    ],
)
def test_what_two_markets_can_move_is_found(index, capsys):
    assert attack(index) > 0
    assert "The first attack that succeeds: at [" in capsys.readouterr().out


def test_an_exact_mean_is_shown_as_a_decimal(capsys):
    for index in (lambda p: Fraction(sum(p), 7), lambda p: sp.Rational(sum(p), 7)):
        assert attack(index) > 0
        assert "your index is 21,453.14286, and" in capsys.readouterr().out
    assert attack(lambda p: Fraction(30_021)) > 0
    assert "with all prices doubled it is 30,021." in capsys.readouterr().out


def test_what_an_index_prints_is_not_shown(capsys):
    def noisy(prices):
        print("asked")
        return median(prices)

    assert attack(noisy) == 0
    assert capsys.readouterr().out == ""


def leaving(prices):
    raise SystemExit


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (leaving, "SystemExit"),
        (lambda prices: None, "is a `return` missing?"),
        (None, "TypeError"),
        (30_000, "TypeError"),
        ("median", "TypeError"),
        (sp.Symbol("S"), "fails"),
        (lambda a, b, c, d, e, f, g: a, "TypeError"),
        (lambda: 1, "TypeError"),
        (lambda prices: "30000", "str, which is no price"),
        (lambda prices: prices, "list, which is no price"),
        (lambda prices: 1j, "complex, which is no price"),
        (lambda prices: math.nan, "nan"),
        (lambda prices: math.inf, "inf"),
        (lambda prices: sp.Symbol("S"), "which is no price"),
        (lambda prices: {}[1], "KeyError"),
        (lambda prices: 1 / 0, "ZeroDivisionError"),
        (lambda prices: ..., "which is no price"),
        (lambda prices: lambda: 1, "function, which is no price"),
    ],
)
def test_an_index_that_gives_no_price_is_broken_at_every_attack(index, said, capsys):
    assert attack(index) == sum(1 for _ in attacks())
    assert said in capsys.readouterr().out


def test_the_count_tells_one_weak_mean_from_another():
    counts = [len(successes(index)) for index in (fmean, harmonic_mean, geometric_mean, farthest_two_out)]
    assert len(set(counts)) == 4


def test_an_unanswered_task_stays_unanswered():
    assert attack(...) is ...
