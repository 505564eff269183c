"""The venues' rules: live payloads, laws, dates, the tables, and bad input."""

import dataclasses
import decimal
import re
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import contract, margin, venues
from inversefutures.contract import LONG, SHORT
from inversefutures.venues import (
    bilateral,
    binance,
    bitmex,
    bybit,
    deribit,
    htx,
    kraken,
    kucoin,
    okx,
    phemex,
)
from inversefutures.venues.arithmetic import exact, price_at_value, price_on_tick, rounded

sides = st.sampled_from([LONG, SHORT])
prices = st.integers(min_value=200, max_value=400_000).map(lambda halves: Fraction(halves, 2))
contracts = st.integers(min_value=1, max_value=10**7)

SHORT_OF_2018 = {
    "side": SHORT,
    "contracts": 500,
    "entry_price": 6725,
    "mark_price": 6726.8,
    "initial_margin_rate": 0.04,
    "maintenance_margin_rate": 0.005,
    "taker_fee_rate": 0.00075,
    "as_of": "2018-08-27",
}


# --- BitMEX ----------------------------------------------------------------------------------------


def test_bitmex_long_of_june_2021_to_the_satoshi_and_the_tick():
    # Test network, 2021-06-24: https://github.com/mmitkevich/roq-rencap/issues/48 . The entry cost is the
    # mark value less the profit; the maintenance rate, funding included, is the one that gives posMaint.
    payload = bitmex.position_payload(
        side=LONG,
        contracts=1800,
        entry_cost_satoshi=5_182_128 - 39_349,
        mark_price=34734.8,
        initial_margin_rate=0.01,
        maintenance_margin_rate=0.0035,
        funding_rate=0.00285,
        taker_fee_rate=0.00075,
        cross_margin_satoshi=18_335,
        as_of="2021-06-24",
    )
    assert payload == bitmex.BitmexPositionPayload(
        entry_cost_satoshi=5_142_779,
        average_cost_price=Decimal("35000.6475"),
        unrealised_cost_satoshi=5_142_779,
        mark_value_satoshi=5_182_128,
        unrealised_profit_and_loss_satoshi=-39_349,
        initial_margin_satoshi=51_428,
        closing_fee_reserve_satoshi=3_910,
        position_margin_satoshi=73_673,
        maintenance_margin_satoshi=36_567,
        margin_balance_satoshi=34_324,
        bankruptcy_price=Decimal("34532.5"),
        liquidation_price=Decimal("34750"),
        return_on_equity=Decimal("-0.7651"),
        return_on_value=Decimal("-0.0077"),
    )


SHORT_AT_1X = {
    "side": SHORT,
    "initial_margin_rate": 1,
    "maintenance_margin_rate": 0.005,
    "taker_fee_rate": 0.00075,
}


def test_bitmex_short_at_1x_keeps_no_fee_no_maintenance_margin_and_no_price():
    # A live message of 2018-07-20 21:17:10: both prices are 100,000,000, which is "never".
    payload = bitmex.position_payload(
        **SHORT_AT_1X, contracts=733, entry_price=7344, mark_price=7328.4, as_of="2018-07-20"
    )
    assert payload.position_margin_satoshi == payload.initial_margin_satoshi == 9_981_261
    assert payload.closing_fee_reserve_satoshi == payload.maintenance_margin_satoshi == 0
    assert payload.bankruptcy_price is payload.liquidation_price is None


@pytest.mark.parametrize("side_and_rate", [{"side": LONG}, {"initial_margin_rate": 0.99}])
def test_bitmex_keeps_a_fee_and_a_maintenance_margin_of_every_other_position(side_and_rate):
    payload = bitmex.position_payload(
        **SHORT_AT_1X | side_and_rate, contracts=700, entry_price=7344, mark_price=7300, as_of="2018-07-20"
    )
    cost, initial = payload.entry_cost_satoshi, payload.initial_margin_satoshi
    assert payload.closing_fee_reserve_satoshi == pytest.approx(0.00075 * (cost + initial), abs=1)
    assert payload.maintenance_margin_satoshi == pytest.approx(
        0.005 * cost + payload.closing_fee_reserve_satoshi, abs=1
    )


def test_bitmex_short_at_1x_has_a_price_once_it_has_lost_margin_and_it_is_one_price():
    # 25,000 satoshis on 1,055 contracts: 23.7, so 24 a contract. The message of 2018-07-21 shows the price.
    payload = bitmex.position_payload(
        **SHORT_AT_1X, contracts=1055, entry_price=7300, mark_price=7297.83, loss_satoshi=25_000,
        as_of="2018-07-21",
    )  # fmt: skip
    assert payload.bankruptcy_price == payload.liquidation_price == Decimal("4166666.5")


def test_bitmex_profit_counts_from_the_unrealised_cost_and_margins_are_on_the_entry_cost():
    position = SHORT_OF_2018 | {"side": LONG, "entry_price": None, "entry_cost_satoshi": 7_435_000}
    before = bitmex.position_payload(**position)
    moved = bitmex.position_payload(**position, unrealised_cost_satoshi=7_500_000)
    changed = {
        field.name for field in dataclasses.fields(moved)
        if getattr(before, field.name) != getattr(moved, field.name)
    }  # fmt: skip
    assert changed == {
        "unrealised_cost_satoshi", "unrealised_profit_and_loss_satoshi", "margin_balance_satoshi",
        "return_on_equity", "return_on_value",
    }  # fmt: skip
    assert moved.unrealised_profit_and_loss_satoshi == 7_500_000 - 7_433_000
    assert moved.return_on_equity == Decimal("0.2233")


def test_bitmex_counts_funding_only_against_the_payer():
    def maintenance(funding_rate):
        return bitmex.position_payload(**SHORT_OF_2018, funding_rate=funding_rate).maintenance_margin_satoshi

    assert maintenance(0.001) == maintenance(0)
    assert maintenance(-0.001) == maintenance(0) + 7435


