"""The desk's engine: the venues' rules and the course's formulas as one script, for a page without Python.

`exact_javascript` translates; here it is said what, and how the pieces are joined: the modules of
``book/_engine``, written by hand, what was translated, and the tables that a page needs beside it. The top of
``book/_engine/desk.js`` says what a page may ask.
"""

import dataclasses
import functools
import importlib
import inspect
import itertools
import json
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import sympy as sp
from exact_javascript import Translation, quoted
from formula_sheet import Sheet, latex, register
from mathml import tree, written
from page_judge import bare
from symbols import mark

import inversefutures.venues
from inversefutures import docstrings, notation, position
from inversefutures.notation import QUANTITIES
from inversefutures.quantities import unit_name
from inversefutures.risk_limits import Brackets, Slope, Steps, Tiers
from inversefutures.venues import arithmetic, margin_rules, margin_schedules, questions, specifications

MODULES = Path(__file__).parents[1] / "_engine"
NUMBERS = "fractions"
BY_HAND = ("decimals", "dates", "python", "formulas", "desk")
"""The modules, in the order of their imports; the rules stand before the last."""
QUESTIONS = (
    questions.initial_margin,
    questions.maintenance_margin,
    questions.bankruptcy_price,
    questions.liquidation_price,
)
SHARED = {
    "ages", "arithmetic", "fills", "funding_rules", "margin_rules", "margin_schedules", "questions",
    "specifications",
}  # fmt: skip
"""Modules of `venues` that are no venue. Every other one is, and its public functions are on the desk."""
SUBJECTS = ("contract", "position", "margin", "risk_limits", "funding", "carry", "arbitrage")
"""The modules whose formulas are on the desk, but for those in `NOT_RATIONAL`."""
NOT_RATIONAL = {
    "carry.forward_price", "carry.implied_coin_rate", "carry.expected_price_in_coin_measure",
    "arbitrage.arbitrage_band", "arbitrage.reverse_carry_coins",
}  # fmt: skip
"""What they give is no fraction of what they take: an exponential or a logarithm."""
AS_PRINTED = (
    "contract.delta", "contract.gamma", "contract.delta_in_dollars", "contract.gamma_in_dollars",
    "margin.return_on_equity_limit",
)  # fmt: skip
"""Derivatives and a limit, which sympy works out when the page is built."""
ONLY = {
    specifications.Specification: ("venue", "contract", "contract_size", "tick"),
    specifications.Fact: ("value",),
}
ASKED_OF_A_POSITION = {
    "after", "is_flat", "unrealised_profit_and_loss", "total_profit_and_loss", "net_profit_and_loss",
}  # fmt: skip
"""What a page asks of the package's `Position`."""
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


def desk_formulas() -> dict[str, Callable[..., Any]]:
    """Return the formulas of the desk, as they are called: ``margin.top_up``."""
    return {
        name: function
        for name, function in register().items()
        if name.partition(".")[0] in SUBJECTS and name not in NOT_RATIONAL
    }


@functools.cache
def statement() -> str:
    """Return the engine as a statement that declares ``desk``: no imports, no exports, no remarks.

    It works with the functions of `NUMBERS`, which a page has, too: both work with the same numbers.
    """
    return _stated()


def script() -> str:
    """Return the engine with all that it needs, to stand alone."""
    return _by_hand(NUMBERS) + statement()


def made() -> str:
    """Return the same, made anew."""
    return _by_hand(NUMBERS) + _stated()


def _stated() -> str:
    parts = {name: _by_hand(name) for name in BY_HAND}
    last = parts.pop("desk")
    joined = "\n".join([*parts.values(), _shorter(_printed()), last])
    return f'const desk = (() => {{\n"use strict";\n{joined}\nreturn createDesk(PRINTED);\n}})();\n'


def _shorter(text: str) -> str:
    """Return the script with short names for what was translated, which weighs a fifteenth less."""
    names = dict.fromkeys(NAME.findall(STRING.sub("", text)))
    short = {name: f"_{place}" for place, name in enumerate(names)}
    parts = re.split(STRING, text)
    kept = STRING.findall(text)
    parts = [NAME.sub(lambda found: short[found[0]], part) for part in parts]
    return "".join(map("".join, itertools.zip_longest(parts, kept, fillvalue="")))


