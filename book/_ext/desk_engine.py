"""The desk's engine: the venues' rules and the course's formulas as one script, for a page without Python.

`exact_javascript` translates; here it is said what, and how the pieces are joined: the modules of
``book/_engine``, written by hand, what was translated, and the tables that a page needs beside it. The top of
``book/_engine/desk.js`` says what a page may ask.
"""

import dataclasses
import functools
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

from exact_javascript import Translation, UnsupportedRuleError, is_formula, is_rule, quoted
from page_judge import EXPORT, IMPORT, INDENT, REMARK, REMARK_BEHIND

import inversefutures.venues
from inversefutures import contract, docstrings, notation, quantities
from inversefutures.notation import QUANTITIES
from inversefutures.risk_limits import Brackets, Slope, Steps, Tiers
from inversefutures.venues import arithmetic, margin_rules, margin_schedules, questions, specifications

MODULES = Path(__file__).parents[1] / "_engine"
BY_HAND = ("fractions", "decimals", "dates", "python", "formulas", "desk")
"""The modules, in the order of their imports; the rules stand before the last."""
QUESTIONS = (
    questions.initial_margin,
    questions.maintenance_margin,
    questions.bankruptcy_price,
    questions.liquidation_price,
)
SHARED = {
    "arithmetic", "fills", "funding_rules", "margin_rules", "margin_schedules", "questions", "specifications",
}  # fmt: skip
"""Modules of `venues` that are no venue. Every other one is, and its public functions are on the desk."""
LEFT_OUT = {"Slope.marginal_rate": "a derivative; only tiers are asked for the rate of a tier"}


def venue_rules() -> dict[str, Callable[..., Any]]:
    """Return the public functions of every venue's module, as they are called: ``bitmex.fill``."""
    found: dict[str, Callable[..., Any]] = {}
    for each in pkgutil.iter_modules(inversefutures.venues.__path__):
        if each.name in SHARED:
            continue
        module = importlib.import_module(f"inversefutures.venues.{each.name}")
        for name in module.__all__:
            function = getattr(module, name)
            if inspect.isfunction(function):
                found[f"{each.name}.{name}"] = function
    return found


def script() -> str:
    """Return the engine as a statement that declares ``desk``: no imports, no exports, no remarks."""
    parts = {name: _by_hand(name) for name in BY_HAND}
    last = parts.pop("desk")
    joined = "\n".join([*parts.values(), _printed(), last])
    return f'const desk = (() => {{\n"use strict";\n{joined}\nreturn createDesk(PRINTED);\n}})();\n'


def _by_hand(name: str) -> str:
    text = (MODULES / f"{name}.js").read_text("utf-8")
    return re.sub(r"^export ", "", IMPORT_OF_NAMES.sub("", REMARK_BEHIND.sub("", REMARK.sub("", text))), flags=re.M)


IMPORT_OF_NAMES = re.compile(r"^import [^;]*;\n", re.MULTILINE)


@functools.cache
def _printed() -> str:
    translation = Translation(LEFT_OUT)
    for kind in (margin_rules.MarginRule, margin_rules.Rounding, margin_schedules.RiskLimits):
        translation.attributes |= {each.name for each in dataclasses.fields(kind)}
    for kind in (Tiers, Steps, Slope):
        translation.attributes |= {each.name for each in dataclasses.fields(kind)}
    translation.attributes |= {"contract_size", "floor", "rate", "marginal_rate", "deduction", "deductions", "unit"}
    rules = venue_rules()
    tables = {
        "questions": _table(translation, {each.__name__: each for each in QUESTIONS}),
        "rules": _table(translation, rules),
        "formulas": "{}",
        "marginRule": translation.function(margin_rules.margin_rule),
        "specification": translation.function(specifications.specification),
        "riskLimits": translation.function(margin_schedules.risk_limits_of),
        "knownRiskLimits": translation.function(margin_schedules.known_risk_limits),
        "marginRules": translation.constant(margin_rules, "MARGIN_RULES"),
        "about": "{}",
        "sheet": "{}",
        "kinds": "["
        + ", ".join(f'{{kind: "{each.__name__}", of: {translation.class_(each)}}}' for each in (Tiers, Brackets, Steps, Slope))
        + "]",
    }
    exact = translation.function(arithmetic.exact)
    registers = translation.constant(notation, "QUANTITIES"), translation.constant(arithmetic, "VENUE_QUANTITIES")
    rules_text = translation.text()
    missing, unexpected = _words_of_binding()
    package = (
        f"Object.assign(PACKAGE, {{quantities: {registers[0]}, ownQuantities: {registers[1]}, "
        f"exact: {exact}, missing: {quoted(missing)}, unexpected: {quoted(unexpected)}}});"
    )
    written = ",\n".join(f"{name}: {text}" for name, text in tables.items())
    return f"const $made = {{}};\n{rules_text}{package}\nconst PRINTED = {{{written}}};"


def _table(translation: Translation, functions: dict[str, Callable[..., Any]]) -> str:
    entries = (f"{quoted(name)}: {translation.function(each)}" for name, each in functions.items())
    return "{" + ", ".join(entries) + "}"


def _words_of_binding() -> tuple[str, str]:
    """Return what Python says of an argument that is missing, and of one that is not known; its name is x."""

    def needs(*, x: Any) -> None: ...
    def takes_none() -> None: ...

    said = []
    for function, given in ((needs, {}), (takes_none, {"x": 1})):
        try:
            inspect.signature(function).bind(**given)
        except TypeError as problem:
            said.append(str(problem))
    return said[0], said[1]
