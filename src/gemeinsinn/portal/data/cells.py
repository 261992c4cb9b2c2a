"""Released numbers as a page's tables show them: text, sign, reason, interval and judgement, each in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gemeinsinn.indicators.methods.judgement import Judgement, Polarity, judged
from gemeinsinn.portal.data.words import reason, value_text
from gemeinsinn.releases.data import Cell, IndicatorData
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Wording
from gemeinsinn.releases.wording import day, number


_COUNTED = ("proportion", "rate")


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell of a table: what stands in it, and what a reader who asks is told."""

    text: str
    value: float | None
    status: str
    unit: str = ""
    """The unit in words where it is longer than a sign; `short` is the text without it."""
    explanation: str = ""
    interval: str = ""
    lower: float | None = None
    upper: float | None = None
    judgement: str = ""
    judgement_words: str = ""
    key_date: str = ""
    counts: str = ""
    """The cases and the people they are among, for shares and rates."""
    basis: str = ""
    converted: bool = False
    added_up: bool = False

    @property
    def is_missing(self) -> bool:
        return self.value is None

    @property
    def short(self) -> str:
        """The text without a unit that is told elsewhere."""
        return self.text.removesuffix(self.unit).strip() if self.unit and not self.is_missing else self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: an area, or an indicator, with its cells."""

    key: str
    name: str
    slug: str
    cells: Sequence[ShownCell]
    is_selected: bool = False


def judgement_words(judgement: Judgement) -> str:
    """A judgement in words; a page never says it by colour alone."""
    match judgement:
        case Judgement.BETTER:
            return _("more favourable")
        case Judgement.WORSE:
            return _("less favourable")
        case Judgement.HIGHER:
            return _("discernibly higher")
        case Judgement.LOWER:
            return _("discernibly lower")
        case Judgement.NO_DIFFERENCE:
            return _("no discernible difference")
        case Judgement.NOT_JUDGED:
            return _("not judged")


def shown(
    cell: Cell,
    data: IndicatorData,
    words: Wording,
    release: Release,
    *,
    benchmark: Cell | None = None,
    polarity: str = "",
) -> ShownCell:
    """A cell for a table; beside a benchmark it is judged."""
    interval = ""
    if cell.lower is not None and cell.upper is not None:
        limits = [number(limit, data.decimals, words.language) for limit in (cell.lower, cell.upper)]
        interval = f"{limits[0]}–{limits[1]}"
    judgement = Judgement.NOT_JUDGED
    if benchmark is not None and cell.value is not None:
        judgement = judged(
            lower=cell.lower, upper=cell.upper, benchmark=benchmark.value, polarity=Polarity(polarity or "neutral")
        )
    return ShownCell(
        text=value_text(cell, data, words),
        value=cell.value,
        status=str(cell.status),
        unit=_long_unit(data, words),
        explanation=_explanation(cell, words),
        interval=interval,
        lower=cell.lower,
        upper=cell.upper,
        judgement=str(judgement) if benchmark is not None else "",
        judgement_words=judgement_words(judgement) if benchmark is not None and cell.value is not None else "",
        counts=_counts(cell, release.indicators[data.id]["statistic"], words.language),
        key_date=day(cell.valid_on, words.language) if cell.valid_on else "",
        basis=release.basis_words(cell.bases, words.language),
        converted=cell.converted,
        added_up=cell.made == "added-up",
    )


def _counts(cell: Cell, statistic: str, language: str) -> str:
    if cell.value is None or cell.numerator is None or cell.denominator is None or statistic not in _COUNTED:
        return ""
    cases, people = (number(count, 0, language) for count in (cell.numerator, cell.denominator))
    return _("{cases} of {people}").format(cases=cases, people=people)


def _long_unit(data: IndicatorData, words: Wording) -> str:
    """What follows the number, if it is more than a sign such as % or €."""
    unit = words.patterns[f"unit.{data.unit}"].partition("{n}")[2].strip()
    return unit if len(unit) > len("m²") else ""


def _explanation(cell: Cell, words: Wording) -> str:
    if cell.value is None:
        return reason(cell, words)
    match str(cell.status):
        case "pooled":
            return _("pooled over several years")
        case "merged":
            return _("value of the Amt")
        case "weak":
            return _("few cases, of limited reliability")
    return ""


def signs_used(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Each sign and each mark in a table with its meaning, for the legend below it."""
    found: set[tuple[str, str]] = set()
    for cell in (cell for row in rows for cell in row.cells):
        if cell.is_missing:
            found.add((cell.text, cell.explanation))
        elif cell.explanation:
            found.add(("*", cell.explanation))
        if cell.converted:
            found.add(("u", _("converted to today’s boundaries")))
    return sorted(found)


def source_lines(release: Release, sources: Sequence[str]) -> list[Mapping[str, Any]]:
    """The sources of a view, each once by attribution, with the tables behind it."""
    lines: dict[str, dict[str, Any]] = {}
    for source in sources:
        facts = release.catalogue["sources"].get(source)
        if facts is None:
            continue
        line = lines.setdefault(
            facts["attribution"],
            {"attribution": facts["attribution"], "licence": facts["licence"], "url": facts["url"], "tables": []},
        )
        line["tables"].append({"id": source, **facts})
    return list(lines.values())
