"""Territory: which areas there were on a day, under which name and in which larger area."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from gemeinsinn.areas.editions import Edition, Territory, area_named, edition_of, territory_of
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.concepts.territory import AreaRecord, BoundaryChange, Level
from gemeinsinn.errors import UnknownNameError


FIRST, SECOND, THIRD = date(2021, 12, 31), date(2022, 12, 31), date(2023, 12, 31)
NORTH, SOUTH = "010015001", "010015002"


def edition(on: date, *municipalities: tuple[str, str, str], ämter: Iterable[str] = (NORTH, SOUTH)) -> Edition:
    """An edition of one district with two Ämter; municipalities by key, name and Amt."""
    areas = [
        AreaRecord("DG", Level.COUNTRY, "Deutschland", ""),
        AreaRecord("01", Level.STATE, "Testland", "DG"),
        AreaRecord("01001", Level.DISTRICT, "Kreis Test", "01"),
        *(AreaRecord(key, Level.AMT, f"Amt {key[-1]}", "01001") for key in ämter),
        *(AreaRecord(key, Level.MUNICIPALITY, name, parent) for key, name, parent in municipalities),
    ]
    return edition_of(on, f"directory of {on}", areas)


A, B, C = "01001001", "01001002", "01001003"
JOINED = (
    edition(FIRST, (A, "Astadt", "01001"), (B, "Bedorf", NORTH), (C, "Cedorf", NORTH)),
    edition(SECOND, (A, "Astadt", "01001"), (B, "Bedorf", NORTH)),
)
"""Cedorf was dissolved between the two editions."""


def names_on(territory: Territory, day: date) -> set[str]:
    return {version.area.name for version in territory.on_day(day) if version.area.level is Level.MUNICIPALITY}


def spans(territory: Territory, key: str) -> list[tuple[str, date, date]]:
    return [(version.area.name, version.valid_from, version.valid_to) for version in territory.versions(key)]


def test_a_municipality_that_stands_in_every_edition_has_no_end() -> None:
    assert spans(territory_of(JOINED), A) == [("Astadt", FIRST, OPEN_END)]


def test_without_a_named_day_a_change_counts_from_the_edition_that_shows_it_first() -> None:
    assert spans(territory_of(JOINED), C) == [("Cedorf", FIRST, SECOND)]


def test_a_change_counts_from_the_day_that_the_official_list_names() -> None:
    change = BoundaryChange("01/2022/1", C, B, 1, date(2022, 3, 1))

    territory = territory_of(JOINED, [change])

    assert spans(territory, C) == [("Cedorf", FIRST, date(2022, 3, 1))]


def test_a_change_outside_the_time_between_two_editions_dates_nothing() -> None:
    changes = [BoundaryChange("01/2020/1", C, B, 1, date(2020, 3, 1)), BoundaryChange("2", C, B, 1, date(2023, 1, 1))]

    territory = territory_of(JOINED, changes)

    assert spans(territory, C) == [("Cedorf", FIRST, SECOND)]


def test_the_end_of_a_period_does_not_belong_to_it() -> None:
    territory = territory_of(JOINED, [BoundaryChange("01/2022/1", C, B, 1, date(2022, 3, 1))])

    last_day, next_day = names_on(territory, date(2022, 2, 28)), names_on(territory, date(2022, 3, 1))

    assert last_day == {"Astadt", "Bedorf", "Cedorf"}
    assert next_day == {"Astadt", "Bedorf"}


def test_before_the_first_edition_the_areas_of_the_first_stand() -> None:
    territory = territory_of(JOINED)

    assert names_on(territory, date(1990, 1, 1)) == {"Astadt", "Bedorf", "Cedorf"}
    assert territory.on(date(1990, 1, 1)) is territory.editions[0]


@pytest.mark.parametrize(
    ("day", "edition"), [(FIRST, FIRST), (date(2022, 12, 30), FIRST), (SECOND, SECOND), (THIRD, SECOND)]
)
def test_on_a_day_the_last_edition_by_then_holds(day: date, edition: date) -> None:
    assert territory_of(JOINED).on(day).on == edition


def test_the_order_in_which_editions_come_does_not_matter() -> None:
    assert territory_of(JOINED[::-1]).editions == territory_of(JOINED).editions


def test_of_two_editions_of_one_day_the_first_source_by_name_stands() -> None:
    one, other = edition_of(FIRST, "a", []), edition_of(FIRST, "b", [])

    assert territory_of([other, one]).editions == (one,)


def test_a_new_name_is_a_new_version_of_the_same_area() -> None:
    renamed = edition(SECOND, (A, "Astadt am See", "01001"))

    territory = territory_of([edition(FIRST, (A, "Astadt", "01001")), renamed])

    assert spans(territory, A) == [("Astadt", FIRST, SECOND), ("Astadt am See", SECOND, OPEN_END)]


def test_a_municipality_that_moves_to_another_amt_is_a_new_version() -> None:
    moved = territory_of([edition(FIRST, (B, "Bedorf", NORTH)), edition(SECOND, (B, "Bedorf", SOUTH))])

    parents = [version.area.parent for version in moved.versions(B)]

    assert parents == [NORTH, SOUTH]


def test_a_municipality_that_went_and_came_again_has_a_gap() -> None:
    editions = [
        edition(FIRST, (C, "Cedorf", NORTH)),
        edition(SECOND),
        edition(THIRD, (C, "Cedorf", NORTH)),
    ]

    territory = territory_of(editions)

    assert spans(territory, C) == [("Cedorf", FIRST, SECOND), ("Cedorf", THIRD, OPEN_END)]


def test_an_area_that_never_was_has_no_versions() -> None:
    assert territory_of(JOINED).versions("99999999") == ()


def test_the_first_version_begins_on_the_day_that_a_source_names() -> None:
    territory = territory_of(JOINED, since={A: date(1970, 1, 1)})

    assert spans(territory, A) == [("Astadt", date(1970, 1, 1), OPEN_END)]


def test_an_amt_begins_when_its_municipalities_begin_to_belong_to_it() -> None:
    editions = [
        edition(FIRST, (B, "Bedorf", NORTH), ämter=[NORTH]),
        edition(SECOND, (B, "Bedorf", SOUTH), ämter=[SOUTH]),
    ]

    territory = territory_of(editions, since={B: date(2022, 1, 1)})

    assert spans(territory, NORTH) == [("Amt 1", FIRST, date(2022, 1, 1))]
    assert spans(territory, SOUTH) == [("Amt 2", date(2022, 1, 1), OPEN_END)]


def test_without_any_edition_the_answer_says_what_to_do() -> None:
    with pytest.raises(
        UnknownNameError, match=r"no territory is known\. Declare a source of format gv-isys or gv100ad"
    ):
        Territory(()).on(FIRST)


# Up and down the hierarchy.


def test_what_lies_in_an_area_is_found_however_deep() -> None:
    known = JOINED[0]

    assert known.below("01001", Level.MUNICIPALITY) == (A, B, C)
    assert known.below(NORTH, Level.MUNICIPALITY) == (B, C)
    assert known.below("DG", Level.AMT) == (NORTH, SOUTH)


def test_an_area_is_below_itself_on_its_own_level() -> None:
    assert JOINED[0].below(A, Level.MUNICIPALITY) == (A,)


def test_nothing_is_below_an_area_that_nobody_knows() -> None:
    assert JOINED[0].below("99", Level.MUNICIPALITY) == ()


def test_the_areas_above_are_named_nearest_first() -> None:
    assert JOINED[0].ancestors(B) == (NORTH, "01001", "01", "DG")


def test_a_town_outside_all_ämter_stands_directly_below_its_district() -> None:
    assert JOINED[0].ancestor(A, Level.AMT) is None
    assert JOINED[0].ancestor(A, Level.DISTRICT) == "01001"


# Asked for by name.


def test_an_area_answers_to_its_key_and_to_its_name_however_it_is_capitalised() -> None:
    assert [area_named(asked, JOINED[0]) for asked in (A, "Astadt", "ASTADT")] == [A, A, A]


def test_an_area_answers_to_its_key_as_other_registers_write_it() -> None:
    """With the Amt in its middle (ARS), as the municipality directory writes it."""
    assert area_named("010010000001", JOINED[0]) == A


def test_a_district_answers_to_kreis_and_to_landkreis() -> None:
    assert [area_named(asked, JOINED[0]) for asked in ("Kreis Test", "landkreis test")] == ["01001", "01001"]


def test_a_misspelt_name_is_answered_with_the_nearest_one_and_its_key() -> None:
    with pytest.raises(UnknownNameError, match=r"there is no area 'Astat'\. Did you mean Astadt \(01001001\)\?"):
        area_named("Astat", JOINED[0])


def test_a_name_that_is_like_no_other_is_answered_with_where_to_look() -> None:
    with pytest.raises(UnknownNameError, match=r"there is no area 'Xyz'\. `gemeinsinn areas` lists all\."):
        area_named("Xyz", JOINED[0])


def test_a_name_that_two_areas_share_is_answered_with_both_keys() -> None:
    twins = edition(FIRST, (A, "Neudorf", "01001"), (B, "Neudorf", NORTH))

    with pytest.raises(UnknownNameError, match="'Neudorf' is the name of 2 areas") as refused:
        area_named("Neudorf", twins)

    assert A in str(refused.value)
    assert B in str(refused.value)
