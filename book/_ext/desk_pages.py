"""The pages of the desk, each declared once: what is asked for, what is answered, and where it is derived.

A declaration is data. A field is a quantity of the notation, which gives it its letter, unit, meaning and
domain; an answer is one of the venues' questions or a formula of the course with its arguments by name. The
page's script draws the form and the answers from that, so nothing of a rule is written here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy as sp
from formula_sheet import Sheet, latex, register
from mathml import mathml, tree, written
from symbols import mark

from inversefutures import venues
from inversefutures.notation import QUANTITIES
from inversefutures.printing import javascript
from inversefutures.quantities import PROPER_FRACTION
from inversefutures.venues.ages import last_seen

__all__ = ["PAGES", "Answer", "Field", "Page", "approximations", "page_data"]

RATES = (PROPER_FRACTION, sp.Interval.Ropen(0, 1), sp.Interval.Lopen(0, 1), sp.Interval(0, 1))
LONGEST_FORMULA = 900
"""What is longer, in characters of MathML, nobody can read with numbers in it: the sheet has its letters."""
MONTHS = 12
"""A rule whose copy is older than this, or has no date, is warned of."""


@dataclass(frozen=True)
class Field:
    """Something that a reader puts in.

    Parameters
    ----------
    name : str
        A quantity of the notation, or the page's own.
    default : str
        As it would be typed; empty for what may be left out.
    kind : str
        ``"number"``, ``"rate"``, ``"side"``, ``"venue"``, ``"date"``, ``"choice"``, ``"flag"`` or
        ``"lines"``; by default what the quantity is.
    label, meaning : str
        What the notation does not say, or says otherwise.
    quantity : str
        The quantity that it is, where its name is another.
    options : choices, each with its words
    fold : bool
        Whether it waits in the fold of what is rarely needed.
    """

    name: str
    default: str = ""
    kind: str = ""
    label: str = ""
    meaning: str = ""
    quantity: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    fold: bool = False

    def data(self) -> dict[str, Any]:
        """Return it as the page's script reads it."""
        entry = QUANTITIES.get(self.quantity or self.name)
        kind = self.kind or ("rate" if entry and entry.domain in RATES else "number")
        told: dict[str, Any] = {"name": self.name, "kind": kind, "default": self.default}
        told["label"] = self.label or (entry.title if entry else self.name.capitalize().replace("_", " "))
        told["meaning"] = self.meaning or (entry.meaning if entry else "")
        if entry:
            told |= {
                "unit": _in_coins(entry.unit_name),
                "domain": entry.domain_in_words,
                "letter": mathml(latex(entry.symbol), display=False),
            }
        if self.options:
            told["options"] = list(self.options.items())
        if self.fold:
            told["fold"] = True
        return told

    @property
    def number(self) -> int | Decimal | Fraction:
        """The default as the package takes it."""
        text = self.default.replace(",", "")
        if text.endswith("%"):
            return Decimal(text.removesuffix("%").strip()) / 100
        if "/" in text:
            return Fraction(text)
        return Decimal(text) if "." in text else int(text)


def _in_coins(unit: str) -> str:
    """Return a unit as the desk says it: its position may be one of ether, and is counted in coins then."""
    return unit.replace("per BTC", "per coin").replace("BTC", "coins")


@dataclass(frozen=True)
class Answer:
    """A figure of a page: a formula of the course with its arguments.

    Parameters
    ----------
    name : str
        Under which later answers may use it.
    label : str
    formula : str
        Its name in the register, such as ``margin.top_up``.
    arguments : mapping
        To each argument the name of a field or of an earlier answer. ``"=mark"`` is a choice of the formula's
        own, ``"@maintenance_margin_base"`` a fact of the venue's rule.
    unit : str
        In words; by default the formula's. ``"%"`` shows a fraction as a percentage.
    switch : str
        The switch that leaves it out.
    none : str
        What is said where there is no such figure.
    approximate : bool
        Whether it is worked out in floating point, because its formula is not rational.
    """

    name: str
    label: str
    formula: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    switch: str = ""
    none: str = "There is none."
    approximate: bool = False

    @property
    def sheet(self) -> Sheet:
        """What the formula sheet says of it."""
        return Sheet(self.formula, register()[self.formula])

    def expression(self, choices: Mapping[str, str]) -> sp.Expr:
        """Return the formula in the notation's symbols, with the choices of the page's fields."""
        given: dict[str, Any] = {}
        for name, place in self.arguments.items():
            if place in choices:
                given[name] = choices[place]
            elif place.startswith("="):
                given[name] = place[1:]
            elif name in QUANTITIES:
                given[name] = QUANTITIES[name].symbol
        return self.sheet.function(**given)

    def data(self) -> dict[str, Any]:
        """Return it as the page's script reads it."""
        unit = self.unit or {"a pure number": ""}.get(self.sheet.unit, self.sheet.unit)
        told: dict[str, Any] = {"name": self.name, "label": self.label, "formula": self.formula}
        told |= {"arguments": dict(self.arguments), "unit": _in_coins(unit), "none": self.none}
        if self.switch:
            told["switch"] = self.switch
        if self.approximate:
            told["approximate"] = True
        return told


