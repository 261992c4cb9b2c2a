"""The restricted zone as one noun: tables, steps, runs and manifests of the registers, opened to read or to write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import polars as pl

from gemeinsinn.errors import NotYetKnownError, UnknownNameError, did_you_mean
from gemeinsinn.lake.code import code_version
from gemeinsinn.lake.manifest import Manifest, Manifests, Pin
from gemeinsinn.lake.restricted.steps import STEPS, Steps, steps_of
from gemeinsinn.lake.restricted.tables import RestrictedTables
from gemeinsinn.lake.runs import Ledger
from gemeinsinn.lake.storage import Root, Storage, storage_of
from gemeinsinn.settings.instance import Instance
from gemeinsinn.settings.places import restricted_place


SPELLS, EVENTS, QUARANTINE, DELIVERIES = "spells", "events", "quarantine", "deliveries"
"""The tables of a register."""
LOGGED = ("valid_from", "valid_to")
"""The columns of spells whose smallest and largest values may stand in a log, beside the area."""

ERASED_AFTER, ERASED_IN = "erased_after", "erased_in"
"""What the pin of a table says after an erasure: when, and by which commit, all earlier files of it went."""
_OWNER_ONLY = 0o700
_KEPT_MANIFESTS = 2


@contextmanager
def owner_only() -> Iterator[None]:
    """Files and folders that are made meanwhile are for their owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@dataclass(frozen=True, slots=True)
class RestrictedZone:
    """The zone below a folder that nobody but its owner may enter; reading needs no lock."""

    root: Path
    place: Root | None = None
    """Where tables, manifests and runs lie, if not in the folder: a bucket. All else stays in the folder."""

    @property
    def storage(self) -> Storage:
        return storage_of(self.root if self.place is None else self.place)

    @property
    def tables(self) -> RestrictedTables:
        return RestrictedTables(self.storage.below("tables"))

    @property
    def manifests(self) -> Manifests:
        return Manifests(self.storage.below("manifests"))

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.storage.below("runs"))

    def index(self, register: str) -> Path:
        """The folder of a register's serving indexes, which may be removed at any time."""
        return self.root / "index" / register

    def table(self, register: str, kind: str = SPELLS) -> str:
        """The name of a table of a register."""
        return f"{register}/{kind}"

    def read(self, name: str, manifest: Manifest) -> pl.DataFrame:
        """A whole table as a manifest pins it."""
        return self.scan(name, manifest).collect()

    def scan(self, name: str, manifest: Manifest) -> pl.LazyFrame:
        """A table as a manifest pins it, to be read in part."""
        self.files(name, manifest)
        return self.tables.scan(name, manifest.tables[name].version)

    def files(self, name: str, manifest: Manifest) -> list[str]:
        """The Parquet files of a table as a manifest pins it."""
        pin = manifest.tables.get(name)
        if pin is None:
            remedy = did_you_mean(name, manifest.tables) or "Run `gemeinsinn refresh` first."
            raise UnknownNameError(f"the restricted zone has no table '{name}'.", remedy=remedy)
        files = self.tables.files(name, pin.version)
        there = set(self.storage.below("tables").below(name).names())
        if not all(file.rpartition("/")[2] in there for file in files):
            what = f"the files of '{name}' as of commit {manifest.number} are no longer kept."
            raise NotYetKnownError(what, remedy="Ask the newest commit as it was known on the day.")
        return files

    def steps(self, manifest: Manifest) -> Steps:
        """The clock of knowledge as a manifest pins it."""
        return steps_of(self.read(STEPS, manifest)) if STEPS in manifest.tables else Steps(())

    @contextmanager
    def writing(self, at: datetime) -> Iterator[None]:
        """Be the only writer; what a killed writer left is put in order first. Files are made for the owner only."""
        with owner_only():
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(_OWNER_ONLY)
            with self.storage.only_writer("lock", what="the restricted zone"):
                self._put_in_order(at)
                yield

    def commit(
        self, pins: Mapping[str, Pin], *, at: datetime, after: Manifest | None = None, forget: bool = False
    ) -> Manifest:
        """Pin new versions of tables beside all others, as the next commit, and remove files that nobody needs.

        Files stay that the last two manifests need; with `forget`, as after an erasure, those of the newest only.
        The pins then say so, and a run that was killed before the files were gone is finished by the next writer.
        `after` is the state that the tables were made from; if there is a newer one by now, the commit is refused.
        """
        latest = after or self.manifests.latest()
        if forget:
            noted = {ERASED_AFTER: at.isoformat(), ERASED_IN: latest.number + 1}
            pins = {name: replace(pin, facts={**pin.facts, **noted}) for name, pin in pins.items()}
        manifest = Manifest(latest.number + 1, at.isoformat(), code_version(), {**latest.tables, **pins})
        self.manifests.commit(manifest)
        self._remove_unneeded(1 if forget else _KEPT_MANIFESTS, set(pins))
        return manifest

    def drop_index(self, register: str) -> None:
        """Remove the serving indexes of a register."""
        shutil.rmtree(self.index(register), ignore_errors=True)

    def _remove_unneeded(self, kept: int, changed: set[str]) -> None:
        latest = self.manifests.latest().number
        numbers = islice(range(latest, 0, -1), kept)
        manifests = [self.manifests.numbered(number) for number in numbers]
        for name in sorted(changed):
            versions = [manifest.tables[name].version for manifest in manifests if name in manifest.tables]
            self.tables.vacuum(name, keep=versions)

    def _put_in_order(self, at: datetime) -> None:
        self.manifests.storage.tidy()
        self.ledger.storage.tidy()
        self.ledger.close_interrupted(at)
        latest = self.manifests.latest()
        pinned = latest.tables
        erased = {name for name, pin in pinned.items() if pin.facts.get(ERASED_IN) == latest.number}
        self._remove_unneeded(1, erased)
        for name in self.tables.names():
            pin = pinned.get(name)
            if pin is None:
                self.tables.drop(name)
            else:
                self.tables.restore(name, pin.version)


def zone_of(instance: Instance) -> RestrictedZone:
    """The restricted zone of an instance, with its tables where the settings put them."""
    place = restricted_place(instance)
    return RestrictedZone(instance.restricted, None if isinstance(place, Path) else place)
