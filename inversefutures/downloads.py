"""The full series behind the shipped tables, from the venues' own public interfaces.

The tables in `datasets` are enough for every lesson, and they need no network. Who wants the whole history
asks for it here. Every answer is checked before it counts, and is kept on disk, so a second call asks for
nothing, and a call that was cut off goes on where it stopped::

    from datetime import UTC, datetime
    from inversefutures import downloads

    start, end = datetime(2020, 3, 1, tzinfo=UTC), datetime(2020, 4, 1, tzinfo=UTC)
    funding = downloads.load(downloads.DERIBIT_FUNDING, start, end)
    rates = funding.column("funding_rate")         # NumPy array, one number an hour
    print(len(funding.rows), rates.sum())          # the sum of the rates: not the return in coin
    for row in funding.rows[:3]:
        print(row.time, row.funding_rate, row.index_price)
    bars = downloads.load(downloads.BITMEX_MINUTES, start, end)   # 47 requests, two seconds apart

The local copy lies in the user's cache folder; the argument ``cache`` or the environment variable
``INVERSEFUTURES_CACHE`` names another. Deleting it costs nothing but a new download. In it each series has a
folder with the venue's answers as they came, and a ``manifest.json`` that says of each: where it came from,
when, which stretch of time it covers, how many rows it has, and its SHA-256.

When something goes wrong a `DownloadError` says what, what is kept, and what to do.
"""

import hashlib
import http.client
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import numpy as np
from numpy.typing import NDArray

from inversefutures.datasets import CONTRACT_OF_BTCUSD_PERP, Bar, PriceRange

MOST_PAGES = 1000
LONGEST_PAUSE_SECONDS = 120.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

Reason = Literal[
    "offline",
    "rate_limited",
    "refused",
    "venue_failed",
    "truncated",
    "malformed",
    "wrong_shape",
    "wrong_times",
    "gap",
    "cache",
]


class DownloadError(Exception):
    """A series could not be had. The message says what happened, what is kept, and what still works.

    Parameters
    ----------
    reason : str
        ``offline`` (no route, unknown host, refused connection, timeout), ``rate_limited`` (the venue asks to
        wait longer than we do), ``refused`` (another answer 4xx), ``venue_failed`` (5xx), ``truncated`` (the
        answer broke off), ``malformed`` (not JSON), ``wrong_shape`` (a field is missing, of the wrong type or
        not finite), ``wrong_times`` (rows twice, out of order or out of range), ``gap`` (rows are missing),
        ``cache`` (the local copy could not be written).
    message : str
        What a reader is told.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class FundingRate:
    """One funding payment of a perpetual, as the venue reports it.

    Parameters
    ----------
    time : datetime
        When it was paid, UTC.
    funding_rate : float
        Fraction of the position's coin value; positive where the long paid.
    """

    time: datetime
    funding_rate: float


@dataclass(frozen=True)
class HourlyFunding(FundingRate):
    """The funding of the hour that ends at `time`, on a venue that pays all the time.

    Parameters
    ----------
    eight_hour_rate : float
        The rate of the eight hours that end there, a fraction.
    index_price : float
        The venue's index at `time`, USD per BTC. The index where the hour began is that of the row before.
    """

    eight_hour_rate: float
    index_price: float


Row = TypeVar("Row", FundingRate, HourlyFunding, Bar, PriceRange)


@dataclass(frozen=True)
class Gap:
    """A stretch of time without a row, where at least one is due.

    Parameters
    ----------
    after, before : datetime
        The rows at its two ends, UTC; or the start or the end of what was asked for.
    """

    after: datetime
    before: datetime


@dataclass(frozen=True)
class History(Generic[Row]):
    """A series between two times.

    Parameters
    ----------
    source : str
        The address of the interface that it came from.
    start, end : datetime
        What was asked for, UTC; the start belongs to it, the end does not.
    rows : tuple
        The rows in order of time: `FundingRate`, `HourlyFunding`, `datasets.Bar` or `datasets.PriceRange`.
    gaps : tuple of Gap
        Where rows are missing. Empty unless gaps were allowed.
    columns : tuple of str
        What `column` can be asked for.
    """

    source: str
    start: datetime
    end: datetime
    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]
    columns: tuple[str, ...]

    def column(self, name: str) -> NDArray[Any]:
        """Return one column as an array: floats, or for the times datetime objects with their time zone.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        if name not in self.columns:
            raise ValueError(f"name is {name!r}; this series has the columns {', '.join(self.columns)}")
        return np.array([getattr(row, name) for row in self.rows])


