"""Formulas as native MathML, converted when the book is built: no script, nothing to download but a font.

docutils' own converter is used. Against the PyPI package latex2mathml (tried on sympy's output) it sets
``aligned`` environments as a table, gives text operators their spacing, and above all refuses a command it
does not know, where the package prints the command's name into the page and builds on. What docutils
lacks is added here: the display environments that MyST knows, primes, and labels below braces.
"""

import itertools
import re
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

ALIGNED = re.compile(r"\\(begin|end)\{(?:align|split|eqnarray)\*?\}")
ONE_LINE = re.compile(r"\\(?:begin|end)\{equation\*?\}")
CAPITAL_GREEK = "ΓΔΘΛΞΠΣΥΦΨΩ"
BRACKETS = ("(", ")", "[", "]")
RELATIONS = "=≠<>≤≥≈(,"
PAIRS = [(r"\\left(?![a-zA-Z])", r"\\right(?![a-zA-Z])"), (r"(?<!\\)\{", r"(?<!\\)\}")]
LOG = re.compile(r"\\log(?![a-zA-Z])")
SHORT_FRACTION = re.compile(r"(\\[dt]?frac)([0-9])([0-9a-zA-Z])")
APPLIED = "\u2061"
THIN = "0.167em"
"""What TeX sets between a function's name and a factor beside it."""
TEXT = re.compile(r"(\\(?:text|operatorname|mathrm)\{[^{}]*\})")

# MathML elements with a fixed number of children. docutils lets an unfinished fraction or script pass.
CHILDREN = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "munder": 2,
    "mover": 2,
    "msubsup": 3,
    "munderover": 3,
}


FORMULA_MADE = "formula-made"
"""An event, with the formula's node and its tree, which a listener may change before it is written."""


class FormulaError(ValueError):
    """A formula that cannot be converted."""


def mathml(tex: str, display: bool) -> str:
    """Return a formula as a ``<math>`` element.

    Parameters
    ----------
    tex : str
        LaTeX without its delimiters.
    display : bool
        Whether the formula stands on its own line.

    Raises
    ------
    FormulaError
        If a command or environment is unknown, or an argument is missing.
    """
    return written(tree(tex, display))


def tree(tex: str, display: bool) -> ElementTree.Element:
    """Return a formula as the tree that `mathml` writes; for arguments and errors see there."""
    for opening, closing in PAIRS:
        if len(re.findall(opening, tex)) != len(re.findall(closing, tex)):
            raise FormulaError("brackets do not pair")
    try:
        converted = tex2mathml(_plain(tex), as_block=display)
    except Exception as error:  # docutils stumbles over bad input in many ways
        raise FormulaError(error) from error
    # The converter's names for white space and the like are HTML's, which XML does not know.
    converted = converted.replace("&ApplyFunction;", APPLIED).replace(
        'xmlns="http://www.w3.org/1998/Math/MathML"', ""
    )
    root = ElementTree.fromstring(converted)
    for part in root.iter():
        if len(part) != CHILDREN.get(part.tag, len(part)):
            raise FormulaError("an argument is missing")
        _mend(part)
        if part.tag not in CHILDREN:
            _space_names(part)
        # Line breaks between elements are the converter's own; they would only weigh.
        part.tail = None
        if len(part):
            part.text = None
    return root


def written(root: ElementTree.Element) -> str:
    """Return a formula's tree as text for a page."""
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _plain(tex: str) -> str:
    """Rewrite what docutils does not know into what it does."""
    tex = ONE_LINE.sub("", ALIGNED.sub(r"\\\1{aligned}", tex.strip()))
    if r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    tex = tex.replace("{,}", ",")  # 50{,}000 is one number
    tex = SHORT_FRACTION.sub(r"\1{\2}{\3}", tex)  # docutils takes two digits for one argument
    tex = re.sub(r"\\substack(?=\{[^{}\\]*\})", "", tex)  # sympy's, around a single line
    pieces = TEXT.split(tex)
    # Not as a superscript: the font's prime is raised already. And sympy's log is what the text calls ln.
    pieces[::2] = [LOG.sub(r"\\ln", piece.replace("'", r"\prime ")) for piece in pieces[::2]]
    return "".join(pieces)


def _mend(element: ElementTree.Element) -> None:
    """Set an element as TeX would, where docutils or MathML's defaults do not."""
    under = {"msub": "munder", "msup": "mover"}
    if element.tag in under and element[0].tag == under[element.tag] and element[0][-1].text in ("⏟", "⏞"):
        element.tag = under[element.tag]  # the label of a brace, not a subscript
    elif element.tag == "mo" and element.text == "/":
        element.attrib.update(lspace="0", rspace="0")
    elif element.tag == "mi" and element.text and element.text in CAPITAL_GREEK:
        element.set("mathvariant", "normal")
    elif element.get("class") == "ams-align":
        element.set("displaystyle", "true")
    elif element.tag == "mrow" and element.find(".//mfrac//mfrac") is not None:
        # Such a fraction may lie all above the axis, and brackets would grow downwards as far.
        for bracket in (element[0], element[-1]):
            if bracket.tag == "mo" and bracket.text in BRACKETS:
                bracket.set("symmetric", "false")
    for before, after in itertools.pairwise(element):
        if before.tag == after.tag == "mo" and (before.text or " ") in RELATIONS and after.text == "+":
            after.set("form", "prefix")  # a sign, not a sum


def _space_names(row: ElementTree.Element) -> None:
    """Part a function's name, such as ln and max, from a factor beside it, and from nothing else."""
    parts = list(row)
    for place in reversed(range(len(parts))):
        name, behind = parts[place], parts[place + 1 :]
        applied = behind.pop(0) if behind and behind[0].text == APPLIED else None
        if applied is None and not (name.tag == "mo" and (name.text or "").isalpha()):
            continue
        opens = not behind or "".join(behind[0].itertext()).strip()[:1] in ("(", "[")
        before = parts[place - 1] if place else None
        factor = before is not None and (before.tag != "mo" or before.text in (")", "]"))
        if applied is None:
            name.attrib.update(lspace=THIN if factor else "0", rspace="0" if opens else THIN)
            continue
        applied.attrib.update(lspace="0", rspace="0" if opens else THIN)
        if factor:
            row.insert(place, ElementTree.Element("mspace", width=THIN))


def _render(translator: HTML5Translator, node: nodes.Element, display: bool) -> str:
    try:
        root = tree(node.astext(), display)
    except FormulaError as error:
        page = translator.builder.current_docname
        raise ExtensionError(f"{page}: cannot typeset the formula {node.astext()!r}: {error}") from error
    translator.builder.events.emit(FORMULA_MADE, node, root)
    return written(root)


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    translator.body.append(_render(translator, node, display=False))
    raise nodes.SkipNode


def visit_displaymath(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, in a box that scrolls when the page is narrower."""
    if "amsmath" in node["classes"]:
        # MyST gives these a random id, so that no two builds would be the same.
        node["ids"] = [f"equation-{node['number']}"] if node["number"] else []
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    # The class is the theme's: its script makes such a box a stop for the keyboard while it overflows.
    translator.body.append('<div class="pst-scrollable-table-container" role="group" aria-label="Formula">')
    translator.body.append(_render(translator, node, display=True) + "</div>")
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name ``mathml``."""
    app.add_event(FORMULA_MADE)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
