"""Comparing areas: several indicators side by side, each with its interval and judged against the first benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, QueryDict

from gemeinsinn.portal.data.cells import Row, shown, signs_used, source_lines
from gemeinsinn.portal.data.indicator_page import view_files
from gemeinsinn.portal.data.selection import area_keys, split
from gemeinsinn.portal.data.words import said, wording
from gemeinsinn.releases.read import Release


_MOST_AREAS = 8
_MOST_INDICATORS = 24


def compare_context(release: Release, query: QueryDict) -> dict[str, Any]:
    """The table that a query asks for; without one, headline indicators for the county's largest municipalities."""
    areas = area_keys(release, split(query, "g"))[:_MOST_AREAS] or _usual_areas(release)
    indicators = _indicators(release, query, areas)
    words = wording(release)
    home = release.areas["home"]
    rows, periods = [], []
    for id in indicators:
        data, entry = release.data(id), release.indicators[id]
        period = next((latest for area in areas if (latest := data.latest(area))), data.periods[-1])
        benchmark = data.cell(home, period)
        cells = [
            shown(data.cell(area, period), data, words, release, benchmark=benchmark, polarity=entry["polarity"])
            for area in areas
        ]
        rows.append(Row(id, said(entry["title"]), "", cells))
        periods.append(period)
    state = {"g": ",".join(areas), "k": ",".join(indicators)}
    sources = list(dict.fromkeys(source for id in indicators for source in release.indicators[id]["sources"]))
    return {
        "areas": [release.area_of[area] for area in areas],
        "home": release.area_of[home],
        "lines": list(zip(rows, periods, (release.indicators[id] for id in indicators), strict=True)),
        "chosen_indicators": indicators,
        "chosen_areas": areas,
        "signs": signs_used(rows),
        "sources": source_lines(release, sources),
        "state": state,
        "view_files": view_files("compare_file", {}, state, release, query),
        "peers": [{**peer, "name": release.names[peer["area"]]} for peer in release.areas["peers"].get(areas[0], [])],
    }


def _indicators(release: Release, query: QueryDict, areas: Sequence[str]) -> list[str]:
    """The chosen indicators; without a choice those of the headline, then the first of each topic, that have values."""
    chosen = split(query, "k")[:_MOST_INDICATORS]
    for id in chosen:
        if id not in release.indicators:
            raise Http404(f"no indicator {id}")
    if chosen:
        return list(dict.fromkeys(chosen))
    first_of_topics: dict[str, str] = {}
    for entry in release.catalogue["indicators"]:
        if entry["topics"][0] not in first_of_topics and _told(release, entry["id"], areas):
            first_of_topics[entry["topics"][0]] = entry["id"]
    wanted = [id for id in release.catalogue["headline"] if id in release.indicators and _told(release, id, areas)]
    topics = [topic["id"] for topic in release.catalogue["topics"] if topic["id"] in first_of_topics]
    return list(dict.fromkeys([*wanted, *(first_of_topics[topic] for topic in topics)]))


def _told(release: Release, id: str, areas: Sequence[str]) -> bool:
    """Whether the first of the areas has a value."""
    return release.data(id).latest(areas[0]) is not None


def _usual_areas(release: Release) -> tuple[str, ...]:
    """The three largest municipalities, or the first areas, and the home area with its benchmarks."""
    home = release.areas["home"]
    municipalities = [area["key"] for area in release.areas["areas"] if area["level"] == "municipality"]
    if "population_total" in release.indicators:
        data = release.data("population_total")
        municipalities.sort(key=lambda key: data.cell(key, data.latest(key) or "").value or 0, reverse=True)
    return (*municipalities[:3], home, *release.benchmarks(home))
