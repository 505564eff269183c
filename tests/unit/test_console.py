"""A console that is not UTF-8 shows what it can, and no tool and no message dies of a sign."""

import os
import subprocess
import sys

import pytest

from tools.notebooks import ROOT

# As on Windows, or where no locale is set.
CONSOLES = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "no locale": {"PYTHONIOENCODING": "", "PYTHONCOERCECLOCALE": "0"},
}
TOOLS = [
    "anki",
    "bench",
    "browser",
    "classroom",
    "exam",
    "exercises",
    "facts",
    "links",
    "lite",
    "notebooks",
    "pdf",
    "serve",
]


def run(console, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "0", "LC_ALL": "C", **CONSOLES[console]},
        capture_output=True,
        encoding="cp1252" if console == "cp1252" else "ascii",
        check=False,
    )


# All in one process: what they import takes longer than what they say.
HELP = """
import runpy, sys, warnings
warnings.filterwarnings("ignore", "'tools.* found in sys.modules")
for tool in sys.argv[1:]:
    print(f"== {tool}")
    sys.argv = [tool, "--help"]
    try:
        runpy.run_module(f"tools.{tool}", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        print(f"left with {end.code}")
"""


@pytest.mark.parametrize("console", CONSOLES)
def test_a_tool_says_what_it_does(console):
    answer = run(console, "-c", HELP, *TOOLS)
    assert answer.stderr == ""
    assert answer.returncode == 0
    told = dict(part.split("\n", 1) for part in answer.stdout.split("== ")[1:])
    assert list(told) == TOOLS
    for tool, text in told.items():
        assert text.startswith("usage: "), tool
        assert text.endswith("left with 0\n"), tool


def test_every_tool_that_is_run_is_tried():
    run_as_programs = {
        path.stem if path.stem != "__main__" else path.parent.name
        for path in (ROOT / "tools").rglob("*.py")
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    }
    assert run_as_programs == set(TOOLS)


@pytest.mark.parametrize("console", CONSOLES)
def test_an_arrow_is_shown_as_one_can(console, tmp_path):
    missing = tmp_path / "07_none.ipynb"
    answer = run(console, "-m", "tools.exercises", str(missing))
    assert f"{missing.name} -> exercises/{missing.name}" in answer.stdout
    assert "is not a notebook" in answer.stderr
    assert "Traceback" not in answer.stderr


SIGNS = r"""
from inversefutures import notation
for entry in notation.QUANTITIES.values():
    print(entry.label, entry.domain_in_words, entry.meaning)
print("a \u2212 b \u2264 c \u2192 d \u2202")
try:
    notation.QUANTITIES["side"].check(3)
except ValueError as refusal:
    print(refusal)
"""


@pytest.mark.parametrize("console", CONSOLES)
def test_printed_notation_and_messages_are_readable(console):
    answer = run(console, "-c", SIGNS)
    assert answer.stderr == ""
    assert "d = 1 or -1" in answer.stdout
    assert "0 <= m < 1" in answer.stdout
    assert r"a - b <= c -> d \u2202" in answer.stdout


def test_a_console_in_utf_8_and_a_wish_of_one_s_own_are_left_alone():
    code = "import inversefutures, sys; print('−', sys.stdout.errors)"
    for wish, shown in (("utf-8", "− strict"), ("ascii:replace", "? replace")):
        answer = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": wish},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert answer.stdout.strip() == shown
