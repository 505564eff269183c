"""The checker of links: on small sites in a folder, and against a server on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools import links
from tools.links import Site

NOBODY = "http://127.0.0.1:9"
UNKNOWN = "http://no-such-host.invalid"


def site(folder, **files):
    """Write a site: the names are the files', with two underscores for a slash and one for the dot."""
    for name, text in files.items():
        *folders, file = name.split("__")
        path = folder.joinpath(*folders, file.replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Site(folder)


def complaints(found):
    return [f"{finding.where}: {finding.address}: {finding.reason}" for finding in found]


@pytest.mark.parametrize(
    "element",
    [
        '<a href="{}">page</a>',
        '<img src="{}" alt="">',
        '<img src="there.png" srcset="there.png 1x, {} 2x" alt="">',
        '<picture><source srcset="{}"></picture>',
        '<script src="{}"></script>',
        '<link rel="stylesheet" href="{}">',
        '<a href="{}" download>notebook</a>',
        '<form action="{}"></form>',
        '<video poster="{}"></video>',
        '<object data="{}"></object>',
        '<meta http-equiv="refresh" content="0; url={}">',
        '<meta property="og:image" content="{}">',
        '<p style="background: url({})">text</p>',
        '<svg><image xlink:href="{}"/></svg>',
    ],
)
def test_whatever_names_a_file_is_checked(tmp_path, element):
    there = site(tmp_path, index_html=element.format("there.png"), there_png="")
    assert there.broken() == []
    gone = site(tmp_path, index_html=element.format("gone.png"))
    assert complaints(gone.broken()) == ["index.html: gone.png: no such file"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("#here", ""),
        ("#", ""),
        ("#named", ""),
        ("#gone", "index.html has no such anchor"),
        ("part/other.html#venue=BitMEX&leverage=5x", ""),
        ("part/other.html#there", ""),
        ("part/other.html?q=1#there", ""),
        ("part/other.html#here", "part/other.html has no such anchor"),
        ("part/", "no such file"),
        ("/part/other.html", ""),
        ("a%20b.html#%C3%A9", ""),
        ("mailto:someone@example.org", ""),
        ("data:image/png;base64,AAAA", ""),
        ("https://example.org/gone", ""),
        ("//example.org/gone", ""),
    ],
)
def test_an_anchor_must_be_on_the_page_that_is_linked(tmp_path, address, reason):
    built = site(
        tmp_path,
        index_html=f'<p id="here"></p><a name="named"></a><a href="{address}">link</a>',
        part__other_html='<p id="there"></p>',
    )
    (tmp_path / "a b.html").write_text('<p id="é"></p>', "utf-8")
    assert complaints(built.broken()) == ([f"index.html: {address}: {reason}"] if reason else [])


@pytest.mark.parametrize(
    "element",
    [
        '<p aria-labelledby="here gone"></p>',
        '<label for="gone">x</label>',
        '<svg><use xlink:href="#gone"/></svg>',
        '<path clip-path="url(#gone)"/>',
    ],
)
def test_what_an_element_names_on_its_own_page_is_there(tmp_path, element):
    built = site(tmp_path, index_html=f'<p id="here"></p>{element}')
    assert complaints(built.broken()) == ["index.html: #gone: index.html has no such anchor"]


def test_stylesheets_and_the_results_of_the_search_are_checked(tmp_path):
    index = {
        "docnames": ["index", "gone"],
        "alltitles": {"Here": [[0, "here"]], "Top": [[0, None]], "Lost": [[0, "lost"]]},
        "indexentries": {"term": [[0, "term-lost", "main"]]},
    }
    built = site(
        tmp_path,
        index_html='<p id="here"></p>',
        search_html="",
        searchindex_js=f"Search.setIndex({links.json.dumps(index)})",
        style__site_css='@font-face { src: url("../font.woff2") } p { background: url(gone.png) }',
        font_woff2="",
    )
    assert complaints(built.broken()) == [
        "style/site.css: gone.png: no such file",
        "search.html: gone.html: no such file",
        "search.html: index.html#lost: index.html has no such anchor",
        "search.html: index.html#term-lost: index.html has no such anchor",
    ]


def test_what_scripts_have_made_of_a_page_is_checked_in_its_place(tmp_path):
    built = site(tmp_path, index_html='<a href="#made">link</a>')
    assert len(built.broken_on("index.html")) == 1
    made = '<a href="#made">link</a><p id="made"></p><a href="gone.html">made, too</a>'
    assert complaints(built.broken_on("index.html", made)) == ["index.html: gone.html: no such file"]


