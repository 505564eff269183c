"""What the answers on a page weigh, and how long a reader waits for the judge's words."""

import re
import statistics

from playwright.sync_api import Browser

from tools.bench.pages import SLOWER
from tools.bench.report import compressed, table
from tools.serve import SITE

SCRIPTS = ("answers.js", "answered.js", "review.js")
KEYS = re.compile(r'<script type="application/json" class="answer-keys">(.*?)</script>', re.DOTALL)
ROUNDS = 10

# A forced layout after each check, so that no part of the work waits for the next frame uncounted.
CHECKS = """
(rounds) => {
  const times = [];
  for (let i = 0; i < rounds; i++) {
    for (const field of document.querySelectorAll("form.answer input[type=text]")) {
      field.value = `${i + 2}/3`;
      const start = performance.now();
      field.form.requestSubmit();
      field.form.getBoundingClientRect();
      if (i) times.push(performance.now() - start);
    }
  }
  return times;
}
"""


def _kilobytes(text: bytes) -> str:
    return f"{compressed(text) / 1000:.1f}"


def weights() -> None:
    """Weigh the scripts, and what a page of exercises knows and can load."""
    static = SITE / "_static"
    table(
        "Answers: scripts",
        ["", "gzipped KB"],
        [[name, _kilobytes((static / name).read_bytes())] for name in SCRIPTS],
    )
    rows = []
    for page in sorted((SITE / "exercises").glob("*.html")):
        keys = KEYS.search(page.read_text("utf-8"))
        drills = static / "drills" / f"{page.stem}.js"
        rows.append(
            [
                page.stem,
                _kilobytes(keys[1].encode()) if keys else "",
                _kilobytes(drills.read_bytes()) if drills.is_file() else "",
            ]
        )
    table("Answers: data of a page, gzipped KB", ["exercises", "keys", "drills, on demand"], rows)


def checks(browser: Browser) -> None:
    """Time from a check to the words that are said, over all boxes of the first pages."""
    rows = []
    for path in sorted((SITE / "exercises").glob("*.html"))[:5]:
        row: list[str | int] = [path.stem]
        for slower in (1, SLOWER):
            page = browser.new_page()
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            page.goto(path.resolve().as_uri(), wait_until="networkidle")  # nobody answers while it loads
            times = sorted(page.evaluate(CHECKS, ROUNDS))
            page.close()
            p95 = times[round(0.95 * (len(times) - 1))]
            row += [f"{statistics.median(times):.2f}", f"{p95:.2f}"]
        rows.append([*row, len(times)])
    slow = f"CPU {SLOWER}x slower"
    heads = ["exercises", "median ms", "p95 ms", f"{slow}, median", f"{slow}, p95", "checks"]
    table("Answers: from the check to the words", heads, rows)
