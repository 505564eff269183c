"""JupyterLite's build: which packages are served, how the compiled ones are checked, what a page may do."""

import hashlib
import json
import re
import threading
import zipfile
from pathlib import Path

import nbformat
import pytest

from tools import lite, npm
from tools.serve import open_server

WHEEL = b"a compiled package"
PACKAGES = {
    "numpy": ["numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl", []],
    "matplotlib": ["matplotlib-3.10.8-cp314-cp314-pyemscripten_2026_0_wasm32.whl", ["numpy", "cycler"]],
    "cycler": ["cycler-0.12.1-py3-none-any.whl", []],
    "sympy": ["sympy-1.14.0-py3-none-any.whl", ["mpmath"]],
    "mpmath": ["mpmath-1.4.1-py3-none-any.whl", []],
    "ipython": ["ipython-9.12.0-py3-none-any.whl", ["traitlets"]],
    "traitlets": ["traitlets-5.14.3-py3-none-any.whl", []],
    "jedi": ["jedi-0.19.2-py2.py3-none-any.whl", []],
    "micropip": ["micropip-0.11.1-py3-none-any.whl", []],
    "unrelated": ["unrelated-1-py3-none-any.whl", []],
}
LOCKED = {
    name: {
        "name": name,
        "version": file.split("-")[1],
        "file_name": file,
        "depends": depends,
        "imports": [name],
        "sha256": hashlib.sha256(WHEEL).hexdigest(),
    }
    for name, (file, depends) in PACKAGES.items()
}
NUMPY = LOCKED["numpy"]


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """A folder that stands for Pyodide's distribution, and its address; the cache is an empty folder."""
    folder, cache = tmp_path / "distribution", tmp_path / "cache"
    folder.mkdir()
    cache.mkdir()
    monkeypatch.setattr(lite, "CACHE", cache)
    with open_server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, server.address
        server.shutdown()


def test_the_course_is_served_with_all_that_it_needs_and_nothing_else():
    needed = lite.closure(LOCKED, compiled=True)
    assert {"inversefutures", "sympy", "mpmath", "numpy", "matplotlib", "cycler", "anywidget"} <= set(needed)
    assert "unrelated" not in needed
    assert lite.NOT_IN_A_BROWSER.isdisjoint(needed)
    assert {"numpy", "matplotlib", "sympy"} <= set(needed["inversefutures"])


def test_without_the_compiled_packages_nothing_depends_on_them():
    needed = lite.closure(LOCKED, compiled=False)
    everything = {*needed, *(name for depends in needed.values() for name in depends)}
    assert {"numpy", "matplotlib", "cycler"}.isdisjoint(everything)
    assert {"sympy", "mpmath", "ipywidgets"} <= set(needed)
    assert everything == set(needed)


def test_a_compiled_package_is_fetched_once(distribution):
    folder, address = distribution
    (folder / NUMPY["file_name"]).write_bytes(WHEEL)
    (path,) = lite.fetch_compiled([NUMPY, LOCKED["sympy"]], address)
    assert path.read_bytes() == WHEEL
    (folder / NUMPY["file_name"]).unlink()
    assert lite.fetch_compiled([NUMPY], address) == [path]


def test_a_damaged_copy_in_the_cache_is_fetched_again(distribution):
    folder, address = distribution
    (folder / NUMPY["file_name"]).write_bytes(WHEEL)
    (path,) = lite.fetch_compiled([NUMPY], address)
    path.write_bytes(b"damaged")
    lite.fetch_compiled([NUMPY], address)
    assert path.read_bytes() == WHEEL


def test_a_package_that_was_changed_is_refused_and_not_kept(distribution):
    folder, address = distribution
    (folder / NUMPY["file_name"]).write_bytes(b"something else")
    with pytest.raises(lite.LiteError, match=rf"numpy-2.4.6.* has the sha256 .* lock says {NUMPY['sha256']}"):
        lite.fetch_compiled([NUMPY], address)
    assert list(lite.CACHE.rglob("*.*")) == []


def test_a_package_that_is_not_there_is_named(distribution):
    _, address = distribution
    with pytest.raises(lite.LiteError, match=r"/numpy-2.4.6\S+whl answers 404 .*is the address right"):
        lite.fetch_compiled([NUMPY], address)
    assert list(lite.CACHE.rglob("*.*")) == []


def test_a_server_that_is_away_is_named(distribution):
    with pytest.raises(lite.LiteError, match=r"http://127.0.0.1:9/numpy\S+ cannot be reached .*try again"):
        lite.fetch_compiled([NUMPY], "http://127.0.0.1:9")


def test_a_build_that_fails_leaves_the_site_as_it_was(distribution, tmp_path, monkeypatch):
    folder, address = distribution
    (folder / lite.LOCK).write_text(json.dumps({"info": {}, "packages": LOCKED}))
    monkeypatch.setattr(lite, "unpacked_core", lambda: folder)
    monkeypatch.setattr(lite, "plain_wheels", lambda *_: [])
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("as it was")
    with pytest.raises(lite.LiteError, match="404"):
        lite.build(site, compiled=True, address=address)
    assert [path.name for path in site.iterdir()] == ["index.html"]
    assert (site / "index.html").read_text() == "as it was"


