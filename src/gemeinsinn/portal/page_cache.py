"""Pages kept in memory: those of readers who are not signed in, packed, until another release is current.

A page depends on its address, its language and the release.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import brotli

from gemeinsinn.releases.store import CURRENT


StartResponse = Callable[..., Any]
WsgiApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_MOST_KEPT = 48_000_000
_CACHED = re.compile(r"^/(en/|de-simple/)?($|g/|k/|v/|e/|themen/|daten/|suche)")
"""Pages that depend on nothing but their address and the release."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as it is kept: its headers, and its body by encoding."""

    headers: tuple[tuple[str, str], ...]
    bodies: Mapping[str, bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))


class PageCache:
    """Keeps pages of the current release for readers who are not signed in."""

    def __init__(self, application: WsgiApplication, root: Path) -> None:
        self._application = application
        self._pointer = root / CURRENT
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._size = 0
        self._seen = ""
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not _may_be_kept(environ):
            return self._application(environ, start_response)
        key = f"{environ.get('HTTP_HOST', '')}{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        state = self._state()
        page = self._kept(key, state)
        if page is not None:
            return _answer(page, environ, start_response)
        status, headers, body = self._asked(environ)
        if not _is_good(status, headers):
            start_response(status, headers)
            return [body]
        page = _packed(headers, body)
        self._keep(key, page, state)
        return _answer(page, environ, start_response)

    def _state(self) -> str:
        """The state of the pointer; another one is another release."""
        try:
            return str(self._pointer.stat().st_mtime_ns)
        except FileNotFoundError:
            return "none"

    def _kept(self, key: str, state: str) -> _Page | None:
        """The page, if it is kept and no other release was published since."""
        with self._lock:
            if state != self._seen:
                self._pages.clear()
                self._size, self._seen = 0, state
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def _keep(self, key: str, page: _Page, state: str) -> None:
        """Keep a page, unless another release became current since it was asked for: then it may show the old one."""
        with self._lock:
            if key in self._pages or state != self._seen:
                return
            self._pages[key] = page
            self._size += page.size
            while self._size > _MOST_KEPT and len(self._pages) > 1:
                _, dropped = self._pages.popitem(last=False)
                self._size -= dropped.size

    def _asked(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        """Django's answer, unpacked."""
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            said.extend([status, headers])

        answer = self._application({**environ, "HTTP_ACCEPT_ENCODING": ""}, start)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return said[0], said[1], body


def _may_be_kept(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "sessionid" not in environ.get("HTTP_COOKIE", "")
        and _CACHED.match(environ.get("PATH_INFO", "")) is not None
    )


def _is_good(status: str, headers: list[tuple[str, str]]) -> bool:
    said = {name.lower(): value for name, value in headers}
    return status.startswith("200") and "set-cookie" not in said and "no-store" not in said.get("cache-control", "")


def _packed(headers: list[tuple[str, str]], body: bytes) -> _Page:
    sent = tuple((name, value) for name, value in headers if name.lower() not in ("content-length", "vary"))
    is_picture = any(name.lower() == "content-type" and value == "image/png" for name, value in headers)
    if is_picture:
        return _Page(sent, {"": body})
    return _Page(sent, {"": body, "br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)})


def _answer(page: _Page, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    encoding = next((name for name in ("br", "gzip") if name in page.bodies and name in accepted), "")
    body = page.bodies[encoding]
    sent = [*page.headers, ("Vary", "Accept-Encoding, Cookie"), ("Content-Length", str(len(body)))]
    if encoding:
        sent.append(("Content-Encoding", encoding))
    start_response("200 OK", sent)
    return [body]
