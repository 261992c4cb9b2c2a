"""Data and interfaces: the catalogue with downloads, sources with licences, revisions, and how machines attach."""

from __future__ import annotations

from typing import Any

from gemeinsinn.portal.data.current import store
from gemeinsinn.portal.data.words import content_language, description, said, title_of, wording
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.wording import number, patterns


_MOST_LISTED = 200


def catalogue_context(release: Release) -> dict[str, Any]:
    """Every indicator with its levels, its span and its files."""
    topics = {topic["id"]: said(topic["title"]) for topic in release.catalogue["topics"]}
    entries = [
        {
            "entry": entry,
            "title": said(entry["title"]),
            "description": description(entry),
            "topic": topics[entry["topics"][0]],
            "first": min(span[0] for span in entry["levels"].values()),
            "last": max(span[1] for span in entry["levels"].values()),
        }
        for entry in release.catalogue["indicators"]
    ]
    return {"entries": entries, "base": f"/r/{release.hash}", "manifest": release.manifest}


def sources_context(release: Release) -> dict[str, Any]:
    """Every source: publisher, licence, state, notes, and the indicators made from it."""
    used: dict[str, list[dict[str, Any]]] = {}
    for entry in release.catalogue["indicators"]:
        for source in entry["sources"]:
            used.setdefault(source, []).append({"entry": entry, "title": said(entry["title"])})
    sources = [
        {
            "id": id,
            **facts,
            "update": said(facts["next_update"]) if facts["next_update"] else "",
            "used": used.get(id, []),
        }
        for id, facts in release.catalogue["sources"].items()
    ]
    return {"sources": sources, "geometry": list(release.catalogue["geometry"].values())}


def revisions_context(release: Release) -> dict[str, Any]:
    """What each release changed against the one before, the newest first.

    The log is public and whole: a release that was deleted keeps its line, but nothing is left to link to.
    """
    releases = store()
    there = set(releases.hashes())
    log = [
        {
            "line": line,
            "current": line.release == releases.current(),
            "shown": line.release == release.hash,
            "there": line.release in there,
        }
        for line in reversed(releases.pointed())
    ]
    values = release.revisions["values"]
    words = wording(release)

    def title(id: str) -> str:
        return title_of(release.indicators[id]) if id in release.indicators else id

    def shown(id: str, value: float | str | None) -> str:
        """A value, the reason why it is hidden, or nothing."""
        if isinstance(value, str):
            return words.patterns[f"reason.{value}"]
        return number(value, release.indicators[id]["decimals"], words.language) if value is not None else "–"

    rows = [
        {
            "kind": kind,
            "title": title(id),
            "area": release.names.get(area, area),
            "period": period,
            "old": shown(id, old) if id in release.indicators else str(old),
            "new": shown(id, new) if id in release.indicators else "–",
        }
        for kind in ("revised", "vanished", "hidden")
        for id, area, period, old, new in values[kind][:_MOST_LISTED]
    ]
    return {
        "log": log,
        "counts": values["counts"],
        "rows": rows,
        "fresh": [{"title": title(id), "count": count} for id, count in values["new"].items()],
        "definitions": [
            {"title": title(id), "before": before, "now": now}
            for id, (before, now) in release.revisions["definitions"].items()
        ],
        "territory": release.revisions["territory"],
    }


def methods_context(release: Release) -> dict[str, Any]:
    """The statuses with their signs and words, the bases, and the disclosure report."""
    words = patterns(content_language())
    statuses = [
        {"sign": words[f"sign.{each['status']}"], "words": words[f"reason.{each['status']}"]}
        for each in release.catalogue["statuses"]
        if f"reason.{each['status']}" in words
    ]
    tables = release.disclosure["tables"]
    return {
        "statuses": statuses,
        "bases": [said(basis) for basis in release.catalogue["bases"].values()],
        "tables": [
            {
                **table,
                "facts": release.catalogue["sources"].get(table["source"], {}),
                "marked": sum(table["marks"].values()),
            }
            for table in tables
        ],
        "peer_features": [
            said(release.indicators[id]["title"])
            for id in release.catalogue["peer_features"]
            if id in release.indicators
        ],
        "edition": release.areas["edition"],
    }
