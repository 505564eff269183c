"""The formulas' font as the course cuts it."""

import importlib
from importlib import resources

import pytest
from fontTools.ttLib import TTFont

from tools.notebooks import ROOT

SOURCE = resources.files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Open the face that is written for a root, a fraction and an index."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    importlib.import_module("fonts").write_math_face(set("√1S"), tmp_path)
    return TTFont(tmp_path / "math.woff2")


def widths_of_roots(font):
    sign = font.getBestCmap()[ord("√")]
    variants = font["MATH"].table.MathVariants
    taller = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(sign)]
    names = [record.VariantGlyph for record in taller.MathGlyphVariantRecord]
    names += [part.glyph for part in taller.GlyphAssembly.PartRecords]
    return font["hmtx"][sign][0], [font["hmtx"][name][0] for name in names]


def test_no_root_is_wider_than_the_common_one(written):
    with resources.as_file(SOURCE) as source:
        width, taller = widths_of_roots(TTFont(source))
    assert max(taller) > width, "the font itself leaves no gap any more: tighten() can go"
    width, taller = widths_of_roots(written)
    assert len(taller) > 3
    assert max(taller) <= width


def test_fractions_of_a_line_are_lower_than_the_fonts_own(written):
    with resources.as_file(SOURCE) as source:
        own, cut = (font["MATH"].table.MathConstants for font in (TTFont(source), written))
    for shift in ("FractionNumeratorShiftUp", "FractionDenominatorShiftDown"):
        assert 0 < getattr(cut, shift).Value < getattr(own, shift).Value