@given(side=sides, contracts=contracts, entry_price=prices, mark_price=prices)
def test_bitmex_prices_are_never_better_for_the_trader_than_the_exact_ones(
    side, contracts, entry_price, mark_price
):
    payload = bitmex.position_payload(
        **SHORT_OF_2018
        | {"side": side, "contracts": contracts, "entry_price": entry_price, "mark_price": mark_price}
    )
    own_margin = payload.position_margin_satoshi - payload.closing_fee_reserve_satoshi
    exactly = margin.bankruptcy_price(
        side=side,
        notional=contracts,
        entry_price=price_at_value(notional=contracts, coins=sp.Rational(payload.entry_cost_satoshi, 10**8)),
        margin=sp.Rational(own_margin, 10**8),
    )
    shown = sp.Rational(str(payload.bankruptcy_price))
    assert side * (shown - exactly) >= 0
    assert (shown * 2).q == 1
    assert side * (payload.liquidation_price - payload.bankruptcy_price) >= 0


@pytest.mark.parametrize(
    ("as_of", "step", "tick", "lot"),
    [
        ("2017-11-10", "1", "0.5", 1),
        ("2020-05-16", "1", "0.5", 1),
        ("2021-06-07", "1", "0.5", 1),
        ("2021-06-08T04:29:59Z", "1", "0.5", 1),
        ("2021-06-08T04:30:00Z", "0.01", "0.5", 100),
        ("2024-07-30", "0.01", "0.5", 100),
        ("2024-07-31T03:59Z", "0.01", "0.5", 100),
        ("2024-07-31T04:00Z", "0.01", "0.1", 100),
        ("2026-11-25", "0.01", "0.1", 100),
    ],
)
def test_bitmex_changed_rounding_and_lot_on_8_june_2021_and_its_tick_on_31_july_2024(as_of, step, tick, lot):
    assert bitmex.value_step(as_of) == Decimal(step)
    assert bitmex.tick_size(as_of) == Decimal(tick)
    assert bitmex.lot_size(as_of) == lot


def test_bitmex_had_a_finer_tick_until_31_march_2017():
    assert [bitmex.tick_size(day) for day in ("2016-08-06", "2017-03-30")] == [Decimal("0.01")] * 2
    changes = ("2017-03-31T11:59Z", "2017-03-31T12:00Z")
    assert [bitmex.tick_size(at) for at in changes] == [Decimal("0.01"), Decimal("0.1")]


@pytest.mark.parametrize("day", ["2017-03-31", "2021-06-08", "2024-07-31"])
def test_bitmex_asks_for_the_time_on_a_day_of_change(day):
    ask = bitmex.lot_size if day == "2021-06-08" else bitmex.tick_size
    with pytest.raises(ValueError, match=f"as_of is {day}, but on that day the .* changed: give the time"):
        ask(day)


@pytest.mark.parametrize(("as_of", "satoshi"), [("2021-06-07", 270_300), ("2021-06-09", 270_270)])
def test_bitmex_values_100_contracts_at_37000_by_the_rounding_of_the_day(as_of, satoshi):
    assert bitmex.contract_value(contracts=100, price=37_000, as_of=as_of) == satoshi


@pytest.mark.parametrize(
    "function",
    [
        lambda **lot: bitmex.contract_value(price=37_000, **lot),
        lambda **lot: bitmex.fill(price=37_000, fee_rate=0.00075, **lot),
        lambda **lot: bitmex.average_cost_price(side=LONG, entry_cost_satoshi=270_270, **lot),
        lambda **lot: bitmex.liquidation_price(
            side=LONG, bankruptcy_price=30_000, maintenance_margin_satoshi=1_000, **lot
        ),
    ],
)
def test_bitmex_refuses_an_odd_lot_since_8_june_2021(function):
    function(contracts=99, as_of="2021-06-07")
    with pytest.raises(ValueError, match="contracts is 150, but its domain on 2021-06-09 is the"):
        function(contracts=150, as_of="2021-06-09")


@pytest.mark.parametrize(
    ("function", "as_of", "what"),
    [
        (bitmex.value_step, "2016-06-01", "rounding of a contract's value"),
        (bitmex.tick_size, "2017-06-01", "the tick"),
        (bitmex.lot_size, "2015-06-01", "the lot"),
    ],
)
def test_bitmex_says_which_rule_is_not_known_on_a_day(function, as_of, what):
    with pytest.raises(ValueError, match=f"as_of is {as_of}, but .*{what}.* is known only from 201"):
        function(as_of)


def test_bitmex_takes_a_tick_where_the_trader_gives_one():
    payload = bitmex.position_payload(**SHORT_OF_2018 | {"tick": 0.1})
    assert payload.bankruptcy_price == Decimal("7004.7")


def test_bitmex_margin_rates_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match="maintenance_margin_rate is 1/20, above the initial_margin_rate of"):
        bitmex.position_payload(**SHORT_OF_2018 | {"maintenance_margin_rate": 0.05})
    bitmex.position_payload(**SHORT_OF_2018 | {"maintenance_margin_rate": 0.04})


@pytest.mark.parametrize(
    "changed", [{"contracts": -500}, {"entry_price": None, "entry_cost_satoshi": -7_435_000}]
)
def test_bitmex_says_what_to_do_with_the_sign_of_its_messages(changed):
    with pytest.raises(ValueError, match=r"drop the sign.*give side=1 for a long"):
        bitmex.position_payload(**SHORT_OF_2018 | changed)


def test_bitmex_price_for_never_is_understood():
    position = {"side": SHORT, "contracts": 100, "maintenance_margin_satoshi": 1_000, "as_of": "2020-01-01"}
    assert bitmex.liquidation_price(**position, bankruptcy_price=bitmex.NO_PRICE) is None
    near = bitmex.liquidation_price(**position, bankruptcy_price=10_000)
    # 10 satoshis a contract more: 10,010.
    assert near == Decimal("9990.0")
    position["maintenance_margin_satoshi"] = 0
    assert bitmex.liquidation_price(**position, bankruptcy_price=10_000.7) == Decimal("10000.5")


