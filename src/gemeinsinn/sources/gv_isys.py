"""The municipality directory GV-ISys as a workbook: areas, surface and population, each with its own key date.

The head names the date of the territory (Gebietsstand), of the surface and of the population apart; where the
population's column names none, the title's date holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import polars as pl

from gemeinsinn.concepts.periods import Period, period_of
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.directory import MUNICIPALITY, Entry, areas_of, plain_name
from gemeinsinn.sources.long import CellColumn, long_table, rows_column
from gemeinsinn.sources.reading import Problem, Reading
from gemeinsinn.sources.workbook import Row, rows_of, sheet_names, written


FORMAT = "gv-isys"
_AGAIN = "Fetch the extract again, as it was published."
_ZIP = b"PK"
_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}")
_NAME_AT, _SURFACE_AT, _POPULATION_AT, _WIDTH = 7, 8, 9, 19
_COLUMNS = (
    (8, "surface", "km²", "total"),
    (9, "population", "Anzahl", "total"),
    (10, "population", "Anzahl", "male"),
    (11, "population", "Anzahl", "female"),
    (12, "population_density", "je km²", "total"),
    (18, "degree_of_urbanisation", "code", "total"),
)


def read(content: bytes, *, name: str) -> Reading:
    """Read a yearly or quarterly extract; `DeliveryError` if the sheet or its key columns are not there."""
    if not content.startswith(_ZIP):
        remedy = "Fetch the .xlsx: a text copy of it loses Land, RB, Kreis and VB, without which no row has an area."
        raise DeliveryError("this is no workbook.", where=name, remedy=remedy)
    rows = rows_of(content, name=name, sheet=_sheet(content, name), width=_WIDTH)
    head_at = _head_row(rows, name)
    head = rows[head_at : head_at + 3]
    title = written(rows[0][0])
    territory = _territory(head, title, name)
    dates = {
        "surface": _date_in(head, _SURFACE_AT, title, name),
        "population": _date_in(head, _POPULATION_AT, title, name),
    }
    entries, numbers = _entries(rows, head_at)
    observations, problems = _observations(rows, numbers, dates)
    if observations.is_empty():
        raise DeliveryError("the directory holds no municipality.", where=name, remedy=_AGAIN)
    return Reading(
        format=FORMAT,
        title=title,
        observations=observations,
        notes=_notes(rows),
        attribution=_attribution(rows),
        problems=problems,
        areas=areas_of(entries),
        areas_on=territory,
    )


def _sheet(content: bytes, name: str) -> int:
    names = sheet_names(content, name=name)
    for position, sheet in enumerate(names):
        if sheet.startswith("Onlineprodukt"):
            return position
    remedy = f"It has: {', '.join(names)}."
    raise DeliveryError("the workbook has no sheet 'Onlineprodukt_Gemeinden…'.", where=name, remedy=remedy)


def _head_row(rows: Sequence[Row], name: str) -> int:
    for number, row in enumerate(rows[:12]):
        if written(row[0]).replace("-", "").startswith("Satzart"):
            if "Regionalschlüssel" not in written(row[2]):
                remedy = "Fetch the whole workbook: without Land, RB, Kreis and VB no row can be assigned to an area."
                raise DeliveryError("the columns of the regional key are missing.", where=name, remedy=remedy)
            return number
    raise DeliveryError("no head row begins with 'Satzart'.", where=name, remedy="Is this an extract of GV-ISys?")


def _territory(head: Sequence[Row], title: str, name: str) -> date:
    for row in head:
        for cell in row[:7]:
            if "Gebietsstand" in written(cell) and (found := _DATE.search(written(cell))):
                return _day(found[0], name)
    found = _DATE.search(title)
    if found is None:
        raise DeliveryError("the head names no date of the territory (Gebietsstand).", where=name, remedy=_AGAIN)
    return _day(found[0], name)


def _date_in(head: Sequence[Row], at: int, title: str, name: str) -> date:
    for text in (*(written(row[at]) for row in head), title):
        if found := _DATE.search(text):
            return _day(found[0], name)
    what = f"neither the title nor the head of column {at + 1} names a key date."
    raise DeliveryError(what, where=name, remedy=_AGAIN)


def _day(text: str, name: str) -> date:
    period = period_of(text)
    if period is None or period.valid_on is None:
        raise DeliveryError(f"'{text}' is no date.", where=name, remedy=_AGAIN)
    return period.valid_on


def _entries(rows: Sequence[Row], head_at: int) -> tuple[list[Entry], list[int]]:
    """The records below the head, and the row numbers of those that are municipalities."""
    entries: list[Entry] = []
    numbers: list[int] = []
    for number, row in enumerate(rows[head_at + 3 :], start=head_at + 3):
        record_type = written(row[0])
        if record_type.isdigit() and len(record_type) == 2:
            entries.append(Entry(record_type, *(written(cell) for cell in row[1:8])))
            if record_type == MUNICIPALITY:
                numbers.append(number)
    return entries, numbers


def _observations(
    rows: Sequence[Row], numbers: list[int], dates: dict[str, date]
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    lefts = {
        "area": pl.Series(["".join(written(rows[number][at]) for at in (2, 3, 4, 6)) for number in numbers]),
        "area_name": pl.Series([plain_name(written(rows[number][_NAME_AT])) for number in numbers]),
        "row": rows_column([number + 1 for number in numbers]),
    }
    columns = []
    for at, measure, unit, sex in _COLUMNS:
        day = dates["surface" if measure == "surface" else "population"]
        texts = [written(rows[number][at]) for number in numbers]
        columns.append(CellColumn(at + 1, texts, measure, unit, Period(str(day.year), day), {"sex": sex}))
    return long_table(lefts, columns, decimal=".")


def _notes(rows: Sequence[Row]) -> tuple[str, ...]:
    """The footnotes below the table."""
    notes: list[str] = []
    for row in rows[-20:]:
        text = written(row[0])
        if text.startswith("©"):
            break
        if text and not text.isdigit():
            notes.append(re.sub(r"\s+", " ", text))
    return tuple(notes)


def _attribution(rows: Sequence[Row]) -> str:
    """The lines from the copyright sign on."""
    texts = [written(row[0]) for row in rows[-20:]]
    start = next((at for at, text in enumerate(texts) if text.startswith("©")), len(texts))
    return re.sub(r"\s+", " ", " ".join(texts[start:])).strip()
