"""Inside the package imports run downhill only, in the order that CONTRIBUTING.md gives."""

import ast
from pathlib import Path

import pytest

import inversefutures

PACKAGE = Path(inversefutures.__file__).parent
FLOORS = [
    ["palette", "notation"],
    ["contract", "position", "margin", "risk_limits", "waterfall", "funding", "perpetual"],
    ["printing"],
    ["venues"],
    ["datasets"],
    ["downloads"],
    ["figures"],
    ["explore"],
    ["simulate"],
    ["check"],
]
ORDER = [module for floor in FLOORS for module in floor]
SOURCES = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def module_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_modules(path):
    """The modules of the package that a file imports, whether by full name or relative to itself."""
    parents = path.relative_to(PACKAGE.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parents[: len(parents) + 1 - node.level]) if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            names = [f"{origin}.{alias.name}" for alias in node.names]
        for name in names:
            top, _, rest = name.partition(".")
            if top == "inversefutures" and rest:
                yield rest.partition(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_above_it(path):
    module = module_of(path)
    assert module in ORDER, f"{module} has no floor yet: add it here and to CONTRIBUTING.md"
    for imported in imported_modules(path):
        assert imported == module or ORDER.index(imported) < ORDER.index(module), f"{module} ← {imported}"


def test_the_mathematics_reads_no_files_and_uses_no_numerics():
    for module in FLOORS[1]:
        text = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
        for foreign in ("numpy", "open(", "pathlib", "json", "csv"):
            assert foreign not in text, f"{module} uses {foreign}"