def test_bitmex_order_margin_is_rounded_up_and_the_estimate_is_not():
    order = {"price": 40_000, "initial_margin_rate": 0.1, "taker_fee_rate": 0.0005, "as_of": "2022-01-30"}
    # 100 contracts are 250,000 satoshi: 25,000 and 0.05 % of 250,000 and of 275,000.
    assert bitmex.order_margin(contracts=100, **order) == 25_000 + 263
    assert bitmex.order_cost_estimate(contracts=100, **order) == Decimal("0.0002525")


# --- Bybit, Phemex, KuCoin ---------------------------------------------------------------------------


def test_bybit_changed_the_base_of_the_maintenance_margin_on_2_september_2025():
    position = {
        "side": LONG,
        "notional": 60_000,
        "entry_price": 50_000,
        "leverage": 10,
        "maintenance_margin_rate": 0.005,
    }
    before = bybit.liquidation_price(**position, as_of="2025-09-01")
    since = bybit.liquidation_price(**position, as_of="2025-09-02")
    value = Fraction(60_000, 50_000)
    assert float(before) == pytest.approx(float(60_000 / (value * Fraction("1.095"))), rel=1e-15)
    assert float(since) == pytest.approx(
        float(60_000 * Fraction("1.005") / (value * Fraction("1.1"))), rel=1e-15
    )


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_bybit_extra_margin_pays_for_its_own_closing_fee(side):
    position = {"side": side, "notional": 60_000, "entry_price": 50_000, "leverage": 10}
    rates = {"maintenance_margin_rate": 0.005, "taker_fee_rate": 0.00055}
    price = bybit.liquidation_price(**position, **rates, extra_margin=0.1, deduction=0.01, as_of="2026-01-01")
    inside = Fraction("0.12") + Fraction("0.1") / (1 + int(side) * Fraction("0.00055")) + Fraction("0.01")
    expected = 60_000 * (1 + int(side) * Fraction("0.005")) / (Fraction("1.2") + int(side) * inside)
    assert float(price) == pytest.approx(float(expected), rel=1e-15)
    plain, with_a_fee = (
        bybit.liquidation_price(**position, maintenance_margin_rate=0.005, as_of="2026-01-01", **fee)
        for fee in ({}, {"taker_fee_rate": 0.00055})
    )
    assert plain == with_a_fee


@given(side=sides, entry_price=prices, leverage=st.integers(min_value=2, max_value=100))
def test_bybit_payload_rounds_prices_against_the_trader(side, entry_price, leverage):
    position = {"side": side, "notional": 1000, "entry_price": entry_price, "leverage": leverage}
    payload = bybit.position_payload(**position, maintenance_margin_rate=0.005, taker_fee_rate=0.00075)
    exactly = margin.bankruptcy_price(**position)
    ahead = side * (sp.Rational(str(payload.bankruptcy_price)) - exactly)
    assert 0 <= ahead < sp.Rational(1, 2)
    assert bybit.bankruptcy_price(**position) == payload.bankruptcy_price


BYBIT_LONG = {
    "side": LONG,
    "notional": 200_000,
    "maintenance_margin_rate": 0.005,
    "taker_fee_rate": 0.00075,
}


def test_bybit_isolated_position_in_every_field():
    # By hand from the sample of the documents: 200,000/(3.62934747·1.1) and 200,000/(3.62934747·1.095).
    payload = bybit.position_payload(**BYBIT_LONG, entry_value=3.62934747, leverage=10)
    assert payload == bybit.BybitPositionPayload(
        entry_price=Decimal("55106.32466392"),
        bankruptcy_price=Decimal("50097"),
        liquidation_price=Decimal("50325.5"),
        closing_fee_reserve=Decimal("0.0029942"),
        position_margin=Decimal("0.36293475") + Decimal("0.0029942"),
    )


def test_bybit_cross_margined_position_in_every_field():
    position = BYBIT_LONG | {"notional": 10_000, "entry_price": 8_000, "wallet_balance": 0.5}
    payload, prices = bybit.position_payload(**position), bybit.cross_margin_prices(**position)
    assert payload == bybit.BybitPositionPayload(
        entry_price=Decimal(8_000),
        bankruptcy_price=Decimal("5719.0"),
        liquidation_price=prices.liquidation_price,
        # 0.075 % of 10,000/5,719, up.
        closing_fee_reserve=Decimal("0.00131142"),
        position_margin=Decimal("0.5") - Decimal("0.00131142"),
    )
    assert prices.liquidation_price == Decimal("5739.5")
    # (1 + 0.00075)·10,000 / (1.25 + 0.5), not on the tick.
    assert float(prices.bankruptcy_price) == pytest.approx(10_007.5 / 1.75, rel=1e-15)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"leverage": 10}, "entry_value is None and entry_price is None: give one of the two"),
        (
            {"leverage": 10, "entry_value": 3, "entry_price": 60_000},
            r"entry_value is 3 and entry_price is 60000 \(USD per BTC\): give one of the two",
        ),
        ({"entry_value": 3}, "leverage is None and wallet_balance is None: give one of the two"),
    ],
)
def test_bybit_takes_one_of_two_alternatives(wrong, message):
    with pytest.raises(ValueError, match=message):
        bybit.position_payload(**BYBIT_LONG, **wrong)


def test_bybit_short_at_1x_keeps_no_reserve_because_it_cannot_go_bankrupt():
    payload = bybit.position_payload(
        side=SHORT,
        notional=1000,
        entry_price=10_000,
        leverage=1,
        maintenance_margin_rate=0.005,
        taker_fee_rate=0.00075,
    )
    assert payload.bankruptcy_price is None
    assert payload.closing_fee_reserve == 0
    assert payload.position_margin == Decimal("0.1")
    assert (
        bybit.cross_margin_prices(
            side=SHORT,
            notional=1000,
            entry_price=10_000,
            wallet_balance=0.2,
            maintenance_margin_rate=0.005,
            taker_fee_rate=0.00075,
        ).bankruptcy_price
        is None
    )


