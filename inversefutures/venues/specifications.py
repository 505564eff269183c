"""What nine venues say their inverse contracts are: dated facts, each with its source.

A rule of a venue holds for a time. So nothing here is stated without the copy it was read in and that copy's
date; a rule that changed keeps its earlier versions; and what no source says has the value `None` and a note.
What a source does not state but its figures show is marked as inferred. The tables of the book are printed
from here. Numbers are `int` or `Decimal`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from string import ascii_lowercase
from typing import Any

from ..typesetting import Table, table

__all__ = [
    "SPECIFICATIONS",
    "Fact",
    "Specification",
    "disagreement_matrix",
    "markdown_table",
    "specification",
    "specification_table",
]

UNDATED = "undated copy, read 2026-11"


@dataclass(frozen=True)
class Fact:
    """One fact about a venue's contract.

    Parameters
    ----------
    value : object
        The fact: a number, or a few words. `None` if no source says it.
    source : str
        Address of the page, file or answer it was read in; empty for an unknown.
    as_of : str
        Date of that copy, or that it has none.
    note : str
        What the value leaves out, or why it is unknown.
    earlier : tuple of Fact
        What held before, oldest first.
    inferred : bool
        Whether the source does not state it in words: its messages, samples or formulas show it.
    """

    value: Any
    source: str
    as_of: str = UNDATED
    note: str = ""
    earlier: tuple["Fact", ...] = ()
    inferred: bool = False

    @property
    def is_known(self) -> bool:
        """Whether a source says it."""
        return self.value is not None

    @property
    def answer(self) -> str:
        """The value in words."""
        if not self.is_known:
            return "unknown"
        if isinstance(self.value, Mapping):
            return ", ".join(f"{key} {value}" for key, value in self.value.items())
        return str(self.value)

    @property
    def in_words(self) -> str:
        """The value as a table shows it, with a mark if it is inferred."""
        return f"{self.answer} (inferred)" if self.inferred else self.answer


def _unknown(note: str) -> Fact:
    return Fact(None, "", "", note)


def _fees(maker: str, taker: str) -> dict[str, str]:
    return {
        name: f"{(Decimal(rate) * 100).normalize():f} %"
        for name, rate in {"maker": maker, "taker": taker}.items()
    }


@dataclass(frozen=True)
class Specification:
    """A venue's inverse contract on bitcoin.

    Every field but the first two is a `Fact`; the comments say what is asked.
    """

    venue: str
    contract: str
    contract_size: Fact  # USD per contract
    tick: Fact  # USD per BTC
    lot: Fact  # contracts in the smallest order
    settlement_coin: Fact
    settlement_price: Fact  # what a dated contract, or a daily settlement, is paid at
    initial_margin_price: Fact  # the price that the initial or position margin is taken at
    maintenance_margin_base: Fact  # "entry" or "mark"
    closing_fee_reserve: Fact  # is the fee for closing at the bankruptcy price kept aside?
    maintenance_includes_funding: Fact
    average_entry: Fact  # does the entry price survive a settlement?
    leftover_margin: Fact  # who keeps what is left after a liquidation?
    empty_fund: Fact  # who pays when a liquidation costs more than its margin and the fund is empty?
    contract_value_rounding: Fact
    funding_period: Fact
    funding_rule: Fact
    fees: Fact

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts under their names."""
        return {f.name: value for f in fields(self) if isinstance(value := getattr(self, f.name), Fact)}


