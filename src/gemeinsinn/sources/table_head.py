"""The head of an official table: rows of any depth above the values, turned into a coordinate for each column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gemeinsinn.concepts.periods import Period, period_of
from gemeinsinn.sources.labels import TOTAL, dimension_named, is_total, recognised


UNITS = {
    "Anzahl", "Prozent", "Tsd. EUR", "EUR", "Mill. EUR", "Mio. EUR", "1000 qm", "1000 cbm", "qm", "cbm", "ha", "t", "kg",
    "1000", "1000 t", "1000 ha", "Jahre", "Tage", "Monate", "Tsd. Std.", "Tsd. MJ", "m²", "qkm", "km²", "km", "l",
    "dt", "dt/ha", "Promille", "MWh", "kWh", "GWh", "Tsd.", "Std.", "Grad", "Index", "EUR je qm", "Personen",
}  # fmt: skip
"""The words that a unit row of the statistical offices holds."""

_UNIT_IN_BRACKETS = re.compile(r"^(?P<measure>.+?)\s*\((?P<unit>[^()]+)\)\s*$")
_DATE_IN_TITLE = re.compile(r"Stichtag:?\s*(\d{2}\.\d{2}\.\d{4})|(?:^|-)\s*(\d{2}\.\d{2}\.\d{4})\s*-")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: where it stands, and the coordinate that the head gives it."""

    position: int
    measure: str
    unit: str
    period: Period | None
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """All that stands above the values of a table."""

    code: str
    title: str
    period: Period | None
    """The one period of the whole table, if the head names just one."""
    left: int
    """How many columns stand to the left of the values."""
    columns: tuple[ValueColumn, ...]
    dimension_titles: Mapping[str, str] = field(default_factory=dict)


def read_head(rows: Sequence[Sequence[str]]) -> Head:
    """Read the rows above the first row of data."""
    titles = [row[0].strip() for row in rows if row and row[0].strip()]
    levels = [list(row) for row in rows if row and not row[0].strip() and any(cell.strip() for cell in row)]
    code = titles[0].partition(":")[2].strip() if titles and titles[0].startswith("GENESIS-Tabelle") else ""
    text = titles[1:] if code else titles
    left = min((_first_filled(level) for level in levels), default=0)
    width = max((len(level) for level in levels), default=0)
    bands = [[cell.strip() for cell in (level + [""] * width)[left:width]] for level in levels]
    measure, unit, text = _measure_below_title(text)
    period, text = _period_below_title(text)
    columns, names = _columns(bands, measure=measure, unit=unit, left=left)
    title = " ".join(text).replace("  ", " ").strip()
    return Head(code, title, period or _period_in(title), left, columns, names)


def _first_filled(cells: Sequence[str]) -> int:
    return next(position for position, cell in enumerate(cells) if cell.strip())


def _measure_below_title(text: list[str]) -> tuple[str, str, list[str]]:
    """A last title line such as `Bevölkerungsstand (Anzahl)` names the only measure and its unit."""
    for position in range(len(text) - 1, max(len(text) - 3, -1), -1):
        found = _UNIT_IN_BRACKETS.match(text[position])
        if found and found["unit"] in UNITS:
            return found["measure"], found["unit"], text[:position] + text[position + 1 :]
    return "", "", text


def _period_below_title(text: list[str]) -> tuple[Period | None, list[str]]:
    if text and (period := period_of(text[-1].removeprefix("Stichtag:").strip())):
        return period, text[:-1]
    return None, text


def _period_in(title: str) -> Period | None:
    found = _DATE_IN_TITLE.search(title)
    return period_of(found[1] or found[2]) if found else None


def _columns(
    bands: list[list[str]], *, measure: str, unit: str, left: int
) -> tuple[tuple[ValueColumn, ...], dict[str, str]]:
    """Split the bands into periods, units, the measure and dimensions, and read each column downwards."""
    width = len(bands[0]) if bands else 0
    periods: list[Period | None] = [None] * width
    units = [unit] * width
    rest: list[list[str]] = []
    for band in bands:
        filled = {cell for cell in band if cell}
        if all(period_of(cell) for cell in filled):
            periods = [period_of(cell) for cell in band]
        elif filled <= UNITS:
            units = band
        else:
            rest.append(band)
    measures = [measure] * width
    if not measure and rest and recognised(rest[0]) is None:
        measures = rest.pop(0)
    named, titles = _dimensions(rest)
    columns = tuple(
        ValueColumn(
            left + position,
            measures[position],
            units[position],
            periods[position],
            {name: codes[position] for name, codes in named.items()},
        )
        for position in range(width)
    )
    return columns, titles


def _dimensions(bands: list[list[str]]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Name each remaining band: by the title above it, by its labels, or `breakdown`."""
    named: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    title = ""
    for band in bands:
        distinct = {cell for cell in band if cell}
        if len(distinct) == 1 and band is not bands[-1]:
            title = distinct.pop()
            continue
        found = recognised(band)
        if found:
            name, codes = found
            values = [codes[cell] for cell in band]
        else:
            name = dimension_named(title) or "breakdown"
            values = [TOTAL if is_total(cell) else cell for cell in band]
        name = _free(name, named)
        named[name] = values
        titles[name] = title or name
        title = ""
    return named, titles


def _free(name: str, taken: Mapping[str, object]) -> str:
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name}_{number}"
        number += 1
    return candidate
