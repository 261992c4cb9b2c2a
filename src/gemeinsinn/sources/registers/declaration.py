"""The nouns of a declared register: how it is delivered, who is who in it, and how its columns become attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gemeinsinn.concepts.registers import Column, Register
from gemeinsinn.sources.registers.codes import Replacement
from gemeinsinn.sources.registers.days import DayPattern


class DeliveryKind(StrEnum):
    """What one delivery says."""

    CHANGES = "changes"
    """Events: what happened since the last delivery."""
    FULL = "full"
    """The whole register with its history, as it is believed now."""
    SNAPSHOT = "snapshot"
    """What holds on the day of the delivery, and nothing of before."""


class DeliveryFormat(StrEnum):
    """What a delivery is made of."""

    CSV = "csv"
    XLSX = "xlsx"
    POSTGRESQL = "postgresql"


class Meaning(StrEnum):
    """What an event of a source means."""

    START = "start"
    """Somebody is there from that day on: born, moved in, in the stock."""
    CHANGE = "change"
    """Attributes of somebody who is there change."""
    END = "end"
    """Somebody is there no longer, and may come back."""
    DEATH = "death"
    """Somebody is there no longer, and does not come back."""
    CORRECTION = "correction"
    """An earlier event was otherwise."""
    CANCELLATION = "cancellation"
    """An earlier event was not."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where a database is and what to ask it; the address itself stands in no file of the instance."""

    dsn_variable: str = ""
    dsn_file: str = ""
    query_file: str = ""
    timeout_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a register is delivered."""

    kind: DeliveryKind
    format: DeliveryFormat
    location: str = ""
    """The files below the instance, with `*` and `**`."""
    days: DayPattern | None = None
    """How the name of a file says its day; the clock says it if None."""
    encoding: str = "utf-8"
    delimiter: str = ";"
    sheet: str = ""
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other headings under which a column may come."""
    totals: tuple[str, ...] = ()
    """How a line of sums begins."""
    totals_count: str = ""
    """`rows` if the first number of that line says how many rows there are: a file without it was cut short."""
    database: Database = field(default_factory=Database)
    may_shrink: float = 0.2
    """The share of rows that a whole delivery may lack against the last before it is refused as cut short."""
    may_reject: float = 0.1
    """The share of rows that may go to quarantine before a whole delivery is refused."""


@dataclass(frozen=True, slots=True)
class DayColumn:
    """A column with a day, and how it is written."""

    source: str
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    inclusive: bool = False
    """True for a last day that still belongs to it."""


@dataclass(frozen=True, slots=True)
class EventKind:
    """What one kind of event means, and which attributes it sets (all, if none is named)."""

    meaning: Meaning
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Where events say what happened."""

    id: str
    refers_to: str
    kind: str
    effective: DayColumn
    kinds: Mapping[str, EventKind]


@dataclass(frozen=True, slots=True)
class Attribute:
    """How a delivered column becomes an attribute."""

    column: Column
    source: str
    formats: tuple[str, ...] = ()
    """How days are written."""
    mapping: tuple[Replacement, ...] | None = None
    """What is written → code; None if the codes themselves are written."""
    codes: frozenset[int] | None = None
    """The codes that exist; None if every number does."""
    decimal: str = "."
    optional: bool = False
    """True if the cell may be empty."""


@dataclass(frozen=True, slots=True)
class RegisterDeclaration:
    """One register of `registers.yaml`."""

    register: Register
    origin_id: str
    delivered: Delivered
    person: tuple[str, ...]
    """The delivered columns that together say who it is."""
    attributes: tuple[Attribute, ...]
    events: EventColumns | None = None
    valid_from: DayColumn | None = None
    valid_to: DayColumn | None = None
    digest: str = ""
    """A hash over the declaration and the files it names, so that a change of any of them is noticed."""

    @property
    def id(self) -> str:
        return self.register.id

    @property
    def person_days(self) -> Mapping[str, DayColumn]:
        """The columns of the person that are days, which are compared as days however they are written."""
        days = {each.source: DayColumn(each.source, each.formats) for each in self.attributes if each.formats}
        return {name: days[name] for name in self.person if name in days}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every delivered column that is read."""
        named = [*self.person, *(attribute.source for attribute in self.attributes)]
        if self.events is not None:
            named += [self.events.id, self.events.refers_to, self.events.kind, self.events.effective.source]
        named += [each.source for each in (self.valid_from, self.valid_to) if each is not None]
        return tuple(dict.fromkeys(filter(None, named)))
