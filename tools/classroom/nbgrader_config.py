"""Settings of a class in nbgrader; `python -m tools.classroom` copies this file into the course folder."""

import os

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
)

# The share of a task's points for an answer that is a known mistake, one with a sentence of its own: 0 to 1.
SHARE_FOR_A_NAMED_MISTAKE = 0

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "COURSE"

# What a learner finds in place of an answer, as in exercises/. The author's own cells are left out.
c.ClearSolutions.code_stub = {"python": "# your code here"}
c.Exporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
c.TagRemovePreprocessor.remove_cell_tags = ["solution-only"]


class DropCopies(DeduplicateIds):
    """Make a copy of a task's cell an ordinary cell; the last one of them is graded.

    nbgrader 0.9.6 finds copies, but leaves a mark in them that it takes for an old format a moment later, and
    the grading of the whole class ends there.
    """

    def preprocess(self, nb, resources):
        """Drop what nbgrader leaves in the metadata of a copy."""
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            if cell.metadata.get("nbgrader") == {}:
                del cell.metadata["nbgrader"]
        return nb, resources


c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    DropCopies,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]

# Read by inversefutures.graded, in the kernels that nbgrader starts to grade.
os.environ["INVERSEFUTURES_KEYS"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keys")
os.environ["INVERSEFUTURES_SHARE_FOR_A_NAMED_MISTAKE"] = str(SHARE_FOR_A_NAMED_MISTAKE)
