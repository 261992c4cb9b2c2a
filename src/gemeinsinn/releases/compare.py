"""What a new release changes against the one before: values, definitions, territory; new, revised, vanished, hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    old = _values(before) if before is not None else {}
    new = _values(now)
    fresh = len(new.keys() - old.keys())
    if fresh:
        changes.new[now.id] = fresh
    for place in sorted(old.keys() & new.keys()):
        if old[place] != new[place]:
            changes.revised.append([now.id, *place, old[place], new[place]])
    for place in sorted(old.keys() - new.keys()):
        area, period = place
        known = area in now.index and period in now.columns
        if known:
            changes.hidden.append([now.id, area, period, old[place], str(now.cell(area, period).status)])
        else:
            changes.vanished.append([now.id, area, period, old[place], None])


def note_vanished(changes: Changes, before: IndicatorData) -> None:
    """Add all values of an indicator that is no more."""
    for (area, period), value in sorted(_values(before).items()):
        changes.vanished.append([before.id, area, period, value, None])


def _values(data: IndicatorData) -> dict[tuple[str, str], float]:
    matrix: Sequence[Sequence[float | None]] = data.plain["values"]
    return {
        (area, period): value
        for area, row in zip(data.areas, matrix, strict=True)
        for period, value in zip(data.periods, row, strict=True)
        if value is not None
    }
