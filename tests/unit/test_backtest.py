"""Backtests: the account against cash flows kept apart, statistics against others' code, laws and limits."""

import itertools
import math
import random
import statistics

import empyrical
import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from inversefutures import backtest, contract, datasets, funding, margin
from inversefutures.backtest import Path
from inversefutures.notation import A_F, LONG, S_0, SHORT, C, N_e, N_h, S, phi
from inversefutures.position import Fill, position_after

BELL = statistics.NormalDist()
markets = st.lists(st.tuples(st.floats(80, 120), st.floats(-1e-5, 1e-5)), min_size=2, max_size=12)
returns = st.lists(st.floats(-0.3, 0.3), min_size=5, max_size=40)


def path_of(market):
    closes, rates = zip(*market, strict=True)
    return Path(closes, rates)


def exposures_for(path, seed, most=0.5):
    draw = random.Random(seed)
    return [draw.uniform(-most, most) for _ in range(len(path) - 1)]


# --- the account ----------------------------------------------------------------------------------


@given(markets, st.integers(0, 99), st.sampled_from([0, 0.00075, -0.00025]))
def test_an_account_is_its_cash_flows_kept_apart(market, seed, fee_rate):
    # Gains by the average entry price of all fills, fees and funding each by their own function.
    path = path_of(market)
    account = backtest.run(path, exposures_for(path, seed), fee_rate=fee_rate)
    held, fees, paid, fills = 0.0, 0.0, 0.0, []
    for k, notional in enumerate(account.notionals):
        price, traded = path.prices[k], notional - held
        if traded:
            fills.append(Fill(side=LONG if traded > 0 else SHORT, notional=abs(traded), price=price))
            fees += float(contract.fee(notional=abs(traded), price=price, fee_rate=fee_rate))
        held = notional
        if held:
            paid += float(
                funding.payment_at_absolute_rate(
                    side=LONG if held > 0 else SHORT,
                    notional=abs(held),
                    absolute_funding_rate=path.absolute_funding_rates[k + 1],
                )
            )
    gains = float(position_after(fills).total_profit_and_loss(path.prices[-1]))
    assert account.coins[-1] == pytest.approx(1 + gains - fees - paid, abs=1e-9)


def test_a_step_is_one_trade_of_the_contract():
    step = backtest.coins_after(earlier_notional=0, held_notional=N_h, absolute_funding_rate=0, fee_rate=0)
    gain = contract.profit_and_loss(side=LONG, notional=1, entry_price=S_0, price=S)
    assert sp.simplify(step - C - N_h * gain) == 0
    whole = backtest.coins_after()
    assert whole.diff(A_F) == -N_h
    assert sp.simplify(whole.subs({S: S_0, A_F: 0}) - (C - phi * sp.Abs(N_h - N_e) / S_0)) == 0


@given(markets)
def test_without_a_position_nothing_happens(market):
    path = path_of(market)
    assert set(backtest.run(path, [0] * (len(path) - 1), fee_rate=0.01).coins) == {1.0}


@given(markets)
def test_a_1x_short_that_is_always_resized_keeps_its_dollars(market):
    closes, _ = zip(*market, strict=True)
    account = backtest.run(Path(closes), [-1] * (len(closes) - 1))
    assert account.dollars == pytest.approx([closes[0]] * len(closes))


@given(markets, st.integers(0, 99))
def test_coins_are_counted_in_any_unit(market, seed):
    path = path_of(market)
    exposures = exposures_for(path, seed)
    one = backtest.run(path, exposures, fee_rate=0.001).coins
    many = backtest.run(path, exposures, fee_rate=0.001, starting_coins=250).coins
    assert many == pytest.approx([250 * each for each in one])


@given(markets, st.integers(0, 99))
def test_fees_and_a_later_death_never_help(market, seed):
    path = path_of(market)
    exposures = exposures_for(path, seed, most=3)
    free = backtest.run(path, exposures).coins[-1]
    assert backtest.run(path, exposures, fee_rate=0.001).coins[-1] <= free + 1e-12
    assert backtest.run(path, exposures, maintenance_margin_rate=0.05).coins[-1] <= free + 1e-12


