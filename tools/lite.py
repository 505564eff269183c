"""JupyterLite with all notebooks of the course, in `_build/extra/lite`: `python -m tools.lite [--compiled]`.

A page opens its notebook with `lite/notebooks/index.html?path=lessons/05_liquidation_price.ipynb`, where the
path is the notebook's in this repository. `lite/index.html` lists all files.

Python runs in the reader's browser, with Pyodide, and everything is served from the site itself.
CONTRIBUTING.md says which package comes from where, and what `--compiled` adds.

Pyodide's lock is cut down to what is served, so that `import` finds our files and asks nobody else.
"""

import argparse
import base64
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import jupyter_server
import nbformat
from jinja2 import Template
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pybtex import format_from_file

from tools import npm
from tools.needs import needed_modules

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "extra" / "lite"
CACHE = ROOT / "_build" / ".lite"

INTEGRITY = {
    "314.0.6": (
        "sha512-BKDTJyIqFxC4BExLqeRS3f5xvXZIjOt8C3zGLN/Cc7tFxSwvKVhVkchQQ2AGLOtR4YrVOIFxbV8poyDOOmWwxQ=="
    )
}
"""Checksum of Pyodide's npm archive: `npm view pyodide@<version> dist.integrity`."""

MICROPYTHON = ("@micropython/micropython-webassembly-pyscript", "1.27.0")
MICROPYTHON_INTEGRITY = (
    "sha512-DnXx4EqxgkeaFESrS3uKrL7mLMk4mRTd0mMzaOd3HUSiZUOAE7t11uLnjf3ftF87N2xm4knHnWEKcVK4IYIUDA=="
)
MICROPYTHON_FILES = ["micropython.mjs", "micropython.wasm"]
"""What runs a function of the reader's on a page of exercises: 0.2 MB, where Pyodide is 18."""

CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
LOCK = "pyodide-lock.json"

APPS = ["notebooks", "tree", "edit", "lab"]
"""One notebook with nothing around it; what its links and menus lead to: files, an editor, and JupyterLab."""

EXTENSIONS = ["@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager", "anywidget"]
ICON = "book/_static/logo.svg"
STORAGE = "book/_templates/storage.js"
CONTENTS = ["lessons", "exercises", "solutions", "book"]
COURSE = "inversefutures"
MISSING = "missing_modules"
"""Where a notebook's metadata names what it lacks, if anything: `book/_ext/runnable.py` reads it."""

KERNEL = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
"""What the kernel installs one by one when it starts, unless it is in the lock and loaded at once."""

NOT_IN_A_BROWSER = {"widgetsnbextension", "jupyterlab-widgets"}
"""ipywidgets names them, but they hold nothing but the front end, which is here as an extension."""

EPOCH = 315532800
"""The first second of 1980, the earliest that a zip archive can hold: the date of everything built here."""

PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
FETCH_SECONDS = 120

POLICY = {
    # What is not named below may not be loaded at all: no frames, no media, no plug-ins.
    "default-src": ["'none'"],
    # - unsafe-eval: JupyterLab compiles the schemas of its settings to functions when it starts (Ajv).
    # - blob: anywidget imports the module of a widget, which arrives from Python as text.
    # The inline scripts of the page itself are added by their checksums.
    "script-src": ["'self'", "'unsafe-eval'", "blob:"],
    # Pyodide runs in a worker. Its WebAssembly needs no word here: a worker from a file of its own is under
    # the policy that its own answer brings, not under the page's.
    "worker-src": ["'self'"],
    # JupyterLab and CodeMirror write style elements and attributes.
    "style-src": ["'self'", "'unsafe-inline'"],
    # Icons, also the kernel's, are written into scripts and style sheets; figures come out of a cell.
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    # Settings, notebooks and packages are fetched, and nothing is sent anywhere.
    "connect-src": ["'self'"],
    # Asked for by a browser that offers to install the page as an application.
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
}

Lock = dict[str, Any]


class LiteError(npm.NpmError):
    """Something that JupyterLite needs cannot be had; the text says what and what to do."""


