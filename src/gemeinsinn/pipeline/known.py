"""What the lake knows as of one manifest: statistics for calculations, and the territory they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from gemeinsinn.areas.editions import Edition, Territory, edition_of, territory_of
from gemeinsinn.areas.rebase import Correspondence, correspondences_of
from gemeinsinn.concepts.territory import Shape
from gemeinsinn.errors import SettingsError
from gemeinsinn.lake import territory
from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.store import OFFICIAL, TERRITORY, Lake
from gemeinsinn.pipeline.intake import AREAS, CHANGES, SHAPES, TRANSFERS, pins_of
from gemeinsinn.pipeline.register_statistics import RegisterStatistics
from gemeinsinn.sources.declared import AT_KEY_DATE, SourceDeclaration


@dataclass(frozen=True, slots=True)
class Known:
    """The lake as of a manifest, with the declarations of its sources; rows are read once."""

    lake: Lake
    manifest: Manifest
    declarations: Mapping[str, SourceDeclaration]
    registers: RegisterStatistics | None = None
    """What the gate lets out of registers; their numbers stand on the territory that is published."""
    _rows: dict[str, pl.DataFrame | None] = field(default_factory=dict)

    def rows(self, source: str) -> pl.DataFrame | None:
        """The believed rows of a source, or the protected answers of a register; None if nothing came yet."""
        if self.registers is not None and source in self.registers.desks:
            return self.registers.rows(source)
        if source not in self._rows:
            name = f"{OFFICIAL}/{source}"
            there = name in self.manifest.tables
            self._rows[source] = self.lake.believed(name, self.manifest) if there else None
        return self._rows[source]

    def territory(self, source: str) -> date | None:
        """The date of the territory of all rows of a source; None if each row has its own."""
        if self.registers is not None and source in self.registers.desks:
            return self.registers.territory
        declared = self.declarations[source].territory if source in self.declarations else AT_KEY_DATE
        return None if declared == AT_KEY_DATE else date.fromisoformat(declared)

    def editions(self) -> Territory:
        """All editions, boundary changes, and the dates that a source of boundaries names."""
        editions: list[Edition] = []
        since: dict[str, date] = {}
        shapes = {pin.source for pin in pins_of(self.manifest, TERRITORY, SHAPES).values()}
        for name, pin in pins_of(self.manifest, TERRITORY, AREAS).items():
            for on, areas in territory.areas_by_edition(self.lake.read(name, self.manifest)).items():
                if pin.source in shapes:
                    since |= {area.key: area.since for area in areas if area.since is not None}
                else:
                    editions.append(edition_of(on, pin.source, areas))
        changes = [
            change
            for name in pins_of(self.manifest, TERRITORY, CHANGES)
            for change in territory.changes_of(self.lake.read(name, self.manifest))
        ]
        return territory_of(editions, changes, since)

    def correspondences(self) -> tuple[Correspondence, ...]:
        """The official correspondences, oldest first."""
        return correspondences_of(
            transfer
            for name in pins_of(self.manifest, TERRITORY, TRANSFERS)
            for transfer in territory.transfers_of(self.lake.read(name, self.manifest))
        )

    def shapes(self, source: str) -> tuple[date, tuple[Shape, ...]]:
        """The shapes of a source and the date of their territory."""
        name = f"{TERRITORY}/{source}.{SHAPES}"
        if name not in self.manifest.tables:
            remedy = "Name a source of format vg5000 in gemeinsinn.toml [areas] geometry, and run `gemeinsinn refresh`."
            raise SettingsError(f"the lake has no boundaries of the source '{source}'.", remedy=remedy)
        table = self.lake.read(name, self.manifest)
        return table["edition"][0], territory.shapes_of(table)
