"""Tables for every reader: Markdown where it is rendered, aligned text in a console.

Numbers are compared down a column, so a column of numbers stands flush right, with its unit in its head.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_NUMBER = re.compile(r"[-+−±≈<>≤≥]*\s?\d[\d,]*(\.\d+)?(e[-+]?\d+)?\s?[%x×]?|–|")


@dataclass(frozen=True)
class Table:
    """A finished table; a notebook shows it as the last value of a cell. Make one with `table`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def _numeric(self) -> list[bool]:
        return [all(_NUMBER.fullmatch(cell) for cell in column) for column in zip(*self.rows, strict=True)]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        lines = [self.head, tuple("---:" if numeric else ":---" for numeric in self._numeric()), *self.rows]
        markdown = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return {"text/markdown": markdown, "text/plain": repr(self)}

    def __repr__(self) -> str:
        lines = [[_LINK.sub(r"\1", cell) for cell in row] for row in (self.head, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        numeric = self._numeric()
        return "\n".join(
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(row, widths, numeric, strict=True)
            ).rstrip()
            for row in lines
        )


def table(head: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> Table:
    """Return a table, to be shown as the last value of a cell.

    Parameters
    ----------
    head : sequence of str
        A name for each column, with its unit: "liquidation price, USD". May hold formulas, as ``$N/E$``.
    rows : iterable of sequences
        As many cells in each as the head has. Text stays as it is and may hold formulas; a whole number gets
        its thousands commas; None is a dash, for what does not exist.

    Raises
    ------
    ValueError
        If there is no row, or a row has more or fewer cells than the head.
    TypeError
        If a cell is something else: how many digits a number shows is for its author to say.

    Examples
    --------
    >>> table(["leverage", "bankruptcy price, USD"], [["1x", 5000], ["10x", "9,090.91"]])
    leverage  bankruptcy price, USD
          1x                  5,000
         10x               9,090.91
    """
    names = tuple(_text(name) for name in head)
    lines = tuple(tuple(_text(cell) for cell in row) for row in rows)
    if not lines:
        raise ValueError("table has no rows: give at least one")
    for number, line in enumerate(lines, start=1):
        if len(line) != len(names):
            raise ValueError(
                f"row {number} of the table has {len(line)} cells, and its head {len(names)}: "
                "give each row one cell a column"
            )
    return Table(names, lines)


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    if isinstance(cell, str):
        return cell
    raise TypeError(
        f"a cell of a table is {type(cell).__name__} {cell!r}: write it as text with the digits it needs, "
        "as in f'{price:,.2f}'"
    )
