"""The general path: a question as one Narwhals expression that DuckDB, Polars and Spark Connect carry out alike.

It takes any dimension of any register and counts on the table itself. Codes and ages are brought to their places by
joining small tables; what a table does not name is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np

from gemeinsinn.concepts.registers import (
    OLDEST,
    RECORD_KEY,
    SYS_FROM,
    SYS_TO,
    VALID_FROM,
    VALID_TO,
    ColumnKind,
)
from gemeinsinn.lake.restricted.cube import KEY_MODULUS, Cube
from gemeinsinn.lake.restricted.resolved import DROPPED, AgeMap, CodeMap, Resolved


Frame = nw.LazyFrame[Any]
MakeTable = Callable[[Mapping[str, Sequence[Any]]], Frame]
"""Makes a small table on the engine: columns of whole numbers or days by name."""

_DAY_NUMBER = 10_000
_COUNT, _KEY, _DAY, _AT, _ON_NUMBER, _AGE = "gs_count", "gs_key", "gs_day", "gs_at", "gs_on_number", "gs_age"


def counted(spells: Frame, question: Resolved, *, step: int, table: MakeTable) -> Cube:
    """Count on the spells of a register as they were believed at a step.

    Age is the number of birthdays up to and including the key date: the difference of the dates written as numbers
    yyyymmdd, divided by 10,000. Someone born on 29 February so has the birthday on 1 March in other years.
    """
    days = {_DAY: question.on, _AT: range(len(question.on)), _ON_NUMBER: [_number(day) for day in question.on]}
    birth = question.register.column(ColumnKind.BIRTH)
    rows = spells.filter(nw.col(SYS_FROM) <= step, nw.col(SYS_TO) > step)
    rows = rows.join(table(days), how="cross").filter(
        nw.col(VALID_FROM) <= nw.col(_DAY), nw.col(VALID_TO) > nw.col(_DAY)
    )
    if birth:
        rows = rows.filter(nw.col(birth) <= nw.col(_DAY))
    placed = [_AT]
    for number, each in enumerate(question.codes):
        rows, name = _joined_codes(rows, each, number, table)
        placed += [name] if each.axis is not None else []
    if question.ages is not None:
        rows = _joined_ages(rows, question.ages, birth, table)
        placed += [_AGE] if question.ages.axis is not None else []
    modulus = KEY_MODULUS - 1
    key = ((nw.col(RECORD_KEY) % modulus) + modulus) % modulus
    grouped = (
        rows.with_columns(key.alias(_KEY)).group_by(*placed).agg(nw.len().alias(_COUNT), nw.col(_KEY).sum().alias(_KEY))
    )
    return _cube(question, placed, grouped.collect("polars"))


def _number(day: date) -> int:
    return day.year * _DAY_NUMBER + day.month * 100 + day.day


def _joined_codes(rows: Frame, codes: CodeMap, number: int, table: MakeTable) -> tuple[Frame, str]:
    code, place = f"gs_code_{number}", f"gs_place_{number}"
    small = table({code: list(codes.place_of), place: list(codes.place_of.values())})
    return rows.join(small, left_on=codes.column, right_on=code, how="inner"), place


def _joined_ages(rows: Frame, ages: AgeMap, birth: str, table: MakeTable) -> Frame:
    year, month, day = (nw.col(birth).dt.year(), nw.col(birth).dt.month(), nw.col(birth).dt.day())
    born = year.cast(nw.Int64) * _DAY_NUMBER + month.cast(nw.Int64) * 100 + day.cast(nw.Int64)
    age = (nw.col(_ON_NUMBER) - born) // _DAY_NUMBER
    small: dict[str, list[int]] = {"gs_years": [], _AGE: []}
    bounds = [*ages.thresholds[1:], OLDEST + 50]
    for first, after, place in zip(ages.thresholds, bounds, ages.place_of, strict=True):
        if place != DROPPED:
            small["gs_years"] += range(first, after)
            small[_AGE] += [place] * (after - first)
    return rows.with_columns(age.alias("gs_age_now")).join(
        table(small), left_on="gs_age_now", right_on="gs_years", how="inner"
    )


def _cube(question: Resolved, placed: Sequence[str], grouped: Any) -> Cube:
    """The groups laid into full arrays; the places of axes stand in the order of the answer."""
    shape = (len(question.on), *(len(axis.categories) for axis in question.axes))
    columns: list[Any] = [grouped[_AT].to_numpy(), *([None] * len(question.axes))]
    names = iter(placed[1:])
    for each in question.codes:
        if each.axis is not None:
            columns[1 + each.axis] = grouped[next(names)].to_numpy()
    if question.ages is not None and question.ages.axis is not None:
        columns[1 + question.ages.axis] = grouped[_AGE].to_numpy()
    counts, keys = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    where = tuple(column.astype(np.int64) for column in columns)
    number = grouped[_COUNT].to_numpy().astype(np.int64)
    counts[where] = number
    keys[where] = grouped[_KEY].to_numpy().astype(np.int64) + number
    return Cube(question.on, question.axes, counts, (keys % KEY_MODULUS).astype(np.uint16))
