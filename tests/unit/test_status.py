"""The tables of the status page: that they leave nothing out, and show what is not as it should be."""

import importlib
import json

import pytest

from inversefutures import venues
from tools.notebooks import ROOT, stored_runs


@pytest.fixture
def status(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("status")


def rows(table):
    """Return the rows of a Markdown table as lists of cells, without its head."""
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in table.splitlines()[2:]]


def test_every_notebook_has_its_time(status):
    *subjects, together = rows(status.run_times())
    times = [cell for row in subjects for cell in row[1:] if cell]
    assert sorted(times) == sorted(f"{run['seconds']:.1f} s" for run in stored_runs().values())
    assert sum(float(cell.removesuffix(" s")) for cell in together[1:]) == pytest.approx(
        sum(run["seconds"] for run in stored_runs().values()), abs=0.2
    )


def test_notebooks_that_ran_with_other_versions_are_named(status, monkeypatch, tmp_path):
    run = {"digest": "", "seconds": 1, "versions": {"sympy": "1.14.0"}}
    other = run | {"versions": {"sympy": "1.13.0"}}
    monkeypatch.setattr(status, "RUNS", tmp_path / "runs.json")
    status.RUNS.write_text(json.dumps({"a.ipynb": other, "b.ipynb": run, "c.ipynb": run}))
    assert status.versions_in_words().splitlines() == [
        "- 2 notebooks with sympy 1.14.0",
        "- `a.ipynb` with sympy 1.13.0",
    ]


def test_every_example_is_counted_once(status):
    examples = status.worked_examples().EXAMPLES
    *by_venue, together = rows(status.examples_by_venue())
    assert {row[0] for row in by_venue} == {example["venue"] for example in examples}
    assert sum(int(cell) for row in by_venue for cell in row[1:]) == len(examples)
    assert sum(map(int, together[1:])) == len(examples)
    assert status.published_mistakes().count("\n- ") + 1 == int(together[2])


def test_an_example_that_is_not_reproduced_is_shown_with_its_reason(status, monkeypatch):
    module = status.worked_examples()
    wrong = {"id": "twice", "venue": "Nowhere", "source": "https://example.org/page (a copy)",
             "status": "exact", "rule": "value", "inputs": {"notional": 1, "price": 4},
             "expected": {"value": 0.5}, "tolerance": 0.01}  # fmt: skip
    monkeypatch.setattr(module, "EXAMPLES", [wrong])
    assert rows(status.examples_by_venue()) == [["Nowhere", "0", "0", "1"], ["all", "0", "0", "1"]]
    assert status.not_reproduced() == (
        "- **Nowhere**, twice: value is 0.25, not 0.5 within 0.01 [source](https://example.org/page) (a copy)"
    )
    monkeypatch.setattr(module, "EXAMPLES", [wrong | {"expected": {"value": 0.25}}])
    assert rows(status.examples_by_venue())[0] == ["Nowhere", "1", "0", "0"]
    assert "None" in status.not_reproduced()


def test_every_known_fact_is_in_one_of_the_two_tables(status):
    known = sum(
        version.is_known
        for specification in venues.SPECIFICATIONS.values()
        for fact in specification.facts.values()
        for version in (fact, *fact.earlier)
    )
    known += len(venues.RISK_LIMITS) + len(venues.FUNDING_RULES)
    dated, undated = rows(status.dated_facts()), rows(status.undated_facts())
    assert len(dated) + len(undated) == known
    assert all(source for *_, source in dated + undated)


def test_dated_facts_stand_oldest_first(status):
    words = [row[0] for row in rows(status.dated_facts()) if row[0]]
    days = [status.DatedFact("", "", text, "").last_seen for text in words]
    assert days == sorted(days)
    assert days[0] < days[-1]


@pytest.mark.parametrize(
    ("words", "last_seen"),
    [
        ("2024-11", "2024-11"),
        ("2018-08-27 and 2019-07-14", "2019-07-14"),
        ("live tickers of 2020 to 2025", "2025"),
        ("until April 2025", "2025-04"),
        ("undated copy, after 2021-08-31", None),
    ],
)
def test_a_date_in_words(status, words, last_seen):
    assert status.DatedFact("", "", words, "").last_seen == last_seen


def test_a_fact_without_a_date_that_does_not_say_so_is_refused(status):
    with pytest.raises(ValueError, match=r"OKX, Tick: as_of is 'some copy', which has no date"):
        _ = status.DatedFact("OKX", "Tick", "some copy", "").last_seen
