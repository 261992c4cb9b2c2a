"""The county that fits on a page, from the files that are delivered to the numbers that are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gemeinsinn.lake.runs import Run
from gemeinsinn.pipeline.publish import Publication, published, store_of
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.releases.data import Cell
from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.settings.instance import Instance
from support.tiny import COUNTRY, COUNTY, NAMES, NORTH, SOUTH, STATE, TABLES, tiny_instance


KEY_OF = {name: key for key, name in NAMES.items()} | {
    "Nord": NORTH,
    "Süd": SOUTH,
    "Testkreis": COUNTY,
    "Testland": STATE,
    "Deutschland": COUNTRY,
}
"""The keys of all areas of the county, by the names that tables in tests use."""

BASES = """
old: {de: Zählung 2011, en: census 2011}
new: {de: Zählung 2022, en: census 2022}
"""
TWO_CENSUSES = TABLES.replace(
    "[{source: counts, measure: people}]",
    "[{source: counts, measure: people, basis: [{to: 2021, is: old}, {from: 2022, is: new}]}]",
)
"""The tables of the county, with people updated from one census until 2021 and from the next since 2022."""


def keyed(table: str) -> str:
    """A table with aligned columns and names of areas as the CSV with keys that a source delivers."""
    head, *rows = [line.split() for line in table.splitlines() if line.strip()]
    body = [[KEY_OF[row[0]], *row[1:]] for row in rows]
    return "".join(f"{';'.join(row)}\n" for row in [["key", *head[1:]], *body])


@dataclass(frozen=True, slots=True)
class County:
    """An instance that a test fills, refreshes and publishes."""

    instance: Instance
    clock: Callable[[], datetime]

    def write(self, name: str, text: str) -> None:
        """Put a file of the instance in place."""
        path = self.instance.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def refresh(self) -> dict[str, Run]:
        """Take in all sources; the runs by source."""
        return {run.source: run for run in refreshed(self.instance, clock=self.clock)}

    def publish(self, *, preview: bool = False) -> Publication:
        """Publish what the lake holds."""
        return published(self.instance, at=self.clock, preview=preview)

    @property
    def current(self) -> Release:
        """The release that is current."""
        return self.release(store_of(self.instance).current())

    def release(self, hash: str) -> Release:
        """A release by its hash."""
        return open_release(store_of(self.instance).folder(hash))

    def released(self, table: str) -> Release:
        """Deliver one file of counts, take it in and publish."""
        self.write("counts.csv", keyed(table))
        self.refresh()
        self.publish()
        return self.current


def county_in(folder: Path, clock: Callable[[], datetime], *, files: Mapping[str, str] | None = None) -> County:
    """The county in a folder; `files` replaces or adds files by their path."""
    return County(tiny_instance(folder, files=files), clock)


def cell(release: Release, indicator: str, name: str, period: int | str) -> Cell:
    """The released cell of an area by its name."""
    return release.data(indicator).cell(KEY_OF[name], str(period))


def shown(release: Release, indicator: str, period: int | str) -> dict[str, float | str]:
    """What a release shows for all areas that it names: the value, or the status that stands in its place."""
    data = release.data(indicator)
    cells = {name: data.cell(key, str(period)) for name, key in KEY_OF.items() if key in data.index}
    return {name: str(each.status) if each.value is None else each.value for name, each in cells.items()}
