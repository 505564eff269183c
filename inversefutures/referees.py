"""Judges of the tasks that ask for a rule, a schedule or a plan of the learner's own.

Such a task has many answers, so no values can be stored for it. A referee tries the answer out and returns
one word, which `check` then judges as a choice. A referee raises nothing, whatever it is given: what cannot
be tried is printed in a sentence, and the word is `UNUSABLE`. What an answer prints is not shown.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import (
    arbitrage,
    backtest,
    carry,
    datasets,
    hedging,
    margin,
    options,
    order_book,
    power,
    sizing,
    strategies,
)
from .answer_values import Unusable, as_number
from .console import silence
from .datasets import PriceRange
from .notation import LONG, SHORT
from .risk_limits import Slope, Tier, Tiers

__all__ = [
    "UNUSABLE",
    "account_book",
    "carry_plan",
    "hedge_plan",
    "leak_finder",
    "risk_plan",
    "square_short",
    "stated_view",
    "sure_trade",
    "three_piles",
    "tier_schedule",
    "top_up_rule",
    "two_futures",
    "wall_of_bids",
]

UNUSABLE = "unusable"

MAINTENANCE = 0.005
"""BTC: half a percent of a position that was worth 1 BTC at the entry."""
MOST_IN_MARCH = 1.2
MOST_IN_OCTOBER = 0.1
"""BTC that a lean rule may add in all."""

MOST_SHOWN = 1e6
"""BTC: a rule that adds a part of the balance in every bar adds more coins than a line can show."""

RISKED_PRICE = 50_000
"""USD per BTC at which a long with a stop is opened."""

LARGEST_SIZE = 300
MOST_EXCESS = 0.2
"""BTC: up to which size a schedule is compared with the slope, and how much it may ask for too much."""
ROUNDING = 1e-9
NUMBER_WORDS = {2: "two", 3: "three", 5: "five", 7: "seven"}
TRADED_FUTURE = 60_000
TRADED_QUOTES: tuple[tuple[options.Option, float, float, float], ...] = (
    ("call", 50_000, 0.2100, 0.2120),
    ("call", 60_000, 0.1390, 0.1400),
    ("call", 70_000, 0.0500, 0.0520),
    ("put", 60_000, 0.1330, 0.1350),
)
"""USD per BTC, and the options of its expiry: strike, bid and ask. Two things are wrong with these prices."""
MOST_TRADED = 10
"""Coins of each leg."""
VIEWED_FUTURE = 95_790.83
VIEWED_QUOTES: tuple[tuple[options.Option, float, float, float], ...] = (
    ("put", 75_000, 0.0043, 0.0046),
    ("put", 88_000, 0.0215, 0.0225),
    ("put", 90_000, 0.0275, 0.0280),
    ("call", 105_000, 0.0190, 0.0200),
    ("call", 120_000, 0.0032, 0.0036),
)
"""USD per BTC, and Deribit's quotes of 16 January 2026 for options of 27 February: strike, bid and ask."""
LEAST_OF_THE_VIEW, HIGH_OF_THE_VIEW, LEAST_COINS_OF_THE_VIEW = 88_000, 150_000, 0.9
"""USD at every price, and USD per BTC at which so many coins must be left."""
MOST_MISSTATED = 0.0005
"""BTC."""
FIRST_SALE = 1_000_000
STOPS_OF_A_POINT = 300_000
DEEPEST_STOP = 24
MOST_OF_A_WALL = 250_000
"""USD; the deepest stop waits so many basis points below the middle."""

COIN_PRICE = 60_000
LEAST_APART = 0.005
"""USD per BTC; and a year, by how much two futures must differ before a list can be said to rank them."""
CARRIED_COINS, CARRY_FUTURE = 50, 250
"""BTC, and USD per BTC: the coins of a carry, and the price at which its future is sold."""
LEAST_AT_THE_END = 12_400
LAST_PRICES = (10, 1_000)
"""USD and USD per BTC: what a plan must end with, and the prices between which it has to."""
HIGHEST_ON_THE_WAY = 600
MOST_AT_THE_VENUE = 35
"""USD per BTC, and BTC."""
CARRY_MAINTENANCE_RATE = 0.005
PLANNED_COINS = 12
PLANNED_BILL = 200_000
PLANNED_ENTRY = 50_000
"""BTC that will be there, USD that are due, and USD per BTC at which the future is sold."""
PLANNED_FACE = 100
PLANNED_MULTIPLE = 2
PLANNED_RATE = 0.01
MOST_POSTED = 2.2
"""USD of a contract, the rise to be survived, the maintenance margin on the mark value, and BTC."""

SQUARED_PRICE, SQUARED_FACTOR = 2_000, 0.5
FEWEST_TOKENS = 20
MOST_ETHER = 6.5
SQUARED_MOVE = 0.05
MOST_LOST = 12
"""USD for one ether, and the normalisation factor of a short of its square; then the plan's limits, the last
in USD at a move by the fraction before it."""


