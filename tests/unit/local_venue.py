"""A venue on this machine that plays every fault."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest


class Venue:
    """Answers as the venues do. Each request uses up one of `faults`; `change` bends the answers."""

    def __init__(self, answer):
        self.requests = []
        self.faults = []
        self.always = None
        self.change = lambda document: document
        self.closing = threading.Event()
        venue = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                venue.requests.append(self.path)
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                document = venue.change(answer(parts.path, query))
                fault = venue.faults.pop(0) if venue.faults else venue.always
                (fault or send)(self, json.dumps(document).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.venue = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        # A short poll, because shutdown waits for one.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def playing(answer):
    """Return a fixture of a venue that answers so."""

    @pytest.fixture
    def venue(monkeypatch):
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        venue = Venue(answer)
        yield venue
        venue.close()

    return venue


def send(handler, body, status=200, length=None, **headers):
    handler.send_response(status)
    handler.send_header("Content-Length", str(length or len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def status(code, body=b"{}", **headers):
    return lambda handler, _: send(handler, body, code, **headers)


def cut_in_the_middle(handler, body):
    send(handler, body[: len(body) // 2], length=len(body))


def not_json(handler, body):
    send(handler, body[: len(body) // 2])


def hang(handler, _):
    handler.server.venue.closing.wait(5)
