"""The vault: who is behind a pseudonym, encrypted, for the few registers whose policy asks for it.

One file a register, outside the lake. A row is found by its pseudonym only; its text is sealed with AES-GCM, bound to
register and pseudonym, so that rows cannot be exchanged. SQLite overwrites what is deleted.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gemeinsinn.errors import SettingsError
from gemeinsinn.protect.keys import Randomness


_NONCE = 12
_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class Vault:
    """The vault of one register."""

    folder: Path
    register: str
    key: bytes = field(repr=False)

    def put(self, texts: Mapping[int, str], random: Randomness) -> None:
        """Seal the texts of persons, over those that stand there."""
        rows = [(pid, self._sealed(pid, text, random)) for pid, text in texts.items()]
        with self._opened() as database:
            database.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", rows)

    def has(self, pid: int) -> bool:
        """Whether somebody stands in it."""
        with self._opened() as database:
            return database.execute("SELECT 1 FROM entry WHERE pid = ?", (pid,)).fetchone() is not None

    def all(self) -> Iterator[tuple[int, str]]:
        """Everybody: pseudonym and text."""
        with self._opened() as database:
            rows = database.execute("SELECT pid, sealed FROM entry").fetchall()
        for pid, sealed in rows:
            yield pid, self._unsealed(pid, sealed)

    def drop(self, pids: Iterable[int]) -> int:
        """Remove persons; how many there were."""
        with self._opened() as database:
            return database.executemany("DELETE FROM entry WHERE pid = ?", [(pid,) for pid in pids]).rowcount

    def renewed(self, pids: Mapping[int, int], random: Randomness) -> None:
        """Move everybody to their new pseudonym, in one transaction."""
        moved = {pids[pid]: text for pid, text in self.all()}
        rows = [(pid, self._sealed(pid, text, random)) for pid, text in moved.items()]
        with self._opened() as database:
            database.execute("DELETE FROM entry")
            database.executemany("INSERT INTO entry VALUES (?, ?)", rows)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        path = self.folder / f"{self.register}.sqlite3"
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA secure_delete = ON")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("CREATE TABLE IF NOT EXISTS entry (pid INTEGER PRIMARY KEY, sealed BLOB NOT NULL)")
            with database:
                yield database

    def _sealed(self, pid: int, text: str, random: Randomness) -> bytes:
        nonce = random(_NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, text.encode(), self._bound(pid))

    def _unsealed(self, pid: int, sealed: bytes) -> str:
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound(pid)).decode()
        except InvalidTag:
            what = f"the vault of '{self.register}' does not open with its key."
            raise SettingsError(what, remedy="Restore the ring of keys that belongs to it.") from None

    def _bound(self, pid: int) -> bytes:
        return f"{self.register}:{pid}".encode()