@dataclass(frozen=True)
class Page:
    """A page of the desk.

    Parameters
    ----------
    name, kind : str
        The kind is how its answers are worked out: ``"questions"``, ``"formulas"``, ``"fills"``,
        ``"message"``.
    fields, switches, answers : what it takes and gives
    questions : the venues' questions that it puts
    price : str
        The field at whose price coins are turned into dollars.
    """

    name: str
    kind: str
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...] = ()
    questions: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)
    price: str = ""


VENUE = (
    Field("venue", "Bybit", "venue"),
    Field(
        "as_of",
        "",
        "date",
        label="Date of the rule",
        meaning="such as 2025-09-01; left empty, the newest rule",
    ),
)
SIDE = Field("side", "1", "side")
POSITION = (
    SIDE,
    Field("notional", "10,000"),
    Field("entry_price", "50,000"),
    Field("leverage", "10"),
)
AT_ENTRY = {"notional": "notional", "price": "entry_price"}
FEE = Field("fee_rate", "0.055 %", meaning="of the coin value; negative for a rebate")


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _greek(name: str, label: str, unit: str) -> Answer:
    taken = Sheet(f"options.{name}", register()[f"options.{name}"]).parameters
    return Answer(name, label, f"options.{name}", _same(*taken), unit, approximate=True)


