"""Choices of people, and the smallest parts that they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.parts import Columns, columns_of, grid_of
from support.key_dates import REGISTER


Where = Mapping[str, tuple[str, ...]]
EVERYBODY: Where = {}
MINORS, YOUNG, WOMEN = {"age": ("0-17",)}, {"age": ("0-20",)}, {"sex": ("female",)}


def columns(*asked: Where, before: Sequence[Where] = ()) -> Columns:
    return columns_of(grid_of(REGISTER, [*asked, *before]), asked, before)


def test_two_groups_that_overlap_meet_in_three_parts() -> None:
    found = columns(YOUNG, {"age": ("18-64",)})

    assert found.parts == 3
    assert found.members[:2].sum(axis=1).tolist() == [2, 2]
    assert set(found.names[2:]) == {
        "age=0-20 without age=18-64",
        "age=18-64 without age=0-20",
        "age=0-20 and age=18-64",
    }


def test_what_a_group_has_over_the_next_smaller_one_is_a_column_although_nobody_asked() -> None:
    """The difference of two published groups is a number like any other, also where it is made of several parts."""
    found = columns(EVERYBODY, MINORS, WOMEN)

    assert {"everybody without age=0-17", "everybody without sex=female"} <= set(found.names)
    assert found.members[found.names.index("everybody without age=0-17")].sum() == 2


def test_a_group_that_was_asked_before_is_a_column_that_is_not_shown_and_so_is_the_difference() -> None:
    """Two releases, one with minors and one with young people: their difference is a number of the second one's table."""
    found = columns(YOUNG, before=[MINORS])

    assert found.names == ("age=0-20", "[age=0-17]", "age=0-20 without [age=0-17]")
    assert found.asked == 1
    assert found.column_of == {"age=0-20": 0, "age=0-17": 1}


def test_a_group_that_is_asked_again_is_shown_again() -> None:
    found = columns(YOUNG, MINORS, before=[MINORS])

    assert found.asked == 2
    assert found.names[:2] == ("age=0-20", "age=0-17")


def test_a_choice_of_all_categories_is_the_choice_of_everybody() -> None:
    found = columns(EVERYBODY, {"sex": ("male", "female", "diverse")}, {"age": ("0+",)})

    assert set(found.column_of.values()) == {0}
    assert found.names == ("everybody",)


def test_a_group_is_the_same_whatever_else_is_asked_and_however_its_codes_are_ordered() -> None:
    """The ledger compares releases by it: another indicator, or another order of codes, must not make it another group."""
    alone = columns({"age": ("0-17",), "sex": ("male", "female")})
    beside = columns(
        {"sex": ("female", "male"), "age": ("0-5", "6-17")}, {"nationality_group": ("german",), "age": ("3-40",)}
    )

    assert alone.identities[0] == beside.identities[0]
    assert alone.identities[0] != beside.identities[1]


def test_every_column_is_the_sum_of_parts_that_are_columns_themselves() -> None:
    germans = {"nationality_group": ("german",), "age": ("10-70",)}

    found = columns(EVERYBODY, MINORS, WOMEN, {"age": ("65+",)}, germans)

    singles = found.members[found.members.sum(axis=1) == 1]
    assert np.array_equal(np.sort(singles.argmax(axis=1)), np.arange(found.parts))
    assert len(set(found.identities)) == len(found.identities)


def test_an_indicator_that_chooses_an_area_is_refused() -> None:
    with pytest.raises(DisclosureError, match="an indicator chooses by 'municipality'"):
        grid_of(REGISTER, [{"municipality": ("01001001",)}])


def test_a_dimension_that_was_taken_out_of_the_register_is_told_because_the_ledger_still_knows_it() -> None:
    with pytest.raises(DisclosureError, match="what was released by 'grade' cannot be counted any more"):
        grid_of(REGISTER, [{"grade": ("five",)}])
