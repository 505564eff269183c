"""One expression, two machines: print a sympy expression as a NumPy function and as JavaScript.

A `Recurrence`, a state that moves along a path, is printed as a loop in both languages.

A formula is derived once. The static picture and the tests evaluate it with NumPy, the reader's browser
evaluates it in JavaScript, and both are printed here from the same expression tree.

NumPy is imported only where something is evaluated: a page in the browser shows a widget without it.
"""

from __future__ import annotations

import functools
import keyword
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFalse, BooleanTrue
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.precedence import PRECEDENCE

from inversefutures import notation

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class UnsupportedExpressionError(ValueError):
    """An expression holds something that has no faithful JavaScript."""


def numpy_function(
    expression: sp.Expr, arguments: Sequence[sp.Symbol]
) -> Callable[..., npt.NDArray[np.float64]]:
    """Return a NumPy function that evaluates an expression.

    Parameters
    ----------
    expression : sympy expression
        What to evaluate, in any unit.
    arguments : sequence of sympy.Symbol
        The function's arguments in order, each in the unit of its symbol.

    Returns
    -------
    callable
        Takes numbers or arrays, broadcasts them, and returns an array of the broadcast shape. Where the
        expression is undefined (a division by zero, the logarithm of a negative number) the value is NaN or
        infinite, without a warning.

    Raises
    ------
    ValueError
        If the expression holds a symbol that is not among the arguments.
    """
    import numpy as np

    expression = sp.sympify(expression)
    unknown = expression.free_symbols - set(arguments)
    if unknown:
        raise ValueError(f"{expression} also depends on {_listed(unknown)}: add it to the arguments")
    # Without common subexpressions, whose order would round otherwise than the JavaScript does.
    functions = {"erf": np.vectorize(math.erf), "erfc": _erfc}
    evaluate = sp.lambdify(list(arguments), expression, modules=[functions, "numpy"])

    def function(*values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        # Integers would refuse negative powers, and plain Python numbers would raise on a division by zero.
        arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))
        with np.errstate(all="ignore"):
            result = np.asarray(evaluate(*arrays), dtype=float)
        return np.broadcast_to(result, np.broadcast_shapes(*(array.shape for array in arrays))).copy()

    return function


