"""The answer boxes of the exercise pages: where they stand, and what they know.

A task's cells in Python are folded, and an empty place before them is what the page's script puts the box
into. The keys travel as data within the page, so that all of it works from a folder too. Without scripts, and
on paper, a page reads as the text and the cells that it is made of.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from page_judge import SCRIPTS, page_key, script
from page_parts import html
from review import drill_address
from runnable import BROWSER_NOTEBOOKS, MICROPYTHON
from sphinx.application import Sphinx

from inversefutures.answer_keys import answer_key
from inversefutures.check import stored_key

EXERCISES = "exercises/"
CHECK = re.compile(r'^check\("(\d+\.\d+)", (.*)\)$', re.MULTILINE)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
CHOICE = re.compile(r'"\w"')
TASK_SECTION = re.compile(r'<section id="([^"]+)">(?:(?!<section).)*?data-task="([\d.]+)"', re.DOTALL)
FROM_A_FILE = re.compile(r"^(\w+) = datasets\.", re.MULTILINE)
INSTRUCTION = re.compile(r"Replace each .*? run the cell below it\.", re.DOTALL)
NO_HINT = inspect.signature(answer_key).parameters["hint"].default


def write_scripts(app: Sphinx) -> None:
    """Write the scripts where Sphinx finds them when it stamps their checksums into the pages."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        for name in SCRIPTS:
            (static / name).write_text(script(name), "utf-8")
        app.add_css_file("answers.css", priority=600)


def note_solution(app: Sphinx, doctree: nodes.document) -> None:
    """Have an exercise page written anew when its solution changes, from which its help comes."""
    page = app.env.docname
    if page.startswith(EXERCISES):
        app.env.note_dependency(_solution_of(app, page))


def _solution_of(app: Sphinx, page: str) -> Path:
    return Path(app.srcdir, page.replace(EXERCISES, "solutions/", 1) + ".ipynb")


