"""Text on a console that is not UTF-8: a simpler sign instead of an error.

The course's words hold signs such as − and ≤, and so do its messages. A console of Windows, or one without a
locale, has no such signs, and Python then ends the program that prints them. Importing the course's package
makes such a console show the nearest plain sign. A console in UTF-8 is left as it is.
"""

import codecs
import io
import sys

__all__ = ["fit"]

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
