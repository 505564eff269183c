"""How each kind of worked example is worked out with the package: one function for each rule.

A function takes the inputs of an example and returns the figures that its source prints, under the names that
the table gives them. No function knows an example.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import ROUND_CEILING, ROUND_DOWN
from itertools import accumulate
from typing import Any

import sympy as sp

from inversefutures import (
    arbitrage,
    backtest,
    carry,
    contract,
    datasets,
    funding,
    hedging,
    margin,
    options,
    order_book,
    perpetual,
    post_mortem,
    risk_limits,
    sizing,
    strategies,
    venues,
    waterfall,
)
from inversefutures import power as power_module
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import S_F, N, S, S_idx
from inversefutures.venues.arithmetic import SATOSHI, decimal, exact, price_at_value, rounded

Figures = dict[str, Any]
RULES: dict[str, Callable[..., Figures]] = {}
"""What is right."""
MISTAKES: dict[str, Callable[..., Figures]] = {}
"""What a source did instead."""


def right(function: Callable[..., Figures]) -> Callable[..., Figures]:
    RULES[function.__name__] = function
    return function


def wrong(function: Callable[..., Figures]) -> Callable[..., Figures]:
    MISTAKES[function.__name__] = function
    return function


# --- value, profit and loss ------------------------------------------------------------------------


@right
def value(*, notional: Any, price: Any) -> Figures:
    coins = contract.value(notional=notional, price=price)
    return {"value": coins, "satoshis": coins / SATOSHI}


@right
def price_of_open_interest(*, contracts: Any, contract_size: Any, coins: Any) -> Figures:
    notional = contract.notional_of(contracts=contracts, contract_size=contract_size)
    return {"price": price_at_value(notional=notional, coins=coins)}


@right
def profit_and_loss(*, side: Any, notional: Any, entry_price: Any, price: Any, fee_rate: Any = 0) -> Figures:
    return {
        "profit_and_loss": contract.profit_and_loss(
            side=side, notional=notional, entry_price=entry_price, price=price
        ),
        "entry_value": contract.value(notional=notional, price=entry_price),
        "value": contract.value(notional=notional, price=price),
        "entry_fee": contract.fee(notional=notional, price=entry_price, fee_rate=fee_rate),
    }


@right
def profit_at_prices(*, side: Any, notional: Any, entry_price: Any, prices: Mapping[str, Any]) -> Figures:
    return {
        name: contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=price)
        for name, price in prices.items()
    }


@right
def profit_at_notional_value(*, side: Any, notional: Any, entry_price: Any, notional_value: Any) -> Figures:
    mark_price = price_at_value(notional=notional, coins=notional_value)
    return profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=mark_price)


@right
def profit_after_one_funding(
    *, side: Any, notional: Any, entry_price: Any, price: Any, funding_price: Any, funding_rate: Any
) -> Figures:
    paid = funding.payment(side=side, notional=notional, price=funding_price, funding_rate=funding_rate)
    gain = contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=price)
    return {"profit_and_loss": gain - paid}


@right
def percent_in_coin(*, side: Any, percents_of_price: list[int]) -> Figures:
    return {
        f"{move:+d}": 100 * contract.return_in_coin(side=side, entry_price=100, price=100 + move)
        for move in percents_of_price
    }


@right
def fees(*, notional: Any, prices: Mapping[str, Any], fee_rates: Mapping[str, Any]) -> Figures:
    return {
        name: contract.fee(notional=notional, price=prices[name], fee_rate=fee_rates[name]) for name in prices
    }


@right
def entry_and_exit_fee(*, notional: Any, entry_price: Any, price: Any, fee_rate: Any) -> Figures:
    return {
        "fee": sum(
            contract.fee(notional=notional, price=at, fee_rate=fee_rate) for at in (entry_price, price)
        )
    }


@right
def average_entry(*, fills: list[list[Any]]) -> Figures:
    return {
        "average_entry_price": contract.average_entry_price(fills),
        "entry_value": sum(contract.value(notional=notional, price=price) for notional, price in fills),
    }


@right
def hedged_coins(*, notional: Any, entry_price: Any, coins: Any, prices: list[Any]) -> Figures:
    figures = {}
    for price in prices:
        wealth = margin.margin_balance(
            side=SHORT, notional=notional, entry_price=entry_price, price=price, margin=coins
        )
        figures |= {f"coins_at_{price}": wealth, f"dollars_at_{price}": wealth * price}
    return figures


# --- options paid in coin ---------------------------------------------------------------------------


@right
def option_payoff(*, option: str, strike: Any, price: Any, option_premium: Any) -> Figures:
    coins = options.payoff(option=option, strike=strike, price=price)
    return {"payoff": coins, "profit": coins - option_premium, "dollars": coins * price}


@right
def option_parity(*, futures_price: Any, strikes: list[Any]) -> Figures:
    return {
        f"call_less_put_{strike}": options.parity(futures_price=futures_price, strike=strike)
        for strike in strikes
    }


@right
def future_inside_a_box(*, strikes: list[Any], option_premium: Any) -> Figures:
    low, high = strikes
    box = options.parity(strike=low) - options.parity(strike=high)
    (future,) = sp.solve(box - option_premium, S_F)
    return {"futures_price": future}


@right
def option_ticker(*, option: str, **market: Any) -> Figures:
    """Return what Deribit shows: the mark in coins, the delta in coins, the others in dollars."""
    future = market["futures_price"]
    return {
        "mark": options.price(option=option, **market),
        "delta": options.black_delta(option=option, **market),
        "gamma": options.black_gamma(**market),
        "vega": future * options.vega_in_coin(**market) / 100,
        "theta": future * options.theta_in_coin(**market) / 365,
    }


@right
def option_greeks_both_ways(*, option: str, price: Any, gamma_black: Any, **market: Any) -> Figures:
    """Return what OKX shows: Black's delta, and the delta and gamma of the price in coin."""
    delta = options.net_delta(option=option, **market)
    return {
        "delta_black": options.black_delta(option=option, **market),
        "delta": delta,
        "gamma": price * gamma_black - 2 * delta,
    }


