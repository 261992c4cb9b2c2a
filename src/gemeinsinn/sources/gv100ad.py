"""The municipality directory GV100AD in fixed width: the same records as GV-ISys, one a line.

Positions as in the record description that the statistical offices publish with the file. The file names the date
of its territory in each record; the key date of the population is not in it and must be declared.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from gemeinsinn.concepts.periods import period_of
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.directory import MUNICIPALITY, Entry, areas_of, plain_name
from gemeinsinn.sources.reading import Problem, Reading, schema_of
from gemeinsinn.sources.text import decoded


FORMAT = "gv100ad"
_RECORD_TYPES = {"10", "20", "30", "40", "50", "60"}
_SHORTEST = 161
_HECTARES_A_SQUARE_KILOMETRE = 100


def read(content: bytes, *, name: str, period: str = "", encoding: str = "") -> Reading:
    """Read the directory; `period` is the key date of the population (31.12.2022), as its description says.

    Raises `DeliveryError` for lines of other record types or other territorial dates, and if `period` is missing.
    """
    text, used = decoded(content, name=name, encoding=encoding)
    known = period_of(period) if period else None
    if known is None or known.valid_on is None:
        remedy = "Declare it, e.g. `period: 31.12.2022`; the file itself names only the date of its territory."
        raise DeliveryError("the key date of the population is not declared.", where=name, remedy=remedy)
    entries: list[Entry] = []
    cells: list[tuple[str, str, str, str, str, float, int, int]] = []
    problems: list[Problem] = []
    territory: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if line[:2] not in _RECORD_TYPES:
            problems.append(Problem(number, "", f"'{line[:2]}' is no type of record."))
            continue
        territory.add(line[2:10])
        entry = _entry(line)
        if entry.type != MUNICIPALITY:
            entries.append(entry)
            continue
        found = _cells(line, entry, number)
        if found is None:
            problems.append(Problem(number, "", "surface or population is not a number, or the line is cut short."))
            continue
        entries.append(entry)
        cells += found
    if not cells:
        raise DeliveryError("no line is a municipality (record type 60).", where=name, remedy="Is this GV100AD?")
    return Reading(
        format=FORMAT,
        title="Gemeindeverzeichnis GV100AD",
        observations=_observations(cells, known.name, known.valid_on),
        encoding=used,
        problems=tuple(problems),
        areas=areas_of(entries),
        areas_on=_one_date(territory, name),
    )


def _entry(line: str) -> Entry:
    return Entry(
        type=line[0:2],
        state=line[10:12],
        region=line[12:13].strip(),
        district=line[13:15].strip(),
        municipality=line[15:18].strip(),
        association=line[18:22].strip(),
        name=line[22:72].strip(),
        mark=line[122:124].strip(),
    )


def _cells(line: str, entry: Entry, number: int) -> list[tuple[str, str, str, str, str, float, int, int]] | None:
    """Surface in hectares, population, men among it; women are the rest."""
    hectares, people, men = line[128:139], line[139:150], line[150:161]
    if len(line) < _SHORTEST or not (hectares.isdecimal() and people.isdecimal() and men.isdecimal()):
        return None
    name = plain_name(entry.name)
    surface = int(hectares) / _HECTARES_A_SQUARE_KILOMETRE
    women = int(people) - int(men)
    return [
        (entry.ags, name, "total", "surface", "km²", surface, number, 129),
        (entry.ags, name, "total", "population", "Anzahl", float(people), number, 140),
        (entry.ags, name, "male", "population", "Anzahl", float(men), number, 151),
        (entry.ags, name, "female", "population", "Anzahl", float(women), number, 151),
    ]


def _observations(
    cells: list[tuple[str, str, str, str, str, float, int, int]], period: str, valid_on: date
) -> pl.DataFrame:
    names = ["area", "area_name", "sex", "measure", "unit", "value", "row", "column"]
    frame = pl.DataFrame(cells, schema=names, orient="row").with_columns(
        period=pl.lit(period),
        valid_on=pl.lit(valid_on),
        status=pl.lit("normal"),
        row=pl.col("row").cast(pl.Int32),
        column=pl.col("column").cast(pl.Int32),
    )
    return frame.select(list(schema_of(("sex",))))


def _one_date(territory: set[str], name: str) -> date:
    if len(territory) != 1:
        what = f"the records name {len(territory)} different dates of the territory."
        raise DeliveryError(what, where=name, remedy="Fetch the file of one date.")
    text = territory.pop()
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        what = f"the records name no date of the territory, but '{text}'."
        raise DeliveryError(what, where=name, remedy="It stands in columns 3 to 10, e.g. 20231231.") from error
