"""All cells that an audience has seen, each once, and what is known of each: where a union is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.ledger import Content, Entry
from gemeinsinn.protect.released import Shows, row_digests
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import Array, Flags


_EQUAL = 1e-6


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Seen:
    """What earlier releases tell of each cell, and what had to be protected in them."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """Between which values the cell lies, as rounded and deviated numbers tell."""
    shown_in: NDArray[np.int32]
    """The number of the first entry that shows its value; 0 for none."""
    primary: Flags
    up: NDArray[np.float64]
    down: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pool:
    """Distinct cells, those of the present table first; equations between them; and where each has its name."""

    values: NDArray[np.float64]
    units: NDArray[np.int64]
    seen: Seen
    forced: Flags
    """Cells whose value is known: shown before, narrowed to one value, or forced open in the present table."""
    present: NDArray[np.int64]
    """For each cell asked for of the present table its place here."""
    equations: sparse.csr_matrix
    source: NDArray[np.int64]
    """For each cell the release that names it (0: the present table, n: the nth entry), and its place there."""


def pooled(model: TableModel, identities: Array, todo: Array, entries: Sequence[Entry]) -> Pool:
    """The cells of some whole parts of the present table and of all entries, each once.

    Raises `DisclosureError` if two of them have one identity and different values.
    """
    contents = [entry.content() for entry in entries]
    place, first = distinct(np.concatenate([identities[todo], *(content.shown.identities for content in contents)]))
    starts = np.cumsum([0, todo.size, *(content.shown.cells for content in contents)])
    values = np.concatenate([model.values[todo], *(content.sealed.values for content in contents)])
    _check_equal(values, values[first][place])
    units = np.concatenate([np.rint(model.counted[todo]), *(content.sealed.units for content in contents)])
    numbers = [entry.head.number for entry in entries]
    seen = _seen(numbers, contents, [place[start:] for start in starts[1:-1]], cells=first.size)
    forced = (seen.shown_in > 0) | (seen.low == seen.high)
    present = place[: todo.size]
    forced[present] |= model.open_cells()[todo]
    matrices = [_between(model.equations, todo), *(content.shown.equations for content in contents)]
    equations = _stacked(matrices, place, starts, cells=first.size)
    release = np.searchsorted(starts, first, side="right") - 1
    at = np.concatenate([todo, *(np.arange(content.shown.cells) for content in contents)])[first]
    source = np.stack([release, at], axis=1)
    return Pool(values[first], units[first].astype(np.int64), seen, forced, present, equations, source)


def _check_equal(values: Array, first: Array) -> None:
    if values.size and np.abs(values - first).max() > _EQUAL * max(1.0, np.abs(values).max()):
        what = "two releases have different values for what is said to be the same cell."
        raise DisclosureError(what, where="ledger", remedy="Let identities depend on the values: see `identities_of`.")


def _seen(numbers: Sequence[int], contents: Sequence[Content], places: Sequence[Array], *, cells: int) -> Seen:
    low, high = np.full(cells, -np.inf), np.full(cells, np.inf)
    shown_in = np.zeros(cells, dtype=np.int32)
    primary, up, down = np.zeros(cells, dtype=np.bool_), np.zeros(cells), np.zeros(cells)
    for number, content, places_here in reversed(list(zip(numbers, contents, places, strict=True))):
        shown, sealed = content.shown, content.sealed
        at = places_here[: shown.cells]
        bounded = shown.shows == Shows.INTERVAL
        low[at[bounded]] = np.maximum(low[at[bounded]], shown.low[bounded])
        high[at[bounded]] = np.minimum(high[at[bounded]], shown.high[bounded])
        shown_in[at[shown.shows == Shows.VALUE]] = number
        primary[at] |= sealed.primary
        up[at] = np.maximum(up[at], sealed.up)
        down[at] = np.maximum(down[at], sealed.down)
    known = (shown_in > 0) | (low == high)
    return Seen(low, high, shown_in, primary & ~known, np.where(known, 0.0, up), np.where(known, 0.0, down))


def _between(equations: sparse.csr_matrix, cells: Array) -> sparse.csr_matrix:
    """The equations between the cells of some whole parts of a table."""
    part = equations.tocsc()[:, cells].tocsr()
    return part[np.diff(part.indptr) > 0]


def _stacked(matrices: Sequence[sparse.csr_matrix], place: Array, starts: Array, *, cells: int) -> sparse.csr_matrix:
    """The equations of all tables over the distinct cells, each equation once."""
    moved = [
        sparse.csr_matrix(
            (matrix.data.astype(np.int32), place[start + matrix.indices], matrix.indptr), (matrix.shape[0], cells)
        )
        for matrix, start in zip(matrices, starts, strict=False)
    ]
    found = sparse.csr_matrix(sparse.vstack(moved, format="csr"))
    found.sum_duplicates()
    found.eliminate_zeros()
    filled = found[np.diff(found.indptr) > 0]
    numbers = np.stack([np.arange(cells, dtype=np.uint64)] * 2, axis=1)
    _, first = distinct(row_digests(numbers, filled))
    return filled[first]


def distinct(identities: Array) -> tuple[Array, Array]:
    """For each identity its place among the distinct ones, in order of first occurrence, and where each occurs first."""
    order = order_of(identities)
    ordered = identities[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    first = order[new]
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = rank[np.cumsum(new) - 1]
    return place, np.sort(first)


def order_of(identities: Array) -> Array:
    """An order in which equal identities stand together, the earlier ones first."""
    return np.lexsort((identities[:, 1], identities[:, 0]))
