"""The site's fonts, cut down to the glyphs that its pages use.

Source Serif 4 sets the text, tables and widgets, STIX Two Math the formulas; Font Awesome draws the theme's
few icons, which would otherwise cost a script of 1.5 MB. All come out of installed wheels, and are under the
SIL Open Font License, whose notice stays in the name table of each and is written beside it. "Source"
is a reserved name, which a changed font may not bear, so the cut text face has a name of its own.
"""

import re
from concurrent.futures import ProcessPoolExecutor
from html import unescape
from importlib import resources
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

NOT_TEXT = re.compile(r"<(math|script)\b.*?</\1>", re.DOTALL)
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
ICON = re.compile(r"\bfa-[a-z-]+\b")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\([0-9a-f]{4})"')
# A browser shows a letter that stands alone in italics: in the font that is another character.
ITALIC = {
    **{chr(ord("A") + i): 0x1D434 + i for i in range(26)},
    **{chr(ord("a") + i): 0x1D44E + i for i in range(26)},
    "h": 0x210E,
    **{chr(0x391 + i): 0x1D6E2 + i for i in range(25)},
    **{chr(0x3B1 + i): 0x1D6FC + i for i in range(25)},
    **dict(zip("∂ϵϑϰϕϱϖ", range(0x1D715, 0x1D71C), strict=True)),
}
THEME = resources.files("pydata_sphinx_theme") / "theme" / "pydata_sphinx_theme" / "static"
WEBFONT_FOLDER = Path("vendor", "fontawesome", "webfonts")
WEBFONTS = ["fa-solid-900.woff2", "fa-regular-400.woff2", "fa-brands-400.woff2"]
NOTICE_IDS = [0, 5, 7, 13, 14]  # copyright, version, trademark, licence, its address
SUBSET_NOTICE = (
    "This is a changed font: a subset. Licence: SIL Open Font License 1.1, https://openfontlicense.org\n"
)
INVISIBLE = {"\u2061", "\u00a0", "\n", " "}
TEXT_NAME = "Course Text"
"""What type.css calls the text face."""
TEXT_FACES = {
    "text.woff2": ("SourceSerif4[opsz,wght].ttf", 400),
    "text-bold.woff2": ("SourceSerif4[opsz,wght].ttf", 640),
    "text-italic.woff2": ("SourceSerif4-Italic[opsz,wght].ttf", 400),
}
OPTICAL_SIZE = 13  # between the text, of 12.6 pt, and the tables and labels, sturdy enough for both
TEXT_FEATURES = ["kern", "liga"]  # its figures are tabular as they are
# Without the letters drawn for scripts ("ssty"), which would double the font.
MATH_FEATURES = ["dtls", "flac", "kern"]
# A fraction within a line is lower, so that lines stand apart, and p has its index where N has it.
MATH_CONSTANTS = {
    "FractionNumeratorShiftUp": 430,
    "FractionDenominatorShiftDown": 390,
    "FractionNumeratorGapMin": 100,
    "FractionDenominatorGapMin": 100,
    "SubscriptBaselineDropMin": 0,
}
# What scripts write, and what a page has by chance, must not change with the pages.
ALWAYS = {chr(code) for code in range(0x20, 0x7F)} | set("–—‘’“”…·×−±≈≤≥≠→²³©")


def subset(font: TTFont, characters: set[int], target: Path, features: list[str]) -> None:
    """Write a WOFF2 file with the glyphs of some characters, and the font's notices in a text file beside it.

    The MATH table and the larger and assembled variants of each kept glyph stay.
    """
    notices = [font["name"].getDebugName(number) for number in NOTICE_IDS]
    options = Options(
        flavor="woff2",
        layout_features=features,
        hinting=False,
        name_IDs=[1, 2, *NOTICE_IDS],
        notdef_outline=True,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)
    target.with_suffix(".LICENSE.txt").write_text(
        "\n\n".join([*filter(None, notices), SUBSET_NOTICE]), "utf-8"
    )


def text_face(path: Path, weight: int, characters: set[int]) -> TTFont:
    """Return one weight of a variable font with the glyphs of some characters, under the course's name."""
    font = TTFont(path, recalcTimestamp=False)
    # Cut before the weight is set, because that is slow for each glyph.
    options = Options(layout_features=TEXT_FEATURES, name_IDs=[1, 2, *NOTICE_IDS], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters & set(font.getBestCmap()))
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"opsz": OPTICAL_SIZE, "wght": weight})
    for record in font["name"].names:
        if record.nameID == 1:
            record.string = TEXT_NAME
    return font


