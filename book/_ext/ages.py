"""The dates of the venues page, so marked that its script can put an age beside them.

An age that stood in the page or in a stored notebook would be another one every day, and two builds of one
source would differ. So the build writes the date alone, in a form that a program reads, and the page counts
when it is read. Without a script, on paper and in a notebook the date stands.
"""

from collections.abc import Iterator
from html import escape

from docutils import nodes
from page_parts import html, script_where
from sphinx.application import Sphinx

from inversefutures.venues.ages import last_seen

PAGE = "book/venues"
AS_OF, BEFORE, QUESTION = "As of", "before", "question"
"""Heads and words of the package's tables: `specification_table` and `disagreement_matrix`."""
EARLIER = f"; {BEFORE}: "


def mark_dates(app: Sphinx, doctree: nodes.document) -> None:
    """Mark the dates of a page's tables of facts, and the tables of answers as such.

    Raises
    ------
    ValueError
        If the page has no such table (any more).
    """
    if app.env.docname != PAGE:
        return
    marked = 0
    for table in doctree.findall(nodes.table):
        head, *rows = [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]
        names = [cell.astext() for cell in head]
        if AS_OF in names:
            for row in current(rows):
                marked += mark_cell(row[names.index(AS_OF)])
        elif names[0] == QUESTION:
            table["classes"].append("matrix")
            for link in table.findall(nodes.reference):
                marked += mark_link(link)
    if not marked:
        raise ValueError(f"{PAGE} has no table with a column {AS_OF!r} and none of {QUESTION!r}s with dates")


def current(rows: list[list[nodes.entry]]) -> Iterator[list[nodes.entry]]:
    """Yield the rows of what holds now: what held before does not age. A blank repeats the name above it."""
    for row in rows:
        if row[0].astext() not in (BEFORE, ""):
            yield row


def mark_cell(cell: nodes.entry) -> bool:
    """Mark the words about a fact's copy; return whether there are any."""
    words = cell.astext()
    if not words:
        return False
    (paragraph,) = cell.findall(nodes.paragraph)
    seen = last_seen(words)
    paragraph[:] = around("time" if seen else "span", seen, paragraph.children)
    return True


def mark_link(link: nodes.reference) -> bool:
    """Mark an answer that leads to its source; return whether it says when that was read."""
    title = link.get("title") or link.get("reftitle") or ""
    if not title:
        return False
    words = title.partition(EARLIER)[0].rpartition("; ")[2]
    link[:] = around("span", last_seen(words), link.children)
    return True


def around(element: str, seen: str | None, children: list[nodes.Node]) -> list[nodes.Node]:
    """Return nodes inside an element that carries a date, which is empty where there is none."""
    date = escape(seen or "")
    machine_readable = f' datetime="{date}"' if element == "time" else ""
    begin = html(f'<{element}{machine_readable} data-seen="{date}">')
    return [begin, *children, html(f"</{element}>")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.connect("doctree-read", mark_dates)
    app.connect("html-page-context", script_where("venues.js", lambda page, _: page == PAGE))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