NAME = re.compile(r"(?<![\w$])[a-z_]+\$\w+")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def _by_hand(name: str) -> str:
    return bare((MODULES / f"{name}.js").read_text("utf-8"))


def _printed() -> str:
    translation = Translation(LEFT_OUT, AS_PRINTED, ONLY, made=(position.Fill, position.Position))
    for kind in translation.made:
        fields = {each.name for each in dataclasses.fields(kind)}
        translation.attributes |= fields
        translation.names |= fields
    translation.attributes |= ASKED_OF_A_POSITION
    for kind in (margin_rules.MarginRule, margin_rules.Rounding, margin_schedules.RiskLimits):
        translation.attributes |= {each.name for each in dataclasses.fields(kind)}
    for kind in (Tiers, Steps, Slope):
        translation.attributes |= {each.name for each in dataclasses.fields(kind)}
    translation.attributes |= {
        "contract_size",
        "floor",
        "rate",
        "marginal_rate",
        "deduction",
        "deductions",
        "unit",
    }
    rules, formulas = venue_rules(), desk_formulas()
    about = {name: about_rule(name, each) for name, each in rules.items()}
    about["position"] = about_rule("position", questions.position)
    sheet = {name: about_formula(name) for name in formulas}
    shown = [*about.values(), *sheet.values()]
    translation.names |= {each["name"] for entry in shown for each in entry["arguments"]}
    registers = (
        translation.constant(notation, "QUANTITIES"),
        translation.constant(arithmetic, "VENUE_QUANTITIES"),
    )
    tables = {
        "questions": _table(translation, {each.__name__: each for each in QUESTIONS}),
        "rules": _table(translation, rules),
        "formulas": _table(translation, formulas),
        "flat": translation.constant(position, "FLAT"),
        "Fill": translation.class_(position.Fill),
        "marginRule": translation.function(margin_rules.margin_rule),
        "specification": translation.function(specifications.specification),
        "riskLimits": translation.function(margin_schedules.risk_limits_of),
        "knownRiskLimits": translation.function(margin_schedules.known_risk_limits),
        "marginRules": translation.constant(margin_rules, "MARGIN_RULES"),
        "about": _json(about),
        "sheet": _json(sheet),
        "known": _json(about_quantities(each["name"] for entry in shown for each in entry["arguments"])),
        "registers": f"[{', '.join(registers)}]",
        "kinds": "["
        + ", ".join(
            f'{{kind: "{each.__name__}", of: {translation.class_(each)}}}'
            for each in (Tiers, Brackets, Steps, Slope)
        )
        + "]",
    }
    exact = translation.function(arithmetic.exact)
    rules_text = translation.text()
    missing, unexpected = _words_of_binding()
    package = (
        f"Object.assign(PACKAGE, {{quantities: {registers[0]}, ownQuantities: {registers[1]}, "
        f"exact: {exact}, missing: {quoted(missing)}, unexpected: {quoted(unexpected)}}});"
    )
    written = ",\n".join(f"{name}: {text}" for name, text in tables.items())
    return f"{rules_text}{package}\nconst PRINTED = {{{written}}};"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def about_rule(name: str, function: Callable[..., Any]) -> dict[str, Any]:
    """Return what a page shows of a rule: what it takes, and the fields of its answer."""
    parts = docstrings.sections(inspect.getdoc(function) or "")
    remarks = docstrings.remarks(parts.get("Parameters", ""))
    parameters = inspect.signature(function).parameters.values()
    positional = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    summary = " ".join(parts[""].partition("\n\n")[0].split()).removeprefix("Return ")
    answer = get_type_hints(inspect.unwrap(function)).get("return")
    return {
        "summary": summary[:1].upper() + summary[1:],
        "arguments": [about_argument(each, remarks.get(each.name, "")) for each in parameters],
        "fields": list(answered_fields(answer)) if dataclasses.is_dataclass(answer) else [],
        **({"positional": positional} if positional else {}),
    }


def about_argument(parameter: inspect.Parameter, remark: str) -> dict[str, Any]:
    """Return what a page shows of an argument."""
    about: dict[str, Any] = {"name": parameter.name}
    if parameter.default is parameter.empty or isinstance(parameter.default, sp.Symbol):
        about["required"] = True
    if parameter.default not in (parameter.empty, None) and not isinstance(parameter.default, sp.Symbol):
        about["default"] = str(parameter.default)
    if choices := get_args(parameter.annotation) if get_origin(parameter.annotation) is Literal else ():
        about["choices"] = list(choices)
    if parameter.annotation is not Any and get_origin(parameter.annotation) is not Sequence:
        about["is_text"] = True
    if remark:
        about["meaning"] = remark
    if called := VENUES_NAME.findall(remark):
        about["called"] = called
    return about


