"""The German Index of Socioeconomic Deprivation (RKI) as CSV: one row an area and year, several scores."""

from __future__ import annotations

import polars as pl

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.long import CellColumn, long_table, periods_by_row, rows_column
from gemeinsinn.sources.reading import Problem, Reading
from gemeinsinn.sources.text import decoded, separated


FORMAT = "gisd"
_KEYS = ("gvb_id", "kreis_id", "gem_id", "ror_id", "nuts2_id")
_SCORES = {"gisd_score": "score 0-1", "gisd_5": "quintile", "gisd_10": "decile", "gisd_k": "tertile group"}


def read(content: bytes, *, name: str, encoding: str = "") -> Reading:
    """Read a release file; `DeliveryError` if it has no key, no year or no score."""
    text, used = decoded(content, name=name, encoding=encoding)
    rows = separated(text, name=name, delimiter=",")
    head = rows[0] if rows else []
    key = next((column for column in _KEYS if column in head), None)
    if key is None or key == head[-1] or "year" not in head or "gisd_score" not in head:
        remedy = "The head reads e.g. gvb_id, gvb_name, year, gisd_score."
        raise DeliveryError("the file has no head of the GISD.", where=name, remedy=remedy)
    numbers = [number for number, row in enumerate(rows[1:], start=2) if len(row) == len(head)]
    short = [number for number, row in enumerate(rows[1:], start=2) if row and len(row) != len(head)]
    data = [rows[number - 1] for number in numbers]
    if not data:
        what = f"no row below the head has its {len(head)} columns."
        raise DeliveryError(what, where=name, remedy="Fetch it again.")
    lefts = {
        "area": pl.Series([row[head.index(key)] for row in data]),
        "area_name": pl.Series([row[head.index(key) + 1] for row in data]),
        **periods_by_row([row[head.index("year")] for row in data]),
        "row": rows_column(numbers),
    }
    columns = [
        CellColumn(head.index(score) + 1, [row[head.index(score)] for row in data], score, unit)
        for score, unit in _SCORES.items()
        if score in head
    ]
    observations, problems = long_table(lefts, columns, decimal=".")
    lost = tuple(Problem(number, "", f"the row does not have its {len(head)} columns.") for number in short)
    title = "German Index of Socioeconomic Deprivation"
    return Reading(FORMAT, title, observations, encoding=used, problems=(*lost, *problems))