def test_dead_is_dead():
    account = backtest.run(Path([100, 40, 400, 800]), [1, 1, -1])
    assert account.coins == (1.0, 0.0, 0.0, 0.0)
    assert account.notionals == (0.0, 0.0, 0.0)
    assert account.died_at == 1
    assert account.returns == (-1.0, 0.0, 0.0)
    assert backtest.run(Path([100, 90]), [1]).died_at is None


@pytest.mark.parametrize("side", [LONG, SHORT])
@pytest.mark.parametrize("leverage", [2, 5, 20])
def test_an_account_dies_at_the_liquidation_price_of_the_margin_lesson(side, leverage):
    last = float(
        margin.liquidation_price(
            side=side, entry_price=100, leverage=leverage, maintenance_margin_rate=0.005, base="mark"
        )
    )
    for factor, dead in ((1 - 1e-9 * int(side), True), (1 + 1e-9 * int(side), False)):
        account = backtest.run(
            Path([100, last * factor]), [int(side) * leverage], maintenance_margin_rate=0.005
        )
        assert (account.died_at == 1) is dead


def test_arrays_are_taken_as_they_are():
    account = backtest.run(Path(np.array([100.0, 125]), np.array([0, 1e-6])), np.array([1]))
    assert account.coins == pytest.approx((1, 1.2 - 1e-4))
    assert backtest.largest_drawdown(np.array(account.coins)) == 0
    assert backtest.annual_growth(np.array([1.0, 2.0]), periods_a_year=1) == 1


def test_dollars_are_set_anew_in_every_step_or_only_at_changes():
    path = Path([100, 125, 100, 125])
    always = backtest.run(path, [1, 1, -1])
    seldom = backtest.run(path, [1, 1, -1], resized="at changes")
    assert always.notionals == pytest.approx((100, 150, -90))
    assert seldom.notionals == pytest.approx((100, 100, -100))
    assert seldom.coins == pytest.approx((1, 1.2, 1.0, 0.8))
    with pytest.raises(ValueError, match="resized is 'never', but must be one of 'every step', 'at changes'"):
        backtest.run(path, [1, 1, 1], resized="never")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"prices": [100, 0]}, r"prices\[1\] is 0 USD per BTC: give prices above 0"),
        ({"prices": [100, -5]}, r"prices\[1\] is -5 USD per BTC"),
        ({"prices": [100, float("nan")]}, r"prices\[1\] is nan USD per BTC: fill or drop it"),
        ({"prices": [100, None]}, r"prices\[1\] is None: give a number, USD per BTC"),
        ({"prices": [100, "up"]}, r"prices\[1\] is 'up'"),
        (
            {"prices": [100, 101], "absolute_funding_rates": [0]},
            r"2 prices and 1 absolute_funding_rates: give one for each price",
        ),
        ({"prices": [100, 101], "times": [1, 2, 3]}, r"2 prices and 3 times"),
        (
            {"prices": [100, 101], "times": ["2020-01-02", "2020-01-01"]},
            r"times\[1\] is 2020-01-01, not later",
        ),
        ({"prices": [100, 101], "times": [5, 5]}, r"times\[1\] is 5, not later than 5 before it: sort them"),
    ],
)
def test_a_path_that_cannot_be_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Path(**given)


@pytest.mark.parametrize(
    ("exposures", "options", "message"),
    [
        ([1], {}, "3 prices and 1 exposures: give at least two prices, and one exposure for each step"),
        ([1, math.inf], {}, r"exposures\[1\] is inf: fill or drop it"),
        ([1, 101], {}, r"exposures\[1\] is 101 at 2, beyond .*within ±100 times its coins"),
        ([1, -30], {"maintenance_margin_rate": 0.05}, r"exposures\[1\] is -30 .*within ±20 times"),
        ([4, 1], {"largest_exposure": 3}, r"exposures\[0\] is 4 .*within ±3 times"),
        ([1, 1], {"fee_rate": 2}, "fee_rate is 2, but its domain is"),
        ([1, 1], {"starting_coins": 0}, r"coins is 0, but its domain is C > 0 \(BTC\)"),
    ],
)
def test_an_account_that_cannot_be_is_refused(exposures, options, message):
    with pytest.raises(ValueError, match=message):
        backtest.run(Path([100, 101, 102], times=[1, 2, 3]), exposures, **options)


