"""Measure everything, the quick things first."""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.bench import answers, widgets
from tools.bench.default_book import PAGES, build_default_book
from tools.bench.lighthouse import lighthouse
from tools.bench.lite import jupyterlite
from tools.bench.pages import all_pages, compare, weigh
from tools.bench.project import builds, notebooks
from tools.bench.server import served
from tools.browser import LAUNCH_ARGUMENTS, find_browser
from tools.serve import SITE

RUNS = 3  # Lighthouse's figures scatter; the default book's are too far away for that to matter


def site(browser: Browser, program: str) -> None:
    """Measure the pages, alone and beside a default book."""
    with served(SITE) as ours, tempfile.TemporaryDirectory() as temporary:
        weights = all_pages(browser, ours.address)
        landing = next(iter(weights))
        lessons = [name for name in weights if name.startswith("lessons/")]
        heaviest = max(lessons, key=lambda name: weights[name].compressed)
        compared = [(f"ours: {name}", weights[name]) for name in (landing, heaviest)]
        judged = [(f"ours: {name}", f"{ours.address}{name}.html", RUNS) for name in (landing, heaviest)]
        default = build_default_book(Path(temporary))
        if default is None:
            print("\nThe default book cannot be built here, so there is nothing to compare with.")
            compare(compared)
            lighthouse(judged, program)
            return
        with served(default) as theirs:
            compared += [(title, weigh(browser, theirs.address, name)) for name, title in PAGES.items()]
            judged += [(title, f"{theirs.address}{name}.html", 1) for name, title in PAGES.items()]
            compare(compared)
            lighthouse(judged, program)


def main() -> None:
    """Measure, and print a table after each step."""
    widgets.sizes()
    program = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=LAUNCH_ARGUMENTS)
        widgets.redraw(browser)
        if SITE.is_dir():
            answers.weights()
            answers.checks(browser)
            site(browser, program)
        else:
            print(f"\n{SITE} is missing: run make book to measure its pages.")
        jupyterlite(browser)
        browser.close()
    builds()
    notebooks()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
