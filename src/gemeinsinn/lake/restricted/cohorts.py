"""The cohort kernel: counts and sums of record keys for many key dates in one pass over a serving index.

Rows are sorted by cell and birth. All births between two *cutoffs* (the latest birth that has reached an age class on
a key date) age alike: they are one cohort. A row adds itself in the class it has on its first key date and takes
itself away in the class it has on the first one after its last; what a cohort moves from class to class between
key dates is added up once for the cohort. A running sum over the dates then gives every count.

Count and key sum travel in one 64-bit number, the count in the upper 24 bits: half the updates, and sums stay exact
below 2^24 rows, after which the accumulator is emptied.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


Array = NDArray[Any]

KEY_BITS = 16
"""Bits of a record key that the index holds; sums of keys are taken modulo 2^16."""

LARGEST_GROUP = 64
"""Rows of one cell and birth among which spells are joined."""

MOVES = 3
"""How often a cohort may move between the first and the last date of one pass; longer series take several passes."""

DAYS = 1 << 16
"""Days that an index can tell apart; the last one stands for an open end."""

_SHIFT = 40
_FULL = (1 << 24) - 1
_ONE = np.uint64(1 << _SHIFT)
_KEY_MASK = np.uint64((1 << KEY_BITS) - 1)
_COUNT_SHIFT = np.uint64(_SHIFT)


@njit(nogil=True, cache=True)
def first_dates(dates: Array, place: Array) -> None:
    """For each day the place of the first key date not before it."""
    at = 0
    for day in range(place.size):
        while at < dates.size and dates[at] < day:
            at += 1
        place[day] = at


@njit(nogil=True, cache=True)
def cohorts(cutoffs: Array, edges: Array, cohort_of: Array, class_on: Array, moves: Array) -> None:
    """Which cohort each birth belongs to, in which class each cohort is on each date, and how often it moves.

    `cutoffs` is dates by classes: the latest birth that has reached the class on the date. `edges` are its distinct
    values, rising. `class_on` is cohorts by dates and one more, `moves` counts a cohort's moves between dates.
    """
    cohort = 0
    for day in range(cohort_of.size):
        while cohort < edges.size and edges[cohort] < day:
            cohort += 1
        cohort_of[day] = cohort
    dates, classes = cutoffs.shape
    for cohort in range(class_on.shape[0]):
        birth = edges[cohort] if cohort < edges.size else DAYS
        place = 0
        moved = 0
        for at in range(dates):
            before = place
            while place < classes - 1 and cutoffs[at, place + 1] >= birth:
                place += 1
            class_on[cohort, at] = place
            if at > 0:
                moved += place - before
        class_on[cohort, dates] = place
        moves[cohort] = moved


@njit(nogil=True, cache=True)
def crossings(class_on: Array, when: Array, into: Array) -> None:
    """The moves of each cohort: at which date it enters which class. Places without a move keep what they hold."""
    for cohort in range(class_on.shape[0]):
        found = 0
        for at in range(1, class_on.shape[1] - 1):
            for place in range(class_on[cohort, at - 1] + 1, class_on[cohort, at] + 1):
                when[cohort, found] = at
                into[cohort, found] = place
                found += 1


@njit(nogil=True, cache=True)
def _emptied(changes: Array, running: Array, counts: Array, keys: Array) -> None:
    """Add the running sum of an accumulator (dates by classes) to counts and keys, and leave it at zero."""
    dates, classes = counts.shape
    running[:] = 0
    for at in range(dates):
        for place in range(classes):
            running[place] += changes[at, place]
        for place in range(classes):
            counts[at, place] += np.int32(running[place] >> _COUNT_SHIFT)
        for place in range(classes):
            keys[at, place] += np.uint16(running[place] & _KEY_MASK)
    changes[:] = 0


@njit(nogil=True, cache=True)
def series(
    cells: Array,
    target: Array,
    start: Array,
    births: Array,
    begins: Array,
    ends: Array,
    record_keys: Array,
    place: Array,
    cohort_of: Array,
    class_on: Array,
    when: Array,
    into: Array,
    counts: Array,
    keys: Array,
) -> None:
    """Add the rows of some cells of an index to `counts` and `keys`, which are targets by dates by classes.

    `cells` are places of cells in the order of their targets; `when` and `into` have `MOVES` columns. A cohort that
    moves less often has a date after the last one there, which no row reaches: the loop over the rows has no branch.
    """
    dates, classes = counts.shape[1], counts.shape[2]
    changes = np.zeros((dates + 2, classes + 1), np.uint64)
    running = np.zeros(classes, np.uint64)
    nothing = np.uint64(0)
    added = 0
    for position in range(cells.size):
        cell = cells[position]
        at, stop = start[cell], start[cell + 1]
        while at < stop:
            cohort = cohort_of[births[at]]
            class_of = class_on[cohort]
            first, second, third = when[cohort, 0], when[cohort, 1], when[cohort, 2]
            by_first, by_second, by_third = nothing, nothing, nothing
            begin, until = at, min(stop, at + _FULL - added)
            while True:
                weight = _ONE + np.uint64(record_keys[at])
                enters, leaves = place[begins[at]], place[ends[at]]
                changes[enters, class_of[enters]] += weight
                changes[leaves, class_of[leaves]] -= weight
                by_first += weight if (enters < first) & (leaves >= first) else nothing
                by_second += weight if (enters < second) & (leaves >= second) else nothing
                by_third += weight if (enters < third) & (leaves >= third) else nothing
                at += 1
                if at >= until or cohort_of[births[at]] != cohort:
                    break
            changes[first, into[cohort, 0] - 1] -= by_first
            changes[first, into[cohort, 0]] += by_first
            changes[second, into[cohort, 1] - 1] -= by_second
            changes[second, into[cohort, 1]] += by_second
            changes[third, into[cohort, 2] - 1] -= by_third
            changes[third, into[cohort, 2]] += by_third
            added += at - begin
            if added >= _FULL:
                _emptied(changes, running, counts[target[cell]], keys[target[cell]])
                added = 0
        last = position + 1 == cells.size or target[cells[position + 1]] != target[cell]
        if last and added:
            _emptied(changes, running, counts[target[cell]], keys[target[cell]])
            added = 0


@njit(nogil=True, cache=True)
def one_day(
    cells: Array,
    target: Array,
    start: Array,
    births: Array,
    begins: Array,
    ends: Array,
    record_keys: Array,
    day: int,
    edges: Array,
    counts: Array,
    keys: Array,
) -> None:
    """The same for one key date: `counts` and `keys` are targets by classes, `edges` the latest birth of each class.

    Classes go from young to old, so their edges fall; whoever is born after the first edge is in no class.
    """
    classes = edges.size
    for position in range(cells.size):
        cell = cells[position]
        goal = target[cell]
        at, stop = start[cell], start[cell + 1]
        for back in range(classes):
            place = classes - 1 - back
            edge = edges[place]
            low, high = at, stop
            while low < high:
                middle = (low + high) >> 1
                if births[middle] <= edge:
                    low = middle + 1
                else:
                    high = middle
            count = np.int32(0)
            total = np.uint32(0)
            for row in range(at, low):
                there = (begins[row] <= day) & (ends[row] > day)
                count += np.int32(there)
                total += np.uint32(record_keys[row]) * np.uint32(there)
            counts[goal, place] += count
            keys[goal, place] += np.uint16(total & np.uint32((1 << KEY_BITS) - 1))
            at = low


@njit(nogil=True, cache=True)
def cell_sizes(cells: Array, sizes: Array) -> None:
    """How many rows each cell has."""
    for row in range(cells.size):
        sizes[cells[row]] += 1


@njit(nogil=True, cache=True)
def placed_by_cell(cells: Array, following: Array, order: Array) -> None:
    """Rows in the order of their cells; `following` holds where the next row of each cell goes, and is used up."""
    for row in range(cells.size):
        cell = cells[row]
        order[following[cell]] = row
        following[cell] += 1


@njit(nogil=True, cache=True)
def sorted_by_birth(start: Array, births: Array, order: Array, first: int, last: int) -> None:
    """Put the rows of the cells from `first` to `last` in the order of birth, by counting; ties stay as they are."""
    slots = np.zeros(DAYS + 1, np.int64)
    for cell in range(first, last):
        begin, stop = start[cell], start[cell + 1]
        rising = True
        for at in range(begin + 1, stop):
            if births[order[at]] < births[order[at - 1]]:
                rising = False
                break
        if rising:
            continue
        if stop - begin < 512:
            for at in range(begin + 1, stop):
                row = order[at]
                birth = births[row]
                back = at
                while back > begin and births[order[back - 1]] > birth:
                    order[back] = order[back - 1]
                    back -= 1
                order[back] = row
            continue
        copy = order[begin:stop].copy()
        slots[:] = 0
        for row in copy:
            slots[births[row] + 1] += 1
        for day in range(DAYS):
            slots[day + 1] += slots[day]
        for row in copy:
            order[begin + slots[births[row]]] = row
            slots[births[row]] += 1


@njit(nogil=True, cache=True)
def joined(
    start: Array,
    order: Array,
    births: Array,
    begins: Array,
    ends: Array,
    identities: Array,
    kept: Array,
    from_cell: int,
    to_cell: int,
) -> None:
    """Join spells of one entity that follow each other in one cell: what changed between them is not in the index.

    Only the cells from `from_cell` up to `to_cell` are looked at, so that parts may run beside each other.

    `order` are rows by cell and birth, `kept` says of each place in it whether it stays. The first spell of a chain
    gets the end of the last. Groups of more than `LARGEST_GROUP` rows of one birth are left as they are.
    """
    for cell in range(from_cell, to_cell):
        at, stop = start[cell], start[cell + 1]
        while at < stop:
            after = at + 1
            while after < stop and births[order[after]] == births[order[at]]:
                after += 1
            if 1 < after - at <= LARGEST_GROUP:
                _join_group(order[at:after], begins, ends, identities, kept[at:after])
            at = after


@njit(nogil=True, cache=True)
def _join_group(rows: Array, begins: Array, ends: Array, identities: Array, kept: Array) -> None:
    """Sort the rows of one cell and birth by entity and begin, then join those that touch."""
    for at in range(1, rows.size):
        row = rows[at]
        back = at
        while back > 0 and (
            identities[rows[back - 1]] > identities[row]
            or (identities[rows[back - 1]] == identities[row] and begins[rows[back - 1]] > begins[row])
        ):
            rows[back] = rows[back - 1]
            back -= 1
        rows[back] = row
    first = 0
    for at in range(1, rows.size):
        same = identities[rows[at]] == identities[rows[first]]
        if same and begins[rows[at]] == ends[rows[first]]:
            ends[rows[first]] = ends[rows[at]]
            kept[at] = False
        else:
            first = at
