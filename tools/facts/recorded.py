"""What the package holds, in the words that both sides are compared in, with its date and its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from inversefutures.risk_limits import Slope, Steps, Tiers
from inversefutures.venues import (
    FUNDING_RULES,
    RISK_LIMITS,
    SPECIFICATIONS,
    Fact,
    margin_schedules,
    specifications,
)
from tools.facts.answers import percent, plain
from tools.facts.interfaces import CONTRACT, INITIAL, MAINTENANCE

SPECIFICATIONS_FILE = "inversefutures/venues/specifications.py"
SCHEDULES_FILE = "inversefutures/venues/margin_schedules.py"
FUNDING_FILE = "inversefutures/venues/funding_rules.py"
FEES = ("maker", "taker")
TRADED = "traded"


@dataclass(frozen=True)
class Recorded:
    """A fact as the package has it.

    Parameters
    ----------
    venue, name : str
    value : str, or None where the package says that it is not known
    as_of : str
        The date of its copy; empty where there is none.
    place : str
        File and object to edit.
    """

    venue: str
    name: str
    value: str | None
    as_of: str
    place: str


def all_recorded() -> dict[tuple[str, str], Recorded]:
    """Return every fact that the package has, by venue and name."""
    return {(fact.venue, fact.name): fact for fact in (*specified(), *scheduled(), *not_compared())}


def specified() -> Iterator[Recorded]:
    """Yield the facts of the specifications; fees one by one, for a venue may state only one of the two."""
    names = {id(value): name for name, value in vars(specifications).items()}
    for venue, specification in SPECIFICATIONS.items():
        place = f"{SPECIFICATIONS_FILE}: {names[id(specification)]}"
        # No copy is named for it: that the contract exists is what all the facts rest on.
        yield Recorded(venue, CONTRACT, TRADED, "", f"{place}, contract: {specification.contract}")
        for name, fact in specification.facts.items():
            if name == "fees":
                for side in FEES:
                    stated = fact.value.get(side) if isinstance(fact.value, Mapping) else None
                    yield Recorded(venue, f"fees, {side}", stated, fact.as_of, f"{place}, fees")
            else:
                yield Recorded(venue, name, in_words(fact), fact.as_of, f"{place}, {name}")


def in_words(fact: Fact) -> str | None:
    """Return a fact's value as an answer's reader writes it."""
    if isinstance(fact.value, int | Decimal):
        return plain(Decimal(fact.value))
    return fact.answer if fact.is_known else None


LATEST = {
    "BitMEX": ("BITMEX[-1]", margin_schedules.BITMEX[-1]),
    "Bybit": ("BYBIT[-1]", margin_schedules.BYBIT[-1]),
    "Deribit": ('DERIBIT["BTC"]', margin_schedules.DERIBIT["BTC"]),
    "Kraken Futures": ("KRAKEN", margin_schedules.KRAKEN),
}
"""The schedule that holds now, of each venue with a public interface for it; and its name in the module."""


def scheduled() -> Iterator[Recorded]:
    """Yield the parts of the latest margin schedules."""
    for venue, (name, limits) in LATEST.items():
        for part, value in parts(limits.initial, limits.maintenance):
            yield Recorded(venue, part, value, limits.as_of, f"{SCHEDULES_FILE}: {name}")


def parts(initial: Any, maintenance: Any) -> Iterator[tuple[str, str | None]]:
    """Yield the parts of a pair of schedules that an interface can state."""
    kind = initial if initial is not None else maintenance
    if isinstance(kind, Steps):
        yield "base risk limit", amount(initial.base_risk_limit)
        yield "risk limit step", amount(initial.risk_limit_step)
        yield "initial margin at the base", fraction(initial.base_rate)
        yield "maintenance margin at the base", fraction(maintenance.base_rate)
    elif isinstance(kind, Slope):
        yield "initial margin at the base", fraction(initial.base_rate)
        yield "margin by size", f"{fraction(initial.rate_slope)} a coin"
        yield "maintenance margin at the base", fraction(maintenance.base_rate)
    else:
        yield INITIAL, tiers(initial)
        yield MAINTENANCE, tiers(maintenance)


def tiers(schedule: Tiers | None) -> str | None:
    """Return tiers in words: by their ends if the last one has an end, by their floors if not."""
    if schedule is None:
        return None
    rows = schedule.tiers
    if schedule.cap is None:
        return "; ".join(f"from {amount(tier.floor)}: {fraction(tier.rate)}" for tier in rows)
    ends = [*(tier.floor for tier in rows[1:]), schedule.cap]
    return "; ".join(
        f"up to {amount(end)}: {fraction(tier.rate)}" for tier, end in zip(rows, ends, strict=True)
    )


def amount(value: Any) -> str:
    """Return an exact number as a decimal one."""
    ratio = Fraction(int(value.p), int(value.q)) if hasattr(value, "p") else Fraction(value)
    return plain(Decimal(ratio.numerator) / ratio.denominator)


def fraction(value: Any) -> str:
    """Return an exact fraction as a percentage."""
    return percent(Decimal(amount(value)))


def not_compared() -> Iterator[Recorded]:
    """Yield the schedules and the terms of funding that hold now and that no interface here states."""
    compared = [limits for _, limits in LATEST.values()]
    latest = {(limits.venue, limits.contract): limits for limits in RISK_LIMITS}
    for limits in latest.values():
        if not any(limits is each for each in compared):
            name = f"risk limits of {limits.contract}"
            yield Recorded(limits.venue, name, "a schedule", limits.as_of, SCHEDULES_FILE)
    for rule in FUNDING_RULES:
        if rule.seen_until is None:
            name = f"terms of funding: {rule.premium}"
            yield Recorded(rule.venue, name, "a rule", rule.as_of, FUNDING_FILE)
