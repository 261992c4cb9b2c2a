"""The attack of somebody who knows all equations and all that is shown: how far each hidden cell can be believed to deviate.

A deviation `z` fulfils all equations, leaves alone what is shown, and takes nothing below zero; every such table looks
the same from outside. A cell is protected if some deviation takes it as far up, and some as far down, as it needs. Few
linear programs prove most cells: the sum of many deviations, each capped by its need, is made as large as possible; only
what these leave over is asked for one by one (Fischetti and Salazar, 2001, for the problem; the capped sums are ours).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.collapsing import apart, collapsed
from gemeinsinn.protect.tables.linear import INFINITE, Program
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.nullspace import components
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import Problem, pieces, problem_of
from gemeinsinn.protect.tables.words import Attack, told


REACHED = 1e-6
"""By how little a need may be missed: the tolerance of the solver."""
_ROUNDS = 6
_SHOWN = "It is shown."
_TOGETHER = 1500
"""Connected pieces are attacked together up to so many cells."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A cell that can be recomputed, or narrowed beyond its policy."""

    cell: int
    attacker: str
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attack on everything found."""

    breaches: tuple[Breach, ...]
    checked: int
    """How many requirements were checked."""
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.breaches


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reached:
    """How far each cell of a problem was seen to deviate, and the deviations that show it."""

    up: NDArray[np.float64]
    down: NDArray[np.float64]
    witnesses: list[NDArray[np.float64]]

    def short(self, problem: Problem) -> Flags:
        """The cells whose needs were not reached."""
        return np.asarray((self.up < problem.up - REACHED) | (self.down < problem.down - REACHED))


class Attacker:
    """Linear programs over the deviations of some cells, one after the other from where the last one stopped."""

    def __init__(
        self, equations: sparse.csr_matrix, lowest: Array, *, most: float = INFINITE, together: bool = True
    ) -> None:
        self.size = int(lowest.size)
        self.form = collapsed(equations) if together else apart(equations)
        self.program = Program(self.form.equations)
        self._transposed = sparse.csr_matrix(self.form.equations.T)
        self.bound(np.asarray(lowest, dtype=np.float64), np.full(self.size, most))

    def bound(self, least: Array, most: Array) -> None:
        """How far cells can deviate from now on."""
        self.least, self.most = least, most
        self._low, self._high = self.form.bounds(least, most)
        self._free()

    def _free(self) -> None:
        self.program.bound(self._low, self._high)
        self.program.price(np.zeros(self.form.size))

    def together(self, up: Array, down: Array, *, cost: Array | float = 0.0) -> NDArray[np.float64]:
        """The deviation whose sum over the wanted cells is largest, none counted beyond what it is to reach.

        `cost` is what it costs to move each cell up by one, where a wanted one is worth one.
        """
        most = np.where(up > 0, np.minimum(self.most, up), self.most)
        least = np.where(down > 0, np.maximum(self.least, -down), self.least)
        self.program.bound(*self.form.bounds(least, most))
        self.program.price(self.form.summed(np.where(down > 0, 1.0, 0.0) - np.where(up > 0, 1.0, 0.0) + cost))
        found = self.program.solved()
        self._free()
        return self.form.cells(found)

    def alone(self, cell: int, sign: int, need: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The deviation that takes one cell furthest, to its need at most, and the reduced costs that prove it.

        These are by variable, each negative where more of the variable would help and positive where less would.
        """
        variable, side = int(self.form.variable[cell]), sign * float(self.form.sign[cell])
        if not side:
            return np.zeros(self.size), np.zeros(self.form.size)
        low, high = float(self._low[variable]), float(self._high[variable])
        near = (low, min(high, need)) if side > 0 else (max(low, -need), high)
        self.program.bound_one(variable, *near)
        self.program.price_one(variable, -side)
        found = self.program.solved()
        reduced = -(self._transposed @ self.program.row_prices())
        reduced[variable] -= side
        self.program.bound_one(variable, low, high)
        self.program.price_one(variable, 0.0)
        return self.form.cells(found), reduced

    def reaches(self, reduced: Array, least: Array, most: Array) -> NDArray[np.float64]:
        """What each variable can contribute at most by the reduced costs, if cells deviate between these bounds."""
        low, high = self.form.bounds(least, most)
        return np.asarray(np.maximum(-reduced, 0.0) * high - np.maximum(reduced, 0.0) * low)


