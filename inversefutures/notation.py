"""Every symbol of the course, declared once: its name, symbol, unit, meaning and domain.

The notation page, the labels of axes and sliders, the defaults of every formula and the messages about bad
input are all printed from here.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, get_args

import sympy as sp

# Base units. A quantity's unit is a product of their powers, so a change of unit is a substitution:
# price.unit.subs({USD: 100, BTC: 10**8}) is the number of cents per satoshi in one dollar per bitcoin.
USD, BTC, CONTRACT, HOUR, YEAR = sp.symbols("USD BTC contract h year", positive=True)
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
    HOUR: "h",
    YEAR: "years",
    1 / YEAR: "per year",
    1 / sp.sqrt(YEAR): "per √year",
    USD / BTC: "USD per BTC",
    BTC / USD: "BTC per USD",
    1 / BTC: "per BTC",
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
        FORMULAS[name_of(function)] = checked
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
phi_in = declare(
    "entry_fee_rate",
    "varphi_in",
    ONE,
    "fee for opening, as a fraction of the coin value traded; negative for a rebate",
    PROPER_FRACTION,
)
phi_out = declare(
    "exit_fee_rate",
    "varphi_out",
    ONE,
    "fee for closing, as a fraction of the coin value traded; negative for a rebate",
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

# --- margin calls ---------------------------------------------------------------------------------
m_c = declare(
    "call_rate",
    "m_c",
    ONE,
    "margin balance at which a margin call comes, as a fraction of the position's coin value",
    sp.Interval.Ropen(0, 1),
)
S_stop = declare(
    "stop_price", "S_stop", USD / BTC, "price that triggers a stop-loss order; 0 for no order", NOT_NEGATIVE
)

# --- funding --------------------------------------------------------------------------------------
S_mark = declare(
    "mark_price", "S_mark", USD / BTC, "the price that a venue reckons with: for margin, and for funding"
)
S_idx = declare("index_price", "S_idx", USD / BTC, "the average price of several spot markets")
S_last = declare("last_price", "S_last", USD / BTC, "the price of the last trade in the contract")
S_bid = declare(
    "impact_bid_price", "S_bid", USD / BTC, "average price for selling the impact notional into the book"
)
S_ask = declare(
    "impact_ask_price", "S_ask", USD / BTC, "average price for buying the impact notional from the book"
)
S_0 = declare("starting_price", "S_0", USD / BTC, "the price when the holding period began")
B = declare("basis", "B", USD / BTC, "contract price less index price, often averaged", ANY_REAL)
P = declare(
    "premium", "P", ONE, "how far the contract trades above the index, as a fraction", PROPER_FRACTION
)
b_F = declare(
    "fair_basis_rate",
    "b_F",
    ONE,
    "the part of a premium that the next funding payment explains",
    PROPER_FRACTION,
)
b_Y = declare(
    "basis_rate",
    "b_Y",
    ONE,
    "how far a dated future stands above the index, as a fraction for each basis period",
    PROPER_FRACTION,
)
I_q = declare("quote_interest_rate", "I_q", ONE, "what borrowing dollars costs for one day", PROPER_FRACTION)
I_b = declare("base_interest_rate", "I_b", ONE, "what borrowing coins costs for one day", PROPER_FRACTION)
I = declare(
    "interest_component",
    "I",
    ONE,
    "interest that a long pays for one funding interval: dollars borrowed, coins lent",
    PROPER_FRACTION,
)
c = declare(
    "clamp",
    "c",
    ONE,
    "the most that the interest component may move a funding rate away from the premium",
    sp.Interval.Ropen(0, 1),
)
eta = declare(
    "damper",
    "eta",
    ONE,
    "premium up to which a continuous funding rate is zero, on either side",
    sp.Interval.Ropen(0, 1),
)
F_max = declare("funding_cap", "F_max", ONE, "the largest funding rate, either way", sp.Interval.Ropen(0, 1))
F = declare(
    "funding_rate",
    "F",
    ONE,
    "fraction of the coin value that a long pays to a short at one funding; negative if the short pays",
    PROPER_FRACTION,
)
A_F = declare(
    "absolute_funding_rate",
    "A_F",
    BTC / USD,
    "coins that a long pays at one funding for each dollar of notional",
    ANY_REAL,
)
T = declare("funding_interval", "T", HOUR, "the time from one funding to the next")
T_0 = declare("quoted_interval", "T_0", HOUR, "the interval that a funding rate is stated for")
T_Y = declare("basis_period", "T_Y", HOUR, "the time that a basis rate is stated for, often a year")
t = declare("time_left", "t", HOUR, "the time until the next funding, or until expiry", NOT_NEGATIVE)
k = declare("payments", "k", ONE, "number of funding payments: 3 in a day of 8-hour intervals")
G = declare("funding_paid", "G", BTC, "coins paid in funding so far; negative if more was received", ANY_REAL)
k_0 = declare(
    "opening_payment", "k_0", ONE, "the funding payment before which a position is opened", NOT_NEGATIVE
)
z = declare(
    "resizing",
    "z",
    ONE,
    "how far the notional follows the price: 0 keeps its dollars, 1 keeps its coins",
    sp.Interval(0, 1),
)

# --- risk limits ----------------------------------------------------------------------------------
V = declare(
    "position_value",
    "V",
    BTC,
    "coin value of a position: the size that a margin rate depends on",
    NOT_NEGATIVE,
)
V_k = declare("tier_floor", "V_k", BTC, "size at which a tier of margin rates begins", NOT_NEGATIVE)
m_b = declare("lower_rate", "m_b", ONE, "maintenance margin rate of the tier below", sp.Interval.Ropen(0, 1))
D_b = declare("lower_deduction", "D_b", BTC, "deduction of the tier below", NOT_NEGATIVE)
R_0 = declare("base_risk_limit", "R_0", BTC, "size up to which the base margin rate holds")
R_1 = declare("risk_limit_step", "R_1", BTC, "size after which a stepped margin rate rises again")
m_0 = declare("base_rate", "m_0", ONE, "margin rate of a small position", sp.Interval.Ropen(0, 1))
m_1 = declare("rate_step", "m_1", ONE, "what each step adds to a margin rate", sp.Interval.Ropen(0, 1))
m_V = declare("rate_slope", "m_V", 1 / BTC, "what each coin of size adds to a margin rate", NOT_NEGATIVE)
N_L = declare("long_notional", "N_L", USD, "dollars of a long that stands beside a short", NOT_NEGATIVE)
N_S = declare("short_notional", "N_S", USD, "dollars of a short that stands beside a long", NOT_NEGATIVE)
h = declare(
    "haircut", "h", ONE, "part of a coin's dollar value that does not count as margin", sp.Interval(0, 1)
)
Q_c = declare(
    "collateral_coins", "Q_c", BTC, "coins that count as margin at their dollar value", NOT_NEGATIVE
)
U = declare("dollar_collateral", "U", USD, "dollars that stand behind a position", NOT_NEGATIVE)

# --- when liquidation fails -----------------------------------------------------------------------
X = declare("fill_price", "X", USD / BTC, "the price at which a liquidated position is really closed")
s = declare(
    "half_spread",
    "s",
    ONE,
    "half of the gap between bid and ask, as a fraction of the price",
    sp.Interval.Ropen(0, 1),
)
Z = declare(
    "market_depth", "Z", USD, "dollars of resting orders on one side for each whole fraction of the price"
)

J = declare("insurance_fund", "J", BTC, "coins that a venue keeps for liquidations that fail", NOT_NEGATIVE)
g = declare(
    "price_gap",
    "g",
    ONE,
    "how far the price falls from one trade to the next, as a fraction",
    sp.Interval.Ropen(0, 1),
)

# --- dated futures --------------------------------------------------------------------------------
S_F = declare("futures_price", "S_F", USD / BTC, "the price of a dated future before it expires")
tau = declare("time_to_expiry", "tau", YEAR, "the time until a dated future expires, in years", NOT_NEGATIVE)
t_H = declare("holding_time", "t_H", YEAR, "how long a position has been held, in years", NOT_NEGATIVE)
n_R = declare("rolls", "n_R", ONE, "number of dated futures that are held one after the other in a year")
S_N = declare("near_futures_price", "S_N", USD / BTC, "the price of the future that expires first")
w = declare(
    "averaging_window",
    "w",
    YEAR,
    "the time before expiry over which a settlement price is averaged, in years",
)
phi_S = declare(
    "spot_fee_rate",
    "phi_S",
    ONE,
    "fee of a spot trade, as a fraction of what is traded",
    sp.Interval.open(-1, 1),
)
phi_D = declare(
    "delivery_fee_rate",
    "phi_D",
    ONE,
    "fee that a venue takes when a dated future expires, as a fraction of the coin value",
    sp.Interval.Ropen(0, 1),
)

# --- carry and hedging ----------------------------------------------------------------------------
C = declare("coins", "C", BTC, "coins that somebody owns, or will own, and may hedge")
u = declare(
    "margin_fraction",
    "u",
    ONE,
    "the part of the hedged coins that is posted as margin",
    sp.Interval.Lopen(0, 1),
)
lambda_S = declare("price_multiple", "lambda_S", ONE, "a price, as a multiple of the entry price")
sigma_A = declare(
    "coin_deviation", "sigma_A", USD / BTC, "standard deviation of the coin's price at the end of a hedge"
)
sigma_B = declare(
    "hedge_deviation", "sigma_B", USD / BTC, "standard deviation of what a hedged coin is worth at the end"
)
rho_AB = declare(
    "hedge_correlation",
    "rho_AB",
    ONE,
    "between the coin's price and what a hedged coin is worth",
    sp.Interval(-1, 1),
)

# --- the fair price of a perpetual ----------------------------------------------------------------
f = declare("perpetual_price", "f", USD / BTC, "the price of a perpetual: what it trades at, or should")
r = declare("dollar_rate", "r", 1 / YEAR, "what borrowed dollars cost, continuously compounded", ANY_REAL)
q = declare("coin_rate", "q", 1 / YEAR, "what lent coins earn, continuously compounded", ANY_REAL)
kappa = declare("funding_intensity", "kappa", 1 / YEAR, "how often a year the funding pays the whole premium")
iota = declare("yearly_interest", "iota", 1 / YEAR, "the interest component of a year's funding", ANY_REAL)
delta = declare(
    "yearly_clamp",
    "delta",
    1 / YEAR,
    "the most that the interest component may add to a year's funding",
    NOT_NEGATIVE,
)
Delta = declare("funding_period", "Delta", YEAR, "the time from one funding to the next, in years")
sigma = declare(
    "volatility", "sigma", 1 / sp.sqrt(YEAR), "standard deviation of a year's returns", NOT_NEGATIVE
)
sigma_c = declare(
    "settlement_volatility",
    "sigma_c",
    1 / sp.sqrt(YEAR),
    "volatility of the coin that a quanto is settled in",
    NOT_NEGATIVE,
)
rho = declare(
    "correlation", "rho", ONE, "between the underlying of a quanto and its coin", sp.Interval(-1, 1)
)
xi = declare(
    "round_trip_cost",
    "xi",
    ONE,
    "cost of opening and closing a hedged position, as a fraction of its value",
    sp.Interval.Ropen(0, 1),
)

# --- options --------------------------------------------------------------------------------------
K_o = declare("strike", "K_o", USD / BTC, "the price at which an option may be exercised")
p_o = declare(
    "option_premium", "p_o", ONE, "price of an option, in coins for an option on one coin", NOT_NEGATIVE
)
