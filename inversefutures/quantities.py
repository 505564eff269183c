"""What a quantity is, and what makes a function a formula of the course.

A quantity has a name, a symbol, a unit, a meaning and a domain. `declare` enters one into `QUANTITIES`, and
`notation` declares all of them. `formula` checks each argument of a function against the domain of the
quantity that it is named after, records the unit of the result, and enters the function into `FORMULAS`.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ParamSpec, get_args

import sympy as sp

from . import docstrings

# Base units. A quantity's unit is a product of their powers, so a change of unit is a substitution:
# price.unit.subs({USD: 100, BTC: 10**8}) is the number of cents per satoshi in one dollar per bitcoin.
USD, BTC, CONTRACT, HOUR, YEAR = sp.symbols("USD BTC contract h year", positive=True)
ONE = sp.Integer(1)

POSITIVE = sp.Interval.open(0, sp.oo)
NOT_NEGATIVE = sp.Interval(0, sp.oo)
ANY_REAL = sp.Interval(-sp.oo, sp.oo)
PROPER_FRACTION = sp.Interval.open(-1, 1)
"""Rates that may be negative: a maker rebate, a funding rate."""

UNIT_NAMES: dict[sp.Expr, str] = {
    ONE: "",
    USD: "USD",
    BTC: "BTC",
    CONTRACT: "contracts",
    HOUR: "h",
    YEAR: "years",
    1 / YEAR: "per year",
    sp.sqrt(YEAR): "√year",
    1 / sp.sqrt(YEAR): "per √year",
    USD / BTC: "USD per BTC",
    BTC / USD: "BTC per USD",
    1 / BTC: "per BTC",
    BTC**2 / USD: "BTC² per USD",
    BTC**3 / USD**2: "BTC³ per USD²",
    USD / CONTRACT: "USD per contract",
    USD / YEAR: "USD per year",
    (USD / BTC) ** 2: "USD² per BTC²",
    BTC**2 / (USD * CONTRACT): "BTC per contract and USD per BTC",
}


def unit_name(unit: sp.Expr) -> str:
    """Return a unit as a reader would write it, for example ``USD per BTC``.

    Parameters
    ----------
    unit : sympy expression
        A product of powers of the base units; 1 for a pure number, which has an empty
        name.
    """
    unit = sp.sympify(unit)
    return UNIT_NAMES.get(unit) or ("" if unit == 1 else str(unit))


@dataclass(frozen=True)
class Quantity:
    """A symbol of the course.

    Parameters
    ----------
    name : str
        The field's term as an identifier. It is also the name of the argument that takes it.
    symbol : sympy.Symbol
        The symbol that stands for it in formulas.
    unit : sympy expression
        A product of powers of the base units.
    meaning : str
        One line for the notation page.
    domain : sympy.Set
        The values it may take.
    """

    name: str
    symbol: sp.Symbol
    unit: sp.Expr
    meaning: str
    domain: sp.Set = field(default=POSITIVE)

    @property
    def title(self) -> str:
        """The name in words, with a capital: ``Entry price``."""
        return self.name.replace("_", " ").capitalize()

    @property
    def unit_name(self) -> str:
        """The unit in words, empty for a pure number."""
        return unit_name(self.unit)

    @property
    def label(self) -> str:
        """What an axis or a slider shows: ``Entry price (USD per BTC)``."""
        return f"{self.title} ({self.unit_name})" if self.unit_name else self.title

    @property
    def domain_in_words(self) -> str:
        """The domain as a condition on the symbol: ``E > 0``."""
        symbol = str(self.symbol)
        if isinstance(self.domain, sp.FiniteSet):
            values = " or ".join(str(value) for value in sorted(self.domain, reverse=True))
            return f"{symbol} = {values}".replace("-", "−")
        low, high = self.domain.start, self.domain.end
        left = "" if low == -sp.oo else f"{low} {'<' if self.domain.left_open else '≤'} "
        right = "" if high == sp.oo else f" {'<' if self.domain.right_open else '≤'} {high}"
        if left and not right:
            return f"{symbol} {'>' if self.domain.left_open else '≥'} {low}"
        return f"{left}{symbol}{right}".replace("-", "−") if left or right else f"{symbol} is any real number"

    @property
    def unit_and_domain(self) -> str:
        """Unit and domain in words: ``USD per BTC, E > 0``."""
        return ", ".join(filter(None, (self.unit_name, self.domain_in_words)))

    def check(self, value: Any) -> sp.Expr:
        """Return ``value`` as a sympy expression, or say why it is not one of this quantity's values.

        Raises
        ------
        ValueError
            If the value is a number outside the domain, or an expression that can only lie outside it.
        TypeError
            If the value is not a number or a sympy expression.
        """
        if isinstance(value, str | bool) or value is None:
            raise TypeError(f"{self._complaint(value)}: give a number or a sympy expression")
        try:
            expression = sp.sympify(value)
        except (sp.SympifyError, TypeError, ValueError):
            raise TypeError(f"{self._complaint(value)}: give a number or a sympy expression") from None
        if not isinstance(expression, sp.Expr):
            raise TypeError(f"{self._complaint(value)}: give one number or one sympy expression")
        if _lies_outside(self.domain, expression):
            raise ValueError(self._complaint(value))
        return expression

    def _complaint(self, value: Any) -> str:
        said = f"{self.name} is {value!r}, but its domain is {self.domain_in_words}"
        return said + f" ({self.unit_name})" if self.unit_name else said


@functools.lru_cache(maxsize=4096)  # formulas call formulas with the same arguments, and sets are slow
def _lies_outside(domain: sp.Set, expression: sp.Expr) -> bool:
    if (expression.is_Rational or expression.is_Float) and isinstance(domain, sp.Interval):
        # Paths hold thousands of plain numbers, and comparing is far quicker than asking the set.
        low, high = domain.start - expression, expression - domain.end
        return bool(
            low > 0 or high > 0 or (domain.left_open and low == 0) or (domain.right_open and high == 0)
        )
    if expression.is_number:
        # sp.nan and the infinities lie in no interval of the reals.
        return bool(domain.contains(expression) != sp.true)
    return bool(
        sp.Contains(expression, domain) == sp.false or (domain == POSITIVE and expression.is_nonpositive)
    )


QUANTITIES: dict[str, Quantity] = {}
"""Every quantity that has been declared, under its name: all of the course's, once `notation` is imported."""


