"""The people of one block, their homes, and the journal of what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum

import numpy as np

from gemeinsinn.synthetic.arrays import DIVERSE, FEMALE, MALE, NONE, Array, Rng
from gemeinsinn.synthetic.names import GIVEN_NAMES, STREETS, SURNAMES


class Kind(IntEnum):
    """What happens to a person; on one day, in this order. Names are those of the register's `satzart`."""

    BE = 0
    GE = 1
    ZU = 2
    SA = 3
    FA = 4
    UM = 5
    WE = 6
    ST = 7
    KO = 8
    SO = 9


class Marital(IntEnum):
    """Codes of marital status, in the order of `MARITAL`."""

    LD = 0
    VH = 1
    VW = 2
    GS = 3
    LP = 4
    LV = 5
    LA = 6
    EA = 7
    NB = 8


MARITAL = tuple(each.name for each in Marital)
_DIVERSE, _NO_SEX = 0.0003, 0.0001
_PER_STREET = 130
_PER_SPACE = 4_000


@dataclass(slots=True)
class People:
    """Everybody who was ever in a block, one row a person; the row never changes."""

    birth: Array
    """Day number."""
    sex: Array
    nation: Array
    """Destatis code; 0 is German."""
    marital: Array
    mate: Array
    """The partner's row, or -1."""
    home: Array
    """The row of the home."""
    child: Array
    """Lives as a child in the household of others, at whatever age."""
    surname: Array
    given: Array
    here: Array
    """Is a resident now."""
    dead: Array
    since: Array
    """Day number of the last arrival in the municipality, or birth."""
    left: Array
    """Year of the last departure, or 0."""
    fate: Array
    """Person x 4 numbers between 0 and 1 that decide about care, childcare and the like for a whole life."""

    def __len__(self) -> int:
        return len(self.birth)

    def added(self, more: People) -> Array:
        """Add people; the rows they got."""
        before = len(self)
        for each in fields(self):
            setattr(self, each.name, np.concatenate([getattr(self, each.name), getattr(more, each.name)]))
        return np.arange(before, len(self))


@dataclass(slots=True)
class Homes:
    """Everywhere that somebody of a block ever lived, one row a home of one household; the row never changes."""

    mun: Array
    street: Array
    number: Array

    def added(self, mun: Array, rng: Rng, sizes: Array) -> Array:
        """Add homes in municipalities; the rows they got."""
        before = len(self.mun)
        count = np.clip(sizes // _PER_STREET, 3, STREETS).astype(np.int64)[mun]
        street = (rng.random(len(mun)) * count).astype(np.int32)
        self.mun = np.concatenate([self.mun, mun.astype(np.int32)])
        self.street = np.concatenate([self.street, street])
        self.number = np.concatenate([self.number, rng.integers(1, 99, len(mun), dtype=np.int32)])
        return np.arange(before, len(self.mun))


def no_homes() -> Homes:
    """Homes before anybody moves in."""
    return Homes(*(np.zeros(0, dtype=np.int32) for _ in range(3)))


def social_space(mun: Array, street: Array, sizes: Array) -> Array:
    """The number of the social space of an address inside its municipality, from 1."""
    spaces = np.maximum(1, sizes // _PER_SPACE).astype(np.int64)[mun]
    return np.asarray(street % spaces + 1)


def new_people(birth: Array, sex: Array, nation: Array, *, since: Array, rng: Rng) -> People:
    """People of these births, sexes and nationalities, unmarried, with names of their own, not yet at home anywhere."""
    count = len(birth)
    rare = rng.random(count)
    given = rng.integers(0, GIVEN_NAMES, count) + GIVEN_NAMES * (sex - 1)
    sex = np.where(rare < _NO_SEX, NONE, np.where(rare < _NO_SEX + _DIVERSE, DIVERSE, sex))
    given = np.where(sex > FEMALE, given % GIVEN_NAMES + 2 * GIVEN_NAMES, given)
    return People(
        birth=birth.astype(np.int32),
        sex=sex.astype(np.int8),
        nation=nation.astype(np.int16),
        marital=np.full(count, Marital.LD, dtype=np.int8),
        mate=np.full(count, -1, dtype=np.int32),
        home=np.full(count, -1, dtype=np.int32),
        child=np.zeros(count, dtype=bool),
        surname=rng.integers(0, SURNAMES, count).astype(np.int16),
        given=given.astype(np.int16),
        here=np.ones(count, dtype=bool),
        dead=np.zeros(count, dtype=bool),
        since=since.astype(np.int32),
        left=np.zeros(count, dtype=np.int16),
        fate=rng.random((count, 4), dtype=np.float32),
    )


def sex_row(sex: Array) -> Array:
    """The place of a sex in tables that know two: women second, everybody else by lot of their number first."""
    return np.where(sex == MALE, 0, np.where(sex == FEMALE, 1, sex & 1))


_UNCHANGED = -1


@dataclass(slots=True)
class Journal:
    """What happened, in the order of telling: who, when, what, and which of the person's facts are new."""

    parts: list[tuple[Array, ...]] = field(default_factory=list)

    def tell(
        self,
        kind: Kind,
        person: Array,
        day: Array,
        *,
        home: Array | None = None,
        nation: Array | None = None,
        marital: Array | None = None,
        surname: Array | None = None,
    ) -> None:
        """Add events of one kind; a fact that is left out stays as it was."""
        count = len(person)
        same = np.full(count, _UNCHANGED, dtype=np.int32)
        facts = [same if fact is None else fact.astype(np.int32) for fact in (home, nation, marital, surname)]
        self.parts.append((person.astype(np.int32), day.astype(np.int32), np.full(count, kind, dtype=np.int8), *facts))