def _erfc(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    import numpy as np

    t = 1 / (1 + np.abs(x) / 2)
    power = np.zeros_like(t)
    for coefficient in reversed(ERFC):
        power = coefficient + t * power
    tail = t * np.exp(power - x * x)
    return np.where(x < 0, 2 - tail, tail)


SUPPORTED: tuple[type, ...] = (
    sp.Add, sp.Mul, sp.Pow, sp.Rational, sp.Float, sp.Symbol, type(sp.pi), type(sp.E),
    sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.Abs, sp.sign, sp.Min, sp.Max, sp.floor, sp.ceiling,
    sp.erf, sp.erfc, sp.Piecewise, ExprCondPair, Relational, sp.And, sp.Or, sp.Not, BooleanTrue, BooleanFalse,
)  # fmt: skip
"""What `javascript` prints. sympy's own printer turns some other nodes into broken code without a word."""

ERFC = (
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
)  # fmt: skip
"""The complementary error function, erfc(x) = t·exp(−x² + the polynomial in t) with t = 1/(1 + x/2), x ≥ 0.

Right to 1.2e-7 of its value, and so far out in the tail too. Neither NumPy nor JavaScript has the function.
Source: W. H. Press et al., "Numerical Recipes in C", 2nd ed. 1992, section 6.2.
"""

RESERVED = re.compile(
    "arguments|async|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|"
    "export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|of|"
    "package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|undefined|var|"
    "void|while|with|yield|Infinity|Math|NaN"
)


def variable(symbol: sp.Symbol) -> str:
    """Return the name of a symbol in JavaScript: its name in the notation, else its own.

    Raises
    ------
    UnsupportedExpressionError
        If a symbol outside the notation is not a legal JavaScript name.
    """
    try:
        return notation.quantity(symbol).name
    except KeyError:
        name = str(symbol)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or RESERVED.fullmatch(name):
        raise UnsupportedExpressionError(
            f"the symbol {name!r} is no JavaScript name: declare it in the notation, or rename it"
        )
    return name


def javascript(expression: sp.Expr) -> str:
    """Return the JavaScript source of an expression.

    Parameters
    ----------
    expression : sympy expression
        What to print. Its symbols become variables, named by `variable`.

    Raises
    ------
    UnsupportedExpressionError
        If the expression holds a node outside `SUPPORTED` (the message names it), a symbol without a legal
        name, or two symbols with the same name.
    """
    expression = sp.sympify(expression)
    _check(expression)
    return str(_Printer().doprint(expression))


def _check(expression: sp.Basic) -> None:
    for node in sp.preorder_traversal(expression):
        if not isinstance(node, SUPPORTED):
            raise UnsupportedExpressionError(
                f"{type(node).__name__} cannot be printed to JavaScript: {node} (in {expression}); "
                "rewrite it with powers, exp, log, Abs, Min, Max, floor or Piecewise"
            )
    symbols = expression.free_symbols
    if len({variable(symbol) for symbol in symbols}) < len(symbols):
        raise UnsupportedExpressionError(
            f"two different symbols of {expression} share a name ({_listed(symbols)}): "
            "use the symbol of the notation throughout"
        )


# JavaScript has no error function. This is its Fourier integral, summed in steps of ½: the Gaussian in it
# makes the sum right to the last digits of a float, up to where the function is ±1 in a float.
_ERF = (
    "((x) => {{ let sum = x / 4; "
    "for (let k = 1; k < 26; k++) sum += Math.exp(-k * k / 16) * Math.sin(k * x / 2) / k; "
    "return 2 / Math.PI * sum; }})(Math.max(-6, Math.min(6, {})))"
)


class _Printer(JavascriptCodePrinter):  # type: ignore[misc]
    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return variable(expr)

    def _print_Pow(self, expr: sp.Pow) -> str:
        # sympy would print Math.cbrt, which is real for a negative number where NumPy's power is NaN.
        if expr.exp == sp.Rational(1, 3):
            return f"Math.pow({self._print(expr.base)}, 1/3)"
        return str(super()._print_Pow(expr))

    def _print_erfc(self, expr: sp.erfc) -> str:
        power = "0"
        for coefficient in reversed(ERFC):
            power = f"({coefficient} + t*{power})"
        tail = f"t*Math.exp({power} - x*x)"
        return (
            "((x) => { const t = 1/(1 + Math.abs(x)/2); "
            f"const tail = {tail}; return x < 0 ? 2 - tail : tail; }})({self._print(expr.args[0])})"
        )

    def _print_erf(self, expr: sp.erf) -> str:
        return _ERF.format(self._print(expr.args[0]))

    def _print_BooleanTrue(self, expr: sp.Basic) -> str:
        return "true"

    def _print_BooleanFalse(self, expr: sp.Basic) -> str:
        return "false"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        # Undefined where no condition holds, as in NumPy; sympy's printer would refuse.
        source = "NaN"
        for value, condition in reversed(expr.args):
            source = f"(({self._print(condition)}) ? ({self._print(value)}) : {source})"
        return source


# --- recurrences: the same program for two machines -----------------------------------------------------
@dataclass(frozen=True)
class Rule:
    """What happens in a row when a condition holds.

    Parameters
    ----------
    condition : sympy relational, or several joined by And, Or, Not
    effect : mapping of state symbol to expression
        The new values, all taken from the values before the effect.
    entries : sequence of (expression or None, bool)
        What is written down, before the effect or (True) after it; None writes NaN.
    once : bool
        The rule is not looked at again after it has happened.
    """

    condition: sp.Basic
    effect: Mapping[sp.Symbol, Any]
    entries: Sequence[tuple[Any, bool]] = ()
    once: bool = False


@dataclass(frozen=True)
class Recurrence:
    """A state that moves along a path of inputs, row by row.

    For each row of the path, in this order:

    1. the row's inputs are read;
    2. in the first row, every state takes its `initial`; in every later row its `steps` value. All steps are
       taken at once: in them a state symbol and a derived symbol mean the value at the end of the row before,
       an input symbol means this row's value;
    3. the `derived` quantities are computed in their order, from states, inputs and parameters of now;
    4. the `rules` are looked at in their order. Where a condition holds, the effect is applied at once and
       all derived quantities are computed again, so that the next rule sees the new values;
    5. the `outputs` are written down.

    Parameters
    ----------
    parameters, inputs : sequences of sympy.Symbol
    initial, steps, derived : mappings of sympy.Symbol to expression
    rules : sequence of Rule
    outputs : sequence of expressions
    previous : mapping of sympy.Symbol to sympy.Symbol
        For an input, the symbol of its value in the row before. In the first row both are equal.
    """

    parameters: Sequence[sp.Symbol]
    inputs: Sequence[sp.Symbol]
    initial: Mapping[sp.Symbol, Any]
    steps: Mapping[sp.Symbol, Any]
    derived: Mapping[sp.Symbol, Any]
    rules: Sequence[Rule]
    outputs: Sequence[Any]
    previous: Mapping[sp.Symbol, sp.Symbol]

    def javascript(self) -> str:
        """Return a JavaScript function ``(count, inputs, parameters, outputs, log)``.

        `inputs` and `outputs` are lists of arrays of `count` numbers, of which it fills the second. It calls
        `log` with ``[row, rule, ...entries]`` for each time that a rule applies.
        """
        names = ", ".join(dict.fromkeys(self._variables()))
        body = "".join(_javascript_lines(self._program(_StepPrinter(python=False))))
        return f"function (_count, _inputs, _parameters, _outputs, _log) {{\nlet {names};\n{body}}}"

    def function(
        self,
    ) -> Callable[[Sequence[Sequence[float]], Sequence[float]], tuple[list[Any], list[Any]]]:
        """Return a Python function ``(inputs, parameters)`` that returns the outputs and the log.

        It does the operations of the JavaScript, in the same order: sums, products, quotients, square roots
        and whole powers up to 4 are equal to the last bit.
        """
        import numpy as np

        lines = _python_lines(self._program(_StepPrinter(python=True)), 1)
        source = "def run(_count, _inputs, _parameters, _outputs, _log):\n" + "".join(lines)
        namespace: dict[str, Any] = {"Math": _math(), "NaN": np.nan, "_float": np.float64, "_range": range}
        exec(source, namespace)

        def function(
            inputs: Sequence[Sequence[float]], parameters: Sequence[float]
        ) -> tuple[list[Any], list[Any]]:
            count = len(inputs[0])
            outputs = [np.empty(count) for _ in self.outputs]
            log: list[Any] = []
            # NumPy's scalars divide by zero as JavaScript does.
            columns = [np.asarray(column, dtype=float) for column in inputs]
            numbers = np.asarray(parameters, dtype=float)
            with np.errstate(all="ignore"):
                namespace["run"](count, columns, numbers, outputs, log.append)
            return outputs, log

        return function

    def _variables(self) -> Iterator[str]:
        everything = (*self.parameters, *self.inputs, *self.previous.values(), *self.initial, *self.derived)
        yield from (_name(symbol) for symbol in everything)
        yield "_i"
        for prefix, items in {"_in": self.inputs, "_out": self.outputs, "_new": self.initial}.items():
            yield from (f"{prefix}{k}" for k in range(len(items)))
        for k, rule in enumerate(self.rules):
            yield from (f"_entry{k}_{column}" for column in range(len(rule.entries)))
            if rule.once:
                yield f"_times{k}"

    def _program(self, printer: _StepPrinter) -> _Block:
        def printed(expression: Any) -> str:
            expression = sp.sympify(expression)
            _check(expression)
            return str(printer.doprint(expression))

        def assigned(values: Mapping[sp.Symbol, Any]) -> _Block:
            return [(_name(symbol), printed(value)) for symbol, value in values.items()]

        def at_once(values: Mapping[sp.Symbol, Any]) -> _Block:
            first = [(f"_new{k}", printed(value)) for k, value in enumerate(values.values())]
            return first + [(_name(symbol), f"_new{k}") for k, symbol in enumerate(values)]

        derived = assigned(self.derived)
        inputs = [_name(symbol) for symbol in self.inputs]
        program: _Block = [(_name(symbol), f"_parameters[{k}]") for k, symbol in enumerate(self.parameters)]
        program += [f"_in{k} = _inputs[{k}]" for k in range(len(inputs))]
        program += [f"_out{k} = _outputs[{k}]" for k in range(len(self.outputs))]
        program += [(name, f"_in{k}[0]") for k, name in enumerate(inputs)]
        program += assigned(self.initial)
        program += [(f"_times{k}", "0") for k, rule in enumerate(self.rules) if rule.once]
        row: _Block = [(_name(before), _name(symbol)) for symbol, before in self.previous.items()]
        row += [(name, f"_in{k}[_i]") for k, name in enumerate(inputs)]
        row += [("if", "_i > 0", at_once(self.steps)), *derived]
        for k, rule in enumerate(self.rules):
            entries: dict[bool, _Block] = {False: [], True: []}
            for column, (expression, after) in enumerate(rule.entries):
                value = "NaN" if expression is None else printed(expression)
                entries[after].append((f"_entry{k}_{column}", value))
            written = ", ".join(["_i", str(k), *(f"_entry{k}_{c}" for c in range(len(rule.entries)))])
            body = [*entries[False], *at_once(rule.effect), *derived, *entries[True], f"_log([{written}])"]
            happens = ("if", printed(rule.condition), [*body, *([(f"_times{k}", "1")] if rule.once else [])])
            row.append(("if", f"_times{k} < 1", [happens]) if rule.once else happens)
        row += [f"_out{k}[_i] = {printed(expression)}" for k, expression in enumerate(self.outputs)]
        return [*program, ("for", "_i", row)]


_Block = list[Any]
"""Statements: text of both languages, (name, value), ("if", condition, block) or ("for", name, block)."""


def _javascript_lines(block: _Block) -> Iterator[str]:
    for statement in block:
        match statement:
            case "if", condition, body:
                yield from (f"if ({condition}) {{\n", *_javascript_lines(body), "}\n")
            case "for", name, body:
                head = f"for ({name} = 0; {name} < _count; {name}++) {{\n"
                yield from (head, *_javascript_lines(body), "}\n")
            case name, value:
                yield f"{name} = {value};\n"
            case text:
                yield f"{text};\n"


def _python_lines(block: _Block, depth: int) -> Iterator[str]:
    indent = " " * depth
    for statement in block:
        match statement:
            case "if", condition, body:
                yield from (f"{indent}if {condition}:\n", *_python_lines(body, depth + 1))
            case "for", name, body:
                yield from (f"{indent}for {name} in _range(_count):\n", *_python_lines(body, depth + 1))
            case name, value:
                yield f"{indent}{name} = _float({value})\n"
            case text:
                yield f"{indent}{text}\n"


def _name(symbol: sp.Symbol) -> str:
    name = variable(symbol)
    if keyword.iskeyword(name):
        raise UnsupportedExpressionError(f"the symbol {name!r} is a word of Python: rename it")
    return name


def _math() -> SimpleNamespace:
    """Return JavaScript's Math, so that one text serves both languages."""
    import numpy as np

    return SimpleNamespace(
        PI=np.pi, E=np.e, abs=np.abs, sign=np.sign, floor=np.floor, ceil=np.ceil, sqrt=np.sqrt, exp=np.exp,
        log=np.log, sin=np.sin, cos=np.cos, tan=np.tan, pow=np.power,
        min=lambda *values: functools.reduce(np.minimum, values),
        max=lambda *values: functools.reduce(np.maximum, values),
    )  # fmt: skip


class _StepPrinter(_Printer):
    """Prints both languages by the same code: a threshold that is met to the last bit is met in both."""

    def __init__(self, *, python: bool) -> None:
        super().__init__()
        self.python = python
        if python:
            self._operators = {"and": "and", "or": "or", "not": "not "}

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return _name(expr)

    def _print_Float(self, expr: sp.Float) -> str:
        return repr(float(expr))

    def _print_erf(self, expr: sp.erf | sp.erfc) -> str:
        # A sum of sines or of powers would not be the same to the last bit in both languages.
        raise UnsupportedExpressionError(f"{expr} cannot stand in a recurrence")

    _print_erfc = _print_erf

    def _print_Pow(self, expr: sp.Pow) -> str:
        power = abs(expr.exp)
        base = self.parenthesize(expr.base, PRECEDENCE["Pow"])
        if power == sp.Rational(1, 2):
            raised = f"Math.sqrt({self._print(expr.base)})"
        elif power in (1, 2, 3, 4):
            # Two machines may round a power differently, but not a product.
            raised = f"({'*'.join([base] * int(power))})"
        else:
            return f"Math.pow({self._print(expr.base)}, {self._print(expr.exp)})"
        return f"(1/{raised})" if expr.exp.is_negative else raised

    def _print_BooleanTrue(self, expr: sp.Basic) -> str:
        return "True" if self.python else "true"

    def _print_BooleanFalse(self, expr: sp.Basic) -> str:
        return "False" if self.python else "false"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        if not self.python:
            return super()._print_Piecewise(expr)
        source = "NaN"
        for value, condition in reversed(expr.args):
            source = f"(({self._print(value)}) if ({self._print(condition)}) else {source})"
        return source


def plain(value: float) -> str:
    """Return a number as axes and times show it: with commas, without an exponent, with a true minus."""
    return f"{value:,.12f}".rstrip("0").rstrip(".").replace("-", "−")


def _listed(symbols: set[sp.Symbol]) -> str:
    return ", ".join(sorted(str(symbol) for symbol in symbols))
