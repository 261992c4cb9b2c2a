"""Tables of regionalstatistik.de in the form "datencsv": any head, any depth, both encodings, footers kept.

A table has a title, head rows above the values, rows with key and name of an area (the period before them, further
dimensions behind them), and below a line of underscores the notes, the licence and the state of the data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from gemeinsinn.concepts.periods import Period, period_of
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.labels import TOTAL, is_total, recognised
from gemeinsinn.sources.long import CellColumn, long_table, periods_by_row, rows_column
from gemeinsinn.sources.reading import Problem, Reading
from gemeinsinn.sources.table_head import UNITS, Head, ValueColumn, read_head
from gemeinsinn.sources.text import decoded, separated


FORMAT = "regionalstatistik"
_KEY = re.compile(r"^(DG|\d{2,3}|\d{5}|\d{7,8}|\d{10,11})$")
_AGAIN = "Fetch it again in the form datencsv."
_COPYRIGHT = re.compile(r"©")
_STAND = re.compile(r"^Stand: ?(.+?)\s*$", re.MULTILINE)


def read(content: bytes, *, name: str, encoding: str = "", period: str = "") -> Reading:
    """Read a table; `period` says the period of a table that names none itself.

    Raises `DeliveryError` if the file is no such table, is cut short, or names no period and none is given.
    """
    text, used = decoded(content, name=name, encoding=encoding)
    body, footer = _split(text, name)
    rows = separated(body, name=name)
    start, key_at = _first_data_row(rows, name)
    head = read_head(rows[:start])
    layout = _Layout.of(rows[start:], head, key_at=key_at)
    given = _given_period(period, name)
    observations, problems = _observations(rows, start, head, layout, given=given, name=name)
    return Reading(
        format=FORMAT,
        title=head.title,
        observations=observations,
        table_code=head.code,
        stand=_stand(footer),
        notes=_notes(footer),
        attribution=_attribution(footer),
        encoding=used,
        problems=problems,
        dimension_titles=head.dimension_titles,
    )


def _split(text: str, name: str) -> tuple[str, str]:
    """Body and footer; a table without footer was cut short on its way."""
    body, line, footer = text.partition("\n__________")
    if not line:
        remedy = "Fetch it again; a whole table ends with a line of underscores, the licence and its state."
        raise DeliveryError("the table ends without its footer, so it was cut short.", where=name, remedy=remedy)
    return body, footer


def _first_data_row(rows: Sequence[Sequence[str]], name: str) -> tuple[int, int]:
    for number, row in enumerate(rows):
        for position in (0, 1):
            if len(row) > position + 2 and _KEY.match(row[position].strip()):
                return number, position
    remedy = "A table has the key of an area in its first or second column."
    raise DeliveryError("no row begins with the key of an area.", where=name, remedy=remedy)


def _given_period(period: str, name: str) -> Period | None:
    if not period:
        return None
    found = period_of(period)
    if found is None:
        raise DeliveryError(f"'{period}' is no period.", where=name, remedy="Write 2015, 31.12.2015 or 2015-12-31.")
    return found


@dataclass(frozen=True, slots=True)
class _Layout:
    """What stands to the left of the values: the key, the name, and further dimensions, measures or units."""

    key_at: int
    dimensions: dict[str, tuple[int, dict[str, str]]]
    measure_at: int | None
    unit_at: int | None

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], head: Head, *, key_at: int) -> _Layout:
        positions = list(range(key_at + 2, head.left))
        labels = {at: {row[at].strip() for row in rows if len(row) > at} for at in positions}
        unit_at = next((at for at in positions if labels[at] and labels[at] <= UNITS), None)
        measure_at = unit_at - 1 if unit_at is not None and unit_at - 1 in positions else None
        dimensions: dict[str, tuple[int, dict[str, str]]] = {}
        taken = dict.fromkeys(head.dimension_titles, 0)
        for at in positions:
            if at in (unit_at, measure_at):
                continue
            name, codes = recognised(labels[at]) or ("breakdown", _codes(labels[at]))
            name = _numbered(name, [*taken, *dimensions])
            dimensions[name] = (at, codes)
        return cls(key_at, dimensions, measure_at, unit_at)


def _codes(labels: set[str]) -> dict[str, str]:
    return {label: TOTAL if is_total(label) else label for label in labels}


def _numbered(name: str, taken: Sequence[str]) -> str:
    counts = Counter(existing.rstrip("_0123456789") for existing in taken)
    return name if name not in taken else f"{name}_{counts[name] + 1}"


def _observations(
    rows: list[list[str]], start: int, head: Head, layout: _Layout, *, given: Period | None, name: str
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    width = max((column.position for column in head.columns), default=0) + 1
    if head.left < layout.key_at + 2:
        raise DeliveryError("the head does not stand above the values.", where=name, remedy=_AGAIN)
    kept, numbers, problems = _whole_rows(rows, start, width, layout)
    if not kept:
        raise DeliveryError("the table holds no values.", where=name, remedy=_AGAIN)
    lefts = _left_columns(kept, numbers, layout)
    if "period" not in lefts and not (given or head.period or all(column.period for column in head.columns)):
        remedy = "Say the period it stands for, e.g. `period: 2015` in sources.yaml, with the evidence."
        raise DeliveryError("the table names no period.", where=name, remedy=remedy)
    measured = "measure" in lefts
    columns = [_cell_column(kept, column, head, given, measured=measured) for column in head.columns]
    observations, unread = long_table(lefts, columns)
    return observations, (*problems, *unread)


def _whole_rows(
    rows: list[list[str]], start: int, width: int, layout: _Layout
) -> tuple[list[list[str]], list[int], list[Problem]]:
    """The rows that have a key and all their columns; the others are problems."""
    kept: list[list[str]] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[start:], start=start + 1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < width or any(cell.strip() for cell in row[width:]):
            problems.append(Problem(number, "", f"the row has {len(row)} columns, the head {width}."))
        elif not _KEY.match(row[layout.key_at].strip()):
            problems.append(Problem(number, "", "the row does not begin with the key of an area."))
        else:
            kept.append(row)
            numbers.append(number)
    return kept, numbers, problems


def _left_columns(rows: list[list[str]], numbers: list[int], layout: _Layout) -> dict[str, pl.Series]:
    def column(at: int) -> list[str]:
        return [row[at].strip() for row in rows]

    lefts = {"area": pl.Series(column(layout.key_at)), "area_name": pl.Series(column(layout.key_at + 1))}
    if layout.key_at == 1:
        lefts |= periods_by_row(column(0))
    for name, (at, codes) in layout.dimensions.items():
        lefts[name] = pl.Series([codes[label] for label in column(at)], dtype=pl.String)
    if layout.measure_at is not None:
        lefts["measure"] = pl.Series(column(layout.measure_at))
    if layout.unit_at is not None:
        lefts["unit"] = pl.Series(column(layout.unit_at))
    return {**lefts, "row": rows_column(numbers)}


def _cell_column(
    rows: list[list[str]], column: ValueColumn, head: Head, given: Period | None, *, measured: bool
) -> CellColumn:
    """One column of values; if the rows name the measure, the head's own becomes a breakdown."""
    dimensions = dict(column.dimensions)
    if measured and column.measure:
        dimensions = {"breakdown_of_head": column.measure, **dimensions}
    return CellColumn(
        number=column.position + 1,
        texts=[row[column.position] for row in rows],
        measure=column.measure,
        unit=column.unit,
        period=column.period or head.period or given,
        dimensions=dimensions,
    )


def _paragraphs(footer: str) -> list[str]:
    """The paragraphs of the footer, without the quotes of CSV and without the line that names the state."""
    text = _STAND.sub("", footer.strip().strip("_").strip())
    blocks = [block.strip().strip('"').replace('""', '"').strip() for block in re.split(r'"\s*\n"', text)]
    parts = [part.strip() for block in blocks for part in re.split(r"\n\s*\n", block)]
    return [re.sub(r"-\n(?=[a-zäöüß])", "", part).replace("\n", " ") for part in parts if part]


def _notes(footer: str) -> tuple[str, ...]:
    return tuple(part for part in _paragraphs(footer) if not _COPYRIGHT.search(part))


def _attribution(footer: str) -> str:
    return " ".join(part for part in _paragraphs(footer) if _COPYRIGHT.search(part))


def _stand(footer: str) -> str:
    found = _STAND.search(footer)
    return found[1] if found else ""