@dataclass(frozen=True)
class Series(Generic[Row]):
    """How one series is asked for, and how an answer is read.

    Parameters
    ----------
    name : str
        Names its folder in the local copy.
    base_url, path : str
        Host and path of the interface.
    query : callable
        What is asked for the rows between two times.
    read_rows : callable
        Turns the venue's JSON into rows.
    row_type : type
        What a row is; its first field is the time.
    step : timedelta
        Time from one row to the next.
    rows_a_page, most_rows : int
        How many rows we ask for at once, and how many the venue gives at once at most.
    origin : datetime
        A border between two pages. It lies between two rows, not on one, so it makes no difference whether a
        venue counts the ends of a range in.
    pause_seconds : float
        Time between two requests.
    early_step, early_until : timedelta, datetime
        The step of a time when it was another one.
    """

    name: str
    base_url: str
    path: str
    query: Callable[[datetime, datetime], dict[str, str]]
    read_rows: Callable[[object], list[Row]]
    row_type: type[Row]
    step: timedelta
    rows_a_page: int
    most_rows: int
    origin: datetime
    pause_seconds: float
    early_step: timedelta = timedelta(0)
    early_until: datetime = EPOCH

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of a row's fields, the time first."""
        return tuple(field.name for field in fields(self.row_type))

    def time_of(self, row: Row) -> datetime:
        """Return when a row was paid, or when a bar began."""
        return row.start if isinstance(row, Bar | PriceRange) else row.time

    def step_after(self, moment: datetime) -> timedelta:
        """Return how long after this moment the next row is due at the latest."""
        return self.early_step if moment < self.early_until else self.step

    def gaps(self, rows: list[Row], start: datetime, end: datetime) -> list[Gap]:
        """Return where rows are missing between two times."""
        moments = [self.time_of(row) for row in rows]
        inside: list[datetime] = [moment for moment in moments if start <= moment < end]
        # A row may be due up to a step after the start, and a step before the end.
        found = [
            Gap(a, b)
            for a, b in pairwise([start - timedelta(milliseconds=1), *inside, end])
            if b - a > self.step_after(a)
        ]
        return [Gap(max(gap.after, start), gap.before) for gap in found]


@dataclass(frozen=True)
class _Page:
    """One request: a stretch of time whose borders are always the same, whatever range is asked for."""

    url: str
    start: datetime
    end: datetime

    @property
    def file_name(self) -> str:
        return f"{self.start:%Y%m%dT%H%M%SZ}.json"


class _Fault(Exception):
    """What went wrong with one request, and whether and when to try again."""

    def __init__(self, reason: Reason, what: str, again_after: float | None = None) -> None:
        super().__init__(what)
        self.reason = reason
        self.again_after = again_after


