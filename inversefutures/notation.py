"""Every symbol of the course, declared once: its name, symbol, unit, meaning and domain.

The notation page, the labels of axes and sliders, the defaults of every formula and the messages about bad
input are all printed from here. What a declaration is, `quantities` says.
"""

import sympy as sp

from .quantities import (
    ANY_REAL,
    CONTRACT,
    HOUR,
    NOT_NEGATIVE,
    ONE,
    PROPER_FRACTION,
    YEAR,
    declare,
)

# Whoever writes a formula takes these from here, with its symbols: so the register is full when it is asked.
from .quantities import BTC as BTC
from .quantities import QUANTITIES as QUANTITIES
from .quantities import USD as USD
from .quantities import quantity as quantity

LONG = sp.Integer(1)
SHORT = sp.Integer(-1)
EITHER_SIDE = sp.FiniteSet(LONG, SHORT)

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

# --- the order book -------------------------------------------------------------------------------
ell = declare(
    "distance", "ell", ONE, "how far a price is from the middle of the book, as a fraction", NOT_NEGATIVE
)
beta = declare(
    "depth_exponent",
    "beta",
    ONE,
    "how the depth of a book grows with the distance: 1 if as many dollars stand at each price",
)
S_b = declare("best_price", "S_b", USD / BTC, "the best price on the side of the book that an order takes")
S_l = declare("later_price", "S_l", USD / BTC, "the middle of the book a stated time after a trade")
Z_S = declare(
    "stop_density", "Z_S", USD, "dollars of stop orders for each whole fraction of the price", NOT_NEGATIVE
)
V_Y = declare("traded_volume", "V_Y", USD / YEAR, "dollars that are traded in a year")
Y = declare("impact_factor", "Y", ONE, "the factor of the square-root law of impact, of the order of 1")
gamma_1 = declare(
    "serial_covariance",
    "gamma_1",
    (USD / BTC) ** 2,
    "covariance of one price change from trade to trade with the next",
    ANY_REAL,
)

