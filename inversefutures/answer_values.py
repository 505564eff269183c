"""What a learner's answer is worth at the points of a task, whatever was typed.

An answer may be a number, a sympy expression or a function, and it may be none of these. Here each becomes a
list of numbers, one for each point, or an `Unusable` whose text tells the learner what to do. Nothing that a
learner can type ends in an error of another kind.
"""

import contextlib
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from numbers import Number
from typing import Any, Literal

import mpmath
import sympy as sp

from . import notation
from .notation import QUANTITIES
from .sentences import in_words, said

__all__ = ["Kind", "Unusable", "as_number", "evaluator", "importable_name", "in_another_order", "values_of"]

Kind = Literal["number", "expression", "function", "choice"]

DIGITS = 30
"""Decimal digits that an expression is evaluated with, so that the way it is written does not matter."""
DUST = 1e-12
"""A value so little below a step is on it, relative to its size: so much is lost by rounding."""
BITS_OF_A_FLOAT = 53
LOST = 1e-9
"""A float that is farther from the value, relative to it, has lost digits on the way."""
MOST_NODES = 20_000
"""An expression with more symbols, numbers and operations than this is sent back."""

IMPORTABLE = {
    symbol: name
    for name, symbol in reversed(vars(notation).items())
    if isinstance(symbol, sp.Symbol) and not name.startswith("_")
}

STEPS = {
    "floor": lambda value: mpmath.floor(value + DUST * max(1, abs(value))),
    "ceiling": lambda value: mpmath.ceil(value - DUST * max(1, abs(value))),
}
"""What sympy's functions with steps are worth; the page's judge, which has fewer digits, does the same."""


class Unusable(Exception):
    """An answer that cannot be judged; the text tells the learner what to do."""


def importable_name(symbol: sp.Symbol) -> str:
    """Return the name under which `inversefutures.notation` holds a symbol: ``phi`` for φ."""
    return IMPORTABLE.get(symbol, str(symbol))


def as_number(answer: Any) -> float:
    """Return the number that an answer is.

    Raises
    ------
    Unusable
        If it is none.
    """
    (value,) = values_of(answer, "number", [], [], [[]])
    return value


def values_of(
    answer: Any,
    kind: Kind,
    names: Sequence[str],
    called: Sequence[str],
    points: Sequence[Sequence[float]],
    hidden: Sequence[str] = (),
) -> list[float]:
    """Return the values of an answer at the points of its task.

    Parameters
    ----------
    points : sequence of sequence of float
        A value for each quantity; a number has one empty point.

    For the others see `evaluator`.

    Raises
    ------
    Unusable
        If the answer has no such values.
    """
    value_at = evaluator(answer, kind, names, called, hidden)
    return [value_at(point) for point in points]


def evaluator(
    answer: Any, kind: Kind, names: Sequence[str], called: Sequence[str], hidden: Sequence[str] = ()
) -> Callable[[Sequence[float]], float]:
    """Return what gives an answer's value at a point, or raises `Unusable` if it has none there.

    Parameters
    ----------
    answer : object
        Whatever was typed.
    kind : {"number", "expression", "function"}
        What the task asks for.
    names : sequence of str
        The quantities that the answer may depend on, by their names in the notation.
    called : sequence of str
        What the task calls them, where it asks for a function.
    hidden : sequence of str
        Those of the names that an answer may have, but that no sentence may offer.

    Raises
    ------
    Unusable
        If the answer can have no value at any point.
    """
    offered = [name for name in names if name not in hidden]
    wanted = _wanted(kind, offered, called)
    answer = _plain(answer, wanted)
    if kind == "function" and _is_function(answer):
        return _value_of_function(answer, called)
    if _is_function(answer):
        raise Unusable(f"this task asks for {wanted}; this is a function. Give what it returns.")
    expression = _expression(answer, wanted)
    if kind == "function" and not expression.free_symbols:
        raise Unusable(said("only_one_number", wanted=wanted))
    return _value_of_expression(expression, kind, names, called, _spoken(kind, offered, called))


def _is_function(answer: Any) -> bool:
    return callable(answer) and (isinstance(answer, sp.Lambda) or not isinstance(answer, sp.Basic))


def _wanted(kind: Kind, names: Sequence[str], called: Sequence[str]) -> str:
    if kind == "number":
        return said("a_number")
    spoken = ", ".join(_spoken(kind, names, called))
    return said("an_expression" if kind == "expression" else "a_function", names=spoken)


def _spoken(kind: Kind, names: Sequence[str], called: Sequence[str]) -> Sequence[str]:
    """Return the quantities of a task by the names that the task has for them."""
    return called if kind == "function" else [importable_name(QUANTITIES[name].symbol) for name in names]


