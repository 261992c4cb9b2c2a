"""Mondrian: cut records into the smallest boxes that a level allows, on as many cores as there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.records.boxes import Desk, Scales, desk_for
from gemeinsinn.protect.records.classes import Classes
from gemeinsinn.protect.records.cutting import cut_up
from gemeinsinn.protect.records.demands import Demands, satisfied, tally_for
from gemeinsinn.protect.records.levels import Level, Watched, demands_on
from gemeinsinn.protect.records.scales import Scale, scales


Array = NDArray[Any]

_FEW = 20_000
"""Up to so many records, one core is faster."""

_FIRST_BOXES = 64
_BATCHES = 8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Records:
    """Records as codes: what tells people apart, what nobody should learn of them, and who they are."""

    columns: Mapping[str, Scale]
    """The quasi-identifiers."""
    codes: NDArray[np.int32]
    """Records by quasi-identifiers."""
    sensitive: Mapping[str, Watched] = field(default_factory=dict)
    units: NDArray[np.int32] | None = None
    """The person, or household, behind each record, if one may have several."""
    strata: NDArray[np.int32] | None = None
    """Records of different strata are never merged."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """How much a quasi-identifier counts beside the others; 1 if left out."""

    def __len__(self) -> int:
        return int(self.codes.shape[0])

    def only(self, places: Array) -> Records:
        """Some of the records."""
        return Records(
            columns=self.columns,
            codes=self.codes[places],
            sensitive={name: watched.of(places) for name, watched in self.sensitive.items()},
            units=None if self.units is None else Watched(self.units).of(places).codes,
            strata=None if self.strata is None else self.strata[places],
            weights=self.weights,
        )


def strata_that_fail(records: Records, level: Level) -> NDArray[np.bool_]:
    """For each record whether its stratum as a whole misses the level, so that no cut can help."""
    demands = _demands(records, level)
    rows, boxes = _rows(records)
    tally = tally_for(_most_values(records))
    failing = np.zeros(len(records), dtype=np.bool_)
    for begin, end in boxes:
        failing[rows[begin:end, -1]] = not satisfied(rows, begin, end, demands, tally)
    return failing


def mondrian(records: Records, level: Level, *, workers: int = 2) -> Classes:
    """The classes of records whose strata all satisfy the level; every class satisfies it, too."""
    weights = [records.weights.get(name, 1.0) for name in records.columns]
    found = scales(list(records.columns.values()), records.codes, weights)
    work = _Work(found, _demands(records, level), _most_codes(records), _most_values(records))
    rows, boxes = _rows(records)
    begins = np.zeros(len(records), dtype=np.uint8)
    if len(records) <= _FEW or workers < 2:
        work.finish(rows, boxes, begins)
    else:
        waiting = cut_up(rows, boxes, *work.with_desk(rows, boxes), _FIRST_BOXES, begins)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda batch: work.finish(rows, batch, begins), _batches(waiting)))
    ends = np.append(np.flatnonzero(begins), len(records)).astype(np.int64)
    return Classes(rows[:, -1].astype(np.int64), ends)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What every worker needs to know."""

    scales: Scales
    demands: Demands
    codes: int
    values: int

    def with_desk(self, rows: Array, boxes: Array) -> tuple[Scales, Demands, Desk]:
        """The same with a desk for boxes of this size."""
        size = int((boxes[:, 1] - boxes[:, 0]).max(initial=0))
        desk = desk_for(size, rows.shape[1], self.scales.is_tree.size, self.codes, self.values)
        return self.scales, self.demands, desk

    def finish(self, rows: Array, boxes: Array, begins: Array) -> None:
        """Cut boxes until none can be cut."""
        cut_up(rows, boxes, *self.with_desk(rows, boxes), len(rows) + 1, begins)


def _demands(records: Records, level: Level) -> Demands:
    return demands_on(level, list(records.sensitive.values()), units=records.units, first=records.codes.shape[1])


def _most_codes(records: Records) -> int:
    return max((len(column) for column in records.columns.values()), default=1)


def _most_values(records: Records) -> int:
    units = 0 if records.units is None else int(records.units.max(initial=-1)) + 1
    return max(units, *(watched.values for watched in records.sensitive.values()), 1)


def _rows(records: Records) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The matrix of the kernel, stratum by stratum, and the run of each stratum."""
    order = np.arange(len(records)) if records.strata is None else np.argsort(records.strata, kind="stable")
    parts = [*records.codes.T, *(watched.codes for watched in records.sensitive.values())]
    parts += [] if records.units is None else [records.units]
    rows = np.empty((len(records), len(parts) + 1), dtype=np.int32)
    for place, part in enumerate(parts):
        rows[:, place] = part if records.strata is None else part[order]
    rows[:, -1] = order
    strata = np.zeros(len(records), np.int32) if records.strata is None else records.strata[order]
    edges = np.flatnonzero(np.diff(strata)) + 1
    ends = np.array([*edges, len(records)], dtype=np.int64)
    boxes = np.column_stack([np.concatenate([[0], ends[:-1]]), ends]).astype(np.int64)
    return rows, boxes[boxes[:, 0] < boxes[:, 1]]


def _batches(boxes: Array) -> Sequence[Array]:
    """Boxes dealt out so that all batches have about as many rows, the largest first."""
    batches: list[list[Array]] = [[] for _ in range(_BATCHES)]
    load = [0] * _BATCHES
    for box in sorted(boxes, key=lambda each: (each[0] - each[1], each[0])):
        least = load.index(min(load))
        batches[least].append(box)
        load[least] += int(box[1] - box[0])
    return [np.array(batch) for batch in batches if batch]
