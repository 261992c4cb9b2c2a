"""Cells that only move together are one: an equation with two cells that may move ties them for good.

In a table of which most cells are shown, half of the equations are of this kind. Taken together, the attacker's programs
are half as large. Equations that say the same are kept once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.protect.tables.pattern import Array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Collapsed:
    """Variables that cells are multiples of, and the equations between these."""

    variable: NDArray[np.int64]
    """For each cell the variable that it follows."""
    sign: NDArray[np.float64]
    """1 or -1; 0 if the cell cannot move at all."""
    equations: sparse.csr_matrix
    order: NDArray[np.int64]
    """The cells by their variables."""
    starts: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many variables there are."""
        return int(self.starts.size)

    def bounds(self, least: Array, most: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The bounds of the variables out of those of the cells."""
        low = np.where(self.sign > 0, least, np.where(self.sign < 0, -most, 0.0))[self.order]
        high = np.where(self.sign > 0, most, np.where(self.sign < 0, -least, 0.0))[self.order]
        return np.maximum.reduceat(low, self.starts), np.minimum.reduceat(high, self.starts)

    def summed(self, cost: Array) -> NDArray[np.float64]:
        """The costs of the variables out of those of the cells."""
        return np.bincount(self.variable, weights=cost * self.sign, minlength=self.size).astype(np.float64)

    def cells(self, variables: Array) -> NDArray[np.float64]:
        """The deviations of the cells."""
        return np.asarray(variables[self.variable] * self.sign)


class _Apart(Collapsed):
    """Every cell a variable of its own: nothing is to be translated."""

    def bounds(self, least: Array, most: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return least, most

    def summed(self, cost: Array) -> NDArray[np.float64]:
        return np.asarray(cost, dtype=np.float64)

    def cells(self, variables: Array) -> NDArray[np.float64]:
        return variables


def collapsed(equations: sparse.csr_matrix) -> Collapsed:
    """Take cells together, again and again, until no equation has just two."""
    left = _clean(sparse.csr_matrix(equations, dtype=np.float64))
    size = left.shape[1]
    variable, sign = np.arange(size), np.ones(size)
    while (tied := _tied(left)) is not None:
        label, side = tied
        mapping = sparse.csr_matrix((side, (np.arange(label.size), label)), shape=(label.size, int(label.max()) + 1))
        sign = sign * side[variable]
        variable = label[variable]
        left = _clean(sparse.csr_matrix(left @ mapping))
    order = np.argsort(variable, kind="stable")
    starts = np.flatnonzero(np.diff(variable[order], prepend=-1))
    return Collapsed(variable, sign, _once(left), order, starts)


def apart(equations: sparse.csr_matrix) -> Collapsed:
    """Every cell a variable of its own."""
    size = equations.shape[1]
    return _Apart(np.arange(size), np.ones(size), equations, np.arange(size), np.arange(size))


def _clean(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    equations.eliminate_zeros()
    return equations[np.diff(equations.indptr) > 0]


def _tied(equations: sparse.csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """For each column its new number, and its sign there; None if no equation ties two.

    Components are found in two copies of the columns, one for each sign; a column whose copies meet is its own negative.
    """
    rows = np.flatnonzero(np.diff(equations.indptr) == 2)
    first, second = equations.indptr[rows], equations.indptr[rows] + 1
    rows = np.abs(equations.data[first]) == np.abs(equations.data[second])
    first, second = first[rows], second[rows]
    if not first.size:
        return None
    size = equations.shape[1]
    one, other = equations.indices[first], equations.indices[second]
    turned = np.where(np.sign(equations.data[first]) == np.sign(equations.data[second]), size, 0)
    ends = np.concatenate([other + turned, (other + size - turned)])
    graph = sparse.csr_matrix(
        (np.ones(ends.size), (np.concatenate([one, one + size]), ends)), shape=(2 * size, 2 * size)
    )
    label = connected_components(graph, directed=False)[1]
    plus, minus = label[:size], label[size:]
    side = np.where(plus == minus, 0.0, np.where(plus < minus, 1.0, -1.0))
    return np.unique(np.minimum(plus, minus), return_inverse=True)[1].astype(np.int64), side


def _once(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    """Every equation once, whatever its sign; two are only taken for one if all their factors are equal."""
    if equations.shape[0] < 2:
        return equations
    equations.sort_indices()
    key = equations @ np.random.default_rng(1).random(equations.shape[1])
    turned = sparse.csr_matrix(sparse.diags(np.where(key < 0, -1.0, 1.0)) @ equations)
    order = np.argsort(np.abs(key), kind="stable")
    sorted_rows = turned[order]
    difference = sparse.csr_matrix(sorted_rows[1:] - sorted_rows[:-1])
    difference.eliminate_zeros()
    new = np.concatenate([[True], np.diff(difference.indptr) > 0])
    return turned[np.sort(order[new])]
