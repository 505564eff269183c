"""The finished pages made light: one stylesheet with the rules that are used, no script before the text.

Bootstrap's script is left out. Of what it can do the theme uses only the hints on five buttons, which a
browser shows by itself, and a button back to the top, which would lie over those of a playing widget.

The theme and the extensions bring ten stylesheets, most of whose rules no page uses, and scripts that stop
the browser where they stand. This step runs once the pages are written, because only then it is known what
they use. A rule stays if each class, id and element that its selector names is named in a page or in a
script that a page loads: states that a script sets later, print and dark mode are kept by that.
"""

import posixpath
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from tinycss2.ast import AtRule, Comment, FunctionBlock, Node, QualifiedRule, StringToken, URLToken

SHEET = "book.css"
PAGE = "data-content_root="  # in every page that Sphinx has written, and in no other
LINK = re.compile(r'\s*<link\b(?=[^>]*\brel="stylesheet")(?![^>]*\bmedia=)[^>]*\bhref="([^":]*)"[^>]*>')
SCRIPT = re.compile(r'<script\b(?=[^>]*\bsrc="([^":]*)")(?![^>]*\b(?:defer|async|type)\b)')
SOURCE = re.compile(r'<script\b[^>]*\bsrc="([^":]*)"')
# The widgets' code and the formulas of the page. Deferred scripts run in their order, and a widget that waits
# for the theme's is the last thing on the page to answer.
FIRST = re.compile(
    r'\s*<script\b[^>]*\bsrc="[^"]*_static/(?:formulas/[^"]+|widgets)\.js[^"]*"[^>]*>\s*</script>'
)
INLINE = re.compile(r"<script\b(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)
NAMES = re.compile(r"""<([a-zA-Z][\w-]*)|\b(?:class|id)=["']([^"']*)["']""")
WORD = re.compile(r"[A-Za-z_][\w-]*")
FILE = re.compile(r"[\w.-]+\.\w+")
MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
# A remark that has its lines to itself, but for licences.
REMARK = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*(?!!)(?:(?!\*/)(?![Ll]icen[sc]e).)*\*/)[ \t]*\n", re.DOTALL | re.MULTILINE
)
OUTLINE = re.compile(r'(?<= d=")M [^"]*')
FINER_THAN_SEEN = re.compile(r"(?<=\.\d)\d+")
"""Than a tenth of a point, in a drawing of 518 that is shown 691 pixels wide."""
OLD_FONT = re.compile(r',url\([^()]*\.ttf\b[^()]*\) ?format\("truetype"\)')
GROUPS = {"media", "supports"}
BOOTSTRAP = re.compile(
    r'\s*<script\b[^>]*\bsrc="[^"]*_static/scripts/bootstrap\.js[^"]*"[^>]*>\s*</script>'
    r'|\s*<button\b[^>]*\bid="pst-back-to-top"[^>]*>.*?</button>'
    r'|\s+data-bs-(?!title=)[\w-]+="[^"]*"',
    re.DOTALL,
)
# The theme asks of each box whether it scrolls, right after it has changed the one before, so the style of
# the page is computed anew each time. It asks in closed folds, too, for which nothing is computed
# otherwise. Here the open ones are asked, all at once, and again when a fold opens.
THEME = "pydata-sphinx-theme.js"
SCROLLS = "e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight"
SHOWN = f'!e.closest("details:not([open])")&&({SCROLLS})'
LIGHTER = {
    f".forEach((e=>{{e.tabIndex={SCROLLS}?0:-1}}))": (
        f".forEach(((e,t,n)=>{{t||Array.from(n,(e=>{SHOWN})).forEach(((e,t)=>{{n[t].tabIndex=e?0:-1}}))}}))"
    ),
    "{subtree:!0,childList:!0}": '{subtree:!0,childList:!0,attributeFilter:["open"]}',
}
# What a selector asks about the inside of an element (:has) is asked anew whenever a script puts something
# in, unless classes, ids and attributes say at once that it is not meant. These selectors of others would
# ask always; on our pages the shorter ones mean the same.
QUICKER = {
    "div.highlight:has(button.copybtn)": "div.highlight",
    "html[data-theme=dark] .bd-content div.cell_output .text_html:not(:has(table.dataframe))": (
        "html[data-theme=dark] .bd-content div.cell_output .text_html"
    ),
    "div.cell details.hide.above-input:has(+ details.below-input)": "",
    "div.cell div.cell_input:has(+ details.below-input)": "",
    "div.cell:has(> *:nth-child(2)) div.cell_input:first-child": (
        "div.cell > div.cell_input:first-child:not(:last-child)"
    ),
    "div.cell:has(> *:nth-child(2)) details:first-child": "div.cell > details:first-child:not(:last-child)",
    "div.cell:has(> *:nth-child(2)) div.cell_input:last-child": (
        "div.cell > div.cell_input:last-child:not(:first-child)"
    ),
    "div.cell:has(> *:nth-child(2)) details:last-child": "div.cell > details:last-child:not(:first-child)",
}
# The faces that a page shows, asked for before the stylesheet names them. Whenever a face comes later than
# the text, a browser computes the style of the whole page anew. By a script, because for a page that is a
# file it refuses to fetch a font ahead.
AHEAD = ["text.woff2", "text-bold.woff2", "vendor/fontawesome/webfonts/fa-solid-900.woff2"]
AHEAD_IN_LESSONS = ["text-italic.woff2", "math.woff2"]
LESSONS = "lessons"
FETCH_AHEAD = (
    '<script>if (location.protocol !== "file:") for (const href of [{faces}]) document.head.append('
    'Object.assign(document.createElement("link"), '
    '{{ rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href }}));</script>'
)
ASKED_BEFORE = re.compile(r'\n<script>if \(location\.protocol !== "file:"\)[^<]*</script>')
HINT = re.compile(r"\bdata-bs-title=")
ACTION = re.compile(r'\bdata-bs-toggle="(?!tooltip")([^"]*)"')


