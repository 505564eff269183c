"""Post-mortems: planted defects are found, and the measures obey their laws and agree with the minutes."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inversefutures import datasets, margin, post_mortem
from inversefutures.datasets import PriceRange, TradedMinute, TradedRange
from inversefutures.notation import LONG, SHORT

START = datetime(2030, 1, 1, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MARCH = datasets.xbtusd_five_minutes_march_2020()
MAY = datasets.xbtusd_five_minutes_may_2021()
ways = st.sampled_from(["to the low", "close to close", "high to low"])


@st.composite
def tables(draw, least=8, most=40):
    """Bars of a minute that a market could have made."""
    moves = draw(st.lists(st.floats(-0.1, 0.1), min_size=least, max_size=most))
    rows, close = [], 50_000.0
    for place, move in enumerate(moves):
        up, down = draw(st.floats(0, 0.05)), draw(st.floats(0, 0.05))
        after = close * math.exp(move)
        high, low = max(close, after) * (1 + up), min(close, after) * (1 - down)
        rows.append(PriceRange(START + place * MINUTE, high, low, after))
        close = after
    return rows


def flat(*closes, step=MINUTE):
    return [PriceRange(START + k * step, price, price, price) for k, price in enumerate(closes)]


def test_every_function_has_an_example():
    functions = {name for name in post_mortem.__all__ if name.islower()} - {"step_of"}
    assert [name for name in functions if ">>>" not in getattr(post_mortem, name).__doc__] == []


def test_longer_rows_keep_the_extremes_and_the_last_close_and_leave_out_what_is_not_whole():
    hours = post_mortem.longer_rows(MAY, step=HOUR)
    assert [hour.start for hour in hours] == [MAY[0].start + k * HOUR for k in range(24)]
    for k, hour in enumerate(hours):
        within = MAY[12 * k : 12 * k + 12]
        assert (hour.high, hour.low) == (max(bar.high for bar in within), min(bar.low for bar in within))
        assert hour.close == within[-1].close
    assert post_mortem.longer_rows(MAY[1:], step=HOUR) == hours[1:]
    assert post_mortem.longer_rows(MAY, step=5 * MINUTE) == MAY


@pytest.mark.parametrize("step", [MINUTE, 7 * MINUTE, 35 * MINUTE, timedelta(0), timedelta(days=2)])
def test_longer_rows_refuse_a_step_that_does_not_fit(step):
    with pytest.raises(ValueError, match=r"post_mortem.longer_rows: step is"):
        post_mortem.longer_rows(MAY, step=step)


def test_xbtusd_and_bitstamp_have_one_clock_on_19_may_2021():
    hours, spot = post_mortem.longer_rows(MAY, step=HOUR), datasets.bitstamp_hours_may_2021()
    found = post_mortem.best_shift(hours, spot)
    assert (found.by, round(found.agreement, 3)) == (timedelta(0), 0.999)
    late = [replace(hour, start=hour.start + HOUR) for hour in spot]
    assert post_mortem.best_shift(hours, late).by == -HOUR


# --- checks --------------------------------------------------------------------------------------------


@given(tables())
def test_a_market_has_no_faults(rows):
    assert post_mortem.table_faults(rows) == []


@pytest.mark.parametrize(
    ("plant", "place", "words"),
    [
        (lambda rows: rows[:5] + rows[6:], 6, "1 row is missing before it"),
        (lambda rows: rows[:5] + rows[8:], 8, "3 rows are missing before it"),
        (lambda rows: rows[:6] + rows[5:], 5, "it is there twice"),
        (lambda rows: [*rows[:5], rows[6], rows[5], *rows[7:]], 5, "it comes after a later row"),
        (lambda rows: changed(rows, 5, low=0.0), 5, "not above 0"),
        (lambda rows: changed(rows, 5, high=1.0), 5, "is below its low"),
        (lambda rows: changed(rows, 5, close=10 * rows[5].high), 5, "not between its low and its high"),
        (lambda rows: changed(rows, 5, start=datetime(2021, 5, 19, 0, 25)), 5, "no zone"),
    ],
)
def test_a_planted_fault_is_named_with_its_row(plant, place, words):
    if "zone" in words:
        naive = [replace(row, start=row.start.replace(tzinfo=None)) for row in MAY[:20]]
        found = post_mortem.table_faults(naive)
        assert len(found) == 20
        assert all(words in fault.what for fault in found)
        return
    found = post_mortem.table_faults(plant(list(MAY[:20])))
    assert [fault.start for fault in found if words in fault.what] == [MAY[place].start]


def changed(rows, place, **values):
    return [*rows[:place], replace(rows[place], **values), *rows[place + 1 :]]


def test_the_shipped_crashes_have_no_faults():
    for rows in (
        MARCH,
        MAY,
        datasets.binance_mark_five_minutes_october_2025(),
        datasets.binance_mark_minutes_october_2025(),
        datasets.binance_linear_mark_five_minutes_october_2025(),
        datasets.xbtusd_hours_december_2021(),
    ):
        assert post_mortem.table_faults(rows) == []


@pytest.mark.parametrize("hours", [-5, -1, 0, 1, 8])
def test_a_clock_that_is_off_is_found(hours):
    late = [replace(bar, start=bar.start + hours * HOUR) for bar in MAY]
    found = post_mortem.best_shift(MAY, late, most=120)
    assert found.by == -hours * HOUR
    assert found.agreement == pytest.approx(1)
    assert (found.agreement_as_stamped > 0.99) == (hours == 0)


def test_two_marks_of_one_venue_agree_without_a_shift():
    linear = datasets.binance_linear_mark_five_minutes_october_2025()
    found = post_mortem.best_shift(datasets.binance_mark_five_minutes_october_2025(), linear)
    assert found.by == timedelta(0)
    assert found.agreement > 0.99


def test_silences_end_with_a_row_that_is_missing_or_loud():
    quiet = [TradedMinute(START + k * MINUTE, 10.0) for k in (0, 1, 2, 4, 5, 6, 7)]
    runs = post_mortem.silent_runs(quiet, less_than=11, at_least=3)
    assert [(run.start, run.rows) for run in runs] == [(START, 3), (START + 4 * MINUTE, 4)]
    quiet[5] = replace(quiet[5], volume_in_dollars=11.0)
    assert [run.rows for run in post_mortem.silent_runs(quiet, less_than=11, at_least=3)] == [3]


def test_minutes_without_any_trade_are_asked_for_with_less_than_a_dollar():
    traded = [0.0, 0.0, 1.0, 0.0]
    minutes = [TradedMinute(START + k * MINUTE, dollars) for k, dollars in enumerate(traded)]
    assert [run.rows for run in post_mortem.silent_runs(minutes, less_than=1, at_least=1)] == [2, 1]


def test_a_price_that_stands_still_is_found_and_one_that_comes_back_is_not():
    rows = flat(1, 2, 2, 2, 2, 1, 2, 1, 1)
    assert [(run.start, run.rows) for run in post_mortem.frozen_runs(rows, at_least=2)] == [
        (START + 2 * MINUTE, 3)
    ]
    assert len(post_mortem.frozen_runs(rows, at_least=1)) == 2


def test_a_reading_inside_its_row_is_at_no_distance():
    rows = [PriceRange(START, 110.0, 90.0, 100.0), PriceRange(START + MINUTE, 120.0, 100.0, 110.0)]
    readings = [(START, 121.0), (START, 100.0), (START + MINUTE, 80.0), (START + 2 * MINUTE, 1.0)]
    found = [round(apart.distance, 6) for apart in post_mortem.distances(readings, rows)]
    assert found == [0.1, 0, -0.2]


def test_the_frozen_bid_lies_far_above_the_market():
    linear = datasets.binance_linear_mark_five_minutes_october_2025()
    bids = [band for band in datasets.binance_linear_depth_october_2025() if band.band == -1]
    found = post_mortem.distances([(band.time, band.average_price) for band in bids], linear)
    assert [round(apart.distance, 3) for apart in found] == [0.001, 0.018, 0.109, 0.089]


# --- measures ------------------------------------------------------------------------------------------


@given(tables())
def test_peak_to_trough_is_the_worst_of_all_pairs(rows):
    pairs = [low.low / high.high - 1 for k, high in enumerate(rows) for low in rows[k + 1 :]]
    if min(pairs) >= 0:
        with pytest.raises(ValueError, match="nothing fell"):
            post_mortem.peak_to_trough(rows)
        return
    fall = post_mortem.peak_to_trough(rows)
    assert fall.fraction == pytest.approx(min(pairs))
    assert fall.time > timedelta(0)


@given(tables(), ways)
def test_a_longer_window_holds_no_smaller_fall_to_the_low(rows, measured):
    falls = [
        post_mortem.worst_fall(rows, window=k * MINUTE, measured=measured, opening_price=50_000).fraction
        for k in range(1, len(rows) + 1)
    ]
    if measured == "high to low":
        assert all(after <= before + 1e-12 for before, after in pairwise(falls))
    by_hand = {
        "to the low": lambda k, n: min(row.low for row in rows[k : k + n]),
        "close to close": lambda k, n: rows[k + n - 1].close,
        "high to low": lambda k, n: min(row.low for row in rows[k : k + n]),
    }[measured]
    closes = [50_000.0, *(row.close for row in rows)]
    for n, fall in enumerate(falls, start=1):
        best = min(
            by_hand(k, n)
            / (max(row.high for row in rows[k : k + n]) if measured == "high to low" else closes[k])
            - 1
            for k in range(len(rows) - n + 1)
        )
        assert fall == pytest.approx(best)


@given(tables(), st.floats(0.01, 100))
def test_measures_do_not_care_for_the_unit_of_the_price(rows, factor):
    scaled = [
        replace(row, high=factor * row.high, low=factor * row.low, close=factor * row.close) for row in rows
    ]
    assert post_mortem.volatility(scaled) == pytest.approx(post_mortem.volatility(rows), abs=1e-9)
    for side in (LONG, SHORT):
        ours = post_mortem.surviving_leverage(rows, entry_price=50_000, side=side)
        theirs = post_mortem.surviving_leverage(scaled, entry_price=factor * 50_000, side=side)
        assert theirs == pytest.approx(ours)


@given(tables(), st.sampled_from([LONG, SHORT]), st.floats(0.002, 0.03))
def test_the_largest_leverage_just_touches_the_extreme(rows, side, rate):
    """Walked bar by bar with the liquidation price: a little less lives, a little more dies."""
    most = post_mortem.surviving_leverage(rows, entry_price=50_000, side=side, maintenance_margin_rate=rate)
    for leverage, dies in ((most * 0.999, False), (most * 1.001, True)):
        if leverage * rate >= 1 or (side == SHORT and leverage <= 1 / (1 + rate)):
            continue
        level = float(
            margin.liquidation_price(
                side=side, entry_price=50_000, leverage=leverage, maintenance_margin_rate=rate
            )
        )
        touched = any(row.low <= level if side == LONG else row.high >= level for row in rows)
        assert touched == dies


def test_the_volatility_is_that_of_the_closes():
    closes = np.array([row.close for row in MAY])
    root_mean_square = np.sqrt(np.mean(np.diff(np.log(closes)) ** 2) * 105_120)
    assert post_mortem.volatility(MAY) == pytest.approx(root_mean_square)


def test_five_minutes_see_no_more_than_the_minutes_but_the_same_extremes():
    tables_of_the_course = (
        (MARCH, datasets.LAST_TRADE_OF_11_MARCH_2020),
        (MAY, datasets.LAST_TRADE_OF_18_MAY_2021),
        (
            [bar for bar in datasets.binance_mark_five_minutes_october_2025() if bar.start.day == 10],
            datasets.MARK_AT_MIDNIGHT_OF_10_OCTOBER_2025,
        ),
    )
    for crash, (rows, opened_at) in zip(datasets.crashes_by_minute(), tables_of_the_course, strict=True):
        assert crash.opening_price == opened_at
        assert round(post_mortem.peak_to_trough(rows).fraction, 4) == pytest.approx(
            crash.peak_to_trough, abs=1e-4
        )
        for minutes, full in ((15, crash.worst_quarter), (60, crash.worst_hour)):
            ours = post_mortem.worst_fall(rows, window=minutes * MINUTE, opening_price=opened_at).fraction
            assert full - 1e-4 <= ours <= full + 0.006


def test_the_minutes_of_october_fit_the_five_minute_bars():
    minutes = datasets.binance_mark_minutes_october_2025()
    bars = {bar.start: bar for bar in datasets.binance_mark_five_minutes_october_2025()}
    assert [bar.start for bar in minutes] == [minutes[0].start + k * MINUTE for k in range(60)]
    for k in range(0, 60, 5):
        within = minutes[k : k + 5]
        bar = bars[within[0].start]
        assert (bar.high, bar.low) == (max(m.high for m in within), min(m.low for m in within))
        assert bar.close == within[-1].close


def test_the_quiet_minutes_are_those_of_the_night_and_in_order():
    quiet = {minute.start: minute.volume_in_dollars for minute in datasets.quiet_minutes_of_13_march_2020()}
    assert len(quiet) == 94
    assert list(quiet) == sorted(quiet)
    assert max(quiet.values()) < 1_000_000
    for minute in datasets.night_of_13_march_2020():
        assert (minute.start in quiet) == (minute.volume_in_dollars < 1_000_000)
        assert quiet.get(minute.start, minute.volume_in_dollars) == minute.volume_in_dollars


def test_open_interest_goes_on_where_the_day_before_ended():
    days = datasets.binance_open_interest_october_2025()
    assert all(after.day - before.day == timedelta(days=1) for before, after in pairwise(days))
    assert all(abs(after.open / before.close - 1) < 1e-3 for before, after in pairwise(days))
    assert all(day.low <= min(day.open, day.close) <= max(day.open, day.close) <= day.high for day in days)


def test_a_crash_that_no_lesson_tells_is_measured_in_one_call():
    rows = datasets.xbtusd_hours_december_2021()
    crash = post_mortem.measure(rows, opening_price=datasets.LAST_TRADE_OF_2_DECEMBER_2021)
    assert (crash.rows, crash.step, crash.faults) == (48, HOUR, 0)
    assert crash.peak_to_trough.fraction == pytest.approx(41_498.5 / 57_699 - 1)
    assert crash.worst_hour.fraction == pytest.approx(41_498.5 / 50_290 - 1)
    assert crash.long_leverage == pytest.approx(1 / (56_508 / 41_498.5 - 1 + 0.005))
    assert crash.short_leverage == pytest.approx(1 / (1 - 56_508 / 57_699 + 0.005))
    two_hours = [rows[k] for k in range(0, 48, 2)]
    assert post_mortem.measure(two_hours, opening_price=56_508).worst_hour is None


# --- a file of your own --------------------------------------------------------------------------------


def test_a_file_comes_in_as_it_is(tmp_path):
    path = tmp_path / "mine.csv"
    rows = datasets.xbtusd_hours_december_2021()
    lines = [
        f"{row.start:%Y-%m-%d %H:%M},{row.high},{row.low},{row.close},{row.volume_in_dollars},x"
        for row in rows
    ]
    head = "start_utc,high_usd,low_usd,close_usd,volume_usd,remark"
    path.write_text("\n".join(["\ufeff" + head, *lines]), encoding="utf-8")
    read = post_mortem.read_prices(path)
    assert read == rows
    assert all(isinstance(row, TradedRange) for row in read)
    assert len(post_mortem.silent_runs(read, less_than=20e6, at_least=1)) == 3


def test_another_zone_is_brought_to_utc(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("start_utc,high_usd,low_usd,close_usd\n2021-12-04T01:00:00-05:00,2,1,1\n")
    (row,) = post_mortem.read_prices(path)
    assert row.start == datetime(2021, 12, 4, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time,high_usd,low_usd,close_usd\n", "has no column start_utc"),
        ("", "has no column start_utc, high_usd"),
        ("start_utc,high_usd,low_usd,close_usd\n4/12/2021,2,1,1\n", "line 2: start_utc is '4/12/2021'"),
        (
            "start_utc,high_usd,low_usd,close_usd\n2021-12-04T01:00Z,2,,1\n",
            "low_usd is ''; it must be a number",
        ),
        ("start_utc,high_usd,low_usd,close_usd\n2021-12-04T01:00Z,2,nan,1\n", "low_usd is 'nan'"),
        ("start_utc,high_usd,low_usd,close_usd\n2021-12-04T01:00Z,2,1\n", "close_usd is None"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path, text, words):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=words):
        post_mortem.read_prices(path)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: post_mortem.step_of(MAY[:1]), "1 rows have no step"),
        (lambda: post_mortem.peak_to_trough(MAY[:1]), "no step"),
        (lambda: post_mortem.worst_fall(MAY, window=7 * MINUTE), "give a multiple of the step"),
        (lambda: post_mortem.worst_fall(MAY, window=MINUTE), "give a multiple of the step"),
        (lambda: post_mortem.worst_fall(MAY, window=48 * HOUR), "longer than the table"),
        (
            lambda: post_mortem.worst_fall(MAY, window=HOUR, measured="low"),
            "measured is 'low'; it must be one of",
        ),
        (lambda: post_mortem.silent_runs([], less_than=0, at_least=5), "less_than is 0"),
        (lambda: post_mortem.frozen_runs(MAY, at_least=0), "at_least is 0"),
        (
            lambda: post_mortem.best_shift(MAY, datasets.xbtusd_hours_december_2021()),
            "bring both to one step",
        ),
        (lambda: post_mortem.best_shift(MAY, MARCH), "fewer than 12 moves in common"),
        (lambda: post_mortem.change(0, 1), "before is 0; it must be a price above 0"),
        (lambda: post_mortem.share(2, 1), "part is 2 of 1"),
        (lambda: post_mortem.share(0, 0), "whole is 0"),
    ],
)
def test_bad_input_is_named_with_its_unit_and_a_mend(call, words):
    with pytest.raises(ValueError, match=words):
        call()
