"""Which public interface states which fact of which venue: one row for each address.

No request was sent when this table was written: the shapes come from documentation and from answers in public
code, and each row says which and of what date. A field that is not as described there is reported, never
guessed at.

Not asked, because it is not public: the fees of Binance, Bybit, OKX and HTX, and Binance's leverage brackets
(``/dapi/v2/leverageBracket`` wants a signature). Not asked, because the package has nothing to compare it
with: the tiers of OKX (``/api/v5/public/position-tiers``), HTX (``/swap-api/v1/swap_adjustfactor``), KuCoin
and Phemex. What no interface here states is listed in each report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tools.facts.answers import (
    MOST_DIGITS,
    SATOSHI,
    SECONDS_OF_AN_HOUR,
    Reader,
    Step,
    WrongError,
    found,
    hours,
    in_hours,
    number,
    number_at,
    percent,
    plain,
    rate,
    short,
    time_of_day,
    traded,
    words,
)

COINCISE = "github.com/rosssaunders/coincise, a copy of the venue's documentation"
CCXT = "github.com/ccxt/ccxt 4.5.90 (November 2026), an answer in a comment"
CONTRACT = "contract"
INITIAL, MAINTENANCE = "initial margin schedule", "maintenance margin schedule"
PER_EXPONENT_8 = Decimal("1e-8")
"""Phemex writes a fraction as a whole number with eight decimals."""


@dataclass(frozen=True)
class Interface:
    """One address, and what its answer states.

    Parameters
    ----------
    venue : str
        A key of `SPECIFICATIONS`.
    host, path : str
        With its query.
    shape : str
        Where the answer's shape is documented, and the date of that copy.
    entry : tuple of steps
        Where the contract stands in the answer.
    readings : mapping
        For each fact, by the name that `recorded` gives it, how it is read out of that entry.
    accepted : tuple of str, optional
        The field that every answer has, and its value in one that is no error.
    """

    venue: str
    host: str
    path: str
    shape: str
    entry: tuple[Step, ...]
    readings: Mapping[str, Reader]
    accepted: tuple[str, str] | None = None

    def url(self, base_url: str | None = None) -> str:
        """Return its address, on another host if one is named."""
        return f"{base_url or self.host}{self.path}"


# --- readings that one venue needs ------------------------------------------------------------------


def inverse_size(multiplier: str, unit: Decimal, inverse: str) -> Reader:
    """Read the size from a multiplier, whose sign is negative where the contract is an inverse one."""

    def read(entry: Any) -> str:
        if found(entry, inverse) is not True:
            raise WrongError(
                f"{inverse} is {short(entry[inverse])}: the size of a contract that is not inverse"
            )
        return plain(abs(number_at(entry, multiplier)) * unit)

    return read


def deribit_tick(entry: Any) -> str:
    """Read the tick, with the prices above which it is another one."""
    steps = entry.get("tick_size_steps") or []
    if not isinstance(steps, list):
        raise WrongError(f"tick_size_steps is {short(steps)}, not a list")
    larger = [
        f"{plain(number_at(step, 'tick_size'))} above {plain(number_at(step, 'above_price'))}"
        for step in steps
    ]
    return ", ".join([plain(number_at(entry, "tick_size")), *larger])


def deribit_lot(entry: Any) -> str:
    """Read the lot: the smallest order is stated in USD."""
    size = number_at(entry, "contract_size")
    if not size:
        raise WrongError("contract_size is 0")
    return plain(number_at(entry, "min_trade_amount") / size)


def one_over(*steps: Step) -> Reader:
    """Read a margin rate from the largest leverage."""

    def read(entry: Any) -> str:
        leverage = number_at(entry, *steps)
        if leverage <= 0:
            raise WrongError(f"{steps[-1]} is {plain(leverage)}, not above 0")
        return percent(1 / leverage)

    return read


def bybit_tiers(margin: str) -> Reader:
    """Read the rates by size. They are written as percentages or as fractions: the leverage says which."""

    def read(result: Any) -> str:
        if result.get("nextPageCursor"):
            raise WrongError("the answer is only the first page of the tiers")
        tiers = found(result, "list")
        if not isinstance(tiers, list):
            raise WrongError(f"list is {short(tiers)}, not a list")
        rows = []
        for tier in tiers:
            if found(tier, "symbol") != "BTCUSD":
                raise WrongError(f"symbol is {short(tier['symbol'])}, not BTCUSD")
            rows.append((number_at(tier, "riskLimitValue"), number_at(tier, margin) * bybit_unit(tier)))
        return (
            "; ".join(f"up to {plain(limit)}: {percent(rate)}" for limit, rate in sorted(rows)) or "no tier"
        )

    return read


def bybit_unit(tier: Any) -> Decimal:
    """Return what a tier's rates are multiplied by to be fractions."""
    product = number_at(tier, "initialMargin") * number_at(tier, "maxLeverage")
    # Largest leverages are rounded to two decimals.
    for unit in (Decimal(1), Decimal("0.01")):
        if abs(product * unit - 1) < Decimal("0.02"):
            return unit
    raise WrongError(
        f"initialMargin {short(tier['initialMargin'])} does not fit maxLeverage {short(tier['maxLeverage'])}"
    )


