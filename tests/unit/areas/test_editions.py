"""All areas of a day, as several editions tell them; how editions answer is told in the specs of territory."""

from __future__ import annotations

from datetime import date

from gemeinsinn.areas.editions import territory_of
from gemeinsinn.concepts.territory import Level
from support.panels import edition, municipality


OLD = edition(date(2020, 12, 31), [municipality("01001001"), municipality("01001002")])
NEW = edition(date(2021, 12, 31), [municipality("01001001"), municipality("01001003")])


def keys_on(day: date) -> set[str]:
    areas = territory_of([OLD, NEW]).on_day(day)
    return {version.area.key for version in areas if version.area.level is Level.MUNICIPALITY}


def test_a_day_has_the_areas_that_stood_on_it() -> None:
    assert keys_on(date(2021, 6, 1)) == {"01001001", "01001002"}
    assert keys_on(date(2021, 12, 31)) == {"01001001", "01001003"}


def test_before_the_first_edition_a_day_has_the_areas_of_the_first() -> None:
    assert keys_on(date(1990, 1, 1)) == {"01001001", "01001002"}


def test_every_key_that_ever_was_is_known() -> None:
    assert {"01001002", "01001003"} <= set(territory_of([OLD, NEW]).keys)


def test_without_editions_a_day_has_no_areas() -> None:
    assert territory_of([]).on_day(date(2021, 1, 1)) == ()


def test_of_two_records_with_one_key_the_later_stands() -> None:
    twice = edition(date(2021, 12, 31), [municipality("01001001"), municipality("01001001", parent="01")])

    assert twice.areas["01001001"].parent == "01"