def build(site: Path = SITE, *, compiled: bool = False, address: str = PYODIDE_CDN_URL) -> None:
    """Build JupyterLite; `site` changes only when everything is there.

    Parameters
    ----------
    site : Path
        The folder to write; what was there is replaced.
    compiled : bool
        Include the compiled packages.
    address : str
        Where they are.

    Raises
    ------
    LiteError
        If something cannot be had, or is not what it should be.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    core = unpacked_core()
    original = json.loads((core / LOCK).read_text("utf-8"))
    locked = original["packages"]
    needed = closure(locked, compiled=compiled)
    wheels = [*kernel_wheels(), *plain_wheels(locked, needed)]
    if compiled:
        wheels += fetch_compiled([locked[name] for name in needed if name in locked], address)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        work = Path(folder)
        wheels.append(course_wheel(work))
        pyodide = work / "lite" / "static" / "pyodide"
        pyodide.mkdir(parents=True)
        for name in CORE:
            shutil.copyfile(core / name, pyodide / name)
        lock = serve_wheels(pyodide, wheels, original, needed)
        copy_contents(work / "contents", served_modules(pyodide / LOCK))
        run_jupyterlite(work, lock)
        tidy(work / "site")
        small = npm.unpacked(*MICROPYTHON, MICROPYTHON_INTEGRITY, MICROPYTHON_FILES, CACHE)
        shutil.copytree(small, work / "site" / "static" / "micropython")
        replace_folder(site, work / "site")


# --- Pyodide's core ---------------------------------------------------------------------------------------
def unpacked_core() -> Path:
    """Return the folder of Pyodide's core, fetched from npm once and checked each time."""
    integrity = INTEGRITY.get(PYODIDE_VERSION)
    if integrity is None:
        raise LiteError(
            f"jupyterlite-pyodide-kernel needs Pyodide {PYODIDE_VERSION}, whose checksum is not in "
            f"tools/lite.py: add what `npm view pyodide@{PYODIDE_VERSION} dist.integrity` prints"
        )
    return npm.unpacked("pyodide", PYODIDE_VERSION, integrity, [*CORE, LOCK], CACHE)


# --- which packages ---------------------------------------------------------------------------------------
def closure(locked: Lock, *, compiled: bool) -> dict[str, list[str]]:
    """Return every package that is served with what it depends on, also only what is served.

    Pyodide's lock says what a package needs; for a package outside it, its own metadata does.
    """
    needed: dict[str, list[str]] = {}
    waiting = [COURSE, *KERNEL]
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        depends = [
            other
            for other in dependencies(name, locked)
            if other not in NOT_IN_A_BROWSER and (compiled or not is_compiled(locked.get(other)))
        ]
        needed[name] = sorted(depends)
        waiting += depends
    return dict(sorted(needed.items()))


def dependencies(name: str, locked: Lock) -> list[str]:
    """Return the names of what a package needs in the browser."""
    if name in locked:
        return [canonicalize_name(other) for other in locked[name]["depends"]]
    if name in KERNEL and name != "comm":
        return []  # they are loaded together anyway
    here = {
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "python_version": "3.14",
        "extra": "",
    }
    requirements = map(Requirement, importlib.metadata.requires(name) or [])
    return [
        canonicalize_name(requirement.name)
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(here)
    ]


def is_compiled(entry: Lock | None) -> bool:
    """Return whether a package of Pyodide's lock runs in Pyodide alone."""
    return entry is not None and not entry["file_name"].endswith("-none-any.whl")


# --- where they come from ---------------------------------------------------------------------------------
def kernel_wheels() -> list[Path]:
    """Return the packages that come with the kernel."""
    folder = extension(EXTENSIONS[0]) / "static" / "pypi"
    return sorted(path for path in folder.glob("*.whl") if wheel_name(path) in KERNEL)


def extension(name: str) -> Path:
    """Return the folder of an extension of JupyterLab in this environment."""
    return Path(sys.prefix, "share", "jupyter", "labextensions", *name.split("/"))


