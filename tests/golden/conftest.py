"""Prints, after the run, how many worked examples of each venue were reproduced."""

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, venue in report.user_properties:
                # Reports of the set-up and the tear-down carry the property too.
                if name == "worked example of" and report.when == "call":
                    outcomes[venue, outcome] += 1
    if not outcomes:
        return
    terminalreporter.section("worked examples: reproduced / total")
    for venue in sorted({venue for venue, _ in outcomes}):
        passed = outcomes[venue, "passed"]
        terminalreporter.write_line(f"{venue:<20} {passed:>3} / {passed + outcomes[venue, 'failed']}")
    passed = sum(count for (_, outcome), count in outcomes.items() if outcome == "passed")
    terminalreporter.write_line(f"{'all venues':<20} {passed:>3} / {sum(outcomes.values())}")
