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
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gemeinsinn.errors import SettingsError
from gemeinsinn.lake import durable
from gemeinsinn.lake.code import code_version
from gemeinsinn.lake.lock import exclusive
from gemeinsinn.lake.storage import Storage, storage_of
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.pipeline.registers.apart import copy_keys_in, copy_keys_out, delivered_files
from gemeinsinn.pipeline.registers.identity import ring_file
from gemeinsinn.releases.files import sha256, sha256_of_file
from gemeinsinn.settings.instance import FILE, Instance
from gemeinsinn.settings.places import database_url, lake_place, restricted_place
from gemeinsinn.settings.rewritten import in_place


LISTING = "BACKUP.json"
POSTGRESQL = "var/portal.postgresql.zip"
"""The tables of a PostgreSQL database in a backup."""
_PACKED = {".br", ".gz", ".parquet", ".zip", ".png", ".xlsx"}
_LEFT_OUT = {"secret.key", "lock", "publish.lock"}
"""Keys are kept apart from data; a restored portal makes itself a new one. Locks are nobody's data."""
_FOLDERS_LEFT_OUT = ("jobs", "keys")
"""Below var: jobs are of today; without their keys, registers tell nothing of anybody."""
_OWNER_ONLY = ("restricted", "restricted/ledger", "vault")
"""Below var: what nobody but its owner may read."""

_DAMAGES = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError)
"""What reading a damaged zip raises; RuntimeError stands for a password or a packing that we never wrote."""

