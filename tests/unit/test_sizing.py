"""Position sizing: QuantLib's one-touch digitals, simulation with bridges, cash flows, laws and limits."""

import itertools

import numpy as np
import pytest
import QuantLib as ql
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from inversefutures import contract, margin, sizing
from inversefutures.notation import F_Y, H_T, LONG, SHORT, H, S, mu_S, sigma, t_H

volatilities = st.floats(0.2, 1.5)
drifts = st.floats(-1, 1)
times = st.floats(0.02, 2)
moves = st.floats(1.02, 2)
sides = st.sampled_from([LONG, SHORT])

NU = mu_S - sigma**2 / 2


def barrier_at(side, move):
    return 1 / move if side == LONG else move


def touched(*, side, barrier, drift, volatility, time):
    chance = sizing.touch_probability(
        side=side, price=1, barrier_price=barrier, drift=drift, volatility=volatility, holding_time=time
    )
    return float(chance)


def one_touch(*, side, barrier, drift, volatility, days):
    """QuantLib's price of a dollar that is paid at expiry if the barrier was touched, at r = 0 and q = −μ."""
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    counter = ql.Actual365Fixed()

    def flat(rate):
        return ql.YieldTermStructureHandle(ql.FlatForward(today, rate, counter))

    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(1.0)),
        flat(-drift),
        flat(0.0),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), volatility, counter)),
    )
    kind = ql.Option.Put if side == LONG else ql.Option.Call
    option = ql.VanillaOption(
        ql.CashOrNothingPayoff(kind, barrier, 1.0), ql.AmericanExercise(today, today + days, True)
    )
    option.setPricingEngine(ql.AnalyticDigitalAmericanEngine(process))
    return option.NPV()


@pytest.mark.parametrize("side", [LONG, SHORT])
@pytest.mark.parametrize("drift", [-0.5, 0, 0.32, 0.64, 1.2])
@pytest.mark.parametrize(("move", "days"), [(1.05, 1), (1.1, 7), (1.5, 30), (2, 365), (3, 1000)])
def test_a_touch_is_quantlibs_one_touch_digital(side, drift, move, days):
    barrier = barrier_at(side, move)
    ours = touched(side=side, barrier=barrier, drift=drift, volatility=0.8, time=sp.Rational(days, 365))
    assert ours == pytest.approx(
        one_touch(side=side, barrier=barrier, drift=drift, volatility=0.8, days=days), abs=1e-10
    )


@given(sides, moves, drifts, volatilities, times)
def test_the_mirror_in_one_over_the_price(side, move, drift, volatility, time):
    # In 1/S a long is a short: its barrier lies above, and the drift is that of the dollar.
    barrier = barrier_at(side, move)
    mirrored = float(sizing.drift_of_the_dollar(drift=drift, volatility=volatility))
    here = touched(side=side, barrier=barrier, drift=drift, volatility=volatility, time=time)
    there = touched(side=-side, barrier=1 / barrier, drift=mirrored, volatility=volatility, time=time)
    assert here == pytest.approx(there, abs=1e-9)
    assert 0 <= here <= 1 + 1e-12


def test_the_derivation_solves_the_equation_of_the_chance():
    # Backward equation: the chance changes with time as the generator says, for both sides.
    for side in (LONG, SHORT):
        chance = sizing.touch_probability(side=side)
        left = sp.diff(chance, t_H)
        right = mu_S * S * sp.diff(chance, S) + sigma**2 * S**2 * sp.diff(chance, S, 2) / 2
        point = {S: 1.1, H: 1 if side == LONG else 1.3, mu_S: 0.3, sigma: 0.7, t_H: 0.4}
        assert float(left.subs(point)) == pytest.approx(float(right.subs(point)), rel=1e-9)
        assert float(chance.subs(S, H).subs(point)) == pytest.approx(1)
    # Without a horizon, and before a target: no drift on the scale.
    for chance in (sizing.ruin_before_target(), (H / S) ** (2 * mu_S / sigma**2 - 1)):
        drift = mu_S * S * sp.diff(chance, S) + sigma**2 * S**2 * sp.diff(chance, S, 2) / 2
        assert sp.simplify(drift) == 0


