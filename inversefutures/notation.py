"""Every symbol of the course, declared once: its name, symbol, unit, meaning and domain.

The notation page, the labels of axes and sliders, the defaults of every formula and the messages about bad
input are all printed from here.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec

import sympy as sp

# Base units. A quantity's unit is a product of their powers, so a change of unit is a substitution:
# price.unit.subs({USD: 100, BTC: 10**8}) is the number of cents per satoshi in one dollar per bitcoin.
USD, BTC, CONTRACT = sp.symbols("USD BTC contract", positive=True)
ONE = sp.Integer(1)

LONG = sp.Integer(1)
SHORT = sp.Integer(-1)

POSITIVE = sp.Interval.open(0, sp.oo)
NOT_NEGATIVE = sp.Interval(0, sp.oo)
ANY_REAL = sp.Interval(-sp.oo, sp.oo)
EITHER_SIDE = sp.FiniteSet(LONG, SHORT)
PROPER_FRACTION = sp.Interval.open(-1, 1)
"""Rates that may be negative: a maker rebate, a funding rate."""

UNIT_NAMES: dict[sp.Expr, str] = {
    ONE: "",
    USD: "USD",
    BTC: "BTC",
    CONTRACT: "contracts",
    USD / BTC: "USD per BTC",
    BTC / USD: "BTC per USD",
    BTC**2 / USD: "BTC² per USD",
    BTC**3 / USD**2: "BTC³ per USD²",
    USD / CONTRACT: "USD per contract",
    BTC**2 / (USD * CONTRACT): "BTC per contract and USD per BTC",
}


def unit_name(unit: sp.Expr) -> str:
    """Return a unit as a reader would write it, for example ``USD per BTC``.

    Parameters
    ----------
    unit : sympy expression
        A product of powers of `USD`, `BTC` and `CONTRACT`; 1 for a pure number, which has an empty name.
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

    def check(self, value: Any) -> sp.Expr:
        """Return ``value`` as a sympy expression, or say why it is not one of this quantity's values.

        Raises
        ------
        ValueError
            If the value is a number outside the domain, or an expression that can only lie outside it.
        TypeError
            If the value is not a number or a sympy expression.
        """
        complaint = f"{self.name} is {value!r}, but its domain is {self.domain_in_words}"
        if self.unit_name:
            complaint += f" ({self.unit_name})"
        if isinstance(value, str | bool) or value is None:
            raise TypeError(f"{complaint}: give a number or a sympy expression")
        try:
            expression = sp.sympify(value)
        except (sp.SympifyError, TypeError, ValueError):
            raise TypeError(f"{complaint}: give a number or a sympy expression") from None
        if not isinstance(expression, sp.Expr):
            raise TypeError(f"{complaint}: give one number or one sympy expression")
        if _lies_outside(self.domain, expression):
            raise ValueError(complaint)
        return expression


@functools.lru_cache(maxsize=4096)  # formulas call formulas with the same arguments, and sets are slow
def _lies_outside(domain: sp.Set, expression: sp.Expr) -> bool:
    if expression.is_number:
        # sp.nan and the infinities lie in no interval of the reals.
        return bool(domain.contains(expression) != sp.true)
    return bool(
        sp.Contains(expression, domain) == sp.false or (domain == POSITIVE and expression.is_nonpositive)
    )


QUANTITIES: dict[str, Quantity] = {}


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
    if domain == EITHER_SIDE:
        return {"nonzero": True, "integer": True}
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


Arguments = ParamSpec("Arguments")


def formula(unit: sp.Expr) -> Callable[[Callable[Arguments, Any]], Callable[Arguments, Any]]:
    """Make a function a formula of the course: checked arguments in, a sympy expression in ``unit`` out.

    Every argument that is named after a quantity is checked against that quantity's domain, so a formula
    never has to look at its own input. Arguments with other names are the function's own business.

    Parameters
    ----------
    unit : sympy expression
        The unit of the result, a product of powers of the base units.
    """

    def decorate(function: Callable[Arguments, Any]) -> Callable[Arguments, Any]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            for name, value in bound.arguments.items():
                if name in QUANTITIES:
                    bound.arguments[name] = QUANTITIES[name].check(value)
            return function(*bound.args, **bound.kwargs)

        checked.unit = sp.sympify(unit)  # type: ignore[attr-defined]
        FORMULAS[f"{function.__module__.rpartition('.')[2]}.{function.__name__}"] = checked
        return checked

    return decorate


FORMULAS: dict[str, Callable[..., Any]] = {}
"""Every formula of the course under ``module.name``; the unit tests walk through it."""


# --- the contract ---------------------------------------------------------------------------------
d = declare("side", "d", ONE, "which way the position is: +1 for a long, −1 for a short", EITHER_SIDE)
N = declare(
    "notional", "N", USD, "the dollars that the contract is a claim on: contracts times contract size"
)
n = declare("contracts", "n", CONTRACT, "the number of contracts held")
K = declare("contract_size", "K", USD / CONTRACT, "dollars of notional in one contract (its face value)")
Q = declare("coin_quantity", "Q", BTC, "coins that a linear contract is a claim on")
mu = declare(
    "quanto_multiplier",
    "mu",
    BTC**2 / (USD * CONTRACT),
    "coins that one quanto contract pays for each dollar that the price moves",
)
E = declare(
    "entry_price", "E", USD / BTC, "the price at which the position was opened, averaged over its fills"
)
S = declare("price", "S", USD / BTC, "the price now, or at the exit: dollars for one coin")
phi = declare(
    "fee_rate",
    "varphi",
    ONE,
    "fee as a fraction of the coin value traded; negative for a rebate",
    PROPER_FRACTION,
)

# --- the fills of a position ----------------------------------------------------------------------
N_1 = declare("first_fill_notional", "N_1", USD, "dollars of the first fill")
p_1 = declare("first_fill_price", "p_1", USD / BTC, "price of the first fill")
N_2 = declare("second_fill_notional", "N_2", USD, "dollars of the second fill, on the same side")
p_2 = declare("second_fill_price", "p_2", USD / BTC, "price of the second fill")
N_c = declare("closing_notional", "N_c", USD, "dollars traded on the other side, to close", NOT_NEGATIVE)
p_c = declare("closing_price", "p_c", USD / BTC, "price of a fill that closes, or of a settlement")

# --- margin ---------------------------------------------------------------------------------------
L = declare("leverage", "L", ONE, "coin value of the position at the entry, divided by its initial margin")
M = declare("margin", "M", BTC, "coins that stand behind the position, before its unrealised profit")
A = declare("extra_margin", "A", BTC, "coins added to the margin after the entry", NOT_NEGATIVE)
W = declare("wallet_balance", "W", BTC, "coins in the account: the margin of a cross-margined position")
m = declare(
    "maintenance_margin_rate",
    "m",
    ONE,
    "least margin balance that a position may have, as a fraction of its coin value",
    sp.Interval.Ropen(0, 1),
)
D = declare(
    "deduction",
    "D",
    BTC,
    "constant taken off the maintenance margin, so that it has no jump where a tier begins",
    NOT_NEGATIVE,
)
