"""The ledger: everything that was ever released to an audience, one entry a release, chained so that no change goes unseen.

An entry is one piece of bytes: a head in one line of JSON, what the release shows, and what is sealed. The head holds the
digests of both and of the head before. What is sealed is encrypted (AES-GCM) with the key of the ledger, so what is shown
can be handed on, chain and all, and whoever has the file without the key has no value of a hidden cell. A part of a table
that was released before just so is not written again but referred to. Where the bytes lie is the business of `gate/ledger_folder.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import lru_cache

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.released import (
    Array,
    Parts,
    Sealed,
    Shown,
    Shows,
    parts_of,
    sealed_bytes,
    sealed_from,
    shown_bytes,
    shown_digests,
    shown_from,
)


FORMAT = "gemeinsinn-ledger-1"
NONCE_BYTES = 12

SEES: Mapping[str, tuple[str, ...]] = {
    "public": ("public",),
    "politics": ("public", "politics"),
    "planning": ("public", "politics", "planning"),
    "statistics": ("public", "politics", "planning", "statistics"),
}
"""Whose releases each audience sees: its own, and those of all that see less."""


def concerned(audience: str) -> tuple[str, ...]:
    """The audiences that a release to one of them reaches: they see it beside what they have seen before."""
    return tuple(each for each, seen in SEES.items() if audience in seen)


@dataclass(frozen=True, slots=True)
class Head:
    """What an entry says of itself; no number of the table, and no name of a person."""

    number: int
    previous: str
    """The digest of the head before; empty for the first."""
    table: str
    audience: str
    policy: str
    """The digest of the policy."""
    method: str
    released_at: str
    release: str
    """The hash of what was published."""
    certificate: str
    """The digest of the certificate; empty if the method needs none."""
    cells: int
    hidden: int
    parts: int
    shown_bytes: int
    shown_digest: str
    sealed_bytes: int
    sealed_digest: str
    format: str = FORMAT

    @property
    def line(self) -> bytes:
        """The head as it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """Names the head, and with it all that came before."""
        return hashlib.sha256(self.line).hexdigest()

    @property
    def name(self) -> str:
        """How messages call the release."""
        return f"{self.table} of {self.released_at[:10]} (entry {self.number})"


