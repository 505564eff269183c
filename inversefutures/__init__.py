"""The package of the course Inverse Futures: its formulas, the venues' rules, and the widgets that show them.

``import inversefutures`` is enough: each module is imported when it is first named, as in
``inversefutures.contract.value()``, so nothing is loaded that is not used.

Imports run downhill: `console`, `palette`, `quantities` and `notation` are the ground, then the mathematics,
one module a subject, then `printing`, `venues`, `datasets` and `downloads`, then `figures`, the widgets and
`check`. CONTRIBUTING.md has the whole list, and a test keeps to it.
"""

import importlib
import pkgutil
from types import ModuleType

from . import console

console.fit()

__version__ = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    if name in _modules():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"inversefutures has no module {name!r}: its modules are {', '.join(_modules())}")


def __dir__() -> list[str]:
    return ["__version__", *_modules()]


def _modules() -> list[str]:
    # Looked up when asked for: a list in words would have to be kept in step with the folder.
    return sorted(module.name for module in pkgutil.iter_modules(__path__))
