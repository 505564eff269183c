"""One position put to every venue: the answers are those of its messages, and of its own functions."""

import dataclasses
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import margin, venues
from inversefutures.contract import LONG, SHORT
from inversefutures.venues import MARGIN_RULES, binance, bitmex, bybit, htx, kraken, kucoin, okx, phemex
from inversefutures.venues.arithmetic import SATOSHI, exact, price_at_value

GOLDEN = {
    example["id"]: example
    for example in json.loads(
        (Path(__file__).parents[1] / "golden" / "worked_examples.json").read_text(encoding="utf-8")
    )
}
VENUES = list(dict.fromkeys(each.venue for each in MARGIN_RULES))

sides = st.sampled_from([LONG, SHORT])
prices = st.integers(min_value=200, max_value=400_000).map(lambda halves: Fraction(halves, 2))
contracts = st.integers(min_value=1, max_value=10**6).map(lambda lots: 100 * lots)
leverages = st.integers(min_value=1, max_value=100)
LATE = "2023-12-07"


def examples(rule, *keys):
    """The worked examples of a rule that give all of some figures and are not known to be wrong."""
    found = [
        example
        for example in GOLDEN.values()
        if example["rule"] == rule
        and set(keys) <= set(example["expected"])
        and example["status"] != "published_error"
    ]
    assert found, f"no worked example of {rule} gives {keys}"
    return [pytest.param(example, id=example["id"]) for example in found]


# --- published figures ----------------------------------------------------------------------------


def of_bitmex(inputs):
    """A BitMEX message's own figures, as the questions name them."""
    held = {
        "side": inputs["side"],
        "notional": inputs["contracts"],
        "mark_price": inputs["mark_price"],
        "initial_margin_rate": inputs["initial_margin_rate"],
        "maintenance_margin_rate": inputs["maintenance_margin_rate"],
        "fee_rate": inputs["taker_fee_rate"],
        "funding_rate": inputs.get("funding_rate", 0),
        "extra_margin": exact("balance", inputs.get("cross_margin_satoshi", 0)) * SATOSHI,
        "realised_loss": exact("balance", inputs.get("loss_satoshi", 0)) * SATOSHI,
        "as_of": inputs["as_of"],
        "rounded": True,
    }
    if "entry_price" in inputs:
        return {**held, "entry_price": inputs["entry_price"]}
    return {**held, "entry_value": exact("entry_cost_satoshi", inputs["entry_cost_satoshi"]) * SATOSHI}


@pytest.mark.parametrize("example", examples("bitmex_position", "initial_margin_satoshi"))
def test_bitmex_s_messages_have_these_margins_and_prices(example):
    inputs, figures = example["inputs"], example["expected"]
    held = of_bitmex(inputs)
    assert venues.initial_margin("BitMEX", **held) == figures["initial_margin_satoshi"] * Decimal("1e-8")
    if "maintenance_margin_satoshi" in figures:
        maintenance = venues.maintenance_margin("BitMEX", **held) * 10**8
        # Where margin was added in several steps the venue's reserve may be a few satoshis higher.
        assert abs(maintenance - figures["maintenance_margin_satoshi"]) <= 3
    if "bankruptcy_price" in figures and "available_margin_satoshi" not in inputs:
        assert venues.bankruptcy_price("BitMEX", **held) == Decimal(str(figures["bankruptcy_price"]))
        assert venues.liquidation_price("BitMEX", **held) == Decimal(str(figures["liquidation_price"]))


def test_bitmex_s_short_at_1x_has_no_price_until_it_loses_and_is_liquidated_where_it_is_bankrupt():
    held = of_bitmex(GOLDEN["bitmex-rest-2019-short14-1x"]["inputs"])
    for ask in (venues.bankruptcy_price, venues.liquidation_price):
        assert ask("BitMEX", **held) == Decimal("16666666.5")
        assert ask("BitMEX", **{**held, "realised_loss": 0}) is None
    assert venues.maintenance_margin("BitMEX", **held) == 0
    # At any other venue that keeps the maintenance margin of the entry value, it has a far liquidation price.
    same = {name: held[name] for name in ("side", "notional", "entry_price", "maintenance_margin_rate")}
    assert venues.liquidation_price("Phemex", **same, leverage=1) == 3610 * 200
    # A long at 1x keeps both.
    long = {**held, "side": LONG, "realised_loss": 0}
    assert venues.liquidation_price("BitMEX", **long) > venues.bankruptcy_price("BitMEX", **long)
    assert venues.maintenance_margin("BitMEX", **long) > 0


