"""The shipped tables: whole, ordered, plausible, and true to the figures the text cites."""

import statistics
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from inversefutures import datasets, order_book


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


def test_the_bars_of_19_may_2021_are_whole_and_hold_the_crash():
    bars = datasets.xbtusd_five_minutes_may_2021()
    day = datetime(2021, 5, 19, tzinfo=UTC)
    assert [bar.start for bar in bars] == [day + timedelta(minutes=5 * k) for k in range(288)]
    assert all(0 < bar.low <= bar.close <= bar.high for bar in bars)
    lowest = min(bars, key=lambda bar: bar.low)
    assert (lowest.low, lowest.start) == (28_157, datetime(2021, 5, 19, 13, 10, tzinfo=UTC))
    assert round(max(1 - bar.low / before.close for before, bar in pairwise(bars)), 4) == 0.1296


def test_bitstamp_s_hours_of_19_may_2021_are_whole_and_have_the_lows_that_the_capstone_tells():
    hours = datasets.bitstamp_hours_may_2021()
    assert [hour.start for hour in hours] == [datetime(2021, 5, 19, k, tzinfo=UTC) for k in range(24)]
    assert all(0 < hour.low <= hour.close <= hour.high for hour in hours)
    assert (hours[12].low, hours[13].low) == (32_200, 30_066) == (hours[12].low, min(h.low for h in hours))


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


def test_the_outage_takes_the_disorder_with_it_and_the_lowest_trade_stays_outside():
    """The lowest trade came before it, two bars hardly move, and the two widest falls are of the restart."""
    bars = datasets.xbtusd_five_minutes_march_2020()
    outage = [bar for bar in bars if datasets.in_outage_of_march_2020(bar.start)]
    assert [f"{bar.start:%d %H:%M}" for bar in outage] == [f"13 02:{minute}" for minute in range(20, 60, 5)]
    assert all(bar.high - bar.low <= 4.5 for bar in outage[:2])
    falls = {bar.start: 1 - bar.low / before.close for before, bar in pairwise(bars)}
    two_worst = sorted(falls, key=falls.get)[-2:]
    assert all(map(datasets.in_outage_of_march_2020, two_worst))
    outside = {start: fall for start, fall in falls.items() if not datasets.in_outage_of_march_2020(start)}
    assert max(outside, key=outside.get) == datetime(2020, 3, 12, 23, 25, tzinfo=UTC)
    assert round(max(outside.values()), 3) == 0.109


def test_the_night_has_every_minute_and_the_restart_is_its_end():
    minutes = datasets.night_of_13_march_2020()
    start = datetime(2020, 3, 13, 1, 50, tzinfo=UTC)
    assert [minute.start for minute in minutes] == [start + timedelta(minutes=k) for k in range(60)]
    assert datasets.restart_of_13_march_2020() == minutes[40:]
    assert minutes[40].start == datetime(2020, 3, 13, 2, 30, tzinfo=UTC)


def test_the_minutes_of_the_night_fit_the_five_minute_bars():
    minutes = datasets.night_of_13_march_2020()
    bars = {bar.start: bar for bar in datasets.xbtusd_five_minutes_march_2020()}
    for k in range(0, 60, 5):
        bar, within = bars[minutes[k].start], minutes[k : k + 5]
        assert min(minute.low for minute in within) == bar.low
        assert max(minute.high for minute in within) == bar.high
        assert within[-1].close == bar.close


def test_the_venues_average_is_dollars_over_coins_to_a_satoshi_a_contract():
    for minute in datasets.night_of_13_march_2020():
        if minute.average_price is None:
            assert minute.volume_in_dollars == minute.volume_in_coin == 0
            assert minute.low == minute.high  # the last price, repeated
            continue
        # In a minute of one price the venue's average lies up to five cents beside it.
        assert minute.low - 0.05 <= minute.average_price <= minute.high + 0.05
        ours = minute.volume_in_coin / minute.volume_in_dollars
        assert abs(1 / minute.average_price - ours) < 1e-8


