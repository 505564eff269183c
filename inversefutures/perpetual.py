"""What a perpetual is worth when nobody can earn money without risk.

One argument gives every price. A position costs nothing to open, so what it is expected to gain must be zero,
when expectation is taken as a replicating trader takes it: in the money that the contract settles in, the
settled price grows as its hedge does (`spot_growth`), and the holder pays the funding (`funding_flow`). What
is left is `expected_gain`. It does not depend on the level of the price, so the fair price is a fixed
multiple of the spot: the one that makes the expected gain zero (`fair_price`).

``contract_type``
    ``"linear"``: the price f, in dollars, is settled in dollars. ``"inverse"``: 1/f, in coin, is settled in
    coin. ``"quanto"``: f is quoted in dollars, and each dollar of it is settled as a fixed number of coins.
``funding``
    ``"continuous"``, or once in each ``funding_period``. Then the premium at the period's beginning is paid
    at its end: as the amount that it was (``"previous_spot"``), or as a rate, times the spot value at the
    payment (``"current_spot"``).
``interest_paid_by``
    who pays a positive ``yearly_interest``: the ``"long"`` of the contract quoted in dollars per coin, as on
    the venues, or its ``"short"``. Ackerer, Hugonnier and Jermann charge the holder of the settled price. For
    a linear contract and a quanto that is the long. For an inverse contract it holds 1/f, and is the short:
    take ``"short"`` to read their formula.

The rates, the funding intensity κ, the interest and the volatilities are constants, and there are no costs,
but for the functions that bound the price. A funding rate of the whole premium every eight hours is an
intensity of 1095 per year: three payments on each of 365 days.

Source of the linear, inverse and quanto price and of the random time: D. Ackerer, J. Hugonnier and
U. Jermann, "Perpetual Futures Pricing", https://arxiv.org/abs/2310.11771 . The derivations here are the
course's own, and so are the two bounds.
"""

import functools
from typing import Any, Literal

import sympy as sp

from .notation import Delta, S, delta, f, iota, kappa, q, r, rho, sigma, sigma_c, xi
from .quantities import BTC, ONE, USD, YEAR, formula, one_of

__all__ = [
    "anchoring_interest",
    "clamp_bound",
    "expected_gain",
    "fair_premium",
    "fair_price",
    "funding_flow",
    "random_time_price",
    "spot_growth",
    "trading_cost_bound",
]

ContractType = Literal["linear", "inverse", "quanto"]
Funding = Literal["continuous", "previous_spot", "current_spot"]
InterestPaidBy = Literal["long", "short"]
Bound = Literal["lower", "upper"]


@formula(unit=1 / YEAR)
def spot_growth(
    *,
    contract_type: ContractType = "inverse",
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
) -> sp.Expr:
    """Return how fast the settled price of the spot grows for a trader who hedges, a year.

    Linear, r − q: a coin bought with borrowed dollars costs the interest r and earns q. Inverse, q − r: a
    dollar, at 1/S coins, bought with borrowed coins costs q and earns r. Quanto, r − q + ρσσ_c: the hedge is
    in dollars and the profit in coin, so a hedge that has gained is worth more just when the coin has risen
    with it, and the covariance of the two is left over. For the coin itself, settled in itself, it is σ².

    Parameters
    ----------
    coin_rate : of the underlying coin
    volatility, settlement_volatility : of the dollar prices of the underlying and of the coin that a quanto
        is settled in. The linear and the inverse price do not depend on them.
    correlation : between the returns of the two

    Raises
    ------
    ValueError
        If a value is outside its domain, or the contract type is unknown.

    Examples
    --------
    >>> perpetual.spot_growth()
    q - r
    >>> perpetual.spot_growth(contract_type="linear")
    -q + r
    >>> float(perpetual.spot_growth(dollar_rate=0.05, coin_rate=0.01))
    -0.04
    """
    carry = dollar_rate - coin_rate
    if one_of("contract_type", contract_type, ContractType) == "inverse":
        return -carry
    return carry + (correlation * volatility * settlement_volatility if contract_type == "quanto" else 0)


