"""The land of areas: shapes put onto an edition, and larger areas put together from smaller ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from gemeinsinn.areas.editions import Edition
from gemeinsinn.areas.rebase import Correspondence
from gemeinsinn.concepts.territory import Level, Shape


def land_of(shapes: Iterable[Shape], level: Level) -> dict[str, MultiPolygon]:
    """The shapes of one level by key."""
    return {shape.key: _multipolygon(shape) for shape in shapes if shape.level is level}


def on_edition(
    land: Mapping[str, MultiPolygon], edition: Edition, steps: Sequence[Correspondence]
) -> dict[str, MultiPolygon]:
    """Municipalities' land on a later edition: what was dissolved goes to the area that took most of its land.

    Areas of the edition that no old land leads to are left out; a page says that their border is not known.
    """
    parts: dict[str, list[MultiPolygon]] = {}
    for key, shape in land.items():
        parts.setdefault(_heir(key, steps), []).append(shape)
    return {key: _union(shapes) for key, shapes in parts.items() if key in edition.areas}


def _heir(key: str, steps: Sequence[Correspondence]) -> str:
    for step in steps:
        heirs = step.parts.get(key, ())
        if heirs:
            key = max(heirs, key=lambda transfer: (transfer.area_weight, transfer.to_key == key)).to_key
    return key


def put_together(land: Mapping[str, MultiPolygon], edition: Edition, keys: Iterable[str]) -> dict[str, MultiPolygon]:
    """The land of larger areas from that of their municipalities."""
    found = {}
    for key in keys:
        members = [land[member] for member in edition.below(key, Level.MUNICIPALITY) if member in land]
        if members:
            found[key] = _union(members)
    return found


def _multipolygon(shape: Shape) -> MultiPolygon:
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in shape.polygons])


def _union(shapes: Sequence[BaseGeometry]) -> MultiPolygon:
    together = shapes[0] if len(shapes) == 1 else unary_union(shapes)
    if isinstance(together, MultiPolygon):
        return together
    return MultiPolygon([part for part in getattr(together, "geoms", [together]) if isinstance(part, Polygon)])
