"""The loaders of the full series, against a venue on this machine that plays every fault."""

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from local_venue import cut_in_the_middle, hang, not_json, playing, send, status

from inversefutures import downloads
from inversefutures.downloads import (
    BINANCE_FUNDING,
    BINANCE_MARK_MINUTES,
    BINANCE_MINUTES,
    BITMEX_FUNDING,
    BITMEX_MINUTES,
    DERIBIT_FUNDING,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2020, 3, 1, tzinfo=UTC)
END = datetime(2020, 6, 1, tzinfo=UTC)  # 92 days of hours: four or five pages
SHORT_END = START + 48 * HOUR


def milliseconds(moment):
    return (moment - EPOCH) // timedelta(milliseconds=1)


def stamp(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def grid(first, last, step, offset=timedelta(0)):
    """The times between two, both counted in, that a series with this step has."""
    moment = EPOCH + offset + -((EPOCH + offset - first) // step) * step
    while moment <= last:
        yield moment
        moment += step


def from_milliseconds(text):
    return EPOCH + timedelta(milliseconds=int(text))


def deribit(query):
    first, last = from_milliseconds(query["start_timestamp"]), from_milliseconds(query["end_timestamp"])
    assert query["instrument_name"] == "BTC-PERPETUAL"
    rows = [
        {
            "timestamp": milliseconds(moment),
            "index_price": 9000.5 + moment.hour,
            "prev_index_price": 9000.0,
            "interest_8h": 0.0004,
            "interest_1h": moment.day * 1e-6,
        }
        for moment in grid(first, last, HOUR)
    ]
    return {"jsonrpc": "2.0", "result": rows[-744:], "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": False}


def binance(query):
    first, last = from_milliseconds(query["startTime"]), from_milliseconds(query["endTime"])
    assert query["symbol"] == "BTCUSD_PERP"
    # Its stamps are some milliseconds off the hour.
    return [
        {
            "symbol": "BTCUSD_PERP",
            "fundingTime": milliseconds(moment) + (7 if moment.hour else -7),
            "fundingRate": "-0.00012500",
        }
        for moment in grid(first, last, 8 * HOUR)
    ][: int(query["limit"])]


def bitmex_funding(query):
    first, last = (datetime.fromisoformat(query[name]) for name in ("startTime", "endTime"))
    assert query["symbol"] == "XBTUSD"
    daily_until = datetime(2016, 6, 4, 12, tzinfo=UTC)
    return [
        {
            "timestamp": stamp(moment),
            "symbol": "XBTUSD",
            "fundingInterval": "2000-01-01T08:00:00.000Z",
            "fundingRate": -0.00375,
            "fundingRateDaily": -0.01125,
        }
        for moment in grid(first, last, 8 * HOUR, 4 * HOUR)
        if moment >= daily_until or moment.hour == 12
    ][: int(query["count"])]


def bitmex_minutes(query):
    first, last = (datetime.fromisoformat(query[name]) for name in ("startTime", "endTime"))
    assert (query["symbol"], query["binSize"], query["partial"]) == ("XBTUSD", "1m", "false")
    return [
        {
            "timestamp": stamp(moment),
            "symbol": "XBTUSD",
            "open": 7939,
            "high": 7960.5,
            "low": 7938,
            "close": 7950 + moment.minute / 10,
            "trades": 0,
            "volume": 0,
            "vwap": None,
            "lastSize": None,
            "turnover": 0,
            "homeNotional": 0,
            "foreignNotional": 0,
        }
        for moment in grid(first, last, MINUTE)
    ][: int(query["count"])]


def binance_minutes(query):
    first, last = from_milliseconds(query["startTime"]), from_milliseconds(query["endTime"])
    assert (query["symbol"], query["interval"]) == ("BTCUSD_PERP", "1m")
    # The last ones of the range, if there are more than asked for.
    return [
        [
            milliseconds(moment),
            "9640.7",
            "9642.4",
            "9640.6",
            f"{9641 + moment.minute / 100:.2f}",
            "206",
            milliseconds(moment) + 59_999,
            "2.13660389",
            48,
            "119",
            "1.23424865",
            "0",
        ]
        for moment in grid(first, last, MINUTE)
    ][-int(query["limit"]) :]


INTERFACES = {
    BINANCE_MINUTES.path: binance_minutes,
    BINANCE_MARK_MINUTES.path: binance_minutes,
    DERIBIT_FUNDING.path: deribit,
    BINANCE_FUNDING.path: binance,
    BITMEX_FUNDING.path: bitmex_funding,
    BITMEX_MINUTES.path: bitmex_minutes,
}


def answer(path, query):
    return INTERFACES[path](query)


venue = playing(answer)


@pytest.fixture
def load(venue, waits, tmp_path):
    def load_from_here(series=DERIBIT_FUNDING, start=START, end=SHORT_END, **options):
        options = {
            "cache": tmp_path,
            "base_url": venue.url,
            "progress": False,
            "wait": waits.append,
            **options,
        }
        return downloads.load(series, start, end, **options)

    return load_from_here


def files(tmp_path):
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def failure(load, **options):
    """The reason of the failure; its message always says what is kept and what still works."""
    with pytest.raises(downloads.DownloadError) as caught:
        load(**options)
    assert "Kept: " in str(caught.value)
    assert "inversefutures.datasets" in str(caught.value)
    return caught.value


# ── Good answers ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("series", "offset", "step", "days", "requests"),
    [
        (DERIBIT_FUNDING, 0 * HOUR, HOUR, 92, 4),
        (BINANCE_FUNDING, 0 * HOUR, 8 * HOUR, 700, 3),
        (BITMEX_FUNDING, 4 * HOUR, 8 * HOUR, 700, 5),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_every_funding_is_there_once_in_order(load, venue, series, offset, step, days, requests):
    end = START + timedelta(days=days)
    history = load(series, end=end)
    times = [START + offset + k * step for k in range(timedelta(days=days) // step)]
    assert [row.time for row in history.rows] == times
    assert all(row.time.utcoffset() == timedelta(0) for row in history.rows)
    assert history.gaps == ()
    assert len(venue.requests) == requests
    assert load(series, end=end) == history
    assert len(venue.requests) == requests, "what is kept must not be asked for again"


def test_the_values_of_a_row_are_the_venues(load):
    row = load(end=SHORT_END).rows[25]
    assert (row.time, row.funding_rate) == (START + 25 * HOUR, 2e-6)
    assert (row.eight_hour_rate, row.index_price) == (0.0004, 9001.5)
    assert load(BINANCE_FUNDING).rows[0].funding_rate == -0.000125
    assert load(BITMEX_FUNDING).rows[0].funding_rate == -0.00375


def test_a_minute_carries_its_start_though_the_venue_stamps_its_end(load):
    history = load(BITMEX_MINUTES)
    assert [bar.start for bar in history.rows] == [START + k * MINUTE for k in range(48 * 60)]
    # The bar from 00:07 is the one that BitMEX stamps 00:08.
    assert history.rows[7].close == 7950.8
    assert (history.rows[7].high, history.rows[7].low, history.rows[7].volume_in_coin) == (7960.5, 7938, 0)


@pytest.mark.parametrize("series", [BINANCE_MINUTES, BINANCE_MARK_MINUTES], ids=lambda series: series.name)
def test_binances_minutes_come_a_day_a_request(load, venue, series):
    history = load(series)
    assert [bar.start for bar in history.rows] == [START + k * MINUTE for k in range(48 * 60)]
    assert len(venue.requests) == 3, "two days, and the half minute before the first"
    assert (history.rows[7].high, history.rows[7].low, history.rows[7].close) == (9642.4, 9640.6, 9641.07)
    assert load(series) == history
    assert len(venue.requests) == 3, "what is kept must not be asked for again"


def test_contracts_are_dollars_and_a_mark_has_no_volume(load):
    bar = load(BINANCE_MINUTES).rows[0]
    assert (bar.volume_in_dollars, bar.volume_in_coin) == (20_600, 2.13660389)
    assert load(BINANCE_MARK_MINUTES).columns == ("start", "high", "low", "close")


def test_a_minute_that_is_not_over_is_left_out(load, venue, monkeypatch):
    now = START + 30.5 * MINUTE
    monkeypatch.setattr(downloads, "_now", lambda: now)
    history = load(BINANCE_MARK_MINUTES, end=START + 30 * MINUTE)
    assert history.rows[-1].start == START + 29 * MINUTE
    rows = downloads.BINANCE_MARK_MINUTES.read_rows(binance_minutes(BINANCE_MARK_MINUTES.query(START, now)))
    assert rows[-1].start == START + 29 * MINUTE


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (0, "1583020800000", "openTime"),
        (2, 9642.4, "high is 9642.4, not a number as text"),
        (3, "0", "low is 0.0, not a price above 0"),
        (4, "nan", "close"),
        (7, None, "baseAssetVolume"),
    ],
)
def test_a_bar_of_another_shape_is_named(load, venue, place, value, named):
    def change(document):
        document[3][place] = value
        return document

    venue.change = change
    error = failure(load, series=BINANCE_MINUTES)
    assert error.reason == "wrong_shape"
    assert named in str(error)


def test_a_bar_that_is_too_short_is_named(load, venue):
    venue.change = lambda document: [*document[:2], document[2][:5]]
    assert "entry 2 of the answer" in str(failure(load, series=BINANCE_MARK_MINUTES))


def test_the_daily_fundings_of_2016_are_no_gaps(load):
    start = datetime(2016, 5, 14, tzinfo=UTC)
    history = load(BITMEX_FUNDING, start, datetime(2016, 6, 6, tzinfo=UTC))
    assert [row.time for row in history.rows[20:24]] == [
        datetime(2016, 6, day, hour, tzinfo=UTC) for day, hour in [(3, 12), (4, 12), (4, 20), (5, 4)]
    ]


def test_columns_are_arrays(load):
    history = load()
    assert history.column("index_price").dtype == float
    assert history.column("time")[1] == START + HOUR
    with pytest.raises(ValueError, match=r"name is 'price'.*index_price"):
        history.column("price")


def test_another_time_zone_means_the_same_instant(load):
    east = datetime.fromisoformat("2020-03-01T05:00+05:00")
    assert load(start=east).rows == load().rows


def test_requests_keep_their_distance(load, waits):
    load(BITMEX_MINUTES)
    assert waits == [2.0] * 3


def test_progress_goes_to_stderr_and_only_when_wanted(load, capsys):
    load(progress=False)
    assert capsys.readouterr() == ("", "")
    load(end=END, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "4 of 4 pages" in shown.err


def test_the_manifest_says_what_each_file_is(load, venue, tmp_path):
    load(end=END)
    folder = tmp_path / DERIBIT_FUNDING.name
    pages = json.loads((folder / "manifest.json").read_text())["pages"]
    assert sorted([*pages, "manifest.json"]) == files(tmp_path)
    for name, entry in pages.items():
        assert entry["url"].startswith(venue.url + DERIBIT_FUNDING.path)
        assert datetime.fromisoformat(entry["end"]) - datetime.fromisoformat(entry["start"]) == 720 * HOUR
        assert entry["rows"] == len(json.loads((folder / name).read_text())["result"]) == 720
        assert len(entry["sha256"]) == 64
        assert abs(datetime.fromisoformat(entry["asked_at"]) - datetime.now(UTC)) < HOUR


def test_the_environment_names_the_folder(load, monkeypatch, tmp_path):
    monkeypatch.setenv("INVERSEFUTURES_CACHE", str(tmp_path / "elsewhere"))
    load(cache=None)
    assert (tmp_path / "elsewhere" / DERIBIT_FUNDING.name / "manifest.json").exists()


# ── Faults that pass ────────────────────────────────────────────────────────────────────────────────────────


def test_retry_after_is_respected(load, venue, waits):
    venue.faults = [status(429, Retry_After="7")]
    assert len(load().rows) == 48
    assert waits == [7.0]
    assert len(venue.requests) == 2


def test_retry_after_may_be_a_date(load, venue, waits):
    later = datetime.now(UTC) + timedelta(seconds=50)
    venue.faults = [status(429, Retry_After=f"{later:%a, %d %b %Y %H:%M:%S} GMT")]
    load()
    assert waits == [pytest.approx(50, abs=5)]


def test_deribits_own_word_for_too_many(load, venue, waits):
    venue.faults = [status(400, b'{"error": {"code": 10028, "message": "too_many_requests"}}')]
    assert len(load().rows) == 48
    assert waits == [1.0]


@pytest.mark.parametrize("fault", [status(500), status(503), cut_in_the_middle], ids=["500", "503", "cut"])
def test_one_passing_fault_is_repeated_away(load, venue, waits, fault):
    venue.faults = [fault]
    assert len(load().rows) == 48
    assert waits == [1.0]


def test_a_venue_that_hangs_once(load, venue):
    venue.faults = [hang]
    assert len(load(timeout_seconds=2).rows) == 48


# ── Faults that stay ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(status(429), "rate_limited"), (status(502), "venue_failed"), (cut_in_the_middle, "truncated")],
    ids=["429", "502", "cut"],
)
def test_a_fault_that_stays_ends_after_the_retries(load, venue, waits, tmp_path, fault, reason):
    venue.always = fault
    assert failure(load, retries=3).reason == reason
    assert len(venue.requests) == 4
    assert waits == [1.0, 2.0, 4.0]
    assert files(tmp_path) == []


def test_a_venue_that_hangs_is_offline(load, venue, tmp_path):
    venue.always = hang
    assert failure(load, timeout_seconds=0.1, retries=1).reason == "offline"
    assert len(venue.requests) == 2
    assert files(tmp_path) == []


def test_no_venue_at_all_is_said_at_once(load, waits, tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert failure(load, base_url=f"http://127.0.0.1:{port}").reason == "offline"
    assert waits == []
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [(status(429, Retry_After="3600"), "3600 seconds"), (status(418), "418")],
    ids=["an hour", "418"],
)
def test_too_long_a_wait_is_not_waited(load, venue, waits, fault, words):
    venue.always = fault
    refused = failure(load)
    assert refused.reason == "rate_limited"
    assert words in str(refused)
    assert waits == []
    assert len(venue.requests) == 1


def test_a_refusal_is_quoted_and_not_repeated(load, venue):
    venue.always = status(403, b'{"msg": "not from here"}')
    refused = failure(load)
    assert refused.reason == "refused"
    assert "not from here" in str(refused)
    assert len(venue.requests) == 1


@pytest.mark.parametrize("bad", ["half", "NaN", "bytes"])
def test_what_is_not_json_is_not_kept(load, venue, tmp_path, bad):
    answers = {
        "half": not_json,
        "NaN": status(200, b'{"result": [NaN]}'),
        "bytes": status(200, b"\xff\xfe\x00"),
    }
    venue.always = answers[bad]
    assert failure(load).reason == "malformed"
    assert len(venue.requests) == 1
    assert files(tmp_path) == []


def field(name, value):
    def change(document):
        rows = document["result"] if isinstance(document, dict) else document
        if value is None:
            del rows[5][name]
        else:
            rows[5][name] = value
        return document

    return change


@pytest.mark.parametrize(
    ("series", "change", "named"),
    [
        (DERIBIT_FUNDING, field("interest_1h", None), "interest_1h"),
        (DERIBIT_FUNDING, field("interest_1h", "0.1"), "interest_1h"),
        (DERIBIT_FUNDING, field("interest_1h", True), "interest_1h"),
        (DERIBIT_FUNDING, field("interest_1h", 10**400), "interest_1h"),
        (DERIBIT_FUNDING, field("index_price", -1), "index_price"),
        (DERIBIT_FUNDING, field("timestamp", 1.5), "timestamp"),
        (DERIBIT_FUNDING, field("timestamp", 10**18), "timestamp"),
        (DERIBIT_FUNDING, lambda _: {"error": "no"}, "result"),
        (DERIBIT_FUNDING, lambda _: {"result": {}}, "not a list"),
        (DERIBIT_FUNDING, lambda _: {"result": [1]}, "not an object"),
        (DERIBIT_FUNDING, lambda _: [], "not an object"),
        (BINANCE_FUNDING, field("fundingRate", 0.1), "fundingRate"),
        (BINANCE_FUNDING, field("fundingRate", ""), "fundingRate"),
        (BINANCE_FUNDING, field("fundingRate", "nan"), "fundingRate"),
        (BINANCE_FUNDING, field("symbol", "ETHUSD_PERP"), "ETHUSD_PERP"),
        (BITMEX_FUNDING, field("timestamp", "2020-03-01T04:00:00"), "timestamp"),
        (BITMEX_FUNDING, field("timestamp", "yesterday"), "timestamp"),
        (BITMEX_MINUTES, field("close", []), "close"),
        (BITMEX_MINUTES, field("homeNotional", None), "homeNotional"),
    ],
)
def test_another_shape_is_named_and_not_kept(load, venue, tmp_path, series, change, named):
    venue.change = change
    wrong = failure(load, series=series)
    assert wrong.reason == "wrong_shape"
    assert named in str(wrong)
    assert files(tmp_path) == []


def test_a_number_beyond_floating_point_is_no_number(load, venue):
    def beyond(handler, body):
        send(handler, body.replace(b'"interest_8h": 0.0004', b'"interest_8h": 1e999', 1))

    venue.always = beyond
    assert failure(load).reason == "wrong_shape"


def rows_changed(change):
    def whole(document):
        document["result"] = change(document["result"])
        return document

    return whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: [*rows[:9], *rows[8:]], "twice"),
        (lambda rows: rows[::-1], "behind"),
        # A page that runs over into the next one, as with a venue that ignores the end of the range.
        (lambda rows: [*rows, {**rows[-1], "timestamp": rows[-1]["timestamp"] + 3_600_000}], "asked for"),
        (lambda rows: [{**rows[0], "timestamp": rows[0]["timestamp"] - 3_600_000}, *rows], "asked for"),
    ],
    ids=["duplicate", "unsorted", "runs over", "begins early"],
)
def test_times_that_cannot_be_are_not_kept(load, venue, tmp_path, change, words):
    venue.change = rows_changed(change)
    wrong = failure(load)
    assert wrong.reason == "wrong_times"
    assert words in str(wrong)
    assert files(tmp_path) == []


