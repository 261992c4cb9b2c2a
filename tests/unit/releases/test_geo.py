"""Boundaries of a release: TopoJSON that neighbours share, the same whatever order the areas come in."""

from __future__ import annotations

import json
from datetime import date

import pytest
from shapely.geometry import MultiPolygon, box

from gemeinsinn.areas.insets import Inset
from gemeinsinn.releases.geo import topology
from support.panels import edition, municipality


WEST, EAST = "01001001", "01001002"
SHAPES = {WEST: MultiPolygon([box(9.0, 53.0, 9.5, 54.0)]), EAST: MultiPolygon([box(9.5, 53.0, 10.0, 54.0)])}
EDITION = edition(date(2023, 12, 31), [municipality(WEST), municipality(EAST)])


def test_the_object_is_named_after_the_level_and_holds_every_area_with_key_and_name() -> None:
    found = topology(SHAPES, EDITION, (), level="municipality")

    areas = found["objects"]["municipality"]["geometries"]
    assert found["type"] == "Topology"
    assert [(area["id"], area["properties"]["name"]) for area in areas] == [
        (WEST, f"Gemeinde {WEST}"),
        (EAST, f"Gemeinde {EAST}"),
    ]


def test_neighbours_share_the_border_between_them() -> None:
    found = topology(SHAPES, EDITION, (), level="municipality")

    used = [
        {arc if arc >= 0 else ~arc for polygon in area["arcs"] for ring in _rings(polygon) for arc in ring}
        for area in found["objects"]["municipality"]["geometries"]
    ]
    assert len(used[0] & used[1]) == 1


def test_the_order_in_which_areas_come_leaves_no_trace() -> None:
    backwards = dict(reversed(SHAPES.items()))

    one, other = (topology(shapes, EDITION, (), level="municipality") for shapes in (SHAPES, backwards))

    assert json.dumps(one) == json.dumps(other)


def test_coordinates_are_where_the_areas_are() -> None:
    """Quantised to one of 10,000 steps between the borders of all areas."""
    found = topology(SHAPES, EDITION, (), level="municipality")

    scale, shift = found["transform"]["scale"], found["transform"]["translate"]
    assert shift == pytest.approx([9.0, 53.0])
    assert [scale[0] * 9_999, scale[1] * 9_999] == pytest.approx([1.0, 1.0])


def test_far_islands_are_named_beside_the_borders() -> None:
    inset = Inset((WEST,), (9.0, 53.0, 9.5, 54.0))

    found = topology(SHAPES, EDITION, (inset,), level="municipality")

    assert found["insets"] == [{"areas": [WEST], "bbox": [9.0, 53.0, 9.5, 54.0]}]


def _rings(polygon: list[object]) -> list[list[int]]:
    """The rings of a polygon, or of one polygon of several."""
    return [polygon] if isinstance(polygon[0], int) else polygon  # type: ignore[list-item, return-value]