@right
def option_trade(*, option: str, index_price: Any, **market: Any) -> Figures:
    basis = carry.annualised_basis(
        price=index_price, futures_price=market["futures_price"], rolls=1 / market["time_to_expiry"]
    )
    return {"price": options.price(option=option, **market), "annualised_basis": basis}


@right
def volatility_of_a_trade(**trade: Any) -> Figures:
    return {"volatility": options.implied_volatility(**trade)}


@right
def two_deltas_of_an_account(*, futures_delta: Any, options_delta: Any, options_value: Any) -> Figures:
    return {
        "delta_total": futures_delta + options_delta - options_value,
        "delta_total_map": futures_delta + options_delta,
    }


@right
def premium_adjusted_delta(
    *, option: str, spot: Any, domestic_discount: Any, foreign_discount: Any, deviation: Any, strike: Any
) -> Figures:
    forward = options.net_delta(
        option=option,
        futures_price=spot * foreign_discount / domestic_discount,
        strike=strike,
        volatility=deviation,
        time_to_expiry=1,
    )
    return {"forward": forward, "spot": foreign_discount * forward}


@right
def perpetual_after_a_move(*, coin_size: Any, price_move: Any) -> Figures:
    return {
        "profit_and_loss": contract.profit_and_loss(
            side=LONG, notional=coin_size, entry_price=1, price=1 + price_move
        )
    }


@right
def portfolio_margin(**account: Any) -> Figures:
    return asdict(venues.deribit.portfolio_margin(**account))


# --- dated futures, carry and hedges ---------------------------------------------------------------


@right
def futures_basis(*, price: Any, futures_price: Any, hours_to_expiry: Any) -> Figures:
    quotes = {"price": price, "futures_price": futures_price}
    return {
        "basis": carry.basis(**quotes),
        "basis_percent": 100 * carry.annualised_basis(**quotes, rolls=1),
        "annualised_percent": 100 * carry.annualised_basis(**quotes, rolls=365 * 24 / hours_to_expiry),
    }


@right
def forward_price(*, price: Any, dollar_rate: Any, coin_rate: Any, years: Any) -> Figures:
    future = carry.forward_price_at_simple_rates(
        price=price, dollar_rate=dollar_rate, coin_rate=coin_rate, time_to_expiry=years
    )
    return {"futures_price": future}


@right
def settlement_delta(*, delta: Any, mark: Any, minutes_left: Any, window: Any) -> Figures:
    left = carry.exposure_left(averaging_window=window, time_to_expiry=minutes_left)
    return {"delta": left * delta, "net_delta": left * (delta - mark)}


@right
def carry_profit(*, price: Any, futures_price: Any, fees: Any, days: Any) -> Figures:
    fee_rate = sp.Rational(fees) / futures_price
    earned = arbitrage.carry_return(price=price, futures_price=futures_price, delivery_fee_rate=fee_rate)
    return {"profit": earned * price, "annualised_percent": 100 * earned * sp.Rational(365, days)}


@right
def carry_size(*, coins: Any, price: Any, futures_price: Any) -> Figures:
    notional = arbitrage.carry_notional(coins=coins, futures_price=futures_price)
    return {"notional": notional, "profit": notional - coins * price}


@wrong
def carry_sized_at_the_spot_price(*, coins: Any, price: Any, futures_price: Any) -> Figures:
    return {"notional": coins * price}


@right
def reverse_carry_account(
    *, notional: Any, entry_price: Any, deposit: Any, initial_margin_rate: Any, maintenance_margin_rate: Any
) -> Figures:
    position = {"notional": notional, "entry_price": entry_price}
    initial = margin.initial_margin(
        **position, leverage=1 / exact("initial_margin_rate", initial_margin_rate)
    )
    free = deposit - initial
    return {
        "initial_margin": initial,
        "maintenance_margin": margin.maintenance_margin(
            **position, maintenance_margin_rate=maintenance_margin_rate, base="entry"
        ),
        "free_balance": free,
        "price_without_free_balance": margin.bankruptcy_price(side=LONG, **position, margin=free),
    }


@right
def short_in_two_parts(*, coins: Any, notional: Any, entry_price: Any) -> Figures:
    """A short read as dollars in hand and coins owed."""
    left = arbitrage.coins_left_open(coins=coins, notional=notional, futures_price=entry_price)
    return {"coins_owed": coins - left, "coins_left": left, "dollars": notional}


@right
def profit_and_loss_in_dollars(*, side: Any, notional: Any, entry_price: Any, price: Any) -> Figures:
    position = {"side": side, "notional": notional, "entry_price": entry_price, "price": price}
    return {
        "profit_and_loss": contract.profit_and_loss(**position),
        "dollars": contract.profit_and_loss_in_dollars(**position),
    }


@right
def linear_contract(*, coin_quantity: Any, price: Any, tick: Any) -> Figures:
    return {
        "notional": sp.solve(contract.value(notional=N, price=price) - coin_quantity, N)[0],
        "tick_value": contract.linear_profit_and_loss(
            side=LONG, coin_quantity=coin_quantity, entry_price=price, price=price + tick
        ),
    }


@right
def quanto_contract(*, contracts: Any, quanto_multiplier: Any, entry_price: Any, price: Any) -> Figures:
    gain = contract.quanto_profit_and_loss(
        side=LONG, contracts=contracts, quanto_multiplier=quanto_multiplier, entry_price=entry_price
    )
    return {
        "entry_value": sp.diff(gain, S) * entry_price,
        "value": sp.diff(gain, S) * price,
        "profit_and_loss": gain.subs(S, price),
    }


# --- margin and leverage ---------------------------------------------------------------------------


@right
def initial_margin(*, notional: Any, entry_price: Any, leverage: Any) -> Figures:
    coins = margin.initial_margin(notional=notional, entry_price=entry_price, leverage=leverage)
    return {
        "initial_margin": coins,
        "dollars": coins * entry_price,
        "value": contract.value(notional=notional, price=entry_price),
    }


@right
def initial_margins(*, positions: Mapping[str, Mapping[str, Any]]) -> Figures:
    return {name: initial_margin(**position)["initial_margin"] for name, position in positions.items()}


