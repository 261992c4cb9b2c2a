"""What has to be kept of a table from whom: the cells that may move, what they must reach, what it costs to hide them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.protect.tables.linear import INFINITE, rows_of
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Weights, Zeros


NOBODY = -1
"""The owner of a cell in which nobody is alone."""


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """Cells that may be hidden, and the equations between them; all arrays are over these cells."""

    cells: NDArray[np.int64]
    """Their places in the table."""
    equations: sparse.csr_matrix
    values: NDArray[np.float64]
    lowest: NDArray[np.float64]
    """How far down a cell can be believed to deviate, not above 0."""
    cost: NDArray[np.float64]
    """What hiding it costs; 0 where it is hidden anyway."""
    given: Flags
    """Cells that are hidden anyway."""
    protected: Flags
    """Cells that have needs, or must not be recomputed by an insider."""
    up: NDArray[np.float64]
    down: NDArray[np.float64]
    owner: NDArray[np.int64]
    """The insider who is alone in a cell; `NOBODY` else."""

    @property
    def size(self) -> int:
        """How many cells there are."""
        return int(self.cells.size)

    @cached_property
    def columns(self) -> sparse.csc_matrix:
        """The equations by cells."""
        return sparse.csc_matrix(self.equations)

    def among(self, places: Array) -> Problem:
        """The same for some of the cells; what leaves this part stands still."""
        return Problem(
            self.cells[places],
            rows_of(self.columns, places),
            self.values[places],
            self.lowest[places],
            self.cost[places],
            self.given[places],
            self.protected[places],
            self.up[places],
            self.down[places],
            self.owner[places],
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Suspicion:
    """Somebody who knows cells, and the cells of others that he can recompute; all are places in a problem."""

    known: NDArray[np.int64]
    cells: NDArray[np.int64]


def problem_of(
    model: TableModel, policy: TablePolicy, primary: Flags, needs: Needs, *, alone: Flags | None = None
) -> Problem:
    """The problem of a whole table: all cells that are not known already, whatever is hidden of the others.

    `alone` are cells that a single household or provider makes up, beside those of one unit.
    """
    cells = np.flatnonzero(candidates(model, policy))
    given = primary | model.latent_cells()
    values = model.values[cells]
    hidden_anyway = given[cells]
    return Problem(
        cells,
        rows_of(model.equations, cells),
        values,
        (lowest_values(model, policy) - model.values)[cells],
        np.where(hidden_anyway, 0.0, _cost(values, policy.weights)),
        hidden_anyway,
        primary[cells],
        needs.up[cells],
        needs.down[cells],
        owners(model, alone)[cells] if knows_cells(policy) else np.full(cells.size, NOBODY),
    )


def candidates(model: TableModel, policy: TablePolicy) -> Flags:
    """Cells that can be hidden: not open, and no zero that everybody knows."""
    found = ~model.open_cells()
    if policy.zeros_known:
        found &= (model.values != 0) | (model.counted != 0)
    return found


def lowest_values(model: TableModel, policy: TablePolicy) -> NDArray[np.float64]:
    """The smallest value that anybody can believe each cell to have if it is hidden.

    Nothing, unless values may be negative. But where every zero is shown, a count is at least one, and a sum at least
    the number of its parts that are not zero: three hidden counts that add up to three are known. (Langsrud, the problem
    of singletons and zeros, in the documentation of easySdcTable.)
    """
    if policy.signed:
        return np.full(model.cells, -INFINITE)
    found = np.zeros(model.cells)
    if policy.zeros is Zeros.PUBLIC and counts(model):
        found[(model.counted >= 1) & (model.values >= 1)] = 1.0
        found = _with_sums(model, found)
    return found


def _with_sums(model: TableModel, lowest: NDArray[np.float64]) -> NDArray[np.float64]:
    """At least as much for a sum as for its parts together, level by level."""
    equations = sparse.csr_matrix(model.equations)
    row = np.repeat(np.arange(equations.shape[0]), np.diff(equations.indptr))
    sums = _totals(equations, row)
    one_sum = np.bincount(row, weights=sums, minlength=equations.shape[0]) == 1
    sums, parts = sums & one_sum[row], ~sums & one_sum[row]
    while True:
        together = np.bincount(row[parts], weights=lowest[equations.indices[parts]], minlength=equations.shape[0])
        higher = lowest.copy()
        np.maximum.at(higher, equations.indices[sums], together[row[sums]])
        if (higher == lowest).all():
            return lowest
        lowest = higher


def _totals(equations: sparse.csr_matrix, row: Array) -> Flags:
    """The entries that stand alone on their side of an equation."""
    sign = np.sign(equations.data)
    found = np.zeros(row.size, dtype=np.bool_)
    for side in (-1, 1):
        of_side = np.bincount(row, weights=sign == side, minlength=equations.shape[0])
        found |= (of_side[row] == 1) & (sign == side)
    return found


def counts(model: TableModel) -> bool:
    """Whether the values are counts of the units; cells that only say how far others are from a bound have none."""
    return model.units is None or bool(((model.units == model.values) | (model.units < 0)).all())


def _cost(values: Array, weights: Weights) -> NDArray[np.float64]:
    """What hiding each cell costs; never nothing, so that no cell is hidden without need."""
    size = np.abs(values)
    if weights is Weights.COUNT:
        return np.ones(values.shape)
    if weights is Weights.LOG:
        return 1.0 + np.log1p(size)
    least = float(size[size > 0].min(initial=np.inf)) if (size > 0).any() else 1.0
    return np.asarray(np.maximum(size, least / 10))


def knows_cells(policy: TablePolicy) -> bool:
    """Whether somebody who knows cells of his own is an attacker."""
    return Attacker.INSIDER in policy.attackers or Attacker.ALL_SINGLETONS in policy.attackers


def owners(model: TableModel, more: Flags | None = None) -> NDArray[np.int64]:
    """A number for each unit that is alone in a cell; `NOBODY` for all other cells.

    A sum of one unit and its part of one unit hold the same one; other cells may, but nobody can know.
    """
    alone = np.asarray(model.counted == 1) if more is None else (model.counted == 1) | more
    equations = sparse.csr_matrix(model.equations)
    row = np.repeat(np.arange(equations.shape[0]), np.diff(equations.indptr))
    column, total = equations.indices, _totals(equations, row)
    single = np.bincount(row, weights=total & alone[column], minlength=equations.shape[0]) > 0
    keep = single[row] & alone[column]
    links = sparse.csr_matrix((np.ones(int(keep.sum())), (row[keep], column[keep])), shape=equations.shape)
    graph = sparse.block_array([[None, links.T], [links, None]], format="csr")
    label = connected_components(graph, directed=False)[1][: model.cells] if links.nnz else np.arange(model.cells)
    return np.where(alone, label, NOBODY).astype(np.int64)


def pieces(problem: Problem, *, together: int) -> list[NDArray[np.int64]]:
    """The connected pieces in which something has to be protected; small ones together, up to so many cells."""
    equations = problem.equations
    if equations.nnz:
        graph = sparse.block_array([[None, equations.T], [equations, None]], format="csr")
        label = connected_components(graph, directed=False)[1][: problem.size]
    else:
        label = np.arange(problem.size)
    asked = np.bincount(label, weights=problem.protected, minlength=int(label.max(initial=-1)) + 1) > 0
    places = np.flatnonzero(asked[label])
    places = places[np.argsort(label[places], kind="stable")]
    starts = np.flatnonzero(np.diff(label[places], prepend=-1))
    if not places.size:
        return []
    found: list[NDArray[np.int64]] = []
    begin = 0
    for start, end in zip(starts, np.append(starts[1:], places.size), strict=True):
        if end - begin > together and start > begin:
            found.append(places[begin:start])
            begin = int(start)
    return [*found, places[begin:]]
