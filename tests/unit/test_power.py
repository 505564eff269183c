"""Power perpetuals: averages by quadrature and by simulation, series of payments, laws, limits, bad input."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from inversefutures import datasets, options, perpetual, power, sizing
from inversefutures.notation import (
    LONG,
    SHORT,
    Delta,
    Lambda,
    S,
    kappa,
    mu_S,
    p,
    q,
    r,
    sigma,
    tau,
)

powers = st.floats(-3, 4)
volatilities = st.floats(0.1, 1.2)
rates = st.floats(-0.05, 0.2)
intensities = st.floats(30, 2_000)
times = st.floats(0.02, 1.5)


def expected_power(exponent, *, drift, volatility, time):
    """Return the average of (S_T/S_0)^exponent over the bell curve, by numerical integration."""
    deviation = volatility * np.sqrt(time)
    z = exponent * deviation + np.linspace(-12, 12, 4_001)  # around where the integrand is largest
    logs = exponent * ((drift - volatility**2 / 2) * time + deviation * z)
    # A trapezium is right to the last digits where both ends are flat.
    return float(np.sum(np.exp(logs - z**2 / 2)) * 0.006 / np.sqrt(2 * np.pi))


@given(powers, rates, rates, volatilities, times)
def test_the_expected_worth_in_dollars_grows_as_the_formula_says(exponent, dollars, coins, volatility, time):
    market = {"power": exponent, "dollar_rate": dollars, "coin_rate": coins, "volatility": volatility}
    forward = expected_power(exponent, drift=dollars - coins, volatility=volatility, time=time)
    margined = float(power.growth(payment="margined", **market))
    assert forward == pytest.approx(np.exp(margined * time), rel=1e-9)
    # Who has paid for it discounts the dollars.
    paid_for = float(power.growth(payment="paid_for", **market))
    assert forward * np.exp(-dollars * time) == pytest.approx(np.exp(paid_for * time), rel=1e-9)


@given(powers, rates, rates, volatilities, times)
def test_the_expected_worth_in_coin_is_that_of_dollars_one_power_higher(
    exponent, dollars, coins, volatility, time
):
    market = {"power": exponent, "dollar_rate": dollars, "coin_rate": coins, "volatility": volatility}
    drift = dollars - coins
    # With the coin's weights each outcome counts as many times as its coin is worth.
    weighed = expected_power(exponent + 1, drift=drift, volatility=volatility, time=time)
    forward = weighed / expected_power(1, drift=drift, volatility=volatility, time=time)
    margined = float(power.growth(settlement="coin", payment="margined", **market))
    assert forward == pytest.approx(np.exp(margined * time), rel=1e-9)
    paid_for = float(power.growth(settlement="coin", payment="paid_for", **market))
    assert forward * np.exp(-coins * time) == pytest.approx(np.exp(paid_for * time), rel=1e-9)
    higher = power.growth(payment="paid_for", **{**market, "power": exponent + 1})
    assert paid_for == pytest.approx(float(higher), abs=1e-12)


@pytest.mark.parametrize("exponent", [-1, 0.5, 2, 3])
def test_leverage_that_is_kept_ends_where_the_claim_ends_whatever_the_path_and_its_drift(exponent):
    random = np.random.default_rng(21)
    volatility, dollars, coins, years, steps = 0.8, 0.05, 0.02, 1.0, 40_000
    step = years / steps
    for drift in (-0.5, 0.0, 1.0):
        shocks = volatility * np.sqrt(step) * random.standard_normal(steps)
        logs = (drift - volatility**2 / 2) * step + shocks
        gains = np.expm1(logs)
        wealth = np.prod(1 + exponent * (gains + coins * step) + (1 - exponent) * dollars * step)
        claim = power.paid_for_multiple(
            power=exponent,
            price_multiple=float(np.exp(logs.sum())),
            dollar_rate=dollars,
            coin_rate=coins,
            volatility=volatility,
            holding_time=years,
        )
        assert wealth == pytest.approx(float(claim), rel=0.03)


@pytest.mark.parametrize(
    ("settlement", "exponent"), [("dollars", 2), ("dollars", 0.5), ("coin", 1), ("coin", -0.5)]
)
def test_a_hedged_claim_gains_its_gamma_carry_on_average(settlement, exponent):
    # Hedged at the beginning of each step, in its own money: in coin against the dollar, which costs 1/S.
    random = np.random.default_rng(2021)
    volatility, step, draws = 0.8, 1 / 8_760, 400_000
    half = random.standard_normal(draws // 2)
    multiple = np.exp(volatility * np.sqrt(step) * np.concatenate([half, -half]))
    traded = multiple if settlement == "dollars" else 1 / multiple
    slope = exponent if settlement == "dollars" else -exponent
    gain = multiple**exponent - 1 - slope * (traded - 1)
    carry = power.gamma_carry(settlement=settlement, power=exponent, volatility=volatility)
    assert gain.mean() / step == pytest.approx(float(carry), rel=0.01)


def test_the_derivation_of_the_lesson_has_no_drift_left():
    changed = mu_S * S * sp.diff(S**p, S) + sigma**2 * S**2 * sp.diff(S**p, S, 2) / 2
    leveraged = p * (mu_S + q) + (1 - p) * r
    assert sp.simplify(changed / S**p - leveraged - power.growth(payment="paid_for")) == 0


def test_named_powers():
    assert power.growth(power=1) == r - q
    assert power.growth(power=0) == 0
    assert power.growth(payment="paid_for", power=1) == -q
    assert power.growth(payment="paid_for", power=0) == -r
    assert sp.expand(power.growth(power=sp.Rational(1, 2), dollar_rate=0, coin_rate=0) + sigma**2 / 8) == 0
    # A dollar-settled 1/S owes the variance; the coin-settled one, which is a dollar, the interest alone.
    assert sp.expand(power.growth(power=-1) - (q - r + sigma**2)) == 0
    assert power.growth(settlement="coin", power=-1) == q - r
    assert power.growth(settlement="coin", payment="paid_for", power=-1) == -r
    # The coin itself, settled in itself: a quanto with the correlation 1.
    quanto = perpetual.spot_growth(
        contract_type="quanto", settlement_volatility=sigma, correlation=1, volatility=sigma
    )
    assert sp.expand(power.growth(settlement="coin", power=1) - quanto) == 0


@given(st.floats(-3, 4), volatilities)
def test_only_powers_between_0_and_1_pay_their_holder(exponent, volatility):
    assume(min(abs(exponent), abs(exponent - 1)) > 1e-6)
    carry = power.gamma_carry(power=exponent, volatility=volatility)
    assert (carry < 0) == (0 < exponent < 1)
    shifted = power.gamma_carry(settlement="coin", power=exponent - 1, volatility=volatility)
    assert float(shifted) == pytest.approx(float(carry), abs=1e-12)
    mirrored = power.gamma_carry(power=1 - exponent, volatility=volatility)
    assert float(mirrored) == pytest.approx(float(carry), abs=1e-9)


def test_first_and_inverse_powers_are_the_perpetuals_of_lesson_12():
    linear = S * power.fair_mark_ratio(power=1)
    assert sp.simplify(linear - perpetual.fair_price(contract_type="linear", yearly_interest=0)) == 0
    inverse = S / power.fair_mark_ratio(settlement="coin", power=-1)
    assert sp.simplify(inverse - perpetual.fair_price(contract_type="inverse", yearly_interest=0)) == 0
    # Lesson 12 prices a periodic funding just before it is paid, on the premium of then.
    just_after = power.fair_mark_ratio(funding="periodic", power=1)
    just_before = S * just_after * sp.exp(-power.growth(power=1) * Delta)
    theirs = perpetual.fair_price(contract_type="linear", funding="previous_spot", yearly_interest=0)
    assert sp.simplify(just_before - theirs) == 0


@given(powers, volatilities, rates, st.sampled_from([1, 8, 24, 168]))
def test_a_periodic_mark_is_a_basket_of_claims_with_weights_of_a_half_a_quarter(
    exponent, volatility, dollars, hours
):
    # Paradigm's everlasting basket: half expires at the next payment, a quarter at the one after it, …
    period = hours / 8_760
    market = {"power": exponent, "dollar_rate": dollars, "coin_rate": 0, "volatility": volatility}
    a = float(power.growth(**market))
    assume(a * period < 0.6)
    basket = sum(0.5**k * np.exp(a * k * period) for k in range(1, 400))
    ratio = power.fair_mark_ratio(
        funding="periodic", funding_intensity=1 / period, funding_period=period, **market
    )
    assert float(ratio) == pytest.approx(basket, rel=1e-9)


@given(powers, volatilities, intensities)
def test_continuous_cash_is_the_average_over_an_exponential_time(exponent, volatility, intensity):
    market = {"power": exponent, "dollar_rate": 0.05, "coin_rate": 0.01, "volatility": volatility}
    a = float(power.growth(**market))
    assume(a < 0.9 * intensity)
    average = mpmath.quad(
        lambda time: intensity * mpmath.exp((a - intensity) * time),
        [0, 1 / intensity, 10 / intensity, mpmath.inf],
    )
    ratio = float(power.fair_mark_ratio(funding_intensity=intensity, **market))
    assert ratio == pytest.approx(float(average), rel=1e-9)


@given(powers, volatilities, intensities)
def test_a_claim_that_is_paid_in_kind_keeps_its_worth_on_average(exponent, volatility, intensity):
    market = {"power": exponent, "dollar_rate": 0.05, "coin_rate": 0.01, "volatility": volatility}
    ratio = power.fair_mark_ratio(
        funding="in_kind", payment="paid_for", funding_intensity=intensity, **market
    )
    left = power.factor_after(
        normalisation_factor=1, mark_ratio=ratio, funding_intensity=intensity, holding_time=0.25
    )
    grown = expected_power(exponent, drift=0.04, volatility=volatility, time=0.25)
    assert float(left) * grown == pytest.approx(np.exp(0.05 * 0.25), rel=1e-9)


@given(powers, volatilities, intensities, st.sampled_from(["continuous", "periodic", "in_kind"]))
def test_a_mark_says_which_growth_it_is_fair_for(exponent, volatility, intensity, rule):
    market = {"power": exponent, "dollar_rate": 0.05, "coin_rate": 0.01, "volatility": volatility}
    a = float(power.growth(**market))
    assume(a < 0.6 * intensity)
    terms = {"funding_intensity": intensity, "funding_period": 0.5 / intensity}
    ratio = power.fair_mark_ratio(funding=rule, **terms, **market)
    assert float(power.implied_growth(funding=rule, mark_ratio=ratio, **terms)) == pytest.approx(
        a, rel=1e-6, abs=1e-9
    )


def test_three_rules_begin_alike_and_go_apart():
    market = {"power": 2, "dollar_rate": 0, "coin_rate": 0, "volatility": sp.Rational(4, 5)}
    terms = {"funding_intensity": kappa, "funding_period": 1 / kappa}
    rise = sp.Symbol("rise", positive=True)  # a/κ
    series = {
        rule: sp.series(
            power.fair_mark_ratio(funding=rule, **terms, **market).subs(kappa, sp.Rational(16, 25) / rise),
            rise,
            0,
            2,
        ).removeO()
        for rule in ("continuous", "in_kind", "periodic")
    }
    assert series["continuous"] == series["in_kind"] == 1 + rise
    # Just after a payment twice as much is still to be paid.
    assert series["periodic"] == 1 + 2 * rise
    # Ever smaller payments are a continuous one.
    periodic = power.fair_mark_ratio(funding="periodic", **market)
    assert sp.limit(periodic.subs(kappa, 20), Delta, 0) == power.fair_mark_ratio(
        funding_intensity=20, **market
    )


def test_a_volatility_comes_back_from_its_growth():
    for settlement, exponent in (
        ("dollars", 2),
        ("dollars", -1),
        ("dollars", 0.5),
        ("coin", 1),
        ("coin", -0.5),
    ):
        terms = {"settlement": settlement, "power": exponent}
        carry = power.gamma_carry(volatility=0.7, **terms)
        assert float(power.implied_volatility(claim_growth=carry, **terms)) == pytest.approx(0.7)


@pytest.mark.parametrize("rule", ["continuous", "periodic"])
def test_beyond_the_highest_power_no_price_is_fair(rule):
    terms = {"funding_intensity": 52, "funding_period": 1 / 52}
    highest = float(power.highest_power(funding=rule, volatility=1, **terms))
    market = {"dollar_rate": 0, "coin_rate": 0, "volatility": 1, "funding": rule, **terms}
    for at, beyond in ((highest - 1e-6, highest + 1e-6), (1 - highest + 1e-6, 1 - highest - 1e-6)):
        assert power.fair_mark_ratio(power=at, **market) > 10_000
        with pytest.raises(ValueError, match=r"power\.fair_mark_ratio: power is .* no price is fair: give a"):
            power.fair_mark_ratio(power=beyond, **market)
        assert power.fair_mark_ratio(power=beyond, **{**market, "funding": "in_kind"}) > 1


def test_paradigms_limits_at_one_hundred_percent():
    daily = {"volatility": 1, "funding_intensity": 365, "funding_period": 1 / 365}
    assert float(power.highest_power(funding="periodic", **daily)) == pytest.approx(23, abs=1e-4)


# --- the normalisation factor, and the short of a square ---------------------------------------------------


def test_the_rule_meets_the_factor_on_the_chain_26_times():
    low, high = datasets.SQUEETH_RATIOS
    for update in datasets.squeeth_updates_2023():
        after = power.factor_after(
            normalisation_factor=update.factor_before,
            mark_ratio=update.mean_mark_ratio,
            funding_intensity=datasets.SQUEETH_INTENSITY,
            holding_time=update.seconds / (365 * 86_400),
            lowest_ratio=low,
            highest_ratio=high,
        )
        assert float(after) == pytest.approx(update.factor_after, rel=1.2e-5)


def test_the_bounds_hold_the_factor_and_below_the_index_it_rises():
    day = {
        "funding_intensity": datasets.SQUEETH_INTENSITY,
        "holding_time": 1 / 365,
        "normalisation_factor": 1,
    }
    bounds = {"lowest_ratio": 0.8, "highest_ratio": 1.4}
    assert power.factor_after(mark_ratio=0.9, **day) > 1 > power.factor_after(mark_ratio=1.1, **day)
    assert power.factor_after(mark_ratio=1, **day) == 1
    assert power.factor_after(mark_ratio=0.1, **bounds, **day) == power.factor_after(mark_ratio=0.8, **day)
    assert power.factor_after(mark_ratio=9, **bounds, **day) == power.factor_after(mark_ratio=1.4, **day)
    assert power.factor_after() == power.n_f * Lambda ** (-kappa * power.t_H)


@given(st.floats(0.5, 20), st.floats(1e-4, 1e-2), st.floats(0.1, 1), st.floats(1.1, 3))
def test_a_short_is_at_its_least_ratio_at_its_liquidation_price(coins, size, factor, least):
    vault = {"coins": coins, "square_size": size, "normalisation_factor": factor}
    price = power.short_liquidation_price(collateral_ratio=least, **vault)
    assert float(power.short_collateral_ratio(price=price, **vault)) == pytest.approx(least)
    # Funding that was received moves it away.
    later = power.short_liquidation_price(
        collateral_ratio=least, **{**vault, "normalisation_factor": 0.9 * factor}
    )
    assert float(later / price) == pytest.approx(1 / 0.9)


@given(st.floats(-0.5, 1), st.floats(0, 0.01))
def test_twice_the_debt_as_collateral_takes_a_shorts_delta_away(move, funding):
    short = power.position_return(
        side=SHORT, power=2, price_multiple=1 + move, funding_rate=funding, collateral_ratio=2
    )
    assert float(short) == pytest.approx(funding - move**2, abs=1e-12)
    both = short + power.position_return(side=LONG, power=2, price_multiple=1 + move, funding_rate=funding)
    assert float(both) == pytest.approx(2 * move, abs=1e-12)


# --- everlasting options ----------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [20_000, 40_000, 50_000, 60_000, 90_000])
@pytest.mark.parametrize("option", ["call", "put"])
def test_an_everlasting_option_is_the_average_over_an_exponential_expiry(price, option):
    intensity, volatility, strike = 365 / 7, 1.0, 50_000
    ordinary = options.price(option=option, futures_price=price, strike=strike, volatility=volatility)
    coins = sp.lambdify(tau, ordinary, "mpmath")

    def weighed(lives):  # as many mean lives until the expiry
        return mpmath.exp(-lives) * price * coins(lives / intensity)

    average = mpmath.quad(weighed, [0, 0.01, 0.1, 0.5, 1, 2, 4, 8, 16, 30])
    ours = power.everlasting_price(
        option=option, price=price, strike=strike, volatility=volatility, funding_intensity=intensity
    )
    assert float(ours) == pytest.approx(float(average), abs=1e-3)


def test_the_time_value_obeys_its_equation_and_is_smooth_but_for_the_payoff():
    x = sp.Symbol("x", positive=True)
    u = 2 * power.highest_power() - 1
    for exponent in ((1 + u) / 2, (1 - u) / 2):
        # Each branch is a power whose carry is the whole pull.
        assert sp.simplify(power.gamma_carry(power=exponent) - kappa) == 0
    below, above = (x ** ((1 + sign * u) / 2) / u for sign in (1, -1))
    slopes = [sp.diff(branch, x).subs(x, 1) for branch in (below, above)]
    # The call's payoff gains the slope 1 at the strike, and the time value loses it.
    assert sp.simplify(slopes[0] - slopes[1]) == 1


def test_parity_of_everlasting_options():
    terms = {"price": 42_000, "strike": 50_000, "volatility": 0.8, "funding_intensity": 52}
    call, put = (power.everlasting_price(option=each, **terms) for each in ("call", "put"))
    assert float(call - put) == pytest.approx(42_000 - 50_000)


# --- bad input ---------------------------------------------------------------------------------------------

GOOD = {"power": 2, "dollar_rate": 0.05, "coin_rate": 0, "volatility": 0.8}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: power.growth(**{**GOOD, "volatility": -0.8}), "volatility is -0.8, .*per √year"),
        (lambda: power.growth(**{**GOOD, "power": float("nan")}), "power is nan"),
        (lambda: power.growth(**{**GOOD, "power": sp.oo}), "power is oo"),
        (lambda: power.growth(**{**GOOD, "dollar_rate": float("inf")}), "dollar_rate is inf.*per year"),
        (lambda: power.growth(settlement="ether", **GOOD), "settlement is 'ether'.*'dollars', 'coin'"),
        (lambda: power.growth(payment="free", **GOOD), "payment is 'free'"),
        (lambda: power.fair_mark_ratio(funding="daily", **GOOD), "funding is 'daily'.*'in_kind'"),
        (lambda: power.fair_mark_ratio(funding_intensity=0, **GOOD), "funding_intensity is 0.*per year"),
        (
            lambda: power.fair_mark_ratio(funding="periodic", funding_period=0, **GOOD),
            r"funding_period is 0.*years",
        ),
        (
            lambda: power.fair_mark_ratio(funding="periodic", funding_period=-1, **GOOD),
            r"funding_period is -1.*years",
        ),
        (lambda: power.implied_growth(mark_ratio=0), "mark_ratio is 0"),
        (lambda: power.implied_volatility(power=1, claim_growth=0.1), "power is 1, .* no curve.*that bends"),
        (
            lambda: power.implied_volatility(settlement="coin", power=-1, claim_growth=0.1),
            "power is -1, and settled in coin that claim has no curve",
        ),
        (
            lambda: power.implied_volatility(power=2, claim_growth=-0.1),
            r"claim_growth is -0\.10* per year .* other sign",
        ),
        (lambda: power.highest_power(volatility=0), "volatility is 0 per √year.*above 0"),
        (lambda: power.highest_power(funding="in_kind", volatility=1), "funding is 'in_kind'"),
        (lambda: power.factor_after(normalisation_factor=0), "normalisation_factor is 0"),
        (lambda: power.factor_after(holding_time=-1), "holding_time is -1.*years"),
        (
            lambda: power.factor_after(lowest_ratio=1.4, highest_ratio=0.8),
            "lowest_ratio is 1.4.* the lower first",
        ),
        (lambda: power.factor_after(lowest_ratio=-1), "lowest_ratio is -1"),
        (
            lambda: power.factor_decay(normalisation_factor=1, later_factor=0.9, holding_time=0),
            "holding_time is 0 years",
        ),
        (lambda: power.factor_decay(later_factor=-0.9), "later_factor is -0.9"),
        (lambda: power.paid_for_multiple(price_multiple=0), "price_multiple is 0"),
        (lambda: power.position_return(side=2), "side is 2"),
        (lambda: power.short_collateral_ratio(price=0), "price is 0.*USD per BTC"),
        (lambda: power.short_collateral_ratio(price=-5), "price is -5.*USD per BTC"),
        (lambda: power.short_liquidation_price(collateral_ratio=0), "collateral_ratio is 0"),
        (lambda: power.short_liquidation_price(square_size=-1), "square_size is -1.*BTC² per USD"),
        (lambda: power.everlasting_price(price=0), "price is 0.*USD per BTC"),
        (lambda: power.everlasting_price(strike=-1), "strike is -1.*USD per BTC"),
        (lambda: power.everlasting_price(volatility=0), "everlasting_time_value: volatility is 0"),
        (lambda: power.everlasting_price(option="straddle"), "option is 'straddle'"),
    ],
)
def test_bad_input_is_named_with_its_unit(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_bad_input_is_refused_among_symbols_too():
    with pytest.raises(ValueError, match="volatility"):
        power.growth(volatility=-sp.Symbol("s", positive=True))
    with pytest.raises(ValueError, match="no price is fair"):
        power.fair_mark_ratio(power=2, dollar_rate=0, coin_rate=0, volatility=sp.sqrt(2 * kappa))
    with pytest.raises(ValueError, match="no curve"):
        power.implied_volatility(power=0)
    with pytest.raises(TypeError, match="by name"):
        power.growth("dollars")


def test_the_mirror_of_the_lesson_on_drift():
    # The drift of 1/S that lesson 16 derives is the growth of the power −1, at a drift of the price.
    drift = sizing.drift_of_the_dollar()
    assert sp.expand(power.growth(power=-1, dollar_rate=mu_S, coin_rate=0) - drift) == 0