PAGES = {
    page.name: page
    for page in (
        Page(
            "liquidation",
            "questions",
            (
                *VENUE,
                *POSITION,
                Field("maintenance_margin_rate", "0.5 %"),
                Field("fee_rate", "0.055 %", meaning="for closing; the venue reserves it, or counts it"),
                Field("mark_price", meaning="by default the entry price", fold=True),
                Field("last_price", meaning="of the last trade, to set it beside the mark", fold=True),
                Field(
                    "margin",
                    meaning="a reserve included; not the leverage; in cross margin the wallet's balance",
                    fold=True,
                ),
                Field("extra_margin", fold=True),
                Field("deduction", fold=True),
                Field("funding_rate", meaning="the next one, where the venue counts it", fold=True),
                Field(
                    "others",
                    kind="flag",
                    label="Other positions share this wallet",
                    meaning="cross margin",
                    fold=True,
                ),
            ),
            questions=("liquidation_price", "bankruptcy_price", "initial_margin", "maintenance_margin"),
            switches={
                "fee_rate": "the closing fee and its reserve",
                "funding_rate": "the next funding",
                "deduction": "the deduction of the tier",
                "extra_margin": "the added margin",
            },
        ),
        Page(
            "profit",
            "fills",
            (
                *VENUE,
                Field(
                    "fills",
                    "buy 10,000 at 50,000\nbuy 10,000 at 40,000\nsell 5,000 at 48,000",
                    "lines",
                    meaning="one a line: buy or sell, the dollars, the price, and a fee rate if it differs",
                ),
                Field("price", "52,000"),
                FEE,
                Field("leverage", meaning="for the return on equity; it may be left out"),
            ),
            switches={"fee_rate": "the fees"},
        ),
        Page(
            "order_cost",
            "questions",
            (*VENUE, *POSITION, FEE, Field("mark_price", meaning="by default the entry price", fold=True)),
            (
                Answer("value", "Value of the order", "contract.value", AT_ENTRY),
                Answer(
                    "initial",
                    "Initial margin",
                    "margin.initial_margin",
                    _same("notional", "entry_price", "leverage"),
                ),
                Answer(
                    "opening",
                    "Fee for opening",
                    "contract.fee",
                    AT_ENTRY | _same("fee_rate"),
                    switch="fee_rate",
                ),
                Answer(
                    "closing",
                    "Fee for closing, reserved at the bankruptcy price",
                    "margin.closing_fee_reserve",
                    _same("side", "notional", "entry_price", "leverage", "fee_rate"),
                    switch="fee_rate",
                ),
                Answer(
                    "cost",
                    "All that the order ties up",
                    "margin.order_cost",
                    _same("side", "notional", "entry_price", "leverage", "fee_rate"),
                ),
            ),
            questions=("initial_margin",),
            switches={"fee_rate": "the fees"},
            price="entry_price",
        ),
        Page(
            "funding",
            "formulas",
            (
                SIDE,
                Field("notional", "10,000"),
                Field("mark_price", "50,000", meaning="at the moment of the payment"),
                Field("index_price", "49,950"),
                Field("funding_rate", "0.01 %", meaning="of one payment"),
                Field("payments", "1,095", meaning="in a year: 1,095 of them every 8 hours"),
                Field("funding_interval", "8"),
            ),
            (
                Answer(
                    "payment",
                    "Paid at the next funding; negative if received",
                    "funding.payment",
                    {"price": "mark_price"} | _same("side", "notional", "funding_rate"),
                ),
                Answer(
                    "yearly",
                    "In a year, if it stayed",
                    "funding.annualised_rate",
                    _same("funding_rate", "payments"),
                    unit="%",
                ),
                Answer(
                    "premium",
                    "Premium of the mark over the index",
                    "funding.premium_rate",
                    _same("mark_price", "index_price"),
                    unit="%",
                ),
                Answer(
                    "even",
                    "Time in which the funding pays the premium back",
                    "funding.break_even_time",
                    _same("mark_price", "index_price", "funding_rate", "funding_interval"),
                    none="Never: at this rate the funding does not pay the premium back.",
                ),
                Answer(
                    "compounded",
                    "In a year, each payment taken from what is left",
                    "funding.compounded_rate",
                    _same("funding_rate", "payments"),
                    unit="%",
                    approximate=True,
                ),
            ),
            price="mark_price",
        ),
        Page(
            "backwards",
            "formulas",
            (
                *VENUE,
                SIDE,
                Field("notional", "10,000"),
                Field("entry_price", "50,000"),
                Field(
                    "price",
                    "40,000",
                    label="Wished liquidation price",
                    meaning="or the worst price to survive",
                ),
                Field("margin", "0.02", meaning="what stands behind the position now, a reserve included"),
                Field("maintenance_margin_rate", "0.5 %"),
                FEE,
                Field("stop_price", "45,000"),
                Field("price_gap", "0 %", "rate", meaning="how far past the stop it fills"),
                Field("risked_coins", "0.01"),
                Field("risked_dollars", "500"),
            ),
            (
                Answer(
                    "top_up",
                    "Coins to add; a minus says that so many may be taken away",
                    "margin.top_up",
                    {"base": "@maintenance_margin_base", "fee_at": "@fee_at"}
                    | _same(
                        "margin",
                        "side",
                        "notional",
                        "entry_price",
                        "price",
                        "maintenance_margin_rate",
                        "fee_rate",
                    ),
                ),
                Answer(
                    "required",
                    "Margin that puts the liquidation there",
                    "margin.required_margin",
                    {"base": "@maintenance_margin_base", "fee_at": "@fee_at"}
                    | _same(
                        "side", "notional", "entry_price", "price", "maintenance_margin_rate", "fee_rate"
                    ),
                ),
                Answer(
                    "leverage",
                    "Largest leverage that survives it",
                    "margin.largest_leverage",
                    {"base": "@maintenance_margin_base"}
                    | _same("side", "entry_price", "price", "maintenance_margin_rate"),
                    none="Any leverage.",
                ),
                Answer(
                    "coin_size",
                    "Size that loses the risked coins at the stop",
                    "sizing.size_for_coin_risk",
                    _same("side", "risked_coins", "entry_price", "stop_price", "price_gap"),
                    approximate=True,
                ),
                Answer(
                    "dollar_size",
                    "Size that loses the risked dollars at the stop",
                    "sizing.size_for_dollar_risk",
                    _same("side", "risked_dollars", "entry_price", "stop_price", "price_gap"),
                    approximate=True,
                ),
            ),
            switches={"fee_rate": "the closing fee"},
            price="entry_price",
        ),
        Page(
            "basis",
            "formulas",
            (
                Field("price", "60,000", meaning="of the coin now"),
                Field("futures_price", "61,500"),
                Field("rolls", "365/91", meaning="such futures in a year: 365 over the days to expiry"),
                Field("time_to_expiry", "91/365"),
                Field("coins", "1"),
                Field("dollar_rate", "5 %", "rate", meaning="what borrowed dollars cost in a year"),
                Field("coin_rate", "0 %", "rate", meaning="what lent coins earn in a year"),
                Field("fee_rate", "0.05 %", meaning="of the future's trade"),
                Field("spot_fee_rate", "0.1 %"),
                Field("delivery_fee_rate", "0.025 %"),
            ),
            (
                Answer("basis", "Basis", "carry.basis", _same("price", "futures_price")),
                Answer(
                    "yearly",
                    "A year's basis, simple",
                    "carry.annualised_basis",
                    {"annualisation": "=simple"} | _same("price", "futures_price", "rolls"),
                    unit="%",
                ),
                Answer(
                    "compound",
                    "A year's basis, compounded",
                    "carry.annualised_basis",
                    {"annualisation": "=compound"} | _same("price", "futures_price", "rolls"),
                    unit="%",
                    approximate=True,
                ),
                Answer(
                    "sold",
                    "Dollars to sell against the coins",
                    "arbitrage.carry_notional",
                    _same("coins", "futures_price", "fee_rate"),
                ),
                Answer(
                    "earned",
                    "What the carry earns until expiry, on the dollars put in",
                    "arbitrage.carry_return",
                    _same("price", "futures_price", "spot_fee_rate", "fee_rate", "delivery_fee_rate"),
                    unit="%",
                ),
                Answer(
                    "lower",
                    "No arbitrage above",
                    "arbitrage.arbitrage_band",
                    {"bound": "=lower"}
                    | _same(
                        "price",
                        "dollar_rate",
                        "coin_rate",
                        "time_to_expiry",
                        "spot_fee_rate",
                        "fee_rate",
                        "delivery_fee_rate",
                    ),
                    approximate=True,
                ),
                Answer(
                    "upper",
                    "No arbitrage below",
                    "arbitrage.arbitrage_band",
                    {"bound": "=upper"}
                    | _same(
                        "price",
                        "dollar_rate",
                        "coin_rate",
                        "time_to_expiry",
                        "spot_fee_rate",
                        "fee_rate",
                        "delivery_fee_rate",
                    ),
                    approximate=True,
                ),
            ),
            switches={
                "fee_rate": "the future's fee",
                "spot_fee_rate": "the coin's fee",
                "delivery_fee_rate": "the delivery fee",
            },
            price="price",
        ),
        Page(
            "options",
            "formulas",
            (
                Field("option", "call", "choice", options={"call": "call", "put": "put"}),
                Field("futures_price", "60,000", meaning="of the future that expires with the option"),
                Field("strike", "65,000"),
                Field("volatility", "60 %", "rate", meaning="in a year, such as 60 %"),
                Field("time_to_expiry", "30/365"),
                Field("coin_rate", "0 %", "rate", meaning="what lent coins earn in a year"),
            ),
            (
                _greek("price", "Price", "coins"),
                _greek(
                    "net_delta",
                    "Net delta: the coins that hedge its price in coin",
                    "coins",
                ),
                _greek("black_delta", "Delta, as of an option that is paid in dollars", "coins"),
                _greek(
                    "gamma_in_coin",
                    "Gamma: F² times the second derivative of its price in coin",
                    "coins",
                ),
                _greek("black_gamma", "Gamma, as of an option that is paid in dollars", "BTC per USD"),
                _greek("vega_in_coin", "Vega, for a volatility higher by 1 (100 %)", "coins"),
                _greek("theta_in_coin", "Theta, for a year", "coins"),
            ),
            price="futures_price",
        ),
        Page(
            "message",
            "message",
            (
                Field("message", "", "lines", label="The message", meaning="JSON, as the interface answers"),
                Field("maintenance_margin_rate", "0.5 %", meaning="where the message has none"),
                Field(
                    "taker_fee_rate",
                    "0.075 %",
                    quantity="fee_rate",
                    label="Taker fee rate",
                    meaning="where the message has none",
                ),
                Field("leverage", "100", meaning="where the message has none"),
                Field("as_of", "", "date", label="Date of the message", meaning="where it has none"),
                Field(
                    "available_margin_satoshi",
                    "",
                    label="Available margin, satoshi",
                    meaning="of the account, in cross margin",
                    fold=True,
                ),
                Field("funding_rate", "", meaning="the next one, where the venue counts it", fold=True),
            ),
        ),
    )
}


