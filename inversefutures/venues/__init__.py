"""The venues: what their contracts are, and how each of them rounds.

`specifications` holds the dated facts and prints the tables. `questions` puts one position to all venues:
``venues.liquidation_price("Bybit", as_of="2025-10-01", …)``. The other modules hold one venue's rules each,
for example ``venues.bitmex.position_payload``. A rule calls the course's formulas with exact fractions and
rounds where the venue rounds.
"""

from . import bilateral, binance, bitmex, bybit, deribit, htx, kraken, kucoin, okx, phemex
from .funding_rules import FUNDING_RULES, FundingRule, funding_rule, funding_rules_of, funding_table
from .margin_rules import MARGIN_RULES, MarginRule, margin_rule
from .margin_schedules import RISK_LIMITS, RiskLimits, known_risk_limits, risk_limit_rows, risk_limits_of
from .questions import bankruptcy_price, initial_margin, liquidation_price, maintenance_margin
from .specifications import (
    SPECIFICATIONS,
    Fact,
    Specification,
    disagreement_matrix,
    markdown_table,
    specification,
    specification_table,
)

__all__ = [
    "FUNDING_RULES",
    "MARGIN_RULES",
    "RISK_LIMITS",
    "SPECIFICATIONS",
    "Fact",
    "FundingRule",
    "MarginRule",
    "RiskLimits",
    "Specification",
    "bankruptcy_price",
    "bilateral",
    "binance",
    "bitmex",
    "bybit",
    "deribit",
    "disagreement_matrix",
    "funding_rule",
    "funding_rules_of",
    "funding_table",
    "htx",
    "initial_margin",
    "known_risk_limits",
    "kraken",
    "kucoin",
    "liquidation_price",
    "maintenance_margin",
    "margin_rule",
    "markdown_table",
    "okx",
    "phemex",
    "risk_limit_rows",
    "risk_limits_of",
    "specification",
    "specification_table",
]
