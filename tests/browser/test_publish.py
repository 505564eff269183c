"""What makes the site findable and runnable, on small copies of the book: with an address and without."""

import functools
import importlib
import itertools
import os
import re
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree import ElementTree

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from sphinx.errors import ConfigError

from tests.browser.accessibility import faults
from tests.browser.conftest import QuietHandler, new_context, settle
from tools import book, colab, lite, notebooks

ROOT = Path(__file__).parents[2]
ADDRESS = "https://example.org/some/course"
REPOSITORY = "https://github.com/someone/some-course"
LESSON = "lessons/01_what_is_an_inverse_contract"
EXERCISE = "exercises/01_what_is_an_inverse_contract"
SOLUTION = "solutions/01_what_is_an_inverse_contract"
PAGES = [
    "book/index",
    "book/how_to_study",
    "book/map",
    LESSON,
    EXERCISE,
    SOLUTION,
    "book/notation",
    "book/venues",
    "book/glossary",
    "book/bibliography",
    "book/teaching",
]
NOTEBOOKS = [page for page in PAGES if (ROOT / f"{page}.ipynb").is_file() and page != "book/index"]
ARCHIVE = "inverse-futures-notebooks.zip"
RUN_HERE = ".run-it a[href*='lite/']"
FOLD = "Run or download this notebook"