def approximations() -> str:
    """Return the formulas in floating point as JavaScript: for each page an object of functions by answer.

    An answer whose formula has a choice among the page's fields has one function for each of its words.
    """
    pages = []
    for page in PAGES.values():
        printed = []
        for key, _, expression in _approximate(page):
            names = ", ".join(sorted(_name(symbol) for symbol in expression.free_symbols))
            printed.append(f"{key}: ({{ {names} }}) => {javascript(expression)},\n")
        if printed:
            pages.append(f"{page.name}: {{\n{''.join(printed)}}},\n")
    return f"const APPROXIMATE = {{\n{''.join(pages)}}};\n"


def _approximate(page: Page) -> Iterator[tuple[str, Answer, sp.Expr]]:
    """Yield each formula in floating point under its name with the words of its choices."""
    for answer in page.answers:
        if answer.approximate:
            chosen = [each for each in page.fields if each.options and each.name in answer.arguments.values()]
            for words in [{each.name: word} for each in chosen for word in each.options] or [{}]:
                yield "_".join([answer.name, *words.values()]), answer, answer.expression(words)


def _name(symbol: sp.Symbol) -> str:
    return next(name for name, entry in QUANTITIES.items() if entry.symbol == symbol)


def _sheets(page: Page) -> dict[str, dict[str, str]]:
    """Return what the engine lacks: of each formula in floating point its letters, place and lesson."""
    found = {}
    for key, answer, expression in _approximate(page):
        root = tree(latex(expression), False)
        mark(root)
        found[key] = {"anchor": answer.sheet.anchor}
        if len(text := written(root)) < LONGEST_FORMULA:
            found[key]["mathml"] = text
        if answer.sheet.lesson:
            found[key]["lesson"] = answer.sheet.lesson.stem
    return found