Journal = Callable[[str, int, int], None]
CopyDatabase = Callable[[Instance, Path], None]
"""Copies the tables of a PostgreSQL database into a new file, or from one into an empty database."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    files: int
    bytes: int
    release: str
    lake_commit: int
    notes: tuple[str, ...] = ()
    """What the operator has to know of a restored instance."""


def backed_up(
    instance: Instance,
    target: Path,
    *,
    at: datetime,
    journal: Journal | None = None,
    copy_out: CopyDatabase | None = None,
    keys: Path | None = None,
) -> Backup:
    """Write the instance into a new file, with what it keeps in buckets; nothing may be written to it meanwhile.

    SQLite is copied by its own backup function, PostgreSQL by `copy_out`. The keys of registers go into the file
    `keys` and nowhere else, the deliveries of registers nowhere. Only their owner may read either file. Raises
    `SettingsError` if one of them exists.
    """
    for file in filter(None, (target, keys)):
        if file.exists():
            raise SettingsError(f"{file.name} exists.", remedy="Choose another name; a backup overwrites nothing.")
    if keys is not None:
        copy_keys_out(instance, keys)
    tell = journal or (lambda step, done, of: None)
    unfinished = target.with_name(f"{durable.TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    with ExitStack() as held:
        held.enter_context(lake_of(instance).storage.only_writer("lock", what="the lake"))
        restricted = storage_of(restricted_place(instance))
        if restricted.folder is None or restricted.folder.is_dir():
            held.enter_context(restricted.only_writer("lock", what="the restricted zone"))
        held.enter_context(exclusive(instance.var / "publish.lock", what="the releases"))
        try:
            listing = _written(instance, unfinished, at, tell, copy_out)
            durable.sync_file(unfinished)
            os.link(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
    durable.sync_folder(target.parent)
    return _summary(listing)


def _written(
    instance: Instance, unfinished: Path, at: datetime, tell: Journal, copy_out: CopyDatabase | None
) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {}
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(unfinished, "w", allowZip64=True) as archive:
        contents = list(_contents(instance, Path(scratch), copy_out))
        for number, (name, source) in enumerate(contents, start=1):
            packing = zipfile.ZIP_STORED if Path(name).suffix in _PACKED else zipfile.ZIP_DEFLATED
            if isinstance(source, Path):
                archive.write(source, name, compress_type=packing)
                files[name] = {"sha256": sha256_of_file(source), "size": source.stat().st_size}
            else:
                content = source()
                archive.writestr(name, content, packing)
                files[name] = {"sha256": sha256(content), "size": len(content)}
            tell("backup", number, len(contents))
        listing = {
            "made_at": at.isoformat(),
            "code_version": code_version(),
            "release": store_of(instance).current(),
            "lake_commit": lake_of(instance).manifests.latest().number,
            "files": files,
        }
        archive.writestr(LISTING, json.dumps(listing, indent=1), zipfile.ZIP_DEFLATED)
    return listing


def _contents(
    instance: Instance, scratch: Path, copy_out: CopyDatabase | None
) -> Iterator[tuple[str, Path | Callable[[], bytes]]]:
    """The names in the backup, each with its file or with what reads it."""
    is_elsewhere = bool(database_url(instance))
    for path in _paths(instance):
        if path != instance.database:
            yield str(path.relative_to(instance.root)), path
        elif not is_elsewhere:
            yield str(path.relative_to(instance.root)), _database_copy(path, scratch)
    if is_elsewhere and copy_out is not None:
        copy_out(instance, scratch / "postgresql.zip")
        yield POSTGRESQL, scratch / "postgresql.zip"
    for name, place in (("lake", lake_place(instance)), ("restricted", restricted_place(instance))):
        storage = storage_of(place)
        if storage.folder is None:
            yield from (
                (f"var/{name}/{each}", _reader(storage, each)) for each in storage.everything() if each != "lock"
            )


def _reader(storage: Storage, name: str) -> Callable[[], bytes]:
    return lambda: storage.read(name)


def _paths(instance: Instance) -> Iterator[Path]:
    """Definitions and settings, then everything below var but keys, jobs, locks, leftovers and raw registers."""
    personal = {ring_file(instance), *delivered_files(instance)}
    for path in sorted(instance.root.rglob("*")):
        inside = path.relative_to(instance.root)
        leftover = any(part.startswith(durable.TEMPORARY_PREFIX) for part in inside.parts)
        database_side = path.name.startswith(f"{instance.database.name}-")
        is_apart = any(path.is_relative_to(instance.var / name) for name in _FOLDERS_LEFT_OUT)
        if (
            path.is_file()
            and path.name not in _LEFT_OUT
            and not (leftover or database_side or is_apart or path in personal)
        ):
            yield path


def _database_copy(path: Path, scratch: Path) -> Path:
    copy = scratch / path.name
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def restored(
    archive: Path,
    folder: Path,
    *,
    journal: Journal | None = None,
    copy_in: CopyDatabase | None = None,
    database_variable: str = "",
    keys: Path | None = None,
) -> Backup:
    """Restore a backup into a new folder; it appears there whole and checked, or not at all.

    What lay in buckets then lies in the folder. A PostgreSQL database goes into the empty one whose address stands in
    the environment under `database_variable`. The settings are changed to say so, and a backup never writes to the
    bucket or database that it was made from. The keys of registers come from the file `keys`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty.", remedy="Restore into a new folder.")
    tell = journal or (lambda step, done, of: None)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f"{durable.TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    try:
        listing = _unpacked(archive, unfinished, tell)
        instance = Instance(unfinished)
        notes = _settle(instance, POSTGRESQL in listing["files"], database_variable)
        _check_release(instance, archive)
        if keys is not None:
            copy_keys_in(instance, keys)
        if database_variable and copy_in is not None:
            copy_in(instance, unfinished / POSTGRESQL)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    durable.sync_folder(folder.parent)
    return replace(_summary(listing), notes=notes)


def _settle(instance: Instance, has_database: bool, variable: str) -> tuple[str, ...]:
    """Make the settings those of an instance whose data lie here; what changed, in words."""
    if has_database and not variable:
        what = "the backup holds a PostgreSQL database, and no database to put it in was named."
        raise SettingsError(
            what, remedy="Name the variable with the address of an empty one: --database-variable NAME."
        )
    if variable and not has_database:
        raise SettingsError("the backup holds no PostgreSQL database.", remedy="Leave --database-variable out.")
    text = instance.settings_file.read_text(encoding="utf-8")
    settled, notes = in_place(text, database_variable=variable)
    instance.settings_file.write_text(settled, encoding="utf-8")
    for name in _OWNER_ONLY:
        _close(instance.var / name)
    return notes


def _close(folder: Path) -> None:
    """Nobody but the owner may enter a folder."""
    if folder.is_dir():
        folder.chmod(0o700)


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