def copy_book(folder: Path) -> None:
    """Copy the book with a few of its pages."""
    for name in ("_config.yml", "pyproject.toml", "requirements.txt", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("book", "inversefutures"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for page in (LESSON, EXERCISE, SOLUTION):
        (folder / page).parent.mkdir()
        shutil.copy(ROOT / f"{page}.ipynb", folder / f"{page}.ipynb")
    root, *others = PAGES
    part = {"caption": "Pages", "chapters": [{"file": page} for page in others]}
    contents = {"format": "jb-book", "root": root, "parts": [part]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents), "utf-8")
    # Whoever publishes this copy has written addresses into it; here each site is built for its own.
    write_setting(folder, "baseurl", "")
    write_setting(folder, "url", "")
    for path in folder.rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        colab.set_up(notebook, "")
        notebooks.write(path, notebook)


def write_setting(folder: Path, name: str, address: str) -> None:
    """Write an address into the copy's settings."""
    path = folder / "_config.yml"
    text, count = re.subn(rf"^  {name}: .*$", f'  {name}: "{address}"', path.read_text("utf-8"), flags=re.M)
    assert count == 1
    path.write_text(text, "utf-8")


def build(folder: Path, site: str = "", repository: str = "") -> Path:
    """Build the copy for two addresses and return the folder of its pages."""
    done = book.build(folder, environment={"SITE_ADDRESS": site, "REPOSITORY_ADDRESS": repository})
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book at an address, with a lesson that runs in the browser and the book on paper beside it."""
    folder = tmp_path_factory.mktemp("published")
    copy_book(folder)
    extra = folder / "_build" / "extra"
    notebook = extra / "lite" / "files" / f"{LESSON}.ipynb"
    notebook.parent.mkdir(parents=True)
    shutil.copy(ROOT / f"{LESSON}.ipynb", notebook)
    lacking = nbformat.read(ROOT / f"{SOLUTION}.ipynb", as_version=4)
    lacking.metadata[lite.MISSING] = ["matplotlib", "numpy"]
    (extra / "lite" / "files" / "solutions").mkdir()
    notebooks.write(extra / "lite" / "files" / f"{SOLUTION}.ipynb", lacking)
    (extra / "lite" / "notebooks").mkdir()
    (extra / "lite" / "notebooks" / "index.html").write_text(
        "<!doctype html><title>Notebook</title>", "utf-8"
    )
    (extra / "inverse-futures.pdf").write_bytes(b"%PDF-")
    notebook = nbformat.read(folder / f"{LESSON}.ipynb", as_version=4)
    colab.set_up(notebook, f"git+{REPOSITORY}@main")
    notebooks.write(folder / f"{LESSON}.ipynb", notebook)
    write_setting(folder, "url", REPOSITORY)
    build(folder, ADDRESS)
    # A second build writes only the page that has changed; what lists all pages must not notice.
    with (folder / "book" / "glossary.md").open("a", encoding="utf-8") as page:
        page.write("\nOne more sentence.\n")
    return build(folder, ADDRESS)


def build_copy(published: Path, folder: Path, site: str, repository: str) -> Path:
    """Build the published book elsewhere with its changed page changed back and nothing beside it."""
    shutil.copytree(published.parents[1], folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "_build" / "extra")
    write_setting(folder, "url", "")
    shutil.copy(ROOT / "book" / "glossary.md", folder / "book")
    shutil.copy(ROOT / f"{LESSON}.ipynb", folder / "lessons")
    return build(folder, site, repository)


@pytest.fixture(scope="module")
def private(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book without an address, built where it had one before."""
    return build_copy(published, tmp_path_factory.mktemp("private"), "", "")


@pytest.fixture(scope="module")
def moved(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book at the root of another host, and with a repository that is not on GitHub."""
    folder = tmp_path_factory.mktemp("moved")
    return build_copy(published, folder, "https://example.org", "https://git.example.org/someone/it")


@functools.cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def title(page: BeautifulSoup) -> str:
    heading = page.select_one("article h1")
    assert heading is not None
    return heading.get_text().removesuffix("#").strip()


def only(page: BeautifulSoup, selector: str) -> str:
    """The content, or the address, of the one element that a selector finds."""
    (found,) = page.select(selector)
    return str(found.get("content") or found["href"])


class HostHandler(QuietHandler):
    """A host as the public ones are: the site in a folder, and its own page for whatever is not there."""

    def translate_path(self, path: str) -> str:
        inside = path.removeprefix("/some/course")
        return super().translate_path(inside if inside != path else "/nothing")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        content = Path(self.directory, "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def host(published: Path) -> Iterator[str]:
    """Where the published site is served, in a folder of its host."""
    handler = functools.partial(HostHandler, directory=str(published))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/some/course"
        server.shutdown()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = new_context(browser, accept_downloads=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_where_it_stands_and_what_a_link_to_it_shows(name: str, published: Path) -> None:
    page = soup(published / f"{name}.html")
    address = f"{ADDRESS}/{name}.html"
    assert only(page, 'link[rel="canonical"]') == address
    assert only(page, 'meta[property="og:url"]') == address
    assert only(page, 'meta[property="og:title"]') == title(page)
    assert only(page, 'meta[property="og:description"]') == only(page, 'meta[name="description"]')
    assert only(page, 'meta[property="og:type"]') == ("website" if name == PAGES[0] else "article")
    assert only(page, 'meta[property="og:site_name"]') == "Inverse Futures"


def test_the_bare_address_leads_to_the_first_page_and_speaks_for_it(
    published: Path, host: str, tab: Page
) -> None:
    front, landing = soup(published / "index.html"), soup(published / "book" / "index.html")
    for tag in (
        'link[rel="canonical"]',
        *(f'meta[property="og:{name}"]' for name in ("title", "description")),
    ):
        assert only(front, tag) == only(landing, tag)
    tab.goto(f"{host}/")
    tab.wait_for_url(f"{host}/book/index.html")


def test_a_build_that_finds_nothing_to_do_leaves_the_site_as_it_was(published: Path) -> None:
    names = ("index.html", "404.html", "sitemap.xml", f"{LESSON}.html")
    before = [(published / name).read_bytes() for name in names]
    build(published.parents[1], ADDRESS)
    assert [(published / name).read_bytes() for name in names] == before


def test_the_sitemap_lists_exactly_the_pages(published: Path) -> None:
    namespace = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    entries = ElementTree.parse(published / "sitemap.xml").getroot()
    listed = [entry.findtext(f"{namespace}loc") for entry in entries]
    assert listed == sorted(f"{ADDRESS}/{page}.html" for page in PAGES)
    assert {child.tag for entry in entries for child in entry} == {f"{namespace}loc"}  # no dates
    assert not (published / "robots.txt").exists()  # in a folder of its host nobody reads it


def test_a_wrong_address_at_any_depth_gets_a_page_that_works(host: str, tab: Page) -> None:
    missing = f"{host}/deep/unknown/path.html"
    answers: dict[str, int] = {}
    errors: list[str] = []
    tab.on("response", lambda response: answers.setdefault(response.url, response.status))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(missing)
    assert answers.pop(missing) == 404
    assert len(answers) > 5
    assert {url: status for url, status in answers.items() if status >= 400} == {}
    assert all(url.startswith(f"{host}/") for url in answers)
    assert errors == []
    assert tab.locator("article h1").inner_text().removesuffix("#") == "Page not found"
    assert tab.locator('link[rel="canonical"], meta[property^="og:"]').count() == 0
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(tab.locator("html")).to_have_attribute("data-theme", scheme)
        settle(tab)
        assert faults(tab) == []
    for width in (390, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    links = set(tab.locator("a[href]").evaluate_all("links => links.map(link => link.href)"))
    listed = {f"{host}/{page}.html" for page in PAGES if page not in (EXERCISE, SOLUTION)}
    assert listed <= links
    broken = {link for link in links if not tab.request.get(urldefrag(link)[0]).ok and "#" not in link}
    assert broken == set()


def test_the_page_for_a_wrong_address_searches_the_course(host: str, tab: Page) -> None:
    tab.goto(f"{host}/deep/unknown/path.html")
    tab.get_by_label("What are you looking for?").fill("liquidation")
    tab.locator("article").get_by_role("button", name="Search").click()
    tab.locator("#search-results li a", has_text="Glossary").first.click()
    tab.wait_for_url(f"{host}/book/glossary.html*")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_links_to_its_own_file_on_binder_and_colab(name: str, published: Path) -> None:
    links = [str(link["href"]) for link in soup(published / f"{name}.html").select(".run-it a")]
    assert f"https://mybinder.org/v2/gh/someone/some-course/main?urlpath=lab/tree/{name}.ipynb" in links
    # Only with the cell that installs the course there.
    colab_link = f"https://colab.research.google.com/github/someone/some-course/blob/main/{name}.ipynb"
    assert (colab_link in links) == (name == LESSON)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_and_all_of_them_can_be_downloaded(
    name: str, host: str, published: Path, tab: Page
) -> None:
    folder = published.parents[1]
    sources = {"this notebook": folder / f"{name}.ipynb", "all notebooks (zip)": published / ARCHIVE}
    tab.goto(f"{host}/{name}.html")
    tab.get_by_text(FOLD, exact=True).click()
    for text, source in sources.items():
        with tab.expect_download() as download:
            tab.get_by_role("link", name=text, exact=True).click()
        assert download.value.suggested_filename == source.name
        assert download.value.path().read_bytes() == source.read_bytes()


def test_running_in_the_browser_is_offered_where_it_is_possible(
    host: str, published: Path, private: Path, tab: Page
) -> None:
    link = tab.locator(RUN_HERE)
    tab.goto(f"{host}/{LESSON}.html")
    tab.get_by_text(FOLD, exact=True).click()
    assert link.is_visible()
    link.click()
    tab.wait_for_url(f"{host}/lite/notebooks/index.html?path={LESSON}.ipynb")
    assert tab.title() == "Notebook"
    # From a folder the browser would show an empty page; the exercise is not among the notebooks in lite/.
    tab.goto((published / f"{LESSON}.html").as_uri())
    tab.get_by_text(FOLD, exact=True).click()
    expect(link).to_be_hidden()
    for page in (published / f"{EXERCISE}.html", private / f"{LESSON}.html"):
        assert soup(page).select(RUN_HERE) == []


def test_where_a_module_is_missing_the_page_says_so_in_place_of_the_offer(
    published: Path, private: Path
) -> None:
    bar = soup(published / f"{SOLUTION}.html").select_one(".run-it")
    assert bar is not None
    assert bar.select("a[href*='lite/']") == []
    assert "cannot run in the browser here: this copy of the site lacks matplotlib and numpy" in bar.text
    for page in (published / f"{LESSON}.html", private / f"{SOLUTION}.html"):
        assert "lacks" not in soup(page).select_one(".run-it").text  # type: ignore[union-attr]


@pytest.mark.parametrize("page", ["book/how_to_study", "book/teaching"])
def test_what_can_be_taken_along_is_listed_where_it_is_explained(
    page: str, published: Path, private: Path
) -> None:
    def offers(site: Path) -> list[str]:
        return [
            str(link["href"])
            for link in soup(site / f"{page}.html").select("article a[href$='.zip'], article a[href$='.pdf']")
        ]

    assert offers(published) == [f"../{ARCHIVE}", "../inverse-futures.pdf"]
    assert offers(private) == [f"../{ARCHIVE}"]


def test_without_an_address_nothing_speaks_of_one(private: Path) -> None:
    for name in ("404.html", "sitemap.xml", "robots.txt"):
        assert not (private / name).exists()
    for name in (*PAGES, "index"):
        page = soup(private / f"{name}.html")
        assert page.select('link[rel="canonical"], meta[property="og:url"]') == []
        assert only(page, 'meta[property="og:description"]') == only(page, 'meta[name="description"]')
        assert page.select("a[href*='mybinder'], a[href*='colab']") == []
    for name in NOTEBOOKS:
        assert len(soup(private / f"{name}.html").select(".run-it a")) == 2


def test_every_link_of_the_bar_leads_to_a_file(published: Path, private: Path) -> None:
    for site in (published, private):
        for name in NOTEBOOKS:
            page = site / f"{name}.html"
            for link in soup(page).select(".run-it a"):
                address = urljoin(page.as_uri(), str(link["href"])).partition("?")[0]
                if address.startswith("file:"):
                    assert Path(unquote(address.removeprefix("file://"))).is_file(), link["href"]


def test_the_archive_holds_the_course_without_its_solutions(private: Path) -> None:
    with zipfile.ZipFile(private / ARCHIVE) as archive:
        names = {name.partition("/")[2]: name for name in archive.namelist()}
        notebooks = {name: archive.read(names[name]).decode() for name in names if name.endswith(".ipynb")}
    assert len({name.partition("/")[0] for name in names.values()}) == 1  # unpacks into one folder
    expected = {f"{page}.ipynb" for page in (*NOTEBOOKS, PAGES[0]) if page != SOLUTION}
    assert set(notebooks) == expected
    package = [path for path in (ROOT / "inversefutures").rglob("*") if path.is_file()]
    expected |= {path.relative_to(ROOT).as_posix() for path in package if "__pycache__" not in path.parts}
    texts = ("bibliography.md", "glossary.md", "how_to_study.md", "map.md", "teaching.md")
    expected |= {f"book/{page}" for page in texts}
    expected |= {"README.md", "LICENSE", "pyproject.toml", "requirements.txt", "book/references.bib"}
    assert set(names) == expected
    for name, content in notebooks.items():
        assert "BEGIN SOLUTION" not in content
        for link in re.findall(r"\]\(([^)#:]+\.(?:ipynb|md))[#)]", content):
            target = os.path.normpath(Path(name).parent / link)
            # Of all lessons this small book has the first.
            assert target in names or (ROOT / target).is_file(), f"{name}: {link}"
            assert not target.startswith("solutions"), f"{name}: {link}"


def test_the_same_files_give_the_same_archive(moved: Path, private: Path) -> None:
    assert (moved / ARCHIVE).read_bytes() == (private / ARCHIVE).read_bytes()


def test_a_new_address_takes_the_place_of_the_old_one_everywhere(moved: Path) -> None:
    assert "Sitemap: https://example.org/sitemap.xml\n" in (moved / "robots.txt").read_text("utf-8")
    assert soup(moved / "404.html").select('a[href="/book/index.html"]')
    for path in sorted(moved.rglob("*.html")):
        text = path.read_text("utf-8")
        assert "some/course" not in text, path
        assert "some-course" not in text, path
        assert "git.example.org" not in text, path


def test_previous_and_next_follow_the_contents_on_every_page_but_the_solutions(private: Path) -> None:
    for here, there in itertools.pairwise(page for page in PAGES if page != SOLUTION):
        forward = only(soup(private / f"{here}.html"), ".prev-next-footer a.right-next")
        backward = only(soup(private / f"{there}.html"), ".prev-next-footer a.left-prev")
        assert urljoin(f"{ADDRESS}/{here}.html", forward) == f"{ADDRESS}/{there}.html"
        assert urljoin(f"{ADDRESS}/{there}.html", backward) == f"{ADDRESS}/{here}.html"


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/?course=1",
        "https://example.org/#course",
        "https://someone@example.org/",
        "https://example.org/some course",
        'https://example.org/"><script>',
    ],
)
def test_what_is_not_an_address_is_refused_by_name(
    address: str, extension: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_address = extension("publish").read_address
    with pytest.raises(ConfigError, match=re.escape(f"html: baseurl: in _config.yml is {address!r}")):
        read_address("SITE_ADDRESS", "html: baseurl:", address)
    monkeypatch.setenv("SITE_ADDRESS", address)
    with pytest.raises(ConfigError, match=re.escape(f"SITE_ADDRESS is {address!r}")):
        read_address("SITE_ADDRESS", "html: baseurl:", "https://example.org")


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_an_address_may_end_with_a_slash(
    address: str, extension: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_ADDRESS", raising=False)
    assert extension("publish").read_address("SITE_ADDRESS", "html: baseurl:", address) == ADDRESS


def test_only_a_repository_on_github_runs_elsewhere(extension: Callable[[str], ModuleType]) -> None:
    services = extension("runnable").services
    plain = services(REPOSITORY, "main", "lessons/a.ipynb")
    assert set(plain) == {"Binder", "Colab"}
    assert services(f"{REPOSITORY}.git", "main", "lessons/a.ipynb") == plain
    assert services("https://git.example.org/someone/some-course", "main", "lessons/a.ipynb") == {}
    assert services("", "main", "lessons/a.ipynb") == {}
    with pytest.raises(ConfigError, match=r"https://github\.com/someone'.*OWNER/NAME"):
        services("https://github.com/someone", "main", "lessons/a.ipynb")