@right
def order_cost(*, side: Any, notional: Any, entry_price: Any, leverage: Any, fee_rate: Any) -> Figures:
    order = {"notional": notional, "entry_price": entry_price, "leverage": leverage}
    return {
        "initial_margin": margin.initial_margin(**order),
        "opening_fee": contract.fee(notional=notional, price=entry_price, fee_rate=fee_rate),
        "closing_fee": margin.closing_fee_reserve(side=side, fee_rate=fee_rate, **order),
        "order_cost": margin.order_cost(side=side, fee_rate=fee_rate, **order),
    }


@right
def return_on_equity(
    *, entry_price: Any, leverage: Any, cases: Mapping[str, list[Any]], unit: Any
) -> Figures:
    return {
        name: unit
        * margin.return_on_equity(side=side, entry_price=entry_price, price=price, leverage=leverage)
        for name, (side, price) in cases.items()
    }


@right
def liquidation_price(
    *, side: Any, notional: Any, entry_price: Any, leverage: Any, maintenance_margin_rate: Any
) -> Figures:
    return {
        "liquidation_price": margin.liquidation_price(
            side=side,
            notional=notional,
            entry_price=entry_price,
            leverage=leverage,
            maintenance_margin_rate=maintenance_margin_rate,
        )
    }


@right
def bankruptcy_price(*, side: Any, notional: Any, entry_price: Any, leverage: Any) -> Figures:
    price = margin.bankruptcy_price(side=side, notional=notional, entry_price=entry_price, leverage=leverage)
    return {"bankruptcy_price": price, "fall": 1 - price / entry_price}


@right
def loss_and_bankruptcy(
    *, side: Any, notional: Any, entry_price: Any, price: Any, margin_coins: Any
) -> Figures:
    return {
        "loss": -contract.profit_and_loss(side=side, notional=notional, entry_price=entry_price, price=price),
        "bankruptcy_price": margin.bankruptcy_price(
            side=side, notional=notional, entry_price=entry_price, margin=margin_coins
        ),
    }


# --- funding and mark price -------------------------------------------------------------------------


@right
def funding_payment(**inputs: Any) -> Figures:
    return {"paid": funding.payment(**inputs)}


@right
def funding_from_interest(
    *, quote_interest_rate: Any, base_interest_rate: Any, payments: Any, **position: Any
) -> Figures:
    rate = funding.interest_component(
        quote_interest_rate=quote_interest_rate, base_interest_rate=base_interest_rate, payments=payments
    )
    return {"funding_rate": rate, **funding_payment(funding_rate=rate, **position)}


@right
def damped_funding(*, mark_price: Any, index_price: Any, damper: Any) -> Figures:
    premium = funding.premium_rate(mark_price=mark_price, index_price=index_price)
    return {"funding_rate": funding.damped_rate(premium=premium, damper=damper)}


@right
def venue_funding_rate(*, venue: str, as_of: str | None = None, **inputs: Any) -> Figures:
    return {"funding_rate": venues.funding_rule(venue, as_of).rate(**inputs)}


@right
def absolute_funding_payment(*, side: Any, notional: Any, index_price: Any, funding_rate: Any) -> Figures:
    absolute_rate = funding.absolute_rate(funding_rate=funding_rate, index_price=index_price)
    paid = funding.payment_at_absolute_rate(side=side, notional=notional, absolute_funding_rate=absolute_rate)
    return {"paid": paid, "dollars": paid * index_price}


@right
def index_of_absolute_rate(*, funding_rate: Any, absolute_rate: Any) -> Figures:
    (price,) = sp.solve(funding.absolute_rate(funding_rate=funding_rate) - absolute_rate, S_idx)
    return {"index_price": price}


@right
def capped_premium(*, premium: Any, quoted_interval: Any, funding_interval: Any, funding_cap: Any) -> Figures:
    uncapped = funding.rate_for_interval(
        funding_rate=premium, funding_interval=funding_interval, quoted_interval=quoted_interval
    )
    return {
        "uncapped": uncapped,
        "funding_rate": funding.capped_rate(funding_rate=uncapped, funding_cap=funding_cap),
    }


@right
def fair_price(**inputs: Any) -> Figures:
    return {"fair_price": funding.fair_price(**inputs)}


# --- the venues ------------------------------------------------------------------------------------


def in_coins(figures: Mapping[str, Any]) -> Figures:
    """Figures in satoshi as coins, under their names without the unit."""
    return {
        name.removesuffix("_satoshi"): figure * SATOSHI if name.endswith("_satoshi") else figure
        for name, figure in figures.items()
    }


@right
def bitmex_value(**inputs: Any) -> Figures:
    return {"satoshis": venues.bitmex.contract_value(**inputs)}


@right
def bitmex_profit(**inputs: Any) -> Figures:
    return {"satoshis": venues.bitmex.unrealised_profit_and_loss(**inputs)}


@right
def bitmex_position(**inputs: Any) -> Figures:
    return asdict(venues.bitmex.position_payload(**inputs))


@right
def bitmex_fill(**inputs: Any) -> Figures:
    return asdict(venues.bitmex.fill(**inputs))


@right
def bitmex_order_cost(**inputs: Any) -> Figures:
    return {
        "estimate": venues.bitmex.order_cost_estimate(**inputs),
        "satoshis": venues.bitmex.order_margin(**inputs),
    }


@right
def bitmex_average_cost_price(**inputs: Any) -> Figures:
    return {"average_cost_price": venues.bitmex.average_cost_price(**inputs)}


@right
def bitmex_realised_profit(
    *, side: Any, contracts: Any, entry_price: Any, exit_price: Any, as_of: Any
) -> Figures:
    entry, exit_ = (
        venues.bitmex.contract_value(contracts=contracts, price=price, as_of=as_of)
        for price in (entry_price, exit_price)
    )
    return {"satoshis": side * (entry - exit_)}


@right
def bitmex_liquidation(**inputs: Any) -> Figures:
    return {"liquidation_price": venues.bitmex.liquidation_price(**inputs)}


@right
def bybit_order_value(**inputs: Any) -> Figures:
    return {"value": venues.bybit.leaves_value(**inputs)}


