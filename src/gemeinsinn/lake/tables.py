"""Delta tables of the lake: written whole, synced to the disk, read at the version that a manifest pins."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, write_deltalake

from gemeinsinn.lake import durable


@dataclass(frozen=True, slots=True)
class Tables:
    """The folder of Delta tables; a table's name is its path, e.g. `official/12411-01-01-5`."""

    root: Path

    def write(self, name: str, frame: pl.DataFrame) -> int:
        """Write a table as a new version and have it on the disk; the version.

        deltalake does not sync what it writes, so files and folders are synced here before anyone pins them.
        """
        path = self._path(name)
        path.mkdir(parents=True, exist_ok=True)
        write_deltalake(str(path), frame, mode="overwrite", schema_mode="overwrite")
        version = DeltaTable(str(path)).version()
        self._sync(path, version)
        return version

    def read(self, name: str, version: int) -> pl.DataFrame:
        """A table as of a version."""
        return pl.read_delta(str(self._path(name)), version=version)

    def version(self, name: str) -> int | None:
        """The newest version on the disk, pinned or not; None if there is no table."""
        path = str(self._path(name))
        return DeltaTable(path).version() if DeltaTable.is_deltatable(path) else None

    def restore(self, name: str, version: int) -> None:
        """Take a table that ran ahead of its pin (a killed run) back to the pinned content; once is enough."""
        table = DeltaTable(str(self._path(name)))
        if table.version() == version:
            return
        pinned = DeltaTable(str(self._path(name)), version=version)
        if set(table.file_uris()) != set(pinned.file_uris()):
            table.restore(version)
            self._sync(self._path(name), table.version())

    def drop(self, name: str) -> None:
        """Remove a table that no manifest knows: the first write of a killed run."""
        shutil.rmtree(self._path(name), ignore_errors=True)

    def names(self) -> list[str]:
        """All tables on the disk."""
        folders = sorted(path for path in self.root.glob("*/*") if path.is_dir())
        return [str(folder.relative_to(self.root)) for folder in folders]

    def _path(self, name: str) -> Path:
        return self.root / name

    def _sync(self, path: Path, version: int) -> None:
        log = path / "_delta_log" / f"{version:020d}.json"
        for line in log.read_text(encoding="utf-8").splitlines():
            added = json.loads(line).get("add")
            if added:
                durable.sync_file(path / added["path"])
        for folder in (path, log.parent):
            durable.sync_folder(folder)
        durable.sync_file(log)


def schema_digest(frame: pl.DataFrame) -> str:
    """A short name for the columns and types of a table."""
    text = json.dumps([(name, str(dtype)) for name, dtype in frame.schema.items()])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
