"""The judge of the page: one script out of its modules, and the keys in the form that it reads.

The modules in ``book/_answers`` are ES modules, which tests load one by one. A page gets them joined as one
classic script, because a page that is opened from a folder may load no modules. The sentences come from the
package, so that the page and a notebook say the same.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from inversefutures.answer_values import importable_name
from inversefutures.mistakes import role_of
from inversefutures.notation import QUANTITIES
from inversefutures.sentences import SENTENCES
from inversefutures.widgets.scripts import without_comments

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
PLACE_OF_SENTENCES = "SENTENCES = {}"


def joined_modules(name: str, modules: Iterable[Path]) -> str:
    """Return some modules as one text, without imports, exports and comments.

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
    return bare(joined)


def bare(text: str) -> str:
    """Return a module's text without imports, exports and comments."""
    return without_comments(EXPORT.sub("", IMPORT.sub("", text)))


def script(name: str) -> str:
    """Return the modules of a script as one, without remarks."""
    joined = joined_modules(name, (MODULES / f"{module}.js" for module in SCRIPTS[name]))
    if joined.count(PLACE_OF_SENTENCES) != ("sentences" in SCRIPTS[name]):
        raise ValueError(f"sentences.js must have one place for the sentences, {PLACE_OF_SENTENCES}")
    sentences = json.dumps(SENTENCES, ensure_ascii=False, separators=(",", ":"))
    joined = joined.replace(PLACE_OF_SENTENCES, f"SENTENCES = {sentences}")
    return f'(() => {{\n"use strict";\n{joined}}})();\n'


def page_key(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored key as the page's judge reads it.

    Each quantity comes with the names that may be typed for it, first the one that the task has.
    """
    if key["kind"] == "choice":
        return {name: key[name] for name in ("kind", "hint", "praise", "correct", "wrong")}
    arguments = []
    for place, name in enumerate(key["arguments"]):
        symbol = QUANTITIES[name].symbol
        names = [*key["called"][place : place + 1], importable_name(symbol), str(symbol)]
        hidden = {"hidden": True} if name in key.get("hidden", ()) else {}
        arguments.append({"names": list(dict.fromkeys(names)), "role": role_of(name), **hidden})
    options = {name: key[name] for name in ("digits", "prices", "given", "face_value") if key.get(name)}
    return {
        "kind": key["kind"],
        "hint": key["hint"],
        "praise": key["praise"],
        "arguments": arguments,
        **{name: key[name] for name in ("points", "correct", "wrong")},
        **options,
    }