BITMEX_GUIDE = "https://www.bitmex.com/app/inversePerpetualsGuide"
BITMEX_FUTURES_GUIDE = "https://bitmex.com/app/inverseFuturesGuide"
BITMEX_EXAMPLES = "https://www.bitmex.com/app/perpetualContractsGuideExamples"
BITMEX_API = "https://www.bitmex.com/api/v1/instrument?symbol=XBTUSD"
BITMEX_2020 = "https://github.com/ccxt/ccxt/issues/7337"
BITMEX_2021 = "https://github.com/mmitkevich/roq-rencap/issues/48"
BITMEX_2023 = "https://github.com/ccxt/ccxt/pull/20268"
BITMEX_LOT = (
    "https://blog.bitmex.com/site_announcement/"
    "important-lot-size-change-on-xbtusd-swap-and-futures-moving-to-100-lot-size-effective-8-june/"
)
BITMEX_LOT_DETAILS = "https://cryptomak.co.uk/?p=249763"
BITMEX_TICK_2017 = (
    "https://www.cryptoninjas.net/2017/03/17/"
    "bitmex-improves-bitcoinusd-index-and-increases-trading-tick-size/?amp=1"
)
BITMEX_TICK_2024 = (
    "https://news.mkncrypto.com/bitmex-announces-changes-to-minimum-price-increments-for-xbtusd-and-ethusd"
)
BITMEX_DELEVERAGING = "https://support.bitmex.com/hc/en-gb/articles/18589621443357-What-is-Auto-Deleveraging"
BITMEX_REALISATION = "https://blog.bitmex.com/pnl-realisation-cross-margining/"
DERIBIT_EXAMPLE = "https://www.deribit.com/docs/example-futures/"
DERIBIT_MARGIN = "https://support.deribit.com/hc/en-us/articles/25944756807069"
DERIBIT_FUNDING = "https://support.deribit.com/hc/en-us/articles/31424939178397"
DERIBIT_POSITION = "https://github.com/ccxt/ccxt/issues/26913"
DERIBIT_FUND = "https://support.deribit.com/hc/en-us/articles/25944777576477"
DERIBIT_PRICES = "https://support.deribit.com/hc/en-us/articles/25954416110877"
DERIBIT_EXPIRATION = "https://www.deribit.com/docs/expiration-price/"
BYBIT_HELP = "https://help.bybit.com/hc/en-us/sections/900000040766-Bybit-Perpetual-Contract-Inverse-"
BYBIT_PROFIT = "https://help.bybit.com/hc/en-us/articles/900000404726-P-L-calculations-Inverse-Contracts-"
BYBIT_LIQUIDATION = "https://help.bybit.com/hc/en-us/articles/360039261334"
BYBIT_CHANGE = (
    "https://testnet.bytick.com/en/help-center/article/"
    "Understanding-the-Adjustment-and-Impact-of-the-New-Margin-Calculation"
)
BYBIT_DELEVERAGING = (
    "https://testnet.bytick.com/kk-KZ/help-center/article/Auto-Deleveraging-ADL?category=cd60af6303161fd598"
)
BYBIT_ISOLATED = (
    "https://testnet.bybit.com/ar-SA/help-center/article/"
    "Liquidation-Price-Calculation-under-Isolated-Mode-Unified-Trading-Account"
)
BYBIT_LEGACY = (
    "https://github.com/bybit-exchange/docs-legacy/blob/292e50b/source/includes/futuresV2/"
    "inverse_perpetual/_account_data.md"
)
BINANCE_FAQ = "https://www.binance.com/en/support/faq/be2c7d9d95b04a7e8044ed02dd7dfe5c"
OKX_DOCS = "https://www.okx.com/docs-v5/"
OKX_FUNDING = "https://www.okx.com/help/360053909272"
OKX_DELEVERAGING = "https://www.okx.com/help/iv-introduction-to-auto-deleveraging-adl"
OKX_SETTLEMENT = "https://www.okx.com/help/introduction-to-settlement-mechanism"
KRAKEN_CONTRACT = "https://support.kraken.com/hc/en-us/articles/360022835911"
KRAKEN_PROTECTION = "https://support.kraken.com/hc/en-us/articles/360022835671"
KRAKEN_FUNDING_BEFORE = (
    "https://support.kraken.com/hc/en-us/articles/"
    "9618146737172-Perpetual-Contracts-Funding-Rate-Method-Prior-to-September-29-2022"
)
KRAKEN_ACCOUNT = "https://github.com/CryptoFacilities/REST-v3-Python/blob/ee89b9b/README.md"
HTX_DOCS = "https://github.com/huobiapi/docs/blob/6014cb4/source/index.html.md"
KUCOIN_HELP = "https://www.kucoin.com/support/26693238981785"
KUCOIN_DATE = "copy of 2025-12-30"
KUCOIN_API = "https://docs.kumex.com/#get-position-list"
KUCOIN_CHANGE = "https://www.kucoin.com/announcement/update-to-the-isolated-margin-calculation-formula"
KUCOIN_FUNDING_CHANGE = (
    "https://www.kucoin.com/fil/announcement/"
    "en-kucoin-s-supplemental-notice-on-the-optimization-of-the-isolated-margin-calculation-formula"
)
PHEMEX_DOCS = "https://github.com/phemex/phemex-api-docs/blob/2f54a92/Public-Contract-API-en.md"

