"""The small tables of real market data that ship with the course.

A table's facts are its source's; the selection is ours. Each loader says in its docstring where the figures
come from and what they are and are not (last trade or mark price, time zone, known gaps).
"""

import csv
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
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
class PriceRange:
    """What a price did in a stretch of time. In which order high and low came is not known.

    Parameters
    ----------
    start : datetime
        When it began, UTC.
    high, low, close : float
        USD per BTC. The loader says whether of last trades or of a mark price.
    """

    start: datetime
    high: float
    low: float
    close: float


@dataclass(frozen=True)
class TradedRange(PriceRange):
    """A price range with what was traded in it.

    Parameters
    ----------
    volume_in_dollars : float
        USD.
    """

    volume_in_dollars: float


@dataclass(frozen=True)
class AveragedBar(Bar):
    """A bar with the average price that the venue itself publishes.

    Parameters
    ----------
    average_price : float or None
        USD per BTC; BitMEX calls it vwap. None where nothing was traded.
    """

    average_price: float | None


@dataclass(frozen=True)
class SummedBar(Bar):
    """A bar that was summed up from shorter ones.

    Parameters
    ----------
    mean_of_averages : float
        USD per BTC: the mean of the shorter bars' average prices, each weighted by its dollars. Where the
        price moved within the bar it lies above dollars over coins.
    """

    mean_of_averages: float


LAST_TRADE_OF_11_MARCH_2020 = 7_939
"""USD per BTC: the last trade in XBTUSD before 12 March 2020, 00:00 UTC; the open of that day's first bar."""


def march_2020() -> list[SummedBar]:
    """Return the 48 hours of 12 and 13 March 2020 in BitMEX's XBTUSD perpetual.

    Last-trade prices, not the mark price that BitMEX liquidates on: the market traded far below the index in
    the night of 13 March. From 02:16 to 02:29 UTC that night, and again from 11:58 to 12:19, BitMEX was out
    of service and next to nothing was traded; in 17 minutes nothing was, which the hours don't show. In
    which order an hour's high and low came is not known either.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars (two independent copies agree), summed up here to
    hours; the copies were read in November 2026.
    """
    return [
        SummedBar(
            **vars(_bar(row, row["hour_start_utc"])), mean_of_averages=float(row["mean_of_minutes_usd"])
        )
        for row in _rows("xbtusd_march_2020.csv")
    ]


def night_of_13_march_2020() -> list[AveragedBar]:
    """Return the 60 minutes around BitMEX's outage in XBTUSD: 13 March 2020, 01:50 to 02:49 UTC.

    Last-trade prices again. From 02:16 to 02:29 hardly anything was traded. In four of those minutes nothing
    was, and high, low and close merely repeat the last price: a low of such a minute is no trade. After that
    prices jump by hundreds of dollars within a minute, and in the minute from 02:33 only 31 contracts were
    traded. The source stamps a minute with its end; here it carries its start.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars, in the copy
    https://github.com/codler/bitmex-data (ISC licence; volumes and prices checked against a second copy),
    read in November 2026. The source's opens are left out: an open is the close before, and may lie outside
    its own bar.
    """
    return [
        AveragedBar(
            **vars(_bar(row, row["minute_start_utc"])),
            average_price=float(row["vwap_usd"]) if row["vwap_usd"] else None,
        )
        for row in _rows("xbtusd_night_2020-03-13.csv")
    ]


def restart_of_13_march_2020() -> list[AveragedBar]:
    """Return the last 20 minutes of `night_of_13_march_2020`: those after the outage, from 02:30 UTC."""
    return night_of_13_march_2020()[-20:]


def xbtusd_five_minutes_march_2020() -> list[PriceRange]:
    """Return the 576 five-minute bars of 12 and 13 March 2020 in BitMEX's XBTUSD perpetual.

    **Last-trade prices**, with the extremes of all trades in the bar. BitMEX liquidates on its mark price, of
    which no series was found; it follows an index, and the market traded far below the indices of the time.
    From 02:16 to 02:29 UTC on 13 March BitMEX was out of service: those bars hardly move, and those of the
    half hour after it are in disorder (`in_outage_of_march_2020`). The source's opens are left out, because
    an open is the close before and may lie outside its own bar.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars, in the copy
    https://github.com/codler/bitmex-data (ISC licence; a second copy agrees in every price), read in November
    2026. Five bars were made one here: the highest high, the lowest low and the last close.
    """
    return _price_ranges("xbtusd_five_minutes_march_2020.csv")


OUTAGE_OF_MARCH_2020 = (datetime(2020, 3, 13, 2, 16, tzinfo=UTC), datetime(2020, 3, 13, 3, tzinfo=UTC))


def in_outage_of_march_2020(start: datetime) -> bool:
    """Return whether a bar that starts then lies in BitMEX's outage or the disorder after it.

    The extremes of such bars come from an empty book: they show a venue coming back and no market's speed.

    Parameters
    ----------
    start : datetime with a time zone

    Notes
    -----
    The outage began on 13 March 2020 at 02:16 UTC, by BitMEX's own account,
    https://blog.bitmex.com/how-we-are-responding-to-last-weeks-ddos-attacks/ . That the disorder ended by
    03:00 is our reading of the bars: they are 400 USD and wider until 02:54.
    """
    begin, end = OUTAGE_OF_MARCH_2020
    return begin <= start < end


def binance_mark_five_minutes_october_2025() -> list[PriceRange]:
    """Return the 576 five-minute bars of 9 and 10 October 2025 of Binance's BTCUSD_PERP **mark price**.

    This is the price that Binance values margin at, and liquidates on. It is no traded price, and a series of
    last trades is not with it: what somebody paid in these minutes cannot be read from it.

    Notes
    -----
    Source: Binance's public one-minute mark-price klines of the COIN-M perpetual (data.binance.vision), as
    kept unchanged in github.com/aaronwu2017/TheGlory, read in November 2026. No minute is missing. Five bars
    were made one here: the highest high, the lowest low and the last close.
    """
    return _price_ranges("binance_mark_five_minutes_october_2025.csv")


def xbtusd_five_minutes_may_2021() -> list[PriceRange]:
    """Return the 288 five-minute bars of 19 May 2021 in BitMEX's XBTUSD perpetual.

    **Last-trade prices** again, while BitMEX liquidates on its mark price, of which no series was found. No
    minute is without trades. The opens are left out, as in `xbtusd_five_minutes_march_2020`.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars, in the copy https://github.com/codler/bitmex-data
    (ISC licence; a second copy agrees in every price), read in November 2026. Five bars were made one here:
    the highest high, the lowest low and the last close.
    """
    return _price_ranges("xbtusd_five_minutes_may_2021.csv")


