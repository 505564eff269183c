"""How the benchmark says what it measured."""

import gzip
from collections.abc import Iterable


def table(title: str, heads: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Print an aligned Markdown table."""
    cells = [heads, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]

    def line(row: list[str]) -> str:
        first, *rest = (f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(row))
        return f"| {' | '.join([first, *rest])} |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    print(f"\n{title}\n", line(heads), rule, *map(line, cells[1:]), sep="\n", flush=True)


def packed(content: bytes) -> bytes:
    """Return what a server sends of a file that it compresses."""
    return gzip.compress(content, 9, mtime=0)


def compressed(content: bytes) -> int:
    """Return the size that a server sends, which leaves alone what is compressed already."""
    return min(len(content), len(packed(content)))
