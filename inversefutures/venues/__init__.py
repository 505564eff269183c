"""The venues: what their contracts are, and how each of them rounds.

`specifications` holds the dated facts and prints the tables. The other modules hold one venue's rules each,
for example ``venues.bitmex.position_payload``. A rule calls the course's formulas with exact fractions and
rounds where the venue rounds.
"""

from . import bilateral, binance, bitmex, bybit, deribit, htx, kraken, kucoin, okx, phemex
from .specifications import (
    SPECIFICATIONS,
    Fact,
    Specification,
    disagreements,
    markdown_table,
    specification,
    specification_table,
)

__all__ = [
    "SPECIFICATIONS",
    "Fact",
    "Specification",
    "bilateral",
    "binance",
    "bitmex",
    "bybit",
    "deribit",
    "disagreements",
    "htx",
    "kraken",
    "kucoin",
    "markdown_table",
    "okx",
    "phemex",
    "specification",
    "specification_table",
]