def load(
    series: Series[Row],
    start: datetime,
    end: datetime,
    *,
    cache: str | os.PathLike[str] | None = None,
    allow_gaps: bool = False,
    progress: bool = True,
    base_url: str | None = None,
    timeout_seconds: float = 30.0,
    retries: int = 4,
    wait: Callable[[float], object] = time.sleep,
) -> History[Row]:
    """Return a series between two times, from the local copy and, where that has nothing, from the venue.

    Requests go out one at a time, with a pause between them. A venue that asks for patience gets it, up to
    two minutes at a time. Each answer is checked, then written in one piece; what fails a check is not kept.

    Parameters
    ----------
    series : Series
        `DERIBIT_FUNDING`, `BINANCE_FUNDING`, `BITMEX_FUNDING`, `BITMEX_MINUTES`, `BINANCE_MINUTES` or
        `BINANCE_MARK_MINUTES`.
    start, end : datetime
        With a time zone. The start belongs to the range, the end does not. Past only.
    cache : path, optional
        The folder of the local copy.
    allow_gaps : bool
        Whether a history with missing rows will do. The gaps are then in the result.
    progress : bool
        Whether to show on stderr how far it is.
    base_url : str, optional
        Another host with the same interface, such as a mirror.
    timeout_seconds : float
        How long to wait for a sign of life from the venue.
    retries : int
        How often a request is repeated after a failure that may pass. The pause before doubles from 1 second.
    wait : callable
        Called with the seconds of every pause.

    Raises
    ------
    ValueError, TypeError
        If an argument is outside its domain.
    DownloadError
        If the series could not be had, or has gaps that were not allowed.
    """
    start, end = _checked_range(series, start, end)
    host = _checked_host(series, base_url)
    if not timeout_seconds > 0:
        raise ValueError(f"timeout_seconds is {timeout_seconds!r}; it must be above 0")
    if retries < 0:
        raise ValueError(f"retries is {retries!r}; it must be 0 or more")
    pages = list(_pages(series, host, start, end))
    copy = _LocalCopy(_cache_folder(cache) / series.name, series)

    def wanting(page: _Page, rows: list[Row]) -> bool:
        # The venue may have filled a gap since we asked.
        return not allow_gaps and bool(series.gaps(rows, max(start, page.start), min(end, page.end)))

    def failure(fault: _Fault) -> DownloadError:
        kept = sum(copy.rows(page, until=end) is not None for page in pages)
        return DownloadError(
            fault.reason,
            f"{series.name}: {fault}. Kept: {kept} of {len(pages)} pages, in {copy.folder}; the next call "
            "asks only for the others. The tables that ship with the course (inversefutures.datasets) work "
            "without any of this.",
        )

    rows: list[Row] = []
    asked = 0
    with _Progress(series.name, len(pages), shown=progress) as shown:
        try:
            for number, page in enumerate(pages):
                shown.now_at(number)
                held = copy.rows(page, until=end)
                if held is None or wanting(page, held):
                    if asked:
                        wait(series.pause_seconds)
                    asked += 1
                    asked_at = _now()
                    answer = _ask(page.url, timeout_seconds, retries, wait, shown.say)
                    held = _checked_rows(series, page, answer)
                    copy.keep(page, answer, len(held), asked_at)
                rows.extend(row for row in held if start <= series.time_of(row) < end)
        except _Fault as fault:
            raise failure(fault) from fault.__cause__
        shown.now_at(len(pages))
    gaps = series.gaps(rows, start, end)
    if gaps and not allow_gaps:
        raise failure(_Fault("gap", _gaps_in_words(gaps, start, end)))
    return History(host + series.path, start, end, tuple(rows), tuple(gaps), series.columns)


def ask(
    url: str,
    *,
    timeout_seconds: float = 30.0,
    retries: int = 4,
    wait: Callable[[float], object] = time.sleep,
) -> Any:
    """Return the JSON that one address of a public interface answers now; nothing of it is kept.

    It is asked as patiently as `load` asks. A number with a point is a `Decimal`, digits as the venue wrote
    them.

    Parameters
    ----------
    url : str
        With its query.
    timeout_seconds, retries, wait
        As for `load`.

    Raises
    ------
    DownloadError
        If there is no answer, or it is not JSON.
    """
    try:
        answer = _ask(url, timeout_seconds, retries, wait, lambda remark: None)
        return _document(urlsplit(url).netloc, answer, Decimal)
    except _Fault as fault:
        raise DownloadError(fault.reason, str(fault)) from fault.__cause__


def _checked_range(series: Series[Row], start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if not isinstance(series, Series):
        raise TypeError(f"series is {series!r}; it must be one of {', '.join(_series_names())}")
    for name, moment in (("start", start), ("end", end)):
        if not isinstance(moment, datetime):
            raise TypeError(f"{name} is {moment!r}; it must be a datetime, such as {EPOCH!r}")
        if moment.utcoffset() is None:
            raise ValueError(f"{name} is {moment!r}, without a time zone; add tzinfo=datetime.UTC")
    start, end, now = start.astimezone(UTC), end.astimezone(UTC), _now()
    if end <= start:
        raise ValueError(f"end is {end}, start is {start}; end must be after start")
    if end > now:
        raise ValueError(f"end is {end}, in the future; the history ends now, {now:%Y-%m-%d %H:%M} UTC")
    pages = math.ceil((end - start) / (series.step * series.rows_a_page)) + 1
    if pages > MOST_PAGES:
        raise ValueError(
            f"start is {start}, end is {end}: that needs {pages} requests, and one call makes at most "
            f"{MOST_PAGES}; ask for a shorter range, then for the next"
        )
    return start, end


def _checked_host(series: Series[Row], base_url: str | None) -> str:
    host = series.base_url if base_url is None else base_url.rstrip("/")
    parts = urlsplit(host)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"base_url is {base_url!r}; it must begin with https:// or http:// and name a host")
    return host


