"""Doubts about what somebody can recompute are decided by linear programs: a deviation that leaves his cells alone, or none.

A deviation that moves few cells decides for everybody whose cells it leaves alone. So deviations of least distance are
asked for, many at once; they fall apart into pieces that no equation connects, and every piece is a deviation itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.linear import rows_of
from gemeinsinn.protect.tables.nullspace import components
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.problem import Problem, Suspicion
from gemeinsinn.protect.tables.repair import Repair


_MOVED = 1e-6


class Doubts:
    """Decides doubts about one pattern of a problem, and remembers what it found for the next ones."""

    def __init__(self, problem: Problem, hidden: Flags) -> None:
        self.cells = np.flatnonzero(hidden)
        self.part = problem.among(self.cells)
        self.place = np.full(problem.size, -1, dtype=np.int64)
        self.place[self.cells] = np.arange(self.cells.size)
        self.component = components(self.part.equations)
        self.repair = Repair(self.part)
        self.supports: list[NDArray[np.int64]] = []
        self.moving: dict[int, set[int]] = defaultdict(set)
        """The deviations that move each cell, by their number."""

    def confirmed(self, doubtful: Sequence[Suspicion]) -> list[Suspicion]:
        """The cells that no deviation moves which leaves the known ones alone."""
        asked = (
            np.unique(np.concatenate([each.cells for each in doubtful])) if doubtful else np.zeros(0, dtype=np.int64)
        )
        self._search(self.place[asked], np.zeros(0, dtype=np.int64))
        found = []
        for each in doubtful:
            known = self.place[each.known]
            near = np.isin(self.component[self.place[each.cells]], self.component[known])
            left = self._search(self._not_yet(self.place[each.cells[near]], known), known)
            if left.size:
                found.append(Suspicion(each.known, self.cells[left]))
        return found

    def _not_yet(self, asked: Array, known: Array) -> NDArray[np.int64]:
        """The cells that every deviation so far moves only together with a known one."""
        touching = set().union(*(self.moving[int(cell)] for cell in known)) if known.size else set()
        return np.array([cell for cell in asked if not self.moving[int(cell)] - touching], dtype=np.int64)

    def _search(self, left: NDArray[np.int64], known: Array) -> NDArray[np.int64]:
        """Look for deviations of some cells that leave known ones alone: of all at once, then one by one."""
        for sign in (1, -1):
            if left.size:
                self._take(self._deviation(left, known, sign))
                left = self._not_yet(left, known)
        for cell in left.tolist():
            one = np.array([cell])
            for sign in (1, -1):
                if self._not_yet(one, known).size:
                    self._take(self._deviation(one, known, sign))
        return self._not_yet(left, known)

    def _deviation(self, cells: Array, known: Array, sign: int) -> NDArray[np.float64]:
        wanted, nothing = np.zeros(self.cells.size), np.zeros(self.cells.size)
        wanted[cells] = 1.0
        up, down = (wanted, nothing) if sign > 0 else (nothing, wanted)
        every = np.ones(self.cells.size, dtype=np.bool_)
        return self.repair.deviation(every, up=up, down=down, known=known)

    def _take(self, deviation: NDArray[np.float64]) -> None:
        """Remember a deviation in its pieces."""
        moved = np.flatnonzero(np.abs(deviation) > _MOVED)
        if not moved.size:
            return
        label = components(rows_of(self.part.columns, moved))
        order = np.argsort(label, kind="stable")
        for piece in np.split(moved[order], np.flatnonzero(np.diff(label[order])) + 1):
            for cell in piece.tolist():
                self.moving[cell].add(len(self.supports))
            self.supports.append(piece)