def test_the_largest_exposure_that_is_allowed_can_be_held():
    account = backtest.run(Path([100, 101, 102]), [3, -3], largest_exposure=3)
    assert account.coins[1] == pytest.approx(1 + 3 * (1 - 100 / 101))


# --- what a rule may know -------------------------------------------------------------------------


def momentum(lookback):
    def rule(past):
        closes = past.prices
        if len(closes) <= lookback:
            return 0
        return (closes[-1] > closes[-1 - lookback]) - (closes[-1] < closes[-1 - lookback])

    return rule


@given(st.lists(st.floats(50, 200), min_size=6, max_size=15), st.data())
def test_no_rule_can_know_what_comes_later(closes, data):
    k = data.draw(st.integers(1, len(closes) - 2))
    other = closes[: k + 1] + [250.0] * (len(closes) - k - 1)
    rule = momentum(2)
    assert backtest.decisions(rule, Path(closes))[: k + 1] == backtest.decisions(rule, Path(other))[: k + 1]


def test_a_rule_is_shown_the_past_alone_and_cannot_spoil_it():
    path = Path([100, 110, 120, 130], [0, 1e-6, 2e-6, 3e-6], times=[1, 2, 3, 4])
    seen = []

    def curious(past):
        seen.append((past.prices, past.absolute_funding_rates, past.times))
        with pytest.raises(AttributeError):
            past.prices = ()
        return 1

    assert backtest.decisions(curious, path) == (1, 1, 1)
    assert [len(prices) for prices, _, _ in seen] == [1, 2, 3]
    assert seen[-1] == ((100, 110, 120), (0, 1e-6, 2e-6), (1, 2, 3))


def test_a_later_fill_moves_all_decisions_by_as_much():
    closes = [100, 103, 101, 107, 106, 104, 109]
    at_once = backtest.decisions(momentum(1), Path(closes))
    assert backtest.decisions(momentum(1), Path(closes), fill_delay=2) == (0, 0, *at_once[:-2])
    assert backtest.decisions(momentum(1), Path(closes), fill_delay=99) == (0,) * 6


@pytest.mark.parametrize("delay", [-1, 0.5])
def test_a_fill_before_its_signal_is_refused(delay):
    with pytest.raises(ValueError, match="a fill cannot come before its signal"):
        backtest.decisions(momentum(1), Path([100, 101]), fill_delay=delay)


@pytest.mark.parametrize("answer", [None, "long", math.nan, math.inf])
def test_a_rule_that_answers_with_no_number_is_named(answer):
    with pytest.raises(ValueError, match=r"the rule answered .* at 3: let it return an exposure"):
        backtest.decisions(lambda past: answer, Path([100, 101], times=[3, 4]))


def test_a_leak_is_found_where_it_is():
    closes = [100, 103, 101, 107, 106, 104, 109]
    assert backtest.first_leak(lambda p: [x > max(p[: k + 1]) - 1 for k, x in enumerate(p)], closes) is None
    assert backtest.first_leak(lambda p: [*p[1:], 0], closes) == 0
    assert (
        backtest.first_leak(lambda p: [x - min(p[-2:]) if k == 4 else 0 for k, x in enumerate(p)], closes)
        == 4
    )
    # A mean over three closes is not there on the first two days; that is no leak.
    late = [math.nan, math.nan, *(sum(closes[k - 2 : k + 1]) for k in range(2, 7))]
    assert backtest.first_leak(lambda p: late[: len(p)], closes) is None
    with pytest.raises(ValueError, match="was shown 7 prices and returned 6 decisions"):
        backtest.first_leak(lambda p: p[1:], closes)


# --- what a record says ---------------------------------------------------------------------------


