"""Cuts along a tree: into the branches of the lowest code that all records of a box have in common.

Branches that cannot stand alone stay together under that code, and borrow records of the largest branch where they are
too few or too much alike. The borrowed ones are told by the code above, too, so nobody sees which they are.
"""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray

from gemeinsinn.protect.records.boxes import Desk, Scales, common
from gemeinsinn.protect.records.demands import Demands, satisfied


Array = NDArray[Any]

COMPILED_WITH = "cf5fe886243a"
"""A digest of the compiled modules that this one calls; see `tests/architecture/test_compiled_modules.py`."""


@njit(nogil=True, cache=True)
def cut_tree(rows: Array, begin: int, end: int, column: int, scales: Scales, demands: Demands, desk: Desk) -> int:
    """Cut into the branches of what all have in common; those that cannot stand alone are one part, the last."""
    branches = branched(rows, begin, end, column, scales, desk)
    arrange(rows, begin, end, branches, desk)
    at = standing = together = 0
    for place in range(branches):
        part = desk.order[place]
        desk.alone[part] = satisfied(desk.buffer, at, at + desk.sizes[part], demands, desk.tally)
        at += desk.sizes[part]
        if desk.alone[part]:
            standing += 1
        else:
            together += desk.sizes[part]
    if standing == 0:
        return 0
    if together == 0:
        return ended(branches, desk)
    turn(branches, standing, desk)
    arrange(rows, begin, end, branches, desk)
    return pooled(end - begin, together, ended(standing, desk), demands, desk)


@njit(nogil=True, cache=True)
def branched(rows: Array, begin: int, end: int, column: int, scales: Scales, desk: Desk) -> int:
    """Find the branch of each row, and the sizes of branches, the largest first; how many have rows."""
    node = common(scales, column, desk.low[column], desk.high[column])
    branch = scales.branch_begin[node]
    many = scales.branch_begin[node + 1] - branch
    for part in range(many):
        desk.sizes[part] = 0
    for row in range(begin, end):
        part = branch_of(scales, branch, many, rows[row, column])
        desk.part[row - begin] = part
        desk.sizes[part] += 1
    count = 0
    for part in range(many):
        if desk.sizes[part] > 0:
            desk.order[count] = part
            count += 1
    largest_first(desk.order, count, desk.sizes)
    return count


@njit(nogil=True, cache=True)
def branch_of(scales: Scales, branch: int, many: int, code: int) -> int:
    """Which of the branches holds a code."""
    low, high = 0, many - 1
    while low < high:
        middle = (low + high) >> 1
        if scales.last[scales.branch[branch + middle]] < code:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, cache=True)
def largest_first(order: Array, count: int, sizes: Array) -> None:
    """Sort branches by size, equal ones by number (Shell 1959)."""
    gap = count // 2
    while gap > 0:
        for at in range(gap, count):
            part, back = order[at], at
            while back >= gap:
                other = order[back - gap]
                if sizes[other] > sizes[part] or (sizes[other] == sizes[part] and other < part):
                    break
                order[back] = other
                back -= gap
            order[back] = part
        gap //= 2


@njit(nogil=True, cache=True)
def turn(count: int, standing: int, desk: Desk) -> None:
    """Put branches that stand alone first, the largest of them last, and then those that do not."""
    for place in range(count):
        desk.slots[place] = desk.order[place]
    at, rest = standing - 1, standing
    for place in range(count):
        part = desk.slots[place]
        if desk.alone[part]:
            desk.order[at] = part
            at -= 1
        else:
            desk.order[rest] = part
            rest += 1


@njit(nogil=True, cache=True)
def arrange(rows: Array, begin: int, end: int, count: int, desk: Desk) -> None:
    """The rows into the buffer, branch by branch in the order."""
    at = 0
    for place in range(count):
        desk.slots[desk.order[place]] = at
        at += desk.sizes[desk.order[place]]
    for row in range(begin, end):
        goal = desk.slots[desk.part[row - begin]]
        desk.slots[desk.part[row - begin]] += 1
        for place in range(rows.shape[1]):
            desk.buffer[goal, place] = rows[row, place]


@njit(nogil=True, cache=True)
def ended(parts: int, desk: Desk) -> int:
    """Note where the first parts of the order end."""
    at = 0
    for place in range(parts):
        at += desk.sizes[desk.order[place]]
        desk.ends[place] = at
    return parts


@njit(nogil=True, cache=True)
def pooled(size: int, together: int, standing: int, demands: Demands, desk: Desk) -> int:
    """Make the rows behind the parts that stand alone one more part; it borrows of the last of these what it needs."""
    lender = desk.sizes[desk.order[standing - 1]]
    borrowed = max(0, demands.k - together)
    while lender - borrowed >= demands.k:
        edge = size - together - borrowed
        if satisfied(desk.buffer, edge, size, demands, desk.tally) and satisfied(
            desk.buffer, size - together - lender, edge, demands, desk.tally
        ):
            desk.ends[standing - 1] = edge
            desk.ends[standing] = size
            return standing + 1
        borrowed = max(1, 2 * borrowed)
    return 0
