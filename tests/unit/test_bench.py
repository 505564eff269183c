"""What the benchmark's figures rest on: a server that sends what a static host would."""

import gzip
import urllib.error
import urllib.request

import pytest

from tools.bench.report import table
from tools.bench.server import served

TEXT = b"the same words, the same words, the same words, the same words"


def fetch(address):
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Content-Encoding"], answer.read()


def test_text_is_sent_compressed_and_a_font_as_it_is(tmp_path):
    (tmp_path / "index.html").write_bytes(TEXT)
    (tmp_path / "math.woff2").write_bytes(TEXT)
    with served(tmp_path) as server:
        encoding, page = fetch(server.address)
        assert encoding == "gzip"
        assert gzip.decompress(page) == TEXT
        assert fetch(server.address + "math.woff2") == (None, TEXT)
        assert server.sizes == [len(page), len(TEXT)]
        assert len(page) < len(TEXT)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(server.address + "missing.js")


def test_a_table_is_aligned_markdown(capsys):
    table("Title", ["page", "KB"], [["first", 1], ["a", 1_000]])
    assert capsys.readouterr().out == (
        "\nTitle\n\n| page  |   KB |\n|-------|------|\n| first |    1 |\n| a     | 1000 |\n"
    )