@pytest.mark.parametrize("example", examples("bybit_position", "bankruptcy_price"))
def test_bybit_s_classic_messages_have_these_prices(example):
    inputs, figures = example["inputs"], example["expected"]
    held = {
        "side": inputs["side"],
        "notional": inputs["notional"],
        "maintenance_margin_rate": inputs["maintenance_margin_rate"],
        "fee_rate": inputs["taker_fee_rate"],
        "as_of": "2021-06-01",
        "rounded": True,
    }
    held |= {name: inputs[name] for name in ("entry_price", "entry_value", "leverage") if name in inputs}
    if "wallet_balance" in inputs:
        held["margin"] = inputs["wallet_balance"]
    assert venues.bankruptcy_price("Bybit", **held) == Decimal(str(figures["bankruptcy_price"]))
    if "liquidation_price" in figures:
        assert venues.liquidation_price("Bybit", **held) == Decimal(str(figures["liquidation_price"]))


@pytest.mark.parametrize("example", examples("phemex_position", "bankruptcy_price"))
def test_phemex_s_messages_have_these_bankruptcy_prices(example):
    inputs, figures = example["inputs"], example["expected"]
    price = venues.bankruptcy_price(
        "Phemex",
        side=inputs["side"],
        notional=inputs["notional"],
        entry_value=exact("entry_cost_satoshi", inputs["entry_cost_satoshi"]) * SATOSHI,
        margin=exact("balance_satoshi", inputs["balance_satoshi"]) * SATOSHI,
        fee_rate=inputs["taker_fee_rate"],
        rounded=True,
    )
    assert price == Decimal(str(figures["bankruptcy_price"]))


@pytest.mark.parametrize("example", examples("kraken_protection", "bankruptcy_price", "liquidation_price"))
def test_kraken_s_example_of_equity_protection_has_these_prices(example):
    figures = example["expected"]
    for name in ("liquidation_price", "bankruptcy_price"):
        price = getattr(venues, name)("Kraken Futures", **example["inputs"])
        assert round(price) == figures[name]


@pytest.mark.parametrize("example", examples("htx_account", "liquidation_price"))
def test_htx_s_account_has_this_liquidation_price(example):
    inputs = example["inputs"]
    price = venues.liquidation_price(
        "HTX",
        side=inputs["side"],
        notional=inputs["notional"],
        entry_price=inputs["average_hold_price"],
        margin=inputs["static_balance"],
        maintenance_margin_rate=Fraction(str(inputs["adjustment_factor"])) / inputs["leverage"],
        rounded=True,
    )
    assert float(price) == pytest.approx(example["expected"]["liquidation_price"], abs=1e-15)


@pytest.mark.parametrize("example", examples("htx_position", "position_margin"))
def test_htx_s_messages_have_this_position_margin_at_the_last_price(example):
    inputs = example["inputs"]
    found = venues.initial_margin(
        "HTX",
        side=inputs["side"],
        notional=inputs["notional"],
        entry_price=inputs["average_hold_price"],
        mark_price=inputs["last_price"],
        leverage=inputs["leverage"],
        rounded=True,
    )
    assert float(found) == pytest.approx(example["expected"]["position_margin"], abs=1e-14)


@pytest.mark.parametrize("example", examples("deribit_position", "initial_margin"))
def test_deribit_s_messages_have_these_margins_at_the_mark_price(example):
    inputs, figures = example["inputs"], example["expected"]
    rates = venues.deribit.margins(coin_size=figures["size_currency"], coin=inputs.get("coin", "BTC"))
    held = {name: inputs[name] for name in ("side", "notional", "entry_price", "mark_price")}
    held |= {
        "initial_margin_rate": rates.initial_margin_rate,
        "maintenance_margin_rate": rates.maintenance_margin_rate,
    }
    for name in ("initial_margin", "maintenance_margin"):
        assert float(getattr(venues, name)("Deribit", **held)) == pytest.approx(figures[name], abs=1.5e-9)


@pytest.mark.parametrize("example", examples("kraken_account", "maintenance_margin"))
def test_kraken_s_account_has_its_margins_at_the_mark_price(example):
    inputs, figures = example["inputs"], example["expected"]
    asked = venues.maintenance_margin(
        "Kraken Futures",
        side=inputs["side"],
        notional=inputs["notional"],
        entry_price=inputs["entry_price"],
        # The answer gives the initial margin, 2 % of the value at a mark price that it does not give.
        mark_price=Fraction(inputs["notional"]) / 50 / Fraction(str(inputs["initial_margin"])),
        initial_margin_rate=0.02,
        maintenance_margin_rate=0.01,
    )
    assert float(asked) == pytest.approx(figures["maintenance_margin"], abs=1e-11)


