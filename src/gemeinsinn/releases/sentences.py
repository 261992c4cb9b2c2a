"""Generated findings: a title and a few sentences on one number, from released cells only.

Better or worse is said only where the interval excludes the benchmark and the indicator has a polarity, higher or
lower than before only where the interval of the difference excludes zero. The pages' own code fills the same patterns;
a test compares both word for word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gemeinsinn.indicators.methods.judgement import Estimate, Judgement, Polarity, developed, judged
from gemeinsinn.releases.data import Cell, IndicatorData
from gemeinsinn.releases.wording import number


@dataclass(frozen=True, slots=True)
class Finding:
    """A title that states the finding, and the sentences below it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What a language needs to word findings."""

    language: str
    patterns: Mapping[str, str]
    names: Mapping[str, str]
    """The name of each area."""

    def value(self, value: float | None, data: IndicatorData) -> str:
        """A number with its unit."""
        if value is None:
            return "–"
        return self.patterns[f"unit.{data.unit}"].format(n=number(value, data.decimals, self.language))

    def fill(self, key: str, **slots: str) -> str:
        """A pattern with its slots filled."""
        return self.patterns[key].format(**slots)

    def listed(self, items: Sequence[str]) -> str:
        """A, B and C."""
        if len(items) == 1:
            return items[0]
        return self.fill("list.and", first=", ".join(items[:-1]), last=items[-1])


@dataclass(frozen=True, slots=True)
class Question:
    """What a finding is about: an indicator's number for an area and a period, beside its larger areas."""

    data: IndicatorData
    title: str
    statistic: str
    polarity: Polarity
    area: str
    period: str
    benchmarks: tuple[str, ...]
    amt: str = ""
    """The Amt of a municipality, whose value may stand for it."""
    synthetic: bool = False
    """Whether the people behind the numbers do not exist, which title and text then say."""


def finding(question: Question, wording: Wording) -> Finding:
    """The finding on one number, or on its absence."""
    said = _said(question, wording)
    if not question.synthetic:
        return said
    title = wording.fill("title.synthetic", title=said.title)
    return Finding(title, f"{said.text} {wording.patterns['synthetic']}")


def _said(question: Question, wording: Wording) -> Finding:
    cell = question.data.cell(question.area, question.period)
    if cell.value is None:
        return _missing(question, cell, wording)
    compared = _compared(question, cell)
    parts = [_value(question, cell, wording), *_remark(question, cell, wording)]
    parts += _comparisons(question, cell, compared, wording)
    parts += _trend(question, cell, wording)
    return Finding(_title(question, cell, compared, wording), " ".join(parts))


def _compared(question: Question, cell: Cell) -> list[tuple[str, Cell, Judgement]]:
    """The benchmarks that have a number in the same period, with what may be said."""
    found = []
    for benchmark in question.benchmarks:
        other = question.data.cell(benchmark, question.period)
        if other.value is not None:
            said = judged(lower=cell.lower, upper=cell.upper, benchmark=other.value, polarity=question.polarity)
            found.append((benchmark, other, said))
    return found


def _title(question: Question, cell: Cell, compared: Sequence[tuple[str, Cell, Judgement]], wording: Wording) -> str:
    slots = {
        "indicator": question.title,
        "area": wording.names[question.area],
        "value": wording.value(cell.value, question.data),
    }
    if not compared or question.statistic == "count":
        return wording.fill("title.alone", **slots)
    benchmark, other, said = compared[0]
    slots |= {"benchmark": wording.names[benchmark], "other": wording.value(other.value, question.data)}
    return wording.fill(f"title.{said}", **slots)


def _value(question: Question, cell: Cell, wording: Wording) -> str:
    slots = {
        "area": wording.names[question.area],
        "period": question.period,
        "value": wording.value(cell.value, question.data),
    }
    if cell.lower is None or cell.upper is None:
        return wording.fill("value", **slots)
    decimals = question.data.decimals
    lower, upper = (number(limit, decimals, wording.language) for limit in (cell.lower, cell.upper))
    return wording.fill("value.interval", **slots, lower=lower, upper=upper)


