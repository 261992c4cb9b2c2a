"""Rounding to multiples of 5 or 10, in such a way that no 0 can be recognised as somebody.

Every count is rounded to the nearest multiple, totals from their true sums. That alone is not safe: two children
shown as 0, whose total is shown as 5, are both somebody. So the rounded table is attacked, and where the attack succeeds
some numbers are rounded to their other neighbour instead, until what is shown is what plain rounding makes of
another table too, in which the cell is empty.

What has to be left open depends on the rounded numbers alone, never on the true ones. Therefore somebody who knows this
program cannot conclude from a number that was moved either: the other table would have been shown in the same way,
without any move. Which numbers were moved is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DefinitionError, DisclosureError
from gemeinsinn.protect.tables.bases import check_base, nearest_multiple, neighbours_say, said_by
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.rounding_audit import Asked, asked_of
from gemeinsinn.protect.tables.rounding_blocks import Block, Blocks, Bounds, Search, blocks_of, smallest_values


_ROUNDS = 200
_SUPPRESS = "Suppress, or publish fewer dimensions."
_SECONDS = 5.0
"""So long the solver looks for one table; what it does not find, counts as not there."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rounded:
    """A rounded table that was attacked without success."""

    base: int
    shown: NDArray[np.int64]
    """The multiples; cells that must stay open as they are."""
    moved: Flags
    """Cells that are not shown at the nearest multiple; for the office only."""
    low: NDArray[np.float64]
    """Between which counts each cell is: those that its multiple stands for, and its own, if it was moved."""
    high: NDArray[np.float64]
    largest_deviation: int
    """By how much a number may be off: half of the base, all of it, or even more."""
    checked: int
    """How many cells were attacked."""


def rounded(
    model: TableModel, *, base: int, min_units: int = 3, secret_zeros: bool = False, workers: int = 2
) -> Rounded:
    """Round a table of counts; `DisclosureError` if no safe way was found."""
    check_base(base)
    _check_counts(model, base, min_units)
    work = _Work(model, blocks_of(model), base, min_units, secret_zeros)
    state = _begun(model)
    stale = np.ones(model.cells, dtype=np.bool_)
    for _ in range(_ROUNDS):
        stuck = work.attacked(state, stale, workers)
        if not stuck:
            return work.result(state)
        before, state = state, work.repaired(state, stuck)
        stale = work.changed(before, state, stuck)
    raise DisclosureError("no safe way was found to round the table.", remedy=_SUPPRESS)


