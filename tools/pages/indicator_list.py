"""`indicators.md`: the indicators that come with the platform, by topic."""

from __future__ import annotations

from collections.abc import Mapping

from gemeinsinn.concepts.territory import Level
from gemeinsinn.indicators.catalogue import Catalogue, read_catalogue
from gemeinsinn.indicators.definition import Indicator, Operand
from gemeinsinn.sources.declared import SourceDeclaration, read_sources
from pages.source import ROOT
from pages.tables import DEMO, levels_of_sources
from pages.text import code, page, table


def indicators_page() -> str:
    """The page."""
    catalogue = read_catalogue(ROOT / "catalogue")
    declared = read_sources(DEMO / "sources.yaml")
    parts = []
    for topic in catalogue.topics.values():
        own = [each for each in catalogue.indicators.values() if each.topics[0] == topic.id]
        if own:
            head = ("id", "title", "unit", "statistic", "polarity", "levels", "source")
            rows = [_row(each, catalogue, declared) for each in own]
            parts += [f"## {topic.title['en']} ({topic.title['de']})", table(head, rows)]
    return page(
        "Indicators",
        f"The catalogue defines {len(catalogue.indicators)} indicators. Each stands here under its first topic. Levels are "
        "those at which all of its tables have figures in the sources of the demo county, or are added up to; a `previous` "
        "or `mean_of_year` timing, missing years and signs of a source can narrow them down.",
        *parts,
    )


def _row(indicator: Indicator, catalogue: Catalogue, declared: Mapping[str, SourceDeclaration]) -> tuple[str, ...]:
    sources = [source for source in catalogue.sources_of(indicator) if source in declared]
    return (
        code(indicator.id),
        indicator.title["de"],
        code(indicator.unit),
        str(indicator.statistic),
        str(indicator.polarity).replace("_", " "),
        ", ".join(_levels(indicator, catalogue)),
        "; ".join(_named(sources, declared)),
    )


def _levels(indicator: Indicator, catalogue: Catalogue) -> list[str]:
    common = [set(_levels_of(operand, catalogue)) for operand in indicator.operands]
    together = set.intersection(*common) if common else set()
    return [str(level) for level in Level if str(level) in together]


def _levels_of(operand: Operand, catalogue: Catalogue) -> set[str]:
    """The levels of a table: those of its parts, and those that it is added up to."""
    definition = catalogue.tables[operand.table]
    known = levels_of_sources()
    found: set[str] = set()
    for part in definition.parts:
        levels = known.get(part.source, ())
        found.update(level for level in levels if not part.levels or level in part.levels)
    return found | set(definition.add_up)


def _named(sources: list[str], declared: Mapping[str, SourceDeclaration]) -> list[str]:
    """Publishers with the ids of their sources."""
    by_publisher: dict[str, list[str]] = {}
    for source in sources:
        by_publisher.setdefault(declared[source].origin_id, []).append(source)
    return [f"{origin}: {', '.join(ids)}" for origin, ids in by_publisher.items()]
