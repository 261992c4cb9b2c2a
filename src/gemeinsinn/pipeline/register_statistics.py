"""What indicators ask of registers, answered through the gate: a long table for each register, one row a year and area.

Municipalities, Ämter and the county are asked for each on their own, so that each number deviates on its own and none
is a sum of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.registers import AREA_DIMENSIONS, Measure, Period, PeriodQuestion, Question
from gemeinsinn.errors import DefinitionError, Finding, UnknownNameError
from gemeinsinn.gate.answers import Answer, Desk
from gemeinsinn.indicators.registers import PERSONS, RegisterOperand


WHO = "publish"
"""Who asks, in the log of answers."""

_UNIT = "Anzahl"
_SCHEMA = {
    "area": pl.String,
    "period": pl.String,
    "valid_on": pl.Date,
    "measure": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "status": pl.String,
}


@dataclass(frozen=True, slots=True)
class RegisterStatistics:
    """The answers of registers, each asked once; a register that was not delivered yet has no desk."""

    desks: Mapping[str, Desk]
    asked: Sequence[RegisterOperand]
    at: datetime
    territory: date
    """The date of the edition on which the desks count."""
    _rows: dict[str, pl.DataFrame | None] = field(default_factory=dict)

    def rows(self, register: str) -> pl.DataFrame | None:
        """The long table of a register; None if it is not declared or holds nothing yet."""
        if register not in self._rows:
            desk = self.desks.get(register)
            self._rows[register] = self._answered(register, desk) if desk is not None else None
        return self._rows[register]

    def _answered(self, register: str, desk: Desk) -> pl.DataFrame:
        parts: list[pl.DataFrame] = []
        findings: list[Finding] = []
        for operand in {each.name: each for each in self.asked if each.register == register}.values():
            try:
                parts += [_frame(operand, answer) for answer in self._of(operand, desk)]
            except UnknownNameError as error:
                findings += error.findings
        if findings:
            raise DefinitionError(findings)
        return pl.concat(parts) if parts else pl.DataFrame(schema=_SCHEMA)

    def _of(self, operand: RegisterOperand, desk: Desk) -> Iterable[Answer]:
        """One answer a level; nothing for a register that knows no whole year yet."""
        question = _question(operand, desk)
        if question is None:
            return
        for level in AREA_DIMENSIONS:
            asked = _by(question, level)
            yield desk.answer(asked, who=WHO, at=self.at)


def _question(operand: RegisterOperand, desk: Desk) -> Question | PeriodQuestion | None:
    first, last = desk.register.complete_from, desk.known_on
    if first is None or last is None:
        return None
    years = range(first.year, last.year + 1)
    if operand.measure == PERSONS:
        month, day = (int(part) for part in operand.key_date.split("-"))
        on = tuple(date(year, month, day) for year in years if first <= date(year, month, day) <= last)
        return Question(operand.register, on, where=operand.where) if on else None
    whole = [year for year in years if first <= date(year, 1, 1) and date(year, 12, 31) <= last]
    periods = tuple(Period(str(year), date(year, 1, 1), date(year + 1, 1, 1)) for year in whole)
    if not periods:
        return None
    return PeriodQuestion(operand.register, Measure(operand.measure), periods, where=operand.where)


def _by(question: Question | PeriodQuestion, level: str) -> Question | PeriodQuestion:
    if isinstance(question, Question):
        return Question(question.register, question.on, (level,), question.where)
    return PeriodQuestion(question.register, question.measure, question.periods, (level,), question.where)


def _frame(operand: RegisterOperand, answer: Answer) -> pl.DataFrame:
    """An answer by area as rows of a long table."""
    areas = answer.axes[0].categories
    numbers = answer.counts if answer.amounts is None else answer.amounts
    days = [date.fromisoformat(at) if operand.measure == PERSONS else None for at in answer.at]
    return pl.DataFrame(
        {
            "area": [area for _ in answer.at for area in areas],
            "period": [at[:4] for at in answer.at for _ in areas],
            "valid_on": [day for day in days for _ in areas],
            "measure": operand.name,
            "unit": _UNIT,
            "value": numbers.astype(float).ravel(),
            "status": str(ObsStatus.NORMAL),
        },
        schema=_SCHEMA,
    )
