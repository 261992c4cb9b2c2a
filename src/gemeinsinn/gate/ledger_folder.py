"""Where a ledger lies: a folder that only its owner may enter, or a bucket; one file an entry, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gemeinsinn.errors import DisclosureError, SettingsError
from gemeinsinn.lake.restricted.store import owner_only
from gemeinsinn.lake.storage import Root, Storage, storage_of
from gemeinsinn.protect.certificate import digest
from gemeinsinn.protect.ledger import NONCE_BYTES, Entry, Ledger, Release, read_entries
from gemeinsinn.protect.released import Array, Sealed, Shown


Randomness = Callable[[int], bytes]
"""Gives as many random bytes as asked for, e.g. `secrets.token_bytes`."""

KEY, LAST, LOCK = "key", "last.json", "lock"
"""The files beside the entries: the key of the identities, which entry was the last, and who is writing."""
_ENDING = ".entry"
_KEY_BYTES = 32
_OTHERS = 0o077
_OWNER_ONLY = 0o700


@dataclass(slots=True)
class Book:
    """A ledger that is open for writing; nobody else writes meanwhile."""

    storage: Storage
    ledger: Ledger

    def append(
        self,
        release: Release,
        *,
        shown: Shown,
        sealed: Sealed,
        forced: Array,
        random: Randomness,
        certificate: bytes = b"",
    ) -> Entry:
        """Add a release. It is on the disk when this returns; do this before anybody sees what is released.

        An entry whose release then fails stays: the ledger may know more than was released, never less. The certificate
        lies beside the entry, which names it.
        """
        if certificate:
            release = replace(release, certificate=digest(certificate))
        entry = self.ledger.next(release, shown=shown, sealed=sealed, forced=forced, nonce=random(NONCE_BYTES))
        with owner_only():
            if certificate:
                self.storage.replace(certificate_name(entry.head.number), certificate)
            if not self.storage.write_new(_name(entry.head.number), entry.written):
                raise DisclosureError(f"entry {entry.head.number} of the ledger is there already.", remedy=_AGAIN)
            self.storage.replace(LAST, _last_of(entry))
        self.ledger = self.ledger.with_entry(entry)
        return entry


_RESTORE = "Nothing is released on a broken ledger: restore it from a backup, as a whole."
_AGAIN = "Nothing was released. Start again; if this comes again, restore the ledger from a backup, as a whole."


@dataclass(frozen=True, slots=True)
class LedgerFolder:
    """The place of a ledger; reading needs no lock."""

    place: Root
    key: bytes | None = field(default=None, repr=False)
    """The key that opens it, where it is kept apart; else it lies beside the entries."""

    def read(self) -> Ledger:
        """The ledger; `DisclosureError` names an entry that was changed or removed. Where none is, it is empty."""
        storage = self._storage()
        names = _numbered(storage)
        key = self.key
        if key is None and storage.has(KEY):
            key = storage.read(KEY)
        if key is None:
            if names:
                raise DisclosureError("its key is missing.", where="ledger", remedy=_RESTORE)
            return Ledger(b"")
        return Ledger(key, _entries(storage, names, key))

    @contextmanager
    def writing(self, random: Randomness) -> Iterator[Book]:
        """The ledger to add to, made if it is not there; `InUseError` if somebody else is writing to it."""
        with owner_only():
            storage = self._storage(make=True)
            with storage.only_writer(LOCK, what="this ledger"):
                storage.tidy()
                if self.key is None and not storage.has(KEY) and not _numbered(storage):
                    storage.write_new(KEY, random(_KEY_BYTES))
                yield Book(storage, self.read())

    def _storage(self, *, make: bool = False) -> Storage:
        storage = storage_of(self.place)
        if storage.folder is not None:
            _closed_to_others(storage.folder, make=make)
        return storage


def _entries(storage: Storage, names: Sequence[str], key: bytes) -> tuple[Entry, ...]:
    last = _read_last(storage)
    if last is None and len(names) > 1:
        raise DisclosureError(f"{LAST} is missing.", where="ledger", remedy=_RESTORE)
    entries = read_entries([storage.read(name) for name in names], key=key, last=last)
    for entry in entries:
        entry.check()
    return entries


def _closed_to_others(folder: Path, *, make: bool) -> None:
    """A ledger holds true values of hidden cells: its folder is made for the owner only, and refused if others may enter."""
    if not folder.exists():
        if make:
            folder.mkdir(parents=True, mode=_OWNER_ONLY)
        return
    if not any(folder.iterdir()) and make:
        folder.chmod(_OWNER_ONLY)
    if folder.stat().st_mode & _OTHERS:
        what = "the folder of a ledger holds true values of hidden cells, and others than its owner may enter it."
        raise SettingsError(what, where=str(folder), remedy=f"Close it: chmod 700 {folder}")


def _numbered(storage: Storage) -> list[str]:
    return [name for name in storage.names() if name.endswith(_ENDING)]


def _name(number: int) -> str:
    return f"{number:06d}{_ENDING}"


def certificate_name(number: int) -> str:
    """The file of the certificate of an entry. It holds true values, as the sealed part of the entry does."""
    return f"{number:06d}.certificate"


def _last_of(entry: Entry) -> bytes:
    return json.dumps({"number": entry.head.number, "digest": entry.head.digest}).encode() + b"\n"


def _read_last(storage: Storage) -> tuple[int, str] | None:
    if not storage.has(LAST):
        return None
    try:
        plain = json.loads(storage.read(LAST))
        return int(plain["number"]), str(plain["digest"])
    except (ValueError, KeyError, TypeError) as error:
        raise DisclosureError(f"{LAST} cannot be read.", where="ledger", remedy=_RESTORE) from error
