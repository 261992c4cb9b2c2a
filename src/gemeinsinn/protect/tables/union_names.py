"""What the cells of a union are called: by their codes and, if they come from an earlier release, by that release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.ledger import Entry
from gemeinsinn.protect.released import Names
from gemeinsinn.protect.tables.model import Labels, Spine, TableModel
from gemeinsinn.protect.tables.pattern import Array
from gemeinsinn.protect.tables.releasing import names_of_cells


RELEASE = "release"
"""One dimension more than those of the tables: the release that a cell comes from; empty for the present table."""
BOUND = "bound"
"""What stands there for a cell that only says how far another one is from its bound."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnionLabels:
    """Names of cells out of several tables; a dimension that a table does not have is empty."""

    dimensions: tuple[str, ...]
    tables: tuple[Labels, ...]
    """The labels of the present table, then those of each entry."""
    releases: tuple[str, ...]
    source: NDArray[np.int64]
    """For each cell its table and its place there."""
    bounds: NDArray[np.int64]
    """The cells whose bounds stand behind the others, twice."""

    def of(self, cell: int) -> tuple[str, ...]:
        """The codes of one cell, and its release."""
        behind = cell - len(self.source)
        table, at = self.source[cell if behind < 0 else self.bounds[behind % len(self.bounds)]]
        labels = self.tables[table]
        codes = dict(zip(labels.dimensions, labels.of(int(at)), strict=True))
        codes[RELEASE] = self.releases[table] if behind < 0 else BOUND
        return tuple(codes.get(dimension, "") for dimension in self.dimensions)

    def with_bounds(self, cells: Array) -> UnionLabels:
        """With the bounds of some cells behind all others: what is left to each bound, then the bounds."""
        return replace(self, bounds=np.asarray(cells, dtype=np.int64))


def union_labels(model: TableModel, entries: Sequence[Entry], source: Array) -> UnionLabels:
    """The names of cells by their sources: 0 for the present table, n for the nth entry, and the place there."""
    tables: list[Labels] = [model.labels, *(entry.content().shown.names for entry in entries)]
    dimensions = dict.fromkeys(dimension for labels in tables for dimension in labels.dimensions)
    releases = ("", *(entry.head.name for entry in entries))
    return UnionLabels((*dimensions, RELEASE), tuple(tables), releases, source, np.zeros(0, dtype=np.int64))


def union_spine(model: TableModel, labels: UnionLabels) -> Spine | None:
    """The spine of the present table for all cells: by the dimension whose codes decide the node; unknown ones at the root."""
    if model.spine is None:
        return None
    root = int(np.flatnonzero(model.spine.parent < 0)[0])
    nodes = _nodes_by_code(model)
    if nodes is None:
        return None
    dimension, known = nodes
    node = np.full(len(labels.source), root, dtype=np.int64)
    present = labels.source[:, 0] == 0
    node[present] = model.spine.node[labels.source[present, 1]]
    axes = {
        table: each.dimensions.index(dimension)
        for table, each in enumerate(labels.tables)
        if dimension in each.dimensions
    }
    for cell in np.flatnonzero(~present):
        table, at = labels.source[cell]
        if table in axes:
            node[cell] = known.get(labels.tables[table].of(int(at))[axes[table]], root)
    return Spine(model.spine.parent, node)


def _nodes_by_code(model: TableModel) -> tuple[str, dict[str, int]] | None:
    """The dimension whose codes decide the node of a cell, and the node of each code."""
    if model.spine is None:
        return None
    names = model.labels if isinstance(model.labels, Names) else names_of_cells(model.labels, model.cells)
    for axis, dimension in enumerate(names.dimensions):
        codes, first, back = np.unique(names.places[:, axis], return_index=True, return_inverse=True)
        nodes = model.spine.node[first]
        if (nodes[back] == model.spine.node).all():
            return dimension, {names.codes[axis][code]: int(node) for code, node in zip(codes, nodes, strict=True)}
    return None
