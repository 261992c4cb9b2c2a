"""Workbooks made by hand, as bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An .xlsx with these sheets, row by row."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
