"""The tables of a register as they may be published: what is free, what is hidden, and what stays with larger areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.registers import AREA_DIMENSIONS
from gemeinsinn.gate.blocks import Block
from gemeinsinn.gate.exact_tables import ExactTables
from gemeinsinn.protect.tables.model import Spine, TableModel
from gemeinsinn.protect.tables.pattern import FREE


DIMENSIONS = ("date", "area", "group")
"""The dimensions of the table of a register: of its areas and groups, at all its dates."""


@dataclass(frozen=True, slots=True)
class TableLabels:
    """What the cells of several blocks are called, one block behind the other."""

    blocks: tuple[Block, ...]
    starts: tuple[int, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        return DIMENSIONS

    def of(self, cell: int) -> tuple[str, ...]:
        number = int(np.searchsorted(self.starts, cell, side="right")) - 1
        block = self.blocks[number]
        return (block.snapshot.at, *block.model.labels.of(cell - self.starts[number]))


def table_of(blocks: tuple[Block, ...]) -> TableModel:
    """All blocks as one table; no equation connects two of them."""
    models = [block.model for block in blocks]
    starts = tuple(accumulate((model.cells for model in models[:-1]), initial=0))
    return TableModel(
        values=np.concatenate([model.values for model in models]),
        equations=sparse.csr_matrix(sparse.block_diag([model.equations for model in models], format="csr")),
        labels=TableLabels(blocks, starts),
        base=sparse.csr_matrix(sparse.block_diag([model.base for model in models], format="csr")),
        spine=Spine(blocks[0].areas.tree, np.concatenate([model.spine.node for model in models if model.spine])),
        identities=tuple(identity for model in models for identity in model.identities or ()),
        latent=np.concatenate([model.latent_cells() for model in models]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ShownNumbers:
    """The answer to one question at one date for the areas of one level: numbers, or why there is none."""

    at: str
    level: str
    areas: tuple[str, ...]
    values: NDArray[np.float64]
    """nan where there is no number."""
    statuses: tuple[ObsStatus, ...]


@dataclass(frozen=True)
class ProtectedTables:
    """What may be shown of a register. Exact numbers of hidden cells are not to be had from it."""

    exact: ExactTables
    pattern: NDArray[np.uint8]
    """The state of every cell of the table; latent ones are never free."""

    def __repr__(self) -> str:
        """Without a number."""
        return f"ProtectedTables({self.exact.register})"

    @cached_property
    def _number_of(self) -> dict[tuple[str, str], tuple[int, int]]:
        starts = accumulate((block.model.cells for block in self.exact.blocks), initial=0)
        tables = [(block.snapshot.variable, block.snapshot.at) for block in self.exact.blocks]
        return {table: (number, start) for number, (table, start) in enumerate(zip(tables, starts, strict=False))}

    def numbers(self, question: str) -> Iterator[ShownNumbers]:
        """What a question is answered, for every date and level."""
        for at, level, keys, cells in self._answers(question):
            number, start = self._number_of[self.exact.places[question].variable, at]
            block = self.exact.blocks[number]
            free = self.pattern[cells] == FREE
            shown = block.shown[cells - start]
            statuses = np.where(shown, ObsStatus.CONFIDENTIAL, ObsStatus.WITHHELD)
            statuses = np.where(free, ObsStatus.NORMAL, statuses)
            values = np.where(free, block.model.values[cells - start], np.nan)
            yield ShownNumbers(at, level, keys, values, tuple(ObsStatus(status) for status in statuses.tolist()))

    def cells(self, question: str, level: str) -> NDArray[np.int64]:
        """The cells of the table in which a question is answered at one level, over all dates."""
        return np.concatenate([cells for _, of_level, _, cells in self._answers(question) if of_level == level])

    def _answers(self, question: str) -> Iterator[tuple[str, str, tuple[str, ...], NDArray[np.int64]]]:
        """Date, level, areas and the places of their cells in the table."""
        place = self.exact.places[question]
        for at in place.dates:
            number, start = self._number_of[place.variable, at]
            block = self.exact.blocks[number]
            for level in AREA_DIMENSIONS:
                rows = {key: row for (of_level, key), row in block.areas.place.items() if of_level == level}
                cells = np.array(list(rows.values()), dtype=np.int64) * block.shape[1] + place.column
                yield at, level, tuple(rows), start + cells