def plain_wheels(locked: Lock, needed: Iterable[str]) -> list[Path]:
    """Return the packages in plain Python, fetched from the package index once."""
    own = {COURSE, *map(wheel_name, kernel_wheels())}
    versions = {
        name: locked[name]["version"] if name in locked else importlib.metadata.version(name)
        for name in needed
        if name not in own and not is_compiled(locked.get(name))
    }
    folder = CACHE / "wheels"
    folder.mkdir(exist_ok=True)

    def find(name: str, version: str) -> Path | None:
        found = folder.glob(f"*-{version}-*none-any.whl")
        return next((path for path in found if wheel_name(path) == name), None)

    missing = [f"{name}=={version}" for name, version in versions.items() if find(name, version) is None]
    if missing:
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--platform=any", "--dest", str(folder)]
        run([sys.executable, "-m", "pip", "download", *options, "--python-version=3.14", *missing])
    paths = [find(name, version) for name, version in versions.items()]
    return [path for path in paths if path is not None]


def fetch_compiled(entries: Iterable[Lock], address: str) -> list[Path]:
    """Return the compiled packages, fetched from Pyodide's distribution once and checked each time.

    Raises
    ------
    LiteError
        If one is not there, or differs from its checksum. What was fetched before it stays in the cache.
    """
    folder = CACHE / "compiled"
    folder.mkdir(exist_ok=True)
    paths = []
    for entry in filter(is_compiled, entries):
        path, url = folder / entry["file_name"], f"{address.rstrip('/')}/{entry['file_name']}"
        if not (path.is_file() and sha256(path.read_bytes()) == entry["sha256"]):
            content = fetch(url)
            if sha256(content) != entry["sha256"]:
                raise LiteError(
                    f"{url} has the sha256 {sha256(content)}, but Pyodide's lock says {entry['sha256']}: "
                    "it is not used; try again, and if it stays so, do not publish it"
                )
            draft = path.with_suffix(".draft")
            draft.write_bytes(content)
            os.replace(draft, path)
        paths.append(path)
    return paths


def fetch(url: str) -> bytes:
    """Return what is at an address."""
    try:
        with urlopen(url, timeout=FETCH_SECONDS) as answer:
            content: bytes = answer.read()
            return content
    except HTTPError as problem:
        raise LiteError(f"{url} answers {problem.code} ({problem.reason}): is the address right?") from None
    except (URLError, OSError) as problem:
        reason = getattr(problem, "reason", problem)
        raise LiteError(
            f"{url} cannot be reached ({reason}): try again, or build without --compiled"
        ) from None


def course_wheel(work: Path) -> Path:
    """Return the course's own package, built from a copy so that no build leaves a trace in the tree."""
    source = work / "source"
    ignored = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")
    shutil.copytree(ROOT / COURSE, source / COURSE, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(work)]
    run([sys.executable, "-m", "pip", "wheel", *options, str(source)])
    (path,) = work.glob(f"{COURSE}-*.whl")
    return path


# --- what is served ---------------------------------------------------------------------------------------
def serve_wheels(folder: Path, wheels: Iterable[Path], original: Lock, needed: dict[str, list[str]]) -> str:
    """Write the packages and their lock; return the lock's file name with its checksum as a query.

    Each package lies in a folder that is named by its checksum: a browser that still has yesterday's package
    in its cache takes it for nothing else than what it is.
    """
    entries = {}
    for path in wheels:
        name = wheel_name(path)
        known = original["packages"].get(name, {})
        # A compiled package is served as it was checked.
        content = path.read_bytes() if is_compiled(known or None) else slim(path)
        checksum = sha256(content)
        target = folder / "packages" / checksum[:10] / path.name
        target.parent.mkdir(parents=True)
        target.write_bytes(content)
        entries[name] = {
            "name": name,
            "version": path.name.split("-")[1],
            "file_name": target.relative_to(folder).as_posix(),
            "install_dir": "site",
            "sha256": checksum,
            "package_type": "package",
            "imports": known.get("imports") or modules(path),
            "depends": needed[name],
            "unvendored_tests": False,
        }
    if missing := set(needed) - set(entries):
        raise LiteError(f"no wheel was found for {', '.join(sorted(missing))}")
    lock = {"info": original["info"], "packages": dict(sorted(entries.items()))}
    text = json.dumps(lock, indent=1)
    (folder / LOCK).write_text(text, "utf-8")
    return f"./static/pyodide/{LOCK}?sha256={sha256(text.encode())}"


