"""What the build makes does not depend on the machine, nor on whether a page was built before."""

import os
import shutil
from itertools import zip_longest
from pathlib import Path

from tests.browser.conftest import ROOT
from tools.book import build

# Everything that may differ between two machines without being part of the book.
MACHINE = {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}
MADE_BY_THE_MAKEFILE = ".built"


def test_a_build_on_another_machine_is_equal_byte_for_byte(built_site: Path, tmp_path: Path) -> None:
    first, second = site_files(built_site), site_files(build_a_copy(tmp_path / "another-folder"))
    assert len(first) > 100
    assert sorted(first) == sorted(second)
    different = [difference(name, first[name], second[name]) for name in first if first[name] != second[name]]
    assert not different, f"{len(different)} files differ:\n" + "\n".join(different[:5])


def build_a_copy(folder: Path) -> Path:
    """Build a copy of the book as a clone has it, with what lies beside its pages, and return its site."""
    unwanted = shutil.ignore_patterns(".*", "_build", "build", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=unwanted, copy_function=shutil.copyfile)
    extra = Path("_build", "extra")
    if (ROOT / extra).is_dir():
        shutil.copytree(ROOT / extra, folder / extra)
    # A clone's files carry the time at which it was made.
    for path in folder.rglob("*"):
        os.utime(path, (10**9, 10**9))
    done = build(folder, "-W", "--keep-going", environment=MACHINE)
    assert done.returncode == 0, done.stderr
    return folder / "_build" / "html"


def site_files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.name != MADE_BY_THE_MAKEFILE
    }


def difference(name: str, first: bytes, second: bytes) -> str:
    """Return a line that names a file and shows where its two versions part."""
    start = next(i for i, (a, b) in enumerate(zip_longest(first, second)) if a != b)
    around = slice(max(0, start - 40), start + 40)
    return f"{name}, byte {start}: {first[around]!r} and {second[around]!r}"
