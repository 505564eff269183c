"""What the venues' rules share: dates and times, checked numbers, and refusals that say what to do."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sympy as sp

from inversefutures import contract, venues
from inversefutures.notation import S
from inversefutures.venues import arithmetic, bitmex, kucoin
from inversefutures.venues.arithmetic import exact, in_force, moment, price_at_value, whole

CHANGE = datetime(2021, 6, 8, 4, 30)
PERIODS = (
    (date(2018, 1, 1), CHANGE, "old"),
    (CHANGE, date(2024, 12, 31), "new"),
    (date(2026, 1, 1), date.max, "newest"),
)


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        ("2018-01-01", "old"),
        (date(2021, 6, 7), "old"),
        ("2021-06-09", "new"),
        ("2024-12-31", "new"),
        (datetime(2024, 12, 31, 23, 59, 59), "new"),
        ("2021-06-08T04:29:59.999Z", "old"),
        ("2021-06-08T04:30:00.000Z", "new"),
        (CHANGE, "new"),
        (CHANGE - timedelta(microseconds=1), "old"),
        ("2021-06-08 04:30", "new"),  # a time without an offset is UTC
        (datetime(2021, 6, 8, 6, 29, tzinfo=timezone(timedelta(hours=2))), "old"),
        ("2021-06-08T00:30:00-04:00", "new"),
        ("9999-12-31", "newest"),
        (datetime.max, "newest"),
    ],
)
def test_what_held_on_a_day_or_at_a_moment(as_of, value):
    assert in_force("the rule", PERIODS, as_of) == value


def test_a_day_on_which_the_rule_changed_needs_its_time():
    with pytest.raises(ValueError, match=r"on that day the rule changed: give the time .* 04:30 UTC"):
        in_force("the rule", PERIODS, "2021-06-08")


@pytest.mark.parametrize("as_of", ["2017-12-31", "2025-06-01", datetime(2025, 1, 1)])
def test_a_day_of_which_nothing_is_known_is_told_what_is(as_of):
    with pytest.raises(ValueError, match="as_of is") as refusal:
        in_force("the rule", PERIODS, as_of)
    # The two that follow on each other are one span, so that nothing looks like a gap that is none.
    assert "known only from 2018-01-01 to 2024-12-31, and from 2026-01-01 on:" in str(refusal.value)
    assert "give one of these days" in str(refusal.value)


def test_a_day_half_of_which_is_known_is_not_known():
    periods = [(datetime(2023, 4, 11, 4, tzinfo=UTC), date.max, "since")]
    assert in_force("it", periods, "2023-04-11T04:00Z") == "since"
    with pytest.raises(ValueError, match="known only from 2023-04-11 04:00 UTC on"):
        in_force("it", periods, "2023-04-11")


@pytest.mark.parametrize("as_of", ["last week", "2021-13-01", 20210608, None, "12:00"])
def test_what_is_no_date_is_refused_with_the_form_of_one(as_of):
    with pytest.raises(ValueError, match="2018-08-27, or with a time"):
        moment(as_of)


def test_a_day_is_all_of_it_in_utc():
    start, end = moment("2020-02-29")
    assert (start, end) == (datetime(2020, 2, 29, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC))


def test_a_satoshi_amount_in_coins_is_told_apart():
    with pytest.raises(ValueError, match=r"reserve is 0\.00000392, .* satoshi: .* which makes 392"):
        whole("closing_fee_reserve", sp.Rational(392, 10**8))
    with pytest.raises(ValueError, match=r"contracts is 1\.5, .* whole numbers of contracts$"):
        whole("contracts", sp.Rational(3, 2))
    with pytest.raises(ValueError, match=r"cross_margin is 0\.0000000001, .* of satoshi$"):
        whole("cross_margin", sp.Rational(1, 10**10))
    assert whole("loss", sp.Integer(5)) == 5


@pytest.mark.parametrize("name", ["contracts", "entry_cost_satoshi", "mark_value_satoshi", "coins"])
def test_the_sign_of_a_message_is_named(name):
    with pytest.raises(ValueError, match=f"{name} is -5, .*drop the sign.*side=1 for a long"):
        exact(name, -5)
    for no_amount in ("price", "leverage"):
        with pytest.raises(ValueError, match=f"{no_amount} is -5") as refusal:
            exact(no_amount, -5)
        assert "sign" not in str(refusal.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: bitmex.contract_value(contracts=1, price=5000),
            "bitmex.contract_value(): missing a required argument: 'as_of'",
        ),
        (
            lambda: bitmex.contract_value(100, 5000, "2018-08-27"),
            "bitmex.contract_value() takes its arguments by name: give contracts=100, …",
        ),
        (
            lambda: kucoin.contract_value(contracts=1, price=5000, size=1),
            "kucoin.contract_value(): got an unexpected keyword argument 'size': it takes contracts, price",
        ),
        (
            lambda: kucoin.contract_value(volume=1, price=5000),
            "kucoin.contract_value(): got an unexpected keyword argument 'volume': it takes contracts, price",
        ),
        (
            lambda: contract.value(100, 5000),
            "contract.value() takes its arguments by name: give notional=100, …",
        ),
        (
            lambda: contract.value(size=100),
            "contract.value(): got an unexpected keyword argument 'size': it takes notional, price",
        ),
    ],
)
def test_a_call_that_does_not_fit_names_the_function(call, message):
    with pytest.raises(TypeError) as refusal:
        call()
    assert str(refusal.value) == message


def test_none_is_a_value_only_where_an_argument_may_be_left_out():
    with pytest.raises(TypeError, match="price is None, but its domain is S > 0"):
        kucoin.contract_value(contracts=1, price=None)


def test_the_price_at_a_value_is_the_course_s_own_formula():
    found = price_at_value(notional=100, coins=0.25)
    assert found == contract.price_at_value(notional=100, position_value=sp.Rational(1, 4)) == 400
    with pytest.raises(ValueError, match="coins is 0"):
        price_at_value(notional=100, coins=0)
    with pytest.raises(TypeError, match="give a number instead of a symbol"):
        price_at_value(notional=100, coins=S)


def test_an_answer_is_a_whole_number_of_satoshis_or_a_decimal():
    value = bitmex.contract_value(contracts=100, price=6725, as_of="2018-08-27T10:00:00Z")
    assert type(value) is int
    size = venues.deribit.position_payload(side=1, notional=100, entry_price=5000, mark_price=5100)
    assert type(size.size_currency) is Decimal
    assert arithmetic.decimal(sp.Rational(1, 8)) == Decimal("0.125")
