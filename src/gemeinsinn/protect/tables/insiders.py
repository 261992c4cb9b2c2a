"""What somebody finds out who knows cells of his own: which cells follow from his, as deviations in general position show.

All deviations that leave alone what is shown form a linear space, as long as no hidden cell is zero. Somebody who knows
the cells K can recompute the cell p if and only if p's coordinate is a combination of those of K in this space; a few
random members of it decide that but for a chance that is nothing. Hidden zeros may only rise, and are taken for known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from gemeinsinn.protect.tables.linear import rows_of
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Attacker
from gemeinsinn.protect.tables.problem import NOBODY, Problem


GENERAL = 8
"""So many random deviations tell cells apart; somebody knows cells of fewer kinds."""
_STILL = 1e-7
"""A coordinate below it does not move; the deviations are scaled to about 1."""
_EQUAL = 1e-7
_SHIFT = 1e-6
_REFINED = 4


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Suspicion:
    """Somebody who knows cells, and the cells of others that he can recompute; all are places in a problem."""

    known: NDArray[np.int64]
    cells: NDArray[np.int64]


def known_cells(problem: Problem, attackers: Sequence[Attacker]) -> list[NDArray[np.int64]]:
    """What each insider of a policy knows."""
    found: list[NDArray[np.int64]] = []
    alone = np.flatnonzero(problem.owner != NOBODY)
    if not alone.size:
        return found
    if Attacker.INSIDER in attackers:
        order = alone[np.argsort(problem.owner[alone], kind="stable")]
        found += np.split(order, np.flatnonzero(np.diff(problem.owner[order])) + 1)
    if Attacker.ALL_SINGLETONS in attackers:
        found.append(alone)
    return found


def general_deviations(
    problem: Problem, hidden: Flags, rng: np.random.Generator, *, count: int = GENERAL
) -> NDArray[np.float64]:
    """Random deviations of hidden cells, one a row, as projections onto the space that the equations leave."""
    moving = np.flatnonzero(hidden & ((problem.values > 0) | np.isinf(problem.lowest)))
    found = np.zeros((count, problem.size))
    if moving.size:
        found[:, moving] = _projected(rows_of(problem.equations, moving), rng.standard_normal((moving.size, count))).T
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


def suspicions(
    problem: Problem, hidden: Flags, knows: Sequence[Array], deviations: NDArray[np.float64]
) -> Iterator[Suspicion]:
    """Who can recompute which cells of others."""
    asked = problem.protected & hidden
    kind = _kinds(deviations, np.flatnonzero(hidden))
    of_kind = _by_kind(kind, np.flatnonzero(asked & (kind > 0)))
    for known in knows:
        kinds = np.unique(kind[known[hidden[known]]])
        kinds = kinds[kinds > 0]
        if kinds.size == 1:
            cells = of_kind.get(int(kinds[0]), known[:0])
        elif kinds.size:
            cells = _spanned(deviations, known, np.flatnonzero(asked & (kind > 0)))
        else:
            continue
        cells = cells[~np.isin(cells, known)]
        if cells.size:
            yield Suspicion(known, cells)


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
    rank = int((size > size[0] * 1e-9).sum())
    if rank >= deviations.shape[0]:
        return others
    base = base[:, :rank]
    columns = deviations[:, others]
    left = columns - base @ (base.T @ columns)
    still = np.abs(left).max(axis=0) <= _EQUAL * np.maximum(np.abs(columns).max(axis=0), _STILL)
    return np.asarray(others[still])


def all_suspicions(
    problem: Problem, hidden: Flags, knows: Sequence[Array], rng: np.random.Generator
) -> list[Suspicion]:
    """Who can recompute which cells of others; those who know many kinds of cells are looked at one by one."""
    deviations = general_deviations(problem, hidden, rng)
    found = []
    for each in suspicions(problem, hidden, knows, deviations):
        if each.known.size < GENERAL:
            found.append(each)
            continue
        without = hidden.copy()
        without[each.known] = False
        moves = np.abs(general_deviations(problem, without, rng, count=2)).max(axis=0) > _STILL
        cells = each.cells[~moves[each.cells]]
        if cells.size:
            found.append(Suspicion(each.known, cells))
    return found
