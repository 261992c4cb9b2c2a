"""Mondrian on small records whose best classes one can see."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.protect.records.levels import Diversity, Level, Watched
from gemeinsinn.protect.records.line_cuts import selected
from gemeinsinn.protect.records.mondrian import Records, mondrian
from gemeinsinn.protect.records.protection import generalised
from gemeinsinn.protect.records.scales import flat_tree
from support.records import country, is_kept, line, members, people


def aged(*ages: int) -> Records:
    return Records({"age": line(100)}, np.array(ages, dtype=np.int32).reshape(-1, 1))


def sorted_codes(records: Records, level: Level) -> list[list[int]]:
    classes = mondrian(records, level)
    return sorted(sorted(int(records.codes[each, 0]) for each in group) for group in members(classes))


def test_a_line_is_cut_between_two_values() -> None:
    assert sorted_codes(aged(1, 2, 3, 50, 51, 52), Level(3)) == [[1, 2, 3], [50, 51, 52]]


def test_a_box_that_is_too_small_for_two_stays_whole() -> None:
    assert sorted_codes(aged(1, 2, 3, 50, 51), Level(3)) == [[1, 2, 3, 50, 51]]


def test_where_no_value_divides_the_cut_goes_through_the_records_of_one() -> None:
    """Relaxed: two of age 1 and ten of age 2; some of these stay with the two, the others are told exactly."""
    found = sorted_codes(aged(1, 1, *[2] * 10), Level(3))

    assert sum(group == [2] * len(group) for group in found) == len(found) - 1
    assert min(map(len, found)) >= 3


def test_records_that_are_all_alike_are_one_class() -> None:
    assert sorted_codes(aged(*[7] * 20), Level(3)) == [[7] * 20]


def test_branches_that_are_too_small_stay_together_and_borrow() -> None:
    """One of `b` and ninety-nine of `a`: `b` needs two of `a` beside it, and all others keep their code."""
    codes = np.array([0] * 99 + [1], dtype=np.int32).reshape(-1, 1)
    found = generalised(Records({"town": flat_tree(["a", "b"])}, codes), Level(3))
    told = {int(node): int(size) for node, size in zip(found.low["town"], found.classes.sizes, strict=True)}

    assert told == {0: 3, 1: 97}


def test_a_class_borrows_until_it_is_diverse() -> None:
    """Three of `b` with the same grade need somebody with another one."""
    codes = np.array([0] * 40 + [1] * 3, dtype=np.int32).reshape(-1, 1)
    grades = np.array([0, 1] * 20 + [0] * 3, dtype=np.int32)
    records = Records({"town": flat_tree(["a", "b"])}, codes, {"grade": Watched(grades)})

    classes = mondrian(records, Level(3, l=2))

    assert len(classes) > 1
    assert all(is_kept(Level(3, l=2), group, records) for group in members(classes))


def test_a_hierarchy_is_told_by_its_lowest_common_codes() -> None:
    tree = country()
    towns = ["a"] * 5 + ["b"] * 2 + ["c"] * 2 + ["d"] * 5 + ["e"] * 5
    codes = np.array([tree.code_of[town] for town in towns], dtype=np.int32).reshape(-1, 1)

    found = generalised(Records({"town": tree}, codes), Level(4))

    told = {tree.names[int(node)] for node in found.low["town"]}
    assert told == {"a", "coast", "d", "e"}


def test_a_column_that_counts_more_keeps_more() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 100, (2000, 2)).astype(np.int32)
    columns = {"first": line(100), "second": line(100)}

    plain = generalised(Records(columns, codes), Level(5)).loss.penalty
    weighted = generalised(Records(columns, codes, weights={"first": 8.0}), Level(5)).loss.penalty

    assert weighted["first"] < 0.6 * plain["first"]
    assert weighted["second"] > plain["second"]


def test_several_records_of_one_person_count_once() -> None:
    """Six records of two people are no class of three."""
    codes = np.array([1] * 6 + [90] * 6, dtype=np.int32).reshape(-1, 1)
    units = np.array([0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4], dtype=np.int32)

    alone = mondrian(Records({"age": line(100)}, codes), Level(3))
    together = mondrian(Records({"age": line(100)}, codes, units=units), Level(3))

    assert len(alone) == 2
    assert len(together) == 1


@pytest.mark.parametrize(
    "level",
    [Level(5), Level(5, l=3), Level(5, l=2.5, diversity=Diversity.ENTROPY), Level(5, t=0.15), Level(20, l=4, t=0.2)],
    ids=str,
)
def test_large_records_on_two_cores_are_cut_as_on_one(level: Level) -> None:
    """The order of work must not matter. 30,000 records: enough for both cores."""
    records = people(30_000)

    one, two = (mondrian(records, level, workers=workers) for workers in (1, 2))

    assert set(map(frozenset, members(one))) == set(map(frozenset, members(two)))
    assert all(is_kept(level, group, records) for group in members(two)[::50])


def test_no_records_are_no_classes() -> None:
    assert len(mondrian(aged(), Level(3))) == 0


def test_a_column_with_more_values_than_records_is_cut_at_its_median_too() -> None:
    codes = np.random.default_rng(1).permutation(1_000_000)[:64].astype(np.int32).reshape(-1, 1)
    classes = mondrian(Records({"income": line(1_000_000)}, codes), Level(2))

    assert sorted(classes.sizes.tolist()) == [2] * 32


def test_the_middle_of_unsorted_values_is_that_of_sorted_ones() -> None:
    rng = np.random.default_rng(2)

    for size in (1, 2, 3, 10, 101):
        values = rng.integers(0, 7, size).astype(np.int32)
        for place in range(size):
            assert selected(values.copy(), size, place) == np.sort(values)[place]
