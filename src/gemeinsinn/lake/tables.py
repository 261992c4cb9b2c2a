"""Delta tables of the lake: written whole, synced to the disk, read at the version that a manifest pins."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, write_deltalake

from gemeinsinn.lake import durable
from gemeinsinn.lake.storage import Root, Storage, storage_of


@dataclass(frozen=True, slots=True)
class Tables:
    """The Delta tables of a lake; a table's name is its path, e.g. `official/12411-01-01-5`."""

    root: Root

    @property
    def storage(self) -> Storage:
        return storage_of(self.root)

    def write(self, name: str, frame: pl.DataFrame) -> int:
        """Write a table as a new version and have it on the disk; the version.

        deltalake does not sync what it writes, so files and folders are synced here before anyone pins them.
        """
        folder = self.storage.folder
        if folder is not None:
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_deltalake(
            self.uri(name), frame, mode="overwrite", schema_mode="overwrite", storage_options=self.storage.options
        )
        version = self.opened(name).version()
        self._sync(name, version)
        return version

    def read(self, name: str, version: int) -> pl.DataFrame:
        """A table as of a version."""
        return pl.read_delta(self.uri(name), version=version, storage_options=self.storage.options)

    def version(self, name: str) -> int | None:
        """The newest version on the disk, pinned or not; None if there is no table."""
        is_there = DeltaTable.is_deltatable(self.uri(name), self.storage.options)
        return self.opened(name).version() if is_there else None

    def restore(self, name: str, version: int) -> None:
        """Take a table that ran ahead of its pin (a killed run) back to the pinned content; once is enough."""
        table = self.opened(name)
        if table.version() == version:
            return
        if set(table.file_uris()) != set(self.opened(name, version).file_uris()):
            table.restore(version)
            self._sync(name, table.version())

    def drop(self, name: str) -> None:
        """Remove a table that no manifest knows: the first write of a killed run."""
        self.storage.drop(name)

    def names(self) -> list[str]:
        """All tables on the disk."""
        zones = self.storage.folders()
        return [f"{zone}/{name}" for zone in zones for name in self.storage.below(zone).folders()]

    def uri(self, name: str) -> str:
        """The address of a table, for Delta."""
        return self.storage.uri(name)

    def opened(self, name: str, version: int | None = None) -> DeltaTable:
        """A table as Delta knows it, as of a version or the newest."""
        return DeltaTable(self.uri(name), version=version, storage_options=self.storage.options)

    def _sync(self, name: str, version: int) -> None:
        """Have on the disk what deltalake wrote there; a bucket has it when it has answered."""
        folder = self.storage.folder
        if folder is not None:
            _sync(folder / name, version)


def _sync(path: Path, version: int) -> None:
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
