"""A percent sign stays with its number: it never begins a line.

Authors write a common space between them. A narrow page breaks the line there, most often in tables.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

SPACE = re.compile(r"(?<=\d) (?=%)")
AS_IT_IS = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw)


class StayingPercent(SphinxPostTransform):
    """Puts a space that does not break between a number and its percent sign, but not in code."""

    default_priority = 900

    def run(self, **kwargs: object) -> None:
        """Change the text of one page."""
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, AS_IT_IS) and SPACE.search(text):
                text.parent.replace(text, nodes.Text(SPACE.sub("\u00a0", text)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register it."""
    app.add_post_transform(StayingPercent)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