@given(sides, moves, drifts, volatilities)
def test_with_enough_time_a_touch_in_time_is_a_touch_ever(side, move, drift, volatility):
    assume(abs(drift - volatility**2 / 2) > 0.1)
    at = {
        "side": side,
        "price": 1,
        "barrier_price": barrier_at(side, move),
        "drift": drift,
        "volatility": volatility,
    }
    ever = float(sizing.ever_touch_probability(**at))
    # After a time the drift has gone farther than chance can: 40 standard deviations.
    time = (40 * volatility / (drift - volatility**2 / 2)) ** 2
    assert float(sizing.touch_probability(**at, holding_time=time)) == pytest.approx(ever, abs=1e-9)


@given(sides, moves, moves, drifts, volatilities, st.floats(0.05, 1))
def test_two_barriers_bound_one_another(side, down, up, drift, volatility, time):
    assume(abs(drift - volatility**2 / 2) > 1e-3)
    lose, win = barrier_at(side, down), barrier_at(-side, up)
    at = {"side": side, "price": 1, "barrier_price": lose, "drift": drift, "volatility": volatility}
    in_time = sizing.liquidation_before_target(**at, target_price=win, holding_time=time)
    won_in_time = sizing.liquidation_before_target(
        side=-side,
        price=1,
        barrier_price=win,
        target_price=lose,
        drift=drift,
        volatility=volatility,
        holding_time=time,
    )
    at_last = float(sizing.ruin_before_target(**at, target_price=win))
    alone = touched(side=side, barrier=lose, drift=drift, volatility=volatility, time=time)
    assert -1e-12 <= in_time <= min(at_last, alone) + 1e-9
    assert in_time + won_in_time <= 1 + 1e-9
    # A target far away changes nothing; a long time leaves nothing open.
    far = barrier_at(-side, 1e9)
    without = sizing.liquidation_before_target(**at, target_price=far, holding_time=time)
    assert without == pytest.approx(alone, abs=1e-9)
    late = sizing.liquidation_before_target(**at, target_price=win, holding_time=1e4)
    assert late == pytest.approx(at_last, abs=1e-9)


def with_bridges(*, side, barrier, drift, volatility, time, target=None, steps=60, paths=40_000, seed=16):
    """Return how many paths touch a barrier (and no target before): between two looks a bridge decides."""
    random, side = np.random.default_rng(seed), int(side)
    way = np.full(paths, side * -np.log(barrier))
    width = way[0] + side * np.log(target) if target else np.inf
    alive, ruined = np.ones(paths, bool), np.zeros(paths, bool)
    step = time / steps
    for _ in range(steps):
        shock = random.standard_normal(paths)
        last = way + side * ((drift - volatility**2 / 2) * step + volatility * np.sqrt(step) * shock)
        variance = volatility**2 * step
        down = np.where(last > 0, np.exp(-2 * way * np.maximum(last, 0) / variance), 1)
        over = np.maximum(width - last, 0)
        up = np.where(last < width, np.exp(-2 * (width - way) * over / variance), 1) if target else 0 * way
        chance = random.random(paths)
        hit = alive & (chance < down)
        ruined |= hit
        alive &= ~hit & ~(random.random(paths) < up)
        way = last
    return ruined.mean()


