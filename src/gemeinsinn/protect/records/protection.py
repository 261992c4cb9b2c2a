"""Records made as coarse as a level asks for, and what is then told of them: risk before and after, and loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.protect.records.assessment import assessed, missed
from gemeinsinn.protect.records.classes import Classes, by_number, equal_records
from gemeinsinn.protect.records.levels import Level
from gemeinsinn.protect.records.loss import Loss, loss
from gemeinsinn.protect.records.mondrian import Records, mondrian, strata_that_fail
from gemeinsinn.protect.records.scales import Tree


Array = NDArray[Any]

_MEND = "Lower k, l or raise t, if that can be answered for; else let nothing leave."
_PLACE = (
    "They have a missing value, or a rare one of a column under `apart`. Fill in what is missing, take columns out of "
    "`apart`, or raise `max_suppressed`."
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Generalised:
    """Records in classes, and of each class what may be told in place of the values."""

    kept: NDArray[np.int64]
    """The places of the records that leave."""
    classes: Classes
    """Of the kept records, by their place among these; no two classes are told in the same way."""
    low: Mapping[str, Array]
    """By column, for each class: the lowest code of a line, or the node of a tree."""
    high: Mapping[str, Array]
    """By column, for each class: the highest code of a line, or the node of a tree."""
    loss: Loss


def generalised(records: Records, level: Level, *, max_suppressed: float = 0.0, workers: int = 2) -> Generalised:
    """Make records as coarse as the level asks for.

    Whole strata that miss the level stay behind; `DisclosureError` if these are more than the share `max_suppressed`
    of all records, or if the level is out of reach.
    """
    kept = _placed(records, level, max_suppressed)
    left = records.only(kept)
    cut = mondrian(left, level, workers=workers)
    ranges = _ranges(left, cut)
    alike = equal_records([part for pair in ranges.values() for part in pair], records=len(cut))
    number = alike.spread(np.arange(len(alike)))
    classes = by_number(cut.spread(number), len(alike))
    first = alike.order[alike.begin[:-1]]
    low = {name: pair[0][first] for name, pair in ranges.items()}
    high = {name: pair[1][first] for name, pair in ranges.items()}
    covered = {name: left.columns[name].penalties(low[name], high[name]) for name in ranges}
    lost = loss(classes, covered, k=level.k, suppressed=len(records) - kept.size)
    return Generalised(kept, classes, low, high, lost)


def _ranges(records: Records, classes: Classes) -> dict[str, tuple[Array, Array]]:
    """What is told of each class: the ends of a line's range, or twice the node that holds all codes."""
    found = {}
    for place, (name, column) in enumerate(records.columns.items()):
        codes = np.ascontiguousarray(records.codes[:, place])
        low, high = classes.lowest(codes), classes.highest(codes)
        if isinstance(column, Tree):
            low = high = column.common(low, high)
        found[name] = (low, high)
    return found


def _placed(records: Records, level: Level, max_suppressed: float) -> NDArray[np.int64]:
    """The places of the records that can leave."""
    _check_reach(records, level)
    kept = np.arange(len(records))
    while kept.size:
        failing = strata_that_fail(records.only(kept), level)
        if not failing.any():
            break
        kept = kept[~failing]
    behind = len(records) - kept.size
    if behind > max_suppressed * len(records) or not kept.size:
        share = 100 * behind / len(records)
        what = f"{behind:,} of {len(records):,} records ({share:.1f} %) cannot be placed in a class; "
        raise DisclosureError(f"{what}the policy lets {100 * max_suppressed:g} % stay behind.", remedy=_PLACE)
    return kept


def _check_reach(records: Records, level: Level) -> None:
    """All records together must satisfy the level; else no class can."""
    everybody = Classes(np.arange(len(records)), np.array([0, len(records)]))
    whole = assessed(everybody if len(records) else Classes(everybody.order, np.zeros(1, np.int64)), records)
    findings = [Finding("", f"{what} No class can have more.", _MEND) for what in missed(level, whole)]
    if findings:
        raise DisclosureError(findings)