def reached(
    attacker: Attacker, up: Array, down: Array, rng: np.random.Generator, *, rounds: int = _ROUNDS, singly: bool = True
) -> Reached:
    """How far cells get, as far as they need; with `singly` false only what capped sums show."""
    best_up, best_down = np.zeros(attacker.size), np.zeros(attacker.size)
    witnesses: list[NDArray[np.float64]] = []

    def seen(deviation: NDArray[np.float64]) -> None:
        np.maximum(best_up, deviation, out=best_up)
        np.maximum(best_down, -deviation, out=best_down)
        witnesses.append(deviation)

    for _ in range(rounds):
        wants_up, wants_down = best_up < up - REACHED, best_down < down - REACHED
        before = int(wants_up.sum() + wants_down.sum())
        if not before:
            break
        rises = wants_up & (~wants_down | (rng.random(attacker.size) < 0.5))
        seen(attacker.together(np.where(rises, up, 0.0), np.where(wants_down & ~rises, down, 0.0)))
        after = int((best_up < up - REACHED).sum() + (best_down < down - REACHED).sum())
        if before - after < max(1, before // 10):
            break
    if singly:
        for sign, best, need in ((1, best_up, up), (-1, best_down, down)):
            for cell in np.flatnonzero(best < need - REACHED):
                if best[cell] < need[cell] - REACHED:
                    seen(attacker.alone(int(cell), sign, float(need[cell]))[0])
    return Reached(best_up, best_down, witnesses)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Audit:
    """A complete attack: what was reached, and the deviations that show it, tables by cells of the problem."""

    up: NDArray[np.float64]
    down: NDArray[np.float64]
    witnesses: sparse.csr_matrix
    short: Flags
    """Cells whose needs are not reached, whatever deviates."""
    checked: int


def attacked(problem: Problem, hidden: Flags, *, workers: int = 2, seed: int = 1) -> Audit:
    """Attack every need of a problem with some cells hidden."""
    up, down = np.zeros(problem.size), np.zeros(problem.size)
    moved: list[NDArray[np.int64]] = []
    by: list[NDArray[np.float64]] = []
    for own, those in _attacks(problem, hidden, workers, seed):
        up[own], down[own] = those.up, those.down
        for deviation in those.witnesses:
            cells = np.flatnonzero(np.abs(deviation) > REACHED / 10)
            cells = cells[np.argsort(own[cells])]
            moved.append(own[cells])
            by.append(deviation[cells])
    ends = np.cumsum([0, *(cells.size for cells in moved)])
    witnesses = sparse.csr_matrix(
        (np.concatenate([*by, up[:0]]), np.concatenate([*moved, problem.cells[:0]]), ends), (len(moved), problem.size)
    )
    checked = int((problem.up > 0).sum() + (problem.down > 0).sum())
    return Audit(up, down, witnesses, _too_short(problem, up, down), checked)


def short_cells(problem: Problem, hidden: Flags, *, seed: int = 1) -> Flags:
    """The cells whose needs are not reached with some cells hidden, whatever deviates."""
    up, down = np.zeros(problem.size), np.zeros(problem.size)
    for own, those in _attacks(problem, hidden, 1, seed):
        up[own], down[own] = those.up, those.down
    return _too_short(problem, up, down)


def _attacks(problem: Problem, hidden: Flags, workers: int, seed: int) -> list[tuple[NDArray[np.int64], Reached]]:
    """Attacks on connected pieces, with the places of their cells."""
    places = np.flatnonzero(hidden)
    part = problem.among(places)
    batches = pieces(part, together=_TOGETHER)

    def attack(batch: NDArray[np.int64]) -> tuple[NDArray[np.int64], Reached]:
        piece = part.among(batch)
        attacker = Attacker(piece.equations, piece.lowest)
        return places[batch], reached(attacker, piece.up, piece.down, np.random.default_rng(seed))

    if workers == 1:
        return list(map(attack, batches))
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(attack, batches))


def _too_short(problem: Problem, up: Array, down: Array) -> Flags:
    return np.asarray((up < problem.up - REACHED) | (down < problem.down - REACHED))