def slim(output: Path) -> None:
    """Join and cut the stylesheets, defer the scripts, and delete the files that nothing names.

    It may run again on a site of which only some pages were written anew.

    Parameters
    ----------
    output : pathlib.Path
        The folder of the built site.
    """
    static = output / "_static"
    pages = {path: path.read_text("utf-8") for path in sorted(output.rglob("*.html"))}
    pages = {path: without_bootstrap(path.name, page) for path, page in pages.items() if PAGE in page}
    sheets = dict.fromkeys(file_name(address) for page in pages.values() for address in LINK.findall(page))
    sheets.pop(SHEET, None)
    if not sheets:
        return  # no page was written, so nothing has changed
    loaded = {file_name(address) for page in pages.values() for address in SOURCE.findall(page)}
    scripts = {name: (static / name) for name in sorted(loaded) if (static / name).is_file()}
    for path in scripts.values():
        path.write_text(lighter_script(path.name, path.read_text("utf-8")), "utf-8")
    code = [path.read_text("utf-8") for path in scripts.values()]
    code += [body for page in pages.values() for body in INLINE.findall(page)]
    rules = [rule for name in sheets for rule in read_sheet(static, name)]
    joined = '@charset "utf-8";' + "".join(kept(rules, used_names(pages.values(), code)))
    (static / SHEET).write_text(joined, "utf-8")
    version = f"{zlib.crc32(joined.encode()):08x}"
    for path in pages:
        pages[path] = lighter(pages[path], version, static, path.parent.name == LESSONS)
        path.write_text(pages[path], "utf-8")
    named = set(FILE.findall(" ".join([*pages.values(), *code, joined])))
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.name not in named and path.suffix != ".txt":  # licences stay with what they are about
            path.unlink()


def without_bootstrap(name: str, page: str) -> str:
    """Return a page that does not need Bootstrap's script."""
    if action := ACTION.search(page):
        raise ExtensionError(
            f"{name}: {action[0]} does nothing without Bootstrap's script, which slim.py leaves out"
        )
    return HINT.sub("title=", BOOTSTRAP.sub("", page))