def test_as_many_rows_as_the_venue_ever_sends_may_be_cut_off(load, venue, tmp_path):
    def twice_an_hour(rows):
        return [{**rows[0], "timestamp": rows[0]["timestamp"] + k * 1_800_000} for k in range(744)]

    venue.change = rows_changed(twice_an_hour)
    assert "cut off" in str(failure(load))
    assert files(tmp_path) == []


# ── Gaps ────────────────────────────────────────────────────────────────────────────────────────────────────


def without(*lost):
    stamps = {milliseconds(moment) for moment in lost}
    return rows_changed(lambda rows: [row for row in rows if row["timestamp"] not in stamps])


def test_a_gap_is_an_error_unless_allowed(load, venue):
    venue.change = without(START + 30 * HOUR, START + 31 * HOUR)
    missing = failure(load, end=END)
    assert missing.reason == "gap"
    assert "2020-03-02 05:00 to 2020-03-02 08:00 UTC" in str(missing)
    assert "allow_gaps=True" in str(missing)
    history = load(end=END, allow_gaps=True)
    assert len(venue.requests) == 4, "the pages were kept, and one with a gap will do now"
    assert len(history.rows) == 92 * 24 - 2
    assert history.gaps == (downloads.Gap(START + 29 * HOUR, START + 32 * HOUR),)