def audited(
    model: TableModel, hidden: Flags, needs: Needs, *, zeros_public: bool = True, workers: int = 2, name: str = "en"
) -> Verdict:
    """The verdict on a table of which some cells are hidden: whether every need of a cell is kept from an outsider."""
    begun = perf_counter()
    policy = TablePolicy(zeros=Zeros.PUBLIC if zeros_public else Zeros.STRUCTURAL, signed=model.signed)
    asked = (needs.up > 0) | (needs.down > 0)
    problem = problem_of(model, policy, asked, needs)
    shown = np.asarray(hidden)[problem.cells]
    audit = attacked(problem, shown, workers=workers)
    breaches = [
        *_shown_breaches(model, asked & ~np.asarray(hidden)),
        *breaches_of(model, problem, shown, audit, name=name),
    ]
    return Verdict(tuple(breaches), audit.checked, perf_counter() - begun)


def _shown_breaches(model: TableModel, shown: Flags) -> list[Breach]:
    """Cells with needs that are simply shown."""
    return [
        Breach(int(cell), "outsider", float(model.values[cell]), float(model.values[cell]), _SHOWN)
        for cell in np.flatnonzero(shown)
    ]


def breaches_of(
    model: TableModel, problem: Problem, hidden: Flags, audit: Audit, *, name: str = "en", explain: bool = True
) -> list[Breach]:
    """What an audit found, with the attack in words, which takes longer than to find it."""
    movable = np.zeros(model.cells, dtype=np.bool_)
    movable[problem.cells[hidden]] = True
    found = []
    for place in np.flatnonzero(audit.short & hidden):
        cell, value = int(problem.cells[place]), float(problem.values[place])
        low, high = value - float(audit.down[place]), value + float(audit.up[place])
        if high - low <= REACHED:
            low = high = value
        words = told(model, movable, Attack(cell, low=low, high=high), name=name) if explain else ""
        found.append(Breach(cell, "outsider", low, high, words))
    return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bounds:
    """Between which values cells must lie for somebody who knows what is shown."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    seconds: float


def intervals(
    model: TableModel,
    movable: Flags,
    cells: Sequence[int],
    *,
    known: Sequence[int] = (),
    lowest: float = 0.0,
    workers: int = 2,
) -> Bounds:
    """The feasibility interval of some cells, from public numbers only: no value of a movable cell is looked at.

    `known` are cells that the attacker knows beside what is shown; their values count as shown. `lowest` is the smallest
    value that a hidden cell can have: 1 for counts where every zero is shown. Raises
    `UnfinishedError` if a program does not come to its end, which is also so if the shown numbers contradict each other.
    """
    begun = perf_counter()
    moves = movable.copy()
    moves[list(known)] = False
    wanted = np.asarray(cells, dtype=np.int64)
    low, high = model.values[wanted].astype(np.float64), model.values[wanted].astype(np.float64)
    columns = np.flatnonzero(moves)
    place = np.full(model.cells, -1, dtype=np.int64)
    place[columns] = np.arange(columns.size)
    equations = sparse.csr_matrix(model.equations)
    between = sparse.csr_matrix(sparse.csc_matrix(equations)[:, columns])
    shown = -(equations @ np.where(moves, 0.0, model.values))
    label = components(between)
    asked = np.flatnonzero(place[wanted] >= 0)

    def of_piece(number: int) -> None:
        inside = np.flatnonzero(label == number)
        rows = np.flatnonzero(np.diff(sparse.csr_matrix(sparse.csc_matrix(between)[:, inside]).indptr))
        equal = sparse.csc_matrix(between[rows][:, inside])
        least = np.full(inside.size, -INFINITE if model.signed else lowest)
        program = Program(equal, lower=least, upper=np.full(inside.size, INFINITE), totals=shown[rows])
        program.solved()
        for at in asked[label[place[wanted[asked]]] == number]:
            column = int(np.searchsorted(inside, place[wanted[at]]))
            low[at], high[at] = program.furthest(column, -1), program.furthest(column, 1)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(of_piece, np.unique(label[place[wanted[asked]]])))
    return Bounds(low, high, perf_counter() - begun)