def _plain(answer: Any, wanted: str) -> Any:
    """Return the answer, or say what is in the way where it is a container, a text or a truth value."""
    if answer is None:
        raise Unusable("this is None: not answered yet, or is a `return` missing?")
    if isinstance(answer, str | bytes):
        raise Unusable(
            f"this task asks for {wanted}; this is text. Leave the quotation marks away, "
            "and type no comma inside a number."
        )
    if isinstance(answer, tuple | sp.Tuple):
        raise Unusable(said("tuple"))
    if isinstance(answer, list) and not answer:
        raise Unusable("this list is empty: `sp.solve` returns that where it finds no solution.")
    if isinstance(answer, list) and (rows := _named_parts(answer[0])):
        raise Unusable(
            f"this is a list of {len(answer)}, each of them a {type(answer[0]).__name__} with {rows}: this "
            f"task asks for {wanted}. Count them, or add up what it asks for."
        )
    if isinstance(answer, list):
        raise Unusable("this is a list, as `sp.solve` returns it: take its element, for example `[0]`.")
    if isinstance(answer, Mapping):
        raise Unusable("this is a dict: take the value out of it, as in `solution[S]`.")
    if isinstance(answer, set | frozenset | sp.Set):
        raise Unusable("this is a set: give its one element.")
    if isinstance(answer, sp.Equality):
        raise Unusable(said("equation", wanted=wanted))
    if isinstance(answer, bool) or type(answer).__name__ in ("bool_", "BooleanTrue", "BooleanFalse"):
        raise Unusable(f"this is a truth value, {answer}: this task asks for {wanted}.")
    if isinstance(answer, sp.logic.boolalg.Boolean) and not isinstance(answer, sp.Symbol):
        raise Unusable(said("comparison", wanted=wanted))
    shape = getattr(answer, "shape", None)
    if shape == () and hasattr(answer, "item"):
        plain = answer.item()  # a scalar of NumPy
        if type(plain) is type(answer):  # of a kind that Python has not: longdouble
            plain = complex(answer) if answer.imag else float(answer)
        return _plain(plain, wanted)
    if isinstance(shape, tuple):
        raise Unusable("this is an array: take the element that the task asks for, for example `[0]`.")
    if isinstance(answer, type):
        raise Unusable(f"this is the type {answer.__name__}: this task asks for {wanted}.")
    if isinstance(answer, timedelta):
        raise Unusable(
            f"this is a timedelta: this task asks for {wanted}. Divide it by its unit, "
            "`timedelta(hours=1)` for hours."
        )
    if parts := _named_parts(answer):
        raise Unusable(
            f"this is a {type(answer).__name__}: this task asks for {wanted}. Take it out: it has {parts}."
        )
    return answer


def _named_parts(answer: Any) -> str:
    """Return what a record of the package has inside, as in `.start`, `.rows`; nothing for anything else."""
    if not is_dataclass(answer) or isinstance(answer, type):
        return ""
    properties = [name for name, each in vars(type(answer)).items() if isinstance(each, property)]
    return ", ".join(f"`.{name}`" for name in [*(field.name for field in fields(answer)), *properties])


def _expression(answer: Any, wanted: str) -> sp.Expr:
    # A float stands for what it holds, and is not taken for a fraction near it.
    if isinstance(answer, float | Decimal) and not math.isfinite(answer):
        raise Unusable(said("not_finite", what=said("your_answer")))
    if not isinstance(answer, Number | sp.Basic):
        raise Unusable(f"this task asks for {wanted}; this is a {type(answer).__name__}.")
    try:
        expression = sp.sympify(answer)
    except Exception:
        raise Unusable(f"this task asks for {wanted}; this is a {type(answer).__name__}.") from None
    if not isinstance(expression, sp.Expr):
        raise Unusable(f"this task asks for {wanted}; this is a {type(answer).__name__}.")
    return expression


def _value_of_expression(
    expression: sp.Expr, kind: Kind, names: Sequence[str], called: Sequence[str], offered: Sequence[str]
) -> Callable[[Sequence[float]], float]:
    _refuse_what_is_too_long(expression)
    # By name, so that a learner's own Symbol("E") is as good as the notation's.
    place: dict[str, int] = {}
    for position, name in enumerate(names):
        symbol = QUANTITIES[name].symbol
        place[str(symbol)] = place[importable_name(symbol)] = position
    place |= {name: position for position, name in enumerate(called)}
    spoken = _spoken(kind, names, called)
    if strangers := sorted({str(symbol) for symbol in expression.free_symbols} - set(place)):
        if kind == "number":
            raise Unusable(said("numbers_for_symbols"))
        raise Unusable(said("strangers", strangers=", ".join(strangers), names=", ".join(offered)))
    symbols = sorted(expression.free_symbols, key=str)
    evaluate = _evaluator(expression, symbols)

    def value_at(point: Sequence[float]) -> float:
        value = evaluate([point[place[str(symbol)]] for symbol in symbols])
        at = ", ".join(f"{name} = {in_words(each)}" for name, each in zip(spoken, point, strict=True))
        return _real(value, said("your_answer_at", point=at) if at else said("your_answer"))

    return value_at


