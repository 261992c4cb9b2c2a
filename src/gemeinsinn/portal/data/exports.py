"""A view's numbers to take away: long rows with status, interval, source, licence and release."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from gemeinsinn.portal.data.beside import official_beside
from gemeinsinn.portal.data.selection import Selection, areas_of_level
from gemeinsinn.portal.data.topic_page import topic_entries
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.read import Release


COLUMNS = (
    "indicator", "area", "name", "level", "period", "valid_on", "value", "unit", "status", "lower", "upper",
    "numerator", "denominator", "source", "attribution", "licence", "basis", "made", "converted", "release",
)  # fmt: skip
"""What every row says; where a release has synthetic sources, `synthetic` follows."""


def indicator_rows(release: Release, data: IndicatorData, selection: Selection) -> list[dict[str, Any]]:
    """The chosen areas over all periods, all areas of the level in the chosen period, and the official values beside."""
    places = [(area, period) for area in selection.areas for period in data.periods]
    places += [(area, selection.period) for area in areas_of_level(release, selection.level)]
    rows = [_row(release, data, area, period) for area, period in dict.fromkeys(places)]
    official = official_beside(release, release.indicators[data.id])
    if official:
        beside = official.data
        rows += [_row(release, beside, area, period) for area in official.areas for period in beside.periods]
    return rows


def area_rows(release: Release, area: str) -> list[dict[str, Any]]:
    """Every indicator of an area over all periods."""
    rows = []
    for id in release.indicators:
        data = release.data(id)
        if area in data.index:
            rows += [_row(release, data, area, period) for period in data.periods]
    return rows


def compare_rows(release: Release, areas: Sequence[str], indicators: Sequence[str]) -> list[dict[str, Any]]:
    """The chosen indicators for the chosen areas, each in the last period of the first area that has it."""
    rows = []
    for id in indicators:
        data = release.data(id)
        period = next((latest for area in areas if (latest := data.latest(area))), data.periods[-1])
        rows += [_row(release, data, area, period) for area in areas]
    return rows


def topic_rows(release: Release, topic: str) -> list[dict[str, Any]]:
    """The indicators of a topic for all municipalities, the home area and its benchmarks, last period."""
    home = release.areas["home"]
    rows = []
    for entry in topic_entries(release, topic):
        data = release.data(entry["id"])
        span = entry["levels"].get("municipality")
        period = span[1] if span else data.latest(home) or data.periods[-1]
        areas = areas_of_level(release, "municipality") if span else ()
        rows += [_row(release, data, area, period) for area in (*areas, home, *release.benchmarks(home))]
    return rows


def _row(release: Release, data: IndicatorData, area: str, period: str) -> dict[str, Any]:
    cell = data.cell(area, period)
    sources = release.catalogue["sources"]
    row = {
        "indicator": data.id,
        "area": area,
        "name": release.names[area],
        "level": release.area_of[area]["level"],
        "period": period,
        "valid_on": cell.valid_on or None,
        "value": cell.value,
        "unit": data.unit,
        "status": str(cell.status),
        "lower": cell.lower,
        "upper": cell.upper,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "source": " ".join(cell.sources),
        "attribution": _once(sources[source]["attribution"] for source in cell.sources),
        "licence": _once(sources[source]["licence"] for source in cell.sources),
        "basis": " ".join(cell.bases) or None,
        "made": cell.made or None,
        "converted": cell.converted,
        "release": release.hash,
    }
    if release.has_synthetic_sources:
        row["synthetic"] = any(sources[source]["synthetic"] for source in cell.sources)
    return row


def _once(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def written(rows: Sequence[dict[str, Any]], form: str) -> bytes:
    """Rows as CSV (comma, decimal point, UTF-8 with mark, so that spreadsheets read it) or as JSON.

    CSV writes true and false as the files of releases do.
    """
    if form == "json":
        return json.dumps({"observations": list(rows)}, ensure_ascii=False, indent=1).encode("utf-8")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, rows[0] if rows else COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _as_text(value) for name, value in row.items()} for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _as_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
