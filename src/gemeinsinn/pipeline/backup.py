"""Backing up a whole instance into one file, and restoring it; every file is checked against its hash both ways."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gemeinsinn.errors import SettingsError
from gemeinsinn.lake import durable
from gemeinsinn.lake.code import code_version
from gemeinsinn.lake.lock import exclusive
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.releases.files import sha256, sha256_of_file
from gemeinsinn.settings.instance import FILE, Instance


LISTING = "BACKUP.json"
_PACKED = {".br", ".gz", ".parquet", ".zip", ".png", ".xlsx"}
_LEFT_OUT = {"secret.key", "lock", "publish.lock"}
"""Keys are kept apart from data; a restored portal makes itself a new one. Locks are nobody's data."""

_DAMAGES = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError)
"""What reading a damaged zip raises; RuntimeError stands for a password or a packing that we never wrote."""

Journal = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    files: int
    bytes: int
    release: str
    lake_commit: int


def backed_up(instance: Instance, target: Path, *, at: datetime, journal: Journal | None = None) -> Backup:
    """Write the instance into a new file; nothing may be written to it meanwhile.

    The application database is copied by its own backup function. Raises `SettingsError` if the target exists.
    """
    if target.exists():
        raise SettingsError(f"{target.name} exists.", remedy="Choose another name; a backup overwrites nothing.")
    tell = journal or (lambda step, done, of: None)
    unfinished = target.with_name(f"{durable.TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    with (
        exclusive(instance.lake / "lock", what="the lake"),
        exclusive(instance.var / "publish.lock", what="the releases"),
    ):
        try:
            listing = _written(instance, unfinished, at, tell)
            durable.sync_file(unfinished)
            os.link(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
    durable.sync_folder(target.parent)
    return _summary(listing)


def _written(instance: Instance, unfinished: Path, at: datetime, tell: Journal) -> dict[str, Any]:
    paths = list(_paths(instance))
    files: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(unfinished, "w", allowZip64=True) as archive:
        for number, path in enumerate(paths, start=1):
            name = str(path.relative_to(instance.root))
            source = _database_copy(path, Path(scratch)) if path == instance.database else path
            packing = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            archive.write(source, name, compress_type=packing)
            files[name] = {"sha256": sha256_of_file(source), "size": source.stat().st_size}
            tell("backup", number, len(paths))
        listing = {
            "made_at": at.isoformat(),
            "code_version": code_version(),
            "release": store_of(instance).current(),
            "lake_commit": _latest_commit(instance),
            "files": files,
        }
        archive.writestr(LISTING, json.dumps(listing, indent=1), zipfile.ZIP_DEFLATED)
    return listing


def _paths(instance: Instance) -> Iterator[Path]:
    """Definitions and settings, then everything below var but keys, jobs, locks and leftovers."""
    for path in sorted(instance.root.rglob("*")):
        inside = path.relative_to(instance.root)
        leftover = any(part.startswith(durable.TEMPORARY_PREFIX) for part in inside.parts)
        database_side = path.name.startswith(f"{instance.database.name}-")
        is_job = path.is_relative_to(instance.jobs)
        if path.is_file() and path.name not in _LEFT_OUT and not (leftover or database_side or is_job):
            yield path


def _database_copy(path: Path, scratch: Path) -> Path:
    copy = scratch / path.name
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _latest_commit(instance: Instance) -> int:
    numbers = [int(path.stem) for path in (instance.lake / "manifests").glob("[0-9]*.json")]
    return max(numbers, default=0)


def restored(archive: Path, folder: Path, *, journal: Journal | None = None) -> Backup:
    """Restore a backup into a new folder; it appears there whole and checked, or not at all."""
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty.", remedy="Restore into a new folder.")
    tell = journal or (lambda step, done, of: None)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f"{durable.TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    try:
        listing = _unpacked(archive, unfinished, tell)
        _check_release(Instance(unfinished), archive)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    durable.sync_folder(folder.parent)
    return _summary(listing)


def _unpacked(archive: Path, folder: Path, tell: Journal) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(archive) as opened:
            listing: dict[str, Any] = json.loads(opened.read(LISTING))
            files = listing["files"]
            for number, (name, facts) in enumerate(files.items(), start=1):
                path = (folder / name).resolve()
                if not path.is_relative_to(folder.resolve()):
                    raise _refused(f"the backup names a file outside itself: {name}.", archive)
                content = opened.read(name)
                if sha256(content) != facts["sha256"]:
                    raise _refused(f"the backup is damaged: {name} is not what it was.", archive)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                tell("restore", number, len(files))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise SettingsError(f"there is no file {archive.name}.", remedy="Name a backup.") from error
    except _DAMAGES as error:
        remedy = "Is it a whole file that `gemeinsinn backup` wrote?"
        raise SettingsError(
            "this is no backup, or it is damaged or cut short.", where=archive.name, remedy=remedy
        ) from error
    if FILE not in files:
        raise _refused(f"the backup holds no {FILE}.", archive)
    return listing


def _refused(what: str, archive: Path) -> SettingsError:
    return SettingsError(what, where=archive.name, remedy="Take another backup; nothing was restored.")


def _check_release(instance: Instance, archive: Path) -> None:
    """The current release is whole, byte by byte."""
    store = store_of(instance)
    try:
        if release := store.current():
            store.check(release)
    except SettingsError as error:
        raise _refused(error.findings[0].what, archive) from error


def _summary(listing: dict[str, Any]) -> Backup:
    sizes = [facts["size"] for facts in listing["files"].values()]
    return Backup(len(sizes), sum(sizes), listing["release"], listing["lake_commit"])
