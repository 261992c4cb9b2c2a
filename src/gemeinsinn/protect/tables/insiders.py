"""What somebody finds out who knows cells of his own: which cells follow from his, as deviations in general position show.

All deviations that leave alone what is shown form a linear space, as long as no hidden cell is zero. Somebody who knows
the cells K can recompute the cell p if and only if p's coordinate is a combination of those of K in this space; a few
random members of it decide that but for a chance that is nothing. Cells at their lowest value, as hidden zeros are, may
only rise. Those that cannot rise at all are out of the space; the others are like all cells in it for everybody beside
whom they still rise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from gemeinsinn.protect.tables.linear import rows_of
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Attacker as Who
from gemeinsinn.protect.tables.problem import NOBODY, Problem, Suspicion
from gemeinsinn.protect.tables.rising import Rising, may_only_rise


GENERAL = 8
"""So many random deviations tell cells apart; somebody knows cells of fewer kinds."""
_STILL = 1e-7
"""A coordinate below it does not move; the deviations are scaled to about 1."""
_EQUAL = 1e-7
_FEW = 48
"""So many cells that stand still are a few."""
_SHIFT = 1e-6
_REFINED = 4


def known_cells(problem: Problem, attackers: Sequence[Who]) -> list[NDArray[np.int64]]:
    """What each insider of a policy knows."""
    found: list[NDArray[np.int64]] = []
    alone = np.flatnonzero(problem.owner != NOBODY)
    if not alone.size:
        return found
    if Who.INSIDER in attackers:
        order = alone[np.argsort(problem.owner[alone], kind="stable")]
        found += np.split(order, np.flatnonzero(np.diff(problem.owner[order])) + 1)
    if Who.ALL_SINGLETONS in attackers:
        found.append(alone)
    return found


def general_deviations(
    problem: Problem, moving: Flags, rng: np.random.Generator, *, count: int = GENERAL
) -> NDArray[np.float64]:
    """Random deviations of cells that may move, one a row, as projections onto the space that the equations leave."""
    cells = np.flatnonzero(moving)
    found = np.zeros((count, problem.size))
    if cells.size:
        found[:, cells] = _projected(rows_of(problem.columns, cells), rng.standard_normal((cells.size, count))).T
    return found


def _projected(equations: sparse.csr_matrix, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors without the part that breaks the equations, by normal equations that are solved again for what is left."""
    rows = equations.shape[0]
    if not rows:
        return vectors
    matrix = sparse.csr_matrix(equations, dtype=np.float64)
    factors = splu(sparse.csc_matrix(matrix @ matrix.T + _SHIFT * sparse.eye(rows)))
    for _ in range(_REFINED):
        vectors = vectors - matrix.T @ factors.solve(np.asarray(matrix @ vectors))
    return vectors