def top_up_rule(rule: Any) -> Any:
    """Return the verdict on a top-up rule in a word, after it has ridden through three crashes.

    A 3x long that is worth 1 BTC at the start rides bar by bar. First its balance at the low of the bar is
    looked at: at 0.005 BTC or less the position is gone. Then the rule is asked, at the close.

    Parameters
    ----------
    rule : function of the margin balance and the coin value of the position, both in BTC and at the close
        It returns the coins to add. Less than nothing counts as nothing.

    Returns
    -------
    str or Ellipsis
        ``"lean"``, ``"liquidated"`` (in March 2020), ``"tuned"`` (liquidated in the third crash),
        ``"anxious"`` (too much in October 2025), ``"generous"`` (too much in March 2020) or `UNUSABLE`.
        The ellipsis of an answer that is not there yet is returned as it is.
    """
    if rule is ...:
        return ...
    try:
        _refuse_what_is_no_rule(rule)
        march, survived = _ride(rule, datasets.xbtusd_five_minutes_march_2020(), 7_939)
        october, _ = _ride(rule, datasets.binance_mark_five_minutes_october_2025(), 123_278)
        third, survived_again = _ride(rule, datasets.xbtusd_five_minutes_may_2021(), 42_854.5)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    print(
        f"added {_coins(march)} BTC in March 2020, {_coins(october)} BTC in October 2025, "
        f"{_coins(third)} BTC in a third crash"
    )
    if not survived:
        return "liquidated"
    if not survived_again:
        return "tuned"
    if october > MOST_IN_OCTOBER:
        return "anxious"
    return "lean" if march < MOST_IN_MARCH - ROUNDING else "generous"


def _coins(added: float) -> str:
    return f"{added:.3f}" if added < MOST_SHOWN else f"{added:.3g}"


def _refuse_what_is_no_rule(rule: Any) -> None:
    if rule is None:
        raise Unusable("the rule is None: hand over the function itself, rule, and not what it returned.")
    if not callable(rule) or isinstance(rule, type):
        raise Unusable(
            f"the rule is of type {type(rule).__name__}: give a function of balance and value, "
            "`def rule(balance, value): …`."
        )
    try:
        signature = inspect.signature(rule)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return
    try:
        signature.bind(0.3, 1.0)
    except TypeError:
        raise Unusable(
            f"your rule takes ({', '.join(signature.parameters)}), but it is called with two arguments: the "
            "balance and the value."
        ) from None


def _ride(
    rule: Callable[[float, float], Any], bars: Iterable[PriceRange], start_price: float
) -> tuple[float, bool]:
    """Return the coins added to a 3x long worth 1 BTC, and whether it survived."""
    added = 0.0
    for bar in bars:
        bought = 1 / 3 + 1 + added
        if bought - start_price / bar.low <= MAINTENANCE:
            return added, False
        value = start_price / bar.close
        added += max(0.0, _asked(rule, bought - value, value, f"{bar.start:%d %B %Y, %H:%M}"))
    return added, True


def _asked(rule: Callable[[float, float], Any], balance: float, value: float, when: str) -> float:
    at = f"the bar of {when}, with a balance of {balance:.4f} and a value of {value:.4f} BTC"
    try:
        with silence():
            coins = rule(balance, value)
    except (Exception, SystemExit) as problem:
        raise Unusable(f"your rule failed at {at}: {type(problem).__name__}: {problem}") from None
    if coins is None:
        raise Unusable(
            f"your rule returned None at {at}: is a `return` missing? Where nothing is to be added, return 0."
        )
    try:
        return as_number(coins)
    except Unusable as problem:
        raise Unusable(f"what your rule returned at {at} cannot be added: {problem}") from None


def tier_schedule(tiers: Any) -> Any:
    """Return the verdict on three tiers that are to stand in for Deribit's maintenance slope.

    Parameters
    ----------
    tiers : Tiers, or the pairs of floor (BTC) and rate (fraction) that make them

    Returns
    -------
    str or Ellipsis
        ``"fits"``, ``"not three tiers"``, ``"asks for too little"``, ``"asks for too much"`` or `UNUSABLE`.
        The ellipsis of an answer that is not there yet is returned as it is.
    """
    if tiers is ...:
        return ...
    try:
        schedule = _schedule(tiers)
        if len(schedule.tiers) != 3:
            return "not three tiers"
        excess = _excess(schedule)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if min(excess) < -ROUNDING:
        return "asks for too little"
    return "fits" if max(excess) < MOST_EXCESS + ROUNDING else "asks for too much"


def _schedule(tiers: Any) -> Tiers:
    if isinstance(tiers, Tiers):
        return tiers
    form = "Tiers([(0, first_rate), (floor, rate), (floor, rate)])"
    if not isinstance(tiers, list | tuple):
        raise Unusable(f"the schedule is of type {type(tiers).__name__}: give it as {form}.")
    try:
        return Tiers(tuple(each if isinstance(each, Tier) else Tier(*each) for each in tiers))
    except Exception as problem:
        reason = str(problem).rstrip(".")
        raise Unusable(f"no tiers can be made of this list: {reason}. Give it as {form}.") from None