@dataclass(frozen=True, slots=True)
class Release:
    """What is about to be released, apart from its cells."""

    table: str
    audience: str
    policy: str
    method: str
    at: datetime
    release: str
    certificate: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Content:
    """The cells that an entry was the first to release in this form."""

    shown: Shown
    part: Array
    """The part of each cell, counted within the entry."""
    table: Array
    """For each part its digest as a table, as `Parts` has it; sealed, for it depends on the units behind hidden cells."""
    digests: Array
    """For each part the digest of what is shown of it."""
    earlier: Array
    """Parts that an earlier entry holds: its number, and the part's there."""
    sealed: Sealed


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One release in the ledger."""

    head: Head
    key: bytes
    """The key of the ledger; it opens what is sealed."""
    body: bytes = field(compare=False)
    """What is shown and what is sealed, one behind the other; nothing is read of it before its digests are checked."""

    @property
    def written(self) -> bytes:
        """The entry as it is written."""
        return self.head.line + b"\n" + self.body

    def check(self) -> None:
        """Raise `DisclosureError` if what is shown or sealed is not what the head says."""
        shown, sealed = self.pieces()
        head = self.head
        for what, piece, length, digest in (
            ("what is shown", shown, head.shown_bytes, head.shown_digest),
            ("what is sealed", sealed, head.sealed_bytes, head.sealed_digest),
        ):
            if len(piece) != length or hashlib.sha256(piece).hexdigest() != digest:
                raise _broken(head.number, f"{what} was changed")

    def content(self) -> Content:
        """What the entry holds, once its digests were checked."""
        return _content(self)

    def pieces(self) -> tuple[bytes, bytes]:
        """What is shown, and what is sealed."""
        return self.body[: self.head.shown_bytes], self.body[self.head.shown_bytes :]


@lru_cache(maxsize=4096)
def _content(entry: Entry) -> Content:
    """Read once in a process: the head, by which it is kept, names the digests of all that is in it."""
    entry.check()
    shown_piece, sealed_piece = entry.pieces()
    shown, beside = shown_from(shown_piece)
    sealed, closed = sealed_from(_unsealed(entry, sealed_piece))
    return Content(shown=shown, sealed=sealed, **beside, **closed)


def _sealing(key: bytes) -> bytes:
    """The key of what is sealed, another one than that of the identities."""
    return hashlib.blake2b(b"sealed", key=key, digest_size=32).digest()


def _unsealed(entry: Entry, piece: bytes) -> bytes:
    nonce, closed = piece[:NONCE_BYTES], piece[NONCE_BYTES:]
    try:
        return AESGCM(_sealing(entry.key)).decrypt(nonce, closed, entry.head.shown_digest.encode())
    except (InvalidTag, ValueError) as error:
        raise _broken(entry.head.number, "it does not open with the key of the ledger") from error


@dataclass(frozen=True, slots=True)
class Ledger:
    """All entries, oldest first; `key` keeps identities from being tried out."""

    key: bytes = field(repr=False)
    entries: tuple[Entry, ...] = ()

    @property
    def head(self) -> str:
        """The digest of the newest head, which stands for all of the ledger; empty while there is none."""
        return self.entries[-1].head.digest if self.entries else ""

    def seen_by(self, audience: str) -> tuple[Entry, ...]:
        """The entries that an audience sees."""
        return tuple(entry for entry in self.entries if entry.head.audience in SEES[audience])

    def next(self, release: Release, *, shown: Shown, sealed: Sealed, forced: Array, nonce: bytes) -> Entry:
        """The entry of a release; parts that were released before just so are referred to. `nonce`: 12 random bytes."""
        parts = parts_of(shown.identities, shown.equations, sealed.units, forced)
        digests = shown_digests(parts, shown)
        earlier, new = self._known(release.audience, parts, digests)
        own = np.flatnonzero(new[parts.number])
        renumbered = np.cumsum(new) - 1
        beside: dict[str, Array] = {
            "part": renumbered[parts.number[own]].astype(np.int32),
            "digests": digests[new],
            "earlier": earlier,
        }
        body = shown_bytes(shown.only(own), beside)
        open_bytes = sealed_bytes(sealed.only(own), {"table": parts.table[new]})
        shown_digest = hashlib.sha256(body).hexdigest()
        closed = nonce + AESGCM(_sealing(self.key)).encrypt(nonce, open_bytes, shown_digest.encode())
        head = Head(
            number=len(self.entries) + 1, previous=self.head, table=release.table, audience=release.audience,
            policy=release.policy, method=release.method, released_at=release.at.isoformat(), release=release.release,
            certificate=release.certificate, cells=shown.cells, hidden=int((shown.shows == Shows.HIDDEN).sum()),
            parts=parts.count, shown_bytes=len(body), shown_digest=shown_digest,
            sealed_bytes=len(closed), sealed_digest=hashlib.sha256(closed).hexdigest(),
        )  # fmt: skip
        return Entry(head, self.key, body + closed)

    def with_entry(self, entry: Entry) -> Ledger:
        """The ledger with one entry more."""
        return replace(self, entries=(*self.entries, entry))

    def _known(self, audience: str, parts: Parts, digests: Array) -> tuple[Array, Array]:
        """Where earlier entries for the same audience hold a part in the same form, and which parts are new."""
        known: dict[bytes, tuple[int, int]] = {}
        for entry in self.entries:
            if entry.head.audience == audience:
                content = entry.content()
                for part in range(len(content.table)):
                    form = content.table[part].tobytes() + content.digests[part].tobytes()
                    known.setdefault(form, (entry.head.number, part))
        forms = [parts.table[part].tobytes() + digests[part].tobytes() for part in range(parts.count)]
        found = [known[form] for form in forms if form in known]
        new = np.array([form not in known for form in forms], dtype=np.bool_)
        return np.array(found, dtype=np.int32).reshape(-1, 2), new


def read_entries(contents: Sequence[bytes], *, key: bytes, last: tuple[int, str] | None = None) -> tuple[Entry, ...]:
    """Entries out of their bytes, in their order; `DisclosureError` names the first that was changed or is missing.

    `last` is what is known from elsewhere of an entry that must be there: its number and the digest of its head.
    """
    entries: list[Entry] = []
    previous = ""
    for content in contents:
        entry = _entry(content, key=key, number=len(entries) + 1)
        if entry.head.number != len(entries) + 1:
            raise _broken(len(entries) + 1, "it is missing")
        if entry.head.previous != previous:
            raise _broken(len(entries) or 1, "its head was changed" if entries else "it does not begin the ledger")
        previous = entry.head.digest
        entries.append(entry)
    if last and last[0] > len(entries):
        raise _broken(len(entries) + 1, "it is missing")
    if last and last[0] and entries[last[0] - 1].head.digest != last[1]:
        raise _broken(last[0], "its head was changed")
    return tuple(entries)


def _entry(content: bytes, *, key: bytes, number: int) -> Entry:
    line, _, body = content.partition(b"\n")
    try:
        plain = json.loads(line)
        if plain["format"] != FORMAT:
            raise _broken(number, f"its format is '{plain['format']}', not '{FORMAT}'")
        head = Head(**plain)
    except (ValueError, KeyError, TypeError) as error:
        raise _broken(number, "its head cannot be read") from error
    if head.line != line:
        raise _broken(number, "its head was changed")
    return Entry(head, key, body)


def _broken(number: int, what: str) -> DisclosureError:
    remedy = "Nothing is released on a broken ledger: restore it from a backup, as a whole."
    return DisclosureError(f"{what}.", where=f"ledger, entry {number}", remedy=remedy)