def test_another_pyodide_needs_another_checksum(monkeypatch):
    monkeypatch.setattr(lite, "PYODIDE_VERSION", "999.0.0")
    with pytest.raises(lite.LiteError, match=r"Pyodide 999.0.0, whose checksum .*npm view pyodide@999.0.0"):
        lite.unpacked_core()


def test_a_core_that_was_changed_is_refused_and_deleted(distribution):
    archive = lite.CACHE / f"pyodide-{lite.PYODIDE_VERSION}.tgz"
    archive.write_bytes(b"something else")
    with pytest.raises(npm.NpmError, match="from npm has the checksum"):
        lite.unpacked_core()
    assert not archive.exists()


def test_a_served_wheel_has_no_tests_and_is_the_same_whenever_it_is_packed(tmp_path):
    files = {
        "a/__init__.py": "x = 1",
        "a/tests/test_a.py": "assert 1",
        "a-1.data/data/share/a.js": "a()",
        "a-1.dist-info/METADATA": "Name: a",
    }
    packed = []
    for number, names in enumerate((list(files), list(reversed(files)))):
        path = tmp_path / str(number) / "a-1-py3-none-any.whl"
        path.parent.mkdir()
        with zipfile.ZipFile(path, "w") as wheel:
            for name in names:
                wheel.writestr(zipfile.ZipInfo(name, (2000 + number, 1, 1, 0, 0, 0)), files[name])
        packed.append(lite.slim(path))
    assert packed[0] == packed[1]
    (tmp_path / "slim.whl").write_bytes(packed[0])
    assert zipfile.ZipFile(tmp_path / "slim.whl").namelist() == ["a-1.dist-info/METADATA", "a/__init__.py"]
    assert lite.modules(tmp_path / "slim.whl") == ["a"]


def test_a_package_is_served_under_its_checksum_and_the_lock_says_so(tmp_path):
    path = tmp_path / NUMPY["file_name"]
    path.write_bytes(WHEEL)
    served = tmp_path / "pyodide"
    served.mkdir()
    query = lite.serve_wheels(served, [path], {"info": {}, "packages": LOCKED}, {"numpy": []})
    text = (served / lite.LOCK).read_text()
    assert query.endswith(f"{lite.LOCK}?sha256={hashlib.sha256(text.encode()).hexdigest()}")
    entry = json.loads(text)["packages"]["numpy"]
    assert (served / entry["file_name"]).read_bytes() == WHEEL
    assert entry["sha256"] == NUMPY["sha256"]
    assert NUMPY["sha256"][:10] in entry["file_name"]
    with pytest.raises(lite.LiteError, match="no wheel was found for sympy"):
        lite.serve_wheels(tmp_path / "other", [], {"info": {}, "packages": LOCKED}, {"sympy": []})


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contents")
    lite.copy_contents(folder)
    return folder


def test_every_notebook_is_there_and_runs_on_the_kernel_in_the_browser(contents):
    originals = {
        path.relative_to(lite.ROOT) for name in lite.CONTENTS for path in (lite.ROOT / name).glob("*.ipynb")
    }
    copies = {
        path.relative_to(contents): nbformat.read(path, as_version=4) for path in contents.rglob("*.ipynb")
    }
    assert set(copies) == originals
    for path, notebook in copies.items():
        nbformat.validate(notebook)
        original = nbformat.read(lite.ROOT / path, as_version=4)
        assert notebook.metadata.kernelspec.name == "python"
        assert [cell.source for cell in notebook.cells] == [cell.source for cell in original.cells]


def test_every_relative_link_of_the_contents_leads_to_a_file(contents):
    links = 0
    for path in sorted(contents.rglob("*")):
        if path.suffix == ".ipynb":
            text = "\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
        elif path.suffix == ".md":
            text = path.read_text("utf-8")
        else:
            continue
        for link in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in link and Path(link).suffix in (".ipynb", ".md"):
                assert (path.parent / link).is_file(), f"{path.relative_to(contents)}: {link}"
                links += 1
    assert links > 50


def test_the_bibliography_holds_its_entries(contents):
    text = (contents / "book" / "bibliography.md").read_text("utf-8")
    assert "{bibliography}" not in text
    sources = (lite.ROOT / "book" / "references.bib").read_text("utf-8")
    entries = re.findall(r"^@", sources, re.MULTILINE)
    assert len(re.findall(r"^\[\d+\] ", text, re.MULTILINE)) == len(entries) > 0


def test_a_page_may_run_its_own_scripts_and_no_others():
    page = (
        '<html><head class="x"><script type="application/json">{}</script><script>go()</script></head></html>'
    )
    written = lite.with_head(page, "../icon.ico")
    assert written.index("Content-Security-Policy") < written.index("<script")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', written)
    assert "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='" in policy
    assert policy.count("sha256-") == 1
    assert policy.startswith("default-src 'none'; ")
    for line in policy.split("; "):
        assert not re.search(r"https?:|\*", line)
