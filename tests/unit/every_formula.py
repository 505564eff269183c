"""All modules of the package, imported: only then has each of them entered its formulas into `FORMULAS`."""

import importlib
import pkgutil

import inversefutures

MODULES = {
    module.name: importlib.import_module(f"inversefutures.{module.name}")
    for module in pkgutil.iter_modules(inversefutures.__path__)
}
