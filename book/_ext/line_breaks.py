"""What a line must not be broken between: a number and its per cent sign, a formula and its punctuation.

A browser may break a line on either side of a formula, as of a picture, so a bracket or a comma is kept with
it in one span; and behind a hyphen, also that of a date. And a table's numbers get the minus sign and the
space that the text has, and powers of ten: Python prints -5% and 1e-10.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

PER_CENT = re.compile(r"(?<=\d) (?=%)")
PER_CENT_OF_PYTHON = re.compile(r"(?<=\d)(?=%$)")
NEGATIVE = re.compile(r"(?<![\w.)-])-(?=\.?\d)")
MARK = re.compile(r" (?=\*$)")
"""Before the star of a footnote."""
POWER = r"(?<![\w.])(?:1|(?P<factor>\d(?:\.\d+)?))e\+?(?P<minus>-?)0*(?P<power>\d+)\b"
DATE_OR_RANGE = r"(?=\S{3,20}(?!\S))(?:[\w.]+-)*(?:[\w.]*\d-\w|\w+-\d)[\w.-]*"
UNDATED = r"n\.d\.-[a-z]\b"
HELD = re.compile(rf"{POWER}|(?<![\w.-])(?:{DATE_OR_RANGE}|{UNDATED})")
BEFORE = re.compile(r"[(\[“]+$")
BEHIND = re.compile(r"^[)\].,;:!?”]+")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment)
LONGEST_WORD = 24
"""Of code that is never broken: half of what a telephone's line takes."""
LAST = 900


def keep_together(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Change the texts of a page, and put what belongs to a formula into a span with it."""
    if app.builder.format != "html":
        return
    # A text that an extension has put in twice, or by hand, may not know where it stands.
    for line in list(doctree.findall(nodes.Element)):
        if isinstance(line, VERBATIM):
            _hold_option(line)
            continue
        in_cell = isinstance(line.parent, nodes.entry)
        for place, part in reversed(list(enumerate(line))):
            if isinstance(part, nodes.Text):
                said = _typeset(part, in_cell, begins_cell=in_cell and place == 0)
                if said != part or HELD.search(said):
                    line[place : place + 1] = _in_pieces(said)
        for formula in [part for part in line if isinstance(part, nodes.math)]:
            _hold(line, formula)


def _typeset(text: nodes.Text, in_cell: bool, begins_cell: bool) -> str:
    said = MARK.sub("\u00a0", PER_CENT.sub("\u00a0", text))
    if in_cell:
        said = NEGATIVE.sub("−", said)
    return PER_CENT_OF_PYTHON.sub("\u00a0", said) if begins_cell else said


def _in_pieces(text: str) -> list[nodes.Node]:
    """Return a text with each date, range and power of ten in a span."""
    pieces: list[nodes.Node] = []
    end = 0
    for found in HELD.finditer(text):
        held = nodes.inline(classes=["unbroken"])
        if found["power"]:
            factor = f"{found['factor']}\u00a0×\u00a0" if found["factor"] else ""
            power = found["minus"].replace("-", "−") + found["power"]
            held += [nodes.Text(f"{factor}10"), nodes.superscript("", power)]
        else:
            held += nodes.Text(found[0])
        pieces += [nodes.Text(text[end : found.start()]), held]
        end = found.end()
    return [*pieces, nodes.Text(text[end:])]


def _hold_option(code: nodes.Element) -> None:
    """Keep code with a hyphen, such as the option of a command, from being broken behind it."""
    text = code.astext()
    if isinstance(code, nodes.literal) and "-" in text and max(map(len, text.split())) <= LONGEST_WORD:
        code["classes"].append("unbroken")


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