NOT_STATED = _unknown("no copy that was read states it")

BITMEX = Specification(
    venue="BitMEX",
    contract="XBTUSD and the XBT futures",
    contract_size=Fact(1, BITMEX_GUIDE),
    tick=Fact(
        Decimal("0.1"),
        BITMEX_TICK_2024,
        "since 2024-07-31",
        note="from 04:00 UTC; for 2026-06-23 the venue announced new steps and lots for several contracts, "
        "and whether XBTUSD is one of them was not read",
        earlier=(
            Fact(Decimal("0.01"), BITMEX_TICK_2017, "until 2017-03-31", note="12:00 UTC"),
            Fact(
                Decimal("0.1"),
                BITMEX_TICK_2017,
                "from 2017-03-31",
                note="announced on 2017-03-17; the day on which it became 0.5 is not known",
            ),
            Fact(
                Decimal("0.5"),
                BITMEX_2020,
                "2017-11-10 to 2024-07-31",
                note="the first day is that of the earliest record that was read",
            ),
        ),
    ),
    lot=Fact(
        100,
        BITMEX_LOT,
        "since 2021-06-08",
        note="from 04:30 UTC; on the test network since 2021-05-31",
        earlier=(Fact(1, BITMEX_LOT, "until 2021-06-08"),),
    ),
    settlement_coin=Fact("XBT", BITMEX_GUIDE),
    settlement_price=Fact("30-minute average of the index", BITMEX_FUTURES_GUIDE, note=".BXBT30M, a TWAP"),
    initial_margin_price=Fact(
        "entry price", BITMEX_2021, "2021-06-24", note="live messages are met with it", inferred=True
    ),
    maintenance_margin_base=Fact(
        "entry", BITMEX_2021, "2021-06-24", note="live messages are met with it", inferred=True
    ),
    closing_fee_reserve=Fact(
        "yes",
        BITMEX_2021,
        "2021-06-24",
        note="taker fee on cost plus margin, in live messages; a 1x isolated short keeps none",
        inferred=True,
    ),
    maintenance_includes_funding=Fact(
        "yes", BITMEX_GUIDE, note="the next funding rate is added where the position would pay it"
    ),
    average_entry=Fact(
        "stays",
        BITMEX_REALISATION,
        "since 2023-04-11",
        note="avgCostPrice is the entry price that is shown, and stays. In cross margin, since 2023-04-11 "
        "04:00 UTC, profit is realised at the mark every ten minutes, and avgEntryPrice moves to the mark "
        "with it",
        earlier=(
            Fact(
                "stays",
                BITMEX_2020,
                "until 2023-04-11",
                note="in messages of 2017 to 2022 the two are one price; a message of 2023-02-28, of the "
                "test network by its account number, has two",
                inferred=True,
            ),
        ),
    ),
    leftover_margin=Fact("insurance fund", BITMEX_GUIDE),
    empty_fund=Fact("traders of the other side, by rank", BITMEX_DELEVERAGING, note="auto-deleveraging"),
    contract_value_rounding=Fact(
        "0.01 satoshi a contract, to the nearest",
        BITMEX_2023,
        "2021-06-08 to 2023-12-07",
        note="from the change of the lot on, in live messages",
        inferred=True,
        earlier=(
            Fact(
                "1 satoshi a contract, to the nearest",
                BITMEX_LOT_DETAILS,
                "until 2021-06-08",
                note="met in live messages since 2017-11-10",
            ),
        ),
    ),
    funding_period=Fact("8 h", BITMEX_EXAMPLES, note="04:00, 12:00 and 20:00 UTC"),
    funding_rule=Fact(
        "time average of the premium over 8 h, plus interest less premium clamped to ±0.05 %",
        BITMEX_EXAMPLES,
        note="capped at 75 % of initial less maintenance margin rate, in an old guide",
    ),
    fees=Fact(
        _fees("0.0005", "0.0005"),
        BITMEX_API,
        "2024-11",
        note="cut to whole satoshis, rebates too",
        earlier=(Fact(_fees("-0.00025", "0.00075"), BITMEX_2020, "2020-07-24", note="until about 2021"),),
    ),
)

