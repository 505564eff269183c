"""Symbols and terms that explain themselves: on hover, by touch, and with the keyboard's focus.

What is said of a symbol comes from the notation, of a term from the first sentence of its glossary entry, and
a page carries only what its text uses. In the text the first mention of a term in a section becomes a link
to the glossary, so that it works without a script too; headings, code, tables, bold words (there the text
itself explains), folds, bets and questions are left alone.

A comment in the text, ``<!-- unexplained: payments, Roll -->``, names quantities and terms that are something
else in its section. Only lessons are explained.
"""

import functools
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from docutils import nodes
from mathml import FORMULA_MADE, mathml
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from symbols import about, mark

from inversefutures.notation import QUANTITIES

LESSONS = "lessons/"
GLOSSARY = "book/glossary"
EVERYDAY = {
    "Ask": "to ask a question",
    "Long": "as long as, no longer",
    "Short": "in short, a short time",
    "Future": "in the future",
    "Carry": "carry out",
    "Roll": "roll a die",
    "Tick": "tick a box",
    "Tax": "no lesson is about it",
    "Tier": "the lesson on tiers explains it itself",
    "Fee": "everyone knows what one is",
}
"""Terms that are not looked for, because the word is used in another sense too, or needs no explanation."""
OPT_OUT = re.compile(r"^\s*<!--\s*unexplained:(.*?)-->\s*$", re.DOTALL)
QUESTION = re.compile(r"(?:Bet|Quick question|Question)\b(?! \d+ is settled)|\d+\.")
SENTENCE = re.compile(r"(?<=\.)\s")