@pytest.mark.parametrize("side", [LONG, SHORT])
@pytest.mark.parametrize("drift", [0, 0.64])
def test_simulated_paths_with_bridges_agree(side, drift):
    market = {"drift": drift, "volatility": 0.8, "time": 0.25}
    barrier = barrier_at(side, 1.2)
    simulated = with_bridges(side=side, barrier=barrier, **market)
    # Four standard errors of 40,000 paths are one percent at most.
    assert touched(side=side, barrier=barrier, **market) == pytest.approx(simulated, abs=0.01)
    target = barrier_at(-side, 1.4)
    exact = sizing.liquidation_before_target(
        side=side,
        price=1,
        barrier_price=barrier,
        target_price=target,
        drift=drift,
        volatility=0.8,
        holding_time=0.25,
    )
    simulated = with_bridges(side=side, barrier=barrier, target=target, **market, steps=500, paths=20_000)
    assert exact == pytest.approx(simulated, abs=0.015)


@pytest.mark.parametrize("leverage", [2, 3, 5, 10, 50])
def test_a_fair_game_in_dollars_is_none_in_coin(leverage):
    def chance(side, drift):
        lose = margin.liquidation_price(
            side=side, entry_price=1, leverage=leverage, maintenance_margin_rate=0
        )
        # The margin is doubled where the other side is liquidated.
        win = margin.liquidation_price(
            side=-side, entry_price=1, leverage=leverage, maintenance_margin_rate=0
        )
        won = contract.profit_and_loss(side=side, notional=1, entry_price=1, price=win)
        assert won == sp.Rational(1, leverage)
        return sizing.ruin_before_target(
            side=side, price=1, barrier_price=lose, target_price=win, drift=drift, volatility=1
        )

    assert chance(LONG, 0) == sp.Rational(leverage + 1, 2 * leverage)
    assert chance(SHORT, 0) == sp.Rational(leverage - 1, 2 * leverage)
    assert chance(LONG, 1) == chance(SHORT, 1) == sp.Rational(1, 2)


def test_without_drift_of_the_logarithm_ruin_is_a_matter_of_logarithms():
    even = sizing.ruin_before_target(drift=sigma**2 / 2)
    assert sp.simplify(even - sp.log(H_T / S) / sp.log(H_T / H)) == 0
    near = sizing.ruin_before_target(drift=sigma**2 / 2 + sp.Rational(1, 10**9))
    point = {S: 3, H: 2, H_T: 7, sigma: 1}
    assert float(near.subs(point).evalf(30)) == pytest.approx(float(even.subs(point)), abs=1e-8)


@given(sides, st.floats(1.5, 50), st.floats(0, 0.01), drifts, volatilities, times)
def test_the_chance_of_liquidation_is_a_touch_of_its_price(side, leverage, rate, drift, volatility, time):
    price = margin.liquidation_price(
        side=side, entry_price=30_000, leverage=leverage, maintenance_margin_rate=rate
    )
    market = {"drift": drift, "volatility": volatility, "holding_time": time}
    by_price = sizing.touch_probability(side=side, price=30_000, barrier_price=price, **market)
    by_leverage = sizing.liquidation_probability(
        side=side, leverage=leverage, maintenance_margin_rate=rate, **market
    )
    assert float(by_leverage) == pytest.approx(float(by_price), abs=1e-9)
    more = sizing.liquidation_probability(
        side=side, leverage=1.1 * leverage, maintenance_margin_rate=rate, **market
    )
    assert float(more) >= float(by_leverage) - 1e-12


def test_a_short_of_all_the_coins_is_never_liquidated():
    market = {"drift": 0, "volatility": 1, "holding_time": 1}
    assert (
        sizing.liquidation_probability(side=SHORT, leverage=1, maintenance_margin_rate=0, **market)
        == sp.S.Zero
    )
    assert sizing.liquidation_probability(
        side=SHORT, leverage=sp.Rational(1, 2), maintenance_margin_rate=0, base="mark", **market
    ).is_zero