def test_half_of_the_price_of_midnight_was_undercut_in_34_minutes_that_had_a_trade():
    half = datasets.LAST_TRADE_OF_11_MARCH_2020 / 2
    below = [minute for minute in datasets.night_of_13_march_2020() if minute.low < half]
    assert below[0].start == datetime(2020, 3, 13, 1, 57, tzinfo=UTC)
    assert (len(below), sum(minute.volume_in_dollars > 0 for minute in below)) == (38, 34)
    # None of them lies outside the minutes that are shipped.
    bars = [bar.start for bar in datasets.xbtusd_five_minutes_march_2020() if bar.low < half]
    assert (bars[0], bars[-1]) == (
        datetime(2020, 3, 13, 1, 55, tzinfo=UTC),
        datetime(2020, 3, 13, 2, 35, tzinfo=UTC),
    )


def test_the_mean_of_the_averages_is_above_the_average_and_never_below():
    hours = datasets.march_2020()
    for hour in hours:
        assert hour.low <= hour.volume_in_dollars / hour.volume_in_coin <= hour.mean_of_averages <= hour.high
    dollars = sum(hour.volume_in_dollars for hour in hours)
    coins = sum(hour.volume_in_coin for hour in hours)
    by_minutes = sum(hour.volume_in_dollars * hour.mean_of_averages for hour in hours) / dollars
    assert round(by_minutes, 2) == 5_760.76
    assert round(coins - dollars / by_minutes) == 74_879


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


def test_the_weeks_of_the_carry_hold_the_same_payments_as_the_months():
    weeks = datasets.binance_carry_by_week()
    months = datasets.binance_inverse_funding_by_month()
    assert [week.payments for week in weeks] == [0] + 78 * [21] + [3]
    assert weeks[-1].time - weeks[0].time == timedelta(days=547)
    assert sum(week.payments for week in weeks) == sum(month.payments for month in months) == 1641
    for name in ("rate_sum", "absolute_rate"):
        by_week = sum(getattr(week, name) for week in weeks)
        by_month = sum(getattr(month, name) for month in months)
        assert abs(by_week / by_month - 1) < 1e-9
    assert weeks[0].inverse_price == months[0].starting_price


def test_the_three_prices_of_a_week_are_one_market():
    for week in datasets.binance_carry_by_week():
        assert abs(week.linear_price / week.spot_price - 1) < 0.002
        # Dollars and USDT parted when a stablecoin lost its dollar in March 2023.
        apart = abs(week.inverse_price / week.spot_price - 1)
        assert apart < (0.008 if week.time.month == 3 else 0.0025)


