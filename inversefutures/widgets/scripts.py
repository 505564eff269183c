"""The widgets' JavaScript and stylesheet, put together from their files; and formulas taken out of a page.

The modules in ``js/`` import each other as any browser or Node would have it. A notebook takes one text, and
a page from a folder takes no module at all, so they are joined here: in an order that puts each module behind
what it imports, without the lines that import and export. What is joined shares one scope. Therefore two
modules must not declare the same name, and one may import only what the other exports; both are checked.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inversefutures import palette

FOLDER = Path(__file__).with_name("js")
STYLESHEET = Path(__file__).with_name("widgets.css")
EXPORT = "export default { render };"
SPEC = re.compile(
    r'(<figure class="if-explorer"[^>]*><script type="application/json">)(.*?)(</script>)', re.DOTALL
)

_IMPORT = re.compile(r'^import(?: \{ ([\w, ]+) \} from)? "(\.[\w./]+\.js)";$', re.MULTILINE)
_DECLARED = re.compile(
    r"^(export )?(?:async )?(?:const|let|var|function|class) (?:(\w+)|[\[{]([^\]}]*)[\]}])", re.MULTILINE
)
_ANY_IMPORT = re.compile(r"^\s*(?:import|export)\b.*$", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(?:/\*\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_COMMENT_BEHIND = re.compile(r"(?<=[,;{}]) +// .*$", re.MULTILINE)


class JoinError(ValueError):
    """The modules cannot share one scope; the message names the file and the name."""


def joined(entries: list[str], folder: Path = FOLDER) -> str:
    """Return modules and all that they import as one text without imports and exports.

    Parameters
    ----------
    entries : list of str
        Files below `folder`. The layers in ``layers/`` are always among them: each enters itself, and no
        other module names it.
    folder : pathlib.Path

    Returns
    -------
    str
        The same for the same files, whatever the machine: modules come in the order in which a browser would
        evaluate them.

    Raises
    ------
    JoinError
        If two modules declare the same name, if one imports what is not exported, if modules import each
        other in a circle, or if an import or export has a form that cannot be joined.
    """
    order: list[str] = []
    texts: dict[str, str] = {}

    def visit(name: str, above: tuple[str, ...] = ()) -> None:
        if name in above:
            raise JoinError(f"{' imports '.join([*above, name])}: modules must not import in a circle")
        if name in texts and name in order:
            return
        path = folder / name
        if not path.is_file():
            raise JoinError(f"{above[-1] if above else 'an entry'} imports {name}, which is no file")
        texts[name] = path.read_text(encoding="utf-8")
        for _, target in _IMPORT.findall(texts[name]):
            visit(_resolved(name, target), (*above, name))
        order.append(name)

    layers = sorted(path.relative_to(folder).as_posix() for path in folder.glob("layers/*.js"))
    for entry in [*layers, *entries]:
        visit(entry)

    owner: dict[str, str] = {}
    exported: dict[str, set[str]] = {}
    for name in order:
        exported[name] = set()
        for export, single, several in _DECLARED.findall(texts[name]):
            for declared in [single] if single else [part.strip() for part in several.split(",")]:
                if declared in owner:
                    raise JoinError(
                        f"{name} declares {declared}, as {owner[declared]} does: rename one of them"
                    )
                owner[declared] = name
                if export:
                    exported[name].add(declared)
    return "\n".join(_bare(name, texts[name], exported) for name in order)


def _resolved(importer: str, target: str) -> str:
    parts = [*importer.split("/")[:-1]]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                raise JoinError(f"{importer} imports {target}, which lies outside the folder")
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def without_comments(text: str) -> str:
    """Return a script of ours without its comments and indents."""
    return re.sub(r"\n\s+", "\n", _COMMENT_BEHIND.sub("", _COMMENT.sub("", text)))


def _bare(name: str, text: str, exported: Mapping[str, set[str]]) -> str:
    """Return one module without imports, exports, comments and indents, all of its imports checked."""
    for wanted, target in _IMPORT.findall(text):
        missing = {part.strip() for part in wanted.split(",") if part.strip()} - exported[
            _resolved(name, target)
        ]
        if missing:
            raise JoinError(f"{name} imports {', '.join(sorted(missing))}, which {target} does not export")
    text = _IMPORT.sub("", without_comments(text))
    text = re.sub(r"^export (?=(?:async )?(?:const|let|function|class)\b)", "", text, flags=re.MULTILINE)
    if left := _ANY_IMPORT.search(text):
        raise JoinError(
            f"{name} has {left[0].strip()!r}: import {{ names }} from a file, export declarations"
        )
    return re.sub(r"\n{2,}", "\n", text).strip()


@functools.cache
def module() -> str:
    """Return the ES module that a notebook loads for a widget."""
    return f"{joined(['main.js'])}\n{EXPORT}\n"


@functools.cache
def site_script() -> str:
    """Return a classic script that brings every widget of a page to life, also on a page from a folder."""
    start = (
        'if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", host);\n'
        "else host();"
    )
    return f'(() => {{\n"use strict";\n{joined(["host.js"])}\n{start}\n}})();\n'


@functools.cache
def stylesheet() -> str:
    """Return the CSS that every widget needs: the palette's variables and the widgets' own rules."""
    return palette.css_variables() + STYLESHEET.read_text(encoding="utf-8") + _forced_colours()


def _forced_colours() -> str:
    """Return rules for a reader whose system sets the colours, such as a high contrast theme.

    The system's own colours take the surfaces. Lines keep their roles, in the shades for a background as dark
    as the reader's: a page's own theme does not reach the system's background.
    """
    surfaces = {
        "background": "Canvas", "panel": "Canvas", "text": "CanvasText", "muted": "CanvasText",
        "grid": "GrayText", "control": "CanvasText", "accent": "LinkText",
    }  # fmt: skip
    system = "".join(f"--if-{name}:{colour};" for name, colour in surfaces.items())
    rules = f"@media (forced-colors: active){{.if-live,.if-picture{{{system}}}}}\n"
    for scheme in ("light", "dark"):
        roles = "".join(f"--if-{role}:{getattr(each, scheme)};" for role, each in palette.ROLES.items())
        head = f"@media (forced-colors: active) and (prefers-color-scheme: {scheme})"
        rules += f"{head}{{.if-live,.if-picture{{{roles}}}}}\n"
    return rules


def with_formulas_apart(page: str) -> tuple[str, str]:
    """Take the formulas out of the widgets of an HTML page, and into a script.

    A page that has its formulas as functions can forbid the browser to make code from text (the
    ``unsafe-eval`` of a Content-Security-Policy).

    Parameters
    ----------
    page : str
        HTML with widgets as `Widget.html` writes them. Their formulas are text in the spec.

    Returns
    -------
    page : str
        The same, with a number in place of each formula.
    script : str
        A classic script that holds the functions under these numbers; to be loaded before `site_script`.
        Empty if the page has no widget.
    """
    functions: dict[str, int] = {}

    def numbered(node: Any, names: list[str]) -> Any:
        if isinstance(node, list):
            return [numbered(item, names) for item in node]
        if not isinstance(node, dict):
            return node
        within = [*names, *node["table"]["names"]] if "table" in node else names
        return {
            key: functions.setdefault(f"({', '.join(within)}) => ({value})", len(functions))
            if key == "js"
            else value
            if key == "table"
            else numbered(value, within)
            for key, value in node.items()
        }

    def replaced(found: re.Match[str]) -> str:
        spec = json.loads(found[2])
        return found[1] + spec_text(numbered(spec, argument_names(spec))) + found[3]

    page = SPEC.sub(replaced, page)
    script = ",\n".join(functions)
    return page, f'"use strict";\nvar inverseFuturesFormulas = [\n{script}\n];\n' if functions else ""


def argument_names(spec: Mapping[str, Any]) -> list[str]:
    """Return the arguments of a spec's formulas in order: x, if there is one, and every control."""
    names = [spec["x"]["name"]] if "x" in spec else []
    return names + [control["name"] for control in flat_controls(spec["parameters"])]


def flat_controls(parameters: list[Any]) -> list[Any]:
    """Return one control for each value: a list of legs is many."""
    flat = []
    for parameter in parameters:
        if parameter["kind"] == "legs":
            for leg in parameter["legs"]:
                flat += [leg["present"], *leg["controls"]]
        else:
            flat.append(parameter)
    return flat


def spec_text(spec: Mapping[str, Any], separators: tuple[str, str] | None = (",", ":")) -> str:
    """Return a spec as JSON that may stand within a script element."""
    text = json.dumps(spec, allow_nan=False, ensure_ascii=False, separators=separators)
    # "<" would let a "</script>" in a title end the element; JSON has its own escape for it.
    return text.replace("<", "\\u003c")