@given(returns)
def test_the_figures_of_a_record_are_those_of_empyrical(series):
    assume(np.std(series) > 1e-6 and min(series) < -1e-6)
    values = [1, *np.cumprod(1 + np.array(series))]
    record = np.array(series)
    assert backtest.largest_drawdown(values) == pytest.approx(-empyrical.max_drawdown(record), abs=1e-12)
    assert backtest.annual_growth(values) == pytest.approx(
        empyrical.annual_return(record, annualization=365), rel=1e-9
    )
    assert backtest.moments(series).deviation * 365**0.5 == pytest.approx(
        empyrical.annual_volatility(record, annualization=365)
    )
    assert float(
        backtest.annual_sharpe_ratio(sharpe_ratio=backtest.moments(series).sharpe_ratio, periods_a_year=365)
    ) == pytest.approx(empyrical.sharpe_ratio(record, annualization=365), rel=1e-9, abs=1e-12)
    for required in (0, 0.001):
        ours = backtest.sortino_ratio(series, required=required) * 365**0.5
        theirs = empyrical.sortino_ratio(record, required_return=required, annualization=365)
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@given(returns)
def test_moments_are_those_of_arrays_and_no_record_has_less_kurtosis(series):
    assume(np.std(series) > 1e-6)
    found, array = backtest.moments(series), np.array(series)
    z = (array - array.mean()) / array.std()
    assert (found.skewness, found.kurtosis) == pytest.approx(((z**3).mean(), (z**4).mean()), abs=1e-8)
    assert found.kurtosis >= 1 + found.skewness**2 - 1e-9


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=30))
def test_a_drawdown_in_dollars_is_not_that_in_coin_but_one_of_a_constant_is(values):
    assert backtest.largest_drawdown([7 * each for each in values]) == pytest.approx(
        backtest.largest_drawdown(values)
    )
    assert 0 <= backtest.largest_drawdown(values) < 1


def test_a_year_of_dependent_days_is_that_of_a_simulated_autoregression():
    q, rho = 12, 0.4
    variance = q + 2 * sum((q - k) * rho**k for k in range(1, q))
    ours = float(backtest.annual_sharpe_ratio(sharpe_ratio=1, periods_a_year=q, autocorrelation=rho))
    assert ours == pytest.approx(q / math.sqrt(variance))
    # √12 overstates by 20 percent at 0.2, and by 47 percent at 0.4.
    for rho, too_much in ((0.2, 0.20), (0.4, 0.47)):
        ours = backtest.annual_sharpe_ratio(sharpe_ratio=1, periods_a_year=q, autocorrelation=rho)
        assert math.sqrt(12) / float(ours) - 1 == pytest.approx(too_much, abs=0.005)


@pytest.mark.parametrize("draw", ["bell", "skewed"])
def test_the_error_of_a_sharpe_ratio_is_that_of_many_records(draw):
    rng = np.random.default_rng(19)
    shape = (20_000, 200)
    if draw == "bell":
        sample, shapes = rng.normal(0.2, 1, shape), {"skewness": 0, "kurtosis": 3}
    else:  # an exponential, turned round: skewness −2, kurtosis 9
        sample, shapes = 1.2 - rng.exponential(1, shape), {"skewness": -2, "kurtosis": 9}
    measured = (sample.mean(axis=1) / sample.std(axis=1, ddof=1)).std()
    ours = float(backtest.sharpe_error(sharpe_ratio=0.2, observations=200, **shapes))
    assert measured == pytest.approx(ours, rel=0.03)


@given(st.floats(-0.5, 0.5), st.floats(-2, 2), st.floats(0, 10), st.integers(10, 500))
def test_the_probabilistic_ratio_is_written_out_once_more(ratio, skewness, more, count):
    kurtosis = 1 + skewness**2 + more
    deviation = math.sqrt((1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2) / (count - 1))
    assume(deviation > 1e-3)
    ours = backtest.probabilistic_sharpe_ratio(
        sharpe_ratio=ratio, benchmark_sharpe=0.1, skewness=skewness, kurtosis=kurtosis, observations=count
    )
    assert float(ours) == pytest.approx(BELL.cdf((ratio - 0.1) / deviation), abs=1e-9)


@given(st.floats(0.05, 1), st.floats(0.01, 0.3))
def test_after_the_minimum_track_record_the_doubt_is_the_significance(ratio, significance):
    periods = backtest.minimum_track_record(sharpe_ratio=ratio, significance=significance)
    assume(periods > 2)
    sure = backtest.probabilistic_sharpe_ratio(sharpe_ratio=ratio, observations=periods)
    assert float(sure) == pytest.approx(1 - significance, abs=1e-9)