@formula(unit=1 / YEAR)
def funding_flow(
    *,
    contract_type: ContractType = "inverse",
    interest_paid_by: InterestPaidBy = "long",
    price: Any = S,
    perpetual_price: Any = f,
    yearly_interest: Any = iota,
    funding_intensity: Any = kappa,
) -> sp.Expr:
    """Return what a long pays for funding a year, as a fraction of the spot value of its position.

    It is κ times the premium, plus the interest. The premium is that of the settled price: (f − S)/S for a
    linear contract or a quanto. An inverse contract settles 1/f, so a long pays on (1/S − 1/f)/(1/S), which
    is (f − S)/f: the premium rate times the coin value at f.

    Parameters
    ----------
    interest_paid_by : who pays a positive interest

    Raises
    ------
    ValueError
        If a value is outside its domain, or a choice is unknown.

    Examples
    --------
    >>> perpetual.funding_flow()
    iota - kappa*(S/f - 1)
    >>> perpetual.funding_flow(
    ...     price=50_000, perpetual_price=50_100, yearly_interest=0,
    ...     funding_intensity=1095
    ... )
    365/167
    """
    ratio = _settled_ratio(contract_type, perpetual_price / price)
    interest = yearly_interest * _sign(interest_paid_by)
    return funding_intensity * _long(contract_type) * (ratio - 1) + interest


