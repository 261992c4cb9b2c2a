"""What is known while boxes of records are cut: the scales of the quasi-identifiers, and a desk to work on.

Rows lie in a matrix: the codes of the quasi-identifiers, those of watched columns, and the place of the record. A box
is a run of rows. Its parts are runs of the same rows in another order, so finished boxes are classes, side by side.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gemeinsinn.protect.records.demands import Tally, tally_for


Array = NDArray[Any]

COMPILED_WITH = "126cf512512a"
"""A digest of the compiled modules that this one calls; see `tests/architecture/test_compiled_modules.py`."""


class Scales(NamedTuple):
    """The quasi-identifiers: lines, whose codes have positions, and trees, whose codes are leaves."""

    is_tree: Array
    weight: Array
    """How much a column counts beside the others."""
    begin: Array
    """Where the codes of each column begin in `position` and `leaf`; one more than there are columns."""
    position: Array
    """Of a line: where a code lies between 0 and 1."""
    leaf: Array
    """Of a tree: the node of a code."""
    first: Array
    """By node, the first of its leaves; they are neighbours."""
    last: Array
    parent: Array
    branch_begin: Array
    """Where the branches of each node begin in `branch`; one more than there are nodes."""
    branch: Array
    """The branches of all nodes, in the order of their leaves."""
    gain: Array
    """By node, what cutting it into its branches gains."""


class Desk(NamedTuple):
    """Room to work on one box after another; made once for each worker."""

    buffer: Array
    low: Array
    high: Array
    worth: Array
    slots: Array
    values: Array
    part: Array
    """By row of the box, the branch that it belongs to."""
    sizes: Array
    """By branch, how many rows it has."""
    order: Array
    """Branches that have rows, in the order of their parts."""
    alone: Array
    """By branch, whether it can stand alone."""
    ends: Array
    """Where the parts of the last cut end."""
    tally: Tally


@njit(nogil=True, cache=True)
def desk_for(rows: int, width: int, columns: int, codes: int, values: int) -> Desk:
    """Room for boxes of so many rows; `codes` and `values` are the most that a column has."""
    return Desk(
        np.empty((rows, width), np.int32),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.float64),
        np.zeros(codes + 2, np.int64),
        np.zeros(rows, np.int32),
        np.zeros(rows, np.int32),
        np.zeros(codes + 2, np.int64),
        np.zeros(codes + 2, np.int64),
        np.zeros(codes + 2, np.bool_),
        np.zeros(codes + 3, np.int64),
        tally_for(values),
    )


@njit(nogil=True, cache=True)
def common(scales: Scales, column: int, low: int, high: int) -> int:
    """The lowest node of a tree that holds both codes."""
    node = scales.leaf[scales.begin[column] + low]
    while scales.last[node] < high:
        node = scales.parent[node]
    return int(node)
