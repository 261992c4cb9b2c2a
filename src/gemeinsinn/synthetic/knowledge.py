"""What the register learns and when: events entered late, entered wrongly and corrected, entered and cancelled.

Every row carries the full state that the register holds of the person after the event. Rows of one person never
contradict each other at the time they are entered: an error is corrected before the next event of the person is
entered, and a late event that others have overtaken brings corrections of those others.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from gemeinsinn.synthetic.arrays import Array, Rng
from gemeinsinn.synthetic.history import History
from gemeinsinn.synthetic.options import Quirks
from gemeinsinn.synthetic.people import Kind, People


_USUAL_DAYS = {Kind.GE: 8, Kind.ZU: 6, Kind.SA: 12, Kind.FA: 9, Kind.UM: 6, Kind.WE: 9, Kind.ST: 5}
_LATE_DAYS, _LATEST_DAYS = 150.0, 900.0
_SHORTEST_LATE = 30
_UNTIL_CORRECTED = (4, 400)
_OVERTAKEN = (Kind.UM, Kind.SA, Kind.FA)
"""Late events of these kinds may be overtaken by the person's next one."""
_WRONG_ONES = 5
_EPOCH_WEEKDAY = 3
"""The first of January 1970 was a Thursday."""
_NEXT = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Rows of the register's deliveries, before they get their numbers."""

    kind: Array
    event: Array
    """The event a row reports, corrects or cancels; invented events have numbers behind the real ones."""
    person: Array
    day: Array
    """The day on which it took effect."""
    entered: Array
    birth: Array
    sex: Array
    home: Array
    nation: Array
    marital: Array
    surname: Array
    given: Array

    def __len__(self) -> int:
        return len(self.kind)

    def where(self, rows: Array) -> Entries:
        return Entries(*(getattr(self, each.name)[rows] for each in fields(self)))


def joined(parts: list[Entries]) -> Entries:
    """Several lots of rows as one."""
    return Entries(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Entries)))