def test_bybit_settlement_fee():
    assert bybit.settlement_fee(notional=10_000, settled_price=50_000) == Decimal("0.0001")
    assert bybit.settlement_fee(notional=10_000, settled_price=50_000, settlement_fee_rate=0) == 0


def test_bybit_shows_values_and_profit_to_eight_decimals():
    # 1,000/7,000 = 0.142857142..., and 1,000/7,000 − 1,000/7,001 = 0.0000204052...
    assert bybit.leaves_value(notional=1_000, price=7_000) == Decimal("0.14285714")
    gain = bybit.unrealised_profit_and_loss(side=LONG, notional=1_000, entry_price=7_000, mark_price=7_001)
    assert gain == Decimal("0.00002041")


BOOKED_FILLS = {
    "Bybit": (bybit.fill, ROUND_CEILING),
    "Phemex": (phemex.fill, ROUND_CEILING),
    "BitMEX": (
        lambda *, notional, **fill: bitmex.fill(contracts=notional, as_of="2020-01-01", **fill),
        ROUND_DOWN,
    ),
}


@pytest.mark.parametrize("venue", BOOKED_FILLS)
@given(notional=contracts, price=prices, fee_rate=st.sampled_from([0.00075, -0.00025]))
def test_a_fee_is_a_fraction_of_the_booked_value_and_rounded_as_the_venue_does(
    venue, notional, price, fee_rate
):
    book, rounding = BOOKED_FILLS[venue]
    fill = book(notional=notional, price=price, fee_rate=fee_rate)
    exactly = Decimal(str(fee_rate)) * fill.value_satoshi
    assert fill.fee_satoshi == exactly.quantize(Decimal(1), rounding=rounding)
    value = Fraction(notional * 10**8) / price
    # BitMEX rounds one contract to the nearest, the others cut the whole.
    off = fill.value_satoshi - value
    assert abs(off) <= Fraction(notional, 2) + Fraction(1, 2) if venue == "BitMEX" else -1 < off <= 0


def test_phemex_position_in_every_field():
    payload = phemex.position_payload(
        side=LONG,
        notional=13,
        entry_cost_satoshi=149_694,
        mark_price=8673.2335,
        balance_satoshi=99_999_989,
        leverage=100,
        taker_fee_rate=0.00075,
    )
    assert payload == phemex.PhemexPositionPayload(
        average_entry_price=decimal_of(Fraction(13 * 10**8, 149_694)),
        unrealised_profit_and_loss_satoshi=-192,
        closing_fee_reserve_satoshi=75_056,
        position_margin_satoshi=99_924_933,
        order_cost_satoshi=1_611,
        bankruptcy_price=Decimal("13.0"),
        liquidation_price=Decimal("13.0"),
    )


def test_phemex_takes_the_fee_of_closing_at_no_price_below_a_tick():
    position = {
        "side": LONG,
        "notional": 5,
        "entry_cost_satoshi": 26_435,
        "mark_price": 23_828.7555,
        "leverage": 100,
        "taker_fee_rate": 0.00075,
    }
    # The whole of it is worth 10 coins at half a dollar, the tick, and no more.
    for coins in (11, 100, 8_795):
        payload = phemex.position_payload(**position, balance_satoshi=coins * 10**8)
        assert payload.closing_fee_reserve_satoshi == 750_000
        assert payload.bankruptcy_price == payload.liquidation_price == Decimal("0.5")
    above = phemex.position_payload(**position, balance_satoshi=9 * 10**8)
    assert above.closing_fee_reserve_satoshi < 750_000
    assert above.bankruptcy_price > Decimal("0.5")


def test_phemex_short_is_bankrupt_above_its_entry():
    payload = phemex.position_payload(
        side=SHORT,
        notional=10_000,
        entry_cost_satoshi=100_000_000,
        mark_price=9_900,
        balance_satoshi=10_000_000,
        leverage=100,
        taker_fee_rate=0.00075,
    )
    # The reserve is 0.075 % of the value at the price where the rest is lost: t·(1 − 0.1)/(1 − t), up.
    assert payload == phemex.PhemexPositionPayload(
        average_entry_price=Decimal(10_000),
        unrealised_profit_and_loss_satoshi=101_010_101 - 100_000_000,
        closing_fee_reserve_satoshi=67_551,
        position_margin_satoshi=10_000_000 - 67_551,
        # 1 % of the value, and 0.075 % of the 99 % that the bankrupt short owes.
        order_cost_satoshi=1_000_000 + 74_250,
        bankruptcy_price=Decimal("11102.5"),
        # The value may fall to what is owed: 100,000,000 less the margin, and 500,000 to keep.
        liquidation_price=Decimal("11041.0"),
    )


def decimal_of(fraction):
    with decimal.localcontext() as context:
        context.prec = 28
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def test_kucoin_short_at_1x_in_every_field():
    payload = kucoin.position_payload(
        side=SHORT,
        contracts=20,
        entry_cost_satoshi=266_375,
        mark_price=7933.01,
        leverage=1,
        maintenance_margin_rate=0.005,
        closing_fee_reserve_satoshi=392,
        cross_margin_satoshi=12,
    )
    # Its balance is one satoshi below the sample's, which does not add up.
    assert payload == kucoin.KucoinPositionPayload(
        entry_cost_satoshi=266_375,
        mark_value_satoshi=252_111,
        unrealised_profit_and_loss_satoshi=-14_264,
        initial_margin_satoshi=266_375,
        position_margin_satoshi=266_779,
        maintenance_margin_satoshi=1_724,
        margin_balance_satoshi=252_515,
        bankruptcy_price=kucoin.NO_PRICE,
        liquidation_price=kucoin.NO_PRICE,
        return_on_equity=Decimal("-0.0535"),
        return_on_value=Decimal("-0.0535"),
    )