DERIBIT = Specification(
    venue="Deribit",
    contract="BTC-PERPETUAL and the BTC futures",
    contract_size=Fact(10, DERIBIT_EXAMPLE),
    tick=Fact(Decimal("0.5"), DERIBIT_EXAMPLE),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", DERIBIT_EXAMPLE),
    settlement_price=Fact(
        "30-minute average of the index",
        DERIBIT_PRICES,
        note="before 08:00 UTC; an index every 4 seconds, so 450 readings",
        earlier=(
            Fact(
                "30-minute average of the index",
                DERIBIT_EXPIRATION,
                UNDATED,
                note="an index every 6 seconds, so 300 readings",
            ),
        ),
    ),
    initial_margin_price=Fact(
        "mark price",
        DERIBIT_POSITION,
        "2025-09-26",
        note="the schedule goes by size in coin; a live position has that at the mark",
        inferred=True,
    ),
    maintenance_margin_base=Fact(
        "mark",
        DERIBIT_POSITION,
        "2025-09-26",
        note="the schedule goes by size in coin; a live position has that at the mark",
        inferred=True,
    ),
    closing_fee_reserve=NOT_STATED,
    maintenance_includes_funding=NOT_STATED,
    average_entry=Fact(
        "stays, with a second one reset",
        DERIBIT_POSITION,
        "2025-09-26",
        note="average_price keeps the price of the trades; session profit (floating_profit_loss) counts from "
        "settlement_price, set daily at 08:00 UTC. A live position of 2025-09-26 shows both",
    ),
    leftover_margin=Fact(
        "trader",
        DERIBIT_FUND,
        note="liquidation is by small steps and stops when maintenance is met again; the fund gets an extra "
        "fee",
        inferred=True,
    ),
    empty_fund=Fact(
        "all winners of the day", DERIBIT_FUND, note="socialised loss; by the page it has not happened yet"
    ),
    contract_value_rounding=NOT_STATED,
    funding_period=Fact("continuous", DERIBIT_FUNDING, note="expressed per 8 h"),
    funding_rule=Fact(
        "premium beyond a dead band of ±0.025 %, capped at ±0.5 %",
        DERIBIT_FUNDING,
        earlier=(
            Fact(
                "premium beyond a dead band of ±0.05 %, capped at ±0.5 %",
                "https://docs.deribit.com",
                "live tickers of 2020 to 2025",
                note="0.025 % does not fit these tickers",
            ),
        ),
    ),
    fees=Fact({"taker": "0.05 %"}, DERIBIT_EXAMPLE, note="the example's rate; no maker rate is stated"),
)

BYBIT = Specification(
    venue="Bybit",
    contract="BTCUSD inverse",
    contract_size=Fact(1, BYBIT_HELP),
    tick=Fact(Decimal("0.5"), BYBIT_LEGACY, note="the samples' prices are on it", inferred=True),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", BYBIT_HELP),
    settlement_price=Fact(
        "30-minute average of the index",
        BYBIT_HELP,
        note="index of every second from 07:30 to 08:00 UTC; a settlement fee of 0.05 %",
    ),
    initial_margin_price=Fact(
        "entry price",
        BYBIT_CHANGE,
        "2025-09-18",
        note="isolated; in cross margin the mark price since 2025-09-02",
    ),
    maintenance_margin_base=Fact(
        "mark",
        BYBIT_CHANGE,
        "since 2025-09-02",
        note="page last changed on 2025-09-18",
        earlier=(Fact("entry", BYBIT_ISOLATED, "until 2025-09-02"),),
    ),
    closing_fee_reserve=Fact("yes", BYBIT_LEGACY),
    maintenance_includes_funding=Fact("no", BYBIT_LEGACY, note="samples are met without it", inferred=True),
    average_entry=Fact("stays", BYBIT_PROFIT),
    leftover_margin=Fact("insurance fund", BYBIT_LIQUIDATION, note="closed at the bankruptcy price"),
    empty_fund=Fact(
        "traders of the other side, by rank", BYBIT_DELEVERAGING, "2025-09-18", note="auto-deleveraging"
    ),
    contract_value_rounding=Fact(
        "1 satoshi an order, down", BYBIT_LEGACY, note="fees are rounded up; samples show both", inferred=True
    ),
    funding_period=Fact("8 h", BYBIT_HELP, note="00:00, 08:00 and 16:00 UTC"),
    funding_rule=Fact(
        "premium of 480 minutes with rising weights, plus interest less premium clamped to ±0.05 %",
        BYBIT_HELP,
        note="interest 0.03 % a day",
    ),
    fees=Fact(
        {"taker": "0.055 %"},
        BYBIT_HELP,
        "2023",
        note="maker rate not stated",
        earlier=(
            Fact({"taker": "0.075 %"}, BYBIT_LEGACY, "2020 to 2021"),
            Fact({"taker": "0.06 %"}, BYBIT_LEGACY, "2022"),
        ),
    ),
)

