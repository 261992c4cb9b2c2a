"""The indicator of the official statistics that stands beside another one: its series, and the pair of both values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gemeinsinn.portal.data.cells import ShownCell, shown, source_lines
from gemeinsinn.portal.data.words import description, said, value_text
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Wording
from gemeinsinn.releases.wording import number


@dataclass(frozen=True, slots=True)
class Official:
    """The indicator beside another one, and the areas whose values are shown: home and its larger areas."""

    entry: Mapping[str, Any]
    data: IndicatorData
    areas: tuple[str, ...]
    names: tuple[str, ...]
    """The names of the areas, which say that these values are the official ones."""
    difference: Mapping[str, str]

    def cells(self, period: str, words: Wording, release: Release) -> list[ShownCell]:
        """The official values of a period."""
        return [shown(self.data.cell(area, period), self.data, words, release) for area in self.areas]


def official_beside(release: Release, entry: Mapping[str, Any]) -> Official | None:
    """What stands beside an indicator, if anything does."""
    beside = entry.get("beside")
    if not beside:
        return None
    data = release.data(beside["indicator"])
    home = release.areas["home"]
    areas = tuple(area for area in (home, *release.benchmarks(home)) if data.latest(area) is not None)
    names = tuple(_("{area}, official").format(area=release.names[area]) for area in areas)
    return Official(release.indicators[data.id], data, areas, names, beside["difference"])


def periods_of(data: IndicatorData, official: Official | None) -> list[str]:
    """The periods of an indicator and of what stands beside it."""
    return sorted({*data.periods, *(official.data.periods if official else ())})


def also_from_registers(release: Release, indicator: str) -> list[Mapping[str, Any]]:
    """The indicators that name this one as the official figure beside them."""
    entries = release.catalogue["indicators"]
    return [entry for entry in entries if entry.get("beside", {}).get("indicator") == indicator]


def official_words(release: Release, data: IndicatorData, official: Official, words: Wording) -> dict[str, Any]:
    """The section that tells both apart: the difference in words, definitions, sources, and the pair of values."""
    own = release.indicators[data.id]
    return {
        "entry": official.entry,
        "title": said(official.entry["title"]),
        "names": official.names,
        "difference": said(official.difference),
        "pair": _pair(release, data, official, words),
        "both": [
            {"entry": each, "description": description(each), "sources": source_lines(release, each["sources"])}
            for each in (own, official.entry)
        ],
    }


def _pair(release: Release, data: IndicatorData, official: Official, words: Wording) -> str:
    """Both values of home in the newest period that both have, and how far they differ; else the newest of each."""
    home = release.areas["home"]
    name = release.names[home]
    common = [
        period
        for period in data.periods
        if data.cell(home, period).value is not None and official.data.cell(home, period).value is not None
    ]
    if not common:
        return " ".join([
            _("There is no period in which both have a value for {area}.").format(area=name),
            *_newest(_("The newest one of this indicator: {value} ({period})."), data, home, words),
            *_newest(_("The newest official one: {value} ({period})."), official.data, home, words),
        ])  # fmt: skip
    period = common[-1]
    cells = data.cell(home, period), official.data.cell(home, period)
    difference = (cells[0].value or 0.0) - (cells[1].value or 0.0)
    decimals = min(data.decimals, official.data.decimals)
    text = number(difference, decimals, words.language)
    pattern = _("{area}, {period}: {own} by this indicator, {official} in the official statistics. Difference: {text}.")
    return pattern.format(
        area=name,
        period=period,
        own=value_text(cells[0], data, words),
        official=value_text(cells[1], official.data, words),
        text=f"+{text}" if round(difference, decimals) > 0 else text,
    )


def _newest(pattern: str, data: IndicatorData, area: str, words: Wording) -> list[str]:
    period = data.latest(area)
    if period is None:
        return []
    return [pattern.format(value=value_text(data.cell(area, period), data, words), period=period)]
