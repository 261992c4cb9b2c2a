"""From wide to long: columns of cells beside keys become one row an observation, and what does not read is set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.periods import Period, period_of
from gemeinsinn.sources.reading import FIXED_COLUMNS, Problem, schema_of
from gemeinsinn.sources.text import with_values


@dataclass(frozen=True, slots=True)
class CellColumn:
    """A column of cells with the part of the coordinate that its head gives; the rest stands left of it.

    `number` is the column's place in the file, counted from 1.
    """

    number: int
    texts: Sequence[str]
    measure: str = ""
    unit: str = ""
    period: Period | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)


def long_table(
    lefts: Mapping[str, pl.Series],
    columns: Sequence[CellColumn],
    *,
    decimal: str = ",",
    grouping: str = "",
    marks: dict[str, ObsStatus] | None = None,
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Observations and problems.

    `lefts` holds `area`, `area_name` and `row`, and whatever else varies by row: `period` and `valid_on`, `measure`,
    `unit`, dimensions. A cell that is neither number nor sign, or has no period, is a problem.
    """
    left_dimensions = [name for name in lefts if name not in FIXED_COLUMNS]
    head_dimensions = list(dict.fromkeys(name for column in columns for name in column.dimensions))
    names = list(schema_of((*left_dimensions, *head_dimensions)))
    frames = [_frame(lefts, column, head_dimensions) for column in columns]
    cells = with_values(pl.concat(frames), decimal=decimal, grouping=grouping, marks=marks)
    good = pl.col("status").is_not_null() & pl.col("period").is_not_null()
    problems = tuple(_problem(cell) for cell in cells.filter(~good).iter_rows(named=True))
    return cells.filter(good).select(names), problems


def periods_by_row(texts: Sequence[str]) -> dict[str, pl.Series]:
    """The columns `period` and `valid_on` of rows that name their period themselves."""
    read = {text: period_of(text) for text in set(texts)}
    periods = [read[text] for text in texts]
    return {
        "period": pl.Series([period.name if period else None for period in periods], dtype=pl.String),
        "valid_on": pl.Series([period.valid_on if period else None for period in periods], dtype=pl.Date),
    }


def rows_column(numbers: Sequence[int]) -> pl.Series:
    """The row numbers of a file, counted from 1."""
    return pl.Series(list(numbers), dtype=pl.Int32)


def _frame(lefts: Mapping[str, pl.Series], column: CellColumn, head_dimensions: Sequence[str]) -> pl.DataFrame:
    constants: dict[str, pl.Expr] = {
        name: pl.lit(column.dimensions.get(name, "total"), dtype=pl.String) for name in head_dimensions
    }
    if "period" not in lefts:
        constants["period"] = pl.lit(column.period.name if column.period else None, dtype=pl.String)
        constants["valid_on"] = pl.lit(column.period.valid_on if column.period else None, dtype=pl.Date)
    if "measure" not in lefts:
        constants["measure"] = pl.lit(column.measure, dtype=pl.String)
    if "unit" not in lefts:
        constants["unit"] = pl.lit(column.unit, dtype=pl.String)
    texts = pl.Series(list(column.texts), dtype=pl.String)
    frame = pl.DataFrame({**lefts, "text": texts}).with_columns(
        **constants, column=pl.lit(column.number, dtype=pl.Int32)
    )
    return frame.select(sorted(frame.columns))


def _problem(cell: dict[str, object]) -> Problem:
    what = "is neither a number nor a known sign" if cell["status"] is None else "has a period that does not read"
    row = cell["row"]
    return Problem(int(str(row)), str(cell["column"]), f"the cell {what}.", str(cell["text"]))
