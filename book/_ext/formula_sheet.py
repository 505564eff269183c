"""The formula sheet, made when the book is built: every formula of the package, from its register.

Nothing in it is written by hand. What a formula gives and its example come from its docstring, the formula is
what the function returns when it is called bare, and the lesson is the one that names the function.
"""

import doctest
import functools
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, get_args

import sympy as sp
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sympy.printing.latex import LatexPrinter

import inversefutures
from inversefutures import docstrings
from inversefutures.notation import QUANTITIES
from inversefutures.quantities import FORMULAS, unit_name

BARE = re.compile(r'\w\((\w+="\w+")?\)$', re.MULTILINE)
"""A call without arguments, or with a choice alone."""
LESSONS = Path(__file__).parents[2] / "lessons"
PAGE = "book/formula_sheet"
DOTTED = re.compile(r"\b(?=(\w+\.\w+)\b)")
ROW = re.compile(r"^\|.*", re.MULTILINE)
QUOTED = re.compile(r"`(\w+\.\w+)`")


class _PositiveFirst(LatexPrinter):
    """Prints N/E − N/S, where sympy would print −N/S + N/E."""

    def _as_ordered_terms(self, expr: sp.Expr, order: str | None = None) -> list[sp.Expr]:
        terms = super()._as_ordered_terms(expr, order)
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))


def latex(expression: sp.Expr) -> str:
    """Return an expression as LaTeX, in each sum the positive terms first."""
    return _PositiveFirst().doprint(expression)


@dataclass(frozen=True)
class Sheet:
    """What the sheet says of one formula.

    Parameters
    ----------
    name : str
        As it is called: ``margin.liquidation_price``.
    function : callable
        From `FORMULAS`.
    """

    name: str
    function: Callable[..., Any]

    @property
    def anchor(self) -> str:
        """Where a link to the formula leads: ``margin-liquidation-price``."""
        return re.sub(r"[._]", "-", self.name)

    @property
    def title(self) -> str:
        """The name in words: ``Liquidation price``."""
        return self.name.partition(".")[2].replace("_", " ").capitalize()

    @property
    def module(self) -> str:
        """The module that it is in."""
        return self.name.partition(".")[0]

    @functools.cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The arguments, by name."""
        return dict(inspect.signature(self.function).parameters)

    @functools.cached_property
    def docstring(self) -> dict[str, str]:
        """The docstring's sections by title."""
        return docstrings.sections(inspect.getdoc(self.function) or "")

    @property
    def summary(self) -> str:
        """What it gives, in a sentence."""
        first = " ".join(self.docstring[""].partition("\n\n")[0].split()).removeprefix("Return ")
        return first[0].upper() + first[1:]

    @property
    def example(self) -> str:
        """A call with numbers and what comes out; what it returns when called bare is the formula itself."""
        calls = doctest.DocTestParser().get_examples(self.docstring["Examples"])
        with_numbers = [call for call in calls if not BARE.search(call.source)]
        return "\n".join(
            (">>> " + call.source.rstrip().replace("\n", "\n... ") + "\n" + call.want).rstrip()
            for call in with_numbers or calls
        )

    @property
    def unit(self) -> str:
        """The unit of the result in words."""
        return unit_name(self.function.unit) or "a pure number"

    @functools.cached_property
    def expression(self) -> sp.Expr:
        """The formula in the notation's symbols."""
        return self.function()

    @property
    def variants(self) -> Iterator[tuple[str, sp.Expr]]:
        """The formula by other choices than the first, where it is another: ``base="mark"``."""
        seen = {self.expression}
        for name, parameter in self.parameters.items():
            for word in get_args(parameter.annotation):
                other = self.function(**{name: word})
                if other not in seen:
                    seen.add(other)
                    yield f'{name}="{word}"', other

    @property
    def arguments(self) -> tuple[list[str], list[str]]:
        """The arguments that the formula above needs, and those that may be given as well."""
        needed, further = [], []
        for name, parameter in self.parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                needed += [
                    _argument(entry.name)
                    for entry in QUANTITIES.values()
                    if entry.symbol in self.expression.free_symbols and entry.name not in self.parameters
                ]
                remark = docstrings.remarks(self.docstring["Parameters"])[name].rstrip(".")
                further.append(remark[0].lower() + remark[1:])
                continue
            is_needed = isinstance(parameter.default, sp.Symbol)
            (needed if is_needed else further).append(_argument(name, get_args(parameter.annotation)))
        return needed, further

    @property
    def lesson(self) -> Path | None:
        """The lesson that derives it: whose summary names it, or else the first that calls it."""
        return _lesson_of().get(self.name)

    def markdown(self) -> str:
        """Return the formula's place on the sheet as MyST Markdown."""
        parts = [f"({self.anchor})=", f"### {self.title}", self.summary, _display(self.expression)]
        for choice, other in self.variants:
            parts += [f"With `{choice}`:", _display(other)]
        needed, further = self.arguments
        facts = [("Call", f"`{self.name}`"), ("Gives", self.unit), ("Takes", ", ".join(needed) or "nothing")]
        if further:
            facts.append(("Also", ", ".join(further)))
        if self.lesson:
            number = self.lesson.name.partition("_")[0]
            facts.append(("Lesson", f"{number} [](/lessons/{self.lesson.name})"))
        listed = "\n\n".join(f"{term}\n: {fact}" for term, fact in facts)
        parts.append(f":::{{container}} if-facts\n{listed}\n:::")
        parts.append(f"```pycon\n{self.example}\n```")
        return "\n\n".join(parts)


