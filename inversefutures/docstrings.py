"""A docstring in its parts: what comes before the sections, and the sections, as numpydoc has them."""

import re
import textwrap
from collections.abc import Mapping

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
WIDTH = 96


def sections(text: str) -> dict[str, str]:
    """Return the parts of a docstring by their titles; the part before the first section has none.

    Parameters
    ----------
    text : str
        Without the indentation of the code, as `inspect.cleandoc` leaves it.
    """
    start, *rest = SECTION.split(text)
    titled = dict(zip(rest[::2], rest[1::2], strict=True))
    return {title: part.strip("\n") for title, part in {"": start, **titled}.items()}


def joined(parts: Mapping[str, str]) -> str:
    """Return the docstring of these parts, in their order."""
    return "\n\n".join(
        f"{title}\n{'-' * len(title)}\n{part}" if title else part for title, part in parts.items()
    )


def remarks(part: str) -> dict[str, str]:
    """Return what a section of parameters says of each, as one line of text.

    A remark may be for several parameters: ``entry_price, price : the price is the mark``.
    """
    entries: list[tuple[str, list[str]]] = []
    for line in part.splitlines():
        if line.startswith(" ") and entries:
            entries[-1][1].append(line.strip())
        elif line:
            names, _, remark = line.partition(" : ")
            entries.append((names, [remark]))
    return {
        name.strip().lstrip("*"): " ".join(filter(None, lines))
        for names, lines in entries
        for name in names.split(",")
    }


def entry(name: str, kind: str, remark: str) -> str:
    """Return one entry of a section of parameters."""
    first = f"{name} : {kind}" if kind else name
    return first + "".join(
        f"\n{line}"
        for line in textwrap.wrap(remark, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4)
    )