BINANCE = Specification(
    venue="Binance COIN-M",
    contract="BTCUSD_PERP and the BTCUSD futures",
    contract_size=Fact(100, BINANCE_FAQ, note="10 USD for other coins"),
    tick=Fact(Decimal("0.1"), BINANCE_FAQ),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", BINANCE_FAQ),
    settlement_price=Fact("average of the index", BINANCE_FAQ, note="how long is not stated in the copy"),
    initial_margin_price=Fact("mark price", BINANCE_FAQ),
    maintenance_margin_base=Fact("mark", BINANCE_FAQ),
    closing_fee_reserve=Fact("no", BINANCE_FAQ, note="its formulas have no such term", inferred=True),
    maintenance_includes_funding=Fact("no", BINANCE_FAQ, note="a payload is met without it", inferred=True),
    average_entry=Fact("stays", BINANCE_FAQ, note="no copy speaks of a reset", inferred=True),
    leftover_margin=NOT_STATED,
    empty_fund=NOT_STATED,
    contract_value_rounding=_unknown(
        "samples show 8 decimals of BTC; the initial margin is cut in one of them, for the rest the "
        "direction is not known"
    ),
    funding_period=Fact("8 h", BINANCE_FAQ, note="N hours for some contracts"),
    funding_rule=Fact(
        "average premium plus interest less premium clamped to ±0.05 %, divided by 8/N for N hours",
        BINANCE_FAQ,
        "since 2025-09-18",
    ),
    fees=Fact(_fees("0.0002", "0.0005"), BINANCE_FAQ),
)

OKX = Specification(
    venue="OKX",
    contract="BTC-USD-SWAP and the BTC-USD futures",
    contract_size=Fact(100, OKX_DOCS, note="10 USD for other coins"),
    tick=Fact(Decimal("0.1"), OKX_DOCS),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", OKX_DOCS),
    settlement_price=Fact(
        "1-hour average of the index",
        OKX_DOCS,
        note="at expiry; a daily settlement is at the hour's average of the mark price",
    ),
    initial_margin_price=Fact("mark price", OKX_DOCS, note="in cross margin; the entry price when isolated"),
    maintenance_margin_base=Fact("mark", OKX_DOCS),
    closing_fee_reserve=Fact(
        "no", OKX_DOCS, note="the fee may stand beside the maintenance rate instead", inferred=True
    ),
    maintenance_includes_funding=NOT_STATED,
    average_entry=Fact(
        "stays, but is reset for expiry futures in cross margin",
        OKX_SETTLEMENT,
        "since 2025-03-22 and 2025-04-05",
        note="daily at 08:00 UTC, ETH-USD since 2025-03-22 and BTC-USD since 2025-04-05; nonSettleAvgPx "
        "keeps the original entry. Perpetuals and isolated positions keep theirs",
    ),
    leftover_margin=Fact(
        "insurance fund", OKX_DELEVERAGING, "2024-04-04", note="one fund for each kind of contract and coin"
    ),
    empty_fund=Fact(
        "traders of the other side, by rank", OKX_DELEVERAGING, "2024-04-04", note="auto-deleveraging"
    ),
    contract_value_rounding=NOT_STATED,
    funding_period=Fact("8 h", OKX_FUNDING, note="00:00, 08:00 and 16:00 UTC"),
    funding_rule=Fact(
        "average premium plus interest less premium clamped to ±0.05 %, divided by 8/N for N hours",
        OKX_DOCS,
        "2026-05-29",
        note="interest 0.01 %; since April 2025 the same without 8/N, which changes nothing at 8 h",
        earlier=(Fact("average premium clamped to ±0.375 %", OKX_FUNDING, "until April 2025"),),
    ),
    fees=_unknown("by tiers of the trader; no rate was kept"),
)