def test_kucoin_long_in_every_field():
    payload = kucoin.position_payload(
        side=LONG,
        contracts=10_000,
        entry_price=10_000,
        mark_price=10_500,
        leverage=8,
        maintenance_margin_rate=0.005,
        closing_fee_reserve_satoshi=70_000,
        cross_margin_satoshi=500_000,
    )
    # By hand: one coin at the entry, an eighth of it as margin, half a hundredth kept.
    assert payload == kucoin.KucoinPositionPayload(
        entry_cost_satoshi=100_000_000,
        mark_value_satoshi=95_238_095,
        unrealised_profit_and_loss_satoshi=4_761_905,
        initial_margin_satoshi=12_500_000,
        position_margin_satoshi=13_070_000,
        maintenance_margin_satoshi=570_000,
        margin_balance_satoshi=17_831_905,
        bankruptcy_price=decimal_of(Fraction(10_000) / Fraction("1.13")),
        liquidation_price=decimal_of(Fraction(10_000) / Fraction("1.125")),
        return_on_equity=Decimal("0.3810"),
        return_on_value=Decimal("0.0476"),
    )


def test_kucoin_refuses_a_leverage_that_its_maintenance_margin_does_not_allow():
    position = {"side": LONG, "contracts": 10, "entry_price": 10_000, "mark_price": 10_000}
    kucoin.position_payload(**position, leverage=200, maintenance_margin_rate=0.005)
    with pytest.raises(ValueError, match="maintenance_margin_rate is 1/200, above one over"):
        kucoin.position_payload(**position, leverage=201, maintenance_margin_rate=0.005)


def test_kucoin_position_without_added_margin_and_without_a_reserve_has_neither():
    position = {"side": LONG, "contracts": 10, "entry_price": 10_000, "mark_price": 10_000, "leverage": 10}
    payload = kucoin.position_payload(**position, maintenance_margin_rate=0.005)
    assert payload.position_margin_satoshi == payload.initial_margin_satoshi == 10_000
    assert payload.maintenance_margin_satoshi == 500


def test_kucoin_takes_one_of_entry_price_and_entry_cost():
    position = {"side": LONG, "contracts": 10, "mark_price": 10_000, "leverage": 10}
    with pytest.raises(ValueError, match="entry_price is None and entry_cost_satoshi is None: give one"):
        kucoin.position_payload(**position, maintenance_margin_rate=0.005)


# --- the others --------------------------------------------------------------------------------------


@given(
    side=sides,
    notional=contracts,
    entry_price=prices,
    wallet=st.fractions(min_value=Fraction(1, 100), max_value=1000, max_denominator=100),
)
def test_binance_liquidates_where_the_balance_is_the_maintenance_margin(side, notional, entry_price, wallet):
    rates = {"maintenance_margin_rate": Fraction(1, 50), "deduction": Fraction(1, 1000)}
    price = binance.liquidation_price(
        side=side, notional=notional, entry_price=entry_price, wallet_balance=wallet, **rates
    )
    # The published form: (d·C + C·MMR) / (WB − TMM + UPNL + cum + d·C/EP).
    below = wallet + Fraction(1, 1000) + int(side) * Fraction(notional) / entry_price
    if int(side) * below <= 0:
        assert price is None
    else:
        assert float(price) == pytest.approx(
            float((int(side) * notional + notional * Fraction(1, 50)) / below), rel=1e-12
        )


def test_binance_position_in_every_field():
    # 10,000 USD, entered at 50,000, 10x, at a mark of 40,000: a quarter coin.
    position = {"notional": 10_000, "mark_price": 40_000}
    payload = binance.position_payload(
        side=LONG, entry_price=50_000, leverage=10, maintenance_margin_rate=0.01, deduction=0.0005, **position
    )
    assert payload == binance.BinancePositionPayload(
        notional_value=Decimal("0.25"),
        unrealised_profit_and_loss=Decimal("-0.05"),
        initial_margin=Decimal("0.025"),
        maintenance_margin=Decimal("0.002"),
    )
    assert binance.initial_margin(leverage=10, **position) == payload.initial_margin
    assert binance.isolated_margin(side=LONG, entry_price=50_000, wallet_balance=0.06, **position) == Decimal(
        "0.01"
    )


def test_binance_deducts_nothing_in_the_first_tier():
    position = {"side": LONG, "notional": 10_000, "entry_price": 50_000, "maintenance_margin_rate": 0.01}
    assert binance.position_payload(**position, mark_price=40_000, leverage=10).maintenance_margin == Decimal(
        "0.0025"
    )
    # 10,000 · 1.01 / (0.2 + 0.2).
    assert binance.liquidation_price(**position, wallet_balance=0.2) == 25_250


def test_binance_cuts_the_initial_margin_after_eight_decimals():
    assert binance.initial_margin(notional=10_000, mark_price=70_000, leverage=3) == Decimal("0.04761904")


def test_binance_other_positions_shrink_the_wallet():
    position = {
        "side": LONG,
        "notional": 10_000,
        "entry_price": 50_000,
        "maintenance_margin_rate": 0.004,
    }
    alone = binance.liquidation_price(**position, wallet_balance=0.05)
    beside = binance.liquidation_price(
        **position, wallet_balance=0.08, other_maintenance=0.01, other_unrealised=-0.02
    )
    assert alone == beside


def test_binance_open_loss_is_what_an_order_loses_against_the_mark():
    order = {"notional": 10_000, "entry_price": 50_000}
    assert binance.open_loss(side=LONG, mark_price=40_000, **order) == Decimal("0.05")
    assert binance.open_loss(side=SHORT, mark_price=40_000, **order) == 0


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_okx_fee_stands_beside_the_maintenance_rate(side):
    position = {"side": side, "notional": 10_000, "entry_price": 50_000, "margin": 0.02}
    together = okx.liquidation_price(**position, maintenance_margin_rate=0.0045)
    apart = okx.liquidation_price(**position, maintenance_margin_rate=0.004, taker_fee_rate=0.0005)
    assert together == apart
    expected = 10_000 * (1 + int(side) * 0.0045) / (0.2 + int(side) * 0.02)
    assert float(together) == pytest.approx(expected, rel=1e-12)