def test_a_page_with_a_gap_is_asked_for_again_and_no_other(load, venue):
    venue.change = without(START + 30 * HOUR)
    failure(load, end=END)
    venue.change = lambda document: document
    assert len(load(end=END).rows) == 92 * 24
    assert len(venue.requests) == 5
    assert venue.requests[4] == venue.requests[0]


@pytest.mark.parametrize("lost", [START, SHORT_END - HOUR], ids=["first", "last"])
def test_a_row_missing_at_either_end_is_a_gap(load, venue, lost):
    venue.change = without(lost)
    assert failure(load).reason == "gap"
    assert len(load(allow_gaps=True).rows) == 47


def test_a_gap_outside_the_range_does_no_harm(load, venue):
    venue.change = without(START - HOUR, SHORT_END)
    assert len(load().rows) == 48


def test_a_time_before_the_history_is_empty(load, venue):
    venue.change = rows_changed(lambda _: [])
    empty = failure(load)
    assert empty.reason == "gap"
    assert "nothing before or after" in str(empty)
    history = load(allow_gaps=True)
    assert history.rows == ()
    assert history.gaps == (downloads.Gap(START, SHORT_END),)
    assert history.column("funding_rate").shape == (0,)


def test_a_range_between_two_payments_is_empty_and_whole(load):
    assert load(BINANCE_FUNDING, START + HOUR, START + 2 * HOUR).rows == ()


