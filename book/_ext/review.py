"""The review page, and the drills: tasks, bets and questions that come back.

The review page holds the text of every bet and question of the course as data, taken from the finished pages,
and where each task is. So it works from a folder, and nobody's records leave the browser. Drills are files of
their own, one for each lesson, which a page loads when somebody asks for one.
"""

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from page_judge import page_key
from page_parts import script_where
from sphinx.application import Sphinx

from inversefutures.answer_keys import DRILL_FOLDER
from inversefutures.check import ANSWERS, stored_key
from inversefutures.mistakes import role_of
from inversefutures.notation import QUANTITIES

PAGE = "book/review"
EXERCISES = "exercises/"
DATA = re.compile(r'\s*<script type="application/json" class="review-data">.*?</script>', re.DOTALL)
KEYS = re.compile(r'<script type="application/json" class="answer-keys">(.*?)</script>', re.DOTALL)
BOX = re.compile(r'<div class="(bet|bet-settled|question)"([^>]*)>')
DIV = re.compile(r"<(/?)div\b[^>]*>")
ATTRIBUTE = re.compile(r'data-(\w+)="([^"]*)"')
NOT_HERE = re.compile(r'</?a\b[^>]*>|\sid="[^"]*"')  # links that lead from another page, names that it has
TITLE = re.compile(r"<h1>(.*?)(?:<a\b|</h1>)", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def drill_script(topic: str, drills: dict[str, Any]) -> str:
    """Return the script that hands a lesson's drills to the page which asked for them.

    Parameters
    ----------
    topic : str
        The lesson's name without its number.
    drills : dict
        What `answer_key` has stored, by task.
    """
    told = {}
    for task, drill in drills.items():
        key = stored_key(task)
        arguments = page_key(key)["arguments"]
        told[task] = {
            "quantities": [
                [argument["names"][0], QUANTITIES[name].unit_name, place]
                for place, (argument, name) in enumerate(zip(arguments, key["arguments"], strict=True))
                if not argument.get("hidden")  # only a mistake has it
            ],
            "prices": [place for place, name in enumerate(key["arguments"]) if role_of(name) == "price"],
            "hint": key["hint"],
            **drill,
        }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"inverseFuturesDrills({json.dumps(topic)},{text});\n"


def write_drills(app: Sphinx) -> None:
    """Write the drills of each lesson where its pages find them."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", "drills")
    for path in sorted((ANSWERS / DRILL_FOLDER).glob("*.json")):
        for exercises in Path(app.srcdir, EXERCISES).glob(f"{path.stem}_*.ipynb"):
            folder.mkdir(parents=True, exist_ok=True)
            topic = exercises.stem.partition("_")[2]
            script = drill_script(topic, json.loads(path.read_text("utf-8")))
            (folder / f"{exercises.stem}.js").write_text(script, "utf-8")


def drill_address(app: Sphinx, page: str) -> str:
    """Return where the drills of an exercise page are, from that page, or nothing."""
    name = page.rpartition("/")[2]
    path = Path(app.outdir, "_static", "drills", f"{name}.js")
    if not path.is_file():
        return ""
    return f"../_static/drills/{name}.js?v={zlib.crc32(path.read_bytes()):08x}"


def boxes(page: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the bets, settlings and questions of a finished page: kind, attributes and HTML."""
    for found in BOX.finditer(page):
        depth = 1
        for tag in DIV.finditer(page, found.end()):
            depth += -1 if tag[1] else 1
            if not depth:
                yield (
                    found[1],
                    dict(ATTRIBUTE.findall(found[2])),
                    NOT_HERE.sub("", page[found.start() : tag.end()]),
                )
                break


def items(page: str, address: str) -> dict[str, dict[str, str]]:
    """Return what of a finished page can come back, by the name under which it is remembered.

    Parameters
    ----------
    page : str
        Its HTML.
    address : str
        Where it is, from the review page.
    """
    title = TAG.sub("", found[1]).strip() if (found := TITLE.search(page)) else address
    all_of_it = list(boxes(page))
    settled = {what["bet"]: html for kind, what, html in all_of_it if kind == "bet-settled"}
    told = {}
    for kind, what, html in all_of_it:
        if kind == "question":
            told[what["record"]] = {"title": title, "address": address, "html": html}
        elif kind == "bet" and what["bet"] in settled:
            told[what["record"]] = {"title": title, "address": address, "html": html + settled[what["bet"]]}
    for text in KEYS.findall(page):
        keys = json.loads(text)
        if not isinstance(keys["tasks"], dict):
            continue  # a lesson, which only counts them
        for task, key in keys["tasks"].items():
            anchor = key["solution"].partition("#")[2]
            drills = keys.get("drills", "") if key["kind"] in ("expression", "function") else ""
            told[f"{keys['set']}.{task.partition('.')[2]}"] = {
                "title": title,
                "address": f"{address}#{anchor}",
                "task": task,
                "solution": key["solution"],
                "drills": drills,
            }
    return told


def write_data(app: Sphinx, error: Exception | None) -> None:
    """Put all that can come back into the review page, once the pages it is taken from are finished."""
    if error or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    told: dict[str, Any] = {}
    for name in sorted(app.env.found_docs - {PAGE}):
        page = Path(app.outdir, app.builder.get_target_uri(name)).read_text("utf-8")
        if BOX.search(page) or KEYS.search(page):
            told |= items(page, app.builder.get_relative_uri(PAGE, name))
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    path = Path(app.outdir, app.builder.get_target_uri(PAGE))
    script = f'\n<script type="application/json" class="review-data">{text}</script>'
    page = DATA.sub("", path.read_text("utf-8"))
    path.write_text(page.replace("</article>", f"</article>{script}", 1), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("builder-inited", write_drills)
    app.connect("html-page-context", script_where("review.js", lambda page, _: page == PAGE))
    app.connect("build-finished", write_data, priority=700)  # before the pages are made light
    return {"parallel_read_safe": True, "parallel_write_safe": True}
