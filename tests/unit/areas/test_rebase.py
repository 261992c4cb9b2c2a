"""Correspondences in a chain: which reforms lead from one day to another, and what a restated count is."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.areas.rebase import Reach, Restated, chain, correspondences_of, restated
from gemeinsinn.concepts.territory import Transfer
from support.panels import reform


D20, D21, D22, D23 = (date(year, 12, 31) for year in (2020, 2021, 2022, 2023))
FIRST = reform(D20, D21, {("a", "a"): 1.0, ("b", "a"): 1.0, ("c", "c"): 1.0})
SECOND = reform(D21, D22, {("a", "a"): 0.75, ("a", "c"): 0.25, ("c", "c"): 1.0})


def test_transfers_are_sorted_into_correspondences_oldest_first() -> None:
    found = correspondences_of([*SECOND.transfers, *FIRST.transfers])

    assert [(each.from_date, each.to_date, len(each.transfers)) for each in found] == [(D20, D21, 3), (D21, D22, 3)]


def test_a_chain_leads_from_one_day_to_another() -> None:
    assert chain([FIRST, SECOND], D20, D22) == (FIRST, SECOND)


def test_from_a_day_to_itself_nothing_has_to_be_done() -> None:
    assert chain([FIRST, SECOND], D21, D21) == ()


@pytest.mark.parametrize(
    ("start", "end"), [(D20, D23), (date(2019, 12, 31), D21), (D21, D20), (D20, date(2022, 6, 30))]
)
def test_where_a_step_is_missing_there_is_no_chain(start: date, end: date) -> None:
    assert chain([FIRST, SECOND], start, end) is None


def test_a_merger_adds_up_and_is_converted() -> None:
    assert restated({"a": 10, "b": 5, "c": 1}, [FIRST]) == {"a": Restated(15, Reach.COUNTRY), "c": Restated(1)}


def test_what_was_converted_once_stays_converted() -> None:
    found = restated({"b": 8.0}, [FIRST, reform(D21, D22, {("a", "z"): 1.0})])

    assert found == {"z": Restated(8.0)}
    assert restated({"a": 4.0, "b": 8.0}, [FIRST, reform(D21, D22, {("a", "z"): 1.0})]) == {
        "z": Restated(12.0, Reach.COUNTRY)
    }


def test_a_municipality_that_no_reform_names_keeps_its_count() -> None:
    assert restated({"x": 7}, [FIRST, SECOND]) == {"x": Restated(7)}


def test_an_area_that_takes_land_without_people_takes_no_people() -> None:
    step = correspondences_of([Transfer("a", "a", D20, D21, 0.5, 1.0), Transfer("a", "b", D20, D21, 0.5, 0.0)])

    assert restated({"a": 10}, step) == {"a": Restated(10)}
    assert restated({"a": 10}, step, by="area") == {"a": Restated(5, Reach.COUNTRY), "b": Restated(5, Reach.COUNTRY)}


def test_only_municipalities_that_change_are_touched() -> None:
    assert FIRST.touched == {"b"}
    assert SECOND.touched == {"a"}


def test_how_far_a_count_reached_is_told_by_the_keys_of_old_and_new() -> None:
    """A merger in a district, one from the next district, and a share of what goes to the next state, too."""
    shares = {
        ("01001001", "01001001"): 1.0, ("01001002", "01001001"): 1.0,
        ("01001003", "01001003"): 1.0, ("01002001", "01001003"): 1.0,
        ("01001004", "01001004"): 0.5, ("01001004", "02001001"): 0.5,
    }  # fmt: skip

    found = restated(dict.fromkeys([old for old, _ in shares], 2.0), [reform(D20, D21, shares)])

    assert {key: count.reach for key, count in found.items()} == {
        "01001001": Reach.DISTRICT, "01001003": Reach.STATE, "01001004": Reach.COUNTRY, "02001001": Reach.COUNTRY,
    }  # fmt: skip
