"""A book with a lesson of bets and questions, its exercises, the review and the concept test."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from tools.book import build

ROOT = Path(__file__).parents[2]
EXERCISE = next((ROOT / "exercises").glob("05_*.ipynb")).stem
LESSON = f"lessons/{EXERCISE}"  # to which the exercises link
TASK = "05.4"
REVIEW = "book/review"
FORMS = {form: f"book/concept_test_{form.lower()}" for form in "AB"}
TEXT = f"""# Topic

## Place your bet

**Bet 1.** A $10$x long is opened at 10,000 USD. At which price are its coins gone?

- `a` above 9,000 USD
- `b` at *exactly* 9,000 USD

**Bet 2.** And a 1x short?

- `a` at 20,000 USD
- `b` nowhere

## Later

{chr(10).join(["The price of a coin stands below the line. " * 9 + chr(10)] * 12)}

**Bet 1 is settled: `a`.** The coins are worth less by then.

{chr(10).join(["The price of a coin stands below the line. " * 9 + chr(10)] * 12)}

**Quick question.** Which of the two loses more?

<details><summary>A: the long</summary>

Right. It is paid in what falls.

</details>
<details><summary>B: the short</summary>

That is the linear contract, $N(S - E)$.

</details>

**Bet 2 is settled: `b`.** It holds the coins that it owes.
"""


def build_small_book(folder: Path) -> Path:
    """Build the book in an empty folder, and return the folder of its site."""
    for name in ("_config.yml", "LICENSE", "README.md", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    ignore = shutil.ignore_patterns("*.ipynb", "__*")
    shutil.copytree(ROOT / "book", folder / "book", ignore=ignore)
    for kind in ("exercises", "solutions"):
        (folder / kind).mkdir()
        shutil.copy(ROOT / kind / f"{EXERCISE}.ipynb", folder / kind)
    (folder / "lessons").mkdir()
    nbformat.write(new_notebook(cells=[new_markdown_cell(TEXT)]), folder / f"{LESSON}.ipynb")
    (folder / "start.md").write_text("# Start\n")
    parts = {"Part I": LESSON, "Exercises": f"exercises/{EXERCISE}", "Solutions": f"solutions/{EXERCISE}"}
    contents = "".join(
        f"  - caption: {part}\n    chapters:\n      - file: {page}\n        title: 05 Topic\n"
        for part, page in {**parts, "Reference": REVIEW}.items()
    )
    contents += "".join(f"      - file: {page}\n" for page in FORMS.values())
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: start\nparts:\n{contents}")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder / "_build" / "html"
