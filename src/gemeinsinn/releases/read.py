"""Reading a release: its catalogue, its areas, its numbers; files are read when asked for and kept for a while.

A file that is missing or cut short is a `SettingsError`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from gemeinsinn.errors import SettingsError, UnknownNameError, did_you_mean
from gemeinsinn.releases.data import IndicatorData, indicator_data


_MOST_CELLS_KEPT = 1_000_000
"""How many numbers a reader keeps in memory; a county's whole release is far below."""


@dataclass(frozen=True)
class Release:
    """One release on the disk."""

    hash: str
    folder: Path
    language: str = "de"
    """The language of the names of areas, where an area has a name in it."""
    _kept: OrderedDict[str, IndicatorData] = field(default_factory=OrderedDict)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        return self._json("manifest.json")

    @cached_property
    def catalogue(self) -> Mapping[str, Any]:
        """Topics, indicators, sources, bases, statuses."""
        return self._json("catalogue.json")

    @cached_property
    def areas(self) -> Mapping[str, Any]:
        """Areas, peers, geometry."""
        content = self._json("areas.json")
        named = f"name_{self.language}"
        return {**content, "areas": [{**area, "name": area.get(named, area["name"])} for area in content["areas"]]}

    @cached_property
    def revisions(self) -> Mapping[str, Any]:
        """What changed against the release before."""
        return self._json("revisions.json")

    @cached_property
    def disclosure(self) -> Mapping[str, Any]:
        """What the gate let through, by source."""
        return self._json("disclosure.json")

    @cached_property
    def area_of(self) -> Mapping[str, Mapping[str, Any]]:
        """Each area by key."""
        return {area["key"]: area for area in self.areas["areas"]}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each area."""
        return {area["key"]: area["name"] for area in self.areas["areas"]}

    @cached_property
    def by_slug(self) -> Mapping[str, str]:
        """The key of each area by slug."""
        return {area["slug"]: area["key"] for area in self.areas["areas"]}

    @cached_property
    def indicators(self) -> Mapping[str, Mapping[str, Any]]:
        """What the catalogue says of each indicator, in its order."""
        return {entry["id"]: entry for entry in self.catalogue["indicators"]}

    @cached_property
    def has_synthetic_sources(self) -> bool:
        """Whether some of its sources are about people who do not exist."""
        return any(facts["synthetic"] for facts in self.catalogue["sources"].values())

    def in_language(self, language: str) -> Release:
        """The same release with the names of areas in another language."""
        return self if language == self.language else replace(self, language=language)

    def sentences(self, language: str) -> Mapping[str, Any]:
        """Patterns and findings of a language."""
        return self._json(f"sentences/{language}.json")

    def data(self, indicator: str) -> IndicatorData:
        """The numbers of an indicator; `UnknownNameError` names the nearest ids."""
        if indicator not in self.indicators:
            remedy = did_you_mean(indicator, self.indicators)
            raise UnknownNameError(f"this release has no indicator '{indicator}'.", remedy=remedy)
        if indicator in self._kept:
            self._kept.move_to_end(indicator)
            return self._kept[indicator]
        data = indicator_data(self._json(f"ind/{indicator}.json"))
        self._kept[indicator] = data
        while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > _MOST_CELLS_KEPT:
            self._kept.popitem(last=False)
        return data

    def parents(self, area: str) -> tuple[str, ...]:
        """The larger areas of an area that are published, nearest first."""
        chain = []
        parent = self.area_of[area]["parent"]
        while parent in self.area_of:
            chain.append(parent)
            parent = self.area_of[parent]["parent"]
        return tuple(chain)

    def benchmarks(self, area: str) -> tuple[str, ...]:
        """County, state and country of an area: its larger areas without the Amt."""
        return tuple(key for key in self.parents(area) if self.area_of[key]["level"] != "amt")

    def amt(self, area: str) -> str:
        """The Amt of a municipality, or nothing."""
        return next((key for key in self.parents(area) if self.area_of[key]["level"] == "amt"), "")

    def basis_words(self, bases: Iterable[str], language: str) -> str:
        """What a number rests on, in words; empty if nothing is declared."""
        return "; ".join(self.catalogue["bases"][basis][language] for basis in bases)

    def _json(self, name: str) -> Mapping[str, Any]:
        try:
            document: Mapping[str, Any] = orjson.loads((self.folder / name).read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError) as error:
            what = f"the release {self.hash[:12]} is damaged: {name} is missing or cut short."
            remedy = "Restore a backup, or go back to another release with `gemeinsinn releases --roll-back`."
            raise SettingsError(what, remedy=remedy) from error
        return document


def open_release(folder: Path) -> Release:
    """A release in its folder."""
    return Release(folder.name, folder)
