"""The tables of the status page, made when the book is built: stored runs, worked examples, dated facts.

Nothing in them is written by hand. The runs come from the record that `tools.notebooks` keeps and a test
holds against the notebooks; the examples are worked out here, by the function that their test calls; the
facts are the package's.
"""

import functools
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from inversefutures.venues import (
    RISK_LIMITS,
    SPECIFICATIONS,
    RiskLimits,
    funding_table,
    markdown_table,
    risk_limit_rows,
)
from inversefutures.venues.ages import UNDATED_COPY, last_seen

ROOT = Path(__file__).parents[2]
RUNS = ROOT / "book" / "runs.json"
GOLDEN = ROOT / "tests" / "golden"
COLUMNS = {
    "lessons": "lesson or page",
    "exercises": "exercises",
    "solutions": "solutions",
    "book": "lesson or page",
}
ADDRESS = re.compile(r"https://[^\s;,)]+")


# --- stored runs -----------------------------------------------------------------------------------


def versions_in_words() -> str:
    """Return a line for each set of versions that notebooks were run with, that of most notebooks first."""
    users: dict[str, list[str]] = {}
    for name, entry in stored_runs().items():
        used = ", ".join(f"{package} {version}" for package, version in sorted(entry["versions"].items()))
        users.setdefault(used, []).append(name)
    (most, names), *others = sorted(users.items(), key=lambda item: -len(item[1]))
    lines = [f"- {len(names)} notebooks with {most}"]
    lines += [f"- {', '.join(f'`{name}`' for name in names)} with {used}" for used, names in others]
    return "\n".join(lines)


def run_times() -> str:
    """Return a table with a row for each subject: how long its lesson, exercises and solutions took."""
    subjects: dict[str, dict[str, float]] = {}
    links: dict[str, str] = {}
    runs = stored_runs()
    for name in sorted(runs, key=lambda name: (name.startswith("book/"), name)):
        folder, _, file = name.partition("/")
        # The exercises and solutions of a lesson are files of the lesson's name.
        subjects.setdefault(file, {})[COLUMNS[folder]] = runs[name]["seconds"]
        if COLUMNS[folder] == COLUMNS["lessons"]:
            number = file.partition("_")[0]
            links[file] = f"{number} [](/{name})" if number.isdecimal() else f"[](/{name})"
    subjects["together"] = {
        column: sum(taken.get(column, 0) for taken in subjects.values()) for column in COLUMNS.values()
    }
    return table_of_numbers(
        [
            {"notebook": links.get(file, file)}
            | {column: f"{taken[column]:.1f} s" if column in taken else "" for column in COLUMNS.values()}
            for file, taken in subjects.items()
        ]
    )


def stored_runs() -> dict[str, Any]:
    """Return the record of the stored runs."""
    return json.loads(RUNS.read_text("utf-8"))


# --- worked examples -------------------------------------------------------------------------------


def examples_by_venue() -> str:
    """Return a table with a row for each venue or engine: how many of its examples the package reproduces."""
    examples = worked_examples()
    rows: dict[str, dict[str, int]] = {}
    for example in examples.EXAMPLES:
        faults = faults_of(json.dumps(example))
        for venue in (example["venue"], "all"):
            counts = rows.setdefault(venue, {"reproduced": 0, "mistakes told apart": 0, "not reproduced": 0})
            if faults:
                counts["not reproduced"] += 1
            else:
                counts["mistakes told apart" if examples.is_mistaken(example) else "reproduced"] += 1
    order = sorted(rows, key=lambda venue: (venue == "all", -sum(rows[venue].values()), venue.casefold()))
    return table_of_numbers(
        [
            {"published by": venue} | {name: str(count) for name, count in rows[venue].items()}
            for venue in order
        ]
    )


def published_mistakes() -> str:
    """Return a list of the published figures that are wrong, with the right ones."""
    examples = worked_examples()
    lines = []
    for example in filter(examples.is_mistaken, examples.EXAMPLES):
        figures = "; ".join(
            f"{in_words(name).lower()} {published:.10g} in place of {example['correct'][name]:.10g}"
            for name, published in example["expected"].items()
        )
        lines.append(f"- **{example['venue']}**: {figures}. {example['note']} {linked(example['source'])}")
    return "\n".join(lines)


def not_reproduced() -> str:
    """Return a list of the examples that the package does not reproduce, with the reason of each."""
    examples = worked_examples()
    lines = [
        f"- **{example['venue']}**, {example['id']}: {'; '.join(faults)} {linked(example['source'])}"
        for example in examples.EXAMPLES
        if (faults := faults_of(json.dumps(example)))
    ]
    return "\n".join(lines) or "None: each example in the table is reproduced."


