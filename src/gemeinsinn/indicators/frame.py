"""The frame of a calculation: on which territory, for which areas, and how older counts are brought onto it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gemeinsinn.areas.editions import Edition, Territory
from gemeinsinn.areas.rebase import Correspondence, chain
from gemeinsinn.concepts.territory import Level


Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LevelSum:
    """How the areas of a level add up: places of their parts, sorted by parent, and where each parent's parts begin.

    `expected` is how many parts each of the `parents` has.
    """

    level: Level
    children: Places
    starts: Places
    parents: Places
    expected: Places

    def reduced(self, values: NDArray[Any], function: np.ufunc) -> NDArray[Any]:
        """One row a parent: a function over its children's rows."""
        return np.asarray(function.reduceat(values[self.children], self.starts, axis=0))


@dataclass(frozen=True)
class Hierarchy:
    """The areas of one edition in a fixed order, and how larger ones add up from smaller ones."""

    edition: Edition

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Every area of the edition."""
        return tuple(sorted(self.edition.areas))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The place of each area in `areas`."""
        return {key: place for place, key in enumerate(self.areas)}

    @cached_property
    def places(self) -> pl.DataFrame:
        """Area and place as a table to join with."""
        return pl.DataFrame(
            {"area": self.areas, "place": range(len(self.areas))}, schema={"area": pl.String, "place": pl.Int64}
        )

    @cached_property
    def sums(self) -> tuple[LevelSum, ...]:
        """The sums in the order in which they are tried: Amt, district, state, country."""
        areas = self.edition.areas
        municipalities = [key for key in self.edition.of_level(Level.MUNICIPALITY) if not areas[key].uninhabited]
        districts, states = self.edition.of_level(Level.DISTRICT), self.edition.of_level(Level.STATE)
        return (
            self._level_sum(municipalities, Level.AMT),
            self._level_sum(municipalities, Level.DISTRICT),
            self._level_sum(districts, Level.STATE),
            self._level_sum(states, Level.COUNTRY),
        )

    def _level_sum(self, children: Sequence[str], level: Level) -> LevelSum:
        pairs = [(child, self.edition.ancestor(child, level)) for child in children]
        below = sorted((self.index[parent], self.index[child]) for child, parent in pairs if parent is not None)
        places = np.array(below, dtype=np.int64).reshape(-1, 2)
        parents, starts, expected = np.unique(places[:, 0], return_index=True, return_counts=True)
        return LevelSum(level, places[:, 1], starts, parents, expected)


@dataclass(frozen=True)
class Frame:
    """The areas that are published, the edition they belong to, and the correspondences that lead to it."""

    territory: Territory
    edition: Edition
    published: tuple[str, ...]
    correspondences: tuple[Correspondence, ...] = ()

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The hierarchy of the edition that is published."""
        return self._hierarchies[self.edition.on]

    @property
    def areas(self) -> tuple[str, ...]:
        """Every area of the edition; sums over areas need those that are not published, too."""
        return self.hierarchy.areas

    @property
    def index(self) -> Mapping[str, int]:
        """The place of each area in `areas`."""
        return self.hierarchy.index

    @cached_property
    def amt_places(self) -> Places:
        """For each published area the place of its Amt among the published ones; -1 for those without."""
        index = {key: place for place, key in enumerate(self.published)}
        amts = [self.edition.ancestor(key, Level.AMT) for key in self.published]
        return np.array([index.get(amt or "", -1) for amt in amts], dtype=np.int64)

    def hierarchy_on(self, day: date) -> Hierarchy | None:
        """The hierarchy of exactly that day, if an edition of it is known."""
        return self._hierarchies.get(day)

    def steps_from(self, day: date) -> tuple[Correspondence, ...]:
        """The correspondences from a date to the edition's; empty if there are none or none lead there."""
        return chain(self.correspondences, day, self.edition.on) or ()

    @cached_property
    def _hierarchies(self) -> Mapping[date, Hierarchy]:
        editions = {edition.on: edition for edition in self.territory.editions} | {self.edition.on: self.edition}
        return {on: Hierarchy(edition) for on, edition in editions.items()}