def _refuse_what_is_too_long(expression: sp.Expr) -> None:
    try:
        for count, node in enumerate(sp.preorder_traversal(expression)):
            if count > MOST_NODES:
                raise Unusable("your answer is too long to be judged: simplify it first.")
            if _is_power(node) and any(map(_is_power, sp.preorder_traversal(node.exp))):
                # With prices in it, the number has more digits than a computer can hold.
                raise Unusable(
                    "your answer has a power in the exponent of a power: it is too large to be judged."
                )
    except RecursionError:
        raise Unusable("your answer is nested too deeply to be judged: simplify it first.") from None


def _is_power(node: sp.Basic) -> bool:
    return isinstance(node, sp.Pow) and bool(node.exp.free_symbols)


def _evaluator(expression: sp.Expr, symbols: Sequence[sp.Symbol]) -> Callable[[Sequence[float]], Any]:
    """Return a function from the symbols' values to the expression's, quick also for hundreds of terms."""

    def slowly(at: Sequence[float]) -> Any:
        exact = {symbol: sp.Rational(str(value)) for symbol, value in zip(symbols, at, strict=True)}
        try:
            return sp.N(expression.subs(exact), 17)
        except Exception:
            return sp.nan

    try:
        function = sp.lambdify(symbols, expression, modules=[STEPS, "mpmath"])
    except Exception:  # a function that mpmath lacks, or nesting that Python's own compiler refuses
        return slowly

    def quickly(at: Sequence[float]) -> Any:
        try:
            with mpmath.workdps(DIGITS):
                value = function(*(mpmath.mpf(str(each)) for each in at))
            # A page has no more digits than a float. Where too few of them are left, both judge by these.
            with mpmath.workprec(BITS_OF_A_FLOAT):
                rough = function(*(mpmath.mpf(str(each)) for each in at))
            return value if abs(value - rough) <= LOST * abs(value) else rough
        except ZeroDivisionError:
            return sp.nan
        except Exception:
            return slowly(at)

    return quickly


def _value_of_function(
    function: Callable[..., Any], called: Sequence[str]
) -> Callable[[Sequence[float]], float]:
    by_name = _takes_by_name(function, called)

    def value_at(point: Sequence[float]) -> float:
        at = ", ".join(f"{name}={in_words(value)}" for name, value in zip(called, point, strict=True))
        try:
            value = function(**dict(zip(called, point, strict=True))) if by_name else function(*point)
        except (Exception, SystemExit) as problem:
            raise Unusable(f"your function failed at {at}: {type(problem).__name__}: {problem}") from None
        return _returned(value, at, called)

    return value_at


def _takes_by_name(function: Callable[..., Any], called: Sequence[str]) -> bool:
    """Return whether the arguments have to be named; refuse a function that cannot take them."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return False
    try:
        signature.bind(*called)
    except TypeError:
        with contextlib.suppress(TypeError):
            signature.bind(**dict.fromkeys(called))
            return True
        raise Unusable(
            f"your function takes ({', '.join(signature.parameters)}), "
            f"but the task calls it with {len(called)} arguments: {', '.join(called)}."
        ) from None
    return False


def in_another_order(answer: Any, called: Sequence[str]) -> str:
    """Say that a function has a task's arguments in another order than the task; empty if it has not."""
    try:
        names = list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return ""
    if names == [*called] or sorted(names) != sorted(called):
        return ""
    return f"Your function takes ({', '.join(names)}), but the task calls it with ({', '.join(called)})."


def _returned(value: Any, at: str, called: Sequence[str]) -> float:
    if value is None:
        raise Unusable(f"your function returned None at {at}: is a `return` missing?")
    try:
        expression = _expression(_plain(value, "a number"), "a number")
    except Unusable as problem:
        raise Unusable(f"what your function returned at {at} cannot be judged: {problem}") from None
    if expression.free_symbols:
        strangers = ", ".join(sorted(map(str, expression.free_symbols)))
        raise Unusable(
            f"what your function returned at {at} contains {strangers}: "
            f"use its arguments, {', '.join(called)}."
        )
    return _real(_evaluator(expression, [])([]), f"what your function returned at {at}")


def _real(value: Any, what: str) -> float:
    """Return a value as a float, or say that it is not a finite real number."""
    try:
        number = complex(value)
    except OverflowError:
        raise Unusable(said("not_finite", what=what)) from None
    except (TypeError, ValueError):
        raise Unusable(said("not_real", what=what)) from None
    if math.isnan(number.real) or math.isinf(number.real):
        raise Unusable(said("not_finite", what=what))
    # What is left of an imaginary part by rounding is far below what a judge looks at.
    if abs(number.imag) > 1e-15 * max(1.0, abs(number.real)):
        raise Unusable(said("not_real", what=what))
    return number.real
