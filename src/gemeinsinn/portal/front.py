"""The front of the portal: files of releases, the status and kept pages are answered before Django is asked."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from whitenoise import WhiteNoise

from gemeinsinn.lake.jobs import Jobs
from gemeinsinn.portal import fence
from gemeinsinn.portal.page_cache import PageCache, StartResponse, WsgiApplication
from gemeinsinn.portal.status import StatusAnswer
from gemeinsinn.releases.store import CURRENT, MANIFEST, Store


_IN_RELEASE = re.compile(r"^/r/(?P<hash>[0-9a-f]{64})/")
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


def _application() -> WsgiApplication:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gemeinsinn.portal.settings")
    django.setup()
    instance = settings.INSTANCE
    fence.put_up(instance)
    pages = PageCache(WSGIHandler(), instance.releases)
    status = StatusAnswer(pages, Jobs(instance.jobs), Store(instance.releases, instance.publications))
    return ReleaseFiles(status, instance.releases)


application = _application()
