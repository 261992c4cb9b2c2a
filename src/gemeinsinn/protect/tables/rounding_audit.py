"""The attack on a rounded table: from the intervals of all numbers and the equations between them to single people.

The attacker knows between which counts each number lies, and how they add up. Linear programs tell him how small and
how large each cell can be; a cell that is shown as 0 and cannot be 0 tells him that somebody is there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.linear import Program
from gemeinsinn.protect.tables.pattern import Array, Flags


_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Exposure:
    """A cell of which a rounded table tells more than its own number does."""

    cell: int
    bound: int
    """What it certainly is at least, or at most."""
    by: tuple[int, ...]
    """The cells whose numbers say so, the weightiest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """How far the cells of a rounded table have to be able to go."""

    down: NDArray[np.float64]
    """To at most so many; infinity where nothing is asked."""
    up: NDArray[np.float64]
    """To at least so many; -infinity where nothing is asked."""


def asked_of(
    low: Array, high: Array, *, min_units: int, secret_zeros: bool = False, known: Flags | None = None
) -> Asked:
    """What a rounded table has to leave open; it depends on what is shown, never on what is true.

    Whatever may be nobody must be able to be nobody. Whatever may be a small number of people, but not nobody, must be
    able to be a number that may be shown. If zeros are secret, whatever may be nobody must be able to be somebody.
    """
    free = np.ones(low.size, dtype=np.bool_) if known is None else ~known
    nobody = free & (low <= 0.0)
    small = free & ~nobody & (low < min_units)
    up = np.where(small, np.minimum(high, min_units), -np.inf)
    return Asked(np.where(nobody, 0.0, np.inf), np.where(nobody & secret_zeros, 1.0, up))


def exposed(equations: sparse.csr_matrix, low: Array, high: Array, asked: Asked) -> list[Exposure]:
    """The cells that linear programs show to be out of reach of what is asked."""
    down = _out_of_reach(equations, low, high, asked.down)
    up = _out_of_reach(equations, -high, -low, -asked.up)
    found = [*down, *(Exposure(each.cell, -each.bound, each.by) for each in up)]
    return sorted(found, key=lambda each: each.cell)


def _out_of_reach(equations: sparse.csr_matrix, low: Array, high: Array, target: Array) -> list[Exposure]:
    """The cells that cannot come down to their targets."""
    program = Program(equations, lower=low, upper=high)
    left = _all_at_once(program, target)
    program.price(np.zeros(low.size))
    found = []
    while left.size:
        cell = int(left[0])
        program.price_one(cell, 1.0)
        table = program.solved()
        prices = np.abs(np.asarray(program.solver.getSolution().col_dual))
        program.price_one(cell, 0.0)
        bound = int(np.ceil(table[cell] - _TOLERANCE))
        if bound > target[cell]:
            found.append(Exposure(cell, bound, _weightiest(prices, cell)))
        left = left[1:][table[left[1:]] > target[left[1:]] + _TOLERANCE]
    return found


def _all_at_once(program: Program, target: Array) -> NDArray[np.int64]:
    """Let the sum of all cells fall, again and again without those that came down; the cells that did not."""
    left = np.flatnonzero(np.isfinite(target))
    while left.size:
        cost = np.zeros(target.size)
        cost[left] = 1.0
        program.price(cost)
        stuck = program.solved()[left] > target[left] + _TOLERANCE
        if stuck.all():
            break
        left = left[stuck]
    return left


def _weightiest(prices: Array, cell: int) -> tuple[int, ...]:
    """The cells with a price, but the one that is asked about."""
    prices[cell] = 0.0
    order = np.argsort(-prices, kind="stable")[: int((prices > _TOLERANCE).sum())]
    return tuple(int(place) for place in order)
