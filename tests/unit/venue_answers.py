"""Answers of the venues' instrument interfaces: their shapes from documentation, the values our own.

Each address that `tools.facts` asks has one, with the values that the package holds. Around the fields that
are read stand some that are not, of the kinds that the venues send: other contracts, empty texts, nulls.
"""

from typing import Any

BITMEX = [
    {
        "symbol": "XBTUSD",
        "rootSymbol": "XBT",
        "state": "Open",
        "typ": "FFWCSX",
        "expiry": None,
        "quoteCurrency": "USD",
        "settlCurrency": "XBt",
        "lotSize": 100,
        "tickSize": 0.1,
        "multiplier": -100_000_000,
        "isQuanto": False,
        "isInverse": True,
        "initMargin": 0.01,
        "maintMargin": 0.005,
        "riskLimit": 20_000_000_000,
        "riskStep": 15_000_000_000,
        "makerFee": 0.0005,
        "takerFee": 0.0005,
        "fundingInterval": "2000-01-01T08:00:00.000Z",
        "fundingRate": 0.0001,
        "limitUpPrice": None,
    }
]
DERIBIT = {
    "jsonrpc": "2.0",
    "result": {
        "instrument_name": "BTC-PERPETUAL",
        "kind": "future",
        "instrument_type": "reversed",
        "is_active": True,
        "contract_size": 10.0,
        "tick_size": 0.5,
        "tick_size_steps": [],
        "min_trade_amount": 10.0,
        "max_leverage": 50,
        "maker_commission": 0.0,
        "taker_commission": 0.0005,
        "settlement_currency": "BTC",
        "settlement_period": "perpetual",
        "expiration_timestamp": 32_503_708_800_000,
    },
    "testnet": False,
}
BYBIT = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "category": "inverse",
        "list": [
            {
                "symbol": "BTCUSD",
                "contractType": "InversePerpetual",
                "status": "Trading",
                "baseCoin": "BTC",
                "settleCoin": "BTC",
                "deliveryFeeRate": "",
                "priceFilter": {"minPrice": "0.50", "maxPrice": "1999999.00", "tickSize": "0.50"},
                "lotSizeFilter": {"minOrderQty": "1", "maxOrderQty": "25000000", "qtyStep": "1"},
                "fundingInterval": 480,
                "preListingInfo": None,
            }
        ],
        "nextPageCursor": "",
    },
    "time": 1_795_000_000_000,
}
BYBIT_TIERS = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "category": "inverse",
        "list": [
            {
                "id": 1 + tier,
                "symbol": "BTCUSD",
                "riskLimitValue": str(150 * (tier + 1)),
                "maintenanceMargin": maintenance,
                "initialMargin": initial,
                "isLowestRisk": int(tier == 0),
                "maxLeverage": leverage,
                "mmDeduction": "",
            }
            for tier, (maintenance, initial, leverage) in enumerate(
                [("0.005", "0.01", "100.00"), ("0.01", "0.015", "66.67")]
            )
        ],
        "nextPageCursor": "",
    },
}
BINANCE = {
    "timezone": "UTC",
    "rateLimits": [{"rateLimitType": "REQUEST_WEIGHT", "limit": 2400}],
    "symbols": [
        {
            "symbol": symbol,
            "contractStatus": "TRADING",
            "contractSize": size,
            "marginAsset": coin,
            "maintMarginPercent": "2.5000",
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "1000", "tickSize": "0.1"},
                {"filterType": "LOT_SIZE", "minQty": "1", "stepSize": "1"},
                {"filterType": "MAX_NUM_ORDERS", "limit": 200},
            ],
        }
        for symbol, size, coin in [("ETHUSD_PERP", 10, "ETH"), ("BTCUSD_PERP", 100, "BTC")]
    ],
}
OKX = {
    "code": "0",
    "msg": "",
    "data": [
        {
            "instType": "SWAP",
            "instId": "BTC-USD-SWAP",
            "ctType": "inverse",
            "ctVal": "100",
            "ctValCcy": "USD",
            "settleCcy": "BTC",
            "tickSz": "0.1",
            "lotSz": "1",
            "stk": "",
            "state": "live",
        }
    ],
}
OKX_FUNDING = {
    "code": "0",
    "msg": "",
    "data": [
        {
            "instId": "BTC-USD-SWAP",
            "fundingRate": "0.0001",
            "nextFundingRate": "",
            "fundingTime": "1795017600000",
            "nextFundingTime": "1795046400000",
        }
    ],
}
KRAKEN_LEVELS = [(0, 0.02), (500_000, 0.04), (10**6, 0.06), (3 * 10**6, 0.1),
                 (6 * 10**6, 0.15), (12 * 10**6, 0.25), (20 * 10**6, 0.3), (50 * 10**6, 0.4)]  # fmt: skip
