"""Ask, print the report, and leave with its status: 0 all agree, 1 something differs, 3 not all was asked."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from inversefutures.downloads import ask
from tools.facts.comparison import compare, stated_nowhere
from tools.facts.report import report, status, summary


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="tools.facts", description=__doc__)
    parser.add_argument("--report", type=Path, help="also write the report into this file")
    parser.add_argument("--base-url", help="ask this host instead of the venues, for a rehearsal")
    options = parser.parse_args()
    print("Asking the venues' public interfaces; offline this ends at once.", file=sys.stderr)
    findings = list(compare(ask, base_url=options.base_url))
    text = report(findings, stated_nowhere(), datetime.now(UTC).date())
    if options.report:
        options.report.write_text(text, "utf-8")
    print(text)
    # Once more, where a reader of a long report looks last.
    print(summary(findings), file=sys.stderr)
    return status(findings)


if __name__ == "__main__":
    sys.exit(main())
