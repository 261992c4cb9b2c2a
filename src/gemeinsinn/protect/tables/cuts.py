"""The cheapest cells to hide in a small part of a table: cuts of the attacker's programs, and a master that obeys them.

The method is Fischetti and Salazar's (2001): as long as the attacker can narrow a cell, the dual of his program is an
inequality that every safe pattern fulfils. A master program chooses the cheapest pattern under all inequalities so far,
first in fractions, then in whole numbers. Inequalities are strengthened by what is hidden anyway, and most of the
attacker's programs are saved by capped sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.attack import REACHED, Attacker, reached
from gemeinsinn.protect.tables.linear import UnfinishedError
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.problem import NOBODY, Problem


_FURTHEST = 6.0
"""Deviations are looked at up to so many times the largest need: inequalities with smaller factors are stronger."""
_ROUNDS = 4
_GAIN = 5e-4
_WHOLE_ROUNDS = 6
_IN_VAIN = ("mip_heuristic_run_feasibility_jump", "mip_heuristic_run_root_reduced_cost")
"""Ways of the solver to find patterns that hardly ever found a better one here."""
_INTEGER = highspy.HighsVarType.kInteger
_DONE = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kTimeLimit,
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chosen:
    """The cells to hide in a part."""

    hidden: Flags
    short: Flags
    """Cells whose needs cannot be reached inside the part, whatever is hidden of it."""
    bound: float
    """No safe pattern of the part costs less."""
    optimal: bool
    """Whether the pattern is safe, but for the short cells, and costs as little as the gap allows."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look for the cheapest pattern, in steps and not in seconds: equal tables have equal patterns."""

    fractions: int = 20
    """Rounds in fractions at most."""
    whole: int = 12
    """Rounds in whole numbers at most."""
    nodes: int = 200
    """Nodes of the search in one of these rounds at most."""
    gap: float = 5e-3


class Separation:
    """Finds inequalities that a pattern breaks."""

    def __init__(self, problem: Problem, rng: np.random.Generator) -> None:
        self.problem, self.rng = problem, rng
        need = max(1.0, float(problem.up.max(initial=0.0)), float(problem.down.max(initial=0.0)))
        self.most = np.full(problem.size, _FURTHEST * need)
        self.least = np.minimum(-problem.lowest, _FURTHEST * need)
        self.attacker = Attacker(problem.equations, -self.least, most=_FURTHEST * need, together=False)
        self.up, self.down = problem.up.copy(), problem.down.copy()
        self._missed = {1: np.zeros(0, dtype=np.int64), -1: np.zeros(0, dtype=np.int64)}

    def leave_out_unreachable(self) -> Flags:
        """The cells that cannot be protected here; nothing is asked for them from now on."""
        found = reached(self.attacker, self.up, self.down, self.rng)
        short = found.short(self.problem)
        self.up, self.down = np.where(short, 0.0, self.up), np.where(short, 0.0, self.down)
        return short

    def broken(self, hidden: Array, *, rounds: int = _ROUNDS, hastily: bool = False) -> list[Cut]:
        """Inequalities that a pattern, perhaps in fractions, does not fulfil; none if it is safe.

        Asked `hastily`, only needs that the last pattern missed are looked at, as long as one of them is missed again.
        """
        self.attacker.bound(-self.least * hidden, self.most * hidden)
        best = {1: np.zeros(self.problem.size), -1: np.zeros(self.problem.size)}
        cuts: list[Cut] = []
        if hastily:
            missed = self._missed.copy()
            self._ask(missed, best, cuts)
            if cuts:
                return cuts
        seen = reached(self.attacker, self.up, self.down, self.rng, rounds=rounds, singly=False)
        np.maximum(best[1], seen.up, out=best[1])
        np.maximum(best[-1], seen.down, out=best[-1])
        asked = {sign: np.flatnonzero(best[sign] < need - REACHED * 10) for sign, need in self._needs}
        if hastily:
            asked = {sign: np.setdiff1d(cells, missed[sign]) for sign, cells in asked.items()}
        self._ask(asked, best, cuts)
        return cuts

    @property
    def _needs(self) -> tuple[tuple[int, Array], tuple[int, Array]]:
        return (1, self.up), (-1, self.down)

    def _ask(self, asked: dict[int, Array], best: dict[int, Array], cuts: list[Cut]) -> None:
        """Ask for needs one by one; add an inequality for each that is missed, and remember these."""
        for sign, need in self._needs:
            missed = []
            for cell in asked[sign]:
                if best[sign][cell] >= need[cell] - REACHED * 10:
                    continue
                deviation, reduced = self.attacker.alone(int(cell), sign, float(need[cell]))
                np.maximum(best[sign], sign * deviation, out=best[sign])
                np.maximum(best[-sign], -sign * deviation, out=best[-sign])
                if sign * deviation[cell] < need[cell] - REACHED * 10:
                    missed.append(int(cell))
                    cut = self._cut(reduced, float(need[cell]))
                    cuts += [cut] if cut is not None else []
            self._missed[sign] = np.array(missed, dtype=np.int64)

    def _cut(self, reduced: Array, need: float) -> Cut | None:
        """Every safe pattern has enough of the cells that the dual names (strengthened by what is hidden anyway)."""
        weight = self.attacker.reaches(reduced, -self.least, self.most)
        least = need - float(weight[self.problem.given].sum())
        if least <= REACHED:
            return None
        weight = np.where(self.problem.given, 0.0, np.minimum(weight, least))
        cells = np.flatnonzero(weight > 1e-9)
        return Cut(least, cells, weight[cells]) if cells.size else None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cut:
    """The cells of a safe pattern weigh at least so much."""

    least: float
    cells: NDArray[np.int64]
    weights: NDArray[np.float64]

    @property
    def key(self) -> tuple[float, bytes, bytes]:
        """Equal for equal inequalities."""
        return round(self.least, 4), self.cells.tobytes(), np.round(self.weights, 3).tobytes()


