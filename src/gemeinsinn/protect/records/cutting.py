"""Mondrian's cuts, compiled: a box of records is cut where that gains most, as long as every part may be a class.

Mondrian is LeFevre, DeWitt, Ramakrishnan (2006): multidimensional, relaxed. They cut the widest column; here it is the
one where a cut gains most for each halving of the box, so that a column of two values, or a hierarchy that nearly
everybody has one branch of, is not left whole for the sake of a line that can be cut for ever.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gemeinsinn.protect.records.boxes import Desk, Scales, common
from gemeinsinn.protect.records.demands import Demands
from gemeinsinn.protect.records.line_cuts import cut_line
from gemeinsinn.protect.records.tree_cuts import cut_tree


Array = NDArray[Any]

COMPILED_WITH = "2d369944424a"
"""A digest of the compiled modules that this one calls; see `tests/architecture/test_compiled_modules.py`."""

_SHORTEST = 1e-9
"""A range of outermost values is cut last, but it is cut."""


@njit(nogil=True, cache=True)
def cut_up(rows: Array, boxes: Array, scales: Scales, demands: Demands, desk: Desk, most: int, begins: Array) -> Array:
    """Cut boxes (begin, end) until none can be cut, or until `most` wait; these are returned.

    `begins` gets a 1 where a finished box begins. Always the largest box is cut next while few wait, else the last.
    """
    waiting = enlarged(boxes, len(boxes), 64 + 2 * len(boxes))
    count = len(boxes)
    while 0 < count < most:
        at = largest(waiting, count) if most < len(rows) else count - 1
        begin, end = waiting[at, 0], waiting[at, 1]
        count -= 1
        waiting[at, 0], waiting[at, 1] = waiting[count, 0], waiting[count, 1]
        parts = cut(rows, begin, end, scales, demands, desk)
        if parts == 0:
            begins[begin] = 1
            continue
        if count + parts > len(waiting):
            waiting = enlarged(waiting, count, 2 * (count + parts))
        for part in range(parts):
            waiting[count, 0] = begin
            waiting[count, 1] = desk.ends[part]
            begin = desk.ends[part]
            count += 1
    return enlarged(waiting, count, count)


@njit(nogil=True, cache=True)
def enlarged(boxes: Array, count: int, room: int) -> Array:
    """The first boxes, with room for more."""
    found = np.empty((room, 2), np.int64)
    for at in range(count):
        found[at, 0], found[at, 1] = boxes[at, 0], boxes[at, 1]
    return found


@njit(nogil=True, cache=True)
def largest(waiting: Array, count: int) -> int:
    """The place of the largest box."""
    best = 0
    for at in range(1, count):
        if waiting[at, 1] - waiting[at, 0] > waiting[best, 1] - waiting[best, 0]:
            best = at
    return best


@njit(nogil=True, cache=True)
def cut(rows: Array, begin: int, end: int, scales: Scales, demands: Demands, desk: Desk) -> int:
    """Cut a box where it gains most and may be cut; how many parts it has now, 0 if it stays whole."""
    if end - begin < 2 * demands.k:
        return 0
    measure(rows, begin, end, scales, desk)
    for _ in range(desk.worth.size):
        column = int(np.argmax(desk.worth))
        if desk.worth[column] <= 0.0:
            return 0
        desk.worth[column] = 0.0
        if scales.is_tree[column]:
            parts = cut_tree(rows, begin, end, column, scales, demands, desk)
        else:
            parts = cut_line(rows, begin, end, column, demands, desk)
        if parts > 0:
            settle(rows, begin, end, parts, desk)
            return parts
    return 0


@njit(nogil=True, cache=True)
def settle(rows: Array, begin: int, end: int, parts: int, desk: Desk) -> None:
    """The rows of the box as they lie in the buffer now, and the ends of their parts."""
    for row in range(begin, end):
        for place in range(rows.shape[1]):
            rows[row, place] = desk.buffer[row - begin, place]
    for part in range(parts):
        desk.ends[part] += begin


@njit(nogil=True, cache=True)
def measure(rows: Array, begin: int, end: int, scales: Scales, desk: Desk) -> None:
    """The lowest and highest code of each column in a box, and what cutting it there is worth."""
    columns = desk.worth.size
    for column in range(columns):
        desk.low[column] = desk.high[column] = rows[begin, column]
    for row in range(begin + 1, end):
        for column in range(columns):
            code = rows[row, column]
            if code < desk.low[column]:
                desk.low[column] = code
            elif code > desk.high[column]:
                desk.high[column] = code
    for column in range(columns):
        desk.worth[column] = scales.weight[column] * worth(scales, column, desk.low[column], desk.high[column])


@njit(nogil=True, cache=True)
def worth(scales: Scales, column: int, low: int, high: int) -> float:
    """What a cut gains, for each halving of the box.

    A line from `low` to `high` becomes two of about half the length; if it has two values only, two points.
    """
    if low == high:
        return 0.0
    if scales.is_tree[column]:
        return float(scales.gain[common(scales, column, low, high)])
    begin = scales.begin[column]
    length = scales.position[begin + high] - scales.position[begin + low]
    codes = high - low + 1
    return float(max(length, _SHORTEST) * (codes / 2) / (codes - 1))