def math_characters(pages: list[str]) -> set[str]:
    """Return the characters in the formulas of some HTML pages."""
    formulas = (formula for page in pages for formula in MATH.findall(page))
    return {character for formula in formulas for character in unescape(TAG.sub("", formula))} - INVISIBLE


def write_fonts(app: Sphinx, error: Exception | None) -> None:
    """Cut the fonts once the pages are written."""
    if error or app.builder.format != "html":
        return
    pages = [path.read_text("utf-8") for path in sorted(Path(app.outdir).rglob("*.html"))]
    static = Path(app.outdir) / "_static"

    written = (unescape(TAG.sub("", NOT_TEXT.sub("", page))) for page in pages)
    text = {ord(character) for character in ALWAYS.union(*written)}
    math = math_characters(pages) | {"√"}  # roots are elements, their sign is not in the text
    icons = icon_characters(pages)
    # Each takes seconds, and none needs another.
    with ProcessPoolExecutor() as pool:
        for job in (
            *(pool.submit(write_text_face, name, text, static) for name in TEXT_FACES),
            pool.submit(write_math_face, math, static),
            *(pool.submit(write_icons, name, icons, static) for name in WEBFONTS),
        ):
            job.result()


def write_text_face(name: str, characters: set[int], static: Path) -> None:
    """Write one weight of the text's face."""
    file, weight = TEXT_FACES[name]
    with resources.as_file(resources.files("fontpkg_source_serif_4") / "files" / file) as source:
        face = text_face(source, weight, characters)
    subset(face, set(face.getBestCmap()), static / name, TEXT_FEATURES)


def write_math_face(characters: set[str], static: Path) -> None:
    """Write the formulas' face.

    Raises
    ------
    ExtensionError
        If the font lacks a character.
    """
    with resources.as_file(resources.files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf") as source:
        math = TTFont(source, recalcTimestamp=False)
    missing = {character for character in characters if ord(character) not in math.getBestCmap()}
    if missing:
        raise ExtensionError(f"the formula font has no glyph for {' '.join(sorted(missing))}")
    tighten(math)
    subset(
        math,
        {ord(c) for c in characters} | {ITALIC[c] for c in characters if c in ITALIC},
        static / "math.woff2",
        MATH_FEATURES,
    )


def tighten(font: TTFont) -> None:
    """Change the measures of formulas, and make tall roots as narrow as the common one.

    Chromium leaves room behind every root for the widest sign that it might have taken.
    """
    math = font["MATH"].table
    for name, value in MATH_CONSTANTS.items():
        getattr(math.MathConstants, name).Value = value
    sign = font.getBestCmap()[ord("√")]
    width = font["hmtx"][sign][0]
    variants = math.MathVariants
    taller = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(sign)]
    names = {record.VariantGlyph for record in taller.MathGlyphVariantRecord}
    for name in names | {part.glyph for part in taller.GlyphAssembly.PartRecords}:
        advance = font["hmtx"][name][0]
        if advance > width:
            glyph = font["glyf"][name]
            glyph.coordinates.scale((width / advance, 1))
            glyph.coordinates.toInt()
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (width, glyph.xMin)


def icon_characters(pages: list[str]) -> set[int]:
    """Return the icons whose classes occur in HTML pages, and those that the theme's stylesheet holds."""
    stylesheet = (THEME / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    classes = {name for page in pages for name in ICON.findall(page)}
    icons = {ord(character) for character in stylesheet if "\ue000" <= character <= "\uf8ff"}
    for names, code in ICON_RULE.findall(stylesheet):
        if classes & set(ICON.findall(names)):
            icons.add(int(code, 16))
    return icons


def write_icons(name: str, icons: set[int], static: Path) -> None:
    """Write one of the icons' fonts."""
    with resources.as_file(THEME / WEBFONT_FOLDER / name) as source:
        subset(TTFont(source, recalcTimestamp=False), icons, static / WEBFONT_FOLDER / name, ["*"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Cut the fonts when the build has finished."""
    app.connect("build-finished", write_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