def looked_at(*, barrier, volatility, time, looks):
    """Return the chance that a walk is below a barrier at one of its looks: by convolution on a grid."""
    step = volatility * np.sqrt(time / looks)
    # The start is a point of the grid, and the barrier half-way between two.
    below = int(-np.log(barrier) / step * 25)
    width = -np.log(barrier) / (below + 0.5)
    grid = width * np.arange(-below, int(8 * volatility * np.sqrt(time) / width))
    kernel_at = np.arange(-int(8 * step / width), int(8 * step / width) + 1) * width
    kernel = np.exp(-((kernel_at + volatility**2 * time / looks / 2) ** 2) / (2 * step**2))
    kernel /= kernel.sum()
    alive = np.zeros_like(grid)
    alive[below] = 1
    for _ in range(looks):
        alive = np.convolve(alive, kernel, mode="same")
    return 1 - alive.sum()


@pytest.mark.parametrize("looks", [30, 90])
def test_a_barrier_that_is_looked_at_now_and_then_is_farther_away(looks):
    time, volatility = 30 / 365, 0.8
    barrier = 1 / 1.095
    farther = sizing.checked_barrier(
        side=LONG, barrier_price=barrier, volatility=volatility, check_interval=time / looks
    )
    corrected = touched(side=LONG, barrier=farther, drift=0, volatility=volatility, time=time)
    exact = looked_at(barrier=barrier, volatility=volatility, time=time, looks=looks)
    assert corrected == pytest.approx(exact, abs=0.004)
    assert touched(side=LONG, barrier=barrier, drift=0, volatility=volatility, time=time) > exact + 0.03


def test_the_mean_gap_is_what_a_walk_overshoots():
    random = np.random.default_rng(3)
    overshoots = []
    for _ in range(40):
        walk = np.cumsum(random.standard_normal((1_000, 400)), axis=1)
        beyond = walk < -5
        first = beyond.argmax(axis=1)
        hit = beyond.any(axis=1)
        overshoots.append(-5 - walk[hit, first[hit]])
    gaps = np.concatenate(overshoots)
    assert float(sizing.mean_gap(volatility=1, check_interval=1)) == pytest.approx(gaps.mean(), abs=0.01)
    assert float(sizing.OVERSHOOT) == pytest.approx(0.5825971579)


def liquidated_with_funding(*, side, leverage, funding, time, drift=0.0, paths=20_000, steps=400):
    """Return how many positions are liquidated whose coins are watched, funding paid out of them."""
    random = np.random.default_rng(11)
    step = time / steps
    log_price, paid = np.zeros(paths), np.zeros(paths)
    dead = np.zeros(paths, bool)
    for _ in range(steps):
        before = log_price
        log_price = before + (drift - 0.32) * step + 0.8 * np.sqrt(step) * random.standard_normal(paths)
        paid = paid + side * funding * step * (np.exp(-before) + np.exp(-log_price)) / 2
        # The margin balance is a line in 1/S: where it is nought the funding paid so far decides.
        coins = 1 + side * (1 / leverage - paid)
        line = np.where(coins > 0, -np.log(np.maximum(coins, 1e-9)), np.inf)
        start, end = side * (before - line), side * (log_price - line)
        chance = np.where(end > 0, np.exp(-2 * np.maximum(start, 0) * np.maximum(end, 0) / (0.64 * step)), 1)
        dead |= random.random(paths) < chance
    return dead.mean()


@pytest.mark.parametrize(("side", "leverage"), [(1, 2), (1, 5), (-1, 2), (-1, 3)])
def test_funding_is_as_a_drift_towards_the_liquidation_price(side, leverage):
    rates = {"leverage": leverage, "maintenance_margin_rate": 0}
    for funding, allowed in ((0.11, 0.01), (0.5, 0.025)):
        simulated = {
            rate: liquidated_with_funding(side=side, leverage=leverage, funding=rate, time=1)
            for rate in (0, funding)
        }
        with_funding, without = (
            float(
                sizing.liquidation_probability(
                    side=side,
                    **rates,
                    drift=sizing.drift_after_funding(side=side, **rates, drift=0, yearly_funding=rate),
                    volatility=0.8,
                    holding_time=1,
                )
            )
            for rate in (funding, 0)
        )
        assert with_funding - without == pytest.approx(simulated[funding] - simulated[0], abs=allowed)
        assert (with_funding > without) == (side == 1)