def _excess(schedule: Tiers) -> Sequence[float]:
    """Return what the tiers ask for beyond the slope, in BTC, at every whole size."""
    slope = Slope(0.01, 0.00005)
    try:
        return [as_number(schedule.margin(size) - slope.margin(size)) for size in range(LARGEST_SIZE + 1)]
    except Exception as problem:
        raise Unusable(
            f"the schedule has no margin at some size from 0 to {LARGEST_SIZE} BTC: {problem}"
        ) from None


def carry_plan(plan: Any) -> Any:
    """Return the verdict on a plan for a cash and carry, in a word.

    50 coins are there, the future stands at 250 USD. The plan has to end with 12,400 USD at every last price
    from 10 to 1,000 USD, to live through a future at 600 USD on the way without a coin more, with a
    maintenance margin of half a percent of the mark value, and to leave at most 35 coins with the venue.

    Parameters
    ----------
    plan : pair of the dollars to sell and the coins to leave with the venue

    Returns
    -------
    str or Ellipsis
        ``"holds"``, ``"open"`` (not certain at the end), ``"liquidated"``, ``"all in one place"``,
        ``"no such coins"`` or `UNUSABLE`. The ellipsis of an answer that is not there yet is returned as it
        is.
    """
    if plan is ...:
        return ...
    try:
        notional, coins = _pair(plan)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if not 0 < coins <= CARRIED_COINS:
        return "no such coins"
    if notional <= 0:
        return "open"
    ends = [
        float(
            arbitrage.carry_worth(
                coins=CARRIED_COINS,
                notional=notional,
                entry_price=CARRY_FUTURE,
                price=last,
                futures_price=last,
            )
        )
        for last in LAST_PRICES
    ]
    gone = float(
        margin.liquidation_price(
            side=SHORT,
            notional=notional,
            entry_price=CARRY_FUTURE,
            margin=coins,
            base="mark",
            maintenance_margin_rate=CARRY_MAINTENANCE_RATE,
        )
    )
    print(
        f"on the last day {ends[0]:,.0f} USD if bitcoin is at {LAST_PRICES[0]}, {ends[1]:,.0f} USD at "
        f"{LAST_PRICES[1]:,}; on the way "
        + ("no price liquidates it" if math.isinf(gone) else f"liquidated at {gone:,.1f} USD")
    )
    if min(ends) < LEAST_AT_THE_END - ROUNDING:
        return "open"
    if gone < HIGHEST_ON_THE_WAY - ROUNDING:
        return "liquidated"
    return "holds" if coins <= MOST_AT_THE_VENUE + ROUNDING else "all in one place"


def _pair(plan: Any) -> tuple[float, float]:
    how = "give a pair, plan = dollars_to_sell, coins_at_the_venue"
    try:
        notional, coins = plan
    except (TypeError, ValueError):
        raise Unusable(f"the plan is {plan!r}: {how}.") from None
    try:
        return as_number(notional), as_number(coins)
    except Unusable as problem:
        raise Unusable(f"the plan cannot be tried: {problem}") from None


def hedge_plan(plan: Any) -> Any:
    """Return the verdict on a miner's hedge in a word.

    Twelve coins will be hers, and 200,000 USD are due. The future stands at 50,000 USD, and has contracts of
    100 USD and a maintenance margin of 1 % of the mark value. The short has to live through a doubling.

    Parameters
    ----------
    plan : pair of the contracts sold and the coins posted as margin, in BTC

    Returns
    -------
    str or Ellipsis
        ``"holds"``, ``"bill open"``, ``"too large"`` (more coins are sold than will be there),
        ``"liquidated"``, ``"too much posted"`` or `UNUSABLE`. The ellipsis of an answer that is not there yet
        is returned as it is.
    """
    if plan is ...:
        return ...
    try:
        contracts, posted = _plan(plan)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    covered = contracts * PLANNED_FACE / PLANNED_ENTRY
    needed = covered * float(
        hedging.required_margin_fraction(
            base="mark", price_multiple=PLANNED_MULTIPLE, maintenance_margin_rate=PLANNED_RATE
        )
    )
    print(f"{covered:.3f} coins are sold. To live through a doubling they need {needed:.4f} BTC.")
    if covered > PLANNED_COINS + ROUNDING:
        return "too large"
    if contracts * PLANNED_FACE < PLANNED_BILL:
        return "bill open"
    if posted < needed - ROUNDING:
        return "liquidated"
    return "too much posted" if posted > MOST_POSTED + ROUNDING else "holds"


def _listed(answer: Any) -> Any:
    """Return an array as a list, and anything else as it is."""
    return answer.tolist() if hasattr(answer, "tolist") else answer