def lighter_script(name: str, code: str) -> str:
    """Return a script without remarks, and without the address of its map, which is not published."""
    if name == THEME:
        for slow, fast in LIGHTER.items():
            if slow not in code and fast not in code:
                raise ExtensionError(
                    f"{name} no longer has {slow!r}, which slim.py replaces: look at it anew"
                )
            code = code.replace(slow, fast)
    return REMARK.sub("", MAP.sub("\n", code))


def file_name(address: str) -> str:
    """Return the path below `_static` of a stylesheet's or script's address."""
    return address.rpartition("_static/")[2].partition("?")[0]


def lighter(page: str, version: str, static: Path, is_lesson: bool) -> str:
    """Return a page with one stylesheet, scripts that wait for its text, and drawings no finer than seen."""
    page = ASKED_BEFORE.sub("", page)
    page = OUTLINE.sub(lambda path: FINER_THAN_SEEN.sub("", path[0]), page)
    links = LINK.findall(page)
    root = links[0].rpartition("_static/")[0]
    faces = [*AHEAD, *AHEAD_IN_LESSONS] if is_lesson else AHEAD
    ahead = ", ".join(f'"{root}_static/{stamped(static, face)}"' for face in faces)
    link = f'<link rel="stylesheet" href="{root}_static/{SHEET}?v={version}" />'
    link = f"\n{FETCH_AHEAD.format(faces=ahead)}\n{link}"
    first = "".join(FIRST.findall(page))
    pieces = LINK.split(FIRST.sub("", page))[::2]
    link += first
    return SCRIPT.sub("<script defer", pieces[0] + link + "".join(pieces[1:]))


def used_names(pages: Iterable[str], code: Iterable[str]) -> set[str]:
    """Return the elements, classes and ids of some pages, and every word of some scripts."""
    names = set[str]().union(*(WORD.findall(script) for script in code))
    for page in pages:
        for tag, values in NAMES.findall(page):
            names.update([tag] if tag else values.split())
    return names


def read_sheet(static: Path, name: str) -> Iterator[Node]:
    """Yield a stylesheet's rules and licence notices, and those of the ones it imports, in their order."""
    content = (static / name).read_text("utf-8")
    folder = posixpath.dirname(name)
    for rule in tinycss2.parse_stylesheet(content, skip_whitespace=True):
        if rule.type == "error":
            raise ExtensionError(f"{name}, line {rule.source_line}: {rule.message}")
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            address = [token for token in rule.prelude if token.type != "whitespace"]
            if len(address) != 1 or not (target := address_of(address[0])):
                raise ExtensionError(
                    f"{name}: cannot join @import{tinycss2.serialize(rule.prelude)}; "
                    "only an import without a condition can be joined"
                )
            yield from read_sheet(static, posixpath.normpath(posixpath.join(folder, target)))
        elif rule.type != "at-rule" or rule.lower_at_keyword != "charset":
            if rule.type != "comment":
                move_addresses(rule.content or [], static, folder)
            yield rule


def address_of(token: Node) -> str:
    """Return the address that a token holds, or nothing."""
    if isinstance(token, URLToken | StringToken):
        return str(token.value)
    if isinstance(token, FunctionBlock) and token.lower_name == "url" and token.arguments:
        return address_of(token.arguments[0])
    return ""


def move_addresses(tokens: list[Node], static: Path, folder: str) -> None:
    """Make the addresses in a rule start at `_static`, where the joined stylesheet is, and add checksums."""
    for place, token in enumerate(tokens):
        is_address = token.type == "url" or (token.type == "function" and token.lower_name == "url")
        address = address_of(token) if is_address else ""
        if is_address and not re.match(r"data:|#|\w+://", address):
            name = posixpath.normpath(posixpath.join(folder, address.partition("?")[0].partition("#")[0]))
            tokens[place] = URLToken(
                token.source_line, token.source_column, name, f"url({stamped(static, name)})"
            )
        else:
            move_addresses(getattr(token, "content", None) or [], static, folder)