# --- terms ------------------------------------------------------------------------------------------
@functools.cache
def glossary(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Return for each term its anchor and the first sentence about it, as HTML."""
    if GLOSSARY not in env.found_docs:
        return {}
    found = {}
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        term = next(iter(item.findall(nodes.term)))
        paragraph = next(iter(item.findall(nodes.paragraph)), None)
        if term["ids"] and paragraph is not None:
            name = term.astext()
            found[name] = (term["ids"][0], f"<b>{escape(name)}</b>: {first_sentence(paragraph)}")
    return found


def first_sentence(paragraph: nodes.Element) -> str:
    """Return the first sentence of a paragraph as HTML, without its citations."""
    written: list[str] = []
    for child in paragraph.children:
        if written and written[-1].endswith(".") and child.astext()[:1].isspace():
            break
        if isinstance(child, nodes.math):
            written.append(mathml(child.astext(), display=False))
        elif not isinstance(child, addnodes.pending_xref) or child.get("refdomain") != "cite":
            text, *more = SENTENCE.split(child.astext(), maxsplit=1)
            written.append(escape(text))
            if more:
                break
    return re.sub(r"\s+(?=[.,;])", "", "".join(written)).replace("\n", " ")


@functools.cache
def mention(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of some terms, in the singular or the plural; the longest comes first."""
    longest = sorted(terms, key=len, reverse=True)
    words = "|".join(re.escape(term).replace(r"\ ", r"\s+") for term in longest)
    return re.compile(rf"(?<![\w-])({words})(?:s|es)?(?![\w-])", re.IGNORECASE)


def prepare(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Link the terms of a lesson to the glossary, and note which symbols are not to be explained."""
    if not page.startswith(LESSONS) or app.builder.format != "html":
        return
    left_out = list(opt_outs(doctree, page, glossary(app.env)))
    for formula in doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)):
        formula["unexplained"] = named_above(formula, left_out)
    terms = {term: found for term, found in glossary(app.env).items() if term not in EVERYDAY}
    if not terms:
        return
    named = {term.lower(): term for term in terms}
    pattern = mention(tuple(terms))
    mentioned: set[tuple[int, str]] = set()
    address = app.builder.get_relative_uri(page, GLOSSARY)
    for text in list(running_text(doctree)):
        section = id(section_of(text))
        skipped = named_above(text, left_out)
        pieces: list[nodes.Node] = []
        end = 0
        for found in pattern.finditer(text):
            term = named[" ".join(found[1].split()).lower()]
            if (section, term) in mentioned:
                continue
            mentioned.add((section, term))
            if term in skipped or is_defined(text):
                continue
            link = nodes.reference("", found[0], refuri=f"{address}#{terms[term][0]}", internal=True)
            link["classes"] = ["term"]
            pieces += [nodes.Text(text[end : found.start()]), link]
            end = found.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def opt_outs(
    doctree: nodes.document, page: str, terms: dict[str, Any]
) -> Iterator[tuple[nodes.Node, frozenset[str]]]:
    """Yield the element in which each opt-out stands, and what it names; take the comments out."""
    for comment in list(doctree.findall(nodes.raw)):
        if found := OPT_OUT.match(comment.astext()):
            names = frozenset(name.strip() for name in found[1].split(","))
            if unknown := names - QUANTITIES.keys() - terms.keys():
                raise ExtensionError(
                    f"{page}: 'unexplained' names {', '.join(sorted(unknown))}: write a quantity of the "
                    "notation by its name, such as time_left, or a term of the glossary as it stands there"
                )
            yield comment.parent, names
            comment.parent.remove(comment)


def named_above(node: nodes.Node, left_out: list[tuple[nodes.Node, frozenset[str]]]) -> frozenset[str]:
    """Return what the opt-outs of the sections around a node name."""
    around = set(map(id, ancestors(node)))
    return frozenset().union(*(names for section, names in left_out if id(section) in around))


def ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield the elements around a node, from the inside."""
    while node.parent is not None:
        node = node.parent
        yield node


def section_of(node: nodes.Node) -> nodes.Node:
    """Return the section of the second rank around a node, or the outermost element."""
    sections = [each for each in ancestors(node) if isinstance(each, nodes.section)]
    return sections[-2] if len(sections) > 1 else sections[-1] if sections else node.document


def running_text(doctree: nodes.document) -> Iterator[nodes.Text]:
    """Yield the text of paragraphs that may be explained, in order."""
    folded = 0
    for node in doctree.findall(lambda node: isinstance(node, nodes.raw | nodes.paragraph)):
        if isinstance(node, nodes.raw):
            folded += node.astext().count("<details") - node.astext().count("</details")
        elif not folded and not is_question(node):
            for text in node.findall(nodes.Text):
                within = [each for each in ancestors(text) if each is not node and node in ancestors(each)]
                if not any(isinstance(each, KEPT) for each in [*within, *ancestors(node)]):
                    yield text


KEPT = (
    nodes.reference,
    addnodes.pending_xref,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.title,
    nodes.entry,
    nodes.caption,
    nodes.Admonition,
)


def is_question(paragraph: nodes.paragraph) -> bool:
    """Return whether a paragraph asks something, or is one of the answers to choose from."""
    # The parser may leave an empty text before what begins a paragraph.
    first = next((child for child in paragraph.children if child.astext()), None)
    if isinstance(first, nodes.literal) and len(first.astext()) == 1:
        return isinstance(paragraph.parent, nodes.list_item)
    return isinstance(first, nodes.strong) and bool(QUESTION.match(first.astext()))


def is_defined(text: nodes.Text) -> bool:
    """Return whether a text is bold, as a definition is."""
    return any(isinstance(each, nodes.strong) for each in ancestors(text))


# --- pages ------------------------------------------------------------------------------------------
def mark_formula(app: Sphinx, node: nodes.Element, root: Element) -> None:
    """Mark the symbols of a lesson's formula."""
    if "unexplained" in node:
        mark(root, node["unexplained"])


def add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a lesson what is said of its symbols and terms, and the scripts that show it and open its code."""
    if app.builder.format != "html" or doctree is None or not pagename.startswith(LESSONS):
        return
    body = context["body"]
    symbols = dict.fromkeys(re.findall(r'data-symbol="(\w+)"', body))
    said = {name: about(QUANTITIES[name]) for name in symbols}
    anchors = dict(glossary(app.env).values())
    for anchor in dict.fromkeys(re.findall(r'class="term[^"]*" href="[^"]*#([^"]+)"', body)):
        said[anchor] = anchors[anchor]
    if said:
        items = "".join(f'<div data-for="{name}">{text}</div>' for name, text in said.items())
        context["body"] += f'<template class="explanations">{items}</template>'
        app.add_js_file("explain.js", loading_method="defer", priority=800)
    if "<details" in body and "above-input" in body:
        app.add_js_file("folds.js", loading_method="defer", priority=800)


def note_glossary(app: Sphinx, doctree: nodes.document) -> None:
    """Have a lesson written anew when the glossary changes, which explains its terms."""
    if app.env.docname.startswith(LESSONS) and GLOSSARY in app.env.found_docs:
        app.env.note_dependency(app.env.doc2path(GLOSSARY))


def write_assets(app: Sphinx) -> None:
    """Load the stylesheets on every page."""
    for name in ("type.css", "folds.css", "explain.css"):
        app.add_css_file(name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("builder-inited", write_assets)
    app.connect("doctree-read", note_glossary)
    app.connect("doctree-resolved", prepare)
    app.connect(FORMULA_MADE, mark_formula)
    app.connect("html-page-context", add_to_page, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