KRAKEN = Specification(
    venue="Kraken Futures",
    contract="PI_XBTUSD and FI_XBTUSD",
    contract_size=Fact(1, KRAKEN_CONTRACT),
    tick=Fact(Decimal("0.5"), KRAKEN_CONTRACT),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", KRAKEN_CONTRACT),
    settlement_price=Fact("CF reference rate", KRAKEN_CONTRACT, note="16:00 London"),
    initial_margin_price=Fact(
        "mark price", KRAKEN_ACCOUNT, note="a live account is met with it", inferred=True
    ),
    maintenance_margin_base=Fact(
        "mark",
        KRAKEN_PROTECTION,
        "2026-03-17",
        note="the page's own example fits it, and a live account; three of the venue's pages speak of the "
        "entry price",
        inferred=True,
    ),
    closing_fee_reserve=Fact(
        "no", KRAKEN_PROTECTION, "2026-03-17", note="the page's own example has none", inferred=True
    ),
    maintenance_includes_funding=NOT_STATED,
    average_entry=NOT_STATED,
    leftover_margin=Fact(
        "trader",
        KRAKEN_PROTECTION,
        "2026-03-17",
        note="equity protection: close, assign, then unwind. Partial liquidations with fees were announced "
        "for 2026-03-26; the steps for coin-margined contracts name none",
    ),
    empty_fund=Fact(
        "whoever takes positions over, then the other side",
        KRAKEN_PROTECTION,
        "2026-03-17",
        note="assignment to traders who signed up for it, then unwinding; no fund stands before them",
    ),
    contract_value_rounding=NOT_STATED,
    funding_period=Fact(
        "1 h",
        KRAKEN_CONTRACT,
        "since 2022-09-29",
        note="accrues continuously",
        earlier=(Fact("4 h", KRAKEN_FUNDING_BEFORE, "until 2022-09-29", note="accrued continuously"),),
    ),
    funding_rule=Fact(
        "average premium of the hour divided by 24, capped at ±0.25 % an hour",
        KRAKEN_CONTRACT,
        "since 2022-09-29",
        note="no interest, no dead band; paid as coin per contract and hour",
        earlier=(
            Fact(
                "average premium of 4 hours divided by 8, capped at ±0.05 % an hour",
                KRAKEN_CONTRACT,
                "until 2022-09-29",
                note="by an older copy of the page",
            ),
        ),
    ),
    fees=_unknown("by tiers of the trader; no rate was kept"),
)

HTX = Specification(
    venue="HTX",
    contract="BTC-USD coin-margined",
    contract_size=Fact(100, HTX_DOCS, note="10 USD for other coins"),
    tick=Fact(Decimal("0.1"), HTX_DOCS),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", HTX_DOCS),
    settlement_price=Fact("1-hour average of the index", HTX_DOCS),
    initial_margin_price=Fact("last price", HTX_DOCS),
    maintenance_margin_base=Fact(
        "mark",
        HTX_DOCS,
        note="at the last price; adjustment factor over leverage, by the risk rate's formula",
        inferred=True,
    ),
    closing_fee_reserve=NOT_STATED,
    maintenance_includes_funding=Fact("no", HTX_DOCS, note="payloads are met without it", inferred=True),
    average_entry=Fact(
        "stays, with a second one reset", HTX_DOCS, note="cost_open stays; cost_hold is reset at a settlement"
    ),
    leftover_margin=NOT_STATED,
    empty_fund=NOT_STATED,
    contract_value_rounding=Fact(
        "none", HTX_DOCS, note="answers carry binary floating-point numbers", inferred=True
    ),
    funding_period=Fact("8 h", HTX_DOCS),
    funding_rule=NOT_STATED,
    fees=Fact(_fees("0.0002", "0.0005"), HTX_DOCS),
)

