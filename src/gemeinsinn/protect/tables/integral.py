"""Tables of whole numbers between bounds: what an attacker who counts people may believe.

A solution is checked before it is given out, so nothing rests on the word of the solver; none is given where it found
none, for whatever reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.pattern import Array


_SLACK = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """`min cost @ x` over whole `x` and parts `y`: `low <= sums @ x + parts @ y <= high`, and bounds of both."""

    sums: sparse.csc_matrix
    low: Array
    high: Array
    cost: Array
    start: Array
    """A whole solution, or the table to start the search from."""
    least: Array | None = None
    most: Array | None = None
    parts: sparse.csc_matrix | None = None
    parts_cost: Array | None = None
    parts_most: Array | None = None


def chosen(choice: Choice, *, seconds: float) -> NDArray[np.float64] | None:
    """The whole numbers of the best solution found in time; None if none was found that holds."""
    whole = choice.sums.shape[1]
    columns = choice.sums if choice.parts is None else sparse.hstack([choice.sums, choice.parts], format="csc")
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call, unused-ignore]  # no types
    for name, value in (("output_flag", False), ("threads", 1), ("time_limit", seconds), ("random_seed", 1)):
        solver.setOptionValue(name, value)
    solver.passModel(_program(choice, columns, whole))
    begin = highspy.HighsSolution()
    begin.col_value = np.concatenate([choice.start, np.zeros(columns.shape[1] - whole)])
    solver.setSolution(begin)
    solver.run()
    values = np.asarray(solver.getSolution().col_value)
    if values.size != columns.shape[1]:
        return None
    found = np.rint(values[:whole])
    return found if _holds(choice, found, values[whole:]) else None


def _program(choice: Choice, columns: sparse.csc_matrix, whole: int) -> highspy.HighsLp:
    more = columns.shape[1] - whole
    least = np.zeros(whole) if choice.least is None else choice.least
    most = np.full(whole, highspy.kHighsInf) if choice.most is None else choice.most
    extra = np.zeros(more) if choice.parts_cost is None else choice.parts_cost
    far = np.full(more, highspy.kHighsInf) if choice.parts_most is None else choice.parts_most
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns.shape[1], columns.shape[0]
    program.col_cost_ = np.concatenate([choice.cost, extra])
    program.col_lower_ = np.concatenate([least, np.zeros(more)])
    program.col_upper_ = np.concatenate([most, far])
    program.row_lower_, program.row_upper_ = choice.low, choice.high
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = columns.indptr, columns.indices
    program.a_matrix_.value_ = columns.data.astype(np.float64)
    kinds = [highspy.HighsVarType.kInteger] * whole + [highspy.HighsVarType.kContinuous] * more
    program.integrality_ = kinds
    return program


def _holds(choice: Choice, found: Array, parts: Array) -> bool:
    """Whether whole numbers keep their own bounds and those of the sums."""
    sums = choice.sums @ found
    if choice.parts is not None:
        sums = sums + choice.parts @ np.maximum(parts, 0.0)
    inside = (sums >= choice.low - _SLACK).all() and (sums <= choice.high + _SLACK).all()
    least = 0.0 if choice.least is None else choice.least
    most = np.inf if choice.most is None else choice.most
    return bool(inside and (found >= least).all() and (found <= most).all())
