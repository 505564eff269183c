"""What a notebook needs to run: the modules that it imports, by itself and through the course's package."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

COURSE = "inversefutures"
PACKAGE = Path(__file__).resolve().parent.parent / COURSE


def needed_modules(notebook: NotebookNode) -> set[str]:
    """Return the top names of all modules that a notebook imports, without Python's own and the course's.

    What a function of the course imports only when it is called is not among them: a widget lives without
    its picture. A notebook that calls such a function imports what it needs for the result as well; a test
    runs each notebook that is offered.
    """
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # A line for IPython is no Python; its own types are not written down.
            source = TransformerManager().transform_cell(cell.source)  # type: ignore[no-untyped-call]
            found |= {top for name in imports(ast.walk(ast.parse(source)), "") for top in tops(name)}
    return found - sys.stdlib_module_names


def tops(name: str) -> frozenset[str]:
    """Return a module's top name; of one of the course's, those that it imports in its turn."""
    return imported_by(name) if name.partition(".")[0] == COURSE else frozenset([name.partition(".")[0]])


@cache
def imported_by(name: str) -> frozenset[str]:
    """Return the top names of what a module of the course imports when it is imported itself."""
    found, waiting, seen = set(), [name], {""}
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        waiting.append(module.rpartition(".")[0])  # Python imports it first
        path = source_of(module)
        if path is None:
            continue
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for other in imports(at_import(ast.parse(path.read_text("utf-8"))), package):
            if other.partition(".")[0] == COURSE:
                waiting.append(other)
            else:
                found.add(other.partition(".")[0])
    return frozenset(found)


def source_of(module: str) -> Path | None:
    """Return the file of a module of the course; None if the name is that of something within one."""
    base = PACKAGE.joinpath(*module.split(".")[1:])
    candidates = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def imports(statements: Iterator[ast.AST], package: str) -> Iterator[str]:
    """Yield the full names that some statements import, where a name within a module counts as one too."""
    for node in statements:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*parents, *filter(None, [node.module])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements that run when a module is imported."""
    for child in ast.iter_child_nodes(node):
        only_for_types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
        if not only_for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from at_import(child)
