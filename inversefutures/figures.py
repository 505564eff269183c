"""The matplotlib style of the course, and figures for every reader: SVG, with words for who can't see it.

The SVG is the same on every machine and every run (no date, no random ids), small, and takes its colours
from the palette's CSS variables, so that it follows the page into dark mode. Outside the site the same
picture stands on its own light background.
"""

import html
import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from inversefutures.palette import ROLES, SURFACE

_BY_HEX = {colour.light: role for role, colour in reversed(list({**ROLES, **SURFACE}.items()))}

STYLE: Any = {
    "figure.figsize": (7.2, 3.6),
    "figure.facecolor": SURFACE["background"].light,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.08,
    "axes.facecolor": SURFACE["background"].light,
    "axes.edgecolor": SURFACE["grid"].light,
    "axes.labelcolor": SURFACE["text"].light,
    "axes.labelsize": 10,
    "axes.linewidth": 1,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.prop_cycle": cycler(color=[ROLES[role].light for role in ("inverse", "linear", "quanto", "short")]),
    "grid.color": SURFACE["grid"].light,
    "grid.linewidth": 0.8,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "lines.linewidth": 2,
    "text.color": SURFACE["text"].light,
    "xtick.color": SURFACE["muted"].light,
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": SURFACE["muted"].light,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
    "svg.fonttype": "none",
    "svg.hashsalt": "inversefutures",
    "svg.image_inline": True,
}


def use_style() -> None:
    """Make the course's style the default of every figure that follows."""
    mpl.rcParams.update(STYLE)


def colour(role: str) -> str:
    """Return the colour of a role for matplotlib.

    Raises
    ------
    ValueError
        If the palette has no such role.
    """
    if role not in ROLES | SURFACE:
        raise ValueError(f"{role!r} is not a role of the palette; the roles are {', '.join(ROLES | SURFACE)}")
    return (ROLES | SURFACE)[role].light


def dash(role: str) -> Any:
    """Return the line style of a role for matplotlib."""
    colour(role)
    pattern = (ROLES | SURFACE)[role].dash
    # The palette counts in pixels, matplotlib in points.
    return (0, [float(length) * 0.75 for length in pattern.split()]) if pattern else "solid"


def svg(figure: Figure, alt: str, description: str = "") -> str:
    """Return a figure as one ``<svg>`` element.

    Parameters
    ----------
    figure : matplotlib figure
        Drawn in the colours of the palette's light theme.
    alt : str
        What the figure shows, for a reader who doesn't see it: its accessible name.
    description : str
        More of it, if one sentence is not enough.

    Raises
    ------
    ValueError
        If there is no alternative text.
    """
    if not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the figure shows")
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :].strip()
    drawing = re.sub(r"<metadata>.*?</metadata>\s*", "", drawing, flags=re.DOTALL)
    # matplotlib's style sheet would reach the whole page; its one rule that matters goes on the root.
    drawing = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", drawing, flags=re.DOTALL)
    # matplotlib numbers its groups from 1 in every figure; two figures on a page would share those ids.
    referenced = set(re.findall(r"#([\w.-]+)", drawing))
    drawing = re.sub(r' id="([^"]+)"', lambda match: match[0] if match[1] in referenced else "", drawing)
    drawing = re.sub(r"<[^>]*>", lambda tag: _slim(tag[0]), drawing)
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing)[0]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(alt)}" '
        f'stroke-linejoin="round" '
        f'style="display: block; width: 100%; max-width: {float(width) * 4 / 3:g}px; height: auto">'
        f"<title>{html.escape(alt)}</title>"
    )
    if description:
        head += f"<desc>{html.escape(description)}</desc>"
    return re.sub(r">\s+<", ">\n<", head + drawing[drawing.index(">") + 1 :])


def _slim(tag: str) -> str:
    """Write one SVG tag with the palette's variables, and without digits that nobody sees."""
    tag = re.sub(r"(\d\.\d\d)\d+", r"\1", tag)
    tag = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", tag)
    tag = re.sub(r"\s+", " ", tag).replace("'DejaVu Sans'", "system-ui, 'DejaVu Sans'")
    # The plain colour stays in front for programs that don't know CSS variables.
    return re.sub(
        r"(fill|stroke): (#[0-9a-f]{6})",
        lambda match: (
            f"{match[0]}; {match[1]}: var(--if-{_BY_HEX[match[2]]}, {match[2]})"
            if match[2] in _BY_HEX
            else match[0]
        ),
        tag,
    )


@dataclass(frozen=True)
class Picture:
    """A finished figure; a notebook shows it as SVG. Make one with `show`."""

    alt: str
    drawing: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {
            "text/plain": repr(self),
            "text/html": f'<figure class="if-figure">{self.drawing}</figure>',
            "image/svg+xml": self.drawing,
        }

    def __repr__(self) -> str:
        return f"Picture({self.alt!r})"


def show(figure: Figure, alt: str) -> Picture:
    """Return a figure as the last value of a cell, and take it off pyplot's list.

    Parameters
    ----------
    figure : matplotlib figure
        The finished figure.
    alt : str
        What the figure shows, for a reader who doesn't see it.

    Raises
    ------
    ValueError
        If there is no alternative text.
    """
    picture = Picture(alt, svg(figure, alt))
    plt.close(figure)
    return picture