@right
def bybit_value_to_cost(**inputs: Any) -> Figures:
    return asdict(venues.bybit.value_to_cost(**inputs))


@right
def bybit_position(**inputs: Any) -> Figures:
    return asdict(venues.bybit.position_payload(**inputs))


@right
def bybit_fill(**inputs: Any) -> Figures:
    return in_coins(asdict(venues.bybit.fill(**inputs)))


@right
def bybit_cross_margin(**inputs: Any) -> Figures:
    return asdict(venues.bybit.cross_margin_prices(**inputs))


@right
def bybit_value_and_profit(*, side: Any, notional: Any, entry_price: Any, mark_price: Any) -> Figures:
    return {
        "value": venues.bybit.leaves_value(notional=notional, price=entry_price),
        "profit_and_loss": venues.bybit.unrealised_profit_and_loss(
            side=side, notional=notional, entry_price=entry_price, mark_price=mark_price
        ),
    }


@right
def phemex_fill(**inputs: Any) -> Figures:
    return asdict(venues.phemex.fill(**inputs))


@right
def phemex_value_to_cost(**inputs: Any) -> Figures:
    return asdict(venues.phemex.value_to_cost(**inputs))


@right
def phemex_position(**inputs: Any) -> Figures:
    return asdict(venues.phemex.position_payload(**inputs))


@right
def kucoin_position(**inputs: Any) -> Figures:
    return in_coins(asdict(venues.kucoin.position_payload(**inputs)))


@right
def deribit_margin(**inputs: Any) -> Figures:
    return asdict(venues.deribit.margins(**inputs))


@right
def deribit_position(**inputs: Any) -> Figures:
    return asdict(venues.deribit.position_payload(**inputs))


@right
def htx_position(**inputs: Any) -> Figures:
    return asdict(venues.htx.position_payload(**inputs))


@right
def htx_settlement(**inputs: Any) -> Figures:
    return {"profit_and_loss": venues.htx.settlement_profit_and_loss(**inputs)}


@right
def htx_risk_rate(**inputs: Any) -> Figures:
    return {"risk_rate": venues.htx.risk_rate(**inputs)}


@right
def htx_account(*, static_balance: Any, unrealised: Any, position_margin: Any, **inputs: Any) -> Figures:
    equity = exact("equity", static_balance) + exact("equity", unrealised)
    risk_rate = venues.htx.risk_rate(
        equity=equity,
        position_margin=position_margin,
        frozen_margin=inputs.pop("frozen_margin"),
        adjustment_factor=inputs["adjustment_factor"],
    )
    return {
        "margin_balance": decimal(equity),
        "risk_rate": risk_rate,
        "liquidation_price": venues.htx.liquidation_price(static_balance=static_balance, **inputs),
    }


@right
def kraken_margin(**inputs: Any) -> Figures:
    return asdict(venues.kraken.margins_in_dollars(**inputs))


@right
def kraken_account(*, notional: Any, initial_margin: Any, **inputs: Any) -> Figures:
    dollars = venues.kraken.margins_in_dollars(notional=notional).initial_margin
    mark_price = price_at_value(notional=dollars, coins=initial_margin)
    return asdict(venues.kraken.account(notional=notional, mark_price=mark_price, **inputs))


@right
def kraken_protection(**inputs: Any) -> Figures:
    return asdict(venues.kraken.protection_prices(**inputs))


@right
def bilateral_profit(**inputs: Any) -> Figures:
    return {"satoshis": venues.bilateral.profit_and_loss(**inputs)}


@right
def bilateral_margin(**inputs: Any) -> Figures:
    return {"satoshis": venues.bilateral.initial_margin(**inputs)}


@right
def bilateral_percent(**inputs: Any) -> Figures:
    own = inputs["long_leverage" if inputs["side"] == LONG else "short_leverage"]
    posted = venues.bilateral.initial_margin(
        notional=inputs["notional"], entry_price=inputs["entry_price"], leverage=own
    )
    return {"percent": sp.Rational(100 * venues.bilateral.profit_and_loss(**inputs), posted)}


# --- risk limits, and when liquidation fails ---------------------------------------------------------


@right
def stepped_margin(
    *,
    position_value: Any,
    base_risk_limit: Any,
    risk_limit_step: Any,
    rate_step: Any,
    initial_rate: Any,
    maintenance_rate: Any,
) -> Figures:
    initial, maintenance = (
        risk_limits.Steps(base_risk_limit, risk_limit_step, base_rate, rate_step)
        for base_rate in (initial_rate, maintenance_rate)
    )
    return {
        "initial_margin_rate": initial.rate(position_value),
        "maintenance_margin_rate": maintenance.rate(position_value),
        "maintenance_margin": maintenance.margin(position_value),
    }


@right
def tiered_margin(*, notional: Any, entry_price: Any, leverage: Any, tiers: list[list[Any]]) -> Figures:
    schedule = risk_limits.Tiers(tiers)
    value = contract.value(notional=notional, price=entry_price)
    return {
        "value": value,
        "initial_margin": margin.initial_margin(
            notional=notional, entry_price=entry_price, leverage=leverage
        ),
        "by_slices": schedule.margin_by_slices(value),
        "by_deduction": schedule.margin(value),
    }


@right
def deleveraging(*, positions: list[list[Any]], liquidated: Any) -> Figures:
    queue = waterfall.deleveraging_queue(positions)
    hit = waterfall.deleverage_queue(queue, liquidated)
    return (
        {f"place_{number}": place.name for number, place in enumerate(queue, start=1)}
        | {f"percentile_{place.name}": place.percentile for place in queue}
        | {f"taken_from_{each.name}": each.quantity for each in hit}
    )


# --- the fair price of a perpetual -----------------------------------------------------------------


@right
def fair_price_with_interest_on_the_settled_price(
    *, pull_of_a_period: Any = None, interest_of_a_period: Any = None, **inputs: Any
) -> Figures:
    # The holder of the settled price pays: the long of a linear, the short of an inverse contract.
    paid_by = "short" if inputs["contract_type"] == "inverse" else "long"
    if "funding_period" in inputs:
        inputs["funding_intensity"] = pull_of_a_period / inputs["funding_period"]
        inputs["yearly_interest"] = interest_of_a_period / inputs["funding_period"]
    return {"perpetual_price": perpetual.fair_price(interest_paid_by=paid_by, **inputs)}