@functools.cache
def faults_of(example: str) -> list[str]:
    """Return what speaks against an example's being reproduced: two tables ask for it."""
    found: list[str] = worked_examples().faults(json.loads(example))
    return found


def worked_examples() -> Any:
    """Return the module of the worked examples, which is the tests'."""
    if str(GOLDEN) not in sys.path:
        sys.path.append(str(GOLDEN))
    import examples

    return examples


def linked(source: str) -> str:
    """Return a source with its addresses as links."""
    return ADDRESS.sub(lambda address: f"[source]({address[0]})", source)


# --- dated facts -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class DatedFact:
    """What a venue's rule is or was, and when the copy dates from that says so."""

    venue: str
    fact: str
    dated: str
    source: str

    @property
    def last_seen(self) -> str | None:
        """The last date in the words; None if the copy is undated."""
        try:
            return last_seen(self.dated)
        except ValueError as error:
            raise ValueError(f"{self.venue}, {self.fact}: {error}") from error


def venue_facts() -> Iterator[DatedFact]:
    """Yield every fact about a venue that a source states."""
    for venue, specification in SPECIFICATIONS.items():
        for name, fact in specification.facts.items():
            for version in (fact, *fact.earlier):
                if version.is_known:
                    before = "" if version is fact else " (before)"
                    says = f"{in_words(name)}{before}: {version.in_words}"
                    yield DatedFact(venue, says, version.as_of, version.source)
    for limits in RISK_LIMITS:
        row = risk_limit_rows(limits)[0]
        says = (
            f"Risk limits of {limits.contract}: for small positions initial margin {row['initial']}, "
            f"maintenance margin {row['maintenance']}"
        )
        yield DatedFact(limits.venue, says, period(limits), limits.source)
    for row in funding_table():
        terms = [f"{name} {row[name]}" for name in row if name not in ("venue", "known for", "source")]
        yield DatedFact(row["venue"], f"Funding: {', '.join(terms)}", row["known for"], row["source"])


def period(limits: RiskLimits) -> str:
    """Return when risk limits are known to have held, or the date of their copy."""
    if limits.first is None:
        return limits.as_of
    if limits.first == limits.last:
        return str(limits.first)
    return f"since {limits.first}" if limits.last == date.max else f"{limits.first} to {limits.last}"


def dated_facts() -> str:
    """Return a table of the dated facts, oldest first."""
    facts = [fact for fact in venue_facts() if fact.last_seen]
    return markdown_table(
        [
            {"date": fact.dated, "venue": fact.venue, "what it says": fact.fact, "source": fact.source}
            for fact in sorted(facts, key=lambda fact: (fact.last_seen, fact.dated, fact.venue))
        ]
    )


def undated_facts() -> str:
    """Return a table of the facts from undated copies, by venue."""
    return markdown_table(
        [
            {"venue": fact.venue, "what it says": fact.fact}
            | {"date": fact.dated.removeprefix(f"{UNDATED_COPY}, "), "source": fact.source}
            for fact in sorted(venue_facts(), key=lambda fact: fact.venue)
            if fact.last_seen is None
        ]
    )


def table_of_numbers(rows: list[dict[str, str]]) -> str:
    """Return rows as a table in which all columns but the first are flush right."""
    return re.sub(r"(?<=\| )---(?= \|)", "---:", markdown_table(rows)).replace("---:", "---", 1)


def in_words(name: str) -> str:
    """Return a field's name as words."""
    return name.replace("_", " ").capitalize()


# --- the directive ---------------------------------------------------------------------------------


class Status(SphinxDirective):
    """Prints one of the parts above: ``{status} run_times``."""

    required_arguments = 1
    parts: ClassVar[dict[str, Callable[[], str]]] = {
        part.__name__: part
        for part in (
            versions_in_words, run_times, examples_by_venue, published_mistakes, not_reproduced,
            dated_facts, undated_facts,
        )
    }  # fmt: skip

    def run(self) -> list[nodes.Node]:
        """Return the part as nodes; the page is made anew when a file changes that it is made from."""
        name = self.arguments[0]
        if name not in self.parts:
            raise self.error(f"status is {name!r}, but its domain is {', '.join(self.parts)}")
        for path in (RUNS, *sorted(GOLDEN.glob("*.py")), *sorted(GOLDEN.glob("*.json"))):
            self.env.note_dependency(str(path))
        return self.parse_text_to_nodes(self.parts[name]())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("status", Status)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