def _remark(question: Question, cell: Cell, wording: Wording) -> list[str]:
    remark = f"value.{cell.status}"
    return [wording.fill(remark, amt=wording.names.get(question.amt, ""))] if remark in wording.patterns else []


def _comparisons(
    question: Question, cell: Cell, compared: Sequence[tuple[str, Cell, Judgement]], wording: Wording
) -> list[str]:
    """One sentence for each thing that may be said, with the benchmarks of which it may be said."""
    if question.statistic == "count":
        return _share(cell, compared, wording)
    groups: dict[Judgement, list[str]] = {}
    for benchmark, other, said in compared:
        slots = {"name": wording.names[benchmark], "value": wording.value(other.value, question.data)}
        groups.setdefault(said, []).append(wording.fill("compare.item", **slots))
    return [wording.fill(f"compare.{said}", list=wording.listed(items)) for said, items in groups.items()]


def _share(cell: Cell, compared: Sequence[tuple[str, Cell, Judgement]], wording: Wording) -> list[str]:
    """A number of people or things is told as a share of the larger area."""
    if not compared or cell.value is None or not compared[0][1].value or compared[0][1].value < 0:
        return []
    benchmark, other, _ = compared[0]
    share = number(cell.value / (other.value or 1) * 100, 1, wording.language)
    return [wording.fill("compare.share", share=share, benchmark=wording.names[benchmark])]


def _trend(question: Question, cell: Cell, wording: Wording) -> list[str]:
    """The number beside the first one that it can be compared with; a break is named."""
    breaks = [each for each in question.data.plain["breaks"] if each["period"] <= question.period]
    since = breaks[-1]["period"] if breaks else ""
    series = question.data.series(question.area)
    earlier = [
        (period, other) for period, other in series if since <= period < question.period and other.value is not None
    ]
    parts = []
    if earlier:
        period, other = earlier[0]
        said = developed(_estimate(cell), _estimate(other))
        parts.append(wording.fill(f"trend.{said}", period=period, value=wording.value(other.value, question.data)))
    if breaks and any(period < since and other.value is not None for period, other in series):
        parts.append(wording.fill("trend.break", period=since, text=breaks[-1]["text"][wording.language]))
    return parts


def _estimate(cell: Cell) -> Estimate | None:
    if cell.value is None or cell.lower is None or cell.upper is None:
        return None
    return Estimate(cell.value, cell.lower, cell.upper)


def _missing(question: Question, cell: Cell, wording: Wording) -> Finding:
    names = wording.names
    title = wording.fill("title.missing", indicator=question.title, area=names[question.area])
    reason = wording.patterns[f"reason.{cell.status}"]
    parts = [wording.fill("missing", area=names[question.area], period=question.period, reason=reason)]
    nearest = _nearest(question.data, question.area, question.period)
    if nearest is not None:
        value = wording.value(question.data.cell(question.area, nearest).value, question.data)
        parts.append(wording.fill("missing.nearest", period=nearest, value=value))
        return Finding(title, " ".join(parts))
    for parent in filter(None, (question.amt, *question.benchmarks)):
        period = question.data.latest(parent)
        if period is not None:
            value = wording.value(question.data.cell(parent, period).value, question.data)
            parts.append(wording.fill("missing.parent", area=names[parent], value=value, period=period))
            break
    return Finding(title, " ".join(parts))


def _nearest(data: IndicatorData, area: str, period: str) -> str | None:
    """The period with a number that lies nearest; of two, the later."""
    known = [name for name, cell in data.series(area) if cell.value is not None]
    wanted = int(period[:4])
    return min(reversed(known), key=lambda name: abs(int(name[:4]) - wanted), default=None)
