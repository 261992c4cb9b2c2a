"""The exact tables behind everything that indicators ask of a register, one for each key date or year; they never leave the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.registers import AGE_CLASS, AREA_DIMENSIONS, MUNICIPALITY, Measure, PeriodQuestion, Question
from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.gate.answers import PERSONS, Desk
from gemeinsinn.gate.area_table import AreaTable
from gemeinsinn.gate.blocks import Block, Snapshot, block_of, name_of_table
from gemeinsinn.gate.groups import Where, name_of
from gemeinsinn.gate.parts import Grid, columns_of, grid_of


Asked = Question | PeriodQuestion

ADDITIVE = (PERSONS, str(Measure.BIRTHS))
"""What adds up over areas. Whoever moves within an Amt arrives in a municipality, and not in the Amt."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the numbers of a question stand: in a column of the tables of one variable, at its dates."""

    variable: str
    column: int
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExactTables:
    """All tables of a register, and where each question is answered in them."""

    register: str
    areas: AreaTable
    blocks: tuple[Block, ...]
    places: Mapping[str, Place]


def exact_tables(
    desk: Desk,
    questions: Mapping[str, Asked],
    *,
    levels: Sequence[str] = AREA_DIMENSIONS,
    before: Callable[[str], Sequence[Where]] = lambda table: (),
) -> ExactTables:
    """Count what all questions need, down to the smallest parts that they have in common.

    `before` says which groups were released before in a table of some name: what can be calculated from them and from
    what is asked now are numbers of the table, too.

    Raises `DisclosureError` for what does not add up, because nobody could say what follows from such numbers.
    """
    _check(desk, questions)
    areas, blocks, places = AreaTable(desk.areas), list[Block](), dict[str, Place]()
    for (variable, dates), names in _together(desk, questions).items():
        wheres = {name: questions[name].where for name in names}
        known = {at: before(name_of_table(variable, at)) for at in dates}
        grid = grid_of(desk.register, [*wheres.values(), *(where for each in known.values() for where in each)])
        for at, pieces in zip(dates, _counted(desk, questions[names[0]], grid), strict=True):
            columns = columns_of(grid, wheres.values(), known[at])
            snapshot = Snapshot(variable, at, pieces @ columns.of_pieces)
            blocks.append(block_of(snapshot, areas, columns, frozenset(levels)))
            places |= {
                name: Place(variable, columns.column_of[name_of(where)], dates) for name, where in wheres.items()
            }
    return ExactTables(desk.register.id, areas, tuple(blocks), places)


def measure_of(question: Asked) -> str:
    """`persons`, or the measure of a question about periods."""
    return str(question.measure) if isinstance(question, PeriodQuestion) else PERSONS


def dates_of(question: Asked) -> tuple[str, ...]:
    """The key dates in ISO form, or the names of the periods."""
    if isinstance(question, PeriodQuestion):
        return tuple(period.name for period in question.periods)
    return tuple(day.isoformat() for day in sorted(set(question.on)))


def _check(desk: Desk, questions: Mapping[str, Asked]) -> None:
    refused = [name for name, question in questions.items() if measure_of(question) not in ADDITIVE]
    if refused:
        remedy = (
            "Ask for persons on a key date or for births, or let the register's numbers deviate: `method: cell_key`."
        )
        what = "its numbers do not add up over areas, so that hidden ones among them cannot be protected: {}."
        raise DisclosureError([Finding(desk.register.id, what.format(name), remedy) for name in refused])


def _together(desk: Desk, questions: Mapping[str, Asked]) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """Questions by variable and dates; two that share some dates and not all would be two tables of one thing."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, question in questions.items():
        variable = f"{desk.register.id} {measure_of(question)}"
        found.setdefault((variable, dates_of(question)), []).append(name)
    tables = [(variable, at) for variable, dates in found for at in dates]
    if len(tables) != len(set(tables)):
        raise DisclosureError("two indicators ask for different series of the same days.", where=desk.register.id)
    return found


def _counted(desk: Desk, like: Asked, grid: Grid) -> Iterator[NDArray[np.int64]]:
    """For each date how many there were, municipalities by pieces of the grid."""
    by = (MUNICIPALITY, *((AGE_CLASS,) if grid.knows_ages else ()), *grid.dimensions)
    ages = grid.starts if grid.knows_ages else ()
    fine = desk.exactly(replace(like, by=by, where={}, age_classes=ages))
    whole = desk.exactly(replace(like, by=(MUNICIPALITY,), where={}, age_classes=()))
    pieces = fine.counts.reshape(*whole.counts.shape, -1).astype(np.int64)
    if not np.array_equal(pieces.sum(axis=2), whole.counts):
        what = f"somebody is in no category of: {', '.join(by[1:])}. What is hidden could be found by the difference."
        raise DisclosureError(what, where=desk.register.id, remedy="Give every code a category.")
    yield from pieces
