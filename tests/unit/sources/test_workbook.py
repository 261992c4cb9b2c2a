"""Sheets of workbooks as rows, and keys that a spreadsheet took for numbers."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import workbook as module
from gemeinsinn.sources.workbook import official_key, rows_of, sheet_names, written
from support.messages import unprovoked
from support.shipped import shipped
from support.workbooks import workbook


BOOK = workbook({"Inhalt": [["Titel"]], "Daten": [["key", "people"], ["01056", 307_471], [], ["01", 2.5]]})
OLD = shipped("inkar/E_Schuldnerquote.xls.gz").content


def test_sheets_are_named_in_their_order() -> None:
    assert sheet_names(BOOK, name="a.xlsx") == ["Inhalt", "Daten"]


def test_a_sheet_is_found_by_name_and_by_place() -> None:
    assert rows_of(BOOK, name="a.xlsx", sheet="Daten") == rows_of(BOOK, name="a.xlsx", sheet=1)


def test_empty_rows_and_cells_keep_their_place() -> None:
    assert rows_of(BOOK, name="a.xlsx", sheet="Daten")[2:] == [["", ""], ["01", 2.5]]


def test_rows_are_made_as_wide_as_they_are_wanted() -> None:
    assert rows_of(BOOK, name="a.xlsx", width=3) == [["Titel", "", ""]]


def test_the_old_form_of_workbooks_opens_too() -> None:
    assert sheet_names(OLD, name="a.xls") == ["Daten", "Metadaten", "Quellangabe"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(307471.0, "307471"), (2.5, "2.5"), (" Appen ", "Appen"), ("", ""), (7, "7"), (date(2021, 1, 1), "2021-01-01")],
)
def test_a_cell_is_written_as_a_person_would(value: object, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize("value", [1056015.0, 1056015, "1056015", "01056015", " 01056015 "])
def test_a_key_gets_back_the_zero_that_a_spreadsheet_took(value: object) -> None:
    assert official_key(value, 8) == "01056015"


REFUSED = {
    "no bytes": (
        b"",
        0,
        "the workbook does not open. Check that it is an .xlsx or .xls file and was transferred whole.",
    ),
    "a text": (b"key;people\n", 0, "the workbook does not open. Check that it is"),
    "a zip that is none": (b"PK\x03\x04 and no more", 0, "the workbook does not open. Check that it is"),
    "half of it": (BOOK[: len(BOOK) // 2], 0, "the workbook does not open. Check that it is"),
    "half of an old one": (
        OLD[:3000],
        0,
        "the workbook does not open. Check that it is",
    ),
    "an old one with a wrong byte, at which its reader panics": (
        OLD[:80] + b"\0" + OLD[81:],
        0,
        "the workbook does not open. Check that it is",
    ),
    "a sheet nearly named": (BOOK, "Date", "the workbook has no sheet 'Date'. Did you mean 'Daten'?"),
    "a sheet of another kind": (BOOK, "Fläche", "the workbook has no sheet 'Fläche'. It has: Inhalt, Daten."),
    "too few sheets": (BOOK, 2, "the workbook has only 2 sheets. Is it the right file?"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_open_is_refused_with_the_reason(name: str) -> None:
    content, sheet, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        rows_of(content, name="a.xlsx", sheet=sheet)

    assert str(refused.value).startswith(f"a.xlsx: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(module, [message for _, _, message in REFUSED.values()]) == []
