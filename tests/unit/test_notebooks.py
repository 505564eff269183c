"""The notebooks' stored form, exercises in step with solutions, and the two tools that see to both."""

import json
import platform
import re
from itertools import pairwise

import pytest
import sympy
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from inversefutures.check import ANSWERS
from tools import exercises, notebooks
from tools.exercises import exercise_from, without_answer
from tools.notebooks import ROOT, NotebookError, refresh

REFRESH = "run `make notebooks`"
GENERATE = "run `make exercises`"
NEEDS_REASON = {"nbval-skip", "nbval-ignore-output", "raises-exception"}
# Every other way to switch a check off that nbval knows; the tags above suffice.
REFUSED_TAGS = {"nbval-check-output", "nbval-raises-exception", "pytest-validate-ignore-output"}
REFUSED_COMMENT = re.compile(r"^\s*#\s*(NBVAL_|PYTEST_VALIDATE_)\w+", re.MULTILINE)

PATHS = notebooks.notebook_paths()
SOLUTIONS = exercises.solution_paths()

every_notebook = pytest.mark.parametrize("path", PATHS, ids=[notebooks.name(path) for path in PATHS])
EXERCISES = [ROOT / "exercises" / path.name for path in SOLUTIONS]
every_exercise = pytest.mark.parametrize("path", EXERCISES, ids=[path.name for path in EXERCISES])
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=[path.name for path in SOLUTIONS])


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))


def outputs(notebook):
    """Yield each stored output with its cell's number."""
    for number, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", []):
            yield number, output


def names(folder):
    return {path.name for path in (ROOT / folder).glob("*.ipynb")}


def test_there_are_lessons_and_exercises():
    assert names("lessons"), "lessons/ has no notebook, so the other tests here test nothing"
    assert names("solutions"), "solutions/ has no notebook, so the other tests here test nothing"


def test_exercises_and_solutions_are_pairs():
    assert names("exercises") == names("solutions"), f"{GENERATE}; delete an exercise that has no solution"


# The canonical form


@every_notebook
def test_format(path):
    notebook = stored(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5), REFRESH


@every_notebook
def test_notebook_metadata(path):
    metadata = stored(path)["metadata"]
    assert set(metadata) == {"kernelspec", "language_info"}, f"widget state or other metadata: {REFRESH}"
    assert metadata["kernelspec"]["name"] == "python3", REFRESH
    assert "version" not in metadata["language_info"], REFRESH


