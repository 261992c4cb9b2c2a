"""The frame: which areas add up to which, each published area's Amt, and the way from an older territory."""

from __future__ import annotations

from datetime import date

import numpy as np

from gemeinsinn.areas.editions import edition_of
from gemeinsinn.concepts.territory import AreaRecord, Level
from support.panels import edition, frame_of, municipality, reform


ON, LATER = date(2022, 12, 31), date(2023, 12, 31)
AMT = AreaRecord("010015001", Level.AMT, "Amt Nord", "01001")
AREAS = [
    municipality("01001001"),
    municipality("01001002", parent="010015001"),
    municipality("01001003", parent="010015001"),
    municipality("01001009", uninhabited=True),
    AMT,
]


def test_every_larger_area_knows_how_many_parts_it_has() -> None:
    hierarchy = frame_of([edition(ON, AREAS)]).hierarchy

    expected = {
        level.level: {
            hierarchy.areas[parent]: int(parts) for parent, parts in zip(level.parents, level.expected, strict=True)
        }
        for level in hierarchy.sums
    }

    assert expected == {
        Level.AMT: {"010015001": 2},
        Level.DISTRICT: {"01001": 3},
        Level.STATE: {"01": 1},
        Level.COUNTRY: {"DG": 1},
    }


def test_a_level_without_areas_sums_up_nothing() -> None:
    without_amt = frame_of([edition(ON, [municipality("01001001")])]).hierarchy.sums[0]

    assert without_amt.parents.size == 0


def test_rows_of_children_are_reduced_to_one_row_a_parent() -> None:
    hierarchy = frame_of([edition(ON, AREAS)]).hierarchy
    values = np.arange(len(hierarchy.areas), dtype=float).reshape(-1, 1)

    district = next(level for level in hierarchy.sums if level.level is Level.DISTRICT)

    places = [hierarchy.index[key] for key in ("01001001", "01001002", "01001003")]
    assert district.reduced(values, np.add).tolist() == [[float(sum(places))]]


def test_each_published_area_points_to_its_amt() -> None:
    frame = frame_of([edition(ON, AREAS)])

    of = {key: int(place) for key, place in zip(frame.published, frame.amt_places, strict=True)}

    assert frame.published[of["01001002"]] == "010015001"
    assert of["01001001"] == of["01001"] == -1


def test_an_amt_that_is_not_published_lends_no_value() -> None:
    whole = edition_of(ON, "hand", edition(ON, AREAS).areas.values())
    frame = frame_of([whole])
    narrow = type(frame)(frame.territory, frame.edition, ("01001002",))

    assert narrow.amt_places.tolist() == [-1]


def test_the_hierarchy_of_a_day_is_known_only_for_the_days_of_editions() -> None:
    frame = frame_of([edition(ON, AREAS), edition(LATER, AREAS[:2])])

    earlier = frame.hierarchy_on(ON)

    assert earlier is not None
    assert "01001003" in earlier.areas
    assert frame.hierarchy_on(date(2023, 6, 30)) is None
    assert frame.hierarchy.edition.on == LATER


def test_the_steps_from_a_day_lead_to_the_edition_or_nowhere() -> None:
    step = reform(ON, LATER, {("01001001", "01001001"): 1})
    frame = frame_of([edition(ON, AREAS), edition(LATER, AREAS)], [step])

    assert frame.steps_from(ON) == (step,)
    assert frame.steps_from(LATER) == ()
    assert frame.steps_from(date(2020, 12, 31)) == ()
