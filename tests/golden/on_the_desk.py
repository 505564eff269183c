"""Worked examples as a trader would type them into the desk, and where its pages have their figures.

The numbers stand in ``worked_examples.json`` with their sources. Here it is said which of an example's inputs
goes into which field, and what its source does not say: the day of the rule, and a fee that is not counted.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "worked_examples.json"
EXAMPLES = {each["id"]: each for each in json.loads(TABLE.read_text(encoding="utf-8"))}


@dataclass(frozen=True)
class Place:
    """Where a page has a figure: the head of its row, the cell behind that, and which of its numbers.

    Without a row it stands in the sentence at the top.
    """

    row: str
    cell: int = 0
    number: int = 0


@dataclass(frozen=True)
class Published:
    """An example on a page: its fields as formats of the example's inputs, and where its figures stand."""

    example: str
    page: str
    fields: Mapping[str, str]
    figures: Mapping[str, Place]
    of: str = field(default="")

    @property
    def known(self) -> dict[str, Any]:
        return EXAMPLES[self.example]

    @property
    def texts(self) -> dict[str, str]:
        """What is typed, by the names of the fields."""
        inputs = self.known["inputs"]
        inputs = inputs["positions"][self.of] if self.of else inputs
        return {name: text.format(**inputs, venue=self.known["venue"]) for name, text in self.fields.items()}

    def wanted(self) -> list[tuple[Place, float, float]]:
        """Each place with its published figure and the tolerance of that."""
        allowed = self.known["tolerance"]
        return [
            (place, self.known["expected"][name], allowed[name] if isinstance(allowed, dict) else allowed)
            for name, place in self.figures.items()
        ]


def is_met(text: str, place: Place, figure: float, tolerance: float) -> bool:
    """Return whether a page's text has a published figure; digits behind an ellipsis are not shown."""
    shown = re.findall(r"[−-]?\d[\d,]*(?:\.\d+)?…?", text)[place.number]
    digits = shown.rstrip("…").replace(",", "").replace("−", "-")
    unseen = 10.0 ** -len(digits.partition(".")[2]) if shown.endswith("…") else 0
    return abs(float(digits) - figure) <= tolerance + unseen + 1e-15 * abs(figure)


ROUNDED, UNROUNDED = 0, 1
VENUE = {"venue": "{venue}"}
POSITION = VENUE | {"notional": "{notional}", "entry_price": "{entry_price}", "leverage": "{leverage}"}
RATES = {"maintenance_margin_rate": "{maintenance_margin_rate}", "fee_rate": "{taker_fee_rate}"}
BY_VALUE = POSITION | RATES | {"entry_price": "{notional}/{entry_value}"}
FILL = {"fills": "buy {notional} at {entry_price}", "price": "{price}", "fee_rate": "0"}
CLASSIC = {"as_of": "2022-05-09"}
PRICES = {
    "liquidation_price": Place("Liquidation price", ROUNDED),
    "bankruptcy_price": Place("Bankruptcy price", ROUNDED),
}
BITMEX = VENUE | {"as_of": "{as_of}", "notional": "{contracts}", "leverage": "1/{initial_margin_rate}"}
BITMEX_POSITION = BITMEX | RATES | {"side": "{side}", "entry_price": "{entry_price}"}
BITMEX_ORDER = BITMEX | {"entry_price": "{price}", "fee_rate": "{taker_fee_rate}"}
TO_COST = POSITION | {"notional": "1", "entry_price": "1", "fee_rate": "{taker_fee_rate}"}
TIED_UP = Place("All that the order ties up")
WON = {"profit_and_loss": Place("Unrealised")}

PUBLISHED = (
    Published(
        "bybit-cross-liq",
        "liquidation",
        VENUE
        | RATES
        | CLASSIC
        | {"notional": "{notional}", "entry_price": "{entry_price}", "margin": "{wallet_balance}"},
        {
            "liquidation_price": Place("Liquidation price", ROUNDED),
            "bankruptcy_price": Place("Bankruptcy price", UNROUNDED),
        },
    ),
    Published("bybit-legacy-400-2x", "liquidation", BY_VALUE | CLASSIC, PRICES),
    Published("bybit-legacy-fut-200k-10x", "liquidation", BY_VALUE | CLASSIC, PRICES),
    Published(
        "bybit-legacy-short-20x",
        "liquidation",
        POSITION | RATES | CLASSIC | {"side": "{side}"},
        {"bankruptcy_price": Place("Bankruptcy price", ROUNDED)},
    ),
    Published("bitmex-rest-2018-short500", "liquidation", BITMEX_POSITION, PRICES),
    Published("bitmex-ws-2022-long300-10x", "liquidation", BITMEX_POSITION, PRICES),
    Published(
        "kraken-epp-mark",
        "liquidation",
        VENUE
        | {
            "notional": "{notional}",
            "entry_price": "{entry_price}",
            "margin": "{margin}",
            "maintenance_margin_rate": "{maintenance_margin_rate}",
            "fee_rate": "0",
        },
        {
            "liquidation_price": Place("Liquidation price", UNROUNDED),
            "bankruptcy_price": Place("Bankruptcy price", UNROUNDED),
        },
    ),
    Published(
        "htx-theta-account",
        "liquidation",
        VENUE
        | {
            "notional": "{notional}",
            "entry_price": "{average_hold_price}",
            "margin": "{static_balance}",
            "maintenance_margin_rate": "{adjustment_factor}/{leverage}",
            "fee_rate": "0",
        },
        {"liquidation_price": Place("Liquidation price", UNROUNDED)},
    ),
    Published("kucoin-im", "liquidation", POSITION, {"initial_margin": Place("Initial margin", UNROUNDED)}),
    Published("htx-help-lots", "order_cost", POSITION, {"btc": Place("Initial margin")}, of="btc"),
    Published(
        "bybit-order-cost",
        "order_cost",
        POSITION | {"fee_rate": "{fee_rate}"},
        {
            "initial_margin": Place("Initial margin"),
            "opening_fee": Place("Fee for opening"),
            "closing_fee": Place("Fee for closing"),
            "order_cost": TIED_UP,
        },
    ),
    Published("phemex-v2c", "order_cost", TO_COST | {"side": "1"}, {"buy": TIED_UP}),
    Published("phemex-v2c", "order_cost", TO_COST | {"side": "-1"}, {"sell": TIED_UP}),
    Published("bitmex-order-cost-100x", "order_cost", BITMEX_ORDER, {"satoshis": Place("", number=-1)}),
    Published("bitmex-order-2018-sell760-1x", "order_cost", BITMEX_ORDER, {"satoshis": Place("", number=-1)}),
    Published("okex-decompose-long1", "profit", VENUE | FILL, WON | {"dollars": Place("Unrealised", cell=1)}),
    Published("okx-xrp-4", "profit", VENUE | FILL, WON),
    Published("binance-enpatika", "profit", VENUE | FILL, WON),
    Published("kucoin-pnl2", "profit", VENUE | FILL, WON),
    Published(
        "phemex-fill-4-8677",
        "profit",
        VENUE | {"fills": "buy {notional} at {price}", "price": "{price}", "fee_rate": "{fee_rate}"},
        {"value_satoshi": Place("1: buy", cell=4), "fee_satoshi": Place("1: buy", cell=4, number=1)},
    ),
    Published(
        "kucoin-funding",
        "funding",
        {
            "side": "{side}",
            "notional": "{notional}",
            "mark_price": "{price}",
            "funding_rate": "{funding_rate}",
        },
        {"paid": Place("Paid at the next funding")},
    ),
)
