"""The page of an area: five sentences, then every indicator by topic beside county, state and country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gemeinsinn.indicators.methods.judgement import Judgement, Polarity, judged
from gemeinsinn.portal.data.cells import Row, shown, signs_used
from gemeinsinn.portal.data.words import content_language, said, wording
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.offline import question_on
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Finding, Wording, finding


_SENTENCES = 5


def area_context(release: Release, area: str) -> dict[str, Any]:
    """All that the page shows of an area."""
    words = wording(release)
    topics = []
    for topic in release.catalogue["topics"]:
        lines = [
            line
            for entry in release.catalogue["indicators"]
            if entry["topics"][0] == topic["id"] and (line := _line(release, entry, area, words)) is not None
        ]
        if lines:
            topics.append(
                {
                    "id": topic["id"],
                    "title": said(topic["title"]),
                    "lines": [line for line in lines if not line["own"].is_missing],
                    "elsewhere": [line for line in lines if line["own"].is_missing],
                }
            )
    rows = [line["row"] for topic in topics for line in (*topic["lines"], *topic["elsewhere"])]
    benchmarks = release.benchmarks(area)
    return {
        "area": release.area_of[area],
        "amt": release.area_of.get(release.amt(area)),
        "parents": [release.area_of[key] for key in release.parents(area)],
        "benchmarks": [release.area_of[key] for key in benchmarks],
        "topics": topics,
        "sentences": _sentences(release, topics, area, words),
        "peers": [
            {**peer, "name": release.names[peer["area"]], "slug": release.area_of[peer["area"]]["slug"]}
            for peer in release.areas["peers"].get(area, [])
        ],
        "features": _features(release),
        "signs": signs_used(rows),
        "members": [entry for entry in release.areas["areas"] if entry["parent"] == area],
    }


def _line(release: Release, entry: Mapping[str, Any], area: str, words: Wording) -> dict[str, Any] | None:
    """One indicator: own value, benchmarks of the same period, and where it lies between all of its level."""
    data = release.data(entry["id"])
    period = data.latest(area) or _latest_of_parents(release, data, area)
    if period is None:
        return None
    cell = data.cell(area, period)
    benchmarks = release.benchmarks(area)
    first = data.cell(benchmarks[0], period) if benchmarks else None
    own = shown(cell, data, words, release, benchmark=first, polarity=entry["polarity"])
    others = [shown(data.cell(key, period), data, words, release) for key in benchmarks]
    return {
        "entry": entry,
        "title": said(entry["title"]),
        "period": period,
        "own": own,
        "others": others,
        "row": Row(entry["id"], said(entry["title"]), "", [own, *others]),
        "spine": _spine(release, data, area, period, entry),
        "url_state": {"g": ",".join([area, *benchmarks]), "j": period},
    }


def _latest_of_parents(release: Release, data: IndicatorData, area: str) -> str | None:
    return next((period for key in release.parents(area) if (period := data.latest(key))), None)


def _spine(
    release: Release, data: IndicatorData, area: str, period: str, entry: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The numbers of a spine: lowest, quarter, three quarters and highest of the level, benchmark, own with limits."""
    level = release.area_of[area]["level"]
    values = sorted(
        value
        for key in (each["key"] for each in release.areas["areas"] if each["level"] == level)
        if (value := data.cell(key, period).value) is not None
    )
    benchmarks = release.benchmarks(area)
    own = data.cell(area, period)
    benchmark = data.cell(benchmarks[0], period).value if benchmarks else None
    if len(values) < 4 or own.value is None or benchmark is None or entry["statistic"] == "count":
        return None
    return {
        "lowest": values[0],
        "quarter": _quantile(values, 0.25),
        "three-quarters": _quantile(values, 0.75),
        "highest": values[-1],
        "benchmark": benchmark,
        "own": own.value,
        "lower": own.lower,
        "upper": own.upper,
        "polarity": entry["polarity"],
        "judgement": str(_judgement(release, entry, data, area, period)),
    }


def _quantile(values: Sequence[float], share: float) -> float:
    """The quantile by linear interpolation between the nearest values."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _judgement(release: Release, entry: Mapping[str, Any], data: IndicatorData, area: str, period: str) -> Judgement:
    own = data.cell(area, period)
    benchmark = data.cell(release.benchmarks(area)[0], period).value
    return judged(lower=own.lower, upper=own.upper, benchmark=benchmark, polarity=Polarity(entry["polarity"]))


def _sentences(
    release: Release, topics: Sequence[Mapping[str, Any]], area: str, words: Wording
) -> list[dict[str, Any]]:
    """Five findings: the number of people first, then what differs most from the benchmark, one a topic.

    How far a value differs is measured in half widths of its interval, so that chance does not lead the list.
    """
    candidates = []
    for topic in topics:
        for line in topic["lines"]:
            spine = line["spine"]
            if spine is None or spine["judgement"] not in ("better", "worse", "higher", "lower"):
                continue
            half = max(spine["upper"] - spine["lower"], 1e-9) / 2
            judged_first = spine["judgement"] in ("better", "worse")
            distance = abs(spine["own"] - spine["benchmark"]) / half
            candidates.append((judged_first, distance, topic["id"], line))
    candidates.sort(key=lambda each: (each[0], each[1]), reverse=True)
    chosen: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    for _, _, topic_id, line in candidates:
        if topic_id not in seen and len(chosen) < _SENTENCES - 1:
            seen.add(topic_id)
            chosen.append(line)
    headline = [line for topic in topics for line in topic["lines"] if line["entry"]["id"] == "population_total"]
    found = []
    for line in [*headline, *chosen]:
        said_of_it = _finding(release, line, area, words)
        found.append({"title": said_of_it.title, "text": said_of_it.text, "line": line})
    return found


def _finding(release: Release, line: Mapping[str, Any], area: str, words: Wording) -> Finding:
    data = release.data(line["entry"]["id"])
    return finding(question_on(release, data, area, line["period"], content_language()), words)


def _features(release: Release) -> list[str]:
    """The titles of the features by which similar areas were found."""
    return [
        said(release.indicators[id]["title"])
        for id in release.catalogue.get("peer_features", [])
        if id in release.indicators
    ]
