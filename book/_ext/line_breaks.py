"""What a line must not be broken between: a number and its per cent sign, a formula and its punctuation.

A browser may break a line on either side of a formula, as of a picture, so a bracket or a comma is kept with
it in one span. And a table's numbers get the minus sign and the space that the text has: Python prints -5%.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

PER_CENT = re.compile(r"(?<=\d) (?=%)")
PER_CENT_OF_PYTHON = re.compile(r"(?<=\d)(?=%$)")
NEGATIVE = re.compile(r"^-(?=[\d.])")
BEFORE = re.compile(r"[(\[“]+$")
BEHIND = re.compile(r"^[)\].,;:!?”]+")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment)
LAST = 900


def keep_together(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Change the texts of a page, and put what belongs to a formula into a span with it."""
    if app.builder.format != "html":
        return
    # A text that an extension has put in twice, or by hand, may not know where it stands.
    for line in list(doctree.findall(nodes.Element)):
        if isinstance(line, VERBATIM):
            continue
        in_cell = isinstance(line.parent, nodes.entry)
        for place, part in enumerate(line):
            if isinstance(part, nodes.Text) and (said := _typeset(part, in_cell and place == 0)) != part:
                line[place] = nodes.Text(said)
        for formula in [part for part in line if isinstance(part, nodes.math)]:
            _hold(line, formula)


def _typeset(text: nodes.Text, begins_cell: bool) -> str:
    said = PER_CENT.sub("\u00a0", text)
    return PER_CENT_OF_PYTHON.sub("\u00a0", NEGATIVE.sub("−", said)) if begins_cell else said


def _hold(line: nodes.Element, formula: nodes.math) -> None:
    place = next(place for place, part in enumerate(line) if part is formula)
    before = BEFORE.search(_text_at(line, place - 1))
    behind = BEHIND.search(_text_at(line, place + 1))
    if not before and not behind:
        return
    held = nodes.inline(classes=["unbroken"])
    if before:
        line[place - 1] = nodes.Text(before.string[: before.start()])
        held += nodes.Text(before[0])
    line[place] = held
    held += formula
    if behind:
        line[place + 1] = nodes.Text(behind.string[behind.end() :])
        held += nodes.Text(behind[0])


def _text_at(line: nodes.Element, place: int) -> str:
    inside = 0 <= place < len(line)
    return str(line[place]) if inside and isinstance(line[place], nodes.Text) else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the step, behind those that read the texts."""
    app.connect("doctree-resolved", keep_together, priority=LAST)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
