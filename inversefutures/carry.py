"""What time is worth: dated futures, their basis, and spreads between two of them.

A coin for later can be had in two ways: buy the future, or borrow dollars, buy the coin now and lend it. Both
cost the same, or somebody earns the difference without risk. That is all of `forward_price`, and it holds for
the linear and for the inverse future alike: they are two moneys to be paid in, not two dates. A quanto is
another thing, because its hedge and its profit are in different moneys.

Rates are constant here. With rates that move, and a correlation between rate and price, a future and a
forward differ, and so do a future that is settled in dollars and one that is settled in coin.
"""

from typing import Any, Literal

import sympy as sp

from .contract import profit_and_loss, value
from .notation import LONG, S_F, S_N, N, S, n_R, q, r, rho, sigma, sigma_c, tau, w
from .perpetual import ContractType, spot_growth
from .quantities import BTC, ONE, USD, YEAR, formula, one_of

__all__ = [
    "annualised_basis",
    "average_variance",
    "basis",
    "expected_price_in_coin_measure",
    "exposure_left",
    "forward_price",
    "forward_price_at_simple_rates",
    "implied_coin_rate",
    "neutral_notional",
    "roll_return",
]

Annualisation = Literal["simple", "compound", "continuous"]
Move = Literal["proportional", "parallel"]
Money = Literal["coin", "dollars"]


@formula(unit=USD / BTC)
def forward_price(
    *,
    contract_type: ContractType = "inverse",
    price: Any = S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    time_to_expiry: Any = tau,
    volatility: Any = sigma,
    settlement_volatility: Any = sigma_c,
    correlation: Any = rho,
) -> sp.Expr:
    """Return the price of a dated future at which nobody earns money without risk.

    Dollars that are borrowed for a coin grow with r, the coin that is lent grows with q. So one coin at the
    end costs S·e^{(r−q)τ} dollars, whichever money is paid in. A quanto's hedge gains in dollars and its
    holder in coin, which adds the covariance of the two returns to the growth.

    Parameters
    ----------
    contract_type : the first two have one price
    price : of the coin now
    dollar_rate, coin_rate : continuously compounded
    time_to_expiry : at 0 the future is the coin
    volatility, settlement_volatility, correlation : as in `perpetual.spot_growth`; a quanto's alone

    Raises
    ------
    ValueError
        If a value is outside its domain, or the contract type is unknown.

    Examples
    --------
    >>> carry.forward_price()
    S*exp(tau*(-q + r))
    >>> carry.forward_price(price=100, dollar_rate=0.05, coin_rate=0.02, time_to_expiry=1).evalf(7)
    103.0455
    """
    growth = spot_growth(
        # An inverse future settles 1/F, which grows as F shrinks: the same F.
        contract_type="linear" if contract_type == "inverse" else contract_type,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        volatility=volatility,
        settlement_volatility=settlement_volatility,
        correlation=correlation,
    )
    return price * sp.exp(growth * time_to_expiry)


@formula(unit=USD / BTC)
def forward_price_at_simple_rates(
    *, price: Any = S, dollar_rate: Any = r, coin_rate: Any = q, time_to_expiry: Any = tau
) -> sp.Expr:
    """Return the price of a dated future when both rates are paid once, at its expiry.

    Parameters
    ----------
    price : of the coin now
    dollar_rate, coin_rate : per year, any real number above −1/τ, below which nothing would be paid back

    Raises
    ------
    ValueError
        If a value is outside its domain, or a rate so low that nothing is paid back.

    Notes
    -----
    Source: BitMEX, "Types of trading", https://docslib.org/doc/1787750/types-of-trading (copy).

    Examples
    --------
    >>> carry.forward_price_at_simple_rates(price=100, dollar_rate=0.08, coin_rate=0, time_to_expiry=0.5)
    104.000000000000
    """
    paid_back, grown = 1 + dollar_rate * time_to_expiry, 1 + coin_rate * time_to_expiry
    for name, factor in (("dollar_rate", paid_back), ("coin_rate", grown)):
        if factor.is_nonpositive:
            raise ValueError(
                f"carry.forward_price_at_simple_rates: 1 + {name}·time_to_expiry is {factor}, so nothing is "
                "paid back: give a rate above −1/time_to_expiry"
            )
    return price * paid_back / grown


@formula(unit=1 / YEAR)
def implied_coin_rate(
    *, price: Any = S, futures_price: Any = S_F, dollar_rate: Any = r, time_to_expiry: Any = tau
) -> sp.Expr:
    """Return the rate at which coins would have to be lent for the future to be worth what it costs.

    `forward_price` read the other way round. It is what the future pays a holder who swaps coins now for
    coins later, beyond the dollar rate: negative when the future is dearer than the dollar rate explains.

    Parameters
    ----------
    dollar_rate : continuously compounded, as is the result

    Raises
    ------
    ValueError
        If a value is outside its domain, or no time is left.

    Examples
    --------
    >>> carry.implied_coin_rate(price=100, futures_price=100, dollar_rate=0.05, time_to_expiry=1).evalf(2)
    0.050
    """
    if time_to_expiry.is_zero:
        raise ValueError(
            "carry.implied_coin_rate: time_to_expiry is 0, and a rate a year needs time to be earned in: "
            "give the years that are left"
        )
    return dollar_rate - sp.log(futures_price / price) / time_to_expiry


@formula(unit=USD / BTC)
def basis(*, price: Any = S, futures_price: Any = S_F) -> sp.Expr:
    """Return by how much a future is dearer than the coin, in USD per BTC.

    Positive in contango, negative in backwardation. Some pages subtract the other way round, and some take
    the perpetual in place of the index: say which.

    Examples
    --------
    >>> carry.basis(price=96_939.94, futures_price=102_385)
    5445.06000000000
    """
    return futures_price - price