def _argument(name: str, choices: tuple[str, ...] = ()) -> str:
    if choices:
        return f"`{name}` ({' or '.join(f'`{word!r}`' for word in choices)})".replace("'", '"')
    if name not in QUANTITIES:
        return f"`{name}`"
    entry = QUANTITIES[name]
    unit = f" ({entry.unit_name})" if entry.unit_name else ""
    return f"${latex(entry.symbol)}$ `{name}`{unit}"


def _display(expression: sp.Expr) -> str:
    return f"$$\n{latex(expression)}\n$$"


@functools.cache
def _lesson_of() -> dict[str, Path]:
    """Return the lesson of each name, like ``margin.top_up``: whose table has it, else whose code has it."""
    in_tables: dict[str, Path] = {}
    in_code: dict[str, Path] = {}
    for path in sorted(LESSONS.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "code":
                names, found = DOTTED.findall(text), in_code
            else:
                names, found = (name for row in ROW.findall(text) for name in QUOTED.findall(row)), in_tables
            for name in names:
                found.setdefault(name, path)
    return in_code | in_tables


def register() -> dict[str, Callable[..., Any]]:
    """Return every formula by its name: a module enters its own when it is imported."""
    for module in pkgutil.iter_modules(inversefutures.__path__):
        importlib.import_module(f"inversefutures.{module.name}")
    return FORMULAS


def sheets() -> dict[str, list[Sheet]]:
    """Return the formulas by subject, which is how their module names itself; in the order of the lessons."""
    by_module: dict[str, list[Sheet]] = {}
    for name, function in register().items():
        sheet = Sheet(name, function)
        by_module.setdefault(sheet.module, []).append(sheet)

    def first_lesson(module: str) -> tuple[str, str]:
        return min(sheet.lesson.name if sheet.lesson else "~" for sheet in by_module[module]), module

    return {_subject(module): by_module[module] for module in sorted(by_module, key=first_lesson)}


def _subject(module: str) -> str:
    text = inspect.getdoc(importlib.import_module(f"inversefutures.{module}")) or module
    return re.split(r"[:.]", text.splitlines()[0])[0]


def imports() -> str:
    """Return the lines that the examples begin with."""
    modules = sorted({sheet.module for group in sheets().values() for sheet in group})
    lines = [f"from inversefutures import {module}" for module in modules]
    return "\n".join(["```python", *lines, "from inversefutures.notation import LONG, SHORT", "```"])


def index() -> str:
    """Return the list of all formulas, each a link to its place."""
    return "\n\n".join(
        f"{subject}\n: " + "\u00a0· ".join(f"[{sheet.title}](#{sheet.anchor})" for sheet in group)
        for subject, group in sheets().items()
    )


def formulas() -> str:
    """Return the sheet as MyST Markdown, a section for each subject."""
    parts = []
    for subject, group in sheets().items():
        parts += [f"## {subject}", *(sheet.markdown() for sheet in group)]
    return "\n\n".join(parts)


class FormulaSheet(SphinxDirective):
    """Prints one of the parts above: ``{formula-sheet} index``."""

    required_arguments = 1
    parts: ClassVar[dict[str, Callable[[], str]]] = {
        part.__name__: part for part in (imports, index, formulas)
    }

    def run(self) -> list[nodes.Node]:
        """Return the nodes; the page is made anew when the mathematics or a lesson changes."""
        name = self.arguments[0]
        if name not in self.parts:
            raise self.error(f"formula-sheet is {name!r}, but its domain is {', '.join(self.parts)}")
        for path in (*Path(inversefutures.__path__[0]).glob("*.py"), *LESSONS.glob("*.ipynb")):
            self.env.note_dependency(str(path))
        _lesson_of.cache_clear()
        return self.parse_text_to_nodes(self.parts[name](), allow_section_headings=True)


def link_names(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Let a formula's name in the table of a lesson, as in its summary, lead to its place on the sheet."""
    if not page.startswith(LESSONS.name) or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    address, known = app.builder.get_relative_uri(page, PAGE), register()
    for entry in doctree.findall(nodes.entry):
        for name in list(entry.findall(nodes.literal)):
            if name.astext() in known and not isinstance(name.parent, nodes.reference):
                anchor = Sheet(name.astext(), known[name.astext()]).anchor
                link = nodes.reference("", "", refuri=f"{address}#{anchor}", internal=True)
                name.replace_self(link)
                link += name


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("formula-sheet", FormulaSheet)
    app.connect("doctree-resolved", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