# --- the venues' own functions --------------------------------------------------------------------


@given(sides, contracts, prices, leverages)
def test_bitmex_and_its_payload_agree_to_the_satoshi_and_the_tick(side, count, entry, leverage):
    rate = Fraction(1, leverage)
    common = {"side": side, "entry_price": entry, "mark_price": entry, "maintenance_margin_rate": rate / 2}
    payload = bitmex.position_payload(
        **common, contracts=count, initial_margin_rate=rate, taker_fee_rate=0.0005, as_of=LATE
    )
    held = {**common, "notional": count, "leverage": leverage, "fee_rate": 0.0005, "as_of": LATE}
    held["rounded"] = True
    assert venues.initial_margin("BitMEX", **held) * 10**8 == payload.initial_margin_satoshi
    assert venues.maintenance_margin("BitMEX", **held) * 10**8 == payload.maintenance_margin_satoshi
    assert venues.bankruptcy_price("BitMEX", **held) == payload.bankruptcy_price
    assert venues.liquidation_price("BitMEX", **held) == payload.liquidation_price


@given(sides, contracts, prices, leverages)
def test_bybit_and_its_functions_agree_by_both_rules(side, notional, entry, leverage):
    held = {"side": side, "notional": notional, "entry_price": entry, "leverage": leverage}
    rate = Fraction(1, 3 * leverage)
    payload = bybit.position_payload(**held, maintenance_margin_rate=rate, taker_fee_rate=0.0006)
    asked = {**held, "maintenance_margin_rate": rate, "fee_rate": 0.0006}
    early = {**asked, "as_of": "2022-01-01", "rounded": True}
    assert venues.bankruptcy_price("Bybit", **early) == payload.bankruptcy_price
    assert venues.liquidation_price("Bybit", **early) == payload.liquidation_price
    added = Fraction(notional) / entry / 50
    for as_of in ("2025-09-01", "2025-09-02"):
        own = bybit.liquidation_price(
            **held,
            maintenance_margin_rate=rate,
            extra_margin=added,
            taker_fee_rate=0.0006,
            deduction=added / 100,
            as_of=as_of,
        )
        found = venues.liquidation_price(
            "Bybit", **asked, extra_margin=added, deduction=added / 100, as_of=as_of
        )
        assert found == own


@given(sides, contracts, prices, leverages)
def test_kucoin_and_its_payload_agree_to_the_satoshi(side, count, entry, leverage):
    rate = Fraction(1, 2 * leverage)
    payload = kucoin.position_payload(
        side=side,
        contracts=count,
        entry_price=entry,
        mark_price=entry,
        leverage=leverage,
        maintenance_margin_rate=rate,
        closing_fee_reserve_satoshi=0,
    )
    held = {
        "side": side,
        "notional": count,
        "entry_price": entry,
        "leverage": leverage,
        "maintenance_margin_rate": rate,
        "rounded": True,
    }
    held["as_of"] = "2025-05-21"
    assert venues.initial_margin("KuCoin", **held) * 10**8 == payload.initial_margin_satoshi
    assert venues.maintenance_margin("KuCoin", **held) * 10**8 == payload.maintenance_margin_satoshi
    for name in ("bankruptcy_price", "liquidation_price"):
        price = getattr(venues, name)("KuCoin", **held)
        # The venue shows a million where there is no price, or a higher one.
        assert min(price or kucoin.NO_PRICE, kucoin.NO_PRICE) == getattr(payload, name)


