"""The map of the demo county, from the shapefiles of the BKG to arcs: whole, closed, and its far island in a frame."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.ops import unary_union

from gemeinsinn.areas.editions import Edition, edition_of
from gemeinsinn.areas.geometry import land_of, put_together
from gemeinsinn.areas.insets import Inset, far_islands
from gemeinsinn.concepts.territory import Level
from gemeinsinn.releases.geo import topology
from gemeinsinn.sources.reading import Reading
from gemeinsinn.sources.vg5000 import read
from support.shipped import shipped


COUNTY, HELGOLAND = "01056", "01056025"
MUNICIPALITIES = 49


@cache
def reading() -> Reading:
    delivery = shipped("geometry/vg5000_ebenen_0101_GEM_KRS_LAN.zip")
    return read(delivery.content, name=delivery.name, under=COUNTY)


@cache
def land() -> dict[str, MultiPolygon]:
    return land_of(reading().shapes, Level.MUNICIPALITY)


def edition() -> Edition:
    areas = reading()
    assert areas.areas_on is not None
    return edition_of(areas.areas_on, "bkg", areas.areas)


def insets() -> tuple[Inset, ...]:
    return far_islands({key: each.bounds for key, each in land().items()})


@cache
def topojson() -> dict[str, Any]:
    return topology(land(), edition(), insets(), level="municipality")


def drawn() -> dict[str, MultiPolygon]:
    """Every area of the TopoJSON, put together from its arcs as a page does."""
    found = {}
    for each in topojson()["objects"]["municipality"]["geometries"]:
        polygons = [each["arcs"]] if each["type"] == "Polygon" else each["arcs"]
        found[each["id"]] = MultiPolygon([Polygon(_ring(rings[0])) for rings in polygons])
    return found


def _ring(places: list[int]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for place in places:
        arc = _points(topojson()["arcs"][place if place >= 0 else ~place])
        points += arc if place >= 0 else arc[::-1]
    return points


def _points(arc: list[list[float]]) -> list[tuple[float, float]]:
    transform = topojson().get("transform")
    if not transform:
        return [(x, y) for x, y in arc]
    (east, north), (scale_x, scale_y) = transform["translate"], transform["scale"]
    points, x, y = [], 0.0, 0.0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((east + x * scale_x, north + y * scale_y))
    return points


def test_every_municipality_is_on_the_map() -> None:
    assert set(drawn()) == set(land())
    assert len(drawn()) == MUNICIPALITIES


def test_every_ring_of_arcs_is_closed() -> None:
    for each in topojson()["objects"]["municipality"]["geometries"]:
        for rings in [each["arcs"]] if each["type"] == "Polygon" else each["arcs"]:
            for ring in rings:
                points = _ring(ring)
                assert points[0] == points[-1], each["id"]


def test_every_arc_is_of_use() -> None:
    used = {
        place if place >= 0 else ~place
        for each in topojson()["objects"]["municipality"]["geometries"]
        for rings in ([each["arcs"]] if each["type"] == "Polygon" else each["arcs"])
        for ring in rings
        for place in ring
    }

    assert used == set(range(len(topojson()["arcs"])))


def test_simplified_land_is_where_it_was_and_as_large() -> None:
    for key, simplified in drawn().items():
        assert simplified.area == pytest.approx(land()[key].area, rel=0.05), key
        assert simplified.centroid.distance(land()[key].centroid) < 0.005, key


def test_the_municipalities_of_the_county_fill_it_without_a_gap() -> None:
    """The sea and the holes of islands aside, land that belongs to nobody would show as a gap between neighbours."""
    county = land_of(reading().shapes, Level.DISTRICT)[COUNTY]

    together = put_together(land(), edition(), [COUNTY])[COUNTY]

    assert together.symmetric_difference(county).area < county.area * 1e-6


def test_borders_of_neighbours_fit_after_simplifying() -> None:
    mainland = [each.buffer(0) for key, each in drawn().items() if key != HELGOLAND]

    overlaps = sum(each.area for each in mainland) - unary_union(mainland).area

    assert overlaps < 1e-6


def test_helgoland_is_drawn_in_a_frame_of_its_own() -> None:
    assert [inset.areas for inset in insets()] == [(HELGOLAND,)]
    assert [each["areas"] for each in topojson()["insets"]] == [[HELGOLAND]]


def test_the_coordinates_of_an_inset_are_the_true_ones() -> None:
    west, south, east, north = topojson()["insets"][0]["bbox"]

    assert 7.8 < west < east < 8.0
    assert 54.1 < south < north < 54.3
    assert shape(land()[HELGOLAND]).within(Polygon.from_bounds(west, south, east, north).buffer(1e-9))
