"""Inside the package imports run downhill only, in the order that CONTRIBUTING.md gives."""

import ast
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import inversefutures

PACKAGE = Path(inversefutures.__file__).parent
FLOORS = [
    ["console", "palette", "typesetting", "docstrings", "quantities", "notation"],
    [
        "contract",
        "position",
        "margin",
        "risk_limits",
        "accounts",
        "waterfall",
        "order_book",
        "funding",
        "perpetual",
    ],
    ["carry", "arbitrage", "hedging", "sizing", "options", "power", "strategies"],
    ["backtest"],
    ["printing"],
    ["venues"],
    ["datasets"],
    ["downloads"],
    ["post_mortem"],
    ["figures"],
    ["widgets"],
    ["attack"],
    ["sentences"],
    ["answer_values"],
    ["mistakes", "referees"],
    ["near_misses"],
    ["check"],
    ["answer_keys", "graded"],
]
ORDER = [module for floor in FLOORS for module in floor]
SOURCES = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def module_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_modules(path):
    """The modules of the package that a file imports, whether by full name or relative to itself."""
    parents = path.relative_to(PACKAGE.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parents[: len(parents) + 1 - node.level]) if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            names = [f"{origin}.{alias.name}" for alias in node.names]
        for name in names:
            top, _, rest = name.partition(".")
            if top == "inversefutures" and rest:
                yield rest.partition(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_above_it(path):
    module = module_of(path)
    assert module in ORDER, f"{module} has no floor yet: add it here and to CONTRIBUTING.md"
    for imported in imported_modules(path):
        assert imported == module or ORDER.index(imported) < ORDER.index(module), f"{module} ← {imported}"


def test_the_mathematics_reads_no_files_and_uses_no_numerics():
    for module in FLOORS[1]:
        text = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
        for foreign in ("numpy", "open(", "pathlib", "json", "csv"):
            assert foreign not in text, f"{module} uses {foreign}"


WITHOUT_NUMERICS = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "matplotlib"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import sympy as sp
from inversefutures import check, contract, datasets, margin, notation, perpetual, position, risk_limits
from inversefutures import venues, waterfall
from inversefutures.widgets import Curve, Event, Explorer, InputPath, Line, Panel, PathPanel
from inversefutures.widgets import Simulator, Slider, State

texts = {"question": "What is it worth?", "description": "The payoff of one contract."}
price, leverage, coins = notation.S, notation.L, sp.Symbol("coins")
explorer = Explorer(
    title="Payoff", x=Slider(price, 8_000, 2_000, 30_000),
    panels=[Panel("Profit", "BTC", [Curve(1 / price, "inverse", "inverse")])], **texts,
)
explorer.set(price=9_000)
simulator = Simulator(
    title="Story", path=InputPath({price: [100, 90.126, 80]}, start="2020-03-12", unit="hours", decimals=2),
    parameters=[Slider(leverage, 2, 1, 5)], state=[State(coins, 1 / leverage, coins - 1 / price)],
    events=[Event(coins < sp.Rational(19, 50), "call")],
    panels=[PathPanel("Coins", "BTC", [Line(coins, "coins", "coin")])], **texts,
)
for widget in (explorer, simulator):
    faces, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in faces
    assert widget.spec["question"] in faces["text/html"]
    assert "<svg" not in faces["text/html"]
    assert "image/svg+xml" not in faces
assert simulator.spec["path"]["columns"] == [[100, 90.13, 80]]
try:
    explorer.picture()
except ModuleNotFoundError as missing:
    print("missing for a picture:", missing.name)
"""


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_package_alone_is_light_and_has_everything():
    answer = run(
        "import sys, inversefutures\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'sympy', 'numpy', 'matplotlib', 'anywidget', 'IPython'}))\n"
        "print(inversefutures.contract.value(notional=100, price=400))\n"
        "print(inversefutures.venues.liquidation_price.__name__)\n"
        "print('numpy' in sys.modules, 'contract' in dir(inversefutures), 'check' in dir(inversefutures))\n"
        "inversefutures.figures, inversefutures.check\n"
        "print(inversefutures.__version__)\n"
    )
    assert answer.stderr == ""
    light, value, name, found, version = answer.stdout.splitlines()
    assert light == "[]"
    assert value == "1/4"
    assert name == "liquidation_price"
    assert found == "False True True"
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match=r"no module 'futures': its modules are .*contract.*venues"):
        _ = inversefutures.futures


def test_a_widget_lives_where_there_is_no_numpy_and_no_matplotlib():
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMERICS], capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert run.stdout == "missing for a picture: numpy\n"


def test_an_older_python_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is Python 3\.10: "):
        runpy.run_path(str(PACKAGE.parent / "setup.py"))
