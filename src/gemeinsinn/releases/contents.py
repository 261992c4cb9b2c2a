"""What a release says besides numbers: its indicators with versions and levels, its sources, its areas with their peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from gemeinsinn.areas.english import ENGLISH_NAMES
from gemeinsinn.areas.peers import peers_of
from gemeinsinn.concepts.names import slug
from gemeinsinn.concepts.observations import ALL_STATUSES, SIGN_OF_STATUS
from gemeinsinn.concepts.territory import Level
from gemeinsinn.indicators.calculation import Result
from gemeinsinn.indicators.catalogue import Catalogue
from gemeinsinn.indicators.definition import Indicator
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.wording import LANGUAGES


@dataclass(frozen=True, slots=True)
class Material:
    """All that goes into a release."""

    about: Mapping[str, Any]
    """Name by language, operator, home area, headline indicators, whether people are synthetic."""
    catalogue: Catalogue
    results: Sequence[Result]
    frame: Frame
    sources: Mapping[str, Mapping[str, Any]]
    geometry: Mapping[str, Mapping[str, Any]]
    """TopoJSON by level."""
    geometry_on: date | None
    pins: Mapping[str, Any]
    """What the release was made from: lake commit and state, digests of catalogue, policy and settings."""

    @property
    def synthetic(self) -> frozenset[str]:
        """The sources of its numbers whose people do not exist."""
        provenances = (each for result in self.results for each in result.panel.provenance)
        used = {source for each in provenances for source in each.sources}
        return frozenset(source for source in used if self.sources.get(source, {}).get("synthetic"))


def indicator_entry(
    result: Result, plain: Mapping[str, Any], material: Material, previous: Release | None
) -> dict[str, Any]:
    """What the catalogue says of an indicator; a changed definition gets the next version."""
    indicator = result.indicator
    return {
        "id": indicator.id,
        "topics": list(indicator.topics),
        "title": dict(indicator.title),
        "description": dict(indicator.description),
        "why_it_matters": dict(indicator.why_it_matters),
        "plain": dict(indicator.plain),
        "notes": dict(indicator.notes),
        "keywords": list(indicator.keywords),
        "reference": indicator.reference,
        "unit": str(indicator.unit),
        "decimals": indicator.decimals,
        "statistic": str(indicator.statistic),
        "polarity": str(indicator.polarity),
        "version": _version(indicator, previous),
        "definition": indicator.digest,
        "small_numbers": asdict(indicator.small_numbers) if indicator.small_numbers else None,
        "levels": _levels(result, material.frame),
        "sources": _sources(plain),
        **_beside(indicator, material),
        **({"synthetic": True} if "synthetic" in plain else {}),
    }


def _beside(indicator: Indicator, material: Material) -> dict[str, Any]:
    """The indicator beside which it is shown, if that one has numbers too."""
    beside = indicator.beside
    if beside is None or all(result.indicator.id != beside.indicator for result in material.results):
        return {}
    return {"beside": {"indicator": beside.indicator, "difference": dict(beside.difference)}}


def _version(indicator: Indicator, previous: Release | None) -> int:
    if previous is None or indicator.id not in previous.indicators:
        return 1
    before = previous.indicators[indicator.id]
    changed: bool = before["definition"] != indicator.digest
    return int(before["version"]) + int(changed)


def _levels(result: Result, frame: Frame) -> dict[str, list[str]]:
    """First and last period with a number, by level."""
    areas, panel = frame.edition.areas, result.panel
    known = panel.known
    rows_of: dict[Level, list[int]] = {}
    for row, area in enumerate(panel.areas):
        rows_of.setdefault(areas[area].level, []).append(row)
    levels: dict[str, list[str]] = {}
    for level in Level:
        columns: list[int] = np.flatnonzero(known[rows_of.get(level, [])].any(axis=0)).tolist()
        if columns:
            levels[str(level)] = [panel.periods[columns[0]], panel.periods[columns[-1]]]
    return levels


def _sources(plain: Mapping[str, Any]) -> list[str]:
    """The sources whose numbers are in it."""
    used = {place for row in plain["origin"] for place in row if place >= 0}
    return list(dict.fromkeys(source for place in sorted(used) for source in plain["provenance"][place]["sources"]))


def catalogue_content(material: Material, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    catalogue = material.catalogue
    topic_order = {topic.id: topic.order for topic in catalogue.topics.values()}
    used = {source for entry in entries for source in entry["sources"]}
    return {
        **material.about,
        "languages": list(LANGUAGES),
        "topics": [
            {
                "id": topic.id,
                "title": dict(topic.title),
                "description": dict(topic.description),
                "context": topic.context,
            }
            for topic in sorted(catalogue.topics.values(), key=lambda topic: topic.order)
        ],
        "indicators": sorted(entries, key=lambda entry: (topic_order[entry["topics"][0]], entry["id"])),
        "sources": {source: facts for source, facts in sorted(material.sources.items()) if source in used},
        "geometry": {source: facts for source, facts in sorted(material.sources.items()) if facts.get("geometry")},
        "bases": {basis: dict(words) for basis, words in sorted(catalogue.bases.items())},
        "peer_features": list(catalogue.peers.features) if catalogue.peers else [],
        "statuses": [{"status": str(status), "sign": SIGN_OF_STATUS.get(status, "")} for status in ALL_STATUSES],
    }


def areas_content(material: Material) -> dict[str, Any]:
    frame = material.frame
    taken: set[str] = set()
    areas = []
    for key in frame.published:
        area = frame.edition.areas[key]
        versions = frame.territory.versions(key)
        areas.append(
            {
                "key": key,
                "name": area.name,
                **({"name_en": ENGLISH_NAMES[area.key]} if area.key in ENGLISH_NAMES else {}),
                "level": str(area.level),
                "parent": area.parent,
                "kind": area.kind,
                "slug": _slug(area.name, key, taken),
                "valid_from": versions[0].valid_from.isoformat() if versions else "",
                "valid_to": versions[-1].valid_to.isoformat() if versions else "",
            }
        )
    on = material.geometry_on
    return {
        "edition": frame.edition.on.isoformat(),
        "edition_source": frame.edition.source,
        "home": material.about["home"],
        "geometry_edition": on.isoformat() if on else "",
        "geo": {level: f"geo/{on}/{level}.topo.json" for level in material.geometry},
        "areas": areas,
        "peers": _peers(material),
    }


def _slug(name: str, key: str, taken: set[str]) -> str:
    plain = slug(name)
    chosen = plain if plain not in taken else f"{plain}-{key}"
    taken.add(chosen)
    return chosen


def _peers(material: Material) -> dict[str, list[dict[str, Any]]]:
    rule = material.catalogue.peers
    results = {result.indicator.id: result for result in material.results}
    if rule is None or any(feature not in results for feature in rule.features):
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    areas = material.frame.edition.areas
    for level in (Level.MUNICIPALITY, Level.DISTRICT):
        keys = [key for key in material.frame.published if areas[key].level is level]
        features = np.array([[_latest(results[name], key) for name in rule.features] for key in keys])
        logarithmic = [name in rule.logarithmic for name in rule.features]
        if keys:
            peers = peers_of(keys, features, logarithmic=logarithmic, count=rule.count)
            found |= {key: [asdict(peer) for peer in near] for key, near in peers.items()}
    return found


def _latest(result: Result, area: str) -> float:
    """The last number of an area, or nan."""
    row = result.panel.values[result.panel.areas.index(area)]
    known = row[~np.isnan(row)]
    return float(known[-1]) if known.size else float("nan")
