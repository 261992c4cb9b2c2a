"""The lake as one noun: landing, tables, quarantine, runs and manifests of an instance, opened to read or to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from gemeinsinn.errors import UnknownNameError, did_you_mean
from gemeinsinn.lake import history
from gemeinsinn.lake.code import code_version
from gemeinsinn.lake.landing import Landing
from gemeinsinn.lake.manifest import Manifest, Manifests, Pin
from gemeinsinn.lake.runs import Ledger
from gemeinsinn.lake.storage import Root, Storage, storage_of
from gemeinsinn.lake.tables import Tables
from gemeinsinn.settings.instance import Instance
from gemeinsinn.settings.places import lake_place


OFFICIAL, TERRITORY, QUARANTINE = "official", "territory", "quarantine"
"""The zones of the lake that hold published statistics, territory, and what waits for a steward."""


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake in a folder or a bucket; reading needs no lock, because manifests never change."""

    root: Root

    @property
    def storage(self) -> Storage:
        return storage_of(self.root)

    @property
    def landing(self) -> Landing:
        return Landing(self.storage.below("landing"))

    @property
    def tables(self) -> Tables:
        return Tables(self.storage.below("tables"))

    @property
    def manifests(self) -> Manifests:
        return Manifests(self.storage.below("manifests"))

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.storage.below("runs"))

    @contextmanager
    def writing(self, at: datetime) -> Iterator[None]:
        """Be the only writer; what a killed writer left is put in order first."""
        with self.storage.only_writer("lock", what="the lake"):
            self._put_in_order(at)
            yield

    def commit(self, pins: Mapping[str, Pin], *, at: datetime, after: Manifest | None = None) -> Manifest:
        """Pin new versions of tables beside all others, as the next commit.

        `after` is the state that the tables were made from; if there is a newer one by now, the commit is refused.
        """
        latest = after or self.manifests.latest()
        manifest = Manifest(latest.number + 1, at.isoformat(), code_version(), {**latest.tables, **pins})
        self.manifests.commit(manifest)
        return manifest

    def read(self, name: str, manifest: Manifest) -> pl.DataFrame:
        """A table with its whole history, as a manifest pins it."""
        pin = manifest.tables.get(name)
        if pin is None:
            remedy = did_you_mean(name, manifest.tables) or "Run `gemeinsinn refresh` first."
            raise UnknownNameError(f"the lake has no table '{name}'.", remedy=remedy)
        return self.tables.read(name, pin.version)

    def believed(self, name: str, manifest: Manifest) -> pl.DataFrame:
        """The rows of a table that were believed after a commit."""
        return history.as_known(self.read(name, manifest), manifest.number)

    def _put_in_order(self, at: datetime) -> None:
        landing = self.landing.storage
        if landing.folder is not None:
            for part in landing.folders():
                landing.below(part).tidy()
        self.manifests.storage.tidy()
        self.ledger.storage.tidy()
        self.ledger.close_interrupted(at)
        pinned = self.manifests.latest().tables
        for name in self.tables.names():
            pin = pinned.get(name)
            if pin is None:
                self.tables.drop(name)
            else:
                self.tables.restore(name, pin.version)


def lake_of(instance: Instance) -> Lake:
    """The lake of an instance, where its settings put it."""
    return Lake(lake_place(instance))
