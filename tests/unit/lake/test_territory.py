"""Territory in the lake: nouns become tables, and the same nouns come back."""

from __future__ import annotations

from datetime import date

import polars as pl

from gemeinsinn.concepts.territory import AreaRecord, BoundaryChange, Level, Shape, Transfer
from gemeinsinn.lake import territory


DAY, LATER = date(2020, 12, 31), date(2021, 12, 31)
AREAS = (
    AreaRecord("DG", Level.COUNTRY, "Deutschland", ""),
    AreaRecord("01001001", Level.MUNICIPALITY, "Süd", "01001", "Stadt", "010010001001", True, date(2009, 1, 1)),
)
RING = ((9.1, 53.5), (9.1, 53.6), (9.2, 53.6), (9.1, 53.5))
SHAPES = (Shape("01001001", Level.MUNICIPALITY, ((RING, RING), (RING,))),)
TRANSFERS = (Transfer("01001001", "01001002", DAY, LATER, 1 / 3, 0.1),)
CHANGES = (
    BoundaryChange("01/2021/1", "01001001", "01001002", 1, LATER, 35.5, 0),
    BoundaryChange("01/2021/2", "01001003", "01001002", 2, LATER),
)


def test_areas_come_back_by_their_edition() -> None:
    table = pl.concat([territory.areas_frame(AREAS, DAY), territory.areas_frame(AREAS[:1], LATER)])

    assert territory.areas_by_edition(table) == {DAY: AREAS, LATER: AREAS[:1]}


def test_shapes_come_back_with_every_point() -> None:
    assert territory.shapes_of(territory.shapes_frame(SHAPES, DAY)) == SHAPES


def test_transfers_come_back_with_their_exact_weights() -> None:
    assert territory.transfers_of(territory.transfers_frame(TRANSFERS)) == TRANSFERS


def test_changes_come_back_and_nobody_is_not_unknown() -> None:
    assert territory.changes_of(territory.changes_frame(CHANGES)) == CHANGES


def test_nothing_is_a_table_with_its_columns() -> None:
    assert dict(territory.areas_frame((), DAY).schema) == territory.AREAS
    assert dict(territory.shapes_frame((), DAY).schema) == territory.SHAPES
    assert dict(territory.transfers_frame(()).schema) == territory.TRANSFERS
    assert dict(territory.changes_frame(()).schema) == territory.CHANGES
