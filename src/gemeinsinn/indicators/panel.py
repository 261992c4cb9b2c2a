"""A panel: one number for each area and period, with a status where there is none, and where each number comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.observations import ALL_STATUSES, WITH_VALUE, ObsStatus


Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]

CODE_OF = {status: code for code, status in enumerate(ALL_STATUSES)}
"""The number that stands for a status in arrays and in release files."""
NORMAL, WEAK = CODE_OF[ObsStatus.NORMAL], CODE_OF[ObsStatus.WEAK]
NOT_COLLECTED = CODE_OF[ObsStatus.NOT_COLLECTED]
STRUCTURAL_ZERO = CODE_OF[ObsStatus.STRUCTURAL_ZERO]
VALUE_CODES = np.array(sorted(CODE_OF[status] for status in WITH_VALUE), dtype=np.uint8)
NOT_COMPARABLE = CODE_OF[ObsStatus.NOT_COMPARABLE]
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where numbers come from: sources, the bases they rest on, their key date, and how they were made.

    `made` is empty for a number as published, `added-up` for a sum over smaller areas.
    """

    sources: tuple[str, ...]
    bases: tuple[str, ...] = ()
    valid_on: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Areas by periods; all arrays have that shape. `origin` points into `provenance`, or is NOWHERE.

    `reach` says how far a restated count reached (see `areas.rebase.Reach`), 0 where nothing was restated.
    """

    areas: tuple[str, ...]
    periods: tuple[str, ...]
    values: Floats
    status: Codes
    origin: Places
    reach: Codes
    provenance: tuple[Provenance, ...]

    @property
    def known(self) -> Flags:
        """Where there is a number."""
        return ~np.isnan(self.values)

    @property
    def converted(self) -> Flags:
        """Where a count was restated from older territory."""
        return self.reach > 0

    def at_periods(self, periods: Sequence[str]) -> Panel:
        """The same panel over other periods; what it does not have is not collected."""
        index = {period: position for position, period in enumerate(self.periods)}
        places = np.array([index.get(period, NOWHERE) for period in periods], dtype=np.int64)
        return self._picked(places, tuple(periods))

    def shifted(self, years: int) -> Panel:
        """Each period with the number of `years` earlier; only yearly periods have an earlier one."""
        names = {period: f"{int(period[:4]) + years}{period[4:]}" for period in self.periods}
        return replace(self, periods=tuple(names[period] for period in self.periods))

    def at_areas(self, areas: Sequence[str]) -> Panel:
        """The same panel over some of its areas, in this order."""
        index = {area: position for position, area in enumerate(self.areas)}
        places = [index[area] for area in areas]
        return replace(
            self,
            areas=tuple(areas),
            values=self.values[places],
            status=self.status[places],
            origin=self.origin[places],
            reach=self.reach[places],
        )

    def without_empty_periods(self) -> Panel:
        """From the first period with a number to the last, those in which some area has a number or a source's sign."""
        numbered = np.flatnonzero(self.known.any(axis=0))
        if not numbered.size:
            return self.at_periods([])
        says = (self.origin != NOWHERE).any(axis=0)
        span = range(int(numbered[0]), int(numbered[-1]) + 1)
        return self.at_periods([self.periods[place] for place in span if says[place]])

    def _picked(self, places: NDArray[np.int64], periods: tuple[str, ...]) -> Panel:
        panel = empty_panel(self.areas, periods)
        there = places != NOWHERE
        if there.any():
            panel.values[:, there] = self.values[:, places[there]]
            panel.status[:, there] = self.status[:, places[there]]
            panel.origin[:, there] = self.origin[:, places[there]]
            panel.reach[:, there] = self.reach[:, places[there]]
        return replace(panel, provenance=self.provenance)


def empty_panel(areas: Sequence[str], periods: Sequence[str]) -> Panel:
    """A panel in which nothing was collected."""
    shape = (len(areas), len(periods))
    return Panel(
        tuple(areas),
        tuple(periods),
        np.full(shape, np.nan),
        np.full(shape, NOT_COLLECTED, dtype=np.uint8),
        np.full(shape, NOWHERE, dtype=np.int32),
        np.zeros(shape, dtype=np.uint8),
        (),
    )


def joined_origin(first: Panel, second: Panel) -> tuple[Places, tuple[Provenance, ...]]:
    """The provenance of numbers made from two panels of one shape: both sources, both bases."""
    width = len(second.provenance) + 1
    pairs = (first.origin.astype(np.int64) + 1) * width + (second.origin.astype(np.int64) + 1)
    distinct, inverse = np.unique(pairs, return_inverse=True)
    places = np.full(distinct.shape, NOWHERE, dtype=np.int32)
    found: list[Provenance] = []
    for position, pair in enumerate(distinct.tolist()):
        both = [
            panel.provenance[place - 1] for panel, place in ((first, pair // width), (second, pair % width)) if place
        ]
        if not both:
            continue
        merged = _merged(both)
        if merged not in found:
            found.append(merged)
        places[position] = found.index(merged)
    return places[inverse].reshape(first.origin.shape), tuple(found)


def _merged(both: Sequence[Provenance]) -> Provenance:
    return Provenance(
        tuple(dict.fromkeys(source for each in both for source in each.sources)),
        tuple(dict.fromkeys(basis for each in both for basis in each.bases)),
        both[0].valid_on,
        next((each.made for each in both if each.made), ""),
    )