def kraken_levels(margin: str) -> Reader:
    """Read the rates by size in contracts, each of 1 USD."""

    def read(entry: Any) -> str:
        levels = found(entry, "marginLevels")
        if not isinstance(levels, list):
            raise WrongError(f"marginLevels is {short(levels)}, not a list")
        rows = sorted((number_at(level, "contracts"), number_at(level, margin)) for level in levels)
        return "; ".join(f"from {plain(floor)}: {percent(rate)}" for floor, rate in rows) or "no level"

    return read


def kraken_lot(entry: Any) -> str:
    """Read the lot, which is stated by the decimals of a quantity."""
    decimals = number_at(entry, "contractValueTradePrecision")
    if decimals not in range(-MOST_DIGITS, MOST_DIGITS):
        raise WrongError(f"contractValueTradePrecision is {plain(decimals)}, not a number of decimals")
    return plain(Decimal(10) ** -decimals)


def okx_interval(entry: Any) -> str:
    """Read how often funding is paid: the time between the next two payments, in milliseconds."""
    return in_hours((number_at(entry, "nextFundingTime") - number_at(entry, "fundingTime")) / 1000)


def phemex_size(entry: Any) -> str:
    """Read the size, which is a number or begins with one, as in "1 USD"."""
    value = found(entry, "contractSize")
    if isinstance(value, str) and value.endswith(" USD"):
        value = value.removesuffix(" USD")
    return plain(number_at({"contractSize": value}, "contractSize"))


def phemex_interval(entry: Any) -> str:
    """Read how often funding is paid: in hours, or in seconds as newer products have it."""
    interval = number_at(entry, "fundingInterval")
    return in_hours(interval if interval >= SECONDS_OF_AN_HOUR else interval * SECONDS_OF_AN_HOUR)


# --- the table -------------------------------------------------------------------------------------

