"""The tables of a register as they may be published: what is free, what is hidden, and what stays with larger areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.registers import AREA_DIMENSIONS
from gemeinsinn.gate.blocks import Block
from gemeinsinn.gate.exact_tables import ExactTables
from gemeinsinn.protect.tables.pattern import FREE


@dataclass(frozen=True, slots=True, eq=False)
class ShownNumbers:
    """The answer to one question at one date for the areas of one level: numbers, or why there is none."""

    at: str
    level: str
    areas: tuple[str, ...]
    values: NDArray[np.float64]
    """nan where there is no number."""
    statuses: tuple[ObsStatus, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Where one question stands in one table, at one level."""

    at: str
    level: str
    areas: tuple[str, ...]
    number: int
    """The place of the table."""
    cells: NDArray[np.int64]


@dataclass(frozen=True)
class ProtectedTables:
    """What may be shown of a register. Exact numbers of hidden cells are not to be had from it."""

    exact: ExactTables
    patterns: tuple[NDArray[np.uint8], ...]
    """The state of every cell of each table; latent ones are never free."""

    def __repr__(self) -> str:
        """Without a number."""
        return f"ProtectedTables({self.exact.register})"

    @cached_property
    def _number_of(self) -> dict[tuple[str, str], int]:
        return {(block.variable, block.at): number for number, block in enumerate(self.exact.blocks)}

    def numbers(self, question: str) -> Iterator[ShownNumbers]:
        """What a question is answered, for every date and level."""
        for asked in self.asked(question):
            block = self.exact.blocks[asked.number]
            free = self.patterns[asked.number][asked.cells] == FREE
            statuses = np.where(block.shown[asked.cells], ObsStatus.CONFIDENTIAL, ObsStatus.WITHHELD)
            statuses = np.where(free, ObsStatus.NORMAL, statuses)
            values = np.where(free, block.model.values[asked.cells], np.nan)
            told = tuple(ObsStatus(status) for status in statuses.tolist())
            yield ShownNumbers(asked.at, asked.level, asked.areas, values, told)

    def asked(self, question: str) -> Iterator[Asked]:
        """Where a question stands, for every date and level."""
        place = self.exact.places[question]
        for at in place.dates:
            number = self._number_of[place.variable, at]
            for level in AREA_DIMENSIONS:
                areas, cells = _level_of(self.exact.blocks[number], place.column, level)
                yield Asked(at, level, areas, number, cells)


def _level_of(block: Block, column: int, level: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    rows = {key: row for (of_level, key), row in block.areas.place.items() if of_level == level}
    return tuple(rows), np.array(list(rows.values()), dtype=np.int64) * block.shape[1] + column