def _numbers(plan: Any, names: str, what: str = "plan", otherwise: str = "this is no plan") -> list[float]:
    """Return the numbers of a plan, which may be a list, a tuple or an array, one for each of the names."""
    each = _listed(plan)
    count = names.count(",") + 1
    if not isinstance(each, list | tuple) or len(each) != count:
        raise Unusable(f"give the {what} as {NUMBER_WORDS[count]} numbers, ({names}).")
    try:
        return [as_number(number) for number in each]
    except Unusable as problem:
        raise Unusable(f"{otherwise}: {problem}") from None


def _plan(plan: Any) -> tuple[float, float]:
    contracts, posted = _numbers(plan, "contracts, coins")
    if contracts <= 0 or posted <= 0:
        raise Unusable("contracts and coins are both above zero. A short is understood.")
    if contracts != round(contracts):
        raise Unusable(f"{contracts:g} contracts cannot be sold: their number is whole.")
    return contracts, posted


def two_futures(futures: Any) -> Any:
    """Return the verdict on two futures that two lists of yearly rates are to rank in opposite order.

    Parameters
    ----------
    futures : two pairs of the days that are left and the price (USD per BTC); the coin costs 60,000 USD

    Returns
    -------
    str or Ellipsis
        ``"opposite order"``, ``"same order"``, ``"too close"`` (less than half a percentage point apart),
        ``"outside"`` (not 1 to 730 days, or 30,000 to 120,000 USD) or `UNUSABLE`. The ellipsis of an answer
        that is not there yet is returned as it is.
    """
    if futures is ...:
        return ...
    try:
        pairs = _pairs(futures)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if not all(1 <= days <= 730 and 30_000 <= price <= 120_000 for days, price in pairs):
        return "outside"
    rates: dict[carry.Annualisation, list[float]] = {"simple": [], "compound": []}
    for kind, ranked in rates.items():
        for days, price in pairs:
            rate = carry.annualised_basis(
                annualisation=kind, price=COIN_PRICE, futures_price=price, rolls=365 / days
            )
            ranked.append(float(rate))
        print(f"{kind}: " + " and ".join(f"{100 * rate:.5g} %" for rate in ranked) + " a year")
    apart = [first - second for first, second in rates.values()]
    if apart[0] * apart[1] > 0:
        return "same order"
    return "opposite order" if min(map(abs, apart)) > LEAST_APART - ROUNDING else "too close"


def _pairs(futures: Any) -> list[tuple[float, float]]:
    how = "give two pairs, [(days, price), (days, price)]"
    try:
        pairs = [tuple(each) for each in futures]
    except TypeError:
        raise Unusable(f"the futures are of type {type(futures).__name__}: {how}.") from None
    if [len(each) for each in pairs] != [2, 2]:
        raise Unusable(
            f"the futures have {' and '.join(str(len(each)) for each in pairs) or 'no'} numbers: {how}."
        )
    days_and_prices = []
    for days, price in pairs:
        days_and_prices.append((as_number(days), as_number(price)))
    return days_and_prices


def wall_of_bids(bids: Any) -> Any:
    """Return the verdict on bids that are to stop a cascade in the book of midnight, 9 August 2024.

    1,000,000 USD are sold, and 300,000 USD of stops wait at each whole basis point below the middle, from 1
    to 24. Without help the fall runs through the whole table of bids.

    Parameters
    ----------
    bids : pairs of price (USD per BTC) and size (USD), in any order

    Returns
    -------
    str or Ellipsis
        ``"holds"``, ``"runs through"``, ``"too much money"`` (more than 250,000 USD), ``"crosses"`` (not
        below the best ask) or `UNUSABLE`. The ellipsis of an answer that is not there yet is returned as it
        is.
    """
    if bids is ...:
        return ...
    book = datasets.book_of_9_august_2024()
    best_bid, best_ask = book.bids[0][0], book.asks[0][0]
    middle = (best_bid + best_ask) / 2
    try:
        wall = _levels(bids)
        if sum(size for _, size in wall) > MOST_OF_A_WALL:
            return "too much money"
        if any(price >= best_ask for price, _ in wall):
            return "crosses"
        both = sorted([*book.bids, *wall], key=lambda level: -level[0])
        stops = [
            (round(middle * (1 - points * datasets.BASIS_POINT), 1), STOPS_OF_A_POINT)
            for points in range(1, DEEPEST_STOP + 1)
        ]
        fall = order_book.cascade(both, stops, notional=FIRST_SALE)
    except (Unusable, ValueError) as problem:
        print(problem)
        return UNUSABLE
    sold, lowest = float(fall.sweep.notional), float(fall.sweep.last_price)
    print(
        f"{sold:,.0f} USD were sold, the last at {lowest:,.1f} USD; {float(fall.unfilled):,.0f} USD were not"
    )
    return "holds" if fall.unfilled == 0 else "runs through"


def _levels(bids: Any) -> list[tuple[float, float]]:
    how = "give a list of pairs, [(price, dollars), (price, dollars)]"
    bids = _listed(bids)
    if not isinstance(bids, list | tuple):
        raise Unusable(f"the wall is of type {type(bids).__name__}: {how}.")
    try:
        return [(as_number(price), as_number(size)) for price, size in bids]
    except (TypeError, ValueError, Unusable) as problem:
        reason = str(problem).rstrip(".")
        raise Unusable(f"no bids can be made of this list: {reason}. {how.capitalize()}.") from None