# --- the order book --------------------------------------------------------------------------------


@right
def book_sweep(*, side: Any, levels: list[list[Any]], contract_size: Any, mid_price: Any) -> Figures:
    book = [(price, contract_size * contracts) for price, contracts in levels]
    taken = order_book.sweep(book, notional=sum(size for _, size in book))
    cost = order_book.trading_cost(side=side, price=mid_price, fill_price=taken.average_price)
    return {
        "contracts": taken.notional / contract_size,
        "average_price": taken.average_price,
        "coins": taken.coins,
        "cost_bps": 10_000 * cost,
    }


@right
def even_book(**inputs: Any) -> Figures:
    return {"average_price": order_book.average_price_of_even_book(**inputs)}


@right
def cascade_in_an_even_book(*, notional: Any, depth_of_a_point: Any, stops_of_a_point: Any) -> Figures:
    book = {"market_depth": 10_000 * depth_of_a_point, "stop_density": 10_000 * stops_of_a_point}
    return {
        "total": order_book.cascade_total(notional=notional, **book),
        "fall_bps": 10_000 * order_book.cascade_fall(notional=notional, **book),
    }


@right
def median_mark(**inputs: Any) -> Figures:
    return {"mark_price": funding.median_price(**inputs)}


@right
def effective_spread(*, side: Any, bid: Any, ask: Any, fill_price: Any) -> Figures:
    book = order_book.OrderBook(bids=[(bid, 1)], asks=[(ask, 1)])
    return {
        "quoted": book.quoted_spread,
        "mid": book.mid_price,
        "effective": order_book.effective_spread(side=side, price=book.mid_price, fill_price=fill_price),
    }


@right
def average_effective_spread(*, side: Any, trades: list[list[Any]]) -> Figures:
    spreads = [
        effective_spread(side=side, bid=bid, ask=ask, fill_price=fill_price)["effective"]
        for bid, ask, fill_price in trades
    ]
    return {f"spread_{number}": spread for number, spread in enumerate(spreads, start=1)} | {
        "average": sum(spreads) / len(spreads)
    }


@right
def spreads_of_the_sample() -> Figures:
    takers = datasets.takers_of_august_2024()
    paid = sum(2 * each.notional * each.average_cost for each in takers)
    largest = max(takers, key=lambda each: each.levels)
    rest = paid - 2 * largest.notional * largest.average_cost
    dollars = sum(each.notional for each in takers)
    return {
        "takers": sum(each.orders for each in takers),
        "effective_bps": 10_000 * paid / dollars,
        "effective_bps_without_the_largest": 10_000 * rest / (dollars - largest.notional),
    }


@right
def covariance_of_trades(*, serial_covariance: Any, price: Any) -> Figures:
    spread = order_book.roll_spread(serial_covariance=serial_covariance)
    return {"spread": spread, "percent": 100 * spread / price}


@right
def share_of_a_bar(
    *, side: Any, price: Any, order: Any, volume: Any, volume_limit: Any, impact: Any = 0, cost: Any = 0
) -> Figures:
    """A backtest's fill: at most so much of a bar's volume, at a cost that grows with the square of it."""
    filled = min(order, volume_limit * volume)
    fill = sp.Symbol("fill")
    paid = order_book.trading_cost(side=side, price=price, fill_price=fill)
    (fill_price,) = sp.solve(paid - cost - impact * (filled / volume) ** 2, fill)
    return {"price": fill_price, "amount": filled}


@right
def truncated_trigger(*, mark_price: Any, tick: Any, stop_price: Any) -> Figures:
    seen = rounded(exact("mark_price", mark_price), step=tick, rounding=ROUND_DOWN)
    return {"seen": seen, "triggered": int(bool(seen >= exact("stop_price", stop_price)))}


@right
def last_beside_reference(*, last_price: Any, reference: Any) -> Figures:
    return {"distance": order_book.trading_cost(side=LONG, price=reference, fill_price=last_price)}


# --- bear-market strategies -------------------------------------------------------------------------


@right
def one_coin_and_its_legs(
    *,
    price: Any,
    bought: Sequence[Any] = (),
    sold: Sequence[Any] = (),
    notional: Any = None,
    entry_price: Any = None,
    futures_price: Any = None,
) -> Figures:
    """Options on one coin, each bought at one premium and sold at another, and a future that is still open.

    In which order an option was bought and sold, and which one it was, does not matter once it is closed.
    """
    legs = [strategies.Leg("put", LONG, price, premium) for premium in bought]
    coins = strategies.coins_after_closing(legs, sold, coins=1)
    if notional is not None:
        coins = hedging.hedged_coins(
            coins=coins, notional=notional, entry_price=entry_price, futures_price=futures_price
        )
    return {"coins": coins, "dollars": coins * exact("price", price)}


# --- position sizing -------------------------------------------------------------------------------


@right
def one_touch(
    *, price: Any, barrier: Any, cash: Any, dollar_rate: Any, coin_rate: Any, years: Any, volatility: Any
) -> Figures:
    market = {
        "side": LONG if barrier < price else SHORT,
        "price": price,
        "barrier_price": barrier,
        "drift": exact("dollar_rate", dollar_rate) - exact("coin_rate", coin_rate),
        "volatility": volatility,
        "holding_time": years,
    }
    touched = sizing.touch_probability(**market)
    later = cash * sp.exp(-dollar_rate * years)
    # A target that is never reached leaves one barrier.
    far = price * sp.exp(market["side"] * 20)
    at_hit = sizing.liquidation_before_target(**market, target_price=far, dollar_rate=dollar_rate)
    return {
        "touch_probability": touched,
        "touched_at_expiry": later * touched,
        "not_touched": later * (1 - touched),
        "at_hit": cash * at_hit,
    }