KUCOIN = Specification(
    venue="KuCoin",
    contract="XBTUSDM",
    contract_size=Fact(1, KUCOIN_HELP, KUCOIN_DATE),
    tick=NOT_STATED,
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", KUCOIN_HELP, KUCOIN_DATE),
    settlement_price=NOT_STATED,
    initial_margin_price=Fact("entry price", KUCOIN_HELP, KUCOIN_DATE),
    maintenance_margin_base=Fact(
        "mark",
        KUCOIN_CHANGE,
        "since 2025-05-22",
        note="04:00 UTC; isolated margin",
        earlier=(Fact("entry", KUCOIN_CHANGE, "until 2025-05-22", note="03:00 UTC"),),
    ),
    closing_fee_reserve=Fact(
        "no",
        KUCOIN_CHANGE,
        "since 2025-05-22",
        note="a liquidation fee on the mark value is part of the maintenance margin instead",
        earlier=(Fact("yes", KUCOIN_CHANGE, "until 2025-05-22", note="(1 + 1/L) × taker rate of the value"),),
    ),
    maintenance_includes_funding=Fact(
        "no",
        KUCOIN_FUNDING_CHANGE,
        "2025-05-29",
        note="once a contract's funding is settled the new way; that schedule was not read",
        earlier=(Fact("yes", KUCOIN_CHANGE, "2025-05-20", note="the estimate of the next one"),),
    ),
    average_entry=Fact("stays", KUCOIN_HELP, KUCOIN_DATE, note="no copy speaks of a reset", inferred=True),
    leftover_margin=NOT_STATED,
    empty_fund=NOT_STATED,
    contract_value_rounding=Fact(
        "1 satoshi a position, down",
        KUCOIN_API,
        note="of two samples; the other one is met within the digits of its mark price",
        inferred=True,
    ),
    funding_period=Fact("8 h", KUCOIN_HELP, KUCOIN_DATE),
    funding_rule=NOT_STATED,
    fees=NOT_STATED,
)

PHEMEX = Specification(
    venue="Phemex",
    contract="BTCUSD",
    contract_size=Fact(1, PHEMEX_DOCS),
    tick=Fact(Decimal("0.5"), PHEMEX_DOCS),
    lot=NOT_STATED,
    settlement_coin=Fact("BTC", PHEMEX_DOCS),
    settlement_price=NOT_STATED,
    initial_margin_price=Fact("entry price", PHEMEX_DOCS, note="samples are met with it", inferred=True),
    maintenance_margin_base=Fact(
        "entry", PHEMEX_DOCS, note="two samples' liquidation prices are met with it alone", inferred=True
    ),
    closing_fee_reserve=Fact("yes", PHEMEX_DOCS),
    maintenance_includes_funding=NOT_STATED,
    average_entry=NOT_STATED,
    leftover_margin=NOT_STATED,
    empty_fund=NOT_STATED,
    contract_value_rounding=Fact(
        "1 satoshi a fill, down", PHEMEX_DOCS, note="fees are rounded up; samples show both", inferred=True
    ),
    funding_period=Fact("8 h", PHEMEX_DOCS),
    funding_rule=NOT_STATED,
    fees=Fact(_fees("-0.00025", "0.00075"), PHEMEX_DOCS, note="from the sample fills", inferred=True),
)

SPECIFICATIONS: dict[str, Specification] = {
    entry.venue: entry for entry in (BITMEX, DERIBIT, BYBIT, BINANCE, OKX, KRAKEN, HTX, KUCOIN, PHEMEX)
}

# The questions on which venues part, in the order in which lesson 05 meets them.
QUESTIONS: dict[str, str] = {
    "maintenance_margin_base": "Maintenance margin is taken on the value at",
    "closing_fee_reserve": "Is the fee for closing at the bankruptcy price kept aside?",
    "maintenance_includes_funding": "Does maintenance margin include the next funding?",
    "initial_margin_price": "Initial or position margin is taken at the",
    "average_entry": "At a settlement the average entry price",
    "contract_size": "USD in one contract",
    "contract_value_rounding": "The value of a contract is rounded to",
    "leftover_margin": "Margin left after a liquidation goes to the",
    "empty_fund": "A loss that no margin and no fund covers is borne by",
    "settlement_price": "Settlement is at the",
    "funding_period": "Funding is paid every",
    "funding_rule": "The funding rate is the",
}