@given(sides, contracts, prices, st.fractions(min_value=Fraction(1, 100), max_value=2, max_denominator=100))
def test_the_venues_that_go_by_the_mark_price_agree_with_their_functions(side, notional, entry, part):
    own_margin, rate = part * notional / entry, 0.004
    position = {"side": side, "notional": notional, "entry_price": entry}
    asked = {**position, "margin": own_margin, "maintenance_margin_rate": rate}
    assert venues.liquidation_price("Binance COIN-M", **asked) == binance.liquidation_price(
        **position, wallet_balance=own_margin, maintenance_margin_rate=rate
    )
    for fee_rate in (0, 0.0005):
        assert venues.liquidation_price("OKX", **asked, fee_rate=fee_rate) == okx.liquidation_price(
            **asked, taker_fee_rate=fee_rate
        )
    prices_of_kraken = kraken.protection_prices(**asked)
    assert venues.liquidation_price("Kraken Futures", **asked) == prices_of_kraken.liquidation_price
    assert venues.bankruptcy_price("Kraken Futures", **asked) == prices_of_kraken.bankruptcy_price
    assert venues.liquidation_price("HTX", **asked) == htx.liquidation_price(
        side=side,
        notional=notional,
        average_hold_price=entry,
        leverage=10,
        static_balance=own_margin,
        adjustment_factor=0.04,
    )


@given(sides, contracts, prices, prices, leverages)
def test_margins_at_the_mark_agree_with_the_functions_of_binance_and_okx(
    side, notional, entry, mark, leverage
):
    held = {"side": side, "notional": notional, "entry_price": entry, "mark_price": mark}
    asked = {**held, "leverage": leverage, "maintenance_margin_rate": 0.004}
    payload = binance.position_payload(**asked)
    assert venues.maintenance_margin("Binance COIN-M", **asked) == payload.maintenance_margin
    assert venues.initial_margin("Binance COIN-M", **asked, rounded=True) == payload.initial_margin
    kept = okx.maintenance_margin(notional=notional, mark_price=mark, maintenance_margin_rate=0.004)
    assert venues.maintenance_margin("OKX", **asked) == kept
    assert venues.initial_margin("OKX", **asked) == okx.initial_margin(
        notional=notional, entry_price=entry, mark_price=mark, leverage=leverage, margin_mode="isolated"
    )


@given(sides, contracts, prices, st.integers(min_value=2, max_value=10**9))
def test_phemex_and_its_payload_agree_on_the_tick(side, notional, entry, spare):
    booked = venues.phemex.fill(notional=notional, price=entry, fee_rate=0).value_satoshi
    balance = booked // 50 + spare
    payload = phemex.position_payload(
        side=side,
        notional=notional,
        entry_cost_satoshi=booked,
        mark_price=entry,
        balance_satoshi=balance,
        leverage=100,
        taker_fee_rate=0.00075,
    )
    price = venues.bankruptcy_price(
        "Phemex",
        side=side,
        notional=notional,
        entry_price=entry,
        margin=balance * SATOSHI,
        fee_rate=0.00075,
        rounded=True,
    )
    assert price == payload.bankruptcy_price


# --- what all have in common ----------------------------------------------------------------------

HELD = {"side": LONG, "notional": 10_000, "entry_price": 50_000, "maintenance_margin_rate": 0.005}


@pytest.mark.parametrize("venue", VENUES)
def test_every_venue_answers_or_says_why_not(venue):
    assert venues.initial_margin(venue, **HELD, leverage=10) == Decimal("0.02")
    if venue == "Deribit":
        for ask in (venues.liquidation_price, venues.bankruptcy_price):
            with pytest.raises(
                ValueError, match=r"'Deribit', which has no price for one position: .*account"
            ):
                ask(venue, **HELD, leverage=10)
        return
    liquidation, bankruptcy = (
        ask(venue, **HELD, leverage=10) for ask in (venues.liquidation_price, venues.bankruptcy_price)
    )
    assert bankruptcy < liquidation < 50_000
    base = venues.margin_rule(venue).maintenance_margin_base
    expected = margin.liquidation_price(
        side=LONG,
        entry_price=50_000,
        leverage=10,
        maintenance_margin_rate=exact("fee_rate", 0.005),
        base=base,
    )
    assert sp.Rational(str(liquidation)).round(20) == expected.round(20)
    by_rate = venues.liquidation_price(venue, **HELD, initial_margin_rate=0.1)
    assert by_rate == liquidation


@pytest.mark.parametrize("venue", VENUES)
def test_a_position_that_would_be_liquidated_at_once_is_refused_by_every_venue(venue):
    if venue != "Deribit":
        with pytest.raises(
            ValueError, match=r"maintenance_margin_rate is 0.02, .* liquidated as it is opened"
        ):
            venues.liquidation_price(venue, **{**HELD, "maintenance_margin_rate": 0.02}, leverage=100)


