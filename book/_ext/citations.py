"""Citations without a search, and a letter for each of those that read alike.

pybtex would look through all installed packages for its plain text, once for each citation. And the style of
author and year tells no two works of a year apart, nor those of an author that bear no date.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from string import ascii_lowercase

from pybtex.backends.plaintext import Backend
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from sphinx.application import Sphinx

UNDATED = "n.d."
LETTER = re.compile(r"(?:(?<=\d)|(?<=\.)-)[a-z]$")


def tell_apart(entries: Iterable[Entry]) -> None:
    """Give the works of an author in a year their letter, in the order of their titles.

    What has a letter from an earlier build may get another one.
    """
    alike = defaultdict(list)
    for entry in entries:
        year = LETTER.sub("", entry.fields.get("year", UNDATED))
        alike[tuple(map(str, entry.persons.get("author", []))), year].append(entry)
    for (_, year), works in alike.items():
        if len(works) > 1:
            works.sort(key=lambda work: work.fields["title"])
            joint = "-" if year == UNDATED else ""
            for place, work in enumerate(works):
                work.fields["year"] = f"{year}{joint}{ascii_lowercase[place]}"


def letter_works(app: Sphinx) -> None:
    """Tell the works of the bibliography apart before a page cites them."""
    tell_apart(app.env.get_domain("cite").bibdata.data.entries.values())


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell pybtex where its plain text is, and connect the letters to the build."""
    register_plugin("pybtex.backends", "plaintext", Backend, force=True)
    app.connect("builder-inited", letter_works)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
