"""The palette keeps what it promises: enough contrast, and colours that stay apart without colour vision."""

import itertools

import numpy as np
import pytest

from inversefutures.palette import ROLES, SURFACE, css_variables

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
COLOUR_BLINDNESS = {
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
SHOWN_TOGETHER = [("long", "short"), ("coin", "dollar"), ("inverse", "linear", "quanto")]


def linear_rgb(colour):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted(
        (float(linear_rgb(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", [*ROLES, "text", "muted", "accent"])
def test_every_colour_can_carry_text_on_its_background(role, theme):
    colour = getattr({**ROLES, **SURFACE}[role], theme)
    for surface in ("background", "panel"):
        assert contrast(colour, getattr(SURFACE[surface], theme)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_controls_are_visible(theme):
    control = getattr(SURFACE["control"], theme)
    assert contrast(control, getattr(SURFACE["background"], theme)) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("group", SHOWN_TOGETHER)
def test_colours_shown_together_stay_apart_or_differ_in_dash(group, theme):
    for one, other in itertools.combinations(group, 2):
        assert ROLES[one].dash != ROLES[other].dash
        for matrix in COLOUR_BLINDNESS.values():
            seen = [np.clip(matrix @ linear_rgb(getattr(ROLES[role], theme)), 0, 1) for role in (one, other)]
            assert np.abs(np.subtract(*seen)).max() > 0.05


def test_every_role_reaches_the_stylesheet_for_light_and_for_dark():
    css = css_variables()
    for role, colour in {**ROLES, **SURFACE}.items():
        assert f"--if-{role}:{colour.light};" in css
        assert css.count(f"--if-{role}:{colour.dark};") >= 2