def bitstamp_hours_may_2021() -> list[PriceRange]:
    """Return the 24 hours of 19 May 2021 in Bitstamp's BTC/USD: spot, beside `xbtusd_five_minutes_may_2021`.

    **Last-trade prices** of one spot market. BitMEX's index had it among others in 2019; whether it did on
    this day was not found. Its hours fit those of XBTUSD without a shift.

    Notes
    -----
    Source: CryptoDataDownload's hourly bars (www.cryptodatadownload.com; its terms hold), in the copy
    github.com/ehsansadi/ImportantFiles, ``Bitstamp_BTCUSD_1h.csv`` at commit c3c8a696, read in November
    2026. A bar carries its start, in UTC; these 24 rows alone are kept, without opens and volumes.
    """
    return _price_ranges("bitstamp_hours_2021-05-19.csv")


def _price_ranges(name: str, money: str = "usd") -> list[PriceRange]:
    return [
        PriceRange(
            start=datetime.fromisoformat(row["start_utc"]),
            high=float(row[f"high_{money}"]),
            low=float(row[f"low_{money}"]),
            close=float(row[f"close_{money}"]),
        )
        for row in _rows(name)
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


@dataclass(frozen=True)
class FundingPayment:
    """One funding of a perpetual.

    Parameters
    ----------
    time : datetime
        When it was paid, UTC.
    funding_rate : float
        Fraction of the coin value; positive where the long paid.
    price : float
        USD per BTC, about the time of the payment.
    """

    time: datetime
    funding_rate: float
    price: float


@dataclass(frozen=True)
class FundingSum:
    """All funding of a stretch of time, added up in the two ways that lesson 11 compares.

    Parameters
    ----------
    start : datetime
        When the stretch began, UTC.
    starting_price : float
        USD per BTC, at or near that time.
    payments : int
        How many payments were added up.
    rate_sum : float
        The sum of the rates, a fraction. It is not a return.
    absolute_rate : float
        BTC for each USD of notional that a long paid: the sum of each rate divided by its own price. So a
        notional N paid exactly N times this, and the sums of several stretches can be added.
    """

    start: datetime
    starting_price: float
    payments: int
    rate_sum: float
    absolute_rate: float


@dataclass(frozen=True)
class FundingMonth(FundingSum):
    """A month of funding, with the payments at which the venue's rate did not answer to the market.

    Parameters
    ----------
    payments_at_interest : int
        How many of the payments were exactly the venue's interest component.
    """

    payments_at_interest: int


@dataclass(frozen=True)
class RateAndPremium:
    """A funding payment, and the premium over the eight hours that ended with it.

    Parameters
    ----------
    time : datetime
        When it was paid, UTC.
    funding_rate : float
        Fraction of the coin value; positive where the long paid.
    premium : float or None
        Fraction of the index, the mean of eight hourly readings; None where a reading is missing.
    """

    time: datetime
    funding_rate: float
    premium: float | None


def xbtusd_funding_march_2020() -> list[FundingPayment]:
    """Return the 93 fundings of BitMEX's XBTUSD perpetual in March 2020, every 8 hours.

    The price is that of the last trade in the minute before the payment. BitMEX pays on its mark price, of
    which no series was found: in the night of 13 March the two were far apart, so coin amounts of those days
    are an estimate. The rates are exact.

    Notes
    -----
    Source: rates from BitMEX's public funding history, in the copy github.com/nearridge/Hehmeyer,
    ``funding_data.csv``; prices from BitMEX's one-minute bars in github.com/codler/bitmex-data (ISC licence).
    Both were read in November 2026. The 8-hour grid is complete.
    """
    return [
        FundingPayment(
            time=datetime.fromisoformat(row["time_utc"]),
            funding_rate=float(row["funding_rate"]),
            price=float(row["price_usd"]),
        )
        for row in _rows("xbtusd_funding_march_2020.csv")
    ]


def xbtusd_premium_and_funding_2020() -> list[RateAndPremium]:
    """Return the 928 fundings of BitMEX's XBTUSD from January to November 2020, each beside a premium.

    The rates are exact. The premium is **not** the one that BitMEX measured: it is the last trade at each
    full hour over Deribit's index at that hour, averaged over the eight hours to the payment. BitMEX reads
    impact prices against its own index every minute. So the figures can tell which eight hours a rate
    follows, and not the rate to its last digit. Two payments have no premium: the first, because the prices
    begin with the year, and that of 27 August at 12:00, because two hours of Deribit's index are missing.

    Notes
    -----
    Source: rates from BitMEX's public funding history and index readings from Deribit's
    (``get_funding_rate_history``), both in the copy github.com/nearridge/Hehmeyer; last trades from BitMEX's
    public hourly bars, in the copy github.com/sxiaojian88/bitmex-xbtusd-history. Read in November 2026, and
    averaged here.
    """
    return [
        RateAndPremium(
            time=datetime.fromisoformat(row["time_utc"]),
            funding_rate=float(row["funding_rate"]),
            premium=float(row["premium"]) if row["premium"] else None,
        )
        for row in _rows("xbtusd_premium_and_funding_2020.csv")
    ]


def deribit_funding_march_2020() -> list[FundingSum]:
    """Return Deribit's BTC-PERPETUAL funding of March 2020, 744 hours added up to 93 stretches of 8 hours.

    Deribit reports funding hour by hour, and the figure at an hour covers the hour that ends there. Each of
    those is divided here by the index one hour earlier, where its hour began, before it is added: so the
    month in coin is that of Deribit's own sum, which no sum of 8-hour rates would give. The month runs from
    1 March 00:00 to 1 April 00:00 UTC. The price is Deribit's index, not a traded price.

    Notes
    -----
    Source: Deribit's public funding-rate history (``get_funding_rate_history``), from the copy in
    github.com/nearridge/Hehmeyer, ``deribit_history.csv``, read in November 2026. Summed so, it agrees to
    less than 1e-6 with a separately published figure for the month (github.com/cryptarbitrage-code).
    """
    return [_funding_sum(row, "starting_index_usd") for row in _rows("deribit_funding_march_2020.csv")]


def binance_inverse_funding_by_month() -> list[FundingMonth]:
    """Return Binance's BTCUSD_PERP funding from January 2023 to June 2024, 1641 payments added up by month.

    Each rate is divided by the perpetual's own price at the payment, the opening price of the candle that
    starts then, before it is added; Binance pays on its mark price, which is close to it. A payment counts as
    one at the interest component if its rate is 0.00010000 in all the digits that Binance gives.

    Notes
    -----
    Source: github.com/AHA-HH/optimising-funding-rate-arbitrage, ``data/all_exchanges.csv`` (MIT licence),
    read in November 2026. Its time stamps are local time in London and were set to UTC; that was checked on
    the linear contract's rates, which agree with a second copy at every payment.
    """
    return [
        FundingMonth(
            **vars(_funding_sum(row, "starting_price_usd")),
            payments_at_interest=int(row["payments_at_interest"]),
        )
        for row in _rows("binance_inverse_funding_by_month.csv")
    ]


@dataclass(frozen=True)
class CarryWeek:
    """Coin and perpetual at one time, and the funding of the week that ended then.

    Parameters
    ----------
    time : datetime
        When the prices were read, UTC.
    spot_price : float
        USDT per BTC.
    inverse_price : float
        USD per BTC, the inverse perpetual.
    linear_price : float
        USDT per BTC, the linear perpetual.
    payments : int
        How many payments came since the row before, each contract the same number.
    rate_sum : float
        The sum of the inverse contract's rates, a fraction.
    absolute_rate : float
        BTC for each USD of notional that a long of the inverse contract paid since the row before.
    linear_funding : float
        USDT for each BTC that a long of the linear contract paid since the row before.
    """

    time: datetime
    spot_price: float
    inverse_price: float
    linear_price: float
    payments: int
    rate_sum: float
    absolute_rate: float
    linear_funding: float


def binance_carry_by_week() -> list[CarryWeek]:
    """Return spot, BTCUSD_PERP and BTCUSDT at Binance every Sunday from January 2023 to June 2024.

    The 1641 payments are those of `binance_inverse_funding_by_month`, added up week by week: each with its
    own price, the opening price of the candle that starts then. The first row has no payment yet; the
    payment of a row's own instant counts in the next row. The last row, one day after the 78th week, is
    1 July 2024, 00:00 UTC. **The spot is in USDT.** On 12 March 2023, when another stablecoin had fallen, the
    inverse perpetual stood 0.8 % above it: that is the price of a USDT in dollars, more than a premium.

    Notes
    -----
    Source: github.com/AHA-HH/optimising-funding-rate-arbitrage, ``data/all_exchanges.csv`` (MIT licence),
    read in November 2026; its London time stamps were set to UTC.
    """
    return [
        CarryWeek(
            time=datetime.fromisoformat(row["time_utc"].replace("Z", "+00:00")),
            spot_price=float(row["spot_usdt"]),
            inverse_price=float(row["inverse_usd"]),
            linear_price=float(row["linear_usdt"]),
            payments=int(row["payments"]),
            rate_sum=float(row["inverse_rate_sum"]),
            absolute_rate=float(row["inverse_funding_btc_per_usd"]),
            linear_funding=float(row["linear_funding_usdt_per_btc"]),
        )
        for row in _rows("binance_carry_by_week.csv")
    ]


@dataclass(frozen=True)
class ReportedFunding:
    """What a venue says a perpetual's funding came to in a month, in coin.

    Parameters
    ----------
    start : date
        The first day of the month.
    starting_price : float
        USD per BTC, of the perpetual, at 08:00 UTC on that day.
    coin_return : float
        Coins that a long paid in the month, as a fraction of the coins that the position was worth when it
        began. Negative where the short paid.
    """

    start: date
    starting_price: float
    coin_return: float


def deribit_funding_2022() -> list[ReportedFunding]:
    """Return Deribit's monthly funding of BTC-PERPETUAL in 2022, each beside a price at the month's start.

    Deribit divides by its index at midnight, of which no series was found for that year. The price is that
    of the perpetual eight hours later. So coins that are reckoned from both are off by as much as the price
    moved in between, a few percent of a small number.

    Notes
    -----
    Source: the fractions from github.com/cryptarbitrage-code/deribit-perpetual-funding (commit 63a5a58, no
    licence is stated; 21 other months of it were re-derived from the hourly history, these were not), the
    prices from github.com/TTienomy/PINN (commit f899abb), daily sessions. Read in November 2026.
    """
    return [
        ReportedFunding(
            start=date.fromisoformat(f"{row['month']}-01"),
            starting_price=float(row["perpetual_at_8_utc_usd"]),
            coin_return=float(row["funding_fraction"]),
        )
        for row in _rows("deribit_funding_2022.csv")
    ]


@dataclass(frozen=True)
class FundingDay:
    """A day of funding every eight hours, and where the coin and the perpetual stood when it ended.

    Parameters
    ----------
    day : date
        UTC.
    coin_price, perpetual_price : float
        USD per BTC, the last of the day.
    mean_rate : float
        The mean of the day's three funding rates; negative where the short paid.
    """

    day: date
    coin_price: float
    perpetual_price: float
    mean_rate: float


def xbtusd_ftx_week() -> list[FundingDay]:
    """Return ten days of BitMEX's XBTUSD around FTX's failure, 5 to 14 November 2022, beside Coinbase's coin.

    Of a day's three payments only the mean is known, and not the price that each was paid at: coins that are
    reckoned at the day's close are an estimate.

    Notes
    -----
    Source: github.com/oscarmenatex/tramitago-quant-core (commit 7b8f969, no licence is stated), a research
    table made from BitMEX's and Coinbase's public data, read in November 2026. The perpetual's closes equal
    those of BitMEX's hourly bars, and three times a mean is a whole number of millionths, as rates are.
    """
    return [
        FundingDay(
            day=date.fromisoformat(row["date_utc"]),
            coin_price=float(row["coinbase_close_usd"]),
            perpetual_price=float(row["xbtusd_close_usd"]),
            mean_rate=float(row["mean_funding_rate"]),
        )
        for row in _rows("xbtusd_ftx_week.csv")
    ]


def _funding_sum(row: dict[str, str], price_column: str) -> FundingSum:
    return FundingSum(
        start=datetime.fromisoformat(row["start_utc"]),
        starting_price=float(row[price_column]),
        payments=int(row["payments"]),
        rate_sum=float(row["funding_rate_sum"]),
        absolute_rate=float(row["funding_btc_per_usd"]),
    )


@dataclass(frozen=True)
class Quarter:
    """What a price did in a quarter of a year.

    Parameters
    ----------
    start : date
        Its first day.
    start_price, high, close : float
        USD per BTC: the last trade before the quarter, the highest and the last one in it.
    day_of_high : date
        On which day, in UTC, the highest trade was made.
    """

    start: date
    start_price: float
    high: float
    day_of_high: date
    close: float


def xbtusd_quarters() -> list[Quarter]:
    """Return the 20 quarters from July 2016 to June 2021 in BitMEX's XBTUSD perpetual, days in UTC.

    **Last-trade prices**, while BitMEX liquidates on its mark price, of which no series was found; and of the
    perpetual, not of the dated futures of the time, which stood above or below it.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars, in the copy https://github.com/codler/bitmex-data
    (ISC licence; from January 2020 on a second copy agrees), read in November 2026 and summed up here.
    """
    return [
        Quarter(
            start=date.fromisoformat(row["quarter_start_utc"]),
            start_price=float(row["start_usd"]),
            high=float(row["high_usd"]),
            day_of_high=date.fromisoformat(row["high_date_utc"]),
            close=float(row["close_usd"]),
        )
        for row in _rows("xbtusd_quarters.csv")
    ]


@dataclass(frozen=True)
class FutureReading:
    """A dated future and its index, read at almost the same time.

    Parameters
    ----------
    time : datetime
        When they were read, UTC.
    instrument : str
        The venue's name of the future, with its expiry: ``BTC-26JUN26``.
    expiry : datetime
        When it expires, UTC.
    index_price, futures_price : float
        USD per BTC. The second is the future's mark price, not a trade.
    """

    time: datetime
    instrument: str
    expiry: datetime
    index_price: float
    futures_price: float

    @property
    def years_left(self) -> float:
        """The time to expiry in years of 365 days."""
        return (self.expiry - self.time) / timedelta(days=365)


def deribit_quarterly_futures_2026() -> list[FutureReading]:
    """Return three of Deribit's inverse bitcoin futures, read every Thursday from January to August 2026.

    Contract by contract and oldest first: BTC-27MAR26 and BTC-26JUN26 to the Thursday before their expiry on
    Friday at 08:00 UTC, and BTC-25SEP26 from the Thursday on which the June future was rolled. Index and mark
    price of a row were not read at the same instant: within one snapshot index readings differ by up to
    0.16 %. So a basis of one or two tenths of a percent is noise, and in the last days of a future it is
    nothing else. The time of day varies, mostly between 15:30 and 18:30 UTC.

    Notes
    -----
    Source: index and futures prices in daily snapshots of Deribit's options, in the copy
    github.com/znmahbub/SVCJ-Deribit-Inverse-Options-Pricer, ``data/deribit_options_snapshot_*.csv``, read in
    November 2026. One source; the marks of January 2026 lie within 0.01 % on average of traded candles.
    """
    return _readings("deribit_quarterly_futures_2026.csv")


def deribit_curves_2026() -> list[FutureReading]:
    """Return all of Deribit's inverse bitcoin futures on two days: 16 January and 5 February 2026.

    Seven futures on each day, at 15:33 and 15:51 UTC, the nearest expiry first. On the second day bitcoin
    stood 8 % lower than 24 hours earlier. As in `deribit_quarterly_futures_2026`, index and mark price were
    not read at the same instant: a basis of one or two tenths of a percent is noise.

    Notes
    -----
    Source: as `deribit_quarterly_futures_2026`, in two of its snapshots.
    """
    return _readings("deribit_curves_2026.csv")


def _readings(name: str) -> list[FutureReading]:
    return [
        FutureReading(
            time=datetime.fromisoformat(row["time_utc"]),
            instrument=row["instrument"],
            expiry=datetime.fromisoformat(row["expiry_utc"]),
            index_price=float(row["index_usd"]),
            futures_price=float(row["future_mark_usd"]),
        )
        for row in _rows(name)
    ]


@dataclass(frozen=True)
class QuotedFuture(FutureReading):
    """A dated future as a page of many venues lists it.

    Parameters
    ----------
    venue : str
    margined_in : str
        ``"coin"``, or ``"stablecoin"`` for a linear future.
    annualised_percent : float
        The annualised basis that the page prints beside it, in percent.
    """

    venue: str
    margined_in: str
    annualised_percent: float


def coinalyze_futures_2025() -> list[QuotedFuture]:
    """Return 13 bitcoin futures of six venues on 16 February 2025, with three expiries in common.

    They expire on 21 February, 28 February and 28 March 2025, by the venue's own hour: the page gives the
    time that is left to the hour, and the hour of the page, 20:00 UTC, was read from it. All stand beside one
    price of a coin, an average of several markets. What the page calls the price of a future is most likely
    its last trade; in a contract that trades little it can be hours old.

    Notes
    -----
    Source: a copy of https://coinalyze.net/bitcoin/basis/ , read in November 2026. The annualised basis
    follows from the prices and the time that is left, to 0.7 % of itself.
    """
    return [
        QuotedFuture(
            time=datetime(2025, 2, 16, 20, tzinfo=UTC),
            instrument=row["contract"],
            expiry=datetime.fromisoformat(row["expiry_utc"]),
            index_price=96_939.94,
            futures_price=float(row["future_usd"]),
            venue=row["venue"],
            margined_in=row["margined_in"],
            annualised_percent=float(row["annualised_percent"]),
        )
        for row in _rows("coinalyze_futures_2025-02-16.csv")
    ]


@dataclass(frozen=True)
class LiquidationCount:
    """How many positions of one size were liquidated within a time.

    Parameters
    ----------
    days : int
        How long each was watched.
    side, leverage : int
    starts : int
        Positions that were opened, one at the full hour of each hour that leaves enough of the record. Their
        times overlap, so they are far fewer cases than that.
    liquidated : int
        Those among them whose liquidation price was touched by an hour's lowest or highest trade.
    windows, windows_liquidated : int
        The same for times that do not overlap, the first at the beginning of the record.
    """

    days: int
    side: int
    leverage: int
    starts: int
    liquidated: int
    windows: int
    windows_liquidated: int


XBTUSD_VOLATILITY, XBTUSD_DRIFT = 0.7435, 0.6851
"""Per √year and per year: of the hours that the counts are of. μ is ν + σ²/2, with a mean ν of log returns of
0.4088 a year."""


def xbtusd_liquidations() -> list[LiquidationCount]:
    """Return how often an XBTUSD position would have been liquidated, from January 2020 to July 2023.

    Opened at the hour's open, which is the previous hour's close, with a maintenance margin of 0.5 percent of
    the entry value, and without funding. By last trades, while BitMEX liquidates on its mark price: in the
    falls of March 2020 and of other days the trades went farther than the mark did.

    Notes
    -----
    Source: counted here from BitMEX's hourly bars of XBTUSD, 30,799 hours from 2020-01-01 00:00 to 2023-07-07
    06:00 UTC, in the copy github.com/sxiaojian88/bitmex-xbtusd-history, ``data/1h/``, read in November 2026.
    """
    return [
        LiquidationCount(**{name: int(count) for name, count in row.items()})
        for row in _rows("xbtusd_liquidations.csv")
    ]


@dataclass(frozen=True)
class TradedDay:
    """A day in a perpetual: its last trade, and the funding that was paid within it.

    Parameters
    ----------
    day : date
        From 00:00 to 24:00 UTC.
    close : float
        USD per BTC, the last trade of the day.
    rate_sum : float
        The sum of the day's funding rates, a fraction. It is not a return.
    absolute_rate : float
        BTC for each USD of notional that a long paid in the day: each rate divided by its own price, summed.
    """

    day: date
    close: float
    rate_sum: float
    absolute_rate: float


def xbtusd_days() -> list[TradedDay]:
    """Return the 1636 days from 14 May 2016 to 4 November 2020 in BitMEX's XBTUSD, with their funding.

    **Last trades**, not the mark price that BitMEX liquidates on, and nothing of what happened within a day.
    Before 13 May 2016 the contract of this name was not an inverse one; the funding that we found ends in
    November 2020. Until 3 June 2016 it was paid once a day, at 12:00 UTC, twice on the day after, and then
    three times, at 04:00, 12:00 and 20:00. In that summer 20 rates lie beyond the later limit of ±0.375 %.
    The price of a payment is the last trade in the minute before it; BitMEX pays on its mark price.

    Notes
    -----
    Source: BitMEX's one-minute bars, in the copy https://github.com/codler/bitmex-data (ISC licence), and its
    public funding history, in the copy github.com/nearridge/Hehmeyer, ``funding_data.csv``. Both were read in
    November 2026, and taken together by day here, with six digits of the funding.
    """
    satoshi, percent = 1e-8, 0.01
    return [
        TradedDay(
            day=date.fromisoformat(row["date_utc"]),
            close=float(row["close_usd"]),
            rate_sum=percent * float(row["funding_percent"]),
            absolute_rate=satoshi * float(row["funding_satoshi_per_usd"]),
        )
        for row in _rows("xbtusd_days_2016_2020.csv")
    ]


@dataclass(frozen=True)
class QuantLibPrice:
    """A perpetual that QuantLib has priced.

    Parameters
    ----------
    contract_type, funding : str
        As in `perpetual.fair_price`.
    payments_per_year : int or None
        None if the funding is continuous.
    price : float
        USD per BTC; the spot.
    dollar_rate, coin_rate, funding_intensity : float
        Per year.
    yearly_interest : float
        Per year; paid by the holder of the settled price, which is the long of a linear and the short of an
        inverse contract.
    perpetual_price : float
        USD per BTC, as QuantLib computed it.
    """

    contract_type: str
    funding: str
    payments_per_year: int | None
    price: float
    dollar_rate: float
    coin_rate: float
    funding_intensity: float
    yearly_interest: float
    perpetual_price: float


def quantlib_perpetuals() -> list[QuantLibPrice]:
    """Return 18 perpetuals priced by QuantLib, which the course itself does not need.

    Continuous funding is a numerical integral in QuantLib: those prices are right to about 1e-6 of the
    settled price, and where that is a small multiple of the spot the relative error is far larger. Discrete
    funding is summed, and closed by a tail that is a little off where the sum hardly converges.

    Notes
    -----
    Source: QuantLib 1.44, ``PerpetualFutures`` with ``DiscountingPerpetualFuturesEngine``, run in November
    2026. A unit test runs it again and compares every row.
    """
    return [
        QuantLibPrice(
            contract_type=row["contract_type"],
            funding=row["funding"],
            payments_per_year=int(row["payments_per_year"]) if row["payments_per_year"] else None,
            price=float(row["price_usd"]),
            dollar_rate=float(row["dollar_rate"]),
            coin_rate=float(row["coin_rate"]),
            funding_intensity=float(row["intensity_per_year"]),
            yearly_interest=float(row["interest_per_year"]),
            perpetual_price=float(row["quantlib_price_usd"]),
        )
        for row in _rows("quantlib_perpetuals.csv")
    ]


# --- an order book --------------------------------------------------------------------------------

CONTRACT_OF_BTCUSD_PERP = 100
"""USD in one contract of Binance's coin-margined perpetual."""

BASIS_POINT = 1e-4


@dataclass(frozen=True)
class ListedBook:
    """An order book as it was listed: for `order_book.OrderBook`.

    Parameters
    ----------
    bids, asks : list of (price in USD per BTC, size in USD)
        The best price first.
    """

    bids: list[tuple[float, int]]
    asks: list[tuple[float, int]]


def book_of_9_august_2024() -> ListedBook:
    """Return the order book of Binance's coin-margined BTCUSD_PERP at midnight (UTC) of 9 August 2024.

    Every level within 25 basis points of the middle: 263 bids and 254 asks, sizes in USD. It is a calm night,
    four days after a crash, and one moment of it. Beyond its last levels the table says nothing, not that
    there is nothing; and orders that a venue hides are not in it.

    Notes
    -----
    Source: the feed that comes with hftbacktest, https://github.com/nkaz001/hftbacktest, MIT licence,
    ``examples/cm/btcusd_perp_20240808.gz`` and ``…09.gz`` at commit 5f3ec40, read in November
    2026: a snapshot and the changes that follow it, from which the book was rebuilt. No change is missing,
    the rebuilt book is never crossed, and its best quotes are those of the venue in all 1,885 messages in
    which both can be seen.
    """
    sides: dict[str, list[tuple[float, int]]] = {"bid": [], "ask": []}
    for row in _rows("coinm_book_2024-08-09.csv"):
        size = CONTRACT_OF_BTCUSD_PERP * int(row["contracts"])
        sides[row["side"]].append((float(row["price_usd"]), size))
    return ListedBook(bids=sides["bid"], asks=sides["ask"])


@dataclass(frozen=True)
class SweptBook:
    """A market order beside the book that was last seen before it.

    Parameters
    ----------
    time : datetime
        By the venue's clock, UTC.
    side : int
        +1 for an order that bought, −1 for one that sold.
    mid_price : float
        The middle of the book before it, USD per BTC.
    offered, filled : list of (price in USD per BTC, size in USD)
        What stood at each level some milliseconds before, and what was traded there. Levels with nothing of
        it are left out.
    """

    time: datetime
    side: int
    mid_price: float
    offered: list[tuple[float, int]]
    filled: list[tuple[float, int]]


def sweeps_of_august_2024() -> list[SweptBook]:
    """Return five market orders in BTCUSD_PERP of the night to 9 August 2024, in the order of time.

    For four of them trades and book agree at every level. The fifth, the largest of the sample, met a book
    that had changed in the 15 milliseconds since the last message. Trades carry no order's number: what was
    traded on one side in one millisecond is taken as one order.

    Notes
    -----
    Source: as `book_of_9_august_2024`.
    """
    orders: dict[str, SweptBook] = {}
    for row in _rows("coinm_sweeps_2024-08-09.csv"):
        order = orders.setdefault(
            row["time_utc"],
            SweptBook(
                time=datetime.fromisoformat(row["time_utc"].replace("Z", "+00:00")),
                side=1 if row["side"] == "buy" else -1,
                mid_price=float(row["mid_before_usd"]),
                offered=[],
                filled=[],
            ),
        )
        for levels, contracts in (
            (order.offered, int(row["contracts_offered"])),
            (order.filled, int(row["contracts_filled"])),
        ):
            if contracts:
                levels.append((float(row["price_usd"]), CONTRACT_OF_BTCUSD_PERP * contracts))
    return sorted(orders.values(), key=lambda order: order.time)


@dataclass(frozen=True)
class OrderCost:
    """What a market order of one size would have cost, on average over a sample of books.

    Parameters
    ----------
    side : int
        +1 for an order that buys, −1 for one that sells.
    notional : float
        USD.
    average_cost, last_distance : float
        How far from the middle it is filled on average, and its last dollar: fractions, means over the books.
    """

    side: int
    notional: float
    average_cost: float
    last_distance: float


def order_costs_of_august_2024() -> list[OrderCost]:
    """Return what orders of 10,000 to 10 million USD would have cost in BTCUSD_PERP, bought and sold.

    Means over 647 books, one a second from 23:54:18 of 8 August 2024 to 00:05:04 (UTC). It is what the books
    show: that an order of such a size would have met the same book is an assumption.

    Notes
    -----
    Source: derived from the feed of `book_of_9_august_2024`.
    """
    return [
        OrderCost(
            side=1 if row["side"] == "buy" else -1,
            notional=float(row["order_usd"]),
            average_cost=BASIS_POINT * float(row["average_cost_mean_bps"]),
            last_distance=BASIS_POINT * float(row["last_level_mean_bps"]),
        )
        for row in _rows("coinm_cost_of_orders_2024-08-09.csv")
    ]


@dataclass(frozen=True)
class TakenLevels:
    """All market orders of a sample that took from so many levels of the book.

    Parameters
    ----------
    levels, orders : int
    notional : float
        USD of all of them together.
    average_cost : float
        How far from the middle they were filled, a fraction; each order weighs as its dollars do.
    """

    levels: int
    orders: int
    notional: float
    average_cost: float


def takers_of_august_2024() -> list[TakenLevels]:
    """Return the 1,835 market orders of eleven minutes in BTCUSD_PERP, by the number of levels they took.

    From 23:54:17 of 8 August 2024 to 00:05:05 (UTC); 18.2 million USD. The middle is that of the best quotes
    last seen strictly before the order's millisecond, which matters: quotes of the same millisecond may be
    the order's own doing. One order is 36 % of all that was paid, see the row of 65 levels.

    Notes
    -----
    Source: derived from the feed of `book_of_9_august_2024`.
    """
    return [
        TakenLevels(
            levels=int(row["price_levels"]),
            orders=int(row["orders"]),
            notional=float(row["notional_usd"]),
            average_cost=BASIS_POINT * float(row["average_cost_bps"]),
        )
        for row in _rows("coinm_takers_2024-08-09.csv")
    ]


@dataclass(frozen=True)
class OptionStrike:
    """The call and the put of one strike and expiry, on one coin, at one moment.

    Parameters
    ----------
    time, expiry : datetime
        When the quotes were read and when the options expire, UTC.
    futures_price, strike : float
        USD per BTC.
    call_bid, call_ask, put_bid, put_ask : float or None
        BTC; None where nobody bids or asks.
    mark_volatility : float
        Per √year: what Deribit marks both options with.
    call_delta : float
        BTC: Deribit's delta of the call, which is Black's.
    """

    time: datetime
    expiry: datetime
    futures_price: float
    strike: float
    call_bid: float | None
    call_ask: float | None
    put_bid: float | None
    put_ask: float | None
    mark_volatility: float
    call_delta: float

    @property
    def time_to_expiry(self) -> float:
        """Years of 365 days, as Deribit counts."""
        return (self.expiry - self.time) / timedelta(days=365)


def deribit_option_quotes_2026() -> list[OptionStrike]:
    """Return 336 strikes of Deribit's bitcoin options on three days of 2026, five expiries each.

    Before the fall (16 January, 03:56 UTC), in it (5 February, 21:29) and after it (8 August, 09:48). Some
    far expiries have no future of their own, and their price is Deribit's synthetic one. The rows of a day
    were read within seconds, in the fall while the index moved by half a percent.

    Notes
    -----
    Source: Deribit's public quotes, in the snapshots of
    https://github.com/znmahbub/SVCJ-Deribit-Inverse-Options-Pricer (commit 516b0cb; no licence is stated, the
    prices are Deribit's published facts), read in November 2026. Put–call parity lies within the quotes of
    all 289 strikes that have four of them.
    """

    def coins(text: str) -> float | None:
        return float(text) if text else None

    return [
        OptionStrike(
            time=datetime.fromisoformat(row["time_utc"]),
            expiry=datetime.fromisoformat(row["expiry_utc"]),
            futures_price=float(row["future_usd"]),
            strike=float(row["strike_usd"]),
            call_bid=coins(row["call_bid_btc"]),
            call_ask=coins(row["call_ask_btc"]),
            put_bid=coins(row["put_bid_btc"]),
            put_ask=coins(row["put_ask_btc"]),
            mark_volatility=float(row["mark_volatility"]),
            call_delta=float(row["call_delta"]),
        )
        for row in _rows("deribit_option_quotes_2026.csv")
    ]


DERIBIT_INDEX_BEFORE_THE_FALL, DERIBIT_INDEX_IN_THE_FALL = 95_338.19, 63_858.34
"""USD per BTC: Deribit's index in the first two snapshots of `deribit_option_quotes_2026`."""


@dataclass(frozen=True)
class VolatilityReading:
    """What options of about a month say of the volatility, on one day.

    Parameters
    ----------
    time : datetime
        UTC.
    index_price : float
        USD per BTC.
    at_the_money_volatility : float
        Per √year: implied, of the listed expiry nearest 30 days, at its future's price.
    risk_reversal : float
        Per √year: the implied volatility of the call with a delta of 0.25 less that of the put with −0.25.
    """

    time: datetime
    index_price: float
    at_the_money_volatility: float
    risk_reversal: float


def deribit_implied_volatility_2026() -> list[VolatilityReading]:
    """Return the 236 days from 30 December 2025 to 22 August 2026, most of them read near 16:00 UTC.

    Notes
    -----
    Source: as `deribit_option_quotes_2026`, one of its 931 snapshots a day; both volatilities are
    interpolated between Deribit's marks.
    """
    return [
        VolatilityReading(
            time=datetime.fromisoformat(row["time_utc"]),
            index_price=float(row["index_usd"]),
            at_the_money_volatility=float(row["at_the_money_volatility"]),
            risk_reversal=float(row["risk_reversal"]),
        )
        for row in _rows("deribit_implied_volatility_2026.csv")
    ]


@dataclass(frozen=True)
class QuantLibOption:
    """An option that QuantLib has priced in three ways.

    Parameters
    ----------
    option : str
        ``"call"`` or ``"put"``.
    futures_price, strike : float
        USD per BTC.
    volatility : float
        Per √year.
    time_to_expiry : float
        Years.
    coin_rate : float
        Per year.
    price_over_the_future : float
        Coins: Black's dollars over the future.
    price_as_dollars_options : float
        Coins: K of the other options on the dollar, struck at 1/K with the forward 1/F.
    premium_adjusted_delta : float
        Coins: the delta of a currency desk that pays its premium in the foreign currency.
    """

    option: str
    futures_price: float
    strike: float
    volatility: float
    time_to_expiry: float
    coin_rate: float
    price_over_the_future: float
    price_as_dollars_options: float
    premium_adjusted_delta: float


def quantlib_options() -> list[QuantLibOption]:
    """Return 20 options priced by QuantLib, which the course itself does not need.

    Notes
    -----
    Source: QuantLib 1.44, ``blackFormula`` and ``BlackDeltaCalculator``, run in November 2026. A unit test
    runs it again and compares every row.
    """
    return [
        QuantLibOption(
            option=row["option"],
            futures_price=float(row["future_usd"]),
            strike=float(row["strike_usd"]),
            volatility=float(row["volatility"]),
            time_to_expiry=float(row["time_to_expiry_years"]),
            coin_rate=float(row["coin_rate"]),
            price_over_the_future=float(row["price_over_the_future"]),
            price_as_dollars_options=float(row["price_as_dollars_options"]),
            premium_adjusted_delta=float(row["premium_adjusted_delta"]),
        )
        for row in _rows("quantlib_options.csv")
    ]


# --- a power perpetual ----------------------------------------------------------------------------

SQUEETH_INTENSITY = 365 / 17.5
SQUEETH_RATIOS = (0.8, 1.4)
SQUEETH_COLLATERAL_RATIO = 1.5
SQUEETH_UNIT = 1 / 10_000
"""Of Opyn's Squeeth: κ per year, since mark over index is paid in 420 hours; the bounds of that ratio; the
least collateral over the debt of a short; and how many squares of the price one oSQTH is on at the factor 1.

Source: opynfinance/squeeth-monorepo, ``packages/hardhat/contracts/core/Controller.sol`` (``FUNDING_PERIOD``,
``LOWER_MARK_RATIO``, ``UPPER_MARK_RATIO``) at commit e69bccdb, and ``contracts/libs/VaultLib.sol``
(``CR_NUMERATOR``); copies read in November 2026.
"""


@dataclass(frozen=True)
class SqueethDay:
    """The last reading of a day in Squeeth's first quarter.

    Parameters
    ----------
    time : datetime
        UTC.
    ether_price : float
        USD for one ether.
    normalisation_factor : float
    mark_ratio : float
        Mark over index at that moment.
    """

    time: datetime
    ether_price: float
    normalisation_factor: float
    mark_ratio: float


def squeeth_first_quarter() -> list[SqueethDay]:
    """Return 88 days of Opyn's Squeeth, from 11 January to 8 April 2022.

    The source's first reading is 0.999701, on 11 January at 07:00: Squeeth had just begun. A day's last
    reading is that of 23:00 on 63 days; on the other 25 hours are missing, and it is an earlier one.

    Notes
    -----
    Source: one row a day of the hourly rows in github.com/rohansanjay/squeeth-analytics,
    ``padelis/data/norm_factor.pickle`` at commit 460385499ec7 (MIT licence), read in November 2026. Of the
    2,096 hours 408 are missing, in 244 gaps.
    """
    return [
        SqueethDay(
            time=datetime.fromisoformat(row["time_utc"]),
            ether_price=float(row["eth_usd"]),
            normalisation_factor=float(row["normalisation_factor"]),
            mark_ratio=float(row["last_mark_over_index"]),
        )
        for row in _rows("squeeth_first_quarter_2022.csv")
    ]


@dataclass(frozen=True)
class SqueethUpdate:
    """An update of Squeeth's normalisation factor, as it was written on the chain.

    Parameters
    ----------
    time : datetime
        UTC, to the minute.
    seconds : int
        Since the update before.
    factor_before, factor_after : float
    mean_mark_ratio : float
        Mark over index, averaged over the time since the update before: made here from the prices of each
        minute, in place of the contract's own time-weighted averages of two pools.
    """

    time: datetime
    seconds: int
    factor_before: float
    factor_after: float
    mean_mark_ratio: float


def squeeth_updates_2023() -> list[SqueethUpdate]:
    """Return the 26 updates of 14 to 17 August 2023, nineteen months after Squeeth began.

    Notes
    -----
    Source: github.com/zelos-alpha/demeter, ``tests/data/ethereum-squeeth-controller-2023-08-14.minute.csv``
    and those of the next three days, at commit 737d4360e466 (MIT licence), read in November 2026. The rule,
    with the mean ratio, meets each factor to 1.2e-5 of itself, and all but one to 3.4e-6.
    """
    return [
        SqueethUpdate(
            time=datetime.fromisoformat(row["time_utc"]),
            seconds=int(row["seconds"]),
            factor_before=float(row["factor_before"]),
            factor_after=float(row["factor_after"]),
            mean_mark_ratio=float(row["mean_mark_over_index"]),
        )
        for row in _rows("squeeth_updates_august_2023.csv")
    ]


# --- post-mortems ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class TradedMinute:
    """What was traded in a minute.

    Parameters
    ----------
    start : datetime
        When it began, UTC.
    volume_in_dollars : float
        USD.
    """

    start: datetime
    volume_in_dollars: float


def quiet_minutes_of_13_march_2020() -> list[TradedMinute]:
    """Return the 94 minutes of 13 March 2020 in which less than 1,000,000 USD were traded in XBTUSD.

    The other 1,346 minutes of the day are left out: in each of them more was traded. Most of those that are
    here lie in two silences, in which BitMEX was out of service.

    Notes
    -----
    Source: BitMEX public trade data in one-minute bars, in the copy https://github.com/codler/bitmex-data
    (ISC licence; a second copy agrees), read in November 2026. A minute carries its start.
    """
    return [
        TradedMinute(datetime.fromisoformat(row["minute_start_utc"]), float(row["volume_usd"]))
        for row in _rows("xbtusd_quiet_minutes_2020-03-13.csv")
    ]


MARK_AT_MIDNIGHT_OF_10_OCTOBER_2025 = 121_662
"""USD per BTC: the mark price of Binance's BTCUSD_PERP when 10 October 2025 began, UTC."""
LAST_TRADE_OF_18_MAY_2021 = 42_854.5
LAST_TRADE_OF_2_DECEMBER_2021 = 56_508
"""USD per BTC: the last trades in XBTUSD before 19 May and before 3 December 2021, 00:00 UTC."""


def binance_mark_minutes_october_2025() -> list[PriceRange]:
    """Return the 60 minutes from 20:45 UTC of 10 October 2025 of Binance's BTCUSD_PERP **mark price**.

    Notes
    -----
    Source: as `binance_mark_five_minutes_october_2025`, minute by minute. `downloads.BINANCE_MARK_MINUTES`
    brings the whole day.
    """
    return _price_ranges("binance_mark_minutes_2025-10-10.csv")


def binance_linear_mark_five_minutes_october_2025() -> list[PriceRange]:
    """Return the 108 five-minute bars from 15:00 UTC of 10 October 2025 of Binance's *linear* BTCUSDT mark.

    **In USDT per BTC**: beside a price in USD it also tells what a USDT was worth.

    Notes
    -----
    Source: Binance's public five-minute mark-price klines (data.binance.vision), as kept unchanged in
    github.com/aaronwu2017/TheGlory, read in November 2026.
    """
    return _price_ranges("binance_linear_mark_five_minutes_2025-10-10.csv", "usdt")


@dataclass(frozen=True)
class DepthBand:
    """What a public file says of an order book out to a distance from its middle.

    Parameters
    ----------
    time : datetime
        UTC.
    band : int
        Percent from the middle: below 0 the bids, above 0 the asks, each from the middle out to it.
    coins : float
        BTC that rest there.
    average_price : float
        USDT per BTC: of these coins.
    """

    time: datetime
    band: int
    coins: float
    average_price: float


def binance_linear_depth_october_2025() -> list[DepthBand]:
    """Return 30 rows of Binance's public depth file of BTCUSDT, 10 October 2025: **a broken record**.

    Five moments, six bands each. From 15:30 UTC at the latest a bid of some 17.65 BTC at 121,363 USDT never
    leaves the file, while the market trades far below. The middle that the bands are measured from contains
    it. It is here to be found out, and not to measure depth with.

    Notes
    -----
    Source: Binance's ``BTCUSDT-bookDepth-2025-10-10`` as kept in github.com/aaronwu2017/TheGlory at commit
    929fd9c, ``analysis/timeline``, read in November 2026. That copy has a column more than the venue's file
    and a blank in one time stamp.
    """
    return [
        DepthBand(
            time=datetime.fromisoformat(row["time_utc"]),
            band=int(row["band_percent"]),
            coins=float(row["depth_btc"]),
            average_price=float(row["average_price_usdt"]),
        )
        for row in _rows("binance_linear_depth_bands_2025-10-10.csv")
    ]


@dataclass(frozen=True)
class InterestDay:
    """Open interest and the running funding rate of a day.

    Parameters
    ----------
    day : date
        In UTC.
    open, high, low, close : float
        USD of open contracts: at the day's beginning, most, least, at its end.
    lowest_rate, highest_rate : float
        Fractions for 8 hours: the running rate's extremes, not settled payments.
    """

    day: date
    open: float
    high: float
    low: float
    close: float
    lowest_rate: float
    highest_rate: float


def binance_open_interest_october_2025() -> list[InterestDay]:
    """Return ten days of open interest in Binance's BTCUSD_PERP, from 6 to 15 October 2025.

    Days only: at which minute the contracts were closed it does not say, nor how many of them by force.

    Notes
    -----
    Source: Coinalyze (its terms hold), in github.com/smoothbrainquant/trading-for-new-dads, read in November
    2026. One source. The file's funding is in percent, which its column multiplies once too often; here it is
    a fraction.
    """
    return [
        InterestDay(
            day=date.fromisoformat(row["date_utc"]),
            open=float(row["open_usd"]),
            high=float(row["high_usd"]),
            low=float(row["low_usd"]),
            close=float(row["close_usd"]),
            lowest_rate=float(row["lowest_funding_rate"]),
            highest_rate=float(row["highest_funding_rate"]),
        )
        for row in _rows("binance_open_interest_october_2025.csv")
    ]


def xbtusd_hours_december_2021() -> list[TradedRange]:
    """Return the 48 hours of 3 and 4 December 2021 in BitMEX's XBTUSD: a crash that no lesson tells.

    **Last-trade prices**, while BitMEX liquidates on its mark price. Hours only.

    Notes
    -----
    Source: BitMEX's public hourly bars, in the copy github.com/sxiaojian88/bitmex-xbtusd-history,
    ``data/1h/``, read in November 2026.
    """
    return [
        TradedRange(**vars(bar), volume_in_dollars=float(row["volume_usd"]))
        for bar, row in zip(
            _price_ranges("xbtusd_hours_december_2021.csv"),
            _rows("xbtusd_hours_december_2021.csv"),
            strict=True,
        )
    ]


def damaged_hours_december_2021() -> list[TradedRange]:
    """Return `xbtusd_hours_december_2021` as a careless copy might hold them: **damaged by us, to practise**.

    Something is wrong with its clock, some rows are missing, and somewhere the price stands still.
    """
    clock, lost, first_still, last_still = timedelta(hours=-5), range(14, 17), 36, 41
    kept: list[TradedRange] = []
    for place, bar in enumerate(xbtusd_hours_december_2021()):
        if place in lost:
            continue
        if first_still <= place < last_still:
            last = kept[-1].close
            bar = replace(bar, high=last, low=last, close=last)
        kept.append(replace(bar, start=bar.start + clock))
    return kept


@dataclass(frozen=True)
class CrashByMinute:
    """What the full minutes of a crash measure, for whoever has not downloaded them.

    Parameters
    ----------
    crash, record : str
        Which days, and which price of which contract.
    opening_price : float
        USD per BTC when the first minute began.
    peak_to_trough : float
        A fraction, of the highest high and a later low.
    minutes : int
        From the one to the other.
    worst_minute, worst_quarter, worst_hour : float
        Fractions: from the close before to the lowest low.
    worst_hour_by_closes : float
        A fraction: from the close before to the last close.
    volatility : float
        Per √year, of the closes.
    """

    crash: str
    record: str
    opening_price: float
    peak_to_trough: float
    minutes: int
    worst_minute: float
    worst_quarter: float
    worst_hour: float
    worst_hour_by_closes: float
    volatility: float


def crashes_by_minute() -> list[CrashByMinute]:
    """Return what the minutes of March 2020 (two days), May 2021 and October 2025 (one day each) measure.

    Notes
    -----
    Source: measured by `post_mortem` on the minutes behind `xbtusd_five_minutes_march_2020`,
    `xbtusd_five_minutes_may_2021` and `binance_mark_five_minutes_october_2025`, which
    `downloads.BITMEX_MINUTES` and `downloads.BINANCE_MARK_MINUTES` bring.
    """
    return [
        CrashByMinute(
            crash=row["crash"],
            record=row["record"],
            minutes=int(row["minutes"]),
            **{name: float(row[name]) for name in list(row) if name not in ("crash", "record", "minutes")},
        )
        for row in _rows("crashes_by_minute.csv")
    ]
