"""A table as disclosure control sees it: cells with values, and the equations between them that everybody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.hierarchies import Hierarchy
from gemeinsinn.protect.tables.pattern import Array, Flags


class Labels(Protocol):
    """What the cells are called: the names of the dimensions, and a code in each for every cell."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions."""

    def of(self, cell: int) -> tuple[str, ...]:
        """The codes of one cell, in the order of the dimensions."""


@dataclass(frozen=True, slots=True)
class ProductLabels:
    """Labels of a dense product of hierarchies, in row-major order."""

    dimensions: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]

    def of(self, cell: int) -> tuple[str, ...]:
        places = np.unravel_index(cell, [len(codes) for codes in self.codes])
        return tuple(codes[int(place)] for codes, place in zip(self.codes, places, strict=True))


@dataclass(frozen=True, slots=True)
class ListedLabels:
    """Labels that are written down one by one."""

    dimensions: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def of(self, cell: int) -> tuple[str, ...]:
        return self.rows[cell]


@dataclass(frozen=True, slots=True, eq=False)
class Spine:
    """A tree along which a table is taken apart: usually its areas. Nodes are numbered; the root's parent is -1."""

    parent: NDArray[np.int64]
    node: NDArray[np.int64]
    """The node of each cell."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TableModel:
    """Cells with values, and the sparse equations that hold between them (`equations @ values == 0`).

    Several linked tables are one model: a cell that stands in two of them is one cell. `base` says of which smallest
    cells each cell is the sum; who is in a smallest cell is in every sum of it.
    """

    values: NDArray[np.float64]
    equations: sparse.csr_matrix
    labels: Labels
    base: sparse.csr_matrix | None = None
    """Cells by smallest cells, 0 or 1."""
    spine: Spine | None = None
    units: NDArray[np.int64] | None = None
    """How many people or providers stand behind each cell; None if the values are counts of them."""
    identities: tuple[bytes, ...] | None = None
    """What each cell is, for the union with other tables and releases; None if it is never compared."""
    signed: bool = False
    forced: Flags | None = field(default=None)
    """Cells that must stay open: they are known already."""
    latent: Flags | None = field(default=None)
    """Cells that no table shows, such as the common parts of two overlapping groups: hidden without cost, and kept from
    the attacker like any other where they are primary."""

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int(self.values.size)

    @property
    def counted(self) -> Array:
        """The number of units behind each cell."""
        return self.values if self.units is None else self.units

    def open_cells(self) -> Flags:
        """Cells that cannot move for the attacker: public zeros are set apart by the policy, not here."""
        return np.zeros(self.cells, dtype=np.bool_) if self.forced is None else self.forced

    def latent_cells(self) -> Flags:
        """Cells that are hidden because nobody shows them."""
        return np.zeros(self.cells, dtype=np.bool_) if self.latent is None else self.latent


def product_table(
    dimensions: Mapping[str, Hierarchy],
    leaves: NDArray[np.float64],
    *,
    units: NDArray[np.int64] | None = None,
    signed: bool = False,
    spine: str | None = None,
) -> TableModel:
    """The table of all combinations of the codes of some hierarchies; totals are added up from its smallest cells.

    `leaves` has an axis for each dimension, with one place for each of its leaves in the order of `Hierarchy.leaves`;
    `units` has the same shape. The spine is the named dimension, else the one with the most codes.
    """
    shape = tuple(len(hierarchy) for hierarchy in dimensions.values())
    wanted = tuple(len(hierarchy.leaves) for hierarchy in dimensions.values())
    if leaves.shape != wanted:
        raise DefinitionError(f"the smallest cells have the shape {leaves.shape}, the hierarchies ask for {wanted}.")
    labels = ProductLabels(tuple(dimensions), tuple(hierarchy.codes for hierarchy in dimensions.values()))
    name = spine or max(dimensions, key=lambda each: len(dimensions[each]))
    return TableModel(
        values=_totals(leaves, dimensions),
        equations=_equations(shape, dimensions),
        labels=labels,
        base=_base(dimensions),
        spine=_spine(shape, list(dimensions).index(name), dimensions[name]),
        units=None if units is None else np.rint(_totals(units, dimensions)).astype(np.int64),
        signed=signed,
    )


def _totals(leaves: Array, dimensions: Mapping[str, Hierarchy]) -> NDArray[np.float64]:
    values = np.asarray(leaves, dtype=np.float64)
    for axis, hierarchy in enumerate(dimensions.values()):
        moved = np.moveaxis(values, axis, 0)
        summed = hierarchy.leaf_matrix @ moved.reshape(moved.shape[0], -1)
        values = np.moveaxis(summed.reshape(len(hierarchy), *moved.shape[1:]), 0, axis)
    return np.ascontiguousarray(values).reshape(-1)


def _equations(shape: Sequence[int], dimensions: Mapping[str, Hierarchy]) -> sparse.csr_matrix:
    places = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
    rows: list[Array] = []
    columns: list[Array] = []
    signs: list[Array] = []
    number = 0
    for axis, hierarchy in enumerate(dimensions.values()):
        lines = np.moveaxis(places, axis, 0).reshape(len(hierarchy), -1)
        width = lines.shape[1]
        for parent, children in hierarchy.families:
            those = np.arange(number, number + width, dtype=np.int32)
            number += width
            for code, sign in ((parent, -1), *((child, 1) for child in children)):
                rows.append(those)
                columns.append(lines[code])
                signs.append(np.full(width, sign, dtype=np.int8))
    if not rows:
        return sparse.csr_matrix((0, places.size), dtype=np.int8)
    entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_matrix(entries, shape=(number, places.size))


def _base(dimensions: Mapping[str, Hierarchy]) -> sparse.csr_matrix:
    found = sparse.csr_matrix(np.ones((1, 1), dtype=np.int8))
    for hierarchy in dimensions.values():
        found = sparse.kron(found, hierarchy.leaf_matrix, format="csr")
    return found


def _spine(shape: Sequence[int], axis: int, hierarchy: Hierarchy) -> Spine:
    node = np.indices(shape, sparse=True)[axis]
    nodes = np.broadcast_to(node, shape).reshape(-1).astype(np.int64)
    return Spine(hierarchy.first_parent, nodes)


def cell_identity(variable: str, valid_on: str, base_units: bytes, base_values: bytes) -> bytes:
    """What a cell is: the base units that it covers, the variable, the key date, and the values that it is made of."""
    parts = (variable.encode(), valid_on.encode(), base_units, base_values)
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()
