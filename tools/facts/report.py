"""The findings as Markdown, which a terminal shows as well as an issue does, and the exit status.

What a venue sent is quoted as code: it may not become a link, a mention or a heading of the report.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import IntEnum

from inversefutures.venues.ages import age_in_words
from tools.facts.comparison import KINDS, Finding
from tools.facts.recorded import Recorded

HEADINGS = {
    "differs": "Differs: read the source, then edit",
    "not read": "Could not be read",
    "not stated": "Not stated by the interface (any more)",
    "agrees": "Agrees",
}


class Status(IntEnum):
    """The exit status. 2 is left to a wrong command line."""

    ALL_AGREE = 0
    SOMETHING_DIFFERS = 1
    SOMETHING_NOT_ASKED = 3


def status(findings: Sequence[Finding]) -> Status:
    """Return the exit status: that all agrees is said only of facts that were all asked for, and answered."""
    kinds = {finding.kind for finding in findings}
    if "differs" in kinds:
        return Status.SOMETHING_DIFFERS
    return Status.ALL_AGREE if kinds == {"agrees"} else Status.SOMETHING_NOT_ASKED


def summary(findings: Sequence[Finding]) -> str:
    """Return one line that counts all kinds."""
    counts = Counter(finding.kind for finding in findings)
    line = (
        f"Of {len(findings)} facts that public interfaces state: {counts['agrees']} agree, "
        f"{counts['differs']} differ, {counts['not stated']} were not stated, "
        f"{counts['not read']} could not be read."
    )
    unanswered = counts["not stated"] + counts["not read"]
    return f"{line} Nothing is known of the {unanswered} that got no answer." if unanswered else line


def report(findings: Sequence[Finding], elsewhere: Sequence[Recorded], today: date) -> str:
    """Return the whole report.

    Parameters
    ----------
    findings : sequence of Finding
    elsewhere : sequence of Recorded
        The facts that no interface states.
    today : date
        From which the ages count.
    """
    lines = [f"# Do the venues' facts still hold? {today}", "", summary(findings)]
    for kind in KINDS:
        found = [finding for finding in findings if finding.kind == kind]
        if found:
            lines += ["", f"## {HEADINGS[kind]}: {len(found)}", ""]
            lines += (
                by_fault(found, today) if kind == "not read" else [in_words(each, today) for each in found]
            )
    lines += [
        "",
        f"## Stated by none of these interfaces: {len(elsewhere)}",
        "",
        "Nothing was asked about these; only a reader of the sources can tell.",
        "",
    ]
    for venue in dict.fromkeys(fact.venue for fact in elsewhere):
        facts = [f"{fact.name} ({aged(fact, today)})" for fact in elsewhere if fact.venue == venue]
        lines.append(f"- **{venue}**: {'; '.join(facts)}")
    return "\n".join(lines) + "\n"


def by_fault(findings: Sequence[Finding], today: date) -> list[str]:
    """Return a line for each address and fault, for an address that cannot be read hides all its facts."""
    facts: dict[tuple[str, str, str], list[str]] = {}
    for finding in findings:
        fault = (finding.recorded.venue, finding.interface.url(), finding.why)
        facts.setdefault(fault, []).append(f"{finding.recorded.name} ({aged(finding.recorded, today)})")
    return [
        f"- **{venue}**: {quoted(why)}. Asked: <{url}> about {'; '.join(names)}"
        for (venue, url, why), names in facts.items()
    ]


def in_words(finding: Finding, today: date) -> str:
    """Return one finding as a line."""
    fact = finding.recorded
    name = f"- **{fact.venue}**, {fact.name}"
    held = quoted(fact.value) if fact.value is not None else "nothing"
    recorded = f"recorded {held} ({aged(fact, today)})"
    if finding.kind == "agrees":
        return f"{name}: {quoted(finding.now)}, {recorded}"
    if finding.kind == "differs":
        return (
            f"{name}: {recorded}, the venue says {quoted(finding.now)}. "
            f"Edit `{fact.place}`. Asked: <{finding.interface.url()}>, whose shape is known from "
            f"{finding.interface.shape}"
        )
    return f"{name}: {quoted(finding.why)}; {recorded}. Asked: <{finding.interface.url()}>"


def aged(fact: Recorded, today: date) -> str:
    """Return a fact's date and age."""
    return f"{fact.as_of}, {age_in_words(fact.as_of, today)}" if fact.as_of else "without a date"


def quoted(text: str) -> str:
    """Return what somebody else sent as code, on one line."""
    return f"`{' '.join(text.replace('`', chr(0x27)).split())}`"
