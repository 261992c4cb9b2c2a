"""Cuts across a line: at its median, between two values or, where that cannot be, through the records of one value."""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray

from gemeinsinn.protect.records.boxes import Desk
from gemeinsinn.protect.records.demands import Demands, satisfied


Array = NDArray[Any]

COMPILED_WITH = "cf5fe886243a"
"""A digest of the compiled modules that this one calls; see `tests/architecture/test_compiled_modules.py`."""

_SPARSE = 2
"""A histogram that is wider than so many times the box is no longer the fastest way to a median."""


@njit(nogil=True, cache=True)
def cut_line(rows: Array, begin: int, end: int, column: int, demands: Demands, desk: Desk) -> int:
    """Cut at the median: below it, above it, or through its records; the parts lie in the buffer."""
    size = end - begin
    median = middle_code(rows, begin, end, column, desk)
    below, upto = arranged_around(rows, begin, end, column, median, desk)
    first, second = below, upto
    if abs(2 * upto - size) < abs(2 * below - size):
        first, second = upto, below
    for place in (first, second, min(max(size // 2, below), upto)):
        if place < demands.k or size - place < demands.k:
            continue
        if satisfied(desk.buffer, 0, place, demands, desk.tally) and satisfied(
            desk.buffer, place, size, demands, desk.tally
        ):
            desk.ends[0] = place
            desk.ends[1] = size
            return 2
    return 0


@njit(nogil=True, cache=True)
def middle_code(rows: Array, begin: int, end: int, column: int, desk: Desk) -> int:
    """The code that the middle record has, in the order of the codes."""
    size, low, high = end - begin, desk.low[column], desk.high[column]
    if high - low > _SPARSE * size:
        for row in range(size):
            desk.values[row] = rows[begin + row, column]
        return selected(desk.values, size, size // 2)
    for code in range(high - low + 1):
        desk.slots[code] = 0
    for row in range(begin, end):
        desk.slots[rows[row, column] - low] += 1
    code, upto = 0, desk.slots[0]
    while upto <= size // 2:
        code += 1
        upto += desk.slots[code]
    return int(low + code)


@njit(nogil=True, cache=True)
def selected(values: Array, size: int, place: int) -> int:
    """The value that would stand at a place if all were sorted (Hoare 1961)."""
    low, high = 0, size - 1
    while low < high:
        pivot = values[(low + high) >> 1]
        left, right = low, high
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            break
    return int(values[place])


@njit(nogil=True, cache=True)
def arranged_around(rows: Array, begin: int, end: int, column: int, median: int, desk: Desk) -> tuple[int, int]:
    """The rows below, at and above a code into the buffer, in their order; where the second and third begin."""
    below = equal = 0
    for row in range(begin, end):
        code = rows[row, column]
        below += code < median
        equal += code == median
    at, middle, above = 0, below, below + equal
    for row in range(begin, end):
        code = rows[row, column]
        if code < median:
            goal = at
            at += 1
        elif code == median:
            goal = middle
            middle += 1
        else:
            goal = above
            above += 1
        for place in range(rows.shape[1]):
            desk.buffer[goal, place] = rows[row, place]
    return below, below + equal
