"""The venues' funding rules: what is averaged, which law makes it a rate, which cap, and since when.

Three laws cover all of them, and each is a formula of the course: *clamped* (`funding.rate`, premium pulled
toward an interest component), *damped* (`funding.damped_rate`, continuous) and *plain* (the premium itself).
Rules change. Each is kept with its source and with the days between which it is known to have held; where
two sources disagree both are here. Rates are exact sympy numbers, or formulas where the premium is left open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sympy as sp

from .. import funding
from ..notation import P
from .arithmetic import exact, in_force
from .specifications import (
    BINANCE_FAQ,
    BITMEX_EXAMPLES,
    DERIBIT_FUNDING,
    KRAKEN_CONTRACT,
    OKX_FUNDING,
    UNDATED,
)

__all__ = ["FUNDING_RULES", "FundingRule", "funding_rule", "funding_rules_of", "funding_table"]

BYBIT_OLD = "https://help.bybit.com/hc/en-us/articles/360039261114-What-is-funding-rate-and-predicted-rate-"
BYBIT_NEW = "https://www.bybit.com/en/help-center/article/What-is-funding-rate-and-predicted-rate"
BINANCE_CHANGE = "https://www.binance.com/en/square/post/29758484976186"
OKX_2025 = "https://www.okx.com/help/okx-to-change-the-funding-rate-formula-for-perpetual-futures"
OKX_2026 = "https://www.okx.com/help/important-update-revision-of-the-funding-rate-formula-for-okx-perpetual"
HTX_FUNDING = "https://www.huobi.com/support/en-us/detail/900000106903"


def _percent(number: str) -> sp.Rational:
    return sp.Rational(number) / 100


@dataclass(frozen=True)
class FundingRule:
    """How a venue makes a premium a funding rate.

    Parameters
    ----------
    venue : str
    law : ``"clamped"``, ``"damped"``, ``"plain"``, or `None` where no copy that was read states the law
    averaging : ``"time"`` (plain), ``"rising"`` (weights 1, 2, 3, …), ``"none"`` (at this moment), or `None`
    premium : str
        In words, what the premium compares.
    funding_interval : hours between payments of the bitcoin contract; `None` where funding is continuous
    quoted_interval : hours that the rate before scaling is stated for
    source, as_of : where it was read, and the date of that copy
    daily_interest : fraction a day, for the clamped law
    band : fraction; the clamp, or the damper
    cap : fraction for one interval; `None` where no copy states a number
    interval_factor : bool
        Whether a contract with a shorter interval pays the quoted rate divided by 8/N. Without it the rate is
        taken as it is, and only the interest is for the shorter interval.
    seen_from, seen_until : the days between which the rule is known to have held; `None` if not known
    paid_at : str
        The price that turns the notional into coins.
    fixed : str
        When the rate of a payment is fixed, in words; ``"unknown"`` if no source says it.
    inferred : str
        What the source does not state but figures or another source show; empty if nothing.
    disputed : bool
        Whether live figures contradict the source. `funding_rule` without a day passes over such a rule.
    note : str
    """

    venue: str
    law: Literal["clamped", "damped", "plain"] | None
    averaging: Literal["time", "rising", "none"] | None
    premium: str
    funding_interval: int | None
    quoted_interval: int
    source: str
    as_of: str = UNDATED
    daily_interest: sp.Rational = sp.S.Zero
    band: sp.Rational = sp.S.Zero
    cap: sp.Rational | None = None
    interval_factor: bool = True
    seen_from: date | None = None
    seen_until: date | None = None
    paid_at: str = "mark price"
    fixed: str = "unknown"
    inferred: str = ""
    disputed: bool = False
    note: str = ""

    def average(self, premiums: Sequence[Any]) -> sp.Expr:
        """Return the premium that the law takes, from readings at equal steps, oldest first.

        Raises
        ------
        ValueError
            If there is no reading, or no copy states how they are averaged.
        """
        if self.averaging is None:
            raise ValueError(f"venue is {self.venue}: no copy that was read states how it averages premiums")
        if self.averaging == "rising":
            return funding.rising_average(premiums)
        return funding.time_average(premiums if self.averaging == "time" else premiums[-1:])

    def rate(self, premium: Any = P, *, funding_interval: Any = None) -> sp.Expr:
        """Return the rate for one interval from the (averaged) premium: called bare, as a formula in P.

        Parameters
        ----------
        premium : fraction, above −1 and below 1, a number
        funding_interval : hours, positive
            That of the bitcoin contract if left out; for a continuous rate the quoted interval, and here the
            time that was held.

        Raises
        ------
        ValueError
            If a value is outside its domain, or no copy states the venue's law.
        """
        if self.law is None:
            raise ValueError(f"venue is {self.venue}: no copy that was read states how it makes its rate")
        if premium != P:
            premium = exact("premium", premium)
        usual = self.funding_interval or self.quoted_interval
        hours = exact("funding_interval", usual if funding_interval is None else funding_interval)
        if self.law == "clamped":
            paid_for = self.quoted_interval if self.interval_factor else hours
            interest = funding.interest_component(
                quote_interest_rate=self.daily_interest,
                base_interest_rate=0,
                payments=sp.Integer(24) / paid_for,
            )
            quoted = funding.rate(premium=premium, interest_component=interest, clamp=self.band)
        elif self.law == "damped":
            quoted = funding.damped_rate(premium=premium, damper=self.band)
        else:
            quoted = premium
        scaled = quoted
        if self.interval_factor and self.law != "damped":
            scaled = self._for_interval(quoted, hours)
        if self.cap is not None:
            scaled = funding.capped_rate(funding_rate=scaled, funding_cap=self.cap)
        # A continuous rate is capped as it is quoted, and then paid for the time that was held.
        return self._for_interval(scaled, hours) if self.law == "damped" else scaled

    def _for_interval(self, quoted: sp.Expr, hours: sp.Expr) -> sp.Expr:
        return funding.rate_for_interval(
            funding_rate=quoted, funding_interval=hours, quoted_interval=self.quoted_interval
        )

    @property
    def period(self) -> str:
        """When it is known to have held, in words."""
        if self.seen_from is None:
            return self.as_of
        if self.seen_until is None:
            return f"since {self.seen_from}"
        return f"{self.seen_from} to {self.seen_until}"


IMPACT_FROM_INDEX = "impact bid and ask against the index"
BINANCE_INFERRED = (
    "the averaging and when it is fixed: a public script and a thread of its developers' forum weight the "
    "readings 1, 2, 3, ... up to the payment, both for dollar-margined contracts; its own page was not read"
)
OKX_FIXED = (
    "when it is paid, or an interval before: contracts of both kinds existed in January 2024 (announcements "
    "of 2019-07-10 and 2024-01-25), and which this one was is not in the copies"
)

FUNDING_RULES: tuple[FundingRule, ...] = (
    FundingRule(
        "BitMEX",
        "clamped",
        "time",
        "impact bid and ask against the mark price, plus the fair basis",
        8,
        8,
        BITMEX_EXAMPLES,
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        cap=_percent("0.375"),
        interval_factor=False,
        seen_from=date(2016, 8, 6),
        seen_until=date(2020, 11, 5),
        fixed="an interval before it is paid",
        inferred="when it was fixed then: a support article (articles/24430352016157) works out a payment of "
        "2025-01-14 so, and the rates of 2020 follow the premium of the eight hours that ended eight hours "
        "before they were paid",
        note="An old guide caps at 75 % of initial less maintenance margin rate, and a change at 75 % of the "
        "maintenance margin rate. Payments stay within ±0.375 % from 2016-08-06 to 2020-11-05, the last that "
        "was read; before, they went up to 1.125 %. A third of them are exactly the interest component. "
        "Which fair basis the premium contains is open: by an employee's word of 2019-09-18 it is the "
        "current interval's funding rate itself, not the funding basis of the mark price, and the rates of "
        "2020 fit that better (lesson 10).",
    ),
    FundingRule(
        "Bybit",
        "clamped",
        "time",
        "impact bid and ask against the mark price, plus the fair basis",
        8,
        8,
        BYBIT_OLD,
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        interval_factor=False,
        fixed="an interval before it is paid",
        inferred="when it is fixed: the premium contains the rate of the current interval, and the page "
        "tells the funding rate from a predicted one",
        note="Older help page. The cap is not a number in the copies that were read.",
    ),
    FundingRule(
        "Bybit",
        "clamped",
        "rising",
        IMPACT_FROM_INDEX,
        8,
        8,
        BYBIT_NEW,
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        interval_factor=False,
        fixed="when it is paid",
        note="Newer help page: minute i of 480 has the weight i. The cap is not a number in the copies read.",
    ),
    FundingRule(
        "Binance COIN-M",
        "clamped",
        "rising",
        IMPACT_FROM_INDEX,
        8,
        8,
        BINANCE_FAQ,
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        interval_factor=False,
        seen_from=date(2023, 1, 1),
        seen_until=date(2025, 9, 17),
        fixed="when it is paid",
        inferred=BINANCE_INFERRED,
        note="5,760 readings in 8 hours. A copy of 2022 caps the "
        "rate at the maintenance margin rate; the number for this contract was not read.",
    ),
    FundingRule(
        "Binance COIN-M",
        "clamped",
        "rising",
        IMPACT_FROM_INDEX,
        8,
        8,
        BINANCE_CHANGE,
        as_of="September 2025",
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        seen_from=date(2025, 9, 18),
        fixed="when it is paid",
        inferred=BINANCE_INFERRED,
        note="From 08:01 UTC on that day the rate is divided by 8/N; at 8 hours nothing changes. Since then "
        "the mark price's basis is averaged over 30 seconds, before over a minute.",
    ),
    FundingRule(
        "OKX",
        "plain",
        "time",
        "middle of best bid and best ask against the index",
        8,
        8,
        OKX_FUNDING,
        cap=_percent("0.375"),
        interval_factor=False,
        seen_from=date(2024, 1, 25),
        seen_until=date(2025, 4, 9),
        fixed=OKX_FIXED,
        note="Average over the minutes of the interval, interest nought, no dead band. Replaced in three "
        "batches, on 10, 17 and 24 April 2025; which contract was in which is not in the copy. Other copies "
        "still give this rule for 2025.",
    ),
    FundingRule(
        "OKX",
        "clamped",
        None,
        IMPACT_FROM_INDEX,
        8,
        8,
        OKX_2025,
        as_of="2025, a copy of the announcement",
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        interval_factor=False,
        seen_from=date(2025, 4, 24),
        seen_until=date(2026, 5, 29),
        fixed=OKX_FIXED,
        note="A weighted moving average; the weights are not in the copy. The cap is not a number there.",
    ),
    FundingRule(
        "OKX",
        "clamped",
        None,
        IMPACT_FROM_INDEX,
        8,
        8,
        OKX_2026,
        as_of="2026-05-29, a copy of the announcement",
        daily_interest=_percent("0.03"),
        band=_percent("0.05"),
        note="Divided by 8/N, interest fixed at 0.01 %; at 8 hours nothing changes. The first day is not in "
        "the copy. The cap is not a number there.",
    ),
    FundingRule(
        "Deribit",
        "damped",
        "none",
        "mark price against the index",
        None,
        8,
        "https://docs.deribit.com",
        as_of="live tickers of 2020 to 2025",
        band=_percent("0.05"),
        cap=_percent("0.5"),
        seen_from=date(2020, 1, 1),
        seen_until=date(2025, 12, 31),
        paid_at="index, an interval earlier in its own sums",
        fixed="at every moment, and paid at once",
        inferred="the damper, from live tickers",
        note="Tickers give the rate with this damper; three of four exclude 0.025 %.",
    ),
    FundingRule(
        "Deribit",
        "damped",
        "none",
        "mark price against the index",
        None,
        8,
        DERIBIT_FUNDING,
        band=_percent("0.025"),
        cap=_percent("0.5"),
        paid_at="index, an interval earlier in its own sums",
        fixed="at every moment, and paid at once",
        disputed=True,
        note="A newer help page; it lets the cap differ from contract to contract. No ticker was found that "
        "confirms this damper, and those of 2020 to 2025 exclude it.",
    ),
    FundingRule(
        "Kraken Futures",
        "plain",
        "time",
        "impact mid against the index",
        4,
        8,
        KRAKEN_CONTRACT,
        as_of="undated copy, older",
        cap=_percent("0.2"),
        seen_from=date(2019, 2, 4),
        seen_until=date(2022, 9, 28),
        paid_at="index: the absolute rate is fixed in coin",
        fixed="as the 4 hours begin in which it is paid",
        inferred="the first day, on which the venue took this name; that this rule held from then on",
        note="The average premium of 4 hours, divided by 8 for an hour and capped there at ±0.05 %; the "
        "rates here are for the 4 hours. Continuously paid over the next 4 hours. An article of the venue on "
        "the method before 2022-09-29 gives the last day.",
    ),
    FundingRule(
        "Kraken Futures",
        "plain",
        "time",
        "impact mid against the index",
        1,
        24,
        KRAKEN_CONTRACT,
        cap=_percent("0.25"),
        seen_from=date(2022, 9, 29),
        paid_at="index: the absolute rate is fixed in coin",
        fixed="as the hour begins in which it is paid",
        note="The hour's average premium divided by 24; no interest, no dead band. Paid in the next hour.",
    ),
    FundingRule(
        "HTX",
        None,
        None,
        "not in the copies that were read",
        8,
        8,
        HTX_FUNDING,
        paid_at="settlement price",
        fixed="when it is paid; until 2024-01-08 08:00 UTC an interval before",
        note="Since 2024-01-08 08:00 UTC a payment is at the rate of its own interval, before at that of the "
        "one before (announcement 44958157384677). The law that makes the rate is not in the copies read.",
    ),
)


def funding_rules_of(venue: str) -> tuple[FundingRule, ...]:
    """Return all rules of a venue that are known, the oldest first.

    Raises
    ------
    ValueError
        If nothing is known of the venue's funding.
    """
    known = tuple(rule for rule in FUNDING_RULES if rule.venue == venue)
    if not known:
        names = ", ".join(dict.fromkeys(rule.venue for rule in FUNDING_RULES))
        raise ValueError(f"venue is {venue!r}, but its domain is {names}")
    return known


def funding_rule(venue: str, as_of: date | str | None = None) -> FundingRule:
    """Return the rule of a venue on a day, or the newest that no live figure contradicts.

    Parameters
    ----------
    venue : str
    as_of : date, or str in the form ``2024-03-01``, optional
        Rules of undated copies are not among the answers for a day.

    Raises
    ------
    ValueError
        If nothing is known of the venue's funding, or not for that day.
    """
    known = funding_rules_of(venue)
    if as_of is None:
        return [rule for rule in known if not rule.disputed][-1]
    dated = [(rule.seen_from, rule.seen_until or date.max, rule) for rule in known if rule.seen_from]
    if not dated:
        raise ValueError(
            f"as_of is {as_of}, but the copies of {venue}'s rules have no date: take them from "
            f"funding_rules_of({venue!r})"
        )
    found: FundingRule = in_force(f"the funding rule of {venue}", dated, as_of)
    return found


_AVERAGES = {"time": "plain", "rising": "rising weights", "none": "none", None: "unknown"}


def funding_table(venue: str | None = None) -> list[dict[str, str]]:
    """Return the rules as rows for `markdown_table`: one venue's, or all.

    Raises
    ------
    ValueError
        If nothing is known of the venue's funding.
    """
    rules = FUNDING_RULES if venue is None else funding_rules_of(venue)

    def percent(fraction: sp.Rational | None) -> str:
        if fraction is None:
            return "unknown"
        return f"{float(100 * fraction):g} %" if fraction else "none"

    return [
        {
            "venue": rule.venue,
            "interval": "continuous" if rule.funding_interval is None else f"{rule.funding_interval} h",
            "premium": rule.premium,
            "average": _AVERAGES[rule.averaging],
            "interest a day": percent(rule.daily_interest if rule.law else None),
            "dead band ±": percent(rule.band if rule.law else None),
            "cap ±": percent(rule.cap),
            "fixed": rule.fixed,
            "inferred": rule.inferred,
            "known for": rule.period,
            "source": rule.source,
        }
        for rule in rules
    ]
