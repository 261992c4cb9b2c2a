"""The page of an indicator: a finding, a map, a trend, small multiples and the same values as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gemeinsinn.portal.data.beside import (
    Official,
    also_from_registers,
    official_beside,
    official_words,
    periods_of,
)
from gemeinsinn.portal.data.cells import Row, shown, signs_used, source_lines
from gemeinsinn.portal.data.selection import LEVELS, Selection, areas_of_level, selection_of
from gemeinsinn.portal.data.texts import component_texts
from gemeinsinn.portal.data.words import content_language, description, said, title_of, wording
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.offline import question_on
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Wording, finding


_ROWS_ON_A_PAGE = 60


def indicator_context(release: Release, indicator: str, query: QueryDict) -> dict[str, Any]:
    """All that the page shows; `query` is the state of the view."""
    data = release.data(indicator)
    entry = release.indicators[indicator]
    selection = selection_of(release, data, query)
    words = wording(release)
    said_of_it = finding(question_on(release, data, selection.area, selection.period, content_language()), words)
    level_rows = _level_rows(release, data, entry, selection, words, _page(query))
    official = official_beside(release, entry)
    trend_rows = _trend_rows(release, data, selection, words, official)
    return {
        "entry": entry,
        "title": said(entry["title"]),
        "description": description(entry),
        "why_it_matters": said(entry["why_it_matters"]),
        "notes": said(entry["notes"]) if entry["notes"] else "",
        "finding": said_of_it,
        "selection": selection,
        "area": release.area_of[selection.area],
        "levels": [level for level in LEVELS if level in entry["levels"]],
        "periods": data.periods,
        "choosable_indicators": _choosable_indicators(release),
        "choosable_areas": _choosable(release, data),
        "level_rows": level_rows,
        "pages": _pages(release, selection, level_rows),
        "trend_areas": [release.area_of[area] for area in selection.areas],
        "trend_rows": trend_rows,
        "matrix": _matrix(release, data, selection, words) if len(data.periods) > 1 else None,
        "signs": signs_used([*level_rows, *trend_rows]),
        "peers": _peers(release, selection),
        "sources": source_lines(release, [*entry["sources"], *(official.entry["sources"] if official else ())]),
        "official": official_words(release, data, official, words) if official else None,
        "also": also_from_registers(release, indicator),
        "has_counts": any(row.cells[0].counts for row in level_rows),
        "has_key_dates": any(row.cells[0].key_date for row in level_rows),
        "breaks": _breaks(data, official, words),
        "state": state_of(selection),
        "view_files": view_files("indicator_file", {"indicator": indicator}, state_of(selection), release, query),
        "next_updates": _next_updates(release, data, selection.area),
        "texts": component_texts(),
        "explorer": explorer_state(release, data, entry, selection, words, official),
    }


def _breaks(data: IndicatorData, official: Official | None, words: Wording) -> list[str]:
    """The breaks in words, in the order in which the chart numbers them."""

    def told(of: IndicatorData) -> list[str]:
        return [words.fill("break", period=each["period"], text=said(each["text"])) for each in of.plain["breaks"]]

    beside = told(official.data) if official else []
    return [*told(data), *(_("Official statistics: {text}").format(text=text) for text in beside)]


def state_of(selection: Selection) -> dict[str, str]:
    """The state of the view as parameters."""
    return {"g": ",".join(selection.areas), "j": selection.period, "e": selection.level}


def view_files(
    name: str, arguments: Mapping[str, str], state: Mapping[str, str], release: Release, query: QueryDict
) -> list[dict[str, str]]:
    """The addresses under which this view can be taken away, frozen to the release."""
    parameters = {**state, "r": release.hash[:12]}
    return [
        {"form": form, "url": f"{reverse(name, kwargs={**arguments, 'form': form})}?{urlencode(parameters)}"}
        for form in ("csv", "json", "svg", "png")
    ]


def _page(query: QueryDict) -> int:
    text = query.get("seite", "1")
    return max(1, int(text)) if text.isdigit() else 1


def _choosable_indicators(release: Release) -> list[dict[str, Any]]:
    """All indicators, each below its first topic."""
    entries = release.catalogue["indicators"]
    return [
        {
            "title": said(topic["title"]),
            "indicators": [
                {"id": entry["id"], "title": title_of(entry)} for entry in entries if entry["topics"][0] == topic["id"]
            ],
        }
        for topic in release.catalogue["topics"]
        if any(entry["topics"][0] == topic["id"] for entry in entries)
    ]


def _choosable(release: Release, data: IndicatorData) -> list[dict[str, Any]]:
    """The areas that the indicator has, grouped by level."""
    groups = []
    for level in ("municipality", "amt", "district", "state", "country"):
        areas = [
            {"key": key, "name": release.names[key]}
            for key in areas_of_level(release, level)
            if key in data.index and release.area_of[key]["level"] == level
        ]
        if areas:
            groups.append({"level": level, "areas": areas})
    return groups


def _level_rows(
    release: Release,
    data: IndicatorData,
    entry: Mapping[str, Any],
    selection: Selection,
    words: Wording,
    page: int,
) -> list[Row]:
    """The areas of the level in the period, with intervals, judged against the benchmark of the level."""
    benchmark = data.cell(level_benchmark(release, selection), selection.period)
    areas = areas_of_level(release, selection.level)
    chosen = areas[(page - 1) * _ROWS_ON_A_PAGE : page * _ROWS_ON_A_PAGE]
    return [
        Row(
            area,
            release.names[area],
            release.area_of[area]["slug"],
            [
                shown(
                    data.cell(area, selection.period), data, words, release,
                    benchmark=benchmark, polarity=entry["polarity"],
                )
            ],
            area in selection.areas,
        )
        for area in chosen
    ]  # fmt: skip


def level_benchmark(release: Release, selection: Selection) -> str:
    """What the areas of a level are judged against: the county, for districts the state, for states the country."""
    home = release.areas["home"]
    if selection.level in ("municipality", "amt"):
        return str(home)
    if selection.level == "district":
        return next((key for key in release.parents(home) if release.area_of[key]["level"] == "state"), "DG")
    return "DG"


def _pages(release: Release, selection: Selection, rows: Sequence[Row]) -> int:
    count = len(areas_of_level(release, selection.level))
    return -(-count // _ROWS_ON_A_PAGE)


def _trend_rows(
    release: Release, data: IndicatorData, selection: Selection, words: Wording, official: Official | None
) -> list[Row]:
    """One row a period, one cell an area; the official values stand behind."""
    rows = []
    for period in periods_of(data, official):
        cells = [shown(data.cell(area, period), data, words, release) for area in selection.areas]
        cells += official.cells(period, words, release) if official else []
        rows.append(Row(period, period, "", cells, period == selection.period))
    return rows


def _matrix(release: Release, data: IndicatorData, selection: Selection, words: Wording) -> dict[str, Any] | None:
    """The values behind the small multiples: areas by periods."""
    areas = areas_of_level(release, selection.level)[:_ROWS_ON_A_PAGE]
    rows = [
        Row(
            area,
            release.names[area],
            release.area_of[area]["slug"],
            [shown(data.cell(area, period), data, words, release) for period in data.periods],
        )
        for area in areas
        if area in data.index
    ]
    return {"periods": data.periods, "rows": rows} if rows else None


def _peers(release: Release, selection: Selection) -> list[dict[str, Any]]:
    near = release.areas["peers"].get(selection.area, [])
    return [{**peer, "name": release.names[peer["area"]]} for peer in near]


def _next_updates(release: Release, data: IndicatorData, area: str) -> list[str]:
    """When the sources of an area's newest number deliver again."""
    latest = data.latest(area)
    words = []
    for source in data.cell(area, latest).sources if latest else ():
        facts = release.catalogue["sources"].get(source, {})
        if facts.get("next_update"):
            words.append(said(facts["next_update"]))
    return list(dict.fromkeys(words))


