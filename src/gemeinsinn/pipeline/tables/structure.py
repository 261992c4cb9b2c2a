"""The equations between the cells that a table has, among all combinations of the codes of its dimensions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.pipeline.tables.totals import families
from gemeinsinn.protect.tables.hierarchies import Hierarchy
from gemeinsinn.protect.tables.model import ListedLabels, Spine


def equations_of(dimensions: Mapping[str, Hierarchy], held: NDArray[np.int64]) -> sparse.csr_matrix:
    """The equations whose cells are all there."""
    number = np.full(int(np.prod(_shape(dimensions))), -1, dtype=np.int64)
    number[held] = np.arange(held.size)
    rows, columns, signs, count = [], [], [], 0
    for family in families(dimensions):
        together = number[np.vstack([family.whole[None], family.parts])]
        together = together[:, (together >= 0).all(axis=0)]
        those = np.arange(count, count + together.shape[1])
        count += together.shape[1]
        rows.append(np.tile(those, len(together)))
        columns.append(together.reshape(-1))
        signs.append(np.repeat(np.array([-1] + [1] * (len(together) - 1), dtype=np.int8), together.shape[1]))
    if not rows:
        return sparse.csr_matrix((0, held.size), dtype=np.int8)
    entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_matrix(entries, shape=(count, held.size))


def labels_of(dimensions: Mapping[str, Hierarchy], held: NDArray[np.int64]) -> ListedLabels:
    """What the cells are called."""
    at = np.unravel_index(held, _shape(dimensions))
    codes = [np.array(each.codes, dtype=object)[place] for each, place in zip(dimensions.values(), at, strict=True)]
    return ListedLabels(tuple(dimensions), tuple(zip(*codes, strict=True)))


def base_of(dimensions: Mapping[str, Hierarchy], held: NDArray[np.int64]) -> sparse.csr_matrix:
    """Cells by combinations of smallest codes, those that any cell holds."""
    rows, columns = np.arange(held.size), np.zeros(held.size, dtype=np.int64)
    codes = np.unravel_index(held, _shape(dimensions))
    for hierarchy, code in zip(dimensions.values(), codes, strict=True):
        leaves = hierarchy.leaf_matrix
        size, start = np.diff(leaves.indptr)[code[rows]], leaves.indptr[code[rows]]
        within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
        leaf = leaves.indices[np.repeat(start, size) + within]
        rows, columns = np.repeat(rows, size), np.repeat(columns, size) * leaves.shape[1] + leaf
    known, columns = np.unique(columns, return_inverse=True)
    ones = np.ones(rows.size, dtype=np.int8)
    return sparse.csr_matrix((ones, (rows, columns)), shape=(held.size, known.size))


def spine_of(dimensions: Mapping[str, Hierarchy], held: NDArray[np.int64]) -> Spine:
    """The dimension with the most codes, as a tree."""
    hierarchies = list(dimensions.values())
    axis = max(range(len(hierarchies)), key=lambda each: len(hierarchies[each]))
    node = np.unravel_index(held, _shape(dimensions))[axis]
    return Spine(hierarchies[axis].first_parent, np.asarray(node, dtype=np.int64))


def _shape(dimensions: Mapping[str, Hierarchy]) -> tuple[int, ...]:
    return tuple(len(hierarchy) for hierarchy in dimensions.values())
