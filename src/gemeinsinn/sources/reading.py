"""What every reader returns: the long table of observations, what the file says of itself, and what did not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from gemeinsinn.concepts.territory import AreaRecord, BoundaryChange, Shape, Transfer


FIXED_COLUMNS = ("area", "area_name", "period", "valid_on", "measure", "unit", "value", "status", "row", "column")
"""The columns of every long table; all others are dimensions, standing between `valid_on` and `measure`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row of a file that could not be read; `column` is empty for a whole row."""

    row: int
    column: str
    problem: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as typed rows: one row an observation, one column a dimension.

    `observations` has the columns of `FIXED_COLUMNS` and the dimensions; `area` is the key as the source writes
    it, `value` is empty where `status` says why. Readers of territory fill `areas`, `shapes`, `transfers` or
    `changes` besides or instead.
    """

    format: str
    title: str
    observations: pl.DataFrame
    table_code: str = ""
    stand: str = ""
    notes: tuple[str, ...] = ()
    attribution: str = ""
    """What the file itself says of its author and licence."""
    encoding: str = ""
    problems: tuple[Problem, ...] = ()
    dimension_titles: Mapping[str, str] = field(default_factory=dict)
    areas: tuple[AreaRecord, ...] = ()
    areas_on: date | None = None
    """The key date of the areas (Gebietsstand), which may differ from the key date of the values."""
    shapes: tuple[Shape, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    changes: tuple[BoundaryChange, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimension columns."""
        return dimensions_of(self.observations)

    @property
    def rows_in(self) -> int:
        """How many observations, areas, shapes and changes the file holds, read or not."""
        read = self.observations.height or len(self.areas) or len(self.shapes)
        return read + len(self.transfers) + len(self.changes) + len(self.problems)


def dimensions_of(observations: pl.DataFrame) -> tuple[str, ...]:
    """The columns of a long table that are neither fixed nor the lake's own."""
    return tuple(name for name in observations.columns if name not in FIXED_COLUMNS)


def no_observations() -> pl.DataFrame:
    """An empty long table without dimensions."""
    return pl.DataFrame(schema=schema_of(()))


def schema_of(dimensions: tuple[str, ...]) -> dict[str, Any]:
    """Names and types of a long table with these dimensions."""
    return {
        "area": pl.String,
        "area_name": pl.String,
        "period": pl.String,
        "valid_on": pl.Date,
        **dict.fromkeys(dimensions, pl.String),
        "measure": pl.String,
        "unit": pl.String,
        "value": pl.Float64,
        "status": pl.String,
        "row": pl.Int32,
        "column": pl.Int32,
    }
