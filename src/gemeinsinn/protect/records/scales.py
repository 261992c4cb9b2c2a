"""The columns by which records are told apart: lines of values in order, and trees of codes; and the arrays of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.records.boxes import Scales
from gemeinsinn.protect.tables.hierarchies import Hierarchy


Array = NDArray[Any]

_MIDDLE = (0.01, 0.99)
"""Records outside of these shares do not stretch a line: one millionaire would make all others alike."""

_TINY = float(np.finfo(float).tiny)
_LEAST_BITS = 0.05
"""A branch that holds nearly everybody gains as if it halved the box at least this often."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Values in an order: numbers, days, or words that somebody has put in order. Code i is the i-th value."""

    values: NDArray[np.float64]
    """Rising; distances between them are what a range loses."""

    def __len__(self) -> int:
        return int(self.values.size)

    def penalties(self, low: Array, high: Array) -> NDArray[np.float64]:
        """The length of ranges of codes, as a share of the whole line (normalised certainty penalty)."""
        length = self.values[-1] - self.values[0] if len(self) else 0.0
        if length <= 0.0:
            return np.zeros(np.shape(low))
        return np.asarray((self.values[high] - self.values[low]) / length)

    def positions(self, counts: Array) -> NDArray[np.float64]:
        """Where each code lies between 0 and 1, without the outermost records."""
        upto = np.cumsum(counts) / max(1, counts.sum())
        first, last = (self.values[min(int(np.searchsorted(upto, share)), len(self) - 1)] for share in _MIDDLE)
        if last <= first:
            first, last = self.values[0], self.values[-1]
        return np.asarray(np.clip((self.values - first) / max(last - first, _TINY), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Tree:
    """Codes and what each is part of, with the leaves in such an order that those of a node are neighbours.

    A record's code is the number of its leaf. A code of the hierarchy that records hold, though it is divided further,
    has a leaf of its own besides.
    """

    names: tuple[str, ...]
    """Of the nodes, each before what is part of it; the first is the root."""
    parent: NDArray[np.int32]
    first: NDArray[np.int32]
    """The first leaf of each node, and the last one."""
    last: NDArray[np.int32]
    leaves: NDArray[np.int32]
    """The node of each leaf."""

    def __len__(self) -> int:
        return int(self.leaves.size)

    @cached_property
    def code_of(self) -> dict[str, int]:
        """The code of a record's value."""
        return {self.names[node]: code for code, node in enumerate(self.leaves.tolist())}

    @cached_property
    def penalty(self) -> NDArray[np.float64]:
        """What naming a node in place of a leaf loses: the share of all leaves that lie below it."""
        below = self.last - self.first + 1
        return np.where(np.isin(np.arange(len(self.names)), self.leaves), 0.0, below / max(1, len(self)))

    def common(self, low: Array, high: Array) -> NDArray[np.int64]:
        """The lowest node that holds both codes, for each pair."""
        node = self.leaves[np.asarray(low)].astype(np.int64)
        outside = self.last[node] < high
        while outside.any():
            node = np.where(outside, self.parent[node], node)
            outside = self.last[node] < high
        return np.asarray(node)

    def penalties(self, node: Array, _: Array) -> NDArray[np.float64]:
        """The penalty of nodes, as `Line.penalties` for ranges."""
        return np.asarray(self.penalty[node])


Scale = Line | Tree


MISSING = ""
"""The name of the leaf of records without a value, which lies below the root."""


def tree_of(hierarchy: Hierarchy, *, held: Iterable[str] = ()) -> Tree:
    """The tree of a hierarchy in which no code is part of two; `held` are values of records, `MISSING` for none."""
    wanted = set(held)
    children: dict[int, list[int]] = {parent: list(parts) for parent, parts in hierarchy.families}
    names: list[str] = []
    parent: list[int] = []
    leaves: list[int] = []
    waiting = [(0, -1)]
    while waiting:
        code, above = waiting.pop()
        names.append(hierarchy.codes[code])
        parent.append(above)
        node = len(names) - 1
        if code not in children:
            leaves.append(node)
        elif hierarchy.codes[code] in wanted:
            names.append(hierarchy.codes[code])
            parent.append(node)
            leaves.append(node + 1)
        waiting += [(part, node) for part in reversed(children.get(code, []))]
    if MISSING in wanted:
        names.append(MISSING)
        parent.append(0)
        leaves.append(len(names) - 1)
    return _tree(names, parent, leaves)


def flat_tree(names: Sequence[str], *, root: str = "*") -> Tree:
    """Codes without a hierarchy: each is itself, or anything."""
    places = np.arange(1, len(names) + 1)
    return _tree([root, *names], [-1, *([0] * len(names))], places.tolist())


def _tree(names: Sequence[str], parent: Sequence[int], leaves: Sequence[int]) -> Tree:
    above = np.array(parent, dtype=np.int32)
    first = np.full(len(names), len(leaves), dtype=np.int32)
    last = np.full(len(names), -1, dtype=np.int32)
    first[leaves] = last[leaves] = np.arange(len(leaves))
    for node in range(len(names) - 1, 0, -1):
        first[above[node]] = min(first[above[node]], first[node])
        last[above[node]] = max(last[above[node]], last[node])
    return Tree(tuple(names), above, first, last, np.array(leaves, dtype=np.int32))


def scales(columns: Sequence[Scale], codes: Array, weights: Sequence[float]) -> Scales:
    """Columns as arrays for the cuts; `codes` (records by columns) says how often each value occurs."""
    counts = [np.bincount(codes[:, at], minlength=len(column)) for at, column in enumerate(columns)]
    trees = [(column, counts[at]) for at, column in enumerate(columns) if isinstance(column, Tree)]
    nodes = np.cumsum([0, *(len(tree.names) for tree, _ in trees)])
    place = iter(nodes.tolist())
    leaf = [
        column.leaves + next(place) if isinstance(column, Tree) else np.zeros(len(column), np.int32)
        for column in columns
    ]
    position = [
        column.positions(counts[at]) if isinstance(column, Line) else np.zeros(len(column))
        for at, column in enumerate(columns)
    ]
    branches = [_branches(tree) for tree, _ in trees]
    sizes = [size for begin, _ in branches for size in np.diff(begin).tolist()]
    return Scales(
        is_tree=np.array([isinstance(column, Tree) for column in columns], dtype=np.bool_),
        weight=np.array(weights, dtype=np.float64),
        begin=np.cumsum([0, *map(len, columns)]).astype(np.int64),
        position=_joined(position, np.float64),
        leaf=_joined(leaf, np.int32),
        first=_joined([tree.first for tree, _ in trees], np.int32),
        last=_joined([tree.last for tree, _ in trees], np.int32),
        parent=_joined([tree.parent + begin for (tree, _), begin in zip(trees, nodes, strict=False)], np.int32),
        branch_begin=np.cumsum([0, *sizes]).astype(np.int64),
        branch=_joined([branch + begin for (_, branch), begin in zip(branches, nodes, strict=False)], np.int32),
        gain=_joined([_gains(tree, found) for tree, found in trees], np.float64),
    )


def _joined(parts: Sequence[Array], dtype: type) -> Array:
    return np.concatenate([np.zeros(0), *parts]).astype(dtype)


def _branches(tree: Tree) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the branches of each node begin, and the branches of all nodes, in the order of their leaves."""
    order = np.argsort(tree.parent[1:], kind="stable") + 1
    begin = np.searchsorted(tree.parent[order], np.arange(len(tree.names) + 1))
    return begin.astype(np.int64), order.astype(np.int64)


def _gains(tree: Tree, counts: Array) -> NDArray[np.float64]:
    """What cutting each node gains for each halving of its records: penalty before less after, by entropy in bits."""
    upto = np.concatenate([[0], np.cumsum(counts)])
    records = (upto[tree.last + 1] - upto[tree.first]).astype(np.float64)
    below = tree.parent[1:]
    shares = records[1:] / np.maximum(records[below], 1.0)
    after = np.bincount(below, shares * tree.penalty[1:], minlength=len(tree.names))
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    bits = np.bincount(below, -shares * logs, minlength=len(tree.names))
    return np.maximum(tree.penalty - after, 0.0) / np.maximum(bits, _LEAST_BITS)
