"""A field of action: its indicators for the county, and a heat table of all municipalities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, QueryDict

from gemeinsinn.portal.data.cells import Row, ShownCell, shown, signs_used, source_lines
from gemeinsinn.portal.data.indicator_page import view_files
from gemeinsinn.portal.data.selection import areas_of_level
from gemeinsinn.portal.data.words import description, said, wording
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Wording


CLASSES = 5
_MOST_ROWS = 120


def topic_entries(release: Release, topic: str) -> list[Mapping[str, Any]]:
    """The indicators of a topic: those it is the first topic of, then those that also belong to it."""
    own = [entry for entry in release.catalogue["indicators"] if entry["topics"][0] == topic]
    also = [entry for entry in release.catalogue["indicators"] if topic in entry["topics"][1:]]
    return [*own, *also]


def topic_context(release: Release, topic: str, query: QueryDict) -> dict[str, Any]:
    """All that the page shows of a topic."""
    facts = next((each for each in release.catalogue["topics"] if each["id"] == topic), None)
    if facts is None:
        raise Http404(f"no topic {topic}")
    words = wording(release)
    entries = topic_entries(release, topic)
    home = release.areas["home"]
    benchmarks = (home, *release.benchmarks(home))
    lines, rows = [], []
    for entry in entries:
        data = release.data(entry["id"])
        period = data.latest(home) or data.periods[-1]
        cells = [shown(data.cell(area, period), data, words, release) for area in benchmarks]
        row = Row(entry["id"], said(entry["title"]), "", cells)
        rows.append(row)
        lines.append(
            {
                "entry": entry,
                "title": said(entry["title"]),
                "description": description(entry),
                "period": period,
                "row": row,
            }
        )
    heat = heat_table(release, entries, words)
    sources = list(dict.fromkeys(source for entry in entries for source in entry["sources"]))
    return {
        "topic": facts,
        "title": said(facts["title"]),
        "description": said(facts["description"]),
        "benchmarks": [release.area_of[area] for area in benchmarks],
        "lines": lines,
        "heat": heat,
        "signs": signs_used([*rows, *(heat["rows"] if heat else [])]),
        "sources": source_lines(release, sources),
        "view_files": view_files("topic_file", {"topic": topic}, {}, release, query),
    }


def heat_table(release: Release, entries: list[Mapping[str, Any]], words: Wording) -> dict[str, Any] | None:
    """Municipalities by indicators; each column is divided into five classes with equally many areas."""
    with_municipalities = [entry for entry in entries if "municipality" in entry["levels"]]
    areas = areas_of_level(release, "municipality")[:_MOST_ROWS]
    if not with_municipalities or not areas:
        return None
    columns = [_column(release, entry, areas, words) for entry in with_municipalities]
    rows = []
    for place, area in enumerate(areas):
        cells = [column["cells"][place] for column in columns]
        rows.append(Row(area, release.names[area], release.area_of[area]["slug"], cells))
    classes = [[column["classes"][place] for column in columns] for place in range(len(areas))]
    return {
        "columns": [{key: column[key] for key in ("entry", "title", "period", "unit")} for column in columns],
        "rows": rows,
        "lines": [
            {"row": row, "cells": list(zip(row.cells, of_row, strict=True))}
            for row, of_row in zip(rows, classes, strict=True)
        ],
    }


def _column(release: Release, entry: Mapping[str, Any], areas: tuple[str, ...], words: Wording) -> dict[str, Any]:
    data: IndicatorData = release.data(entry["id"])
    period = entry["levels"]["municipality"][1]
    cells: list[ShownCell] = [shown(data.cell(area, period), data, words, release) for area in areas]
    known = sorted(cell.value for cell in cells if cell.value is not None)
    classes = [_class(cell.value, known) for cell in cells]
    return {
        "entry": entry,
        "title": said(entry["title"]),
        "period": period,
        "unit": cells[0].unit,
        "cells": cells,
        "classes": classes,
    }


def _class(value: float | None, known: list[float]) -> int | None:
    """The class of a value among all: 0 for the lowest fifth, 4 for the highest."""
    if value is None or len(set(known)) < CLASSES:
        return None
    below = sum(other < value for other in known)
    same = sum(other == value for other in known)
    return min(CLASSES - 1, int((below + (same - 1) / 2) / len(known) * CLASSES))
