"""Numbers of an indicator that come from a register: what is asked, and the table that stands for the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gemeinsinn.concepts.registers import Measure
from gemeinsinn.indicators.definition import Operand, Part, TableDefinition, Timing
from gemeinsinn.settings.documents import Checker, Node


PERSONS = "persons"
"""The measure of a key date; the others are those of `Measure`."""

KEY_DATES = {"key_date": "12-31", "year_end": "12-31", "mid_year": "06-30", str(Timing.MEAN_OF_YEAR): "12-31"}
"""The words for key dates, and their month and day."""

_EVENTS = (str(Measure.BIRTHS), str(Measure.ARRIVALS), str(Measure.DEPARTURES))
_MONTH_AND_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
_AGE_SPAN = re.compile(r"^\d+(-\d+|\+)?$")


@dataclass(frozen=True, slots=True)
class RegisterOperand:
    """What an indicator asks of a register, for every year and every area: a measure, a key date, a choice."""

    register: str
    measure: str
    """`persons`, or a `Measure`."""
    key_date: str = ""
    """Month and day, for persons."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The question in one line; equal questions have one name."""
        chosen = [f"{dimension}={'|'.join(codes)}" for dimension, codes in sorted(self.where.items())]
        return ", ".join([f"{self.measure} {self.key_date}".strip(), *chosen])

    @property
    def table(self) -> TableDefinition:
        """The table that stands for the answers: its rows are delivered by the gate, one a year and area."""
        title = {"de": self.name, "en": self.name}
        return TableDefinition(f"{self.register}: {self.name}", title, (Part(self.register, self.name),))


def register_operand(node: Node, checker: Checker) -> tuple[RegisterOperand, Operand]:
    """`{register: residents, events: births}`, `{…, time: person_years}` or `{…, on: key_date}`, with `where`."""
    fields = checker.fields(node, required=("register",), optional=("events", "time", "on", "where"))
    chosen = [name for name in ("events", "time", "on") if name in fields]
    if len(chosen) != 1:
        checker.wrong(node, "a register is asked for one of: events, time, on.", "Write `on: key_date`, for instance.")
    timing, key_date, measure = Timing.SAME, "", PERSONS
    if "events" in fields:
        measure = checker.choice(fields["events"], _EVENTS, default=_EVENTS[0])
    elif "time" in fields:
        measure = checker.choice(fields["time"], (str(Measure.PERSON_YEARS),), default=str(Measure.PERSON_YEARS))
    else:
        key_date = _key_date(fields.get("on"), checker)
        timing = Timing.MEAN_OF_YEAR if checker.text(fields.get("on")) == Timing.MEAN_OF_YEAR else Timing.SAME
    where = _where(fields.get("where"), checker)
    asked = RegisterOperand(checker.text(fields.get("register")), measure, key_date, where)
    return asked, Operand(asked.table.id, {}, timing)


def _key_date(node: Node | None, checker: Checker) -> str:
    text = checker.text(node)
    if text in KEY_DATES:
        return KEY_DATES[text]
    if text and not _is_day_of_every_year(text):
        remedy = f'Write "03-01" or one of: {", ".join(KEY_DATES)}.'
        checker.wrong(node, f"'{text}' is no key date of every year.", remedy)
    return text


def _is_day_of_every_year(text: str) -> bool:
    """Whether a month and day are a day in common years, too; 29 February is none."""
    if not _MONTH_AND_DAY.match(text):
        return False
    try:
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        return False
    return True


def _where(node: Node | None, checker: Checker) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, child in checker.entries(node):
        codes = checker.texts(child)
        if not codes:
            checker.wrong(child, f"no {name} is chosen.", "Leave the dimension out for everybody.")
        for code in codes:
            if name in ("age", "age_class") and not _AGE_SPAN.match(code):
                checker.wrong(child, f"'{code}' is no span of ages.", "Write 30, 0-17 or 65+.")
        found[name] = codes
    return found