def _now() -> datetime:
    return datetime.now(UTC)


def _pages(series: Series[Row], host: str, start: datetime, end: datetime) -> Iterator[_Page]:
    length = series.step * series.rows_a_page
    page_start = series.origin + (start - series.origin) // length * length
    while page_start < end:
        page_end = page_start + length
        query = urlencode(series.query(page_start, page_end))
        yield _Page(f"{host}{series.path}?{query}", page_start, page_end)
        page_start = page_end


def _gaps_in_words(gaps: list[Gap], start: datetime, end: datetime) -> str:
    shown = "; ".join(f"{gap.after:%Y-%m-%d %H:%M} to {gap.before:%Y-%m-%d %H:%M} UTC" for gap in gaps[:5])
    more = f" and {len(gaps) - 5} more" if len(gaps) > 5 else ""
    edge = (
        " The venue may have nothing before or after: ask for a shorter range."
        if gaps[0].after == start or gaps[-1].before == end
        else ""
    )
    return f"rows are missing: {shown}{more}.{edge} With allow_gaps=True you get the rows that there are"


# ── Asking ──────────────────────────────────────────────────────────────────────────────────────────────────


def _ask(
    url: str,
    timeout_seconds: float,
    retries: int,
    wait: Callable[[float], object],
    say: Callable[[str], object],
) -> bytes:
    for attempt in range(retries + 1):
        try:
            return _answer(url, timeout_seconds)
        except _Fault as fault:
            if fault.again_after is None:
                raise
            if attempt == retries:
                raise _Fault(fault.reason, f"{fault}, {attempt + 1} times in a row") from fault.__cause__
            pause = max(fault.again_after, 2.0**attempt)
            if pause > LONGEST_PAUSE_SECONDS:
                raise _Fault(fault.reason, f"{fault} and asks to wait {pause:.0f} seconds") from None
            say(f"{fault}; next try in {pause:.0f} s")
            wait(pause)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _answer(url: str, timeout_seconds: float) -> bytes:
    host = urlsplit(url).netloc
    try:
        request = Request(url, headers={"User-Agent": "inversefutures", "Accept": "application/json"})
        with urlopen(request, timeout=timeout_seconds) as response:
            body: bytes = response.read()
        return body
    except HTTPError as error:
        raise _refusal(host, error) from error
    except http.client.IncompleteRead as error:
        what = f"the answer of {host} broke off after {len(error.partial)} bytes"
        raise _Fault("truncated", what, again_after=0) from error
    except TimeoutError as error:
        raise _Fault("offline", f"{host} did not answer in {timeout_seconds} s", again_after=0) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _Fault("offline", f"{host} did not answer in {timeout_seconds} s", again_after=0) from error
        # An unknown host or a refused connection does not pass in seconds: no second try.
        raise _Fault("offline", f"{host} cannot be reached ({error.reason})") from error
    except (ConnectionError, http.client.HTTPException) as error:
        raise _Fault("truncated", f"{host} closed the connection ({error})", again_after=0) from error
    except OSError as error:
        raise _Fault("offline", f"{host} cannot be reached ({error})") from error


def _refusal(host: str, error: HTTPError) -> _Fault:
    try:
        with error:
            detail = " ".join(error.read().decode("utf-8", "replace").split())[:200]
    except (OSError, http.client.HTTPException):
        detail = ""
    what = f"{host} answered {error.code} {error.reason}"
    # Deribit may say too_many_requests with status 400.
    if error.code == 429 or "too_many_requests" in detail:
        return _Fault("rate_limited", what, again_after=_retry_after(error.headers.get("Retry-After")))
    if error.code == 418:
        return _Fault("rate_limited", f"{what}: Binance's word for an address that asked on after 429")
    if error.code >= 500:
        return _Fault("venue_failed", what, again_after=_retry_after(error.headers.get("Retry-After")))
    hint = "; some venues refuse some countries" if error.code in (403, 451) else ""
    return _Fault("refused", f"{what} ({detail or 'no reason given'}){hint}")


def _retry_after(header: str | None) -> float:
    """Seconds, from a header that holds seconds or a date, or is missing, or holds nonsense."""
    if header is None:
        return 0.0
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return 0.0
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - _now()).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else 0.0


