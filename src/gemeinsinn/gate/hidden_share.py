"""How much of what is asked of a register is hidden: by question and level, from released numbers only.

What the numbers of the hidden areas add up to follows from the released total and the released rest, or it is told to
nobody. How many cells are hidden for their own sake is told in tens and for a whole register only: for a small table it
could tell that one of two hidden cells is below the threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.registers import AREA_DIMENSIONS, DISTRICT, MUNICIPALITY
from gemeinsinn.gate.protected_tables import ProtectedTables, ShownNumbers


ROUGHLY = 10
"""Counts that could tell more than they should are told in multiples of it."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is hidden of one question at one level, over all its dates."""

    level: str
    dates: int
    cells: int
    hidden: int
    withheld: int
    total: float | None
    """What all areas of the level have, over the dates at which that is known."""
    hidden_sum: float | None
    """What the hidden ones among them have."""

    @property
    def document(self) -> dict[str, Any]:
        """The form of a report."""
        return {
            "level": self.level,
            "dates": self.dates,
            "cells": self.cells,
            "hidden": self.hidden,
            "withheld": self.withheld,
            "total": self.total,
            "hidden_sum": self.hidden_sum,
        }


def shares(tables: ProtectedTables, question: str) -> tuple[Share, ...]:
    """What is hidden of a question, level by level."""
    by_level: dict[str, list[ShownNumbers]] = {level: [] for level in AREA_DIMENSIONS}
    for numbers in tables.numbers(question):
        by_level[numbers.level].append(numbers)
    whole = {numbers.at: _whole(numbers) for numbers in by_level[DISTRICT]}
    return tuple(_share(level, found, whole) for level, found in by_level.items() if found)


def _whole(numbers: ShownNumbers) -> float | None:
    """What all districts have together, if all are shown."""
    return None if np.isnan(numbers.values).any() or not numbers.values.size else float(numbers.values.sum())


def _share(level: str, found: Iterable[ShownNumbers], whole: Mapping[str, float | None]) -> Share:
    every = list(found)
    statuses = [status for numbers in every for status in numbers.statuses]
    known = [numbers for numbers in every if whole.get(numbers.at) is not None and level == MUNICIPALITY]
    total = sum(whole[numbers.at] or 0.0 for numbers in known)
    shown = sum(float(np.nansum(numbers.values)) for numbers in known)
    return Share(
        level=level,
        dates=len(every),
        cells=len(statuses),
        hidden=statuses.count(ObsStatus.CONFIDENTIAL),
        withheld=statuses.count(ObsStatus.WITHHELD),
        total=total if known else None,
        hidden_sum=total - shown if known else None,
    )


def roughly(count: int) -> int:
    """A count in tens."""
    return ROUGHLY * round(count / ROUGHLY)
