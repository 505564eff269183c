"""Serve the built book on this machine alone: `python -m tools.serve [--port 8000]`."""

import argparse
import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path("_build/html")
PORT = 8000


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files; logs nothing but errors."""

    # Windows takes the types from its registry, where JavaScript is often plain text.
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of a request that went well."""


class Server(ThreadingHTTPServer):
    """A server whose port nobody else can listen on at the same time."""

    allow_reuse_address = os.name != "nt"
    daemon_threads = True

    @property
    def address(self) -> str:
        """The address to type into a browser."""
        return f"http://127.0.0.1:{self.server_port}/"


def open_server(folder: Path = SITE, port: int = 0, handler: type[QuietHandler] = QuietHandler) -> Server:
    """Return a server of a folder, listening on 127.0.0.1; port 0 means any free one.

    Raises
    ------
    OSError
        If the port is taken.
    """
    return Server(("127.0.0.1", port), partial(handler, directory=str(folder)))


def main() -> None:
    """Serve the book until the user stops it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, help=f"the port; else {PORT}, or a free one if that is taken")
    port = arguments.parse_args().port
    if not (SITE / "index.html").is_file():
        raise SystemExit(f"{SITE} has no index.html: run `make book` first.")
    try:
        server = open_server(port=PORT if port is None else port)
    except OSError as problem:
        if port is not None:
            raise SystemExit(f"Port {port} cannot be used ({problem.strerror}): choose another.") from None
        server = open_server()
    print("Press Ctrl+C to stop. The book is at", flush=True)
    print(server.address, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