def declare(name: str, letters: str, unit: sp.Expr, meaning: str, domain: sp.Set = POSITIVE) -> sp.Symbol:
    """Enter a quantity into the notation and return its symbol.

    The symbol's assumptions follow from the domain, so that sympy may simplify with them.

    Raises
    ------
    ValueError
        If the name or the letters are taken.
    """
    if name in QUANTITIES or any(str(q.symbol) == letters for q in QUANTITIES.values()):
        raise ValueError(f"{name} ({letters}) is already in the notation")
    symbol = sp.Symbol(letters, real=True, **_assumptions(domain))
    QUANTITIES[name] = Quantity(name, symbol, sp.sympify(unit), meaning, domain)
    return symbol


def _assumptions(domain: sp.Set) -> dict[str, bool]:
    if isinstance(domain, sp.FiniteSet):
        holds = {"nonzero": sp.Integer(0) not in domain, "integer": all(each.is_integer for each in domain)}
        return {name: True for name, is_so in holds.items() if is_so}
    if domain.inf >= 0:
        return {"positive": True} if sp.Integer(0) not in domain else {"nonnegative": True}
    return {}


def quantity(key: str | sp.Symbol) -> Quantity:
    """Return the quantity with this name or symbol.

    Raises
    ------
    KeyError
        If the notation has no such quantity.
    """
    for entry in QUANTITIES.values():
        if key in (entry.name, entry.symbol):
            return entry
    raise KeyError(f"{key} is not in the notation; the names are {', '.join(QUANTITIES)}")


def checked(**values: Any) -> tuple[sp.Expr, ...]:
    """Return values after a check against the domains of the quantities that they are named after.

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """
    return tuple(QUANTITIES[name].check(value) for name, value in values.items())


def check_fields(instance: Any) -> None:
    """Check the fields of a frozen dataclass that are named after quantities: for its ``__post_init__``.

    Raises
    ------
    ValueError
        If a value is outside its domain.
    """
    for each in fields(instance):
        if each.name in QUANTITIES:
            object.__setattr__(instance, each.name, QUANTITIES[each.name].check(getattr(instance, each.name)))


def exactly_one(**alternatives: Any) -> None:
    """Refuse a call that gives both of two alternatives, or neither; None stands for what was not given.

    Raises
    ------
    ValueError
        If not exactly one is given.
    """
    if sum(value is not None for value in alternatives.values()) == 1:
        return
    units = {name: QUANTITIES[name].unit_name for name in alternatives if name in QUANTITIES}
    said = (
        f"{name} is {value}" + (f" ({units[name]})" if value is not None and units.get(name) else "")
        for name, value in alternatives.items()
    )
    raise ValueError(f"{' and '.join(said)}: give one of the two")


