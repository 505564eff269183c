"""The author's waiting times: building the book, and comparing every notebook with its stored outputs."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from tools.bench.report import table
from tools.book import BUILD

ROOT = Path(__file__).parents[2]
NOTEBOOK_FOLDERS = ["book", "lessons", "exercises", "solutions"]
EXTRA_PAGES = 4


def timed(command: list[str], folder: Path = ROOT) -> tuple[float, bool]:
    """Return the seconds that Python takes with these arguments, and whether it succeeded."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - start, done.returncode == 0


def builds() -> None:
    """Time a full build, and what each further page adds to it."""
    unwanted = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info")
    seconds = []
    with tempfile.TemporaryDirectory() as temporary:
        for extra in (0, EXTRA_PAGES):
            copy = Path(temporary, str(extra))
            shutil.copytree(ROOT, copy, ignore=unwanted)
            contents = yaml.safe_load((copy / "_toc.yml").read_text("utf-8"))
            chapter = next(
                c for p in contents["parts"] for c in p["chapters"] if c["file"].startswith("lessons/")
            )
            for number in range(extra):
                # Another number and the same name, by which the map of the course finds the question.
                name = f"lessons/{90 + number}_{chapter['file'].partition('_')[2]}"
                shutil.copy(copy / f"{chapter['file']}.ipynb", copy / f"{name}.ipynb")
                contents["parts"][0]["chapters"].append({"file": name})
            (copy / "_toc.yml").write_text(yaml.safe_dump(contents), "utf-8")
            took, succeeded = timed(["-c", BUILD, "build", "."], copy)
            seconds.append(took)
            if not succeeded:
                print(f"The build with {extra} more pages failed.", file=sys.stderr)
    each = (seconds[1] - seconds[0]) / EXTRA_PAGES
    rows = [["the whole book", f"{seconds[0]:.1f}"], ["each further lesson", f"{each:.2f}"]]
    table("Build, from nothing", ["", "s"], rows)


def notebooks() -> None:
    """Time the comparison of every notebook with its stored outputs."""
    found = [path for folder in NOTEBOOK_FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]
    rows = []
    nbval = ["-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]
    for name, options in {
        "one after the other": [],
        "-n 2 --dist loadscope": ["-n", "2", "--dist", "loadscope"],
    }.items():
        took, passed = timed([*nbval, *options, *map(str, found)])
        rows.append([name, len(found), f"{took:.1f}", f"{took / len(found):.2f}", "yes" if passed else "no"])
    table("nbval", ["", "notebooks", "s in all", "s a notebook", "passed"], rows)
