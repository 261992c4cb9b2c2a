"""The county as expected, year by year: what the first day's people look like, and how many arrive each year.

A year's step ages everybody, lets people die, be born, leave and move between municipalities at calibrated rates, and
lets as many arrive as the published (or carried on) population needs. The people of an earlier day are found by turning
the step round: their numbers are corrected until the step leads to the published ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import AGES, Array
from gemeinsinn.synthetic.calibration import Calibration, in_year


BOYS = 0.513
_ROUNDS = 25
_OLDEST_KEPT = 0.45
"""Of those who are 100 and older after a year, the part that was so before."""


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedYear:
    """One year of the county as expected; rates hold for the age at its beginning."""

    year: int
    residents: Array
    """Municipality: on its last day."""
    mortality: Array
    """Sex x age."""
    fertility: Array
    """Age."""
    leaving: Array
    """Municipality x sex x age: the chance to move over the border of the municipality."""
    across_county: Array
    """Sex x age: the part of those moves that leaves the county."""
    arriving: Array
    """Municipality: people from outside the county."""
    kept: Array
    """Municipality: the share of the residents that is still there at the end, with those born there."""
    passed_on: Array
    """Municipality: the share that moves to another one of the county."""
    foreign_arriving: float
    marriages: float
    divorces: float


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The county from its first day to its last year."""

    calibration: Calibration
    first: Array
    """Municipality x sex x age on the day before the first year."""
    years: tuple[ExpectedYear, ...]

    @property
    def attraction(self) -> Array:
        """Municipality: its part in all moves between municipalities."""
        arrivals = self.calibration.arrivals.people.sum(axis=(1, 2))
        return np.asarray(arrivals / arrivals.sum())

    @property
    def newcomers(self) -> Array:
        """Municipality x sex x age of an arrival from outside the county; each municipality adds up to one."""
        moves = self.calibration.arrivals
        people = moves.people * moves.across_county
        return np.asarray(people / people.sum(axis=(1, 2), keepdims=True))


def projection(calibration: Calibration, *, first_year: int, last_year: int) -> Projection:
    """The county as expected from the first day of one year to the last day of another."""
    people = calibration.population
    for year in range(calibration.base_year, first_year - 1, -1):
        people = _before(calibration, people, year)
    for year in range(calibration.base_year + 1, first_year):
        people, _ = _after(calibration, people, year)
    first, years = people, []
    for year in range(first_year, last_year + 1):
        people, expected = _after(calibration, people, year)
        years.append(expected)
    return Projection(calibration, first, tuple(years))


def _before(calibration: Calibration, people: Array, year: int) -> Array:
    """The people a year earlier, so that the step through `year` leads to `people`."""
    residents = calibration.residents(year - 1)[:, None, None]
    guess = np.concatenate([people[..., 1:], people[..., -1:] * _OLDEST_KEPT], axis=-1) + 1e-6
    for _ in range(_ROUNDS):
        guess *= residents / guess.sum(axis=(1, 2), keepdims=True)
        reached, _ = _after(calibration, guess, year)
        wanted = np.concatenate([people[..., 1:], people[..., -1:]], axis=-1)
        found = np.concatenate([reached[..., 1:], reached[..., -1:]], axis=-1)
        guess *= np.clip((wanted + 0.01) / (found + 0.01), 0.2, 5.0)
    return np.asarray(guess * residents / guess.sum(axis=(1, 2), keepdims=True))


def _after(calibration: Calibration, people: Array, year: int) -> tuple[Array, ExpectedYear]:
    """The people a year later, and the year that led there."""
    mortality = calibration.mortality * _factor(calibration.deaths.get(year), people * calibration.mortality)
    women = people[:, 1, :]
    fertility = calibration.fertility * _factor(calibration.births.get(year), women * calibration.fertility)
    leaving, across = _leaving(calibration, year), calibration.departures.across_county
    born = (women * fertility).sum(axis=1)
    gone = people * leaving
    staying = people * np.maximum(1.0 - mortality - leaving, 0.0)
    passed_on = (gone * (1.0 - across)).sum(axis=(1, 2))
    arrivals = calibration.arrivals.people
    attraction = arrivals.sum(axis=(1, 2)) / arrivals.sum()
    pattern = arrivals / arrivals.sum(axis=(1, 2), keepdims=True)
    reached = np.concatenate([np.zeros((len(people), 2, 1)), staying[..., :-1]], axis=-1)
    reached[..., -1] += staying[..., -1]
    reached[:, :, 0] = born[:, None] * (BOYS, 1.0 - BOYS)
    residents = calibration.residents(year)
    stayed = reached.sum(axis=(1, 2))
    within = passed_on.sum() * attraction
    arriving = np.maximum(residents - stayed - within, 0.0)
    reached = reached + pattern * (within + arriving)[:, None, None]
    before = people.sum(axis=(1, 2))
    foreign = in_year(calibration.arrivals.foreign, year)
    expected = ExpectedYear(
        year=year,
        residents=residents,
        mortality=mortality,
        fertility=fertility,
        leaving=leaving,
        across_county=across,
        arriving=arriving,
        kept=stayed / before,
        passed_on=passed_on / before,
        foreign_arriving=foreign / (foreign + in_year(calibration.arrivals.german, year)),
        marriages=in_year(calibration.marriages, year),
        divorces=in_year(calibration.divorces, year),
    )
    return reached, expected


def _factor(published: float | None, expected: Array) -> float:
    """What brings calibrated rates to the county's published number of a year; 1 where none is published."""
    return 1.0 if published is None else published / float(expected.sum())


def _leaving(calibration: Calibration, year: int) -> Array:
    moves = calibration.departures
    relative = in_year(moves.by_year, year) / in_year(moves.by_year, calibration.base_year)
    rates = moves.people / np.maximum(calibration.population, 1.0)
    older = np.concatenate([rates[..., 1:], rates[..., -1:]], axis=-1)
    return np.asarray(np.minimum((rates + older) / 2 * relative, 0.6)).reshape(-1, 2, AGES)