def risk_plan(plan: Any) -> Any:
    """Return the verdict on a long with a stop in a word.

    The price is 50,000 USD, without drift, at a volatility of 80 % a year, and the stop stands for 30 days.

    Parameters
    ----------
    plan : pair of the notional and the stop's price, USD and USD per BTC

    Returns
    -------
    str or Ellipsis
        ``"holds"``, ``"too small"`` (below 20,000 USD), ``"risks too much"`` (over 0.1 BTC are lost if the
        fill is 3 % beyond the trigger), ``"touched too often"`` (in more than half of all months),
        ``"no stop"`` (it lies at the price or above) or `UNUSABLE`. The ellipsis of an answer that is not
        there yet is returned as it is.
    """
    if plan is ...:
        return ...
    try:
        notional, stop = _sized(plan)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if stop >= RISKED_PRICE:
        return "no stop"
    most = sizing.size_for_coin_risk(
        side=LONG, risked_coins=0.1, entry_price=RISKED_PRICE, stop_price=stop, price_gap=0.03
    )
    touched = sizing.touch_probability(
        side=LONG, price=RISKED_PRICE, barrier_price=stop, drift=0, volatility=0.8, holding_time=30 / 365
    )
    print(f"With this stop, at most {float(most):,.0f} USD. It is touched in {float(touched):.1%} of months.")
    if notional < 20_000 - ROUNDING:
        return "too small"
    if notional > float(most) + ROUNDING:
        return "risks too much"
    return "touched too often" if float(touched) > 0.5 else "holds"


def _sized(plan: Any) -> tuple[float, float]:
    notional, stop = _numbers(plan, "notional, stop_price")
    if notional <= 0 or stop <= 0:
        raise Unusable("notional and stop are both above zero, in USD and USD per BTC.")
    return notional, stop


def square_short(plan: Any) -> Any:
    """Return the verdict on a short of Squeeth that an inverse perpetual hedges, in a word.

    Ether costs 2,000 USD and the factor is 0.5. Funding and the margin of the inverse contract are left out.

    Parameters
    ----------
    plan : the tokens sold, the ether behind them, and the USD of a short inverse perpetual (less than 0: a
        long)

    Returns
    -------
    str or Ellipsis
        ``"holds"``, ``"too small"`` (below 20 tokens), ``"liquidated"`` (if ether doubles),
        ``"too many coins"`` (above 6.5 ether), ``"tilted"`` (more than 12 USD are lost at a move of 5 %) or
        `UNUSABLE`. The ellipsis of an answer that is not there yet is returned as it is.
    """
    if plan is ...:
        return ...
    try:
        tokens, ether, dollars = _square_short(plan)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    vault = {
        "coins": ether,
        "square_size": tokens * datasets.SQUEETH_UNIT,
        "normalisation_factor": SQUARED_FACTOR,
    }
    gone = float(power.short_liquidation_price(collateral_ratio=datasets.SQUEETH_COLLATERAL_RATIO, **vault))
    over = power.short_collateral_ratio(price=SQUARED_PRICE, **vault)
    owed = ether * SQUARED_PRICE / over
    gains = []
    for move in (SQUARED_MOVE, -SQUARED_MOVE):
        square = power.position_return(
            side=SHORT, power=2, price_multiple=1 + move, funding_rate=0, collateral_ratio=over
        )
        # In dollars an inverse short is a straight line.
        gains.append(float(owed * square - dollars * move))
    print(
        f"liquidated at {gone:,.0f} USD; {gains[0]:+,.2f} USD if ether rises by {SQUARED_MOVE:.0%}, "
        f"{gains[1]:+,.2f} USD if it falls by as much"
    )
    if tokens < FEWEST_TOKENS - ROUNDING:
        return "too small"
    if gone < 2 * SQUARED_PRICE - ROUNDING:
        return "liquidated"
    if ether > MOST_ETHER + ROUNDING:
        return "too many coins"
    return "holds" if min(gains) >= -MOST_LOST - ROUNDING else "tilted"


PILES = ("not known", "likely", "known")
"""In the order of what a sentence on each claims."""
SORTED_CLAIMS = {"a": "known", "b": "likely", "c": "not known", "d": "known", "e": "not known"}
"""On which pile each of the five sentences of the capstone's task stands."""


