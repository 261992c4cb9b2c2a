"""Cells at their lowest value may only rise: which of them do, and which still do for somebody who knows some cells.

The deviations that anybody can believe in form a cone. In its midst every cell that can rise at all has risen, and from
there everything moves as freely as the equations let it; so what somebody can recompute follows from the equations as
soon as it is known which cells rise for him. Most who know a cell take nothing away from the others; one deviation that
moves none of their cells shows that for all of them, and every piece of it is a deviation of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.attack import Attacker
from gemeinsinn.protect.tables.nullspace import components
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.problem import Problem


_LOWEST = 1e-7
_MOVED = 1e-6
_PAST = 16
"""So many deviations are looked for at most that move few of the known cells, before known cells stand still."""
_DEAR = 0.3
"""What it costs to move a known cell, where raising a wanted one is worth one."""
_PLACES = 100_000_000
"""People and cells are looked at together up to so many pairs."""


def may_only_rise(problem: Problem) -> Flags:
    """The cells that nobody can believe to be less than they are."""
    return np.asarray(problem.lowest >= -_LOWEST)


class Rising:
    """The cells of a pattern that may only rise; all cells are places in the problem.

    `seen` are the cells that deviations of earlier patterns moved: those of which all cells are hidden still hold.
    """

    def __init__(self, problem: Problem, hidden: Flags, *, seen: Sequence[NDArray[np.int64]] = ()) -> None:
        self.problem, self.hidden = problem, hidden
        self.rng = np.random.default_rng(1)
        self.cells = np.flatnonzero(hidden)
        self.part = problem.among(self.cells)
        self.place = np.full(problem.size, -1, dtype=np.int64)
        self.place[self.cells] = np.arange(self.cells.size)
        self.attacker = Attacker(self.part.equations, self.part.lowest)
        self._least, self._most = self.attacker.least, self.attacker.most
        self.pieces = [piece for piece in seen if hidden[piece].all()]
        """The cells that each deviation moves that was seen so far."""
        self.moved = [self.place[piece] for piece in self.pieces]
        self.low = may_only_rise(self.part)
        low = np.flatnonzero(self.low)
        rises = np.zeros(self.cells.size, dtype=np.bool_)
        for moved in self.moved:
            rises[moved] = True
        for moved in self.look(low[~rises[low]], low[:0]):
            rises[moved] = True
        self._rising = low[rises[low]]
        self._moves = np.ones(self.cells.size, dtype=np.bool_)
        self._moves[low[~rises[low]]] = False
        self.fixed = np.zeros(problem.size, dtype=np.bool_)
        """Cells that cannot move at all, whoever knows what."""
        self.fixed[self.cells[low[~rises[low]]]] = True

    def lost(self, knows: Sequence[Array]) -> list[NDArray[np.int64]]:
        """For each who knows some hidden cells those that rise for others, but not for him."""
        found: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64) for _ in knows]
        if not self._rising.size:
            return found
        moving = np.flatnonzero(self._moves)
        component = np.full(self.cells.size, -1, dtype=np.int64)
        component[moving] = components(self.part.columns[:, moving])
        touching: dict[int, list[int]] = {}
        for number, known in enumerate(knows):
            for piece in np.unique(component[self.place[known]]):
                touching.setdefault(int(piece), []).append(number)
        of_piece = component[self._rising]
        for piece, numbers in touching.items():
            here = self._rising[of_piece == piece] if piece >= 0 else moving[:0]
            some = max(1, _PLACES // max(1, here.size))
            for begin in range(0, len(numbers) if here.size else 0, some):
                together = numbers[begin : begin + some]
                own = [self.place[knows[number]] for number in together]
                for number, lost in zip(together, _Piece(self, here, own).lost(), strict=True):
                    found[number] = np.union1d(found[number], self.cells[lost])
        return found

    def look(self, wanted: NDArray[np.int64], known: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """The pieces of deviations that raise as many as possible of the wanted cells, and leave the known ones alone.

        What none of them raises cannot rise beside the known cells: the last program proves it.
        """
        found: list[NDArray[np.int64]] = []
        if wanted.size:
            least, most = self._least.copy(), self._most.copy()
            least[known] = most[known] = 0.0
            self.attacker.bound(least, most)
        while wanted.size:
            up = np.zeros(self.cells.size)
            up[wanted] = 1.0
            deviation = self.attacker.together(up, np.zeros(self.cells.size))
            moved = np.flatnonzero(np.abs(deviation) > _MOVED)
            found += self._pieces(moved)
            left = wanted[np.abs(deviation[wanted]) <= _MOVED]
            if left.size == wanted.size:
                break
            wanted = left
        self.moved += found
        self.pieces += [self.cells[moved] for moved in found]
        return found

    def look_past(self, wanted: NDArray[np.int64], known: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """The pieces of one deviation that raises many of the wanted cells, and moves few of the known ones."""
        least, most, cost = self._least.copy(), self._most.copy(), np.zeros(self.cells.size)
        up = self.rng.random(known.size) < 0.5
        least[known] = np.where(up, 0.0, least[known])
        most[known] = np.where(up, most[known], 0.0)
        cost[known] = np.where(up, _DEAR, -_DEAR)
        self.attacker.bound(least, most)
        ups = np.zeros(self.cells.size)
        ups[wanted] = 1.0
        found = self._pieces(
            np.flatnonzero(np.abs(self.attacker.together(ups, np.zeros(self.cells.size), cost=cost)) > _MOVED)
        )
        self.moved += found
        self.pieces += [self.cells[moved] for moved in found]
        return found

    def forced(self, known: Array) -> list[int]:
        """Cells that equations alone keep from moving beside known ones: what is left of each is one cell, or only rises."""
        still = set(known.tolist())
        rows = [row for cell in still for row in self._rows_of(cell)]
        while rows:
            row = rows.pop()
            left = [(cell, sign) for cell, sign in self._equations[row] if cell not in still]
            if len(left) == 1 or (left and all(self.low[cell] and sign == left[0][1] for cell, sign in left)):
                for cell, _ in left:
                    still.add(cell)
                    rows += self._rows_of(cell)
        return [cell for cell in still if self.low[cell]]

    @cached_property
    def _equations(self) -> list[list[tuple[int, float]]]:
        """Of each equation the cells that move, with their signs."""
        rows = self.part.equations
        cells, signs, moves = rows.indices.tolist(), np.sign(rows.data).tolist(), self._moves.tolist()
        bounds = itertools.pairwise(rows.indptr.tolist())
        return [
            [(cell, sign) for cell, sign in zip(cells[begin:end], signs[begin:end], strict=True) if moves[cell]]
            for begin, end in bounds
        ]

    def _rows_of(self, cell: int) -> list[int]:
        columns = self.part.columns
        found: list[int] = columns.indices[columns.indptr[cell] : columns.indptr[cell + 1]].tolist()
        return found

    def _pieces(self, moved: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """The cells that a deviation moves, piece by piece; no equation connects two of them."""
        if not moved.size:
            return []
        label = components(self.part.columns[:, moved])
        order = np.argsort(label, kind="stable")
        return np.split(moved[order], np.flatnonzero(np.diff(label[order])) + 1)


class _Piece:
    """What the rising cells of one connected piece lose to those who know cells in it; places among the hidden cells."""

    def __init__(self, rising: Rising, cells: NDArray[np.int64], knows: Sequence[NDArray[np.int64]]) -> None:
        self.rising, self.cells, self.knows = rising, cells, knows
        self.column = np.full(rising.cells.size, -1, dtype=np.int64)
        self.column[cells] = np.arange(cells.size)
        self.owner = np.repeat(np.arange(len(knows)), [known.size for known in knows])
        self.own = np.concatenate(list(knows))
        own_column = self.column[self.own]
        self.certain = np.zeros((len(knows), cells.size), dtype=np.bool_)
        for number, known in enumerate(knows):
            self.certain[number, self._columns(np.array(rising.forced(known), dtype=np.int64))] = True
        self.missing = ~self.certain
        self.certain[self.owner[own_column >= 0], own_column[own_column >= 0]] = False
        self.missing[self.owner[own_column >= 0], own_column[own_column >= 0]] = False
        for moved in rising.moved:
            self._take(moved)

    def _columns(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        columns = self.column[places]
        return np.asarray(columns[columns >= 0])

    def _take(self, moved: NDArray[np.int64]) -> None:
        """Nobody whose cells it leaves alone misses what a deviation raises."""
        raised = self._columns(moved)
        if raised.size:
            left_alone = np.ones(len(self.knows), dtype=np.bool_)
            left_alone[self.owner[np.isin(self.own, moved)]] = False
            self.missing[np.ix_(left_alone, raised)] = False

    def lost(self) -> list[NDArray[np.int64]]:
        """For each the cells that do not rise beside his."""
        everybody = np.arange(len(self.knows))
        self._look(everybody)
        for _ in range(_PAST):
            some = everybody[self.missing.any(axis=1)]
            if some.size <= 1:
                break
            for moved in self.rising.look_past(self.cells[self.missing[some].any(axis=0)], self._own(some)):
                self._take(moved)
        todo = [everybody[self.missing.any(axis=1)]]
        while todo:
            some = todo.pop()
            some = some[self.missing[some].any(axis=1)]
            if some.size:
                self._look(some)
                half = (some.size + 1) // 2
                todo += [some[half:], some[:half]] if half < some.size else []
        return [self.cells[row] for row in self.missing | self.certain]

    def _own(self, some: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.concatenate([self.knows[number] for number in some])

    def _look(self, some: NDArray[np.int64]) -> None:
        """Deviations that move no cell of some people, for whatever each of them misses still."""
        known = self._own(some)
        wanted = np.setdiff1d(self.cells[self.missing[some].any(axis=0)], known)
        for moved in self.rising.look(wanted, known):
            self._take(moved)