def specification(venue: str) -> Specification:
    """Return the specification of a venue.

    Raises
    ------
    ValueError
        If the venue is not one of the nine.
    """
    if venue not in SPECIFICATIONS:
        raise ValueError(f"venue is {venue!r}, but its domain is {', '.join(SPECIFICATIONS)}")
    return SPECIFICATIONS[venue]


SHORT_ANSWER = 11
"""So many characters of an answer fit a column of the matrix; the row explains a letter for longer ones."""


def disagreement_matrix(questions: Iterable[str] | None = None) -> Table:
    """Return the table "where venues disagree" with a row for each question and a column for each venue.

    A cell leads to the fact's source; the link's title, which a pointer or a screen reader shows, has its
    date and what held before. A degree sign marks what is inferred, a dagger what was different before, and a
    question mark what no copy that was read says.

    Parameters
    ----------
    questions : names of facts, optional
        Which questions to ask, in which order; all of `QUESTIONS` if left out.

    Raises
    ------
    ValueError
        If a question is not in `QUESTIONS`.
    """
    rows = []
    for name in QUESTIONS if questions is None else questions:
        if name not in QUESTIONS:
            raise ValueError(f"questions has {name!r}, but its domain is {', '.join(QUESTIONS)}")
        facts = [entry.facts[name] for entry in SPECIFICATIONS.values()]
        answers = list(dict.fromkeys(fact.answer for fact in facts if fact.is_known))
        letters = {}
        question = QUESTIONS[name]
        if any(len(answer) > SHORT_ANSWER for answer in answers):
            letters = dict(zip(answers, ascii_lowercase, strict=False))
            question += ": " + "; ".join(f"**{letters[answer]}** {answer}" for answer in answers)
        rows.append([question, *(_matrix_cell(fact, letters) for fact in facts)])
    return table(["question", *SPECIFICATIONS], rows)


def _matrix_cell(fact: Fact, letters: Mapping[str, str]) -> str:
    if not fact.is_known:
        return "?"
    before = [version for version in fact.earlier if version.answer != fact.answer]
    said = [
        *([fact.answer] if letters else []),
        *(["inferred"] if fact.inferred else []),
        fact.as_of,
        *(f"before: {version.answer}, {version.as_of}" for version in reversed(before)),
    ]
    mark = letters.get(fact.answer, fact.answer) + "°" * fact.inferred + "†" * bool(before)
    return f'[{mark}]({fact.source} "{"; ".join(said)}")'


def specification_table(venue: str) -> list[dict[str, str]]:
    """Return a venue's facts as rows for a table, what held before directly below what holds now.

    Parameters
    ----------
    venue : str
        A key of `SPECIFICATIONS`.

    Returns
    -------
    list of dict
        With the keys ``fact``, ``value``, ``as_of``, ``note`` and ``source``.
    """
    return [
        {
            "fact": name.replace("_", " ").capitalize() if index == 0 else "before",
            "value": version.in_words,
            "as_of": version.as_of,
            "note": version.note,
            "source": version.source,
        }
        for name, fact in specification(venue).facts.items()
        for index, version in enumerate((fact, *reversed(fact.earlier)))
    ]


def markdown_table(rows: list[dict[str, str]]) -> str:
    """Return rows as a Markdown table whose header is the keys of the first row.

    A question that repeats the row above is left blank, and addresses become links.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if not rows:
        raise ValueError("rows is empty: give at least one row")

    def cell(text: str) -> str:
        return f"[source]({text})" if text.startswith("https://") else text.replace("|", "\\|")

    header = list(rows[0])
    lines = [
        "| " + " | ".join(key.replace("_", " ").capitalize() for key in header) + " |",
        "|" + " --- |" * len(header),
    ]
    above = ""
    for row in rows:
        first, *others = (row[key] for key in header)
        lines.append("| " + " | ".join(["" if first == above else cell(first), *map(cell, others)]) + " |")
        above = first
    return "\n".join(lines) + "\n"
