"""Where the numbers of an answer stand in the tables of its register, beside all groups that were asked for before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.registers import AGE, AGE_CLASS, AREA_DIMENSIONS, DISTRICT, PeriodQuestion
from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.answers import Answer, Desk
from gemeinsinn.gate.blocks import Block
from gemeinsinn.gate.exact_tables import Asked, ExactTables, exact_tables
from gemeinsinn.gate.groups import groups_of, name_of
from gemeinsinn.lake.restricted.resolved import Axis
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.pattern import Flags


MOST_GROUPS = 400
"""Combinations of categories that one question may have, beside areas and dates."""
MOST_CELLS = 100_000
"""Numbers that one question may have: each is set against everything that was released."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Places:
    """The table behind an answer at one date, and the cell of each of its numbers."""

    block: Block
    cells: NDArray[np.int64]
    is_released: Flags
    """Numbers of groups that a release asked for, too."""


def places_of(desk: Desk, question: Asked, answer: Answer, ledger: Ledger) -> tuple[Places, ...]:
    """Count once more what is asked, as one table with what was ever asked of the same people.

    Raises `DisclosureError` for a question that cannot be set against published numbers.
    """
    areas, groups = _axes(answer.axes)
    _check(desk, question, answer, groups)
    wheres = {name: _where(question, groups, codes) for name, codes in _named(groups).items()}
    on = replace(question, by=(), age_classes=(), step=None)
    asked: dict[str, Asked] = {name: replace(on, where=where) for name, where in wheres.items()}
    known = replace(desk, known=answer.known_on)
    tables = exact_tables(known, asked, before=lambda table: groups_of(ledger, table))
    columns = np.array([tables.places[name].column for name in wheres])
    rows = _rows(desk, tables, areas)
    blocks = {block.at: block for block in tables.blocks}
    return tuple(_place(blocks[at], answer, rows, columns, ledger) for at in answer.at)


def _place(block: Block, answer: Answer, rows: NDArray[np.int64], columns: NDArray[np.int64], ledger: Ledger) -> Places:
    cells = _cells(block.shape[1], answer, rows, columns)
    theirs = {block.columns.column_of[name_of(where)] for where in groups_of(ledger, block.name, released=True)}
    return Places(block, cells, np.isin(cells % block.shape[1], sorted(theirs)))


def _check(desk: Desk, question: Asked, answer: Answer, groups: Sequence[Axis]) -> None:
    """What cannot be set against published numbers is refused."""
    remedy = "Ask for key dates, by one level of areas or none, with ages either chosen or told apart."
    wrong = ""
    if isinstance(question, PeriodQuestion):
        wrong = "what happens in a period tells how numbers change that are published exactly."
    elif sum(level in question.by for level in AREA_DIMENSIONS) > 1:
        wrong = "two levels of areas at once cannot be set against published numbers."
    elif any(level in question.where and level not in question.by for level in AREA_DIMENSIONS):
        wrong = "a sum over chosen areas cannot be set against published numbers."
    elif {AGE, AGE_CLASS} & set(question.by) and {AGE, AGE_CLASS} & set(question.where):
        wrong = "ages are chosen and told apart."
    elif prod(len(axis.categories) for axis in groups) > MOST_GROUPS or answer.counts.size > MOST_CELLS:
        wrong = f"each number is set against all that was published, and these are more than {MOST_GROUPS} groups or {MOST_CELLS:,} numbers."
        remedy = "Ask for fewer categories or days at once."
    if wrong:
        raise DisclosureError(wrong, where=desk.register.id, remedy=remedy)


def _axes(axes: Sequence[Axis]) -> tuple[Axis | None, list[Axis]]:
    """The axis of areas, if there is one, and the others."""
    areas = next((axis for axis in axes if axis.name in AREA_DIMENSIONS), None)
    return areas, [axis for axis in axes if axis.name not in AREA_DIMENSIONS]


def _named(groups: Sequence[Axis]) -> dict[str, tuple[str, ...]]:
    """Every combination of categories by a name of its own, in the order of the axes."""
    combinations = product(*(axis.categories for axis in groups))
    return {f"asked {number}": codes for number, codes in enumerate(combinations)}


def _where(question: Asked, groups: Sequence[Axis], codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    kept = {name: chosen for name, chosen in question.where.items() if name not in AREA_DIMENSIONS}
    told = {axis.name: (code,) for axis, code in zip(groups, codes, strict=True)}
    return {**kept, **told}


def _rows(desk: Desk, tables: ExactTables, areas: Axis | None) -> NDArray[np.int64]:
    """The rows of the areas of an answer; of one that does not tell areas apart, the row of the whole territory."""
    if areas is not None:
        return np.array([tables.areas.place[areas.name, key] for key in areas.categories])
    wholes = [row for (level, _), row in tables.areas.place.items() if level == DISTRICT]
    if len(wholes) != 1:
        what = "a sum over several districts cannot be set against published numbers."
        raise DisclosureError(what, where=desk.register.id, remedy=f"Ask by {DISTRICT}.")
    return np.array(wholes)


def _cells(width: int, answer: Answer, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cell of each number that an answer has at one date, in the order of its numbers."""
    areas, groups = _axes(answer.axes)
    cells = rows[:, None] * width + columns[None, :]
    whole = cells.reshape(len(rows), *(len(axis.categories) for axis in groups))
    if areas is None:
        return np.asarray(whole[0].ravel(), dtype=np.int64)
    place = [axis.name for axis in answer.axes].index(areas.name)
    return np.asarray(np.moveaxis(whole, 0, place).ravel(), dtype=np.int64)
