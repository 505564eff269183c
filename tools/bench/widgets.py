"""The widgets' own code: its weight, and what a moved slider costs."""

import statistics

import numpy as np
import sympy as sp
from playwright.sync_api import Browser

from inversefutures.contract import linear_profit_and_loss_in_coin, profit_and_loss, value
from inversefutures.margin import initial_margin, margin_balance
from inversefutures.notation import E, L, N, S, W, d
from inversefutures.quantities import BTC, USD
from inversefutures.widgets import (
    Bars,
    Choice,
    Column,
    Curve,
    Derived,
    Event,
    Explorer,
    InputPath,
    Line,
    Panel,
    PathPanel,
    Readout,
    Simulator,
    Slider,
    State,
    scripts,
)
from tools.bench.report import compressed, table

MOVES = 200
STEPS = 2_880
LEVELS = 200

# A forced layout after each input, so that no part of the work waits for the next frame uncounted.
REDRAWS = """
(moves) => {
  const slider = document.querySelector(".if-live input[type=range]");
  const live = slider.closest(".if-live");
  const times = [];
  for (let i = -20; i < moves; i++) {
    slider.value = Math.round((0.5 + 0.45 * Math.sin(i / 7)) * slider.max);
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    live.getBoundingClientRect();
    if (i >= 0) times.push(performance.now() - start);
  }
  return times;
}
"""


def sizes() -> None:
    """Weigh the widget's own code."""
    module, style = scripts.site_script().encode(), scripts.stylesheet().encode()
    parts = {"script": module, "stylesheet with palette": style}
    rows = [
        [name, f"{len(part) / 1000:.1f}", f"{compressed(part) / 1000:.1f}"] for name, part in parts.items()
    ]
    rows.append(["together", *(f"{sum(float(row[i]) for row in rows):.1f}" for i in (1, 2))])
    table("Widget code", ["", "raw KB", "gzipped KB"], rows)


def redraw(browser: Browser) -> None:
    """Time what a moved slider costs: an Explorer with three curves, a Simulator with a path of two days."""
    linear = linear_profit_and_loss_in_coin(coin_quantity=value(price=E))
    explorer = Explorer(
        title="Benchmark", question="How fast?", description="Three curves of 400 points.",
        x=Slider(S, 5_000, 2_000, 30_000),
        parameters=[Slider(E, 10_000, 2_000, 30_000), Slider(N, 10_000, 1_000, 50_000),
                    Choice(d, 1, {"long": 1, "short": -1})],
        panels=[Panel("Profit", BTC, [Curve(profit_and_loss(), "inverse", "inverse"),
                                      Curve(linear, "linear", "linear"),
                                      Curve(profit_and_loss() * S / E, "quanto", "quanto")])],
    )  # fmt: skip
    coins, position, wallet, balance, maintenance = sp.symbols("coins position wallet balance maintenance")
    prices = 8_000 * np.exp(np.cumsum(np.random.default_rng(7).normal(-0.0002, 0.0032, STEPS)))
    simulator = Simulator(
        title="Benchmark", question="How fast?", description="A long with top-ups.",
        path=InputPath({S: prices}, start="2026-03-12", unit="minutes", decimals=1),
        parameters=[Slider(L, 10, 1, 50), Slider(W, 0.3, 0.01, 2), Choice(d, 1, {"long": 1, "short": -1})],
        state=[State(E, S, E), State(position, 20_000, position), State(wallet, W, wallet),
               State(coins, initial_margin(notional=20_000, entry_price=S), coins)],
        derived=[Derived(balance, margin_balance(notional=position, margin=coins)),
                 Derived(maintenance, position / (100 * E))],
        events=[Event(balance <= maintenance, "liquidation", effect={position: 0, coins: 0}, once=True),
                Event(sp.And(balance < 2 * maintenance, wallet > 0), "top-up",
                      effect={coins: coins + sp.Min(wallet, 0.02), wallet: wallet - sp.Min(wallet, 0.02)})],
        panels=[PathPanel("Price", USD / BTC, [Line(S, "price", "neutral"), Line(E, "entry", "entry")]),
                PathPanel("Margin", BTC, [Line(balance, "balance", "coin"),
                                          Line(maintenance, "maintenance margin", "liquidation")]),
                PathPanel("Position", USD, [Line(position, "notional", "long")])],
        ledger=[Column("Balance", balance, BTC)], readouts=[Readout("Wallet", wallet, BTC)],
    )  # fmt: skip
    size = sp.Symbol("size")
    levels = np.arange(LEVELS + 1) * 10 + 49_000
    depth = 20 * np.exp(np.random.default_rng(7).normal(0, 0.5, LEVELS)).round(3)
    book = Explorer(
        title="Benchmark", question="How fast?", description="An order book.",
        x=Slider(S, 50_000, 49_000, 51_000), parameters=[Slider(N, 10_000, 1_000, 50_000)],
        panels=[Panel("Depth", BTC, [Bars(sp.Max(0, size - N / S), "left in the book", "long",
                                          edges=levels, columns={size: depth})])],
    )  # fmt: skip
    rows = []
    for name, widget in {
        "Explorer, 3 curves × 400 points": explorer,
        f"Bars, {LEVELS} levels": book,
        f"Simulator, {STEPS:,} steps, 3 panels": simulator,
    }.items():
        page = browser.new_page(viewport={"width": 900, "height": 900})
        style, script = scripts.stylesheet(), scripts.site_script()
        page.set_content(f"<!doctype html><style>{style}</style>{widget.html()}<script>{script}</script>")
        times = sorted(page.evaluate(REDRAWS, MOVES))
        page.close()
        rows.append([name, f"{statistics.median(times):.2f}", f"{times[round(0.95 * (MOVES - 1))]:.2f}"])
    table(f"Redraw: input event to finished layout, {MOVES} moves", ["", "median ms", "p95 ms"], rows)