def test_okx_takes_initial_margin_at_entry_or_at_mark():
    position = {"notional": 10_000, "entry_price": 50_000, "mark_price": 40_000, "leverage": 10}
    assert okx.initial_margin(**position, margin_mode="isolated") == Decimal("0.02")
    assert okx.initial_margin(**position, margin_mode="cross") == Decimal("0.025")
    with pytest.raises(ValueError, match="margin_mode is 'portfolio', but its domain is isolated, cross"):
        okx.initial_margin(**position, margin_mode="portfolio")
    assert okx.maintenance_margin(
        notional=10_000, mark_price=40_000, maintenance_margin_rate=0.004
    ) == Decimal("0.001")


@pytest.mark.parametrize(
    ("notional", "initial", "maintenance"),
    [
        (500_000, 10_000, 5_000),
        (3_000_000, 150_000, 75_000),
        (6_000_000, 450_000, 225_000),
        (60_000_000, 16_350_000, 8_175_000),
    ],
)
def test_kraken_charges_each_slice_at_its_own_rate(notional, initial, maintenance):
    # By hand for 3,000,000: 2 % of 500,000 + 4 % of 500,000 + 6 % of 2,000,000.
    assert kraken.margins_in_dollars(notional=notional) == kraken.KrakenMargins(initial, maintenance)
    in_coin = kraken.margins(notional=notional, mark_price=50_000)
    assert in_coin.initial_margin == Decimal(initial) / 50_000


@given(
    side=sides,
    hold=prices,
    leverage=st.integers(min_value=2, max_value=100),
    balance=st.fractions(min_value=Fraction(1, 10), max_value=2, max_denominator=100),
)
def test_htx_risk_rate_is_zero_at_the_liquidation_price(side, hold, leverage, balance):
    position = {
        "side": side,
        "notional": 10_000,
        "average_hold_price": hold,
        "leverage": leverage,
        "static_balance": balance,
        "adjustment_factor": 0.4,
    }
    price = htx.liquidation_price(**position)
    if price is not None:
        assert htx.account(**position, last_price=price).risk_rate == pytest.approx(0, abs=Decimal("1e-15"))


def test_htx_settlement_moves_profit_but_makes_none():
    first = htx.settlement_profit_and_loss(
        side=LONG, notional=200, average_hold_price=0.5, settled_price=0.625
    )
    after = htx.position_payload(
        side=LONG,
        notional=200,
        average_open_price=0.5,
        average_hold_price=0.625,
        last_price=0.8,
        leverage=20,
    )
    assert first + after.unrealised_profit_and_loss == after.profit_and_loss == 150


def test_htx_charges_the_larger_side_of_a_locked_position():
    charged = htx.locked_margin(long_notional=1000, short_notional=3000, last_price=5000, leverage=10)
    assert charged == Decimal("0.06")


HTX_LONG = {"side": LONG, "notional": 10_000, "average_hold_price": 40_000, "leverage": 20}


def test_htx_position_in_every_field():
    payload = htx.position_payload(**HTX_LONG, average_open_price=25_000, last_price=50_000)
    assert payload == htx.HtxPositionPayload(
        unrealised_profit_and_loss=Decimal("0.05"),
        profit_and_loss=Decimal("0.2"),
        position_margin=Decimal("0.01"),
        profit_rate=Decimal(10),
    )


def test_htx_account_in_every_field():
    account = htx.account(
        **HTX_LONG, last_price=50_000, static_balance=0.15, frozen_margin=0.006, adjustment_factor=0.4
    )
    # Equity 0.2 over 0.01 and 0.006 in use is 12.5; liquidated where 0.4 of the position's margin is left.
    assert account == htx.HtxAccount(
        margin_balance=Decimal("0.2"),
        risk_rate=Decimal("12.1"),
        liquidation_price=Decimal("25500"),
    )
    without_orders = htx.account(**HTX_LONG, last_price=50_000, static_balance=0.15, adjustment_factor=0.4)
    assert without_orders.risk_rate == Decimal("19.6")


def test_htx_short_that_cannot_be_liquidated_has_no_price():
    position = HTX_LONG | {"side": SHORT}
    assert htx.liquidation_price(**position, static_balance=0.3, adjustment_factor=0.4) is None


def test_htx_has_no_risk_rate_without_margin_in_use():
    with pytest.raises(ValueError, match="position_margin is 0 and frozen_margin is 0"):
        htx.risk_rate(equity=1, position_margin=0, adjustment_factor=0.4)
    only_orders = htx.risk_rate(equity=1, position_margin=0, frozen_margin=0.5, adjustment_factor=0.4)
    assert only_orders == Decimal("1.6")
    as_much = htx.risk_rate(equity=1, position_margin=0.5, frozen_margin=0.5, adjustment_factor=0.4)
    assert as_much == Decimal("0.6")


def test_deribit_position_in_every_field():
    # 10,000 USD entered at 40,000 and settled at 45,000, at a mark of 50,000: 0.2 coins, 2.001 and 1.001 %.
    payload = deribit.position_payload(
        side=SHORT, notional=10_000, entry_price=40_000, mark_price=50_000, settled_price=45_000
    )
    assert payload == deribit.DeribitPositionPayload(
        size_currency=Decimal("-0.2"),
        total_profit_loss=Decimal("-0.05"),
        floating_profit_loss=Decimal("-0.022222222"),
        initial_margin=Decimal("0.004002"),
        maintenance_margin=Decimal("0.002002"),
    )
    of_today = deribit.position_payload(side=SHORT, notional=10_000, entry_price=40_000, mark_price=50_000)
    assert of_today == dataclasses.replace(payload, floating_profit_loss=None)


def test_deribit_rounds_to_the_nearest_of_nine_decimals():
    payload = deribit.position_payload(side=LONG, notional=20, entry_price=30_000, mark_price=30_001)
    assert payload.size_currency == Decimal("0.000666644")
    assert payload.total_profit_loss == Decimal("2.2E-8")


