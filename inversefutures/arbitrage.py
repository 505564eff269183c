"""The two trades that hold a future to the coin, what each fixes, and where fees let it be.

Cash and carry: buy coins, sell the future against them. At expiry the coins are a known number of dollars,
and the number of coins is not known. The reverse: sell coins, lend the dollars, buy the future. At expiry it
is a known number of coins. Neither is free of risk before: the basis may widen, and the reverse trade, whose
coins are gone, can be liquidated.
"""

from typing import Any, Literal

import sympy as sp

from .contract import profit_and_loss
from .notation import S_0, S_F, SHORT, C, E, N, S, phi, phi_D, phi_S, q, r, tau, u
from .quantities import BTC, ONE, USD, formula, one_of

__all__ = [
    "arbitrage_band",
    "carry_notional",
    "carry_return",
    "carry_worth",
    "coins_left_open",
    "reverse_carry_coins",
]

Bound = Literal["lower", "upper"]


@formula(unit=USD)
def carry_notional(*, coins: Any = C, futures_price: Any = S_F, fee_rate: Any = 0) -> sp.Expr:
    """Return the dollars of the future that fix the worth of a carry, in USD.

    It is C·F, the coins at the price of the FUTURE: then each coin that is owed at expiry is there. With the
    coins at the spot price, as some guides size it, a part stays open: `coins_left_open`. A fee on the future
    is paid in coin and takes some away, so there are fewer to cover.

    Parameters
    ----------
    coins : bought, and put behind the short
    futures_price : at which the future is sold
    fee_rate : on the coin value of the future at the entry

    Examples
    --------
    >>> arbitrage.carry_notional(coins=50, futures_price=250)
    12500
    """
    return coins * futures_price / (1 + fee_rate)


@formula(unit=BTC)
def coins_left_open(*, coins: Any = C, notional: Any = N, futures_price: Any = S_F) -> sp.Expr:
    """Return how many coins a carry leaves to the price, in BTC: negative if too many dollars were sold.

    Parameters
    ----------
    notional : of the short
    futures_price : at which the future was sold

    Notes
    -----
    Source of the example: BitMEX, "Cash and carry arbitrage with BitMEX futures", 2015,
    http://blog.bitmex.com/cash-and-carry-arbitrage-with-bitmex-futures/ . The post calls it free of risk.

    Examples
    --------
    Fifty coins at 200 USD, a future at 250 USD, and as many dollars sold as the coins cost:

    >>> arbitrage.coins_left_open(coins=50, notional=10_000, futures_price=250)
    10
    """
    return coins - notional / futures_price


@formula(unit=USD)
def carry_worth(
    *, coins: Any = C, notional: Any = N, entry_price: Any = E, price: Any = S, futures_price: Any = S_F
) -> sp.Expr:
    """Return what coins and the short against them are worth before expiry, in USD.

    The short is valued at the future, the coins that come out of it at the coin's own price. If every coin
    is owed, N = C·E, it is C·E·S/S_F: what is certain at the end, times the ratio of the two prices. So a
    basis that widens costs dollars for as long as it is wide. With a perpetual there is no end to wait for.

    Parameters
    ----------
    coins : behind the short, fees and funding included
    entry_price : at which the future was sold
    futures_price : of the future now; at expiry it is the coin's

    Examples
    --------
    Sized right, and the basis has grown from 50 to 100 USD:

    >>> arbitrage.carry_worth(coins=50, notional=12_500, entry_price=250, price=200, futures_price=300)
    25000/3
    """
    gained = profit_and_loss(side=SHORT, notional=notional, entry_price=entry_price, price=futures_price)
    return (coins + gained) * price


@formula(unit=ONE)
def carry_return(
    *,
    price: Any = S_0,
    futures_price: Any = S_F,
    spot_fee_rate: Any = 0,
    fee_rate: Any = 0,
    delivery_fee_rate: Any = 0,
) -> sp.Expr:
    """Return what a cash and carry earns until expiry, as a fraction of the dollars put in.

    The coins cost S(1 + φ_S) dollars each, and the future is sold on all of them: F/(1 + φ) dollars each,
    less the delivery fee, and less the fee for selling the coins. It does not depend on the last price.

    Parameters
    ----------
    price, futures_price : at the start
    spot_fee_rate : paid when the coins are bought and when they are sold
    fee_rate : on the future's coin value when it is sold
    delivery_fee_rate : on the future's coin value at expiry

    Examples
    --------
    >>> arbitrage.carry_return(price=100, futures_price=103)
    3/100
    """
    received = futures_price * (1 - delivery_fee_rate) * (1 - spot_fee_rate) / (1 + fee_rate)
    return received / (price * (1 + spot_fee_rate)) - 1


@formula(unit=USD / BTC)
def arbitrage_band(
    *,
    bound: Bound = "upper",
    price: Any = S,
    dollar_rate: Any = r,
    coin_rate: Any = q,
    time_to_expiry: Any = tau,
    spot_fee_rate: Any = phi_S,
    fee_rate: Any = phi,
    delivery_fee_rate: Any = phi_D,
) -> sp.Expr:
    """Return the price of a future above which the carry pays, or below which the reverse carry does.

    Between the two nobody earns anything, so the future may stand anywhere. Without fees both are the forward
    price. Upper: dollars are borrowed at r, coins bought, pledged, and earn q where the venue lets them.
    Lower: coins are borrowed at q, or taken from a stock that earns it, sold, and the dollars are lent at r.
    Each trade pays the spot fee twice, the future's fee once, in coin and at once, and the delivery fee.

    Examples
    --------
    >>> fees = dict(spot_fee_rate=0.001, fee_rate=0.0005, delivery_fee_rate=0.0005)
    >>> market = dict(price=60_000, dollar_rate=0.05, coin_rate=0, time_to_expiry=0.25)
    >>> for bound in ("lower", "upper"):
    ...     print(arbitrage.arbitrage_band(bound=bound, **market, **fees).evalf(7))
    60572.72
    60937.25
    """
    sign = 1 if one_of("bound", bound, Bound) == "upper" else -1
    # The future's fee is paid in coins that would have grown until expiry.
    opening = 1 + sign * fee_rate * sp.exp(coin_rate * time_to_expiry)
    spot = (1 + sign * spot_fee_rate) / (1 - sign * spot_fee_rate)
    growth = sp.exp((dollar_rate - coin_rate) * time_to_expiry)
    return price * growth * spot * opening / (1 - sign * delivery_fee_rate)


@formula(unit=BTC)
def reverse_carry_coins(
    *,
    coins: Any = C,
    margin_fraction: Any = u,
    price: Any = S_0,
    futures_price: Any = S_F,
    dollar_rate: Any = r,
    time_to_expiry: Any = tau,
) -> sp.Expr:
    """Return the coins of a reverse carry at expiry, in BTC.

    A part u of the coins stays as margin. The others are sold, their dollars are lent, and the future is
    bought for what they will have grown to: so many coins come back, whatever the price is by then. Before
    that it can be liquidated, for the long has little behind it.

    Parameters
    ----------
    price, futures_price : at the start

    Examples
    --------
    >>> arbitrage.reverse_carry_coins(
    ...     coins=1, margin_fraction=0.2, price=100, futures_price=98, dollar_rate=0, time_to_expiry=1
    ... ).evalf(6)
    1.01633
    """
    sold = coins * (1 - margin_fraction)
    lent = sold * price * sp.exp(dollar_rate * time_to_expiry)
    # At any last price S the dollars buy lent/S coins, and the future adds lent·(1/F − 1/S).
    return coins * margin_fraction + lent / futures_price
