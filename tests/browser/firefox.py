"""Firefox as it is installed, driven over WebDriver BiDi, which it speaks itself.

Playwright drives a Firefox of its own making, and with its BiDi mode (1.65) not yet the one that Debian has;
selenium needs geckodriver, which Debian has not. So here are the few commands that the tests need.
"""

import base64
import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from websocket import create_connection

KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowLeft": "\ue012", "ArrowRight": "\ue014"}
EVENTS = ["log.entryAdded", "network.beforeRequestSent", "network.responseCompleted", "network.fetchError"]
PAUSE = 0.05  # seconds between two questions
START_SECONDS = 300  # a new profile takes some time on a slow and busy machine


class Firefox:
    """A running Firefox with a profile of its own.

    Parameters
    ----------
    program : str
        The program's file.
    profile : Path
        An empty folder.
    preferences : mapping
        What its user has set, by the names of ``about:config``.
    patience : float
        How long to wait for anything, in seconds.
    """

    def __init__(self, program: str, profile: Path, preferences: Mapping[str, Any], patience: float) -> None:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()
        ]
        (profile / "user.js").write_text("\n".join(lines), "utf-8")
        self.patience = patience
        arguments = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
        with (profile / "log").open("w") as log:
            self.process = subprocess.Popen([program, *arguments], stdout=log, stderr=log)
        try:
            address = profile / "WebDriverBiDiServer.json"
            server = json.loads(self.wait(lambda: written(address), "address", START_SECONDS))
            self.socket = create_connection(
                f"ws://{server['ws_host']}:{server['ws_port']}/session",
                timeout=patience,
                suppress_origin=True,
            )
        except BaseException:
            self.process.kill()
            raise
        self.number = 0
        self.events: list[dict[str, Any]] = []
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=EVENTS)

    def wait(self, condition: Callable[[], Any], what: str, seconds: float = 0) -> Any:
        """Ask until the answer is yes, and return it."""
        seconds = seconds or self.patience
        deadline = time.monotonic() + seconds
        while not (answer := condition()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"Firefox: no {what} within {seconds:g} s")
            time.sleep(PAUSE)
        return answer

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; events that arrive meanwhile are kept."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") != self.number:
                self.events.append(message)
            elif message["type"] == "error":
                raise RuntimeError(f"{method}: {message['message']}")
            else:
                result: dict[str, Any] = message["result"]
                return result

    def close(self) -> None:
        """End the program."""
        self.socket.close()
        self.process.terminate()
        self.process.wait(self.patience)


def written(path: Path) -> str:
    """Return the text of a JSON file, or nothing as long as it is not whole."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return text if text.endswith("}") else ""


class Tab:
    """A page in a private window of its own."""

    def __init__(self, firefox: Firefox, site: str) -> None:
        self.firefox, self.site = firefox, site
        self.window = firefox.command("browser.createUserContext")["userContext"]
        created = firefox.command("browsingContext.create", type="tab", userContext=self.window)
        self.context = created["context"]
        firefox.events.clear()

    def close(self) -> None:
        self.firefox.command("browser.removeUserContext", userContext=self.window)

    def open(self, path: str) -> None:
        address = f"{self.site}/{path}"
        self.firefox.command("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def reload(self) -> None:
        self.firefox.command("browsingContext.reload", context=self.context, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript is worth."""
        value = self._result(f"JSON.stringify({expression}) ?? 'null'")["value"]
        return json.loads(value)

    def _result(self, expression: str) -> dict[str, Any]:
        answer = self.firefox.command(
            "script.evaluate", expression=expression, target={"context": self.context}, awaitPromise=True
        )
        if answer["type"] == "exception":
            raise AssertionError(f"{expression}: {answer['exceptionDetails']['text']}")
        result: dict[str, Any] = answer["result"]
        return result

    def until(self, expression: str) -> Any:
        """Wait until an expression is true, and return what it is worth."""

        def ask() -> Any:
            try:
                return self.evaluate(expression)
            except RuntimeError:  # the page is just being left
                return None

        return self.firefox.wait(ask, expression)

    def press(self, selector: str, key: str) -> None:
        """Press a key on an element."""
        self._result(f"document.querySelector({json.dumps(selector)}).focus()")
        key = KEYS.get(key, key)
        steps = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def click(self, selector: str) -> None:
        """Click in the middle of an element."""
        element = f"document.querySelector({json.dumps(selector)})"
        self._result(f"{element}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        origin = {"type": "element", "element": {"sharedId": self._result(element)["sharedId"]}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def _act(self, actions: dict[str, Any]) -> None:
        self.firefox.command("input.performActions", context=self.context, actions=[actions])

    def printed(self) -> bytes:
        """Return the page as a PDF."""
        return base64.b64decode(self.firefox.command("browsingContext.print", context=self.context)["data"])

    @property
    def complaints(self) -> list[str]:
        """What went wrong so far: errors and warnings on the console, failed requests, other hosts."""
        self.evaluate("0")  # so that what was sent before is here
        found = []
        for event in self.firefox.events:
            kind, event = event["method"], event["params"]
            address = event.get("request", {}).get("url", "")
            if kind == "log.entryAdded" and event["level"] in ("error", "warn"):
                found.append(f"console {event['level']}: {event['text']}")
            elif kind == "network.beforeRequestSent" and not address.startswith(
                (self.site, "data:", "blob:")
            ):
                found.append(f"request to another origin: {address}")
            elif kind == "network.responseCompleted" and event["response"]["status"] >= 400:
                found.append(f"{event['response']['status']}: {address}")
            elif kind == "network.fetchError":
                found.append(f"failed: {address} ({event['errorText']})")
        return found
