"""One part of a large table: what is hidden of it, so that it is safe with the rest of the table standing still.

A part holds all that is needed to solve it, so it can be solved anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.attack import short_cells
from gemeinsinn.protect.tables.cuts import Effort, cheapest
from gemeinsinn.protect.tables.insiders import Insiders, known_cells
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Attacker as Who
from gemeinsinn.protect.tables.problem import Problem, Suspicion
from gemeinsinn.protect.tables.reduction import Reduction
from gemeinsinn.protect.tables.repair import Repair, for_insiders, for_outsiders


_EXACT = 2500
"""Families with more cells are not solved exactly."""
_LITTLE = Effort(fractions=8, whole=1, nodes=10)
_INSIDER_ROUNDS = 8
_REDUCED = 6000
"""Parts with more hidden cells are not reduced as a whole."""
_WHOLE = 40_000
"""In parts with more cells a repair first looks at those near the top, and what is hidden."""


@dataclass(frozen=True, slots=True)
class Terms:
    """From whom a pattern is to be safe, and with how much work."""

    attackers: tuple[Who, ...]
    effort: Effort = field(default_factory=Effort)
    programs: int = 1500
    """Programs of the attacker for showing cells again in one part."""
    workers: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Part:
    """Some cells of a table; all places are among these. It holds true values and is never written down."""

    problem: Problem
    hidden: Flags
    """What smaller parts hide."""
    asked: Flags
    """What this part has to protect: what smaller ones could not, and sums. Nothing in a family, which protects all it has."""
    top: Flags
    """The cells near the top of the part."""
    is_family: bool
    terms: Terms
    number: int
    """Different for every part; it deals the random numbers."""

    def solved(self) -> tuple[Flags, NDArray[np.int64]]:
        """The cells to hide, and those that could not be protected."""
        problem, hidden = self.problem, self.hidden
        rng = np.random.default_rng([self.terms.seed, self.number])
        nothing = np.zeros(0, dtype=np.int64)
        if not problem.protected.any():
            return problem.given.copy(), nothing
        if self.is_family and problem.size <= _EXACT:
            chosen = cheapest(problem, self._effort(), rng)
            hidden, short = hidden | chosen.hidden, np.flatnonzero(chosen.short)
            if chosen.optimal and not known_cells(problem, self.terms.attackers):
                return hidden, short
            wanted = nothing if chosen.optimal else np.flatnonzero(self._short(hidden))
        else:
            wanted, short = self._still_short(), nothing
        if problem.size > _WHOLE and wanted.size:
            hidden = self._repaired_near_top(wanted, rng)
            wanted = wanted[self._short(hidden)[wanted]]
        return self._finished(hidden, wanted[~np.isin(wanted, short)], short, rng)

    def _repaired_near_top(self, wanted: Array, rng: np.random.Generator) -> Flags:
        """A pattern in which what a large part has to protect is, as far as hiding cells near its top suffices."""
        near = np.flatnonzero(self.hidden | self.top)
        repair = Repair(self.problem.among(near))
        found = self.hidden.copy()
        found[near] = for_outsiders(repair, self.hidden[near], np.searchsorted(near, wanted), rng).hidden
        return found

    def _effort(self) -> Effort:
        """Hidden counts that cannot be zero make programs in whole numbers so hard that little comes of them."""
        floors = np.isfinite(self.problem.lowest) & (self.problem.lowest > -self.problem.values)
        return _LITTLE if floors.any() else self.terms.effort

    def _finished(
        self, hidden: Flags, wanted: Array, short: Array, rng: np.random.Generator
    ) -> tuple[Flags, NDArray[np.int64]]:
        """The pattern, repaired and reduced, and what is left to larger parts."""
        knows = known_cells(self.problem, self.terms.attackers)
        repair = Repair(self.problem)
        if wanted.size:
            repaired = for_outsiders(repair, hidden, wanted, rng)
            hidden, short = repaired.hidden, np.union1d(short, repaired.left)
        if knows:
            hidden = kept_from_insiders(repair, hidden, Insiders(self.problem, knows, rng))
        if int(hidden.sum()) <= _REDUCED:
            hidden = Reduction(self.problem, hidden, knows, rng).run(programs=self.terms.programs)
        return hidden, short

    def _short(self, hidden: Flags) -> Flags:
        """The cells whose needs a pattern does not reach."""
        return short_cells(self.problem, hidden)

    def _still_short(self) -> NDArray[np.int64]:
        """Of the cells asked for those that what is hidden already does not protect."""
        up, down = np.where(self.asked, self.problem.up, 0.0), np.where(self.asked, self.problem.down, 0.0)
        problem = replace(self.problem, protected=self.asked, up=up, down=down)
        return np.flatnonzero(short_cells(problem, self.hidden))


def safe(problem: Problem, hidden: Flags, terms: Terms) -> Flags:
    """A pattern made safe, if it can be, and without what it does not need."""
    rng = np.random.default_rng(terms.seed)
    knows = known_cells(problem, terms.attackers)
    repair = Repair(problem)
    short = np.flatnonzero(short_cells(problem, hidden))
    if short.size:
        hidden = for_outsiders(repair, hidden, short, rng).hidden
    if knows:
        hidden = kept_from_insiders(repair, hidden, Insiders(repair.problem, knows, rng))
    return Reduction(problem, hidden, knows, rng).run(programs=terms.programs)


def kept_from_insiders(repair: Repair, hidden: Flags, insiders: Insiders) -> Flags:
    """A pattern in which more is hidden, as long as somebody who knows cells can recompute others and that helps."""
    given_up: set[tuple[int, int]] = set()
    for _ in range(_INSIDER_ROUNDS):
        found = [
            Suspicion(
                each.known, np.array([cell for cell in each.cells if (int(each.known[0]), int(cell)) not in given_up])
            )
            for each in insiders.suspicions(hidden)
        ]
        found = [each for each in found if each.cells.size]
        if not found:
            break
        hidden, left = for_insiders(repair, hidden, found)
        given_up |= {(int(each.known[0]), int(cell)) for each in left for cell in each.cells}
    return hidden
