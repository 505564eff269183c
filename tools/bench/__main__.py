"""Measure the site, widgets and notebooks: `python -m tools.bench` prints tables and fails nothing."""

import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import sympy as sp
import yaml
from playwright.sync_api import Browser, Response, sync_playwright

from inversefutures import explore
from inversefutures.contract import linear_profit_and_loss_in_coin, profit_and_loss, value
from inversefutures.explore import Choice, Curve, Explorer, Panel, Readout, Slider
from inversefutures.margin import initial_margin, margin_balance
from inversefutures.notation import BTC, USD, E, L, N, S, W, d
from inversefutures.simulate import Column, Derived, Event, InputPath, Line, PathPanel, Simulator, State
from tools.book import BUILD
from tools.browser import LAUNCH_ARGUMENTS, find_browser
from tools.serve import SITE, open_server

ROOT = Path(__file__).parents[1]
NOTEBOOK_FOLDERS = ["book", "lessons", "exercises", "solutions"]
MOVES = 200
STEPS = 2_880
EXTRA_PAGES = 4

# The page is ready when a widget has taken an input and its new picture is laid out.
FIRST_ANSWER = """
addEventListener("DOMContentLoaded", () => {
  const answer = () => {
    const slider = document.querySelector(".if-live input[type=range]");
    if (!slider) return setTimeout(answer);
    slider.value = Number(slider.value) + 1;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    slider.closest(".if-live").getBoundingClientRect();
    document.documentElement.dataset.answered = performance.now();
  };
  if (document.querySelector("figure.if-explorer")) answer();
});
"""

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


def table(title: str, heads: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Print an aligned Markdown table."""
    cells = [heads, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]

    def line(row: list[str]) -> str:
        first, *rest = (f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(row))
        return f"| {' | '.join([first, *rest])} |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    print(f"\n{title}\n", line(heads), rule, *map(line, cells[1:]), sep="\n", flush=True)


def compressed(content: bytes) -> int:
    """Return the size that a server sends."""
    return len(gzip.compress(content, 9, mtime=0))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback and give its address."""
    with open_server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.address
        server.shutdown()


def pages(browser: Browser) -> None:
    """Weigh every page of the site and time its first widget."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    names = [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]
    rows = []
    with served(SITE) as address:
        for name in names:
            if not (SITE / f"{name}.html").is_file():
                continue
            answers = []
            for _ in range(5):
                context = browser.new_context()
                page = context.new_page()
                page.add_init_script(FIRST_ANSWER)
                responses: list[Response] = []
                page.on("response", lambda response, seen=responses: seen.append(response))
                page.goto(f"{address}{name}.html", wait_until="networkidle")
                bodies = [response.body() for response in responses if response.url.startswith(address)]
                answered = page.evaluate("document.documentElement.dataset.answered")
                if answered:
                    answers.append(float(answered))
                context.close()
            rows.append([
                name, f"{sum(map(len, bodies)) / 1000:,.0f}", f"{sum(map(compressed, bodies)) / 1000:,.0f}",
                len(bodies), f"{statistics.median(answers):.0f}" if answers else "no widget",
            ])  # fmt: skip
    heads = ["page", "raw KB", "gzipped KB", "requests", "first widget answers, ms"]
    table("Pages: first-party weight, and the time from navigation to a widget's first answer (median of 5)",
          heads, rows)  # fmt: skip


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
    rows = []
    for name, widget in {
        "Explorer, 3 curves × 400 points": explorer,
        f"Simulator, {STEPS:,} steps, 3 panels": simulator,
    }.items():
        page = browser.new_page(viewport={"width": 900, "height": 900})
        style, script = explore.stylesheet(), explore.site_script()
        page.set_content(f"<!doctype html><style>{style}</style>{widget.html()}<script>{script}</script>")
        times = sorted(page.evaluate(REDRAWS, MOVES))
        page.close()
        rows.append([name, f"{statistics.median(times):.2f}", f"{times[round(0.95 * (MOVES - 1))]:.2f}"])
    table(f"Redraw: input event to finished layout, {MOVES} moves", ["", "median ms", "p95 ms"], rows)


def sizes() -> None:
    """Weigh the widget's own code."""
    module, style = explore.MODULE.read_bytes(), explore.stylesheet().encode()
    parts = {"module": module, "stylesheet with palette": style}
    rows = [
        [name, f"{len(part) / 1000:.1f}", f"{compressed(part) / 1000:.1f}"] for name, part in parts.items()
    ]
    rows.append(["together", *(f"{sum(float(row[i]) for row in rows):.1f}" for i in (1, 2))])
    table("Widget code", ["", "raw KB", "gzipped KB"], rows)


def timed(command: list[str], folder: Path = ROOT) -> tuple[float, bool]:
    """Return the seconds that Python takes with these arguments, and whether it succeeded."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - start, done.returncode == 0


def builds() -> None:
    """Time a full build, and what each further page adds to it."""
    unwanted = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info")
    seconds = []
    with tempfile.TemporaryDirectory() as temporary:
        for extra in (0, EXTRA_PAGES):
            copy = Path(temporary, str(extra))
            shutil.copytree(ROOT, copy, ignore=unwanted)
            contents = yaml.safe_load((copy / "_toc.yml").read_text("utf-8"))
            chapter = next(
                c for p in contents["parts"] for c in p["chapters"] if c["file"].startswith("lessons/")
            )
            for number in range(extra):
                name = f"lessons/extra_{number}"
                shutil.copy(copy / f"{chapter['file']}.ipynb", copy / f"{name}.ipynb")
                contents["parts"][0]["chapters"].append({"file": name})
            (copy / "_toc.yml").write_text(yaml.safe_dump(contents), "utf-8")
            took, succeeded = timed(["-c", BUILD, "build", "."], copy)
            seconds.append(took)
            if not succeeded:
                print(f"The build with {extra} more pages failed.", file=sys.stderr)
    each = (seconds[1] - seconds[0]) / EXTRA_PAGES
    rows = [["the whole book", f"{seconds[0]:.1f}"], ["each further lesson", f"{each:.2f}"]]
    table("Build, from nothing", ["", "s"], rows)


def notebooks() -> None:
    """Time the comparison of every notebook with its stored outputs."""
    found = [path for folder in NOTEBOOK_FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]
    rows = []
    nbval = ["-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]
    for name, options in {
        "one after the other": [],
        "-n 2 --dist loadscope": ["-n", "2", "--dist", "loadscope"],
    }.items():
        took, passed = timed([*nbval, *options, *map(str, found)])
        rows.append([name, len(found), f"{took:.1f}", f"{took / len(found):.2f}", "yes" if passed else "no"])
    table("nbval", ["", "notebooks", "s in all", "s a notebook", "passed"], rows)


def main() -> None:
    """Measure everything, the quick things first."""
    sizes()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=LAUNCH_ARGUMENTS)
        redraw(browser)
        if SITE.is_dir():
            pages(browser)
        else:
            print(f"\n{SITE} is missing: run make book to measure its pages.")
        browser.close()
    builds()
    notebooks()


if __name__ == "__main__":
    main()
