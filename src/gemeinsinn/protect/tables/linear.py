"""Linear programs, with the status of every run checked: a solver that did not finish has proven nothing."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.tables.pattern import Array


INFINITE = highspy.kHighsInf
SMALL = 1e-7
"""Deviations below it are none: the solver works to a tolerance of 1e-7."""

_OPTIMAL = highspy.HighsModelStatus.kOptimal
_UNBOUNDED = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class UnfinishedError(DisclosureError):
    """A program that was not solved to its end; what it was to prove is not proven."""

    def __init__(self, status: str) -> None:
        super().__init__(
            f"a linear program of the audit was not solved: {status}.",
            remedy="Nothing was released. Give it more time, or report the table's size and the policy.",
        )


class Program:
    """`min cost @ x` over `equations @ x == totals` and bounds that change from run to run; it starts where it stopped."""

    def __init__(
        self,
        equations: sparse.spmatrix,
        *,
        presolve: bool = False,
        lower: Array | None = None,
        upper: Array | None = None,
        totals: Array | None = None,
        simplex: bool = True,
    ) -> None:
        columns = sparse.csc_matrix(equations)
        rows, self.size = columns.shape
        self._places = np.arange(self.size, dtype=np.int32)
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call, unused-ignore]  # no types
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        if simplex:
            solver.setOptionValue("solver", "simplex")
            # perturbed costs end in duals that are a little off, and inequalities made of those are weak
            solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        self._presolve = "choose" if presolve else "off"
        solver.setOptionValue("presolve", self._presolve)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self.size, rows
        program.col_cost_ = np.zeros(self.size)
        program.col_lower_ = np.zeros(self.size) if lower is None else lower
        program.col_upper_ = np.zeros(self.size) if upper is None else upper
        program.row_lower_ = program.row_upper_ = np.zeros(rows) if totals is None else totals
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = columns.indptr
        program.a_matrix_.index_ = columns.indices
        program.a_matrix_.value_ = columns.data.astype(np.float64)
        _checked(solver.passModel(program))
        self.solver = solver
        self.runs = 0

    def bound(self, lower: Array, upper: Array) -> None:
        """Set the bounds of every column."""
        _checked(self.solver.changeColsBounds(self.size, self._places, lower, upper))

    def bound_one(self, column: int, low: float, high: float) -> None:
        """Set the bounds of one column."""
        _checked(self.solver.changeColBounds(column, low, high))

    def price(self, cost: Array) -> None:
        """Set the cost of every column."""
        _checked(self.solver.changeColsCost(self.size, self._places, cost))

    def price_one(self, column: int, cost: float) -> None:
        """Set the cost of one column."""
        _checked(self.solver.changeColCost(column, cost))

    def solved(self) -> NDArray[np.float64]:
        """The solution; raises `UnfinishedError` if the run did not end with an optimum."""
        self.runs += 1
        _checked(self.solver.run())
        status = self.solver.getModelStatus()
        if status != _OPTIMAL:
            status = self._from_scratch()
        if status != _OPTIMAL:
            raise UnfinishedError(self.solver.modelStatusToString(status))
        return np.asarray(self.solver.getSolution().col_value)

    def _from_scratch(self) -> Any:
        """Where the last basis led nowhere: once more without it, with presolve."""
        _checked(self.solver.clearSolver())
        self.solver.setOptionValue("presolve", "on")
        _checked(self.solver.run())
        self.solver.setOptionValue("presolve", self._presolve)
        return self.solver.getModelStatus()

    def furthest(self, column: int, sign: int) -> float:
        """The largest (`sign` 1) or smallest value of a column alone; infinite if there is none. All costs are 0."""
        self.runs += 1
        self.price_one(column, -float(sign))
        _checked(self.solver.run())
        status = self.solver.getModelStatus()
        self.price_one(column, 0.0)
        if status in _UNBOUNDED:
            return sign * INFINITE
        if status != _OPTIMAL:
            raise UnfinishedError(self.solver.modelStatusToString(status))
        return float(self.solver.getSolution().col_value[column])

    def row_prices(self) -> NDArray[np.float64]:
        """The dual value of each equation at the last solution."""
        return np.asarray(self.solver.getSolution().row_dual)


def _checked(status: Any) -> None:
    if status == highspy.HighsStatus.kError:
        raise UnfinishedError("the solver refused it")


def rows_of(equations: sparse.spmatrix, columns: Array) -> sparse.csr_matrix:
    """The equations between some cells, without those that have none of them; quickest out of columns."""
    part = sparse.csc_matrix(equations)[:, columns]
    rows, places = np.unique(part.indices, return_inverse=True)
    return sparse.csr_matrix(sparse.csc_matrix((part.data, places, part.indptr), shape=(rows.size, part.shape[1])))
