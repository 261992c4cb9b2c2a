"""Invented tables of people by area, age and sex in four sizes, always the same: programs for disclosure control compete on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.hierarchies import Hierarchy, from_levels
from gemeinsinn.protect.tables.model import TableModel, product_table


AGES = 18
SEXES = ("m", "w")
_SEED = 1
_GROUP = 6
"""So many ages are one broad age."""
_RATE = 0.07
"""How many of the people are counted."""
_FEWEST_MUNICIPALITIES, _FEWEST_PEOPLE = 2, 40


@dataclass(frozen=True, slots=True)
class Extent:
    """How many areas of each level there are in one of the level above."""

    states: int
    counties: int
    amts: int
    municipalities: int
    """On average, unless `even`."""
    even: bool = False


MINI = Extent(1, 1, 3, 4, even=True)
KREIS = Extent(1, 1, 8, 6)
LAND = Extent(1, 15, 6, 12)
BUND = Extent(16, 25, 4, 7)


def trial_table(extent: Extent) -> TableModel:
    """The counts of one size, with all totals; its spine are the areas."""
    return product_table(trial_dimensions(extent), trial_counts(extent), spine="area")


def trial_dimensions(extent: Extent) -> dict[str, Hierarchy]:
    """Areas, ages in broad ages, and sexes."""
    areas = list(_municipalities(extent, np.random.default_rng(_SEED)))
    return {"area": _area_hierarchy(areas), "age": _age_hierarchy(), "sex": from_levels(zip(SEXES), name="sex")}


def trial_counts(extent: Extent) -> NDArray[np.float64]:
    """How many people there are in each municipality, age and sex."""
    rng = np.random.default_rng(_SEED)
    areas = list(_municipalities(extent, rng))
    people = np.exp(rng.normal(7.0, 1.3, len(areas))).astype(int) + _FEWEST_PEOPLE
    ages = rng.dirichlet(np.full(AGES, 3.0))
    return np.stack([_counts(int(number), ages, rng) for number in people]).astype(np.float64)


def _municipalities(extent: Extent, rng: np.random.Generator) -> Iterator[tuple[str, str, str, str]]:
    """State, county, Amt and municipality, each code longer than the one above."""
    for state, county, amt in product(range(extent.states), range(extent.counties), range(extent.amts)):
        drawn = extent.municipalities if extent.even else int(rng.poisson(extent.municipalities))
        above = (f"L{state:02d}", f"L{state:02d}K{county:02d}", f"L{state:02d}K{county:02d}A{amt:02d}")
        for number in range(max(_FEWEST_MUNICIPALITIES, drawn)):
            yield (*above, f"{above[-1]}G{number:02d}")


def _counts(people: int, ages: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """How many of the people of one municipality are counted, by age and sex."""
    expected = people * _RATE * np.exp(rng.normal(0, 0.4))
    local = ages * rng.dirichlet(np.full(AGES, 8.0)) * AGES
    return rng.poisson(np.outer(local, [0.5, 0.5]) * expected)


def _area_hierarchy(areas: list[tuple[str, str, str, str]]) -> Hierarchy:
    """The levels that divide anything."""
    levels = [level for level in range(4) if len({area[level] for area in areas}) > 1]
    return from_levels([[area[level] for level in levels] for area in areas], name="area")


def _age_hierarchy() -> Hierarchy:
    return from_levels([(f"B{age // _GROUP}", f"A{age:02d}") for age in range(AGES)], name="age")
