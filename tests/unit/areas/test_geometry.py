"""Land put onto a later edition, and larger areas put together from smaller ones; borders stay where they are."""

from __future__ import annotations

from datetime import date

import pytest
from shapely.geometry import MultiPolygon, box

from gemeinsinn.areas.geometry import land_of, on_edition, put_together
from gemeinsinn.concepts.territory import Level, Shape
from support.panels import edition, municipality, reform


BEFORE, AFTER = date(2020, 12, 31), date(2021, 12, 31)
A, B, C = "01001001", "01001002", "01001003"
LAND = {A: MultiPolygon([box(0, 0, 1, 1)]), B: MultiPolygon([box(1, 0, 2, 1)]), C: MultiPolygon([box(5, 5, 6, 6)])}
SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))
HOLE = ((0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4), (0.2, 0.2))


def test_a_shape_keeps_its_holes() -> None:
    land = land_of([Shape(A, Level.MUNICIPALITY, ((SQUARE, HOLE),))], Level.MUNICIPALITY)

    assert land[A].area == pytest.approx(1 - 0.04)


def test_only_shapes_of_the_wanted_level_are_taken() -> None:
    shapes = [Shape(A, Level.MUNICIPALITY, ((SQUARE,),)), Shape("01001", Level.DISTRICT, ((SQUARE,),))]

    assert set(land_of(shapes, Level.DISTRICT)) == {"01001"}


def test_without_reforms_land_stays_as_it_is() -> None:
    here = edition(AFTER, [municipality(key) for key in LAND])

    assert on_edition(LAND, here, []) == LAND


def test_dissolved_land_goes_to_its_heir_without_a_border_between() -> None:
    here = edition(AFTER, [municipality(A), municipality(C)])

    found = on_edition(LAND, here, [reform(BEFORE, AFTER, {(A, A): 1.0, (B, A): 1.0, (C, C): 1.0})])

    assert set(found) == {A, C}
    assert found[A].equals(MultiPolygon([box(0, 0, 2, 1)]))


def test_divided_land_goes_to_the_area_that_took_most_of_it() -> None:
    here = edition(AFTER, [municipality(A), municipality(C)])

    found = on_edition(LAND, here, [reform(BEFORE, AFTER, {(B, A): 0.3, (B, C): 0.7})])

    assert found[C].area == pytest.approx(2)


def test_land_divided_in_equal_parts_stays_where_it_keeps_its_key() -> None:
    here = edition(AFTER, [municipality(key) for key in LAND])

    found = on_edition(LAND, here, [reform(BEFORE, AFTER, {(B, C): 0.5, (B, B): 0.5})])

    assert found[B] == LAND[B]


def test_an_area_that_no_old_land_leads_to_is_left_out() -> None:
    here = edition(AFTER, [municipality(A), municipality("01001009")])

    assert set(on_edition(LAND, here, [])) == {A}


def test_a_larger_area_is_the_land_of_its_municipalities_islands_and_all() -> None:
    here = edition(AFTER, [municipality(key) for key in LAND])

    found = put_together(LAND, here, ["01001"])

    assert found["01001"].area == pytest.approx(3)
    assert len(found["01001"].geoms) == 2


def test_a_larger_area_without_known_land_is_left_out() -> None:
    here = edition(AFTER, [municipality("01001009")])

    assert put_together(LAND, here, ["01001"]) == {}
