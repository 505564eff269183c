"""The built site, served on loopback to one browser that may talk to nobody else."""

import functools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    expect,
    sync_playwright,
)

from inversefutures.widgets.scripts import site_script, stylesheet
from tests.browser.firefox import Firefox
from tests.browser.small_book import build_small_book
from tools.browser import LAUNCH_ARGUMENTS, find_browser, find_firefox
from tools.pdf import TARGET
from tools.serve import open_server

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
WAIT = 60_000
"""Milliseconds that a test waits for what must come: seconds here, and more beside busy processes."""
expect.set_options(timeout=WAIT)
DENIED = (
    "Object.defineProperty(window, 'localStorage',"
    " { get() { throw new DOMException('denied', 'SecurityError') } })"
)
"""A script that denies a page its storage."""
START = datetime(2026, 3, 2, 12)
Open = Callable[..., Page]

SOURCES = [
    "_config.yml",
    "_toc.yml",
    "book",
    "lessons",
    "exercises",
    "solutions",
    "inversefutures",
    "tests/golden",
]


@dataclass
class Visit:
    """A page and what went wrong while it was open."""

    page: Page
    foreign_requests: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> list[str]:
        return self.foreign_requests + self.failed_requests + self.console_errors


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Open what a private window of the browser is; arguments are those of Playwright's new_context."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
    context.set_default_timeout(WAIT)
    return context


def settle(page: Page) -> None:
    """Wait until colours have faded in, widgets are drawn, and boxes that scroll are stops for the keyboard.

    A colour that is still fading has the contrast of neither scheme, and the theme's script waits for a calm
    before it looks at the boxes.
    """
    page.wait_for_function(
        "() => document.getAnimations().every(animation => animation.playState !== 'running')"
        " && [...document.querySelectorAll('pre, .cell_output > .output, .pst-scrollable-table-container')]"
        ".every(box => box.closest('details:not([open])') || box.scrollWidth <= box.clientWidth"
        " || box.tabIndex === 0)"
        " && [...document.querySelectorAll('.if-live summary')]"
        ".every(name => name.textContent || !name.checkVisibility())"
    )


class QuietHandler(SimpleHTTPRequestHandler):
    """A file server that prints no log."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass


def require(built: Path, what: str, command: str) -> None:
    """Fail unless a built file is there, and newer than everything the site is built from."""
    if not built.is_file():
        pytest.fail(f"there is no {what}: run {command} first", pytrace=False)
    for source in SOURCES:
        for path in [ROOT / source, *(ROOT / source).rglob("*")]:
            changed = path.relative_to(ROOT)
            if any(part.startswith(".") or part == "__pycache__" for part in changed.parts):
                continue
            if path.is_file() and path.stat().st_mtime > built.stat().st_mtime:
                pytest.fail(f"{changed} is newer than the {what}: run {command} first", pytrace=False)


@pytest.fixture(scope="session")
def built_site() -> Path:
    """The folder of the built site."""
    require(HTML / "searchindex.js", "built site", "make book")
    return HTML


@pytest.fixture(scope="session")
def built_pdf(built_site: Path) -> Path:
    """The book as a PDF."""
    require(TARGET, "PDF", "make pdf")
    return TARGET


@pytest.fixture(scope="session")
def site_url(built_site: Path) -> Iterator[str]:
    """The address at which the site is served, without a slash at its end."""
    yield from served(built_site)


def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(QuietHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site with one lesson, its exercises and the review."""
    return build_small_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="session")
def small_site_url(small_site: Path) -> Iterator[str]:
    """The address at which that site is served."""
    yield from served(small_site)


