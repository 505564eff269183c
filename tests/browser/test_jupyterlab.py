"""The widget in a real JupyterLab: the reader's slider and Python's variable are one."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import new_context

WIDGET = """\
from inversefutures.widgets import Curve, Explorer, Panel, Slider
from inversefutures.notation import E, S

explorer = Explorer(
    title="Payoff", question="What is it worth?", description="The payoff of one inverse contract.",
    x=Slider(S, 8_000, 2_000, 30_000), parameters=[Slider(E, 10_000, 2_000, 30_000, step=100)],
    panels=[Panel("Profit", "BTC", [Curve(10_000 * (1 / E - 1 / S), "inverse", "inverse")])],
)
explorer"""
SIMULATOR = """\
from inversefutures.notation import L
from inversefutures.widgets import Event, InputPath, Line, PathPanel, State, Simulator
import sympy as sp

coins = sp.Symbol("coins")
simulator = Simulator(
    title="Story", question="When is it over?", description="Coins that shrink with the price.",
    path=InputPath({S: [100, 90, 80, 70, 60]}, start="2020-03-12", unit="hours"),
    parameters=[Slider(L, 2, 1, 5, step=0.5)], state=[State(coins, 1 / L, coins - 1 / S)],
    events=[Event(coins < sp.Rational(19, 50), "call", once=True)],
    panels=[PathPanel("Coins", "BTC", [Line(coins, "coins", "coin")])],
)
simulator"""
CELLS = [
    WIDGET, "print('Python sees', explorer.values['entry_price'])", "explorer.set(entry_price=25_000)",
    SIMULATOR, "print('Python sees', simulator.values['leverage'], len(simulator.run().events))",
    "simulator.set(leverage=1)",
]  # fmt: skip
START_SECONDS = 300


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with one notebook, in folders of its own."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "widget.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.root_dir": str(folder),
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",
        "ServerApp.open_browser": "False",
        "ServerApp.allow_root": "True",
        "IdentityProvider.token": "",
        "LabApp.news_url": "",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }
    home = folder / "home"
    variables = {
        f"JUPYTER_{name}": str(home / name.lower()) for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    } | {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())],
            env=os.environ | variables, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=5).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        pytest.fail(f"JupyterLab did not start:\n{(folder / 'log').read_text()}")
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def run_cell(page: Page, index: int) -> Locator:
    """Run one cell of the notebook and return it."""
    cell = page.locator(".jp-CodeCell").nth(index)
    cell.locator(".jp-InputPrompt").click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run Selected Cell and Do not Advance").click()
    return cell


def test_reader_and_python_move_the_same_slider(browser: Browser, laboratory: str) -> None:
    foreign = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((f"{laboratory}/", "data:", "blob:")):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    context = new_context(browser, viewport={"width": 1280, "height": 1600})
    context.route("**/*", guard)
    page = context.new_page()
    page.goto(f"{laboratory}/lab/tree/widget.ipynb")
    page.locator(".jp-CodeCell").nth(len(CELLS) - 1).wait_for()
    # The kernel's state is on the status bar; a cell that is run before it is idle is not run at all.
    status_bar = page.locator("#jp-bottom-panel")
    expect(status_bar).to_contain_text("(ipykernel) | Idle")

    widget = run_cell(page, 0).locator(".if-live")
    slider = widget.get_by_role("slider", name="Entry price")
    slider.wait_for()
    curve = widget.locator("path")
    before = curve.get_attribute("d")
    slider.press("ArrowRight")
    assert curve.get_attribute("d") != before
    number = widget.get_by_label("Entry price, exact value")
    assert number.input_value() == "10100"
    expect(run_cell(page, 1)).to_contain_text("Python sees 10100.0")

    run_cell(page, 2)
    expect(number).to_have_value("25000")
    expect(slider).to_have_attribute("aria-valuetext", "25,000 USD per BTC")

    story = run_cell(page, 3).locator(".if-live")
    slider = story.get_by_role("slider", name="Leverage")
    slider.press("ArrowRight")
    expect(story.locator(".if-outcome")).to_have_text("Call at 12 Mar 02:00.")
    expect(run_cell(page, 4)).to_contain_text("Python sees 2.5 1")
    time_slider = story.get_by_role("slider", name="Time")
    time_slider.press("ArrowLeft")
    expect(time_slider).to_have_attribute("aria-valuetext", "12 March 2020, 03:00 UTC")
    run_cell(page, 5)
    expect(story.locator(".if-outcome")).to_have_text("No call so far.")
    expect(slider).to_have_attribute("aria-valuetext", "1")
    assert page.locator(".if-live").count() == 2
    context.close()
    assert foreign == []
