"""Two clocks for tables of observations: a correction closes the old row and adds a new one; nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.sources.labels import TOTAL


CLOCK_COLUMNS = ("sys_from_rel", "sys_to_rel", "run_id")
_PAYLOAD = ("value", "status")


@dataclass(frozen=True, slots=True)
class Merge:
    """The table after a delivery, and what the delivery changed."""

    table: pl.DataFrame
    added: int
    changed: int
    closed: int


def merged(
    table: pl.DataFrame | None, delivered: pl.DataFrame, *, commit: int, run: str, partial: bool = False
) -> Merge:
    """Merge a delivery into a table at a lake commit.

    Rows are the same if all columns but value and status agree; where one side lacks a dimension, it counts the
    total. A delivery of the whole table closes what it no longer holds; a partial one leaves it.
    """
    fresh = _dated(delivered, commit, run)
    if table is None:
        return Merge(fresh, fresh.height, 0, 0)
    table, fresh = _with_dimensions_of(fresh, table), _with_dimensions_of(table, fresh)
    open_rows = table.filter(pl.col("sys_to_rel") == OPEN_RELEASE)
    history = table.filter(pl.col("sys_to_rel") != OPEN_RELEASE)
    return _by_rows(history, open_rows, fresh, commit=commit, partial=partial)


def as_known(table: pl.DataFrame, commit: int) -> pl.DataFrame:
    """The rows that were believed after a commit, without the system clock."""
    believed = (pl.col("sys_from_rel") <= commit) & (pl.col("sys_to_rel") > commit)
    return table.filter(believed).drop(CLOCK_COLUMNS)


def _dated(delivered: pl.DataFrame, commit: int, run: str) -> pl.DataFrame:
    return delivered.with_columns(
        sys_from_rel=pl.lit(commit, dtype=pl.Int64),
        sys_to_rel=pl.lit(OPEN_RELEASE, dtype=pl.Int64),
        run_id=pl.lit(run),
    )


def _with_dimensions_of(other: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.lit(TOTAL).alias(name) for name in other.columns if name not in rows.columns)


def _close(rows: pl.DataFrame, commit: int) -> pl.DataFrame:
    return rows.with_columns(sys_to_rel=pl.lit(commit, dtype=pl.Int64))


def _by_rows(
    history: pl.DataFrame, open_rows: pl.DataFrame, fresh: pl.DataFrame, *, commit: int, partial: bool
) -> Merge:
    key = [name for name in fresh.columns if name not in (*_PAYLOAD, *CLOCK_COLUMNS)]
    whole = [*key, *_PAYLOAD]
    unchanged = open_rows.join(fresh.select(whole), on=whole, how="semi", nulls_equal=True)
    new = fresh.join(open_rows.select(whole), on=whole, how="anti", nulls_equal=True)
    gone = open_rows.join(fresh.select(whole), on=whole, how="anti", nulls_equal=True)
    corrected = gone.join(new.select(key), on=key, how="semi", nulls_equal=True)
    vanished = gone.join(new.select(key), on=key, how="anti", nulls_equal=True)
    kept = pl.concat([unchanged, vanished]) if partial else unchanged
    ended = corrected if partial else gone
    columns = open_rows.columns
    together = pl.concat([history, _close(ended, commit), kept, new.select(columns)])
    return Merge(
        together,
        added=new.height - corrected.height,
        changed=corrected.height,
        closed=0 if partial else vanished.height,
    )