def served_modules(lock: Path) -> set[str]:
    """Return the names of the modules in the packages of a lock."""
    packages = json.loads(lock.read_text("utf-8"))["packages"].values()
    return {name.partition(".")[0] for entry in packages for name in entry["imports"]}


def slim(path: Path) -> bytes:
    """Return a wheel without tests and data for other programs, the same bytes for the same files.

    The tests of sympy are a third of it, and every reader would have to fetch them.
    """
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as packed:
            for name in sorted(source.namelist()):
                folders = name.split("/")[:-1]
                if name.endswith("/") or "tests" in folders or ".data" in name.partition("/")[0]:
                    continue
                entry = zipfile.ZipInfo(name)  # dated to the first day of 1980
                entry.external_attr = 0o644 << 16
                entry.create_system = 3
                packed.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED, 9)
        target.seek(0)
        return target.read()


def modules(path: Path) -> list[str]:
    """Return what can be imported from a wheel."""
    with zipfile.ZipFile(path) as wheel:
        tops = {name.partition("/")[0] for name in wheel.namelist() if name.endswith(".py")}
    return sorted(top.removesuffix(".py") for top in tops if ".dist-info" not in top and ".data" not in top)


def copy_contents(target: Path, served: set[str] | None = None) -> None:
    """Copy the notebooks and pages, as a reader without Sphinx can use them; say which lack a module.

    Parameters
    ----------
    target : Path
        The folder to write into.
    served : set of str, optional
        The modules that the kernel has beside Python's own; all that are needed by default.
    """
    for folder in CONTENTS:
        for path in sorted((ROOT / folder).rglob("*")):
            below = path.relative_to(ROOT)
            hidden = any(part.startswith((".", "_")) for part in below.parts)
            if path.suffix not in (".ipynb", ".md") or hidden:
                continue
            text = path.read_text("utf-8")
            if path.suffix == ".ipynb":
                notebook = for_pyodide(nbformat.read(path, as_version=4))
                if served is not None:
                    tell_what_is_missing(notebook, needed_modules(notebook) - served)
                text = json.dumps(notebook, ensure_ascii=False)
            (target / below).parent.mkdir(parents=True, exist_ok=True)
            (target / below).write_text(with_bibliography(text), "utf-8")


