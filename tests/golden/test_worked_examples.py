"""Worked examples that venues, engines and pages have published, reproduced by the package.

`worked_examples.json` holds their figures with their sources; `rules` says how each kind is worked out. An
example's ``implied`` names the inputs that its source leaves to the reader. One that cannot be reproduced has
a ``reason`` in place of a ``rule``.
"""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rules import MISTAKES, RULES

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "worked_examples.json").read_text(encoding="utf-8")
)
NOT_REPRODUCED = {example["id"]: example["reason"] for example in EXAMPLES if "rule" not in example}
RIGHT = [example for example in EXAMPLES if "rule" in example and example["status"] != "published_error"]
MISTAKEN = [example for example in EXAMPLES if example["status"] == "published_error"]

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
}


def name_of(example: dict[str, Any]) -> str:
    return example["id"]


def last_digit(printed: float) -> float:
    """Half a unit of the last digit of a figure as it is printed: what rounding can explain."""
    return 0.5 * 10.0 ** int(Decimal(repr(printed)).as_tuple().exponent)


@pytest.fixture
def for_the_summary(request: pytest.FixtureRequest, record_property: Any) -> None:
    record_property("worked example of", request.node.callspec.params["example"]["venue"])


@pytest.mark.usefixtures("for_the_summary")
@pytest.mark.parametrize("example", RIGHT, ids=name_of)
def test_a_published_figure_is_reproduced(example: dict[str, Any]) -> None:
    figures = RULES[example["rule"]](**example["inputs"])
    for name, published in example["expected"].items():
        tolerance = example["tolerance"]
        if isinstance(tolerance, dict):
            tolerance = tolerance[name]
        assert float(figures[name]) == pytest.approx(published, rel=0, abs=tolerance), name


@pytest.mark.usefixtures("for_the_summary")
@pytest.mark.parametrize("example", MISTAKEN, ids=name_of)
def test_a_published_mistake_is_told_from_the_right_figure(example: dict[str, Any]) -> None:
    right = RULES[example["rule"]](**example["inputs"])
    for name, correct in example["correct"].items():
        assert float(right[name]) == pytest.approx(correct, rel=1e-12, abs=last_digit(correct)), name
    mistake = MISTAKES[example["mistake"]](**example["inputs"])
    for name, published in example["expected"].items():
        assert abs(float(right[name]) - published) > last_digit(published), name
        assert float(mistake[name]) == pytest.approx(published, rel=0, abs=last_digit(published)), name


def test_every_example_is_reproduced_or_has_a_reason() -> None:
    assert len(RIGHT) + len(MISTAKEN) + len(NOT_REPRODUCED) == len(EXAMPLES)
    assert all(len(reason) > 20 for reason in NOT_REPRODUCED.values())


def test_the_table_is_complete() -> None:
    assert [name for name, count in Counter(map(name_of, EXAMPLES)).items() if count > 1] == []
    assert {example["topic"] for example in EXAMPLES} == TOPICS
    for example in EXAMPLES:
        assert example["source"], example["id"]
        assert set(example.get("implied", [])) <= set(example["inputs"]), example["id"]
        assert ("correct" in example) == (example["status"] == "published_error"), example["id"]
    assert set(RULES) == {example["rule"] for example in EXAMPLES if "rule" in example}
    assert set(MISTAKES) == {example["mistake"] for example in MISTAKEN}
