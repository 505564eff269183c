"""A browser for the tests and the benchmark: find one, and install one where there is none.

`python -m tools.browser` prints the path of the one it found.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SWITCH = "BROWSER_PATH"
"""Environment variable that names a browser of one's own (Chromium, Chrome or Edge)."""

LAUNCH_ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with its sandbox, and containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # What is left keeps the browser itself off the network, so that each request seen is the page's own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Arguments that every launch shares."""

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]

APPLICATIONS = [
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Chromium.app/Contents/MacOS/Chromium",
    "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
]

PROGRAMS = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"]


FIREFOX_SWITCH = "FIREFOX_PATH"
"""Environment variable that names a Firefox of one's own."""

FIREFOX_NAMES = ["firefox-esr", "firefox"]
FIREFOX_APPLICATIONS = ["Applications/Firefox.app/Contents/MacOS/firefox"]
FIREFOX_PROGRAMS = ["Mozilla Firefox/firefox.exe"]


def find_browser() -> str:
    """Return the path of a browser that starts; install one first if there is none.

    Raises
    ------
    SystemExit
        If there is none and none can be installed. The message is one line that says what to do.
    """
    own = os.environ.get(SWITCH)
    if own:
        if not starts(own):
            raise SystemExit(f"{SWITCH}={own} is not a browser that starts: correct it, or unset it.")
        return own
    for install in (None, install_with_apt, install_with_playwright):
        if install and not install():
            continue
        for path in candidates():
            if starts(path):
                return path
    raise SystemExit(
        "No browser for the tests: install Chromium or Google Chrome, "
        f"or set {SWITCH} to the program file of one, then run this again."
    )


def places(names: list[str], applications: list[str], programs: list[str]) -> Iterator[str]:
    """Yield where a browser may be that was installed: by its command, on macOS, on Windows."""
    for name in names:
        if found := shutil.which(name):
            yield found
    if sys.platform == "darwin":
        yield from (str(root / name) for root in (Path("/"), Path.home()) for name in applications)
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        yield from (str(Path(root, name)) for root in roots if root for name in programs)


def candidates() -> Iterator[str]:
    """Yield the places where a Chromium may be, the system's own first."""
    yield from places(NAMES, APPLICATIONS, PROGRAMS)
    # In a process of its own: Playwright cannot be started twice in one, and the caller may have started it.
    question = "from playwright.sync_api import sync_playwright\nwith sync_playwright() as playwright:\n"
    answer = run(sys.executable, "-c", question + "    print(playwright.chromium.executable_path)")
    if answer is not None:
        yield answer.strip()


def starts(path: str) -> bool:
    """Return whether the program is there and runs; Ubuntu's `chromium-browser` may be an empty shell."""
    if not Path(path).is_file():
        return False
    # On Windows a browser answers `--version` by opening a window.
    return sys.platform == "win32" or run(path, "--version") is not None


def find_firefox() -> str | None:
    """Return the path of a Firefox that starts, for the tests that run in a second browser; None without one.

    Raises
    ------
    SystemExit
        If the environment names one that does not start.
    """
    own = os.environ.get(FIREFOX_SWITCH)
    if own and not starts(own):
        raise SystemExit(f"{FIREFOX_SWITCH}={own} is not a browser that starts: correct it, or unset it.")
    return own or next(filter(starts, places(FIREFOX_NAMES, FIREFOX_APPLICATIONS, FIREFOX_PROGRAMS)), None)


def install_with_apt() -> bool:
    """Install Debian's Chromium; return False where this is not possible."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    announce("with apt-get")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    return run("apt-get", "update") is not None and run("apt-get", "install", "-y", "chromium") is not None


def install_with_playwright() -> bool:
    """Install Playwright's own Chromium in the user's cache; return False if that fails."""
    announce("with Playwright")
    return run(sys.executable, "-m", "playwright", "install", "chromium") is not None


def announce(way: str) -> None:
    """Say why nothing seems to happen for a minute."""
    print(f"No browser found: installing Chromium {way}, this may take some minutes.", file=sys.stderr)


def run(*command: str) -> str | None:
    """Return what a command prints, or None if it fails."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=900,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(find_browser())
