"""Rows of a workbook as people keep it: titles above the head, headings of their own, dates or texts, a line of sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.registers.declaration import Delivered
from gemeinsinn.sources.registers.rows import ROW, RawRows, check_headings, heading_key, named
from gemeinsinn.sources.text import WORKBOOKS
from gemeinsinn.sources.workbook import rows_of, written


_LOOKED_AT = 30
"""The head stands in one of the first rows."""


def read_workbook(content: bytes, *, name: str, delivered: Delivered, columns: Sequence[str]) -> RawRows:
    """Read a sheet; `DeliveryError` if no row of it has the declared headings."""
    if not content.startswith(WORKBOOKS):
        raise DeliveryError("this is no workbook.", where=name, remedy="Ask for .xlsx, or declare `format: csv`.")
    sheet: str | int = delivered.sheet or 0
    rows = [[cell_text(cell) for cell in row] for row in rows_of(content, name=name, sheet=sheet)]
    at, headings = _head(rows, delivered, columns, name)
    places = [headings.index(column) for column in columns]
    kept, totals = [], []
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        if _is_total(row, delivered.totals):
            totals.append(row)
        elif any(row):
            kept.append((*(row[place] for place in places), number))
    if delivered.totals_count:
        _check_total(totals, len(kept), name)
    schema = {**dict.fromkeys(columns, pl.String()), ROW: pl.Int32()}
    return RawRows(pl.DataFrame(kept, schema=schema, orient="row"), tuple(filter(None, headings)))


def cell_text(cell: Any) -> str:
    """A cell as text; a real date as 2015-12-31."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return written(cell)


def _head(
    rows: Sequence[Sequence[str]], delivered: Delivered, columns: Sequence[str], name: str
) -> tuple[int, list[str]]:
    """The first row with the most of the wanted headings, and its headings by their declared names."""
    if not rows:
        raise DeliveryError("the sheet is empty.", where=name, remedy="Is it the right sheet?")
    candidates = [named(row, delivered.headings) for row in rows[:_LOOKED_AT]]
    best = max(range(len(candidates)), key=lambda at: (len(set(columns) & set(candidates[at])), -at))
    check_headings(candidates[best], columns, name=name, row=best + 1)
    return best, candidates[best]


def _is_total(row: Sequence[str], totals: Sequence[str]) -> bool:
    first = next((cell for cell in row if cell), "")
    return any(heading_key(first).startswith(heading_key(total)) for total in totals)


def _check_total(totals: Sequence[Sequence[str]], count: int, name: str) -> None:
    """The line of sums is there and says how many rows there are."""
    remedy = "Ask for the workbook again; nothing of it was taken in."
    if not totals:
        raise DeliveryError("the line of sums is missing: it was cut short.", where=name, remedy=remedy)
    said = next((cell for cell in totals[-1] if cell.isdigit()), "")
    if said != str(count):
        raise DeliveryError("the line of sums says another number of rows than there are.", where=name, remedy=remedy)
