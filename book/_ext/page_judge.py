"""The judge of the page: one script out of its modules, and the keys in the form that it reads.

The modules in ``book/_answers`` are ES modules, which tests load one by one. A page gets them joined as one
classic script, because a page that is opened from a folder may load no modules. The sentences come from the
package, so that the page and a notebook say the same.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from inversefutures.answer_keys import SAMPLES
from inversefutures.answer_values import importable_name
from inversefutures.check import close
from inversefutures.mistakes import role_of
from inversefutures.notation import QUANTITIES
from inversefutures.sentences import SENTENCES

MODULES = Path(__file__).parents[1] / "_answers"
JUDGE = ["sentences", "formula", "value", "mathml", "mistakes", "near", "judge"]
SCRIPTS = {
    "answers.js": [*JUDGE, "records", "schedule", "panel", "boxes", "drills", "exercises"],
    "answered.js": ["records", "schedule", "panel", "questions", "lesson"],
    "review.js": [*JUDGE, "records", "schedule", "panel", "boxes", "drills", "questions", "review"],
    "map.js": ["records", "map"],
    "venues.js": ["ages", "venues"],
    "self_test.js": ["records", "schedule", "panel", "questions", "self_test"],
}
"""The modules of each script, in the order of their imports."""
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
REMARK = re.compile(r"^\s*(?://[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
REMARK_BEHIND = re.compile(r"(?<=[,;{]) +// .*$", re.MULTILINE)
INDENT = re.compile(r"\n\s+")
PLACE_OF_SENTENCES = "SENTENCES = {}"
POINTS_OF_AN_EXPRESSION = 5
"""So many of the points that were drawn; those that an author names are kept besides."""
LEAST_POINTS = {"expression": 2, "function": 5}
"""A mistake is known by at least so many points; a function may have branches, which more points find."""
APART = 1e-3
"""Two mistakes differ by this, relative, at one of the points at which the page knows them."""
DIGITS = 10
"""So many digits of a formula's values are enough to judge by, and nearly half less to load."""
DIGITS_OF_A_MISTAKE = 6
"""So many are enough to know a mistake by."""


def joined_modules(name: str, modules: Iterable[Path]) -> str:
    """Return some modules as one text, without imports, exports and remarks.

    Parameters
    ----------
    name : str
        What they make together, for the message.
    modules : paths, in the order of their imports

    Raises
    ------
    ValueError
        If two of them declare the same name.
    """
    joined = "".join(path.read_text("utf-8") for path in modules)
    names = Counter(DECLARED.findall(joined))
    if clashes := [each for each, count in names.items() if count > 1]:
        raise ValueError(
            f"{name}: two of its modules declare {', '.join(clashes)}; as one script they need two names"
        )
    joined = EXPORT.sub("", IMPORT.sub("", joined))
    return INDENT.sub("\n", REMARK_BEHIND.sub("", REMARK.sub("", joined)))


def script(name: str) -> str:
    """Return the modules of a script as one, without remarks."""
    joined = joined_modules(name, (MODULES / f"{module}.js" for module in SCRIPTS[name]))
    if joined.count(PLACE_OF_SENTENCES) != ("sentences" in SCRIPTS[name]):
        raise ValueError(f"sentences.js must have one place for the sentences, {PLACE_OF_SENTENCES}")
    sentences = json.dumps(SENTENCES, ensure_ascii=False, separators=(",", ":"))
    joined = joined.replace(PLACE_OF_SENTENCES, f"SENTENCES = {sentences}")
    return f'(() => {{\n"use strict";\n{joined}}})();\n'


def with_fewer_points(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the key of an expression with as many of its points as tell it from any other.

    A function may have branches, which more points find.
    """
    count = len(key["points"]) - SAMPLES + POINTS_OF_AN_EXPRESSION
    wrong = [{**each, "values": each["values"][:count]} for each in key["wrong"]]
    return {**key, "points": key["points"][:count], "correct": key["correct"][:count], "wrong": wrong}


def points_of_mistakes(key: Mapping[str, Any]) -> int:
    """Return how many of a key's points tell its mistakes from each other, and from the right answer."""
    columns = [key["correct"], *(wrong["values"] for wrong in key["wrong"])]
    least = LEAST_POINTS.get(key["kind"], 1)
    return next(
        (
            count
            for count in range(least, len(key["points"]))
            if not any(close(one[:count], other[:count], APART) for one, other in combinations(columns, 2))
            and all(
                len(set(column[:count])) > 1 or len(set(column)) == 1
                for column in zip(*key["points"], strict=True)
            )
        ),
        len(key["points"]),
    )


def page_key(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored key as the page's judge reads it.

    Each quantity comes with the names that may be typed for it, first the one that the task has.
    """
    if key["kind"] == "choice":
        return {name: key[name] for name in ("kind", "hint", "praise", "correct", "wrong")}
    if key["kind"] == "expression":
        key = with_fewer_points(key)
    seen = points_of_mistakes(key)
    arguments = []
    for place, name in enumerate(key["arguments"]):
        symbol = QUANTITIES[name].symbol
        names = [*key["called"][place : place + 1], importable_name(symbol), str(symbol)]
        hidden = {"hidden": True} if name in key.get("hidden", ()) else {}
        arguments.append({"names": list(dict.fromkeys(names)), "role": role_of(name), **hidden})
    # A number is judged at the digits that were typed, where the last one of the key may tell.
    shown, shown_wrong = (float, float) if key["kind"] == "number" else (rounded, rounded_mistake)
    wrong = [{**each, "values": list(map(shown_wrong, each["values"][:seen]))} for each in key["wrong"]]
    numbers = {"points": key["points"], "correct": list(map(shown, key["correct"])), "wrong": wrong}
    options = {name: key[name] for name in ("digits", "prices", "given", "face_value") if key.get(name)}
    return {
        "kind": key["kind"],
        "hint": key["hint"],
        "praise": key["praise"],
        "arguments": arguments,
        **numbers,
        **options,
    }


def rounded(value: float, digits: int = DIGITS) -> float:
    """Return a value with as many digits as the judge looks at, whole where it is whole."""
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() else short


def rounded_mistake(value: float) -> float:
    """Return a value with as many digits as a mistake is known by."""
    return rounded(value, DIGITS_OF_A_MISTAKE)
