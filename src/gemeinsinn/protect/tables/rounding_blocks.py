"""Parts of a table in which other tables are looked for: neighbouring smallest cells, and all sums that hold any of them.

Everything outside of a block stays as it is, so what is found in a block is a table of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.integral import Choice, chosen
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.rounding_audit import Asked


_SMALLEST, _LARGEST = 120, 400
"""How many smallest cells a block has: as many as its siblings make up, but not fewer, and not more."""

_SEVERAL = 0.5
_FAMILY = 36
"""Cells that share a sum of at most so many smallest cells come free together, as a rule."""
_FAR = 1000.0
"""How much dearer it is to go beyond the neighbouring multiple than to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some smallest cells (columns) and the cells of the table (rows) that are sums of any of them."""

    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    sums: sparse.csc_matrix

    def related(self, place: int) -> Flags:
        """The rows that share a small sum with a row, or a smallest cell."""
        sums = sparse.csr_matrix(self.sums, dtype=np.int64)
        small = sparse.csr_matrix(sums[np.diff(sums.indptr) <= _FAMILY])
        own = sums[[place]]
        around = (small.T @ (small @ own.T)) + own.T
        return np.asarray((sums @ around).todense()).ravel() > 0


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Between which numbers each cell lies, as the rounded table says."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]


def smallest_values(model: TableModel) -> NDArray[np.float64]:
    """The values of the smallest cells, from the cells that are just one of them."""
    if model.base is None:
        raise DefinitionError("a table is rounded only if it is known of which smallest cells its cells are sums.")
    base = model.base.tocsr()
    alone = np.flatnonzero(np.diff(base.indptr) == 1)
    found = np.full(base.shape[1], np.nan)
    found[base.indices[base.indptr[alone]]] = model.values[alone]
    if np.isnan(found).any() or not np.allclose(base @ found, model.values):
        what = "not every smallest cell of the table stands in it, or its totals do not add up."
        raise DefinitionError(what, remedy="Round the table with its smallest cells.")
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """A table in blocks, along its spine."""

    base: sparse.csr_matrix
    each: tuple[Block, ...]
    number: NDArray[np.int64]
    """The block of each smallest cell."""

    def around(self, cells: Array, smallest: Array) -> list[tuple[Block, NDArray[np.int64]]]:
        """Cells with the blocks in which somebody is whom they count; cells of several blocks in a block of these."""
        by_blocks: dict[tuple[int, ...], list[int]] = {}
        for cell in cells.tolist():
            columns = self.base.indices[self.base.indptr[cell] : self.base.indptr[cell + 1]]
            filled = columns[smallest[columns] > 0]
            numbers = self.number[filled if filled.size else columns[:1]]
            by_blocks.setdefault(tuple(sorted(set(numbers.tolist()))), []).append(cell)
        return [(self._joined(key), np.array(those, dtype=np.int64)) for key, those in sorted(by_blocks.items())]

    def _joined(self, numbers: tuple[int, ...]) -> Block:
        if len(numbers) == 1:
            return self.each[numbers[0]]
        columns = np.concatenate([self.each[number].columns for number in numbers])
        return _block(sparse.csc_matrix(self.base), columns)


def blocks_of(model: TableModel) -> Blocks:
    """The table in blocks."""
    base = sparse.csc_matrix(model.base)
    each = tuple(_block(base, columns) for columns in _grouped(_families(model, base)))
    number = np.zeros(base.shape[1], dtype=np.int64)
    for place, block in enumerate(each):
        number[block.columns] = place
    return Blocks(sparse.csr_matrix(base), each, number)


def _block(base: sparse.csc_matrix, columns: NDArray[np.int64]) -> Block:
    part = sparse.csr_matrix(base[:, columns])
    rows = np.flatnonzero(np.diff(part.indptr))
    return Block(columns, rows, sparse.csc_matrix(part[rows]))


def _families(model: TableModel, base: sparse.csc_matrix) -> list[NDArray[np.int64]]:
    """The smallest cells of each parent in the spine."""
    if model.spine is None:
        return [np.arange(base.shape[1])]
    sizes = np.diff(base.tocsr().indptr)
    deepest = np.array([_smallest_row(base, column, sizes) for column in range(base.shape[1])], dtype=np.int64)
    node = model.spine.node[deepest]
    order = np.lexsort((node, model.spine.parent[node]))
    edges = np.flatnonzero(np.diff(model.spine.parent[node][order])) + 1
    return list(np.split(order, edges))


def _smallest_row(base: sparse.csc_matrix, column: int, sizes: Array) -> int:
    rows = base.indices[base.indptr[column] : base.indptr[column + 1]]
    return int(rows[np.argmin(sizes[rows])])


def _grouped(families: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Small families together, large ones in pieces."""
    found: list[NDArray[np.int64]] = []
    waiting = np.zeros(0, dtype=np.int64)
    for family in families:
        pieces = np.array_split(family, -(-family.size // _LARGEST))
        for piece in pieces:
            waiting = np.concatenate([waiting, piece])
            if waiting.size >= _SMALLEST:
                found.append(waiting)
                waiting = np.zeros(0, dtype=np.int64)
    return [*found, waiting] if waiting.size else found


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A table that is rounded to what is shown, and where others like it are looked for."""

    table: NDArray[np.float64]
    """Of all cells."""
    smallest: NDArray[np.float64]
    """Of the smallest cells."""
    bounds: Bounds
    seconds: float

    def stuck(self, block: Block, cells: Array, target: Array, *, sign: float = 1.0) -> NDArray[np.int64]:
        """The cells for which no table was found in which they go down (`sign` 1) or up (-1) to their targets.

        They are pulled all together first, and then one by one.
        """
        wanted = sign * target[block.rows]
        left = np.searchsorted(block.rows, cells)
        while left.size:
            found = self._pulled(block, left, wanted, sign)
            held = left if found is None else left[sign * found[left] > wanted[left]]
            if held.size > left.size * _SEVERAL:
                return self._alone(block, held, wanted, sign)
            left = held
        return block.rows[left]

    def _alone(self, block: Block, left: Array, wanted: Array, sign: float) -> NDArray[np.int64]:
        """Pull cells one by one; of those that are stuck, one of each family, for the others may come free with it."""
        stuck: list[int] = []
        while left.size:
            found = self._pulled(block, left[:1], wanted, sign)
            if found is not None and sign * found[left[0]] <= wanted[left[0]]:
                left = left[sign * found[left] > wanted[left]]
            else:
                stuck.append(int(left[0]))
                left = left[~block.related(left[0])[left]]
        return block.rows[np.array(stuck, dtype=np.int64)]

    def _pulled(self, block: Block, places: Array, wanted: Array, sign: float) -> NDArray[np.float64] | None:
        """The numbers of the block's rows in a table that has as little as can be in some of them, or as much."""
        low, high = self._own(block)
        if sign > 0:
            low[places] = np.maximum(low[places], wanted[places] - self._outside(block)[places])
        else:
            high[places] = np.minimum(high[places], -wanted[places] - self._outside(block)[places])
        rows = np.zeros(block.rows.size)
        rows[places] = sign
        cost = np.asarray(block.sums.T @ rows)
        choice = Choice(block.sums, low, high, cost, self.smallest[block.columns])
        found = chosen(choice, seconds=self.seconds)
        return None if found is None else block.sums @ found + self._outside(block)

    def _own(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The bounds of a block's rows, without what lies outside of it."""
        outside = self._outside(block)
        return self.bounds.low[block.rows] - outside, self.bounds.high[block.rows] - outside

    def _outside(self, block: Block) -> NDArray[np.float64]:
        """What the rows of a block have of smallest cells that are not in it."""
        return np.asarray(self.table[block.rows] - block.sums @ self.smallest[block.columns])

    def moved(self, block: Block, kept: Asked, near: Bounds, cost: Array, free: Flags) -> NDArray[np.float64] | None:
        """The smallest cells of a block in the nearest table that itself is as far down and up as `kept` says.

        Within `bounds` nothing changes. Beyond them a cell costs `cost` for each unit up to `near`, and behind that so
        much that nearly anything else is better. Cells that are not `free` stay within bounds. None if no such table was found.
        """
        rows = block.rows
        outside = self._outside(block)
        down = np.where(kept.down[rows] >= outside, kept.down[rows], np.inf)
        up = kept.up[rows]
        low, high = np.minimum(self.bounds.low[rows], down), np.maximum(self.bounds.high[rows], up)
        below, above = free[rows] & ~np.isfinite(up), free[rows] & ~np.isfinite(down)
        low, high = np.where(below, low, np.maximum(low, up)), np.where(above, high, np.minimum(high, down))
        most = [
            np.where(below, np.maximum(low - near.low[rows], 0.0), 0.0),
            np.where(above, np.maximum(near.high[rows] - high, 0.0), 0.0),
            np.where(below, np.inf, 0.0),
            np.where(above, np.inf, 0.0),
        ]
        one = sparse.identity(rows.size, format="csc")
        choice = Choice(
            sums=block.sums,
            low=low - outside,
            high=high - outside,
            cost=np.zeros(block.columns.size),
            start=self.smallest[block.columns],
            parts=sparse.hstack([one, -one, one, -one], format="csc"),
            parts_cost=np.concatenate([cost[rows], cost[rows], _FAR * cost[rows], _FAR * cost[rows]]),
            parts_most=np.concatenate(most),
        )
        return chosen(choice, seconds=self.seconds)
