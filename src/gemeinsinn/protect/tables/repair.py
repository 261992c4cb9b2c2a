"""Repair: the least that has to be hidden in addition, so that cells can be believed to deviate as far as they need.

A linear program looks for a deviation that takes cells as far as they need and costs least: what is hidden already costs
next to nothing, any other cell as much as it loses, times how far it is moved. What it moves is hidden from then on. (A
minimum L1 distance, as in controlled tabular adjustment: Dandekar and Cox, 2002; used for hiding as Fischetti and
Salazar, 2001, section 5, use the relaxation of their model.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.attack import REACHED
from gemeinsinn.protect.tables.linear import INFINITE, SMALL, Program
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.problem import Problem, Suspicion


_ROUNDS = 30
_STALLED = 2
_GIVEN_UP = 12
_NOTHING = 1e-3
"""What it costs to move a cell that is hidden already, where a usual cell costs 1: fewer of them are better."""
_DEAR = 1000.0
"""What no cell costs more than: the solver tells costs apart that are not too different."""
_PRIZE = 60 * _DEAR
"""What it is worth to move a wanted cell by one: more than any way to do it costs."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Repaired:
    """A pattern, the needs that it still does not meet, and the deviations that were found on the way."""

    hidden: Flags
    left: NDArray[np.int64]


class Repair:
    """Cheapest deviations of a problem's cells, whatever is hidden so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        usual = problem.cost[problem.cost > 0]
        self.cost = np.minimum(problem.cost / (float(np.median(usual)) if usual.size else 1.0), _DEAR)
        least = np.zeros(2 * problem.size)
        self._least = least
        self._down = np.where(np.isinf(problem.lowest), INFINITE, -problem.lowest)

    @cached_property
    def program(self) -> Program:
        """Built when it is needed: it has two columns for each cell, one for each direction."""
        return Program(sparse.hstack([self.problem.columns, -self.problem.columns], format="csc"))

    def deviation(self, hidden: Flags, *, up: Array, down: Array, known: Array | None = None) -> NDArray[np.float64]:
        """The deviation that takes some cells up and others down, as far as asked for where it can, and costs least."""
        size = self.problem.size
        cost = np.where(hidden, _NOTHING, self.cost)
        most_up = np.where(up > 0, up, np.where(down > 0, 0.0, INFINITE))
        most_down = np.where(down > 0, np.minimum(down, self._down), np.where(up > 0, 0.0, self._down))
        if known is not None:
            most_up[known] = most_down[known] = 0.0
        self.program.price(np.concatenate([np.where(up > 0, -_PRIZE, cost), np.where(down > 0, -_PRIZE, cost)]))
        self.program.bound(self._least, np.concatenate([most_up, most_down]))
        found = self.program.solved()
        deviation = found[:size] - found[size:]
        deviation[np.abs(deviation) < SMALL * 10] = 0.0
        return deviation


def for_outsiders(repair: Repair, hidden: Flags, cells: Array, rng: np.random.Generator) -> Repaired:
    """Hide what some cells need; what cannot be reached is left."""
    problem, hidden = repair.problem, hidden.copy()
    asked = np.zeros(problem.size, dtype=np.bool_)
    asked[cells] = True
    best_up, best_down = np.zeros(problem.size), np.zeros(problem.size)
    stalled = 0
    for _ in range(_ROUNDS):
        up = asked & (best_up < problem.up - REACHED)
        down = asked & (best_down < problem.down - REACHED)
        before = int(up.sum() + down.sum())
        if not before or stalled > _GIVEN_UP:
            break
        rises = up & (~down | (rng.random(problem.size) < 0.5))
        falls = down & ~rises
        if stalled >= _STALLED:
            one = int(rng.choice(np.flatnonzero(rises | falls)))
            rises, falls = _only(rises, one), _only(falls, one)
        found = repair.deviation(hidden, up=np.where(rises, problem.up, 0.0), down=np.where(falls, problem.down, 0.0))
        hidden |= found != 0
        best_up, best_down = np.maximum(best_up, found), np.maximum(best_down, -found)
        left = (asked & (best_up < problem.up - REACHED)).sum() + (asked & (best_down < problem.down - REACHED)).sum()
        stalled = stalled + 1 if left == before else 0
    missing = asked & ((best_up < problem.up - REACHED) | (best_down < problem.down - REACHED))
    return Repaired(hidden, np.flatnonzero(missing))


def _only(flags: Flags, place: int) -> Flags:
    found = np.zeros_like(flags)
    found[place] = flags[place]
    return found


def for_insiders(repair: Repair, hidden: Flags, found: Sequence[Suspicion]) -> tuple[Flags, list[Suspicion]]:
    """Hide what keeps cells from those who know others; what cannot be kept is left."""
    hidden, left = hidden.copy(), []
    deviations: list[NDArray[np.float64]] = []
    for each in found:
        missing = _kept_together(each, deviations)
        for cell in missing:
            if not _kept_together(Suspicion(each.known, missing[missing == cell]), deviations).size:
                continue
            deviation = _away_from(repair, hidden, each.known, int(cell))
            if deviation is None:
                left.append(Suspicion(each.known, np.array([cell])))
                continue
            deviations.append(deviation)
            hidden |= deviation != 0
    return hidden, left


def _kept_together(each: Suspicion, deviations: Sequence[Array]) -> NDArray[np.int64]:
    """The cells that no deviation so far moves without moving a known one."""
    apart = np.zeros(each.cells.size, dtype=np.bool_)
    for deviation in deviations:
        if not deviation[each.known].any():
            apart |= deviation[each.cells] != 0
    return each.cells[~apart]


def _away_from(repair: Repair, hidden: Flags, known: Array, cell: int) -> NDArray[np.float64] | None:
    """The cheapest deviation of a cell that leaves known ones alone; None if there is none."""
    wanted, nothing = np.zeros(repair.problem.size), np.zeros(repair.problem.size)
    wanted[cell] = 1.0
    for up, down in ((wanted, nothing), (nothing, wanted)):
        found = repair.deviation(hidden, up=up, down=down, known=known)
        if abs(found[cell]) > REACHED:
            return found
    return None