def prepare(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Fold the cells of an exercise page, and leave a place for a box before those that check an answer."""
    if not page.startswith(EXERCISES) or app.builder.format != "html":
        return
    instruction = _take_instruction(doctree)
    for cells in list(_runs_of_cells(doctree)):
        found = CHECK.search("\n".join(map(_source, cells)))
        _fold(cells, opened=bool(found) and needs_python(found[2]))
        if not found:
            continue
        if needs_python(found[2]):
            _before(cells[0], _needs_python_note(app, page))
        else:
            _before(cells[0], html(f'<div class="answer-place" data-task="{found[1]}"></div>'))
            _mark_choices(cells[0].parent)
        if instruction:
            cells[0].parent.insert(cells[0].parent.index(cells[0]), instruction.deepcopy())


def _runs_of_cells(doctree: nodes.document) -> Iterator[list[nodes.Element]]:
    """Yield the cells with code that follow one another, with no text between them."""
    for parent in [doctree, *doctree.findall(nodes.section)]:
        run: list[nodes.Element] = []
        for child in [*parent.children, None]:
            if isinstance(child, nodes.Element) and child.get("nb_element") == "cell_code":
                run.append(child)
            elif run:
                yield run
                run = []


def _take_instruction(doctree: nodes.document) -> nodes.paragraph | None:
    """Take out what the notebook's first lines say of its cells, which on the page are folded away."""
    for paragraph in doctree.findall(nodes.paragraph):
        said = INSTRUCTION.match(paragraph.astext())
        if not said:
            continue
        instruction = nodes.paragraph()
        missing = len(said[0])
        while missing:
            part = paragraph.pop(0)
            text = part.astext()
            if len(text) > missing:
                paragraph.insert(0, nodes.Text(text[missing:].lstrip()))
                part = nodes.Text(text[:missing])
            missing -= len(part.astext())
            instruction += part
        if not paragraph.astext():
            paragraph.parent.remove(paragraph)
        return instruction
    return None


def _source(cell: nodes.Element) -> str:
    return next((block.astext() for block in cell.findall(nodes.literal_block)), "")


def needs_python(checked: str) -> bool:
    """Return whether a task judges what a program does: then `check` gets more than the answer's name."""
    return not isinstance(ast.parse(checked, mode="eval").body, ast.Name)


def _fold(cells: list[nodes.Element], opened: bool) -> None:
    # On paper nobody types an answer: what the page folds away is left out.
    state = '" open' if opened else ' d-print-none"'
    _before(cells[0], html(f'<details class="in-python{state}><summary>In Python</summary>'))
    parent = cells[-1].parent
    parent.insert(parent.index(cells[-1]) + 1, html("</details>"))


def _before(cell: nodes.Element, node: nodes.Node) -> None:
    """Put a node before a cell and what folds it."""
    place = cell.parent.index(cell)
    if place and cell.parent[place - 1].astext().startswith("<details"):
        place -= 1
    cell.parent.insert(place, node)


def _needs_python_note(app: Sphinx, page: str) -> nodes.raw:
    notebook = f"{page}.ipynb"
    text = "A referee in Python judges this"
    if BROWSER_NOTEBOOKS + notebook in app.config.published_extra:
        up = "../" * page.count("/")
        address = f"{up}lite/notebooks/index.html?path={notebook}"
        link = f'<a href="{escape(address)}">run it in the browser</a>'
        text += f'<span class="needs-server d-print-none">: {link}</span>'
    return html(f'<p class="answer-needs-python">{text}.</p>')


def _mark_choices(task: nodes.Element) -> None:
    """Mark the list of a task whose items begin with a letter in quotation marks."""
    for bullets in task.findall(nodes.bullet_list):
        starts = [next(iter(item.findall(nodes.literal)), None) for item in bullets]
        if starts and all(start is not None and CHOICE.fullmatch(start.astext()) for start in starts):
            bullets["classes"].append("choices")


def add_keys(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give an exercise page its keys, and a lesson the number of its tasks."""
    if app.builder.format != "html" or doctree is None:
        return
    folder, _, name = pagename.partition("/")
    if folder == "lessons" and f"{EXERCISES}{name}" in app.env.found_docs:
        tasks: Any = tasks_on_page(Path(app.srcdir, EXERCISES, f"{name}.ipynb"))
        data = {"tasks": tasks, "exercises": context["pathto"](f"{EXERCISES}{name}")}
    elif f"{folder}/" == EXERCISES and (places := re.findall(r'data-task="([\d.]+)"', context["body"])):
        begins = beginnings(_solution_of(app, pagename))
        anchors = {task: anchor for anchor, task in TASK_SECTION.findall(context["body"])}
        solutions = context["pathto"](pagename.replace(EXERCISES, "solutions/", 1))
        tasks = {}
        named = names_of_functions(Path(app.srcdir, f"{pagename}.ipynb"))
        for task in places:
            key = page_key(stored_key(task))
            if key["kind"] == "function":
                key["named"] = named[task]
            if key["kind"] == "choice" and key["hint"] == NO_HINT:
                key["hint"] = ""
            tasks[task] = {**key, "begins": begins.get(task, ""), "solution": f"{solutions}#{anchors[task]}"}
        tables = [task for task in tasks_with_tables(Path(app.srcdir, f"{pagename}.ipynb")) if task in tasks]
        data = {"tasks": tasks, "tables": tables, "drills": drill_address(app, pagename)}
        if MICROPYTHON in app.config.published_extra and any("named" in key for key in tasks.values()):
            up = "../" * pagename.count("/")
            data["python"] = {
                "panel": f"{up}_static/python.js",
                "worker": f"{up}_static/python-worker.js",
                "micropython": f"{up}{MICROPYTHON}",
            }
    else:
        return
    data["set"] = name.partition("_")[2]  # without its number, so that a new lesson before it changes nothing
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    context["body"] += f'<script type="application/json" class="answer-keys">{text}</script>'
    file = "answered.js" if folder == "lessons" else "answers.js"
    app.add_js_file(file, loading_method="defer", priority=800)  # behind the progress, below which it writes


def tasks_on_page(exercises: Path) -> list[str]:
    """Return the tasks of an exercise notebook that its page can judge."""
    cells = nbformat.reads(exercises.read_text("utf-8"), 4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return [task for task, checked in CHECK.findall(code) if not needs_python(checked)]


def tasks_with_tables(exercises: Path) -> list[str]:
    """Return the tasks of an exercise notebook whose text asks about a table that only the notebook has."""
    cells = nbformat.reads(exercises.read_text("utf-8"), 4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    named = "|".join([r"datasets\.", *(rf"{name}`" for name in FROM_A_FILE.findall(code))])
    about = re.compile(rf"## (\d+\.\d+)(?:(?!\n## ).)*?`(?:{named})", re.DOTALL)
    texts = (about.match(cell.source) for cell in cells if cell.cell_type == "markdown")
    return [text[1] for text in texts if text]


def names_of_functions(exercises: Path) -> dict[str, str]:
    """Return what each task of an exercise notebook hands to `check`: of a function its name."""
    cells = nbformat.reads(exercises.read_text("utf-8"), 4).cells
    return dict(CHECK.findall("\n".join(cell.source for cell in cells if cell.cell_type == "code")))


def beginnings(solution: Path) -> dict[str, str]:
    """Return how each solution begins: its first remark, or what its function says that it returns."""
    found = {}
    waiting = ""
    for cell in nbformat.reads(solution.read_text("utf-8"), 4).cells:
        if cell.cell_type != "code":
            continue
        if answer := SOLUTION.search(cell.source):
            waiting = _beginning(answer[1])
        if task := CHECK.search(cell.source):
            found[task[1]] = waiting
            waiting = ""
    return found


def _beginning(code: str) -> str:
    lines = [line.strip() for line in code.strip().splitlines()]
    remark = []
    for line in lines:
        if not line.startswith("#"):
            break
        remark.append(line.lstrip("# "))
    if remark:
        return " ".join(remark)
    for node in ast.parse(code).body[:1]:
        if isinstance(node, ast.FunctionDef) and (text := ast.get_docstring(node)):
            return text.splitlines()[0]
    return ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("builder-inited", write_scripts)
    app.connect("doctree-read", note_solution)
    app.connect("doctree-resolved", prepare)
    app.connect("html-page-context", add_keys, priority=700)  # the body is there, and its policy comes later
    return {"parallel_read_safe": True, "parallel_write_safe": True}