def explorer_state(
    release: Release,
    data: IndicatorData,
    entry: Mapping[str, Any],
    selection: Selection,
    words: Wording,
    official: Official | None,
) -> dict[str, Any]:
    """What the page's own code needs besides the release's files: where they are, and the words."""
    base = f"/r/{release.hash}"
    unused = () if data.is_synthetic else ("synthetic", "title.synthetic")
    state = {
        "indicator": data.id,
        "release": release.hash,
        "title": said(entry["title"]),
        "polarity": entry["polarity"],
        "statistic": entry["statistic"],
        "language": words.language,
        "home": release.areas["home"],
        "statuses": [each["status"] for each in release.catalogue["statuses"]],
        "levels": [level for level in LEVELS if level in entry["levels"] and level in release.areas["geo"]],
        "selection": {"level": selection.level, "period": selection.period, "areas": list(selection.areas)},
        "files": {
            "data": f"{base}/ind/{data.id}.json",
            "areas": f"{base}/areas.json",
            "geo": {level: f"{base}/{name}" for level, name in release.areas["geo"].items()},
        },
        "patterns": {key: pattern for key, pattern in words.patterns.items() if key not in unused},
    }
    if data.is_synthetic:
        state["mark"] = _("coloured: synthetic data") if official else _("synthetic data")
    if official:
        areas = dict(zip(official.areas, official.names, strict=True))
        state["beside"] = {"file": f"{base}/ind/{official.data.id}.json", "areas": areas}
    return state