def stamped(static: Path, name: str) -> str:
    """Return a file's address below `_static`, with a checksum if there is such a file."""
    file = static / name
    return f"{name}?v={zlib.crc32(file.read_bytes()):08x}" if file.is_file() else name


def kept(rules: Iterable[Node], names: set[str], on_screen: bool = True) -> Iterator[str]:
    """Yield the rules that may apply to something with these names, without needless characters."""
    for rule in rules:
        if isinstance(rule, Comment):
            if rule.value.startswith("!"):  # a licence notice
                yield f"/*{rule.value}*/"
        elif isinstance(rule, QualifiedRule):
            if any(token.type == "{} block" for token in rule.content):
                raise ExtensionError(
                    f"the rule {short(rule.prelude)} has rules within it: close its bracket before them"
                )
            selectors = [short(each) for each in alternatives(rule.prelude) if applies(each, names)]
            if on_screen and asks_often(rule.prelude):
                selectors = list(filter(None, map(quicker, selectors)))
            if selectors:
                yield f"{','.join(selectors)}{{{short(rule.content)}}}"
        elif isinstance(rule, AtRule):
            head = f"@{rule.at_keyword} {short(rule.prelude)}".rstrip()
            if rule.content is None:
                yield f"{head};"
            elif rule.lower_at_keyword not in GROUPS:
                # Each browser that sets MathML reads the font's smaller form, which stands before this one.
                yield f"{head}{{{OLD_FONT.sub('', short(rule.content))}}}"
            else:
                inside = tinycss2.parse_rule_list(rule.content, skip_whitespace=True)
                if inner := "".join(kept(inside, names, on_screen and "print" not in head)):
                    yield f"{head}{{{inner}}}"


def alternatives(prelude: list[Node]) -> Iterator[list[Node]]:
    """Yield the selectors of a list of selectors."""
    start = 0
    for place, token in enumerate(prelude):
        if token == ",":
            yield prelude[start:place]
            start = place + 1
    yield prelude[start:]


def applies(selector: list[Node], names: set[str]) -> bool:
    """Return whether all that a selector names is known; what stands in brackets is not looked at."""
    before: Node | None = None
    for token in selector:
        # The name after a colon is a state or a part of an element.
        wanted = token.type == "hash" or (token.type == "ident" and before != ":")
        if wanted and token.value not in names:
            return False
        before = token
    return True


def asks_often(selector: list[Node], inside: bool = False) -> bool:
    """Return whether a selector looks into elements (:has) for more than classes, ids and attributes."""
    before: Node | None = None
    for token in selector:
        if inside and (token in (":", "*") or (token.type == "ident" and before != ".")):
            return True
        if token.type == "function" and asks_often(token.arguments, token.lower_name == "has"):
            return True
        before = token
    return False


def quicker(selector: str) -> str:
    """Return a selector that does not look into each element, or nothing if none of our pages needs it.

    Raises
    ------
    ExtensionError
        If none is known.
    """
    if selector in QUICKER:
        return QUICKER[selector]
    if asks_often(tinycss2.parse_component_value_list(selector)):
        raise ExtensionError(
            f"{selector} makes a browser look into each element that a script puts in: "
            "let :has name classes only, or write in slim.py what it means on our pages"
        )
    return selector


def short(tokens: list[Node]) -> str:
    """Write tokens without comments and without the white space that has no meaning."""
    written: list[Node] = []
    for token in tokens:
        if token.type == "comment":
            continue
        if token.type == "whitespace" and (not written or written[-1].type == "whitespace"):
            continue
        if token.type == "whitespace" and written[-1] in (":", ";", ","):
            continue
        if token in (";", ",") and written and written[-1].type == "whitespace":
            written.pop()
        if token.type == "whitespace":
            token.value = " "
        written.append(token)
    return tinycss2.serialize(written).strip(" ;")


def run(app: Sphinx, error: Exception | None) -> None:
    """Make the site light when its build has succeeded."""
    if not error and app.builder.format == "html":
        slim(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Run last of what the book itself does to its pages: the fonts must be cut before."""
    app.connect("build-finished", run, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