def _check_counts(model: TableModel, base: int, min_units: int) -> None:
    if model.signed or (model.values < 0).any() or (model.values != np.rint(model.values)).any():
        raise DefinitionError("only counts are rounded.", remedy="Suppress sums, or take them out of the table.")
    if min_units > base:
        what = f"numbers rounded to {base} show which cells have fewer than {min_units}."
        raise DefinitionError(what, remedy="Choose a base that is at least min_units, or suppress.")


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The table that plain rounding turns into what is shown, and what it has to keep itself."""

    table: NDArray[np.float64]
    smallest: NDArray[np.float64]
    kept: Asked


@dataclass(frozen=True, slots=True, eq=False)
class _Stuck:
    """Cells of a block that do not go down, or up, as far as is asked."""

    block: Block
    down: NDArray[np.int64]
    up: NDArray[np.int64]


def _begun(model: TableModel) -> _State:
    return _State(model.values, smallest_values(model), _nothing(model))


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What stays the same from round to round."""

    model: TableModel
    blocks: Blocks
    base: int
    min_units: int
    secret_zeros: bool

    @property
    def known(self) -> Flags:
        """Cells that must stay open, and are shown as they are."""
        return self.model.open_cells()

    def bounds(self, table: Array) -> Bounds:
        """What the numbers say to which a table is rounded."""
        low, high = said_by(nearest_multiple(table, self.base), self.base)
        return Bounds(*(np.where(self.known, self.model.values, each) for each in (low, high)))

    def asked(self, state: _State) -> Asked:
        """What these numbers have to leave open."""
        bounds = self.bounds(state.table)
        return asked_of(
            bounds.low, bounds.high, min_units=self.min_units, secret_zeros=self.secret_zeros, known=self.known
        )

    def attacked(self, state: _State, where: Flags, workers: int) -> list[_Stuck]:
        """The blocks in which a cell is stuck, among some cells."""
        search = Search(state.table, state.smallest, self.bounds(state.table), _SECONDS)
        asked = self.asked(state)
        down, up = state.table > asked.down, state.table < asked.up

        def attack(place: tuple[Block, Array]) -> _Stuck:
            block, cells = place
            falling = search.stuck(block, cells[down[cells]], asked.down)
            return _Stuck(block, falling, search.stuck(block, cells[up[cells]], asked.up, sign=-1.0))

        places = self.blocks.around(np.flatnonzero((down | up) & where), state.smallest)
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(attack, places))
        return [each for each in found if each.down.size or each.up.size]

    def repaired(self, state: _State, stuck: Sequence[_Stuck]) -> _State:
        """The same with every block moved so that its stuck cells are themselves what is asked of them."""
        asked = self.asked(state)
        for each in stuck:
            state = self._moved(state, each, asked)
        return state

    def _moved(self, state: _State, stuck: _Stuck, asked: Asked) -> _State:
        """One block moved; if not everything can be kept at once, what was stuck last goes before."""
        near = Bounds(*neighbours_say(self.model.values, self.base))
        search = Search(state.table, state.smallest, self.bounds(self.model.values), _SECONDS)
        cost, block = 1.0 / (self.base + self.model.values), stuck.block
        for kept in (_keeping(state.kept, stuck, asked), _keeping(_nothing(self.model), stuck, asked)):
            found = search.moved(block, kept, near, cost, ~self.known)
            if found is not None:
                smallest, table = state.smallest.copy(), state.table.copy()
                smallest[block.columns] = found
                table[block.rows] += block.sums @ (found - state.smallest[block.columns])
                return _State(table, smallest, kept)
        what = f"no safe way was found to round the cells around {self._name(block)}."
        raise DisclosureError(what, remedy=_SUPPRESS)

    def _name(self, block: Block) -> str:
        return ", ".join(self.model.labels.of(int(block.rows[-1])))

    def changed(self, before: _State, after: _State, stuck: Sequence[_Stuck]) -> Flags:
        """The cells that have to be attacked again: those around what was moved, and around every number that changed."""
        old, new = self.bounds(before.table), self.bounds(after.table)
        other = (old.low != new.low) | (old.high != new.high)
        columns = np.asarray(self.blocks.base.T @ other.astype(np.int64))
        for each in stuck:
            columns[each.block.columns] = 1
        return np.asarray(self.blocks.base @ (columns > 0).astype(np.int64) > 0)

    def result(self, state: _State) -> Rounded:
        """The table as it may be shown."""
        values, bounds, asked = self.model.values, self.bounds(state.table), self.asked(state)
        shown, plain = (
            np.where(self.known, np.rint(values).astype(np.int64), nearest_multiple(table, self.base))
            for table in (state.table, values)
        )
        steps = np.abs(shown - plain)
        return Rounded(
            base=self.base,
            shown=shown,
            moved=steps > 0,
            low=np.minimum(bounds.low, values),
            high=np.maximum(bounds.high, values),
            largest_deviation=max(
                self.base // 2, int(steps.max(initial=0)), int(np.abs(shown - values).max(initial=0))
            ),
            checked=int((np.isfinite(asked.down) | np.isfinite(asked.up)).sum()),
        )


def _nothing(model: TableModel) -> Asked:
    nowhere = np.full(model.cells, np.inf)
    return Asked(nowhere, -nowhere)


def _keeping(kept: Asked, stuck: _Stuck, asked: Asked) -> Asked:
    """What was kept so far, and what is asked of the cells that are stuck."""
    down, up = kept.down.copy(), kept.up.copy()
    down[stuck.down], up[stuck.down] = asked.down[stuck.down], -np.inf
    down[stuck.up], up[stuck.up] = np.inf, asked.up[stuck.up]
    return Asked(down, up)
