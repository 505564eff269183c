"""What a line must not be broken between: a number and its per cent sign, a formula and its punctuation.

A browser may break a line on either side of a formula, as of a picture, so a bracket or a comma is kept with
it in one span. And a table's numbers get the minus sign that the text has; Python prints a hyphen.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

PER_CENT = re.compile(r"(?<=\d) (?=%)")
NEGATIVE = re.compile(r"^-(?=[\d.])")
BEFORE = re.compile(r"[(\[“]+$")
BEHIND = re.compile(r"^[)\].,;:!?”]+")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment)
LAST = 900


def keep_together(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Change the texts of a page, and put what belongs to a formula into a span with it."""
    if app.builder.format != "html":
        return
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, VERBATIM):
            _replace(text, _typeset(text))
    for formula in list(doctree.findall(nodes.math)):
        _hold(formula)


def _typeset(text: nodes.Text) -> str:
    said = PER_CENT.sub("\u00a0", text)
    cell = text.parent.parent
    if isinstance(cell, nodes.entry) and text.parent.index(text) == 0:
        said = NEGATIVE.sub("−", said)
    return said


def _replace(text: nodes.Text, said: str) -> None:
    if said != text:
        text.parent.replace(text, nodes.Text(said))


def _hold(formula: nodes.math) -> None:
    line = formula.parent
    place = line.index(formula)
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