@formula(unit=ONE)
def annualised_basis(
    *,
    annualisation: Annualisation = "simple",
    price: Any = S,
    futures_price: Any = S_F,
    rolls: Any = n_R,
) -> sp.Expr:
    """Return the basis as a fraction of the coin's price, for a year.

    ``"simple"``, which nearly every table shows, multiplies the fraction by the number of such periods in a
    year; ``"compound"`` earns it on itself; ``"continuous"`` takes the logarithm, which adds up over time.
    A week's basis is multiplied by 52, and so is the noise of the two quotes.

    Parameters
    ----------
    rolls : how often the time to expiry fits into a year: 365 divided by the days that are left

    Examples
    --------
    Three percent in ninety days:

    >>> quotes = dict(price=100, futures_price=103, rolls=365 / 90)
    >>> for kind in ("simple", "compound", "continuous"):
    ...     print(carry.annualised_basis(annualisation=kind, **quotes).evalf(4))
    0.1217
    0.1274
    0.1199
    """
    ratio = futures_price / price
    if one_of("annualisation", annualisation, Annualisation) == "simple":
        return (ratio - 1) * rolls
    return rolls * sp.log(ratio) if annualisation == "continuous" else ratio**rolls - 1


@formula(unit=USD / BTC)
def expected_price_in_coin_measure(
    *, futures_price: Any = S_F, volatility: Any = sigma, time_to_expiry: Any = tau
) -> sp.Expr:
    """Return the average of the price at expiry when outcomes are weighted by what a coin is worth there.

    In dollars the fair average of the price at expiry is the future's price F. In coin it is 1/F for the
    price's reciprocal, and then the average of the price itself is F·e^{σ²τ}: the weights lean towards the
    outcomes in which a coin is dear. So "the future is the expected price" is true in one money only.

    Parameters
    ----------
    volatility : of a price whose logarithm is normal

    Examples
    --------
    >>> carry.expected_price_in_coin_measure(volatility=0)
    S_F
    """
    return futures_price * sp.exp(volatility**2 * time_to_expiry)


# --- two dates ------------------------------------------------------------------------------------


@formula(unit=USD)
def neutral_notional(
    *, move: Move = "proportional", notional: Any = N, near_futures_price: Any = S_N, futures_price: Any = S_F
) -> sp.Expr:
    """Return the dollars of the far leg at which a calendar spread does not care where the price goes.

    If both prices move by one factor, the legs must hold equal coins, n₁/F₁ = n₂/F₂, and the spread is
    exactly neutral, in coin and in dollars, for a move of any size. If both move by the same dollars, the
    coin deltas must agree, n₁/F₁² = n₂/F₂², and it is neutral to first order only.

    Parameters
    ----------
    move : ``"proportional"``, or ``"parallel"``: the same number of dollars
    notional : of the near leg
    near_futures_price, futures_price : of the near and the far future

    Examples
    --------
    >>> carry.neutral_notional()
    N*S_F/S_N
    >>> carry.neutral_notional(move="parallel")
    N*S_F**2/S_N**2
    """
    ratio = futures_price / near_futures_price
    return notional * (ratio if one_of("move", move, Move) == "proportional" else ratio**2)


@formula(unit=ONE)
def roll_return(*, money: Money = "coin", price: Any = S, futures_price: Any = S_F) -> sp.Expr:
    """Return what a long future earns until expiry if the coin's price stays where it is, as a fraction.

    The future comes down to the coin in contango and up to it in backwardation. In coin the fraction is of
    the coin value at the entry, in dollars of the dollars.

    Examples
    --------
    >>> carry.roll_return(price=100, futures_price=125)
    -1/4
    >>> carry.roll_return(money="dollars", price=100, futures_price=125)
    -1/5
    """
    if one_of("money", money, Money) == "dollars":
        return price / futures_price - 1
    gain = profit_and_loss(side=LONG, notional=1, entry_price=futures_price, price=price)
    return sp.expand(gain / value(notional=1, price=futures_price))


# --- the settlement average -----------------------------------------------------------------------


@formula(unit=ONE)
def exposure_left(*, averaging_window: Any = w, time_to_expiry: Any = tau) -> sp.Expr:
    """Return which part of a future's exposure is left while its settlement price is being averaged.

    Each sample of the average that is taken fixes its share. So the exposure fades in a straight line, from
    all of it when the window begins to nothing at its end. It holds while the price stays near its average.

    Parameters
    ----------
    time_to_expiry : before the window begins, the exposure is whole

    Examples
    --------
    Half of a window of thirty minutes is over:

    >>> carry.exposure_left(averaging_window=30, time_to_expiry=15)
    1/2
    """
    return sp.Min(1, time_to_expiry / averaging_window)


@formula(unit=ONE)
def average_variance(
    *, volatility: Any = sigma, averaging_window: Any = w, time_to_expiry: Any = tau
) -> sp.Expr:
    """Return the variance of the logarithm of a settlement average, as it is seen now.

    Before the window begins it is σ²(τ − 2w/3): an average moves less than its last price. From the window's
    first moment it is σ²w/3, a third of the last price's. Inside, σ²τ³/(3w²): only the samples that are still
    to come can surprise.

    Examples
    --------
    >>> carry.average_variance(volatility=1, averaging_window=3, time_to_expiry=3)
    1
    """
    before = time_to_expiry - sp.Rational(2, 3) * averaging_window
    inside = time_to_expiry**3 / (3 * averaging_window**2)
    return volatility**2 * sp.Piecewise((before, time_to_expiry >= averaging_window), (inside, True))