def three_piles(answer: Any) -> Any:
    """Return the verdict on five sentences about 19 May 2021 that were sorted into three piles.

    Parameters
    ----------
    answer : mapping of the letters a to e to ``"known"``, ``"likely"`` or ``"not known"``

    Returns
    -------
    str or Ellipsis
        ``"sorted"``, ``"too sure"`` (something claims more than the record shows), ``"too shy"`` (something
        that a record shows claims less), ``"no assumption"`` (only the inference claims less), ``"both"`` or
        `UNUSABLE`. The ellipsis of an answer that is not there yet is returned as it is.
    """
    if answer is ...:
        return ...
    how = "give a dictionary, {'a': 'known', 'b': …}, with each of the letters a to e"
    given = answer if isinstance(answer, Mapping) else {}
    piles = {_lowered(letter): _lowered(pile) for letter, pile in given.items()}
    if set(piles) != set(SORTED_CLAIMS):
        print(f"These are not the five sentences: {how}.")
        return UNUSABLE
    odd = [letter for letter, pile in piles.items() if pile not in PILES]
    if odd:
        names = ", ".join(f"'{pile}'" for pile in PILES)
        print(f"{' and '.join(sorted(odd))}: there is no such pile. The piles are called {names}.")
        return UNUSABLE
    off = {letter: PILES.index(piles[letter]) - PILES.index(pile) for letter, pile in SORTED_CLAIMS.items()}
    low, high = min(off.values()), max(off.values())
    print(f"{list(off.values()).count(0)} of {len(off)} stand where they belong")
    if low < 0 < high:
        return "both"
    if high > 0:
        return "too sure"
    lowered = {SORTED_CLAIMS[letter] for letter, steps in off.items() if steps < 0}
    return "sorted" if not lowered else "no assumption" if lowered == {"likely"} else "too shy"


def _lowered(word: Any) -> Any:
    return word.strip().lower() if isinstance(word, str) else None


def _square_short(plan: Any) -> tuple[float, float, float]:
    tokens, ether, dollars = _numbers(plan, "tokens, ether, dollars")
    if tokens <= 0 or ether <= 0:
        raise Unusable("tokens and ether are both above zero. A short is understood.")
    return tokens, ether, dollars


def stated_view(plan: Any) -> Any:
    """Return the verdict on a payoff that is to answer a view, and on what it is said to cost, in a word.

    Somebody owns one coin. At expiry it must be worth at least 88,000 USD with its legs, at every price. At
    150,000 USD at least 0.9 BTC must be left, and how many are missing there is to be said.

    Parameters
    ----------
    plan : seven numbers
        How many coins are bought of the future at `VIEWED_FUTURE` and of each of `VIEWED_QUOTES`, negative
        where they are sold; and the BTC that are missing from one coin at 150,000 USD.

    Returns
    -------
    str or Ellipsis
        ``"holds"``, ``"falls too low"``, ``"gives up too much"``, ``"cost misstated"``, ``"too large"`` (more
        than 10 coins of a leg) or `UNUSABLE`. The ellipsis of an answer that is not there yet is returned as
        it is.
    """
    if plan is ...:
        return ...
    try:
        future, *bought, cost = _numbers(plan, "future, put, put, put, call, call, cost")
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if max(map(abs, (future, *bought))) > MOST_TRADED + ROUNDING:
        return "too large"
    legs = [
        strategies.Leg(option, LONG if amount > 0 else SHORT, strike, ask if amount > 0 else bid, abs(amount))
        for amount, (option, strike, bid, ask) in zip(bought, VIEWED_QUOTES, strict=True)
        if amount
    ]
    if future:
        side = LONG if future > 0 else SHORT
        legs.append(strategies.Leg("future", side, VIEWED_FUTURE, coins=abs(future)))
    least = float(strategies.extremes(legs, coins=1).fewest_dollars)
    kept = float(strategies.coins_at_expiry(legs, coins=1, price=HIGH_OF_THE_VIEW))
    worst = f"{least:,.0f} USD" if math.isfinite(least) else "a debt without limit"
    print(f"At the worst price, coin and legs come to {worst}.")
    if least < LEAST_OF_THE_VIEW - ROUNDING:
        return "falls too low"
    if kept < LEAST_COINS_OF_THE_VIEW - ROUNDING:
        return "gives up too much"
    return "holds" if abs(1 - kept - cost) <= MOST_MISSTATED else "cost misstated"


def sure_trade(trade: Any) -> Any:
    """Return the verdict on a trade in four options and the inverse future, in a word.

    Parameters
    ----------
    trade : five numbers, in coins
        How much is bought of each of `TRADED_QUOTES` in their order, and of the inverse future at 60,000 USD.
        What is sold is negative.

    Returns
    -------
    str or Ellipsis
        ``"sure"`` (more coins than before at every price of delivery), ``"can lose"``, ``"nothing gained"``,
        ``"too large"`` (more than 10 coins of a leg) or `UNUSABLE`. The ellipsis of an answer that is not
        there yet is returned as it is.
    """
    if trade is ...:
        return ...
    try:
        *bought, future = _numbers(
            trade, "call, call, call, put, future", what="trade", otherwise="this cannot be traded"
        )
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    if max(map(abs, (*bought, future))) > MOST_TRADED + ROUNDING:
        return "too large"
    paid = sum(
        amount * (ask if amount > 0 else bid)
        for amount, (_, _, bid, ask) in zip(bought, TRADED_QUOTES, strict=True)
    )

    def left(coins_of_a_dollar: float) -> float:
        """Return the coins that are left when a dollar is worth so many of them at delivery."""
        total = future * (1 - TRADED_FUTURE * coins_of_a_dollar) - paid
        for amount, (option, strike, _, _) in zip(bought, TRADED_QUOTES, strict=True):
            inside = 1 - strike * coins_of_a_dollar
            total += amount * max(0.0, inside if option == "call" else -inside)
        return total

    # In the coins of a dollar all legs are straight between the strikes, so the corners tell, and one point
    # beyond each end: at the far one only the put and the future are left.
    corners = [0.0, *(1 / strike for _, strike, _, _ in TRADED_QUOTES), 1.0]
    least, where = min((left(corner), corner) for corner in corners)
    at = f"a price of {1 / where:,.0f} USD" if where else "a price without limit"
    print(f"At the worst, {at}, your trade ends with {least:+.4f} BTC.")
    if least < -ROUNDING:
        return "can lose"
    return "sure" if least > ROUNDING else "nothing gained"


