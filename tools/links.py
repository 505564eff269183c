"""Check the links of the built book: `python -m tools.links`.

Internal links and their anchors are looked up in the built site, always. External ones are asked for by
Sphinx's linkcheck builder, if the machine is online. Only what is surely the link's fault is a failure: a
page that is not there, a host that nobody knows. A server that refuses programs, or takes too long, proves
nothing.
"""

import argparse
import functools
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import requests
import yaml

from tools.book import build

BOOK = Path(__file__).resolve().parents[1]
SITE = Path("_build/html")
SOMEWHERE = "https://site.invalid/"
"""Stands for the address of a site that has none yet."""

ATTRIBUTES = {"href", "src", "action", "data", "poster", "xlink:href", "formaction", "cite"}
SOURCE_SETS = {"srcset", "imagesrcset"}
ID_LISTS = {"aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for"}
OPEN_GRAPH = {"og:image", "og:url"}
CSS_ADDRESS = re.compile(r"url\(\s*([\"']?)(.*?)\1\s*\)")
REFRESH = re.compile(r"^\s*\d+\s*;\s*url=(.*)$", re.IGNORECASE)
SEARCH_INDEX = re.compile(r"^Search\.setIndex\((.*)\)\s*$", re.DOTALL)
# The theme's templates are no pages, and JupyterLite makes its addresses by script.
NOT_PAGES = {"_static", "lite"}

NOT_THERE = re.compile(r"^(404|410) ")
REFUSED = re.compile(r"^(401|403|429|999) |^unauthorized$")
UNKNOWN_HOST = re.compile(
    r"NameResolutionError|Failed to resolve|getaddrinfo failed|Name or service not known"
)
MOVED_FOR_GOOD = {301, 308}
PROBE_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """A link that is not as it should be."""

    where: str
    address: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.address}: {self.reason}"


# --- internal links --------------------------------------------------------------------------------


class Page(HTMLParser):
    """The addresses that a page names, and the anchors that it offers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: dict[str, None] = {}  # an ordered set
        self.anchors: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what an element names and offers."""
        values = {name: value for name, value in attributes if value}
        if "id" in values:
            self.anchors.add(values["id"])
        if tag == "a" and "name" in values:
            self.anchors.add(values["name"])
        found = [values[name].strip() for name in values if name in ATTRIBUTES]
        for name in SOURCE_SETS & set(values):
            found += [candidate.split()[0] for candidate in values[name].split(",") if candidate.strip()]
        for name in ID_LISTS & set(values):
            found += [f"#{identifier}" for identifier in values[name].split()]
        for value in values.values():
            found += css_addresses(value)
        if tag == "meta" and (target := REFRESH.match(values.get("content", ""))):
            found.append(target[1])
        if tag == "meta" and values.get("property") in OPEN_GRAPH:
            found.append(values.get("content", ""))
        self.addresses.update(dict.fromkeys(found))


def css_addresses(text: str) -> list[str]:
    """Return the addresses in a stylesheet."""
    return [address for _, address in CSS_ADDRESS.findall(text)]


class Site:
    """A built site in a folder, and the address at which it is published if it has one."""

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder = folder
        self.address = (address or SOMEWHERE).rstrip("/") + "/"

    @property
    def pages(self) -> list[str]:
        """The pages, by their path in the site."""
        paths = (path.relative_to(self.folder) for path in sorted(self.folder.rglob("*.html")))
        return [path.as_posix() for path in paths if path.parts[0] not in NOT_PAGES]

    @functools.cache  # noqa: B019 (a site lives as long as the program)
    def page(self, name: str) -> Page:
        """Return a page as it was built."""
        return Page((self.folder / name).read_text("utf-8"))

    def broken(self) -> list[Finding]:
        """Return what is broken in the pages, in the stylesheets, and among the results of the search."""
        found = [finding for name in self.pages for finding in self.broken_on(name)]
        for path in sorted(self.folder.rglob("*.css")):
            name = path.relative_to(self.folder).as_posix()
            if not name.startswith("lite/"):
                found += self._faults(name, css_addresses(path.read_text("utf-8")))
        return found + list(self._faults("search.html", self.search_results()))

    def broken_on(self, name: str, html: str = "") -> list[Finding]:
        """Return what is broken on a page, as it was built or as the browser's scripts have made it."""
        page = Page(html) if html else self.page(name)
        return list(self._faults(name, page.addresses, page.anchors))

    def external(self) -> set[str]:
        """Return the addresses of other sites that the pages name."""
        named = (
            urljoin(self.address + name, each) for name in self.pages for each in self.page(name).addresses
        )
        return {address for address in named if is_web(address) and self.inside(address) is None}

    def search_results(self) -> list[str]:
        """Return the addresses that the search may offer; its script makes them from the index."""
        index = self.folder / "searchindex.js"
        text = SEARCH_INDEX.match(index.read_text("utf-8")) if index.exists() else None
        if text is None:
            return []
        entries = json.loads(text[1])
        targets = [*entries["alltitles"].values(), *entries["indexentries"].values()]
        pages = [f"{document}.html" for document in entries["docnames"]]
        anchored = [f"{pages[number]}#{anchor or ''}" for found in targets for number, anchor, *_ in found]
        return sorted({*pages, *anchored})

    def inside(self, address: str) -> str | None:
        """Return the path within the site that a whole address leads to; None if it leads elsewhere."""
        return address.removeprefix(self.address) if address.startswith(self.address) else None

    def _faults(
        self, where: str, addresses: Iterable[str], anchors: set[str] | None = None
    ) -> Iterator[Finding]:
        for address in addresses:
            if reason := self._fault(where, address, anchors):
                yield Finding(where, address, reason)

    def _fault(self, where: str, address: str, anchors: set[str] | None) -> str:
        whole, anchor = urldefrag(urljoin(self.address + where, address))
        if not is_web(whole):
            return ""
        path = self.inside(whole)
        if path is None:
            own = urlsplit(whole).netloc == urlsplit(self.address).netloc
            return "leads out of the site's folder" if own else ""
        target = self.folder / unquote(urlsplit(path).path)
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            return "no such file"
        name = target.relative_to(self.folder).as_posix()
        if not anchor or "=" in anchor or target.suffix != ".html":  # a page's state is no place on it
            return ""
        offered = anchors if anchors is not None and name == where else self.page(name).anchors
        return "" if unquote(anchor) in offered else f"{name} has no such anchor"


