"""`/status.json`: whether a job runs and which release is current, for pages that are open; answered before Django is asked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gemeinsinn.lake.jobs import Job, Jobs
from gemeinsinn.portal.page_cache import StartResponse, WsgiApplication
from gemeinsinn.releases.store import Store


ADDRESS = "/status.json"
_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
)


class StatusAnswer:
    """Answers the one address, and passes all others on."""

    def __init__(self, application: WsgiApplication, jobs: Jobs, store: Store) -> None:
        self._application = application
        self._jobs = jobs
        self._store = store
        self._seen = -1
        self._read_at = 0.0
        self._unfinished: Sequence[Job] = ()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != ADDRESS:
            return self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return []
        content = json.dumps(self._document(), separators=(",", ":")).encode()
        start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(content)))])
        return [content] if environ["REQUEST_METHOD"] == "GET" else []

    def _document(self) -> dict[str, Any]:
        """The current release, and the job that runs or is about to; nothing else of it than its kind and how far it is."""
        document: dict[str, Any] = {"release": self._store.current()}
        job = next(iter(self._left()), None)
        if job is not None and (self._jobs.is_worked_on() or self._jobs.has_worker()):
            document["job"] = {"kind": job.kind}
            if job.place:
                document["job"] |= {"step": job.place, "steps": len(job.steps), "percent": job.percent}
        return document

    def _left(self) -> Sequence[Job]:
        """The unfinished jobs, read anew when the folder has changed, and each second while there are any."""
        changed = _changed_at(self._jobs.root)
        is_old = bool(self._unfinished) and time.monotonic() - self._read_at > 1
        if changed != self._seen or is_old:
            self._unfinished, self._seen, self._read_at = self._jobs.unfinished(), changed, time.monotonic()
        return self._unfinished


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
