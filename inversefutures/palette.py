"""The colours of the course, said once: matplotlib, the widgets and the site's stylesheet read them here.

Hues follow Okabe and Ito (2008), which stay apart for every common form of colour blindness. Each colour has
a shade for a light and one for a dark background; both keep a contrast of at least 4.5 : 1 with theirs, so
they can carry text as well as lines. A dash pattern goes with every role, so that no reader needs colour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """One role's colour.

    Parameters
    ----------
    light, dark : str
        Hexadecimal colours, ``#rrggbb``, for a light and for a dark background.
    dash : str
        SVG dash pattern in pixels; empty for a solid line.
    """

    light: str
    dark: str
    dash: str = ""


ROLES: dict[str, Colour] = {
    # What a curve stands for.
    "long": Colour("#0063a0", "#5db8f0"),
    "short": Colour("#b34700", "#ff9a52", "7 3"),
    "coin": Colour("#8a5a00", "#f0b429"),
    "dollar": Colour("#00704f", "#3fcf9f", "7 3"),
    "inverse": Colour("#0063a0", "#5db8f0"),
    "linear": Colour("#9c3d77", "#ea9bc9", "7 3"),
    "quanto": Colour("#00704f", "#3fcf9f", "2 3"),
    # What a mark or a region stands for.
    "entry": Colour("#4a5360", "#b9c2cf", "4 3"),
    "liquidation": Colour("#b3261e", "#ff8a80"),
    "bankruptcy": Colour("#6b2fa0", "#cda6f5", "2 2"),
    "neutral": Colour("#4a5360", "#b9c2cf"),
}

SURFACE: dict[str, Colour] = {
    "background": Colour("#ffffff", "#14181e"),
    "panel": Colour("#f6f8fa", "#1d232b"),
    "text": Colour("#1b1f24", "#e6e9ee"),
    "muted": Colour("#4f5965", "#a9b4c0"),
    "grid": Colour("#d8dee4", "#343c46"),
    "control": Colour("#6a7480", "#8b96a3"),
    "accent": Colour("#0063a0", "#5db8f0"),
}


def css_variables() -> str:
    """Return the palette as CSS custom properties ``--if-<role>``, light and dark.

    Dark applies where the site (``data-theme``), JupyterLab (``data-jp-theme-light``) or VS Code
    (``vscode-dark``) says so; where none of them says anything, the reader's system decides.
    """
    everything = {**ROLES, **SURFACE}
    light = "".join(f"--if-{role}:{colour.light};" for role, colour in everything.items())
    dark = "".join(f"--if-{role}:{colour.dark};" for role, colour in everything.items())
    return (
        f":root{{{light}}}\n"
        "@media (prefers-color-scheme: dark){"
        f"html:not([data-theme]):not(:has([data-jp-theme-light],.vscode-light)){{{dark}}}}}\n"
        f'html[data-theme="dark"],body[data-jp-theme-light="false"],body.vscode-dark{{{dark}}}\n'
    )