@pytest.fixture
def open_small_page(browser: Browser, small_site_url: str) -> Iterator[Open]:
    """Open a page of the small site, all in one private window at one time of day.

    The site is served: of pages from a folder Chromium on a busy machine loses now and then what one has kept
    before the next one asks for it.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_it(name: str, before: str = "", day: int = 0, **options: Any) -> Page:
        if not contexts:
            contexts.append(new_context(browser, **options))
            if before:
                contexts[0].add_init_script(before)
        page = contexts[0].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.clock.set_fixed_time(START + timedelta(days=day))
        page.goto(f"{small_site_url}/{name}.html")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # In one process all pages of a site see at once what one of them keeps.
        arguments = [*LAUNCH_ARGUMENTS, "--process-per-site"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield browser
        browser.close()


def watch(context: BrowserContext, site_url: str) -> Visit:
    """Open an empty page, keep it within the site, and note what goes wrong on it.

    A request to another origin is blocked and noted; so are failed requests, answers of 400 and more, errors
    and warnings on the console and uncaught exceptions. What the browser drops because the page is left, its
    icon for one, has not failed.
    """
    page = context.new_page()
    visit = Visit(page)

    def guard(route: Route) -> None:
        if route.request.url.startswith((f"{site_url}/", "file://", "data:", "blob:")):
            route.continue_()
        else:
            visit.foreign_requests.append(f"request to another origin: {route.request.url}")
            route.abort()

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visit.console_errors.append(f"console {message.type}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            visit.failed_requests.append(f"{response.status}: {response.url}")

    def on_failure(request: Request) -> None:
        if request.failure in ("net::ERR_ABORTED", "NS_BINDING_ABORTED"):
            return
        visit.failed_requests.append(f"failed: {request.url} ({request.failure})")

    context.route("**/*", guard)
    page.on("console", on_console)
    page.on("pageerror", lambda error: visit.console_errors.append(f"uncaught: {error}"))
    page.on("response", on_response)
    page.on("requestfailed", on_failure)
    return visit


PAPER = int(170 / 25.4 * 96)
"""The text's width on A4, in CSS pixels."""


def put_on_paper(page: Page) -> None:
    """Show a page as the browser sees it while it prints."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 955})


def wake(page: Page) -> None:
    """Press a key that does nothing else: it brings to life the widgets that are far from the reader."""
    page.keyboard.press("Shift")


@pytest.fixture
def visit(browser: Browser, site_url: str) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site by its path, or any address; arguments are those of Playwright's new_context.

    `before` is a script that runs before those of the page.
    """
    contexts = []

    def open_page(path: str, before: str = "", **options: Any) -> Visit:
        contexts.append(new_context(browser, **options))
        if before:
            contexts[-1].add_init_script(before)
        visit = watch(contexts[-1], site_url)
        visit.page.goto(path if "://" in path else f"{site_url}/{path}", wait_until="load")
        wake(visit.page)
        return visit

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def context_without_storage(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser whose user lets no site keep data."""
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings), "utf-8")
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=find_browser(), args=list(LAUNCH_ARGUMENTS)
    )
    context.set_default_timeout(WAIT)
    yield context
    context.close()


@pytest.fixture
def visit_without_storage(context_without_storage: BrowserContext, site_url: str) -> Callable[[str], Visit]:
    """Open a page of the site in a browser whose user lets no site keep data."""

    def open_page(path: str) -> Visit:
        visit = watch(context_without_storage, site_url)
        visit.page.goto(f"{site_url}/{path}", wait_until="load")
        return visit

    return open_page


def start_firefox(folder: Path, **preferences: Any) -> Iterator[Firefox]:
    program = find_firefox()
    if program is None:
        pytest.skip("no Firefox is installed: install it, or name its program file in FIREFOX_PATH")
    firefox = Firefox(program, folder, preferences, WAIT / 1000)
    yield firefox
    firefox.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    yield from start_firefox(tmp_path_factory.mktemp("firefox"))


@pytest.fixture(scope="session")
def firefox_without_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Firefox whose user lets no site keep data."""
    yield from start_firefox(tmp_path_factory.mktemp("firefox"), **{"network.cookie.cookieBehavior": 2})


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the WIDGETS of the test's module, as any static site could hold it."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "widgets.js").write_text(site_script(), "utf-8")
    (folder / "widgets.css").write_text(stylesheet(), "utf-8")
    widgets = "".join(widget.html() for widget in request.module.WIDGETS)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Widgets</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="widgets.css">'
        '<script src="widgets.js"></script>'
        "<style>body { background: var(--if-background); color: var(--if-text); margin: 12px }</style></head>"
        f"<body><main><h1>Widgets</h1>{widgets}</main></body></html>",
        "utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def addresses(folder: Path) -> Iterator[dict[str, str]]:
    with open_server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"loopback": f"{server.address}index.html", "folder": (folder / "index.html").as_uri()}
        server.shutdown()


@pytest.fixture
def open_page(browser: Browser, addresses: dict[str, str]) -> Iterator[Callable[..., Page]]:
    contexts = []
    complaints: list[str] = []

    def open_page(way: str = "folder", **options: Any) -> Page:
        context = new_context(browser, **({"viewport": {"width": 900, "height": 1000}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(addresses[way])
        wake(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
