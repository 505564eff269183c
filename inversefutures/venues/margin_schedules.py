"""How the venues' margins grow with size: dated tables, each with its source.

A schedule is one of the kinds of `inversefutures.risk_limits`. What no copy states is `None`.
`RISK_LIMITS` lists them all, and `risk_limits_of` finds the one of a day. Rates and sizes are exact sympy
numbers, for the course's formulas; the rows for a table are words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP
from typing import Any

import sympy as sp

from ..quantities import BTC, USD
from ..risk_limits import Brackets, Schedule, Slope, Steps, Tier, Tiers
from .arithmetic import decimal, in_force, rounded
from .specifications import BINANCE_FAQ, DERIBIT_MARGIN, UNDATED

__all__ = ["RISK_LIMITS", "RiskLimits", "known_risk_limits", "risk_limit_rows", "risk_limits_of"]

Rows = Iterable[tuple[int, sp.Rational]]

BITMEX_EXAMPLES = "https://www.bitmex.com/app/riskLimitsExamples"
BITMEX_CHANGE = "https://cryptomak.co.uk/?p=263944"
BYBIT_ANSWER = "https://github.com/ccxt/ccxt/pull/13172"
BYBIT_PARAMETERS = "https://bybit-tr.com/en-TR/announcement-info/margin-parameters"
KRAKEN_MARGIN = "https://support.kraken.com"
DERIBIT_SOL = "https://github.com/ccxt/ccxt/pull/13374"


@dataclass(frozen=True)
class RiskLimits:
    """A venue's margin schedules for a contract, as one copy states them.

    Parameters
    ----------
    venue, contract : str
    initial, maintenance : Tiers, Brackets, Steps, Slope, or None if no copy states them
    source : address of the copy
    as_of : date of the copy, or that it has none
    first, last : the days between which it is known to have held; None if the copy does not say
    note : what the schedules leave out, or why one is unknown
    inferred : what the copy does not state, but its figures or another source show; empty if nothing
    """

    venue: str
    contract: str
    initial: Any
    maintenance: Any
    source: str
    as_of: str = UNDATED
    first: date | None = None
    last: date | None = None
    note: str = ""
    inferred: str = ""


def _percent(number: str) -> sp.Rational:
    return sp.Rational(number) / 100


def _steps(base: int, step: int, base_percent: str, cap: int | None = None) -> Steps:
    # At every one of these venues each step adds half a percent.
    return Steps(base, step, _percent(base_percent), _percent("0.5"), cap)


def _tiers(rows: Rows, cap: int | None = None, unit: sp.Expr = BTC) -> Tiers:
    return Tiers(tuple(Tier(floor, rate) for floor, rate in rows), cap, unit)


BITMEX = (
    RiskLimits(
        "BitMEX",
        "XBTUSD",
        initial=_steps(100, 50, "2"),
        maintenance=_steps(100, 50, "0.5"),
        source=BITMEX_EXAMPLES,
        note="the oldest of the copies; the day on which it ended is not known",
    ),
    RiskLimits(
        "BitMEX",
        "XBTUSD",
        initial=_steps(200, 100, "1"),
        maintenance=_steps(200, 100, "0.5"),
        source=BITMEX_CHANGE,
        as_of="2021-08",
        first=date(2019, 3, 1),
        last=date(2021, 8, 30),
        note=(
            "base rates from a copy of early 2019, which lists XBTH19; the step from the notice of its end. "
            "Messages of 2017 to 2020 have the base maintenance rate of 0.5 %, one of 2021-06-24 has 0.35 %"
        ),
        inferred="that base rates and step held together, and through the whole period",
    ),
    RiskLimits(
        "BitMEX",
        "XBTUSD",
        initial=_steps(200, 150, "1"),
        maintenance=_steps(200, 150, "0.5"),
        source=BITMEX_EXAMPLES,
        as_of="undated copy, after 2021-08-31",
        first=date(2021, 8, 31),
        last=date.max,
        note=(
            "since 06:00 UTC; no later change was found. The rates are the page's example: messages of "
            "2022-01-30 and 2023-12-07 have a base maintenance rate of 0.35 %"
        ),
        inferred="that it still holds",
    ),
)

BINANCE = (
    RiskLimits(
        "Binance COIN-M",
        "BTCUSD",
        initial=Brackets(
            _tiers(
                [
                    (0, _percent("0.8")),
                    (10, _percent("1")),
                    (20, _percent("2")),
                    (30, _percent("5")),
                    (50, _percent("10")),
                    (100, _percent("20")),
                    (200, _percent("25")),
                    (400, sp.Rational(1, 3)),
                    (1000, _percent("50")),
                ]
            )
        ),
        maintenance=None,
        source=BINANCE_FAQ,
        as_of="a copy of the page of 2020-06-11",
        first=date(2020, 6, 11),
        last=date(2020, 6, 11),
        note=(
            "the whole position pays the initial rate of its tier: one over the largest leverage. No copy "
            "holds the maintenance rates; a sample of the API has 0.4 % for its first tier"
        ),
        inferred="the initial rates, from the largest leverages",
    ),
    RiskLimits(
        "Binance COIN-M",
        "BTCUSD perpetual",
        initial=Brackets(
            _tiers(
                [
                    (0, _percent("0.8")),
                    (5, _percent("1")),
                    (10, _percent("2")),
                    (20, _percent("5")),
                    (50, _percent("10")),
                    (100, _percent("20")),
                    (200, _percent("25")),
                ],
                cap=400,
            )
        ),
        maintenance=None,
        source="https://www.binance.com/en-NG/support/faq/be2c7d9d95b04a7e8044ed02dd7dfe5c",
        as_of="a copy from after 2021-07-27",
        note="the copy breaks off above 400 BTC; the maintenance rates are unknown, as above",
        inferred="the initial rates, from the largest leverages",
    ),
)

BYBIT = (
    RiskLimits(
        "Bybit",
        "BTCUSD inverse",
        initial=_steps(150, 150, "1", cap=1500),
        maintenance=_steps(150, 150, "0.5", cap=1500),
        source=BYBIT_ANSWER,
        as_of="2022-05-09",
        first=date(2019, 6, 26),
        last=date(2022, 5, 9),
        note=(
            "the whole position pays the rate of the limit that its holder chose. First three limits from a "
            "live answer, the last (1,500 BTC, 5 %) from a sample of the API's documentation"
        ),
        inferred="the limits between the third and the last, by the same step",
    ),
    RiskLimits(
        "Bybit",
        "BTCUSD inverse",
        initial=None,
        maintenance=_tiers([(0, _percent("0.5")), (150, _percent("1"))], cap=300),
        source=BYBIT_PARAMETERS,
        note="with a deduction; since which day, and what holds above 300 BTC, is unknown",
    ),
)

_KRAKEN_SLICES = (
    (0, 2), (500_000, 4), (10**6, 6), (3 * 10**6, 10), (6 * 10**6, 15),
    (12 * 10**6, 25), (20 * 10**6, 30), (50 * 10**6, 40),
)  # fmt: skip

KRAKEN = RiskLimits(
    "Kraken Futures",
    "PI_XBTUSD",
    initial=_tiers([(floor, sp.Rational(percent, 100)) for floor, percent in _KRAKEN_SLICES], unit=USD),
    # In every slice the maintenance rate is half of the initial rate.
    maintenance=_tiers([(floor, sp.Rational(percent, 200)) for floor, percent in _KRAKEN_SLICES], unit=USD),
    source=KRAKEN_MARGIN,
    note="slices of dollars, so they do not move with the price",
)

DERIBIT = {
    "BTC": RiskLimits(
        "Deribit",
        "BTC-PERPETUAL and the BTC futures",
        initial=Slope(_percent("2"), _percent("0.005")),
        maintenance=Slope(_percent("1"), _percent("0.005")),
        source=DERIBIT_MARGIN,
        as_of="undated copy; live position of 2025-09-26",
        note=(
            "an older page, undated, works its example with a flat initial rate of 4 %. The examples of 25 "
            "and 350 BTC stand on the page of the linear perpetual, with the same schedule"
        ),
        inferred="that the size in coin is taken at the mark price: a live position is met with it",
    ),
    "SOL": RiskLimits(
        "Deribit",
        "SOL-PERPETUAL",
        initial=Slope(_percent("4"), _percent("0.0005")),
        maintenance=Slope(_percent("2"), _percent("0.0005")),
        source=DERIBIT_SOL,
        as_of="2022-05-21",
        note=(
            "a live position of the inverse contract is met to nine decimals. The example of 6,000 SOL "
            "stands on the page of the linear perpetual, with the same initial rates"
        ),
        inferred="the maintenance rates, from that position",
    ),
}

RISK_LIMITS: tuple[RiskLimits, ...] = (*BITMEX, *BINANCE, *BYBIT, KRAKEN, *DERIBIT.values())


def known_risk_limits(venue: str) -> tuple[RiskLimits, ...]:
    """Return every schedule of a venue that a copy states, dated or not, the oldest first.

    Raises
    ------
    ValueError
        If there is none.
    """
    known = tuple(limits for limits in RISK_LIMITS if limits.venue == venue)
    if not known:
        venues = ", ".join(dict.fromkeys(limits.venue for limits in RISK_LIMITS))
        raise ValueError(f"venue is {venue!r}, but its domain is {venues}")
    return known


def risk_limits_of(venue: str, as_of: date | str) -> RiskLimits:
    """Return what a venue asked for on a day, where that is known.

    Parameters
    ----------
    venue : str
        The venue of one of `RISK_LIMITS`.
    as_of : date, or str in the form ``2021-08-31``

    Raises
    ------
    ValueError
        If the venue has none, none of its copies is dated, or the day lies outside what is known.
    """
    known = known_risk_limits(venue)
    dated = [(each.first, each.last, each) for each in known if each.first and each.last]
    if not dated:
        raise ValueError(
            f"as_of is {as_of}, but the risk limits of {venue} come from an undated copy: take them from "
            f"known_risk_limits({venue!r})"
        )
    limits: RiskLimits = in_force(f"what {venue} asked for", dated, as_of)
    return limits


def risk_limit_rows(limits: RiskLimits, steps: int = 4) -> list[dict[str, str]]:
    """Return a schedule as rows for a table, for `markdown_table`.

    Parameters
    ----------
    limits : RiskLimits
    steps : how many rows to show of a schedule that has no end

    Returns
    -------
    list of dict
        With the keys ``up_to``, ``initial``, ``maintenance`` and ``deduction``. The rates are those of the
        tier or step; of a slope, those of the size itself.
    """
    shown = limits.maintenance if limits.maintenance is not None else limits.initial
    unit = "USD" if isinstance(shown, Tiers) and shown.unit == USD else "BTC"
    rows = []
    sizes = _sizes(shown, steps)
    for size in sizes:
        at = size if size is not None else 1 + max(sizes[:-1])
        deduction = limits.maintenance.deduction(at) if isinstance(limits.maintenance, Tiers) else None
        rows.append(
            {
                "up_to": "above" if size is None else f"{decimal(size):,f} {unit}",
                "initial": _rate_in_words(limits.initial, at),
                "maintenance": _rate_in_words(limits.maintenance, at),
                "deduction": "" if deduction is None else f"{decimal(deduction).normalize():,f} {unit}",
            }
        )
    return rows


def _sizes(schedule: Schedule, steps: int) -> list[Any]:
    """Return where the rows end; None for what has no end."""
    if isinstance(schedule, Tiers):
        return [*(tier.floor for tier in schedule.tiers[1:]), schedule.cap]
    if isinstance(schedule, Brackets):
        return _sizes(schedule.tiers, steps)
    if isinstance(schedule, Steps):
        return [schedule.base_risk_limit + step * schedule.risk_limit_step for step in range(steps)]
    return [sp.Integer(100 * step) for step in range(steps)]


def _rate_in_words(schedule: Schedule | None, size: Any) -> str:
    if schedule is None:
        return "unknown"
    rate = schedule.marginal_rate(size) if isinstance(schedule, Tiers) else schedule.rate(size)
    percent = rounded(100 * rate, step=sp.Rational(1, 1000), rounding=ROUND_HALF_UP)
    return f"{decimal(percent).normalize():f} %"
