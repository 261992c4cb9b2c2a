"""A register that fits on a page, written as a table in a text, and counted by every engine and by a slow reference."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from gemeinsinn.concepts.registers import (
    AGE,
    AGE_CLASS,
    AREA_DIMENSIONS,
    Category,
    Column,
    ColumnKind,
    CountingUnit,
    Dimension,
    Question,
    Register,
)
from gemeinsinn.concepts.temporal import OPEN_END, OPEN_RELEASE
from gemeinsinn.lake.restricted import engines, fast, general
from gemeinsinn.lake.restricted.cube import KEY_MODULUS, Cube
from gemeinsinn.lake.restricted.index import built
from gemeinsinn.lake.restricted.resolved import AreaScheme, Resolved, resolved


TOWNS = {"Astadt": "01001001", "Bedorf": "01001002", "Cedorf": "01001003"}
AREAS = AreaScheme(
    tuple(TOWNS.values()),
    amt_of={"01001002": "010015001", "01001003": "010015001"},
    district_of=dict.fromkeys(TOWNS.values(), "01001"),
)
SEXES = {"male": 1, "female": 2, "diverse": 3}
NATIONALITIES = {"German": 0, "Polish": 152, "Turkish": 163, "Syrian": 475}
_GROUPS = {"german": (0,), "european": (152, 163), "other": (475,)}


def _dimension(name: str, column: str, groups: Mapping[str, Sequence[int]]) -> Dimension:
    categories = tuple(Category(id, {"de": id, "en": id}) for id in groups)
    codes = {code: place for place, group in enumerate(groups.values()) for code in group}
    return Dimension(name, column, {"de": name, "en": name}, categories, codes)


REGISTER = Register(
    id="residents",
    title={"de": "Einwohner", "en": "Residents"},
    unit=CountingUnit.PERSON,
    columns=(
        Column("area", ColumnKind.AREA),
        Column("sex", ColumnKind.CODE),
        Column("nationality", ColumnKind.CODE),
        Column("marital", ColumnKind.CODE),
        Column("birth", ColumnKind.BIRTH),
    ),
    dimensions={
        "sex": _dimension("sex", "sex", {name: (code,) for name, code in SEXES.items()}),
        "nationality_group": _dimension("nationality_group", "nationality", _GROUPS),
        "marital": _dimension("marital", "marital", {"single": (1,), "married": (2,), "widowed": (3,)}),
    },
    index=("sex", "nationality_group"),
)

SCHEMA = {
    "pid": pl.Int64,
    "area": pl.Int32,
    "sex": pl.Int32,
    "nationality": pl.Int32,
    "marital": pl.Int32,
    "birth": pl.Date,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "sys_from_rel": pl.Int64,
    "sys_to_rel": pl.Int64,
    "record_key": pl.Int64,
    "run_id": pl.String,
}


def spells(text: str) -> pl.DataFrame:
    """The spells of a table such as this one; what a cell does not say has no end, or a plain value.

    person | lives in | born       | from       | until      | known from | known until
    Anna   | Astadt   | 1990-05-17 | 2015-03-01 | 2016-02-29 |            |
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    head, *rows = lines
    return pl.DataFrame([_spell(dict(zip(head, row, strict=True))) for row in rows], schema=SCHEMA, orient="row")


def _spell(said: Mapping[str, str]) -> tuple[object, ...]:
    person = said["person"]
    number = int.from_bytes(person.encode()[:7].ljust(7, b"."), "big")
    marital = {"single": 1, "married": 2, "widowed": 3}
    return (
        number,
        int(TOWNS[said["lives in"]]),
        SEXES[said.get("sex") or "female"],
        NATIONALITIES[said.get("nationality") or "German"],
        marital[said.get("marital") or "single"],
        date.fromisoformat(said.get("born") or "1980-01-01"),
        date.fromisoformat(said["from"]),
        date.fromisoformat(said["until"]) if said.get("until") else OPEN_END,
        int(said.get("known from") or 1),
        int(said["known until"]) if said.get("known until") else OPEN_RELEASE,
        (number * 0x9E3779B97F4A7C15) % 2**64 - 2**63,
        "run",
    )


