"""A crash from its table of prices: what to check before anything is measured, and what can be measured.

A table is any list of rows with ``start``, ``high``, ``low`` and ``close``: a shipped one (`datasets`), the
``rows`` of a download (`downloads.load`), or your own file (`read_prices`). What a row is of, last trades, a
mark or an index, no table says by itself; write it down first.
"""

import csv
import math
import os
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol, get_args

from . import margin, options
from .contract import LONG, SHORT
from .datasets import PriceRange, TradedRange

__all__ = [
    "Apart",
    "Fall",
    "Fault",
    "Measures",
    "Run",
    "Shift",
    "best_shift",
    "change",
    "distances",
    "frozen_runs",
    "longer_rows",
    "measure",
    "peak_to_trough",
    "read_prices",
    "share",
    "silent_runs",
    "step_of",
    "surviving_leverage",
    "table_faults",
    "volatility",
    "worst_fall",
]

YEAR = timedelta(days=365)
Measured = Literal["to the low", "close to close", "high to low"]
"""How the fall of a window is counted: from the close before it to its lowest low; from that close to its
last close; from its highest high to its lowest low, in whichever order they came."""
CSV_COLUMNS = ("start_utc", "high_usd", "low_usd", "close_usd")
VOLUME_COLUMN = "volume_usd"


class Row(Protocol):
    """What the functions need of a row: when it began, and three prices in USD per BTC."""

    @property
    def start(self) -> datetime: ...
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def close(self) -> float: ...


class Timed(Protocol):
    """A row that has a beginning and a volume in USD."""

    @property
    def start(self) -> datetime: ...
    @property
    def volume_in_dollars(self) -> float: ...


# --- a table of your own -----------------------------------------------------------------------------