class Master:
    """The cheapest pattern under all inequalities so far."""

    def __init__(self, problem: Problem, effort: Effort, *, apart: float = 1e-6) -> None:
        """`apart` is by how much two patterns differ in cost if one is to count as cheaper."""
        self.problem = problem
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call, unused-ignore]  # no types
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            solver.setOptionValue(name, value)
        for name in _IN_VAIN:
            solver.setOptionValue(name, False)
        solver.setOptionValue("mip_rel_gap", effort.gap)
        solver.setOptionValue("mip_abs_gap", apart)
        solver.setOptionValue("mip_max_nodes", effort.nodes)
        size = problem.size
        solver.addVars(size, problem.given.astype(np.float64), np.ones(size))
        solver.changeColsCost(size, np.arange(size, dtype=np.int32), np.where(problem.given, 0.0, problem.cost))
        self.solver, self.seen, self.bound = solver, set[tuple[float, bytes, bytes]](), 0.0

    def add(self, cuts: list[Cut]) -> int:
        """Obey more inequalities; how many of them were new."""
        before = len(self.seen)
        for cut in cuts:
            if cut.key not in self.seen:
                self.seen.add(cut.key)
                self.solver.addRow(
                    cut.least, highspy.kHighsInf, cut.cells.size, cut.cells.astype(np.int32), cut.weights
                )
        return len(self.seen) - before

    def fractions(self) -> NDArray[np.float64]:
        """The cheapest pattern in fractions."""
        self._run()
        self.bound = max(self.bound, float(self.solver.getInfo().objective_function_value))
        return self._solution()

    def whole(self, *, seconds: float | None = None, start: Flags | None = None) -> Flags | None:
        """The cheapest pattern found in so many nodes, or seconds; None if none was found."""
        free = np.flatnonzero(~self.problem.given).astype(np.int32)
        self.solver.changeColsIntegrality(free.size, free, np.full(free.size, _INTEGER))
        if seconds is not None:
            self.solver.setOptionValue("time_limit", float(self.solver.getRunTime() + max(seconds, 0.0)))
        if start is not None:
            begin = highspy.HighsSolution()
            begin.col_value = start.astype(np.float64)
            self.solver.setSolution(begin)
        self._run()
        information = self.solver.getInfo()
        self.bound = max(self.bound, float(information.mip_dual_bound))
        if information.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.asarray(self._solution() > 0.5)

    def _run(self) -> None:
        self.solver.run()
        status = self.solver.getModelStatus()
        if status not in _DONE:
            raise UnfinishedError(self.solver.modelStatusToString(status))

    def _solution(self) -> NDArray[np.float64]:
        return np.asarray(np.clip(self.solver.getSolution().col_value, 0.0, 1.0))


