"""What somebody learns from a published table who knows cells of his own: which others have only one value left for him.

Whatever table is possible for everybody, and has the values that he knows, is possible for him. So possible tables are
collected, and each serves all who agree with it; linear programs decide only what no two of these tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.linear import Program, UnfinishedError
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.nullspace import components
from gemeinsinn.protect.tables.pattern import Array, Flags


_CLOSE = 1e-6
_INFEASIBLE = "infeasible"
_DRAWN = 48
"""So many possible tables are drawn before anybody is asked about."""
_SEED = 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Knowledge:
    """Hidden cells that somebody knows, and their values."""

    cells: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Learnt:
    """What somebody learns: cells of others, and their values for him."""

    knowledge: Knowledge
    cells: NDArray[np.int64]
    values: NDArray[np.float64]


def learnt(
    model: TableModel, hidden: Flags, knowledge: Sequence[Knowledge], asked: Flags, *, lowest: float
) -> Iterator[Learnt]:
    """Who learns the value of which of the cells that are asked about; no value of any other hidden cell is looked at.

    What cannot be so, because no numbers behind the gaps go with it, is nobody's knowledge.
    """
    columns = np.flatnonzero(hidden)
    equations = sparse.csr_matrix(model.equations)
    between = sparse.csr_matrix(sparse.csc_matrix(equations)[:, columns])
    shown = -(equations @ np.where(hidden, 0.0, model.values))
    label = components(between)
    place = np.full(model.cells, -1, dtype=np.int64)
    place[columns] = np.arange(columns.size)
    highest = 2.0 * float(np.abs(model.values).max(initial=0.0)) + 1000.0
    bounds = (-highest if model.signed else lowest, highest)
    parts: dict[int, _Part] = {}
    for each in knowledge:
        for number in np.unique(label[place[each.cells]]).tolist():
            if number not in parts:
                parts[number] = _part(between, shown, columns, np.flatnonzero(label == number), bounds)
            found = parts[number].pinned(each, asked)
            if found is not None and found.cells.size:
                yield found


def _part(
    between: sparse.csr_matrix, shown: Array, columns: Array, inside: Array, bounds: tuple[float, float]
) -> _Part:
    """The part, with some possible tables; the upper bound is far above everything, so that no sum is without an end."""
    own = sparse.csr_matrix(sparse.csc_matrix(between)[:, inside])
    rows = np.flatnonzero(np.diff(own.indptr))
    least, most = (np.full(inside.size, bound) for bound in bounds)
    part = _Part(columns[inside], Program(own[rows], lower=least, upper=most, totals=shown[rows]), least, most)
    rng = np.random.default_rng(_SEED)
    for _ in range(_DRAWN):
        part.solved(rng.standard_normal(inside.size))
    return part


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Part:
    """Hidden cells that equations connect, and the program over all values that they can have."""

    cells: NDArray[np.int64]
    program: Program
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    tables: list[NDArray[np.float64]] = field(default_factory=list)
    """Possible tables that were seen."""

    def solved(self, cost: Array) -> NDArray[np.float64]:
        """The possible table that costs least, which is kept."""
        self.program.price(cost)
        found = self.program.solved()
        self.tables.append(found)
        return found

    def pinned(self, knowledge: Knowledge, asked: Flags) -> Learnt | None:
        """The cells here of which one value is left for somebody; None if his knowledge fits nothing."""
        own = np.isin(knowledge.cells, self.cells)
        known, values = np.searchsorted(self.cells, knowledge.cells[own]), knowledge.values[own]
        wanted = asked[self.cells]
        wanted[known] = False
        agreeing = [table for table in self.tables if np.abs(table[known] - values).max() <= _CLOSE]
        if agreeing:
            wanted &= np.ptp(np.stack(agreeing), axis=0) <= _CLOSE
        if not wanted.any():
            return None
        least, most = self.least.copy(), self.most.copy()
        least[known] = most[known] = values
        self.program.bound(least, most)
        try:
            first = self.solved(np.where(wanted, 1.0, 0.0))
        except UnfinishedError as error:
            if _INFEASIBLE in str(error).lower():
                return None
            raise
        left = np.flatnonzero(self._still(wanted, first))
        return Learnt(knowledge, self.cells[left], np.rint(first[left] / _CLOSE) * _CLOSE)

    def _still(self, wanted: Flags, first: Array) -> Flags:
        """The wanted cells that are the same in every solution: first all together, then one by one."""
        still = wanted & (np.abs(self.solved(np.where(wanted, -1.0, 0.0)) - first) <= _CLOSE)
        self.program.price(np.zeros(self.cells.size))
        for column in np.flatnonzero(still).tolist():
            ends = [self.program.furthest(column, sign) for sign in (1, -1)]
            still[column] = ends[0] - ends[1] <= _CLOSE
        return np.asarray(still)
