"""An attacker who has kept every release: a plain reference by SciPy that shares no code with ledger and union."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from gemeinsinn.protect.tables.model import TableModel


_CLOSE = 1e-6


@dataclass(slots=True)
class Archive:
    """Everything that was released: cells by what they are, equations between them, and what is known of each."""

    values: dict[bytes, float] = field(default_factory=dict)
    known: set[bytes] = field(default_factory=set)
    small: set[bytes] = field(default_factory=set)
    low: dict[bytes, float] = field(default_factory=dict)
    high: dict[bytes, float] = field(default_factory=dict)
    equations: list[dict[bytes, int]] = field(default_factory=list)

    def keep(self, model: TableModel, hidden: NDArray[np.bool_], *, small: NDArray[np.bool_]) -> None:
        """Add a release: which of its cells are hidden, and which of them are small. Zeros are public."""
        assert model.identities is not None
        for cell, identity in enumerate(model.identities):
            self.values[identity] = float(model.values[cell])
            if not hidden[cell] or model.values[cell] == 0:
                self.known.add(identity)
            if small[cell]:
                self.small.add(identity)
        self._equations(model)

    def keep_intervals(self, model: TableModel, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
        """Add a release of numbers that say between which values each cell lies."""
        assert model.identities is not None
        for cell, identity in enumerate(model.identities):
            self.values[identity] = float(model.values[cell])
            self.low[identity] = max(self.low.get(identity, 0.0), float(low[cell]))
            self.high[identity] = min(self.high.get(identity, np.inf), float(high[cell]))
        self._equations(model)

    def _equations(self, model: TableModel) -> None:
        assert model.identities is not None
        matrix = model.equations.tocsr()
        for row in range(matrix.shape[0]):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            equation: dict[bytes, int] = {}
            for cell, sign in zip(matrix.indices[part], matrix.data[part], strict=True):
                equation[model.identities[cell]] = equation.get(model.identities[cell], 0) + int(sign)
            self.equations.append(equation)

    def interval(self, identity: bytes) -> tuple[float, float]:
        """Between which values a cell must lie."""
        unknown = [each for each in self.values if each not in self.known]
        column = {each: place for place, each in enumerate(unknown)}
        matrix, right = [], []
        for equation in self.equations:
            row = np.zeros(len(unknown))
            total = 0.0
            for each, sign in equation.items():
                if each in column:
                    row[column[each]] += sign
                else:
                    total -= sign * self.values[each]
            if row.any():
                matrix.append(row)
                right.append(total)
        bounds = [(self.low.get(each, 0.0), self.high.get(each, np.inf)) for each in unknown]
        return self._end(identity, column, matrix, right, bounds, 1), self._end(
            identity, column, matrix, right, bounds, -1
        )

    def _end(
        self,
        identity: bytes,
        column: dict[bytes, int],
        matrix: list[NDArray[np.float64]],
        right: list[float],
        bounds: list[tuple[float, float]],
        sign: int,
    ) -> float:
        cost = np.zeros(len(column))
        cost[column[identity]] = sign
        equations = np.array(matrix) if matrix else None
        solved = linprog(cost, A_eq=equations, b_eq=np.array(right) if matrix else None, bounds=bounds)
        if solved.status == 3:
            return -sign * np.inf
        assert solved.status == 0, solved.message
        return float(sign * solved.fun)

    def exposed(self) -> list[tuple[float, float, float]]:
        """Small cells that the attacker knows or can tell from a neighbour of their value: value, low, high."""
        found = []
        for identity in sorted(self.small):
            value = self.values[identity]
            low, high = (value, value) if identity in self.known else self.interval(identity)
            if high < value + 1 - _CLOSE or low > max(value - 1, 0) + _CLOSE:
                found.append((value, low, high))
        return found
