"""How the nine venues reckon margin: one table of dated rows.

A row is plain data. It says in which of a few ways the venue reckons: at which price it takes a coin value,
where the fee for closing stands, what it rounds and which way. `questions` reads the rows and calls the
course's formulas. What no copy states is `None`, and what only samples show is named as inferred.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ..margin import Base
from . import specifications as facts
from .arithmetic import in_force
from .bitmex import FIRST_LOTS, LAST_TICK

__all__ = ["MARGIN_RULES", "MarginRule", "Rounding", "margin_rule"]

Direction = Literal["up", "down", "nearest", "against the trader", "none"]


@dataclass(frozen=True)
class Rounding:
    """How a venue rounds an amount of coin.

    Parameters
    ----------
    direction : ``"up"``, ``"down"``, ``"nearest"``, ``"against the trader"``, or ``"none"`` for not at all
    step : satoshi
    each_contract : bool
        Whether one contract's amount is rounded and then multiplied. The product goes to the nearest satoshi.
    """

    direction: Direction
    step: Decimal = Decimal(1)
    each_contract: bool = False


NOT_ROUNDED = Rounding("none")


@dataclass(frozen=True)
class MarginRule:
    """How a venue reckons margin, in one period.

    Parameters
    ----------
    venue, contract : str
    initial_margin_price : ``"entry"``, ``"mark"`` or ``"last"``
        The price whose coin value the initial margin of an isolated position is a fraction of.
    maintenance_margin_base : ``"entry"`` or ``"mark"``
        The price whose coin value the maintenance margin is a fraction of.
    fee_reserve : where the fee for closing is counted
        ``"bankruptcy price"``: put aside, on the value at the bankruptcy price. ``"entry value and margin"``:
        put aside, on these two, which for a long is the same. ``"mark price"``: not put aside, but part of
        what a position needs. ``"none"``: not counted.
    reserve_stands : ``"beside"`` or ``"inside"``
        Whether by leverage the reserve stands beside the initial margin, or is a part of it; `None` without a
        reserve. A margin that is given in coins has to carry the reserve at every venue.
    extra_margin_carries_reserve : bool
        Whether margin that is added also pays for its own growth of the reserve.
    maintenance_holds_reserve, maintenance_holds_funding : bool
        Whether the maintenance margin has the reserve in it, or the fee at the mark price, and the next
        funding where it would be paid.
    short_at_1x_keeps_nothing : bool
        Whether an isolated short at a leverage of 1 has neither reserve nor maintenance margin.
    price_for_a_position : bool
        Whether there is such a thing as the liquidation price of one position.
    tick : USD per coin; None if no copy states it
    entry_value_rounding, initial_margin_rounding, reserve_rounding, maintenance_margin_rounding,
    value_at_price_rounding : Rounding
        `None` if no copy shows it. The last is for the value that a bankruptcy or liquidation price is taken
        from.
    price_rounding : ``"against the trader"`` to the tick, ``"none"``, or None if no copy shows it
    prices_from_rounded_margins, reserve_at_rounded_price : bool
        Whether the rounded amounts make the prices, or the exact ones; and whether the reserve is taken at
        the bankruptcy price as it is shown.
    since, until : date or datetime (UTC)
        When the rule is known to have held, as for `arithmetic.in_force`. None where the copies have no date.
    source, as_of : the address of the copy, and its date
    inferred : names of the fields that no source states in words: samples, or a mirror image, give them
    note : what the row leaves out
    """

    venue: str
    contract: str
    initial_margin_price: Literal["entry", "mark", "last"]
    maintenance_margin_base: Base
    source: str
    fee_reserve: Literal["bankruptcy price", "entry value and margin", "mark price", "none"] = "none"
    reserve_stands: Literal["beside", "inside"] | None = None
    extra_margin_carries_reserve: bool = False
    maintenance_holds_reserve: bool = False
    maintenance_holds_funding: bool = False
    short_at_1x_keeps_nothing: bool = False
    price_for_a_position: bool = True
    tick: Decimal | None = None
    entry_value_rounding: Rounding | None = None
    initial_margin_rounding: Rounding | None = None
    reserve_rounding: Rounding | None = None
    maintenance_margin_rounding: Rounding | None = None
    value_at_price_rounding: Rounding | None = None
    price_rounding: Literal["against the trader", "none"] | None = None
    prices_from_rounded_margins: bool = True
    reserve_at_rounded_price: bool = False
    since: date | None = None
    until: date | None = None
    as_of: str = facts.UNDATED
    inferred: tuple[str, ...] = ()
    note: str = ""


UP = Rounding("up")


def _bitmex(step: str, tick: Any, since: date, until: date, source: str, as_of: str, note: str) -> MarginRule:
    return MarginRule(
        "BitMEX",
        "XBTUSD",
        "entry",
        facts.BITMEX.maintenance_margin_base.value,
        source,
        fee_reserve="entry value and margin",
        reserve_stands="beside",
        maintenance_holds_reserve=True,
        maintenance_holds_funding=True,
        short_at_1x_keeps_nothing=True,
        tick=tick,
        entry_value_rounding=Rounding("nearest", Decimal(step), each_contract=True),
        initial_margin_rounding=UP,
        reserve_rounding=UP,
        maintenance_margin_rounding=UP,
        value_at_price_rounding=Rounding("against the trader", Decimal(step), each_contract=True),
        price_rounding="against the trader",
        since=since,
        until=until,
        as_of=as_of,
        inferred=("fee_reserve", "short_at_1x_keeps_nothing", "reserve_rounding", "value_at_price_rounding"),
        note=note,
    )


_BYBIT: dict[str, Any] = {
    "fee_reserve": "bankruptcy price",
    "reserve_stands": "beside",
    "extra_margin_carries_reserve": True,
}

MARGIN_RULES: tuple[MarginRule, ...] = (
    _bitmex(
        "1",
        Decimal("0.5"),
        date(2017, 11, 10),
        FIRST_LOTS,
        facts.BITMEX_2020,
        "live messages of 2017 to 2021",
        "messages of July 2018 and January 2019 show the short at 1x",
    ),
    _bitmex(
        "0.01",
        Decimal("0.5"),
        FIRST_LOTS,
        LAST_TICK,
        facts.BITMEX_2023,
        "live messages of 2021 to 2023",
        "no message of this time shows a short at 1x; the rule before is taken to hold",
    ),
    _bitmex(
        "0.01",
        facts.BITMEX.tick.value,
        LAST_TICK,
        date.max,
        facts.BITMEX_API,
        "2024-11",
        "the tick is the only change; no message of this time shows a short at 1x",
    ),
    MarginRule(
        "Deribit",
        "BTC-PERPETUAL and the BTC futures",
        "mark",
        "mark",
        facts.DERIBIT_MARGIN,
        price_for_a_position=False,
        tick=facts.DERIBIT.tick.value,
        inferred=("initial_margin_price", "maintenance_margin_base"),
        note=(
            "the rates rise with the size in coin (risk_limits), which answers give at the mark price; "
            "liquidation is of the account, in steps, until its maintenance margin is met"
        ),
    ),
    MarginRule(
        "Bybit",
        "BTCUSD inverse, classic account",
        "entry",
        facts.BYBIT.maintenance_margin_base.earlier[0].value,
        facts.BYBIT_LEGACY,
        **_BYBIT,
        tick=facts.BYBIT.tick.value,
        entry_value_rounding=NOT_ROUNDED,
        initial_margin_rounding=UP,
        reserve_rounding=UP,
        value_at_price_rounding=NOT_ROUNDED,
        price_rounding="against the trader",
        prices_from_rounded_margins=False,
        reserve_at_rounded_price=True,
        since=date(2018, 1, 1),
        until=date(2025, 9, 1),
        as_of="samples of 2020 to 2022, and a page that says until when",
        inferred=("initial_margin_rounding", "reserve_rounding", "price_rounding"),
        note="in cross margin the wallet is the margin; the bankruptcy price of a help page is not rounded",
    ),
    MarginRule(
        "Bybit",
        "BTCUSD inverse",
        "entry",
        facts.BYBIT.maintenance_margin_base.value,
        facts.BYBIT_CHANGE,
        **_BYBIT,
        tick=facts.BYBIT.tick.value,
        since=date(2025, 9, 2),
        until=date.max,
        as_of="2025-09-18",
        note="isolated; in cross margin the initial margin is at the mark price",
    ),
    MarginRule(
        "Binance COIN-M",
        "BTCUSD_PERP and the BTCUSD futures",
        "mark",
        facts.BINANCE.maintenance_margin_base.value,
        facts.BINANCE_FAQ,
        tick=facts.BINANCE.tick.value,
        initial_margin_rounding=Rounding("down"),
        inferred=("initial_margin_rounding",),
        note="one sample shows that the initial margin is cut to 8 decimals",
    ),
    MarginRule(
        "OKX",
        "BTC-USD-SWAP and the BTC-USD futures",
        "entry",
        facts.OKX.maintenance_margin_base.value,
        facts.OKX_DOCS,
        fee_reserve="mark price",
        tick=facts.OKX.tick.value,
        inferred=("fee_reserve",),
        note=(
            "isolated; in cross mode the initial margin is at the mark price. That the fee stands beside the "
            "maintenance rate is documented for a long; for a short it is the mirror image"
        ),
    ),
    MarginRule(
        "Kraken Futures",
        "PI_XBTUSD and FI_XBTUSD",
        "mark",
        facts.KRAKEN.maintenance_margin_base.value,
        facts.KRAKEN_PROTECTION,
        tick=facts.KRAKEN.tick.value,
        inferred=("initial_margin_price", "maintenance_margin_base"),
        note=(
            "the rates are those of the slices that the dollars lie in (risk_limits). Pages say at the entry "
            "price, an account's answers and the page's example have the mark price"
        ),
    ),
    MarginRule(
        "HTX",
        "BTC-USD coin-margined",
        "last",
        facts.HTX.maintenance_margin_base.value,
        facts.HTX_DOCS,
        tick=facts.HTX.tick.value,
        entry_value_rounding=NOT_ROUNDED,
        initial_margin_rounding=NOT_ROUNDED,
        reserve_rounding=NOT_ROUNDED,
        maintenance_margin_rounding=NOT_ROUNDED,
        value_at_price_rounding=NOT_ROUNDED,
        price_rounding="none",
        inferred=("maintenance_margin_base", "fee_reserve"),
        note=(
            "its mark here is the last price, and its maintenance rate the adjustment factor over the "
            "leverage. The margin is the account's balance, the entry price the hold price (cost_hold)"
        ),
    ),
    MarginRule(
        "KuCoin",
        "XBTUSDM",
        "entry",
        facts.KUCOIN.maintenance_margin_base.earlier[0].value,
        facts.KUCOIN_CHANGE,
        fee_reserve="entry value and margin",
        reserve_stands="beside",
        maintenance_holds_reserve=True,
        maintenance_holds_funding=True,
        entry_value_rounding=UP,
        initial_margin_rounding=UP,
        maintenance_margin_rounding=UP,
        value_at_price_rounding=NOT_ROUNDED,
        price_rounding="none",
        since=date(2025, 5, 20),
        until=datetime(2025, 5, 22, 3),
        as_of="2025-05-20",
        inferred=("entry_value_rounding", "initial_margin_rounding", "maintenance_margin_rounding"),
        note=(
            "isolated; how amounts are rounded is from a sample of 2019, whose reserve of 392 satoshi fits "
            "no rule that was found"
        ),
    ),
    MarginRule(
        "KuCoin",
        "XBTUSDM",
        "entry",
        facts.KUCOIN.maintenance_margin_base.value,
        facts.KUCOIN_CHANGE,
        fee_reserve="mark price",
        maintenance_holds_reserve=True,
        since=datetime(2025, 5, 22, 4),
        until=date.max,
        as_of="2025-05-20",
        note=(
            "isolated; the fee rate is that of the liquidation fee. Until a contract's funding is settled "
            "the new way, the estimate of the next one is part of the maintenance margin as well"
        ),
    ),
    MarginRule(
        "Phemex",
        "BTCUSD",
        "entry",
        facts.PHEMEX.maintenance_margin_base.value,
        facts.PHEMEX_DOCS,
        fee_reserve="bankruptcy price",
        reserve_stands="beside",
        extra_margin_carries_reserve=True,
        tick=facts.PHEMEX.tick.value,
        entry_value_rounding=Rounding("down"),
        initial_margin_rounding=UP,
        reserve_rounding=UP,
        maintenance_margin_rounding=NOT_ROUNDED,
        value_at_price_rounding=NOT_ROUNDED,
        price_rounding="against the trader",
        inferred=(
            "maintenance_margin_base",
            "extra_margin_carries_reserve",
            "reserve_rounding",
            "maintenance_margin_rounding",
            "price_rounding",
        ),
        note="no message has the maintenance margin itself; the samples' liquidation prices are met without "
        "rounding it",
    ),
)


def margin_rule(venue: str, as_of: date | str | None = None) -> MarginRule:
    """Return how a venue reckoned margin on a day, or the newest way that is known.

    Parameters
    ----------
    venue : str
        The venue of one of `MARGIN_RULES`.
    as_of : date, datetime, or str such as ``2018-08-27`` or ``2018-08-27T08:15:00Z``, optional

    Raises
    ------
    ValueError
        If there is no such venue, nothing is known of that day, or the venue's copies have no date.
    """
    known = [each for each in MARGIN_RULES if each.venue == venue]
    if not known:
        names = ", ".join(dict.fromkeys(each.venue for each in MARGIN_RULES))
        raise ValueError(f"venue is {venue!r}, but its domain is {names}")
    if as_of is None:
        return known[-1]
    dated = [(each.since, each.until, each) for each in known if each.since and each.until]
    if not dated:
        raise ValueError(
            f"as_of is {as_of}, but what is known of {venue}'s margin has no date ({known[-1].as_of}): leave "
            "as_of out to take it all the same"
        )
    found: MarginRule = in_force(f"the way in which {venue} reckons margin", dated, as_of)
    return found
