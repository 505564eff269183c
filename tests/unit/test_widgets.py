"""The widgets' JavaScript put together, and the contract between the two languages."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from inversefutures import notation
from inversefutures.widgets import Curve, Explorer, Panel, Slider
from inversefutures.widgets.scripts import (
    EXPORT,
    FOLDER,
    SPEC,
    JoinError,
    joined,
    module,
    site_script,
    stylesheet,
)
from inversefutures.widgets.spec import problems, typedefs

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path
    for folder in ("lessons", "solutions", "exercises", "book")
    for path in (ROOT / folder).rglob("*.ipynb")
)


def files(folder, **texts):
    """Write modules; one underscore in a name stands for a folder."""
    for name, text in texts.items():
        path = folder / f"{name.replace('_', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_modules_come_behind_what_they_import_and_without_comments(tmp_path):
    folder = files(
        tmp_path,
        main='import { draw } from "./tools.js";\n\n/** Say\n * it. */\nexport const go = () => draw();\n',
        tools='// Tools.\nimport { two } from "./numbers.js";\nexport const draw = () => two; // two\n',
        numbers="export const two = 2;\n",
        layers_dots='import { draw } from "../tools.js";\ndraw();\n',
    )
    assert joined(["main.js"], folder) == (
        "const two = 2;\nconst draw = () => two;\ndraw();\nconst go = () => draw();"
    )


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"main": "const a = 1;", "layers_b": "const a = 2;"}, "main.js declares a, as layers/b.js does"),
        ({"main": "const [a, b] = [1, 2];", "layers_c": "function b() {}"}, "main.js declares b"),
        (
            {"main": 'import { gone } from "./b.js";', "b": "const gone = 1;"},
            "imports gone, which ./b.js does not",
        ),
        ({"main": 'import { a } from "./none.js";'}, "main.js imports none.js, which is no file"),
        ({"main": 'import "./b.js";', "b": 'import "./main.js";'}, "must not import in a circle"),
        (
            {"main": 'import { a as b } from "./b.js";', "b": "export const a = 1;"},
            "main.js imports a as b, which ./b.js does not",
        ),
        ({"main": "export default 1;"}, "main.js has 'export default 1"),
        ({"main": 'import "../outside.js";'}, "lies outside the folder"),
    ],
)
def test_what_cannot_share_one_scope_is_refused(texts, message, tmp_path):
    with pytest.raises(JoinError, match=re.escape(message)):
        joined(["main.js"], files(tmp_path, **texts))


def test_the_two_scripts_are_what_a_notebook_and_a_page_take():
    assert module().rstrip().endswith(EXPORT)
    script = site_script()
    assert "export" not in script.replace("exported", "")
    for text in (module(), script):
        assert not re.search(r"^\s*import\b", text, re.MULTILINE)
        assert text.count("new Function") == 1, "text becomes code in one place"
    assert "function host(" not in module(), "a notebook's widget knows no page"
    assert "--if-inverse:" in stylesheet()


def test_every_function_of_a_module_says_its_types():
    untyped = []
    for path in sorted(FOLDER.rglob("*.js")):
        text = path.read_text("utf-8")
        for found in re.finditer(
            r"^export (?:async )?(?:function (\w+)|const (\w+) = (?:async )?\(?[\w, {}=]*\)? =>)", text, re.M
        ):
            before = text[: found.start()].rstrip()
            comment = before[before.rfind("/**") :] if before.endswith("*/") else ""
            if "@" not in comment and not comment.startswith("/** Bring"):
                untyped.append(f"{path.name}: {found[1] or found[2]}")
    assert untyped == []


def test_the_types_of_the_scripts_are_the_contract():
    assert (FOLDER / "types.js").read_text("utf-8") == typedefs()


def widget():
    price = notation.S
    return Explorer(
        title="T", question="Q?", description="D.", x=Slider(price, 2, 1, 3),
        panels=[Panel("P", "BTC", [Curve(1 / price, "c", "long")])],
    )  # fmt: skip


def test_a_spec_keeps_the_contract_and_a_broken_one_is_told_where():
    spec = json.loads(json.dumps(widget().spec))
    assert problems(spec) == []
    spec["panels"][0]["curves"][0]["kind"] = "pie"
    spec["x"]["minimum"] = "1"
    spec["panels"][0]["colour"] = "red"
    del spec["readouts"]
    assert problems(spec) == [
        "spec has no readouts",
        "spec/x/minimum is '1', not float",
        "spec/panels/0/curves/0/kind is 'pie', none of 'curve', 'steps', 'band', 'bars', 'points', 'paths'",
        "spec/panels/0/colour is not in PanelSpec",
    ]


def stored_specs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            page = output.get("data", {}).get("text/html", "")
            yield from (json.loads(spec) for _, spec, _ in SPEC.findall("".join(page)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_stored_specs_keep_the_contract(path):
    for spec in stored_specs(path):
        assert problems(spec) == []
