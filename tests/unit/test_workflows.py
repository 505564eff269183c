"""The workflows run only code that cannot change under them, with no more rights than they need."""

import base64
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
CODE = {path: path.read_text("utf-8") for path in WORKFLOWS}


MAY_WRITE = {("publish", "deploy"): {"pages", "id-token"}, ("facts", "report"): {"issues"}}


def jobs(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(CODE[path])["jobs"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit(path: Path) -> None:
    used = re.findall(r"uses: (.*)", CODE[path])
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_may_be_written_but_the_pages_and_the_facts_issue(path: Path) -> None:
    assert yaml.safe_load(CODE[path])["permissions"] == {"contents": "read"}
    for name, job in jobs(path).items():
        written = {right for right, access in job.get("permissions", {}).items() if access == "write"}
        assert written == MAY_WRITE.get((path.stem, name), set())
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
            # What somebody else can name, a branch for instance, must not become part of a command.
            assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_commands_are_targets_or_tools_that_exist(path: Path) -> None:
    for job in jobs(path).values():
        for command in filter(None, (step.get("run") for step in job["steps"])):
            if command.startswith("make "):
                assert command.split()[1] in TARGETS
            for module in re.findall(r"-m (tools\.\w+)", command):
                assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


GH = """#!/bin/sh
for argument in "$@"; do printf '%s|' "$argument"; done >>"$CALLS"
echo >>"$CALLS"
if test "$2" = list; then printf '%s' "$FOUND"; fi
"""


def calls_of_the_report(folder: Path, report: str, *, found: str, agree: str) -> list[list[str]]:
    """Run the step that keeps the facts' issue, beside a `gh` that only notes how it is called."""
    job = jobs(ROOT / ".github" / "workflows" / "facts.yml")["report"]
    (step,) = job["steps"]
    program, calls = folder / "gh", folder / "calls"
    program.write_text(GH)
    program.chmod(0o755)
    calls.write_text("")
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "CALLS": str(calls),
        "FOUND": found,
        "AGREE": agree,
        "REPORT": base64.b64encode(report.encode()).decode(),
        "TITLE": job["env"]["TITLE"],
    }
    # As GitHub runs a step with `shell: bash`.
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]], env=environment, cwd=folder, check=True, timeout=60
    )
    assert (folder / "facts.md").read_text() == report
    return [line.strip("|").split("|") for line in calls.read_text().splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="the step runs on ubuntu-latest")
@pytest.mark.parametrize(
    ("found", "agree", "asked"),
    [
        ("", "failure", ["create"]),
        ("7", "failure", ["edit 7"]),
        ("7", "success", ["edit 7", "close 7"]),
        ("", "success", []),
    ],
    ids=["opened", "updated", "closed", "nothing"],
)
def test_the_facts_report_is_one_issue(tmp_path: Path, found: str, agree: str, asked: list[str]) -> None:
    report = "# Facts\n\n- `$(touch broken)` differs\n"
    first, *others = calls_of_the_report(tmp_path, report, found=found, agree=agree)
    assert first[:2] == ["issue", "list"]
    assert [" ".join(call[1:3] if call[1] != "create" else call[1:2]) for call in others] == asked
    for call in others:
        assert call[1] == "close" or call[-2:] == ["--body-file", "facts.md"]
    assert not (tmp_path / "broken").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the step runs on ubuntu-latest")
def test_no_report_makes_the_run_fail(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        calls_of_the_report(tmp_path, "", found="7", agree="failure")


def test_what_may_write_issues_runs_nothing_that_was_fetched() -> None:
    facts = jobs(ROOT / ".github" / "workflows" / "facts.yml")
    assert all("uses" not in step for step in facts["report"]["steps"])
    assert "permissions" not in facts["ask"]
    # No address of a repository and no secret but the token of the run.
    assert "secrets." not in CODE[ROOT / ".github" / "workflows" / "facts.yml"]
    assert facts["report"]["env"]["GH_REPO"] == "${{ github.repository }}"


def test_every_promised_system_and_python_is_tested() -> None:
    test = jobs(ROOT / ".github" / "workflows" / "test.yml")
    versions = ["3.11", "3.12", "3.13", "3.14"]
    assert all(job["strategy"]["matrix"]["python"] == versions for job in test.values())
    systems = {*test["make"]["strategy"]["matrix"]["system"], test["without-make"]["runs-on"]}
    assert systems == {"ubuntu-latest", "macos-latest", "windows-latest"}
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_windows_does_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").replace(".venv/bin/", ".venv\\Scripts\\")
    steps = jobs(ROOT / ".github" / "workflows" / "test.yml")["without-make"]["steps"]
    for command in filter(None, (step.get("run") for step in steps)):
        assert f"{command}\n" in readme, command