class _Progress:
    """One line on stderr that is written over: terminals and notebooks both know the carriage return."""

    def __init__(self, name: str, pages: int, *, shown: bool) -> None:
        self.name, self.pages, self.shown = name, pages, shown
        self.page = self.width = 0

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            print(file=sys.stderr)

    def now_at(self, page: int) -> None:
        self.page = page
        self.say("")

    def say(self, remark: str) -> None:
        if not self.shown:
            return
        filled = 24 * self.page // self.pages
        line = f"{self.name} [{'#' * filled}{'.' * (24 - filled)}] {self.page} of {self.pages} pages {remark}"
        print("\r" + line.ljust(self.width), end="", file=sys.stderr, flush=True)
        self.width = len(line)


# ── Checking and keeping ────────────────────────────────────────────────────────────────────────────────────


def _checked_rows(series: Series[Row], page: _Page, answer: bytes) -> list[Row]:
    host = urlsplit(page.url).netloc
    document = _document(host, answer)
    try:
        rows = series.read_rows(document)
    except _WrongShapeError as error:
        raise _Fault("wrong_shape", f"the answer of {host} has not the known shape: {error}") from error
    moments = [series.time_of(row) for row in rows]
    for before, after in pairwise(moments):
        if after == before:
            raise _Fault("wrong_times", f"{host} sent the row of {after} twice")
        if after < before:
            raise _Fault("wrong_times", f"{host} sent the row of {after} behind that of {before}")
    for moment in moments:
        if not page.start <= moment < page.end:
            asked = f"{page.start} to {page.end}"
            raise _Fault("wrong_times", f"{host} sent the row of {moment}, asked for {asked}")
    if len(rows) >= series.most_rows:
        what = f"{host} sent {len(rows)} rows, all it sends at once, where {series.rows_a_page} were due"
        raise _Fault("wrong_times", f"{what}; some may be cut off")
    return rows


def _document(host: str, answer: bytes, number: Callable[[str], object] = float) -> Any:
    try:
        return json.loads(answer, parse_float=number, parse_constant=_no_such_number)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _Fault("malformed", f"the answer of {host} is not JSON ({error})") from error


def _no_such_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