Closes = list[float]
SEEN_CLOSES: Closes = [round(100 * math.exp(0.01 * k + 0.2 * math.sin(1.7 * k)), 2) for k in range(39)]
"""USD per BTC: what a finder of leaks is given. They end with a rise."""
ONE_DAY = 18
"""The only day on which one of the strategies looks ahead: after a fall, and before a rise."""


def _follow(prices: Closes) -> list[int]:
    return [0 if k < 3 else 1 if prices[k] > prices[k - 3] else -1 for k in range(len(prices))]


def _break_out(prices: Closes) -> list[int]:
    return [int(prices[k] >= max(prices[: k + 1])) for k in range(len(prices))]


def _beat_the_average(prices: Closes) -> list[int]:
    return [int(prices[k] > sum(prices[: k + 1]) / (k + 1)) for k in range(len(prices))]


def _be_calm(prices: Closes) -> list[float]:
    return [1 / (1 + abs(prices[k] / prices[max(0, k - 1)] - 1)) for k in range(len(prices))]


def _know_tomorrow(prices: Closes) -> list[int]:
    tomorrow = [*prices[1:], prices[-1]]
    return [int(after > now) for now, after in zip(prices, tomorrow, strict=True)]


def _know_the_sample(prices: Closes) -> list[int]:
    return [int(price > sum(prices) / len(prices)) for price in prices]


def _know_the_highest(prices: Closes) -> list[float]:
    return [1 - price / max(prices) for price in prices]


def _smooth_both_ways(prices: Closes) -> list[int]:
    around = [prices[max(0, k - 2) : k + 3] for k in range(len(prices))]
    return [int(price > sum(near) / len(near)) for price, near in zip(prices, around, strict=True)]


def _know_one_day(prices: Closes) -> list[int]:
    told = _follow(prices)
    if len(prices) > ONE_DAY + 4 and prices[ONE_DAY + 4] > prices[ONE_DAY]:
        told[ONE_DAY] = 1
    return told


HONEST = (_follow, _break_out, _beat_the_average, _be_calm, lambda prices: [1] * len(prices))
LEAKS = {
    "blind to tomorrow": (_know_tomorrow, _smooth_both_ways),
    "blind to the sample": (_know_the_sample, _know_the_highest),
    "blind to a rare leak": (_know_one_day,),
}


def leak_finder(finder: Any) -> Any:
    """Return the verdict on a finder of leaks in a word, after it has judged five strategies and five leaks.

    Parameters
    ----------
    finder : function of a strategy and a list of prices that returns True if the strategy looks ahead
        A strategy is a function of a list of prices that returns a list with one decision for each.

    Returns
    -------
    str or Ellipsis
        ``"finds them all"``, ``"accuses everybody"``, ``"accuses nobody"``, ``"accuses the innocent"``,
        ``"blind to tomorrow"``, ``"blind to the sample"``, ``"blind to a rare leak"`` or `UNUSABLE`. The
        ellipsis of an answer that is not there yet is returned as it is.
    """
    if finder is ...:
        return ...
    try:
        _refuse_what_is_no_function(finder, "finder", "strategy, prices")
        accused = [_accused(finder, strategy) for strategy in HONEST]
        found = {word: [_accused(finder, each) for each in leaks] for word, leaks in LEAKS.items()}
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    caught = [each for verdicts in found.values() for each in verdicts]
    print(f"{sum(caught)} of {len(caught)} leaks found, {sum(accused)} of {len(accused)} honest ones accused")
    if all(accused) and all(caught):
        return "accuses everybody"
    if not any(accused) and not any(caught):
        return "accuses nobody"
    if any(accused):
        return "accuses the innocent"
    return next((word for word, verdicts in found.items() if not all(verdicts)), "finds them all")


