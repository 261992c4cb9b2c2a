"""Territory in the lake: areas by edition, shapes, transfers and changes as tables, and back as nouns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from gemeinsinn.concepts.territory import AreaRecord, BoundaryChange, Level, Shape, Transfer


AREAS = {
    "edition": pl.Date,
    "key": pl.String,
    "level": pl.String,
    "name": pl.String,
    "parent": pl.String,
    "kind": pl.String,
    "ars": pl.String,
    "uninhabited": pl.Boolean,
    "since": pl.Date,
}
SHAPES = {"edition": pl.Date, "key": pl.String, "level": pl.String, "polygons": pl.String}
TRANSFERS = {
    "from_key": pl.String,
    "to_key": pl.String,
    "from_date": pl.Date,
    "to_date": pl.Date,
    "area_weight": pl.Float64,
    "population_weight": pl.Float64,
}
CHANGES = {
    "reference": pl.String,
    "from_key": pl.String,
    "to_key": pl.String,
    "kind": pl.Int32,
    "effective": pl.Date,
    "area_qm": pl.Float64,
    "residents": pl.Int64,
}


def areas_frame(areas: Iterable[AreaRecord], edition: date) -> pl.DataFrame:
    """The areas of one edition as a table."""
    rows = [
        (edition, area.key, str(area.level), area.name, area.parent, area.kind, area.ars, area.uninhabited, area.since)
        for area in areas
    ]
    return pl.DataFrame(rows, schema=AREAS, orient="row")


def areas_by_edition(table: pl.DataFrame) -> dict[date, tuple[AreaRecord, ...]]:
    """The areas of each edition in a table."""
    found: dict[date, list[AreaRecord]] = {}
    for edition, key, level, name, parent, kind, ars, uninhabited, since in table.select(list(AREAS)).iter_rows():
        area = AreaRecord(key, Level(level), name, parent, kind, ars, uninhabited, since)
        found.setdefault(edition, []).append(area)
    return {edition: tuple(areas) for edition, areas in found.items()}


def shapes_frame(shapes: Iterable[Shape], edition: date) -> pl.DataFrame:
    """The land of areas as a table; polygons are GeoJSON coordinates of a MultiPolygon."""
    rows = [(edition, shape.key, str(shape.level), json.dumps(shape.polygons)) for shape in shapes]
    return pl.DataFrame(rows, schema=SHAPES, orient="row")


def shapes_of(table: pl.DataFrame) -> tuple[Shape, ...]:
    """The shapes in a table."""
    return tuple(
        Shape(key, Level(level), _polygons(polygons))
        for key, level, polygons in table.select("key", "level", "polygons").iter_rows()
    )


def _polygons(text: str) -> tuple[tuple[tuple[tuple[float, float], ...], ...], ...]:
    return tuple(tuple(tuple((x, y) for x, y in ring) for ring in polygon) for polygon in json.loads(text))


def transfers_frame(transfers: Sequence[Transfer]) -> pl.DataFrame:
    """The rows of correspondences as a table."""
    rows = [
        (each.from_key, each.to_key, each.from_date, each.to_date, each.area_weight, each.population_weight)
        for each in transfers
    ]
    return pl.DataFrame(rows, schema=TRANSFERS, orient="row")


def transfers_of(table: pl.DataFrame) -> tuple[Transfer, ...]:
    """The rows of correspondences in a table."""
    return tuple(Transfer(*row) for row in table.select(list(TRANSFERS)).iter_rows())


def changes_frame(changes: Sequence[BoundaryChange]) -> pl.DataFrame:
    """Boundary changes as a table."""
    rows = [
        (each.reference, each.from_key, each.to_key, each.kind, each.effective, each.area_qm, each.residents)
        for each in changes
    ]
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def changes_of(table: pl.DataFrame) -> tuple[BoundaryChange, ...]:
    """The boundary changes in a table."""
    return tuple(BoundaryChange(*row) for row in table.select(list(CHANGES)).iter_rows())
