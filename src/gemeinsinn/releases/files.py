"""Files of a release: written the same way every time, hashed, and packed for the wire."""

from __future__ import annotations

import gzip
import hashlib
import json
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import brotli

from gemeinsinn.lake import durable


PACKED = (".json", ".csv")
"""Files that also lie beside themselves as .br and .gz; Parquet is packed already."""

_SMALL = 100_000
_LARGE = 4_000_000
_AHEAD = 8
"""How many files may wait to be packed; more would fill the memory."""


def as_json(value: Any) -> bytes:
    """The one way in which a release writes JSON: no blanks, order as given, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def sha256(content: bytes) -> str:
    """The hash that names a file or a release."""
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path: Path) -> str:
    """The same of a file on the disk, which may be larger than the memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Builder:
    """Writes the files of a release into a folder, one by one, and remembers their hashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workers = ThreadPoolExecutor(max_workers=2)
        self._packing: list[Future[None]] = []
        self.listing: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes) -> None:
        """Write a file, and its packed twins in the background."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.listing[name] = {"sha256": sha256(content), "size": len(content)}
        if name.endswith(PACKED):
            while len(self._packing) > _AHEAD:
                self._packing.pop(0).result()
            self._packing.append(self._workers.submit(_write_packed, path, content))

    def finish(self) -> None:
        """Wait for the packed twins and have everything on the disk."""
        for packing in self._packing:
            packing.result()
        self._workers.shutdown()
        for path in self._folder.rglob("*"):
            durable.sync_file(path)
        durable.sync_folder(self._folder)


def _write_packed(path: Path, content: bytes) -> None:
    for ending, packed in _packed(content, read_by_pages=path.suffix == ".json").items():
        path.with_name(path.name + ending).write_bytes(packed)


def _packed(content: bytes, *, read_by_pages: bool) -> dict[str, bytes]:
    """Brotli and gzip; most effort for what pages load, less for larger files, so that a release is compiled in time."""
    if len(content) <= _SMALL:
        effort, level = (11 if read_by_pages else 9), 9
    elif len(content) <= _LARGE:
        effort, level = 9, 6
    else:
        effort, level = 5, 4
    return {".br": brotli.compress(content, quality=effort), ".gz": gzip.compress(content, level, mtime=0)}