def _refuse_what_is_no_function(answer: Any, name: str, arguments: str) -> None:
    if not callable(answer) or isinstance(answer, type):
        raise Unusable(
            f"the {name} is of type {type(answer).__name__}: hand over the function itself, "
            f"`def {name}({arguments}): …`."
        )
    try:
        inspect.signature(answer).bind(*arguments.split(", "))
    except ValueError:  # some built-in functions do not tell
        return
    except TypeError:
        raise Unusable(
            f"your {name} takes {inspect.signature(answer)}, but it is called with ({arguments})."
        ) from None


def _answer_to(function: Callable[..., Any], name: str, *arguments: Any) -> Any:
    try:
        with silence():
            answer = function(*arguments)
    except (Exception, SystemExit) as problem:
        raise Unusable(f"your {name} failed: {type(problem).__name__}: {problem}") from None
    if answer is None:
        raise Unusable(f"your {name} returned None: is a `return` missing?")
    return answer


def _accused(finder: Callable[..., Any], strategy: Callable[[Closes], Any]) -> bool:
    def shown(prices: Closes) -> Any:
        return strategy(list(prices))

    answer = _answer_to(finder, "finder", shown, list(SEEN_CLOSES))
    if str(answer) not in ("True", "False"):
        raise Unusable(f"your finder returned {answer!r}: let it return True or False.")
    return bool(answer)


BOOK_ATTACKS: tuple[tuple[str, Closes, Closes, Closes, float], ...] = (
    ("linear", [100, 125], [1], [0], 0),
    ("wrong side", [100, 80], [-1], [0], 0),
    ("funding", [100, 100], [-1], [0.0002], 0),
    ("not resized", [100, 200, 160], [1, 1], [0, 0], 0),
    ("opening fee", [100, 100], [1], [0], 0.01),
    ("fee for holding", [100, 100, 100], [1, 1], [0, 0], 0.01),
    ("fee at another price", [100, 125], [1], [0], 0.01),
    ("half a fee", [100, 100, 100], [1, -1], [0, 0], 0.01),
    ("risen from the dead", [100, 40, 30, 60], [1, 1, -1], [0, 0, 0], 0),
    ("risen from the dead", [100, 40, 15, 30], [1, 1, 1], [0, 0, 0], 0),
    (
        "does not add up",
        [100, 104, 97, 99, 120, 118, 90, 95],
        [0.5, -1, -1, 2, 0, 1.5, -0.3],
        [1e-5, -2e-5, 3e-5, 1e-5, 0, -4e-5, 1e-5],
        0.00075,
    ),
)
"""What is attacked; then prices, exposures and funding of each step, and the fee rate."""


def account_book(book: Any) -> Any:
    """Return the verdict on a backtest of the learner's own in a word: what a sceptic could break in it.

    Parameters
    ----------
    book : function of prices, exposures, funding and fee rate that returns the coins at each price
        It starts with 1 BTC. Exposures and funding (BTC per USD that a long pays) are one for each step.

    Returns
    -------
    str or Ellipsis
        ``"stands"``, or what is wrong: ``"linear"``, ``"wrong side"``, ``"funding"``, ``"not resized"``,
        ``"no fee"``, ``"opening fee"``, ``"sized after the fee"``, ``"fee for holding"``,
        ``"fee at another price"``, ``"half a fee"``, ``"risen from the dead"``, ``"does not add up"``, or
        `UNUSABLE`. The ellipsis of an answer that is not there yet is returned as it is.
    """
    if book is ...:
        return ...
    try:
        _refuse_what_is_no_function(book, "book", "prices, exposures, funding, fee_rate")
        for word, prices, exposures, funding, fee in BOOK_ATTACKS:
            answer = _answer_to(book, "book", list(prices), list(exposures), list(funding), fee)
            theirs = _coins_at(answer, len(prices), word)
            path = backtest.Path(prices, [0, *funding])
            ours = backtest.run(path, exposures, fee_rate=fee).coins
            if any(abs(coins - right) > ROUNDING for coins, right in zip(theirs, ours, strict=True)):
                shown = ", ".join(f"{coins:.5g}" for coins in theirs)
                print(f"Prices {prices}, exposures {exposures}: your book has {shown} BTC.")
                return _told_apart(word, theirs)
    except Unusable as problem:
        print(problem)
        return UNUSABLE
    print(f"{len(BOOK_ATTACKS)} attacks, and the book stands.")
    return "stands"


def _told_apart(word: str, coins: Sequence[float]) -> str:
    """Return a word of its own for two books that an attack on the fee breaks in a way that shows why."""
    flat = abs(coins[-1] - coins[-2]) <= ROUNDING
    return (
        {"opening fee": "no fee", "fee for holding": "sized after the fee"}.get(word, word) if flat else word
    )


def _coins_at(answer: Any, count: int, word: str) -> list[float]:
    try:
        coins = [as_number(each) for each in answer]
    except (TypeError, Unusable) as problem:
        raise Unusable(f"your book returned {answer!r}, which is no list of coins: {problem}") from None
    if len(coins) != count:
        raise Unusable(
            f"your book returned {len(coins)} numbers for {count} prices: give one for each, 1.0 first."
        )
    return coins
