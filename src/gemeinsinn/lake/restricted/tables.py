"""Delta tables of the restricted zone: whole or appended, with no personal value in their logs, old files removed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable, WriterProperties, write_deltalake

from gemeinsinn.lake import durable
from gemeinsinn.lake.tables import Tables


_ROWS_A_GROUP = 400_000
_PROPERTIES = WriterProperties(compression="ZSTD", max_row_group_size=_ROWS_A_GROUP)
_NOTHING = "_"
"""A column that no table has: nothing is noted of any column."""


@dataclass(frozen=True, slots=True)
class RestrictedTables:
    """The folder of the zone's tables; a table's name is its path, e.g. `residents/spells`.

    The log of a Delta table keeps the smallest and largest value of each column, beyond the life of its files. So it
    is told the columns of which it may: those named in `logged`, and no other.
    """

    root: Path

    @property
    def plain(self) -> Tables:
        """The same folder as tables of the lake, for what both do alike."""
        return Tables(self.root)

    def write(self, name: str, frame: pl.DataFrame, *, logged: Sequence[str] = ()) -> int:
        """Write a table as a new version and have it on the disk; the version."""
        return self._written(name, frame, logged, appended=False)

    def append(self, name: str, frame: pl.DataFrame, *, logged: Sequence[str] = ()) -> int:
        """Add rows to a table, which is made if there is none; the new version."""
        return self._written(name, frame, logged, appended=self.version(name) is not None)

    def read(self, name: str, version: int, *, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table as of a version, or some of its columns."""
        return pl.read_parquet(self.files(name, version), columns=list(columns) if columns else None)

    def scan(self, name: str, version: int) -> pl.LazyFrame:
        """A table as of a version, to be read in part."""
        return pl.scan_parquet(self.files(name, version))

    def files(self, name: str, version: int) -> list[str]:
        """The Parquet files of a version."""
        return sorted(DeltaTable(str(self.root / name), version=version).file_uris())

    def version(self, name: str) -> int | None:
        """The newest version on the disk, pinned or not; None if there is no table."""
        return self.plain.version(name)

    def names(self) -> list[str]:
        """All tables on the disk."""
        return self.plain.names()

    def restore(self, name: str, version: int) -> None:
        """Take a table that ran ahead of its pin (a killed run) back to the pinned content."""
        self.plain.restore(name, version)

    def drop(self, name: str) -> None:
        """Remove a table that no manifest knows."""
        self.plain.drop(name)

    def vacuum(self, name: str, *, keep: Sequence[int]) -> None:
        """Remove the files that none of these versions needs."""
        table = DeltaTable(str(self.root / name))
        kept = sorted({*keep, table.version()})
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False, full=True, keep_versions=kept)

    def _written(self, name: str, frame: pl.DataFrame, logged: Sequence[str], *, appended: bool) -> int:
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        write_deltalake(
            str(path),
            frame,
            mode="append" if appended else "overwrite",
            schema_mode=None if appended else "overwrite",
            configuration={"delta.dataSkippingStatsColumns": ",".join(logged) or _NOTHING},
            writer_properties=_PROPERTIES,
        )
        version = DeltaTable(str(path)).version()
        _sync(path, version)
        return version


def _sync(path: Path, version: int) -> None:
    """Have on the disk what deltalake wrote; it does not sync."""
    log = path / "_delta_log" / f"{version:020d}.json"
    for line in log.read_text(encoding="utf-8").splitlines():
        added = json.loads(line).get("add")
        if added:
            durable.sync_file(path / unquote(added["path"]))
    for folder in (path, log.parent):
        durable.sync_folder(folder)
    durable.sync_file(log)