@pytest.mark.parametrize("trials", [5, 99, 1000])
def test_the_best_of_many_is_that_of_the_bell_curve(trials):
    # E max = ∫ x d(Φ(x)^n), by sums.
    grid = np.linspace(-8, 8, 20_001)
    cdf = np.array([BELL.cdf(x) for x in grid]) ** trials
    exact = float(((grid[1:] + grid[:-1]) / 2 * np.diff(cdf)).sum())
    ours = float(backtest.expected_best_sharpe(trials=trials, trial_deviation=1))
    assert ours == pytest.approx(exact, rel=0.03)
    assert ours > exact or trials == 5


def test_one_more_trial_makes_a_record_worth_less():
    chances = [
        float(
            backtest.deflated_sharpe_ratio(
                sharpe_ratio=0.06, trials=trials, trial_deviation=0.01, observations=1_600
            )
        )
        for trials in (2, 10, 100, 1_000)
    ]
    assert chances == sorted(chances, reverse=True)


def test_how_long_a_backtest_has_to_be():
    for trials, years in ((10, 2.5), (45, 5.0), (100, 6.4)):
        found = float(backtest.minimum_backtest_length(trials=trials, sharpe_ratio=1))
        assert found == pytest.approx(years, abs=0.06)
        # After so many years a year's ratio of luck has the deviation 1/√years.
        assert float(
            backtest.expected_best_sharpe(trials=trials, trial_deviation=found**-0.5)
        ) == pytest.approx(1)


def test_what_is_missed_and_what_is_false_by_counting():
    rng = np.random.default_rng(5)
    count, ratio = 50, 0.3
    line = BELL.inv_cdf(0.95) / math.sqrt(count)
    sample = rng.normal(ratio, 1, (40_000, count))
    missed = float(((sample.mean(axis=1) / sample.std(axis=1, ddof=1)) < line).mean())
    ours = float(backtest.missed_skill(sharpe_ratio=ratio, significance=0.05, observations=count))
    assert missed == pytest.approx(ours, abs=0.02)
    rate = backtest.false_discovery_rate(significance=0.05, missed_share=0.2, skilled_share=0.1)
    assert float(rate) == pytest.approx(900 * 0.05 / (900 * 0.05 + 100 * 0.8))
    assert backtest.false_discovery_rate(significance=0.05, missed_share=0.2, skilled_share=1) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: backtest.sharpe_error(sharpe_ratio=1, kurtosis=0, observations=9), "kurtosis is 0, but its"),
        (
            lambda: backtest.sharpe_error(sharpe_ratio=1, skewness=2, kurtosis=3, observations=9),
            r"at least 1 \+ skewness², 5; that of a bell curve is 3",
        ),
        (lambda: backtest.sharpe_error(sharpe_ratio=1, observations=0), "observations is 0, but its domain"),
        (
            lambda: backtest.minimum_track_record(sharpe_ratio=0.1, benchmark_sharpe=0.1, significance=0.05),
            "give a ratio above it",
        ),
        (lambda: backtest.minimum_backtest_length(trials=9, sharpe_ratio=-1), "above 0"),
        (
            lambda: backtest.expected_best_sharpe(trials=1, trial_deviation=1),
            "of one rule there is no best",
        ),
        (lambda: backtest.annual_sharpe_ratio(sharpe_ratio=1, periods_a_year=0), "periods_a_year is 0"),
        (
            lambda: backtest.annual_sharpe_ratio(sharpe_ratio=1, periods_a_year=12, autocorrelation=1),
            "autocorrelation is 1, but its domain is −1 < rho_1 < 1",
        ),
        (lambda: backtest.moments([0.1]), "1 returns that do not vary"),
        (lambda: backtest.moments([0.1, 0.1, 0.1]), "give two or more that do"),
        (lambda: backtest.moments([0.1, math.nan]), r"returns\[1\] is nan"),
        (lambda: backtest.sortino_ratio([0.1, 0.2]), "no return is below"),
        (lambda: backtest.downside_deviation([]), "there are no returns"),
        (lambda: backtest.largest_drawdown([1, -0.5]), "none below 0"),
        (lambda: backtest.largest_drawdown([0, 1]), "the first above it"),
        (lambda: backtest.annual_growth([1]), "two or more numbers"),
        (lambda: backtest.walk_forward([[1, 2, 3]], chosen_on=2, traded_for=1), "give two rules or more"),
        (lambda: backtest.walk_forward([[1, 2], [1]], chosen_on=2, traded_for=1), "as many returns as"),
        (lambda: backtest.walk_forward([[1, 2], [2, 1]], chosen_on=2, traded_for=1), "leave some to trade"),
        (lambda: backtest.overfitting_probability([[1, 2, 3, 4]] * 2, blocks=3), "give an even number"),
        (lambda: backtest.overfitting_probability([[1, 2, 3, 4]] * 2, blocks=4), "cannot be cut into 4"),
    ],
)
def test_what_says_nothing_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- choosing among rules -------------------------------------------------------------------------


