"""Boundaries of a release: TopoJSON with shared borders, simplified for the screen, far islands named as insets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shapely.geometry import MultiPolygon, mapping
from shapely.ops import unary_union
from topojson.core.topology import Topology

from gemeinsinn.areas.editions import Edition
from gemeinsinn.areas.insets import Inset


_SCREEN = 2000
"""Borders are simplified to half a pixel of a map this many pixels wide."""
_GRID = 10_000


def topology(
    shapes: Mapping[str, MultiPolygon], edition: Edition, insets: Sequence[Inset], *, level: str
) -> dict[str, Any]:
    """One level's areas as TopoJSON in EPSG:4326; the object is named after the level, `id` is the key.

    `insets` are named beside the arcs; their coordinates are the true ones, the page draws them in a frame of
    their own.
    """
    features = [
        {
            "type": "Feature",
            "id": key,
            "properties": {"name": edition.areas[key].name if key in edition.areas else key},
            "geometry": mapping(shapes[key]),
        }
        for key in sorted(shapes)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    west, south, east, north = unary_union([shape.envelope for shape in shapes.values()]).bounds
    built = Topology(
        collection,
        object_name=level,
        prequantize=_GRID,
        topology=True,
        toposimplify=max(east - west, north - south) / _SCREEN,
        simplify_with="shapely",
        prevent_oversimplify=True,
    )
    plain: dict[str, Any] = json.loads(str(built.to_json()))
    plain["insets"] = [{"areas": list(inset.areas), "bbox": list(inset.bbox)} for inset in insets]
    return plain