def read_prices(path: str | os.PathLike[str]) -> list[PriceRange]:
    r"""Return the rows of a file of comma-separated values, in the order of the file.

    Parameters
    ----------
    path : path
        With the columns ``start_utc`` (2021-12-04T05:00:00Z), ``high_usd``, ``low_usd``, ``close_usd`` and,
        if there is one, ``volume_usd``; others are left out. A time without a zone counts as UTC.

    Returns
    -------
    list of datasets.PriceRange
        `datasets.TradedRange` where there is a volume. Whether they make sense is for `table_faults` to say.

    Raises
    ------
    ValueError
        If a column is missing, or a cell is no time or no number.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> head, row = "start_utc,high_usd,low_usd,close_usd", "2021-12-04T05:00Z,53000,42000,47000"
    >>> _ = file.write_text(f"{head}\n{row}\n")
    >>> post_mortem.read_prices(file)[0].low
    42000.0
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        missing = [name for name in CSV_COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            raise ValueError(
                f"post_mortem.read_prices: {path} has no column {', '.join(missing)}; name its columns "
                f"{', '.join(CSV_COLUMNS)} (prices in USD per BTC) and, for dollars traded, {VOLUME_COLUMN}"
            )
        return [_row(cells, f"{path}, line {line}") for line, cells in enumerate(table, start=2)]


def _row(cells: dict[str, str], where: str) -> PriceRange:
    text = cells["start_utc"]
    try:
        start = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise ValueError(
            f"post_mortem.read_prices: {where}: start_utc is {text!r}; write it as 2021-12-04T05:00:00Z"
        ) from None
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    prices = {name: _cell(cells, f"{name}_usd", "USD per BTC", where) for name in ("high", "low", "close")}
    if cells.get(VOLUME_COLUMN):
        return TradedRange(start, **prices, volume_in_dollars=_cell(cells, VOLUME_COLUMN, "USD", where))
    return PriceRange(start, **prices)


def _cell(cells: dict[str, str], name: str, unit: str, where: str) -> float:
    try:
        number = float(cells[name])
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(
            f"post_mortem.read_prices: {where}: {name} is {cells[name]!r}; it must be a number, {unit}"
        )
    return number


# --- what to check -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """Something in a table that no market does.

    Parameters
    ----------
    start : datetime
        Of the row at which it is seen.
    what : str
    """

    start: datetime
    what: str


def table_faults(rows: Sequence[Row]) -> list[Fault]:
    """Return what is wrong with a table by itself, in its order: times and prices that cannot be.

    Rows twice, out of order or missing (the step is the most usual one), a time without a zone, a price that
    is not above 0, a high below a low, a close outside both. Two things it cannot see: a clock that is off as
    a whole (`best_shift`), and prices that are possible and stale (`frozen_runs`, `silent_runs`).

    Examples
    --------
    >>> bars = datasets.xbtusd_five_minutes_may_2021()
    >>> post_mortem.table_faults(bars)
    []
    >>> post_mortem.table_faults(bars[:9] + bars[12:])[0].what
    '3 rows are missing before it'
    """
    found = []
    step = step_of(rows)
    for row in rows:
        if row.start.utcoffset() is None:
            found.append(Fault(row.start, "its time has no zone"))
        if not row.low > 0:
            found.append(Fault(row.start, f"its low is {row.low:,}, not above 0"))
        if row.high < row.low:
            found.append(Fault(row.start, f"its high {row.high:,} is below its low {row.low:,}"))
        elif not row.low <= row.close <= row.high:
            found.append(Fault(row.start, f"its close {row.close:,} is not between its low and its high"))
    for before, after in pairwise(rows):
        apart = after.start - before.start
        if apart == timedelta(0):
            found.append(Fault(after.start, "it is there twice"))
        elif apart < timedelta(0):
            found.append(Fault(after.start, "it comes after a later row"))
        elif apart > step:
            missing = apart / step - 1
            words = f"{missing:g} row{'' if missing == 1 else 's'} {'is' if missing == 1 else 'are'} missing"
            found.append(Fault(after.start, f"{words} before it"))
    starts = {row.start: number for number, row in reversed(list(enumerate(rows)))}
    return sorted(found, key=lambda fault: starts[fault.start])


def step_of(rows: Sequence[Row | Timed]) -> timedelta:
    """Return the most usual time from one row to the next.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or no time is later than the one before it.
    """
    steps = Counter(
        after.start - before.start for before, after in pairwise(rows) if after.start > before.start
    )
    if not steps:
        raise ValueError(
            f"post_mortem: {len(rows)} rows have no step from one to the next; give two or more, in the "
            "order of time"
        )
    return steps.most_common(1)[0][0]


def longer_rows(rows: Sequence[Row], *, step: timedelta) -> list[PriceRange]:
    """Return rows of a longer step: to compare a table with another one, or to see what a step leaves out.

    Parameters
    ----------
    step : timedelta
        A multiple of the table's. The longer rows begin at whole steps of the day, in UTC.

    Returns
    -------
    list of datasets.PriceRange
        The highest high, the lowest low and the last close. A stretch in which rows are missing is left out.

    Raises
    ------
    ValueError
        If the step is no multiple of the table's, or a day is no multiple of the step.

    Examples
    --------
    >>> from datetime import timedelta
    >>> hours = post_mortem.longer_rows(datasets.xbtusd_five_minutes_may_2021(), step=timedelta(hours=1))
    >>> post_mortem.best_shift(hours, datasets.bitstamp_hours_may_2021()).by
    datetime.timedelta(0)
    """
    short, day = step_of(rows), timedelta(days=1)
    if step < short or step % short or day % step:
        raise ValueError(
            f"post_mortem.longer_rows: step is {step}, the table's {short}; give a multiple of the table's "
            "of which a day has a whole number"
        )
    stretches: dict[datetime, list[Row]] = {}
    for row in rows:
        midnight = row.start.replace(hour=0, minute=0, second=0, microsecond=0)
        stretches.setdefault(row.start - (row.start - midnight) % step, []).append(row)
    return [
        PriceRange(start, max(row.high for row in each), min(row.low for row in each), each[-1].close)
        for start, each in stretches.items()
        if len(each) == step // short
    ]


@dataclass(frozen=True)
class Run:
    """Rows one after the other that are alike.

    Parameters
    ----------
    start, last : datetime
        When the first and the last of them began.
    rows : int
    """

    start: datetime
    last: datetime
    rows: int


def silent_runs(
    rows: Sequence[Timed], *, less_than: float, at_least: int, step: timedelta | None = None
) -> list[Run]:
    """Return the runs of rows in which hardly anything was traded: where a venue may have been down.

    Parameters
    ----------
    rows : rows with `start` and `volume_in_dollars`
        A row that is missing ends a run, so a table of quiet minutes alone will do, if the step is given.
    less_than : float
        USD: what is traded in each row of a run is below it. What counts as little is for you to say.
    at_least : int
        How many rows make a run.
    step : timedelta, optional
        From one row to the next; the most usual one if it is left out.

    Examples
    --------
    >>> quiet = datasets.quiet_minutes_of_13_march_2020()
    >>> for run in post_mortem.silent_runs(quiet, less_than=300_000, at_least=5):
    ...     print(f"{run.start:%H:%M} to {run.last:%H:%M}: {run.rows} minutes")
    02:16 to 02:29: 14 minutes
    11:58 to 12:19: 22 minutes
    """
    if not less_than > 0:
        raise ValueError(f"post_mortem.silent_runs: less_than is {less_than!r}; it must be USD above 0")
    step = step or step_of(rows)
    silent = [row for row in rows if row.volume_in_dollars < less_than]
    return _runs(silent, lambda before, after: after.start - before.start == step, at_least, "silent_runs")


def frozen_runs(rows: Sequence[Row], *, at_least: int) -> list[Run]:
    """Return the runs of rows in which the price did not move at all: a quote that stands still.

    Each row of a run has its high and its low where the row before closed.

    Parameters
    ----------
    at_least : int
        How many rows make a run. In bars of a minute two may be chance, and ten are none.

    Examples
    --------
    >>> night = datasets.night_of_13_march_2020()
    >>> [(f"{run.start:%H:%M}", run.rows) for run in post_mortem.frozen_runs(night, at_least=2)]
    [('02:16', 2), ('02:20', 6), ('02:28', 2)]
    """
    still = [after for before, after in pairwise(rows) if after.high == after.low == before.close]
    places = {id(row): number for number, row in enumerate(rows)}
    return _runs(
        still, lambda before, after: places[id(after)] == places[id(before)] + 1, at_least, "frozen_runs"
    )


def _runs(
    rows: Sequence[Row | Timed], follows: Callable[..., bool], at_least: int, function: str
) -> list[Run]:
    if at_least < 1:
        raise ValueError(f"post_mortem.{function}: at_least is {at_least!r}; it must be 1 row or more")
    runs: list[list[Row | Timed]] = []
    for row in rows:
        if runs and follows(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [Run(run[0].start, run[-1].start, len(run)) for run in runs if len(run) >= at_least]


@dataclass(frozen=True)
class Shift:
    """How far a second clock is off.

    Parameters
    ----------
    by : timedelta
        To be added to the times of the second table.
    agreement : float
        The correlation of the two tables' moves once that is done; 1 is perfect.
    agreement_as_stamped : float
        Without it.
    """

    by: timedelta
    agreement: float
    agreement_as_stamped: float


def best_shift(rows: Sequence[Row], others: Sequence[Row], *, most: int = 24) -> Shift:
    """Return by how much a second table's clock must be moved for its moves to fit the first one's.

    It compares the logarithms of close over close at equal times. One crash has few large moves, so an hour
    that is off shows at once; which of the two clocks is wrong does not. Summer time, another time zone, and
    bars that carry their end instead of their start are the usual reasons.

    Parameters
    ----------
    rows, others : tables of one step, of the same or of like markets
    most : int
        How many steps to try either way.

    Raises
    ------
    ValueError
        If the steps differ, or hardly any times are left in common.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from datetime import timedelta
    >>> bars = datasets.xbtusd_five_minutes_may_2021()
    >>> late = [replace(bar, start=bar.start + timedelta(hours=1)) for bar in bars]
    >>> post_mortem.best_shift(bars, late).by == timedelta(hours=-1)
    True
    """
    step = step_of(rows)
    if step_of(others) != step:
        raise ValueError(
            f"post_mortem.best_shift: one table has a step of {step} and the other of {step_of(others)}; "
            "bring both to one step"
        )
    moves, other_moves = _moves(rows), _moves(others)
    agreements = {}
    for steps in sorted(range(-most, most + 1), key=abs):
        times = [time for time in other_moves if time + steps * step in moves]
        if len(times) < 12:
            continue
        pairs = [(moves[time + steps * step], other_moves[time]) for time in times]
        try:
            agreements[steps] = statistics.correlation(*zip(*pairs, strict=True))
        except statistics.StatisticsError:
            continue
    if not agreements:
        raise ValueError(
            "post_mortem.best_shift: the tables have fewer than 12 moves in common; are they of one day?"
        )
    best = max(agreements, key=lambda steps: (agreements[steps], -abs(steps)))
    return Shift(best * step, agreements[best], agreements.get(0, math.nan))


def _moves(rows: Sequence[Row]) -> dict[datetime, float]:
    return {after.start: math.log(after.close / before.close) for before, after in pairwise(rows)}


@dataclass(frozen=True)
class Apart:
    """A reading that lies outside what another table has for its time.

    Parameters
    ----------
    time : datetime
    reading, low, high : float
        USD per BTC; the last two are the row's that the time falls in.
    distance : float
        From the nearer end, a fraction of it: positive above the high, negative below the low.
    """

    time: datetime
    reading: float
    low: float
    high: float
    distance: float


def distances(readings: Iterable[tuple[datetime, float]], rows: Sequence[Row]) -> list[Apart]:
    """Return how far each reading lies outside a table of prices; 0 where it is within its row.

    Use it for a last price against an index or a mark, and for quotes against trades. A reading at a time
    that no row covers is left out.

    Parameters
    ----------
    readings : pairs of time and price, USD per BTC

    Examples
    --------
    >>> hours = [(reading.time, reading.price) for reading in datasets.deribit_index_march_2020()]
    >>> widest = max(
    ...     post_mortem.distances(hours, datasets.xbtusd_five_minutes_march_2020()),
    ...     key=lambda apart: apart.distance,
    ... )
    >>> print(f"{widest.time:%d %H:%M}: {widest.distance:.1%}")
    13 04:00: 11.8%
    """
    step = step_of(rows)
    ordered = sorted(rows, key=lambda row: row.start)
    starts = [row.start for row in ordered]
    found = []
    for time, reading in readings:
        place = bisect_right(starts, time) - 1
        if place < 0 or time >= starts[place] + step:
            continue
        row = ordered[place]
        end = min(max(reading, row.low), row.high)
        found.append(Apart(time, reading, row.low, row.high, change(end, reading)))
    return found


# --- what to measure ---------------------------------------------------------------------------------


def change(before: float, after: float) -> float:
    """Return the change from one price to another as a fraction of the first; a fall is negative.

    Examples
    --------
    >>> round(post_mortem.change(58_282.83, 49_050.01), 4)
    -0.1584
    """
    for name, price in (("before", before), ("after", after)):
        if not price > 0:
            raise ValueError(
                f"post_mortem.change: {name} is {price!r}; it must be a price above 0, USD per BTC"
            )
    return after / before - 1


def share(part: float, whole: float) -> float:
    """Return a part as a fraction of the whole: of liquidations, of volume.

    Raises
    ------
    ValueError
        If the whole is not above 0, or the part is below 0 or larger than the whole.

    Examples
    --------
    >>> round(post_mortem.share(6.93, 9.89), 3)
    0.701
    """
    if not whole > 0:
        raise ValueError(f"post_mortem.share: whole is {whole!r}; it must be above 0")
    if not 0 <= part <= whole:
        raise ValueError(
            f"post_mortem.share: part is {part!r} of {whole!r}; it must lie between 0 and the whole, in the "
            "same unit"
        )
    return part / whole


@dataclass(frozen=True)
class Fall:
    """A fall between two prices.

    Parameters
    ----------
    start, end : datetime
        Of the row that it is measured from, and of the row in which it ends.
    before, after : float
        USD per BTC.
    """

    start: datetime
    end: datetime
    before: float
    after: float

    @property
    def fraction(self) -> float:
        """The change: negative, a fraction of the price before."""
        return change(self.before, self.after)

    @property
    def time(self) -> timedelta:
        """From the beginning of the one row to the beginning of the other."""
        return self.end - self.start


def peak_to_trough(rows: Sequence[Row]) -> Fall:
    """Return the largest fall from a high to the low of a *later* row.

    In which order the high and the low of one row came is not known, so a fall within a row does not count:
    shorter rows see more of it.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or no later low is below a high.

    Examples
    --------
    >>> fall = post_mortem.peak_to_trough(datasets.xbtusd_five_minutes_march_2020())
    >>> print(f"{fall.fraction:.1%}, from {fall.start:%d %H:%M} to {fall.end:%d %H:%M}")
    -54.9%, from 12 00:00 to 13 02:15
    """
    step_of(rows)
    peak, worst = rows[0], None
    for before, row in pairwise(rows):
        if before.high > peak.high:
            peak = before
        if worst is None or row.low * worst.before < worst.after * peak.high:
            worst = Fall(peak.start, row.start, peak.high, row.low)
    assert worst is not None
    if worst.after >= worst.before:
        raise ValueError("post_mortem.peak_to_trough: no row has a low below an earlier high; nothing fell")
    return worst


def worst_fall(
    rows: Sequence[Row],
    *,
    window: timedelta,
    measured: Measured = "to the low",
    opening_price: float | None = None,
) -> Fall:
    """Return the largest fall within any window of so much time.

    Parameters
    ----------
    window : timedelta
        A multiple of the table's step: no window is shorter than a row.
    measured : str
        ``"to the low"``: from the close before the window to its lowest low. ``"close to close"``: from that
        close to its last close. ``"high to low"``: from its highest high to its lowest low, whichever came
        first. They differ by several points in a crash, so say which.
    opening_price : float, optional
        The close before the first row, USD per BTC. Without it the first window begins with the second row.

    Raises
    ------
    ValueError
        If the window is no multiple of the step, or longer than the table, or a word is unknown.

    Examples
    --------
    >>> from datetime import timedelta
    >>> bars = datasets.xbtusd_five_minutes_may_2021()
    >>> for measured in ("to the low", "close to close", "high to low"):
    ...     fall = post_mortem.worst_fall(
    ...         bars, window=timedelta(hours=1), measured=measured, opening_price=42_854.5
    ...     )
    ...     print(f"{measured}: {fall.fraction:.1%}")
    to the low: -27.3%
    close to close: -23.6%
    high to low: -27.7%
    """
    if measured not in get_args(Measured):
        raise ValueError(
            f"post_mortem.worst_fall: measured is {measured!r}; it must be one of "
            f"{', '.join(get_args(Measured))}"
        )
    step = step_of(rows)
    width = window / step
    if width < 1 or width != int(width):
        raise ValueError(
            f"post_mortem.worst_fall: window is {window}, the table's step {step}; give a multiple of "
            "the step"
        )
    width = int(width)
    first = 1 if opening_price is None and measured != "high to low" else 0
    if first + width > len(rows):
        raise ValueError(
            f"post_mortem.worst_fall: window is {window}, longer than the table's {len(rows)} rows of {step}"
        )
    falls = []
    for place in range(first, len(rows) - width + 1):
        inside = rows[place : place + width]
        lowest = min(inside, key=lambda row: row.low)
        if measured == "high to low":
            highest = max(inside, key=lambda row: row.high)
            falls.append(Fall(highest.start, lowest.start, highest.high, lowest.low))
            continue
        before = rows[place - 1].close if place else opening_price
        assert before is not None
        end = lowest if measured == "to the low" else inside[-1]
        after = lowest.low if measured == "to the low" else inside[-1].close
        falls.append(Fall(inside[0].start, end.start, before, after))
    return min(falls, key=lambda fall: fall.fraction)


def volatility(rows: Sequence[Row]) -> float:
    """Return the volatility of the closes, per √year of 365 days: how wild the rows were, not a forecast.

    Examples
    --------
    >>> round(post_mortem.volatility(datasets.xbtusd_five_minutes_may_2021()), 2)
    4.73
    """
    return options.realised_volatility([row.close for row in rows], periods_per_year=YEAR / step_of(rows))


def surviving_leverage(
    rows: Sequence[Row],
    *,
    entry_price: float,
    side: int = LONG,
    maintenance_margin_rate: float = 0.005,
    base: margin.Base = "entry",
) -> float:
    """Return the largest leverage that the whole table leaves alive, without funding, fees and top-ups.

    A long is judged by the lowest low, a short by the highest high. A venue that liquidates by its mark needs
    a table of the mark; one of last trades tells what would have been if they had counted.

    Parameters
    ----------
    entry_price : USD per BTC, at which the position was opened when the table begins
    side : +1 for a long, −1 for a short
    maintenance_margin_rate : a fraction of the entry value, or with ``base="mark"`` of the value at the mark
    base : as in `margin.largest_leverage`

    Examples
    --------
    >>> bars = datasets.xbtusd_five_minutes_may_2021()
    >>> round(post_mortem.surviving_leverage(bars, entry_price=42_854.5), 3)
    1.898
    """
    extreme = min(row.low for row in rows) if side == LONG else max(row.high for row in rows)
    # A table that never went against the position leaves any leverage alive that can be opened.
    worst = min(extreme, entry_price) if side == LONG else max(extreme, entry_price)
    most = margin.largest_leverage(
        side=side,
        entry_price=entry_price,
        price=worst,
        maintenance_margin_rate=maintenance_margin_rate,
        base=base,
    )
    return float(most)


@dataclass(frozen=True)
class Measures:
    """What a crash was, by one table and under stated conventions.

    Parameters
    ----------
    rows : int
    step : timedelta
    faults : int
        How many `table_faults` there are; with any, the rest is not to be used.
    peak_to_trough : Fall
    worst_hour : Fall or None
        To the low; None if an hour is no multiple of the step.
    volatility : float
        Per √year.
    long_leverage, short_leverage : float
        The largest that survived from the entry price on.
    """

    rows: int
    step: timedelta
    faults: int
    peak_to_trough: Fall
    worst_hour: Fall | None
    volatility: float
    long_leverage: float
    short_leverage: float


def measure(rows: Sequence[Row], *, opening_price: float, maintenance_margin_rate: float = 0.005) -> Measures:
    """Return all measures of a table at once: for a crash that the course has not seen.

    Parameters
    ----------
    opening_price : USD per BTC: the close before the first row, at which the positions are opened
    maintenance_margin_rate : a fraction of the entry value

    Examples
    --------
    >>> crash = post_mortem.measure(datasets.xbtusd_hours_december_2021(), opening_price=56_508)
    >>> crash.faults, int(crash.long_leverage), int(crash.short_leverage)
    (0, 2, 38)
    """
    step = step_of(rows)
    hour = timedelta(hours=1)
    fits = (hour / step).is_integer()
    worst = worst_fall(rows, window=hour, opening_price=opening_price) if fits else None

    def survivor(side: int) -> float:
        return surviving_leverage(
            rows, entry_price=opening_price, side=side, maintenance_margin_rate=maintenance_margin_rate
        )

    return Measures(
        rows=len(rows),
        step=step,
        faults=len(table_faults(rows)),
        peak_to_trough=peak_to_trough(rows),
        worst_hour=worst,
        volatility=volatility(rows),
        long_leverage=survivor(LONG),
        short_leverage=survivor(SHORT),
    )
