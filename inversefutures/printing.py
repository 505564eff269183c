"""One expression, two machines: print a sympy expression as a NumPy function and as JavaScript.

A formula is derived once. The static picture and the tests evaluate it with NumPy, the reader's browser
evaluates it in JavaScript, and both are printed here from the same expression tree.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import sympy as sp
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFalse, BooleanTrue
from sympy.printing.jscode import JavascriptCodePrinter

from inversefutures import notation


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
    expression = sp.sympify(expression)
    unknown = expression.free_symbols - set(arguments)
    if unknown:
        raise ValueError(f"{expression} also depends on {_listed(unknown)}: add it to the arguments")
    # Without common subexpressions, whose order would round otherwise than the JavaScript does.
    evaluate = sp.lambdify(list(arguments), expression, modules="numpy")

    def function(*values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        # Integers would refuse negative powers, and plain Python numbers would raise on a division by zero.
        arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))
        with np.errstate(all="ignore"):
            result = np.asarray(evaluate(*arrays), dtype=float)
        return np.broadcast_to(result, np.broadcast_shapes(*(array.shape for array in arrays))).copy()

    return function


SUPPORTED: tuple[type, ...] = (
    sp.Add, sp.Mul, sp.Pow, sp.Rational, sp.Float, sp.Symbol, type(sp.pi), type(sp.E),
    sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.Abs, sp.sign, sp.Min, sp.Max, sp.floor, sp.ceiling,
    sp.Piecewise, ExprCondPair, Relational, sp.And, sp.Or, sp.Not, BooleanTrue, BooleanFalse,
)  # fmt: skip
"""What `javascript` prints. sympy's own printer turns some other nodes into broken code without a word."""

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
    return str(_Printer().doprint(expression))


class _Printer(JavascriptCodePrinter):  # type: ignore[misc]
    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return variable(expr)

    def _print_Pow(self, expr: sp.Pow) -> str:
        # sympy would print Math.cbrt, which is real for a negative number where NumPy's power is NaN.
        if expr.exp == sp.Rational(1, 3):
            return f"Math.pow({self._print(expr.base)}, 1/3)"
        return str(super()._print_Pow(expr))

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


def _listed(symbols: set[sp.Symbol]) -> str:
    return ", ".join(sorted(str(symbol) for symbol in symbols))
