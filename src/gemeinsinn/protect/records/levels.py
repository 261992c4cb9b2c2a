"""The levels of protection: what a policy asks for, and what classes of records have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, log
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gemeinsinn.protect.records.classes import Classes
from gemeinsinn.protect.records.demands import Demands, Tally, counted, distance, entropy, tally_for


Array = NDArray[Any]

COMPILED_WITH = "0c62358c872a"
"""A digest of the compiled modules that this one calls; see `tests/architecture/test_compiled_modules.py`."""


class Diversity(StrEnum):
    """How the values of a sensitive column in a class are counted."""

    DISTINCT = "distinct"
    """Every value counts as one."""
    ENTROPY = "entropy"
    """Rare values count less: a class is as diverse as so many values of equal size with the same entropy."""


@dataclass(frozen=True, slots=True)
class Level:
    """What is asked of every class."""

    k: int
    """So many records, or units, are alike."""
    l: float = 1.0  # noqa: E741  (the word of the literature)
    """So diverse is each sensitive column."""
    diversity: Diversity = Diversity.DISTINCT
    t: float = inf
    """So far may each sensitive column be from all records."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Watched:
    """A sensitive column as codes from 0; a missing value is a value of its own."""

    codes: NDArray[np.int32]
    is_ordered: bool = False
    """Whether the codes have an order, so that neighbours are nearer to each other."""

    @property
    def values(self) -> int:
        """How many codes there are."""
        return int(self.codes.max(initial=-1)) + 1

    def of(self, records: Array) -> Watched:
        """The column of some records; a value that none of them has is no step between two others."""
        _, codes = np.unique(self.codes[records], return_inverse=True)
        return Watched(codes.astype(np.int32), self.is_ordered)


class Mixture(NamedTuple):
    """How mixed a sensitive column is in each class."""

    distinct: Array
    """How many values occur."""
    effective: Array
    """How many values of equal size have the same entropy."""
    largest: Array
    """The share of the most frequent value: how often guessing it is right."""
    distance: Array
    """The earth mover's distance to all records of these classes."""


def mixture(classes: Classes, watched: Watched) -> Mixture:
    """Measure a sensitive column in each class."""
    demands = demands_on(Level(1, t=1.0), [watched])
    rows = np.ascontiguousarray(watched.codes[classes.order].reshape(-1, 1))
    found = Mixture(np.zeros(len(classes), np.int64), *(np.zeros(len(classes)) for _ in range(3)))
    _measure(rows, classes.begin, demands, tally_for(watched.values), found)
    return found


@njit(nogil=True, cache=True)
def _measure(rows: Array, begin: Array, demands: Demands, tally: Tally, mixed: Mixture) -> None:
    for place in range(begin.size - 1):
        first, last = begin[place], begin[place + 1]
        found = counted(rows, first, last, 0, tally)
        mixed.distinct[place] = found
        mixed.effective[place] = np.exp(entropy(tally, found, last - first))
        mixed.distance[place] = distance(tally, found, last - first, demands, 0)
        most = 0
        for at in range(found):
            most = max(most, tally.times[tally.values[at]])
        mixed.largest[place] = most / (last - first)


def units_in(classes: Classes, units: Array) -> NDArray[np.int64]:
    """How many different units (people behind several records) each class has."""
    return mixture(classes, Watched(units)).distinct


def demands_on(level: Level, sensitive: Sequence[Watched], *, units: Array | None = None, first: int = 0) -> Demands:
    """A level as arrays for the compiled checks; the sensitive columns stand in a row from `first` on, then the units.

    What everybody will know of a sensitive column are its shares in all records that leave. Of units, the people or
    households behind the records, a class has to have k, too.
    """
    distinct = [int(level.l) if level.diversity is Diversity.DISTINCT else 0 for _ in sensitive]
    nats = [log(level.l) if level.diversity is Diversity.ENTROPY else 0.0 for _ in sensitive]
    shares = [_shares(watched) for watched in sensitive]
    places = len(shares) + (units is not None)
    if units is not None:
        distinct, nats, shares = [*distinct, level.k], [*nats, 0.0], [*shares, np.zeros(0)]
    sums = [np.cumsum(each) for each in shares]
    return Demands(
        k=level.k,
        column=np.arange(first, first + places, dtype=np.int64),
        distinct=np.array(distinct, dtype=np.int64),
        entropy=np.array(nats, dtype=np.float64),
        distance=np.array([level.t] * len(sensitive) + [inf] * (units is not None), dtype=np.float64),
        is_ordered=np.array([each.is_ordered for each in sensitive] + [False] * (units is not None), np.bool_),
        begin=np.cumsum([0, *(each.size for each in shares)]).astype(np.int64),
        share=_joined(shares),
        cumulated=_joined(sums),
        area=_joined([np.concatenate([np.zeros(1), np.cumsum(each)])[: each.size] for each in sums]),
    )


def _shares(watched: Watched) -> NDArray[np.float64]:
    counts = np.bincount(watched.codes, minlength=watched.values)
    return np.asarray(counts / max(1, watched.codes.size))


def _joined(parts: Sequence[Array]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *parts])
