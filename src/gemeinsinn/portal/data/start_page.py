"""The start page: the search, six headline figures of the county, and the fields of action."""

from __future__ import annotations

from typing import Any

from gemeinsinn.portal.data.cells import shown
from gemeinsinn.portal.data.words import content_language, said, wording
from gemeinsinn.releases.offline import question_on
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import finding


def start_context(release: Release) -> dict[str, Any]:
    """All that the start page shows."""
    home = release.areas["home"]
    return {
        "home": release.area_of[home],
        "headline": [_headline(release, id) for id in release.catalogue["headline"] if id in release.indicators],
        "topics": [
            {
                "id": topic["id"],
                "title": said(topic["title"]),
                "description": said(topic["description"]),
                "count": count,
            }
            for topic in release.catalogue["topics"]
            if (count := sum(topic["id"] in entry["topics"] for entry in release.catalogue["indicators"]))
        ],
        "suggestions": release.catalogue["suggestions"][content_language()],
        "municipalities": [area for area in release.areas["areas"] if area["level"] == "municipality"][:120],
    }


def _headline(release: Release, id: str) -> dict[str, Any]:
    """One headline figure: the county's last value, its benchmarks, and the series behind the sparkline."""
    data, entry = release.data(id), release.indicators[id]
    home = release.areas["home"]
    words = wording(release)
    period = data.latest(home) or data.periods[-1]
    benchmarks = release.benchmarks(home)
    return {
        "entry": entry,
        "title": said(entry["title"]),
        "period": period,
        "own": shown(data.cell(home, period), data, words, release),
        "others": [
            {"area": release.area_of[key], "cell": shown(data.cell(key, period), data, words, release)}
            for key in benchmarks
        ],
        "finding": finding(question_on(release, data, home, period, content_language()), words),
        "spark": [
            [int(name[:4]), cell.value, data.part(name)] for name, cell in data.series(home) if cell.value is not None
        ],
    }
