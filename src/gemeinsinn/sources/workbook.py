"""Sheets of .xlsx and .xls workbooks as rows of plain values."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from gemeinsinn.errors import DeliveryError, did_you_mean


Row = Sequence[Any]

_DAMAGES = (CalamineError, ZipError, OSError, ValueError)


def sheet_names(content: bytes, *, name: str) -> list[str]:
    """The sheets of a workbook in their order."""
    return list(_opened(content, name).sheet_names)


def rows_of(content: bytes, *, name: str, sheet: str | int = 0, width: int = 0) -> list[Row]:
    """All rows of one sheet, each with at least `width` cells; empty cells are empty texts."""
    workbook = _opened(content, name)
    names = list(workbook.sheet_names)
    if isinstance(sheet, str) and sheet not in names:
        remedy = did_you_mean(sheet, names) or f"It has: {', '.join(names)}."
        raise DeliveryError(f"the workbook has no sheet '{sheet}'.", where=name, remedy=remedy)
    if isinstance(sheet, int) and sheet >= len(names):
        raise DeliveryError(f"the workbook has only {len(names)} sheets.", where=name, remedy="Is it the right file?")
    with _refusing_damages(name):
        found = workbook.get_sheet_by_name(sheet) if isinstance(sheet, str) else workbook.get_sheet_by_index(sheet)
        rows = found.to_python(skip_empty_area=False)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def written(value: Any) -> str:
    """A cell as text: whole numbers without decimal point, so that keys stay keys."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def official_key(value: Any, length: int) -> str:
    """A key that a spreadsheet may have turned into a number, with its leading zeros back.

    >>> official_key(1056015.0, 8)
    '01056015'
    """
    return written(value).zfill(length)


def _opened(content: bytes, name: str) -> CalamineWorkbook:
    with _refusing_damages(name):
        return CalamineWorkbook.from_filelike(io.BytesIO(content))


@contextmanager
def _refusing_damages(name: str) -> Iterator[None]:
    """A `DeliveryError` for whatever the reader meets in a damaged workbook.

    Some damages make its Rust code panic, which reaches Python as a `BaseException` of a type that cannot be imported.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, _DAMAGES) and type(error).__name__ != "PanicException":
            raise
        remedy = "Check that it is an .xlsx or .xls file and was transferred whole."
        raise DeliveryError("the workbook does not open.", where=name, remedy=remedy) from error