def test_a_tiers_deduction_lets_a_position_be_opened_as_long_as_its_coin_value_is_small_enough():
    held = {"side": LONG, "notional": 10_000, "leverage": 100, "maintenance_margin_rate": 0.02}
    # 0.02 · 0.2 − 0.003 coins are kept, and 0.002 are put down.
    assert venues.liquidation_price("Binance COIN-M", **held, entry_price=50_000, deduction=0.003)
    with pytest.raises(ValueError, match="liquidated as it is opened"):
        venues.liquidation_price("Binance COIN-M", **held, entry_price=50_000, deduction=0.0015)
    # At half the price it is worth 0.4 coins: 0.005 are kept, and 0.004 put down.
    with pytest.raises(ValueError, match="liquidated as it is opened"):
        venues.liquidation_price("Binance COIN-M", **held, entry_price=25_000, deduction=0.003)


def test_the_fee_moves_the_price_only_where_the_venue_counts_it():
    def moved(venue, **how):
        with_fee, without = (
            venues.liquidation_price(venue, **HELD, **how, fee_rate=rate) for rate in (0.001, 0)
        )
        return with_fee != without

    assert {venue for venue in VENUES if venue != "Deribit" and moved(venue, leverage=10)} == {
        "KuCoin",
        "OKX",
    }
    # A margin in coins has to carry the reserve.
    reserving = {venue for venue in VENUES if venue != "Deribit" and moved(venue, margin=0.02)}
    assert reserving == {"BitMEX", "Bybit", "KuCoin", "OKX", "Phemex"}


def test_a_margin_in_coins_that_holds_the_reserve_is_the_margin_by_leverage():
    for side in (LONG, SHORT):
        held = {**HELD, "side": side, "fee_rate": 0.001}
        for venue in ("Bybit", "Phemex", "BitMEX"):
            by_leverage = venues.liquidation_price(venue, **held, leverage=10)
            own = venues.initial_margin(venue, **held, leverage=10)
            bankruptcy = venues.bankruptcy_price(venue, **held, leverage=10)
            value = own + Decimal("0.2") if venue == "BitMEX" else 10_000 / bankruptcy
            by_coins = venues.liquidation_price(venue, **held, margin=own + Decimal("0.001") * value)
            assert float(by_coins) == pytest.approx(float(by_leverage), rel=1e-20)


def test_only_bitmex_counts_the_next_funding_and_only_against_the_payer():
    for venue in ("BitMEX", "Bybit"):
        kept = {
            rate: venues.maintenance_margin(venue, **HELD, leverage=10, funding_rate=rate)
            for rate in (-0.001, 0, 0.001)
        }
        assert kept[-0.001] == kept[0] == Decimal("0.001")
        assert (kept[0.001] == Decimal("0.0012")) == (venue == "BitMEX")


# --- what is not known ----------------------------------------------------------------------------


def test_a_day_of_which_nothing_is_known_is_told_what_is():
    with pytest.raises(ValueError, match="BitMEX reckons margin is known only from 2017-11-10 on"):
        venues.liquidation_price("BitMEX", **HELD, leverage=10, as_of="2016-01-01")
    with pytest.raises(ValueError, match=r"on that day .* changed: give the time .* 2021-06-08 04:30 UTC"):
        venues.margin_rule("BitMEX", "2021-06-08")
    steps = [
        venues.margin_rule("BitMEX", f"2021-06-08T{at}Z").entry_value_rounding.step
        for at in ("04:29", "04:30")
    ]
    assert steps == [1, Decimal("0.01")]
    with pytest.raises(ValueError, match=r"OKX's margin has no date .*leave as_of out"):
        venues.liquidation_price("OKX", **HELD, leverage=10, as_of=date(2024, 1, 1))
    with pytest.raises(ValueError, match="venue is 'Mars', but its domain is BitMEX, Deribit"):
        venues.initial_margin("Mars", **HELD, leverage=10)


@pytest.mark.parametrize("venue", ["OKX", "Kraken Futures", "Binance COIN-M", "Bybit"])
def test_a_rounding_that_is_not_known_is_refused(venue):
    with pytest.raises(ValueError, match=f"rounded is True, .* how {venue} rounds"):
        venues.liquidation_price(venue, **HELD, leverage=10, rounded=True)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, "leverage is None, initial_margin_rate is None, margin is None: give exactly one of them"),
        ({"leverage": 10, "margin": 1}, "give exactly one of them"),
        ({"leverage": 10, "entry_value": 1}, "entry_price is 50000, entry_value is 1: give exactly one"),
        ({"leverage": 10, "maintenance_margin_rate": None}, "maintenance_margin_rate is None: give it"),
        ({"leverage": 10, "notional": -5}, "notional is -5, .*drop the sign"),
        ({"leverage": 10, "side": 0}, "side is 0"),
    ],
)
def test_a_position_that_is_not_told_whole_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        venues.liquidation_price("Bybit", **{**HELD, **changed})