def about_quantities(names: Iterable[str]) -> dict[str, Any]:
    """Return letters and meaning of the quantities among these names; unit and domain are with the rules."""
    known = {
        name: QUANTITIES.get(name) or arithmetic.VENUE_QUANTITIES.get(name) for name in sorted(set(names))
    }
    return {
        name: {"symbol": formula_form(each.symbol), **({"meaning": each.meaning} if each.meaning else {})}
        for name, each in known.items()
        if each is not None
    }


def answered_fields(kind: type) -> Iterator[dict[str, str]]:
    """Return the fields of a rule's answer, with the remark behind each and the venue's name in it."""
    remarks = dict(FIELD.findall(inspect.getsource(kind)))
    for each in dataclasses.fields(kind):
        remark = remarks.get(each.name, "")
        called = re.match(r"(?!coin\b)[A-Za-z_]+(?=$|[:,])", remark)
        yield {"name": each.name, "remark": remark, **({"called": called[0]} if called else {})}


FIELD = re.compile(r"^    (\w+): [^#\n]*  # (.*)$", re.MULTILINE)
VENUES_NAME = re.compile(r"\(([A-Za-z_]+)\)")


@functools.cache
def about_formula(name: str) -> dict[str, Any]:
    """Return what a page shows of a formula: its place on the sheet, its lesson, and its forms as MathML.

    A form is the formula by the choices and the arguments that a call has. Its key has, in the order of
    ``keys``, the word of a choice, and for an argument that need not be given a 1 where it is and is not 0.
    There is no form for two constants at once that usually are nought: hardly a call has them, and sympy
    takes long.
    """
    sheet = Sheet(name, register()[name])
    arguments, hidden = sheet.parameters, {}
    for parameter in sheet.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            takes = INNER.search(docstrings.remarks(sheet.docstring["Parameters"])[parameter.name])[1]
            inner = register()[takes if "." in takes else f"{sheet.module}.{takes}"]
            hidden = dict(inspect.signature(inner).parameters)
    every = [each for each in (hidden | arguments).values() if each.kind is each.KEYWORD_ONLY]
    choices = {
        each.name: get_args(each.annotation) for each in every if get_origin(each.annotation) is Literal
    }
    optional = [
        each.name
        for each in every
        if each.name in QUANTITIES and (each.default is None or (each.default == 0 and not hidden))
    ]
    usually_none = [place for place, name in enumerate(optional) if (hidden | arguments)[name].default == 0]
    forms: list[str] = []
    places: dict[str, int] = {}
    for chosen in itertools.product(*choices.values()):
        for given in itertools.product((False, True), repeat=len(optional)):
            if sum(given[place] for place in usually_none) > 1:
                continue
            symbols = {each: QUANTITIES[each].symbol for each in itertools.compress(optional, given)}
            try:
                expression = sheet.function(**dict(zip(choices, chosen, strict=True)), **symbols)
            except ValueError:  # two alternatives at once
                continue
            form = formula_form(expression)
            if form not in forms:
                forms.append(form)
            places[" ".join([*chosen, *("1" if each else "0" for each in given)])] = forms.index(form)
    keys = [
        [each.name, each.default if each.name in choices else None] for each in every if each.name in choices
    ]
    keys += [[name, None] for name in optional]
    lesson = {"lesson": sheet.lesson.stem} if sheet.lesson else {}
    return {
        "title": sheet.title,
        "anchor": sheet.anchor,
        **lesson,
        "unit": unit_name(sheet.function.unit),
        "arguments": [about_argument(each, "") for each in every],
        "keys": keys,
        "places": places,
        "forms": forms,
    }


INNER = re.compile(r"[Aa]rguments of `([\w.]+)`")


def formula_form(expression: sp.Expr) -> str:
    """Return a formula as MathML, each letter of the notation marked with its quantity's name."""
    root = tree(latex(expression), display=False)
    mark(root)
    return written(root)


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