@every_notebook
def test_executed_from_top_to_bottom(path):
    cells = [cell for cell in stored(path)["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in cells if "".join(cell["source"]).strip()]
    assert counts == list(range(1, len(counts) + 1)), REFRESH


@every_notebook
def test_no_cell_is_timed_or_carries_an_editor_s_marks(path):
    for number, cell in enumerate(stored(path)["cells"], start=1):
        strange = set(cell["metadata"]) - {"tags", "reason", "mystnb", "nbgrader", "jupyter"}
        assert not strange, f"cell {number} has {strange}: {REFRESH}"


@every_notebook
def test_cell_ids_are_stable(path):
    ids = [cell.get("id", "") for cell in stored(path)["cells"]]
    assert len(set(ids)) == len(ids), f"doubled ids: {REFRESH}"
    random = [
        identifier for identifier in ids if re.fullmatch(r"|[0-9a-f]{8}([0-9a-f-]{24,28})?", identifier)
    ]
    assert not random, f"missing or random ids {random}: {REFRESH}"


@every_notebook
def test_no_widget_view(path):
    for number, output in outputs(stored(path)):
        assert notebooks.WIDGET_VIEW not in output.get("data", {}), f"cell {number}: {REFRESH}"


@every_notebook
def test_streams_are_merged(path):
    for number, cell in enumerate(stored(path)["cells"], start=1):
        streams = [output.get("name") for output in cell.get("outputs", [])]
        doubled = [a for a, b in pairwise(streams) if a and a == b]
        assert not doubled, f"cell {number}: {REFRESH}"


@every_notebook
def test_outputs_are_small(path):
    for number, output in outputs(stored(path)):
        size = len(json.dumps(output, ensure_ascii=False).encode())
        assert size <= 200_000, f"cell {number} has an output of {size:,} bytes: draw fewer points; {REFRESH}"


@every_notebook
def test_no_path_of_the_author_s_machine(path):
    text = path.read_text(encoding="utf-8")
    assert str(ROOT) + "/" not in text, REFRESH
    assert not re.search(r"[\"' (](/(home|Users|root|tmp)/|[A-Z]:\\\\Users)", text), REFRESH


@every_notebook
def test_no_warning_is_stored(path):
    for number, output in outputs(stored(path)):
        assert output.get("name") != "stderr", f"cell {number}: mend what it warns of, then {REFRESH}"


@every_notebook
def test_written_as_the_tool_writes(path):
    notebook = notebooks.read(path)
    if path.parent.name == "solutions":
        notebooks.set_grading(notebook, path.name)
    notebooks.make_canonical(notebook)
    assert path.read_text(encoding="utf-8") == notebooks.text_of(notebook), REFRESH


def unnamed_pictures(notebook):
    """Yield what is wrong with the pictures in a notebook's outputs; the package gives each its words."""
    for number, output in outputs(notebook):
        data = {kind: "".join(text) for kind, text in output.get("data", {}).items() if "json" not in kind}
        page = BeautifulSoup(data.get("text/html", ""), "html.parser")
        for kind in data:
            if kind.startswith("image/") and not page.select("figure.if-figure svg, figure.if-explorer svg"):
                yield f"cell {number}: {kind}: end the cell with figures.show(figure, alt=…)"
        for picture in page.select("img, svg"):
            words = picture.get("alt") or picture.get("aria-label") or ""
            if len(words + " ".join(each.text for each in picture.select("desc"))) < 20:
                yield f"cell {number}: a picture without a sentence that says what it shows"
        for kind in ("text/markdown", "text/plain"):
            if re.search(r"!\[|<img|<svg|^<Figure size", data.get(kind, "")):
                yield f"cell {number}: a picture in {kind}: end the cell with figures.show(figure, alt=…)"


@every_notebook
def test_every_picture_says_in_words_what_it_shows(path):
    assert list(unnamed_pictures(stored(path))) == []


PLOT = """import matplotlib
matplotlib.use("module://matplotlib_inline.backend_inline")
import matplotlib.pyplot as plt
from inversefutures import figures
figure, axes = plt.subplots()
"""
WORDS = "A line that rises from left to right."


@pytest.mark.parametrize(
    ("code", "complaints"),
    [
        (f"figures.show(figure, alt={WORDS!r})", 0),
        ("plt.show()", 1),
        ("figure", 1),
        ("from IPython.display import SVG, display\nplt.close()\ndisplay(SVG('<svg></svg>'))", 1),
        ("from IPython.display import HTML\nplt.close()\nHTML('<img src=\"a.png\">')", 1),
        ("from IPython.display import Markdown\nplt.close()\nMarkdown('![](a.png)')", 1),
    ],
)
def test_a_picture_without_words_is_noticed(tmp_path, code, complaints):
    path = write(tmp_path / "plot.ipynb", new_code_cell(PLOT + code))
    refresh(path)
    assert bool(list(unnamed_pictures(stored(path)))) == bool(complaints)


@every_notebook
def test_a_check_that_is_switched_off_has_its_reason(path):
    for number, cell in enumerate(stored(path)["cells"], start=1):
        tags = set(cell["metadata"].get("tags", []))
        assert not tags & REFUSED_TAGS, f"cell {number}: use one of {sorted(NEEDS_REASON)}"
        assert not REFUSED_COMMENT.search("".join(cell["source"])), f"cell {number}: use a tag, and a reason"
        if tags & NEEDS_REASON:
            reason = cell["metadata"].get("reason", "")
            assert len(reason) > 10, f'cell {number} has {tags & NEEDS_REASON}: say why in metadata "reason"'


def test_the_record_of_runs_is_of_these_notebooks():
    runs = notebooks.stored_runs()
    assert sorted(runs) == sorted(map(notebooks.name, PATHS)), REFRESH
    strangers = [
        notebooks.name(path)
        for path in PATHS
        if runs[notebooks.name(path)]["digest"] != notebooks.digest(notebooks.read(path))
    ]
    assert not strangers, f"the record holds another run of {strangers}: {REFRESH}"


LESSONS = [path for path in PATHS if path.parent.name == "lessons"]


@pytest.mark.parametrize("path", LESSONS, ids=[path.name for path in LESSONS])
def test_a_lesson_begins_with_its_story_and_says_what_it_is_for_and_how_long_it_takes(path):
    text = "\n\n".join(
        "".join(cell["source"]) for cell in stored(path)["cells"] if cell["cell_type"] == "markdown"
    )
    story, *_ = text.split("\n## Place your bet", 1)
    assert story.startswith("# ")
    assert len(story.split()) > 20, "a lesson begins with its story"
    about = "<details><summary>About this lesson</summary>\n\n"
    assert text.count(about) == 1
    assert about not in story
    goal, time, heading, objectives, needs, *_ = text.split(about)[1].split("\n\n")
    assert goal.startswith("You will ")
    # Each lesson has its exercises under the same name.
    minutes = (
        rf"\*\*Time\*\*: \d+ minutes, and \d+ more for the \[exercises\]\(\.\./exercises/{path.name}\)\."
    )
    assert re.fullmatch(minutes, time)
    assert heading == "**After this lesson you can**"
    assert len(re.findall("^- ", objectives, re.MULTILINE)) >= 3
    assert needs.startswith("| You need |")


# Exercises and answer keys are those of the solutions


@every_solution
def test_exercise_is_the_one_generated(path):
    def shape(cell):
        return cell.cell_type, cell.id, cell.source, cell.metadata

    expected = exercise_from(notebooks.read(path), path.name)
    actual = notebooks.read(ROOT / "exercises" / path.name)
    assert [shape(cell) for cell in actual.cells] == [shape(cell) for cell in expected.cells], GENERATE


@every_solution
def test_every_task_is_asked_and_has_a_stored_key(path):
    solution = notebooks.read(path)
    keyed = [
        task for cell in solution.cells for task in re.findall(r'answer_key\(\s*"([\w.]+)"', cell.source)
    ]
    asked = [task for cell in solution.cells for task in re.findall(r'\bcheck\(\s*"([\w.]+)"', cell.source)]
    assert sorted(keyed) == sorted(asked), "each task has one answer_key and one check"
    lessons = {task.partition(".")[0] for task in keyed}
    keys = {task for lesson in lessons for task in stored(ANSWERS / f"{lesson}.json")}
    assert keys == set(keyed), GENERATE


@every_solution
def test_a_task_says_how_many_digits_it_asks_for(path):
    text = ""
    for cell in notebooks.read(path).cells:
        if cell.cell_type == "markdown":
            text = cell.source
        for task in re.findall(r'answer_key\(\s*"([\w.]+)"', cell.source):
            digits = stored(ANSWERS / f"{task.partition('.')[0]}.json")[task].get("digits")
            if digits is not None:
                assert f"{digits} digits" in text, f"{task} is judged at {digits} digits: say so in its text"


@every_exercise
def test_an_exercise_imports_what_a_learner_uses(path):
    source = "\n".join(cell.source for cell in notebooks.code_cells(notebooks.read(path)))
    assert "from inversefutures.check import check\n" in source + "\n"
    for name in ("answer_key", "is_correct"):
        assert name not in source


@every_solution
def test_a_hidden_test_imports_what_it_needs(path):
    for cell in notebooks.code_cells(notebooks.read(path)):
        if "assert is_correct" in cell.source:
            assert "### BEGIN HIDDEN TESTS\nfrom inversefutures.check import is_correct\n" in cell.source


# The tools themselves


def write(path, *cells, **metadata):
    path.parent.mkdir(parents=True, exist_ok=True)
    # nbformat.write would mend what the tools are to mend.
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    path.write_text(json.dumps(document))
    return path


MESSY = [
    new_markdown_cell("# Title", id="introduction"),
    new_code_cell(
        "import sys\nprint('one'); sys.stdout.flush()\nprint('two')",
        execution_count=7,
        metadata={"scrolled": True},
    ),
    new_code_cell("import ipywidgets\nipywidgets.IntSlider()", id="introduction", metadata={"tags": []}),
    new_code_cell("1 + 1"),
]


def test_refreshing_twice_changes_nothing(tmp_path):
    path = write(tmp_path / "messy.ipynb", *MESSY, widgets={"state": {}}, kernelspec={"name": "other"})
    refresh(path)
    once = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == once
    notebook = stored(path)
    test_notebook_metadata(path)
    test_executed_from_top_to_bottom(path)
    test_no_cell_is_timed_or_carries_an_editor_s_marks(path)
    test_no_widget_view(path)
    test_streams_are_merged(path)
    assert [cell["id"] for cell in notebook["cells"]] == ["introduction", "cell-001", "cell-002", "cell-003"]
    assert notebook["cells"][1]["outputs"][0]["text"] == ["one\n", "two\n"]
    assert "text/plain" in notebook["cells"][2]["outputs"][0]["data"]
    assert notebook["cells"][3]["outputs"][0]["data"]["text/plain"] == ["2"]
    assert once.endswith(b"}\n")


def test_jupyterlab_folds_what_the_pages_fold():
    folded = new_code_cell("import sympy", metadata={"tags": ["hide-input"]})
    opened = new_code_cell("1 + 1", metadata={"jupyter": {"source_hidden": True}})
    notebook = new_notebook(cells=[folded, opened])
    notebooks.make_canonical(notebook)
    assert [cell.metadata.get("jupyter") for cell in notebook.cells] == [{"source_hidden": True}, None]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two notebooks, with a record of their runs."""
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(notebooks, "RUNS", tmp_path / "runs.json")
    for name in ("one", "two"):
        refresh(write(tmp_path / "lessons" / f"{name}.ipynb", new_code_cell("1 + 1", id="sum")))
    return tmp_path


def test_a_run_is_recorded_with_its_time_and_versions(course):
    runs = stored(course / "runs.json")
    assert list(runs) == ["lessons/one.ipynb", "lessons/two.ipynb"]
    for run in runs.values():
        assert 0 < run["seconds"] < notebooks.CELL_TIMEOUT
        assert run["versions"]["Python"] == platform.python_version()
        assert run["versions"]["sympy"] == sympy.__version__
    assert [cell["source"] for cell in stored(course / "lessons" / "one.ipynb")["cells"]] == [["1 + 1"]]


def test_a_run_is_recorded_anew_only_if_the_notebook_or_a_version_changed(course):
    path, record = course / "lessons" / "one.ipynb", course / "runs.json"
    runs = stored(record)
    for run in runs.values():
        run["seconds"] = 1000.0
    record.write_text(notebooks.text_of_record(runs))
    before = record.read_bytes()
    refresh(path)
    assert record.read_bytes() == before

    write(path, new_code_cell("1 + 2", id="sum"))
    refresh(path)
    assert stored(record)["lessons/one.ipynb"]["seconds"] < 1000
    assert stored(record)["lessons/two.ipynb"]["seconds"] == 1000

    runs["lessons/two.ipynb"]["versions"]["sympy"] = "0.1"
    record.write_text(notebooks.text_of_record(runs))
    refresh(course / "lessons" / "two.ipynb")
    assert stored(record)["lessons/two.ipynb"]["seconds"] < 1000


def test_the_record_forgets_a_notebook_that_is_gone(course):
    (course / "lessons" / "one.ipynb").unlink()
    refresh(course / "lessons" / "two.ipynb")
    assert list(stored(course / "runs.json")) == ["lessons/two.ipynb"]


def test_a_new_cell_leaves_the_others_their_ids(tmp_path):
    path = write(tmp_path / "ids.ipynb", *(new_markdown_cell(text) for text in "abc"))
    notebook = notebooks.read(path)
    notebook.cells.insert(1, new_markdown_cell("new"))
    notebooks.set_ids(notebook)
    assert [cell.id for cell in notebook.cells] == ["cell-001", "cell-004", "cell-002", "cell-003"]


def test_a_cell_that_raises_leaves_the_file_alone(tmp_path):
    path = write(tmp_path / "failing.ipynb", new_markdown_cell("# Title"), new_code_cell("print(1)\n1 / 0"))
    before = path.read_bytes()
    with pytest.raises(NotebookError) as raised:
        refresh(path)
    message = str(raised.value)
    assert "failing.ipynb, cell 2" in message
    assert "ZeroDivisionError" in message
    assert "1 / 0" in message
    assert "\x1b" not in message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_expected_exception_is_stored_without_its_traceback(tmp_path):
    cell = new_code_cell("int('x')", metadata={"tags": ["raises-exception"], "reason": "shows the message"})
    path = write(tmp_path / "raises.ipynb", cell)
    refresh(path)
    (output,) = stored(path)["cells"][0]["outputs"]
    assert output["traceback"] == ["ValueError: invalid literal for int() with base 10: 'x'"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("print('x' * 300_000)", "300,"),
        ("print('/home/someone/notes')", "/home/someone"),
        ("import os\nos.getcwd()", "path of this machine"),
    ],
)
def test_an_output_that_must_not_be_stored(tmp_path, source, complaint):
    path = write(tmp_path / "output.ipynb", new_code_cell(source))
    before = path.read_bytes()
    with pytest.raises(NotebookError, match=complaint):
        refresh(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 1}', "{", '{"worksheets": []}'])
def test_a_file_that_is_no_notebook(tmp_path, text):
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match=r"broken\.ipynb"):
        refresh(path)


ANSWER = """payoff = ...
### BEGIN SOLUTION
payoff = 1
answer_key("01.2", payoff)
### END SOLUTION"""
TESTS = """check("01.2", payoff)
### BEGIN HIDDEN TESTS
assert is_correct("01.2", payoff)
### END HIDDEN TESTS"""


def solution():
    return new_notebook(
        cells=[
            new_markdown_cell("# Solutions: What it is\nSolutions: not a title", id="title"),
            new_code_cell("import os", id="only", metadata={"tags": ["solution-only"]}),
            new_code_cell(ANSWER, id="answer", execution_count=1),
            new_code_cell(TESTS, id="tests"),
        ]
    )


def test_what_the_learner_gets():
    exercise = exercise_from(solution(), "x.ipynb")
    assert [cell.id for cell in exercise.cells] == ["title", "answer", "tests"]
    assert [cell.source for cell in exercise.cells] == [
        "# Exercises: What it is\nSolutions: not a title",
        "payoff = ...\n# your code here",
        'check("01.2", payoff)',
    ]
    assert exercise.cells[1].execution_count is None


def test_the_stub_stands_where_the_answer_stood():
    source = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\nf(1)"
    assert without_answer(source, "") == "def f(x):\n    # your code here\nf(1)"


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN SOLUTION\n1",
        "1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n### END SOLUTION",
        "### BEGIN SOLUTION\n1\n### END HIDDEN TESTS",
    ],
)
def test_unbalanced_marks_name_notebook_and_cell(source):
    notebook = solution()
    notebook.cells[2].source = source
    with pytest.raises(NotebookError, match=r"^solutions/x\.ipynb, cell 3: "):
        exercise_from(notebook, "solutions/x.ipynb")