KRAKEN = {
    "result": "success",
    "instruments": [
        {"symbol": "in_xbtusd", "type": "spot index", "tradeable": False},
        {
            "symbol": "PI_XBTUSD",
            "type": "futures_inverse",
            "tickSize": 0.5,
            "contractSize": 1,
            "contractValueTradePrecision": 0,
            "tradeable": True,
            "marginLevels": [
                {"contracts": floor, "initialMargin": rate, "maintenanceMargin": rate / 2}
                for floor, rate in KRAKEN_LEVELS
            ],
            "tags": [],
        },
    ],
    "serverTime": "2026-11-18T16:00:00.000Z",
}
HTX = {
    "status": "ok",
    "data": [
        {
            "symbol": "BTC",
            "contract_code": "BTC-USD",
            "contract_size": 100.0,
            "price_tick": 0.1,
            "delivery_time": "",
            "contract_status": 1,
        }
    ],
    "ts": 1_795_000_000_000,
}
KUCOIN = {
    "code": "200000",
    "data": {
        "symbol": "XBTUSDM",
        "type": "FFWCSX",
        "expireDate": None,
        "settleCurrency": "XBT",
        "lotSize": 1,
        "tickSize": 0.1,
        "multiplier": -1.0,
        "isInverse": True,
        "makerFeeRate": 0.0002,
        "takerFeeRate": 0.0006,
        "fundingRateGranularity": 28_800_000,
        "status": "Open",
    },
}
PHEMEX = {
    "code": 0,
    "msg": "",
    "data": {
        "currencies": [{"currency": "BTC", "valueScale": 8}],
        "products": [
            {
                "symbol": symbol,
                "type": "Perpetual",
                "settleCurrency": coin,
                "contractSize": 1.0,
                "lotSize": 1,
                "tickSize": tick,
                "status": "Listed",
            }
            for symbol, coin, tick in [("BTCUSD", "BTC", 0.5), ("cETHUSD", "ETH", 0.05)]
        ],
    },
}
PHEMEX_FEES = {
    "code": 0,
    "msg": "OK",
    "data": [
        {
            "symbol": "BTCUSD",
            "contractSize": "1 USD",
            "tickSize": "0.5",
            "ratioScale": 8,
            "makerFeeRateEr": -25_000,
            "takerFeeRateEr": 75_000,
            "fundingInterval": 8,
        }
    ],
}

ANSWERS: dict[str, Any] = {
    "/api/v1/instrument": BITMEX,
    "/api/v2/public/get_instrument": DERIBIT,
    "/v5/market/instruments-info": BYBIT,
    "/v5/market/risk-limit": BYBIT_TIERS,
    "/dapi/v1/exchangeInfo": BINANCE,
    "/api/v5/public/instruments": OKX,
    "/api/v5/public/funding-rate": OKX_FUNDING,
    "/derivatives/api/v3/instruments": KRAKEN,
    "/swap-api/v1/swap_contract_info": HTX,
    "/api/v1/contracts/XBTUSDM": KUCOIN,
    "/public/products": PHEMEX,
    "/exchange/public/products": PHEMEX_FEES,
}
"""By the path of the address."""