@dataclass(frozen=True)
class Engines:
    """Counts a question with one engine by name."""

    spark: Callable[[], str] = field(repr=False)
    """Gives the address of a Spark Connect server, which is started when somebody first asks."""

    def cube(self, engine: str, rows: pl.DataFrame, question: Question, *, register: Register = REGISTER) -> Cube:
        asked = resolved(question, register, AREAS)
        step = 1_000_000 if question.step is None else question.step
        if engine == "plain":
            return plainly_counted(rows, asked, step=step)
        if engine == "fast":
            return fast.counted(built(rows.lazy(), register, step=step), asked)
        with stored(rows) as table, engines.opened(self._named(engine), table) as (frame, small):
            return general.counted(frame, asked, step=step, table=small)

    def _named(self, engine: str) -> str:
        return self.spark() if engine == "spark-connect" else engine


ENGINES = ("plain", "fast", "polars", "duckdb", "spark-connect")


@contextmanager
def stored(rows: pl.DataFrame) -> Iterator[engines.Spells]:
    """Spells as a Delta table in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "spells"
        rows.write_delta(str(table))
        yield engines.Spells(tuple(str(path) for path in table.glob("*.parquet")), str(table), 0, {})


def plainly_counted(rows: pl.DataFrame, asked: Resolved, *, step: int) -> Cube:
    """Count as one would on paper: day by day, person by person. Slow, and the judge of all other engines."""
    counts: Counter[tuple[int, ...]] = Counter()
    keys: Counter[tuple[int, ...]] = Counter()
    for at, day in enumerate(asked.on):
        for row in rows.iter_rows(named=True):
            place = _place(row, day, asked, step)
            if place is not None:
                counts[at, *place] += 1
                keys[at, *place] += row["record_key"] % (KEY_MODULUS - 1) + 1
    shape = (len(asked.on), *(len(axis.categories) for axis in asked.axes))
    exact, sums = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.uint16)
    for place, count in counts.items():
        exact[place], sums[place] = count, keys[place] % KEY_MODULUS
    return Cube(asked.on, asked.axes, exact, sums)


def _place(row: Mapping[str, object], day: date, asked: Resolved, step: int) -> tuple[int, ...] | None:
    """Where somebody is counted on a day; None if not at all."""
    holds = row["valid_from"] <= day < row["valid_to"] and row["birth"] <= day
    believed = row["sys_from_rel"] <= step < row["sys_to_rel"]
    if not (holds and believed):
        return None
    place: dict[int, int] = {}
    for codes in asked.codes:
        where = codes.place_of.get(row[codes.column])
        if where is None:
            return None
        if codes.axis is not None:
            place[codes.axis] = where
    if asked.ages is not None:
        years = birthdays(row["birth"], day)
        where = asked.ages.place_of[sum(years >= first for first in asked.ages.thresholds) - 1]
        if where < 0:
            return None
        if asked.ages.axis is not None:
            place[asked.ages.axis] = where
    return tuple(place[axis] for axis in range(len(asked.axes)))


def birthdays(born: date, day: date) -> int:
    """How many birthdays somebody has had by a day, that day included."""
    return sum(1 for year in range(born.year + 1, day.year + 1) if birthday(born, year) <= day)


def birthday(born: date, year: int) -> date:
    """Somebody's birthday in a year: 1 March in common years for those born on 29 February."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def said(cube: Cube) -> list[dict[str, object]]:
    """The cells that are not zero, as a person would write them down."""
    names = {key: name for name, key in TOWNS.items()}
    cells = []
    for place in zip(*cube.counts.nonzero(), strict=True):
        day, *rest = (int(each) for each in place)
        cell: dict[str, object] = {"on": cube.on[day].isoformat()}
        for axis, at in zip(cube.axes, rest, strict=True):
            id = axis.categories[at]
            cell[axis.name] = names.get(id, id) if axis.name in AREA_DIMENSIONS else id
        cells.append({**cell, "people": int(cube.counts[place])})
    return cells


__all__ = [
    "AGE",
    "AGE_CLASS",
    "AREAS",
    "ENGINES",
    "REGISTER",
    "Engines",
    "birthdays",
    "plainly_counted",
    "said",
    "spells",
]
