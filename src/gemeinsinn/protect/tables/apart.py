"""Deviations that keep apart what somebody knows and what he must not recompute, as pieces of exact witness tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.exact import Exact, Piece, Scaled
from gemeinsinn.protect.tables.linear import INFINITE, SMALL, Program
from gemeinsinn.protect.tables.nullspace import Nullspace
from gemeinsinn.protect.tables.pattern import Array


GENERAL = 6
"""So many deviations in general position; somebody who knows cells of fewer kinds is kept apart by them if at all."""

_SHARES = (0.3, 0.1, 0.03)
_LARGEST = 1 << 30


def in_general_position(table: Scaled, rng: np.random.Generator, *, level: Array | None = None) -> list[Piece]:
    """A few random deviations of all hidden cells but zeros, which may only go up.

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


def leaving_alone(table: Scaled, known: Array, cells: Array, rng: np.random.Generator) -> list[Piece]:
    """Deviations of cells that leave known ones of their component alone; none if they all follow from these."""
    inside = table.component == table.component[np.searchsorted(table.hidden, cells[0])]
    open_cells = inside & ~np.isin(table.hidden, known)
    left = np.isin(table.hidden, cells)
    found: list[Piece] = []

    def take(more: list[Piece]) -> None:
        found.extend(more)
        for piece in more:
            left[piece.places] = False

    for share in (1.0, *_SHARES):
        if left.any():
            take(_random(table, open_cells, rng, count=1, share=share))
    for sign in (1, -1):
        if left.any() and (table.values[table.hidden[open_cells]] == 0).any():
            take(_solved(table, open_cells, left, sign))
    return found


def _random(
    table: Scaled, open_cells: Array, rng: np.random.Generator, *, count: int, share: float = 1.0
) -> list[Piece]:
    columns = np.flatnonzero(open_cells & ((table.values[table.hidden] > 0) | table.signed))
    part = sparse.csr_matrix(sparse.csc_matrix(table.equations)[:, columns])
    space = Nullspace(part[np.diff(part.indptr) > 0], rng)
    return [piece for _ in range(count) for piece in _pieces(table, columns, space.random(share))]


def _pieces(table: Scaled, columns: Array, deviation: NDArray[np.int64]) -> Iterator[Piece]:
    """One deviation in its connected pieces, made so small that nothing falls below zero."""
    values = table.values[table.hidden[columns]]
    below = (deviation < 0) & (not table.signed)
    divisor = int(np.max(-(deviation[below] // values[below]), initial=1))
    if divisor >= _LARGEST:
        return
    component = table.component[columns]
    moved = np.flatnonzero(deviation)
    if not moved.size:
        return
    order = moved[np.argsort(component[moved], kind="stable")]
    for part in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
        yield Piece(int(component[part[0]]), columns[part], deviation[part], divisor)


def _solved(table: Scaled, open_cells: Array, wanted: Array, sign: int) -> list[Piece]:
    """A deviation by a linear program, for cells that only move together with zeros."""
    columns = np.flatnonzero(open_cells)
    part = sparse.csr_matrix(sparse.csc_matrix(table.equations)[:, columns])
    program = Program(part[np.diff(part.indptr) > 0])
    values = table.values[table.hidden[columns]].astype(np.float64)
    lower = np.where(table.signed, -INFINITE, -values)
    upper = np.full(columns.size, INFINITE)
    aims = wanted[columns]
    lower[aims], upper[aims] = np.maximum(lower[aims], -1.0), 1.0
    program.bound(lower, upper)
    program.price(np.where(aims, -float(sign), 0.0))
    solution = program.solved()
    if np.abs(solution[aims]).max(initial=0.0) <= SMALL:
        return []
    witness = np.zeros(table.values.size)
    witness[table.hidden[columns]] = solution / table.scale
    exact = Exact(table)
    return exact.pieces if exact.add(witness) else []
