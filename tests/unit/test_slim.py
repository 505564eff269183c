"""What is left of the stylesheets: each rule that may apply, and none that cannot."""

import importlib

import pytest
from sphinx.errors import ExtensionError

from tools.notebooks import ROOT

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="{root}">
<head>
<link rel="stylesheet" type="text/css" href="{root}_static/styles/theme.css?v=1" />
<link rel="stylesheet" href="{root}_static/site.css" />
<script src="{root}_static/theme.js"></script>
</head>
<body class="wide"><p id="first">text</p></body>
</html>
"""


@pytest.fixture
def slim(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("slim")


ROOTS = {"index.html": "./", "part/page.html": "../"}
FILES = {
    "styles/theme.css": '@import url("../basic.css");\n/*! the licence */\n/* a remark */\n'
    ".unused { color: red }\n.wide { background: url(../picture.svg) }\n",
    "basic.css": "p { color: blue }",
    "site.css": "p { color: green }",
    "picture.svg": "<svg/>",
    "unused.png": "",
    "theme.js": "let state = 'opened';\n//# sourceMappingURL=theme.js.map\n",
}


def write(site, *pages):
    """Write what a build writes: its files always, its pages as far as they changed."""
    for name, content in FILES.items():
        path = site / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for name in pages:
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(PAGE.format(root=ROOTS[name]))


@pytest.fixture
def site(tmp_path):
    write(tmp_path, *ROOTS)
    return tmp_path


def joined(slim, site, rules=""):
    with (site / "_static" / "site.css").open("a") as file:
        file.write(rules)
    slim.slim(site)
    return (site / "_static" / "book.css").read_text()


def test_each_page_has_one_stylesheet_whose_name_changes_with_its_content(slim, site):
    names = set()
    for rules in ("", "p { margin: 0 }"):
        write(site, *ROOTS)
        joined(slim, site, rules)
        for name, root in ROOTS.items():
            page = (site / name).read_text()
            assert page.count("<link") == 1
            assert f'<script defer src="{root}_static/theme.js">' in page
            _, _, address = page.partition(f'<link rel="stylesheet" href="{root}_static/')
            names.add(address.partition('"')[0])
    assert len(names) == 2
    assert all(name.startswith("book.css?v=") for name in names)


def test_rules_keep_their_order_and_their_licence(slim, site):
    style = joined(slim, site)
    assert style.index("blue") < style.index("green")
    assert "/*! the licence */" in style
    assert "remark" not in style


def test_addresses_hold_from_where_the_joined_stylesheet_is(slim, site):
    assert "url(picture.svg?v=" in joined(slim, site)
    assert (site / "_static" / "picture.svg").is_file()


@pytest.mark.parametrize(
    "selector",
    [
        ".wide",
        "#first:hover::before",
        "body.wide > p",
        ".wide.opened",  # a state that a script sets
        "p:not(.unknown)",
        ":is(.unknown, p)",
        "[data-unknown]",
        "*",
    ],
)
def test_a_rule_that_may_apply_stays(selector, slim, site):
    rules = f"{selector}{{top:1px}}@media print{{{selector}{{top:2px}}}}"
    assert rules in joined(slim, site, rules)


@pytest.mark.parametrize("selector", [".unknown", "#unknown", "table", "p.unknown:hover", ".wide .unknown"])
def test_a_rule_that_cannot_apply_goes(selector, slim, site):
    style = joined(
        slim,
        site,
        f"{selector}, p {{top:1px}} {selector} {{top:2px}} @media print {{{selector} {{top:3px}}}}",
    )
    assert "p{top:1px}" in style
    assert "unknown" not in style
    assert "table" not in style
    assert "top:2px" not in style
    assert "print" not in style


@pytest.mark.parametrize("selector", ["p:has(.wide)", "p:not(:has(.wide, [open]))"])
def test_a_selector_may_look_into_elements_for_classes(selector, slim, site):
    assert "top:1px" in joined(slim, site, f"{selector} {{ top:1px }}")


@pytest.mark.parametrize(
    "selector", ["p:has(> *)", "p:has(p.wide)", "p:not(:has(.wide:hover))", "p:is(:has(p))"]
)
def test_a_selector_that_looks_into_each_element_stops_the_build(selector, slim, site):
    (site / "_static" / "site.css").write_text(f"{selector} {{ top:1px }}")
    with pytest.raises(ExtensionError, match=r"makes a browser look into each element"):
        slim.slim(site)


def test_on_paper_a_selector_may_look_into_each_element(slim, site):
    rule = "@media print{p:has(> *){top:1px}}"
    assert rule in joined(slim, site, rule)


def test_what_the_theme_says_slowly_is_said_quickly(slim, site):
    rules = "".join(f"{selector} {{ top:1px }}" for selector in slim.QUICKER)
    page = site / "index.html"
    page.write_text(
        page.read_text().replace(
            "</p>",
            '</p><div class="highlight cell cell_input hide above-input below-input bd-content">'
            '<div class="cell_output text_html"></div>'
            '<details></details><button class="copybtn"></button><table class="dataframe"></table></div>',
            1,
        )
    )
    style = joined(slim, site, rules)
    for quick in filter(None, slim.QUICKER.values()):
        assert f"{quick}{{top:1px}}" in style
    assert ":has" not in style


def test_the_faces_of_the_first_screen_are_asked_for_under_the_address_that_the_stylesheet_gives(slim, site):
    static = site / "_static"
    faces = [*slim.AHEAD, *slim.AHEAD_IN_LESSONS]
    for face in faces:
        (static / face).parent.mkdir(parents=True, exist_ok=True)
        (static / face).write_bytes(face.encode())
    (site / "part").rename(site / slim.LESSONS)
    style = joined(slim, site, "".join(f"@font-face{{src:url({face})}}" for face in faces))
    lesson, page = (site / slim.LESSONS / "page.html").read_text(), (site / "index.html").read_text()
    for face in faces:
        address = slim.stamped(static, face)
        assert f"url({address})" in style
        assert f'../_static/{address}"' in lesson
        assert (f'./_static/{address}"' in page) == (face in slim.AHEAD)


def test_text_and_sums_in_a_rule_stay_as_they_are(slim, site):
    rule = 'p::after{content:"a  ; b";width:calc(1px + 2px)}'
    assert rule in joined(slim, site, rule.replace("{", " {\n ").replace(";w", " ;  w"))


def test_what_nothing_names_is_not_published(slim, site):
    joined(slim, site)
    left = {path.name for path in (site / "_static").rglob("*") if path.is_file()}
    assert left == {"book.css", "picture.svg", "theme.js"}
    assert "sourceMappingURL" not in (site / "_static" / "theme.js").read_text()


def test_a_site_of_which_one_page_was_written_anew_is_made_light_again(slim, site):
    def content():
        return {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}

    slim.slim(site)
    first = content()
    write(site, "part/page.html")
    slim.slim(site)
    assert content() == first
    slim.slim(site)  # and a build that wrote nothing changes nothing
    assert content() == first


def test_a_stylesheet_that_cannot_be_joined_stops_the_build(slim, site):
    (site / "_static" / "site.css").write_text('@import url("basic.css") print;')
    with pytest.raises(ExtensionError, match=r"site\.css: cannot join @import"):
        slim.slim(site)


BUTTON = '<button class="btn" aria-label="Color mode" data-bs-title="Color mode" data-bs-toggle="{action}">'


def test_a_page_does_without_bootstrap(slim, site):
    files = site / "_static" / "scripts"
    files.mkdir()
    (files / "bootstrap.js").write_text("document.getElementById('pst-back-to-top').className = 'tooltip';")
    page = site / "index.html"
    more = (
        '<script src="./_static/scripts/bootstrap.js?v=1"></script>\n'
        '<button type="button" id="pst-back-to-top">\n<i class="up"></i>Back</button>'
        + BUTTON.format(action="tooltip")
    )
    page.write_text(page.read_text().replace("<body", more + "<body"))
    style = joined(slim, site, ".tooltip { color: red }")
    assert "tooltip" not in style
    assert not (files / "bootstrap.js").exists()
    for gone in ("bootstrap", "back-to-top", "data-bs-"):
        assert gone not in page.read_text()
    assert '<button class="btn" aria-label="Color mode" title="Color mode">' in page.read_text()


def test_a_page_that_needs_bootstrap_stops_the_build(slim, site):
    page = site / "index.html"
    page.write_text(page.read_text() + BUTTON.format(action="dropdown"))
    with pytest.raises(ExtensionError, match='data-bs-toggle="dropdown" does nothing'):
        slim.slim(site)


def test_a_theme_that_measures_otherwise_is_refused(slim):
    slow = "".join(slim.LIGHTER)
    fast = slim.lighter_script(slim.THEME, slow)
    assert fast == "".join(slim.LIGHTER.values())
    assert slim.lighter_script(slim.THEME, fast) == fast  # a second build changes nothing
    with pytest.raises(ExtensionError, match="look at it anew"):
        slim.lighter_script(slim.THEME, "measure(boxes)")


def test_remarks_on_lines_of_their_own_go_and_licences_stay(slim):
    code = "/*! Kept. */\n/*\n * Licence: MIT\n */\n/*\n * Said.\n */\n  // Said, too.\nlet a = 1; // here\n"
    assert slim.lighter_script("own.js", code) == (
        "/*! Kept. */\n/*\n * Licence: MIT\n */\nlet a = 1; // here\n"
    )


def test_a_drawing_is_as_fine_as_is_seen(slim, site):
    page = site / "index.html"
    drawing = '<svg><path d="M 35.12 43.15 L 36.7 -0.049 z"/></svg><p>1.2345</p>'
    page.write_text(page.read_text().replace("<p", f"{drawing}<p", 1))
    slim.slim(site)
    assert '<svg><path d="M 35.1 43.1 L 36.7 -0.0 z"/></svg><p>1.2345</p>' in page.read_text()
