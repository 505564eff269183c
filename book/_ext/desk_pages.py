"""The pages of the desk, each declared once: what is asked for, what is answered, and where it is derived.

A declaration is data. A field is a quantity of the notation, which gives it its letter, unit, meaning and
domain; an answer is one of the venues' questions or a formula of the course with its arguments by name. The
page's script draws the form and the answers from that, so nothing of a rule is written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from formula_sheet import Sheet, latex, register
from mathml import mathml

from inversefutures.notation import QUANTITIES
from inversefutures.printing import UnsupportedExpressionError, javascript
from inversefutures.quantities import PROPER_FRACTION

__all__ = ["PAGES", "Answer", "Field", "Page", "approximate", "page_data"]

RATES = (PROPER_FRACTION, sp.Interval.Ropen(0, 1), sp.Interval.Lopen(0, 1), sp.Interval(0, 1))
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
                "unit": entry.unit_name,
                "domain": entry.domain_in_words,
                "letter": mathml(latex(entry.symbol), display=False),
            }
        if self.options:
            told["options"] = list(self.options.items())
        if self.fold:
            told["fold"] = True
        return told


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
        To each argument the name of a field or of an earlier answer; a choice of the formula's own as it is.
        ``{"base": "@base"}`` takes a fact of the venue's rule.
    unit : str
        In words; by default the formula's. ``"%"`` shows a fraction as a percentage.
    switch : str
        The switch that leaves it out.
    none : str
        What is said where there is no such figure.
    """

    name: str
    label: str
    formula: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    switch: str = ""
    none: str = "There is none."

    def data(self) -> dict[str, Any]:
        """Return it as the page's script reads it."""
        sheet = Sheet(self.formula, register()[self.formula])
        unit = self.unit or {"a pure number": ""}.get(sheet.unit, sheet.unit)
        told: dict[str, Any] = {"name": self.name, "label": self.label, "formula": self.formula}
        told |= {"arguments": dict(self.arguments), "unit": unit, "none": self.none}
        if self.switch:
            told["switch"] = self.switch
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
    lesson : the number of the lesson that derives it
    approximate : whether it is floating point, for formulas that are not rational
    """

    name: str
    kind: str
    lesson: str
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...] = ()
    questions: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)
    approximate: bool = False


VENUE = (Field("venue", "Bybit", "venue"), Field("as_of", "", "date", label="Date of the rule"))
SIDE = Field("side", "1", "side")
POSITION = (
    SIDE,
    Field("notional", "10,000"),
    Field("entry_price", "50,000"),
    Field("leverage", "10"),
)

PAGES = {
    page.name: page
    for page in (
        Page(
            "liquidation",
            "questions",
            "05",
            (
                *VENUE,
                *POSITION,
                Field("maintenance_margin_rate", "0.5 %"),
                Field("fee_rate", "0.055 %", meaning="for closing; the venue reserves it, or counts it"),
                Field("mark_price", meaning="by default the entry price", fold=True),
                Field("last_price", meaning="of the last trade, to set it beside the mark", fold=True),
                Field("margin", meaning="in coins, a reserve included; instead of the leverage", fold=True),
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
    )
}


def approximate(page: Page) -> dict[str, str]:
    """Return the page's formulas as JavaScript in floating point, under the name of each answer."""
    printed = {}
    for answer in page.answers:
        sheet = Sheet(answer.formula, register()[answer.formula])
        choices = {name: word for name, word in answer.arguments.items() if word.startswith("=")}
        try:
            printed[answer.name] = javascript(
                sheet.function(**{name: word[1:] for name, word in choices.items()})
            )
        except UnsupportedExpressionError as problem:
            raise ValueError(f"{page.name}, {answer.name}: {problem}") from problem
    return printed


def page_data(page: Page) -> dict[str, Any]:
    """Return a page as its script reads it."""
    return {
        "name": page.name,
        "kind": page.kind,
        "fields": [each.data() for each in page.fields],
        "switches": dict(page.switches),
        "questions": list(page.questions),
        "answers": [each.data() for each in page.answers],
        "approximate": page.approximate,
        "months": MONTHS,
    }
