"""What every class of records has to satisfy, checked for any run of rows: enough of them, diverse enough, close enough.

k-anonymity (Samarati 2001; Sweeney 2002): a class has at least k records. l-diversity (Machanavajjhala, Kifer, Gehrke,
Venkitasubramaniam 2007): a class holds at least l values of a sensitive column, or, by entropy, is as mixed as l values
of equal size. t-closeness (Li, Li, Venkatasubramanian 2007): the values of a class are spread like those of all records,
but for an earth mover's distance of t.

All of this is compiled: rows are a matrix of codes, and a run of rows is a class or a candidate for one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


Array = NDArray[Any]

_SLACK = 1e-9
"""Sums of shares are rounded; a distance this little above t is t."""


class Demands(NamedTuple):
    """The demands on a class: its size, and one entry for each watched column."""

    k: int
    column: Array
    """The places of the watched columns in a row."""
    distinct: Array
    """At least so many values; 0 for no demand."""
    entropy: Array
    """At least so much entropy, in nats; 0 for no demand."""
    distance: Array
    """At most so far from all records; infinite for no demand."""
    is_ordered: Array
    """Whether moving from a value to the next is nearer than to the last; else all values are equally far."""
    begin: Array
    """Where the values of each column begin in `share`; one more than there are columns."""
    share: Array
    """How many of all records have each value."""
    cumulated: Array
    """Shares added up within their column."""
    area: Array
    """Cumulated shares added up before each value, within their column."""


class Tally(NamedTuple):
    """Room to count the values of a class; made once for each worker."""

    seen: Array
    """By value, the number of the count in which it last occurred."""
    times: Array
    """By value, how often it occurred in that count."""
    values: Array
    """The values that occurred."""
    number: Array
    """One entry: the number of the present count."""


@njit(nogil=True, cache=True)
def tally_for(values: int) -> Tally:
    """Room for columns of at most so many values."""
    return Tally(
        np.zeros(values + 1, np.int64),
        np.zeros(values + 1, np.int64),
        np.zeros(values + 1, np.int64),
        np.zeros(1, np.int64),
    )


@njit(nogil=True, cache=True)
def satisfied(rows: Array, begin: int, end: int, demands: Demands, tally: Tally) -> bool:
    """Whether the rows from `begin` to `end` may be a class."""
    if end - begin < demands.k:
        return False
    for place in range(demands.column.size):
        column = demands.column[place]
        if demands.distinct[place] > 1 and not has_values(rows, begin, end, column, demands.distinct[place], tally):
            return False
        if demands.entropy[place] == 0.0 and demands.distance[place] == np.inf:
            continue
        found = counted(rows, begin, end, column, tally)
        if demands.entropy[place] > 0.0 and entropy(tally, found, end - begin) < demands.entropy[place] - _SLACK:
            return False
        if distance(tally, found, end - begin, demands, place) > demands.distance[place] + _SLACK:
            return False
    return True


@njit(nogil=True, cache=True)
def has_values(rows: Array, begin: int, end: int, column: int, wanted: int, tally: Tally) -> bool:
    """Whether a column has at least so many values; stops as soon as it has."""
    tally.number[0] += 1
    now = tally.number[0]
    found = 0
    for row in range(begin, end):
        value = rows[row, column]
        if tally.seen[value] != now:
            tally.seen[value] = now
            found += 1
            if found >= wanted:
                return True
    return False


@njit(nogil=True, cache=True)
def counted(rows: Array, begin: int, end: int, column: int, tally: Tally) -> int:
    """Count the values of a column into the tally; how many different ones there are."""
    tally.number[0] += 1
    now = tally.number[0]
    found = 0
    for row in range(begin, end):
        value = rows[row, column]
        if tally.seen[value] != now:
            tally.seen[value] = now
            tally.times[value] = 0
            tally.values[found] = value
            found += 1
        tally.times[value] += 1
    return found


@njit(nogil=True, cache=True)
def entropy(tally: Tally, found: int, size: int) -> float:
    """The entropy of what was counted, in nats."""
    total = 0.0
    for place in range(found):
        count = tally.times[tally.values[place]]
        total += count * np.log(count)
    return float(np.log(size) - total / size)


@njit(nogil=True, cache=True)
def distance(tally: Tally, found: int, size: int, demands: Demands, place: int) -> float:
    """The earth mover's distance between what was counted and all records."""
    begin = demands.begin[place]
    values = demands.begin[place + 1] - begin
    if demands.distance[place] == np.inf or values < 2:
        return 0.0
    if demands.is_ordered[place]:
        return ordered_distance(tally, found, size, demands, begin, values)
    over = 0.0
    for at in range(found):
        value = tally.values[at]
        over += max(0.0, tally.times[value] / size - demands.share[begin + value])
    return over


@njit(nogil=True, cache=True)
def ordered_distance(tally: Tally, found: int, size: int, demands: Demands, begin: int, values: int) -> float:
    """The area between two cumulated distributions, each step of equal length, all steps together 1.

    Between two values of the class its own cumulated share stays the same, and that of all records rises: where they
    cross is found by halving, and the area on each side from areas that were added up before.
    """
    rise(tally.values, found)
    total, reached = 0.0, 0
    for at in range(found):
        value = tally.values[at]
        total += level_area(demands, begin, 0 if at == 0 else tally.values[at - 1], value, reached / size)
        reached += tally.times[value]
    total += level_area(demands, begin, tally.values[found - 1], values - 1, 1.0)
    return total / (values - 1)


@njit(nogil=True, cache=True)
def rise(values: Array, count: int) -> None:
    """Sort the first values (Shell 1959)."""
    gap = count // 2
    while gap > 0:
        for at in range(gap, count):
            value, back = values[at], at
            while back >= gap and values[back - gap] > value:
                values[back] = values[back - gap]
                back -= gap
            values[back] = value
        gap //= 2


@njit(nogil=True, cache=True)
def level_area(demands: Demands, begin: int, first: int, last: int, level: float) -> float:
    """The area between a level and the cumulated shares of the values from `first` up to, but not with, `last`."""
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if demands.cumulated[begin + middle] <= level:
            low = middle + 1
        else:
            high = middle
    below = level * (low - first) - (demands.area[begin + low] - demands.area[begin + first])
    above = demands.area[begin + last] - demands.area[begin + low] - level * (last - low)
    return float(below + above)
