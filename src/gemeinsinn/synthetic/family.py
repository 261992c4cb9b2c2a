"""Couples of a year: separations and divorces, weddings, new couples, naturalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic import nations
from gemeinsinn.synthetic.arrays import FEMALE, MALE, NOBODY, Array, Rng, drawn, ranks
from gemeinsinn.synthetic.days import day_number
from gemeinsinn.synthetic.people import Homes, Journal, Kind, Marital, People


_SEPARATING = 0.05
"""Of unmarried couples, in a year."""
_MOST = 0.5
_TAKES_NAME = 0.8
_HE_MOVES = 0.65
_NATURALISED = 0.022
_RESIDENT_DAYS = 6 * 365
_CONVERTED_FROM, _CONVERTED = 2018, 0.15
_WEDDING_AGE = ([18, 24, 30, 36, 50, 70, 90], [0.2, 0.7, 1.6, 1.4, 0.7, 0.3, 0.05])
_MEETING_AGE = ([17, 19, 23, 29, 38, 55, 75, 90], [0.0, 0.6, 1.8, 1.6, 0.9, 0.4, 0.1, 0.0])
_FIRST_PARTNER_AGE = 18


@dataclass(slots=True)
class Family:
    """What the couples of a block live through in one year; `steady` people are resident all year at one address."""

    people: People
    homes: Homes
    journal: Journal
    sizes: Array
    age: Array
    steady: Array
    year: int
    rng: Rng

    def day(self, count: int) -> Array:
        start, end = day_number(self.year), day_number(self.year + 1)
        return start + (self.rng.random(count) * (end - start)).astype(np.int64)

    def couples(self, *, married: bool) -> tuple[Array, Array]:
        """The steady couples, each once."""
        people = self.people
        first = np.flatnonzero(self.steady & (people.mate > np.arange(len(people))))
        first = first[self.steady[people.mate[first]]]
        tied = people.marital[first] == Marital.VH
        first = first[tied if married else ~tied]
        return first, people.mate[first]

    def used(self, *rows: Array) -> None:
        """These people had enough of this year."""
        for each in rows:
            self.steady[each] = False

    def separate(self, divorces: float) -> None:
        """Some couples part: the married ones are divorced, one of the two moves out."""
        for married in (True, False):
            one, other = self.couples(married=married)
            chance = min(divorces / max(len(one), 1), _MOST) if married else _SEPARATING
            parts = drawn(np.full(len(one), chance), self.rng)
            one, other = one[parts], other[parts]
            if married:
                both, day = np.concatenate([one, other]), self.day(len(one))
                status = np.full(len(both), Marital.GS)
                self.people.marital[both] = Marital.GS
                self.journal.tell(Kind.FA, both, np.concatenate([day, day]), marital=status)
            man_first = self.people.sex[one] != FEMALE
            moves = np.where(man_first == (self.rng.random(len(one)) < _HE_MOVES), one, other)
            self.people.mate[one] = self.people.mate[other] = NOBODY
            place = self.homes.mun[self.people.home[moves]]
            self.move(moves, self.homes.added(place, self.rng, self.sizes), self.day(len(moves)))
            self.used(one, other)

    def move(self, rows: Array, home: Array, day: Array) -> None:
        self.people.home[rows] = home
        self.journal.tell(Kind.UM, rows, day, home=home)

    def marry(self, weddings: float) -> None:
        """Some of those who live together marry; one of the two may take the other's name."""
        one, other = self.couples(married=False)
        weights = np.interp((self.age[one] + self.age[other]) / 2, *_WEDDING_AGE)
        chance = np.minimum(weights * weddings / max(weights.sum(), 1e-9), _MOST)
        married = drawn(chance, self.rng)
        one, other = one[married], other[married]
        women = self.people.sex[one] == FEMALE
        taker, giver = np.where(women, one, other), np.where(women, other, one)
        takes = self.rng.random(len(one)) < _TAKES_NAME
        self.people.surname[taker[takes]] = self.people.surname[giver[takes]]
        day = self.day(len(one))
        for rows in (one, other):
            self.people.marital[rows] = Marital.VH
            status = np.full(len(rows), Marital.VH)
            self.journal.tell(Kind.FA, rows, day, marital=status, surname=self.people.surname[rows])
        self.used(one, other)

    def convert(self) -> None:
        """Registered partnerships become marriages, since the law allows it."""
        if self.year >= _CONVERTED_FROM:
            rows = np.flatnonzero(self.steady & (self.people.marital == Marital.LP))
            rows = rows[drawn(np.full(len(rows), _CONVERTED), self.rng)]
            self.people.marital[rows] = Marital.VH
            self.journal.tell(Kind.FA, rows, self.day(len(rows)), marital=np.full(len(rows), Marital.VH))
            self.used(rows)

    def meet(self, new_couples: float) -> None:
        """Single people become couples: one moves in with the other, or both leave their parents for a new home."""
        people = self.people
        single = self.steady & (people.mate == NOBODY) & (self.age >= _FIRST_PARTNER_AGE)
        sexes = []
        for sex in (MALE, FEMALE):
            rows = np.flatnonzero(single & (people.sex == sex))
            rows = rows[np.lexsort((self.age[rows], self.homes.mun[people.home[rows]]))]
            weights = np.interp(self.age[rows], *_MEETING_AGE)
            rows = rows[drawn(np.minimum(weights * new_couples / max(weights.sum(), 1e-9), _MOST), self.rng)]
            place = self.homes.mun[people.home[rows]]
            sexes.append((rows, place * 10_000 + ranks(place)))
        (men, his), (women, hers) = sexes
        _, at_his, at_hers = np.intersect1d(his, hers, return_indices=True)
        men, women = men[at_his], women[at_hers]
        men, women = (each[people.home[men] != people.home[women]] for each in (men, women))
        people.mate[men], people.mate[women] = women, men
        self._move_in(men, women)
        self.used(men, women)

    def _move_in(self, men: Array, women: Array) -> None:
        people, count = self.people, len(men)
        his = people.child[women] | (~people.child[men] & (self.rng.random(count) < 0.5))
        movers, hosts = np.where(his, women, men), np.where(his, men, women)
        both_leave = people.child[hosts]
        fresh = self.homes.added(self.homes.mun[people.home[hosts[both_leave]]], self.rng, self.sizes)
        target = people.home[hosts].copy()
        target[both_leave] = fresh
        day = self.day(count)
        self.move(hosts[both_leave], fresh, day[both_leave])
        self._with_children(movers, target, day)
        people.child[movers] = people.child[hosts] = False

    def _with_children(self, movers: Array, target: Array, day: Array) -> None:
        """Move people, and the steady children of those who are alone with them."""
        people = self.people
        unit = {int(home): at for at, home in enumerate(people.home[movers]) if not people.child[movers[at]]}
        grown = self.steady & ~people.child
        lone = np.bincount(people.home[grown], minlength=len(self.homes.mun)) == 1
        children = np.flatnonzero(self.steady & people.child & (self.age < _FIRST_PARTNER_AGE))
        children = children[lone[people.home[children]] & np.isin(people.home[children], list(unit))]
        at = np.array([unit[int(home)] for home in people.home[children]], dtype=np.int64)
        self.move(movers, target, day)
        self.move(children, target[at], day[at])
        self.used(children)

    def naturalise(self) -> None:
        """Some of the foreign nationals who have been here for years become German."""
        people = self.people
        stays = people.since < day_number(self.year) - _RESIDENT_DAYS
        rows = np.flatnonzero(self.steady & (people.nation != nations.GERMAN) & stays)
        rows = rows[drawn(np.full(len(rows), _NATURALISED), self.rng)]
        people.nation[rows] = nations.GERMAN
        self.journal.tell(Kind.SA, rows, self.day(len(rows)), nation=np.zeros(len(rows)))
