"""The life of a block, year by year: births, deaths, moves, couples, arrivals, each on its day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic import nations
from gemeinsinn.synthetic.arrays import AGES, FEMALE, NOBODY, Array, Rng, chosen_by_weight, drawn
from gemeinsinn.synthetic.blocks import Plan
from gemeinsinn.synthetic.days import day_number
from gemeinsinn.synthetic.family import Family
from gemeinsinn.synthetic.moves import NEVER, Movers, movers, returning
from gemeinsinn.synthetic.people import Homes, Journal, Kind, Marital, People, new_people, no_homes, sex_row
from gemeinsinn.synthetic.population import first_people, move_days, newcomers
from gemeinsinn.synthetic.projection import BOYS, ExpectedYear


_TWINS = 0.017
_DIE_AT_ONCE = 0.003
_GERMAN_BY_BIRTH = 0.5
"""Of the children of two foreign parents."""
_WINTER = 0.12
_YOUNGEST_MOTHER, _OLDEST_MOTHER = 14, 48
_HOME_AGAIN = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Who was resident, and in which home, when a year began."""

    year: int
    rows: Array
    home: Array


@dataclass(frozen=True, slots=True, eq=False)
class Lived:
    """What came of a block."""

    block: int
    people: People
    homes: Homes
    journal: Journal
    snapshots: tuple[Snapshot, ...]


def lived(plan: Plan, block: int) -> Lived:
    """Simulate a block from the order's first day to its last."""
    rng = plan.rng(block)
    homes, shares = no_homes(), plan.shares(block)
    people = first_people(plan, shares, homes, rng=rng)
    journal = Journal()
    life = _Life(plan, shares, people, homes, journal, rng, plan.sizes * shares)
    life.tell(Kind.BE, np.arange(len(people)), people.since, people.home)
    snapshots = []
    for expected in plan.projection.years:
        rows = np.flatnonzero(people.here)
        snapshots.append(Snapshot(expected.year, rows, people.home[rows].copy()))
        life.live(expected)
    return Lived(block, people, homes, journal, tuple(snapshots))


