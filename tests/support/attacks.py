"""A plain attacker by SciPy, one linear program a question: slow, and independent of the product's solver."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs


def reaching(
    model: TableModel,
    hidden: NDArray[np.bool_],
    cell: int,
    *,
    sign: int,
    most: float,
    fixed: Sequence[int] = (),
    lowest: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """The deviation that takes a cell up (1) or down (-1) as far as it goes, at most so far; others as they have to.

    `lowest` is the smallest value that each cell can be believed to have, else nothing.
    """
    columns = np.flatnonzero(hidden)
    least = np.zeros(model.cells) if lowest is None else lowest
    lower = np.full(columns.size, -np.inf) if model.signed else (least - model.values)[columns]
    upper = np.full(columns.size, np.inf)
    for each in fixed:
        lower[columns == each] = upper[columns == each] = 0.0
    place = int(np.flatnonzero(columns == cell)[0])
    lower[place], upper[place] = max(lower[place], -most), min(upper[place], most)
    cost = np.zeros(columns.size)
    cost[place] = -float(sign)
    matrix = sparse.csc_matrix(model.equations)[:, columns].astype(float)
    bounds = np.stack([lower, upper], axis=1)
    solved = linprog(cost, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds)
    assert solved.status == 0, solved.message
    found = np.zeros(model.cells)
    found[columns] = solved.x
    return found


def witnesses_of(
    model: TableModel, hidden: NDArray[np.bool_], needs: Needs, *, lowest: NDArray[np.float64] | None = None
) -> sparse.csr_matrix:
    """For each need the deviation that goes as far as it can."""
    rows = []
    for cell in needs.cells:
        for sign, amount in ((1, needs.up[cell]), (-1, needs.down[cell])):
            if amount > 0:
                rows.append(reaching(model, hidden, int(cell), sign=sign, most=float(amount), lowest=lowest))
    return sparse.csr_matrix(np.array(rows).reshape(-1, model.cells))
