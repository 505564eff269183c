"""Calls of the venues' rules and of the course's formulas, and what Python answers: for `test_desk_engine`.

A call is (kind, name, arguments). Numbers are as a user of the package writes them; `for_the_page` says how
the page is given the same.
"""

import dataclasses
import functools
import inspect
import itertools
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import pytest
import sympy as sp

from inversefutures import venues
from inversefutures.notation import QUANTITIES
from inversefutures.venues import MARGIN_RULES, arithmetic

NO_FRACTION = "ask Python for it"
"""How the page ends its refusal of a logarithm or a root, which Python answers."""
NOT_GIVEN = "is not given: give it as well"
"""How the page ends its refusal of a formula that lacks a number, which Python leaves in symbols."""

Call = tuple[str, str, dict[str, Any]]
QUESTIONS = {
    each.__name__: each
    for each in (
        venues.initial_margin,
        venues.maintenance_margin,
        venues.bankruptcy_price,
        venues.liquidation_price,
    )
}
VENUES = list(dict.fromkeys(each.venue for each in MARGIN_RULES))


# --- what each language is given and answers -----------------------------------------------------------


def for_the_page(value: Any) -> Any:
    """Return an argument as JSON for the page: a number as it is written, a fraction by its two parts."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, sp.Rational):
        return {"fraction": [str(value.p), str(value.q)]}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: for_the_page(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [for_the_page(each) for each in value]
    return str(value)


def in_python(kind: str, function: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what the package answers, in the form that the page's answer is read in."""
    try:
        if kind == "rule" and is_positional(function):
            answer = function(*arguments.values())
        elif kind == "question":
            held = {name: each for name, each in arguments["held"].items() if each is not None}
            answer = function(
                arguments["venue"], as_of=arguments["asOf"], rounded=arguments["rounded"], **held
            )
        else:
            answer = function(**arguments)
    except (ValueError, TypeError) as refusal:
        return {"refusal": str(refusal)}
    if kind == "formula" and answer not in (sp.oo, -sp.oo) and not isinstance(answer, sp.Rational):
        return {"refusal": NO_FRACTION}
    if kind == "formula":
        return {"value": {"kind": "fraction", "text": "None" if answer in (sp.oo, -sp.oo) else str(answer)}}
    if kind == "question":
        return {"value": {"kind": "decimal or none", "text": str(answer)}}
    if dataclasses.is_dataclass(answer):
        return {each.name: shown(getattr(answer, each.name)) for each in dataclasses.fields(answer)}
    return {"value": shown(answer)}