@dataclass(slots=True)
class _Life:
    plan: Plan
    shares: Array
    people: People
    homes: Homes
    journal: Journal
    rng: Rng
    expected: Array
    """Municipality: residents that this block should have by now."""

    def live(self, expected: ExpectedYear) -> None:
        people, year = self.people, expected.year
        start, end = day_number(year), day_number(year + 1)
        age = self._ages(start)
        died = self._deaths(expected, age, start, end)
        died = self._born(expected, age, died, start, end)
        age = np.concatenate([age, np.zeros(len(people) - len(age), dtype=age.dtype)])
        mun = self.homes.mun[people.home]
        moving = movers(people, mun, expected, self.plan.projection.attraction, age=age, rng=self.rng)
        moved = self._move(moving, died, year)
        self._bury(died)
        newborn = people.birth >= start
        steady = people.here & (died == NEVER) & ~moved & ~newborn
        part = people.here.sum() / expected.residents.sum()
        family = Family(people, self.homes, self.journal, self.plan.sizes, age, steady, year, self.rng)
        family.separate(expected.divorces * part)
        family.marry(expected.marriages * part)
        family.convert()
        family.meet(1.7 * expected.marriages * part)
        family.naturalise()
        self._arrive(expected)

    def _ages(self, start: int) -> Array:
        """Ages in whole years when the year begins, by years of birth."""
        years = self.people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        year = np.datetime64(start, "D").astype("datetime64[Y]").astype(np.int64) + 1970
        return np.asarray(np.clip(year - 1 - years, 0, AGES - 1))

    def _deaths(self, expected: ExpectedYear, age: Array, start: int, end: int) -> Array:
        """Everybody's day of death, if it lies in this year."""
        people = self.people
        rows = np.flatnonzero(people.here)
        order = rows[np.lexsort((age[rows], self.homes.mun[people.home[rows]]))]
        dying = order[drawn(expected.mortality[sex_row(people.sex[order]), age[order]], self.rng)]
        length = end - start
        day = self.rng.integers(0, length, len(dying))
        winter = self.rng.random(len(dying)) < _WINTER
        day = np.where(winter, np.minimum(day // 4, length - 1), day)
        died = np.full(len(people), NEVER, dtype=np.int64)
        died[dying] = start + day
        return died

    def _born(self, expected: ExpectedYear, age: Array, died: Array, start: int, end: int) -> Array:
        """Let children be born; everybody's day of death, with theirs."""
        people, rng = self.people, self.rng
        rows = np.flatnonzero(
            people.here & (people.sex == FEMALE) & (age >= _YOUNGEST_MOTHER) & (age <= _OLDEST_MOTHER)
        )
        rows = rows[np.lexsort((age[rows], self.homes.mun[people.home[rows]]))]
        weights = np.where(people.mate[rows] == NOBODY, 0.45, 1.5)
        leaving = (
            expected.leaving[self.homes.mun[people.home[rows]], 1, age[rows]] * expected.across_county[1, age[rows]]
        )
        rates = expected.fertility[age[rows]] / (1 - leaving / 2)
        rates = rates * weights * rates.sum() / max((rates * weights).sum(), 1e-9) / (1 + _TWINS)
        mothers = rows[drawn(np.minimum(rates, 0.9), rng)]
        days = start + (rng.random(len(mothers)) * (end - start)).astype(np.int64)
        twice = np.where(rng.random(len(mothers)) < _TWINS, 2, 1)
        mothers, days = np.repeat(mothers, twice), np.repeat(days, twice)
        alive = days <= died[mothers]
        mothers, days = mothers[alive], days[alive]
        children = new_people(
            days, np.where(rng.random(len(days)) < BOYS, 1, 2), self._nation(mothers), since=days, rng=rng
        )
        children.home, children.surname = people.home[mothers], people.surname[mothers]
        children.child[:] = True
        people.added(children)
        fatal = rng.random(len(days)) < _DIE_AT_ONCE
        last = np.minimum(days + rng.integers(0, 28, len(days)), end - 1)
        return np.concatenate([died, np.where(fatal, last, NEVER)])

    def _nation(self, mothers: Array) -> Array:
        mate = self.people.mate[mothers]
        hers = self.people.nation[mothers]
        his = np.where(mate == NOBODY, hers, self.people.nation[mate])
        german = (hers == 0) | (his == 0) | (self.rng.random(len(mothers)) < _GERMAN_BY_BIRTH)
        return np.where(german, nations.GERMAN, hers)

    def _move(self, moving: Movers, died: Array, year: int) -> Array:
        """Carry out the moves and report the births; who moved."""
        people, rows = self.people, moving.rows
        day, leaves = moving.day[moving.unit], moving.leaves[moving.unit]
        before = people.home[rows].copy()
        later = people.birth[rows] > day
        unborn = leaves & later
        goes = (day != NEVER) & (died[rows] >= day) & ~later
        target = self._targets(moving, self.homes.mun[before])
        arrives = goes | later
        people.home[rows[arrives]] = target[moving.unit[arrives]]
        newborn = (people.birth[rows] >= day_number(year)) & ~unborn
        self.tell(
            Kind.GE, rows[newborn], people.birth[rows[newborn]], np.where(later, people.home[rows], before)[newborn]
        )
        within, left = goes & ~leaves, goes & leaves
        self.journal.tell(Kind.UM, rows[within], day[within], home=people.home[rows[within]])
        self.journal.tell(Kind.WE, rows[left], day[left])
        people.here[rows[left | unborn]] = False
        people.left[rows[left]] = year
        died[rows[left | unborn]] = NEVER
        people.child[rows[goes & (np.bincount(moving.unit)[moving.unit] == 1)]] = False
        moved = np.zeros(len(people), dtype=bool)
        moved[rows[day != NEVER]] = True
        return moved

    def _targets(self, moving: Movers, place: Array) -> Array:
        """Unit: its new home, wherever it moves; who leaves the county keeps one to come back as a household."""
        units = np.flatnonzero(moving.day != NEVER)
        old = np.zeros(len(moving.day), dtype=np.int64)
        old[moving.unit] = place
        homes = np.full(len(moving.day), NOBODY, dtype=np.int64)
        homes[units] = self.homes.added(np.where(moving.leaves, old, moving.target)[units], self.rng, self.plan.sizes)
        return homes

    def _bury(self, died: Array) -> None:
        """Report deaths, and the widowhood of those who are left."""
        people = self.people
        rows = np.flatnonzero((died != NEVER) & people.here)
        self.journal.tell(Kind.ST, rows, died[rows])
        people.here[rows], people.dead[rows] = False, True
        left = people.mate[rows]
        has = (left != NOBODY) & (died[left] > died[rows]) & (people.here[left] | (people.left[left] > 0))
        left, day = left[has], died[rows][has]
        people.mate[rows] = NOBODY
        people.mate[left] = NOBODY
        tied = np.isin(people.marital[left], (Marital.VH, Marital.LP)) & people.here[left]
        left, day = left[tied], day[tied]
        status = np.where(people.marital[left] == Marital.LP, Marital.LV, Marital.VW)
        people.marital[left] = status
        self.journal.tell(Kind.FA, left, day, marital=status)

    def _arrive(self, expected: ExpectedYear) -> None:
        """Let as many arrive in the block's own municipalities as they should have at the end of the year."""
        people, year = self.people, expected.year
        passed_on = (self.expected * expected.passed_on).sum() * self.plan.projection.attraction
        arriving = expected.arriving * self.plan.scale * self.shares
        self.expected = self.expected * expected.kept + passed_on + arriving
        now = np.bincount(self.homes.mun[people.home[people.here]], minlength=len(self.shares))
        own = self.shares > 0
        elsewhere = (self.expected - now)[~own].sum() * arriving / max(arriving.sum(), 1e-9)
        wanted = np.where(own, np.maximum(self.expected - now + elsewhere, 0.0), 0.0)
        back = returning(people, year, rng=self.rng)
        if len(back) and wanted.sum() > 0:
            wanted = wanted - self._return(back, wanted, year)
        more = newcomers(self.plan, np.maximum(wanted, 0.0), year, self.homes, rng=self.rng)
        more.mate = np.where(more.mate == NOBODY, NOBODY, more.mate + len(people)).astype(np.int32)
        rows = people.added(more)
        self.tell(Kind.ZU, rows, people.since[rows], people.home[rows])

    def _return(self, rows: Array, wanted: Array, year: int) -> Array:
        """Let people come back, half of them to where they lived if it is here; how many to each municipality."""
        people = self.people
        homes, unit = np.unique(people.home[rows], return_inverse=True)
        place = self.homes.mun[homes]
        again = (self.rng.random(len(homes)) < _HOME_AGAIN) & (wanted[place] > 0)
        place = np.where(again, place, chosen_by_weight(wanted, len(homes), self.rng))
        people.home[rows] = self.homes.added(place, self.rng, self.plan.sizes)[unit]
        people.here[rows] = True
        day = move_days(len(homes), year, self.rng)[unit]
        people.since[rows] = day
        self.tell(Kind.ZU, rows, day, people.home[rows])
        return np.bincount(place[unit], minlength=len(wanted))

    def tell(self, kind: Kind, rows: Array, day: Array, home: Array) -> None:
        """Report that people enter the register, with all their facts."""
        people = self.people
        self.journal.tell(
            kind, rows, day, home=home, nation=people.nation[rows], marital=people.marital[rows],
            surname=people.surname[rows],
        )  # fmt: skip
