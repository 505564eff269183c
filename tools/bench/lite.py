"""JupyterLite: its size, and what a reader waits for until sympy has answered in the browser."""

import time
from pathlib import Path

from playwright.sync_api import Browser

from tools.bench.report import table
from tools.bench.server import served
from tools.lite import SITE

QUESTION = "import sympy\nprint('sympy says', sympy.integrate(sympy.Symbol('x')))"
ANSWER = "sympy says x**2/2"
PATIENCE = 180_000


def jupyterlite(browser: Browser) -> None:
    """Measure the JupyterLite that is there, from an empty cache to the first output."""
    if not (SITE / "index.html").is_file():
        print("\nJupyterLite: not measured. Run make lite to have it.")
        return
    files = [path for path in SITE.rglob("*") if path.is_file()]
    lesson = min(Path("lessons").glob("*.ipynb"))
    with served(SITE.parent) as server:
        page = browser.new_page()
        start = time.perf_counter()
        with page.expect_worker(timeout=PATIENCE):
            page.goto(f"{server.address}{SITE.name}/notebooks/index.html?path={lesson.as_posix()}")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=PATIENCE)
        page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name=insert] button").click()
        page.locator(".jp-Notebook .jp-Cell.jp-mod-active .cm-content").click()
        page.keyboard.insert_text(QUESTION)
        page.keyboard.press("Control+Enter")
        page.get_by_text(ANSWER, exact=True).wait_for(timeout=PATIENCE)
        seconds = time.perf_counter() - start
        page.context.close()
    table(
        "JupyterLite: until sympy's first output, from an empty cache",
        ["files", "on disk MB", "sent gzipped MB", "requests", "s"],
        [[len(files), f"{sum(path.stat().st_size for path in files) / 1e6:.1f}",
          f"{sum(server.sizes) / 1e6:.1f}", len(server.sizes), f"{seconds:.1f}"]],
    )  # fmt: skip