def is_alike(function: Callable[..., Any], call: Call, ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Return whether page and package say the same, or the page refuses what only symbols can answer."""
    refusal = theirs.get("refusal", "")
    if call[0] == "formula" and refusal.endswith(NOT_GIVEN) and lacks_a_number(function, call[2]):
        return True
    if ours == {"refusal": NO_FRACTION}:
        return bool(refusal.endswith(NO_FRACTION))
    return ours == theirs


def lacks_a_number(function: Callable[..., Any], arguments: dict[str, Any]) -> bool:
    """Return whether a formula is left with one of its symbols; the page has no formulas in symbols."""
    return any(
        isinstance(each.default, sp.Symbol) and each.name not in arguments
        for each in inspect.signature(function).parameters.values()
    )


def shown(value: Any) -> dict[str, str]:
    kinds = {int: "int", Decimal: "decimal", str: "text", type(None): "none"}
    return {"kind": kinds[type(value)], "text": str(value)}


def is_positional(function: Callable[..., Any]) -> bool:
    return any(
        each.kind is each.POSITIONAL_OR_KEYWORD for each in inspect.signature(function).parameters.values()
    )


# --- calls that the worked examples make ---------------------------------------------------------------


def intercepted(
    targets: dict[str, tuple[str, Callable[..., Any]]], run: Callable[[], None]
) -> list[tuple[Call, Callable[..., Any]]]:
    """Return every call of some functions of the package while something runs, each once.

    Parameters
    ----------
    targets : kind and function by name, such as ``"bitmex.fill"``
    """
    seen: dict[str, tuple[Call, Callable[..., Any]]] = {}

    def watched(kind: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            given = inspect.signature(function).bind_partial(*args, **kwargs).arguments
            more = next(
                (p.name for p in inspect.signature(function).parameters.values() if p.kind is p.VAR_KEYWORD),
                None,
            )
            given |= given.pop(more, {}) if more else {}
            if kind == "formula":
                given = {key: exactly(value) for key, value in given.items()}
            if all(is_plain(value) for value in given.values()):
                seen.setdefault(f"{kind} {name} {given}", ((kind, name, dict(given)), function))
            return function(*args, **kwargs)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name, (kind, function) in targets.items():
            module = inspect.getmodule(inspect.unwrap(function))
            patch.setattr(module, function.__name__, watched(kind, name, function))
        run()
    return list(seen.values())


def exactly(value: Any) -> Any:
    """Return a number as a fraction: with a float a formula of the course would work in floats."""
    if isinstance(value, float | Decimal | sp.Float):
        return sp.Rational(str(value))
    return value


def is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return value is None or isinstance(value, int | float | Decimal | str | date | sp.Rational)


# --- calls that are drawn ------------------------------------------------------------------------------


def drawn_number(name: str, draw: random.Random) -> Any:
    """Return a number for an argument: one that a user could give, sometimes one outside its domain."""
    is_checked = name in QUANTITIES or name in arithmetic.VENUE_QUANTITIES
    if draw.random() < 0.03 and name != "price_range":
        return draw.choice([0, -1, -0.5, 1, 2.5, 1e-30, "abc" if is_checked else 3])
    if name == "price_range":
        return draw.choice([0.16, 0.05])
    if name == "side":
        return draw.choice([1, -1])
    if name.endswith("_satoshi"):
        return draw.choice([0, 0, 1, draw.randrange(1, 10**5), draw.randrange(10**5, 10**9), 2500.5])
    if name in ("contracts", "notional") or name.endswith("notional"):
        return draw.choice([1, 7, 100, 300, 1000, 12_500, 100_000, 1_000_000])
    if name == "tick":
        return draw.choice([0.1, 0.5, 0.01])
    if "price" in name or name in ("price", "strike"):
        return draw.choice([9_412.5, 50_000, 10**30, 52_250, 63_111.37, draw.randrange(8_000, 70_000) / 2, 1])
    if name.endswith("leverage") or name == "leverage":
        return draw.choice([1, 2, 3, 10, 12.5, 25, 100, 0.5])
    if name == "initial_margin_rate":
        return draw.choice([1, 0.5, 0.1, 0.01, 0.04])
    if name == "maintenance_margin_rate":
        return draw.choice([0, 0.0035, 0.004, 0.005, 0.01, 0.2])
    if name == "adjustment_factor":
        return draw.choice([0.05, 0.1, 0.25])
    if "rate" in name or name in ("premium", "clamp", "damper"):
        return draw.choice([0, 0.00075, 0.0005, -0.00025, 0.0001, 0.01])
    domain = (QUANTITIES.get(name) or arithmetic.VENUE_QUANTITIES.get(name) or QUANTITIES["price"]).domain
    values = [1, 2, 0.25, 0.1, 12.75, draw.randrange(1, 10**6) / 10**5, 0, -0.5]
    fitting = [value for value in values if domain.contains(sp.Rational(str(value))) == sp.true]
    return draw.choice(fitting or values)


def drawn_day(draw: random.Random, days: list[Any]) -> Any:
    return draw.choice(
        [*days, *days, "2016-01-01", "2021-06-08", "2021-06-08T04:30:00Z", "next week", "2020-02-30"]
    )


def days_of_the_table(venue: str | None = None) -> list[Any]:
    """Return days and moments around the changes of the table of rules."""
    found: list[Any] = []
    for each in MARGIN_RULES:
        if venue in (None, each.venue):
            for bound in (each.since, each.until):
                if isinstance(bound, datetime):
                    before = bound - timedelta(microseconds=1)
                    found += [
                        bound.isoformat(),
                        before.isoformat(),
                        bound.date(),
                        f"{bound.isoformat()}+02:00",
                    ]
                elif bound not in (None, date.max):
                    found += [bound, bound.isoformat()]
    return found


def drawn_rules(rules: dict[str, Callable[..., Any]], each: int, seed: int) -> Iterator[tuple[Call, Any]]:
    """Return calls of the venues' rules with numbers that are drawn; some lack or repeat something."""
    draw = random.Random(seed)
    days = days_of_the_table()
    for name, function in sorted(rules.items()):
        for _ in range(each):
            arguments = {}
            for parameter in inspect.signature(function).parameters.values():
                has_default = parameter.default is not parameter.empty
                if draw.random() < (0.5 if has_default else 0.01) and not is_positional(function):
                    continue
                arguments[parameter.name] = drawn_argument(parameter, draw, days)
            if draw.random() < 0.02 and not is_positional(function):
                arguments["colour"] = 1
            yield ("rule", name, arguments), function


def drawn_argument(parameter: inspect.Parameter, draw: random.Random, days: list[Any]) -> Any:
    if parameter.name == "as_of":
        return drawn_day(draw, [*days, "2019-05-10", "2022-01-30", "2025-10-01"])
    if get_origin(parameter.annotation) is Literal:
        return draw.choice([*get_args(parameter.annotation), "else"])
    if parameter.annotation is str:
        return draw.choice(["BTC", "SOL", "call", "put", "XRP"])
    if parameter.name == "coin_sizes":
        return [draw.choice([1, -2.5, 0.3, 4]) for _ in range(draw.randrange(1, 4))]
    return drawn_number(parameter.name, draw)


def drawn_questions(each: int, seed: int) -> Iterator[tuple[Call, Any]]:
    """Return questions to every venue, in every period, rounded and not, by every way to give a margin."""
    draw = random.Random(seed)
    for venue, (name, function), rounded in itertools.product(VENUES, QUESTIONS.items(), (False, True)):
        days = [None, None, *days_of_the_table(venue)]
        for _ in range(each):
            held: dict[str, Any] = {
                "side": drawn_number("side", draw),
                "notional": drawn_number("notional", draw),
            }
            entry, behind = draw.random(), draw.random()
            if entry < 0.85:
                held["entry_price"] = drawn_number("entry_price", draw)
            if entry > 0.82:
                held["entry_value"] = draw.choice([0.2, 0.02487123, 1.5])
            if behind < 0.55:
                held["leverage"] = drawn_number("leverage", draw)
            elif behind < 0.75:
                held["initial_margin_rate"] = drawn_number("initial_margin_rate", draw)
            elif behind < 0.97:
                held["margin"] = draw.choice([0.02, 0.5, 1, 0.001])
            further = [
                "mark_price", "extra_margin", "realised_loss", "deduction", "fee_rate", "fee_rate",
                "funding_rate",
            ]  # fmt: skip
            if draw.random() < 0.95:
                held["maintenance_margin_rate"] = drawn_number("maintenance_margin_rate", draw)
            for other in draw.sample(further, draw.randrange(0, 5)):
                held[other] = (
                    draw.choice([0, 0.0001, 0.003]) if other in further[1:4] else drawn_number(other, draw)
                )
            as_of = drawn_day(draw, days) if draw.random() < 0.3 else draw.choice(days)
            yield (
                ("question", name, {"venue": venue, "asOf": as_of, "rounded": rounded, "held": held}),
                function,
            )


def drawn_formulas(
    formulas: dict[str, Callable[..., Any]], each: int, seed: int
) -> Iterator[tuple[Call, Any]]:
    """Return calls of the formulas with fractions."""
    draw = random.Random(seed)
    for name, function in sorted(formulas.items()):
        parameters = dict(inspect.signature(function).parameters)
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            inner = {"top_up": "required_margin"}.get(function.__name__, "liquidation_price")
            parameters = dict(inspect.signature(formulas[f"margin.{inner}"]).parameters) | parameters
        for _ in range(each):
            arguments = {}
            for parameter in parameters.values():
                is_optional = parameter.default is None or parameter.default == 0
                if parameter.kind is parameter.VAR_KEYWORD or (is_optional and draw.random() < 0.5):
                    continue
                arguments[parameter.name] = exactly(drawn_argument(parameter, draw, []))
            if arguments.get("margin") is not None and draw.random() < 0.9 and "margin." in name:
                arguments.pop("leverage", None)
            yield ("formula", name, arguments), function
