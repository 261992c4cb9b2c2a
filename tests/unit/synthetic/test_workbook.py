"""Workbooks that other programs read."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from python_calamine import CalamineWorkbook

from gemeinsinn.synthetic.workbook import excel_date, workbook


ROWS = [["Kita <Mümmel> & Co"], [None, "Name"], ["Zonk, Albert", excel_date(date(2012, 2, 29)), 35, 12.5]]


def test_a_reader_finds_texts_numbers_and_real_dates() -> None:
    read = CalamineWorkbook.from_filelike(BytesIO(workbook(ROWS, sheet="Kinder")))

    assert read.sheet_names == ["Kinder"]
    assert read.get_sheet_by_name("Kinder").to_python() == [
        ["Kita <Mümmel> & Co", "", "", ""],
        ["", "Name", "", ""],
        ["Zonk, Albert", date(2012, 2, 29), 35.0, 12.5],
    ]


def test_the_same_rows_make_the_same_bytes() -> None:
    assert workbook(ROWS, sheet="Kinder") == workbook(ROWS, sheet="Kinder")