INTERFACES: tuple[Interface, ...] = (
    Interface(
        "BitMEX",
        "https://www.bitmex.com",
        "/api/v1/instrument?symbol=XBTUSD",
        shape="www.bitmex.com/api/explorer, Instrument.get; answers of 2018 to 2024 in public code",
        entry=(("symbol", "XBTUSD"),),
        readings={
            CONTRACT: traded("state", as_value="Open"),
            "contract_size": inverse_size("multiplier", SATOSHI, "isInverse"),
            "tick": number("tickSize"),
            "lot": number("lotSize"),
            "settlement_coin": words("settlCurrency", known_as={"XBt": "XBT"}),
            "funding_period": time_of_day("fundingInterval"),
            "fees, maker": rate("makerFee"),
            "fees, taker": rate("takerFee"),
            "base risk limit": number("riskLimit", times=SATOSHI),
            "risk limit step": number("riskStep", times=SATOSHI),
            "initial margin at the base": rate("initMargin"),
            "maintenance margin at the base": rate("maintMargin"),
        },
    ),
    Interface(
        "Deribit",
        "https://www.deribit.com",
        "/api/v2/public/get_instrument?instrument_name=BTC-PERPETUAL",
        shape=f"{COINCISE} of 2025-11-24; {CCXT} of 2022",
        entry=("result",),
        readings={
            CONTRACT: traded("is_active", as_value=True),
            "contract_size": number("contract_size"),
            "tick": deribit_tick,
            "lot": deribit_lot,
            "settlement_coin": words("settlement_currency"),
            "fees, maker": rate("maker_commission"),
            "fees, taker": rate("taker_commission"),
            "initial margin at the base": one_over("max_leverage"),
        },
    ),
    Interface(
        "Bybit",
        "https://api.bybit.com",
        "/v5/market/instruments-info?category=inverse&symbol=BTCUSD",
        shape=f"{COINCISE} of 2025-11-24, whose example is a linear contract",
        accepted=("retCode", "0"),
        entry=("result", "list", ("symbol", "BTCUSD")),
        readings={
            CONTRACT: traded("status", as_value="Trading"),
            "tick": number("priceFilter", "tickSize"),
            "lot": number("lotSizeFilter", "qtyStep"),
            "settlement_coin": words("settleCoin"),
            "funding_period": hours("fundingInterval", unit=Decimal(60)),
        },
    ),
    Interface(
        "Bybit",
        "https://api.bybit.com",
        "/v5/market/risk-limit?category=inverse&symbol=BTCUSD",
        shape=f"{COINCISE} of 2025-11-24, with an example of 2022",
        accepted=("retCode", "0"),
        entry=("result",),
        readings={
            INITIAL: bybit_tiers("initialMargin"),
            MAINTENANCE: bybit_tiers("maintenanceMargin"),
        },
    ),
    Interface(
        "Binance COIN-M",
        "https://dapi.binance.com",
        "/dapi/v1/exchangeInfo",
        shape=f"developers.binance.com, coin-margined futures, Exchange Information; {CCXT} of 2020",
        entry=("symbols", ("symbol", "BTCUSD_PERP")),
        readings={
            CONTRACT: traded("contractStatus", as_value="TRADING"),
            "contract_size": number("contractSize"),
            "tick": number("filters", ("filterType", "PRICE_FILTER"), "tickSize"),
            "lot": number("filters", ("filterType", "LOT_SIZE"), "stepSize"),
            "settlement_coin": words("marginAsset"),
        },
    ),
    Interface(
        "OKX",
        "https://www.okx.com",
        "/api/v5/public/instruments?instType=SWAP&instId=BTC-USD-SWAP",
        shape=f"{COINCISE} of 2025-11-09",
        accepted=("code", "0"),
        entry=("data", ("instId", "BTC-USD-SWAP")),
        readings={
            CONTRACT: traded("state", as_value="live"),
            "contract_size": number("ctVal"),
            "tick": number("tickSz"),
            "lot": number("lotSz"),
            "settlement_coin": words("settleCcy"),
        },
    ),
    Interface(
        "OKX",
        "https://www.okx.com",
        "/api/v5/public/funding-rate?instId=BTC-USD-SWAP",
        shape=f"{COINCISE} of 2025-11-09",
        accepted=("code", "0"),
        entry=("data", ("instId", "BTC-USD-SWAP")),
        readings={"funding_period": okx_interval},
    ),
    Interface(
        "Kraken Futures",
        "https://futures.kraken.com",
        "/derivatives/api/v3/instruments",
        shape=f"docs.kraken.com, Futures API, Get instruments; {CCXT} of 2018",
        accepted=("result", "success"),
        entry=("instruments", ("symbol", "PI_XBTUSD")),
        readings={
            CONTRACT: traded("tradeable", as_value=True),
            "contract_size": number("contractSize"),
            "tick": number("tickSize"),
            "lot": kraken_lot,
            INITIAL: kraken_levels("initialMargin"),
            MAINTENANCE: kraken_levels("maintenanceMargin"),
        },
    ),
    Interface(
        "HTX",
        "https://api.hbdm.com",
        "/swap-api/v1/swap_contract_info?contract_code=BTC-USD",
        shape=f"{COINCISE} of 2025-11-09",
        accepted=("status", "ok"),
        entry=("data", ("contract_code", "BTC-USD")),
        readings={
            CONTRACT: traded("contract_status", as_value=1),
            "contract_size": number("contract_size"),
            "tick": number("price_tick"),
        },
    ),
    Interface(
        "KuCoin",
        "https://api-futures.kucoin.com",
        "/api/v1/contracts/XBTUSDM",
        shape=f"{COINCISE} of 2025-11-09; an answer of 2022 in public code",
        accepted=("code", "200000"),
        entry=("data",),
        readings={
            CONTRACT: traded("status", as_value="Open"),
            "contract_size": inverse_size("multiplier", Decimal(1), "isInverse"),
            "tick": number("tickSize"),
            "lot": number("lotSize"),
            "settlement_coin": words("settleCurrency", known_as={"XBT": "BTC"}),
            "funding_period": hours("fundingRateGranularity", unit=Decimal("0.001")),
            "fees, maker": rate("makerFeeRate"),
            "fees, taker": rate("takerFeeRate"),
        },
    ),
    Interface(
        "Phemex",
        "https://api.phemex.com",
        "/public/products",
        shape=f"{CCXT}, undated",
        accepted=("code", "0"),
        entry=("data", "products", ("symbol", "BTCUSD")),
        readings={
            CONTRACT: traded("status", as_value="Listed"),
            "contract_size": phemex_size,
            "tick": number("tickSize"),
            "lot": number("lotSize"),
            "settlement_coin": words("settleCurrency"),
        },
    ),
    Interface(
        "Phemex",
        "https://api.phemex.com",
        "/exchange/public/products",
        shape=f"github.com/phemex/phemex-api-docs, Query Product Information; {CCXT}, undated",
        accepted=("code", "0"),
        entry=("data", ("symbol", "BTCUSD")),
        readings={
            "funding_period": phemex_interval,
            "fees, maker": rate("makerFeeRateEr", times=PER_EXPONENT_8),
            "fees, taker": rate("takerFeeRateEr", times=PER_EXPONENT_8),
        },
    ),
)
