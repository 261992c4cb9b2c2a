"""Exports of INKAR (BBSR) as .xls: one sheet of data under a two-row head, one of definitions, one with the source."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from gemeinsinn.concepts.periods import period_of
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.long import CellColumn, long_table, rows_column
from gemeinsinn.sources.reading import Reading
from gemeinsinn.sources.workbook import Row, rows_of, sheet_names, written


FORMAT = "inkar"
_FIRST_VALUE = 3


def read(content: bytes, *, name: str) -> Reading:
    """Read an export; `DeliveryError` if the sheet of data or its head is not there."""
    rows = rows_of(content, name=name, sheet="Daten", width=_FIRST_VALUE)
    if len(rows) < 3 or written(rows[0][0]) != "Kennziffer":
        remedy = "The head begins with Kennziffer, Raumeinheit, Aggregat; below the names stand the years."
        raise DeliveryError("the sheet 'Daten' has no head of INKAR.", where=name, remedy=remedy)
    facts = _metadata(content, name)
    data = [row for row in rows[2:] if written(row[0])]
    lefts = {
        "area": pl.Series([written(row[0]) for row in data]),
        "area_name": pl.Series([written(row[1]) for row in data]),
        "row": rows_column([number for number, row in enumerate(rows[2:], start=3) if written(row[0])]),
    }
    columns = _columns(rows[0], rows[1], data, facts, name)
    if not columns or not data:
        raise DeliveryError("the sheet 'Daten' holds no values.", where=name, remedy="Export it again.")
    observations, problems = long_table(lefts, columns, decimal=".")
    titles = list(dict.fromkeys(column.measure for column in columns))
    return Reading(
        format=FORMAT,
        title="; ".join(facts.get(title, (title,))[0] for title in titles),
        observations=observations,
        notes=tuple(note for title in titles for note in facts.get(title, ())[1:] if note),
        attribution=_attribution(content, name),
        problems=problems,
    )


def _columns(
    names: Row, years: Row, data: Sequence[Row], facts: dict[str, tuple[str, ...]], name: str
) -> list[CellColumn]:
    columns = []
    for at in range(_FIRST_VALUE, len(names)):
        measure, year = written(names[at]), written(years[at])
        if not measure and not year:
            continue
        period = period_of(year)
        if period is None:
            what = f"the head names no year above column {at + 1}, but '{year}'."
            raise DeliveryError(what, where=name, remedy="Below the name of each indicator stands a year.")
        unit = _unit(facts.get(measure, (measure,))[0])
        columns.append(CellColumn(at + 1, [written(row[at]) for row in data], measure, unit, period))
    return columns


def _attribution(content: bytes, name: str) -> str:
    if "Quellangabe" not in sheet_names(content, name=name):
        return ""
    rows = rows_of(content, name=name, sheet="Quellangabe")
    return " ".join(" ".join(written(cell) for row in rows for cell in row).split())


def _metadata(content: bytes, name: str) -> dict[str, tuple[str, ...]]:
    """Long name, source, way of calculation and remarks by indicator."""
    if "Metadaten" not in sheet_names(content, name=name):
        return {}
    rows = rows_of(content, name=name, sheet="Metadaten", width=1)
    return {written(row[0]): tuple(written(cell) for cell in row[1:5]) for row in rows[2:] if written(row[0])}


def _unit(long_name: str) -> str:
    text = long_name.casefold()
    if "%" in text:
        return "Prozent"
    if "€" in text or "euro" in text:
        return "EUR"
    return "Anzahl"
