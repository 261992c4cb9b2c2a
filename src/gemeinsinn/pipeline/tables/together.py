"""Several published tables as one: a cell that stands in two of them is one unknown of whoever reads both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DeliveryError
from gemeinsinn.pipeline.tables.published import PublicTable
from gemeinsinn.protect.tables.linear import INFINITE, Program, UnfinishedError, rows_of
from gemeinsinn.protect.tables.model import ListedLabels


Identity = frozenset[tuple[str, str]]
"""The codes of a cell; a dimension at its total says nothing and is left out."""

_INFEASIBLE = "infeasible"
_FITTING = (
    "Check that the table and its hierarchies belong together; if zeros are hidden as well, say so in the policy: "
    "`zeros: structural`."
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Together:
    """The cells of all tables, each once, and all equations."""

    shown: NDArray[np.float64]
    """What any of the tables shows of each cell; nan where none does."""
    equations: sparse.csr_matrix
    labels: ListedLabels
    cells: tuple[NDArray[np.int64], ...]
    """For each table the place of each of its cells."""
    changed: frozenset[Identity]
    """Cells that were corrected from one table to the next, or may have been: each table has its own."""

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """The cells that no table shows."""
        return np.isnan(self.shown)


def together(tables: Sequence[PublicTable], *, lowest: float) -> Together:
    """All tables as one; `lowest` is the smallest value that a hidden cell can have.

    What is hidden is taken for the same in all tables. Where the tables then contradict each other, something was
    corrected in between: hidden cells that share an equation with a corrected one may have changed as well, and are
    different unknowns, and so on until nothing contradicts.
    """
    if len(tables) == 1:
        return _checked(_alone(tables[0]), tables, lowest=lowest)
    identities = [_identities(table) for table in tables]
    changed = _corrected(tables, identities)
    while True:
        found = _joined(tables, identities, changed)
        if _possible(found, lowest=lowest):
            return found
        wider = changed | _beside(tables, identities, changed)
        if wider == changed:
            return _checked(found, tables, lowest=lowest)
        changed = wider


def side_by_side(tables: Sequence[PublicTable]) -> Together:
    """All tables as one, whatever numbers they show: a cell that stands in two of them is one."""
    return _joined(tables, [_identities(table) for table in tables], frozenset())


def _alone(table: PublicTable) -> Together:
    cells = np.arange(table.shown.size)
    return Together(table.shown, table.equations, table.labels, (cells,), frozenset())


def _checked(found: Together, tables: Sequence[PublicTable], *, lowest: float) -> Together:
    if not _possible(found, lowest=lowest):
        what = "no numbers behind the gaps fit the totals that are shown."
        where = ", ".join(table.table.file.name for table in tables)
        raise DeliveryError(what, where=where, remedy=_FITTING)
    return found


def _identities(table: PublicTable) -> list[Identity]:
    dimensions, roots = table.labels.dimensions, table.table.roots
    return [
        frozenset((name, code) for name, code in zip(dimensions, row, strict=True) if roots.get(name) != code)
        for row in table.labels.rows
    ]


def _corrected(tables: Sequence[PublicTable], identities: Sequence[Sequence[Identity]]) -> frozenset[Identity]:
    """The cells of which two tables show different numbers."""
    first: dict[Identity, float] = {}
    found = set()
    for table, names in zip(tables, identities, strict=True):
        for name, number in zip(names, table.shown.tolist(), strict=True):
            if not np.isnan(number) and first.setdefault(name, number) != number:
                found.add(name)
    return frozenset(found)


def _joined(
    tables: Sequence[PublicTable], identities: Sequence[Sequence[Identity]], changed: frozenset[Identity]
) -> Together:
    place: dict[tuple[Identity, int], int] = {}
    rows: list[tuple[str, ...]] = []
    dimensions = tuple(dict.fromkeys(name for table in tables for name in table.table.dimensions))
    cells = []
    for number, (table, names) in enumerate(zip(tables, identities, strict=True)):
        places = []
        for name, row in zip(names, table.labels.rows, strict=True):
            key = (name, number if name in changed else -1)
            if key not in place:
                place[key] = len(rows)
                codes = dict(zip(table.labels.dimensions, row, strict=True))
                rows.append(tuple(codes.get(each, "") for each in dimensions))
            places.append(place[key])
        cells.append(np.array(places, dtype=np.int64))
    shown = np.full(len(rows), np.nan)
    pieces = []
    for table, mine in zip(tables, cells, strict=True):
        seen = ~np.isnan(table.shown)
        shown[mine[seen]] = table.shown[seen]
        entries = table.equations.tocoo()
        shape = (table.equations.shape[0], len(rows))
        pieces.append(sparse.csr_matrix((entries.data, (entries.row, mine[entries.col])), shape=shape))
    equations = sparse.csr_matrix(sparse.vstack(pieces, format="csr"))
    return Together(shown, equations, ListedLabels(dimensions, tuple(rows)), tuple(cells), changed)


def _possible(found: Together, *, lowest: float) -> bool:
    """Whether any numbers behind the gaps fit all equations."""
    unknown = np.flatnonzero(found.unknown)
    if not unknown.size:
        return True
    rows = found.equations[np.flatnonzero(abs(found.equations) @ found.unknown.astype(np.int8))]
    held = np.unique(rows.indices)
    if not held.size:
        return True
    lower = np.where(found.unknown, lowest, found.shown)
    upper = np.where(found.unknown, INFINITE, found.shown)
    program = Program(rows_of(rows, held), lower=lower[held], upper=upper[held])
    try:
        program.solved()
    except UnfinishedError as error:
        if _INFEASIBLE in str(error).lower():
            return False
        raise
    return True


def _beside(
    tables: Sequence[PublicTable], identities: Sequence[Sequence[Identity]], changed: frozenset[Identity]
) -> frozenset[Identity]:
    """The hidden cells that share an equation with one that changed; without any, all hidden cells."""
    found: set[Identity] = set()
    for table, names in zip(tables, identities, strict=True):
        hidden = np.isnan(table.shown)
        moved = np.array([name in changed for name in names], dtype=np.int8)
        touched = abs(table.equations).T @ (abs(table.equations) @ moved > 0).astype(np.int8) > 0
        chosen = np.flatnonzero(hidden & touched if changed else hidden)
        found.update(names[cell] for cell in chosen.tolist())
    return frozenset(found)
