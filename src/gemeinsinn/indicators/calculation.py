"""Calculating an indicator: operands to panels, formula, intervals, small numbers, breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.indicators.cells import ages
from gemeinsinn.indicators.definition import (
    Break,
    Indicator,
    Operand,
    Statistic,
    Sum,
    TableDefinition,
    Timing,
    Words,
)
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.indicators.methods.classes import median_of_classes
from gemeinsinn.indicators.methods.intervals import poisson, wilson
from gemeinsinn.indicators.panel import (
    CODE_OF,
    NORMAL,
    NOT_COMPARABLE,
    NOWHERE,
    STRUCTURAL_ZERO,
    WEAK,
    Flags,
    Floats,
    Panel,
    joined_origin,
)
from gemeinsinn.indicators.small_numbers import Counts, eased
from gemeinsinn.indicators.table_panel import Statistics, table_panel


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator's numbers for the published areas; arrays are areas by periods, nan where there is nothing."""

    indicator: Indicator
    panel: Panel
    lower: Floats
    upper: Floats
    numerator: Floats
    denominator: Floats
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Calculation:
    """All that a calculation needs: tables, where numbers come from, the frame, and the words of the bases."""

    tables: Mapping[str, TableDefinition]
    statistics: Statistics
    frame: Frame
    bases: Mapping[str, Words]
    _panels: dict[tuple[object, ...], Panel] = field(default_factory=dict)
    """Panels that several indicators share, by table and choice."""

    def result(self, indicator: Indicator) -> Result:
        """Calculate one indicator for the published areas."""
        counts = self._counts(indicator)
        if indicator.small_numbers is not None:
            counts = eased(counts, indicator.small_numbers, self.frame, multiplier=indicator.multiplier)
        panel = counts.panel.without_empty_periods()
        counts = Counts(
            panel, _like(counts.numerator, counts.panel, panel), _like(counts.denominator, counts.panel, panel)
        )
        lower, upper = _interval(indicator, counts)
        breaks = self._breaks(indicator, panel)
        return Result(indicator, panel, lower, upper, counts.numerator, counts.denominator, breaks)

    def waits_for(self, indicator: Indicator) -> tuple[str, ...]:
        """The tables of an indicator for which nothing was delivered yet."""
        return tuple(table for table in indicator.tables if not self._delivered(self.tables[table]))

    def _delivered(self, table: TableDefinition) -> bool:
        return any(self.statistics.rows(part.source) is not None for part in table.parts)

    def _counts(self, indicator: Indicator) -> Counts:
        if indicator.statistic is Statistic.MEDIAN:
            return self._median(indicator.numerator.plus[0])
        above = self._sum(indicator.numerator)
        if indicator.statistic is Statistic.CHANGE:
            return _change(above, indicator.change_years)
        if indicator.denominator is None:
            nothing = np.full(above.values.shape, np.nan)
            return Counts(above, above.values, nothing)
        return _ratio(above, self._sum(indicator.denominator), indicator.multiplier)

    def _sum(self, total: Sum) -> Panel:
        added = [self._operand(operand) for operand in total.plus]
        taken = [self._operand(operand) for operand in total.minus]
        periods = sorted({period for panel in (*added, *taken) for period in panel.periods})
        aligned = [panel.at_periods(periods) for panel in added]
        negative = [_negative(panel.at_periods(periods)) for panel in taken]
        return reduce(_plus, [*aligned, *negative])

    def _operand(self, operand: Operand) -> Panel:
        panel = self._panel(operand.table, operand.where)
        if operand.timing is Timing.PREVIOUS:
            return panel.shifted(1)
        if operand.timing is Timing.MEAN_OF_YEAR:
            return _mean_of_year(panel)
        return panel

    def _panel(self, table: str, where: Mapping[str, tuple[str, ...]]) -> Panel:
        key = (table, tuple(sorted(where.items())))
        if key not in self._panels:
            whole = table_panel(self.tables[table], where, frame=self.frame, statistics=self.statistics)
            self._panels[key] = whole.at_areas(self.frame.published)
        return self._panels[key]

    def _median(self, operand: Operand) -> Counts:
        """The median of the classes of the one dimension that an operand names class by class."""
        spans = sorted((span, code) for code in operand.where["age"] if (span := ages(code)))
        panels = []
        for _, code in spans:
            panels.append(self._panel(operand.table, {**operand.where, "age": (code,)}))
        together = reduce(_plus, panels)
        counts = np.stack([panel.values for panel in panels], axis=-1)
        bounds = [(float(first), float("inf") if last == 999 else last + 1.0) for (first, last), _ in spans]
        medians = np.where(together.known, median_of_classes(np.nan_to_num(counts), bounds), np.nan)
        status = np.where(together.known & np.isnan(medians), np.uint8(STRUCTURAL_ZERO), together.status)
        panel = replace(together, values=medians, status=status)
        return Counts(panel, medians, np.full(medians.shape, np.nan))

    def _breaks(self, indicator: Indicator, panel: Panel) -> tuple[Break, ...]:
        """Declared breaks, and a break wherever the numbers begin to rest on another basis."""
        found = {each.period: replace(each, text=_without_stop(each.text)) for each in indicator.breaks}
        before: tuple[str, ...] = ()
        for column, period in enumerate(panel.periods):
            of_period = [
                panel.provenance[place].bases for place in np.unique(panel.origin[:, column]) if place != NOWHERE
            ]
            bases = max(of_period, default=())
            if before and bases and set(bases) != set(before):
                found.setdefault(period, Break(period, "basis", self._turn(before, bases)))
            before = bases or before
        return tuple(found[period] for period in sorted(found))

    def _turn(self, before: tuple[str, ...], after: tuple[str, ...]) -> Words:
        """What numbers no longer rest on, and what they rest on instead, by language."""
        gone = [self.bases[basis] for basis in before if basis not in after]
        come = [self.bases[basis] for basis in after if basis not in before]
        languages = (gone or come)[0]
        sides = {
            language: [", ".join(words[language] for words in side) for side in (gone, come)] for language in languages
        }
        return {language: " → ".join(side for side in both if side) for language, both in sides.items()}


