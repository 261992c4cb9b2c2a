"""Somebody who sees what tables show, as plain programs over the smallest cells; nothing of it is the product's but the tables.

He asks how many people could be in each smallest cell. What is shown he knows exactly; of what is hidden he knows how
little it can be. So he needs no equations, no union of releases, and no knowledge of which cells are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.policy import ProtectionLevel, TablePolicy, Zeros


CLOSE = 1e-6
_FAR = 1000.0
"""Further from its value than so much no cell is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Onlooker:
    """What somebody knows: which smallest cells each cell is the sum of, its value where it is shown, its least value."""

    smallest: NDArray[np.float64]
    """Cells by smallest cells, 0 or 1."""
    values: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    least: NDArray[np.float64]

    def knowing(self, cells: Sequence[int]) -> Onlooker:
        """The same, if he knows some cells beside."""
        hidden = self.hidden.copy()
        hidden[list(cells)] = False
        return replace(self, hidden=hidden)

    def with_a_look_at(self, other: Onlooker) -> Onlooker:
        """The same, if he sees another table of the same people, too; its cells stand behind."""
        return Onlooker(
            np.vstack([self.smallest, other.smallest]),
            np.concatenate([self.values, other.values]),
            np.concatenate([self.hidden, other.hidden]),
            np.concatenate([self.least, other.least]),
        )

    def interval(self, cell: int, *, far: float = _FAR) -> tuple[float, float]:
        """Between which values a cell must lie, as far as it is looked for."""
        ends = [float(self.values[cell] + self.furthest(cell, sign, far=far)[cell]) for sign in (-1, 1)]
        return ends[0], ends[1]

    def deviation(self, cell: int, *, up: float = 0.0, down: float = 0.0) -> NDArray[np.float64] | None:
        """How all cells deviate in a table in which one is so much larger or smaller; None if there is none."""
        found = self.furthest(cell, 1 if up else -1, far=up or down)
        return found if abs(found[cell]) >= (up or down) - CLOSE else None

    def furthest(self, cell: int, sign: int, *, far: float) -> NDArray[np.float64]:
        """How all cells deviate when one goes up (1) or down (-1) as far as it can, at most so far."""
        shown, own = ~self.hidden, sign * self.smallest[cell]
        bounded = self.hidden & (self.least > 0)
        solved = linprog(
            -own,
            A_eq=self.smallest[shown] if shown.any() else None,
            b_eq=self.values[shown] if shown.any() else None,
            A_ub=np.vstack([own, -self.smallest[bounded]]),
            b_ub=np.concatenate([[sign * self.values[cell] + far], -self.least[bounded]]),
        )
        assert solved.status == 0, solved.message
        return np.asarray(self.smallest @ solved.x - self.values)


def onlooker(model: TableModel, hidden: NDArray[np.bool_], policy: TablePolicy) -> Onlooker:
    """Who sees a table of counts of which some cells are hidden. What no table shows he does not see either."""
    assert model.base is not None
    unseen = hidden | model.latent_cells()
    return Onlooker(model.base.toarray().astype(np.float64), model.values, unseen, least_values(model, policy))


def least_values(model: TableModel, policy: TablePolicy) -> NDArray[np.float64]:
    """How little each cell can be believed to be if it is hidden.

    Where every zero is shown, at least one is in each smallest cell that is not zero; so a sum is at least how many of
    these it has.
    """
    assert model.base is not None
    nobody = np.zeros(model.cells)
    return model.base @ (smallest_values(model) > 0).astype(float) if policy.zeros is Zeros.PUBLIC else nobody


def smallest_values(model: TableModel) -> NDArray[np.float64]:
    """The values of the smallest cells, in the order of the columns of `base`."""
    assert model.base is not None
    base = model.base.tocsr()
    single = np.flatnonzero(np.diff(base.indptr) == 1)
    found = np.zeros(base.shape[1])
    found[base[single].indices] = model.values[single]
    return found


def asked_of(model: TableModel, policy: TablePolicy) -> list[tuple[int, float, float]]:
    """For each small count how far up and down another value must be possible."""
    least = least_values(model, policy)
    found = []
    for cell in np.flatnonzero((model.values > 0) & (model.values < policy.min_units)):
        value = float(model.values[cell])
        up = 1.0 if policy.protection is ProtectionLevel.OPEN else max(policy.min_units - value, 1.0)
        found.append((int(cell), up, min(value - float(least[cell]), 1.0)))
    return found


def is_kept(seen: Onlooker, asked: Sequence[tuple[int, float, float]]) -> bool:
    """Whether every small count is hidden, and can be as much larger and smaller as asked."""
    return all(
        bool(seen.hidden[cell])
        and (not up or seen.deviation(cell, up=up) is not None)
        and (not down or seen.deviation(cell, down=down) is not None)
        for cell, up, down in asked
    )


def singletons(model: TableModel) -> list[tuple[int, ...]]:
    """For each person who is alone in a smallest cell the cells in which that person is alone."""
    assert model.base is not None
    base, values = model.base.toarray().astype(bool), smallest_values(model)
    alone = np.flatnonzero(model.values == 1)
    by_person = sorted((int(np.flatnonzero(base[cell] & (values == 1))[0]), int(cell)) for cell in alone)
    return [tuple(cell for _, cell in cells) for _, cells in groupby(by_person, key=lambda each: each[0])]


def recomputed(seen: Onlooker, known: Sequence[int], cells: Sequence[int]) -> list[int]:
    """Which of some hidden cells have only one possible value for somebody who knows cells beside what is shown."""
    insider = seen.knowing(known)
    moved = np.zeros(seen.values.size, dtype=np.bool_)
    found = []
    for cell in set(cells) - set(known):
        for sign in (1, -1):
            if insider.hidden[cell] and not moved[cell]:
                moved |= np.abs(insider.furthest(cell, sign, far=1.0)) > CLOSE
        if not moved[cell]:
            found.append(cell)
    return found
