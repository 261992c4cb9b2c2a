"""Any CSV or workbook, read by a declared mapping of its columns; the encoding is detected where it is not declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from gemeinsinn.concepts.periods import Period, period_of
from gemeinsinn.errors import DeliveryError, Finding, did_you_mean
from gemeinsinn.sources.labels import recognised
from gemeinsinn.sources.long import CellColumn, long_table, periods_by_row, rows_column
from gemeinsinn.sources.mapping import DimensionColumn, TableMapping, ValueColumns
from gemeinsinn.sources.reading import Problem, Reading
from gemeinsinn.sources.text import WORKBOOKS, decoded, separated
from gemeinsinn.sources.workbook import rows_of, written


FORMAT = "mapped"
_DELIMITERS = ";,\t|"


def read(content: bytes, *, name: str, mapping: TableMapping) -> Reading:
    """Read a file; every column of the mapping that it lacks is named in one `DeliveryError`."""
    rows, encoding = _rows(content, name, mapping)
    head = [cell.strip() for cell in rows[mapping.header_row - 1]] if len(rows) >= mapping.header_row else []
    _check_columns(head, mapping, name)
    numbers, data, problems = _data(rows, head, mapping)
    if not data:
        remedy = "Check `header_row` in the mapping, and whether the file came whole."
        raise DeliveryError("the file has no rows below its head.", where=name, remedy=remedy)
    lefts = _lefts(head, data, numbers, mapping)
    columns = _columns(head, data, mapping, name)
    observations, unread = long_table(
        lefts, columns, decimal=mapping.decimal, grouping=mapping.grouping, marks=dict(mapping.marks)
    )
    return Reading(FORMAT, mapping.title or name, observations, encoding=encoding, problems=(*problems, *unread))


def _rows(content: bytes, name: str, mapping: TableMapping) -> tuple[list[list[str]], str]:
    if content.startswith(WORKBOOKS):
        sheet: str | int = mapping.sheet or 0
        rows = rows_of(content, name=name, sheet=sheet)
        return [[_text(cell, mapping.decimal) for cell in row] for row in rows], "workbook"
    text, encoding = decoded(content, name=name, encoding=mapping.encoding)
    delimiter = mapping.delimiter or _detected_delimiter(text.splitlines(), mapping.header_row)
    return separated(text, name=name, delimiter=delimiter), encoding


def _text(cell: Any, decimal: str) -> str:
    """A cell of a workbook as its texts are written, so that numbers and texts are read alike."""
    return written(cell).replace(".", decimal) if isinstance(cell, float) else written(cell)


def _detected_delimiter(lines: Sequence[str], header_row: int) -> str:
    head = lines[header_row - 1] if len(lines) >= header_row else ""
    return max(_DELIMITERS, key=head.count)


def _check_columns(head: Sequence[str], mapping: TableMapping, name: str) -> None:
    wanted = [
        mapping.area_column,
        mapping.period_column,
        *(dimension.column for dimension in mapping.dimensions.values()),
        *(value.column for value in mapping.values),
        *mapping.skip,
    ]
    findings = []
    shown = f"Row {mapping.header_row} has: {', '.join(filter(None, head))}."
    for column in dict.fromkeys(filter(None, wanted)):
        if column not in head:
            remedy = did_you_mean(column, head) or shown
            findings.append(Finding(name, f"there is no column '{column}'.", remedy))
    for value in mapping.values:
        if value.pattern and not any(value.pattern.fullmatch(column) for column in head):
            findings.append(Finding(name, f"no column matches '{value.pattern.pattern}'.", shown))
    if findings:
        raise DeliveryError(findings)


def _data(
    rows: list[list[str]], head: Sequence[str], mapping: TableMapping
) -> tuple[list[int], list[list[str]], list[Problem]]:
    numbers: list[int] = []
    data: list[list[str]] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[mapping.header_row :], start=mapping.header_row + 1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < len(head) or any(cell.strip() for cell in row[len(head) :]):
            problems.append(Problem(number, "", f"the row has {len(row)} columns, the head {len(head)}."))
        elif not any(row[head.index(column)].strip() in labels for column, labels in mapping.skip.items()):
            numbers.append(number)
            data.append(row)
    return numbers, data, problems


def _lefts(
    head: Sequence[str], data: list[list[str]], numbers: list[int], mapping: TableMapping
) -> dict[str, pl.Series]:
    def column(title: str) -> list[str]:
        at = head.index(title)
        return [row[at].strip() for row in data]

    areas = column(mapping.area_column) if mapping.area_column else [mapping.area_value] * len(data)
    lefts = {"area": pl.Series(areas, dtype=pl.String), "area_name": pl.Series(areas, dtype=pl.String)}
    if mapping.period_column:
        lefts |= periods_by_row(column(mapping.period_column))
    for name, dimension in mapping.dimensions.items():
        lefts[name] = pl.Series(_coded(column(dimension.column), dimension), dtype=pl.String)
    return {**lefts, "row": rows_column(numbers)}


def _coded(labels: list[str], dimension: DimensionColumn) -> list[str]:
    found = recognised(labels)
    codes = {**(found[1] if found else {}), **dimension.codes}
    return [codes.get(label, label) for label in labels]


def _columns(head: Sequence[str], data: list[list[str]], mapping: TableMapping, name: str) -> list[CellColumn]:
    given = period_of(mapping.period_value) if mapping.period_value else None
    columns = []
    for value in mapping.values:
        for at, period in _places(head, value):
            texts = [row[at].strip() for row in data]
            columns.append(CellColumn(at + 1, texts, value.measure, value.unit, period or given))
    return columns


def _places(head: Sequence[str], value: ValueColumns) -> list[tuple[int, Period | None]]:
    if value.pattern is None:
        return [(head.index(value.column), None)]
    places: list[tuple[int, Period | None]] = []
    for at, title in enumerate(head):
        found = value.pattern.fullmatch(title)
        if found:
            text = found.groupdict().get("period", "")
            places.append((at, period_of(text) if text else None))
    return places