def cheapest(problem: Problem, effort: Effort, rng: np.random.Generator) -> Chosen:
    """The cheapest pattern of a part that is safe from outsiders; some of what insiders need is heeded, too."""
    separation = Separation(problem, rng)
    short = separation.leave_out_unreachable()
    if not (separation.up.any() or separation.down.any()):
        return Chosen(problem.given.copy(), short, 0.0, optimal=True)
    master = Master(problem, effort)
    pattern = problem.given.astype(np.float64)
    if master.add(list(row_cuts(problem, short))):
        pattern = master.fractions()
    for number in range(effort.fractions):
        worth = master.bound
        if not master.add(separation.broken(pattern, hastily=number > 0)):
            break
        pattern = master.fractions()
        if master.bound < worth * (1 + _GAIN) and number > 3:
            break
    return _in_whole(master, separation, Chosen(pattern > 1 - REACHED, short, 0.0, optimal=False), effort)


def _in_whole(master: Master, separation: Separation, last: Chosen, effort: Effort) -> Chosen:
    hidden = last.hidden
    for _ in range(effort.whole):
        found = master.whole()
        if found is None:
            break
        hidden = found
        if not master.add(separation.broken(hidden.astype(np.float64), rounds=_WHOLE_ROUNDS)):
            return Chosen(hidden, last.short, master.bound, optimal=True)
    return Chosen(hidden | separation.problem.given, last.short, master.bound, optimal=False)


def row_cuts(problem: Problem, short: Flags) -> Iterator[Cut]:
    """What single equations demand: whatever a cell needs, the others can make up for, and not only an insider's own."""
    equations = problem.equations
    for row in range(equations.shape[0]):
        part = slice(equations.indptr[row], equations.indptr[row + 1])
        cells, signs = equations.indices[part], equations.data[part]
        given = problem.given[cells]
        asked = given & problem.protected[cells] & ~short[cells]
        if asked.any() and not given.all():
            yield from _counterweights(problem, cells, signs, asked)
            if _known_by_an_insider(problem.owner[cells[given]], asked[given]):
                others = np.sort(cells[~given])
                yield Cut(1.0, others, np.ones(others.size))


def _counterweights(problem: Problem, cells: Array, signs: Array, asked: Flags) -> Iterator[Cut]:
    """For each need in an equation: what moves the other way must be able to move as far."""
    given = problem.given[cells]
    falls = -problem.lowest[cells]
    for at in np.flatnonzero(asked):
        for direction, need in ((1, problem.up[cells[at]]), (-1, problem.down[cells[at]])):
            same = signs * signs[at] > 0
            room = np.where(same == (direction > 0), falls, np.inf)
            room[at] = 0.0
            missing = float(need - room[given].sum())
            if need > 0 and missing > REACHED:
                usable = ~given & (room > REACHED)
                order = np.argsort(cells[usable])
                weights = np.minimum(room[usable], missing)[order]
                if weights.size:
                    yield Cut(missing, cells[usable][order], weights)


def _known_by_an_insider(owner: Array, asked: Flags) -> bool:
    """Whether somebody knows all cells of an equation that are hidden anyway but one, which is another's."""
    for own in np.unique(owner[owner != NOBODY]):
        strangers = owner != own
        if strangers.sum() == 1 and asked[strangers].any():
            return True
    return False
