"""Delta tables of the restricted zone: whole or appended, with no personal value in their logs, old files removed."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from gemeinsinn.lake import durable
from gemeinsinn.lake.storage import Root, Storage
from gemeinsinn.lake.tables import Tables


_ROWS_A_GROUP = 400_000
_COMPRESSION: Literal["zstd", "uncompressed"] = "zstd"
_NOTHING = "_"
"""A column that no table has: nothing is noted of any column."""

_NO_MATTER_WHEN = 0
"""Delta asks for a moment of each file, and nobody reads it."""

_TYPES: Mapping[str, pl.DataType] = {
    "long": pl.Int64(),
    "integer": pl.Int32(),
    "byte": pl.Int8(),
    "double": pl.Float64(),
    "string": pl.String(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}
"""The types of Delta that the zone's tables have."""


@dataclass(frozen=True, slots=True)
class RestrictedTables:
    """The zone's tables, in a folder or a bucket; a table's name is its path, e.g. `residents/spells`.

    The log of a Delta table keeps the smallest and largest value of each column, beyond the life of its files. So it
    is told the columns of which it may: those named in `logged`, and no other.
    """

    root: Root

    @property
    def plain(self) -> Tables:
        """The same place as tables of the lake, for what both do alike."""
        return Tables(self.root)

    def write(self, name: str, frame: pl.DataFrame, *, logged: Sequence[str] = ()) -> int:
        """Write a table as a new version and have it on the disk; the version."""
        return self._written(name, frame, logged, appended=False)

    def append(self, name: str, frame: pl.DataFrame, *, logged: Sequence[str] = ()) -> int:
        """Add rows to a table, which is made if there is none; the new version."""
        return self._written(name, frame, logged, appended=self.version(name) is not None)

    def read(self, name: str, version: int, *, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table as of a version, or some of its columns."""
        rows = self.scan(name, version)
        return (rows.select(columns) if columns else rows).collect()

    def scan(self, name: str, version: int) -> pl.LazyFrame:
        """A table as of a version, to be read in part."""
        files = self.files(name, version)
        options = self.plain.storage.options
        return pl.scan_parquet(files, storage_options=options) if files else self._empty(name, version)

    def files(self, name: str, version: int) -> list[str]:
        """The Parquet files of a version."""
        return sorted(self.plain.opened(name, version).file_uris())

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
        table = self.plain.opened(name)
        kept = sorted({*keep, table.version()})
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False, full=True, keep_versions=kept)

    def _empty(self, name: str, version: int) -> pl.LazyFrame:
        """A table without rows has no files."""
        fields = self.plain.opened(name, version).schema().fields
        return pl.LazyFrame(schema={field.name: _TYPES[str(field.type.type)] for field in fields})

    def _written(self, name: str, frame: pl.DataFrame, logged: Sequence[str], *, appended: bool) -> int:
        storage = self.plain.storage.below(name)
        table = self.plain.opened(name) if self.version(name) is not None else self._made(name, frame)
        added: list[AddAction | RemoveAction] = [] if frame.is_empty() else [_file(storage, frame, logged)]
        table.create_write_transaction(added, "append" if appended else "overwrite", table.schema())
        version = self.plain.opened(name).version()
        _sync(storage.folder, version)
        return version

    def _made(self, name: str, frame: pl.DataFrame) -> DeltaTable:
        """A new table, of whose columns nothing is noted unless we note it."""
        storage = self.plain.storage.below(name)
        if storage.folder is not None:
            storage.folder.mkdir(parents=True, exist_ok=True)
        table = DeltaTable.create(
            self.plain.uri(name),
            frame.schema,
            configuration={"delta.dataSkippingStatsColumns": _NOTHING},
            storage_options=storage.options,
            raise_if_key_not_exists=False,
        )
        _sync(storage.folder, 0)
        return table


def _sync(folder: Path | None, version: int) -> None:
    """Have a commit on the disk; a bucket has it when it has answered."""
    if folder is None:
        return
    for each in (folder, folder / "_delta_log"):
        durable.sync_folder(each)
    durable.sync_file(folder / "_delta_log" / f"{version:020d}.json")


def _file(storage: Storage, frame: pl.DataFrame, logged: Sequence[str]) -> AddAction:
    """Write rows into a file of a table and have it there for good; what the log says of it.

    Polars writes it, because it takes a quarter of the time that delta-rs takes.
    """
    name = f"part-{uuid.uuid4().hex}.parquet"
    size = _kept(storage, name, frame)
    noted = {
        "numRecords": frame.height,
        "minValues": {column: _plain(frame[column].min()) for column in logged},
        "maxValues": {column: _plain(frame[column].max()) for column in logged},
        "nullCount": {column: frame[column].null_count() for column in logged},
    }
    return AddAction(
        path=name,
        size=size,
        partition_values={},
        modification_time=_NO_MATTER_WHEN,
        data_change=True,
        stats=json.dumps(noted),
    )


def _kept(storage: Storage, name: str, frame: pl.DataFrame) -> int:
    """Write rows into a file; its size."""
    target = storage.folder / name if storage.folder is not None else io.BytesIO()
    frame.write_parquet(target, compression=_COMPRESSION, row_group_size=_ROWS_A_GROUP, statistics=True)
    if isinstance(target, Path):
        durable.sync_file(target)
        return target.stat().st_size
    storage.replace(name, target.getvalue())
    return target.tell()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
