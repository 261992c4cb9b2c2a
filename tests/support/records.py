"""Records for anonymisation, and a plain reference for what classes have to satisfy: dictionaries and fractions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.records.classes import Classes
from gemeinsinn.protect.records.levels import Diversity, Level, Watched
from gemeinsinn.protect.records.mondrian import Records
from gemeinsinn.protect.records.scales import Line, Tree, tree_of
from gemeinsinn.protect.tables.hierarchies import from_pairs


def line(values: int) -> Line:
    """A line of whole numbers from 0."""
    return Line(np.arange(max(values, 1), dtype=np.float64))


def country() -> Tree:
    """Two states, three districts, seven towns; a town that is a district of its own."""
    pairs = [("north", "country"), ("south", "country"), ("city", "south")]
    pairs += [("coast", "north"), ("heath", "north")]
    pairs += [(name, "coast") for name in ("a", "b", "c")] + [(name, "heath") for name in ("d", "e", "f")]
    return tree_of(from_pairs(pairs, name="country"))


def people(number: int, seed: int = 0) -> Records:
    """People by age, town and sex, with a grade from 0 to 5, in families of three records."""
    rng = np.random.default_rng(seed)
    ages = np.clip(rng.normal(42, 23, number), 0, 95).astype(np.int32)
    towns = np.minimum(rng.geometric(0.4, number) - 1, 6).astype(np.int32)
    sexes = rng.integers(0, 2, number, dtype=np.int32)
    grades = np.minimum(rng.geometric(0.5, number) - 1, 5).astype(np.int32)
    return Records(
        columns={"age": line(96), "town": country(), "sex": line(2)},
        codes=np.column_stack([ages, towns, sexes]),
        sensitive={"grade": Watched(grades, is_ordered=True)},
        units=(np.arange(number) // 3).astype(np.int32),
    )


def members(classes: Classes) -> list[list[int]]:
    """The places of the records of each class."""
    return [classes.order[first:last].tolist() for first, last in zip(classes.begin, classes.begin[1:], strict=False)]


def is_kept(level: Level, group: Sequence[int], records: Records) -> bool:
    """Whether a class satisfies a level, by counting on paper."""
    if len(group) < level.k:
        return False
    if records.units is not None and len({int(records.units[each]) for each in group}) < level.k:
        return False
    return all(
        _is_diverse(level, [int(watched.codes[each]) for each in group]) and distance(group, watched) <= level.t + 1e-6
        for watched in records.sensitive.values()
    )


def _is_diverse(level: Level, values: Sequence[int]) -> bool:
    if level.diversity is Diversity.DISTINCT:
        return len(set(values)) >= level.l
    return effective(values) >= level.l - 1e-6


def effective(values: Sequence[int]) -> float:
    """How many values of equal size have the same entropy."""
    shares = [count / len(values) for count in Counter(values).values()]
    return exp(-sum(share * log(share) for share in shares))


def distance(group: Sequence[int], watched: Watched) -> float:
    """The earth mover's distance of a class to everybody: for an order by cumulated shares, else half of all differences."""
    every, own = Counter(watched.codes.tolist()), Counter(int(watched.codes[each]) for each in group)
    values = sorted(every)
    gaps = [Fraction(own[value], len(group)) - Fraction(every[value], watched.codes.size) for value in values]
    if len(values) < 2:
        return 0.0
    if not watched.is_ordered:
        return float(sum(abs(gap) for gap in gaps) / 2)
    upto = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    return float(sum(abs(each) for each in upto) / (len(values) - 1))


def alike(columns: Sequence[NDArray[np.int32]], number: int) -> set[frozenset[int]]:
    """The classes of records that are equal in all columns."""
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place in range(number):
        found[tuple(int(column[place]) for column in columns)].append(place)
    return {frozenset(places) for places in found.values()}
