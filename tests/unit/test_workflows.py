"""The workflows run only code that cannot change under them, with no more rights than they need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
CODE = {path: path.read_text("utf-8") for path in WORKFLOWS}


def jobs(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(CODE[path])["jobs"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit(path: Path) -> None:
    used = re.findall(r"uses: (.*)", CODE[path])
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_may_be_written_but_the_pages(path: Path) -> None:
    assert yaml.safe_load(CODE[path])["permissions"] == {"contents": "read"}
    for name, job in jobs(path).items():
        written = {right for right, access in job.get("permissions", {}).items() if access == "write"}
        assert written == ({"pages", "id-token"} if name == "deploy" else set())
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
