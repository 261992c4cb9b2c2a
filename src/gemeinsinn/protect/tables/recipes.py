"""How a hidden cell is recomputed from known ones: the shortest sum that an attacker can write down.

A combination `y` of the equations in which all unknown cells but one cancel out determines that one (Fischetti and
Salazar 2001, section 2). The one with the smallest sum of weights, a linear program, has few equations and small whole
factors. If the others do not cancel out but stay with one sign, they bound the cell, because nothing is below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.protect.tables.linear import INFINITE, Program, UnfinishedError, rows_of
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import Array, Flags


_LENGTH = 1e-3
_DENOMINATOR = 64
_CLOSE = 1e-6


class Tells(StrEnum):
    """What a recipe tells of the cell."""

    VALUE = "value"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Recipe:
    """`divisor * cell` is, or is at most, or at least, the sum of `terms`: known cells, each times a whole factor."""

    cell: int
    tells: Tells
    terms: tuple[tuple[int, int], ...]
    divisor: int
    equations: int
    """How many equations it takes."""


def recipe_of(
    model: TableModel, hidden: Flags, cell: int, *, known: Sequence[int] = (), tells: Tells = Tells.VALUE
) -> Recipe | None:
    """The shortest recipe for a hidden cell, for somebody who knows some hidden cells too; None if there is none."""
    unknown = np.asarray(hidden, dtype=np.bool_).copy()
    unknown[list(known)] = False
    unknown[cell] = True
    equations = sparse.csr_matrix(model.equations)
    if tells is Tells.VALUE:
        rows = _alone(equations, unknown, cell)
        if rows.size:
            shortest = int(rows[np.argmin(np.diff(equations.indptr)[rows])])
            return _written(model, equations, {shortest: Fraction(1)}, linked=np.array([cell]), tells=tells)
    elif model.signed:
        return None
    linked = _linked(equations, unknown, cell)
    found = _combined(equations, model.values, linked, tells)
    return None if found is None else _written(model, equations, found, linked=linked, tells=tells)


def _alone(equations: sparse.csr_matrix, unknown: Flags, cell: int) -> Array:
    """The equations in which the cell is the only unknown."""
    count = abs(equations).sign() @ unknown.astype(np.int64)
    own = equations.tocsc()[:, [cell]].nonzero()[0]
    return np.asarray(own[count[own] == 1])


def _linked(equations: sparse.csr_matrix, unknown: Flags, cell: int) -> Array:
    """The unknown cells that equations connect with a cell, itself first."""
    cells = np.flatnonzero(unknown)
    between = rows_of(equations, cells)
    if not between.shape[0]:
        return np.array([cell])
    graph = sparse.block_array([[None, between.T], [between, None]], format="csr")
    label = connected_components(graph, directed=False)[1]
    same = cells[label[: cells.size] == label[np.searchsorted(cells, cell)]]
    return np.concatenate([[cell], same[same != cell]])


def _combined(equations: sparse.csr_matrix, values: Array, linked: Array, tells: Tells) -> dict[int, Fraction] | None:
    """The factor of each equation in the combination with the smallest weight."""
    rows = np.flatnonzero(np.diff(sparse.csr_matrix(sparse.csc_matrix(equations)[:, linked]).indptr))
    part = equations[rows]
    inside = sparse.csc_matrix(part)[:, linked].T.tocsr().astype(np.float64)
    if not rows.size:
        return None
    sign = {Tells.VALUE: 0.0, Tells.AT_MOST: -1.0, Tells.AT_LEAST: 1.0}[tells]
    others = sparse.eye_array(linked.size, format="csc")[:, 1:] * sign
    first = sparse.csc_matrix(([-1.0], ([0], [0])), shape=(linked.size, 1))
    program = Program(sparse.hstack([inside, -inside, others, first]))
    count, rest = rows.size, linked.size - 1
    lower = np.concatenate([np.zeros(2 * count + rest), [1.0]])
    upper = np.concatenate([np.full(2 * count, INFINITE), np.full(rest, INFINITE if sign else 0.0), [1.0]])
    weight = 1.0 + _LENGTH * np.diff(part.indptr)
    cost = np.concatenate([weight, weight, np.zeros(rest + 1)])
    if sign:
        free = values.copy()
        free[linked] = 0.0
        worth = -(part @ free) * -sign * 1e3
        cost[:count] += worth
        cost[count : 2 * count] -= worth
    program.bound(lower, upper)
    program.price(cost)
    try:
        solution = program.solved()
    except UnfinishedError:
        return None
    factors = [
        Fraction(float(number)).limit_denominator(_DENOMINATOR)
        for number in solution[:count] - solution[count : 2 * count]
    ]
    found = {int(row): factor for row, factor in zip(rows, factors, strict=True) if factor}
    return found if _holds(equations, found, linked, tells) else None


def _holds(equations: sparse.csr_matrix, factors: dict[int, Fraction], linked: Array, tells: Tells) -> bool:
    """Whether the rounded factors still do what they should, exactly."""
    sums = _sums(equations, factors)
    rest = [sums.get(int(other), Fraction(0)) for other in linked[1:]]
    if not sums.get(int(linked[0])):
        return False
    if tells is Tells.VALUE:
        return not any(rest)
    return all(each >= 0 for each in rest) if tells is Tells.AT_MOST else all(each <= 0 for each in rest)


def _sums(equations: sparse.csr_matrix, factors: dict[int, Fraction]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for row, factor in factors.items():
        part = slice(equations.indptr[row], equations.indptr[row + 1])
        for column, sign in zip(equations.indices[part], equations.data[part], strict=True):
            found[int(column)] = found.get(int(column), Fraction(0)) + factor * int(sign)
    return found


def _written(
    model: TableModel, equations: sparse.csr_matrix, factors: dict[int, Fraction], *, linked: Array, tells: Tells
) -> Recipe:
    """The recipe in whole numbers, without cells that are zero and without those that stay unknown."""
    cell, unknown = int(linked[0]), set(linked.tolist())
    sums = _sums(equations, factors)
    terms = {
        other: -factor / sums[cell]
        for other, factor in sums.items()
        if factor and other not in unknown and abs(model.values[other]) > _CLOSE
    }
    divisor = lcm(*(factor.denominator for factor in terms.values())) if terms else 1
    whole = tuple((other, int(factor * divisor)) for other, factor in sorted(terms.items()))
    return Recipe(cell, tells, whole, divisor, len(factors))
