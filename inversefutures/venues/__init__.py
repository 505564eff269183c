"""The venues: what their contracts are, and how each of them rounds.

`specifications` holds the dated facts and prints the tables. The other modules hold one venue's rules each,
for example ``venues.bitmex.position_payload``. A rule calls the course's formulas with exact fractions and
rounds where the venue rounds.
"""

from . import bilateral, binance, bitmex, bybit, deribit, funding, htx, kraken, kucoin, okx, phemex
from .risk_limits import RISK_LIMITS, RiskLimits, risk_limit_rows, risk_limits_of
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
    "RISK_LIMITS",
    "SPECIFICATIONS",
    "Fact",
    "RiskLimits",
    "Specification",
    "bilateral",
    "binance",
    "bitmex",
    "bybit",
    "deribit",
    "disagreements",
    "funding",
    "htx",
    "kraken",
    "kucoin",
    "markdown_table",
    "okx",
    "phemex",
    "risk_limit_rows",
    "risk_limits_of",
    "specification",
    "specification_table",
]