class Watch:
    """Everybody who knows cells, watched over many patterns of one problem."""

    def __init__(self, problem: Problem, knows: Sequence[Array]) -> None:
        self.problem, self.knows = problem, list(knows)
        self.group = np.repeat(np.arange(len(self.knows)), [each.size for each in self.knows])
        self.cells = np.concatenate(self.knows) if self.knows else np.zeros(0, dtype=np.int64)

    def finders(self, hidden: Flags, deviations: NDArray[np.float64]) -> list[int]:
        """Who can recompute a cell of somebody else, by number; those who know several kinds of cells are guessed at."""
        return [number for number, _ in self._found(self._kinds(hidden, deviations), hidden)]

    def suspicions(self, hidden: Flags, deviations: NDArray[np.float64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Who, by number, can recompute which cells of others; all cells for those who know too many kinds."""
        kind = self._kinds(hidden, deviations)
        asked = np.flatnonzero(self.problem.protected & hidden & (kind > 0))
        of_kind = _by_kind(kind, asked)
        for number, single in self._found(kind, hidden):
            known = self.knows[number]
            cells = of_kind.get(single, known[:0]) if single else _spanned(deviations, known, asked)
            cells = cells[~np.isin(cells, known)]
            if cells.size:
                yield number, cells

    def _kinds(self, hidden: Flags, deviations: NDArray[np.float64]) -> NDArray[np.int64]:
        relevant = self.problem.protected.copy()
        relevant[self.cells] = True
        return _kinds(deviations, np.flatnonzero(relevant & hidden))

    def _found(self, kind: Array, hidden: Flags) -> list[tuple[int, int]]:
        """Who knows cells of a kind of which somebody else has one, and that kind; 0 for who knows cells of several."""
        own = kind[self.cells]
        moving = own > 0
        lowest = np.full(len(self.knows), np.iinfo(np.int64).max)
        highest = np.zeros(len(self.knows), dtype=np.int64)
        np.minimum.at(lowest, self.group[moving], own[moving])
        np.maximum.at(highest, self.group[moving], own[moving])
        asked = self.problem.protected & hidden
        many = np.bincount(kind[asked], minlength=int(kind.max(initial=0)) + 1)
        mine = np.bincount(self.group, weights=moving & asked[self.cells], minlength=len(self.knows))
        one = (highest > 0) & (lowest == highest)
        several = (highest > 0) & ~one
        found = several | (one & (many[highest] > mine))
        return [(int(number), 0 if several[number] else int(highest[number])) for number in np.flatnonzero(found)]


def _kinds(deviations: NDArray[np.float64], places: Array) -> NDArray[np.int64]:
    """A number that cells share whose coordinates are multiples of each other; 0 where nothing moves."""
    kind = np.zeros(deviations.shape[1], dtype=np.int64)
    columns = deviations[:4, places]
    moving = np.abs(columns).max(axis=0, initial=0.0) > _STILL
    columns, places = columns[:, moving], places[moving]
    first = np.mod(np.arctan2(columns[1], columns[0]), np.pi)
    second = np.mod(np.arctan2(columns[3], columns[2]), np.pi)
    order = np.argsort(first)
    same = (np.diff(first[order]) < _EQUAL) & _near(second[order])
    kind[places[order]] = np.cumsum(np.concatenate([[True], ~same])) if order.size else 0
    return kind


def _near(angles: NDArray[np.float64]) -> Flags:
    apart = np.abs(np.diff(angles))
    return np.asarray(np.minimum(apart, np.pi - apart) < _EQUAL * 100)


def _by_kind(kind: Array, cells: Array) -> dict[int, NDArray[np.int64]]:
    order = cells[np.argsort(kind[cells], kind="stable")]
    parts = np.split(order, np.flatnonzero(np.diff(kind[order])) + 1) if order.size else []
    return {int(kind[part[0]]): part for part in parts}


def _spanned(deviations: NDArray[np.float64], known: Array, others: Array) -> NDArray[np.int64]:
    """Which of some cells are combinations of known ones; all of them where the known ones are of too many kinds."""
    base, size, _ = np.linalg.svd(deviations[:, known], full_matrices=False)
    if not size.any():
        return others[:0]
    rank = int((size > size[0] * 1e-9).sum())
    if rank >= deviations.shape[0]:
        return others
    base = base[:, :rank]
    columns = deviations[:, others]
    left = columns - base @ (base.T @ columns)
    still = np.abs(left).max(axis=0) <= _EQUAL * np.maximum(np.abs(columns).max(axis=0), _STILL)
    return np.asarray(others[still])


class Insiders:
    """Those who know cells of one problem, each some of his own; asked about one pattern after the other."""

    def __init__(self, problem: Problem, knows: Sequence[Array], rng: np.random.Generator) -> None:
        self.problem, self.knows, self.rng = problem, list(knows), rng
        self._low = may_only_rise(problem)
        self._pieces: list[NDArray[np.int64]] = []
        self._last: tuple[bytes, list[Suspicion]] | None = None

    def suspicions(self, hidden: Flags) -> list[Suspicion]:
        """Who can recompute which cells of others.

        As long as all cells that may only rise do so beside everybody, deviations in general position tell it of all at
        once. Those beside whom fewer rise, and those who know many kinds of cells, are looked at one by one.
        """
        if not self.knows:
            return []
        pattern = hidden.tobytes()
        if self._last is None or self._last[0] != pattern:
            self._last = pattern, self._suspicions(hidden)
        return self._last[1]

    def _suspicions(self, hidden: Flags) -> list[Suspicion]:
        here = [known[hidden[known]] for known in self.knows]
        moving, lost = hidden, [known[:0] for known in here]
        if (hidden & self._low).any():
            rising = Rising(self.problem, hidden, seen=self._pieces)
            moving, lost = hidden & ~rising.fixed, rising.lost(here)
            self._pieces = rising.pieces
        stands = {at: np.concatenate([here[at], lost[at]]) for at in range(len(here)) if lost[at].size}
        most = max((each.size for each in stands.values() if each.size <= _FEW), default=0)
        deviations = general_deviations(self.problem, moving, self.rng, count=GENERAL + most)
        found = dict(Watch(self.problem, here).suspicions(moving, deviations[:GENERAL]))
        stands |= {at: here[at] for at in found if here[at].size >= GENERAL and at not in stands}
        asked = self.problem.protected & moving & (np.abs(deviations).max(axis=0) > _STILL)
        for at, stand in stands.items():
            if stand.size <= most:
                still = _spanned(deviations, stand, np.flatnonzero(asked))
            else:
                still = self._still(moving, stand, np.flatnonzero(asked))
            found[at] = np.setdiff1d(still, here[at])
        return [Suspicion(self.knows[at], cells) for at, cells in sorted(found.items()) if cells.size]

    def _still(self, moving: Flags, stand: Array, asked: Array) -> NDArray[np.int64]:
        """The cells asked for that do not move where some stand still; without these, what moves tells it."""
        left = moving.copy()
        left[stand] = False
        moves = np.abs(general_deviations(self.problem, left, self.rng)).max(axis=0) > _STILL
        return np.asarray(asked[~moves[asked]])


def all_suspicions(
    problem: Problem, hidden: Flags, knows: Sequence[Array], rng: np.random.Generator
) -> list[Suspicion]:
    """Who can recompute which cells of others, in one pattern."""
    return Insiders(problem, knows, rng).suspicions(hidden)
