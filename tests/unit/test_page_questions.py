"""The bets and quick questions of a page: found in plain Markdown, and refused where they are malformed."""

import importlib
import re

import nbformat
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser

from tools.notebooks import ROOT

BET = """**Bet 1.** At which price are the coins of a $10$x long gone?

- `a` above 9,000 USD
- `b` at *exactly* 9,000 USD
"""
SETTLED = "**Bet 1 is settled: `a`.** The coins themselves are worth less by then."
QUESTION = """**Quick question.** Which of the two loses more?

<details><summary>A: the long</summary>

Right. It is paid in what falls.

</details>
<details><summary>B: the short</summary>

- That is the linear contract.

</details>
"""


@pytest.fixture(scope="module")
def questions():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        yield importlib.import_module("questions")


def read(text):
    options = {"myst_enable_extensions": ["dollarmath"], "report_level": 5, "doctitle_xform": False}
    return publish_doctree(text, parser=Parser(), settings_overrides=options)


@pytest.fixture
def marked(questions):
    """Mark a text, and return its HTML boxes and what is malformed."""

    def mark(text, page="lessons/05_topic"):
        doctree = read(text)
        problems = [str(problem) for problem in questions.mark(doctree, page)]
        boxes = [raw.astext() for raw in doctree.findall(nodes.raw) if raw.astext().startswith("<div")]
        return boxes, problems

    return mark


def records(boxes):
    return [found[1] for box in boxes if (found := re.search(r'data-record="([^"]+)"', box))]


def test_a_bet_its_settling_and_a_question_are_found(marked):
    boxes, problems = marked(f"# Title\n\n{BET}\n## Later\n\n{SETTLED}\n\n{QUESTION}")
    assert problems == []
    assert [box.split('"')[1] for box in boxes] == ["bet", "bet-settled", "question"]
    assert 'data-settled="a"' in boxes[1]
    assert 'data-right="A"' in boxes[2]


def test_each_box_holds_what_belongs_to_it(questions):
    doctree = read(f"{BET}\nBetween.\n\n{SETTLED}\n\n{QUESTION}\nAfter.")
    questions.mark(doctree, "lessons/05_topic")
    kinds = [
        child.astext().split('"')[1] if child.astext().startswith("<div") else child.astext().strip()[:10]
        for child in doctree.children
        if isinstance(child, nodes.raw) or child.astext() in ("Between.", "After.")
    ]
    assert kinds[:5] == ["bet", "</div>", "Between.", "bet-settled", "</div>"]
    assert kinds[5] == "question"
    assert kinds[-2:] == ["</div>", "After."]


def test_it_is_remembered_by_its_words_and_topic_wherever_it_stands(marked):
    first = records(marked(f"{BET}\n{SETTLED}\n\n{QUESTION}")[0])
    moved = records(marked(f"# More\n\n{QUESTION}\n{BET}\n{SETTLED}", page="lessons/06_topic")[0])
    assert sorted(first) == sorted(moved)
    assert all(re.fullmatch(r"topic\.(bet|q)-[0-9a-f]{8}", record) for record in first)
    reworded = records(marked(f"{BET.replace('gone', 'lost')}\n{SETTLED}")[0])
    assert reworded[0] not in first


def test_folds_without_a_blank_line_between_them_are_told_apart(marked):
    text = (
        QUESTION.rstrip() + "\n<details><summary>About this lesson</summary>\n\nTime: one hour.\n\n</details>"
    )
    boxes, problems = marked(text)
    assert (len(boxes), problems) == (1, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BET, "bet 1 is never settled"),
        (f"{BET}\n{SETTLED}\n\n{SETTLED}", "bet 1 is settled twice"),
        (f"{BET}\n{SETTLED.replace('`a`', '`c`')}", "bet 1 is settled by c, which is no option"),
        (f"{BET}\n{SETTLED.replace('`a`', 'a')}", "write the letter that settles it in code"),
        (f"{SETTLED}\n\n{BET}", "no bet 1 before the place that settles it"),
        (f"{BET}\n{BET}\n{SETTLED}", "there are two bets 1"),
        (BET.replace("- `b`", "- b") + SETTLED, "each option begins with its letter in code"),
        (BET.replace("`b`", "`c`") + f"\n{SETTLED}", "bet 1 has the options a, c"),
        (
            BET.replace("\n\n- `a`", "\n\nWell?\n\n- `a`") + f"\n{SETTLED}",
            "needs its list of options right behind",
        ),
        (f"{BET}\n{SETTLED.replace('settled:', 'settled')}", "looks like a bet"),
        (QUESTION.replace("Right. ", ""), '0 options begin with "Right."'),
        (QUESTION.replace("- That", "Right. That"), '2 options begin with "Right."'),
        (QUESTION.replace("- That is the linear contract.", ""), "option B has no explanation"),
        (QUESTION.replace("B: the", "C: the"), "has the options A, C"),
        (QUESTION.partition("<details><summary>B")[0], "has the options A"),
        (QUESTION.partition("<details>")[0], "has no options below it"),
        (QUESTION.replace("**", ""), "need a paragraph that begins in bold"),
        (f"{QUESTION}\n{QUESTION}", "is asked twice in the same words"),
    ],
)
def test_what_is_malformed_is_refused_with_its_reason(marked, text, problem):
    _, problems = marked(text)
    assert any(problem in each for each in problems), problems


def test_text_that_is_neither_is_left_alone(marked):
    fold = "<details><summary>About: this</summary>\n\nText.\n\n</details>"
    text = f"**Place your bet** now.\n\n1. `a` is a letter\n\n{fold}"
    assert marked(text) == ([], [])


@pytest.mark.parametrize("path", sorted((ROOT / "lessons").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_lesson_asks_and_nothing_of_it_is_malformed(marked, path):
    cells = nbformat.read(path, 4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    boxes, problems = marked(text, f"lessons/{path.stem}")
    assert problems == []
    assert sum('class="question"' in box for box in boxes) >= 3
