"""What indicators ask of registers, answered through the gate: a long table for each register, one row a year and area.

Numbers that deviate are asked for each on their own, municipalities, Ämter and the county, so that none is a sum of
others. Where a policy hides small numbers, everything that is asked of a register is protected together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import polars as pl

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.registers import AREA_DIMENSIONS, Measure, Period, PeriodQuestion, Question
from gemeinsinn.errors import DefinitionError, Finding, UnknownNameError
from gemeinsinn.gate.answers import Answer, Desk
from gemeinsinn.gate.hiding import GuardedTables
from gemeinsinn.gate.protected_tables import ShownNumbers
from gemeinsinn.indicators.registers import PERSONS, RegisterOperand


WHO = "publish"
"""Who asks, in the log of answers."""

Guard = Callable[[Desk, Mapping[str, Question | PeriodQuestion]], GuardedTables]
"""Protects all that is asked of a register, together with everything that was released before."""

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
    guard: Guard
    tables: dict[str, GuardedTables] = field(default_factory=dict)
    """The tables of the registers in which numbers are hidden, as they were protected."""
    _rows: dict[str, pl.DataFrame | None] = field(default_factory=dict)

    def rows(self, register: str) -> pl.DataFrame | None:
        """The long table of a register; None if it is not declared or holds nothing yet."""
        if register not in self._rows:
            desk = self.desks.get(register)
            self._rows[register] = self._answered(register, desk) if desk is not None else None
        return self._rows[register]

    def _answered(self, register: str, desk: Desk) -> pl.DataFrame:
        operands = {each.name: each for each in self.asked if each.register == register}
        asked = questions_of(self.asked, desk)
        answered = self._deviated if desk.terms.tables is None else self._hidden
        parts = list(answered(desk, operands, asked))
        return pl.concat(parts) if parts else pl.DataFrame(schema=_SCHEMA)

    def _deviated(
        self, desk: Desk, operands: Mapping[str, RegisterOperand], asked: Mapping[str, Question | PeriodQuestion]
    ) -> Iterable[pl.DataFrame]:
        """One answer a question and level."""
        findings: list[Finding] = []
        for name, question in asked.items():
            try:
                for level in AREA_DIMENSIONS:
                    answer = desk.answer(replace(question, by=(level,)), who=WHO, at=self.at)
                    yield _frame_of_answer(operands[name], answer)
            except UnknownNameError as error:
                findings += error.findings
        if findings:
            raise DefinitionError(findings)

    def _hidden(
        self, desk: Desk, operands: Mapping[str, RegisterOperand], asked: Mapping[str, Question | PeriodQuestion]
    ) -> Iterable[pl.DataFrame]:
        """All questions as one table, in which small numbers are hidden."""
        if not asked:
            return
        try:
            self.tables[desk.register.id] = guarded = self.guard(desk, asked)
        except UnknownNameError as error:
            raise DefinitionError(error.findings) from error
        for name in asked:
            yield from (_frame_of_numbers(operands[name], numbers) for numbers in guarded.tables.numbers(name))


def questions_of(asked: Sequence[RegisterOperand], desk: Desk) -> dict[str, Question | PeriodQuestion]:
    """What is asked of the register of a desk, each question once; nothing of one that knows no whole year yet."""
    operands = {each.name: each for each in asked if each.register == desk.register.id}
    return {name: question for name, each in operands.items() if (question := _question(each, desk)) is not None}


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


def _frame_of_numbers(operand: RegisterOperand, numbers: ShownNumbers) -> pl.DataFrame:
    """The numbers of one date and level as rows of a long table."""
    day = date.fromisoformat(numbers.at) if operand.measure == PERSONS else None
    values = pl.Series(numbers.values, dtype=pl.Float64).fill_nan(None)
    return pl.DataFrame(
        {
            "area": numbers.areas,
            "period": numbers.at[:4],
            "valid_on": day,
            "measure": operand.name,
            "unit": _UNIT,
            "value": values,
            "status": [str(status) for status in numbers.statuses],
        },
        schema=_SCHEMA,
    )


def _frame_of_answer(operand: RegisterOperand, answer: Answer) -> pl.DataFrame:
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
