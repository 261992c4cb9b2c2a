"""The nouns of registers: microdata of people or cases, each fact with the time it held and the time it was known.

A register is a table of *spells*: one row says that for one entity these attributes held from `valid_from` until
`valid_to`, as we believed from step `sys_from_rel` until step `sys_to_rel`. A *step* is one advance of what we know:
the arrival of one delivery. Both intervals are half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ColumnKind(StrEnum):
    """What an attribute of a register is, which decides on its type in the table."""

    AREA = "area"
    """The municipality, as the number of its eight-digit key (Int32): 1056015 is 01056015."""
    CODE = "code"
    """A code of a code list (Int32)."""
    BIRTH = "birth"
    """The day of birth (Date), or the first day of the month or year of birth if the policy coarsens it."""
    DATE = "date"
    """A day (Date)."""
    AMOUNT = "amount"
    """An amount (Float64)."""


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute that a register keeps."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Category:
    """One value of a dimension: its id, as answers name it, and its words by language."""

    id: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something to count by: the column it is read from, its categories in order, and which codes each one takes.

    Codes that `category_of` does not name belong to no category; intake never lets them in.
    """

    name: str
    column: str
    title: Mapping[str, str]
    categories: tuple[Category, ...]
    category_of: Mapping[int, int]
    """Code → place in `categories`."""


AGE_CLASSES = (0, 3, 6, 10, 15, 18, 21, 25, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90)
"""The first ages of the eighteen classes in which the platform counts by default; the last one is open."""

OLDEST = 150
"""No age lies above; an open class ends here."""

MUNICIPALITY, AMT, DISTRICT = "municipality", "amt", "district"
"""The dimensions that every register with an area has; the larger ones put municipalities together."""
AREA_DIMENSIONS = (MUNICIPALITY, AMT, DISTRICT)

AGE, AGE_CLASS = "age", "age_class"
"""The dimensions that every register with a birth has: single years, and classes."""


class CountingUnit(StrEnum):
    """What one entity of a register is."""

    PERSON = "person"
    HOUSEHOLD = "household"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Register:
    """A register as its declaration describes it, without how it is delivered."""

    id: str
    title: Mapping[str, str]
    unit: CountingUnit
    columns: tuple[Column, ...]
    dimensions: Mapping[str, Dimension]
    """The declared dimensions by name; those of area and age come with the columns of those kinds."""
    index: tuple[str, ...] = ()
    """The declared dimensions that the serving index holds; the municipality and the birth are always in it."""
    age_classes: tuple[int, ...] = AGE_CLASSES
    synthetic: bool = False
    complete_from: date | None = None
    """The first day on which the register can be counted."""

    def column(self, kind: ColumnKind) -> str:
        """The first column of a kind; empty if there is none."""
        return next((column.name for column in self.columns if column.kind is kind), "")


PID, VALID_FROM, VALID_TO = "pid", "valid_from", "valid_to"
SYS_FROM, SYS_TO, RECORD_KEY, RUN_ID = "sys_from_rel", "sys_to_rel", "record_key", "run_id"
SPELL_COLUMNS = (PID, VALID_FROM, VALID_TO, SYS_FROM, SYS_TO, RECORD_KEY, RUN_ID)
"""The columns that every register has beside its attributes.

`pid` is the pseudonym (Int64), `record_key` the random number of the entity for cell keys (Int64, all 64 bits used),
the interval of validity two Dates, that of knowledge two steps (Int64), `run_id` the run that wrote the row (String).
"""


@dataclass(frozen=True, slots=True)
class Question:
    """How many entities of a register there were on some days, as known at a step, by some dimensions.

    `by` names dimensions; `age_class` may carry its own classes in `age_classes`. `where` keeps the categories named,
    by dimension; an age is named as `30` or `25-29` or `85+`.
    """

    register: str
    on: tuple[date, ...]
    by: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age_classes: tuple[int, ...] = ()
    """The first ages of the classes asked for; those of the register if empty."""
    step: int | None = None
    """The step of knowledge; the newest if None."""


class Measure(StrEnum):
    """What can be counted in a period."""

    BIRTHS = "births"
    """Entities whose first spell begins with their birth, where it begins."""
    ARRIVALS = "arrivals"
    """Spells that begin and are no births, unless the spell before ended that day in the same area of the level asked."""
    DEPARTURES = "departures"
    """Spells that end, by a move or a death, unless the next one begins that day in the same area of the level asked."""
    PERSON_YEARS = "person_years"
    """The time that all entities together spent there, in years of 365.2425 days."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days with its name; the day `until` does not belong to it."""

    name: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class PeriodQuestion:
    """What happened in a register in some periods, or how long people were there, as known at a step."""

    register: str
    measure: Measure
    periods: tuple[Period, ...]
    by: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age_classes: tuple[int, ...] = ()
    """Ages are those on the day of the event; person-years know no ages."""
    step: int | None = None