@formula(unit=1 / YEAR)
def expected_gain(
    *,
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    interest_paid_by: InterestPaidBy = "long",
    price: Any = S,
    perpetual_price: Any = f,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    yearly_interest: Any = iota,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return what a hedged long gains a year, as a fraction of the spot value, if the premium stays.

    It is the growth of the settled price, which the long of an inverse contract owes, less the funding. Above
    the fair price it is negative, so a hedged short gains; below it a hedged long does.

    Parameters
    ----------
    interest_paid_by : who pays a positive interest
    volatility, settlement_volatility, correlation : for a quanto alone
    funding_intensity : κΔ is the part of the premium that one payment settles
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        If a value is outside its domain, or a choice is unknown.

    Examples
    --------
    >>> perpetual.expected_gain()
    -S*(q - r)/f - iota + kappa*(S/f - 1)
    >>> float(perpetual.expected_gain(
    ...     price=50_000, perpetual_price=50_000, dollar_rate=0.05, coin_rate=0.01,
    ...     yearly_interest=0, funding_intensity=1095
    ... ))
    0.04
    """
    growth = spot_growth(
        contract_type=contract_type,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        volatility=volatility,
        settlement_volatility=settlement_volatility,
        correlation=correlation,
    )
    paid = funding_flow(
        contract_type=contract_type,
        interest_paid_by=interest_paid_by,
        price=price,
        perpetual_price=perpetual_price,
        yearly_interest=yearly_interest,
        funding_intensity=funding_intensity,
    )
    held = _long(contract_type) * _settled_ratio(contract_type, perpetual_price / price)
    if one_of("funding", funding, Funding) == "continuous":
        return held * growth - paid
    factor = sp.exp(growth * funding_period)
    # A rate is paid on the spot value of the payment's time, which is expected to have grown by then.
    return held * (factor - 1) / funding_period - paid * (factor if funding == "current_spot" else 1)


@formula(unit=USD / BTC)
def fair_price(
    *,
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    interest_paid_by: InterestPaidBy = "long",
    price: Any = S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    yearly_interest: Any = iota,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the price at which neither a hedged long nor a hedged short gains anything.

    Parameters
    ----------
    interest_paid_by : who pays a positive interest
    price : the spot
    volatility, settlement_volatility, correlation : for a quanto alone
    funding_intensity : κΔ is the part of the premium that one payment settles
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        If a value is outside its domain, a choice is unknown, or there is no positive fair price: because
        the interest takes as much as the whole pull of the funding, or because the settled price grows too
        fast for the pull (κ + q − r ≤ 0 for a linear contract with continuous funding).

    Notes
    -----
    Source: Ackerer, Hugonnier and Jermann (2025), https://doi.org/10.1111/mafi.70018 . The quanto price was
    compared with a second-hand statement of theirs alone.

    Examples
    --------
    >>> perpetual.fair_price()
    S*(kappa - q + r)/(iota + kappa)
    >>> perpetual.fair_price(contract_type="linear")
    S*(-iota + kappa)/(kappa + q - r)
    >>> round(perpetual.fair_price(
    ...     price=50_000, dollar_rate=0.05, coin_rate=0.01, yearly_interest=0.1095,
    ...     funding_intensity=1095
    ... ), 2)
    49996.83
    """
    values = {
        S: price,
        r: dollar_rate,
        q: coin_rate,
        sigma: volatility,
        sigma_c: settlement_volatility,
        rho: correlation,
        iota: yearly_interest,
        kappa: funding_intensity,
        Delta: funding_period,
    }
    solution = _fair_price(contract_type, funding, interest_paid_by)
    _check_that_there_is_a_price(contract_type, funding, interest_paid_by, values)
    return solution.xreplace(values)


@formula(unit=ONE)
def fair_premium(
    *,
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    interest_paid_by: InterestPaidBy = "long",
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    yearly_interest: Any = iota,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return how far the fair price stands above the spot, as a fraction of the spot.

    Parameters
    ----------
    volatility, settlement_volatility, correlation : for a quanto alone
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        Where `fair_price` raises it.

    Examples
    --------
    >>> perpetual.fair_premium()
    (-iota - q + r)/(iota + kappa)
    >>> round(perpetual.fair_premium(
    ...     dollar_rate=0.05, coin_rate=0.01, yearly_interest=0.1095,
    ...     funding_intensity=1095
    ... ), 10)
    -6.34640e-5
    """
    ratio = fair_price(
        contract_type=contract_type,
        funding=funding,
        interest_paid_by=interest_paid_by,
        price=1,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        volatility=volatility,
        settlement_volatility=settlement_volatility,
        correlation=correlation,
        yearly_interest=yearly_interest,
        funding_intensity=funding_intensity,
        funding_period=funding_period,
    )
    return ratio - 1 if ratio.is_number else sp.together(ratio - 1)


@formula(unit=1 / YEAR)
def anchoring_interest(
    *,
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    interest_paid_by: InterestPaidBy = "long",
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the interest that makes the fair price equal to the spot.

    Paid by the long and with continuous funding it is r − q, for a linear and for an inverse contract alike:
    the long pays what a borrower of dollars who lends coins would pay.

    Parameters
    ----------
    volatility, settlement_volatility, correlation : for a quanto alone
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        If a value is outside its domain, or a choice is unknown.

    Examples
    --------
    >>> perpetual.anchoring_interest()
    -q + r
    >>> float(perpetual.anchoring_interest(dollar_rate=0.05, coin_rate=0.01))
    0.04
    """
    values = {
        r: dollar_rate,
        q: coin_rate,
        sigma: volatility,
        sigma_c: settlement_volatility,
        rho: correlation,
        Delta: funding_period,
    }
    return _anchoring_interest(contract_type, funding, interest_paid_by).xreplace(values)


@formula(unit=USD / BTC)
def random_time_price(
    *,
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    price: Any = S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the expected spot at a random time: the fair price without interest, seen in another way.

    A pull of κ a year acts like a future that expires at a random time, at the rate κ: on average after 1/κ
    years. With continuous funding the time is exponential, and the price is ∫κe^{−κt}·E[S_t] dt. With
    discrete funding it is a number of periods n with the probabilities p(1 − p)ⁿ. An inverse contract takes
    the expectation of 1/S, in coin, and is 1 over it.

    Parameters
    ----------
    price : the spot now
    volatility, settlement_volatility, correlation : for a quanto alone
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        If a value is outside its domain, a choice is unknown, or the expectation is infinite.

    Notes
    -----
    Source: Ackerer, Hugonnier and Jermann (2025), https://doi.org/10.1111/mafi.70018 .

    Examples
    --------
    >>> perpetual.random_time_price()
    S*(kappa - q + r)/kappa
    >>> float(perpetual.random_time_price(
    ...     price=50_000, dollar_rate=0.05, coin_rate=0.01, funding_intensity=4
    ... ))
    50500.0
    """
    values = {
        r: dollar_rate,
        q: coin_rate,
        sigma: volatility,
        sigma_c: settlement_volatility,
        rho: correlation,
        iota: sp.S.Zero,
        kappa: funding_intensity,
        Delta: funding_period,
    }
    ratio = _expected_ratio_at_random_time(contract_type, funding)
    _check_that_there_is_a_price(contract_type, funding, "long", values)
    return price * _settled_ratio(contract_type, ratio.xreplace(values))


@formula(unit=USD / BTC)
def trading_cost_bound(
    *,
    bound: Bound = "upper",
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    interest_paid_by: InterestPaidBy = "long",
    price: Any = S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    yearly_interest: Any = iota,
    round_trip_cost: Any = xi,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the lowest or the highest price from which a patient trader with costs cannot gain for sure.

    Let b be the settled price over that of the spot, and a its fair value. A trader who is short one unit of
    spot value, hedged with b units of the spot, gains exactly (b at the start − b now) + (κ − g)∫(b − a)dt:
    the price terms cancel on every path, g is the growth of the spot, and b moves without jumps against S.
    Closed when b first is back at a, the trade has gained at least b − a, whenever that is. So the gain is
    sure if b − a is more than the cost, and the band is a ± ξ. With discrete funding the gain is exact but
    for the move of the price within a period.

    Assumed: the premium does come back at some time, margin for the wait is free, and the round trip in both
    legs costs a fraction ξ of the spot value, paid once. Keeping the position at one unit costs nothing more.
    For a quanto the gain is not exact but expected, as its covariance cannot be locked in.

    Parameters
    ----------
    price : the spot
    volatility, settlement_volatility, correlation : for a quanto alone
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        Where `fair_price` raises it, or if the cost is as large as the settled price, so that there is no
        bound.

    Notes
    -----
    The idea of an arbitrage with a random end is that of S. He, A. Manela, O. Ross and V. von Wachter,
    "Fundamentals of Perpetual Futures", https://arxiv.org/abs/2212.06888 . This band is derived here and
    simpler than theirs.

    Examples
    --------
    >>> round(perpetual.trading_cost_bound(
    ...     price=50_000, dollar_rate=0, coin_rate=0, yearly_interest=0,
    ...     round_trip_cost=0.002, funding_intensity=1095
    ... ), 2)
    50100.20
    """
    fair = fair_price(
        contract_type=contract_type,
        funding=funding,
        interest_paid_by=interest_paid_by,
        price=1,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        volatility=volatility,
        settlement_volatility=settlement_volatility,
        correlation=correlation,
        yearly_interest=yearly_interest,
        funding_intensity=funding_intensity,
        funding_period=funding_period,
    )
    # A high price of the contract is a low settled price where 1/f is settled.
    up = 1 if one_of("bound", bound, Bound) == "upper" else -1
    ratio = _settled_ratio(contract_type, fair) + up * _long(contract_type) * round_trip_cost
    if ratio.is_nonpositive:
        raise ValueError(
            f"round_trip_cost is {round_trip_cost}, as large as the settled price itself: no price is out of "
            "bounds on this side; give a smaller cost"
        )
    return price * _settled_ratio(contract_type, ratio)


@formula(unit=USD / BTC)
def clamp_bound(
    *,
    bound: Bound = "upper",
    contract_type: ContractType = "inverse",
    funding: Funding = "continuous",
    price: Any = S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
    yearly_clamp: Any = delta,
    funding_intensity: Any = kappa,
    funding_period: Any = Delta,
) -> sp.Expr:
    """Return the lowest or the highest fair price that a clamped interest leaves possible.

    Venues pay the premium plus clamp(interest − premium, ±δ). Whatever the premium does, what is added to it
    lies between −δ and δ: it acts as an interest that nobody knows ahead, but that has these bounds. The fair
    price falls as the interest of the long rises, so it lies between the fair prices at δ and at −δ. Within
    the clamp the rate does not answer to the premium at all, so there the interest alone is paid: where it
    is close to r − q, a whole interval of prices has next to no pull.

    Assumed: the premium that the venue measures is that of the perpetual, and the rate is not capped.

    Parameters
    ----------
    price : the spot
    volatility, settlement_volatility, correlation : for a quanto alone
    yearly_clamp : the clamp of one payment over the funding period in years
    funding_period : not used if the funding is continuous

    Raises
    ------
    ValueError
        Where `fair_price` raises it for an interest of plus or minus the clamp.

    Examples
    --------
    >>> perpetual.clamp_bound()
    S*(kappa - q + r)/(-delta + kappa)
    >>> round(perpetual.clamp_bound(
    ...     price=50_000, dollar_rate=0.05, coin_rate=0.01, yearly_clamp=0.5475,
    ...     funding_intensity=1095
    ... ), 2)
    50026.84
    """
    return fair_price(
        contract_type=contract_type,
        funding=funding,
        interest_paid_by="short" if one_of("bound", bound, Bound) == "upper" else "long",
        price=price,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        volatility=volatility,
        settlement_volatility=settlement_volatility,
        correlation=correlation,
        yearly_interest=yearly_clamp,
        funding_intensity=funding_intensity,
        funding_period=funding_period,
    )


# --- solved once for each contract ----------------------------------------------------------------


@functools.cache
def _fair_price(contract_type: ContractType, funding: Funding, interest_paid_by: InterestPaidBy) -> sp.Expr:
    gain = expected_gain(contract_type=contract_type, funding=funding, interest_paid_by=interest_paid_by)
    growth = _growth_term(contract_type, funding)
    # With a letter for the growth, sympy does not tear the exponent of r − q apart.
    letter = sp.Dummy("g", positive=True)
    (solution,) = sp.solve(gain.xreplace({growth: letter}), f)
    return _tidy(solution).xreplace({letter: growth})


@functools.cache
def _anchoring_interest(
    contract_type: ContractType, funding: Funding, interest_paid_by: InterestPaidBy
) -> sp.Expr:
    gain = expected_gain(
        contract_type=contract_type, funding=funding, interest_paid_by=interest_paid_by, perpetual_price=S
    )
    growth = _growth_term(contract_type, funding)
    letter = sp.Dummy("g", positive=True)
    (solution,) = sp.solve(gain.xreplace({growth: letter}), iota)
    return _tidy(solution).xreplace({letter: growth})


@functools.cache
def _expected_ratio_at_random_time(contract_type: ContractType, funding: Funding) -> sp.Expr:
    """Return the expected settled price at the random time, over its price now."""
    growth = _growth_term(contract_type, funding)
    decay, share, letter = (sp.Dummy(name, positive=True) for name in ("decay", "share", "g"))
    if funding == "continuous":
        time = sp.Dummy("t", positive=True)
        integral = sp.integrate(kappa * sp.exp(-decay * time), (time, 0, sp.oo))
        return integral.xreplace({decay: kappa - growth})
    pull = kappa * Delta * (letter if funding == "current_spot" else 1)
    ends = pull / (1 + pull)
    periods = sp.Dummy("n", integer=True, nonnegative=True)
    # The first case is that of a sum that converges; `_check_that_there_is_a_price` sees to it.
    total = sp.summation(share**periods, (periods, 0, sp.oo)).args[0].expr
    ratio = ends * total.xreplace({share: (1 - ends) * letter})
    return _tidy(ratio).xreplace({letter: growth})


# --- what the formulas share ----------------------------------------------------------------------


def _check_that_there_is_a_price(
    contract_type: ContractType,
    funding: Funding,
    interest_paid_by: InterestPaidBy,
    values: dict[sp.Symbol, sp.Expr],
) -> None:
    growth = spot_growth(contract_type=contract_type)
    interest = iota * _sign(interest_paid_by) * _long(contract_type)
    anchor = kappa - interest
    if anchor.xreplace(values).is_nonpositive:
        raise ValueError(
            f"yearly_interest is {values[iota]} and funding_intensity is {values[kappa]} (per year): "
            f"{anchor} must be positive, because an interest as large as the pull leaves no positive price "
            "at which the funding is fair"
        )
    pull = {
        "continuous": kappa - growth,
        "previous_spot": 1 + kappa * Delta - sp.exp(growth * Delta),
        "current_spot": sp.exp(-growth * Delta) + kappa * Delta - 1,
    }[funding]
    if pull.xreplace(values).is_nonpositive:
        raise ValueError(
            f"funding_intensity is {values[kappa]} (per year): {pull} must be positive, because a price "
            f"that grows at {growth} = {growth.xreplace(values)} per year outruns the funding's pull, and no "
            "fair price is finite; give a larger intensity"
        )


def _growth_term(contract_type: ContractType, funding: Funding) -> sp.Expr:
    """Return the growth of the settled price as `expected_gain` has it: a rate, or a factor for a period."""
    growth = spot_growth(contract_type=contract_type)
    return growth if one_of("funding", funding, Funding) == "continuous" else sp.exp(growth * Delta)


def _settled_ratio(contract_type: ContractType, ratio: sp.Expr) -> sp.Expr:
    """Return the settled price over that of the spot, from the quoted ratio, and the other way round."""
    return 1 / ratio if one_of("contract_type", contract_type, ContractType) == "inverse" else ratio


def _long(contract_type: ContractType) -> int:
    """Return 1 where the long holds the settled price and −1 where it owes it."""
    return -1 if one_of("contract_type", contract_type, ContractType) == "inverse" else 1


def _sign(interest_paid_by: InterestPaidBy) -> int:
    return 1 if one_of("interest_paid_by", interest_paid_by, InterestPaidBy) == "long" else -1


def _tidy(expression: sp.Expr) -> sp.Expr:
    """Return one fraction, with a denominator that is positive where the pull is strong."""
    top, bottom = (sp.factor_terms(sp.expand(part)) for part in sp.fraction(sp.cancel(expression)))
    strong = {symbol: sp.Integer(3) if symbol == kappa else ONE for symbol in bottom.free_symbols}
    sign = -1 if bottom.xreplace(strong).is_negative else 1
    return sp.factor_terms(sp.expand(sign * top)) / sp.factor_terms(sp.expand(sign * bottom))