def is_web(address: str) -> bool:
    """Return whether an address is one that a browser fetches from a server."""
    return urlsplit(address).scheme in ("http", "https")


# --- external links --------------------------------------------------------------------------------


def answers(origin: str) -> bool:
    """Return whether a server answers at all, whatever it says."""
    try:
        requests.head(origin, timeout=PROBE_SECONDS, allow_redirects=False)
    except requests.RequestException:
        return False
    return True


def offline(addresses: Iterable[str]) -> str:
    """Return why external links cannot be checked from here, or nothing if they can.

    Every host that the book links to is asked, so that none has to be up. One that answers proves little:
    behind a filter some do, and the others look as if they were gone. Half of them must.
    """
    origins = sorted({"{0.scheme}://{0.netloc}/".format(urlsplit(address)) for address in addresses})
    with ThreadPoolExecutor(max_workers=32) as pool:
        up = sum(pool.map(answers, origins))
    if 2 * up >= len(origins):
        return ""
    return (
        f"{up} of the {len(origins)} hosts that the book links to answered, "
        "so this machine is offline or behind a filter"
    )


def linkcheck(book: Path) -> list[dict[str, Any]]:
    """Return what Sphinx's linkcheck builder says of each link in the text of a book.

    Raises
    ------
    SystemExit
        If the book cannot be read.
    """
    # In a folder of its own: Jupyter Book would put the report into the site.
    output = book / "_build" / "links"
    report = output / "_build" / "html" / "output.json"
    report.unlink(missing_ok=True)
    done = build(book, "--builder", "linkcheck", "--path-output", str(output))
    if not report.exists():
        raise SystemExit(f"The book could not be read:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return [json.loads(line) for line in report.read_text("utf-8").splitlines()]


def verdict(entry: dict[str, Any]) -> tuple[str, str]:
    """Return what an entry of the report means: broken, doubtful, moved or fine; and why."""
    status, info = entry["status"], entry["info"]
    if status == "redirected":
        return ("moved" if entry["code"] in MOVED_FOR_GOOD else "fine"), f"is now {info}"
    if status == "timeout":
        return "doubtful", "no answer in time"
    if status == "ignored" and info:
        return "doubtful", info
    if status != "broken":
        return "fine", ""
    if NOT_THERE.match(info):
        return "broken", info[:3] + ", the page is not there"
    if UNKNOWN_HOST.search(info):
        return "broken", "no such host"
    if REFUSED.match(info):
        return "doubtful", f"refuses programs ({info[:3]})"
    if info.startswith("Anchor"):
        return "doubtful", "the page is there, its anchor is not; a script may make it"
    return "doubtful", " ".join(info.split())[:200]


def check_external(book: Path, addresses: set[str]) -> bool:
    """Print what is wrong with a book's external links; return whether any is broken."""
    if reason := offline(addresses):
        print(f"External links were not checked: {reason}.")
        return False
    print(f"Asking for {len(addresses)} external links: this takes some minutes.", flush=True)
    found: dict[str, list[Finding]] = {}
    entries = [entry for entry in linkcheck(book) if is_web(entry["uri"])]
    for entry in entries:
        kind, reason = verdict(entry)
        found.setdefault(kind, []).append(Finding(entry["filename"], entry["uri"], reason))
    for address in sorted(addresses - {entry["uri"] for entry in entries}):
        found.setdefault("doubtful", []).append(
            Finding("a page", address, "not in the text, so not asked for")
        )
    for kind in ("moved", "doubtful", "broken"):
        for finding in sorted(found.get(kind, []), key=str):
            print(f"{kind}: {finding}")
    counts = ", ".join(
        f"{len(found.get(kind, []))} {kind}" for kind in ("fine", "moved", "doubtful", "broken")
    )
    print(f"External links: {counts}.")
    return "broken" in found


def main() -> int:
    """Check all links and return the exit status."""
    settings = yaml.safe_load((BOOK / "_config.yml").read_text("utf-8"))
    # As the build has it: the environment before the settings.
    site = Site(BOOK / SITE, os.environ.get("SITE_ADDRESS") or settings["html"]["baseurl"])
    broken = site.broken()
    for finding in broken:
        print(f"broken: {finding}")
    print(f"Internal links of {len(site.pages)} pages: {len(broken) or 'none'} broken.", flush=True)
    return int(check_external(BOOK, site.external()) or bool(broken))


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(main())
