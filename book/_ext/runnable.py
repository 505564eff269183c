"""Ways to run the course: a bar on each page with a notebook, and what a reader can take along.

What is published beside the pages, and not made by this build, lies in ``_build/extra``: the notebooks that
run in the browser, the book on paper and the cards. A link to one of them is shown only where it is, and to a
notebook only where it can run to its end: ``tools/lite.py`` notes in it which modules it lacks.

The theme's own launch buttons are not used: they need a repository even for what runs without one, find the
notebooks in the browser only from the root of the server, and open only with a script. Nor is its download
button, whose other entry calls a script out of an attribute, which a strict security policy forbids.
"""

import json
import zipfile
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util.docutils import SphinxDirective

EXTRA = "_build/extra"
BROWSER_NOTEBOOKS = "lite/files/"  # where JupyterLite keeps what its readers open
MICROPYTHON = "lite/static/micropython/micropython.mjs"
"""Comes with JupyterLite, and runs a function of the reader's on a page of exercises."""
MISSING = "missing_modules"
"""Of tools/lite.py, in a notebook's metadata."""
FOLD = "Run or download this notebook"
CANNOT_RUN = "It cannot run in the browser here: this copy of the site lacks"
PAPER = "inverse-futures.pdf"
CARDS = "inverse-futures.apkg"
ARCHIVE = "inverse-futures-notebooks.zip"
COLAB_CELL = '"id": "colab"'
"""Of tools/colab.py. A notebook without it finds no package on Colab, so it is not offered there."""
GUIDE = Path("_templates") / "offline.md"
# A zip file must give some time; this is the earliest it can hold.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def find_extra(app: Sphinx, config: Config) -> None:
    """Publish what is there beside the pages, and note what a page may link to."""
    extra = Path(app.srcdir) / EXTRA
    if extra.is_dir():
        config.html_extra_path = [*config.html_extra_path, EXTRA]
        found = sorted(
            [
                *extra.glob("*.pdf"),
                *extra.glob("*.apkg"),
                *extra.glob(MICROPYTHON),
                *(extra / BROWSER_NOTEBOOKS).rglob("*.ipynb"),
            ]
        )
        config.published_extra = {path.relative_to(extra).as_posix(): missing_modules(path) for path in found}


def missing_modules(path: Path) -> list[str]:
    """Return the modules that a published notebook lacks; none for any other file."""
    if path.suffix != ".ipynb":
        return []
    return list(json.loads(path.read_text("utf-8"))["metadata"].get(MISSING, []))


def services(repository: str, branch: str, notebook: str) -> dict[str, str]:
    """Return the addresses at which others' computers run a notebook; only for a repository on GitHub.

    Parameters
    ----------
    repository : str
        The repository's address, or nothing.
    branch : str
        Its branch with the notebooks.
    notebook : str
        The notebook's path in it.

    Raises
    ------
    ConfigError
        If the address is one on GitHub but not that of a repository.
    """
    address = urlsplit(repository)
    if address.hostname not in ("github.com", "www.github.com"):
        return {}
    name = address.path.strip("/").removesuffix(".git")
    if name.count("/") != 1:
        raise ConfigError(f"the repository's address is {repository!r}: write https://github.com/OWNER/NAME")
    branch = quote(branch, safe="")
    return {
        "Binder": f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{quote(notebook)}",
        "Colab": f"https://colab.research.google.com/github/{name}/blob/{branch}/{quote(notebook)}",
    }


def add_bar(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Say below the title of a notebook how it can be run."""
    # The first page is for deciding whether to read on; it shows its widget instead.
    if pagename not in app.env.found_docs or pagename == app.config.root_doc:
        return
    notebook = app.env.doc2path(pagename, base=False)
    if not notebook.endswith(".ipynb"):
        return
    pathto, config = context["pathto"], app.config
    here = {}
    missing = config.published_extra.get(BROWSER_NOTEBOOKS + notebook)
    if missing == []:
        here["in the browser"] = pathto(f"lite/notebooks/index.html?path={quote(notebook)}", 1)
        app.add_js_file("served.js", loading_method="defer")
    elsewhere = services(config.repository_address, config.repository_branch, notebook)
    if COLAB_CELL not in Path(app.srcdir, notebook).read_text("utf-8"):
        elsewhere.pop("Colab", None)
    download = {
        "this notebook": pathto(f"_sources/{context['sourcename']}", 1),
        "all notebooks (zip)": pathto(ARCHIVE, 1),
    }
    bar = (
        line("Run it", here, paragraph=' class="needs-server"')
        + (f"<p>{CANNOT_RUN} {' and '.join(missing)}</p>" if missing else "")
        + line("Run it on", elsewhere)
        + line("Download", download, link=" download")
    )
    title, end, rest = context["body"].partition("</h1>")
    if end:
        fold = f'<details class="run-it d-print-none"><summary>{FOLD}</summary><div>{bar}</div></details>'
        context["body"] = f"{title}{end}\n{fold}{rest}"


def line(start: str, links: dict[str, str], paragraph: str = "", link: str = "") -> str:
    """Return a paragraph of links, or nothing where there is none; the last two are attributes."""
    anchors = " · ".join(f'<a href="{escape(url)}"{link}>{text}</a>' for text, url in links.items())
    return f"<p{paragraph}>{start} {anchors}</p>" if links else ""


class TakeAlong(SphinxDirective):
    """A list of what can be downloaded, on the page that explains it."""

    def run(self) -> list[nodes.Node]:
        """Return the list."""
        offers = {ARCHIVE: "All lessons and exercises as notebooks, with the course's package (zip)"}
        if PAPER in self.config.published_extra:
            offers[PAPER] = "The book as one file, to read or to print (PDF)"
        if CARDS in self.config.published_extra:
            offers[CARDS] = "The terms and the quick questions as cards to learn with (Anki)"
        up = "../" * self.env.docname.count("/")
        items = nodes.bullet_list(classes=["d-print-none"])
        for name, text in offers.items():
            link = nodes.reference("", text, refuri=up + name, internal=True)
            items += nodes.list_item("", nodes.paragraph("", "", link))
        return [items]


def offline_files(app: Sphinx) -> dict[str, Path]:
    """Return what a classroom needs without a network, by its place in the archive.

    These are the book's own notebooks and the pages that they link to, without the solutions, and what the
    installation of the course's package reads.
    """
    root = Path(app.srcdir)
    pages = [app.env.doc2path(page) for page in app.env.found_docs if not page.startswith("solutions/")]
    package = [
        path
        for path in (root / "inversefutures").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    others = [root / name for name in ("LICENSE", "pyproject.toml", "requirements.txt")]
    sources = [root / name for name in app.config.bibtex_bibfiles]
    files = [Path(path) for path in [*pages, *package, *others, *sources]]
    guide = Path(__file__).parents[1] / GUIDE
    return {"README.md": guide} | {path.relative_to(root).as_posix(): path for path in files}


def write_archive(app: Sphinx, error: Exception | None) -> None:
    """Pack the classroom's files so that the same files give the same bytes."""
    if error or app.builder.format != "html":
        return
    folder = ARCHIVE.removesuffix(".zip")
    with zipfile.ZipFile(Path(app.outdir) / ARCHIVE, "w") as archive:
        for name, path in sorted(offline_files(app).items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", NO_TIME)
            entry.create_system = 3  # Unix on every machine, so that the access rights below are read
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.add_config_value("published_extra", {}, "env")
    app.add_directive("take-along", TakeAlong)
    app.connect("config-inited", find_extra)
    app.connect("html-page-context", add_bar, priority=600)  # after assets, which changes the body too
    app.connect("build-finished", write_archive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