def entries(past: History, people: People, *, first: int, last: int, quirks: Quirks, rng: Rng) -> Entries:
    """All rows that the register has entered by a last day, in the order of entry."""
    truth = _rows(past, people)
    entered, overtaken = _entered(past, first, quirks, rng)
    truth = replace(truth, entered=entered)
    until = _until_next(past.person, entered)
    late, corrections = _overtaken(past, truth, overtaken)
    wrong, corrected = _corrections(truth, until, overtaken, quirks, rng)
    rows = _replaced(_replaced(truth, late), wrong)
    invented = _invented(truth, until, quirks, rng)
    doubled = _doubled(truth, len(invented) // 2, quirks, rng)
    every = joined([rows, corrections, corrected, invented, doubled])
    every = replace(every, entered=_office_days(every.entered, every.person))
    every = every.where(every.entered <= last)
    return every.where(np.lexsort((np.arange(len(every)), every.person, every.entered)))


def _office_days(entered: Array, person: Array) -> Array:
    """Entries of weekends are made on Monday, but for those of some people, who use the office's website."""
    weekday = (entered + _EPOCH_WEEKDAY) % 7
    online = person % 12 == 0
    return np.asarray(np.where((weekday > 4) & ~online, entered + 7 - weekday, entered))


def _rows(past: History, people: People) -> Entries:
    person = past.person
    home, nation, marital, surname = past.state.T
    return Entries(
        kind=past.kind, event=np.arange(len(past)), person=person, day=past.day.astype(np.int64),
        entered=past.day.astype(np.int64), birth=people.birth[person].astype(np.int64), sex=people.sex[person],
        home=home, nation=nation, marital=marital, surname=surname,
        given=people.given[person],
    )  # fmt: skip


def _entered(past: History, first: int, quirks: Quirks, rng: Rng) -> tuple[Array, Array]:
    """The day on which each event is entered, and which are entered after the person's next one."""
    usual = np.array([_USUAL_DAYS.get(Kind(kind), 0) for kind in range(len(Kind))])[past.kind]
    delay = rng.exponential(1.0, len(past)) * usual
    late = rng.random(len(past)) < quirks.late
    much = np.minimum(_SHORTEST_LATE + rng.exponential(_LATE_DAYS, len(past)), _LATEST_DAYS)
    wanted = past.day + np.where(late, much, delay).astype(np.int64)
    wanted = np.where(past.kind == Kind.BE, first, np.maximum(wanted, first))
    same = np.append(past.person[1:] == past.person[:-1], False)
    entered = _in_order(wanted, past.person)
    after = np.append(entered[1:], _NEXT)
    following = np.where(np.append(same[1:], False), np.append(after[1:], _NEXT), _NEXT)
    may = np.isin(past.kind, _OVERTAKEN) & late & same & (np.append(past.day[1:], 0) > past.day)
    overtaken = may & (wanted > after) & (wanted < following)
    overtaken &= ~np.append(False, overtaken[:-1])
    return np.where(overtaken, wanted, entered), overtaken


def _in_order(wanted: Array, person: Array) -> Array:
    """Days moved forward, so that nothing of a person is entered after what happened to it later."""
    top = int(wanted.max(initial=0)) + 1
    keys = (person.astype(np.int64) * 2 * top) + wanted
    lowest = np.minimum.accumulate(keys[::-1])[::-1]
    return np.asarray(lowest - person.astype(np.int64) * 2 * top)


def _until_next(person: Array, entered: Array) -> Array:
    """The day of the next entry on the same person, whichever event it is about."""
    order = np.lexsort((entered, person))
    same = np.append(person[order][1:] == person[order][:-1], False)
    out = np.full(len(person), _NEXT)
    out[order[same]] = entered[order][1:][same[:-1]]
    return out


def _overtaken(past: History, truth: Entries, overtaken: Array) -> tuple[Entries, Entries]:
    """The next events of overtaken ones as first entered, without what was still unknown; and their corrections."""
    late = np.flatnonzero(overtaken)
    after = late + 1
    first = truth.where(after)
    known = late - 1
    facts = {}
    for at, name in enumerate(("home", "nation", "marital", "surname")):
        unknown = past.changed[late, at] & ~past.changed[after, at]
        facts[name] = np.where(unknown, past.state[known, at], past.state[after, at])
    original = replace(first, **facts)
    differs = np.any([facts[name] != getattr(first, name) for name in facts], axis=0)
    correction = replace(first, kind=np.full(len(late), Kind.KO), entered=truth.entered[late])
    return original, correction.where(differs)


def _replaced(rows: Entries, by: Entries) -> Entries:
    """Rows with those of the same event replaced; `rows` holds each event once, in order."""
    changed = {}
    for each in fields(rows):
        values = getattr(rows, each.name).copy()
        values[by.event] = getattr(by, each.name)
        changed[each.name] = values
    return Entries(**changed)


def _corrections(truth: Entries, until: Array, spared: Array, quirks: Quirks, rng: Rng) -> tuple[Entries, Entries]:
    """Events as first entered, with an error, and the corrections that followed, before anything else was entered."""
    share = np.where(truth.kind == Kind.BE, quirks.stock_corrected, quirks.corrected)
    chosen = ~spared & ~np.append(False, spared[:-1]) & (rng.random(len(truth)) < share)
    rows = np.flatnonzero(chosen)
    low, high = _UNTIL_CORRECTED
    wait = low + (rng.random(len(rows)) ** 2 * (high - low)).astype(np.int64)
    wait = np.where(truth.kind[rows] == Kind.BE, (rng.random(len(rows)) * 4000).astype(np.int64) + low, wait)
    at = truth.entered[rows] + wait
    fits = at < until[rows]
    rows, at = rows[fits], at[fits]
    right = truth.where(rows)
    wrong = _spoilt(right, truth, rng)
    twice = np.flatnonzero((rng.random(len(rows)) < quirks.corrected_again) & (at - truth.entered[rows] > 2))
    between = replace(
        _spoilt(right.where(twice), truth, rng),
        kind=np.full(len(twice), Kind.KO),
        entered=truth.entered[rows[twice]] + (at - truth.entered[rows])[twice] // 2,
    )
    final = replace(right, kind=np.full(len(rows), Kind.KO), entered=at)
    return wrong, joined([between, final])


def _spoilt(right: Entries, every: Entries, rng: Rng) -> Entries:
    """Rows with one error each: the address, the day of birth, the sex, the nationality or the day it took effect."""
    count = len(right)
    error = rng.integers(0, _WRONG_ONES, count)
    other = rng.integers(0, len(every), count)
    shift = rng.integers(1, 25, count)
    own_day = np.isin(right.kind, (Kind.GE, Kind.BE)) & (error == 4)
    error = np.where(own_day | ((right.kind == Kind.ST) & (error == 0)), 1, error)
    earlier = np.where(right.kind == Kind.GE, right.birth, right.birth - shift * 30)
    return replace(
        right,
        home=np.where(error == 0, every.home[other], right.home),
        birth=np.where(error == 1, earlier, right.birth),
        sex=np.where((error == 2) & (right.sex < 3), 3 - right.sex, right.sex).astype(right.sex.dtype),
        nation=np.where(error == 3, every.nation[other], right.nation),
        day=np.where(error == 4, np.maximum(right.day - np.minimum(shift, 7), right.birth), right.day),
    )


def _invented(truth: Entries, until: Array, quirks: Quirks, rng: Rng) -> Entries:
    """Moves, departures and deaths that never happened, each with its cancellation before the next entry."""
    resident = (truth.kind != Kind.WE) & (truth.kind != Kind.ST)
    rows = np.flatnonzero(resident & (rng.random(len(truth)) < quirks.cancelled * 2))
    entered = truth.entered[rows] + rng.integers(5, 1500, len(rows))
    undone = entered + 1 + (rng.exponential(60, len(rows))).astype(np.int64)
    fits = (undone < until[rows]) & (entered - 20 > truth.day[rows])
    rows, entered, undone = rows[fits], entered[fits], undone[fits]
    before = truth.where(rows)
    kind = rng.choice([Kind.UM, Kind.WE, Kind.ST], size=len(rows), p=[0.6, 0.28, 0.12]).astype(truth.kind.dtype)
    elsewhere = truth.home[rng.integers(0, len(truth), len(rows))]
    event = len(truth) + np.arange(len(rows))
    day = entered - rng.integers(1, 20, len(rows))
    home = np.where(kind == Kind.UM, elsewhere, before.home)
    done = replace(before, kind=kind, event=event, day=day, entered=entered, home=home)
    cancelled = replace(before, kind=np.full(len(rows), Kind.SO), event=event, day=day, entered=undone)
    return joined([done, cancelled])


def _doubled(truth: Entries, already: int, quirks: Quirks, rng: Rng) -> Entries:
    """Arrivals entered twice, the second time under a number of its own, and its cancellation."""
    rows = np.flatnonzero((truth.kind == Kind.ZU) & (rng.random(len(truth)) < quirks.doubled_person))
    event = len(truth) + already + np.arange(len(rows))
    person = int(truth.person.max(initial=0)) + 1 + np.arange(len(rows))
    again = replace(truth.where(rows), event=event, person=person, entered=truth.entered[rows] + 1)
    wait = 3 + (rng.exponential(50, len(rows))).astype(np.int64)
    cancelled = replace(again, kind=np.full(len(rows), Kind.SO), entered=again.entered + wait)
    return joined([again, cancelled])