def test_deribit_margins_of_its_coins_and_no_others():
    sol = deribit.margins(coin_size=6_000, coin="SOL")
    assert sol == deribit.DeribitMargins(
        initial_margin_rate=Decimal("0.07"),
        maintenance_margin_rate=Decimal("0.05"),
        initial_margin=Decimal(420),
        maintenance_margin=Decimal(300),
    )
    with pytest.raises(ValueError, match="coin is 'ETH', but its domain is BTC, SOL"):
        deribit.margins(coin_size=25, coin="ETH")


@given(
    entry_price=prices,
    exit_price=prices,
    long_leverage=st.integers(min_value=1, max_value=5),
    short_leverage=st.integers(min_value=1, max_value=5),
)
def test_bilateral_sides_mirror_each_other_and_lose_no_more_than_their_margin(
    entry_price, exit_price, long_leverage, short_leverage
):
    trade = {"notional": 10_000, "entry_price": entry_price}
    leverages = {"long_leverage": long_leverage, "short_leverage": short_leverage}
    long, short = (
        bilateral.profit_and_loss(side=side, exit_price=exit_price, **trade, **leverages)
        for side in (LONG, SHORT)
    )
    assert long + short == 0
    assert -long <= bilateral.initial_margin(**trade, leverage=long_leverage)
    assert -short <= bilateral.initial_margin(**trade, leverage=short_leverage)


# --- exact arithmetic --------------------------------------------------------------------------------

ROUNDINGS = [
    decimal.ROUND_CEILING,
    decimal.ROUND_FLOOR,
    decimal.ROUND_DOWN,
    decimal.ROUND_HALF_UP,
    decimal.ROUND_HALF_DOWN,
]


@given(number=st.decimals(min_value=-(10**9), max_value=10**9, places=4), rounding=st.sampled_from(ROUNDINGS))
def test_rounding_is_that_of_the_decimal_module(number, rounding):
    step = Decimal("0.01")
    assert rounded(sp.Rational(str(number)), step=step, rounding=rounding) == sp.Rational(
        str(number.quantize(step, rounding=rounding))
    )


def test_a_float_stands_for_the_decimal_that_it_is_written_as():
    assert exact("price", 0.1) == sp.Rational(1, 10)
    assert exact("price", Decimal("6726.8")) == exact("price", 6726.8) == sp.Rational(67268, 10)


def test_a_price_that_is_never_reached_is_on_no_tick():
    assert price_on_tick(sp.oo, side=SHORT, tick=sp.Rational(1, 2)) is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mark_price": -1}, r"mark_price is -1, but its domain is S_mark > 0 \(USD per BTC\)"),
        ({"entry_price": 0}, "entry_price is 0, but its domain is E > 0"),
        ({"side": 2}, "side is 2, but its domain is d = 1 or −1"),
        ({"contracts": 0}, "contracts is 0, but its domain is n > 0"),
        ({"contracts": 1.5}, "contracts is 1.5, but its domain is the whole numbers"),
        (
            {"initial_margin_rate": 0},
            "initial_margin_rate is 0, but its domain is 0 < initial_margin_rate ≤ 1",
        ),
        ({"cross_margin_satoshi": 0.5}, "cross_margin_satoshi is 0.5, but its domain is the whole numbers"),
        ({"loss_satoshi": -1}, "loss_satoshi is -1, but its domain is loss_satoshi ≥ 0"),
        ({"tick": 0}, "tick is 0"),
        (
            {"entry_cost_satoshi": 7435000},
            r"entry_price is 6725 \(USD per BTC\) and entry_cost_satoshi is 7435000: give one of the two",
        ),
        ({"entry_price": None}, "entry_price is None and entry_cost_satoshi is None: give one of the two"),
        ({"as_of": "last week"}, "as_of is 'last week', but its domain is the dates"),
    ],
)
def test_bad_input_is_named(changed, message):
    with pytest.raises(ValueError, match=message):
        bitmex.position_payload(**SHORT_OF_2018 | changed)


def test_a_symbol_cannot_be_rounded():
    with pytest.raises(TypeError, match="mark_price is S: a venue rounds, so give a number"):
        bitmex.position_payload(**SHORT_OF_2018 | {"mark_price": sp.Symbol("S", positive=True)})


def test_rounding_names_its_choices():
    with pytest.raises(ValueError, match="rounding is 'up', but its domain is ROUND_CEILING"):
        rounded(sp.Rational(1, 3), step=1, rounding="up")


# --- specifications ----------------------------------------------------------------------------------


def every_fact():
    for specification in venues.SPECIFICATIONS.values():
        for name, fact in specification.facts.items():
            for version in (fact, *fact.earlier):
                yield pytest.param(version, id=f"{specification.venue} {name} {version.as_of}")


@pytest.mark.parametrize("fact", list(every_fact()))
def test_a_fact_has_a_source_and_a_date_or_says_why_it_is_unknown(fact):
    if fact.is_known:
        assert fact.source
        assert "20" in fact.as_of
    else:
        assert fact.note
        assert not fact.source


def test_specifications_cannot_be_changed():
    bybit_now = venues.specification("Bybit")
    with pytest.raises(dataclasses.FrozenInstanceError):
        bybit_now.tick.value = 1
    with pytest.raises(ValueError, match="venue is 'FTX', but its domain is BitMEX, Deribit"):
        venues.specification("FTX")


def test_a_table_shows_which_answers_are_inferred():
    kraken_now = venues.specification("Kraken Futures").maintenance_margin_base
    assert kraken_now.in_words == "mark (inferred)"
    assert kraken_now.answer == "mark"
    rows = {row["fact"]: row["value"] for row in venues.specification_table("Kraken Futures")}
    assert rows["Maintenance margin base"] == "mark (inferred)"
    assert rows["Leftover margin"] == "trader"


def test_an_inferred_fact_says_what_it_is_inferred_from():
    for parameter in every_fact():
        (fact,) = parameter.values
        assert fact.note or not fact.inferred, parameter.id


