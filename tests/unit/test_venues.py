"""The venues' rules: live payloads, laws, dates, the tables, and bad input."""

import dataclasses
import decimal
from decimal import Decimal
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
        entry_cost=5_182_128 - 39_349,
        mark_price=34734.8,
        initial_margin_rate=0.01,
        maintenance_margin_rate=0.0035,
        funding_rate=0.00285,
        taker_fee_rate=0.00075,
        cross_margin=18_335,
        as_of="2021-06-24",
    )
    assert payload == bitmex.PositionPayload(
        entry_cost=5_142_779,
        mark_value=5_182_128,
        unrealised_profit_and_loss=-39_349,
        initial_margin=51_428,
        closing_fee_reserve=3_910,
        position_margin=73_673,
        maintenance_margin=36_567,
        margin_balance=34_324,
        bankruptcy_price=Decimal("34532.5"),
        liquidation_price=Decimal("34750"),
        return_on_equity=Decimal("-0.7651"),
        return_on_value=Decimal("-0.0077"),
    )


def test_bitmex_long_of_december_2023():
    # https://github.com/ccxt/ccxt/pull/20268 ; cross margin, so its liquidation price needs the wallet.
    payload = bitmex.position_payload(
        side=LONG,
        contracts=400,
        entry_cost=912_269,
        mark_price=43816.25,
        initial_margin_rate=0.01,
        maintenance_margin_rate=0.0035,
        taker_fee_rate=0.00075,
        cross_margin=635,
        as_of="2023-12-07",
    )
    assert payload.mark_value == 912_904
    assert payload.position_margin == 10_450
    assert payload.unrealised_profit_and_loss == -635
    assert payload.return_on_equity == Decimal("-0.0696")


def test_bitmex_counts_funding_only_against_the_payer():
    def maintenance(funding_rate):
        return bitmex.position_payload(**SHORT_OF_2018, funding_rate=funding_rate).maintenance_margin

    assert maintenance(0.001) == maintenance(0)
    assert maintenance(-0.001) == maintenance(0) + 7435


def test_bitmex_short_at_1x_has_no_bankruptcy_price_until_it_loses_margin():
    position = SHORT_OF_2018 | {"initial_margin_rate": 1}
    assert bitmex.position_payload(**position).bankruptcy_price is None
    # 790 satoshis on 500 contracts: 1.58, so 2 satoshis a contract.
    assert bitmex.position_payload(**position, loss=790).bankruptcy_price == Decimal(50_000_000)


@given(side=sides, contracts=contracts, entry_price=prices, mark_price=prices)
def test_bitmex_prices_are_never_better_for_the_trader_than_the_exact_ones(
    side, contracts, entry_price, mark_price
):
    payload = bitmex.position_payload(
        **SHORT_OF_2018
        | {"side": side, "contracts": contracts, "entry_price": entry_price, "mark_price": mark_price}
    )
    own_margin = payload.position_margin - payload.closing_fee_reserve
    exactly = margin.bankruptcy_price(
        side=side,
        notional=contracts,
        entry_price=price_at_value(notional=contracts, coins=sp.Rational(payload.entry_cost, 10**8)),
        margin=sp.Rational(own_margin, 10**8),
    )
    shown = sp.Rational(str(payload.bankruptcy_price))
    assert side * (shown - exactly) >= 0
    assert (shown * 2).q == 1
    assert side * (payload.liquidation_price - payload.bankruptcy_price) >= 0


@pytest.mark.parametrize(
    ("as_of", "what"), [("2020-06-01", "rounding of a contract's value"), ("2024-06-01", "the tick")]
)
def test_bitmex_says_which_rule_is_not_known_on_a_day(as_of, what):
    with pytest.raises(ValueError, match=f"as_of is {as_of}, but .*{what}.* is known only from 2018-01-01"):
        bitmex.position_payload(**SHORT_OF_2018 | {"as_of": as_of})


def test_bitmex_takes_a_tick_where_the_day_does_not_tell_it():
    payload = bitmex.position_payload(**SHORT_OF_2018 | {"as_of": "2024-06-01", "tick": 0.1})
    assert payload.bankruptcy_price * 10 == int(payload.bankruptcy_price * 10)


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


