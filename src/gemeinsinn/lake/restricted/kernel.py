"""From the events of each person to rectangles: what held from when to when, as believed from which step to which.

The events of a person come in the order in which they were known. After each step the standing events are laid on a
time line, and what differs from the time line before is closed and opened in the system clock. A plain-Python
reference that says the same day by day is `tests/support/spells.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit


Numbers = npt.NDArray[np.int64]

START, CHANGE, END, DEATH, CORRECTION, CANCELLATION = range(6)
"""What an event means: somebody comes, some attributes change, somebody goes, somebody dies and never comes back; an
earlier event was otherwise, an earlier event was not."""

PERSON, VALID_FROM, VALID_TO, KNOWN_FROM, KNOWN_TO, ATTRIBUTES = range(6)
"""The columns of the result; those of the attributes come last."""

_NOBODY = -1
_OPEN_STEP = np.int64(2**63 - 1)


class Happened(NamedTuple):
    """The events of all persons, those of one person together, in the order in which they were known."""

    offsets: Numbers
    """Where the events of each person begin; one more than there are persons."""
    step: Numbers
    effective: Numbers
    """The day from which on it holds."""
    meaning: Numbers
    event: Numbers
    refers_to: Numbers
    sets: Numbers
    """A bit for each column of `state` that a change sets."""
    state: Numbers


class Desk(NamedTuple):
    """Room to work on one person; made once, because making it anew for each would take most of the time."""

    stands: Numbers
    """Whose content stands for each event: its own, that of its last correction in force, or nobody's."""
    target: Numbers
    depth: Numbers
    order: Numbers
    current: Numbers
    line: Numbers
    """The time line: from, to, attributes."""
    believed: Numbers
    """The rows of the result that are believed so far."""
    still: Numbers


@njit(cache=True)
def rectangles(happened: Happened, open_end: int) -> Numbers:
    """The rectangles of all persons, those of one person together, in the order in which they were believed first."""
    columns = happened.state.shape[1]
    desk = room_for(happened)
    found = np.empty((max(16, 2 * len(happened.step)), ATTRIBUTES + columns), np.int64)
    count = 0
    for person in range(len(happened.offsets) - 1):
        first, last = happened.offsets[person], happened.offsets[person + 1]
        believed = 0
        known = first
        while known < last:
            now = happened.step[known]
            while known < last and happened.step[known] == now:
                known += 1
            settle_all(happened, first, known, desk)
            length = time_line(happened, first, known, desk, open_end)
            if count + length > len(found):
                larger = np.empty((2 * len(found) + length, found.shape[1]), np.int64)
                larger[:count] = found[:count]
                found = larger
            before = count
            count, believed = compared(found, count, now, desk, length, believed)
            found[before:count, PERSON] = person
    return found[:count].copy()


