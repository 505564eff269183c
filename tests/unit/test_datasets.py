"""The shipped tables: whole, ordered, plausible, and true to the figures the text cites."""

import statistics
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from inversefutures import datasets


def test_march_2020_has_every_hour_of_both_days():
    hours = datasets.march_2020()
    start = datetime(2020, 3, 12, tzinfo=UTC)
    assert [hour.start for hour in hours] == [start + timedelta(hours=k) for k in range(48)]


def test_prices_of_march_2020_are_consistent():
    for hour in datasets.march_2020():
        assert 0 < hour.low <= hour.close <= hour.high
        # What was paid on average, dollars over coins, lies between the extremes.
        assert hour.low <= hour.volume_in_dollars / hour.volume_in_coin <= hour.high


def test_the_low_of_the_crash():
    lowest = min(datasets.march_2020(), key=lambda hour: hour.low)
    assert (lowest.low, lowest.start) == (3596.0, datetime(2020, 3, 13, 2, tzinfo=UTC))


def test_five_minute_bars_have_every_bar_of_both_days():
    for bars, day in (
        (datasets.xbtusd_five_minutes_march_2020(), datetime(2020, 3, 12, tzinfo=UTC)),
        (datasets.binance_mark_five_minutes_october_2025(), datetime(2025, 10, 9, tzinfo=UTC)),
    ):
        assert [bar.start for bar in bars] == [day + timedelta(minutes=5 * k) for k in range(576)]
        assert all(0 < bar.low <= bar.close <= bar.high for bar in bars)


def test_five_minute_bars_of_march_2020_add_up_to_the_hours():
    bars = datasets.xbtusd_five_minutes_march_2020()
    for k, hour in enumerate(datasets.march_2020()):
        within = bars[12 * k : 12 * k + 12]
        assert max(bar.high for bar in within) == hour.high
        assert min(bar.low for bar in within) == hour.low
        assert within[-1].close == hour.close


def test_the_crashes_are_in_the_five_minute_bars():
    lowest = min(datasets.xbtusd_five_minutes_march_2020(), key=lambda bar: bar.low)
    assert (lowest.low, lowest.start) == (3596.0, datetime(2020, 3, 13, 2, 15, tzinfo=UTC))
    marks = {bar.start: bar for bar in datasets.binance_mark_five_minutes_october_2025()}
    before = marks[datetime(2025, 10, 10, 20, 45, tzinfo=UTC)]
    lowest_mark = marks[datetime(2025, 10, 10, 21, 20, tzinfo=UTC)]
    assert round(before.close) == 116_848
    assert round(lowest_mark.low) == 102_497
    assert lowest_mark.low == min(bar.low for bar in marks.values())


def test_the_restart_has_every_minute():
    minutes = datasets.restart_of_13_march_2020()
    start = datetime(2020, 3, 13, 2, 30, tzinfo=UTC)
    assert [minute.start for minute in minutes] == [start + timedelta(minutes=k) for k in range(20)]


def test_the_venues_average_is_dollars_over_coins_to_a_satoshi_a_contract():
    for minute in datasets.restart_of_13_march_2020():
        assert 0 < minute.low <= minute.average_price <= minute.high
        ours = minute.volume_in_coin / minute.volume_in_dollars
        assert abs(1 / minute.average_price - ours) < 1e-8


def test_the_index_of_march_2020_has_every_hour_and_fell_less_than_the_last_trades():
    readings, hours = datasets.deribit_index_march_2020(), datasets.march_2020()
    assert [reading.time for reading in readings] == [hour.start for hour in hours]
    lowest = min(readings, key=lambda reading: reading.price)
    assert (lowest.price, lowest.time) == (4198.69, datetime(2020, 3, 13, 2, tzinfo=UTC))
    assert lowest.price > min(hour.low for hour in hours)


