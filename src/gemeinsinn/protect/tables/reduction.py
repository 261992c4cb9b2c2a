"""Reverse deletion: cells that were hidden for others' sake are shown again, the dearest first, as long as nothing breaks.

A cell is shown if every need is still reached by some deviation that leaves it alone, and if nobody who knows cells of
his own can recompute another one. What cannot be shown now can never be, for fewer and fewer cells are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.attack import REACHED, Attacker, reached
from gemeinsinn.protect.tables.insiders import GENERAL, Watch, general_deviations
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.problem import Problem
from gemeinsinn.protect.tables.rising import may_only_rise


_SPARE = 16
"""So many deviations in general position are kept in store; each cell that is shown uses one up."""
_STILL = 1e-9
_ROUNDS = 6
_FURTHEST = 6.0
"""Deviations are looked at up to so many times the largest need."""


class Reduction:
    """A pattern that loses cells and stays safe. Needs that it does not meet at the beginning are nobody's here."""

    def __init__(
        self,
        problem: Problem,
        hidden: Flags,
        knows: Sequence[Array],
        rng: np.random.Generator,
        *,
        kept: Flags | None = None,
    ) -> None:
        self.cells, self.problem_size = np.flatnonzero(hidden), problem.size
        self.part = problem.among(self.cells)
        self.kept = self.part.given if kept is None else self.part.given | kept[self.cells]
        self.rng = rng
        place = np.full(problem.size, -1, dtype=np.int64)
        place[self.cells] = np.arange(self.cells.size)
        self.knows = [place[known[hidden[known]]] for known in knows if hidden[known].any()]
        self.hidden = np.ones(self.cells.size, dtype=np.bool_)
        self.columns = self.part.equations.tocsc()
        self.count = np.diff(self.part.equations.indptr)
        far = _FURTHEST * max(1.0, float(self.part.up.max(initial=0.0)), float(self.part.down.max(initial=0.0)))
        self.least = np.minimum(-self.part.lowest, far)
        self.most = np.full(self.cells.size, far)
        self.attacker = Attacker(self.part.equations, -self.least, most=far)
        self.needed = self.kept.copy()
        """Cells that cannot be shown: they are kept, or a failed attempt proves it."""
        seen = reached(self.attacker, self.part.up, self.part.down, rng)
        short = seen.short(self.part)
        self.up, self.down = np.where(short, 0.0, self.part.up), np.where(short, 0.0, self.part.down)
        self.witnesses = [each for each in seen.witnesses if self._useful(each)]
        self.low = may_only_rise(self.part)
        self.deviations = self._general()
        self.watch = Watch(self.part, self.knows)
        self.suspects = self._suspects(self.deviations)

    def run(self, *, programs: int) -> Flags:
        """The pattern after all cells were tried, the dearest first, or when so many programs were solved."""
        order = np.flatnonzero(~self.kept)
        for place in order[np.argsort(-self.part.cost[order], kind="stable")]:
            if self.attacker.program.runs > programs:
                break
            self._try(int(place))
        found = np.zeros(self.problem_size, dtype=np.bool_)
        found[self.cells[self.hidden]] = True
        return found

    def _try(self, place: int) -> None:
        if self.needed[place] or self._leaves_one_alone(place):
            return
        if self.knows and not self._suspects(self._without(place, last=GENERAL)) <= self.suspects:
            return
        least, most = self.attacker.least.copy(), self.attacker.most.copy()
        least_now, most_now = least.copy(), most.copy()
        least_now[place] = most_now[place] = 0.0
        self.attacker.bound(least_now, most_now)
        kept = [each for each in self.witnesses if abs(each[place]) <= REACHED / 10]
        more = self._completed(kept, place)
        if more is None:
            self.attacker.bound(least, most)
            return
        self.witnesses = [*kept, *more]
        self.hidden[place] = False
        self.count[self._rows(place)] -= 1
        self.deviations = self._without(place)
        if self.knows and self.deviations.shape[0] <= GENERAL:
            self.deviations = self._general()

    def _rows(self, place: int) -> NDArray[np.int32]:
        part = slice(self.columns.indptr[place], self.columns.indptr[place + 1])
        return np.asarray(self.columns.indices[part])

    def _leaves_one_alone(self, place: int) -> bool:
        """Whether some equation would be left with a single hidden cell, and that one needs protection."""
        for row in self._rows(place)[self.count[self._rows(place)] == 2]:
            cells = self.part.equations.indices[self.part.equations.indptr[row] : self.part.equations.indptr[row + 1]]
            others = cells[self.hidden[cells] & (cells != place)]
            if ((self.up[others] > 0) | (self.down[others] > 0)).any():
                return True
        return False

    def _completed(self, kept: list[NDArray[np.float64]], place: int) -> list[NDArray[np.float64]] | None:
        """Deviations for the needs that those kept do not reach; None if there is one that cannot be reached."""
        up, down = self.up.copy(), self.down.copy()
        for each in kept:
            up[each >= self.up - REACHED] = 0.0
            down[-each >= self.down - REACHED] = 0.0
        found: list[NDArray[np.float64]] = []
        near = np.zeros(self.cells.size, dtype=np.bool_)
        for row in self._rows(place):
            near[self.part.equations.indices[self.part.equations.indptr[row] : self.part.equations.indptr[row + 1]]] = (
                True
            )
        if not self._singly(up, down, near, found):
            return None
        if up.any() or down.any():
            for each in reached(self.attacker, up, down, self.rng, rounds=_ROUNDS, singly=False).witnesses:
                self._seen(each, up, down, found)
        return found if self._singly(up, down, self.hidden, found) else None

    def _singly(self, up: Array, down: Array, which: Flags, found: list[NDArray[np.float64]]) -> bool:
        """Ask for the needs of some cells that are not reached yet, one by one; whether all of them are reached."""
        for sign, need in ((1, up), (-1, down)):
            for cell in np.flatnonzero((need > 0) & which):
                wanted = float(need[cell])
                if not wanted:
                    continue
                deviation, reduced = self.attacker.alone(int(cell), sign, wanted)
                if sign * deviation[cell] < wanted - REACHED:
                    self._learn(reduced, wanted)
                    return False
                self._seen(deviation, up, down, found)
        return True

    def _seen(self, deviation: Array, up: Array, down: Array, found: list[NDArray[np.float64]]) -> None:
        found.append(deviation)
        up[deviation >= up - REACHED] = 0.0
        down[-deviation >= down - REACHED] = 0.0

    def _learn(self, reduced: Array, need: float) -> None:
        """What failed says that cells of a certain weight must stay hidden; some of them cannot be spared alone."""
        least, most = np.where(self.hidden, -self.least, 0.0), np.where(self.hidden, self.most, 0.0)
        weight = self.attacker.reaches(reduced, least, most)
        spared = float(weight.sum()) - weight[self.attacker.form.variable]
        self.needed |= self.hidden & (spared < need - REACHED * 10)

    def _useful(self, deviation: Array) -> bool:
        reaches = (deviation >= self.up - REACHED) & (self.up > 0)
        return bool((reaches | ((-deviation >= self.down - REACHED) & (self.down > 0))).any())

    def _general(self) -> NDArray[np.float64]:
        if not self.knows:
            return np.zeros((0, self.cells.size))
        return general_deviations(self.part, self.hidden & ~self.low, self.rng, count=GENERAL + _SPARE)

    def _without(self, place: int, *, last: int | None = None) -> NDArray[np.float64]:
        """The deviations that leave a cell alone, or the last of them: one is used up, of those in store."""
        column = self.deviations[:, place]
        if not self.knows or np.abs(column).max() < _STILL:
            return self.deviations if last is None else self.deviations[-last:]
        pivot = int(np.argmax(np.abs(column[:-GENERAL])))
        if abs(column[pivot]) < _STILL:
            pivot = int(np.argmax(np.abs(column)))
        rows = np.delete(np.arange(column.size), pivot)
        rows = rows if last is None else rows[-last:]
        found = self.deviations[rows] - np.outer(column[rows] / column[pivot], self.deviations[pivot])
        found[:, place] = 0.0
        return np.asarray(found)

    def _suspects(self, deviations: Array) -> frozenset[int]:
        """Those who can recompute a cell of somebody else."""
        return frozenset(self.watch.finders(self.hidden, deviations[-GENERAL:])) if self.knows else frozenset()
