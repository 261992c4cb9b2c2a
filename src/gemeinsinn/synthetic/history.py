"""The history of a block: events in order, each with the full state after it, and the state of anybody on any day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import Array
from gemeinsinn.synthetic.people import Journal, Kind


_DAYS = 1 << 18
_SHIFT = 1 << 17
FACTS = ("home", "nation", "marital", "surname")


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Events by person and day; `state` holds home, nationality, marital status and surname after each."""

    person: Array
    day: Array
    kind: Array
    state: Array
    """Event x fact."""
    changed: Array
    """Event x fact: the event itself said it."""

    def __len__(self) -> int:
        return len(self.person)

    def at(self, person: Array, day: Array) -> Array:
        """The last event of people by a day, as rows; -1 for those who had none yet."""
        keys = self.person.astype(np.int64) * _DAYS + self.day + _SHIFT
        wanted = person.astype(np.int64) * _DAYS + day + _SHIFT
        found = np.searchsorted(keys, wanted, side="right") - 1
        known = (found >= 0) & (self.person[found] == person)
        return np.where(known, found, -1)

    def resident(self, rows: Array) -> Array:
        """Whether the state after these events is that of a resident."""
        return np.asarray((rows >= 0) & (self.kind[rows] != Kind.WE) & (self.kind[rows] != Kind.ST))


def history(journal: Journal) -> History:
    """The journal in order, its gaps filled with what was said before."""
    person, day, kind, *facts = (np.concatenate(column) for column in zip(*journal.parts, strict=True))
    order = np.lexsort((kind, day, person))
    person, day, kind = person[order], day[order], kind[order]
    said = np.column_stack(facts)[order]
    changed = said >= 0
    places = np.where(changed, np.arange(len(person))[:, None], 0)
    last = np.maximum.accumulate(places, axis=0)
    state = np.take_along_axis(said, last, axis=0)
    return History(person, day, kind, state, changed)