def _without_stop(words: Words) -> Words:
    """A text that goes on in a sentence has no full stop of its own."""
    return {language: text.rstrip(".") for language, text in words.items()}


def _like(values: Floats, panel: Panel, other: Panel) -> Floats:
    """Values of one panel's periods in the order of another's."""
    index = {period: column for column, period in enumerate(panel.periods)}
    return values[:, [index[period] for period in other.periods]]


def _negative(panel: Panel) -> Panel:
    return replace(panel, values=-panel.values)


def _plus(first: Panel, second: Panel) -> Panel:
    return _combined(first, second, lambda one, other: one + other)


def _combined(first: Panel, second: Panel, formula: Callable[[Floats, Floats], Floats]) -> Panel:
    """A panel from two of one shape; a missing number has the status of the operand that misses it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = formula(first.values, second.values)
    values = np.where(first.known & second.known, values, np.nan)
    missing = np.where(first.known, second.status, first.status)
    weak = (first.status == WEAK) | (second.status == WEAK)
    status = np.where(first.known & second.known, np.where(weak, np.uint8(WEAK), np.uint8(NORMAL)), missing)
    origin, provenance = joined_origin(first, second)
    silent = (first.origin == NOWHERE) | (second.origin == NOWHERE)
    origin = np.where(
        silent & ~(first.known & second.known) & (missing == CODE_OF[ObsStatus.NOT_COLLECTED]), NOWHERE, origin
    )
    return Panel(
        first.areas,
        first.periods,
        values,
        status.astype(np.uint8),
        origin,
        np.maximum(first.reach, second.reach),
        provenance,
    )


def _mean_of_year(panel: Panel) -> Panel:
    """The mean of the key dates at the end of the year before and of the year; it has no key date of its own."""
    earlier = panel.shifted(1)
    periods = [period for period in panel.periods if period in earlier.periods]
    now = panel.at_periods(periods)
    mean = _combined(earlier.at_periods(periods), now, lambda one, other: (one + other) / 2)
    return replace(mean, provenance=tuple(replace(each, valid_on="") for each in mean.provenance))


def _change(panel: Panel, years: int) -> Counts:
    """The change in per cent over some years."""
    earlier = panel.shifted(years)
    periods = [period for period in panel.periods if period in earlier.periods]
    before, now = earlier.at_periods(periods), panel.at_periods(periods)
    change = _without_zero_below(_combined(now, before, lambda new, old: (new - old) / old * 100), before)
    change = _without(change, _turned(now, before) & change.known, NOT_COMPARABLE)
    return Counts(change, now.values, before.values)


def _turned(now: Panel, before: Panel) -> Flags:
    """Where two numbers rest on different bases, so that their difference is partly a correction of the count."""
    bases = sorted({each.bases for panel in (now, before) for each in panel.provenance})
    codes = [
        np.array([*(bases.index(each.bases) for each in panel.provenance), NOWHERE])[panel.origin]
        for panel in (now, before)
    ]
    return np.asarray(codes[0] != codes[1])


def _ratio(above: Panel, below: Panel, multiplier: float) -> Counts:
    periods = sorted({*above.periods} & {*below.periods})
    above, below = above.at_periods(periods), below.at_periods(periods)
    ratio = _combined(above, below, lambda one, other: one / other * multiplier)
    return Counts(_without_zero_below(ratio, below), above.values, below.values)


def _without_zero_below(panel: Panel, below: Panel) -> Panel:
    return _without(panel, below.values == 0, STRUCTURAL_ZERO)


def _without(panel: Panel, where: Flags, status: int) -> Panel:
    """The panel without the numbers at some places, which get a status instead."""
    values = np.where(where, np.nan, panel.values)
    return replace(panel, values=values, status=np.where(where, np.uint8(status), panel.status))


def _interval(indicator: Indicator, counts: Counts) -> tuple[Floats, Floats]:
    known = counts.panel.known
    if indicator.statistic is Statistic.PROPORTION:
        lower, upper = wilson(counts.numerator, counts.denominator)
    elif indicator.statistic is Statistic.RATE:
        lower, upper = poisson(counts.numerator)
        with np.errstate(divide="ignore", invalid="ignore"):
            lower, upper = lower / counts.denominator, upper / counts.denominator
    else:
        nothing = np.full(counts.panel.values.shape, np.nan)
        return nothing, nothing
    scale = indicator.multiplier
    return np.where(known, lower * scale, np.nan), np.where(known, upper * scale, np.nan)
