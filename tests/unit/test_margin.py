"""Leverage, margin, bankruptcy and liquidation: laws, limits, published figures and bad input."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from inversefutures import contract, margin
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import A, D, E, L, M, N, S, W, d, m, phi

prices = st.fractions(min_value=Fraction(1, 2), max_value=10**6, max_denominator=20).map(sp.sympify)
notionals = st.integers(min_value=1, max_value=10**9).map(sp.sympify)
leverages = st.fractions(min_value=Fraction(1, 4), max_value=125, max_denominator=4).map(sp.sympify)
fee_rates = st.fractions(min_value=Fraction(-1, 1000), max_value=Fraction(1, 100), max_denominator=4000).map(
    sp.sympify
)
parts = st.fractions(min_value=0, max_value=1, max_denominator=50).map(sp.sympify)
sides = st.sampled_from([LONG, SHORT])
bases = st.sampled_from(["entry", "mark"])
fee_places = st.sampled_from(["bankruptcy", "mark"])


@st.composite
def isolated(draw):
    """A position that can be opened: its maintenance margin is below its initial margin."""
    leverage = draw(leverages)
    rate = draw(parts) * sp.Rational(99, 100) / max(leverage, 1)
    position = {"side": draw(sides), "entry_price": draw(prices), "leverage": leverage}
    return position, {"maintenance_margin_rate": rate, "base": draw(bases)}


@st.composite
def funded(draw):
    """A position with any margin in coins, and every term of the margin equation in play."""
    notional, entry = draw(notionals), draw(prices)
    position = {
        "side": draw(sides),
        "notional": notional,
        "entry_price": entry,
        "margin": notional / entry * (draw(parts) + sp.Rational(1, 100)),
        "extra_margin": notional / entry * draw(parts) / 5,
    }
    rule = {
        "maintenance_margin_rate": draw(parts) / 10,
        "base": draw(bases),
        "fee_rate": draw(fee_rates),
        "fee_at": draw(fee_places),
        "deduction": notional / entry * draw(parts) / 1000,
    }
    return position, rule


# --- laws -----------------------------------------------------------------------------------------


@given(isolated(), fee_rates)
def test_the_liquidation_price_lies_between_the_bankruptcy_price_and_the_entry(given_position, fee_rate):
    position, rule = given_position
    side, entry = position["side"], position["entry_price"]
    bankruptcy = margin.bankruptcy_price(**position, fee_rate=fee_rate)
    liquidation = margin.liquidation_price(**position, **rule, fee_rate=fee_rate)
    assert side * bankruptcy <= side * liquidation < side * entry
    if bankruptcy != sp.oo:
        assert (bankruptcy == liquidation) == (rule["maintenance_margin_rate"] == 0)


@given(funded())
def test_at_the_liquidation_price_the_margin_balance_is_the_maintenance_margin(given_position):
    position, rule = given_position
    price = margin.liquidation_price(**position, **rule)
    assume(price != sp.oo)
    fee_rate = rule["fee_rate"]
    if rule["fee_at"] == "mark":
        closing_fee = contract.fee(notional=position["notional"], price=price, fee_rate=fee_rate)
    else:
        closing_fee = margin.closing_fee_reserve(**position, fee_rate=fee_rate)
    maintenance = margin.maintenance_margin(
        notional=position["notional"],
        entry_price=position["entry_price"],
        price=price,
        maintenance_margin_rate=rule["maintenance_margin_rate"],
        base=rule["base"],
        deduction=rule["deduction"],
    )
    assert margin.margin_balance(**position, price=price) - closing_fee == maintenance


@given(funded(), prices)
def test_a_short_with_more_coins_than_it_owes_has_enough_margin_at_every_price(given_position, price):
    position, rule = given_position
    coins = contract.value(notional=position["notional"], price=position["entry_price"])
    short = {**position, "side": SHORT, "margin": position["margin"] + coins * sp.Rational(6, 5)}
    assert margin.liquidation_price(**short, **rule) == sp.oo
    assert margin.bankruptcy_price(**short, fee_rate=rule["fee_rate"]) == sp.oo
    has = short.pop("margin") + short.pop("extra_margin")
    assert margin.required_margin(**short, **rule, price=price) < has


@given(funded())
def test_at_the_bankruptcy_price_the_margin_balance_pays_the_closing_fee_and_nothing_is_left(given_position):
    position, rule = given_position
    price = margin.bankruptcy_price(**position, fee_rate=rule["fee_rate"])
    assume(price != sp.oo)
    fee = contract.fee(notional=position["notional"], price=price, fee_rate=rule["fee_rate"])
    assert margin.margin_balance(**position, price=price) == fee
    assert margin.closing_fee_reserve(**position, fee_rate=rule["fee_rate"]) == fee


@given(isolated(), fee_rates)
def test_long_and_short_mirror_each_other_about_the_entry_in_one_over_the_price(given_position, fee_rate):
    position, rule = given_position
    long, short = (
        margin.liquidation_price(**{**position, "side": side}, **rule, fee_rate=fee_rate)
        for side in (LONG, SHORT)
    )
    assume(short != sp.oo)
    # On the mark value each side is weighted with the part of its moving coin value that it may use up.
    weight = rule["maintenance_margin_rate"] if rule["base"] == "mark" else 0
    assert (1 + weight) / long + (1 - weight) / short == 2 / position["entry_price"]


def test_the_mirror_laws_hold_for_the_formulas_too():
    for margin_in_coins in ({}, {"margin": M}):
        for base, weight in (("entry", 0), ("mark", m)):
            long, short = (
                margin.liquidation_price(side=s, base=base, **margin_in_coins) for s in (LONG, SHORT)
            )
            assert sp.simplify((1 + weight) / long + (1 - weight) / short - 2 / E) == 0


@given(funded(), prices)
def test_the_required_margin_puts_the_liquidation_price_where_it_is_wished(given_position, price):
    position, rule = given_position
    side, notional, entry = (position[name] for name in ("side", "notional", "entry_price"))
    what = {"side": side, "notional": notional, "entry_price": entry, **rule}
    required = margin.required_margin(price=price, **what)
    assume(required > 0)
    assert margin.liquidation_price(margin=required, **what) == price
    has = position["margin"]
    added = margin.top_up(margin=has, price=price, **what)
    assert has + added == required
    if added > 0:
        assert margin.liquidation_price(margin=has, extra_margin=added, **what) == price


@given(isolated(), parts)
def test_the_largest_leverage_is_liquidated_just_where_it_may_be(given_position, part):
    position, rule = given_position
    side, entry = position["side"], position["entry_price"]
    price = entry * (1 - side * part / 2)
    largest = margin.largest_leverage(side=side, entry_price=entry, price=price, **rule)
    if largest == sp.oo:
        assert price == entry
        assert rule["maintenance_margin_rate"] == 0
    else:
        assert margin.liquidation_price(side=side, entry_price=entry, leverage=largest, **rule) == price


@given(isolated(), prices)
def test_effective_leverage_starts_at_the_leverage_and_ends_where_the_venue_ends_it(given_position, price):
    position, rule = given_position
    rate, entry = rule["maintenance_margin_rate"], position["entry_price"]
    assert margin.effective_leverage(**position, notional=1000, price=entry) == position["leverage"]
    bankruptcy = margin.bankruptcy_price(**position)
    beyond = position["side"] * price <= position["side"] * bankruptcy
    assert (margin.effective_leverage(**position, notional=1000, price=price) == sp.oo) == beyond
    on_mark = margin.liquidation_price(**position, maintenance_margin_rate=rate, base="mark")
    if rate > 0 and on_mark != sp.oo:
        assert margin.effective_leverage(**position, notional=1000, price=on_mark) == 1 / rate


@given(isolated())
def test_the_distance_to_liquidation_is_the_move_that_gets_there(given_position):
    position, rule = given_position
    distance = margin.distance_to_liquidation(**position, **rule)
    liquidation = margin.liquidation_price(**position, **rule)
    assert distance > 0
    assert position["entry_price"] * (1 - position["side"] * distance) == liquidation
    if liquidation != sp.oo:
        assert margin.distance_to_liquidation(price=liquidation, **position, **rule) == 0
        past = liquidation * (1 - position["side"] * sp.Rational(1, 10))
        assert margin.distance_to_liquidation(price=past, **position, **rule) < 0


@given(sides, prices, leverages, fee_rates, notionals)
def test_the_order_cost_is_the_margin_and_both_fees(side, entry, leverage, fee_rate, notional):
    position = {"side": side, "notional": notional, "entry_price": entry, "leverage": leverage}
    left = margin.order_cost(**position, fee_rate=fee_rate) - contract.fee(
        notional=notional, price=entry, fee_rate=fee_rate
    )
    # What is left after the opening fee pays the loss and the closing fee at the bankruptcy price.
    price = margin.bankruptcy_price(**position)
    if price != sp.oo:
        loss = contract.profit_and_loss(side=side, notional=notional, entry_price=entry, price=price)
        assert left + loss == contract.fee(notional=notional, price=price, fee_rate=fee_rate)
    else:
        assert (side, left) == (SHORT, notional / entry / leverage)


@given(sides, prices, leverages, prices, notionals)
def test_return_on_equity_is_the_profit_over_the_initial_margin(side, entry, leverage, price, notional):
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry, price=price)
    opened = margin.initial_margin(notional=notional, entry_price=entry, leverage=leverage)
    position = {"side": side, "leverage": leverage}
    roe = margin.return_on_equity(**position, entry_price=entry, price=price)
    assert roe == gain / opened
    limit = margin.return_on_equity_limit(**position)
    assert roe < limit if side == LONG else roe > limit


# --- formulas and limits --------------------------------------------------------------------------


def same(formula, expected):
    return sp.simplify(formula - expected) == 0


def exact(text):
    return sp.Rational(text)


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_the_formulas_are_those_of_the_venues(side):
    price = margin.liquidation_price
    # BitMEX, Phemex, and Bybit before 2025-09-02, isolated.
    assert same(price(side=side), E * L / (L + side * (1 - m * L)))
    assert same(margin.bankruptcy_price(side=side), E * L / (L + side))
    # A fixed margin, maintenance margin on the mark value.
    assert same(price(side=side, margin=M, base="mark"), N * (1 + side * m) / (N / E + side * M))
    # Binance COIN-M with its maintenance amount.
    binance = price(side=side, margin=W, base="mark", deduction=D)
    assert same(binance, N * (side + m) / (W + D + side * N / E))
    # OKX, isolated: the fee joins the maintenance margin.
    okx = price(side=side, margin=M, base="mark", fee_rate=phi, fee_at="mark")
    assert same(okx, (1 + side * (m + phi)) / (1 / E + side * M / N))
    # Bybit since 2025-09-02: added margin also has to carry the fee reserve's growth.
    bybit = price(side=side, base="mark", fee_rate=phi, extra_margin=A, deduction=D)
    coins = N / E + side * (N / (E * L) + A / (1 + side * phi) + D)
    assert same(bybit, N * (1 + side * m) / coins)
    # Bybit before, cross: the reserve comes out of the wallet.
    bankruptcy = margin.bankruptcy_price(side=side, margin=W, fee_rate=phi)
    assert same(bankruptcy, (1 + side * phi) * N / (N / E + side * W))
    cross = price(side=side, margin=W, fee_rate=phi)
    assert same(N / cross, N / E + side * (W - phi * N / bankruptcy - m * N / E))


def test_the_bare_formulas_hold_for_either_side_without_a_square_of_it():
    for formula in (margin.liquidation_price, margin.bankruptcy_price, margin.largest_leverage):
        bare = formula()
        assert not bare.has(d**2)
        for side in (LONG, SHORT):
            assert same(bare.subs(d, side), formula(side=side))
    # As they are read: the side stands with the margin and the rates, not with the notional.
    assert margin.liquidation_price() == E * L / (L + d * (1 - m * L))
    assert margin.liquidation_price(base="mark") == E * L * (1 + d * m) / (L + d)
    assert margin.liquidation_price(margin=M, base="mark") == E * N * (1 + d * m) / (N + d * E * M)
    assert margin.required_margin() == N * (m * S + d * (E - S)) / (E * S)


@pytest.mark.parametrize("side", [LONG, SHORT])
@pytest.mark.parametrize("asked", [margin.bankruptcy_price, margin.liquidation_price])
def test_a_margin_in_coins_is_one_whatever_it_is_written_as(asked, side):
    # Given as the coins that the leverage asks for, it pays the closing fee, as any other margin does.
    by_letter = asked(side=side, margin=M, fee_rate=phi)
    written_out = asked(side=side, margin=N / (E * L), fee_rate=phi)
    assert same(written_out, by_letter.subs(M, N / (E * L)))
    assert same(written_out, asked(side=side, margin=margin.initial_margin(), fee_rate=phi))
    # By leverage the reserve stands beside the margin, so the fee moves neither price.
    by_leverage = asked(side=side, fee_rate=phi)
    assert same(by_leverage, asked(side=side))
    assert not same(by_leverage, written_out)


def test_a_bankruptcy_price_by_leverage_and_by_coins():
    position = {"side": LONG, "notional": 10_000, "entry_price": 50_000}
    rate = exact("0.00075")
    assert margin.bankruptcy_price(**position, leverage=10, fee_rate=rate) == sp.Rational(500_000, 11)
    coins = margin.bankruptcy_price(**position, margin=exact("0.02"), fee_rate=rate)
    assert float(coins) == pytest.approx(45_488.64, abs=0.005)
    formula = margin.bankruptcy_price(side=LONG, margin=N / (E * L), fee_rate=phi)
    assert formula.subs({E: 50_000, L: 10, phi: rate}) == coins
    bare = margin.bankruptcy_price(side=LONG, fee_rate=phi)
    assert bare == E * L / (L + 1)


def test_a_distance_measured_from_the_letter_of_the_entry_is_measured_from_there():
    distance = margin.distance_to_liquidation(entry_price=50_000, side=LONG, leverage=10, price=E)
    liquidation = margin.liquidation_price(entry_price=50_000, side=LONG, leverage=10)
    assert same(distance, 1 - liquidation / E)


def test_a_number_put_into_the_formula_is_the_formula_called_with_the_number():
    numbers = {"side": SHORT, "entry_price": sp.Integer(50_000), "leverage": sp.Integer(7)}
    rate = sp.Rational(1, 250)
    for base in ("entry", "mark"):
        called = margin.liquidation_price(**numbers, maintenance_margin_rate=rate, base=base)
        bare = margin.liquidation_price(base=base)
        assert called == bare.subs({d: SHORT, E: 50_000, L: 7, m: rate})


def test_limits_of_the_leverage():
    long, short = (margin.liquidation_price(side=side) for side in (LONG, SHORT))
    assert long.subs({L: 1, m: 0}) == E / 2  # a 1x long is bankrupt at −50 %
    assert sp.limit(long.subs(m, 0), L, sp.oo) == sp.limit(short.subs(m, 0), L, sp.oo) == E
    assert sp.limit(short.subs(m, 0), L, 1, "+") == sp.oo
    assert same(sp.limit(short, L, 1), E / m)
    for side in (LONG, SHORT):
        for base in ("entry", "mark"):
            price = margin.liquidation_price(side=side, base=base)
            assert same(sp.limit(price, m, 0), margin.bankruptcy_price(side=side))
            assert same(price.subs(m, 1 / L), E)  # no room between initial and maintenance margin
    # The fall to bankruptcy is 1/(L + 1) for a long, the rise 1/(L − 1) for a short.
    assert same(margin.distance_to_liquidation(side=LONG, maintenance_margin_rate=0), 1 / (L + 1))
    assert same(margin.distance_to_liquidation(side=SHORT, maintenance_margin_rate=0), 1 / (L - 1))


def test_limits_of_the_price():
    balance = {side: margin.margin_balance(side=side, margin=M) for side in (LONG, SHORT)}
    assert sp.limit(balance[LONG], S, sp.oo) == M + N / E
    assert sp.limit(balance[LONG], S, 0, "+") == -sp.oo
    assert same(sp.limit(balance[SHORT], S, sp.oo), M - N / E)
    assert sp.limit(balance[SHORT], S, 0, "+") == sp.oo
    roe = {side: margin.return_on_equity(side=side) for side in (LONG, SHORT)}
    assert margin.return_on_equity_limit() == d * L
    assert sp.limit(roe[LONG], S, sp.oo) == L
    assert sp.limit(roe[LONG], S, 0, "+") == -sp.oo
    assert sp.limit(roe[SHORT], S, sp.oo) == -L
    assert sp.limit(roe[SHORT], S, 0, "+") == sp.oo
    assert sp.limit(margin.effective_leverage(side=LONG), S, sp.oo) == 0


@pytest.mark.parametrize("leverage", [1, sp.Rational(1, 2), 0.25])
def test_a_short_that_holds_the_coins_it_owes_is_never_bankrupt(leverage):
    short = {"side": SHORT, "leverage": leverage}
    assert margin.bankruptcy_price(**short) == sp.oo
    assert margin.bankruptcy_price(**short, entry_price=50_000, notional=100) == sp.oo
    assert margin.bankruptcy_price(**short, entry_price=E, fee_rate=phi) == sp.oo
    assert margin.liquidation_price(**short, base="mark") == sp.oo
    assert margin.liquidation_price(**short, base="mark", maintenance_margin_rate=0.005) == sp.oo
    assert margin.liquidation_price(**short, maintenance_margin_rate=0, entry_price=7.5) == sp.oo
    assert margin.distance_to_liquidation(**short, base="mark") == sp.oo
    assert margin.closing_fee_reserve(**short) == 0
    assert margin.bankruptcy_price(side=LONG, leverage=leverage, entry_price=100) < 100


def test_a_short_at_leverage_one_still_owes_a_maintenance_margin_fixed_at_the_entry():
    price = margin.liquidation_price(
        side=SHORT, leverage=1, entry_price=100, maintenance_margin_rate=sp.Rational(1, 200)
    )
    assert price == 20_000


def test_a_solved_formula_is_kept(monkeypatch):
    arguments = {"side": LONG, "notional": 100, "margin": 1, "maintenance_margin_rate": 0, "fee_rate": phi}
    margin.liquidation_price(**arguments, entry_price=10)
    monkeypatch.setattr(sp, "solve", None)
    assert margin.liquidation_price(**{**arguments, "fee_rate": 0}, entry_price=50) == sp.Rational(100, 3)


# --- published figures that need no rounding ------------------------------------------------------


def test_initial_margins():
    # Bybit; get10101 (floored to the satoshi there); itchysats.
    assert margin.initial_margin(notional=12_000, entry_price=8_000, leverage=50) == exact("0.03")
    assert margin.initial_margin(notional=10, entry_price=110_000, leverage=2) * 10**8 == exact("50000/11")


def test_margins_may_be_taken_on_the_coins_themselves():
    assert margin.initial_margin(position_value=3, leverage=20) == exact("0.15")
    for base in ("entry", "mark"):
        kept = margin.maintenance_margin(position_value=3, maintenance_margin_rate=exact("0.005"), base=base)
        assert kept == exact("0.015")
    for formula in (margin.initial_margin, margin.maintenance_margin):
        with pytest.raises(ValueError, match=r"notional is 5 .*position_value is 3 .*give one of the two"):
            formula(notional=5, position_value=3)


def test_order_costs_of_bybit_and_phemex():
    per_coin = {"notional": 1, "entry_price": 1}
    for leverage, rate, buy, sell in (
        (100, "0.00075", "0.0115075", "0.0114925"),
        (2, "0.0006", "0.5015", "0.5009"),
    ):
        for side, cost in ((LONG, buy), (SHORT, sell)):
            found = margin.order_cost(**per_coin, side=side, leverage=leverage, fee_rate=exact(rate))
            assert found == exact(cost)
    order = {"side": LONG, "notional": 10_000, "entry_price": 2_000, "leverage": 25}
    assert margin.closing_fee_reserve(**order, fee_rate=exact("0.00055")) == exact("0.00286")
    assert margin.order_cost(**order, fee_rate=exact("0.00055")) == exact("0.20561")


def test_bankruptcy_and_liquidation_figures():
    assert margin.bankruptcy_price(side=LONG, entry_price=9_000, leverage=2) == 6_000
    flipped = margin.liquidation_price(
        side=SHORT, entry_price=110_000, leverage=2, maintenance_margin_rate=exact("0.1")
    )
    assert sp.floor(flipped) == 183_333
    kraken = {"side": LONG, "notional": 1_000, "entry_price": 8_000, "margin": exact("0.01")}
    assert (
        round(margin.liquidation_price(**kraken, maintenance_margin_rate=exact("0.01"), base="mark")) == 7_481
    )
    assert round(margin.bankruptcy_price(**kraken)) == 7_407


def test_bybit_cross_margin_with_its_closing_fee_reserve():
    cross = {"side": LONG, "notional": 10_000, "entry_price": 8_000, "margin": exact("0.5")}
    rates = {"fee_rate": exact("0.00075")}
    assert float(margin.bankruptcy_price(**cross, **rates)) == pytest.approx(5718.57, abs=0.006)
    liquidation = margin.liquidation_price(**cross, **rates, maintenance_margin_rate=exact("0.005"))
    assert sp.ceiling(2 * liquidation) / 2 == exact("5739.5")


def test_htx_account_with_its_adjustment_factor():
    price = margin.liquidation_price(
        side=LONG,
        notional=200,
        entry_price=0.65931,
        margin=723.9229498590471,
        maintenance_margin_rate=0.4 / 20,
        base="mark",
    )
    assert float(price) == pytest.approx(0.1985845228428234, abs=1e-15)


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"side": 0}, "side is 0.*d = 1 or −1"),
        ({"side": 3}, "side is 3.*d = 1 or −1"),
        ({"entry_price": 0}, "entry_price is 0.*E > 0"),
        ({"entry_price": -E}, "entry_price is -E.*E > 0"),
        ({"leverage": 0}, "leverage is 0.*L > 0"),
        ({"leverage": -2}, "leverage is -2.*L > 0"),
        ({"leverage": -L}, "leverage is -L.*L > 0"),
        ({"margin": 0}, "margin is 0.*M > 0"),
        ({"margin": -M}, "margin is -M.*M > 0"),
        ({"extra_margin": -1}, "extra_margin is -1.*A ≥ 0"),
        ({"notional": -100}, "notional is -100.*N > 0"),
        ({"fee_rate": 1}, "fee_rate is 1.*varphi < 1"),
        ({"leverage": 10, "margin": 1}, "leverage is 10 and margin is 1 .*give one of the two"),
    ],
)
@pytest.mark.parametrize("formula", [margin.liquidation_price, margin.bankruptcy_price])
def test_bad_input_is_refused_by_name_value_and_domain(formula, arguments, message):
    with pytest.raises(ValueError, match=message):
        formula(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"maintenance_margin_rate": 1}, "maintenance_margin_rate is 1.*0 ≤ m < 1"),
        ({"maintenance_margin_rate": -0.01}, "maintenance_margin_rate is -0.01.*0 ≤ m < 1"),
        ({"deduction": -1}, "deduction is -1.*D ≥ 0"),
        ({"base": "last"}, "base is 'last', but must be one of 'entry', 'mark'"),
        ({"fee_at": "entry"}, "fee_at is 'entry', but must be one of 'bankruptcy', 'mark'"),
        (
            {"leverage": 50, "maintenance_margin_rate": sp.Rational(1, 40)},
            "maintenance_margin_rate is 1/40.*leverage 50 is 0 ≤ m ≤ 1/L.*above the initial margin",
        ),
        ({"maintenance_margin_rate": 2 / L}, "maintenance_margin_rate is 2/L.*0 ≤ m ≤ 1/L"),
        ({"fee_rate": 0.8, "maintenance_margin_rate": 0.3, "fee_at": "mark"}, "fee_rate is 0.8.*below 1 − m"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        margin.liquidation_price(**arguments)


def test_maintenance_margin_equal_to_the_initial_margin_is_liquidated_at_once():
    at_once = margin.liquidation_price(
        side=LONG, entry_price=300, leverage=50, maintenance_margin_rate=sp.Rational(1, 50)
    )
    assert at_once == 300


@pytest.mark.parametrize(("side", "price", "where"), [(LONG, 101, "below"), (SHORT, 99, "above")])
def test_no_leverage_is_named_for_a_price_on_the_winning_side(side, price, where):
    with pytest.raises(
        ValueError, match=f"price is {price}, .* liquidated at or {where} its entry price 100"
    ):
        margin.largest_leverage(side=side, entry_price=100, price=price)
