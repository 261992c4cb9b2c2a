"""What one county needs without network: all its numbers in one file, and the findings in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gemeinsinn.areas.english import ENGLISH_NAMES
from gemeinsinn.concepts.territory import Level
from gemeinsinn.indicators.methods.judgement import Polarity
from gemeinsinn.releases.contents import Material
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.files import Builder, as_json
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Question, Wording, finding
from gemeinsinn.releases.wording import LANGUAGES, patterns


_MOST_AREAS_WITH_FINDINGS = 1000
"""Findings of a release over more areas are worded by the page that shows them; the patterns are there."""


def add_bundle(builder: Builder, written: Release, material: Material) -> None:
    """All that one county needs without network: its areas and its larger areas, every indicator.

    An instance over a state or the country has no such file: each of its counties would be another one.
    """
    home = material.about["home"]
    edition = material.frame.edition
    if edition.areas[home].level is not Level.DISTRICT:
        return
    wanted = {home, *edition.ancestors(home), *_descendants(home, material)}
    indicators = {}
    for id in written.indicators:
        plain = written.data(id).plain
        rows = [row for row, area in enumerate(plain["areas"]) if area in wanted]
        if rows:
            indicators[id] = _cut(plain, rows)
    builder.add(f"bundle/{home}.json", as_json({"home": home, "indicators": indicators}))


def _descendants(home: str, material: Material) -> list[str]:
    return [key for key in material.frame.published if home in material.frame.edition.ancestors(key)]


def _cut(plain: Mapping[str, Any], rows: Sequence[int]) -> dict[str, Any]:
    """The part of an indicator for some of its areas, without cases and populations."""
    of_row = {row: place for place, row in enumerate(rows)}
    return {
        "areas": [plain["areas"][row] for row in rows],
        "periods": plain["periods"],
        "values": [plain["values"][row] for row in rows],
        "status": [plain["status"][row] for row in rows],
        "lower": [plain["lower"][row] for row in rows] if plain["lower"] else None,
        "upper": [plain["upper"][row] for row in rows] if plain["upper"] else None,
        "provenance": plain["provenance"],
        "origin": [plain["origin"][row] for row in rows],
        "converted": [[of_row[row], column] for row, column in plain["converted"] if row in of_row],
        "breaks": plain["breaks"],
        **({"synthetic": True} if "synthetic" in plain else {}),
    }


def add_sentences(builder: Builder, written: Release, material: Material) -> None:
    """The patterns of each language, and the findings on the latest number of each of the county's areas."""
    names = written.names
    few = len(names) <= _MOST_AREAS_WITH_FINDINGS
    home = material.about["home"]
    wanted = [home, *_descendants(home, material)] if few else [home]
    english = {**names, **{key: name for key, name in ENGLISH_NAMES.items() if key in names}}
    names_in = {"de": names, "en": english}
    wordings = [Wording(language, patterns(language), names_in[language]) for language in LANGUAGES]
    findings: dict[str, dict[str, dict[str, list[str]]]] = {language: {} for language in LANGUAGES}
    for id in written.indicators:
        for wording in wordings:
            findings[wording.language][id] = _findings(written, id, wanted, wording)
    for wording in wordings:
        content = {
            "language": wording.language,
            "patterns": dict(wording.patterns),
            "findings": findings[wording.language],
        }
        builder.add(f"sentences/{wording.language}.json", as_json(content))


def _findings(written: Release, id: str, areas: Sequence[str], wording: Wording) -> dict[str, list[str]]:
    data = written.data(id)
    found = {}
    for area in areas:
        period = data.latest(area)
        if period is not None:
            said = finding(question_on(written, data, area, period, wording.language), wording)
            found[area] = [said.title, said.text]
    return found


def question_on(release: Release, data: IndicatorData, area: str, period: str, language: str) -> Question:
    """The question that a finding on one number answers, with the benchmarks that a release has."""
    entry = release.indicators[data.id]
    return Question(
        data=data,
        title=entry["title"][language],
        statistic=entry["statistic"],
        polarity=Polarity(entry["polarity"]),
        area=area,
        period=period,
        benchmarks=release.benchmarks(area),
        amt=release.amt(area),
        synthetic=data.is_synthetic,
    )
