"""The nouns of the calibration: what is published about a county, by municipality, sex and single year of age.

Sex stands in the order male, female; ages reach from 0 to an open 100. A year without a published figure is filled
between its neighbours, and carried on at half the last growth behind the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import FEMALE, MALE, Array


SEXES = (MALE, FEMALE)
_SIZE_YEARS = 5
_TREND_YEARS = 6
_DAMPED = 0.5


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality as the directory of municipalities names it."""

    key: str
    name: str
    is_town: bool = False
    amt: str = ""
    """The name of its Amt; empty if it belongs to none."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Moves over the border of a municipality in the base year, and what part of them crossed the county's border."""

    people: Array
    """Municipality x sex x age."""
    across_county: Array
    """Sex x age: the share that crossed the county's border."""
    by_year: Mapping[int, float]
    """Over the border of a municipality, all of the county, by year."""
    german: Mapping[int, float]
    """Over the county's border, by year."""
    foreign: Mapping[int, float]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is published about a county."""

    municipalities: tuple[Municipality, ...]
    base_year: int
    """The year whose last day `population` describes."""
    population: Array
    """Municipality x sex x age."""
    groups: tuple[tuple[int, int], ...]
    """The age groups in which the population of municipalities is published, first and last age."""
    foreign: Array
    """Sex x age: the share of foreign nationals."""
    published: Mapping[int, Array]
    """Year → residents of each municipality on its last day."""
    mortality: Array
    """Sex x age at the beginning of a year: the chance to die in it."""
    fertility: Array
    """Age at the beginning of a year: births a woman in it."""
    births: Mapping[int, float]
    deaths: Mapping[int, float]
    marriages: Mapping[int, float]
    divorces: Mapping[int, float]
    arrivals: Moves
    departures: Moves

    def residents(self, year: int) -> Array:
        """Residents of each municipality on the last day of a year: published, filled in, or carried on."""
        years = sorted(self.published)
        if year > years[-1]:
            earlier = max(years[0], years[-1] - _TREND_YEARS)
            growth = (self.published[years[-1]] - self.residents(earlier)) / max(1, years[-1] - earlier)
            return np.asarray(self.published[years[-1]] + _DAMPED * growth * (year - years[-1]))
        later = next(each for each in years if each >= year) if year > years[0] else years[0]
        earlier = max((each for each in years if each <= year), default=later)
        part = (year - earlier) / max(later - earlier, 1)
        return np.asarray(self.published[earlier] * (1 - part) + self.published[later] * part)

    @property
    def size(self) -> float:
        """The size that an order of so many residents is held against: the mean of the last five published years."""
        last = max(self.published)
        return float(np.mean([self.residents(year).sum() for year in range(last - _SIZE_YEARS + 1, last + 1)]))


def in_year(figures: Mapping[int, float], year: int) -> float:
    """A figure of the county in a year; outside the published years, the mean of the nearest three."""
    years = sorted(figures)
    if year in figures:
        return figures[year]
    near = years[-3:] if year > years[-1] else years[:3]
    return float(np.mean([figures[each] for each in near]))
