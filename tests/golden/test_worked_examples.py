"""Worked examples that venues, engines and pages have published, reproduced by the package."""

from collections import Counter
from typing import Any

import pytest
from examples import EXAMPLES, Example, faults, has_rule, is_mistaken
from rules import MISTAKES, RULES

RIGHT = [example for example in EXAMPLES if has_rule(example) and not is_mistaken(example)]
MISTAKEN = [example for example in EXAMPLES if is_mistaken(example)]
WITHOUT_RULE = [example for example in EXAMPLES if not has_rule(example)]

TOPICS = {
    "pnl",
    "pnl-capped",
    "avg-entry",
    "contract-value",
    "contract-value-rounding",
    "fees",
    "funding",
    "mark-price",
    "order-cost",
    "roe",
    "margin",
    "liquidation",
    "position-payload",
    "hedge",
    "settlement",
    "engine-bug",
    "published-mistake",
    "published-approximation",
    "contrast-linear",
    "contrast-quanto",
    "perp-fair-value",
    "risk-limit",
    "adl",
    "basis",
    "arbitrage",
    "option",
    "order-book",
    "spread",
    "slippage",
    "stop",
    "first-passage",
    "kelly",
    "statistics",
    "backtest",
    "power-perpetual",
    "everlasting-option",
    "post-mortem",
}


def name_of(example: Example) -> str:
    return example["id"]


@pytest.fixture
def for_the_summary(request: pytest.FixtureRequest, record_property: Any) -> None:
    record_property("worked example of", request.node.callspec.params["example"]["venue"])


@pytest.mark.usefixtures("for_the_summary")
@pytest.mark.parametrize("example", RIGHT, ids=name_of)
def test_a_published_figure_is_reproduced(example: Example) -> None:
    assert faults(example) == []


@pytest.mark.usefixtures("for_the_summary")
@pytest.mark.parametrize("example", MISTAKEN, ids=name_of)
def test_a_published_mistake_is_told_from_the_right_figure(example: Example) -> None:
    assert faults(example) == []


A_RIGHT_FIGURE = {
    "status": "rounded",
    "rule": "value",
    "inputs": {"notional": 1000, "price": 600},
    "expected": {"value": 1.6667},
    "tolerance": 5e-5,
}
RUNS = {
    "status": "exact",
    "rule": "silent_runs",
    "inputs": {"threshold_usd": 300_000, "min_minutes": 20},
    "expected": {"runs": [["11:58", "12:19", 22]]},
    "tolerance": 0,
}
A_MISTAKE = {
    "status": "published_error",
    "rule": "average_entry",
    "inputs": {"fills": [[1000, 5000], [2000, 6000]]},
    "expected": {"average_entry_price": 5666.666666666667},
    "correct": {"average_entry_price": 5625.0},
    "mistake": "arithmetic_mean",
}


@pytest.mark.parametrize(
    ("example", "changed", "fault"),
    [
        (A_RIGHT_FIGURE, {"expected": {"value": 1.6668}}, "value is 1.6666"),
        (A_RIGHT_FIGURE, {"tolerance": {"value": 1e-6}}, "not 1.6667 within 1e-06"),
        (RUNS, {"expected": {"runs": [["11:58", "12:18", 21]]}}, "not [['11:58', '12:18', 21]]"),
        (
            A_MISTAKE,
            {"correct": {"average_entry_price": 5626.0}},
            "average_entry_price is 5625.0, not 5626.0",
        ),
        (
            A_MISTAKE,
            {"expected": {"average_entry_price": 5667.0}},
            "the mistake: average_entry_price is 5666",
        ),
        (A_MISTAKE, {"expected": {"average_entry_price": 5625.0}}, "the published 5625.0 may be, rounded"),
    ],
)
def test_a_figure_that_is_not_met_is_a_fault(example: Example, changed: Example, fault: str) -> None:
    assert faults(example) == []
    assert fault in "; ".join(faults(example | changed))


def test_an_example_without_a_rule_has_a_reason() -> None:
    assert all(len(example["reason"]) > 20 for example in WITHOUT_RULE)
    assert faults({"id": "none", "status": "exact", "reason": "the page is cut off"}) == [
        "the page is cut off"
    ]


def test_the_table_is_complete() -> None:
    assert RIGHT
    assert [name for name, count in Counter(map(name_of, EXAMPLES)).items() if count > 1] == []
    assert {example["topic"] for example in EXAMPLES} == TOPICS
    for example in EXAMPLES:
        assert example["source"], example["id"]
        assert set(example.get("implied", [])) <= set(example["inputs"]), example["id"]
        assert ("correct" in example) == (example["status"] == "published_error"), example["id"]
        # The status page says what is wrong with each published mistake.
        assert not is_mistaken(example) or example["note"], example["id"]
    assert set(RULES) == {example["rule"] for example in EXAMPLES if "rule" in example}
    assert set(MISTAKES) == {example["mistake"] for example in MISTAKEN}
