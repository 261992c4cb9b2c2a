"""Steps: the clock of knowledge. One step is one delivery of one register, with the day on which it was known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from gemeinsinn.errors import NotYetKnownError


STEPS = "clock/steps"
"""The table of steps."""
SCHEMA = {
    "step": pl.Int64,
    "known_on": pl.Date,
    "register": pl.String,
    "imported": pl.Boolean,
    "run_id": pl.String,
}


@dataclass(frozen=True, slots=True)
class Step:
    """The arrival of one delivery."""

    number: int
    known_on: date
    register: str
    imported: bool
    """True if it was taken in later than it came: its day is the one that the delivery itself bears."""
    run: str


@dataclass(frozen=True, slots=True)
class Steps:
    """All steps of the zone in their order; the days of one register never fall."""

    all: tuple[Step, ...]

    def of(self, register: str) -> Sequence[Step]:
        """The steps of one register."""
        return [step for step in self.all if step.register == register]

    def latest(self, register: str) -> int:
        """The newest step of a register; 0 before its first delivery."""
        return max((step.number for step in self.all if step.register == register), default=0)

    def known_on(self, day: date, register: str) -> int:
        """The step that was the newest on a day; `NotYetKnownError` names the first day of knowledge."""
        of_register = self.of(register)
        by_then = [step.number for step in of_register if step.known_on <= day]
        if by_then:
            return max(by_then)
        what = f"nothing was known of the register '{register}' on {day:%d.%m.%Y}."
        if not of_register:
            raise NotYetKnownError(what, remedy=f"`gemeinsinn refresh {register}` takes it in.")
        raise NotYetKnownError(what, remedy=f"Its first delivery is of {of_register[0].known_on:%d.%m.%Y}.")

    def last_known_on(self, register: str) -> date | None:
        """The day of the newest delivery; None before the first."""
        of_register = self.of(register)
        return of_register[-1].known_on if of_register else None

    @property
    def next_number(self) -> int:
        """The number of the step to come."""
        return self.all[-1].number + 1 if self.all else 1


def steps_of(table: pl.DataFrame) -> Steps:
    """The steps in a table."""
    rows = table.sort("step").select(list(SCHEMA)).iter_rows()
    return Steps(tuple(Step(*row) for row in rows))


def steps_frame(steps: Iterable[Step]) -> pl.DataFrame:
    """Steps as a table."""
    rows = [(step.number, step.known_on, step.register, step.imported, step.run) for step in steps]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
