"""The people of a block on its first day, and those who arrive in a year: cells of the calibration become people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic import nations
from gemeinsinn.synthetic.arrays import AGES, FEMALE, NOBODY, Array, Rng, whole
from gemeinsinn.synthetic.blocks import Plan
from gemeinsinn.synthetic.calibration import SEXES
from gemeinsinn.synthetic.days import day_number
from gemeinsinn.synthetic.households import formed, marital_status
from gemeinsinn.synthetic.people import Homes, People, new_people


_LONGEST_AT_AN_ADDRESS = 9_000
_SAME_NAME = 0.85
_URBAN, _RURAL = 1.12, 0.7
_ARRIVING_PAIRED = 0.8
_TOWN = 10_000
_BEYOND_100 = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """Where people live, how old they are, and whether they are foreign nationals."""

    mun: Array
    age: Array
    foreign: Array


def first_people(plan: Plan, shares: Array, homes: Homes, *, rng: Rng) -> People:
    """The residents of a block on its first day, at home and in their households."""
    cells = plan.projection.first * (plan.scale * shares)[:, None, None]
    year = plan.order.first_year
    mun, sex, age = _people_of(whole(cells, rng))
    foreign = rng.random(len(mun)) < _foreign_share(plan, mun, sex, age)
    nation = np.where(foreign, nations.of_residents(len(mun), rng), nations.GERMAN)
    birth = _births(age, year, rng)
    start = day_number(year)
    since = np.maximum(birth, start - 1 - (rng.random(len(mun)) ** 1.5 * _LONGEST_AT_AN_ADDRESS).astype(np.int64))
    people = new_people(birth, sex, nation, since=since, rng=rng)
    _settled(people, homes, _At(mun, age, foreign), sizes=plan.sizes, rng=rng)
    return people


def newcomers(plan: Plan, wanted: Array, year: int, homes: Homes, *, rng: Rng) -> People:
    """People who arrive in a year, `wanted` in each municipality; those of one home on the same day."""
    cells = plan.projection.newcomers * wanted[:, None, None]
    mun, sex, age = _people_of(whole(cells, rng))
    share = next(each.foreign_arriving for each in plan.projection.years if each.year == year)
    foreign = rng.random(len(mun)) < share
    nation = np.where(foreign, nations.of_arrivals(len(mun), year, rng), nations.GERMAN)
    birth = _births(age, year + 1, rng)
    people = new_people(birth, sex, nation, since=birth, rng=rng)
    _settled(people, homes, _At(mun, age, foreign), sizes=plan.sizes, rng=rng, paired=_ARRIVING_PAIRED)
    first_home = int(people.home.min()) if len(people) else 0
    days = move_days(len(homes.mun) - first_home, year, rng)
    arrived = days[people.home - first_home]
    last_birth = np.zeros(len(days), dtype=np.int64)
    np.maximum.at(last_birth, people.home - first_home, birth)
    people.since = np.maximum(arrived, last_birth[people.home - first_home]).astype(np.int32)
    return people


def move_days(count: int, year: int, rng: Rng) -> Array:
    """Days on which people move in a year; a third of all moves is on the first or the fifteenth of a month."""
    start, end = day_number(year), day_number(year + 1)
    days = start + (rng.random(count) * (end - start)).astype(np.int64)
    firsts = np.array([day_number(year, month, day) for month in range(1, 13) for day in (1, 1, 15)])
    return np.where(rng.random(count) < 1 / 3, firsts[rng.integers(0, len(firsts), count)], days)


def _people_of(cells: Array) -> tuple[Array, Array, Array]:
    """Municipality, sex and age of each person that the cells count."""
    mun, sex, age = (axis.ravel() for axis in np.indices(cells.shape))
    counts = cells.ravel()
    return np.repeat(mun, counts), np.repeat(np.array(SEXES)[sex], counts), np.repeat(age, counts)


def _births(age: Array, year: int, rng: Rng) -> Array:
    """Days of birth of people who have these ages on the day before a year begins."""
    older = np.where(age == AGES - 1, rng.geometric(_BEYOND_100, len(age)) - 1, 0)
    years = year - 1 - age - np.minimum(older, 9)
    starts = np.array([day_number(each) for each in range(year - AGES - 12, year + 1)])
    at = years - (year - AGES - 12)
    length = starts[at + 1] - starts[at]
    return np.asarray(starts[at] + (rng.random(len(age)) * length).astype(np.int64))


def _foreign_share(plan: Plan, mun: Array, sex: Array, age: Array) -> Array:
    """The chance to be a foreign national; towns have more of them than villages, the county what is published."""
    first = plan.projection.first
    local = np.where(first.sum(axis=(1, 2)) >= _TOWN, _URBAN, _RURAL)
    share = plan.projection.calibration.foreign
    even = (first * share).sum() / (first * share * local[:, None, None]).sum()
    return np.asarray((share * even)[sex - 1, age] * local[mun])


def _settled(people: People, homes: Homes, at: _At, *, sizes: Array, rng: Rng, paired: float = 1.0) -> None:
    """Give people households, homes, a marital status and the names of their families."""
    mun, age = at.mun, at.age
    households = formed(mun, age, people.sex, at.foreign, rng=rng, paired=paired)
    heads, number = np.unique(households.head, return_inverse=True)
    people.home = homes.added(mun[heads], rng, sizes)[number].astype(np.int32)
    people.mate = households.mate.astype(np.int32)
    people.child = households.child
    people.marital = marital_status(age, people.sex, households, rng=rng)
    couple = (people.mate != NOBODY) & (people.sex == FEMALE) & (people.marital == 1)
    couple &= rng.random(len(mun)) < _SAME_NAME
    people.surname[couple] = people.surname[people.mate[couple]]
    people.surname[people.child] = people.surname[households.head[people.child]]
