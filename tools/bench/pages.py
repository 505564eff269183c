"""The pages of the site: what they weigh, and how soon a widget answers."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import Browser, Page, Request, Route

from tools.bench.project import ROOT
from tools.bench.report import compressed, table
from tools.serve import SITE

LOADS = 3
SLOWER = 4  # a telephone of the middle class beside a developer's machine, as Lighthouse has it

# The page is ready when a widget has taken an input and its new picture is laid out. A widget wakes when the
# reader is a screen away from it, so this reader goes straight to it.
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
  const widget = document.querySelector("figure.if-explorer");
  widget?.scrollIntoView({ behavior: "instant" });
  if (widget) answer();
});
"""


@dataclass(frozen=True)
class Weight:
    """What a page loads: bytes and requests of its own site, and the hosts of all other requests."""

    raw: int
    compressed: int
    requests: int
    others: tuple[str, ...]
    widget: bool


def names() -> list[str]:
    """Return the pages that the table of contents names and that are built, the landing page first."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    listed = [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]
    return [name for name in listed if (SITE / f"{name}.html").is_file()]


def weigh(browser: Browser, address: str, name: str) -> Weight:
    """Load a page once with an empty cache. Other hosts are not asked."""
    page = browser.new_page()
    own: list[Request] = []
    others: list[str] = []

    def guard(route: Route) -> None:
        url = route.request.url
        if url.startswith(address):
            own.append(route.request)
            route.continue_()
        elif url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            others.append(urlsplit(url).netloc)
            route.abort()

    page.route("**/*", guard)
    page.goto(f"{address}{name}.html", wait_until="networkidle")
    bodies = [response.body() for request in own if (response := request.response())]
    widget = page.locator("figure.if-explorer").count() > 0
    page.close()
    return Weight(sum(map(len, bodies)), sum(map(compressed, bodies)), len(own), tuple(others), widget)


def first_answer(browser: Browser, address: str, name: str, slower: int) -> str:
    """Return the milliseconds from navigation to the first answer: the median of some loads."""
    times = []
    for _ in range(LOADS):
        page = browser.new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.add_init_script(FIRST_ANSWER)
        page.goto(f"{address}{name}.html")
        page.locator("html[data-answered]").wait_for(state="attached")
        times.append(answered(page))
        page.close()
    return f"{statistics.median(times):.0f}"


def answered(page: Page) -> float:
    """Return when the page's first widget had answered, in milliseconds."""
    return float(page.evaluate("document.documentElement.dataset.answered"))


def columns(weight: Weight) -> list[str]:
    """Return what a table says of a weight."""
    return [f"{weight.raw / 1000:,.0f}", f"{weight.compressed / 1000:,.0f}", str(weight.requests)]


def all_pages(browser: Browser, address: str) -> dict[str, Weight]:
    """Weigh every page of the site and time the first widget of each that has one."""
    weights = {name: weigh(browser, address, name) for name in names()}
    rows = []
    for name, weight in weights.items():
        answers = ["no widget", ""]
        if weight.widget:
            answers = [first_answer(browser, address, name, slower) for slower in (1, SLOWER)]
        rows.append([name, *columns(weight), *answers])
    table(
        f"Pages: weight, and the time from navigation to a widget's first answer (median of {LOADS} loads)",
        ["page", "raw KB", "gzipped KB", "requests", "first answer, ms", f"CPU {SLOWER}x slower, ms"],
        rows,
    )
    return weights


def compare(weights: Iterable[tuple[str, Weight]]) -> None:
    """Put pages of ours beside those of a default book."""
    rows = [[title, *columns(w), len(w.others), len(set(w.others))] for title, w in weights]
    table(
        "Beside a default Jupyter Book, built in this run. Other hosts are not asked: what they would send,\n"
        "and load next, is not counted",
        ["page", "raw KB", "gzipped KB", "requests", "requests to other hosts", "other hosts"],
        rows,
    )
