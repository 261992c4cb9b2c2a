"""What is hidden and why: for planners and for those who answer for data protection, with this release's figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gemeinsinn.portal.data import worked_examples as examples
from gemeinsinn.portal.data.words import content_language, title_of
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.wording import day


_ISO_DAY = len("2025-12-31")


def disclosure_context(release: Release) -> dict[str, Any]:
    """The worked examples with all numbers that their text names, and what is hidden in this release."""
    tables = [table for table in release.disclosure["tables"] if "hidden" in table]
    return {
        "ages": examples.ages(),
        "releases": examples.releases(),
        "planner": _of_planner(),
        "officer": _of_officer(),
        "tables": [_table(table, release) for table in tables],
        "deviating": [
            {"source": table["source"], "facts": release.catalogue["sources"].get(table["source"], {})}
            for table in release.disclosure["tables"]
            if table["method"] == "cell_key"
        ],
    }


def _of_planner() -> dict[str, Any]:
    """The numbers in the text of the first example."""
    young, total = examples.UNDER_6, sum(examples.UNDER_6)
    others = [value for at, value in enumerate(young) if at != 0]
    shown = [value for at, value in enumerate(young) if at not in examples.HIDDEN_OF_AGES[0]]
    hidden = [examples.MUNICIPALITIES[at] for at in examples.HIDDEN_OF_AGES[0]]
    return {
        "place": examples.MUNICIPALITIES[0],
        "small": young[0],
        "by_subtraction": f"{total} − {' − '.join(map(str, others))} = {young[0]}",
        "first": hidden[0],
        "second": hidden[1],
        "together": f"{total} − {' − '.join(map(str, shown))} = {total - sum(shown)}",
    }


def _of_officer() -> dict[str, Any]:
    """The numbers in the text of the second example."""
    place = 1
    before, after = examples.UNDER_18[place], examples.UNDER_21[place]
    return {
        "place": examples.MUNICIPALITIES[place],
        "by_subtraction": f"{after} − {before} = {after - before}",
        "lowest": examples.POSSIBLE[0],
        "highest": examples.POSSIBLE[1],
    }


def _table(table: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """One register: its policy in words, and what is hidden by group and level."""
    facts = release.catalogue["sources"].get(table["source"], {})
    return {
        **table,
        "facts": facts,
        "title": facts.get("title", table["source"]),
        "share": _percent(table["hidden"], table["cells"]),
        "held": held_dates(table["held"]),
        "rows": [row for group in table["groups"] for row in _rows(group, release)],
    }


def held_dates(held: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The dates that keep earlier numbers, as the page's language writes them; a year is a year."""
    language = content_language()
    return [
        {name: day(text, language) if len(text) == _ISO_DAY else text for name, text in each.items()} for each in held
    ]


def _rows(group: Mapping[str, Any], release: Release) -> list[dict[str, Any]]:
    titles = [title_of(release.indicators[id]) for id in group["indicators"] if id in release.indicators]
    return [
        {
            **level,
            "titles": titles,
            "share": _percent(level["hidden"], level["cells"]),
            "share_of_sum": _percent(level["hidden_sum"], level["total"]) if level["total"] else None,
        }
        for level in group["levels"]
        if titles
    ]


def _percent(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else round(100 * part / whole, 1)
