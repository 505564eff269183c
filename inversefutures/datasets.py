"""The small tables of real market data that ship with the course.

A table's facts are its source's; the selection is ours. Each loader says in its docstring where the figures
come from and what they are and are not (last trade or mark price, time zone, known gaps).
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Bar:
    """A stretch of trading in an inverse contract: an hour, a minute.

    Parameters
    ----------
    start : datetime
        When it began, UTC.
    high, low, close : float
        Last-trade prices, USD per BTC.
    volume_in_dollars, volume_in_coin : float
        What was traded, USD and BTC. Their ratio is the average price of the trades.
    """

    start: datetime
    high: float
    low: float
    close: float
    volume_in_dollars: float
    volume_in_coin: float


@dataclass(frozen=True)
class AveragedBar(Bar):
    """A bar with the average price that the venue itself publishes.

    Parameters
    ----------
    average_price : float
        USD per BTC; BitMEX calls it vwap.
    """

    average_price: float


def march_2020() -> list[Bar]:
    """Return the 48 hours of 12 and 13 March 2020 in BitMEX's XBTUSD perpetual.

    Last-trade prices, not the mark price that BitMEX liquidates on: the market traded far below the index in
    the night of 13 March, and stood still from 02:16 to 02:29 UTC when BitMEX was out of service.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars (two independent copies agree), summed up here to
    hours; the copies were read in November 2026.
    """
    return [_bar(row, row["hour_start_utc"]) for row in _rows("xbtusd_march_2020.csv")]


def restart_of_13_march_2020() -> list[AveragedBar]:
    """Return the first 20 minutes of XBTUSD after BitMEX's outage: 13 March 2020, 02:30 to 02:49 UTC.

    Last-trade prices again. They jump by hundreds of dollars within a minute, and in the minute from 02:33
    only 31 contracts were traded. The source stamps a minute with its end; here it carries its start.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars, in the copy
    https://github.com/codler/bitmex-data (ISC licence; volumes and prices checked against a second copy),
    read in November 2026.
    """
    return [
        AveragedBar(**vars(_bar(row, row["minute_start_utc"])), average_price=float(row["vwap_usd"]))
        for row in _rows("xbtusd_restart_2020-03-13.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _bar(row: dict[str, str], start: str) -> Bar:
    return Bar(
        start=datetime.fromisoformat(start.replace("Z", "+00:00")),
        high=float(row["high_usd"]),
        low=float(row["low_usd"]),
        close=float(row["close_usd"]),
        volume_in_dollars=float(row["volume_usd"]),
        volume_in_coin=float(row["volume_btc"]),
    )


@dataclass(frozen=True)
class IndexReading:
    """An index of several spot markets, read at one instant.

    Parameters
    ----------
    time : datetime
        When it was read, UTC.
    price : float
        USD per BTC.
    """

    time: datetime
    price: float


def deribit_index_march_2020() -> list[IndexReading]:
    """Return Deribit's bitcoin index at every full hour of 12 and 13 March 2020.

    One reading an hour and nothing between: the lowest reading is not the index's low, and there is no high
    or low to be had from these figures. It is Deribit's index, not the one that BitMEX's mark price follows.

    Notes
    -----
    Source: the index price in Deribit's public funding-rate history (``get_funding_rate_history``), from the
    copy in github.com/nearridge/Hehmeyer, ``deribit_history.csv``, read in November 2026.
    """
    with (TABLES / "deribit_index_march_2020.csv").open(encoding="utf-8", newline="") as table:
        return [
            IndexReading(
                time=datetime.fromisoformat(row["time_utc"].replace("Z", "+00:00")),
                price=float(row["index_usd"]),
            )
            for row in csv.DictReader(table)
        ]
