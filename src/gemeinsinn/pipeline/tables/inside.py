"""What somebody learns from a published table who knows cells of his own: which others have only one value left for him."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.linear import Program, UnfinishedError, rows_of
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.nullspace import components
from gemeinsinn.protect.tables.pattern import Array, Flags


_CLOSE = 1e-6
_INFEASIBLE = "infeasible"


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
    between = sparse.csr_matrix(sparse.csc_matrix(model.equations)[:, columns])
    label = components(between)
    shown = -(sparse.csr_matrix(model.equations) @ np.where(hidden, 0.0, model.values))
    place = np.full(model.cells, -1, dtype=np.int64)
    place[columns] = np.arange(columns.size)
    parts: dict[int, _Part] = {}
    for each in knowledge:
        for number in np.unique(label[place[each.cells]]).tolist():
            if number not in parts:
                parts[number] = _part(model, between, shown, columns, np.flatnonzero(label == number), lowest)
            found = parts[number].pinned(each, asked)
            if found is not None and found.cells.size:
                yield found


def _part(
    model: TableModel, between: sparse.csr_matrix, shown: Array, columns: Array, inside: Array, lowest: float
) -> _Part:
    rows = np.flatnonzero(np.diff(sparse.csr_matrix(sparse.csc_matrix(between)[:, inside]).indptr))
    most = np.full(inside.size, 2.0 * float(np.abs(model.values).max(initial=0.0)) + 1000.0)
    least = -most if model.signed else np.full(inside.size, lowest)
    program = Program(rows_of(between[rows], inside), lower=least, upper=most, totals=shown[rows])
    return _Part(columns[inside], program, least, most)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Part:
    """Hidden cells that equations connect, and the program over all values that they can have."""

    cells: NDArray[np.int64]
    program: Program
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    """Far above everything, so that no sum is without an end."""

    def pinned(self, knowledge: Knowledge, asked: Flags) -> Learnt | None:
        """The cells here of which one value is left for somebody; None if his knowledge fits nothing."""
        own = np.isin(knowledge.cells, self.cells)
        known, values = np.searchsorted(self.cells, knowledge.cells[own]), knowledge.values[own]
        least, most = self.least.copy(), self.most.copy()
        least[known] = most[known] = values
        self.program.bound(least, most)
        wanted = asked[self.cells]
        wanted[known] = False
        self.program.price(np.zeros(self.cells.size))
        try:
            first = self.program.solved()
        except UnfinishedError as error:
            if _INFEASIBLE in str(error).lower():
                return None
            raise
        left = np.flatnonzero(self._still(wanted, first))
        return Learnt(knowledge, self.cells[left], np.rint(first[left] / _CLOSE) * _CLOSE)

    def _still(self, wanted: Flags, first: Array) -> Flags:
        """The wanted cells that are the same in every solution: first all together, then one by one."""
        still = wanted.copy()
        for sign in (1.0, -1.0):
            self.program.price(np.where(still, sign, 0.0))
            still &= np.abs(self.program.solved() - first) <= _CLOSE
        self.program.price(np.zeros(self.cells.size))
        for column in np.flatnonzero(still).tolist():
            ends = [self.program.furthest(column, sign) for sign in (1, -1)]
            still[column] = ends[0] - ends[1] <= _CLOSE
        return still