@right
def double_one_touch(
    *,
    price: Any,
    lower: Any,
    upper: Any,
    cash: Any,
    dollar_rate: Any,
    coin_rate: Any,
    years: Any,
    volatility: Any,
) -> Figures:
    market = {
        "price": price,
        "drift": exact("dollar_rate", dollar_rate) - exact("coin_rate", coin_rate),
        "volatility": volatility,
        "holding_time": years,
    }
    long = {"side": LONG, "barrier_price": lower, "target_price": upper, **market}
    short = {"side": SHORT, "barrier_price": upper, "target_price": lower, **market}
    either = sum(sizing.liquidation_before_target(**side) for side in (long, short))
    later = cash * sp.exp(-dollar_rate * years)
    return {
        "knock_in": later * either,
        "knock_out": later * (1 - either),
        "lower_before_upper_at_hit": cash * sizing.liquidation_before_target(**long, dollar_rate=dollar_rate),
        "upper_before_lower_at_hit": cash
        * sizing.liquidation_before_target(**short, dollar_rate=dollar_rate),
    }


@right
def liquidation_probability(
    *, side: Any, leverage: Any, maintenance_margin_rate: Any, drift: Any, volatility: Any, days: Any
) -> Figures:
    chance = sizing.liquidation_probability(
        side=side,
        leverage=leverage,
        maintenance_margin_rate=maintenance_margin_rate,
        drift=drift,
        volatility=volatility,
        holding_time=sp.Rational(days, 365),
    )
    return {"liquidation_probability": chance}


@right
def kelly_bet(*, win_probability: Any, odds: Any) -> Figures:
    return {"stake": sizing.kelly_bet(win_probability=win_probability, odds=odds)}


@wrong
def kelly_bet_from_an_edge_cut_to_two_decimals(*, win_probability: Any, odds: Any) -> Figures:
    odds = exact("odds", odds)
    edge = odds * sizing.kelly_bet(win_probability=exact("win_probability", win_probability), odds=odds)
    return {"stake": rounded(edge, step=sp.Rational(1, 100), rounding=ROUND_DOWN) / odds}


@right
def falls_before_it_rises(*, kelly_fraction: Any, down: Any, up: Any) -> Figures:
    # Wealth at the fraction c of the growth-optimal size is a price with the drift σ²/c.
    chance = sizing.ruin_before_target(
        side=LONG,
        price=1,
        barrier_price=down,
        target_price=up,
        drift=1 / sp.sympify(kelly_fraction),
        volatility=1,
    )
    return {"probability": chance}


# --- backtests --------------------------------------------------------------------------------------


@right
def probabilistic_sharpe(
    *, observations: Any, sharpe_ratio: Any, skewness: Any, kurtosis: Any, benchmark_sharpe: Any = 0
) -> Figures:
    chance = backtest.probabilistic_sharpe_ratio(
        sharpe_ratio=sharpe_ratio,
        benchmark_sharpe=benchmark_sharpe,
        skewness=skewness,
        kurtosis=kurtosis,
        observations=observations,
    )
    return {"probability": chance}


@right
def minimum_track_record(
    *, sharpe_ratio: Any, skewness: Any, kurtosis: Any, probability: Any, periods_a_year: Any
) -> Figures:
    periods = backtest.minimum_track_record(
        sharpe_ratio=sharpe_ratio,
        skewness=skewness,
        kurtosis=kurtosis,
        significance=1 - _printed(probability),
    )
    return {"periods": periods, "years": periods / periods_a_year}


@right
def sharpe_error(*, mean: Any, deviation: Any, observations: Any, skewness: Any, kurtosis: Any) -> Figures:
    record = {"sharpe_ratio": mean / deviation, "observations": observations}
    return {
        "gaussian": backtest.sharpe_error(**record),
        "non_gaussian": backtest.sharpe_error(**record, skewness=skewness, kurtosis=kurtosis),
    }


@right
def skill_and_luck(
    *,
    sharpe_ratio: Any,
    observations: Any,
    significance: Any,
    skilled_share: Any,
    skewness: Any,
    kurtosis: Any,
) -> Figures:
    missed = backtest.missed_skill(
        sharpe_ratio=sharpe_ratio,
        significance=significance,
        skewness=skewness,
        kurtosis=kurtosis,
        observations=observations,
    )
    found = backtest.false_discovery_rate(
        significance=significance, missed_share=float(missed), skilled_share=skilled_share
    )
    return {"missed": missed, "false_discoveries": found}


@right
def deflated_sharpe(
    *,
    sharpe_ratio: Any,
    variance_of_trials: Any,
    trials: Any,
    observations: Any,
    skewness: Any,
    kurtosis: Any,
) -> Figures:
    tried = {"trials": trials, "trial_deviation": sp.sqrt(_printed(variance_of_trials))}
    chance = backtest.deflated_sharpe_ratio(
        sharpe_ratio=sharpe_ratio,
        skewness=skewness,
        kurtosis=kurtosis,
        observations=observations,
        **tried,
    )
    return {"probability": chance, "expected_best": backtest.expected_best_sharpe(**tried)}


@right
def drawdown_of_returns(*, returns: list[Any]) -> Figures:
    return {"drawdown": -backtest.largest_drawdown(_grown(returns))}


@right
def record_of_returns(*, returns: list[Any], periods_a_year: Any = 1, required: Any = 0) -> Figures:
    """Figures of a record; a period without a return (None) counts as one in the length of the record."""
    known = [each for each in returns if each is not None]
    root = periods_a_year**0.5
    return {
        "annual_return": backtest.annual_growth(_grown(returns), periods_a_year=periods_a_year),
        "downside": root * backtest.downside_deviation(known, required=required),
        "volatility": root * backtest.moments(known).deviation,
        "sharpe": root * backtest.moments(known).sharpe_ratio,
        "sortino": root * backtest.sortino_ratio(known, required=required),
    }


def _grown(returns: list[Any]) -> list[float]:
    return list(accumulate(returns, lambda value, each: value * (1 + (each or 0)), initial=1.0))


