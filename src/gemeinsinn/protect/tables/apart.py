"""Deviations that keep apart what somebody knows and what he must not recompute, as pieces of exact witness tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.exact import Exact, Piece, Scaled
from gemeinsinn.protect.tables.linear import INFINITE, Program
from gemeinsinn.protect.tables.nullspace import Nullspace
from gemeinsinn.protect.tables.pattern import Array


GENERAL = 6
"""So many deviations in general position; somebody who knows cells of fewer kinds is kept apart by them if at all."""

_SHARES = (0.3, 0.1, 0.03)
_LARGEST = 1 << 30
_EFFORT = 1e-4
"""What it costs to move a cell, beside the 1 that it is worth to move one that is to be moved."""


def in_general_position(table: Scaled, rng: np.random.Generator, *, level: Array | None = None) -> list[Piece]:
    """A few random deviations of all hidden cells but those at their lowest value, which may only go up.

    Connected pieces that are too large for small denominators are taken apart by `level`, a number for each hidden cell,
    and dealt only a few cells at a time.
    """
    every = np.ones(table.hidden.size, dtype=np.bool_)
    found = _random(table, every, rng, count=GENERAL)
    left = ~np.isin(table.component, [piece.component for piece in found])
    left &= np.bincount(table.component)[table.component] > 1
    if not left.any():
        return found
    for each in () if level is None else np.unique(level[left]):
        found += _random(table, left & (level == each), rng, count=GENERAL)
    for share in _SHARES:
        found += _random(table, left, rng, count=GENERAL, share=share)
    return found


def leaving_alone(table: Scaled, pairs: Sequence[tuple[Array, Array]]) -> list[Piece]:
    """Deviations that leave known cells alone and move others: for each pair of both, all that do not follow.

    All cells of the others that a pair names are in one connected piece. What is found for one pair counts for all.
    """
    found: list[Piece] = []
    label = np.array([table.component[np.searchsorted(table.hidden, cells[0])] for _, cells in pairs], dtype=np.int64)
    for component in np.unique(label):
        part = _Part(table, int(component))
        own = [
            (part.places(known), part.places(cells))
            for (known, cells), at in zip(pairs, label, strict=True)
            if at == component
        ]
        everybody = np.unique(np.concatenate([known for known, _ in own]))
        wanted = np.unique(np.concatenate([cells for _, cells in own]))
        part.move(everybody, np.setdiff1d(wanted, everybody), singly=False)
        for known, cells in own:
            part.move(known, cells)
        found += part.pieces
    return found


class _Part:
    """Programs over one connected piece of hidden cells, and the deviations that they found; these move few cells."""

    def __init__(self, table: Scaled, component: int) -> None:
        self.columns, self.hidden = np.flatnonzero(table.component == component), table.hidden
        self.exact = Exact(table)
        self.room = np.where(table.signed, INFINITE, table.room[self.columns].astype(np.float64))
        self.moves = np.zeros((0, self.columns.size), dtype=np.bool_)
        between = sparse.csc_matrix(table.equations)[:, self.columns]
        self.program = Program(sparse.hstack([between, -between]))

    @property
    def pieces(self) -> list[Piece]:
        """The deviations."""
        return self.exact.pieces

    def places(self, cells: Array) -> NDArray[np.int64]:
        """Places of those cells that are in this piece."""
        return np.flatnonzero(np.isin(self.hidden[self.columns], cells))

    def move(self, known: Array, cells: Array, *, singly: bool = True) -> None:
        """Move cells and leave known ones alone: all up, all down, then those that are left one by one."""
        for sign in (1, -1):
            self._try(known, self._left(known, cells), sign)
        for cell in self._left(known, cells) if singly else ():
            for sign, effort in ((1, _EFFORT), (-1, _EFFORT), (1, 0.0), (-1, 0.0)):
                if cell in self._left(known, cells):
                    self._try(known, np.array([cell]), sign, effort=effort)

    def _left(self, known: Array, cells: Array) -> NDArray[np.int64]:
        free = ~self.moves[:, known].any(axis=1)
        return np.asarray(cells[~self.moves[free][:, cells].any(axis=0)])

    def _try(self, known: Array, cells: Array, sign: int, *, effort: float = _EFFORT) -> None:
        if not cells.size:
            return
        size = self.columns.size
        most, cost = np.concatenate([np.full(size, INFINITE), self.room]), np.full(2 * size, effort)
        most[known] = most[size + known] = 0.0
        most[cells], most[size + cells] = 1.0, np.minimum(most[size + cells], 1.0)
        cost[cells] -= sign
        cost[size + cells] += sign
        self.program.bound(np.zeros(2 * size), most)
        self.program.price(cost)
        solution = self.program.solved()
        self._keep(solution[:size] - solution[size:], cells)

    def _keep(self, deviation: NDArray[np.float64], cells: Array) -> None:
        """The connected pieces of a deviation that move what they are to move, if they can be made exact."""
        table, before = self.exact.table, len(self.exact.pieces)
        witness = np.zeros(table.values.size)
        witness[self.hidden[self.columns]] = deviation / table.scale
        self.exact.add(witness)
        wanted = self.columns[cells]
        useful = [piece for piece in self.exact.pieces[before:] if np.isin(piece.places, wanted).any()]
        self.exact.pieces[before:] = useful
        rows = [np.isin(self.columns, piece.places) for piece in useful]
        self.moves = np.vstack([self.moves, *rows])


def _random(
    table: Scaled, open_cells: Array, rng: np.random.Generator, *, count: int, share: float = 1.0
) -> list[Piece]:
    columns = np.flatnonzero(open_cells & ((table.room > 0) | table.signed))
    part = sparse.csr_matrix(sparse.csc_matrix(table.equations)[:, columns])
    space = Nullspace(part[np.diff(part.indptr) > 0], rng)
    return [piece for _ in range(count) for piece in _pieces(table, columns, space.random(share))]


def _pieces(table: Scaled, columns: Array, deviation: NDArray[np.int64]) -> Iterator[Piece]:
    """One deviation in its connected pieces, made so small that nothing falls below its lowest value."""
    room = table.room[columns]
    below = (deviation < 0) & (not table.signed)
    divisor = int(np.max(-(deviation[below] // room[below]), initial=1))
    if divisor >= _LARGEST:
        return
    component = table.component[columns]
    moved = np.flatnonzero(deviation)
    if not moved.size:
        return
    order = moved[np.argsort(component[moved], kind="stable")]
    for part in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
        yield Piece(int(component[part[0]]), columns[part], deviation[part], divisor)