class _LocalCopy(Generic[Row]):
    """The answers of a venue on disk. A file counts only if the manifest vouches for it.

    A page is written first, the manifest after it, each to a file of another name that then takes the right
    one. So a cut at any instant leaves at worst a page that the manifest does not know.
    """

    def __init__(self, folder: Path, series: Series[Row]) -> None:
        self.folder = folder
        self.series: Series[Row] = series

    def rows(self, page: _Page, *, until: datetime) -> list[Row] | None:
        """Return the rows of a page that is whole up to a time, or None."""
        entry = self._manifest().get(page.file_name)
        if not isinstance(entry, dict) or entry.get("url") != page.url:
            return None
        try:
            if datetime.fromisoformat(entry["asked_at"]) < min(page.end, until):
                return None
            answer = (self.folder / page.file_name).read_bytes()
            if hashlib.sha256(answer).hexdigest() != entry["sha256"]:
                return None
            rows = _checked_rows(self.series, page, answer)
        except (OSError, KeyError, TypeError, ValueError, _Fault):
            return None
        return rows if len(rows) == entry.get("rows") else None

    def keep(self, page: _Page, answer: bytes, rows: int, asked_at: datetime) -> None:
        entry = {
            "url": page.url,
            "asked_at": asked_at.isoformat(),
            "start": page.start.isoformat(),
            "end": page.end.isoformat(),
            "rows": rows,
            "sha256": hashlib.sha256(answer).hexdigest(),
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_in_one_piece(self.folder / page.file_name, answer)
            manifest = {**self._manifest(), page.file_name: entry}
            text = json.dumps({"pages": manifest}, indent=1, sort_keys=True)
            _write_in_one_piece(self.folder / "manifest.json", text.encode())
        except OSError as error:
            what = f"the local copy cannot be written ({error}); name another folder with cache="
            raise _Fault("cache", what) from error

    def _manifest(self) -> dict[str, Any]:
        try:
            pages = json.loads((self.folder / "manifest.json").read_bytes())["pages"]
        except (OSError, ValueError, TypeError, KeyError):
            return {}
        return pages if isinstance(pages, dict) else {}


def _write_in_one_piece(path: Path, content: bytes) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _cache_folder(cache: str | os.PathLike[str] | None) -> Path:
    named = cache if cache is not None else os.environ.get("INVERSEFUTURES_CACHE")
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        folder = Path(local) if local else Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches"
    else:
        shared = os.environ.get("XDG_CACHE_HOME")
        folder = Path(shared) if shared else Path.home() / ".cache"
    return folder / "inversefutures"


# ── Reading the venues' answers ─────────────────────────────────────────────────────────────────────────────


class _WrongShapeError(Exception):
    """An answer that is JSON, but not what the venue documents."""


def _objects(document: object, place: str) -> list[dict[str, object]]:
    if not isinstance(document, list):
        raise _WrongShapeError(f"{place} is {_short(document)}, not a list")
    for number, entry in enumerate(document):
        if not isinstance(entry, dict):
            raise _WrongShapeError(f"entry {number} of {place} is {_short(entry)}, not an object")
    return document


def _field(entry: dict[str, object], name: str) -> object:
    if name not in entry:
        raise _WrongShapeError(f"a row has no {name}: {_short(entry)}")
    return entry[name]


def _number(entry: dict[str, object], name: str, *, as_text: bool = False) -> float:
    value = _field(entry, name)
    if not isinstance(value, str if as_text else int | float) or isinstance(value, bool):
        wanted = "number as text" if as_text else "number"
        raise _WrongShapeError(f"{name} is {_short(value)}, not a {wanted}")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise _WrongShapeError(f"{name} is {_short(value)}, not a finite number")
    return number


def _price(entry: dict[str, object], name: str) -> float:
    price = _number(entry, name)
    if price <= 0:
        raise _WrongShapeError(f"{name} is {price}, not a price above 0")
    return price


def _milliseconds(entry: dict[str, object], name: str) -> datetime:
    value = _field(entry, name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _WrongShapeError(f"{name} is {_short(value)}, not whole milliseconds")
    try:
        return EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        raise _WrongShapeError(f"{name} is {value}, no time of ours") from None


def _iso_time(entry: dict[str, object], name: str) -> datetime:
    value = _field(entry, name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise _WrongShapeError(f"{name} is {_short(value)}, not a time with its zone")
    return moment.astimezone(UTC)


def _expect_symbol(entry: dict[str, object], symbol: str) -> None:
    if _field(entry, "symbol") != symbol:
        raise _WrongShapeError(f"symbol is {_short(entry['symbol'])}, not {symbol}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _in_milliseconds(moment: datetime) -> str:
    return str((moment - EPOCH) // timedelta(milliseconds=1))


def _in_iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _deribit_query(start: datetime, end: datetime) -> dict[str, str]:
    return {
        "instrument_name": "BTC-PERPETUAL",
        "start_timestamp": _in_milliseconds(start),
        "end_timestamp": _in_milliseconds(end),
    }


def _deribit_rows(document: object) -> list[HourlyFunding]:
    if not isinstance(document, dict):
        raise _WrongShapeError(f"the answer is {_short(document)}, not an object")
    return [
        HourlyFunding(
            time=_milliseconds(entry, "timestamp"),
            funding_rate=_number(entry, "interest_1h"),
            eight_hour_rate=_number(entry, "interest_8h"),
            index_price=_price(entry, "index_price"),
        )
        for entry in _objects(_field(document, "result"), "result")
    ]


def _binance_query(start: datetime, end: datetime) -> dict[str, str]:
    return {
        "symbol": "BTCUSD_PERP",
        "startTime": _in_milliseconds(start),
        "endTime": _in_milliseconds(end),
        "limit": "1000",
    }


def _binance_rows(document: object) -> list[FundingRate]:
    rows = []
    for entry in _objects(document, "the answer"):
        _expect_symbol(entry, "BTCUSD_PERP")
        # The stamp can be some milliseconds late; the payment is due on the minute.
        moment = _milliseconds(entry, "fundingTime") + MINUTE / 2
        rows.append(
            FundingRate(
                time=moment.replace(second=0, microsecond=0),
                funding_rate=_number(entry, "fundingRate", as_text=True),
            )
        )
    return rows


def _bitmex_funding_query(start: datetime, end: datetime) -> dict[str, str]:
    return {"symbol": "XBTUSD", "count": "500", "startTime": _in_iso(start), "endTime": _in_iso(end)}


def _bitmex_funding_rows(document: object) -> list[FundingRate]:
    rows = []
    for entry in _objects(document, "the answer"):
        _expect_symbol(entry, "XBTUSD")
        rows.append(FundingRate(_iso_time(entry, "timestamp"), _number(entry, "fundingRate")))
    return rows


def _bitmex_minutes_query(start: datetime, end: datetime) -> dict[str, str]:
    # BitMEX stamps a bar with its end.
    return {
        "symbol": "XBTUSD",
        "binSize": "1m",
        "partial": "false",
        "count": "1000",
        "startTime": _in_iso(start + MINUTE),
        "endTime": _in_iso(end + MINUTE),
    }


def _bitmex_minutes_rows(document: object) -> list[Bar]:
    rows = []
    for entry in _objects(document, "the answer"):
        _expect_symbol(entry, "XBTUSD")
        rows.append(
            Bar(
                start=_iso_time(entry, "timestamp") - MINUTE,
                high=_price(entry, "high"),
                low=_price(entry, "low"),
                close=_price(entry, "close"),
                volume_in_dollars=_number(entry, "foreignNotional"),
                volume_in_coin=_number(entry, "homeNotional"),
            )
        )
    return rows


def _binance_minutes_query(start: datetime, end: datetime) -> dict[str, str]:
    return {
        "symbol": "BTCUSD_PERP",
        "interval": "1m",
        "startTime": _in_milliseconds(start),
        "endTime": _in_milliseconds(end),
        "limit": "1500",
    }


def _binance_bars(document: object) -> list[dict[str, object]]:
    """Return the bars of an answer with names for their places, without one that is not over yet."""
    if not isinstance(document, list):
        raise _WrongShapeError(f"the answer is {_short(document)}, not a list")
    names = ("openTime", "open", "high", "low", "close", "volume", "closeTime", "baseAssetVolume")
    bars = []
    for number, entry in enumerate(document):
        if not isinstance(entry, list) or len(entry) < len(names):
            raise _WrongShapeError(f"entry {number} of the answer is {_short(entry)}, not a bar of 12 values")
        bars.append(dict(zip(names, entry, strict=False)))
    return [bar for bar in bars if _milliseconds(bar, "closeTime") < _now()]


def _text_price(entry: dict[str, object], name: str) -> float:
    price = _number(entry, name, as_text=True)
    if price <= 0:
        raise _WrongShapeError(f"{name} is {price}, not a price above 0")
    return price


def _binance_minutes_rows(document: object) -> list[Bar]:
    return [
        Bar(
            start=_milliseconds(bar, "openTime"),
            high=_text_price(bar, "high"),
            low=_text_price(bar, "low"),
            close=_text_price(bar, "close"),
            volume_in_dollars=CONTRACT_OF_BTCUSD_PERP * _number(bar, "volume", as_text=True),
            volume_in_coin=_number(bar, "baseAssetVolume", as_text=True),
        )
        for bar in _binance_bars(document)
    ]


def _binance_mark_rows(document: object) -> list[PriceRange]:
    return [
        PriceRange(
            start=_milliseconds(bar, "openTime"),
            high=_text_price(bar, "high"),
            low=_text_price(bar, "low"),
            close=_text_price(bar, "close"),
        )
        for bar in _binance_bars(document)
    ]


DERIBIT_FUNDING = Series(
    name="deribit-btc-perpetual-funding",
    base_url="https://www.deribit.com",
    path="/api/v2/public/get_funding_rate_history",
    query=_deribit_query,
    read_rows=_deribit_rows,
    row_type=HourlyFunding,
    step=HOUR,
    rows_a_page=720,
    most_rows=744,
    origin=datetime(2019, 1, 1, 0, 30, tzinfo=UTC),
    pause_seconds=0.25,
)
"""Deribit's BTC-PERPETUAL, hour by hour: rows of `HourlyFunding`.

The first row in the copies that we know is that of 2019-04-30 10:00 UTC, and the rows of 2020-08-27 06:00
and 07:00 are missing there. Shape and parameters: docs.deribit.com/api-reference,
public/get_funding_rate_history, read in November 2026. Undocumented: one answer holds at most 744 rows, the
last ones of the range
(github.com/stevenwilkin/deribit-funding-history; github.com/deribit/deribit-api-clients, issue 59).
"""

BINANCE_FUNDING = Series(
    name="binance-btcusd-perp-funding",
    base_url="https://dapi.binance.com",
    path="/dapi/v1/fundingRate",
    query=_binance_query,
    read_rows=_binance_rows,
    row_type=FundingRate,
    step=8 * HOUR,
    rows_a_page=900,
    most_rows=1000,
    origin=datetime(2020, 1, 1, 4, tzinfo=UTC),
    pause_seconds=0.5,
)
"""Binance's BTCUSD_PERP, every eight hours: rows of `FundingRate`, from August 2020 or a little earlier.

Shape, parameters and the limit of 1000 rows: developers.binance.com, coin-margined futures, "Get Funding Rate
History of Perpetual Futures"; the answers 429 and 418: its page "General Info". Read in November 2026, in the
copies of github.com/rosssaunders/coincise.
"""

BITMEX_FUNDING = Series(
    name="bitmex-xbtusd-funding",
    base_url="https://www.bitmex.com",
    path="/api/v1/funding",
    query=_bitmex_funding_query,
    read_rows=_bitmex_funding_rows,
    row_type=FundingRate,
    step=8 * HOUR,
    rows_a_page=450,
    most_rows=500,
    origin=datetime(2016, 1, 1, tzinfo=UTC),
    pause_seconds=2.0,
    early_step=24 * HOUR,
    early_until=datetime(2016, 6, 4, 12, tzinfo=UTC),
)
"""BitMEX's XBTUSD, every eight hours, until 4 June 2016 once a day: rows of `FundingRate`.

The first is that of 2016-05-14 12:00 UTC. A public monitor of the interface reports the contract as settled
on 16 September 2026 at 12:00 UTC; we saw no word of the venue on it. Ask for no later end. Shape and
parameters: www.bitmex.com/api/explorer, Funding.get, in github.com/BitMEX/api-connectors; 30 requests a
minute without a login: blog.bitmex.com, "Updates to Rate Limits". Read in November 2026.
"""

BITMEX_MINUTES = Series(
    name="bitmex-xbtusd-minutes",
    base_url="https://www.bitmex.com",
    path="/api/v1/trade/bucketed",
    query=_bitmex_minutes_query,
    read_rows=_bitmex_minutes_rows,
    row_type=Bar,
    step=MINUTE,
    rows_a_page=960,
    most_rows=1000,
    origin=datetime(2016, 1, 1, 0, 0, 30, tzinfo=UTC),
    pause_seconds=2.0,
)
"""BitMEX's XBTUSD in bars of a minute: rows of `datasets.Bar`, last-trade prices, not the mark price.

BitMEX stamps a bar with its end; here it carries its start. A minute without a trade has a bar with volume 0.
Before 13 May 2016 the symbol stood for another contract, not an inverse one. Shape, parameters and the stamp:
as for `BITMEX_FUNDING`, Trade.getBucketed; at most 1000 rows: github.com/hfshr/bitmexr. Read in November
2026.
"""

BINANCE_MINUTES = Series(
    name="binance-btcusd-perp-minutes",
    base_url="https://dapi.binance.com",
    path="/dapi/v1/klines",
    query=_binance_minutes_query,
    read_rows=_binance_minutes_rows,
    row_type=Bar,
    step=MINUTE,
    rows_a_page=1440,
    most_rows=1500,
    origin=datetime(2019, 12, 31, 23, 59, 30, tzinfo=UTC),
    pause_seconds=0.5,
)
"""Binance's BTCUSD_PERP in bars of a minute: rows of `datasets.Bar`, last-trade prices, a day a request.

The venue counts contracts of 100 USD, which are dollars here. Shape, parameters and the limit of 1500 rows:
developers.binance.com, coin-margined futures, "Kline/Candlestick Data". Read in November 2026, in the copies
of github.com/rosssaunders/coincise.
"""

BINANCE_MARK_MINUTES = Series(
    name="binance-btcusd-perp-mark-minutes",
    base_url="https://dapi.binance.com",
    path="/dapi/v1/markPriceKlines",
    query=_binance_minutes_query,
    read_rows=_binance_mark_rows,
    row_type=PriceRange,
    step=MINUTE,
    rows_a_page=1440,
    most_rows=1500,
    origin=datetime(2019, 12, 31, 23, 59, 30, tzinfo=UTC),
    pause_seconds=0.5,
)
"""The same minutes of the **mark price**, which Binance liquidates on: rows of `datasets.PriceRange`.

Nothing is traded at a mark, so there is no volume. Shape: as for `BINANCE_MINUTES`, "Mark Price
Kline/Candlestick Data".
"""


def _series_names() -> list[str]:
    return [name for name, value in globals().items() if isinstance(value, Series)]
