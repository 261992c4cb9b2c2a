"""Moves of a year: who moves together, who leaves the county, who moves within it, who comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import AGES, Array, Rng, chosen_by_weight, drawn
from gemeinsinn.synthetic.people import People, sex_row
from gemeinsinn.synthetic.population import move_days
from gemeinsinn.synthetic.projection import ExpectedYear


NEARBY = 0.55
"""Moves inside a municipality for each one over its border; an assumption, no statistics count them."""
_GROWN = 18
_GROUP_STARTS = np.array([0, 18, 25, 30, 50, 65])
_FOREIGN_TIMES = 2.6
"""How many times more often foreign nationals move than Germans of the same age."""
_WITHIN_YEAR = 1.01
"""Departures of people who arrived in the same year are made by others instead."""
_MOST = 0.9
_RETURN = 0.07
_RETURN_YEARS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Movers:
    """The moves of a year: for each present person the unit it moves with, and for each unit what it does and when."""

    rows: Array
    """The present people."""
    unit: Array
    """Their units."""
    day: Array
    """Unit: the day of its move; the last number of all if it stays."""
    leaves: Array
    """Unit: it leaves the county."""
    target: Array
    """Unit: the municipality it moves to inside the county."""


NEVER = np.iinfo(np.int32).max


def movers(people: People, mun: Array, expected: ExpectedYear, attraction: Array, *, age: Array, rng: Rng) -> Movers:
    """The moves of a year; `mun` and `age` are those of everybody at its beginning (newborn people have age 0)."""
    rows = np.flatnonzero(people.here)
    alone = people.child[rows] & (age[rows] >= _GROWN)
    code = np.where(alone, len(mun) + rows, people.home[rows])
    _, first, unit = np.unique(code, return_index=True, return_inverse=True)
    home = mun[rows]
    own = expected.leaving[home, sex_row(people.sex[rows]), age[rows]]
    foreign = people.nation[rows] > 0
    base = own / own.mean()
    own = (
        _WITHIN_YEAR
        * own
        * np.where(foreign, _FOREIGN_TIMES, 1.0)
        / (1 + (_FOREIGN_TIMES - 1) * np.average(foreign, weights=base))
    )
    chance = _together(own, unit, age[rows], ~people.child[rows] | alone)
    place = home[first]
    order = np.lexsort((age[rows][first], place))
    moves = np.zeros(len(first), dtype=bool)
    moves[order] = drawn(np.minimum(chance * (1 + NEARBY), _MOST)[order], rng)
    across = expected.across_county[sex_row(people.sex[rows[first]]), np.minimum(age[rows[first]], AGES - 1)]
    luck = rng.random(len(first)) * (1 + NEARBY)
    elsewhere = moves & (luck >= across) & (luck < 1.0)
    target = place.copy()
    target[elsewhere] = chosen_by_weight(attraction, int(elsewhere.sum()), rng)
    day = np.where(moves, move_days(len(first), expected.year, rng), NEVER)
    return Movers(rows, unit, day, moves & (luck < across), target)


def _together(own: Array, unit: Array, age: Array, grown: Array) -> Array:
    """The chance of each unit to move: that of its grown-ups, corrected until each age group moves as often as wanted."""
    size = np.bincount(unit, weights=grown)
    weight = np.where(size[unit] > 0, grown, 1.0)
    chance = np.bincount(unit, weights=own * weight) / np.bincount(unit, weights=weight)
    group = np.searchsorted(_GROUP_STARTS, age, side="right") - 1
    wanted = np.bincount(group, weights=own, minlength=len(_GROUP_STARTS))
    members = np.bincount(unit)
    for _ in range(4):
        found = np.bincount(group, weights=chance[unit], minlength=len(_GROUP_STARTS))
        times = wanted / np.maximum(found, 1e-9)
        chance = chance * np.bincount(unit, weights=times[group]) / members
    return np.asarray(np.minimum(chance, _MOST))


def returning(people: People, year: int, *, rng: Rng) -> Array:
    """The people who come back this year, with all who left the same home and are alive."""
    gone = (
        (people.left > 0) & ~people.here & ~people.dead & (people.left < year) & (people.left >= year - _RETURN_YEARS)
    )
    rows = np.flatnonzero(gone)
    homes, unit = np.unique(people.home[rows], return_inverse=True)
    back = drawn(np.full(len(homes), _RETURN), rng)
    return np.asarray(rows[back[unit]]) if len(rows) else rows