def test_bitmex_entry_price_that_is_shown_is_the_one_that_stays():
    note = venues.specification("BitMEX").average_entry.note
    assert "avgCostPrice is the entry price that is shown, and stays" in note
    assert "2023-04-11 04:00 UTC" in note


@pytest.mark.parametrize(
    ("venue", "as_of", "interval", "rate"),
    [
        # 0.1 % of premium over the hour is a 24th of it; over four hours it was an eighth an hour.
        ("Kraken Futures", "2022-09-29", 1, sp.Rational(1, 24_000)),
        ("Kraken Futures", "2022-09-28", 4, sp.Rational(1, 2_000)),
        ("Deribit", None, 8, sp.Rational(1, 2_000)),
    ],
)
def test_a_funding_rule_is_that_of_its_day_and_not_one_that_live_figures_contradict(
    venue, as_of, interval, rate
):
    rule = venues.funding_rule(venue, as_of)
    assert rule.rate(0.001) == rate
    assert (rule.funding_interval or rule.quoted_interval) == interval


def test_the_old_funding_of_kraken_was_capped_at_a_fifth_of_a_percent_in_four_hours():
    assert venues.funding_rule("Kraken Futures", "2021-06-01").rate(0.01) == sp.Rational(2, 1000)


def test_every_funding_rule_says_when_its_rate_is_fixed():
    fixed = {row["fixed"] for row in venues.funding_table()}
    assert "an interval before it is paid" in fixed
    assert all(fixed)
    inferred = {rule.venue for rule in venues.FUNDING_RULES if rule.inferred}
    assert inferred == {"BitMEX", "Bybit", "Binance COIN-M", "Deribit", "Kraken Futures"}


def matrix_cells(question):
    """The cells of a question's row in the matrix, by venue, as Markdown."""
    shown = venues.disagreement_matrix([question])
    return dict(zip(shown.head, shown.rows[0], strict=True))


@pytest.mark.parametrize("question", venues.specifications.QUESTIONS)
def test_the_matrix_has_each_venues_answer_with_its_source_and_its_date(question):
    cells = matrix_cells(question)
    asked = cells.pop("question")
    assert list(cells) == list(venues.SPECIFICATIONS)
    answers = {venues.specification(venue).facts[question].answer for venue in cells}
    assert len(answers) > 1, "venues agree, so it is no question"
    for venue, cell in cells.items():
        fact = venues.specification(venue).facts[question]
        if not fact.is_known:
            assert cell == "?"
            continue
        mark, source, title = re.fullmatch(r'\[(.+)\]\((\S+) "(.+)"\)', cell).groups()
        assert source == fact.source
        assert fact.as_of in title
        assert ("°" in mark) == ("inferred" in title) == fact.inferred
        answer = mark.strip("°†")
        assert answer == fact.answer or f"**{answer}** {fact.answer}" in asked


def test_the_matrix_says_what_was_different_before():
    cells = matrix_cells("maintenance_margin_base")
    assert cells["Bybit"].startswith("[mark†](")
    assert cells["Bybit"].endswith('"since 2025-09-02; before: entry, until 2025-09-02")')
    assert "†" not in cells["Binance COIN-M"]
    # An answer that another copy repeats is no change.
    assert "†" not in matrix_cells("settlement_price")["Deribit"]
    with pytest.raises(ValueError, match="questions has 'colour'"):
        venues.disagreement_matrix(["colour"])


def test_the_settlement_fields_agree_with_the_rules():
    for venue, rules in (("Bybit", bybit), ("Phemex", phemex)):
        assert venues.specification(venue).tick.value == rules.TICK
    assert (
        contract.notional_of(contracts=3, contract_size=venues.specification("OKX").contract_size.value)
        == 300
    )


def test_markdown_tables_are_well_formed():
    for rows in (venues.specification_table("BitMEX"), venues.funding_table()):
        lines = venues.markdown_table(rows).splitlines()
        assert len(lines) == len(rows) + 2
        assert {line.count(" |") for line in lines} == {len(rows[0])}
    assert venues.markdown_table([{"as_of": "2021"}]).startswith("| As of |\n")
    with pytest.raises(ValueError, match="rows is empty"):
        venues.markdown_table([])


def test_what_deribit_asks_for_a_sold_option():
    call = {"option": "call", "futures_price": 60_000, "option_premium": 0.02}
    # 3,000 USD out of the money are 5 % of the price; far away 10 % of a coin are left.
    assert deribit.option_margins(strike=63_000, **call).initial_margin == Decimal("0.12")
    assert deribit.option_margins(strike=90_000, **call).initial_margin == Decimal("0.12")
    assert deribit.option_margins(strike=50_000, **call).initial_margin == Decimal("0.17")
    assert deribit.option_margins(strike=50_000, **call).maintenance_margin == Decimal("0.095")
    deep = deribit.option_margins(option="put", futures_price=60_000, strike=240_000, option_premium=3)
    # A put may cost several coins, and then its maintenance margin is the larger one.
    assert deep.maintenance_margin == deep.initial_margin == Decimal("3.225")
    with pytest.raises(ValueError, match="option is 'straddle'"):
        deribit.option_margins(option="straddle", futures_price=1, strike=1, option_premium=0)
    with pytest.raises(ValueError, match="option_premium is -1"):
        deribit.option_margins(option="put", futures_price=1, strike=1, option_premium=-1)


def test_portfolio_margin_shocks_both_ways_and_does_not_net_the_roll():
    matrix = {"price_range": "0.16", "roll_rate": "0.01", "maintenance_factor": "0.8"}
    short = deribit.portfolio_margin(coin_sizes=[-1], **matrix)
    assert float(short.worst_case) == pytest.approx(1 - 1 / 1.16)
    flat = deribit.portfolio_margin(coin_sizes=[2, -2], **matrix)
    assert (flat.worst_case, flat.roll_shock) == (0, Decimal("0.04"))
    assert flat.maintenance_margin == Decimal("0.032")
