"""What a new release changes against the one before: values, definitions, territory; new, revised, vanished, hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.releases.data import IndicatorData, indicator_data


@dataclass(slots=True)
class Changes:
    """The changes of values; new values are counted by indicator, all others are listed one by one."""

    new: dict[str, int] = field(default_factory=dict)
    revised: list[list[Any]] = field(default_factory=list)
    vanished: list[list[Any]] = field(default_factory=list)
    hidden: list[list[Any]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "new": sum(self.new.values()),
            "revised": len(self.revised),
            "vanished": len(self.vanished),
            "hidden": len(self.hidden),
        }

    def as_json(self) -> dict[str, Any]:
        """The form of `revisions.json`: rows of indicator, area, period, old value, new value or status."""
        return {
            "counts": self.counts,
            "new": self.new,
            "columns": ["indicator", "area", "period", "old", "new"],
            "revised": self.revised,
            "vanished": self.vanished,
            "hidden": self.hidden,
        }


def note_changes(changes: Changes, before: IndicatorData | None, plain: Mapping[str, Any]) -> None:
    """Add one indicator's changes."""
    now = indicator_data(plain)
    if before is None:
        fresh = int((~np.isnan(_values(now, now.areas, now.periods))).sum())
        changes.new |= {now.id: fresh} if fresh else {}
        return
    areas = sorted({*before.areas, *now.areas})
    periods = sorted({*before.periods, *now.periods})
    old, new = _values(before, areas, periods), _values(now, areas, periods)
    was, there = ~np.isnan(old), ~np.isnan(new)
    if fresh := int((there & ~was).sum()):
        changes.new[now.id] = fresh
    for row, column in np.argwhere(was & there & (old != new)).tolist():
        area, period = areas[row], periods[column]
        changes.revised.append([now.id, area, period, before.cell(area, period).value, now.cell(area, period).value])
    for row, column in np.argwhere(was & ~there).tolist():
        area, period = areas[row], periods[column]
        last = before.cell(area, period).value
        if area in now.index and period in now.columns:
            changes.hidden.append([now.id, area, period, last, str(now.cell(area, period).status)])
        else:
            changes.vanished.append([now.id, area, period, last, None])


def note_vanished(changes: Changes, before: IndicatorData) -> None:
    """Add all values of an indicator that is no more."""
    for area in sorted(before.areas):
        for period, cell in sorted(before.series(area)):
            if cell.value is not None:
                changes.vanished.append([before.id, area, period, cell.value, None])


def _values(data: IndicatorData, areas: Sequence[str], periods: Sequence[str]) -> NDArray[np.float64]:
    """The values of an indicator over wider areas and periods; nan where it has none."""
    values = np.full((len(areas), len(periods)), np.nan)
    row_of = {area: row for row, area in enumerate(areas)}
    column_of = {period: column for column, period in enumerate(periods)}
    rows, columns = [row_of[area] for area in data.areas], [column_of[period] for period in data.periods]
    if rows and columns:
        values[np.ix_(rows, columns)] = np.array(data.plain["values"], dtype=np.float64)
    return values