def test_whole_addresses_of_the_site_itself_are_internal(tmp_path):
    site(
        tmp_path, index_html='<a href="https://example.org/course/gone.html"></a><a href="/elsewhere/">x</a>'
    )
    assert Site(tmp_path).external() == {"https://example.org/course/gone.html"}
    published = Site(tmp_path, "https://example.org/course")
    assert complaints(published.broken()) == [
        "index.html: https://example.org/course/gone.html: no such file",
        "index.html: /elsewhere/: leads out of the site's folder",
    ]
    assert published.external() == {"https://example.org/elsewhere/"}


# --- external links --------------------------------------------------------------------------------


class Elsewhere(BaseHTTPRequestHandler):
    """Another site, with one page of each kind."""

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        status = {
            "/gone": 404,
            "/withdrawn": 410,
            "/refused": 403,
            "/broken": 500,
            "/moved": 301,
            "/lent": 302,
        }
        code = status.get(self.path, 200)
        self.send_response(code)
        if code in (301, 302):
            self.send_header("Location", "/page")
        page = b'<p id="there"></p>'
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if body:
            self.wfile.write(page)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def book(small_book):
    """A book of one page; its links are the arguments."""

    def write(*addresses: str) -> set[str]:
        (small_book / "index.md").write_text("# A page\n\n" + "".join(f"- <{each}>\n" for each in addresses))
        return set(addresses)

    write.folder = small_book
    return write


def test_external_links_are_sorted_by_what_is_wrong_with_them(book, elsewhere, capsys):
    addresses = book(
        *(
            f"{elsewhere}/{page}"
            for page in ("page", "page#there", "page#gone", "gone", "withdrawn", "refused")
        ),
        *(f"{elsewhere}/{page}" for page in ("broken", "moved", "lent")),
        f"{UNKNOWN}/page",
    )
    assert links.check_external(book.folder, addresses | {f"{elsewhere}/raw"})
    printed = capsys.readouterr().out
    _, *lines, total = printed.splitlines()
    assert [line.replace(elsewhere, "") for line in lines] == [
        "moved: index.md: /moved: is now /page",
        "doubtful: a page: /raw: not in the text, so not asked for",
        "doubtful: index.md: /broken: 500 Server Error: Internal Server Error for url: /broken",
        "doubtful: index.md: /page#gone: the page is there, its anchor is not; a script may make it",
        "doubtful: index.md: /refused: refuses programs (403)",
        "broken: index.md: /gone: 404, the page is not there",
        "broken: index.md: /withdrawn: 410, the page is not there",
        f"broken: index.md: {UNKNOWN}/page: no such host",
    ]
    assert total == "External links: 3 fine, 1 moved, 4 doubtful, 3 broken."


def test_links_that_are_fine_or_doubtful_fail_nothing(book, elsewhere):
    assert not links.check_external(book.folder, book(f"{elsewhere}/page", f"{elsewhere}/refused"))


def test_offline_is_said_in_one_line_and_fails_nothing(book, capsys):
    assert not links.check_external(book.folder, book(f"{NOBODY}/page", f"{UNKNOWN}/page"))
    printed = capsys.readouterr().out
    assert printed.startswith(
        "External links were not checked: 0 of the 2 hosts that the book links to answered"
    )
    assert printed.count("\n") == 1


def test_one_host_decides_nothing(elsewhere):
    assert links.offline([f"{elsewhere}/gone", f"{NOBODY}/", f"{UNKNOWN}/"])
    assert not links.offline([f"{elsewhere}/gone", f"{NOBODY}/"])


@pytest.mark.parametrize(
    ("status", "info", "kind"),
    [
        ("timeout", "Read timed out.", "doubtful"),
        ("ignored", "service unavailable", "doubtful"),
        ("broken", "429 Client Error: Too Many Requests for url: …", "doubtful"),
        ("broken", "999 Client Error: Request denied for url: …", "doubtful"),
        ("broken", "unauthorized", "doubtful"),
        ("broken", "('Connection aborted.', RemoteDisconnected(…))", "doubtful"),
        ("broken", "… NameResolutionError(\"… Failed to resolve 'nowhere' …\")", "broken"),
        ("working", "", "fine"),
    ],
)
def test_what_an_answer_means(status, info, kind):
    assert links.verdict({"status": status, "info": info, "code": 0})[0] == kind


def test_a_book_that_cannot_be_read_is_said(book):
    (book.folder / "_toc.yml").write_text("format: jb-book\n")
    with pytest.raises(SystemExit, match="could not be read"):
        links.linkcheck(book.folder)
