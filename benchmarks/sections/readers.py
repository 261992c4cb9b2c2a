"""Many readers at once on the files of a release, and pages that are asked for the first time and again."""

from __future__ import annotations

import asyncio
import http.client
import json
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bars import Row, Section, median, percentile
from crowd import Crowd
from functional.routes import ROUTES
from places import BENCH, demo
from support.demo import command_line
from support.served import served


READERS = 500


def measured(*, quick: bool, clone: bool) -> Section:
    """Let the readers come, then publish beside the running server and ask for every page twice."""
    seconds = 5 if quick else 15
    with served(demo(), workers=2) as address:
        files = _files(demo() / "var" / "releases")
        unhurried = _came(address, files, seconds, pause=1.0)
        hurried = _came(address, files, seconds, pause=0.0)
    return Section("Readers", _HOW, (*unhurried.rows(), *hurried.rows(), *_page_rows()))


_HOW = (
    f"{READERS} connections that stay open, from one client beside a server with two workers, which share the cores of "
    "the machine: what the client uses is missing to the server. Every reader takes one file of the release after the "
    "other, of all JSON and CSV files, packed with brotli; either one a second, or the next one as soon as the last has "
    "come. Then all pages that may be kept in memory, one at a time, from a server with one worker: cold right after a "
    "publication (the first of them also opens the release), kept when asked for again. Times of pages are those of the "
    "reader and hold more than the time of the processor that the budget names."
)


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a crowd saw."""

    name: str
    crowd: Crowd
    client: float

    def rows(self) -> list[Row]:
        times, n, seconds = self.crowd.milliseconds, len(self.crowd.milliseconds), self.crowd.seconds
        return [
            Row(f"{READERS} readers, {self.name}: half of the answers", percentile(times, 50), "ms", n),
            Row(f"{READERS} readers, {self.name}: 99 of 100", percentile(times, 99), "ms", n, bar=100),
            Row(f"{READERS} readers, {self.name}: answers", n / seconds, "a second", n),
            Row(f"{READERS} readers, {self.name}: sent", self.crowd.bytes / 1e6 / seconds, "MB a second", n),
            Row(
                f"{READERS} readers, {self.name}: without an answer",
                self.crowd.errors,
                "of all",
                n + self.crowd.errors,
                bar=0,
            ),
            Row(f"{READERS} readers, {self.name}: used by the client", self.client / seconds, "cores"),
        ]


def _files(releases: Path) -> list[str]:
    release = json.loads((releases / "current.json").read_bytes())["release"]
    listed = json.loads((releases / release / "manifest.json").read_bytes())["files"]
    return [f"/r/{release}/{name}" for name in listed if name.endswith((".json", ".csv"))]


def _came(address: str, files: list[str], seconds: float, *, pause: float) -> _Visit:
    """A crowd of readers, after a short one that warms up."""
    place = urlsplit(address)
    name = f"one file each {pause:.0f} s" if pause else "without a pause"
    asyncio.run(Crowd(place.netloc, files, pause).stay(READERS, 1.0 + pause))
    crowd = Crowd(place.netloc, files, pause)
    before = _used()
    asyncio.run(crowd.stay(READERS, seconds))
    return _Visit(name, crowd, _used() - before)


def _used() -> float:
    """Seconds of the processor that this process has used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _page_rows() -> list[Row]:
    """Pages before and after a publication, which a server in service has to notice by itself."""
    paths = [path for kind, path in ROUTES.items() if kind not in ("imprint", "privacy", "accessibility", "not found")]
    with _copy(demo()) as instance, served(instance) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        for path in paths:
            _asked(connection, path)
        _publish_another(instance)
        cold = [_asked(connection, path) for path in paths]
        kept = [median([_asked(connection, path) for _ in range(5)]) for path in paths]
        connection.close()
    return [
        Row("page after a publication: the first", cold[0], "ms"),
        Row("pages after a publication: median", median(cold), "ms", len(cold), bar=20),
        Row("pages after a publication: slowest", max(cold), "ms", len(cold)),
        Row("the same pages again: median", median(kept), "ms", len(kept), bar=1),
        Row("the same pages again: slowest", max(kept), "ms", len(kept)),
        Row("cold against kept, by median", median(cold) / median(kept), "times", len(cold)),
    ]


@contextmanager
def _copy(instance: Path) -> Iterator[Path]:
    folder = BENCH / "published"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(instance, folder)
    yield folder
    shutil.rmtree(folder)


def _publish_another(instance: Path) -> None:
    """Publish a release that differs in the name of the instance."""
    settings = instance / "gemeinsinn.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('name_en = "', 'name_en = "New '), encoding="utf-8"
    )
    done = command_line("publish", instance=instance)
    if done.returncode != 0 or "Published" not in done.stderr:
        raise RuntimeError(done.stderr)


def _asked(connection: http.client.HTTPConnection, path: str) -> float:
    """Milliseconds until a page is there."""
    started = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return (time.perf_counter() - started) * 1e3
