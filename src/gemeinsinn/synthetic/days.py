"""Days as the arrays of this room keep them: numbers since 1970; and the ends of months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from gemeinsinn.synthetic.arrays import Array


def day_number(year: int, month: int = 1, day: int = 1) -> int:
    """A day as the number of days since 1970, as the arrays of this room keep it."""
    return date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()


def month_ends(year: int) -> Array:
    """The last days of a year's months, as numbers."""
    return np.array([day_number(year + month // 12, month % 12 + 1) - 1 for month in range(1, 13)])


def by_month(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each month of a year, without the column `month` that says which; none is left out."""
    parts = rows.partition_by("month", maintain_order=True, include_key=False, as_dict=True)
    for month in range(1, 13):
        yield month, parts.get((month,), rows.drop("month").clear())


def number_of(day: date) -> int:
    """A day as the number of days since 1970."""
    return day_number(day.year, day.month, day.day)