def number(expression: Any) -> float:
    """Return what a formula comes to once everything in it is given, as a float.

    A formula that was called without one of its arguments keeps that argument's symbol, and sympy's `float`
    then only says that it "cannot convert expression to float". This says what to give.

    Parameters
    ----------
    expression : number or sympy expression

    Raises
    ------
    ValueError
        If a symbol is left, or the value is not real.
    """
    expression = sp.sympify(expression)
    left = sorted(expression.free_symbols, key=str)
    if left:
        known = {entry.symbol: entry for entry in QUANTITIES.values()}
        names = ", ".join(
            f"{known[each].name} ({', '.join(filter(None, (str(each), known[each].unit_name)))})"
            if each in known
            else str(each)
            for each in left
        )
        raise ValueError(f"the result is {expression}, still a formula: give {names} as well")
    if not expression.is_extended_real:
        raise ValueError(f"the result is {expression}, which is no real number")
    return float(expression)


def one_of(name: str, given: Any, choices: Any) -> Any:
    """Return a choice by name, such as ``base="mark"``, or say which choices there are.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    given : str
    choices : typing.Literal
        The type that lists the choices.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    if given not in get_args(choices):
        raise ValueError(f"{name} is {given!r}, but must be one of {', '.join(map(repr, get_args(choices)))}")
    return given


def name_of(function: Callable[..., Any]) -> str:
    """Return a function's name with its module's, as it is called: ``margin.initial_margin``."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def bind(
    function: Callable[..., Any],
    signature: inspect.Signature,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> inspect.BoundArguments:
    """Return the arguments of a call, the defaults filled in.

    Raises
    ------
    TypeError
        If they do not fit. Unlike Python's own message, this one names the function.
    """
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as problem:
        name = f"{name_of(function)}()"
        first, parameter = next(iter(signature.parameters.items()))
        if args and parameter.kind is parameter.KEYWORD_ONLY:
            raise TypeError(f"{name} takes its arguments by name: give {first}={args[0]!r}, …") from None
        # Python complains of what is missing first, and that is often what was given by another name.
        takes_any = any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values())
        unknown = next((given for given in kwargs if given not in signature.parameters), None)
        if unknown is not None and not takes_any:
            raise TypeError(
                f"{name}: got an unexpected keyword argument {unknown!r}: it takes "
                + ", ".join(signature.parameters)
            ) from None
        raise TypeError(f"{name}: {problem}") from None
    bound.apply_defaults()
    return bound


def is_left_out(signature: inspect.Signature, name: str, value: Any) -> bool:
    """Return whether an argument was not given that need not be given."""
    return value is None and signature.parameters[name].default is None


Arguments = ParamSpec("Arguments")


def formula(unit: sp.Expr) -> Callable[[Callable[Arguments, Any]], Callable[Arguments, Any]]:
    """Make a function a formula of the course: checked arguments in, a sympy expression in ``unit`` out.

    Every argument that is named after a quantity is checked against that quantity's domain, so a formula
    never has to look at its own input. Arguments with other names are the function's own business. One whose
    default is None may be left out, and then the function says what stands in its place.

    The docstring gets a list of all arguments: unit, domain and meaning of a quantity, the words of a choice.
    The source says of an argument only what is special here; that takes the place of the meaning.

    Parameters
    ----------
    unit : sympy expression
        The unit of the result, a product of powers of the base units.
    """

    def decorate(function: Callable[Arguments, Any]) -> Callable[Arguments, Any]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
            bound = bind(function, signature, args, kwargs)
            for name, value in bound.arguments.items():
                if name in QUANTITIES and not is_left_out(signature, name, value):
                    bound.arguments[name] = QUANTITIES[name].check(value)
            return function(*bound.args, **bound.kwargs)

        checked.unit = sp.sympify(unit)  # type: ignore[attr-defined]
        if function.__doc__:  # not under python -OO
            checked.__doc__ = _with_all_arguments(function.__doc__, signature)
        FORMULAS[name_of(function)] = checked
        return checked

    return decorate


def _with_all_arguments(text: str, signature: inspect.Signature) -> str:
    parts = docstrings.sections(inspect.cleandoc(text))
    remarks = docstrings.remarks(parts.pop("Parameters", ""))
    entries = []
    for name, parameter in signature.parameters.items():
        shown = f"**{name}" if parameter.kind is parameter.VAR_KEYWORD else name
        kind, meaning = " or ".join(f'"{word}"' for word in get_args(parameter.annotation)), ""
        if name in QUANTITIES:
            kind, meaning = QUANTITIES[name].unit_and_domain, QUANTITIES[name].meaning
        entries.append(docstrings.entry(shown, kind, remarks.get(name, meaning)))
    if unknown := remarks.keys() - signature.parameters:
        raise ValueError(f"the docstring speaks of {', '.join(unknown)}, which the function does not take")
    return docstrings.joined({"": parts.pop(""), "Parameters": "\n".join(entries), **parts})


FORMULAS: dict[str, Callable[..., Any]] = {}
"""Every formula of the course under ``module.name``; the unit tests walk through it."""