def test_whoever_walks_forward_trades_what_was_best_before():
    rng = np.random.default_rng(3)
    table = rng.normal(size=(4, 30))
    ours = backtest.walk_forward(table, chosen_on=10, traded_for=7, start=2)
    expected = []
    for now in (12, 19, 26):
        past = table[:, now - 10 : now]
        best = (past.mean(axis=1) / past.std(axis=1)).argmax()
        expected += list(table[best, now : now + 7])
    assert ours == pytest.approx(expected)


def test_a_rule_that_did_nothing_is_chosen_only_if_there_is_no_other():
    flat, poor = [0.0] * 6, [-1.0, -2.0, -1.0, -2.0, -1.0, -2.0]
    assert backtest.walk_forward([flat, poor], chosen_on=2, traded_for=2) == (-1, -2, -1, -2)
    assert backtest.walk_forward([flat, flat], chosen_on=2, traded_for=2) == (0, 0, 0, 0)


def test_the_first_choice_is_made_on_the_first_returns_alone():
    # Gains of a tenth of a percent, every day: nothing else may be in so small a sum.
    steady, wild = [0.002, 0.001] * 3, [0.01, -0.004] * 3
    assert backtest.walk_forward([wild, steady], chosen_on=4, traded_for=2) == (0.002, 0.001)


def test_luck_is_chosen_as_often_below_the_middle_as_above():
    rng = np.random.default_rng(11)
    chances = [backtest.overfitting_probability(rng.normal(size=(20, 240)), blocks=8) for _ in range(30)]
    assert np.mean(chances) == pytest.approx(0.5, abs=0.1)


def test_skill_is_hardly_ever_chosen_wrongly():
    table = np.random.default_rng(12).normal(size=(20, 480))
    table[7] += 0.4
    assert backtest.overfitting_probability(table, blocks=8) < 0.02


def test_the_overfitting_probability_by_arrays():
    table = np.random.default_rng(13).normal(0.02, 1, size=(9, 66))
    blocks = np.split(table, 6, axis=1)
    lucky = []
    for half in itertools.combinations(range(6), 3):
        inside = np.concatenate([blocks[k] for k in half], axis=1)
        outside = np.concatenate([blocks[k] for k in range(6) if k not in half], axis=1)
        best = (inside.mean(axis=1) / inside.std(axis=1)).argmax()
        ratios = outside.mean(axis=1) / outside.std(axis=1)
        lucky.append((1 + (ratios < ratios[best]).sum()) / 10 <= 0.5)
    assert backtest.overfitting_probability(table, blocks=6) == np.mean(lucky)


# --- the record of XBTUSD -------------------------------------------------------------------------


def test_a_1x_long_of_the_whole_record_is_what_two_prices_and_the_funding_say():
    days = datasets.xbtusd_days()
    path = Path([day.close for day in days], [day.absolute_rate for day in days])
    account = backtest.run(path, [1] * (len(path) - 1), resized="at changes")
    by_hand = 2 - path.prices[0] / path.prices[-1] - path.prices[0] * sum(path.absolute_funding_rates[1:])
    assert account.coins[-1] == pytest.approx(by_hand)
    assert account.coins[-1] == pytest.approx(1.731, abs=5e-4)
