"""The state of a view as its address holds it: areas `g`, period `j`, level `e`, indicators `k`, release `r`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, QueryDict

from gemeinsinn.concepts.names import sort_key
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.read import Release


LEVELS = ("municipality", "amt", "district", "state")
"""The levels that have a map, smallest first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a view of one indicator shows."""

    level: str
    period: str
    area: str
    """The area that the finding speaks of."""
    others: tuple[str, ...]
    """The areas beside it in the trend."""

    @property
    def areas(self) -> tuple[str, ...]:
        return (self.area, *self.others)


def area_keys(release: Release, names: Sequence[str]) -> tuple[str, ...]:
    """Areas by key or slug, without doubles; 404 for one that the release does not have."""
    found = []
    for name in names:
        key = name if name in release.area_of else release.by_slug.get(name)
        if key is None:
            raise Http404(f"no area {name}")
        found.append(key)
    return tuple(dict.fromkeys(found))


def split(query: QueryDict, name: str) -> list[str]:
    """The values of a parameter, given several times or separated by commas."""
    return [part for value in query.getlist(name) for part in value.split(",") if part]


def selection_of(release: Release, data: IndicatorData, query: QueryDict) -> Selection:
    """The view that a query asks for; what it leaves out is chosen: the county, the last year, the smallest level."""
    levels = [level for level in LEVELS if level in release.indicators[data.id]["levels"]]
    chosen = area_keys(release, split(query, "g"))
    area = chosen[0] if chosen else release.areas["home"]
    level = query.get("e", "")
    if level not in levels:
        level = _level_for(release, area, levels)
    others = chosen[1:] or release.benchmarks(area)
    period = query.get("j", "")
    if period not in data.columns:
        period = data.latest(area) or _latest_of_level(release, data, level)
    return Selection(level, period, area, others)


def _level_for(release: Release, area: str, levels: Sequence[str]) -> str:
    own = release.area_of[area]["level"]
    if area == release.areas["home"] and levels:
        return levels[0]
    return own if own in levels else (levels[0] if levels else "country")


def _latest_of_level(release: Release, data: IndicatorData, level: str) -> str:
    span = release.indicators[data.id]["levels"].get(level)
    return span[1] if span else data.periods[-1]


def areas_of_level(release: Release, level: str) -> tuple[str, ...]:
    """The published areas of a level, by name; at the level of the Ämter also municipalities that belong to none."""
    found = []
    for area in release.areas["areas"]:
        free = area["level"] == "municipality" and not release.amt(area["key"])
        if area["level"] == level or (level == "amt" and free):
            found.append(area["key"])
    return tuple(sorted(found, key=lambda key: sort_key(release.names[key])))
