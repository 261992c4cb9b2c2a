"""Choices of people, and the smallest parts that they have in common."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.parts import Columns, columns_of, grid_of
from support.key_dates import REGISTER


Choices = Mapping[str, Mapping[str, tuple[str, ...]]]


def columns(choices: Choices) -> tuple[Columns, dict[str, int]]:
    return columns_of(grid_of(REGISTER, list(choices.values())), choices)


def test_two_groups_that_overlap_meet_in_three_parts() -> None:
    found, _ = columns({"young": {"age": ("0-20",)}, "adult": {"age": ("18-64",)}})

    assert found.parts == 3
    assert found.members[:2].sum(axis=1).tolist() == [2, 2]
    assert set(found.names[2:]) == {"young without adult", "adult without young", "young and adult"}


def test_what_a_group_has_over_the_next_smaller_one_is_a_column_although_nobody_asked() -> None:
    """The difference of two published groups is a number like any other, also where it is made of several parts."""
    choices = {"all": {}, "minors": {"age": ("0-17",)}, "women": {"sex": ("female",)}}

    found, _ = columns(choices)

    assert {"all without minors", "all without women"} <= set(found.names)
    assert found.members[found.names.index("all without minors")].sum() == 2


def test_a_choice_of_all_categories_is_the_choice_of_everybody() -> None:
    found, of = columns({"all": {}, "sexes": {"sex": ("male", "female", "diverse")}, "ages": {"age": ("0+",)}})

    assert set(of.values()) == {0}
    assert found.names == ("all",)


def test_a_group_is_the_same_whatever_else_is_asked_and_however_its_codes_are_ordered() -> None:
    """The ledger compares releases by it: another indicator, or another order of codes, must not make it another group."""
    alone, of_alone = columns({"a": {"age": ("0-17",), "sex": ("male", "female")}})
    beside, of_beside = columns(
        {
            "b": {"sex": ("female", "male"), "age": ("0-5", "6-17")},
            "others": {"nationality_group": ("german",), "age": ("3-40",)},
        }
    )

    assert alone.identities[of_alone["a"]] == beside.identities[of_beside["b"]]
    assert alone.identities[of_alone["a"]] != beside.identities[of_beside["others"]]


def test_every_column_is_the_sum_of_parts_that_are_columns_themselves() -> None:
    choices: Choices = {
        "all": {},
        "minors": {"age": ("0-17",)},
        "women": {"sex": ("female",)},
        "old": {"age": ("65+",)},
        "germans": {"nationality_group": ("german",), "age": ("10-70",)},
    }

    found, _ = columns(choices)

    singles = found.members[found.members.sum(axis=1) == 1]
    assert np.array_equal(np.sort(singles.argmax(axis=1)), np.arange(found.parts))
    assert len(set(found.identities)) == len(found.identities)


def test_an_indicator_that_chooses_an_area_is_refused() -> None:
    with pytest.raises(DisclosureError, match="an indicator chooses by 'municipality'"):
        grid_of(REGISTER, [{"municipality": ("01001001",)}])