@given(sides, st.floats(0.001, 10), st.floats(1_000, 100_000), st.floats(1.005, 1.5), st.floats(0, 0.3))
def test_a_size_loses_what_was_risked_at_its_fill(side, risk, entry, move, gap):
    stop = entry * barrier_at(side, move)
    fill = stop * (1 - side * gap)
    order = {"side": side, "entry_price": entry, "stop_price": stop, "price_gap": gap}
    by_coin = sizing.size_for_coin_risk(risked_coins=risk, **order)
    lost = contract.profit_and_loss(side=side, notional=by_coin, entry_price=entry, price=fill)
    assert float(lost) == pytest.approx(-risk)
    by_dollar = sizing.size_for_dollar_risk(risked_dollars=risk, **order)
    lost = contract.profit_and_loss(side=side, notional=by_dollar, entry_price=entry, price=fill)
    assert float(lost * fill) == pytest.approx(-risk)


@given(drifts, st.floats(-0.5, 0.5), volatilities)
def test_one_exposure_grows_fastest_in_either_money(drift, funding, volatility):
    market = {"drift": drift, "yearly_funding": funding, "volatility": volatility}
    coin, dollars = (float(sizing.optimal_exposure(money=money, **market)) for money in ("coin", "dollars"))
    assert coin == pytest.approx(dollars, abs=1e-9)
    for money, step in itertools.product(("coin", "dollars"), (-0.1, -0.001, 0.001, 0.1)):
        best = float(sizing.growth_rate(money=money, exposure=coin, **market))
        assert best > float(sizing.growth_rate(money=money, exposure=coin + step, **market))


@given(drifts, st.floats(-0.5, 0.5), volatilities, st.floats(0.2, 20))
def test_any_other_risk_aversion_tells_the_moneys_apart_by_a_constant(drift, funding, volatility, aversion):
    market = {"drift": drift, "yearly_funding": funding, "volatility": volatility, "risk_aversion": aversion}
    coin, dollars = (float(sizing.optimal_exposure(money=money, **market)) for money in ("coin", "dollars"))
    assert coin - dollars == pytest.approx(1 - 1 / aversion, abs=1e-9)


def test_growth_of_simulated_accounts_that_keep_their_exposure():
    # The median of the coins after a year, by the contract's own cash flows, reset each of 2,000 steps.
    random = np.random.default_rng(9)
    returns = 0.3 / 2_000 - 0.32 / 2_000 + 0.8 / np.sqrt(2_000) * random.standard_normal((4_000, 2_000))
    for exposure in (-1.5, 0.4):
        earned = np.log1p(exposure * (1 - np.exp(-returns)) - exposure * 0.1 / 2_000).sum(axis=1)
        growth = sizing.growth_rate(exposure=exposure, drift=0.3, yearly_funding=0.1, volatility=0.8)
        assert float(growth) == pytest.approx(earned.mean(), abs=4 * earned.std() / np.sqrt(4_000))


def test_the_best_exposure_of_a_sample_is_as_uncertain_as_it_is_said():
    random = np.random.default_rng(1)
    years, days = 5, 365
    returns = (0.5 - 0.32) / days + 0.8 / np.sqrt(days) * random.standard_normal((2_000, years * days))
    estimated = (returns.mean(axis=1) * days / returns.var(axis=1) / days) + 0.5 - 1
    error = float(sizing.exposure_error(volatility=0.8, holding_time=years))
    assert estimated.std() == pytest.approx(error, rel=0.08)