def test_the_quarters_follow_one_another_and_agree_with_the_crash():
    quarters = datasets.xbtusd_quarters()
    assert [each.start for each in quarters] == [
        date(2016 + k // 4, 3 * (k % 4) + 1, 1) for k in range(2, 22)
    ]
    for before, after in pairwise(quarters):
        assert after.start_price == before.close
        assert before.start <= before.day_of_high < after.start
        assert before.high >= max(before.start_price, before.close)
    # The first quarter of 2018 rose by a quarter before it lost half.
    (worst,) = [each for each in quarters if each.start == date(2018, 1, 1)]
    assert (worst.high / worst.start_price > 1.25, worst.close / worst.start_price < 0.5) == (True, True)
    assert worst.day_of_high == date(2018, 1, 6)


def test_two_curves_of_2026_are_whole_and_one_has_an_inverted_front():
    days: dict[str, list[datasets.FutureReading]] = {}
    for reading in datasets.deribit_curves_2026():
        days.setdefault(f"{reading.time:%m-%d}", []).append(reading)
    assert {day: len(curve) for day, curve in days.items()} == {"01-16": 7, "02-05": 7}
    for curve in days.values():
        assert [at.expiry for at in curve] == sorted(at.expiry for at in curve)
        assert len({at.time for at in curve}) == 1
    above = {day: [at.futures_price - at.index_price for at in curve] for day, curve in days.items()}
    assert min(above["01-16"]) > 0
    assert [each > 0 for each in above["02-05"]] == [False] * 3 + [True] * 4
    # Two of them stand in the other table of the same snapshots.
    other = {(at.time, at.instrument): at for at in datasets.deribit_quarterly_futures_2026()}
    shared = [at for at in days["02-05"] if (at.time, at.instrument) in other]
    assert [at.instrument for at in shared] == ["BTC-27MAR26", "BTC-26JUN26"]
    assert all(at == other[at.time, at.instrument] for at in shared)


def test_a_listed_basis_follows_from_the_prices_beside_it():
    listed = datasets.coinalyze_futures_2025()
    assert len(listed) == 13
    assert {at.margined_in for at in listed} == {"coin", "stablecoin"}
    for at in listed:
        simple = (at.futures_price / at.index_price - 1) / at.years_left
        assert abs(100 * simple / at.annualised_percent - 1) < 0.01
    hours = {at.expiry.hour for at in listed if f"{at.expiry:%d %B}" == "28 March"}
    assert hours == {8, 12, 16}


def test_the_book_of_august_2024_is_whole():
    listed = datasets.book_of_9_august_2024()
    book = order_book.OrderBook(bids=listed.bids, asks=listed.asks)
    assert (len(book.bids), len(book.asks)) == (263, 254)
    assert float(book.mid_price) == pytest.approx(61_668.65)
    assert float(book.quoted_spread) == pytest.approx(0.1)
    # It reaches 25 basis points, but for the last tick or two.
    assert book.depth(side=1, distance=0.0024) == 7_022_000
    assert book.depth(side=-1, distance=0.0024) == 6_702_900


def test_four_of_the_five_sweeps_agree_with_the_book_at_every_level():
    orders = datasets.sweeps_of_august_2024()
    assert [order.offered == order.filled for order in orders] == [True, True, True, False, True]
    assert [len(order.filled) for order in orders] == [20, 15, 10, 65, 27]
    for order in orders:
        paid = order_book.sweep(order.filled, notional=sum(size for _, size in order.filled))
        cost = order_book.trading_cost(side=order.side, price=order.mid_price, fill_price=paid.average_price)
        assert 0 < cost < 0.0003
        assert order.time.date().isoformat() in ("2024-08-08", "2024-08-09")


def test_larger_orders_cost_more_and_their_last_dollar_most():
    costs = datasets.order_costs_of_august_2024()
    for side in (1, -1):
        one_side = [cost for cost in costs if cost.side == side]
        assert len(one_side) == 10
        assert all(small.average_cost < large.average_cost for small, large in pairwise(one_side))
        assert all(cost.average_cost < cost.last_distance for cost in one_side)


def test_the_takers_of_august_2024_add_up():
    takers = datasets.takers_of_august_2024()
    assert sum(each.orders for each in takers) == 1_835
    assert sum(each.notional for each in takers) == 18_218_300
    (largest,) = [each for each in takers if each.levels == 65]
    whole = sum(each.notional * each.average_cost for each in takers)
    assert largest.notional * largest.average_cost / whole == pytest.approx(0.3625, abs=1e-4)


def test_the_counts_of_liquidations_are_whole_and_grow_with_leverage_and_time():
    counts = datasets.xbtusd_liquidations()
    assert [(each.days, each.leverage, each.side) for each in counts] == [
        (days, leverage, side) for days in (1, 7, 30) for leverage in (2, 3, 5, 10, 20) for side in (1, -1)
    ]
    hours = 30_799
    for each in counts:
        assert each.starts == hours - 24 * each.days + 1
        assert each.windows == -(-each.starts // (24 * each.days))
        assert 0 <= each.liquidated <= each.starts
        assert 0 <= each.windows_liquidated <= each.windows
    shares = {(each.days, each.leverage, each.side): each.liquidated / each.starts for each in counts}
    for days, leverage, side in shares:
        for more in ((7 if days == 1 else 30, leverage, side), (days, 20 if leverage == 10 else 10, side)):
            if more[0] >= days and more[1] >= leverage:
                assert shares[more] >= shares[days, leverage, side]
    # The figures of lesson 16's opening.
    assert next((each.liquidated, each.starts) for each in counts if each.days == 7) == (444, 30_632)


def test_option_quotes_are_whole_and_parity_lies_within_them():
    rows = datasets.deribit_option_quotes_2026()
    assert len(rows) == 336
    assert len({(row.time, row.expiry) for row in rows}) == 15
    four = [row for row in rows if None not in (row.call_bid, row.call_ask, row.put_bid, row.put_ask)]
    assert len(four) == 289
    for row in four:
        parity = 1 - row.strike / row.futures_price
        assert row.call_bid - row.put_ask <= parity <= row.call_ask - row.put_bid
    for row in rows:
        assert 0.015 < row.time_to_expiry < 1
        assert 0.2 < row.mark_volatility < 2


def test_a_days_implied_volatility_is_there_for_every_day():
    days = datasets.deribit_implied_volatility_2026()
    dates = [day.time.date() for day in days]
    assert (dates[0].isoformat(), dates[-1].isoformat(), len(dates)) == ("2025-12-30", "2026-08-22", 236)
    assert all(later - day == timedelta(days=1) for day, later in pairwise(dates))
    highest = max(days, key=lambda day: day.at_the_money_volatility)
    assert (highest.time.date().isoformat(), highest.at_the_money_volatility) == ("2026-02-05", 0.6651)


def test_the_days_of_xbtusd_follow_on_each_other_and_meet_the_other_tables():
    days = datasets.xbtusd_days()
    first = date(2016, 5, 14)
    assert [day.day for day in days] == [first + timedelta(days=k) for k in range(1636)]
    assert (days[0].close, days[-1].close) == (455.81, 14_151.5)
    assert all(day.close > 0 for day in days)
    # Up to 3 payments of at most 1.125 percent; each at a price of that day, so the sums have one sign.
    assert all(abs(day.rate_sum) < 0.034 for day in days)
    of_march = [day for day in days if (day.day.year, day.day.month) == (2020, 3)]
    payments = datasets.xbtusd_funding_march_2020()
    assert sum(day.rate_sum for day in of_march) == pytest.approx(sum(each.funding_rate for each in payments))
    assert sum(day.absolute_rate for day in of_march) == pytest.approx(
        sum(each.funding_rate / each.price for each in payments), rel=1e-5
    )
    hours = {hour.start.date(): hour.close for hour in datasets.march_2020()}
    assert {day.day: day.close for day in days if day.day in hours} == hours


def test_what_the_funding_of_these_days_comes_to():
    days = datasets.xbtusd_days()
    assert sum(day.rate_sum for day in days) == pytest.approx(0.635, abs=5e-4)
    assert days[0].close * sum(day.absolute_rate for day in days) == pytest.approx(0.2367, abs=5e-4)


def test_squeeths_first_quarter_is_in_order_and_its_factor_never_rises():
    days = datasets.squeeth_first_quarter()
    assert len(days) == 88
    assert all((later.time.date() - day.time.date()).days == 1 for day, later in pairwise(days))
    assert all(later.normalisation_factor < day.normalisation_factor for day, later in pairwise(days))
    assert sum(day.time.hour == 23 for day in days) == 63
    assert days[-1].normalisation_factor == pytest.approx(0.748017, abs=1e-6)
    assert all(1 < day.mark_ratio < 1.4 for day in days)


def test_the_updates_of_squeeths_factor_follow_one_another():
    updates = datasets.squeeth_updates_2023()
    assert len(updates) == 26
    for update, later in pairwise(updates):
        assert later.factor_before == update.factor_after < update.factor_before
        assert (later.time - update.time).total_seconds() == later.seconds
    assert sum(update.seconds for update in updates) == 338_520


def test_funding_of_2022_is_a_whole_year_and_mostly_november():
    months = datasets.deribit_funding_2022()
    assert [month.start for month in months] == [date(2022, number, 1) for number in range(1, 13)]
    assert sum(month.coin_return for month in months) == pytest.approx(-0.028106, abs=1e-6)
    assert min(months, key=lambda month: month.coin_return).start.month == 11
    assert all(16_000 < month.starting_price < 48_000 for month in months)


def test_the_week_of_ftx_is_whole_and_its_means_are_means_of_rates():
    days = datasets.xbtusd_ftx_week()
    assert [day.day for day in days] == [date(2022, 11, number) for number in range(5, 15)]
    for day in days:
        # BitMEX's rates have six decimals, and a day has three of them.
        assert 3e6 * day.mean_rate == pytest.approx(round(3e6 * day.mean_rate), abs=0.02)
        assert abs(day.perpetual_price / day.coin_price - 1) < 0.002
    worst = [day.day.day for day in sorted(days, key=lambda day: day.mean_rate)[:2]]
    assert sorted(worst) == [10, 11]


def test_the_two_indices_stand_beside_the_futures_of_their_snapshots():
    near = {
        f"{row.time:%d %b}": row.futures_price
        for row in datasets.deribit_option_quotes_2026()
        if f"{row.expiry:%d %b %Y}" == "27 Feb 2026"
    }
    assert near["16 Jan"] / datasets.DERIBIT_INDEX_BEFORE_THE_FALL == pytest.approx(1.0047, abs=1e-4)
    assert near["05 Feb"] / datasets.DERIBIT_INDEX_IN_THE_FALL == pytest.approx(0.9985, abs=1e-4)
