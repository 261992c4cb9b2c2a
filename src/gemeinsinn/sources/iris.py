"""Files of IRIS (RKI, from INKAR): CSV with a row of codes and a row of names such as `Einkommensteuer 1998`."""

from __future__ import annotations

import re

import polars as pl

from gemeinsinn.concepts.periods import Period
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.long import CellColumn, long_table, rows_column
from gemeinsinn.sources.reading import Problem, Reading
from gemeinsinn.sources.text import decoded, separated


FORMAT = "iris"
_NAME_AND_YEAR = re.compile(r"^(?P<measure>.+?)\s+(?P<year>(?:19|20)\d\d)$")
_FIRST_VALUE = 2


def read(content: bytes, *, name: str, unit: str = "EUR", encoding: str = "") -> Reading:
    """Read a file; `unit` is that of its values, which the file does not name."""
    text, used = decoded(content, name=name, encoding=encoding)
    rows = separated(text, name=name)
    if len(rows) < 3 or len(rows[1]) <= _FIRST_VALUE or rows[1][0].strip() != "Gebietskennziffer":
        remedy = "The second row begins with Gebietskennziffer; Name."
        raise DeliveryError("the file has no two-row head of IRIS.", where=name, remedy=remedy)
    width = len(rows[1])
    numbers = [number for number, row in enumerate(rows[2:], start=3) if len(row) == width]
    short = [number for number, row in enumerate(rows[2:], start=3) if row and len(row) != width]
    data = [rows[number - 1] for number in numbers]
    if not data:
        raise DeliveryError(f"no row below the head has its {width} columns.", where=name, remedy="Fetch it again.")
    lefts = {
        "area": pl.Series([row[0].strip() for row in data]),
        "area_name": pl.Series([row[1].strip() for row in data]),
        "row": rows_column(numbers),
    }
    columns = []
    for at in range(_FIRST_VALUE, width):
        found = _NAME_AND_YEAR.match(rows[1][at].strip())
        if found is None:
            what = f"column {at + 1} is not named 'name year', but '{rows[1][at]}'."
            raise DeliveryError(what, where=name, remedy="A column of values is named e.g. Einkommensteuer 1998.")
        texts = [row[at] for row in data]
        columns.append(CellColumn(at + 1, texts, found["measure"], unit, Period(found["year"])))
    observations, problems = long_table(lefts, columns)
    lost = tuple(Problem(number, "", f"the row does not have its {width} columns.") for number in short)
    return Reading(FORMAT, columns[0].measure, observations, encoding=used, problems=(*lost, *problems))