@right
def account_after_trades(
    *, trades: list[list[Any]], coins: Any = 1, fee_rate: Any = 0, contract_size: Any = 1
) -> Figures:
    """Coins after trades of (contracts, a sale's negative; price), each marked to the price of the next."""
    balance, held = _printed(coins), sp.Integer(0)
    prices = [_printed(price) for _, price in trades]
    for (contracts, _), price, next_price in zip(trades, prices, [*prices[1:], prices[-1]], strict=True):
        earlier, held = held, held + contracts * contract_size
        balance = backtest.coins_after(
            coins=balance,
            earlier_notional=earlier,
            held_notional=held,
            starting_price=price,
            price=next_price,
            absolute_funding_rate=0,
            fee_rate=_printed(fee_rate),
        )
    gain = balance - _printed(coins)
    return {"coins": balance, "profit_and_loss": gain, "satoshis": gain / SATOSHI}


def _printed(number: Any) -> sp.Rational:
    """Return a number as it is printed, without the error of its bits."""
    return sp.Rational(repr(number))


@right
def stop_in_bars(*, side: Any, stop_price: Any, next_open: Any) -> Figures:
    # The first price that can be traded is the open, and a stop never does better than its own.
    gap = max(0, side * sp.Rational(stop_price - next_open, stop_price))
    return {"fill_price": stop_price * (1 - side * gap)}


@right
def funding_of_days(*, funding_rate: Any, days: Any, payments_a_day: Any) -> Figures:
    return {
        "rate_sum": funding.annualised_rate(
            funding_rate=_printed(funding_rate), payments=days * payments_a_day
        )
    }


@right
def funding_in_dollars(*, side: Any, coins: Any, price: Any, funding_rate: Any, payments: Any) -> Figures:
    one = funding.payment(side=side, notional=coins * price, price=price, funding_rate=funding_rate)
    return {"received": -payments * one * price}


@right
def cost_ladder(*, lookback: int, fee_rate: Any) -> Figures:
    """Coins that become of one coin in XBTUSD, 14 May 2016 to 4 November 2020, one correction at a time."""
    days = datasets.xbtusd_days()
    prices = [day.close for day in days]
    free = backtest.Path(prices)
    funded = backtest.Path(prices, [day.absolute_rate for day in days])

    def momentum(past: backtest.Path) -> float:
        if len(past) <= lookback:
            return 0
        now, then = past.prices[-1], past.prices[-1 - lookback]
        return (now > then) - (now < then)

    honest = backtest.decisions(momentum, free)
    later = backtest.decisions(momentum, free, fill_delay=1)
    # What no rule can do: hold through a day what its close will say.
    too_early = [*honest[1:], momentum(free)]

    def coins(path: backtest.Path, exposures: Any, fee: Any) -> float:
        return backtest.run(path, exposures, fee_rate=fee).coins[-1]

    return {
        "look_ahead": coins(free, too_early, 0),
        "same_close": coins(free, honest, 0),
        "plus_fee": coins(free, honest, fee_rate),
        "plus_funding": coins(funded, honest, fee_rate),
        "one_day_later": coins(funded, later, fee_rate),
    }


# --- powers of a price ------------------------------------------------------------------------------


@right
def power_funding(*, price: Any, power: Any, mark: Any) -> Figures:
    return {"funding": mark - price**power}


@right
def power_return(
    *, price_multiple: Any, funding: Any = 0, collateral_ratio: Any = 0, power: Any = 2
) -> Figures:
    return {
        f"{word}_pct": 100
        * power_module.position_return(
            side=side,
            power=power,
            price_multiple=price_multiple,
            funding_rate=funding,
            collateral_ratio=collateral_ratio if side == SHORT else 0,
        )
        for word, side in (("long", LONG), ("short", SHORT))
    }


@right
def power_price(
    *,
    price: Any,
    power: Any,
    unit: Any,
    volatility: Any,
    funding_days: Any,
    funding_rule: Any = "continuous",
    dollar_rate: Any = 0,
    coin_rate: Any = 0,
    bought_at: Any = None,
) -> Figures:
    ratio = power_module.fair_mark_ratio(
        funding=funding_rule,
        power=power,
        volatility=volatility,
        dollar_rate=dollar_rate,
        coin_rate=coin_rate,
        funding_intensity=365 / funding_days,
        funding_period=funding_days / 365,
    )
    index = unit * price**power
    figures = {"price": index * ratio, "funding": index * (ratio - 1)}
    if bought_at is not None:
        figures["profit_and_loss"] = figures["price"] - bought_at
    return figures


@right
def funding_by_the_second(*, mark: Any, index: Any, funding_days: Any) -> Figures:
    seconds = funding_days * 86_400
    return {"per_second": (mark - index) / seconds}


@right
def everlasting_option(
    *, strike: Any, volatility: Any, funding_days: Any, price: Any = None, option: Any = "call"
) -> Figures:
    intensity = 365 / funding_days
    figures = {"u": 2 * power_module.highest_power(volatility=volatility, funding_intensity=intensity) - 1}
    if price is not None:
        terms = {
            "price": price,
            "strike": strike,
            "volatility": volatility,
            "funding_intensity": intensity,
        }
        time_value = power_module.everlasting_time_value(**terms)
        figures |= {
            "price": power_module.everlasting_price(option=option, **terms),
            "time_value": time_value,
            "daily_funding": time_value * intensity / 365,
        }
    return figures


@right
def normalisation_factor(
    *,
    seconds: Any,
    factor: Any = 1,
    mark_ratio: Any = None,
    osqth_in_ether: Any = None,
    ether_price: Any = None,
) -> Figures:
    # One oSQTH is the factor times S²/10,000 dollars, and it is quoted in ether.
    if mark_ratio is None:
        mark_ratio = osqth_in_ether / (datasets.SQUEETH_UNIT * ether_price * factor)
    low, high = datasets.SQUEETH_RATIOS
    after = power_module.factor_after(
        normalisation_factor=factor,
        mark_ratio=mark_ratio,
        funding_intensity=datasets.SQUEETH_INTENSITY,
        holding_time=seconds / (365 * 86_400),
        lowest_ratio=low,
        highest_ratio=high,
    )
    return {"factor_after": after, "multiplier": after / factor}


