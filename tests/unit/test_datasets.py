"""The shipped tables: whole, ordered, plausible, and true to the figures the text cites."""

from datetime import UTC, datetime, timedelta

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
