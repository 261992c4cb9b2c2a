"""Quarantine: the cells and rows of a delivery that failed a rule, with row, rule and run, until a steward decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Rejected:
    """One cell or row that was not accepted; `raw` is its text, for published statistics only."""

    row: int
    column: str
    rule: str
    raw: str


SCHEMA = {
    "digest": pl.String,
    "run_id": pl.String,
    "row": pl.Int32,
    "column": pl.String,
    "rule": pl.String,
    "raw": pl.String,
}


def with_rejected(table: pl.DataFrame | None, rejected: Sequence[Rejected], *, digest: str, run: str) -> pl.DataFrame:
    """The quarantine of a source after a delivery; a delivery that came before stands in it once."""
    rows = [(digest, run, cell.row, cell.column, cell.rule, cell.raw) for cell in rejected]
    fresh = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    if table is None:
        return fresh
    return pl.concat([table.filter(pl.col("digest") != digest), fresh])