@right
def volatility_paid_for(*, factor: Any, later_factor: Any, years: Any, power: Any = 2) -> Figures:
    decay = power_module.factor_decay(
        normalisation_factor=factor, later_factor=later_factor, holding_time=years
    )
    return {
        "log_decay_per_year": decay,
        "implied_volatility": power_module.implied_volatility(power=power, claim_growth=decay),
    }


@right
def squeeth_vault(
    *,
    coins: Any,
    claims: Any,
    factor: Any,
    ether_price: Any,
    least_ratio: Any = datasets.SQUEETH_COLLATERAL_RATIO,
) -> Figures:
    vault = {
        "coins": coins,
        "square_size": claims * datasets.SQUEETH_UNIT,
        "normalisation_factor": factor,
    }
    return {
        "collateral_ratio": power_module.short_collateral_ratio(price=ether_price, **vault),
        "liquidation_price": power_module.short_liquidation_price(collateral_ratio=least_ratio, **vault),
    }


@right
def leveraged_and_left_alone(*, leverage: Any, price_multiple: Any) -> Figures:
    gain = contract.linear_profit_and_loss(
        side=LONG, coin_quantity=leverage, entry_price=1, price=price_multiple
    )
    return {"wealth_multiple": 1 + gain}


# --- post-mortems ----------------------------------------------------------------------------------


@right
def shares_of_liquidations(*, longs: Any, shorts: Any, total: Any, window: Any) -> Figures:
    return {
        "long_share": post_mortem.share(longs, total),
        "short_share": post_mortem.share(shorts, total),
        "window_share": post_mortem.share(window, total),
    }


@right
def silent_runs(*, threshold_usd: Any, min_minutes: Any) -> Figures:
    runs = post_mortem.silent_runs(
        datasets.quiet_minutes_of_13_march_2020(), less_than=threshold_usd, at_least=min_minutes
    )
    return {"runs": [[f"{run.start:%H:%M}", f"{run.last:%H:%M}", run.rows] for run in runs]}


@right
def falls_of_a_day(*, open: Any, high: Any, low: Any, close: Any, previous_close: Any) -> Figures:
    return {
        "high_to_low": post_mortem.change(high, low),
        "open_to_low": post_mortem.change(open, low),
        "close_to_close": post_mortem.change(previous_close, close),
    }


@right
def refund(*, coins: Any, dollars: Any, accounts: Any) -> Figures:
    return {
        "price": price_at_value(notional=dollars, coins=coins),
        "coins_per_account": coins / accounts,
        "dollars_per_account": dollars / accounts,
    }


# --- what sources did instead -----------------------------------------------------------------------


@wrong
def rounded_up_per_dollar(*, notional: Any, **trade: Any) -> Figures:
    one = contract.profit_and_loss(notional=1, **trade)
    return {"profit_and_loss": notional * rounded(one, step=SATOSHI, rounding=ROUND_CEILING)}


@wrong
def values_cut_to_four_decimals(*, notional: Any, entry_price: Any, price: Any, fee_rate: Any) -> Figures:
    coins = (contract.value(notional=notional, price=at) for at in (entry_price, price))
    return {"fee": sum(fee_rate * rounded(v, step=sp.Rational(1, 10**4), rounding=ROUND_DOWN) for v in coins)}


@wrong
def notional_forgotten(*, notional: Any, **trade: Any) -> Figures:
    return {"profit_and_loss": contract.profit_and_loss(notional=1, **trade)}


@wrong
def linear_payoff(*, side: Any, notional: Any, entry_price: Any, price: Any, **_: Any) -> Figures:
    dollars = contract.linear_profit_and_loss(
        side=side,
        coin_quantity=contract.value(notional=notional, price=entry_price),
        entry_price=entry_price,
        price=price,
    )
    coins = contract.value(notional=1, price=entry_price) * dollars
    return {"profit_and_loss": coins, "loss": -coins}


@wrong
def arithmetic_mean(*, fills: list[list[Any]]) -> Figures:
    sizes = [size for size, _ in fills]
    return {"average_entry_price": sp.Rational(sum(size * price for size, price in fills), sum(sizes))}


@wrong
def leverage_times_the_price(*, leverage: Any, price_multiple: Any) -> Figures:
    return {"wealth_multiple": leverage * price_multiple}


@wrong
def distance_over_a_round_price(*, last_price: Any, reference: Any) -> Figures:
    rounded_down = reference - reference % 1_000
    return {"distance": (last_price - reference) / rounded_down}


@wrong
def entries_averaged_arithmetically(
    *, trades: list[list[Any]], coins: Any = 1, fee_rate: Any = 0, contract_size: Any = 1
) -> Figures:
    """What a book shows that averages the entry prices by dollars; all trades but the last are entries."""
    *entries, (_, exit_price) = trades
    notional = contract_size * sum(contracts for contracts, _ in entries)
    mean = sp.Rational(sum(contracts * price for contracts, price in entries), notional // contract_size)
    fees = sum(
        contract.fee(notional=contract_size * abs(contracts), price=price, fee_rate=_printed(fee_rate))
        for contracts, price in trades
    )
    gain = contract.profit_and_loss(side=LONG, notional=notional, entry_price=mean, price=exit_price)
    return {
        "coins": coins + gain - fees,
        "profit_and_loss": gain - fees,
        "satoshis": (gain - fees) / SATOSHI,
    }


@wrong
def size_cut_to_the_cash(*, trades: list[list[Any]], coins: Any = 1, **rest: Any) -> Figures:
    most = coins * trades[0][1]
    cut = [[max(-most, min(most, contracts)), price] for contracts, price in trades]
    return account_after_trades(trades=cut, coins=coins, **rest)


@wrong
def stop_filled_at_its_price(*, stop_price: Any, **_: Any) -> Figures:
    return {"fill_price": stop_price}


@wrong
def funding_once_a_day(*, funding_rate: Any, days: Any, **_: Any) -> Figures:
    return funding_of_days(funding_rate=funding_rate, days=days, payments_a_day=1)


@wrong
def funding_paid_by_the_short_at_five_a_day(*, side: Any, payments: Any, **position: Any) -> Figures:
    return funding_in_dollars(side=-side, payments=sp.Rational(payments * 5, 3), **position)
