"""Finding a browser and serving the book."""

import os
import subprocess
import sys
import threading
import urllib.request

import pytest

from tools import browser, serve
from tools.notebooks import ROOT

needs_sh = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for a browser is a shell script")


def program(path, code):
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine without any browser, on which nothing can be installed."""
    monkeypatch.delenv(browser.SWITCH, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    # Playwright has its own browsers here; to install, it would ask a server at this address.
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.setattr(browser, "APPLICATIONS", [])
    monkeypatch.setattr(browser, "PROGRAMS", [])
    return tmp_path


@needs_sh
def test_a_browser_of_one_s_own_comes_first(monkeypatch, tmp_path):
    own = program(tmp_path / "own", 0)
    monkeypatch.setenv(browser.SWITCH, own)
    assert browser.find_browser() == own


@pytest.mark.parametrize("own", ["no/such/browser", "."])
def test_a_browser_of_one_s_own_that_is_none(monkeypatch, own):
    monkeypatch.setenv(browser.SWITCH, own)
    with pytest.raises(SystemExit, match=r"^BROWSER_PATH=.* correct it, or unset it\.$"):
        browser.find_browser()


@needs_sh
def test_an_empty_shell_of_a_browser_is_passed_over(bare_machine):
    program(bare_machine / "chromium", 1)
    real = program(bare_machine / "google-chrome", 0)
    assert browser.find_browser() == real


@needs_sh
def test_apt_s_chromium_is_installed_for_root(bare_machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    chromium = bare_machine / "chromium"
    apt = bare_machine / "apt-get"
    install = f'printf "#!/bin/sh\\n" > {chromium} && /bin/chmod +x {chromium}'
    apt.write_text(f'#!/bin/sh\n[ "$1" = update ] || {{ {install}; }}\n')
    apt.chmod(0o755)
    assert browser.find_browser() == str(chromium)


def test_no_browser_and_none_to_be_had_is_said_in_one_line(bare_machine):
    with pytest.raises(SystemExit) as raised:
        browser.find_browser()
    assert str(raised.value).startswith("No browser for the tests: install Chromium")
    assert "\n" not in str(raised.value)


def test_the_book_is_served_with_the_types_that_browsers_want(tmp_path):
    (tmp_path / "explore.js").write_text("export default 1")
    with serve.open_server(tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(server.address + "explore.js") as answer:
            assert answer.headers["Content-Type"] == "text/javascript"
            assert answer.read() == b"export default 1"
        server.shutdown()


@pytest.fixture
def site(tmp_path):
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("the book")
    return tmp_path


def served(site, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "tools.serve", *arguments],
        cwd=site,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_taken_port_is_left_alone(site):
    with serve.open_server(site) as first:
        named = served(site, "--port", str(first.server_port))
        _, complaint = named.communicate(timeout=60)
    assert named.returncode == 1
    assert "choose another" in complaint
    assert complaint.count("\n") == 1


def test_the_last_line_printed_is_the_address(site):
    # Twice at once: whoever has port 8000, at most one of them can get it.
    servers = [served(site), served(site)]
    try:
        addresses = set()
        for server in servers:
            assert "Ctrl+C" in server.stdout.readline()
            address = server.stdout.readline().strip()
            assert urllib.request.urlopen(address).read() == b"the book"
            addresses.add(address)
        assert len(addresses) == 2
    finally:
        for server in servers:
            server.kill()
            server.communicate()


def test_nothing_to_serve_is_said(tmp_path):
    server = served(tmp_path)
    _, complaint = server.communicate(timeout=60)
    assert server.returncode == 1
    assert "make book" in complaint
