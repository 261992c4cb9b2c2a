"""A table of a register as it was known at earlier days: what it keeps showing while corrections have to wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gemeinsinn.concepts.registers import Question
from gemeinsinn.gate.answers import Desk
from gemeinsinn.gate.blocks import Block
from gemeinsinn.gate.exact_tables import Asked, dates_of, exact_tables
from gemeinsinn.gate.groups import Where


@dataclass(frozen=True, slots=True)
class EarlierStates:
    """Counts what is asked of a register once more, as of earlier days of knowledge."""

    desk: Desk
    questions: Mapping[str, Asked]
    levels: Sequence[str]
    before: Callable[[str], Sequence[Where]]
    """The groups that were released before in a table of some name."""

    def of(self, block: Block) -> Iterator[tuple[date, Block]]:
        """Each different state of a table before the present one and the day on which it was known, newest first."""
        asked = {name: _only_at(question, block.at) for name, question in self.questions.items()}
        there = {name: question for name, question in asked.items() if question is not None}
        last = max(_last_day(question) for question in there.values())
        seen = block.model.identities
        for day in self._days(since=last):
            exact = exact_tables(replace(self.desk, known=day), there, levels=self.levels, before=self.before)
            found = next(each for each in exact.blocks if each.name == block.name)
            if found.model.identities != seen:
                seen = found.model.identities
                yield day, found

    def _days(self, *, since: date) -> list[date]:
        """The days before the present one on which something became known of the register, newest first."""
        steps = [each for each in self.desk.steps.of(self.desk.register.id) if each.number < self.desk.step]
        return sorted({each.known_on for each in steps if each.known_on >= since}, reverse=True)


def _only_at(question: Asked, at: str) -> Asked | None:
    """The question for one of its dates; None if it has not got it."""
    if at not in dates_of(question):
        return None
    if isinstance(question, Question):
        return replace(question, on=(date.fromisoformat(at),))
    return replace(question, periods=tuple(period for period in question.periods if period.name == at))


def _last_day(question: Asked) -> date:
    if isinstance(question, Question):
        return question.on[-1]
    return question.periods[-1].until - timedelta(days=1)