def page_data(page: Page) -> dict[str, Any]:
    """Return a page as its script reads it."""
    return {
        "name": page.name,
        "kind": page.kind,
        "fields": [each.data() for each in page.fields],
        "switches": dict(page.switches),
        "questions": list(page.questions),
        "answers": [each.data() for each in page.answers],
        "sheets": _sheets(page),
        "price": page.price,
        "months": MONTHS,
        "seen": {rule.as_of: last_seen(rule.as_of) for rule in venues.MARGIN_RULES},
    }


def in_python(page: Page) -> str:
    """Return the page's first answer as a call of the package with the defaults, and what comes out."""
    fields = {each.name: each for each in page.fields}
    if page.questions:
        given = {
            name: each.number
            for name, each in fields.items()
            if each.default and name not in ("venue", "as_of")
        }
        call, scope = f"venues.{page.questions[0]}", {"venues": venues}
        first = [repr(fields["venue"].default)]
    else:
        answer = page.answers[0]
        given = {
            name: fields[place].default if fields[place].options else fields[place].number
            for name, place in answer.arguments.items()
            if place in fields
        }
        given |= {
            name: "entry" for name, place in answer.arguments.items() if place == "@maintenance_margin_base"
        }
        call, scope, first = answer.formula, {}, []
        module = answer.formula.partition(".")[0]
        scope[module] = __import__(f"inversefutures.{module}", fromlist=[module])
    listed = ", ".join([*first, *(f"{name}={value!r}" for name, value in given.items())])
    result = eval(f"{call}({listed})", {"Decimal": Decimal, "Fraction": Fraction, **scope})
    return f">>> {call}({listed})\n{result}"
