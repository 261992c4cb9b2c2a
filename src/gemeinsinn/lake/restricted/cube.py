"""A cube: exact counts and cell keys of a question. It never leaves the protected rooms; the gate makes an answer of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.lake.restricted.resolved import Axis


KEY_MODULUS = 1 << 16
"""Sums of record keys are taken modulo this number.

What is summed for a record is its key modulo 65,535, plus 1: nobody adds nothing, so nobody leaves a cell without a
trace.
"""


@dataclass(frozen=True, slots=True, repr=False)
class Cube:
    """Exact counts by date and axes, and for each the sum of the record keys of those who are counted."""

    on: tuple[date, ...]
    axes: tuple[Axis, ...]
    counts: NDArray[np.signedinteger[Any]]
    """Key dates by the categories of each axis."""
    keys: NDArray[np.uint16]
    """The same shape."""

    def __repr__(self) -> str:
        """Without a number, so that none gets into a log or a traceback."""
        return f"Cube({len(self.on)} dates by {_names(self.axes)})"


@dataclass(frozen=True, slots=True, repr=False)
class PeriodCube:
    """Exact counts of what happened by period and axes, with the sums of record keys.

    Of person-years `amounts` holds the time in years, and `counts` the entities that were there at all.
    """

    periods: tuple[str, ...]
    axes: tuple[Axis, ...]
    counts: NDArray[np.int64]
    keys: NDArray[np.uint16]
    amounts: NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        """Without a number, so that none gets into a log or a traceback."""
        return f"PeriodCube({len(self.periods)} periods by {_names(self.axes)})"


def _names(axes: Sequence[Axis]) -> str:
    return ", ".join(axis.name for axis in axes) or "nothing"
