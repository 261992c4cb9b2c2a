"""Manifests: the only way into the lake. Each pins one version of every table; its number is the system clock.

A manifest is linked to a name that must not exist, so two writers can never both make the same commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from gemeinsinn.errors import NotYetKnownError, SettingsError
from gemeinsinn.lake.storage import Root, Storage, storage_of


@dataclass(frozen=True, slots=True)
class Pin:
    """One table in one manifest: its Delta version, what it holds, and the delivery and declaration it came from."""

    version: int
    rows: int
    schema: str
    source: str
    digest: str
    declaration: str
    run: str
    facts: Mapping[str, object] = field(default_factory=dict)
    """What the delivery says of itself: title, state, notes, encoding, key date of its areas."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of the whole lake after one commit; `number` 0 is the empty lake."""

    number: int
    committed_at: str
    code_version: str
    tables: Mapping[str, Pin]

    def as_json(self) -> bytes:
        """The manifest as it is stored."""
        plain = {
            "number": self.number,
            "committed_at": self.committed_at,
            "code_version": self.code_version,
            "tables": {name: asdict(pin) for name, pin in sorted(self.tables.items())},
        }
        return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


EMPTY = Manifest(0, "", "", {})


@dataclass(frozen=True, slots=True)
class Manifests:
    """The manifests of a lake."""

    root: Root

    @property
    def storage(self) -> Storage:
        return storage_of(self.root)

    def latest(self) -> Manifest:
        """The state after the last commit."""
        numbers = self._numbers()
        return self.numbered(numbers[-1]) if numbers else EMPTY

    def numbered(self, number: int) -> Manifest:
        """The state after one commit."""
        if number == 0:
            return EMPTY
        try:
            plain = json.loads(self.storage.read(_name(number)))
        except FileNotFoundError as error:
            remedy = f"The last is {self.latest().number}."
            raise NotYetKnownError(f"the lake has no commit {number}.", remedy=remedy) from error
        tables = {name: Pin(**pin) for name, pin in plain["tables"].items()}
        return Manifest(plain["number"], plain["committed_at"], plain["code_version"], tables)

    def known_on(self, moment: datetime) -> Manifest:
        """The state as known at a moment: the last commit by then."""
        by_then = [manifest for manifest in self.all() if datetime.fromisoformat(manifest.committed_at) <= moment]
        if not by_then:
            first = next(self.all(), None)
            remedy = f"The first commit is of {first.committed_at}." if first else "The lake is empty."
            raise NotYetKnownError(f"nothing was known on {moment:%d.%m.%Y}.", remedy=remedy)
        return by_then[-1]

    def all(self) -> Iterator[Manifest]:
        """Every manifest, oldest first."""
        for number in self._numbers():
            yield self.numbered(number)

    def commit(self, manifest: Manifest) -> None:
        """Make a manifest the latest; refused if somebody else made a commit of that number.

        One that is there word by word is this one, written by an attempt whose answer was lost on its way.
        """
        name, content = _name(manifest.number), manifest.as_json()
        if not self.storage.write_new(name, content) and self.storage.read(name) != content:
            remedy = "Start the run again; it takes up what the other one wrote."
            raise SettingsError(f"commit {manifest.number} was made by another run.", remedy=remedy)

    def _numbers(self) -> list[int]:
        return [int(name.removesuffix(".json")) for name in self.storage.names() if name[0].isdigit()]


def _name(number: int) -> str:
    return f"{number:09d}.json"
