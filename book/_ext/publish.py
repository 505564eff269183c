"""What lets others find the site: canonical links, previews, the sitemap, the page for a wrong address.

Most of it needs the site's own address, which this copy of the course may not have. Without one only the
words of the preview are made, and the site is complete all the same.

Two libraries were tried and left out. sphinx-sitemap lists the pages that a build writes, so that a second
build, which writes only what has changed, loses the others; and it ends a build without an address with a
warning. sphinxext-opengraph words a description of its own, where the page has one already.
"""

import os
import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from assets import first_paragraph
from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

ADDRESS = re.compile(r"""https?://[^\s/?#@"'<>]+(/[^\s?#"'<>]*)?""")
DESCRIPTION = re.compile(r'<meta (?=[^>]*name="description")[^>]*content="([^"]*)"')
FRONT = "index"
NOT_FOUND = "404"


def read_address(variable: str, setting: str, configured: str | None) -> str:
    """Return an address from the environment, else from the configuration, without a slash at its end.

    Parameters
    ----------
    variable : str
        The environment variable, which takes the place of the setting.
    setting : str
        Where in ``_config.yml`` the address stands, for the error.
    configured : str or None
        What stands there.

    Raises
    ------
    ConfigError
        If the address is not one of a web site or has a query or an anchor.
    """
    given = os.environ.get(variable) or configured or ""
    if given and not ADDRESS.fullmatch(given):
        source = variable if os.environ.get(variable) else f"{setting} in _config.yml"
        raise ConfigError(
            f"{source} is {given!r}: write a whole web address such as https://example.org/course, "
            "without a query, an anchor or a user's name"
        )
    return given.rstrip("/")


def read_addresses(app: Sphinx, config: Config) -> None:
    """Settle the two addresses before anything uses them."""
    site = read_address("SITE_ADDRESS", "html: baseurl:", config.html_baseurl)
    config.html_baseurl = f"{site}/" if site else ""
    # From the file: Jupyter Book hands it to the theme alone, whose options in the file then replace it.
    repository = yaml.safe_load(Path(app.confdir, "_config.yml").read_text("utf-8"))["repository"]
    config.repository_address = read_address("REPOSITORY_ADDRESS", "repository: url:", repository["url"])
    config.repository_branch = repository["branch"]
    if site:
        # Only now, because it makes its page always, and its links need the folder that the site stands in.
        app.setup_extension("notfound.extension")
        config.notfound_urls_prefix = f"{urlsplit(site).path}/"
        config.notfound_template = "not-found.html"
        config.notfound_context = {"title": "Page not found", "body": ""}


def forget_old_files(app: Sphinx) -> None:
    """Delete what an earlier build with another address, or with one at all, has left.

    Only when pages are written: a build that finds nothing to do would not write these anew.
    """
    for name in (f"{FRONT}.html", f"{NOT_FOUND}.html", "sitemap.xml", "robots.txt"):
        (Path(app.outdir) / name).unlink(missing_ok=True)


def front_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Give the site's bare address a page that leads on, with what a link to it shows elsewhere.

    The redirect that the table of contents' extension writes has neither title nor language.
    """
    forget_old_files(app)
    root = app.config.root_doc
    description = first_paragraph(app.env.get_doctree(root))
    metatags = f'<meta name="description" content="{escape(description)}" />\n'
    return [(FRONT, {"title": app.env.titles[root].astext(), "metatags": metatags}, "front.html")]


def add_to_head(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page the tags that other sites read to show a link to it."""
    if pagename == NOT_FOUND:
        context["pageurl"] = None  # it stands for any address
        context["content_root"] = app.config.notfound_urls_prefix  # the page's scripts find the site by it
        context["first_lesson"] = min(page for page in app.env.found_docs if page.startswith("lessons/"))
        return
    if "title" not in context:  # the index and the search page
        return
    root = app.config.root_doc
    if pagename == FRONT and context["pageurl"]:
        context["pageurl"] = app.config.html_baseurl + app.builder.get_target_uri(root)
    tags = {
        "title": escape(Markup(context["title"]).striptags()),
        "type": "website" if pagename in (FRONT, root) else "article",
        "site_name": escape(app.config.project),
        "description": DESCRIPTION.search(context["metatags"])[1],
    }
    if context["pageurl"]:
        tags["url"] = escape(context["pageurl"])
    context["metatags"] += "".join(
        f'<meta property="og:{name}" content="{content}" />\n' for name, content in tags.items()
    )


def write_sitemap(app: Sphinx, error: Exception | None) -> None:
    """List the book's pages for search engines, and tell them where the list is."""
    address = app.config.html_baseurl
    if error or not address:
        return
    pages = sorted(app.builder.get_target_uri(page) for page in app.env.found_docs)
    entries = "".join(f"<url><loc>{escape(address + page)}</loc></url>\n" for page in pages)
    (Path(app.outdir) / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        "utf-8",
    )
    if urlsplit(address).path == "/":  # only there does anyone look for it
        (Path(app.outdir) / "robots.txt").write_text(
            f"User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n", "utf-8"
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.add_config_value("repository_address", "", "html")
    app.add_config_value("repository_branch", "", "html")
    app.connect("config-inited", read_addresses)
    app.connect("html-collect-pages", front_page)
    app.connect("html-page-context", add_to_head, priority=950)  # after assets, which words the description
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