def for_pyodide(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook for the kernel in the browser, with its outputs in sight."""
    notebook.metadata.kernelspec |= {"name": "python", "display_name": "Python (Pyodide)"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # They come from this very site; without this, figures would stay hidden until a cell is run.
            cell.metadata.trusted = True
    return notebook


def tell_what_is_missing(notebook: nbformat.NotebookNode, modules: set[str]) -> None:
    """Note the modules that a notebook cannot have here: for its page, and for a reader who comes to it."""
    if not modules:
        return
    notebook.metadata[MISSING] = sorted(modules)
    text = (
        f"**This notebook cannot run to its end here**: this copy of the site lacks "
        f"{' and '.join(sorted(modules))}. On your own computer it can: its page in the book has the file."
    )
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(text, id=MISSING))


def with_bibliography(page: str) -> str:
    """Return a page with the entries themselves in the place of Sphinx's directive for them."""

    def entries(_: re.Match[str]) -> str:
        file = str(ROOT / "book" / "references.bib")
        # The editor shows a page as it is written.
        return str(format_from_file(file, style="plain", output_backend="plaintext"))

    return re.sub(r"^```\{bibliography\}.*?^```$", entries, page, flags=re.DOTALL | re.MULTILINE)


def run_jupyterlite(work: Path, lock: str) -> None:
    """Run JupyterLite's own build on what lies in the working folder."""
    lite = work / "lite"
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": lock, "packages": [*KERNEL, COURSE]},
    }
    settings = {
        "appName": "Inverse Futures",
        "appUrl": "./tree",
        "litePluginSettings": {PLUGIN: kernel},
        # Every file has the same date here, so that two builds are equal; it would only puzzle.
        "disabledExtensions": ["@jupyter-notebook/notebook-extension:checkpoints"],
        "settingsOverrides": {"@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False}},
    }
    runtime = {"jupyter-lite-schema-version": 0, "jupyter-config-data": settings}
    (lite / "jupyter-lite.json").write_text(json.dumps(runtime), "utf-8")
    config = {
        "apps": APPS,
        "contents": [str(work / "contents")],
        "federated_extensions": [str(extension(name)) for name in EXTENSIONS],
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(work / "site"),
        "cache_dir": str(work / "cache"),
        "source_date_epoch": EPOCH,
    }
    (lite / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": config}), "utf-8")
    # Its settings come from these two files alone, not from what this machine has.
    nowhere = {name: str(work / "nowhere") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    run([sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(lite)], nowhere, work)


def tidy(site: Path) -> None:
    """Give each page its security policy, add the icons that it shows, delete what nobody opens."""
    for path in (site / "package.json", *site.glob("rspack.config*.js")):
        path.unlink()
    # The notebook's tab shows with its icon whether the kernel is at work; JupyterLite forgets to bring them.
    icons = Path(jupyter_server.__file__).parent / "static" / "favicons"
    shutil.copytree(icons, site / "static" / "favicons")
    shutil.copyfile(ROOT / ICON, site / "icon.svg")
    for path in sorted(site.rglob("*.html")):
        icon = "../" * len(path.parent.relative_to(site).parts) + "icon.svg"
        path.write_text(with_head(with_storage(path.read_text("utf-8")), icon), "utf-8")
    for path in site.rglob("*"):
        # JupyterLite dates its files to EPOCH. A browser concludes from so old a date that the file never
        # changes, and keeps it for years.
        os.utime(path)


def with_storage(page: str) -> str:
    """Return a page with a stand-in for a storage that the browser denies, as the book's pages have."""
    script = Template((ROOT / STORAGE).read_text("utf-8")).render()
    return re.sub(r"<head[^>]*>", lambda head: f"{head[0]}\n    <script>{script}</script>", page, count=1)


def with_head(page: str, icon: str) -> str:
    """Return a page with its Content-Security-Policy and its icon, as the first things in its head."""
    sources = {name: list(values) for name, values in POLICY.items()}
    for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        if script.strip() and "application/json" not in attributes:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            sources["script-src"].append(f"'sha256-{digest}'")
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in sources.items())
    # Without a word on its icon, a browser would look for it outside JupyterLite, at the root of the host.
    tags = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><link rel="icon" href="{icon}">'
    head = re.search(r"<head[^>]*>", page)
    if head is None:
        raise LiteError("a page of JupyterLite has no head to write its policy into")
    return f"{page[: head.end()]}\n    {tags}{page[head.end() :]}"


# --- small helpers ----------------------------------------------------------------------------------------
def wheel_name(path: Path) -> str:
    """Return the name of the package in a wheel."""
    return canonicalize_name(path.name.split("-")[0])


def sha256(content: bytes) -> str:
    """Return the checksum of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def run(command: list[str], environment: dict[str, str] | None = None, folder: Path = ROOT) -> None:
    """Run a program in silence; LiteError with what it printed if it fails."""
    fixed = {"SOURCE_DATE_EPOCH": str(EPOCH), "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}
    variables = os.environ | fixed | (environment or {})
    reading = {"capture_output": True, "encoding": "utf-8", "errors": "replace"}
    done = subprocess.run(command, env=variables, cwd=folder, check=False, **reading)
    if done.returncode:
        raise LiteError(f"{' '.join(command[1:4])} failed:\n{done.stdout}{done.stderr}")


def replace_folder(target: Path, source: Path) -> None:
    """Put a finished folder in the place of another."""
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)


def main(arguments: list[str]) -> None:
    """Build JupyterLite into the site."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiled", action="store_true", help="fetch NumPy, matplotlib and what they need")
    parser.add_argument("--address", default=PYODIDE_CDN_URL, help="where those are; default: %(default)s")
    options = parser.parse_args(arguments)
    build(compiled=options.compiled, address=options.address)
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    print(f"JupyterLite, {'with' if options.compiled else 'without'} compiled packages: {size / 1e6:.0f} MB.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except npm.NpmError as problem:
        raise SystemExit(str(problem)) from None
