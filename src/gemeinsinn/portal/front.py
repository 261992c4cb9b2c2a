"""The front of the portal: files of releases and cached pages are answered before Django is asked.

A page depends on its address, its language and the release; those of anonymous readers are kept in memory, packed.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from wsgiref.headers import Headers

import brotli
import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from whitenoise import WhiteNoise

from gemeinsinn.releases.store import CURRENT, MANIFEST


StartResponse = Callable[..., Any]
WsgiApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_IN_RELEASE = re.compile(r"^/r/(?P<hash>[0-9a-f]{64})/")
_MOST_KEPT = 48_000_000
_CACHED = re.compile(r"^/(en/|de-simple/)?($|g/|k/|v/|e/|themen/|daten/|suche)")
"""Pages that depend on nothing but their address and the release."""


_KINDS = {".csv": "text/csv; charset=utf-8", ".parquet": "application/vnd.apache.parquet"}
"""What the list of types that comes with WhiteNoise does not know."""


class ReleaseFiles(WhiteNoise):
    """Serves `/r/<hash>/…` as the files they are: immutable, with their SHA-256 as ETag, packed where asked for.

    A release is looked up when it is asked for the first time, so that a new one needs no restart.
    """

    def __init__(self, application: WsgiApplication, root: Path) -> None:
        super().__init__(application, allow_all_origins=True, add_headers_function=self._add_etag, mimetypes=_KINDS)
        self.root = root
        self._known: set[str] = set()
        self._hashes: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/r/"):
            if path == f"/r/{CURRENT}":
                return self._current(environ, start_response)
            found = _IN_RELEASE.match(path)
            if found and found["hash"] not in self._known:
                self._look_up(found["hash"])
        return super().__call__(environ, start_response)  # type: ignore[no-any-return]

    def immutable_file_test(self, path: str, url: str) -> bool:
        return True

    def _look_up(self, release: str) -> None:
        folder = self.root / release
        manifest = folder / MANIFEST
        if not manifest.is_file():
            return
        files = json.loads(manifest.read_bytes())["files"]
        self._hashes |= {str(folder / name): facts["sha256"] for name, facts in files.items()}
        self._hashes[str(manifest)] = release
        self.add_files(str(folder), prefix=f"r/{release}")
        self._known.add(release)

    def _add_etag(self, headers: Headers, path: str, url: str) -> None:
        if path in self._hashes:
            headers["ETag"] = f'"{self._hashes[path]}"'

    def _current(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """The one file that changes is asked for anew each time."""
        path = self.root / CURRENT
        if not path.is_file():
            start_response("404 Not Found", [("Content-Type", "application/json")])
            return [b'{"release": null}']
        content = path.read_bytes()
        etag = f'"{json.loads(content)["release"]}"'
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-cache"), ("ETag", etag)]
        headers.append(("Access-Control-Allow-Origin", "*"))
        if environ.get("HTTP_IF_NONE_MATCH") == etag:
            start_response("304 Not Modified", headers)
            return []
        start_response("200 OK", [*headers, ("Content-Length", str(len(content)))])
        return [content]


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
        page = self._kept(key)
        if page is not None:
            return _answer(page, environ, start_response)
        status, headers, body = self._asked(environ)
        if not _is_good(status, headers):
            start_response(status, headers)
            return [body]
        page = _packed(headers, body)
        self._keep(key, page)
        return _answer(page, environ, start_response)

    def _kept(self, key: str) -> _Page | None:
        """The page, if it is kept and no other release was published since."""
        try:
            state = str(self._pointer.stat().st_mtime_ns)
        except FileNotFoundError:
            state = "none"
        with self._lock:
            if state != self._seen:
                self._pages.clear()
                self._size, self._seen = 0, state
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def _keep(self, key: str, page: _Page) -> None:
        with self._lock:
            if key in self._pages:
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
    return status.startswith("200") and not any(name.lower() == "set-cookie" for name, _ in headers)


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


def _application() -> WsgiApplication:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gemeinsinn.portal.settings")
    django.setup()
    root = settings.INSTANCE.releases
    return ReleaseFiles(PageCache(WSGIHandler(), root), root)


application = _application()
