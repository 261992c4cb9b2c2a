"""An attacker who tries all tables of whole numbers, and one who asks SciPy for one: both share no code with the audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros


_FREE_STEPS = 1
"""A smallest cell that nothing shown is a sum of can be anything; one more and one less stand for it."""
_TABLES = 100_000
"""Of more tables only the nearest are tried, and what none of them shows is asked of a solver."""

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """What must stay possible: for somebody who knows cells beside what is shown, a cell that is larger, less, or other."""

    known: tuple[int, ...]
    cell: int
    step: int
    """By how much at least it is to be more or, negative, less; 0: to be anything else."""


def lowest_of(model: TableModel, policy: TablePolicy) -> Numbers:
    """With every zero shown a cell is at least as much as it has smallest cells with somebody in them."""
    assert model.base is not None
    filled = (model.values[_leaves(model)] > 0) & (policy.zeros is Zeros.PUBLIC)
    return np.asarray(model.base.toarray().astype(np.int64) @ filled.astype(np.int64))


def _leaves(model: TableModel) -> Numbers:
    """The smallest cells of a table whose sums have at least two parts, in the order of the columns of `base`."""
    assert model.base is not None
    base = model.base.toarray()
    single = np.flatnonzero(base.sum(axis=1) == 1)
    return np.asarray(single[np.argsort(base[single].argmax(axis=1))])


def movable(model: TableModel, hidden: Flags, policy: TablePolicy) -> Flags:
    """Hidden cells that are no zeros which everybody knows."""
    known = policy.zeros in (Zeros.PUBLIC, Zeros.NAIVE)
    return hidden & ((model.values > 0) | (not known))


def asked_of(model: TableModel, hidden: Flags, primary: Flags, policy: TablePolicy) -> Iterator[Asked]:
    """Everything that must stay possible for outsiders, for each person alone in a smallest cell, and for all of these."""
    lowest, cells = lowest_of(model, policy), np.flatnonzero(primary & hidden)
    for cell in cells.tolist():
        yield Asked((), cell, 1)
        if model.values[cell] > lowest[cell]:
            yield Asked((), cell, -1)
    moves = movable(model, hidden, policy)
    for known in _knowing(model, policy):
        own = tuple(cell for cell in known if moves[cell])
        if own:
            yield from (Asked(own, cell, 0) for cell in cells.tolist() if cell not in known)


def _knowing(model: TableModel, policy: TablePolicy) -> list[tuple[int, ...]]:
    assert model.base is not None
    alone = model.values == 1
    found = []
    if Attacker.INSIDER in policy.attackers:
        inside = model.base.toarray()[:, model.values[_leaves(model)] == 1] > 0
        found += [tuple(np.flatnonzero(column & alone).tolist()) for column in inside.T]
    if Attacker.ALL_SINGLETONS in policy.attackers and alone.any():
        found.append(tuple(np.flatnonzero(alone).tolist()))
    return list(dict.fromkeys(found))


def impossible(model: TableModel, hidden: Flags, primary: Flags, policy: TablePolicy) -> set[Asked]:
    """What of it no table of whole numbers fulfils that looks the same: all are tried, or else a solver is asked."""
    asked = list(asked_of(model, hidden, primary, policy))
    tables, all_tried = every_table(model, hidden, policy)
    left = {each for each in asked if not _met(tables, model, each).any()}
    return left if all_tried else {each for each in left if not solvable(model, hidden, policy, each)}


def _met(tables: Numbers, model: TableModel, asked: Asked) -> Flags:
    known = list(asked.known)
    same = (tables[:, known] == model.values[known]).all(axis=1)
    deviation = tables[:, asked.cell] - int(model.values[asked.cell])
    met = deviation != 0 if not asked.step else deviation * asked.step >= asked.step**2
    return np.asarray(same & met)


def every_table(model: TableModel, hidden: Flags, policy: TablePolicy) -> tuple[Numbers, bool]:
    """The tables that look the same, one a row with all its cells, and whether they are all."""
    assert model.base is not None
    base, values = model.base.toarray().astype(np.int64), np.rint(model.values).astype(np.int64)
    moves = movable(model, hidden, policy)
    leaves, lowest = _leaves(model), lowest_of(model, policy)
    shown = np.flatnonzero(~moves & (base.sum(axis=1) > 1))
    tables, complete = np.zeros((1, 0), dtype=np.int64), True
    least = np.where(moves[leaves], lowest[leaves], values[leaves])
    for at, leaf in enumerate(leaves.tolist()):
        options = np.arange(least[at], _most(at, leaf, base[shown], values, shown, least, moves) + 1)
        most = _TABLES // options.size
        if tables.shape[0] > most:
            near = np.abs(tables - values[leaves[:at]]).sum(axis=1)
            tables, complete = tables[np.argsort(near, kind="stable")[:most]], False
        wider = np.hstack([np.repeat(tables, options.size, axis=0), np.tile(options, tables.shape[0])[:, None]])
        sums = wider @ base[shown][:, : at + 1].T + least[at + 1 :] @ base[shown][:, at + 1 :].T
        ended = base[shown][:, at + 1 :].sum(axis=1) == 0
        fits = (sums <= values[shown]).all(axis=1) & (sums[:, ended] == values[shown][ended]).all(axis=1)
        tables = wider[fits]
    return tables @ base.T, complete


def _most(at: int, leaf: int, sums: Numbers, values: Numbers, shown: Numbers, least: Numbers, moves: Flags) -> int:
    """How large a smallest cell can be: what a shown sum leaves it, if the others in it are as small as they can be."""
    if not moves[leaf]:
        return int(values[leaf])
    inside = np.flatnonzero(sums[:, at])
    if not inside.size:
        return int(values[leaf]) + _FREE_STEPS
    return int((values[shown][inside] - sums[inside] @ least + least[at]).min())


def solvable(model: TableModel, hidden: Flags, policy: TablePolicy, asked: Asked, *, whole: bool = True) -> bool:
    """Whether some table fulfils it, by another solver; of whole numbers, or of any."""
    steps = (1e-3, -1e-3) if not whole else (1, -1)
    sides = (asked.step,) if asked.step else steps
    return any(_solvable(model, hidden, policy, asked, step=step, whole=whole) for step in sides)


def _solvable(model: TableModel, hidden: Flags, policy: TablePolicy, asked: Asked, *, step: float, whole: bool) -> bool:
    moves, lowest = movable(model, hidden, policy), lowest_of(model, policy)
    least = np.where(moves, lowest - model.values, 0.0)
    most = np.where(moves, np.inf, 0.0)
    least[list(asked.known)] = most[list(asked.known)] = 0.0
    if step > 0:
        least[asked.cell] = step
    else:
        most[asked.cell] = min(most[asked.cell], step)
    if (least > most).any():
        return False
    kept = LinearConstraint(model.equations.astype(float), 0.0, 0.0)
    kinds = np.full(model.cells, int(whole))
    solved = milp(np.zeros(model.cells), integrality=kinds, bounds=Bounds(least, most), constraints=kept)
    assert solved.status in (0, 2), solved.message
    return bool(solved.status == 0)


def cells_of(asked: Sequence[Asked] | set[Asked]) -> set[tuple[bool, int]]:
    """The cells that are not kept, from outsiders and from those who know something."""
    return {(bool(each.known), each.cell) for each in asked}