# ── The local copy ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_download_that_fails_goes_on_where_it_stopped(load, venue, tmp_path):
    venue.faults = [None, None, not_json]
    stopped = failure(load, end=END)
    assert "Kept: 2 of 4 pages" in str(stopped)
    assert len(files(tmp_path)) == 3, "two pages and the manifest"
    assert len(load(end=END).rows) == 92 * 24
    assert len(venue.requests) == 5
    assert venue.requests[3] == venue.requests[2]


def test_a_download_that_is_killed_goes_on_where_it_stopped(load, venue, tmp_path):
    pauses = []

    def kill(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(end=END, wait=kill)
    assert len(venue.requests) == 2
    assert len(load(end=END).rows) == 92 * 24
    assert len(venue.requests) == 4
    assert not any(name.endswith(".part") for name in files(tmp_path))


@pytest.mark.parametrize("written", [0, 1], ids=["while writing a page", "between page and manifest"])
def test_a_kill_while_writing_leaves_nothing_half_written(load, venue, tmp_path, monkeypatch, written):
    replace, calls = downloads.os.replace, []

    def killed(source, target):
        calls.append(target)
        if len(calls) > written:
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(downloads.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            load()
    assert len(files(tmp_path)) == written
    assert not any(name.endswith(".part") for name in files(tmp_path))
    assert len(load().rows) == 48
    assert len(venue.requests) == 2, "a page that no manifest vouches for does not count"


def damaged(change):
    def damage(folder):
        page = next(path for path in sorted(folder.glob("2*.json")))
        page.write_bytes(change(page.read_bytes()))

    return damage


@pytest.mark.parametrize(
    ("damage", "asked_again"),
    [
        (damaged(lambda content: content[:-100]), 1),
        (damaged(lambda content: content.replace(b"9000.5", b"9900.5", 1)), 1),
        (damaged(lambda content: b""), 1),
        (lambda folder: next(folder.glob("2*.json")).unlink(), 1),
        (lambda folder: (folder / "manifest.json").write_text('{"pages": {'), 4),
        (lambda folder: (folder / "manifest.json").write_text('{"pages": []}'), 4),
        (lambda folder: (folder / "manifest.json").write_text("[]"), 4),
        (lambda folder: (folder / "manifest.json").unlink(), 4),
    ],
    ids=["short", "altered", "emptied", "lost", "cut", "other shape", "list", "no manifest"],
)
def test_a_damaged_copy_is_noticed_and_repaired(load, venue, tmp_path, damage, asked_again):
    whole = load(end=END)
    damage(tmp_path / DERIBIT_FUNDING.name)
    assert load(end=END) == whole
    assert len(venue.requests) == 4 + asked_again
    assert load(end=END) == whole
    assert len(venue.requests) == 4 + asked_again


@pytest.mark.parametrize("key", ["url", "asked_at", "sha256", "rows"])
def test_a_manifest_that_lacks_a_fact_vouches_for_nothing(load, venue, tmp_path, key):
    load()
    path = tmp_path / DERIBIT_FUNDING.name / "manifest.json"
    manifest = json.loads(path.read_text())
    for entry in manifest["pages"].values():
        del entry[key]
    path.write_text(json.dumps(manifest))
    assert len(load().rows) == 48
    assert len(venue.requests) == 2


@pytest.mark.parametrize("allow_gaps", [False, True])
def test_a_page_that_was_not_over_is_asked_for_again(load, venue, monkeypatch, allow_gaps):
    real_now = SHORT_END

    def change(document):
        document["result"] = [row for row in document["result"] if row["timestamp"] <= milliseconds(real_now)]
        return document

    venue.change = change
    monkeypatch.setattr(downloads, "_now", lambda: real_now)
    assert len(load().rows) == 48
    assert len(load().rows) == 48
    assert len(venue.requests) == 1
    real_now = SHORT_END + 5 * HOUR
    assert len(load(end=SHORT_END + 5 * HOUR, allow_gaps=allow_gaps).rows) == 53
    assert len(venue.requests) == 2


def test_two_hosts_do_not_share_a_page(load, venue):
    load()
    load(base_url=venue.url.replace("127.0.0.1", "localhost"))
    assert len(venue.requests) == 2


def test_a_folder_that_cannot_be_written_is_said(load, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert failure(load, cache=tmp_path / "file").reason == "cache"


# ── Arguments ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"series": "deribit"}, TypeError, r"series is 'deribit'.*DERIBIT_FUNDING.*BITMEX_MINUTES"),
        ({"start": "2020-03-01"}, TypeError, "start is '2020-03-01'"),
        ({"start": datetime(2020, 3, 1)}, ValueError, "start is .* without a time zone"),
        ({"end": datetime(2020, 3, 2)}, ValueError, "end is .* without a time zone"),
        ({"end": START}, ValueError, "end must be after start"),
        ({"end": datetime(2999, 1, 1, tzinfo=UTC)}, ValueError, "end is 2999.*future"),
        ({"series": BITMEX_MINUTES, "start": datetime(2017, 1, 1, tzinfo=UTC)}, ValueError, "requests"),
        ({"base_url": "file:///etc"}, ValueError, "base_url is 'file:///etc'"),
        ({"base_url": "deribit.com"}, ValueError, "base_url is 'deribit.com'"),
        ({"timeout_seconds": 0}, ValueError, "timeout_seconds is 0"),
        ({"retries": -1}, ValueError, "retries is -1"),
    ],
)
def test_bad_arguments_are_named_before_anything_is_asked(load, venue, options, error, words):
    with pytest.raises(error, match=words):
        load(**options)
    assert venue.requests == []