def test_the_margin_of_a_margin_is_no_question():
    with pytest.raises(ValueError, match=r"margin is 0.5, in coins already: give leverage"):
        venues.initial_margin("Bybit", **HELD, margin=0.5)
    with pytest.raises(TypeError, match="unexpected keyword argument 'leverag'"):
        venues.initial_margin("Bybit", **HELD, leverag=10)


def test_kucoin_put_a_fee_aside_until_may_2025_and_counts_it_at_the_mark_price_since():
    held = {**HELD, "leverage": 10, "fee_rate": 0.0006, "funding_rate": 0.0001}
    value, kept = Fraction(10_000, 50_000), Fraction(str(HELD["maintenance_margin_rate"]))
    before = venues.maintenance_margin("KuCoin", **held, as_of="2025-05-21")
    rate = kept + Fraction(11, 10) * Fraction("0.0006") + Fraction("0.0001")
    assert Fraction(before) == value * rate
    since = venues.maintenance_margin("KuCoin", **held, mark_price=40_000, as_of="2025-05-22T04:00Z")
    assert Fraction(since) == Fraction(10_000, 40_000) * (kept + Fraction("0.0006"))
    # What is left at the price of liquidation is what has to be kept there.
    for side in (LONG, SHORT):
        price = venues.liquidation_price("KuCoin", **{**held, "side": side})
        left = value / 10 + side * (value - Fraction(10_000) / Fraction(price))
        assert float(left) == pytest.approx(float(10_000 / Fraction(price) * (kept + Fraction("0.0006"))))
    with pytest.raises(ValueError, match="known only from 2025-05-20 to 2025-05-22 03:00 UTC, and from"):
        venues.liquidation_price("KuCoin", **held, as_of="2025-05-22T03:30Z")


# --- the table ------------------------------------------------------------------------------------


def test_the_table_is_plain_data_with_a_source_for_each_of_nine_venues():
    assert set(VENUES) == set(venues.SPECIFICATIONS)
    for row in MARGIN_RULES:
        assert row.source.startswith("https://")
        assert row.as_of
        assert set(row.inferred) <= {each.name for each in dataclasses.fields(row)}
        assert row.initial_margin_price in ("entry", "mark", "last")
        assert (row.reserve_stands is None) == (row.fee_reserve in ("none", "mark price"))
        assert (row.since is None) == (row.until is None)
        told = json.loads(json.dumps(dataclasses.asdict(row), default=str))
        assert told["venue"] == row.venue


def test_the_table_says_what_the_specifications_say():
    for venue in VENUES:
        row, told = venues.margin_rule(venue), venues.specification(venue)
        if told.maintenance_margin_base.is_known:
            assert row.maintenance_margin_base == told.maintenance_margin_base.value
        if told.initial_margin_price.is_known and venue != "OKX":  # told there for cross margin
            assert told.initial_margin_price.value == f"{row.initial_margin_price} price"
        if told.closing_fee_reserve.is_known:
            assert (told.closing_fee_reserve.value == "yes") == (row.reserve_stands is not None)
        if told.maintenance_includes_funding.is_known:
            assert (told.maintenance_includes_funding.value == "yes") == row.maintenance_holds_funding
        assert row.tick == (told.tick.value if told.tick.is_known else None)


def test_bitmex_s_rows_have_the_ticks_and_steps_of_its_own_module():
    for as_of in ("2018-08-27", "2021-06-07", "2021-06-09", "2024-07-30", "2024-07-31T12:00Z", "2025-01-01"):
        row = venues.margin_rule("BitMEX", as_of)
        assert row.tick == bitmex.tick_size(as_of)
        assert row.entry_value_rounding.step == bitmex.value_step(as_of)
        assert row.value_at_price_rounding.step == bitmex.value_step(as_of)


def test_the_price_at_a_booked_value_is_the_entry_price():
    value = price_at_value(notional=10_000, coins=0.2)
    assert value == 50_000
    held = {name: HELD[name] for name in ("side", "notional", "maintenance_margin_rate")}
    assert venues.liquidation_price(
        "Bybit", **held, entry_value=0.2, leverage=10
    ) == venues.liquidation_price("Bybit", **HELD, leverage=10)
