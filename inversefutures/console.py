"""What reaches a console: signs that it can show, and nothing of what a learner's program says.

The course's words hold signs such as − and ≤, and so do its messages. A console of Windows, or one without a
locale, has no such signs, and Python then ends the program that prints them. Importing the course's package
makes such a console show the nearest plain sign. A console in UTF-8 is left as it is.
"""

import codecs
import contextlib
import io
import sys
import warnings
from collections.abc import Iterator

__all__ = ["fit", "silence"]

PLAIN = {
    "−": "-", "–": "-", "×": "x", "·": "*", "…": "...", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=",
    "±": "+-", "²": "^2", "³": "^3", "√": "sqrt ", "∞": "infinity", "Σ": "sum ", "Δ": "Delta", "κ": "kappa",
    "ι": "iota", "φ": "phi", "ϕ": "phi", "μ": "mu", "η": "eta", "σ": "sigma", "τ": "tau", "“": '"', "”": '"',
    "₀": "_0", "₁": "_1",
}  # fmt: skip
HANDLER = "inversefutures-plain"
# What a user asked for by name, such as "replace", is left alone.
UNASKED = ("strict", "surrogateescape", "backslashreplace")


def _plain(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    signs = problem.object[problem.start : problem.end]
    plain = "".join(PLAIN.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in signs)
    return plain, problem.end


def fit() -> None:
    """Let the standard output and error show what they can, where they cannot show everything."""
    codecs.register_error(HANDLER, _plain)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper) or stream.errors not in UNASKED:
            continue
        if not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(errors=HANDLER)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep away what a learner's program prints and warns of, while it is judged.

    A loop that prints would bury the verdict, and for a word on stderr nbgrader takes a task's points.
    """
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
