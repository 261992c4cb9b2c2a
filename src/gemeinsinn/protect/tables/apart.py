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

_SHARES = (1.0, 0.3, 0.1, 0.03, 0.01)
_LARGEST = 1 << 30


def in_general_position(table: Scaled, rng: np.random.Generator) -> Iterator[Piece]:
    """A few random deviations of all hidden cells but zeros, which may only go up."""
    yield from _random(table, np.ones(table.hidden.size, dtype=np.bool_), rng, count=GENERAL)


def leaving_alone(table: Scaled, known: Array, cells: Array, rng: np.random.Generator) -> list[Piece]:
    """Deviations of cells that leave known ones of their component alone; none if they all follow from these."""
    inside = table.component == table.component[np.searchsorted(table.hidden, cells[0])]
    open_cells = inside & ~np.isin(table.hidden, known)
    wanted = np.isin(table.hidden, cells)
    moved = np.zeros(table.hidden.size, dtype=np.bool_)
    found: list[Piece] = []
    for piece in _random(table, open_cells, rng, count=2):
        moved[piece.places] = True
        found.append(piece)
    for sign in (1, -1):
        left = wanted & ~moved
        if left.any():
            for piece in _solved(table, open_cells, left, sign):
                moved[piece.places] = True
                found.append(piece)
    return found


def _random(table: Scaled, open_cells: Array, rng: np.random.Generator, *, count: int) -> Iterator[Piece]:
    columns = np.flatnonzero(open_cells & ((table.values[table.hidden] > 0) | table.signed))
    part = sparse.csr_matrix(sparse.csc_matrix(table.equations)[:, columns])
    space = Nullspace(part[np.diff(part.indptr) > 0], rng)
    for _ in range(count):
        tries = (space.random(share) for share in _SHARES)
        deviation = next((found for found in tries if found is not None), None)
        if deviation is not None and deviation.any():
            yield from _pieces(table, columns, deviation)


def _pieces(table: Scaled, columns: Array, deviation: NDArray[np.int64]) -> Iterator[Piece]:
    """One deviation in its connected pieces, made so small that nothing falls below zero."""
    values = table.values[table.hidden[columns]]
    below = (deviation < 0) & (not table.signed)
    divisor = int(np.max(-(deviation[below] // values[below]), initial=1))
    if divisor >= _LARGEST:
        return
    component = table.component[columns]
    moved = np.flatnonzero(deviation)
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