def test_the_funding_tables_have_every_payment():
    start = datetime(2020, 3, 1, tzinfo=UTC)
    bitmex = datasets.xbtusd_funding_march_2020()
    assert [payment.time for payment in bitmex] == [start + timedelta(hours=4 + 8 * k) for k in range(93)]
    deribit = datasets.deribit_funding_march_2020()
    assert [stretch.start for stretch in deribit] == [start + timedelta(hours=8 * k) for k in range(93)]
    assert {stretch.payments for stretch in deribit} == {8}
    months = datasets.binance_inverse_funding_by_month()
    assert [(month.start.year, month.start.month) for month in months] == [
        (2023 + k // 12, 1 + k % 12) for k in range(18)
    ]
    for month, after in pairwise(months):
        assert month.payments == 3 * (after.start - month.start).days


def test_a_months_funding_in_coin_fits_prices_of_that_month():
    for stretch in [*datasets.binance_inverse_funding_by_month(), *datasets.deribit_funding_march_2020()]:
        # Where all rates have one sign, their sum over their coins is a price of the time.
        if abs(stretch.rate_sum) > 1e-3:
            assert 0.6 < stretch.rate_sum / stretch.absolute_rate / stretch.starting_price < 1.6


def test_dated_futures_are_read_every_thursday_and_their_basis_vanishes_at_expiry():
    lives: dict[str, list[datasets.FutureReading]] = {}
    for reading in datasets.deribit_quarterly_futures_2026():
        lives.setdefault(reading.instrument, []).append(reading)
    assert {name: len(life) for name, life in lives.items()} == {
        "BTC-27MAR26": 13,
        "BTC-26JUN26": 26,
        "BTC-25SEP26": 9,
    }
    for life in lives.values():
        for before, after in pairwise(life):
            assert after.time.date() - before.time.date() == timedelta(days=7)
        basis = [reading.futures_price / reading.index_price - 1 for reading in life]
        assert basis[0] > basis[-1]
        if life[-1].years_left < 1 / 365:
            assert abs(basis[-1]) < 0.002 < basis[0]


def test_most_of_binances_payments_are_the_venues_own_constant():
    months = datasets.binance_inverse_funding_by_month()
    assert sum(month.payments for month in months) == 1_641
    assert sum(month.payments_at_interest for month in months) == 918
    assert sum(2 * month.payments_at_interest > month.payments for month in months) == 14
    assert all(0 < month.payments_at_interest < month.payments for month in months)


def test_a_rate_of_bitmex_follows_the_premium_of_the_eight_hours_before_the_last():
    rows = datasets.xbtusd_premium_and_funding_2020()
    start = datetime(2020, 1, 1, 4, tzinfo=UTC)
    assert [row.time for row in rows] == [start + timedelta(hours=8 * k) for k in range(928)]
    missing = [row.time for row in rows if row.premium is None]
    assert missing == [start, datetime(2020, 8, 27, 12, tzinfo=UTC)]
    march = {payment.time: payment.funding_rate for payment in datasets.xbtusd_funding_march_2020()}
    assert {row.time: row.funding_rate for row in rows if row.time in march} == march

    def fit(intervals: int) -> float:
        pairs = [
            (before.premium, row.funding_rate)
            for before, row in zip(rows, rows[intervals:], strict=False)
            if before.premium is not None and row.time > start + timedelta(hours=8)
        ]
        law = [premium + min(max(1e-4 - premium, -5e-4), 5e-4) for premium, _ in pairs]
        capped = [min(max(rate, -0.00375), 0.00375) for rate in law]
        return statistics.correlation(capped, [paid for _, paid in pairs])

    assert round(fit(0), 2) == 0.69
    assert round(fit(1), 2) == 0.91
    assert fit(2) < fit(1)


def test_the_rolls_of_2026_are_the_spread_of_two_futures_in_one_snapshot():
    at = {
        (one.instrument, one.time.date().isoformat()): one
        for one in datasets.deribit_quarterly_futures_2026()
    }
    for old, new, day, spread, coins in (
        ("BTC-27MAR26", "BTC-26JUN26", "2026-03-26", 0.00549, 0.000792),
        ("BTC-26JUN26", "BTC-25SEP26", "2026-06-25", 0.00803, 0.001340),
    ):
        closed, opened = at[old, day], at[new, day]
        assert closed.time == opened.time
        assert round(opened.futures_price / closed.futures_price - 1, 5) == spread
        assert round(10_000 / closed.futures_price - 10_000 / opened.futures_price, 6) == coins