@given(side=sides, entry_price=prices, leverage=st.integers(min_value=2, max_value=100))
def test_bybit_payload_rounds_prices_against_the_trader(side, entry_price, leverage):
    payload = bybit.position_payload(
        side=side,
        notional=1000,
        entry_price=entry_price,
        leverage=leverage,
        maintenance_margin_rate=0.005,
        taker_fee_rate=0.00075,
    )
    exactly = margin.bankruptcy_price(side=side, notional=1000, entry_price=entry_price, leverage=leverage)
    ahead = side * (sp.Rational(str(payload.bankruptcy_price)) - exactly)
    assert 0 <= ahead < sp.Rational(1, 2)


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


def test_bybit_settlement_fee():
    assert bybit.settlement_fee(notional=10_000, settled_price=50_000) == Decimal("0.0001")


@given(notional=contracts, price=prices, fee_rate=st.sampled_from([0.00075, -0.00025]))
def test_phemex_rounds_every_fill_against_the_trader(notional, price, fee_rate):
    fill = phemex.fill(notional=notional, price=price, fee_rate=fee_rate)
    exactly = Fraction(notional * 10**8) / price
    assert 0 <= exactly - fill.value < 1
    assert fill.fee >= fill.value * Fraction(str(fee_rate))


def test_kucoin_shows_a_million_where_there_is_no_price():
    payload = kucoin.position_payload(
        side=SHORT,
        contracts=20,
        entry_cost=266_375,
        mark_price=7947.83,
        leverage=1,
        maintenance_margin_rate=0.005,
        closing_fee_reserve=392,
        cross_margin=12,
    )
    assert payload.bankruptcy_price == kucoin.NO_PRICE == 1_000_000
    assert payload.position_margin == payload.initial_margin + 392 + 12
    # The value is rounded a contract at a time: 20 times 12,582, not 251,641.
    assert payload.mark_value == 251_640


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
    assert kraken.margins_in_dollars(notional=notional) == kraken.Margins(initial, maintenance)
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


def test_htx_has_no_risk_rate_without_margin_in_use():
    with pytest.raises(ValueError, match="position_margin is 0 and frozen_margin is 0"):
        htx.risk_rate(equity=1, position_margin=0, adjustment_factor=0.4)


def test_deribit_says_what_it_does_not_know():
    assert deribit.margins(coin_size=25, coin="SOL").maintenance_margin is None
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
        ({"cross_margin": 0.5}, "cross_margin is 0.5, but its domain is the whole numbers"),
        ({"loss": -1}, "loss is -1, but its domain is loss ≥ 0"),
        ({"tick": 0}, "tick is 0"),
        ({"entry_cost": 7435000}, "entry_price is 6725 and entry_cost is 7435000: give one of the two"),
        ({"entry_price": None}, "entry_price is None and entry_cost is None: give one of the two"),
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


@pytest.mark.parametrize("question", venues.specifications.QUESTIONS)
def test_every_venue_answers_every_question_once(question):
    rows = venues.disagreements([question])
    now = [name for row in rows for name in row["venues"].split(", ") if "(" not in name]
    assert sorted(now) == sorted(venues.SPECIFICATIONS)
    assert len(rows) > 1, "venues agree, so it is no question"
    assert [row["answer"] for row in rows[:-1]].count("unknown") == 0


def test_what_held_before_stands_in_the_table_with_its_date():
    entry, mark = venues.disagreements(["maintenance_margin_base"])[:2]
    assert entry["answer"] == "entry"
    assert "Bybit (until 2025-09-02)" in entry["venues"]
    assert "Bybit," in mark["venues"]
    with pytest.raises(ValueError, match="questions has 'colour'"):
        venues.disagreements(["colour"])


def test_the_settlement_fields_agree_with_the_rules():
    for venue, rules in (("Bybit", bybit), ("Phemex", phemex)):
        assert venues.specification(venue).tick.value == rules.TICK
    assert (
        contract.notional_of(contracts=3, contract_size=venues.specification("OKX").contract_size.value)
        == 300
    )


def test_markdown_tables_are_well_formed():
    for rows in (venues.disagreements(), venues.specification_table("BitMEX")):
        lines = venues.markdown_table(rows).splitlines()
        assert len(lines) == len(rows) + 2
        assert {line.count(" |") for line in lines} == {len(rows[0])}
    with pytest.raises(ValueError, match="rows is empty"):
        venues.markdown_table([])
