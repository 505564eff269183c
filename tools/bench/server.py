"""A local server that sends what a static host sends: compressed, over connections that stay open."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench.report import packed
from tools.serve import QuietHandler, open_server

COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".ipynb", ".md", ".wasm"}


@dataclass
class Served:
    """A folder that is being served."""

    address: str
    sizes: list[int] = field(default_factory=list)
    """Bytes of each answer so far, without its headers; answers to workers too, which a page cannot see."""


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a folder, which does not change meanwhile, on loopback."""
    sizes: list[int] = []
    kept: dict[Path, bytes] = {}  # a static host compresses once

    class Handler(QuietHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: what Lighthouse asks for and is not there would stand between the tables."""

        def handle(self) -> None:
            with suppress(ConnectionError):  # a browser that has seen enough hangs up
                super().handle()

        def send_head(self) -> io.BytesIO | None:
            path = Path(self.translate_path(self.path))
            if path.is_dir() and self.path.partition("?")[0].endswith("/"):
                path /= "index.html"
            if not path.is_file():
                self.send_error(404)
                return None
            pack = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
            if pack and path not in kept:
                kept[path] = packed(path.read_bytes())
            content = kept[path] if pack else path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Length", str(len(content)))
            if pack:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            sizes.append(len(content))
            return io.BytesIO(content)

    with open_server(folder, handler=Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Served(server.address, sizes)
        server.shutdown()
