"""Tables of a register: everything that is asked of it for one key date or year, as one table with all its equations."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.gate.area_table import AreaTable
from gemeinsinn.gate.groups import AREA, GROUP
from gemeinsinn.gate.parts import Columns, Flags
from gemeinsinn.protect.tables.model import ProductLabels, Spine, TableModel, cell_identity


Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Snapshot:
    """How many were there, exactly: municipalities by parts. It never leaves the gate."""

    variable: str
    """The register and what is counted of it."""
    at: str
    """The key date in ISO form, or the year."""
    counts: Counts


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block:
    """One table: areas by columns for one key date, row by row.

    Two blocks have no equation in common: they count at different times, or something else.
    """

    snapshot: Snapshot
    areas: AreaTable
    columns: Columns
    shown: Flags
    """The cells that are to be shown: what is asked, at the levels that are published."""
    model: TableModel

    @property
    def shape(self) -> tuple[int, int]:
        """Areas by columns."""
        return len(self.areas.areas), len(self.columns.names)

    @property
    def variable(self) -> str:
        """The register and what is counted of it."""
        return self.snapshot.variable

    @property
    def at(self) -> str:
        """The key date in ISO form, or the year."""
        return self.snapshot.at

    @property
    def name(self) -> str:
        """What and when, for messages, reports and the ledger."""
        return name_of_table(self.variable, self.at)

    def __repr__(self) -> str:
        """Without a number."""
        return f"Block({self.name}, {self.model.cells} cells)"


def name_of_table(variable: str, at: str) -> str:
    """What and when."""
    return f"{variable} {at}"


def block_of(snapshot: Snapshot, areas: AreaTable, columns: Columns, levels: frozenset[str]) -> Block:
    """The table of a snapshot; what is asked is shown at some levels, everything else is latent."""
    width = len(columns.names)
    values = areas.members.astype(np.int64) @ snapshot.counts @ columns.members.T.astype(np.int64)
    rows = np.array([bool(levels & {*area.levels}) for area in areas.areas])
    shown = (rows[:, None] & (np.arange(width) < columns.asked)[None, :]).ravel()
    nodes = np.repeat(np.arange(len(areas.areas), dtype=np.int64), width)
    model = TableModel(
        values=values.ravel().astype(np.float64),
        equations=_equations(areas, columns),
        labels=ProductLabels((AREA, GROUP), (tuple(area.key for area in areas.areas), columns.names)),
        base=sparse.kron(areas.members.astype(np.int8), columns.members.astype(np.int8), format="csr"),
        spine=Spine(areas.tree, nodes),
        identities=_identities(snapshot, areas, columns, values),
        latent=~shown,
    )
    return Block(snapshot, areas, columns, shown, model)


def _equations(areas: AreaTable, columns: Columns) -> sparse.csr_matrix:
    """Areas add up to larger ones for every column, parts to choices in every area."""
    width, height = len(columns.names), len(areas.areas)
    of_areas = sparse.kron(areas.equations, sparse.identity(width, dtype=np.int8), format="csr")
    of_columns = sparse.kron(sparse.identity(height, dtype=np.int8), _sums(columns), format="csr")
    return sparse.csr_matrix(sparse.vstack([of_areas, of_columns]), dtype=np.int8)


def _sums(columns: Columns) -> sparse.csr_matrix:
    """Columns that are made of several parts, less these parts, each of which is a column of its own."""
    sizes = columns.members.sum(axis=1)
    column_of = {int(np.flatnonzero(columns.members[column])[0]): column for column in np.flatnonzero(sizes == 1)}
    several = np.flatnonzero(sizes > 1)
    matrix = sparse.lil_matrix((several.size, sizes.size), dtype=np.int8)
    for row, column in enumerate(several):
        matrix[row, column] = -1
        for part in np.flatnonzero(columns.members[column]).tolist():
            matrix[row, column_of[part]] = 1
    return sparse.csr_matrix(matrix)


def _identities(snapshot: Snapshot, areas: AreaTable, columns: Columns, values: Counts) -> tuple[bytes, ...]:
    """What each cell is: municipalities, group, what is counted, when, and how many.

    A cell that was corrected is another one. One in which people changed and their number did not counts as unchanged:
    that gives an attacker an equation that holds, and more than he can know.
    """
    names = areas.scheme.municipalities
    told = values.astype("<i8")
    found = []
    for row, area in enumerate(areas.areas):
        inside = "\0".join(names[each] for each in sorted(area.municipalities))
        units = hashlib.blake2b(inside.encode(), digest_size=16).digest()
        for column, identity in enumerate(columns.identities):
            state = told[row, column].tobytes()
            found.append(cell_identity(snapshot.variable, snapshot.at, units + identity, state))
    return tuple(found)