# --- dated futures --------------------------------------------------------------------------------
S_F = declare("futures_price", "S_F", USD / BTC, "the price of a dated future before it expires")
tau = declare("time_to_expiry", "tau", YEAR, "the time until a dated future expires, in years", NOT_NEGATIVE)
t_H = declare("holding_time", "t_H", YEAR, "how long a position has been held, in years", NOT_NEGATIVE)
n_R = declare("rolls", "n_R", ONE, "number of dated futures that are held one after the other in a year")
S_N = declare("near_futures_price", "S_N", USD / BTC, "the price of the future that expires first")
b_0 = declare(
    "front_carry",
    "b_0",
    1 / YEAR,
    "by how much the carry of the first day exceeds that of distant ones",
    ANY_REAL,
)
tau_0 = declare("front_time", "tau_0", YEAR, "the time over which an extra carry of the first days fades")
w = declare(
    "averaging_window",
    "w",
    YEAR,
    "the time before expiry over which a settlement price is averaged, in years",
)
phi_S = declare(
    "spot_fee_rate",
    "varphi_S",
    ONE,
    "fee of a spot trade, as a fraction of what is traded",
    sp.Interval.open(-1, 1),
)
phi_D = declare(
    "delivery_fee_rate",
    "varphi_D",
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

# --- position sizing ------------------------------------------------------------------------------
mu_S = declare(
    "drift", "mu_S", 1 / YEAR, "growth of the expected price a year, continuously compounded", ANY_REAL
)
H = declare("barrier_price", "H", USD / BTC, "the price that ends a position: its liquidation, or a stop")
H_T = declare("target_price", "H_T", USD / BTC, "the price at which a position is closed with a profit")
t_c = declare(
    "check_interval", "t_c", YEAR, "the time from one look at the price to the next, in years", NOT_NEGATIVE
)
F_Y = declare(
    "yearly_funding", "F_Y", 1 / YEAR, "what a long pays to a short in a year's funding rates", ANY_REAL
)
R = declare("risked_coins", "R", BTC, "the most that a position may lose at its stop, in coins")
R_D = declare("risked_dollars", "R_D", USD, "the most that a position may lose at its stop, in dollars")
psi = declare(
    "exposure",
    "psi",
    ONE,
    "dollars of a position, a short's negative, over the dollar value of the coins behind it",
    ANY_REAL,
)
gamma = declare(
    "risk_aversion", "gamma", ONE, "relative risk aversion: 1 for whoever wants the fastest growth"
)
p_w = declare("win_probability", "p_w", ONE, "chance that a bet is won", sp.Interval(0, 1))
b_w = declare("odds", "b_w", ONE, "what a bet that is won pays, as a multiple of what is lost otherwise")

# --- backtests ------------------------------------------------------------------------------------
N_e = declare(
    "earlier_notional",
    "N_e",
    USD,
    "dollars that a backtest held in the step before; a short's are negative",
    ANY_REAL,
)
N_h = declare(
    "held_notional",
    "N_h",
    USD,
    "dollars that a backtest holds through a step; a short's are negative",
    ANY_REAL,
)
n_L = declare("lookback", "n_L", ONE, "closes that a momentum rule looks back")
n_d = declare(
    "fill_delay",
    "n_d",
    ONE,
    "closes from a signal to its fill; at −1 it is filled before it can be known",
    sp.Interval(-1, sp.oo),
)
s_F = declare(
    "funding_share", "s_F", ONE, "the part of the funding that a backtest counts", sp.Interval(0, 1)
)
zeta = declare(
    "sharpe_ratio",
    "zeta",
    ONE,
    "mean return of a period over the standard deviation of such returns",
    ANY_REAL,
)
zeta_0 = declare(
    "benchmark_sharpe", "zeta_0", ONE, "a Sharpe ratio of one period that another has to beat", ANY_REAL
)
gamma_3 = declare("skewness", "gamma_3", ONE, "of returns: negative where large losses are larger", ANY_REAL)
gamma_4 = declare(
    "kurtosis", "gamma_4", ONE, "of returns: 3 for a bell curve, more with fat tails", sp.Interval(1, sp.oo)
)
n_T = declare("observations", "n_T", ONE, "number of returns in a record", sp.Interval(1, sp.oo))
n_K = declare("trials", "n_K", ONE, "number of rules that were tried", sp.Interval(1, sp.oo))
sigma_zeta = declare(
    "trial_deviation",
    "sigma_zeta",
    ONE,
    "standard deviation of the Sharpe ratios of all rules that were tried",
)
n_Y = declare("periods_a_year", "n_Y", ONE, "returns in a year: 365 for days that never close")
rho_1 = declare("autocorrelation", "rho_1", ONE, "between one return and the next", sp.Interval.open(-1, 1))
alpha = declare(
    "significance", "alpha", ONE, "chance to see skill where there is none", sp.Interval.open(0, 1)
)
p_m = declare("missed_share", "p_m", ONE, "chance to see no skill where there is some", sp.Interval(0, 1))
w_s = declare("skilled_share", "w_s", ONE, "the part of all rules that have skill", sp.Interval.Lopen(0, 1))

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
K_s = declare(
    "sold_strike", "K_s", USD / BTC, "the strike of the option that is sold, where another is bought"
)
p_so = declare(
    "sold_premium",
    "p_so",
    ONE,
    "coins received for an option on one coin that is sold, where another is bought",
    NOT_NEGATIVE,
)

# --- powers of a price ----------------------------------------------------------------------------
p = declare("power", "p", ONE, "the power of the price that a contract pays: 2 for its square", ANY_REAL)
Lambda = declare(
    "mark_ratio", "Lambda", ONE, "what a power perpetual trades at, as a multiple of the power of the price"
)
a_p = declare(
    "claim_growth",
    "a_p",
    1 / YEAR,
    "how fast the expected worth of a power of the price grows in a year",
    ANY_REAL,
)
n_f = declare(
    "normalisation_factor",
    "n_f",
    ONE,
    "how much of the power of the price a claim still pays, after funding that was paid in kind",
)
n_l = declare("later_factor", "n_l", ONE, "the normalisation factor at a later time")
y_2 = declare(
    "square_size", "y_2", BTC**2 / USD, "how many squares of the price a claim is on: times S² it is dollars"
)
chi = declare(
    "collateral_ratio",
    "chi",
    ONE,
    "coins that stand behind a debt, over the coins that are owed",
    NOT_NEGATIVE,
)