@njit(cache=True)
def room_for(happened: Happened) -> Desk:
    """A desk that is large enough for the person with the most events."""
    most = 1
    for person in range(len(happened.offsets) - 1):
        most = max(most, happened.offsets[person + 1] - happened.offsets[person])
    columns = happened.state.shape[1]
    return Desk(
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(columns, np.int64),
        np.empty((most + 1, 2 + columns), np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
    )


@njit(cache=True)
def settle_all(happened: Happened, first: int, known: int, desk: Desk) -> None:
    """Find whose content stands for each event that is known.

    A correction or cancellation that was itself cancelled is not in force, so that what it changed stands again. One
    that names an event which nobody has delivered yet waits for it.
    """
    count = known - first
    deepest = 0
    for place in range(count):
        desk.stands[place] = place
        desk.target[place] = _NOBODY
        if happened.meaning[first + place] >= CORRECTION:
            for other in range(count):
                if other != place and happened.event[first + other] == happened.refers_to[first + place]:
                    desk.target[place] = other
    for place in range(count):
        length, at = 0, place
        while desk.target[at] != _NOBODY and length <= count:
            at = desk.target[at]
            length += 1
        desk.depth[place] = length if length <= count else _NOBODY
        deepest = max(deepest, desk.depth[place])
    for level in range(deepest, 0, -1):
        settle(happened, first, count, desk, level)


@njit(cache=True)
def settle(happened: Happened, first: int, count: int, desk: Desk, level: int) -> None:
    """Let the corrections and cancellations of one depth have their effect on what they name; the last one wins."""
    for place in range(count):
        if desk.depth[place] == level and desk.stands[place] != _NOBODY:
            is_cancelled = happened.meaning[first + place] == CANCELLATION
            desk.stands[desk.target[place]] = _NOBODY if is_cancelled else desk.stands[place]


@njit(cache=True)
def time_line(happened: Happened, first: int, known: int, desk: Desk, open_end: int) -> int:
    """Lay the standing events of a person on the time line of the desk; how many pieces it has."""
    columns = happened.state.shape[1]
    count = in_order(happened, first, known, desk)
    length = 0
    is_there = False
    for at in range(count):
        root, content = first + desk.order[at], first + desk.stands[desk.order[at]]
        means = happened.meaning[root]
        if means == CHANGE and at > 0 and not is_there:
            continue
        if is_there:
            length = ended(desk.line, length, happened.effective[content])
            is_there = False
        if means == DEATH:
            break
        if means != END:
            for column in range(columns):
                is_other = happened.state[content, column] != happened.state[root, column]
                if means == START or at == 0 or is_other or (happened.sets[root] >> column) & 1:
                    desk.current[column] = happened.state[content, column]
            desk.line[length, 0] = happened.effective[content]
            desk.line[length, 2:] = desk.current
            is_there = True
    return ended(desk.line, length, open_end) if is_there else length


@njit(cache=True)
def in_order(happened: Happened, first: int, known: int, desk: Desk) -> int:
    """Put the standing events in the order of their days, those of one day as they were known; how many there are."""
    count = 0
    for place in range(known - first):
        if happened.meaning[first + place] < CORRECTION and desk.stands[place] != _NOBODY:
            day = happened.effective[first + desk.stands[place]]
            at = count
            while at > 0 and happened.effective[first + desk.stands[desk.order[at - 1]]] > day:
                desk.order[at] = desk.order[at - 1]
                at -= 1
            desk.order[at] = place
            count += 1
    return count


@njit(cache=True)
def ended(line: Numbers, length: int, day: int) -> int:
    """End the last piece on a day; the number of pieces. An empty one is dropped, one like its neighbour joins it."""
    line[length, 1] = day
    if line[length, 0] >= day:
        return length
    if length > 0 and line[length - 1, 1] == line[length, 0] and np.all(line[length - 1, 2:] == line[length, 2:]):
        line[length - 1, 1] = day
        return length
    return length + 1


@njit(cache=True)
def compared(found: Numbers, count: int, now: int, desk: Desk, length: int, believed: int) -> tuple[int, int]:
    """Close the believed rows that are not on the time line and open those of it that are new; counts of both."""
    at = 0
    for place in range(length):
        piece = desk.line[place]
        while at < believed and found[desk.believed[at], VALID_FROM] < piece[0]:
            found[desk.believed[at], KNOWN_TO] = now
            at += 1
        if at < believed and is_same(found[desk.believed[at]], piece):
            desk.still[place] = desk.believed[at]
            at += 1
        else:
            found[count, VALID_FROM] = piece[0]
            found[count, VALID_TO] = piece[1]
            found[count, KNOWN_FROM] = now
            found[count, KNOWN_TO] = _OPEN_STEP
            found[count, ATTRIBUTES:] = piece[2:]
            desk.still[place] = count
            count += 1
    while at < believed:
        found[desk.believed[at], KNOWN_TO] = now
        at += 1
    desk.believed[:length] = desk.still[:length]
    return count, length


@njit(cache=True)
def is_same(row: Numbers, piece: Numbers) -> bool:
    """Whether a believed row is a piece of the new time line."""
    if row[VALID_FROM] != piece[0] or row[VALID_TO] != piece[1]:
        return False
    return bool(np.all(row[ATTRIBUTES:] == piece[2:]))
