"""JupyterLite as it is published: in a subfolder, with Python in the browser and no other host."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route, expect

from tests.browser.conftest import HTML, new_context
from tools.lite import LOCK, SITE, served_modules
from tools.needs import needed_modules
from tools.serve import open_server

ROOT = Path(__file__).parents[2]
SOURCES = ["lessons", "exercises", "solutions", "book", "inversefutures", "tools/lite.py", "tools/needs.py"]

FIRST_PAGE = "book/index"
START_MILLISECONDS = 600_000
"""Until Python has started and loaded sympy: seconds here, minutes on a slow and busy machine."""

DERIVATION = """\
import sympy as sp
import inversefutures
from inversefutures import contract, margin
from inversefutures.notation import LONG, M, S

position = dict(side=LONG, notional=10_000, entry_price=10_000)
price, = sp.solve(M + contract.profit_and_loss(**position), S)
assert sp.simplify(price - margin.bankruptcy_price(**position, margin=M)) == 0
print(inversefutures.__file__, "derives", price.subs(M, 1))"""
EXPLORER = """\
from inversefutures.widgets import Curve, Explorer, Panel, Slider
from inversefutures.notation import E, S

explorer = Explorer(
    title="Payoff", question="What is it worth?", description="The payoff of one inverse contract.",
    x=Slider(S, 8_000, 2_000, 30_000), parameters=[Slider(E, 10_000, 2_000, 30_000, step=100)],
    panels=[Panel("Profit", "BTC", [Curve(10_000 * (1 / E - 1 / S), "inverse", "inverse")])],
)
explorer"""


@dataclass
class Notebook:
    """A notebook that is open in JupyterLite, and what the browser had to complain of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        # The kernel is a worker. A cell that is run before there is one asks which kernel to take.
        with self.page.expect_worker(timeout=START_MILLISECONDS):
            self.page.goto(f"{self.address}notebooks/index.html?path={path}")
        status = self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        status.wait_for(timeout=START_MILLISECONDS)

    def run_all(self) -> None:
        """Start every cell; what is run afterwards waits for them."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def run(self, source: str) -> Locator:
        """Write a new cell below the selected one, run it, and return its output."""
        self.page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name=insert] button").click()
        selected = self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
        editor = selected.locator(".cm-content")
        expect(editor).to_have_text("")
        editor.click()
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")
        return selected.locator(".jp-OutputArea-output")


@pytest.fixture(scope="module")
def lite_address() -> Iterator[str]:
    """The address of JupyterLite, one folder down; it must be newer than everything it is built from."""
    stamp = SITE / "jupyter-lite.json"
    if not stamp.is_file():
        pytest.fail("JupyterLite is not built: run make lite first", pytrace=False)
    for source in SOURCES:
        for path in [ROOT / source, *(ROOT / source).rglob("*.*")]:
            hidden = path.name.startswith((".", "_")) or path.parent.name.startswith((".", "_"))
            if path.is_file() and not hidden and path.stat().st_mtime > stamp.stat().st_mtime:
                changed = path.relative_to(ROOT)
                pytest.fail(f"{changed} is newer than JupyterLite: run make lite first", pytrace=False)
    with open_server(SITE.parent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{server.address}{SITE.name}/"
        server.shutdown()


@pytest.fixture
def notebook(browser: Browser, lite_address: str) -> Iterator[Notebook]:
    context = new_context(browser, viewport={"width": 1280, "height": 900})
    notebook = Notebook(context.new_page(), lite_address)
    complain = notebook.complaints.append

    def guard(route: Route) -> None:
        if route.request.url.startswith((lite_address, "data:", "blob:")):
            route.continue_()
        else:
            complain(f"request to another origin: {route.request.url}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complain(f"console: {message.text}")

    context.route("**/*", guard)
    context.on("console", listen)
    context.on("weberror", lambda error: complain(f"uncaught: {error.error}"))
    context.on(
        "response",
        lambda answer: complain(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )
    yield notebook
    context.close()
    assert notebook.complaints == []


def test_a_lesson_opens_and_python_runs_in_the_browser(notebook: Notebook) -> None:
    notebook.open("lessons/05_liquidation_price.ipynb")
    page = notebook.page
    expect(page.get_by_role("heading", name="Liquidation price", exact=True)).to_be_visible()

    output = notebook.run(DERIVATION)
    expect(output).to_contain_text("derives 5000", timeout=START_MILLISECONDS)
    expect(output).to_contain_text("site-packages/inversefutures/")

    notebook.run(EXPLORER)
    live = page.locator(".if-live")
    slider = live.get_by_role("slider", name="Entry price")
    slider.wait_for()
    curve = live.locator("path")
    before = curve.get_attribute("d")
    slider.press("ArrowRight")
    assert curve.get_attribute("d") != before
    values = notebook.run("print('Python sees', explorer.values['entry_price'])")
    expect(values).to_contain_text("Python sees 10100.0")
    notebook.run("explorer.set(entry_price=25_000)")
    exact = live.get_by_label("Entry price, exact value")
    expect(exact).to_have_value("25000")


def test_a_notebook_runs_where_no_site_may_keep_anything(
    context_without_storage: BrowserContext, lite_address: str
) -> None:
    notebook = Notebook(context_without_storage.new_page(), lite_address)
    notebook.open("solutions/02_profit_and_loss.ipynb")
    output = notebook.run("import sympy; print(sympy.sqrt(8))")
    expect(output).to_have_text("2*sqrt(2)", timeout=START_MILLISECONDS)


def test_a_link_leads_from_a_lesson_to_its_exercises(notebook: Notebook) -> None:
    notebook.open("lessons/05_liquidation_price.ipynb")
    with notebook.page.context.expect_page() as opened:
        notebook.page.get_by_role("link", name="exercises").first.click()
    exercises = opened.value
    title = exercises.locator(".jp-Notebook h1")
    expect(title).to_contain_text("Liquidation price")
    assert exercises.url.startswith(f"{notebook.address}notebooks/index.html?path=exercises")


@pytest.mark.parametrize("name", ["lessons/03_curvature", "solutions/02_profit_and_loss"])
def test_a_notebook_that_is_offered_runs_to_its_end(name: str, notebook: Notebook) -> None:
    assert is_offered(name)
    cells = nbformat.read(SITE / "files" / f"{name}.ipynb", as_version=4).cells
    notebook.open(f"{name}.ipynb")
    notebook.run_all()
    expect(notebook.run("print('the end')")).to_have_text("the end", timeout=START_MILLISECONDS)
    # Cells are numbered as they run, and one that fails stops those that wait behind it.
    number = notebook.page.locator(".jp-Notebook .jp-Cell.jp-mod-active .jp-InputPrompt")
    before = sum(cell.cell_type == "code" and cell.source != "" for cell in cells)
    expect(number).to_have_text(f"[{before + 1}]:")


def is_offered(name: str) -> bool:
    """Whether the page of a notebook has a link to it here."""
    page = BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser")
    return bool(page.select(".run-it a[href*='lite/']"))


def test_exactly_the_notebooks_whose_modules_are_here_are_offered(
    built_site: Path, lite_address: str
) -> None:
    served = served_modules(SITE / "static" / "pyodide" / LOCK)
    assert {"sympy", "mpmath", "IPython", "anywidget", "ipywidgets", "traitlets"} <= served
    names = [path.relative_to(SITE / "files").with_suffix("") for path in (SITE / "files").rglob("*.ipynb")]
    assert len(names) > 30
    for name in map(str, names):
        needed = needed_modules(nbformat.read(ROOT / f"{name}.ipynb", as_version=4))
        if name != FIRST_PAGE:  # it has no bar
            assert is_offered(name) == (needed <= served), name


def test_the_first_page_lists_the_notebooks(notebook: Notebook) -> None:
    notebook.page.goto(notebook.address)
    for folder in ("lessons", "exercises", "solutions"):
        expect(notebook.page.get_by_role("listitem").filter(has_text=folder)).to_be_visible()