def test_grading_metadata():
    notebook = solution()
    notebooks.set_grading(notebook, "x.ipynb")
    grading = [cell.metadata.get("nbgrader") for cell in notebook.cells]
    common = {"schema_version": 3, "task": False}
    assert grading == [
        None,
        None,
        {"grade_id": "answer-01-2", "solution": True, "grade": False, "locked": False, **common},
        {"grade_id": "tests-01-2", "solution": False, "grade": True, "locked": True, "points": 1, **common},
    ]


def test_a_task_has_one_answer_cell_and_a_name():
    notebook = solution()
    notebook.cells.append(new_code_cell(ANSWER))
    with pytest.raises(NotebookError, match="cell 5: a second 'answer-01-2'"):
        notebooks.set_grading(notebook, "x.ipynb")
    notebook.cells[-1].source = "### BEGIN SOLUTION\n1\n### END SOLUTION"
    with pytest.raises(NotebookError, match="cell 5: no check"):
        notebooks.set_grading(notebook, "x.ipynb")


def test_generating_stores_keys_and_forgets_old_ones(tmp_path, monkeypatch):
    # The kernel imports the package itself, so the real key file is kept apart by a lesson number of its own.
    monkeypatch.setattr(exercises, "ANSWERS", tmp_path / "answers")
    (tmp_path / "answers").mkdir()
    keys = tmp_path / "answers" / "99.json"
    keys.write_text(json.dumps({"99.1": {"kind": "number"}, "99.2": {}}))
    cells = solution().cells
    cells[1].source = (
        "import pathlib\nimport inversefutures.check as checking\nfrom inversefutures.answer_keys import *\n"
        "from inversefutures.check import *\n"
        f"checking.ANSWERS = pathlib.Path({str(tmp_path / 'answers')!r})"
    )
    learner = cells[1].source.replace("solution", "learner")
    cells.insert(2, new_code_cell(learner, id="setup"))
    for cell in cells:
        cell.source = cell.source.replace("01.2", "99.1")
    path = write(tmp_path / "solutions" / "99.ipynb", *cells)
    exercises.generate(path)
    assert set(stored(keys)) == {"99.1"}
    assert stored(keys)["99.1"]["correct"] == [1.0]
    exercise = stored(tmp_path / "exercises" / "99.ipynb")
    assert exercise["cells"][-1]["outputs"][0]["text"] == ["99.1: not answered yet.\n"]
    assert stored(path)["cells"][-1]["outputs"][0]["text"] == ["99.1: correct.\n"]
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    exercises.generate(path)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()} == before
