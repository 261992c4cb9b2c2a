"""A served portal and a browser that tells what it was refused and whom it asked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright


ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TABLET = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 720}
_LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]  # fmt: skip
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(instance: Path, *, workers: int = 1) -> Iterator[str]:
    """Serve an instance as a user would; the address, until the test is done."""
    port = free_port()
    words = [sys.executable, "-m", "gemeinsinn", "serve", "--port", str(port), "--workers", str(workers)]
    environment = {**os.environ, "GEMEINSINN_INSTANCE": str(instance)}
    server = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(f"{address}/", timeout=20).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer")


def launched(playwright: Playwright) -> Browser:
    """The system's browser."""
    sys.path.insert(0, str(ROOT / "tools"))
    from browser import browser  # a tool beside the tests

    path = browser()
    assert path, "no browser; `make test` installs one"
    return playwright.chromium.launch(executable_path=path, args=_LAUNCH)


@dataclass
class Visit:
    """One page in a context of its own, and everything that went wrong on it."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page and wait until it has drawn itself."""
        self.page.goto(self.address + path)
        if self.page.locator("gs-trend").count():
            self.page.locator("gs-trend svg.gs-chart").first.wait_for()
        if self.page.locator("gs-multiples").count():
            self.page.locator(".gs-multiple").first.wait_for(state="attached")

    @property
    def strangers(self) -> list[str]:
        """Requests that went to anybody else."""
        own = urlsplit(self.address).netloc
        return [
            url for url in self.asked if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != own
        ]

    def violations(self) -> list[str]:
        """What the content security policy refused."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def axe(self) -> list[str]:
        """Accessibility violations of WCAG 2.2 AA and best practice, each with the first place."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result: dict[str, Any] = self.page.evaluate(
            """() => axe.run(document, {runOnly: {type: "tag", values:
            ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}})"""
        )
        return [
            f"{each['id']}: {each['help']} at {each['nodes'][0]['target']} ({len(each['nodes'])}): "
            f"{each['nodes'][0]['html'][:160]}"
            for each in result["violations"]
        ]


@contextmanager
def visit(browser: Browser, address: str, **options: Any) -> Iterator[Visit]:
    """A fresh visitor: no cookies, own size and colour scheme; German unless told otherwise."""
    context: BrowserContext = browser.new_context(**{"viewport": TABLET, "locale": "de-DE", **options})
    context.add_init_script(_WATCH)
    page = context.new_page()
    found = Visit(page, address)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("pageerror", lambda error: found.complaints.append(f"error: {error}"))
    page.on("requestfailed", lambda request: found.complaints.append(f"failed: {request.url} {request.failure}"))
    page.on(
        "console",
        lambda message: (
            found.complaints.append(f"{message.type}: {message.text}") if message.type in ("error", "warning") else None
        ),
    )
    try:
        yield found
    finally:
        context.close()