@pytest.mark.parametrize("c", [0.25, 0.5, 1, 1.5])
def test_a_fraction_of_kelly_is_a_price_of_its_own(c):
    # Excess growth is c(2 − c) of the best, and wealth falls to x at some time with the chance x^(2/c − 1).
    growth = sizing.growth_rate(money="coin", exposure=c, drift=2, yearly_funding=0, volatility=1)
    assert float(growth) == pytest.approx(0.5 * c * (2 - c))
    falls = sizing.ever_touch_probability(side=LONG, price=1, barrier_price=0.5, drift=1 / c, volatility=1)
    assert float(falls) == pytest.approx(0.5 ** (2 / c - 1))


def test_kelly_bet_grows_faster_than_its_neighbours():
    def growth(stake, chance, odds):
        return chance * np.log1p(odds * stake) + (1 - chance) * np.log1p(-stake)

    for chance, odds in ((0.7, 1), (0.35, 3.5), (0.53, 1.8)):
        best = float(sizing.kelly_bet(win_probability=chance, odds=odds))
        assert all(growth(best, chance, odds) > growth(best + d, chance, odds) for d in (-0.01, 0.01))


LONG_BET = {"side": LONG, "price": 100, "barrier_price": 90, "drift": 0, "volatility": 1}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sizing.touch_probability(**LONG_BET | {"volatility": 0}, holding_time=1), "volatility is 0"),
        (
            lambda: sizing.touch_probability(**LONG_BET | {"volatility": -1}, holding_time=1),
            "volatility is -1",
        ),
        (lambda: sizing.touch_probability(**LONG_BET, holding_time=0), "holding_time is 0 years"),
        (lambda: sizing.touch_probability(**LONG_BET, holding_time=-1), "holding_time is -1"),
        (
            lambda: sizing.touch_probability(**LONG_BET | {"barrier_price": 110}, holding_time=1),
            "barrier_price is 110 and price 100 .* give a barrier below the price",
        ),
        (
            lambda: sizing.ever_touch_probability(**LONG_BET | {"side": SHORT}),
            "give a barrier above the price",
        ),
        (
            lambda: sizing.ruin_before_target(**LONG_BET, target_price=95),
            "target_price is 95 .* give a target above the price",
        ),
        (
            lambda: sizing.liquidation_before_target(**LONG_BET, target_price=95, holding_time=1),
            "liquidation_before_target: target_price is 95",
        ),
        (
            lambda: sizing.liquidation_before_target(**LONG_BET, target_price=120, holding_time=0),
            "holding_time is 0 years",
        ),
        (
            lambda: sizing.liquidation_before_target(
                **LONG_BET, target_price=120, holding_time=1, dollar_rate=-0.1
            ),
            "dollar_rate is -0.1",
        ),
        (
            lambda: sizing.liquidation_probability(
                side=LONG, leverage=1_000, maintenance_margin_rate=0.01, volatility=1, holding_time=1
            ),
            "leverage",
        ),
        (
            lambda: sizing.size_for_coin_risk(side=LONG, entry_price=100, stop_price=101),
            "give a stop below the entry price",
        ),
        (
            lambda: sizing.size_for_dollar_risk(side=SHORT, entry_price=100, stop_price=100),
            "give a stop above the entry price",
        ),
        (lambda: sizing.size_for_coin_risk(stop_price=0), "stands for no order"),
        (
            lambda: sizing.drift_after_funding(side=SHORT, leverage=1, maintenance_margin_rate=0),
            "no price liquidates",
        ),
        (lambda: sizing.optimal_exposure(volatility=0), "volatility is 0"),
        (lambda: sizing.exposure_error(volatility=1, holding_time=0), "holding_time is 0"),
        (lambda: sizing.growth_rate(money="gold"), "money is 'gold'"),
    ],
)
def test_bad_input_is_named_and_nothing_is_clipped(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_symbols_stay_symbols():
    assert sizing.touch_probability().free_symbols >= {S, H, mu_S, sigma, t_H}
    assert sizing.drift_after_funding().has(F_Y)
    assert sp.expand(NU * 2 + sizing.drift_of_the_dollar() - mu_S) == 0
