"""Deviations in general position: random whole numbers that fulfil all equations, out of one basis of them.

What somebody who knows his own cells cannot recompute shows in deviations that tie no two cells together but those that
are tied in all of them; a few random ones have that property. A basis of the equations decides which cells follow from
the others; these are dealt small whole numbers, and one sparse factorisation gives the rest.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from gemeinsinn.protect.tables.linear import INFINITE, Program
from gemeinsinn.protect.tables.pattern import Array


_DEALT = 3
_DIGITS = 9
_LARGEST_DENOMINATOR = 5000
"""Two fractions of such denominators are further apart than the solution is from its true value."""
_MOST = 1 << 22
_LARGEST = 1 << 29
_BASIC = highspy.HighsBasisStatus.kBasic


def components(equations: sparse.spmatrix) -> NDArray[np.int64]:
    """The number of the connected piece that each cell is in; equations by columns are quickest."""
    columns = sparse.csc_matrix(equations)
    rows, cells = columns.shape
    if not rows:
        return np.arange(cells, dtype=np.int64)
    ends = np.full(rows, columns.nnz, dtype=columns.indptr.dtype)
    graph = sparse.csr_matrix(
        (np.ones(columns.nnz, dtype=np.int8), columns.indices + cells, np.concatenate([columns.indptr, ends])),
        shape=(cells + rows, cells + rows),
    )
    label = connected_components(graph, directed=False)[1][:cells]
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


class Nullspace:
    """The deviations that some equations allow, without a thought of what is below zero."""

    def __init__(self, equations: sparse.csr_matrix, rng: np.random.Generator) -> None:
        self.equations = sparse.csr_matrix(equations).astype(np.int64)
        self.rng = rng
        rows, self.follows = _basis(self.equations, rng)
        self.size = self.equations.shape[1]
        self.component = components(self.equations)
        self.dealt = np.setdiff1d(np.arange(self.size), self.follows)
        part = sparse.csc_matrix(self.equations[rows])
        self._others = sparse.csr_matrix(part[:, self.dealt]).astype(np.float64)
        square = part[:, self.follows].astype(np.float64)
        self._factors = splu(square) if square.shape[0] else None

    def random(self, share: float = 1.0) -> NDArray[np.int64]:
        """A deviation in whole numbers, in which a share of the cells is dealt.

        A connected piece in which the denominators become too large stays as it is; it may fall apart with fewer cells.
        """
        found = np.zeros(self.size)
        some = self.dealt[self.rng.random(self.dealt.size) < share]
        found[some] = self.rng.choice([-_DEALT, -2, -1, 1, 2, _DEALT], size=some.size)
        if self._factors is not None:
            found[self.follows] = -self._factors.solve(self._others @ found[self.dealt])
        whole = np.rint(found * denominators(found, self.component)[self.component])
        whole[np.abs(whole) >= _LARGEST] = 0
        exact = whole.astype(np.int64)
        rows = np.flatnonzero(self.equations @ exact)
        broken = np.unique(self.component[self.equations.indices[self.equations.indptr[rows]]])
        exact[np.isin(self.component, broken)] = 0
        return exact


def _basis(equations: sparse.csr_matrix, rng: np.random.Generator) -> tuple[Array, Array]:
    """Rows that are independent, and as many columns that are.

    At a vertex of a program whose bounds are random no row but a redundant one has its slack in the basis.
    """
    size = equations.shape[1]
    if not equations.nnz:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    program = Program(equations)
    program.bound(-1.0 - rng.random(size), np.full(size, INFINITE))
    program.price(np.zeros(size))
    program.solved()
    basis = program.solver.getBasis()
    basic = np.array([status == _BASIC for status in basis.col_status], dtype=np.bool_)
    slack = np.array([status == _BASIC for status in basis.row_status], dtype=np.bool_)
    return np.flatnonzero(~slack), np.flatnonzero(basic)


def denominators(
    numbers: Array, component: Array, *, digits: int = _DIGITS, largest: int = _LARGEST_DENOMINATOR
) -> NDArray[np.int64]:
    """By what the numbers of each connected piece have to be multiplied to be whole; 0 if that is too much.

    The numbers are good to so many digits, and no denominator is larger than `largest`.
    """
    found = np.ones(int(component.max(initial=-1)) + 1, dtype=np.int64)
    parts = np.round(numbers - np.floor(numbers), digits)
    fractions = (parts > 0) & (parts < 1)
    known: dict[float, int] = {}
    for piece, part in set(zip(component[fractions].tolist(), parts[fractions].tolist(), strict=True)):
        if part not in known:
            known[part] = Fraction(part).limit_denominator(largest).denominator
        common = lcm(int(found[piece]), known[part])
        found[piece] = common if common < _MOST else 0
    return found
